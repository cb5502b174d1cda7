"""`star`, `unstar`, `done`, `undone`: what the reader does to papers. Each is one change that `undo` takes back."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated

import typer

from coolcli import days
from coolcli.cli import filters, gathering, options, papers, tagging
from coolcli.cli.desk import Desk
from coolcli.errors import NoSuchPaper, UsageError
from coolcli.models import Event, Filter, Row
from coolcli.render import words
from coolcli.store import events, select


def star(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    clipboard: options.Clipboard = False,
    tags: options.NewTags = None,
) -> int:
    """Star papers. One that is not here yet is fetched; without a network it is kept as pending."""
    desk = Desk(ctx)
    names = tagging.names(desk, tags or ())
    wanted = papers.resolved(desk, references, clipboard=clipboard)
    versions = {identifier.id: identifier.version for identifier in wanted}
    pending = gathering.fetched_or_pending(desk, list(versions))
    rows = desk.rows(list(versions))
    stars = gathering.stars(rows, versions, desk.now)
    changed = desk.record("star", [*stars, *tagging.events_of(rows, names, desk.now)])
    so = f" and tagged {', '.join(names)}" if names else ""
    gathering.report(desk, rows, changed, f"Starred{so}{':' if so else ''}", f"already starred{so}", pending)
    return 0


def unstar(ctx: typer.Context, references: options.References) -> int:
    """Take stars away."""
    return _mark(
        ctx, "unstar", references, lambda desk, row: events.clear("starred", row.id), "Unstarred", "not starred"
    )


def done(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    before: Annotated[
        str | None, typer.Option("--before", metavar="DAY", help="All unread papers announced before this day.")
    ] = None,
    categories: options.InCategory = None,
    types: options.Types = None,
    starred: options.Starred = False,
    tags: options.Tags = None,
    noted: options.Noted = False,
) -> int:
    """Mark papers as read. Alone: exactly the rows that this session showed last.

    --before marks what is unread of the days before that one; with a filter, the others stay unread.
    """
    if before is not None or categories or types or starred or tags or noted:
        desk = Desk(ctx)
        wanted = filters.made(
            desk, unread=True, categories=categories, types=types, starred=starred, tags=tags, noted=noted
        )
        return _done_before(desk, references or [], before, wanted)

    def read(desk: Desk, row: Row) -> Event:
        return events.mark("read", row.id, desk.now)

    return _mark(ctx, "done", references or [], read, "Marked as read:", "already read")


def _done_before(
    desk: Desk,
    references: Sequence[str],
    before: str | None,
    wanted: Filter,
) -> int:
    if before is None:
        raise UsageError("`cool done` takes filters with `--before` only.", "cool done --before 5ago --tag survey")
    if references:
        raise UsageError("`cool done` takes papers or `--before`, not both.", "cool done 3-7, or --before 5ago")
    wanted = wanted._replace(until=days.parse(before, desk.now) - timedelta(days=1))
    with desk.database.read() as connection:
        by_day = select.by_day(connection, wanted)
        ids = select.ids_of(connection, wanted)
    changed = desk.record("done", [events.mark("read", paper_id, desk.now) for paper_id in ids])
    if desk.flags.json:
        of_days = {str(each): count for each, count in by_day.items()}
        desk.write_json({"read": len(changed), "days": of_days})
    elif not changed:
        desk.say(f"Nothing to mark: there are no {filters.counted(0, wanted).removeprefix('0 ')}.")
    else:
        what = filters.counted(len(changed), wanted._replace(until=None))
        desk.echo(f"Marked as read: {what} ({_span(list(by_day))}).\n")
        desk.say("`cool undo` takes it back.")
    return 0


def _span(found: Sequence[date]) -> str:
    """Name a day, or how many there are from which to which."""
    if len(found) == 1:
        return words.short_day(found[0])
    return f"{len(found)} days, {words.span(found)}"


def undone(ctx: typer.Context, references: options.References) -> int:
    """Mark papers as unread."""
    return _mark(
        ctx, "undone", references, lambda desk, row: events.clear("read", row.id), "Marked as unread:", "not read yet"
    )


def _mark(
    ctx: typer.Context,
    verb: str,
    references: Sequence[str],
    event: Callable[[Desk, Row], Event],
    did: str,
    already: str,
) -> int:
    desk = Desk(ctx)
    if references:
        rows = desk.rows([identifier.id for identifier in papers.resolved(desk, references)])
    else:
        rows = _shown_last(desk)
    changed = desk.record(verb, [event(desk, row) for row in rows])
    gathering.report(desk, rows, changed, did, already)
    return 0


def _shown_last(desk: Desk) -> list[Row]:
    shown = desk.session.own()
    if shown is None or not shown.last_rows:
        raise NoSuchPaper(
            "No list was shown in this terminal, so there is nothing to mark.",
            "`cool next` shows unread papers; or name some: `cool done 3-7`.",
        )
    desk.say(f"{words.number(len(shown.last_rows), 'row')} shown last ({shown.what}).")
    return desk.rows(shown.last_rows)
