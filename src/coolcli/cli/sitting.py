"""`cool next`: the unread papers, a screen at a time, oldest day first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from coolcli.arxiv import calendar
from coolcli.cli import options, ruling
from coolcli.cli.desk import Desk
from coolcli.cli.listing import complete_pending, in_some_order, nothing_to_show, subscribed, tell_freshness, tell_news
from coolcli.models import Row
from coolcli.render import words
from coolcli.session import Shown, Sitting
from coolcli.store import backlog, events, listings, select
from coolcli.store.papers import stamp

if TYPE_CHECKING:
    from coolcli.cli.ordering import Order
    from coolcli.cli.ruling import OutOfSight
    from coolcli.query.tree import Node

PAGE_WITHOUT_SCREEN = 10
"""Papers of a page where there is no screen to fill."""
_AROUND = 8
"""Lines of a screen that the heading, the names of the columns, the footer, the prompt and the command take."""


def next_page(
    ctx: typer.Context,
    abstracts: options.Abstracts = None,
    back: Annotated[bool, typer.Option("--back", help="Return to the page before.")] = False,
    limit: options.Limit = None,
    muted: options.Muted = False,
    order: options.Order = None,
) -> int:
    """Show as many unread papers as fit the screen, oldest day first; the page before becomes read.

    Numbers run on through the sitting: `cool star 14` works long after row 14 has scrolled away.
    """
    desk = Desk(ctx)
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    sitting = desk.session.sitting() or Sitting(stamp(desk.now))
    in_order = in_some_order(desk, order)
    if back:
        return _go_back(desk, sitting, with_abstracts, _out_of_sight(desk, muted))
    state = desk.announcements.latest(subscribed(desk).wanted)
    if state.day is None and state.status == "offline":
        raise nothing_to_show(desk.announcements, state)
    if state.status in ("offline", "stale"):
        tell_freshness(desk, state)
    if sitting.page:
        desk.record("next", [events.mark("read", paper_id, desk.now) for paper_id in sitting.page])
    hidden = _out_of_sight(desk, muted)
    sitting = _turned(desk, sitting, with_abstracts, limit, hidden, in_order)
    if sitting.page:
        _show(desk, sitting, with_abstracts, hidden, in_order.told if in_order else "")
    else:
        _finish(desk, sitting, hidden)
    if away := words.not_here(desk.gaps(part.category for part in state.parts)):
        desk.say(away)
    tell_news(desk)
    if desk.announcements.to_verify:
        desk.announcements.verify(state)
        desk.progress.clear()
    if desk.announcements.asked and state.status != "offline":
        complete_pending(desk)
    return 4 if state.status == "offline" else 0


def _out_of_sight(desk: Desk, muted: bool) -> OutOfSight | None:
    """Give what does not come in pages; a program is given all."""
    return None if muted or desk.flags.json else ruling.out_of_sight(desk)


def _go_back(desk: Desk, sitting: Sitting, abstracts: bool, hidden: OutOfSight | None) -> int:
    if sitting.current < 1:
        desk.say("There is no page before this one in this sitting. `cool next` shows the next one.")
        return 0
    _show(desk, Sitting(stamp(desk.now), sitting.pages, sitting.current - 1), abstracts, hidden)
    return 0


def _turned(
    desk: Desk, sitting: Sitting, abstracts: bool, limit: int | None, hidden: OutOfSight | None, order: Order | None
) -> Sitting:
    """Go on by a page: one that was shown before and returned from, or a new one; an empty one at the end."""
    now = stamp(desk.now)
    if sitting.current + 1 < len(sitting.pages):
        return Sitting(now, sitting.pages, sitting.current + 1)
    before = () if sitting.finished else sitting.pages
    first = sum(map(len, before)) + 1
    most = limit or None
    if limit is None:
        most = _rows_of(desk) if desk.on_terminal else PAGE_WITHOUT_SCREEN
    rows = _first(desk, most, _not(hidden), order)
    if desk.on_terminal and limit is None:
        rows = _fitting(desk, rows, first, abstracts)
    if not rows:
        return Sitting(now, sitting.pages, len(sitting.pages))
    return Sitting(now, (*before, tuple(row.id for row in rows)), len(before))


def _first(desk: Desk, most: int | None, query: Node | None, order: Order | None) -> list[Row]:
    """Give the first unread papers, so many at the most. Each day of theirs is put in order as a whole."""
    with desk.database.read() as connection:
        rows = select.unread(connection, limit=most, query=query)
        if order is None:
            return rows
        if len(rows) == most:
            rows = select.unread(connection, until=rows[-1].announced, query=query)
    from coolcli.cli import ordering

    return ordering.ordered(desk, rows, order)[:most]


def _not(hidden: OutOfSight | None) -> Node | None:
    if hidden is None:
        return None
    from coolcli.query.tree import Not

    return Not(hidden.query)


def _rows_of(desk: Desk) -> int:
    return max(1, desk.screen.height - _AROUND)


def _fitting(desk: Desk, rows: list[Row], first: int, abstracts: bool) -> list[Row]:
    """Keep as many of the first rows as the screen holds, one at the least."""
    from coolcli.render import table

    room = _rows_of(desk)
    numbers = range(first, first + len(rows))
    emphasis = ruling.emphasis(desk, ruling.ruled(desk, rows, muted=True))
    found = table.heights(rows, numbers, desk.screen, with_abstracts=abstracts, emphasis=emphasis)
    for count, height in enumerate(found):
        room -= height
        if room < 0:
            return rows[: max(1, count)]
    return rows


def _show(desk: Desk, sitting: Sitting, abstracts: bool, hidden: OutOfSight | None, order: str = "") -> None:
    """Show the page of a sitting and remember it."""
    rows = desk.rows(sitting.page)
    ruled = ruling.ruled(desk, rows, muted=True)
    gone = hidden.unread(desk) if hidden else ""
    first = sum(map(len, sitting.pages[: sitting.current])) + 1
    with desk.database.read() as connection:
        by_day = select.unread_by_day(connection)
    day = rows[0].announced
    what = f"a sitting of `cool next`, {len(sitting.ids)} papers so far"
    last = first - 1 + len(rows)
    shown = Shown(what, sitting.at, sitting.ids, first - 1, last, day=day.isoformat() if day else None)
    if desk.session.key is None:
        desk.say("This page cannot be remembered: no terminal session. Set COOL_SESSION to a name to go on from here.")
    elif not desk.session.keep(shown, sitting):
        desk.say(
            "This page cannot be remembered and comes again: the cache folder cannot be written. Is the disk full?"
        )
    numbers = range(first, first + len(rows))
    if not desk.on_terminal:
        from coolcli.render import plain

        if desk.flags.json:
            desk.write(plain.document(None, rows, numbers, notes=ruled.notes()))
        else:
            desk.write("".join(map(plain.line, rows)))
        if gone:
            desk.say(f"{gone}; --muted shows them.")
        return
    from rich.text import Text

    from coolcli.render import table

    these = "this one" if len(rows) == 1 else f"these {len(rows)}"
    marks = "goes on" if all(row.marks.read for row in rows) else f"marks {these} read and goes on"
    span = str(first) if len(rows) == 1 else f"{numbers[0]}-{numbers[-1]}"
    unread = sum(by_day.values())
    days = f" over {len(by_day)} days" if len(by_day) > 1 else ""
    heading = words.long_day(day) if day else ""
    counts = " · ".join(filter(None, (f"{unread:,} unread{days}", order)))
    desk.progress.clear()
    emphasis = ruling.emphasis(desk, ruled)
    with desk.paged() as out:
        out.print([Text.assemble((heading, "bold"), f"  {span}  ", (counts, "dim")), Text("")])
        out.print(table.papers(rows, first, desk.screen, sections=False, with_abstracts=abstracts, emphasis=emphasis))
        out.print(
            [
                Text(""),
                Text(f"cool next {marks} · cool star {first} · cool open {first}", "dim"),
                Text("cool next --back · cool next --abstracts · cool undo", "dim"),
                *([Text(f"{gone}; --muted shows them", "dim")] if gone else []),
            ]
        )


def _finish(desk: Desk, sitting: Sitting, hidden: OutOfSight | None) -> None:
    """Say that all is read but what rules mute, and when there will be more."""
    with desk.database.read() as connection:
        days = {row.announced for row in desk.rows(sitting.ids) if row.announced}
        if not days:
            days = {day for one in events.subscriptions(connection) if (day := _latest_day(desk, one.category))}
        count, read, starred = select.progress(connection, [day.isoformat() for day in days])
        left_out = backlog.left_out(connection)
    desk.session.keep(sitting=sitting)
    when = calendar.next_announcement(desk.now)
    done = f"Done: {read:,} of {count:,}, {starred:,} starred."
    done += f" In all, {words.number(left_out, 'paper')} left out as you subscribed without them." if left_out else ""
    gone = hidden.unread(desk) if hidden else ""
    done += f" {gone}." if gone else ""
    if desk.flags.json:
        from coolcli.render import plain

        desk.write(plain.document(None, [], []))
        desk.say(done)
    else:
        desk.write(f"{done}\n")
    hint = " `cool open` opens what you starred." if starred else ""
    if gone:
        desk.say("`cool next --muted` goes through them; `cool list --unread --muted`, then `cool done` finishes them.")
    desk.say(f"Next announcement: {words.upcoming(when, desk.now)}.{hint}")


def _latest_day(desk: Desk, category: str) -> date | None:
    with desk.database.read() as connection:
        stored = listings.latest(connection, category)
    return stored.day if stored else None
