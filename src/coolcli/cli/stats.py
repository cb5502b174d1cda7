"""`cool stats`: what was announced in the reader's categories and what was read of it, drawn."""

from collections.abc import Sequence
from datetime import date, timedelta

import typer

from coolcli import days
from coolcli.arxiv import calendar
from coolcli.cli import options
from coolcli.cli.desk import Desk
from coolcli.errors import UsageError
from coolcli.render import pieces, words
from coolcli.render import stats as drawn
from coolcli.store import events, select

WEEKS = 24
"""Weeks that are drawn where no day is named."""


def stats(ctx: typer.Context, since: options.Since = None, no_pager: options.NoPager = False) -> int:
    """Draw what was announced and read in your categories: a calendar, bars, the unread over time.

    Without --since: the last 24 weeks, from the first listing on that is here.
    """
    desk = Desk(ctx, pager=not no_pager)
    figures = _figures(desk, since)
    if desk.flags.json:
        desk.write_json(figures.document())
    elif not figures.days:
        day = words.short_day(figures.since)
        desk.say(f"Nothing entered your unread since {day}. `cool today` fetches the latest listing.")
    elif desk.on_terminal:
        with desk.paged() as out:
            out.print(pieces.coloured(drawn.lines(figures, desk.screen.width)))
    else:
        desk.write(pieces.plain(drawn.lines(figures)))
    return 0


def _figures(desk: Desk, typed: str | None) -> drawn.Figures:
    today = calendar.arxiv_day(desk.now)
    since = days.parse(typed, desk.now) if typed else today - timedelta(weeks=WEEKS) + timedelta(days=1)
    with desk.database.read() as connection:
        followed = [subscription.category for subscription in events.subscriptions(connection)]
        if not followed:
            raise UsageError(
                "You are not subscribed to any category, so there is nothing to draw.",
                "`cool subscribe cs.LG stat.ML` follows two.",
            )
        history = select.history(connection, since)
        since = max(since, history[0].day if history else since)
        categories = select.by_category(connection, since)
        unread = select.backlog_over_time(connection, since)
        read_on = select.read_on(connection, since)
    until = max(today, since)
    gaps = desk.gaps(followed, until=calendar.latest_listing_day(desk.now))
    missing = {day for gap in gaps.values() for day in gap if day >= since}
    return drawn.Figures(
        since,
        until,
        [drawn.Day(*entered) for entered in history],
        frozenset(missing),
        {name: drawn.Share(*entered) for name, entered in categories.items()},
        _up_to(until, unread),
        read_on,
    )


def _up_to(until: date, unread: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Go on from the last day on which something changed."""
    found = list(unread)
    while found and found[-1][0] < until:
        found.append((found[-1][0] + timedelta(days=1), found[-1][1]))
    return found
