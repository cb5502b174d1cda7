"""The order in which a list comes: arXiv's, the reader's own, or new submissions first. Every paper stays in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.ids import sort_key
from coolcli.cli.desk import Desk
from coolcli.config import ORDERS
from coolcli.errors import UsageError, or_list
from coolcli.models import ANNOUNCE_TYPES, Row
from coolcli.render import words

if TYPE_CHECKING:
    from coolcli.ranking import Model


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
    from coolcli import learning, ranking

    model = learning.model(desk.database)
    if model is not None:
        return Order(name, f"in your own order, learned of {words.number(model.stars, 'star')}: cool why 1", model)
    desk.say(
        f"In arXiv's order: your own is learned of {ranking.FEWEST_STARS} stars or more, and of"
        f" {ranking.FEWEST_PASSED} papers that you let pass."
    )
    return Order("arxiv")


def ordered(desk: Desk, rows: Sequence[Row], order: Order) -> list[Row]:
    """Put a list in order, each of its days by itself, which are one after the other already."""
    if order.name == "arxiv" or not rows:
        return list(rows)
    days = [list(of) for _, of in groupby(rows, key=lambda row: row.announced)]
    if order.name == "new-first":
        return [row for of in days for row in sorted(of, key=_newest_first)]
    assert order.model is not None  # noqa: S101 -- it is of no other name
    from coolcli import learning

    return [row for of in days for row in learning.ranked(desk.database, order.model, of)]


def _newest_first(row: Row) -> tuple[int, int, int]:
    month, number = sort_key(row.id)
    return ANNOUNCE_TYPES.index(row.announce_type or "new"), -month, -number


def _no_order(name: str) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, ORDERS, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}? " if near else ""
    return UsageError(f"'{name}' is no order.", f"{hint}It is {or_list(ORDERS)}.")
