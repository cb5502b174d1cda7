"""Addresses of papers and of a day, in the places where they can be opened."""

from __future__ import annotations

from datetime import date

import pytest

from coolcli import links
from coolcli.arxiv import ids
from coolcli.arxiv.categories import parse
from coolcli.config import ABOUT, Settings

DEFAULT = Settings()
ELSEWHERE = Settings(arxiv_site_url="http://127.0.0.1:8000", papers_cool_url="http://127.0.0.1:9000")


@pytest.mark.parametrize("paper_id", ["2611.01234", "hep-th/9901001"])
def test_the_links_of_a_paper(paper_id: str) -> None:
    assert links.links(paper_id) == {
        "abs": f"https://arxiv.org/abs/{paper_id}",
        "pdf": f"https://arxiv.org/pdf/{paper_id}",
        "papers.cool": f"https://papers.cool/arxiv/{paper_id}",
    }


@pytest.mark.parametrize(
    ("place", "page"),
    [
        ("papers.cool", "https://papers.cool/arxiv/2611.01234"),
        ("abs", "https://arxiv.org/abs/2611.01234"),
        ("pdf", "https://arxiv.org/pdf/2611.01234"),
        ("html", "https://arxiv.org/html/2611.01234"),
        ("alphaxiv", "https://www.alphaxiv.org/abs/2611.01234"),
    ],
)
def test_one_paper_in_each_place(place: str, page: str) -> None:
    assert links.pages([("2611.01234", None)], place, DEFAULT) == [page]


@pytest.mark.parametrize("place", ABOUT["open.in"].choices)
def test_every_place_of_the_setting_has_pages_that_bear_the_ids(place: str) -> None:
    some = ["2611.01234", "hep-th/9901001", "2312.11111"]
    pages = links.pages([(paper_id, None) for paper_id in some], place, DEFAULT)
    assert [found.id for page in pages for found in ids.find(page)] == some
    assert links.pages([], place, DEFAULT) == []


@pytest.mark.parametrize(
    ("papers", "sizes"), [(1, [1]), (2, [2]), (30, [30]), (31, [30, 1]), (75, [30, 30, 15]), (0, [])]
)
def test_papers_cool_shows_up_to_thirty_papers_on_a_page(papers: int, sizes: list[int]) -> None:
    some = [f"2611.{number:05}" for number in range(1, papers + 1)]
    pages = links.pages([(paper_id, None) for paper_id in some], "papers.cool", DEFAULT)
    found = [page.removeprefix("https://papers.cool/arxiv/").split(",") for page in pages]
    assert [len(batch) for batch in found] == sizes
    assert [paper_id for batch in found for paper_id in batch] == some


def test_other_places_show_one_paper_a_page() -> None:
    assert links.pages([("2611.01234", None), ("2611.01235", None)], "abs", DEFAULT) == [
        "https://arxiv.org/abs/2611.01234",
        "https://arxiv.org/abs/2611.01235",
    ]


def test_the_settings_say_where_the_places_are() -> None:
    assert links.pages([("2611.01234", None)], "pdf", ELSEWHERE) == ["http://127.0.0.1:8000/pdf/2611.01234"]
    assert links.pages([("2611.01234", None)], "papers.cool", ELSEWHERE) == ["http://127.0.0.1:9000/arxiv/2611.01234"]
    assert links.pages([("2611.01234", None)], "alphaxiv", ELSEWHERE) == ["https://www.alphaxiv.org/abs/2611.01234"]


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("cs.LG", "https://papers.cool/arxiv/cs.LG?date=2026-11-20&show=1000"),
        ("cs.LG,stat.ML", "https://papers.cool/arxiv/cs.LG,stat.ML?date=2026-11-20&show=1000"),
        ("cs.AI+cs.LG-cs.CY", "https://papers.cool/arxiv/cs.AI+cs.LG-cs.CY?date=2026-11-20&show=1000"),
    ],
)
def test_the_page_of_a_day(asked: str, page: str) -> None:
    assert links.day_page(parse([asked]), date(2026, 11, 20), DEFAULT) == page


@pytest.mark.parametrize("doi", ["10.5555/harbour.3", "10.1103/PhysRevD.9.1", "10.1016/S0370-2693(99)00001-2"])
def test_a_doi_has_a_page(doi: str) -> None:
    assert links.doi_page(doi) == f"https://doi.org/{doi}"


@pytest.mark.parametrize(
    "typed",
    ["", "10.1/x", "javascript:x", "https://evil.example/10.5555/x", "10.5555/a b", "10.5555/\x1b[2J", "10.5555/x\n"],
)
def test_what_an_author_typed_instead_of_a_doi_leads_nowhere(typed: str) -> None:
    assert links.doi_page(typed) is None


def test_a_version_asked_for_is_opened_where_versions_are() -> None:
    assert links.pages([("2611.01234", 2)], "pdf", DEFAULT) == ["https://arxiv.org/pdf/2611.01234v2"]
    assert links.pages([("2611.01234", 2)], "papers.cool", DEFAULT) == ["https://papers.cool/arxiv/2611.01234"]
