"""Every list: which papers, in which order, seen from which categories, and what enters the unread."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coolcli.arxiv.categories import ALIASES, ARCHIVES, CATEGORIES, contains, parse
from coolcli.models import Event, Filter, Row
from coolcli.store import backlog, events, papers, select
from tests import builders
from tests.builders import DAY, NOW, act, follow, keep, paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coolcli.store.database import Database

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=3)


def ids(rows: Sequence[Row]) -> list[str]:
    return [row.id for row in rows]


def listed(database: Database, *parts: tuple[str, date]) -> list[Row]:
    with database.read() as connection:
        return select.listing(connection, parts)


def unread(database: Database, types: Sequence[str] = ("new", "cross"), **how: object) -> list[Row]:
    backlog.define(database, types)
    with database.read() as connection:
        return select.unread(connection, **how)  # type: ignore[arg-type]


def starred(database: Database, **how: object) -> list[Row]:
    with database.read() as connection:
        return select.starred(connection, **how)  # type: ignore[arg-type]


def star(database: Database, *some: str, now: datetime = NOW) -> None:
    act(database, "star", *(events.mark("starred", each, now, version=1) for each in some), now=now)


def read(database: Database, *some: str) -> None:
    act(database, "done", *(events.mark("read", each, NOW) for each in some))


class TestListing:
    def test_one_category_keeps_arxivs_order(self, database: Database) -> None:
        keep(database, builders.listing(new=["2611.00009", "2611.00002"], cross=["2611.00001"], replace=["hep-th/1"]))
        assert ids(listed(database, ("cs.LG", DAY))) == ["2611.00009", "2611.00002", "2611.00001", "hep-th/1"]

    def test_of_several_categories_ids_ascend_within_each_type(self, database: Database) -> None:
        keep(
            database,
            builders.listing(
                "cs.LG", new=["2611.00002", "2611.00004"], cross=["2611.00007"], replace=["2305.00001", "2401.00001"]
            ),
            builders.listing(
                "stat.ML", new=["2611.00001", "2611.00003"], cross=["2611.00005"], replace=["math/0309136"]
            ),
        )
        assert [(row.id, row.announce_type) for row in listed(database, ("cs.LG", DAY), ("stat.ML", DAY))] == [
            ("2611.00001", "new"),
            ("2611.00002", "new"),
            ("2611.00003", "new"),
            ("2611.00004", "new"),
            ("2611.00005", "cross"),
            ("2611.00007", "cross"),
            ("math/0309136", "replace"),
            ("2305.00001", "replace"),
            ("2401.00001", "replace"),
        ]

    def test_a_paper_of_two_categories_stands_once_and_its_type_is_seen_from_both(self, database: Database) -> None:
        keep(
            database,
            builders.listing("cs.LG", new=["2611.00001"], cross=["2611.00002"], replace_cross=["2305.00001"]),
            builders.listing("stat.ML", new=["2611.00002"], cross=["2611.00001"], replace=["2305.00001"]),
        )
        both = [(row.id, row.announce_type) for row in listed(database, ("cs.LG", DAY), ("stat.ML", DAY))]
        assert both == [("2611.00001", "new"), ("2611.00002", "new"), ("2305.00001", "replace")]
        alone = [(row.id, row.announce_type) for row in listed(database, ("stat.ML", DAY))]
        assert alone == [("2611.00002", "new"), ("2611.00001", "cross"), ("2305.00001", "replace")]

    def test_the_latest_days_of_categories_may_differ(self, database: Database) -> None:
        keep(database, builders.listing("cs.LG", DAY, new=["2611.00001"]))
        keep(database, builders.listing("stat.ML", BEFORE, new=["2611.00002"], cross=["2611.00001"]))
        rows = listed(database, ("cs.LG", DAY), ("stat.ML", BEFORE))
        assert [(row.id, row.announced) for row in rows] == [("2611.00001", DAY), ("2611.00002", BEFORE)]

    def test_other_days_and_categories_are_left_out(self, database: Database) -> None:
        keep(database, builders.listing(new=["2611.00001"]), builders.listing(day=BEFORE, new=["2611.00002"]))
        keep(database, builders.listing("stat.ML", new=["2611.00003"]))
        assert ids(listed(database, ("cs.LG", DAY))) == ["2611.00001"]
        assert listed(database) == []
        assert listed(database, ("hep-th", DAY)) == []

    def test_a_row_bears_what_the_reader_did(self, database: Database) -> None:
        keep(database, builders.listing(new=["2611.00001", "2611.00002"]))
        star(database, "2611.00001")
        read(database, "2611.00002")
        first, second = listed(database, ("cs.LG", DAY))
        assert (first.marks.starred_at, first.marks.starred_version, first.marks.read) == (NOW, 1, False)
        assert (second.marks.starred, second.marks.read) == (False, True)

    def test_abstracts_are_read_where_they_are_asked_for(self, database: Database) -> None:
        keep(database, builders.listing(new=[paper("2611.00001", abstract="An abstract.")]))
        with database.read() as connection:
            (short,) = select.listing(connection, [("cs.LG", DAY)])
            (whole,) = select.listing(connection, [("cs.LG", DAY)], abstracts=True)
        assert short.paper.abstract is None
        assert whole.paper.abstract == "An abstract."


class TestBacklog:
    """Which papers enter the reader's unread."""

    def test_new_and_cross_listed_papers_of_subscribed_categories(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(
            database,
            builders.listing(
                "cs.LG", new=["2611.00001"], cross=["2611.00002"], replace=["2305.1"], replace_cross=["2305.2"]
            ),
            builders.listing("stat.ML", new=["2611.00003"]),
        )
        assert ids(unread(database)) == ["2611.00001", "2611.00002"]
        assert [row.backlog for row in listed(database, ("cs.LG", DAY))] == [True, True, False, False]
        assert [row.backlog for row in listed(database, ("stat.ML", DAY))] == [False]

    def test_nothing_without_a_subscription(self, database: Database) -> None:
        keep(database, builders.listing(new=["2611.00001"]))
        assert unread(database) == []
        assert not listed(database, ("cs.LG", DAY))[0].backlog

    def test_nothing_before_a_subscription_begins(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(database, builders.listing(day=BEFORE, new=["2611.00001"]), builders.listing(day=DAY, new=["2611.00002"]))
        assert ids(unread(database)) == ["2611.00002"]

    def test_a_subscription_without_a_listing_begins_with_the_next(self, database: Database) -> None:
        follow(database, "cs.LG")
        assert unread(database) == []
        keep(database, builders.listing(day=DAY, new=["2611.00002"]), builders.listing(day=BEFORE, new=["2611.00001"]))
        assert ids(unread(database)) == ["2611.00002"]

    def test_ending_a_subscription_takes_its_papers_out(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=DAY)
        keep(database, builders.listing("cs.LG", new=["2611.00001"]), builders.listing("stat.ML", new=["2611.00002"]))
        act(database, "unsubscribe", events.unsubscribe("cs.LG"))
        assert ids(unread(database)) == ["2611.00002"]

    def test_a_paper_enters_once_at_its_first_announcement(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=BEFORE)
        keep(
            database,
            builders.listing("cs.LG", BEFORE, new=["2611.00001"]),
            builders.listing("cs.LG", DAY, new=["2611.00002"]),
            builders.listing("stat.ML", DAY, cross=["2611.00001", "2611.00002"]),
        )
        assert [(row.id, row.announced) for row in unread(database)] == [("2611.00001", BEFORE), ("2611.00002", DAY)]

    def test_a_paper_that_was_read_does_not_come_back(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=BEFORE)
        keep(database, builders.listing("cs.LG", BEFORE, new=["2611.00001"]))
        read(database, "2611.00001")
        keep(database, builders.listing("stat.ML", DAY, cross=["2611.00001"]))
        assert unread(database) == []

    def test_the_replacement_of_a_starred_paper_enters(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(database, builders.listing(day=BEFORE, new=["2305.00001", "2305.00002"]))
        star(database, "2305.00001")
        keep(database, builders.listing(replace=["2305.00001", "2305.00002"]))
        assert [(row.id, row.announce_type) for row in unread(database)] == [("2305.00001", "replace")]
        act(database, "unstar", events.clear("starred", "2305.00001"))
        assert unread(database) == []

    @pytest.mark.parametrize(
        ("types", "entering"),
        [
            (["new"], ["2611.1"]),
            (["cross"], ["2611.2"]),
            (["new", "replace"], ["2611.1", "2305.3"]),
            (["new", "cross", "replace", "replace-cross"], ["2611.1", "2611.2", "2305.3", "2305.4"]),
            ([], []),
        ],
    )
    def test_the_types_are_a_setting(self, database: Database, types: list[str], entering: list[str]) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(
            database,
            builders.listing(new=["2611.1"], cross=["2611.2"], replace=["2305.3"], replace_cross=["2305.4"]),
        )
        assert ids(unread(database, types)) == entering

    def test_a_starred_papers_replacement_enters_whatever_the_types(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(database, builders.listing(new=["2611.00001"], replace_cross=["2305.00002"]))
        star(database, "2305.00002")
        assert ids(unread(database, [])) == ["2305.00002"]

    def test_looking_at_another_day_enters_nothing(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(database, builders.listing("cs.LG", DAY, new=["2611.00002"]))
        keep(
            database, builders.listing("cs.LG", BEFORE, new=["2611.00001"]), builders.listing("hep-th", new=["2611.3"])
        )
        assert ids(unread(database)) == ["2611.00002"]


class TestUnread:
    def test_oldest_day_first_then_arxivs_order(self, database: Database) -> None:
        follow(database, "cs.LG", since=BEFORE)
        keep(database, builders.listing(day=DAY, new=["2611.00004", "2611.00003"], cross=["2611.00001"]))
        keep(database, builders.listing(day=BEFORE, new=["2611.00009"], cross=["2611.00008"]))
        assert ids(unread(database)) == ["2611.00009", "2611.00008", "2611.00004", "2611.00003", "2611.00001"]

    def test_of_several_categories_ids_ascend_within_each_type(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=DAY)
        keep(
            database,
            builders.listing("cs.LG", new=["2611.00002", "2611.00004"], cross=["2611.00006"]),
            builders.listing("stat.ML", new=["2611.00001", "2611.00003"], cross=["2611.00005"]),
        )
        assert [each[-1] for each in ids(unread(database))] == ["1", "2", "3", "4", "5", "6"]

    def test_old_ids_come_before_new_ones_as_in_the_listing(self, database: Database) -> None:
        follow(database, "cs.LG", "math.GT", since=DAY)
        keep(
            database,
            builders.listing("cs.LG", replace=["2305.00001", "0704.0001"]),
            builders.listing("math.GT", replace=["math/0309136", "1412.9999"]),
        )
        expected = ["math/0309136", "0704.0001", "1412.9999", "2305.00001"]
        assert ids(listed(database, ("cs.LG", DAY), ("math.GT", DAY))) == expected
        assert ids(unread(database, ["replace"])) == expected

    def test_what_is_new_in_one_category_is_new(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=DAY)
        keep(
            database,
            builders.listing("cs.LG", new=["2611.00001"], cross=["2611.00002"]),
            builders.listing("stat.ML", new=["2611.00002"], cross=["2611.00001"]),
        )
        found = [(row.id, row.announce_type) for row in unread(database)]
        assert found == [("2611.00001", "new"), ("2611.00002", "new")]

    def test_marked_ones_are_gone(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(database, builders.listing(new=["2611.00001", "2611.00002", "2611.00003"]))
        read(database, "2611.00002")
        assert ids(unread(database)) == ["2611.00001", "2611.00003"]
        act(database, "undone", events.clear("read", "2611.00002"))
        assert ids(unread(database)) == ["2611.00001", "2611.00002", "2611.00003"]

    def test_a_page_of_them(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        some = [f"2611.0000{number}" for number in range(1, 8)]
        keep(database, builders.listing(new=some))
        assert ids(unread(database, limit=3)) == some[:3]
        read(database, *some[:3])
        assert ids(unread(database, limit=3)) == some[3:6]
        read(database, *some)
        assert ids(unread(database)) == []

    def test_counts_of_days(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=BEFORE)
        keep(
            database,
            builders.listing("cs.LG", BEFORE, new=["2611.00001", "2611.00002"]),
            builders.listing("cs.LG", DAY, new=["2611.00003"], replace=["2305.00001"]),
            builders.listing("stat.ML", DAY, new=["2611.00004"], cross=["2611.00001"]),
        )
        read(database, "2611.00002", "2611.00003")
        star(database, "2611.00003", "2611.00004")
        with database.read() as connection:
            assert list(select.unread_by_day(connection).items()) == [
                (str(BEFORE), 1),
                (str(DAY), 1),
            ]
            assert select.progress(connection, [str(BEFORE), str(DAY)]) == (4, 2, 2)
            assert select.progress(connection, [str(DAY)]) == (2, 1, 2)
            assert select.progress(connection, []) == (0, 0, 0)


class TestStars:
    @pytest.fixture(autouse=True)
    def four(self, database: Database) -> None:
        with database.write() as connection:
            papers.save(
                connection,
                [
                    paper("2611.00001", categories=("cs.LG", "stat.ML")),
                    paper("2611.00002", categories=("cs.CL",)),
                    paper("2611.00003", categories=("math.CO", "cs.LG")),
                    paper("2611.00004", categories=("hep-th",)),
                ],
            )
        star(database, "2611.00001", now=datetime(2026, 11, 18, 23, 59, 59, tzinfo=UTC))
        star(database, "2611.00002", now=datetime(2026, 11, 19, tzinfo=UTC))
        star(database, "2611.00003", now=datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC))

    def test_newest_first(self, database: Database) -> None:
        assert ids(starred(database)) == ["2611.00003", "2611.00002", "2611.00001"]

    def test_of_one_second_the_last_first(self, database: Database) -> None:
        act(database, "unstar", *(events.clear("starred", f"2611.0000{number}") for number in (1, 2, 3)))
        for number in (2, 4, 1):
            star(database, f"2611.0000{number}", now=NOW)
        assert ids(starred(database)) == ["2611.00001", "2611.00004", "2611.00002"]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("cs.LG", ["3", "1"]),
            ("cs", ["3", "2", "1"]),
            ("cs.LG-math.CO", ["1"]),
            ("cs-cs.LG", ["2"]),
            ("stat.ML+cs.CL", ["2", "1"]),
            ("quant-ph", []),
        ],
    )
    def test_of_categories(self, database: Database, asked: str, found: list[str]) -> None:
        assert [each[-1] for each in ids(starred(database, categories=parse([asked])))] == found

    @pytest.mark.parametrize(
        ("since", "until", "found"),
        [
            ("2026-11-19", None, ["3", "2"]),
            ("2026-11-20", None, ["3"]),
            ("2026-11-21", None, []),
            (None, "2026-11-20", ["3", "2", "1"]),
            (None, "2026-11-19", ["2", "1"]),
            (None, "2026-11-18", ["1"]),
            ("2026-11-19", "2026-11-19", ["2"]),
        ],
    )
    def test_of_days(self, database: Database, since: str | None, until: str | None, found: list[str]) -> None:
        rows = starred(
            database,
            since=datetime.fromisoformat(since + "T00:00Z") if since else None,
            before=datetime.fromisoformat(until + "T00:00Z") + timedelta(days=1) if until else None,
        )
        assert [each[-1] for each in ids(rows)] == found

    def test_not_opened_yet(self, database: Database) -> None:
        act(database, "open", events.mark("opened", "2611.00002", NOW))
        assert ids(starred(database, unopened=True)) == ["2611.00003", "2611.00001"]


class TestByIds:
    def test_papers_that_are_here(self, database: Database) -> None:
        keep(database, builders.listing(new=[paper("2611.00001", abstract="An abstract.")], cross=["2611.00002"]))
        with database.read() as connection:
            found = select.by_ids(connection, ["2611.00002", "2611.00001", "2611.00009", "2611.00001"])
        assert sorted(found) == ["2611.00001", "2611.00002"]
        assert found["2611.00001"].paper.abstract == "An abstract."
        assert found["2611.00002"].announce_type == "cross"

    def test_outside_a_listing_a_paper_was_announced_first_in_the_readers_categories(self, database: Database) -> None:
        keep(
            database,
            builders.listing("cs.LG", BEFORE, new=["2611.00001"]),
            builders.listing("stat.ML", DAY, cross=["2611.00001"]),
            builders.listing("math.ST", AFTER, cross=["2611.00001"]),
        )
        assert self.announced(database) == (BEFORE, "new")
        follow(database, "stat.ML", "math.ST", since=AFTER + timedelta(days=1))
        assert self.announced(database) == (DAY, "cross")

    def test_what_entered_the_unread_was_announced_when_it_entered(self, database: Database) -> None:
        keep(
            database,
            builders.listing("stat.ML", DAY, cross=["2611.00001"]),
            builders.listing("math.ST", AFTER, cross=["2611.00001"]),
        )
        follow(database, "stat.ML", "math.ST", since=AFTER)
        assert self.announced(database) == (AFTER, "cross")

    def test_of_two_announcements_on_one_day_the_first_type_counts(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=DAY)
        keep(database, builders.listing("cs.LG", cross=["2611.00001"]), builders.listing("stat.ML", new=["2611.00001"]))
        assert self.announced(database) == (DAY, "new")

    def test_a_paper_that_was_never_announced_here(self, database: Database) -> None:
        with database.write() as connection:
            papers.save(connection, [paper("2611.00001")])
        assert self.announced(database) == (None, None)

    def announced(self, database: Database) -> tuple[date | None, str | None]:
        with database.read() as connection:
            row = select.by_ids(connection, ["2611.00001"])["2611.00001"]
        return row.announced, row.announce_type


class TestChosen:
    """Lists through filters."""

    @pytest.fixture(autouse=True)
    def some(self, database: Database) -> None:
        follow(database, "cs.LG", since=DAY)
        keep(
            database,
            builders.listing(day=BEFORE, new=["2611.00001"], replace=["2305.00001", "math/0309136"]),
            builders.listing(
                day=DAY,
                new=["2611.00004", paper("2611.00003", categories=("cs.LG", "eess.SY"))],
                cross=[paper("2611.00002", categories=("stat.ML", "cs.LG"))],
            ),
            builders.listing("hep-th", AFTER, new=[paper("2611.00005", categories=("hep-th",))]),
        )
        with database.write() as connection:
            papers.save(connection, [paper(name, categories=("cs.CL",)) for name in ("2611.00008", "2611.00009")])
        star(database, "2611.00003", "2611.00001", "2611.00009")
        read(database, "2611.00004", "2611.00001")
        tagged = [("a b", "2611.00002"), ("c", "2611.00002"), ("c", "2611.00008")]
        act(database, "tag", *(events.tag(name, paper_id, NOW) for name, paper_id in tagged))

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (Filter(), "5 3 4 2 1 math/0309136 2305 8 9"),
            (Filter(unread=True), "3 2"),
            (Filter(starred=True), "3 1 9"),
            (Filter(starred=True, unread=True), "3"),
            (Filter(since=DAY), "5 3 4 2"),
            (Filter(until=DAY), "3 4 2 1 math/0309136 2305"),
            (Filter(since=DAY, until=DAY), "3 4 2"),
            (Filter(types=("cross", "replace")), "2 math/0309136 2305"),
            (Filter(wanted=("cs.LG",)), "3 4 2 1 math/0309136 2305"),
            (Filter(wanted=("cs",)), "3 4 2 1 math/0309136 2305 8 9"),
            (Filter(wanted=("eess", "hep-th")), "5 3"),
            (Filter(wanted=("cs.LG",), unwanted=("stat", "eess.SY")), "4 1 math/0309136 2305"),
            (Filter(unwanted=("cs",)), "5"),
            (Filter(tags=("c",)), "2 8"),
            (Filter(tags=("c", "a b")), "2"),
            (Filter(tags=("a",)), ""),
            (Filter(since=AFTER, unread=True), ""),
        ],
    )
    def test_newest_day_first_then_arxivs_order(self, database: Database, wanted: Filter, found: str) -> None:
        short = {"2305.00001": "2305"} | {f"2611.0000{number}": str(number) for number in range(10)}
        with database.read() as connection:
            names = [short.get(row.id, row.id) for row in select.chosen(connection, wanted)]
            assert names == found.split()
            assert [short.get(name, name) for name in select.ids_of(connection, wanted)] == names
            assert select.count(connection, wanted) == len(names)
            for limit in range(len(names) + 2):
                some = select.chosen(connection, wanted, limit=limit)
                assert [short.get(row.id, row.id) for row in some] == names[:limit]

    def test_a_row_bears_its_day_and_what_was_asked_for(self, database: Database) -> None:
        with database.read() as connection:
            newest, *_, never = select.chosen(connection, Filter(), abstracts=True)
        assert (newest.announced, newest.announce_type, newest.backlog) == (AFTER, "new", False)
        assert (never.announced, never.announce_type, never.marks.starred) == (None, None, True)

    def test_counts_of_days(self, database: Database) -> None:
        with database.read() as connection:
            assert select.by_day(connection, Filter(wanted=("cs",))) == {BEFORE: 3, DAY: 3}
            assert select.by_day(connection, Filter(unread=True)) == {DAY: 2}

    def test_tags_that_there_are(self, database: Database) -> None:
        with database.read() as connection:
            assert select.tags(connection) == ["a b", "c"]

    def test_stars_that_were_not_opened(self, database: Database) -> None:
        act(database, "open", events.mark("opened", "2611.00003", NOW), events.mark("opened", "2611.00004", NOW))
        with database.read() as connection:
            assert select.unopened(connection) == 2


@given(
    asked=st.sampled_from([*CATEGORIES, *ARCHIVES]),
    own=st.lists(st.sampled_from([*CATEGORIES, *ALIASES, *ARCHIVES]), unique=True, max_size=4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_filter_takes_categories_as_the_other_lists_do(database: Database, asked: str, own: list[str]) -> None:
    one = paper("2611.00001", categories=tuple(own))
    with database.write() as connection:
        connection.execute("DELETE FROM papers")
    keep(database, builders.listing(new=[one]))
    with database.read() as connection:
        assert select.count(connection, Filter(wanted=(asked,))) == any(contains(asked, name) for name in own)
        assert select.count(connection, Filter(unwanted=(asked,))) != select.count(connection, Filter(wanted=(asked,)))


class TestDays:
    def test_how_days_stand(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=BEFORE)
        monday = AFTER
        keep(
            database,
            builders.listing("cs.LG", BEFORE, new=["2611.00001"], counts=(2, 0, 0), source="page"),
            builders.listing("stat.ML", BEFORE, cross=["2611.00001"], counts=(0, 1, 0), source="page"),
            builders.listing("cs.LG", DAY, new=["2611.00002", "2611.00003"], replace=["2611.00001"]),
            builders.listing("stat.ML", DAY, cross=["2611.00002"], counts=(0, 1, 0), source="page"),
            builders.listing("cs.LG", DAY + timedelta(days=1), counts=(0, 0, 0), source="catchup"),
            builders.listing("cs.LG", monday, counts=(0, 0, 0), source="catchup"),
            builders.listing("stat.ML", monday + timedelta(days=1), source="feed"),
            builders.listing("hep-th", DAY, new=["2611.00009"]),
        )
        read(database, "2611.00002")
        star(database, "2611.00001")
        with database.read() as connection:
            both = select.days(connection, ["cs.LG", "stat.ML"], BEFORE)
            alone = select.days(connection, ["stat.ML"], BEFORE, DAY)
        assert [tuple(day) for day in both] == [
            (BEFORE, 2, 1, 1, 1),
            (DAY, None, 3, 1, 0),
            (monday, None, 0, 0, 0),
        ]
        assert [tuple(day) for day in alone] == [(BEFORE, 1, 1, 1, 1), (DAY, 1, 1, 0, 0)]

    def test_a_paper_that_was_deleted_is_not_here(self, database: Database) -> None:
        keep(database, builders.listing(new=["2611.00001", "2611.00002"]))
        with database.write() as connection:
            connection.execute("DELETE FROM papers WHERE id = '2611.00001'")
            assert [day.here for day in select.days(connection, ["cs.LG"], DAY)] == [1]


class TestFigures:
    """What `cool stats` draws."""

    @pytest.fixture(autouse=True)
    def some(self, database: Database) -> None:
        follow(database, "cs.LG", "stat.ML", since=BEFORE)
        keep(
            database,
            builders.listing("cs.LG", BEFORE, new=["2611.00001", "2611.00002"], replace=["2305.00001"]),
            builders.listing("stat.ML", BEFORE, cross=["2611.00001"]),
            builders.listing("cs.LG", DAY, new=["2611.00003"]),
            builders.listing("stat.ML", DAY, cross=["2611.00002"]),
        )
        early, late = NOW - timedelta(days=9), NOW + timedelta(days=2)
        act(database, "done", events.mark("read", "2611.00003", early), events.mark("read", "2305.00001", early))
        act(database, "done", events.mark("read", "2611.00001", late))
        star(database, "2611.00002")

    def test_days(self, database: Database) -> None:
        with database.read() as connection:
            assert select.history(connection, BEFORE) == [(BEFORE, 2, 1, 1), (DAY, 1, 1, 0)]
            assert select.history(connection, DAY) == [(DAY, 1, 1, 0)]

    def test_categories(self, database: Database) -> None:
        with database.read() as connection:
            assert select.by_category(connection, BEFORE) == {"cs.LG": (3, 2, 1), "stat.ML": (1, 1, 0)}
            assert select.by_category(connection, AFTER) == {"cs.LG": (0, 0, 0), "stat.ML": (0, 0, 0)}

    def test_when_papers_were_read(self, database: Database) -> None:
        early, late = DAY - timedelta(days=9), DAY + timedelta(days=2)
        with database.read() as connection:
            assert select.read_on(connection, early) == {early: 2, late: 1}
            assert select.read_on(connection, DAY) == {late: 1}

    def test_the_backlog_over_time(self, database: Database) -> None:
        """What was read before it was announced never was in it; a replacement did not enter."""
        days = [BEFORE + timedelta(days=number) for number in range(-1, 4)]
        with database.read() as connection:
            assert select.backlog_over_time(connection, days[0]) == list(zip(days, [0, 2, 2, 2, 1], strict=True))
            assert select.backlog_over_time(connection, days[3]) == list(zip(days[3:], [2, 1], strict=True))

    def test_of_nothing(self, database: Database) -> None:
        act(database, "unsubscribe", events.unsubscribe("cs.LG"), events.unsubscribe("stat.ML"))
        with database.read() as connection:
            assert select.history(connection, BEFORE) == []
            assert select.by_category(connection, BEFORE) == {}
            assert select.backlog_over_time(connection, BEFORE) == []


def test_within_and_left_out() -> None:
    row = Row(paper(categories=("cs.LG", "cs.SY")))
    assert select.within(row, parse(["eess"]))
    assert select.within(row, parse(["cs"]))
    assert not select.within(row, parse(["cs-eess.SY"]))
    assert select.left_out(row, parse(["cs-eess"]))
    assert not select.left_out(row, parse(["cs-stat"]))


def test_ids_that_are_not_ids_do_no_harm(database: Database) -> None:
    hostile = "2611.1'); DROP TABLE papers; --"
    keep(database, builders.listing(new=[hostile]))
    star(database, hostile)
    assert ids(starred(database)) == [hostile]


def _event(field: str) -> Event:
    return events.mark(field, "2611.00001", NOW)


@pytest.mark.parametrize("field", ["read", "opened"])
def test_marks_of_one_field(database: Database, field: str) -> None:
    keep(database, builders.listing(new=["2611.00001"]))
    act(database, "open", _event(field))
    (row,) = listed(database, ("cs.LG", DAY))
    assert (row.marks.read, row.marks.opened) == (field == "read", field == "opened")
