"""Which past days arXiv is asked for: what is missing, not known to be whole, or not proved to be quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv import calendar
from coolcli.catchup import CatchUp, Here, believed, first_wanted, in_reach, is_settled, missing
from coolcli.models import Basis, Counts, Listing
from coolcli.store.listings import Stored
from tests.builders import keep, listing

if TYPE_CHECKING:
    from coolcli.store.database import Database

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, day) for day in range(9, 16))
NEXT_MON = date(2026, 11, 16)
LONG_AGO = date(2026, 7, 1)
"""A Wednesday, beyond the reach of catch-up pages."""


def stored(
    day: date,
    complete: bool | None = True,
    *,
    following: date | None = None,
    paged: bool = False,
    basis: Basis | None = None,
) -> Stored:
    return Stored("cs.LG", day, NOW, Counts(1, 1, 1), complete, following, paged, basis)


def here(*listings: Stored, quiet: set[date] | None = None) -> Here:
    return Here("cs.LG", {one.day: one for one in listings}, quiet or set())


WHOLE_WEEK = [stored(day) for day in (MON, TUE, WED, THU)]

# what is here, what is proved to be quiet, the last day of interest -> the first day that is asked for
WANTED: list[tuple[str, list[Stored], set[date], date, date | None]] = [
    ("nothing is here", [], set(), FRI, MON),
    ("all is here", WHOLE_WEEK, set(), THU, None),
    ("a day is missing", [stored(MON), stored(WED)], set(), WED, TUE),
    ("a day was never checked", [stored(MON), stored(TUE, None), stored(WED)], set(), WED, TUE),
    ("papers of a day are missing", [stored(MON, False)], set(), MON, MON),
    ("papers are missing that no page has", [stored(MON, False, paged=True, following=TUE)], set(), MON, None),
    ("papers are missing since it was read in the evening", [stored(MON, False, paged=True)], set(), MON, MON),
    ("made of submissions while the clock was wrong", [stored(MON, None, basis="submission")], set(), MON, MON),
    ("the weekend is not proved", [*WHOLE_WEEK, stored(FRI)], set(), SUN, SAT),
    ("the weekend is proved", [*WHOLE_WEEK, stored(FRI)], {SAT, SUN}, SUN, None),
    ("a page says what follows", [*WHOLE_WEEK, stored(FRI, following=NEXT_MON)], set(), SUN, None),
    ("what follows is missing", [*WHOLE_WEEK, stored(FRI, following=NEXT_MON)], set(), NEXT_MON, NEXT_MON),
    ("a holiday that the calendar does not know", [stored(MON), stored(WED)], {TUE}, WED, None),
    ("an extra announcement", [*WHOLE_WEEK, stored(FRI, following=SAT)], set(), SUN, SAT),
]


@pytest.mark.parametrize(
    ("listings", "quiet", "until", "wanted"), [case[1:] for case in WANTED], ids=[case[0] for case in WANTED]
)
def test_first_wanted(listings: list[Stored], quiet: set[date], until: date, wanted: date | None) -> None:
    assert first_wanted(here(*listings, quiet=quiet), MON, until, NOW) == wanted


BEYOND: list[tuple[str, Stored | None, date | None]] = [
    ("missing", None, LONG_AGO),
    ("made of what was submitted", stored(LONG_AGO, None, basis="submission"), None),
    ("made of what was changed", stored(LONG_AGO, None, basis="change"), LONG_AGO),
    ("arXiv's own, never checked", stored(LONG_AGO, None), None),
]


@pytest.mark.parametrize(("kept", "wanted"), [case[1:] for case in BEYOND], ids=[case[0] for case in BEYOND])
def test_beyond_the_reach_of_catch_up_pages(kept: Stored | None, wanted: date | None) -> None:
    found = here(kept) if kept else here()
    assert first_wanted(found, LONG_AGO, LONG_AGO, NOW) == wanted


def test_no_weekend_is_looked_up_where_no_page_could_tell() -> None:
    friday = date(2026, 7, 10)
    assert not in_reach(friday, NOW)
    assert first_wanted(here(stored(friday)), friday, friday + timedelta(days=2), NOW) is None


def test_days_far_apart_are_asked_for_by_themselves(database: Database) -> None:
    """One question about both would be of all that was submitted between them."""
    weekdays = (LONG_AGO + timedelta(days=number) for number in range(45))
    days = [day for day in weekdays if calendar.has_listing(day)]
    holes = [days[2], *days[20:22], days[28]]
    keep(database, *(listing(day=day, new=["2607.00001"], source="api") for day in days if day not in holes))
    keep(database, listing(day=date(2026, 11, 20), new=["2611.00001"]))
    plan = CatchUp(database, None, NOW).plan({"cs.LG": LONG_AGO}, 0)
    beyond = [ask.days for ask in plan.asks if ask.days[-1] <= days[-1]]
    assert beyond == [(days[2],), tuple(days[20:22]), (days[28],)]


def test_days_that_could_not_be_had_are_passed_over() -> None:
    assert first_wanted(here(), MON, WED, NOW, without=[MON]) == TUE
    assert first_wanted(here(stored(MON, None)), MON, TUE, NOW, without=[MON, TUE]) is None


DAYS = st.integers(0, 40).map(lambda number: date(2026, 10, 5) + timedelta(days=number))


@given(
    known=st.dictionaries(DAYS, st.tuples(st.sampled_from([True, False, None]), st.booleans())),
    quiet=st.sets(DAYS),
    refused=st.sets(DAYS),
)
def test_asking_for_what_is_wanted_ends_and_leaves_nothing(
    known: dict[date, tuple[bool | None, bool]], quiet: set[date], refused: set[date]
) -> None:
    """Each day is asked for once at the most, and in the end every expected day is settled, quiet or was refused."""
    listings = {day: stored(day, complete, paged=paged) for day, (complete, paged) in known.items()}
    since, until = date(2026, 10, 5), date(2026, 11, 14)
    asked: list[date] = []
    left: set[date] = set()
    while (day := first_wanted(Here("cs.LG", listings, quiet), since, until, NOW, without=left)) is not None:
        assert day not in asked
        asked.append(day)
        left.add(day)
        if day not in refused:
            listings[day] = stored(day)
    expected = [day for day in (since + timedelta(days=number) for number in range(41)) if calendar.has_listing(day)]
    for day in expected:
        assert (day in listings and is_settled(listings[day], NOW)) or day in refused or day in quiet


def test_missing_days_are_those_expected_and_not_here() -> None:
    assert missing(here(stored(MON), stored(WED, None)), MON, SUN) == [TUE, THU, FRI]
    assert missing(here(stored(MON), quiet={TUE}), MON, WED) == [WED]
    assert missing(here(stored(MON)), MON, MON) == []


@pytest.mark.parametrize(
    ("day", "after", "is_believed"),
    [
        (MON, TUE, True),
        (FRI, NEXT_MON, True),
        (MON, MON, False),
        (TUE, MON, False),
        (MON, date(9999, 12, 31), False),
        (MON, date(2026, 11, 21), False),
        (date(2026, 11, 20), date(2026, 11, 23), False),
        (date(2026, 10, 1), date(2026, 10, 16), False),
    ],
)
def test_a_next_day_that_cannot_be_is_not_believed(day: date, after: date, is_believed: bool) -> None:
    """Not before the day itself, not after today, not further away than arXiv is ever silent."""
    page = Listing("cs.LG", day, "catchup", (), Counts(0, 0, 0), following=after)
    assert believed(page, NOW).following == (after if is_believed else None)
