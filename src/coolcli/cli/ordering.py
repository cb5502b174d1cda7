"""The order in which a list comes: arXiv's, the reader's own, or new submissions first. Every paper stays in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.ids import sort_key
from coolcli.cli.desk import Desk
from coolcli.errors import UsageError, or_list
from coolcli.models import ANNOUNCE_TYPES, Row
from coolcli.render import words
from coolcli.settings import ORDERS

if TYPE_CHECKING:
    from coolcli.ranking import Model

_SAID_FROM = 10_000
"""Papers from which on it is told that they are put in order: that takes a second."""


class Order(NamedTuple):
    """An order that was asked for, as far as it can be had."""

    name: str
    told: str = ""
    """What is said of it beside the counts."""
    model: Model | None = None
    """What was learned for the reader's own."""

    @property
    def by_type(self) -> bool:
        """Tell whether new submissions, cross-lists and replacements come one after the other."""
        return self.name != "mine"


def chosen(desk: Desk, typed: str | None) -> Order:
    """Give the order of the option, else of the setting. Raises UsageError that names the nearest.

    Without stars enough the reader's own is arXiv's, and that is said.
    """
    name = typed.lower() if typed is not None else desk.settings.list_order
    if name not in ORDERS:
        raise _no_order(name)
    if name != "mine":
        return Order(name)
    from coolcli import learning

    model = learning.model(desk.database)
    if model is not None:
        return Order(name, f"in your own order, learned of {words.number(model.stars, 'star')}: cool why 1", model)
    desk.say(f"In arXiv's order: your own is {lacking(desk)}")
    return Order("arxiv")


def lacking(desk: Desk) -> str:
    """Say what the reader's own order is learned of, and how much there is of what is too little."""
    from coolcli import ranking
    from coolcli.store import likings

    with desk.database.read() as connection:
        stars = likings.stars(connection, ranking.FEWEST_STARS)
        passed = len(likings.passed(connection, ranking.FEWEST_PASSED))
    return (
        f"learned of {ranking.FEWEST_STARS} stars or more{_have(stars, ranking.FEWEST_STARS)}, and of"
        f" {ranking.FEWEST_PASSED} papers that you let pass{_have(passed, ranking.FEWEST_PASSED)}."
    )


def _have(count: int, wanted: int) -> str:
    return f" (you have {count})" if count < wanted else ""


def ordered(desk: Desk, rows: Sequence[Row], order: Order) -> list[Row]:
    """Put a list in order, each of its days by itself, which are one after the other already."""
    if order.name == "arxiv" or not rows:
        return list(rows)
    if order.name == "new-first":
        days = groupby(rows, key=lambda row: row.announced)
        return [row for _, of in days for row in sorted(of, key=_newest_first)]
    assert order.model is not None  # noqa: S101 -- it is of no other name
    from coolcli import learning

    if len(rows) >= _SAID_FROM:
        desk.progress.say(f"putting {len(rows):,} papers in your own order")
    scored = zip(rows, learning.scores(desk.database, order.model, rows), strict=True)
    desk.progress.clear()
    scored_days = groupby(scored, key=lambda pair: pair[0].announced)
    return [row for _, of in scored_days for row, _ in sorted(of, key=lambda pair: -pair[1])]


def _newest_first(row: Row) -> tuple[int, int, int]:
    month, number = sort_key(row.id)
    return ANNOUNCE_TYPES.index(row.announce_type or "new"), -month, -number


def _no_order(name: str) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, ORDERS, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}? " if near else ""
    return UsageError(f"'{name}' is no order.", f"{hint}It is {or_list(ORDERS)}.")
