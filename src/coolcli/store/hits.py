"""What saved searches find that their reader was not shown yet.

A search begins with all that it finds then as shown: when it is saved, or first met here after it came from another
machine. Begun with another query, it begins anew. That is this machine's own, and no event.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from coolcli.store.papers import stamp


class Begun(NamedTuple):
    """A search, with the moment at which its reader last looked at what it finds."""

    query: str
    at: datetime
    """UTC."""


def begun(connection: sqlite3.Connection) -> dict[str, Begun]:
    """Give the searches that have begun, by name."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_BEGUN,)).fetchone()
    said = json.loads(row[0]) if row else {}
    return {name: Begun(query, datetime.fromisoformat(at)) for name, (query, at) in said.items()}


def begin(connection: sqlite3.Connection, name: str, query: str, found: Iterable[str], now: datetime) -> None:
    """Let a search begin: all that it finds counts as shown."""
    connection.execute("DELETE FROM seen_hits WHERE search = ?", (name,))
    see(connection, name, found)
    _note(connection, begun(connection) | {name: Begun(query, now)})


def see(connection: sqlite3.Connection, name: str, shown: Iterable[str]) -> None:
    """Let papers be shown."""
    connection.execute(
        "INSERT OR IGNORE INTO seen_hits SELECT ?, value FROM json_each(?)", (name, json.dumps(list(shown)))
    )


def look(connection: sqlite3.Connection, name: str, query: str, shown: Iterable[str], now: datetime) -> None:
    """Let papers of a search be shown at a moment; nothing where it was forgotten or changed meanwhile."""
    known = begun(connection)
    if name in known and known[name].query == query:
        see(connection, name, shown)
        _note(connection, known | {name: Begun(query, now)})


def unseen(connection: sqlite3.Connection, name: str, found: Iterable[str]) -> list[str]:
    """Give those of what a search finds that were not shown, in the same order."""
    seen = {row[0] for row in connection.execute("SELECT paper_id FROM seen_hits WHERE search = ?", (name,))}
    return [paper_id for paper_id in found if paper_id not in seen]


def tidy(connection: sqlite3.Connection, names: Collection[str]) -> None:
    """Forget what was shown of searches other than these."""
    known = begun(connection)
    if known.keys() - set(names):
        _note(connection, {name: known[name] for name in known if name in names})
    connection.execute(
        "DELETE FROM seen_hits WHERE search NOT IN (SELECT value FROM json_each(?))", (json.dumps(list(names)),)
    )


def _note(connection: sqlite3.Connection, known: Mapping[str, Begun]) -> None:
    said = json.dumps({name: [each.query, stamp(each.at)] for name, each in known.items()}, ensure_ascii=False)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_BEGUN, said))


_BEGUN = "searches"
"""The key in `meta`."""
