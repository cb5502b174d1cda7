"""`tag`, `untag`, `tags`: words of the reader's own on papers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from coolcli.arxiv.text import clean
from coolcli.cli import gathering, papers
from coolcli.cli.desk import Desk
from coolcli.errors import UsageError
from coolcli.models import Event, Filter, Row
from coolcli.render import words
from coolcli.store import events, select
from coolcli.tags import FORM, known_tag, like_an_id, parse, spelled, tag_of

PapersAndTags = Annotated[
    list[str],
    typer.Argument(metavar="REF... TAG...", help="Papers as anywhere, and tags: cool tag 3 7 survey to-read."),
]
PapersAndTheirTags = Annotated[
    list[str],
    typer.Argument(metavar="REF... TAG...", help="Papers as anywhere, and tags of theirs: cool untag 3 7 survey."),
]


def tag(ctx: typer.Context, typed: PapersAndTags) -> int:
    """Tag papers. A tag counts in either case, and keeps the spelling that it had first.

    A paper that is not here yet is fetched; without a network it is kept as pending.
    """
    desk = Desk(ctx)
    wanted, tags = _divided(typed)
    if not wanted:
        raise UsageError(f"Which papers are to be tagged {', '.join(tags)}?", "cool tag 3 7 survey")
    if not tags:
        papers.resolved(desk, wanted)  # a mistyped reference is named first
        raise UsageError("Which tag are they to have? `cool tag 3 7 survey`", FORM)
    tags = names(desk, tags)
    ids = [identifier.id for identifier in papers.resolved(desk, wanted)]
    pending = gathering.fetched_or_pending(desk, ids)
    rows = desk.rows(ids)
    changed = desk.record("tag", events_of(rows, tags, desk.now))
    so = ", ".join(tags)
    gathering.report(desk, rows, changed, f"Tagged {so}:", f"already tagged {so}", pending)
    return 0


def untag(
    ctx: typer.Context,
    typed: PapersAndTheirTags,
    everything: Annotated[bool, typer.Option("--all", help="Take all their tags off.")] = False,
) -> int:
    """Take tags off papers."""
    desk = Desk(ctx)
    spellings = _spellings(desk)
    known = list(spellings)
    wanted, tags = _divided(typed, known)
    if not wanted:
        raise UsageError(f"Off which papers is {', '.join(tags)} to be taken?", "cool untag 3 7 survey")
    if bool(tags) == everything:
        raise UsageError("`cool untag` takes tags or `--all`, one of them.", "cool untag 3 survey, or 3 --all")
    tags = [known_tag(word, known) for word in tags]
    rows = desk.rows([identifier.id for identifier in papers.resolved(desk, wanted)])
    changed = desk.record(
        "untag",
        [
            events.clear(events.TAG + each, row.id)
            for row in rows
            for name in tags or row.marks.tags
            for each in spellings.get(name, ())
        ],
    )
    so = f" {', '.join(tags)}" if tags else ""
    gathering.report(desk, rows, changed, f"Untagged{so}:", f"not tagged{so}")
    return 0


def tags(
    ctx: typer.Context,
    order: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[rename OLD NEW | delete TAG]", help="Rename a tag on all its papers, or take it off all."
        ),
    ] = None,
) -> int:
    """List your tags with the number of their papers, or rename one: onto a tag that is there, both become one.

    `delete` takes a tag off all its papers, as one change.
    """
    desk = Desk(ctx)
    match order or []:
        case []:
            pass
        case ["rename", old, new]:
            _rename(desk, old, new)
        case ["delete", name]:
            _delete(desk, name)
        case other:
            raise UsageError(
                "`cool tags` lists them; `cool tags rename OLD NEW` renames one, `cool tags delete TAG` deletes one.",
                f"`cool list --tag {_meant(desk, other)}` lists its papers.",
            )
    if desk.flags.json or not order:
        _list(desk)
    return 0


def names(desk: Desk, typed: Sequence[str]) -> list[str]:
    """Give the tags that were typed, each once, as they were first spelled. Raises UsageError for what is none."""
    known = list(_spellings(desk)) if typed else []
    found: dict[str, None] = {}
    for word in typed:
        name = tag_of(word, [*known, *found])
        if name != parse(word):
            desk.say(f"'{word}' is spelled {name} here.")
        found[name] = None
    return list(found)


def events_of(rows: Sequence[Row], tags: Sequence[str], now: datetime) -> list[Event]:
    """Make the events that tag papers; what bears a tag in another spelling bears it already."""
    return [events.tag(name, row.id, now) for row in rows for name in tags if name not in row.marks.tags]


def _divided(typed: Sequence[str], known: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """Tell references from tags. Raises UsageError for a word that can be neither."""
    tags = [word for word in typed if word in known or parse(word)]
    others = [word for word in typed if word not in tags]
    for word in others:
        if any(map(str.isalpha, word)) and not like_an_id(word) and "://" not in word:
            raise UsageError(f"'{word}' is neither a paper nor a tag.", FORM)
    return others, tags


def _spellings(desk: Desk) -> dict[str, list[str]]:
    with desk.database.read() as connection:
        return select.spellings(connection)


def _rename(desk: Desk, old: str, new: str) -> None:
    known = _spellings(desk)
    before = known_tag(old, list(known))
    after = tag_of(new, [name for name in known if name != before])
    if before == after:
        desk.say(f"It is {after} already.")
        return
    with desk.database.read() as connection:
        ids = select.ids_of(connection, Filter(tags=(before,)))
    left = [name for name in known[before] if name != after]
    cleared = [events.clear(events.TAG + name, paper_id) for name in left for paper_id in ids]
    desk.record("tags", [*cleared, *(events.tag(after, paper_id, desk.now) for paper_id in ids)])
    if not desk.flags.json:
        desk.echo(f"Renamed {before} to {after} on {words.number(len(ids), 'paper')}.\n")


def _delete(desk: Desk, typed: str) -> None:
    spellings = _spellings(desk)
    name = known_tag(typed, list(spellings))
    with desk.database.read() as connection:
        ids = select.ids_of(connection, Filter(tags=(name,)))
    desk.record("untag", [events.clear(events.TAG + each, paper_id) for paper_id in ids for each in spellings[name]])
    if not desk.flags.json:
        desk.echo(f"Took {clean(name)} off {words.number(len(ids), 'paper')}.\n")
        desk.say("`cool undo` takes it back.")


def _meant(desk: Desk, order: Sequence[str]) -> str:
    """Give the tag among some words, for an example; where none is one, TAG."""
    known = list(_spellings(desk))
    return next((name for word in order if (name := spelled(parse(word) or word, known))), "TAG")


def _list(desk: Desk) -> None:
    with desk.database.read() as connection:
        counts = select.tag_counts(connection)
    if desk.flags.json:
        content = [{"tag": name, "papers": count} for name, count in counts.items()]
        desk.write_json({"tags": content})
    elif not desk.on_terminal:
        desk.write("".join(f"{clean(name)}\t{count}\n" for name, count in counts.items()))
    elif counts:
        _show(desk, counts)
    else:
        desk.say("There are no tags yet. `cool tag 3 survey` tags row 3 of the last list.")


def _show(desk: Desk, counts: dict[str, int]) -> None:
    from rich.text import Text

    width = max(len(str(count)) for count in counts.values())
    with desk.paged() as out:
        out.print(Text.assemble((f"{count:>{width}}  ", "dim"), clean(name)) for name, count in counts.items())
    desk.screen.show(Text(f"\nTry: cool list --tag {clean(next(iter(counts)))}", "dim"))
