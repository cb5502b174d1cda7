"""`cool diff`: what changed between the version that was starred and the newest."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from coolcli import lookup, news, revisions
from coolcli.arxiv.ids import ArxivId
from coolcli.arxiv.text import is_withdrawn
from coolcli.cli import options, papers
from coolcli.cli.desk import Desk
from coolcli.errors import CoolError, FetchError, NoSuchPaper
from coolcli.models import Paper, Row
from coolcli.news import News
from coolcli.render import words
from coolcli.revisions import Revision
from coolcli.store import replaced


def diff(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    whole: Annotated[bool, typer.Option("--all", help="Also what did not change in between.")] = False,
    no_pager: options.NoPager = False,
) -> int:
    """Show what changed in papers, word by word: title, authors, abstract, comments.

    From the version that was starred (else v1, or the one that is named: 2611.01234v2) to the newest. Alone: all
    starred papers with a version that you have not seen.
    """
    desk = Desk(ctx, pager=not no_pager)
    if references:
        wanted = papers.resolved(desk, references)
        papers.fetched(desk, [identifier.id for identifier in wanted])
    else:
        wanted = [ArxivId(one.paper.id, None) for one in news.of(desk.database)]
    comparisons = _Comparisons(desk, wanted)
    found = comparisons.all()
    if desk.flags.json:
        from coolcli.render import revision

        desk.write(revision.document(found))
    else:
        _show(desk, found, whole)
        _keep_as_seen(desk, found)
        if not wanted:
            desk.say("No starred paper has a new version. `cool diff 2611.01234v1` compares any paper's.")
    for failure in comparisons.failures[:-1] if not found else comparisons.failures:
        desk.say(" ".join(filter(None, (failure.message, failure.hint))))
    if comparisons.failures and not found:
        raise comparisons.failures[-1]
    return max((failure.exit_code for failure in comparisons.failures), default=0)


class _Ends(NamedTuple):
    """What is compared: a paper as it is here, and from which version on."""

    paper: Paper
    before: int
    unstated: bool
    """What is here is newer than that, but nobody said which version it is."""


class _Comparisons:
    """The papers that are compared, and what hinders it."""

    def __init__(self, desk: Desk, wanted: Sequence[ArxivId]) -> None:
        self._desk = desk
        self._arxiv = None if desk.offline else lambda: desk.arxiv
        self._wanted = wanted
        self.failures: list[CoolError] = []

    def all(self) -> list[Revision]:
        """Compare each paper that has two versions; say of the others why not."""
        asked = [ends.paper.id for ends in self._ends() if _is_lacking(ends)]
        failure = lookup.ask_again(self._desk.database, self._arxiv, asked) if asked else None
        found = []
        for ends in self._ends():
            try:
                revision = self._compared(ends)
            except CoolError as error:
                self.failures.append(error)
                continue
            if revision:
                found.append(revision)
        if failure and found and not self._desk.offline:
            self._desk.say(f"What is here is compared. {failure.message}")
        return found

    def _ends(self) -> list[_Ends]:
        ids = [identifier.id for identifier in self._wanted]
        fresh = {one.paper.id: one for one in news.of(self._desk.database, ids)}
        with self._desk.database.read() as connection:
            papers = replaced.texts(connection, ids)
        return [
            _ends(identifier, papers[row.id], row.marks.starred_version, fresh.get(row.id))
            for identifier, row in zip(self._wanted, self._desk.rows(ids), strict=True)
        ]

    def _compared(self, ends: _Ends) -> Revision | None:
        """Compare a paper's versions, None (and words) where it has one only. Raises FetchError or NoSuchPaper."""
        paper, newest = ends.paper, ends.paper.version
        if not ends.unstated and newest is None:
            raise FetchError(
                f"Which version of {paper.id} is the newest is not known.", "Try again when arXiv can be asked."
            )
        if not ends.unstated and newest == ends.before:
            only = "it has one version only" if newest == 1 else f"v{newest} is the newest version"
            self._desk.say(f"{paper.id}: {only}. {words.titled(Row(paper))}")
            return None
        if newest is not None and ends.before > newest:
            raise NoSuchPaper(f"The newest version of {paper.id} is v{newest}: there is no v{ends.before}.")
        before = lookup.version(self._desk.database, self._arxiv, paper.id, ends.before)
        return revisions.compare(before, paper, stated=not ends.unstated, withdrawn=is_withdrawn(paper))


def _ends(identifier: ArxivId, paper: Paper, starred: int | None, fresh: News | None) -> _Ends:
    """Decide what to compare a paper with: the version named, else the one starred, else the first.

    Where it was starred without its version being stated, and a newer one came since, that is the one before it.
    """
    newest = paper.version
    before = identifier.version or starred
    if before is None:
        before = newest - 1 if fresh and newest and newest > 1 else 1
    unstated = newest is None and fresh is not None and before == starred
    return _Ends(paper, before, unstated)


def _is_lacking(ends: _Ends) -> bool:
    """Tell whether arXiv has to be asked: nothing newer is here, or not all of it.

    Not about one that is newer than arXiv's API may know: it lags by hours and would put the old text back.
    """
    paper = ends.paper
    return not ends.unstated and ((paper.version or 0) <= ends.before or None in (paper.abstract, paper.comments))


def _show(desk: Desk, found: Sequence[Revision], whole: bool) -> None:
    from coolcli.render import revision

    if desk.on_terminal:
        with desk.paged() as out:
            out.print(revision.drawn(found, desk.screen, whole=whole))
    else:
        desk.write("\n".join(revision.text(one, whole=whole) for one in found))


def _keep_as_seen(desk: Desk, found: Sequence[Revision]) -> None:
    if found and not desk.database.read_only:
        fresh = news.of(desk.database, [one.after.id for one in found])
        desk.record("diff", news.seen(fresh, desk.now))
