"""RIS, which Zotero, EndNote and Mendeley read: a tag a line, lines ended by CR and LF.

`JOUR` for what has a journal reference, `UNPB` (unpublished work) for the other preprints. RIS has no field for an
eprint, so the DOI is arXiv's where the journal's is not known, and the id is the accession number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coolcli.export.reference import Reference


def written(references: Iterable[Reference]) -> str:
    """Write records, a blank line between two."""
    return "\r\n".join(_record(reference) for reference in references)


def _record(reference: Reference) -> str:
    told = [f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _lines(reference) if value]
    return "".join([*told, "ER  - \r\n"])


def _lines(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if reference.journal else "UNPB"
    yield "ID", reference.key
    yield "TI", reference.title
    for name in reference.names:
        yield "AU", name.inverted
    yield "PY", str(reference.year)
    yield "DA", reference.date.replace("-", "/")
    yield "T2", reference.journal or ""
    yield "DO", reference.any_doi
    yield "UR", reference.url
    yield "AN", f"arXiv:{reference.id}{f'v{reference.version}' if reference.version else ''}"
    yield "AB", reference.abstract or ""
    for tag in reference.tags:
        yield "KW", tag
    yield "N1", reference.note or ""
