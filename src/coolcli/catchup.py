"""Days that have passed: which listings are missing or not known to be whole, and how they are had.

    here            what is here of a category, and which days are proved to have no announcement        store
    first_wanted    the first day that is missing, not known to be whole, or not proved to be quiet      pure
    Arxiv.rest      the pause between two pages of the site, outside of other terminals' way
    Arxiv.turn      one process at a time, from this look at the store to the answer stored
    Arxiv.catchup   the exact listing of a day; its link to the next day proves that there is none between
    Arxiv.submitted beyond the reach of those, what was submitted for a day; Arxiv.changed where that fails as well
    listings.save   one transaction a listing: who is interrupted goes on where it was

The calendar only predicts. A day it expects is asked for, and so is the first day behind a listing on which it expects
none: the answer is a page of a few kilobytes, and says which day is the next with an announcement. So holidays that the
calendar does not know, and announcements that it does not expect, are found out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv import calendar
from coolcli.arxiv.categories import contains
from coolcli.arxiv.pace import PATIENCE
from coolcli.errors import CoolError, FetchError, Intercepted, Nonsense, Refused, Unreachable
from coolcli.models import AnnounceType, Entry, Listing, Paper, Part, Source, Status
from coolcli.store import events, listings
from coolcli.store.database import Database
from coolcli.store.listings import Stored

if TYPE_CHECKING:
    from coolcli.arxiv.service import Arxiv

REACH = timedelta(days=90)
"""How far back arXiv's catch-up pages go (arxiv-endpoints.md, "Listing pages")."""
FAILURES_IN_A_ROW = 2
"""So many days in a row that cannot be had end a catch-up: the next would fail as well."""
MOST_PAGES = 10
"""Pages of a day at the most: they have 2000 entries each, and no archive's day has more than two."""
ONE_DAY = timedelta(days=1)
LONGEST_QUIET = timedelta(days=14)
"""Longer than arXiv is ever silent."""

_API_PAGE = 2000
_USUAL_DAY = 400
"""Papers of a day at the most in most categories: how many days one request of the API is asked for."""


class Here(NamedTuple):
    """What is here of a category."""

    category: str
    stored: Mapping[date, Stored]
    quiet: Set[date]
    """Days that are proved to have had no announcement, in whatever category."""


class Ask(NamedTuple):
    """One question to arXiv: the days of a category that one answer is about."""

    category: str
    days: tuple[date, ...]
    exact: bool
    """Whether catch-up pages reach so far."""

    @property
    def is_expected(self) -> bool:
        """Tell whether the calendar expects a listing on the days."""
        return any(map(calendar.has_listing, self.days))


class _Course:
    """How far a catch-up of a category is."""

    def __init__(self, since: date) -> None:
        self.since = since
        self.left: set[date] = set()
        """Days that were asked for, whatever became of it."""
        self.failures = 0
        """Days in a row that could not be had."""


class Plan(NamedTuple):
    """What a catch-up has to ask for, as far as the calendar can say."""

    asks: tuple[Ask, ...]
    seconds: float
    """How long the pauses take that arXiv asks for."""

    @property
    def days(self) -> list[date]:
        """Give the days that are asked for, oldest first."""
        return sorted({day for ask in self.asks for day in ask.days})


class Done(NamedTuple):
    """What became of one question."""

    ask: Ask
    problem: FetchError | None = None
    added: int = 0
    """Entries of the listings that were not here."""


def is_settled(stored: Stored, now: datetime) -> bool:
    """Tell whether arXiv has nothing more to say of a past listing: asking again would bring nothing.

    Whole is whole; a catch-up page that names the next day is the last word; and what was made of submissions is all
    that can be had of a day beyond the reach of those pages, unless it is arXiv's own and not known to be whole.
    """
    if in_reach(stored.day, now):
        return stored.complete is True or (stored.paged and stored.following is not None)
    return stored.basis != "change"


def first_wanted(here: Here, since: date, until: date, now: datetime, *, without: Iterable[date] = ()) -> date | None:
    """Give the first day from `since` to `until` that arXiv has to be asked for, but for those `without`.

    That is a day whose listing is missing or not known to be whole, or one on which none is expected, where nothing
    proves yet that there was none.
    """
    left = set(without)
    day = since
    while day <= until:
        stored = here.stored.get(day)
        if stored is not None and (day in left or is_settled(stored, now)):
            day = stored.following or day + ONE_DAY
        elif day in left or (stored is None and (day in here.quiet or _is_never_proved(day, now))):
            day += ONE_DAY
        else:
            return day
    return None


def _is_never_proved(day: date, now: datetime) -> bool:
    """Tell whether a day on which no listing is expected is too long ago to be asked for."""
    return not in_reach(day, now) and not calendar.has_listing(day)


def in_reach(day: date, now: datetime) -> bool:
    """Tell whether arXiv's catch-up pages go back to a day."""
    return day >= earliest(now)


def earliest(now: datetime) -> date:
    """Give the first day that arXiv's catch-up pages go back to."""
    return calendar.arxiv_day(now) - REACH


def missing(here: Here, since: date, until: date) -> list[date]:
    """Give the days from `since` to `until` on which a listing is expected, and is not here at all."""
    expected = calendar.listings_between(since, until)
    return [day for day in expected if day not in here.stored and day not in here.quiet]


class CatchUp:
    """The past listings of some categories: fetched where they are missing, each stored before the next."""

    def __init__(self, database: Database, arxiv: Callable[[], Arxiv] | None, now: datetime) -> None:
        """Take how arXiv is reached (None: not at all), and the moment."""
        self._database = database
        self._arxiv = arxiv
        self._now = now
        self._failing: FetchError | None = None
        """Why nothing more is asked in this run."""

    def plan(self, since: Mapping[str, date], interval: float) -> Plan:
        """Say what to ask for each category from a day on, as far as the calendar can say.

        `interval` are the seconds between two pages of the site.
        """
        asks = [ask for category, first in since.items() for ask in self._foreseen(category, first)]
        pages = sum(ask.exact for ask in asks)
        return Plan(tuple(asks), max(0, pages - 1) * interval)

    def run(self, since: Mapping[str, date]) -> Iterator[Done]:
        """Fetch what is missing of some categories, each from a day on, giving what became of each question.

        The oldest day first, of all categories, so that who interrupts it has whole days; days on which no listing is
        expected last. Where the network is gone it ends. Where days in a row of a category cannot be had, its newest is
        tried: if that fails too, the category is left for another time; else the days between are gone on with.
        """
        open_ = {category: _Course(first) for category, first in since.items()}
        while asks := [ask for category, course in open_.items() if (ask := self._next(category, course))]:
            ask = min(asks, key=lambda ask: (not ask.is_expected, ask.days))
            done, course = self._asked(ask, slowly=True), open_[ask.category]
            yield done
            if done.problem and ends_all(done.problem):
                return
            if done.problem and course.failures == FAILURES_IN_A_ROW:
                del open_[ask.category]
                continue
            course.failures = course.failures + 1 if done.problem else 0
            course.left |= set(ask.days)

    def day(self, category: str, day: date, *, refresh: bool = False) -> Part:
        """Give the state of the listing of a past day, fetched where it is not here or not known to be whole."""
        here = self.here(category, day, day)
        stored = here.stored.get(day)
        if not refresh and (
            (stored is None and day in here.quiet) or (stored is not None and is_settled(stored, self._now))
        ):
            return self._part(category, day)
        patience = PATIENCE if stored is not None and stored.counts is not None else None
        done = self._asked(Ask(category, (day,), in_reach(day, self._now)), patience)
        part = self._part(category, day)
        if done.problem is None:
            return part
        shown = day if part.fetched_at else None
        return part._replace(day=shown, status="offline", problem=done.problem.message, hint=done.problem.hint)

    def here(self, category: str, since: date, until: date) -> Here:
        """Look up what is here of a category from a day to a day, both included."""
        with self._database.read() as connection:
            stored = listings.between(connection, category, since, until)
            pairs = listings.quiet(connection, since - LONGEST_QUIET)
        return Here(category, stored, {day for pair in pairs for day in _between(*pair)})

    def passed(self, category: str) -> date | None:
        """Give the day before the newest listing that is here: what was announced until then has passed."""
        with self._database.read() as connection:
            latest = listings.latest(connection, category)
        return latest.day - ONE_DAY if latest else None

    def _foreseen(self, category: str, since: date, left: Set[date] = frozenset()) -> Iterator[Ask]:
        """Give the questions that will be asked, if arXiv keeps to the calendar, but for days that are left alone."""
        until = self.passed(category)
        if until is None:
            return
        here, days = self.here(category, since, until), list[date]()
        day = first_wanted(here, since, until, self._now, without=left)
        while day is not None:
            days.append(day)
            after = calendar.listing_after(day) if in_reach(day, self._now) else day + ONE_DAY
            day = first_wanted(here, after, until, self._now, without=left)
        for exact, group in groupby(days, lambda day: in_reach(day, self._now)):
            yield from _batches(category, list(group), exact=exact)

    def _next(self, category: str, course: _Course) -> Ask | None:
        """Give the next question about a category: the first that is left, or after failures the last."""
        asks = list(self._foreseen(category, course.since, course.left))
        expected = [ask for ask in asks if ask.is_expected] or asks
        return expected[-1 if course.failures == FAILURES_IN_A_ROW else 0] if asks else None

    def _asked(self, ask: Ask, patience: float | None = None, *, slowly: bool = False) -> Done:
        """Ask arXiv, unless another process did meanwhile, and store the answer."""
        if self._arxiv is None:
            return Done(ask, Unreachable.offline())
        if self._failing is not None:
            return Done(ask, self._failing)
        arxiv = self._arxiv()
        arxiv.progressed()
        try:
            with arxiv.slowly() if slowly else nullcontext(), arxiv.waiting(patience):
                return self._exact(ask, arxiv) if ask.exact else self._by_submission(ask, arxiv)
        except FetchError as error:
            if ends_all(error):
                self._failing = error
            return Done(ask, error)

    def _exact(self, ask: Ask, arxiv: Arxiv) -> Done:
        (day,) = ask.days
        before = self._stored(ask.category, day)
        arxiv.rest("site")
        try:
            with arxiv.turn():
                stored = self._stored(ask.category, day)
                if stored is not None and stored != before and is_settled(stored, self._now):  # another was first
                    return Done(ask)
                first = arxiv.catchup(ask.category, day)
                if _is_whole(first):
                    return Done(ask, added=self._kept(believed(first, self._now)))
        except Refused as error:
            if error.status == 400 and not in_reach(day - ONE_DAY, self._now):  # its reach depends on the hour
                return self._by_submission(ask, arxiv)
            raise
        return Done(ask, added=self._kept(believed(whole(arxiv, first), self._now)))

    def _by_submission(self, ask: Ask, arxiv: Arxiv) -> Done:
        """Ask for what was submitted for some days, in one window; where that fails, for what was changed on them."""
        first, last = calendar.submission_window(ask.days[0]), calendar.submission_window(ask.days[-1])
        days: dict[date, list[Paper]] = {day: [] for day in ask.days}
        try:
            for paper in arxiv.submitted(ask.category, first[0], last[1]):
                day = calendar.listing_day_of(paper.submitted) if paper.submitted else None
                if day in days:
                    days[day].append(paper)
        except FetchError as failure:
            if ends_all(failure):
                raise
            return self._by_change(ask, arxiv, failure)
        return Done(ask, added=sum(self._kept(_made("api", ask.category, day, of)) for day, of in days.items()))

    def _by_change(self, ask: Ask, arxiv: Arxiv, failure: FetchError) -> Done:
        added = 0
        for day in ask.days:
            try:
                papers = list(arxiv.changed(ask.category, day))
            except FetchError:
                raise failure from None
            added += self._kept(_made("oai", ask.category, day, papers))
        return Done(ask, added=added)

    def _kept(self, listing: Listing) -> int:
        """Store a listing. An empty one that names no next day is stored where none was expected, and proves nothing.

        Raises Nonsense for one where a listing was expected.
        """
        if not listing.entries and listing.source == "catchup" and listing.following is None:
            if self._is_the_last(listing.category, listing.day):
                return 0
            refuse_old(listing)
            listing = listing._replace(following=listing.day + ONE_DAY)
        with self._database.write() as connection:
            return len(listings.save(connection, listing, self._now))

    def _is_the_last(self, category: str, day: date) -> bool:
        until = self.passed(category)
        return until is None or day > until

    def _stored(self, category: str, day: date) -> Stored | None:
        with self._database.read() as connection:
            return listings.between(connection, category, day, day).get(day)

    def _part(self, category: str, day: date) -> Part:
        """Give the state of a past listing as it is here."""
        here = self.here(category, day, day)
        stored = here.stored.get(day)
        if stored is None:
            quiet = day in here.quiet
            return Part(category, day, "no_announcement", quiet or None, 0 if quiet else None)
        expected = stored.counts.total if stored.counts else None
        status: Status = "announced"
        if expected == 0:
            with self._database.read() as connection:
                announced = any(after == day for _, after in listings.quiet(connection, day - LONGEST_QUIET))
            status = "announced" if announced else "no_announcement"
        return Part(category, day, status, stored.complete, expected, stored.fetched_at, basis=stored.basis)


def whole(arxiv: Arxiv, first: Listing) -> Listing:
    """Give all of a past day's listing of which the first page is here. Raises FetchError."""
    entries, page = list(first.entries), 1
    while first.counts is not None and len(entries) < first.counts.total:
        page += 1
        if page > MOST_PAGES:
            raise Nonsense(
                f"arXiv's listing of {first.category} of {first.day} states {first.counts.total:,} entries"
                f" and shows {len(entries):,}.",
                "Its layout may have changed; update cool.",
            )
        arxiv.rest("site")
        arxiv.progressed()
        more = arxiv.catchup(first.category, first.day, page)
        if not more.entries or more.counts != first.counts:
            raise Nonsense(
                f"arXiv's listing of {first.category} of {first.day} changed while it was read.", "Try again."
            )
        entries += more.entries
        first = first._replace(following=more.following)  # it is the last page that says which day is the next
    return first._replace(entries=tuple(entries))


def _is_whole(listing: Listing) -> bool:
    return listing.counts is None or len(listing.entries) >= listing.counts.total


def believed(listing: Listing, now: datetime) -> Listing:
    """Give a catch-up page's listing without a next day that cannot be: days between would be taken for quiet ones."""
    after = listing.following
    if after is None or (listing.day < after <= min(listing.day + LONGEST_QUIET, calendar.arxiv_day(now))):
        return listing
    return listing._replace(following=None)


def refuse_old(listing: Listing) -> None:
    """Raise Nonsense for a page of a past day that is empty, names no next day, and on which a listing was expected.

    It may have been made before a late announcement: the servers before arXiv's keep pages for a week.
    """
    if not listing.entries and listing.following is None and calendar.has_listing(listing.day):
        raise Nonsense(
            f"The page of {listing.category} of {listing.day} is empty and names no next day: it may be old.",
            "It is asked for again next time.",
        )


def since_of(database: Database, categories: Sequence[str], first: date | None) -> dict[str, date]:
    """Give from when on each category is looked at: its subscription, or a day that the reader named."""
    with database.read() as connection:
        followed = {one.category: one.since for one in events.subscriptions(connection)}
    found = {category: first or followed.get(category) for category in categories}
    return {category: day for category, day in found.items() if day is not None}


def ends_all(error: CoolError) -> bool:
    """Tell whether another question would fail as this one did: there is no network, or somebody else answers."""
    return isinstance(error, (Unreachable, Intercepted))


def _between(before: date, after: date) -> set[date]:
    return {before + timedelta(days=number) for number in range(1, (after - before).days)}


def _batches(category: str, days: list[date], *, exact: bool) -> Iterator[Ask]:
    """Put days into questions: a page of the site is one day, an answer of the API several that follow each other."""
    size = 1 if exact else max(1, _API_PAGE // _USUAL_DAY)
    batch: list[date] = []
    for day in days:
        if batch and (len(batch) == size or calendar.listing_after(batch[-1]) != day):
            yield Ask(category, tuple(batch), exact)
            batch = []
        batch.append(day)
    if batch:
        yield Ask(category, tuple(batch), exact)


def _made(source: Source, category: str, day: date, papers: Iterable[Paper]) -> Listing:
    """Make the listing of a day from papers that were submitted for it, or changed on it."""
    since = calendar.submission_window(day)[0]
    entries = [Entry(paper, _type(paper, category, since)) for paper in papers]
    order: dict[AnnounceType, int] = {"new": 0, "cross": 1, "replace": 2, "replace-cross": 3}
    entries.sort(key=lambda entry: order[entry.announce_type])
    return Listing(category, day, source, tuple(entries))


def _type(paper: Paper, category: str, since: datetime) -> AnnounceType:
    """Say as what a paper would have been announced: what is older than the day's window was replaced."""
    primary = contains(category, paper.primary_category or "")
    if paper.submitted is not None and paper.submitted.date() < since.date():
        return "replace" if primary else "replace-cross"
    return "new" if primary else "cross"
