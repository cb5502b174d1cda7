"""arXiv's listing pages (`/list/CAT/new`, `/catchup/CAT/DAY`) and abstract pages, read with selectolax.

The markup is that of arxiv-endpoints.md, "Listing pages": a dated heading, three sections that state their counts,
a `<dt>` and a `<dd>` for each paper.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from coolcli.arxiv.categories import contains, is_category
from coolcli.arxiv.ids import parse as parse_id
from coolcli.arxiv.text import author, clean, from_tex, paragraphs, split_creators
from coolcli.errors import Nonsense
from coolcli.models import AnnounceType, Counts, Entry, Listing, Paper, Source

MOST_ELEMENTS = 200_000
"""Elements of a page at the most, some three times those of the largest listing page. Where elements are nested, the
time that HTML takes grows with the square of their number, and nothing can interrupt it."""

CATCHUP_PAGE = 2000
"""Entries of a catch-up page at the most."""

_SECTIONS = {"new": "New submissions", "cross": "Cross submissions", "replaced": "Replacement submissions"}
_ANCHORS = {"new": "New submissions", "cross": "Cross-lists", "replaced": "Replacements"}
_DATED = re.compile(r"(?:listings for|(?P<catchup>results for .* on))\s+\w+, (?P<day>[0-9]{1,2} \w+ [0-9]{4})\s*$")
_CONTINUE = "Continue to the next day"
_TOTAL = re.compile(r"Total of ([0-9]{1,6})[0-9]* entries")
_OF = re.compile(r"\(.*?([0-9]{1,6}) of ([0-9]{1,6}) entries\)")
_CODE = re.compile(r"\(([A-Za-z-]+(?:\.[A-Za-z-]+)?)\)")


def parse_listing(body: bytes, category: str) -> Listing:
    """Read a page of `/list/CAT/new` or `/catchup/CAT/DAY` seen from its category. Raises Nonsense.

    The entries are those that the page shows, the counts those of the whole listing. A catch-up page says which day
    follows, the last one of several alone. A layout that is not the known one is an error, never an empty day.
    """
    if _elements(body) > MOST_ELEMENTS:
        raise _unknown_layout(category, "it has more elements than any listing")
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    heading = _heading(tree)
    if heading is None:
        raise _unknown_layout(category, "it has no dated heading")
    text = tree.body.text() if tree.body else ""
    sections = _sections(tree, category)
    entries = [entry for section in sections for entry in section.entries]
    counts = _counts(tree, {section.name: section.announced for section in sections}, text, heading.source)
    if counts is None or (counts.total == 0 and "No updates" not in text):
        raise _unknown_layout(category, "it states no counts")
    shown = sum(section.shown for section in sections)
    if len(entries) != shown or (counts.total and not entries) or not all(entry.paper.title for entry in entries):
        raise _unknown_layout(category, f"of {shown or counts.total} entries {len(entries)} were understood")
    following = _following(tree, heading.day) if heading.source == "catchup" else None
    return Listing(category, heading.day, heading.source, tuple(entries), counts, following=following)


def parse_abstract(body: bytes, paper_id: str, version: int | None = None) -> Paper:
    """Read an abstract page, of a version where one is named. Raises Nonsense where it is none, or is another's."""
    if _elements(body) > MOST_ELEMENTS:
        raise Nonsense(f"The page of {paper_id} has more elements than any abstract page.", "Try again later.")
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    meta: dict[str, list[str]] = {}
    for node in tree.css("meta[name^='citation_']"):
        meta.setdefault(node.attributes.get("name") or "", []).append(node.attributes.get("content") or "")
    found = parse_id(meta.get("citation_arxiv_id", [""])[0])
    title = meta.get("citation_title", [""])[0]
    if found is None or found.id != paper_id or not title:
        raise Nonsense(
            f"arXiv's page of {paper_id} cannot be read: it names no such paper.",
            "Its layout may have changed; update cool.",
        )
    shown = _version_shown(tree)
    if version is not None and shown not in (None, version):
        raise Nonsense(f"arXiv's page of {paper_id}v{version} shows version {shown}.", "Try again later.")
    subjects = tree.css_first(".subjects")
    categories = _codes(subjects.text()) if subjects else ()
    abstract = meta.get("citation_abstract") or [_unlabelled(node) for node in tree.css("blockquote.abstract")]
    return Paper(
        id=paper_id,
        version=shown or version,
        title=from_tex(clean(title)),
        abstract=from_tex(paragraphs(abstract[0])) if abstract else None,
        authors=tuple(name for said in meta.get("citation_author", []) if (name := _in_order(said))),
        categories=categories,
        primary_category=categories[0] if categories else None,
        comments=_text_of(tree.css_first("td.comments")),
        doi=clean(meta["citation_doi"][0]) if "citation_doi" in meta else None,
    )


def _version_shown(tree: LexborHTMLParser) -> int | None:
    """Find which version an abstract page shows: `(or arXiv:2611.01234v2 [cs.LG] for this version)`."""
    cell = tree.css_first("td.arxividv")
    found = re.search(r"arXiv:(\S+)", clean(cell.text())) if cell else None
    identifier = parse_id(found[1]) if found else None
    return identifier.version if identifier else None


def _elements(body: bytes) -> int:
    return body.count(b"<") - body.count(b"</")


def _unknown_layout(category: str, why: str) -> Nonsense:
    return Nonsense(
        f"arXiv's listing page of {category} cannot be read: {why}.", "Its layout may have changed; update cool."
    )


class _Heading(NamedTuple):
    """What a page says it is: the listing of a day."""

    day: date
    source: Source


def _heading(tree: LexborHTMLParser) -> _Heading | None:
    for node in tree.css("h3, h1"):
        if match := _DATED.search(clean(node.text())):
            for form in ("%d %B %Y", "%d %b %Y"):
                try:
                    day = datetime.strptime(match["day"], form).date()
                except ValueError:
                    continue
                return _Heading(day, "catchup" if match["catchup"] else "page")
    return None


def _following(tree: LexborHTMLParser, day: date) -> date | None:
    """Find the day to which a catch-up page leads on: the next with an announcement in any category."""
    for link in tree.css("a[href*='/catchup/']"):
        if clean(link.text()) == _CONTINUE and (
            match := re.search(r"/catchup/[^/?]+/([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\?|$)", link.attributes["href"] or "")
        ):
            try:
                following = date.fromisoformat(match[1])
            except ValueError:
                return None
            return following if following > day else None
    return None


class _Section(NamedTuple):
    """One section of a page: what its heading states, and the papers that were read in it."""

    name: str
    shown: int
    announced: int
    entries: list[Entry]


def _sections(tree: LexborHTMLParser, category: str) -> list[_Section]:
    """Read the papers in order, section by section."""
    sections: list[_Section] = []
    identifier, version = "", None
    for node in tree.css("h3, dt, dd"):
        if node.tag == "h3":
            heading = clean(node.text())
            for name, words in _SECTIONS.items():
                if heading.startswith(words) and (match := _OF.search(heading)):
                    sections.append(_Section(name, int(match[1]), int(match[2]), []))
        elif node.tag == "dt":
            identifier, version = _identifier(node)
        elif identifier and sections:
            paper = _paper(node, identifier, version)
            sections[-1].entries.append(Entry(paper, _type(sections[-1].name, paper, category)))
            identifier = ""
    return sections


def _type(section: str, paper: Paper, category: str) -> AnnounceType:
    """A page has one section for both kinds of replacement: the primary category tells them apart."""
    if section == "replaced":
        return "replace" if contains(category, paper.primary_category or "") else "replace-cross"
    return "new" if section == "new" else "cross"


def _counts(tree: LexborHTMLParser, stated: dict[str, int], text: str, source: Source) -> Counts | None:
    """Count each section: by its heading where the page shows it, else by where the page's index says it begins."""
    total = _TOTAL.search(text)
    if total is None:
        return (
            Counts(stated.get("new", 0), stated.get("cross", 0), stated.get("replaced", 0))
            if (stated or "No updates" in text)
            else None
        )
    before = _before(tree) if source == "catchup" else 0
    starts: dict[str, int] = {}
    for link in tree.css("li > a[href*='#item']"):
        for name, words in _ANCHORS.items():
            if clean(link.text()) == words:
                starts[name] = _start(link.attributes.get("href") or "", before)
    following = [*list(starts.values())[1:], int(total[1]) + 1]
    indexed = {name: end - start for (name, start), end in zip(starts.items(), following, strict=False)}
    counts = Counts(*(stated.get(name, indexed.get(name, 0)) for name in _SECTIONS))
    return counts if counts.total == int(total[1]) else None


def _start(href: str, before: int) -> int:
    """Read at which entry a section begins.

    arXiv may count those of a catch-up's later page from that page's first; `before` are the entries before this one.
    """
    match = re.search(r"(?:page=([0-9]{1,3}))?#item([0-9]{1,6})$", href)
    if match is None:
        return 1
    item, before = int(match[2]), (int(match[1]) - 1) * CATCHUP_PAGE if match[1] else before
    return max(1, item if item > before else item + before)


def _before(tree: LexborHTMLParser) -> int:
    """Count the entries of a catch-up that are on earlier pages, by the number of the first one here."""
    first = tree.css_first("dt a[name^='item']")
    number = re.fullmatch(r"item([0-9]{1,6})", (first.attributes.get("name") or "") if first else "")
    return (int(number[1]) - 1) // CATCHUP_PAGE * CATCHUP_PAGE if number else 0


def _identifier(node: LexborNode) -> tuple[str, int | None]:
    """Take the id from a `<dt>`, and the version from its HTML link, the one place where a page has it."""
    link = node.css_first("a[title='Abstract']")
    found = parse_id((link.attributes.get("href") or "").removeprefix("/abs/")) if link else None
    if found is None:
        return "", None
    html = node.css_first("a[title='View HTML']")
    version = parse_id((html.attributes.get("href") or "").rpartition("/html/")[2]) if html else None
    return found.id, version.version if version else found.version


def _paper(node: LexborNode, identifier: str, version: int | None) -> Paper:
    subjects = node.css_first(".list-subjects")
    abstract = node.css_first("p.mathjax")
    authors = node.css_first(".list-authors")
    categories = _codes(subjects.text()) if subjects else ()
    return Paper(
        id=identifier,
        version=version,
        title=_tex_of(node.css_first(".list-title")),
        abstract=from_tex(paragraphs(_linked(abstract))) if abstract else None,
        authors=split_creators(authors.text()) if authors else (),  # not all of them are links
        categories=categories,
        primary_category=categories[0] if categories else None,
        comments=_text_of(node.css_first(".list-comments")),
        journal_ref=_text_of(node.css_first(".list-journal-ref")),
        doi=_text_of(node.css_first(".list-doi")),
    )


def _codes(subjects: str) -> tuple[str, ...]:
    """Find the categories in `Machine Learning (cs.LG); …`, the primary first; MSC and ACM classes are none."""
    return tuple(dict.fromkeys(code for code in _CODE.findall(subjects) if is_category(code)))


def _tex_of(node: LexborNode | None) -> str | None:
    text = _text_of(node)
    return None if text is None else from_tex(text)


def _text_of(node: LexborNode | None) -> str | None:
    """Give the words of a field without its label (`Title:`), None where there are none."""
    return None if node is None else clean(_unlabelled(node)) or None


def _unlabelled(node: LexborNode) -> str:
    """Give a field's text without its label."""
    label = node.css_first(".descriptor")
    text = _linked(node).lstrip()
    return text.removeprefix(label.text().strip()) if label else text


def _linked(node: LexborNode) -> str:
    """Give a node's text with links spelled out (arXiv shows `this https URL`) and line breaks as new paragraphs."""
    if "<" not in node.inner_html:  # type: ignore[operator]
        return node.text()
    for link in node.css("a"):
        if re.match(r"this \w+ URL", link.text()):
            link.replace_with(_address(link.attributes.get("href") or ""))
    for line_break in node.css("br"):
        line_break.replace_with("\n  ")
    return node.text().strip()


def _address(href: str) -> str:
    """Give an address as its author wrote it: arXiv puts `http://` before a bare name, or what it takes for one."""
    name = href.removeprefix("http://")
    return name if "/" not in name else href


def _in_order(name: str) -> str:
    """Turn `Last, First` of an abstract page's metadata into `First Last`."""
    last, _, first = clean(name).partition(", ")
    return author(f"{first} {last}")
