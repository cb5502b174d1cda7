"""When arXiv announces: 20:00 US Eastern of the evening before; its feed follows at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
ANNOUNCEMENT = time(20)
CUT_OFF = time(14)


def eastern(now: datetime) -> datetime:
    return now.astimezone(EASTERN)


def eastern_midnight(day: date) -> datetime:
    return datetime.combine(day, time(), EASTERN)


def announced_at(day: date) -> datetime:
    """The moment at which the listing of this day appears on arXiv's pages."""
    return datetime.combine(day - timedelta(days=1), ANNOUNCEMENT, EASTERN)


def submission_window(day: date) -> tuple[datetime, datetime]:
    """Between which moments that came in which this day's announcement has, each of a weekday's cut-off.

    Monday's has Thursday to Friday, Tuesday's has Friday to Monday; an extra one at a weekend Thursday to Friday.
    """
    back = {0: (4, 3), 1: (4, 1), 5: (2, 1), 6: (3, 2)}.get(day.weekday(), (2, 1))
    begin, end = (datetime.combine(day - timedelta(days=days), CUT_OFF, EASTERN) for days in back)
    return begin, end


def arxiv_day(now: datetime) -> date:
    """The day whose listing is the latest that can have been announced."""
    local = eastern(now)
    return local.date() + timedelta(days=1) if local.time() >= ANNOUNCEMENT else local.date()


def seconds_to_midnight(now: datetime) -> int:
    following = eastern_midnight(eastern(now).date() + timedelta(days=1))
    return int((following.astimezone(UTC) - now.astimezone(UTC)).total_seconds())


def weekdays(last: date, count: int) -> list[date]:
    """This many weekdays ending with `last`, the oldest first."""
    days: list[date] = []
    while len(days) < count:
        if last.weekday() < 5:
            days.insert(0, last)
        last -= timedelta(days=1)
    return days
