"""Days as typed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import days
from coolcli.arxiv.calendar import EASTERN, has_listing
from coolcli.errors import BadDay

FRIDAY_MORNING = datetime(2026, 11, 20, 9, tzinfo=EASTERN)
THURSDAY_EVENING = datetime(2026, 11, 19, 20, tzinfo=EASTERN)
SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("word", "now", "day"),
    [
        ("2026-11-18", FRIDAY_MORNING, "2026-11-18"),
        (" 2024-02-29 ", FRIDAY_MORNING, "2024-02-29"),
        ("2026-1-5", FRIDAY_MORNING, "2026-01-05"),
        ("1991-08-14", FRIDAY_MORNING, "1991-08-14"),
        ("today", FRIDAY_MORNING, "2026-11-20"),
        ("today", THURSDAY_EVENING, "2026-11-20"),
        ("today", SUNDAY_NOON, "2026-11-20"),
        ("~0", FRIDAY_MORNING, "2026-11-20"),
        ("~1", FRIDAY_MORNING, "2026-11-19"),
        ("~2", FRIDAY_MORNING, "2026-11-18"),
        ("~5", FRIDAY_MORNING, "2026-11-13"),  # over a weekend
        ("5ago", FRIDAY_MORNING, "2026-11-13"),
        ("~2", THURSDAY_EVENING, "2026-11-18"),
        ("~1", SUNDAY_NOON, "2026-11-19"),
        ("yesterday", FRIDAY_MORNING, "2026-11-19"),
        ("yesterday", THURSDAY_EVENING, "2026-11-19"),
        ("Yesterday", SUNDAY_NOON, "2026-11-21"),
        ("monday", FRIDAY_MORNING, "2026-11-16"),
        ("Mon", FRIDAY_MORNING, "2026-11-16"),
        ("friday", FRIDAY_MORNING, "2026-11-20"),
        ("friday", THURSDAY_EVENING, "2026-11-20"),
        ("thursday", THURSDAY_EVENING, "2026-11-19"),
        ("thurs", FRIDAY_MORNING, "2026-11-19"),
        ("sunday", FRIDAY_MORNING, "2026-11-15"),
        ("0d", SUNDAY_NOON, "2026-11-20"),
        ("7d", FRIDAY_MORNING, "2026-11-13"),
        ("7D", SUNDAY_NOON, "2026-11-13"),
        ("2w", FRIDAY_MORNING, "2026-11-06"),
        ("3m", FRIDAY_MORNING, "2026-08-22"),
        ("1y", FRIDAY_MORNING, "2025-11-20"),
    ],
)
def test_words(word: str, now: datetime, day: str) -> None:
    assert str(days.parse(word, now)) == day


@pytest.mark.parametrize(
    ("word", "near"),
    [("mondy", "monday"), ("yesteday", "yesterday"), ("toady", "today"), ("wendsday", "wednesday"), ("xyz", "monday")],
)
def test_what_is_no_day_names_the_nearest_and_a_form(word: str, near: str) -> None:
    with pytest.raises(BadDay, match=word) as caught:
        days.parse(word, FRIDAY_MORNING)
    assert near in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("word", "since", "until"),
    [
        ("2026-11-18", "2026-11-18", "2026-11-18"),
        ("7d", "2026-11-13", "2026-11-13"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-2", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-11-02..2026-11-18", "2026-11-02", "2026-11-18"),
        ("2026-09..2026-10", "2026-09-01", "2026-10-31"),
        ("2w..yesterday", "2026-11-06", "2026-11-19"),
        ("monday..", "2026-11-16", None),
        ("..2025", None, "2025-12-31"),
    ],
)
def test_periods_have_a_first_and_a_last_day(word: str, since: str | None, until: str | None) -> None:
    found = days.period(word, FRIDAY_MORNING)
    assert [day and str(day) for day in found] == [since, until]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("..", "names no day"),
        ("2026-13", "is no month"),
        ("1990", "no day of arXiv's"),
        ("2026..2027..2028", "no day"),
        ("yesterdy..today", "'yesterdy' is no day"),
        ("2026-11..2026-10", "No day is from 2026-11-01 on and up to 2026-10-31"),
    ],
)
def test_what_is_no_period_is_refused(word: str, said: str) -> None:
    with pytest.raises(BadDay, match=said):
        days.period(word, FRIDAY_MORNING)


@pytest.mark.parametrize(("word", "typed"), [("march", "2026-03"), ("Nov", "2026-11"), ("december", "2025-12")])
def test_the_name_of_a_month_says_how_it_is_typed(word: str, typed: str) -> None:
    with pytest.raises(BadDay, match="is no day") as caught:
        days.period(word, FRIDAY_MORNING)
    assert typed in (caught.value.hint or "")


@pytest.mark.parametrize(
    "word", ["9999y", "100y", "~9999", "9999ago", "1991-01-01", "1991-08-13", "3000-01-01", "9999-12-31"]
)
def test_arxiv_has_no_days_before_its_first_nor_in_the_far_future(word: str) -> None:
    with pytest.raises(BadDay, match="no day of arXiv's"):
        days.parse(word, FRIDAY_MORNING)


@pytest.mark.parametrize("word", ["/home/jane", "~/papers", "/"])
def test_a_folder_that_the_shell_made_of_a_day_is_told(word: str) -> None:
    with pytest.raises(BadDay) as caught:
        days.parse(word, FRIDAY_MORNING)
    assert "Say 2ago" in (caught.value.hint or "")


@pytest.mark.parametrize("word", ["2026-02-30", "2026-13-01", "18.11.2026", "~", "~-1", "~x", "m", "mo", "", "~99999"])
def test_no_days(word: str) -> None:
    with pytest.raises(BadDay):
        days.parse(word, FRIDAY_MORNING)


@given(st.dates(days.FIRST, days.LAST))
def test_a_date_is_itself(day: date) -> None:
    assert days.parse(str(day), FRIDAY_MORNING) == day


@given(st.integers(0, 300))
def test_counting_back_gives_days_with_a_listing_each_before_the_last(count: int) -> None:
    day = days.parse(f"~{count}", SUNDAY_NOON)
    assert has_listing(day)
    assert days.parse(f"~{count + 1}", SUNDAY_NOON) < day


@given(st.text(max_size=12))
def test_anything_typed_is_a_day_or_the_error(word: str) -> None:
    try:
        days.parse(word, FRIDAY_MORNING)
    except BadDay as error:
        assert error.exit_code == 2


@pytest.mark.parametrize(
    ("typed", "count"), [("90d", 90), ("4w", 28), ("6m", 180), ("1y", 365), (" 1Y ", 365), ("0d", 0)]
)
def test_spans_are_read(typed: str, count: int) -> None:
    assert days.span(typed) == timedelta(days=count)


@pytest.mark.parametrize("typed", ["", "1", "y", "1.5y", "-1y", "1 y", "99999d", "²y"])
def test_what_is_no_span_is_refused(typed: str) -> None:
    with pytest.raises(BadDay, match="span"):
        days.span(typed)
