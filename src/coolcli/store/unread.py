"""What the triage screen goes through: the unread papers, as little of each as a list of tens of thousands needs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from coolcli.models import ANNOUNCE_TYPES, AnnounceType, Filter
from coolcli.store import select

if TYPE_CHECKING:
    from coolcli.query.tree import Node


class Line(NamedTuple):
    """A paper of the unread."""

    id: str
    day: str
    """Its day of announcement, ISO 8601."""
    kind: AnnounceType
    read: bool
    starred: bool


class Counted(NamedTuple):
    """How many papers there are, and what the reader did to them."""

    papers: int
    read: int
    starred: int


class Place(NamedTuple):
    """Where a sitting ended."""

    paper: str
    day: str
    """The paper's day of announcement, ISO 8601."""


def lines(connection: sqlite3.Connection, wanted: Filter, kept: Iterable[str] = ()) -> list[Line]:
    """Give the unread papers of the backlog that a filter lets through, oldest day first, then in arXiv's order.

    Those of `kept` are among them, whatever became of them.
    """
    conditions, values = select.chosen_by(connection, wanted)
    place, of = select.place_in_listing(connection)
    found = connection.execute(
        f"""SELECT paper_id, day, type, read, starred, {place} AS place FROM listed
            WHERE backlog AND NOT read AND {conditions}
            UNION SELECT paper_id, day, type, read, starred, {place} FROM listed
            WHERE paper_id IN (SELECT value FROM json_each(?))
            ORDER BY day, type, place""",
        [*of, *values, *of, json.dumps(list(kept))],
    )
    return [Line(row[0], row[1], ANNOUNCE_TYPES[row[2]], bool(row[3]), bool(row[4])) for row in found]


def counted(
    connection: sqlite3.Connection, wanted: Filter, days: Iterable[str], besides: Iterable[str] = ()
) -> Counted:
    """Count what of some days entered the backlog and is let through by a filter, besides some papers."""
    conditions, values = select.chosen_by(connection, wanted)
    row = connection.execute(
        f"""SELECT count(*), ifnull(sum(read), 0), ifnull(sum(starred), 0) FROM listed
            WHERE backlog AND day IN (SELECT value FROM json_each(?))
              AND paper_id NOT IN (SELECT value FROM json_each(?)) AND {conditions}""",
        [json.dumps(list(days)), json.dumps(list(besides)), *values],
    ).fetchone()
    return Counted(*row)


def fitting(connection: sqlite3.Connection, query: Node, days: Iterable[str]) -> frozenset[str]:
    """Give the papers of some days that fit a query; the index has to be up to date."""
    conditions, values = select.chosen_by(connection, Filter(query=query))
    found = connection.execute(
        f"SELECT paper_id FROM listed WHERE day IN (SELECT value FROM json_each(?)) AND {conditions}",
        [json.dumps(list(days)), *values],
    )
    return frozenset(row[0] for row in found)


def put_off(connection: sqlite3.Connection) -> set[str]:
    """Give the papers that the reader put off, be it that they have read them since."""
    return {row[0] for row in connection.execute("SELECT subject FROM marks WHERE field = 'later'")}


def place(connection: sqlite3.Connection, sitting: str) -> Place | None:
    """Give where the last sitting of a kind ended; None where there was none."""
    found = _places(connection).get(sitting)
    return Place(*found) if found else None


def keep_place(connection: sqlite3.Connection, sitting: str, where: Place) -> None:
    """Remember where a sitting is; of very many kinds of sittings, those that were the last."""
    places = _places(connection)
    places.pop(sitting, None)
    newest = dict([*places.items(), (sitting, list(where))][-_MOST:])
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_PLACES, json.dumps(newest)))


_PLACES = "triage"
"""The key in `meta` of where the sittings are: for each kind, the paper's id and its day."""
_MOST = 50
"""Kinds of sittings whose places are kept."""


def _places(connection: sqlite3.Connection) -> dict[str, list[str]]:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_PLACES,)).fetchone()
    return json.loads(row[0]) if row else {}
