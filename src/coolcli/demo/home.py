"""The home of a demonstration: a folder of its own below the cache, for one day, and arXiv's stand-in.

`cool --demo star 3` and `cool --demo stars` belong together, so the home is kept between commands; it is named by the
day it shows and dropped after one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from coolcli.arxiv import calendar
from coolcli.config import Paths, Settings
from coolcli.store import events
from coolcli.store.database import Database

KEPT_FOR = timedelta(days=1)
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
    """Subscribe the demonstration's reader to two categories, once, so that `next` has something to show."""
    with database.write() as connection:
        fresh = connection.execute("INSERT OR IGNORE INTO meta VALUES (?, '1')", (_FURNISHED,)).rowcount
        if fresh:
            events.record(
                connection, "subscribe", [events.subscribe(category, None, now) for category in _CATEGORIES], now
            )


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
        )
