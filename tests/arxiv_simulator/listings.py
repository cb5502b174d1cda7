"""arxiv.org's listings: the latest day's with abstracts, and the last five days' without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.arxiv_simulator import clock, markup, taxonomy, tex
from tests.arxiv_simulator.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from tests.arxiv_simulator.papers import Seen, SimPaper, World

PAGE = 2000
SHOW = (25, 50, 100, 250, 500, 1000, 2000)
LISTED_AUTHORS = 100
INDEX = {"new": "New submissions", "cross": "Cross-lists", "replace": "Replacements"}
_SECTIONS = {"new": "New", "cross": "Cross", "replace": "Replacement"}

Section = Literal["new", "cross", "replace"]


@dataclass(frozen=True)
class Row:
    number: int
    section: Section
    seen: Seen


def listing(world: World, subject: str, parameters: Mapping[str, str], now: datetime) -> Answer:
    """`/list/SUBJECT/new`: the latest announced day, whatever the day of the week."""
    if not taxonomy.is_subject(subject):
        return markup.bad_request(f"Invalid archive or category: {subject}")
    try:
        skip, show = _slice(parameters, PAGE)
    except ValueError as error:
        return markup.bad_request(str(error))
    subject = taxonomy.canonical(subject)
    day = world.latest_day(now)
    rows = rows_of(world.seen(day, [subject])) if day else []
    body = (
        f"  <h1>{markup.escaped(taxonomy.name_of(subject))}</h1>\n\n"
        f"<ul>\n{_listing_index(subject, rows, skip, show)}</ul>\n\n"
        f'<p>See <a id="recent-{subject}" aria-labelledby="recent-{subject}" href="/list/{subject}/recent">recent</a>'
        " articles</p>\n"
        f"<h3>Showing new listings for {markup.spelled(day or clock.arxiv_day(now), '%A', '%B %Y')}</h3>\n\n"
    )
    if rows:
        paging = _paging(f"/list/{subject}/new", len(rows), skip, show)
        body += f"{paging}\n\n\n\n{sections(rows, skip, show)}\n\n\n{paging}"
    else:
        body += "  \n\n\n\n\n    <p>No updates today.</p>\n\n\n  "
    age = "max-age=604800, stale-if-error=86400" if rows else "max-age=300"
    headers = {"Surrogate-Key": f"list-new announce list-new-{subject} list", "Surrogate-Control": age}
    return markup.page(f"{taxonomy.name_of(subject)}  ", f"{markup.INNER}{body}\n</div>\n</div>", headers)


def recent(world: World, subject: str, parameters: Mapping[str, str], now: datetime) -> Answer:
    """`/list/SUBJECT/recent`: the new and the crosses of five listing days, the newest first, without abstracts."""
    if not taxonomy.is_subject(subject):
        return markup.bad_request(f"Invalid archive or category: {subject}")
    try:
        skip, show = _slice(parameters, 50)
    except ValueError as error:
        return markup.bad_request(str(error))
    subject = taxonomy.canonical(subject)
    days = [day for day in reversed(world.days) if world.is_announced(day, now)][:5]
    of_day = {day: _newest_first(world.seen(day, [subject])) for day in days}
    starts = {day: sum(len(of_day[other]) for other in days[:index]) for index, day in enumerate(days)}
    total = sum(map(len, of_day.values()))
    links = "".join(_recent_day(subject, day, starts[day], show) for day in days)
    lists = "".join(_recent_section(day, of_day[day], starts[day], skip, show) for day in days)
    paging = _paging(f"/list/{subject}/recent", total, skip, show)
    body = (
        f"  <h1>{markup.escaped(taxonomy.name_of(subject))}</h1>\n\n"
        "<h2>Authors and titles for recent submissions</h2>\n"
        f"  <ul>\n{links}</ul>\n"
        f'  <p>See today\'s <a id="new-{subject}" aria-labelledby="new-{subject}" '
        f'href="/list/{subject}/new">new</a> changes</p>\n'
        f"{paging}\n\n\n{lists}\n\n{paging}\n</div>\n</div>"
    )
    headers = {
        "Surrogate-Key": f"list-recent announce list-recent-{subject} list",
        "Surrogate-Control": "max-age=604800, stale-if-error=86400",
    }
    return markup.page(f"{taxonomy.name_of(subject)}  ", markup.INNER + body, headers)


def changed_layout(answer: Answer) -> Answer:
    """The same papers in markup of which no reader knows a class, a heading or a section."""
    ids = dict.fromkeys(re.findall(r'href ="/abs/([^"]+)"', answer.content.decode()))
    cards = "".join(f'<article data-paper="{name}"><a href="/abs/{name}">{name}</a></article>\n' for name in ids)
    return markup.page("Papers", cards, {})


def _slice(parameters: Mapping[str, str], default: int) -> tuple[int, int]:
    skip, show = parameters.get("skip", "0"), parameters.get("show", str(default))
    if not skip.isdecimal():
        raise ValueError(f"Invalid skip value: {skip}")
    if not show.isdecimal() or int(show) not in SHOW:
        raise ValueError(f"Invalid show value: {show}. Valid values are {', '.join(map(str, SHOW))}")
    return int(skip), int(show)


def rows_of(seen: Sequence[Seen]) -> list[Row]:
    sections: dict[str, Section] = {"new": "new", "cross": "cross"}
    return [Row(number, sections.get(item.type, "replace"), item) for number, item in enumerate(seen, 1)]


def _newest_first(seen: Sequence[Seen]) -> list[Row]:
    news = [item for item in reversed(seen) if item.type == "new"]
    return rows_of([*news, *(item for item in reversed(seen) if item.type == "cross")])


def first_of(rows: Sequence[Row]) -> dict[Section, int]:
    """The number of the first row of each section that there is."""
    firsts: dict[Section, int] = {}
    for row in rows:
        firsts.setdefault(row.section, row.number)
    return firsts


def _listing_index(subject: str, rows: Sequence[Row], skip: int, show: int) -> str:
    links = ""
    for section, number in first_of(rows).items():
        anchor = 0 if section == "new" else number
        here = skip == 0 if section == "new" else number - 1 <= show
        start = (number - 1) // show * show
        target = f"#item{anchor}" if here else f"/list/{subject}/new?skip={start}&amp;show={show}#item{anchor}"
        links += f'  <li><a href="{target}">{INDEX[section]}</a></li>\n'
    return links


def _paging(path: str, total: int, skip: int, show: int) -> str:
    pages = range((total - 1) // show + 1)
    here = skip // show
    shown = [number for number in pages if number in (0, len(pages) - 1) or abs(number - here) <= 3]
    parts: list[str] = []
    for before, number in zip([None, *shown], shown, strict=False):
        if before is not None and number - before > 1:
            parts.append("      <span>...</span>\n")
        span = f"{number * show + 1}-{min(total, (number + 1) * show)}"
        link = f"<a href={path}?skip={number * show}&amp;show={show}>{span}</a>"
        parts.append(f"      {f'<span>{span}</span>' if number == here else link}\n")
    links = f":{''.join(parts)}" if len(pages) > 1 else ""
    return (
        f"      <div class='paging'>Total of {total} entries {links}\n    </div>\n"
        f"    <div class='morefewer'>Showing up to {show} entries per page:\n{_more_fewer(path, total, skip, show)}\n"
        "    </div>\n"
    )


def _more_fewer(path: str, total: int, skip: int, show: int) -> str:
    fewer = max((value for value in SHOW if value < show), default=None)
    more = min((value for value in SHOW if show < value < total), default=None)
    choices = {"fewer": fewer, "more": more, "all": PAGE if total > show < PAGE else None}
    return " |\n".join(
        f'          <a href={path}?skip={skip}&amp;show={value} rel="nofollow">\n      {word}</a>\n'
        if value
        else f'          <span style="color: #454545">{word}</span>\n'
        for word, value in choices.items()
    )


def sections(rows: Sequence[Row], skip: int, show: int, *, with_abstracts: bool = True) -> str:
    page = rows[skip : skip + show]
    parts: list[str] = []
    for section, name in _SECTIONS.items():
        here = [row for row in page if row.section == section]
        whole = [row.number for row in rows if row.section == section]
        if not here:
            continue
        entries = "".join(_entry(row, with_abstracts) for row in here)
        showing = _showing([row.number for row in here], whole)
        heading = f"{name} submissions ({showing} of {len(whole)} entries)"
        parts.append(f"      <dl id='articles'>\n    <h3>{heading}</h3>\n\n\n{entries}</dl>\n\n")
    return "".join(parts)


def _showing(here: Sequence[int], whole: Sequence[int]) -> str:
    """`showing 3`, `showing first 3`, `continued, showing 3` or `continued, showing last 3`."""
    continued, last = here[0] > whole[0], here[-1] == whole[-1]
    if continued:
        return f"continued, showing {'last ' if last else ''}{len(here)}"
    return f"showing {'' if last else 'first '}{len(here)}"


def _recent_day(subject: str, day: date, start: int, show: int) -> str:
    page = start // show * show
    anchor = f"#item{start + 1}" if start else ""
    return (
        f'<li>\n        <a href="/list/{subject}/recent?skip={page}&amp;show={show}{anchor}">\n'
        f"          {markup.spelled(day)}\n        </a>\n      </li>"
    )


def _recent_section(day: date, rows: Sequence[Row], start: int, skip: int, show: int) -> str:
    numbered = [Row(row.number + start, row.section, row.seen) for row in rows]
    here = [row for row in numbered if skip < row.number <= skip + show]
    if not here:
        return ""
    showing = _showing([row.number for row in here], [row.number for row in numbered])
    entries = "".join(_entry(row, False) for row in here)
    heading = f"{markup.spelled(day)} ({showing} of {len(rows)} entries )"
    return f"      <dl id='articles'>\n    <h3>{heading}</h3>\n\n\n{entries}</dl>\n"


def _entry(row: Row, with_abstract: bool) -> str:
    paper = row.seen.paper
    notes = {"new": "      \n", "cross": f"          (cross-list from {taxonomy.canonical(paper.primary)})\n\n"}
    summary = (
        f"\n        <p class='mathjax'>\n          {markup.summary(paper.abstract)}\n        </p>"
        if with_abstract
        else ""
    )
    return (
        "    <dt>\n"
        f"      <a name='item{row.number}'>[{row.number}]</a>\n"
        f'      <a href ="/abs/{paper.id}" title="Abstract" id="{paper.id}">\n'
        f"        arXiv:{paper.id}\n      </a>\n"
        f"{notes.get(row.section, '          (replaced)' + chr(10) * 2)}"
        f"        [{_formats(paper)}]\n    </dt>\n"
        "    <dd>\n      <div class='meta'>\n"
        f"        {_described('title mathjax', 'Title', markup.escaped(tex.to_unicode(paper.title)))}"
        f"        <div class='list-authors'>{_authors(paper)}</div>\n\n"
        f"{_optional('comments mathjax', 'Comments', paper.comments)}\n"
        f"{_optional('journal-ref', 'Journal-ref', paper.journal_ref)}\n"
        f"        {_described('subjects', 'Subjects', markup.subjects_line(paper))}"
        f"{summary}\n      </div>\n    </dd>\n"
    )


def _formats(paper: SimPaper) -> str:
    name = paper.id
    links = [f'<a href="/pdf/{name}" title="Download PDF" id="pdf-{name}" aria-labelledby="pdf-{name}">pdf</a>']
    if paper.has_html:
        links.append(
            f'<a href="https://arxiv.org/html/{paper.id_with_version}" title="View HTML" id="html-{name}" '
            f'aria-labelledby="html-{name}" rel="noopener noreferrer" target="_blank">html</a>'
        )
    links.append(
        f'<a href="/format/{name}" title="Other formats" id="oth-{name}" aria-labelledby="oth-{name}">other</a>'
    )
    return ", ".join(links)


def _described(kind: str, label: str, value: str) -> str:
    return f"<div class='list-{kind}'><span class='descriptor'>{label}:</span>\n          {value}\n        </div>\n"


def _optional(kind: str, label: str, value: str | None) -> str:
    return f"        {_described(kind, label, markup.linked(value))}" if value else ""


def _authors(paper: SimPaper) -> str:
    """The first hundred: the page does not say that there are more."""
    archive = taxonomy.archive_of(paper.primary)
    return ", ".join(markup.author_link(author, archive) for author in paper.authors[:LISTED_AUTHORS])
