"""What stands out in a list: the words that were looked for or that rules name, and why a paper is marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from coolcli.models import Row
from coolcli.query.tree import Field
from coolcli.render.words import names

FOUND = Style(bold=True, underline=True, dim=False)
"""How words stand out: without colour, which a terminal need not have, and in light as in dark."""
REASON = Style(color="cyan", bold=True)
_ROOM = 14
"""Columns of a reason at the most, on a screen of usual width; on a wider one it takes an eighth."""
MUTED = "✕"
"""What the reason begins with of a paper that is shown though rules mute it."""
_SIGN = "◆"


class Emphasis(NamedTuple):
    """What stands out in papers."""

    spans: Callable[[Field, Sequence[str]], list[list[tuple[int, int]]]]
    """Gives for a field (`title`, `author`, `abstract`) where in each of some shown texts the words stand."""
    reasons: Mapping[str, str] = {}
    """Why a paper is marked, by id."""

    def texts(self, field: Field, shown: Sequence[str], style: str | Style = "") -> list[Text]:
        """Set some texts of a field, their words standing out."""
        made = [Text(text, style) for text in shown]
        for text, found in zip(made, self.spans(field, shown), strict=True):
            for begin, end in found:
                text.stylize(FOUND, begin, end)
        return made

    def text(self, field: Field, shown: str, style: str | Style = "") -> Text:
        """Set one text."""
        return self.texts(field, [shown], style)[0]

    def authors(self, rows: Sequence[Row], room: int, style: str | Style = "") -> list[Text]:
        """Set the authors of some papers in so many characters; one who stands out is shown, however far behind."""
        shown = [names(row.paper.authors, room) for row in rows]
        if self is not NOTHING:
            unseen = [number for number, found in enumerate(self.spans("author", shown)) if not found]
            everybody = [(number, author) for number in unseen for author in rows[number].paper.authors]
            found = self.spans("author", [author for _, author in everybody])
            outstanding = {number: author for (number, author), spans in zip(everybody, found, strict=True) if spans}
            for number, author in outstanding.items():
                shown[number] = _with(rows[number].paper.authors, author)
        return self.texts("author", shown, style)

    def room(self, rows: Sequence[Row], width: int) -> int:
        """Give the columns that the reasons of some papers take on a screen of some width, 0 where there are none."""
        longest = max((cell_len(self.reasons.get(row.id, "")) for row in rows), default=0)
        return min(max(_ROOM, width // 8), longest)

    def reason(self, row: Row, room: int) -> Text:
        """Set why a paper is marked, cut to some columns."""
        text = Text(self.reasons.get(row.id, ""), REASON)
        text.truncate(room, overflow="ellipsis")
        return text

    def line(self, row: Row, room: int) -> Text | None:
        """Set the same as a line of its own."""
        if row.id not in self.reasons:
            return None
        sign = "" if self.reasons[row.id].startswith(MUTED) else f"{_SIGN} "
        return Text(sign, REASON).append_text(self.reason(row, room - len(sign)))


def _with(authors: Sequence[str], one: str) -> str:
    """Name the first author, one of the others, and how many more there are."""
    before = "" if authors[0] == one else f"{authors[0]}, " + ("" if authors[1] == one else "… ")
    rest = len(authors) - (1 if authors[0] == one else 2)
    return f"{before}{one}" + (f" +{rest}" if rest else "")


NOTHING = Emphasis(lambda _, shown: [[] for _ in shown])
