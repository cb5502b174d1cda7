"""The keys that a reader chose for the triage screen: what their settings `keys.ACTION` may be, and that they fit.

A setting names one or several keys, separated by blanks; an empty one takes an action's keys away. What is not said is
as in the table of actions. No key is of two actions.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Literal, NamedTuple

from coolcli.errors import BadSetting, or_list
from coolcli.triage.actions import ACTIONS, NAMED_KEYS, RESERVED, conflicts, key_of, with_keys

Origin = Literal["default", "file", "environment"]

SETTINGS = tuple(f"keys.{name}" for name in ACTIONS)
"""The settings for keys."""

REACHES_ALL = "palette"
"""The action that does what has no key, and has to have one itself."""

_FORM = "It is keys with blanks between them, such as 'n right' or 'ctrl+r f5', or an empty text for none."
_KEYS = "A key is a character, or a name such as enter, pagedown, f5, ctrl+r."


class Chosen(NamedTuple):
    """A setting for keys as it was found somewhere."""

    setting: str
    value: object
    origin: Origin
    where: str
    """A file, or a variable of the environment; empty where the reader has just typed it."""
    undo: str
    """The command that takes it out; empty where it is not in yet."""


def action_of(setting: str) -> str:
    """Give the action whose keys a setting chooses: `keys.star` is about star. Raises BadSetting with the nearest."""
    name = setting.partition(".")[2]
    if name in ACTIONS:
        return name
    if not name:
        raise BadSetting("'keys' is no setting, but a table of them.", "Such as `cool config set keys.star 's *'`.")
    near = [f"keys.{each}" for each in get_close_matches(name.lower().replace("_", "-"), ACTIONS, n=3, cutoff=0.5)]
    hint = f"Did you mean {or_list(near)}? " if near else ""
    raise BadSetting(f"There is no setting '{setting}'.", f"{hint}`cool config keys` shows all actions.")


def parsed(setting: str, value: object) -> tuple[str, ...]:
    """Give the keys that a setting names, each once, as the table of actions spells them. Raises BadSetting."""
    action = action_of(setting)
    if not isinstance(value, str):
        raise BadSetting(f"'{setting}' cannot be {value!r}.", _FORM)
    keys = tuple(dict.fromkeys(_key(setting, word) for word in value.split()))
    if not keys and action == REACHES_ALL:
        raise BadSetting(f"'{setting}' cannot be empty.", "It is how an action without a key is reached.")
    return keys


def _key(setting: str, word: str) -> str:
    key = key_of(word)
    if key is None:
        near = _near(word)
        hint = f"Did you mean {or_list(near)}? " if near else ""
        raise BadSetting(f"'{setting}' cannot be {word!r}: that is no key.", hint + _KEYS)
    if key in RESERVED:
        raise BadSetting(f"'{setting}' cannot be '{key}'.", "In every terminal, ctrl+c leaves and ctrl+z puts aside.")
    return key


def _near(word: str) -> list[str]:
    lowered = word.lower()
    letter = lowered.removeprefix("shift+")
    if letter != lowered and len(letter) == 1:
        return [letter.upper()]
    return get_close_matches(lowered, NAMED_KEYS, n=3, cutoff=0.6)


def assigned(
    given: Iterable[Chosen], refuse: Callable[[BadSetting], None]
) -> tuple[dict[str, tuple[str, ...]], dict[str, Origin]]:
    """Give the keys of every action and where they come from, of what was chosen; what comes later counts more.

    `refuse` is handed what cannot be, which is left out, and each key that two actions have.
    """
    chosen: dict[str, Chosen] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for one in given:
        try:
            name = action_of(one.setting)
            keys[name], chosen[name] = parsed(one.setting, one.value), one
        except BadSetting as error:
            undo = f" {one.undo} takes it out." if one.undo else ""
            refuse(BadSetting(f"{one.where}: {error.message}", f"{error.hint}{undo}"))
    every = with_keys(keys)
    for key, *actions in conflicts(every):
        refuse(_conflict(key, actions, chosen, every))
    return every, {name: chosen[name].origin if name in chosen else "default" for name in ACTIONS}


def _conflict(
    key: str, actions: Collection[str], chosen: Mapping[str, Chosen], keys: Mapping[str, Collection[str]]
) -> BadSetting:
    """Say which two actions have a key, where that was said, and what frees it."""
    where = " and ".join(filter(None, dict.fromkeys(chosen[name].where for name in actions if name in chosen)))
    ways = [_freeing(name, key, chosen.get(name), keys[name]) for name in actions]
    return BadSetting(
        f"{where}{': ' if where else ''}{' and '.join(actions)} cannot both have the key '{key}'.",
        f"Free it with {or_list(list(filter(None, ways)))}.",
    )


def _freeing(action: str, key: str, chosen: Chosen | None, keys: Collection[str]) -> str:
    """Give the command that leaves an action its other keys, or those that it had before it was chosen for."""
    rest = [each for each in keys if each != key]
    if chosen and (not rest or chosen.origin == "environment" or not chosen.undo):
        return chosen.undo
    left = shlex.join(rest) if rest else "''" if action != REACHES_ALL else "KEY"
    return f"`cool config set keys.{action} {left}`"
