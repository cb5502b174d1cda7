"""The texts of papers that are kept, so that no paper is fetched twice: a file for each version, below the cache.

    2611.01234v1.json.gz    what is said about the text, as JSON on a line of its own, and the text (document.written)

They can be fetched again: a file that is damaged, or of another format, counts as none, and one that cannot be written
does no harm.
"""

from __future__ import annotations

import gzip
import json
import shutil
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from coolcli import whole_files
from coolcli.ask import document
from coolcli.ask.document import Document
from coolcli.config import Paths
from coolcli.errors import DataError

FORMAT = 1
"""Counts up where what reads papers gets better: texts that were kept before are read anew."""

_SUFFIX = ".json.gz"
_PDF = ".pdf-"
_LEFT = 3600.0
"""Seconds after which a folder for a PDF in which nothing happens is one that a killed process left."""


class Grounds(NamedTuple):
    """What answers about a paper rest on."""

    document: Document
    why: str | None
    """Why it is less than arXiv's HTML version, in sentences; None where it is not."""
    lasts: bool = True
    """Whether there is no better text to be had another time; no server failed, that is."""


class Kept(NamedTuple):
    """A text that is kept."""

    grounds: Grounds
    at: datetime
    """When it was found, or last found to be all that there is."""


def folder(paths: Paths) -> Path:
    """Give the folder of the texts."""
    return paths.cache / "texts"


def kept(paths: Paths, paper_id: str, version: int) -> Kept | None:
    """Give the text that is kept of a version of a paper, None where there is none that can be read."""
    try:
        head, _, text = gzip.decompress(_file(paths, paper_id, version).read_bytes()).decode().partition("\n")
        why, at = _head(json.loads(head))
        return Kept(Grounds(document.read(text), why), at)
    except (EOFError, OSError, RecursionError, ValueError, zlib.error):
        return None


def keep(paths: Paths, paper_id: str, version: int, grounds: Grounds, at: datetime) -> None:
    """Keep the text of a version of a paper, as it is found at a moment (UTC), where the disk takes it."""
    head = json.dumps({"format": FORMAT, "at": at.isoformat(), "why": grounds.why})
    content = f"{head}\n{document.written(grounds.document)}"
    file = _file(paths, paper_id, version)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        whole_files.write(file, gzip.compress(content.encode()))


def _head(said: object) -> tuple[str | None, datetime]:
    """Read why a text is less than HTML, and when it was kept. Raises ValueError for anything else."""
    match said:
        case {"format": format_, "at": str(when), "why": str() | None as why} if format_ == FORMAT:
            at = datetime.fromisoformat(when)
            if at.tzinfo is not None:
                return why, at
    raise ValueError("no head of a text")


def files(paths: Paths, ids: Collection[str]) -> Iterator[Path]:
    """Find the files of papers, in all versions."""
    stems = set(map(_stem, ids))
    for file in folder(paths).glob(f"*v*{_SUFFIX}"):
        if file.name.rpartition("v")[0] in stems:
            yield file


@contextmanager
def room_for_pdf(paths: Paths) -> Iterator[Path]:
    """Give a folder for a PDF that is there for as long as the block runs. Raises DataError.

    What killed processes left of theirs is removed.
    """
    place = folder(paths)
    try:
        place.mkdir(parents=True, exist_ok=True)
        _sweep(place)
        made = TemporaryDirectory(prefix=_PDF, dir=place, ignore_cleanup_errors=True)
    except OSError as error:
        raise DataError(f"{place} cannot be used: {error.strerror}.") from None
    with made:
        yield Path(made.name)


def _sweep(place: Path) -> None:
    for each in place.glob(f"{_PDF}*"):
        with suppress(OSError):  # another process was quicker
            changed = max(path.stat().st_mtime for path in (each, *each.iterdir()))
            if time.time() - changed > _LEFT:
                shutil.rmtree(each, ignore_errors=True)


def _file(paths: Paths, paper_id: str, version: int) -> Path:
    return folder(paths) / f"{_stem(paper_id)}v{version}{_SUFFIX}"


def _stem(paper_id: str) -> str:
    return paper_id.replace("/", "-")
