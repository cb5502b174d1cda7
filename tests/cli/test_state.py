"""`cool state`: all that the reader did as text, and the same on every machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.program import COMMAND, Program, Result
from tests.disks import mounted
from tests.state.locked import locked

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator, World

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


@pytest.fixture
def machines(tmp_path: Path, sim: ArxivSimulator) -> tuple[Program, Program]:
    """Two machines of one reader."""
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        folder.mkdir()
    return Program(folders[0], sim), Program(folders[1], sim)


@pytest.fixture
def remote(tmp_path: Path) -> str:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "papers.git")], check=True)
    return str(tmp_path / "papers.git")


def marks(cool: Program) -> list[tuple[str, bool, bool]]:
    papers = cool.run("--offline", "list", "--json").document["papers"]
    return sorted((paper["id"], paper["starred"], paper["read"]) for paper in papers if paper["starred"])


def test_what_was_written_is_taken_in_elsewhere(machines: tuple[Program, Program], tmp_path: Path) -> None:
    one, other = machines
    one.run("subscribe", "cs.LG")
    one.run("today")
    one.run("star", "1", "3")
    one.run("done", "1-4")
    place = str(tmp_path / "state")
    written = one.run("state", "export", place)
    assert written.stdout == f"1 file in {place}, 1 changed.\n"
    assert one.run("state", "export", place).stdout.endswith("none changed.\n")
    assert "would come" in other.run("state", "import", place, "--dry-run").stdout
    assert other.run("stars").stdout == ""
    taken = other.run("state", "import", place)
    assert "of 1 device" in taken.stdout
    copy = taken.stderr.rpartition("before: ")[2].strip().removesuffix(".")
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT count(*) FROM events").fetchone() == (0,)
    assert other.run("state", "import", place).stdout == "All of it was here already.\n"
    other.run("sync")
    assert marks(other) == marks(one) != []
    assert other.run("count").stdout == one.run("count").stdout


def test_json_says_the_same(machines: tuple[Program, Program], tmp_path: Path) -> None:
    one, other = machines
    one.run("star", "2611.00001", "--offline")
    place = str(tmp_path / "state")
    assert one.run("state", "export", place, "--json").document["export"]["changed"] == 1
    taken = other.run("state", "import", place, "--json").document["import"]
    assert taken.pop("copy").endswith("cool.before-import-2026-11-20.db")
    assert taken == {"events": 1, "devices": 1, "subjects": 1, "disputed": 0, "dry_run": False}
    said = other.run("state", "--json").document["state"]
    assert said["repository"] is None and [one["events"] for one in said["devices"].values()] == [1]


@needs_git
def test_three_commands_bring_a_second_machine_to_the_same(
    machines: tuple[Program, Program], remote: str, world: World
) -> None:
    one, other = machines
    one.run("subscribe", "cs.LG")
    one.run("today")
    one.run("star", "2")
    assert remote in one.run("state", "init", remote).stdout
    assert one.run("state", "push").stdout == "Pushed; nothing new came.\n"
    assert one.run("state", "push").stdout == "Nothing to push; nothing new came.\n"
    other.run("state", "init", remote)
    synced = other.run("sync")
    assert "events from your other machines" in synced.stdout
    assert marks(other) == marks(one)
    other.run("unstar", marks(other)[0][0])
    other.run("sync", "--quiet")
    assert one.run("sync", "--json").document["exchange"] == {"received": 1, "problem": None}
    assert marks(one) == []
    assert "of 2 devices" in one.run("state").stdout


@needs_git
def test_a_machine_that_follows_nothing_gets_its_stars_with_their_titles(
    machines: tuple[Program, Program], remote: str, world: World
) -> None:
    one, other = machines
    one.run("today", "cs.LG")
    one.run("star", "2")
    one.run("state", "init", remote)
    one.run("state", "push")
    other.run("state", "init", remote)
    synced = other.run("sync")
    assert synced.stdout == "1 event from your other machines.\n" and "not subscribed" in synced.stderr
    assert [line.title for line in other.run("stars").lines] == [line.title for line in one.run("stars").lines] != [""]
    shutil.rmtree(remote)
    assert "no git repository" in other.run("sync", "--quiet", code=4).stderr


@needs_git
def test_a_copy_of_the_repository_that_is_damaged_is_made_anew(machines: tuple[Program, Program], remote: str) -> None:
    one, _ = machines
    one.run("star", "2611.00001", "--offline")
    one.run("state", "init", remote)
    (one.home / "data" / "state.git" / "config").write_text("")
    assert "is damaged" in one.run("state", "push", code=5).stderr
    one.run("state", "init", remote)
    one.run("state", "push")


@needs_git
def test_a_repository_that_is_gone_is_told_and_hinders_nothing(machines: tuple[Program, Program], remote: str) -> None:
    one, _ = machines
    one.run("subscribe", "cs.LG")
    one.run("state", "init", remote)
    shutil.rmtree(remote)
    failed = one.run("state", "push", code=4)
    assert failed.complaints[0].startswith("cool: There is no git repository") and len(failed.complaints) == 2
    synced = one.run("sync", "--quiet", code=4)
    assert "Not exchanged with your other machines: There is no git repository" in synced.stderr
    assert one.run("count").stdout != "0\n"


@needs_git
def test_offline_exchanges_nothing(machines: tuple[Program, Program], remote: str) -> None:
    one, _ = machines
    one.run("state", "init", remote)
    assert "--offline" in one.run("state", "push", "--offline", code=4).stderr


def test_a_category_that_only_another_machine_knows_can_be_left(
    machines: tuple[Program, Program], tmp_path: Path
) -> None:
    one, other = machines
    one.run("subscribe", "cs.LG")
    place = tmp_path / "state"
    one.run("state", "export", str(place))
    (file,) = place.iterdir()
    file.write_text(file.read_text().replace("category:cs.LG", "category:zz.ZZ"))
    other.run("state", "import", str(place))
    assert "zz.ZZ" in other.run("subscribe").stdout
    other.run("unsubscribe", "zz.ZZ")
    assert other.run("subscribe").stdout == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("push",), 2, "No repository is set up"),
        (("push", "x"), 2, "takes nothing more"),
        (("impor", "x"), 2, "Did you mean import"),
        (("export", ""), 2, "takes one folder"),
        (("init",), 2, "takes the address"),
        (("init", "a", "b"), 2, "takes the address"),
        (("init", "--", "--x"), 2, "is no address"),
        (("export",), 2, "takes one folder"),
        (("pull",), 2, "cannot do 'pull'"),
        (("export", "here", "--dry-run"), 2, "--dry-run"),
        (("export", "~nobody-at-all/x"), 2, "no home of"),
        (("import", "nowhere"), 5, "does not exist"),
        (("--demo", "init", "x"), 2, "demonstration"),
        (("--demo", "push"), 2, "demonstration"),
    ],
)
def test_what_cannot_be_is_told(cool: Program, words: tuple[str, ...], code: int, said: str) -> None:
    result = cool.run("state", *words, code=code)
    assert said in result.stderr and result.stdout == ""


def test_a_folder_with_a_line_that_is_none_changes_nothing(machines: tuple[Program, Program], tmp_path: Path) -> None:
    one, other = machines
    one.run("star", "2611.00001", "2611.00002", "--offline")
    place = tmp_path / "state"
    one.run("state", "export", str(place))
    (file,) = place.iterdir()
    lines = file.read_text().splitlines()
    file.write_text(f"{lines[0]}\n{lines[1][:-9]}\n")
    failed = other.run("state", "import", str(place), code=5)
    assert "line 2: it is no JSON" in failed.stderr and other.run("stars").stdout == ""


def test_kinds_that_a_newer_version_wrote_come_and_go(machines: tuple[Program, Program], tmp_path: Path) -> None:
    one, other = machines
    one.run("star", "2611.00001", "--offline")
    place = tmp_path / "state"
    one.run("state", "export", str(place))
    (file,) = place.iterdir()
    line = json.loads(file.read_text())
    newer = line | {"field": "mood", "value": ["new"], "clock": "001a30307d960009" + line["clock"][16:], "x": 1}
    with file.open("a") as end:
        end.write(json.dumps(newer) + "\n")
    before = file.read_text()
    other.run("state", "import", str(place))
    shutil.rmtree(place)
    other.run("state", "export", str(place))
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        json.loads(line) for line in before.splitlines()
    ]
    other.run("doctor", "--offline", code=0)


@needs_git
def test_two_that_push_at_once_both_arrive(machines: tuple[Program, Program], remote: str) -> None:
    for number, machine in enumerate(machines):
        machine.run("state", "init", remote)
        machine.run("star", f"2611.0001{number}", "--offline")
    running = [machine.start("state", "push") for machine in machines]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    for machine in machines:
        machine.run("state", "push")
    assert marks_of(machines[0].run("stars", "--offline")) == marks_of(machines[1].run("stars", "--offline"))
    assert len(machines[0].run("stars", "--offline").ids) == 2


def marks_of(shown: Result) -> set[str]:
    return set(shown.ids)


@needs_git
def test_without_a_terminal_git_asks_nobody(cool: Program) -> None:
    with locked() as url:
        result = cool.execute([*COMMAND, "state", "init", url])
    assert result.code == 4 and "asks for a password" in result.stderr and "hunter2" not in result.stderr


def test_a_full_disk_loses_nothing_of_the_folder_or_the_home(machines: tuple[Program, Program], tmp_path: Path) -> None:
    one, _ = machines
    one.run("star", "2611.00001", "--offline")
    place = tmp_path / "state"
    place.mkdir()
    with mounted(place, kilobytes=64) as disk:
        one.run("state", "export", str(place))
        (file,) = place.glob("*.jsonl")
        before = file.read_bytes()
        one.run("star", "2611.00002", "--offline")
        disk.fill()
        failed = one.run("state", "export", str(place), code=5)
        assert "cannot be written: No space left" in failed.stderr and "Nothing is lost" in failed.stderr
        assert file.read_bytes() == before and len(list(place.glob("*"))) == 2
        disk.make_room()
        one.run("state", "export", str(place))
        assert len(file.read_bytes().splitlines()) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="what it started is looked for in /proc")
def test_ctrl_c_ends_git_and_what_it_started(machines: tuple[Program, Program], tmp_path: Path) -> None:
    one, _ = machines
    told = tmp_path / "told"
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {told}.new && mv {told}.new {told}\nwait\n")
    slow.chmod(0o755)
    path = f"{slow.parent}{os.pathsep}{os.environ['PATH']}"
    with one.start("state", "init", "https://example.org/x.git", PATH=path) as process:
        while not told.exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and b"Traceback" not in errors
    child = int(told.read_text())
    deadline = time.monotonic() + 10
    while _lives(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_undo_says_what_another_machine_has_changed_since(machines: tuple[Program, Program], tmp_path: Path) -> None:
    one, other = machines
    first, second, place = "2611.00001", "2611.00002", str(tmp_path / "state")
    for text in ("older", "newer"):
        one.run("note", f"{first},{second}", text, "--offline")
    one.run("state", "export", place)
    other.run("state", "import", place)
    other.run("note", first, "theirs", "--offline")
    other.run("state", "export", place)
    one.run("state", "import", place)
    assert f"Undone in part, for another machine has changed {first} since: changed the note" in one.run("undo").stdout
    other.run("note", second, "theirs", "--offline")
    other.run("state", "export", place)
    one.run("state", "import", place)
    (change,) = one.run("undo", "--json").document["changes"]
    assert (change["verb"], change["undone"], change["left"]) == ("note", False, [first, second])
    one.run("star", first, "--offline")
    (change,) = one.run("undo", "--json").document["changes"]
    assert (change["verb"], change["undone"], change["left"]) == ("star", True, [])


def test_a_change_of_a_newer_version_is_told_as_it_is_called(cool: Program) -> None:
    cool.run("star", "2611.00001", "--offline")
    with closing(sqlite3.connect(cool.home / "data" / "cool.db")) as database, database:
        database.execute("UPDATE events SET verb = 'praise {0.__class__} {y} {tags}'")
    assert "praise {0.__class__} {y} {tags} 2611.00001" in cool.run("undo", "--list").stdout
    assert cool.run("undo").stdout.startswith("Undone: praise {0.__class__} {y} {tags} 2611.00001")
