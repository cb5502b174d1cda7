"""`cool audit`: whatever announced paper is not here is found, by id."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock
from tests.cli.conftest import eastern
from tests.cli.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAYS = clock.weekdays(date(2026, 11, 20), 6)


@pytest.fixture(scope="module")
def world() -> World:
    """Six days; a paper that is cross-listed on the fifth, and one replaced by a sixth version on the last."""
    world = World.sample(DAYS, ("cs.LG", "stat.ML"), per_day=16, seed=21)
    early = world.add(DAYS[1], "math.ST", title="A Paper of the Second Day")
    world.cross(DAYS[4], early, "cs.LG")
    world.replace(DAYS[5], world.known("cs.LG", before=DAYS[5], title="Sixth Thoughts"), version=6)
    return world


@pytest.fixture
def sim(world: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(world, eastern(DAYS[0], 12)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def home_of_six_days(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """The home of a reader of all six days."""
    with ArxivSimulator(world, eastern(DAYS[0], 12)) as simulator:
        cool = Program(tmp_path_factory.mktemp("daily"), simulator)
        cool.run("subscribe", "cs.LG", "stat.ML")
        for day in DAYS:
            simulator.now = eastern(day, 12)
            cool.run("sync")
    return cool.home


@pytest.fixture
def daily(tmp_path: Path, sim: ArxivSimulator, home_of_six_days: Path) -> Program:
    """A reader of all six days, on noon of the last."""
    cool = Program(tmp_path, sim)
    shutil.copytree(home_of_six_days, cool.home)
    sim.now = eastern(DAYS[-1], 12)
    return cool


def by_hand(cool: Program, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(cool.home / "data" / "cool.db")) as connection, connection:
        connection.execute(statement, values)


def findings(cool: Program, *options: str, code: int = 0) -> dict[tuple[str, str], dict[str, object]]:
    days = cool.run("audit", "--json", *options, code=code).document["days"]
    return {(day["category"], day["day"]): day for day in days}


def test_a_reader_of_every_day_misses_nothing(daily: Program, world: World) -> None:
    found = findings(daily)
    assert len(found) == 2 * len(DAYS)
    assert all(day["missing"] == [] and day["problem"] is None for day in found.values())
    text = daily.run("audit").stdout.splitlines()
    assert len(text) == 2 * len(DAYS)


REMOVALS = {
    "from its listing": "DELETE FROM announcements WHERE paper_id = ?",
    "from the papers": "DELETE FROM papers WHERE id = ?",
    "its title": "UPDATE papers SET title = NULL WHERE id = ?",
}


@pytest.mark.parametrize("statement", REMOVALS.values(), ids=REMOVALS)
@pytest.mark.parametrize("day", [DAYS[0], DAYS[2], DAYS[5]])
def test_a_paper_that_is_removed_by_hand_is_found(daily: Program, world: World, day: date, statement: str) -> None:
    gone = next(seen.paper.id for seen in world.seen(day, ["cs.LG"]) if seen.type == "new")
    by_hand(daily, statement, gone)
    assert findings(daily, code=6)["cs.LG", str(day)]["missing"] == [gone]


def days_of(cool: Program) -> dict[str, str]:
    """On which day each paper is listed."""
    return {paper["id"]: paper["announced"] for paper in cool.run("list", "--limit", "0", "--json").document["papers"]}


def test_every_removed_paper_is_found(daily: Program, world: World) -> None:
    """All of a category's papers, taken away at once."""
    by_hand(daily, "DELETE FROM papers")
    found = findings(daily, code=6)
    for day in DAYS:
        back = world.looked_back_at(day, ["cs.LG"], eastern(DAYS[-1], 12))
        announced = world.seen(day, ["cs.LG"]) if day == DAYS[-1] else back
        assert found["cs.LG", str(day)]["missing"] == [seen.paper.id for seen in announced]


def test_a_removed_listing_is_found(daily: Program, world: World) -> None:
    by_hand(daily, "DELETE FROM listings WHERE day = ?", str(DAYS[3]))
    by_hand(daily, "DELETE FROM announcements WHERE day = ?", str(DAYS[3]))
    found = findings(daily, code=6)["cs.LG", str(DAYS[3])]
    assert found["here"] == 0 and found["missing"]


def test_fix_fetches_what_is_missing(daily: Program, world: World) -> None:
    gone = next(seen.paper.id for seen in world.seen(DAYS[2], ["cs.LG"]) if seen.type == "new")
    by_hand(daily, "DELETE FROM announcements WHERE paper_id = ?", gone)
    by_hand(daily, "DELETE FROM papers WHERE id = ?", gone)
    found = findings(daily, "--fix")["cs.LG", str(DAYS[2])]
    assert found["missing"] == [gone] and found["fixed"] is True
    assert findings(daily)["cs.LG", str(DAYS[2])]["missing"] == []
    assert gone in daily.run("list", "--limit", "0").ids


def test_fix_leaves_every_paper_on_its_day(daily: Program, world: World) -> None:
    """On the page of a day on which a paper is missing stands another one that was cross-listed days later."""
    before = days_of(daily)
    gone = next(seen.paper.id for seen in world.seen(DAYS[1], ["cs.LG"]) if seen.type == "new")
    by_hand(daily, "DELETE FROM announcements WHERE paper_id = ? AND day = ?", gone, str(DAYS[1]))
    assert findings(daily, "--fix")["cs.LG", str(DAYS[1])]["fixed"] is True
    assert days_of(daily) == before
    assert findings(daily, "--since", str(DAYS[1]))["cs.LG", str(DAYS[1])]["missing"] == []


def test_a_paper_that_fell_out_of_the_lists_comes_back_and_is_told(daily: Program, world: World) -> None:
    before = daily.run("list", "--unread", "--limit", "0").ids
    gone = next(seen.paper.id for seen in world.seen(DAYS[2], ["cs.LG"]) if seen.type == "new")
    by_hand(daily, "DELETE FROM listed WHERE paper_id = ?", gone)
    assert gone not in daily.run("list", "--unread", "--limit", "0").ids
    assert "The lists were wrong about 1 paper" in daily.run("audit", "--since", str(DAYS[5])).stderr
    assert daily.run("list", "--unread", "--limit", "0").ids == before
    assert "The lists were wrong" not in daily.run("audit", "--since", str(DAYS[5])).stderr


@pytest.fixture
def sixth(tmp_path: Path) -> Iterator[tuple[Program, str]]:
    """A reader of two days, and a sixth version of the first: that day's page does not name it any more."""
    world = World.sample(DAYS[:2], ("cs.LG",), per_day=8, seed=3)
    paper = world.replace(DAYS[0], world.known("cs.LG", before=DAYS[0]), version=6)
    with ArxivSimulator(world, eastern(DAYS[0], 12)) as sim:
        cool = Program(tmp_path, sim)
        cool.run("subscribe", "cs.LG")
        for day in DAYS[:2]:
            sim.now = eastern(day, 12)
            cool.run("sync")
        yield cool, paper.id


def test_what_arxiv_counted_and_its_page_does_not_name_any_more_is_missing(sixth: tuple[Program, str]) -> None:
    cool, paper_id = sixth
    assert findings(cool)["cs.LG", str(DAYS[0])]["extra"] == [paper_id]
    by_hand(cool, "DELETE FROM announcements WHERE paper_id = ?", paper_id)
    assert findings(cool, code=6)["cs.LG", str(DAYS[0])]["unnamed"] == 1
    assert "1 missing that arXiv counted" in cool.run("audit", "--fix", code=6).stdout


def test_a_paper_whose_id_alone_is_here_is_missing_and_asked_for_by_it(sixth: tuple[Program, str]) -> None:
    cool, paper_id = sixth
    by_hand(cool, "DELETE FROM papers WHERE id = ?", paper_id)
    assert findings(cool, code=6)["cs.LG", str(DAYS[0])]["missing"] == [paper_id]
    assert findings(cool, "--fix")["cs.LG", str(DAYS[0])]["fixed"] is True
    assert findings(cool)["cs.LG", str(DAYS[0])]["missing"] == []


def test_a_paper_cross_listed_later_is_not_missing_on_its_first_day(daily: Program) -> None:
    found = findings(daily)["cs.LG", str(DAYS[1])]
    assert len(found["listed_later"]) >= 1  # type: ignore[arg-type]
    assert found["missing"] == []


def test_a_paper_that_was_replaced_later_is_missing_on_its_first_day(daily: Program, world: World) -> None:
    """Only a later cross-list explains that it is not here on the day of the page: a replacement does not."""
    early = next(seen.paper for seen in world.seen(DAYS[2], ["cs.LG"]) if seen.type == "cross")
    by_hand(daily, "DELETE FROM announcements WHERE paper_id = ? AND day = ?", early.id, str(DAYS[2]))
    by_hand(daily, "INSERT OR REPLACE INTO announcements VALUES ('cs.LG', ?, ?, 3, 99)", str(DAYS[5]), early.id)
    assert findings(daily, code=6)["cs.LG", str(DAYS[2])]["missing"] == [early.id]


def test_feed_and_page_are_held_against_each_other(daily: Program, world: World) -> None:
    """A sixth version is on the page and in no feed."""
    sixth = next(name for name, versions in world.papers.items() if versions[-1].version == 6)
    assert findings(daily)["cs.LG", str(DAYS[5])]["not_in_feed"] == [sixth]
    line = next(line for line in daily.run("audit").stdout.splitlines() if line.startswith(f"cs.LG\t{DAYS[5]}"))
    assert line.endswith(f"on the page, not in the feed: {sixth}")


def test_as_many_requests_as_days(daily: Program, sim: ArxivSimulator) -> None:
    sim.requests.clear()
    daily.run("audit", "stat.ML")
    assert len([path for path in sim.paths if not path.startswith("/rss/")]) == len(DAYS)


def test_since_a_day(daily: Program) -> None:
    assert {day for _, day in findings(daily, "--since", str(DAYS[4]))} == {str(DAYS[4]), str(DAYS[5])}


def test_without_a_network_nothing_is_proved(daily: Program, sim: ArxivSimulator) -> None:
    sim.unplug()
    try:
        assert "cannot be reached" in daily.run("audit", code=4).stdout
    finally:
        sim.plug()
    assert daily.run("audit", "--offline", code=4).stderr


def test_a_day_that_cannot_be_asked_for_is_said(daily: Program, sim: ArxivSimulator) -> None:
    sim.fault(f"/catchup/cs.LG/{DAYS[1]}", Fault.CHANGED_LAYOUT, times=None)
    found = findings(daily, code=4)
    assert "cannot be read" in str(found["cs.LG", str(DAYS[1])]["problem"])
    assert found["cs.LG", str(DAYS[2])]["problem"] is None


def test_what_is_typed_wrong_is_told_before_anything_is_asked(daily: Program, sim: ArxivSimulator) -> None:
    for typed, words in (
        ("audit cs.CL", "not subscribed to cs.CL"),
        ("audit --since 2026-12-24", "is not announced yet"),
        ("audit --since mondai", "Did you mean monday"),
    ):
        assert words in daily.run(*typed.split(), code=2).stderr
    assert sim.requests == []
