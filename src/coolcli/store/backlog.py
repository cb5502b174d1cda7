"""The table `listed`: for each announced paper its day, and whether it entered the reader's unread and is left there.

Which papers enter is said by a definition: the subscribed categories, each from its first day on, and the types of the
setting `backlog.types`. It is kept beside the table, so that a changed one is noticed.

    define      the definition is not what it was when the table was made: made anew
    redefine    what is subscribed to has changed: made anew in the same transaction
    refresh     announcements, marks or categories of some papers have changed: their lines are made anew

A paper's line bears the day on which it entered the unread, else that of its first announcement in the subscribed
categories, else that of its first at all; and as what it was announced then.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from coolcli.errors import DataError
from coolcli.models import ANNOUNCE_TYPES
from coolcli.store.database import Database

DEFAULT_TYPES = ("new", "cross")
"""What enters the unread until a setting says otherwise."""

SUBSCRIBED = "subscribed"
"""The field of a category's subject that bears its subscription."""
CATEGORY = "category:"
"""What the subject of a category begins with."""

_DEFINITION = "backlog"
"""The key of the definition in `meta`."""


def define(database: Database, types: Sequence[str]) -> None:
    """See to it that the table is by the subscriptions and these types. Raises DataError for a file that is damaged.

    Where nothing can be stored, a temporary table takes its place: lists are right, and the file stays as it is.
    """
    with database.read() as connection:
        kept, definition = _kept(connection), _defined(connection, types)
    if kept == definition:
        return
    if not database.read_only:
        try:
            with database.write() as connection:
                _rebuild(connection, _defined(connection, types))
        except DataError as error:
            database.cannot_write = error  # else what is stored from now on would go into the table aside
        else:
            return
    with database.aside() as connection:
        connection.execute("DROP TABLE IF EXISTS temp.listed")
        connection.execute("CREATE TEMP TABLE listed AS SELECT * FROM main.listed LIMIT 0")
        connection.execute("CREATE UNIQUE INDEX temp.listed_papers ON listed (paper_id)")
        _make(connection, _INSERT.format(restricted=""), definition)


def redefine(connection: sqlite3.Connection) -> None:
    """Make the table anew after a change of the subscriptions."""
    _rebuild(connection, _defined(connection, _types(connection)))


def mend(database: Database) -> int:
    """Make the table anew where it is not what it should be, and give how many lines were wrong."""
    with database.read() as connection:  # most of the time nothing is wrong: no other terminal waits for this look
        wrong = disorder(connection)
    if wrong:
        with database.write() as connection:
            redefine(connection)
    return wrong


def refresh(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Make the lines of some papers anew."""
    some = json.dumps(list(ids))
    if some == "[]":
        return
    definition = _kept(connection) or _defined(connection, DEFAULT_TYPES)
    connection.execute(_DELETE_GONE, {"ids": some})
    _make(connection, _INSERT.format(restricted=_THESE), definition, some)


def left_out(connection: sqlite3.Connection) -> int:
    """Count the papers that would have entered the unread, were it not for what the subscriptions leave out."""
    definition = _kept(connection)
    if definition is None or not json.loads(definition).get("without"):
        return 0
    row = connection.execute(
        """SELECT count(DISTINCT a.paper_id) FROM announcements AS a
           JOIN json_each(:definition, '$.since') AS s ON s.key = a.category AND a.day >= s.value
           JOIN listed USING (paper_id)
           WHERE NOT listed.backlog AND a.type IN (SELECT value FROM json_each(:definition, '$.types'))""",
        {"definition": definition},
    ).fetchone()
    return int(row[0])


def disorder(connection: sqlite3.Connection) -> int:
    """Count the lines that are missing, wrong or too many; none where the table was never made."""
    definition = _kept(connection)
    if definition is None:
        return 0
    return int(_make(connection, _DISORDER, definition).fetchone()[0])


def _make(connection: sqlite3.Connection, statement: str, definition: str, ids: str = "") -> sqlite3.Cursor:
    return connection.execute(statement, {"definition": definition, "ids": ids})


def _rebuild(connection: sqlite3.Connection, definition: str) -> None:
    connection.execute("DELETE FROM listed")
    _make(connection, _INSERT.format(restricted=""), definition)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_DEFINITION, definition))


def _kept(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_DEFINITION,)).fetchone()
    return None if row is None else row[0]


def _defined(connection: sqlite3.Connection, types: Iterable[str]) -> str:
    """Write the definition that the subscriptions and these types make."""
    rows = connection.execute(
        """SELECT substr(subject, ?), json_extract(value, '$.since'), json_extract(value, '$.without')
           FROM marks WHERE field = ? ORDER BY subject""",
        (len(CATEGORY) + 1, SUBSCRIBED),
    ).fetchall()
    since = {row[0]: row[1] for row in rows}
    without = {row[0]: json.loads(row[2]) for row in rows if row[2]}
    numbers = sorted({ANNOUNCE_TYPES.index(name) for name in ANNOUNCE_TYPES if name in set(types)})
    return json.dumps({"since": since, "without": without, "types": numbers})


def _types(connection: sqlite3.Connection) -> Sequence[str]:
    kept = _kept(connection)
    return DEFAULT_TYPES if kept is None else [ANNOUNCE_TYPES[number] for number in json.loads(kept)["types"]]


_UNWANTED = """EXISTS (SELECT 1 FROM json_each(s.without) AS unwanted, papers AS its
    WHERE its.id = a.paper_id AND instr(holding(its.categories), ' ' || unwanted.value || ' '))"""
"""That a paper is in a category that the subscription `s` leaves out."""

_LINES = """
    WITH subscribed AS (
        SELECT key AS category, value AS since, json_extract(:definition, '$.without."' || key || '"') AS without
        FROM json_each(:definition, '$.since')),
    first AS (
        SELECT a.paper_id AS id, star.subject IS NOT NULL AS starred,
            min(CASE WHEN a.day >= s.since AND (a.type IN (SELECT value FROM json_each(:definition, '$.types'))
                                                OR (a.type >= 2 AND star.subject IS NOT NULL))
                          AND (s.without IS NULL OR NOT {unwanted})
                     THEN a.day || a.type END) AS entered,
            min(CASE WHEN s.category IS NOT NULL THEN a.day || a.type END) AS own,
            min(a.day || a.type) AS any_day
        FROM announcements AS a LEFT JOIN subscribed AS s ON s.category = a.category
        LEFT JOIN marks AS star ON star.subject = a.paper_id AND star.field = 'starred'
        {restricted} GROUP BY a.paper_id)
    SELECT p.id AS paper_id, substr(coalesce(entered, own, any_day), 1, 10) AS day,
        CAST(substr(coalesce(entered, own, any_day), 11) AS INTEGER) AS type, entered IS NOT NULL AS backlog,
        EXISTS (SELECT 1 FROM marks WHERE subject = p.id AND field = 'read') AS read, starred,
        holding(p.categories) AS categories
    FROM first JOIN papers AS p USING (id)""".replace("{unwanted}", _UNWANTED)
"""The lines by `:definition`: of all announced papers, or of those that `restricted` leaves.

The first day, and the type that counts most on it, are the least of day and type put together. A replacement of a
starred paper enters whatever the types are.
"""

_THESE = "WHERE a.paper_id IN (SELECT value FROM json_each(:ids))"

_SAID = ("day", "type", "backlog", "read", "starred", "categories")


def _differ(one: str, other: str) -> str:
    """Write the condition that two lines are not the same."""
    return " IS NOT ".join(f"({', '.join(f'{table}.{name}' for name in _SAID)})" for table in (one, other))


_INSERT = f"""
    INSERT INTO listed {_LINES} WHERE true
    ON CONFLICT (paper_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _SAID)}
    WHERE {_differ("listed", "excluded")}"""
_DELETE_GONE = """
    DELETE FROM listed WHERE paper_id IN (SELECT value FROM json_each(:ids))
        AND NOT EXISTS (SELECT 1 FROM announcements AS a WHERE a.paper_id = listed.paper_id)"""

_DISORDER = f"""
    SELECT (SELECT count(*) FROM ({_LINES.format(restricted="")}) AS made
            LEFT JOIN listed USING (paper_id) WHERE {_differ("made", "listed")})
         + (SELECT count(*) FROM listed WHERE paper_id NOT IN (SELECT paper_id FROM announcements)
                                           OR paper_id NOT IN (SELECT id FROM papers))"""
