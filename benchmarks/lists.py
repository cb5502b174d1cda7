"""`python -m benchmarks.lists`: how long the store takes to choose lists from 100,000 papers, as a Markdown table.

The papers are invented: 400 a day in three categories, most of them read, some starred, tagged and replaced.
"""

from __future__ import annotations

import platform
import sqlite3
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks import arguments, material
from coolcli.models import ANNOUNCE_TYPES, Entry, Filter, Listing, Paper
from coolcli.store import backlog, events, listings, select
from coolcli.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOUND = 0.030
"""Seconds of CPU that a list of the first rows, or a number, may take: nothing is waited for."""
SHOWN = 50
A_DAY = 400
LAST = date.fromisoformat(material.DAY)
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
FOLLOWED = ("cs.LG", "cs.CL", "stat.ML")
OTHERS = ("cs.CV", "cs.AI", "cs.RO", "eess.SY")
_MONTH = LAST - timedelta(days=30)

FILTERS = {
    "everything": Filter(),
    "--unread": Filter(unread=True),
    "--unread --category cs.LG --type new": Filter(unread=True, wanted=("cs.LG",), types=("new",)),
    "--unread --category hep-th (none)": Filter(unread=True, wanted=("hep-th",)),
    "--category cs.LG": Filter(wanted=("cs.LG",)),
    "--category cs+stat.ML-cs.CV": Filter(wanted=("cs", "stat.ML"), unwanted=("cs.CV",)),
    "--category hep-th (none)": Filter(wanted=("hep-th",)),
    "--category math+physics+hep-th (none)": Filter(wanted=("math", "physics", "hep-th")),
    "--type replace": Filter(types=("replace",)),
    "--since, a month": Filter(since=_MONTH),
    "--starred --category stat.ML": Filter(starred=True, wanted=("stat.ML",)),
    "--tag thesis": Filter(tags=("thesis",)),
}


def main() -> int:
    """Make the papers, measure, and tell whether a bound was exceeded where that is asked."""
    papers, runs = (100_000, "how many are cached"), (15, "runs of each")
    options = arguments.parser("lists", __doc__, checks=True, papers=papers, runs=runs).parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, median of {options.runs} runs.")
    with TemporaryDirectory(prefix="cool-benchmarks-") as folder:
        database = Database(Path(folder) / "cool.db")
        backlog.define(database, backlog.DEFAULT_TYPES)
        entries, seconds = filled(database, options.papers)
        print(f"{options.papers:,} papers; stored in {seconds / entries * 1e6:.0f} microseconds of CPU an entry.")
        print("\n| what | found | CPU ms | bound | holds |\n|---|--:|--:|--:|---|")
        slow = [_measured(database, *question, options.runs) > BOUND for question in _questions()]
        database.close()
    return 1 if any(slow) and options.check else 0


def _questions() -> Iterator[tuple[str, Callable[[sqlite3.Connection], int]]]:
    """Give what is asked of the store, each with the way to ask it, which gives how many were found."""
    for name, wanted in FILTERS.items():
        yield f"the first {SHOWN}: {name}", lambda c, w=wanted: len(select.chosen(c, w, limit=SHOWN))  # type: ignore[misc]
        yield f"count: {name}", lambda c, w=wanted: select.count(c, w)  # type: ignore[misc]
    yield f"the first {SHOWN} of `cool next`", lambda c: len(select.unread(c, limit=SHOWN))
    yield "unread by day", lambda c: sum(select.unread_by_day(c).values())


def _measured(database: Database, name: str, ask: Callable[[sqlite3.Connection], int], runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        with database.read() as connection:
            began = time.process_time()
            found = ask(connection)
            times.append(time.process_time() - began)
    seconds = median(times[1:])  # the first one fills the caches
    holds = "yes" if seconds <= BOUND else "NO"
    print(f"| {name} | {found:,} | {seconds * 1000:.2f} | {BOUND * 1000:.0f} | {holds} |", flush=True)
    return seconds


def filled(database: Database, count: int) -> tuple[int, float]:
    """Store so many papers over as many days as they need, and give how many entries that took how much CPU."""
    random = Random(count)
    days = material.weekdays((count + A_DAY - 1) // A_DAY)
    with database.write() as connection:
        events.record(connection, "subscribe", [events.subscribe(name, days[0], NOW) for name in FOLLOWED], NOW)
    texts = material.day(A_DAY)
    ids: list[str] = []
    entries, seconds = 0, 0.0
    for day in days:
        fresh = _papers(random, texts, day, len(ids), min(A_DAY, count - len(ids)))
        for category in FOLLOWED:
            listing = _listing(random, category, day, fresh, ids)
            began = time.process_time()
            with database.write() as connection:
                listings.save(connection, listing, NOW)
            seconds += time.process_time() - began
            entries += len(listing.entries)
        ids += [paper.id for paper in fresh]
    _mark(database, random, ids)
    return entries, seconds


def _papers(random: Random, texts: list[material.Item], day: date, first: int, count: int) -> list[Paper]:
    found = []
    for number, text in zip(range(first, first + count), texts, strict=False):
        primary = random.choice((*FOLLOWED, OTHERS[0]))
        categories = tuple(dict.fromkeys((primary, random.choice(FOLLOWED), random.choice(OTHERS))))
        name = f"{day:%y%m}.{number % 100_000:05}"
        found.append(Paper(name, 1, text.title, text.abstract, text.authors, categories, primary))
    return found


def _listing(random: Random, category: str, day: date, fresh: list[Paper], ids: list[str]) -> Listing:
    """Announce what is in a category, and replace some of the papers of before."""
    entries = [
        Entry(paper, "new" if paper.primary_category == category else "cross")
        for paper in fresh
        if category in paper.categories
    ]
    older = [f"1905.{random.randrange(5000):05}" for _ in range(5)]
    replaced = {*random.sample(ids, min(55, len(ids))), *older}
    entries += [Entry(Paper(name, 2), "replace") for name in sorted(replaced)]
    entries.sort(key=lambda entry: ANNOUNCE_TYPES.index(entry.announce_type))
    return Listing(category, day, "feed", tuple(entries))


def _mark(database: Database, random: Random, ids: list[str]) -> None:
    """Read four fifths of what was announced first, star some, tag a few."""
    read = [events.mark("read", name, NOW) for name in ids[: len(ids) * 4 // 5]]
    stars = [events.mark("starred", name, NOW, version=1) for name in random.sample(ids, len(ids) // 100)]
    tags = [events.tag("thesis", name, NOW) for name in random.sample(ids, len(ids) // 500)]
    with database.write() as connection:
        events.record(connection, "done", [*read, *stars, *tags], NOW)


if __name__ == "__main__":
    sys.exit(main())
