"""`cool config`: each setting, its value, where it comes from, and the command that changes it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from coolcli import allowed
from coolcli import config as configuration
from coolcli.arxiv.text import clean
from coolcli.cli import configured
from coolcli.cli.configured import Line
from coolcli.cli.desk import Desk
from coolcli.errors import CoolError, UsageError
from coolcli.settings import KEYS, is_keys, shown, variable

if TYPE_CHECKING:
    from rich.console import RenderableType


def config(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KEY | keys | set KEY VALUE | unset KEY | path | ask]",
            help="Nothing: show all settings. `keys`: those for the keys of `cool triage`. `ask`: set up the model of "
            "`cool ask`, step by step.",
        ),
    ] = None,
) -> int:
    """Show the settings, where each comes from and how to change it; `set`, `unset`, `path` and `ask` do the rest."""
    desk = Desk(ctx)
    match words or []:
        case []:
            return _show_all(desk)
        case [key] if is_keys(key):
            return _show_keys(desk, None if key == KEYS else allowed.known(key))
        case ["path"]:
            desk.write(f"{_place(desk) if desk.on_terminal else desk.paths.settings}\n")
        case ["ask"]:
            from coolcli.cli.questioning import setup

            return setup.walk(desk)
        case ["ask", *_]:
            raise UsageError("`cool config ask` takes nothing more: it asks for all it needs.", "cool config ask")
        case ["set", key, *value] if value:
            configuration.put(desk.paths.settings, allowed.known(key), " ".join(value))
            _tell(desk, key)
        case ["unset", key]:
            configuration.put(desk.paths.settings, key, None)
            _tell(desk, key)
        case ["set", *_] | ["unset", *_]:
            raise UsageError("`cool config set` takes a key and a value, `unset` a key.", "cool config set open.in abs")
        case [key]:
            lines = configured.settings(desk, [allowed.known(key)])
            _show(desk, lines, lambda: [line.text() for line in lines])
        case [word, *_]:
            raise UsageError(
                f"`cool config` cannot do '{word}' with more words behind it.",
                "It takes set KEY VALUE, unset KEY, path, ask, or KEY.",
            )
    return 0


def _show_all(desk: Desk) -> int:
    lines = configured.settings(desk)
    keys, wrong = configured.keys(desk)
    _show(desk, [*lines, *keys.values()], lambda: [*(line.text() for line in lines), configured.summary(keys.values())])
    return _said(desk, wrong)


def _show_keys(desk: Desk, key: str | None) -> int:
    """Show the keys of one action, or of all of them, and what is wrong with any."""
    keys, wrong = configured.keys(desk)
    if key is None:
        _show(desk, keys.values(), lambda: configured.table(keys.values()))
    else:
        _show(desk, [keys[key]], lambda: [keys[key].text()])
    return _said(desk, wrong)


def _said(desk: Desk, wrong: Sequence[CoolError]) -> int:
    """Say what is wrong, and give the exit code for it."""
    for error in wrong:
        desk.say(configured.in_words(error))
    return max((error.exit_code for error in wrong), default=0)


def _tell(desk: Desk, key: str) -> None:
    """Say what a setting is now, and where that comes from."""
    line = configured.line_of(desk, key)
    if desk.flags.json:
        desk.write_json(_document([line] if line else configured.keys(desk)[0].values() if key == KEYS else []))
    elif key == KEYS:
        desk.echo("No keys are chosen in the file.\n")
    else:
        desk.echo(f"{key} is {shown(line.value) or 'empty'} ({line.from_}).\n" if line else f"{clean(key)} is gone.\n")
    for error in configured.wrong(desk):
        desk.say(f"Wrong: {configured.in_words(error)}")
    if line and line.from_ == "environment":
        desk.say(f"{variable(key)} is set and counts more than the file.")
    if line and line.key == "ask.base_url" and line.value:
        _warn_of_plain_http(desk, str(line.value))


def _warn_of_plain_http(desk: Desk, url: str) -> None:
    from coolcli.ask.key import may_travel

    if not may_travel(url):
        desk.say("A key is not sent there: it is not encrypted. Take an https:// address, or go without a key.")


def _show(desk: Desk, lines: Iterable[Line], drawn: Callable[[], Iterable["RenderableType"]]) -> None:
    if desk.flags.json:
        desk.write_json(_document(lines))
    elif not desk.on_terminal:
        desk.write("".join(line.plain() for line in lines))
    else:
        from rich.text import Text

        with desk.paged() as out:
            out.print(drawn())
            foot = f"\nSettings live in {_place(desk)}; `cool config unset KEY` returns to a default."
            out.print([Text(foot, "dim")])


def _document(lines: Iterable[Line]) -> dict[str, object]:
    return {"settings": {line.key: line.document for line in lines}}


def _place(desk: Desk) -> str:
    """Give the settings file as a terminal may show it: a folder's name can hold anything."""
    return clean(str(desk.paths.settings))
