"""Adding to a reader's own .bib file: what is in it already is left as it is, under the reader's own keys."""

from __future__ import annotations

from collections.abc import Sequence

from coolcli.export import biblatex, bibtex, citations, tex
from coolcli.export.bibfile import Bibliography, Edit
from coolcli.export.reference import Reference, doi_of
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
    here = {row.id: by_id.get(row.id) or by_doi.get((doi_of(row.paper) or "").lower()) for row in rows}
    return {paper_id: key for paper_id, key in here.items() if key is not None}


def appended(bibliography: Bibliography, references: Sequence[Reference], kind: str) -> str:
    """Give a file's text with entries added, with its line ends, a blank line before each.

    What its encoding has no letter for is as TeX has it.
    """
    if not references:
        return bibliography.text
    newline = bibliography.newline
    writer = biblatex.entry if kind == "biblatex" else bibtex.entry
    added = [_encoded(writer(reference), bibliography) for reference in references]
    text = bibliography.text
    before = "" if not text or text.endswith("\n") else newline
    between = newline if text.strip() and not (text + before).endswith(("\n\n", "\n\r\n")) else ""
    joined = "\n".join(added).replace("\n", newline)
    end = len(text)
    return bibliography.edited([Edit(end, end, before + between + joined)])


def _encoded(entry: str, bibliography: Bibliography) -> str:
    """Give an entry as the file's encoding can hold it: letters that it has not as TeX has them."""
    try:
        bibliography.bytes_of(entry)
    except UnicodeEncodeError:
        return "".join(letter if letter.isascii() else tex.symbol(letter) for letter in entry)
    return entry
