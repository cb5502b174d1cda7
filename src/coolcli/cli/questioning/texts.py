"""The texts of papers that are kept, so that no paper is fetched twice: a file for each version, below the cache.

    2611.01234v1.json.gz    what is said about the text, on a line of its own, and the text (document.written)

They can be fetched again: a file that is damaged counts as none, and one that cannot be written does no harm.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from coolcli import whole_files
from coolcli.ask import document
from coolcli.ask.document import Document
from coolcli.config import Paths

_SUFFIX = ".json.gz"


class Grounds(NamedTuple):
    """What answers about a paper rest on."""

    document: Document
    why: str | None
    """Why it is less than arXiv's HTML version, in sentences; None where it is not."""
    lasts: bool = True
    """Whether there is no better text to be had another time; no server failed, that is."""


def folder(paths: Paths) -> Path:
    """Give the folder of the texts."""
    return paths.cache / "texts"


def kept(paths: Paths, paper_id: str, version: int) -> Grounds | None:
    """Give the text that is kept of a version of a paper, None where there is none that can be read."""
    try:
        why, _, text = gzip.decompress(_file(paths, paper_id, version).read_bytes()).decode().partition("\n")
        return Grounds(document.read(text), why or None)
    except (EOFError, OSError, ValueError, zlib.error):
        return None


def keep(paths: Paths, paper_id: str, version: int, grounds: Grounds) -> None:
    """Keep the text of a version of a paper, where the disk takes it."""
    content = f"{grounds.why or ''}\n{document.written(grounds.document)}"
    file = _file(paths, paper_id, version)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        whole_files.write(file, gzip.compress(content.encode()))


def files(paths: Paths, ids: Collection[str]) -> Iterator[Path]:
    """Find the files of papers, in all versions."""
    stems = set(map(_stem, ids))
    for file in folder(paths).glob(f"*v*{_SUFFIX}"):
        if file.name.rpartition("v")[0] in stems:
            yield file


def _file(paths: Paths, paper_id: str, version: int) -> Path:
    return folder(paths) / f"{_stem(paper_id)}v{version}{_SUFFIX}"


def _stem(paper_id: str) -> str:
    return paper_id.replace("/", "-")
