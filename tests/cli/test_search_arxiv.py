"""`cool search --arxiv`: what arXiv finds, kept and numbered like any list."""

from __future__ import annotations

import os
import re
import shlex
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli.conftest import FRIDAY, eastern
from tests.cli.program import LIMIT, Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.arxiv_simulator.answers import Answer
    from tests.arxiv_simulator.faults import Rule

MANY = 230
SMALL = {"COOL_NETWORK_MAX_MB": "1"}
"""So that a slice has 100 papers."""


@pytest.fixture(scope="module")
def looms() -> World:
    """Many papers on looms, all of one day, and one on kites."""
    world = World()
    for number in range(MANY):
        world.add(FRIDAY, "cs.LG", title=f"Loom {number}", abstract="On weaving.", authors=["Jane Doe"], comments=None)
    world.add(FRIDAY, "cs.CL", title="A Kite", abstract="On flying.", authors=["Jane Doe"], comments=None)
    return world


@pytest.fixture
def sim(looms: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(looms, eastern(FRIDAY, 12)) as simulator:
        yield simulator


@pytest.fixture
def newest(looms: World) -> list[str]:
    """Those on looms, the newest submission first."""
    of = [paper for (paper,) in looms.papers.values() if paper.title.startswith("Loom")]
    return [paper.id for paper in sorted(of, key=lambda paper: (paper.submitted, paper.id), reverse=True)]


def asked(cool: Program, query: str, *options: str) -> list[str]:
    return cool.run("search", "--arxiv", *shlex.split(query), *options).ids


def test_the_newest_fifty_by_one_small_request(cool: Program, sim: ArxivSimulator, newest: list[str]) -> None:
    shown = cool.run("search", "--arxiv", "title:loom", "author:doe")
    assert shown.ids == newest[:50]
    assert shown.complaints == [f"{MANY} papers at arXiv, the newest 50 shown (--limit 0 asks for all)."]
    (path,) = sim.paths
    assert "search_query=ti%3Aloom+AND+au%3Adoe&start=0&max_results=50&" in path


def test_what_was_found_is_kept_and_numbered(cool: Program, newest: list[str]) -> None:
    asked(cool, "loom", "-n", "3")
    assert newest[1] in cool.run("star", "2").stdout
    assert cool.run("--offline", "search", "weaving").ids == sorted(newest[:3], reverse=True)


def test_all_of_it_slice_by_slice(cool: Program, sim: ArxivSimulator, newest: list[str]) -> None:
    cool.variables |= SMALL
    assert asked(cool, "loom", "--limit", "0") == newest
    assert len(sim.requests) == 3


def test_what_the_reader_did_is_looked_at_here(cool: Program, sim: ArxivSimulator, newest: list[str]) -> None:
    cool.variables |= SMALL
    cool.run("star", newest[0], newest[120])
    sim.requests.clear()
    shown = cool.run("search", "--arxiv", "loom", "is:starred")
    assert shown.ids == [newest[0], newest[120]]
    assert shown.complaints == ["Looked at here, not at arXiv: is:starred.", f"2 of {MANY} papers at arXiv fit."]
    assert asked(cool, "loom is:starred", "-n", "1") == newest[:1]
    assert len(sim.requests) == 4, "what fits was found in the first slice"


def test_tags_and_notes_too(cool: Program, newest: list[str]) -> None:
    cool.run("tag", newest[1], newest[2], "later")
    cool.run("note", newest[2], "ask Tom")
    assert asked(cool, "loom tag:later") == newest[1:3]
    assert asked(cool, "loom tag:later NOT note:tom") == newest[1:2]


def test_a_thousand_are_looked_through_for_what_fits(tmp_path: Path) -> None:
    world = World()
    for number in range(1100):
        world.add(FRIDAY, "cs.LG", title=f"Loom {number}", abstract="On weaving.", authors=["X"], comments=None)
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as sim:
        shown = Program(tmp_path, sim).run("search", "--arxiv", "loom", "is:starred")
        assert shown.complaints[1] == "0 of the newest 1,000 of 1,100 papers at arXiv fit."
        assert [path.partition("start=")[2].partition("&sort")[0] for path in sim.paths] == [
            "0&max_results=500",
            "500&max_results=500",
        ]


def spoil_later_slices(sim: ArxivSimulator, fault: Fault, seconds: float = 0) -> None:
    truth = sim.answer

    def answer(method: str, target: str, headers: Mapping[str, str], form: str = "") -> tuple[Answer, Rule | None]:
        if "start=0&" not in target:
            sim.fault("/api/", fault, seconds=seconds)
        return truth(method, target, headers, form)

    sim.answer = answer  # type: ignore[method-assign]


def test_what_came_before_a_failure_is_shown_and_kept(cool: Program, sim: ArxivSimulator, newest: list[str]) -> None:
    cool.variables |= SMALL
    spoil_later_slices(sim, Fault.STATUS_404)
    shown = cool.run("search", "--arxiv", "loom", "--limit", "0", code=4)
    assert shown.ids == newest[:100]
    assert shown.complaints[0] == f"{MANY} papers at arXiv, the newest 100 shown."
    assert shown.complaints[1].startswith("Not all came: ")
    assert "404" in shown.complaints[1]
    assert len(cool.run("--offline", "search", "loom").ids) == 100


@pytest.mark.skipif(os.name == "nt", reason="SIGINT is sent in another way")
def test_what_came_before_ctrl_c_is_kept(cool: Program, sim: ArxivSimulator) -> None:
    cool.variables |= SMALL | {"COOL_NETWORK_BUDGET": "600"}
    spoil_later_slices(sim, Fault.SLOW_HEADERS, 600)
    with cool.start("search", "--arxiv", "loom", "--limit", "0") as process:
        deadline = time.monotonic() + LIMIT
        while len(sim.requests) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert len(cool.run("--offline", "search", "loom").ids) == 100


def test_where_nothing_came(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/api/", Fault.STATUS_404, times=None)
    assert cool.run("search", "--arxiv", "loom", code=4).stderr.startswith("cool: ")
    assert cool.run("--offline", "search", "--arxiv", "loom", code=4).complaints[0] == (
        "cool: Nothing is asked of arXiv (--offline)."
    )
    assert len(sim.requests) == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("NOT loom", "only for what is not wanted"),
        ("is:starred", "nothing else is asked for"),
        ("loom OR is:starred", "beside an OR"),
        ("loom AND", "Behind AND"),
    ],
)
def test_what_cannot_be_asked_is_an_error_and_nothing_is_asked(
    cool: Program, sim: ArxivSimulator, query: str, said: str
) -> None:
    assert said in cool.run("search", "--arxiv", *query.split(), code=2).stderr
    assert sim.requests == []


def test_nothing_found(cool: Program) -> None:
    shown = cool.run("search", "--arxiv", "xyzzy")
    assert (shown.stdout, shown.complaints) == ("", ["arXiv finds no paper: xyzzy."])
    shown = cool.run("search", "--arxiv", "2611.99999")
    assert shown.complaints[-1].endswith("`cool show 2611.99999`.")


def test_many_papers_are_announced_before_they_are_asked_for(cool: Program, sim: ArxivSimulator) -> None:
    cool.variables |= SMALL
    truth = sim.answer

    def in_all(method: str, target: str, headers: Mapping[str, str], form: str = "") -> tuple[Answer, Rule | None]:
        answer, rule = truth(method, target, headers, form)
        return replace(answer, body=re.sub(r"(totalResults>)\d+", r"\g<1>12345", answer.content.decode())), rule

    sim.answer = in_all  # type: ignore[method-assign]
    shown = cool.run("search", "--arxiv", "loom", "-n", "0", code=4, COOL_NETWORK_BUDGET="2")
    assert shown.complaints[0] == ("12,345 papers: 124 requests, about 4 min. Ctrl-C stops; what came is kept.")
    assert len(shown.ids) == MANY
    assert cool.run("search", "--arxiv", "loom").complaints[0].startswith("12,345 papers at arXiv, the newest 50")


def test_as_json(cool: Program, newest: list[str]) -> None:
    document = cool.run("search", "--arxiv", "loom", "-n", "2", "--json").document
    assert document["listing"] is None
    assert [(paper["id"], paper["row"], paper["abstract"]) for paper in document["papers"]] == [
        (newest[0], 1, "On weaving."),
        (newest[1], 2, "On weaving."),
    ]


@pytest.mark.parametrize("columns", [80, 200])
def test_on_a_terminal(cool: Program, newest: list[str], columns: int) -> None:
    with Terminal(cool, columns=columns) as terminal:
        shown = terminal.run("search", "--arxiv", "title:loom", "-n", "2", "--no-pager")
        assert f"{MANY} papers at arXiv, the newest 2 shown (--limit 0 asks for all): title:loom" in " ".join(
            shown.words
        )
        assert newest[1] in terminal.run("star", "2").text


def test_in_a_demonstration(tmp_path: Path) -> None:
    cool = Program(tmp_path, variables={"COOL_NOW": "2026-11-20T14:00:00+00:00"})
    shown = cool.run("--demo", "search", "--arxiv", "title:learning", "NOT", "cat:stat.ML", "since:7d", "-n", "4")
    assert len(shown.ids) == 4
    assert all("learning" in line.title.lower() for line in shown.lines)
    assert shown.ids[0] in cool.run("--demo", "star", "1").stdout
