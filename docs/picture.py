"""Make docs/today.svg, the picture of the README: the real program on a real terminal, drawn by rich.

    python docs/picture.py

Runs `cool --demo` in a home of its own on a pseudo-terminal, at a fixed time, so the picture is the same each time.
"""

import os
import pty
import struct
import sys
import tempfile
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

from rich.console import Console
from rich.text import Text

COLUMNS, LINES = 120, 60
DAY = "\x1b[1mFriday"
"""What the table begins with; before it stands that the papers are invented."""


def run(home: str, *words: str) -> str:
    """Run `cool --demo` with some words on a terminal and give all that it wrote there."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {
            "COOL_HOME": home,
            "COOL_NOW": "2026-11-20T09:12:00+01:00",
            "TZ": "Europe/Paris",
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


def main() -> None:
    """Make a morning's first minutes, then the picture of it."""
    with tempfile.TemporaryDirectory() as home:
        run(home, "today", "stat.ML", "--no-pager")
        run(home, "star", "2", "5")
        run(home, "done", "1", "3")
        shown = run(home, "today", "stat.ML", "--no-pager")
    draw(shown[shown.index(DAY) :], Path(__file__).with_name("today.svg"))


if __name__ == "__main__":
    main()
