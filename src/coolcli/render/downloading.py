"""The line that shows a file coming: its name, a bar, how much of how much, how fast, which of how many."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Column

from coolcli.render.words import columns

_NARROW = 60
"""Columns below which there is room for the name and the bytes alone."""
_OF_CTRL_C = 3
"""Columns for the `^C` that a terminal shows: it would break the line, and half of it would stay."""


class Bar:
    """A line on stderr that is there while a file comes, and gone when it is closed."""

    def __init__(self, name: str, which: str, here: int, total: int | None) -> None:
        """Take the file's name, which of how many it is, and how many bytes of how many are here before it begins."""
        width = columns(sys.stderr) - _OF_CTRL_C
        label = TextColumn(
            "{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")
        )
        wide = [BarColumn(bar_width=width // 5), DownloadColumn(), TransferSpeedColumn()]
        shown = [label, *(wide if width >= _NARROW else [DownloadColumn()]), TextColumn(which, markup=False)]
        console = Console(stderr=True, width=width, highlight=False, markup=False, emoji=False)
        self._progress = Progress(
            *shown, console=console, transient=True, expand=True, redirect_stdout=False, redirect_stderr=False
        )
        self._task = self._progress.add_task(name, total=total, completed=here)

    def show(self, done: int, total: int | None) -> None:
        """Say how many bytes are here, and of how many where that is known; the line appears with the first."""
        # Begun when somebody can close it, and drawn by its own thread alone: Ctrl-C comes to this one, and what it
        # interrupts in the middle of a line could not be taken away.
        self._progress.live.start()
        self._progress.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Take the line away."""
        self._progress.stop()
