"""The full-text index of all that is cached: FTS5 without a copy of the text, brought up to date when it is asked.

    behind      papers that have come or changed since, which triggers note
    catch_up    index them, some at a time, so that nothing is lost where it is cut short

Documents are numbered by arXiv's ids: the newest first is the order in which they lie there backwards, and the first 50
of a query take about as long over a million papers as over a thousand. A document without its text cannot be changed or
taken away. A paper that changed is indexed again under the next number of its own, the one before counts no more, and
where those are many the whole is made anew.

What is indexed is made of words beforehand (see `stemming`): FTS5 takes them as they are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from coolcli.arxiv.ids import sort_key
from coolcli.store import stemming
from coolcli.store.events import TAG

if TYPE_CHECKING:
    from coolcli.store.database import Database

AT_ONCE = 1000
"""Papers of one transaction: about a tenth of a second."""
SMALL = 20_000
"""Documents that count no more, below which the index is not made anew, however many count."""

_NO_NAME = "ꙮ"
"""A letter that no title, name or note of a paper has."""
_BETWEEN = f" {_NO_NAME} {_NO_NAME} "
"""What stands between two authors or tags, so that none is found across two of them."""
_REVISION_BITS = 8
"""Bits of a document's number that count how often its paper was indexed."""
_NUMBER_BITS = 17
"""Bits for arXiv's number within its month."""


def behind(connection: sqlite3.Connection) -> int:
    """Count the papers that are not in the index as they are now."""
    return int(connection.execute("SELECT count(*) FROM unindexed").fetchone()[0])


def catch_up(database: Database, tell: Callable[[int, int], object] = lambda done, total: None) -> int:
    """Bring the index up to date, and give how many papers were indexed; `tell` is given how many of how many are.

    Raises DataError. Each thousand is stored by itself: what was cut short goes on where it was.
    """
    with database.read() as connection:
        total = behind(connection)
    done = 0
    while total > 0:
        with database.write() as connection:
            came = [row[0] for row in connection.execute("SELECT paper_id FROM unindexed LIMIT ?", (AT_ONCE,))]
            _index(connection, came)
        if not came:
            break
        done += len(came)
        tell(done, max(done, total))
    return done


def tidy(database: Database) -> bool:
    """Make the index anew where most of it counts no more, for a time when nobody waits; tell whether it was.

    What is to be indexed then comes with the next `catch_up`.
    """
    with database.read() as connection:
        gone, count = connection.execute("SELECT ifnull(sum(NOT current), 0), count(*) FROM indexed").fetchone()
    if gone < SMALL or gone * 2 < count:
        return False
    with database.write() as connection:
        _empty(connection)
    return True


def category(name: str) -> str:
    """Write a category or an archive as the one word that it is in the index."""
    return _NO_NAME + "".join(filter(str.isalnum, name))


def _empty(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO searched (searched) VALUES ('delete-all')")
    connection.execute("DELETE FROM indexed")
    connection.execute("INSERT OR IGNORE INTO unindexed SELECT id FROM papers WHERE title IS NOT NULL")


def _index(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Index some papers as they are now; those that are no longer here are left out from now on."""
    some = json.dumps(list(ids))
    connection.execute(f"UPDATE indexed SET current = 0 WHERE current AND paper_id IN {_THESE}", (some,))
    documents = list(_documents(connection, some))
    if any(docid is None for docid, *_ in documents):
        _empty(connection)
        return
    connection.executemany("INSERT INTO indexed VALUES (?, ?, 1)", [row[:2] for row in documents])
    connection.executemany(
        "INSERT INTO searched (rowid, title, abstract, authors, comments, note, tags, categories)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(docid, *texts) for docid, _, *texts in documents],
    )
    connection.execute(f"DELETE FROM unindexed WHERE paper_id IN {_THESE}", (some,))


def _documents(connection: sqlite3.Connection, some: str) -> Iterator[tuple[int | None, str, *tuple[str, ...]]]:
    """Give the number, the paper and the texts of each; None as number where those of a paper are used up."""
    taken: dict[int, int] = {}
    for paper_id, authors, note, tags, categories, *texts in connection.execute(_TEXTS, (some,)).fetchall():
        base = _base(paper_id)
        if base not in taken:
            last = connection.execute(_LAST, (base, base + _REVISIONS - 1)).fetchone()[0]
            taken[base] = base - 1 if last is None else last
        taken[base] += 1
        names = _BETWEEN.join(map(stemming.names, json.loads(authors)))
        said = [stemming.stems(text or "") for text in (*texts, json.loads(note) if note else "")]
        own = _BETWEEN.join(map(stemming.stems, json.loads(tags)))
        docid = taken[base] if taken[base] < base + _REVISIONS else None
        within = " ".join(map(category, categories.split()))
        title, abstract, comments, noted = said
        yield docid, paper_id, title, abstract, names, comments, noted, own, within


def _base(paper_id: str) -> int:
    """Give the number of a paper's first document. Old ids of two archives can share it: they count on from there."""
    month, number = sort_key(paper_id)
    return ((month // 100 - 1991) * 12 + month % 100 << _NUMBER_BITS | number) << _REVISION_BITS


_REVISIONS = 1 << _REVISION_BITS
_THESE = "(SELECT value FROM json_each(?))"
_LAST = "SELECT max(docid) FROM indexed WHERE docid BETWEEN ? AND ?"
_TEXTS = f"""
    SELECT id, authors, (SELECT value FROM marks WHERE subject = id AND field = 'note'),
           (SELECT json_group_array(substr(field, {len(TAG) + 1})) FROM marks
            WHERE subject = id AND field >= '{TAG}' AND field < '{TAG[:-1]};'),
           holding(categories), title, abstract, comments
    FROM papers WHERE title IS NOT NULL AND id IN {_THESE}"""
