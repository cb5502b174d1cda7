"""A disk that is full, read-only or broken, data of somebody else, homes and settings that are not what they should
be: what can be shown is shown, a change fails in words, and nothing is overwritten or lost.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import COMMAND, LIMIT, Homes, Program, Result
from tests.cli.terminal import Terminal
from tests.disks import Disk, bearing, mounted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.arxiv_simulator import ArxivSimulator, World

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX only")

SHOWING = ["today", "show 1", "open --print 1", "today --json", "stars", "stars --json", "undo --list", "config"]
CHANGING = ["star {2}", "unstar {0}", "done {3}", "undo", "subscribe cs.CL", "today cs.CL", "config set open.confirm 3"]
"""Papers by their place in the listing: numbers of rows cannot be kept, so they mean nothing."""


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """A reader who has starred two papers of Thursday's listing."""
    assert cool.simulator is not None
    cool.simulator.now = eastern(THURSDAY, 12)
    homes.begin(cool, "subscribe cs.LG", "today", "star 1 2", "config set open.in abs")
    return cool


@pytest.fixture
def database(reader: Program) -> Path:
    (file,) = (reader.home / "data").glob("*.db")
    return file


def files(home: Path) -> dict[str, bytes]:
    """Every file of a home but the cache's, which is made anew, and those that SQLite makes beside its own."""
    return {
        file.relative_to(home).as_posix(): file.read_bytes()
        for file in home.rglob("*")
        if file.is_file() and "cache" not in file.relative_to(home).parts and not file.name.endswith(("-wal", "-shm"))
    }


def fails(cool: Program, command: str, *, code: int = 5) -> str:
    """Run a command that has to fail in words: one line or two, and nothing on stdout."""
    result = cool.run(*command.split(), code=code)
    assert result.stdout == ""
    lines = problem(result)
    assert 1 <= len(lines) <= 2, result.stderr
    return "\n".join(lines)


def problem(result: Result) -> list[str]:
    """The lines of the error, without what was told before it."""
    lines = [line for line in result.complaints if line.startswith(("cool: ", "      "))]
    assert not lines or lines[0].startswith("cool: ")
    return lines


# A disk that is full


@pytest.fixture
def disk(reader: Program) -> Iterator[Disk]:
    """A small disk that bears the reader's home."""
    with bearing(reader.home) as disk:
        yield disk


def test_a_full_disk(reader: Program, disk: Disk, world: World) -> None:
    disk.fill()
    before = files(reader.home)
    for command in SHOWING:
        assert reader.run(*command.split()).stdout, command
    ids = expected.ids(world, THURSDAY, "cs.LG")
    shown = reader.run("today")
    assert shown.ids == ids
    assert "Row numbers cannot be kept" in shown.stderr
    reader.run("star", "3", code=3)
    for command in CHANGING:
        words = fails(reader, command.format(*ids))
        assert "disk is full" in words or "No space left" in words, command
        assert "room" in words, command
    assert files(reader.home) == before
    assert {file.suffix for file in reader.home.rglob(".*")} == set(), "a draft was left"

    disk.make_room()
    for command in CHANGING:
        reader.run(*command.format(*ids).split())
    assert reader.run("config", "open.confirm").stdout.split("\t")[1] == "3"
    assert set(reader.run("today", "cs.CL", "--offline").ids) == set(expected.ids(world, THURSDAY, "cs.CL"))
    assert set(reader.run("stars").ids) == {ids[1], ids[2]}, "`undo` took the last change back, the read mark"


def test_reading_goes_on_on_a_full_disk_with_papers_that_are_not_indexed(reader: Program, disk: Disk) -> None:
    """With rules, saved searches and an order of one's own: each would bring something up to date first."""
    reader.run("save", "all", "NOT zebra")
    reader.run("mute", "zebra")
    ids = reader.run("today").ids
    reader.run("star", *ids[:6])
    reader.run("done", *ids[6:])
    with closing(sqlite3.connect(reader.home / "data" / "cool.db")) as connection, connection:
        connection.execute("INSERT OR IGNORE INTO unindexed SELECT id FROM papers")
        connection.execute("DELETE FROM meta WHERE key = 'searches'")
        connection.execute("DELETE FROM learned")
    disk.fill()
    before = files(reader.home)
    for command in ("today", "", "list", "today --order mine", f"why {ids[0]}", f"show {ids[0]}", "save", "rules"):
        assert reader.run(*command.split()).stdout, command
    for command in ("search -n 3 NOT zebra", "list -q zebra", f"related {ids[0]}"):
        shown = reader.run(*command.split())
        assert shown.stderr.count("not in the index, which cannot be written: searches leave them out.") == 1, command
    assert files(reader.home) == before


def test_a_page_of_next_on_a_full_disk(reader: Program, disk: Disk) -> None:
    disk.fill()
    first = reader.run("next")
    assert len(first.ids) == 10
    assert "cannot be remembered and comes again: the cache folder cannot be written" in first.stderr
    disk.make_room()
    assert reader.run("next").ids == first.ids, "none of it was marked"


def test_a_new_listing_on_a_full_disk(reader: Program, disk: Disk, sim: ArxivSimulator, world: World) -> None:
    """What is cached is shown; the new day is had once there is room."""
    disk.fill()
    sim.now = eastern(FRIDAY, 12)
    assert reader.run("today", code=4).ids == expected.ids(world, THURSDAY, "cs.LG")
    disk.make_room()
    assert set(reader.run("today").ids) == set(expected.ids(world, FRIDAY, "cs.LG"))


def test_the_first_run_on_a_full_disk(cool: Program, world: World) -> None:
    cool.home.mkdir()
    with mounted(cool.home, kilobytes=4096) as disk:
        disk.fill()
        for command in ("today cs.LG", "star 2611.00001", "subscribe cs.LG", "config set open.in abs"):
            fails(cool, command)
        disk.make_room()
        assert set(cool.run("today", "cs.LG").ids) == set(expected.ids(world, FRIDAY, "cs.LG"))


def test_a_disk_that_fills_while_a_listing_is_stored(cool: Program) -> None:
    cool.home.mkdir()
    with mounted(cool.home, kilobytes=160):
        assert "disk is full" in fails(cool, "today cs.LG")
        assert is_sound(cool.home / "data" / "cool.db")


def is_sound(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def attempted(cool: Program, command: str, *, kilobytes: int | None = None) -> Result:
    """Run a command that may fail, but only in words; where told, no file that it writes may be larger than that."""

    def limit() -> None:
        import resource

        if kilobytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    done = subprocess.run(
        [*COMMAND, *command.split()],
        env=cool.environment(),
        cwd=cool.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        preexec_fn=limit,
        start_new_session=True,
        check=False,
    )
    result = Result(done.returncode, done.stdout, done.stderr)
    assert result.code in (0, 5), result.stderr
    assert len(problem(result)) == (2 if result.code else 0)
    assert not (result.code and result.stdout)
    return result


@posix
@pytest.mark.parametrize("kilobytes", [0, 8, 40])
def test_files_that_may_not_grow(reader: Program, kilobytes: int, world: World) -> None:
    before = files(reader.home)
    ids = expected.ids(world, THURSDAY, "cs.LG")
    assert attempted(reader, "stars", kilobytes=kilobytes).ids == ids[:2]
    assert attempted(reader, "today", kilobytes=kilobytes).ids == ids
    starred = attempted(reader, f"star {ids[2]}", kilobytes=kilobytes)
    for command in ("today cs.CL", "config set open.confirm 30"):
        attempted(reader, command, kilobytes=kilobytes)
    if not kilobytes:
        assert starred.code == 5
        assert files(reader.home) == before
    assert reader.run("stars").ids == ([ids[2]] if starred.code == 0 else []) + ids[:2]
    assert reader.run("config", "open.in").stdout.split("\t")[1] == "abs"


# A disk, or only the file, that is read-only


def test_a_read_only_disk(reader: Program, disk: Disk, sim: ArxivSimulator, world: World) -> None:
    before = files(reader.home)
    disk.protect()
    for command in SHOWING:
        assert reader.run(*command.split()).stdout, command
    ids = expected.ids(world, THURSDAY, "cs.LG")
    for command in CHANGING:
        assert "read-only" in fails(reader, command.format(*ids)).lower(), command
    assert "arXiv is not asked" in reader.run("audit", code=4).stdout
    sim.now = eastern(FRIDAY, 12)
    assert reader.run("today", code=4).ids == expected.ids(world, THURSDAY, "cs.LG")
    assert files(reader.home) == before


# Data that is damaged, or not this program's


@posix
def test_a_damaged_page_is_told_in_words(reader: Program, database: Path) -> None:
    whole = database.read_bytes()
    told = 0
    for page in range(0, len(whole) // 4096, 2):
        content = bytearray(whole)
        content[page * 4096 : page * 4096 + 4096] = b"\xa5" * 4096
        database.write_bytes(content)
        result = attempted(reader, "today --offline")
        if result.code:
            told += 1
            assert "damaged" in result.complaints[0]
            assert database.read_bytes() == content
    assert told > 2


def another_program(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE contacts (name)")


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 1000")


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "another program's": (another_program, "damaged or not cool's"),
    "no database": (lambda file: file.write_bytes(b"Milk, bread, a chart.\n" * 50), "damaged or not cool's"),
    "cut": (lambda file: file.write_bytes(file.read_bytes()[:-4096]), "damaged or not cool's"),
    "newer": (newer, "newer version"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_data_that_is_not_to_be_touched(reader: Program, database: Path, kind: str) -> None:
    change, words = FOREIGN[kind]
    change(database)
    before = files(reader.home)
    for command in ("today", "star 2611.00001", "stars"):
        assert words in fails(reader, command)
    assert files(reader.home) == before


@posix
def test_links(reader: Program, database: Path) -> None:
    stars = reader.run("stars").ids
    elsewhere = reader.folder / "elsewhere"
    elsewhere.mkdir()
    database.rename(elsewhere / "mine.db")
    database.symlink_to(elsewhere / "mine.db")
    assert reader.run("stars").ids == stars
    reader.run("star", "2611.99999", "--offline")
    assert database.is_symlink()
    assert len(reader.run("stars").ids) == len(stars) + 1

    database.unlink()
    database.symlink_to(elsewhere / "nothing" / "mine.db")
    fails(reader, "stars")
    assert database.is_symlink()
    database.unlink()
    database.symlink_to(database)
    fails(reader, "stars")


# Homes


@posix
@pytest.mark.parametrize("name", ["with blanks", "new\nline", "~", "a?b#c%20d", "naïve 木", "-v", "deep/er/still"])
def test_a_home_of_any_name(cool: Program, name: str) -> None:
    cool.run("star", "2611.99999", "--offline", COOL_HOME=str(cool.folder / name))
    assert cool.run("stars", COOL_HOME=str(cool.folder / name)).ids == ["2611.99999"]
    assert (cool.folder / name / "data" / "cool.db").exists()


def test_a_relative_home_and_an_empty_one(cool: Program) -> None:
    cool.run("star", "2611.99999", "--offline", COOL_HOME="beside")
    assert (cool.folder / "beside" / "data" / "cool.db").exists()
    cool.run("star", "2611.99998", "--offline", COOL_HOME="")
    assert cool.run("stars", COOL_HOME=None).ids == ["2611.99998"]


@pytest.mark.parametrize("place", ["", "/below/it"])
def test_a_home_that_is_a_file(cool: Program, place: str) -> None:
    file = cool.folder / "file"
    file.write_text("A diary.")
    cool.variables["COOL_HOME"] = f"{file}{place}"
    for command in ("today cs.LG", "stars", "star 2611.00001 --offline", "config set open.in abs"):
        fails(cool, command)
    assert file.read_text() == "A diary."


# Settings

SETTINGS = {
    "broken TOML": (b"[open\nin = 3", 2),
    "no UTF-8": (b'[open]\nin = "caf\xe9"\n', 5),
    "unknown key": (b"[opne]\nin = 3\n", 2),
    "wrong type": (b"[list]\nlimit = 'many'\n", 2),
    "value for a table": (b"open = 3\n", 2),
    "table for a value": (b"[open.in]\nabs = 1\n", 2),
    "deep": (b"a = " + b"[" * 20000, 2),
    "zeros": (bytes(200), 2),
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_settings_that_cannot_be_read(reader: Program, kind: str) -> None:
    content, code = SETTINGS[kind]
    file = reader.home / "config.toml"
    file.write_bytes(content)
    for command in ("stars", "config"):
        words = fails(reader, command, code=code)
        assert str(file) in words
        assert len(words.splitlines()) == 2, words
    if kind not in ("unknown key", "wrong type", "table for a value"):  # those need not be in the way of others
        fails(reader, "config set open.confirm 3", code=code)
    assert file.read_bytes() == content


def test_settings_that_are_a_folder(reader: Program) -> None:
    file = reader.home / "config.toml"
    file.unlink()
    file.mkdir()
    assert str(file) in fails(reader, "stars")
    assert str(file) in fails(reader, "config set open.in abs")
    assert list(file.iterdir()) == []


# Another process that has the file

SOON = 1.0
"""Seconds within which Ctrl-C has to be heard, with time for a busy machine."""


@pytest.fixture
def locked(database: Path) -> Iterator[Path]:
    """Another process is in the middle of writing."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield database
        connection.execute("ROLLBACK")


@posix
@pytest.mark.parametrize("command", ["star 3", "undo", "today cs.CL"])
def test_ctrl_c_while_another_process_has_the_file(reader: Program, locked: Path, command: str) -> None:
    before = locked.read_bytes()
    with reader.start(*command.split()) as process:
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.8)
            pressed = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
    assert time.monotonic() - pressed < SOON
    assert process.returncode == 130
    assert out == b""
    assert err.decode().splitlines() == ["Interrupted: what was done before is kept."]
    assert locked.read_bytes() == before


def test_reading_goes_on_while_another_process_writes(reader: Program, locked: Path) -> None:
    assert locked.exists()
    assert len(reader.run("stars").ids) == 2
    assert reader.run("today").ids


@posix
def test_the_wait_is_shown_on_a_terminal(reader: Program, locked: Path) -> None:
    with Terminal(reader) as terminal:
        terminal.start("star", "2611.99999", "--offline")
        terminal.until("another process is using the data")
        terminal.type("\x03")
        shown = terminal.ended()
    assert locked.exists()
    assert shown.code == 130
    assert [line for line in shown.lines if line.strip()] == ["Interrupted: what was done before is kept."]


if sys.platform != "win32":

    def test_a_folder_that_is_gone(reader: Program) -> None:
        """The shell stands in a folder that was removed, and COOL_HOME is relative to it."""
        gone = reader.folder / "gone"
        gone.mkdir()
        script = f'cd "{gone}" && rmdir "{gone}" && exec "{sys.executable}" -m coolcli stars'
        done = subprocess.run(
            ["sh", "-c", script],
            env=reader.environment(COOL_HOME="home"),
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert done.returncode == 5, done.stderr
        assert len(done.stderr.splitlines()) == 2
