"""What arXiv says of papers: overwritten by a newer version, never by less."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from coolcli.models import Paper

COLUMNS = (
    "id, version, title, authors, categories, primary_category, comments, journal_ref, doi, license, submitted, updated"
)
"""The columns of a paper but its abstract, which is the bulk of it."""

# An answer about an older version than the known one only fills gaps. One of the same, of a newer or of no stated
# version replaces what it has something for: a feed without comments does not erase those that a page gave.
_MERGED = ("title", "primary_category", "journal_ref", "doi", "license", "updated", "abstract")
_OLDER = "ifnull(excluded.version < papers.version, 0)"
# A page says less well what a feed or the API said before: it has links instead of what the authors wrote.
_NO_NEWER = "ifnull(excluded.version <= papers.version, 1)"
# A listing page shows 100 authors and does not say that there are more.
_CUT_AUTHORS = "json_array_length(excluded.authors) = 100 AND json_array_length(papers.authors) > 100"
_COMMENTS_ARE_NEW = f"excluded.comments IS NOT NULL AND (papers.comments IS NULL OR NOT {_OLDER})"


def _upsert(gap_only: str) -> str:
    """Write the statement that stores a paper; `gap_only` is the condition under which only gaps are filled."""
    merged = ", ".join(
        f"{name} = CASE WHEN {gap_only} THEN coalesce(papers.{name}, excluded.{name})"
        f" ELSE coalesce(excluded.{name}, papers.{name}) END"
        for name in _MERGED
    )
    return f"""
        INSERT INTO papers ({COLUMNS}, comments_version, abstract)
        VALUES (:id, :version, :title, :authors, :categories, :primary_category, :comments, :journal_ref, :doi,
                :license, :submitted, :updated, CASE WHEN :comments IS NOT NULL THEN :version END, :abstract)
        ON CONFLICT (id) DO UPDATE SET
            {merged},
            authors = CASE WHEN excluded.authors = '[]' OR ({gap_only} AND papers.authors != '[]') OR {_CUT_AUTHORS}
                      THEN papers.authors ELSE excluded.authors END,
            categories = CASE WHEN excluded.categories = '' OR ({gap_only} AND papers.categories != '')
                         THEN papers.categories ELSE excluded.categories END,
            comments = CASE WHEN {_COMMENTS_ARE_NEW} THEN excluded.comments ELSE papers.comments END,
            comments_version = CASE WHEN {_COMMENTS_ARE_NEW} THEN excluded.version ELSE papers.comments_version END,
            submitted = coalesce(papers.submitted, excluded.submitted),
            version = max(ifnull(excluded.version, papers.version), ifnull(papers.version, excluded.version))
    """


_SAVE = _upsert(_OLDER)
_FILL = _upsert(_NO_NEWER)


def save(connection: sqlite3.Connection, papers: Iterable[Paper]) -> None:
    """Store papers, merging each with what is known of it: the answer wins unless it is of an older version."""
    connection.executemany(_SAVE, map(_parameters, papers))


def fill(connection: sqlite3.Connection, papers: Iterable[Paper]) -> None:
    """Store papers, filling gaps only of those that are known already, unless the answer is of a newer version."""
    connection.executemany(_FILL, map(_parameters, papers))


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
    )


def known(connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    """Give those of the ids whose papers are here, not counting pending ones."""
    found = connection.execute(
        "SELECT id FROM papers WHERE title IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0] for row in found}


def pending(connection: sqlite3.Connection) -> list[str]:
    """Give the ids of which nothing else is known yet: starred without a network."""
    found = connection.execute(
        """SELECT id FROM papers WHERE title IS NULL
           AND EXISTS (SELECT 1 FROM marks WHERE subject = id AND field = 'starred') ORDER BY id"""
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
    }
