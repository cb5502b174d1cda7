"""The simulated arXiv is held to recorded answers of the real one, and to what is known of its habits."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock, tex
from tests.samples import SAMPLES, needs_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

FRIDAY = date(2026, 11, 20)
THURSDAY = date(2026, 11, 19)
WEEK = clock.weekdays(FRIDAY, 5)
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=clock.EASTERN)
CATEGORIES = ("cs.LG", "cs.CL", "stat.ML", "eess.SY")

ARXIV = "{http://arxiv.org/schemas/atom}"
ATOM = "{http://www.w3.org/2005/Atom}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"


@pytest.fixture(scope="module")
def week() -> World:
    return World.sample(WEEK, CATEGORIES, per_day=120, seed=7)


@pytest.fixture
def sim(week: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(week, FRIDAY_NOON) as simulator:
        yield simulator


@pytest.fixture
def full_world() -> World:
    """One paper with everything that a record can have."""
    world = World()
    world.add(
        FRIDAY,
        "cs.LG",
        "math.NA",
        "cs.NA",
        title=r"On $\ell_1$ & [brackets]",
        authors=[r"Jos\'e Qu\'ero (Lighthouse Laboratory, Port Vell)", "Ada van der Sluys"],
        abstract="See https://example.org/x.\n  We show that a < b, as in http://example.org/y.",
        comments="5 pages; https://example.org/code, http://example.org, arXiv:2601.00007",
        journal_ref="J. Harb. 3 (2026) 1",
        doi="10.5555/harbour.3",
        acm_class="I.2.7",
        msc_class="65F10",
    )
    return world


def get(simulator: ArxivSimulator, path: str, **options: object) -> httpx.Response:
    with httpx.Client(base_url=simulator.root, timeout=5) as client:
        return client.get(path, **options)  # type: ignore[arg-type]


def feed_items(simulator: ArxivSimulator, categories: str) -> list[tuple[str, str]]:
    """Id and type of each item."""
    root = ElementTree.fromstring(get(simulator, f"/rss/{categories}").content)
    return [
        (item.findtext("link", "").rpartition("/")[2], item.findtext(f"{ARXIV}announce_type", ""))
        for item in root.iter("item")
    ]


def page_ids(text: str) -> list[str]:
    return re.findall(r'href ="/abs/([^"]+)"', text)


def headings(text: str) -> list[str]:
    return re.findall(r"<h3>(.*?)</h3>", text)


# Against the samples


def sample(path: str) -> bytes:
    assert SAMPLES is not None
    return (SAMPLES / path).read_bytes()


def recorded(name: str) -> tuple[int, str]:
    """Status and content type of a recorded answer."""
    lines = sample(f"service-made/{name}.headers").decode().splitlines()
    kinds = [line.partition(": ")[2] for line in lines if line.lower().startswith("content-type:")]
    return int(lines[0].split()[1]), kinds[0]


def xml_paths(*roots: ElementTree.Element) -> set[str]:
    """The path of each element with the names of its attributes."""
    paths: set[str] = set()

    def walk(element: ElementTree.Element, above: str) -> None:
        path = f"{above}>{element.tag}[{','.join(sorted(element.attrib))}]"
        paths.add(path)
        for child in element:
            walk(child, path)

    for root in roots:
        walk(root, "")
    return paths


def html_paths(html: bytes, selector: str) -> set[str]:
    """Paths below the selected nodes: tag, class and the names of the other attributes."""
    paths: set[str] = set()

    def walk(node: LexborNode, above: str) -> None:
        attributes = node.attributes
        names = ",".join(sorted(name for name in attributes if name != "class"))
        path = f"{above}/{node.tag}.{attributes.get('class')}[{names}]"
        paths.add(path)
        for child in node.iter():
            walk(child, path)

    for node in LexborHTMLParser(html).css(selector):
        walk(node, "")
    return paths


def patterns(found: list[str]) -> set[str]:
    """Headings with numbers and dates made alike."""
    dates = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, \d+ [A-Z][a-z]+ \d{4}"
    sections = r"^(New|Cross|Replacement) "
    return {re.sub(r"\d+", "N", re.sub(sections, "SECTION ", re.sub(dates, "DATE", text))) for text in found}


@needs_samples
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/rss/cs.LG", "rss_cs.LG.xml"),
        ("/atom/cs.LG", "atom_cs.LG.xml"),
        ("/rss/cs.XX", "rss_bad_category.xml"),
        ("/atom/cs.XX", "atom_bad_category.xml"),
        ("/rss/foo", "rss_bad_archive.xml"),
        ("/rss/cs.LG?version=1.0", "rss_old_version.xml"),
        ("/rss/", "rss_no_category.html"),
        ("/list/cs.LG/new", "list_cs.LG_new.html"),
        ("/list/cs.XX/new", "list_bad_400.html"),
        ("/list/hep-th/new", "list_empty_new.html"),
        ("/list/cs.CL/recent", "list_cs.CL_recent.html"),
        ("/catchup/cs.LG/2026-11-20?abs=True", "catchup_cs.LG.html"),
        ("/catchup/math/2026-01-02?abs=True", "catchup_too_old_400.html"),
        ("/api/query?id_list=2311.99999", "api_id_missing.xml"),
        ("/api/query?id_list=abc", "api_error_400_id.xml"),
        ("/api/query", "api_error_400_none.xml"),
        ("/api/query?search_query=((", "api_error_400_query.xml"),
        ("/api/query?search_query=all:x&start=foo", "api_error_400_start.xml"),
        ("/api/query?search_query=all:x&max_results=0", "api_error_500.xml"),
        ("/oai?verb=Identify", "oai_Identify.xml"),
        ("/oai?verb=Foo", "oai_badVerb.xml"),
        ("/oai?verb=ListRecords&resumptionToken=abc", "oai_badToken.xml"),
        ("/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs.LG", "oai_badSet.xml"),
        ("/oai?verb=ListRecords&metadataPrefix=arXiv&from=2027-01-01", "oai_noRecordsMatch.xml"),
    ],
)
def test_status_content_type_and_headers_are_arxivs(sim: ArxivSimulator, path: str, name: str) -> None:
    response = get(sim, path)
    assert (response.status_code, response.headers["Content-Type"]) == recorded(name)
    lines = sample(f"service-made/{name}.headers").decode().splitlines()[2:]
    assert {line.partition(":")[0].lower() for line in lines} <= set(response.headers)


@needs_samples
@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/rss/cs.LG", ["service-made/rss_cs.LG.xml"]),
        ("/atom/cs.LG", ["service-made/atom_cs.LG.xml", "captured/atom_feed_cs.AI_cut.xml"]),
        ("/rss/cs.XX", ["service-made/rss_bad_category.xml"]),
        ("/atom/cs.XX", ["service-made/atom_bad_category.xml"]),
    ],
)
def test_feed_elements_are_arxivs(sim: ArxivSimulator, path: str, names: list[str]) -> None:
    ours = xml_paths(ElementTree.fromstring(get(sim, path).content))
    theirs = xml_paths(*(ElementTree.fromstring(sample(name)) for name in names))
    # No recorded item has a DOI or a journal reference; their names are from arXiv's own service.
    extra = {f"{ARXIV}DOI[]", f"{ARXIV}journal_reference[]"}
    assert {path for path in ours if path.rpartition(">")[2] not in extra} - theirs == set()
    assert theirs - ours == set()


@needs_samples
def test_weekend_feed_is_arxivs() -> None:
    with ArxivSimulator(World(), datetime(2026, 7, 4, 9, tzinfo=UTC)) as simulator:
        ours = get(simulator, "/rss/cs.LG").text
    theirs = sample("service-made/rss_weekend_empty.xml").decode()
    assert xml_paths(ElementTree.fromstring(ours)) == xml_paths(ElementTree.fromstring(theirs))
    assert "<pubDate>Sat, 04 Jul 2026 00:00:00 -0400</pubDate>" in ours
    assert "<pubDate>Sat, 04 Jul 2026 00:00:00 -0400</pubDate>" in theirs


@needs_samples
@pytest.mark.parametrize("selector", ["dt", "dd"])
def test_listing_entries_are_arxivs(week: World, full_world: World, selector: str) -> None:
    ours: set[str] = set()
    for world in (week, full_world):
        with ArxivSimulator(world, FRIDAY_NOON) as simulator:
            ours |= html_paths(get(simulator, "/list/cs.LG/new").content, selector)
            ours |= html_paths(get(simulator, "/catchup/cs.LG/2026-11-20?abs=True").content, selector)
    pages = ["captured/list_new_excerpt.html", "week/2026-06-12_list_cs.CL_new.html", "service-made/catchup_cs.LG.html"]
    theirs = set().union(*(html_paths(sample(name), selector) for name in pages))
    assert ours - theirs == set()
    assert theirs - ours == set()


@needs_samples
@pytest.mark.parametrize(
    ("query", "name"),
    [("", "list_cs.CL_new"), ("?show=25", "list_cs.CL_new_25"), ("?skip=500&show=500", "list_cs.CL_new_p2")],
)
def test_listing_frames_are_arxivs(query: str, name: str) -> None:
    crowded = World.sample(clock.weekdays(FRIDAY, 2), ["cs.CL", "cs.LG"], per_day=900)
    with ArxivSimulator(crowded, FRIDAY_NOON) as simulator:
        ours = get(simulator, f"/list/cs.CL/new{query}").text
    theirs = sample(f"service-made/{name}.html").decode()
    assert patterns(headings(ours)) == patterns(headings(theirs))
    for selector in ("h1", "h3", "dl", "div.paging", "div.morefewer", "#dlpage > ul", "#dlpage > p"):
        assert shallow(ours.encode(), selector) == shallow(theirs.encode(), selector), selector
    for selector in ("div.paging", "div.morefewer", "#dlpage > ul", "#dlpage > p"):
        assert outlines(ours, selector) == outlines(theirs, selector)


def outlines(html: str, selector: str) -> list[str]:
    """The markup of the selected nodes, numbers and blanks made alike."""
    nodes = LexborHTMLParser(html).css(selector)
    return [re.sub(r"\s+", "", re.sub(r"\d+", "N", str(node.html))) for node in nodes]


def shallow(html: bytes, selector: str) -> set[str]:
    """As html_paths, without what is inside the entries of a list."""
    return {path for path in html_paths(html, selector) if "/dt." not in path and "/dd." not in path}


@needs_samples
def test_headings_are_arxivs(sim: ArxivSimulator) -> None:
    theirs: set[str] = set()
    assert SAMPLES is not None
    for file in [*SAMPLES.glob("service-made/*.html"), *SAMPLES.glob("week/*.html")]:
        theirs |= patterns(headings(file.read_text()))
    ours: set[str] = set()
    for path in (
        *("/list/cs.LG/new", "/list/cs.LG/new?show=25", "/list/cs.LG/new?skip=25&show=25", "/list/cs.XX/new"),
        *("/list/cs.LG/recent", "/list/hep-th/new", "/catchup/cs.LG/2026-11-19?abs=True"),
    ):
        ours |= patterns(headings(get(sim, path).text))
    # The recorded pages do not happen to show a section's middle, nor the end of a day within /recent.
    rare = {text for text in ours if "continued, showing N of" in text or text.startswith("DATE (")}
    assert ours - rare - theirs == set()


@needs_samples
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/catchup/cs.LG/2026-11-20?abs=True", "catchup_cs.LG.html"),
        ("/catchup/math.AT/2026-11-17?abs=True", "catchup_empty.html"),
        ("/catchup/cs.LG/2026-11-19?abs=True", "week/2026-06-10_catchup_cs.CL.html"),
    ],
)
def test_catchup_pages_are_arxivs(sim: ArxivSimulator, path: str, name: str) -> None:
    ours = get(sim, path).content
    theirs = sample(name if "/" in name else f"service-made/{name}")
    assert shallow(ours, "#dlpage") - shallow(theirs, "#dlpage") == set()
    assert shallow(theirs, "#dlpage") - shallow(ours, "#dlpage") == set()
    totals = re.compile(r"Total of \d+ entries for \w{3}, \d\d \w{3} \d{4}")
    assert len(totals.findall(ours.decode())) == len(totals.findall(theirs.decode())) == 2


@needs_samples
def test_api_entries_are_arxivs(full_world: World) -> None:
    with ArxivSimulator(full_world, FRIDAY_NOON) as simulator:
        ours = xml_paths(ElementTree.fromstring(get(simulator, "/api/query?search_query=cat:cs.LG").content))
    names = ["captured/api_query_100.xml", "captured/api_id_old_style_affiliations.xml"]
    theirs = xml_paths(*(ElementTree.fromstring(sample(name)) for name in names))
    assert ours == theirs


@needs_samples
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("id_list=abc", "api_error_400_id"),
        ("", "api_error_400_none"),
        ("search_query=((", "api_error_400_query"),
        ("search_query=all:x&start=foo", "api_error_400_start"),
        ("search_query=all:x&max_results=0", "api_error_500"),
    ],
)
def test_api_errors_are_arxivs(sim: ArxivSimulator, query: str, name: str) -> None:
    def timeless(text: str) -> str:
        return re.sub(r"<updated>.*?</updated>", "", text)

    ours = get(sim, f"/api/query?{query}").text
    assert timeless(ours) == timeless(sample(f"service-made/{name}.xml").decode())


@needs_samples
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("verb=ListRecords&metadataPrefix=arXiv&set=cs&from=2026-11-01", "oai_ListRecords_arXiv_p1.xml"),
        ("verb=ListIdentifiers&metadataPrefix=arXiv&set=cs", "oai_ListIdentifiers_math.xml"),
        ("verb=ListRecords&metadataPrefix=arXivRaw&set=math", "oai_ListRecords_arXivRaw_math.xml"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2027-01-01", "oai_noRecordsMatch.xml"),
        ("verb=Foo", "oai_badVerb.xml"),
    ],
)
def test_oai_records_are_arxivs(full_world: World, query: str, name: str) -> None:
    full_world.add(FRIDAY, "cs.CL")
    with ArxivSimulator(full_world, FRIDAY_NOON) as simulator:
        simulator.oai_page = 1
        ours = xml_paths(ElementTree.fromstring(get(simulator, f"/oai?{query}").content))
    theirs = xml_paths(ElementTree.fromstring(sample(f"service-made/{name}")))
    captured = ("captured/oai_listrecords_one.xml", "captured/oai_arxivraw.xml")
    old = set().union(*(xml_paths(ElementTree.fromstring(sample(name))) for name in captured))

    def tails(paths: set[str]) -> set[str]:
        return {path.rpartition(">")[2] for path in paths}

    rare = {f"{{http://arxiv.org/OAI/arXiv/}}{field}[]" for field in ("suffix", "acm-class", "affiliation")}
    rare |= {f"{{http://arxiv.org/OAI/arXivRaw/}}{field}[]" for field in ("acm-class", "msc-class")}
    request = {tail for tail in tails(ours | theirs) if tail.startswith(f"{OAI}request")}
    token = {f"{OAI}resumptionToken[expirationDate]"}
    assert tails(ours) - tails(theirs) - tails(old) - rare - request - token == set()
    assert tails(theirs) - tails(ours) - rare - request == set()


# What arXiv does when, without samples


def test_the_listing_appears_at_eight_in_the_evening_and_the_feed_follows_at_midnight(week: World) -> None:
    evening = datetime(2026, 11, 19, 19, 59, tzinfo=clock.EASTERN)
    with ArxivSimulator(week, evening) as simulator:
        assert "listings for Thursday, 19 November 2026" in get(simulator, "/list/cs.LG/new").text
        assert get(simulator, "/catchup/cs.LG/2026-11-20").status_code == 400
        before = feed_items(simulator, "cs.LG")
        simulator.now += timedelta(minutes=1)
        assert "listings for Friday, 20 November 2026" in get(simulator, "/list/cs.LG/new").text
        assert get(simulator, "/catchup/cs.LG/2026-11-20").status_code == 200
        assert feed_items(simulator, "cs.LG") == before
        assert "Thu, 19 Nov 2026 00:00:00 -0500" in get(simulator, "/rss/cs.LG").text
        simulator.now += timedelta(hours=4)
        assert feed_items(simulator, "cs.LG") != before
        assert "<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate>" in get(simulator, "/rss/cs.LG").text


def test_on_a_weekend_the_feed_is_empty_and_the_page_shows_friday(sim: ArxivSimulator) -> None:
    sim.now = datetime(2026, 11, 21, 12, tzinfo=clock.EASTERN)
    response = get(sim, "/rss/cs.LG")
    assert response.status_code == 200
    assert "<item>" not in response.text
    assert "<pubDate>Sat, 21 Nov 2026 00:00:00 -0500</pubDate>" in response.text
    assert "listings for Friday, 20 November 2026" in get(sim, "/list/cs.LG/new").text


def test_a_day_without_announcement_is_like_a_weekend(week: World) -> None:
    thanksgiving = datetime(2026, 11, 26, 9, tzinfo=clock.EASTERN)
    with ArxivSimulator(week, thanksgiving) as simulator:
        assert feed_items(simulator, "cs.LG") == []
        assert "listings for Friday, 20 November 2026" in get(simulator, "/list/cs.LG/new").text
        assert "Total of 0 entries for Thu, 26 Nov 2026" in get(simulator, "/catchup/cs.LG/2026-11-26").text


def test_a_late_day_is_nowhere_until_it_comes(week: World) -> None:
    world = World.sample(WEEK, CATEGORIES, per_day=20, seed=7)
    world.delay(FRIDAY, 6)
    paper = world.seen(FRIDAY, ["cs.LG"])[0].paper
    record = f"/oai?verb=GetRecord&metadataPrefix=arXivRaw&identifier=oai:arXiv.org:{paper.id}"
    with ArxivSimulator(world, datetime(2026, 11, 20, 1, 59, tzinfo=clock.EASTERN)) as simulator:
        assert "listings for Thursday, 19 November 2026" in get(simulator, "/list/cs.LG/new").text
        assert "Total of 0 entries for Fri, 20 Nov 2026" in get(simulator, "/catchup/cs.LG/2026-11-20").text
        assert "Continue to the next day" not in get(simulator, "/catchup/cs.LG/2026-11-19").text
        assert "<pubDate>Thu, 19 Nov 2026 00:00:00 -0500</pubDate>" in get(simulator, "/rss/cs.LG").text
        assert get(simulator, f"/abs/{paper.id}").status_code == 404
        assert "idDoesNotExist" in get(simulator, record).text
        simulator.now += timedelta(minutes=1)
        assert "listings for Friday, 20 November 2026" in get(simulator, "/list/cs.LG/new").text
        assert "/catchup/cs.LG/2026-11-20?" in get(simulator, "/catchup/cs.LG/2026-11-19").text
        assert "<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate>" in get(simulator, "/rss/cs.LG").text
        assert "<lastBuildDate>Fri, 20 Nov 2026 07:00:19" in get(simulator, "/rss/cs.LG").text
        assert "GetRecord" in get(simulator, record).text


def test_a_feed_that_is_stale_for_hours(sim: ArxivSimulator) -> None:
    sim.feed_lag = timedelta(hours=13)
    assert "<pubDate>Thu, 19 Nov 2026 00:00:00 -0500</pubDate>" in get(sim, "/rss/cs.LG").text
    sim.now += timedelta(hours=1)
    assert "<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate>" in get(sim, "/rss/cs.LG").text


def test_an_announcement_on_a_saturday(week: World) -> None:
    world = World()
    paper = world.add(date(2026, 11, 21), "cs.LG")
    with ArxivSimulator(world, datetime(2026, 11, 20, 20, tzinfo=clock.EASTERN)) as simulator:
        assert page_ids(get(simulator, "/list/cs.LG/new").text) == [paper.id]
        assert page_ids(get(simulator, "/catchup/cs.LG/2026-11-21?abs=True").text) == [paper.id]


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        ("2026-11-16", "2026-11-12 14:00", "2026-11-13 14:00"),
        ("2026-11-17", "2026-11-13 14:00", "2026-11-16 14:00"),
        ("2026-11-18", "2026-11-16 14:00", "2026-11-17 14:00"),
        ("2026-11-20", "2026-11-18 14:00", "2026-11-19 14:00"),
        ("2026-11-21", "2026-11-19 14:00", "2026-11-20 14:00"),
    ],
)
def test_papers_were_submitted_before_the_cut_off_of_their_day(day: str, since: str, until: str) -> None:
    world = World()
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=clock.EASTERN) for text in (since, until))
    moments = [world.add(date.fromisoformat(day), "cs.LG").submitted for _ in range(200)]
    assert begin <= min(moments) < begin + (end - begin) / 10
    assert end - (end - begin) / 10 < max(moments) < end


def test_catchup_shows_papers_as_they_are_now_and_no_high_replacements() -> None:
    world = World()
    paper = world.add(THURSDAY, "cs.LG", title="At first")
    low, high = (world.known("cs.LG", before=THURSDAY) for _ in range(2))
    world.replace(THURSDAY, low, version=5)
    world.replace(THURSDAY, high, version=6)
    world.replace(FRIDAY, paper, title="At last", has_html=True)
    with ArxivSimulator(world, FRIDAY_NOON - timedelta(days=1)) as simulator:
        before = get(simulator, "/catchup/cs.LG/2026-11-19?abs=True").text
        simulator.now = FRIDAY_NOON
        after = get(simulator, "/catchup/cs.LG/2026-11-19?abs=True").text
    assert page_ids(before) == page_ids(after) == [paper.id, low.id]
    assert headings(after)[0] == "New submissions (showing 1 of 1 entries)"
    assert "At first" in before and "At last" not in before
    assert "At last" in after and f"html/{paper.id}v2" in after


def test_a_withdrawn_version_has_no_files_and_its_comments_say_so() -> None:
    world = World()
    paper = world.add(THURSDAY, "cs.LG")
    world.withdraw(FRIDAY, paper, "a gap in the proof")
    query = f"/oai?verb=GetRecord&metadataPrefix=arXivRaw&identifier=oai:arXiv.org:{paper.id}"
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        record = ElementTree.fromstring(get(simulator, query).content)
        name = "{http://arxiv.org/OAI/arXivRaw/}"
        versions = {
            version.get("version"): (version.findtext(f"{name}size"), version.findtext(f"{name}source_type"))
            for version in record.iter(f"{name}version")
        }
        assert versions["v2"] == ("0kb", "I")
        assert versions["v1"] != ("0kb", "I")
        assert "has been withdrawn by the authors due to a gap" in get(simulator, "/list/cs.LG/new").text
        assert record.findtext(f".//{name}abstract") == paper.abstract


def test_feed_and_pages_hold_the_same_papers(sim: ArxivSimulator) -> None:
    listed = page_ids(get(sim, "/list/cs.LG/new").text)
    assert [name for name, _ in feed_items(sim, "cs.LG")] == listed
    assert len(listed) > 25


def test_types_are_seen_from_all_categories_asked_for() -> None:
    world = World()
    paper = world.add(THURSDAY, "cs.LG", "stat.ML")
    other = world.add(FRIDAY, "cs.CL", "cs.LG")
    world.cross(FRIDAY, paper, "cs.CL")
    revised = world.replace(FRIDAY, world.known("quant-ph", "cs.CL", before=FRIDAY), comments="mended")
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        assert feed_items(simulator, "cs.CL") == [
            (other.id, "new"),
            (paper.id, "cross"),
            (revised.id, "replace-cross"),
        ]
        assert feed_items(simulator, "cs.LG") == [(other.id, "cross")]
        assert feed_items(simulator, "cs.LG+CS.cl") == feed_items(simulator, "cs.CL")
        assert feed_items(simulator, "cs") == feed_items(simulator, "cs.CL")
        assert feed_items(simulator, "quant-ph") == [(revised.id, "replace")]
        assert "(cross-list from cs.LG)" in get(simulator, "/list/cs.CL/new").text
        # Catch-up pages list by the categories of today: the cross-list stands on the first day too.
        assert page_ids(get(simulator, "/catchup/cs.CL/2026-11-19").text) == [paper.id]
        assert "Announce Type: new \nAbstract: " in get(simulator, "/rss/cs.CL").text


def test_aliases_are_folded_in_the_feed_and_redirected_by_catchup(sim: ArxivSimulator) -> None:
    assert feed_items(sim, "cs.SY") == feed_items(sim, "eess.SY") != []
    response = get(sim, "/catchup/cs.SY/2026-11-20?abs=True")
    assert response.status_code == 301
    assert response.headers["Location"].startswith("/catchup/eess.SY/2026-11-20?")
    assert get(sim, response.headers["Location"]).status_code == 200


def test_the_feed_cuts_the_oldest_new_papers_at_two_thousand() -> None:
    world = World()
    papers = [world.add(FRIDAY, "cs.LG") for _ in range(2003)]
    crossed = world.add(FRIDAY, "cs.CL", "cs.LG")
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        items = feed_items(simulator, "cs.LG")
        assert len(items) == 2000
        assert items[0] == (papers[4].id, "new")
        assert items[-1] == (crossed.id, "cross")
        first = get(simulator, "/catchup/cs.LG/2026-11-20?abs=True&page=1").text
        second = get(simulator, "/catchup/cs.LG/2026-11-20?abs=True&page=2").text
        assert headings(first) == ["New submissions (showing first 2000 of 2003 entries)"]
        assert headings(second) == [
            "New submissions (continued, showing last 3 of 2003 entries)",
            "Cross submissions (showing 1 of 1 entries)",
        ]
        assert "Total of 2004 entries for Fri, 20 Nov 2026" in second


def test_high_replacements_are_on_the_pages_only() -> None:
    world = World()
    low, high = (world.known("cs.LG", before=FRIDAY, has_html=True) for _ in range(2))
    world.replace(FRIDAY, low, version=5)
    world.replace(FRIDAY, high, version=6)
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        assert feed_items(simulator, "cs.LG") == [(low.id, "replace")]
        assert set(page_ids(get(simulator, "/list/cs.LG/new").text)) == {low.id, high.id}
        assert f"html/{high.id}v6" in get(simulator, "/list/cs.LG/new").text


def test_listings_are_cut_in_pages(sim: ArxivSimulator) -> None:
    whole = page_ids(get(sim, "/list/cs.LG/new").text)
    first, second = (get(sim, f"/list/cs.LG/new?skip={skip}&show=25").text for skip in (0, 25))
    assert page_ids(first) + page_ids(second) == whole[:50]
    assert "New submissions (showing" in first
    assert f"Total of {len(whole)} entries" in first
    assert get(sim, "/list/cs.LG/new?show=26").status_code == 400
    assert get(sim, "/list/cs.lg/new").status_code == 400
    assert "No updates today." in get(sim, "/list/hep-th/new").text


def test_a_listing_shows_a_hundred_authors_and_does_not_say_so() -> None:
    world = World()
    world.add(FRIDAY, "cs.LG", authors=[f"Ada Number{index}" for index in range(130)])
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        assert get(simulator, "/list/cs.LG/new").text.count("searchtype=author") == 100
        assert get(simulator, "/rss/cs.LG").text.count("Ada Number") == 130


def test_recent_has_five_days_without_abstracts(sim: ArxivSimulator) -> None:
    text = get(sim, "/list/cs.LG/recent?show=2000").text
    assert [heading.partition(" (")[0] for heading in headings(text)] == [
        "Fri, 20 Nov 2026",
        "Thu, 19 Nov 2026",
        "Wed, 18 Nov 2026",
        "Tue, 17 Nov 2026",
        "Mon, 16 Nov 2026",
    ]
    assert "<p class='mathjax'>" not in text


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/catchup/cs.LG/2026-08-20", "Catchup only allowed for past 90 days"),
        ("/catchup/cs.LG/2026-11-21", "Can&#39;t request date later than today"),
        ("/catchup/cs.XX/2026-11-20", "Invalid subject"),
        ("/catchup/cs.LG/20-11-2026", "Invalid date format"),
        ("/catchup/cs.LG/2026-11-20?abs=yes", "Invalid abs value"),
    ],
)
def test_catchup_refuses(sim: ArxivSimulator, path: str, reason: str) -> None:
    response = get(sim, path)
    assert response.status_code == 400
    assert reason in response.text


def test_the_feeds_cache_headers_and_304(sim: ArxivSimulator) -> None:
    first = get(sim, "/rss/cs.LG")
    assert first.headers["Cache-Control"] == f"max-age={12 * 3600}"
    sim.now += timedelta(hours=1)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert get(sim, "/rss/cs.LG", headers=tag).status_code == 200
    sim.not_modified = True
    assert get(sim, "/rss/cs.LG", headers=tag).status_code == 304
    sim.now += timedelta(days=3)
    assert get(sim, "/rss/cs.LG", headers=tag).status_code == 200


def test_a_pdf_comes_whole_or_from_a_byte_on(full_world: World) -> None:
    (paper,) = (versions[0] for versions in full_world.papers.values())
    with ArxivSimulator(full_world, FRIDAY_NOON) as simulator:
        simulator.pdf_size = 5000
        whole = get(simulator, f"/pdf/{paper.id}")
        known = {"If-Range": whole.headers["ETag"]}
        assert whole.content.startswith(b"%PDF-") and whole.content.endswith(b"%%EOF\n") and len(whole.content) > 5000
        assert get(simulator, f"/pdf/{paper.id}v1.pdf").content == whole.content
        part = get(simulator, f"/pdf/{paper.id}", headers={"Range": "bytes=5000-"} | known)
        size = len(whole.content)
        assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes 5000-{size - 1}/{size}")
        assert part.content == whole.content[5000:]
        beyond = get(simulator, f"/pdf/{paper.id}", headers={"Range": f"bytes={size}-"} | known)
        assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
        another = get(simulator, f"/pdf/{paper.id}", headers={"Range": "bytes=5000-", "If-Range": '"another"'})
        assert (another.status_code, another.content) == (200, whole.content)
        assert get(simulator, f"/pdf/{paper.id}v2").status_code == 404
        assert get(simulator, "/pdf/2611.99999").status_code == 404


def test_a_paper_has_an_html_version_where_its_listing_links_to_one(full_world: World) -> None:
    (paper,) = (versions[0] for versions in full_world.papers.values())
    bare = World()
    other = bare.add(FRIDAY, "cs.LG", has_html=False)
    with ArxivSimulator(full_world, FRIDAY_NOON) as simulator:
        page = get(simulator, f"/html/{paper.id}v1")
        assert page.status_code == 200 and '<article class="ltx_document' in page.text
        assert get(simulator, f"/html/{paper.id}").text == page.text
    with ArxivSimulator(bare, FRIDAY_NOON) as simulator:
        refused = get(simulator, f"/html/{other.id}v1")
        assert refused.status_code == 404 and f"No HTML for &#39;{other.id}v1&#39;" in refused.text


def test_a_withdrawn_version_has_no_pdf() -> None:
    world = World()
    paper = world.add(THURSDAY, "cs.LG")
    world.withdraw(FRIDAY, paper)
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        refused = get(simulator, f"/pdf/{paper.id}")
        assert (refused.status_code, refused.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert get(simulator, f"/pdf/{paper.id}v1").status_code == 200


def test_faults_of_files(full_world: World) -> None:
    (paper,) = (versions[0] for versions in full_world.papers.values())
    path = f"/pdf/{paper.id}"
    with ArxivSimulator(full_world, FRIDAY_NOON) as simulator:
        simulator.pdf_size = 5000

        def faulty(fault: Fault, **headers: str) -> httpx.Response:
            simulator.fault("/pdf/", fault)
            return get(simulator, path, headers={name.replace("_", "-"): value for name, value in headers.items()})

        whole = get(simulator, path)
        again = {"Range": "bytes=100-", "If_Range": whole.headers["ETag"]}
        assert faulty(Fault.STATUS_403).status_code == 403
        page = faulty(Fault.PAGE_INSTEAD)
        assert page.status_code == 200 and page.text.startswith("<!DOCTYPE html>") and "arxiv.org" in page.text
        unknown = faulty(Fault.NO_RANGES, **again)
        assert (unknown.status_code, unknown.content) == (200, whole.content) and "ETag" not in unknown.headers
        wrong = faulty(Fault.WRONG_RANGE, **again)
        assert (wrong.status_code, wrong.headers["Content-Range"].split("-")[0]) == (206, "bytes 1100")
        changed = faulty(Fault.CHANGED_FILE, **again)
        assert (changed.status_code, len(changed.content)) == (200, len(whole.content))
        assert changed.content != whole.content and changed.headers["ETag"] != whole.headers["ETag"]
        packed = faulty(Fault.PACKED)
        assert (packed.headers["Content-Encoding"], packed.content) == ("gzip", whole.content)
        cut = faulty(Fault.NO_LENGTH)
        assert cut.content == whole.content[: len(whole.content) // 2] and "Content-Length" not in cut.headers
        endless = faulty(Fault.NO_END)
        assert len(endless.content) == len(whole.content) and b"%%EOF" not in endless.content
        simulator.fault("/pdf/", Fault.ENDLESS)
        with httpx.stream("GET", f"{simulator.root}{path}") as stream:
            for _, so_far in zip(range(100), stream.iter_raw(), strict=False):
                assert so_far


def test_abstract_pages(full_world: World) -> None:
    paper = next(iter(full_world.papers.values()))[0]
    with ArxivSimulator(full_world, FRIDAY_NOON) as simulator:
        tree = LexborHTMLParser(get(simulator, f"/abs/{paper.id}").content)
        tags: dict[str, list[str | None]] = {}
        for node in tree.css("meta[name^=citation_]"):
            tags.setdefault(str(node.attributes["name"]), []).append(node.attributes["content"])
        assert tags["citation_author"] == ["Quéro, José", "van der Sluys, Ada"]
        assert tags["citation_title"] == [r"On $\ell_1$ & [brackets]"]
        assert tags["citation_arxiv_id"] == [paper.id]
        assert tags["citation_doi"] == ["10.5555/harbour.3"]
        subjects = tree.css_first("td.subjects")
        assert subjects is not None
        assert subjects.text() == "Machine Learning (cs.LG); Numerical Analysis (math.NA)"
        pdf = get(simulator, f"/pdf/{paper.id}")
        assert pdf.content.startswith(b"%PDF-")
        assert pdf.headers["Content-Type"] == "application/pdf"
        assert get(simulator, "/abs/2611.99999").status_code == 404
        assert get(simulator, f"/abs/{paper.id}v2").status_code == 404
        simulator.now -= timedelta(days=1)
        assert get(simulator, f"/abs/{paper.id}").status_code == 404


def api_ids(simulator: ArxivSimulator, query: str) -> list[str]:
    root = ElementTree.fromstring(get(simulator, f"/api/query?{query}").content)
    return [entry.findtext(f"{ATOM}id", "").rpartition("/abs/")[2] for entry in root.iter(f"{ATOM}entry")]


def test_the_api_knows_versions_and_forgets_silently() -> None:
    world = World()
    paper = world.add(THURSDAY, "cs.LG", title="First")
    world.replace(FRIDAY, paper, title="Second")
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        assert api_ids(simulator, f"id_list={paper.id},2601.00001") == [f"{paper.id}v2"]
        assert api_ids(simulator, f"id_list={paper.id}v1") == [f"{paper.id}v1"]
        simulator.api_lag = timedelta(hours=24)
        assert api_ids(simulator, f"id_list={paper.id}") == [f"{paper.id}v1"]
        assert api_ids(simulator, f"id_list={paper.id}v2") == []


def test_what_comes_later_is_not_known_before() -> None:
    world = World()
    paper = world.add(THURSDAY, "cs.LG", title="First")
    world.cross(FRIDAY, paper, "cs.CL")
    world.replace(FRIDAY, paper, title="Second")
    with ArxivSimulator(world, FRIDAY_NOON - timedelta(days=1)) as simulator:
        for path in (f"/abs/{paper.id}", f"/api/query?id_list={paper.id}v1", "/api/query?search_query=cat:cs.LG"):
            text = get(simulator, path).text
            assert "First" in text
            assert "Second" not in text
            assert "cs.CL" not in text
        simulator.now += timedelta(days=1)
        text = get(simulator, f"/abs/{paper.id}").text
        assert "Second" in text
        assert "Computation and Language (cs.CL)" in text
        assert "(this version, v2)" in text


def test_old_style_ids() -> None:
    world = World()
    world.known("math.GT", id="math.GT/0309136", before=FRIDAY)
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        assert api_ids(simulator, "id_list=math.GT/0309136") == ["math/0309136v1"]
        assert get(simulator, "/abs/math/0309136").status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cat:cs.CL", {"A", "B"}),
        ("cat:cs.*", {"A", "B"}),
        ("cat:cs.CL AND ti:kites", {"B"}),
        ("cat:cs.CL ANDNOT ti:kites", {"A"}),
        ('au:"jane doe" OR ti:tides', {"A", "C"}),
        ("ti:kit*", {"B"}),
        ("ti:kit", set()),
        ('ti:"kit*"', set()),
        ("ti:kites ti:tides", {"B", "C"}),
        ("(ti:kites OR ti:tides) AND cat:math.AT", {"C"}),
        ("submittedDate:[202611190000 TO 202611202359] AND cat:cs.CL", {"A", "B"}),
        ("submittedDate:[202501010000 TO 202501020000]", set()),
    ],
)
def test_api_queries(query: str, expected: set[str]) -> None:
    world = World()
    moment = datetime(2026, 11, 19, 15, tzinfo=UTC)
    plain = "Nothing else."
    fields = {"A": ("cs.CL", "On Looms", "Jane Doe"), "B": ("cs.CL", "On Kites", "X Y"), "C": ("math.AT", "Tides", "Z")}
    names = {
        world.add(
            FRIDAY, category, title=title, authors=[author], abstract=plain, comments=None, submitted=moment
        ).id_with_version: name
        for name, (category, title, author) in fields.items()
    }
    with ArxivSimulator(world, FRIDAY_NOON) as simulator:
        assert {names[found] for found in api_ids(simulator, f"search_query={query}")} == expected


@pytest.mark.parametrize("query", ["((", "ti:", "nothing:kites", "ti:kites AND", "AND ti:kites", "ti:kites) OR ti:x"])
def test_api_queries_that_it_does_not_understand(sim: ArxivSimulator, query: str) -> None:
    assert get(sim, f"/api/query?search_query={query}").status_code == 400


def test_a_submission_date_is_that_of_the_first_version_in_gmt() -> None:
    world = World()
    late = datetime(2026, 11, 18, 20, 30, tzinfo=clock.EASTERN)  # 1:30 of the 19th in Greenwich
    paper = world.add(FRIDAY, "cs.LG", submitted=late)
    world.replace(date(2026, 11, 23), paper)
    with ArxivSimulator(world, FRIDAY_NOON + timedelta(days=3)) as simulator:
        found = [
            api_ids(simulator, f"search_query=cat:cs.*+AND+submittedDate:[{since}+TO+{until}]")
            for since, until in (("202611190130", "202611190130"), ("202611190131", "202611250000"))
        ]
    assert found == [[f"{paper.id}v2"], []]


def test_oai_pages_are_joined_by_tokens(sim: ArxivSimulator) -> None:
    sim.oai_page = 7
    query = "verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:LG&from=2026-11-19&until=2026-11-20"
    seen: list[str] = []
    while True:
        root = ElementTree.fromstring(get(sim, f"/oai?{query}").content)
        seen += [element.text or "" for element in root.iter(f"{OAI}identifier")]
        token = root.find(f".//{OAI}resumptionToken")
        if token is None:
            break
        assert token.get("expirationDate") == "2026-11-21T00:00:00Z"
        query = f"verb=ListRecords&resumptionToken={token.text}"
    assert len(seen) == len(set(seen)) > 14


def test_the_world_is_the_same_for_a_seed_and_differs_for_another() -> None:
    assert World.sample(WEEK, seed=3).papers == World.sample(WEEK, seed=3).papers
    assert World.sample(WEEK, seed=3).papers != World.sample(WEEK, seed=4).papers


def test_requests_are_noted(sim: ArxivSimulator) -> None:
    get(sim, "/rss/cs.LG", headers={"User-Agent": "probe"})
    get(sim, "/list/cs.LG/new?show=25")
    assert sim.paths == ["/rss/cs.LG", "/list/cs.LG/new?show=25"]
    assert sim.requests[0].headers["User-Agent"] == "probe"
    assert sim.requests[0].at <= sim.requests[1].at
    assert sim.most_at_once == 1
    assert set(sim.environment()) >= {"COOL_ARXIV_FEED_URL", "COOL_NOW", "COOL_ARXIV_INTERVAL"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"Jos\'e", "José"),
        (r"S{\o}ren Andr\'{e}", "Søren André"),
        (r"Ji\v{r}\'i", "Jiří"),
        (r"R\"ohmer", "Röhmer"),
        (r"Erd\H{o}s", "Erdős"),
        (r"{\L}azar", "Łazar"),
        (r"a $\'e \ell_1$ b", r"a $\'e \ell_1$ b"),
    ],
)
def test_tex_accents(raw: str, shown: str) -> None:
    assert tex.to_unicode(raw) == shown


# Faults


def test_a_status_comes_as_often_as_ordered(sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.STATUS_503, times=2, retry_after=1)
    assert [get(sim, "/rss/cs.LG").status_code for _ in range(3)] == [503, 503, 200]
    sim.fault("/rss/", Fault.STATUS_503, retry_after=1)
    assert get(sim, "/list/cs.LG/new").status_code == 200
    assert get(sim, "/rss/cs.LG").headers["Retry-After"] == "1"


def test_a_fault_for_ever_until_cleared(sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.STATUS_500, times=None)
    assert {get(sim, path).status_code for path in ("/rss/cs.LG", "/oai", "/api/query")} == {500}
    sim.clear_faults()
    assert get(sim, "/rss/cs.LG").status_code == 200


def test_too_many_requests(sim: ArxivSimulator) -> None:
    sim.fault("/api/", Fault.STATUS_429)
    response = get(sim, "/api/query?id_list=2311.00001")
    assert (response.status_code, response.text) == (429, "Rate exceeded.")
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT])
def test_broken_connections(sim: ArxivSimulator, fault: Fault) -> None:
    sim.fault("/rss/", fault)
    with pytest.raises(httpx.TransportError):
        get(sim, "/rss/cs.LG")
    assert get(sim, "/rss/cs.LG").status_code == 200


def test_a_wrong_length_loses_the_end(sim: ArxivSimulator) -> None:
    whole = get(sim, "/rss/cs.LG").content
    sim.fault("/rss/", Fault.WRONG_LENGTH)
    with httpx.Client() as client, client.stream("GET", f"{sim.feed_url}/rss/cs.LG") as response:
        assert int(response.headers["Content-Length"]) == len(whole) // 2


@pytest.mark.parametrize("fault", [Fault.SLOW_HEADERS, Fault.SLOW_BODY])
def test_slowness(sim: ArxivSimulator, fault: Fault) -> None:
    sim.fault("/rss/", fault, seconds=0.02)
    before = time.monotonic()
    assert get(sim, "/rss/cs.LG").status_code == 200
    assert time.monotonic() - before >= 0.02


def test_closing_does_not_wait_for_a_slow_answer(week: World) -> None:
    before = time.monotonic()
    with ArxivSimulator(week, FRIDAY_NOON) as simulator:
        simulator.fault("/rss/", Fault.SLOW_HEADERS, seconds=30)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{simulator.feed_url}/rss/cs.LG", timeout=0.02)
    assert time.monotonic() - before < 5


def test_a_gzip_bomb_unpacks_to_its_size(sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.GZIP_BOMB, megabytes=3)
    response = get(sim, "/rss/cs.LG")
    assert int(response.headers["Content-Length"]) < 10_000
    assert len(response.content) == 3 << 20


def test_a_stale_feed_is_built_today_with_the_batch_before(sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.STALE_FEED)
    text = get(sim, "/rss/cs.LG").text
    assert "<pubDate>Thu, 19 Nov 2026 00:00:00 -0500</pubDate>" in text
    assert "<lastBuildDate>Fri, 20 Nov 2026" in text


def test_a_full_feed(sim: ArxivSimulator) -> None:
    listed = page_ids(get(sim, "/list/cs.LG/new").text)
    sim.fault("/rss/", Fault.FULL_FEED)
    items = feed_items(sim, "cs.LG")
    assert len({name for name, _ in items}) == 2000
    assert set(listed) < {name for name, _ in items}


def test_answers_of_somebody_else(sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.LOGIN_PAGE)
    response = get(sim, "/rss/cs.LG")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    sim.fault("/rss/", Fault.FOREIGN_REDIRECT)
    assert get(sim, "/rss/cs.LG").headers["Location"] == "https://login.example.invalid/"
    sim.fault("/rss/", Fault.ENDLESS_REDIRECT, times=None)
    with pytest.raises(httpx.TooManyRedirects):
        get(sim, "/rss/cs.LG", follow_redirects=True)


def test_bodies_that_are_not_what_they_say(sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.EMPTY_BODY)
    assert get(sim, "/rss/cs.LG").content == b""
    sim.fault("/list/", Fault.WRONG_CHARSET)
    assert get(sim, "/list/cs.LG/new").headers["Content-Type"] == "text/html; charset=iso-8859-1"
    sim.fault("/list/", Fault.CHANGED_LAYOUT)
    changed = get(sim, "/list/cs.LG/new")
    assert changed.status_code == 200
    assert headings(changed.text) == []
    sim.fault("/rss/", Fault.BAD_REQUEST_AS_RSS)
    refused = get(sim, "/rss/cs.LG")
    assert refused.status_code == 400
    assert ElementTree.fromstring(refused.content).find("channel/item") is None


def test_an_api_that_forgets(sim: ArxivSimulator) -> None:
    ids = [name for name, _ in feed_items(sim, "cs.LG")[:4]]
    query = f"id_list={','.join(ids)}"
    sim.fault("/api/", Fault.MISSING_IDS)
    assert [name.partition("v")[0] for name in api_ids(sim, query)] == ids[1::2]
    sim.fault("/api/", Fault.MISSING_IDS, ids=[ids[3]])
    assert [name.partition("v")[0] for name in api_ids(sim, query)] == ids[:3]
    sim.fault("/api/", Fault.EMPTY_PAGE)
    response = get(sim, f"/api/query?{query}")
    assert "totalResults>4<" in response.text
    assert "<entry>" not in response.text


def test_a_mistake_of_the_simulator_is_not_hidden(week: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError("no such harbour")

    with pytest.raises(LookupError), ArxivSimulator(week, FRIDAY_NOON) as simulator:
        monkeypatch.setattr(simulator, "_route", broken)
        with pytest.raises(httpx.TransportError):
            get(simulator, "/rss/cs.LG")
