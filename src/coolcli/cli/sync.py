"""`cool sync`: all that is new and missing, in one run, for cron or a timer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

import typer

from coolcli import lookup, news
from coolcli.arxiv import calendar
from coolcli.arxiv.categories import Categories
from coolcli.catchup import since_of
from coolcli.cli import hits
from coolcli.cli.catchup import fetched
from coolcli.cli.desk import Desk
from coolcli.cli.hits import Found
from coolcli.cli.listing import complete_pending, nothing_to_show, subscribed, tell_freshness
from coolcli.errors import CoolError, UsageError
from coolcli.models import Filter, State
from coolcli.render import words
from coolcli.store import listings, select

ASKS_EVERY = timedelta(minutes=15)
"""How often a listing that is waited for is asked for."""
_UNITS = {"h": "hours", "m": "minutes", "min": "minutes", "s": "seconds"}
_SPAN = re.compile(r"(?:\d{1,3}(?:h|min|m|s))+")


def sync(
    ctx: typer.Context,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say something only where it failed.")] = False,
    wait: Annotated[
        str | None, typer.Option("--wait", metavar="TIME", help="Wait so long for a listing that is late: 3h, 90m.")
    ] = None,
) -> int:
    """Fetch the latest and all missed listings of your categories, and complete what is known of your papers.

    Where you named a git repository of yours (`cool state init`), what you did is exchanged with your other machines.
    One line says what there is. Exit code 4: something could not be had; 6: papers are known to be missing.
    """
    desk = Desk(ctx)
    patience = _span(wait) if wait else timedelta(0)
    if desk.database.cannot_write is not None:
        raise desk.database.cannot_write
    if quiet:
        desk.hold_notices()
    exchange = _exchanged(desk)  # first: a new machine has its subscriptions from there
    try:
        asked = subscribed(desk)
    except UsageError as error:
        if not exchange.tried:
            raise
        return _without_categories(desk, exchange, error, quiet=quiet)
    with nullcontext() if desk.offline else desk.arxiv.slowly():
        state, gave_up = _latest(desk, asked, patience)
        starts = since_of(desk.database, asked.wanted, None)
        plan = desk.catch_up.plan(starts, desk.site_interval)
        answers = [] if gave_up else fetched(desk, starts, plan)
        if state.status != "offline" and not desk.offline:
            complete_pending(desk)
            if least := news.unclear(desk.database):
                news.note_clear(desk.database, lookup.clarify(desk.database, lambda: desk.arxiv, least))
    tell_freshness(desk, state)
    missing = _known_to_be_missing(desk, asked)
    failed = any(part.problem for part in state.parts) or any(done.problem for done in answers) or exchange.problem
    code = 4 if failed else 6 if missing else 0
    came = sum(len(done.ask.days) for done in answers if done.added)
    found = hits.brought_up_to_date(desk)
    _tell(desk, state, came, missing, exchange, found, code, quiet=quiet)
    return code


def _without_categories(desk: Desk, exchange: _Exchange, error: UsageError, *, quiet: bool) -> int:
    """End a run of a reader who follows nothing, but has a repository: what came is completed."""
    if not desk.offline:
        complete_pending(desk)
    found = hits.brought_up_to_date(desk)
    if desk.flags.json:
        searches = [each.content for each in found]
        desk.write_json({"listing": None, "exchange": exchange.content, "searches": searches})
    elif not quiet:
        desk.write(f"{words.number(exchange.received or 0, 'event')} from your other machines.\n")
        _tell_hits(desk, found)
        desk.say(f"{error.message} {error.hint or ''}".rstrip())
    elif exchange.problem:
        desk.release_notices()
    return 4 if exchange.problem else 0


class _Exchange(NamedTuple):
    """What became of the reader's own git repository, where they have one."""

    tried: bool = False
    received: int | None = None
    """Events that came from other machines; None where there is no repository, or it could not be had."""
    problem: str | None = None

    @property
    def content(self) -> dict[str, object]:
        """Give it for a program."""
        return {"received": self.received, "problem": self.problem}


def _exchanged(desk: Desk) -> _Exchange:
    """Bring the reader's repository and this machine to the same. What fails is told, and hinders nothing else."""
    from coolcli.cli import state

    if desk.offline or not state.is_set_up(desk):
        return _Exchange()
    try:
        done = state.exchanged(desk)
        state.tell_oddities(desk, done)
        return _Exchange(True, done.received)
    except CoolError as error:
        desk.say(f"Not exchanged with your other machines: {error.message} {error.hint or ''}".rstrip())
        return _Exchange(True, problem=error.message)


def _latest(desk: Desk, asked: Categories, patience: timedelta) -> tuple[State, bool]:
    """Fetch the latest listings with all of their pages, waiting for one that is late. Raises Unreachable.

    Tells besides whether another question would fail: there is no network.
    """
    found: list[tuple[State, bool]] = []

    def is_here() -> bool:
        desk.move_on()
        announcements = desk.patient_announcements(insistent=bool(found))
        state = announcements.latest(asked.wanted)
        state = announcements.verify(state, pages=True).state if state.status != "offline" else state
        found.append((state, announcements.gave_up))
        if state.day is None and state.status == "offline" and desk.now >= until:
            raise nothing_to_show(announcements, state)
        predicted = calendar.latest_listing_day(desk.now)
        return all(
            part.status != "offline"
            and ((part.day or predicted) >= predicted or part.category in announcements.told_of_none)
            for part in state.parts
        )

    until = desk.now + patience
    wait_for(is_here, until, desk.clock, time.sleep, desk.progress.say)
    desk.progress.clear()
    return found[-1]


def wait_for(
    is_here: Callable[[], bool],
    until: datetime,
    clock: Callable[[], datetime],
    sleep: Callable[[float], object],
    tell: Callable[[str], object],
) -> None:
    """Ask whether something is here, every quarter of an hour until it is, and once more at the end."""
    while not is_here():
        left = until - clock()
        if left <= timedelta(0):
            return
        pause = min(ASKS_EVERY, left)
        tell(f"the listing is late: asking again in {words.duration(pause)}")
        sleep(pause.total_seconds())


def _known_to_be_missing(desk: Desk, asked: Categories) -> dict[str, list[str]]:
    """Give, for each category, the days of which papers are known to be missing."""
    found: dict[str, list[str]] = {}
    today = calendar.arxiv_day(desk.now)
    with desk.database.read() as connection:
        for category, since in since_of(desk.database, asked.wanted, None).items():
            stored = listings.between(connection, category, since, today)
            if days := [day.isoformat() for day, one in stored.items() if one.complete is False]:
                found[category] = days
    return found


def _tell(
    desk: Desk,
    state: State,
    fetched_days: int,
    missing: dict[str, list[str]],
    exchange: _Exchange,
    found: Sequence[Found],
    code: int,
    *,
    quiet: bool,
) -> None:
    with desk.database.read() as connection:
        unread = select.count(connection, Filter(unread=True))
        parts = [(part.category, part.day) for part in state.parts if part.day is not None]
        papers = len(select.listing(connection, parts))
    if desk.flags.json:
        from coolcli.render import plain

        content = {
            "listing": plain.state_of(state, [part.category for part in state.parts]),
            "fetched": fetched_days,
            "unread": unread,
            "missing": missing,
            "news": [news.content(one) for one in news.of(desk.database)],
            "exchange": exchange.content,
            "searches": [each.content for each in found],
        }
        desk.write_json(content)
        return
    if quiet and code == 0:
        return
    desk.release_notices()
    day = words.short_day(state.day) if state.day else "no listing yet"
    facts = [f"{day}: {words.number(papers, 'paper')} of {', '.join(part.category for part in state.parts)}"]
    facts += [f"{words.number(fetched_days, 'missed listing')} fetched"] if fetched_days else []
    facts += [f"{category}: papers are missing of {', '.join(days)}" for category, days in missing.items()]
    facts += [f"{words.number(exchange.received, 'event')} from your other machines"] if exchange.received else []
    facts += [f"{unread:,} unread"]
    facts += [told] if (told := news.summary(desk.database)) else []
    line = "; ".join(facts) + "."
    if quiet:
        desk.say(line)
    else:
        desk.write(f"{line}\n")
        _tell_hits(desk, found)


def _tell_hits(desk: Desk, found: Sequence[Found]) -> None:
    """Say what the saved searches find that is new, and which of them find nothing any more."""
    desk.write("".join(f"{line}\n" for line in hits.lines(found)))
    hits.tell_problems(desk, found)


def _span(typed: str) -> timedelta:
    """Read a span of time: `3h`, `90m`, `1h30m`. Raises UsageError."""
    if not _SPAN.fullmatch(typed.lower()):
        raise UsageError(f"'--wait' cannot be '{typed}'.", "It is a time such as 3h, 90m or 1h30m.")
    pieces = re.findall(r"(\d+)(h|min|m|s)", typed.lower())
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in pieces), timedelta(0))
