"""The invented world: papers in all their versions, and what arXiv announced of them on which day.

    world = World()
    paper = world.add(date(2026, 11, 20), "cs.LG", "stat.ML", title="Learning to Fold Maps")
    world.cross(date(2026, 11, 23), paper, "cs.CL")
    world.replace(date(2026, 11, 24), paper, comments="12 pages, typos mended")

What is not said is invented, the same each time for the same seed. Announce types are not stored: they are what a
reader of certain categories sees of an announcement.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict, Unpack

from tests.arxiv_simulator import clock, invention, taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

Kind = Literal["new", "cross", "replace"]
AnnounceType = Literal["new", "cross", "replace", "replace-cross"]
LAST_VERSION = 5
"""Replacements at higher versions are neither in the feed nor on catch-up pages."""
ORDER: tuple[AnnounceType, ...] = ("new", "cross", "replace", "replace-cross")
_OLD_STYLE = re.compile(r"([a-z-]+)(?:\.[A-Z]{2})?(/\d{7})")
_VERSION = re.compile(r"v(\d+)$")


@dataclass(frozen=True)
class SimPaper:
    """One version of a paper, its text in raw TeX as its authors wrote it.

    An author is a name, with the affiliations in parentheses behind it where they were given.
    """

    id: str
    version: int
    title: str
    authors: tuple[str, ...]
    abstract: str
    categories: tuple[str, ...]
    submitted: datetime
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    msc_class: str | None = None
    acm_class: str | None = None
    has_html: bool = True
    withdrawn: bool = False

    @property
    def primary(self) -> str:
        return self.categories[0]

    @property
    def id_with_version(self) -> str:
        return f"{self.id}v{self.version}"


@dataclass(frozen=True)
class Announcement:
    day: date
    paper_id: str
    version: int
    kind: Kind
    crossed: tuple[str, ...] = ()


class Seen(NamedTuple):
    """A paper as a reader of certain categories sees it announced."""

    type: AnnounceType
    paper: SimPaper


class PaperFields(TypedDict, total=False):
    """What a test may fix of a paper; the rest is invented."""

    id: str
    title: str
    authors: Sequence[str]
    abstract: str
    submitted: datetime
    comments: str | None
    journal_ref: str | None
    doi: str | None
    license: str | None
    msc_class: str | None
    acm_class: str | None
    has_html: bool
    withdrawn: bool


class World:
    """All papers and announcements, past and future; what is visible when is the server's matter."""

    def __init__(self, seed: int = 0) -> None:
        self.papers: dict[str, list[SimPaper]] = {}
        self.announcements: dict[date, list[Announcement]] = {}
        self._known_from: dict[str, date] = {}
        self._late: dict[date, timedelta] = {}
        self._crosses: dict[str, list[tuple[date, tuple[str, ...]]]] = defaultdict(list)
        self._random = random.Random(seed)
        self._numbers: dict[str, int] = defaultdict(int)

    @classmethod
    def sample(
        cls, days: Iterable[date], categories: Sequence[str] = ("cs.LG", "cs.CL"), per_day: int = 20, seed: int = 0
    ) -> World:
        """A world with about as many announcements of each kind, in proportion, as a real day has."""
        world = cls(seed)
        for day in sorted(days):
            world.fill(day, categories, per_day)
        return world

    def announce(self, day: date) -> None:
        """Make this an announcement day, even if nothing should be announced on it."""
        self.announcements.setdefault(day, [])

    def delay(self, day: date, hours: float) -> None:
        """Let this day's announcement come so much later than at 20:00."""
        self._late[day] = timedelta(hours=hours)

    def announced_at(self, day: date) -> datetime:
        """The moment at which arXiv's pages show this day's announcement; the API and OAI-PMH know it from then on."""
        return clock.announced_at(day) + self._late.get(day, timedelta())

    def is_announced(self, day: date, now: datetime) -> bool:
        """Whether this is an announcement day that has come."""
        on_time = day in self.announcements and day <= clock.arxiv_day(now)
        return on_time and (day not in self._late or self.announced_at(day) <= now)

    def fill(self, day: date, categories: Sequence[str], count: int) -> None:
        """Announce this many invented things: two thirds new, some crosses, the rest replacements."""
        self.announce(day)
        earlier = [self.papers[name][-1] for name, first in self.first_announced().items() if first < day]
        self._random.shuffle(earlier)
        for index in range(count):
            primary = self._random.choice(categories)
            share = index % 12
            if share == 8 and earlier and self._cross_somewhere(day, earlier[-1], categories):
                earlier.pop()
            elif share > 8:
                old = earlier.pop() if earlier and share % 2 else self.known(primary, before=day)
                self.replace(day, old)
            else:
                self.add(day, primary, *invention.other_categories(self._random, primary, categories))

    def add(self, day: date, *categories: str, **fields: Unpack[PaperFields]) -> SimPaper:
        """A new paper, announced on this day."""
        paper = self._make(day, categories, fields)
        self._known_from[paper.id_with_version] = day
        self._announce(Announcement(day, paper.id, 1, "new"))
        return paper

    def known(self, *categories: str, before: date, **fields: Unpack[PaperFields]) -> SimPaper:
        """A paper that arXiv has held since long before this day, in none of the announcements."""
        return self._make(before - timedelta(days=self._random.randrange(120, 900)), categories, fields)

    def cross(self, day: date, paper: SimPaper, *categories: str) -> SimPaper:
        """The paper newly listed in these categories too; its version stays."""
        versions = self.papers[paper.id]
        current = versions[-1]
        changed = replace(current, categories=(*current.categories, *categories))
        versions[-1] = changed
        self._crosses[paper.id].append((day, categories))
        self._announce(Announcement(day, paper.id, changed.version, "cross", categories))
        return changed

    def replace(
        self, day: date, paper: SimPaper, *, version: int | None = None, **fields: Unpack[PaperFields]
    ) -> SimPaper:
        """The next version of the paper (or this one: those between are there, and were never announced)."""
        versions = self.papers[paper.id]
        last = versions[-1]
        submitted = self._submission(day)
        for number in range(last.version + 1, (version or last.version + 1) + 1):
            versions.append(replace(versions[-1], version=number, submitted=submitted, withdrawn=False))
            self._known_from[versions[-1].id_with_version] = day
        versions[-1] = _changed(versions[-1], fields)
        self._announce(Announcement(day, paper.id, versions[-1].version, "replace"))
        return versions[-1]

    def withdraw(self, day: date, paper: SimPaper, reason: str = "an error in Lemma 3") -> SimPaper:
        """The next version of the paper, without files; its comments say why, its abstract stays."""
        words = f"This paper has been withdrawn by the authors due to {reason}"
        return self.replace(day, paper, comments=words, withdrawn=True, has_html=False)

    def paper(self, reference: str) -> SimPaper | None:
        """The paper of an id, with or without version; the latest version where none is named."""
        base, version = split_id(reference)
        versions = self.papers.get(base, [])
        if version is None:
            return versions[-1] if versions else None
        return next((paper for paper in versions if paper.version == version), None)

    @property
    def days(self) -> list[date]:
        return sorted(self.announcements)

    def latest_day(self, now: datetime) -> date | None:
        """The day of the latest listing that is on arXiv's pages."""
        return max((day for day in self.announcements if self.is_announced(day, now)), default=None)

    def first_announced(self) -> dict[str, date]:
        """When each paper was announced first; papers known from of old are not in it."""
        first: dict[str, date] = {}
        for day in self.days:
            for announcement in self.announcements[day]:
                if announcement.kind == "new":
                    first.setdefault(announcement.paper_id, day)
        return first

    def visible(self, now: datetime) -> list[SimPaper]:
        """The latest version of each paper that was announced by then, ids ascending."""
        hidden = self.hidden(now)
        latest = (
            next((paper for paper in reversed(versions) if paper.id_with_version not in hidden), None)
            for _, versions in sorted(self.papers.items())
        )
        day = self.latest_day(now) or clock.arxiv_day(now)
        return [self.as_of(paper, day) for paper in latest if paper]

    def hidden(self, now: datetime) -> set[str]:
        """The ids with version that are announced only later than this."""
        later = {day for day in self.announcements if not self.is_announced(day, now)}
        return {name for name, day in self._known_from.items() if day in later}

    def as_of(self, paper: SimPaper, day: date) -> SimPaper:
        """The paper without the categories into which it was cross-listed only after this day."""
        later = {name for crossed_on, names in self._crosses[paper.id] if crossed_on > day for name in names}
        if not later:
            return paper
        return replace(paper, categories=tuple(name for name in paper.categories if name not in later))

    def seen(self, day: date, subjects: Collection[str], *, as_of: date | None = None) -> list[Seen]:
        """What a reader of these subjects sees announced on this day, in arXiv's order, each paper once.

        With `as_of`, a paper counts with the categories it had on that day.
        """
        items = self.announcements.get(day, ())
        return _in_order([(item, self.as_of(self._version(item), as_of or day)) for item in items], subjects)

    def looked_back_at(self, day: date, subjects: Collection[str], now: datetime) -> list[Seen]:
        """What arXiv's catch-up page shows of this day: each paper as it is now, by the categories it has now.

        High replacements are left out.
        """
        if not self.is_announced(day, now):
            return []
        hidden, latest = self.hidden(now), self.latest_day(now) or day
        low = [item for item in self.announcements[day] if item.kind != "replace" or item.version <= LAST_VERSION]
        shown = [
            next(paper for paper in reversed(self.papers[item.paper_id]) if paper.id_with_version not in hidden)
            for item in low
        ]
        today = [self.as_of(paper, latest) for paper in shown]
        return _in_order(list(zip(low, today, strict=True)), subjects)

    def _version(self, item: Announcement) -> SimPaper:
        return next(paper for paper in self.papers[item.paper_id] if paper.version == item.version)

    def _announce(self, item: Announcement) -> None:
        self.announcements.setdefault(item.day, []).append(item)

    def _cross_somewhere(self, day: date, paper: SimPaper, categories: Sequence[str]) -> bool:
        free = [name for name in categories if not taxonomy.holds(paper.categories, name)]
        if free:
            self.cross(day, paper, self._random.choice(free))
        return bool(free)

    def _make(self, day: date, categories: Sequence[str], fields: PaperFields) -> SimPaper:
        submitted = self._submission(day)
        paper_id = fields.get("id") or self._next_id(submitted)
        text = invention.invent(self._random, categories[0] if categories else "cs.LG")
        base = SimPaper(
            id=normalised(paper_id),
            version=1,
            title=text.title,
            authors=text.authors,
            abstract=text.abstract,
            categories=tuple(categories),
            submitted=submitted,
            comments=text.comments,
            journal_ref=text.journal_ref,
            doi=text.doi,
            license=text.license,
            has_html=text.has_html,
        )
        paper = _changed(base, fields)
        if paper.id in self.papers:
            raise ValueError(f"{paper.id} is in this world already")
        self.papers[paper.id] = [paper]
        return paper

    def _submission(self, day: date) -> datetime:
        """Some time in the window that this day's announcement collects."""
        begin, end = clock.submission_window(day)
        return end - timedelta(seconds=self._random.randrange(60, int((end - begin).total_seconds()) - 400))

    def _next_id(self, submitted: datetime) -> str:
        month = f"{submitted:%y%m}"
        self._numbers[month] += self._random.randrange(1, 4)
        return f"{month}.{self._numbers[month]:05}"


def split_id(reference: str) -> tuple[str, int | None]:
    found = _VERSION.search(reference)
    base = reference[: found.start()] if found else reference
    return normalised(base), int(found[1]) if found else None


def normalised(paper_id: str) -> str:
    """`math.GT/0309136` is `math/0309136`."""
    old = _OLD_STYLE.fullmatch(paper_id)
    return old[1] + old[2] if old else paper_id


def _changed(paper: SimPaper, fields: PaperFields) -> SimPaper:
    values: dict[str, Any] = {name: value for name, value in fields.items() if name != "id"}
    if "authors" in values:
        values["authors"] = tuple(values["authors"])
    return replace(paper, **values)


def _in_order(announced: Sequence[tuple[Announcement, SimPaper]], subjects: Collection[str]) -> list[Seen]:
    """What a reader of these subjects sees of what was announced, each paper once."""
    best: dict[str, Seen] = {}
    for item, paper in announced:
        kind = _type_seen(item, paper, subjects)
        if kind and (paper.id not in best or ORDER.index(kind) < ORDER.index(best[paper.id].type)):
            best[paper.id] = Seen(kind, paper)
    return sorted(best.values(), key=lambda seen: (ORDER.index(seen.type), seen.paper.id))


def _type_seen(item: Announcement, paper: SimPaper, subjects: Collection[str]) -> AnnounceType | None:
    """arXiv's own rule (arxiv-feed): a cross counts only where it is newly made, and then always as a cross."""
    reach = item.crossed if item.kind == "cross" else paper.categories
    if not any(taxonomy.holds(subjects, category) for category in reach):
        return None
    primary = taxonomy.holds(subjects, paper.primary)
    if item.kind == "replace":
        return "replace" if primary else "replace-cross"
    return "new" if item.kind == "new" and primary else "cross"
