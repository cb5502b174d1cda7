"""`cool open`: which addresses a browser gets, and what that marks. The browser is a script that notes them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests import test_addresses
from tests.cli import expected
from tests.cli.conftest import FRIDAY
from tests.cli.program import COMMAND

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
        ("scirate", "https://scirate.com/arxiv/{id}"),
        ("huggingface", "https://huggingface.co/papers/{id}"),
        ("semanticscholar", "https://api.semanticscholar.org/arXiv:{id}"),
        ("PDF", "{site}/pdf/{id}"),
        ("https://example.org/{id}v{version}.pdf", "https://example.org/{id}v1.pdf"),
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


def test_a_template_can_be_set(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("config", "set", "open.in", "https://example.org/p?id={id}")
    reader.run("open", "2", "hep-th/9901001")
    assert browser.opened == [f"https://example.org/p?id={papers[1]}", "https://example.org/p?id=hep-th%2F9901001"]


@pytest.mark.parametrize(
    "template",
    [
        "https://example.org/{unknown}",
        "https://example.org/{id",
        "{id}",
        "ftp://x/{id}",
        "https:///{id}",
        "http://?{id}",
        "https://[{id}",
        "https://x{id}/",
        "https://{id}.example.org/",
        "https://example.org{id}",
        "https://v{version}@example.org/{id}",
        "https:example.org/{id}",
        "https://example.org/ {id}",
    ],
)
def test_a_template_that_cannot_be_is_an_error_that_says_what_can(
    reader: Program, browser: Browser, template: str
) -> None:
    refused = reader.run("open", "1", "--in", template, code=2)
    assert "'--in'" in refused.complaints[0] and len(refused.complaints) == 2
    assert browser.opened == []


def test_print_opens_and_marks_nothing(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("star", "1", "2")
    printed = reader.run("open", "--print").stdout
    assert set(printed.strip().rpartition("/")[2].split(",")) == set(papers[:2])
    assert browser.opened == [] and read(reader) == set()
    assert reader.run("open", "--print", "--json").document == {"pages": [printed.strip()], "opened": False}
    reader.run("open")
    assert browser.opened == [printed.strip()], "they were not opened yet"


def test_as_json_it_says_whether_they_were_opened(reader: Program, browser: Browser, papers: list[str]) -> None:
    pages = [page(papers[0])]
    assert reader.run("open", "1", "--json").document == {"pages": pages, "opened": True}
    assert reader.run("open", "1", "--json", **NO_SCREEN).document == {"pages": pages, "opened": False}
    assert reader.run("--demo", "open", "2312.11111", "--json").document["opened"] is False
    assert browser.opened == pages


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


@pytest.mark.parametrize("chosen", [" ", "'browser %s"], ids=["blank", "quotes-without-an-end"])
def test_a_browser_that_is_no_command_line_is_no_browser(
    reader: Program, browser: Browser, papers: list[str], chosen: str
) -> None:
    told = reader.run("open", "1", BROWSER=chosen)
    assert told.stdout == f"{page(papers[0])}\n" and "1 address printed" in told.stderr


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


VENUE = "https://openreview.net/forum?id=a-B_c9"


def test_papers_of_venues_are_opened_beside_arxivs_which_alone_become_read(
    reader: Program, browser: Browser, papers: list[str]
) -> None:
    told = reader.run("open", VENUE, "1", "https://aclanthology.org/P19-1001.pdf")
    assert browser.opened == ["https://papers.cool/venue/a-B_c9@OpenReview,P19-1001@ACL", page(papers[0])]
    assert "a-B_c9@OpenReview" in told.stderr
    assert read(reader) == {papers[0]}
    reader.run("undo")
    reader.run("open", VENUE)
    assert read(reader) == set()
    assert reader.run("undo", "--list").stdout == "", "there was nothing to take back"


@pytest.mark.parametrize("verb", ["star", "show", "done"])
def test_other_verbs_know_no_papers_of_venues_and_name_the_one_that_does(reader: Program, verb: str) -> None:
    refused = reader.run(verb, "1", VENUE, code=3)
    assert VENUE in refused.complaints[0] and f"cool open '{VENUE}'" in refused.complaints[1]
    assert reader.run("stars").ids == [] and read(reader) == set()


def test_of_a_text_other_verbs_take_arxivs_papers_and_say_that_there_is_more(
    reader: Program, papers: list[str]
) -> None:
    told = reader.run("star", "-", stdin=f"{VENUE} {papers[0]} https://arxiv.org/list/cs.LG/new")
    assert reader.run("stars").ids == [papers[0]]
    assert "2 other things" in told.stderr and "cool open" in told.stderr


def test_a_listing_is_opened_and_marks_nothing(reader: Program, browser: Browser) -> None:
    reader.run("open", "https://arxiv.org/catchup/cs.LG/2026-11-20")
    assert browser.opened == ["https://papers.cool/arxiv/cs.LG?date=2026-11-20&show=1000"]
    assert read(reader) == set()


def test_what_papers_cool_cannot_show_is_said_and_goes_elsewhere(
    reader: Program, browser: Browser, sim: ArxivSimulator
) -> None:
    told = reader.run("open", "hep-th/9901001 2312.11111v2 https://arxiv.org/catchup/cs.LG/2023-11-20")
    assert browser.opened == [page("hep-th/9901001"), page("2312.11111"), f"{sim.site_url}/list/cs.LG/2023-11"]
    for words in ("hep-th/9901001, of before April 2007", "opens 2312.11111v2", "begin in January 2024"):
        assert words in told.stderr


def test_words_are_searched_where_it_is_said(reader: Program, browser: Browser) -> None:
    refused = reader.run("open", "state", "space", "models", code=3)
    assert "`cool open --search state space models`" in refused.complaints[1] and browser.opened == []
    reader.run("open", "--search", "state", "space", "models")
    assert browser.opened == ["https://papers.cool/arxiv/search?query=state%20space%20models&highlight=1"]
    assert reader.run("open", "--search", "--print", "--json", "R&D").document == {
        "pages": ["https://papers.cool/arxiv/search?query=R%26D&highlight=1"],
        "opened": False,
    }


@pytest.mark.parametrize("typed", [["--search"], ["--search", " "], ["--search", "kites", "--in", "abs"]])
def test_a_search_without_words_or_elsewhere_is_an_error(reader: Program, browser: Browser, typed: list[str]) -> None:
    assert len(reader.run("open", *typed, code=2).complaints) == 2
    assert browser.opened == []


def test_a_text_without_papers_names_the_search(reader: Program, browser: Browser) -> None:
    refused = reader.run("open", "-", stdin="On 2023-11-20, version 2312.11111, 10.1000/2312.11111\n", code=3)
    assert "no arXiv id" in refused.complaints[0] and "cool open --search WORDS" in refused.complaints[1]
    assert browser.opened == []


def test_a_text_without_quotes_is_not_searched_for(reader: Program, browser: Browser, papers: list[str]) -> None:
    refused = reader.run("open", "see", f"https://arxiv.org/abs/{papers[0]}", code=3)
    assert "'see'" in refused.complaints[0] and "quotes" in refused.complaints[1] and "--search" not in refused.stderr
    assert browser.opened == [] and read(reader) == set()


def test_the_version_that_is_named_is_opened(reader: Program, browser: Browser, sim: ArxivSimulator) -> None:
    reader.run("open", "--in", "abs", "2312.11111", "2312.11111v4")
    assert browser.opened == [f"{sim.site_url}/abs/2312.11111v4"]


def test_a_category_is_opened_and_is_no_paper_for_others(reader: Program, browser: Browser) -> None:
    reader.run("open", "cs.lg", "stat.ML")
    assert browser.opened == ["https://papers.cool/arxiv/cs.LG,stat.ML"]
    assert read(reader) == set()
    for verb in ("show", "star"):
        assert "`cool today cs.LG`" in reader.run(verb, "cs.LG", code=3).complaints[1]


def test_the_file_that_a_browser_saved_names_its_paper(reader: Program, browser: Browser, papers: list[str]) -> None:
    reader.run("open", f"/home/ada/Downloads/{papers[0]}v1.pdf")
    assert browser.opened == [page(papers[0])] and read(reader) == {papers[0]}


def test_a_place_with_a_slip_names_the_nearest(reader: Program) -> None:
    refused = reader.run("open", "1", "--in", "alphxiv", code=2)
    assert "'--in'" in refused.complaints[0] and "Did you mean alphaxiv?" in refused.complaints[1]


def test_the_whole_table_as_one_text(reader: Program, sim: ArxivSimulator) -> None:
    """Each paper of it once; what is in two lines stands where it was first."""
    expected: dict[str, None] = {}
    for case in test_addresses.CASES:
        for address in case.pages:
            expected |= dict.fromkeys(_papers(address))
    text = "\n\n".join(case.text for case in test_addresses.CASES)
    printed = reader.run("open", "-", "--print", stdin=text).stdout.replace(sim.site_url, "https://arxiv.org")
    found = [paper for address in printed.split() for paper in _papers(address)]
    assert sorted(found) == sorted(expected)
    for kind in ("https://papers.cool/arxiv/2", "https://papers.cool/venue/"):
        assert [each for each in found if each.startswith(kind)] == [each for each in expected if each.startswith(kind)]


def _papers(address: str) -> list[str]:
    """A page for each paper of a page."""
    front, _, names = address.rpartition("/")
    listed = address.startswith("https://papers.cool/arxiv/cs.")
    return [address] if listed else [f"{front}/{name}" for name in names.split(",")]


@pytest.mark.parametrize(
    "content",
    [
        "Käfer, 2312.11111".encode("latin-1"),
        "Käfer, 2312.11111".encode("utf-16"),
        b"\xfe\xfd\xfc 2312.11111 \x80\x81",
        b"\x00\x01\x02 2312.11111 \x00",
        b"\xef\xbb\xbf2312.11111",
    ],
)
def test_ids_in_bytes_that_are_no_utf_8(reader: Program, content: bytes) -> None:
    told = reader.execute([*COMMAND, "open", "-", "--print"], content)
    assert (told.code, told.stdout.split()) == (0, [page("2312.11111")])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n\xe2\xe3 2312.11111", "pdftotext"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text"),
        (b"x2312.11111y and 12312.11111", "no arXiv id"),
    ],
)
def test_input_that_holds_no_paper_is_told(reader: Program, browser: Browser, content: bytes, said: str) -> None:
    told = reader.execute([*COMMAND, "open", "-"], content)
    assert told.code == 3 and said in told.stderr and len(told.complaints) <= 2
    assert browser.opened == []


def test_ten_megabytes_are_read(reader: Program) -> None:
    lines = "The state of the art and/or nothing of the kind, 3.14 and 2023-11-20.\n" * 145_000
    told = reader.run("open", "-", "--print", stdin=f"{lines}see 2312.11111\n")
    assert told.stdout.split() == [page("2312.11111")]


@pytest.mark.skipif(sys.platform != "linux", reason="the clipboard is a program on Linux only")
@pytest.mark.parametrize("verb", ["star", "show", "open"])
def test_the_clipboard_names_papers(reader: Program, browser: Browser, papers: list[str], verb: str) -> None:
    program = browser.script.with_name("xclip")
    program.write_text(f"#!/bin/sh\necho 'Read https://arxiv.org/abs/{papers[0]}v1, then {papers[1]}.'\n")
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    told = reader.run(verb, "--clipboard", "3", "--json", PATH=path, DISPLAY=":7", WAYLAND_DISPLAY=None)
    if verb == "open":
        assert browser.opened == [page(papers[2], papers[0], papers[1])]
    else:
        assert [paper["id"] for paper in told.document["papers"]] == [papers[2], papers[0], papers[1]]


@pytest.mark.parametrize("verb", ["star", "show"])
def test_a_verb_that_needs_papers_asks_for_them(reader: Program, verb: str) -> None:
    assert len(reader.run(verb, code=2).complaints) == 2
