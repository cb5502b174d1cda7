"""What lists are chosen from is always what announcements, subscriptions and marks say, whatever changes them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from coolcli.errors import DataError
from coolcli.models import ANNOUNCE_TYPES, Entry, Filter, Listing, Source
from coolcli.store import backlog, events, health, papers, select
from coolcli.store.database import Database
from tests import builders
from tests.builders import DAY, NOW, act, follow, keep, paper
from tests.disks import bearing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from coolcli.models import AnnounceType, Event
    from tests.disks import Disk

HELD_BY = {"cs.LG": "cs.LG cs", "stat.ML": "stat.ML stat", "hep-th": "hep-th"}
CATEGORIES = tuple(HELD_BY)
IDS = tuple(f"2611.0000{number}" for number in range(1, 6))
DAYS = tuple(DAY + timedelta(days=number) for number in range(4))


class Line(NamedTuple):
    """A line of `listed`."""

    day: str
    type: int
    backlog: int
    read: int
    starred: int
    categories: str


def lines(database: Database) -> dict[str, Line]:
    with database.read() as connection:
        found = connection.execute("SELECT paper_id, day, type, backlog, read, starred, categories FROM listed")
        return {row[0]: Line(*row[1:]) for row in found}


def recomputed(database: Database, types: tuple[str, ...]) -> dict[str, Line]:
    """The same by the words of the contract, from the tables that it is derived from."""
    announced: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    with database.read() as connection:
        since = {one.category: str(one.since or "9999") for one in events.subscriptions(connection)}
        for category, day, paper_id, kind in connection.execute(
            "SELECT category, day, paper_id, type FROM announcements"
        ):
            announced[paper_id].append((day, kind, category))
        marked = {(row[0], row[1]) for row in connection.execute("SELECT subject, field FROM marks")}
        own_categories = connection.execute("SELECT id, categories FROM papers").fetchall()
    categories = {
        row[0]: f" {' '.join(HELD_BY[name] for name in dict.fromkeys(row[1].split()))} " for row in own_categories
    }
    found = {}
    for paper_id, told in announced.items():
        starred = (paper_id, "starred") in marked
        entering = [
            (day, kind)
            for day, kind, category in told
            if category in since and day >= since[category]
            if ANNOUNCE_TYPES[kind] in types or (starred and kind >= 2)
        ]
        own = [(day, kind) for day, kind, category in told if category in since]
        day, kind = min(entering or own or [(day, kind) for day, kind, _ in told])
        read = (paper_id, "read") in marked
        found[paper_id] = Line(day, kind, bool(entering), read, starred, categories[paper_id])
    return found


class Reading(RuleBasedStateMachine):
    """A reader's days in any order: answers of any source, marks, undos, subscriptions, another setting."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = Database(Path(self.folder.name) / "cool.db")
        self.types: tuple[str, ...] = backlog.DEFAULT_TYPES
        self.now = NOW

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(
        category=st.sampled_from(CATEGORIES),
        day=st.sampled_from(DAYS),
        source=st.sampled_from(["feed", "page", "catchup", "api"]),
        told=st.dictionaries(
            st.sampled_from(IDS[:2]),
            st.tuples(st.sampled_from(ANNOUNCE_TYPES), st.sampled_from(CATEGORIES)),
            max_size=2,
        ),
    )
    def answer(self, category: str, day: date, source: Source, told: dict[str, tuple[AnnounceType, str]]) -> None:
        entries = tuple(Entry(paper(name, categories=(of, category)), kind) for name, (kind, of) in told.items())
        keep(self.database, Listing(category, day, source, entries))

    @rule(name=st.sampled_from(IDS[:2]), field=st.sampled_from(["starred", "read", "opened"]), ends=st.booleans())
    def mark(self, name: str, field: str, ends: bool) -> None:
        self.do(events.clear(field, name) if ends else events.mark(field, name, self.now, version=1))

    @rule(category=st.sampled_from(CATEGORIES), since=st.none() | st.sampled_from(DAYS), ends=st.booleans())
    def subscribe(self, category: str, since: date | None, ends: bool) -> None:
        self.do(events.unsubscribe(category) if ends else events.subscribe(category, since, self.now))

    @rule(count=st.integers(1, 3))
    def undo(self, count: int) -> None:
        with self.database.write() as connection:
            for change in events.changes(connection, count):
                events.undo(connection, change, self.now)

    @rule(name=st.sampled_from(IDS[:2]), category=st.sampled_from(CATEGORIES))
    def fetched_alone(self, name: str, category: str) -> None:
        with self.database.write() as connection:
            papers.save(connection, [paper(name, categories=(category,))])

    @rule(types=st.lists(st.sampled_from(ANNOUNCE_TYPES), unique=True))
    def set_types(self, types: list[str]) -> None:
        self.types = tuple(types)
        backlog.define(self.database, self.types)

    def do(self, event: Event) -> None:
        self.now += timedelta(seconds=1)
        act(self.database, "change", event, now=self.now)

    @invariant()
    def the_lines_are_right(self) -> None:
        assert lines(self.database) == recomputed(self.database, self.types)


TestReading = Reading.TestCase


@pytest.fixture
def reader(database: Database) -> Database:
    """A store with one listing of a subscribed category."""
    follow(database, "cs.LG", since=DAY)
    keep(database, builders.listing(new=IDS[:2], cross=IDS[2:3], replace=IDS[3:4]))
    backlog.define(database, backlog.DEFAULT_TYPES)
    return database


def waiting(database: Database) -> list[str]:
    with database.read() as connection:
        return [row.id for row in select.unread(connection)]


def test_another_setting_holds_from_the_next_opening_on(reader: Database) -> None:
    again = Database(reader.path)
    backlog.define(again, ("replace",))
    assert waiting(again) == [IDS[3]]
    assert waiting(reader) == [IDS[3]]
    again.close()


def test_what_did_not_change_is_not_written_again(reader: Database) -> None:
    before = reader.path.with_name("cool.db-wal").read_bytes()
    backlog.define(reader, backlog.DEFAULT_TYPES)
    assert reader.path.with_name("cool.db-wal").read_bytes() == before


def test_data_of_before_the_table_was_is_listed_at_the_first_opening(reader: Database) -> None:
    expected = lines(reader)
    with reader.write() as connection:
        connection.execute("DELETE FROM listed")
        connection.execute("DELETE FROM meta WHERE key = 'backlog'")
    backlog.define(reader, backlog.DEFAULT_TYPES)
    assert lines(reader) == expected


@pytest.fixture
def disk(reader: Database) -> Iterator[Disk]:
    """A small disk that bears the reader's file, which is closed."""
    reader.close()
    with bearing(reader.path.parent) as disk:
        yield disk


def test_on_a_read_only_disk_lists_are_right_and_the_file_is_left_alone(reader: Database, disk: Disk) -> None:
    disk.protect()
    before = reader.path.read_bytes()
    protected = Database(reader.path)
    backlog.define(protected, ("cross",))
    assert waiting(protected) == [IDS[2]]
    with protected.read() as connection:
        assert select.count(connection, Filter()) == 4
        assert [row.backlog for row in select.listing(connection, [("cs.LG", DAY)])] == [False, False, True, False]
    protected.close()
    assert reader.path.read_bytes() == before


def test_looking_for_wrong_lists_stores_nothing_where_none_is_wrong(reader: Database, disk: Disk) -> None:
    """So that an audit ends with what it found, on whatever disk."""
    disk.protect()
    protected = Database(reader.path)
    assert backlog.mend(protected) == 0
    protected.close()


def test_a_full_disk_leaves_reading_by_another_setting(reader: Database, disk: Disk) -> None:
    """And nothing is stored by that run, so that the file stays right by the old one."""
    full = Database(reader.path)
    assert waiting(full) == list(IDS[:3])
    disk.fill()
    backlog.define(full, ("cross",))
    assert waiting(full) == [IDS[2]]
    disk.make_room()
    with pytest.raises(DataError, match="full"):
        act(full, "done", events.mark("read", IDS[0], NOW))
    full.close()
    again = Database(reader.path)
    backlog.define(again, backlog.DEFAULT_TYPES)
    assert waiting(again) == list(IDS[:3])
    again.close()


def report(database: Database) -> tuple[str, ...]:
    return health.examine(database.path).damage


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM listed WHERE paper_id = '2611.00001'",
        "UPDATE listed SET read = 1 WHERE paper_id = '2611.00001'",
        "UPDATE listed SET day = '2026-11-19' WHERE paper_id = '2611.00001'",
        "INSERT INTO listed VALUES ('2611.00009', '2026-11-20', 0, 1, 0, 0, ' cs.LG ')",
    ],
)
def test_a_line_that_is_not_what_it_should_be_is_found(reader: Database, harm: str) -> None:
    assert report(reader) == ()
    with reader.write() as connection:
        connection.execute(harm)
    (told,) = report(reader)
    assert told.startswith("1 papers are not listed as announcements and marks say")


def test_a_change_and_what_follows_from_it_are_one(reader: Database) -> None:
    """Cut off before its end, neither the mark nor the line is there."""

    def cut_off() -> Any:
        with reader.write() as connection:
            events.record(connection, "done", [events.mark("read", IDS[0], NOW)], NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert waiting(reader) == list(IDS[:3])
    assert report(reader) == ()
