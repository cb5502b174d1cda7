"""The filters that lists share: what was typed for them becomes a Filter, and a Filter becomes words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coolcli import days
from coolcli.arxiv.categories import Categories, parse
from coolcli.cli.desk import Desk
from coolcli.errors import UsageError, or_list
from coolcli.models import ANNOUNCE_TYPES, AnnounceType, Filter, Row
from coolcli.render import words
from coolcli.store import select
from coolcli.tags import known_tag

SAVED = "@"
"""What the name of a saved search begins with."""

if TYPE_CHECKING:
    from coolcli.query.tree import Node

REPLACED = "replaced"
"""What stands for both kinds of replacements."""


def made(
    desk: Desk,
    *,
    unread: bool = False,
    since: str | None = None,
    until: str | None = None,
    categories: Sequence[str] | None = None,
    types: Sequence[str] | None = None,
    starred: bool = False,
    tags: Sequence[str] | None = None,
    noted: bool = False,
    query: Sequence[str] | None = None,
) -> Filter:
    """Make a filter of options as typed; among categories may be `@NAME`, a saved search.

    Raises UsageError: BadDay, BadCategory, BadQuery, or for a type or tag that does not exist, which names the nearest.
    """
    names = [word for word in categories or () if word.startswith(SAVED)]
    named = [word for word in categories or () if word not in names]
    asked = parse(named) if named else Categories(())
    node, told = understood(desk, [*names, *(query or ())])
    found = Filter(
        unread,
        None if since is None else days.parse(since, desk.now),
        None if until is None else days.parse(until, desk.now),
        asked.wanted,
        asked.unwanted,
        _types(types or ()),
        starred,
        _tags(desk, tags or ()),
        noted,
        node,
        told,
    )
    if found.since and found.until and found.since > found.until:
        raise UsageError(
            f"No day is from {words.short_day(found.since)} on and up to {words.short_day(found.until)}.",
            "`--since` takes the earlier of the two days, `--until` the later.",
        )
    return found


def understood(desk: Desk, queries: Sequence[str]) -> tuple[Node | None, str]:
    """Read queries that all have to fit, and give them as one, and as it is told to the reader. Raises BadQuery.

    The index of texts is brought up to date. Without a query there is none.
    """
    if not queries:
        return None, ""
    from coolcli.cli import asking
    from coolcli.query.fields import every

    asked = every([asking.read(desk, query) for query in queries])
    asking.catch_up(desk)
    return asked, asking.told(asked)


def parts(wanted: Filter) -> list[Node]:
    """Give what a filter lets through as parts of a query, which all have to fit. Replacements are of one kind."""
    from coolcli.query.fields import either
    from coolcli.query.tree import Announced, Category, Is, Not, Tagged

    found: list[Node] = [wanted.query] if wanted.query else []
    if wanted.since or wanted.until:
        found.append(Announced(wanted.since, wanted.until))
    if wanted.wanted:
        found.append(either(map(Category, wanted.wanted)))
    found += [Not(Category(name)) for name in wanted.unwanted]
    if wanted.types:
        kinds = {"new": Is("new"), "cross": Is("cross"), "replace": Is("replaced"), "replace-cross": Is("replaced")}
        found.append(either(dict.fromkeys(kinds[name] for name in wanted.types)))
    marks = {"unread": wanted.unread, "starred": wanted.starred, "noted": wanted.noted}
    found += [Is(name) for name, is_asked in marks.items() if is_asked]  # type: ignore[arg-type]  # all are marks
    return found + [Tagged(tag) for tag in wanted.tags]


def fitting(desk: Desk, rows: list[Row], query: Node) -> list[Row]:
    """Give those rows that fit a query, in their order. Day and type are those of the rows."""
    from coolcli.cli import asking
    from coolcli.store import searching

    asking.catch_up(desk)  # rows may have come since the query was read
    with desk.database.read() as connection:
        (fits,) = searching.fitting(connection, rows, [query])
    return [row for row in rows if row.id in fits]


def passes(row: Row, wanted: Filter) -> bool:
    """Tell whether a paper has the categories, types, tags and marks of a filter; days are not looked at."""
    asked = Categories(wanted.wanted, wanted.unwanted)
    return (
        (not wanted.wanted or select.within(row, asked))
        and (not wanted.types or row.announce_type in wanted.types)
        and (not wanted.unread or (row.backlog and not row.marks.read))
        and (not wanted.starred or row.marks.starred)
        and set(wanted.tags) <= set(row.marks.tags)
        and (not wanted.noted or row.marks.note is not None)
    )


def counted(count: int, wanted: Filter) -> str:
    """Write a count with what the filter lets through: `12 unread papers in cs.LG of type new or cross, since …`."""
    marks = ("unread " if wanted.unread else "") + ("starred " if wanted.starred else "")
    text = words.number(count, f"{marks}paper")
    if wanted.wanted:
        text += f" in {Categories(wanted.wanted, wanted.unwanted)}"
    if wanted.types:
        text += f" of type {or_list(wanted.types)}"
    text += " with a note" if wanted.noted else ""
    text += f" that fit: {wanted.words}" if wanted.words else ""
    tagged = [f"tagged {', '.join(wanted.tags)}"] if wanted.tags else []
    return ", ".join([text, *tagged, *_span(wanted)])


def _span(wanted: Filter) -> list[str]:
    if wanted.since and wanted.since == wanted.until:
        return [f"of {words.short_day(wanted.since)}"]
    since = [f"since {words.short_day(wanted.since)}"] if wanted.since else []
    return since + ([f"up to {words.short_day(wanted.until)}"] if wanted.until else [])


def _types(typed: Sequence[str]) -> tuple[AnnounceType, ...]:
    """Read types, in arXiv's order. Raises UsageError that names the nearest."""
    asked = {word.lower() for part in typed for word in part.replace(",", " ").split()}
    if REPLACED in asked:
        asked = asked - {REPLACED} | {"replace", "replace-cross"}
    if typed and not asked:
        raise _no_type("", sorted(ANNOUNCE_TYPES))
    for word in sorted(asked - set(ANNOUNCE_TYPES)):
        from difflib import get_close_matches

        raise _no_type(word, get_close_matches(word, (*ANNOUNCE_TYPES, REPLACED), n=2, cutoff=0.4))
    return tuple(name for name in ANNOUNCE_TYPES if name in asked)


def _no_type(word: str, near: Sequence[str]) -> UsageError:
    hint = f"Did you mean {or_list(near)}? " if word and near else ""
    return UsageError(f"'{word}' is no type of announcement.", f"{hint}It is {or_list((*ANNOUNCE_TYPES, REPLACED))}.")


def _tags(desk: Desk, typed: Sequence[str]) -> tuple[str, ...]:
    """Give the reader's tags that were typed, in either case. Raises UsageError that names the nearest."""
    if not typed:
        return ()
    with desk.database.read() as connection:
        known = select.tags(connection)
    return tuple(dict.fromkeys(known_tag(word, known) for word in typed))
