"""Where recorded answers of arXiv are: other people's texts, kept outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def _find() -> Path | None:
    named = os.environ.get("COOL_ARXIV_SAMPLES")
    folder = Path(named) if named else Path(__file__).resolve().parents[1].parent / "shared" / "arxiv-samples"
    return folder if (folder / "service-made").is_dir() else None


SAMPLES: Path | None = _find()
needs_samples = pytest.mark.skipif(SAMPLES is None, reason="no arXiv samples (COOL_ARXIV_SAMPLES)")
