"""Ctrl-C: at once, in one line, with nothing half stored."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time

import pytest

if os.name == "nt":
    pytest.skip("SIGINT is sent in another way", allow_module_level=True)

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import LIMIT, Program, Result, lines_while_running
from tests.cli.terminal import Terminal

SOON = 3.0
"""Seconds within which a reader who has pressed Ctrl-C expects the prompt."""


def until_asked(sim: ArxivSimulator, path: str, before: int = 0) -> None:
    """Wait until a request for the path has come in, after so many others."""
    deadline = time.monotonic() + LIMIT
    while not any(asked.startswith(path) for asked in sim.paths[before:]):
        assert time.monotonic() < deadline, f"{path} was not asked for: {sim.paths}"
        time.sleep(0.01)


def interrupted(cool: Program, sim: ArxivSimulator, path: str, *arguments: str) -> Result:
    """Press Ctrl-C while a request for the path waits for its answer."""
    before = len(sim.requests)
    with cool.start(*arguments, COOL_NETWORK_BUDGET="600") as process:
        try:
            until_asked(sim, path, before)
            pressed = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=LIMIT)
            took = time.monotonic() - pressed
        except BaseException:
            process.kill()
            raise
    assert took < SOON, f"it took {took:.1f} s"
    return Result(process.returncode, out.decode(), err.decode())


def is_whole(cool: Program) -> bool:
    (database,) = (cool.home / "data").glob("*.db")
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("fault", [Fault.SLOW_HEADERS, Fault.SLOW_BODY], ids=lambda fault: fault.name.lower())
def test_while_the_feed_is_waited_for(cool: Program, sim: ArxivSimulator, world: World, fault: Fault) -> None:
    sim.fault("/rss/", fault, seconds=600)
    stopped = interrupted(cool, sim, "/rss/", "today", "cs.LG")
    assert stopped.code == 130
    assert stopped.stdout == ""
    assert len(stopped.stderr.strip().splitlines()) == 1 and "nterrupted" in stopped.stderr
    assert is_whole(cool)
    assert cool.run("today", "cs.LG", "--offline", code=4).stdout == "", "no half of a listing"
    assert set(cool.run("today", "cs.LG").ids) == set(expected.ids(world, FRIDAY, "cs.LG"))


def test_between_two_tries(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.STATUS_503, times=None, retry_after=300)
    stopped = interrupted(cool, sim, "/rss/", "today", "cs.LG")
    assert stopped.code == 130
    assert len(stopped.stderr.strip().splitlines()) == 1


def test_while_the_pace_is_kept(cool: Program, sim: ArxivSimulator) -> None:
    with cool.start("today", "cs.CL", COOL_ARXIV_INTERVAL="600") as process:
        try:
            until_asked(sim, "/rss/")
            assert lines_while_running(process, 1)
            process.send_signal(signal.SIGINT)
            assert process.wait(SOON) == 130
        finally:
            process.kill()
    assert len(sim.requests) == 1


def test_while_the_check_is_waited_for_the_listing_stays(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/list/", Fault.SLOW_HEADERS, seconds=600)
    stopped = interrupted(cool, sim, "/list/", "today", "cs.LG")
    assert stopped.code == 130
    in_feed = [item.paper.id for item in world.seen(FRIDAY, ["cs.LG"]) if item.paper.version < 6]
    assert stopped.stdout.splitlines() and [line.split("\t")[0] for line in stopped.stdout.splitlines()] == in_feed
    assert is_whole(cool)
    assert cool.run("today", "cs.LG", "--offline").ids == in_feed
    assert in_feed[3] in cool.run("star", "4").stdout


def test_in_the_second_of_two_categories_the_first_is_whole(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/rss/cs.CL", Fault.SLOW_BODY, seconds=600)
    assert interrupted(cool, sim, "/rss/cs.CL", "today", "cs.LG", "cs.CL").code == 130
    in_feed = {item.paper.id for item in world.seen(FRIDAY, ["cs.LG"]) if item.paper.version < 6}
    assert set(cool.run("today", "cs.LG", "--offline").ids) == in_feed
    assert cool.run("today", "cs.CL", "--offline", code=4).stdout == ""


def test_the_listing_before_stays(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.now = eastern(THURSDAY, 12)
    cool.run("today", "cs.LG")
    sim.now = eastern(FRIDAY, 12)
    sim.fault("/rss/", Fault.SLOW_BODY, seconds=600)
    assert interrupted(cool, sim, "/rss/", "today", "cs.LG").code == 130
    assert cool.run("today", "cs.LG", "--offline", code=4).ids == expected.ids(world, THURSDAY, "cs.LG")


def test_a_star_that_was_waited_for_is_not_set(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/api/", Fault.SLOW_HEADERS, seconds=600)
    paper = expected.ids(world, FRIDAY, "cs.LG")[0]
    assert interrupted(cool, sim, "/api/", "star", paper).code == 130
    assert cool.run("stars").ids == []


def test_ctrl_c_on_a_terminal(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.SLOW_HEADERS, seconds=600)
    with Terminal(cool, COOL_NETWORK_BUDGET="600") as terminal:
        terminal.start("today", "cs.LG")
        terminal.until("asking")
        until_asked(sim, "/rss/")
        pressed = time.monotonic()
        terminal.type("\x03")
        shown = terminal.ended()
    assert time.monotonic() - pressed < SOON
    assert shown.code == 130
    assert [line for line in shown.lines if line.strip()] == ["Interrupted: what was done before is kept."]


def test_ctrl_c_on_a_terminal_leaves_nothing_of_a_longer_line(cool: Program, sim: ArxivSimulator) -> None:
    with Terminal(cool, columns=120, COOL_ARXIV_INTERVAL="600") as terminal:
        terminal.start("today", "cs.CL")
        terminal.until("as arXiv asks for between two requests")
        terminal.type("\x03")
        shown = terminal.ended()
    assert shown.code == 130
    assert shown.lines[-1] == "Interrupted: what was done before is kept."
