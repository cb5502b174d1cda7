"""What the screen asks the reader before it does something: which day, tag or place, what is to be muted, a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from coolcli.render import words

if TYPE_CHECKING:
    from coolcli.tui.app import Triage
    from coolcli.tui.dialogs import Choice, Choices


class Questions:
    """Opens dialogs, and does what they give."""

    def __init__(self, app: Triage) -> None:
        """Take the screen that they stand on."""
        self._app = app
        self._sitting = app.sitting

    def day(self) -> str | None:
        """Ask for a day, and go to its first paper."""
        from coolcli.tui.dialogs import Choice

        pile = self._sitting.pile
        found = [Choice(f"{_day(day)}  {count:,} unread", day) for day, count in pile.days().items() if day]
        if not found:
            return "There is no paper in sight."

        def went(day: str | None) -> None:
            if day and (paper := pile.first_of(day)):
                pile.go_to_paper(paper)

        self._choose("Go to a day", _fitting(found), went, at=pile.current.day if pile.current else "")
        return None

    def tag(self) -> None:
        """Ask for a tag, and put it on the paper or take it off."""
        from coolcli.cli import tagging
        from coolcli.store import select
        from coolcli.tui.dialogs import Choice

        desk, row = self._sitting.desk, self._sitting.current_row()
        with desk.database.read() as connection:
            known = select.tags(connection)
        on = row.marks.tags

        def choices(typed: str) -> list[Choice]:
            some = [Choice(f"{'[x]' if name in on else '[ ]'} {name}", name) for name in known if typed in name]
            return some if not typed or typed in known else [Choice(f"new: {typed}", typed), *some]

        def tagged(typed: str | None) -> str | None:
            if not typed:
                return None
            names = tagging.names(desk, typed.replace(",", " ").split())
            kept = [name for name in on if name not in names]
            return self._sitting.tag(kept + [name for name in names if name not in on])

        self._choose("Tag the paper, or take a tag off", choices, tagged, hint="a tag of yours, or a new one")

    def note(self) -> None:
        """Let the reader write a note."""
        from coolcli.tui.dialogs import Write

        row = self._sitting.current_row()
        before = row.marks.note or ""
        self._app.ahead.expect()
        self._app.push_screen(Write(f"{words.NOTE} {words.titled(row)}", before), partial(self._noted, before))

    def _noted(self, before: str, written: str | None) -> None:
        text = before if written is None else written.strip()
        self._app.attempt(lambda: self._sitting.note(text) if text != before else "The note is as it was.")

    def muted(self) -> None:
        """Ask what is to be muted, saying how many papers that takes out of sight."""
        from coolcli.cli.triaging import muting
        from coolcli.tui.dialogs import Choice

        found = [Choice(label, query) for label, query in muting.suggestions(self._sitting.current_row())]

        def choices(typed: str) -> list[Choice]:
            some = [each for each in found if typed.casefold() in each.label.casefold()]
            return [*some, Choice(f"{typed}: {muting.would(self._sitting, typed)}", typed)] if typed else some

        def muted(query: str | None) -> str | None:
            return muting.mute(self._sitting, query) if query else None

        self._choose("Mute, from now on", choices, muted, hint="an author, a word, any query: title:survey")

    def place(self) -> None:
        """Ask where the paper is to be opened."""
        from coolcli.tui.dialogs import Choice

        found = [Choice(name, name) for name in self._app.places]
        self._choose("Open in", _fitting(found), lambda place: self._app.open_paper(place) if place else None)

    def keys(self) -> None:
        """Show all keys; one that is chosen is done."""
        from coolcli.tui.dialogs import keys_fitting

        def chosen(name: str | None) -> None:
            if name:
                self._app.call_later(self._app.do, name)

        self._choose("Keys", keys_fitting(self._app.keys, self._app.place), chosen, hint="type what you look for")

    def anything(self) -> None:
        """Show the command palette."""
        from coolcli.tui.commands import Commands, Palette

        self._app.ahead.expect()
        self._app.push_screen(Palette(providers=[Commands], placeholder="What is to be done?"))

    def _choose(
        self, title: str, choices: Choices, then: Callable[[str | None], object], *, hint: str = "", at: str = ""
    ) -> None:
        from coolcli.tui.dialogs import Choose

        self._app.ahead.expect()
        dialog = Choose(title, choices, hint=hint, at=at)
        self._app.push_screen(dialog, lambda value: self._app.attempt(partial(then, value)))


def _fitting(found: Sequence[Choice]) -> Choices:
    """Offer those of some things in whose names all that was typed stands."""

    def choices(typed: str) -> list[Choice]:
        return [each for each in found if all(part in each.label.casefold() for part in typed.casefold().split())]

    return choices


def _day(day: str) -> str:
    return words.short_day(date.fromisoformat(day))
