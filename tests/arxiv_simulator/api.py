"""export.arxiv.org/api/query: entries by id or by query, and errors that are feeds themselves."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from tests.arxiv_simulator import authors, clock, taxonomy, tex
from tests.arxiv_simulator.answers import Answer

if TYPE_CHECKING:
    from tests.arxiv_simulator.papers import SimPaper, World

WINDOW = 10_000
_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?")
_TOKEN = re.compile(r'\(|\)|(?:[A-Za-z]+:)?"[^"]*"|submittedDate:\[[^\]]*\]|[^\s()]+')
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")
_FIELDS = {"ti", "au", "abs", "co", "jr", "cat", "all", "submittedDate"}
_ATOM = "application/atom+xml; charset=utf-8"
_OPEN = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns="http://www.w3.org/2005/Atom">\n'
)
_INTERNAL = (
    "The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application."
)

Test = Callable[["SimPaper"], bool]


class RefusedError(ValueError):
    """A request that the API does not understand, in its words; `anchor` as in its list of errors."""

    def __init__(self, message: str, anchor: str = "") -> None:
        super().__init__(message)
        self.anchor = anchor


@dataclass(frozen=True)
class Query:
    search: str
    ids: tuple[str, ...]
    start: int
    size: int
    sort: str
    descending: bool

    @property
    def text(self) -> str:
        return f"search_query={self.search}&id_list={','.join(self.ids)}&start={self.start}&max_results={self.size}"


def answer(
    world: World,
    parameters: Mapping[str, str],
    now: datetime,
    *,
    known_until: datetime,
    missing: Collection[str] | None = None,
    empty_page: bool = False,
) -> Answer:
    """The answer at `now` of an API that has heard of the announcements until `known_until`.

    `missing` ids are absent as if unknown; an `empty_page` has the total of a full one.
    """
    try:
        query = _read(parameters)
        if query.size == 0 or query.start + query.size > WINDOW:
            return _error(500, _INTERNAL, "", now)
        found = _found(world, query, known_until)
    except RefusedError as error:
        return _error(400, str(error), error.anchor, now)
    found = [paper for paper in found if not missing or paper.id not in missing]
    page = [] if empty_page else found[query.start : query.start + query.size]
    return Answer(200, _feed(query, len(found), page, world, now), _ATOM)


def _read(parameters: Mapping[str, str]) -> Query:
    search, id_list = parameters.get("search_query", ""), parameters.get("id_list", "")
    if not search and not id_list:
        raise RefusedError("Either a search_query or id_list must be specified for the classic API.")
    ids = tuple(part.strip() for part in id_list.split(",") if part.strip())
    for name in ids:
        if not _ID.fullmatch(name):
            raise RefusedError(f"incorrect id format for {name}", f"incorrect_id_format_for_{name}")
    return Query(
        search,
        ids,
        _number(parameters, "start", 0),
        _number(parameters, "max_results", 10),
        parameters.get("sortBy", "relevance"),
        parameters.get("sortOrder", "descending") != "ascending",
    )


def _number(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, str(default))
    if not re.fullmatch(r"-?\d+", text):
        raise RefusedError(f"{name} must be an integer", f"{name}_must_be_an_integer")
    if int(text) < 0:
        raise RefusedError(f"{name} must be non-negative", f"{name}_must_be_non-negative")
    return int(text)


def _found(world: World, query: Query, known_until: datetime) -> list[SimPaper]:
    test = _parse(query.search, world) if query.search else lambda _: True
    known = world.visible(known_until)
    if not query.ids:
        return _sorted([paper for paper in known if test(paper)], query, world)
    hidden = world.hidden(known_until)
    latest = {paper.id: paper for paper in known}
    papers: list[SimPaper] = []
    for name in query.ids:
        held = world.paper(name)
        paper = latest.get(held.id) if held and not re.search(r"v\d+$", name) else held
        if paper and paper.id_with_version not in hidden and test(paper):
            papers.append(world.as_of(paper, world.latest_day(known_until) or clock.arxiv_day(known_until)))
    return papers


def _sorted(papers: list[SimPaper], query: Query, world: World) -> list[SimPaper]:
    if query.sort == "lastUpdatedDate":
        return sorted(papers, key=lambda paper: (paper.submitted, paper.id), reverse=query.descending)
    return sorted(papers, key=lambda paper: (_published(world, paper), paper.id), reverse=query.descending)


def _published(world: World, paper: SimPaper) -> datetime:
    return world.papers[paper.id][0].submitted


def _parse(text: str, world: World) -> Test:
    """AND, OR, ANDNOT from left to right with parentheses; terms side by side mean OR."""
    tokens = _TOKEN.findall(text)
    test, rest = _expression(tokens, tokens, world)
    if rest:
        raise _invalid(tokens)
    return test


def _expression(tokens: Sequence[str], whole: Sequence[str], world: World) -> tuple[Test, Sequence[str]]:
    test, tokens = _term(tokens, whole, world)
    while tokens and tokens[0] != ")":
        operator = tokens[0] if tokens[0] in ("AND", "OR", "ANDNOT") else "OR"
        other, tokens = _term(tokens[1:] if tokens[0] == operator else tokens, whole, world)
        test = _joined(operator, test, other)
    return test, tokens


def _term(tokens: Sequence[str], whole: Sequence[str], world: World) -> tuple[Test, Sequence[str]]:
    if not tokens or tokens[0] in (")", "AND", "OR", "ANDNOT"):
        raise _invalid(whole)
    if tokens[0] != "(":
        return _field(tokens[0], world), tokens[1:]
    test, rest = _expression(tokens[1:], whole, world)
    if not rest:
        raise _invalid(whole)
    return test, rest[1:]


def _joined(operator: str, left: Test, right: Test) -> Test:
    if operator == "AND":
        return lambda paper: left(paper) and right(paper)
    if operator == "ANDNOT":
        return lambda paper: left(paper) and not right(paper)
    return lambda paper: left(paper) or right(paper)


def _field(token: str, world: World) -> Test:
    field, colon, value = token.partition(":")
    if not colon or field.startswith('"'):
        field, value = "all", token
    if field not in _FIELDS or not value.strip('"'):
        raise _invalid([token])
    if field == "cat":
        return lambda paper: any(_category_fits(name, value.strip('"').lower()) for name in paper.categories)
    if field == "submittedDate":
        return _date_window(value, world)
    words, is_begun = _words(value), value.endswith("*")
    return lambda paper: any(_stand_in(words, _words(text), is_begun) for text in _searched(paper, field))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _stand_in(wanted: Sequence[str], words: Sequence[str], is_begun: bool) -> bool:
    """Whether words stand side by side in a text, the last of them perhaps only begun."""
    if not wanted:
        return False
    *first, last = wanted
    return any(
        list(words[end - len(first) : end]) == first and (word == last or (is_begun and word.startswith(last)))
        for end, word in enumerate(words)
        if end >= len(first)
    )


def _category_fits(category: str, wanted: str) -> bool:
    return category.lower().startswith(wanted[:-1]) if wanted.endswith("*") else category.lower() == wanted


def _date_window(value: str, world: World) -> Test:
    """Of the first version, in GMT."""
    begin, _, end = value.strip("[]").partition(" TO ")

    def inside(paper: SimPaper) -> bool:
        moment = f"{_published(world, paper).astimezone(UTC):%Y%m%d%H%M}"
        return begin <= moment[: len(begin)] and moment[: len(end)] <= end

    return inside


def _searched(paper: SimPaper, field: str) -> list[str]:
    texts: dict[str, list[str]] = {
        "ti": [paper.title],
        "au": [authors.bare_name(author) for author in paper.authors],
        "abs": [paper.abstract],
        "co": [paper.comments or ""],
        "jr": [paper.journal_ref or ""],
    }
    found = texts.get(field) or [text for some in texts.values() for text in some]
    return [tex.to_unicode(text) for text in found]


def _invalid(tokens: Sequence[str]) -> RefusedError:
    return RefusedError(f"Invalid query string: '{' '.join(tokens)}'")


def _feed(query: Query, total: int, page: Sequence[SimPaper], world: World, now: datetime) -> str:
    name = b64encode(hashlib.sha1(query.text.encode(), usedforsecurity=False).digest()).decode().rstrip("=")
    link = (
        f"https://arxiv.org/api/query?search_query={query.search}&start={query.start}&max_results={query.size}"
        f"&id_list={','.join(query.ids)}"
    )
    return (
        f"{_OPEN}  <id>https://arxiv.org/api/{name}</id>\n"
        f"  <title>arXiv Query: {escape(query.text)}</title>\n"
        f"  <updated>{_moment(now)}</updated>\n"
        f'  <link href={quoteattr(link)} type="application/atom+xml"/>\n'
        f"{_totals(query.size, total, query.start)}"
        f"{''.join(_entry(paper, _published(world, paper)) for paper in page)}</feed>\n"
    )


def _totals(size: int, total: int, start: int) -> str:
    return (
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n"
    )


def _entry(paper: SimPaper, published: datetime) -> str:
    name = paper.id_with_version
    classes = [text for text in (paper.acm_class, paper.msc_class) if text]
    categories = "".join(
        f'    <category term={quoteattr(term)} scheme="http://arxiv.org/schemas/atom"/>\n'
        for term in [*paper.categories, *classes]
    )
    return (
        "  <entry>\n"
        f"    <id>http://arxiv.org/abs/{name}</id>\n"
        f"    <title>{_text(paper.title)}</title>\n"
        f"    <updated>{_moment(paper.submitted)}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>\n'
        f'    <link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>\n'
        f"    <summary>{_text(paper.abstract)}</summary>\n"
        f"{categories}"
        f"    <published>{_moment(published)}</published>\n"
        f"{_optional('comment', paper.comments)}"
        f'    <arxiv:primary_category term="{taxonomy.canonical(paper.primary)}"/>\n'
        f"{_optional('journal_ref', paper.journal_ref)}"
        f"{''.join(map(_author, paper.authors))}"
        f"{_optional('doi', paper.doi)}{_doi_link(paper.doi)}"
        "  </entry>\n"
    )


def _author(author: str) -> str:
    places = "".join(
        f"      <arxiv:affiliation>{escape(place)}</arxiv:affiliation>\n" for place in authors.affiliations(author)
    )
    return f"    <author>\n      <name>{escape(authors.bare_name(author))}</name>\n{places}    </author>\n"


def _optional(name: str, value: str | None) -> str:
    return f"    <arxiv:{name}>{_text(value)}</arxiv:{name}>\n" if value else ""


def _doi_link(doi: str | None) -> str:
    return f'    <link rel="related" href={quoteattr(f"https://doi.org/{doi}")} title="doi"/>\n' if doi else ""


def _text(text: str) -> str:
    return escape(tex.to_unicode(text))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _error(status: int, message: str, anchor: str, now: datetime) -> Answer:
    address = escape(f"https://arxiv.org/api/errors{anchor and '#'}{anchor}")
    body = (
        f"{_OPEN}  <id>https://arxiv.org/</id>\n  <title>arXiv Search Results</title>\n"
        f"  <updated>{_moment(now)}</updated>\n{_totals(1, 1, 0)}"
        f"  <entry>\n    <id>{address}</id>\n    <title>Error</title>\n    <updated>{_moment(now)}</updated>\n"
        f'    <link href="{address}" rel="alternate" type="text/html"/>\n'
        f"    <summary>{escape(message)}</summary>\n"
        "    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n</feed>\n"
    )
    return Answer(status, body, _ATOM)
