"""Files that a reader names: a bibliography that is read, and what is written in its place, whole or not at all."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coolcli import whole_files
from coolcli.errors import DataError
from coolcli.export import bibfile
from coolcli.export.bibfile import BadBib, Bibliography

LARGEST = 256 << 20
"""Bytes of a bibliography that is read; one of them has some thousand times less."""
_PATIENCE = 10.0
"""Seconds to wait for another `cool` that writes: one that takes longer hangs."""
_NAMED = 20
"""Letters of a name that is too long that are told."""


class ChangedMeanwhile(DataError):
    """Somebody else wrote a file, between what was read of it and what was to be written."""

    def __init__(self, file: Path) -> None:
        """Take the file."""
        super().__init__(f"{file} was changed by somebody else meanwhile. Nothing was written.", "Try again.")


def is_there(file: Path) -> bool:
    """Tell whether there is something of a name. Raises DataError where that cannot be told, or no file can have it."""
    try:
        return file.exists()
    except OSError as error:
        raise _unwritten(file, error) from None


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Let no other `cool` that asks for it write in a file's folder meanwhile, where the system can lock a folder."""
    folder = None
    with suppress(OSError):
        folder = os.open(Path(os.path.realpath(file)).parent, os.O_RDONLY)
    try:
        if folder is not None:
            _lock(folder)
        yield
    finally:
        if folder is not None:
            os.close(folder)


def _lock(folder: int) -> None:
    try:
        import fcntl
    except ImportError:
        return
    until = time.monotonic() + _PATIENCE
    with suppress(OSError):  # a file system without locks
        while time.monotonic() < until:
            with suppress(BlockingIOError):
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(0.01)


def read(file: Path) -> Bibliography:
    """Read a .bib file. Raises DataError for one that cannot be read, or BadBib that says in which line it is wrong."""
    content = _content(file)
    if len(content) > LARGEST:
        raise DataError(f"{file} is larger than {LARGEST >> 20} MB.", "A bibliography is a text of some kilobytes.")
    try:
        return bibfile.read(content)
    except BadBib as error:
        error.message = f"{file}, {error.message}"
        raise


def write(file: Path, content: bytes, *, new: bool = False) -> None:
    """Write a file whole or not at all, so that no power cut leaves half of it. Raises DataError.

    A `new` one takes no other's place: ChangedMeanwhile where there is one by now.
    """
    try:
        if file.exists():
            _refuse_unwritable(file)
        elif os.path.islink(os.path.realpath(file)):  # noqa: PTH114 -- pathlib raises or not, by its version
            raise OSError(errno.ENOENT, "it is a link that leads in a circle")
        whole_files.write(file, content, durable=True, new=new)
    except FileExistsError:
        raise ChangedMeanwhile(file) from None
    except OSError as error:
        raise _unwritten(file, error) from None


def change(file: Path, before: Bibliography, text: str) -> None:
    """Write a file's new text as it holds its text. Raises DataError, ChangedMeanwhile where somebody else did."""
    content = _encoded(before, text, file)
    if _content(file) != before.bytes_of(before.text):
        raise ChangedMeanwhile(file)
    write(file, content)


def _refuse_unwritable(file: Path) -> None:
    """Raise OSError for what is no file, and for a file that its owner keeps from being written, or somebody else's."""
    if not file.is_file():
        raise OSError(errno.EISDIR, "it is a folder" if file.is_dir() else "it is no file; `-o -` is stdout")
    if not file.stat().st_mode & 0o222 or not os.access(file, os.W_OK):  # to the administrator all are writable
        raise OSError(errno.EACCES, "it is read-only")


def _unwritten(file: Path, error: OSError) -> DataError:
    """Say why a file could not be written."""
    number = error.errno
    if number == errno.ENOENT and file.is_symlink():
        return DataError(
            f"{file} is a link that leads nowhere: to {file.readlink()}.", "Mend it, or name another file."
        )
    if number == errno.ENOENT:
        return DataError(f"There is no folder {file.parent}.", "Make it, or name another file.")
    if number == errno.ENAMETOOLONG:
        return DataError(f"'{file.name[:_NAMED]}…' is too long for the name of a file.", "Name another file.")
    hint = "Make it writable" if number in (errno.EACCES, errno.EPERM, errno.EROFS) else "Make room"
    return DataError(f"{file} cannot be written: {_why(error)}. Nothing was changed.", f"{hint}, or name another file.")


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise DataError(f"{file} cannot be read: {_why(error)}.") from None


def _encoded(bibliography: Bibliography, text: str, file: Path) -> bytes:
    """Give a text as a file holds it. Raises DataError for letters that the file's encoding has not."""
    try:
        return bibliography.bytes_of(text)
    except UnicodeEncodeError as error:
        raise DataError(
            f"{file} is in {bibliography.encoding.title()}, which has no '{text[error.start]}'. Nothing was changed.",
            f"`iconv -f {bibliography.encoding} -t utf-8` makes a file of it that has.",
        ) from None


def _why(error: OSError) -> str:
    """Say why, in small letters: it stands within a sentence."""
    why = getattr(error, "strerror", None) or str(error)
    return why[:1].lower() + why[1:]
