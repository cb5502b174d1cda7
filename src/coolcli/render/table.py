"""A list of papers on a terminal: one fixed layout, written in pieces so that the first rows are there at once.

Wide: number, marks, type, id, title, authors, primary category. Under 100 columns the type becomes a heading and the
authors move below the title. Titles are never cut. A rich table lays out all of its rows before it writes one, so
rows come in tables of 25 with the same widths (design.md, "Choices made by measurement").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rich.box import Box
from rich.console import RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from coolcli.models import AnnounceType, Row
from coolcli.render.emphasis import NOTHING, Emphasis
from coolcli.render.math import readable
from coolcli.render.screen import Screen
from coolcli.render.words import NOTE, SECTIONS, long_day, tagged, titled

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
_TAGS = Style.parse("dim")
_NOTE = Style.parse("yellow")
_GAPS = Box("    \n" * 8)
"""Columns with one blank between them. As padding, the blank would cost an object for each cell: 12 % of a table."""
_ABSTRACT_WIDTH = 96
"""A line of running text longer than this is hard to read."""


def listing(
    rows: Sequence[Row],
    numbers: Sequence[int],
    screen: Screen,
    *,
    sections: bool,
    days: bool = False,
    kinds: bool = False,
    emphasis: Emphasis = NOTHING,
) -> Iterator[RenderableType]:
    """Give the tables of a list.

    `sections` says that its rows come type by type, `days` that they come day by day, and within each so; `kinds` that
    the type matters though they do not come by it.
    """
    layout = _Wide(rows, numbers, screen, emphasis) if screen.wide else _Narrow(rows, numbers, screen, emphasis, kinds)
    if isinstance(layout, _Wide) and rows:
        yield layout.header()
    first = True
    section_of = _sections(types=sections and not screen.wide, days=days)
    counts = Counter(map(section_of, rows))
    for heading, chunk in _chunks(rows, numbers, section_of):
        if heading is not None:
            yield _heading(heading, counts[heading], first)
        yield layout.table(chunk)
        first = False


def papers(
    rows: Sequence[Row],
    first: int,
    screen: Screen,
    *,
    sections: bool,
    with_abstracts: bool,
    days: bool = False,
    kinds: bool = False,
    emphasis: Emphasis = NOTHING,
) -> Iterator[RenderableType]:
    """Give a list as `listing` or `abstracts` sets it, its numbers beginning with `first`."""
    numbers = range(first, first + len(rows))
    if with_abstracts:
        return abstracts(rows, numbers, screen, sections=sections, days=days, emphasis=emphasis)
    return listing(rows, numbers, screen, sections=sections, days=days, kinds=kinds, emphasis=emphasis)


def heights(
    rows: Sequence[Row],
    numbers: Sequence[int],
    screen: Screen,
    *,
    with_abstracts: bool,
    emphasis: Emphasis = NOTHING,
) -> Iterator[int]:
    """Give the lines that each row takes on the screen, as `listing` or `abstracts` would set it."""
    console = screen.console()
    layout = _Wide(rows, numbers, screen, emphasis) if screen.wide else _Narrow(rows, numbers, screen, emphasis)
    for row, number in zip(rows, numbers, strict=True):
        block = (
            abstracts([row], [number], screen, sections=False, emphasis=emphasis)
            if with_abstracts
            else [layout.table([(row, number)])]
        )
        with console.capture() as capture:
            for renderable in block:
                console.print(renderable)
        yield capture.get().count("\n")


def abstracts(
    rows: Sequence[Row],
    numbers: Sequence[int],
    screen: Screen,
    *,
    sections: bool,
    days: bool = False,
    emphasis: Emphasis = NOTHING,
) -> Iterator[RenderableType]:
    """Give each paper as a block with its abstract."""
    width = len(str(max(numbers, default=1)))
    room = min(_ABSTRACT_WIDTH, screen.width - width - 4)
    section_of = _sections(types=sections, days=days)
    counts = Counter(map(section_of, rows))
    for heading, chunk in _chunks(rows, numbers, section_of, size=1):
        if heading is not None:
            yield _heading(heading, counts[heading], first=True)  # a blank line ends each block
        for row, number in chunk:
            table = Table.grid(padding=(0, 1))
            table.add_column(width=width, justify="right")
            table.add_column(width=1)
            table.add_column(width=room, overflow="fold")
            table.add_row(Text(str(number), _DIM), _star(row), _block(row, screen, room, emphasis))
            yield table
            yield Text("")


def _block(row: Row, screen: Screen, width: int, emphasis: Emphasis) -> Text:
    text = Text().append_text(emphasis.text("title", titled(row), _DIM if row.marks.read else _BOLD))
    if row.marks.tags:
        text.append(tagged(row), _TAGS)
    facts = [row.id, *([_TYPES[row.announce_type]] if row.announce_type else []), " ".join(row.paper.categories)]
    text.append("\n" + "  ".join(facts), Style(color="cyan", link=_link(row, screen)))
    if row.paper.authors:
        text.append("\n").append_text(emphasis.authors([row], _ABSTRACT_WIDTH * 2, Style(italic=True))[0])
    if reason := emphasis.line(row, width):
        text.append("\n").append_text(reason)
    if row.paper.abstract:
        style = _DIM if row.marks.read else Style.null()
        text.append("\n").append_text(emphasis.text("abstract", readable(row.paper.abstract), style))
    if row.marks.note:
        text.append_text(_note(row.marks.note, width))
    return text


class _Section(NamedTuple):
    """What the rows below one heading share."""

    day: date | None = None
    kind: AnnounceType | None = None


_SectionOf = Callable[[Row], _Section | None]


def _sections(*, types: bool, days: bool) -> _SectionOf:
    """Give what tells a row's section."""
    if not types and not days:
        return lambda row: None
    return lambda row: _Section(row.announced if days else None, row.announce_type if types else None)


def _chunks(
    rows: Sequence[Row], numbers: Sequence[int], section_of: _SectionOf, *, size: int = CHUNK
) -> Iterator[tuple[_Section | None, list[tuple[Row, int]]]]:
    """Cut rows into pieces of one table each; a piece also ends with its section."""
    chunk: list[tuple[Row, int]] = []
    heading: _Section | None = None
    last: _Section | None = None
    room = min(FIRST, size)
    for row, number in zip(rows, numbers, strict=True):
        section = section_of(row)
        begins = section != last
        if chunk and (begins or len(chunk) == room):
            yield heading, chunk
            chunk, heading, room = [], None, size
        if begins:
            heading = last = section
        chunk.append((row, number))
    if chunk:
        yield heading, chunk


def _heading(section: _Section, count: int, first: bool) -> Text:
    names = [long_day(section.day)] if section.day else []
    names += [SECTIONS[section.kind][0]] if section.kind else []
    return Text(
        f"{'' if first else chr(10)}{': '.join(names) or 'Not announced in any listing here'} ({count:,})",
        Style(bold=True, color=_TYPE_STYLES[section.kind] or None),
    )


class _Wide:
    """A column for each thing; title and authors share what the others leave."""

    def __init__(self, rows: Sequence[Row], numbers: Sequence[int], screen: Screen, emphasis: Emphasis) -> None:
        self._screen = screen
        self._emphasis = emphasis
        self._number = max(2, len(str(max(numbers, default=1))))
        self._id = max((len(row.id) for row in rows), default=10)
        self._category = max([len("primary"), *(len(row.paper.primary_category or "") for row in rows)])
        self._reason = emphasis.room(rows, screen.width)
        left = screen.width - self._number - self._id - self._category - 1 - 1 - _TYPE_WIDTH - 7
        left -= self._reason + 1 if self._reason else 0
        self._authors = max(16, min(44, left * 3 // 10))
        self._title = left - self._authors

    def header(self) -> Text:
        """Name the columns."""
        marks, kind = " " * 3, "type".ljust(_TYPE_WIDTH)
        kind += f" {'why':<{self._reason}}" if self._reason else ""
        names = f"{'arXiv':<{self._id}} {'title':<{self._title}} {'authors':<{self._authors}}"
        return Text(f"{'#':>{self._number}} {marks} {kind} {names} primary", _DIM)

    def table(self, chunk: list[tuple[Row, int]]) -> Table:
        table = _grid()
        table.add_column(width=self._number, justify="right", no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=_TYPE_WIDTH, no_wrap=True)
        if self._reason:
            table.add_column(width=self._reason, no_wrap=True)
        table.add_column(width=self._id, no_wrap=True)
        table.add_column(width=self._title, overflow="fold")
        table.add_column(width=self._authors, overflow="fold")
        table.add_column(width=self._category, no_wrap=True)
        authors = self._emphasis.authors([row for row, _ in chunk], self._authors * 2 - 8, _DIM)
        cells = zip(_titles(chunk, self._emphasis), authors, strict=True)
        for (row, number), (title, authors_) in zip(chunk, cells, strict=True):
            kind = row.announce_type
            table.add_row(
                Text(str(number), _DIM),
                _star(row),
                _READ if row.marks.read else _BLANK,
                Text(_TYPES[kind], _TYPE_STYLES[kind]),
                *([self._emphasis.reason(row, self._reason)] if self._reason else []),
                _id(row, self._screen),
                _title(row, title, self._title),
                authors_,
                Text(row.paper.primary_category or "", _DIM),
            )
        return table


class _Narrow:
    """Number and marks, then title over authors, then id over primary category, over the type where that is asked for.

    What is new is not called so.
    """

    def __init__(
        self, rows: Sequence[Row], numbers: Sequence[int], screen: Screen, emphasis: Emphasis, kinds: bool = False
    ) -> None:
        self._screen = screen
        self._emphasis = emphasis
        self._kinds = kinds
        self._number = max(2, len(str(max(numbers, default=1))))
        self._id = max((max(len(row.id), len(row.paper.primary_category or "")) for row in rows), default=10)
        self._id = max(self._id, _TYPE_WIDTH) if kinds else self._id
        self._title = max(16, screen.width - self._number - self._id - 1 - 1 - 4)

    def table(self, chunk: list[tuple[Row, int]]) -> Table:
        table = _grid()
        table.add_column(width=self._number, justify="right", no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=1, no_wrap=True)
        table.add_column(width=self._title, overflow="fold")
        table.add_column(width=self._id, no_wrap=True)
        authors = self._emphasis.authors([row for row, _ in chunk], self._title, _DIM)
        cells = zip(_titles(chunk, self._emphasis), authors, strict=True)
        for (row, number), (title, authors_) in zip(chunk, cells, strict=True):
            below = [line for line in (authors_, self._emphasis.line(row, self._title)) if line]
            cell = _title(row, title, self._title, below)
            where = _id(row, self._screen)
            if row.paper.primary_category:
                where.append("\n" + row.paper.primary_category, _DIM)
            if self._kinds and row.announce_type not in (None, "new"):
                where.append("\n" + _TYPES[row.announce_type], _TYPE_STYLES[row.announce_type])
            table.add_row(Text(str(number), _DIM), _star(row), _READ if row.marks.read else _BLANK, cell, where)
        return table


def _grid() -> Table:
    return Table(box=_GAPS, show_edge=False, show_header=False, padding=0)


def _titles(chunk: list[tuple[Row, int]], emphasis: Emphasis) -> list[Text]:
    found = emphasis.texts("title", [titled(row) for row, _ in chunk])
    for title, (row, _) in zip(found, chunk, strict=True):
        title.style = _DIM if row.marks.read else ""
    return found


def _title(row: Row, title: Text, width: int, below: Sequence[Text] = ()) -> Text:
    """Go on behind a title with the reader's tags; below it with what has no column, and the note."""
    if row.marks.tags:
        title.append(tagged(row), _TAGS)
    for line in below:
        title.append("\n").append_text(line)
    if row.marks.note:
        title.append_text(_note(row.marks.note, width))
    return title


def _note(note: str, width: int) -> Text:
    """Set the first line of a note on a line of its own, cut to a width."""
    from coolcli.arxiv.text import clean

    first, _, more = note.strip().partition("\n")
    line = Text.assemble((NOTE, _NOTE), f" {clean(first)}{' …' if more else ''}")
    line.truncate(width, overflow="ellipsis")
    return Text("\n").append_text(line)


def _star(row: Row) -> Text:
    return _STAR if row.marks.starred else _BLANK


def _id(row: Row, screen: Screen) -> Text:
    return Text(row.id, Style(color="cyan", link=_link(row, screen)))


def _link(row: Row, screen: Screen) -> str | None:
    return f"https://arxiv.org/abs/{row.id}" if screen.links else None
