"""`cool count`: a number, and what tells an empty inbox from a dead network."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import Fault
from tests.cli import expected
from tests.cli.conftest import FRIDAY, eastern

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator, World
    from tests.cli.program import Homes, Program

ALL = "{count}|{unread}|{stale}|{starred}|{unopened}"
ANNOUNCED = eastern(FRIDAY - timedelta(days=1), 20)


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """A subscriber with Friday's listing in the cache, on Friday noon."""
    homes.begin(cool, "subscribe cs.CL", "today")
    return cool


@pytest.fixture
def waiting(world: World) -> list[str]:
    pairs = expected.without(expected.listed(world, FRIDAY, "cs.CL"), ("replace", "replace-cross"))
    return [paper_id for paper_id, _ in pairs]


def test_it_prints_a_number_and_nothing_else(reader: Program, waiting: list[str], sim: ArxivSimulator) -> None:
    told = reader.run("count")
    assert (told.stdout, told.stderr) == (f"{len(waiting)}\n", "")
    assert sim.requests == []


def test_it_counts_the_unread_unless_filters_say_otherwise(reader: Program, world: World, waiting: list[str]) -> None:
    crossed = [name for name, kind in expected.listed(world, FRIDAY, "cs.CL") if kind == "cross"]
    reader.run("star", waiting[0], waiting[1])
    reader.run("done", waiting[0])
    assert reader.run("count").stdout == f"{len(waiting) - 1}\n"
    assert reader.run("count", "--type", "cross").stdout == f"{len(crossed)}\n"
    assert reader.run("count", "--until", "thursday").stdout == "0\n"
    assert reader.run("count", "--starred").stdout == "2\n"
    assert reader.run("count", "--starred", "--unread").stdout == "1\n"


def test_a_format_is_filled_in(reader: Program, waiting: list[str]) -> None:
    reader.run("star", waiting[0], waiting[1], waiting[2])
    reader.run("open", waiting[0], BROWSER="true")
    unread = len(waiting) - 1
    assert reader.run("count", "--type", "new", "--format", "{unread} of it").stdout == f"{unread} of it\n"
    new = int(reader.run("count", "--type", "new").stdout)
    assert reader.run("count", "--type", "new", "--format", ALL).stdout == f"{new}|{unread}||3|2\n"
    document = reader.run("count", "--json").document
    assert document == {"count": unread, "unread": unread, "muted": 0, "starred": 3, "unopened": 2, "stale_since": None}


def test_an_unknown_token_is_told_with_those_that_exist(reader: Program) -> None:
    complaints = reader.run("count", "--format", "{unraed}", code=2).complaints
    assert "{unraed}" in complaints[0] and "{unread}" in complaints[1] and "{stale}" in complaints[1]


def test_without_a_subscription_there_is_no_number(cool: Program) -> None:
    told = cool.run("count", code=2)
    assert told.stdout == "" and "cool subscribe" in told.stderr
    assert cool.run("count", "--starred").stdout == "0\n"


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (timedelta(minutes=5), "5m"),
        (timedelta(hours=5), "5h"),
        (timedelta(hours=44), "44h"),
        (timedelta(hours=50), "2d"),
    ],
)
def test_a_listing_that_is_announced_and_not_here_is_told(
    reader: Program, sim: ArxivSimulator, waiting: list[str], later: timedelta, told: str
) -> None:
    sim.now = ANNOUNCED + timedelta(days=3) + later  # of Monday, on Sunday evening
    answer = reader.run("count", "--format", "{unread}{stale}", code=4)
    assert (answer.stdout, answer.stderr) == (f"{len(waiting)} ⚠{told}\n", "")
    assert reader.run("count", code=4).stdout == f"{len(waiting)}\n"
    assert reader.run("count", "--json", code=4).document["stale_since"] == "2026-11-23T01:00:00Z"
    assert "cool sync" in reader.run("count", "--verbose", code=4).stderr


def test_a_weekend_is_not_stale(reader: Program, sim: ArxivSimulator) -> None:
    sim.now = ANNOUNCED + timedelta(days=3) - timedelta(minutes=1)
    assert reader.run("count", "--format", "{stale}").stdout == "\n"


def test_a_day_without_an_announcement_is_not_stale_once_arxiv_said_so(reader: Program, sim: ArxivSimulator) -> None:
    sim.now = ANNOUNCED + timedelta(days=3, hours=16)  # Monday noon, for which this world has nothing
    reader.run("count", code=4)
    reader.run("today")
    assert reader.run("count", "--format", "{stale}").stdout == "\n"


def test_a_dead_network_is_stale(reader: Program, sim: ArxivSimulator) -> None:
    sim.now = ANNOUNCED + timedelta(days=3, hours=16)
    sim.fault("/", Fault.STATUS_404, times=None)
    reader.run("today", code=4)
    assert reader.run("count", "--format", "{stale}", code=4).stdout == " ⚠16h\n"


def test_a_subscription_of_which_nothing_came_yet_is_stale(reader: Program) -> None:
    reader.run("subscribe", "math.AG")
    assert reader.run("count", "--format", "{stale}", code=4).stdout == " ⚠16h\n"


def test_an_answer_of_a_clock_that_was_ahead_silences_nothing(
    reader: Program, sim: ArxivSimulator, waiting: list[str]
) -> None:
    """By that clock it was Tuesday when arXiv said that Friday's listing is its latest."""
    reader.run("sync", COOL_NOW=(sim.now + timedelta(days=4)).isoformat())
    sim.now = ANNOUNCED + timedelta(days=3, hours=16)
    answer = reader.run("count", "--format", "{unread}{stale}", code=4)
    assert answer.stdout == f"{len(waiting)} ⚠16h\n"
