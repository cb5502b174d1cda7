"""New versions of starred papers: which are told, until they were looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coolcli import news
from coolcli.news import News
from coolcli.store import events
from coolcli.store.replaced import Star
from tests.builders import DAY, NOW, act, keep, listing, paper

if TYPE_CHECKING:
    from coolcli.store.database import Database

WEDNESDAY = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
"""Noon, US Eastern."""
ONE, TWO, THREE = "2611.00001", "2611.00002", "2611.00003"


def star(**known: Any) -> Star:
    """A paper starred on Wednesday in its first version, and nothing since."""
    plain: dict[str, Any] = dict.fromkeys(Star._fields) | {"id": ONE, "starred_at": WEDNESDAY, "starred_version": 1}
    return Star(**plain | known)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"version": 1}, False),
        ({"version": 2}, True),
        ({"version": None}, False),
        ({"version": 2, "starred_version": 2}, False),
        ({"version": 2, "starred_version": None}, False),
        ({"version": 2, "seen_at": NOW, "seen_version": 2}, False),
        ({"version": 3, "seen_at": NOW, "seen_version": 2}, True),
        # A page without versions announces a replacement.
        ({"replaced": date(2026, 11, 19)}, True),
        ({"replaced": date(2026, 11, 19), "starred_version": None}, True),
        ({"replaced": date(2026, 11, 18)}, False),
        ({"replaced": date(2026, 11, 17)}, False),
        # At 20:30 US Eastern the next day's listing is out: what is starred from it has no news in it.
        ({"replaced": date(2026, 11, 19), "starred_at": WEDNESDAY + timedelta(hours=8.5)}, False),
        ({"replaced": date(2026, 11, 20), "seen_at": datetime(2026, 11, 19, 12, tzinfo=UTC)}, True),
        ({"replaced": date(2026, 11, 19), "seen_at": datetime(2026, 11, 19, 12, tzinfo=UTC)}, False),
        # Its number, learned later, is no news.
        ({"replaced": date(2026, 11, 19), "version": 2, "seen_at": datetime(2026, 11, 19, 12, tzinfo=UTC)}, False),
        # Starred anew after an older version was seen.
        ({"version": 3, "starred_version": 3, "seen_at": WEDNESDAY - timedelta(days=9), "seen_version": 2}, False),
    ],
)
def test_what_is_news(known: dict[str, Any], expected: bool) -> None:
    assert news.is_new(star(**known)) is expected


def told(before: int | None, version: int | None, paper_id: str = ONE, *, withdrawn: bool = False) -> News:
    return News(
        paper(paper_id, title="On the Tides of Harbours and of Markets, and What They Share With Bells"),
        before,
        version,
        withdrawn,
    )


def test_in_words() -> None:
    assert news.sentences([]) == []
    assert news.sentences([told(1, 2)]) == [
        f"1 starred paper has a new version: {ONE} v1 → v2. `cool diff` shows what changed."
    ]
    assert news.sentences([told(1, 2), told(2, None, TWO), told(None, None, THREE), told(None, 4, "2611.00004")]) == [
        f"4 starred papers have a new version: {ONE} v1 → v2, {TWO} v2 → a newer version, {THREE} → a newer version"
        " and 1 more. `cool diff` shows what changed."
    ]
    assert news.sentences([told(1, 2, withdrawn=True), told(1, 3, TWO)]) == [
        f"1 starred paper has a new version: {TWO} v1 → v3. `cool diff` shows what changed.",
        f"1 starred paper was withdrawn: {ONE} (On the Tides of Harbours and of Markets, and What They …).",
    ]


@pytest.fixture
def reader(database: Database) -> Database:
    """One who starred two papers on Wednesday, in their first versions, and a third of no stated version."""
    new = [paper(ONE, version=1), paper(TWO, version=1), paper(THREE)]
    keep(database, listing(day=date(2026, 11, 18), new=new), now=WEDNESDAY)
    stars = [events.mark("starred", name, WEDNESDAY, version=1) for name in (ONE, TWO)]
    act(database, "star", *stars, events.mark("starred", THREE, WEDNESDAY, version=None), now=WEDNESDAY)
    return database


def versions(database: Database) -> dict[str, tuple[int | None, int | None]]:
    return {one.paper.id: (one.before, one.version) for one in news.of(database)}


def test_from_the_store(reader: Database) -> None:
    assert news.of(reader) == []
    keep(reader, listing(replace=[paper(ONE, version=3)]))
    assert versions(reader) == {ONE: (1, 3)}
    assert news.of(reader, [TWO]) == []


def test_a_replacement_of_no_stated_version(reader: Database) -> None:
    keep(reader, listing(replace=[paper(TWO), paper(THREE)], source="page"))
    assert versions(reader) == {TWO: (1, None), THREE: (None, None)}


def test_what_was_seen_is_told_no_more_until_the_next_version(reader: Database) -> None:
    keep(reader, listing(replace=[paper(ONE, version=2), paper(TWO)]))
    act(reader, "diff", *news.seen(news.of(reader), NOW))
    assert news.of(reader) == []
    keep(reader, listing(day=date(2026, 11, 23), replace=[paper(ONE, version=3)]), now=NOW + timedelta(days=3))
    assert versions(reader) == {ONE: (1, 3)}


def test_undone_it_is_news_again(reader: Database) -> None:
    keep(reader, listing(replace=[paper(ONE, version=2)]))
    act(reader, "diff", *news.seen(news.of(reader), NOW))
    with reader.write() as connection:
        events.undo(connection, events.changes(connection, 1)[0], NOW)
    assert versions(reader) == {ONE: (1, 2)}


def test_papers_without_a_star_are_no_news(reader: Database) -> None:
    act(reader, "unstar", events.clear("starred", ONE))
    keep(reader, listing(day=DAY, replace=[paper(ONE, version=2)]))
    assert news.of(reader) == []


def test_withdrawn(reader: Database) -> None:
    words = "This paper has been withdrawn by the authors due to an error in Lemma 3"
    keep(reader, listing(replace=[paper(ONE, version=2, comments=words), paper(TWO, version=2)]))
    assert {one.paper.id: one.withdrawn for one in news.of(reader)} == {ONE: True, TWO: False}


def test_comments_of_an_older_version_do_not_say_that_the_newest_is_withdrawn(reader: Database) -> None:
    words = "This paper has been withdrawn by the authors due to an error in Lemma 3"
    keep(reader, listing(replace=[paper(ONE, version=2, comments=words)]))
    keep(reader, listing(day=date(2026, 11, 23), replace=[paper(ONE, version=3)]))
    assert [one.withdrawn for one in news.of(reader)] == [False]
