"""Questions on a terminal, one a line, each asked until its answer is one.

What is typed is not repeated before it is known to be no key: those who have one at hand paste it where they are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

import typer

from coolcli import allowed
from coolcli.cli import configured
from coolcli.errors import BadSetting, CoolError, or_list
from coolcli.settings import shown

if TYPE_CHECKING:
    from coolcli.cli.desk import Desk


class Pasted(CoolError):
    """A key was typed where everybody can read it."""

    def __init__(self, belongs: str) -> None:
        """Take a sentence on where it belongs."""
        super().__init__(
            "That looks like a key, and is not taken here. It stands on the screen now and in the scrollback: clear "
            "both.",
            belongs,
        )


def setting(
    desk: Desk,
    key: str,
    words: str,
    default: str,
    belongs: str,
    *,
    wanted: bool = False,
    typed: str | None = None,
    besides: Collection[str] = (),
    leaving: tuple[type[CoolError], ...] = (),
) -> str:
    """Ask for a setting until it is one, and where it is `wanted` not empty; give it as it is kept.

    What was `typed` before it was asked for is looked at first; one of the words `besides` is given as it is. `belongs`
    says where a key belongs. Raises what is `leaving` in place of asking again.
    """
    while True:
        try:
            answer = asked(words, default, belongs, is_name=key == "ask.model") if typed is None else typed
            if answer in besides:
                return answer
            value = shown(allowed.check(key, answer))
        except (BadSetting, Pasted) as error:
            if isinstance(error, leaving):
                raise
            desk.say(configured.in_words(error))
        else:
            if value or not wanted:
                return value
        typed = None


def one_of(
    desk: Desk, words: str, rows: Mapping[str, str], default: str, belongs: str, *, takes_others: str = ""
) -> str:
    """Let a name be chosen, by its number or how it begins; or take what has `takes_others` in it as it is.

    What is typed is not said again: it may be a key that looks like none. `belongs` says where one belongs.
    """
    names = list(rows)
    desk.say(table(rows))
    while True:
        try:
            typed = asked(f"{words}, by number or name", default, belongs)
        except Pasted as error:
            desk.say(configured.in_words(error))
            continue
        if takes_others and takes_others in typed:
            return typed
        if typed.isdecimal() and 0 < int(typed) <= len(names):
            return names[int(typed) - 1]
        begun = [name for name in names if name.lower().startswith(typed.lower())]
        exact = [name for name in begun if name.lower() == typed.lower()]
        if len(exact or begun) == 1:
            return (exact or begun)[0]
        near = begun or get_close_matches(typed.lower(), names, n=3, cutoff=0.5)
        desk.say(f"Did you mean {or_list(near)}?" if near else f"It is a number from 1 to {len(names)}, or a name.")


def table(rows: Mapping[str, str]) -> str:
    """Number some names, with what is said of each."""
    wide = max(map(len, rows))
    return "\n".join(
        f"  {place:>2}  {name:<{wide}}  {about}".rstrip() for place, (name, about) in enumerate(rows.items(), 1)
    )


def asked(words: str, default: str, belongs: str, *, is_name: bool = False) -> str:
    """Ask for a line, which may be a long name; what is no text is asked for again.

    Raises Pasted for a key, and typer.Abort at Ctrl-C and Ctrl-D.
    """
    while True:
        try:
            typed = str(typer.prompt(words, default=default, show_default=bool(default), err=True)).strip()
        except UnicodeDecodeError:
            continue
        if typed != default and allowed.looks_like_a_key(typed, is_name=is_name):
            raise Pasted(belongs)
        return typed


def asked_unseen(words: str) -> str:
    """Ask for a line that is not shown. Raises typer.Abort at Ctrl-C and Ctrl-D, CoolError for what is no text."""
    from getpass import getpass  # not by Typer: it prompts first, and what is typed before the echo is off is lost

    try:
        return getpass(f"{words}: ").strip()
    except (EOFError, KeyboardInterrupt):
        raise typer.Abort from None
    except UnicodeDecodeError:
        raise CoolError("What was typed is no text.") from None
