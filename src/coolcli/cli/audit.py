"""`cool audit`: the proof that no announced paper is missing here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from coolcli import lookup
from coolcli.arxiv.categories import parse
from coolcli.audit import Audit, Finding
from coolcli.cli import options
from coolcli.cli.catchup import beginnings, first_day, requests, tell_whole
from coolcli.cli.desk import Desk
from coolcli.cli.listing import subscribed
from coolcli.errors import Unreachable
from coolcli.render import words
from coolcli.store import backlog, papers

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_NAMED = 12
"""Ids of a day that a terminal names in a line; a pipe and JSON have them all."""


def audit(
    ctx: typer.Context,
    categories: options.Categories = None,
    since: options.Since = None,
    fix: Annotated[bool, typer.Option("--fix", help="Fetch what is missing.")] = False,
    no_pager: options.NoPager = False,
) -> int:
    """Prove that no announced paper is missing: each day here is held against arXiv's own page of it.

    As far back as your subscription, and as arXiv's catch-up pages (90 days). Exit code 6 where papers are missing.
    """
    desk = Desk(ctx, pager=not no_pager)
    if desk.offline:
        raise Unreachable.offline()
    asked = parse(categories) if categories else subscribed(desk)
    tell_whole(desk, asked, categories)
    first = first_day(desk, since)
    beginnings(desk, asked, first)  # what is wrong with the command line is told before anything is asked
    announcements = desk.patient_announcements()
    state = announcements.latest(asked.wanted)
    if state.status == "offline":
        problem = next(part for part in state.parts if part.status == "offline")
        raise Unreachable(f"Nothing can be proved: {problem.problem}", problem.hint)
    starts = beginnings(desk, asked, first)
    latest = {part.category: part.day for part in state.parts if part.day is not None}
    proof = Audit(desk.database, lambda: desk.arxiv, desk.now, fix=fix)
    total = sum(len(proof.days(starts[category], day)) for category, day in latest.items())
    desk.say(f"{requests(desk, total, max(0, total - 1) * desk.site_interval)}. Ctrl-C stops.")
    beyond = proof.earliest if min(starts.values()) < proof.earliest else None
    findings = []
    with desk.arxiv.slowly():
        for number, finding in enumerate(proof.run(starts, latest), 1):
            findings.append(finding)
            day = words.short_day(finding.day)
            desk.progress.say(f"{number} of {max(total, number)}: {day} of {finding.category}")
    if fix:
        findings = _fetched_by_id(desk, findings)
    desk.progress.clear()
    if wrong := backlog.mend(desk.database):
        desk.say(f"The lists were wrong about {words.number(wrong, 'paper')}: they were made anew of what is here.")
    findings.sort(key=lambda finding: finding.day)
    _write(desk, findings, beyond)
    if any(finding.problem for finding in findings):
        return 4
    return 6 if any(map(_is_short, findings)) else 0


def _fetched_by_id(desk: Desk, findings: list[Finding]) -> list[Finding]:
    """Ask for papers that no page names any more, and whose ids are known all the same."""
    ids = sorted({name for finding in findings if not finding.fixed for name in finding.missing})
    if ids:
        lookup.ask_again(desk.database, lambda: desk.arxiv, ids)
    with desk.database.read() as connection:
        known = papers.known(connection, ids)
    return [
        finding._replace(fixed=finding.fixed or (bool(finding.missing) and known.issuperset(finding.missing)))
        for finding in findings
    ]


def _is_short(finding: Finding) -> bool:
    return bool(finding.unnamed or (finding.missing and not finding.fixed))


def _write(desk: Desk, findings: Sequence[Finding], beyond: date | None) -> None:
    if desk.flags.json:
        content = [finding._asdict() | {"day": finding.day.isoformat()} for finding in findings]
        unproved = beyond.isoformat() if beyond else None
        desk.write_json({"days": content, "unproved_before": unproved})
    elif not desk.on_terminal:
        desk.write("".join(map(_line, findings)))
    else:
        from rich.text import Text

        with desk.paged() as out:
            out.print(_tables(findings))
        desk.screen.show(Text(f"\n{_verdict(findings)}", "bold"))
    if beyond and not desk.flags.json:
        day = words.short_day(beyond)
        desk.say(f"Days before {day} cannot be proved: arXiv's catch-up pages go back 90 days.")


def _line(finding: Finding) -> str:
    """Write a day as a line: category, day, announced, here, missing ids, all that is to be said besides."""
    announced = "" if finding.announced is None else str(finding.announced)
    fields = (finding.category, finding.day.isoformat(), announced, str(finding.here), " ".join(finding.missing))
    return "\t".join([*fields, "; ".join(_remarks(finding, most=None))]) + "\n"


def _tables(findings: Sequence[Finding]) -> Iterable[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    grid.add_column("day", no_wrap=True)
    grid.add_column("category", no_wrap=True)
    grid.add_column("announced", justify="right", no_wrap=True)
    grid.add_column("here", justify="right", no_wrap=True)
    grid.add_column("", overflow="fold")
    for finding in findings:
        whole = not _is_short(finding) and not finding.problem
        grid.add_row(
            Text(words.short_day(finding.day)),
            Text(finding.category, "cyan"),
            Text("?" if finding.announced is None else f"{finding.announced:,}"),
            Text(f"{finding.here:,}", "" if whole else "bold red"),
            Text("; ".join(_remarks(finding)), "dim" if whole else "red"),
        )
    yield grid


def _remarks(finding: Finding, *, most: int | None = MOST_NAMED) -> Iterable[str]:
    """Say what is to be said of a day, each time naming so many ids."""

    def named(ids: Sequence[str]) -> str:
        more = f" and {len(ids) - most} more" if most and len(ids) > most else ""
        return ", ".join(ids[:most]) + more

    if finding.problem:
        yield f"not proved: {finding.problem}"
    if finding.missing:
        state = "was missing and is fetched" if finding.fixed else "missing"
        yield f"{state}: {named(finding.missing)}"
    if finding.unnamed:
        yield f"{finding.unnamed} missing that arXiv counted and its page does not name any more"
    if finding.listed_later:
        yield f"here on a later day, as cross-listed then: {named(finding.listed_later)}"
    if finding.differing:
        yield f"of another type: {named(finding.differing)}"
    if finding.extra:
        yield f"not on arXiv's page: {named(finding.extra)}"
    if finding.not_in_feed:
        yield f"on the page, not in the feed: {named(finding.not_in_feed)}"
    if finding.only_in_feed:
        yield f"in the feed, not on the page: {named(finding.only_in_feed)}"


def _verdict(findings: Sequence[Finding]) -> str:
    days = words.number(len({finding.day for finding in findings}), "day")
    missing = len({name for finding in findings if not finding.fixed for name in finding.missing})
    missing += sum(finding.unnamed for finding in findings)
    fetched = len({name for finding in findings if finding.fixed for name in finding.missing})
    unproved = sum(finding.problem is not None for finding in findings)
    told = []
    if missing:
        told.append(f"{words.number(missing, 'paper')} missing of {days}: `cool audit --fix` fetches what can be had.")
    if fetched:
        told.append(f"{words.number(fetched, 'paper')} {'was' if fetched == 1 else 'were'} missing and fetched.")
    if unproved:
        told.append(f"{words.number(unproved, 'day')} could not be proved.")
    return " ".join(told) or f"Nothing is missing: every paper that arXiv announced on {days} is here."
