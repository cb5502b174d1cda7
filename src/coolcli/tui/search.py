"""Searching within the list, as on papers.cool: words to have, words not to have, or all papers with the words marked.

The line that is typed in takes the place of what was said last. What is typed is looked for a moment later, so that no
letter ever waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual import events
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
        self._line: Input | None = None
        self._timer: Timer | None = None
        self.text = ""
        self.filters = True
        """Whether papers without the words are out of sight."""

    @property
    def is_open(self) -> bool:
        """Tell whether something is typed."""
        return self._line is not None

    def is_of(self, line: Input) -> bool:
        """Tell whether it is this line that is typed in; one that was left may be there for a moment longer."""
        return line is self._line

    def open(self) -> None:
        """Let the reader type, on from what was looked for before."""
        from textual.widgets import Input

        self._line = Input(self.text, placeholder="words -without author:name", classes="search", compact=True)
        self._app.put_in_place_of_status(self._line)

    def hear(self, event: events.Key) -> None:
        """Take the keys that mean something besides letters."""
        steps = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1}
        if event.key == "enter":
            self._look()
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
        elif event.is_printable and self._line is not None and not self._line.has_focus:
            self._line.insert_text_at_cursor(event.character or "")  # it came before the line was ready
        else:
            return
        event.stop()
        event.prevent_default()

    def typed(self, text: str) -> None:
        """Look for what was typed, unless another letter comes at once."""
        self.text = text
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._app.set_timer(_A_MOMENT, self._look)

    def close(self) -> None:
        """Let go of what was looked for."""
        from coolcli.cli.triaging import looking

        self.text = ""
        looking.look(self._app.sitting, "")
        self._leave()

    def _look(self) -> None:
        from coolcli.cli.triaging import looking

        problem = looking.look(self._app.sitting, self.text, filters=self.filters)
        self._app.show_again(problem or "")

    def _leave(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._app.put_back_status(line)
