"""`cool` is killed at random points: what it had told is kept, and what it was about to do is whole or not begun."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.killing import killed

if TYPE_CHECKING:
    from pathlib import Path

if os.name == "nt":
    pytest.skip("SIGKILL is of POSIX", allow_module_level=True)

KILLS = 300


def test_killed_at_random_points(tmp_path: Path) -> None:
    toll = killed(tmp_path, kills=KILLS, seed=20261120)
    assert toll.lost == []
    assert toll.damaged == []
    assert toll.kills == KILLS
    # Else the kills fell all on one side of what they are to interrupt.
    assert toll.told > KILLS // 30
    assert toll.kills - toll.told - toll.done > KILLS // 30
