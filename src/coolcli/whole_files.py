"""Files written whole or not at all: what is cut short, by a full disk or by the end of a process, leaves the old one.

The text goes into a draft in the same folder, which then takes the file's name in one step.
"""

from __future__ import annotations

import os
from pathlib import Path


def write(file: Path, content: str | bytes, *, durable: bool = False, mode: int = 0o666, new: bool = False) -> None:
    """Write a file whole or not at all: beside it first, then in its place. Raises OSError.

    A `new` one takes no other's place: FileExistsError where there is one by then.

    A durable one is on the disk before it takes the place of the old one: no power cut leaves an empty file. A new one
    gets the permissions of `mode`, as far as the umask lets it; one that was there keeps its own.
    """
    file = file.resolve()  # a link stays one
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        _fill(draft, content.encode() if isinstance(content, str) else content, durable=durable, mode=mode)
        if new:
            _take_free_place(draft, file)
            return
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o777)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _fill(draft: Path, content: bytes, *, durable: bool, mode: int) -> None:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened:
        opened.write(content)
        if durable:
            opened.flush()
            os.fsync(opened.fileno())


def _take_free_place(draft: Path, file: Path) -> None:
    """Give a draft its name, unless there is a file of that name. Raises FileExistsError, OSError."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        file.touch(exist_ok=False)
        draft.replace(file)
