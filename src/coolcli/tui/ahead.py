"""Keys that come before the line that they are meant for is there.

Over a slow connection, or typed fast, `tsurvey` comes at once: what stands behind the first letter is no key of the
list, but the beginning of what is typed into the dialog that the first letter opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual import events
    from textual.app import App
    from textual.widgets import Input, TextArea


class Ahead:
    """Holds keys from the moment at which a dialog is asked for until it can be typed into."""

    def __init__(self, app: App[None]) -> None:
        """Begin with none."""
        self._app = app
        self._is_awaited = False
        self._held: list[events.Key] = []

    def expect(self) -> None:
        """Hold what is typed from now on."""
        self._is_awaited = True

    def hold(self, event: events.Key) -> bool:
        """Hold a key where a line is awaited, and tell whether one is."""
        if self._is_awaited:
            self._held.append(event)
            event.stop()
            event.prevent_default()
        return self._is_awaited

    def give(self, line: Input | TextArea) -> None:
        """Type into a line what was held for it."""
        self._is_awaited, held, self._held = False, self._held, []
        for number, event in enumerate(held):
            if event.character is None or not event.is_printable:
                for other in held[number:]:
                    self._app.simulate_key(other.key)
                return
            self._type(line, event.character)

    def _type(self, line: Input | TextArea, character: str) -> None:
        insert = getattr(line, "insert_text_at_cursor", None) or getattr(line, "insert")  # noqa: B009 -- of either kind
        insert(character)
