"""What arXiv says of papers: overwritten by a newer version, never by less."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from coolcli.models import Paper
from coolcli.store import backlog

COLUMNS = (
    "id, version, title, authors, categories, primary_category, comments, journal_ref, doi, license, submitted,"
    " updated, withdrawn"
)
"""The columns of a paper but its abstract, which is the bulk of it."""

# An answer about an older version than the known one only fills gaps. One of the same, of a newer or of no stated
# version replaces what it has something for: a feed without comments does not erase those that a page gave.
_MERGED = ("title", "primary_category", "journal_ref", "doi", "license", "updated", "abstract")
_OLDER = "ifnull(excluded.version < papers.version, 0)"
# A page says less well what a feed or the API said before: it has links instead of what the authors wrote. Where no
# version is known, it was a page that said it.
_NO_NEWER = "(excluded.version IS NULL OR excluded.version <= papers.version)"
_NEWEST = "max(ifnull(excluded.{0}, papers.{0}), ifnull(papers.{0}, excluded.{0}))"
# A listing page shows 100 authors and does not say that there are more.
_CUT_AUTHORS = "json_array_length(excluded.authors) = 100 AND json_array_length(papers.authors) > 100"
_COMMENTS_ARE_NEW = f"excluded.comments IS NOT NULL AND (papers.comments IS NULL OR NOT {_OLDER})"


def _upsert(gap_only: str, version: str = _NEWEST.format("version")) -> str:
    """Write the statement that stores a paper; `gap_only` is the condition under which only gaps are filled."""
    merged = ", ".join(
        f"{name} = CASE WHEN {gap_only} THEN coalesce(papers.{name}, excluded.{name})"
        f" ELSE coalesce(excluded.{name}, papers.{name}) END"
        for name in _MERGED
    )
    return f"""
        INSERT INTO papers ({COLUMNS}, comments_version, abstract)
        VALUES (:id, :version, :title, :authors, :categories, :primary_category, :comments, :journal_ref, :doi,
                :license, :submitted, :updated, CASE WHEN :withdrawn THEN ifnull(:version, 0) END,
                CASE WHEN :comments IS NOT NULL THEN :version END, :abstract)
        ON CONFLICT (id) DO UPDATE SET
            {merged},
            authors = CASE WHEN excluded.authors = '[]' OR ({gap_only} AND papers.authors != '[]') OR {_CUT_AUTHORS}
                      THEN papers.authors ELSE excluded.authors END,
            categories = CASE WHEN excluded.categories = '' OR ({gap_only} AND papers.categories != '')
                         THEN papers.categories ELSE excluded.categories END,
            comments = CASE WHEN {_COMMENTS_ARE_NEW} THEN excluded.comments ELSE papers.comments END,
            comments_version = CASE WHEN {_COMMENTS_ARE_NEW} THEN excluded.version ELSE papers.comments_version END,
            submitted = coalesce(papers.submitted, excluded.submitted),
            withdrawn = {_NEWEST.format("withdrawn")},
            version = {version}
    """


_SAVE = _upsert(_OLDER)
_FILL = _upsert(_NO_NEWER)
_RENEW = _upsert("0", "NULL")


def save(connection: sqlite3.Connection, papers: Iterable[Paper]) -> None:
    """Store papers, merging each with what is known of it: the answer wins unless it is of an older version."""
    _store(connection, _SAVE, papers)


def fill(connection: sqlite3.Connection, papers: Iterable[Paper]) -> None:
    """Store papers, filling gaps only of those that are known already, unless the answer is of a newer version."""
    _store(connection, _FILL, papers)


def renew(connection: sqlite3.Connection, papers: Iterable[Paper]) -> None:
    """Store papers that were replaced, and nobody said by which version: the answer wins, the version is unknown."""
    _store(connection, _RENEW, papers)


def _store(connection: sqlite3.Connection, statement: str, papers: Iterable[Paper]) -> None:
    told = [_parameters(paper) for paper in papers]
    if not told:
        return
    versions = json.dumps({paper["id"]: paper["version"] for paper in told})
    connection.execute(_KEEP_STARRED, {"versions": versions, "unstated": statement == _RENEW})
    connection.executemany(statement, told)
    backlog.refresh(connection, [str(paper["id"]) for paper in told])


def keep_version(connection: sqlite3.Connection, paper: Paper) -> None:
    """Keep what a paper said in its version, which it has to state, whatever becomes of it."""
    connection.execute(
        "INSERT OR REPLACE INTO versions VALUES (:id, :version, :title, :abstract, :authors, :categories, :comments)",
        _parameters(paper),
    )


def version_kept(connection: sqlite3.Connection, paper_id: str, version: int) -> Paper | None:
    """Give what a paper said in a version: as far as it is compared, None where that is not here."""
    row = connection.execute(
        f"SELECT id, {_COMPARED} FROM papers WHERE id = :id AND version = :version AND abstract IS NOT NULL"
        f" UNION ALL SELECT paper_id, {_COMPARED} FROM versions WHERE paper_id = :id AND version = :version",
        {"id": paper_id, "version": version},
    ).fetchone()
    if row is None:
        return None
    authors, categories = tuple(json.loads(row[4])), tuple(row[5].split())
    return Paper(row[0], row[1], row[2], row[3], authors, categories, comments=row[6])


_COMPARED = "version, title, abstract, authors, categories, comments"

# What a starred paper says is kept before a newer version, or one that is presumably newer, takes its place.
_KEEP_STARRED = """
    INSERT OR IGNORE INTO versions
    SELECT p.id, p.version, p.title, p.abstract, p.authors, p.categories,
           CASE WHEN ifnull(p.comments_version, p.version) = p.version THEN p.comments END
    FROM json_each(:versions) AS told
    JOIN marks ON marks.subject = told.key AND marks.field = 'starred'
    JOIN papers AS p ON p.id = told.key
    WHERE p.title IS NOT NULL AND p.abstract IS NOT NULL AND (told.value > p.version OR :unstated)
        AND p.version IS NOT NULL"""


def of_row(row: sqlite3.Row, abstract: str | None) -> Paper:
    """Make a paper of a database row that begins with COLUMNS."""
    return Paper(
        row[0],
        row[1],
        row[2],
        abstract,
        tuple(json.loads(row[3])),
        tuple(row[4].split()),
        row[5],
        row[6],
        row[7],
        row[8],
        row[9],
        moment(row[10]),
        moment(row[11]),
        True if row[12] is not None and row[1] in (row[12], None) else None,
    )


def known(connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    """Give those of the ids whose papers are here, not counting pending ones."""
    found = connection.execute(
        "SELECT id FROM papers WHERE title IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0] for row in found}


def whole(connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    """Give those of the ids whose papers are here with their abstracts."""
    found = connection.execute(
        "SELECT id FROM papers WHERE abstract IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0] for row in found}


def pending(connection: sqlite3.Connection) -> list[str]:
    """Give the ids of which nothing else is known yet: starred, tagged or noted without a network or elsewhere."""
    found = connection.execute(
        """SELECT id FROM papers WHERE title IS NULL AND EXISTS (
               SELECT 1 FROM marks WHERE subject = id AND (field IN ('starred', 'note') OR field GLOB 'tag:*'))
           ORDER BY id"""
    )
    return [row[0] for row in found]


def moment(text: str | None) -> datetime | None:
    """Read a stored moment, UTC."""
    return None if text is None else datetime.fromisoformat(text)


def stamp(when: datetime) -> str:
    """Write a moment as it is stored: UTC, ISO 8601, whole seconds, ending in Z."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _parameters(paper: Paper) -> dict[str, object]:
    return {
        "id": paper.id,
        "version": paper.version,
        "title": paper.title,
        "authors": json.dumps(paper.authors, ensure_ascii=False),
        "categories": " ".join(paper.categories),
        "primary_category": paper.primary_category,
        "comments": paper.comments,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.license,
        "submitted": stamp(paper.submitted) if paper.submitted else None,
        "updated": stamp(paper.updated) if paper.updated else None,
        "abstract": paper.abstract,
        "withdrawn": paper.withdrawn,
    }
