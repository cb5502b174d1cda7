"""The lines around the papers: where the reader is above, what was done and the keys below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.padding import Padding
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from coolcli.render import words
from coolcli.triage.actions import ACTIONS, FOOTER

if TYPE_CHECKING:
    from rich.console import RenderableType

    from coolcli.cli.triaging.sitting import Sitting

_BETWEEN = " · "
_MOST_LINES = 3
"""Lines that something said takes at the most."""
_SHOWN = {
    **{"question_mark": "?", "slash": "/", "space": "␣", "enter": "⏎", "escape": "esc", "down": "↓", "up": "↑"},
    **{"pagedown": "pgdn", "pageup": "pgup"},
}


class Bar(Widget, can_focus=False):
    """Day and place, how much is read and starred, what is left at this pace, what is out of sight."""

    def __init__(self, sitting: Sitting) -> None:
        """Tell of a sitting."""
        super().__init__()
        self._sitting = sitting
        self.state = ""
        """What is to be known of the listing: offline, stale."""

    def render(self) -> Text:
        """Set the line: what matters least is left out first."""
        pile, progress = self._sitting.pile, self._sitting.progress
        current = pile.current
        day = words.short_day(date.fromisoformat(current.day)) if current and current.day else "No paper"
        place = f"{pile.place + 1:,}/{len(pile.shown):,}" if current else "0/0"
        read = f"{progress.read:,} of {progress.papers:,} read, {progress.starred:,} starred"
        left = f"about {progress.minutes:,} min left" if progress.minutes is not None else ""
        muted = f"{progress.muted:,} muted" if progress.muted else ""
        ranked = [f"{day}  {place}", read, self.state, muted, left]
        order = [0, 1, 4, 3, 2]
        room = self.size.width - 2
        kept: set[int] = set()
        for number, part in enumerate(ranked):
            needed = cell_len(part) + len(_BETWEEN)
            if part and (number == 0 or needed <= room):
                kept.add(number)
                room -= needed
        return Text(f" {_BETWEEN.join(ranked[number] for number in order if number in kept)}", "bold", no_wrap=True)


class Status(Widget, can_focus=False):
    """What was just done or went wrong, else what is searched for; on the right what is waited for."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self._said, self._is_wrong = "", False
        self._view = ""
        self._waits = ""

    def say(self, said: str, *, wrong: bool = False) -> None:
        """Show what was done or what went wrong, in as many lines as that takes; an empty text takes it away."""
        self._said, self._is_wrong = said, wrong
        self._fit()
        self.refresh()

    def on_resize(self) -> None:
        """Take as many lines as what is said needs now."""
        self._fit()

    def _fit(self) -> None:
        width = self.size.width - 2
        lines = len(Text(self._said).wrap(self.app.console, width)) if 0 < width < cell_len(self._said) else 1
        if self.styles.height is None or self.styles.height.value != min(lines, _MOST_LINES):
            self.styles.height = min(lines, _MOST_LINES)

    def show_view(self, view: str) -> None:
        """Show what is left in sight."""
        if view != self._view:
            self._view = view
            self.refresh()

    def show_wait(self, waits: str) -> None:
        """Show what is waited for."""
        if waits != self._waits:
            self._waits = waits
            self.refresh()

    def render(self) -> RenderableType:
        """Set the line: what was said counts most."""
        width = self.size.width - 2
        left = self._said or self._view
        if cell_len(left) > width and self._said:
            return Padding(Text(left, self._style), (0, 1))
        room = width - cell_len(left) - 2
        waits = self._waits if cell_len(self._waits) <= room else ""
        text = Text(" ", no_wrap=True).append(set_cell_size(left, width - cell_len(waits)), self._style)
        return text.append(waits, "dim")

    @property
    def _style(self) -> str:
        return "bold red" if self._is_wrong and self._said else "yellow" if self._said else "cyan"


class Keys(Widget, can_focus=False):
    """The keys that are used most, as many as there is room for; a click does the same."""

    def __init__(self, keys: Mapping[str, Sequence[str]]) -> None:
        """Take the keys of each action."""
        super().__init__()
        self._keys = keys

    def render(self) -> Text:
        """Set the line."""
        text, room = Text(" ", no_wrap=True), self.size.width - 1
        for name in FOOTER:
            if not self._keys[name]:
                continue
            key, label = shown(self._keys[name][0]), ACTIONS[name].label
            if (room := room - cell_len(key) - cell_len(label) - 3) < 0:
                break
            part = Text.assemble((key, "bold"), " ", (label, "dim"))
            part.stylize(Style.from_meta({"@click": f"app.do('{name}')"}))
            text.append_text(part).append("  ")
        return text


def shown(key: str) -> str:
    """Write a key as it stands on the screen."""
    return _SHOWN.get(key, key.replace("ctrl+", "^"))
