"""What the reader watches, mutes and looks for again and again: rules and saved searches, events as stars are.

The subject of a rule is `rule:` and its query as typed, its field `watched` or `muted`; that of a saved search is
`search:` and its name, its field `saved`.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Literal, NamedTuple

from coolcli.models import Event
from coolcli.store.papers import stamp

Effect = Literal["watched", "muted"]
EFFECTS: tuple[Effect, ...] = ("watched", "muted")
SAVED = "saved"

RULE, SEARCH = "rule:", "search:"
"""What their subjects begin with."""


IN_FORCE = """
    FROM marks AS m WHERE field IN ('watched', 'muted') AND NOT EXISTS (
        SELECT 1 FROM marks AS other WHERE other.subject = m.subject AND other.field IN ('watched', 'muted')
        AND other.clock > m.clock)
    ORDER BY field DESC, json_extract(value, '$.at'), clock"""
"""Which marks are rules, in their order: what every list of rules is chosen by, so that numbers mean the same."""


class Rule(NamedTuple):
    """A query with what becomes of the papers that fit it."""

    effect: Effect
    query: str


def rules(connection: sqlite3.Connection) -> list[Rule]:
    """Give the rules, what is watched first, each in the order in which they were made.

    Of one query that is watched on one machine and muted on another, the newer holds.
    """
    found = connection.execute(f"SELECT field, substr(subject, ?) {IN_FORCE}", (len(RULE) + 1,))
    return [Rule(field, query) for field, query in found]


def are_any(connection: sqlite3.Connection) -> bool:
    """Tell whether the reader watches or mutes anything."""
    return connection.execute("SELECT 1 FROM marks WHERE field IN ('watched', 'muted') LIMIT 1").fetchone() is not None


def since(connection: sqlite3.Connection) -> dict[Rule, datetime]:
    """Give the moment at which each rule was made."""
    found = connection.execute(
        """SELECT field, substr(subject, ?), json_extract(value, '$.at') FROM marks
           WHERE field IN ('watched', 'muted')""",
        (len(RULE) + 1,),
    )
    return {Rule(field, query): datetime.fromisoformat(at) for field, query, at in found}


def searches(connection: sqlite3.Connection) -> dict[str, str]:
    """Give the saved searches: their queries by their names, sorted."""
    found = connection.execute(
        "SELECT substr(subject, ?), json_extract(value, '$.query') FROM marks WHERE field = ? ORDER BY subject",
        (len(SEARCH) + 1, SAVED),
    )
    return {name: str(query) for name, query in found}


def make(rule: Rule, now: datetime) -> Event:
    """Make the event of a rule."""
    return Event(RULE + rule.query, rule.effect, json.dumps({"at": stamp(now)}))


def end(rule: Rule) -> Event:
    """Make the event that ends a rule."""
    return Event(RULE + rule.query, rule.effect, None)


def save(name: str, query: str, now: datetime) -> Event:
    """Make the event that saves a search."""
    return Event(SEARCH + name, SAVED, json.dumps({"at": stamp(now), "query": query}, ensure_ascii=False))


def forget(name: str) -> Event:
    """Make the event that forgets a saved search."""
    return Event(SEARCH + name, SAVED, None)


def subject_named(subject: str) -> str | None:
    """Give what a subject names for the reader, None where it is neither a rule nor a saved search."""
    if subject.startswith(RULE):
        return subject.removeprefix(RULE)
    return f"@{subject.removeprefix(SEARCH)}" if subject.startswith(SEARCH) else None
