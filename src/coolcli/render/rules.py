"""Rules, and what they would have done on past days, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from coolcli.render.words import short_day

if TYPE_CHECKING:
    from rich.table import Table


class Line(NamedTuple):
    """A rule as it is listed."""

    number: int
    effect: str
    """`watch` or `mute`."""
    query: str
    since: date
    """The day on which it was made."""
    fitting: int | None
    """How many of the last days' papers fit it; None where it cannot be understood."""
    papers: int
    days: int
    """How many papers there are on those days, and how many days there are."""


def table(lines: Sequence[Line]) -> Table:
    """Set rules for a terminal."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    grid.add_column("#", justify="right", no_wrap=True)
    grid.add_column("", no_wrap=True)
    grid.add_column("papers that", overflow="fold")
    grid.add_column("fit", justify="right", no_wrap=True)
    grid.add_column("since", no_wrap=True)
    for line in lines:
        fit = "not understood" if line.fitting is None else f"{line.fitting:,} of {line.papers:,}"
        grid.add_row(
            Text(str(line.number), "dim"),
            Text(line.effect, "bold cyan" if line.effect == "watch" else "magenta"),
            Text(line.query),
            Text(fit, "bold red" if line.fitting is None else "" if line.fitting else "dim"),
            Text(short_day(line.since), "dim"),
        )
    return grid


def text(line: Line) -> str:
    """Write a rule as a line for a pipe: number, effect, query, papers that fit, of how many, since when."""
    fitting = "" if line.fitting is None else str(line.fitting)
    fields = (str(line.number), line.effect, line.query, fitting, str(line.papers), line.since.isoformat())
    return "\t".join(fields) + "\n"


def days(found: Iterable[tuple[date, int, int, int]]) -> Table:
    """Set days for a terminal: how many of their papers fit, and how many of these are starred."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    grid.add_column("day", no_wrap=True)
    for name in ("papers", "fit", "starred"):
        grid.add_column(name, justify="right", no_wrap=True)
    for day, papers, fitting, starred in found:
        grid.add_row(
            Text(short_day(day)),
            Text(f"{papers:,}", "dim"),
            Text(f"{fitting:,}", "bold" if fitting else "dim"),
            Text(f"{starred:,}", "yellow" if starred else "dim"),
        )
    return grid
