"""Every list that is shown: which papers, in which order, with what the reader did to them."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Self

from coolcli.arxiv.categories import Categories, contains
from coolcli.arxiv.ids import sort_key
from coolcli.models import ANNOUNCE_TYPES, AnnounceType, Marks, Row
from coolcli.store import events, papers


class Backlog(NamedTuple):
    """What enters the reader's unread: announcements of these types in these categories, each from its first day on."""

    since: tuple[tuple[str, str], ...]
    types: tuple[int, ...]

    @classmethod
    def of(cls, connection: sqlite3.Connection, types: Sequence[str]) -> Self:
        """Read it from the subscriptions and the setting `backlog.types`."""
        subscribed = events.subscriptions(connection)
        since = tuple((s.category, s.since.isoformat()) for s in subscribed if s.since)
        return cls(since, tuple(ANNOUNCE_TYPES.index(name) for name in ANNOUNCE_TYPES if name in types))

    @property
    def sql(self) -> str:
        """Give the condition on an announcement `a`: values are ids and dates of our own, never typed text.

        A replacement of a starred paper counts whatever the types are (cli.md, "Verbs that the others lean on").
        """
        if not self.since:
            return "0"
        days = " OR ".join(f"(a.category = '{category}' AND a.day >= '{day}')" for category, day in self.since)
        types = ", ".join(map(str, self.types)) or "-1"
        starred = "EXISTS (SELECT 1 FROM marks WHERE subject = a.paper_id AND field = 'starred')"
        return f"({days}) AND (a.type IN ({types}) OR (a.type >= 2 AND {starred}))"


def listing(
    connection: sqlite3.Connection, parts: Sequence[tuple[str, date]], backlog: Backlog, *, abstracts: bool = False
) -> list[Row]:
    """Give all papers of the listings of some categories, each once, in arXiv's order.

    The type is seen from all the categories together: new in one of them is new. One category keeps the positions
    that arXiv gave; of several, ids ascend within each type, as in arXiv's own feed of several.
    """
    if not parts:
        return []
    where = " OR ".join(["(category = ? AND day = ?)"] * len(parts))
    chosen = f"""
        SELECT paper_id, max(day) AS day, min(type) AS type, min(position) AS position
        FROM announcements WHERE {where} GROUP BY paper_id"""
    values = [value for category, day in parts for value in (category, day.isoformat())]
    rows = _rows(connection, chosen, values, backlog, "ORDER BY c.type, c.position", abstracts)
    if len(parts) > 1:
        rows.sort(key=lambda row: (ANNOUNCE_TYPES.index(row.announce_type or "new"), sort_key(row.id)))
    return rows


def by_ids(connection: sqlite3.Connection, ids: Sequence[str], backlog: Backlog) -> dict[str, Row]:
    """Give the papers of some ids, with abstracts; an id that is not here is not in the answer."""
    chosen = f"SELECT value AS paper_id, {_FIRST} FROM json_each(?)".replace("p.id", "value")
    rows = _rows(connection, chosen, [json.dumps(list(ids))], backlog, "", abstracts=True)
    return {row.id: row for row in rows}


def starred(
    connection: sqlite3.Connection,
    backlog: Backlog,
    *,
    categories: Categories | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    unopened: bool = False,
    abstracts: bool = False,
) -> list[Row]:
    """Give the starred papers, the newest star first; `since` and `before` are moments of starring, any zone."""
    conditions, values = ["s.field = 'starred'"], list[str]()
    if since:
        conditions.append("json_extract(s.value, '$.at') >= ?")
        values.append(papers.stamp(since))
    if before:
        conditions.append("json_extract(s.value, '$.at') < ?")
        values.append(papers.stamp(before))
    if unopened:
        conditions.append("NOT EXISTS (SELECT 1 FROM marks WHERE subject = s.subject AND field = 'opened')")
    chosen = f"""
        SELECT s.subject AS paper_id, {_FIRST}, json_extract(s.value, '$.at') AS at, s.clock AS clock
        FROM marks AS s WHERE {" AND ".join(conditions)}""".replace("p.id", "s.subject")
    rows = _rows(connection, chosen, values, backlog, "ORDER BY c.at DESC, c.clock DESC", abstracts)
    return [row for row in rows if within(row, categories)] if categories else rows


def unread(connection: sqlite3.Connection, backlog: Backlog, *, limit: int | None = None) -> list[Row]:
    """Give the unread papers of the backlog with their abstracts, oldest day first, then in arXiv's order."""
    # The first day, and the type that counts most on it, are the least of day and type put together.
    chosen = f"""
        SELECT paper_id, substr(first, 1, 10) AS day, CAST(substr(first, 11) AS INTEGER) AS type, position FROM (
            SELECT a.paper_id, min(a.day || a.type) AS first, a.position FROM announcements AS a
            WHERE {backlog.sql}
              AND NOT EXISTS (SELECT 1 FROM marks WHERE subject = a.paper_id AND field = 'read')
            GROUP BY a.paper_id)"""
    order = _ID_ORDER if len(backlog.since) > 1 else "c.position"
    limited = f" LIMIT {limit}" if limit is not None else ""
    return _rows(connection, chosen, [], backlog, f"ORDER BY c.day, c.type, {order}{limited}", abstracts=True)


def progress(connection: sqlite3.Connection, backlog: Backlog, days: Iterable[str]) -> tuple[int, int, int]:
    """Count the papers that entered the backlog on some days: all, read, starred."""
    row = connection.execute(
        f"""
        WITH entered AS (SELECT a.paper_id, min(a.day) AS day FROM announcements AS a WHERE {backlog.sql} GROUP BY 1)
        SELECT count(*),
               count((SELECT 1 FROM marks WHERE subject = paper_id AND field = 'read')),
               count((SELECT 1 FROM marks WHERE subject = paper_id AND field = 'starred'))
        FROM entered WHERE day IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(days)),),
    ).fetchone()
    return row[0], row[1], row[2]


def unread_by_day(connection: sqlite3.Connection, backlog: Backlog) -> dict[str, int]:
    """Count the unread papers of each day of the backlog, oldest first."""
    return dict(
        connection.execute(
            f"""
            SELECT day, count(*) FROM (
                SELECT min(a.day) AS day FROM announcements AS a
                WHERE {backlog.sql}
                  AND NOT EXISTS (SELECT 1 FROM marks WHERE subject = a.paper_id AND field = 'read')
                GROUP BY a.paper_id)
            GROUP BY day ORDER BY day"""
        ).fetchall()
    )


def within(row: Row, categories: Categories) -> bool:
    """Tell whether a paper is in one of the wanted categories and in none of the unwanted."""
    own = row.paper.categories
    wanted = any(contains(asked, category) for asked in categories.wanted for category in own)
    return wanted and not left_out(row, categories)


def left_out(row: Row, categories: Categories) -> bool:
    """Tell whether a paper is in one of the unwanted categories."""
    return any(contains(asked, category) for asked in categories.unwanted for category in row.paper.categories)


# Ids in the order in which arXiv gave them out: by month, old style and new, then by number.
_ID_ORDER = """
    CASE WHEN instr(p.id, '/') = 0 THEN '20' || substr(p.id, 1, 4)
         WHEN substr(p.id, instr(p.id, '/') + 1, 2) >= '91' THEN '19' || substr(p.id, instr(p.id, '/') + 1, 4)
         ELSE '20' || substr(p.id, instr(p.id, '/') + 1, 4) END,
    CAST(substr(p.id, CASE WHEN instr(p.id, '/') THEN instr(p.id, '/') + 5 ELSE 6 END) AS INTEGER)"""

# Outside a listing, a paper was announced where it first was in the reader's categories; where it never was in
# those, where it first was at all.
_FIRST = """
    (SELECT f.day FROM announcements AS f WHERE f.paper_id = p.id
     ORDER BY NOT EXISTS (SELECT 1 FROM marks WHERE subject = 'category:' || f.category AND field = 'subscribed'),
              f.day, f.type LIMIT 1) AS day,
    (SELECT f.type FROM announcements AS f WHERE f.paper_id = p.id
     ORDER BY NOT EXISTS (SELECT 1 FROM marks WHERE subject = 'category:' || f.category AND field = 'subscribed'),
              f.day, f.type LIMIT 1) AS type"""


def _rows(
    connection: sqlite3.Connection,
    chosen: str,
    values: Sequence[str],
    backlog: Backlog,
    order: str,
    abstracts: bool,
) -> list[Row]:
    """Join chosen papers (`paper_id`, `day`, `type`, whatever orders them) with what is known and what was done."""
    marks = ", ".join(
        f"(SELECT value FROM marks WHERE subject = p.id AND field = '{name}')"
        for name in ("starred", "read", "opened", "tags", "note")
    )
    found = connection.execute(
        f"""
        WITH c AS ({chosen})
        SELECT {", ".join("p." + name.strip() for name in papers.COLUMNS.split(","))},
               {"p.abstract" if abstracts else "NULL"}, c.day, c.type, {marks},
               EXISTS (SELECT 1 FROM announcements AS a WHERE a.paper_id = p.id AND {backlog.sql})
        FROM c JOIN papers AS p ON p.id = c.paper_id {order}""",
        values,
    )
    return [_row(row) for row in found]


def _row(row: sqlite3.Row) -> Row:
    paper = papers.of_row(row, row[12])
    announced = date.fromisoformat(row[13]) if row[13] else None
    kind: AnnounceType | None = None if row[14] is None else ANNOUNCE_TYPES[row[14]]
    return Row(paper, announced, kind, _marks(*row[15:20]), bool(row[20]))


_UNMARKED = Marks()


def _marks(starred: str | None, read: str | None, opened: str | None, tags: str | None, note: str | None) -> Marks:
    if not (starred or read or opened or tags or note):
        return _UNMARKED
    star = json.loads(starred) if starred else {}
    return Marks(
        datetime.fromisoformat(star["at"]) if star else None,
        star.get("version"),
        read is not None,
        opened is not None,
        tuple(json.loads(tags)) if tags else (),
        json.loads(note) if note else None,
    )
