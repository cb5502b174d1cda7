"""Settings as they are shown: a key, its value, where that comes from, what it is for, the command that changes it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coolcli import config
from coolcli.arxiv.text import clean
from coolcli.errors import CoolError, or_list
from coolcli.render.words import fitted
from coolcli.settings import ABOUT, KEYS, is_keys, shown, variable

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from coolcli.cli.desk import Desk


class Line(NamedTuple):
    """One setting as it is shown."""

    key: str
    value: object
    from_: config.Origin
    about: str
    example: str
    """Another value, to be put in the place of this one."""

    @property
    def origin(self) -> str:
        """Give where the value comes from: a variable by its name."""
        return self.from_ if self.from_ != "environment" else variable(self.key)

    @property
    def command(self) -> str:
        """Give the command that changes it."""
        return f"cool config set {self.key} {self.example}"

    @property
    def document(self) -> dict[str, object]:
        """Give it for a program."""
        return {"value": self.value, "origin": self.origin, "about": self.about, "command": self.command}

    def plain(self) -> str:
        """Give it as a line of fields."""
        return f"{self.key}\t{shown(self.value)}\t{self.origin}\t{self.command}\n"

    def text(self) -> Text:
        """Give it for a terminal, in three lines."""
        value = (shown(self.value) or "(none)", "" if self.from_ == "default" else "bold yellow")
        return _lines(self.key, [value, (f"  {self.origin}", "dim")], self.about, self.command)


def settings(desk: Desk, wanted: Iterable[str] = ABOUT) -> list[Line]:
    """Give settings other than keys. Raises BadSetting where any of them is wrong."""
    values, origins = config.load(desk.paths.settings)
    return [_of_setting(key, getattr(values, ABOUT[key].name), origins[key]) for key in wanted]


def _of_setting(key: str, value: object, origin: config.Origin) -> Line:
    choices = ABOUT[key].choices
    others = [choice for choice in choices if choice != value]
    example = others[0] if others else shown(not value) if isinstance(value, bool) else "VALUE"
    return Line(key, value, origin, ABOUT[key].words + (f" ({or_list(choices)})" if choices else ""), example)


def keys(desk: Desk) -> tuple[dict[str, Line], list[CoolError]]:
    """Give the settings for keys by their names, and what is wrong with them."""
    from coolcli.triage.actions import ACTIONS

    assigned, origins, wrong = config.keys_as_can_be(desk.paths.settings)
    place = config.load_what_can_be(desk.paths.settings)[0].open_in
    lines = (
        Line(f"{KEYS}.{name}", " ".join(of), origins[name], ACTIONS[name].about.replace("{place}", place), "KEYS")
        for name, of in assigned.items()
    )
    return {line.key: line for line in lines}, wrong


def wrong(desk: Desk) -> list[CoolError]:
    """Find everything that is wrong in the settings, each once."""
    file = desk.paths.settings
    found = [*config.load_what_can_be(file)[2], *config.keys_as_can_be(file)[2]]
    return list({error.message: error for error in found}.values())


def in_words(error: CoolError) -> str:
    """Write what is wrong, and what to do, as one sentence after the other."""
    return clean(f"{error.message} {error.hint or ''}".rstrip())


def line_of(desk: Desk, key: str) -> Line | None:
    """Give one setting as far as it is right, None for what is none."""
    if is_keys(key):
        return keys(desk)[0].get(key)
    if key not in ABOUT:
        return None
    values, origins, _ = config.load_what_can_be(desk.paths.settings)
    return _of_setting(key, getattr(values, ABOUT[key].name), origins[key])


def summary(lines: Collection[Line]) -> Text:
    """Say of the keys only which ones were chosen."""
    chosen = [line.key.removeprefix(f"{KEYS}.") for line in lines if line.from_ != "default"]
    told = f"{len(chosen)} of {len(lines)} chosen: {', '.join(chosen)}" if chosen else "all at their defaults"
    style = "bold yellow" if chosen else ""
    return _lines(KEYS, [(told, style)], "the keys of the triage screen; `cool config keys` shows them", _EXAMPLE)


_EXAMPLE = f"cool config set {KEYS}.star '*'"


def table(lines: Iterable[Line]) -> Iterator[RenderableType]:
    """Show actions, their keys and what they do; what was chosen says where."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    grid.add_column("action", no_wrap=True)
    grid.add_column("keys", overflow="fold")
    grid.add_column("what it does", ratio=1)
    for line in lines:
        is_own = line.from_ == "default"
        about = Text.assemble((line.about, "dim"), "" if is_own else (f" ({line.origin})", "bold yellow"))
        value = Text(shown(line.value) or "(none)", "" if is_own else "bold yellow")
        grid.add_row(Text(line.key.removeprefix(f"{KEYS}."), "cyan"), value, about)
    yield grid
    yield Text(f"\n`{_EXAMPLE}` chooses keys, `cool config unset {KEYS}` takes all of them back.", "dim")


def _lines(key: str, value: Sequence[tuple[str, str]], about: str, command: str) -> Text:
    from rich.text import Text

    head = Text.assemble((f"{key:<17}", "cyan"), " ", *value)
    words = fitted(" " * 18 + about, sys.stdout, indent=18)
    return head.append(f"\n{words}\n{'':<18}{command}", "dim")
