"""What arXiv announced: each answer is joined with what is here of the day, and counts say whether that is all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coolcli.models import Counts
from coolcli.store import listings
from coolcli.store.listings import Check, Stored
from coolcli.store.select import Backlog, listing
from tests import builders
from tests.builders import DAY, NOW, keep, paper

if TYPE_CHECKING:
    from coolcli.models import Listing
    from coolcli.store.database import Database

NOTHING = Backlog((), ())


def shown(database: Database, category: str = "cs.LG", day: date = DAY) -> list[tuple[str, str | None]]:
    """A listing's ids and types, in its order."""
    with database.read() as connection:
        return [(row.id, row.announce_type) for row in listing(connection, [(category, day)], NOTHING)]


def stored(database: Database, category: str = "cs.LG", day: date = DAY) -> Stored:
    with database.read() as connection:
        found = listings.latest(connection, category)
    assert found is not None
    assert found.day == day
    return found


def save(database: Database, answer: Listing, now: datetime = NOW) -> list[str]:
    with database.write() as connection:
        return listings.save(connection, answer, now)


FEED = builders.listing(new=["2611.01001", "2611.01002"], cross=["2611.00990"], replace=["2305.01234"])
PAGE = builders.listing(
    new=["2611.01001", "2611.01002"],
    cross=["2611.00990"],
    replace=["2305.01234", "2301.00007"],
    counts=(2, 1, 2),
    source="page",
)


def test_a_listing_keeps_arxivs_order_and_types(database: Database) -> None:
    added = save(database, FEED)
    assert added == ["2611.01001", "2611.01002", "2611.00990", "2305.01234"]
    assert shown(database) == [
        ("2611.01001", "new"),
        ("2611.01002", "new"),
        ("2611.00990", "cross"),
        ("2305.01234", "replace"),
    ]


def test_saving_twice_is_saving_once(database: Database) -> None:
    save(database, FEED)
    before = shown(database), stored(database)
    assert save(database, FEED) == []
    assert (shown(database), stored(database)) == before


def test_a_feed_states_no_counts(database: Database) -> None:
    save(database, FEED)
    assert stored(database) == Stored("cs.LG", DAY, NOW, None, None)


def test_a_feed_that_was_cut_is_incomplete(database: Database) -> None:
    save(database, FEED._replace(truncated=True))
    assert stored(database).complete is False


def test_a_page_adds_what_the_feed_left_out(database: Database) -> None:
    save(database, FEED)
    assert save(database, PAGE, NOW + timedelta(minutes=1)) == ["2301.00007"]
    assert [paper_id for paper_id, _ in shown(database)][-1] == "2301.00007"
    assert stored(database) == Stored("cs.LG", DAY, NOW + timedelta(minutes=1), Counts(2, 1, 2), True)


def test_a_feed_after_a_page_takes_nothing_away(database: Database) -> None:
    save(database, PAGE)
    save(database, FEED)
    assert len(shown(database)) == 5
    assert stored(database).complete is True
    assert stored(database).counts == Counts(2, 1, 2)


def test_the_order_is_that_of_the_newest_answer(database: Database) -> None:
    save(database, builders.listing(new=["2611.00003", "2611.00001"]))
    save(database, builders.listing(new=["2611.00001", "2611.00002", "2611.00003"]))
    assert [paper_id for paper_id, _ in shown(database)] == ["2611.00001", "2611.00002", "2611.00003"]


@pytest.mark.parametrize(
    ("counts", "complete"),
    [
        ((2, 1, 1), True),
        ((3, 1, 1), False),
        ((2, 2, 1), False),
        ((2, 1, 2), False),
        ((1, 2, 1), False),  # enough in all, but a section is short
        ((1, 1, 1), True),  # a paper more than stated is no paper missing
        ((0, 0, 0), True),
    ],
)
def test_completeness_goes_by_the_count_of_each_section(
    database: Database, counts: tuple[int, int, int], complete: bool
) -> None:
    save(database, FEED)
    with database.write() as connection:
        assert listings.state_counts(connection, "cs.LG", DAY, Counts(*counts)) is complete
    assert stored(database).complete is complete
    assert stored(database).counts == Counts(*counts)


def test_both_kinds_of_replacement_count_as_one(database: Database) -> None:
    save(database, builders.listing(replace=["2305.01234"], replace_cross=["2305.01235"], counts=(0, 0, 2)))
    assert stored(database).complete is True


def test_what_a_page_shows_has_to_be_here_even_where_the_numbers_agree(database: Database) -> None:
    save(database, FEED)
    with database.write() as connection:
        assert not listings.state_counts(connection, "cs.LG", DAY, Counts(2, 1, 1), ["2611.01001", "2611.01009"])
        assert listings.state_counts(connection, "cs.LG", DAY, Counts(2, 1, 1), ["2611.01001", "2611.00990"])


def test_an_empty_day_is_a_listing_too(database: Database) -> None:
    save(database, builders.listing(counts=(0, 0, 0), source="page"))
    assert shown(database) == []
    assert stored(database).complete is True


def test_categories_and_days_are_apart(database: Database) -> None:
    earlier = DAY - timedelta(days=1)
    keep(database, FEED, builders.listing("stat.ML", new=["2611.01002"]), builders.listing(day=earlier, new=["2611.7"]))
    assert shown(database, "stat.ML") == [("2611.01002", "new")]
    assert shown(database, day=earlier) == [("2611.7", "new")]
    assert len(shown(database)) == 4
    with database.read() as connection:
        assert listings.latest(connection, "cs.CL") is None


def test_the_latest_is_of_the_newest_day_whenever_it_was_read(database: Database) -> None:
    keep(database, FEED)
    keep(database, builders.listing(day=DAY - timedelta(days=3), new=["2611.7"]), now=NOW + timedelta(hours=1))
    with database.read() as connection:
        latest = listings.latest(connection, "cs.LG")
        assert latest is not None
        assert latest.day == DAY
        assert listings.latest(connection, "stat.ML") is None


def test_the_last_check_is_remembered(database: Database) -> None:
    failed = Check(NOW, None, False, "arXiv does not answer")
    answered = Check(NOW + timedelta(minutes=5), DAY, True, "the feed is stale")
    with database.write() as connection:
        assert listings.last_check(connection, "cs.LG") is None
        for check in (failed, answered):
            listings.note_check(connection, "cs.LG", check)
            assert listings.last_check(connection, "cs.LG") == check
        assert listings.last_check(connection, "stat.ML") is None


def test_times_are_in_utc(database: Database) -> None:
    save(database, FEED, datetime.fromisoformat("2026-11-20T15:00:00+01:00"))
    assert stored(database).fetched_at == datetime(2026, 11, 20, 14, tzinfo=UTC)


IDS = st.lists(st.integers(1, 12), unique=True, max_size=12).map(lambda some: [f"2611.{each:05}" for each in some])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(IDS, min_size=1, max_size=4), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_nothing_announced_is_ever_lost(database: Database, answers: list[list[str]], day: date) -> None:
    with database.write() as connection:
        connection.execute("DELETE FROM announcements")
        connection.execute("DELETE FROM listings")
    told: dict[str, None] = {}
    for ids in answers:
        added = save(database, builders.listing(day=day, new=map(paper, ids)))
        assert added == [paper_id for paper_id in ids if paper_id not in told]
        told |= dict.fromkeys(ids)
    assert {paper_id for paper_id, _ in shown(database, day=day)} == set(told)
    assert [paper_id for paper_id, _ in shown(database, day=day) if paper_id in answers[-1]] == answers[-1]
