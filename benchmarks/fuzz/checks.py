"""What has to hold of all that a parser lets through: it can be stored, shown, written for programs, and opened."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from coolcli import places
from coolcli.arxiv import categories, ids
from coolcli.export import citations
from coolcli.models import ANNOUNCE_TYPES, Listing, Paper, Row
from coolcli.query import parsing
from coolcli.query.tree import texts
from coolcli.render import paper as whole
from coolcli.render import plain, table
from coolcli.render.emphasis import NOTHING
from coolcli.render.screen import Screen
from coolcli.settings import PLACES, Settings
from coolcli.state import lines as state_lines
from coolcli.store import events, highlighting, index, listings, merging, papers, searching, select
from coolcli.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from coolcli.addresses import Named
    from coolcli.arxiv.categories import Categories
    from coolcli.arxiv.ids import ArxivId
    from coolcli.export.bibfile import Bibliography
    from coolcli.query.tree import Node
    from coolcli.store.merging import Record

_PAGE = re.compile(r"https://[a-z.]+/[\w./:?=&,@+-]+", re.ASCII)
NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)

_ID = r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)?/[0-9]{7})"
_ADDRESS = rf"https://(?:arxiv\.org/(?:abs|pdf)/{_ID}|papers\.cool/arxiv/{_ID}|doi\.org/10\.[0-9.]+/[\w.;()/:+-]+)"
_OWN_STYLING = re.compile(rf"\x1b\[[0-9;]*m|\x1b\]8;(?:id=[0-9]+;{_ADDRESS}|;)\x1b\\", re.ASCII)
_UNFIT = re.compile(
    "[\0-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def unfit(text: str) -> list[str]:
    """Give what of a text no terminal should get: controls other than line ends, bidi controls, what nobody sees."""
    return _UNFIT.findall(text)


def foreign(written: str) -> list[str]:
    """Give what of the program's output is unfit and not its own styling: colours, links to known addresses."""
    return unfit(_OWN_STYLING.sub("", written))


def query(node: Node) -> None:
    """Check a query: it can be shown, written as what it means, asked of the store and marked in a text."""
    told = parsing.written(node)
    assert not unfit(told)
    if len(told) <= parsing.LONGEST:
        assert repr(parsing.parse(told, NOW)) == repr(node)
    with _searched().read() as connection:
        rows = searching.found(connection, node)
        assert searching.count(connection, node) == len(rows)
        assert searching.fitting(connection, rows, [node]) == [{row.id for row in rows}]
    highlighting.Highlighter(texts(node)).spans("title", ["A State of 状态"])


@cache
def _searched() -> Database:
    """Make a store with a paper that is found."""
    database = Database(Path(tempfile.mkdtemp()) / "cool.db")
    with database.write() as connection:
        papers.save(
            connection, [Paper("2611.01234", title="A State of 状态", abstract="x NEAR y", authors=("Jane Doe",))]
        )
    index.catch_up(database)
    return database


def state(found: Sequence[Record]) -> None:
    """Check events: each can be written and read again, and all of them stored."""
    assert [state_lines.read(state_lines.written(record)) for record in found] == list(found)
    with _store().write() as connection:
        merging.take(connection, found)
    with _store().read() as connection:
        events.subscriptions(connection)
        select.by_ids(connection, [record.subject for record in found])


def bibliography(found: Bibliography) -> None:
    """Check a bibliography: its entries lie in the text, and what they cite is valid."""
    end = 0
    for entry in found.entries:
        assert end <= entry.start < entry.end <= len(found.text)
        end = entry.end
        if (cited := citations.cited(entry)) is not None:
            assert ids.parse(cited.id) is not None
        citations.doi_of(entry)
    assert found.edited([]) == found.text


def listing(found: Listing) -> None:
    """Check a day's listing, paper by paper, and that it can be stored."""
    assert type(found.day) is date
    assert {entry.announce_type for entry in found.entries} <= set(ANNOUNCE_TYPES)
    with _store().write() as connection:
        listings.save(connection, found, NOW)
    for entry in found.entries:
        _paper(Row(entry.paper, found.day, entry.announce_type))


def answer(found: Sequence[Paper]) -> None:
    """Check papers that are in no listing."""
    with _store().write() as connection:
        papers.save(connection, found)
    for paper in found:
        _paper(Row(paper))


def lines(found: Iterable[str]) -> None:
    """Check texts each of which is one line."""
    for text in found:
        assert not unfit(text) and "\n" not in text, f"unfit: {text!r}"


def text(found: str) -> None:
    """Check a text of several paragraphs."""
    assert not unfit(found), f"unfit: {found!r}"


def identifiers(found: Iterable[ArxivId]) -> None:
    """Check that each id is in arXiv's own spelling, and sorts."""
    for one in found:
        assert re.fullmatch(_ID, one.id) and ids.parse(one.id) == (one.id, None), one
        assert one.version is None or 0 < one.version < 1000, one
        assert ids.sort_key(one.id) > (199100, 0)


def named(found: Sequence[Named]) -> None:
    """Check what a text names: ids are arXiv's, and the pages that it is opened in are addresses and nothing else."""
    identifiers(each for each in found if isinstance(each, ids.ArxivId))
    for place in PLACES:
        for address in places.pages(found, place, Settings()).addresses:
            assert _PAGE.fullmatch(address), address


def names(found: Categories) -> None:
    """Check that each category is one of arXiv's."""
    assert all(categories.canonical(name) == name for name in (*found.wanted, *found.unwanted)), found


def day(found: date) -> None:
    """Check that it is a day and no moment."""
    assert type(found) is date


def _paper(row: Row) -> None:
    paper = row.paper
    identifiers([ids.ArxivId(paper.id, paper.version)])
    assert all(map(categories.is_category, paper.categories)), paper.categories
    assert paper.primary_category == (paper.categories[0] if paper.categories else None)
    assert all(paper.authors), paper.authors
    fields = (paper.title, paper.comments, paper.journal_ref, paper.doi, paper.license)
    lines([*filter(None, fields), *paper.authors])
    text(paper.abstract or "")
    line = plain.line(row)
    assert line.count("\t") == 5 and line.count("\n") == 1 and line.endswith("\n"), line
    json.dumps(plain.paper(row, 1), ensure_ascii=False).encode()
    text(whole.text(row, {}))
    screen = Screen(links="always", pager=False)
    shown = whole.whole([row], screen, NOTHING, {}, {})
    _rendered([*table.papers([row], 1, screen, sections=True, with_abstracts=True), *shown], screen)


def _rendered(renderables: Iterable[RenderableType], screen: Screen) -> None:
    console = screen.console()
    with console.capture() as capture:
        for renderable in renderables:
            console.print(renderable)
    assert not foreign(capture.get()), f"unfit: {capture.get()!r}"


@cache
def _store() -> Database:
    """Open a store that lives as long as this process."""
    folder = tempfile.TemporaryDirectory()
    _FOLDERS.append(folder)
    return Database(Path(folder.name) / "cool.db")


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
