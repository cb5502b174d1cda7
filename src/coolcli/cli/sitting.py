"""`cool next`: the unread papers, a screen at a time, oldest day first."""

from datetime import date
from typing import Annotated

import typer

from coolcli.arxiv import calendar
from coolcli.cli import options
from coolcli.cli.desk import Desk
from coolcli.cli.listing import complete_pending, nothing_to_show, subscribed, tell_freshness, tell_news
from coolcli.models import Row
from coolcli.render import words
from coolcli.session import Shown, Sitting
from coolcli.store import backlog, events, listings, select
from coolcli.store.papers import stamp

PAGE_WITHOUT_SCREEN = 10
"""Papers of a page where there is no screen to fill."""
_AROUND = 8
"""Lines of a screen that the heading, the names of the columns, the footer, the prompt and the command take."""


def next_page(
    ctx: typer.Context,
    abstracts: options.Abstracts = None,
    back: Annotated[bool, typer.Option("--back", help="Return to the page before.")] = False,
    limit: options.Limit = None,
) -> int:
    """Show as many unread papers as fit the screen, oldest day first; the page before becomes read.

    Numbers run on through the sitting: `cool star 14` works long after row 14 has scrolled away.
    """
    desk = Desk(ctx)
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    sitting = desk.session.sitting() or Sitting(stamp(desk.now))
    if back:
        return _go_back(desk, sitting, with_abstracts)
    state = desk.announcements.latest(subscribed(desk).wanted)
    if state.day is None and state.status == "offline":
        raise nothing_to_show(desk.announcements, state)
    if state.status in ("offline", "stale"):
        tell_freshness(desk, state)
    if sitting.page:
        desk.record("next", [events.mark("read", paper_id, desk.now) for paper_id in sitting.page])
    sitting = _turned(desk, sitting, with_abstracts, limit)
    if sitting.page:
        _show(desk, sitting, with_abstracts)
    else:
        _finish(desk, sitting)
    if away := words.not_here(desk.gaps(part.category for part in state.parts)):
        desk.say(away)
    tell_news(desk)
    if desk.announcements.to_verify:
        desk.announcements.verify(state)
        desk.progress.clear()
    if desk.announcements.asked and state.status != "offline":
        complete_pending(desk)
    return 4 if state.status == "offline" else 0


def _go_back(desk: Desk, sitting: Sitting, abstracts: bool) -> int:
    if sitting.current < 1:
        desk.say("There is no page before this one in this sitting. `cool next` shows the next one.")
        return 0
    _show(desk, Sitting(stamp(desk.now), sitting.pages, sitting.current - 1), abstracts)
    return 0


def _turned(desk: Desk, sitting: Sitting, abstracts: bool, limit: int | None) -> Sitting:
    """Go on by a page: one that was shown before and returned from, or a new one; an empty one at the end."""
    now = stamp(desk.now)
    if sitting.current + 1 < len(sitting.pages):
        return Sitting(now, sitting.pages, sitting.current + 1)
    before = () if sitting.finished else sitting.pages
    first = sum(map(len, before)) + 1
    most = limit or None
    if limit is None:
        most = _rows_of(desk) if desk.on_terminal else PAGE_WITHOUT_SCREEN
    with desk.database.read() as connection:
        rows = select.unread(connection, limit=most)
    if desk.on_terminal and limit is None:
        rows = _fitting(desk, rows, first, abstracts)
    if not rows:
        return Sitting(now, sitting.pages, len(sitting.pages))
    return Sitting(now, (*before, tuple(row.id for row in rows)), len(before))


def _rows_of(desk: Desk) -> int:
    return max(1, desk.screen.height - _AROUND)


def _fitting(desk: Desk, rows: list[Row], first: int, abstracts: bool) -> list[Row]:
    """Keep as many of the first rows as the screen holds, one at the least."""
    from coolcli.render import table

    room = _rows_of(desk)
    numbers = range(first, first + len(rows))
    for count, height in enumerate(table.heights(rows, numbers, desk.screen, with_abstracts=abstracts)):
        room -= height
        if room < 0:
            return rows[: max(1, count)]
    return rows


def _show(desk: Desk, sitting: Sitting, abstracts: bool) -> None:
    """Show the page of a sitting and remember it."""
    rows = desk.rows(sitting.page)
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
            desk.write(plain.document(None, rows, numbers))
        else:
            desk.write("".join(map(plain.line, rows)))
        return
    from rich.text import Text

    from coolcli.render import table

    these = "this one" if len(rows) == 1 else f"these {len(rows)}"
    marks = "goes on" if all(row.marks.read for row in rows) else f"marks {these} read and goes on"
    span = str(first) if len(rows) == 1 else f"{numbers[0]}-{numbers[-1]}"
    unread = sum(by_day.values())
    days = f" over {len(by_day)} days" if len(by_day) > 1 else ""
    heading = words.long_day(day) if day else ""
    desk.progress.clear()
    with desk.paged() as out:
        out.print([Text.assemble((heading, "bold"), f"  {span}  ", (f"{unread:,} unread{days}", "dim")), Text("")])
        out.print(table.papers(rows, first, desk.screen, sections=False, with_abstracts=abstracts))
        out.print(
            [
                Text(""),
                Text(f"cool next {marks} · cool star {first} · cool open {first}", "dim"),
                Text("cool next --back · cool next --abstracts · cool undo", "dim"),
            ]
        )


def _finish(desk: Desk, sitting: Sitting) -> None:
    """Say that all is read, and when there will be more."""
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
    if desk.flags.json:
        from coolcli.render import plain

        desk.write(plain.document(None, [], []))
        desk.say(done)
    else:
        desk.write(f"{done}\n")
    hint = " `cool open` opens what you starred." if starred else ""
    desk.say(f"Next announcement: {words.upcoming(when, desk.now)}.{hint}")


def _latest_day(desk: Desk, category: str) -> date | None:
    with desk.database.read() as connection:
        stored = listings.latest(connection, category)
    return stored.day if stored else None
