"""Queries as typed: read, told back to the reader, and the index that they are looked up in brought up to date."""

from __future__ import annotations

from functools import cache

from coolcli.cli.desk import Desk
from coolcli.errors import Busy, DataError
from coolcli.query import parsing
from coolcli.query.tree import Node
from coolcli.render import words
from coolcli.store import index, rules, select

_SAID_FROM = 5_000
"""Papers to be indexed from which on it is told how far that is: less than a second otherwise."""


def read(desk: Desk, text: str) -> Node:
    """Read a query with the reader's tags and saved searches. Raises BadQuery.

    Where `or` stands like an operator it is said that it is a word.
    """
    with desk.database.read() as connection:
        saved, tags = rules.searches(connection), select.tags(connection)
    node = parsing.parse(text, desk.now, saved=saved, tags=tags)
    for word in parsing.lone_operators(text):
        desk.say(f"'{word}' is looked for as a word: the operator is {word.upper()}.")
    return node


def told(node: Node) -> str:
    """Write a query as it was understood."""
    return parsing.written(node)


def tell_papers(desk: Desk, text: str) -> bool:
    """Say of each paper that a query names by its id or address how it is shown; tell whether there was one."""
    from coolcli import addresses
    from coolcli.arxiv.ids import ArxivId

    ids = {named.id: None for named in addresses.find(text, desk.now) if isinstance(named, ArxivId)}
    if ids:
        are = "is a paper" if len(ids) == 1 else "are papers"
        desk.say(f"{', '.join(ids)} {are}, and a search looks for texts: `cool show {' '.join(ids)}`.")
    return bool(ids)


def catch_up(desk: Desk) -> None:
    """Bring the index up to date; where nothing can be stored, say what is not in it."""
    with desk.database.read() as connection:
        count = index.behind(connection)
    if not count:
        return
    if not desk.database.read_only:
        try:
            index.catch_up(desk.database, lambda done, total: _tell(desk, done, total))
        except Busy:
            pass
        except DataError as error:  # what is cached can still be read on a disk that is full
            desk.database.cannot_write = error
    if desk.database.read_only:
        _tell_left_out(desk, count)
    if count >= _SAID_FROM:
        desk.progress.clear()


@cache
def _tell_left_out(desk: Desk, count: int) -> None:
    """Say, once in a run, what is not in the index."""
    papers = words.number(count, "paper that is new or changed is", "papers that are new or changed are")
    desk.say(f"{papers} not in the index, which cannot be written: searches leave them out.")


def _tell(desk: Desk, done: int, total: int) -> None:
    if total >= _SAID_FROM:
        desk.progress.say(f"indexing for searches: {done:,} of {total:,} papers")
