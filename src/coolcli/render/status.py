"""Where the reader stands, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from coolcli.models import Row
from coolcli.render import words
from coolcli.render.pieces import Line, bar

DAYS = 5
"""Unread days that have a line each; older ones are summed."""
NAMED = 4
"""Saved searches that are named though nothing of them is new."""
_BAR = 24
_LABEL = 9


class NewHits(NamedTuple):
    """How much a saved search finds that is new, and how much of it rules mute."""

    new: int
    muted: int = 0


class Standing(NamedTuple):
    """What is here, what waits, what is missing."""

    categories: Sequence[str]
    day: date | None
    """The newest listing that is here."""
    rows: Sequence[Row]
    """Its papers."""
    expected: date | None
    """The latest listing, where it is announced and not here."""
    absent: Sequence[str]
    """The categories of which it is not."""
    problem: str | None
    """Why it could not be had, where it was asked for."""
    unread: Mapping[date, int]
    """By day, oldest first."""
    muted: tuple[int, int]
    """How many of them rules mute, and how many rules those are."""
    left_out: int
    """Papers that do not enter the unread, since subscriptions leave them out."""
    cached: int | None
    """Papers that are here, whenever they were announced; counted only where no category is followed."""
    starred: int
    unopened: int
    gaps: Mapping[str, Sequence[date]]
    """The days of each category that are missing between those that are here."""
    following: datetime
    """The next announcement."""
    searches: Mapping[str, NewHits | None]
    """The saved searches by their names; None for one that cannot be understood any more."""

    def document(self, now: str, following: str) -> dict[str, Any]:
        """Give it for a program, with the moment it is of and that of the next announcement."""
        return {
            "at": now,
            "categories": list(self.categories),
            "day": self.day.isoformat() if self.day else None,
            "papers": len(self.rows),
            "not_fetched": self.expected.isoformat() if self.expected else None,
            "unread": sum(self.unread.values()),
            "unread_by_day": {day.isoformat(): count for day, count in self.unread.items()},
            "left_out": self.left_out,
            "starred": self.starred,
            "unopened": self.unopened,
            "muted": self.muted[0],
            "searches": {name: hits and hits.new for name, hits in self.searches.items()},
            "missing": {category: [day.isoformat() for day in gap] for category, gap in self.gaps.items()},
            "next_announcement": following,
        }


def lines(standing: Standing, now: datetime) -> Iterator[Line]:
    """Give it in words."""
    yield from _latest(standing)
    if standing.categories and standing.day:
        yield from _unread(standing.unread, *standing.muted)
    if standing.left_out:
        out = f"{words.number(standing.left_out, 'paper')}, as you subscribed without them: "
        yield [_label("Left out"), (out, ""), ("cool subscribe", "cyan")]
    if standing.starred:
        yield from _starred(standing.starred, standing.unopened)
    if standing.searches:
        yield _searches(standing.searches)
    yield from _missing(standing.gaps)
    yield [_label("Next"), (f"announcement {words.upcoming(standing.following, now)}", "dim")]
    yield [("", "")]
    yield [("Try: " + " · ".join(_hints(standing)), "dim")]


def _latest(standing: Standing) -> Iterator[Line]:
    if standing.cached is not None:
        yield [("You follow no category yet", "bold"), (": ", ""), ("cool subscribe cs.LG stat.ML", "cyan")]
        yield [(f"{words.number(standing.cached, 'paper')} cached: ", "dim"), ("cool list", "cyan")]
        yield [("", "")]
        return
    day = words.long_day(standing.day) if standing.day else "Nothing is here yet"
    yield [(day, "bold"), ("  ", ""), (", ".join(standing.categories), "cyan")]
    if standing.rows:
        yield [(f"{words.number(len(standing.rows), 'paper')}: {words.by_type(standing.rows)}", "dim")]
    if standing.expected:
        day = f"{standing.expected:%A} {standing.expected.day} {standing.expected:%B}"
        of = f" of {', '.join(standing.absent)}" if len(standing.absent) < len(standing.categories) else ""
        yield [(f"The listing of {day}{of} is announced and not fetched: ", "yellow"), ("cool today", "cyan")]
        if standing.problem:
            yield [(f"It was asked for: {standing.problem}", "dim")]
    yield [("", "")]


def _unread(by_day: Mapping[date, int], muted: int, rules: int) -> Iterator[Line]:
    total = sum(by_day.values())
    over = f" over {len(by_day)} days" if len(by_day) > 1 else ""
    yield [_label("Unread"), (f"{total:,}", "bold"), (over, "")]
    newest_first = sorted(by_day, reverse=True)
    shown, older = newest_first[:DAYS], newest_first[DAYS:]
    most = max((by_day[day] for day in shown), default=1)
    for day in shown:
        count = by_day[day]
        name = f"{day:%a} {day.day:>2} {day:%b}"
        yield [(f"{'':<{_LABEL}}{name}", ""), (f"{count:>7,}  ", "bold"), (bar(count / most, _BAR), "cyan")]
    if older:
        count = sum(by_day[day] for day in older)
        since = f"  of {words.number(len(older), 'day')} before, since {words.short_day(older[-1])}"
        yield [(f"{'':<{_LABEL}}{'older':<10}", ""), (f"{count:>7,}", "bold"), (since, "dim")]
    if muted:
        of_them = "all" if muted == total else f"of them {muted:,}"
        by = f"{of_them} muted by {words.number(rules, 'rule')}: "
        yield [(f"{'':<{_LABEL}}{by}", ""), ("cool next --muted", "cyan")]


def _starred(starred: int, unopened: int) -> Iterator[Line]:
    if unopened:
        which = "none of them opened yet" if unopened == starred else f"of them {unopened:,} not opened yet"
        yield [_label("Starred"), (f"{starred:,}, {which}: ", ""), ("cool open", "cyan")]
    else:
        yield [_label("Starred"), (f"{starred:,}, all of them opened", "")]


def _searches(searches: Mapping[str, NewHits | None]) -> Line:
    """Name the saved searches, first those with something new; of the others those that have room."""
    line = [_label("Searches")]
    first = sorted(searches.items(), key=lambda named: not (named[1] and named[1].new))
    for number, (name, hits) in enumerate(first):
        line.append((" · " if number else "", "dim"))
        if number >= NAMED and not (hits and hits.new):
            line.append((f"{words.number(len(first) - number, 'other')}", "dim"))
            break
        told = "not understood" if hits is None else words.new_hits(*hits) or "none new"
        line += [(f"@{name}", "cyan"), (f" {told}", "bold" if hits and hits.new else "dim")]
    return line


def _missing(gaps: Mapping[str, Sequence[date]]) -> Iterator[Line]:
    """Name the categories that miss the same days together."""
    of: dict[tuple[date, ...], list[str]] = {}
    for category, gap in gaps.items():
        of.setdefault(tuple(gap), []).append(category)
    for gap, categories in of.items():
        days = f"{words.number(len(gap), 'day')} of {', '.join(categories)}, {words.span(gap)}: "
        yield [_label("Missing"), (days, "yellow"), ("cool catchup", "cyan")]


def _hints(standing: Standing) -> Iterator[str]:
    if not standing.categories:
        yield "cool categories learning"
        yield "cool today cs.LG"
    elif standing.gaps:
        yield "cool catchup"
    elif standing.expected or not standing.day:
        yield "cool today"
    elif not standing.unread:
        yield "cool today"
        yield "cool stars"
    if standing.unread:
        yield "cool triage"
        yield "cool next"
    if len(standing.unread) > DAYS:
        yield f"cool done --before {sorted(standing.unread)[-DAYS]}"
    yield "cool --help"


def _label(name: str) -> tuple[str, str]:
    return (f"{name:<{_LABEL}}", "bold")
