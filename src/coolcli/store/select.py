"""Every list that is shown: which papers, in which order, with what the reader did to them; and how many there are.

Lists are chosen from the table `listed` (see `backlog`), a line for each announced paper; a day's listing from the
announcements themselves.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.categories import Categories, contains
from coolcli.arxiv.ids import sort_key
from coolcli.models import ANNOUNCE_TYPES, AnnounceType, Filter, Marks, Row
from coolcli.store import papers
from coolcli.store.backlog import CATEGORY, SUBSCRIBED
from coolcli.store.events import TAG

if TYPE_CHECKING:
    from coolcli.query.tree import Node


class DayCount(NamedTuple):
    """How a day of some categories stands."""

    day: date
    announced: int | None
    """Papers that arXiv says it announced: those here, each once, and what is missing of each category; None where it
    stated no number for one of them."""
    here: int
    """Papers that are here, each once."""
    unread: int
    starred: int
    """Of these, those whose day it is."""


class DayEntered(NamedTuple):
    """What entered the unread on a day, and what became of it."""

    day: date
    announced: int
    read: int
    starred: int


class Entered(NamedTuple):
    """What entered the unread of a category, and what became of it."""

    announced: int
    read: int
    starred: int


def listing(connection: sqlite3.Connection, parts: Sequence[tuple[str, date]], *, abstracts: bool = False) -> list[Row]:
    """Give all papers of the listings of some categories, each once, in arXiv's order.

    The type is seen from all the categories together: new in one of them is new. One category keeps the positions
    that arXiv gave; of several, ids ascend within each type, as in arXiv's own feed of several.
    """
    if not parts:
        return []
    where = " OR ".join(["(category = ? AND day = ?)"] * len(parts))
    chosen = f"""
        SELECT paper_id, max(day) AS day, min(type) AS type, min(position) AS place
        FROM announcements WHERE {where} GROUP BY paper_id"""
    values = [value for category, day in parts for value in (category, day.isoformat())]
    rows = _rows(connection, chosen, values, "c.type, c.place", abstracts)
    if len(parts) > 1:
        rows.sort(key=lambda row: (ANNOUNCE_TYPES.index(row.announce_type or "new"), sort_key(row.id)))
    return rows


def by_ids(connection: sqlite3.Connection, ids: Sequence[str], *, abstracts: bool = True) -> dict[str, Row]:
    """Give the papers of some ids; an id that is not here is not in the answer."""
    chosen = """SELECT asked.value AS paper_id, day, l.type
                FROM json_each(?) AS asked LEFT JOIN listed AS l ON l.paper_id = asked.value"""
    rows = _rows(connection, chosen, [json.dumps(list(ids))], "1", abstracts)
    return {row.id: row for row in rows}


def chosen(
    connection: sqlite3.Connection, wanted: Filter, *, limit: int | None = None, abstracts: bool = False
) -> list[Row]:
    """Give the papers that a filter lets through, the newest day first, each day in arXiv's order.

    Those that were announced and those that are starred, tagged or noted; what was never announced comes last.
    """
    conditions, values = chosen_by(connection, wanted)
    rows: list[Row] = []
    for place in _PLACES:
        left = -1 if limit is None else limit - len(rows)
        some = f"""
            SELECT paper_id, day, type, {ID_ORDER} AS place FROM {place} WHERE {conditions}
            ORDER BY day DESC, type, place LIMIT {left}"""
        rows += _rows(connection, some, values, "c.day DESC, c.type, c.place", abstracts)
    return rows


def count(connection: sqlite3.Connection, wanted: Filter) -> int:
    """Count the papers that a filter lets through."""
    conditions, values = chosen_by(connection, wanted)
    return sum(
        connection.execute(f"SELECT count(*) FROM {place} WHERE {conditions}", values).fetchone()[0]
        for place in _PLACES
    )


def count_with(connection: sqlite3.Connection, wanted: Filter, queries: "Sequence[Node]") -> tuple[int, int]:
    """Count the announced papers that a filter lets through, and those of some queries that fit one of them."""
    from coolcli.store import matching

    conditions, values = chosen_by(connection, wanted)
    parts = [matching.condition(connection, query) for query in queries]
    columns = ", ".join(["count(*)", *(f"max({part.sql})" for part in parts)])
    asked = [*(value for part in parts for value in part.values), *values]
    papers_, *fit = connection.execute(f"SELECT {columns} FROM listed WHERE {conditions}", asked).fetchone()
    return papers_, sum(map(bool, fit))


def ids_of(connection: sqlite3.Connection, wanted: Filter) -> list[str]:
    """Give the ids of the papers that a filter lets through, the newest day first."""
    conditions, values = chosen_by(connection, wanted)
    order = f"ORDER BY day DESC, type, {ID_ORDER}"
    return [
        row[0]
        for place in _PLACES
        for row in connection.execute(f"SELECT paper_id FROM {place} WHERE {conditions} {order}", values)
    ]


def by_day(connection: sqlite3.Connection, wanted: Filter) -> dict[date, int]:
    """Count the announced papers of each day that a filter lets through, oldest first."""
    conditions, values = chosen_by(connection, wanted)
    found = connection.execute(f"SELECT day, count(*) FROM listed WHERE {conditions} GROUP BY day ORDER BY day", values)
    return {date.fromisoformat(row[0]): row[1] for row in found}


def tags(connection: sqlite3.Connection) -> list[str]:
    """Give the tags that papers bear, sorted, each in one spelling."""
    return list(spellings(connection))


def tag_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the papers of each tag, sorted by their names; what is spelled in two ways is one tag."""
    question = f"SELECT count(DISTINCT subject) FROM marks WHERE {_OF_TAG}"
    known = spellings(connection)
    return {name: connection.execute(question, [_fields(known[name])]).fetchone()[0] for name in known}


def spellings(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Give every tag with all its spellings, which two machines can give it.

    It goes by the one that most papers have, of several such by the one that sorts first.
    """
    found = connection.execute(f"SELECT {_TAG_NAME}, count(*) FROM marks WHERE {_IS_TAG} GROUP BY field").fetchall()
    alike: dict[str, list[str]] = {}
    for name, _ in sorted(found, key=lambda row: (-row[1], row[0])):
        alike.setdefault(name.casefold(), []).append(name)
    return {alike[folded][0]: alike[folded] for folded in sorted(alike)}


def starred(
    connection: sqlite3.Connection,
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
        conditions.append(_UNOPENED)
    chosen = f"""
        SELECT s.subject AS paper_id, day, type, json_extract(s.value, '$.at') AS at, s.clock AS clock
        FROM marks AS s LEFT JOIN listed ON paper_id = s.subject WHERE {" AND ".join(conditions)}"""
    rows = _rows(connection, chosen, values, "c.at DESC, c.clock DESC", abstracts)
    return [row for row in rows if within(row, categories)] if categories else rows


def stars(connection: sqlite3.Connection) -> int:
    """Count the starred papers."""
    return int(connection.execute("SELECT count(*) FROM marks WHERE field = 'starred'").fetchone()[0])


def unopened(connection: sqlite3.Connection) -> int:
    """Count the starred papers that were not opened yet."""
    found = connection.execute(f"SELECT count(*) FROM marks AS s WHERE s.field = 'starred' AND {_UNOPENED}")
    return int(found.fetchone()[0])


def unread(
    connection: sqlite3.Connection,
    *,
    limit: int | None = None,
    until: date | None = None,
    query: "Node | None" = None,
) -> list[Row]:
    """Give the unread papers of the backlog with their abstracts, oldest day first, then in arXiv's order.

    Up to a day, where one is named; with a query, those that fit it.
    """
    conditions, values = chosen_by(connection, Filter(unread=True, until=until, query=query))
    place, of = place_in_listing(connection)
    chosen = f"""
        SELECT paper_id, day, type, {place} AS place FROM listed WHERE {conditions}
        ORDER BY day, type, place LIMIT {-1 if limit is None else limit}"""
    return _rows(connection, chosen, [*of, *values], "c.day, c.type, c.place", abstracts=True)


def place_in_listing(connection: sqlite3.Connection) -> tuple[str, list[str]]:
    """Write what orders the papers of a day and type as arXiv does, and the values in it.

    Of a reader of one category those are arXiv's own positions; of several, ids ascend.
    """
    of = [row[0] for row in connection.execute("SELECT subject FROM marks WHERE field = ?", (SUBSCRIBED,))]
    if len(of) != 1:
        return ID_ORDER, []
    position = """(SELECT position FROM announcements AS a WHERE a.category = ? AND a.day = listed.day
                   AND a.paper_id = listed.paper_id)"""
    return position, [of[0].removeprefix(CATEGORY)]


def unread_by_day(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the unread papers of each day of the backlog, oldest first."""
    return dict(
        connection.execute(f"SELECT day, count(*) FROM listed WHERE {_UNREAD} GROUP BY day ORDER BY day").fetchall()
    )


def progress(connection: sqlite3.Connection, days: Iterable[str]) -> tuple[int, int, int]:
    """Count the papers that entered the backlog on some days: all, read, starred."""
    row = connection.execute(
        """SELECT count(*), ifnull(sum(read), 0), ifnull(sum(starred), 0) FROM listed
           WHERE backlog AND day IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(days)),),
    ).fetchone()
    return row[0], row[1], row[2]


def days(
    connection: sqlite3.Connection, categories: Sequence[str], since: date, until: date | None = None
) -> list[DayCount]:
    """Give how each day of some categories stands, from one to another, both included, oldest first.

    Left out are days of which nothing was stated and nothing is here, but for weekdays that arXiv says are empty.
    """
    values = {
        "categories": json.dumps(list(categories)),
        "since": since.isoformat(),
        "until": (until or date.max).isoformat(),
    }
    stated = {row[0]: row[1:] for row in connection.execute(_STATED, values)}
    here = {row[0]: (row[1], row[2]) for row in connection.execute(_HERE, values)}
    marked = {row[0]: row[1:] for row in connection.execute(_MARKED, values)}
    found = []
    for text in sorted({*stated, *here}):
        day = date.fromisoformat(text)
        total, of, is_empty = stated.get(text, (0, 0, False))
        if text in here or total or (is_empty and day.weekday() < _SATURDAY):
            entries, papers_here = here.get(text, (0, 0))
            announced = papers_here + max(0, total - entries) if of == len(set(categories)) else None
            found.append(DayCount(day, announced, papers_here, *marked.get(text, (0, 0))))
    return found


def history(connection: sqlite3.Connection, since: date) -> list[DayEntered]:
    """Count for each day what entered the backlog, and what of that is read and starred now, oldest day first."""
    found = connection.execute(
        """SELECT day, count(*), sum(read), sum(starred) FROM listed WHERE backlog AND day >= ?
           GROUP BY day ORDER BY day""",
        (since.isoformat(),),
    )
    return [DayEntered(date.fromisoformat(row[0]), *row[1:]) for row in found]


def by_category(connection: sqlite3.Connection, since: date) -> dict[str, Entered]:
    """Count for each subscribed category what entered the backlog from a day on, in the order of subscribing.

    What was announced in two of them on its day counts in both.
    """
    found = connection.execute(
        """SELECT substr(m.subject, ?) AS category, count(l.paper_id), ifnull(sum(l.read), 0), ifnull(sum(l.starred), 0)
           FROM marks AS m
           LEFT JOIN announcements AS a ON a.category = substr(m.subject, ?) AND a.day >= ?
           LEFT JOIN listed AS l ON l.paper_id = a.paper_id AND l.day = a.day AND l.backlog
           WHERE m.field = ? GROUP BY m.subject ORDER BY m.clock""",
        (len(CATEGORY) + 1, len(CATEGORY) + 1, since.isoformat(), SUBSCRIBED),
    )
    return {row[0]: Entered(*row[1:]) for row in found}


def read_on(connection: sqlite3.Connection, since: date) -> dict[date, int]:
    """Count for each day, UTC, the papers that were marked as read on it and still are, oldest day first."""
    found = connection.execute(
        """SELECT substr(json_extract(value, '$.at'), 1, 10) AS day, count(*) FROM marks
           WHERE field = 'read' GROUP BY day HAVING day >= ? ORDER BY day""",
        (since.isoformat(),),
    )
    return {date.fromisoformat(row[0]): row[1] for row in found}


def backlog_over_time(connection: sqlite3.Connection, since: date) -> list[tuple[date, int]]:
    """Count what was unread at the end of each day from one on, up to the last on which something changed.

    What is read now was unread until it was marked so; what was marked before it was announced never was.
    """
    changes = dict(
        connection.execute(
            """SELECT day, sum(change) FROM (
                   SELECT day, 1 AS change FROM listed WHERE backlog
                   UNION ALL
                   SELECT max(l.day, substr(json_extract(m.value, '$.at'), 1, 10)), -1
                   FROM listed AS l JOIN marks AS m ON m.subject = l.paper_id AND m.field = 'read' WHERE l.backlog)
               GROUP BY day"""
        ).fetchall()
    )
    unread_ = sum(change for day, change in changes.items() if day < since.isoformat())
    found = []
    for number in range((date.fromisoformat(max(changes)) - since).days + 1 if changes else 0):
        day = since + timedelta(days=number)
        unread_ += changes.get(day.isoformat(), 0)
        found.append((day, unread_))
    return found


def within(row: Row, categories: Categories) -> bool:
    """Tell whether a paper is in one of the wanted categories and in none of the unwanted."""
    own = row.paper.categories
    wanted = any(contains(asked, category) for asked in categories.wanted for category in own)
    return wanted and not left_out(row, categories)


def left_out(row: Row, categories: Categories) -> bool:
    """Tell whether a paper is in one of the unwanted categories."""
    return any(contains(asked, category) for asked in categories.unwanted for category in row.paper.categories)


_IS_TAG = f"field >= '{TAG}' AND field < '{TAG[:-1]};'"
"""That a mark is a tag: a range of names, which an index finds."""
_TAG_NAME = f"substr(field, {len(TAG) + 1})"
_OF_TAG = "field IN (SELECT value FROM json_each(?))"
"""That a mark is one of a tag's spellings."""
_UNREAD = "backlog AND NOT read"
_UNOPENED = "NOT EXISTS (SELECT 1 FROM marks WHERE subject = s.subject AND field = 'opened')"
_SATURDAY = 5

# Papers that lists are chosen from: a line for each that was announced, and of the same form for the others that the
# reader has put aside.
_PLACES = (
    "listed",
    f"""(SELECT id AS paper_id, NULL AS day, NULL AS type, 0 AS backlog, holding(categories) AS categories,
               EXISTS (SELECT 1 FROM marks WHERE subject = id AND field = 'read') AS read,
               EXISTS (SELECT 1 FROM marks WHERE subject = id AND field = 'starred') AS starred
        FROM papers WHERE id IN (SELECT subject FROM marks WHERE field IN ('starred', 'note')
                                 UNION ALL SELECT subject FROM marks WHERE {_IS_TAG})
          AND NOT EXISTS (SELECT 1 FROM listed WHERE paper_id = id))""",
)

_STATED = """
    SELECT day, ifnull(sum(total), 0), count(total), min(total) IS 0
    FROM (SELECT day, expected_new + expected_cross + expected_replaced AS total FROM listings
          WHERE category IN (SELECT value FROM json_each(:categories)) AND day BETWEEN :since AND :until)
    GROUP BY day"""
_HERE = """
    SELECT a.day, count(*), count(DISTINCT a.paper_id)
    FROM announcements AS a JOIN papers AS p ON p.id = a.paper_id AND p.title IS NOT NULL
    WHERE a.category IN (SELECT value FROM json_each(:categories)) AND a.day BETWEEN :since AND :until
    GROUP BY a.day"""
_MARKED = f"""
    SELECT day, sum({_UNREAD}), sum(starred) FROM listed AS l
    WHERE day BETWEEN :since AND :until AND (starred OR ({_UNREAD})) AND EXISTS (
        SELECT 1 FROM announcements AS a WHERE a.paper_id = l.paper_id AND a.day = l.day
        AND a.category IN (SELECT value FROM json_each(:categories)))
    GROUP BY day"""

# A number by which ids ascend as arXiv gave them out: by month, old style and new, then by number.
ID_ORDER = """
    (CASE WHEN instr(paper_id, '/') AND substr(paper_id, instr(paper_id, '/') + 1, 2) >= '91' THEN 190000
          ELSE 200000 END + substr(paper_id, instr(paper_id, '/') + 1, 4)) * 10000000
    + substr(paper_id, CASE WHEN instr(paper_id, '/') THEN instr(paper_id, '/') + 5 ELSE 6 END)"""


def chosen_by(connection: sqlite3.Connection, wanted: Filter) -> tuple[str, list[str]]:
    """Write the condition that a filter makes on a line of `listed`, and the values in it."""
    conditions, values = ["true"], list[str]()
    if wanted.unread:
        conditions.append(_UNREAD)
    if wanted.since:
        conditions.append("day >= ?")
        values.append(wanted.since.isoformat())
    if wanted.until:
        conditions.append("day <= ?")
        values.append(wanted.until.isoformat())
    if wanted.types:
        conditions.append(f"type IN ({', '.join(str(ANNOUNCE_TYPES.index(name)) for name in wanted.types)})")
    if wanted.starred:
        conditions.append("starred")
    if wanted.noted:
        conditions.append(_NOTED)
    for names, negation in ((wanted.wanted, ""), (wanted.unwanted, "NOT ")):
        if names:
            conditions.append(f"{negation}({' OR '.join(['instr(categories, ?)'] * len(names))})")
            values += [f" {name} " for name in names]
    known = spellings(connection).values() if wanted.tags else ()
    for tag in wanted.tags:
        conditions.append(f"paper_id IN (SELECT subject FROM marks WHERE {_OF_TAG})")
        values.append(_fields(next((alike for alike in known if tag in alike), [])))
    if wanted.query is not None:
        from coolcli.store import matching

        fits = matching.condition(connection, wanted.query)
        conditions.append(fits.sql)
        values += fits.values
    return " AND ".join(conditions), values


def _fields(names: Iterable[str]) -> str:
    """Write the fields of some spellings, for a list in SQL."""
    return json.dumps([TAG + name for name in names])


_NOTED = "paper_id IN (SELECT subject FROM marks WHERE field = 'note')"


def _rows(connection: sqlite3.Connection, chosen: str, values: Sequence[str], order: str, abstracts: bool) -> list[Row]:
    """Join chosen papers (`paper_id`, `day`, `type`, whatever orders them) with what is known and what was done."""
    marks = ", ".join(
        f"(SELECT value FROM marks WHERE subject = p.id AND field = '{name}')"
        for name in ("starred", "read", "opened", "note")
    )
    found = connection.execute(
        f"""
        WITH c AS ({chosen})
        SELECT {", ".join("p." + name.strip() for name in papers.COLUMNS.split(","))},
               {"p.abstract" if abstracts else "NULL"}, c.day, c.type, {marks},
               (SELECT json_group_array({_TAG_NAME}) FROM marks WHERE subject = p.id AND {_IS_TAG}),
               (SELECT backlog FROM listed AS l WHERE l.paper_id = p.id)
        FROM c JOIN papers AS p ON p.id = c.paper_id ORDER BY {order}""",
        values,
    ).fetchall()
    named = _names_of(connection) if any(row[_TAGS] != "[]" for row in found) else {}
    return [_row(row, named) for row in found]


def _names_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Give for each spelling of a tag the one that it goes by."""
    return {each: name for name, alike in spellings(connection).items() for each in alike}


_OTHERS = len(papers.COLUMNS.split(","))
"""Where a row's columns begin that are not of the paper but its abstract."""
_TAGS = _OTHERS + 7
"""Which of them has the tags."""


def _row(row: sqlite3.Row, named: Mapping[str, str]) -> Row:
    abstract, day, number, starred_, read, opened, note, tags_, backlog = row[_OTHERS:]
    announced = date.fromisoformat(day) if day else None
    kind: AnnounceType | None = None if number is None else ANNOUNCE_TYPES[number]
    tags = dict.fromkeys(named.get(each, each) for each in json.loads(tags_)) if named else ()
    marks = _marks(starred_, read, opened, tuple(tags), note)
    return Row(papers.of_row(row, abstract), announced, kind, marks, bool(backlog))


_UNMARKED = Marks()


def _marks(starred: str | None, read: str | None, opened: str | None, tags: tuple[str, ...], note: str | None) -> Marks:
    if not (starred or read or opened or note or tags):
        return _UNMARKED
    star = json.loads(starred) if starred else {}
    return Marks(
        datetime.fromisoformat(star["at"]) if star else None,
        star.get("version"),
        read is not None,
        opened is not None,
        tags,
        _shown(json.loads(note)) if note else None,
    )


def _shown(note: str) -> str | None:
    """Give what of a note may be shown anywhere: another machine, or a hand in its file, can have put anything in."""
    from coolcli.arxiv.text import clean_lines

    return clean_lines(note) or None
