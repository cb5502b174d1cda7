"""What answers about a paper rest on: its text, as much of it as can be had.

    the text that is kept -> arXiv's HTML version -> the PDF: the reader's own, else fetched for once -> the abstract

What is less than HTML says why. It is kept where it is all that there is, and looked past after a week: arXiv makes its
HTML versions later than it announces papers. Where a server failed it is not kept, so that the next time is better.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from coolcli.arxiv.text import is_withdrawn
from coolcli.ask.document import ABSTRACT, Document, Section
from coolcli.cli.desk import Desk
from coolcli.cli.questioning import texts
from coolcli.cli.questioning.texts import Grounds, Kept
from coolcli.errors import CoolError, DataError, FetchError, Nonsense, Refused, Unreachable
from coolcli.models import Paper, Row

HTML_PATIENCE = 20.0
"""Seconds that arXiv's HTML is read at the most; that of a book takes two."""
PATIENCE = 60.0
"""Seconds that a PDF is read at the most; papers take one to ten."""
AGAIN = timedelta(days=7)
"""After how long there may be an HTML version that there was not."""


def of(desk: Desk, row: Row, version: int | None, *, fresh: bool = False) -> Grounds:
    """Give what there is of a version of a paper, which the row speaks of.

    `fresh` looks past what is kept of less than HTML, as a week does where arXiv can be asked. Raises FetchError where
    there is nothing, not even an abstract.
    """
    if is_withdrawn(row.paper):
        return _abstract(row.paper, [CoolError(f"{_name(row, version)} is withdrawn.")], lasts=True)
    kept = texts.kept(desk.paths, row.id, version) if version else None
    if kept and not _looks_past(desk, kept, fresh=fresh):
        return kept.grounds
    found = _found(desk, row, version, kept.grounds.document if kept else None)
    if version and found.lasts:
        texts.keep(desk.paths, row.id, version, found, desk.now)
    return found


def _looks_past(desk: Desk, kept: Kept, *, fresh: bool) -> bool:
    return kept.grounds.why is not None and not desk.offline and (fresh or desk.now - kept.at > AGAIN)


def _name(row: Row, version: int | None) -> str:
    return f"{row.id}v{version}" if version else row.id


class _Lack(NamedTuple):
    """Why there is no such text."""

    error: CoolError
    lasts: bool
    """Another try would end the same."""


def _found(desk: Desk, row: Row, version: int | None, kept: Document | None) -> Grounds:
    """Look for the best text; a PDF's that is kept is not read again, as a version's PDF stays as it is."""
    html = _html(desk, _name(row, version))
    if isinstance(html, Document):
        return Grounds(_completed(html, row.paper), None)
    pdf = kept if kept and kept.source == "pdf" else _pdf(desk, row, version, html)
    if isinstance(pdf, Document):
        return Grounds(_completed(pdf, row.paper), _why([html.error]), html.lasts)
    errors = [html.error] if pdf.error is html.error else [html.error, pdf.error]
    return _abstract(row.paper, errors, lasts=html.lasts and pdf.lasts)


def _html(desk: Desk, name: str) -> Document | _Lack:
    try:
        if desk.offline:
            raise Unreachable("Nothing is asked of arXiv.")
        found = desk.arxiv.html(name, seconds=HTML_PATIENCE, heed=lambda: desk.pause(0))
    except FetchError as error:
        return _Lack(error, lasts=False)
    return found or _Lack(Nonsense(f"arXiv has no HTML of {name}."), lasts=True)


def _pdf(desk: Desk, row: Row, version: int | None, html: _Lack) -> Document | _Lack:
    """Read the reader's own PDF, or else arXiv's, which is not asked for where it did not even answer before."""
    from coolcli.cli import pdf

    with suppress(CoolError):
        if own := pdf.here(desk, row.id, version):
            return _read(desk, own)
    if isinstance(html.error, Unreachable):
        return html
    try:
        with _fetched(desk, _name(row, version)) as path:
            return _read(desk, path)
    except Nonsense as error:
        return _Lack(error, lasts=not error.passing)
    except (FetchError, DataError) as error:
        return _Lack(error, lasts=isinstance(error, Refused) and error.status == 404)


@contextmanager
def _fetched(desk: Desk, name: str) -> Iterator[Path]:
    """Fetch a PDF for as long as the block runs. Raises FetchError, or DataError where there is no room for it."""
    from coolcli.cli.pdf import Teller
    from coolcli.papers_folder import Part

    with texts.room_for_pdf(desk.paths) as folder:
        part = Part(folder / "paper.pdf")
        teller = Teller(desk)
        try:
            desk.arxiv.pdf(name, part, teller.seen)
        except Nonsense as error:  # of the server's, not of the paper's
            error.passing = True
            raise
        finally:
            teller.close()
        yield part.path


def _read(desk: Desk, path: Path) -> Document:
    from coolcli.ask import pdf

    desk.progress.say("reading the PDF")
    return pdf.text_of(path, seconds=PATIENCE, heed=lambda: desk.pause(0))


def _completed(document: Document, paper: Paper) -> Document:
    """Give a text the title that arXiv has, and the abstract where none was recognised in it."""
    sections = document.sections
    if paper.abstract and not any(section.title == ABSTRACT for section in sections):
        sections = (*_abstract_section(paper), *sections)
    return document._replace(title=paper.title or document.title, sections=sections)


def _abstract(paper: Paper, errors: list[CoolError], *, lasts: bool) -> Grounds:
    if not paper.abstract:
        raise errors[0]
    document = Document("abstract", paper.title or "", _abstract_section(paper))
    return Grounds(document, _why(errors), lasts)


def _abstract_section(paper: Paper) -> tuple[Section, ...]:
    return (Section(ABSTRACT, (paper.abstract or "").replace("\n", "\n\n")),)


def _why(errors: list[CoolError]) -> str:
    return " ".join(dict.fromkeys(error.message for error in errors))
