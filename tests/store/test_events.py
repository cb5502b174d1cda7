"""What the reader did: every change can be taken back, in any number, and leaves exactly the marks of before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coolcli.models import Event, Marks, Subscription
from coolcli.store import events, papers
from coolcli.store.database import Database
from coolcli.store.select import by_ids
from tests import builders
from tests.builders import DAY, NOW, act, follow, keep, paper

if TYPE_CHECKING:
    from datetime import datetime

A, B = "2611.00001", "2611.00002"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def two_papers(database: Database) -> None:
    with database.write() as connection:
        papers.save(connection, map(paper, (A, B)))


def marks(database: Database, paper_id: str = A) -> Marks:
    with database.read() as connection:
        return by_ids(connection, [paper_id])[paper_id].marks


def undo(database: Database, count: int = 1, now: datetime = LATER) -> list[str]:
    """Take back the newest changes, as the command does, and give their verbs."""
    with database.write() as connection:
        changes = events.changes(connection, count)
        for change in changes:
            events.undo(connection, change, now)
    return [change.verb for change in changes]


def subscribed(database: Database) -> list[Subscription]:
    with database.read() as connection:
        return events.subscriptions(connection)


def star(paper_id: str = A, version: int | None = 1, now: datetime = NOW) -> Event:
    return events.mark("starred", paper_id, now, version=version)


def test_marks_are_what_was_done_last(database: Database) -> None:
    assert marks(database) == Marks()
    act(database, "star", star())
    act(database, "open", events.mark("read", A, NOW), events.mark("opened", A, NOW))
    act(database, "tag", events.tag("thesis", A, NOW), events.tag("later", A, NOW))
    act(database, "note", events.note(A, "mind § 3"))
    assert marks(database) == Marks(NOW, 1, True, True, ("later", "thesis"), "mind § 3")
    act(database, "unstar", events.clear("starred", A))
    act(database, "undone", events.clear("read", A))
    assert marks(database) == Marks(None, None, False, True, ("later", "thesis"), "mind § 3")
    assert marks(database, B) == Marks()


def test_what_is_so_already_is_no_change(database: Database) -> None:
    act(database, "star", star())
    assert act(database, "star", star(version=2, now=LATER), now=LATER) == []
    assert act(database, "undone", events.clear("read", A)) == []
    assert marks(database).starred_at == NOW
    assert [event.subject for event in act(database, "star", star(A), star(B))] == [B]
    assert undo(database, 9) == ["star", "star"]


def test_undo_of_unstar_keeps_the_day_on_which_it_was_starred(database: Database) -> None:
    act(database, "star", star(version=3))
    act(database, "unstar", events.clear("starred", A), now=LATER)
    assert undo(database, now=LATER) == ["unstar"]
    assert marks(database) == Marks(starred_at=NOW, starred_version=3)


def test_undo_takes_back_all_that_one_command_did(database: Database) -> None:
    act(database, "done", events.mark("read", B, NOW))
    act(database, "done", events.mark("read", A, LATER), events.mark("read", B, LATER), now=LATER)
    assert undo(database) == ["done"]
    assert marks(database, A) == Marks()
    assert marks(database, B).read  # by the change before


def test_undo_goes_back_one_change_after_the_other(database: Database) -> None:
    for version, verb in enumerate(("tag", "tag", "tag"), 1):
        act(database, verb, events.tag(str(version), A, NOW))
    assert marks(database).tags == ("1", "2", "3")
    undo(database)
    assert marks(database).tags == ("1", "2")
    act(database, "star", star())
    assert undo(database, 2) == ["star", "tag"]
    assert marks(database).tags == ("1",)
    assert undo(database, 5) == ["tag"]
    assert marks(database) == Marks()
    assert undo(database) == []


def test_undo_works_in_another_session(database: Database) -> None:
    act(database, "star", star())
    act(database, "note", Event(A, "note", '"x"'), now=LATER)
    reopened = Database(database.path)
    assert undo(reopened) == ["note"]
    reopened.close()
    again = Database(database.path)
    assert marks(again) == Marks(starred_at=NOW, starred_version=1)
    assert undo(again) == ["star"]
    assert marks(again) == Marks()
    again.close()


def test_undo_does_not_go_by_the_clock(database: Database) -> None:
    """A machine's clock may be set back: the order of changes stays that in which they were made."""
    act(database, "star", star(), now=LATER)
    act(database, "done", events.mark("read", A, NOW), now=NOW - timedelta(days=1))
    assert undo(database, now=NOW) == ["done"]
    assert undo(database, now=NOW) == ["star"]


def test_changes_tell_what_can_be_taken_back(database: Database) -> None:
    act(database, "star", star(A), star(B))
    act(database, "open", events.mark("read", A, LATER), events.mark("opened", A, LATER), now=LATER)
    with database.read() as connection:
        opened, starred = events.changes(connection, 5)
    assert (opened.verb, opened.at, opened.subjects) == ("open", LATER, (A,))
    assert (starred.verb, starred.at, starred.subjects) == ("star", NOW, (A, B))


def test_events_are_only_ever_added(database: Database) -> None:
    act(database, "star", star())
    undo(database)
    with database.read() as connection:
        rows = connection.execute("SELECT verb, value IS NULL, sequence FROM events ORDER BY id").fetchall()
        clocks = [row[0] for row in connection.execute("SELECT clock FROM events ORDER BY id")]
    assert [tuple(row) for row in rows] == [("star", 0, 1), ("undo", 1, 2)]
    assert clocks == sorted(set(clocks))


def test_a_refresh_writes_no_mark(database: Database) -> None:
    act(database, "star", star(version=1))
    keep(database, builders.listing(replace=[paper(A, version=2, title="Another")]))
    assert marks(database) == Marks(starred_at=NOW, starred_version=1)


def test_a_subscription_begins_with_the_first_listing_that_comes(database: Database) -> None:
    follow(database, "cs.LG")
    assert subscribed(database) == [Subscription("cs.LG", None)]
    keep(database, builders.listing("stat.ML", new=[A]))
    assert subscribed(database) == [Subscription("cs.LG", None)]
    keep(database, builders.listing("cs.LG", DAY, new=[A]))
    assert subscribed(database) == [Subscription("cs.LG", DAY)]
    keep(database, builders.listing("cs.LG", DAY + timedelta(days=3), new=[B]))
    assert subscribed(database) == [Subscription("cs.LG", DAY)]


def test_beginning_belongs_to_the_change_that_subscribed(database: Database) -> None:
    follow(database, "cs.LG")
    act(database, "star", star())
    keep(database, builders.listing("cs.LG", DAY, new=[A]))
    assert undo(database) == ["star"]
    assert subscribed(database) == [Subscription("cs.LG", DAY)]
    assert undo(database) == ["subscribe"]
    assert subscribed(database) == []
    assert undo(database) == []


def test_a_subscription_that_was_ended_begins_with_no_listing(database: Database) -> None:
    follow(database, "cs.LG")
    act(database, "unsubscribe", events.unsubscribe("cs.LG"))
    keep(database, builders.listing("cs.LG", DAY, new=[A]))
    assert subscribed(database) == []


def test_a_subscription_that_undo_brought_back_begins_too_and_leaves_no_change_of_its_own(database: Database) -> None:
    act(database, "star", star())
    follow(database, "cs.LG")
    act(database, "unsubscribe", events.unsubscribe("cs.LG"))
    undo(database)
    keep(database, builders.listing("cs.LG", DAY, new=[A]))
    assert subscribed(database) == [Subscription("cs.LG", DAY)]
    assert undo(database, 9) == ["subscribe", "star"]
    assert subscribed(database) == []


def test_subscriptions_stay_in_the_order_in_which_they_were_made(database: Database) -> None:
    act(database, "subscribe", *(events.subscribe(name, None, NOW) for name in ("stat.ML", "cs.LG")))
    follow(database, "hep-th", now=LATER)
    for category in ("hep-th", "cs.LG", "stat.ML"):
        keep(database, builders.listing(category, DAY, new=[A]))
    assert [subscription.category for subscription in subscribed(database)] == ["stat.ML", "cs.LG", "hep-th"]


def test_what_a_subject_is() -> None:
    assert events.category_of(events.subscribe("cs.LG", None, NOW).subject) == "cs.LG"
    assert events.category_of("hep-th/9901001") is None


Field = tuple[str, str]


class Undoing(RuleBasedStateMachine):
    """Random changes, undone and redone at random over reopened databases, against a dict and a list of what was."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "cool.db"
        self.database = Database(self.path)
        self.now = NOW
        self.state: dict[Field, str] = {}
        self.undoable: list[dict[Field, str | None]] = []
        self.day = DAY

    @initialize()
    def begin(self) -> None:
        with self.database.write() as connection:
            papers.save(connection, map(paper, (A, B)))

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(
        changes=st.dictionaries(
            st.tuples(st.sampled_from([A, B]), st.sampled_from(["starred", "read", "tag:x", "note"])),
            st.none() | st.sampled_from(['["x"]', '"y"', '{"at": "2026-01-01T00:00:00Z"}']),
            min_size=1,
        )
    )
    def change(self, changes: dict[Field, str | None]) -> None:
        self.do({field: value for field, value in changes.items() if not self.keeps(field, value)}, changes)

    @rule(category=st.sampled_from(["category:cs.LG", "category:hep-th"]), ends=st.booleans())
    def subscribe(self, category: str, ends: bool) -> None:
        field = (category, "subscribed")
        if ends is (field in self.state):
            change = events.subscribe(category.removeprefix("category:"), None, self.now).value
            self.do({field: None if ends else change}, {field: None if ends else change})

    @rule(category=st.sampled_from(["cs.LG", "hep-th"]))
    def listing_comes(self, category: str) -> None:
        self.day += timedelta(days=1)
        keep(self.database, builders.listing(category, self.day))
        field = ("category:" + category, "subscribed")
        if '"since": null' in self.state.get(field, ""):
            self.state[field] = self.state[field].replace("null", f'"{self.day}"')

    @rule(count=st.integers(1, 3))
    def undo(self, count: int) -> None:
        undo(self.database, count, self.now)
        for before in [self.undoable.pop() for _ in range(min(count, len(self.undoable)))]:
            self.apply(before)

    @precondition(lambda self: self.undoable)
    @rule()
    def open_again(self) -> None:
        self.database.close()
        self.database = Database(self.path)

    @rule(seconds=st.integers(-3600, 3600))
    def time_goes_by(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def keeps(self, field: Field, value: str | None) -> bool:
        """Whether a change leaves a field as it is: what is starred or read stays so since when it was."""
        is_set = value is not None and field[1] in ("starred", "read", "tag:x")
        return field in self.state if is_set else self.state.get(field) == value

    def do(self, different: dict[Field, str | None], asked: dict[Field, str | None]) -> None:
        fresh = act(self.database, "change", *(Event(*field, value) for field, value in asked.items()), now=self.now)
        assert {(event.subject, event.field): event.value for event in fresh} == different
        if different:
            self.undoable.append({field: self.state.get(field) for field in different})
            self.apply(different)

    def apply(self, values: dict[Field, str | None]) -> None:
        for field, value in values.items():
            self.state.pop(field, None)
            if value is not None:
                self.state[field] = value

    @invariant()
    def marks_are_those_of_the_model(self) -> None:
        with self.database.read() as connection:
            found: dict[Any, str] = {
                (row[0], row[1]): row[2] for row in connection.execute("SELECT subject, field, value FROM marks")
            }
            assert len(events.changes(connection, 100)) == len(self.undoable)
        assert found == self.state


TestUndoing = Undoing.TestCase


def test_since_is_a_date(database: Database) -> None:
    follow(database, "cs.LG", since=date(2026, 11, 1))
    assert subscribed(database) == [Subscription("cs.LG", date(2026, 11, 1))]


# A sitting of triage


def sat(database: Database, group: str | None, *changes: Event, now: datetime = NOW) -> str:
    """Store what was done in a sitting, and give its change."""
    with database.write() as connection:
        group = events.group_of_sitting(connection, group)
        events.record(connection, events.SITTING, changes, now, group=group)
    return group


def test_a_sitting_is_one_change_as_new_as_the_last_thing_done_in_it(database: Database) -> None:
    group = sat(database, None, star())
    act(database, "note", events.note(B, "between"), now=LATER)
    assert sat(database, group, events.mark("read", B, LATER), now=LATER) == group
    with database.read() as connection:
        sitting, note = events.changes(connection, 9)
    assert (sitting.verb, sitting.group, sitting.at, sitting.subjects) == ("triage", group, LATER, (A, B))
    assert note.verb == "note"
    assert undo(database) == ["triage"]
    assert (marks(database, A), marks(database, B)) == (Marks(), Marks(note="between"))


def test_a_sitting_that_was_taken_back_goes_on_as_another_change(database: Database) -> None:
    group = sat(database, None, star())
    undo(database)
    another = sat(database, group, star(B))
    assert another != group and sat(database, another, events.mark("read", B, NOW)) == another
    assert undo(database, 5) == ["triage"]
    assert (marks(database, A), marks(database, B)) == (Marks(), Marks())


def test_two_sittings_at_once_are_two_changes(database: Database) -> None:
    one, other = sat(database, None, star(A)), sat(database, None, star(B))
    sat(database, one, events.mark("read", A, NOW))
    assert one != other
    assert undo(database) == ["triage"] and marks(database, B).starred and marks(database) == Marks()


def test_what_is_standing_takes_back_what_comes(database: Database) -> None:
    act(database, "note", events.note(A, "before"))
    wanted = [events.note(A, "after"), star(B)]
    with database.read() as connection:
        standing = events.standing(connection, wanted)
    assert standing == [events.note(A, "before"), events.clear("starred", B)]


def test_a_sitting_counts_what_it_changed_in_the_end(database: Database) -> None:
    act(database, "tag", events.tag("old", A, NOW), events.tag("older", A, NOW))
    group = sat(database, None, star(A), star(B), events.mark("read", B, NOW), events.mark("later", A, NOW))
    sat(database, group, events.clear("starred", B), events.clear("tag:old", A), events.clear("tag:older", A))
    sat(database, group, events.tag("new", A, NOW), events.note(A, "once"))
    sat(database, group, events.note(A, ""))
    with database.read() as connection:
        (change, _) = events.changes(connection, 9)
        counts = events.counts_of(connection, change)
    expected = {("starred", True): 1, ("read", True): 1, ("later", True): 1, ("tag", True): 1, ("tag", False): 1}
    assert counts == expected
    undo(database)
    with database.read() as connection:
        assert events.counts_of(connection, change) == expected


def test_a_sitting_of_which_nothing_is_left_is_no_change(database: Database) -> None:
    act(database, "star", star(B))
    group = sat(database, None, star(A), events.clear("starred", B))
    sat(database, group, events.clear("starred", A), star(B))
    assert undo(database) == ["star"]


def test_a_star_that_a_sitting_took_away_and_set_anew_has_its_day_again(database: Database) -> None:
    act(database, "star", star(version=2))
    group = sat(database, None, events.clear("starred", A), now=LATER)
    sat(database, group, star(version=3, now=LATER), now=LATER)
    assert undo(database) == ["triage"]
    assert marks(database) == Marks(NOW, 2)


def test_what_another_terminal_said_while_a_sitting_went_on_stays(database: Database) -> None:
    group = sat(database, None, events.note(A, "first"), events.note(B, "first"))
    act(database, "note", events.note(A, "theirs"), events.note(B, "theirs"))
    sat(database, group, events.note(A, "last"))
    with database.write() as connection:
        (change, *_) = events.changes(connection, 1)
        undone = events.undo(connection, change, LATER)
    assert (marks(database, A).note, marks(database, B).note, undone.left) == ("theirs", "theirs", [B])
    assert undo(database) == ["note"]
    assert (marks(database, A), marks(database, B)) == (Marks(), Marks())
    assert undo(database) == []
