"""New versions of starred papers: which there are, in words, and that they were seen.

stars -> of() -> News -> sentences (`today`, `next`, `sync`)
                      -> seen(): events of `diff`, `show` and `open`, so that each is told until it was looked at
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from coolcli.arxiv.calendar import arxiv_day
from coolcli.models import Event, Paper
from coolcli.render.words import versions
from coolcli.store import events, replaced
from coolcli.store.database import Database
from coolcli.store.replaced import Star

MOST_NAMED = 3
"""Papers that a sentence names before it says how many more there are."""
_TITLE = 60
"""Characters of a title that a sentence shows."""


class News(NamedTuple):
    """A starred paper of which there is a version that the reader has not seen."""

    paper: Paper
    """As it is known now."""
    before: int | None
    """The version that was starred; None where none was stated."""
    version: int | None
    """The newest; None where it was announced without saying which it is."""
    withdrawn: bool


def of(database: Database, ids: Sequence[str] | None = None) -> list[News]:
    """Give what is new of the starred papers (of some ids, of all), newest star first. Reads the store only."""
    with database.read() as connection:
        found = [star for star in replaced.stars(connection, ids) if is_new(star)]
        papers = replaced.texts(connection, [star.id for star in found]) if found else {}
    return [_news(star, papers[star.id]) for star in found]


def unclear(database: Database) -> dict[str, int]:
    """Give the starred papers of which a new version came that only its listing spoke of, and what it is at the least.

    A listing need not say which version it is, nor that it is a withdrawal; arXiv's records do, and are asked once.
    """
    with database.read() as connection:
        asked = replaced.recorded(connection)
        found = [star for star in replaced.stars(connection) if is_new(star)]
    return {
        star.id: max(star.starred_version or 0, star.seen_version or 0) + 1
        for star in found
        if asked.get(star.id) != _named(star)
    }


def note_clear(database: Database, ids: Collection[str]) -> None:
    """Remember of some papers that arXiv's records were asked about the version that they have now."""
    with database.write() as connection:
        stars = {star.id: _named(star) for star in replaced.stars(connection)}
        asked = replaced.recorded(connection) | {name: stars[name] for name in ids if name in stars}
        replaced.note_recorded(connection, {name: what for name, what in asked.items() if name in stars})


def _named(star: Star) -> str:
    """Name the newest version, as far as it is known."""
    return f"{star.version or ''} {star.replaced or ''}"


def is_new(star: Star) -> bool:
    """Decide whether there is a version of a starred paper that its reader has not seen.

    Versions tell it where they are stated. Where they are not (a page has them for papers with HTML only), a
    replacement announced after the paper was starred and seen does: one announced by then was what they saw.
    """
    return _stated(star) or _announced_since(star)


def sentences(news: Sequence[News]) -> list[str]:
    """Say what is new, in a sentence for new versions and one for withdrawn papers; none where nothing is."""
    lines = []
    replacements = [one for one in news if not one.withdrawn]
    if replacements:
        have = "starred paper has" if len(replacements) == 1 else "starred papers have"
        which = _listed([f"{one.paper.id} {versions(one.before, one.version)}" for one in replacements])
        lines.append(f"{len(replacements)} {have} a new version: {which}. `cool diff` shows what changed.")
    withdrawn = [one for one in news if one.withdrawn]
    if withdrawn:
        were = "starred paper was" if len(withdrawn) == 1 else "starred papers were"
        which = _listed([f"{one.paper.id} ({_short(one.paper.title or '')})" for one in withdrawn])
        lines.append(f"{len(withdrawn)} {were} withdrawn: {which}.")
    return lines


def summary(database: Database) -> str | None:
    """Say in a few words how many starred papers have news; None where none has."""
    found = of(database)
    withdrawn = sum(one.withdrawn for one in found)
    newer = len(found) - withdrawn
    facts = [f"{newer} with a new version"] * bool(newer) + [f"{withdrawn} withdrawn"] * bool(withdrawn)
    return f"of your stars {', '.join(facts)}: `cool diff`" if facts else None


def told(database: Database) -> list[str]:
    """Say what is new of the starred papers, a sentence each for new versions and for withdrawn papers."""
    return sentences(of(database))


def content(one: News) -> dict[str, str | int | bool | None]:
    """Give one as JSON has it."""
    return {"id": one.paper.id, "from": one.before, "to": one.version, "withdrawn": one.withdrawn}


def seen(news: Iterable[News], now: datetime) -> list[Event]:
    """Make the events by which these are no news any more."""
    return [events.mark("seen", one.paper.id, now, version=one.version) for one in news]


def _stated(star: Star) -> bool:
    if star.seen_at is not None and star.seen_version is None:
        return False  # a newer version was seen without a number: the number that comes later is no news
    return star.starred_version is not None and _is_above(star)


def _is_above(star: Star) -> bool:
    return star.version is not None and star.version > max(star.starred_version or 0, star.seen_version or 0)


def _announced_since(star: Star) -> bool:
    return star.replaced is not None and star.replaced > _last_looked_at(star)


def _last_looked_at(star: Star) -> date:
    """Give the day of the newest listing that was announced when the reader starred the paper, or saw it after that."""
    return arxiv_day(max(star.starred_at, star.seen_at or star.starred_at))


def _news(star: Star, paper: Paper) -> News:
    from coolcli.arxiv.text import is_withdrawn

    return News(paper, star.starred_version, star.version if _is_above(star) else None, is_withdrawn(paper))


def _listed(named: Sequence[str]) -> str:
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more


def _short(title: str) -> str:
    from coolcli.render.math import readable

    shown = readable(title)
    return shown if len(shown) <= _TITLE else shown[:_TITLE].rsplit(" ", 1)[0] + " …"
