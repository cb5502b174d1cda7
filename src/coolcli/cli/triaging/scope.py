"""Which papers a sitting goes through, as the store has them at the moment.

Of categories that are followed, the unread of all days; of others, and of a day that was named, what is not marked as
read of that listing (cli.md, "Verbs that the others lean on").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.categories import Categories, contains
from coolcli.cli import ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.models import ANNOUNCE_TYPES, Filter, Marks, Paper, Row
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
    others: Counted
    """What else there is of their days in the scope: nearly all of it was read before."""
    ruled: Ruled
    """What rules make of them, in the same order."""


class Source:
    """Gives the papers of a scope, again and again; what it gave once stays in it, and under its day."""

    def __init__(self, desk: Desk, scope: Scope) -> None:
        """Take what is gone through."""
        self.scope = scope
        self._desk = desk
        self._begun: dict[tuple[str, date], None] = {}
        """The listings that were given: they stay when newer ones come."""
        self._of_listings: set[str] = set()
        """The papers that were given of those."""

    def found(self, kept: Mapping[str, Entry], order: Order | None) -> Found:
        """Give the unread papers and those of `kept`, each day in an order; None for arXiv's."""
        lines, others = self._lines(kept)
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
            others,
            ruling.ruled(self._desk, rows, muted=True, seen=True) if has_rules else Ruled([]),
        )

    def _lines(self, kept: Mapping[str, Entry]) -> tuple[list[unread.Line], Counted]:
        """Give the papers, oldest day first, and count what else there is of their days."""
        if self.scope.query is not None:
            from coolcli.cli import asking

            asking.catch_up(self._desk)  # papers may have come since it was read
        followed = self._unread(kept)
        known = {line.id for line in followed}
        listed = self._listed(kept, known)
        fresh = [_line(row) for row in listed if not row.marks.read or row.id in kept]
        self._of_listings |= {line.id for line in fresh}
        others = self._counted({line.day for line in followed}, {*known, *(row.id for row in listed)})
        gone_by = [row.marks.starred for row in listed if row.marks.read and row.id not in kept]
        counted = Counted(*map(sum, zip(others, (len(gone_by), len(gone_by), sum(gone_by)), strict=True)))
        if not fresh and not kept:
            return followed, counted  # in order already
        return sorted([*followed, *fresh], key=lambda line: (line.day, ANNOUNCE_TYPES.index(line.kind))), counted

    @cached_property
    def name(self) -> str:
        """Name the sitting, for the place where it ended: all that is followed is one, whatever that is by then."""
        is_everything = set(self.followed) == set(self.scope.asked.wanted) and not self._filter.wanted
        return " ".join(filter(None, ("unread", self.scope.words))) if is_everything else self.scope.name

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
        return Filter(wanted=wanted, unwanted=self.scope.asked.unwanted, query=self.scope.query)

    def _unread(self, kept: Mapping[str, Entry]) -> list[unread.Line]:
        """Give the unread of what is followed. What was given before stays under its day, there behind the others."""
        if not self.followed:
            return []
        with self._desk.database.read() as connection:
            lines = unread.lines(connection, self._filter, kept.keys() - self._of_listings)
        moved = {line.id: entry for line in lines if (entry := kept.get(line.id)) and _is_elsewhere(line, entry)}
        return [line for line in lines if line.id not in moved] + [
            line._replace(day=moved[line.id].day, kind=moved[line.id].kind) for line in lines if line.id in moved
        ]

    def _counted(self, days: Collection[str], besides: Collection[str]) -> Counted:
        if not days:
            return Counted(0, 0, 0)
        with self._desk.database.read() as connection:
            return unread.counted(connection, self._filter, days, besides)

    def _listed(self, kept: Mapping[str, Entry], known: Collection[str]) -> list[Row]:
        """Give the listings besides what is known, each paper of the newest, or of that which it was given of."""
        self._begun |= dict.fromkeys(self.parts)
        found: dict[str, Row] = {}
        with self._desk.database.read() as connection:
            for day in sorted({day for _, day in self._begun}):
                for row in select.listing(connection, [part for part in self._begun if part[1] == day]):
                    if row.id not in kept or kept[row.id].day == str(day):
                        found.pop(row.id, None)
                        found[row.id] = row
        asked = self.scope.asked
        rows = [row for row in found.values() if row.id not in known and not select.left_out(row, asked)]
        if rows and self.scope.query is not None:
            from coolcli.cli import filters

            fits = {row.id for row in filters.fitting(self._desk, rows, self.scope.query)}
            rows = [row for row in rows if row.id in fits or row.id in kept]
        return rows


def _is_elsewhere(line: unread.Line, entry: Entry) -> bool:
    return (line.day, line.kind) != (entry.day, entry.kind)


def _line(row: Row) -> unread.Line:
    assert row.announced and row.announce_type  # noqa: S101 -- it is of a listing
    return unread.Line(row.id, row.announced.isoformat(), row.announce_type, row.marks.read, row.marks.starred)


def _row(line: unread.Line) -> Row:
    """Give as much of a row as orders and rules look at; the rest is in the store."""
    day = date.fromisoformat(line.day)
    starred_at = datetime.combine(day, time(), UTC) if line.starred else None
    return Row(Paper(line.id), day, line.kind, Marks(starred_at, read=line.read), backlog=True)
