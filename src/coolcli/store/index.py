"""The full-text index of all that is cached: FTS5 without a copy of the text, brought up to date when it is asked.

    behind      papers that have come or changed since, which triggers note
    catch_up    index them, some at a time, so that nothing is lost where it is cut short
    words       a text as the index sees it

Documents are numbered by arXiv's ids: the newest first is the order in which they lie there backwards, and the first 50
of a query take about as long over a million papers as over a thousand. A document without its text cannot be changed or
taken away. A paper that changed is indexed again under the next number of its own, the one before counts no more, and
where those are many the whole is made anew.

The words of a paper are stemmed (Porter) and without diacritics. Text without blanks between its words (Chinese,
Japanese, Korean) is indexed letter by letter, so that any piece of it is found.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from coolcli.arxiv.ids import sort_key
from coolcli.store.events import TAG

if TYPE_CHECKING:
    from coolcli.store.database import Database

AT_ONCE = 1000
"""Papers of one transaction: about a tenth of a second."""
SMALL = 20_000
"""Documents that count no more, below which the index is not made anew, however many count."""

_NO_NAME = "ꙮ"
"""A letter that no title, name or note of a paper has."""
_BETWEEN_AUTHORS = f" {_NO_NAME} {_NO_NAME} "
"""What stands between two authors, so that no name is found across two of them."""
_BLANK = "\u200b"
"""What stands between letters of scripts without blanks: it ends a word, and takes no room on a screen."""
_ALONE = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")

_REVISION_BITS = 8
"""Bits of a document's number that count how often its paper was indexed."""
_NUMBER_BITS = 17
"""Bits for arXiv's number within its month."""


def behind(connection: sqlite3.Connection) -> int:
    """Count the papers that are not in the index as they are now."""
    return int(connection.execute("SELECT count(*) FROM unindexed").fetchone()[0])


def is_behind(connection: sqlite3.Connection) -> bool:
    """Tell whether there are any, at once."""
    return connection.execute("SELECT 1 FROM unindexed LIMIT 1").fetchone() is not None


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


def words(text: str) -> str:
    """Write a text as it is indexed and looked for: a blank of no width around letters that are words alone."""
    return text if text.isascii() else _ALONE.sub(rf"{_BLANK}\1{_BLANK}", text)


def authors(names: str) -> str:
    """Write shown authors, a comma between two, as they are indexed."""
    return words(names.replace(", ", f",{_BETWEEN_AUTHORS}"))


def category(name: str) -> str:
    """Write a category or an archive as the one word that it is in the index."""
    return _NO_NAME + "".join(filter(str.isalnum, name))


def unspaced(text: str) -> str:
    """Take out what `words` and `authors` put in."""
    return text.replace(_BLANK, "").replace(_BETWEEN_AUTHORS, " ")


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
        names = _BETWEEN_AUTHORS.join(json.loads(authors))
        title, abstract, comments = (words(text or "") for text in texts)
        own = (words(json.loads(note) if note else ""), words(" ; ".join(json.loads(tags))))
        docid = taken[base] if taken[base] < base + _REVISIONS else None
        within = " ".join(map(category, categories.split()))
        yield docid, paper_id, title, abstract, words(names), comments, *own, within


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
