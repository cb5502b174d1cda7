"""What the verbs that take references share: finding the papers, and naming them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from coolcli import lookup, references
from coolcli.arxiv.ids import ArxivId
from coolcli.cli.desk import Desk
from coolcli.models import Row
from coolcli.render import words

MOST_NAMED = 10
"""Papers that a message names before it says how many more there are."""


def resolved(desk: Desk, typed: Sequence[str]) -> list[ArxivId]:
    """Turn references into ids. Raises NoSuchPaper."""
    return references.resolve(typed, desk.session.shown, lambda: _standard_input(desk))


def fetched(desk: Desk, ids: Sequence[str]) -> list[Row]:
    """Give papers, fetching those that are not here. Raises NoSuchPaper or FetchError."""
    lookup.fetch(desk.database, None if desk.offline else lambda: desk.arxiv, lookup.unknown(desk.database, ids))
    return desk.rows(ids)


def named(done: str, rows: Sequence[Row]) -> str:
    """Write what was done to which papers, each by id and title, as lines."""
    if len(rows) == 1:
        return f"{done} {rows[0].id}  {words.titled(rows[0])}\n"
    lines = [f"{done} {len(rows)} papers:", *(f"  {row.id}  {words.titled(row)}" for row in rows[:MOST_NAMED])]
    if len(rows) > MOST_NAMED:
        lines.append(f"  and {len(rows) - MOST_NAMED} more")
    return "".join(f"{line}\n" for line in lines)


def _standard_input(desk: Desk) -> str:
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        desk.say("Paste text with arXiv ids, then Ctrl-D.")
    return sys.stdin.buffer.read().decode("utf-8", "replace")
