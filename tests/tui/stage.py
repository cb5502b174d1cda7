"""The triage screen without a terminal: a reader who presses keys and looks, and what the store says afterwards.

async with stage.open() as reader:
    await reader.press("s")
    assert "★" in reader.line_of(STARTED)
assert stage.marks("starred") == {STARTED}
"""

from __future__ import annotations

import shutil
import time
import unicodedata
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import typer
from rich.cells import cell_len
from textual import events
from textual._context import visible_screen_stack
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.widget import Widget

from coolcli import config
from coolcli.arxiv.categories import parse
from coolcli.cli.app import load
from coolcli.cli.desk import Desk
from coolcli.cli.triaging.deeds import Deeds
from coolcli.cli.triaging.fetching import Fetching
from coolcli.cli.triaging.scope import Scope, Source
from coolcli.cli.triaging.sitting import Sitting
from coolcli.render.screen import Progress
from coolcli.store import events as store_events
from coolcli.store import select
from coolcli.store.database import Database
from coolcli.tui.answers import Head, Page
from coolcli.tui.app import Triage
from coolcli.tui.bars import Bar, Keys, Status
from coolcli.tui.paper import PaperView
from coolcli.tui.papers import Papers
from tests.builders import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.strip import Strip

    from coolcli.models import Change, Row

Part = TypeVar("Part", bound=Widget)
LIMIT = 30.0
"""Seconds after which something that should long have come is taken to hang."""
STEP = timedelta(seconds=6)


class Clock:
    """A clock that goes on by six seconds whenever it is looked at."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += STEP
        return self.now


class Reader:
    """Somebody at the open screen."""

    def __init__(self, app: Triage, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.sitting = app.sitting

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when what the one before did is done."""
        for key in keys:
            self.strike(key)
            await self.settle()

    async def write(self, text: str) -> None:
        await self.press(*text)

    def strike(self, key: str) -> None:
        """Press a key and wait for nothing."""
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        try:
            character: str | None = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
        except KeyError:
            character = key if len(key) == 1 else None
        self.app.post_message(events.Key(name, character))

    async def settle(self) -> None:
        """Wait until everything that was sent to anything has been dealt with, and what came of that too."""
        for _ in range(3):
            await self.pilot.pause(0)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what a timer, a thread or a program brings."""
        deadline = time.monotonic() + LIMIT
        while not is_so():
            assert self.app._exception is None, "the screen broke down"
            assert time.monotonic() < deadline, "\n".join(self.lines)
            await self.pilot.pause(0.01)

    async def says(self, words: str) -> None:
        """Wait until the screen says something."""
        await self.until(lambda: words in "\n".join(self.lines))

    async def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; Textual's own way waits besides until the processors have nothing to do."""
        size = Size(columns, rows)
        driver = self.app._driver
        assert isinstance(driver, HeadlessDriver)
        driver._size = size
        self.app.post_message(events.Resize(size, size))
        await self.settle()
        # A timer hands another size on a moment later; a screen that was left has none any more.
        await self.until(lambda: self.app._resize_timer is None or not self.app.is_running)
        await self.settle()

    @property
    def strips(self) -> list[Strip]:
        """What is drawn, from the top to the bottom, dialogs above what they cover."""
        screens = self.app._background_screens
        visible_screen_stack.set(screens)
        return self.app.screen._compositor.render_strips(self.app.size)

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.strips]

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def bar(self) -> str:
        return self._line(self._one(Bar))

    @property
    def status(self) -> str:
        return self._line(self._one(Status))

    @property
    def footer(self) -> str:
        return self._line(self._one(Keys))

    @property
    def listed(self) -> list[str]:
        """The lines of the list as they are in sight."""
        return self._part(self._one(Papers))

    @property
    def paper(self) -> str:
        """What is in sight of the paper."""
        return "\n".join(line.rstrip() for line in self._part(self._one(PaperView)))

    @property
    def answers(self) -> str:
        """What is in sight of the answers, with the line above them; nothing where there are none."""
        parts = [part for kind in (Head, Page) for part in self.app.screen_stack[0].query(kind) if part.display]
        return "\n".join(line.rstrip() for part in parts for line in self._part(part))

    @property
    def current(self) -> str | None:
        """The paper that the screen is at; the list, the paper and the bar have to agree."""
        current = self.sitting.pile.current
        if current is None:
            assert "No paper" in self.bar
            assert not any("›" in line for line in self.listed)
            return None
        assert sum(line.startswith("›") for line in self.listed) == 1, self.listed
        assert f"arXiv:{current.id}" in self.paper or self.paper_offset > 0
        return current.id

    @property
    def paper_offset(self) -> int:
        return self._one(PaperView).top

    @property
    def has_dialog(self) -> bool:
        return len(self.app.screen_stack) > 1

    async def go_to(self, paper_id: str) -> None:
        """Be at a paper, as a click would do it; nothing becomes read on the way."""
        assert self.sitting.pile.go_to_paper(paper_id), paper_id
        self.app.show_again()
        await self.settle()

    def line_of(self, title: str) -> str:
        (found,) = [line for line in self.listed if title in line]
        return found

    def place_of(self, text: str) -> tuple[int, int]:
        """The column and line at which a text begins on the screen."""
        for y, line in enumerate(self.lines):
            if text in line:
                return cell_len(line[: line.index(text)]), y
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    async def click(self, text: str) -> None:
        """Click on a text where it stands on the screen."""
        await self.pilot.click(offset=self.place_of(text))
        await self.settle()

    def _one(self, kind: type[Part]) -> Part:
        return self.app.screen_stack[0].query_one(kind)

    def _line(self, widget: Widget) -> str:
        return "".join(self._part(widget)).rstrip()

    def _part(self, widget: Widget) -> list[str]:
        region = widget.region
        strips = self.strips[region.y : region.bottom]
        return [strip.crop(region.x, region.right).text for strip in strips]


class Stage:
    """A home with papers, and sittings in it one after the other."""

    def __init__(self, furnished: Path) -> None:
        self._furnished = furnished
        self.begin_again()

    def begin_again(self) -> None:
        """Let nothing have been done, and the clock be where it was."""
        self.clock = Clock()
        file = config.paths().database
        file.parent.mkdir(parents=True, exist_ok=True)
        for each in file.parent.glob(f"{file.name}*"):
            each.unlink()
        shutil.copy(self._furnished, file)

    @asynccontextmanager
    async def open(
        self,
        size: tuple[int, int] = (120, 36),
        *,
        colours: str = "auto",
        keys: Mapping[str, Sequence[str]] | None = None,
        marks_read: bool | None = None,
        categories: Sequence[str] = ("cs.LG",),
    ) -> AsyncIterator[Reader]:
        """Begin a sitting as the verb does; with the end of the block it is left, where it was not before."""
        with typer.Context(load("triage")) as context:
            desk = Desk(context)
            desk.clock = self.clock
            desk.hold_notices()
            source = Source(desk, Scope(parse(list(categories))))
            marks = desk.settings.triage_mark_read if marks_read is None else marks_read
            sitting = Sitting(desk, source, marks_read=marks and not desk.database.read_only)
            fetching = Fetching(desk, source.followed)
            chosen = config.keys(desk.paths.settings) if keys is None else keys
            app = Triage(sitting, Deeds(desk), fetching, chosen, colours=colours)
            async with app.run_test(size=size) as pilot:
                reader = Reader(app, pilot)
                await reader.settle()
                yield reader
                if app.is_running:
                    app.leave()
            desk.divert(None, Progress())

    def rows(self) -> dict[str, Row]:
        """Every paper with its marks, as another process sees them."""
        database = Database(config.paths().database)
        try:
            with database.read() as connection:
                known = [row[0] for row in connection.execute("SELECT id FROM papers")]
                return select.by_ids(connection, known)
        finally:
            database.close()

    def marks(self, field: str) -> set[str]:
        """The papers that bear a mark, as another process sees them."""
        return {subject for subject, name, _ in self.all_marks() if name == field}

    def all_marks(self) -> set[tuple[str, str, str]]:
        database = Database(config.paths().database)
        try:
            with database.read() as connection:
                return {tuple(row) for row in connection.execute("SELECT subject, field, value FROM marks")}
        finally:
            database.close()

    def changes(self) -> list[Change]:
        """What `cool undo` would take back, newest first."""
        database = Database(config.paths().database)
        try:
            with database.read() as connection:
                return store_events.changes(connection, 100)
        finally:
            database.close()
