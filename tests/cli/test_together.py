"""Ten processes of one reader at once: no error, no lost change, and arXiv is asked by one of them at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.cli import expected
from tests.cli.conftest import FRIDAY
from tests.cli.program import LIMIT, Program, Result

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator, World

MANY = 10
INTERVAL = 0.05
LATE = 0.005
"""Seconds by which a request may come in late, so that the next one seems too early."""
CATEGORIES = ("cs.LG", "cs.CL", "stat.ML")


@pytest.fixture
def cool(cool: Program) -> Program:
    cool.variables |= {"COOL_ARXIV_INTERVAL": str(INTERVAL), "COOL_NETWORK_BUDGET": "60"}
    return cool


def together(cool: Program, *commands: list[str]) -> list[Result]:
    """Run commands at the same time, each in a session of its own; none may fail."""
    processes = [cool.start(*command, COOL_SESSION=str(number)) for number, command in enumerate(commands)]
    results = []
    for process, command in zip(processes, commands, strict=True):
        out, err = process.communicate(timeout=LIMIT)
        result = Result(process.returncode, out.decode(), err.decode())
        assert result.code == 0, f"{command}: {result.code}\n{result.stderr}"
        results.append(result)
    return results


def assert_arxiv_was_asked_politely(sim: ArxivSimulator) -> None:
    assert sim.requests
    assert sim.most_at_once == 1
    assert min(later.at - earlier.at for earlier, later in pairwise(sim.requests)) >= INTERVAL - LATE


def test_the_first_ten(cool: Program, sim: ArxivSimulator, world: World) -> None:
    """Nothing is here yet, not even the file."""
    asked = [CATEGORIES[number % 3] for number in range(MANY)]
    for category, result in zip(asked, together(cool, *(["today", category] for category in asked)), strict=True):
        in_feed = {one.paper.id for one in world.seen(FRIDAY, [category]) if one.paper.version < 6}
        assert in_feed <= set(result.ids) <= set(expected.ids(world, FRIDAY, category))
    for category in CATEGORIES:  # the one that asked had it checked and completed
        assert set(cool.run("today", category, "--offline").ids) == set(expected.ids(world, FRIDAY, category))
    assert_arxiv_was_asked_politely(sim)
    feeds = [path for path in sim.paths if path.startswith("/rss/")]
    assert sorted(feeds) == sorted(f"/rss/{category}" for category in CATEGORIES), "nothing is fetched twice"


def test_starring_listing_and_fetching(cool: Program, sim: ArxivSimulator, world: World) -> None:
    ids = expected.ids(world, FRIDAY, "cs.LG")
    cool.run("today", "cs.LG")
    cool.run("star", *ids[:6])
    own = [[ids[number]] for number in range(10, 14)]
    shared = ids[20:23]
    together(
        cool,
        *(["star", *each] for each in own),
        ["star", *shared],
        ["star", *reversed(shared)],
        ["unstar", *ids[:3]],
        ["today", "cs.CL"],
        ["today", "cs.CL", "stat.ML"],
        ["stars"],
    )
    assert set(cool.run("stars").ids) == {*ids[3:6], *shared, *(paper for each in own for paper in each)}
    changes = cool.run("undo", "--list", "--json").document["changes"]
    assert len(changes) == 1 + len(own) + 1 + 1, "the papers that two starred were starred once"
    for category in CATEGORIES:
        assert set(cool.run("today", category, "--offline").ids) == set(expected.ids(world, FRIDAY, category))
    assert_arxiv_was_asked_politely(sim)


def test_every_change_can_be_taken_back(cool: Program, world: World) -> None:
    ids = expected.ids(world, FRIDAY, "cs.LG")[:MANY]
    cool.run("today", "cs.LG")
    together(cool, *(["star", paper] for paper in ids))
    assert set(cool.run("stars").ids) == set(ids)
    together(cool, *(["undo"] for _ in ids))
    assert cool.run("stars").ids == []
