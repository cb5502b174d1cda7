"""`cool triage` in a real terminal: tmux, a browser that only notes what it is given, and the database beside it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOW
from tests.cli.panes import Server
from tests.cli.program import LIMIT, Program
from tests.tui.conftest import ALL, CHINESE, LATEX, LONG, READ, STARRED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Pane:
    """The pane of a tmux server, with a shell in it."""

    def __init__(self, server: Server) -> None:
        self.call = server.call

    def press(self, *keys: str) -> None:
        """Press keys by the names that tmux has for them."""
        self.call("send-keys", *keys)

    def enter(self, line: str) -> None:
        self.call("send-keys", "-l", line)
        self.press("Enter")

    def triage(self) -> None:
        """Start the screen."""
        self.enter(f"clear; {shlex.join([sys.executable, '-m', 'coolcli', 'triage'])}")
        self.see("? help")

    @property
    def shown(self) -> str:
        return self.call("capture-pane", "-p")

    def see(self, text: str) -> str:
        """Wait until the pane shows something."""
        self.until(lambda: text in self.shown, text)
        return self.shown

    def until(self, is_so: Callable[[], bool], what: str = "it") -> None:
        deadline = time.monotonic() + LIMIT
        while not is_so():
            assert time.monotonic() < deadline, f"{what!r} did not come:\n{self.shown}"
            time.sleep(0.02)

    @property
    def process(self) -> int:
        """The process of the screen."""
        shell = self.call("display-message", "-p", "#{pane_pid}").strip()
        found = subprocess.run(["pgrep", "-P", shell], capture_output=True, check=True)
        return int(found.stdout.split()[0])

    def assert_it_is_sane(self) -> None:
        """The shell has its screen again, echoes what is typed, and the mouse is its own."""
        self.enter("echo sa''ne")
        self.see("sane")
        states = self.call("display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}").split()
        assert states == ["0", "0", "1"]
        assert "echo sa''ne" in self.shown


@pytest.fixture
def cool(furnished: Path, tmp_path: Path) -> Program:
    """A reader offline on Friday morning, with a browser that notes what it is given."""
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{tmp_path}/opened"\n')
    browser.chmod(0o755)
    variables = ALL | {"COOL_NOW": NOW.isoformat(), "COOL_OFFLINE": "1", "BROWSER": str(browser)}
    program = Program(tmp_path, variables=variables)
    (program.home / "data").mkdir(parents=True)
    shutil.copy(furnished, program.home / "data" / "cool.db")
    return program


@pytest.fixture
def pane(cool: Program, tmp_path: Path) -> Iterator[Pane]:
    server = Server(tmp_path, cool.environment(COOL_SESSION=None, SHELL="/bin/bash", TERM="screen-256color"))
    with server.running("bash --norc --noprofile", columns=100, rows=30):
        yield Pane(server)


def marked(cool: Program, field: str) -> set[str]:
    """The papers that bear a mark, as the database has it on disk."""
    with closing(sqlite3.connect(cool.home / "data" / "cool.db")) as connection:
        return {row[0] for row in connection.execute("SELECT subject FROM marks WHERE field = ?", [field])}


def test_a_sitting_from_its_start_to_the_next_one(pane: Pane, cool: Program, tmp_path: Path) -> None:
    pane.triage()
    pane.press("s")
    pane.see("Starred 2611.01001")
    pane.press("o")
    pane.until((tmp_path / "opened").exists, "the browser")
    pane.see("Opened in papers.cool")
    assert (tmp_path / "opened").read_text() == f"https://papers.cool/arxiv/{LONG}\n"
    pane.press("s")
    pane.see("Starred 2611.01002")
    pane.press("u")
    pane.see("Undone: starred 2611.01002")
    pane.press("j")
    pane.see("3/12")
    pane.press("q")
    pane.see("2 papers marked as read, 1 starred")
    pane.assert_it_is_sane()
    assert marked(cool, "starred") == {LONG, STARRED}
    assert marked(cool, "read") == {READ, LONG, LATEX}
    assert marked(cool, "opened") == {LONG}

    pane.triage()
    assert f"arXiv:{CHINESE}" in pane.shown
    assert "1/10 · 3 of 13 read, 2 starred" in pane.shown
    pane.press("C-c")
    pane.see("0 papers marked as read")
    pane.assert_it_is_sane()
    assert "a sitting of triage" in cool.run("undo").stdout
    assert marked(cool, "starred") == {STARRED}
    assert marked(cool, "read") == {READ}


def test_killed_in_the_middle_nothing_that_was_starred_is_lost(pane: Pane, cool: Program) -> None:
    pane.triage()
    pane.press("s")
    pane.see("Starred 2611.01001")
    os.kill(pane.process, signal.SIGKILL)
    pane.see("Killed")
    assert marked(cool, "starred") == {LONG, STARRED}
    assert "All is well." in cool.run("doctor").stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["TERM", "HUP"])
def test_ended_from_outside_all_is_stored_and_the_terminal_is_as_it_was(
    pane: Pane, cool: Program, number: signal.Signals
) -> None:
    pane.triage()
    pane.press("s", "j", "j")
    pane.see("3/12")
    os.kill(pane.process, number)
    pane.see("marked as read")
    pane.assert_it_is_sane()
    assert marked(cool, "read") == {READ, LONG, LATEX}
    assert marked(cool, "starred") == {LONG, STARRED}


def test_put_aside_and_taken_up_again(pane: Pane, cool: Program) -> None:
    pane.triage()
    pane.press("j")
    pane.see("2/12")
    pane.press("C-z")
    pane.see("Stopped")
    pane.assert_it_is_sane()
    assert marked(cool, "read") == {READ, LONG}
    pane.enter("fg")
    pane.see("? help")
    pane.press("j")
    pane.see("3/12")
    pane.press("q")
    pane.see("2 papers marked as read")
    pane.assert_it_is_sane()


def test_a_browser_of_terminals_has_the_terminal_until_it_ends(pane: Pane, cool: Program, tmp_path: Path) -> None:
    lynx = tmp_path / "lynx"
    lynx.write_text('#!/bin/sh\nprintf "page of %s\\n" "$1"\nread line\n')
    lynx.chmod(0o755)
    pane.enter(f"export BROWSER={lynx}")
    pane.triage()
    pane.press("o")
    assert "? help" not in pane.see(f"page of https://papers.cool/arxiv/{LONG}")
    pane.press("Enter")
    assert f"arXiv:{LATEX}" in pane.see("? help")
    pane.press("s")
    pane.see("Starred 2611.01002")
    pane.press("q")
    pane.see("1 paper marked as read, 1 starred")
    pane.assert_it_is_sane()
