"""The pile of papers that a reader goes through: its order, what of it is in sight, and where they are.

It is as long as weeks of announcements: nothing but ids, days and types is in it. Whatever happens to it, more papers
come, a filter is set, the order is another: the cursor stays on its paper, or while that is out of sight, on the next
one after it that is not; it returns where the reader has not gone on meanwhile.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from coolcli.models import AnnounceType


class Entry(NamedTuple):
    """A paper of the pile."""

    id: str
    day: str
    """Its day of announcement, ISO 8601."""
    kind: AnnounceType
    """What it was announced as."""


class Marked(NamedTuple):
    """Which papers of the pile are marked how, by id."""

    read: frozenset[str] = frozenset()
    starred: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    """Those that were put off."""


class Pile:
    """The papers in the order in which they are gone through, those that were put off behind all others."""

    def __init__(self) -> None:
        """Begin with none."""
        self.entries: dict[str, Entry] = {}
        """All of them in their order, in sight or not."""
        self.read: set[str] = set()
        self.starred: set[str] = set()
        self.later: set[str] = set()
        self.muted: frozenset[str] = frozenset()
        """What rules mute, whether it is shown or not."""
        self.shows_muted = False
        self.kinds: tuple[AnnounceType, ...] = ()
        """The types in sight; none for all of them."""
        self.fitting: frozenset[str] | None = None
        """What a search leaves in sight; None where there is none."""
        self.shown: list[str] = []
        """The ids in sight, in order."""
        self._places: dict[str, int] = {}
        self._current: str | None = None
        self._home: str | None = None
        """The paper that the reader went to: while it is out of sight they are at the nearest one behind it."""

    def put(self, entries: Iterable[Entry], marked: Marked, muted: frozenset[str] = frozenset()) -> None:
        """Let these be the papers, in this order."""
        before = self._in_order()
        self.entries = {entry.id: entry for entry in entries}
        self._current, self._home = self._still_here(self._current, before), self._still_here(self._home, before)
        self.read, self.starred, self.later = set(marked.read), set(marked.starred), set(marked.later)
        self.muted = muted
        self.arrange()

    def arrange(self) -> None:
        """See again what is in sight, after a change of the sets above."""
        order = self._in_order()
        self.shown = [paper_id for paper_id in order if self._is_in_sight(paper_id)]
        self._places = {paper_id: number for number, paper_id in enumerate(self.shown)}
        if self._home in self._places:
            self._current = self._home
        elif not self.shown:
            self._current = None
        elif self._current not in self._places:
            self._current = self._nearest(self._current or self._home, order)
            self._home = self._home or self._current

    def _still_here(self, paper_id: str | None, before: Sequence[str]) -> str | None:
        """Give a paper of an order that was before, or where it is gone, the first behind it that is not."""
        if paper_id is None or paper_id in self.entries:
            return paper_id
        place = before.index(paper_id)
        return next((each for each in (*before[place:], *reversed(before[:place])) if each in self.entries), None)

    def _nearest(self, gone: str | None, order: Sequence[str]) -> str:
        """Give the first in sight behind one that is not, or the last where there is none."""
        places = {paper_id: number for number, paper_id in enumerate(order)}
        if gone not in places:
            return self.shown[0]
        following = bisect_left(self.shown, places[gone], key=places.__getitem__)
        return self.shown[min(following, len(self.shown) - 1)]

    def _in_order(self) -> list[str]:
        if not self.later:
            return list(self.entries)
        put_off = [paper_id for paper_id in self.entries if paper_id in self.later]
        return [paper_id for paper_id in self.entries if paper_id not in self.later] + put_off

    def _is_in_sight(self, paper_id: str) -> bool:
        entry = self.entries[paper_id]
        return (
            (self.shows_muted or paper_id not in self.muted)
            and (not self.kinds or entry.kind in self.kinds)
            and (self.fitting is None or paper_id in self.fitting)
        )

    @property
    def current(self) -> Entry | None:
        """Give the paper that the reader is at; None where none is in sight."""
        return None if self._current is None else self.entries[self._current]

    @property
    def place(self) -> int:
        """Give how many papers in sight are before it; 0 where none is in sight."""
        return 0 if self._current is None else self._places[self._current]

    @property
    def hidden_by_rules(self) -> int:
        """Count what rules take out of sight."""
        return 0 if self.shows_muted else len(self.muted)

    def place_of(self, paper_id: str) -> int | None:
        """Give how many papers in sight are before one; None where it is not in sight."""
        return self._places.get(paper_id)

    def go_to(self, place: int) -> None:
        """Go to a place in sight, to the first or the last where there is none such."""
        if self.shown:
            self._went_to(self.shown[max(0, min(place, len(self.shown) - 1))])

    def go_to_paper(self, paper_id: str) -> bool:
        """Go to a paper, if it is in sight, and tell whether it is."""
        if paper_id not in self._places:
            return False
        self._went_to(paper_id)
        return True

    def go_to_unread(self, step: int) -> bool:
        """Go to the next unread paper (1) or the one before (-1), around the end; tell whether there is one."""
        count = len(self.shown)
        for distance in range(1, count + 1):
            paper_id = self.shown[(self.place + step * distance) % count]
            if paper_id not in self.read:
                found = paper_id != self._current
                self._went_to(paper_id)
                return found
        return False

    def go_to_day(self, step: int) -> bool:
        """Go to the first paper in sight of another day, the next one (1) or the one before (-1)."""
        current = self.current
        if current is None:
            return False
        place, here = self.place, self.section(current.id)
        others = range(place, len(self.shown)) if step > 0 else range(place, -1, -1)
        other = next((each for each in others if self.section(self.shown[each]) != here), None)
        if other is None:
            return False
        section = self.section(self.shown[other])
        while step < 0 and other > 0 and self.section(self.shown[other - 1]) == section:
            other -= 1
        self._went_to(self.shown[other])
        return True

    def _went_to(self, paper_id: str) -> None:
        self._current = self._home = paper_id

    def days(self) -> dict[str, int]:
        """Count the papers in sight of each day that are unread, in their order; what was put off is with its day."""
        found: dict[str, int] = {}
        for paper_id in self.shown:
            day = self.entries[paper_id].day
            found[day] = found.get(day, 0) + (paper_id not in self.read)
        return found

    def first_of(self, day: str) -> str | None:
        """Give the first paper in sight of a day, else of the first day after it; None where there is none."""
        at_once = [paper_id for paper_id in self.shown if paper_id not in self.later]
        same = next((paper_id for paper_id in at_once if self.entries[paper_id].day == day), None)
        return same or next((paper_id for paper_id in at_once if self.entries[paper_id].day > day), None)

    def section(self, paper_id: str) -> str:
        """Give what a paper stands under in the list: its day, or nothing where it was put off."""
        return "" if paper_id in self.later else self.entries[paper_id].day

    def left(self) -> int:
        """Count the unread papers in sight."""
        return sum(paper_id not in self.read for paper_id in self.shown)
