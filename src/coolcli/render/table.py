"""A list of papers on a terminal: one fixed layout, written in pieces so that the first rows are there at once.

Wide: number, marks, type, id, title, authors, primary category. Under 100 columns the type becomes a heading and the
authors move below the title. Titles are never cut. A rich table lays out all of its rows before it writes one, so
rows come in tables of 25 with the same widths (design.md, "Choices made by measurement").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import Box
from rich.console import RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from coolcli.models import AnnounceType, Row
from coolcli.render.math import readable
from coolcli.render.screen import Screen
from coolcli.render.words import SECTIONS, names, titled

CHUNK = 25
"""Rows of one table."""
FIRST = 5
"""Rows of the first one, which is waited for."""

_TYPES: dict[AnnounceType | None, str] = {
    "new": "new",
    "cross": "cross",
    "replace": "replaced",
    "replace-cross": "repl-cross",
    None: "",
}
_TYPE_WIDTH = 10
_TYPE_STYLES: dict[AnnounceType | None, str] = {
    "new": "green",
    "cross": "cyan",
    "replace": "magenta",
    "replace-cross": "magenta",
    None: "",
}
_STAR = Text("★", "yellow")
_BLANK = Text(" ")
_READ = Text("✓", "dim")
_DIM = Style.parse("dim")
_BOLD = Style.parse("bold")
_GAPS = Box("    \n" * 8)
"""Columns with one blank between them. As padding, the blank would cost an object for each cell: 12 % of a table."""
_ABSTRACT_WIDTH = 96
"""A line of running text longer than this is hard to read."""


def listing(rows: Sequence[Row], numbers: Sequence[int], screen: Screen, *, sections: bool) -> Iterator[RenderableType]:
    """Give the tables of a list; `sections` says that it is a day, whose rows come type by type."""
    layout = _Wide(rows, numbers, screen) if screen.wide else _Narrow(rows, numbers, screen)
    if isinstance(layout, _Wide) and rows:
        yield layout.header()
    first = True
    for heading, chunk in _chunks(rows, numbers, headings=sections and not screen.wide):
        if heading is not None:
            yield _heading(heading, rows, first)
        yield layout.table(chunk)
        first = False


def papers(
    rows: Sequence[Row], first: int, screen: Screen, *, sections: bool, with_abstracts: bool
) -> Iterator[RenderableType]:
    """Give a list as `listing` or `abstracts` sets it, its numbers beginning with `first`."""
    layout = abstracts if with_abstracts else listing
    return layout(rows, range(first, first + len(rows)), screen, sections=sections)


def heights(rows: Sequence[Row], numbers: Sequence[int], screen: Screen, *, with_abstracts: bool) -> Iterator[int]:
    """Give the lines that each row takes on the screen, as `listing` or `abstracts` would set it."""
    console = screen.console()
    layout = _Wide(rows, numbers, screen) if screen.wide else _Narrow(rows, numbers, screen)
    for row, number in zip(rows, numbers, strict=True):
        block = (
            abstracts([row], [number], screen, sections=False) if with_abstracts else [layout.table([(row, number)])]
        )
        with console.capture() as capture:
            for renderable in block:
                console.print(renderable)
        yield capture.get().count("\n")


def abstracts(
    rows: Sequence[Row], numbers: Sequence[int], screen: Screen, *, sections: bool
) -> Iterator[RenderableType]:
    """Give each paper as a block with its abstract."""
    width = len(str(max(numbers, default=1)))
    for heading, chunk in _chunks(rows, numbers, headings=sections, size=1):
        if heading is not None:
            yield _heading(heading, rows, first=True)  # a blank line ends each block
        for row, number in chunk:
            table = Table.grid(padding=(0, 1))
            table.add_column(width=width, justify="right")
            table.add_column(width=1)
            table.add_column(width=min(_ABSTRACT_WIDTH, screen.width - width - 4), overflow="fold")
            table.add_row(Text(str(number), _DIM), _star(row), _block(row, screen))
            yield table
            yield Text("")


def _block(row: Row, screen: Screen) -> Text:
    text = Text(titled(row), _DIM if row.marks.read else _BOLD)
    facts = [row.id, *([_TYPES[row.announce_type]] if row.announce_type else []), " ".join(row.paper.categories)]
    text.append("\n" + "  ".join(facts), Style(color="cyan", link=_link(row, screen)))
    if row.paper.authors:
        text.append("\n" + names(row.paper.authors, _ABSTRACT_WIDTH * 2), Style(italic=True))
    if row.paper.abstract:
        text.append("\n" + readable(row.paper.abstract), _DIM if row.marks.read else Style.null())
    return text


def _chunks(
    rows: Sequence[Row], numbers: Sequence[int], *, headings: bool, size: int = CHUNK
) -> Iterator[tuple[AnnounceType | None, list[tuple[Row, int]]]]:
    """Cut rows into pieces of one table each; with headings, a piece also ends with its type."""
    chunk: list[tuple[Row, int]] = []
    heading: AnnounceType | None = None
    last: AnnounceType | None = None
    room = min(FIRST, size)
    for row, number in zip(rows, numbers, strict=True):
        begins = headings and row.announce_type != last
        if chunk and (begins or len(chunk) == room):
            yield heading, chunk
            chunk, heading, room = [], None, size
        if begins:
            heading = last = row.announce_type
        chunk.append((row, number))
    if chunk:
        yield heading, chunk


def _heading(kind: AnnounceType, rows: Sequence[Row], first: bool) -> Text:
    count = sum(row.announce_type == kind for row in rows)
    return Text(
        f"{'' if first else chr(10)}{SECTIONS[kind][0]} ({count:,})", Style(bold=True, color=_TYPE_STYLES[kind] or None)
    )


class _Wide:
    """A column for each thing; title and authors share what the others leave."""

    def __init__(self, rows: Sequence[Row], numbers: Sequence[int], screen: Screen) -> None:
        self._screen = screen
        self._number = max(2, len(str(max(numbers, default=1))))
        self._id = max((len(row.id) for row in rows), default=10)
        self._category = max([len("primary"), *(len(row.paper.primary_category or "") for row in rows)])
        left = screen.width - self._number - self._id - self._category - 1 - 1 - _TYPE_WIDTH - 7
        self._authors = max(16, min(44, left * 3 // 10))
        self._title = left - self._authors

    def header(self) -> Text:
        """Name the columns."""
        marks, kind = " " * 3, "type".ljust(_TYPE_WIDTH)
        names = f"{'arXiv':<{self._id}} {'title':<{self._title}} {'authors':<{self._authors}}"
        return Text(f"{'#':>{self._number}} {marks} {kind} {names} primary", _DIM)

    def table(self, chunk: list[tuple[Row, int]]) -> Table:
        table = _grid()
        table.add_column(width=self._number, justify="right", no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=_TYPE_WIDTH, no_wrap=True)
        table.add_column(width=self._id, no_wrap=True)
        table.add_column(width=self._title, overflow="fold")
        table.add_column(width=self._authors, overflow="fold")
        table.add_column(width=self._category, no_wrap=True)
        for row, number in chunk:
            kind = row.announce_type
            table.add_row(
                Text(str(number), _DIM),
                _star(row),
                _READ if row.marks.read else _BLANK,
                Text(_TYPES[kind], _TYPE_STYLES[kind]),
                _id(row, self._screen),
                Text(titled(row), _DIM if row.marks.read else ""),
                Text(names(row.paper.authors, self._authors * 2 - 8), _DIM),
                Text(row.paper.primary_category or "", _DIM),
            )
        return table


class _Narrow:
    """Number and marks, then title over authors, then id over primary category."""

    def __init__(self, rows: Sequence[Row], numbers: Sequence[int], screen: Screen) -> None:
        self._screen = screen
        self._number = max(2, len(str(max(numbers, default=1))))
        self._id = max((max(len(row.id), len(row.paper.primary_category or "")) for row in rows), default=10)
        self._title = max(16, screen.width - self._number - self._id - 1 - 1 - 4)

    def table(self, chunk: list[tuple[Row, int]]) -> Table:
        table = _grid()
        table.add_column(width=self._number, justify="right", no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=self._title, overflow="fold")
        table.add_column(width=self._id, no_wrap=True)
        for row, number in chunk:
            title = Text(titled(row), _DIM if row.marks.read else "")
            if row.paper.authors:
                title.append("\n" + names(row.paper.authors, self._title), _DIM)
            where = _id(row, self._screen)
            if row.paper.primary_category:
                where.append("\n" + row.paper.primary_category, _DIM)
            table.add_row(Text(str(number), _DIM), _star(row), _READ if row.marks.read else _BLANK, title, where)
        return table


def _grid() -> Table:
    return Table(box=_GAPS, show_edge=False, show_header=False, padding=0)


def _star(row: Row) -> Text:
    return _STAR if row.marks.starred else _BLANK


def _id(row: Row, screen: Screen) -> Text:
    return Text(row.id, Style(color="cyan", link=_link(row, screen)))


def _link(row: Row, screen: Screen) -> str | None:
    return f"https://arxiv.org/abs/{row.id}" if screen.links else None
