"""Which listing is arXiv's latest, is it here, is it whole: pure decisions, then the doing.

The data's way, for each category asked for:

    decide(known, now)      nothing | remembered | feed | page      pure; the calendar only predicts
    Arxiv.turn              one process of the user at a time, from this look at the store to the answer stored
    Arxiv.feed / .page      the answer's own date decides which day it is, never the machine's clock
    listings.save           one transaction for each answer
    judge                   a feed that is stale, empty or cut is completed from the listing pages
    Part                    how fresh, how whole
    verify                  after the rows are shown: date and counts against the head of the listing page;
                            what is missing is fetched from the page

The feed bears the batch of the US Eastern date, so it is asked where that date is the latest listing's. From 20:00
until midnight Eastern, at weekends and on holidays it is the batch before or empty, and the page is asked instead. So
it is where the feed fails.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from coolcli.arxiv import calendar
from coolcli.arxiv.pace import FAILURE_REMEMBERED, PATIENCE
from coolcli.errors import CoolError, DataError, FetchError, Intercepted, Nonsense, Unreachable
from coolcli.models import Listing, Part, Source, State, Status, Validator
from coolcli.store import listings
from coolcli.store.database import Database
from coolcli.store.listings import Check, Stored

if TYPE_CHECKING:
    from coolcli.arxiv.service import Arxiv

Ask = Literal["nothing", "remembered", "feed", "page"]

ASK_AGAIN = timedelta(minutes=15)
"""After arXiv said that there is no newer listing, it is not asked again for so long."""
TOO_MANY_QUIET_DAYS = 3
"""More predicted listings than this in a row are not removed by holidays: then arXiv's own page is stale."""
FEED_SHARE = 0.6
"""How much of the reader's patience the feed may use up: the rest is for the page that stands in for it."""


class Known(NamedTuple):
    """What is known of a category before anything is asked: its newest listing here, and the last question."""

    latest: Stored | None
    check: Check | None
    validators: dict[str, Validator] = {}  # noqa: RUF012 -- never changed
    """What arXiv knows its answers about that listing by, for each source."""


class Verified(NamedTuple):
    """What a check against the listing pages brought."""

    state: State
    added: tuple[str, ...]
    """Ids that were missing, in the listing's order."""
    newer: bool
    """A category turned out to have a newer listing than the one shown."""


def decide(known: Known, now: datetime, *, refresh: bool = False) -> Ask:
    """Say what to ask arXiv for the latest listing of a category at a moment."""
    predicted = calendar.latest_listing_day(now)
    source: Ask = "feed" if calendar.eastern_date(now) == predicted else "page"
    if refresh:
        return source
    latest, check = known.latest, known.check
    if latest and latest.day >= predicted and latest.complete is not False:
        return "nothing"
    if latest and check and calendar.announced_at(predicted) <= check.at <= now:
        if check.day is None and now - check.at < FAILURE_REMEMBERED:
            return "remembered"
        if check.day is not None and check.day <= latest.day and now - check.at < ASK_AGAIN:
            return "nothing"
    return source


def status_of(day: date, check: Check | None, now: datetime) -> Status:
    """Say how fresh a listing is that no request failed for."""
    if day >= calendar.arxiv_day(now):
        return "announced"
    return "stale" if check and check.stale else "no_announcement"


class Announcements:
    """The latest listings of some categories: from the store where they are there, from arXiv where not."""

    def __init__(
        self,
        database: Database,
        arxiv: "Callable[[], Arxiv] | None",
        now: datetime,
        *,
        tell: Callable[[str], None],
        patient: bool = False,
        insistent: bool = False,
    ) -> None:
        """Take how arXiv is reached (None: not at all), the moment, and where to tell what a reader should know.

        Who is `patient` waits as long for an answer where something is cached, and whatever failed a moment ago; who is
        `insistent` asks again for what arXiv said a moment ago that it has not.
        """
        self._insistent = insistent
        self._database = database
        self._patience = None if patient else PATIENCE
        self._arxiv = arxiv
        self._now = now
        self._tell = tell
        self.failing: CoolError | None = None
        """Why nothing more is asked in this run."""
        self._from_feed: set[str] = set()
        self.asked = False
        self.told_of_none: set[str] = set()
        """Categories of which arXiv said that the day whose listing is expected has none: its own feed is empty."""

    def latest(self, categories: Iterable[str], *, refresh: bool = False) -> State:
        """Give the state of the latest listing of each category, fetching what is missing here."""
        return State(tuple(self._part(category, refresh) for category in categories))

    def verify(self, state: State, *, all_of_it: bool = False, pages: bool = False) -> Verified:
        """Check what this run took from feeds against the listing pages, and fetch what is missing here.

        With `all_of_it`, whatever was not checked yet; with `pages`, whole pages are read where none was: they have
        comments, which feeds have not.
        """
        parts: list[Part] = []
        added: dict[str, None] = {}
        for part in state.parts:
            wanted = part.category in self._from_feed or (all_of_it and part.complete is not True)
            wanted = wanted or (pages and not self._is_paged(part))
            checked, missing = self._verified(part, pages=pages) if wanted and part.day else (part, [])
            parts.append(checked)
            added |= dict.fromkeys(missing)
        newer = any(after.day != before.day for before, after in zip(state.parts, parts, strict=True))
        return Verified(State(tuple(parts)), tuple(added), newer)

    @property
    def to_verify(self) -> bool:
        """Tell whether this run took anything from a feed, which states no counts."""
        return bool(self._from_feed)

    @property
    def gave_up(self) -> bool:
        """Tell whether another question of any kind would fail as one did: there is no network."""
        return isinstance(self.failing, (Unreachable, Intercepted))

    def _part(self, category: str, refresh: bool) -> Part:
        known = self._known(category)
        ask = self._decided(known, refresh)
        if ask == "nothing":
            return self._shown(category)
        if ask == "remembered":
            return self._offline(category, _remembered_of(known))
        if self._arxiv is None:
            return self._without(category, Unreachable.offline())
        if self._database.cannot_write is not None and known.latest is not None:
            return self._without(category, self._database.cannot_write)
        if self.failing is not None:
            return self._without(category, self.failing)
        arxiv, patience = self._arxiv(), self._patience if known.latest else None
        if self._patience is None:  # each answer is progress
            arxiv.progressed()
        try:
            with arxiv.waiting(patience), arxiv.turn(patience):
                return self._in_turn(category, known, arxiv, refresh)
        except Unreachable as error:  # another process does not end its turn, or the pace cannot be kept
            self.failing = error
            return self._without(category, error)
        except DataError as error:  # the disk is full by now, say
            if known.latest is None:
                raise
            self.failing = error
            return self._without(category, error)

    def _decided(self, known: Known, refresh: bool) -> Ask:
        """Decide; who is patient forgets failures, and asks for what the calendar does not expect as well."""
        check = known.check
        if check and ((self._patience is None and check.day is None) or self._insistent):
            known = known._replace(check=None)
        ask = decide(known, self._now, refresh=refresh)
        if ask == "nothing" and self._patience is None and known.latest is not None:
            today = calendar.arxiv_day(self._now)
            unasked = check is None or check.at < calendar.announced_at(today)
            return "page" if known.latest.day < today and unasked else ask
        return ask

    def _in_turn(self, category: str, before: Known, arxiv: "Arxiv", refresh: bool) -> Part:
        """Ask arXiv, unless another process did while this one waited for its turn."""
        known = self._known(category)
        refresh = refresh and known.check == before.check
        ask = self._decided(known, refresh)
        if ask == "nothing":
            return self._shown(category)
        failed = {} if refresh or self._patience is None else {name: arxiv.trouble(name) for name in ("feed", "site")}
        sources = ("feed", "site") if ask == "feed" else ("site",)
        usable = [name for name in sources if not failed.get(name)]
        if known.latest is None and not usable:  # there is nothing else to show
            usable = ["site"]
        if ask == "remembered" or not usable:
            last = failed.get(sources[0])
            return self._offline(category, _remembered(*last) if last else _remembered_of(known))
        self.asked = True
        try:
            return self._from_arxiv(category, known, usable, arxiv)
        except FetchError as error:
            self._give_up_after(error)
            if not isinstance(error, Intercepted):  # whoever has logged in there wants to try at once
                self._note(category, Check(self._now, None, False, error.message))
            return self._without(category, error)

    def _give_up_after(self, error: FetchError) -> None:
        """Ask no more in this run where another question would fail as this one did."""
        if error.passing or isinstance(error, Intercepted):
            self.failing = error

    def _from_arxiv(self, category: str, known: Known, usable: list[str], arxiv: "Arxiv") -> Part:
        if "feed" not in usable:
            return self._taken(self._page(category, known, arxiv))
        try:
            with arxiv.waiting(arxiv.left * FEED_SHARE if "site" in usable else None):
                feed = self._feed(category, known, arxiv)
        except FetchError as error:
            if "site" not in usable:
                raise
            return self._instead_of(error, category, known, arxiv)
        predicted = calendar.latest_listing_day(self._now)
        if feed.entries and feed.day >= predicted and not feed.truncated:
            self._from_feed.add(category)
            return self._taken(feed)
        if not feed.entries and feed.day == predicted:
            self.told_of_none.add(category)
        why = _what_is_wrong(feed)
        self._tell(f"{why[0].upper()}{why[1:]}; reading arXiv's listing page instead.")
        try:
            page = self._page(category, known, arxiv)
        except FetchError as error:
            return self._left_as_is(feed, f"{why}, and {error.message}")
        return self._taken(feed, page) if feed.entries else self._taken(page)

    def _instead_of(self, failure: FetchError, category: str, known: Known, arxiv: "Arxiv") -> Part:
        """Read the page where the feed failed; where the page fails as well, the feed's failure is what is told.

        Unless the page is there and not what it should be: that is worth more to know.
        """
        try:
            # Without a network, the page fails as the feed did: that is found out once.
            page = self._page(category, known, arxiv, once=isinstance(failure, (Unreachable, Intercepted)))
        except FetchError as error:
            is_there = type(error) is Nonsense and not error.passing
            raise error if is_there else failure from None
        self._tell(f"{failure.message} The listing page of {category} was read instead.")
        return self._taken(page)

    def _feed(self, category: str, known: Known, arxiv: "Arxiv") -> Listing:
        """Ask for the feed; where arXiv says that it has not changed, it is what is here."""
        return arxiv.feed(category, known.validators.get("feed")) or self._again(known, "feed")

    def _page(self, category: str, known: Known, arxiv: "Arxiv", *, once: bool = False) -> Listing:
        page = arxiv.page(category, known.validators.get("page"), once=once)
        return page or self._again(known, "page")

    def _again(self, known: Known, source: Source) -> Listing:
        assert known.latest is not None  # noqa: S101 -- what is known by a validator is here
        with self._database.read() as connection:
            return listings.again(connection, known.latest, source)

    def _left_as_is(self, feed: Listing, problem: str) -> Part:
        """Show what is here where a faulty feed could not be completed; whether it is stale can only be presumed."""
        if not feed.entries:
            self._note(feed.category, Check(self._now, None, False, problem))
            return self._offline(feed.category, problem)
        stale = feed.day < calendar.latest_listing_day(self._now)
        part = self._taken(feed)
        self._note(feed.category, Check(self._now, feed.day, stale, problem))
        return part._replace(status="stale" if stale else part.status, problem=problem)

    def _taken(self, *answers: Listing) -> Part:
        """Store what one question was answered with, in one transaction, and give the state it leads to.

        The newest day first: a subscription that waits for its first listing begins with that one.
        """
        newest_first = sorted(answers, key=lambda answer: answer.day, reverse=True)
        newest = newest_first[0]
        with self._database.write() as connection:
            for answer in newest_first:
                listings.save(connection, answer, self._now)
            check = Check(self._now, newest.day, self._too_old(newest), None)
            listings.note_check(connection, newest.category, check)
        return self._shown(newest.category)

    def _too_old(self, listing: Listing) -> bool:
        """Tell whether a page's listing is older than any run of holidays explains."""
        day = calendar.latest_listing_day(self._now)
        for _ in range(TOO_MANY_QUIET_DAYS):
            if day <= listing.day:
                return False
            day = calendar.listing_before(day)
        return listing.source == "page" and day > listing.day

    def _is_paged(self, part: Part) -> bool:
        latest = self._known(part.category).latest
        return latest is not None and latest.paged

    def _verified(self, part: Part, *, pages: bool) -> tuple[Part, list[str]]:
        if self._arxiv is None or self.failing is not None:
            return part, []
        arxiv, category = self._arxiv(), part.category
        if self._patience is None:
            arxiv.progressed()
        try:
            arxiv.rest("site")
            with arxiv.turn():
                return self._paged(part, arxiv) if pages else self._checked(part, arxiv)
        except FetchError as error:
            self._give_up_after(error)
            return self._shown(category)._replace(problem=f"not checked against the listing page: {error.message}"), []

    def _checked(self, part: Part, arxiv: "Arxiv") -> tuple[Part, list[str]]:
        category = part.category
        with arxiv.waiting(self._patience):
            head = arxiv.head(category)
        if part.day is None or head.day < part.day or head.counts is None:
            return part, []  # the page lags behind the feed: nothing is proved
        if head.day == part.day and self._whole(head):
            return self._shown(category), []
        return self._paged(part, arxiv)

    def _paged(self, part: Part, arxiv: "Arxiv") -> tuple[Part, list[str]]:
        """Read all of the listing page; one that lags behind the feed proves nothing."""
        page = arxiv.page(part.category)
        assert page is not None  # noqa: S101 -- nothing was said to be known
        if part.day is not None and page.day < part.day:
            return part, []
        with self._database.write() as connection:
            missing = listings.save(connection, page, self._now)
        return self._shown(part.category), missing

    def _whole(self, head: Listing) -> bool:
        """Note what the head of a listing page states, and tell whether all of it is here."""
        assert head.counts is not None  # noqa: S101 -- asked before
        with self._database.write() as connection:
            ids = [entry.paper.id for entry in head.entries]
            return listings.state_counts(connection, head.category, head.day, head.counts, ids)

    def _known(self, category: str) -> Known:
        with self._database.read() as connection:
            latest = listings.latest(connection, category)
            validators = listings.validators(connection, latest) if latest else {}
            return Known(latest, listings.last_check(connection, category), validators)

    def _shown(self, category: str) -> Part:
        """Give the state of the newest listing here, from what arXiv last answered."""
        known = self._known(category)
        if known.latest is None:
            return Part(category, None, "no_announcement")
        return _part_of(known.latest, status_of(known.latest.day, known.check, self._now))

    def _without(self, category: str, error: CoolError) -> Part:
        """Show what is here, and why it is no more than that."""
        return self._offline(category, error.message)._replace(hint=error.hint)

    def _offline(self, category: str, problem: str | None) -> Part:
        latest = self._known(category).latest
        if latest is None:
            return Part(category, None, "offline", problem=problem)
        return _part_of(latest, "offline")._replace(problem=problem)

    def _note(self, category: str, check: Check) -> None:
        if not self._database.read_only:
            with suppress(DataError), self._database.write() as connection:  # no more than a note
                listings.note_check(connection, category, check)


def _remembered_of(known: Known) -> str:
    assert known.check is not None  # noqa: S101 -- a failure is remembered
    return _remembered(known.check.problem or "arXiv was not reached", known.check.at)


def _remembered(problem: str, at: datetime) -> str:
    """Say that arXiv was tried a moment ago, and how to try now."""
    return f"{problem.rstrip('.')}, at {at.astimezone():%H:%M}; `--refresh` tries again now"


def _part_of(stored: Stored, status: Status) -> Part:
    expected = stored.counts.total if stored.counts else None
    return Part(stored.category, stored.day, status, stored.complete, expected, stored.fetched_at)


def _what_is_wrong(feed: Listing) -> str:
    if not feed.entries:
        return f"the feed of {feed.category} is empty"
    if feed.truncated:
        return f"the feed of {feed.category} was cut at {len(feed.entries)} papers"
    return f"the feed of {feed.category} is stale, still of {feed.day:%A} {feed.day.day} {feed.day:%B}"
