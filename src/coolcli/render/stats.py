"""What was announced and what was read: a calendar, bars, the unread as a curve, then a few numbers.

Every mark has a shape of its own, so that it says the same without colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from coolcli.render import words
from coolcli.render.pieces import Line

WIDTH = 80
"""Columns where no terminal says how many it has."""

_SHADES = "░▒▓█"
_ALL, _HALF, _SOME = "✓", "+", "·"
"""How much of a day is read: the mark beside its shade."""
_NONE, _MISSING = "-", "?"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
_WIDEST_CELL, _NARROWEST_CELL = 7, 3
_WIDEST = 160
"""Longer bars and curves say no more."""
_CURVE = 6
"""Lines of the curve."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"


class Day(NamedTuple):
    """What entered the unread on a day of announcement, and what became of it."""

    day: date
    announced: int
    read: int
    starred: int


class Share(NamedTuple):
    """What entered the unread of a category, and what became of it."""

    announced: int
    read: int
    starred: int


class Figures(NamedTuple):
    """What is drawn."""

    since: date
    until: date
    days: Sequence[Day]
    missing: frozenset[date]
    """Days of which a listing is announced and not here."""
    categories: Mapping[str, Share]
    unread: Sequence[tuple[date, int]]
    """At the end of each day."""
    read_on: Mapping[date, int]
    """How many papers were read on each day, whenever they were announced."""

    def document(self) -> dict[str, Any]:
        """Give the numbers for a program."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "days": [day._asdict() | {"day": day.day.isoformat()} for day in self.days],
            "missing": sorted(day.isoformat() for day in self.missing),
            "categories": {name: share._asdict() for name, share in self.categories.items()},
            "unread": {day.isoformat(): count for day, count in self.unread},
            "read_on": {day.isoformat(): count for day, count in self.read_on.items()},
        }


def lines(figures: Figures, width: int = WIDTH) -> Iterator[Line]:
    """Draw it, in so many columns."""
    yield [(f"{words.short_day(figures.since)} to {words.short_day(figures.until)}", "bold")]
    yield [("", "")]
    yield from _calendar(figures, width)
    yield [("", "")]
    yield from _bars(figures.categories, width)
    yield [("", "")]
    yield from _curve(figures.unread, width)
    yield [("", "")]
    yield from _numbers(figures)


def _calendar(figures: Figures, width: int) -> Iterator[Line]:
    """Draw weeks as columns, as many below each other as the width needs."""
    days = {day.day: day for day in figures.days}
    bounds = _quarters([day.announced for day in figures.days])
    mondays = _mondays(figures.since, figures.until)
    room = width - 4
    cell = min(_WIDEST_CELL, max(_NARROWEST_CELL, room // len(mondays)))
    at_once = max(1, room // cell)
    for first in range(0, len(mondays), at_once):
        band = mondays[first : first + at_once]
        yield [(f"    {_months(band, cell)}", "dim")]
        for offset, name in enumerate(_WEEKDAYS):
            line: Line = [(f"{name} ", "dim")]
            for monday in band:
                line += _cell(monday + timedelta(days=offset), days, figures, bounds, cell)
            yield line
    yield from _legend(figures.days, bounds)


def _cell(day: date, days: Mapping[date, Day], figures: Figures, bounds: Sequence[int], width: int) -> Line:
    found = days.get(day)
    if found and found.announced:
        return [(_shade(found, bounds) * (width - 2), "cyan"), (f"{_read_mark(found)} ", "green")]
    if not figures.since <= day <= figures.until:
        return [(" " * width, "")]
    missing = day in figures.missing
    mark, style = (_MISSING, "bold yellow") if missing else (_NONE, "dim")
    return [(f"{mark:<{width}}", style)]


def _shade(day: Day, bounds: Sequence[int]) -> str:
    return _SHADES[sum(day.announced > bound for bound in bounds)]


def _read_mark(day: Day) -> str:
    if day.read == day.announced:
        return _ALL
    return " " if not day.read else _HALF if 2 * day.read >= day.announced else _SOME


def _quarters(counts: Sequence[int]) -> list[int]:
    """Give the three bounds that part counts into quarters, so that every day differs from the usual one."""
    ordered = sorted(count for count in counts if count)
    return [ordered[(len(ordered) - 1) * part // 4] for part in (1, 2, 3)] if ordered else []


def _mondays(since: date, until: date) -> list[date]:
    monday = since - timedelta(days=since.weekday())
    return [monday + timedelta(weeks=week) for week in range((until - monday).days // 7 + 1)]


def _months(mondays: Sequence[date], cell: int) -> str:
    """Name each month above the first week that begins in it."""
    begins = [index == 0 or monday.month != mondays[index - 1].month for index, monday in enumerate(mondays)]
    if len(begins) > 1 and begins[1]:
        begins[0] = False  # the name would run into the next one
    return "".join(
        f"{monday:%b}".ljust(cell) if begin else " " * cell for monday, begin in zip(mondays, begins, strict=True)
    )


def _legend(days: Sequence[Day], bounds: Sequence[int]) -> Iterator[Line]:
    counts: dict[str, list[int]] = {}
    for day in days:
        counts.setdefault(_shade(day, bounds), []).append(day.announced)
    line: Line = [("    announced, new or cross-listed ", "dim")]
    for shade in _SHADES:
        if found := counts.get(shade):
            span = f"{min(found):,}" if min(found) == max(found) else f"{min(found):,}-{max(found):,}"
            line += [(shade, "cyan"), (f" {span}  ", "dim")]
    yield line
    yield [
        ("    read ", "dim"),
        (_SOME, "green"),
        (" some  ", "dim"),
        (_HALF, "green"),
        (" half or more  ", "dim"),
        (_ALL, "green"),
        (" all    ", "dim"),
        (_MISSING, "bold yellow"),
        (" not here  ", "dim"),
        (f"{_NONE} nothing announced", "dim"),
    ]


def _bars(categories: Mapping[str, Share], width: int) -> Iterator[Line]:
    """Draw a bar for each category: what is read, then what is not."""
    most = max((share.announced for share in categories.values()), default=0)
    label = max(map(len, categories), default=0) + 1
    room = max(10, min(width, _WIDEST) - label - 40)
    for name, share in sorted(categories.items(), key=lambda item: (-item[1].announced, item[0])):
        whole = round(room * share.announced / most) if most else 0
        read = round(whole * share.read / share.announced) if share.announced else 0
        yield [
            (f"{name:<{label}}", "bold"),
            ("█" * read, "green"),
            ("░" * (whole - read), "cyan"),
            (" " * (room - whole + 1), ""),
            (f"{share.announced:>7,}", "bold"),
            (f"  {share.read:,} read · {share.starred:,} starred", ""),
        ]


def _curve(unread: Sequence[tuple[date, int]], width: int) -> Iterator[Line]:
    """Draw the unread over time, filled: a column for a day, or for as many as fit."""
    if not unread:
        return
    most = max(count for _, count in unread)
    label = len(f"{most:,}") + 1
    heights = _columns([count for _, count in unread], min(width, _WIDEST) - label)
    yield [("Unread over time", "bold")]
    for row in range(_CURVE - 1, -1, -1):
        name = f"{most:,}" if row == _CURVE - 1 else "0" if row == 0 else ""
        level = [max(0, min(8, round(height / most * _CURVE * 8) - row * 8)) if most else 0 for height in heights]
        yield [(f"{name:>{label - 1}} ", "dim"), ("".join(_EIGHTHS[eighths] for eighths in level), "magenta")]
    first, last = words.short_day(unread[0][0]), words.short_day(unread[-1][0])
    gap = max(1, len(heights) - len(first) - len(last))
    yield [(f"{'':<{label}}{first}{'':<{gap}}{last if len(unread) > 1 else ''}", "dim")]


def _columns(counts: Sequence[int], room: int) -> list[int]:
    """Spread counts over columns: the highest of the days that share one, so that no peak is lost."""
    if len(counts) <= room:
        return [count for count in counts for _ in range(max(1, min(room // len(counts), 8)))]
    bounds = [place * len(counts) // room for place in range(room + 1)]
    return [max(counts[first:end]) for first, end in pairwise(bounds)]


def _numbers(figures: Figures) -> Iterator[Line]:
    announced = sum(day.announced for day in figures.days)
    read, starred = sum(day.read for day in figures.days), sum(day.starred for day in figures.days)
    days = sum(day.announced > 0 for day in figures.days)
    yield _fact("entered the unread", f"{announced:,} papers on {words.number(days, 'day')}")
    yield _fact("read of them", f"{read:,} ({_percent(read, announced)})")
    yield _fact("starred of them", f"{starred:,} ({_percent(starred, announced)})")
    if announced:
        busiest = max(figures.days, key=lambda day: day.announced)
        yield _fact("busiest day", f"{words.short_day(busiest.day)}: {words.number(busiest.announced, 'paper')}")
    if figures.read_on:
        best = max(figures.read_on, key=lambda day: figures.read_on[day])
        on = words.number(len(figures.read_on), "day")
        yield _fact("you read on", f"{on}, most on {words.short_day(best)}: {figures.read_on[best]:,}")
    if figures.unread:
        yield _fact("unread now", f"{figures.unread[-1][1]:,}")


def _fact(name: str, value: str) -> Line:
    return [(f"{name:<20}", "dim"), (value, "")]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"
