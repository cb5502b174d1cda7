"""Adding to a reader's own .bib file: what is in it already is left as it is, under the reader's own keys."""

from __future__ import annotations

from collections.abc import Sequence

from coolcli.export import biblatex, bibtex, citations, tex
from coolcli.export.bibfile import Bibliography, Edit
from coolcli.export.reference import Reference, comparable, doi_of
from coolcli.models import Row


def keys_of(bibliography: Bibliography, rows: Sequence[Row]) -> dict[str, str]:
    """Give those papers, by their ids, that a file has already, with the keys under which it has them.

    They are known by their arXiv id, wherever an entry names it, or by their DOI.
    """
    by_id: dict[str, str] = {}
    by_doi: dict[str, str] = {}
    for entry in bibliography.entries:
        if found := citations.cited(entry):
            by_id.setdefault(found.id, entry.key)
        if doi := citations.doi_of(entry):
            by_doi.setdefault(doi, entry.key)
    here = {row.id: by_id.get(row.id) or by_doi.get(comparable(doi_of(row.paper) or "")) for row in rows}
    return {paper_id: key for paper_id, key in here.items() if key is not None}


def appended(bibliography: Bibliography, references: Sequence[Reference], kind: str) -> str:
    """Give a file's text with entries added, with its line ends, a blank line before each.

    What its encoding has no letter for is as TeX has it.
    """
    if not references:
        return bibliography.text
    newline = bibliography.newline
    added = [_entry(bibliography, reference, kind) for reference in references]
    text = bibliography.text
    before = "" if not text or text.endswith("\n") else newline
    between = newline if text.strip() and not (text + before).endswith(("\n\n", "\n\r\n")) else ""
    joined = "\n".join(added).replace("\n", newline)
    end = len(text)
    return bibliography.edited([Edit(end, end, before + between + joined)])


def fits(bibliography: Bibliography, reference: Reference, kind: str) -> bool:
    """Tell whether a file can hold an entry: with what its encoding has, and what TeX has a name for."""
    return bibliography.adds == "utf-8" or _is_held(_entry(bibliography, reference, kind), bibliography)


def _entry(bibliography: Bibliography, reference: Reference, kind: str) -> str:
    """Write an entry as the file can hold it: letters that its encoding has not as TeX has them."""
    written = (biblatex.entry if kind == "biblatex" else bibtex.entry)(reference)
    if _is_held(written, bibliography):
        return written
    return "".join(letter if letter.isascii() else tex.symbol(letter) for letter in written)


def _is_held(entry: str, bibliography: Bibliography) -> bool:
    try:
        entry.encode(bibliography.adds)
    except UnicodeEncodeError:
        return False
    return True
