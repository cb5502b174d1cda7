"""Files that a reader names: a bibliography that is read, and what is written in its place, whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

from coolcli import config
from coolcli.errors import DataError
from coolcli.export import bibfile
from coolcli.export.bibfile import BadBib, Bibliography

LARGEST = 256 << 20
"""Bytes of a bibliography that is read; one of them has some thousand times less."""


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


def write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, so that no power cut leaves half of it. Raises DataError."""
    try:
        if file.exists() and not file.is_file():
            raise OSError(errno.EISDIR, "it is a folder" if file.is_dir() else "it is no file; `-o -` is stdout")
        config.replace(file, content, durable=True)
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise DataError(f"There is no folder {file.parent}.", "Make it, or name another file.") from None
        raise DataError(
            f"{file} cannot be written: {_why(error)}. Nothing was changed.", "Name another file, or make room."
        ) from None


def change(file: Path, before: Bibliography, text: str) -> None:
    """Write a file's new text as it holds its text. Raises DataError, also where somebody else changed it meanwhile."""
    content = _encoded(before, text, file)
    if _content(file) != before.bytes_of(before.text):
        raise DataError(f"{file} was changed by somebody else meanwhile. Nothing was written.", "Try again.")
    write(file, content)


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
    why = error.strerror or str(error)
    return why[:1].lower() + why[1:]
