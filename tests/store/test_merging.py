"""Events of several devices: nothing is lost, the later value holds, and the order in which they come is nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from coolcli.models import Event, Filter, Marks
from coolcli.store import events, merging, select
from tests.builders import DAY, NOW, keep, listing
from tests.state.homes import PAPERS, Home, star

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A, B, _ = PAPERS


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    homes = Home(tmp_path / "one"), Home(tmp_path / "two")
    yield homes
    for home in homes:
        home.close()


def exchange(one: Home, two: Home) -> None:
    one.take(two.records())
    two.take(one.records())


def marks(home: Home, paper_id: str = A) -> Marks:
    with home.database.read() as connection:
        return select.by_ids(connection, [paper_id])[paper_id].marks


def test_a_star_here_and_a_note_there_both_stay(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("star", star())
    other.do("note", events.note(A, "§ 3"))
    exchange(one, other)
    assert marks(one) == marks(other)
    assert marks(one).starred and marks(one).note == "§ 3"


def test_tags_of_two_machines_both_stay(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("tag", events.tag("survey", A, NOW))
    other.do("tag", events.tag("thesis", A, NOW))
    exchange(one, other)
    assert marks(one).tags == marks(other).tags == ("survey", "thesis")


def test_of_two_notes_the_later_holds_and_the_earlier_stays_in_the_history(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("note", events.note(A, "first"))
    other.now = one.now
    other.do("note", events.note(A, "second"))
    exchange(one, other)
    assert marks(one).note == marks(other).note == "second"
    assert [json.loads(record.value or "") for record in one.records() if record.field == "note"] != ["second"]
    assert {record.value for record in other.records()} == {'"first"', '"second"'}


def test_what_was_unstarred_stays_unstarred(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("star", star())
    exchange(one, other)
    other.do("unstar", events.clear("starred", A))
    exchange(one, other)
    assert not marks(one).starred and not marks(other).starred
    exchange(other, one)
    assert not marks(one).starred


def test_twice_is_without_harm(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("star", star(), star(B))
    assert other.take(one.records()) == merging.Taken(2, 1, 2, 0)
    assert other.take(one.records()) == merging.Taken(0, 0, 0, 0)


def test_undo_takes_back_what_was_done_here_and_leaves_what_another_machine_said_since(
    two: tuple[Home, Home],
) -> None:
    one, other = two
    one.do("note", events.note(A, "mine"), events.note(B, "mine"))
    exchange(one, other)
    other.do("note", events.note(A, "theirs"))
    exchange(one, other)
    assert one.undo() == ["note"]
    assert marks(one, A).note == "theirs" and marks(one, B).note is None
    assert one.undo() == [], "the other machine's change is not this one's to take back"
    exchange(one, other)
    assert other.undo() == ["note"]
    assert marks(other, A).note is None, "what was taken back does not come back"


def test_undo_of_what_another_machine_overtook_goes_on_to_the_change_before(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("star", star(B))
    one.do("note", events.note(A, "mine"))
    exchange(one, other)
    other.do("note", events.note(A, "theirs"))
    exchange(one, other)
    assert [one.undo(), one.undo(), one.undo()] == [["note"], ["star"], []]
    assert marks(one, A).note == "theirs" and not marks(one, B).starred
    exchange(one, other)
    assert other.undo() == ["note"]
    exchange(one, other)
    assert marks(one, A).note is None and one.marks == other.marks


def test_undo_takes_back_what_another_machine_said_and_took_back(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("note", events.note(A, "mine"))
    exchange(one, other)
    other.do("note", events.note(A, "theirs"))
    other.undo()
    exchange(one, other)
    assert marks(one, A).note == "mine"
    assert one.undo() == ["note"] and marks(one, A).note is None


def test_what_comes_late_counts_by_when_it_was_done(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("note", events.note(A, "early"))
    other.now = one.now
    other.do("note", events.note(A, "late"))
    late = other.records()
    other.take(one.records())
    assert marks(other).note == "late"
    assert other.undo() == ["note"]
    assert marks(other).note == "early"
    one.take(late)
    assert marks(one).note == "late"


def test_a_paper_that_is_not_here_is_kept_as_pending(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("star", star("2611.09999"))
    other.take(one.records())
    with other.database.read() as connection:
        assert [row.id for row in select.starred(connection)] == ["2611.09999"]


def test_subscriptions_come_along_and_make_what_is_unread(two: tuple[Home, Home]) -> None:
    one, other = two
    keep(other.database, listing("cs.LG", DAY, new=[A, B]))
    one.do("subscribe", events.subscribe("cs.LG", DAY, NOW))
    one.do("done", events.mark("read", A, NOW))
    other.take(one.records())
    with other.database.read() as connection:
        assert select.ids_of(connection, Filter(unread=True)) == [B]
    assert other.disorder == (0, 0)


def test_fields_that_nobody_knows_are_kept_and_handed_on(two: tuple[Home, Home], tmp_path: Path) -> None:
    one, other = two
    one.do("watch", Event("author:Jane Doe", "watched", '{"colour": "red"}'))
    newer = [record._replace(more='{"mood": [1]}') for record in one.records()]
    other.take(newer)
    third = Home(tmp_path / "third")
    third.take(other.records())
    assert third.records() == newer
    third.close()


def copied(home: Home, other: Home) -> None:
    """Give a home the name of another, as a copy of its file has."""
    with other.database.write() as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'device'", (home.device,))


def test_a_home_that_was_copied_becomes_a_device_of_its_own(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("star", star())
    other.take(one.records())
    copied(one, other)
    one.do("star", star(B))
    other.do("note", events.note(A, "on the copy"))
    shared = one.device
    exchange(one, other)
    exchange(one, other)
    assert one.marks == other.marks and len(one.records()) == 3
    assert len({shared, one.device, other.device}) == 3
    assert other.undo() == ["note"] and one.undo() == ["star"], "each its own, also of before"
    exchange(one, other)
    assert one.marks == other.marks and marks(one) == marks(other) and marks(one).note is None


@pytest.mark.parametrize("notes", [("x", "y"), ("y", "x")])
def test_what_a_home_and_its_copy_did_at_the_same_moment_both_stays(
    two: tuple[Home, Home], notes: tuple[str, str]
) -> None:
    one, other = two
    copied(one, other)
    for home, paper_id, note in zip(two, (A, B), notes, strict=True):
        home.do("note", events.note(paper_id, note))
    assert one.records()[0].clock == other.records()[0].clock
    for _ in range(2):
        exchange(one, other)
    assert one.records() == other.records() and len(one.records()) == 2
    assert (marks(one, A).note, marks(one, B).note) == (marks(other, A).note, marks(other, B).note) == notes
    assert one.disorder == other.disorder == (0, 0)


def test_of_two_that_claim_to_be_the_same_event_one_holds_everywhere(two: tuple[Home, Home], tmp_path: Path) -> None:
    one, other = two
    third = Home(tmp_path / "third")
    third.do("note", events.note(A, "as it was"))
    (original,) = third.records()
    third.close()
    edited = original._replace(value='"by hand"')
    one.take([original])
    other.take([edited])
    assert one.take([edited]).disputed == other.take([original]).disputed == 1
    assert one.records() == other.records() and one.marks == other.marks
    assert one.disorder == other.disorder == (0, 0)


def test_a_clock_that_is_far_off_does_not_take_this_one_along(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("note", events.note(A, "x"))
    (record,) = one.records()
    other.take([record._replace(clock=f"00ffffffffffffff-{record.device}")])
    other.do("star", star(B))
    assert next(each.clock for each in other.records() if each.field == "starred") < "00f"
