"""Which papers a sitting goes through, and what else there is of their days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from coolcli.arxiv.categories import parse
from coolcli.cli import filters, ordering
from coolcli.cli.triaging.scope import Scope, Source
from coolcli.store import events, rules
from coolcli.store.rules import Rule
from coolcli.store.unread import Counted
from tests.builders import DAY, NOW, act, follow, keep, listing, paper
from tests.cli.triaging.conftest import THURSDAY, A, B, C, D, E, F, X, Y

if TYPE_CHECKING:
    from datetime import date

    from coolcli.cli.desk import Desk
    from coolcli.cli.triaging.scope import Found
    from coolcli.store.database import Database
    from coolcli.triage.pile import Entry

MONDAY = DAY + timedelta(days=3)
Z = "2611.00021"


def source(desk: Desk, typed: str = "cs.LG", day: date | None = None, query: str = "") -> Source:
    return Source(desk, Scope(parse([typed]), day, *filters.understood(desk, [query] if query else [])))


def ids(found: Found) -> list[str]:
    return [entry.id for entry in found.entries]


def given(found: Found) -> dict[str, Entry]:
    return {entry.id: entry for entry in found.entries}


def read(database: Database, *papers: str) -> None:
    act(database, "done", *(events.mark("read", each, NOW) for each in papers))


def star(database: Database, *papers: str) -> None:
    act(database, "star", *(events.mark("starred", each, NOW) for each in papers))


def test_of_what_is_followed_it_is_the_unread_of_all_days(desk: Desk) -> None:
    read(desk.database, A, D)
    star(desk.database, D, F)
    found = source(desk).found({}, None)
    assert ids(found) == [B, C, E, F]
    assert [(entry.day, entry.kind) for entry in found.entries[:3]] == [
        ("2026-11-19", "new"),
        ("2026-11-19", "cross"),
        ("2026-11-20", "new"),
    ]
    assert not found.marked.read and found.marked.starred == {F}
    assert found.others == Counted(2, 2, 1)  # A and D


def test_what_was_given_once_stays_under_its_day(desk: Desk) -> None:
    of = source(desk)
    first = of.found({}, None)
    read(desk.database, B)
    keep(desk.database, listing(day=THURSDAY, new=[A, B, F, "2611.00007"]))  # a day that is completed later
    second = of.found(given(first), None)
    assert ids(second) == [A, B, "2611.00007", C, D, E, F]
    assert given(second)[F].day == str(DAY)
    assert second.marked.read == {B} and second.others == Counted(0, 0, 0)
    assert [entry.day for entry in source(desk).found({}, None).entries if entry.id == F] == [str(THURSDAY)]


def test_what_no_longer_fits_the_query_stays(desk: Desk) -> None:
    of = source(desk, query="-is:starred")
    first = of.found({}, None)
    star(desk.database, A)
    read(desk.database, B)
    assert ids(of.found(given(first), None)) == ids(first)
    assert of.found(given(first), None).others == Counted(0, 0, 0)
    assert ids(source(desk, query="-is:starred").found({}, None)) == [C, D, E, F]


def test_papers_that_come_are_looked_for_in_a_query_too(desk: Desk) -> None:
    of = source(desk, query="bells")
    first = of.found({}, None)
    assert ids(first) == [D]
    keep(desk.database, listing(new=[D, E, F, paper("2611.00007", title="More Bells")]))
    assert ids(of.found(given(first), None)) == [D, "2611.00007"]


def test_an_unstarred_replacement_stays_in_the_sitting_though_it_leaves_the_unread(desk: Desk) -> None:
    star(desk.database, Z)
    keep(desk.database, listing("cs.LG", DAY - timedelta(days=30), new=[Z]), listing(new=[D, E, F], replace=[Z]))
    of = source(desk)
    first = of.found({}, None)
    assert given(first)[Z].kind == "replace" and given(first)[Z].day == str(DAY)
    act(desk.database, "unstar", events.clear("starred", Z))
    assert of.found(given(first), None).entries == first.entries
    assert Z not in ids(source(desk).found({}, None))


def test_of_what_is_not_followed_it_is_what_is_not_read_of_the_latest_listing(desk: Desk) -> None:
    read(desk.database, X)
    of = source(desk, "math.CO")
    found = of.found({}, None)
    assert of.followed == () and of.parts == [("math.CO", DAY)]
    assert [(entry.id, entry.kind) for entry in found.entries] == [(Y, "new"), (E, "cross")]
    assert found.others == Counted(1, 1, 0)


def test_a_listing_stays_when_a_newer_one_comes(desk: Desk) -> None:
    of = source(desk, "math.CO")
    first = of.found({}, None)
    keep(desk.database, listing("math.CO", MONDAY, new=["2611.00030"], replace=[X]))
    read(desk.database, Y)
    second = of.found(given(first), None)
    assert second.entries[: len(first.entries)] == first.entries
    assert ids(second) == [X, Y, E, "2611.00030"]
    assert ids(source(desk, "math.CO").found({}, None)) == ["2611.00030", X]


def test_followed_and_other_categories_are_one_pile_each_paper_once(desk: Desk) -> None:
    read(desk.database, F, X)
    found = source(desk, "cs.LG,math.CO").found({}, None)
    assert ids(found) == [A, B, C, D, E, Y]
    assert [entry.kind for entry in found.entries if entry.id == E] == ["new"]
    assert found.others == Counted(2, 2, 0)
    read(desk.database, E)  # of both: counted once
    assert source(desk, "cs.LG,math.CO").found({}, None).others == Counted(3, 3, 0)


def test_a_pile_of_both_keeps_its_order_when_it_is_read_again(desk: Desk) -> None:
    of = source(desk, "cs.LG,math.CO")
    first = of.found({}, None)
    keep(desk.database, listing(new=["2611.00005", "2611.00006"], cross=["2611.00001"]))
    read(desk.database, Y, D)
    assert of.found(given(first), None).entries == first.entries


def test_a_day_is_what_is_not_read_of_it(desk: Desk) -> None:
    read(desk.database, A)
    of = source(desk, day=THURSDAY)
    found = of.found({}, None)
    assert (ids(found), of.parts, found.others) == ([B, C], [("cs.LG", THURSDAY)], Counted(1, 1, 0))
    assert ids(source(desk, day=MONDAY).found({}, None)) == []


def test_unwanted_categories_are_left_out_of_what_is_followed_and_of_listings(desk: Desk) -> None:
    assert ids(source(desk, "cs.LG-cs.CL").found({}, None)) == [A, B, D, E, F]
    assert ids(source(desk, "math.CO-cs.LG").found({}, None)) == [X, Y]


def test_a_category_of_several_that_are_followed_is_its_part_of_the_unread(desk: Desk) -> None:
    follow(desk.database, "math.CO", since=DAY)
    assert ids(source(desk).found({}, None)) == [A, B, C, D, E, F]
    assert ids(source(desk, "math.CO").found({}, None)) == [E, X, Y]
    assert ids(source(desk, "cs.LG,math.CO").found({}, None)) == [A, B, C, D, E, F, X, Y]


def test_a_subscription_that_ends_meanwhile_leaves_the_pile_as_it_is(desk: Desk, elsewhere: Database) -> None:
    of = source(desk)
    first = of.found({}, None)
    act(elsewhere, "unsubscribe", events.unsubscribe("cs.LG"))
    assert of.found(given(first), None).entries == first.entries


def test_an_order_is_within_each_day(desk: Desk) -> None:
    assert ids(source(desk).found({}, ordering.chosen(desk, "new-first"))) == [B, A, C, F, E, D]


def test_rules_are_applied_and_what_they_mute_is_in_the_pile(desk: Desk) -> None:
    act(desk.database, "mute", rules.make(Rule("muted", "survey"), NOW))
    act(desk.database, "watch", rules.make(Rule("watched", "author:doe"), NOW))
    found = source(desk).found({}, None)
    assert ids(found) == [A, B, C, D, E, F]
    assert (list(found.ruled.muted), set(found.ruled.watched)) == ([D], {A, B, C, E, F})


def test_the_place_of_all_that_is_followed_is_one_whatever_is_followed_later(desk: Desk) -> None:
    name = source(desk).name
    follow(desk.database, "math.CO", since=DAY)
    assert source(desk, "cs.LG,math.CO").name == name
    others = [source(desk), source(desk, day=DAY), source(desk, "cs.LG,math.CO", query="bells"), source(desk, "hep-th")]
    assert len({name, *(of.name for of in others)}) == 5
