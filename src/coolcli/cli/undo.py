"""`cool undo`: take back what was done, over sessions."""

from collections.abc import Sequence
from typing import Annotated

import typer

from coolcli.arxiv.text import clean
from coolcli.cli.desk import Desk
from coolcli.models import Change
from coolcli.render import words
from coolcli.store import events, rules
from coolcli.store.papers import stamp

LISTED = 20
"""Changes that `--list` shows."""
MOST = 1_000_000
"""Changes that can be taken back at once."""
MOST_IDS = 4
"""Ids that a description names."""

_SAYS = {
    "star": "starred {}",
    "bib": "starred {} (bib check)",
    "unstar": "unstarred {}",
    "tag": "tagged {on}: {}",
    "untag": "took {off} off {}",
    "tags": "renamed the tag {off} to {on} on {}",
    "note": "changed the note of {}",
    "done": "marked {} as read",
    "undone": "marked {} as unread",
    "next": "marked {} as read (next)",
    "show": "marked {} as read (show)",
    "open": "opened {}",
    "pdf": "opened the PDF of {}",
    "diff": "saw the new version of {}",
    "subscribe": "subscribed to {}",
    "unsubscribe": "unsubscribed from {}",
    "watch": "watched {}",
    "unwatch": "no longer watched {}",
    "mute": "muted {}",
    "unmute": "no longer muted {}",
    "rules": "changed the rules {}",
    "save": "saved the search {}",
    "unsave": "forgot the saved search {}",
}

_DONE_IN_SITTING = {
    ("read", True): "read",
    ("starred", True): "starred",
    ("opened", True): "opened",
    ("later", True): "put off",
    ("tag", True): "tagged",
    ("note", True): "noted",
    ("muted", True): "muted",
    ("read", False): "unread again",
    ("starred", False): "unstarred",
    ("later", False): "put off no longer",
    ("tag", False): "untagged",
    ("note", False): "without their note",
    ("watched", False): "no longer watched",
}
"""What a sitting does to fields, set or taken away, in the words of the list of changes."""


def undo(
    ctx: typer.Context,
    count: Annotated[int, typer.Argument(metavar="[N]", min=1, max=MOST, help="Changes to take back.")] = 1,
    list_only: Annotated[bool, typer.Option("--list", help="List what can be taken back, newest first.")] = False,
) -> int:
    """Take back the last change, or the last N; each command that changed something is one."""
    desk = Desk(ctx)
    if list_only:
        return _list(desk)
    with desk.database.write() as connection:
        changes = events.changes(connection, count)
        undone = [events.undo(connection, change, desk.now) for change in changes]
    if desk.flags.json:
        _write_json(desk, changes, undone)
        return 0
    if not changes:
        desk.say("There is nothing to undo.")
    elif len(changes) < count:
        desk.say(f"There were only {len(changes)} changes to undo.")
    for change, what in zip(changes, undone, strict=True):
        desk.echo(f"{_told(change, what)}: {_described(desk, change)}\n")
    return 0


def _told(change: Change, undone: events.Undone) -> str:
    """Say what became of a change."""
    other = "another terminal or machine" if change.verb == events.SITTING else "another machine"
    if undone.events and undone.left:
        return f"Undone in part, for {other} has changed {_some(undone.left)} since"
    if undone.events:
        return "Undone"
    why = f"{other} has changed it since" if undone.left else "nothing of it is left to take back"
    return f"Left as it is, for {why}"


def _list(desk: Desk) -> int:
    with desk.database.read() as connection:
        changes = events.changes(connection, LISTED)
    if desk.flags.json:
        _write_json(desk, changes)
        return 0
    for number, change in enumerate(changes, 1):
        desk.echo(f"{number:>3}  {change.at.astimezone():%d %b %H:%M}  {_described(desk, change)}\n")
    if changes:
        more = f", `cool undo {len(changes)}` all {len(changes)}" if len(changes) > 1 else ""
        desk.say(f"`cool undo` takes back the first{more}.")
    else:
        desk.say("There is nothing to undo.")
    return 0


def _write_json(desk: Desk, changes: Sequence[Change], undone: Sequence[events.Undone] = ()) -> None:
    """Write changes; of those that were to be taken back, whether they were, and of which subjects something stays."""
    content: list[dict[str, object]] = [
        {"number": number, "verb": change.verb, "at": stamp(change.at), "subjects": change.subjects}
        for number, change in enumerate(changes, 1)
    ]
    for each, what in zip(content, undone, strict=False):
        each |= {"undone": bool(what.events), "left": what.left}
    desk.write_json({"changes": content})


def _described(desk: Desk, change: Change) -> str:
    """Say what a change was: `starred 2611.01234  Title`, `marked 12 papers as read`."""
    if change.verb == events.SITTING:
        return _sitting(desk, change)
    names = [clean(name) for subject in change.subjects if (name := _name(subject))]
    what = ", ".join(names) or _papers(desk, change.subjects)
    did = _SAYS.get(change.verb)
    if did is None:  # of a newer version of the program
        return f"{clean(change.verb)} {what}"
    with desk.database.read() as connection:
        on, off = (clean(", ".join(events.tags_of(connection, change, put_on=put_on))) for put_on in (True, False))
    if on and "{on}" not in did:
        did = did.replace("{}", "and tagged {on}: {}")
    return did.format(what, on=on or "one that was there", off=off)


def _sitting(desk: Desk, change: Change) -> str:
    """Say what was done in a sitting: `a sitting of triage: 34 read, 5 starred`."""
    with desk.database.read() as connection:
        counts = events.counts_of(connection, change)
    told = [f"{counts[done]:,} {said}" for done, said in _DONE_IN_SITTING.items() if done in counts]
    return f"a sitting of triage: {', '.join(told) or 'nothing that is left of it'}"


def _name(subject: str) -> str | None:
    """Give what the reader calls a category, a rule or a saved search; None for a paper."""
    return events.category_of(subject) or rules.subject_named(subject)


def _papers(desk: Desk, ids: Sequence[str]) -> str:
    if len(ids) > 1:
        return f"{len(ids)} papers" + (f" ({_some(ids)})" if len(ids) <= MOST_IDS else "")
    return "".join(f"{row.id}  {words.titled(row)}" for row in desk.rows(ids))


def _some(subjects: Sequence[str]) -> str:
    """Name papers and categories, or where they are many, count them."""
    if len(subjects) > MOST_IDS:
        return f"{len(subjects)} of them"
    return clean(", ".join(_name(subject) or subject for subject in subjects))
