"""Homes of one reader, each the store of a machine, and what can be asked of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coolcli.models import Event
from coolcli.store import backlog, events, merging, papers
from coolcli.store.database import Database
from tests.builders import NOW, paper

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from coolcli.store.merging import Record, Taken

PAPERS = ("2611.00001", "2611.00002", "hep-th/9901001")


class Home:
    """One machine's store."""

    def __init__(self, path: Path, *, now: datetime = NOW) -> None:
        self.database = Database(path / "cool.db")
        self.now = now
        backlog.define(self.database, backlog.DEFAULT_TYPES)
        with self.database.write() as connection:
            papers.save(connection, map(paper, PAPERS))

    def close(self) -> None:
        self.database.close()

    def do(self, verb: str, *changes: Event) -> list[Event]:
        self.now += timedelta(seconds=1)
        with self.database.write() as connection:
            return events.record(connection, verb, changes, self.now)

    def undo(self) -> list[str]:
        """Take back the newest change; its verb, or nothing."""
        self.now += timedelta(seconds=1)
        with self.database.write() as connection:
            changes = events.changes(connection, 1)
            for change in changes:
                events.undo(connection, change, self.now)
        return [change.verb for change in changes]

    def records(self) -> list[Record]:
        with self.database.read() as connection:
            return list(merging.recorded(connection))

    def take(self, records: Iterable[Record]) -> Taken:
        with self.database.write() as connection:
            return merging.take(connection, records)

    @property
    def device(self) -> str:
        with self.database.read() as connection:
            return events.device(connection)

    @property
    def marks(self) -> dict[tuple[str, str], str]:
        with self.database.read() as connection:
            found = connection.execute("SELECT subject, field, value FROM marks").fetchall()
        return {(row[0], row[1]): row[2] for row in found}

    @property
    def disorder(self) -> tuple[int, int]:
        """How much is not as the events say: of marks, of lists."""
        with self.database.read() as connection:
            wrong = connection.execute(_WRONG_MARKS).fetchone()[0]
            return wrong, backlog.disorder(connection)


_WRONG_MARKS = """
    WITH said AS (SELECT subject, field, value, max(clock) FROM events GROUP BY subject, field)
    SELECT (SELECT count(*) FROM said LEFT JOIN marks USING (subject, field) WHERE said.value IS NOT marks.value)
         + (SELECT count(*) FROM marks LEFT JOIN said USING (subject, field) WHERE said.subject IS NULL)"""


def star(paper_id: str = PAPERS[0], now: datetime = NOW) -> Event:
    return events.mark("starred", paper_id, now, version=1)
