"""Days, counts and times in words, for headings, footers and messages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import IO

from coolcli.models import AnnounceType, Basis, Part, Row, State

SECTIONS: dict[AnnounceType, tuple[str, str, str]] = {
    "new": ("New submissions", "new", "new"),
    "cross": ("Cross-lists", "cross-list", "cross-lists"),
    "replace": ("Replacements", "replacement", "replacements"),
    "replace-cross": ("Replaced cross-lists", "replaced cross-list", "replaced cross-lists"),
}
"""For each type: the heading of its section, and what one and several of them are called."""


BASES: dict[Basis, str] = {
    "submission": "made of what was submitted for it, not exactly what arXiv announced",
    "change": "made of what was changed on it, not exactly what arXiv announced: papers changed since are missing",
}
"""What is said of a day that is not exact."""

NOTE = "✎"
"""What stands for a note."""


def long_day(day: date) -> str:
    """Write a day in full: `Friday 20 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """Write a day short: `Fri 20 Nov 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def number(count: int, one: str, several: str | None = None) -> str:
    """Write a count with its noun: `1 paper`, `212 papers`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def new_hits(new: int, muted: int) -> str:
    """Say how many hits are new, and how many of them rules mute: `30 new, 49 more muted`; nothing where none are."""
    if muted and muted == new:
        return f"{new:,} new, {'all ' if new > 1 else ''}muted"
    return (f"{new - muted:,} new" if new else "") + (f", {muted:,} more muted" if muted else "")


def by_type(rows: Sequence[Row]) -> str:
    """Count rows by their types, in arXiv's order: `120 new, 60 cross-lists, 32 replacements`."""
    types = [row.announce_type for row in rows]
    return ", ".join(
        number(types.count(name), one, several) for name, (_, one, several) in SECTIONS.items() if name in types
    )


def completeness(state: State, here: int) -> str:
    """Say how many of how many announced papers are here, as far as that is known."""
    if any(part.basis for part in state.parts):
        return "not what arXiv announced, so there is no count to check it against"
    missing = [part for part in state.parts if part.complete is False]
    if missing:
        told = "; ".join(
            f"{part.category}: {'some' if part.here is None else f'{part.here:,}'} of {part.expected:,} announced"
            if part.expected
            else f"{part.category}: cut short"
            for part in missing
        )
        return f"papers are missing ({told}); `cool today --refresh` asks again"
    if state.complete is None:
        return "not checked against arXiv's own count (--refresh does)"
    if state.expected is not None:
        return (
            f"all {state.expected:,} announced are here"
            if state.expected != here
            else f"{here:,} of {here:,} announced"
        )
    return "all announced are here (" + ", ".join(f"{part.category} {part.expected:,}" for part in state.parts) + ")"


def freshness(part: Part) -> str | None:
    """Say in a sentence why a listing is not today's announcement; None where it is."""
    of = f"{part.category}: " if part.category else ""
    shown = f"the latest, {short_day(part.day)}, is shown" if part.day else "nothing is cached"
    if part.status == "offline":
        return f"{of}offline: {(part.problem or 'arXiv was not reached').rstrip('.')}; {shown}."
    if part.status == "stale":
        return f"{of}stale: {(part.problem or 'arXiv serves an older batch').rstrip('.')}; {shown}."
    return None


def token(state: State, arxiv_day: date) -> str:
    """Say in a few words, beside the day, that a listing is not today's announcement; nothing where it is."""
    if state.status == "offline":
        return "offline: the newest that is cached"
    if state.status == "stale":
        return "stale: arXiv serves an older batch"
    if state.status == "no_announcement":
        return f"the latest: no listing of {arxiv_day:%A} {arxiv_day.day} {arxiv_day:%B}"
    return ""


def span(days: Sequence[date]) -> str:
    """Name the first and the last of some days in their order, or the one that there is."""
    first, last = short_day(days[0]), short_day(days[-1])
    return first if first == last else f"{first} to {last}"


def not_here(gaps: dict[str, list[date]]) -> str:
    """Say which announced days are not here; nothing where all are."""
    told = []
    for category, gap in gaps.items():
        told.append(f"{number(len(gap), 'listing')} of {category} ({span(gap)})")
    return f"Not here: {'; '.join(told)}. `cool catchup` fetches them." if told else ""


def of_past(part: Part) -> str | None:
    """Say in a sentence what is to be known of a past day's listing; None where it is exact."""
    if part.status == "offline":
        shown = "what is cached is shown" if part.day else "nothing is cached of that day"
        return f"offline: {(part.problem or 'arXiv was not reached').rstrip('.')}; {shown}."
    if part.status == "no_announcement" and part.day is not None:
        if part.complete is None:
            yet = ", or not yet" if part.day.weekday() <= 4 else ""
            return f"arXiv has no listing of {long_day(part.day)}{yet}."
        only = ", or nothing in this category" if part.fetched_at and part.day.weekday() <= 4 else ""
        return f"arXiv announced nothing on {long_day(part.day)}{only}."
    if part.basis:
        return f"this day is {BASES[part.basis]}. arXiv's catch-up pages go back 90 days."
    return None


def token_of_past(state: State) -> str:
    """Say in a few words, beside a past day, that its listing is not exactly what arXiv announced."""
    told = ["offline: what is cached"] if state.status == "offline" else []
    bases = {part.basis for part in state.parts if part.basis}
    told += [f"not exact: by date of {basis}" for basis in sorted(bases)]
    return " · ".join(told)


def no_listing(arxiv_day: date, latest: date) -> str:
    """Say that arXiv's day has no listing, or not yet."""
    if arxiv_day.weekday() > 4:
        return f"arXiv announces nothing on a {arxiv_day:%A}: the latest listing is of {long_day(latest)}."
    return f"arXiv has no listing of {long_day(arxiv_day)}, or not yet: the latest is of {long_day(latest)}."


def newer(checked: State, shown: State) -> str:
    """Say that arXiv's page has a newer listing than the feed that was shown."""
    before = {part.category: part.day for part in shown.parts}
    found = [part for part in checked.parts if part.day and part.day != before[part.category]]
    days = "; ".join(f"{part.category}: {long_day(part.day)}" for part in found if part.day)
    return f"The feed was a day behind: arXiv's page has a newer listing ({days}), and its papers follow."


def fitted(text: str, stream: IO[str], *, indent: int = 2) -> str:
    """Break lines between words where the stream is a terminal that is narrower; its own breaking cuts words."""
    if not stream.isatty():
        return text
    import textwrap

    width = max(20, columns(stream))
    hanging = " " * indent
    return "\n".join(
        textwrap.fill(line, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
        if len(line) > width
        else line
        for line in text.split("\n")
    )


def columns(stream: IO[str]) -> int:
    """Give how wide a terminal is: as COLUMNS says, else as it says itself, 80 where neither does."""
    if said := os.environ.get("COLUMNS"):
        return int(said)
    return os.get_terminal_size(stream.fileno()).columns or 80


def upcoming(when: datetime, now: datetime) -> str:
    """Say when something is, in the reader's own time: `Monday 02:00 (in 18 h)`."""
    local = when.astimezone()
    left = when - now
    day = "today" if local.date() == now.astimezone().date() else f"{local:%A}"
    return f"{day} {local:%H:%M} (in {duration(left)})"


def duration(left: timedelta) -> str:
    """Write a span roughly: `40 min`, `18 h`, `3 days`."""
    minutes = max(0, round(left.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"


def versions(before: int | None, after: int | None) -> str:
    """Write from which version to which: `v1 → v2`, `v1 → a newer version`, `→ v2`."""
    arrow = f"→ v{after}" if after else "→ a newer version"
    return f"v{before} {arrow}" if before else arrow


def names(authors: Sequence[str], room: int) -> str:
    """Give as many authors as fit into so many characters, the first one always, and how many more there are."""
    shown = ""
    for number, author in enumerate(authors, 1):
        longer = f"{shown}, {author}" if shown else author
        rest = f" +{len(authors) - number}" if number < len(authors) else ""
        if number > 1 and len(longer) + len(rest) > room:
            return f"{shown} +{len(authors) - number + 1}"
        shown = longer
    return shown


def tagged(row: Row) -> str:
    """Write a paper's tags as they stand behind its title: ` #survey #to-read`."""
    from coolcli.arxiv.text import clean

    return "".join(f" #{clean(tag)}" for tag in row.marks.tags)


def titled(row: Row) -> str:
    """Give a paper's title as the screen shows it, or say that it is not known yet."""
    from coolcli.render.math import readable

    return "(pending: its title is not known yet)" if row.paper.title is None else readable(row.paper.title)
