"""What arXiv announced: each answer is joined with what is here of the day, and counts say whether that is all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coolcli.models import Counts, Paper, Subscription, Validator
from coolcli.store import events, listings, papers
from coolcli.store.listings import Check, Stored
from coolcli.store.select import by_ids, listing
from tests import builders
from tests.builders import DAY, NOW, act, follow, keep, paper

if TYPE_CHECKING:
    from coolcli.models import Listing, Source
    from coolcli.store.database import Database


def shown(database: Database, category: str = "cs.LG", day: date = DAY) -> list[tuple[str, str | None]]:
    """A listing's ids and types, in its order."""
    with database.read() as connection:
        return [(row.id, row.announce_type) for row in listing(connection, [(category, day)])]


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
    assert stored(database) == Stored("cs.LG", DAY, NOW + timedelta(minutes=1), Counts(2, 1, 2), True, paged=True)


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


def of(database: Database, category: str = "cs.LG", day: date = DAY) -> Stored | None:
    with database.read() as connection:
        return listings.between(connection, category, day, day).get(day)


NEXT = DAY + timedelta(days=3)
CATCHUP = PAGE._replace(source="catchup", following=NEXT)


def test_a_catch_up_page_says_when_the_next_announcement_was(database: Database) -> None:
    save(database, CATCHUP)
    assert of(database) == Stored("cs.LG", DAY, NOW, Counts(2, 1, 2), True, following=NEXT, paged=True)
    save(database, FEED)
    assert of(database) == Stored("cs.LG", DAY, NOW, Counts(2, 1, 2), True, following=NEXT, paged=True)


def test_pairs_of_days_without_an_announcement_between_them_are_of_all_categories(database: Database) -> None:
    earlier = DAY - timedelta(days=1)
    keep(database, CATCHUP, CATCHUP._replace(category="stat.ML"), CATCHUP._replace(category="hep-th", day=earlier))
    keep(database, FEED._replace(category="math.CO"))
    with database.read() as connection:
        assert listings.quiet(connection, earlier) == [(earlier, NEXT), (DAY, NEXT)]
        assert listings.quiet(connection, DAY) == [(DAY, NEXT)]


def test_listings_between_two_days(database: Database) -> None:
    days = [DAY - timedelta(days=number) for number in range(4)]
    keep(database, *(builders.listing(day=day, new=[f"2611.{day.day:05}"]) for day in days))
    keep(database, builders.listing("stat.ML", new=["2611.00009"]))
    with database.read() as connection:
        assert list(listings.between(connection, "cs.LG", days[2], days[1])) == [days[2], days[1]]
        assert list(listings.between(connection, "stat.ML", days[3], DAY)) == [DAY]


def test_a_day_that_turned_out_to_be_empty_is_not_the_latest(database: Database) -> None:
    empty = builders.listing(counts=(0, 0, 0), source="catchup", day=NEXT)
    keep(database, CATCHUP, empty)
    assert stored(database, day=NEXT).counts == Counts(0, 0, 0)
    keep(database, empty._replace(following=NEXT + timedelta(days=1)))
    assert stored(database).following == NEXT


def test_catch_up_leaves_a_validator_alone(database: Database) -> None:
    keep(database, PAGE._replace(validator=Validator("e", "m")), CATCHUP)
    with database.read() as connection:
        assert listings.validators(connection, stored(database)) == {"page": Validator("e", "m")}


def test_a_past_day_begins_no_subscription(database: Database) -> None:
    follow(database, "cs.LG")
    keep(database, CATCHUP._replace(day=DAY - timedelta(days=9)))
    with database.read() as connection:
        assert events.subscriptions(connection) == [Subscription("cs.LG", None)]


@pytest.mark.parametrize(("source", "basis"), [("api", "submission"), ("oai", "change")])
def test_what_is_not_exact_gives_way_to_what_is(database: Database, source: Source, basis: str) -> None:
    made = builders.listing(new=["2611.01001", "2611.00007"], source=source)
    assert save(database, made) == ["2611.01001", "2611.00007"]
    found = of(database)
    assert found is not None
    assert (found.basis, found.complete) == (basis, None)
    with database.write() as connection:
        assert not listings.state_counts(connection, "cs.LG", DAY, Counts(1, 0, 0))
    assert of(database) == found._replace(counts=Counts(1, 0, 0))
    assert "2611.00007" not in save(database, PAGE)
    exact = of(database)
    assert (exact, len(shown(database))) == (Stored("cs.LG", DAY, NOW, Counts(2, 1, 2), True, paged=True), 5)
    assert save(database, made) == []
    assert (of(database), len(shown(database))) == (exact, 5)


def test_of_two_stated_numbers_the_larger_one_counts(database: Database) -> None:
    """Catch-up pages leave out what was replaced for the fifth time."""
    save(database, PAGE._replace(counts=Counts(2, 1, 3)))
    save(database, CATCHUP._replace(counts=Counts(2, 1, 2)))
    assert stored(database).counts == Counts(2, 1, 3)
    assert stored(database).complete is False


@pytest.mark.parametrize("table", ["announcements WHERE paper_id", "papers WHERE id"])
def test_a_paper_that_was_deleted_is_missing(database: Database, table: str) -> None:
    save(database, PAGE)
    with database.write() as connection:
        connection.execute(f"DELETE FROM {table} = '2611.01002'")
        assert listings.ids(connection, "cs.LG", DAY) == {
            "2611.01001": "new",
            "2611.00990": "cross",
            "2305.01234": "replace",
            "2301.00007": "replace",
        }
        assert not listings.state_counts(connection, "cs.LG", DAY, Counts(2, 1, 2))
    assert save(database, PAGE) == ["2611.01002"]
    assert stored(database).complete is True


def known(database: Database, paper_id: str = "2305.01234") -> tuple[int | None, str | None]:
    with database.read() as connection:
        found = by_ids(connection, [paper_id])[paper_id].paper
    return found.version, found.title


OLD = paper("2305.01234", version=1, title="Old")
RENEWED = paper("2305.01234", title="New")


@pytest.mark.parametrize("source", ["page", "catchup"])
def test_a_replacement_without_a_version_is_of_an_unknown_one(database: Database, source: Source) -> None:
    keep(database, builders.listing(day=DAY - timedelta(days=9), new=[OLD]))
    keep(database, builders.listing(replace=[RENEWED], source=source))
    assert known(database) == (None, "New")
    keep(database, builders.listing(day=NEXT, replace=[paper("2305.01234", version=3, title="Newer")], source=source))
    assert known(database) == (3, "Newer")


@pytest.mark.parametrize(
    "here",
    [
        builders.listing(day=NEXT, replace=[OLD]),
        builders.listing("stat.ML", day=NEXT, cross=[OLD]),
        builders.listing("stat.ML", replace_cross=[OLD]),
        builders.listing(replace=[OLD]),
    ],
    ids=["replaced later", "listed later", "replaced in another category", "known in this listing"],
)
@pytest.mark.parametrize("source", ["page", "catchup"])
def test_a_replacement_without_a_version_that_was_overtaken_changes_nothing(
    database: Database, here: Listing, source: Source
) -> None:
    keep(database, here, builders.listing(replace=[RENEWED], source=source))
    assert known(database) == (1, "Old")


@pytest.mark.parametrize("back", [0, 9])
@pytest.mark.parametrize("source", ["page", "catchup"])
def test_a_version_that_arxivs_records_stated_is_not_forgotten(database: Database, source: Source, back: int) -> None:
    """A page of the day on which it came, or of an earlier one, says no more than that there was a new one."""
    keep(database, builders.listing(day=DAY - timedelta(days=30), new=[OLD]))
    with database.write() as connection:
        papers.save(connection, [paper("2305.01234", version=3, title="Newest", updated=NOW - timedelta(days=1))])
    keep(database, builders.listing(day=DAY - timedelta(days=back), replace=[RENEWED], source=source))
    assert known(database) == (3, "Newest")


def test_what_a_starred_paper_said_is_kept_when_a_newer_version_comes(database: Database) -> None:
    first = [paper(name, version=1, title="Old", abstract="Then.") for name in ("2305.01234", "2305.01235", "2305.3")]
    keep(database, builders.listing(new=first))
    act(database, "star", *(events.mark("starred", name, NOW, version=1) for name in ("2305.01234", "2305.01235")))
    second = [paper(one.id, version=2, title="New", abstract="Now.") for one in first]
    unstated = second[1]._replace(version=None)
    keep(database, builders.listing(day=NEXT, replace=[second[0], second[2]]))
    keep(database, builders.listing(day=NEXT, replace=[unstated], source="page"))
    with database.read() as connection:
        assert papers.version_kept(connection, "2305.01234", 1) == first[0]._replace(primary_category=None)
        assert papers.version_kept(connection, "2305.01235", 1) == first[1]._replace(primary_category=None)
        assert papers.version_kept(connection, "2305.01234", 2) == second[0]._replace(primary_category=None)
        assert papers.version_kept(connection, "2305.01235", 2) is None
        assert papers.version_kept(connection, "2305.3", 1) is None


def test_a_version_that_was_fetched_is_kept(database: Database) -> None:
    whole = Paper("2305.01234", 1, "Old", "Then.", ("Jane Doe",), ("cs.LG",), comments="9 pages")
    with database.write() as connection:
        papers.keep_version(connection, whole._replace(title="Ole"))
        papers.keep_version(connection, whole)
        assert papers.version_kept(connection, "2305.01234", 1) == whole
        assert papers.known(connection, ["2305.01234"]) == set()


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
