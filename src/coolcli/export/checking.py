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
from coolcli.export.bibfile import Bibliography, Edit, Entry, Field
from coolcli.export.bibtex import verbatim
from coolcli.export.reference import comparable, doi_of, is_arxivs, journal_of
from coolcli.models import Paper

_JOURNALS = ("journal", "journaltitle")
_MAY_HAVE_JOURNAL = ("article", "misc", "online", "unpublished", "techreport", "report", "preprint", "electronic")
"""Kinds of entries that a journal is missing in; the others have a venue of their own."""
_PRINTED_WITH_JOURNAL = ("volume", "number", "issue", "pages", "eid")


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
    by_hand: bool = False
    """The journal is not among the values: in an entry of this kind, or beside its pages, it would print wrongly."""

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
    other = doi if doi and had and not is_arxivs(had) and had != comparable(doi) else None
    if other:  # what arXiv says of the paper is not what the entry says
        return Finding(entry, cited, paper, False, revised, withdrawn, other)
    journal = _missing_journal(entry, paper)
    is_held = bool(journal) and _can_hold_journal(entry)
    by_hand = bool(journal) and not is_held and (not _says_doi(entry) or _preprints_journal(entry) is not None)
    values = dict(_doi(entry, doi))
    if journal and is_held:
        values[_journal_field(entry)] = tex.written(journal, unicode=unicode)
    told = bool(values) or by_hand
    return Finding(entry, cited, paper, told, revised, withdrawn, None, tuple(values.items()), by_hand)


def edits(finding: Finding, bibliography: Bibliography) -> list[Edit]:
    """Give the edits that bring an entry up to what is known: DOI, journal, the version where one is cited.

    The version of a paper that was withdrawn stays: the newest one holds nothing to cite. Where the only place that
    names the arXiv id is written over, the id is kept as `eprint`.
    """
    entry, text = finding.entry, bibliography.text
    values = _keeping_id(finding)
    there = {name: field for name in values if (field := entry.field(name.lower()))}
    found = [bibfile.replacing(field, values[name], text) for name, field in there.items()]
    added = {name: value for name, value in values.items() if name not in there}
    if added:
        found.append(bibfile.adding(entry, added, text))
    if finding.revised and not finding.withdrawn:
        found += _of_version(finding, text, set(there))
    return found


def _keeping_id(finding: Finding) -> dict[str, str]:
    """Give the values to be written, with an `eprint` if nothing else would name the paper's id any more."""
    entry, values = finding.entry, dict(finding.values)
    fields = [field._replace(value=values.get(field.name, field.value)) for field in entry.fields]
    fields += [Field(name, value, 0, 0, 0) for name, value in values.items() if not entry.field(name)]
    left = citations.cited(entry._replace(fields=tuple(fields)))
    if not values or (left and left.id == finding.cited.id):
        return values
    if entry.says("eprint"):  # of another archive
        return {name: value for name, value in values.items() if name == "doi" and not entry.field(name)}
    return values | _eprint(finding)


def _eprint(finding: Finding) -> dict[str, str]:
    """Give the fields that keep an arXiv id, in the version that the entry is to cite."""
    cited, paper = finding.cited, finding.paper
    version = paper.version if paper and finding.revised and not finding.withdrawn else cited.version
    kind = "eprinttype" if _is_biblatex(finding.entry) else "archivePrefix"
    return {"eprint": f"{cited.id}v{version}" if version else cited.id, kind: "arXiv"}


def _doi(entry: Entry, doi: str | None) -> Iterator[tuple[str, str]]:
    if doi and not _says_doi(entry):
        yield "doi", verbatim(doi)


def _says_doi(entry: Entry) -> bool:
    """Tell whether an entry has a DOI other than the one that arXiv gives."""
    return bool(entry.says("doi")) and not is_arxivs(citations.doi_of(entry))


def _missing_journal(entry: Entry, paper: Paper) -> str | None:
    """Give the journal at arXiv, where the entry has none or a preprint's."""
    journal = journal_of(paper)
    if journal is None or citations.is_preprints(journal) or citations.has_journal(entry) or entry.says("booktitle"):
        return None
    return journal if _preprints_journal(entry) or entry.kind in _MAY_HAVE_JOURNAL else None


def _preprints_journal(entry: Entry) -> Field | None:
    """Give the field that says `arXiv preprint` or the like for a journal."""
    return next((field for name in _JOURNALS if (field := entry.field(name)) and entry.says(name)), None)


def _can_hold_journal(entry: Entry) -> bool:
    """Tell whether a journal would be printed, and alone: arXiv's is in one piece with volume, pages and year."""
    is_printed = entry.kind == "article" or _preprints_journal(entry)
    return bool(is_printed) and not any(map(entry.says, _PRINTED_WITH_JOURNAL))


def _journal_field(entry: Entry) -> str:
    field = _preprints_journal(entry) or entry.field(*_JOURNALS)
    return field.name if field else "journaltitle" if _is_biblatex(entry) else "journal"


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
    if said and citations.version_in(finding.entry) == finding.cited.version:
        digits = re.compile(r"[1-9]\d*").search(text, said.start, said.end)
        if digits and int(digits[0]) == finding.cited.version:  # not of a macro
            yield Edit(digits.start(), digits.end(), newest)
