"""The triage screen.

    a key             -> an action of coolcli.triage.actions -> the sitting, which stores it -> the lines that changed
    another process   -> the file is another (Database.version, each second) -> the pile is read again
    the network       -> coolcli.cli.triaging.fetching, in a thread; what it says stands at the bottom

Nothing here waits: what takes longer than a key may (browser, clipboard, PDF, network) is done in threads.
"""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from math import inf
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from coolcli.cli.triaging.sitting import NoPaper, Sitting
from coolcli.errors import BadQuery, Busy, CoolError
from coolcli.models import AnnounceType
from coolcli.render import words
from coolcli.render.screen import Progress
from coolcli.triage.actions import key_of
from coolcli.tui import themes
from coolcli.tui.ahead import Ahead
from coolcli.tui.answers import Answers
from coolcli.tui.bars import Bar, Keys, Status
from coolcli.tui.paper import PaperView
from coolcli.tui.papers import Papers
from coolcli.tui.questions import Questions
from coolcli.tui.search import Search
from coolcli.tui.watch import Watch

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.driver import Driver
    from textual.timer import Timer
    from textual.widget import Widget
    from textual.widgets import Input

    from coolcli.cli.triaging.deeds import Deeds
    from coolcli.cli.triaging.fetching import Fetching
    from coolcli.models import Row

WIDE = 110
"""Columns from which on the paper stands beside the list."""
BOTH = 28
"""Lines from which on there is room for the paper and for answers about it."""
Result = TypeVar("Result")
_INTERRUPTED = 130
_STORED_AFTER = 0.25
"""Seconds after which papers gone by are stored, unless something else is done before."""
_STORED_AGAIN_AFTER = 3.0
"""Seconds after which that is tried again where another process held the data."""
_KINDS: tuple[tuple[AnnounceType, ...], ...] = ((), ("new",), ("cross",), ("replace", "replace-cross"))
"""What the key for types shows, one after the other."""
_KIND_WORDS = {("new",): "new submissions", ("cross",): "cross-lists", ("replace", "replace-cross"): "replacements"}


class Main(Screen[None]):
    """Where keys are what is done, unless something is typed."""

    def on_key(self, event: events.Key) -> None:
        """Do what a key means."""
        app = self.app
        assert isinstance(app, Triage)  # noqa: S101 -- no other has this screen
        if app.hear(event):
            event.stop()
            event.prevent_default()


class Triage(App[None], inherit_bindings=False):
    """The papers of a sitting, and the keys that do things to them."""

    TITLE = "cool triage"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 -- as Textual has it
    CSS = """
    Bar, Status, Keys { height: 1; }
    Keys { link-style: none; link-color: $foreground; link-style-hover: reverse; link-background-hover: $background; }
    #body { height: 1fr; }
    Papers { height: 38%; min-height: 4; }
    #right { height: 1fr; border-top: solid $border; }
    PaperView { height: 2fr; }
    Head { height: 1; }
    Page { height: 3fr; }
    .search { height: 1; }
    .search Input { width: 1fr; }
    .search Static { width: auto; max-width: 60%; height: 1; padding: 0 1; }
    ModalScreen { background: transparent; align: center bottom; }
    .dialog { width: 100%; max-width: 100; height: auto; max-height: 80%; margin-bottom: 1; padding: 0 1;
              border: round $border; background: $surface; }
    .dialog OptionList { height: auto; max-height: 60vh; background: $surface; }
    .dialog TextArea { height: 8; }
    OptionList > .option-list--option-highlighted, OptionList:focus > .option-list--option-highlighted {
        color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
    OptionList:nocolor > .option-list--option-highlighted { text-style: bold underline; }
    Input > .input--cursor, TextArea .text-area--cursor {
        color: $foreground; background: $surface; text-style: reverse; }
    .-wide #body { layout: horizontal; }
    .-wide Papers { height: 100%; width: 1fr; }
    .-wide #right { height: 100%; width: 55%; max-width: 104; border-top: none; border-left: solid $border; }
    """

    def __init__(
        self,
        sitting: Sitting,
        deeds: Deeds,
        fetching: Fetching,
        keys: Mapping[str, Sequence[str]],
        *,
        colours: str = "auto",
        driver_class: type[Driver] | None = None,
    ) -> None:
        """Take what is gone through, what is done outside the store, what is fetched meanwhile, and the keys."""
        # What NO_COLOR takes away is decided here, before a theme is: of the terminal's own colours it has to be all.
        super().__init__(driver_class=driver_class, ansi_color=True if "NO_COLOR" in os.environ else None)
        self.keys = keys
        self.sitting = sitting
        self._deeds = deeds
        self.fetching = fetching
        self._action_of = {key: name for name, of in keys.items() for key in of}
        self._storing: Timer | None = None
        self.lost: CoolError | None = None
        """Why the last of what was done could not be stored, or nothing of it any more."""
        self._order = sitting.order.name if sitting.order else "arxiv"
        self.ahead = Ahead(self)
        self.search = Search(self)
        self.answers = Answers(self)
        self._watch = Watch(self)
        self._questions = Questions(self)
        self._deed = self._deeds_by_name()
        self.register_theme(themes.TERMINAL)
        self.set_colours(colours)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """Give the screen that hears keys, at once in the form that fits, so that it is laid out but once."""
        return Main(classes="-wide" if self.size.width >= WIDE else "-narrow")

    def refresh_css(self, animate: bool = True) -> None:
        """Read the styles again in other colours, but not before they were read at all: that was 10 ms of the start."""
        if self.screen_stack:
            super().refresh_css(animate)

    def compose(self) -> ComposeResult:
        """Put the list before the paper, between the lines."""
        self._bar, self._status = Bar(self.sitting), Status()
        self._papers, self._paper = Papers(self.sitting), PaperView(self.sitting)
        yield self._bar
        with Container(id="body"):
            yield self._papers
            with Container(id="right") as self._right:
                yield self._paper
        yield self._status
        yield Keys(self.keys)

    def on_mount(self) -> None:
        """Show the papers; what is asked of the network and of other processes begins once they are seen."""
        self.sitting.desk.divert(self.say, _Nowhere())
        self.sitting.desk.release_notices()
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))  # the shell wrote over it
        self._follow()
        self.call_after_refresh(self._begin)

    def hear(self, event: events.Key) -> bool:
        """Do what a key means that came to the list, and tell whether it means anything.

        It may have been meant for what is typed into by now, or for a dialog that is not there yet.
        """
        if self.ahead.hold(event):
            return True
        if len(self.screen_stack) > 1 or (self.search.is_open and event.is_printable):
            self.ahead.pass_on(event)
            return True
        if self.search.is_open:
            return self.search.hear(event)
        if event.key == "ctrl+z":
            self.attempt(self.sitting.flush)
            self.action_suspend_process()
            return True
        name = self._action_of.get(key_of(event.key) or event.key) or self._action_of.get(event.character or "")
        if name is not None:
            self.do(name)
        return name is not None

    def action_do(self, name: str) -> None:
        """Do something that was clicked on."""
        self.search.settle()
        self.do(name)

    def action_leave(self) -> None:
        """Leave from wherever it is; a note that is being written is kept."""
        self.leave(_INTERRUPTED)

    def do(self, name: str) -> None:
        """Do something by its name, and show what became of it."""
        self._status.say("")
        self.attempt(self._deed[name])

    def leave(self, code: int = 0) -> None:
        """End the sitting with an exit code: all of it is stored, a note that is being written too."""
        try:
            self.sitting.desk.database.wait_no_longer_than(inf)  # now nothing stands still any more
            self._questions.keep_note(self.screen)
            self.sitting.flush()
        except CoolError as error:
            self.lost = error
        self._deeds.stop()
        self.fetching.stop()
        self.answers.leave()
        self.exit(return_code=code)

    def give_up(self, error: CoolError) -> None:
        """End the sitting at once, for it cannot go on; why is told once the screen is gone."""
        self.lost = error
        self.exit(return_code=error.exit_code)

    @property
    def place(self) -> str:
        """Give where papers are opened."""
        return self.sitting.desk.settings.open_in

    @property
    def places(self) -> Sequence[str]:
        """Give where they can be opened besides."""
        return self._deeds.places

    def set_colours(self, name: str) -> None:
        """Take other colours: auto, light or dark; without colour there are only the terminal's own."""
        self.theme = themes.NAMES["auto" if self.no_color else name]

    def on_papers_chosen(self, event: Papers.Chosen) -> None:
        """Go to the paper that was clicked on."""
        self.sitting.pile.go_to(event.place)
        self._status.say("")
        self._follow()

    # What is done, by name.

    def _deeds_by_name(self) -> Mapping[str, Callable[[], object]]:
        pile = self.sitting.pile
        return {
            "next": self._next,
            "previous": lambda: pile.go_to(pile.place - 1),
            "next-unread": partial(self._unread, 1),
            "previous-unread": partial(self._unread, -1),
            "page-down": lambda: pile.go_to(pile.place + self._papers.page()),
            "page-up": lambda: pile.go_to(pile.place - self._papers.page()),
            "first": lambda: pile.go_to(0),
            "last": lambda: pile.go_to(len(pile.shown) - 1),
            "next-day": lambda: None if pile.go_to_day(1) else "This is the last day.",
            "previous-day": lambda: None if pile.go_to_day(-1) else "This is the first day.",
            "day": self._questions.day,
            "scroll-down": partial(self._scroll, 1),
            "scroll-up": partial(self._scroll, -1),
            "star": self.sitting.star,
            "read": self.sitting.toggle_read,
            "later": self.sitting.put_off,
            "tag": self._questions.tag,
            "note": self._questions.note,
            "mute": self._questions.muted,
            "open": self.open_paper,
            "open-elsewhere": self._questions.place,
            "pdf": self._have_pdf,
            "copy-link": partial(self._copy, "link"),
            "copy-bibtex": partial(self._copy, "BibTeX"),
            "ask": self.answers.toggle,
            "ask-own": self._questions.own,
            "stop-asking": lambda: self.answers.stop() or "Nothing is asked about this paper.",
            "search": self.search.open,
            "clear": self._stop_or_clear,
            "types": self._next_type,
            "muted": self._show_muted,
            "order": self._next_order,
            "undo": lambda: self.sitting.undo() or "Nothing was done in this sitting that could be undone.",
            "redo": lambda: self.sitting.redo() or "Nothing was taken back that could be done again.",
            "fetch": self._watch.ask_again,
            "palette": self._questions.anything,
            "help": self._questions.keys,
            "quit": self.leave,
        }

    def attempt(self, deed: Callable[[], object]) -> None:
        """Do something, say what became of it, and show the papers as they are then."""
        try:
            said = deed()
        except NoPaper:
            said = "There is no paper in sight."
        except CoolError as error:
            self._say_wrong(error)
            said = None
        if isinstance(said, str):
            self._status.say(said)
        try:
            self._follow()
        except CoolError as error:
            self.give_up(error)

    def fail(self, error: Exception) -> None:
        """Say what went wrong, and show the papers as they are; what is no CoolError is raised."""

        def failed() -> None:
            raise error

        self.attempt(failed)

    def _say_wrong(self, error: CoolError) -> None:
        """Say what went wrong in a line; of a query without the picture of it."""
        said = error.said if isinstance(error, BadQuery) else error.message
        self._status.say(" ".join(filter(None, (said, error.hint))), wrong=True)

    def _next(self) -> str | None:
        self.sitting.current_row()
        if self.sitting.go_on():
            left = self.sitting.pile.left()
            return f"This is the last one; {left:,} unread before it." if left else "All read. q leaves."
        return None

    def _unread(self, step: int) -> str | None:
        return None if self.sitting.pile.go_to_unread(step) else "There is no other unread paper in sight."

    def open_paper(self, place: str | None = None, row: Row | None = None) -> str | None:
        """Open the paper that the reader is at, or was at when they were asked where, and go on from it."""
        row = row or self.sitting.current_row()
        address, remark = self._deeds.page(row, place)
        self.sitting.opened(paper=row.id)
        if self.sitting.current_row().id == row.id:
            self.sitting.go_on()
        if self._deeds.needs_terminal():
            with self.suspend():
                said = self._deeds.open_here(address, self._write_now)
            return remark or said
        self._in_thread(partial(self._deeds.open, address, self._write), lambda said: remark or said)
        return f"Opening {address}"

    def _have_pdf(self) -> str:
        row = self.sitting.current_row()

        def tell(said: str) -> None:
            if said:
                self.from_thread(self._status.say, f"PDF of {row.id}: {said}")

        def had() -> tuple[bool, str]:
            return self._deeds.view(self._deeds.pdf(row, tell))

        def told(done: tuple[bool, str]) -> str:
            is_open, said = done
            if is_open:
                self.sitting.opened("opened the PDF of", row.id)
            return said

        self._in_thread(had, told)
        return f"Getting the PDF of {row.id}"

    def _copy(self, what: str) -> str:
        row = self.sitting.current_row()
        text = self._deeds.link(row) if what == "link" else self._deeds.bibtex(row)
        self._in_thread(
            partial(self._deeds.copy, text, self._write), lambda how: f"{what[0].upper()}{what[1:]} of {row.id}: {how}."
        )
        return f"Copying the {what} of {row.id}"

    def _write(self, codes: str) -> None:
        """Write codes to the terminal between two paints, from a thread."""
        self.from_thread(self._write_now, codes)

    def _write_now(self, codes: str) -> None:
        if self._driver is not None:
            self._driver.write(codes)

    def _scroll(self, step: int) -> None:
        column = self.answers.page or self._paper
        column.turn(step)

    def _stop_or_clear(self) -> str | None:
        """Ask no more where that is in sight; else let search and type go."""
        if self.answers.page and (said := self.answers.stop()):
            return said
        self.search.close()
        self.sitting.pile.kinds = ()
        self.sitting.pile.arrange()
        return None

    def _next_type(self) -> str:
        pile = self.sitting.pile
        pile.kinds = _KINDS[(_KINDS.index(pile.kinds) + 1) % len(_KINDS)]
        pile.arrange()
        return f"Only {_KIND_WORDS[pile.kinds]}." if pile.kinds else "Papers of all types."

    def _show_muted(self) -> str:
        pile = self.sitting.pile
        if not pile.muted:
            return "Your rules mute nothing here."
        pile.shows_muted = not pile.shows_muted
        pile.arrange()
        return f"{words.number(len(pile.muted), 'muted paper')} {'shown, ✕' if pile.shows_muted else 'out of sight'}."

    def _next_order(self) -> str | None:
        from coolcli.cli import ordering
        from coolcli.settings import ORDERS

        asked = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._order = asked
        order = ordering.chosen(self.sitting.desk, asked)
        self.sitting.order = None if order.name == "arxiv" else order
        self.sitting.reload()
        if order.name != asked:
            return None  # why not was told
        if order.model is not None:
            return f"In your own order, learned of {words.number(order.model.stars, 'star')}."
        return "In arXiv's order." if asked == "arxiv" else "The newest submissions first, day by day."

    # Asking.

    def put_below_paper(self, *widgets: Widget) -> None:
        """Let answers stand in the paper's room; `make_room` tells how much of it they take."""
        self._right.mount(*widgets)

    def make_room(self, *widgets: Widget, is_seen: bool) -> None:
        """Show answers below the paper, or where there is too little room for both in its place; or the paper alone."""
        for widget in widgets:
            widget.display = is_seen
        self._paper.display = not is_seen or self._right.size.height >= BOTH

    # Searching.

    def put_in_place_of_status(self, line: Widget) -> None:
        """Let a line that is typed in stand where the status stood."""
        self.ahead.expect()
        self._status.display = False
        self.mount(line, after=self._status)

    def put_back_status(self, line: Widget) -> None:
        """Take that line away."""
        self.screen.set_focus(None)  # at once: a key may follow before the line is gone
        line.remove()
        self._status.display = True

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        if self.search.is_of(event.input):
            self.search.typed(event.value)

    def show_again(self) -> None:
        """Show the papers as they are."""
        self._follow()

    # What others bring.

    def _begin(self) -> None:
        self._watch.begin()
        for name in ("SIGTERM", "SIGHUP"):
            if sys.platform != "win32":
                self._leave_on(name)

    def _leave_on(self, name: str) -> None:
        number = getattr(signal, name)
        asyncio.get_running_loop().add_signal_handler(number, self.leave, 128 + number)

    # What is drawn.

    def _follow(self) -> None:
        self._papers.say_nothing(self._watch.nothing)
        self._papers.follow()
        self._paper.follow()
        self.answers.follow()
        self._bar.refresh()
        self._status.show_view(self._view())
        if self._storing is None and self.sitting.is_behind:
            self._storing = self.set_timer(_STORED_AFTER, self._store)

    def _store(self) -> None:
        self._storing = None
        try:
            self.sitting.flush()
        except Busy as error:
            self._storing = self.set_timer(_STORED_AGAIN_AFTER, self._store)
            self._say_wrong(error)
        except CoolError as error:
            self.fail(error)

    def _view(self) -> str:
        """Say what is left in sight, where that is not everything."""
        pile = self.sitting.pile
        told = [f"{'search' if self.search.filters else 'highlighted'}: {self.search.text}"] if self.search.text else []
        told += [f"only {_KIND_WORDS[pile.kinds]}"] if pile.kinds else []
        told += [words.number(self.search.found if self.search.text else len(pile.shown), "paper")] if told else []
        return " · ".join(told) + (f"  ({self.first_key('clear')}: all)" if told else "")

    def first_key(self, name: str) -> str:
        """Write the first key of an action."""
        from coolcli.tui.bars import shown

        return shown(next(iter(self.keys[name]), "")) or "the command palette"

    def say(self, said: str) -> None:
        """Say something that was not done by a key."""
        self._status.say(said)

    def show_surroundings(self) -> None:
        """Show how the listing stands, what is waited for, how far the reader is."""
        self._bar.state = self._watch.problem
        self._bar.refresh()
        self._status.show_wait(self._watch.words)
        self._papers.say_nothing(self._watch.nothing)

    def _in_thread(self, work: Callable[[], Result], then: Callable[[Result], str]) -> None:
        """Do what may take a while, and say what became of it. A thread that hangs keeps nobody from leaving."""

        def run() -> None:
            try:
                done = work()
            except Exception as error:  # what is no CoolError is a bug, which is not lost in a thread
                self.from_thread(self.fail, error)
            else:
                self.from_thread(self.attempt, partial(then, done))

        threading.Thread(target=run, daemon=True).start()

    def from_thread(self, deed: Callable[..., object], *arguments: object) -> None:
        """Have something done between two messages, unless the reader has left."""
        with suppress(RuntimeError):  # the loop is closed
            self.call_later(deed, *arguments)


class _Nowhere(Progress):
    """Nothing is drawn into a line of the terminal while a screen is open."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
