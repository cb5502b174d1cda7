"""The proof that no announced paper is missing: each day's listing here, held against arXiv's own pages.

    since the subscription, or as far back as arXiv's catch-up pages go
        Arxiv.catchup   the listing of a day, all pages; its link names the next day with an announcement
        Arxiv.page      the latest listing, and its feed, which are held against each other
        listings.ids    what is here: papers whose titles are here, as what they were announced
    -> what is missing, by id; what is here and not there; what was announced as something else

Nothing that is stored is believed but the ids. `fix` stores the pages that were read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv import calendar
from coolcli.catchup import FAILURES_IN_A_ROW, ONE_DAY, believed, earliest, ends_all, refuse_old, whole
from coolcli.errors import FetchError
from coolcli.models import AnnounceType, Counts, Listing
from coolcli.store import listings
from coolcli.store.database import Database

if TYPE_CHECKING:
    from coolcli.arxiv.service import Arxiv


class Finding(NamedTuple):
    """What the audit of a day in a category found."""

    category: str
    day: date
    announced: int | None = None
    """How many arXiv says it announced; None where it did not say."""
    here: int = 0
    missing: tuple[str, ...] = ()
    """Ids that arXiv announced and that are not here, in its order."""
    unnamed: int = 0
    """How many are missing besides, which arXiv's page counted once and does not name any more."""
    listed_later: tuple[str, ...] = ()
    """Ids on arXiv's page that are here on a later day: cross-listed then, which catch-up pages cannot tell apart."""
    extra: tuple[str, ...] = ()
    """Ids that are here and not on arXiv's page: replacements at version 6 and above, papers that changed category."""
    differing: tuple[str, ...] = ()
    """Ids that are here as another type than on arXiv's page."""
    not_in_feed: tuple[str, ...] = ()
    """Ids that the page of the latest listing has and its feed has not."""
    only_in_feed: tuple[str, ...] = ()
    fixed: bool = False
    """What was missing is here by now."""
    problem: str | None = None
    """Why nothing could be proved."""


class Audit:
    """Holds what is here against arXiv's pages."""

    def __init__(self, database: Database, arxiv: Callable[[], Arxiv], now: datetime, *, fix: bool) -> None:
        """Take how arXiv is reached, the moment, and whether to store what is missing."""
        self._database = database
        self._arxiv = arxiv
        self._now = now
        self._fix = fix

    def days(self, since: date, latest: date) -> list[date]:
        """Give the days that will be asked for, as the calendar predicts them."""
        return calendar.listings_between(max(since, self.earliest), latest)

    @property
    def earliest(self) -> date:
        """Give the first day that arXiv's catch-up pages reach."""
        return earliest(self._now)

    def run(self, starts: Mapping[str, date], latest: Mapping[str, date]) -> Iterator[Finding]:
        """Audit each category from a day on to its latest listing, oldest first.

        Where the network is gone, or days in a row cannot be had, a category ends: its last finding says why.
        """
        for category, since in starts.items():
            last = latest.get(category)
            if last is None:
                continue
            failures = 0
            day: date = max(since, self.earliest)
            while day <= last:
                try:
                    finding, following = self._of_day(category, day, last)
                except FetchError as error:
                    failures += 1
                    yield Finding(category, day, here=len(self._here(category, day)), problem=error.message)
                    if ends_all(error):
                        return
                    if failures == FAILURES_IN_A_ROW:
                        break
                    day = calendar.listing_after(day)
                    continue
                failures = 0
                if finding.announced or finding.extra or finding.here:
                    yield finding
                day = following

    def _of_day(self, category: str, day: date, last: date) -> tuple[Finding, date]:
        """Audit one day, and give the day after it that has to be looked at."""
        arxiv = self._arxiv()
        arxiv.progressed()
        arxiv.rest("site")
        if day == last and (page := arxiv.page(category)) is not None and page.day == day:
            return self._with_feed(self._compared(page), page, arxiv), day + ONE_DAY
        listing = believed(whole(arxiv, arxiv.catchup(category, day)), self._now)
        refuse_old(listing)
        expected = calendar.listing_after(day)
        # Whatever a link says, no day is passed over on which a listing is expected.
        return self._compared(listing), min(listing.following or expected, expected)

    def _with_feed(self, finding: Finding, page: Listing, arxiv: Arxiv) -> Finding:
        """Hold the feed against the page, where it is of the same day; where it fails, that is another's matter."""
        try:
            feed = arxiv.feed(page.category)
        except FetchError:
            return finding
        if feed is None or feed.day != page.day:
            return finding
        told, announced = set(_types(feed)), set(_types(page))
        return finding._replace(
            not_in_feed=tuple(name for name in _types(page) if name not in told),
            only_in_feed=tuple(name for name in _types(feed) if name not in announced),
        )

    def _compared(self, listing: Listing) -> Finding:
        category, day, announced = listing.category, listing.day, _types(listing)
        with self._database.read() as connection:
            here = listings.ids(connection, category, day)
            absent = [name for name in announced if name not in here]
            later = listings.crossed_later(connection, category, day, absent)
            emptied = [name for name in listings.without_paper(connection, category, day) if name not in announced]
            stored = listings.between(connection, category, day, day).get(day)
        moved = tuple(name for name in absent if name in later and announced[name] in _CROSSED)
        missing = tuple(name for name in absent if name not in moved)
        stated = stored.counts.total if stored and stored.counts and stored.basis is None else 0
        # What arXiv once counted and its page does not name any more may be what stands here without its paper.
        unnamed = max(0, stated - len(here) - len(missing))
        missing += tuple(emptied[:unnamed])
        if self._fix and (listing.entries or listing.following):  # an empty day that may be old proves nothing
            with self._database.write() as connection:
                listings.save(connection, _without(listing, moved), self._now)
        return Finding(
            category,
            day,
            listing.counts.total if listing.counts else len(announced),
            len(here),
            missing,
            max(0, unnamed - len(emptied)),
            moved,
            (*(name for name in here if name not in announced), *emptied[unnamed:]),
            tuple(name for name, kind in here.items() if announced.get(name, kind) != kind),
            fixed=bool(missing) and self._fix and not emptied[:unnamed],
        )

    def _here(self, category: str, day: date) -> dict[str, AnnounceType]:
        with self._database.read() as connection:
            return listings.ids(connection, category, day)


_CROSSED: tuple[AnnounceType, ...] = ("cross", "replace-cross")
"""As what a paper stands on a catch-up page that was not yet in the category."""


def _without(listing: Listing, moved: Sequence[str]) -> Listing:
    """Give a listing without papers that stand on it only since they were cross-listed later: they have their day."""
    left = tuple(entry for entry in listing.entries if entry.paper.id not in moved)
    gone = [entry.announce_type for entry in listing.entries if entry.paper.id in moved]
    if listing.counts is None:
        return listing
    cross = gone.count("cross")
    counts = Counts(listing.counts.new, listing.counts.cross - cross, listing.counts.replaced - len(gone) + cross)
    return listing._replace(entries=left, counts=counts)


def _types(listing: Listing) -> dict[str, AnnounceType]:
    return {entry.paper.id: entry.announce_type for entry in listing.entries}
