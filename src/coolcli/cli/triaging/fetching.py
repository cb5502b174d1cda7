"""What is asked of arXiv while a sitting is open: what is here is read meanwhile.

    latest      the newest listing of each category, as for `cool today`, then checked against the listing pages
    missed      the days since the subscriptions that are not here, as for `cool catchup`, at arXiv's pace
    a day       where one was named, its listing and no other

All of it is done in one thread, on a desk of its own; each answer is stored before the next question. Whoever shows the
sitting reads here at any time what is waited for and what went wrong.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property

from coolcli.announcements import Announcements
from coolcli.arxiv import calendar
from coolcli.arxiv.text import clean
from coolcli.catchup import Done, since_of
from coolcli.cli.catchup import time_left
from coolcli.cli.desk import Desk
from coolcli.cli.listing import complete_pending, part_of_day
from coolcli.cli.triaging.aside import Aside, Stopped
from coolcli.errors import CoolError
from coolcli.models import Part, State
from coolcli.render import words
from coolcli.store import listings
from coolcli.store.listings import Stored

_GRACE = 0.5
"""Seconds in which the thread is expected to have ended; a page that it reads at the moment may take as long."""


class Fetching:
    """Fetches in the background, once for each `start`."""

    def __init__(self, desk: Desk, wanted: Sequence[str], day: date | None = None, listed: Sequence[str] = ()) -> None:
        """Take the categories that are followed, those that are only looked at, and the day where one was named."""
        self._desk = desk
        self._wanted = tuple(wanted)
        self._all = tuple(dict.fromkeys([*wanted, *listed]))
        self._day = day
        self._aside: Aside | None = None
        self._thread: threading.Thread | None = None
        self._step = ""
        self._told = ""
        self._missed: list[str] = []
        """Why something besides the latest listings could not be had."""
        self.state: State | None = None
        """How fresh and whole the listings are that were asked for; None until all of them were."""
        self.failed: Exception | None = None
        """What ended the thread that should not have, to be raised when the screen is closed: a bug is not lost."""

    def start(self, changed: Callable[[], object]) -> None:
        """Begin, unless nothing may be asked; `changed` is called in the thread after each answer that was stored.

        It must not wait for the thread that calls `stop`.
        """
        if self._desk.offline or self.running or not self._all:
            return
        self._missed.clear()
        self.failed = None
        aside = self._aside = Aside(self._desk, self._tell)
        self._thread = threading.Thread(target=self._run, args=(aside, changed), daemon=True, name="cool-fetching")
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end and wait for that half a second at the most; what goes on longer ends with the program."""
        if self._aside is not None and self._thread is not None:
            self._aside.stop()
            self._thread.join(_GRACE)

    @property
    def running(self) -> bool:
        """Tell whether something is asked for still."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def words(self) -> str:
        """Say in a line what is done and waited for; nothing where nothing is."""
        return ": ".join(filter(None, (self._step, self._told)))

    @property
    def problem(self) -> str:
        """Say in a line why what is shown may be old or not all; nothing where all went well."""
        if self._desk.offline:
            return self._offline
        if self.failed is not None:
            return clean(f"fetching failed ({type(self.failed).__name__}: {self.failed})")
        told = [_wrong_with(self.state)] if self.state else []
        return clean(" · ".join(filter(None, [*told, *self._missed])))

    @cached_property
    def _offline(self) -> str:
        """Say what is here where nothing may be asked, and that it is not all where arXiv has announced more."""
        with self._desk.database.read() as connection:
            stored = [listings.latest(connection, category) for category in self._all]
        newest = max((each.day for each in stored if each), default=None)
        gaps = self._desk.gaps(self._wanted, until=calendar.latest_listing_day(self._desk.now))
        missing = len({day for gap in gaps.values() for day in gap})
        here = f"what is cached, up to {words.short_day(newest)}" if newest else "nothing is cached yet"
        return f"offline: {here}" + (f"; {words.number(missing, 'announced day')} not here" if missing else "")

    def _tell(self, told: str) -> None:
        self._told = clean(told)

    def _begin(self, step: str) -> None:
        self._step, self._told = step, ""

    def _run(self, aside: Aside, changed: Callable[[], object]) -> None:
        try:
            with aside:
                self._fetch(aside, changed)
        except Stopped:
            pass
        except CoolError as error:
            self._missed.append(error.message.rstrip("."))
        except Exception as error:
            self.failed = error
        finally:
            self._begin("")

    def _fetch(self, desk: Aside, changed: Callable[[], object]) -> None:
        from coolcli.cli import asking

        if desk.database.cannot_write is not None:
            raise desk.database.cannot_write
        announcements = desk.announcements = desk.patient_announcements()
        if self._day is not None:
            self._fetch_day(desk, self._day, changed)
        else:
            self._fetch_latest(desk, announcements, changed)
        self._verify(desk, announcements, changed)
        if self._day is None and not announcements.gave_up:
            self._fetch_missed(desk, changed)
        if announcements.asked and self.state and self.state.status != "offline":
            self._begin("")
            complete_pending(desk)
        asking.catch_up(desk)  # the first search need not wait for it then

    def _fetch_latest(self, desk: Aside, announcements: Announcements, changed: Callable[[], object]) -> None:
        parts: list[Part] = []
        for category in self._all:
            self._begin(f"the latest of {category}")
            before = _newest(desk, category)
            parts += announcements.latest([category]).parts
            if _newest(desk, category) != before:
                _tell_changed(desk, changed)
        self.state = State(tuple(parts))

    def _fetch_day(self, desk: Aside, day: date, changed: Callable[[], object]) -> None:
        parts = []
        for category in self._all:
            self._begin(f"{words.short_day(day)} of {category}")
            before = _stored(desk, category, day)
            parts.append(part_of_day(desk, category, day))
            if _stored(desk, category, day) != before:
                _tell_changed(desk, changed)
        self.state = State(tuple(parts))

    def _verify(self, desk: Aside, announcements: Announcements, changed: Callable[[], object]) -> None:
        """Check the counts, of a named day only where its listing came from a feed."""
        assert self.state is not None  # noqa: S101 -- what is checked was asked for before
        self._begin("checking against arXiv's counts")
        before, checked = self.state, announcements.verify(self.state, all_of_it=self._day is None)
        self.state = State(tuple(map(_still, before.parts, checked.state.parts)))
        if self.state != before or checked.added:
            _tell_changed(desk, changed)

    def _fetch_missed(self, desk: Aside, changed: Callable[[], object]) -> None:
        starts = since_of(desk.database, self._wanted, None)
        plan, failed = desk.catch_up.plan(starts, desk.site_interval), list[Done]()
        self._begin("missed days" if plan.asks else "")
        for number, done in enumerate(desk.catch_up.run(starts), 1):
            what = f"{words.span(done.ask.days)} of {done.ask.category}"
            self._step = f"missed days, {number} of {max(number, len(plan.asks))}{time_left(desk, plan, number)}"
            self._told = f"{what} could not be had" if done.problem else f"{what} is here"
            failed += [done] if done.problem else []
            if done.added:
                _tell_changed(desk, changed)
        if failed:
            self._missed.append(_why(failed[-1], sum(map(len, desk.gaps(starts).values()))))


def _tell_changed(desk: Aside, changed: Callable[[], object]) -> None:
    desk.pause(0)  # nobody wants to know any more where it was asked to end
    changed()


def _still(before: Part, after: Part) -> Part:
    """Keep what was wrong with a listing already where the check could not be made either."""
    return after._replace(problem=before.problem) if before.problem and after.problem else after


def _newest(desk: Desk, category: str) -> Stored | None:
    with desk.database.read() as connection:
        return listings.latest(connection, category)


def _stored(desk: Desk, category: str, day: date) -> Stored | None:
    return desk.catch_up.here(category, day, day).stored.get(day)


def _wrong_with(state: State) -> str:
    """Say what keeps listings from being the newest and whole."""
    for part in state.parts:
        if part.status in ("offline", "stale"):
            return f"{part.status}: {(part.problem or 'arXiv serves an older batch').rstrip('.')}"
        if part.problem:
            return f"{part.category}: {part.problem.rstrip('.')}"
    short = [part.category for part in state.parts if part.complete is False]
    return f"papers are missing of {', '.join(short)}" if short else words.token_of_past(state)


def _why(last: Done, absent: int) -> str:
    """Say what of the missed days could not be had, by the last answer that failed."""
    assert last.problem is not None  # noqa: S101 -- it is one that failed
    what = (
        f"{words.number(absent, 'missed listing')} not here" if absent else f"{words.span(last.ask.days)} not checked"
    )
    return f"{what}: {last.problem.message.rstrip('.')}"
