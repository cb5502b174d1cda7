"""What the reader's rules make of a list: what stands out in it and why, and what is out of sight, which is counted.

A paper that is starred or watched is never muted. Rules look at the list that is shown; what is announced, expected,
unread or audited is the same with and without them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
"""Queries that the store is asked for at once."""


class Ruled(NamedTuple):
    """A list as the rules leave it."""

    rows: list[Row]
    """What is in sight, in the order that it had."""
    watched: Of = _NOTHING
    muted: Of = _NOTHING
    """What the rules take out of sight, whether it is shown here or not."""
    reasons: Mapping[tuple[str, str], str] = MappingProxyType({})
    """What of each query a paper fits, in a few words, by its id and the query."""
    texts: tuple[Text, ...] = ()
    """What watching rules look for in texts."""
    is_cut: bool = False
    """Whether the list goes on behind the last row, where nothing is counted."""

    @property
    def out_of_sight(self) -> set[str]:
        """Give the papers that rules took out of sight."""
        return self.muted.keys() - {row.id for row in self.rows}

    @property
    def told(self) -> str:
        """Say how many those are; nothing where there are none."""
        gone = self.out_of_sight
        by = {query for paper_id in gone for query in self.muted[paper_id]}
        among = " among them" if self.is_cut else ""
        return f"{len(gone):,} muted{among} by {words.number(len(by), 'rule')}; --muted shows them" if gone else ""

    def why(self, of: Of) -> dict[str, str]:
        """Say in a few words what of some queries each paper in sight fits."""
        in_sight = of.keys() & {row.id for row in self.rows}
        return {each: ", ".join(self.reasons[each, query] for query in of[each]) for each in in_sight}

    def notes(self) -> dict[str, dict[str, list[str]]]:
        """Give for each paper what a program is told of its rules."""
        found: dict[str, dict[str, list[str]]] = {}
        for name, of in (("watched", self.watched), ("muted", self.muted)):
            for paper_id, queries in of.items():
                found.setdefault(paper_id, {})[name] = list(queries)
        return found


def ruled(desk: Desk, rows: Sequence[Row], *, muted: bool = False, seen: bool | None = None) -> Ruled:
    """Apply the reader's rules to a list; with `muted` nothing is taken out of sight.

    Reasons are found where the list is `seen` by a person: unless said otherwise, where results go to a terminal.
    """
    with desk.database.read() as connection:
        are_any = rules.are_any(connection)
    if not (are_any and rows):
        return Ruled(list(rows))
    return _apply(desk, list(rows), muted, desk.on_terminal if seen is None else seen)


def filled(desk: Desk, chosen: Callable[[int | None], list[Row]], limit: int | None, *, muted: bool) -> Ruled:
    """Apply the rules to the first papers of a list, so many that `limit` are in sight where there are so many.

    `chosen` gives the first papers of it; what stands behind the last row in sight is not counted. For a program
    nothing is out of sight: it is told what is muted.
    """
    asked = limit
    while True:
        rows = chosen(asked)
        done = ruled(desk, rows, muted=muted or desk.flags.json)
        is_whole = asked is None or len(rows) < asked
        if limit is None or (is_whole and len(done.rows) <= limit):
            return done
        if len(done.rows) >= limit:
            return _cut(done, rows, limit)
        asked = None if asked is None else asked * 2


def _cut(done: Ruled, rows: Sequence[Row], limit: int) -> Ruled:
    """Leave of a list so many rows, and of what is muted what stands among them."""
    shown = done.rows[:limit]
    ids = [row.id for row in rows]
    before = set(ids[: ids.index(shown[-1].id) + 1])
    muted = {paper_id: queries for paper_id, queries in done.muted.items() if paper_id in before}
    return done._replace(rows=shown, muted=muted, is_cut=True)


def emphasis(desk: Desk, of: Ruled, query: Node | None = None) -> Emphasis:
    """Give what stands out in a list: what was looked for, what rules watch, and why a paper is marked."""
    from coolcli.render.emphasis import MUTED, NOTHING, Emphasis

    if query is None and not of.watched and not of.muted:
        return NOTHING
    from coolcli.query.tree import texts
    from coolcli.store.highlighting import Highlighter

    looked_for = [*(texts(query) if query else ()), *of.texts]
    reasons = {paper_id: f"{MUTED} {why}" for paper_id, why in of.why(of.muted).items()}
    return Emphasis(Highlighter(looked_for).spans, reasons | of.why(of.watched))


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

    def counted(self, desk: Desk) -> tuple[int, int]:
        """Count the unread papers among those, and the rules that mute them."""
        with desk.database.read() as connection:
            return select.count_with(connection, Filter(unread=True, query=self.query), self.parts)

    def unread(self, desk: Desk) -> str:
        """Say how many of the unread papers those are; nothing where there are none."""
        count, by = self.counted(desk)
        return f"{count:,} unread muted by {words.number(by, 'rule')}" if count else ""


def out_of_sight(desk: Desk) -> OutOfSight | None:
    """Give what rules take out of sight, as a query; None where none of them mutes anything.

    The index is brought up to date.
    """
    with desk.database.read() as connection:
        if not rules.are_any(connection):
            return None
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


def _apply(desk: Desk, rows: list[Row], show_muted: bool, seen: bool) -> Ruled:
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
    looked_for = tuple(text for rule, node in found if rule.effect == "watched" for text in texts(node))
    in_sight = rows if show_muted else [row for row in rows if row.id not in muted]
    shown = [row for row in in_sight if row.id in watched or row.id in muted]
    return Ruled(in_sight, watched, muted, _reasons(desk, shown, found, fits) if seen else {}, looked_for)


def _reasons(
    desk: Desk, shown: Sequence[Row], found: Sequence[tuple[Rule, Node]], fits: Sequence[set[str]]
) -> dict[tuple[str, str], str]:
    """Say of the papers that are shown what of each rule they fit: of several things joined by OR, the first."""
    from coolcli.cli import asking
    from coolcli.query.tree import Either
    from coolcli.store import searching

    reasons: dict[tuple[str, str], str] = {}
    for (rule, node), ids in zip(found, fits, strict=True):
        query, rows = clean(rule.query), [row for row in shown if row.id in ids]
        reasons |= {(row.id, query): reason(node, query) for row in rows}
        if rows and isinstance(node, Either) and len(node.nodes) <= _AT_ONCE:
            with desk.database.read() as connection:
                parts = zip(node.nodes, searching.fitting(connection, rows, node.nodes), strict=True)
            for part, fitting in reversed([*parts]):
                reasons |= {(paper_id, query): reason(part, asking.told(part)) for paper_id in fitting}
    return reasons
