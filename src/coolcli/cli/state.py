"""`cool state`: all that the reader did, as plain text, and the same on every machine of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coolcli import config
from coolcli.arxiv.text import clean
from coolcli.cli.desk import Desk
from coolcli.errors import CoolError, FetchError, UsageError
from coolcli.render import words
from coolcli.store import events, merging, papers

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
        case ["export", place] if place:
            _export(desk, config.path_of(place))
        case ["import", place] if place:
            _import(desk, config.path_of(place), dry_run=dry_run)
        case ["init", url]:
            _init(desk, url)
        case ["push"]:
            _push(desk)
        case [word, *_]:
            raise _wrong(word)
    return 0


def _wrong(word: str) -> UsageError:
    """Say what a word takes that `cool state` knows, or which are near one that it does not."""
    takes = {"export": "one folder", "import": "one folder", "init": "the address of one git repository"}
    if word in takes:
        return UsageError(f"`cool state {word}` takes {takes[word]}.", f"`cool state` takes {FORMS}.")
    if word == "push":
        return UsageError("`cool state push` takes nothing more.", "`cool state init GIT_URL` says where to.")
    from difflib import get_close_matches

    near = get_close_matches(word, (*takes, "push"), n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}? " if near else ""
    return UsageError(f"`cool state` cannot do '{clean(word)}'.", f"{hint}It takes {FORMS}.")


def _demonstration() -> UsageError:
    return UsageError("A demonstration has no repository.", "Run it without `--demo`.")


def repository(desk: Desk) -> Repository:
    """Give the reader's git repository, which may not be set up."""
    from coolcli.state.repository import Repository

    return Repository(_place(desk), tell=desk.progress.say)


def _place(desk: Desk) -> Path:
    return desk.paths.data / "state.git"


def is_set_up(desk: Desk) -> bool:
    """Tell whether there may be a repository, without asking git."""
    return _place(desk).exists()


def exchanged(desk: Desk) -> Exchange:
    """Bring this machine and the repository to the same. Raises UsageError, FetchError or DataError."""
    if desk.flags.demo:
        raise _demonstration()
    if desk.offline:
        raise FetchError("Nothing is pushed or pulled (--offline).", "Run it again without `--offline`.")
    with desk.database.read() as connection:
        message = f"From {events.device(connection)}"
    done = repository(desk).exchange(lambda came: _take(desk, came), lambda: _all(desk), message)
    desk.progress.clear()
    return done


def _tell_state(desk: Desk) -> None:
    with desk.database.read() as connection:
        device, counts = events.device(connection), merging.counts(connection)
    url = _url(desk)
    if desk.flags.json:
        devices = {name: {"events": count, "last": last} for name, (count, last) in counts.items()}
        content = {"device": device, "devices": devices, "repository": url}
        desk.write_json({"state": content})
        return
    total = sum(count for count, _ in counts.values())
    desk.echo(f"{words.number(total, 'event')} of {words.number(len(counts), 'device')}; this one is {device}.\n")
    for name, (count, last) in counts.items() if len(counts) > 1 else ():
        desk.echo(f"  {name}  {words.number(count, 'event')}, the last {last[:10]}\n")
    if url:
        desk.echo(f"Repository: {url}. `cool state push` and `cool sync` bring both to the same.\n")
    else:
        desk.say(
            "For several machines: `cool state init GIT_URL`, an empty repository of yours, then `cool state push`."
        )


def _url(desk: Desk) -> str | None:
    """Give the repository's address without its password, None where there is none, or no git to ask."""
    if not is_set_up(desk):
        return None
    from coolcli.state.repository import masked

    try:
        url = repository(desk).url
    except CoolError as error:
        desk.say(error.message)
        return None
    return masked(url) if url else None


def _export(desk: Desk, place: Path) -> None:
    from coolcli.state import folder

    done = folder.write(place, _all(desk))
    if desk.flags.json:
        content = {"folder": str(place), "files": done.files, "changed": done.changed, "foreign": done.foreign}
        desk.write_json({"export": content})
        return
    changed = f"{done.changed} changed" if done.changed else "none changed"
    desk.echo(f"{words.number(done.files, 'file')} in {clean(str(place))}, {changed}.\n")
    if done.foreign:
        kept = words.number(done.foreign, "event")
        desk.say(
            f"Kept {kept} in them that this machine has not: `cool state import {clean(str(place))}` takes them in."
        )


def _import(desk: Desk, place: Path, *, dry_run: bool) -> None:
    from coolcli.state import folder

    records = folder.read(place)
    taken, copy = _take(desk, records, dry_run=True), None
    if not dry_run and (taken.events or taken.disputed):
        copy = desk.database.keep_copy(f"import-{desk.now:%Y-%m-%d}")  # undo cannot tell what came from what was
        taken = _take(desk, records)
    if desk.flags.json:
        content = taken._asdict() | {"dry_run": dry_run, "copy": str(copy) if copy else None}
        desk.write_json({"import": content})
    elif not taken.events and not taken.disputed:
        desk.echo("All of it was here already.\n")
    else:
        about = words.number(taken.subjects, "paper or category", "papers and categories")
        of = f"{words.number(taken.events, 'event')} of {words.number(taken.devices, 'device')}, about {about}"
        desk.echo(f"{of}{': would come' if dry_run else ' came'}.\n")
    _tell_disputed(desk, taken.disputed)
    if copy:
        _tell_pending(desk)
        desk.say(f"As it was before: {clean(str(copy))}.")


def _init(desk: Desk, url: str) -> None:
    from coolcli.state.repository import masked

    if desk.flags.demo:
        raise _demonstration()
    if desk.offline:
        raise FetchError("The repository cannot be looked at (--offline).", "Run it again without `--offline`.")
    before = _url(desk)
    repository(desk).init(url)
    desk.progress.clear()
    if desk.flags.json:
        desk.write_json({"repository": masked(url)})
    else:
        instead = f", in place of {before}" if before and before != masked(url) else ""
        desk.echo(f"The repository is {masked(url)}{instead}.\n")
        desk.say("`cool state push` brings it and this machine to the same, and so does each `cool sync` from now on.")


def _push(desk: Desk) -> None:
    done = exchanged(desk)
    if desk.flags.json:
        desk.write_json({"push": done._asdict()})
        return
    came = f"{words.number(done.received, 'event')} came from other machines" if done.received else "nothing new came"
    desk.echo(f"{'Pushed' if done.pushed else 'Nothing to push'}; {came}.\n")
    tell_oddities(desk, done)
    if done.received:
        _tell_pending(desk)


def tell_oddities(desk: Desk, done: Exchange) -> None:
    """Say what in the repository is not as this program writes it."""
    _tell_disputed(desk, done.disputed)
    if done.unread:
        more = f", and {len(done.unread) - 1} more" if len(done.unread) > 1 else ""
        desk.say(f"Not read, and left as it is: {clean(done.unread[0])}{more}. Is it of a newer cool, or cut off?")


def _tell_disputed(desk: Desk, disputed: int) -> None:
    if disputed:
        desk.say(f"{words.number(disputed, 'event')} said something else here: who edited that file by hand?")


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
