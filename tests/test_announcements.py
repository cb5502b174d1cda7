"""Which question arXiv is asked at which moment, and what a listing's freshness is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coolcli.announcements import Ask, Known, decide, status_of
from coolcli.arxiv.calendar import EASTERN
from coolcli.models import Counts, Part, State, Status
from coolcli.store.listings import Check, Stored

WED, THU, FRI, MON = (date(2026, 11, day) for day in (18, 19, 20, 23))

# Of November 2026, US Eastern. Listings bear the dates of Wed 18, Thu 19, Fri 20, Mon 23.
MOMENTS = {
    "Thu 19:59": datetime(2026, 11, 19, 19, 59, tzinfo=EASTERN),
    "Thu 20:00": datetime(2026, 11, 19, 20, 0, tzinfo=EASTERN),
    "Thu 23:59": datetime(2026, 11, 19, 23, 59, tzinfo=EASTERN),
    "Fri 00:00": datetime(2026, 11, 20, 0, 0, tzinfo=EASTERN),
    "Fri 09:00": datetime(2026, 11, 20, 9, 0, tzinfo=EASTERN),
    "Fri 20:00": datetime(2026, 11, 20, 20, 0, tzinfo=EASTERN),
    "Sat 12:00": datetime(2026, 11, 21, 12, 0, tzinfo=EASTERN),
    "Sun 19:59": datetime(2026, 11, 22, 19, 59, tzinfo=EASTERN),
    "Sun 20:00": datetime(2026, 11, 22, 20, 0, tzinfo=EASTERN),
    "Mon 00:00": datetime(2026, 11, 23, 0, 0, tzinfo=EASTERN),
}

WHOLE, UNCHECKED, CUT = True, None, False

# moment, newest listing here, whether it is whole, -> what is asked where nothing was asked before
FIRST_QUESTIONS: list[tuple[str, date | None, bool | None, Ask]] = [
    # Nothing here: the feed while it bears the latest listing's date, else the page.
    ("Thu 19:59", None, UNCHECKED, "feed"),
    ("Thu 20:00", None, UNCHECKED, "page"),
    ("Thu 23:59", None, UNCHECKED, "page"),
    ("Fri 00:00", None, UNCHECKED, "feed"),
    ("Fri 09:00", None, UNCHECKED, "feed"),
    ("Fri 20:00", None, UNCHECKED, "feed"),
    ("Sat 12:00", None, UNCHECKED, "page"),
    ("Sun 19:59", None, UNCHECKED, "page"),
    ("Sun 20:00", None, UNCHECKED, "page"),
    ("Mon 00:00", None, UNCHECKED, "feed"),
    # The latest is here: nothing is asked, unless papers are known to be missing.
    ("Fri 09:00", FRI, WHOLE, "nothing"),
    ("Fri 09:00", FRI, UNCHECKED, "nothing"),
    ("Fri 09:00", FRI, CUT, "feed"),
    ("Thu 20:00", FRI, WHOLE, "nothing"),
    ("Thu 20:00", FRI, CUT, "page"),
    ("Fri 20:00", FRI, WHOLE, "nothing"),
    ("Sat 12:00", FRI, WHOLE, "nothing"),
    ("Sat 12:00", FRI, CUT, "page"),
    ("Sun 19:59", FRI, UNCHECKED, "nothing"),
    # One newer than predicted (a holiday that was none) is here as well.
    ("Thu 19:59", FRI, WHOLE, "nothing"),
    # An older one is here.
    ("Thu 19:59", THU, WHOLE, "nothing"),
    ("Thu 20:00", THU, WHOLE, "page"),
    ("Fri 00:00", THU, WHOLE, "feed"),
    ("Fri 09:00", WED, WHOLE, "feed"),
    ("Sun 20:00", FRI, WHOLE, "page"),
    ("Mon 00:00", FRI, WHOLE, "feed"),
    ("Mon 00:00", MON, WHOLE, "nothing"),
]

FAILED = None

# moment, newest listing here, whether it is whole, minutes since arXiv was asked, the day it answered, -> what is asked
LATER_QUESTIONS: list[tuple[str, date | None, bool | None, float, date | None, Ask]] = [
    # arXiv said that there is nothing newer: it is not asked for a quarter of an hour.
    ("Fri 09:00", THU, WHOLE, 0, THU, "nothing"),
    ("Fri 09:00", THU, WHOLE, 14.9, THU, "nothing"),
    ("Fri 09:00", THU, WHOLE, 15, THU, "feed"),
    ("Thu 20:00", THU, WHOLE, 5, THU, "page"),
    ("Thu 20:00", THU, WHOLE, 60, THU, "page"),
    ("Fri 09:00", THU, WHOLE, 5, WED, "nothing"),
    # It named a newer one that is not here.
    ("Fri 09:00", THU, WHOLE, 1, FRI, "feed"),
    # A cut listing is not completed again and again.
    ("Fri 09:00", FRI, CUT, 5, FRI, "nothing"),
    ("Fri 09:00", FRI, CUT, 20, FRI, "feed"),
    # It could not be reached: what is here is shown for five minutes.
    ("Fri 09:00", THU, WHOLE, 0, FAILED, "remembered"),
    ("Fri 09:00", THU, WHOLE, 4.9, FAILED, "remembered"),
    ("Fri 09:00", THU, WHOLE, 5, FAILED, "feed"),
    ("Thu 20:00", THU, WHOLE, 1, FAILED, "page"),
    # With nothing here to show, it is tried again; with the latest here, there is nothing to ask.
    ("Fri 09:00", None, UNCHECKED, 1, FAILED, "feed"),
    ("Fri 09:00", None, UNCHECKED, 1, FRI, "feed"),
    ("Fri 09:00", FRI, WHOLE, 1, FAILED, "nothing"),
    # A clock that was set back makes no answer count for longer.
    ("Fri 09:00", THU, WHOLE, -60, THU, "feed"),
    ("Fri 09:00", THU, WHOLE, -60, FAILED, "feed"),
]


def stored(day: date | None, complete: bool | None) -> Stored | None:
    counts = None if complete is None else Counts(1, 2, 3)
    return Stored("cs.LG", day, datetime(2026, 11, 18, tzinfo=UTC), counts, complete) if day else None


@pytest.mark.parametrize(("moment", "latest", "complete", "ask"), FIRST_QUESTIONS)
def test_first_question(moment: str, latest: date | None, complete: bool | None, ask: Ask) -> None:
    assert decide(Known(stored(latest, complete), None), MOMENTS[moment]) == ask


@pytest.mark.parametrize(("moment", "latest", "complete", "minutes", "answered", "ask"), LATER_QUESTIONS)
def test_later_question(
    moment: str, latest: date | None, complete: bool | None, minutes: float, answered: date | None, ask: Ask
) -> None:
    now = MOMENTS[moment]
    problem = None if answered else "arXiv does not answer"
    check = Check(now - timedelta(minutes=minutes), answered, False, problem)
    assert decide(Known(stored(latest, complete), check), now) == ask


@pytest.mark.parametrize(("moment", "ask"), [("Fri 09:00", "feed"), ("Thu 20:00", "page"), ("Sat 12:00", "page")])
def test_a_refresh_asks_whatever_is_here(moment: str, ask: Ask) -> None:
    now = MOMENTS[moment]
    for check in (None, Check(now, FRI, False, None), Check(now, None, False, "arXiv does not answer")):
        assert decide(Known(stored(FRI, WHOLE), check), now, refresh=True) == ask


# moment, the listing's day, whether arXiv was found to serve an older one than announced, -> the status
STATUSES: list[tuple[str, date, bool, Status]] = [
    ("Thu 19:59", THU, False, "announced"),
    ("Thu 20:00", THU, False, "no_announcement"),
    ("Thu 20:00", FRI, False, "announced"),
    ("Fri 09:00", FRI, False, "announced"),
    ("Fri 09:00", FRI, True, "announced"),  # what is of arXiv's day cannot be stale
    ("Fri 09:00", THU, True, "stale"),
    ("Fri 09:00", THU, False, "no_announcement"),
    ("Fri 20:00", FRI, False, "no_announcement"),  # arXiv's day is Saturday
    ("Sat 12:00", FRI, False, "no_announcement"),
    ("Sun 19:59", FRI, False, "no_announcement"),
    ("Sun 20:00", FRI, False, "no_announcement"),
    ("Mon 00:00", MON, False, "announced"),
]


@pytest.mark.parametrize(("moment", "day", "stale", "status"), STATUSES)
def test_status(moment: str, day: date, stale: bool, status: Status) -> None:
    now = MOMENTS[moment]
    assert status_of(day, Check(now, day, stale, None), now) == status
    if not stale:
        assert status_of(day, None, now) == status


def part(day: date | None, status: Status, complete: bool | None, expected: int | None = None, hour: int = 0) -> Part:
    return Part("cs.LG", day, status, complete, expected, datetime(2026, 11, 20, hour, tzinfo=UTC))


def test_of_several_categories_the_newest_day_and_the_worst_state_are_told() -> None:
    state = State(
        (part(FRI, "announced", True, 7, 9), part(THU, "stale", None, None, 5), part(None, "announced", True))
    )
    assert (state.day, state.status, state.complete, state.expected) == (FRI, "stale", None, None)
    assert state.fetched_at == datetime(2026, 11, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (["announced", "announced"], "announced"),
        (["announced", "no_announcement"], "no_announcement"),
        (["stale", "no_announcement"], "stale"),
        (["stale", "offline", "announced"], "offline"),
    ],
)
def test_the_worst_status(parts: list[Status], status: Status) -> None:
    assert State(tuple(part(FRI, each, True) for each in parts)).status == status


@pytest.mark.parametrize(
    ("parts", "complete"),
    [([True], True), ([True, True], True), ([True, None], None), ([True, False], False), ([None, False], False)],
)
def test_the_worst_completeness(parts: list[bool | None], complete: bool | None) -> None:
    assert State(tuple(part(FRI, "announced", each) for each in parts)).complete is complete


def test_of_one_category_its_own_count_is_told() -> None:
    assert State((part(FRI, "announced", True, 212),)).expected == 212
    assert State((part(None, "offline", None),)).day is None
