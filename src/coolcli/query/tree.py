"""What a query means, as a tree: the same for the store, for arXiv's API and for words to the reader.

A leaf is a text to look for, or a condition on where a paper was announced and what the reader did with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

Field = Literal["any", "title", "abstract", "author", "comment", "note"]
"""Where a text is looked for; `any` is all of them, and the tags."""

Kind = Literal["word", "phrase", "prefix"]

Mark = Literal["starred", "unread", "read", "opened", "later", "noted", "tagged", "new", "cross", "replaced"]
"""What a paper can be: by what the reader did, or by what it was announced as."""


class Text(NamedTuple):
    """A word (stemmed), a phrase (each of its words stemmed) or the beginning of a word."""

    text: str
    field: Field = "any"
    kind: Kind = "word"


class Is(NamedTuple):
    """What a paper is."""

    mark: Mark


class Announced(NamedTuple):
    """Days of announcement, both included; None for no limit."""

    since: date | None = None
    until: date | None = None


class Category(NamedTuple):
    """In a category or archive, or cross-listed there."""

    name: str


class Tagged(NamedTuple):
    """A tag of the reader's, in the spelling that was typed."""

    tag: str


class Not(NamedTuple):
    """What does not fit."""

    node: Node


class Every(NamedTuple):
    """What fits each of two or more: AND."""

    nodes: tuple[Node, ...]


class Either(NamedTuple):
    """What fits one of two or more: OR."""

    nodes: tuple[Node, ...]


Leaf = Text | Is | Announced | Category | Tagged
Node = Leaf | Not | Every | Either


def leaves(node: Node, *, wanted: bool | None = None) -> Iterator[Leaf]:
    """Give the leaves from left to right; with `wanted` only those that are asked for, or only those that are not."""
    if isinstance(node, Not):
        yield from leaves(node.node, wanted=None if wanted is None else not wanted)
    elif isinstance(node, (Every, Either)):
        for each in node.nodes:
            yield from leaves(each, wanted=wanted)
    elif wanted is not False:
        yield node


def in_titles(node: Node) -> Node:
    """Give the same query, but that what may stand anywhere has to stand in the title."""
    if isinstance(node, Text):
        return node._replace(field="title") if node.field == "any" else node
    if isinstance(node, Not):
        return node  # what is not wanted anywhere is not wanted
    if isinstance(node, (Every, Either)):
        return type(node)(tuple(map(in_titles, node.nodes)))
    return node


def texts(node: Node) -> list[Text]:
    """Give the texts that are asked for, each once, from left to right: those stand out in what is found."""
    return list(dict.fromkeys(leaf for leaf in leaves(node, wanted=True) if isinstance(leaf, Text)))
