"""A query's tree as conditions in SQL. What a reader typed is only ever a bound value, never a piece of a statement.

A condition is on a line for each paper, of the form of the table `listed`: `paper_id`, `day`, `type`, `backlog`,
`read`, `starred`, `categories`. Texts and categories become a query of FTS5, as large a part of the tree as can be.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from coolcli.models import ANNOUNCE_TYPES
from coolcli.query.tree import Announced, Category, Either, Every, Field, Is, Kind, Mark, Node, Not, Tagged, Text
from coolcli.store import index, select, stemming
from coolcli.store.events import TAG


class Condition(NamedTuple):
    """A condition in SQL, and the values in it from left to right."""

    sql: str
    values: tuple[str, ...] = ()


ALWAYS = Condition("true")


class Split(NamedTuple):
    """A query as what FTS5 is asked and what is asked of each line that it gives."""

    match: str | None
    """None where the query looks for no text, or not only for it."""
    rest: Condition


def condition(connection: sqlite3.Connection, node: Node) -> Condition:
    """Write the condition of a tree. The store is asked for the spellings of the tags that it names."""
    if (match := match_of(node)) is not None:
        return Condition(_IS_FOUND, (match,))
    if isinstance(node, Every):
        split_ = split(connection, node)
        if split_.match is not None:
            return Condition(f"({_IS_FOUND} AND {split_.rest.sql})", (split_.match, *split_.rest.values))
        return _joined(connection, " AND ", node.nodes)
    if isinstance(node, Either):
        return _joined(connection, " OR ", node.nodes)
    if isinstance(node, Not):
        inner = condition(connection, node.node)
        return Condition(f"NOT {inner.sql}", inner.values)
    if isinstance(node, Is):
        return Condition(_MARKS[node.mark])
    if isinstance(node, Announced):
        return _announced(node)
    assert isinstance(node, Tagged)  # noqa: S101 -- all others are in the index
    return _tagged(connection, node.tag)


def split(connection: sqlite3.Connection, node: Node) -> Split:
    """Take out of a query what FTS5 can be asked first: texts and categories that each paper has to have."""
    parts = node.nodes if isinstance(node, Every) else (node,)
    for_index = [part for part in parts if _is_for_index(part)]
    if all(isinstance(part, Not) for part in for_index):
        return Split(
            None, condition_of_all(connection, parts) if isinstance(node, Every) else condition(connection, node)
        )
    rest = [part for part in parts if not _is_for_index(part)]
    return Split(_every(for_index), condition_of_all(connection, rest))


def condition_of_all(connection: sqlite3.Connection, nodes: Sequence[Node]) -> Condition:
    """Write the condition that all of some trees hold, true for none."""
    return _joined(connection, " AND ", nodes) if nodes else ALWAYS


def match_of(node: Node) -> str | None:
    """Write a tree in FTS5's own language, None where that has no words for it."""
    if isinstance(node, Text):
        return _text(node)
    if isinstance(node, Category):
        return f"({{categories}} : {_quoted(index.category(node.name))})"
    if isinstance(node, Either):
        parts = [match_of(each) for each in node.nodes]
        return None if None in parts else f"({' OR '.join(part for part in parts if part)})"
    if isinstance(node, Every) and all(map(_is_for_index, node.nodes)):
        return None if all(isinstance(each, Not) for each in node.nodes) else _every(node.nodes)
    return None


def _is_for_index(node: Node) -> bool:
    return match_of(node.node if isinstance(node, Not) else node) is not None


def _every(nodes: Sequence[Node]) -> str:
    """Join texts of which one at least is wanted: FTS5's NOT stands between two, and bears no long chain."""
    wanted = " AND ".join(match_of(node) or "" for node in nodes if not isinstance(node, Not))
    unwanted = " OR ".join(match_of(node.node) or "" for node in nodes if isinstance(node, Not))
    return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"


def _text(text: Text) -> str:
    """Write a text. Of authors words are uncut: where that makes a difference they are looked for by themselves."""
    words = [word.text for word in stemming.words(text.text)]
    if text.field == "author":
        return _within("authors", _name(words, text.kind))
    cut = [_quoted(*map(stemming.stem, words))] if text.kind != "prefix" else _begun(words)
    if text.field != "any":
        return _within(_COLUMNS[text.field], _either(cut))
    uncut = f"{_quoted(*words)}{' *' if text.kind == 'prefix' else ''}"
    return uncut if cut == [uncut] else f"({_within(_BUT_AUTHORS, _either(cut))} OR {_within('authors', uncut)})"


def _begun(words: Sequence[str]) -> list[str]:
    """Write words as they stand one after the other, and all that the last of them can be the beginning of."""
    before, last = [*map(stemming.stem, words[:-1])], words[-1] if words else ""
    return [f"{_quoted(*before, last)} *", *(_quoted(*before, each) for each in stemming.besides(last))]


def _either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _name(words: Sequence[str], kind: Kind) -> str:
    """Write a name: in either order, with an initial or a second name in between; an initial begins any name."""
    if kind == "prefix":
        return f"{_quoted(*words)} *"
    if len(words) < 2:
        return _quoted(*words)
    parts = [_quoted(word) + (" *" if len(word) == 1 and word.isascii() else "") for word in words]
    return f"NEAR({' '.join(parts)}, {len(words) - 1})"


def _within(columns: str, what: str) -> str:
    return f"({{{columns}}} : {what})"


def _quoted(*words: str) -> str:
    return f'"{" ".join(words)}"'


def _joined(connection: sqlite3.Connection, operator: str, nodes: Sequence[Node]) -> Condition:
    parts = [condition(connection, node) for node in nodes]
    values = tuple(value for part in parts for value in part.values)
    return Condition(_in_halves(operator, [part.sql for part in parts]), values)


def _in_halves(operator: str, parts: Sequence[str]) -> str:
    """Join conditions as a tree that is not as deep as they are many: of more than 1000 SQLite takes none."""
    if len(parts) <= _CHAIN:
        return f"({operator.join(parts)})"
    middle = len(parts) // 2
    return f"({_in_halves(operator, parts[:middle])}{operator}{_in_halves(operator, parts[middle:])})"


def _announced(days: Announced) -> Condition:
    limits = [("day >= ?", days.since), ("day <= ?", days.until)]
    stated = [(sql, day.isoformat()) for sql, day in limits if day is not None]
    return Condition(
        f"ifnull({' AND '.join(sql for sql, _ in stated) or 'true'}, 0)", tuple(value for _, value in stated)
    )


def _tagged(connection: sqlite3.Connection, tag: str) -> Condition:
    folded = tag.casefold()
    known = select.spellings(connection).values()
    alike = next((each for each in known if folded in map(str.casefold, each)), [tag])
    return Condition(_HAS_TAG, (json.dumps([TAG + name for name in alike]),))


_BUT_AUTHORS = "title abstract comments note tags"
_COLUMNS: dict[Field, str] = {"title": "title", "abstract": "abstract", "comment": "comments", "note": "note"}
_CHAIN = 50
"""Conditions that stand in one chain at the most, each of which is one deeper than the one before."""
_IS_FOUND = """paper_id IN (
    SELECT paper_id FROM searched AS s CROSS JOIN indexed AS i ON i.docid = s.rowid AND i.current
    WHERE searched MATCH ?)"""
_HAS_MARK = "EXISTS (SELECT 1 FROM marks WHERE subject = paper_id AND field = '{}')"
_HAS_TAG = "paper_id IN (SELECT subject FROM marks WHERE field IN (SELECT value FROM json_each(?)))"
_NEW, _CROSS = (ANNOUNCE_TYPES.index(name) for name in ("new", "cross"))
_MARKS: dict[Mark, str] = {
    "starred": "(starred > 0)",
    "read": "(read > 0)",
    "unread": "(backlog AND NOT read)",
    "opened": _HAS_MARK.format("opened"),
    "later": f"({_HAS_MARK.format('later')} AND NOT read)",
    "noted": _HAS_MARK.format("note"),
    "tagged": f"EXISTS (SELECT 1 FROM marks WHERE subject = paper_id AND field >= '{TAG}' AND field < '{TAG[:-1]};')",
    "new": f"ifnull(type = {_NEW}, 0)",
    "cross": f"ifnull(type = {_CROSS}, 0)",
    "replaced": f"ifnull(type > {_CROSS}, 0)",
}
