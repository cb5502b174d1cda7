"""What texts name: the table of data/links.tsv, and what holds of any text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import addresses, places, references
from coolcli.arxiv import ids
from coolcli.arxiv.ids import ArxivId
from coolcli.errors import NoSuchPaper
from coolcli.settings import Settings
from coolcli.venues import VenuePaper
from tests.arxiv.test_ids import NEW_STYLE, OLD_STYLE, VERSION

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Case(NamedTuple):
    text: str
    pages: list[str]


def table() -> list[Case]:
    """The lines of data/links.tsv."""
    lines = (Path(__file__).parent / "data" / "links.tsv").read_text("utf-8").splitlines()
    cases = [line.split("\t") for line in lines if line and not line.startswith("#")]
    letters = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}
    return [
        Case(re.sub(r"\\[nrt]", lambda match: letters[match[0]], text), [] if found == "-" else found.split())
        for text, found in cases
    ]


CASES = table()


def opened(word: str, text: str = "") -> list[str]:
    """The pages that `cool open --print` prints for one argument."""
    sources = references.Sources(NOW, lambda: None, {references.STANDARD_INPUT: lambda: text})
    try:
        named = references.resolve([word], sources)
    except NoSuchPaper:
        return []
    return places.pages(named, "papers.cool", Settings()).addresses


@pytest.mark.parametrize("case", CASES, ids=[case.text for case in CASES])
def test_a_text_opens_its_papers_and_nothing_else(case: Case) -> None:
    assert opened(case.text) == case.pages
    assert opened("-", case.text) == case.pages


def test_the_table_is_long_and_holds_each_text_once() -> None:
    assert len({case.text for case in CASES}) == len(CASES) > 300
    assert sum(not case.pages for case in CASES) > 100, "traps"


ADDRESSES = (
    "https://arxiv.org/abs/{}",
    "http://www.arxiv.org/pdf/{}.pdf",
    "https://export.arxiv.org/html/{}#S1",
    "https://arxiv.org/ps/{}",
    "https://arxiv.org/src/{}?x=y",
    "https://doi.org/10.48550/arXiv.{}",
    "https://papers.cool/arxiv/{}",
    "https://huggingface.co/papers/{}",
    "https://www.alphaxiv.org/overview/{}",
    "https://www.alphaxiv.org/abs/{}",
    "https://api.semanticscholar.org/arXiv:{}",
    "https://www.semanticscholar.org/arxiv/{}",
    "https://scirate.com/arxiv/{}",
    "https://ar5iv.labs.arxiv.org/html/{}",
    "https://ar5iv.org/abs/{}",
    "https://www.arxiv-vanity.com/papers/{}/",
    "https://inspirehep.net/api/arxiv/{}",
    "https://ui.adsabs.harvard.edu/abs/arXiv:{}",
    "https://scholar.google.com/scholar_lookup?arxiv_id={}",
)
WRITTEN = (*ADDRESSES, *(address.partition("//")[2] for address in ADDRESSES), "arXiv:{}", "10.48550/arXiv.{}")
AROUND = (
    "{}",
    "see {}.",
    "({}),",
    "[paper]({})",
    '<a href="{}">12.11.2023</a>',
    "<{}>",
    "见{}。",
    "on 2023-11-20 at 10:30, {}, version 1.2.3, +49 711 12345",
)


@given(NEW_STYLE | OLD_STYLE, VERSION, st.sampled_from(WRITTEN), st.sampled_from(AROUND))
def test_an_id_in_any_address_in_any_text_is_found_again(
    paper_id: str, version: int | None, written: str, around: str
) -> None:
    address = written.format(paper_id + (f"v{version}" if version else ""))
    assert list(addresses.find(around.format(address), NOW)) == [ArxivId(paper_id, version)]


@given(NEW_STYLE | OLD_STYLE, VERSION, st.sampled_from(ADDRESSES), st.sampled_from(AROUND))
def test_an_address_that_another_one_holds_is_found(paper_id: str, version: int | None, form: str, around: str) -> None:
    address = form.format(paper_id + (f"v{version}" if version else ""))
    for held in (address, quote(address, safe=""), quote(quote(address, safe=""), safe="")):
        redirect = f"https://redirect.example/r?a=1&url={held}&sa=D"
        assert list(addresses.find(around.format(redirect), NOW)) == [ArxivId(paper_id, version)]


@given(
    st.lists(st.tuples(NEW_STYLE | OLD_STYLE, VERSION), min_size=1, max_size=6),
    st.sampled_from([" ", ", ", "; ", "\n"]),
)
def test_ids_that_stand_alone_are_found_in_their_order(some: list[tuple[str, int | None]], between: str) -> None:
    written = between.join(paper_id + (f"v{version}" if version else "") for paper_id, version in some)
    possible = [ArxivId(*each) for each in some if ids.can_exist(ArxivId(*each), NOW)]
    assert list(addresses.find(written, NOW)) == possible


NUMBER = st.from_regex(r"[0-9.]{1,14}", fullmatch=True) | st.from_regex(
    r"[0-2][0-9][01][0-9]\.[0-9]{4,5}", fullmatch=True
)


@given(st.lists(NUMBER, max_size=8))
def test_of_digits_and_dots_exactly_the_ids_are_taken(numbers: list[str]) -> None:
    valid = [found for number in numbers if (found := ids.parse(number.rstrip("."))) and ids.can_exist(found, NOW)]
    assert list(addresses.find(" ".join(numbers), NOW)) == valid


MAIL = """Content-Type: multipart/alternative; boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8

See https://scholar.example/?arxiv_id=2401.00001 and arXiv:2402.00002
--=_b
Content-Transfer-Encoding: quoted-printable

Ada wrote =E2=80=9C2312.11111=E2=80=9D, and https://openreview.net/forum?id=
=3DNGB6YNnO5o, then arXiv:hep-th/99=
01001.
--=_b--
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_of_a_mail_the_parts_in_quoted_printable_are_read_as_such(end: str) -> None:
    found = [each.id for each in addresses.find(MAIL.replace("\n", end), NOW)]
    assert found == ["2401.00001", "2402.00002", "2312.11111", "NGB6YNnO5o@OpenReview", "hep-th/9901001"]


def test_the_line_breaks_of_json_are_blanks() -> None:
    assert [each.id for each in addresses.find(r'"\narXiv:2312.11111\n2401.00001"', NOW)] == [
        "2312.11111",
        "2401.00001",
    ]


# Such that begin with 3D may be of a mail in quoted-printable.
OPENREVIEW = st.from_regex(r"(?!3D)[A-Za-z0-9_-]{8,14}", fullmatch=True)


@given(
    OPENREVIEW,
    st.sampled_from(
        ["forum?id={}", "pdf?id={}", "forum?noteId=x&id={}", "attachment?id={}&name=pdf", "forum?id={}#all"]
    ),
    st.sampled_from(AROUND),
)
def test_ids_of_openreview_are_found_whole(note: str, form: str, around: str) -> None:
    text = around.format("https://openreview.net/" + form.format(note))
    assert list(addresses.find(text, NOW)) == [VenuePaper(f"{note}@OpenReview")]


WORDS = """arxiv arxiv.org https:// abs 2312.11111 v2 hep-th/9901001 %2F id= openreview.net/forum? papers.cool/venue/
    10.48550/ list/cs.LG/new catchup/cs/2026-11-20 &amp;"""
PIECES = st.sampled_from([*WORDS.split(), *"/:.,=?&%#()[]<>'\"@ -_\n"])


@given(st.text() | st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_read_and_its_pages_are_addresses(text: str) -> None:
    for page in places.pages(list(addresses.find(text, NOW)), "papers.cool", Settings()).addresses:
        assert re.fullmatch(r"https://(papers\.cool|arxiv\.org)/[\w./:?=&,@+-]+", page, re.ASCII)


@given(st.binary())
def test_any_bytes_are_read(content: bytes) -> None:
    try:
        text = references.decoded(content)
    except NoSuchPaper as error:
        assert "PDF" in error.message
    else:
        list(addresses.find(text, NOW))


@given(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"]), st.sampled_from(["", "é ", "Käfer: "]))
def test_ids_are_found_in_every_encoding(encoding: str, before: str) -> None:
    text = references.decoded(f"{before}arXiv:2312.11111, http://arxiv.org/abs/hep-th/9901001".encode(encoding))
    assert [found.id for found in addresses.find(text, NOW)] == ["2312.11111", "hep-th/9901001"]


@pytest.mark.parametrize(
    "part",
    [
        "a.",
        "https://a.bc/x?",
        "arxiv.org/abs/",
        "2312.11111/",
        "x(",
        "&id=",
        "%25",
        "cs.LG+",
        "a@",
        "journals/corr/abs-",
        "h",
        "arXiv:2312.\n",
        "=\n",
        "a=3D\n\n",
        "/2312.11111.pdf",
    ],
)
@pytest.mark.parametrize("before", ["", "arxiv.org/list/", "papers.cool/venue/", "openreview.net/forum?"])
def test_no_text_takes_longer_than_its_length(part: str, before: str) -> None:
    """A line of a megabyte, made so that something that looks back or ahead too often would never end."""
    text = before + part * (1_000_000 // len(part))
    began = datetime.now(UTC)
    list(addresses.find(text, NOW))
    assert (datetime.now(UTC) - began).total_seconds() < 15
