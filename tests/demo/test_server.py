"""The demonstration's server over real HTTP: its formats are arXiv's, and they agree with each other."""

from __future__ import annotations

import json
import re
import socket
import time
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from coolcli.arxiv import fulltext
from coolcli.arxiv.calendar import EASTERN
from coolcli.ask import pdf
from coolcli.demo import server

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = date(2026, 11, 20)
TAXONOMY = Path(__file__).parents[3] / "shared/arxiv-samples/taxonomy.json"

# category or archive: new, cross, replace, replace-cross
COUNTS = {
    "cs.LG": (22, 12, 4, 3),
    "cs.CL": (6, 5, 1, 0),
    "cs.CV": (5, 1, 1, 0),
    "cs.AI": (4, 4, 1, 0),
    "stat.ML": (4, 4, 1, 1),
    "math.OC": (3, 2, 0, 0),
    "math.ST": (3, 1, 0, 0),
    "eess.SP": (3, 1, 0, 0),
    "quant-ph": (3, 1, 1, 0),
    "hep-th": (2, 0, 1, 0),
    "physics.comp-ph": (3, 0, 1, 0),
    "q-bio.NC": (2, 1, 0, 0),
    "cs": (39, 14, 7, 3),
    "math": (6, 5, 0, 2),
    "stat": (7, 5, 1, 1),
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server.serve(DAY) as base, httpx.Client(base_url=base) as opened:
        yield opened


def read_feed(client: httpx.Client, categories: str) -> Any:
    answer = client.get(f"/rss/{categories}")
    assert answer.status_code == 200
    return parse_feed(answer.content)


def parse_feed(body: bytes) -> Any:
    parsed: Any = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo
    return parsed


def read_page(client: httpx.Client, path: str) -> LexborHTMLParser:
    answer = client.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def words(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def headings(page: LexborHTMLParser) -> list[str]:
    return [words(node) for node in page.css("dl > h3")]


def page_ids(page: LexborHTMLParser) -> list[str]:
    return [node.attributes["id"] or "" for node in page.css("a[title=Abstract]")]


def feed_ids(feed: Any) -> list[str]:
    return [item.link.rpartition("/")[2] for item in feed.entries]


@pytest.mark.parametrize(("category", "counts"), COUNTS.items())
def test_feed_and_page_and_catchup_hold_the_same_papers(
    client: httpx.Client, category: str, counts: tuple[int, ...]
) -> None:
    feed = read_feed(client, category)
    types = Counter(item.arxiv_announce_type for item in feed.entries)
    assert tuple(types[name] for name in server.TYPES) == counts

    new, cross, replace, replace_cross = counts
    sections = {
        "New submissions": new,
        "Cross submissions": cross,
        "Replacement submissions": replace + replace_cross,
    }
    for path in (f"/list/{category}/new", f"/catchup/{category}/{DAY}?abs=True"):
        page = read_page(client, path)
        assert page_ids(page) == feed_ids(feed)
        assert headings(page) == [f"{name} (showing {n} of {n} entries)" for name, n in sections.items() if n]
        assert f"Total of {sum(counts)} entries" in words(page.body)


def test_feed_is_in_arxivs_order(client: httpx.Client) -> None:
    found = [(item.arxiv_announce_type, item.link) for item in read_feed(client, "cs.LG").entries]
    assert found == sorted(found, key=lambda pair: (server.TYPES.index(pair[0]), pair[1]))


def test_feed_item(client: httpx.Client) -> None:
    item = read_feed(client, "cs.LG").entries[0]
    assert item.link == "https://arxiv.org/abs/2611.14207"
    assert item.id == "oai:arXiv.org:2611.14207v1"
    assert item.summary.startswith("arXiv:2611.14207v1 Announce Type: new \nAbstract: Long training runs")
    assert [tag.term for tag in item.tags] == ["cs.LG", "stat.ML"]
    assert item.author == "Ifeoma Adeyinka-Brandt, Tuomas Lehtovirta, Priyanka Devarakonda"
    assert item.rights == "http://creativecommons.org/licenses/by/4.0/"


def test_feed_keeps_tex_and_affiliations_and_what_looks_like_a_tag(client: httpx.Client) -> None:
    items = {item.title: item for item in read_feed(client, "cs+stat").entries}
    sparse = next(item for title, item in items.items() if r"$\ell_1$" in title)
    assert sparse.author.startswith(r"Jos\'e Mart{\'\i}nez Olivar, ")
    pauses = next(item for title, item in items.items() if "間" in title)
    assert pauses.author.startswith("Shirogane Tatsunori (Institute for Quiet Speech, Kanazawa, Japan), ")
    assert sum("<think>" in item.summary for item in items.values()) == 1


def test_page_and_api_have_letters_for_tex(client: httpx.Client) -> None:
    page = read_page(client, "/list/stat.ML/new")
    assert "José Martínez Olivar" in [words(node) for node in page.css(".list-authors a")]
    every = [server.identifier(paper, DAY) for paper in server.load()]
    answer = parse_feed(client.get(f"/api/query?id_list={','.join(every)}&max_results=100").content)
    assert len(answer.entries) == len(every)
    assert not [
        author.name for entry in answer.entries for author in entry.authors if re.search(r"[\\{}]", author.name)
    ]
    assert "Where to Put the Next Café" in "".join(entry.title for entry in answer.entries)


def test_two_categories_are_seen_together(client: httpx.Client) -> None:
    together = read_feed(client, "cs.LG+stat.ML").entries
    alone = read_feed(client, "cs.LG").entries
    ids = {item.id: item.arxiv_announce_type for item in together}
    assert len(ids) == len(together) > len(alone)
    crossed = [item.id for item in alone if item.arxiv_announce_type == "cross" and item.tags[0].term == "stat.ML"]
    assert crossed
    assert {ids[name] for name in crossed} == {"new"}


def test_a_late_cross_listing_is_not_in_its_primary_category(client: httpx.Client) -> None:
    ferris = next(paper for paper in server.load() if "Ferris" in paper.title)
    assert server.identifier(ferris, DAY) in feed_ids(read_feed(client, "cs.LG"))
    assert read_feed(client, "eess.AS").entries
    assert server.identifier(ferris, DAY) not in feed_ids(read_feed(client, "eess.AS"))


@pytest.mark.parametrize("asked", ["cs.lg", "CS.LG"])
def test_case_does_not_matter(client: httpx.Client, asked: str) -> None:
    assert feed_ids(read_feed(client, asked)) == feed_ids(read_feed(client, "cs.LG"))


def test_a_known_category_without_papers_is_empty(client: httpx.Client) -> None:
    assert read_feed(client, "nucl-ex").entries == []
    page = read_page(client, "/list/nucl-ex/new")
    assert words(page.css_first("h3")) == "Showing new listings for Friday, 20 November 2026"
    assert words(page.css("p")[-1]) == "No updates today."


@pytest.mark.parametrize("asked", ["cs.XX", "foo", "cs.LG+cs.XX", "stat.m"])
def test_an_unknown_category_fails_the_whole_feed(client: httpx.Client, asked: str) -> None:
    answer = client.get(f"/rss/{asked}")
    assert answer.status_code == 400
    parsed = parse_feed(answer.content)
    assert parsed.version == "rss20"
    assert parsed.entries == []
    assert parsed.feed.subtitle.startswith("Bad ")


@pytest.mark.parametrize(
    "path",
    [
        "/list/cs.XX/new",
        "/list/cs.LG/new?show=7",
        f"/catchup/cs.XX/{DAY}",
        "/catchup/cs.LG/2026-13-01",
        f"/catchup/cs.LG/{DAY + timedelta(days=1)}",
        f"/catchup/cs.LG/{DAY - timedelta(days=91)}",
    ],
)
def test_bad_pages_are_refused(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 400


def catchup(client: httpx.Client, category: str, day: date) -> LexborHTMLParser:
    return read_page(client, f"/catchup/{category}/{day}?abs=True")


def test_each_earlier_weekday_had_an_announcement_of_its_own(client: httpx.Client) -> None:
    thursday, wednesday = (catchup(client, "cs.LG", DAY - timedelta(days=back)) for back in (1, 2))
    assert "Total of 15 entries for Thu, 19 Nov 2026" in words(thursday.body)
    assert len(page_ids(thursday)) == 15
    assert not set(page_ids(thursday)) & ({*page_ids(wednesday), *feed_ids(read_feed(client, "cs.LG"))})
    assert page_ids(thursday) == page_ids(catchup(client, "cs.LG", DAY - timedelta(days=1)))


def test_a_weekend_had_none_and_a_holiday_neither(client: httpx.Client) -> None:
    for day in (DAY - timedelta(days=5), date(2026, 9, 8)):
        page = catchup(client, "cs.LG", day)
        assert page_ids(page) == [] and "No updates for" in words(page.body)


def test_an_earlier_day_leads_on_to_the_next_with_an_announcement(client: httpx.Client) -> None:
    friday = catchup(client, "cs.LG", DAY - timedelta(days=7))
    links = [node.attributes["href"] for node in friday.css("a") if words(node) == "Continue to the next day"]
    assert links == ["/catchup/cs.LG/2026-11-16?abs=True&page=1"] * 2
    assert "Continue" not in words(catchup(client, "cs.LG", DAY).body)


def test_no_id_is_announced_twice_but_those_that_are_replaced() -> None:
    days = [DAY - timedelta(days=back) for back in range(91)]
    announced = Counter(name for asked in days for name, _ in server.announced(DAY, asked=asked))
    again = {server.identifier(paper, DAY) for paper in server.load() if paper.days}
    assert again and {name for name, count in announced.items() if count > 1} == again


def test_two_replacements_are_of_papers_that_an_earlier_day_had_as_new(client: httpx.Client) -> None:
    for paper in (paper for paper in server.load() if paper.days):
        name, first = server.identifier(paper, DAY), server.first_day(paper, DAY)
        category = paper.categories[0]
        assert name in page_ids(catchup(client, category, first))
        assert name in feed_ids(read_feed(client, category))
        old, new = parse_feed(client.get(f"/api/query?id_list={name}v1,{name}").content).entries
        assert paper.before and new.arxiv_comment == paper.comments != old.arxiv_comment == paper.before.comments
        assert old.published == new.published < f"{first}T" < new.updated
        assert paper.before.abstract[-40:] in words(read_page(client, f"/abs/{name}v1").body)


def test_papers_of_earlier_days_can_be_asked_for(client: httpx.Client) -> None:
    name = page_ids(catchup(client, "cs.LG", DAY - timedelta(days=3)))[0]
    (entry,) = parse_feed(client.get(f"/api/query?id_list={name}").content).entries
    assert entry.id.endswith(f"{name}v1")
    assert client.get(f"/abs/{name}").status_code == 200


def test_the_first_page_states_what_it_shows(client: httpx.Client) -> None:
    page = read_page(client, "/list/cs.LG/new?show=25")
    assert headings(page) == [
        "New submissions (showing 22 of 22 entries)",
        "Cross submissions (showing first 3 of 12 entries)",
    ]
    assert words(page.css_first(".paging")) == "Total of 41 entries : 1-25 26-41"
    anchors = [(words(node), node.attributes["href"]) for node in page.css("li > a")]
    assert anchors == [
        ("New submissions", "#item0"),
        ("Cross-lists", "#item23"),
        ("Replacements", "/list/cs.LG/new?skip=25&show=25#item35"),
    ]


def test_the_last_page_continues(client: httpx.Client) -> None:
    first, last = (read_page(client, f"/list/cs.LG/new?skip={skip}&show=25") for skip in (0, 25))
    assert headings(last) == [
        "Cross submissions (continued, showing last 9 of 12 entries)",
        "Replacement submissions (showing 7 of 7 entries)",
    ]
    assert page_ids(first) + page_ids(last) == feed_ids(read_feed(client, "cs.LG"))


def test_a_page_in_the_middle_of_a_section() -> None:
    page = LexborHTMLParser(server.new_page(DAY, "cs", skip=25, show=25).decode())
    assert headings(page) == [
        "New submissions (continued, showing last 14 of 39 entries)",
        "Cross submissions (showing first 11 of 14 entries)",
    ]
    tight = LexborHTMLParser(server.new_page(DAY, "cs", skip=10, show=10).decode())
    assert headings(tight) == ["New submissions (continued, showing 10 of 39 entries)"]


def test_page_has_comments_subjects_notes_and_abstracts(client: httpx.Client) -> None:
    page = read_page(client, "/list/cs.LG/new")
    rows = list(zip(page.css("dt"), page.css("dd"), strict=True))
    marked, described = rows[0]
    assert words(described.css_first(".list-comments")) == "Comments: 21 pages, 8 figures. Code: this https URL"
    assert (
        words(described.css_first(".list-subjects")) == "Subjects: Machine Learning (cs.LG); Machine Learning (stat.ML)"
    )
    assert words(described.css_first("p.mathjax")).startswith("Long training runs visit their data once")
    assert "https://arxiv.org/html/2611.14207v1" in (marked.html or "")
    assert "(cross-list from physics.space-ph)" in words(rows[22][0])
    assert "(replaced)" in words(rows[-1][0])


def test_dates_are_the_days(client: httpx.Client) -> None:
    feed = read_feed(client, "cs.LG").feed
    assert parsedate_to_datetime(feed.published) == datetime(2026, 11, 20, tzinfo=EASTERN)
    assert feed.published.endswith("00:00:00 -0500")
    page = read_page(client, f"/catchup/hep-th/{DAY}")
    expected = "Catchup results for High Energy Physics - Theory on Fri, 20 Nov 2026"
    assert words(page.css_first("h1")) == expected
    assert page.css("p.mathjax") == []


@pytest.mark.parametrize("day", [DAY, date(2026, 1, 1), date(2024, 2, 29), date(2027, 12, 31)])
def test_ids_are_valid_and_distinct(day: date) -> None:
    papers = server.load()
    ids = [server.identifier(paper, day) for paper in papers]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\d{2}(0[1-9]|1[0-2])\.\d{5}", name) for name in ids)
    for name, paper in zip(ids, papers, strict=True):
        month = f"{day:%y%m}"
        assert name[:4] < month or paper.type != "replace" or paper.days
        assert name[:4] == month or paper.type == "replace"


def test_ids_of_one_days_new_papers_are_not_those_of_the_next() -> None:
    fresh = [paper for paper in server.load() if paper.type != "replace"]
    ids = [server.identifier(paper, date(2026, 11, number)) for number in range(1, 31) for paper in fresh]
    assert len(set(ids)) == len(ids)


def test_api_answers_versions_in_the_order_asked(client: httpx.Client) -> None:
    replaced = next(paper for paper in server.load() if paper.version == 4)
    old = server.identifier(replaced, DAY)
    asked = f"{old}v2,2611.14207,{old},2611.99999,{old}v5"
    answer = parse_feed(client.get(f"/api/query?id_list={asked}&max_results=100").content)
    found = [entry.id.rpartition("/abs/")[2] for entry in answer.entries]
    assert found == [f"{old}v2", "2611.14207v1", f"{old}v4"]
    assert answer.feed.opensearch_totalresults == "3"
    second, _, latest = answer.entries
    assert second.published == latest.published < second.updated < latest.updated
    assert latest.arxiv_primary_category["term"] == "cs.LG"
    assert latest.arxiv_comment == replaced.comments
    assert latest.arxiv_doi == replaced.doi


def test_api_finds_papers_by_the_time_of_submission(client: httpx.Client) -> None:
    question = "(ti:learning OR au:tūhoro) ANDNOT cat:math.*"
    pages = [
        parse_feed(
            client.get("/api/query", params={"search_query": question, "start": start, "max_results": 40}).content
        )
        for start in (0, 40)
    ]
    entries = [entry for page in pages for entry in page.entries]
    assert len(entries) == min(80, int(pages[0].feed.opensearch_totalresults)) > 60
    assert [entry.published for entry in entries] == sorted((entry.published for entry in entries), reverse=True)
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(
        "learning" in entry.title.lower() or "Ngaire Tūhoro" in [author.name for author in entry.authors]
        for entry in entries
    )
    assert not any(tag.term.startswith("math.") for entry in entries for tag in entry.tags)


def test_api_submission_times_precede_the_announcement() -> None:
    with server.serve(DAY) as base:
        ids = ",".join(server.identifier(paper, DAY) for paper in server.load())
        answer = parse_feed(httpx.get(f"{base}/api/query?id_list={ids}&max_results=100").content)
    for entry in answer.entries:
        assert entry.published <= entry.updated < f"{DAY - timedelta(days=1)}T19:00:00Z"
        assert entry.published[2:7].replace("-", "") == entry.id.rpartition("/")[2][:4]


@pytest.mark.parametrize(
    "query", ["", "id_list=abc", "search_query=((", "search_query=ti:a ti:b", "id_list=2611.14207&start=x"]
)
def test_api_errors_are_a_feed_with_one_entry(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/api/query?{query}")
    assert answer.status_code == 400
    assert [entry.title for entry in parse_feed(answer.content).entries] == ["Error"]


@pytest.mark.parametrize("path", ["/abs/2611.14207", "/abs/2611.14207v1", "/pdf/2611.14207", "/arxiv/2611.14207"])
def test_a_papers_page_says_that_it_is_invented(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "This paper is invented" in answer.text


def test_a_pdf_is_one(client: httpx.Client) -> None:
    """Each object lies where the table says, so that a viewer need not mend it."""
    for paper in server.load():
        content = client.get(f"/pdf/{server.identifier(paper, DAY)}.pdf").content
        start = int(content.rpartition(b"startxref\n")[2].split()[0])
        places = re.findall(rb"(\d{10}) 00000 n", content)
        assert content.startswith(b"%PDF-1.4\n") and content.endswith(b"%%EOF\n")
        assert content[start:].startswith(b"xref\n")
        assert all(content[int(place) :].startswith(b"%d 0 obj" % number) for number, place in enumerate(places, 1))


def test_most_papers_have_an_html_version_that_is_read_as_arxivs(client: httpx.Client) -> None:
    sections = ["", "Abstract", "1 Introduction", "2 Related Work", "3 Method", "3.1 Setting"]
    read = 0
    for paper in server.load():
        answer = client.get(f"/html/{server.identifier(paper, DAY)}v{paper.version}")
        assert answer.status_code == (200 if server.has_html(paper) else 404)
        if found := fulltext.parse(answer.content) if answer.status_code == 200 else None:
            read += 1
            assert [section.title for section in found.sections[:6]] == sections
            assert len(found.sections[1].text) > 100
    assert 0 < len(server.load()) - read < read / 4, "and some have none, as at arXiv"


def test_a_pdf_says_what_the_html_says(client: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(client.get("/pdf/2611.14207").content)
    found = pdf.text_of(file, seconds=60)
    page = fulltext.parse(client.get("/html/2611.14207").content)
    assert page is not None
    assert [section.title for section in found.sections] == [section.title for section in page.sections]


def test_abstract_page_has_arxivs_metadata(client: httpx.Client) -> None:
    page = read_page(client, "/abs/2611.14207")
    meta = [(node.attributes["name"], node.attributes["content"]) for node in page.css("meta[name^=citation_]")]
    assert ("citation_arxiv_id", "2611.14207") in meta
    assert ("citation_author", "Lehtovirta, Tuomas") in meta
    assert words(page.css_first("td.subjects")) == "Machine Learning (cs.LG); Machine Learning (stat.ML)"


@pytest.mark.parametrize("path", ["/", "/abs/2611.99999", "/list/cs.LG/recent", "/oai?verb=ListRecords"])
def test_the_rest_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_same_day_gives_the_same_bytes(client: httpx.Client) -> None:
    assert client.get("/rss/cs.LG").content == server.feed(DAY, ["cs.LG"])
    assert client.get("/rss/cs.LG").headers["ETag"] == client.get("/rss/CS.LG").headers["ETag"]


def test_papers_may_be_given() -> None:
    paper = server.load()[0]
    with server.serve(DAY, [paper]) as base:
        assert len(parse_feed(httpx.get(f"{base}/rss/cs.LG").content).entries) == 1


def test_a_client_that_hangs_up_leaves_no_trace(capfd: pytest.CaptureFixture[str]) -> None:
    with server.serve(DAY) as base:
        url = httpx.URL(base)
        with socket.create_connection((url.host, url.port or 0)) as connection:
            # Closing with unread data waiting resets the connection.
            connection.sendall(b"GET /rss/cs HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        assert httpx.get(f"{base}/rss/cs.LG").status_code == 200
        time.sleep(0.05)
    assert capfd.readouterr().err == ""


def test_serving_ends_quickly() -> None:
    start = time.perf_counter()
    with server.serve(DAY):
        pass
    assert time.perf_counter() - start < 0.4


# --- the papers ---


def test_papers_are_well_formed() -> None:
    papers = server.load()
    assert [paper.number for paper in papers] == list(range(1, len(papers) + 1))
    assert len({paper.title for paper in papers}) == len(papers)
    for paper in papers:
        assert paper.authors
        assert paper.categories
        assert 60 <= len(paper.abstract.split()) <= 130
        assert (paper.version > 1) is (paper.type == "replace")
        assert paper.doi is None or paper.doi.startswith("10.5555/")
        assert set(re.findall(r"https?://([^/\s]+)", f"{paper.comments} {paper.abstract}")) <= {"example.org"}


def test_papers_hold_no_control_characters() -> None:
    raw = Path(server.__file__).with_name("papers.json").read_text(encoding="utf-8")
    for value in strings(json.loads(raw)):
        assert not [c for c in value if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Cn"}], value
        assert value == unicodedata.normalize("NFC", value).strip()


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def test_papers_hold_the_rare_cases() -> None:
    papers = server.load()
    assert any(len(paper.authors) == 40 for paper in papers)
    assert any(len(paper.title) > 200 for paper in papers)
    assert any(" " not in paper.title for paper in papers)
    assert any(paper.title.startswith("[") for paper in papers)
    assert any(r"$\mathcal{O}(n\log n)$" in paper.abstract for paper in papers)
    assert sum(bool(paper.affiliations) for paper in papers) == 2


@pytest.mark.skipif(not TAXONOMY.exists(), reason="the samples of arXiv's answers are not here")
def test_categories_are_arxivs() -> None:
    active = {category["id"] for category in json.loads(TAXONOMY.read_text(encoding="utf-8")) if category["active"]}
    assert {category for paper in server.load() for category in paper.categories} <= active
