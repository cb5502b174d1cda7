"""A check-up in words: sections of facts, each marked as sound or not, and what is wrong at the end.

The marks are words, so that a report says the same where it is pasted without colours.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from coolcli.render.words import number

if TYPE_CHECKING:
    from rich.text import Text

Mark = Literal["", "ok", "note", "WRONG"]

WIDTH = 80
"""Columns of a report that is not shown on a narrower terminal."""

_STYLES: dict[str, str] = {"heading": "bold", "ok": "green", "note": "yellow", "WRONG": "bold red"}


class Line(NamedTuple):
    """One fact in words."""

    name: str
    words: str
    mark: Mark = ""


class Problem(NamedTuple):
    """Something that is wrong, what to do about it, and the exit code that it leads to."""

    message: str
    hint: str | None
    code: int


class Section(NamedTuple):
    """What was found out about one thing: for programs, for people, and what of it is wrong."""

    name: str
    facts: Mapping[str, object]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()


def document(sections: Sequence[Section]) -> dict[str, object]:
    """Give a report as one JSON object."""
    problems = _problems(sections)
    return {
        "well": not problems,
        "problems": [problem._asdict() for problem in problems],
        **{section.name: section.facts for section in sections},
    }


def plain(sections: Sequence[Section], width: int = WIDTH) -> str:
    """Write a report as text, as for a bug report."""
    return "".join(f"{line}\n" for line, _ in _lines(sections, width))


def coloured(sections: Sequence[Section], width: int) -> Iterator[Text]:
    """Set a report for a terminal, the same text with its marks in colour."""
    from rich.text import Text

    for line, mark in _lines(sections, min(width, WIDTH)):
        text = Text(line)
        if mark == "heading":
            text.stylize(_STYLES[mark])
        elif mark:
            start = line.index(mark)
            text.stylize(_STYLES[mark], start, start + len(mark))
        yield text


def size(count: int) -> str:
    """Write a number of bytes: `120 bytes`, `1.2 MB`."""
    if count < 1000:
        return number(count, "byte")
    for unit, scale in (("kB", 1e3), ("MB", 1e6)):
        if count < 1000 * scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count / 1e9:,.1f} GB"


def _lines(sections: Sequence[Section], width: int) -> Iterator[tuple[str, str]]:
    """Give each line of a report with what it is marked as."""
    for section in sections:
        yield section.name.capitalize(), "heading"
        for line in section.lines:
            head = f"  {line.mark:<5}  {line.name:<15} "
            first, *more = _broken(line.words, head, width)
            yield first.rstrip(), line.mark
            yield from ((each, "") for each in more)
        yield "", ""
    problems = _problems(sections)
    if not problems:
        yield "All is well.", "heading"
        return
    yield f"{number(len(problems), 'thing is', 'things are')} wrong:", "heading"
    for hint, messages in _by_hint(problems).items():
        for message in messages:
            yield from ((line, "") for line in _broken(message, "  - ", width))
        if hint:
            yield from ((line, "") for line in _broken(hint, "    ", width))


def _broken(words: str, head: str, width: int) -> list[str]:
    lines = textwrap.wrap(
        words,
        max(40, width),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [head]


def _problems(sections: Sequence[Section]) -> list[Problem]:
    return [problem for section in sections for problem in section.problems]


def _by_hint(problems: Sequence[Problem]) -> dict[str | None, list[str]]:
    """Put together what the same thing is to be done about, so that it is said once."""
    found: dict[str | None, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.hint, []).append(problem.message)
    return found
