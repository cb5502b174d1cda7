"""A sitting: the pile, where the reader is in it, and what they do, each at once in the store and all of it one change.

    a key      -> the pile, so that the screen can follow at once -> the store
    undo, redo -> the inverse, as further events of the same change: `cool undo` takes back what is left of it, as one

Papers that are gone by are the exception: their marks are stored together (`flush`), with the next thing done or by the
clock of whoever drives the sitting, so that a key that is held down never waits for the disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from coolcli import news
from coolcli.cli import ruling
from coolcli.cli.desk import Desk
from coolcli.cli.triaging.scope import Source
from coolcli.errors import Busy, DataError
from coolcli.models import Event, Row
from coolcli.render import words
from coolcli.render.emphasis import NOTHING, Emphasis
from coolcli.store import events, rules, unread
from coolcli.store.unread import Counted, Place
from coolcli.triage.pile import Pile

if TYPE_CHECKING:
    from coolcli.cli.ordering import Order
    from coolcli.query.tree import Node
    from coolcli.store.rules import Rule

_AROUND = 60
"""Papers that are read from the store together."""
_HELD = 2000
"""Papers whose texts are held at the most."""
_PACE_OF = 5
"""Papers that have to be gone by before a pace can be told."""
_GLANCE = 0.4
"""Seconds up to which a paper was not looked at: a key was held down."""
_PAUSE = 120.0
"""Seconds at one paper from which on the reader is taken to have been away."""


class Deed(NamedTuple):
    """Something done that can be taken back."""

    said: str
    """What it was, as behind `Undone: `."""
    paper: str | None
    """Where the reader was."""
    before: tuple[Event, ...]
    after: tuple[Event, ...]


class Progress(NamedTuple):
    """How far the reader is."""

    read: int
    papers: int
    """The papers of the days that are gone through, but for what rules take out of sight unread."""
    starred: int
    muted: int
    """What rules take out of sight."""
    minutes: int | None
    """What is left at this pace; None where there is none yet."""


class Sitting:
    """Reads and changes the store for whoever shows it; nothing here waits for the network."""

    def __init__(
        self,
        desk: Desk,
        source: Source,
        order: Order | None = None,
        *,
        marks_read: bool = True,
        shows_muted: bool = False,
    ) -> None:
        """Find the papers, and go to where the last sitting of this kind ended."""
        self.desk = desk
        self.pile = Pile()
        self.pile.shows_muted = shows_muted
        self.source = source
        self.order = order
        self.marks_read = marks_read
        """Whether a paper that is gone past becomes read."""
        self.search: Node | None = None
        """What stands out in the list and in the papers, whether it filters or not."""
        self.emphasis: Emphasis = NOTHING
        self._ruled = ruling.Ruled([])
        self._made: tuple[list[Rule], dict[str, str]] = [], {}
        """The rules and saved searches of the last look at them."""
        self._group: str | None = None
        self._passed: list[Event] = []
        """The marks of papers gone by that are not stored yet."""
        self._done: list[Deed] = []
        self._undone: list[Deed] = []
        self._rows: dict[str, Row] = {}
        self._others = Counted(0, 0, 0)
        """What there is of the same days besides the pile."""
        self._times: list[float] = []
        """How long the papers took that were gone by, in seconds."""
        self._arrived: float | None = None
        self._kept: Place | None = None
        self.reload()
        self._go_back()

    def reload(self) -> list[str]:
        """Read the pile from the store again, and give what has come since."""
        before = self.pile.entries
        self._look_at_rules()
        found = self.source.found(before, self.order)
        marked, passed = found.marked, {event.subject for event in self._passed}
        self._rows.clear()
        self._ruled, self._others = found.ruled, found.others
        self.pile.put(
            found.entries,
            marked._replace(read=marked.read | passed),
            frozenset(found.ruled.muted),
        )
        self.set_emphasis()
        return [entry.id for entry in found.entries if entry.id not in before] if before else []

    def _look_at_rules(self) -> None:
        """Let the rules be understood anew where they are others by now, by whomever."""
        with self.desk.database.read() as connection:
            made = rules.rules(connection), rules.searches(connection)
        if made != self._made:
            self._made = made
            ruling.understood.cache_clear()

    def set_emphasis(self) -> None:
        """Find again what stands out, after a change of the search."""
        self.emphasis = ruling.emphasis(self.desk, self._ruled, self.search or self.source.scope.query)

    def row(self, paper_id: str) -> Row:
        """Give a paper with its abstract and marks; those around it are read with it."""
        if paper_id not in self._rows:
            place = self.pile.place_of(paper_id) or 0
            near = self.pile.shown[max(0, place - _AROUND // 2) : place + _AROUND // 2]
            wanted = [each for each in {paper_id: None, **dict.fromkeys(near)} if each not in self._rows]
            if len(self._rows) > _HELD:
                self._rows.clear()
            for row in self.desk.rows(wanted):
                entry = self.pile.entries.get(row.id)
                day = date.fromisoformat(entry.day) if entry else row.announced
                self._rows[row.id] = row._replace(announced=day, announce_type=entry.kind) if entry else row
        row = self._rows[paper_id]
        is_read = paper_id in self.pile.read
        return row if row.marks.read == is_read else row._replace(marks=row.marks._replace(read=is_read))

    @property
    def progress(self) -> Progress:
        """Tell how far the reader is."""
        pile, others = self.pile, self._others
        minutes = None
        if len(self._times) >= _PACE_OF:
            from statistics import median  # 4 ms, later than the first paint

            minutes = ceil(median(self._times[-50:]) * pile.left() / 60)
        return Progress(
            others.read + len(pile.read),
            others.papers + len(pile.entries) - (0 if pile.shows_muted else len(pile.muted - pile.read)),
            others.starred + len(pile.starred),
            pile.hidden_by_rules,
            minutes,
        )

    @property
    def marked(self) -> int:
        """Count the papers that became read in this sitting and still are."""
        touched = {
            event.subject for deed in self._done for event in deed.after if event.field == "read" and event.value
        }
        return len(touched & self.pile.read)

    @property
    def is_behind(self) -> bool:
        """Tell whether something is not stored yet."""
        return bool(self._passed)

    @property
    def is_at_end(self) -> bool:
        """Tell whether no paper in sight follows."""
        return self.pile.place >= len(self.pile.shown) - 1

    def go_on(self) -> bool:
        """Go to the next paper; the one that is left becomes read. Tell whether it was the last: then only that."""
        current = self.pile.current
        if current is None:
            return True
        self._note_pace()
        if self.marks_read and current.id not in self.pile.read:
            self._pass(current.id)
        if self.is_at_end:
            return True
        self.pile.go_to(self.pile.place + 1)
        return False

    def star(self) -> str:
        """Star the paper, or take its star away."""
        row = self.current_row()
        if row.id in self.pile.starred:
            return self._do(f"unstarred {row.id}", [events.clear("starred", row.id)])
        star = events.mark("starred", row.id, self.desk.clock(), version=row.paper.version)
        return self._do(f"starred {row.id}", [star])

    def toggle_read(self) -> str:
        """Mark the paper as read, or as unread again."""
        paper = self.current_row().id
        if paper in self.pile.read:
            return self._do(f"marked {paper} as unread", [events.clear("read", paper)])
        return self._do(f"marked {paper} as read", [events.mark("read", paper, self.desk.clock())])

    def put_off(self) -> str:
        """Put the paper behind all others, unread, and go to the next one; or take it back to its day.

        From the last one it goes to one that is unread: what was put off is not gone past by the next key.
        """
        row, place = self.current_row(), self.pile.place
        self._note_pace()
        if row.id in self.pile.later:
            return self._do(f"took {row.id} back to its day", [events.clear("later", row.id)])
        following = self.pile.shown[place + 1 : place + 2]
        put_off = [events.clear("read", row.id), events.mark("later", row.id, self.desk.clock())]
        said = self._do(f"put {row.id} off, behind all others", put_off)
        if following:
            self.pile.go_to_paper(following[0])
        else:
            self.pile.go_to_unread(1)
        return said

    def tag(self, wanted: Sequence[str], row: Row | None = None) -> str:
        """Let the paper, or another, have these tags and no others; each is spelled as elsewhere (`tagging.names`)."""
        row = self.row(row.id) if row else self.current_row()
        with self.desk.database.read() as connection:
            from coolcli.store import select

            alike = select.spellings(connection)
        on = [name for name in wanted if name not in row.marks.tags]
        off = [name for name in row.marks.tags if name not in wanted]
        changes = [events.tag(name, row.id, self.desk.clock()) for name in on]
        changes += [events.clear(events.TAG + each, row.id) for name in off for each in alike.get(name, [name])]
        told = [f"tagged {row.id} {', '.join(on)}"] if on else []
        told += [f"took {', '.join(off)} off {row.id}"] if off else []
        return self._do(" and ".join(told), changes)

    def note(self, text: str, row: Row | None = None) -> str:
        """Let this be the note of the paper, or another; none where it is empty. Raises UsageError: it is too long."""
        from coolcli.cli import noting

        row, text = self.row(row.id) if row else self.current_row(), noting.fit(text.strip())
        did = "changed the note of" if row.marks.note else "noted on"
        return self._do(f"{did} {row.id}" if text else f"removed the note of {row.id}", [events.note(row.id, text)])

    def opened(self, verb: str = "opened", paper: str | None = None) -> str:
        """Mark the paper, or another one, as read and opened, and what is new of it as seen."""
        paper, now = paper or self.current_row().id, self.desk.clock()
        marks = [events.mark(field, paper, now) for field in ("read", "opened")]
        said = f"{verb} {paper}"
        self._do(said, marks + news.seen(news.of(self.desk.database, [paper]), now))
        return _sentence(said)

    def rule(self, said: str, changes: Iterable[Event]) -> str:
        """Change the rules, and see what they take out of sight now."""
        told = self._do(said, changes)
        self.reload()
        return told

    def undo(self) -> str | None:
        """Take back the last thing done, and go to where that was; None where there is nothing."""
        self.flush()
        if not self._done:
            return None
        deed = self._done[-1]
        left = self._set(deed.after, deed.before)
        self._done.pop()
        self._undone.append(deed)
        return self._returned(deed, f"Undone: {deed.said}", left)

    def redo(self) -> str | None:
        """Do again what was taken back last; None where there is nothing."""
        self.flush()
        if not self._undone:
            return None
        deed = self._undone[-1]
        left = self._set(deed.before, deed.after)
        self._undone.pop()
        self._done.append(deed)
        return self._returned(deed, f"Done again: {deed.said}", left)

    def flush(self) -> None:
        """Store what is not stored yet: which papers were gone by, and where the reader is. Raises DataError.

        What cannot be stored is not marked any more.
        """
        passed, where = list(self._passed), self._where()
        if not passed and (where in (None, self._kept) or self.desk.database.read_only):
            return
        try:
            _, stored = self._store(passed, where=where)
        except Busy:
            raise  # it is tried again
        except DataError:
            self.pile.read.difference_update(event.subject for event in passed)
            self._forget(passed)
            if passed:
                raise
        else:
            self._forget(set(passed).difference(stored))  # another terminal was faster

    def summary(self) -> str:
        """Say at the end what became of the sitting."""
        read, fields = self.marked, [event for deed in self._done for event in deed.after]
        starred = len({event.subject for event in fields if event.field == "starred"} & self.pile.starred)
        told = [f"{words.number(read, 'paper')} marked as read"] + ([f"{starred} starred"] if starred else [])
        progress = self.progress
        left = f"{progress.read:,} of {progress.papers:,} read"
        demo = " --demo" if self.desk.flags.demo else ""
        undo = f" `cool{demo} undo` takes the sitting back." if self._stands() else ""
        return f"{', '.join(told)}; {left}.{undo}"

    def _stands(self) -> bool:
        """Tell whether the sitting is what `cool undo` would take back."""
        with self.desk.database.read() as connection:
            newest = events.changes(connection, 1)
        return bool(newest) and newest[0].group == self._group

    def _forget(self, passed: Collection[Event]) -> None:
        """Let nothing wait to be stored any more, and some papers not be gone by in this sitting."""
        self._passed.clear()
        if passed:
            self._done = [deed for deed in self._done if not any(event in passed for event in deed.after)]

    def _where(self) -> Place | None:
        """Give where the next sitting begins: here, or as that holds what is unread, at the first such behind it."""
        current = self.pile.current
        if current is None:
            return None
        behind = self.pile.shown[self.pile.place :]
        return Place(next((paper for paper in behind if paper not in self.pile.read), current.id), current.day)

    def _go_back(self) -> None:
        """Go to where the last sitting ended; where that paper is gone, to the first of its day or after it."""
        with self.desk.database.read() as connection:
            place = self._kept = unread.place(connection, self.source.name)
        if place is None or self.pile.go_to_paper(place.paper):
            return
        if following := self.pile.first_of(place.day):
            self.pile.go_to_paper(following)

    def current_row(self) -> Row:
        """Give the paper that the reader is at. Raises NoPaper."""
        current = self.pile.current
        if current is None:
            raise NoPaper
        return self.row(current.id)

    def _pass(self, paper: str) -> None:
        read = events.mark("read", paper, self.desk.clock())
        self._passed.append(read)
        self.pile.read.add(paper)
        self._rows.pop(paper, None)
        self._done.append(Deed(f"went past {paper}", paper, (events.clear("read", paper),), (read,)))
        self._undone.clear()

    def _note_pace(self) -> None:
        now = self.desk.clock().timestamp()
        if self._arrived is not None and _GLANCE < now - self._arrived < _PAUSE:
            self._times.append(now - self._arrived)
        self._arrived = now

    def _do(self, said: str, changes: Iterable[Event]) -> str:
        """Store a change, and give what was done, as a sentence."""
        self.flush()
        wanted = tuple(changes)
        if not wanted:
            return "Nothing to change"
        before, fresh = self._store(wanted)
        kept = [(old, new) for old, new in zip(before, wanted, strict=True) if new in fresh]
        if kept:
            paper = self.pile.current.id if self.pile.current else None
            self._done.append(Deed(said, paper, tuple(old for old, _ in kept), tuple(new for _, new in kept)))
            self._undone.clear()
        self._apply(wanted)
        return _sentence(said) if kept else f"{_sentence(said)}, as it was already"

    def _set(self, expected: Sequence[Event], wanted: Sequence[Event]) -> list[str]:
        """Set fields as `wanted` says where they are as `expected`; give the subjects of what was changed elsewhere."""
        now, _ = self._store(wanted, expected)
        triples = list(zip(expected, now, wanted, strict=True))
        self._apply(new if old == is_now else is_now for old, is_now, new in triples)
        return list(dict.fromkeys(new.subject for old, is_now, new in triples if is_now not in (old, new)))

    def _store(
        self, changes: Sequence[Event], expected: Sequence[Event] | None = None, where: Place | None = None
    ) -> tuple[list[Event], list[Event]]:
        """Store changes of fields, those that are as `expected`, and where the reader is; None for where they were.

        Give what set the fields to what they were, and the changes that made a difference.
        """
        with self.desk.database.write() as connection:
            self._group = events.group_of_sitting(connection, self._group)
            before = events.standing(connection, changes)
            fitting = [new for new, old, now in zip(changes, expected or before, before, strict=True) if old == now]
            fresh = events.record(connection, events.SITTING, fitting, self.desk.clock(), group=self._group)
            if where is not None:
                unread.keep_place(connection, self.source.name, where)
        self._kept = where or self._kept
        return before, fresh

    def _apply(self, changes: Iterable[Event]) -> None:
        """Let the pile follow what is stored."""
        sets = {"read": self.pile.read, "starred": self.pile.starred, "later": self.pile.later}
        is_moved = False
        for event in changes:
            self._rows.pop(event.subject, None)
            is_moved |= event.field == "later"
            if event.field in sets and event.subject in self.pile.entries:
                (sets[event.field].discard if event.value is None else sets[event.field].add)(event.subject)
        muted = frozenset(self._ruled.muted.keys() - self.pile.starred)
        if is_moved or muted != self.pile.muted:  # of 20,000 papers it takes 10 ms
            self.pile.muted = muted
            self.pile.arrange()

    def _returned(self, deed: Deed, said: str, left: Sequence[str]) -> str:
        if any(event.subject.startswith(rules.RULE) for event in deed.after):
            self.reload()
        if deed.paper is not None:
            self.pile.go_to_paper(deed.paper)
        return f"{said}; changed elsewhere since, and left: {', '.join(left)}" if left else said


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}"


class NoPaper(Exception):
    """There is no paper in sight to do something to."""
