"""The light lines of the unread, their counts, and where sittings ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coolcli.models import Filter
from coolcli.query.tree import Is
from coolcli.store import events, unread
from coolcli.store.unread import Counted, Line, Place
from tests.builders import DAY, NOW, act, follow, keep, listing, paper

if TYPE_CHECKING:
    from coolcli.store.database import Database

THURSDAY = DAY - timedelta(days=1)
A, B, C, D, E = (f"2611.0000{number}" for number in range(1, 6))


@pytest.fixture(autouse=True)
def two_days(database: Database) -> None:
    """Two days of cs.LG, arXiv's order on the second not that of the ids; a cross-list of cs.CL, never followed."""
    follow(database, "cs.LG", since=THURSDAY)
    crossed = paper(E, categories=("cs.CL", "cs.LG"), primary_category="cs.CL")
    keep(database, listing(day=THURSDAY, new=[B], cross=[crossed]), listing(new=[D, C], replace=["2601.00001"]))
    keep(database, listing("cs.CL", new=["2611.00009"]))


def lines(database: Database, wanted: Filter | None = None, *kept: str) -> list[str]:
    with database.read() as connection:
        return [line.id for line in unread.lines(connection, wanted or Filter(), kept)]


def read(database: Database, *ids: str) -> None:
    act(database, "done", *(events.mark("read", each, NOW) for each in ids))


def test_lines_come_oldest_day_first_and_then_in_arxivs_order(database: Database) -> None:
    act(database, "star", events.mark("starred", C, NOW))
    with database.read() as connection:
        assert unread.lines(connection, Filter()) == [
            Line(B, "2026-11-19", "new", read=False, starred=False),
            Line(E, "2026-11-19", "cross", read=False, starred=False),
            Line(D, "2026-11-20", "new", read=False, starred=False),
            Line(C, "2026-11-20", "new", read=False, starred=True),
        ]


def test_what_is_read_is_no_line_unless_it_is_kept(database: Database) -> None:
    read(database, B, D)
    assert lines(database) == [E, C]
    assert lines(database, None, D) == [E, D, C]
    assert lines(database, None, C) == [E, C]  # each once
    assert lines(database, None, "9999.00000") == [E, C]


def test_what_is_kept_stays_whatever_the_filter_says(database: Database) -> None:
    assert lines(database, Filter(wanted=("cs.CL",))) == [E]
    assert lines(database, Filter(wanted=("cs.CL",)), C) == [E, C]
    act(database, "star", events.mark("starred", D, NOW))
    assert lines(database, Filter(query=Is("starred"))) == [D]
    read(database, D)
    assert lines(database, Filter(query=Is("unread")), D) == [B, E, D, C]


def test_what_is_kept_stays_where_it_is_no_longer_followed(database: Database) -> None:
    act(database, "unsubscribe", events.unsubscribe("cs.LG"))
    assert lines(database) == []
    assert lines(database, None, B, C) == [B, C]


def test_counts_are_of_the_days_and_the_filter_besides_some_papers(database: Database) -> None:
    read(database, B, C)
    act(database, "star", events.mark("starred", C, NOW))
    with database.read() as connection:
        assert unread.counted(connection, Filter(), ["2026-11-19", "2026-11-20"]) == Counted(4, 2, 1)
        assert unread.counted(connection, Filter(), ["2026-11-20"], [D]) == Counted(1, 1, 1)
        assert unread.counted(connection, Filter(wanted=("cs.CL",)), ["2026-11-19"]) == Counted(1, 0, 0)
        assert unread.counted(connection, Filter(), []) == Counted(0, 0, 0)


def test_what_was_put_off_is_known_until_it_is_taken_back(database: Database) -> None:
    act(database, "triage", events.mark("later", B, NOW), events.mark("later", C, NOW))
    read(database, C)
    act(database, "triage", events.clear("later", B))
    with database.read() as connection:
        assert unread.put_off(connection) == {C}


def test_the_papers_of_some_days_that_fit_a_query(database: Database) -> None:
    with database.read() as connection:
        assert unread.fitting(connection, Is("cross"), ["2026-11-19", "2026-11-20"]) == {E}
        assert unread.fitting(connection, Is("cross"), ["2026-11-20"]) == frozenset()


def test_each_kind_of_sitting_has_its_own_place_and_old_ones_are_forgotten(database: Database) -> None:
    with database.read() as connection:
        assert unread.place(connection, "unread") is None
    with database.write() as connection:
        unread.keep_place(connection, "first", Place(A, "2026-11-19"))
        for number in range(49):
            unread.keep_place(connection, f"cs.LG {number}", Place(B, "2026-11-20"))
        unread.keep_place(connection, "first", Place(C, "2026-11-20"))
        unread.keep_place(connection, "one more", Place(D, "2026-11-20"))
    with database.read() as connection:
        assert unread.place(connection, "first") == Place(C, "2026-11-20")
        assert unread.place(connection, "one more") == Place(D, "2026-11-20")
        assert unread.place(connection, "cs.LG 0") is None
        assert unread.place(connection, "cs.LG 1") == Place(B, "2026-11-20")
