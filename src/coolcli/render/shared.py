"""Papers as others get them from the reader: a text for a chat, plain or as Markdown, with one link for all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from coolcli.arxiv.ids import year_of
from coolcli.arxiv.text import clean_lines
from coolcli.models import Row
from coolcli.render.math import readable

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|$&#]")
"""What Markdown and its dialects of chats would take for more than a letter."""


def plain(rows: Sequence[Row], pages: Sequence[str]) -> str:
    """Write papers with their notes, numbered where there are several, and below them the addresses of their pages."""
    papers = [f"{_title(row)}{_by(row)}" for row in rows]
    blocks = [[paper, *_note(row)] for paper, row in zip(papers, rows, strict=True)]
    lines = blocks[0] if len(rows) == 1 else [*_numbered(blocks), ""]
    return "".join(f"{line}\n" for line in [*lines, *pages])


def markdown(rows: Sequence[Row], pages: Sequence[str], link_of: Mapping[str, str]) -> str:
    """Write the same as Markdown, each title a link of its own; `link_of` gives its address by id."""
    papers = [f"[{_escaped(_title(row))}]({link_of[row.id]}){_escaped(_by(row))}" for row in rows]
    notes = [["", *(f"> {line}".rstrip() for line in _note(row))] if row.marks.note else [] for row in rows]
    blocks = [[paper, *note] for paper, note in zip(papers, notes, strict=True)]
    if len(rows) == 1:
        return "".join(f"{line}\n" for line in blocks[0])
    joined = [page for page in pages if page not in link_of.values()]
    joined = [f"[{_label(number, len(joined))}]({page})" for number, page in enumerate(joined, 1)]
    return "".join(f"{line}\n" for line in [*_numbered(blocks), *(["", " · ".join(joined)] if joined else [])])


def content(row: Row, link: str) -> dict[str, Any]:
    """Give what is shared of a paper; null where nothing is known."""
    return {
        "id": row.id,
        "title": row.paper.title,
        "first_author": next(iter(row.paper.authors), None),
        "authors": len(row.paper.authors),
        "year": year_of(row.id, row.paper.submitted),
        "note": row.marks.note,
        "link": link,
    }


def _title(row: Row) -> str:
    return f"arXiv:{row.id}" if row.paper.title is None else readable(row.paper.title)


def _by(row: Row) -> str:
    first, *others = row.paper.authors or ("",)
    author = f"{first} et al." if others else first
    return f" ({', '.join(filter(None, (author, str(year_of(row.id, row.paper.submitted)))))})"


def _note(row: Row) -> list[str]:
    return clean_lines(row.marks.note).split("\n") if row.marks.note else []


def _numbered(blocks: Sequence[Sequence[str]]) -> list[str]:
    """Number blocks, the lines of each below its first letter."""
    lines = []
    for number, (first, *others) in enumerate(blocks, 1):
        lines.append(f"{number}. {first}")
        lines += [f"{' ' * len(f'{number}. ')}{line}".rstrip() for line in others]
    return lines


def _label(number: int, of: int) -> str:
    return "All on one page" if of == 1 else f"Page {number}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
