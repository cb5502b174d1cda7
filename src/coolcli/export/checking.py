"""What became of the preprints in a bibliography: published, revised since the cited version, withdrawn.

Decided of an entry and of what arXiv says of its paper; and the edits that bring the entry up to it. Nothing is made
up: a revision is told only where the entry names a version, a publication only where arXiv has a journal or a DOI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from coolcli.arxiv.ids import ArxivId
from coolcli.arxiv.text import is_withdrawn
from coolcli.export import bibfile, citations, tex
from coolcli.export.bibfile import Bibliography, Edit, Entry
from coolcli.export.bibtex import verbatim
from coolcli.export.reference import doi_of, is_arxivs, journal_of
from coolcli.models import Paper

_JOURNALS = ("journal", "journaltitle")
_MAY_HAVE_JOURNAL = ("article", "misc", "online", "unpublished", "techreport", "report", "preprint", "electronic")
"""Kinds of entries that a journal can be added to; the others have a venue of their own."""


class Finding(NamedTuple):
    """An entry that cites a paper of arXiv's, and what is to be said of it."""

    entry: Entry
    cited: ArxivId
    paper: Paper | None
    """None where nothing is known of it."""
    published: bool = False
    """arXiv has a journal or a DOI that the entry has not."""
    revised: bool = False
    withdrawn: bool = False
    other_doi: str | None = None
    """The DOI at arXiv, where the entry has another one."""
    values: tuple[tuple[str, str], ...] = ()
    """Fields that the entry lacks, or has as a preprint's, with what they should say."""

    @property
    def states(self) -> list[str]:
        """Name what is to be said, for a column."""
        told = {"published": self.published, "revised": self.revised, "withdrawn": self.withdrawn}
        return [name for name, is_so in told.items() if is_so] + (["other-doi"] if self.other_doi else [])


def look(entry: Entry, cited: ArxivId, paper: Paper | None, *, unicode: bool = False) -> Finding:
    """Say what became of the paper that an entry cites; `unicode` where the file can have letters as they are."""
    if paper is None or paper.title is None:
        return Finding(entry, cited, None)
    withdrawn = is_withdrawn(paper)
    revised = bool(cited.version and paper.version and paper.version > cited.version)
    doi, had = doi_of(paper), citations.doi_of(entry)
    other = doi if doi and had and not is_arxivs(had) and had != doi.lower() else None
    values = tuple(_values(entry, paper, unicode))
    return Finding(entry, cited, paper, bool(values), revised, withdrawn, other, values)


def edits(finding: Finding, bibliography: Bibliography) -> list[Edit]:
    """Give the edits that bring an entry up to what is known: DOI, journal, the version where one is cited.

    The version of a paper that was withdrawn stays: the newest one holds nothing to cite. Where the only place that
    names the arXiv id is written over, the id is kept as `eprint`.
    """
    entry, text = finding.entry, bibliography.text
    there = {name: field for name, _ in finding.values if (field := entry.field(name))}
    is_kept = any(field.name not in there for field, _ in citations.bearers(entry))
    values = dict(finding.values)
    if there and not is_kept and entry.field("eprint"):  # of another archive: the id would be lost
        values = {name: value for name, value in values.items() if name not in there}
    elif there and not is_kept:
        values |= _eprint(finding)
    found = [bibfile.replacing(there[name], value, text) for name, value in values.items() if name in there]
    added = {name: value for name, value in values.items() if name not in there}
    if added:
        found.append(bibfile.adding(entry, added, text))
    if finding.revised and not finding.withdrawn:
        found += _of_version(finding, text, set(there) & set(values))
    return found


def _eprint(finding: Finding) -> dict[str, str]:
    """Give the fields that keep an arXiv id, in the version that the entry is to cite."""
    cited, paper = finding.cited, finding.paper
    version = paper.version if paper and finding.revised and not finding.withdrawn else cited.version
    kind = "eprinttype" if _is_biblatex(finding.entry) else "archivePrefix"
    return {"eprint": f"{cited.id}v{version}" if version else cited.id, kind: "arXiv"}


def _values(entry: Entry, paper: Paper, unicode: bool) -> Iterator[tuple[str, str]]:
    doi, journal = doi_of(paper), journal_of(paper)
    had = citations.doi_of(entry)
    if doi and (is_arxivs(had) or not entry.says("doi")):
        yield "doi", verbatim(doi)
    field = entry.field(*_JOURNALS)
    if journal and (citations.OF_ARXIV.search(field.value) if field else _lacks_venue(entry)):
        value = tex.written(journal, unicode=unicode)
        if field is None or " ".join(field.value.split()) != value:
            yield field.name if field else "journaltitle" if _is_biblatex(entry) else "journal", value


def _lacks_venue(entry: Entry) -> bool:
    return entry.kind in _MAY_HAVE_JOURNAL and not entry.says("booktitle")


def _is_biblatex(entry: Entry) -> bool:
    return entry.kind == "online" or entry.field("eprinttype", "journaltitle", "date") is not None


def _of_version(finding: Finding, text: str, replaced: set[str]) -> Iterator[Edit]:
    """Give the edits that make each place that names the cited version name the newest."""
    assert finding.paper is not None  # noqa: S101 -- nothing is revised of which nothing is known
    newest = str(finding.paper.version)
    fields = {field.begin: field for field, _ in citations.bearers(finding.entry) if field.name not in replaced}
    number = finding.cited.id.rpartition("/")[2]
    spot = re.compile(rf"{re.escape(number)}v({finding.cited.version})(?!\d)")
    for field in fields.values():
        for match in spot.finditer(text, field.start, field.end):
            yield Edit(match.start(1), match.end(1), newest)
    said = finding.entry.field("version")
    if said and (digits := re.compile(rf"(?<!\d){finding.cited.version}(?!\d)").search(text, said.start, said.end)):
        yield Edit(digits.start(), digits.end(), newest)
