"""`cool export`: papers in the formats that other programs read, to a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from coolcli import bibliography, config, lookup
from coolcli.arxiv.text import clean
from coolcli.cli import filters, options, papers
from coolcli.cli.desk import Desk
from coolcli.errors import DataError, FetchError, NoSuchPaper, UsageError, or_list
from coolcli.export.formats import ALIASES, FORMATS, SUFFIXES, Format, means_another, of_file
from coolcli.models import Filter, Row
from coolcli.render import words
from coolcli.store import select

if TYPE_CHECKING:
    from coolcli.export.bibfile import Bibliography
    from coolcli.export.reference import Reference
    from coolcli.store.answers import Answer

_BIBS = ("bibtex", "biblatex")
_WITH_ANSWERS = ("markdown", "json")
"""The formats that hold a model's answers too."""
Answers = Mapping[str, Sequence["Answer"]]
_NO_ANSWERS: Answers = MappingProxyType({})
_STDOUT = "-"
_TRIES = 5
"""How often a file is read and added to before somebody else is said to write it all the time."""


def export(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    kind: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help=f"{or_list(FORMATS)}; else by the suffix of the file."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write a file instead of stdout.")
    ] = None,
    append: Annotated[
        bool, typer.Option("--append", help="Add to a .bib file what is not in it; its own entries stay as they are.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    unread: options.Unread = False,
    since: options.Since = None,
    until: options.Until = None,
    categories: options.InCategory = None,
    types: options.Types = None,
    starred: options.Starred = False,
    tags: options.Tags = None,
    noted: options.Noted = False,
    query: options.Query = None,
    no_note: options.NoNote = False,
    no_answers: options.NoAnswers = False,
    no_abstract: Annotated[bool, typer.Option("--no-abstract", help="Leave abstracts out.")] = False,
) -> int:
    """Export papers: those you name, or those that filters let through; alone, the starred ones.

    BibTeX where neither --format nor the suffix of the file says otherwise. Nothing is marked as read.
    """
    desk = Desk(ctx)
    if append and force:
        raise UsageError("`--append` adds to a file, `--force` writes it anew.", "Say one of them.")
    file = None if output in (None, _STDOUT) else config.path_of(str(output))
    format_ = _format(desk, kind, file, append)
    wanted = filters.made(
        desk,
        unread=unread,
        since=since,
        until=until,
        categories=categories,
        types=types,
        starred=starred,
        tags=tags,
        noted=noted,
        query=query,
    )
    rows, versions, failure = _chosen(desk, references or [], wanted)
    rows = _without(rows, no_note, no_abstract)
    answers = {} if no_answers or format_ not in _WITH_ANSWERS else _answers(desk, rows)
    if file is None:
        desk.write(text(desk, format_, rows, versions, answers))
    elif append:
        _append(desk, file, format_ if kind else None, rows, versions)
    elif force or not bibliography.is_there(file):
        _write(desk, file, format_, rows, versions, answers, new=not force)
    elif _confirmed(file):
        _write(desk, file, format_, rows, versions, answers)
    else:
        desk.say(f"{clean(str(file))} is as it was.")
    return failure.exit_code if failure else 0


def _format(desk: Desk, typed: str | None, file: Path | None, append: bool) -> Format:
    """Decide on the format. Raises UsageError for one that there is not, or that cannot be appended to."""
    known: dict[str, Format] = {name: name for name in FORMATS} | ALIASES
    if typed is not None and typed.lower() not in known:
        from difflib import get_close_matches

        near = get_close_matches(typed.lower(), FORMATS, n=2, cutoff=0.4)
        hint = f"Did you mean {or_list(near)}? " if near else ""
        raise UsageError(f"There is no format '{typed}'.", f"{hint}It is {or_list(FORMATS)}.")
    chosen = known[typed.lower()] if typed else _of_suffix(file) if file else "bibtex"
    if file and (meant := means_another(file, chosen)):
        raise UsageError(
            f"`--format` says {chosen}, and the name {clean(file.name)} says {meant}.", "Name the file otherwise."
        )
    if append and (file is None or chosen not in _BIBS):
        what = "a file (-o refs.bib)" if file is None else f"a .bib file, not to {chosen}"
        raise UsageError(f"`--append` adds to {what}.", "cool export --starred -o refs.bib --append")
    if desk.flags.json and file is None:
        if typed and chosen != "json":
            raise UsageError(f"`--json` prints JSON, and `--format` says {chosen}.", "Say one of them.")
        return "json"
    return chosen


def _of_suffix(file: Path) -> Format:
    """Give the format of a file. Raises UsageError for a suffix that says none: `main.tex` is no bibliography."""
    if (found := of_file(file)) is None:
        raise UsageError(
            f"No format has the suffix {clean(file.suffix)}; what it is to be, `--format` says.",
            f"The suffixes are {or_list(SUFFIXES)}.",
        )
    return found


def _chosen(
    desk: Desk, references: Sequence[str], wanted: Filter
) -> tuple[list[Row], dict[str, int | None], FetchError | None]:
    """Give the papers, the versions that were named, and why some could not be completed.

    Raises NoSuchPaper where there are none, FetchError where one that was named cannot be had.
    """
    if references and wanted != Filter():
        raise UsageError("`cool export` takes papers or filters, not both.", "cool export 3-7, or --tag survey")
    if references:
        named = papers.resolved(desk, references)
        versions = {identifier.id: identifier.version for identifier in named}
        rows = papers.fetched(desk, list(versions))
        return _in_versions(desk, rows, versions), versions, None
    if wanted == Filter():
        wanted = Filter(starred=True)
        desk.say("Exporting the starred papers; papers or filters choose others.")
    rows = _matching(desk, wanted)
    if not rows:
        raise NoSuchPaper(
            f"There are {filters.counted(0, wanted).replace('0 ', 'no ', 1)} to export.",
            "`cool list` with the same filters shows what there is; `cool export 3-7` takes papers.",
        )
    pending = [row.id for row in rows if row.paper.title is None]
    failure = _completed(desk, pending) if pending else None
    if pending:
        rows = [row for row in _matching(desk, wanted) if row.paper.title is not None]
    if failure:
        if not rows:
            raise failure
        desk.say(failure.message)
    return rows, {}, failure if isinstance(failure, FetchError) else None


def _without(rows: list[Row], note: bool, abstract: bool) -> list[Row]:
    """Give papers without what is not to be exported."""
    if note:
        rows = [row._replace(marks=row.marks._replace(note=None)) for row in rows]
    if abstract:
        rows = [row._replace(paper=row.paper._replace(abstract=None)) for row in rows]
    return rows


def _answers(desk: Desk, rows: Sequence[Row]) -> Answers:
    """Give what a model answered about papers."""
    from coolcli.store import answers

    with desk.database.read() as connection:
        return answers.of_papers(connection, [row.id for row in rows])


def _in_versions(desk: Desk, rows: list[Row], versions: dict[str, int | None]) -> list[Row]:
    """Give papers as they are once arXiv was asked about versions that nobody here knows. Raises NoSuchPaper."""
    if not (unknown := _beyond(rows, versions)):
        return rows
    failure = lookup.ask_again(desk.database, None if desk.offline else lambda: desk.arxiv, list(unknown))
    rows = desk.rows([row.id for row in rows])
    for paper_id, (version, newest) in _beyond(rows, versions).items():
        if failure is None:
            raise NoSuchPaper.beyond(paper_id, version, newest)
        desk.say(f"Of {paper_id} the newest version that is known here is v{newest}; v{version} is cited as you say.")
    return rows


def _beyond(rows: Sequence[Row], versions: dict[str, int | None]) -> dict[str, tuple[int, int]]:
    """Give papers of which a version is named beyond the newest that is known: the one and the other."""
    both = {row.id: (versions.get(row.id) or 0, row.paper.version or 0) for row in rows}
    return {paper_id: (version, newest) for paper_id, (version, newest) in both.items() if version > newest > 0}


def _matching(desk: Desk, wanted: Filter) -> list[Row]:
    with desk.database.read() as connection:
        return select.chosen(connection, wanted, abstracts=True)


def _completed(desk: Desk, pending: list[str]) -> FetchError | NoSuchPaper | None:
    """Fetch papers of which only the id is known; name those that cannot be had, and give the reason."""
    try:
        lookup.fetch(desk.database, None if desk.offline else lambda: desk.arxiv, pending)
    except (FetchError, NoSuchPaper) as error:
        left = lookup.unknown(desk.database, pending)
        desk.say(f"Left out, for their titles are not known: {papers.some(left)}.")
        return error
    return None


def text(
    desk: Desk,
    kind: Format,
    rows: Sequence[Row],
    versions: Mapping[str, int | None],
    answers: Answers = _NO_ANSWERS,
    found: Bibliography | None = None,
) -> str:
    """Write papers in a format, each in the version that is named; with keys that fit to a bibliography that is there.

    What a reader has to know of it is told.
    """
    if kind == "json":
        from coolcli.export.answers import of_papers
        from coolcli.render import plain

        return plain.document(None, rows, [None] * len(rows), notes=of_papers([row.id for row in rows], answers))
    from coolcli.export import formats

    references = _references(desk, rows, versions, found, answers)
    _warn(desk, kind, references)
    return formats.written(kind, references)


def _warn(desk: Desk, kind: Format, references: Sequence[Reference]) -> None:
    """Say of which papers what is printed has letters that BibTeX's usual engine does not set."""
    from coolcli.export import bibtex

    if kind == "bibtex" and (odd := [each.id for each in references if bibtex.needs_unicode(each)]):
        desk.say(f"Letters that only XeLaTeX and LuaLaTeX set, best with biber, are in {papers.some(odd)}.")


def _references(
    desk: Desk,
    rows: Sequence[Row],
    versions: Mapping[str, int | None],
    found: Bibliography | None,
    answers: Answers = _NO_ANSWERS,
) -> list[Reference]:
    """Give what is written of papers; those of the file that is there keep their keys, the others take none of its."""
    from coolcli.export import appending, keys, reference

    had = appending.keys_of(found, rows) if found else {}
    taken = [entry.key for entry in found.entries] if found else []
    assigned = keys.assigned([row.paper for row in rows], desk.settings.bib_key, taken, had)
    return [reference.of(row, assigned[row.id], versions.get(row.id), answers.get(row.id, ())) for row in rows]


def _confirmed(file: Path) -> bool:
    """Ask whether a file may be written over. Raises UsageError where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise _is_there(file)
    return typer.confirm(f"{clean(str(file))} is there already. Write it anew?", err=True)


def _is_there(file: Path) -> UsageError:
    return UsageError(f"{clean(str(file))} is there already.", "`--append` adds to it, `--force` writes it anew.")


def _write(
    desk: Desk,
    file: Path,
    kind: Format,
    rows: Sequence[Row],
    versions: dict[str, int | None],
    answers: Answers,
    *,
    new: bool = False,
) -> None:
    """Write a file; a `new` one takes no place of another. Raises UsageError where there is one by now."""
    try:
        with bibliography.alone(file):
            content = text(desk, kind, rows, versions, answers, _before(file, kind)).encode()
            bibliography.write(file, content, new=new)
    except bibliography.ChangedMeanwhile:
        raise _is_there(file) from None
    _tell(desk, file, kind, len(rows), 0)


def _before(file: Path, kind: Format) -> Bibliography | None:
    """Give what a bibliography is before it is written anew, as far as it can be read."""
    if kind in _BIBS and bibliography.is_there(file):
        with suppress(DataError):
            return bibliography.read(file)
    return None


def _append(desk: Desk, file: Path, kind: Format | None, rows: Sequence[Row], versions: dict[str, int | None]) -> None:
    """Add to a file the papers that are not in it; what others write into it meanwhile stays, and is added to."""
    for left in reversed(range(_TRIES)):
        try:
            with bibliography.alone(file):
                dialect, exported, left_out = _added(desk, file, kind, rows, versions)
            break
        except bibliography.ChangedMeanwhile:
            if not left:
                raise
    _warn(desk, dialect, exported)
    _tell(desk, file, dialect, len(exported), len(rows) - len(exported) - len(left_out))
    if left_out:
        raise _lacks_letters(file, left_out)


def _added(
    desk: Desk, file: Path, kind: Format | None, rows: Sequence[Row], versions: dict[str, int | None]
) -> tuple[Format, list[Reference], list[Reference]]:
    """Add papers, in the dialect that the file is written in unless one is named.

    Gives the dialect, what was added, and what the file's encoding cannot hold.
    """
    from coolcli.export import appending, formats

    if not bibliography.is_there(file):
        dialect = kind or "bibtex"
        references = _references(desk, rows, versions, None)
        bibliography.write(file, formats.written(dialect, references).encode(), new=True)
        return dialect, references, []
    found = bibliography.read(file)
    dialect = kind or ("biblatex" if found.is_biblatex else "bibtex")
    here = appending.keys_of(found, rows)
    references = _references(desk, [row for row in rows if row.id not in here], versions, found)
    left_out = [each for each in references if not appending.fits(found, each, dialect)]
    fitting = [each for each in references if each not in left_out]
    if fitting:
        bibliography.change(file, found, appending.appended(found, fitting, dialect))
    return dialect, fitting, left_out


def _lacks_letters(file: Path, left_out: Sequence[Reference]) -> DataError:
    named = papers.some([each.id for each in left_out])
    return DataError(
        f"{clean(str(file))} is not in UTF-8 and has no letters for {named}: left out.",
        "Save it in UTF-8, as an editor or `iconv` can, and append again.",
    )


def _tell(desk: Desk, file: Path, kind: Format, exported: int, here: int) -> None:
    if desk.flags.json:
        told = {"file": str(file), "format": kind, "exported": exported, "already": here}
        desk.write_json(told)
        return
    already = f"; {words.number(here, 'was', 'were')} in it already" if here else ""
    desk.say(f"Exported {words.number(exported, 'paper')} to {clean(str(file))} ({kind}){already}.")
