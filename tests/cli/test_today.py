"""`cool today` in a pipe and as JSON: what is listed, in which order, and what is asked of arXiv for it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, eastern
from tests.cli.program import LIMIT, Homes, Program, lines_while_running

if TYPE_CHECKING:
    from pathlib import Path

HIGH_REPLACEMENT = "Sixth Thoughts on Harbour Bells"
NULL = type(None)


def pairs(result: Any) -> list[tuple[str, str]]:
    return [(line.id, line.type) for line in result.lines]


def by_id(document: Any) -> dict[str, Any]:
    return {paper["id"]: paper for paper in document["papers"]}


@pytest.fixture
def day_shown(cool: Program, homes: Homes) -> Program:
    """A reader who has seen the listing of cs.LG, so that it is cached and checked."""
    homes.begin(cool, "today cs.LG")
    return cool


# Order, counts, lines


def test_a_day_is_listed_in_arxivs_order(cool: Program, world: World) -> None:
    first = cool.run("today", "cs.LG")
    again = cool.run("today", "cs.LG")
    assert sorted(pairs(first)) == sorted(expected.listed(world, FRIDAY, "cs.LG"))
    assert pairs(again) == expected.listed(world, FRIDAY, "cs.LG")


def test_a_line_has_the_six_fields(cool: Program, world: World) -> None:
    seen = {item.paper.id: item for item in world.seen(FRIDAY, ["cs.LG"])}
    for line in cool.run("today", "cs.LG").lines:
        paper = seen[line.id].paper
        assert (line.type, line.marks, line.primary) == (seen[line.id].type, "", paper.primary)
        assert line.title == expected.one_line(paper.title)
        assert line.authors == "; ".join(expected.names(paper))


def test_marks_stand_in_the_third_field(day_shown: Program) -> None:
    day_shown.run("star", "1", "2")
    day_shown.run("done", "2", "3")
    assert [line.marks for line in day_shown.run("today", "cs.LG").lines][:4] == ["*", "*r", "r", ""]


def test_two_categories_are_a_union_without_duplicates(cool: Program, world: World) -> None:
    union = expected.listed(world, FRIDAY, "cs.LG", "stat.ML")
    both = set(expected.ids(world, FRIDAY, "cs.LG")) & set(expected.ids(world, FRIDAY, "stat.ML"))
    assert both, "the world has to have papers in both"
    assert sorted(pairs(cool.run("today", "cs.LG", "stat.ML"))) == sorted(union)
    assert pairs(cool.run("today", "cs.LG,stat.ML")) == union


def test_an_archive_holds_its_categories(cool: Program, world: World) -> None:
    cool.run("today", "cs")
    assert pairs(cool.run("today", "cs")) == expected.listed(world, FRIDAY, "cs")


def test_case_does_not_matter(cool: Program, world: World, sim: ArxivSimulator) -> None:
    document = cool.run("today", "cs.lg", "--json").document
    assert document["listing"]["categories"] == ["cs.LG"]
    assert sorted(by_id(document)) == sorted(expected.ids(world, FRIDAY, "cs.LG"))
    assert sim.paths[0] == "/rss/cs.LG"


def test_an_exclusion_takes_papers_away(cool: Program, world: World) -> None:
    cool.run("today", "cs.LG+cs.CL")
    kept = [
        (item.paper.id, item.type)
        for item in world.seen(FRIDAY, ["cs.LG", "cs.CL"])
        if "stat.ML" not in item.paper.categories
    ]
    assert 0 < len(kept) < len(expected.listed(world, FRIDAY, "cs.LG", "cs.CL"))
    assert pairs(cool.run("today", "cs.CL+cs.LG-stat.ML")) == kept


@pytest.mark.parametrize(
    ("options", "types"),
    [
        (["--new"], {"new"}),
        (["--cross"], {"cross"}),
        (["--replaced"], {"replace", "replace-cross"}),
        (["--new", "--cross"], {"new", "cross"}),
        (["--cross", "--replaced"], {"cross", "replace", "replace-cross"}),
    ],
)
def test_types_can_be_chosen_and_add_up(day_shown: Program, world: World, options: list[str], types: set[str]) -> None:
    wanted = [(name, kind) for name, kind in expected.listed(world, FRIDAY, "cs.LG") if kind in types]
    assert wanted
    assert pairs(day_shown.run("today", "cs.LG", *options)) == wanted


def test_unread_leaves_out_what_is_marked_read(day_shown: Program) -> None:
    everything = day_shown.run("today", "cs.LG").ids
    day_shown.run("done", "1", "3-5")
    assert day_shown.run("today", "cs.LG", "--unread").ids == [everything[1], *everything[5:]]


def test_listing_marks_nothing_as_read(day_shown: Program) -> None:
    document = day_shown.run("today", "cs.LG", "--json", "--abstracts").document
    assert not any(paper["read"] or paper["starred"] for paper in document["papers"])


def test_the_flags_work_before_and_after_the_verb(day_shown: Program) -> None:
    after = day_shown.run("today", "cs.LG", "--json", "--offline").stdout
    assert day_shown.run("--json", "--offline", "today", "cs.LG").stdout == after


# JSON


def test_the_document_has_the_contracts_keys_and_types(cool: Program, world: World) -> None:
    document = cool.run("today", "cs.LG", "stat.ML", "--json").document
    assert document.keys() == {"listing", "papers"}
    listing = document["listing"]
    assert set(listing) == {"day", "categories", "status", "complete", "expected", "fetched_at", "parts"}
    assert (listing["day"], listing["status"], listing["complete"]) == ("2026-11-20", "announced", True)
    assert listing["categories"] == ["cs.LG", "stat.ML"]
    assert listing["fetched_at"] == "2026-11-20T17:00:00Z"
    assert listing["parts"] == [
        {
            "category": category,
            "day": "2026-11-20",
            "status": "announced",
            "complete": True,
            "expected": len(expected.ids(world, FRIDAY, category)),
        }
        for category in ("cs.LG", "stat.ML")
    ]
    kinds: dict[str, tuple[type, ...]] = {
        "id": (str,),
        "version": (int, NULL),
        "title": (str,),
        "abstract": (str,),
        "authors": (list,),
        "categories": (list,),
        "primary_category": (str,),
        "comments": (str, NULL),
        "journal_ref": (str, NULL),
        "doi": (str, NULL),
        "license": (str, NULL),
        "submitted": (str, NULL),
        "updated": (str, NULL),
        "announced": (str,),
        "announce_type": (str,),
        "row": (int,),
        "starred": (bool,),
        "read": (bool,),
        "backlog": (bool,),
        "tags": (list,),
        "note": (NULL,),
        "links": (dict,),
    }
    for paper in document["papers"]:
        assert list(paper) == list(kinds)
        for key, value in paper.items():
            assert type(value) in kinds[key], f"{paper['id']}: {key} is {value!r}"
        name = paper["id"]
        assert paper["links"] == {
            "abs": f"https://arxiv.org/abs/{name}",
            "pdf": f"https://arxiv.org/pdf/{name}",
            "papers.cool": f"https://papers.cool/arxiv/{name}",
        }
    assert [paper["row"] for paper in document["papers"]] == list(range(1, len(document["papers"]) + 1))


def test_papers_say_what_arxiv_says_of_them(cool: Program, world: World) -> None:
    found = by_id(cool.run("today", "cs.LG", "--json").document)
    for kind, paper in world.seen(FRIDAY, ["cs.LG"]):
        said = found[paper.id]
        assert said["announce_type"] == kind
        assert said["announced"] == "2026-11-20"
        assert said["title"] == expected.one_line(paper.title)
        assert said["authors"] == expected.names(paper)
        assert said["categories"] == list(paper.categories)
        assert said["primary_category"] == paper.primary
        assert " ".join(said["abstract"].split()) == expected.one_line(paper.abstract)
        assert said["doi"] == paper.doi
        assert said["journal_ref"] == paper.journal_ref


def test_what_the_feed_does_not_say_is_null(cool: Program, world: World) -> None:
    feed_only = [item for item in world.seen(FRIDAY, ["cs.LG"]) if item.paper.version < 6]
    world_of_feed = {item.paper.id: item.paper for item in feed_only}
    nowhere: dict[str, Any] = {"COOL_ARXIV_SITE_URL": "http://127.0.0.1:9", "COOL_NETWORK_BUDGET": "0.4"}
    first = by_id(cool.run("today", "cs.LG", "--json", **nowhere).document)
    assert first.keys() == world_of_feed.keys()
    for name, paper in first.items():
        assert paper["version"] == world_of_feed[name].version
        assert paper["license"] == world_of_feed[name].license
        assert (paper["comments"], paper["submitted"], paper["updated"], paper["note"]) == (None,) * 4


def test_one_categorys_document_states_its_count(cool: Program, world: World) -> None:
    listing = cool.run("today", "cs.LG", "--json").document["listing"]
    assert (listing["expected"], listing["complete"]) == (len(expected.ids(world, FRIDAY, "cs.LG")), True)


def test_a_union_has_no_count_of_its_own(cool: Program) -> None:
    """arXiv states one count for each category; papers in both would be counted twice."""
    assert cool.run("today", "cs.LG", "cs.CL", "--json").document["listing"]["expected"] is None


def test_json_is_utf8_whatever_the_locale(cool: Program, world: World) -> None:
    told = cool.run("today", "cs.LG", "--json", LC_ALL="C", PYTHONIOENCODING="latin-1")
    authors = {name for _, paper in world.seen(FRIDAY, ["cs.LG"]) for name in expected.names(paper)}
    assert any(not name.isascii() for name in authors)
    assert {name for paper in told.document["papers"] for name in paper["authors"]} == authors
    assert not told.stdout.isascii(), "letters are written, not escaped"


# Numbers


def test_a_pipe_closed_early_ends_quietly_and_keeps_the_numbers(cool: Program, world: World) -> None:
    with cool.start("today", "cs.LG") as process:
        assert process.stdout and process.stderr
        (first,) = lines_while_running(process, 1)
        process.stdout.close()
        complaints = process.stderr.read().decode()
        assert process.wait(LIMIT) == 0
    assert "Traceback" not in complaints and "Broken pipe" not in complaints
    assert first.split("\t")[0] == expected.ids(world, FRIDAY, "cs.LG")[0]
    assert expected.ids(world, FRIDAY, "cs.LG")[4] in cool.run("star", "5").stdout


def test_a_long_listing_into_a_closed_pipe(tmp_path: Path) -> None:
    """More than a pipe holds: the program notices while it writes."""
    many = World()
    for number in range(1, 1500):
        many.add(FRIDAY, "cs.LG", title=f"Number {number} of a long series on harbour bells and what they ring for")
    with ArxivSimulator(many, eastern(FRIDAY, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        with cool.start("today", "cs.LG") as process:
            assert process.stdout and process.stderr
            lines_while_running(process, 1)
            process.stdout.close()
            complaints = process.stderr.read().decode()
            assert process.wait(LIMIT) == 0
        assert complaints == ""
        assert expected.ids(many, FRIDAY, "cs.LG")[1400] in cool.run("star", "1401").stdout


def test_numbers_belong_to_the_session_named(day_shown: Program, world: World) -> None:
    refused = day_shown.run("star", "1", code=3, COOL_SESSION="another")
    assert "Row 1 of which list?" in refused.stderr
    assert expected.ids(world, FRIDAY, "cs.LG")[0] in day_shown.run("star", "1").stdout


def test_without_a_session_numbers_are_neither_set_nor_read(day_shown: Program, world: World) -> None:
    day_shown.run("today", "cs.CL", COOL_SESSION=None)
    day_shown.run("star", "1", code=3, COOL_SESSION=None)
    assert expected.ids(world, FRIDAY, "cs.LG")[0] in day_shown.run("star", "1").stdout


def test_numbers_are_those_of_the_filtered_list(day_shown: Program, world: World) -> None:
    day_shown.run("today", "cs.LG", "--cross")
    crosses = [name for name, kind in expected.listed(world, FRIDAY, "cs.LG") if kind == "cross"]
    assert crosses[0] in day_shown.run("star", "1").stdout


# What is asked of arXiv


def test_a_first_run_asks_for_the_feed_and_the_head_of_the_page(cool: Program, sim: ArxivSimulator) -> None:
    cool.run("today", "stat.ML")
    assert sim.paths == ["/rss/stat.ML", "/list/stat.ML/new?show=25"]


def test_a_cached_run_asks_nothing(day_shown: Program, sim: ArxivSimulator) -> None:
    asked = len(sim.requests)
    day_shown.run("today", "cs.LG")
    day_shown.run("today", "cs.LG", "--json")
    assert len(sim.requests) == asked


def test_refresh_asks_again(day_shown: Program, sim: ArxivSimulator) -> None:
    asked = len(sim.requests)
    day_shown.run("today", "cs.LG", "--refresh")
    assert sim.paths[asked:][:1] == ["/rss/cs.LG"]


def test_only_what_is_missing_is_asked_for(day_shown: Program, sim: ArxivSimulator) -> None:
    asked = len(sim.requests)
    day_shown.run("today", "cs.LG", "cs.CL")
    assert [path for path in sim.paths[asked:] if path.startswith("/rss/")] == ["/rss/cs.CL"]


def test_every_request_names_the_program(cool: Program, sim: ArxivSimulator) -> None:
    cool.run("today", "cs.LG")
    assert {request.headers["User-Agent"].partition("/")[0] for request in sim.requests} == {"cool"}
    assert sim.most_at_once == 1


def test_offline_asks_nothing(day_shown: Program, sim: ArxivSimulator, world: World) -> None:
    asked = len(sim.requests)
    assert day_shown.run("today", "cs.LG", "--offline").ids == expected.ids(world, FRIDAY, "cs.LG")
    assert day_shown.run("today", "cs.LG", COOL_OFFLINE="1").ids == expected.ids(world, FRIDAY, "cs.LG")
    day_shown.run("today", "cs.CL", "--offline", code=4)
    day_shown.run("today", "cs.CL", COOL_OFFLINE="1", code=4)
    assert len(sim.requests) == asked


def test_verbose_traces_the_requests_on_stderr(cool: Program, sim: ArxivSimulator) -> None:
    shown = cool.run("today", "cs.LG", "--verbose")
    for path in sim.paths:
        assert f"{path} -> 200" in shown.stderr
    assert "GET" not in shown.stdout


def test_the_rows_are_there_before_the_check_is_answered(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/list/", Fault.SLOW_HEADERS, seconds=600, times=None)
    with cool.start("today", "cs.LG", COOL_NETWORK_BUDGET="600") as process:
        try:
            assert process.stdout
            in_feed = [item.paper.id for item in world.seen(FRIDAY, ["cs.LG"]) if item.paper.version < 6]
            assert [line.split("\t")[0] for line in lines_while_running(process, len(in_feed))] == in_feed
            assert process.poll() is None
        finally:
            process.kill()


def test_what_the_feed_leaves_out_comes_from_the_page(cool: Program, sim: ArxivSimulator, world: World) -> None:
    shown = cool.run("today", "cs.LG")
    assert shown.lines[-1].title == HIGH_REPLACEMENT
    assert sim.paths == ["/rss/cs.LG", "/list/cs.LG/new?show=25", "/list/cs.LG/new?skip=0&show=2000"]
    number = len(shown.lines)
    assert HIGH_REPLACEMENT in cool.run("star", str(number)).stdout


def test_a_feed_that_could_not_be_checked_is_not_called_complete(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/list/", Fault.STATUS_404, times=None)
    listing = cool.run("today", "cs.LG", "--json").document["listing"]
    assert (listing["status"], listing["complete"], listing["expected"]) == ("announced", None, None)


@pytest.mark.parametrize("left", [0, 5])
def test_papers_that_were_deleted_by_other_hands_are_missed(
    cool: Program, homes: Homes, world: World, left: int
) -> None:
    homes.begin(cool, "subscribe cs.LG stat.ML", "today")
    with closing(sqlite3.connect(cool.home / "data" / "cool.db")) as connection, connection:
        connection.execute("DELETE FROM announcements WHERE position >= ? OR type > 0", (left,))
    told = cool.run("today").stderr
    for category in ("cs.LG", "stat.ML"):
        assert f"{category}: {left} of {len(expected.ids(world, FRIDAY, category))} announced" in told
    listing = cool.run("today", "--json").document["listing"]
    assert listing["complete"] is False and [part["complete"] for part in listing["parts"]] == [False, False]


def test_an_unknown_category_is_named_before_anything_is_asked(cool: Program, sim: ArxivSimulator) -> None:
    refused = cool.run("today", "cs.LG", "cs.XX", code=2)
    assert "cs.XX" in refused.complaints[0]
    assert "cs." in refused.complaints[1]
    assert len(refused.complaints) == 2 and refused.stdout == ""
    assert sim.requests == []


@pytest.mark.parametrize(("typed", "nearest"), [("cs.LGG", "cs.LG"), ("stat.LM", "stat.ML"), ("hepth", "hep-th")])
def test_the_nearest_category_is_named(cool: Program, typed: str, nearest: str) -> None:
    assert nearest in cool.run("today", typed, code=2).stderr


def test_with_none_subscribed_two_lines_say_how(cool: Program, sim: ArxivSimulator) -> None:
    refused = cool.run("today", code=2)
    assert len(refused.complaints) == 2
    assert "cool subscribe" in refused.complaints[1]
    assert sim.requests == []


def test_an_unknown_command_names_the_nearest(cool: Program) -> None:
    assert "today" in cool.run("todya", code=2).stderr
    assert "--help" in cool.run("today", "--frobnicate", code=2).stderr


def test_an_old_alias_is_asked_for_under_its_new_name(tmp_path: Path) -> None:
    world = World()
    paper = world.add(FRIDAY, "eess.SY", "cs.SY")
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        shown = Program(tmp_path, simulator).run("today", "cs.SY")
        assert shown.ids == [paper.id]
        assert simulator.paths[0] == "/rss/eess.SY"


def test_yesterdays_cache_is_not_todays_listing(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.now -= timedelta(days=1)
    assert set(cool.run("today", "cs.CL").ids) == set(expected.ids(world, FRIDAY - timedelta(days=1), "cs.CL"))
    sim.now += timedelta(days=1)
    assert set(cool.run("today", "cs.CL").ids) == set(expected.ids(world, FRIDAY, "cs.CL"))


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="POSIX shells only")
def test_head_of_a_shell_pipeline(cool: Program, world: World) -> None:
    line = f"{sys.executable} -m coolcli today cs.LG | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        env=cool.environment(),
        timeout=LIMIT,
        start_new_session=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().split("\t")[0] == expected.ids(world, FRIDAY, "cs.LG")[0]
