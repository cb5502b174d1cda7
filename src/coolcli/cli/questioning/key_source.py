"""Where the key of `cool ask` comes from: asked for, and asked again where a server does not take it.

A key that is typed here is used for the trial and kept nowhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from coolcli.cli import configured
from coolcli.cli.questioning import prompts
from coolcli.cli.questioning.servers import Choice
from coolcli.errors import CoolError
from coolcli.settings import KEY_VARIABLE

if TYPE_CHECKING:
    from coolcli.ask.key import Key
    from coolcli.cli.desk import Desk

GO_ON = "go on"
"""What is chosen, or typed, to go on with what a server refused."""


def ask(desk: Desk, choice: Choice, before: Choice) -> Choice:
    """Let it be chosen where the key comes from, until one comes from there or is not needed.

    What was chosen or set `before` is the default.
    """
    is_set = _is_set()
    usual = "variable" if is_set or choice.preset.needs_key else "none"
    usual = "command" if before.key_command and not is_set else usual
    default = (before.key_from if before.is_like(choice) else "") or usual
    chosen = _chosen(desk, choice, before, default, {}, is_refused=False)
    assert chosen is not None  # noqa: S101 -- going on is not among the rows
    return chosen


def ask_again(desk: Desk, choice: Choice) -> Choice | None:
    """Let another key be chosen where a server refused this one; None where the reader goes on with it."""
    default = "command" if choice.key_from == "command" else "variable"
    more = {GO_ON: "with that key" if choice.key else "without a key"}
    return _chosen(desk, choice, choice._replace(typed_key=None), default, more, is_refused=True)


def _chosen(
    desk: Desk, choice: Choice, before: Choice, default: str, more: Mapping[str, str], *, is_refused: bool
) -> Choice | None:
    """Ask until there is a key, or none is needed; None for one of the rows that are `more`."""
    fresh = Choice(choice.preset, choice.base_url)
    rows = {
        "variable": f"{KEY_VARIABLE}, which is {'set' if _is_set() else 'not set'} in this shell",
        "command": "a command of yours that prints it, such as `pass show kimi`",
        "none": "the server wants none",
        **more,
    }
    is_typed = is_refused or not _is_set() or bool(before.key_from)
    belongs = "Behind `variable` is a prompt that hides it." if is_typed else f"`variable` takes {KEY_VARIABLE}."
    while True:
        try:
            source = prompts.one_of(desk, "Key from", rows, default, belongs)
            if source in more:
                return None
            if source == "command":
                found = _of_command(desk, fresh, before, belongs)
            elif source == "variable" and is_typed:
                found = _typed(desk, fresh, before)
            else:
                found = _of_shell(desk, fresh, is_wanted=source == "variable")
            return found._replace(key_from=source)
        except CoolError as error:
            desk.say(configured.in_words(error))


def _is_set() -> bool:
    return bool(os.environ.get(KEY_VARIABLE))


def _of_shell(desk: Desk, choice: Choice, *, is_wanted: bool) -> Choice:
    """Take the key of the environment, which is sent as long as it is there, also where none is wanted."""
    if _is_set() and not is_wanted:
        desk.say(f"{KEY_VARIABLE} is set, and is sent as long as it is.")
    return choice._replace(key=_key("", os.environ))


def _typed(desk: Desk, choice: Choice, before: Choice) -> Choice:
    """Say where the key goes, and take one for the trial, or what there is where none is typed."""
    file, line = _line_for_shell()
    desk.say(f"Put this line into {file}, with your key in it:\n  {line}")
    at_hand = before.typed_key or _key("", os.environ)
    whose = "the last one" if before.typed_key else "this shell's"
    without = f"takes {whose}" if at_hand else "goes on without it"
    typed = prompts.asked_unseen(f"The key, to try it now (not shown, kept nowhere; Enter {without})")
    key = _key("", {KEY_VARIABLE: typed}) if typed else before.typed_key
    if key is None:
        return choice._replace(key=at_hand, has_key=at_hand is not None, still_to_do="" if at_hand else _to_do(file))
    return choice._replace(key=key, typed_key=key, still_to_do=_to_do(file))


def _to_do(file: str) -> str:
    return f"the line for the key into {file}, then: "


def _of_command(desk: Desk, choice: Choice, before: Choice, belongs: str) -> Choice:
    """Take the key that a command prints, which is run once. Raises CoolError, Pasted for a key in its place."""
    command = prompts.setting(
        desk,
        "ask.key_command",
        "Command",
        before.key_command,
        belongs,
        wanted=True,
        leaving=(prompts.Pasted,),
    )
    if _is_set():
        desk.say(f"{KEY_VARIABLE} is set, and counts before the command as long as it is.")
    others = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
    return choice._replace(key_command=command, key=_key(command, others))


def _key(command: str, environment: Mapping[str, str]) -> Key | None:
    from coolcli.ask import key

    return key.of_reader(command, environment)


def _line_for_shell() -> tuple[str, str]:
    """Give the file in which the reader's shell looks for variables, and the line for it."""
    if sys.platform == "win32":
        return "your PowerShell profile", f"$env:{KEY_VARIABLE} = 'YOUR KEY'"
    shell = PurePath(os.environ.get("SHELL", "")).name
    if shell == "fish":
        return "~/.config/fish/config.fish", f"set -gx {KEY_VARIABLE} 'YOUR KEY'"
    file = {"zsh": "~/.zshrc", "bash": "~/.bashrc"}.get(shell, "~/.profile")
    return file, f"export {KEY_VARIABLE}='YOUR KEY'"
