"""In tmux, where the pane names the session and the screen is what tmux says it is."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli import expected
from tests.cli.conftest import FRIDAY
from tests.cli.panes import Server
from tests.cli.program import LIMIT, Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.arxiv_simulator import World

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Tmux:
    """A server whose panes run a plain shell."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.call = server.call
        self._folder = folder
        self._count = 0

    def split(self) -> str:
        """Open a second pane beside and give its name."""
        return self.call("split-window", "-h", "-P", "-F", "#{pane_id}", "/bin/sh").strip()

    def first(self) -> str:
        return self.call("list-panes", "-F", "#{pane_id}").split()[0]

    def run(self, pane: str, *arguments: str) -> str:
        """Type a command into a pane, wait for its end, and give what the pane shows."""
        self._count += 1
        told = self._folder / f"ended-{self._count}"
        line = shlex.join([sys.executable, "-m", "coolcli", *arguments])
        self.call("send-keys", "-t", pane, f"clear; {line}; echo $? > {told}.part; mv {told}.part {told}", "Enter")
        deadline = time.monotonic() + LIMIT
        while not told.exists():
            assert time.monotonic() < deadline, self.call("capture-pane", "-p", "-t", pane)
            time.sleep(0.02)
        assert told.read_text().strip() == "0", self.call("capture-pane", "-p", "-t", pane)
        return self.call("capture-pane", "-p", "-J", "-S", "-", "-t", pane)


@pytest.fixture
def tmux(cool: Program, tmp_path: Path) -> Iterator[Tmux]:
    environment = cool.environment(COOL_SESSION=None, PAGER="cat", PS1="$ ", SHELL="/bin/sh", TERM="screen")
    server = Server(tmp_path, environment)
    with server.running("/bin/sh", columns=120, rows=50):
        yield Tmux(server, tmp_path)


def test_a_day_in_a_pane(tmux: Tmux, world: World) -> None:
    shown = tmux.run(tmux.first(), "today", "cs.LG", "--replaced")
    replaced = [name for name, kind in expected.listed(world, FRIDAY, "cs.LG") if kind.startswith("replace")]
    assert all(name in shown for name in replaced)
    assert "Sixth Thoughts on Harbour Bells" in shown


def test_each_pane_has_numbers_of_its_own(tmux: Tmux, cool: Program, world: World) -> None:
    left = tmux.first()
    right = tmux.split()
    tmux.run(left, "today", "cs.LG", "--new")
    tmux.run(right, "today", "cs.LG", "--replaced")
    pairs = expected.listed(world, FRIDAY, "cs.LG")
    new = next(name for name, kind in pairs if kind == "new")
    replaced = next(name for name, kind in pairs if kind.startswith("replace"))
    assert new in tmux.run(left, "star", "1")
    assert cool.run("stars").ids == [new]
    tmux.run(right, "star", "1")
    assert set(cool.run("stars").ids) == {new, replaced}
