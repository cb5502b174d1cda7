"""Since when announced listings are not here: a dead network must not look like an empty inbox. A pure decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from coolcli.arxiv import calendar

LATE = timedelta(hours=4)
"""arXiv may announce so late: until then, its answer that there is no listing is not yet the last word."""


def missing_since(here: date | None, asked: datetime | None, now: datetime) -> datetime | None:
    """Give the moment at which the first listing was announced that is not here; None where none is missing.

    `here` is the newest listing that is here, `asked` when arXiv last answered which the newest is. A listing that the
    calendar predicts and that arXiv, asked after its announcement, did not have was not announced: a holiday.
    """
    missing = None
    day = calendar.latest_listing_day(now)
    while (here is None or day > here) and not _answered(day, asked, now):
        missing = calendar.announced_at(day)
        if here is None:  # nothing says from when on listings were wanted
            break
        day = calendar.listing_before(day)
    return missing


def _answered(day: date, asked: datetime | None, now: datetime) -> bool:
    """Tell whether arXiv said that a day has no listing; an answer soon after the hour holds as long as it is soon."""
    announced = calendar.announced_at(day)
    late = LATE if now >= announced + LATE else timedelta()
    return asked is not None and announced + late <= asked <= now  # a clock that was wrong once proves nothing
