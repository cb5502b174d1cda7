"""Papers by id: from the store, else from arXiv's API, else from their abstract pages.

The API lags behind the announcement by hours, so a paper that it does not know may well have a page; and it is the
endpoint that fails most often (arxiv-endpoints.md), so the pages also stand in for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coolcli.errors import FetchError, Intercepted, Nonsense, NoSuchPaper, Unreachable
from coolcli.models import Paper
from coolcli.store import papers
from coolcli.store.database import Database

if TYPE_CHECKING:
    from coolcli.arxiv.service import Arxiv

PAGES_INSTEAD = 5
"""Papers at the most whose pages are asked for, one by one, where the API fails."""


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
        raise Unreachable.offline()
    service = arxiv()
    with service.turn():
        ids = unknown(database, ids)  # another process may have fetched some while this one waited for its turn
        missing = _asked(database, service, ids)
    if missing:
        what = f"{missing[0]} is not" if len(missing) == 1 else f"{', '.join(missing)} are not"
        raise NoSuchPaper(
            f"{what} at arXiv: neither its API nor an abstract page knows it.",
            "Check the digits. The API lags by hours; a paper announced today has its page at once.",
        )


def _asked(database: Database, service: Arxiv, ids: Sequence[str]) -> list[str]:
    """Ask for papers, keep what comes, and give the ids that arXiv does not know. Raises FetchError."""
    failure = None
    found: list[Paper] = []
    try:
        found = service.papers(ids)
    except FetchError as error:
        if isinstance(error, Intercepted) or len(ids) > PAGES_INSTEAD:
            raise
        failure = error
    else:
        _keep(database, found)
    missing = []
    known = {paper.id for paper in found}
    for paper_id in ids:
        if paper_id in known:
            continue
        try:
            paper = service.abstract(paper_id, once=failure is not None)
        except FetchError as error:
            if failure is None or (isinstance(error, Nonsense) and not error.passing):
                raise
            raise failure from None  # without a network, the page fails as the API did
        if paper is None:
            missing.append(paper_id)
        else:
            _keep(database, [paper])
    return missing


def _keep(database: Database, found: Sequence[Paper]) -> None:
    with database.write() as connection:
        papers.save(connection, found)


def complete_pending(
    database: Database, arxiv: Callable[[], Arxiv], *, refresh: bool = False
) -> tuple[list[str], list[str]]:
    """Complete what was starred without a network; give the ids completed, and those that arXiv does not know.

    Nobody waits for this long: where the API fails, or failed a moment ago, a later run that reaches arXiv tries again.
    """
    with database.read() as connection:
        pending = papers.pending(connection)
    if not pending:
        return [], []
    from coolcli.arxiv.pace import PATIENCE

    service = arxiv()
    if service.trouble("api") and not refresh:
        return [], []
    try:
        with service.waiting(PATIENCE), service.turn(PATIENCE):
            found = service.papers(pending)
    except FetchError:
        return [], []
    _keep(database, found)
    completed = [paper.id for paper in found]
    return completed, [paper_id for paper_id in pending if paper_id not in completed]


def keep_pending(database: Database, ids: Sequence[str]) -> None:
    """Store ids of which nothing else is known yet."""
    _keep(database, [Paper(paper_id) for paper_id in ids])
