"""biblatex, for biber: `@online`, or `@article` with a journal reference; `eprinttype`, `date`, letters as they are."""

from __future__ import annotations

from collections.abc import Iterable

from coolcli.export import tex
from coolcli.export.bibtex import authors, laid_out, verbatim
from coolcli.export.reference import Reference


def written(references: Iterable[Reference]) -> str:
    """Write entries, a blank line between two."""
    return "\n".join(entry(reference) for reference in references)


def entry(reference: Reference) -> str:
    """Write one entry, its last line ended. Unlike BibTeX's it has the day, and the abstract."""
    fields = {
        "title": tex.title(reference.title, unicode=True),
        "author": authors(reference.names, unicode=True),
        "journaltitle": tex.written(reference.journal or "", unicode=True),
        "date": reference.date,
        "eprint": reference.id,
        "eprinttype": "arxiv",
        "eprintclass": reference.category or "",
        "version": str(reference.version or ""),
        "doi": verbatim(reference.doi or ""),
        "url": reference.url,
        "keywords": tex.written(", ".join(reference.tags), unicode=True),
        "annotation": tex.written(reference.note or "", unicode=True),
        "abstract": tex.written(reference.abstract or "", unicode=True),
    }
    return laid_out("article" if reference.journal else "online", reference.key, fields)
