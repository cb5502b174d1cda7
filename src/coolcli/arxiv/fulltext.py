"""arXiv's HTML version of a paper (`/html/ID`), which LaTeXML made, read with selectolax.

    page -> MathML cut away, its TeX (`alttext`) kept -> tree -> the article in one line of text, with marks where a
    heading, a paragraph or a line begins -> sections

The marks are control characters, which are taken out of the page first. So nothing that a page says can be one.
It happens in a process of its own (apart): some markup takes a parser minutes, and it heeds nobody meanwhile.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from coolcli.arxiv.text import clean
from coolcli.ask import apart
from coolcli.ask.apart import Unread
from coolcli.ask.document import ABSTRACT, Document, Section
from coolcli.errors import Nonsense

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MOST_ELEMENTS: Final = 500_000
"""Elements of a page at the most, without those of formulas: ten times those of a long thesis."""
MOST_DEPTH: Final = 500
"""How deep elements can be nested: the time that HTML takes grows with the square of that."""
LEAST: Final = 200
"""Characters that a paper has at the least: what has fewer is a conversion that came to nothing."""

_HEADING, _PARAGRAPH, _LINE, _RUN_IN, _FIELD = "\x1c", "\x1d", "\x1e", "\x1f", "\x01"
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f]|&#(?:x0*(?:[01]?[0-9a-f]|7f)(?![0-9a-f])|0*(?:[12]?[0-9]|3[01]|127)(?![0-9]));?",
    re.IGNORECASE,
)
"""Control characters but tabs and the ends of lines and pages, and any that is written as a number."""

_NO_HTML: Final = re.compile(r"No HTML for |HTML is not available for the source")
_BROKEN_OFF: Final = re.compile(r"Fatal error|truncated or damaged")
"""How LaTeXML says that it could not convert all of a paper."""

_NOISE: Final = (
    ":is(script, style, button, nav, svg, img, dialog, form, .ltx_ERROR, .ltx_FATAL, .ltx_WARNING, .ltx_INFO, "
    ".ltx_TOC, .ltx_page_navbar, .ltx_page_header, .ltx_page_footer, .ltx_pubnotes, .ltx_rdf, .ltx_listing_data, "
    ".ltx_note_mark, .ltx_note_type, .ltx_tag_note, .ltx_author_before, .ltx_author_after, "
    ".ltx_title_document .ltx_note)"
)
_EQUATIONS: Final = ":is(.ltx_equationgroup, .ltx_equation.ltx_eqn_table)"
_BLOCKS: Final = (
    ":is(.ltx_para, .ltx_p, .ltx_item, .ltx_abstract, .ltx_theorem, .ltx_proof, .ltx_caption, .ltx_bibitem, "
    ".ltx_quote, .ltx_listing, .ltx_creator, .ltx_keywords, .ltx_classification, .ltx_dates, .ltx_acknowledgements, "
    "figure, section, table, p, li, dt, dd, blockquote, pre, div):not(.ltx_listingline)"
)
_HEADED: Final = re.compile(
    r"\bltx_title_(?:part|chapter|(?:sub){0,2}section|appendix|(?P<top>bibliography|acknowledgements|abstract|index))\b"
)
"""What has a heading of its own, some of it of the first level whatever its tag. Other titles (of paragraphs, theorems,
proofs, keywords) begin a paragraph."""
_ENDED: Final = ":is(.ltx_abstract, .ltx_acknowledgements)"
"""What ends a section though no other begins."""


_LARGE = "it has more elements than any paper"
_STRANGE = "there is no paper in it"


def text_of(body: bytes, name: str, *, seconds: float, heed: Callable[[], object] = lambda: None) -> Document | None:
    """Read the page of a paper within so many seconds; None where it says that there is no HTML, or none that is whole.

    Raises Nonsense for a page that is no paper, or takes too much time or memory: another try would end the same.
    `heed` is called now and then meanwhile: what it raises ends the work, and the process with it.
    """
    try:
        return apart.read("coolcli.arxiv.fulltext", content=body, seconds=seconds, heed=heed)
    except Unread as error:
        hint = "Its layout may have changed; update cool." if error.why == _STRANGE else "Its PDF can be read."
        raise Nonsense(f"arXiv's HTML of {name} cannot be read: {error.why}.", hint) from None


def parse(body: bytes) -> Document | None:
    """Read the page of a paper here and now, as `text_of` does in a process of its own. Raises Unread."""
    from selectolax.lexbor import LexborHTMLParser

    text = _without_mathml(_CONTROL.sub(" ", body.decode("utf-8", "replace")))
    if _elements(text) > MOST_ELEMENTS or _depth(text) > MOST_DEPTH:
        raise Unread(_LARGE)
    tree = LexborHTMLParser(text)
    article = tree.css_first("article.ltx_document")
    if article is None:
        if _NO_HTML.search(text):
            return None
        raise Unread(_STRANGE)
    if any(_BROKEN_OFF.search(node.text()) for node in article.css(":is(.ltx_ERROR, .ltx_FATAL)")):
        return None
    title, sections = _read(article)
    if sum(len(section.text) for section in sections) < LEAST:
        return None
    return Document("html", title, tuple(sections))


def _elements(text: str) -> int:
    return text.count("<") - text.count("</")


_NESTED: Final = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|d[td]|t[rdh]|t(?:body|head|foot))\b)"
    r"[a-z]",
    re.IGNORECASE,
)
"""Tags but for those that need no end: without one they are not nested in each other."""


def _depth(text: str) -> int:
    """Count how deep elements are nested at the most, roughly: without reading what the tags mean."""
    return max(accumulate((-1 if match[1] else 1 for match in _NESTED.finditer(text)), initial=0))


_MATH_TAG: Final = re.compile(r"""<math\b(?:[^>"']|"[^"]*"|'[^']*')*+>""")


def _without_mathml(page: str) -> str:
    """Cut away what is inside of formulas that have their TeX as `alttext`: nine tenths of a page's elements."""
    kept: list[str] = []
    done = 0
    while (start := page.find("<math", done)) >= 0 and (end := page.find("</math>", start)) >= 0:
        tag = _MATH_TAG.match(page, start, end)
        bare = tag is not None and "alttext=" in tag[0]
        kept.append(page[done : tag.end() if tag and bare else end])
        done = end
        kept.append("</math>")
        done += len("</math>")
    return "".join([*kept, page[done:]])


def _read(article: LexborNode) -> tuple[str, list[Section]]:
    """Turn an article, which is taken apart, into its title and its sections."""
    for node in article.css(_NOISE):
        node.replace_with("")  # what is decomposed is freed, and others of these may be inside of it
    for node in reversed(article.css(_EQUATIONS)):  # one that is inside another first
        _replace_equations(node)
    for node in article.css("math"):
        _replace_formula(node)
    for node in article.css(".ltx_note"):
        said = clean(node.text())
        node.replace_with(f" (Footnote: {said})" if said else "")
    for node in reversed(article.css(".ltx_tabular")):
        node.replace_with(f"{_PARAGRAPH}{_LINE.join(_rows(node))}{_PARAGRAPH}")
    for node in article.css(":is(.ltx_verbatim, pre)"):
        node.replace_with(f"{_PARAGRAPH}{node.text().replace(chr(10), _LINE)}{_PARAGRAPH}")
    for node in article.css(".ltx_listingline"):
        node.insert_after(_LINE)
    for node in article.css(".ltx_contact"):
        node.insert_before(", ")
    for node in article.css("br"):
        node.replace_with(" ")
    title = _taken_title(article)
    _mark_titles(article)
    for node in article.css(":is(.ltx_tag_item, .ltx_tag_bibitem)"):
        number = clean(node.text())
        node.replace_with(f"{number if any(map(str.isalnum, number)) else '-'}{_RUN_IN}")
    for node in article.css(_ENDED):
        node.insert_after(f"{_HEADING}1{_FIELD}{_FIELD}")
    for node in article.css(_BLOCKS):
        node.insert_before(_PARAGRAPH)
        node.insert_after(_PARAGRAPH)
    return title, list(_sections(article.text()))


def _taken_title(article: LexborNode) -> str:
    node = article.css_first(".ltx_title_document")
    if node is None:
        return ""
    title = clean(node.text())
    node.replace_with("")
    return title


def _mark_titles(article: LexborNode) -> None:
    """Put marks for headings, and let all other titles run into the paragraph behind them."""
    for node in article.css(".ltx_title"):
        kind = _HEADED.search(node.attributes.get("class") or "")
        if kind is None:
            node.replace_with(f"{_PARAGRAPH}{clean(node.text())}{_RUN_IN}")
            continue
        for number in node.css(".ltx_tag"):
            number.insert_after(" ")
        title = ABSTRACT if kind["top"] == "abstract" else clean(node.text()).rstrip(".")
        level = 1 if kind["top"] else _LEVELS.get(node.tag or "", 1)
        node.replace_with(f"{_HEADING}{level}{_FIELD}{title}{_FIELD}")


_LEVELS: Final = {"h2": 1, "h3": 2, "h4": 3, "h5": 4, "h6": 5}


def _replace_equations(node: LexborNode) -> None:
    """Write each row of displayed equations as one formula, with its number behind it."""
    shown = []
    for row in reversed(node.css(":is(tr, .ltx_eqn_row)")):
        number = " ".join(_taken(row, ".ltx_tag"))
        tex = " ".join(_taken(row, "math"))
        rest = clean(row.text())
        shown.append(" ".join(filter(None, (f"$${tex}$$" if tex else "", number, rest))))
        row.replace_with("")
    node.replace_with("".join(f"{_PARAGRAPH}{line}{_PARAGRAPH}" for line in reversed(shown) if line))


def _taken(row: LexborNode, selector: str) -> Iterator[str]:
    for node in row.css(selector):
        text = _tex(node) if node.tag == "math" else clean(node.text())
        node.replace_with("")
        if text:
            yield text


def _replace_formula(node: LexborNode) -> None:
    tex = _tex(node)
    block = node.attributes.get("display") == "block"
    node.replace_with(f"{_PARAGRAPH}$${tex}$${_PARAGRAPH}" if block else f"${tex}$" if tex else "")


def _tex(node: LexborNode) -> str:
    said = node.attributes.get("alttext")
    return clean(node.text() if said is None else said).removeprefix("\\displaystyle").strip()


def _rows(table: LexborNode) -> Iterator[str]:
    """Give the rows of a table as lines, `|` between the cells."""
    for row in table.css(":is(tr, .ltx_tr)"):
        cells = [clean(cell.text()) for cell in row.css(":is(td, th, .ltx_td)")]
        if any(cells):
            yield " | ".join(cells)


def _sections(marked: str) -> Iterator[Section]:
    """Read the marks. What has no heading goes on under an empty one; what holds nothing at all is left out."""
    first, *others = marked.split(_HEADING)
    yield from _section(1, "", first)
    for each in others:
        level, title, text = each.split(_FIELD, 2)
        yield from _section(int(level), title, text)


def _section(level: int, title: str, marked: str) -> Iterator[Section]:
    text = "\n\n".join(_paragraphs(marked))
    if title or text:
        yield Section(title, text, level)


def _paragraphs(marked: str) -> Iterator[str]:
    joined = re.sub(rf"{_RUN_IN}[\s{_PARAGRAPH}]*", " ", marked)
    for paragraph in joined.split(_PARAGRAPH):
        lines = [line for line in map(clean, paragraph.split(_LINE)) if line]
        if lines:
            yield "\n".join(lines)


if __name__ == "__main__":
    apart.answer(lambda: parse(sys.stdin.buffer.read()))
