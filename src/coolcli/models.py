"""What the program speaks of: papers, listings, announcements, marks. Immutable, and of the standard library only.

Named tuples, not frozen dataclasses: one takes 0.1 ms to define instead of 0.9, and a warm command defines them all.

Days are dates of arXiv's (US Eastern); moments are UTC and timezone-aware.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from coolcli.query.tree import Node

AnnounceType = Literal["new", "cross", "replace", "replace-cross"]
ANNOUNCE_TYPES: tuple[AnnounceType, ...] = ("new", "cross", "replace", "replace-cross")
"""The types in arXiv's own order of a listing."""

Status = Literal["offline", "stale", "no_announcement", "announced"]
STATUSES: tuple[Status, ...] = ("offline", "stale", "no_announcement", "announced")
"""How fresh a listing is, worst first (cli.md, "Output")."""

Source = Literal["feed", "page", "catchup", "api", "oai"]
"""What a listing was read from: the day's feed, `/list/CAT/new`, `/catchup/CAT/DAY`; beyond the reach of those, what
was submitted for a day (API) or changed on it (OAI-PMH)."""

Basis = Literal["submission", "change"]
"""By what a listing was made that is not exactly what arXiv announced."""


class Paper(NamedTuple):
    """What arXiv says of a paper. None and empty tuples where no source has said anything yet."""

    id: str
    version: int | None = None
    title: str | None = None
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    primary_category: str | None = None
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = None
    submitted: datetime | None = None
    updated: datetime | None = None
    withdrawn: bool | None = None
    """None where no source says so but, perhaps, comments or abstract in words."""


class Counts(NamedTuple):
    """How many papers of each section a listing page says were announced; replaced holds both kinds."""

    new: int
    cross: int
    replaced: int

    @property
    def total(self) -> int:
        """Add them up."""
        return self.new + self.cross + self.replaced


class Entry(NamedTuple):
    """One paper of a listing with the type it was announced as."""

    paper: Paper
    announce_type: AnnounceType


class Validator(NamedTuple):
    """What a server knows an answer by, so that it can say that nothing changed (HTTP: ETag, Last-Modified)."""

    etag: str
    modified: str


class Listing(NamedTuple):
    """One answer of arXiv's: what it announced in a category (or archive) on a day, in its order."""

    category: str
    day: date
    source: Source
    entries: tuple[Entry, ...]
    counts: Counts | None = None
    """What a page states; a feed states nothing."""
    truncated: bool = False
    """The source is known to leave papers out (a feed of exactly 2000)."""
    validator: Validator | None = None
    """What arXiv knows the answer by, where it is all of the listing."""
    following: date | None = None
    """The next day with an announcement, in whatever category: catch-up pages say so, of all days but the last."""

    @property
    def basis(self) -> Basis | None:
        """Give by what it was made, None where it is what arXiv announced."""
        return "submission" if self.source == "api" else "change" if self.source == "oai" else None


class Marks(NamedTuple):
    """What the reader did to a paper."""

    starred_at: datetime | None = None
    starred_version: int | None = None
    read: bool = False
    opened: bool = False
    tags: tuple[str, ...] = ()
    note: str | None = None

    @property
    def starred(self) -> bool:
        """Tell whether the paper is starred now."""
        return self.starred_at is not None


class Row(NamedTuple):
    """A paper as a list shows it: what arXiv says, where it was announced, what the reader did."""

    paper: Paper
    announced: date | None = None
    announce_type: AnnounceType | None = None
    marks: Marks = Marks()
    backlog: bool = False

    @property
    def id(self) -> str:
        """Give the arXiv id, without version."""
        return self.paper.id


class Part(NamedTuple):
    """The state of one category's listing: how fresh, how whole."""

    category: str
    day: date | None
    status: Status
    complete: bool | None = None
    expected: int | None = None
    fetched_at: datetime | None = None
    problem: str | None = None
    """Why it is offline or stale, for the reader."""
    hint: str | None = None
    """What the reader can do about it."""
    basis: Basis | None = None
    """By what it was made where it is not exactly what arXiv announced."""
    here: int | None = None
    """How many papers of it are here, where they were counted."""


class State(NamedTuple):
    """The state of a listing of one or more categories: the newest day and the worst state of its parts."""

    parts: tuple[Part, ...]

    @property
    def day(self) -> date | None:
        """Give the newest day among the parts; None where no part has a listing."""
        return max((part.day for part in self.parts if part.day), default=None)

    @property
    def status(self) -> Status:
        """Give the worst status among the parts."""
        return min((part.status for part in self.parts), key=STATUSES.index)

    @property
    def complete(self) -> bool | None:
        """Tell whether all that was announced is here: False where any part is not, None where any is unchecked."""
        states = {part.complete for part in self.parts}
        return False if False in states else None if None in states else True

    @property
    def expected(self) -> int | None:
        """Give the count that arXiv states. Of several categories it states none: they share papers."""
        return self.parts[0].expected if len(self.parts) == 1 else None

    @property
    def fetched_at(self) -> datetime | None:
        """Give the moment of the oldest of the answers shown."""
        return min((part.fetched_at for part in self.parts if part.fetched_at), default=None)


class Filter(NamedTuple):
    """Which papers a list shows; what is not said lets all through."""

    unread: bool = False
    """What entered the reader's unread and is not read."""
    since: date | None = None
    until: date | None = None
    """Days of announcement, both included."""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    """Categories and archives: in one of the wanted, in none of the unwanted."""
    types: tuple[AnnounceType, ...] = ()
    starred: bool = False
    tags: tuple[str, ...] = ()
    """All of them."""
    noted: bool = False
    """What bears a note."""
    query: Node | None = None
    words: str = ""
    """The query as it is told to the reader."""


class Event(NamedTuple):
    """One thing the reader did to one field of one subject (a paper's id, or `category:NAME`)."""

    subject: str
    field: str
    value: str | None
    """JSON, or None for a removal."""


class Change(NamedTuple):
    """A group of events that one command made, and that one undo takes back."""

    group: str
    verb: str
    at: datetime
    subjects: tuple[str, ...]


class Subscription(NamedTuple):
    """A category the reader follows; `since` is the first listing day that counts, None until a listing came."""

    category: str
    since: date | None
    without: tuple[str, ...] = ()
    """Categories whose papers do not enter the unread by this subscription."""
