"""Papers by id: from the store, else from arXiv's API, else from their abstract pages.

The API lags behind the announcement by hours, so a paper that it does not know may well have a page; and it is the
endpoint that fails most often (arxiv-endpoints.md), so the pages also stand in for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from coolcli.errors import CoolError, FetchError, Intercepted, Nonsense, NoSuchPaper, Unreachable
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
    """Complete what was kept without a network; give the ids completed, and those that arXiv does not know.

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


def ask_again(database: Database, arxiv: Callable[[], Arxiv] | None, ids: Sequence[str]) -> FetchError | None:
    """Ask arXiv once what it says of papers now, and store it; give why it could not be asked, None where it could."""
    if arxiv is None:
        return Unreachable.offline()
    service = arxiv()
    try:
        with service.turn():
            _asked(database, service, ids)
    except FetchError as error:
        return error
    return None


def clarify(database: Database, arxiv: Callable[[], Arxiv], least: Mapping[str, int]) -> list[str]:
    """Ask arXiv's records which versions of papers are the newest, and whether they are withdrawn; store what they say.

    Gives the ids of those that it said something of.
    `least` is for each paper the version that it is at the least: what lags behind (the API, by hours) is left out.
    OAI-PMH names both and takes a request for each paper; of more papers, and where it fails, the API is asked for all
    the others at once. Nobody waits for this: what cannot be had now is asked for another time.
    """
    service = arxiv()
    found: list[Paper] = []
    with suppress(FetchError):
        for paper_id in list(least)[:PAGES_INSTEAD]:
            with service.turn():
                paper = service.raw(paper_id)
            found += [paper] if paper else []
    left = [paper_id for paper_id in least if paper_id not in {paper.id for paper in found}]
    with suppress(FetchError):
        found += service.papers(left) if left else []
    found = [paper for paper in found if (paper.version or 0) >= least[paper.id]]
    _keep(database, found)
    return [paper.id for paper in found]


def version(database: Database, arxiv: Callable[[], Arxiv] | None, paper_id: str, number: int) -> Paper:
    """Give a paper as one of its versions says: from the store, else from arXiv, and keep it then.

    What came with a feed lacks its comments, so arXiv is asked for them too, if it can be. Raises NoSuchPaper where
    arXiv has no such version, or FetchError.
    """
    with database.read() as connection:
        kept = papers.version_kept(connection, paper_id, number)
    if kept and (arxiv is None or kept.comments is not None):
        return kept
    try:
        return _version_asked(database, arxiv, paper_id, number)
    except CoolError:
        if kept is None:
            raise
        return kept


def _version_asked(database: Database, arxiv: Callable[[], Arxiv] | None, paper_id: str, number: int) -> Paper:
    try:
        if arxiv is None:
            raise Unreachable.offline()
        service = arxiv()
        with service.turn():
            found = service.version(paper_id, number)
    except FetchError as error:
        error.message = f"v{number} of {paper_id} is not here. {error.message}"
        raise
    if found is None:
        raise NoSuchPaper(f"arXiv has no v{number} of {paper_id}.", f"`cool show {paper_id}` names its newest version.")
    found = found._replace(comments=found.comments or "")  # it has none: not to be taken for one that nobody asked for
    if not database.read_only:
        with database.write() as connection:
            papers.keep_version(connection, found)
    return found


def keep_pending(database: Database, ids: Sequence[str]) -> None:
    """Store ids of which nothing else is known yet."""
    _keep(database, [Paper(paper_id) for paper_id in ids])
