"""`cool prune`: let go of details of old papers that were read and not kept. Never by itself."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from coolcli import days
from coolcli.arxiv import calendar
from coolcli.cli import options
from coolcli.cli.desk import Desk
from coolcli.cli.questioning import texts
from coolcli.errors import DataError, UsageError
from coolcli.render import words
from coolcli.render.report import size
from coolcli.store import pruning

LEAST = timedelta(days=30)
"""What is younger may still be looked at again."""


def prune(
    ctx: typer.Context,
    older: Annotated[str, typer.Option("--older", metavar="SPAN", help="Announced longer ago: 90d, 12w, 6m, 1y.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    yes: options.Yes = False,
) -> int:
    """Free space: abstracts, comments and texts of old papers that are read, and never were starred, tagged or noted.

    Titles, authors, listings and your marks stay. It cannot be undone, but `cool show` fetches what went.
    """
    desk = Desk(ctx)
    span = days.span(older)
    if span < LEAST:
        raise UsageError(f"`--older {older}` is too short.", f"It takes {LEAST.days} days (30d) or more.")
    before = calendar.arxiv_day(desk.now) - span
    with desk.database.read() as connection:
        found = pruning.prunable(connection, before)
        papers_texts = list(texts.files(desk.paths, pruning.ids(connection, before)))
    found = found._replace(bytes=found.bytes + sum(map(_size, papers_texts)))
    what = f"details of {words.number(found.papers, 'paper')} announced before {words.short_day(before)}"
    goes = found.papers > 0 and not dry_run
    if goes and not desk.flags.json:
        desk.say(f"What goes: {what}, {size(found.bytes)}. It cannot be undone; `cool show` fetches one again.")
    goes = goes and _confirmed(yes)
    kept = _pruned(desk, before, papers_texts) if goes else None
    if desk.flags.json:
        content = {"papers": found.papers, "bytes": found.bytes, "before": before.isoformat(), "pruned": goes}
        desk.write_json(content)
    elif not found.papers:
        desk.write(f"Nothing can go: no details of papers announced before {words.short_day(before)}.\n")
        desk.say("What is unread, or was ever starred, tagged or noted, stays.")
    elif dry_run:
        desk.echo(f"What would go: {what}, {size(found.bytes)}. Nothing was changed.\n")
    else:
        desk.echo(f"Gone: {what}, {size(found.bytes)}.\n" if goes else "Nothing was changed.\n")
    if kept is not None:
        desk.say("The file keeps its size for now: making it smaller takes room for a copy of it, which is not there.")
    return kept.exit_code if kept else 0


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # another process let it go
        return 0


def _pruned(desk: Desk, before: date, papers_texts: Sequence[Path]) -> DataError | None:
    """Let the details go; give why the file could not be made smaller, which takes as much room again for a moment."""
    pruning.prune(desk.database, before)
    for file in papers_texts:
        with suppress(OSError):
            file.unlink()
    try:
        desk.database.shrink()
    except DataError as error:
        return error
    return None


def _confirmed(yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("That is done only where you agree.", "`--yes` agrees; `--dry-run` says what would go.")
    return typer.confirm("Let it go?", err=True)
