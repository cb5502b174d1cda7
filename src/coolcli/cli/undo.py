"""`cool undo`: take back what was done, over sessions."""

from collections.abc import Sequence
from typing import Annotated

import typer

from coolcli.cli.desk import Desk
from coolcli.models import Change
from coolcli.render import words
from coolcli.store import events, select

LISTED = 20
"""Changes that `--list` shows."""

_SAYS = {
    "star": "starred",
    "unstar": "unstarred",
    "done": "marked as read",
    "undone": "marked as unread",
    "next": "marked as read by next",
    "show": "marked as read by show",
    "open": "opened",
    "subscribe": "subscribed to",
    "unsubscribe": "unsubscribed from",
}


def undo(
    ctx: typer.Context,
    count: Annotated[int, typer.Argument(metavar="[N]", min=1, help="Changes to take back.")] = 1,
    list_only: Annotated[bool, typer.Option("--list", help="List what can be taken back, newest first.")] = False,
) -> int:
    """Take back the last change, or the last N; each command that changed something is one."""
    desk = Desk(ctx)
    if list_only:
        return _list(desk)
    with desk.database.write() as connection:
        changes = events.changes(connection, count)
        for change in changes:
            events.undo(connection, change, desk.now)
    if not changes:
        desk.say("There is nothing to undo.")
    for change in changes:
        desk.write(f"Undone: {_described(desk, change)}\n")
    return 0


def _list(desk: Desk) -> int:
    with desk.database.read() as connection:
        changes = events.changes(connection, LISTED)
    if desk.flags.json:
        import json

        content = [
            {"number": number, "verb": change.verb, "at": change.at.isoformat(), "subjects": change.subjects}
            for number, change in enumerate(changes, 1)
        ]
        desk.write(json.dumps({"changes": content}, indent=1) + "\n")
        return 0
    for number, change in enumerate(changes, 1):
        desk.write(f"{number:>3}  {change.at.astimezone():%d %b %H:%M}  {_described(desk, change)}\n")
    if changes:
        desk.say("`cool undo` takes back 1, `cool undo 3` the first three.")
    else:
        desk.say("There is nothing to undo.")
    return 0


def _described(desk: Desk, change: Change) -> str:
    """Say what a change was: `starred 2611.01234  Title`, `marked as read 12 papers`."""
    did = _SAYS.get(change.verb, change.verb)
    categories = [category for subject in change.subjects if (category := events.category_of(subject))]
    if categories:
        return f"{did} {', '.join(categories)}"
    return f"{did} {_papers(desk, change.subjects)}"


def _papers(desk: Desk, ids: Sequence[str]) -> str:
    if len(ids) > 3:
        return f"{len(ids)} papers"
    with desk.database.read() as connection:
        found = select.by_ids(connection, ids, desk.backlog)
    return "; ".join(
        f"{paper_id}  {words.titled(found[paper_id])}" if paper_id in found else paper_id for paper_id in ids
    )
