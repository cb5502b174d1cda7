"""What arXiv announced: listings by category and day, how whole each is, and when arXiv was last asked."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from coolcli.models import ANNOUNCE_TYPES, AnnounceType, Basis, Counts, Entry, Listing, Paper, Source, Validator
from coolcli.store import backlog, papers
from coolcli.store.papers import moment, stamp

_TYPE = {name: number for number, name in enumerate(ANNOUNCE_TYPES)}


class Stored(NamedTuple):
    """A listing as it is here."""

    category: str
    day: date
    fetched_at: datetime
    counts: Counts | None
    complete: bool | None
    following: date | None = None
    """The next day with an announcement, in whatever category; None where nobody said."""
    paged: bool = False
    """All of a page was read: comments are here."""
    basis: Basis | None = None
    """By what it was made where it is not exactly what arXiv announced."""


class Check(NamedTuple):
    """The last time that arXiv was asked what the latest listing of a category is, and what it answered."""

    at: datetime
    day: date | None
    stale: bool
    problem: str | None


def save(connection: sqlite3.Connection, listing: Listing, now: datetime) -> list[str]:
    """Store one answer of arXiv's: its papers, and the listing, joined with what is here of the same day.

    Gives the ids that were not in the listing before, in its order. A page states counts: with those, the listing is
    complete or known not to be; a feed states none and leaves what was known. One that is not exact is stored only
    where there is no exact one, which takes its place when it comes.
    """
    here = _one(connection, listing.category, listing.day)
    if here is not None and here.basis is None and listing.basis is not None:
        return []
    known = set(ids(connection, listing.category, listing.day))
    if here is not None and here.basis is not None and listing.basis is None:
        _drop(connection, listing)
    renewed = _presumably_newer(connection, listing, known)
    _announce(connection, listing, now)
    _keep_papers(connection, listing, renewed)
    if listing.counts is not None:
        state_counts(connection, listing.category, listing.day, listing.counts)
    if listing.source in _OF_THE_LATEST:
        _keep_validator(connection, listing)
        _begin_subscription(connection, listing.category, listing.day.isoformat())
    return [entry.paper.id for entry in listing.entries if entry.paper.id not in known]


def state_counts(
    connection: sqlite3.Connection, category: str, day: date, counts: Counts, listed: Sequence[str] = ()
) -> bool:
    """Note how many papers a page says were announced, and tell whether they are all here.

    `listed` are ids that the page showed, which have to be here too. Of two numbers of replacements the larger one
    counts: catch-up pages leave those from version 6 on out. A listing that is not exact is never complete.
    """
    stored = _one(connection, category, day)
    if stored is not None and stored.counts is not None:
        counts = counts._replace(replaced=max(counts.replaced, stored.counts.replaced))
    exact = stored is None or stored.basis is None
    kinds = ids(connection, category, day)
    here = _counted(kinds)
    enough = here.new >= counts.new and here.cross >= counts.cross and here.replaced >= counts.replaced
    complete = exact and enough and kinds.keys() >= set(listed)
    connection.execute(
        """UPDATE listings SET expected_new = ?, expected_cross = ?, expected_replaced = ?, complete = ?
           WHERE category = ? AND day = ?""",
        (*counts, complete if exact else None, category, day.isoformat()),
    )
    return complete


def ids(connection: sqlite3.Connection, category: str, day: date) -> dict[str, AnnounceType]:
    """Give what is here of a listing: the papers that are, with the types they were announced as."""
    found = connection.execute(
        """SELECT a.paper_id, a.type FROM announcements AS a JOIN papers AS p ON p.id = a.paper_id
           WHERE a.category = ? AND a.day = ? AND p.title IS NOT NULL ORDER BY a.type, a.position""",
        (category, day.isoformat()),
    )
    return {row[0]: ANNOUNCE_TYPES[row[1]] for row in found}


def without_paper(connection: sqlite3.Connection, category: str, day: date) -> list[str]:
    """Give the ids that are in a listing here, and whose papers are not."""
    found = connection.execute(
        """SELECT a.paper_id FROM announcements AS a LEFT JOIN papers AS p ON p.id = a.paper_id
           WHERE a.category = ? AND a.day = ? AND p.title IS NULL ORDER BY a.type, a.position""",
        (category, day.isoformat()),
    )
    return [row[0] for row in found]


def count(connection: sqlite3.Connection, category: str, day: date) -> int:
    """Count what is here of a listing: papers whose titles are here, as `ids` does."""
    row = connection.execute(
        """SELECT count(*) FROM announcements AS a JOIN papers AS p ON p.id = a.paper_id
           WHERE a.category = ? AND a.day = ? AND p.title IS NOT NULL""",
        (category, day.isoformat()),
    ).fetchone()
    return int(row[0])


def crossed_later(
    connection: sqlite3.Connection, category: str, day: date, paper_ids: Iterable[str]
) -> dict[str, date]:
    """Give, for those of some papers that later listings of a category have as cross-lists, the day of the first."""
    found = connection.execute(
        """SELECT a.paper_id, min(a.day) FROM announcements AS a JOIN papers AS p ON p.id = a.paper_id
           WHERE a.category = ? AND a.day > ? AND a.type = ? AND a.paper_id IN (SELECT value FROM json_each(?))
             AND p.title IS NOT NULL GROUP BY a.paper_id""",
        (category, day.isoformat(), _TYPE["cross"], json.dumps(list(paper_ids))),
    )
    return {row[0]: date.fromisoformat(row[1]) for row in found}


def latest(connection: sqlite3.Connection, category: str) -> Stored | None:
    """Give the newest listing of a category that is here, but for days of which a later one proved them empty."""
    return next(_stored(connection.execute(f"{_SELECT} AND NOT {_EMPTY} ORDER BY day DESC LIMIT 1", (category,))), None)


def between(connection: sqlite3.Connection, category: str, first: date, last: date) -> dict[date, Stored]:
    """Give the listings of a category that are here from one day to another, both included, oldest first."""
    found = connection.execute(
        f"{_SELECT} AND day BETWEEN ? AND ? ORDER BY day", (category, first.isoformat(), last.isoformat())
    )
    return {stored.day: stored for stored in _stored(found)}


def quiet(connection: sqlite3.Connection, since: date) -> list[tuple[date, date]]:
    """Give pairs of days between which arXiv announced nothing in any category, from a first day on."""
    found = connection.execute(
        "SELECT DISTINCT day, following FROM listings WHERE following IS NOT NULL AND day >= ? ORDER BY 1, 2",
        (since.isoformat(),),
    )
    return [(date.fromisoformat(row[0]), date.fromisoformat(row[1])) for row in found]


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


_SUBMITTED_BEFORE = 4
"""Days before its listing at the most that a version is submitted, over a weekend and a holiday."""
_OF_THE_LATEST: tuple[Source, ...] = ("feed", "page")
"""Sources of the latest listing: of those alone a subscription begins, and arXiv is asked whether they changed."""

_SELECT = """
    SELECT category, day, fetched_at, expected_new, expected_cross, expected_replaced, complete, following, paged, basis
    FROM listings WHERE category = ?"""
_EMPTY = "(following IS NOT NULL AND ifnull(expected_new + expected_cross + expected_replaced, 1) = 0)"


def _stored(found: Iterable[sqlite3.Row]) -> Iterator[Stored]:
    for row in found:
        yield Stored(
            row[0],
            date.fromisoformat(row[1]),
            moment(row[2]) or datetime.min,
            None if row[3] is None else Counts(row[3], row[4], row[5]),
            None if row[6] is None else bool(row[6]),
            None if row[7] is None else date.fromisoformat(row[7]),
            bool(row[8]),
            row[9],
        )


def _one(connection: sqlite3.Connection, category: str, day: date) -> Stored | None:
    return next(_stored(connection.execute(f"{_SELECT} AND day = ?", (category, day.isoformat()))), None)


def _counted(kinds: Mapping[str, AnnounceType]) -> Counts:
    found = Counter(kinds.values())
    return Counts(found["new"], found["cross"], found["replace"] + found["replace-cross"])


def _drop(connection: sqlite3.Connection, listing: Listing) -> None:
    """Make room for an exact listing where one was that is not."""
    where, values = "WHERE category = ? AND day = ?", (listing.category, listing.day.isoformat())
    gone = [row[0] for row in connection.execute(f"SELECT paper_id FROM announcements {where}", values)]
    connection.execute(f"DELETE FROM announcements {where}", values)
    connection.execute(f"DELETE FROM listings {where}", values)
    backlog.refresh(connection, gone)


def _announce(connection: sqlite3.Connection, listing: Listing, now: datetime) -> None:
    """Note what was announced, and the answer that said so."""
    category, day = listing.category, listing.day.isoformat()
    connection.executemany(
        """INSERT INTO announcements VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (category, day, paper_id) DO UPDATE SET type = excluded.type, position = excluded.position""",
        (
            (category, day, entry.paper.id, _TYPE[entry.announce_type], position)
            for position, entry in enumerate(listing.entries)
        ),
    )
    paged = listing.source in ("page", "catchup") and not listing.truncated
    connection.execute(
        """INSERT INTO listings (category, day, fetched_at, complete, following, paged, basis)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (category, day) DO UPDATE SET fetched_at = excluded.fetched_at, basis = excluded.basis,
               following = ifnull(excluded.following, following), paged = max(excluded.paged, paged)""",
        (
            category,
            day,
            stamp(now),
            0 if listing.truncated and listing.basis is None else None,
            listing.following.isoformat() if listing.following else None,
            paged,
            listing.basis,
        ),
    )


def _keep_papers(connection: sqlite3.Connection, listing: Listing, renewed: Collection[str]) -> None:
    """Store what an answer says of its papers.

    A page says less well what a feed or the API said before, so it fills gaps, unless it is of a newer version.
    """
    told = [entry.paper for entry in listing.entries]
    if listing.source not in ("page", "catchup"):
        papers.save(connection, told)
        return
    papers.renew(connection, [paper for paper in told if paper.id in renewed])
    papers.fill(connection, [paper for paper in told if paper.id not in renewed])


def _presumably_newer(connection: sqlite3.Connection, listing: Listing, known: Collection[str]) -> set[str]:
    """Give the papers of a page that were replaced, nobody said by which version, and nothing later is here of.

    What is not known in this listing yet, and was not said to be replaced on that day in another category, may well be
    of a version that is not here; but not where arXiv's records said already that it was changed about then.
    """
    if listing.source not in ("page", "catchup"):
        return set()
    unstated = [
        entry.paper.id
        for entry in listing.entries
        if entry.announce_type.startswith("replace") and entry.paper.version is None and entry.paper.id not in known
    ]
    later = connection.execute(
        f"""SELECT paper_id FROM announcements WHERE paper_id IN (SELECT value FROM json_each(:ids))
           AND (day > :day OR (day = :day AND type >= 2))
           UNION SELECT id FROM papers WHERE id IN (SELECT value FROM json_each(:ids))
           AND substr(updated, 1, 10) >= date(:day, '-{_SUBMITTED_BEFORE} days')""",
        {"ids": json.dumps(unstated), "day": listing.day.isoformat()},
    )
    return set(unstated) - {row[0] for row in later}


def _keep_validator(connection: sqlite3.Connection, listing: Listing) -> None:
    """Keep what arXiv knows this answer by, in place of what it knew an earlier one by."""
    connection.execute("DELETE FROM validators WHERE category = ? AND source = ?", (listing.category, listing.source))
    if listing.validator is not None:
        connection.execute(
            "INSERT INTO validators VALUES (?, ?, ?, ?, ?)",
            (listing.category, listing.source, listing.day.isoformat(), *listing.validator),
        )


def _begin_subscription(connection: sqlite3.Connection, category: str, day: str) -> None:
    """Let a subscription that waits for its first listing begin with this one."""
    from coolcli.store import events

    events.begin_subscription(connection, category, day)
