"""Which papers a sitting goes through, as the store has them at the moment.

Of categories that are followed, the unread of all days; of others, and of a day that was named, what is not marked as
read of that listing (cli.md, "Verbs that the others lean on").
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.categories import Categories, contains
from coolcli.cli import ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.models import Filter, Marks, Paper, Row
from coolcli.store import events, listings, rules, select, unread
from coolcli.store.unread import Counted
from coolcli.triage.pile import Entry, Marked

if TYPE_CHECKING:
    from coolcli.cli.ordering import Order
    from coolcli.query.tree import Node


class Scope(NamedTuple):
    """What was asked for on the command line."""

    asked: Categories
    day: date | None = None
    query: Node | None = None
    words: str = ""
    """The query as it is told to the reader."""

    @property
    def name(self) -> str:
        """Name it, for the place where a sitting of it ended."""
        return " ".join(filter(None, (str(self.asked), str(self.day or ""), self.words)))


class Found(NamedTuple):
    """The papers of a scope."""

    entries: list[Entry]
    marked: Marked
    counted: Counted
    """All that there are of their days, with those that were read before."""
    ruled: Ruled
    """What rules make of them, in the same order."""


class Source:
    """Gives the papers of a scope, again and again."""

    def __init__(self, desk: Desk, scope: Scope) -> None:
        """Take what is gone through."""
        self.scope = scope
        self._desk = desk

    def found(self, kept: Collection[str], order: Order | None) -> Found:
        """Give the unread papers, and those of `kept` that are read by now, each day in an order; None for arXiv's."""
        lines, counts = self._unread(kept)
        others, counted = self._listed(kept, {line.id for line in lines})
        lines = sorted([*lines, *others], key=lambda line: line.day) if others else lines
        with self._desk.database.read() as connection:
            put_off = unread.put_off(connection)
            has_rules = rules.are_any(connection)
        rows = list(map(_row, lines)) if order or has_rules else []
        if order is not None:
            from coolcli.cli import ordering

            rows = ordering.ordered(self._desk, rows, order)
            of = {line.id: line for line in lines}
            lines = [of[row.id] for row in rows]
        return Found(
            [Entry(line.id, line.day, line.kind) for line in lines],
            Marked(
                frozenset(line.id for line in lines if line.read),
                frozenset(line.id for line in lines if line.starred),
                frozenset(line.id for line in lines if line.id in put_off),
            ),
            Counted(*map(sum, zip(counts, counted, strict=True))),
            ruling.ruled(self._desk, rows, muted=True, seen=True) if has_rules else Ruled([]),
        )

    @property
    def parts(self) -> list[tuple[str, date]]:
        """Give the listings that are gone through, whether they are here or not."""
        if self.scope.day is not None:
            return [(category, self.scope.day) for category in self.scope.asked.wanted]
        others = [category for category in self.scope.asked.wanted if category not in self.followed]
        with self._desk.database.read() as connection:
            latest = {category: listings.latest(connection, category) for category in others}
        return [(category, stored.day) for category, stored in latest.items() if stored]

    @cached_property
    def followed(self) -> tuple[str, ...]:
        """Give those of the categories whose papers enter the unread."""
        if self.scope.day is not None:
            return ()
        with self._desk.database.read() as connection:
            own = [each.category for each in events.subscriptions(connection)]
        return tuple(asked for asked in self.scope.asked.wanted if any(contains(each, asked) for each in own))

    @cached_property
    def _filter(self) -> Filter:
        """Give what of the unread is gone through: all of it where all that is followed was asked for."""
        with self._desk.database.read() as connection:
            own = {each.category for each in events.subscriptions(connection)}
        wanted = () if own <= set(self.followed) else self.followed
        unwanted = self.scope.asked.unwanted if wanted else ()
        return Filter(wanted=wanted, unwanted=unwanted, query=self.scope.query)

    def _unread(self, kept: Collection[str]) -> tuple[list[unread.Line], Counted]:
        if not self.followed:
            return [], Counted(0, 0, 0)
        with self._desk.database.read() as connection:
            lines = unread.lines(connection, self._filter, kept)
            return lines, unread.counted(connection, self._filter, {line.day for line in lines})

    def _listed(self, kept: Collection[str], known: Collection[str]) -> tuple[list[unread.Line], Counted]:
        """Give what is not read of the listings."""
        parts = self.parts
        if not parts:
            return [], Counted(0, 0, 0)
        with self._desk.database.read() as connection:
            rows = select.listing(connection, parts)
        rows = [row for row in rows if row.id not in known and not select.left_out(row, self.scope.asked)]
        if self.scope.query is not None:
            from coolcli.cli import filters

            rows = filters.fitting(self._desk, rows, self.scope.query)
        lines = [line for row in rows if (not row.marks.read or row.id in kept) and (line := _line(row))]
        counted = Counted(len(rows), sum(row.marks.read for row in rows), sum(row.marks.starred for row in rows))
        return lines, counted


def _line(row: Row) -> unread.Line | None:
    if row.announced is None or row.announce_type is None:
        return None
    return unread.Line(row.id, row.announced.isoformat(), row.announce_type, row.marks.read, row.marks.starred)


def _row(line: unread.Line) -> Row:
    """Give as much of a row as orders and rules look at; the rest is in the store."""
    day = date.fromisoformat(line.day)
    starred_at = datetime.combine(day, time(), UTC) if line.starred else None
    return Row(Paper(line.id), day, line.kind, Marks(starred_at, read=line.read), backlog=True)
