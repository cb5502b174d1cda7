"""Every reading command through every fault: the table is README's own, "What it does when things fail"."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.arxiv_simulator.faults import OF_FILES
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import Homes, Program, Result
from tests.storm import storm

README = Path(__file__).parents[2] / "README.md"
BUDGET = 2.5
SLACK = 8.0
"""Seconds that a start of the interpreter and a loaded machine may take beside the waiting."""

Order = Callable[[ArxivSimulator], None]


def every(fault: Fault, path: str = "/", **how: object) -> Order:
    """Order a fault of all answers below a path."""
    return lambda sim: sim.fault(path, fault, times=None, **how)  # type: ignore[arg-type]


def both(sim: ArxivSimulator, *orders: Order) -> None:
    for order in orders:
        order(sim)


ORDERS: dict[str, Order] = {
    "no network": ArxivSimulator.unplug,
    "the connection is reset": every(Fault.RESET),
    "no answer comes": every(Fault.SLOW_HEADERS, seconds=60),
    "the answer trickles": every(Fault.SLOW_BODY, seconds=60),
    "the answer breaks off": every(Fault.CUT),
    "the answer is longer than it says": every(Fault.WRONG_LENGTH),
    "the answer is empty": every(Fault.EMPTY_BODY),
    "HTTP 429, without saying how long to wait": every(Fault.STATUS_429),
    "HTTP 429, to come back in five minutes": every(Fault.STATUS_429, retry_after=300),
    "HTTP 503": every(Fault.STATUS_503),
    "HTTP 503 once, to come back in a second": lambda sim: sim.fault("/", Fault.STATUS_503, times=1, retry_after=1),
    "HTTP 500": every(Fault.STATUS_500),
    "HTTP 404 for all": every(Fault.STATUS_404),
    "a hotel's login page": every(Fault.LOGIN_PAGE),
    "a redirect to another host": every(Fault.FOREIGN_REDIRECT),
    "redirects without an end": every(Fault.ENDLESS_REDIRECT),
    "a small answer that unpacks to a huge one": every(Fault.GZIP_BOMB, megabytes=20),
    "the pages have a new layout, all else fails": lambda sim: both(
        sim, every(Fault.CHANGED_LAYOUT, "/list/"), every(Fault.CHANGED_LAYOUT, "/abs/"), every(Fault.STATUS_503)
    ),
    "a refusal that looks like an empty feed": every(Fault.BAD_REQUEST_AS_RSS),
    "a content type that says nothing": every(Fault.WRONG_TYPE),
    "a charset that is not the answer's": every(Fault.WRONG_CHARSET),
    "the feed alone fails": every(Fault.STATUS_503, "/rss/"),
    "the feed is stale": every(Fault.STALE_FEED, "/rss/"),
    "the feed was cut at 2000 papers": every(Fault.FULL_FEED, "/rss/"),
    "the listing page alone fails": every(Fault.STATUS_503, "/list/"),
    "the API alone fails": every(Fault.STATUS_503, "/api/"),
    "the API does not know the paper yet": every(Fault.MISSING_IDS, "/api/"),
    "the API sends an empty page": every(Fault.EMPTY_PAGE, "/api/"),
}


class Row(NamedTuple):
    """A line of README's table."""

    what: str
    codes: tuple[int, ...]
    says: str


def table() -> list[Row]:
    section = README.read_text("utf-8").partition("## What it does when things fail")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    return [Row(cells[0], tuple(map(int, cells[1:6])), cells[6].strip("`").strip("—")) for cells in lines[2:]]


ROWS = table()


def test_what_is_only_opened_or_listed_asks_nobody(cached: Program, sim: ArxivSimulator) -> None:
    sim.unplug()
    for arguments in (["stars"], ["open", "1", "--print"], ["open", "2611.00001", "--print"], ["undo", "--list"]):
        assert cached.run(*arguments).stdout
    sim.plug()
    assert sim.requests == []


def test_the_table_knows_every_fault() -> None:
    assert [row.what for row in ROWS] == list(ORDERS)
    ordered: set[Fault] = set()

    class Noted:
        def fault(self, _: str, fault: Fault, **__: object) -> None:
            ordered.add(fault)

    for order in ORDERS.values():
        if order is not ArxivSimulator.unplug:
            order(Noted())  # type: ignore[arg-type]
    assert ordered == set(Fault) - OF_FILES


@pytest.fixture
def cached(tmp_path: Path, sim: ArxivSimulator, homes: Homes) -> Program:
    """A reader who has Thursday's listing, on Friday noon."""
    reader = Program(tmp_path / "cached", sim)
    reader.folder.mkdir()
    sim.now = eastern(THURSDAY, 12)
    homes.begin(reader, "subscribe cs.LG", "today", "star 2")
    sim.now = eastern(FRIDAY, 12)
    return reader


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_a_fault(tmp_path: Path, cached: Program, world: World, row: Row) -> None:
    """Each command has a reader and an arXiv of its own, all at once: most of a fault's time is waiting."""
    thursday = set(expected.ids(world, THURSDAY, "cs.LG"))
    unknown = next(name for name in expected.ids(world, FRIDAY, "cs.CL") if name not in thursday)
    friday = {item.paper.id for item in world.seen(FRIDAY, ["cs.LG"]) if item.paper.version < 6}
    before = events(cached)
    empty_today, today, following, show, star = row.codes
    commands: list[tuple[tuple[str, ...], int]] = [
        (("today", "cs.LG"), empty_today),
        (("today",), today),
        (("next",), following),
        (("show", unknown), show),
        (("star", unknown), star),
        (("today", "--json"), today),
        (("read", unknown, "--json"), show),
    ]

    def run(number: int) -> tuple[Program, Result]:
        arguments, code = commands[number]
        with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
            reader = Program(tmp_path / f"reader-{number}", simulator)
            shutil.copytree(cached.home, reader.home) if number else reader.folder.mkdir()
            ORDERS[row.what](simulator)
            try:
                return reader, timed(reader, arguments, code)
            finally:
                if row.what == "no network":
                    simulator.plug()

    with ThreadPoolExecutor(len(commands)) as pool:
        runs = list(pool.map(run, range(len(commands))))
    for reader, result in runs:
        assert len(result.complaints) <= 2 or not result.code
        assert row.says in result.stderr or not result.code
        assert not re.search(r"\x1b|\\x|httpx|Error\b", result.stderr)
        is_whole(reader)
    assert any(row.says in result.stderr for _, result in runs)
    told = [result for _, result in runs]
    assert set(told[0].ids) >= friday if told[0].code == 0 else told[0].stdout == ""
    assert set(told[1].ids) >= (friday if told[1].code == 0 else thursday)
    assert told[2].ids, "Thursday's unread can be read"
    listed = {paper["id"] for paper in told[5].document["papers"]}
    assert listed >= (friday if told[5].code == 0 else thursday)
    assert (told[5].document["listing"]["status"] == "offline") == (told[5].code == 4)
    assert all(events(reader)[: len(before)] == before for reader, _ in runs[1:])
    if told[4].code == 0:
        assert unknown in told[4].stdout and unknown in runs[4][0].run("stars", "--offline").stdout


def test_faults_in_any_number_and_order(tmp_path: Path) -> None:
    toll = storm(tmp_path, runs=45, seed=3)
    assert toll.broken == []
    assert toll.codes[0] and toll.codes[4] and len(toll.faults) > 5, "the weather was bad enough to mean something"


def timed(reader: Program, arguments: tuple[str, ...], code: int) -> Result:
    """Run a command that has to end soon, with the exit code of the table."""
    began = time.monotonic()
    result = reader.run(*arguments, code=code, COOL_NETWORK_BUDGET=str(BUDGET), COOL_NETWORK_MAX_MB="3")
    assert time.monotonic() - began < 2 * BUDGET + SLACK
    return result


def is_whole(reader: Program) -> None:
    """Nothing is half stored: the file is sound, and a listing that claims to be complete has what it claims."""
    (file,) = (reader.home / "data").glob("*.db")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        claims = connection.execute(
            """SELECT category, day, expected_new + expected_cross + expected_replaced,
                      (SELECT count(*) FROM announcements a WHERE a.category = l.category AND a.day = l.day)
               FROM listings l WHERE complete = 1"""
        ).fetchall()
    assert all(expects <= here for _, _, expects, here in claims), claims


def events(reader: Program) -> list[tuple[object, ...]]:
    (file,) = (reader.home / "data").glob("*.db")
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT subject, field, value FROM events ORDER BY id").fetchall()
