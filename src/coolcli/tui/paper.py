"""The paper that the reader is at: title, authors, abstract, and all else that is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from coolcli.arxiv.text import clean_lines
from coolcli.models import Row
from coolcli.render import paper, words
from coolcli.render.emphasis import MUTED
from coolcli.render.math import readable
from coolcli.tui.steady import steady

if TYPE_CHECKING:
    from coolcli.cli.triaging.sitting import Sitting

_WIDEST = 100
"""Running text wider than this is hard to read."""
_LINES_OF_AUTHORS = 3
"""Of more authors the abstract would be out of sight: all of them stand below it."""
_LABELS = 12
"""Columns of the labels."""


class PaperView(ScrollView, can_focus=False):
    """One paper, wrapped to the width that there is."""

    def __init__(self, sitting: Sitting) -> None:
        """Show the paper that a sitting is at."""
        super().__init__()
        self._sitting = sitting
        self._lines: list[Text] = []
        self._shown: str | None = None

    def follow(self) -> None:
        """Show the paper that the reader is at as it is now, from its beginning where it is another one."""
        current = self._sitting.pile.current
        self._lines = self._made()
        # As high as the pane at least: each change of it lays the whole screen out again, as long as a key may take.
        self.virtual_size = Size(self.size.width, max(self.size.height, len(self._lines)))
        if (current.id if current else None) != self._shown:
            self._shown = current.id if current else None
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.refresh()

    def _made(self) -> list[Text]:
        current = self._sitting.pile.current
        if current is None or not self.size.width:
            return []
        return list(self._set(self._sitting.row(current.id), max(10, min(_WIDEST, self.size.width - 2))))

    def turn(self, step: int) -> None:
        """Scroll by most of what is in sight, down (1) or up (-1)."""
        self.scroll_to(y=self.scroll_target_y + step * max(1, self.size.height - 2), animate=False, force=True)

    @property
    def has_more(self) -> bool:
        """Tell whether the paper goes on below."""
        return round(self.scroll_target_y) + self.size.height < len(self._lines)

    def on_resize(self) -> None:
        """Wrap again."""
        self.follow()

    def notify_style_update(self) -> None:
        """Draw all again in other colours."""
        super().notify_style_update()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Make the lines that have to be drawn."""
        self._base = self.rich_style  # once: it is put together anew each time that it is asked for
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Give the line that is shown `y` lines below the top."""
        line, width = self.scroll_offset.y + y, self.size.width
        if not self._lines:
            self._lines = self._made()  # the first paint comes before on_resize, the next one 30 ms later
        if line >= len(self._lines):
            return Strip.blank(width, self._base)
        text = Text(" ", end="").append_text(self._lines[line])
        text.truncate(width, pad=True)
        return Strip(text.render(self.app.console), width).apply_style(self._base)

    def _set(self, row: Row, width: int) -> Iterator[Text]:
        emphasis = self._sitting.emphasis
        yield self._head(row)
        yield from self._wrapped(emphasis.text("title", steady(words.titled(row)), "bold"), width)
        (authors,) = emphasis.authors([row], _LINES_OF_AUTHORS * width, "italic")
        yield from self._wrapped(authors, width)
        if reason := emphasis.reasons.get(row.id):
            sign = "" if reason.startswith(MUTED) else "◆ "
            yield from self._wrapped(Text(f"{sign}{steady(reason)}", "cyan bold"), width)
        yield Text()
        for paragraph in (row.paper.abstract or "No abstract is known yet.").splitlines():
            yield from self._wrapped(emphasis.text("abstract", steady(readable(paragraph))), width)
        if row.marks.note:
            yield Text()
            note = Text.assemble((words.NOTE, "yellow"), f" {steady(clean_lines(row.marks.note))}")
            yield from self._wrapped(note, width)
        yield Text()
        everybody = steady(", ".join(row.paper.authors))
        names = [("Authors", everybody)] if authors.plain != everybody else []
        for label, value in [*names, *paper.facts(row, {})]:
            link = Style(link=value) if value.startswith("https://") else Style()
            for number, piece in enumerate(self._wrapped(Text(steady(value), link), width - _LABELS)):
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
        return text.append(words.tagged(row), "magenta")

    def _wrapped(self, text: Text, width: int) -> Iterator[Text]:
        for line in text.wrap(self.app.console, width):
            line.rstrip()
            line.end = ""
            yield line
