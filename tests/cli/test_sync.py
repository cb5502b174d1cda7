"""`cool sync`: one run for cron that fetches all, says one line, and ends with a code that tells what became of it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coolcli.cli.sync import wait_for
from tests.arxiv_simulator import Fault, World, clock
from tests.cli.conftest import FRIDAY, MONDAY, THURSDAY, eastern
from tests.cli.expected import ids, listed, without

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator
    from tests.cli.program import Homes, Program


@pytest.fixture
def reader(cool: Program) -> Program:
    cool.run("subscribe", "cs.LG", "stat.ML")
    return cool


def test_one_line_says_what_there_is(reader: Program, world: World) -> None:
    synced = reader.run("sync")
    papers = ids(world, FRIDAY, "cs.LG", "stat.ML")
    unread = without(listed(world, FRIDAY, "cs.LG", "stat.ML"), {"replace", "replace-cross"})
    assert synced.stdout == f"Fri 20 Nov 2026: {len(papers)} papers of cs.LG, stat.ML; {len(unread)} unread.\n"
    assert synced.stderr == ""


def test_the_pages_comments_are_added(reader: Program, world: World) -> None:
    reader.run("sync")
    papers = reader.run("today", "cs.LG", "--json").document["papers"]
    said = {seen.paper.id: bool(seen.paper.comments) for seen in world.seen(FRIDAY, ["cs.LG"])}
    assert {paper["id"]: bool(paper["comments"]) for paper in papers} == said
    assert any(said.values())


def test_said_again_it_asks_nothing_that_it_has(reader: Program, sim: ArxivSimulator) -> None:
    reader.run("sync")
    sim.requests.clear()
    reader.run("sync")
    assert sim.requests == []


def test_quiet_says_nothing_where_all_went_well(reader: Program) -> None:
    synced = reader.run("sync", "--quiet")
    assert (synced.stdout, synced.stderr) == ("", "")


def test_quiet_speaks_where_it_failed(reader: Program, sim: ArxivSimulator) -> None:
    sim.unplug()
    try:
        failed = reader.run("sync", "--quiet", code=4)
    finally:
        sim.plug()
    assert failed.stdout == "" and "cannot be reached" in failed.stderr


def test_with_something_cached_a_failure_is_one_too(reader: Program, sim: ArxivSimulator) -> None:
    reader.run("sync")
    sim.now = eastern(MONDAY, 12)
    sim.unplug()
    try:
        failed = reader.run("sync", code=4)
        assert "offline" in failed.stderr and failed.stdout.startswith("Fri 20 Nov 2026")
        counted = reader.run("count", "--format", "{unread}{stale}", code=4)
        assert "⚠" in counted.stdout
    finally:
        sim.plug()


def test_missed_listings_come_too(cool: Program, sim: ArxivSimulator, homes: Homes) -> None:
    sim.now = eastern(THURSDAY, 12)
    homes.begin(cool, "subscribe cs.LG", "sync")
    document = cool.run("sync", "--json").document
    assert document["fetched"] == 0 and document["missing"] == {}
    assert document["listing"]["parts"][0]["day"] == str(THURSDAY)


def test_a_listing_that_cannot_be_checked_is_a_failure(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/list/", Fault.STATUS_404, times=None)
    failed = reader.run("sync", code=4)
    assert "not checked against the listing page" in failed.stderr and "unread" in failed.stdout
    sim.clear_faults()
    reader.run("sync")


def test_papers_known_to_be_missing_end_with_6(reader: Program, sim: ArxivSimulator) -> None:
    """A feed that was cut on Friday, and never completed: on Monday the catch-up pages are unable to help."""
    sim.fault("/rss/", Fault.FULL_FEED, times=None)
    sim.fault("/list/", Fault.STATUS_404, times=None)
    reader.run("sync", code=4)
    by_hand = "UPDATE listings SET paged = 1, expected_new = 5000, expected_cross = 0, expected_replaced = 0"
    with closing(sqlite3.connect(reader.home / "data" / "cool.db")) as connection, connection:
        connection.execute(by_hand)
    sim.clear_faults()
    assert "papers are missing of 2026-11-20" in reader.run("sync", code=6).stdout


def test_starred_without_a_network_is_completed(reader: Program, sim: ArxivSimulator, world: World) -> None:
    listed_today = ids(world, FRIDAY, "cs.LG", "stat.ML")
    paper = next(name for name in ids(world, THURSDAY, "cs.CL") if name not in listed_today)
    reader.run("star", paper, "--offline")
    assert "Completed 1 paper" in reader.run("sync").stderr


@pytest.fixture
def starred(cool: Program, sim: ArxivSimulator) -> Program:
    """A reader who starred two papers on Thursday, which are replaced and withdrawn on Friday."""
    world = World.sample([THURSDAY, FRIDAY], ("cs.LG",), per_day=6, seed=8)
    replaced = world.add(THURSDAY, "cs.LG", title="A Paper That Is Replaced", comments="8 pages", has_html=False)
    withdrawn = world.add(THURSDAY, "cs.LG", title="A Paper That Is Withdrawn", has_html=False)
    world.replace(FRIDAY, replaced, comments="12 pages")
    world.withdraw(FRIDAY, withdrawn)
    sim.world = world
    sim.now = eastern(THURSDAY, 12)
    cool.run("subscribe", "cs.LG")
    cool.run("sync")
    cool.run("star", replaced.id, withdrawn.id)
    cool.variables = {"replaced": replaced.id, "withdrawn": withdrawn.id}
    return cool


@pytest.mark.parametrize("hour", [12, -3], ids=["by feed", "by page, which states no version"])
def test_replacements_and_withdrawals_of_starred_papers_are_told(
    starred: Program, sim: ArxivSimulator, hour: int
) -> None:
    sim.now = eastern(FRIDAY, 0) + timedelta(hours=hour)
    assert "of your stars 1 with a new version, 1 withdrawn: `cool diff`" in starred.run("sync").stdout
    told = starred.run("today").stderr
    assert f"1 starred paper has a new version: {starred.variables['replaced']} v1 → v2" in told
    assert f"1 starred paper was withdrawn: {starred.variables['withdrawn']}" in told
    news = {one["id"]: one for one in starred.run("sync", "--json").document["news"]}
    assert news[starred.variables["withdrawn"]]["withdrawn"] is True
    assert news[starred.variables["replaced"]] | {"id": ""} == {"id": "", "from": 1, "to": 2, "withdrawn": False}


def test_records_are_asked_once(starred: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(FRIDAY, 12)
    starred.run("sync")
    sim.requests.clear()
    starred.run("sync")
    assert sim.requests == []


def test_a_replacement_that_was_held_back_for_weeks_is_asked_about_once(starred: Program, sim: ArxivSimulator) -> None:
    """Its new version was submitted before it was starred, and announced after that."""
    versions = sim.world.papers[starred.variables["replaced"]]
    versions[-1] = replace(versions[-1], submitted=versions[-1].submitted - timedelta(days=20), has_html=False)
    sim.now = eastern(FRIDAY, 0) - timedelta(hours=3)
    starred.run("sync")
    assert any(path.startswith("/oai") for path in sim.paths)
    for hours in (12, 36):
        sim.requests.clear()
        sim.now = eastern(FRIDAY, 0) + timedelta(hours=hours)
        starred.run("sync")
        assert not [path for path in sim.paths if path.startswith(("/oai", "/api"))]


@pytest.mark.parametrize("options", [["sync", "--offline"], ["sync"]])
def test_offline_it_asks_nobody(starred: Program, sim: ArxivSimulator, world: World, options: list[str]) -> None:
    """Neither for a listing, nor about papers starred without a network, nor about those with a new version."""
    sim.now = eastern(FRIDAY, 0) - timedelta(hours=3)
    starred.run("today")
    starred.run("star", ids(world, THURSDAY, "cs.CL")[0], "--offline")
    sim.requests.clear()
    starred.run(*options, COOL_OFFLINE=None if len(options) > 1 else "1")
    assert sim.requests == []


@pytest.mark.parametrize("server", ["/oai", "/"])
def test_where_the_records_cannot_be_had_the_rest_is_done(starred: Program, sim: ArxivSimulator, server: str) -> None:
    sim.now = eastern(FRIDAY, 12)
    starred.run("today", "--refresh")
    sim.fault(server, Fault.STATUS_503, times=None)
    starred.run("sync", code=0 if server == "/oai" else 4)
    sim.clear_faults()
    assert "1 withdrawn" in starred.run("sync").stdout


def test_nothing_subscribed(cool: Program) -> None:
    assert "not subscribed" in cool.run("sync", code=2).stderr


@pytest.mark.parametrize("typed", ["3", "h", "3x", "-1h"])
def test_a_wait_that_is_none(reader: Program, typed: str) -> None:
    assert "3h, 90m or 1h30m" in reader.run("sync", f"--wait={typed}", code=2).stderr


def test_it_waits_for_a_listing_that_is_late(reader: Program, sim: ArxivSimulator, world: World) -> None:
    """Asked at once and once more when the time is up; meanwhile arXiv has it."""
    reader.run("sync")
    sim.now = eastern(FRIDAY, 12)
    late = World.sample([THURSDAY, FRIDAY], ("cs.LG", "stat.ML"), per_day=12, seed=4)
    late.delay(FRIDAY, 17)
    with type(sim)(late, eastern(FRIDAY, 12)) as other:
        other.now = eastern(FRIDAY, 12, 30)
        reader.simulator = other
        reader.variables["COOL_HOME"] = str(reader.folder / "other")
        reader.run("subscribe", "cs.LG")
        timer = threading.Timer(0.6, lambda: setattr(other, "now", eastern(FRIDAY, 14)))
        timer.start()
        synced = reader.run("sync", "--wait", "2s", COOL_NOW=eastern(FRIDAY, 12, 30).isoformat())
        timer.cancel()
        assert synced.stdout.startswith("Fri 20 Nov 2026")


class Clock:
    """A clock that only a pause moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 1, tzinfo=UTC)
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("comes_after", "patience", "minutes"),
    [
        (0, 180, []),
        (1, 180, [15]),
        (3, 180, [15, 15, 15]),
        (9, 40, [15, 15, 10]),
        (9, 0, []),
    ],
)
def test_asks_every_quarter_of_an_hour(comes_after: int, patience: int, minutes: list[int]) -> None:
    clock_, asked = Clock(), 0

    def is_here() -> bool:
        nonlocal asked
        asked += 1
        return asked > comes_after

    wait_for(is_here, clock_.now + timedelta(minutes=patience), lambda: clock_.now, clock_.sleep, lambda _: None)
    assert clock_.pauses == [60 * minute for minute in minutes]
    assert asked == len(minutes) + 1


def test_on_a_holiday_that_arxiv_tells_of_nothing_is_waited_for(reader: Program, sim: ArxivSimulator) -> None:
    """Monday is a day like any other to the calendar; arXiv's own feed of it is empty."""
    sim.now = eastern(MONDAY, 12)
    assert clock.arxiv_day(sim.now) == MONDAY == date(2026, 11, 23)
    synced = reader.run("sync", "--wait", "3h")
    assert synced.stdout.startswith("Fri 20 Nov 2026")
