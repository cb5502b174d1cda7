"""What may go of old papers, and that nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coolcli.models import Filter
from coolcli.store import events, listings, papers, pruning, select
from tests import builders
from tests.builders import DAY, NOW, act, follow, keep, paper

if TYPE_CHECKING:
    from coolcli.store.database import Database

LATER = DAY + timedelta(days=1)
READ, UNREAD, STARRED, UNSTARRED, TAGGED, NOTED, YOUNG = (f"2611.0000{number}" for number in range(1, 8))
ABSTRACT = "An abstract, née Abstract. " * 4000


@pytest.fixture(autouse=True)
def seven(database: Database) -> None:
    """One that may go, and six that may not."""
    follow(database, "cs.LG", since=DAY)
    said = {
        name: paper(name, abstract=ABSTRACT, comments="9 pages", doi="10.1/1")
        for name in (READ, UNREAD, STARRED, UNSTARRED, TAGGED, NOTED, YOUNG)
    }
    young = said.pop(YOUNG)
    keep(
        database,
        builders.listing(new=said.values(), counts=(6, 0, 0), source="page"),
        builders.listing(day=LATER, new=[young]),
    )
    act(database, "done", *(events.mark("read", name, NOW) for name in (*said, YOUNG) if name != UNREAD))
    act(database, "star", *(events.mark("starred", name, NOW, version=1) for name in (STARRED, UNSTARRED)))
    act(database, "unstar", events.clear("starred", UNSTARRED))
    act(database, "tag", events.tag("a", TAGGED, NOW), events.note(NOTED, "x"))


def whole(database: Database) -> list[str]:
    with database.read() as connection:
        everything = [f"2611.0000{number}" for number in range(1, 8)]
        return sorted(papers.whole(connection, everything))


def test_what_is_read_and_nothing_else_goes(database: Database) -> None:
    with database.read() as connection:
        found = pruning.prunable(connection, LATER)
        before = select.by_ids(connection, [READ])[READ]
    assert found == (1, len(ABSTRACT.encode()) + len("9 pages") + len("10.1/1"))
    pruning.prune(database, LATER)
    assert whole(database) == [UNREAD, STARRED, UNSTARRED, TAGGED, NOTED, YOUNG]
    with database.read() as connection:
        assert pruning.prunable(connection, LATER) == (0, 0)
        after = select.by_ids(connection, [READ])[READ]
    bare = before.paper._replace(abstract=None, comments=None, doi=None)
    assert after == before._replace(paper=bare)


def test_the_record_stays(database: Database) -> None:
    def record() -> object:
        with database.read() as connection:
            kept = listings.between(connection, "cs.LG", DAY, LATER), listings.ids(connection, "cs.LG", DAY)
            return kept, events.changes(connection, 9), select.ids_of(connection, Filter())

    before = record()
    pruning.prune(database, LATER)
    assert record() == before


def test_nothing_is_old_enough(database: Database) -> None:
    pruning.prune(database, DAY)
    assert len(whole(database)) == 7


def test_the_disk_gets_its_room_back(database: Database) -> None:
    with database.read() as connection:
        (before,) = connection.execute("PRAGMA page_count").fetchone()
    pruning.prune(database, LATER)
    database.shrink()
    with database.read() as connection:
        assert before - connection.execute("PRAGMA page_count").fetchone()[0] > len(ABSTRACT) // 8192
    assert database.path.stat().st_size < before * 4096


def test_what_went_comes_again_with_the_next_answer(database: Database) -> None:
    pruning.prune(database, LATER)
    with database.write() as connection:
        papers.fill(connection, [paper(READ, abstract="Again.")])
    assert READ in whole(database)
