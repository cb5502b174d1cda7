"""`cool search --arxiv`: a query put to arXiv's API, slice by slice; what comes is stored before the next is asked for.

    translation.translated  the tree as a question, and what is left over for here        pure
    Arxiv.search            slices, the newest submission first, in arXiv's manners
    papers.save             one transaction a slice: what came before a failure is kept
    searching.fitting       what only the reader knows: is:unread, tag:, note:

Unless the reader wants all of it, no more is asked for than is shown, or is needed to find what fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv import translation
from coolcli.cli import asking, lists, ruling
from coolcli.cli.desk import Desk
from coolcli.errors import FetchError, Unreachable
from coolcli.models import Paper, Row
from coolcli.render import words
from coolcli.store import papers, searching

if TYPE_CHECKING:
    from coolcli.arxiv.api import Found
    from coolcli.query.tree import Node

USUAL = 50
"""Papers that are asked for where neither the reader nor a setting names a number: never all of them unasked."""
LOOKED_THROUGH = 1_000
"""Papers that are looked through for those that fit what arXiv does not know."""
TOLD_FROM = 2_000
"""Papers from which on it is said how long they take before they are asked for."""
_ANSWER = 2.0
"""Seconds of an answer, about: arXiv's manual has two minutes for 30,000 papers."""


class Asked(NamedTuple):
    """What arXiv answered."""

    rows: list[Row]
    """In arXiv's order, the newest submission first."""
    total: int
    """How many papers arXiv finds."""
    looked: int
    """How many of them came."""
    fit: int
    """How many of those fit what arXiv was not asked."""
    notes: tuple[str, ...] = ()
    """What the reader should know of the question, in sentences."""
    failure: FetchError | None = None
    """Why no more came."""

    @property
    def told(self) -> str:
        """Say how many papers there are, and how many of them these are."""
        total, shown = f"{words.number(self.total, 'paper')} at arXiv", len(self.rows)
        if self.looked > self.fit:
            of = total if self.looked == self.total else f"the newest {self.looked:,} of {total}"
            return f"{self.fit:,} of {of} fit" + ("" if shown == self.fit else f", the newest {shown:,} shown")
        if shown == self.total:
            return total
        return f"{total}, the newest {shown:,} shown" + ("" if self.failure else " (--limit 0 asks for all)")


def search(desk: Desk, node: Node, *, limit: int | None, muted: bool, abstracts: bool) -> int:
    """Show what arXiv finds; give the exit code, 4 where not all of it came. Raises as `asked` does."""
    answer, text = asked(desk, node, limit=limit), asking.told(node)
    for note in answer.notes:
        desk.say(note)
    rows = ruling.ruled(desk, answer.rows, muted=muted or desk.flags.json)
    what = f"the search at arXiv for {text}"
    lists.put(desk, rows, f"{answer.told}: {text}", what, abstracts=abstracts, query=node, words_=text)
    if not (desk.on_terminal and rows.rows) and len(rows.rows) < answer.total:
        desk.say(f"{answer.told}.")
    elif not answer.total:
        desk.say(f"arXiv finds no paper: {text}.")
        asking.tell_papers(desk, text)
    if answer.failure is None:
        return 0
    desk.say(f"Not all came: {answer.failure.message} {answer.failure.hint or ''}".rstrip())
    return answer.failure.exit_code


def asked(desk: Desk, node: Node, *, limit: int | None) -> Asked:
    """Ask arXiv for what fits a query, and store it; `limit` as typed, 0 for all.

    Raises UsageError for what arXiv cannot be asked, DataError, or FetchError where nothing came at all.
    """
    question = translation.translated(node)
    if desk.offline:
        raise Unreachable.offline()
    if desk.database.cannot_write is not None:
        raise desk.database.cannot_write
    wanted = None if limit == 0 else limit or desk.settings.list_limit or USUAL
    most = max(wanted, LOOKED_THROUGH) if wanted and question.left else wanted
    answer = Asked([], 0, 0, 0, question.notes)
    try:
        for page in desk.arxiv.search(question.query, most):
            if not answer.looked:
                _tell_plan(desk, min(page.total, most or page.total), len(page.papers))
            answer = _with(desk, answer, page, question.left)
            if wanted is not None and answer.fit >= wanted:
                break
            desk.progress.say(f"{answer.looked:,} of {page.total:,} papers are here")
    except FetchError as error:
        if not answer.looked:
            raise
        answer = answer._replace(failure=error)
    desk.progress.clear()
    return answer._replace(rows=answer.rows[:wanted])


def _with(desk: Desk, answer: Asked, page: Found, left: Sequence[Node]) -> Asked:
    """Store a slice, and add it to what came before."""
    with desk.database.write() as connection:
        papers.save(connection, page.papers)
    rows = [*answer.rows, *_fitting(desk, page.papers, left)]
    return answer._replace(rows=rows, total=page.total, looked=answer.looked + len(page.papers), fit=len(rows))


def _fitting(desk: Desk, came: Sequence[Paper], left: Sequence[Node]) -> list[Row]:
    """Give the papers that fit what arXiv was not asked."""
    rows = desk.rows([paper.id for paper in came])
    if not left or not rows:
        return rows
    asking.catch_up(desk)
    with desk.database.read() as connection:
        fits = searching.fitting(connection, rows, left)
    return [row for row in rows if all(row.id in ids for ids in fits)]


def _tell_plan(desk: Desk, coming: int, at_once: int) -> None:
    """Say how long it takes until many papers are here, before more of them are asked for."""
    if coming <= TOLD_FROM or not at_once:
        return
    requests, pause = ceil(coming / at_once), desk.settings.arxiv_interval
    time = words.duration(timedelta(seconds=requests * (pause + _ANSWER)))
    apart = f", {pause:g} s apart, as arXiv asks for" if pause else ""
    desk.say(f"{coming:,} papers: {requests:,} requests{apart}, about {time}. Ctrl-C stops; what came is kept.")
