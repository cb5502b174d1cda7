"""What asks the reader for something: one of several things, a text, or what a key does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from coolcli.triage.actions import ACTIONS
from coolcli.tui.bars import shown

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from coolcli.tui.app import Triage


class Choice(NamedTuple):
    """Something that can be chosen."""

    label: str
    value: str


Choices = Callable[[str], Iterable[Choice]]
"""Gives what can be chosen when a text was typed, the likeliest first."""


Hears = Callable[[Key], bool]
"""Does what a key means besides letters, and tells whether it means anything."""


class Heard:
    """What is typed into, from the moment it is there, and with what was typed before that.

    Keys that end it are heard in the order in which they come, before the letters behind them are typed.
    """

    _hears: Hears

    def on_mount(self) -> None:
        """Take what was typed ahead."""
        line = cast("Line | Pad", self)
        line.screen.set_focus(line)  # at once: `focus` would do so later, when it may be gone
        line.begin()
        cast("Triage", line.app).ahead.give(line)

    def on_key(self, event: Key) -> None:
        """Let a key be heard first."""
        if self._hears(event):
            event.stop()
            event.prevent_default()

    def take(self, event: Key) -> None:
        """Take a key that came another way: a letter, Backspace, or one that is heard."""
        line = cast("Line | Pad", self)
        if self._hears(event):
            return
        if event.is_printable and event.character:
            line.put(event.character)
        elif event.key == "backspace":
            line.action_delete_left()


class Line(Heard, Input):
    """A line to type in."""

    def __init__(self, hears: Hears, value: str = "", *, placeholder: str = "") -> None:
        """Take who hears the keys."""
        super().__init__(value, placeholder=placeholder, select_on_focus=False, compact=True)
        self._hears = hears

    def begin(self) -> None:
        """Let what is there already be replaced by what was typed ahead, or by the first letter."""
        self.select_all()

    def put(self, letter: str) -> None:
        """Write a letter where the cursor is, in place of what is selected."""
        self.replace(letter, *sorted(self.selection))


class Pad(Heard, TextArea):
    """Some lines to write in."""

    def __init__(self, hears: Hears, text: str) -> None:
        """Take who hears the keys, and what is there already."""
        super().__init__(text, compact=True, tab_behavior="focus")
        self._hears = hears

    def begin(self) -> None:
        """Go behind what is there."""
        self.move_cursor(self.document.end)

    def put(self, letter: str) -> None:
        """Write a letter where the cursor is."""
        self.insert(letter)


class Dialog(ModalScreen[str | None]):
    """Gives a value, or None, and that once; what is typed behind that is for what follows."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]
    _is_over = False

    def on_key(self, event: Key) -> None:
        """Hold what comes before there is a line to type in."""
        cast("Triage", self.app).ahead.hold(event)

    def hear(self, event: Key) -> bool:
        """Do what a key means besides letters; hold what comes behind the end."""
        if self._is_over:
            return cast("Triage", self.app).ahead.hold(event)
        meaning = self.meanings.get(event.key)
        if meaning is not None:
            meaning()
        return meaning is not None

    @property
    def meanings(self) -> Mapping[str, Callable[[], object]]:
        """Give what keys mean here."""
        return {"escape": self.action_leave}

    def action_leave(self) -> None:
        """Give nothing."""
        self._end(None)

    def _end(self, value: str | None) -> None:
        if not self._is_over and self.app.screen is self:
            self._is_over = True
            cast("Triage", self.app).ahead.expect()
            self.dismiss(value)


class Choose(Dialog):
    """Lets the reader choose one of several things, fewer with each letter typed. Gives its value, or None."""

    def __init__(self, title: str, choices: Choices, *, hint: str = "", at: str = "") -> None:
        """Take what is asked, what can be answered, and the value that is highlighted first."""
        super().__init__()
        self._title = title
        self._choices = choices
        self._at = at
        self._line = Line(self.hear, placeholder=hint)
        self._options = OptionList(compact=True)
        self._typed: str | None = None
        """What the choices were made for."""
        self._offered: list[Choice] = []

    def compose(self) -> ComposeResult:
        """Put the line to type in above what there is."""
        with Vertical(classes="dialog"):
            yield Static(Text(self._title, "bold"))
            yield self._line
            yield self._options

    def on_mount(self) -> None:
        """Offer what fits; where nothing is typed yet, everything."""
        if self._is_over:  # by keys that were typed ahead
            return
        self._offer()
        values = [each.value for each in self._offered]
        if not self._typed and self._at in values:
            self._options.highlighted = values.index(self._at)

    def on_input_changed(self) -> None:
        """Offer what fits."""
        if not self._is_over:
            self._offer()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked on."""
        self._end(self._offered[event.option_index].value)

    @property
    def meanings(self) -> Mapping[str, Callable[[], object]]:
        """Give what keys mean here."""
        options = self._options
        return {
            "escape": self.action_leave,
            "enter": self._take,
            "down": options.action_cursor_down,
            "up": options.action_cursor_up,
            "pagedown": partial(self._turn, options.action_page_down),
            "pageup": partial(self._turn, options.action_page_up),
        }

    def _turn(self, page: Callable[[], None]) -> None:
        """Go a page on, where what there is to choose has been laid out: Textual knows no pages before."""
        if self._options.scrollable_content_region:
            page()

    def _take(self) -> None:
        """Take what is highlighted, of what fits all that was typed."""
        self._offer()
        at = self._options.highlighted
        if at is not None and at < len(self._offered):
            self._end(self._offered[at].value)

    def _offer(self) -> None:
        typed = self._line.value.strip()
        if typed == self._typed:
            return
        self._typed = typed
        self._offered = list(self._choices(typed))
        self._options.clear_options()
        self._options.add_options([Option(Text(each.label), disabled=not each.value) for each in self._offered])
        self._options.action_first()


class Write(Dialog):
    """Lets the reader write a text of several lines. Gives it, or None where it is to stay as it was."""

    def __init__(self, title: str, text: str) -> None:
        """Take what it is for, and what is there already."""
        super().__init__()
        self._title = title
        self._pad = Pad(self.hear, text)

    def compose(self) -> ComposeResult:
        """Put how to leave it between what it is for and the text."""
        with Vertical(classes="dialog"):
            yield Static(Text(self._title, "bold", no_wrap=True, overflow="ellipsis"))
            yield Static(Text("⏎ keeps it · ^j a new line · ^x leaves it as it was", "dim"))
            yield self._pad

    @property
    def written(self) -> str:
        """Give what is written so far."""
        return self._pad.text

    @property
    def meanings(self) -> Mapping[str, Callable[[], object]]:
        """Give what keys mean here."""
        new_line = partial(self._pad.insert, "\n")
        return {
            **dict.fromkeys(("enter", "escape", "ctrl+s"), self._keep),
            **dict.fromkeys(("ctrl+j", "alt+enter", "shift+enter"), new_line),
            "ctrl+x": self.action_leave,
        }

    def _keep(self) -> None:
        self._end(self.written)


def keys_fitting(keys: Mapping[str, Sequence[str]], place: str) -> Choices:
    """Give the help: every action with its keys, group by group; or of those that fit what was typed, each."""

    def fitting(typed: str) -> Iterable[Choice]:
        parts = typed.casefold().split()
        group = ""
        for name, action in ACTIONS.items():
            about = action.about.format(place=place)
            of = " ".join(map(shown, keys[name]))
            if typed in keys[name] or all(part in f"{name} {about} {action.group}".casefold() for part in parts):
                if not parts and action.group != group:
                    group = action.group
                    yield Choice(f"── {group}", "")
                yield Choice(f"{of or '(no key)':<12} {about}", name)

    return fitting
