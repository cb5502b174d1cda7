"""A query tried on past days: how many of their papers would have fit it.

The papers are those of the reader's categories, without any of all, each once on its day as `cool list` has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from coolcli.models import Filter
from coolcli.render import words
from coolcli.store import events, select

if TYPE_CHECKING:
    from coolcli.cli.desk import Desk
    from coolcli.query.tree import Node


class Day(NamedTuple):
    """How a query stands to the papers of a day."""

    day: date
    papers: int
    fitting: int
    starred: int
    """Of those that fit."""


class Tried(NamedTuple):
    """How a query stands to the papers of some days, the newest first."""

    days: tuple[Day, ...]
    categories: tuple[str, ...] = ()
    """What the papers are of; all where none is named."""

    @property
    def papers(self) -> int:
        """Count the papers."""
        return sum(day.papers for day in self.days)

    @property
    def fitting(self) -> int:
        """Count those that fit."""
        return sum(day.fitting for day in self.days)

    @property
    def starred(self) -> int:
        """Count those of them that are starred."""
        return sum(day.starred for day in self.days)

    @property
    def told(self) -> str:
        """Say how many fit: `14 of the 380 papers of the last 5 listings`."""
        if not self.papers:
            return "no listing is here yet"
        last = f"the last {len(self.days)} listings" if len(self.days) > 1 else "the last listing"
        if self.fitting == self.papers:
            return f"all {words.number(self.papers, 'paper')} of {last}"
        return f"{self.fitting or 'none'} of the {words.number(self.papers, 'paper')} of {last}"

    @property
    def of(self) -> str:
        """Say the same short: `14 of 380`."""
        return f"{self.fitting:,} of {self.papers:,}"


def tried(desk: Desk, queries: Sequence[Node], days: int) -> list[Tried]:
    """Try queries on so many of the last days of which papers are here. The index has to be up to date."""
    with desk.database.read() as connection:
        followed = events.subscriptions(connection)
        wanted = Filter(wanted=tuple(subscription.category for subscription in followed))
        papers = dict(list(select.by_day(connection, wanted).items())[-days:])
        wanted = wanted._replace(since=min(papers, default=None))
        found = []
        for query in queries:
            fitting = select.by_day(connection, wanted._replace(query=query))
            starred = select.by_day(connection, wanted._replace(query=query, starred=True))
            of_days = (Day(day, papers[day], fitting.get(day, 0), starred.get(day, 0)) for day in reversed(papers))
            found.append(Tried(tuple(of_days), wanted.wanted))
    return found


def kept(desk: Desk, query: Node, of: Tried) -> str:
    """Say how many of the papers that fit stay in sight though a rule mutes them; nothing where none does."""
    from coolcli.cli import ruling
    from coolcli.query.fields import every
    from coolcli.query.tree import Is, Not

    watching = [node for rule, node in ruling.understood(desk) if rule.effect == "watched"]
    watched = 0
    if watching and of.days:
        (both,) = tried(desk, [every([query, ruling.one_of(watching), Not(Is("starred"))])], len(of.days))
        watched = both.fitting
    counts = [f"{count:,} of them {what}" for count, what in ((of.starred, "starred"), (watched, "watched")) if count]
    stay = "stays" if of.starred + watched == 1 else "stay"
    return f", {' and '.join(counts)}, which {stay} in sight" if counts else ""
