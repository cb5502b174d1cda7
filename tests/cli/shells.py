"""A reader's own shell in a terminal, with completion installed as the README says.

with Shell("zsh", cool) as shell:
    shell.type("cool unst\\t")
    shell.until("cool unstar")
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shlex
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Self

import pyte

from tests.cli.program import COMMAND, LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from tests.cli.program import Program

COLUMNS, ROWS = 150, 60
INTERACTIVE = {
    "bash": (".bashrc", "PS1='ready> '", ["bash", "-i"]),
    "zsh": (".zshrc", "PS1='ready> '", ["zsh", "-i"]),
    "fish": (".config/fish/config.fish", "function fish_prompt; echo 'ready> '; end", ["fish", "-i"]),
}
"""The file that a shell reads at its start, what makes its prompt plain, and how it is started."""
# A terminal belongs to the shell that asks for it.
_LEADER = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Shell:
    """An interactive shell with `cool` on its path."""

    def __init__(self, name: str, cool: Program) -> None:
        file, prompt, command = INTERACTIVE[name]
        program = cool.folder / "bin" / "cool"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
        program.chmod(0o755)
        environment = cool.environment(COOL_SESSION=None, TERM="xterm", LANG="C.UTF-8", SHELL=name)
        environment["PATH"] = f"{program.parent}{os.pathsep}{environment['PATH']}"
        # Behind the `;` stands something, or the shell would be replaced by the program that looks for it.
        installing = [name, "-c", "cool --install-completion; true"]
        self.installed = subprocess.run(
            installing, env=environment, cwd=cool.folder, capture_output=True, text=True, timeout=LIMIT, check=True
        ).stdout
        start = cool.folder / file
        start.parent.mkdir(parents=True, exist_ok=True)
        with start.open("a", encoding="utf-8") as lines:
            lines.write(f"\n{prompt}\n")
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LEADER, *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            cwd=cool.folder,
            start_new_session=True,
        )
        os.close(theirs)
        self.until("ready>")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def until(self, *words: str) -> None:
        """Wait until the screen shows all of some words."""
        self.wait(lambda: all(word in self.text for word in words), f"{words} did not come")

    def wait(self, condition: Callable[[], bool], complaint: str) -> None:
        deadline = time.monotonic() + LIMIT
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self._ours], [], [], left)[0], f"{complaint}:\n{self.text}"
            self._stream.feed(os.read(self._ours, 65536))
