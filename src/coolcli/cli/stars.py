"""`cool stars`: the starred papers, newest first."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import typer

from coolcli import days
from coolcli.cli import filters, lists, options, ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.models import Filter, Row
from coolcli.render import words
from coolcli.session import Shown
from coolcli.store import select
from coolcli.store.papers import stamp


def stars(
    ctx: typer.Context,
    categories: options.Categories = None,
    since: options.Since = None,
    until: options.Until = None,
    in_categories: options.InCategory = None,
    types: options.Types = None,
    tags: options.Tags = None,
    noted: options.Noted = False,
    unread: options.Unread = False,
    query: options.Query = None,
    abstracts: options.Abstracts = None,
    limit: options.Limit = None,
    no_pager: options.NoPager = False,
) -> int:
    """List the starred papers, the newest star first.

    --since and --until are days, in your own time zone, on which they were starred.
    """
    desk = Desk(ctx, pager=not no_pager)
    words_of_categories = [*(categories or ()), *(in_categories or ())]
    wanted = filters.made(
        desk,
        unread=unread,
        categories=words_of_categories,
        types=types,
        starred=True,
        tags=tags,
        noted=noted,
        query=query,
    )
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    with desk.database.read() as connection:
        rows = select.starred(
            connection,
            since=None if since is None else _midnight(desk, since),
            before=None if until is None else _midnight(desk, until, days_later=1),
            abstracts=with_abstracts or desk.flags.json,
        )
    rows = [row for row in rows if filters.passes(row, wanted)]
    rows = filters.fitting(desk, rows, wanted.query) if wanted.query else rows
    shown = rows[: lists.most(desk, limit)]
    if shown:  # else the numbers of the list before still count
        desk.keep(Shown("starred papers", stamp(desk.now), tuple(row.id for row in shown), query=wanted.words))
    _write(desk, ruling.ruled(desk, shown), rows, wanted, with_abstracts)
    return 0


def _midnight(desk: Desk, word: str, *, days_later: int = 0) -> datetime:
    """Give when a day begins for the reader, or so many days later: stars are theirs, so days are of their own zone."""
    own = desk.now.astimezone().date()
    day = {"today": own, "yesterday": own - timedelta(days=1)}.get(word.lower()) or days.parse(word, desk.now)
    return datetime.combine(day + timedelta(days=days_later), time.min).astimezone()


def _write(desk: Desk, ruled: Ruled, everything: list[Row], wanted: Filter, abstracts: bool) -> None:
    rows = ruled.rows
    numbers = range(1, len(rows) + 1)
    if desk.flags.json:
        from coolcli.render import plain

        desk.write(plain.document(None, rows, numbers, notes=ruled.notes()))
    elif not desk.on_terminal:
        from coolcli.render import plain

        desk.write("".join(map(plain.line, rows)))
    elif not rows:
        desk.say(
            "No starred papers here. `cool star 3` stars row 3 of the last list, `cool star 2312.11111` any paper."
        )
    else:
        _show(desk, ruled, everything, wanted, abstracts)


def _show(desk: Desk, ruled: Ruled, everything: list[Row], wanted: Filter, abstracts: bool) -> None:
    from rich.text import Text

    from coolcli.render import table

    rows = ruled.rows
    count = words.number(len(everything), "starred paper")
    count += f" that fit: {wanted.words}" if wanted.words else ""
    if len(rows) < len(everything):
        count += f", the newest {len(rows)} shown (--limit 0 shows all)"
    unopened = sum(not row.marks.opened for row in everything)
    with desk.paged() as out:
        out.print([Text(count, "bold"), Text("")])
        emphasis = ruling.emphasis(desk, ruled, wanted.query)
        out.print(table.papers(rows, 1, desk.screen, sections=False, with_abstracts=abstracts, emphasis=emphasis))
    hint = f"{unopened} not opened yet: cool open" if unopened else "Try: cool show 1 · cool open 1 · cool unstar 1"
    desk.screen.show(Text(f"\n{count} · {hint}", "dim"))
