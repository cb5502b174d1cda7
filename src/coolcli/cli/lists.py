"""`cool list`: what is cached, through the filters that all lists share."""

import typer

from coolcli.arxiv import calendar
from coolcli.cli import filters, options
from coolcli.cli.desk import Desk
from coolcli.models import Filter, Row
from coolcli.render import words
from coolcli.session import Shown
from coolcli.store import events, select
from coolcli.store.papers import stamp


def list_papers(
    ctx: typer.Context,
    named: options.Categories = None,
    unread: options.Unread = False,
    since: options.Since = None,
    until: options.Until = None,
    categories: options.InCategory = None,
    types: options.Types = None,
    starred: options.Starred = False,
    tags: options.Tags = None,
    noted: options.Noted = False,
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
    )
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    most = desk.settings.list_limit if limit is None else limit
    limited = most if most and (desk.on_terminal or limit is not None) else None
    with desk.database.read() as connection:
        rows = select.chosen(connection, wanted, limit=limited, abstracts=with_abstracts or desk.flags.json)
        count = select.count(connection, wanted) if len(rows) == limited else len(rows)
    if rows:  # else the numbers of the list before still count
        desk.keep(Shown(filters.counted(len(rows), wanted), stamp(desk.now), tuple(row.id for row in rows)))
    _write(desk, rows, _counts(rows, count, wanted), with_abstracts)
    if not rows:
        _explain_empty(desk, wanted)
    return 0


def _counts(rows: list[Row], count: int, wanted: Filter) -> str:
    counts = filters.counted(count, wanted)
    return counts if len(rows) == count else f"{counts}, the newest {len(rows):,} shown (--limit 0 shows all)"


def _write(desk: Desk, rows: list[Row], counts: str, abstracts: bool) -> None:
    if desk.flags.json:
        from coolcli.render import plain

        for piece in plain.pieces(None, rows, range(1, len(rows) + 1)):
            desk.write(piece)
    elif not desk.on_terminal:
        from coolcli.render import plain

        desk.write("".join(map(plain.line, rows)))
    elif rows:
        _show(desk, rows, counts, abstracts)


def _show(desk: Desk, rows: list[Row], counts: str, abstracts: bool) -> None:
    from rich.text import Text

    from coolcli.render import table

    with desk.paged() as out:
        out.print([Text(counts, "bold"), Text("")])
        out.print(table.papers(rows, 1, desk.screen, sections=not abstracts, with_abstracts=abstracts, days=True))
    desk.screen.show(Text(f"\n{counts}", "bold"), Text("Try: cool show 1 · cool star 1 · cool open 1", "dim"))


def _explain_empty(desk: Desk, wanted: Filter) -> None:
    """Say why nothing is listed, and what to do."""
    with desk.database.read() as connection:
        cached = select.count(connection, Filter())
        waiting = select.count(connection, Filter(unread=True))
        subscribed = bool(events.subscriptions(connection))
    if not cached:
        desk.say("Nothing is cached yet. `cool today cs.LG` fetches the day's announcement.")
    elif wanted.unread and not subscribed:
        desk.say("Only subscribed categories have unread papers, and there are none: `cool subscribe cs.LG`.")
    elif wanted.unread and not waiting:
        when = words.upcoming(calendar.next_announcement(desk.now), desk.now)
        desk.say(f"Nothing is unread. Next announcement: {when}.")
    else:
        others = words.number(waiting, "unread paper") if wanted.unread else words.number(cached, "cached paper")
        listing = "`cool list --unread`" if wanted.unread else "`cool list`"
        desk.say(f"There are {filters.counted(0, wanted).replace('0', 'no', 1)}. {listing} shows all {others}.")
