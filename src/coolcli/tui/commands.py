"""The command palette: everything by its name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets import Input

from coolcli.triage.actions import ACTIONS
from coolcli.tui import themes
from coolcli.tui.bars import shown

if TYPE_CHECKING:
    from textual import events

    from coolcli.tui.app import Triage


class Commands(Provider):
    """Offers every action, every place to open a paper in, and the colours."""

    async def discover(self) -> Hits:
        """Offer everything while nothing is typed."""
        for name, about, run in self._all():
            yield DiscoveryHit(name, run, help=about)

    async def search(self, query: str) -> Hits:
        """Offer what fits."""
        matcher = self.matcher(query)
        for name, about, run in self._all():
            if score := max(matcher.match(name), matcher.match(about)):
                yield Hit(score, matcher.highlight(name), run, help=about)

    def _all(self) -> list[tuple[str, str, Callable[[], object]]]:
        app = cast("Triage", self.app)
        found: list[tuple[str, str, Callable[[], object]]] = []
        for name, action in ACTIONS.items():
            keys = ", ".join(map(shown, app.keys[name]))
            about = action.about.format(place=app.place)
            found.append((f"{name.replace('-', ' ')}{f' ({keys})' if keys else ''}", about, partial(app.do, name)))
        found += [
            (
                f"open in {place}",
                "Open the paper there, and go on",
                partial(app.attempt, partial(app.open_paper, place)),
            )
            for place in app.places
        ]
        found += [
            (f"colours: {name}", "Until the end of this sitting; `cool config set triage.theme` keeps it",
             partial(app.set_colours, name))
            for name in themes.NAMES
        ]  # fmt: skip
        return found


class Palette(CommandPalette):
    """Textual's palette, which a second Enter, before it is gone, would end twice."""

    def on_key(self, event: events.Key) -> None:
        """Hold what comes before there is a line to type in."""
        cast("Triage", self.app).ahead.hold(event)

    def on_mount(self) -> None:
        """Take what was typed ahead."""
        cast("Triage", self.app).ahead.give_text(self.query_one(Input))

    def _action_command_list(self, action: str) -> None:
        """Pass a key on to the list; one that has not been drawn yet has no pages to turn, and Textual counts them."""
        with suppress(KeyError):
            super()._action_command_list(action)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """End it, once."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()
