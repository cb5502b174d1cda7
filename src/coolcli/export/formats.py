"""The formats by name, and which one a file's name means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from coolcli.export.reference import Reference

Format = Literal["bibtex", "biblatex", "ris", "csl-json", "csv", "markdown", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
ALIASES: dict[str, Format] = {"bib": "bibtex", "csl": "csl-json", "md": "markdown"}

_SUFFIXES: dict[str, Format] = {
    ".bib": "bibtex",
    ".bibtex": "bibtex",
    ".ris": "ris",
    ".csl.json": "csl-json",
    ".csl": "csl-json",
    ".csv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
}
SUFFIXES = tuple(_SUFFIXES)
_ALSO: dict[Format, tuple[Format, ...]] = {"bibtex": ("biblatex",), "json": ("csl-json",)}
"""Formats that have a suffix in common with another one."""


def of_file(file: Path) -> Format | None:
    """Give the format that a file's suffix means, None for one that means none; without a suffix it is BibTeX."""
    name = file.name.lower()
    without: Format | None = None if file.suffix else "bibtex"
    return next((kind for suffix, kind in _SUFFIXES.items() if name.endswith(suffix)), without)


def means_another(file: Path, kind: Format) -> Format | None:
    """Give the format that a file's suffix means, where a file of `kind` may not be called so."""
    meant = of_file(file) if file.suffix else None
    return None if meant is None or kind in (meant, *_ALSO.get(meant, ())) else meant


def written(kind: Format, references: Iterable[Reference]) -> str:
    """Write papers in a format; not in `json`, which is that of every list."""
    if kind == "bibtex":
        from coolcli.export.bibtex import written
    elif kind == "biblatex":
        from coolcli.export.biblatex import written
    elif kind == "ris":
        from coolcli.export.ris import written
    elif kind == "csl-json":
        from coolcli.export.csl import written
    elif kind == "csv":
        from coolcli.export.spreadsheet import written
    else:
        from coolcli.export.markdown import written
    return written(references)
