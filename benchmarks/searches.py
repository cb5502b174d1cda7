"""`python -m benchmarks.searches`: how long searches take inside the store, and what the index costs.

Queries are of two and three words drawn from the titles of cached papers, and of the beginnings of such words.
"""

from __future__ import annotations

import platform
import re
import sqlite3
import sys
import time
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import arguments, texts
from coolcli import relating
from coolcli.models import Entry, Filter, Listing
from coolcli.query.tree import Category, Every, Node, Not, Text
from coolcli.store import backlog, index, listings, searching, select
from coolcli.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
FIRST_DAY = date(2024, 1, 1)
SHOWN = 50
QUERIES = 200
RULES = 20


class Asked(NamedTuple):
    """A kind of question, how often it is put, and the milliseconds that all but one in twenty may take."""

    name: str
    queries: Sequence[Node]
    bound: float | None
    ask: Callable[[sqlite3.Connection, Node], object]


def main() -> int:
    """Store papers, index them, ask, and tell whether a bound was exceeded where that is asked."""
    papers = (100_000, "how many are cached")
    options = arguments.parser("searches", __doc__, checks=True, papers=papers).parse_args()
    of = texts.source()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {options.papers:,} papers, {of.name}.")
    with TemporaryDirectory(prefix="cool-benchmarks-") as folder:
        database = Database(Path(folder) / "cool.db")
        backlog.define(database, backlog.DEFAULT_TYPES)
        costs = [_stored(database, of, options.papers), _indexed(database)]
        titles = [paper.title or "" for paper in islice(texts.papers(of, min(options.papers, 20_000)), None)]
        print("\n| what | found | median ms | p95 ms | most ms | bound (p95) | holds |\n|---|--:|--:|--:|--:|--:|---|")
        holds = [_measured(database, asked) for asked in _questions(titles)]
        holds += [_rules(database, titles), _related(database)]
        database.close()
    (seconds, size), (more_seconds, more) = costs
    print(f"\nStoring: {size:,.0f} MB, {seconds:.1f} s. The index: {more:,.0f} MB, {more_seconds:.1f} s, on top.")
    print(f"The index is {more / size:.2f} times as large as what it indexes (bound 1.00).")
    return 1 if options.check and not all([*holds, more <= size]) else 0


def _stored(database: Database, of: texts.Source, count: int) -> tuple[float, float]:
    """Store papers day by day; give the seconds that it took, and the megabytes."""
    seconds, day, papers = 0.0, FIRST_DAY, texts.papers(of, count)
    while some := list(islice(papers, texts.A_DAY)):
        listing = Listing("cs.LG", day, "feed", tuple(Entry(paper, "new") for paper in some))
        began = time.perf_counter()
        with database.write() as connection:
            listings.save(connection, listing, NOW)
        seconds += time.perf_counter() - began
        day += timedelta(days=1)
    return seconds, _megabytes(database)


def _indexed(database: Database) -> tuple[float, float]:
    before, began = _megabytes(database), time.perf_counter()
    index.catch_up(database)
    seconds = time.perf_counter() - began
    return seconds, _megabytes(database) - before


def _megabytes(database: Database) -> float:
    """Give the size of what is in the file, with no more space than it takes."""
    with database.read() as connection:
        pages = connection.execute("SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count")
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
        return int(pages.fetchone()[0]) * size / 1e6


def _questions(titles: Sequence[str]) -> Iterator[Asked]:
    random = Random(3)
    words = [found for title in titles if len(found := re.findall(r"[A-Za-z]{3,}", title)) > 3]
    several = [
        Every(tuple(map(Text, random.sample(random.choice(words), random.choice((2, 3)))))) for _ in range(QUERIES)
    ]
    pairs = [Text(" ".join(found[at : at + 2]), kind="phrase") for found in words if (at := len(found) // 2)]
    phrases = random.sample(pairs, min(QUERIES, len(pairs)))
    within = [Every((*query.nodes, Category("cs.CL"))) for query in several]
    without = [Every((query.nodes[0], Not(query.nodes[1]))) for query in several]
    yield Asked("two and three words, newest first", several, 10, _newest)
    yield Asked("the same, counted", several, None, searching.count)
    yield Asked("the same, by relevance", several, 60, _best)
    yield Asked("a phrase of two words", phrases, 10, _newest)
    yield Asked("the words within a category", within, 10, _newest)
    yield Asked("a word without another", without, 10, _newest)
    yield Asked("the words as a filter of a list", several, None, _listed)
    lengths = {length: [_beginning(random, words, length) for _ in range(QUERIES // 4)] for length in range(2, 7)}
    yield Asked("beginnings of 2 to 6 letters", [query for some in lengths.values() for query in some], 20, _newest)
    for length, some in lengths.items():
        yield Asked(f"of these, of {length} letters", some, None, _newest)


def _beginning(random: Random, words: Sequence[Sequence[str]], length: int) -> Text:
    """Draw a word that is longer, and give how it begins."""
    while len(word := random.choice(random.choice(words))) <= length:
        pass
    return Text(word[:length], kind="prefix")


def _newest(connection: sqlite3.Connection, query: Node) -> int:
    return len(searching.found(connection, query, limit=SHOWN))


def _best(connection: sqlite3.Connection, query: Node) -> int:
    return len(searching.found(connection, query, limit=SHOWN, best=True))


def _listed(connection: sqlite3.Connection, query: Node) -> int:
    return len(select.chosen(connection, Filter(query=query), limit=SHOWN))


def _measured(database: Database, asked: Asked) -> bool:
    times = []
    found = 0
    for query in asked.queries:
        with database.read() as connection:
            began = time.perf_counter()
            found += int(asked.ask(connection, query) or 0)  # type: ignore[call-overload]
            times.append((time.perf_counter() - began) * 1000)
    return _told(asked.name, found / len(times), times, asked.bound)


def _rules(database: Database, titles: Iterable[str]) -> bool:
    """Apply rules of two words each to the newest day."""
    random = Random(4)
    words = [many for title in titles if len(many := re.findall(r"[A-Za-z]{3,}", title)) > 1]
    times: list[float] = []
    found = 0
    for _ in range(10):
        rules = [Text(" ".join(random.choice(words)[:2]), kind="phrase") for _ in range(RULES)]
        with database.read() as connection:
            day = connection.execute("SELECT max(day) FROM listings").fetchone()[0]
            rows = select.listing(connection, [("cs.LG", date.fromisoformat(day))])
            began = time.perf_counter()
            found += sum(map(len, searching.fitting(connection, rows, rules)))
            times.append((time.perf_counter() - began) * 1000)
    return _told(f"{RULES} rules on a day of {texts.A_DAY}", found / 10, times, None)


def _related(database: Database) -> bool:
    """Find the papers nearest to some drawn from all."""
    times, found = [], 0
    with database.read() as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM papers ORDER BY id")]
    for paper_id in Random(5).sample(ids, 100):
        began = time.perf_counter()
        found += len(relating.related(database, [paper_id]).ids)
        times.append((time.perf_counter() - began) * 1000)
    return _told("the papers nearest to one", found / len(times), times, 100)


def _told(name: str, found: float, times: Sequence[float], bound: float | None) -> bool:
    p95 = sorted(times)[int(len(times) * 0.95)]
    holds = bound is None or p95 <= bound
    limits = f"{bound:.0f} | {'yes' if holds else 'NO'}" if bound else " | "
    print(f"| {name} | {found:.0f} | {median(times):.2f} | {p95:.2f} | {max(times):.2f} | {limits} |", flush=True)
    return holds


if __name__ == "__main__":
    sys.exit(main())
