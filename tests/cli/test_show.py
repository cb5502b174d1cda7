"""`cool show`: a paper whole, in a pipe and as JSON. On a terminal: test_screen.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, World
from tests.cli.conftest import FRIDAY, eastern
from tests.cli.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAPER = "2611.00042"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Program]:
    world = World()
    world.add(
        FRIDAY,
        "cs.LG",
        "math.NA",
        id=PAPER,
        title=r"On $\ell_1$ & [bold]brackets[/bold] after Erd\H{o}s",
        authors=[r"Jos\'e Qu\'ero (Lighthouse Laboratory, Port Vell)", "Ada van der Sluys"],
        abstract="The first paragraph says <think> twice, a < b.\n  The second one ends in 95% of R&D.",
        comments="5 pages",
        journal_ref="J. Harb. 3 (2026) 1",
        doi="10.5555/harbour.3",
        license="http://creativecommons.org/licenses/by/4.0/",
        acm_class="I.2.7",
        msc_class="65F10",
    )
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        yield Program(tmp_path, simulator)


def test_a_paper_as_plain_text(reader: Program) -> None:
    reader.run("today", "cs.LG")
    text = reader.run("show", "1").stdout
    for part in (
        PAPER,
        "brackets",
        "Erdős",
        "José Quéro",
        "Ada van der Sluys",
        "The first paragraph says <think> twice, a < b.",
        "The second one ends in 95% of R&D.",
        "Machine Learning",
        "Numerical Analysis",
        "J. Harb. 3 (2026) 1",
        "10.5555/harbour.3",
        "20 November 2026",
        f"https://arxiv.org/abs/{PAPER}",
        f"https://papers.cool/arxiv/{PAPER}",
    ):
        assert part in text
    assert "[bold]" in text
    assert "Lighthouse" not in text and "I.2.7" not in text and "\x1b" not in text


def test_a_paper_as_json(reader: Program) -> None:
    reader.run("today", "cs.LG")
    (paper,) = reader.run("show", "1", "--json").document["papers"]
    assert paper["title"] == r"On $\ell_1$ & [bold]brackets[/bold] after Erdős"
    assert paper["abstract"] == "The first paragraph says <think> twice, a < b.\nThe second one ends in 95% of R&D."
    assert paper["authors"] == ["José Quéro", "Ada van der Sluys"]
    assert paper["categories"] == ["cs.LG", "math.NA"]
    assert (paper["doi"], paper["journal_ref"]) == ("10.5555/harbour.3", "J. Harb. 3 (2026) 1")
    assert paper["license"] == "http://creativecommons.org/licenses/by/4.0/"


def test_a_paper_that_is_not_here_is_fetched(reader: Program) -> None:
    (paper,) = reader.run("show", PAPER, "--json").document["papers"]
    assert paper["comments"] == "5 pages"
    assert paper["categories"] == ["cs.LG", "math.NA"], "MSC and ACM classes are no categories"
    assert (paper["announced"], paper["announce_type"], paper["row"]) == (None, None, None)
    assert paper["submitted"].endswith("Z") and paper["license"] is None


def test_read_is_the_same(reader: Program) -> None:
    assert reader.run("read", PAPER).stdout == reader.run("show", PAPER).stdout


def test_in_a_pipe_it_marks_nothing(reader: Program) -> None:
    reader.run("today", "cs.LG")
    reader.run("show", "1")
    reader.run("show", "1", "--json")
    assert [line.marks for line in reader.run("today", "cs.LG").lines] == [""]


def test_marks_are_told(reader: Program) -> None:
    reader.run("star", PAPER)
    assert "starred" in reader.run("show", PAPER).stdout
    assert reader.run("show", PAPER, "--json").document["papers"][0]["starred"] is True


def test_a_paper_that_does_not_exist(reader: Program) -> None:
    assert "2611.99999" in reader.run("show", "2611.99999", code=3).complaints[0]


def test_offline_a_paper_that_is_not_here_cannot_be_had(reader: Program) -> None:
    refused = reader.run("show", PAPER, "--offline", code=4)
    assert refused.stdout == "" and len(refused.complaints) <= 2


def test_two_papers_are_two(reader: Program) -> None:
    assert reader.run("show", PAPER, PAPER).stdout.count("arXiv:" + PAPER) == 1
    assert "REF" in reader.run("show", code=2).stderr
