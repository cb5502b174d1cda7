"""What became of the preprints in a bibliography: blocks on a terminal, lines in a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from coolcli.render.math import readable
from coolcli.render.words import versions

if TYPE_CHECKING:
    from rich.text import Text

_STYLES = {"published": "green", "revised": "magenta", "withdrawn": "bold red"}


class Told(NamedTuple):
    """What is said of an entry, clean; nothing where nothing is known."""

    key: str
    id: str
    states: tuple[str, ...]
    cited: int | None
    newest: int | None
    journal: str = ""
    doi: str = ""
    title: str = ""


def line(told: Told) -> str:
    """Write a line for a pipe: key, id, states joined by `,`, cited and newest version, journal, DOI, title."""
    numbers = [f"v{number}" if number else "" for number in (told.cited, told.newest)]
    return "\t".join([told.key, told.id, ",".join(told.states), *numbers, told.journal, told.doi, told.title]) + "\n"


def blocks(found: Sequence[Told]) -> list[Text]:
    """Set findings for a terminal, a block each: key, id and states; the title; where it was published."""
    return [_block(told) for told in found]


def _block(told: Told) -> Text:
    from rich.text import Text

    block = Text.assemble((told.key, "bold"), "  ", (told.id, "cyan"))
    for state in told.states:
        block.append("  ").append(_named(state, told), _STYLES.get(state, "yellow"))
    place = "  ".join(filter(None, (told.journal, told.doi)))
    for text, style in ((readable(told.title), ""), (place, "dim")):
        block.append(f"\n  {text}" if text else "", style)
    return block


def _named(state: str, told: Told) -> str:
    if state == "revised":
        return f"revised {versions(told.cited, told.newest)}"
    return state.replace("-", " ").replace("doi", "DOI")
