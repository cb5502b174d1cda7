"""Driving a program that draws a full screen: its keys, and when what they led to had been written."""

from __future__ import annotations

import os
import re
import select
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from benchmarks.children import BrokenRunError, on_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

COLUMNS, LINES = 120, 40
_LIMIT = 10.0
"""Seconds after which what is awaited is taken not to come."""


class Screen:
    """A program on a terminal of its own, killed at the end: it has no way to tidy up that would be counted."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it."""
        self.cpu = 0.0
        """Seconds of CPU, user and system, of all its life; known once it is gone."""
        self._written = bytearray()
        self._began = time.perf_counter()
        self._child, self._ours = on_terminal(command, env, (LINES, COLUMNS))

    def __enter__(self) -> Self:
        """Give it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill it."""
        self._child.kill()
        _, status, usage = os.wait4(self._child.pid, 0)
        self._child.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        os.close(self._ours)

    def press(self, key: str) -> None:
        """Type a key; what is awaited next comes after it."""
        self._written.clear()
        self._began = time.perf_counter()
        os.write(self._ours, key.encode())

    def until(self, *awaited: str) -> float:
        """Give the seconds from the start or the key until all of some words were written. Raises BrokenRunError."""
        return self.once(lambda text: all(words in text for words in awaited), f"{awaited!r} did not come")

    def once(self, holds: Callable[[str], bool], otherwise: str) -> float:
        """Give the seconds from the start or the key until something held of what was written since."""
        while not holds(self.written):
            if not self._read(_LIMIT) or time.perf_counter() - self._began > _LIMIT:
                raise BrokenRunError(f"{otherwise}: {self.written[-2000:]!r}")
        return self._moment - self._began

    def settle(self, quiet: float) -> None:
        """Read until nothing is written for so many seconds."""
        while self._read(quiet):
            pass

    def peak(self) -> int:
        """Give the most memory that it had at once so far, in bytes. Linux alone tells."""
        status = Path(f"/proc/{self._child.pid}/status").read_text()
        found = re.search(r"VmHWM:\s*(\d+) kB", status)
        assert found is not None
        return int(found[1]) * 1024

    @property
    def written(self) -> str:
        """Give what was written since the start or the last key."""
        return self._written.decode(errors="replace")

    def _read(self, seconds: float) -> bool:
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:  # its end of the terminal is closed
            return False
        self._moment = time.perf_counter()
        self._written += piece
        return bool(piece)
