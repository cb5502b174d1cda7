"""What is fetched while a sitting is open: in a thread that prints nothing, fails in words, and ends when asked to."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import pytest
import typer
from filelock import FileLock

from coolcli.cli.app import load
from coolcli.cli.desk import Desk
from coolcli.cli.triaging.aside import Aside, Stopped
from coolcli.cli.triaging.fetching import Fetching
from coolcli.store import select
from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import LIMIT
from tests.disks import bearing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from tests.cli.program import Homes, Program

AT_ONCE = 2.0
"""Seconds, for what takes a fraction of one."""


class Watched(Fetching):
    """Notes what it said whenever it said that something changed; ended with the block, whatever happened in it."""

    changes: list[str]

    def __enter__(self) -> Self:
        self.changes = []
        self.start(lambda: self.changes.append(self.words))
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline, moment = time.monotonic() + LIMIT, threading.Event()
        while not is_so():
            assert time.monotonic() < deadline, f"{self.words!r} {self.problem!r}"
            moment.wait(0.005)

    def wait(self) -> None:
        self.wait_until(lambda: not self.running)

    def assert_it_ends_at_once(self) -> None:
        began = time.monotonic()
        self.stop()
        assert not self.running
        assert time.monotonic() - began < AT_ONCE


@contextmanager
def at_desk(cool: Program, **variables: str) -> Iterator[Desk]:
    """Give what a verb of this reader works with, in this process."""
    with pytest.MonkeyPatch.context() as patch, typer.Context(load("count")) as context:
        for name, value in (cool.environment() | variables).items():
            patch.setenv(name, value)
        yield Desk(context)


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """Somebody who follows cs.LG since Thursday, and has no listing yet."""
    homes.begin(cool, f"subscribe cs.LG --since {THURSDAY}")
    return cool


@pytest.fixture
def desk(reader: Program) -> Iterator[Desk]:
    with at_desk(reader) as desk:
        yield desk


@pytest.fixture(autouse=True)
def nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert capfd.readouterr() == ("", "")


def here(desk: Desk, category: str, day: date) -> list[str]:
    with desk.database.read() as connection:
        return [row.id for row in select.listing(connection, [(category, day)])]


def test_the_latest_listing_and_the_missed_days_arrive(desk: Desk, world: World) -> None:
    with Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait()
    assert here(desk, "cs.LG", FRIDAY) == expected.ids(world, FRIDAY, "cs.LG")
    before = [seen.paper.id for seen in world.looked_back_at(THURSDAY, ["cs.LG"], eastern(FRIDAY, 12))]
    assert here(desk, "cs.LG", THURSDAY) == before
    assert fetching.state is not None
    assert (fetching.state.day, fetching.state.status, fetching.state.complete) == (FRIDAY, "announced", True)
    assert (fetching.words, fetching.problem, fetching.failed) == ("", "", None)


def test_each_answer_is_told_once_it_is_stored(desk: Desk) -> None:
    with Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait()
    feed, counts, missed = fetching.changes
    assert feed.startswith("the latest of cs.LG: ")
    assert counts.startswith("checking against arXiv's counts: ")
    assert missed == "missed days, 1 of 1: Thu 19 Nov 2026 of cs.LG is here"


def test_what_is_here_is_asked_for_by_nobody(desk: Desk, sim: ArxivSimulator) -> None:
    for _ in range(2):
        sim.requests.clear()
        with Watched(desk, ["cs.LG"]) as fetching:
            fetching.wait()
    assert (sim.requests, fetching.changes) == ([], [])


def test_categories_that_are_not_followed_have_no_missed_days(desk: Desk, sim: ArxivSimulator, world: World) -> None:
    with Watched(desk, [], None, ["stat.ML"]) as fetching:
        fetching.wait()
    assert here(desk, "stat.ML", FRIDAY) == expected.ids(world, FRIDAY, "stat.ML")
    assert not [path for path in sim.paths if "cs.LG" in path or path.startswith("/catchup/")]


def test_of_a_day_that_was_named_only_that_is_asked_for(desk: Desk, sim: ArxivSimulator) -> None:
    with Watched(desk, [], THURSDAY, ["cs.LG", "cs.CL"]) as fetching:
        fetching.wait()
    assert fetching.state is not None
    assert (fetching.state.day, fetching.state.status) == (THURSDAY, "announced")
    assert [path.partition("?")[0] for path in sim.paths] == [
        f"/catchup/{name}/{THURSDAY}" for name in ("cs.LG", "cs.CL")
    ]
    assert len(fetching.changes) == 2


def test_the_latest_day_is_checked_as_well_where_it_was_named(desk: Desk) -> None:
    with Watched(desk, [], FRIDAY, ["cs.LG"]) as fetching:
        fetching.wait()
    assert fetching.state is not None
    assert (fetching.state.day, fetching.state.complete, fetching.problem) == (FRIDAY, True, "")


def test_offline_nothing_is_asked_and_it_says_so(reader: Program, sim: ArxivSimulator) -> None:
    with at_desk(reader, COOL_OFFLINE="1") as desk, Watched(desk, ["cs.LG"]) as fetching:
        assert not fetching.running
        assert (fetching.problem, fetching.words) == ("offline: nothing is cached yet; 2 announced days not here", "")
    assert sim.requests == []


def test_a_server_that_fails_is_no_quiet_day(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.STATUS_503, times=None)
    with at_desk(reader, COOL_NETWORK_BUDGET="1") as desk, Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait()
    assert fetching.problem == "offline: 127.0.0.1 has trouble (HTTP 503)"
    assert (fetching.state and fetching.state.status, fetching.changes, fetching.failed) == ("offline", [], None)


def test_no_network(reader: Program, sim: ArxivSimulator) -> None:
    sim.unplug()
    try:
        with at_desk(reader, COOL_NETWORK_BUDGET="1") as desk, Watched(desk, ["cs.LG"]) as fetching:
            fetching.wait()
    finally:
        sim.plug()
    assert fetching.problem == "offline: 127.0.0.1 cannot be reached (connection refused)"


def test_a_stale_feed_is_told(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.STALE_FEED, times=None)
    sim.fault("/list/", Fault.STATUS_503, times=None)
    with at_desk(reader, COOL_NETWORK_BUDGET="1") as desk, Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait()
    assert fetching.problem.startswith("stale: the feed of cs.LG is stale, still of Thursday 19 November")
    assert fetching.state is not None
    assert fetching.state.status == "stale"


def test_a_missed_day_that_cannot_be_had(desk: Desk, sim: ArxivSimulator) -> None:
    sim.fault("/catchup/", Fault.STATUS_404, times=None)
    with Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait()
    assert fetching.problem == "1 missed listing not here: 127.0.0.1 refused (HTTP 404)"
    assert fetching.state is not None
    assert fetching.state.status == "announced"


def test_a_second_try_forgets_the_problem_of_the_first(desk: Desk, sim: ArxivSimulator) -> None:
    sim.fault("/catchup/", Fault.STATUS_404)
    with Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait()
    with fetching:
        fetching.wait()
    assert fetching.problem == ""


def test_data_that_cannot_be_written_is_told(reader: Program, sim: ArxivSimulator) -> None:
    with bearing(reader.home) as disk:
        disk.protect()
        with at_desk(reader) as desk, Watched(desk, ["cs.LG"]) as fetching:
            fetching.wait()
    assert fetching.problem.endswith("is read-only: nothing was changed")
    assert sim.requests == []


def test_it_ends_while_a_server_hangs(desk: Desk, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.SLOW_HEADERS, seconds=LIMIT)
    with Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait_until(lambda: bool(sim.requests))
        fetching.assert_it_ends_at_once()
    assert (fetching.changes, fetching.words, fetching.failed) == ([], "", None)


def test_it_ends_in_the_middle_of_a_pause(reader: Program) -> None:
    with at_desk(reader, COOL_ARXIV_INTERVAL="60") as desk, Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait_until(lambda: "waiting" in fetching.words)
        assert fetching.words.endswith("s, as arXiv asks for between two requests")
        fetching.assert_it_ends_at_once()


def test_it_ends_before_another_try(desk: Desk, sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.STATUS_503, times=None, retry_after=9)
    with Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait_until(lambda: "trying again" in fetching.words)
        fetching.assert_it_ends_at_once()


def test_another_process_has_its_turn_first(desk: Desk, sim: ArxivSimulator) -> None:
    with FileLock(desk.paths.cache / "arxiv.lock"), Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait_until(lambda: fetching.words.endswith(": waiting for another cool that is asking arXiv"))
        assert sim.requests == []
        fetching.assert_it_ends_at_once()
    with Watched(desk, ["cs.LG"]) as fetching:
        fetching.wait()
    assert (fetching.problem, len(fetching.changes)) == ("", 3)


LEFT = """
import threading, typer
from coolcli.cli.app import load
from coolcli.cli.desk import Desk
from coolcli.cli.triaging.fetching import Fetching

with typer.Context(load("count")) as context:
    fetching = Fetching(Desk(context), ["cs.LG"])
    fetching.start(lambda: None)
    while "asking" not in fetching.words:
        threading.Event().wait(0.01)
"""


def test_the_program_ends_at_once_even_where_nobody_asked_it_to(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.SLOW_HEADERS, times=None, seconds=LIMIT)
    began = time.monotonic()
    left = reader.execute([sys.executable, "-c", LEFT], COOL_NETWORK_BUDGET="60")
    assert (left.code, left.stderr) == (0, "")
    assert time.monotonic() - began < LIMIT / 4
    sim.clear_faults()
    assert reader.run("today", "cs.LG").ids


def test_a_bug_is_neither_printed_nor_lost(desk: Desk) -> None:
    fetching = Watched(desk, ["cs.LG"])
    bug = KeyError("nobody expected this")
    fetching.start(lambda: (_ for _ in ()).throw(bug))
    fetching.wait()
    assert fetching.failed is bug
    assert fetching.problem == "fetching failed (KeyError: 'nobody expected this')"


def test_a_demonstration_is_announced_once_and_leaves_no_server(
    cool: Program, sim: ArxivSimulator, capfd: pytest.CaptureFixture[str]
) -> None:
    threads = threading.active_count()
    with at_desk(cool) as desk:
        desk.flags.demo = True
        assert desk.database
        assert capfd.readouterr().err.count("A demonstration") == 1
        with Watched(desk, ["cs.LG", "stat.ML"]) as fetching:
            fetching.wait()
        assert (fetching.problem, fetching.failed, desk.gaps(["cs.LG"])) == ("", None, {})
        assert len(fetching.changes) > 5
    assert (sim.requests, threading.active_count()) == ([], threads)


def test_beside_a_desk_all_is_told_elsewhere(desk: Desk) -> None:
    told: list[str] = []
    with Aside(desk, told.append) as aside:
        aside.say("a notice")
        aside.progress.say("a wait")
        aside.tell_wait("")
        assert (aside.flags, aside.paths, aside.settings) == (desk.flags, desk.paths, desk.settings)
        assert aside.database is not desk.database
        assert desk.now <= aside.now <= aside.clock() <= desk.clock()
    assert told == ["a notice", "a wait", ""]


@pytest.mark.parametrize("does", [lambda aside: aside.say("more"), lambda aside: aside.pause(LIMIT)])
def test_work_that_was_asked_to_end_gets_no_further(desk: Desk, does: Callable[[Aside], None]) -> None:
    told: list[str] = []
    with pytest.raises(Stopped), Aside(desk, told.append) as aside:
        aside.stop()
        does(aside)
    assert told == []


def test_without_categories_there_is_nothing_to_ask_for(desk: Desk, sim: ArxivSimulator) -> None:
    with Watched(desk, []) as fetching:
        fetching.wait()
    assert (fetching.failed, fetching.problem, sim.requests) == (None, "", [])
