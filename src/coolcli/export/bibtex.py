r"""BibTeX, in the form that arXiv itself gives: `@misc` with `eprint`, `archivePrefix` and `primaryClass`.

A paper with a journal reference is an `@article`, with that reference as its `journal`, as arXiv has it and in one
piece: `Phys. Rev. D 76, 013009 (2007)` holds volume and page, whose order each author chose, and what is taken apart
wrongly is worse than what is not. `year` is the journal's then.

`doi` is the journal's; the one that arXiv gives every paper says no more than `eprint`. A note is `annote`, which no
standard style prints: what `note` holds would stand in the reader's next paper. Its lines become one, as BibTeX itself
reads a break as a blank. Tags are `keywords`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from coolcli.export import tex
from coolcli.export.names import Name
from coolcli.export.reference import Reference

_OBEYED = re.compile(r"[\\{}#~^]|%(?![0-9A-Fa-f]{2})|[^\x00-\x7f]")


def written(references: Iterable[Reference]) -> str:
    """Write entries, a blank line between two."""
    return "\n".join(entry(reference) for reference in references)


def entry(reference: Reference) -> str:
    """Write one entry, its last line ended."""
    fields = {
        "title": tex.title(reference.title),
        "author": authors(reference.names),
        "journal": tex.written(reference.journal or ""),
        "year": str(reference.year),
        "eprint": reference.id,
        "archivePrefix": "arXiv",
        "primaryClass": reference.category or "",
        "version": str(reference.version or ""),
        "doi": verbatim(reference.doi or ""),
        "url": reference.url,
        "keywords": tex.written(", ".join(reference.tags)),
        "annote": tex.written(reference.note or ""),
    }
    return laid_out("article" if reference.journal else "misc", reference.key, fields)


def laid_out(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """Write an entry of what its fields hold, leaving out those that hold nothing."""
    told = {name: value for name, value in fields.items() if value}
    width = max(map(len, told))
    lines = [f"  {name:<{width}} = {{{value}}},\n" for name, value in told.items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def authors(names: Iterable[Name], *, unicode: bool = False) -> str:
    """Write names as `van der Sluys, Ada and Webster, III, Robert J. and {ATLAS Collaboration}`."""
    named = list(names)
    told = [_author(name, unicode) for name in named]
    if told and named[-1] == ("others", "", ""):  # how lists of authors, and BibTeX, say that there are more
        told[-1] = "others"
    return " and ".join(told)


def _author(name: Name, unicode: bool) -> str:
    parts = (name.family, name.suffix, name.given)
    if name.whole or any("," in part or " and " in f" {part.lower()} " for part in parts):
        return f"{{{tex.written(name.plain, unicode=unicode)}}}"
    return ", ".join(tex.written(part, unicode=unicode) for part in parts if part)


def verbatim(text: str) -> str:
    """Write a DOI, which is not TeX: what TeX would obey is percent-encoded; what is so already stays."""
    return _OBEYED.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


def needs_unicode(reference: Reference) -> bool:
    """Tell whether what is printed of an entry has letters, such as Chinese, that pdfLaTeX does not set."""
    printed = [reference.title, *(name.plain for name in reference.names), reference.journal or ""]
    return not tex.written(" ".join(printed)).isascii()
