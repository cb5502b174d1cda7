"""A real terminal for `cool`: a pseudo-terminal with a session of its own, read by pyte.

with Terminal(cool, columns=80) as terminal:
    shown = terminal.run("today", "cs.LG")
    assert "Friday" in shown.text
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyte

from tests.cli.program import COMMAND, LIMIT

if TYPE_CHECKING:
    from types import TracebackType

    from tests.cli.program import Program

_ENDED = re.compile(rb"\x1b\]7777;(-?\d+)\x07")
_LEADER = Path(__file__).with_name("leader.py")
_WIDE = 400
"""Wider than any screen here, so that no line is broken."""


@dataclass(frozen=True)
class Shown:
    """What one command wrote on the terminal, stdout and stderr together as they came."""

    raw: str
    code: int
    columns: int

    @cached_property
    def lines(self) -> list[str]:
        """The lines on a screen of this width."""
        return _display(self.raw, self.columns)

    @cached_property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> list[str]:
        return self.text.split()

    @cached_property
    def written(self) -> list[str]:
        """The lines as they were written, before any screen broke them."""
        return _display(self.raw, _WIDE)


class Terminal:
    """A terminal of some size with a session in it, in which commands run one after the other."""

    def __init__(self, cool: Program, *, columns: int = 120, rows: int = 50, **variables: str | None) -> None:
        self.columns = columns
        self._cool = cool
        self._variables: dict[str, str | None] = {"TERM": "xterm-256color", "COOL_SESSION": None, "PAGER": "cat"}
        self._variables |= variables
        self._output = bytearray()
        self._read_until = 0
        self._came = threading.Condition()
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        orders, self._orders = os.pipe()
        self._leader = subprocess.Popen(
            [sys.executable, str(_LEADER), str(orders)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            pass_fds=(orders,),
            start_new_session=True,
        )
        os.close(theirs)
        os.close(orders)
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._orders)
        try:
            self._leader.wait(2)
        except subprocess.TimeoutExpired:
            self._leader.kill()
            self._leader.wait()
        self._reader.join(5)
        os.close(self._ours)

    def run(self, *arguments: str, code: int = 0, **variables: str | None) -> Shown:
        """Run a command to its end; its exit code has to be the one expected."""
        self.start(*arguments, **variables)
        shown = self.ended()
        assert "Traceback" not in shown.raw, shown.raw
        assert shown.code == code, f"exit code {shown.code}\n{shown.text}"
        return shown

    def start(self, *arguments: str, **variables: str | None) -> None:
        """Start a command that a test types something to."""
        environment = self._cool.environment(**self._variables | variables)
        order = {"command": [*COMMAND, *arguments], "environment": environment, "folder": str(self._cool.folder)}
        os.write(self._orders, json.dumps(order).encode() + b"\n")

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size; what is shown from now on is read at that width."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.columns = columns

    def send(self, number: int) -> None:
        """Send a signal to the running command, and to nothing that it started."""
        child = subprocess.run(["pgrep", "-P", str(self._leader.pid)], capture_output=True, check=True)
        os.kill(int(child.stdout), number)

    def until(self, text: str, *, times: int = 1) -> None:
        """Wait until the running command has written something, so many times."""
        self._wait(lambda: self._output[self._read_until :].count(text.encode()) >= times, text)

    def ended(self) -> Shown:
        """Wait for the end of the running command."""
        self._wait(lambda: _ENDED.search(self._output, self._read_until) is not None, "the end")
        end = _ENDED.search(self._output, self._read_until)
        assert end
        raw = bytes(self._output[self._read_until : end.start()]).decode("utf-8")
        self._read_until = end.end()
        return Shown(raw, int(end[1]), self.columns)

    def _wait(self, condition: object, what: str) -> None:
        assert callable(condition)
        deadline = time.monotonic() + LIMIT
        with self._came:
            while not condition():
                left = deadline - time.monotonic()
                assert left > 0 and self._came.wait(left), f"{what!r} did not come:\n{self._output.decode()}"

    def _listen(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:
                return  # the last process of the session is gone
            if not piece:
                return
            with self._came:
                self._output += piece
                self._came.notify_all()


def _display(raw: str, columns: int) -> list[str]:
    """Let a screen show it that is so tall that nothing scrolls away."""
    screen = pyte.Screen(columns, raw.count("\n") + len(raw) // columns + 2)
    pyte.Stream(screen).feed(raw)
    lines = [line.rstrip() for line in screen.display]
    while lines and not lines[-1]:
        lines.pop()
    return lines
