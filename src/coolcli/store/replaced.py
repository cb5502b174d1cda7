"""Starred papers of which there may be a newer version than the one that was starred: what is known of each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from coolcli.models import Paper
from coolcli.store import papers

_REPLACED = "(SELECT max(day) FROM announcements WHERE paper_id = p.id AND type >= 2)"


class Star(NamedTuple):
    """A starred paper: the versions that arXiv has and that the reader starred and saw, and when (UTC)."""

    id: str
    starred_at: datetime
    starred_version: int | None
    seen_at: datetime | None
    seen_version: int | None
    version: int | None
    """The newest known; None where no source stated one."""
    replaced: date | None
    """The last day on which a replacement was announced."""


def stars(connection: sqlite3.Connection, ids: Sequence[str] | None = None) -> list[Star]:
    """Give the starred papers (of some ids, of all) that are newer now or were replaced at any time, newest star first.

    Most of a reader's stars are neither, and cost an index entry each.
    """
    chosen = "" if ids is None else "AND s.subject IN (SELECT value FROM json_each(:ids))"
    found = connection.execute(
        f"""
        SELECT p.id, s.value, n.value, p.version, {_REPLACED} AS replaced
        FROM marks AS s JOIN papers AS p ON p.id = s.subject
        LEFT JOIN marks AS n ON n.subject = s.subject AND n.field = 'seen'
        WHERE s.field = 'starred' {chosen}
          AND (replaced IS NOT NULL OR p.version > json_extract(s.value, '$.version'))
        ORDER BY json_extract(s.value, '$.at') DESC, s.clock DESC""",
        {"ids": json.dumps(list(ids or ()))},
    )
    return [_star(row) for row in found]


def texts(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Paper]:
    """Give what is known of some papers, abstracts too, without comments that are an older version's.

    An id that is not here is not in the answer.
    """
    found = connection.execute(
        f"""SELECT {papers.COLUMNS}, abstract, ifnull(comments_version < version, 0) AS outdated FROM papers
            WHERE id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(ids)),),
    )
    known = {row["id"]: (papers.of_row(row, row["abstract"]), row["outdated"]) for row in found}
    return {name: paper._replace(comments=None) if outdated else paper for name, (paper, outdated) in known.items()}


def _star(row: sqlite3.Row) -> Star:
    star, seen = json.loads(row[1]), json.loads(row[2]) if row[2] else {}
    return Star(
        row[0],
        datetime.fromisoformat(star["at"]),
        star.get("version"),
        datetime.fromisoformat(seen["at"]) if seen else None,
        seen.get("version"),
        row[3],
        date.fromisoformat(row[4]) if row[4] else None,
    )


def recorded(connection: sqlite3.Connection) -> dict[str, str]:
    """Give what arXiv's records were asked about starred papers already: which version or replacement, by id."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_RECORDED,)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def note_recorded(connection: sqlite3.Connection, asked: Mapping[str, str]) -> None:
    """Remember what arXiv's records were asked about."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_RECORDED, json.dumps(dict(asked))))


_RECORDED = "recorded"
"""The key in `meta`."""
