"""Searches over all that is cached, announced or not: what is found, how many that are, and what fits among some.

Newest first is by arXiv's ids, in which documents lie in the index: the first rows are there before the rest is looked
at. By relevance every hit is weighed (BM25: the title counts ten times as much as the abstract), which takes a
microsecond for each. Of very many, those are weighed that have the words in their titles, and the newest follow.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from coolcli.models import ANNOUNCE_TYPES, Row
from coolcli.query import tree
from coolcli.query.tree import Either, Node, Text
from coolcli.store import matching, select

COUNTED = 1000
"""Hits are counted up to here: a reader who gets more of them asks for something else."""

WEIGHED = 10_000
"""Hits of which each is weighed."""


class Searched(NamedTuple):
    """What was looked into."""

    papers: int
    first: date | None
    """The first and the last day of announcement."""
    last: date | None


def found(
    connection: sqlite3.Connection,
    query: Node,
    *,
    limit: int | None = None,
    best: bool = False,
    abstracts: bool = False,
) -> list[Row]:
    """Give the papers that a query finds, the newest first or, of those that it finds by texts, the best first."""
    ids = found_ids(connection, query, limit=limit, best=best)
    rows = select.by_ids(connection, ids, abstracts=abstracts)
    return [rows[paper_id] for paper_id in ids]


def found_ids(
    connection: sqlite3.Connection, query: Node, *, limit: int | None = None, best: bool = False
) -> list[str]:
    """Give the ids of the same."""
    if best and is_too_much(connection, query):
        titled = tree.in_titles(query)
        first = _ids(connection, titled, limit, best=not is_too_much(connection, titled))
        newest = _ids(connection, query, limit, best=False)
        return list(dict.fromkeys([*first, *newest]))[:limit]
    return _ids(connection, query, limit, best=best)


def is_too_much(connection: sqlite3.Connection, query: Node) -> bool:
    """Tell whether a query finds so many papers that only those with its words in their titles are weighed."""
    return count(connection, query, WEIGHED) > WEIGHED


def _ids(connection: sqlite3.Connection, query: Node, limit: int | None, *, best: bool) -> list[str]:
    hits = _hits(connection, query)
    order = f"{select.ID_ORDER} DESC, paper_id DESC"
    if hits.by_text:
        order = "rank, s.rowid DESC" if best else "s.rowid DESC"
    statement = f"SELECT paper_id {hits.sql} ORDER BY {order} LIMIT {-1 if limit is None else limit}"
    return [row[0] for row in connection.execute(statement, hits.values)]


def count(connection: sqlite3.Connection, query: Node, most: int = COUNTED) -> int:
    """Count the papers that a query finds, up to one more than `most`."""
    hits = _hits(connection, query)
    statement = f"SELECT count(*) FROM (SELECT 1 {hits.sql} LIMIT {most + 1})"
    return int(connection.execute(statement, hits.values).fetchone()[0])


def papers_with(connection: sqlite3.Connection, word: str, most: int) -> int:
    """Count the papers that have a word in any of its forms, up to one more than `most`."""
    return count(connection, Text(word), most)


def alike(connection: sqlite3.Connection, words: Sequence[str], limit: int) -> list[str]:
    """Give the ids of the papers that have some of these words, those that have the rarest and most of them first."""
    return found_ids(connection, Either(tuple(map(Text, words))), limit=limit, best=True)


def searched(connection: sqlite3.Connection) -> Searched:
    """Tell what searches look into."""
    papers = connection.execute("SELECT count(*) FROM indexed WHERE current").fetchone()[0]
    first, last = connection.execute("SELECT min(day), max(day) FROM listed").fetchone()
    return Searched(papers, date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


def fitting(connection: sqlite3.Connection, rows: Sequence[Row], queries: Sequence[Node]) -> list[set[str]]:
    """Give for each query the ids of those rows that fit it. Day and type are those of the rows, as a listing has them.

    The index has to be up to date.
    """
    if not rows or not queries:
        return [set() for _ in queries]
    conditions = [matching.condition(connection, query) for query in queries]
    shown = [[row.id, _iso(row.announced), _number(row)] for row in rows]
    fits = ", ".join(condition.sql for condition in conditions)
    values = [value for condition in conditions for value in condition.values]
    found_: list[set[str]] = [set() for _ in queries]
    for paper_id, *are in connection.execute(f"SELECT paper_id, {fits} FROM {_SHOWN}", [*values, json.dumps(shown)]):
        for ids, fits_ in zip(found_, are, strict=True):
            if fits_:
                ids.add(paper_id)
    return found_


class _Hits(NamedTuple):
    """Where papers are chosen from and by what: all of a statement but its columns and its order."""

    sql: str
    values: tuple[str, ...]
    by_text: bool
    """The index gives them, so that they come in its order."""


def _hits(connection: sqlite3.Connection, query: Node) -> _Hits:
    part = matching.split(connection, query)
    if part.match is None:
        return _Hits(f"FROM {_ALL} WHERE {part.rest.sql}", part.rest.values, by_text=False)
    lines = f" CROSS JOIN {_ALL} USING (paper_id)" if part.rest.sql != matching.ALWAYS.sql else ""
    sql = f"FROM {_FOUND}{lines} WHERE searched MATCH ? AND {part.rest.sql}"
    return _Hits(sql, (part.match, *part.rest.values), by_text=True)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(row: Row) -> int | None:
    return ANNOUNCE_TYPES.index(row.announce_type) if row.announce_type else None


_FOUND = "searched AS s CROSS JOIN indexed AS i ON i.docid = s.rowid AND i.current"

_UNLISTED = "EXISTS (SELECT 1 FROM marks WHERE subject = p.id AND field = '{}')"
_LINE = f"""ifnull(l.backlog, 0) AS backlog, ifnull(l.read, {_UNLISTED.format("read")}) AS read,
    ifnull(l.starred, {_UNLISTED.format("starred")}) AS starred,
    ifnull(l.categories, holding(p.categories)) AS categories"""

_ALL = f"""(SELECT id AS paper_id, l.day AS day, l.type AS type, {_LINE}
    FROM papers AS p LEFT JOIN listed AS l ON l.paper_id = p.id WHERE p.title IS NOT NULL) AS line"""
"""A line for each paper that is here, announced or not, of the form that conditions are on."""

_SHOWN = f"""(SELECT json_extract(value, '$[0]') AS paper_id, json_extract(value, '$[1]') AS day,
    json_extract(value, '$[2]') AS type, {_LINE}
    FROM json_each(?) LEFT JOIN papers AS p ON p.id = json_extract(value, '$[0]')
    LEFT JOIN listed AS l ON l.paper_id = p.id) AS line"""
