"""Keys that come before the line that they are meant for is there.

Over a slow connection, or typed fast, `tsurvey` comes at once: what stands behind the first letter is no key of the
list, but the beginning of what is typed into the dialog that the first letter opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key

if TYPE_CHECKING:
    from textual.app import App
    from textual.widgets import Input, TextArea

    Line = Input | TextArea


class Ahead:
    """Holds keys from the moment at which a dialog is asked for until it can be typed into."""

    def __init__(self, app: App[None]) -> None:
        """Begin with none."""
        self._app = app
        self._is_awaited = False
        self._held: list[Key] = []

    def expect(self) -> None:
        """Hold what is typed from now on."""
        self._is_awaited = True

    def hold(self, event: Key) -> bool:
        """Hold a key where a line is awaited, and tell whether one is."""
        if self._is_awaited:
            self._held.append(event)
            event.stop()
            event.prevent_default()
        return self._is_awaited

    def give(self, line: Line) -> None:
        """Type into a line what was held for it."""
        self._is_awaited, held, self._held = False, self._held, []
        while held and held[0].is_printable:
            self._type(line, held.pop(0))
        for event in held:
            self._app.post_message(Key(event.key, event.character))

    def pass_on(self, event: Key) -> None:
        """Give a key that came to the list to what is typed into: it was on its way before that was there."""
        from textual.widgets import Input, TextArea

        line = self._app.screen.focused
        if event.is_printable and isinstance(line, Input | TextArea):
            self._type(line, event)
        else:
            self._app.post_message(Key(event.key, event.character))
        event.stop()
        event.prevent_default()

    @staticmethod
    def _type(line: Line, event: Key) -> None:
        from textual.widgets import Input

        (line.insert_text_at_cursor if isinstance(line, Input) else line.insert)(event.character or "")
