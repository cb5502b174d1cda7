"""A desk for work in another thread, while the screen is the reader's: it prints nothing, and ends when asked to.

What it shares with the desk it comes from is known before: flags, places, settings, the clock. Its database and its
arXiv are its own, made in the thread that uses them first; both keep the pace of all processes.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from coolcli.cli.desk import Desk
from coolcli.render.screen import Progress


class Stopped(BaseException):
    """The work was asked to end; no `except Exception` keeps it, as with Ctrl-C."""


class Aside(Desk):
    """A desk beside another one.

    with Aside(desk, tell) as aside:    # in the thread that works with it
        announcements = aside.patient_announcements()
    """

    def __init__(self, desk: Desk, tell: Callable[[str], object]) -> None:
        """Take over what is known, in the thread of the desk.

        `tell` is given, in the thread that works, all that would be told: what is waited for, an empty text where that
        is over, notices.
        """
        self._begin(desk.flags, pager=False)
        self._stopping = threading.Event()
        self._tell = tell
        self.paths, self.settings, self.origins = desk.paths, desk.settings, desk.origins
        self.now, self.clock = desk.clock(), desk.clock
        self.divert(self._told, _Line(self._told))

    def __enter__(self) -> Self:
        """Begin, in the thread that will work with it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self._open.close()

    def stop(self) -> None:
        """Ask the work to end, from any thread: Stopped is raised in it where it waits, or has something to tell.

        It is no loss: each answer is stored in one transaction, or not at all.
        """
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Tell whether the work was asked to end."""
        return self._stopping.is_set()

    def pause(self, seconds: float) -> None:
        """Wait so many seconds, as arXiv asks for. Raises Stopped."""
        if self._stopping.wait(seconds):
            raise Stopped

    def _told(self, words: str) -> None:
        self.pause(0)
        self._tell(words)

    def _import_rendering(self) -> None:
        """Import nothing: what shows the answer is there already."""


class _Line(Progress):
    """What is waited for, told as words."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        super().__init__(io.StringIO())
        self._tell = tell

    def say(self, words: str) -> None:
        self._tell(words)

    def clear(self) -> None:
        self._tell("")
