"""Days as typed: `2026-11-18`, `today`, `yesterday`, `monday`, `~2`, `2ago`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from coolcli.arxiv import calendar
from coolcli.errors import BadDay, or_list

FIRST, LAST = date(1991, 8, 14), date(2999, 12, 31)
"""arXiv's first day, and one far from the end of the calendar, where a day more or another zone is no date."""
_PARTS = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse(word: str, now: datetime) -> date:
    """Read a day as a date of arXiv's, seen from a moment; `~2` counts announcement days back from the latest.

    So does `2ago`: zsh takes a bare `~2` for a folder. Raises BadDay with the nearest word.
    """
    day = _read(word, now)
    if not FIRST <= day <= LAST:
        raise BadDay(f"'{word}' is no day of arXiv's.", f"Its days are of the years {FIRST.year} to {LAST.year}.")
    return day


def _read(word: str, now: datetime) -> date:
    typed = word.strip().lower()
    latest = calendar.latest_listing_day(now)
    if typed in ("today", "latest"):
        return latest
    if back := re.fullmatch(r"~(\d{1,4})|(\d{1,4})ago", typed):
        for _ in range(int(back[1] or back[2])):
            latest = calendar.listing_before(latest)
        return latest
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
    match = re.fullmatch(r"(\d{1,4})([dwmy])", word.strip().lower())
    if match is None:
        raise BadDay(f"'{word}' is no span of time.", "A span is 90d, 12w, 6m or 1y: days, weeks, months, years.")
    return timedelta(days=int(match[1]) * _DAYS_OF[match[2]])


_DAYS_OF = {"d": 1, "w": 7, "m": 30, "y": 365}


def _unknown(word: str, typed: str) -> BadDay:
    if "/" in word:
        return BadDay(f"'{word}' is no day.", "Did your shell make a folder of ~2? Say 2ago, or '~2' in quotes.")
    from difflib import get_close_matches

    near = get_close_matches(typed, (*_WEEKDAYS, "yesterday", "today"), n=2, cutoff=0.6)
    hint = f"Did you mean {or_list(near)}? " if near else ""
    return BadDay(f"'{word}' is no day.", f"{hint}A day is 2026-11-18, yesterday, monday, or 2ago: two listings back.")
