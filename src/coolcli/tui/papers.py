"""The list of papers: a line each, days as headings, and only the lines in sight are ever made."""

from __future__ import annotations

from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.message import Message

from coolcli.models import Row
from coolcli.render import words
from coolcli.tui.column import Column
from coolcli.tui.steady import steady

if TYPE_CHECKING:
    from textual import events

    from coolcli.cli.triaging.sitting import Sitting

_KINDS = {"new": "", "cross": "x", "replace": "v", "replace-cross": "v"}
"""What stands before a title for what the paper was announced as; `v` with its version."""
_HEADING = Style(bold=True, color="blue")
_CURRENT = Style(reverse=True)
_READ = Style(dim=True)
_STAR = Style(color="yellow", bold=True)
_SIGN = Style(color="cyan", bold=True)
_KIND = Style(color="cyan")
PUT_OFF = "Put off"
"""The heading of what was put off."""


class Papers(Column, can_focus=False):
    """The papers of the pile that are in sight."""

    class Chosen(Message):
        """A paper was clicked on."""

        def __init__(self, place: int) -> None:
            """Take its place in sight."""
            self.place = place
            super().__init__()

    def __init__(self, sitting: Sitting) -> None:
        """Show the pile of a sitting."""
        super().__init__()
        self._sitting = sitting
        self._lines: list[int] = []
        """What each line shows: the place of a paper, or below zero the number of a heading."""
        self._line_of: list[int] = []
        """The line of each paper."""
        self._headings: list[str] = []
        self._made_of: list[str] | None = None
        self._current = 0
        """The line of the paper that the reader is at."""
        self._nothing = ""
        """What is said where no paper is in sight."""

    def say_nothing(self, why: str) -> None:
        """Say why there is nothing, where there is nothing."""
        if why != self._nothing:
            self._nothing = why
            if not self._lines:
                self.refresh()

    def follow(self) -> None:
        """Show where the reader is; make the list anew where the papers in sight are others."""
        pile = self._sitting.pile
        if self._made_of is not pile.shown:
            self._make()
            self.refresh()
        before = self._current
        self._current = self._line_of[pile.place] if pile.shown else 0
        for line in {before, self._current}:
            self.refresh_line(line)
        self._bring_into_sight()

    @property
    def count(self) -> int:
        """Give how many lines there are; where there is no paper, those that say so."""
        return len(self._lines) or len(self._why())

    def _make(self) -> None:
        pile = self._sitting.pile
        shown = pile.shown
        sections = [pile.section(paper_id) for paper_id in shown]
        has_headings = bool(sections) and (len(set(sections)) > 1 or not sections[0])
        self._lines, self._line_of, self._headings = [], [], []
        before: str | None = None
        for place, section in enumerate(sections):
            if has_headings and section != before:
                self._headings.append(section)
                self._lines.append(-len(self._headings))
            before = section
            self._line_of.append(len(self._lines))
            self._lines.append(place)
        self._made_of = shown

    def _bring_into_sight(self) -> None:
        """Keep two lines around the current one in sight where there are any."""
        height = self.size.height
        top, line = self.top, self._current
        margin = min(2, (height - 1) // 2)
        if line < top + margin:
            top = line - margin
        elif line > top + height - 1 - margin:
            top = line - height + 1 + margin
        self.scroll_lines_to(top)

    def page(self) -> int:
        """Give how many papers a page has."""
        return max(1, self.size.height - 2)

    def on_resize(self) -> None:
        """Keep the current paper in sight."""
        self._bring_into_sight()

    def on_click(self, event: events.Click) -> None:
        """Choose the paper under the mouse."""
        line = self.top + event.y
        if not self.clicked_bar(event) and 0 <= line < len(self._lines) and self._lines[line] >= 0:
            self.post_message(self.Chosen(self._lines[line]))

    def line(self, number: int, width: int) -> Text:
        """Make the line of a paper, of a heading, or of why there is none."""
        if not self._lines:
            return Text().append(self._why()[number], "dim")
        at = self._lines[number]
        return self._paper(at, width) if at >= 0 else self._heading(self._headings[-at - 1])

    def _why(self) -> list[str]:
        return ["", *(f" {line}" for line in wrap(self._nothing, max(10, self.size.width - 3)))]

    def _heading(self, section: str) -> Text:
        day = words.short_day(date.fromisoformat(section)) if section else PUT_OFF
        return Text().append(f" {day}", _HEADING)

    def _paper(self, place: int, width: int) -> Text:
        pile = self._sitting.pile
        paper_id = pile.shown[place]
        row = self._sitting.row(paper_id)
        is_current = self._line_of[place] == self._current
        signs = [
            ("★" if paper_id in pile.starred else " ", _STAR),
            (self._sign(row), _SIGN),
            (f"{_kind(row):<3}", _KIND),
        ]
        text = Text("›" if is_current else " ", no_wrap=True)
        for sign, style in signs:
            text.append(
                sign, "" if is_current or sign.isspace() else style
            )  # a colour in reverse would be a block of it
        title = steady(words.titled(row))
        text.append_text(self._sitting.emphasis.text("title", title))
        if paper_id in pile.read:
            text.stylize_before(_READ)
        text.truncate(width, overflow="ellipsis")
        text.append(" " * (width - cell_len(text.plain)))
        if is_current:
            text.stylize(_CURRENT)
        return text

    def _sign(self, row: Row) -> str:
        """Give the one sign that counts most: a rule's, that there is a note, that there are tags."""
        if row.id in self._sitting.emphasis.reasons:
            return "✕" if row.id in self._sitting.pile.muted else "◆"
        return "✎" if row.marks.note else "#" if row.marks.tags else " "


def _kind(row: Row) -> str:
    sign = _KINDS.get(row.announce_type or "new", "")
    return f"v{row.paper.version or ''}"[:3] if sign == "v" else sign
