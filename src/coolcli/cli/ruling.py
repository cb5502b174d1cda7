"""What the reader's rules make of a list: what stands out in it and why, and what is out of sight, which is counted.

A paper that is starred or watched is never muted. Rules look at the list that is shown; what is announced, expected,
unread or audited is the same with and without them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from coolcli.cli.desk import Desk
from coolcli.errors import BadQuery
from coolcli.models import Row
from coolcli.render import words
from coolcli.store import rules

if TYPE_CHECKING:
    from coolcli.query.tree import Node, Text
    from coolcli.render.emphasis import Emphasis
    from coolcli.store.rules import Rule

Of = Mapping[str, tuple[str, ...]]
"""What the rules that a paper fits look for, in words, by its id."""
_NOTHING: Of = MappingProxyType({})


class Ruled(NamedTuple):
    """A list as the rules leave it."""

    rows: list[Row]
    """What is in sight, in the order that it had."""
    watched: Of = _NOTHING
    muted: Of = _NOTHING
    """What the rules take out of sight, whether it is shown here or not."""
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
        made = rules.rules(connection)
    return _apply(desk, list(rows), made, muted) if made and rows else Ruled(list(rows))


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
    from coolcli.render.emphasis import NOTHING, Emphasis

    if query is None and not of.watched and not of.muted:
        return NOTHING
    from coolcli.query.tree import texts
    from coolcli.store.highlighting import Highlighter

    looked_for = [*(texts(query) if query else ()), *of.texts]
    reasons = {paper_id: f"✕ {', '.join(queries)}" for paper_id, queries in of.muted.items()}
    reasons |= {paper_id: ", ".join(queries) for paper_id, queries in of.watched.items()}
    return Emphasis(Highlighter(looked_for).spans, reasons)


def reason(query: Node, text: str) -> str:
    """Say in a few words what a rule looks for: of one text, the text; of more, the query as typed."""
    from coolcli.query.tree import Text

    return query.text if isinstance(query, Text) else text


def _apply(desk: Desk, rows: list[Row], made: Sequence[Rule], show_muted: bool) -> Ruled:
    from coolcli.cli import asking
    from coolcli.query.tree import texts
    from coolcli.store import searching

    asking.catch_up(desk)
    understood = [(rule, node) for rule in made if (node := _understood(desk, rule)) is not None]
    with desk.database.read() as connection:
        fits = searching.fitting(connection, rows, [node for _, node in understood])
    watched: dict[str, tuple[str, ...]] = {}
    muted: dict[str, tuple[str, ...]] = {}
    for (rule, node), ids in zip(understood, fits, strict=True):
        of = watched if rule.effect == "watched" else muted
        for row in rows:
            if row.id in ids:
                of[row.id] = (*of.get(row.id, ()), reason(node, rule.query))
    kept = {row.id for row in rows if row.marks.starred} | watched.keys()
    muted = {paper_id: queries for paper_id, queries in muted.items() if paper_id not in kept}
    by = sum(
        bool(ids & muted.keys()) for (rule, _), ids in zip(understood, fits, strict=True) if rule.effect == "muted"
    )
    looked_for = tuple(text for rule, node in understood if rule.effect == "watched" for text in texts(node))
    in_sight = rows if show_muted else [row for row in rows if row.id not in muted]
    return Ruled(in_sight, watched, muted, looked_for, by)


def _understood(desk: Desk, rule: Rule) -> Node | None:
    """Read a rule; one that cannot be read, for another version or another hand made it, is told and does nothing."""
    from coolcli.query import parsing

    try:
        with desk.database.read() as connection:
            return parsing.parse(rule.query, desk.now, saved=rules.searches(connection))
    except BadQuery as error:
        desk.say(f"A rule cannot be understood and does nothing (`cool rules`): {error.said}")
        return None
