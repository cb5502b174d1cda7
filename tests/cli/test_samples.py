"""The main job against recorded answers of arXiv, which are read here in another way than the program reads them."""

from __future__ import annotations

import json
import re
import select
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from tests.cli.program import LIMIT, Program
from tests.samples import SAMPLES, needs_samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs_samples

ARXIV = "{http://arxiv.org/schemas/atom}"
ATOM = "{http://www.w3.org/2005/Atom}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
RIGHTS = "{http://purl.org/dc/elements/1.1/}rights"
TYPES = ("new", "cross", "replace", "replace-cross")
WEDNESDAY_NOON = "2026-07-01T12:00:00-04:00"
NOT_PLAIN = re.compile(r"[\\${}()&:~]|, (?:Jr|Sr|II|III|IV)\b| and ")
"""What makes a name or a title more than the letters that it is written in."""


@dataclass(frozen=True)
class Item:
    """An item of a recorded feed, raw."""

    id: str
    version: int
    type: str
    title: str
    creator: str
    abstract: str
    categories: list[str]
    license: str | None


def content(name: str) -> bytes:
    assert SAMPLES is not None
    return (SAMPLES / name).read_bytes()


def feed(name: str) -> list[Item]:
    items = []
    for item in ElementTree.fromstring(content(name)).iter("item"):
        found = re.fullmatch(r"oai:arXiv\.org:(.+)v(\d+)", item.findtext("guid", ""))
        assert found
        items.append(
            Item(
                found[1],
                int(found[2]),
                item.findtext(f"{ARXIV}announce_type", ""),
                item.findtext("title", ""),
                item.findtext(CREATOR, ""),
                item.findtext("description", "").partition("Abstract: ")[2],
                [category.text or "" for category in item.iter("category")],
                item.findtext(RIGHTS),
            )
        )
    return items


def page_ids(*names: str) -> list[str]:
    return [name for page in names for name in re.findall(r'href ="/abs/([^"]+)"', content(page).decode())]


def stated(name: str) -> int:
    text = content(name).decode()
    if "No updates today." in text:
        return 0
    found = re.search(r"Total of (\d+) entries", text)
    assert found
    return int(found[1])


@contextmanager
def served(*options: str) -> Iterator[dict[str, str]]:
    """Serve the samples on a free port and give the variables that point there."""
    assert SAMPLES is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(SAMPLES / "serve.py"), "--port", str(port), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            assert server.stdout
            ready, _, _ = select.select([server.stdout], [], [], LIMIT)
            assert ready and b"answers on" in server.stdout.readline()
            root = f"http://127.0.0.1:{port}"
            _until_connected(port)
            yield {
                "COOL_ARXIV_FEED_URL": root,
                "COOL_ARXIV_SITE_URL": root,
                "COOL_ARXIV_API_URL": f"{root}/api/query",
                "COOL_ARXIV_OAI_URL": f"{root}/oai",
                "COOL_ARXIV_INTERVAL": "0",
                "COOL_NETWORK_BUDGET": "30",
            }
        finally:
            server.terminate()


def _until_connected(port: int) -> None:
    """It says that it is there before it listens."""
    for _ in range(10_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("the samples are not served")


@pytest.fixture(scope="module")
def wednesday() -> Iterator[dict[str, str]]:
    with served() as variables:
        yield variables | {"COOL_NOW": WEDNESDAY_NOON}


@pytest.fixture
def cool(tmp_path: Path, wednesday: dict[str, str]) -> Program:
    return Program(tmp_path, variables=dict(wednesday))


def papers_of(document: Any) -> dict[str, Any]:
    return {paper["id"]: paper for paper in document["papers"]}


def assert_says_what_the_feed_says(papers: dict[str, Any], items: list[Item]) -> None:
    plain = 0
    for item in items:
        said = papers[item.id]
        assert said["version"] == item.version
        assert said["categories"] == item.categories
        assert said["primary_category"] == item.categories[0]
        assert said["license"] == item.license
        if not NOT_PLAIN.search(item.creator):
            plain += 1
            assert said["authors"] == [" ".join(name.split()) for name in item.creator.split(", ")]
        if "\\" not in item.title:
            assert said["title"] == " ".join(item.title.split())
        if "\\" not in item.abstract:
            assert said["abstract"].split() == item.abstract.split()
    assert plain >= 0.7 * len(items)


def pairs(document: Any) -> list[tuple[str, str]]:
    return [(paper["id"], paper["announce_type"]) for paper in document["papers"]]


def test_an_archive(cool: Program) -> None:
    document = cool.run("today", "math", "--json").document
    items = feed("service-made/rss_math.xml")
    listing = document["listing"]
    assert (listing["day"], listing["status"], listing["complete"]) == ("2026-07-01", "announced", True)
    assert listing["expected"] == stated("service-made/list_math_new.html") == len(document["papers"])
    assert [name for name, _ in pairs(document)] == page_ids("service-made/list_math_new.html")
    of_feed = [(item.id, item.type) for item in items]
    assert [pair for pair in pairs(document) if pair[0] in dict(of_feed)] == of_feed
    assert_says_what_the_feed_says(papers_of(document), items)


def test_two_categories_are_arxivs_own_union(cool: Program) -> None:
    document = cool.run("today", "cs.LG", "cs.CL", "--json").document
    each = [feed(f"service-made/rss_{category}.xml") for category in ("cs.LG", "cs.CL")]
    types: dict[str, str] = {}
    for item in [*each[0], *each[1]]:
        types[item.id] = min(item.type, types.get(item.id, item.type), key=TYPES.index)
    extra = {paper["id"] for paper in document["papers"]} - types.keys()
    pages = {*page_ids("service-made/list_cs.LG_new.html"), *page_ids("service-made/list_cs.CL_new.html")}
    assert extra <= pages, "what the feeds leave out is on the pages"
    assert dict(pair for pair in pairs(document) if pair[0] in types) == types
    recorded = [(item.id, item.type) for item in feed("service-made/rss_cs.LG+cs.CL.xml")]
    assert [pair for pair in pairs(document) if pair[0] in types] == recorded
    for part in document["listing"]["parts"]:
        assert part["expected"] == stated(f"service-made/list_{part['category']}_new.html")
        assert (part["day"], part["complete"]) == ("2026-07-01", True)
    assert_says_what_the_feed_says(papers_of(document), each[0])
    assert_says_what_the_feed_says(papers_of(document), each[1])


def test_a_feed_cut_at_2000_is_completed(cool: Program) -> None:
    shown = cool.run("today", "cs", "--json")
    document, items = shown.document, feed("service-made/rss_cs_2000_truncated.xml")
    whole = page_ids("service-made/list_cs_new_p1.html", "service-made/list_cs_new_p2.html")
    assert len(items) == 2000 < len(whole) == stated("service-made/list_cs_new_p1.html")
    assert (document["listing"]["complete"], document["listing"]["expected"]) == (True, len(whole))
    assert [name for name, _ in pairs(document)] == whole
    types = dict(pairs(document))
    assert all(types[item.id] == item.type for item in items)
    assert_says_what_the_feed_says(papers_of(document), items)
    cut = whole[: len(whole) - 2000]
    assert {types[name] for name in set(whole) - {item.id for item in items}} == {"new"}
    authors = page_authors("service-made/list_cs_new_p1.html")
    for name in set(cut) - {item.id for item in items}:
        assert papers_of(document)[name]["authors"] == authors[name]


def page_authors(name: str) -> dict[str, list[str]]:
    text = content(name).decode()
    found = re.findall(r'href ="/abs/([^"]+)".*?<div class=\'list-authors\'>(.*?)</div>', text, re.DOTALL)
    names = {paper: unescape(re.sub(r"<[^>]*>", "", links)).split(", ") for paper, links in found}
    return {paper: [" ".join(name.split()) for name in authors] for paper, authors in names.items()}


def test_lines_are_the_documents_papers(cool: Program) -> None:
    cool.run("today", "math")
    papers = cool.run("today", "math", "--json").document["papers"]
    assert [tuple(line) for line in cool.run("today", "math").lines] == [
        (
            paper["id"],
            paper["announce_type"],
            "",
            paper["primary_category"],
            paper["title"],
            "; ".join(paper["authors"]),
        )
        for paper in papers
    ]


def test_an_unknown_category(cool: Program) -> None:
    assert "cs.XX" in cool.run("today", "cs.XX", code=2).complaints[0]


def test_a_saturday(tmp_path: Path) -> None:
    with served("--weekend") as variables:
        cool = Program(tmp_path, variables=variables | {"COOL_NOW": "2026-07-04T12:00:00-04:00"})
        shown = cool.run("today", "cs.LG", "--json")
        listing = shown.document["listing"]
        assert (listing["day"], listing["status"], listing["complete"]) == ("2026-07-01", "no_announcement", True)
        assert [name for name, _ in pairs(shown.document)] == page_ids("service-made/list_cs.LG_new.html")
        assert "Saturday" in shown.stderr


@pytest.mark.parametrize(
    ("day", "status"), [("2026-06-12", "announced"), ("2026-06-13", "no_announcement")], ids=["friday", "saturday"]
)
def test_the_week(tmp_path: Path, day: str, status: str) -> None:
    with served("--day", day) as variables:
        cool = Program(tmp_path, variables=variables | {"COOL_NOW": f"{day}T12:00:00-04:00"})
        for category in ("cs.CL", "stat.ML"):
            document = cool.run("today", category, "--json").document
            listing = document["listing"]
            assert (listing["day"], listing["status"], listing["complete"]) == ("2026-06-12", status, True)
            items = feed(f"week/2026-06-12_rss_{category}.xml")
            assert len(document["papers"]) == stated(f"week/2026-06-12_list_{category}_new.html")
            types = dict(pairs(document))
            assert all(types[item.id] == item.type for item in items)
            if status == "announced":
                assert_says_what_the_feed_says(papers_of(document), items)
        both = cool.run("today", "cs.CL", "stat.ML", "--json").document
        union = [(item.id, item.type) for item in feed("week/2026-06-12_rss_cs.CL+stat.ML.xml")]
        assert [pair for pair in pairs(both) if pair[0] in dict(union)] == union


def test_papers_by_id_are_the_apis(cool: Program) -> None:
    entries = {}
    for entry in ElementTree.fromstring(content("service-made/api_ids.xml")).iter(f"{ATOM}entry"):
        name = re.sub(r"v\d+$", "", entry.findtext(f"{ATOM}id", "").rpartition("/abs/")[2])
        entries[name] = entry
    papers = papers_of(cool.run("show", *entries, "--json").document)
    assert papers.keys() == entries.keys()
    for name, entry in entries.items():
        said = papers[name]
        authors = [author.findtext(f"{ATOM}name", "") for author in entry.iter(f"{ATOM}author")]
        assert said["authors"] == authors
        assert said["submitted"] == entry.findtext(f"{ATOM}published")
        assert said["updated"] == entry.findtext(f"{ATOM}updated")
        assert said["comments"] == (" ".join(entry.findtext(f"{ARXIV}comment", "").split()) or None)
        primary = entry.find(f"{ARXIV}primary_category")
        assert primary is not None and said["primary_category"] == primary.get("term")
        terms = {category.get("term", "") for category in entry.iter(f"{ATOM}category")}
        assert set(said["categories"]) == {term for term in terms if re.fullmatch(r"[a-z-]+(\.[A-Za-z-]+)?", term)}


def test_a_sitting_to_the_end_stars_and_undo(cool: Program) -> None:
    cool.run("subscribe", "math")
    waiting = [item.id for item in feed("service-made/rss_math.xml") if item.type in ("new", "cross")]
    cool.run("today")
    assert cool.run("next", "--limit", "500").ids == waiting
    assert waiting[2] in cool.run("star", "3").stdout
    assert f"Done: {len(waiting)} of {len(waiting)}, 1 starred." in cool.run("next").stdout
    assert cool.run("open", "--print").stdout == f"https://papers.cool/arxiv/{waiting[2]}\n"
    assert cool.run("stars").ids == [waiting[2]]
    assert f"{len(waiting)} papers" in cool.run("undo").stdout
    assert waiting[2] in cool.run("undo").stdout
    assert cool.run("stars").ids == []


def test_the_document_is_one_json_object(cool: Program) -> None:
    text = cool.run("today", "math", "--json").stdout
    assert json.loads(text) and text.endswith("}\n")


WEEK = [f"2026-06-{day:02}" for day in range(8, 13)]


def caught_up(cool: Program) -> dict[tuple[str, str], list[str]]:
    """The ids of each listing of the week that is here, by category and day."""
    found: dict[tuple[str, str], list[str]] = {}
    with closing(sqlite3.connect(cool.home / "data" / "cool.db")) as connection:
        rows = connection.execute("SELECT category, day, paper_id FROM announcements ORDER BY type, position")
        for category, day, paper_id in rows:
            found.setdefault((category, day), []).append(paper_id)
    return found


@pytest.mark.parametrize("start", range(5), ids=["monday", "tuesday", "wednesday", "thursday", "friday"])
def test_the_week_is_caught_up_exactly_from_any_day_on(tmp_path: Path, start: int) -> None:
    """Who subscribed on a day and comes back on Friday has every listing since, each paper unread once, on its day."""
    cool = Program(tmp_path)
    cool.run("subscribe", "cs.CL", "stat.ML")
    with served("--day", WEEK[start]) as variables:
        cool.variables = variables | {"COOL_NOW": f"{WEEK[start]}T12:00:00-04:00"}
        cool.run("today")
    with served("--day", WEEK[-1]) as variables:
        cool.variables = variables | {"COOL_NOW": f"{WEEK[-1]}T12:00:00-04:00"}
        cool.run("catchup")
        assert "No listing is missing that can be had" in cool.run("catchup").stderr
        here = caught_up(cool)
        first: dict[str, str] = {}
        since = {one["category"]: one["since"] for one in cool.run("subscribe", "--json").document["subscriptions"]}
        for day in WEEK[start:]:
            for category in ("cs.CL", "stat.ML"):
                page = page_ids(f"week/{day}_catchup_{category}.html")
                if day < since[category]:
                    continue
                assert set(here.get((category, day), [])) == set(page), (category, day)
                kinds = dict(pairs(cool.run("day", day, category, "--json").document))
                for paper_id in page:
                    if kinds[paper_id] in ("new", "cross"):
                        first.setdefault(paper_id, day)
        unread = cool.run("list", "--unread", "--limit", "0", "--json").document["papers"]
        assert {paper["id"]: paper["announced"] for paper in unread} == first
        assert len(unread) == len(first)
        cool.run("audit", code=0)
