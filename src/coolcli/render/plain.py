"""Output for a pipe: one paper a line, tab-separated, without header or colour; and JSON (cli.md, "Output")."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from coolcli.links import links
from coolcli.models import Part, Row, State

Notes = Mapping[str, Mapping[str, object]]
"""What is said of some papers besides, by their ids: the rules that they fit."""
_NONE: Notes = MappingProxyType({})


def line(row: Row) -> str:
    """Write a paper as a line: id, type, marks, primary category, title, authors."""
    marks = ("*" if row.marks.starred else "") + ("r" if row.marks.read else "")
    paper = row.paper
    fields = (
        row.id,
        row.announce_type or "",
        marks,
        paper.primary_category or "",
        paper.title or "",
        "; ".join(paper.authors),
    )
    return "\t".join(field.replace("\t", " ").replace("\n", " ") for field in fields) + "\n"


def document(
    listing: State | None,
    rows: Sequence[Row],
    numbers: Sequence[int | None],
    categories: Sequence[str] = (),
    notes: Notes = _NONE,
) -> str:
    """Write a list as one JSON object, UTF-8."""
    return "".join(pieces(listing, rows, numbers, categories, notes))


def pieces(
    listing: State | None,
    rows: Iterable[Row],
    numbers: Iterable[int | None],
    categories: Sequence[str] = (),
    notes: Notes = _NONE,
) -> Iterator[str]:
    """Give the same paper by paper: a list of all that is cached would take a gigabyte at once."""
    head = json.dumps(None if listing is None else state_of(listing, categories), ensure_ascii=False, indent=1)
    yield f'{{\n "listing": {_indented(head, 1)},\n "papers": ['
    between = "\n"
    for row, number in zip(rows, numbers, strict=True):
        content = json.dumps({**paper(row, number), **notes.get(row.id, {})}, ensure_ascii=False, indent=1)
        yield f"{between}  {_indented(content, 2)}"
        between = ",\n"
    yield "]\n}\n" if between == "\n" else "\n ]\n}\n"


def _indented(text: str, blanks: int) -> str:
    return text.replace("\n", "\n" + " " * blanks)


def paper(row: Row, number: int | None) -> dict[str, Any]:
    """Give a paper as the contract has it; null where no source has said anything."""
    known = row.paper
    return {
        "id": row.id,
        "version": known.version,
        "title": known.title,
        "abstract": known.abstract,
        "authors": list(known.authors),
        "categories": list(known.categories),
        "primary_category": known.primary_category,
        "comments": known.comments,
        "journal_ref": known.journal_ref,
        "doi": known.doi,
        "license": known.license,
        "submitted": _moment(known.submitted),
        "updated": _moment(known.updated),
        "announced": row.announced.isoformat() if row.announced else None,
        "announce_type": row.announce_type,
        "row": number,
        "starred": row.marks.starred,
        "read": row.marks.read,
        "backlog": row.backlog,
        "tags": list(row.marks.tags),
        "note": row.marks.note,
        "links": links(row.id),
    }


def state_of(state: State, categories: Sequence[str]) -> dict[str, Any]:
    """Give the state of a listing as the contract has it."""
    return {
        "day": state.day.isoformat() if state.day else None,
        "categories": list(categories),
        "status": state.status,
        "complete": state.complete,
        "expected": state.expected,
        "fetched_at": _moment(state.fetched_at),
        "parts": [_part(part) for part in state.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    """Give a part as the contract has it; of a day that is not exact, by what it was made besides."""
    content = {
        "category": part.category,
        "day": part.day.isoformat() if part.day else None,
        "status": part.status,
        "complete": part.complete,
        "expected": part.expected,
    }
    return content | {"basis": part.basis} if part.basis else content


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.replace(tzinfo=None).isoformat() + "Z"
