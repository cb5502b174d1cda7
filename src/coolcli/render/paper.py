"""A paper whole: as text set for a terminal, and as plain text for a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from coolcli.arxiv.categories import name_of
from coolcli.arxiv.text import clean_lines
from coolcli.links import doi_page, links
from coolcli.models import Row
from coolcli.render.math import readable
from coolcli.render.words import NOTE, SECTIONS, long_day, tagged, titled

if TYPE_CHECKING:
    from rich.console import RenderableType

    from coolcli.render.emphasis import Emphasis
    from coolcli.render.screen import Screen

Rules = Mapping[str, Sequence[str]]
"""The queries of the rules that a paper fits, by what they do: `watched`, `muted`."""

_WIDTH = 92
"""Running text wider than this is hard to read."""


def facts(row: Row, rules: Rules) -> Iterator[tuple[str, str]]:
    """Give what is known besides title, authors and abstract, each with its label; nothing that is not known."""
    paper = row.paper
    names = [f"{name_of(category) or category} ({category})" for category in paper.categories]
    if names:
        yield "Subjects", "; ".join(names)
    if paper.comments:
        yield "Comments", readable(paper.comments)
    if paper.journal_ref:
        yield "Journal", paper.journal_ref
    if paper.doi:
        yield "DOI", doi_page(paper.doi) or paper.doi
    if paper.version:
        yield "Version", f"v{paper.version}"
    if paper.submitted:
        yield "Submitted", _day(paper.submitted)
    if paper.updated and paper.updated != paper.submitted:
        yield "Updated", _day(paper.updated)
    if row.announced and row.announce_type:
        yield "Announced", f"{long_day(row.announced)}, as {SECTIONS[row.announce_type][1]}"
    if paper.license:
        yield "License", paper.license
    yield "Marks", _marks(row)
    yield from ((name.capitalize(), ", ".join(queries)) for name, queries in rules.items())
    if row.marks.tags:
        yield "Tags", tagged(row).strip()
    yield from links(row.id).items()


def text(row: Row, rules: Rules, answers: str | None = None) -> str:
    """Write a paper as plain text: a field a line, the abstract as one line a paragraph, then the note.

    `answers` says how many of a model's there are about it.
    """
    paper = row.paper
    lines = [f"arXiv:{row.id}", f"Title: {paper.title or ''}", f"Authors: {', '.join(paper.authors)}"]
    lines += [f"{label}: {value}" for label, value in facts(row, rules)]
    lines += [f"Answers: {answers}"] if answers else []
    note = ["", "Note:", clean_lines(row.marks.note)] if row.marks.note else []
    return "\n".join([*lines, "", paper.abstract or "", *note, ""])


def whole(
    rows: Sequence[Row], screen: Screen, emphasis: Emphasis, rules: Mapping[str, Rules], answers: Mapping[str, str]
) -> Iterator[RenderableType]:
    """Set papers for a terminal, one below the other, with the rules that each fits and the answers that there are."""
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.style import Style
    from rich.table import Table
    from rich.text import Text

    width = min(_WIDTH, screen.width - 2)

    def block(content: Text) -> RenderableType:
        return Padding(content, (0, max(0, screen.width - width), 1, 0))

    for number, row in enumerate(rows):
        paper = row.paper
        if number:
            yield Rule(style="dim")
        star = "★ " if row.marks.starred else ""
        yield Text(f"{star}arXiv:{row.id}{f'v{paper.version}' if paper.version else ''}", Style(color="cyan"))
        yield block(emphasis.text("title", titled(row), "bold"))
        if paper.authors:
            yield block(emphasis.text("author", ", ".join(paper.authors), "italic"))
        for paragraph in (paper.abstract or "No abstract is known yet.").splitlines():
            yield block(emphasis.text("abstract", readable(paragraph)))
        if row.marks.note:
            yield block(Text.assemble((NOTE, "yellow"), f" {clean_lines(row.marks.note)}"))
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold", max_width=width - 13)
        own = {*links(row.id).values(), doi_page(paper.doi or "")} if screen.links else ()  # not what authors wrote
        for label, value in facts(row, rules.get(row.id, {})):
            table.add_row(label, Text(value, Style(link=value if value in own else None)))
        if row.id in answers:
            table.add_row("Answers", Text(answers[row.id]))
        yield table


def _marks(row: Row) -> str:
    marks = row.marks
    words = [f"starred {_day(marks.starred_at)}"] if marks.starred_at else ["not starred"]
    words.append("read" if marks.read else "unread")
    words += ["opened"] if marks.opened else []
    return ", ".join(words)


def _day(when: datetime) -> str:
    return f"{when.day} {when:%B %Y}"
