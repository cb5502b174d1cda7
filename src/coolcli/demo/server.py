"""A plain server, on loopback, of an invented arXiv in arXiv's own formats: what `cool --demo` reads.

    papers.json -> load() -> listing(day, categories) -> feed | new_page | catchup_page -> respond -> serve
                             Entry (id, type)         -> api | paper_page

It is arXiv on one day, whose listing has all the papers. Each earlier day has a third of them, under other titles and
ids, and the first versions of those that the day replaces (`Paper.days`).

Each format is one pure function of the day; `respond` chooses among them by the address, and `serve` answers over
HTTP. The formats are those of arxiv-endpoints.md. Nothing depends on the time of the request: the same day gives the
same bytes. What is below /v1/ is a language model's, and model.py answers it.
"""

from __future__ import annotations

import hashlib
import json
import re
import socketserver
import sys
import textwrap
import threading
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import parse_qsl, quote_plus, unquote, urlsplit

from coolcli.arxiv.calendar import EASTERN, has_listing, listing_before
from coolcli.arxiv.categories import ARCHIVES, CATEGORIES, canonical, contains, name_of
from coolcli.demo import fulltext, searching

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind = Literal["new", "cross", "replace"]
AnnounceType = Literal["new", "cross", "replace", "replace-cross"]

TYPES: tuple[AnnounceType, ...] = ("new", "cross", "replace", "replace-cross")
"""The types in the order of a listing."""

PAGE_SIZES = (25, 50, 100, 250, 500, 1000, 2000)
"""The values of `show` that a listing page accepts."""

_SECTIONS = (
    ("New submissions", "New submissions", ("new",)),
    ("Cross submissions", "Cross-lists", ("cross",)),
    ("Replacement submissions", "Replacements", ("replace", "replace-cross")),
)
_XML = "<?xml version='1.0' encoding='UTF-8'?>\n"
_CATCHUP_DAYS = 90
_DAY = timedelta(days=1)

_RETOLD = (
    "{}, Revisited",
    "{}: A Replication",
    "{} in Practice",
    "A Second Opinion on {}",
    "{}: The Long Version",
    "{}, Without the Assumptions",
    "{}: Field Notes",
    "What We Got Wrong in {}",
)
"""What an earlier day makes of a title."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a paper said in its first version."""

    title: str
    authors: tuple[str, ...]
    abstract: str
    comments: str


@dataclass(frozen=True, slots=True)
class Paper:
    """An invented paper. Names, title and abstract hold raw TeX, as the feed has it.

    `type` is why it is announced: new; cross, announced earlier and now listed in its further categories; replace.
    `affiliations` is parallel to `authors` where there are any. A replacement may have been announced as new some
    listings ago (`days`), when it said what `before` says.
    """

    number: int
    title: str
    authors: tuple[str, ...]
    abstract: str
    categories: tuple[str, ...]
    type: Kind
    version: int
    license: str
    comments: str | None = None
    doi: str | None = None
    journal_ref: str | None = None
    affiliations: tuple[str | None, ...] = ()
    days: int = 0
    before: Earlier | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in a listing: its id on that day, and its type as seen from the categories asked for."""

    id: str
    announce_type: AnnounceType
    paper: Paper


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered to a request."""

    status: int
    content_type: str
    body: bytes


@cache
def load() -> tuple[Paper, ...]:
    """Read the bundled papers."""
    text = Path(__file__).with_name("papers.json").read_text(encoding="utf-8")
    return tuple(_paper(record) for record in json.loads(text))


def _paper(record: dict[str, Any]) -> Paper:
    before = record.get("before")
    return Paper(**_frozen(record) | {"before": Earlier(**_frozen(before)) if before else None})


def _frozen(record: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}


# --- the days --------------------------------------------------------------------------------------------------------


def identifier(paper: Paper, day: date) -> str:
    """Make a paper's id from the day that announces it: a replaced one's is of an earlier day, or month."""
    if paper.days:
        return identifier(first_version(paper), first_day(paper, day))
    first = 200 + 700 * day.day  # about as many papers a day as arXiv has: ids of two days never meet
    if paper.type == "replace":
        months = day.year * 12 + day.month - 1 - (1 + paper.number % 19)
        number = 1000 + (paper.number * 2377 + _listings_until(day) * 13) % 16000
        return f"{months // 12 % 100:02}{months % 12 + 1:02}.{number:05}"
    if paper.type == "cross":
        return f"{day:%y%m}.{first - 2 * paper.number:05}"
    return f"{day:%y%m}.{first + 6 * paper.number + paper.number**2 % 5:05}"


def first_day(paper: Paper, day: date) -> date:
    """Give the day on which a paper that a day replaces was announced as new."""
    for _ in range(paper.days):
        day = listing_before(day)
    return day


def first_version(paper: Paper) -> Paper:
    """Give a paper as it was when it was announced as new."""
    said = paper.before or Earlier(paper.title, paper.authors, paper.abstract, paper.comments or "")
    return replace(
        paper,
        type="new",
        version=1,
        title=said.title,
        authors=said.authors,
        abstract=said.abstract,
        comments=said.comments,
        days=0,
        before=None,
    )


def unreplaced() -> tuple[Paper, ...]:
    """Give the bundled papers as they were before the day replaced any of them: in their first versions."""
    return tuple(
        replace(first_version(paper), type=paper.type, days=paper.days) if paper.days else paper for paper in load()
    )


def announced(
    day: date, papers: Sequence[Paper] | None = None, *, asked: date | None = None
) -> list[tuple[str, Paper]]:
    """Give what was announced on a day, or seen from it on an earlier one: ids, and papers as they are on that day."""
    known = load() if papers is None else papers
    asked = asked or day
    if asked == day:
        return [(identifier(paper, day), paper) for paper in known]
    if asked > day or not has_listing(asked):
        return []
    count = _listings_until(asked)
    retold = [
        replace(paper, title=_RETOLD[(count // 3 + paper.number) % len(_RETOLD)].format(paper.title))
        for paper in known
        if paper.number % 3 == count % 3 and not paper.days
    ]
    since_replaced = [paper for paper in known if paper.days and first_day(paper, day) == asked]
    return [(identifier(paper, asked), paper) for paper in retold] + [
        (identifier(paper, day), replace(paper, type="new", days=0, before=None)) for paper in since_replaced
    ]


def listing(
    day: date, categories: Sequence[str], papers: Sequence[Paper] | None = None, *, asked: date | None = None
) -> list[Entry]:
    """Give the announcement of a day, or of an earlier one, seen from all of these categories or archives together.

    It is in arXiv's order.
    """
    entries = [
        Entry(name, seen, paper)
        for name, paper in announced(day, papers, asked=asked)
        if (seen := _seen_from(paper, categories)) is not None
    ]
    return sorted(entries, key=lambda entry: (TYPES.index(entry.announce_type), entry.id))


def _listings_until(day: date) -> int:
    """Count the weekdays up to a day: neighbours differ by one, over weekends too."""
    return (day.toordinal() - 1) // 7 * 5 + day.weekday()


def _seen_from(paper: Paper, categories: Sequence[str]) -> AnnounceType | None:
    """Tell a paper's type as seen from some categories, None where it is not in their listing."""

    def held(category: str) -> bool:
        return any(contains(asked, category) for asked in categories)

    home = held(paper.categories[0])
    if not any(held(category) for category in paper.categories) or (home and paper.type == "cross"):
        return None
    if paper.type == "replace":
        return "replace" if home else "replace-cross"
    return "new" if home else "cross"


def _submitted(paper: Paper, day: date) -> tuple[datetime, datetime]:
    """Give the times of a paper's first and of its present version, in UTC."""
    updated = datetime.combine(day, time(15), UTC) - timedelta(days=1, minutes=11 * (90 - paper.number))
    if paper.type == "new":
        return updated, updated
    if paper.type == "cross":
        earlier = updated - timedelta(days=3)
        return earlier, earlier
    if paper.days:
        return _submitted(first_version(paper), first_day(paper, day))[0], updated
    yymm = identifier(paper, day)[:4]
    first = datetime(2000 + int(yymm[:2]), int(yymm[2:]), 1 + paper.number % 28, 9, paper.number % 60, tzinfo=UTC)
    return first, updated


# --- the feed --------------------------------------------------------------------------------------------------------


def feed(day: date, categories: Sequence[str], papers: Sequence[Paper] | None = None) -> bytes:
    """Write the RSS feed of a day for some known categories."""
    asked = "+".join(categories)
    items = "".join(_item(entry, day) for entry in listing(day, categories, papers))
    skipped = "<skipDays>\n      <day>Saturday</day>\n      <day>Sunday</day>\n    </skipDays>"
    return _channel(
        day,
        asked,
        f"{asked} updates on arXiv.org",
        f"{asked} updates on the arXiv.org e-print archive.",
        skipped + items,
    )


def feed_error(day: date, asked: str, reason: str) -> bytes:
    """Write the body of arXiv's refusal of a feed: RSS without items, the reason in its description."""
    return _channel(day, asked, f"Feed error for query: https://rss.arxiv.org/rss/{asked}", reason, "")


def _channel(day: date, asked: str, title: str, description: str, rest: str) -> bytes:
    midnight = datetime.combine(day, time(), EASTERN)
    address = escape(f"https://rss.arxiv.org/rss/{asked}")
    return f"""{_XML}<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">
  <channel>
    <title>{_text(title)}</title>
    <link>{address}</link>
    <description>{_text(description)}</description>
    <atom:link href="{address}" rel="self" type="application/rss+xml"/>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <language>en-us</language>
    <lastBuildDate>{format_datetime((midnight + timedelta(minutes=5)).astimezone(UTC))}</lastBuildDate>
    <managingEditor>rss-help@arxiv.org</managingEditor>
    <pubDate>{format_datetime(midnight)}</pubDate>
    {rest}
  </channel>
</rss>
""".encode()


def _item(entry: Entry, day: date) -> str:
    paper = entry.paper
    optional = ""
    if paper.doi:
        optional += f"\n      <arxiv:DOI>{_text(paper.doi)}</arxiv:DOI>"
    if paper.journal_ref:
        optional += f"\n      <arxiv:journal_reference>{_text(paper.journal_ref)}</arxiv:journal_reference>"
    categories = "".join(f"\n      <category>{category}</category>" for category in paper.categories)
    names = ", ".join(f"{name} ({place})" if place else name for name, place in _signed(paper))
    return f"""
    <item>
      <title>{_text(paper.title)}</title>
      <link>https://arxiv.org/abs/{entry.id}</link>
      <description>arXiv:{entry.id}v{paper.version} Announce Type: {entry.announce_type}\x20
Abstract: {_text(_wrapped(paper.abstract))}</description>
      <guid isPermaLink="false">oai:arXiv.org:{entry.id}v{paper.version}</guid>{categories}
      <pubDate>{format_datetime(datetime.combine(day, time(), EASTERN))}</pubDate>
      <arxiv:announce_type>{entry.announce_type}</arxiv:announce_type>
      <dc:rights>{_text(paper.license)}</dc:rights>{optional}
      <dc:creator>{_text(names)}</dc:creator>
    </item>"""


# --- the pages -------------------------------------------------------------------------------------------------------


def new_page(
    day: date, category: str, papers: Sequence[Paper] | None = None, *, skip: int = 0, show: int = PAGE_SIZES[-1]
) -> bytes:
    """Write a page of `/list/CAT/new`: `show` entries of the listing, from `skip` on."""
    entries = listing(day, [category], papers)
    base = f"/list/{category}/new"
    heading = f"{day:%A}, {day.day} {day:%B %Y}"
    paging = _paging(base, len(entries), skip, show)
    body = f"{paging}{_articles(entries, skip, show)}{paging}" if entries[skip:] else "<p>No updates today.</p>\n"
    return _html(
        name_of(category) or category,
        f"""<h1>{_text(name_of(category) or category)}</h1>
{_index(entries, base, skip, show)}
<p>See <a id="recent-{category}" href="/list/{category}/recent">recent</a> articles</p>
<h3>Showing new listings for {heading}</h3>
{body}""",
    )


def catchup_page(
    day: date,
    category: str,
    papers: Sequence[Paper] | None = None,
    *,
    asked: date | None = None,
    abstracts: bool = True,
) -> bytes:
    """Write `/catchup/CAT/DAY` of a day or an earlier one: papers as they are now, and a link to the next listing."""
    asked = asked or day
    entries = listing(day, [category], papers, asked=asked)
    heading = f"{asked:%a}, {asked.day:02} {asked:%b %Y}"
    onward = _onward(category, asked, abstracts) if asked < day else ""
    total = f"<div>\n{onward}      Total of {len(entries)} entries for {heading}\n    </div>\n"
    body = _articles(entries, 0, len(entries), abstracts=abstracts)
    if not entries:
        body = (
            f"<div>\n<p>No updates for {heading}. There was either no announcement for this day, "
            "or no updates within the requested subject.</p>\n</div>\n"
        )
    return _html(
        "",
        f"""<h1>Catchup results for {_text(name_of(category) or category)} on {heading}</h1>
{_index(entries, "", 0, len(entries))}
{total}{body}{total}""",
    )


def _onward(category: str, asked: date, abstracts: bool) -> str:
    following = asked + _DAY
    while not has_listing(following):
        following += _DAY
    address = f"/catchup/{category}/{following}?abs={abstracts}&amp;page=1"
    return f'        <a href="{address}">Continue to the next day</a>\n        <br><br>\n'


def paper_page(entry: Entry, day: date) -> bytes:
    """Write `/abs/ID`, with the metadata that arXiv's page has, and plainly say that the paper is invented."""
    paper = entry.paper
    abstract = _unicode(paper.abstract)
    meta = [
        ("title", _unicode(paper.title)),
        *(("author", _last_first(_unicode(name))) for name in paper.authors),
        *([("doi", paper.doi)] if paper.doi else []),
        ("date", f"{_submitted(paper, day)[0]:%Y/%m/%d}"),
        ("arxiv_id", entry.id),
        ("abstract", abstract),
    ]
    tags = "".join(f'<meta name="citation_{name}" content="{escape(value)}" />\n' for name, value in meta)
    comments = f"<td class='tablecell comments mathjax'>{_text(paper.comments)}</td>" if paper.comments else ""
    return _html(
        f"[{entry.id}] {_unicode(paper.title)}",
        f"""<p><strong>This paper is invented.</strong> It belongs to the sample day of <code>cool --demo</code>: \
there is no such paper, and its authors do not exist.</p>
<h1 class="title mathjax"><span class="descriptor">Title:</span>{_text(_unicode(paper.title))}</h1>
<div class="authors"><span class="descriptor">Authors:</span>{_text(_unicode(", ".join(paper.authors)))}</div>
<blockquote class="abstract mathjax"><span class="descriptor">Abstract:</span>{_text(abstract)}</blockquote>
<table><tr>{comments}<td class="tablecell subjects">{_subjects(paper)}</td></tr></table>
""",
        tags,
    )


def whole_text(name: str, paper: Paper) -> fulltext.Text:
    """Give the whole text of a paper, which its HTML and its PDF have."""
    authors = tuple(map(_unicode, paper.authors))
    return fulltext.Text(name, _unicode(paper.title), authors, _unicode(paper.abstract), paper.number)


def has_html(paper: Paper) -> bool:
    """Tell whether a paper has an HTML version: most have, as at arXiv."""
    return paper.number % 7 != 5


def error_page(reason: str) -> bytes:
    """Write the page of an error, the reason as its heading."""
    return _html("", f"<h1>{_text(reason)}</h1>\n")


def _html(title: str, content: str, head: str = "") -> bytes:
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{_text(title)}</title>
{head}</head>
<body>
<header>An invented arXiv</header>
<main>
<div id="content">
<div id='content-inner'>
<div id='dlpage'>
{content}</div>
</div>
</div>
</main>
</body>
</html>
""".encode()


def _index(entries: Sequence[Entry], base: str, skip: int, show: int) -> str:
    """Link to where each section begins, on this page or on another, as the listing pages do."""
    links = []
    for _, words, types in _SECTIONS:
        begin = next((i for i, entry in enumerate(entries) if entry.announce_type in types), None)
        if begin is None:
            continue
        page = "" if skip <= begin < skip + show else f"{base}?skip={begin // show * show}&amp;show={show}"
        anchor = begin + 1 if begin or not base else 0  # `/new` calls its first one item0
        links.append(f'  <li><a href="{page}#item{anchor}">{words}</a></li>\n')
    return f"<ul>\n{''.join(links)}</ul>\n"


def _paging(base: str, total: int, skip: int, show: int) -> str:
    pages = [
        f"<span>{start + 1}-{min(start + show, total)}</span>"
        if start <= skip < start + show
        else f"<a href={base}?skip={start}&amp;show={show}>{start + 1}-{min(start + show, total)}</a>"
        for start in range(0, total, show)
    ]
    return f"<div class='paging'>Total of {total} entries {': ' + ' '.join(pages) if total > show else ''}</div>\n"


def _articles(entries: Sequence[Entry], skip: int, show: int, *, abstracts: bool = True) -> str:
    """Write the sections that reach into a page, each under a heading that states how many of its entries it shows."""
    written = ""
    numbered = list(enumerate(entries, 1))
    for name, _, types in _SECTIONS:
        section = [(number, entry) for number, entry in numbered if entry.announce_type in types]
        shown = [(number, entry) for number, entry in section if skip < number <= skip + show]
        if not shown:
            continue
        begun, ended = shown[0] == section[0], shown[-1] == section[-1]
        which = "" if begun is ended else "first " if begun else "last "
        heading = f"{name} ({'' if begun else 'continued, '}showing {which}{len(shown)} of {len(section)} entries)"
        rows = "".join(_row(number, entry, abstracts=abstracts) for number, entry in shown)
        written += f"<dl id='articles'>\n    <h3>{heading}</h3>\n{rows}</dl>\n"
    return written


def _row(number: int, entry: Entry, *, abstracts: bool) -> str:
    paper, name = entry.paper, entry.id
    note = {"new": "", "cross": f"(cross-list from {paper.categories[0]})"}.get(entry.announce_type, "(replaced)")
    # The link to HTML is the one place where a page has the version, and not every paper has HTML.
    html = (
        f', <a href="https://arxiv.org/html/{name}v{paper.version}" title="View HTML" id="html-{name}">html</a>'
        if paper.number % 6
        else ""
    )
    fields = ""
    if paper.comments:
        fields += _field("comments", "Comments", _linked(paper.comments))
    if paper.journal_ref:
        fields += _field("journal-ref", "Journal-ref", _text(paper.journal_ref))
    abstract = f"\n        <p class='mathjax'>\n          {_linked(_wrapped(_unicode(paper.abstract)))}\n        </p>"
    return f"""
    <dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{name}" title="Abstract" id="{name}">
        arXiv:{name}
      </a>
      {note}
        [<a href="/pdf/{name}" title="Download PDF" id="pdf-{name}" aria-labelledby="pdf-{name}">pdf</a>{html}, \
<a href="/format/{name}" title="Other formats" id="oth-{name}" aria-labelledby="oth-{name}">other</a>]
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          {_text(_unicode(paper.title))}
        </div>
        <div class='list-authors'>{", ".join(_author_links(paper))}</div>
{fields}        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          {_subjects(paper)}
        </div>
{abstract if abstracts else ""}
      </div>
    </dd>
"""


def _field(name: str, label: str, content: str) -> str:
    return (
        f"        <div class='list-{name} mathjax'><span class='descriptor'>{label}:</span>\n"
        f"          {content}\n        </div>\n"
    )


def _author_links(paper: Paper) -> Iterator[str]:
    archive = paper.categories[0].partition(".")[0]
    for raw, place in _signed(paper):
        name = _unicode(raw)
        query = quote_plus(_last_first(name).replace(", ", ","), safe=",").replace(",", ",+")
        address = f"https://arxiv.org/search/{archive}?searchtype=author&amp;query={query}"
        yield f'<a href="{address}">{_text(name)}</a>' + (f" ({_text(place)})" if place else "")


def _subjects(paper: Paper) -> str:
    first, *others = (f"{_text(name_of(category) or '')} ({category})" for category in paper.categories)
    return "; ".join([f'<span class="primary-subject">{first}</span>', *others])


# --- the API ---------------------------------------------------------------------------------------------------------


def api(
    day: date, ids: Sequence[str], papers: Sequence[Paper] | None = None, *, start: int = 0, most: int = 10
) -> bytes:
    """Write the API's answer to an `id_list`, in its order; ids that do not exist are silently absent."""
    known = _by_id(day, papers)
    found = []
    for asked in ids:
        name, _, version = asked.partition("v")
        paper, when = known.get(name, (None, day))
        if paper is not None and int(version or paper.version) <= paper.version:
            found.append(_Version(name, paper, int(version or paper.version), when))
    return _api_feed(day, f"search_query=&id_list={','.join(ids)}", found, start, most)


def api_search(
    day: date,
    question: str,
    papers: Sequence[Paper] | None = None,
    *,
    start: int = 0,
    most: int = 10,
    ascending: bool = False,
) -> bytes:
    """Write the API's answer to a question in its language, by the time of submission. Raises ValueError."""
    fits = searching.read(question)
    known = [_Version(name, paper, paper.version, when) for name, (paper, when) in _by_id(day, papers).items()]
    found = sorted((one for one in known if fits(_looked(one))), key=_when_submitted, reverse=not ascending)
    return _api_feed(day, f"search_query={question}&id_list=", found, start, most)


class _Version(NamedTuple):
    """A paper of the API's in one of its versions, and the day that announced the paper last."""

    id: str
    paper: Paper
    version: int
    day: date


def _when_submitted(one: _Version) -> tuple[datetime, str]:
    return _submitted(one.paper, one.day)[0], one.id


def _looked(one: _Version) -> searching.Looked:
    paper = one.paper
    texts = {
        "ti": [_unicode(paper.title)],
        "au": [_unicode(name) for name in paper.authors],
        "abs": [_unicode(paper.abstract)],
        "co": [paper.comments or ""],
    }
    return searching.Looked(texts, paper.categories, _submitted(paper, one.day)[0])


def _api_feed(day: date, asked: str, found: Sequence[_Version], start: int, most: int) -> bytes:
    query = escape(f"{asked}&start={start}&max_results={most}")
    digest = hashlib.sha1(query.encode(), usedforsecurity=False).hexdigest()
    entries = "".join(
        _api_entry(Entry(one.id, "new", one.paper), one.version, one.day) for one in found[start : start + most]
    )
    return f"""{_XML}<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" \
xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/{digest[:27]}</id>
  <title>arXiv Query: {query}</title>
  <updated>{_moment(datetime.combine(day, time(5), UTC))}</updated>
  <link href="https://arxiv.org/api/query?{query}" type="application/atom+xml"/>
  <opensearch:itemsPerPage>{most}</opensearch:itemsPerPage>
  <opensearch:totalResults>{len(found)}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>{entries}
</feed>
""".encode()


def api_error(day: date, reason: str) -> bytes:
    """Write the API's refusal: a feed whose single entry is titled `Error`."""
    updated = _moment(datetime.combine(day, time(5), UTC))
    address = "https://arxiv.org/api/errors#" + re.sub(r"\W+", "_", reason)
    return f"""{_XML}<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" \
xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/</id>
  <title>arXiv Search Results</title>
  <updated>{updated}</updated>
  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>
  <opensearch:totalResults>1</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
  <entry>
    <id>{address}</id>
    <title>Error</title>
    <updated>{updated}</updated>
    <link href="{address}" rel="alternate" type="text/html"/>
    <summary>{_text(reason)}</summary>
    <author>
      <name>arXiv api core</name>
    </author>
  </entry>
</feed>
""".encode()


def oai_identity() -> bytes:
    """Write what OAI-PMH says of itself; the demonstration harvests nothing."""
    words = "<repositoryName>An invented arXiv</repositoryName><protocolVersion>2.0</protocolVersion>"
    space = "http://www.openarchives.org/OAI/2.0/"
    return f'{_XML}<OAI-PMH xmlns="{space}"><Identify>{words}</Identify></OAI-PMH>\n'.encode()


def _api_entry(entry: Entry, version: int, day: date) -> str:
    paper = entry.paper
    published, updated = _submitted(paper, day)
    if version < paper.version:
        updated = published + (version - 1) * (updated - published) / paper.version
    if version == 1 and paper.before:
        paper = first_version(paper)
    optional = ""
    for field, value in (("comment", paper.comments), ("journal_ref", paper.journal_ref), ("doi", paper.doi)):
        if value:
            optional += f"\n    <arxiv:{field}>{_text(value)}</arxiv:{field}>"
    categories = "".join(
        f'\n    <category term="{category}" scheme="http://arxiv.org/schemas/atom"/>' for category in paper.categories
    )
    authors = "".join(
        f"\n    <author>\n      <name>{_text(_unicode(name))}</name>"
        + (f"\n      <arxiv:affiliation>{_text(place)}</arxiv:affiliation>" if place else "")
        + "\n    </author>"
        for name, place in _signed(paper)
    )
    return f"""
  <entry>
    <id>http://arxiv.org/abs/{entry.id}v{version}</id>
    <title>{_text(_unicode(paper.title))}</title>
    <updated>{_moment(updated)}</updated>
    <link href="https://arxiv.org/abs/{entry.id}v{version}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{entry.id}v{version}" rel="related" type="application/pdf" title="pdf"/>
    <summary>{_text(_wrapped(_unicode(paper.abstract)))}</summary>{categories}
    <published>{_moment(published)}</published>{optional}
    <arxiv:primary_category term="{paper.categories[0]}"/>{authors}
  </entry>"""


def _by_id(day: date, papers: Sequence[Paper] | None) -> dict[str, tuple[Paper, date]]:
    """Give all papers that arXiv, which is at a day, has: each by its id, with the day that announced it last."""
    found: dict[str, tuple[Paper, date]] = {}
    for back in range(_CATCHUP_DAYS + 1):
        asked = day - back * _DAY
        for name, paper in announced(day, papers, asked=asked):
            found.setdefault(name, (paper, asked))
    return found


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


# --- text ------------------------------------------------------------------------------------------------------------

_ACCENT = re.compile(r"""\{?\\(['`"^~])\{?\\?([A-Za-z])\}?\}?""")
_COMBINING = {"'": "\u0301", "`": "\u0300", '"': "\u0308", "^": "\u0302", "~": "\u0303"}
_LETTER = re.compile(r"\{?\\(aa|AA|o|O|l|L|ss)(?:\}|\s|(?=\W))")
_LETTERS = {"aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß"}


def _unicode(text: str) -> str:
    """Turn TeX accents into letters, as the API and the pages do and the feed does not; `$…$` stays."""

    def accented(match: re.Match[str]) -> str:
        return unicodedata.normalize("NFC", match[2] + _COMBINING[match[1]])

    pieces = re.split(r"(\$[^$]*\$)", text)
    pieces[::2] = [_LETTER.sub(lambda match: _LETTERS[match[1]], _ACCENT.sub(accented, piece)) for piece in pieces[::2]]
    return "".join(pieces)


def _text(text: str) -> str:
    return escape(text, quote=False)


def _linked(text: str) -> str:
    """Escape a text and hide its addresses behind the words that arXiv's pages show for them."""
    return re.sub(
        r"https://[^\s<]*[\w/]",
        lambda match: f'<a href="{match[0]}" rel="external noopener nofollow">this https URL</a>',
        _text(text),
    )


def _wrapped(text: str) -> str:
    """Break a text into lines as submitters do: readers must join them again."""
    return textwrap.fill(text, 79, break_long_words=False, break_on_hyphens=False)


def _last_first(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else last


def _signed(paper: Paper) -> Iterable[tuple[str, str | None]]:
    """Pair each author, as the data has the name, with an affiliation or none."""
    return zip(paper.authors, paper.affiliations or [None] * len(paper.authors), strict=True)


# --- serving ---------------------------------------------------------------------------------------------------------


def respond(day: date, target: str, papers: Sequence[Paper] | None = None) -> Response:
    """Answer a request's target, path and query, as arXiv would on that day."""
    url = urlsplit(target)
    room, *rest = unquote(url.path).strip("/").split("/")
    query = dict(parse_qsl(url.query))
    match room, rest:
        case "rss", [asked]:
            return _respond_feed(day, asked, papers)
        case "list", [category, "new"]:
            return _respond_new(day, category, query, papers)
        case "catchup", [category, asked]:
            return _respond_catchup(day, category, asked, query, papers)
        case "api", ["query"]:
            return _respond_api(day, query, papers)
        case "oai", [] if query.get("verb") == "Identify":
            return Response(200, "application/xml", oai_identity())
        case (("abs" | "html" | "pdf" | "arxiv"), [name]):  # /arxiv/ID is papers.cool's
            return _respond_paper(day, room, name, papers)
    return _page(404, error_page("The demonstration has no such page."))


def _respond_feed(day: date, asked: str, papers: Sequence[Paper] | None) -> Response:
    words = asked.split("+")
    kind = "application/rss+xml"
    for word in words:
        if reason := _refusal(word):
            return Response(400, kind, feed_error(day, asked, reason))
    return Response(200, kind, feed(day, [canonical(word) or word for word in words], papers))


def _respond_new(day: date, category: str, query: dict[str, str], papers: Sequence[Paper] | None) -> Response:
    folded = canonical(category)
    if folded is None:
        return _page(400, error_page(f"Invalid archive or category: {category}"))
    skip, show = query.get("skip", "0"), query.get("show", str(PAGE_SIZES[-1]))
    if not skip.isdecimal() or not show.isdecimal() or int(show) not in PAGE_SIZES:
        return _page(400, error_page("Invalid skip or show"))
    return _page(200, new_page(day, folded, papers, skip=int(skip), show=int(show)))


def _respond_catchup(
    day: date, category: str, asked: str, query: dict[str, str], papers: Sequence[Paper] | None
) -> Response:
    folded = canonical(category)
    if folded is None:
        return _page(400, error_page(f"Invalid subject: {category}"))
    try:
        when = date.fromisoformat(asked)
    except ValueError:
        return _page(400, error_page(f"Invalid date: {asked}"))
    if not timedelta() <= day - when <= timedelta(days=_CATCHUP_DAYS):
        return _page(400, error_page(f"Invalid date: {asked}. Catchup only allowed for past {_CATCHUP_DAYS} days"))
    return _page(200, catchup_page(day, folded, papers, asked=when, abstracts=query.get("abs") == "True"))


def _respond_api(day: date, query: dict[str, str], papers: Sequence[Paper] | None) -> Response:
    kind = "application/atom+xml; charset=utf-8"
    question = query.get("search_query", "")
    ids = [word.strip() for word in query.get("id_list", "").split(",") if word.strip()]
    wrong = [
        word for word in ids if not re.fullmatch(r"\d{4}\.\d{4,5}(?:v[1-9]\d*)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}", word)
    ]
    start, most = query.get("start", "0"), query.get("max_results", "10")
    reason = None
    if not ids and not question:
        reason = "Either a search_query or id_list must be specified for the classic API."
    elif wrong:
        reason = f"incorrect id format for {wrong[0]}"
    elif not start.isdecimal() or not most.isdecimal():
        reason = "start and max_results must be non-negative integers"
    if reason:
        return Response(400, kind, api_error(day, reason))
    if not question:
        return Response(200, kind, api(day, ids, papers, start=int(start), most=int(most)))
    ascending = query.get("sortOrder") == "ascending"
    try:
        found = api_search(day, question, papers, start=int(start), most=int(most), ascending=ascending)
    except ValueError:
        return Response(400, kind, api_error(day, f"Invalid query string: '{question}'"))
    return Response(200, kind, found)


def _respond_paper(day: date, room: str, name: str, papers: Sequence[Paper] | None) -> Response:
    known = _by_id(day, papers)
    identity = re.sub(r"v\d+$", "", name.removesuffix(".pdf"))
    if identity not in known:
        return _page(404, error_page(f"Article {identity} doesn't exist"))
    paper, when = known[identity]
    if name.endswith("v1") and paper.before:
        paper = first_version(paper)
    if room == "pdf":
        return Response(200, "application/pdf", fulltext.pdf(whole_text(identity, paper)))
    if room == "html":
        if not has_html(paper):
            return _page(404, error_page(f"No HTML for '{name}'"))
        return _page(200, fulltext.page(whole_text(identity, paper)))
    return _page(200, paper_page(Entry(identity, "new", paper), when))


def _refusal(word: str) -> str | None:
    """Say, as arXiv's feed does, what is wrong with a category; None where nothing is."""
    if canonical(word) is not None:
        return None
    archive, dot, subject = word.partition(".")
    classes = sorted(category for category in CATEGORIES if category.startswith(archive + "."))
    if dot and classes:
        valid = f"Valid subject classes for the archive '{archive}' are: {', '.join(classes)}."
        return f"Bad subject class '{subject}'. {valid}"
    archives = sorted({*ARCHIVES, *(category for category in CATEGORIES if "." not in category)})
    return f"Bad archive '{archive}'. Valid archive names are: {', '.join(archives)}."


def _page(status: int, body: bytes) -> Response:
    return Response(status, "text/html; charset=utf-8", body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, day: date, papers: Sequence[Paper] | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.day, self.papers = day, papers

    def server_bind(self) -> None:
        """Bind without asking for the host's name, which can take seconds where no name server answers."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent where a client hung up: a traceback would land on the reader's screen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait for an acknowledgement
    server: _Server

    def do_GET(self) -> None:
        if self.path.startswith("/v1/"):
            self._ask_model(b"")
            return
        response = respond(self.server.day, self.path, self.server.papers)
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.send_header("ETag", f'"{hashlib.sha1(response.body, usedforsecurity=False).hexdigest()}"')
        self.end_headers()
        self.wfile.write(response.body)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        self._ask_model(self.rfile.read(int(length)) if length.isdecimal() else b"")

    def _ask_model(self, body: bytes) -> None:
        """Answer in the language model's place; a stream is sent as it comes, its length unsaid."""
        from coolcli.demo import model

        reply = model.respond(self.command, self.path, body)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if not reply.is_stream:
            self.send_header("Content-Length", str(sum(map(len, reply.pieces))))
            self.end_headers()
            self.wfile.write(b"".join(reply.pieces))
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (*reply.pieces, b""):  # the empty one ends the body
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
        """Log nothing: stderr is the reader's."""


@contextmanager
def serve(day: date, papers: Sequence[Paper] | None = None) -> Iterator[str]:
    """Serve a day on loopback, at a free port, and give the base URL; what is not given is the bundled sample."""
    with _Server(day, papers) as server:
        # The default interval would make every demonstration end up to half a second late.
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
