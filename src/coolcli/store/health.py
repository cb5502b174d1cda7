"""Is the file sound? Looked at as it is: nothing is made, mended, or brought up to date.

room_for    what the folder says: sizes, room, whether anything can be written. Raises nothing
examine     what the file says: SQLite's own check, the tables, the marks against the events, counts
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from coolcli.errors import DataError
from coolcli.store import backlog, events, listings
from coolcli.store.database import Database, hear_signals, leaves_reading
from coolcli.store.file_systems import address, on_network, size
from coolcli.store.papers import moment
from coolcli.store.schema import MIGRATIONS

NEWEST_SCHEMA = len(MIGRATIONS)
SQLITE_VERSION = sqlite3.sqlite_version

LARGE = 250_000_000
"""Bytes from which SQLite's quick check is made instead of its whole one, which takes seconds for so much."""
TOO_LITTLE_ROOM = 1_000_000
"""Bytes without which a day's listing cannot be stored."""

_TRIES, _PAUSE = 40, 0.05
"""How often, and how many seconds apart, another process is given time to end its change."""
_NAMED = 3
"""Findings of SQLite's check that are named; the first says where to look."""


class Room(NamedTuple):
    """What can be told of a file's place from outside."""

    exists: bool
    bytes: int
    beside: int
    """Bytes in the side files: changes that are not in the file itself yet."""
    copies: int
    """Copies that were kept before the file was brought up to date."""
    free: int | None
    """Bytes that are free on the disk."""
    on_network: bool
    writable: bool


class Newest(NamedTuple):
    """The newest listing of a subscribed category that is here."""

    category: str
    day: date | None
    complete: bool | None
    at: datetime | None
    """When arXiv was last asked for it."""
    answered: bool
    problem: str | None
    """Why there was no answer, or a stale one."""


class Health(NamedTuple):
    """What the file says of itself."""

    schema: int
    """0: empty, as the next command will find it that fills it."""
    journal: str
    check: str
    """Which of SQLite's checks was made."""
    damage: tuple[str, ...]
    """What is wrong, nothing where the file is sound."""
    counts: dict[str, int]
    newest: tuple[Newest, ...]
    """For each subscribed category, in the order in which they were subscribed."""
    fetched: datetime | None
    """When a listing was last stored."""
    being_written: bool
    """Another process is storing something at this moment."""


def room_for(file: Path) -> Room:
    """Look at the place of a file from outside."""
    folder = _nearest(file.parent)
    writable = os.access(folder, os.W_OK)
    try:
        writable = writable and folder.is_dir()
        free = shutil.disk_usage(folder).free
        copies = len(list(file.parent.glob(f"{file.stem}.before-*.db")))
        exists = file.exists() or _leads_nowhere(file)
    except OSError:  # a folder that cannot be entered
        free, copies, exists = None, 0, True
    return Room(
        exists=exists,
        bytes=size(file),
        beside=sum(size(file.with_name(file.name + end)) for end in ("-wal", "-journal")),
        copies=copies,
        free=free,
        on_network=on_network(file),
        writable=writable and (not exists or os.access(file, os.W_OK)),
    )


def examine(file: Path, *, tell: Callable[[str], None] | None = None) -> Health:
    """Look through a file that exists. Raises DataError where it cannot be read at all, or is not ours to read."""
    with closing(_AsItIs(file, tell=tell)) as database:
        try:
            return database.health()
        except (AttributeError, LookupError, TypeError) as error:
            raise DataError(
                f"{file} is sound to SQLite, but holds what cool did not write ({type(error).__name__}: {error}).",
                "Copy it away, then move it away to start anew.",
            ) from error


class _AsItIs(Database):
    """The file, opened without making it ready for use."""

    def health(self) -> Health:
        check = "quick_check" if size(self.path) > LARGE else "integrity_check"
        being_written = self._is_being_written()
        with self.read() as connection:
            hear_signals(connection)
            schema = self._version(connection)
            journal: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
            damage = [row[0] for row in connection.execute(f"PRAGMA {check}({_NAMED})") if row[0] != "ok"]
            if schema and not damage:
                damage = _disorder(connection, schema)
            if damage or schema == 0:
                return Health(schema, journal, check, tuple(damage), {}, (), None, being_written)
            counts = {name: connection.execute(question).fetchone()[0] for name, question in _counted(schema).items()}
            newest = tuple(_newest(connection, one.category) for one in events.subscriptions(connection))
            fetched = moment(connection.execute("SELECT max(fetched_at) FROM listings").fetchone()[0])
        return Health(schema, journal, check, (), counts, newest, fetched, being_written)

    def _open(self) -> sqlite3.Connection:
        """Connect for reading, in a way that leaves what lies beside the file as it was.

        Where changes lie there, an access for writing would bring them into the file; where none do, one for reading
        would leave empty side files behind.
        """
        self._refuse_half()
        if self._is_unfinished():
            return self._unfinished()
        try:
            return self._connected("mode=rw", self._look)
        except sqlite3.OperationalError as error:
            if not leaves_reading(error):
                raise
        return self._connected("mode=ro&immutable=1", self._look)

    def _unfinished(self) -> sqlite3.Connection:
        try:
            return self._connected("mode=ro", self._look)
        except sqlite3.OperationalError as error:
            if not size(self._beside("-journal")):
                raise
            raise DataError(
                f"A change of {self.path} was cut off in the middle ({error}).",
                "The next command takes it back by itself, such as `cool undo --list`; then ask again.",
            ) from error

    def _look(self, connection: sqlite3.Connection) -> None:
        self._version(connection)

    def _is_being_written(self) -> bool:
        """Try to begin a change for a while, and change nothing."""
        if size(self._beside("-journal")) or not os.access(self.path, os.W_OK):
            return False
        # A second connection, closed before the first: only the last one brings changes beside the file into it.
        uri = f"{address(self.path)}?mode=rw"
        with (
            self._in_words(self._connection),
            closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as other,
        ):
            for _ in range(_TRIES):
                if _begins(other):
                    return False
                time.sleep(_PAUSE)
            return True


def _begins(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return True


_COUNTS = {
    "papers": "SELECT count(*) FROM papers",
    "listings": "SELECT count(*) FROM listings",
    "days": "SELECT count(DISTINCT day) FROM listings",
    "announcements": "SELECT count(*) FROM announcements",
    "events": "SELECT count(*) FROM events",
    "stars": "SELECT count(*) FROM marks WHERE field = 'starred'",
    "read": "SELECT count(*) FROM marks WHERE field = 'read'",
    "tags": "SELECT count(*) FROM marks WHERE field GLOB 'tag:*'",
    "notes": "SELECT count(*) FROM marks WHERE field = 'note'",
    "subscriptions": "SELECT count(*) FROM marks WHERE field = 'subscribed'",
}
_ANSWERS = {"answers": "SELECT count(*) FROM answers"}
_ANSWERS_SINCE = 6
"""The schema from which on a model's answers are kept."""


def _counted(schema: int) -> dict[str, str]:
    return _COUNTS | _ANSWERS if schema >= _ANSWERS_SINCE else _COUNTS


def _newest(connection: sqlite3.Connection, category: str) -> Newest:
    latest, check = listings.latest(connection, category), listings.last_check(connection, category)
    return Newest(
        category=category,
        day=latest.day if latest else None,
        complete=latest.complete if latest else None,
        at=check.at if check else None,
        answered=check is not None and check.day is not None,
        problem=check.problem if check else None,
    )


def _disorder(connection: sqlite3.Connection, schema: int) -> list[str]:
    """Find what SQLite's check does not see: tables that are missing, contents that contradict each other."""
    if missing := _tables_of(schema) - _tables(connection):
        return [f"{', '.join(sorted(missing))} is missing"]
    found = {words: connection.execute(question).fetchone()[0] for words, question in _DISORDERS.items()}
    if schema >= _LISTED_SINCE:
        found["{} papers are not listed as announcements and marks say"] = backlog.disorder(connection)
    return [words.format(number) for words, number in found.items() if number]


_DISORDERS = {
    "{} marks are not what the events say": """
        WITH said AS (SELECT subject, field, value, max(clock) FROM events GROUP BY subject, field)
        SELECT (SELECT count(*) FROM said LEFT JOIN marks USING (subject, field) WHERE said.value IS NOT marks.value)
             + (SELECT count(*) FROM marks LEFT JOIN said USING (subject, field) WHERE said.subject IS NULL)""",
    "{} announced papers are in no table": """
        SELECT count(*) FROM announcements WHERE paper_id NOT IN (SELECT id FROM papers)""",
}
"""What is counted, and how; nothing in a sound file."""
_LISTED_SINCE = 3
"""The schema from which on there is a table of lines that lists are chosen from."""


def _tables_of(schema: int) -> set[str]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        for script in MIGRATIONS[:schema]:
            fresh.executescript(script)
        return _tables(fresh)


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {f"the {row[0]} {row[1]}" for row in connection.execute("SELECT type, name FROM sqlite_master")}


def _nearest(folder: Path) -> Path:
    """Give the folder itself, or where it is not there yet, what it would be made in."""
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def _leads_nowhere(file: Path) -> bool:
    """Tell whether it is a link into a folder that is not there, so that no file can be made."""
    return file.is_symlink() and not Path(os.path.realpath(file)).parent.is_dir()
