"""arXiv's HTML version of a paper: what LaTeXML's markup becomes, and what is no paper."""

from __future__ import annotations

import re
import time
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv import fulltext
from coolcli.arxiv.client import Client, Manners
from coolcli.arxiv.service import Arxiv
from coolcli.ask.apart import Unread
from coolcli.ask.document import Document, Section
from coolcli.errors import Intercepted, Nonsense, Refused, Unreachable
from coolcli.settings import Settings
from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock, markup
from tests.arxiv_simulator import fulltext as simulated
from tests.arxiv_simulator.answers import Answer
from tests.arxiv_simulator.fulltext import absent, page

if TYPE_CHECKING:
    from collections.abc import Iterator

FRIDAY = date(2026, 11, 20)
PAGE = (Path(__file__).parents[1] / "data" / "latexml.html").read_bytes()
"""One of each thing that such a page has, written by hand; words in capitals do not belong to the paper."""

PATIENCE = 60.0
LONG = "A paper says a good deal about maps. " * 10


def read(body: str | bytes) -> Document:
    found = fulltext.parse(body if isinstance(body, bytes) else body.encode())
    assert found is not None
    return found


def article(inside: str) -> str:
    return f'<html><body><article class="ltx_document">{inside}<p class="ltx_p">{LONG}</p></article></body></html>'


def first(inside: str) -> str:
    """What the first section of an article becomes, without what makes it long enough to be a paper."""
    return read(article(inside)).sections[0].text.removesuffix(LONG.strip()).rstrip("\n")


def test_a_page_becomes_sections() -> None:
    paper = read(PAGE)
    assert (paper.source, paper.title) == ("html", r"Maps That Fold Themselves: A Study of $\ell_{1}$ Creases")
    assert paper.sections == (
        Section("", "Ines Valdoro, Institute of Harbour Studies\n\nTobias Quent"),
        Section("Abstract", "A paper map never folds back the way it came. We show why, and fold $n>3$ of them."),
        Section("", "Keywords: maps, creases"),
        Section(
            "1 Introduction",
            "Folding is old [1], unfolding is older (Footnote: So says everyone.). A crease is a line.\n\n"
            "Our contributions are:\n\n- a theory of creases;\n\n2. a map.\n\nBoth are free.",
        ),
        Section("2 Method", ""),
        Section(
            "2.1 Crease lines",
            "A crease is $c(t)$ and obeys\n\n$$c(t)=\\sum_{i}w_{i}t^{i}$$ (1)\n\nwhich splits into\n\n$$a =b$$ (2)\n\n"
            "$$c=d$$\n\nTheorem 1 (Folding). No map folds back.\n\nProof. Try it. ∎",
            2,
        ),
        Section(
            "2.2 Algorithm",
            "Algorithm 1 Fold\n\n1: take the map\n2: fold it\n\nfold(map)\nunfold(map)\n\nCost. It is linear.",
            2,
        ),
        Section(
            r"3 Experiments with $\pi$",
            "See Table 1.\n\nTable 1: Maps folded.\n\nMap | Folds ($\\uparrow$)\nharbour | 12\nold town | 7\n\n"
            "Figure 1: A map, folded.",
        ),
        Section("Conclusion", "Buy a new map. ]52;c;SEVEN Fin."),
        Section("Acknowledgements", "We thank the harbour."),
        Section("References", "[1] A. Mapmaker. On folding. 1911."),
        Section("Appendix A More maps", "There are more maps."),
        Section("A.1 And more", "Enough.", 2),
    )


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<p class="ltx_p">a <math alttext="x&lt;y" display="inline"><mi>z</mi></math> b</p>', "a $x<y$ b"),
        ('<p class="ltx_p">a<math alttext="x" display="block"><mi>z</mi></math>b</p>', "a\n\n$$x$$\n\nb"),
        ('<p class="ltx_p"><math alttext="a>b"><mi>z</mi></math> c</p>', "$a>b$ c"),
        ('<p class="ltx_p"><math><mi>z</mi></math></p>', "$z$"),
        ('<p class="ltx_p"><math alttext=""><mi>z</mi></math>c</p>', "c"),
        ("<math alttext='never ended'><mi>z</mi><p class='ltx_p'>a</p>", "$never ended$\n\na"),
        ('<p class="ltx_p">so&#8203;ft \u202ehidden</p>', "soft hidden"),
        ('<p class="ltx_p">a &lt;b&gt; &amp;amp; c</p>', "a <b> &amp; c"),
        ('<p class="ltx_p">One.</p><p class="ltx_p">Two.</p>', "One.\n\nTwo."),
        ('<div class="ltx_para">Bare<br>text</div>', "Bare text"),
        ('<pre class="ltx_verbatim">a\n  b</pre>', "a\nb"),
        (
            '<p class="ltx_p">said<span class="ltx_note"><sup class="ltx_note_mark">1</sup></span></p>',
            "said",
        ),
        (
            '<p class="ltx_p">so <span class="ltx_equation ltx_eqn_table"><span class="ltx_eqn_row">'
            '<math alttext="y"></math></span></span> holds</p>',
            "so\n\n$$y$$\n\nholds",
        ),
        (
            '<table class="ltx_equationgroup ltx_eqn_table"><tr class="ltx_eqn_row"><td>for all '
            '<math alttext="x"></math></td></tr></table>',
            "$$x$$ for all",
        ),
        (
            '<dl class="ltx_description"><dt class="ltx_item"><span class="ltx_tag ltx_tag_item">Fold</span></dt>'
            '<dd class="ltx_item"><p class="ltx_p">to bend</p></dd></dl>',
            "Fold to bend",
        ),
        ('<section class="ltx_section"><p class="ltx_p">a</p></section>', "a"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert first(markup) == text


@pytest.mark.parametrize(
    ("heading", "title", "level"),
    [
        (
            '<h2 class="ltx_title ltx_title_chapter"><span class="ltx_tag">Chapter 1 </span>Maps</h2>',
            "Chapter 1 Maps",
            1,
        ),
        ('<h3 class="ltx_title ltx_title_section"><span class="ltx_tag">1.1 </span>Folds</h3>', "1.1 Folds", 2),
        ('<h4 class="ltx_title ltx_title_subsubsection">Deep</h4>', "Deep", 3),
        ('<h6 class="ltx_title ltx_title_abstract">Zusammenfassung</h6>', "Abstract", 1),
        ('<h6 class="ltx_title ltx_title_acknowledgements">Thanks.</h6>', "Thanks", 1),
        ('<h3 class="ltx_title ltx_title_bibliography">References</h3>', "References", 1),
    ],
)
def test_headings_have_their_level(heading: str, title: str, level: int) -> None:
    (section,) = read(article(heading)).sections
    assert (section.title, section.level) == (title, level)


def test_no_text_can_pass_for_a_heading() -> None:
    """Marks that a page writes itself, as characters or as numbers, are none."""
    forged = "\x1c1\x01Forged\x01 &#28;1&#1;Forged&#x1; &#x1C;1&#x0001;Forged&#1;"
    (section,) = read(article(f'<p class="ltx_p">{forged}</p>')).sections
    assert section.title == "" and section.text.count("Forged") == 3


MISSING = absent("2611.00001v1").content


@pytest.mark.parametrize(
    "body",
    [
        MISSING,
        article('<p class="ltx_ERROR">Conversion to HTML had a Fatal error and exited abruptly.</p>').encode(),
        b'<html><body><article class="ltx_document"><h1 class="ltx_title_document">T</h1></article></body></html>',
    ],
    ids=["none", "broken off", "empty"],
)
def test_where_arxiv_has_no_html_there_is_none(body: bytes) -> None:
    assert fulltext.text_of(body, "2611.00001v1", seconds=PATIENCE) is None


NO_PAPER, TOO_MUCH = "there is no paper in it", "it has more elements than any paper"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", NO_PAPER),
        (b"<html><body><h1>Log in to the harbour</h1></body></html>", NO_PAPER),
        (b'<html><body><div class="package-alerts ltx_document">Errors.</div></body></html>', NO_PAPER),
        (b"\xff\xfe\x00" * 50, NO_PAPER),
        (b'<article class="ltx_document">' + b"<div>" * 20_000, TOO_MUCH),
        (b'<article class="ltx_document">' + b"<b>x</b>" * 510_000, TOO_MUCH),
    ],
    ids=["nothing", "a login", "arXiv's own words", "no text", "too deep", "too much"],
)
def test_what_is_no_paper_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(Nonsense, match=rf"^arXiv's HTML of 2611\.00001v1 cannot be read: {why}\.$") as raised:
        fulltext.text_of(body, "2611.00001v1", seconds=PATIENCE)
    assert not raised.value.passing


def nested(markup: str, end: str, depth: int) -> bytes:
    return article(markup * depth + "x y " * 500_000 + end * depth).encode()


BOMBS = {
    "attributes of one tag": article(f"<p {' '.join(f'a{number}' for number in range(80_000))}>x</p>").encode(),
    "nested equations": nested('<div class="ltx_equationgroup"><div class="ltx_eqn_row">', "</div></div>", 240),
    "nested notes": nested('<span class="ltx_note">', "</span>", 480),
}
"""Each takes a parser much longer than a second, and no count of its elements says so."""


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_bomb_ends_in_time(body: bytes) -> None:
    with pytest.raises(
        Nonsense, match=r"^arXiv's HTML of x cannot be read: it takes more than 0\.5 seconds\.$"
    ) as raised:
        fulltext.text_of(body, "x", seconds=0.5)
    assert not raised.value.passing, "it is not fetched once more at once"


def test_the_text_of_nested_equations_does_not_grow() -> None:
    rows = '<div class="ltx_equationgroup"><div class="ltx_eqn_row">'
    assert first(rows * 3 + '<math alttext="x"></math> for all' + "</div></div>" * 3) == "$$x$$ for all"


def test_a_long_paper_takes_no_time() -> None:
    """Two megabytes, mostly of MathML, as pages of long papers are."""
    mathml = b"<semantics>" + b"<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>" * 24 + b"</semantics>"
    head, section, rest = PAGE.partition(b'<section class="ltx_section" id="S1">')
    body, end, tail = rest.partition(b"</article>")
    long = head + (section + body.replace(b"<mi>MATHML</mi>", mathml)) * 150 + end + tail
    assert len(long) > 2_000_000
    started = time.monotonic()
    assert len(read(long).sections) > 1000
    assert time.monotonic() - started < 10


pieces = st.sampled_from(
    [
        *(
            '<section class="ltx_section">',
            "</section>",
            '<h2 class="ltx_title ltx_title_section">',
            "</h2>",
            "<p>",
            "</p>",
        ),
        *('<table class="ltx_tabular">', '<tr class="ltx_tr">', '<td class="ltx_td">', "</td>", "</tr>", "</table>"),
        *('<math alttext="x">', "</math>", '<span class="ltx_note">', '<span class="ltx_ERROR">', "</span>", "<br>"),
        *(
            '<table class="ltx_equationgroup">',
            '<div class="ltx_abstract">',
            "</div>",
            '<pre class="ltx_verbatim">',
            "</pre>",
        ),
        *(
            '<li class="ltx_item">',
            '<span class="ltx_tag ltx_tag_item">',
            "</article>",
            "<svg>",
            "</svg>",
            "<nav>",
            "</nav>",
        ),
        *("words ", "\x1b[31m", "\x1d", "&#28;", "<", "&"),
    ]
)


@given(st.lists(pieces, max_size=40))
def test_whatever_is_nested_how_text_comes_out(markup: list[str]) -> None:
    try:
        found = fulltext.parse(article("".join(markup)).encode())
    except Unread:
        return
    for section in found.sections if found else ():
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", section.title + section.text)
        assert section.title or section.text


# Asked of arXiv


@pytest.fixture
def world() -> World:
    return World.sample([FRIDAY], ("cs.LG", "math.AT"), per_day=30, seed=3)


@pytest.fixture
def sim(world: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(world, datetime(FRIDAY.year, FRIDAY.month, FRIDAY.day, 12, tzinfo=clock.EASTERN)) as simulator:
        yield simulator


@pytest.fixture
def arxiv(sim: ArxivSimulator, tmp_path: Path) -> Iterator[Arxiv]:
    client = Client(Manners(0, 5, 64_000_000, site_interval=0), tmp_path, tell=lambda _: None, pause=lambda _: None)
    with closing(client):
        yield Arxiv(client, Settings(arxiv_site_url=sim.site_url))


def with_html(world: World, *, has_html: bool) -> str:
    papers = (versions[0] for versions in world.papers.values())
    return next(paper.id_with_version for paper in papers if paper.has_html is has_html and not paper.withdrawn)


def test_a_version_is_asked_for_by_its_name(arxiv: Arxiv, sim: ArxivSimulator, world: World) -> None:
    name = with_html(world, has_html=True)
    paper = world.paper(name)
    found = arxiv.html(name, seconds=PATIENCE)
    assert paper is not None and found is not None and found == read(page(paper).content)
    assert [section.title for section in found.sections][1:4] == ["Abstract", "1 Introduction", "2 Method"]
    assert sim.paths == [f"/html/{name}"]


def test_where_arxiv_says_404_there_is_none(arxiv: Arxiv, world: World) -> None:
    assert arxiv.html(with_html(world, has_html=False), seconds=PATIENCE) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.STATUS_403, Refused),
        (Fault.STATUS_503, Refused),
        (Fault.LOGIN_PAGE, Intercepted),
        (Fault.FOREIGN_REDIRECT, Intercepted),
        (Fault.CUT, Unreachable),
        (Fault.EMPTY_BODY, Nonsense),
        (Fault.PAGE_INSTEAD, Nonsense),
    ],
)
def test_a_server_that_fails_is_told(
    arxiv: Arxiv, sim: ArxivSimulator, world: World, fault: Fault, error: type[Exception]
) -> None:
    sim.fault("/html/", fault, times=None)
    with pytest.raises(error):
        arxiv.html(with_html(world, has_html=True), seconds=PATIENCE)


def test_who_stops_the_reading_is_heard(arxiv: Arxiv, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = Answer(200, BOMBS["nested notes"].decode(), markup.HTML)
    monkeypatch.setattr(simulated, "page", lambda _: bomb)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        arxiv.html(with_html(world, has_html=True), seconds=PATIENCE, heed=stop)
