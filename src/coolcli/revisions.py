"""What changed between two versions of a paper, word by word: decided here, drawn elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from coolcli.models import Paper

Kind = Literal["same", "gone", "come"]
FieldName = Literal["title", "authors", "abstract", "comments"]
FIELDS: tuple[FieldName, ...] = ("title", "authors", "abstract", "comments")
"""What is compared, in the order in which it is shown."""

AUTHORS_OF_A_PAGE = 100
"""A listing page shows so many authors and does not say that there are more."""
_MOST_PAIRS = 30_000
"""Pairs of the same word, one in each text, above which they are not compared: no abstract makes 3,000."""
_AROUND = 8
"""Words of an unchanged stretch that stay beside a change."""
_WORD = re.compile(r"(?:\\.|\$(?:\\.|[^$\\])*\$|\S)+", re.DOTALL)
"""A formula is one word, with what it stands against: half of one would not be TeX."""


class Piece(NamedTuple):
    """Words (of a text) or names (of a list of authors) in a row that stayed, went or came."""

    kind: Kind
    words: tuple[str, ...]


class Change(NamedTuple):
    """A field that is not what it was: what stayed, went and came, in the order of the text."""

    name: FieldName
    pieces: tuple[Piece, ...]


class Revision(NamedTuple):
    """Two versions of a paper, and what of them differs."""

    before: Paper
    after: Paper
    stated: bool
    """Whether it is known which version `after` is; else it is one newer than `before`."""
    withdrawn: bool
    changes: tuple[Change, ...]
    same: tuple[FieldName, ...]
    unknown: tuple[FieldName, ...]
    """Of one of the two, no source has said them."""


def compare(before: Paper, after: Paper, *, stated: bool = True, withdrawn: bool = False) -> Revision:
    """Compare two versions of a paper, field by field."""
    changes, same, unknown = list[Change](), list[FieldName](), list[FieldName]()
    for name in FIELDS:
        old, new = _words_of(before, name), _words_of(after, name)
        if name == "authors" and old and new and AUTHORS_OF_A_PAGE in (len(old), len(new)):
            old, new = old[:AUTHORS_OF_A_PAGE], new[:AUTHORS_OF_A_PAGE]
        if old is None or new is None:
            unknown.append(name)
        elif old == new:
            same.append(name)
        else:
            changes.append(Change(name, tuple(pieces(old, new))))
    return Revision(before, after, stated, withdrawn, tuple(changes), tuple(same), tuple(unknown))


def words(text: str) -> tuple[str, ...]:
    """Cut a text into words, a formula being one."""
    return tuple(_WORD.findall(text))


def pieces(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """Tell what went and what came between two sequences of words; what went stands before what came in its place."""
    often, again = Counter(old), Counter(new)
    if sum(count * again[word] for word, count in often.items()) > _MOST_PAIRS:
        return _joined([Piece("gone", tuple(old)), Piece("come", tuple(new))])
    found: list[Piece] = []
    for tag, begin, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", tuple(old[begin:end])))
        else:
            found += [Piece("gone", tuple(old[begin:end])), Piece("come", tuple(new[first:last]))]
    return _joined(_without_crumbs(found))


def shortened(found: Sequence[Piece]) -> list[Piece]:
    """Leave out the middle of what stayed, an ellipsis in its place, but for some words beside each change."""
    return [
        piece._replace(words=_ends(piece.words, first=number == 0, last=number == len(found) - 1))
        if piece.kind == "same"
        else piece
        for number, piece in enumerate(found)
    ]


def _words_of(paper: Paper, name: FieldName) -> tuple[str, ...] | None:
    """Give the words of a field, the names of the authors; None where no source has said them."""
    if name == "authors":
        return paper.authors or None
    text = {"title": paper.title, "abstract": paper.abstract, "comments": paper.comments}[name]
    return None if text is None else words(text)


def _ends(stretch: tuple[str, ...], *, first: bool, last: bool) -> tuple[str, ...]:
    """Keep the words of an unchanged stretch that stand beside a change."""
    head = () if first else stretch[:_AROUND]
    tail = () if last else stretch[-_AROUND:]
    return (*head, "…", *tail) if len(stretch) > len(head) + len(tail) + 2 else stretch


def _without_crumbs(found: Sequence[Piece]) -> list[Piece]:
    """Count words that stayed by chance between two longer changes as changed: a text of crumbs cannot be read."""
    kept: list[Piece] = []
    for number, piece in enumerate(found):
        around = [one.words for one in (*found[max(0, number - 2) : number], *found[number + 1 : number + 3])]
        beside = [max(map(len, around[:2]), default=0), max(map(len, around[2:]), default=0)]
        if piece.kind == "same" and 0 < number < len(found) - 1 and 2 * len(piece.words) <= min(beside):
            kept += [piece._replace(kind="gone"), piece._replace(kind="come")]
        else:
            kept.append(piece)
    return kept


def _joined(found: Sequence[Piece]) -> list[Piece]:
    """Put what went between two stretches that stayed into one piece, and what came into the next."""
    return [piece for run in _runs(found) for piece in run if piece.words]


def _runs(found: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    gone, come = list[str](), list[str]()
    for piece in found:
        if piece.kind == "same":
            yield Piece("gone", tuple(gone)), Piece("come", tuple(come)), piece
            gone, come = [], []
        else:
            (gone if piece.kind == "gone" else come).extend(piece.words)
    yield Piece("gone", tuple(gone)), Piece("come", tuple(come))
