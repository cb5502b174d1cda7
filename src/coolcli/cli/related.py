"""`cool related`: the cached papers that are nearest to some."""

from __future__ import annotations

import typer

from coolcli import relating
from coolcli.cli import asking, lists, options, papers, ruling
from coolcli.cli.desk import Desk
from coolcli.models import Row
from coolcli.query.tree import Either, Text
from coolcli.render import words

SHOWN = 20
"""Papers that are listed where nobody says how many: those farther off have little in common."""


def related(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    clipboard: options.Clipboard = False,
    muted: options.Muted = False,
    abstracts: options.Abstracts = None,
    limit: options.Limit = None,
    no_pager: options.NoPager = False,
) -> int:
    """List the cached papers nearest to a paper, or to several, the nearest first.

    They are compared by the words of titles and abstracts, and by authors, here on this machine.
    """
    desk = Desk(ctx, pager=not no_pager)
    ids = [identifier.id for identifier in papers.resolved(desk, references, clipboard=clipboard)]
    of = papers.fetched(desk, ids)
    asking.catch_up(desk)
    found = relating.related(desk.database, ids)
    most = SHOWN if limit is None else limit or None
    ruled = ruling.filled(desk, lambda count: desk.rows(found.ids[:count]), most, muted=muted)
    told = f"{words.number(len(ruled.rows), 'paper')} near {_named(of)}"
    query = Either(tuple(map(Text, found.words))) if found.words else None
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    lists.put(desk, ruled, told, told, abstracts=with_abstracts, query=query)
    if not found.ids:
        desk.say(f"No cached paper has telling words in common with {_named(of)}.")
    elif not ruled.rows:
        desk.say(f"All that was found: {ruled.told}.")
    return 0


def _named(rows: list[Row]) -> str:
    return f"{rows[0].id}  {words.titled(rows[0])}" if len(rows) == 1 else f"{len(rows)} papers"
