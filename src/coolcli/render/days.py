"""Days with their counts: as a table on a terminal, as lines in a pipe, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from coolcli.render.words import short_day

if TYPE_CHECKING:
    from rich.table import Table


class DayLine(NamedTuple):
    """What is known of a day in some categories, each paper once."""

    day: date
    announced: int | None
    """None where arXiv stated no count of one of them."""
    here: int
    unread: int
    starred: int
    notes: tuple[str, ...] = ()
    """What is not as it should be, in words."""

    @property
    def is_whole(self) -> bool:
        """Tell whether all that was announced is known to be here."""
        return not self.notes and self.announced is not None and self.here >= self.announced


def table(lines: Sequence[DayLine]) -> Table:
    """Set days for a terminal, the oldest first."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    grid.add_column("day", no_wrap=True)
    for name in ("announced", "here", "unread", "starred"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("", overflow="fold")
    for line in lines:
        short = line.announced is not None and line.here < line.announced
        grid.add_row(
            Text(short_day(line.day)),
            Text("?" if line.announced is None else f"{line.announced:,}", "" if line.announced else "dim"),
            Text(f"{line.here:,}", "bold red" if short else "" if line.here else "dim"),
            Text(f"{line.unread:,}", "bold" if line.unread else "dim"),
            Text(f"{line.starred:,}", "yellow" if line.starred else "dim"),
            Text("; ".join(line.notes), "yellow"),
        )
    return grid


def text(line: DayLine) -> str:
    """Write a day as a line for a pipe: day, announced, here, unread, starred, notes."""
    announced = "" if line.announced is None else str(line.announced)
    fields = (line.day.isoformat(), announced, str(line.here), str(line.unread), str(line.starred))
    return "\t".join([*fields, "; ".join(line.notes)]) + "\n"


def content(line: DayLine) -> dict[str, Any]:
    """Give a day as JSON has it."""
    return line._asdict() | {"day": line.day.isoformat(), "notes": list(line.notes)}
