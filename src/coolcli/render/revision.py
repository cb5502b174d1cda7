"""What changed between two versions of a paper: as running text on a terminal, and as plain text for a pipe.

Where there is colour, what went is red and struck, what came green and underlined; else they stand in brackets as
wdiff writes them: `[-went-]{+came+}`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from coolcli.models import Paper
from coolcli.render.math import readable
from coolcli.render.screen import obeys_codes
from coolcli.render.words import versions
from coolcli.revisions import Change, FieldName, Piece, Revision, shortened

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from coolcli.render.screen import Screen

_WIDTH = 92
"""Running text wider than this is hard to read."""
_LABEL = 10
_WITHDRAWN = "withdrawn"
_BRACKETS = {"same": "{}", "gone": "[-{}-]", "come": "{{+{}+}}"}
_STYLES = {"same": "", "gone": "red strike", "come": "green underline"}


def heading(revision: Revision) -> str:
    """Say which paper it is, and which versions are compared."""
    of = versions(revision.before.version, revision.after.version if revision.stated else None)
    return f"arXiv:{revision.after.id}  {of}"


def text(revision: Revision, *, whole: bool) -> str:
    """Write what changed as plain text, a field a line; `whole` with all that did not change in between."""
    lines = [heading(revision) + (f"  {_WITHDRAWN}" if revision.withdrawn else "")]
    if not any(change.name == "title" for change in revision.changes):
        lines.append(f"Title: {revision.after.title or ''}")
    lines += [f"{change.name.capitalize()}: {_plain(change, whole)}" for change in revision.changes]
    return "".join(f"{line}\n" for line in [*lines, *_rest(revision)])


def drawn(revisions: Sequence[Revision], screen: Screen, *, whole: bool) -> Iterator[RenderableType]:
    """Set what changed in some papers for a terminal, one below the other."""
    from rich.rule import Rule
    from rich.text import Text

    for number, revision in enumerate(revisions):
        if number:
            yield Rule(style="dim")
        yield Text.assemble((heading(revision), "cyan"), "  ", (_WITHDRAWN if revision.withdrawn else "", "bold red"))
        yield _fields(revision, screen, whole)
        yield from (Text(line, "dim") for line in _rest(revision))


def document(revisions: Sequence[Revision]) -> str:
    """Write what changed as one JSON object."""
    import json

    return json.dumps({"papers": [_json(one) for one in revisions]}, ensure_ascii=False, indent=1) + "\n"


def _fields(revision: Revision, screen: Screen, whole: bool) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    coloured = obeys_codes() and not os.environ.get("NO_COLOR")
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="dim", width=_LABEL, no_wrap=True)
    table.add_column(overflow="fold", width=min(_WIDTH, screen.width - _LABEL - 1))
    if not any(change.name == "title" for change in revision.changes):
        table.add_row("Title", Text(readable(revision.after.title or ""), "bold"))
    for change in revision.changes:
        content = _coloured(change, whole) if coloured else Text(readable(_plain(change, whole)))
        if change.name == "title":
            content.stylize("bold")
        table.add_row(change.name.capitalize(), content)
    return table


def _coloured(change: Change, whole: bool) -> Text:
    from rich.text import Text

    shown = _shown(change, whole)
    written = Text()
    for number, piece in enumerate(shown):
        if number:
            written.append(" ")
        last = number == len(shown) - 1
        written.append(readable(_joined(change.name, piece, last=last)), _STYLES[piece.kind])
    return written


def _plain(change: Change, whole: bool) -> str:
    """Write a field with brackets; what came stands right after what went in its place."""
    shown = _shown(change, whole)
    written = ""
    for number, piece in enumerate(shown):
        pair = number and shown[number - 1].kind == "gone" and piece.kind == "come"
        last = number == len(shown) - 1
        written += ("" if pair or not number else " ") + _BRACKETS[piece.kind].format(
            _joined(change.name, piece, last=last)
        )
    return written


def _shown(change: Change, whole: bool) -> Sequence[Piece]:
    return change.pieces if whole else shortened(change.pieces)


def _joined(name: FieldName, piece: Piece, *, last: bool) -> str:
    """Put words, or names, behind one another."""
    if name != "authors":
        return " ".join(piece.words)
    return ", ".join(piece.words) + ("" if last else ",")


def _rest(revision: Revision) -> Iterator[str]:
    """Say what is not shown."""
    if revision.same:
        nothing = "Nothing changed in" if not revision.changes else "Unchanged:"
        yield f"{nothing} {', '.join(revision.same)}."
    if revision.unknown:
        yield f"Not known of both: {', '.join(revision.unknown)}."


def _json(revision: Revision) -> dict[str, Any]:
    after = revision.after if revision.stated else revision.after._replace(version=None)
    return {
        "id": after.id,
        "from": _version(revision.before),
        "to": _version(after),
        "changed": [change.name for change in revision.changes],
        "withdrawn": revision.withdrawn or None,
    }


def _version(paper: Paper) -> dict[str, Any]:
    return {
        "version": paper.version,
        "title": paper.title,
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "comments": paper.comments or None,
    }
