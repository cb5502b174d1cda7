"""A sitting: what is done is stored at once, is one change, and can be taken back, whatever others do meanwhile."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
import typer
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from coolcli.arxiv.categories import parse
from coolcli.cli import app, filters, ordering
from coolcli.cli.app import load
from coolcli.cli.desk import Desk
from coolcli.cli.triaging import muting
from coolcli.cli.triaging.scope import Scope, Source
from coolcli.cli.triaging.sitting import NoPaper, Sitting
from coolcli.errors import DataError
from coolcli.store import events, rules, select
from coolcli.store.database import Database
from coolcli.store.rules import Rule
from coolcli.triage.pile import Marked
from tests.builders import DAY, NOW, act, follow, keep, listing, paper
from tests.cli.triaging.conftest import THURSDAY, A, B, C, D, E, F, X, furnish

if TYPE_CHECKING:
    from datetime import date

    from coolcli.models import Change

LATER = NOW + timedelta(hours=1)


def begin(
    desk: Desk, typed: str = "cs.LG", day: date | None = None, query: str = "", marks_read: bool = True
) -> Sitting:
    scope = Scope(parse([typed]), day, *filters.understood(desk, [query] if query else []))
    return Sitting(desk, Source(desk, scope), marks_read=marks_read)


@pytest.fixture
def sitting(desk: Desk) -> Sitting:
    return begin(desk)


def here(sitting: Sitting) -> str | None:
    return sitting.pile.current.id if sitting.pile.current else None


def fields(database: Database, paper_id: str) -> set[str]:
    """The fields of a paper that are set."""
    with database.read() as connection:
        found = connection.execute("SELECT field FROM marks WHERE subject = ?", (paper_id,))
        return {row[0] for row in found}


def marks(database: Database) -> set[tuple[str, str, str]]:
    """All that the reader did, as it stands."""
    with database.read() as connection:
        found = connection.execute("SELECT subject, field, value FROM marks WHERE field != 'undone'")
        return {(row[0], row[1], row[2]) for row in found}


def undo(database: Database) -> list[str]:
    """Take back the newest change, as `cool undo` does, and give the subjects that were left."""
    with database.write() as connection:
        (change,) = events.changes(connection, 1)
        assert change.verb == "triage"
        return events.undo(connection, change, LATER).left


def ran(*arguments: str) -> str:
    """What a command prints, in a process that is this one."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        assert app.run(arguments) == 0
    return out.getvalue()


# Going through


def test_what_is_gone_past_is_read_and_stored_with_the_next_thing_done(sitting: Sitting, elsewhere: Database) -> None:
    assert not sitting.go_on() and here(sitting) == B
    assert A in sitting.pile.read and sitting.row(A).marks.read and sitting.is_behind
    assert fields(elsewhere, A) == set()
    sitting.star()
    assert fields(elsewhere, A) == {"read"} and fields(elsewhere, B) == {"starred"} and not sitting.is_behind


def test_the_last_one_becomes_read_too_and_that_is_told(sitting: Sitting) -> None:
    for _ in range(5):
        assert not sitting.go_on()
    assert sitting.is_at_end and sitting.go_on() and here(sitting) == F
    assert sitting.go_on() and sitting.marked == 6
    assert sitting.progress[:3] == (6, 6, 0)
    sitting.flush()
    assert begin(sitting.desk).pile.current is None


def test_where_going_past_marks_nothing_nothing_is_marked(desk: Desk) -> None:
    sitting = begin(desk, marks_read=False)
    assert not sitting.go_on() and not sitting.is_behind and sitting.marked == 0


def test_without_a_paper_in_sight_there_is_nothing_to_do_it_to(sitting: Sitting) -> None:
    sitting.pile.fitting = frozenset()
    sitting.pile.arrange()
    assert sitting.go_on()
    for deed in (sitting.star, sitting.toggle_read, sitting.put_off, sitting.opened, lambda: sitting.note("x")):
        with pytest.raises(NoPaper):
            deed()
    assert sitting.undo() is None and sitting.redo() is None
    sitting.flush()
    assert sitting.summary() == "0 papers marked as read; 0 of 6 read."


def test_progress_counts_what_was_read_of_the_same_days_before(desk: Desk) -> None:
    act(desk.database, "done", events.mark("read", A, NOW), events.mark("read", D, NOW))
    act(desk.database, "star", events.mark("starred", D, NOW), events.mark("starred", E, NOW))
    sitting = begin(desk)
    assert sitting.progress == (2, 6, 2, 0, None)
    sitting.go_on()
    assert sitting.progress[:3] == (3, 6, 2)
    sitting.reload()
    assert sitting.progress[:3] == (3, 6, 2)
    sitting.star()
    sitting.undo()
    sitting.undo()
    sitting.reload()
    assert sitting.progress[:3] == (2, 6, 2)


def test_the_pace_tells_the_minutes_left_and_leaves_pauses_out(desk: Desk) -> None:
    passed = 0
    desk.__dict__["clock"] = lambda: NOW + timedelta(seconds=passed)
    sitting = begin(desk, marks_read=False)
    for passed in (0, 60, 120, 1_000, 1_060, 1_120, 1_180):  # noqa: B007 -- the clock has it
        sitting.go_on()
    assert sitting.progress.minutes == 6  # six are unread, a minute each


def test_a_paper_is_shown_as_the_listing_has_it_that_is_gone_through(desk: Desk) -> None:
    keep(desk.database, listing("math.CO", THURSDAY, cross=[paper(E, categories=("cs.LG", "math.CO"))]))
    row = begin(desk, "math.CO", THURSDAY).row(E)
    assert (row.announced, row.announce_type, row.paper.title) == (THURSDAY, "cross", f"On {E}")


# What is done


def test_each_deed_says_what_it_did_and_is_stored_at_once(sitting: Sitting, elsewhere: Database) -> None:
    assert sitting.star() == f"Starred {A}" and fields(elsewhere, A) == {"starred"}
    assert sitting.star() == f"Unstarred {A}" and fields(elsewhere, A) == set()
    assert sitting.toggle_read() == f"Marked {A} as read" and fields(elsewhere, A) == {"read"}
    assert sitting.toggle_read() == f"Marked {A} as unread" and fields(elsewhere, A) == set()
    assert sitting.opened() == f"Opened {A}" and fields(elsewhere, A) == {"read", "opened"}
    assert sitting.opened() == f"Opened {A}"
    assert sitting.note(" a\nb \x1b[0m") == f"Noted on {A}" and sitting.row(A).marks.note == "a\nb"
    assert sitting.note("c") == f"Changed the note of {A}"
    assert sitting.note("  ") == f"Removed the note of {A}" and "note" not in fields(elsewhere, A)
    assert sitting.tag(["thesis", "to-read"]) == f"Tagged {A} thesis, to-read"
    assert sitting.tag(["thesis", "new"]) == f"Tagged {A} new and took to-read off {A}"
    assert sitting.row(A).marks.tags == ("new", "thesis")
    assert sitting.tag(["new", "thesis"]) == "Nothing to change"


def test_the_version_that_was_starred_is_kept(sitting: Sitting) -> None:
    sitting.pile.go_to_paper(D)
    sitting.star()
    assert sitting.row(D).marks.starred_version == 1


def test_what_is_put_off_is_unread_behind_all_others_and_can_be_taken_back(sitting: Sitting) -> None:
    sitting.toggle_read()
    assert sitting.put_off() == f"Put {A} off, behind all others"
    assert (here(sitting), sitting.pile.shown[-1], A in sitting.pile.read) == (B, A, False)
    again = begin(sitting.desk)
    assert again.pile.shown == [B, C, D, E, F, A]
    again.pile.go_to_paper(A)
    assert again.put_off() == f"Took {A} back to its day" and again.pile.shown[0] == A


def test_what_was_put_off_and_then_read_stays_where_it_is_until_that_is_taken_back(sitting: Sitting) -> None:
    sitting.put_off()
    sitting.pile.go_to_paper(A)
    sitting.go_on()
    sitting.flush()
    sitting.reload()
    assert sitting.pile.shown[-1] == here(sitting) == A and A in sitting.pile.read
    assert ran("list", "-q", "is:later") == ""
    assert sitting.undo() == f"Undone: went past {A}"
    assert A not in sitting.pile.read and A in sitting.pile.later
    assert ran("list", "-q", "is:later").startswith(A)
    sitting.undo()
    assert sitting.pile.shown[0] == here(sitting) == A and ran("search", "is:later") == ""


def test_putting_off_the_last_paper_goes_to_one_that_is_unread(sitting: Sitting) -> None:
    sitting.pile.go_to_paper(F)
    sitting.put_off()
    assert here(sitting) == A and F not in sitting.pile.read


def test_one_tag_in_two_spellings_is_one(sitting: Sitting, elsewhere: Database) -> None:
    act(elsewhere, "tag", events.tag("Thesis", A, NOW), events.tag("thesis", A, NOW), events.tag("thesis", B, NOW))
    sitting.reload()
    assert sitting.row(A).marks.tags == ("thesis",)
    assert sitting.tag([]) == f"Took thesis off {A}"
    assert fields(elsewhere, A) == set()
    sitting.undo()
    assert fields(elsewhere, A) == {"tag:Thesis", "tag:thesis"}


def test_a_starred_paper_is_muted_no_longer_and_muted_again_without_its_star(desk: Desk) -> None:
    act(desk.database, "mute", rules.make(Rule("muted", "survey"), NOW))
    sitting = begin(desk)
    assert (D in sitting.pile.shown, sitting.progress.muted, sitting.progress.papers) == (False, 1, 5)
    sitting.pile.shows_muted = True
    sitting.pile.arrange()
    sitting.pile.go_to_paper(D)
    sitting.star()
    sitting.pile.shows_muted = False
    sitting.pile.arrange()
    assert here(sitting) == D and sitting.progress.muted == 0
    sitting.undo()
    assert (here(sitting), sitting.progress.muted) == (E, 1)


def test_a_rule_takes_out_of_sight_at_once_and_its_undo_brings_back(sitting: Sitting) -> None:
    sitting.pile.go_to_paper(D)
    muting.mute(sitting, 'author:"Cy Coe"')
    assert (here(sitting), D in sitting.pile.shown) == (E, False)
    assert sitting.undo() == 'Undone: muted author:"Cy Coe"'
    assert here(sitting) == D
    sitting.redo()
    assert D not in sitting.pile.shown


# Undo and redo


def test_undo_goes_back_one_deed_and_to_where_it_was(sitting: Sitting) -> None:
    sitting.star()
    sitting.go_on()
    sitting.go_on()
    assert sitting.undo() == f"Undone: went past {B}" and here(sitting) == B and B not in sitting.pile.read
    assert sitting.undo() == f"Undone: went past {A}" and here(sitting) == A
    assert sitting.undo() == f"Undone: starred {A}" and A not in sitting.pile.starred
    assert sitting.undo() is None
    assert sitting.redo() == f"Done again: starred {A}" and A in sitting.pile.starred
    assert sitting.redo() == f"Done again: went past {A}"
    sitting.note("another thing")
    assert sitting.redo() is None


def test_undo_of_a_paper_out_of_sight_is_done_and_leaves_the_reader_where_they_are(sitting: Sitting) -> None:
    sitting.star()
    sitting.pile.fitting = frozenset({E, F})
    sitting.pile.arrange()
    assert sitting.undo() == f"Undone: starred {A}"
    assert here(sitting) == E and fields(sitting.desk.database, A) == set()


def test_undo_works_after_the_pile_was_read_again(sitting: Sitting, elsewhere: Database) -> None:
    sitting.go_on()
    keep(elsewhere, listing(day=THURSDAY, new=[A, B, "2611.00007"]))
    sitting.star()
    assert sitting.reload() == ["2611.00007"]
    assert here(sitting) == B and {A, B} <= set(sitting.pile.shown)
    sitting.undo()
    sitting.undo()
    assert here(sitting) == A and marks(elsewhere) == marks_of_a_new_home()


def marks_of_a_new_home() -> set[tuple[str, str, str]]:
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "cool.db")
        furnish(database)
        found = marks(database)
        database.close()
    return found


def test_what_is_not_stored_yet_survives_reading_the_pile_again(sitting: Sitting) -> None:
    sitting.go_on()
    sitting.reload()
    assert A in sitting.pile.read and sitting.is_behind and sitting.progress.read == 1
    sitting.flush()
    assert fields(sitting.desk.database, A) == {"read"}


# Other terminals


def test_what_another_terminal_did_is_seen_when_it_is_done_here_too(sitting: Sitting, elsewhere: Database) -> None:
    act(elsewhere, "star", events.mark("starred", A, LATER))
    assert sitting.star() == f"Starred {A}, as it was already"
    assert A in sitting.pile.starred and sitting.undo() is None
    assert sitting.star() == f"Unstarred {A}"


def test_undo_leaves_what_another_terminal_changed_since_and_says_so(sitting: Sitting, elsewhere: Database) -> None:
    sitting.note("mine")
    act(elsewhere, "note", events.note(A, "theirs"))
    assert sitting.undo() == f"Undone: noted on {A}; changed elsewhere since, and left: {A}"
    assert sitting.row(A).marks.note == "theirs"
    sitting.star()
    act(elsewhere, "unstar", events.clear("starred", A))
    assert sitting.undo() == f"Undone: starred {A}"  # as they want it
    assert A not in sitting.pile.starred


def test_a_paper_read_elsewhere_before_it_was_gone_past_is_not_of_this_sitting(
    sitting: Sitting, elsewhere: Database
) -> None:
    sitting.go_on()
    act(elsewhere, "done", events.mark("read", A, LATER))
    sitting.flush()
    assert sitting.marked == 0 and sitting.undo() is None and A in sitting.pile.read


def test_rules_that_another_terminal_made_hold_when_the_pile_is_read_again(
    sitting: Sitting, elsewhere: Database
) -> None:
    act(elsewhere, "mute", rules.make(Rule("muted", "survey"), NOW))
    sitting.reload()
    assert D not in sitting.pile.shown
    act(elsewhere, "mute", rules.make(Rule("muted", "author:doe"), NOW))
    sitting.reload()
    assert sitting.pile.shown == [] and sitting.progress.muted == 6


def test_papers_that_come_leave_the_reader_where_they_are(sitting: Sitting, elsewhere: Database) -> None:
    sitting.pile.go_to_paper(D)
    monday = DAY + timedelta(days=3)
    keep(elsewhere, listing(day=THURSDAY, new=[A, B, "2611.00007"]), listing(day=monday, new=["2611.00031"]))
    assert sitting.reload() == ["2611.00007", "2611.00031"]
    assert here(sitting) == D and sitting.progress.papers == 8
    assert sitting.reload() == []


def test_a_sitting_that_was_taken_back_elsewhere_goes_on_as_a_new_change(sitting: Sitting, elsewhere: Database) -> None:
    before = marks(elsewhere)
    sitting.go_on()
    sitting.star()
    undo(elsewhere)
    assert marks(elsewhere) == before
    sitting.reload()
    assert (sitting.pile.read, sitting.pile.starred, here(sitting)) == (set(), set(), B)
    sitting.go_on()
    sitting.note("after it")
    assert undo(elsewhere) == [] and marks(elsewhere) == before
    assert sitting.undo() == f"Undone: noted on {C}" and sitting.undo() == f"Undone: went past {B}"
    assert sitting.undo() == f"Undone: starred {B}"
    assert marks(elsewhere) == before


def test_taking_a_sitting_back_leaves_what_another_terminal_said_since(sitting: Sitting, elsewhere: Database) -> None:
    sitting.note("mine")
    act(elsewhere, "note", events.note(A, "theirs"))
    sitting.go_on()
    sitting.star()
    assert undo(elsewhere) == [A]
    assert (fields(elsewhere, A), fields(elsewhere, B)) == ({"note"}, set())
    with elsewhere.read() as connection:
        assert select.by_ids(connection, [A])[A].marks.note == "theirs"


def test_taking_a_sitting_back_brings_back_what_another_terminal_said_within_it(
    sitting: Sitting, elsewhere: Database
) -> None:
    sitting.note("mine")
    act(elsewhere, "note", events.note(A, "theirs"))
    sitting.reload()
    sitting.note("mine again")
    assert undo(elsewhere) == []
    with elsewhere.read() as connection:
        assert select.by_ids(connection, [A])[A].marks.note == "theirs"
        (change, *_) = events.changes(connection, 1)
    assert change.verb == "note"


# The end


def test_the_next_sitting_begins_where_this_one_ended(sitting: Sitting) -> None:
    sitting.go_on()
    sitting.pile.go_to_paper(E)
    sitting.flush()
    assert here(begin(sitting.desk)) == E
    assert here(begin(sitting.desk, "math.CO")) == X  # a sitting of its own


def test_where_that_paper_is_read_it_begins_with_the_next_one_that_is_not(sitting: Sitting) -> None:
    sitting.pile.go_to_paper(D)
    sitting.toggle_read()
    sitting.flush()
    assert here(begin(sitting.desk)) == E


def test_where_that_paper_is_gone_it_begins_with_its_day_or_one_after_it(sitting: Sitting, elsewhere: Database) -> None:
    sitting.pile.go_to_paper(E)
    sitting.flush()
    act(elsewhere, "done", events.mark("read", E, LATER))
    assert here(begin(sitting.desk)) == D
    act(elsewhere, "done", *(events.mark("read", each, LATER) for each in (D, F)))
    assert here(begin(sitting.desk)) == A
    keep(elsewhere, listing(day=DAY + timedelta(days=3), new=["2611.00031"]))
    assert here(begin(sitting.desk)) == "2611.00031"


def test_it_begins_there_in_another_order_and_with_more_that_is_followed(sitting: Sitting) -> None:
    sitting.pile.go_to_paper(E)
    sitting.flush()
    follow(sitting.desk.database, "math.CO", since=DAY)
    desk, scope = sitting.desk, Scope(parse(["cs.LG,math.CO"]))
    assert here(Sitting(desk, Source(desk, scope), ordering.chosen(desk, "new-first"))) == E


def test_the_end_says_what_was_done_and_what_takes_it_back(sitting: Sitting) -> None:
    assert sitting.summary() == "0 papers marked as read; 0 of 6 read."
    sitting.go_on()
    sitting.star()
    sitting.opened()
    sitting.go_on()
    sitting.flush()
    told = "2 papers marked as read, 1 starred; 2 of 6 read. `cool undo` takes the sitting back."
    assert sitting.summary() == told


def test_a_sitting_is_one_change_of_cool_undo(sitting: Sitting) -> None:
    before = marks(sitting.desk.database)
    act(sitting.desk.database, "star", events.mark("starred", F, NOW))
    with_star = marks(sitting.desk.database)
    sitting.reload()
    sitting.go_on()
    sitting.star()
    sitting.put_off()
    sitting.tag(["thesis"])
    sitting.pile.go_to_paper(F)
    sitting.star()
    sitting.flush()
    told = "a sitting of triage: 1 read, 1 starred, 1 put off, 1 tagged, 1 unstarred"
    assert told in ran("undo", "--list").splitlines()[0]
    document = json.loads(ran("undo", "--list", "--json"))["changes"]
    assert [(change["verb"], change["subjects"]) for change in document[:2]] == [
        ("triage", [A, B, C, F]),
        ("star", [F]),
    ]
    assert ran("undo") == f"Undone: {told}\n"
    assert marks(sitting.desk.database) == with_star
    assert ran("undo").startswith(f"Undone: starred {F}") and marks(sitting.desk.database) == before


def test_a_sitting_of_which_nothing_is_left_is_no_change_of_cool_undo(sitting: Sitting) -> None:
    act(sitting.desk.database, "note", events.note(B, "before it"))
    sitting.star()
    sitting.go_on()
    for _ in range(2):
        sitting.undo()
    assert ran("undo").startswith(f"Undone: changed the note of {B}")


def test_undo_tells_what_another_terminal_changed_since(sitting: Sitting, elsewhere: Database) -> None:
    sitting.note("mine")
    act(elsewhere, "note", events.note(A, "theirs"))
    sitting.go_on()
    sitting.flush()
    assert ran("undo").startswith(f"Undone in part, for another terminal or machine has changed {A} since: a sitting")


# What fails


def test_while_another_process_holds_the_data_nothing_is_done_and_what_was_gone_by_is_stored_later(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting.star()
    sitting.go_on()
    monkeypatch.setattr("coolcli.store.database.LOCK_TIMEOUT", 0.01)
    other = sqlite3.connect(sitting.desk.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for deed in (sitting.star, sitting.undo, sitting.put_off, sitting.flush):
        with pytest.raises(DataError, match="in use"):
            deed()
    assert (sitting.pile.read, sitting.pile.starred, sitting.is_behind) == ({A}, {A}, True)
    other.close()
    sitting.flush()
    assert not sitting.is_behind and sitting.marked == 1
    assert sitting.undo() == f"Undone: went past {A}"
    assert sitting.undo() == f"Undone: starred {A}"


def test_what_cannot_be_stored_is_not_marked(sitting: Sitting) -> None:
    sitting.go_on()
    sitting.desk.database.cannot_write = DataError("The disk is full.")
    with pytest.raises(DataError, match="full"):
        sitting.flush()
    assert (sitting.pile.read, sitting.is_behind, sitting.marked) == (set(), False, 0)


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="files that cannot be written")
def test_a_store_that_is_read_only_can_be_gone_through(desk: Desk) -> None:
    desk.database.cannot_write = DataError("It is read-only.")
    sitting = begin(desk, marks_read=False)
    assert not sitting.go_on() and here(sitting) == B
    sitting.flush()
    with pytest.raises(DataError, match="read-only"):
        sitting.star()
    assert sitting.pile.starred == set() and sitting.undo() is None


# Any sequence


class Sat(RuleBasedStateMachine):
    """Somebody does, takes back and does again anything; in the end all of it is taken back, in one of two ways."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        home = {"COOL_HOME": self._folder.name, "COOL_NOW": NOW.isoformat(), "COOL_OFFLINE": "1"}
        self._before = {name: os.environ.get(name) for name in home}
        os.environ.update(home)
        self._context = typer.Context(load("count"))
        self.desk = Desk(self._context)
        furnish(self.desk.database)
        act(
            self.desk.database,
            "before",
            events.mark("starred", B, NOW),
            events.note(B, "before"),
            events.tag("Thesis", C, NOW),
            events.mark("later", D, NOW),
            events.mark("opened", D, NOW),
            rules.make(Rule("muted", "author:nobody"), NOW),
        )
        self.before = marks(self.desk.database)
        self.sitting = begin(self.desk)

    def teardown(self) -> None:
        try:
            self._take_all_back()
        finally:
            self._context.close()
            for name, value in self._before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
            self._folder.cleanup()

    def _take_all_back(self) -> None:
        database = self.desk.database
        self.sitting.flush()
        done = marks(database)
        assert bool(self._change()) == (done != self.before)
        while self.sitting.undo():
            pass
        assert marks(database) == self.before and self._change() is None
        while self.sitting.redo():
            pass
        if (change := self._change()) is not None:
            with database.write() as connection:
                assert events.undo(connection, change, LATER).left == []
        assert marks(database) == self.before and self._change() is None

    def _change(self) -> Change | None:
        """What `cool undo` would take back, where that is the sitting."""
        with self.desk.database.read() as connection:
            (newest,) = events.changes(connection, 1)
        assert newest.verb in ("triage", "before")
        return newest if newest.verb == "triage" else None

    @rule()
    def go_on(self) -> None:
        self.sitting.go_on()

    @rule(place=st.integers(0, 6))
    def go(self, place: int) -> None:
        self.sitting.pile.go_to(place)

    @rule(deed=st.sampled_from(["star", "toggle_read", "put_off", "opened"]))
    def do(self, deed: str) -> None:
        if self.sitting.pile.current:
            getattr(self.sitting, deed)()

    @rule(text=st.sampled_from(["", "one", "two"]))
    def note(self, text: str) -> None:
        if self.sitting.pile.current:
            self.sitting.note(text)

    @rule(tags=st.lists(st.sampled_from(["Thesis", "new", "old"]), unique=True))
    def tag(self, tags: list[str]) -> None:
        if self.sitting.pile.current:
            self.sitting.tag(tags)

    @rule(query=st.sampled_from(["survey", "author:doe"]))
    def mute(self, query: str) -> None:
        muting.mute(self.sitting, query)

    @rule()
    def undo(self) -> None:
        self.sitting.undo()

    @rule()
    def redo(self) -> None:
        self.sitting.redo()

    @rule()
    def reload(self) -> None:
        self.sitting.reload()

    @rule()
    def flush(self) -> None:
        self.sitting.flush()

    @invariant()
    def the_pile_is_as_the_store_has_it(self) -> None:
        if self.sitting.is_behind:
            return
        pile = self.sitting.pile
        again = Source(self.desk, self.sitting.source.scope).found(pile.entries, None)
        assert Marked(*map(frozenset, (pile.read, pile.starred, pile.later))) == again.marked
        assert pile.muted <= set(again.ruled.muted)  # what is unstarred goes out of sight with the next look
        pile = self.sitting.pile
        hidden = 0 if pile.shows_muted else len(pile.muted - pile.read)
        assert self.sitting.progress.papers + hidden == len(again.entries) == 6


TestSat = Sat.TestCase
TestSat.settings = settings(max_examples=60, stateful_step_count=25)
