"""Papers, listings and their readable forms for tests, and the moment at which tests take place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from coolcli.models import AnnounceType, Counts, Entry, Event, Listing, Paper, Source
from coolcli.store import events, listings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coolcli.store.database import Database

DATA = Path(__file__).parent / "data"
"""Answers in arXiv's formats, written by hand, each with the expected result beside it."""

DAY = date(2026, 11, 20)
"""A Friday with a listing."""
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
"""That day, 9:00 US Eastern."""


def paper(paper_id: str = "2611.01234", **said: Any) -> Paper:
    """A paper of which arXiv said something: a title and a category, if nothing else."""
    plain: dict[str, Any] = {
        "title": f"On {paper_id}",
        "authors": ("Jane Doe",),
        "categories": ("cs.LG",),
        "primary_category": "cs.LG",
    }
    return Paper(paper_id, **plain | said)


def listing(
    category: str = "cs.LG",
    day: date = DAY,
    *,
    new: Iterable[str | Paper] = (),
    cross: Iterable[str | Paper] = (),
    replace: Iterable[str | Paper] = (),
    replace_cross: Iterable[str | Paper] = (),
    counts: tuple[int, int, int] | None = None,
    source: Source = "feed",
    truncated: bool = False,
) -> Listing:
    """An answer of arXiv's with papers of each type, in its order."""
    papers = dict(zip(get_args(AnnounceType), (new, cross, replace, replace_cross), strict=True))
    entries = tuple(
        Entry(paper(each) if isinstance(each, str) else each, kind) for kind, some in papers.items() for each in some
    )
    return Listing(category, day, source, entries, Counts(*counts) if counts else None, truncated)


def readable(value: object) -> Any:
    """A result as JSON has it, without what nothing was said of."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        said = {name: readable(content) for name, content in value._asdict().items()}
        return {name: content for name, content in said.items() if content not in (None, []) and content is not False}
    if isinstance(value, tuple | list):
        return [readable(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def keep(database: Database, *answers: Listing, now: datetime = NOW) -> None:
    """Store answers of arXiv's, each in a transaction of its own as the program does."""
    for answer in answers:
        with database.write() as connection:
            listings.save(connection, answer, now)


def act(database: Database, verb: str, *changes: Event, now: datetime = NOW) -> list[Event]:
    """Store what the reader did, as one change."""
    with database.write() as connection:
        return events.record(connection, verb, changes, now)


def follow(database: Database, *categories: str, since: date | None = None, now: datetime = NOW) -> None:
    """Subscribe to categories, each as a change of its own."""
    for category in categories:
        act(database, "subscribe", events.subscribe(category, since, now), now=now)
