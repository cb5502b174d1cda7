"""Days as typed: `2026-11-18`, `today`, `yesterday`, `monday`, `~2`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from coolcli.arxiv import calendar
from coolcli.errors import BadDay, or_list

FIRST_YEAR, LAST_YEAR = 1991, 2999
"""arXiv's first year, and one far from the end of the calendar, where a day more or another zone is no date."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse(word: str, now: datetime) -> date:
    """Read a day as a date of arXiv's, seen from a moment; `~2` counts announcement days back from the latest.

    Raises BadDay with the nearest word.
    """
    typed = word.strip().lower()
    latest = calendar.latest_listing_day(now)
    if typed in ("today", "latest", "~0"):
        return latest
    if re.fullmatch(r"~\d{1,4}", typed):
        for _ in range(int(typed[1:])):
            latest = calendar.listing_before(latest)
        return latest
    if typed == "yesterday":
        return calendar.arxiv_day(now) - timedelta(days=1)
    weekday = [number for number, name in enumerate(_WEEKDAYS) if len(typed) > 2 and name.startswith(typed)]
    if weekday:
        today = calendar.arxiv_day(now)
        return today - timedelta(days=(today.weekday() - weekday[0]) % 7)
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise _unknown(word, typed) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadDay(f"'{word}' is no day of arXiv's.", f"Its days are of the years {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def span(word: str) -> timedelta:
    """Read a span of time: `90d`, `4w`, `6m`, `1y`. Raises BadDay."""
    match = re.fullmatch(r"(\d{1,4})([dwmy])", word.strip().lower())
    if match is None:
        raise BadDay(f"'{word}' is no span of time.", "A span is 90d, 12w, 6m or 1y: days, weeks, months, years.")
    return timedelta(days=int(match[1]) * _DAYS_OF[match[2]])


_DAYS_OF = {"d": 1, "w": 7, "m": 30, "y": 365}


def _unknown(word: str, typed: str) -> BadDay:
    from difflib import get_close_matches

    near = get_close_matches(typed, (*_WEEKDAYS, "yesterday", "today"), n=2, cutoff=0.6)
    hint = f"Did you mean {or_list(near)}? " if near else ""
    return BadDay(f"'{word}' is no day.", f"{hint}A day is 2026-11-18, yesterday, monday, or ~2 (two listings back).")
