"""Keys that come before what they are meant for is there.

Over a slow connection, or typed fast, `tsurvey` comes at once: what stands behind the first letter is no key of the
list, but the beginning of what is typed into the dialog that the first letter opens. And what stands behind the Enter
that ends the dialog is for the list again, as it is once the dialog did what it is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key

if TYPE_CHECKING:
    from textual.widgets import Input

    from coolcli.tui.app import Triage
    from coolcli.tui.dialogs import Line, Pad


class Ahead:
    """Holds keys from the moment at which a dialog is asked for, or has ended, until somebody can take them."""

    def __init__(self, app: Triage) -> None:
        """Begin with none."""
        self._app = app
        self._is_awaited = False
        self._held: list[Key] = []

    def expect(self) -> None:
        """Hold what is typed from now on."""
        self._is_awaited = True

    def hold(self, event: Key) -> bool:
        """Hold a key where somebody is awaited, and tell whether that is so."""
        if self._is_awaited:
            self._held.append(event)
            event.stop()
            event.prevent_default()
        return self._is_awaited

    def give(self, line: Line | Pad) -> None:
        """Type what was held into a line; what stands behind its end is held on."""
        self._is_awaited, held, self._held = False, self._held, []
        for event in held:
            line.take(event)

    def give_text(self, line: Input) -> None:
        """Type what was held into a line of another's, as far as it is text."""
        self._is_awaited, held, self._held = False, self._held, []
        line.insert_text_at_cursor("".join(event.character or "" for event in held if event.is_printable))

    def release(self) -> None:
        """Do what was held, on the list, up to a key that opens a dialog: the rest is for that."""
        self._is_awaited = False
        while self._held and not self._is_awaited:
            self._app.hear(self._held.pop(0))

    def pass_on(self, event: Key) -> None:
        """Give a key that came to the list to what is typed into: it was on its way before that was there.

        Never by way of the program, which would give it to the list again where nothing has the focus.
        """
        from textual.widgets import Input

        from coolcli.tui.dialogs import Line, Pad

        event.stop()
        event.prevent_default()
        for line in self._app.screen.query("Input, TextArea"):
            self._app.screen.set_focus(line)
            if isinstance(line, Line | Pad):
                line.take(event)
            elif isinstance(line, Input) and event.is_printable:
                line.insert_text_at_cursor(event.character or "")
            return
