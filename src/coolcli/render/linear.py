"""A paper as it is read aloud: a line for each thing that is known, in words, without signs, colours or columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill

from coolcli.arxiv.categories import name_of
from coolcli.arxiv.text import clean, clean_lines
from coolcli.models import Row
from coolcli.render.math import readable
from coolcli.render.words import SECTIONS, long_day, number, titled

_NAMES = 20
"""Authors that are named at the most."""
_UNBROKEN = 5_000
"""Columns at which no line of an answer is broken."""


def paper(row: Row, place: str, told: Sequence[str] = ()) -> Iterator[str]:
    """Give the lines of a paper: its place, what arXiv says, the reader's tags and note, what is `told` besides.

    What is not known is left out.
    """
    known, marks = row.paper, row.marks
    version = f" version {known.version}" if known.version else ""
    yield f"{place}. {_announced(row)}arXiv {row.id}{version}."
    yield f"Title: {titled(row)}"
    if known.authors:
        yield f"Authors: {_names(row)}"
    if known.categories:
        yield f"Categories: {'; '.join(f'{name_of(each) or each} ({each})' for each in known.categories)}"
    if known.comments:
        yield f"Comments: {readable(known.comments)}"
    yield from told
    first, *others = (known.abstract or "none is known yet").splitlines()
    yield f"Abstract: {readable(first)}"
    yield from map(readable, others)
    if marks.tags:
        yield f"Tags: {clean(', '.join(marks.tags))}"
    if marks.note:
        yield from f"Note: {clean_lines(marks.note)}".splitlines()


def answer(markup: str) -> Iterator[str]:
    """Give the lines of a model's answer: each paragraph, item or row of a table one, without the signs of Markdown."""
    from coolcli.render import answers

    for line in answers.lines(markup, _UNBROKEN):
        if said := line.plain.replace("•", "-").strip(" ▌─"):
            yield said


def wrapped(line: str, width: int | None) -> str:
    """Break a line between words so that it fits so many columns; None for no limit."""
    if width is None or len(line) <= width:
        return line
    return fill(line, width, break_long_words=False, break_on_hyphens=False)


def _announced(row: Row) -> str:
    if not (row.announced and row.announce_type):
        return ""
    return f"{long_day(row.announced)}, {SECTIONS[row.announce_type][1]}. "


def _names(row: Row) -> str:
    authors = row.paper.authors
    more = f" and {number(len(authors) - _NAMES, 'more', 'more')}" if len(authors) > _NAMES else ""
    return f"{', '.join(authors[:_NAMES])}{more}"
