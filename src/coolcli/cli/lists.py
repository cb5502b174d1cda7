"""`cool list`: what is cached, through the filters that all lists share; and how a list that is no day is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from coolcli.arxiv import calendar
from coolcli.cli import filters, options, ordering, ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.models import Filter, Row
from coolcli.render import words
from coolcli.session import Shown
from coolcli.store import events, select
from coolcli.store.papers import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coolcli.cli.hits import Fresh
    from coolcli.query.tree import Node
    from coolcli.render.emphasis import Emphasis


def list_papers(
    ctx: typer.Context,
    named: options.CategoriesOrSearches = None,
    unread: options.Unread = False,
    since: options.Since = None,
    until: options.Until = None,
    categories: options.InCategory = None,
    types: options.Types = None,
    starred: options.Starred = False,
    tags: options.Tags = None,
    noted: options.Noted = False,
    query: options.Query = None,
    muted: options.Muted = False,
    order: options.Order = None,
    abstracts: options.Abstracts = None,
    limit: options.Limit = None,
    no_pager: options.NoPager = False,
) -> int:
    """List what is cached, the newest day first, each paper once.

    Days are days of announcement. On a terminal a list stops at 50 rows (setting list.limit) and says so.
    """
    desk = Desk(ctx, pager=not no_pager)
    wanted = filters.made(
        desk,
        unread=unread,
        since=since,
        until=until,
        categories=[*(named or []), *(categories or [])],
        types=types,
        starred=starred,
        tags=tags,
        noted=noted,
        query=query,
    )
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    limited = most(desk, limit)
    in_order = ordering.chosen(desk, order)

    def chosen(count: int | None) -> list[Row]:
        with desk.database.read() as connection:
            rows = select.chosen(connection, wanted, limit=count, abstracts=with_abstracts or desk.flags.json)
            if in_order.name != "arxiv" and len(rows) == count and rows[-1].announced:
                # The last day is cut: which of its papers come first is for the order to say.
                days = wanted._replace(since=rows[-1].announced)
                rows = select.chosen(connection, days, abstracts=with_abstracts or desk.flags.json)
        return ordering.ordered(desk, rows, in_order)[:count]

    ruled = ruling.filled(desk, chosen, limited, muted=muted)
    fresh = fresh_in(desk, [*(named or []), *(query or [])])
    with desk.database.read() as connection:
        count = select.count(connection, wanted)
    told = filters.counted(count, wanted)
    if len(ruled.rows) < count - len(ruled.out_of_sight):
        told += f", the newest {len(ruled.rows):,} shown (--limit 0 shows all)"
    what = filters.counted(len(ruled.rows), wanted)
    told = " · ".join(filter(None, (told, in_order.told)))
    put(
        desk,
        ruled,
        told,
        what,
        abstracts=with_abstracts,
        query=wanted.query,
        words_=wanted.words,
        days=True,
        by_type=in_order.by_type,
        fresh=fresh,
    )
    if not ruled.rows:
        _explain_empty(desk, wanted, ruled)
    return 0


def most(desk: Desk, limit: int | None) -> int | None:
    """Give how many rows a list has at the most that is no day: what was asked for, else a setting on a terminal."""
    rows = desk.settings.list_limit if limit is None else limit
    return rows if rows and (desk.on_terminal or limit is not None) else None


def fresh_in(desk: Desk, typed: Sequence[str]) -> Fresh | None:
    """Give what is new of the saved searches that a command line names; a program's list has none that is."""
    if not desk.on_terminal or not any(filters.SAVED in text for text in typed):
        return None
    from coolcli.cli import hits

    return hits.named(desk, typed)


def put(
    desk: Desk,
    ruled: Ruled,
    told: str,
    what: str,
    *,
    abstracts: bool,
    query: Node | None = None,
    words_: str = "",
    days: bool = False,
    by_type: bool = True,
    fresh: Fresh | None = None,
) -> None:
    """Bring a list to where results go, and keep its numbers: `told` stands above and below, `what` it is in errors.

    The texts of a query stand out in it, and in what is then shown by number. What is new in it is marked, and shown on
    a terminal it is new no more. `days` says that it comes day by day, `by_type` that each of those comes type by type.
    """
    rows = ruled.rows
    if rows:  # else the numbers of the list before still count
        desk.keep(Shown(what, stamp(desk.now), tuple(row.id for row in rows), query=words_))
    if desk.flags.json:
        from coolcli.render import plain

        for piece in plain.pieces(None, rows, range(1, len(rows) + 1), notes=ruled.notes()):
            desk.write(piece)
        return
    if not desk.on_terminal:
        from coolcli.render import plain

        desk.write("".join(map(plain.line, rows)))
        if rows and ruled.told:
            desk.say(f"{ruled.told}.")
        return
    shown = {row.id for row in rows}
    if rows:
        new = fresh.told(shown, desk.now) if fresh else ""
        emphasis = ruling.emphasis(desk, ruled, query)
        _show(
            desk,
            ruled.rows,
            " · ".join(filter(None, (told, new, ruled.told))),
            fresh.marked(emphasis) if fresh else emphasis,
            abstracts=abstracts,
            days=days,
            by_type=by_type,
        )
    if fresh:
        fresh.show(desk, shown)


def _show(
    desk: Desk, rows: list[Row], told: str, emphasis: Emphasis, *, abstracts: bool, days: bool, by_type: bool
) -> None:
    from rich.text import Text

    from coolcli.render import table

    with desk.paged() as out:
        out.print([Text(told, "bold"), Text("")])
        out.print(
            table.papers(
                rows,
                1,
                desk.screen,
                sections=days and by_type and not abstracts,
                with_abstracts=abstracts,
                days=days,
                kinds=not by_type,
                emphasis=emphasis,
            )
        )
    desk.screen.show(Text(f"\n{told}", "bold"), Text("Try: cool show 1 · cool star 1 · cool open 1", "dim"))


def _explain_empty(desk: Desk, wanted: Filter, ruled: Ruled) -> None:
    """Say why nothing is listed, and what to do."""
    with desk.database.read() as connection:
        cached = select.count(connection, Filter())
        waiting = select.count(connection, Filter(unread=True))
        subscribed = bool(events.subscriptions(connection))
    if not cached:
        desk.say("Nothing is cached yet. `cool today cs.LG` fetches the day's announcement.")
    elif ruled.told:
        desk.say(f"All that there is: {ruled.told}.")
    elif wanted.unread and not subscribed:
        desk.say("Only subscribed categories have unread papers, and there are none: `cool subscribe cs.LG`.")
    elif wanted.unread and not waiting:
        when = words.upcoming(calendar.next_announcement(desk.now), desk.now)
        desk.say(f"Nothing is unread. Next announcement: {when}.")
    else:
        others = words.number(waiting, "unread paper") if wanted.unread else words.number(cached, "cached paper")
        listing = "`cool list --unread`" if wanted.unread else "`cool list`"
        desk.say(f"There are {filters.counted(0, wanted).replace('0', 'no', 1)}. {listing} shows all {others}.")
