"""The pile: whatever happens to it, nothing is lost, and the reader stays where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from coolcli.triage.pile import Entry, Marked, Pile

if TYPE_CHECKING:
    from coolcli.models import AnnounceType

DAYS = ("2026-11-18", "2026-11-19", "2026-11-20")
A, B, C, D, E = (f"2611.0000{number}" for number in range(1, 6))


def pile(*entries: tuple[str, str, AnnounceType], later: set[str] | None = None) -> Pile:
    made = Pile()
    made.put([Entry(*each) for each in entries], Marked(later=frozenset(later or ())))
    return made


def two_days(later: set[str] | None = None) -> Pile:
    return pile((A, DAYS[0], "new"), (B, DAYS[0], "cross"), (C, DAYS[1], "new"), (D, DAYS[1], "replace"), later=later)


def here(of: Pile) -> str | None:
    return of.current.id if of.current else None


def test_it_begins_at_the_first_paper() -> None:
    assert here(two_days()) == A
    empty = Pile()
    assert (empty.current, empty.place, empty.shown) == (None, 0, [])
    assert not empty.go_to_unread(1) and not empty.go_to_day(1) and empty.first_of(DAYS[0]) is None
    empty.go_to(3)
    assert empty.current is None


def test_what_is_put_off_stands_behind_all_others_in_the_order_of_the_days() -> None:
    of = two_days(later={A, C})
    assert of.shown == [B, D, A, C]
    of.later.remove(A)
    of.arrange()
    assert of.shown == [A, B, D, C]


def test_what_goes_out_of_sight_leaves_the_reader_at_the_next_paper() -> None:
    of = two_days()
    of.go_to_paper(B)
    of.kinds = ("new",)
    of.arrange()
    assert (of.shown, here(of)) == ([A, C], C)
    of.go_to_paper(C)
    of.fitting = frozenset({A})
    of.arrange()
    assert here(of) == A


def test_where_nothing_was_in_sight_the_reader_comes_back_to_where_they_were() -> None:
    of = two_days()
    of.go_to_paper(C)
    of.fitting = frozenset()
    of.arrange()
    assert (of.current, of.place, of.left()) == (None, 0, 0)
    of.arrange()
    of.fitting = None
    of.arrange()
    assert here(of) == C


def test_a_paper_that_is_gone_leaves_the_reader_at_the_next_that_is_there() -> None:
    of = two_days()
    of.go_to_paper(C)
    of.put([Entry(A, DAYS[0], "new"), Entry(D, DAYS[1], "replace")], Marked())
    assert here(of) == D
    of.put([Entry(A, DAYS[0], "new"), Entry(E, DAYS[2], "new")], Marked())
    assert here(of) == A  # nothing behind it is left of what there was
    of.put([], Marked())
    of.put([Entry(B, DAYS[0], "cross")], Marked())
    assert here(of) == B


def test_muted_papers_are_out_of_sight_and_counted_until_they_are_shown() -> None:
    of = two_days()
    of.put(of.entries.values(), Marked(), frozenset({B}))
    assert (of.shown, of.hidden_by_rules) == ([A, C, D], 1)
    of.shows_muted = True
    of.arrange()
    assert (of.shown, of.hidden_by_rules) == ([A, B, C, D], 0)


def test_the_next_unread_is_looked_for_around_the_end() -> None:
    of = two_days()
    of.read |= {B, C}
    assert of.go_to_unread(1) and here(of) == D
    assert of.go_to_unread(1) and here(of) == A
    assert of.go_to_unread(-1) and here(of) == D
    of.read.add(A)
    assert not of.go_to_unread(1) and here(of) == D  # the only one
    of.read.add(D)
    assert not of.go_to_unread(-1) and here(of) == D


def test_another_day_begins_at_its_first_paper_and_what_was_put_off_is_one_more() -> None:
    of = two_days(later={B})
    assert of.shown == [A, C, D, B]
    assert of.go_to_day(1) and here(of) == C
    assert of.go_to_day(1) and here(of) == B and of.section(B) == ""
    assert not of.go_to_day(1)
    assert of.go_to_day(-1) and here(of) == C
    assert of.go_to_day(-1) and here(of) == A
    assert not of.go_to_day(-1) and here(of) == A


def test_days_count_what_is_unread_in_sight() -> None:
    of = two_days(later={A})
    of.read.add(C)
    assert of.days() == {DAYS[0]: 2, DAYS[1]: 1}
    assert (of.first_of(DAYS[0]), of.first_of(DAYS[1]), of.first_of(DAYS[2])) == (B, C, None)
    assert of.first_of("2026-11-01") == B


def test_going_beyond_the_ends_goes_to_the_ends() -> None:
    of = two_days()
    of.go_to(99)
    assert here(of) == D
    of.go_to(-1)
    assert here(of) == A
    assert not of.go_to_paper(E) and here(of) == A


IDS = [f"2611.{number:05}" for number in range(12)]
SOME = st.sets(st.sampled_from(IDS))
ENTRIES = st.builds(Entry, st.sampled_from(IDS), st.sampled_from(DAYS), st.sampled_from(["new", "cross", "replace"]))
PAPERS = st.lists(ENTRIES, unique_by=lambda entry: entry.id).map(lambda of: sorted(of, key=lambda entry: entry.day))


class Reading(RuleBasedStateMachine):
    """Somebody goes through a pile, while papers come and go and are filtered."""

    def __init__(self) -> None:
        super().__init__()
        self.pile = Pile()
        self.was: str | None = None
        """Where the reader was before what was done last, where that shall not move them."""
        self.went_to: str | None = None
        """Where they went last by themselves."""

    @rule(entries=PAPERS, read=SOME, later=SOME, muted=SOME)
    def put(self, entries: list[Entry], read: set[str], later: set[str], muted: set[str]) -> None:
        ids = {entry.id for entry in entries}
        self.was = here(self.pile)
        self.went_to = self.went_to if self.went_to in ids else None
        self.pile.put(
            entries, Marked(frozenset(read & ids), frozenset(), frozenset(later & ids)), frozenset(muted & ids)
        )

    @rule(kinds=st.sampled_from([(), ("new",), ("cross",), ("replace",)]))
    def filter_types(self, kinds: tuple[AnnounceType, ...]) -> None:
        self.was, self.pile.kinds = here(self.pile), kinds
        self.pile.arrange()

    @rule(fitting=st.none() | SOME.map(frozenset))
    def search(self, fitting: frozenset[str] | None) -> None:
        self.was, self.pile.fitting = here(self.pile), fitting
        self.pile.arrange()

    @rule(shows=st.booleans())
    def show_muted(self, shows: bool) -> None:
        self.was, self.pile.shows_muted = here(self.pile), shows
        self.pile.arrange()

    @precondition(lambda self: self.pile.current)
    @rule()
    def put_off_or_take_back(self) -> None:
        self.was = here(self.pile)
        self.pile.later ^= {str(self.was)}
        self.pile.arrange()

    @rule(place=st.integers(-3, 15))
    def go(self, place: int) -> None:
        self.was = None
        self.pile.go_to(place)
        self.went_to = here(self.pile) or self.went_to

    @rule(step=st.sampled_from([1, -1]))
    def go_to_unread(self, step: int) -> None:
        before, self.was = here(self.pile), None
        is_found = self.pile.go_to_unread(step)
        if before is not None and before not in self.pile.read:  # around the end to where they are is going there too
            self.went_to = here(self.pile)
        if is_found:
            self.went_to = here(self.pile)
            assert here(self.pile) not in {before, *self.pile.read}
        else:
            assert here(self.pile) == before
            assert self.pile.left() == sum(each == before not in self.pile.read for each in self.pile.shown)

    @rule(step=st.sampled_from([1, -1]))
    def go_to_day(self, step: int) -> None:
        before, of, self.was = self.pile.place, self.pile, None
        sections = [of.section(paper_id) for paper_id in of.shown]
        if of.go_to_day(step):
            self.went_to = here(of)
            assert (of.place - before) * step > 0
            assert sections[of.place] != sections[before]
            assert of.place == 0 or sections[of.place - 1] != sections[of.place]
            assert set(sections[min(of.place, before) + 1 : max(of.place, before)]) <= {
                sections[before],
                sections[of.place],
            }
        else:
            assert of.place == before
            behind = sections[before:] if step > 0 else sections[: before + 1]
            assert len(set(behind)) <= 1

    @invariant()
    def the_reader_is_at_a_paper_in_sight_where_there_is_one(self) -> None:
        if self.pile.shown:
            assert self.pile.shown[self.pile.place] == here(self.pile)
        else:
            assert self.pile.current is None
        if self.went_to in self.pile.shown:
            assert here(self.pile) == self.went_to
        elif self.went_to in self.pile.entries and self.was in self.pile.shown:
            assert here(self.pile) == self.was

    @invariant()
    def the_order_is_that_of_the_papers_with_what_was_put_off_behind(self) -> None:
        of = self.pile
        expected = [each for each in of.entries if each not in of.later] + [
            each for each in of.entries if each in of.later
        ]
        assert of.shown == [each for each in expected if each in set(of.shown)]
        assert [of.place_of(each) for each in of.shown] == list(range(len(of.shown)))

    @invariant()
    def letting_all_filters_go_shows_all(self) -> None:
        of = Pile()
        of.put(self.pile.entries.values(), Marked(later=frozenset(self.pile.later)), self.pile.muted)
        of.shows_muted = True
        of.arrange()
        assert set(of.shown) == set(self.pile.entries)
        assert self.pile.left() <= sum(self.pile.days().values()) <= len(self.pile.shown)


TestReading = Reading.TestCase
TestReading.settings = settings(max_examples=150, stateful_step_count=20)
