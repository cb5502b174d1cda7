"""`cool config`: each setting, its value, where it comes from, and the command that changes it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Annotated

import typer

from coolcli import config as configuration
from coolcli.cli.desk import Desk
from coolcli.config import KEYS, Settings, shown, variable
from coolcli.errors import UsageError


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
            _show(desk, list(KEYS))
        case ["path"]:
            desk.write(f"{desk.paths.settings}\n")
        case ["set", key, *value] if value:
            _put(desk, configuration.known(key), " ".join(value))
        case ["unset", key]:
            _put(desk, configuration.known(key), None)
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


def _put(desk: Desk, key: str, value: str | None) -> None:
    import os

    configuration.put(desk.paths.settings, key, value)
    settings, origins = configuration.load(desk.paths.settings)
    now = shown(getattr(settings, KEYS[key]))
    desk.write(f"{key} is {now or 'empty'} ({origins[key]}).\n")
    if os.environ.get(variable(key)) and origins[key] == "environment":
        desk.say(f"{variable(key)} is set and counts more than the file.")


def _show(desk: Desk, keys: list[str]) -> None:
    settings, origins = configuration.load(desk.paths.settings)
    about = {spec.metadata["key"]: spec.metadata["about"] for spec in fields(Settings)}
    values = {key: getattr(settings, KEYS[key]) for key in keys}
    if desk.flags.json:
        content = {key: {"value": values[key], "origin": origins[key], "about": about[key]} for key in keys}
        desk.write(json.dumps({"settings": content}, indent=1) + "\n")
        return
    if not desk.on_terminal:
        desk.write("".join(f"{key}\t{shown(values[key])}\t{origins[key]}\n" for key in keys))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in ("setting", "value", "from", "what it is" if desk.screen.wide else ""):
        table.add_column(heading, overflow="fold")
    for key in keys:
        origin = origins[key] if origins[key] != "environment" else variable(key)
        style = "" if origins[key] == "default" else "bold"
        what = Text(about[key], "dim") if desk.screen.wide else Text("")
        table.add_row(Text(key, "cyan"), Text(shown(values[key]) or "(none)", style), Text(origin, "dim"), what)
    desk.screen.show(
        table,
        Text(
            f"\nChange one: cool config set {keys[0]} VALUE · back to its default: cool config unset {keys[0]}", "dim"
        ),
    )
