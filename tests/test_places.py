"""Pages of papers and listings, in every place that they can be opened in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from coolcli import addresses, places
from coolcli.addresses import ListPage, Named
from coolcli.arxiv.categories import parse
from coolcli.arxiv.ids import ArxivId
from coolcli.settings import PLACES, Settings
from coolcli.venues import VenuePaper

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DEFAULT = Settings()
ELSEWHERE = Settings(arxiv_site_url="http://127.0.0.1:8000", papers_cool_url="http://127.0.0.1:9000")
PAPER, OTHER, OLD = ArxivId("2611.01234"), ArxivId("2312.11111"), ArxivId("hep-th/9901001")
SECOND = PAPER._replace(version=2)


def pages(*named: Named, place: str = "papers.cool", settings: Settings = DEFAULT) -> list[str]:
    return places.pages(named, place, settings).addresses


def remarks(*named: Named, place: str = "papers.cool") -> list[str]:
    return places.pages(named, place, DEFAULT).remarks


def listing(categories: str, day: date | None = None) -> ListPage:
    return ListPage(parse([categories]), day)


@pytest.mark.parametrize(
    ("place", "page", "of_version"),
    [
        ("papers.cool", "https://papers.cool/arxiv/2611.01234", ""),
        ("abs", "https://arxiv.org/abs/2611.01234", "v2"),
        ("pdf", "https://arxiv.org/pdf/2611.01234", "v2"),
        ("html", "https://arxiv.org/html/2611.01234", "v2"),
        ("alphaxiv", "https://www.alphaxiv.org/abs/2611.01234", "v2"),
        ("scirate", "https://scirate.com/arxiv/2611.01234", ""),
        ("huggingface", "https://huggingface.co/papers/2611.01234", ""),
        ("semanticscholar", "https://api.semanticscholar.org/arXiv:2611.01234", ""),
    ],
)
def test_one_paper_in_each_place_and_its_version_where_the_place_has_versions(
    place: str, page: str, of_version: str
) -> None:
    assert pages(PAPER, place=place) == [page]
    assert pages(SECOND, place=place) == [page + of_version]
    assert bool(remarks(SECOND, place=place)) == (not of_version)
    assert remarks(PAPER, place=place) == []


@pytest.mark.parametrize("place", PLACES)
def test_the_pages_of_every_place_name_the_papers(place: str) -> None:
    some = [PAPER, OLD, OTHER]
    assert {found.id for page in pages(*some, place=place) for found in addresses.find(page, NOW)} == {
        paper.id for paper in some
    }
    assert pages(place=place) == []


@pytest.mark.parametrize(
    ("papers", "sizes"), [(1, [1]), (2, [2]), (30, [30]), (31, [30, 1]), (75, [30, 30, 15]), (0, [])]
)
def test_papers_cool_shows_up_to_thirty_papers_on_a_page(papers: int, sizes: list[int]) -> None:
    some = [ArxivId(f"2611.{number:05}") for number in range(1, papers + 1)]
    found = [page.removeprefix("https://papers.cool/arxiv/").split(",") for page in pages(*some)]
    assert [len(batch) for batch in found] == sizes
    assert [paper_id for batch in found for paper_id in batch] == [paper.id for paper in some]


def test_other_places_show_one_paper_a_page() -> None:
    assert pages(PAPER, OTHER, place="abs") == ["https://arxiv.org/abs/2611.01234", "https://arxiv.org/abs/2312.11111"]


def test_an_old_paper_has_a_page_of_its_own_on_papers_cool_and_that_is_said() -> None:
    """Whether papers.cool shows it is not known: the others are not to suffer from it."""
    assert pages(PAPER, OLD, OTHER) == [
        "https://papers.cool/arxiv/2611.01234,2312.11111",
        "https://papers.cool/arxiv/hep-th/9901001",
    ]
    (said,) = remarks(PAPER, OLD)
    assert "hep-th/9901001" in said and "--in abs" in said
    assert remarks(OLD, place="abs") == []


@pytest.mark.parametrize("place", ["html", "alphaxiv", "huggingface"])
def test_an_old_paper_that_a_place_may_not_have_is_opened_at_arxiv_and_that_is_said(place: str) -> None:
    assert pages(OLD._replace(version=2), place=place) == ["https://arxiv.org/abs/hep-th/9901001v2"]
    (said,) = remarks(OLD._replace(version=2), PAPER, place=place)
    assert "hep-th/9901001" in said and place in said and "abstract page" in said


@pytest.mark.parametrize("place", ["scirate", "semanticscholar", "pdf"])
def test_an_old_paper_is_shown_where_the_place_has_it(place: str) -> None:
    assert "arxiv.org/abs" not in pages(OLD, place=place)[0] and remarks(OLD, place=place) == []


def test_papers_of_venues_share_a_page_beside_arxivs_each_page_where_its_first_paper_was_named() -> None:
    venues = [VenuePaper("a-B_c9@OpenReview"), VenuePaper("P19-1001@ACL")]
    assert pages(venues[0], PAPER, venues[1], OTHER) == [
        "https://papers.cool/venue/a-B_c9@OpenReview,P19-1001@ACL",
        "https://papers.cool/arxiv/2611.01234,2312.11111",
    ]


def test_papers_of_venues_are_in_no_other_place_and_that_is_said() -> None:
    assert pages(VenuePaper("P19-1001@ACL"), place="alphaxiv") == ["https://papers.cool/venue/P19-1001@ACL"]
    assert "P19-1001@ACL" in "".join(remarks(VenuePaper("P19-1001@ACL"), place="alphaxiv"))
    assert remarks(VenuePaper("P19-1001@ACL")) == []


def test_the_settings_say_where_the_places_are() -> None:
    assert pages(PAPER, place="pdf", settings=ELSEWHERE) == ["http://127.0.0.1:8000/pdf/2611.01234"]
    assert pages(PAPER, settings=ELSEWHERE) == ["http://127.0.0.1:9000/arxiv/2611.01234"]
    assert pages(VenuePaper("1@2023@IJCAI"), settings=ELSEWHERE) == ["http://127.0.0.1:9000/venue/1@2023@IJCAI"]
    assert pages(listing("cs"), settings=ELSEWHERE) == ["http://127.0.0.1:8000/list/cs/new"]
    assert pages(PAPER, place="alphaxiv", settings=ELSEWHERE) == ["https://www.alphaxiv.org/abs/2611.01234"]
    assert places.search("kites", ELSEWHERE).startswith("http://127.0.0.1:9000/arxiv/search?")


@pytest.mark.parametrize(
    ("template", "paper", "page"),
    [
        ("https://example.org/{id}", SECOND, "https://example.org/2611.01234"),
        ("https://example.org/{id}v{version}", SECOND, "https://example.org/2611.01234v2"),
        ("https://example.org/{id}v{version}", PAPER, "https://example.org/2611.01234"),
        ("https://example.org/{id}v{version}.pdf", OTHER, "https://example.org/2312.11111v7.pdf"),
        ("https://example.org/{id}v{version}.pdf", OTHER._replace(version=3), "https://example.org/2312.11111v3.pdf"),
        ("https://example.org/p?id={id}&v={version}", SECOND, "https://example.org/p?id=2611.01234&v=2"),
        ("https://example.org/p?id={id}&v={version}", PAPER, "https://example.org/p?id=2611.01234&v="),
        ("https://example.org/{id}", OLD, "https://example.org/hep-th/9901001"),
        ("https://example.org/p?id={id}", OLD, "https://example.org/p?id=hep-th%2F9901001"),
        ("https://example.org/{{{id}}}", PAPER, "https://example.org/{2611.01234}"),
    ],
)
def test_the_readers_own_address(template: str, paper: ArxivId, page: str) -> None:
    """Of a version that nobody named and nobody knows, nothing is written, nor the `v` before it."""
    found = places.pages([paper], template, DEFAULT, {OTHER.id: 7})
    assert found == ([page], [])


@pytest.mark.parametrize(
    ("asked", "day", "page"),
    [
        ("cs.LG", date(2026, 11, 20), "https://papers.cool/arxiv/cs.LG?date=2026-11-20&show=1000"),
        ("cs.LG,stat.ML", date(2026, 11, 20), "https://papers.cool/arxiv/cs.LG,stat.ML?date=2026-11-20&show=1000"),
        (
            "cs.AI+cs.LG-cs.CY",
            date(2024, 1, 2),
            "https://papers.cool/arxiv/cs.AI+cs.LG-cs.CY?date=2024-01-02&show=1000",
        ),
        ("hep-th", None, "https://papers.cool/arxiv/hep-th"),
    ],
)
def test_papers_cools_page_of_a_listing(asked: str, day: date | None, page: str) -> None:
    assert pages(listing(asked, day)) == [page]
    assert remarks(listing(asked, day)) == []


@pytest.mark.parametrize(
    ("asked", "day", "own"),
    [
        ("cs.LG", date(2023, 12, 29), ["https://arxiv.org/list/cs.LG/2023-12"]),
        (
            "cs.LG,stat.ML",
            date(2023, 12, 29),
            ["https://arxiv.org/list/cs.LG/2023-12", "https://arxiv.org/list/stat.ML/2023-12"],
        ),
        ("cs", None, ["https://arxiv.org/list/cs/new"]),
        ("math", date(2026, 11, 20), ["https://arxiv.org/catchup/math/2026-11-20"]),
    ],
)
def test_a_listing_that_papers_cool_has_not_is_arxivs_own_and_that_is_said(
    asked: str, day: date | None, own: list[str]
) -> None:
    assert pages(listing(asked, day)) == own
    assert "arXiv's own" in "".join(remarks(listing(asked, day)))


@pytest.mark.parametrize("query", ["state space models", "a&b=c#d", "50% of “kites”", "x+y", "中文"])
def test_a_search_has_the_words_as_they_are(query: str) -> None:
    parts = urlsplit(places.search(query, DEFAULT))
    assert (parts.netloc, parts.path) == ("papers.cool", "/arxiv/search")
    assert parse_qs(parts.query) == {"query": [query], "highlight": ["1"]}
    assert parts.fragment == ""
