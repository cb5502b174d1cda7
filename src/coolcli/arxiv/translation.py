"""A query's tree as a question in the language of arXiv's API: `all: ti: abs: au: co: cat:`, AND, OR and ANDNOT.

Operators are always said, and each of two kinds stands in parentheses of its own: terms side by side are OR to the API.
A NOT becomes ANDNOT beside what is wanted; where that is only at the other end of the query, the logic is turned around
(`a (b OR NOT c)` is `a ANDNOT (c ANDNOT b)`). What the reader did to papers is no question for arXiv: it is left over.

From arXiv's manual of the API (5.1) are the fields, the operators, parentheses and phrases in quotes. Not confirmed,
and so asked for in a way that bears either answer:

- `word*` finds words that begin so. Others saw that arXiv stems words and compares the beginning with stems, so that
  `transformer*` finds nothing where `transformer` does; so both are asked for. In quotes a `*` is none.
- a phrase is said to find its words in any order, wherever they stand.
- `cat:cs.*` finds an archive, which others rely on.
- whether letters with accents are found without them: both are asked for.
- whether `submittedDate:[A TO B]` counts the minute B: it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from unicodedata import combining, normalize
from urllib.parse import quote_plus

from coolcli.arxiv import calendar
from coolcli.arxiv.categories import ALIASES, ARCHIVES, CATEGORIES, contains
from coolcli.errors import UsageError
from coolcli.query.tree import Announced, Category, Either, Every, Field, Is, Leaf, Node, Not, Tagged, Text, leaves

LONGEST = 4_000
"""Characters of a question in an address at the most."""


class Translated(NamedTuple):
    """What arXiv is asked, and what it is not."""

    query: str
    asked: tuple[Node, ...]
    """The parts of the query that it has."""
    left: tuple[Node, ...]
    """What each paper has to fit besides, for the reader's own machine to see."""
    notes: tuple[str, ...]
    """What the reader should know: sentences."""


def translated(node: Node) -> Translated:
    """Translate a query. Raises UsageError where the API has no words for it, or it is too long."""
    parts = list(_parts(node))
    left = tuple(part for part in parts if all(map(_is_own, leaves(part))))
    asked = [part for part in parts if part not in left]
    _refuse_mixtures(asked)
    if not asked:
        raise UsageError(
            f"arXiv knows nothing of {_named(left)}, and nothing else is asked for.",
            "Without `--arxiv` it is looked for here.",
        )
    question = _every(map(_asked, asked))
    if not question.wanted:
        raise UsageError(
            "arXiv cannot be asked only for what is not wanted.",
            "Say also what is: a word, a category (cat:cs.LG), days (since:7d).",
        )
    if (length := len(quote_plus(question.text))) > LONGEST:
        raise UsageError(
            f"The query is too long for arXiv: {length:,} characters in an address, where {LONGEST:,} are safe.",
            "Ask for parts of it, one after the other.",
        )
    return Translated(question.text, tuple(asked), left, tuple(_notes(asked, left)))


def up_to(query: str, moment: datetime) -> str:
    """Narrow a question to what was submitted up to a moment (any zone), its minute included."""
    return f"({query}) AND {_window(None, moment.astimezone(UTC) + timedelta(minutes=1))}"


class _Asked(NamedTuple):
    """A part of the question: its text, or what the text leaves out."""

    text: str
    is_group: bool = False
    """It has operators, and goes into parentheses beside others."""
    wanted: bool = True

    @property
    def negated(self) -> _Asked:
        return self._replace(wanted=not self.wanted)


def _parts(node: Node) -> Iterator[Node]:
    """Give what has to fit, each for itself."""
    if isinstance(node, Every):
        for each in node.nodes:
            yield from _parts(each)
    elif isinstance(node, Not) and isinstance(node.node, Either):
        for each in node.node.nodes:
            yield from _parts(Not(each))
    elif isinstance(node, Not) and isinstance(node.node, Not):
        yield from _parts(node.node.node)
    else:
        yield node


def _asked(node: Node) -> _Asked:
    if isinstance(node, Not):
        return _asked(node.node).negated
    if isinstance(node, Every):
        return _every(map(_asked, node.nodes))
    if isinstance(node, Either):
        return _either(map(_asked, node.nodes))
    if isinstance(node, Text):
        return _text(node)
    if isinstance(node, Category):
        return _either(_Asked(f"cat:{name}") for name in _names(node.name))
    assert isinstance(node, Announced)  # noqa: S101 -- all others are the reader's own
    return _Asked(_announced(node))


def _every(parts: Iterable[_Asked]) -> _Asked:
    parts = list(parts)
    wanted = [part for part in parts if part.wanted]
    unwanted = [part.negated for part in parts if not part.wanted]
    if not wanted:
        return _joined("OR", unwanted).negated
    return _joined("ANDNOT", [_joined("AND", wanted), *([_joined("OR", unwanted)] if unwanted else [])])


def _either(parts: Iterable[_Asked]) -> _Asked:
    """Join by OR: what fits one is what does not fit none."""
    return _every(part.negated for part in parts).negated


def _joined(operator: str, parts: Sequence[_Asked]) -> _Asked:
    return parts[0] if len(parts) == 1 else _Asked(f" {operator} ".join(map(_enclosed, parts)), is_group=True)


def _enclosed(part: _Asked) -> str:
    return f"({part.text})" if part.is_group else part.text


def _text(text: Text) -> _Asked:
    """Ask for words as the API tells them apart, in small letters: AND among them is none of its operators."""
    return _either(_spelled(text, spelling) for spelling in _spellings(text.text))


def _spelled(text: Text, spelling: str) -> _Asked:
    field, words = _FIELDS[text.field], _WORD.findall(spelling)
    if not words:
        raise UsageError(f"arXiv finds nothing by '{text.text}'.", "Ask for a word or a number.")
    if text.kind == "prefix":
        *whole, begun = (f"{field}:{word}" for word in words)
        return _every([*map(_Asked, whole), _either([_Asked(f"{begun}*"), _Asked(begun)])])
    return _Asked(f"{field}:{words[0]}" if len(words) == 1 else f'{field}:"{" ".join(words)}"')


def _spellings(text: str) -> Iterable[str]:
    """Give a text in small letters as it was typed, and without accents where only those made it no ASCII."""
    typed = normalize("NFC", text).lower().replace("’", "'")
    plain = "".join(letter for letter in normalize("NFD", typed) if not combining(letter))
    return dict.fromkeys((typed, plain) if plain.isascii() else (typed,))


def _names(asked: str) -> Iterator[str]:
    """Give the names under which arXiv has what is in a category or an archive; those of an archive's as one."""
    is_archive = asked in ARCHIVES
    if not is_archive or asked in _ONCE_CATEGORIES:
        yield asked
    if is_archive:
        yield f"{asked}.*"
    for name in (*CATEGORIES, *ALIASES):
        if name != asked and contains(asked, name) and not (is_archive and name.startswith(f"{asked}.")):
            yield name


def _announced(days: Announced) -> str:
    """Ask for what was submitted for the listings of some days."""
    begin = calendar.submission_window(days.since)[0] if days.since else None
    return _window(begin, calendar.submission_window(days.until)[1] if days.until else None)


def _window(begin: datetime | None, end: datetime | None) -> str:
    """Ask for what was submitted from a moment to another, in UTC; None for no limit."""
    stated = (f"{begin:%Y%m%d%H%M}" if begin else _FIRST, f"{end:%Y%m%d%H%M}" if end else _LAST)
    return f"submittedDate:[{' TO '.join(stated)}]"


def _is_own(leaf: Leaf) -> bool:
    """Tell whether only the reader knows this of a paper, or the reader's machine."""
    return isinstance(leaf, (Is, Tagged)) or (isinstance(leaf, Text) and leaf.field == "note")


def _refuse_mixtures(asked: Sequence[Node]) -> None:
    for part in asked:
        if own := list(filter(_is_own, leaves(part))):
            raise UsageError(
                f"arXiv knows nothing of {_named(own)}, which stands beside an OR or a NOT with what it is asked for.",
                f"It can be looked at here where every paper has to fit it: (… OR …) AND {_named(own[:1])}.",
            )


def _notes(asked: Sequence[Node], left: Sequence[Node]) -> Iterator[str]:
    if left:
        yield f"Looked at here, not at arXiv: {_named(left)}."
    of_arxiv = [leaf for part in asked for leaf in leaves(part)]
    if any(isinstance(leaf, Announced) for leaf in of_arxiv):
        yield "arXiv is asked by the time of submission: for what was submitted for the listings of these days."
    texts = [leaf for leaf in of_arxiv if isinstance(leaf, Text)]
    if any(leaf.kind == "phrase" and " " in leaf.text for leaf in texts):
        yield "arXiv may find the words of a phrase apart from each other."
    if any(leaf.kind == "prefix" for leaf in texts):
        yield "arXiv knows words by their stems: word* may find less or more there than here."


def _named(parts: Sequence[Node]) -> str:
    names = dict.fromkeys(_typed(leaf) for part in parts for leaf in leaves(part))
    return ", ".join(names)


def _typed(leaf: Leaf) -> str:
    """Write what is the reader's own as it is typed."""
    if isinstance(leaf, Text):
        value = {"word": leaf.text, "prefix": f"{leaf.text}*", "phrase": f'"{leaf.text}"'}[leaf.kind]
        return f"note:{value}"
    return f"is:{leaf.mark}" if isinstance(leaf, Is) else f"tag:{leaf.tag}" if isinstance(leaf, Tagged) else ""


_FIELDS: dict[Field, str] = {"any": "all", "title": "ti", "abstract": "abs", "author": "au", "comment": "co"}
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")
"""A word of the API's: `3.5` and `o'brien` are one, all else that is no letter or digit stands between two."""
_ONCE_CATEGORIES = ("astro-ph", "cond-mat", "q-bio")
"""Archives that had no categories at first: papers of that time bear their names."""
_FIRST, _LAST = "198001010000", "310001010000"
"""Before the first paper, and after the last."""
