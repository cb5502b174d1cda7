"""Make the pictures of the README, docs/today.svg and docs/triage.svg, from the demonstration.

    python docs/picture.py

The first is what the program writes on a pseudo-terminal, drawn by rich; the second is its triage screen, drawn by
Textual. Both are of a home of their own and of a fixed moment, so that they are the same each time.
"""

from __future__ import annotations

import asyncio
import os
import pty
import struct
import sys
import tempfile
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text
from typer.main import get_command

from coolcli import config
from coolcli.cli.app import app, flags_of
from coolcli.cli.desk import Desk
from coolcli.cli.listing import subscribed
from coolcli.cli.triage import made
from coolcli.cli.triaging.scope import Scope, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coolcli.tui.app import Triage

COLUMNS, LINES = 120, 60
SCREEN_LINES = 32
MOMENT = {"COOL_NOW": "2026-11-20T09:12:00+01:00", "TZ": "Europe/Paris"}
KEYS = ("j", "s", "j", "j", "j", "s", *"jjjjjj")
"""What is pressed in the triage screen before the picture is taken."""
WAIT = 1.5
"""Seconds after which the screen has seen that the network is done with."""
DAY = "\x1b[1mFriday"
"""What the table begins with; before it stands that the papers are invented."""


def run(home: str, *words: str) -> str:
    """Run `cool --demo` with some words on a terminal and give all that it wrote there."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {
            **MOMENT,
            "COOL_HOME": home,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "COLUMNS": str(COLUMNS),
            "LINES": str(LINES),
        }
        os.environ.pop("TMUX_PANE", None)
        os.execv(sys.executable, [sys.executable, "-m", "coolcli", "--demo", *words])
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    written = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
        if not chunk:
            break
        written += chunk
    os.waitpid(child, 0)
    return written.decode().replace("\r\n", "\n")


def draw(shown: str, file: Path) -> None:
    """Draw what a terminal showed as an SVG."""
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115, PTH123
    console.print(Text("$ cool today stat.ML", "bold"))
    console.print(Text.from_ansi(shown))
    console.save_svg(str(file), title="cool")


async def after(screen: Triage, keys: Sequence[str]) -> str:
    """Press keys in the triage screen and give what it shows then, as an SVG."""
    async with screen.run_test(size=(COLUMNS, SCREEN_LINES)) as pilot:
        while screen.fetching.running or not screen.sitting.pile.shown:
            await pilot.pause(0.1)
        await pilot.press(*keys)
        await pilot.pause(WAIT)
        return screen.export_screenshot(title="cool triage")


def draw_triage(home: str, file: Path) -> None:
    """Go through some papers of a category and draw the screen."""
    os.environ |= {**MOMENT, "COOL_HOME": home}
    with get_command(app).make_context("cool", ["--demo", "count"]) as context:
        flags_of(context).demo = True
        desk = Desk(context)
        source = Source(desk, Scope(subscribed(desk)))
        file.write_text(asyncio.run(after(made(desk, source, config.keys(desk.paths.settings)), KEYS)), "utf-8")


def main() -> None:
    """Make a morning's first minutes, then the pictures of it."""
    with tempfile.TemporaryDirectory() as home:
        run(home, "today", "stat.ML", "--no-pager")
        run(home, "star", "2", "5")
        run(home, "done", "1", "3")
        shown = run(home, "today", "stat.ML", "--no-pager")
        run(home, "sync")
        run(home, "watch", "kernel")
        draw_triage(home, Path(__file__).with_name("triage.svg"))
    draw(shown[shown.index(DAY) :], Path(__file__).with_name("today.svg"))


if __name__ == "__main__":
    main()
