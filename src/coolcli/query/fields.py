"""The fields of a query, `since:7d`: their names, and what the word behind the colon means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple, get_args

from coolcli import days
from coolcli.arxiv import categories
from coolcli.errors import UsageError, or_list
from coolcli.query import tree
from coolcli.query.tree import Announced, Category, Either, Every, Is, Mark, Node, Not, Tagged
from coolcli.tags import FORM, known_tag
from coolcli.tags import parse as parse_tag


class Field(NamedTuple):
    """What a field is called besides its name, and what it takes, in words."""

    short: tuple[str, ...]
    takes: str


FIELDS: dict[str, Field] = {
    "any": Field(("all",), "what to look for"),
    "title": Field(("ti",), "what to look for"),
    "abstract": Field(("abs",), "what to look for"),
    "author": Field(("au", "authors"), "a name"),
    "comment": Field(("co", "comments"), "what to look for"),
    "note": Field(("notes",), "what to look for"),
    "cat": Field(("category", "categories"), "a category such as cs.LG"),
    "tag": Field(("tags",), "a tag"),
    "is": Field(("type",), "a word such as starred or new"),
    "since": Field((), "a day such as 2026-11-18 or 7d"),
    "until": Field((), "a day such as 2026-11-18 or 7d"),
    "date": Field(("day",), "a day such as 2026-11-18, a month, or days A..B"),
}
"""The fields by their names."""

MARKS: tuple[Mark, ...] = get_args(Mark)
REPLACEMENTS = ("replace", "replace-cross")
"""arXiv's names for the two kinds of `replaced`."""

_TEXTS: tuple[tree.Field, ...] = get_args(tree.Field)
_NAMES = {name: name for name in FIELDS} | {short: name for name, field in FIELDS.items() for short in field.short}


class Known(NamedTuple):
    """What words are read against: the moment, and the reader's tags, None where they are not checked."""

    now: datetime
    tags: Collection[str] | None = None


def named(word: str) -> str | None:
    """Give the field that is called so, in either case; None where none is."""
    return _NAMES.get(word.lower())


def nearest(word: str) -> list[str]:
    """Give the fields whose names are spelled nearly so."""
    return list(dict.fromkeys(_NAMES[name] for name in _near(word, _NAMES)))


def of_texts(name: str) -> tree.Field | None:
    """Give where a field looks for texts; None where it is none of those that do."""
    return next((field for field in _TEXTS if field == name), None)


def read(name: str, word: str, known: Known) -> Node:
    """Read the word behind a field that looks for no text. Raises UsageError, which has the wrong part in quotes."""
    return _READERS[name](word, known)


def every(nodes: Iterable[Node]) -> Node:
    """Join trees by AND: one is itself, and those that are joined so already stand beside the others."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, Every) else (node,))]
    return flat[0] if len(flat) == 1 else Every(tuple(flat))


def either(nodes: Iterable[Node]) -> Node:
    """Join trees by OR, as `every` does by AND."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, Either) else (node,))]
    return flat[0] if len(flat) == 1 else Either(tuple(flat))


def negated(node: Node) -> Node:
    """Give what a tree leaves out; of what was left out, what it is."""
    return node.node if isinstance(node, Not) else Not(node)


def _category(word: str, known: Known) -> Node:
    """Read what options take too: `cs.lg`, `cs`, `cs.LG,stat.ML`, `cs.AI+cs.LG-cs.CY`; and `cs.*`, as arXiv writes."""
    asked = categories.parse([word.removesuffix(".*")])
    unwanted = [Not(Category(name)) for name in asked.unwanted]
    return every([either(map(Category, asked.wanted)), *unwanted])


def _tagged(word: str, known: Known) -> Node:
    if known.tags is not None:
        known_tag(word, [*known.tags])
    elif parse_tag(word) is None:
        raise UsageError(f"'{word}' cannot be a tag.", FORM)
    return Tagged(parse_tag(word) or word)


def _is(word: str, known: Known) -> Node:
    """Read what a paper can be; several with commas are any of them, as with the option `--type`."""
    return either(Is(_mark(part)) for part in word.split(","))


def _mark(word: str) -> Mark:
    lowered = word.lower()
    mark = "replaced" if lowered in REPLACEMENTS else lowered
    found = next((each for each in MARKS if each == mark), None)
    if found is None:
        near = _near(word, MARKS) or _near(word, MARKS, 0.6)  # `nwe`: of a word as short, two letters are much
        hint = f"Did you mean {or_list(near)}? " if near else ""
        raise UsageError(f"No paper is '{word}'.", f"{hint}It can be {or_list(MARKS)}.")
    return found


def _near(word: str, names: Iterable[str], cutoff: float = 0.7) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word.lower(), list(names), n=2, cutoff=cutoff)


def _since(word: str, known: Known) -> Node:
    return Announced(since=days.parse(word, known.now))


def _until(word: str, known: Known) -> Node:
    return Announced(until=days.parse(word, known.now))


def _date(word: str, known: Known) -> Node:
    return Announced(*days.period(word, known.now))


_READERS: dict[str, Callable[[str, Known], Node]] = {
    "cat": _category,
    "tag": _tagged,
    "is": _is,
    "since": _since,
    "until": _until,
    "date": _date,
}
