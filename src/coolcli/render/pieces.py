"""Lines made of pieces, each with a style: written plain into a pipe, coloured on a terminal, the same letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

Line = list[tuple[str, str]]
"""Pieces of text, each with its style as rich has it, empty for none."""

EIGHTHS = " ▏▎▍▌▋▊▉█"


def plain(lines: Iterable[Line]) -> str:
    """Write lines without colour."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def coloured(lines: Iterable[Line]) -> Iterator[Text]:
    """Set lines for a terminal."""
    from rich.text import Text

    for line in lines:
        yield Text.assemble(*line, no_wrap=True, overflow="ellipsis")


def bar(share: float, width: int) -> str:
    """Draw a bar that fills a share of so many columns, to an eighth of one; what is not nothing is seen."""
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
