"""`cool bib check`: what became of the preprints in a bibliography of the reader's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coolcli import config, lookup
from coolcli.arxiv.text import clean
from coolcli.cli import gathering, options, papers
from coolcli.cli.desk import Desk
from coolcli.errors import FetchError, NoSuchPaper, UsageError
from coolcli.render import words

if TYPE_CHECKING:
    from coolcli.arxiv.ids import ArxivId
    from coolcli.export.bibfile import Bibliography, Entry
    from coolcli.export.checking import Finding
    from coolcli.render.bibliography import Told

_BATCH = 100
"""Papers of one request to arXiv's API."""
_EXAMPLE = "cool bib check refs.bib"


def bib(
    ctx: typer.Context,
    words_: Annotated[
        list[str] | None, typer.Argument(metavar="check FILE", help="A .bib file, of BibTeX or biblatex.")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Bring DOI, journal and cited version up to date; leave all else as it is.")
    ] = False,
    star: Annotated[bool, typer.Option("--star", help="Star the preprints in it.")] = False,
    no_pager: options.NoPager = False,
) -> int:
    """Check which preprints in a bibliography were published since, revised since the cited version, or withdrawn.

    Preprints are found by eprint, DOI, address, journal (arXiv preprint arXiv:…), or note.
    """
    desk = Desk(ctx, pager=not no_pager)
    file = _file(words_ or [])
    from coolcli import bibliography
    from coolcli.export import citations

    found = bibliography.read(file)
    cited = [(entry, identifier) for entry in found.entries if (identifier := citations.cited(entry))]
    if not cited:
        raise NoSuchPaper(
            f"{file} cites no preprint of arXiv's: it has {words.number(len(found.entries), 'entry', 'entries')}.",
            "They are known by eprint, DOI, url, journal or note with an arXiv id.",
        )
    gone, failure = _asked(desk, list(dict.fromkeys(identifier.id for _, identifier in cited)))
    findings = _findings(desk, found, cited)
    fixed = _fix(file, found, findings) if fix else 0
    if star:
        _star(desk, [(entry, identifier) for entry, identifier in cited if identifier.id not in gone])
    _show(desk, file, findings, fixed if fix else None)
    _tell(desk, file, findings, fixed if fix else None, failure)
    return failure.exit_code if failure else 0


def _file(typed: Sequence[str]) -> Path:
    match typed:
        case ["check", file]:
            return config.path_of(file)
        case ["check"]:
            raise UsageError("`cool bib check` takes a .bib file.", _EXAMPLE)
        case ["check", *_]:
            raise UsageError("`cool bib check` takes one file.", _EXAMPLE)
    raise UsageError(f"`cool bib` cannot do '{' '.join(typed)}'." if typed else "`cool bib` checks a file.", _EXAMPLE)


def _asked(desk: Desk, ids: Sequence[str]) -> tuple[set[str], FetchError | None]:
    """Ask arXiv what it says of papers, batch by batch, so that what came is kept.

    Gives the ids of which it said that it does not know them, and why it could not go on, if so.
    """
    gone: set[str] = set()
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        failure = lookup.ask_again(desk.database, None if desk.offline else lambda: desk.arxiv, batch)
        if failure:
            return gone, failure
        gone.update(lookup.unknown(desk.database, batch))
    return gone, None


def _findings(desk: Desk, found: Bibliography, cited: Sequence[tuple[Entry, ArxivId]]) -> list[Finding]:
    from coolcli.export import checking

    rows = {row.id: row.paper for row in desk.rows([identifier.id for _, identifier in cited])}
    unicode = found.is_biblatex and found.encoding == "utf-8"
    return [checking.look(entry, identifier, rows[identifier.id], unicode=unicode) for entry, identifier in cited]


def _fix(file: Path, found: Bibliography, findings: Sequence[Finding]) -> int:
    """Write what has to be changed, if anything has, and give how many entries were."""
    from coolcli import bibliography
    from coolcli.export import checking

    edits = [edits for finding in findings if finding.paper and (edits := checking.edits(finding, found))]
    if edits:
        with bibliography.alone(file):
            bibliography.change(file, found, found.edited(edit for some in edits for edit in some))
    return len(edits)


def _star(desk: Desk, cited: Sequence[tuple[Entry, ArxivId]]) -> None:
    """Star the papers, in the versions that are cited where any are, as one change."""
    versions = {identifier.id: identifier.version for _, identifier in cited}
    lookup.keep_pending(desk.database, lookup.unknown(desk.database, list(versions)))
    rows = desk.rows(list(versions))
    changed = desk.record("bib", gathering.stars(rows, versions, desk.now))
    starred = len({event.subject for event in changed})
    before = len(rows) - starred
    already = f" ({words.number(before, 'was', 'were')} starred already)" if before else ""
    way_back = "; `cool undo` takes it back" if starred else ""
    desk.say(f"Starred {words.number(starred, 'paper')}{already}{way_back}.")


def _show(desk: Desk, file: Path, findings: Sequence[Finding], fixed: int | None) -> None:
    told = [finding for finding in findings if finding.states or finding.paper is None]
    if desk.flags.json:
        content = {"file": str(file), "fixed": fixed, "entries": [_document(finding) for finding in findings]}
        desk.write_json(content)
    elif not desk.on_terminal:
        from coolcli.render import bibliography

        desk.write("".join(bibliography.line(_told(finding)) for finding in told))
    elif told:
        from coolcli.render import bibliography

        with desk.paged() as out:
            out.print(bibliography.blocks([_told(finding) for finding in told]))


def _told(finding: Finding) -> Told:
    from coolcli.export.reference import doi_of, journal_of
    from coolcli.render.bibliography import Told

    paper, cited = finding.paper, finding.cited
    key = clean(finding.entry.key)
    if paper is None:
        return Told(key, cited.id, ("unknown",), cited.version, None)
    venue = (clean(journal_of(paper) or ""), clean(doi_of(paper) or ""))
    return Told(key, cited.id, tuple(finding.states), cited.version, paper.version, *venue, paper.title or "")


def _document(finding: Finding) -> dict[str, Any]:
    from coolcli.export.reference import doi_of, journal_of

    paper = finding.paper
    return {
        "key": finding.entry.key,
        "line": finding.entry.line,
        "id": finding.cited.id,
        "cited_version": finding.cited.version,
        "version": paper.version if paper else None,
        "published": finding.published if paper else None,
        "revised": finding.revised if paper and finding.cited.version and paper.version else None,
        "withdrawn": finding.withdrawn if paper else None,
        "journal_by_hand": finding.by_hand if paper else None,
        "journal_ref": journal_of(paper) if paper else None,
        "doi": doi_of(paper) if paper else None,
        "other_doi": finding.other_doi,
        "title": paper.title if paper else None,
    }


def _tell(desk: Desk, file: Path, findings: Sequence[Finding], fixed: int | None, failure: FetchError | None) -> None:
    """Say how many of each there are, what was changed, and what could not be asked."""
    states = [state for finding in findings for state in finding.states]
    told = [f"{states.count(name)} {name}" for name in ("published", "revised", "withdrawn") if name in states]
    unknown = [finding.entry.key for finding in findings if finding.paper is None]
    unasked = "not known here" if failure else "not known to arXiv"
    told += [f"{len(unknown):,} {unasked}"] if unknown else []
    count = words.number(len(findings), "preprint")
    desk.say(f"{count} in {clean(str(file))}: {', '.join(told) or 'nothing new of them'}.")
    if others := [finding for finding in findings if finding.other_doi]:
        named = ", ".join(f"{clean(one.entry.key)} (at arXiv {clean(one.other_doi or '')})" for one in others)
        desk.say(f"Another DOI than at arXiv, left as it is: {named}.")
    if by_hand := [finding.entry.key for finding in findings if finding.by_hand]:
        named = clean(papers.some(by_hand))
        desk.say(f"The journal is for you to write, as type, volume or pages are a preprint's: {named}.")
    if unknown:
        desk.say(f"{unasked[0].upper()}{unasked[1:]}: {clean(papers.some(unknown))}.")
    if failure:
        desk.say(f"What is here was looked at. {failure.message}")
    if fixed is not None:
        desk.say(f"Changed {words.number(fixed, 'entry', 'entries')}." if fixed else "Nothing had to be changed.")
    elif any(finding.values or (finding.revised and not finding.withdrawn) for finding in findings):
        desk.say("`--fix` writes DOI, journal and version into the file.")
