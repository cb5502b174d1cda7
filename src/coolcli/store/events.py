"""What the reader did: an append-only list of events, and the marks that are derived from it.

Each command's events are one group: a change. Undo appends the inverse of a group, so nothing is ever lost and two
machines' events merge by union; the hybrid logical clock says whose value is the latest.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from coolcli.models import Change, Event, Subscription
from coolcli.store import backlog
from coolcli.store.backlog import CATEGORY, SUBSCRIBED
from coolcli.store.papers import stamp

TAG = "tag:"
"""What the field of a tag begins with; its name follows."""

SITTING = "triage"
"""The verb of all that is done in the triage screen: a sitting there is one change, however long it takes."""


def record(
    connection: sqlite3.Connection,
    verb: str,
    events: Iterable[Event],
    now: datetime,
    *,
    group: str | None = None,
    undoes: str | None = None,
    exactly: bool = False,
) -> list[Event]:
    """Append a change, leaving out what is so already, and give the events that made a difference.

    With `exactly`, what was set at another moment differs. What is unread, and what lists are chosen from, follows in
    the same transaction.
    """
    fresh = [
        event for event in events if _differs(event, _value(connection, event.subject, event.field), exactly=exactly)
    ]
    if not fresh:
        return []
    name, sequence, tick = _last(connection)
    tick = max(tick, int(now.timestamp() * 1000) << _COUNTER_BITS)
    group = group or _named(name, sequence)
    for offset, event in enumerate(fresh, 1):
        clock = f"{tick + offset:016x}-{name}"
        connection.execute(
            "INSERT INTO events (device, sequence, clock, at, grp, verb, subject, field, value, undoes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (name, sequence + offset, clock, stamp(now), group, verb, *event, undoes),
        )
        if event.value is None:
            connection.execute("DELETE FROM marks WHERE subject = ? AND field = ?", (event.subject, event.field))
        else:
            connection.execute(
                "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", (event.subject, event.field, event.value, clock)
            )
    if any(event.field == SUBSCRIBED for event in fresh):
        backlog.redefine(connection)
    else:
        backlog.refresh(connection, {event.subject for event in fresh if event.field in _LISTED})
    return fresh


def group_of_sitting(connection: sqlite3.Connection, current: str | None) -> str:
    """Give the name under which a sitting's events are one change: its own, or a new one where it was taken back."""
    if current and connection.execute("SELECT 1 FROM events WHERE undoes = ?", (current,)).fetchone() is None:
        return current
    name, sequence, _ = _last(connection)
    return _named(name, sequence)


def standing(connection: sqlite3.Connection, events: Iterable[Event]) -> list[Event]:
    """Give for each event the one that would set its field to what it is now: it takes back what comes in between."""
    return [event._replace(value=_value(connection, event.subject, event.field)) for event in events]


def mark(field: str, paper_id: str, now: datetime, **details: Any) -> Event:
    """Make the event that sets a field of a paper: `starred` (with `version`), `read`, `opened`, `later`."""
    return Event(paper_id, field, json.dumps({"at": stamp(now)} | details, sort_keys=True))


def tag(name: str, paper_id: str, now: datetime) -> Event:
    """Make the event that tags a paper. Each tag is a field of its own, so that two machines' tags both stay."""
    return mark(TAG + name, paper_id, now)


def note(paper_id: str, text: str) -> Event:
    """Make the event that sets a paper's note, or takes it away where the text is empty."""
    return Event(paper_id, "note", json.dumps(text) if text else None)


def clear(field: str, paper_id: str) -> Event:
    """Make the event that takes a field of a paper away."""
    return Event(paper_id, field, None)


def changes(connection: sqlite3.Connection, limit: int) -> list[Change]:
    """Give the newest changes that can be undone, newest first: those of this device, whoever was at another one.

    A sitting is as new as the last thing done in it, and none where all of it was taken back within it; any other
    change is of its first moment.
    """
    newest = connection.execute(
        f"""SELECT grp, verb, at FROM events AS e
            WHERE undoes IS NULL AND {_OWN.format("e")}
                AND (verb = '{SITTING}' OR NOT EXISTS (SELECT 1 FROM events AS o WHERE o.grp = e.grp
                                                       AND o.clock < e.clock))
                AND NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.grp AND {_OWN.format("u")})
            ORDER BY clock DESC"""
    )
    seen, found = set(), list[Change]()
    for group, verb, at in newest:
        if group in seen:
            continue
        seen.add(group)
        if verb != SITTING or connection.execute(f"{_NET} LIMIT 1", {"group": group}).fetchone():
            found.append(Change(group, verb, datetime.fromisoformat(at), _subjects(connection, group)))
        if len(found) >= limit:
            break
    return found


def tags_of(connection: sqlite3.Connection, change: Change, *, put_on: bool) -> list[str]:
    """Give the tags that a change put on, or those that it took off, sorted."""
    found = connection.execute(
        """SELECT DISTINCT substr(field, ?) FROM events
           WHERE grp = ? AND field GLOB ? AND (value IS NOT NULL) = ? ORDER BY 1""",
        (len(TAG) + 1, change.group, f"{TAG}*", put_on),
    )
    return [row[0] for row in found]


def counts_of(connection: sqlite3.Connection, change: Change) -> dict[tuple[str, bool], int]:
    """Count, for each kind of field, the subjects for which a change set one, or took it away: all tags are `tag`."""
    found = connection.execute(
        f"""SELECT CASE WHEN instr(field, ':') THEN substr(field, 1, instr(field, ':') - 1) ELSE field END AS kind,
               value IS NOT NULL AS is_set, count(DISTINCT subject)
           FROM ({_NET}) GROUP BY kind, is_set""",
        {"group": change.group},
    )
    return {(kind, bool(is_set)): count for kind, is_set, count in found}


class Undone(NamedTuple):
    """What became of a change that was to be taken back."""

    events: list[Event]
    """Those that took it back; none where nothing was left to take back."""
    left: list[str]
    """Subjects of which something stays, for it was set elsewhere since, in the order of the change."""


def undo(connection: sqlite3.Connection, change: Change, now: datetime) -> Undone:
    """Append the inverse of a change: each field as it would be without that change.

    A field that another device has set since stays as that one said; what was taken back before does not come back.
    While a sitting went on, other terminals may have done something as well: what they said last stays, too. Where
    nothing is left to take back, that is noted: the change before is the next one.
    """
    touched = connection.execute(
        f"""WITH done AS (SELECT subject, field, min(clock) AS first, max(clock) AS last FROM events
                          WHERE grp = :group GROUP BY subject, field)
           SELECT subject, field, {_VALUE} AS value, {_BEFORE} AS before, EXISTS (
               SELECT 1 FROM events AS e WHERE e.subject = done.subject AND e.field = done.field
               AND e.clock > done.last AND e.undoes IS NULL AND {_STANDS}
               AND NOT {_OWN.format("e")})
           FROM done ORDER BY first""",
        {"group": change.group},
    ).fetchall()
    inverse, left = list[Event](), list[str]()
    for subject, field, value, before, is_overtaken in touched:
        now_is = _value(connection, subject, field)
        if is_overtaken or (change.verb == SITTING and now_is not in (value, before)):
            left.append(subject)
        else:
            inverse.append(Event(subject, field, before))
    exactly = change.verb == SITTING  # there a star may have been taken away and set anew
    undone = record(connection, "undo", inverse, now, undoes=change.group, exactly=exactly)
    if not undone:
        record(connection, "undo", [mark("undone", f"change:{change.group}", now)], now, undoes=change.group)
    return Undone(undone, list(dict.fromkeys(left)))


_OWN = """({0}.device = (SELECT value FROM meta WHERE key = 'device')
    OR EXISTS (SELECT 1 FROM meta, json_each(meta.value) AS f
               WHERE meta.key = 'former' AND f.key = {0}.device AND {0}.clock <= f.value))"""
"""That an event was made by this device, be it under a former name, up to the moment at which it lost that name."""

_STANDS = "e.grp NOT IN (SELECT undoes FROM events WHERE undoes IS NOT NULL)"
"""That an event `e` was not taken back."""

_VALUE = """(SELECT value FROM events AS e WHERE e.subject = done.subject AND e.field = done.field
    AND e.clock = done.last)"""
"""What a change `done` made of a field in the end."""

_BEFORE = f"""(SELECT value FROM events AS e WHERE e.subject = done.subject AND e.field = done.field
    AND e.grp != :group AND (e.clock < done.first OR (e.clock < done.last AND e.undoes IS NULL)) AND {_STANDS}
    ORDER BY clock DESC LIMIT 1)"""
"""What a field would be without the change `done`: another terminal can have set it while a sitting went on."""

_NET = f"""SELECT * FROM (
    SELECT subject, field, {_VALUE} AS value, {_BEFORE} AS before
    FROM (SELECT subject, field, min(clock) AS first, max(clock) AS last FROM events
          WHERE grp = :group GROUP BY subject, field) AS done) WHERE value IS NOT before"""
"""What a change made of fields that they would not be without it."""


def subscriptions(connection: sqlite3.Connection) -> list[Subscription]:
    """Give the subscribed categories in the order in which they were subscribed."""
    rows = connection.execute(
        """
        SELECT subject, value FROM marks AS m WHERE field = ? ORDER BY json_extract(value, '$.at'),
            (SELECT max(clock) FROM events WHERE subject = m.subject AND field = m.field
             AND value IS NOT NULL AND json_extract(value, '$.since') IS NULL)""",
        (SUBSCRIBED,),
    ).fetchall()
    found = []
    for subject, value in rows:
        said = json.loads(value)
        since = date.fromisoformat(said["since"]) if said["since"] else None
        found.append(Subscription(subject.removeprefix(CATEGORY), since, tuple(said.get("without", ()))))
    return found


def subscribe(category: str, since: date | None, now: datetime, *, without: Sequence[str] = ()) -> Event:
    """Make the event of a subscription; without `since` it begins with the next listing that comes."""
    value: dict[str, Any] = {"at": stamp(now), "since": since.isoformat() if since else None}
    if without:
        value["without"] = list(without)
    return Event(CATEGORY + category, SUBSCRIBED, json.dumps(value, sort_keys=True))


def unsubscribe(category: str) -> Event:
    """Make the event that ends a subscription."""
    return Event(CATEGORY + category, SUBSCRIBED, None)


def category_of(subject: str) -> str | None:
    """Give the category that a subject names, None where it is a paper."""
    return subject.removeprefix(CATEGORY) if subject.startswith(CATEGORY) else None


def begin_subscription(connection: sqlite3.Connection, category: str, day: str) -> None:
    """Let a subscription without a first day begin with this one, as part of the change that made it."""
    row = connection.execute(
        "SELECT value, grp, at, verb, undoes FROM events WHERE subject = ? AND field = ? ORDER BY clock DESC LIMIT 1",
        (CATEGORY + category, SUBSCRIBED),
    ).fetchone()
    if row is None or row[0] is None or json.loads(row[0])["since"]:
        return
    value = json.dumps(json.loads(row[0]) | {"since": day}, sort_keys=True)
    event = Event(CATEGORY + category, SUBSCRIBED, value)
    record(connection, row[3], [event], datetime.fromisoformat(row[2]), group=row[1], undoes=row[4])


def device(connection: sqlite3.Connection) -> str:
    """Give the name of this device."""
    return str(connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()[0])


def rename_device(connection: sqlite3.Connection) -> str:
    """Give this device another name, and give it; what it did so far stays its own."""
    before, after = device(connection), os.urandom(4).hex()
    last = connection.execute("SELECT max(clock) FROM events WHERE device = ?", (before,)).fetchone()[0]
    kept = connection.execute("SELECT value FROM meta WHERE key = 'former'").fetchone()
    former = (json.loads(kept[0]) if kept else {}) | {before: last or ""}
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('former', ?)", (json.dumps(former),))
    connection.execute("UPDATE meta SET value = ? WHERE key = 'device'", (after,))
    return after


_COUNTER_BITS = 12
"""The clock is milliseconds shifted by these bits, which count the events of one millisecond."""


_LATEST = "00f"
"""What a clock begins with that is far off, in the year 2463: such a one, of a hand in a file, is not gone on from."""


def _last(connection: sqlite3.Connection) -> tuple[str, int, int]:
    """Give this device's name, its last sequence number, and the newest tick of all devices."""
    name = device(connection)
    sequence = connection.execute("SELECT max(sequence) FROM events WHERE device = ?", (name,)).fetchone()[0]
    clock = connection.execute("SELECT max(clock) FROM events WHERE clock < ?", (_LATEST,)).fetchone()[0]
    return name, sequence or 0, int(clock.partition("-")[0], 16) if clock else 0


def _named(device: str, sequence: int) -> str:
    """Name a change that begins behind a device's last event."""
    return f"{device}-{sequence + 1}-{os.urandom(2).hex()}"


def _value(connection: sqlite3.Connection, subject: str, field: str) -> str | None:
    row = connection.execute("SELECT value FROM marks WHERE subject = ? AND field = ?", (subject, field)).fetchone()
    return None if row is None else row[0]


def _differs(event: Event, value: str | None, *, exactly: bool) -> bool:
    """Tell whether an event changes anything: starring what is starred keeps the day on which it was starred."""
    is_set_or_not = event.field in _SET_OR_NOT or event.field.startswith(TAG)
    if is_set_or_not and event.value is not None and not exactly:
        return value is None
    return value != event.value


_SET_OR_NOT = ("starred", "read", "opened", "later")
_LISTED = ("starred", "read")
"""Fields that lists are chosen by."""


def _subjects(connection: sqlite3.Connection, group: str) -> tuple[str, ...]:
    return tuple(
        row[0]
        for row in connection.execute(
            "SELECT subject FROM events WHERE grp = ? GROUP BY subject ORDER BY min(clock)", (group,)
        )
    )
