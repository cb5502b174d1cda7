"""When arXiv announces: days, times and holidays, all in US Eastern time. Predictions; only a listing's date proves.

From arxiv-endpoints.md, "Calendar, categories, ids": announced at 20:00 US Eastern, Sunday to Thursday; the listing
bears the next day's date, Monday to Friday. A holiday removes the next weekday's listing. What is submitted by 14:00 US
Eastern of a weekday is announced in the next evening on which anything is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
ANNOUNCED_AT = time(20, 0)
"""The hour, US Eastern, at which the next day's listing appears."""
CUT_OFF = time(14, 0)
"""The hour, US Eastern, until which a weekday's submissions are announced in its evening."""

_FRIDAY = 4
_ONE_DAY = timedelta(days=1)

HOLIDAYS = frozenset(
    date(2026, month, day)
    for month, day in ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31))
)
"""arXiv's own holidays, on whose evenings nothing is announced. It names them year by year; a missing one costs one
request."""


def _is_weekday(day: date) -> bool:
    return day.weekday() <= _FRIDAY


def _next_weekday(day: date) -> date:
    day += _ONE_DAY
    return day if _is_weekday(day) else _next_weekday(day)


_REMOVED = frozenset(map(_next_weekday, HOLIDAYS))
"""The listings that the holidays remove: each that of the next weekday."""


def eastern_date(now: datetime) -> date:
    """Give the date in US Eastern time at a moment (any zone): the date that the feed bears."""
    return now.astimezone(EASTERN).date()


def arxiv_day(now: datetime) -> date:
    """Give arXiv's day at a moment (any zone): the US Eastern date, plus one from 20:00 (cli.md, "Output")."""
    eastern = now.astimezone(EASTERN)
    return eastern.date() + (_ONE_DAY if eastern.time() >= ANNOUNCED_AT else timedelta())


def has_listing(day: date) -> bool:
    """Predict whether a listing bears this date."""
    return _is_weekday(day) and day not in _REMOVED


def latest_listing_day(now: datetime) -> date:
    """Predict the date of the latest listing announced by a moment (any zone)."""
    day = arxiv_day(now)
    while not has_listing(day):
        day -= _ONE_DAY
    return day


def listing_before(day: date) -> date:
    """Predict the date of the listing before that of a day."""
    day -= _ONE_DAY
    while not has_listing(day):
        day -= _ONE_DAY
    return day


def listing_after(day: date) -> date:
    """Predict the date of the listing after that of a day."""
    day += _ONE_DAY
    while not has_listing(day):
        day += _ONE_DAY
    return day


def listings_between(first: date, last: date) -> list[date]:
    """Predict the dates of the listings from one day to another, both included."""
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in every if has_listing(day)]


def announced_at(day: date) -> datetime:
    """Give the moment, in UTC, at which the listing of a day is announced: 20:00 Eastern of the evening before."""
    return datetime.combine(day - _ONE_DAY, ANNOUNCED_AT, EASTERN).astimezone(UTC)


def next_announcement(now: datetime) -> datetime:
    """Predict the moment, in UTC, at which the next listing is announced, strictly after `now` (any zone)."""
    return announced_at(listing_after(arxiv_day(now)))


def submission_window(day: date) -> tuple[datetime, datetime]:
    """Predict which submissions the listing of a day collects: those from the first moment on, before the second.

    In UTC. Monday's collects from Thursday 14:00 Eastern to Friday 14:00, a day without a listing nothing.
    """
    return _collected_until(listing_before(day)), _collected_until(day)


def listing_day_of(submitted: datetime) -> date:
    """Predict the date of the listing that collects what is submitted at a moment (any zone)."""
    day = eastern_date(submitted) + _ONE_DAY
    while not has_listing(day) or _collected_until(day) <= submitted:
        day += _ONE_DAY
    return day


def _collected_until(day: date) -> datetime:
    """Give the cut-off of the last listing up to a day: 14:00 Eastern of the weekday before it."""
    while not has_listing(day):
        day -= _ONE_DAY
    day -= _ONE_DAY
    while not _is_weekday(day):
        day -= _ONE_DAY
    return datetime.combine(day, CUT_OFF, EASTERN).astimezone(UTC)
