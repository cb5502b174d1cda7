"""Making room: details of old papers go that can be fetched again. Nothing of the record of what was announced goes."""

import sqlite3
from datetime import date
from typing import NamedTuple

from coolcli.store.database import Database


class Prunable(NamedTuple):
    """What may go."""

    papers: int
    """Papers whose details it is."""
    bytes: int


def prunable(connection: sqlite3.Connection, before: date) -> Prunable:
    """Say what may go of papers whose day is before another: those read, and never starred, tagged or noted."""
    size = " + ".join(f"ifnull(length(CAST({name} AS BLOB)), 0)" for name in _DETAILS)
    row = connection.execute(
        f"SELECT count(*), ifnull(sum({size}), 0) FROM papers WHERE {_MAY_GO}", {"before": before.isoformat()}
    ).fetchone()
    return Prunable(row[0], row[1])


def ids(connection: sqlite3.Connection, before: date) -> list[str]:
    """Give the papers whose details may go."""
    found = connection.execute(f"SELECT id FROM papers WHERE {_MAY_GO}", {"before": before.isoformat()})
    return [row[0] for row in found]


def prune(database: Database, before: date) -> None:
    """Let it go. It is no event, and cannot be undone; the room is the file's own until `Database.shrink`."""
    gone = ", ".join(f"{name} = NULL" for name in (*_DETAILS, "comments_version"))
    with database.write() as connection:
        connection.execute(f"UPDATE papers SET {gone} WHERE {_MAY_GO}", {"before": before.isoformat()})


_DETAILS = ("abstract", "comments", "journal_ref", "doi", "license")
"""What goes; ids, titles, authors and categories stay, so that days stay whole and lists readable."""

_MAY_GO = """
    abstract IS NOT NULL AND id IN (SELECT paper_id FROM listed WHERE read AND NOT starred AND day < :before)
    AND NOT EXISTS (SELECT 1 FROM events WHERE subject = papers.id
                    AND (field IN ('starred', 'note') OR field GLOB 'tag:*'))"""
