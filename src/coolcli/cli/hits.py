"""What saved searches find, and what of it is new: told by `cool`, `sync` and `save`, marked in lists that name one.

What a list on a terminal showed is new no more; what it left out, rules muted, or a program read, is new still.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.text import clean
from coolcli.cli import asking, ruling
from coolcli.errors import BadQuery
from coolcli.models import Filter
from coolcli.query import parsing
from coolcli.query.tokens import tokens
from coolcli.render import words
from coolcli.store import hits, index, rules, select

if TYPE_CHECKING:
    from coolcli.cli.desk import Desk
    from coolcli.render.emphasis import Emphasis


_NEW = "new hit"
"""Why a paper is marked; `new` alone stands beside it for what it was announced as."""


class Found(NamedTuple):
    """What a saved search finds."""

    name: str
    query: str
    ids: tuple[str, ...] = ()
    """The newest first, and so below."""
    new: tuple[str, ...] = ()
    since: datetime | None = None
    """When the reader last looked at it; None where the search was not looked up here before."""
    problem: str | None = None
    """Why it cannot be understood any more, so that it finds nothing."""
    muted: frozenset[str] = frozenset()
    """What of the new rules take out of sight."""

    @property
    def content(self) -> dict[str, object]:
        """Give it for a program."""
        return {
            "name": self.name,
            "query": self.query,
            "hits": None if self.problem else len(self.ids),
            "new": len(self.new),
            "muted": len(self.muted),
            "ids": list(self.new),
            "problem": self.problem,
        }

    @property
    def told(self) -> str:
        """Say how many are new: `30 new, 49 more muted`; nothing where none are."""
        return words.new_hits(len(self.new), len(self.muted))


def of(desk: Desk, names: Collection[str] | None = None) -> list[Found]:
    """Look up the saved searches, or some of them, in the order of their names. The index is brought up to date.

    One that was not looked up here before begins: all that it finds now is known.
    """
    with desk.database.read() as connection:
        saved = rules.searches(connection)
    wanted = [name for name in saved if names is None or name in names]
    if not wanted:
        return []
    asking.catch_up(desk)
    found = [_found(desk, name, saved) for name in wanted]
    for each in found:
        if each.since is None and each.problem is None:
            begin(desk, each)
    muted = _muted(desk, {paper_id for each in found for paper_id in each.new})
    return [each._replace(muted=muted.intersection(each.new)) for each in found]


def begin(desk: Desk, found: Found) -> None:
    """Let a search begin with what it finds now."""
    desk.database.keep(partial(hits.begin, name=found.name, query=found.query, found=found.ids, now=desk.now))


def brought_up_to_date(desk: Desk) -> list[Found]:
    """Do what nobody waits for: bring the index into order, forget what belongs to no search, and look up all."""
    if not desk.database.read_only:
        index.tidy(desk.database)
        with desk.database.write() as connection:
            hits.tidy(connection, rules.searches(connection))
    asking.catch_up(desk)
    return of(desk)


def names_in(text: str, saved: Collection[str]) -> list[str]:
    """Give the saved searches that a query names, as they are spelled; of one that cannot be read none."""
    try:
        typed = [token.text for token in tokens(clean(text)) if token.kind == "saved"]
    except BadQuery:
        return []
    return list(dict.fromkeys(name for word in typed if (name := spelled(word, saved)) is not None))


def spelled(word: str, saved: Collection[str]) -> str | None:
    """Give the name that a word means, in either case; None where it means none."""
    if word in saved:
        return word
    return next((name for name in saved if name.casefold() == word.casefold()), None)


class Fresh(NamedTuple):
    """What is new in a list that names saved searches."""

    found: tuple[Found, ...] = ()

    def marked(self, emphasis: Emphasis) -> Emphasis:
        """Add that a paper is new to why it stands out."""
        new = {paper_id for each in self.found for paper_id in each.new}
        others = emphasis.reasons
        reasons = {paper_id: ", ".join(filter(None, (_NEW, others.get(paper_id)))) for paper_id in new}
        return emphasis._replace(reasons={**others, **reasons})

    def told(self, shown: Collection[str], now: datetime) -> str:
        """Say how many of the papers that are shown are new, and of how many; nothing where nothing is."""
        named = len(self.found) > 1
        return " · ".join(
            (f"@{each.name}: " if named else "") + _told(each, shown, now) for each in self.found if each.new
        )

    def show(self, desk: Desk, shown: Collection[str]) -> None:
        """Let what a terminal showed be new no more, and this be when the reader looked last."""
        for each in self.found:
            seen = set(each.new).intersection(shown)
            desk.database.keep(partial(hits.look, name=each.name, query=each.query, shown=seen, now=desk.now))


def named(desk: Desk, typed: Sequence[str]) -> Fresh:
    """Look up the saved searches that a command line names."""
    if not any("@" in text for text in typed):
        return Fresh()
    with desk.database.read() as connection:
        saved = rules.searches(connection)
    names = {name for text in typed for name in names_in(text, saved)}
    return Fresh(tuple(each for each in of(desk, names) if each.problem is None)) if names else Fresh()


def lines(found: Sequence[Found]) -> Iterator[str]:
    """Say in a line for each search with new hits how many they are, and what lists them."""
    for each in found:
        if each.new:
            flag = " --muted" if len(each.muted) == len(each.new) else ""
            yield f"@{clean(each.name)}: {each.told} (cool list @{clean(each.name)}{flag})"


def tell_problems(desk: Desk, found: Sequence[Found]) -> None:
    """Say which searches cannot be understood, and what to do."""
    for each in found:
        if each.problem is not None:
            desk.say(f"{problem(each)} `cool save {clean(each.name)} QUERY` or `cool unsave {clean(each.name)}` helps.")


def problem(found: Found) -> str:
    """Say that a search cannot be understood, and why."""
    return f"@{clean(found.name)} finds nothing: {found.problem}"


def _found(desk: Desk, name: str, saved: Mapping[str, str]) -> Found:
    query = saved[name]
    try:
        node = parsing.parse(query, desk.now, saved=saved)  # a tag that no paper bears any more finds nothing
    except BadQuery as error:
        return Found(name, query, problem=clean(error.said))
    with desk.database.read() as connection:
        ids = select.ids_of(connection, Filter(query=node))
        begun = hits.begun(connection).get(name)
        if begun is None or begun.query != query:
            return Found(name, query, tuple(ids))
        return Found(name, query, tuple(ids), tuple(hits.unseen(connection, name, ids)), begun.at)


def _muted(desk: Desk, new: Collection[str]) -> frozenset[str]:
    """Give those of some papers that rules take out of sight."""
    with desk.database.read() as connection:
        rows = list(select.by_ids(connection, [*new], abstracts=False).values())
    return frozenset(ruling.ruled(desk, rows).out_of_sight)


def _told(found: Found, shown: Collection[str], now: datetime) -> str:
    """Say how much of what is shown is new, of how much, and when the reader looked last."""
    out_of_sight = len(found.muted.difference(shown))
    count, new = len(set(found.new).intersection(shown)), len(found.new) - out_of_sight
    many = f"{count:,} of " if 0 < new != count else ""
    many += words.new_hits(len(found.new), out_of_sight)
    if found.since is None:
        return many
    local = found.since.astimezone()
    today = local.date() == now.astimezone().date()
    return f"{many}; you looked last {f'at {local:%H:%M}' if today else f'on {words.short_day(local.date())}'}"
