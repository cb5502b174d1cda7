"""Where in shown texts the words of queries stand: found by FTS5 itself, in memory, as a search finds them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from coolcli.query.tree import Field, Text
from coolcli.store import index, matching, stemming

Spans = list[tuple[int, int]]
"""From where up to where, in characters, ascending, none within another."""

_BEGIN, _END = "\x02", "\x03"
_MOST = 100
"""Texts of one question: FTS5 takes them deeper into a tree than it goes."""


class Highlighter:
    """Finds some texts in what is shown; nothing where there are none."""

    def __init__(self, texts: Iterable[Text]) -> None:
        """Take what is looked for."""
        self._texts = tuple(dict.fromkeys(texts))

    def spans(self, field: Field, shown: Sequence[str]) -> list[Spans]:
        """Give for each of some shown texts, which are of one field, where what is looked for stands in it."""
        asked = [matching.text_in_column(text) for text in self._texts if text.field in (field, "any")]
        found: list[Spans] = [[] for _ in shown]
        if not asked or not shown:
            return found
        table = self._memory
        table.execute("DELETE FROM shown")
        texts = enumerate(map(index.authors if field == "author" else index.words, map(_unmarked, shown)))
        table.executemany("INSERT INTO shown (rowid, text) VALUES (?, ?)", texts)
        for begin in range(0, len(asked), _MOST):
            question = " OR ".join(asked[begin : begin + _MOST])
            for number, marked in table.execute(_MARKED, (_BEGIN, _END, question)):
                found[number] += _spans(index.unspaced(marked))
        return [_united(each) for each in found]

    @cached_property
    def _memory(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute(f"CREATE VIRTUAL TABLE shown USING fts5(text, tokenize = '{stemming.TOKENIZER}')")
        return connection


_MARKED = "SELECT rowid, highlight(shown, 0, ?, ?) FROM shown WHERE shown MATCH ?"


def _unmarked(text: str) -> str:
    """Take out what the places are marked with: of one character, for the places are counted in characters."""
    return text.replace(_BEGIN, " ").replace(_END, " ")


def _spans(marked: str) -> Iterator[tuple[int, int]]:
    at = 0
    for number, piece in enumerate(marked.replace(_END, _BEGIN).split(_BEGIN)):
        if number % 2:
            yield at, at + len(piece)
        at += len(piece)


def _united(spans: Spans) -> Spans:
    """Make one of those that meet."""
    united: Spans = []
    for begin, end in sorted(spans):
        if united and begin <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((begin, end))
    return united
