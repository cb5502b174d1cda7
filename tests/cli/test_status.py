"""`cool` alone: where the reader stands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, WEDNESDAY, eastern
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator, World
    from tests.cli.program import Homes, Program


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """A subscriber with Friday's listing in the cache, on Friday noon."""
    homes.begin(cool, "subscribe cs.CL", "today")
    return cool


@pytest.fixture
def waiting(world: World) -> list[str]:
    pairs = expected.without(expected.listed(world, FRIDAY, "cs.CL"), ("replace", "replace-cross"))
    return [paper_id for paper_id, _ in pairs]


def test_it_says_what_is_here_what_waits_and_what_comes(
    reader: Program, world: World, sim: ArxivSimulator, waiting: list[str]
) -> None:
    reader.run("star", waiting[0])
    told = reader.run()
    lines = told.stdout.splitlines()
    assert lines[0] == "Friday 20 November 2026  cs.CL"
    assert lines[1].startswith(f"{len(expected.listed(world, FRIDAY, 'cs.CL'))} papers: ")
    assert re.search(rf"^Unread +{len(waiting)}$", told.stdout, re.MULTILINE)
    assert re.search(rf"^ +Fri 20 Nov +{len(waiting)}  █+$", told.stdout, re.MULTILINE)
    assert "Starred  1, none of them opened yet: cool open" in lines
    assert "Next     announcement Monday 01:00 (in 2 days)" in lines
    assert "cool next" in lines[-1]
    assert (told.stderr, sim.requests) == ("", [])
    assert len(lines) < 15


def test_what_is_announced_and_not_fetched_is_told(reader: Program, sim: ArxivSimulator) -> None:
    assert "not fetched" not in reader.run().stdout
    sim.now = eastern(FRIDAY, 12) + timedelta(days=3)
    told = reader.run().stdout
    assert "The listing of Monday 23 November is announced and not fetched: cool today" in told
    assert told.splitlines()[-1].startswith("Try: cool today")


def test_a_day_that_was_missed_is_told(cool: Program, world: World, sim: ArxivSimulator) -> None:
    sim.now = eastern(WEDNESDAY, 12)
    cool.run("subscribe", "cs.CL", "cs.LG")
    cool.run("today")
    sim.now = eastern(FRIDAY, 12)
    cool.run("today")
    told = cool.run().stdout
    assert "Missing  1 day of cs.CL, cs.LG, Thu 19 Nov 2026: cool catchup" in told
    assert "not fetched" not in told, "the latest is here"
    assert cool.run("--json").document["not_fetched"] is None
    assert cool.run("--json").document["missing"] == {"cs.CL": [THURSDAY.isoformat()], "cs.LG": [THURSDAY.isoformat()]}


def test_of_which_category_the_latest_is_not_fetched_is_told(reader: Program) -> None:
    reader.run("subscribe", "cs.LG")
    assert "The listing of Friday 20 November of cs.LG is announced and not fetched: cool today" in reader.run().stdout


def test_as_json(reader: Program, world: World, waiting: list[str], sim: ArxivSimulator) -> None:
    reader.run("star", waiting[0])
    reader.run("open", BROWSER="true")
    left = len(waiting) - 1
    assert reader.run("--json").document == {
        "at": "2026-11-20T17:00:00Z",
        "categories": ["cs.CL"],
        "day": "2026-11-20",
        "papers": len(expected.listed(world, FRIDAY, "cs.CL")),
        "not_fetched": None,
        "unread": left,
        "muted": 0,
        "unread_by_day": {"2026-11-20": left},
        "left_out": 0,
        "starred": 1,
        "unopened": 0,
        "searches": {},
        "missing": {},
        "next_announcement": "2026-11-23T01:00:00Z",
    }
    sim.now = eastern(FRIDAY, 12) + timedelta(days=3)
    assert reader.run("--json").document["not_fetched"] == "2026-11-23"


def test_on_a_terminal_it_is_the_same_in_colour(reader: Program) -> None:
    plain = reader.run().stdout
    assert "\x1b" not in plain
    with Terminal(reader, columns=80) as terminal:
        shown = terminal.run()
        assert shown.lines == plain.rstrip().splitlines()
        assert "\x1b[1m" in shown.raw
        assert "\x1b[3" not in terminal.run(NO_COLOR="1").raw


def test_without_anything_it_is_the_help(cool: Program) -> None:
    assert "Usage" in cool.run().stdout
    assert not (cool.home / "data").exists()
    cool.run("stars")
    assert "Usage" in cool.run().stdout
    assert cool.run("--json").document["day"] is None


def test_a_star_or_a_cached_day_is_enough_to_stand_somewhere(cool: Program, homes: Homes, world: World) -> None:
    homes.begin(cool, "today cs.CL")
    told = cool.run().stdout
    assert "cool subscribe" in told and "Usage" not in told
    assert f"{len(expected.listed(world, FRIDAY, 'cs.CL'))} papers cached: cool list" in told


def test_help_is_help(reader: Program) -> None:
    assert "Usage" in reader.run("--help").stdout
