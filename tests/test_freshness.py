"""Since when announced listings are not here: a dead network is told from an empty inbox."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coolcli.arxiv.calendar import announced_at
from coolcli.freshness import LATE, missing_since

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in (17, 18, 19, 20))
NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)
"""Friday noon, US Eastern."""


def test_the_latest_listing_is_here() -> None:
    assert missing_since(FRIDAY, None, NOON) is None
    saturday, sunday = NOON + timedelta(days=1), NOON + timedelta(days=2)
    assert missing_since(FRIDAY, None, saturday) is missing_since(FRIDAY, None, sunday) is None


@pytest.mark.parametrize(("here", "first"), [(THURSDAY, FRIDAY), (WEDNESDAY, THURSDAY), (TUESDAY, WEDNESDAY)])
def test_it_is_missing_since_the_first_one_that_was_not_fetched(here: date, first: date) -> None:
    assert missing_since(here, None, NOON) == announced_at(first)


def test_a_weekend_is_not_missing() -> None:
    monday = datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert missing_since(FRIDAY, None, monday) == announced_at(monday.date())


def test_where_nothing_was_ever_fetched_the_latest_is_missing() -> None:
    assert missing_since(None, None, NOON) == announced_at(FRIDAY)


def test_an_answer_that_there_is_none_is_a_holiday() -> None:
    asked = announced_at(FRIDAY) + LATE
    assert missing_since(THURSDAY, asked, NOON) is None
    assert missing_since(None, asked, NOON) is None
    assert missing_since(WEDNESDAY, announced_at(THURSDAY) + LATE, NOON) == announced_at(FRIDAY)


def test_an_answer_of_before_the_announcement_says_nothing() -> None:
    assert missing_since(THURSDAY, announced_at(FRIDAY) - timedelta(seconds=1), NOON) == announced_at(FRIDAY)


def test_an_early_answer_holds_while_arxiv_may_be_late() -> None:
    asked = announced_at(FRIDAY) + timedelta(minutes=5)
    assert missing_since(THURSDAY, asked, asked + timedelta(hours=1)) is None
    assert missing_since(THURSDAY, asked, NOON) == announced_at(FRIDAY)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=30)])
def test_an_answer_that_is_still_to_come_is_none(ahead: timedelta) -> None:
    """The clock was wrong when it was noted."""
    assert missing_since(THURSDAY, NOON + ahead, NOON) == announced_at(FRIDAY)
