"""Days as typed: `2026-11-18`, `today`, `yesterday`, `monday`, `7d`, `~2`, `2ago`; spans of time; periods of days."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from coolcli.arxiv import calendar
from coolcli.errors import BadDay, or_list

FIRST, LAST = date(1991, 8, 14), date(2999, 12, 31)
"""arXiv's first day, and one far from the end of the calendar, where a day more or another zone is no date."""
_PARTS = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse(word: str, now: datetime) -> date:
    """Read a day as a date of arXiv's, seen from a moment; `~2` counts announcement days back from the latest.

    So does `2ago`: zsh takes a bare `~2` for a folder. `7d`, `2w`, `3m` and `1y` count days of the calendar back from
    the latest listing. Raises BadDay with the nearest word.
    """
    day = _read(word, now)
    if not FIRST <= day <= LAST:
        raise _out_of_range(word)
    return day


def period(word: str, now: datetime) -> tuple[date | None, date | None]:
    """Read the first and the last of the days that are meant, both included; None where nothing is said.

    A day as `parse` takes it, a month `2026-11`, a year `2026`, or from one of them to another: `2026-11..yesterday`,
    `3w..`, `..2026-10`. Raises BadDay.
    """
    earlier, between, later = word.partition("..")
    if not between:
        return _whole(word, now)
    if not earlier.strip() and not later.strip():
        raise BadDay(f"'{word}' names no day.", "From one day to another is 2026-11-01..2026-11-18.")
    since = _whole(earlier, now)[0] if earlier.strip() else None
    until = _whole(later, now)[1] if later.strip() else None
    if since and until and since > until:
        raise BadDay(f"No day is from {since} on and up to {until}.", "The earlier day comes first, then `..`.")
    return since, until


def _whole(word: str, now: datetime) -> tuple[date, date]:
    """Give the first and the last day of a year, a month or a day. Raises BadDay."""
    match = _MONTH.fullmatch(word.strip())
    if match is None:
        if month := _month_before(word.strip().lower(), now):
            raise BadDay(f"'{word}' is no day.", f"A month is {month}, a year {now.year}.")
        return (parse(word, now),) * 2
    year, first, last = int(match[1]), int(match[2] or 1), int(match[2] or 12)
    if not 1 <= first <= 12:
        raise BadDay(f"'{word}' is no month.", "A year has the months 01 to 12.")
    if not FIRST.year <= year <= LAST.year:
        raise _out_of_range(word)
    return date(year, first, 1), date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)


def _month_before(typed: str, now: datetime) -> str | None:
    """Write the last month of a name, `mar` or `march`, as it is taken; None where none is called so."""
    for month, name in enumerate(_MONTHS, 1):
        if len(typed) > 2 and name.startswith(typed):
            return f"{now.year - (month > now.month)}-{month:02}"
    return None


def _out_of_range(word: str) -> BadDay:
    return BadDay(f"'{word}' is no day of arXiv's.", f"Its days are of the years {FIRST.year} to {LAST.year}.")


def _read(word: str, now: datetime) -> date:
    typed = word.strip().lower()
    latest = calendar.latest_listing_day(now)
    if typed in ("today", "latest"):
        return latest
    if back := re.fullmatch(r"~(\d{1,4})|(\d{1,4})ago", typed):
        for _ in range(int(back[1] or back[2])):
            latest = calendar.listing_before(latest)
        return latest
    if _SPAN.fullmatch(typed):
        return latest - min(span(typed), latest - date.min)
    if typed == "yesterday":
        return calendar.arxiv_day(now) - timedelta(days=1)
    weekday = [number for number, name in enumerate(_WEEKDAYS) if len(typed) > 2 and name.startswith(typed)]
    if weekday:
        today = calendar.arxiv_day(now)
        return today - timedelta(days=(today.weekday() - weekday[0]) % 7)
    try:
        return date(*map(int, parts.groups())) if (parts := _PARTS.fullmatch(typed)) else date.fromisoformat(typed)
    except ValueError:
        raise _unknown(word, typed) from None


def span(word: str) -> timedelta:
    """Read a span of time: `90d`, `4w`, `6m`, `1y`. Raises BadDay."""
    match = _SPAN.fullmatch(word.strip().lower())
    if match is None:
        raise BadDay(f"'{word}' is no span of time.", "A span is 90d, 12w, 6m or 1y: days, weeks, months, years.")
    return timedelta(days=int(match[1]) * _DAYS_OF[match[2]])


_SPAN = re.compile(r"(\d{1,4})([dwmy])")
_DAYS_OF = {"d": 1, "w": 7, "m": 30, "y": 365}


def _unknown(word: str, typed: str) -> BadDay:
    if "/" in word:
        return BadDay(f"'{word}' is no day.", "Did your shell make a folder of ~2? Say 2ago, or '~2' in quotes.")
    from difflib import get_close_matches

    near = get_close_matches(typed, (*_WEEKDAYS, "yesterday", "today"), n=2, cutoff=0.6)
    hint = f"Did you mean {or_list(near)}? " if near else ""
    return BadDay(
        f"'{word}' is no day.",
        f"{hint}A day is 2026-11-18, yesterday, monday, 7d (days back), or 2ago: two listings back.",
    )
