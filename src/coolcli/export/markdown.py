"""Markdown for a reader's notes: a list of papers, each title a link, notes quoted below.

Formulas stay as they are, which most programs for notes show; all else that means something in Markdown is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from coolcli.export.reference import Reference

MOST_NAMED = 10
"""Authors of a paper that are named."""
_MEANS = re.compile(r"[\\`*_\[\]<>#|~$&]")
_FORMULA = re.compile(r"(\$(?:[^$\\\[\]<>`\s]|\\[A-Za-z,;:!{}|])(?:[^$\\\[\]<>`]|\\[A-Za-z,;:!{}|])*\$)")
_BLOCK = re.compile(r"^(?:(\d+)(?=[.)])|(?=[+=-]))")


def written(references: Iterable[Reference]) -> str:
    """Write a list, an item a paper."""
    return "".join(map(_item, references))


def escaped(text: str) -> str:
    """Give a text of which Markdown makes nothing but that text, formulas apart."""
    pieces = _FORMULA.split(text)
    return "".join(
        piece if place % 2 else _MEANS.sub(lambda match: "\\" + match[0], piece) for place, piece in enumerate(pieces)
    )


def _item(reference: Reference) -> str:
    version = f"v{reference.version}" if reference.version else ""
    about = [f"arXiv:{reference.id}{version}", reference.date]
    about += [escaped(reference.journal)] if reference.journal else []
    about += [escaped("tags: " + ", ".join(reference.tags))] if reference.tags else []
    authors = f"  \n  {_authors(reference)}" if reference.names else ""
    title = f"- [{escaped(reference.title)}]({reference.url}){authors}  \n  {' · '.join(about)}\n"
    return title + "".join(f"  > {line}".rstrip() + "\n" for line in _note(reference))


def _authors(reference: Reference) -> str:
    names = [name.plain for name in reference.names]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return escaped(", ".join(names[:MOST_NAMED])) + more


def _note(reference: Reference) -> list[str]:
    if not reference.note:
        return []
    lines = [escaped(line.strip()) for line in reference.note.splitlines()]
    # A line of a paragraph ends where it ended in the note; what would begin a list, a heading or (by its indentation)
    # a block of code begins nothing.
    return [_BLOCK.sub(r"\g<1>\\", line) + "  " if line else "" for line in lines]
