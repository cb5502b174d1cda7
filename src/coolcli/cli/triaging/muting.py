"""Muting within a sitting: a rule as `cool mute` makes it, and what it takes out of sight."""

from __future__ import annotations

from coolcli.arxiv.text import clean
from coolcli.cli import asking, rulebook
from coolcli.cli.triaging import looking
from coolcli.cli.triaging.sitting import Sitting
from coolcli.errors import BadQuery
from coolcli.models import Row
from coolcli.query import parsing
from coolcli.query.tree import Text
from coolcli.store.rules import Rule


def mute(sitting: Sitting, query: str) -> str:
    """Mute what fits a query, and say what that does to the pile; a text of several words is a phrase.

    What was watched with the same meaning is watched no longer. Raises BadQuery.
    """
    rule = Rule("muted", rulebook.query_of([query]))
    made = rulebook.put(sitting.desk, rule, asking.read(sitting.desk, rule.query))
    if not made.changes:
        return f"{rule.query} is muted already"
    before = sitting.pile.muted
    not_now = ", no longer watching it" if made.ended else ""
    told = sitting.rule(f"muted {rule.query}{not_now}", made.changes)
    return f"{told}: {_told(sitting, len(sitting.pile.muted - before))}"


def would(sitting: Sitting, query: str) -> str:
    """Say of what may be only half typed what muting it would do to the papers in sight."""
    try:
        found = looking.fitting(sitting, asking.read(sitting.desk, rulebook.query_of([query])))
    except BadQuery as error:
        return error.said
    return f"{len(found & set(sitting.pile.shown) - sitting.pile.starred):,} of these papers"


def suggestions(row: Row) -> list[tuple[str, str]]:
    """Give for each author of a paper what can be muted: in words, and as a query."""
    names = dict.fromkeys(clean(author.replace('"', " ")) for author in row.paper.authors)
    return [
        (f"by {name}", parsing.written(Text(name, "author", "phrase"))) for name in names if any(map(str.isalnum, name))
    ]


def _told(sitting: Sitting, count: int) -> str:
    if not count:
        return "none of these papers goes out of sight"
    these = "1 of these papers is" if count == 1 else f"{count:,} of these papers are"
    broad = ", more than half" if count * 2 > len(sitting.pile.entries) else ""
    return f"{these} {'muted, and still shown' if sitting.pile.shows_muted else 'out of sight'}{broad}"
