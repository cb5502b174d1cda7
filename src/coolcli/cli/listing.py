"""`cool today` and `cool day`: the listing of a day, the latest or a past one."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from coolcli import days, news
from coolcli.arxiv import calendar
from coolcli.arxiv.categories import Categories, canonical, contains, parse
from coolcli.cli import options, ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.errors import BadDay, Unpaced, Unreachable, UsageError
from coolcli.models import AnnounceType, Part, Row, State
from coolcli.render import words
from coolcli.session import Shown
from coolcli.store import events, listings, select
from coolcli.store.papers import stamp

if TYPE_CHECKING:
    from rich.console import RenderableType

    from coolcli.announcements import Announcements
    from coolcli.cli.ordering import Order
    from coolcli.query.tree import Node


New = Annotated[bool, typer.Option("--new", help="New submissions.")]
Cross = Annotated[bool, typer.Option("--cross", help="Cross-lists.")]
Replaced = Annotated[bool, typer.Option("--replaced", help="Replacements.")]
Unread = Annotated[bool, typer.Option("--unread", help="What is not marked read.")]


def today(
    ctx: typer.Context,
    categories: options.Categories = None,
    new: New = False,
    cross: Cross = False,
    replaced: Replaced = False,
    unread: Unread = False,
    query: options.Query = None,
    muted: options.Muted = False,
    order: options.Order = None,
    abstracts: options.Abstracts = None,
    refresh: options.Refresh = False,
    no_pager: options.NoPager = False,
) -> int:
    """Show the day's announcement, each paper once, in arXiv's own order or another.

    Without categories: those you are subscribed to. --new, --cross and --replaced add up.
    """
    desk = Desk(ctx, pager=not no_pager)
    asked = parse(categories) if categories else subscribed(desk)
    wanted = _Wanted(_types(new, cross, replaced), unread, *_understood(desk, query), muted, in_some_order(desk, order))
    view = _View(desk, asked, wanted, desk.settings.list_abstracts if abstracts is None else abstracts)
    state = desk.announcements.latest(asked.wanted, refresh=refresh)
    if state.day is None and state.status == "offline":
        raise nothing_to_show(desk.announcements, state)
    view.put(state)
    if desk.announcements.asked and state.status != "offline":
        complete_pending(desk, refresh=refresh)
    return 4 if state.status == "offline" else 0


def day(
    ctx: typer.Context,
    day: Annotated[
        str, typer.Argument(metavar="DAY", help="2026-11-18, yesterday, monday, 7d, ~2 or 2ago (two listings back).")
    ],
    categories: options.Categories = None,
    new: New = False,
    cross: Cross = False,
    replaced: Replaced = False,
    unread: Unread = False,
    query: options.Query = None,
    muted: options.Muted = False,
    order: options.Order = None,
    abstracts: options.Abstracts = None,
    refresh: options.Refresh = False,
    no_pager: options.NoPager = False,
) -> int:
    """Show the announcement of a past day, as it was.

    It comes from the cache or from arXiv's catch-up pages. Those go back 90 days; an earlier day is made of what was
    submitted for it, which is not exactly what was announced, and is said.
    """
    desk = Desk(ctx, pager=not no_pager)
    wanted = _day(day, desk.now)
    asked = parse(categories) if categories else subscribed(desk)
    if wanted > calendar.arxiv_day(desk.now):
        when = calendar.next_announcement(desk.now)
        raise BadDay(
            f"{words.long_day(wanted)} is not announced yet.",
            f"The next announcement: {words.upcoming(when, desk.now)}.",
        )
    of_it = _Wanted(_types(new, cross, replaced), unread, *_understood(desk, query), muted, in_some_order(desk, order))
    view = _PastView(desk, asked, of_it, desk.settings.list_abstracts if abstracts is None else abstracts)
    state = State(tuple(part_of_day(desk, category, wanted, refresh=refresh) for category in asked.wanted))
    if state.day is None:
        problem = next(part for part in state.parts if part.problem)
        raise Unreachable(
            f"{words.long_day(wanted)} of {', '.join(asked.wanted)} is not cached. {problem.problem}", problem.hint
        )
    view.put(state)
    return 4 if state.status == "offline" else 0


def _day(typed: str, now: datetime) -> date:
    """Read the day. Raises BadDay, which says where the day stands where a category stands in its place."""
    try:
        return days.parse(typed, now)
    except BadDay:
        if canonical(typed.partition("+")[0].partition(",")[0]):
            raise BadDay(f"'{typed}' is a category.", f"The day comes first: `cool day 2ago {typed}`.") from None
        raise


def part_of_day(desk: Desk, category: str, wanted: date, *, refresh: bool = False) -> Part:
    """Give the state of a day's listing: the latest one as `today` has it, an earlier one from the catch-up pages."""
    if wanted < calendar.latest_listing_day(desk.now):
        return desk.catch_up.day(category, wanted, refresh=refresh)
    (part,) = desk.announcements.latest([category], refresh=refresh).parts
    if part.day == wanted:  # that a newer one is not there yet is no matter of this day
        return part._replace(status="announced") if part.status == "no_announcement" else part
    if part.status == "offline":
        return part._replace(day=None)
    return Part(category, wanted, "no_announcement")


def subscribed(desk: Desk) -> Categories:
    """Give the reader's categories, less what all of their subscriptions leave out.

    Raises UsageError, in two lines, where there are none.
    """
    with desk.database.read() as connection:
        found = events.subscriptions(connection)
    if not found:
        raise UsageError(
            "You are not subscribed to any category yet, and named none.",
            "`cool subscribe cs.LG stat.ML` follows some; `cool today cs.LG` shows one; `cool categories` lists all.",
        )
    left_out = set.intersection(*(set(subscription.without) for subscription in found))
    return Categories(tuple(subscription.category for subscription in found), tuple(sorted(left_out)))


def nothing_to_show(announcements: "Announcements", state: State) -> Unreachable:
    """Build the error for a day that could not be had, with nothing cached to show instead."""
    kind = Unpaced if isinstance(announcements.failing, Unpaced) else Unreachable
    problem = next((part.problem for part in state.parts if part.problem), None) or "arXiv was not reached"
    hint = next((part.hint for part in state.parts if part.hint), None) or "Is there a network?"
    return kind(
        f"{problem.rstrip('.')}; nothing is cached of {', '.join(part.category for part in state.parts)} yet.",
        f"{hint} `cool --demo today` needs none.",
    )


def tell_freshness(desk: Desk, state: State) -> None:
    """Say on stderr what is not as it should be: offline, stale, unchecked, no announcement."""
    told = {part.category: sentence for part in state.parts if (sentence := words.freshness(part))}
    problems = {(part.status, part.problem, part.day) for part in state.parts if part.category in told}
    if len(problems) == 1 and len(told) == len(state.parts):  # all for one reason: one line
        told = {"": next(iter(told.values())).partition(": ")[2]}
    for sentence in told.values():
        desk.say(sentence)
    quiet = [part for part in state.parts if part.status == "no_announcement" and part.day is not None]
    for day in sorted({part.day for part in quiet if part.day is not None}, reverse=True):
        of = [part.category for part in quiet if part.day == day]
        only = f"{', '.join(of)}: " if len(of) < len(state.parts) else ""
        desk.say(only + words.no_listing(calendar.arxiv_day(desk.now), day))
    for part in state.parts:
        if part.problem and part.status in ("announced", "no_announcement"):
            desk.say(f"{part.category}: {part.problem}")


def tell_news(desk: Desk) -> None:
    """Say on stderr which starred papers have a new version, and which were withdrawn."""
    for sentence in news.told(desk.database):
        desk.say(sentence)


def complete_pending(desk: Desk, *, refresh: bool = False) -> None:
    """Complete what was kept without a network, now that there is one."""
    from coolcli import lookup

    completed, unknown = lookup.complete_pending(desk.database, lambda: desk.arxiv, refresh=refresh)
    if completed:
        desk.say(f"Completed {words.number(len(completed), 'paper')} kept without a network.")
    if unknown:
        kept = f"Starred, tagged or noted, but not known to arXiv's API (yet): {', '.join(unknown)}."
        desk.say(f"{kept} `cool unstar` takes a star away.")


def _types(new: bool, cross: bool, replaced: bool) -> tuple[AnnounceType, ...]:
    chosen: list[AnnounceType] = []
    if new:
        chosen.append("new")
    if cross:
        chosen.append("cross")
    if replaced:
        chosen += ["replace", "replace-cross"]
    return tuple(chosen)


def in_some_order(desk: Desk, typed: str | None) -> "Order | None":
    """Give the order that was asked for, None for arXiv's; then nothing is imported for it."""
    if typed is None and desk.settings.list_order == "arxiv":
        return None
    from coolcli.cli import ordering

    order = ordering.chosen(desk, typed)
    return None if order.name == "arxiv" else order


def _understood(desk: Desk, query: Sequence[str] | None) -> "tuple[Node | None, str]":
    """Read the query, if there is one; else nothing is imported for it."""
    if not query:
        return None, ""
    from coolcli.cli import filters

    return filters.understood(desk, query)


def _verified(desk: Desk, state: State) -> tuple[State, tuple[str, ...], bool]:
    if not desk.announcements.to_verify:
        return state, (), False
    found = desk.announcements.verify(state)
    return found.state, found.added, found.newer


class _Wanted(NamedTuple):
    """What the options leave of a listing."""

    types: tuple[AnnounceType, ...]
    unread: bool
    query: "Node | None"
    words: str
    """The query as it is told to the reader."""
    muted: bool
    """Whether what rules mute is shown."""
    order: "Order | None"
    """None for arXiv's."""


class _View:
    """The latest listing, what the options and rules leave of it, and its ways to a screen, into a pipe, into JSON."""

    def __init__(self, desk: Desk, asked: Categories, wanted: _Wanted, abstracts: bool) -> None:
        self._desk = desk
        self._asked = asked
        self._wanted = wanted
        self._abstracts = abstracts
        self._ruled = Ruled([])
        """What the rules made of the rows."""

    def put(self, state: State) -> None:
        """Bring it to where results go."""
        state = self._as_here(state)
        if self._desk.flags.json:
            self.write_json(_verified(self._desk, state)[0])
        elif self._desk.on_terminal:
            self.show(state)
        else:
            self.write_lines(state)

    def _as_here(self, state: State) -> State:
        """See that what is called complete is here: a file may have been changed by other hands."""
        parts = []
        with self._desk.database.read() as connection:
            for part in state.parts:
                here = listings.count(connection, part.category, part.day) if part.day else 0
                is_short = part.complete and here < (part.expected or 0)
                parts.append(part._replace(complete=False if is_short else part.complete, here=here))
        return State(tuple(parts))

    def tell(self, state: State) -> None:
        """Say on stderr what is not as it should be."""
        tell_freshness(self._desk, state)

    def write_json(self, state: State) -> None:
        """Write the one JSON object."""
        from coolcli.render import plain

        self.tell(state)
        rows = self._in_sight(self._chosen(self._all(state, abstracts=True)))
        self._keep(state, rows)
        notes = self._ruled.notes()
        self._desk.write(plain.document(state, rows, range(1, len(rows) + 1), self._asked.wanted, notes))
        if away := words.not_here(self._desk.gaps(self._asked.wanted)):
            self._desk.say(away)
        tell_news(self._desk)

    def write_lines(self, state: State) -> None:
        """Write a line for each paper, then those that the check found missing."""
        from coolcli.render import plain

        self.tell(state)
        rows = self._in_sight(self._chosen(self._all(state)))
        self._keep(state, rows)
        self._desk.write("".join(map(plain.line, rows)))
        checked, more = self._check(state, rows)
        self._desk.write("".join(map(plain.line, more)))
        self._tell_of_check(state, checked)
        if self._ruled.told:
            self._desk.say(f"{self._ruled.told}.")
        if away := words.not_here(self._desk.gaps(self._asked.wanted)):
            self._desk.say(away)
        tell_news(self._desk)
        if checked.complete is False:
            self._desk.say(f"Incomplete: {words.completeness(checked, len(rows) + len(more))}.")

    def show(self, state: State) -> None:
        """Show the tables, then check, then show what was missing and the footer."""
        desk = self._desk
        self.tell(state)
        everything = self._all(state, abstracts=self._abstracts)
        rows = self._in_sight(self._chosen(everything))
        self._keep(state, rows)
        desk.progress.clear()
        with desk.paged() as out:
            desk.progress.silent = lambda: out.in_pager
            out.print(self._header(state, everything, rows))
            out.print(self._tables(rows, 1))
            checked, more = state, list[Row]()
            try:
                checked, more = self._check(state, rows)
            except KeyboardInterrupt:
                if not out.in_pager:
                    raise
            desk.progress.clear()
            out.print(self._tables(more, len(rows) + 1))
            paged = out.in_pager
        self._tell_of_check(state, checked)
        everything = self._all(checked)
        desk.screen.show(*self._footer(checked, everything, rows + more, paged=paged))

    def _check(self, state: State, rows: list[Row]) -> tuple[State, list[Row]]:
        """Check against the listing pages; give the new state and the rows that were missing."""
        checked, added, newer = _verified(self._desk, state)
        if not added:
            return checked, []
        shown = set() if newer else {row.id for row in rows}
        chosen = self._chosen(self._all(checked, abstracts=self._abstracts))
        more = [row for row in self._in_sight(chosen) if row.id not in shown]
        self._keep(checked, [*rows, *more])
        return checked, more

    def _tell_of_check(self, before: State, after: State) -> None:
        """Say what the check found, once the pager has left the screen."""
        if any(new.day != old.day for old, new in zip(before.parts, after.parts, strict=True)):
            self._desk.say(words.newer(after, before))
        for old, new in zip(before.parts, after.parts, strict=True):
            if new.problem and new.problem != old.problem:
                self._desk.say(f"{new.category}: {new.problem}")

    def _all(self, state: State, *, abstracts: bool = False) -> list[Row]:
        parts = [(part.category, part.day) for part in state.parts if part.day is not None]
        with self._desk.database.read() as connection:
            return select.listing(connection, parts, abstracts=abstracts)

    def _chosen(self, rows: Sequence[Row]) -> list[Row]:
        wanted = self._wanted
        found = [
            row
            for row in rows
            if (not wanted.types or row.announce_type in wanted.types)
            and not (wanted.unread and row.marks.read)
            and not select.left_out(row, self._asked)
        ]
        if wanted.query is not None:
            from coolcli.cli import filters

            found = filters.fitting(self._desk, found, wanted.query)
        if wanted.order is not None:
            from coolcli.cli import ordering

            found = ordering.ordered(self._desk, found, wanted.order)
        return found

    def _in_sight(self, rows: list[Row]) -> list[Row]:
        """Leave out what rules mute."""
        self._ruled = ruling.ruled(self._desk, rows, muted=self._wanted.muted or self._desk.flags.json)
        return self._ruled.rows

    def _keep(self, state: State, rows: Sequence[Row]) -> None:
        """Remember the rows' numbers, before the first is printed: a reader of a pipe may leave early."""
        day = state.day
        what = f"{', '.join(self._asked.wanted)} of {words.long_day(day)}" if day else str(self._asked)
        shown = Shown(
            what,
            stamp(self._desk.now),
            tuple(row.id for row in rows),
            day=day.isoformat() if day else None,
            categories=str(self._asked),
            query=self._wanted.words,
        )
        self._desk.keep(shown)

    def _tables(self, rows: Sequence[Row], first: int) -> "Iterator[RenderableType]":
        from coolcli.render import table

        by_type = self._wanted.order is None or self._wanted.order.by_type
        return table.papers(
            rows,
            first,
            self._desk.screen,
            sections=by_type,
            kinds=not by_type,
            with_abstracts=self._abstracts,
            emphasis=ruling.emphasis(self._desk, self._ruled, self._wanted.query),
        )

    def _header(self, state: State, everything: Sequence[Row], rows: Sequence[Row]) -> "Iterator[RenderableType]":
        from rich.text import Text

        day = words.long_day(state.day) if state.day else "No listing yet"
        categories = (", ".join(self._asked.wanted), "cyan")
        yield Text.assemble((day, "bold"), "  ", categories, *self._without(), *self._flagged(state))
        yield Text(self._counts(everything, rows), "dim")
        yield Text("")

    def _without(self) -> list[str]:
        return [f" without {', '.join(self._asked.unwanted)}"] if self._asked.unwanted else []

    def _flagged(self, state: State) -> "list[tuple[str, str]]":
        """Say beside the day what a reader must not overlook: stderr is out of sight behind a pager."""
        told = [self._token(state)]
        told += ["a demonstration: invented papers"] if self._desk.flags.demo else []
        return [("  " + " · ".join(filter(None, told)), "yellow")]

    def _token(self, state: State) -> str:
        return words.token(state, calendar.arxiv_day(self._desk.now))

    def _counts(self, everything: Sequence[Row], rows: Sequence[Row]) -> str:
        counts = words.number(len(everything), "paper")
        if everything:
            counts += f": {words.by_type(everything)}"
        if len(rows) != len(everything):
            why = self._filters(everything)
            counts += f"; {len(rows):,} shown" + (f" ({why})" if why else "")
        order = self._wanted.order.told if self._wanted.order else ""
        return "; ".join(filter(None, (counts, self._ruled.told, order)))

    def _filters(self, everything: Sequence[Row]) -> str:
        wanted = self._wanted
        shown = [option for name, option in _OPTION_OF.items() if name in wanted.types]
        shown += ["--unread"] if wanted.unread else []
        shown += [f"that fit: {wanted.words}"] if wanted.words else []
        if self._asked.unwanted:
            gone = sum(select.left_out(row, self._asked) for row in everything)
            shown.append(f"{gone:,} left out by -{', -'.join(self._asked.unwanted)}")
        return ", ".join(shown)

    def _footer(
        self, state: State, everything: Sequence[Row], rows: Sequence[Row], *, paged: bool
    ) -> "Iterator[RenderableType]":
        """Give what stands below the table; behind a pager, what stands beside the day is out of sight again."""
        from rich.text import Text

        unread = sum(not row.marks.read for row in everything)
        starred = sum(row.marks.starred for row in everything)
        waiting = sum(row.backlog and not row.marks.read for row in everything)
        of_next = f" ({waiting:,} of them for cool next)" if 0 < waiting < unread else ""
        facts = [words.completeness(state, len(everything)), f"{unread:,} unread{of_next}"]
        facts += [f"{starred:,} starred"] if starred else []
        yield Text("")
        yield Text(self._counts(everything, rows), "bold")
        yield Text(" · ".join(facts), "bold red" if state.complete is False else "bold")
        flags = "".join(text.strip() for text, _ in self._flagged(state)) if paged else ""
        away = words.not_here(self._desk.gaps(self._asked.wanted))
        yield from (Text(line, "yellow") for line in (flags, away) if line)
        yield from (Text(line, "magenta") for line in news.told(self._desk.database))
        when = calendar.next_announcement(self._desk.now)
        yield Text(f"Next announcement: {words.upcoming(when, self._desk.now)}.", "dim")
        yield Text(self._hint(rows), "dim")

    def _hint(self, rows: Sequence[Row]) -> str:
        if not rows and self._ruled.told:
            return "Try: the same with --muted"
        if not rows:
            return "Try: cool stars · cool categories"
        number = min(3, len(rows))
        following = [f"cool show {number}", f"cool star {number}", "cool open"]
        if any(row.backlog and not row.marks.read for row in rows):
            following.insert(0, "cool next")
        elif not self._follows(self._asked.wanted[0]):
            following.append(f"cool subscribe {self._asked.wanted[0]}")
        return "Try: " + " · ".join(following)

    def _follows(self, category: str) -> bool:
        with self._desk.database.read() as connection:
            return any(contains(each.category, category) for each in events.subscriptions(connection))


class _PastView(_View):
    """The listing of a past day."""

    def put(self, state: State) -> None:
        """Bring it to where results go; of a day without a listing there is nothing but that to say."""
        if state.status != "no_announcement" or self._desk.flags.json or any(part.expected for part in state.parts):
            super().put(state)
            return
        self.tell(state)
        assert state.day is not None  # noqa: S101 -- else nothing would be put
        around = [calendar.listing_before(state.day), calendar.listing_after(state.day)]
        hints = [f"`cool day {day}`" for day in around if day <= calendar.latest_listing_day(self._desk.now)]
        self._desk.say(f"Listings around it: {' · '.join(hints)}")

    def tell(self, state: State) -> None:
        """Say on stderr what is not as it should be: offline, not exact, no announcement."""
        told: dict[str, list[str]] = {}
        for part in state.parts:
            if sentence := words.of_past(part):
                told.setdefault(sentence, []).append(part.category)
        for sentence, categories in told.items():
            self._desk.say(f"{', '.join(categories)}: {sentence}")

    def _token(self, state: State) -> str:
        return words.token_of_past(state)


_OPTION_OF: dict[AnnounceType, str] = {"new": "--new", "cross": "--cross", "replace": "--replaced"}
