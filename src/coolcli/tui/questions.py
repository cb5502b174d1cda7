"""What the screen asks the reader before it does something: which day, tag or place, what is to be muted, a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from coolcli.arxiv.text import clean
from coolcli.errors import CoolError
from coolcli.render import words

if TYPE_CHECKING:
    from textual.screen import Screen

    from coolcli.cli.triaging.sitting import Sitting
    from coolcli.models import Row
    from coolcli.tui.app import Triage
    from coolcli.tui.dialogs import Choice, Choices, Write


_WORTH = 3
"""Letters of what is to be muted from which on it is looked up."""


class Questions:
    """Opens dialogs, and does what they give."""

    def __init__(self, app: Triage) -> None:
        """Take the screen that they stand on."""
        self._app = app
        self._sitting = app.sitting
        self._noting: tuple[Row, Write] | None = None
        """The paper that a note is being written on, and where."""

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
            some = [Choice(f"{'[x]' if tag in on else '[ ]'} {clean(tag)}", tag) for tag in known if typed in tag]
            return some if not typed or typed in known else [Choice(f"new: {typed}", typed), *some]

        def tagged(typed: str | None) -> str | None:
            if not typed:
                return None
            names = tagging.names(desk, typed.replace(",", " ").split())
            kept = [name for name in on if name not in names]
            return self._sitting.tag(kept + [name for name in names if name not in on], row)

        self._choose("Tag the paper, or take a tag off", choices, tagged, hint="a tag of yours, or a new one")

    def note(self) -> None:
        """Let the reader write a note."""

        row = self._sitting.current_row()
        self._write(row, row.marks.note or "")

    def keep_note(self, screen: Screen[object]) -> None:
        """Store the note that is being written, where one is. Raises CoolError."""
        if self._noting is not None and screen is self._noting[1]:
            row, dialog = self._noting
            self._sitting.note(dialog.written.strip(), row)

    def _write(self, row: Row, text: str) -> None:
        from coolcli.tui.dialogs import Write

        dialog = Write(f"{words.NOTE} {words.titled(row)}", text)
        self._noting = row, dialog
        self._app.ahead.expect()
        self._app.push_screen(dialog, partial(self._noted, row))

    def _noted(self, row: Row, written: str | None) -> None:
        """Store what was written; what cannot be stored is there to be written on."""
        self._noting = None
        before = row.marks.note or ""
        if written is None or written.strip() == before:
            self._answered(lambda: "The note is as it was.")
            return
        try:
            said = self._sitting.note(written.strip(), row)
        except CoolError as error:
            self._write(row, written)
            self._app.fail(error)
            self._go_on()
        else:
            self._answered(lambda: said)

    def muted(self) -> None:
        """Ask what is to be muted, saying how many papers that takes out of sight."""
        from coolcli.cli.triaging import muting
        from coolcli.tui.dialogs import Choice

        found = [Choice(label, query) for label, query in muting.suggestions(self._sitting.current_row())]

        def choices(typed: str) -> list[Choice]:
            some = [each for each in found if typed.casefold() in each.label.casefold()]
            return [*some, Choice(_told_of(self._sitting, typed), typed)] if typed else some

        def muted(query: str | None) -> str | None:
            return muting.mute(self._sitting, query) if query else None

        self._choose("Mute, from now on", choices, muted, hint="an author, a word, any query: title:survey")

    def place(self) -> None:
        """Ask where the paper is to be opened."""
        from coolcli.tui.dialogs import Choice

        found = [Choice(name, name) for name in self._app.places]
        row = self._sitting.current_row()
        self._choose("Open in", _fitting(found), lambda place: self._app.open_paper(place, row) if place else None)

    def own(self) -> None:
        """Ask what the model is to be asked about the paper; the same is often asked of many."""
        from coolcli.tui.dialogs import Choice

        row, answers = self._sitting.current_row(), self._app.answers

        def choices(typed: str) -> list[Choice]:
            if not typed:  # Enter alone asks nothing: an answer may cost something
                return []
            found = [Choice(each, each) for each in answers.before if typed.casefold() in each.casefold()]
            return [Choice(f"ask: {typed}", typed), *found]

        def asked(question: str | None) -> None:
            if question:
                answers.own(question, row)

        self._choose(f"Ask about {row.id}", choices, asked, hint="a question of yours")

    def keys(self) -> None:
        """Show all keys; one that is chosen is done."""
        from coolcli.tui.dialogs import keys_fitting

        def chosen(name: str | None) -> None:
            if name:
                self._app.do(name)

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
        self._app.push_screen(dialog, lambda value: self._answered(partial(then, value)))

    def _answered(self, deed: Callable[[], object]) -> None:
        """Do what was asked about; then what was typed behind the answer, unless it is for what is open by now."""
        self._app.attempt(deed)
        self._go_on()

    def _go_on(self) -> None:
        if len(self._app.screen_stack) == 1 and not self._app.search.is_open:
            self._app.ahead.release()


def _told_of(sitting: Sitting, typed: str) -> str:
    """Say what muting would do, once enough is typed for it to be worth a look through the index."""
    from coolcli.cli.triaging import muting

    return f"{typed}: {muting.would(sitting, typed)}" if len(typed) >= _WORTH else typed


def _fitting(found: Sequence[Choice]) -> Choices:
    """Offer those of some things in whose names all that was typed stands."""

    def choices(typed: str) -> list[Choice]:
        return [each for each in found if all(part in each.label.casefold() for part in typed.casefold().split())]

    return choices


def _day(day: str) -> str:
    return words.short_day(date.fromisoformat(day))
