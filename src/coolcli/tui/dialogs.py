"""What asks the reader for something: one of several things, a text, or what a key does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from coolcli.triage.actions import ACTIONS
from coolcli.tui.bars import shown

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from coolcli.tui.app import Triage


class Choice(NamedTuple):
    """Something that can be chosen."""

    label: str
    value: str


Choices = Callable[[str], Iterable[Choice]]
"""Gives what can be chosen when a text was typed, the likeliest first."""


class Line(Input):
    """A line to type in, from the moment it is there, and with what was typed before that."""

    def on_mount(self) -> None:
        """Take what was typed ahead."""
        self.focus()
        cast("Triage", self.app).ahead.give(self)


class Dialog(ModalScreen[str | None]):
    """Gives a value, or None, and that once: a second Enter may come before it is gone."""

    def on_key(self, event: events.Key) -> None:
        """Hold what comes before there is a line to type in."""
        cast("Triage", self.app).ahead.hold(event)

    def _end(self, value: str | None) -> None:
        if self.is_current:
            self.dismiss(value)


class Choose(Dialog):
    """Lets the reader choose one of several things, fewer with each letter typed. Gives its value, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
        Binding("pagedown", "page(1)", "A page down"),
        Binding("pageup", "page(-1)", "A page up"),
    ]

    def __init__(self, title: str, choices: Choices, *, hint: str = "", at: str = "") -> None:
        """Take what is asked, what can be answered, and the value that is highlighted first."""
        super().__init__()
        self._title = title
        self._choices = choices
        self._hint = hint
        self._at = at
        self._offered: list[Choice] = []

    def compose(self) -> ComposeResult:
        """Put the line to type in above what there is."""
        with Vertical(classes="dialog"):
            yield Static(Text(self._title, "bold"))
            yield Line(placeholder=self._hint, compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Offer everything."""
        self._offer("")
        values = [each.value for each in self._offered]
        if self._at in values:
            self.query_one(OptionList).highlighted = values.index(self._at)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits."""
        self._offer(event.value)

    def on_input_submitted(self) -> None:
        """Take what is highlighted."""
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._offered):
            self._end(self._offered[at].value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked on."""
        self._end(self._offered[event.option_index].value)

    def action_leave(self) -> None:
        """Choose nothing."""
        self._end(None)

    def action_move(self, step: int) -> None:
        """Highlight another one."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if step > 0 else options.action_cursor_up)()

    def action_page(self, step: int) -> None:
        """Go on by a page, or back."""
        options = self.query_one(OptionList)
        (options.action_page_down if step > 0 else options.action_page_up)()  # type: ignore[no-untyped-call]

    def _offer(self, typed: str) -> None:
        self._offered = list(self._choices(typed.strip()))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(Text(each.label), disabled=not each.value) for each in self._offered])
        options.action_first()


class Write(Dialog):
    """Lets the reader write a text of several lines. Gives it, or None where it is to stay as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,ctrl+s", "keep", "Keep", priority=True),
        Binding("ctrl+j,alt+enter,shift+enter", "new_line", "A new line", priority=True),
        Binding("ctrl+x", "leave", "Leave it as it was", priority=True),
    ]

    def __init__(self, title: str, text: str) -> None:
        """Take what it is for, and what is there already."""
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Put the text between what it is for and how to leave it."""
        with Vertical(classes="dialog"):
            yield Static(Text(self._title, "bold", no_wrap=True, overflow="ellipsis"))
            yield Static(Text("⏎ keeps it · ^j a new line · ^x leaves it as it was", "dim"))
            yield TextArea(self._text, compact=True, tab_behavior="focus")

    def on_mount(self) -> None:
        """Begin behind what is there."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()
        cast("Triage", self.app).ahead.give(area)

    @property
    def written(self) -> str:
        """Give what is written so far."""
        return self.query_one(TextArea).text

    def action_keep(self) -> None:
        """Keep what is written."""
        self._end(self.written)

    def action_new_line(self) -> None:
        """Begin a new line."""
        self.query_one(TextArea).insert("\n")

    def action_leave(self) -> None:
        """Leave it as it was."""
        self._end(None)


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
