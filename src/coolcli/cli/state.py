"""`cool state`: all that the reader did, as plain text, and the same on every machine of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coolcli.arxiv.text import clean
from coolcli.cli.desk import Desk
from coolcli.errors import FetchError, UsageError
from coolcli.render import words
from coolcli.store import merging, papers

if TYPE_CHECKING:
    from coolcli.state.repository import Exchange, Repository
    from coolcli.store.merging import Record, Taken

FORMS = "export DIR, import DIR, init GIT_URL, push"
"""What `cool state` takes."""


def state(
    ctx: typer.Context,
    asked: Annotated[
        list[str] | None,
        typer.Argument(metavar="[export DIR | import DIR | init GIT_URL | push]", help="Nothing: say what there is."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With import: say what would come, take nothing.")] = False,
) -> int:
    """Write all you did as text, take it in, or keep several machines the same through a git repository of yours."""
    desk = Desk(ctx)
    if dry_run and (asked or [""])[0] != "import":
        raise UsageError("`--dry-run` goes with `cool state import` only.", "cool state import DIR --dry-run")
    match asked or []:
        case []:
            _tell_state(desk)
        case ["export", place]:
            _export(desk, Path(place).expanduser())
        case ["import", place]:
            _import(desk, Path(place).expanduser(), dry_run=dry_run)
        case ["init", url]:
            _init(desk, url)
        case ["push"]:
            _push(desk)
        case [("export" | "import" | "init") as verb, *_]:
            what = "the address of one git repository" if verb == "init" else "one folder"
            raise UsageError(f"`cool state {verb}` takes {what}.", f"It takes {FORMS}.")
        case [word, *_]:
            raise UsageError(f"`cool state` cannot do '{clean(word)}'.", f"It takes {FORMS}.")
    return 0


def repository(desk: Desk) -> Repository:
    """Give the reader's git repository, which may not be set up."""
    from coolcli.state.repository import Repository

    return Repository(desk.paths.data / "state.git", tell=desk.progress.say)


def is_set_up(desk: Desk) -> bool:
    """Tell whether there may be a repository, without asking git."""
    return (desk.paths.data / "state.git" / "HEAD").is_file()


def exchanged(desk: Desk) -> Exchange:
    """Bring this machine and the repository to the same. Raises UsageError, FetchError or DataError."""
    if desk.offline:
        raise FetchError("Nothing is pushed or pulled (--offline).", "Run it again without `--offline`.")
    device = _device(desk)
    done = repository(desk).exchange(lambda came: _take(desk, came).events, lambda: _all(desk), f"From {device}")
    desk.progress.clear()
    return done


def _tell_state(desk: Desk) -> None:
    device, counts = _device(desk), _counts(_all(desk))
    url = repository(desk).url if is_set_up(desk) else None
    if desk.flags.json:
        from coolcli.state.repository import masked

        content = {"device": device, "devices": counts, "repository": masked(url) if url else None}
        desk.write(json.dumps({"state": content}, ensure_ascii=False, indent=1) + "\n")
        return
    total = sum(one["events"] for one in counts.values())
    desk.echo(f"{words.number(total, 'event')} of {words.number(len(counts), 'device')}; this one is {device}.\n")
    for name, one in counts.items():
        if len(counts) > 1:
            desk.echo(f"  {name}  {words.number(one['events'], 'event')}, the last {one['last'][:10]}\n")
    if url:
        from coolcli.state.repository import masked

        desk.echo(f"Repository: {masked(url)}. `cool state push` and `cool sync` bring both to the same.\n")
    else:
        desk.say(
            "For several machines: `cool state init GIT_URL`, an empty repository of yours, then `cool state push`."
        )


def _export(desk: Desk, place: Path) -> None:
    from coolcli.state import folder

    done = folder.write(place, _all(desk))
    if desk.flags.json:
        content = {"folder": str(place), "files": done.files, "changed": done.changed, "foreign": done.foreign}
        desk.write(json.dumps({"export": content}, ensure_ascii=False, indent=1) + "\n")
        return
    changed = f"{done.changed} changed" if done.changed else "none changed"
    desk.echo(f"{words.number(done.files, 'file')} in {clean(str(place))}, {changed}.\n")
    if done.foreign:
        kept = words.number(done.foreign, "event")
        desk.say(f"{kept} in them are not here and were kept: `cool state import {clean(str(place))}` takes them in.")


def _import(desk: Desk, place: Path, *, dry_run: bool) -> None:
    from coolcli.state import folder

    records = folder.read(place)
    taken, copy = _take(desk, records, dry_run=True), None
    if not dry_run and (taken.events or taken.disputed):
        copy = desk.database.keep_copy("import")  # undo cannot tell what came from what was
        taken = _take(desk, records)
    if desk.flags.json:
        content = taken._asdict() | {"dry_run": dry_run, "copy": str(copy) if copy else None}
        desk.write(json.dumps({"import": content}, ensure_ascii=False, indent=1) + "\n")
    elif not taken.events and not taken.disputed:
        desk.echo("All of it was here already.\n")
    else:
        about = f"of {words.number(taken.devices, 'device')}, about {words.number(taken.subjects, 'paper')}"
        desk.echo(f"{words.number(taken.events, 'event')} {about}{': would come' if dry_run else ' came'}.\n")
    if taken.disputed:
        desk.say(f"{words.number(taken.disputed, 'event')} said something else here: who edited that file by hand?")
    if copy:
        _tell_pending(desk)
        desk.say(f"As it was before: {clean(str(copy))}.")


def _init(desk: Desk, url: str) -> None:
    from coolcli.state.repository import masked

    if desk.flags.demo:
        raise UsageError("A demonstration has no repository.", "Run it without `--demo`.")
    if desk.offline:
        raise FetchError("The repository cannot be looked at (--offline).", "Run it again without `--offline`.")
    repository(desk).init(url)
    desk.progress.clear()
    if desk.flags.json:
        desk.write(json.dumps({"repository": masked(url)}, ensure_ascii=False) + "\n")
    else:
        desk.echo(f"The repository is {masked(url)}.\n")
        desk.say("`cool state push` brings it and this machine to the same, and so does each `cool sync` from now on.")


def _push(desk: Desk) -> None:
    done = exchanged(desk)
    if desk.flags.json:
        desk.write(json.dumps({"push": done._asdict()}) + "\n")
        return
    came = f"{words.number(done.received, 'event')} came from other machines" if done.received else "nothing new came"
    desk.echo(f"{'Pushed' if done.pushed else 'Nothing to push'}; {came}.\n")
    if done.received:
        _tell_pending(desk)


def _tell_pending(desk: Desk) -> None:
    """Say of how many papers only the id came, where of any."""
    with desk.database.read() as connection:
        pending = len(papers.pending(connection))
    if pending:
        desk.say(f"The next `cool sync` fetches the titles of {words.number(pending, 'paper')}.")


class _Rehearsed(Exception):
    """What would be taken in was counted."""

    def __init__(self, taken: Taken) -> None:
        super().__init__()
        self.taken = taken


def _take(desk: Desk, records: Iterable[Record], *, dry_run: bool = False) -> Taken:
    try:
        with desk.database.write() as connection:
            taken = merging.take(connection, records)
            if dry_run:
                raise _Rehearsed(taken)
    except _Rehearsed as rehearsed:
        return rehearsed.taken
    return taken


def _all(desk: Desk) -> list[Record]:
    with desk.database.read() as connection:
        return list(merging.recorded(connection))


def _device(desk: Desk) -> str:
    with desk.database.read() as connection:
        return merging.device(connection)


def _counts(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """Count the events of each device, and tell when the last one was."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        one = found.setdefault(record.device, {"events": 0, "last": record.at})
        one["events"] += 1
        one["last"] = max(one["last"], record.at)
    return found
