"""The home of a demonstration: a folder of its own below the cache, for one day, and arXiv's stand-in.

`cool --demo star 3` and `cool --demo stars` belong together, so the home is kept between commands; it is named by the
day it shows and dropped after one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from coolcli.arxiv import calendar
from coolcli.config import Paths
from coolcli.models import Event, Listing
from coolcli.settings import Settings
from coolcli.store import events, listings
from coolcli.store.database import Database

KEPT_FOR = timedelta(days=1)
_DAYS_READ, _DAYS_AWAY = 34, 4
"""Listings that the demonstration's reader has been through, and those since then that are not here."""
_CATEGORIES = ("cs.LG", "stat.ML")
_FURNISHED = "demo"


def places(cache: Path, now: datetime) -> Paths:
    """Give the places of today's demonstration, made or not."""
    home = cache / "demo" / calendar.latest_listing_day(now).isoformat()
    return Paths(home / "config.toml", home / "data", home / "cache")


def prepare(cache: Path, now: datetime) -> Paths:
    """Give the places of today's demonstration, made where they are missing, and drop older ones."""
    found = places(cache, now)
    for other in (cache / "demo").glob("*"):
        age = now.timestamp() - other.stat().st_mtime
        if other != found.settings.parent and abs(age) > KEPT_FOR.total_seconds():
            shutil.rmtree(other, ignore_errors=True)
    return found


def furnish(database: Database, now: datetime) -> None:
    """Give the demonstration's reader a past, once: weeks of reading, some stars, and days away until the latest."""
    with database.write() as connection:
        if not connection.execute("INSERT OR IGNORE INTO meta VALUES (?, '1')", (_FURNISHED,)).rowcount:
            return
        for morning in _past(calendar.latest_listing_day(now)):
            for listing in morning.listings:
                listings.save(connection, listing, morning.at)
            for verb, changes in morning.changes:
                events.record(connection, verb, changes, morning.at)


class _Morning(NamedTuple):
    """What the demonstration's reader was shown on a morning, and did."""

    at: datetime
    listings: list[Listing]
    changes: list[tuple[str, list[Event]]]


def _past(latest: date) -> Iterator[_Morning]:
    """Invent the reader's mornings up to some days before the latest listing; on busy ones papers are put off."""
    days = _listings_before(latest, _DAYS_AWAY + _DAYS_READ)[:_DAYS_READ]
    begun = _morning(days[0])
    yield _Morning(begun, [], [("subscribe", [events.subscribe(name, days[0], begun) for name in _CATEGORIES])])
    unread: dict[str, None] = {}
    for number, day in enumerate(days):
        at, shown = _morning(day), _listings(latest, day)
        fresh = [entry.paper.id for listing in shown for entry in listing.entries if entry.announce_type == "new"]
        unread |= dict.fromkeys(entry.paper.id for listing in shown for entry in listing.entries)
        read: list[str] = []
        if day == days[-1] or not _is_busy(day):
            read, unread = list(unread), {}
        starred = [*_replaced_since(latest, day), *(fresh[number % 5 :: 10] if number % 4 == 0 else [])]
        yield _Morning(
            at,
            shown,
            [
                ("star", [events.mark("starred", name, at, version=1) for name in starred]),
                ("open", [events.mark("opened", name, at) for name in starred]),
                ("done", [events.mark("read", name, at) for name in read]),
            ],
        )


def _listings(latest: date, day: date) -> list[Listing]:
    """Give the listings of a day as arXiv had them on it."""
    from coolcli.arxiv import pages
    from coolcli.demo import server

    papers = server.unreplaced()
    shown = [(name, server.catchup_page(latest, name, papers, asked=day)) for name in _CATEGORIES]
    return [pages.parse_listing(body, name) for name, body in shown]


def _replaced_since(latest: date, day: date) -> list[str]:
    """Give the papers of a day that the latest listing has newer versions of."""
    from coolcli.demo import server

    return [
        server.identifier(paper, latest)
        for paper in server.load()
        if paper.days and server.first_day(paper, latest) == day
    ]


def _listings_before(day: date, count: int) -> list[date]:
    """Give the days of so many listings before a day, oldest first."""
    found: list[date] = []
    while len(found) < count:
        day = calendar.listing_before(day)
        found.insert(0, day)
    return found


def _morning(day: date) -> datetime:
    """Give when the demonstration's reader read a day's listing."""
    return calendar.announced_at(day) + timedelta(hours=12)


def _is_busy(day: date) -> bool:
    """Tell whether the reader put that day's papers off: all Thursdays and one week in three."""
    return day.weekday() == 3 or day.isocalendar().week % 3 == 0


@contextmanager
def served(settings: Settings, now: datetime) -> Iterator[Settings]:
    """Serve the invented day on loopback and give settings that point there."""
    from coolcli.demo.server import serve

    with serve(calendar.latest_listing_day(now)) as url:
        yield settings._replace(
            arxiv_interval=0.0,
            arxiv_feed_url=url,
            arxiv_site_url=url,
            arxiv_api_url=f"{url}/api/query",
            arxiv_oai_url=f"{url}/oai",
            ask_base_url=f"{url}/v1",
            ask_model="demo",
            ask_key_command="",  # the invented model wants no key: the reader's own is not fetched for it
        )
