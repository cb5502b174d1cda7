"""When arXiv announces: 20:00 US Eastern, Sunday to Thursday, but for holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv import calendar
from coolcli.arxiv.calendar import EASTERN
from tests.samples import SAMPLES, needs_samples


def eastern(text: str) -> datetime:
    """A moment written in US Eastern time."""
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("moment", "feed_date", "day", "latest"),
    [
        # an ordinary Thursday evening
        ("2026-11-19 19:59", "2026-11-19", "2026-11-19", "2026-11-19"),
        ("2026-11-19 20:00", "2026-11-19", "2026-11-20", "2026-11-20"),
        ("2026-11-19 23:59", "2026-11-19", "2026-11-20", "2026-11-20"),
        ("2026-11-20 00:00", "2026-11-20", "2026-11-20", "2026-11-20"),
        # the weekend
        ("2026-11-20 20:00", "2026-11-20", "2026-11-21", "2026-11-20"),
        ("2026-11-21 12:00", "2026-11-21", "2026-11-21", "2026-11-20"),
        ("2026-11-21 20:00", "2026-11-21", "2026-11-22", "2026-11-20"),
        ("2026-11-22 19:59", "2026-11-22", "2026-11-22", "2026-11-20"),
        ("2026-11-22 20:00", "2026-11-22", "2026-11-23", "2026-11-23"),
    ],
)
def test_days_at_a_moment(moment: str, feed_date: str, day: str, latest: str) -> None:
    now = eastern(moment)
    assert str(calendar.eastern_date(now)) == feed_date
    assert str(calendar.arxiv_day(now)) == day
    assert str(calendar.latest_listing_day(now)) == latest


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        # summer time ends on 1 November 2026: 20:00 Eastern is 0:00 UTC before, 1:00 UTC after
        ("2026-10-29T23:59:59+00:00", "2026-10-29"),
        ("2026-10-30T00:00:00+00:00", "2026-10-30"),
        ("2026-11-02T00:59:59+00:00", "2026-11-01"),
        ("2026-11-02T01:00:00+00:00", "2026-11-02"),
        # and begins on 8 March 2026
        ("2026-03-06T00:59:59+00:00", "2026-03-05"),
        ("2026-03-06T01:00:00+00:00", "2026-03-06"),
        ("2026-03-08T23:59:59+00:00", "2026-03-08"),
        ("2026-03-09T00:00:00+00:00", "2026-03-09"),
        # told in any zone
        ("2026-11-20T09:00:00+08:00", "2026-11-20"),
        ("2026-11-20T08:59:59+08:00", "2026-11-19"),
    ],
)
def test_daylight_saving_moves_the_hour_in_utc(utc: str, day: str) -> None:
    assert str(calendar.arxiv_day(datetime.fromisoformat(utc))) == day


@pytest.mark.parametrize(
    ("holiday", "removed"),
    [
        ("2026-01-01", "2026-01-02"),
        ("2026-01-19", "2026-01-20"),
        ("2026-06-19", "2026-06-22"),  # a Friday: the next weekday is Monday
        ("2026-07-03", "2026-07-06"),
        ("2026-09-07", "2026-09-08"),
        ("2026-11-26", "2026-11-27"),
        ("2026-12-25", "2026-12-28"),
        ("2026-12-29", "2026-12-30"),
        ("2026-12-31", "2027-01-01"),
    ],
)
def test_a_holiday_removes_the_next_weekdays_listing(holiday: str, removed: str) -> None:
    assert not calendar.has_listing(date.fromisoformat(removed))
    assert calendar.has_listing(date.fromisoformat(holiday))


def test_the_latest_listing_over_a_holiday() -> None:
    assert str(calendar.latest_listing_day(eastern("2026-11-26 12:00"))) == "2026-11-26"
    assert str(calendar.latest_listing_day(eastern("2026-11-26 21:00"))) == "2026-11-26"
    assert str(calendar.latest_listing_day(eastern("2026-11-29 20:00"))) == "2026-11-30"
    assert str(calendar.listing_before(date(2026, 11, 30))) == "2026-11-26"


@pytest.mark.parametrize("day", ["2026-02-16", "2026-05-25", "2026-10-12", "2026-11-11"])
def test_most_holidays_of_the_united_states_have_a_listing(day: str) -> None:
    assert calendar.has_listing(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("moment", "announced"),
    [
        ("2026-11-19 19:59", "2026-11-20T01:00:00+00:00"),
        ("2026-11-19 20:00", "2026-11-23T01:00:00+00:00"),  # Friday and Saturday have none
        ("2026-11-22 20:00", "2026-11-24T01:00:00+00:00"),
        ("2026-11-26 12:00", "2026-11-30T01:00:00+00:00"),  # Thanksgiving
        ("2026-10-31 12:00", "2026-11-02T01:00:00+00:00"),  # summer time ends in between
        ("2026-03-07 12:00", "2026-03-09T00:00:00+00:00"),  # and begins
    ],
)
def test_next_announcement(moment: str, announced: str) -> None:
    assert calendar.next_announcement(eastern(moment)) == datetime.fromisoformat(announced)


MOMENTS = st.datetimes(datetime(2007, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@given(MOMENTS)
def test_an_announcement_comes_on_an_evening_from_sunday_to_thursday(now: datetime) -> None:
    following = calendar.next_announcement(now)
    local = following.astimezone(EASTERN)
    assert following > now
    assert local.time() == time(20)
    assert local.strftime("%a") in {"Sun", "Mon", "Tue", "Wed", "Thu"}


@given(MOMENTS)
def test_an_announcement_brings_the_next_listing_and_nothing_before_it_does(now: datetime) -> None:
    following = calendar.next_announcement(now)
    known = calendar.latest_listing_day(now)
    assert calendar.latest_listing_day(following - timedelta(seconds=1)) == known
    assert calendar.listing_before(calendar.latest_listing_day(following)) == known


@given(MOMENTS)
def test_the_latest_listing_is_of_a_weekday_not_after_arxivs_day(now: datetime) -> None:
    latest = calendar.latest_listing_day(now)
    assert calendar.has_listing(latest)
    assert latest.weekday() < 5
    assert timedelta() <= calendar.arxiv_day(now) - latest <= timedelta(days=7)


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        ("2026-11-16", "2026-11-12 14:00", "2026-11-13 14:00"),  # Monday: Thursday to Friday
        ("2026-11-17", "2026-11-13 14:00", "2026-11-16 14:00"),  # Tuesday: Friday, Saturday, Sunday, to Monday
        ("2026-11-18", "2026-11-16 14:00", "2026-11-17 14:00"),
        ("2026-11-19", "2026-11-17 14:00", "2026-11-18 14:00"),
        ("2026-11-20", "2026-11-18 14:00", "2026-11-19 14:00"),
        ("2026-11-30", "2026-11-25 14:00", "2026-11-27 14:00"),  # with what the 27th, removed, would have had
        ("2026-06-23", "2026-06-18 14:00", "2026-06-22 14:00"),
        ("2026-11-03", "2026-10-30 14:00", "2026-11-02 14:00"),  # the hour is Eastern: summer time ends in between
    ],
)
def test_what_a_listing_collects(day: str, since: str, until: str) -> None:
    assert calendar.submission_window(date.fromisoformat(day)) == (eastern(since), eastern(until))


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22", "2026-11-27"])
def test_a_day_without_a_listing_collects_nothing(day: str) -> None:
    since, until = calendar.submission_window(date.fromisoformat(day))
    assert since == until


def test_a_submission_at_the_cut_off_waits_for_the_next_listing() -> None:
    assert str(calendar.listing_day_of(eastern("2026-11-19 13:59"))) == "2026-11-20"
    assert str(calendar.listing_day_of(eastern("2026-11-19 14:00"))) == "2026-11-23"
    assert str(calendar.listing_day_of(eastern("2026-11-21 09:00"))) == "2026-11-24"


@given(st.dates(date(2007, 1, 1), date(2060, 1, 1)))
def test_what_listings_collect_adjoins_without_gap_or_overlap(day: date) -> None:
    since, until = calendar.submission_window(day)
    assert calendar.submission_window(calendar.listing_before(day))[1] == since
    assert (since < until) == calendar.has_listing(day)
    assert until <= calendar.announced_at(day) - timedelta(hours=6)


@given(MOMENTS)
def test_every_submission_is_collected_by_one_listing(submitted: datetime) -> None:
    day = calendar.listing_day_of(submitted)
    since, until = calendar.submission_window(day)
    assert calendar.has_listing(day)
    assert since <= submitted < until


@needs_samples
def test_every_captured_listing_was_predicted() -> None:
    assert SAMPLES is not None
    captured = (SAMPLES / "announcement-days_2022-11_2024-03.txt").read_text("utf-8").split()
    assert len(captured) > 300
    assert [day for day in captured if not calendar.has_listing(date.fromisoformat(day))] == []
