"""What a verb works with: settings, the clock, the store, arXiv, the session, the screen. Each is made when needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime, timedelta
from functools import cached_property
from importlib import import_module
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from coolcli import config, session
from coolcli.cli.app import Flags, flags_of
from coolcli.models import Event, Paper, Row
from coolcli.settings import Settings
from coolcli.store import backlog, events, select
from coolcli.store.database import Database
from coolcli.store.file_systems import is_empty

if TYPE_CHECKING:
    from coolcli.announcements import Announcements
    from coolcli.arxiv.service import Arxiv
    from coolcli.catchup import CatchUp
    from coolcli.render.screen import Paged, Progress, Screen
    from coolcli.session import Shown


class Desk:
    """One run of the program."""

    def __init__(self, ctx: Any, *, pager: bool = True) -> None:
        """Take the flags of the command line."""
        self._begin(flags_of(ctx), pager=pager)
        ctx.find_root().call_on_close(self._open.close)

    def _begin(self, flags: Flags, *, pager: bool) -> None:
        self.flags = flags
        self._pager = pager
        self._held: list[str] | None = None
        self._teller: Callable[[str], object] | None = None
        self._open = ExitStack()

    @cached_property
    def now(self) -> datetime:
        """Give the moment of this run in UTC, fixed by `COOL_NOW` where that is set."""
        return config.now()

    @cached_property
    def paths(self) -> config.Paths:
        """Give the places of this run; a demonstration has a home of its own."""
        places = config.paths()
        if not self.flags.demo:
            return places
        from coolcli.demo import home

        self.say("A demonstration: every paper is invented, and nothing leaves this machine.")
        return home.prepare(places.cache, self.now)

    @cached_property
    def settings(self) -> Settings:
        """Give the settings as the reader has them."""
        return self._configured[0]

    @cached_property
    def origins(self) -> dict[str, config.Origin]:
        """Give where each setting came from."""
        return self._configured[1]

    @cached_property
    def served(self) -> Settings:
        """Give the settings with the addresses that are asked: in a demonstration those of its server, which runs."""
        if not self.flags.demo:
            return self.settings
        from coolcli.demo import home

        return self._open.enter_context(home.served(self.settings, self.now))

    @property
    def site_interval(self) -> float:
        """Give the seconds between two pages of arXiv's site in work that asks for many; a demonstration has none."""
        return 0.0 if self.flags.demo else config.site_interval(self.settings, self.origins)

    @cached_property
    def _configured(self) -> tuple[Settings, dict[str, config.Origin]]:
        return config.load(self.paths.settings)

    @cached_property
    def database(self) -> Database:
        """Open the store; what was begun in a demonstration is made ready there."""
        file = self.paths.database
        emptied = is_empty(file)
        database = Database(file, tell=self.tell_wait)
        self._open.callback(database.close)
        backlog.define(database, self.settings.backlog)
        if emptied:
            self.say(f"{file} was empty and is begun anew. If there were stars in it, put a copy in its place.")
        if self.flags.demo:
            from coolcli.demo import home

            home.furnish(database, self.now)
        return database

    @cached_property
    def session(self) -> session.Session:
        """Give the terminal session that row numbers belong to."""
        return session.here(self.paths.sessions, self.now)

    @property
    def offline(self) -> bool:
        """Tell whether nothing may be asked of the network."""
        return self.flags.offline or os.environ.get("COOL_OFFLINE", "").lower() not in ("", "0", "false", "no")

    @cached_property
    def arxiv(self) -> Arxiv:
        """Give arXiv, or in a demonstration the server that stands for it."""
        from coolcli.arxiv.client import Client, Manners
        from coolcli.arxiv.service import Arxiv

        settings = self.served
        manners = Manners(
            settings.arxiv_interval,
            settings.network_budget,
            settings.network_max_mb * 1_000_000,
            settings.arxiv_contact,
            self.site_interval,
        )
        trace = self.say if self.flags.verbose else None
        client = Client(
            manners, self.paths.cache, now=self.clock, tell=self.progress.say, trace=trace, pause=self.pause
        )
        self._open.callback(client.close)
        return Arxiv(client, settings, meanwhile=self._import_rendering)

    def on_close(self, close: Callable[[], object]) -> None:
        """Have something ended with this run."""
        self._open.callback(close)

    @cached_property
    def announcements(self) -> Announcements:
        """Give the latest listings, from the store or from arXiv."""
        return self._announcements()

    def patient_announcements(self, *, insistent: bool = False) -> Announcements:
        """Give the latest listings for work that nobody waits for, as they are at the moment of this run."""
        return self._announcements(patient=True, insistent=insistent)

    @cached_property
    def catch_up(self) -> CatchUp:
        """Give the listings of days that have passed, from the store or from arXiv."""
        from coolcli.catchup import CatchUp

        return CatchUp(self.database, None if self.offline else lambda: self.arxiv, self.now)

    @property
    def on_terminal(self) -> bool:
        """Tell whether results are seen by a person, as a table, rather than read by a program."""
        return sys.stdout.isatty() and not self.flags.json

    @cached_property
    def screen(self) -> Screen:
        """Give the terminal."""
        from coolcli.render.screen import Screen

        return Screen(links=self.settings.list_links, pager=self._pager)

    def paged(self) -> AbstractContextManager[Paged]:
        """Give where results go that may be taller than the screen; what was waited for is told no more."""
        if "progress" in self.__dict__:
            self.progress.clear()
        return self.screen.paged()

    @cached_property
    def progress(self) -> Progress:
        """Give the line that says what is waited for."""
        from coolcli.render.screen import Progress

        progress = Progress()
        self._open.callback(progress.clear)
        return progress

    def say(self, words: str) -> None:
        """Tell the reader something that is no result, on stderr."""
        if self._held is not None:
            self._held.append(words)
            return
        if self._teller is not None:
            self._teller(words)
            return
        if "progress" in self.__dict__:
            self.progress.clear()
        from coolcli.render.words import fitted

        print(fitted(words, sys.stderr), file=sys.stderr)  # noqa: T201

    def hold_notices(self) -> None:
        """Keep what is said to oneself, until it turns out to matter."""
        self._held = []

    def release_notices(self) -> None:
        """Say what was kept back."""
        held, self._held = self._held or [], None
        for words in held:
            self.say(words)

    def divert(self, tell: Callable[[str], object] | None, progress: Progress) -> None:
        """Let what is told go elsewhere than to stderr, or there again (None): an open screen shows it itself."""
        self._teller = tell
        self.progress = progress

    def write(self, text: str) -> None:
        """Write results to stdout, where they are at once: what follows may take a while."""
        if "progress" in self.__dict__:
            self.progress.clear()
        sys.stdout.write(text)
        sys.stdout.flush()

    def write_json(self, content: object) -> None:
        """Write results as one JSON object, indented, in UTF-8: letters of any script as they are."""
        import json

        self.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")

    def keep(self, shown: Shown) -> None:
        """Remember the numbers of a list, or say that they are not."""
        if not self.session.keep(shown):
            self.say("Row numbers cannot be kept: the cache folder cannot be written. Is the disk full?")

    def gaps(self, categories: Iterable[str], *, until: date | None = None) -> dict[str, list[date]]:
        """Give, for those categories that are subscribed, the expected days since then whose listings are not here.

        Up to a day, or where none is named, to the newest listing that is here.
        """
        from coolcli import catchup

        found = {}
        for category, since in catchup.since_of(self.database, list(categories), None).items():
            if last := until or self.catch_up.passed(category):
                found[category] = catchup.missing(self.catch_up.here(category, since, last), since, last)
        return {category: gap for category, gap in found.items() if gap}

    def echo(self, text: str) -> None:
        """Write words to stdout, fitted to a terminal."""
        from coolcli.render.words import fitted

        self.write(fitted(text, sys.stdout, indent=4))

    def record(self, verb: str, changes: Iterable[Event]) -> list[Event]:
        """Store what the reader did, as one change, and give what made a difference."""
        with self.database.write() as connection:
            return events.record(connection, verb, changes, self.now)

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """Give papers as far as they are known here, in the order of their ids, and ask nobody."""
        with self.database.read() as connection:
            found = select.by_ids(connection, ids)
        return [found.get(paper_id) or Row(Paper(paper_id)) for paper_id in ids]

    def _announcements(self, *, patient: bool = False, insistent: bool = False) -> Announcements:
        from coolcli.announcements import Announcements

        arxiv = None if self.offline else lambda: self.arxiv
        return Announcements(self.database, arxiv, self.now, tell=self.say, patient=patient, insistent=insistent)

    @cached_property
    def clock(self) -> Callable[[], datetime]:
        """Give a clock that goes on from the moment of this run."""
        began, ticks = self.now, monotonic()
        return lambda: began + timedelta(seconds=monotonic() - ticks)

    def move_on(self) -> None:
        """Let the present moment be that of this run, which has waited for something."""
        self.now = self.clock()
        for name in ("announcements", "catch_up", "session"):
            self.__dict__.pop(name, None)

    def tell_wait(self, words: str) -> None:
        """Say what is waited for on the line for that, or that it is over."""
        if words:
            self.progress.say(words)
        else:
            self.progress.clear()

    def pause(self, seconds: float) -> None:
        """Wait so many seconds, as arXiv asks for."""
        sleep(seconds)

    def _import_rendering(self) -> None:
        """Import, while an answer is on its way, what will show it."""
        import_module("coolcli.render.table" if self.on_terminal else "coolcli.render.plain")
