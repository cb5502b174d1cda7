"""The paper that the reader is at: title, authors, abstract, and all else that is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from coolcli.arxiv.text import clean_lines
from coolcli.models import Row
from coolcli.render import paper, words
from coolcli.render.emphasis import MUTED
from coolcli.render.math import readable
from coolcli.tui.column import Column
from coolcli.tui.steady import steady

if TYPE_CHECKING:
    from textual import events

    from coolcli.cli.triaging.sitting import Sitting

_WIDEST = 100
"""Running text wider than this is hard to read."""
_LINES_OF_AUTHORS = 3
"""Of more authors the abstract would be out of sight: all of them stand below it."""
_LABELS = 12
"""Columns of the labels."""


class PaperView(Column, can_focus=False):
    """One paper, wrapped to the width that there is."""

    def __init__(self, sitting: Sitting) -> None:
        """Show the paper that a sitting is at."""
        super().__init__()
        self._sitting = sitting
        self._lines: list[Text] = []
        self._shown: str | None = None

    @property
    def count(self) -> int:
        """Give how many lines the paper has."""
        if not self._lines:
            self._lines = self._made()  # the first paint comes before on_resize, the next one 30 ms later
        return len(self._lines)

    def line(self, number: int, width: int) -> Text:
        """Give a line of the paper."""
        return Text(" ").append_text(self._lines[number])

    def follow(self) -> None:
        """Show the paper that the reader is at as it is now, from its beginning where it is another one."""
        current = self._sitting.pile.current
        self._lines = self._made()
        if (current.id if current else None) != self._shown:
            self._shown = current.id if current else None
            self.top = 0
        self.top = max(0, min(self.top, self.count - self.size.height))
        self.refresh()

    def turn(self, step: int) -> None:
        """Scroll by most of what is in sight, down (1) or up (-1)."""
        self.scroll_lines_to(self.top + step * max(1, self.size.height - 2))

    def on_resize(self) -> None:
        """Wrap again."""
        self.follow()

    def on_click(self, event: events.Click) -> None:
        """Scroll to where the bar is clicked on."""
        self.clicked_bar(event)

    def _made(self) -> list[Text]:
        current = self._sitting.pile.current
        if current is None or not self.size.width:
            return []
        return list(self._set(self._sitting.row(current.id), max(10, min(_WIDEST, self.size.width - 3))))

    def _set(self, row: Row, width: int) -> Iterator[Text]:
        emphasis = self._sitting.emphasis
        yield self._head(row)
        yield from self.wrapped(emphasis.text("title", steady(words.titled(row)), "bold"), width)
        (authors,) = emphasis.authors([row], _LINES_OF_AUTHORS * width, "italic")
        yield from self.wrapped(authors, width)
        if reason := emphasis.reasons.get(row.id):
            sign = "" if reason.startswith(MUTED) else "◆ "
            yield from self.wrapped(Text(f"{sign}{steady(reason)}", "cyan bold"), width)
        if row.marks.note:
            note = Text.assemble((words.NOTE, "yellow"), f" {steady(clean_lines(row.marks.note))}")
            yield from self.wrapped(note, width)
        yield Text()
        for paragraph in (row.paper.abstract or "No abstract is known yet.").splitlines():
            yield from self.wrapped(emphasis.text("abstract", steady(readable(paragraph))), width)
        yield Text()
        everybody = steady(", ".join(row.paper.authors))
        names = [("Authors", everybody)] if authors.plain != everybody else []
        for label, value in [*names, *paper.facts(row, {})]:
            link = Style(link=value) if value.startswith("https://") else Style()
            for number, piece in enumerate(self.wrapped(Text(steady(value), link), width - _LABELS)):
                yield Text().append(f"{'' if number else label:<{_LABELS}}", "dim").append_text(piece)

    def _head(self, row: Row) -> Text:
        version = f"v{row.paper.version}" if row.paper.version else ""
        kind = words.SECTIONS[row.announce_type][1] if row.announce_type else ""
        pile = self._sitting.pile
        marks = [
            ("★ starred", row.id in pile.starred),
            ("read", row.id in pile.read),
            ("put off", row.id in pile.later),
        ]
        about = [f"arXiv:{row.id}{version}", kind, row.paper.primary_category or ""]
        text = Text("  ".join(filter(None, about)), "cyan")
        text.append("".join(f"  {name}" for name, holds in marks if holds), "yellow")
        return text.append(steady(words.tagged(row)), "magenta")
