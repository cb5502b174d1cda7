"""What the verbs that take references share: finding the papers, and naming them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from coolcli import lookup, references
from coolcli.arxiv.ids import ArxivId
from coolcli.cli.desk import Desk
from coolcli.errors import FetchError, UsageError
from coolcli.models import Row
from coolcli.render import words

if TYPE_CHECKING:
    from coolcli.addresses import Named

MOST_NAMED = 10
"""Papers that a message names before it says how many more there are."""


def resolved(
    desk: Desk,
    typed: Sequence[str] | None,
    *,
    clipboard: bool = False,
    versions: bool = False,
) -> list[ArxivId]:
    """Turn references, and what is on the clipboard, into ids of arXiv's, as references.resolve does.

    Raises NoSuchPaper, or UsageError for none. What else a text names is told.
    """
    if not typed and not clipboard:
        raise UsageError(
            "No paper is named (REF).",
            "Row numbers (3, 3-7), arXiv ids, addresses, - for standard input, or --clipboard.",
        )
    named = meant(desk, typed or (), clipboard=clipboard, only_arxiv=True, versions=versions)
    papers = [each for each in named if isinstance(each, ArxivId)]
    if left := len(named) - len(papers):
        what = words.number(left, "other thing is", "other things are")
        desk.say(f"{what} named that arXiv has no paper for: `cool open` opens papers of venues, and listings.")
    return papers


def meant(
    desk: Desk,
    typed: Sequence[str],
    *,
    clipboard: bool = False,
    only_arxiv: bool = False,
    versions: bool = False,
    hint: str | None = None,
) -> list[Named]:
    """Find all that references name, and what is on the clipboard, as references.resolve does. Raises NoSuchPaper."""

    def paste() -> str:
        from coolcli import clipboard

        return clipboard.paste()

    read: dict[str, Callable[[], str]] = {
        references.STANDARD_INPUT: cache(lambda: _standard_input(desk)),
        references.CLIPBOARD: paste,
    }
    asked = [*typed, references.CLIPBOARD] if clipboard else typed
    sources = references.Sources(desk.now, desk.session.shown, read)
    return references.resolve(asked, sources, only_arxiv=only_arxiv, versions=versions, hint=hint)


def fetched(desk: Desk, ids: Sequence[str]) -> list[Row]:
    """Give papers, fetching those that are not here. Raises NoSuchPaper, or FetchError that names them."""
    try:
        lookup.fetch(desk.database, None if desk.offline else lambda: desk.arxiv, lookup.unknown(desk.database, ids))
    except FetchError as error:
        raise lacking(error, lookup.unknown(desk.database, ids)) from None
    return desk.rows(ids)


def lacking(error: FetchError, names: Sequence[str]) -> FetchError:
    """Let an error say first which papers are not here for it."""
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    *others, last = [*names[:MOST_NAMED], *more]
    what = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    error.message = f"{what} not here. {error.message}"
    return error


def named(done: str, rows: Sequence[Row]) -> str:
    """Write what was done to which papers, each by id and title, as lines."""
    if len(rows) == 1:
        return f"{done} {rows[0].id}  {words.titled(rows[0])}\n"
    lines = [f"{done} {len(rows)} papers:", *(f"  {row.id}  {words.titled(row)}" for row in rows[:MOST_NAMED])]
    if len(rows) > MOST_NAMED:
        lines.append(f"  and {len(rows) - MOST_NAMED} more")
    return "".join(f"{line}\n" for line in lines)


def some(names: Sequence[str]) -> str:
    """Name some, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _standard_input(desk: Desk) -> str:
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        desk.say("Paste text with arXiv ids, then Ctrl-D.")
    return references.decoded(sys.stdin.buffer.read())
