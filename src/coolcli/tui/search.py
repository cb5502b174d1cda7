"""Searching within the list, as on papers.cool: words to have, words not to have, or all papers with the words marked.

The line that is typed in takes the place of what was said last; behind it stands what it finds, or why it cannot be
read. What is typed is looked for a moment later, so that no letter ever waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coolcli.render import words

if TYPE_CHECKING:
    from textual import events
    from textual.containers import Horizontal
    from textual.timer import Timer
    from textual.widgets import Input

    from coolcli.tui.app import Triage

_A_MOMENT = 0.04
"""Seconds after a letter in which another one may come."""


class Search:
    """What is looked for in the list, and the line that it is typed in while that is open."""

    def __init__(self, app: Triage) -> None:
        """Begin without one."""
        self._app = app
        self._place: Horizontal | None = None
        self._timer: Timer | None = None
        self._problem: str | None = None
        """Why what is typed cannot be read."""
        self.text = ""
        self.found = 0
        """Papers that fit."""
        self.filters = True
        """Whether papers without the words are out of sight."""

    @property
    def is_open(self) -> bool:
        """Tell whether something is typed."""
        return self._place is not None

    def is_of(self, line: Input) -> bool:
        """Tell whether a line is the one that is open."""
        return self._place is not None and line.parent is self._place

    def open(self) -> None:
        """Let the reader type, on from what was looked for before."""
        from textual.containers import Horizontal
        from textual.widgets import Static

        from coolcli.tui.dialogs import Line

        line = Line(self.hear, self.text, placeholder="words -without author:name")
        self._place = Horizontal(line, Static(), classes="search")
        self._app.put_in_place_of_status(self._place)
        self._place.call_after_refresh(self._tell)

    def hear(self, event: events.Key) -> bool:
        """Do what a key means besides letters, and tell whether it means anything; behind the end, to the list."""
        if not self.is_open:
            return self._app.hear(event)
        steps = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1}
        if event.key in ("enter", "tab", *steps):
            self._read()
            self._look()
        if event.key == "enter":
            self.filters = self.filters or not self.text.strip()
            if self._problem is None:
                self._leave()
        elif event.key == "escape":
            self.close()
            self._app.show_again()
        elif event.key == "tab":
            self.filters = not self.filters
            self._look()
        elif event.key in steps:
            pile = self._app.sitting.pile
            pile.go_to(pile.place + steps[event.key])
            self._app.show_again()
        else:
            return False
        return True

    def settle(self) -> None:
        """End the typing, keeping what is looked for: something else is done with the mouse."""
        if self.is_open:
            self._look()
            self._leave()

    def _read(self) -> None:
        """Take what is in the line: of the last letters it may not be told yet."""
        from coolcli.tui.dialogs import Line

        if self._place is not None and self._place.is_mounted:
            self.text = self._place.query_one(Line).value

    def typed(self, text: str) -> None:
        """Look for what was typed, unless another letter comes at once."""
        self.text = text
        self._stop()
        self._timer = self._app.set_timer(_A_MOMENT, self._look)

    def close(self) -> None:
        """Let go of what was looked for; the next search hides again what does not fit."""
        from coolcli.cli.triaging import looking

        self.text, self.filters = "", True
        looking.look(self._app.sitting, "")
        self._leave()

    def _look(self) -> None:
        from coolcli.cli.triaging import looking

        self._problem = looking.look(self._app.sitting, self.text, filters=self.filters)
        self.found = looking.found(self._app.sitting)
        self._app.show_again()
        self._tell()

    def _tell(self) -> None:
        """Say behind the line what it finds."""
        if self._place is None or not self._place.is_mounted:
            return
        from rich.text import Text
        from textual.widgets import Static

        found = words.number(self.found, "paper")
        does, other = ("fit", "mark only") if self.filters else ("marked", "hide others")
        told = f"{found} {does} · tab: {other}" if self.text.strip() else f"tab: {other}"
        wrong = self._problem is not None
        self._place.query_one(Static).update(Text(self._problem or told, "red" if wrong else "dim", no_wrap=True))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def _leave(self) -> None:
        self._stop()
        place, self._place = self._place, None
        if place is not None:
            self._app.put_back_status(place)
