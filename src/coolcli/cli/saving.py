"""`save` and `unsave`: searches under a name, `@NAME`, which lists and queries take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from coolcli.arxiv.text import clean
from coolcli.cli import asking, hits, options
from coolcli.cli.desk import Desk
from coolcli.cli.hits import Found
from coolcli.errors import UsageError, or_list
from coolcli.query import parsing
from coolcli.render import words
from coolcli.store import rules, select

_NAME = re.compile(r"[\w-]{1,50}")
_FORM = "A name has letters, digits, - and _: 50 at the most."


def save(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Letters, digits, - and _.")] = None,
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]...", help="As `cool search` takes it.")] = None,
    no_pager: options.NoPager = False,
) -> int:
    """Save a search under a name: `cool list @NAME` lists what it finds, `cool sync` tells what is new.

    Alone, list your saved searches with their hits; with a NAME alone, show that one.
    """
    desk = Desk(ctx, pager=not no_pager)
    if name is None:
        _list(desk, hits.of(desk))
        return 0
    if not query or not any(map(str.strip, query)):
        _list(desk, hits.of(desk, [_known(desk, name)]))
        return 0
    _save(desk, _well_formed(name), parsing.joined(query))
    return 0


def unsave(
    ctx: typer.Context, names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Saved searches.")]
) -> int:
    """Forget saved searches. What they found stays; `cool undo` brings them back."""
    desk = Desk(ctx)
    gone = list(dict.fromkeys(_known(desk, name) for name in names))
    users = _users(desk, gone)
    desk.record("unsave", [rules.forget(name) for name in gone])
    if desk.flags.json:
        _write_json(desk, hits.of(desk))
        return 0
    desk.echo(f"Forgot {_listed(gone)}. `cool undo` brings {'it' if len(gone) == 1 else 'them'} back.\n")
    if users:
        it = "it" if len(gone) == 1 else "them"
        name_it = f"names {it} and finds" if len(users) == 1 else f"name {it} and find"
        what = "; ".join(users)
        desk.say(f"{what[0].upper()}{what[1:]} still {name_it} nothing without {it}.")
    return 0


def _save(desk: Desk, name: str, text: str) -> None:
    """Save a search that is understood, or put one in the place of another, which is told. Raises BadQuery."""
    with desk.database.read() as connection:
        saved, tags = rules.searches(connection), select.tags(connection)
    name = hits.spelled(name, saved) or name
    asking.read(desk, text)
    parsing.parse(f"@{name}", desk.now, saved={**saved, name: text}, tags=tags)  # not made of itself
    before = saved.get(name)
    if before != text:
        desk.record("save", [rules.save(name, text, desk.now)])
    found = hits.of(desk, [name])[0]
    if before != text and found.since is not None:  # saved so before, and forgotten in between
        hits.begin(desk, found)
        found = found._replace(new=())
    if desk.flags.json:
        desk.write_json({"searches": [found.content], "before": before})
        return
    now = f"it finds {_finds(found)} now" if found.ids else "it finds no paper yet"
    if before is None:
        desk.echo(f"Saved @{name}: {now}.\n")
    elif before == text:
        desk.echo(f"@{name} is that already: {now}.\n")
    else:
        desk.echo(f"Changed @{name}: {now}. It was: {clean(before)}\n")
        desk.say("`cool undo` brings that back.")
    desk.say(f"`cool list @{name}` lists what it finds, `cool sync` tells what is new.")


def _well_formed(typed: str) -> str:
    name = typed.removeprefix("@")
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{typed}' cannot be the name of a search.", f"{_FORM} `cool save ssm state space`.")
    return name


def _known(desk: Desk, typed: str) -> str:
    """Give the saved search that a word means. Raises UsageError that names the nearest."""
    with desk.database.read() as connection:
        saved = rules.searches(connection)
    name = hits.spelled(typed.removeprefix("@"), saved)
    if name is not None:
        return name
    from difflib import get_close_matches

    near = get_close_matches(typed.removeprefix("@").casefold(), {each.casefold() for each in saved}, n=3, cutoff=0.5)
    known = [f"@{clean(spelling)}" for each in near if (spelling := hits.spelled(each, saved))]
    hint = f"Did you mean {or_list(known)}?" if known else "`cool save` lists them." if saved else "None is saved yet."
    raise UsageError(f"There is no saved search '{typed}'.", f"{hint} `cool save NAME QUERY` saves one.")


def _users(desk: Desk, gone: Sequence[str]) -> list[str]:
    """Name the saved searches and rules that name one of some searches."""
    with desk.database.read() as connection:
        saved, made = rules.searches(connection), rules.rules(connection)
    others = [(f"@{clean(name)}", query) for name, query in saved.items() if name not in gone]
    others += [(f"the rule '{clean(rule.query)}'", rule.query) for rule in made]
    return [what for what, query in others if set(hits.names_in(query, saved)).intersection(gone)]


def _list(desk: Desk, found: Sequence[Found]) -> None:
    if desk.flags.json:
        _write_json(desk, found)
    elif not desk.on_terminal:
        desk.write("".join(map(_line, found)))
    elif found:
        _show(desk, found)
    else:
        desk.say("No search is saved yet. `cool save ssm state space` saves one, `cool list @ssm` lists what it finds.")
    hits.tell_problems(desk, found)


def _show(desk: Desk, found: Sequence[Found]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    for each in found:
        new = Text(each.told, "bold") if each.new else Text("none new", "dim")
        cells = ("—", Text("")) if each.problem else (_finds(each), new)
        table.add_row(f"@{clean(each.name)}", Text(clean(each.query)), *cells)
    with desk.paged() as out:
        out.print([table])
    first = next((each for each in found if each.new), found[0])
    desk.screen.show(Text(f"\nTry: cool list @{clean(first.name)}", "dim"))


def _line(found: Found) -> str:
    """Write a search for a pipe: name, how many papers, how many new ones, query; numbers of a broken one are empty."""
    numbers = ("", "") if found.problem else (str(len(found.ids)), str(len(found.new)))
    return "\t".join((clean(found.name), *numbers, clean(found.query))) + "\n"


def _write_json(desk: Desk, found: Iterable[Found]) -> None:
    desk.write_json({"searches": [each.content for each in found]})


def _finds(found: Found) -> str:
    return words.number(len(found.ids), "paper")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"@{clean(name)}" for name in names)
