"""Events of several devices made one: what the reader did anywhere, each once, whatever the order in which it came.

    recorded    every event that is here, as a Record
    take        records of other devices; the marks that they change, and the lists that follow from those

Union is all there is to it: an event is known by its clock, which names its device. Of two values of a field the one
with the later clock holds, and the other stays among the events.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from coolcli.arxiv import ids
from coolcli.models import Paper
from coolcli.store import backlog, events, papers
from coolcli.store.backlog import SUBSCRIBED


class Record(NamedTuple):
    """An event with all that is kept of it."""

    device: str
    sequence: int
    clock: str
    """16 hexadecimal digits of hybrid logical time, a hyphen, the device: unique, and in the order of events."""
    at: str
    """UTC, ISO 8601."""
    group: str
    verb: str
    subject: str
    field: str
    value: str | None
    """JSON; None for a removal."""
    undoes: str | None = None
    more: str | None = None
    """JSON object: what a newer version of the program said besides."""


class Taken(NamedTuple):
    """What came with the records of other devices."""

    events: int
    """Those that were not here."""
    devices: int
    """Whose they are."""
    subjects: int
    """Papers and categories that they are about."""
    disputed: int
    """Those of other devices that were here and said something else."""


def recorded(connection: sqlite3.Connection) -> Iterator[Record]:
    """Give every event, device by device, each device's in the order in which they happened."""
    for row in connection.execute(f"SELECT {_COLUMNS} FROM events ORDER BY device, clock"):
        yield Record(*row)


def counts(connection: sqlite3.Connection) -> dict[str, tuple[int, str]]:
    """Count the events of each device, and tell when the last one was, UTC."""
    found = connection.execute("SELECT device, count(*), max(at) FROM events GROUP BY device")
    return {row[0]: (row[1], row[2]) for row in found}


def take(connection: sqlite3.Connection, records: Iterable[Record]) -> Taken:
    """Add what is not here yet.

    A home that was copied, or put back from a copy, bears the name of another device: what comes of this name and is
    not here is the other's, so this one gets a name of its own. Where both made an event at the same moment, this one's
    goes on under the new name. Of two events of another device that claim to be the same one, which only a hand in the
    file makes, that holds whose content sorts last: the same on every machine.
    """
    for statement in _ASIDE:
        connection.execute(statement)
    by_clock: dict[str, Record] = {}
    for record in records:
        before = by_clock.setdefault(record.clock, record)
        by_clock[record.clock] = max(before, record, key=_content)
    connection.executemany(f"INSERT INTO temp.came VALUES ({_PLACES})", by_clock.values())
    own = events.device(connection)
    disputed = [Record(*row) for row in connection.execute(_DISPUTED)]
    displaced = [here for here in disputed if _content(by_clock[here.clock]) > _content(here)]
    for here in displaced:
        connection.execute("DELETE FROM main.events WHERE clock = ?", (here.clock,))
        connection.execute("INSERT OR IGNORE INTO temp.touched VALUES (?, ?)", (here.subject, here.field))
    connection.execute("DELETE FROM temp.came WHERE clock IN (SELECT clock FROM main.events)")
    connection.execute("INSERT OR IGNORE INTO temp.touched SELECT subject, field FROM temp.came")
    row = connection.execute(_COUNTED, (own,)).fetchone()
    if row[3] or any(here.device == own for here in disputed):
        name = events.rename_device(connection)
        mine = [_renamed(here, name) for here in displaced if here.device == own]
        connection.executemany(f"INSERT OR IGNORE INTO main.events ({_COLUMNS}) VALUES ({_PLACES})", mine)
    connection.execute(f"INSERT INTO main.events ({_COLUMNS}) SELECT {_COLUMNS} FROM temp.came ORDER BY clock")
    if row[0]:
        _derive(connection)
    return Taken(row[0], row[1], row[2], sum(here.device != own for here in disputed))


def _renamed(record: Record, device: str) -> Record:
    """Give an event of the same moment to another device."""
    return record._replace(device=device, clock=f"{record.clock.partition('-')[0]}-{device}")


_COLUMNS = "device, sequence, clock, at, grp, verb, subject, field, value, undoes, more"

_PLACES = ", ".join("?" * len(Record._fields))

_ASIDE = (
    "DROP TABLE IF EXISTS temp.came",
    f"CREATE TEMP TABLE came AS SELECT {_COLUMNS} FROM main.events LIMIT 0",
    "CREATE UNIQUE INDEX temp.came_once ON came (clock)",
    "DROP TABLE IF EXISTS temp.touched",
    "CREATE TEMP TABLE touched (subject TEXT, field TEXT, PRIMARY KEY (subject, field))",
)
"""What came, and the fields that it is about; in memory or a file of the connection's own."""

_DISPUTED = f"""
    SELECT {_COLUMNS} FROM main.events WHERE EXISTS (
        SELECT 1 FROM temp.came WHERE came.clock = events.clock
        AND ({_COLUMNS.replace(", ", ", came.").replace("device", "came.device", 1)}) IS NOT
            ({_COLUMNS.replace(", ", ", events.").replace("device", "events.device", 1)}))"""

_COUNTED = """
    SELECT count(*), count(DISTINCT device), count(DISTINCT subject), ifnull(sum(device = ?), 0) FROM temp.came"""


def _content(record: Record) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in record)


def _derive(connection: sqlite3.Connection) -> None:
    """Bring marks, and what lists are chosen from, up to what the events say now."""
    connection.execute("DELETE FROM marks WHERE (subject, field) IN (SELECT subject, field FROM temp.touched)")
    connection.execute(
        """INSERT INTO marks SELECT subject, field, value, clock FROM (
               SELECT t.subject, t.field, value, max(clock) AS clock
               FROM temp.touched AS t CROSS JOIN main.events AS e ON e.subject = t.subject AND e.field = t.field
               GROUP BY t.subject, t.field)
           WHERE value IS NOT NULL"""
    )
    kept = connection.execute(
        """SELECT DISTINCT subject FROM temp.touched
           WHERE (field IN ('starred', 'note') OR field GLOB 'tag:*') AND subject NOT IN (SELECT id FROM papers)"""
    ).fetchall()
    papers.save(connection, [Paper(row[0]) for row in kept if ids.parse(row[0]) is not None])
    touched = {row[0]: row[1] for row in connection.execute("SELECT subject, field FROM temp.touched")}
    if SUBSCRIBED in touched.values():
        backlog.redefine(connection)
    else:
        backlog.refresh(connection, touched)
