"""`cool triage`: unread papers one after the other, in a full screen, or with `--plain` as prompts."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from coolcli import config, days
from coolcli.arxiv import calendar
from coolcli.arxiv.categories import parse
from coolcli.cli import filters, options
from coolcli.cli.desk import Desk
from coolcli.cli.listing import in_some_order, nothing_to_show, part_of_day, subscribed, tell_freshness
from coolcli.cli.triaging.scope import Scope, Source
from coolcli.cli.triaging.sitting import Sitting
from coolcli.errors import BadDay, UsageError
from coolcli.models import State
from coolcli.render import words
from coolcli.render.screen import Progress, obeys_codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from coolcli.tui.app import Triage


_PATIENCE = 2.0
"""Seconds that the screen waits for another process: it stands still meanwhile."""


def triage(
    ctx: typer.Context,
    categories: options.Categories = None,
    day: Annotated[
        str | None, typer.Option("--day", metavar="DAY", help="What is not read of this day: 2026-11-18, monday, ~2.")
    ] = None,
    query: options.Query = None,
    order: options.Order = None,
    muted: options.Muted = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="As prompts, one paper after another: for screen readers and scripts.")
    ] = False,
) -> int:
    """Go through unread papers in a full screen, oldest day first: one key each to star, open, tag, note, mute.

    What you go past becomes read. `?` shows all keys, `q` leaves; the next sitting begins at the same paper.
    """
    desk = Desk(ctx)
    if desk.flags.json and not plain:
        raise UsageError("`cool triage` is for a reader.", "`cool list --unread --json` gives the papers to a program.")
    if not plain:
        _require_screen()
    asked = parse(categories) if categories else subscribed(desk)
    source = Source(desk, Scope(asked, _day(desk, day), *filters.understood(desk, query or [])))
    if plain:
        return _prompts(desk, source, order, muted=muted)
    return _screen(desk, source, order, muted=muted)


def _screen(desk: Desk, source: Source, order: str | None, *, muted: bool) -> int:
    keys = config.keys(desk.paths.settings)
    desk.hold_notices()  # what is said now is shown in the screen
    gc.disable()
    screen = made(desk, source, keys, order, muted=muted)
    gc.freeze()  # what is imported stays: a look through all of it took 20 ms, before the first paint and later
    gc.set_threshold(2000, 4)  # at 50,000 (coolcli.__main__) every twentieth key waited 20 ms for it
    gc.enable()
    screen.run()
    desk.divert(None, Progress())
    desk.echo(f"{screen.sitting.summary()}\n")
    if screen.lost is not None:
        raise screen.lost
    fetching = screen.fetching
    if fetching.failed is not None:
        raise fetching.failed
    if fetching.problem:
        desk.say(f"{fetching.problem}.")
    if screen.return_code:
        return screen.return_code
    return 4 if desk.offline or (fetching.state and fetching.state.status == "offline") else 0


def made(
    desk: Desk, source: Source, keys: Mapping[str, Sequence[str]], order: str | None = None, *, muted: bool = False
) -> Triage:
    """Make the screen for what a source gives; it begins to fetch once it is shown."""
    from coolcli.cli.triaging.deeds import Deeds
    from coolcli.cli.triaging.fetching import Fetching
    from coolcli.tui.app import Triage

    desk.database.wait_no_longer_than(_PATIENCE)
    sitting = _sitting(desk, source, order, muted=muted)
    listed = [category for category in source.scope.asked.wanted if category not in source.followed]
    fetching = Fetching(desk, source.followed, source.scope.day, listed)
    return Triage(sitting, Deeds(desk), fetching, keys, colours=desk.settings.triage_theme)


def _prompts(desk: Desk, source: Source, order: str | None, *, muted: bool) -> int:
    from coolcli.cli.triaging import plain
    from coolcli.cli.triaging.deeds import Deeds

    wanted, day = source.scope.asked.wanted, source.scope.day
    if day is None:
        state = desk.announcements.latest(wanted)
    else:
        state = State(tuple(part_of_day(desk, category, day) for category in wanted))
    sitting = _sitting(desk, source, order, muted=muted)
    if state.day is None and state.status == "offline" and not sitting.pile.entries:
        raise nothing_to_show(desk.announcements, state)
    tell_freshness(desk, state)
    desk.progress.clear()
    code = plain.run(desk, sitting, Deeds(desk))
    return code or (4 if state.status == "offline" else 0)


def _sitting(desk: Desk, source: Source, order: str | None, *, muted: bool) -> Sitting:
    if desk.database.cannot_write is not None:
        desk.say(f"{desk.database.cannot_write.message} Papers are shown; nothing can be marked.")
    marks_read = desk.settings.triage_mark_read and not desk.database.read_only
    return Sitting(desk, source, in_some_order(desk, order), marks_read=marks_read, shows_muted=muted)


def _day(desk: Desk, typed: str | None) -> date | None:
    """Read the day. Raises BadDay, also for one that is to come."""
    if typed is None:
        return None
    day = days.parse(typed, desk.now)
    if day > calendar.arxiv_day(desk.now):
        when = words.upcoming(calendar.next_announcement(desk.now), desk.now)
        raise BadDay(f"{words.long_day(day)} is not announced yet.", f"The next announcement: {when}.")
    return day


def _require_screen() -> None:
    """Raise UsageError where there is no terminal that a screen can be drawn on."""
    plain = "`cool triage --plain` asks line by line, and takes commands from a pipe."
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The triage screen needs a terminal.", plain)
    if not obeys_codes():
        raise UsageError(f"This terminal (TERM={os.environ.get('TERM') or 'not set'}) shows no full screen.", plain)
