"""Row numbers: whose they are, for how long they count, and that a broken file is no list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.session import COUNTS_FOR, Session, Shown, Sitting
from coolcli.store.papers import stamp
from tests.builders import NOW

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

IDS = ("2611.00001", "2611.00002", "2611.00003")


def list_of(what: str, at: datetime = NOW) -> Shown:
    return Shown(what, stamp(at), IDS, day="2026-11-20", categories="cs.LG")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "sessions"


def terminal(folder: Path, name: str = "tty:1", now: datetime = NOW) -> Session:
    return Session(folder, name, now, borrows=True)


def named(folder: Path, name: str = "name:a", now: datetime = NOW) -> Session:
    return Session(folder, name, now)


def test_a_list_comes_back_to_the_session_that_showed_it(folder: Path) -> None:
    assert named(folder).keep(list_of("mine"))
    assert named(folder).shown() == list_of("mine")
    assert named(folder, "name:b").shown() is None


def test_the_last_list_counts(folder: Path) -> None:
    named(folder).keep(list_of("first"))
    named(folder).keep(list_of("second"))
    shown = named(folder).shown()
    assert shown is not None
    assert shown.what == "second"


@pytest.mark.parametrize(
    ("later", "counts"),
    [
        (timedelta(), True),
        (COUNTS_FOR, True),
        (COUNTS_FOR + timedelta(seconds=1), False),
        (-timedelta(hours=1), True),  # a clock that was set back
    ],
)
def test_another_sessions_list_counts_for_twelve_hours(folder: Path, later: timedelta, counts: bool) -> None:
    assert timedelta(hours=12) == COUNTS_FOR
    terminal(folder, "tty:2").keep(list_of("theirs"))
    here = terminal(folder, now=NOW + later)
    assert (here.shown() is not None) is counts
    assert here.own() is None, "`done` alone marks what this terminal showed"


@pytest.mark.parametrize("who", [named, terminal])
def test_the_own_list_counts_however_long_ago(folder: Path, who: Any) -> None:
    late = NOW + timedelta(hours=13)
    who(folder).keep(list_of("mine"))
    terminal(folder, "tty:2", late).keep(list_of("theirs", late))
    assert who(folder, now=late).shown() == who(folder, now=late).own() == list_of("mine")


def test_a_terminal_without_a_list_takes_the_newest_of_any(folder: Path) -> None:
    assert terminal(folder).shown() is None
    terminal(folder, "tty:2", NOW - timedelta(hours=2)).keep(list_of("older", NOW - timedelta(hours=2)))
    named(folder, "name:x", NOW - timedelta(hours=1)).keep(list_of("newer", NOW - timedelta(hours=1)))
    terminal(folder, "tty:3", NOW - timedelta(hours=13)).keep(list_of("long ago", NOW - timedelta(hours=13)))
    shown = terminal(folder).shown()
    assert shown is not None
    assert shown.what == "newer"


def test_its_own_list_counts_more_than_a_newer_one_elsewhere(folder: Path) -> None:
    terminal(folder, "tty:1").keep(list_of("mine", NOW - timedelta(hours=5)))
    terminal(folder, "tty:2").keep(list_of("other"))
    shown = terminal(folder, "tty:1").shown()
    assert shown is not None
    assert shown.what == "mine"


def test_a_name_never_takes_anothers_list(folder: Path) -> None:
    terminal(folder).keep(list_of("other"))
    assert named(folder).shown() is None


def test_without_a_terminal_or_a_name_nothing_is_kept(folder: Path) -> None:
    nobody = Session(folder, None, NOW)
    assert nobody.keep(list_of("mine"), Sitting(stamp(NOW), (IDS,), 0))
    assert nobody.shown() is None
    assert nobody.sitting() is None
    assert not folder.exists()


def test_list_and_sitting_are_kept_beside_each_other(folder: Path) -> None:
    sitting = Sitting(stamp(NOW), (IDS[:2], IDS[2:]), 1)
    named(folder).keep(sitting=sitting)
    named(folder).keep(list_of("mine"))
    assert named(folder).sitting() == sitting
    assert named(folder).shown() == list_of("mine")
    assert named(folder, now=NOW + timedelta(hours=13)).sitting() == sitting, "a night does not forget the page"
    assert sitting.ids == IDS
    assert sitting.page == IDS[2:]


def test_the_rows_shown_last() -> None:
    assert list_of("all").last_rows == IDS
    assert list_of("page")._replace(first=2).last_rows == IDS[2:]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "名前", "x" * 500, "con", ". .", "name:*?"])
def test_any_name_makes_a_file_inside_the_folder(folder: Path, name: str) -> None:
    assert named(folder, name).keep(list_of("mine"))
    assert named(folder, name).shown() == list_of("mine")
    (file,) = folder.iterdir()
    assert file.resolve().parent == folder.resolve()


def test_names_do_not_share_a_file(folder: Path) -> None:
    names = ["a", "A", "a/b", "a_b", "x" * 499 + "1", "x" * 499 + "2"]
    for name in names:
        named(folder, name).keep(list_of(name))
    assert [shown.what for name in names if (shown := named(folder, name).shown())] == names


def test_where_the_disk_does_not_let_it_nothing_is_kept_and_said(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")
    session = named(tmp_path / "cache" / "sessions")
    assert not session.keep(list_of("mine"))
    assert session.shown() is None


def only_file(folder: Path) -> Path:
    (file,) = folder.glob("*.json")
    return file


BROKEN = [
    "",
    "{",
    "[]",
    "null",
    "3",
    '{"shown": 3}',
    '{"shown": {}}',
    '{"shown": {"what": "x", "at": "2026-11-20T14:00:00Z"}}',
    '{"shown": {"what": "x", "at": "2026-11-20T14:00:00Z", "ids": 3}}',
    '{"shown": {"what": "x", "at": "2026-11-20T14:00:00Z", "ids": [], "unknown": 1}}',
    '{"shown": {"what": "x", "at": "yesterday", "ids": []}}',
    '{"shown": {"what": "x", "at": "2026-11-20T14:00:00", "ids": []}}',
    '{"shown": {"what": "x", "at": 3, "ids": []}}',
    '{"sitting": {"at": "2026-11-20T14:00:00Z"}}',
    '{"sitting": {"at": "yesterday", "pages": [], "current": 0}}',
    '{"sitting": {"at": "2026-11-20T14:00:00Z", "pages": 3, "current": 0}}',
    "\udcff",
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_no_list_for_this_session_nor_for_others(folder: Path, text: str) -> None:
    terminal(folder).keep(list_of("mine"))
    only_file(folder).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert terminal(folder).shown() is None
    assert terminal(folder).sitting() is None
    assert terminal(folder, "tty:2").shown() is None
    assert terminal(folder).keep(list_of("again"))
    assert terminal(folder).shown() == list_of("again")


def nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    keys = st.sampled_from(["shown", "sitting", "what", "at", "ids", "pages", "current"])
    return inner | st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=4)


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2026-11-20T14:00:00Z")
JSON = nested(nested(nested(PLAIN)))


@given(content=JSON)
def test_any_file_is_a_list_or_none(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    folder = tmp_path_factory.getbasetemp() / "any" / "sessions"
    terminal(folder).keep(list_of("mine"))
    only_file(folder).write_text(json.dumps(content), "utf-8")
    shown, sitting = terminal(folder).shown(), terminal(folder).sitting()
    assert shown is None or isinstance(shown.ids, tuple)
    assert sitting is None or isinstance(sitting.page, tuple)


WHO = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from coolcli import session
found = session.here(Path("unused"), datetime(2026, 11, 20, tzinfo=UTC))
Path(sys.argv[1]).write_text(f"{found.key} {found.borrows}")
"""


def who(tmp_path: Path, *, on_terminal: bool = False) -> str:
    """Ask a process of its own which session it is in: without a controlling terminal, or on one made for it."""
    answer = tmp_path / "answer"
    command = [sys.executable, "-c", WHO, str(answer)]
    if on_terminal:
        command = [sys.executable, "-c", f"import pty; pty.spawn({command!r})"]
    subprocess.run(command, start_new_session=True, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return answer.read_text()


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("COOL_SESSION", "TMUX", "TMUX_PANE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


posix = pytest.mark.skipif(sys.platform == "win32", reason="controlling terminals of POSIX")


@posix
def test_a_process_without_a_terminal_has_the_session_it_is_told(tmp_path: Path, plain: pytest.MonkeyPatch) -> None:
    assert who(tmp_path) == "None False"
    plain.setenv("COOL_SESSION", "mine")
    assert who(tmp_path) == "name:mine False"
    plain.setenv("TMUX_PANE", "%1")  # inherited by a script: it is not the pane's list
    assert who(tmp_path) == "name:mine False"
    plain.setenv("COOL_SESSION", "")
    assert who(tmp_path) == "None False"


@posix
def test_a_terminal_is_a_session_of_its_own(tmp_path: Path, plain: pytest.MonkeyPatch) -> None:
    plain.setenv("COOL_SESSION", "mine")
    first, second = who(tmp_path, on_terminal=True), who(tmp_path, on_terminal=True)
    assert first.startswith("tty:")
    assert first.endswith(" True")
    assert first != second  # its leader's number and start tell it from a later one on the same tty
    plain.setenv("TMUX", "/run/tmux-1000/default,7,0")
    plain.setenv("TMUX_PANE", "%1")
    assert who(tmp_path, on_terminal=True) == "tmux:/run/tmux-1000/default,7,0:%1 True"


def test_a_list_that_cannot_be_kept_leaves_no_older_one_in_its_place(folder: Path) -> None:
    """Numbers of the new list would else mean papers of the old one."""
    named(folder).keep(list_of("first"))
    (file,) = folder.iterdir()
    in_the_way = folder / f".{file.name}.{os.getpid()}"
    in_the_way.mkdir()
    assert not named(folder).keep(list_of("first, again"))
    assert named(folder).shown() == list_of("first")
    assert not named(folder).keep(list_of("second")._replace(ids=IDS[::-1]))
    assert named(folder).shown() is None
