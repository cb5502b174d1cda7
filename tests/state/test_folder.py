"""State in a folder: a file a device, which grows at its end; what it has and we have not is never lost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from coolcli.errors import DataError
from coolcli.state import folder, lines
from coolcli.store import events
from tests.builders import NOW
from tests.state.homes import PAPERS, Home, star

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    home.do("star", star())
    yield home
    home.close()


@pytest.fixture
def place(tmp_path: Path, home: Home) -> Path:
    """A folder with the state of that home."""
    folder.write(tmp_path / "state", home.records())
    return tmp_path / "state"


def file_of(place: Path) -> Path:
    (file,) = place.glob("*.jsonl")
    return file


def test_what_is_written_is_read_back(home: Home, place: Path) -> None:
    assert [file.name for file in place.iterdir()] == [f"{home.device}.jsonl"]
    assert folder.read(place) == folder.read(file_of(place)) == home.records()


def test_a_file_grows_at_its_end_and_is_not_touched_where_nothing_is_new(home: Home, place: Path) -> None:
    before = file_of(place).read_bytes()
    os.utime(file_of(place), (1, 1))
    assert folder.write(place, home.records()) == folder.Written(1, 0, 0)
    assert file_of(place).stat().st_mtime == 1
    home.do("note", events.note(PAPERS[0], "x"))
    assert folder.write(place, home.records()).changed == 1
    assert file_of(place).read_bytes().startswith(before)


def test_each_device_has_a_file(home: Home, place: Path, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    other.do("star", star(PAPERS[1]))
    home.take(other.records())
    assert folder.write(place, home.records()) == folder.Written(2, 1, 0)
    assert sorted(file.stem for file in place.iterdir()) == sorted((home.device, other.device))
    other.close()


def test_what_the_folder_has_and_is_not_here_stays_in_it(home: Home, place: Path, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    other.do("star", star(PAPERS[1]))
    done = folder.write(place, other.records())
    assert done == folder.Written(2, 1, 1)
    assert len(folder.read(place)) == 2
    other.close()


def test_both_sides_of_a_conflict_are_taken(home: Home, place: Path) -> None:
    home.do("note", events.note(PAPERS[0], "ours"))
    ours, theirs = (lines.written(record) for record in home.records())
    file_of(place).write_text(f"<<<<<<< HEAD\n{ours}\n||||||| base\n=======\r\n{theirs}\r\n>>>>>>> other\n", "utf-8")
    assert folder.read(place) == home.records()


def test_the_files_of_a_clone_are_found(home: Home, place: Path, tmp_path: Path) -> None:
    (tmp_path / "clone").mkdir()
    place.rename(tmp_path / "clone" / "events")
    assert folder.read(tmp_path / "clone") == home.records()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}\n", "line 2: its clock is no text"),
        (b"\xff\xfe\x00", "line 2: it is not UTF-8"),
        (b'{"clock": "001a', "line 2: it is no JSON"),
    ],
)
def test_a_line_that_is_none_is_told_and_nothing_is_written(home: Home, place: Path, content: bytes, said: str) -> None:
    file = file_of(place)
    file.write_bytes(file.read_bytes() + content)
    before = file.read_bytes()
    home.do("note", events.note(PAPERS[0], "x"))
    with pytest.raises(DataError, match=said):
        folder.read(place)
    with pytest.raises(DataError, match=said):
        folder.write(place, home.records())
    assert file.read_bytes() == before


def test_a_folder_that_is_none_is_told(tmp_path: Path, home: Home) -> None:
    with pytest.raises(DataError, match="does not exist"):
        folder.read(tmp_path / "nowhere")
    with pytest.raises(DataError, match="holds no state"):
        folder.read(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match="cannot be written"):
        folder.write(tmp_path / "file", home.records())


def test_what_is_written_is_private(place: Path) -> None:
    assert place.stat().st_mode & 0o077 == 0


def test_events_of_the_clock_that_were_made_at_once_keep_their_order(home: Home) -> None:
    home.do("done", *(events.mark("read", paper_id, NOW) for paper_id in PAPERS))
    (text,) = folder.texts(home.records()).values()
    assert [line.split('"subject": "')[1].split('"')[0] for line in text.splitlines()[1:]] == list(PAPERS)
