"""What a citation says of a paper, whatever the format: year, names, venue, DOI."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import unquote

from coolcli.arxiv import ids
from coolcli.export import names
from coolcli.export.names import Name
from coolcli.links import DOI_PREFIX, links
from coolcli.models import Paper, Row
from coolcli.store.answers import Answer

_YEAR_IN_PARENTHESES = re.compile(r"\(\D{0,12}((?:19|20)\d\d)\)")
_YEAR = re.compile(r"(?<![\d.:/-])((?:19|20)\d\d)(?![\d.:/-]*\d)")
_LATEST = 15
"""Years after its submission in which a paper may appear; a later number is something else."""
_DOI = re.compile(DOI_PREFIX + r"\S+")
_BETWEEN = re.compile(r"(?i)\s+|[,;](?=10\.[0-9]{4}|doi:|https?:)")
"""What stands between two DOIs; a semicolon may be within one too: `…3.0.CO;2-2`."""
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z][A-Za-z-]*)?")
_OF_ARXIV = re.compile(r"(?i)^\W*(?:arxiv|corr\b)")
"""How authors fill the field for the journal when there is none."""


class Reference(NamedTuple):
    """A paper as a bibliography has it."""

    key: str
    id: str
    title: str
    names: tuple[Name, ...]
    year: int
    submitted: date | None
    """Of the first version; None where no source has said it."""
    journal: str | None
    """The journal reference as arXiv has it, in one piece: `Phys. Rev. D 76, 013009 (2007)`."""
    doi: str | None
    """The journal's, not the one that arXiv gives every paper."""
    category: str | None
    categories: tuple[str, ...]
    version: int | None
    """The version that is cited, where the reader named one."""
    abstract: str | None
    tags: tuple[str, ...]
    note: str | None
    answers: tuple[Answer, ...] = ()
    """A model's, to what the reader asked about the paper."""

    @property
    def url(self) -> str:
        """Give the abstract page, of the version that is cited."""
        page = links(self.id)["abs"]
        return f"{page}v{self.version}" if self.version else page

    @property
    def any_doi(self) -> str:
        """Give the journal's DOI, else arXiv's."""
        return self.doi or f"10.48550/arXiv.{self.id}"

    @property
    def date(self) -> str:
        """Give the day of submission, or the year and month that the id bears, or the year of the journal."""
        if self.journal and self.year != self._submitted_year:
            return str(self.year)
        return self.submitted.isoformat() if self.submitted else "{}-{:02}".format(*ids.month_of(self.id))

    @property
    def _submitted_year(self) -> int:
        return ids.year_of(self.id, self.submitted)


def of(row: Row, key: str, version: int | None = None, answers: Sequence[Answer] = ()) -> Reference:
    """Say what a citation of a paper says."""
    paper = row.paper
    journal, category = journal_of(paper), paper.primary_category or ""
    submitted = paper.submitted.date() if paper.submitted else None
    year = ids.year_of(paper.id, submitted)
    return Reference(
        key,
        paper.id,
        paper.title or "",
        tuple(name for author in paper.authors if (name := names.parse(author))),
        (journal and _year_in(journal, year)) or year,
        submitted,
        journal,
        doi_of(paper),
        category if _CATEGORY.fullmatch(category) else None,
        paper.categories,
        version,
        paper.abstract,
        row.marks.tags,
        row.marks.note,
        tuple(answers),
    )


def journal_of(paper: Paper) -> str | None:
    """Give the journal reference; authors also write there that a paper is at arXiv, which is none."""
    return None if paper.journal_ref is None or _OF_ARXIV.search(paper.journal_ref) else paper.journal_ref


def doi_of(paper: Paper) -> str | None:
    """Give the journal's DOI, the first where several are named; authors type it within an address or a sentence."""
    typed = (_DOI.search(each) for each in _BETWEEN.split(paper.doi or ""))
    found = (_DOI.fullmatch(_without_stop(each[0])) for each in typed if each)
    return next((each[0] for each in found if each and not is_arxivs(each[0])), None)


def _without_stop(doi: str) -> str:
    doi = doi.rstrip(".,;:")
    return _without_stop(doi[:-1]) if doi.endswith(")") and doi.count(")") > doi.count("(") else doi


def comparable(doi: str) -> str:
    """Give a DOI as DOIs are compared: case makes no other one of it, nor do escapes as in addresses (`%5C`)."""
    return unquote(doi).lower()


def is_arxivs(doi: str) -> bool:
    """Tell whether a DOI is the one that arXiv gives a paper."""
    return "10.48550/" in doi


def _year_in(journal: str, submitted: int) -> int | None:
    """Find the year of a journal reference: in parentheses, else a number that can be one."""
    found = _YEAR_IN_PARENTHESES.findall(journal) or _YEAR.findall(journal)
    years = [int(year) for year in found if int(year) <= submitted + _LATEST]
    return years[-1] if years else None
