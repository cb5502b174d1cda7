"""Listing, catch-up and abstract pages: inputs and results stand side by side in tests/data."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coolcli.arxiv import pages
from coolcli.errors import Nonsense
from tests.builders import DATA, readable

NEW = (DATA / "page_new.html").read_bytes()
ABSTRACT = (DATA / "abstract.html").read_bytes()
LOGIN = b"<!DOCTYPE html><html><head><title>Log in to the network</title></head><body><form></form></body></html>"
CHANGED = b"<html><body><div id='app'><article><a href='/abs/2611.01001'>2611.01001</a></article></div></body></html>"


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("page_new", "cs.LG"),
        ("page_head", "cs.LG"),
        ("page_empty", "cs.LG"),
        ("page_catchup", "cs"),
        ("page_catchup_empty", "math"),
    ],
)
def test_listing_pages(name: str, category: str) -> None:
    expected = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    assert readable(pages.parse_listing((DATA / f"{name}.html").read_bytes(), category)) == expected


@pytest.mark.parametrize(
    ("category", "kinds"),
    [
        ("cs.LG", ["replace", "replace-cross"]),
        ("cs", ["replace", "replace-cross"]),
        ("cond-mat", ["replace-cross", "replace"]),
        ("stat.ML", ["replace-cross", "replace-cross"]),
    ],
)
def test_which_replacement_is_a_cross_list_depends_on_where_one_looks(category: str, kinds: list[str]) -> None:
    entries = pages.parse_listing(NEW, category).entries
    assert [entry.announce_type for entry in entries[-2:]] == kinds


def test_counts_of_sections_that_are_on_other_pages_come_from_the_index() -> None:
    body = (DATA / "page_head.html").read_bytes()
    only_two = body.replace(b'<li><a href="/list/cs.LG/new?skip=275&amp;show=25#item284">Replacements</a></li>', b"")
    counts = pages.parse_listing(only_two, "cs.LG").counts
    assert counts is not None
    assert (counts.new, counts.cross, counts.replaced) == (67, 255, 0)


def test_a_listing_without_new_papers() -> None:
    start, end = NEW.index(b"<dl id='articles'>"), NEW.index(b"<dl id='articles'>\n    <h3>Cross")
    body = (NEW[:start] + NEW[end:]).replace(b'  <li><a href="#item0">New submissions</a></li>\n', b"")
    body = body.replace(b"#item3", b"#item1").replace(b"#item4", b"#item2").replace(b"Total of 5", b"Total of 3")
    listing = pages.parse_listing(body, "cs.LG")
    assert readable(listing.counts) == {"new": 0, "cross": 1, "replaced": 2}
    assert [entry.announce_type for entry in listing.entries] == ["cross", "replace", "replace-cross"]


NO_LISTINGS = {
    "nothing": b"",
    "a login page": LOGIN,
    "another layout": CHANGED,
    "no text": b"\xff\xfe\x00",
    "a feed": (DATA / "feed_day.xml").read_bytes(),
    "no date": NEW.replace(b"Showing new listings for", b"New things of"),
    "another date": NEW.replace(b"20 November 2026", b"20.11.2026"),
    "other sections": NEW.replace(b"submissions (showing", b"papers ("),
    "no counts": NEW.replace(b"Total of 5 entries", b"").replace(b" entries)", b")"),
    "counts that do not add up": NEW.replace(b"Total of 5 entries", b"Total of 7 entries"),
    "an endless count": NEW.replace(b"of 5 entries", b"of " + b"9" * 5000 + b" entries"),
    "empty without saying so": (DATA / "page_empty.html").read_bytes().replace(b"No updates today.", b""),
    "an index without a section": (DATA / "page_head.html").read_bytes().replace(b"Cross-lists", b"Others"),
    "no links to papers": NEW.replace(b'title="Abstract"', b'title="Summary"'),
    "no terms": NEW.replace(b"<dt>", b"<div>"),
    "no titles": NEW.replace(b"<div class='list-title mathjax'>", b"<div class='title'>"),
    "other addresses": NEW.replace(b'href ="/abs/', b'href ="/paper/'),
    "one entry unreadable": NEW.replace(b'href ="/abs/2611.00990"', b'href ="/paper/2611.00990"'),
}


@pytest.mark.parametrize("body", NO_LISTINGS.values(), ids=NO_LISTINGS)
def test_a_layout_that_is_not_the_known_one_is_never_an_empty_day(body: bytes) -> None:
    with pytest.raises(Nonsense, match=r"cs\.LG") as caught:
        pages.parse_listing(body, "cs.LG")
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("nest", [b"<div>", b"<dl><dd>", b"<div></"])
def test_elements_without_end_are_refused_before_they_are_read(nest: bytes) -> None:
    """HTML takes a time that grows with the square of its depth, and nothing interrupts it: an hour for these."""
    begin = time.monotonic()
    with pytest.raises(Nonsense, match="more elements than any"):
        pages.parse_listing(NEW + nest * 1_000_000, "cs.LG")
    with pytest.raises(Nonsense, match="more elements than any"):
        pages.parse_abstract(ABSTRACT + nest * 1_000_000, "2611.01234")
    assert time.monotonic() - begin < 10  # 50 ms


def test_an_abstract_page() -> None:
    expected = json.loads((DATA / "abstract.json").read_text("utf-8"))
    assert readable(pages.parse_abstract(ABSTRACT, "2611.01001")) == expected


def test_an_abstract_page_without_metadata_for_the_abstract() -> None:
    start, end = ABSTRACT.index(b'  <meta name="citation_abstract"'), ABSTRACT.index(b"</head>")
    paper = pages.parse_abstract(ABSTRACT[:start] + ABSTRACT[end:], "2611.01001")
    assert paper.abstract == "We count rivers & lakes whose length is < 5 km."


@pytest.mark.parametrize(
    ("body", "paper_id"),
    [
        (b"", "2611.01001"),
        (LOGIN, "2611.01001"),
        (NEW, "2611.01001"),
        (ABSTRACT, "2611.01002"),
        (ABSTRACT.replace(b"citation_title", b"title"), "2611.01001"),
    ],
)
def test_what_is_no_abstract_page_of_that_paper(body: bytes, paper_id: str) -> None:
    with pytest.raises(Nonsense, match=paper_id):
        pages.parse_abstract(body, paper_id)


def _edited(original: bytes, start: int, length: int, piece: bytes) -> bytes:
    """A page with one stretch of it replaced."""
    start %= len(original) + 1
    return original[:start] + piece + original[start + length :]


EDITED = st.builds(
    _edited,
    st.sampled_from([NEW, *((DATA / f"page_{name}.html").read_bytes() for name in ("head", "empty", "catchup"))]),
    st.integers(0, 10_000),
    st.integers(0, 600),
    st.binary(max_size=8)
    | st.sampled_from(
        [b"<dt>", b"<dd>", b"<a>", b"<h3>", b"</dl>", b"<!--", b'<a title="Abstract">', b"#itemx", b"<br>"]
    ),
)


@given(st.binary(max_size=200) | EDITED)
@example(NEW.replace(b'href ="/abs/2611.01001"', b""))
@example((DATA / "page_head.html").read_bytes().replace(b"#item68", b"#item"))
@example((DATA / "page_head.html").read_bytes().replace(b"#item68", b"#itemx"))
def test_any_bytes_give_a_listing_or_nonsense(body: bytes) -> None:
    try:
        listing = pages.parse_listing(body, "cs.LG")
    except Nonsense:
        return
    assert listing.counts is not None


@given(
    st.binary(max_size=200) | st.builds(_edited, st.just(ABSTRACT), st.integers(0), st.integers(0, 600), st.binary())
)
def test_any_bytes_give_a_paper_or_nonsense(body: bytes) -> None:
    try:
        paper = pages.parse_abstract(body, "2611.01001")
    except Nonsense:
        return
    assert paper.id == "2611.01001"
    assert paper.title
