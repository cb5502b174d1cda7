"""Ids and titles for completion: read without a word, and never made, mended or waited for.

Whatever is wrong with the file, there is then nothing to complete; the next command says why.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from coolcli.store.file_systems import address, size
from coolcli.store.schema import MIGRATIONS

PATIENCE = 0.2
"""Seconds to wait for a process that writes: somebody has pressed TAB."""

Titles = dict[str, str]
"""Titles by id, in order; empty for a paper of which only its id is known."""

_LISTINGS = 10
"""The newest listings, in which recent papers are looked for."""


def titles(file: Path, ids: Sequence[str], marked: str = "") -> Titles:
    """Give those of some papers that are here, and bear a mark where one is named, in the order of their ids."""
    bearing = "AND EXISTS (SELECT 1 FROM marks WHERE subject = id AND field = :marked)" if marked else ""
    found = _read(
        file,
        f"SELECT id, title FROM papers WHERE id IN (SELECT value FROM json_each(:ids)) {bearing}",
        ids=json.dumps(list(ids)),
        marked=marked,
    )
    return {paper_id: found[paper_id] for paper_id in ids if paper_id in found}


def newest(file: Path, limit: int) -> Titles:
    """Give the papers of the newest listings, the newest first, in the listings' order."""
    return _read(
        file,
        """
        WITH newest AS (SELECT category, day FROM listings ORDER BY day DESC LIMIT :listings), chosen AS (
            SELECT paper_id, max(day) AS day, min(type) AS type, min(position) AS position
            FROM newest CROSS JOIN announcements USING (category, day)
            GROUP BY paper_id ORDER BY 2 DESC, 3, 4 LIMIT :limit)
        SELECT paper_id, (SELECT title FROM papers WHERE id = paper_id) FROM chosen
        ORDER BY day DESC, type, position""",
        listings=_LISTINGS,
        limit=limit,
    )


def beginning(file: Path, letters: str, limit: int) -> Titles:
    """Give the papers whose id begins so, the last first.

    Of too many the first is one: shells write what all candidates have in common, which then holds for all papers.
    """
    return _read(
        file,
        f"""
        SELECT id, title FROM (SELECT * FROM papers WHERE {_fits("id")} ORDER BY id DESC LIMIT :limit - 1)
        UNION ALL SELECT id, title FROM (SELECT * FROM papers WHERE {_fits("id")} ORDER BY id LIMIT 1)""",
        letters=letters,
        limit=limit,
    )


def marked(file: Path, field: str, letters: str, limit: int) -> Titles:
    """Give the papers that bear a mark (starred, read) and whose id begins so, marked last first.

    Of too many the first and the last by id are two, as in `beginning`.
    """
    fitting = f"marks WHERE field = :field AND {_fits('subject')}"
    return _read(
        file,
        f"""
        SELECT subject, (SELECT title FROM papers WHERE id = subject) FROM (
            SELECT * FROM (SELECT subject FROM {fitting} ORDER BY clock DESC LIMIT :limit - 2)
            UNION ALL SELECT * FROM (SELECT subject FROM {fitting} ORDER BY subject DESC LIMIT 1)
            UNION ALL SELECT * FROM (SELECT subject FROM {fitting} ORDER BY subject LIMIT 1))""",
        field=field,
        letters=letters,
        limit=limit,
    )


def subscribed(file: Path) -> list[str]:
    """Give the subscribed categories, sorted."""
    found = _read(file, "SELECT subject, NULL FROM marks WHERE field = 'subscribed' ORDER BY subject")
    return [subject.removeprefix("category:") for subject in found]


def searches(file: Path) -> dict[str, str]:
    """Give the saved searches, sorted, each with its query."""
    return _read(
        file,
        "SELECT substr(subject, 8), json_extract(value, '$.query') FROM marks WHERE field = 'saved' ORDER BY subject",
    )


def rules(file: Path) -> list[tuple[str, str]]:
    """Give the reader's rules in their order, each as `watched` or `muted` and its query."""
    from coolcli.store.rules import IN_FORCE

    found = _read(
        file,
        f"SELECT field || ' ' || substr(subject, 6), NULL {IN_FORCE}",
    )
    return [(effect, query) for effect, _, query in (each.partition(" ") for each in found)]


def tags(file: Path) -> dict[str, str]:
    """Give the reader's tags, sorted, each with how many papers bear it."""
    return _read(
        file,
        "SELECT substr(min(field), 5), count(DISTINCT subject) ||"
        " iif(count(DISTINCT subject) = 1, ' paper', ' papers') FROM marks"
        " WHERE field >= 'tag:' AND field < 'tag;' GROUP BY field COLLATE NOCASE ORDER BY field COLLATE NOCASE",
    )


def _fits(column: str) -> str:
    """Write the condition that an id begins so as a range, which an index serves; LIKE it would not."""
    return f"{column} >= :letters AND {column} < :letters || '\U0010ffff'"


def _read(file: Path, question: str, **values: object) -> Titles:
    if not size(file):  # opening it would make it, or give up changes that lie beside it
        return {}
    if size(file.with_name(f"{file.name}-journal")):  # a change that was cut off: the next command takes it back
        return {}
    # Read-only access leaves WAL's side files behind, writing access takes them away; where the folder may not be
    # written, only a file that is said not to change can be opened without them.
    for access in ("mode=rw", "mode=ro&immutable=1"):
        try:
            with closing(sqlite3.connect(f"{address(file)}?{access}", uri=True, timeout=PATIENCE)) as connection:
                if connection.execute("PRAGMA user_version").fetchone()[0] != len(MIGRATIONS):
                    return {}
                rows = connection.execute(question, values)
                return {paper_id: title or "" for paper_id, title in rows}
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return {}
        except sqlite3.DatabaseError:
            return {}
    return {}
