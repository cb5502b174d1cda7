"""`cool catchup`: every past day since the subscription that is missing here or not known to be whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import typer

from coolcli import days
from coolcli.arxiv import calendar
from coolcli.arxiv.categories import Categories, parse
from coolcli.catchup import Done, Here, Plan, is_settled, missing, since_of
from coolcli.cli import options
from coolcli.cli.desk import Desk
from coolcli.cli.listing import complete_pending, nothing_to_show, subscribed, tell_freshness
from coolcli.errors import BadDay, UsageError
from coolcli.models import State
from coolcli.render import words
from coolcli.render.days import DayLine
from coolcli.store import events, select

_MISSING = "papers are missing"
_A_MINUTE = 60
LOOKED_BACK = timedelta(days=13)
"""Days that are shown where nothing had to be asked for."""


def catchup(
    ctx: typer.Context,
    categories: options.Categories = None,
    since: options.Since = None,
    no_pager: options.NoPager = False,
) -> int:
    """Fetch the listings of all days since you subscribed that are missing here or not known to be whole.

    It says first how long that takes, can be interrupted, and goes on where it was. `cool next` shows the papers.
    """
    desk = Desk(ctx, pager=not no_pager)
    asked = parse(categories) if categories else subscribed(desk)
    tell_whole(desk, asked, categories)
    first = first_day(desk, since)
    beginnings(desk, asked, first)  # what is wrong with the command line is told before anything is asked
    if desk.database.cannot_write is not None:
        raise desk.database.cannot_write
    announcements = desk.patient_announcements()
    state = announcements.latest(asked.wanted)
    if state.day is None and state.status == "offline":
        raise nothing_to_show(announcements, state)
    tell_freshness(desk, state)
    state = announcements.verify(state, all_of_it=True).state
    starts = beginnings(desk, asked, first)
    tell_of_earlier_days(desk, starts)
    plan = desk.catch_up.plan(starts, desk.site_interval)
    answers = []
    if not announcements.gave_up:
        tell_plan(desk, plan)
        answers = fetched(desk, starts, plan)
    if announcements.asked and state.status != "offline":
        complete_pending(desk)
    begins = first or min([*plan.days, (state.day or calendar.arxiv_day(desk.now)) - LOOKED_BACK])
    until = calendar.latest_listing_day(desk.now) if state.status == "offline" else None
    lines = _day_lines(desk, starts, begins, until)
    _write(desk, lines, begins)
    return _code(state, answers, lines)


def first_day(desk: Desk, typed: str | None) -> date | None:
    """Read the day to begin with. Raises BadDay, also for one that is to come."""
    first = days.parse(typed, desk.now) if typed else None
    if first and first > calendar.arxiv_day(desk.now):
        raise BadDay(f"{words.long_day(first)} is not announced yet.", "`--since` names the first day to look at.")
    return first


def tell_of_earlier_days(desk: Desk, starts: Mapping[str, date]) -> None:
    """Say which days are before the subscription: their papers are listed, and do not enter the unread."""
    begun = since_of(desk.database, list(starts), None)
    for category, first in starts.items():
        if category in begun and first < begun[category]:
            desk.say(
                f"Your subscription of {category} begins {words.short_day(begun[category])}: days before it are listed"
                f" (`cool day {first}`), and enter the unread after `cool subscribe {category} --since {first}`."
            )


def tell_whole(desk: Desk, asked: Categories, typed: Sequence[str] | None) -> None:
    """Say that what was typed to be left out is not: listings are whole."""
    if typed and asked.unwanted:
        desk.say(f"Listings are fetched whole: -{', -'.join(asked.unwanted)} leaves nothing out here.")


def beginnings(desk: Desk, asked: Categories, first: date | None) -> dict[str, date]:
    """Give from when on each category is looked at. Raises UsageError where nothing says so.

    A subscription that waits for its first listing is not looked at yet.
    """
    starts = since_of(desk.database, asked.wanted, first)
    with desk.database.read() as connection:
        waiting = {one.category for one in events.subscriptions(connection)}
    for category in asked.wanted:
        if category not in starts and category not in waiting:
            raise UsageError(
                f"You are not subscribed to {category}: from which day on?",
                f"`--since 2026-11-02` names one; `cool subscribe {category}` follows it from now on.",
            )
    return starts


def tell_plan(desk: Desk, plan: Plan) -> None:
    """Say what will be asked for, and how long that takes."""
    if not plan.asks:
        desk.say("No listing is missing that can be had.")
        return
    days_of: dict[str, list[date]] = {}
    for ask in plan.asks:
        days_of.setdefault(ask.category, []).extend(day for day in ask.days if calendar.has_listing(day))
    what = [f"{words.number(len(of), 'day')} of {name} ({words.span(of)})" for name, of in days_of.items() if of]
    quiet = len({day for ask in plan.asks for day in ask.days if not calendar.has_listing(day)})
    if quiet:
        what.append(f"{words.number(quiet, 'weekend or holiday', 'weekends or holidays')}, for what was not expected")
    desk.say(f"Missing here or not known to be whole: {'; '.join(what)}.")
    desk.say(f"That takes {requests(desk, len(plan.asks), plan.seconds)}. Ctrl-C stops; said again, it goes on.")


def requests(desk: Desk, number: int, seconds: float) -> str:
    """Say how many requests there will be, how far apart, and about how long they take: in seconds, of pauses."""
    pause = f", {desk.site_interval:g} s apart, as arXiv asks for" if number > 1 and desk.site_interval else ""
    time = f", about {words.duration(timedelta(seconds=seconds))}" if seconds >= _A_MINUTE else ""
    return f"{words.number(number, 'request')}{pause}{time}"


def fetched(desk: Desk, starts: Mapping[str, date], plan: Plan) -> list[Done]:
    """Ask for what is missing, saying how far it is; give what became of each question."""
    answers = []
    if plan.asks:
        desk.progress.say(f"asking for {words.short_day(plan.days[0])}")
    for number, done in enumerate(desk.catch_up.run(starts), 1):
        answers.append(done)
        day = words.span(done.ask.days)
        if done.problem is not None:
            why = f"{done.problem.message} {done.problem.hint or ''}".rstrip()
            desk.say(f"{day} of {done.ask.category} could not be had: {why}")
            continue
        about = time_left(desk, plan, number)
        desk.progress.say(f"{number} of {max(number, len(plan.asks))}: {day} of {done.ask.category} is here{about}")
    desk.progress.clear()
    _tell_what_is_left(desk, starts, answers)
    return answers


def time_left(desk: Desk, plan: Plan, answered: int) -> str:
    """Say behind a count of answers about how long the pauses before the others take; nothing of less than a minute."""
    seconds = max(0, len(plan.asks) - answered) * desk.site_interval
    return f", about {words.duration(timedelta(seconds=seconds))} left" if seconds >= _A_MINUTE else ""


def _tell_what_is_left(desk: Desk, starts: Mapping[str, date], answers: Sequence[Done]) -> None:
    """After failures, name all that is not here, also what was not asked for any more."""
    if not any(done.problem for done in answers):
        return
    if left := {category: gap for category, gap in desk.gaps(starts).items() if gap}:
        desk.say(words.not_here(left))


def _day_lines(desk: Desk, starts: Mapping[str, date], first: date, until: date | None) -> list[DayLine]:
    """Give the days from one on, as they are here now, with what is not as it should be.

    Up to `until` listings are expected, or where it is None, up to the newest that is here.
    """
    today = calendar.arxiv_day(desk.now)
    heres = {category: desk.catch_up.here(category, first, today) for category in starts}
    gaps: dict[date, list[str]] = {}
    for category, here in heres.items():
        last = until or desk.catch_up.passed(category)
        for day in missing(here, max(starts[category], first), last) if last else []:
            gaps.setdefault(day, []).append(category)
    with desk.database.read() as connection:
        counts = {count.day: count for count in select.days(connection, list(starts), first, today)}
    lines = []
    for day in sorted({*counts, *gaps}):
        notes = tuple(dict.fromkeys(_notes(day, heres.values(), gaps.get(day, ()), desk.now)))
        count = counts.get(day)
        if count is None:
            lines.append(DayLine(day, None, 0, 0, 0, notes))
        else:
            lines.append(DayLine(day, count.announced, count.here, count.unread, count.starred, notes))
    return lines


def _notes(day: date, heres: Collection[Here], absent: Collection[str], now: datetime) -> Iterable[str]:
    if absent:
        yield f"{', '.join(absent)}: not here" if len(heres) > 1 else "not here"
    for here in heres:
        stored = here.stored.get(day)
        of = f"{here.category}: " if len(heres) > 1 else ""
        if stored is None:
            continue
        if stored.basis:
            yield f"not exact: by {stored.basis}"
        elif stored.complete is False:
            yield f"{of}{_MISSING}"
        elif not is_settled(stored, now):
            yield f"{of}not checked"


def _code(state: State, answers: Sequence[Done], lines: Sequence[DayLine]) -> int:
    """Give the exit code: 4 where something could not be had, 6 where papers are known to be missing."""
    if any(part.problem for part in state.parts) or any(done.problem for done in answers):
        return 4
    return 6 if state.complete is False or any(_MISSING in note for line in lines for note in line.notes) else 0


def _write(desk: Desk, lines: Sequence[DayLine], first: date) -> None:
    from coolcli.render import days as rendering

    if desk.flags.json:
        desk.write_json({"days": [rendering.content(line) for line in lines]})
    elif not desk.on_terminal:
        desk.write("".join(map(rendering.text, lines)))
    else:
        from rich.text import Text

        with desk.paged() as out:
            out.print([Text(f"Since {words.long_day(first)}", "bold"), rendering.table(lines)])
        desk.screen.show(Text(f"\n{_summary(lines)}", "dim"))


def _summary(lines: Sequence[DayLine]) -> str:
    short = sum(not line.is_whole and not _is_inexact(line) for line in lines)
    inexact = sum(map(_is_inexact, lines))
    unread = sum(line.unread for line in lines)
    told = [f"{words.number(short, 'day')} not whole." if short else "All announced papers of these days are here."]
    if inexact:
        told.append(
            f"{words.number(inexact, 'day')} made of what was submitted or changed then, which is not exactly what was"
            " announced: arXiv's catch-up pages go back 90 days."
        )
    told.append(f"{unread:,} unread: cool next goes through them." if unread else "Nothing of them is unread.")
    return " ".join(told)


def _is_inexact(line: DayLine) -> bool:
    return any(note.startswith("not exact") for note in line.notes)
