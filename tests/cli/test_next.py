"""`cool next`: a sitting, page by page, to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import Fault
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator, World
    from tests.cli.program import Homes, Program, Result


def unread(world: World, *days_and_subjects: object) -> list[str]:
    day, *subjects = days_and_subjects
    pairs = expected.listed(world, day, *map(str, subjects))  # type: ignore[arg-type]
    return [name for name, kind in pairs if kind in ("new", "cross")]


def read(cool: Program) -> set[str]:
    return {paper["id"] for paper in cool.run("today", "--json").document["papers"] if paper["read"]}


def rows(result: Result) -> list[int]:
    return [paper["row"] for paper in result.document["papers"]]


@pytest.fixture
def subscribed(cool: Program, homes: Homes) -> Program:
    homes.begin(cool, "subscribe cs.CL")
    return cool


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """A subscriber with Friday's listing in the cache."""
    homes.begin(cool, "subscribe cs.CL", "today")
    return cool


def test_next_marks_exactly_the_page_before(reader: Program, world: World) -> None:
    waiting = unread(world, FRIDAY, "cs.CL")
    assert reader.run("next", "--limit", "4").ids == waiting[:4]
    assert read(reader) == set()
    assert reader.run("next", "--limit", "3").ids == waiting[4:7]
    assert read(reader) == set(waiting[:4])
    assert reader.run("next", "--limit", "3").ids == waiting[7:10]
    assert read(reader) == set(waiting[:7])


def test_numbers_run_on_through_the_sitting(reader: Program, world: World) -> None:
    waiting = unread(world, FRIDAY, "cs.CL")
    assert rows(reader.run("next", "--limit", "4", "--json")) == [1, 2, 3, 4]
    assert rows(reader.run("next", "--limit", "4", "--json")) == [5, 6, 7, 8]
    assert waiting[1] in reader.run("star", "2").stdout
    assert waiting[7] in reader.run("star", "8").stdout
    assert "8 rows" in reader.run("star", "9", code=3).stderr


def test_back_returns_and_forward_again_shows_the_same_page(reader: Program, world: World) -> None:
    waiting = unread(world, FRIDAY, "cs.CL")
    reader.run("next", "--limit", "3")
    reader.run("next", "--limit", "3")
    assert reader.run("next", "--back").ids == waiting[:3]
    assert waiting[0] in reader.run("star", "1").stdout
    assert reader.run("next", "--limit", "3").ids == waiting[3:6]
    assert reader.run("next", "--limit", "3").ids == waiting[6:9]
    assert read(reader) == set(waiting[:6])


def test_back_from_the_first_page_says_so(reader: Program) -> None:
    reader.run("next", "--limit", "3")
    assert "no page before" in reader.run("next", "--back").stderr


def test_to_the_end(subscribed: Program, world: World, sim: ArxivSimulator) -> None:
    waiting = unread(world, FRIDAY, "cs.CL")
    seen: list[str] = []
    while len(seen) < len(waiting):
        page = subscribed.run("next", "--limit", "9").ids
        assert page
        seen += page
    subscribed.run("star", "1", "5")
    end = subscribed.run("next")
    assert seen == waiting
    assert f"Done: {len(waiting)} of {len(waiting)}, 2 starred." in end.stdout
    assert "Next announcement: Monday 01:00" in end.stderr, "Sunday 20:00 Eastern in the subscribed's own time, UTC"
    assert read(subscribed) == set(waiting)
    asked = len(sim.requests)
    assert "Done" in subscribed.run("next").stdout
    assert len(sim.requests) == asked


def test_the_end_as_json_is_an_empty_list(reader: Program) -> None:
    reader.run("next", "--limit", "500")
    end = reader.run("next", "--json")
    assert end.document == {"listing": None, "papers": []}
    assert "Done" in end.stderr


def test_papers_marked_elsewhere_do_not_come(reader: Program, world: World) -> None:
    waiting = unread(world, FRIDAY, "cs.CL")
    reader.run("today")
    reader.run("done", waiting[0], waiting[2])
    assert reader.run("next", "--limit", "2").ids == [waiting[1], waiting[3]]


def test_the_oldest_day_comes_first(subscribed: Program, world: World, sim: ArxivSimulator) -> None:
    sim.now = eastern(THURSDAY, 12)
    subscribed.run("today")
    sim.now += timedelta(days=1)
    thursday = unread(world, THURSDAY, "cs.CL")
    shown = subscribed.run("next", "--limit", "500").ids
    assert shown[: len(thursday)] == thursday
    assert shown[len(thursday) :] == [name for name in unread(world, FRIDAY, "cs.CL") if name not in thursday]


def test_each_paper_enters_once_over_two_categories(cool: Program, world: World) -> None:
    cool.run("subscribe", "cs.CL", "cs.LG")
    shown = cool.run("next", "--limit", "500").ids
    assert len(shown) == len(set(shown))
    assert set(shown) == set(unread(world, FRIDAY, "cs.CL", "cs.LG"))


def test_a_replacement_enters_only_where_the_paper_is_starred(
    reader: Program, world: World, sim: ArxivSimulator
) -> None:
    replaced = [name for name, kind in expected.listed(world, FRIDAY, "cs.CL") if kind == "replace"]
    assert len(replaced) > 1
    reader.run("star", replaced[0])
    reader.run("today")
    assert set(reader.run("next", "--limit", "500").ids) == {*unread(world, FRIDAY, "cs.CL"), replaced[0]}


def test_undo_takes_back_a_page(reader: Program, world: World) -> None:
    waiting = unread(world, FRIDAY, "cs.CL")
    reader.run("next", "--limit", "5")
    reader.run("next", "--limit", "5")
    assert "5 papers" in reader.run("undo").stdout
    assert read(reader) == set()
    assert set(waiting[:5]) <= set(reader.run("next", "--limit", "500").ids)


def test_next_without_a_subscription_says_how(cool: Program) -> None:
    refused = cool.run("next", code=2)
    assert len(refused.complaints) == 2 and "cool subscribe" in refused.complaints[1]


def test_next_offline_goes_on_with_what_is_here(subscribed: Program, world: World, sim: ArxivSimulator) -> None:
    sim.now = eastern(THURSDAY, 12)
    subscribed.run("today")
    sim.now = eastern(FRIDAY, 12)
    sim.fault("/", Fault.STATUS_404, times=None)
    shown = subscribed.run("next", "--limit", "3", code=4)
    assert shown.ids == unread(world, THURSDAY, "cs.CL")[:3]
    assert "offline" in shown.stderr


def test_without_a_session_next_says_that_the_page_cannot_be_remembered(reader: Program, world: World) -> None:
    shown = reader.run("next", "--limit", "3", COOL_SESSION=None)
    assert shown.ids == unread(world, FRIDAY, "cs.CL")[:3]
    assert "COOL_SESSION" in shown.stderr
    reader.run("next", "--limit", "3", COOL_SESSION=None)
    assert read(reader) == set()


def test_the_setting_decides_which_types_enter(reader: Program, world: World) -> None:
    reader.run("config", "set", "backlog.types", "new,replace")
    wanted = [name for name, kind in expected.listed(world, FRIDAY, "cs.CL") if kind in ("new", "replace")]
    reader.run("today")
    assert set(reader.run("next", "--limit", "500").ids) == set(wanted)
