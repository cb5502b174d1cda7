"""Papers by id: from the store, else from arXiv's API, else from their abstract pages.

The API lags behind the announcement by hours, so a paper that it does not know may well have a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coolcli.errors import FetchError, NoSuchPaper, Unreachable
from coolcli.models import Paper
from coolcli.store import papers
from coolcli.store.database import Database

if TYPE_CHECKING:
    from coolcli.arxiv.service import Arxiv


def unknown(database: Database, ids: Sequence[str]) -> list[str]:
    """Give those of the ids of which nothing is known here but, perhaps, the id."""
    with database.read() as connection:
        known = papers.known(connection, ids)
    return [paper_id for paper_id in ids if paper_id not in known]


def fetch(database: Database, arxiv: Callable[[], Arxiv] | None, ids: Sequence[str]) -> None:
    """Fetch papers and store them. Raises NoSuchPaper where arXiv knows one neither way, or FetchError."""
    if not ids:
        return
    if arxiv is None:
        raise Unreachable("Nothing is asked of arXiv (--offline).", "Run it again without `--offline`.")
    service = arxiv()
    found = {paper.id: paper for paper in service.papers(ids)}
    missing = []
    for paper_id in ids:
        if paper_id not in found:
            paper = service.abstract(paper_id)
            if paper is None:
                missing.append(paper_id)
            else:
                found[paper_id] = paper
    if missing:
        what = f"{missing[0]} is not" if len(missing) == 1 else f"{', '.join(missing)} are not"
        raise NoSuchPaper(
            f"{what} at arXiv: neither its API nor an abstract page knows it.",
            "Check the digits. The API lags by hours; a paper announced today has its page at once.",
        )
    with database.write() as connection:
        papers.save(connection, found.values())


def complete_pending(database: Database, arxiv: Callable[[], Arxiv]) -> list[str]:
    """Complete what was starred without a network, as far as arXiv knows it, and give the ids completed."""
    with database.read() as connection:
        pending = papers.pending(connection)
    if not pending:
        return []
    try:
        found = arxiv().papers(pending)
    except FetchError:
        return []  # the next run that reaches arXiv tries again
    with database.write() as connection:
        papers.save(connection, found)
    return [paper.id for paper in found]


def keep_pending(database: Database, ids: Sequence[str]) -> None:
    """Store ids of which nothing else is known yet."""
    with database.write() as connection:
        papers.save(connection, (Paper(paper_id) for paper_id in ids))
