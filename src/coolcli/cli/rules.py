"""`watch`, `mute`, `unwatch`, `unmute`, `rules`: what stands out in every list, and what is out of sight there."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Annotated

import typer

from coolcli.cli import asking, options, rulebook, trying
from coolcli.cli.desk import Desk
from coolcli.cli.rulebook import ENDS, VERBS, Known
from coolcli.cli.trying import Tried
from coolcli.errors import BadQuery, UsageError
from coolcli.query.tree import Node
from coolcli.render import rules as drawn
from coolcli.store.rules import Effect, Rule

LISTINGS = 5
"""The last listings that a rule is told of."""
TESTED = 30
"""Those on which one is tested where nothing else is said."""

_DOING: dict[Effect, str] = {"watched": "Watching", "muted": "Muting"}

QueryWords = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FIELD] [QUERY]...", help='author "Jane Doe", "state space", or any query of `cool search`.'
    ),
]
RuleWords = Annotated[list[str], typer.Argument(metavar="RULE...", help="Its number in `cool rules`, or its query.")]


def watch(ctx: typer.Context, typed: QueryWords = None) -> int:
    """Let papers that fit a query stand out in every list, with the reason. Alone, list what is watched."""
    return _begin(Desk(ctx), "watched", typed or [])


def mute(ctx: typer.Context, typed: QueryWords = None) -> int:
    """Take papers that fit a query out of sight in lists, where they are counted; --muted shows them.

    What is starred or watched stays in sight, and what is unread stays unread. Alone, list what is muted.
    """
    return _begin(Desk(ctx), "muted", typed or [])


def unwatch(ctx: typer.Context, typed: RuleWords) -> int:
    """Watch something no longer."""
    return _end(Desk(ctx), typed, "watched")


def unmute(ctx: typer.Context, typed: RuleWords) -> int:
    """Mute something no longer."""
    return _end(Desk(ctx), typed, "muted")


def manage(
    ctx: typer.Context,
    order: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[test RULE | edit [N QUERY] | delete RULE]",
            help="Test a rule or a query on past days, edit a rule, or all in your editor, delete one.",
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=100_000, help=f"Days of `test`, {TESTED} unless said.")
    ] = None,
    no_pager: options.NoPager = False,
) -> int:
    """List your rules with how many papers of the last listings fit each; test, edit or delete one.

    `cool watch` and `cool mute` make rules. `test` says what a rule or query would have done on the last days.
    """
    desk = Desk(ctx, pager=not no_pager)
    if days is not None and (order or [""])[0] != "test":
        raise UsageError("`--days` is for `cool rules test`.", "cool rules test 1 --days 10")
    match order or []:
        case []:
            _list(desk)
        case ["test", *typed] if typed:
            _test(desk, typed, days or TESTED)
        case ["edit"]:
            from coolcli.cli import rewriting

            rewriting.rewrite(desk)
        case ["edit", number, *typed] if typed:
            _replace(desk, number, typed)
        case ["delete", *typed] if typed:
            return _end(desk, typed)
        case ["test" | "edit" | "delete" as what, *_]:
            raise UsageError(f"What is to be {_PAST[what]}?", _SUCH_AS[what])
        case _:
            said = "`cool rules` lists rules, or goes on with test, edit or delete."
            raise UsageError(said, " · ".join(_SUCH_AS.values()))
    return 0


_PAST = {"test": "tested", "edit": "in its place", "delete": "deleted"}
_SUCH_AS = {
    "test": "cool rules test 1, or test title:survey",
    "edit": 'cool rules edit 1 "state space"',
    "delete": "cool rules delete 1",
}


def _begin(desk: Desk, effect: Effect, typed: Sequence[str]) -> int:
    if typed:
        query = rulebook.query_of(typed)
        _put(desk, VERBS[effect], Rule(effect, query), asking.read(desk, query))
    else:
        _list(desk, effect)
    return 0


def _put(desk: Desk, verb: str, rule: Rule, meaning: Node, before: Known | None = None) -> None:
    """Make a rule, in the place of another one or of those that do the opposite; say what it does."""
    made = rulebook.put(desk, rule, meaning, before)
    desk.record(verb, made.changes)
    if desk.flags.json:
        _list(desk)
        return
    doing = f"Already {_DOING[rule.effect].lower()}" if made.is_there else _DOING[rule.effect]
    asking.catch_up(desk)
    (tried,) = trying.tried(desk, [meaning], LISTINGS)
    not_now = f", no longer {_DOING[made.ended[0].effect].lower()} it" if made.ended else ""
    desk.echo(f"{doing} {rule.query}{not_now}{_told(desk, rule.effect, meaning, tried)}.\n")
    if not made.is_there:
        broad = "That is more than half of what comes. " if tried.fitting * 2 > tried.papers else ""
        desk.say(f"{broad}`cool undo` takes it back.")


def _told(desk: Desk, effect: Effect, meaning: Node, tried: Tried) -> str:
    """Say behind a rule what it does to the last listings."""
    if not tried.papers:
        return f"; {tried.told}"
    return f": {tried.told}{trying.kept(desk, meaning, tried) if effect == 'muted' else ''}"


def _replace(desk: Desk, number: str, typed: Sequence[str]) -> None:
    (before,) = rulebook.meant(desk, [number])
    query = rulebook.query_of(typed)
    _put(desk, "rules", Rule(before.rule.effect, query), asking.read(desk, query), before)


def _end(desk: Desk, typed: Sequence[str], effect: Effect | None = None) -> int:
    gone = rulebook.meant(desk, typed, effect)
    verbs = {ENDS[each.rule.effect] for each in gone}
    desk.record(verbs.pop() if len(verbs) == 1 else "rules", rulebook.without(each.rule for each in gone))
    if desk.flags.json:
        _list(desk, effect)
        return 0
    for each in gone:
        desk.echo(f"No longer {_DOING[each.rule.effect].lower()} {each.shown}.\n")
    desk.say("`cool undo` takes it back.")
    return 0


def _list(desk: Desk, effect: Effect | None = None) -> None:
    known = [each for each in rulebook.known(desk) if effect in (None, each.rule.effect)]
    lines = _lines(desk, known)
    if desk.flags.json:
        desk.write_json({"rules": [line._asdict() | {"since": line.since.isoformat()} for line in lines]})
    elif not known:
        _explain_none(desk, effect)
    elif desk.on_terminal:
        _show(desk, lines)
    else:
        desk.write("".join(map(drawn.text, lines)))
    for each in known:
        if isinstance(each.meaning, BadQuery):
            desk.say(f"Rule {each.number} cannot be understood and does nothing: {each.meaning.said}")


def _lines(desk: Desk, known: Sequence[Known]) -> list[drawn.Line]:
    """Count how many of the last papers fit each rule."""
    understood = {each.number: each.meaning for each in known if not isinstance(each.meaning, BadQuery)}
    if understood:
        asking.catch_up(desk)
    found = dict(zip(understood, trying.tried(desk, list(understood.values()), LISTINGS), strict=True))
    nothing = Tried(())
    lines = []
    for each in known:
        tried = found.get(each.number, nothing)
        fitting = tried.fitting if each.number in found else None
        verb = VERBS[each.rule.effect]
        lines.append(
            drawn.Line(each.number, verb, each.shown, each.since.date(), fitting, tried.papers, len(tried.days))
        )
    return lines


def _show(desk: Desk, lines: Sequence[drawn.Line]) -> None:
    from rich.text import Text

    days = max(line.days for line in lines)
    of = f"of the last {days} listings" if days > 1 else "of the last listing" if days else "no listing is here yet"
    first = lines[0].number
    with desk.paged() as out:
        out.print([drawn.table(lines)])
    hints = f"cool rules test {first} · cool rules edit {first} QUERY · cool rules delete {first} · cool rules edit"
    fit = f"fit: papers {of}, each on its first day" if days else of
    desk.screen.show(Text(f"\n{fit}", "dim"), Text(f"Try: {hints}", "dim"))


def _explain_none(desk: Desk, effect: Effect | None) -> None:
    what = f"Nothing is {effect} yet." if effect else "You have no rules yet."
    hints = {
        "watched": '`cool watch author "Jane Doe"` lets papers stand out in every list.',
        "muted": "`cool mute title:survey` takes papers out of sight, counted; --muted shows them.",
    }
    said = [hints[effect]] if effect else list(hints.values())
    desk.say(f"{what} {said[0]}")
    for hint in said[1:]:
        desk.say(hint)


def _test(desk: Desk, typed: Sequence[str], days: int) -> None:
    effect: Effect | None = None
    if len(typed) == 1 and typed[0].isdecimal():
        (of,) = rulebook.meant(desk, typed)
        if isinstance(of.meaning, BadQuery):
            raise of.meaning
        effect, query, meaning = of.rule.effect, of.shown, of.meaning
    else:
        query = rulebook.query_of(typed)
        meaning = asking.read(desk, query)
    asking.catch_up(desk)
    (tried,) = trying.tried(desk, [meaning], days)
    would = f"would have muted {tried.of}{trying.kept(desk, meaning, tried)}"
    if effect == "watched":
        would = f"would have marked {tried.of}"
    elif effect is None:
        would = f"watching it would have marked {tried.of}; muting it {would}"
    _write_test(desk, query, effect, tried, f"{query}: {would}." if tried.papers else f"{query}: {tried.told}.")


def _write_test(desk: Desk, query: str, effect: Effect | None, tried: Tried, summary: str) -> None:
    if desk.flags.json:
        days = [day._asdict() | {"day": day.day.isoformat()} for day in tried.days]
        counts = {"papers": tried.papers, "fitting": tried.fitting, "starred": tried.starred}
        desk.write_json({"query": query, "effect": VERBS[effect] if effect else None, **counts, "days": days})
        return
    if desk.on_terminal and tried.days:
        with desk.paged() as out:
            out.print([drawn.days(tried.days)])
        desk.write("\nEach paper counts once, on its first day.\n")
        desk.echo(f"{summary}\n")
    else:
        desk.write("".join(f"{day.day}\t{day.papers}\t{day.fitting}\t{day.starred}\n" for day in tried.days))
        desk.say(summary)
    if tried.fitting:
        listed = ["cool", "list", *tried.categories, "-q", query, "--since", str(tried.days[-1].day), "--muted"]
        desk.say(f"Which they are: {shlex.join(listed)}")
