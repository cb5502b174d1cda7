"""`cool pdf`: papers as PDF files in the reader's folder.

    references or stars -> known papers -> here already? -> fetched into a part -> kept under its name -> opened

Each paper is had or fails by itself; the exit code is the highest of all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from functools import cached_property
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from coolcli import desktop, file_names, lookup
from coolcli.arxiv.text import clean, is_withdrawn
from coolcli.cli import filters, options, papers
from coolcli.cli.catchup import requests
from coolcli.cli.desk import Desk
from coolcli.cli.opening import mark_opened
from coolcli.errors import CoolError, DataError, FetchError, Intercepted, NoSuchPaper, Refused, Unreachable, UsageError
from coolcli.models import Row
from coolcli.papers_folder import ELSEWHERE, PapersFolder, Part
from coolcli.render import words
from coolcli.render.report import size
from coolcli.render.screen import obeys_codes
from coolcli.store import select

if TYPE_CHECKING:
    from coolcli.render.downloading import Bar

FEW = 5
"""Papers that are asked for at the pace of all else; more of them at that of arXiv's robots.txt."""
LISTED = 3
"""Papers that are here already of which a terminal shows the paths; of more, only how many they are."""
_IN_A_ROW = 2
"""Papers that arXiv does not answer for, or refuses, one after the other, after which no more are asked for."""
_TOLD_EVERY = 0.1
"""Seconds between two words on how much of a file is here."""

Status = Literal["downloaded", "here", "failed", "not asked"]


class Wanted(NamedTuple):
    """A paper, and the version to have: the one that was named, else the newest that is known."""

    row: Row
    version: int | None

    @property
    def name(self) -> str:
        """Give the id with the version, as arXiv's address has it."""
        return f"{self.row.id}v{self.version}" if self.version else self.row.id


class Outcome(NamedTuple):
    """What became of a paper."""

    wanted: Wanted
    status: Status
    path: Path | None = None
    error: CoolError | None = None


def pdf(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    starred: options.Starred = False,
    tags: options.Tags = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DIR", help="Into this folder, for once.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open them too; they become read and opened.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Fetch anew, and replace files of the same name.")
    ] = False,
    yes: options.Yes = False,
) -> int:
    """Download papers as PDF into your papers folder (settings pdf.folder, pdf.name); print where they are.

    What is here already is not fetched again; what broke off goes on. Nothing is overwritten without asking.
    """
    desk = Desk(ctx)
    _check_usage(references, starred=starred, tags=tags, to=to)
    root = _root(desk, to)
    wanted, failed = _wanted(desk, references or [], tags or [], starred=starred)
    if show:
        _confirm(desk, len(wanted), yes=yes)
    run = _Run(desk, root, wanted, overwrite=overwrite)
    is_listed = show or len(wanted) - len(run.missing) <= LISTED or not desk.on_terminal
    outcomes = []
    for outcome in chain(failed, run.all()):
        outcomes.append(outcome)
        if is_listed or outcome.status != "here":
            _tell(desk, outcome, alone=len(wanted) + len(failed) == 1)
    desk.progress.clear()
    _end(desk, outcomes)
    if show:
        _open(desk, [outcome for outcome in outcomes if outcome.path])
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if len(outcomes) == 1 and errors:
        raise errors[0]
    return max((error.exit_code for error in errors), default=0)


def had(desk: Desk, paper_id: str) -> Path:
    """Find a paper in the reader's folder, or download it while a screen has the terminal. Raises CoolError.

    Nothing is drawn and nothing asked; the desk's progress is told how much is here.
    """
    wanted, failed = _wanted(desk, [paper_id], [], starred=False)
    run = _Run(desk, _root(desk, None), wanted, overwrite=False, has_terminal=False)
    (outcome,) = (*failed, *run.all())
    if outcome.error is not None:
        raise outcome.error
    assert outcome.path is not None  # noqa: S101 -- else it failed
    return outcome.path


def here(desk: Desk, paper_id: str, version: int | None) -> Path | None:
    """Find a version of a paper in the reader's folder, and ask nobody for it. Raises DataError."""
    return PapersFolder(_root(desk, None)).here(paper_id, version)


def _check_usage(
    references: Sequence[str] | None, *, starred: bool, tags: Sequence[str] | None, to: str | None
) -> None:
    if bool(references) == (starred or bool(tags)):
        what = "`cool pdf` takes papers, or `--starred` and `--tag`, not both." if references else "Which papers?"
        raise UsageError(what, "cool pdf 3 5-7, cool pdf 2312.11111v2, or cool pdf --starred")
    if to is not None and not to.strip():
        raise UsageError("`--to` names no folder.", "cool pdf 3 --to ~/reading, or without it into your papers folder")


def _wanted(
    desk: Desk, references: Sequence[str], tags: Sequence[str], *, starred: bool
) -> tuple[list[Wanted], list[Outcome]]:
    """Find the papers, and those of which nothing can be known now. Raises NoSuchPaper, or UsageError for a tag."""
    named = papers.resolved(desk, references) if references else []
    versions = {identifier.id: identifier.version for identifier in named}
    rows = desk.rows(list(versions)) if references else _chosen(desk, tags, starred=starred)
    problem = None
    try:
        lookup.fetch(desk.database, None if desk.offline else lambda: desk.arxiv, _unknown(desk, rows))
    except CoolError as error:
        if references and isinstance(error, NoSuchPaper):
            raise
        problem = error
    rows = desk.rows([row.id for row in rows])
    bare = [row.id for row in rows if not (row.paper.version or versions.get(row.id))]
    if bare and problem is None and not desk.offline:  # else a later version could not be told from what is here
        lookup.ask_again(desk.database, lambda: desk.arxiv, bare)
        rows = desk.rows([row.id for row in rows])
    found = [Wanted(row, versions.get(row.id) or row.paper.version) for row in rows]
    if problem is None:
        return found, []
    unknown = set(_unknown(desk, rows))
    failed = [Outcome(one, "failed", error=problem) for one in found if one.row.id in unknown]
    if len(found) == 1 and isinstance(problem, FetchError):
        papers.lacking(problem, [one.name for one in found])
    return [one for one in found if one.row.id not in unknown], failed


def _chosen(desk: Desk, tags: Sequence[str], *, starred: bool) -> list[Row]:
    """Give the starred papers, the tagged ones, or those that are both; where there are none, say so."""
    wanted = filters.made(desk, starred=starred, tags=tags)
    with desk.database.read() as connection:
        found = select.starred(connection) if starred else select.chosen(connection, wanted)
    rows = [row for row in found if filters.passes(row, wanted)]
    if not rows:
        desk.say(f"There are {filters.counted(0, wanted).replace('0', 'no', 1)}.")
    return rows


def _unknown(desk: Desk, rows: Sequence[Row]) -> list[str]:
    return lookup.unknown(desk.database, [row.id for row in rows])


def _root(desk: Desk, to: str | None) -> Path:
    """Give the folder: the one that is named, else the reader's, in a demonstration one of its own.

    Raises DataError where none is known, or a file has the name.
    """
    if desk.flags.demo and to is None:
        return desk.paths.settings.parent / "Papers"
    try:
        root = Path(to).expanduser().absolute() if to else Path.home() / Path(desk.settings.pdf_folder).expanduser()
    except (OSError, RuntimeError) as error:
        raise DataError(f"No folder for papers is known: {error}.", "`--to DIR` names one.") from None
    with suppress(OSError):  # what may not be looked at is told where it is used
        for place in (root, *root.parents):
            if place.exists() and not place.is_dir():
                raise DataError(f"{place} is a file, not a folder: no papers can be kept there.", ELSEWHERE)
    return root


class _Run:
    """One after the other, papers are found in the folder or fetched into it."""

    def __init__(
        self, desk: Desk, root: Path, wanted: Sequence[Wanted], *, overwrite: bool, has_terminal: bool = True
    ) -> None:
        self._desk = desk
        self._folder = PapersFolder(root)
        self._wanted = wanted
        self._overwrite = overwrite
        self._has_terminal = has_terminal

    @cached_property
    def missing(self) -> set[str]:
        """Give what is to be fetched, by name. Raises DataError where the folder cannot be read."""
        return {one.name for one in self._wanted if self._overwrite or not self._folder.here(one.row.id, one.version)}

    def all(self) -> Iterator[Outcome]:
        """Have each paper, until the disk fails, arXiv does not answer any more or asks to be left alone."""
        wanted, missing = self._wanted, self.missing
        many = len(missing) > FEW and not self._desk.offline
        if many:
            seconds = (len(missing) - 1) * self._desk.site_interval
            self._desk.say(
                f"That takes {requests(self._desk, len(missing), seconds)}. Ctrl-C stops; said again, it goes on."
            )
        silent, number = 0, 0
        with self._desk.arxiv.slowly() if many else nullcontext():
            for place, one in enumerate(wanted):
                number += one.name in missing
                outcome = self._one(one, f"{number} of {len(missing)}")
                yield outcome
                if outcome.status != "here":  # then nobody was asked
                    silent = silent + 1 if _is_silence(outcome.error) else 0
                in_vain = silent >= _IN_A_ROW and not self._desk.offline
                if in_vain or isinstance(outcome.error, DataError) or _names_a_pause(outcome.error):
                    yield from (Outcome(left, "not asked") for left in wanted[place + 1 :])
                    return

    def _one(self, one: Wanted, which: str) -> Outcome:
        try:
            if not self._overwrite and (path := self._folder.here(one.row.id, one.version)):
                return Outcome(one, "here", path)
            if self._desk.offline:
                raise papers.lacking(Unreachable.offline(), [one.name])
            return self._fetched(one, which)
        except CoolError as error:
            return Outcome(one, "failed", error=_explained(error, one))

    def _fetched(self, one: Wanted, which: str) -> Outcome:
        folder = self._folder
        name = file_names.named(self._desk.settings.pdf_name, one.row.paper, one.version)
        stranger = folder.stranger(name, one.row.id, one.version)
        overwrite = self._overwrite or (
            stranger is not None and self._has_terminal and _may_overwrite(self._desk, stranger)
        )
        arxiv = self._desk.arxiv
        arxiv.rest("site")
        with arxiv.turn():
            folder.reread()  # another process may have fetched it while this one waited for its turn
            if not self._overwrite and (path := folder.here(one.row.id, one.version)):
                return Outcome(one, "here", path)
            part = folder.part(one.row.id, one.version)
            if self._overwrite and part.held.total is None:  # all that arXiv has of it came, and it was no whole PDF
                part.forget()
            self._download(part, one, f"{name[-1]}{file_names.SUFFIX}", which)
            path = folder.keep(part, name, one.row.id, one.version, overwrite=overwrite)
        if stranger and not overwrite and path != stranger:
            self._desk.say(f"{clean(stranger.name)} was there, and stays: `--overwrite` would replace it.")
        return Outcome(one, "downloaded", path)

    def _download(self, part: Part, one: Wanted, name: str, which: str) -> None:
        watcher = _Watcher(self._desk, name, which) if self._has_terminal else Teller(self._desk)
        try:
            self._desk.arxiv.pdf(one.name, part, watcher.seen, meanwhile=watcher.prepare)
        except KeyboardInterrupt:
            watcher.close()
            if part.held.size:
                self._desk.say(f"{size(part.held.size)} of {one.name} are kept: the same command goes on from there.")
            raise
        finally:
            watcher.close()


class _Watcher:
    """Shows how much of a file is here, where somebody watches."""

    def __init__(self, desk: Desk, name: str, which: str) -> None:
        self._desk = desk
        self._label = name, which
        self._live = sys.stderr.isatty() and obeys_codes() and not desk.flags.verbose
        self._bar: Bar | None = None
        desk.progress.silent = self._gives_way

    def prepare(self) -> None:
        """Import what shows it, while the answer is awaited."""
        if self._live:
            import coolcli.render.downloading  # noqa: F401

    def seen(self, done: int, total: int | None) -> None:
        """Take how many bytes of how many are here."""
        if not self._live:
            return
        if self._bar is None:
            from coolcli.render.downloading import Bar

            self._desk.progress.clear()
            self._bar = Bar(*self._label, done, total)
        self._bar.show(done, total)

    def _gives_way(self) -> bool:
        """Take the bar away where something else is said on its line, such as why another try is made."""
        self.close()
        return False

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Teller:
    """Says how much of a file is here, where a screen shows it."""

    def __init__(self, desk: Desk) -> None:
        """Take whose progress it is told to."""
        self._progress = desk.progress
        self._told = 0.0

    def prepare(self) -> None:
        """Nothing has to be imported."""

    def seen(self, done: int, total: int | None) -> None:
        """Take how many bytes of how many are here."""
        now = monotonic()
        if now - self._told >= _TOLD_EVERY or done == total:
            self._told = now
            self._progress.say(size(done) + (f" of {size(total)}" if total else ""))

    def close(self) -> None:
        """Say that no more comes."""
        self._progress.clear()


def _may_overwrite(desk: Desk, stranger: Path) -> bool:
    """Ask whether a file may go, where there is somebody to answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    desk.progress.clear()
    return typer.confirm(
        f"{clean(stranger.name)} is there, and is not known to be a paper of yours. Replace it?", err=True
    )


def _explained(error: CoolError, one: Wanted) -> CoolError:
    """Say of a paper that arXiv has no PDF of why that may be; a version that does not exist is no paper."""
    if not (isinstance(error, Refused) and error.status == 404):
        return error
    newest = one.row.paper.version
    if newest and one.version and one.version > newest:
        return NoSuchPaper.beyond(one.row.id, one.version, newest)
    if is_withdrawn(one.row.paper) and one.version == newest:
        error.message += " It is withdrawn."
        if newest and newest > 1:
            error.hint = f"The version before: `cool pdf {one.row.id}v{newest - 1}`."
    else:
        error.hint = f"`cool open {one.row.id} --in abs` shows its page, which may say why."
    return error


def _is_silence(error: CoolError | None) -> bool:
    """Tell whether it is to be expected that the next paper fails likewise: no network, a server that is overrun."""
    if isinstance(error, Refused):
        return error.passing or error.status == 403
    return isinstance(error, Unreachable | Intercepted)


def _names_a_pause(error: CoolError | None) -> bool:
    return isinstance(error, Refused) and bool(error.pause)


def _tell(desk: Desk, outcome: Outcome, *, alone: bool) -> None:
    """Say at once what became of a paper: its path to who reads stdout, the rest to who watches.

    Where it is the only one, what went wrong is the end of the program, which says it.
    """
    name, path = outcome.wanted.name, outcome.path
    if outcome.error is not None and not alone:
        said = f"{clean(outcome.error.message)} {clean(outcome.error.hint or '')}".rstrip()
        desk.say(said if said.startswith(name) else f"{name}: {said}")
    if path is None or desk.flags.json:
        return
    did = "Here already:" if outcome.status == "here" else "Downloaded"
    if desk.on_terminal:
        desk.echo(f"{did} {name}  {words.titled(outcome.wanted.row)}, {_size(path)}\n")
        desk.write(f"  {clean(str(path))}\n")
    else:
        desk.say(f"{did} {name}, {_size(path)}")
        desk.write(f"{path}\n")


def _size(path: Path) -> str:
    return size(path.stat().st_size)


def _end(desk: Desk, outcomes: Sequence[Outcome]) -> None:
    """Write the JSON, or of several papers how many there are of each kind."""
    if desk.flags.json:
        desk.write_json({"papers": [_content(outcome) for outcome in outcomes]})
    elif len(outcomes) > 1:
        said = {"downloaded": "downloaded", "here": "here already", "failed": "failed", "not asked": "not asked for"}
        counts = {status: sum(outcome.status == status for outcome in outcomes) for status in said}
        desk.say(f"{', '.join(f'{count:,} {said[status]}' for status, count in counts.items() if count)}.")


def _content(outcome: Outcome) -> dict[str, object]:
    path, error = outcome.path, outcome.error
    return {
        "id": outcome.wanted.row.id,
        "version": outcome.wanted.version,
        "status": outcome.status,
        "path": str(path) if path else None,
        "bytes": path.stat().st_size if path else None,
        "error": {"message": error.message, "hint": error.hint, "code": error.exit_code} if error else None,
    }


def _confirm(desk: Desk, count: int, *, yes: bool) -> None:
    if yes or count <= desk.settings.open_confirm:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"That would open {count} PDFs.", "`--yes` opens them; without `--open` they are downloaded.")
    typer.confirm(f"Download and open {count} PDFs?", err=True, abort=True)


def _open(desk: Desk, had: Sequence[Outcome]) -> None:
    """Open files in the system's viewer; what opened becomes read and opened. Their paths are printed already."""
    if not had:
        return
    if desk.flags.demo:
        desk.say("A demonstration opens nothing.")
        opened = had
    else:
        has_viewer = desktop.has_viewer()
        opened = [outcome for outcome in had if has_viewer and outcome.path and desktop.view(outcome.path)]
    left = [outcome.wanted.name for outcome in had if outcome not in opened]
    if left:
        which = ", ".join(left) if opened else "them"
        desk.say(f"There is no viewer here that would open {which}: see the paths above.")
    mark_opened(desk, "pdf", [outcome.wanted.row.id for outcome in opened])
