"""Every form in which a paper can be named (cli.md, "References"); the stars say which papers were meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, eastern
from tests.cli.program import Homes, Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW = "2611.00007"
OLD = "hep-th/9901001"
GEOMETRY = "math/0309136"


@pytest.fixture(scope="module")
def known_world() -> World:
    world = World()
    for number in range(1, 13):
        world.add(FRIDAY, "cs.LG", id=f"2611.{number:05}", title=f"Row {number}")
    world.known("hep-th", before=FRIDAY, id=OLD, title="An old paper")
    world.known("math.GT", before=FRIDAY, id="math.GT/0309136", title="A geometer's paper")
    world.known("cs.LG", before=FRIDAY, id="0704.0001", title="Four digits")
    return world


@pytest.fixture
def reader(tmp_path: Path, homes: Homes, known_world: World) -> Iterator[Program]:
    with ArxivSimulator(known_world, eastern(FRIDAY, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        homes.begin(cool, "today cs.LG")
        yield cool


def row(number: int) -> str:
    return f"2611.{number:05}"


def test_rows(reader: Program) -> None:
    """Each form of row numbers, each on top of the others."""
    meant: set[str] = set()
    for typed, numbers in [
        (["3"], {3}),
        (["5-7"], {5, 6, 7}),
        (["1", "4", "9-10"], {1, 4, 9, 10}),
        (["2,8,11-12"], {2, 8, 11, 12}),
    ]:
        told = reader.run("done", *typed, "--json").document["papers"]
        assert {paper["id"] for paper in told} == {row(number) for number in numbers}
        meant |= {row(number) for number in numbers}
    assert len(meant) == 12


@pytest.mark.parametrize(
    ("typed", "paper_id"),
    [
        (NEW, NEW),
        (NEW + "v2", NEW),
        ("arXiv:" + NEW, NEW),
        (OLD, OLD),
        ("math.GT/0309136v1", GEOMETRY),
        ("0704.0001", "0704.0001"),
        (f"https://arxiv.org/abs/{NEW}v1", NEW),
        (f"https://arxiv.org/pdf/{NEW}v1.pdf", NEW),
        (f"https://arxiv.org/html/{NEW}v1#S3", NEW),
        (f"https://arxiv.org/ps/{OLD}", OLD),
        (f"http://export.arxiv.org/abs/{OLD}", OLD),
        (f"https://papers.cool/arxiv/{NEW}", NEW),
        (f"https://www.alphaxiv.org/abs/{NEW}", NEW),
        (f"https://huggingface.co/papers/{NEW}", NEW),
        (f"https://doi.org/10.48550/arXiv.{NEW}", NEW),
        (f"10.48550/arXiv.{NEW}", NEW),
    ],
)
def test_ids_and_addresses(reader: Program, typed: str, paper_id: str) -> None:
    assert [paper["id"] for paper in reader.run("star", typed, "--json").document["papers"]] == [paper_id]


def test_an_address_of_several_papers_means_them_all(reader: Program) -> None:
    told = reader.run("star", f"https://papers.cool/arxiv/{row(2)},{row(4)}", "--json").document["papers"]
    assert [paper["id"] for paper in told] == [row(2), row(4)]


def test_a_paper_named_twice_is_meant_once(reader: Program) -> None:
    told = reader.run("star", "2", row(2), "1-3", "--json").document["papers"]
    assert [paper["id"] for paper in told] == [row(2), row(1), row(3)]


def test_any_text_from_standard_input(reader: Program) -> None:
    text = f"See [1] arXiv:{row(1)}v3, https://arxiv.org/pdf/{row(2)} and ({OLD}); not 2026.11, 3.14159 or 10.1000/182."
    told = reader.run("star", "-", "--json", stdin=text).document["papers"]
    assert [paper["id"] for paper in told] == [row(1), row(2), OLD]


def test_the_programs_own_lines_from_standard_input(reader: Program) -> None:
    piped = reader.run("today", "cs.LG").stdout.splitlines()
    reader.run("star", "-", stdin="\n".join(piped[:3]) + "\n")
    assert set(reader.run("stars").ids) == {row(1), row(2), row(3)}


def test_standard_input_without_an_id_is_an_error(reader: Program) -> None:
    assert "no arXiv id" in reader.run("star", "-", code=3, stdin="nothing of the kind\n").stderr


def test_a_number_past_the_end_says_how_long_the_list_is_and_what_it_was(reader: Program) -> None:
    for typed in ("13", "11-14", "0"):
        refused = reader.run("star", "1", typed, code=3)
        assert "12 rows" in refused.stderr
        assert "cs.LG" in refused.stderr and "20 November 2026" in refused.stderr
        assert len(refused.complaints) <= 2
    assert reader.run("stars").ids == []


@pytest.mark.parametrize("typed", ["frobnicate", "2613.00001", "2611.1", "https://example.org/abs/x", "cs.LG"])
def test_what_fits_nothing_is_named_and_nothing_is_done_for_the_others(reader: Program, typed: str) -> None:
    refused = reader.run("star", "1", typed, row(2), code=3)
    assert typed in refused.complaints[0]
    assert reader.run("stars").ids == []


def test_numbers_where_none_was_shown_name_no_row(reader: Program) -> None:
    assert "12 hours" in reader.run("star", "1", code=3, COOL_SESSION="another").stderr


def test_the_last_list_counts_whatever_it_was(reader: Program) -> None:
    reader.run("star", "5")
    reader.run("stars")
    assert "1 row" in reader.run("star", "2", code=3).stderr
    assert row(5) in reader.run("done", "1").stdout
    reader.run("today", "cs.LG")
    assert row(1) in reader.run("done", "1").stdout


def test_every_verb_that_takes_papers_takes_these(reader: Program, known_world: World) -> None:
    wanted = ["3-4", f"https://arxiv.org/abs/{row(7)}"]
    ids = [row(3), row(4), row(7)]
    for verb in ("star", "done", "show", "read", "undone", "unstar"):
        assert [paper["id"] for paper in reader.run(verb, *wanted, "--json").document["papers"]] == ids
    assert reader.run("open", "--print", *wanted).stdout.split() == [f"https://papers.cool/arxiv/{','.join(ids)}"]
    assert set(ids) <= set(expected.ids(known_world, FRIDAY, "cs.LG"))
