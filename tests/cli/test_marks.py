"""Stars and read marks, and taking them back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import Program

if TYPE_CHECKING:
    from pathlib import Path

QUICK: dict[str, Any] = {"COOL_NETWORK_BUDGET": "0.4"}
"""Too little for a second try."""


def title(world: World, paper_id: str) -> str:
    paper = world.paper(paper_id)
    assert paper
    return expected.one_line(paper.title)


def starred(cool: Program) -> list[str]:
    return cool.run("stars").ids


def read(cool: Program) -> set[str]:
    return {line.id for line in cool.run("today", "cs.CL").lines if "r" in line.marks}


# Stars


def test_starring_by_number_echoes_id_and_title(reader: Program, papers: list[str]) -> None:
    plain = next(number for number, line in enumerate(reader.run("today", "cs.CL").lines, 1) if "$" not in line.title)
    told = reader.run("star", str(plain)).stdout
    line = reader.run("stars").lines[0]
    assert papers[plain - 1] == line.id
    assert line.id in told and line.title in told


def test_stars_are_listed_newest_first(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    for number in (3, 1, 2):
        reader.run("today", "cs.CL")
        reader.run("star", str(number))
        sim.now += timedelta(minutes=1)
    assert starred(reader) == [papers[1], papers[0], papers[2]]
    assert {line.marks for line in reader.run("stars").lines} == {"*"}


def test_starring_again_keeps_the_first_day(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    reader.run("star", papers[0])
    sim.now += timedelta(minutes=5)
    reader.run("star", papers[1])
    sim.now += timedelta(minutes=5)
    assert "lready starred" in reader.run("star", papers[0]).stdout
    assert starred(reader) == [papers[1], papers[0]]


def test_stars_survive_a_refresh(reader: Program, papers: list[str]) -> None:
    reader.run("star", papers[0])
    reader.run("today", "cs.CL", "--refresh")
    assert starred(reader) == [papers[0]]


def test_unstar(reader: Program, papers: list[str]) -> None:
    reader.run("star", "1-3")
    assert papers[1] in reader.run("unstar", papers[1]).stdout
    assert set(starred(reader)) == {papers[0], papers[2]}
    assert "ot starred" in reader.run("unstar", papers[1]).stdout


def test_stars_are_filtered_by_category_and_date(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.now = eastern(THURSDAY, 12)
    cool.run("today", "cs.LG", "cs.CL")
    old = next(item.paper for item in world.seen(THURSDAY, ["cs.LG"]) if item.type == "new")
    cool.run("star", old.id)
    sim.now = eastern(FRIDAY, 12)
    cool.run("today", "cs.CL")
    new = next(item.paper for item in world.seen(FRIDAY, ["cs.CL"]) if item.paper.categories == ("cs.CL",))
    cool.run("star", new.id)
    assert cool.run("stars").ids == [new.id, old.id]
    assert cool.run("stars", "cs.LG").ids == [old.id]
    assert cool.run("stars", "cs.CL-cs.LG").ids == [new.id]
    assert cool.run("stars", "--since", "today").ids == [new.id]
    assert cool.run("stars", "--since", "2026-11-20").ids == [new.id]
    assert cool.run("stars", "--until", "yesterday").ids == [old.id]
    assert cool.run("stars", "--since", "~1", "--until", "thursday").ids == [old.id]
    assert "monday" in cool.run("stars", "--since", "mondey", code=2).stderr


def test_stars_number_the_rows(reader: Program, papers: list[str]) -> None:
    reader.run("star", "7", "9")
    first = reader.run("stars").ids[0]
    assert first in reader.run("unstar", "1").stdout


def test_stars_as_json(reader: Program, papers: list[str]) -> None:
    reader.run("star", "1", "2")
    document = reader.run("stars", "--json").document
    assert document["listing"] is None
    assert {paper["id"] for paper in document["papers"]} == set(papers[:2])
    assert [paper["row"] for paper in document["papers"]] == [1, 2]
    assert all(paper["starred"] and paper["announced"] == "2026-11-20" for paper in document["papers"])


def test_star_as_json_gives_the_papers(reader: Program, papers: list[str]) -> None:
    document = reader.run("star", "2", "--json").document
    assert [(paper["id"], paper["starred"]) for paper in document["papers"]] == [(papers[1], True)]


# Papers that are not here


@pytest.fixture
def later(world: World) -> str:
    """A paper that is not in the listings of cs.CL."""
    here = set(expected.ids(world, FRIDAY, "cs.CL"))
    return next(name for name in expected.ids(world, FRIDAY, "stat.ML") if name not in here)


def test_a_paper_unknown_here_is_fetched_from_the_api(
    cool: Program, sim: ArxivSimulator, world: World, later: str
) -> None:
    assert later in cool.run("star", later).stdout
    assert [path.partition("?")[0] for path in sim.paths] == ["/api/query"]
    paper = world.paper(later)
    (line,) = cool.run("stars").lines
    assert paper
    assert (line.title, line.authors) == (expected.one_line(paper.title), "; ".join(expected.names(paper)))
    told = cool.run("show", later, "--json").document["papers"][0]
    assert told["submitted"] and told["updated"]
    assert told["comments"] == paper.comments


def test_a_paper_that_the_api_lags_on_is_read_from_its_page(
    cool: Program, sim: ArxivSimulator, world: World, later: str
) -> None:
    sim.api_lag = timedelta(days=3)
    cool.run("star", later)
    assert [path.partition("?")[0] for path in sim.paths] == ["/api/query", f"/abs/{later}"]
    paper = world.paper(later)
    (line,) = cool.run("stars").lines
    assert paper
    assert (line.title, line.primary) == (expected.one_line(paper.title), paper.primary)
    assert line.authors == "; ".join(expected.names(paper))


def test_a_paper_that_neither_knows_stars_none_of_the_others(reader: Program, papers: list[str]) -> None:
    refused = reader.run("star", "1", papers[2], "2611.99999", code=3)
    assert "2611.99999" in refused.complaints[0] and "lags" in refused.stderr
    assert len(refused.complaints) <= 2
    assert starred(reader) == []


def test_ids_of_several_unknown_papers_are_one_request(cool: Program, sim: ArxivSimulator, world: World) -> None:
    wanted = expected.ids(world, FRIDAY, "cs.LG")[:5]
    cool.run("star", *wanted)
    assert len(sim.requests) == 1
    assert set(starred(cool)) == set(wanted)


@pytest.mark.parametrize("how", ["flag", "refused"])
def test_a_valid_id_without_a_network_is_kept_as_pending_and_completed_later(
    cool: Program, sim: ArxivSimulator, world: World, later: str, how: str
) -> None:
    if how == "flag":
        told = cool.run("star", later, "--offline")
        assert sim.requests == []
    else:
        sim.fault("/", Fault.RESET, times=None)
        told = cool.run("star", later, **QUICK)
        sim.clear_faults()
    assert later in told.stdout and "pending" in told.stdout + told.stderr
    (line,) = cool.run("stars").lines
    assert (line.id, line.title, line.marks) == (later, "", "*")
    assert cool.run("stars", "--json").document["papers"][0]["title"] is None
    cool.run("today", "cs.CL", "--refresh")
    (line,) = cool.run("stars").lines
    assert line.title == title(world, later)


def test_a_pending_star_that_arxiv_does_not_know_is_told(cool: Program) -> None:
    cool.run("star", "2311.99999", "--offline")
    assert "2311.99999" in cool.run("today", "cs.CL").stderr


def test_a_pending_star_can_be_taken_back(cool: Program, later: str) -> None:
    cool.run("star", later, "--offline")
    cool.run("undo")
    assert starred(cool) == []


# Read marks


def test_done_alone_marks_exactly_the_rows_shown_last(reader: Program, papers: list[str]) -> None:
    reader.run("today", "cs.CL", "--cross")
    crosses = reader.run("today", "cs.CL", "--cross").ids
    told = reader.run("done")
    assert str(len(crosses)) in told.stdout + told.stderr
    assert read(reader) == set(crosses)


def test_done_with_references(reader: Program, papers: list[str]) -> None:
    reader.run("done", "2", "4-5")
    assert read(reader) == {papers[1], papers[3], papers[4]}
    assert "lready read" in reader.run("done", "2").stdout


def test_done_alone_without_a_list_is_an_error(cool: Program) -> None:
    assert len(cool.run("done", code=3).complaints) == 2


def test_done_before_takes_filters(reader: Program, papers: list[str]) -> None:
    reader.run("subscribe", "cs.CL")
    reader.run("tag", "1-3", "survey")
    reader.run("star", "2-3")
    reader.run("note", "3", "text")
    for filter_, rest in ((("--noted",), 2), (("--starred", "--tag", "survey"), 1), (("--tag", "Survey"), 0)):
        told = reader.run("done", "--before", "2026-11-21", *filter_)
        assert told.stdout.startswith("Marked as read: 1 unread ")
        assert len(reader.run("list", "--unread", "--tag", "survey").ids) == rest
    refused = reader.run("done", "--tag", "survey", code=2).complaints
    assert "with `--before` only" in refused[0]


def test_undone(reader: Program, papers: list[str]) -> None:
    reader.run("done", "1-4")
    assert papers[1] in reader.run("undone", "2").stdout
    assert read(reader) == {papers[0], papers[2], papers[3]}


# Undo


def test_undo_takes_back_one_command(reader: Program, papers: list[str]) -> None:
    reader.run("star", "1")
    reader.run("star", "2", "3")
    told = reader.run("undo").stdout
    assert papers[1] in told and papers[2] in told and "starred" in told
    assert starred(reader) == [papers[0]]


def test_undo_n_takes_back_n_commands_over_processes(reader: Program, papers: list[str]) -> None:
    reader.run("star", "1")
    reader.run("done", "2")
    reader.run("star", "3", COOL_SESSION="test")
    reader.run("unstar", "1")
    assert len(reader.run("undo", "3", COOL_SESSION="another").stdout.splitlines()) == 3
    assert starred(reader) == [papers[0]]
    assert read(reader) == set()


def test_undo_restores_an_unstarred_papers_place(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    reader.run("star", papers[0])
    sim.now += timedelta(minutes=1)
    reader.run("star", papers[1])
    sim.now += timedelta(minutes=1)
    reader.run("unstar", papers[0])
    reader.run("undo")
    assert starred(reader) == [papers[1], papers[0]]


def test_undo_list_says_what_can_be_taken_back_and_takes_nothing(reader: Program, papers: list[str]) -> None:
    reader.run("star", "1")
    reader.run("done", "1-5")
    listed = reader.run("undo", "--list").stdout.splitlines()
    assert len(listed) == 2
    assert "5 papers" in listed[0] and papers[0] in listed[1]
    assert starred(reader) == [papers[0]]
    changes = reader.run("undo", "--list", "--json").document["changes"]
    assert [change["verb"] for change in changes] == ["done", "star"]


def test_undo_goes_further_back_each_time_and_ends(reader: Program, papers: list[str]) -> None:
    reader.run("star", "1")
    reader.run("star", "2")
    reader.run("undo")
    assert starred(reader) == [papers[0]]
    reader.run("undo")
    assert starred(reader) == []
    told = reader.run("undo")
    assert "nothing to undo" in told.stderr and told.stdout == ""


def test_what_changed_nothing_is_nothing_to_undo(reader: Program, papers: list[str]) -> None:
    reader.run("star", "1")
    reader.run("star", "1")
    reader.run("undo")
    assert starred(reader) == []


def test_undo_n_has_to_be_a_number(reader: Program) -> None:
    reader.run("undo", "0", code=2)
    reader.run("undo", "many", code=2)


# Data


def test_data_that_cannot_be_read_is_an_error_of_its_own(cool: Program) -> None:
    cool.run("today", "cs.CL")
    (database,) = (cool.home / "data").glob("*.db")
    database.write_bytes(b"this is no database, whatever its name says" * 100)
    for extra in cool.home.glob("data/*-wal"):
        extra.unlink()
    refused = cool.run("stars", code=5)
    assert str(database) in refused.complaints[0] and len(refused.complaints) <= 2


def test_data_from_a_newer_version_is_left_alone(cool: Program) -> None:
    import sqlite3

    cool.run("star", "2611.00001", "--offline")
    (database,) = (cool.home / "data").glob("*.db")
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA user_version = 999")
    connection.commit()
    connection.close()
    refused = cool.run("stars", code=5)
    assert "newer version" in refused.complaints[0]


def test_two_readers_do_not_share_anything(tmp_path: Path, sim: ArxivSimulator, papers: list[str]) -> None:
    one, two = Program(tmp_path / "one", sim), Program(tmp_path / "two", sim)
    for reader in (one, two):
        reader.folder.mkdir()
    one.run("star", papers[0])
    assert starred(two) == []
