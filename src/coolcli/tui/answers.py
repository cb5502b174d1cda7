"""What the reader's model says about the paper that the reader is at, in a pane of its own: it grows while they go on.

    a key -> coolcli.cli.triaging.questions, in a thread -> Asked, which grows -> a look at it, twelve a second at most

An answer is set block by block, and no longer than a key may wait: of a long one the rest follows between keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.geometry import Region
from textual.widget import Widget

from coolcli.arxiv.text import clean
from coolcli.errors import CoolError, NotSetUp
from coolcli.tui.column import Column
from coolcli.tui.steady import steady

if TYPE_CHECKING:
    from textual import events

    from coolcli.cli.triaging.questions import Asked, Reply
    from coolcli.models import Row
    from coolcli.tui.app import Triage

_WIDEST = 100
"""Running text wider than this is hard to read."""
_AT_ONCE = 0.006
"""Seconds for which answers are set before keys are heard again."""
_DRAWN_EVERY = 0.08
"""Seconds between two looks at what came."""
_HELD = 8
"""Papers whose answers are held as they were set, with where the reader was in them."""
_RULE = Style(color="blue")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s")
_ITEM_BEGINS = 4
"""Characters of a line that tell whether it is an item of a list: `10. `."""


class Answers:
    """The pane, and what is asked for it. It is open or not; what it shows is of the paper that the reader is at."""

    def __init__(self, app: Triage) -> None:
        """Begin without one: most sittings ask nothing."""
        self._app = app
        self._made: _Pane | None = None
        self._is_open = False
        self._is_awaited = False
        """Whether a look at what came is on its way."""
        self.before: list[str] = []
        """The reader's own questions of this sitting, the last one first: the same is asked of many papers."""

    @property
    def words(self) -> str:
        """Say what is asked; nothing where nothing is."""
        return self._made.asking.words if self._made else ""

    @property
    def page(self) -> Page | None:
        """Give the answers that are in sight; None where there are none."""
        return self._made.page if self._made is not None and self._made.page.asked is not None else None

    def toggle(self) -> None:
        """Open the answers about the paper and ask for those that are not here; or give their room back."""
        row = self._app.sitting.current_row()
        self._is_open = self.page is None
        if self._is_open:
            self._pane.asking.six(row)

    def own(self, question: str, row: Row) -> None:
        """Ask a question of the reader's own, and show what comes of it."""
        self.before = [question, *(each for each in self.before if each != question)]
        self._is_open = True
        self._pane.page.stay_at(question)
        self._pane.asking.own(row, question)

    def stop(self) -> str | None:
        """Ask no more about the paper, and say so; None where nothing was asked."""
        asked = self._asked()
        if self._made is None or asked is None or not self._made.asking.stop(asked):
            return None
        return f"Nothing more is asked about {asked.paper}; what came is kept."

    def leave(self) -> None:
        """Ask nothing more, and see that what came is stored."""
        if self._made is not None:
            self._made.asking.end()

    def follow(self) -> None:
        """Show what there is about the paper that the reader is at. Raises DataError."""
        if self._made is None:
            return
        self._made.page.show(self._asked() if self._is_open else None)
        self._made.head.show(self._made.page.asked)
        self._app.make_room(self._made.head, self._made.page, is_seen=self.page is not None)

    def _asked(self) -> Asked | None:
        current = self._app.sitting.pile.current
        if self._made is None or current is None:
            return None
        return self._made.asking.about(self._app.sitting.row(current.id))

    @property
    def _pane(self) -> _Pane:
        if self._made is None:
            self._made = _Pane(self._app, self._came)
        return self._made

    def _came(self) -> None:
        """Have a look taken at what came; in the thread that asks."""
        if not self._is_awaited:
            self._is_awaited = True
            self._app.from_thread(lambda: self._app.set_timer(_DRAWN_EVERY, self._look))

    def _look(self) -> None:
        self._is_awaited = False
        try:
            self._pane.asking.go_on()
            self.follow()
        except CoolError as error:
            self._app.give_up(error)
        self._app.show_surroundings()


class _Pane:
    """What is made when the first question is asked."""

    def __init__(self, app: Triage, came: Callable[[], object]) -> None:
        from coolcli.cli.triaging.questions import Asking

        self.asking = Asking(app.sitting.desk, came)
        self.head, self.page = Head(app.first_key("ask")), Page()
        app.put_below_paper(self.head, self.page)


class Head(Widget, can_focus=False):
    """Which paper the answers are about, and what is waited for."""

    def __init__(self, key: str) -> None:
        """Take the key that closes the pane."""
        super().__init__()
        self._key = key
        self._name, self._status, self._is_wanted = "", "", False

    def show(self, asked: Asked | None) -> None:
        """Say how it stands with some answers."""
        now = (asked.name, asked.status, asked.is_wanted) if asked else ("", "", False)
        if now != (self._name, self._status, self._is_wanted):
            self._name, self._status, self._is_wanted = now
            self.refresh()

    def render(self) -> Text:
        """Set the line; the keys where there is room for them."""
        keys = f" {'esc stops · ' if self._is_wanted else ''}{self._key} closes "
        text = Text(no_wrap=True, overflow="ellipsis").append("─ ", _RULE).append(f"Answers about {self._name}", "bold")
        text.append(f"  {steady(self._status)}" if self._status else "", "cyan").append(" ")
        room = self.size.width - cell_len(text.plain)
        keys = keys if cell_len(keys) < room else ""
        return text.append("─" * (room - cell_len(keys)), _RULE).append(keys, "dim")


class Page(Column, can_focus=False):
    """The answers about one paper, one below the other."""

    def __init__(self) -> None:
        """Show none."""
        super().__init__()
        self.asked: Asked | None = None
        self._held: dict[Asked, _Answered] = {}
        self._lines: list[Text] = []
        self._stays_at: str | None = None
        self._goes_on = False
        """Whether more is set as soon as the keys before are heard."""

    @property
    def count(self) -> int:
        """Give how many lines are set."""
        return len(self._lines)

    def line(self, number: int, width: int) -> Text:
        """Give a line of an answer."""
        return Text(" ").append_text(self._lines[number])

    def show(self, asked: Asked | None) -> None:
        """Show what there is by now of some answers, where the reader was in them; None for none."""
        if asked is not self.asked:
            if self.asked in self._held:
                self._held[self.asked].top = self.top
            self.asked = asked
            self._lines, self.top = [], self._now.top if asked else 0
            self.refresh()
        self._set()

    def stay_at(self, question: str) -> None:
        """Keep the answer to a question in sight while it comes, until the reader scrolls."""
        self._stays_at = clean(question)

    def turn(self, step: int) -> None:
        """Scroll by most of what is in sight, down (1) or up (-1)."""
        self._stays_at = None
        self.scroll_lines_to(self.top + step * max(1, self.size.height - 2))

    def on_resize(self) -> None:
        """Set all of it anew where the width is another."""
        cast("Triage", self.app).answers.follow()

    def on_click(self, event: events.Click) -> None:
        """Scroll to where the bar is clicked on."""
        self.clicked_bar(event)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Stay where the reader scrolls to."""
        self._stays_at = None

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Stay where the reader scrolls to."""
        self._stays_at = None

    @property
    def _now(self) -> _Answered:
        """Give the answers as they are set; those that were not looked at for long are let go."""
        assert self.asked is not None  # noqa: S101 -- nothing is set of none
        found = self._held.pop(self.asked, None) or _Answered(self.asked, self.wrapped)
        self._held[self.asked] = found
        for old in list(self._held)[:-_HELD]:
            del self._held[old]
        return found

    def _set(self) -> None:
        """Set as much as there is time for, and draw what changed by that."""
        width = min(_WIDEST, self.size.width - 3)
        if self.asked is None or width < 1:
            return
        now = self._now
        is_done = now.go_on(max(10, width), perf_counter() + _AT_ONCE)
        self._draw(list(now.lines()))
        if self._stays_at is not None and (place := now.place_of(self._stays_at)) is not None:
            self.scroll_lines_to(place)
        if not is_done and not self._goes_on:
            self._goes_on = True
            self.call_later(self._set_more)

    def _set_more(self) -> None:
        self._goes_on = False
        self._set()

    def _draw(self, lines: list[Text]) -> None:
        before, self._lines = self._lines, lines
        same = next((n for n, (old, new) in enumerate(zip(before, lines, strict=False)) if old != new), None)
        first = min(len(before), len(lines)) if same is None else same
        if first == len(before) == len(lines):
            return
        width, height = self.size
        top = max(0, min(self.top, len(lines) - height)) if len(lines) < len(before) else self.top
        if top != self.top:
            self.top = top
            self.refresh()
            return
        y = max(0, first - self.top)
        self.refresh(Region(0, y, width, max(0, height - y)), Region(width - 1, 0, 1, height))


Wrap = Callable[[Text, int], Iterator[Text]]
"""Breaks a text into lines of a width."""


class _Answered:
    """The answers about a paper as lines, as far as they are set."""

    def __init__(self, asked: Asked, wrap: Wrap) -> None:
        self.top = 0
        self._asked = asked
        self._wrap = wrap
        self._width = 0
        self._set: dict[Reply, _Set] = {}

    def go_on(self, width: int, until: float) -> bool:
        """Set what is not set yet, or not of this width, up to a moment; tell whether that is all."""
        replies = self._asked.replies
        before = self._set if width == self._width else {}
        self._width = width
        self._set = {reply: before.get(reply) or _Set(reply, width, self._wrap) for reply in replies}
        for each in self._set.values():
            while each.go_on():
                if perf_counter() > until:
                    return False
        return True

    def lines(self) -> Iterator[Text]:
        """Give the lines that are set, each answer under its question, and what went wrong below them."""
        for each in self._set.values():
            yield from each.lines()
            yield Text()
            if not each.is_set:
                return
        if not self._set and self._asked.is_wanted:
            yield from self._wrap(Text(steady(self._asked.status), "dim"), self._width)
        if (error := self._asked.problem) is not None:
            third = error.instead if isinstance(error, NotSetUp) else ""
            for said, style in ((error.message, "bold red"), (error.hint, ""), (third, "")):
                yield from self._wrap(Text(steady(clean(said)), style), self._width) if said else ()

    def place_of(self, question: str) -> int | None:
        """Give the line at which a question stands; None where it is not asked yet."""
        place = 0
        for each in self._set.values():
            if each.reply.question == question:
                return place
            place += len(list(each.lines())) + 1
        return None


class _Set:
    """A reply as lines of a width: its blocks one after the other, the last one again as long as it grows."""

    def __init__(self, reply: Reply, width: int, wrap: Wrap) -> None:
        self.reply = reply
        self._width = width
        self._wrap = wrap
        self._blocks: list[list[Text]] = []
        """Those that grow no more."""
        self._last: list[Text] = []
        self._done = 0
        """Characters of the blocks that grow no more."""
        self._seen = 0
        """Characters that there were when the last block was set."""

    @property
    def is_set(self) -> bool:
        """Tell whether all that is here is set."""
        return self._seen == len(self.reply.text)

    def go_on(self) -> bool:
        """Set the next block, and tell whether there was one."""
        text = self.reply.text
        if self._seen == len(text):
            return False
        end = end_of_block(text, self._done)
        lines = _lines(text[self._done : end], self._width)
        if end is None:
            self._last, self._seen = lines, len(text)
        else:
            self._blocks, self._last, self._done = [*self._blocks, lines], [], end
        return True

    def lines(self) -> Iterator[Text]:
        """Give what is set, under the question."""
        yield from self._question
        for block in (*self._blocks, self._last):
            if block:
                yield Text()
                yield from block
        if self.reply.remark and self.is_set:
            yield Text()
            yield from self._wrap(Text(self.reply.remark, "yellow"), self._width)

    @cached_property
    def _question(self) -> list[Text]:
        rests_on = Text(steady(clean(self.reply.rests_on)), "dim")
        above = [*self._wrap(rests_on, self._width), Text()] if rests_on else []
        return [*above, *self._wrap(Text(steady(clean(self.reply.title)), "bold cyan"), self._width)]


def end_of_block(text: str, begin: int) -> int | None:
    """Give where a Markdown text goes on behind the block that begins at a place; None where that may still grow.

    Blocks are what blank lines part: not within a fence of code, and not the items of a list.
    """
    fence, is_list, was_blank = "", bool(_ITEM.match(text, begin)), False
    at = begin
    for line in text[begin:].splitlines(keepends=True):
        is_blank = not line.strip()
        is_whole = len(line) >= _ITEM_BEGINS or line.endswith("\n")
        if was_blank and not fence and not line[0].isspace() and is_whole and not (is_list and _ITEM.match(line)):
            return at
        if found := _FENCE.match(line):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
        was_blank = is_blank and at > begin
        at += len(line)
    return None


def _lines(markdown: str, width: int) -> list[Text]:
    """Set a block, without the grounds that are of one theme."""
    from coolcli.render import answers

    if not markdown.strip():
        return []
    lines = answers.lines(steady(markdown), width)
    for line in lines:
        line.rstrip()
        line.spans = [span._replace(style=_groundless(span.style)) for span in line.spans]
    is_there = [bool(line) for line in lines]
    return lines[is_there.index(True) : len(lines) - is_there[::-1].index(True)] if any(is_there) else []


def _groundless(style: Style | str) -> Style | str:
    return style if isinstance(style, str) or style.bgcolor is None else Style(color=style.color, bold=style.bold)
