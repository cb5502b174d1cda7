"""State in a folder: a file for each device, `DEVICE.jsonl`, an event a line, oldest first.

    read     the events of all files, whatever made them; both sides of a merge that git could not make
    write    each device's events, with what its file has and is not here; what is unchanged is not touched

In this form two versions of a file differ by lines at the end, and git shows and merges them well.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from coolcli import whole_files
from coolcli.errors import DataError
from coolcli.state import lines
from coolcli.store.merging import Record

END = ".jsonl"
"""What the name of a file of events ends with."""
EVENTS = "events"
"""The folder of the files inside a git repository."""

_CONFLICT = ("<<<<<<<", "=======", "|||||||", ">>>>>>>")
"""What git writes between the two sides of a line that it could not merge: both are events, and both are taken."""


class Written(NamedTuple):
    """What became of a folder."""

    files: int
    changed: int
    foreign: int
    """Events that the files have and that are not here."""


class Unread(NamedTuple):
    """A line that is no event, as far as this version knows."""

    line: str
    """Without its end; bytes that are no UTF-8 as surrogates."""
    why: str


def read(place: Path) -> list[Record]:
    """Read a folder, a folder with a folder `events`, or a file. Raises DataError that names file and line."""
    files = [place] if place.is_file() else [*_files(place), *_files(place / EVENTS)]
    if not files:
        what = "holds no state: it has no file *.jsonl" if place.is_dir() else "does not exist"
        raise DataError(f"{place} {what}.", "`cool state export DIR` writes a folder that has.")
    return [record for file in files for record in parsed(_bytes(file), str(file))]


def parsed(content: bytes, name: str) -> list[Record]:
    """Read the lines of a file. Raises DataError that names file and line."""
    found = []
    for each in scanned(content, name):
        if isinstance(each, Unread):
            raise DataError(f"{each.why}.", _MEND)
        found.append(each)
    return found


def scanned(content: bytes, name: str, known: Collection[str] = ()) -> Iterator[Record | Unread]:
    """Read the lines of a file but those that are known already; one that is no event comes as it is."""
    for number, line in enumerate(content.removeprefix(_MARK).split(b"\n"), 1):
        text = line.decode("utf-8", "surrogateescape")
        if text in known or not text.strip() or text.startswith(_CONFLICT):
            continue
        try:
            line.decode("utf-8")
            yield lines.read(text)
        except UnicodeDecodeError:
            yield Unread(text, f"{name}, line {number}: it is not UTF-8")
        except ValueError as error:
            yield Unread(text, f"{name}, line {number}: {error}")


def texts(records: Iterable[Record]) -> dict[str, str]:
    """Give for each device the content of its file; records come device by device, oldest first."""
    return {
        device: "".join(f"{lines.written(record)}\n" for record in some)
        for device, some in groupby(records, key=lambda record: record.device)
    }


def write(place: Path, records: Iterable[Record]) -> Written:
    """Write a folder, made where it is not there, so that it has all that is here and all that it had.

    Raises DataError: for a file in it that cannot be read nothing is written at all.
    """
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = {file.stem: _bytes(file) for file in _files(place)}
        all_of_them, foreign = _united(records, before, place)
        after = texts(all_of_them)
        changed = [device for device, text in after.items() if before.get(device) != text.encode()]
        for device in changed:
            whole_files.write(place / f"{device}{END}", after[device], durable=True, mode=0o600)
    except OSError as error:
        raise DataError(
            f"{error.filename or place} cannot be written: {os.strerror(error.errno or 0)}.",
            "Nothing is lost: the state is in cool's own database. Name another folder, or make room.",
        ) from None
    return Written(len(after), len(changed), foreign)


def _united(records: Iterable[Record], before: Mapping[str, bytes], place: Path) -> tuple[list[Record], int]:
    """Add to what is here what the files have besides, in the order of files."""
    here = {record.clock: record for record in records}
    foreign = 0
    for device, content in before.items():
        for record in parsed(content, str(place / f"{device}{END}")):
            foreign += here.setdefault(record.clock, record) is record
    return sorted(here.values(), key=lambda record: (record.device, record.clock)), foreign


_MARK = b"\xef\xbb\xbf"
_MEND = "Nothing was changed. Mend or take out that line: each is one JSON object, as `cool state export` writes it."


def _files(place: Path) -> list[Path]:
    """Give the files of events in a folder; hidden ones are other programs'."""
    return sorted(file for file in place.glob(f"*{END}") if not file.name.startswith("."))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}.", "Make it readable.") from None
