"""What an order is learned from: the papers that the reader starred and those that they let pass; where it is kept.

A paper was let pass that was marked as read and not starred. Of a reader who marks few as read, what was unread when
they starred last counts too: they have gone by it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from coolcli.ranking import Document

_AT_ONCE = 500
"""Papers whose abstracts are held at once."""


def starred(connection: sqlite3.Connection, most: int) -> list[Document]:
    """Give the starred papers, the newest star first."""
    return documents(connection, _ids(connection, _STARRED, most))


def passed(connection: sqlite3.Connection, most: int) -> list[Document]:
    """Give the papers that the reader let pass, those that they read last first."""
    found = _ids(connection, _READ, most)
    if len(found) < most:
        found += _ids(connection, _GONE_BY, most - len(found))
    return documents(connection, found)


def documents(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Document]:
    """Give those of some papers that are here, in the order of their ids."""
    found = connection.execute(
        """SELECT papers.id, title, ifnull(abstract, ''), authors
           FROM json_each(?) CROSS JOIN papers ON papers.id = value
           WHERE title IS NOT NULL ORDER BY key""",
        (json.dumps(list(ids)),),
    )
    return [Document(row[0], row[1], row[2], tuple(json.loads(row[3]))) for row in found]


def each(connection: sqlite3.Connection, ids: Sequence[str]) -> Iterator[Document]:
    """Give a document for each id, empty where its paper is not here, without holding all of them."""
    for begin in range(0, len(ids), _AT_ONCE):
        some = ids[begin : begin + _AT_ONCE]
        known = {document.id: document for document in documents(connection, some)}
        yield from (known.get(each) or Document(each, "", "", ()) for each in some)


def state(connection: sqlite3.Connection) -> str:
    """Give what changes whenever something is starred, read or taken back, here or by what came from another machine.

    Or when a starred paper comes of which only its id was known.
    """
    row = connection.execute(
        "SELECT id FROM events WHERE field IN ('starred', 'read') ORDER BY id DESC LIMIT 1"
    ).fetchone()
    pending = connection.execute(
        """SELECT count(*) FROM papers WHERE title IS NULL
           AND EXISTS (SELECT 1 FROM marks WHERE subject = id AND field = 'starred')"""
    ).fetchone()
    return f"{row[0] if row else 0}-{pending[0]}"


def stars(connection: sqlite3.Connection, most: int) -> int:
    """Count the starred papers whose titles are here, up to `most`."""
    return len(_ids(connection, _STARRED, most))


def kept(connection: sqlite3.Connection, state: str) -> str | None:
    """Give what was learned in a state, None where that was another one."""
    row = connection.execute("SELECT model FROM learned WHERE state = ?", (state,)).fetchone()
    return row[0] if row else None


def keep(connection: sqlite3.Connection, state: str, model: str) -> None:
    """Keep what was learned in a state."""
    connection.execute("DELETE FROM learned")
    connection.execute("INSERT INTO learned VALUES (?, ?)", (state, model))


def _ids(connection: sqlite3.Connection, statement: str, most: int) -> list[str]:
    return [row[0] for row in connection.execute(statement, (most,))]


_STARRED = """
    SELECT subject FROM marks JOIN papers ON id = subject AND title IS NOT NULL
    WHERE field = 'starred' ORDER BY clock DESC LIMIT ?"""

# By the events, which lie in the order of their clocks: marks of tens of thousands of papers would be sorted first.
_READ = """
    SELECT e.subject FROM events AS e
    WHERE e.field = 'read' AND e.value IS NOT NULL
        AND EXISTS (SELECT 1 FROM marks WHERE subject = e.subject AND field = 'read' AND clock = e.clock)
        AND NOT EXISTS (SELECT 1 FROM marks WHERE subject = e.subject AND field = 'starred')
    ORDER BY e.clock DESC LIMIT ?"""

_GONE_BY = """
    WITH newest AS (SELECT max(day) AS day FROM listed WHERE starred)
    SELECT paper_id FROM listed JOIN newest ON listed.day <= newest.day
    WHERE NOT starred AND NOT read ORDER BY listed.day = newest.day, listed.day DESC, paper_id LIMIT ?"""
