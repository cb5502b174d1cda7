"""`cool config`: each setting, its value, where it comes from, and the command that changes it."""

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from coolcli import config as configuration
from coolcli.arxiv.text import clean
from coolcli.cli.desk import Desk
from coolcli.config import ABOUT, shown, variable
from coolcli.errors import UsageError, or_list
from coolcli.render.words import fitted

if TYPE_CHECKING:
    from rich.text import Text


def config(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY | set KEY VALUE | unset KEY | path]", help="Nothing: show all settings."),
    ] = None,
) -> int:
    """Show the settings, where each comes from and how to change it; `set`, `unset` and `path` do the rest."""
    desk = Desk(ctx)
    match words or []:
        case []:
            _show(desk, list(ABOUT))
        case ["path"]:
            desk.write(f"{_place(desk) if desk.on_terminal else desk.paths.settings}\n")
        case ["set", key, *value] if value:
            _put(desk, configuration.known(key), " ".join(value))
        case ["unset", key]:
            configuration.put(desk.paths.settings, key, None)
            _tell(desk, key)
        case ["set", *_] | ["unset", *_]:
            raise UsageError("`cool config set` takes a key and a value, `unset` a key.", "cool config set open.in abs")
        case [key]:
            _show(desk, [configuration.known(key)])
        case _:
            raise UsageError(
                f"`cool config` cannot do '{' '.join(words or [])}'.",
                "It takes set KEY VALUE, unset KEY, path, or KEY.",
            )
    return 0


def _put(desk: Desk, key: str, value: str) -> None:
    configuration.put(desk.paths.settings, key, value)
    _tell(desk, key)


def _tell(desk: Desk, key: str) -> None:
    """Say what a setting is now, and where that comes from."""
    import os

    if desk.flags.json:
        _show(desk, [key] if key in ABOUT else [])
        return
    settings, origins, wrong = configuration.load_what_can_be(desk.paths.settings)
    if key in ABOUT:
        now = shown(getattr(settings, ABOUT[key].name))
        desk.echo(f"{key} is {now or 'empty'} ({origins[key]}).\n")
    else:
        desk.echo(f"{key} is gone.\n")
    for error in wrong:
        desk.say(f"Still wrong: {error.message} {error.hint or ''}".rstrip())
    if os.environ.get(variable(key)) and origins.get(key) == "environment":
        desk.say(f"{variable(key)} is set and counts more than the file.")


def _show(desk: Desk, keys: list[str]) -> None:
    settings, origins = configuration.load(desk.paths.settings)
    lines = [_Line(key, getattr(settings, ABOUT[key].name), origins[key]) for key in keys]
    if desk.flags.json:
        content = {
            line.key: {"value": line.value, "origin": line.origin, "about": line.about, "command": line.command}
            for line in lines
        }
        desk.write_json({"settings": content})
    elif not desk.on_terminal:
        desk.write("".join(f"{line.key}\t{shown(line.value)}\t{line.origin}\t{line.command}\n" for line in lines))
    else:
        from rich.text import Text

        with desk.paged() as out:
            out.print(line.text() for line in lines)
            out.print(
                [
                    Text(
                        f"\nSettings live in {_place(desk)}; `cool config unset KEY` returns to a default.",
                        "dim",
                    )
                ]
            )


def _place(desk: Desk) -> str:
    """Give the settings file as a terminal may show it: a folder's name can hold anything."""
    return clean(str(desk.paths.settings))


class _Line(NamedTuple):
    """One setting as it is shown."""

    key: str
    value: object
    from_: configuration.Origin

    @property
    def origin(self) -> str:
        return self.from_ if self.from_ != "environment" else variable(self.key)

    @property
    def about(self) -> str:
        about = ABOUT[self.key]
        return about.words + (f" ({or_list(about.choices)})" if about.choices else "")

    @property
    def command(self) -> str:
        """Give the command that changes it, with another value where only some are possible."""
        others = [choice for choice in ABOUT[self.key].choices if choice != self.value]
        example = others[0] if others else shown(not self.value) if isinstance(self.value, bool) else "VALUE"
        return f"cool config set {self.key} {example}"

    def text(self) -> "Text":
        from rich.text import Text

        value = (shown(self.value) or "(none)", "" if self.from_ == "default" else "bold yellow")
        head = Text.assemble((f"{self.key:<17}", "cyan"), " ", value, (f"  {self.origin}", "dim"))
        about = fitted(" " * 18 + self.about, sys.stdout, indent=18)
        return head.append(f"\n{about}\n{'':<18}{self.command}", "dim")
