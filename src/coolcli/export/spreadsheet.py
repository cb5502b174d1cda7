"""CSV as RFC 4180 has it (UTF-8, lines ended by CR and LF), with a header.

A spreadsheet takes a field that begins with `=`, `+`, `-` or `@` for a formula, and titles are other people's words:
such a field begins with an apostrophe, which spreadsheets know for "this is text".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from coolcli.export.reference import Reference

COLUMNS = (
    "key",
    "id",
    "title",
    "authors",
    "year",
    "date",
    "journal",
    "doi",
    "url",
    "category",
    "categories",
    "tags",
    "note",
    "abstract",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(references: Iterable[Reference]) -> str:
    """Write a table, a paper a line; several names, categories and tags stand in one field, `; ` between them."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    table.writerows([harmless(field) for field in _fields(reference)] for reference in references)
    return out.getvalue()


def harmless(text: str) -> str:
    """Give a field that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _fields(reference: Reference) -> tuple[str, ...]:
    return (
        reference.key,
        reference.id,
        reference.title,
        "; ".join(name.plain for name in reference.names),
        str(reference.year),
        reference.date,
        reference.journal or "",
        reference.doi or "",
        reference.url,
        reference.category or "",
        "; ".join(reference.categories),
        "; ".join(reference.tags),
        reference.note or "",
        reference.abstract or "",
    )
