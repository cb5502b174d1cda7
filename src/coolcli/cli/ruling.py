"""What the reader's rules make of a list: what stands out in it and why, and what is out of sight, which is counted.

A paper that is starred or watched is never muted. Rules look at the list that is shown; what is announced, expected,
unread or audited is the same with and without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.text import clean
from coolcli.cli.desk import Desk
from coolcli.errors import BadQuery
from coolcli.models import Filter, Row
from coolcli.render import words
from coolcli.store import rules, select

if TYPE_CHECKING:
    from coolcli.query.tree import Node, Text
    from coolcli.render.emphasis import Emphasis
    from coolcli.store.rules import Rule

Of = Mapping[str, tuple[str, ...]]
"""The queries of the rules that a paper fits, by its id."""
_NOTHING: Of = MappingProxyType({})
_AT_ONCE = 100
"""Rules that the store is asked for at once."""


class Ruled(NamedTuple):
    """A list as the rules leave it."""

    rows: list[Row]
    """What is in sight, in the order that it had."""
    watched: Of = _NOTHING
    muted: Of = _NOTHING
    """What the rules take out of sight, whether it is shown here or not."""
    reasons: Mapping[str, str] = MappingProxyType({})
    """What each query looks for, in a few words."""
    texts: tuple[Text, ...] = ()
    """What watching rules look for in texts."""
    by: int = 0
    """How many rules mute something here."""

    @property
    def out_of_sight(self) -> set[str]:
        """Give the papers that rules took out of sight."""
        return self.muted.keys() - {row.id for row in self.rows}

    @property
    def told(self) -> str:
        """Say how many those are; nothing where there are none."""
        gone = len(self.out_of_sight)
        return f"{gone:,} muted by {words.number(self.by, 'rule')}; --muted shows them" if gone else ""

    def why(self, queries: Iterable[str]) -> str:
        """Say in a few words what some of the queries look for."""
        return ", ".join(self.reasons[query] for query in queries)

    def notes(self) -> dict[str, dict[str, list[str]]]:
        """Give for each paper what a program is told of its rules."""
        found: dict[str, dict[str, list[str]]] = {}
        for name, of in (("watched", self.watched), ("muted", self.muted)):
            for paper_id, queries in of.items():
                found.setdefault(paper_id, {})[name] = list(queries)
        return found


def ruled(desk: Desk, rows: Sequence[Row], *, muted: bool = False) -> Ruled:
    """Apply the reader's rules to a list; with `muted` nothing is taken out of sight."""
    with desk.database.read() as connection:
        are_rules = select.are_rules(connection)
    return _apply(desk, list(rows), muted) if are_rules and rows else Ruled(list(rows))


def filled(desk: Desk, chosen: Callable[[int | None], list[Row]], limit: int | None, *, muted: bool) -> Ruled:
    """Apply the rules to the first papers of a list, so many that `limit` are in sight where there are so many.

    `chosen` gives the first papers of it. For a program nothing is out of sight: it is told what is muted.
    """
    asked = limit
    while True:
        rows = chosen(asked)
        done = ruled(desk, rows, muted=muted or desk.flags.json)
        if limit is None or asked is None or len(rows) < asked or len(done.rows) >= limit:
            return done._replace(rows=done.rows[:limit])
        asked *= 2


def emphasis(desk: Desk, of: Ruled, query: Node | None = None) -> Emphasis:
    """Give what stands out in a list: what was looked for, what rules watch, and why a paper is marked."""
    from coolcli.render.emphasis import MUTED, NOTHING, Emphasis

    if query is None and not of.watched and not of.muted:
        return NOTHING
    from coolcli.query.tree import texts
    from coolcli.store.highlighting import Highlighter

    looked_for = [*(texts(query) if query else ()), *of.texts]
    reasons = {paper_id: f"{MUTED} {of.why(queries)}" for paper_id, queries in of.muted.items()}
    reasons |= {paper_id: of.why(queries) for paper_id, queries in of.watched.items()}
    return Emphasis(Highlighter(looked_for).spans, reasons)


def reason(query: Node, text: str) -> str:
    """Say in a few words what a rule looks for: of one text, the text; of more, the query as typed."""
    from coolcli.query.tree import Text

    return query.text if isinstance(query, Text) else text


@cache
def understood(desk: Desk) -> list[tuple[Rule, Node]]:
    """Give the rules with what they mean, as they were when they were first looked at.

    One that another version or another hand made so that it cannot be read is told, and does nothing.
    """
    with desk.database.read() as connection:
        made, saved = rules.rules(connection), rules.searches(connection)
    found = []
    for rule in made:
        node = read(desk, rule, saved)
        if isinstance(node, BadQuery):
            desk.say(f"A rule cannot be understood and does nothing (`cool rules`): {node.said}")
        else:
            found.append((rule, node))
    return found


def read(desk: Desk, rule: Rule, saved: Mapping[str, str]) -> Node | BadQuery:
    """Read a rule: what it means, or what is wrong with it."""
    from coolcli.query import parsing

    try:
        return parsing.parse(rule.query, desk.now, saved=saved)
    except BadQuery as error:
        return error


class OutOfSight(NamedTuple):
    """What the rules take out of sight among all that is cached."""

    query: Node
    parts: tuple[Node, ...]
    """What each rule mutes."""

    def unread(self, desk: Desk) -> str:
        """Say how many of the unread papers those are; nothing where there are none."""
        with desk.database.read() as connection:
            count, by = select.count_with(connection, Filter(unread=True, query=self.query), self.parts)
        return f"{count:,} unread muted by {words.number(by, 'rule')}" if count else ""


def out_of_sight(desk: Desk) -> OutOfSight | None:
    """Give what rules take out of sight, as a query; None where none of them mutes anything.

    The index is brought up to date.
    """
    from coolcli.cli import asking
    from coolcli.query.fields import every
    from coolcli.query.tree import Is, Not

    found = understood(desk)
    muting = [node for rule, node in found if rule.effect == "muted"]
    if not muting:
        return None
    asking.catch_up(desk)
    watching = [node for rule, node in found if rule.effect == "watched"]
    return OutOfSight(every([one_of(muting), Not(one_of([Is("starred"), *watching]))]), tuple(muting))


def one_of(nodes: Sequence[Node]) -> Node:
    """Join queries by OR, as a tree that is not as deep as they are many: neither SQLite nor FTS5 would take it."""
    from coolcli.query.fields import either
    from coolcli.query.tree import Either

    some = tuple(either(nodes[begin : begin + _AT_ONCE]) for begin in range(0, len(nodes), _AT_ONCE))
    return some[0] if len(some) == 1 else Either(some)


def _apply(desk: Desk, rows: list[Row], show_muted: bool) -> Ruled:
    from coolcli.cli import asking
    from coolcli.query.tree import texts
    from coolcli.store import searching

    asking.catch_up(desk)
    found = understood(desk)
    asked = [node for _, node in found]
    with desk.database.read() as connection:
        fits = [
            ids
            for begin in range(0, len(found), _AT_ONCE)
            for ids in searching.fitting(connection, rows, asked[begin : begin + _AT_ONCE])
        ]
    watched: dict[str, tuple[str, ...]] = {}
    muted: dict[str, tuple[str, ...]] = {}
    for (rule, _), ids in zip(found, fits, strict=True):
        of = watched if rule.effect == "watched" else muted
        for row in rows:
            if row.id in ids:
                of[row.id] = (*of.get(row.id, ()), clean(rule.query))
    kept = {row.id for row in rows if row.marks.starred} | watched.keys()
    muted = {paper_id: queries for paper_id, queries in muted.items() if paper_id not in kept}
    by = sum(bool(ids & muted.keys()) for (rule, _), ids in zip(found, fits, strict=True) if rule.effect == "muted")
    queries = {clean(rule.query): reason(node, clean(rule.query)) for rule, node in found}
    looked_for = tuple(text for rule, node in found if rule.effect == "watched" for text in texts(node))
    in_sight = rows if show_muted else [row for row in rows if row.id not in muted]
    return Ruled(in_sight, watched, muted, queries, looked_for, by)
