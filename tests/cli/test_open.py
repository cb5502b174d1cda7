"""`cool open`: which addresses a browser gets, and what that marks. The browser is a script that notes them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli import expected
from tests.cli.conftest import FRIDAY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.arxiv_simulator import ArxivSimulator, World
    from tests.cli.program import Homes, Program

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the browser is a shell script")
NO_SCREEN: dict[str, Any] = {"BROWSER": None, "DISPLAY": None, "WAYLAND_DISPLAY": None}


class Browser:
    """What BROWSER names, and what it was given."""

    def __init__(self, folder: Path) -> None:
        self.script = folder / "browser"
        self._log = folder / "opened"
        self.script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{self._log}"\n')
        self.script.chmod(0o755)

    @property
    def opened(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)


@pytest.fixture
def reader(cool: Program, homes: Homes, browser: Browser) -> Program:
    cool.variables["BROWSER"] = str(browser.script)
    homes.begin(cool, "today cs.LG")
    return cool


@pytest.fixture
def papers(world: World) -> list[str]:
    return expected.ids(world, FRIDAY, "cs.LG")


def read(cool: Program) -> set[str]:
    return {line.id for line in cool.run("today", "cs.LG").lines if "r" in line.marks}


def page(*ids: str) -> str:
    return f"https://papers.cool/arxiv/{','.join(ids)}"


def test_several_papers_are_one_page_and_become_read(reader: Program, browser: Browser, papers: list[str]) -> None:
    told = reader.run("open", "1", "3-4")
    assert browser.opened == [page(papers[0], papers[2], papers[3])]
    assert papers[0] in told.stderr + told.stdout
    assert read(reader) == {papers[0], papers[2], papers[3]}


def test_thirty_papers_are_a_page(cool: Program, browser: Browser, world: World) -> None:
    cool.variables["BROWSER"] = str(browser.script)
    cool.run("today", "cs.LG", "cs.CL")
    cool.run("today", "cs.LG", "cs.CL")
    ids = expected.ids(world, FRIDAY, "cs.LG", "cs.CL")
    assert len(ids) > 31
    cool.run("open", "1-31")
    assert browser.opened == [page(*ids[:30]), page(ids[30])]


def test_alone_it_opens_the_starred_papers_not_opened_yet(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("star", "1", "2")
    reader.run("open", "2")
    reader.run("star", "5")
    reader.run("open")
    assert browser.opened[0] == page(papers[1])
    assert set(browser.opened[1].rpartition("/")[2].split(",")) == {papers[0], papers[4]}
    assert len(browser.opened) == 2


def test_where_none_is_left_it_opens_the_page_of_the_last_listing(
    reader: Program, browser: Browser, papers: list[str]
) -> None:
    reader.run("star", "1")
    reader.run("open")
    reader.run("today", "cs.LG", "stat.ML")
    before = read(reader)
    reader.run("today", "cs.LG", "stat.ML")
    reader.run("open")
    address = browser.opened[-1]
    assert address.startswith("https://papers.cool/arxiv/cs.LG,stat.ML?")
    assert "date=2026-11-20" in address
    assert read(reader) == before


def test_the_page_of_a_listing_with_an_exclusion(reader: Program, browser: Browser) -> None:
    reader.run("today", "cs.LG-cs.CL")
    reader.run("open")
    assert browser.opened[0].startswith("https://papers.cool/arxiv/cs.LG-cs.CL?")


def test_with_nothing_to_open_it_says_so(cool: Program, browser: Browser) -> None:
    refused = cool.run("open", code=3, BROWSER=str(browser.script))
    assert len(refused.complaints) == 2 and browser.opened == []


@pytest.mark.parametrize(
    ("place", "form"),
    [
        ("papers.cool", "https://papers.cool/arxiv/{id}"),
        ("abs", "{site}/abs/{id}"),
        ("pdf", "{site}/pdf/{id}"),
        ("html", "{site}/html/{id}"),
        ("alphaxiv", "https://www.alphaxiv.org/abs/{id}"),
    ],
)
def test_each_place(
    reader: Program, browser: Browser, sim: ArxivSimulator, papers: list[str], place: str, form: str
) -> None:
    reader.run("open", "1", "--in", place)
    assert browser.opened == [form.format(id=papers[0], site=sim.site_url)]


def test_other_places_take_a_page_for_each_paper(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("open", "1-3", "--in", "alphaxiv")
    assert [address.rpartition("/")[2] for address in browser.opened] == papers[:3]


def test_the_place_can_be_set(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("config", "set", "open.in", "alphaxiv")
    reader.run("open", "2")
    assert browser.opened == [f"https://www.alphaxiv.org/abs/{papers[1]}"]


def test_an_unknown_place_is_an_error_that_names_them(reader: Program, browser: Browser) -> None:
    refused = reader.run("open", "1", "--in", "paper.cool", code=2)
    assert "papers.cool" in refused.stderr and "alphaxiv" in refused.stderr
    assert browser.opened == []


def test_print_opens_and_marks_nothing(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("star", "1", "2")
    printed = reader.run("open", "--print").stdout
    assert set(printed.strip().rpartition("/")[2].split(",")) == set(papers[:2])
    assert browser.opened == [] and read(reader) == set()
    assert reader.run("open", "--print", "--json").document == {"pages": [printed.strip()]}
    reader.run("open")
    assert browser.opened == [printed.strip()], "they were not opened yet"


def test_more_than_ten_pages_are_not_opened_unasked(reader: Program, browser: Browser, papers: list[str]) -> None:
    refused = reader.run("open", "1-11", "--in", "alphaxiv", code=2)
    assert "11 pages" in refused.complaints[0] and "--yes" in refused.complaints[1]
    assert browser.opened == [] and read(reader) == set()
    reader.run("open", "1-10", "--in", "alphaxiv")
    assert len(browser.opened) == 10
    reader.run("open", "1-11", "--in", "alphaxiv", "--yes")
    assert len(browser.opened) == 21


def test_without_a_browser_the_address_is_printed(reader: Program, browser: Browser, papers: list[str]) -> None:
    told = reader.run("open", "1", **NO_SCREEN)
    assert told.stdout.split() == [page(papers[0])]
    assert "no browser" in told.stderr.lower()
    assert "\x1b" not in told.stdout + told.stderr, "no terminal, nothing to copy with"


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS opens addresses by itself")
def test_a_browser_that_fails_is_no_browser(reader: Program, browser: Browser, papers: list[str]) -> None:
    browser.script.write_text("#!/bin/sh\nexit 1\n")
    told = reader.run("open", "1")
    assert told.stdout.split() == [page(papers[0])]


def test_opening_can_be_undone(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("star", "1")
    reader.run("open")
    reader.run("undo")
    assert read(reader) == set()
    reader.run("open")
    assert browser.opened == [page(papers[0])] * 2


def test_opening_asks_arxiv_nothing_where_the_paper_is_here(
    reader: Program, browser: Browser, sim: ArxivSimulator
) -> None:
    asked = len(sim.requests)
    reader.run("open", "1")
    assert len(sim.requests) == asked
