"""What arXiv announced: listings by category and day, how whole each is, and when arXiv was last asked."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from coolcli.models import ANNOUNCE_TYPES, Counts, Entry, Listing, Paper, Source, Validator
from coolcli.store import papers
from coolcli.store.papers import moment, stamp

_TYPE = {name: number for number, name in enumerate(ANNOUNCE_TYPES)}


class Stored(NamedTuple):
    """A listing as it is here."""

    category: str
    day: date
    fetched_at: datetime
    counts: Counts | None
    complete: bool | None


class Check(NamedTuple):
    """The last time that arXiv was asked what the latest listing of a category is, and what it answered."""

    at: datetime
    day: date | None
    stale: bool
    problem: str | None


def save(connection: sqlite3.Connection, listing: Listing, now: datetime) -> list[str]:
    """Store one answer of arXiv's: its papers, and the listing, joined with what is here of the same day.

    Gives the ids that were not in the listing before, in its order. A page states counts: with those, the listing is
    complete or known not to be; a feed states none and leaves what was known.
    """
    category, day = listing.category, listing.day.isoformat()
    known = {
        row[0]
        for row in connection.execute(
            "SELECT paper_id FROM announcements WHERE category = ? AND day = ?", (category, day)
        )
    }
    told = [(entry.paper, _may_be_newer(listing, entry, known)) for entry in listing.entries]
    papers.save(connection, (paper for paper, newer in told if newer))
    papers.fill(connection, (paper for paper, newer in told if not newer))
    connection.executemany(
        """INSERT INTO announcements VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (category, day, paper_id) DO UPDATE SET type = excluded.type, position = excluded.position""",
        (
            (category, day, entry.paper.id, _TYPE[entry.announce_type], position)
            for position, entry in enumerate(listing.entries)
        ),
    )
    connection.execute(
        """INSERT INTO listings (category, day, fetched_at, complete) VALUES (?, ?, ?, ?)
           ON CONFLICT (category, day) DO UPDATE SET fetched_at = excluded.fetched_at""",
        (category, day, stamp(now), 0 if listing.truncated else None),
    )
    if listing.counts is not None:
        state_counts(connection, category, listing.day, listing.counts)
    _keep_validator(connection, listing)
    _begin_subscription(connection, category, day)
    return [entry.paper.id for entry in listing.entries if entry.paper.id not in known]


def state_counts(
    connection: sqlite3.Connection, category: str, day: date, counts: Counts, listed: Sequence[str] = ()
) -> bool:
    """Note how many papers a page says were announced, and tell whether they are all here.

    `listed` are ids that the page showed, which have to be here too.
    """
    here = _here(connection, category, day)
    ids = {row[0] for row in _ids(connection, category, day)} if listed else set()
    complete = (
        here.new >= counts.new
        and here.cross >= counts.cross
        and here.replaced >= counts.replaced
        and ids.issuperset(listed)
    )
    connection.execute(
        """UPDATE listings SET expected_new = ?, expected_cross = ?, expected_replaced = ?, complete = ?
           WHERE category = ? AND day = ?""",
        (counts.new, counts.cross, counts.replaced, complete, category, day.isoformat()),
    )
    return complete


def latest(connection: sqlite3.Connection, category: str) -> Stored | None:
    """Give the newest listing of a category that is here."""
    return _stored(connection.execute(f"{_SELECT} ORDER BY day DESC LIMIT 1", (category,)))


def again(connection: sqlite3.Connection, stored: Stored, source: Source) -> Listing:
    """Give a listing that is here as an answer of arXiv's that says nothing new: its ids, types and counts."""
    entries = connection.execute(
        "SELECT paper_id, type FROM announcements WHERE category = ? AND day = ? ORDER BY type, position",
        (stored.category, stored.day.isoformat()),
    )
    told = tuple(Entry(Paper(row[0]), ANNOUNCE_TYPES[row[1]]) for row in entries)
    counts = stored.counts if source == "page" else None
    validator = validators(connection, stored).get(source)
    return Listing(stored.category, stored.day, source, told, counts, stored.complete is False, validator)


def validators(connection: sqlite3.Connection, stored: Stored) -> dict[str, Validator]:
    """Give what arXiv knows its answers about a listing by, for each source that such an answer came from."""
    found = connection.execute(
        "SELECT source, etag, modified FROM validators WHERE category = ? AND day = ?",
        (stored.category, stored.day.isoformat()),
    )
    return {row[0]: Validator(row[1], row[2]) for row in found}


def days(connection: sqlite3.Connection, category: str, since: date) -> set[date]:
    """Give the days from one on whose listings of a category are here."""
    found = connection.execute(
        "SELECT day FROM listings WHERE category = ? AND day >= ?", (category, since.isoformat())
    )
    return {date.fromisoformat(row[0]) for row in found}


def last_check(connection: sqlite3.Connection, category: str) -> Check | None:
    """Tell when arXiv was last asked for the latest listing of a category, and what it answered."""
    row = connection.execute("SELECT at, day, stale, problem FROM checks WHERE category = ?", (category,)).fetchone()
    if row is None:
        return None
    return Check(datetime.fromisoformat(row[0]), date.fromisoformat(row[1]) if row[1] else None, bool(row[2]), row[3])


def note_check(connection: sqlite3.Connection, category: str, check: Check) -> None:
    """Remember that arXiv was asked, and what it answered."""
    connection.execute(
        "INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?, ?)",
        (category, stamp(check.at), check.day.isoformat() if check.day else None, check.stale, check.problem),
    )


_SELECT = """
    SELECT category, day, fetched_at, expected_new, expected_cross, expected_replaced, complete
    FROM listings WHERE category = ?"""


def _stored(found: sqlite3.Cursor) -> Stored | None:
    row = found.fetchone()
    if row is None:
        return None
    counts = None if row[3] is None else Counts(row[3], row[4], row[5])
    complete = None if row[6] is None else bool(row[6])
    return Stored(row[0], date.fromisoformat(row[1]), moment(row[2]) or datetime.min, counts, complete)


def _ids(connection: sqlite3.Connection, category: str, day: date) -> sqlite3.Cursor:
    return connection.execute(
        "SELECT paper_id FROM announcements WHERE category = ? AND day = ?", (category, day.isoformat())
    )


def _here(connection: sqlite3.Connection, category: str, day: date) -> Counts:
    found = dict(
        connection.execute(
            "SELECT min(type, 2), count(*) FROM announcements WHERE category = ? AND day = ? GROUP BY 1",
            (category, day.isoformat()),
        ).fetchall()
    )
    return Counts(found.get(0, 0), found.get(1, 0), found.get(2, 0))


def _keep_validator(connection: sqlite3.Connection, listing: Listing) -> None:
    """Keep what arXiv knows this answer by, in place of what it knew an earlier one by."""
    connection.execute("DELETE FROM validators WHERE category = ? AND source = ?", (listing.category, listing.source))
    if listing.validator is not None:
        connection.execute(
            "INSERT INTO validators VALUES (?, ?, ?, ?, ?)",
            (listing.category, listing.source, listing.day.isoformat(), *listing.validator),
        )


def _may_be_newer(listing: Listing, entry: Entry, known: set[str]) -> bool:
    """Tell whether what an answer says of a paper may replace what is known, unless it is of an older version.

    A page says less well what a feed or the API said before; but a replacement without a stated version, of a paper
    not known in this listing, may well be of a version that is not known yet.
    """
    unstated = entry.announce_type.startswith("replace") and entry.paper.version is None
    return listing.source == "feed" or (unstated and entry.paper.id not in known)


def _begin_subscription(connection: sqlite3.Connection, category: str, day: str) -> None:
    """Let a subscription that waits for its first listing begin with this one."""
    from coolcli.store import events

    events.begin_subscription(connection, category, day)
