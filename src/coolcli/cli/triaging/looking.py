"""Searching the pile as it is typed: what is wanted and what is not, in the query language of `cool search`."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from coolcli.cli import asking
from coolcli.cli.triaging.sitting import Sitting
from coolcli.errors import BadQuery
from coolcli.models import Paper, Row
from coolcli.query import fields, parsing
from coolcli.query.tree import Either, Every, Node, Text
from coolcli.store import rules, searching, select, unread

if TYPE_CHECKING:
    from coolcli.triage.pile import Entry


def look(sitting: Sitting, text: str, *, filters: bool = True) -> str | None:
    """Leave in sight what fits a query, or without `filters` let it only stand out; an empty text lets it go.

    The last word counts as the beginning of one until a blank follows. Where it cannot be read, or not yet, what was
    read last counts, and what is wrong is given, in a line.
    """
    problem = None
    try:
        sitting.search = _read(sitting, text) if text.strip() else None
    except BadQuery as error:
        problem = " ".join(filter(None, (error.said, error.hint)))
    _leave(sitting, sitting.search if filters else None)
    sitting.set_emphasis()
    return problem


def found(sitting: Sitting) -> int:
    """Count the papers in sight that fit what is searched for, whether the others are in sight or not."""
    shown = sitting.pile.shown
    if sitting.search is None or sitting.pile.fitting is not None:
        return len(shown)
    return len(fitting(sitting, sitting.search).intersection(shown))


def again(sitting: Sitting) -> None:
    """See what fits now, where papers have come or changed since the search was typed."""
    if sitting.pile.fitting is not None:
        _leave(sitting, sitting.search)


def _leave(sitting: Sitting, query: Node | None) -> None:
    sitting.pile.fitting = None if query is None else fitting(sitting, query)
    sitting.pile.arrange()


def _read(sitting: Sitting, text: str) -> Node:
    desk = sitting.desk
    with desk.database.read() as connection:
        saved, tags = rules.searches(connection), select.tags(connection)
    node = parsing.parse(text, desk.now, saved=saved, tags=tags)
    return _begun(node) if _WORD.search(text) else node


def _begun(node: Node) -> Node:
    """Let the last text be what a word begins with; not where it is unwanted: `-v` would leave nearly nothing."""
    if isinstance(node, (Every, Either)):
        join = fields.every if isinstance(node, Every) else fields.either
        return join([*node.nodes[:-1], _begun(node.nodes[-1])])
    if isinstance(node, Text) and node.kind == "word":
        return Either((node, node._replace(kind="prefix")))
    return node


def fitting(sitting: Sitting, query: Node) -> frozenset[str]:
    """Give the papers of the pile that fit. Of listings, day and type are those under which they stand there."""
    desk, entries = sitting.desk, sitting.pile.entries
    asking.catch_up(desk)
    with desk.database.read() as connection:
        if not sitting.source.parts:
            return unread.fitting(connection, query, {entry.day for entry in entries.values()})
        (fits,) = searching.fitting(connection, list(map(_row, entries.values())), [query])
    return frozenset(fits)


def _row(entry: Entry) -> Row:
    return Row(Paper(entry.id), date.fromisoformat(entry.day), entry.kind)


_WORD = re.compile(r"(?:^|\s)[^\s@]*\w$")
"""What ends with a word that may go on: no blank, quote or parenthesis behind it, and no saved search."""
