"""Lines of any number, of which only those in sight are made.

Not Textual's own scrolling: there each change of what can be scrolled lays the whole screen out again, and each
scrolling draws it two times and more, 15 ms and more of what a key may take. Here a scrolled column is drawn once.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from rich.style import Style
from rich.text import Text
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from coolcli.errors import CoolError

if TYPE_CHECKING:
    from textual import events

    from coolcli.tui.app import Triage

_WHEEL = 3
"""Lines that a turn of the wheel scrolls."""
_BAR = Style(color="bright_black")


class Column(Widget, can_focus=False):
    """Shows lines from `top` on, and beside them where that is."""

    def __init__(self) -> None:
        """Begin at the first line."""
        super().__init__()
        self.top = 0
        self._base = Style()

    @property
    @abstractmethod
    def count(self) -> int:
        """Give how many lines there are."""

    @abstractmethod
    def line(self, number: int, width: int) -> Text:
        """Make a line, no wider than that."""

    def scroll_lines_to(self, top: int) -> None:
        """Show the lines from one on, as far as there are enough."""
        top = max(0, min(top, self.count - self.size.height))
        if top != self.top:
            self.top = top
            self.refresh()

    def refresh_line(self, number: int) -> None:
        """Draw one line again."""
        self.refresh(Region(0, number - self.top, self.size.width, 1))

    def wrapped(self, text: Text, width: int) -> Iterator[Text]:
        """Break a text into lines of so many columns."""
        for line in text.wrap(self.app.console, width):
            line.rstrip()
            line.end = ""
            yield line

    def notify_style_update(self) -> None:
        """Draw all again in other colours."""
        super().notify_style_update()
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        self.scroll_lines_to(self.top + _WHEEL)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        self.scroll_lines_to(self.top - _WHEEL)
        event.stop()

    def clicked_bar(self, event: events.Click) -> bool:
        """Scroll to where the bar was clicked on, and tell whether it was."""
        at = event.get_content_offset(self)
        if at is None or at.x != self.size.width - 1 or self.count <= self.size.height:
            return False
        self.scroll_lines_to(at.y * self.count // self.size.height - self.size.height // 2)
        return True

    def render_lines(self, crop: Region) -> list[Strip]:
        """Make the lines that have to be drawn."""
        self._base = self.rich_style  # once: it is put together anew each time that it is asked for
        try:
            return super().render_lines(crop)
        except CoolError as error:  # of the store, which papers are read from as they come into sight
            cast("Triage", self.app).give_up(error)
            return [Strip.blank(crop.width, self._base)] * crop.height

    def render_line(self, y: int) -> Strip:
        """Make the line that is shown `y` lines below the top."""
        width = self.size.width
        text = self.line(self.top + y, width - 1) if self.top + y < self.count else Text()
        text.end = ""
        text.truncate(width - 1, pad=True)
        text.append("▐" if self._is_bar(y) else " ", _BAR)
        return Strip(text.render(self.app.console), width).apply_style(self._base)

    def _is_bar(self, y: int) -> bool:
        """Tell whether a line of the bar is where the lines in sight are among all."""
        height, count = self.size.height, self.count
        if count <= height:
            return False
        length = max(1, height * height // count)
        first = round(self.top * (height - length) / (count - height))
        return first <= y < first + length
