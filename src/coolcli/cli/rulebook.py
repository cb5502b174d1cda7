"""The reader's rules, numbered: what was typed becomes a query, or the rule that is meant by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from coolcli.arxiv.text import clean
from coolcli.cli import ruling
from coolcli.cli.desk import Desk
from coolcli.errors import BadQuery, UsageError, or_list
from coolcli.models import Event
from coolcli.query import fields, parsing
from coolcli.query.tree import Node
from coolcli.store import rules
from coolcli.store.rules import Effect, Rule

VERBS: dict[Effect, str] = {"watched": "watch", "muted": "mute"}
"""The verb that makes a rule."""
ENDS: dict[Effect, str] = {"watched": "unwatch", "muted": "unmute"}
"""The verb that ends it."""

_FIELDS = ("title", "abstract", "author", "comment", "note", "cat", "tag")
"""Fields that can stand as a word of their own before what is looked for."""


class Known(NamedTuple):
    """A rule of the reader's."""

    number: int
    rule: Rule
    since: datetime
    meaning: Node | BadQuery
    """What is wrong with it where it cannot be understood."""

    @property
    def shown(self) -> str:
        """Give its query as it may be shown: another machine can have put anything in."""
        return clean(self.rule.query)

    @property
    def key(self) -> str:
        """Give what is the same for rules that mean the same."""
        return self.rule.query if isinstance(self.meaning, BadQuery) else key(self.meaning)


def key(node: Node) -> str:
    """Give what is the same for queries that mean the same."""
    return parsing.written(node).casefold()


def without(gone: Iterable[Rule]) -> list[Event]:
    """Make the events that end rules, and what another machine said of their queries before, which would come back."""
    return [rules.end(Rule(effect, rule.query)) for rule in gone for effect in rules.EFFECTS]


def known(desk: Desk) -> list[Known]:
    """Give the rules, what is watched first."""
    with desk.database.read() as connection:
        made, since, saved = rules.rules(connection), rules.since(connection), rules.searches(connection)
    return [Known(number, rule, since[rule], ruling.read(desk, rule, saved)) for number, rule in enumerate(made, 1)]


def query_of(typed: Sequence[str]) -> str:
    """Make a query of words as typed: `author "Jane Doe"` is a field and its text, a lone text is a phrase."""
    return field_first(typed[0], *typed[1:]) or clean(parsing.phrase(typed)) if typed else ""


def field_first(name: str, *texts: str) -> str | None:
    """Make a query of a field that stands as a word of its own and of what follows; None where it is no field."""
    field = fields.named(name)
    if field not in _FIELDS or not texts:
        return None
    text = clean(parsing.phrase([" ".join(texts)]))
    is_one = " " not in text or (text.count('"') == 2 and text[0] == text[-1] == '"')
    return f"{field}:{text}" if is_one else f"{field}:({clean(parsing.phrase(texts))})"


class Put(NamedTuple):
    """What makes a rule, in the place of those that cannot stand beside it."""

    changes: list[Event]
    ended: list[Rule]
    """Those that did the opposite."""
    is_there: bool
    """There is such a rule already."""


def put(desk: Desk, rule: Rule, meaning: Node, before: Known | None = None) -> Put:
    """Make the events of a rule that may take the place of another one, `before`, whose number it keeps."""
    alike = [each for each in known(desk) if each.key == key(meaning)]
    others = [each.rule for each in alike if each.rule.effect != rule.effect]
    is_there = any(each.rule.effect == rule.effect and each != before for each in alike) or (
        before is not None and before.rule == rule
    )
    ended = others + ([before.rule] if before and before.rule != rule else [])
    made = [] if is_there else [rules.make(rule, before.since if before else desk.now)]
    return Put([*map(rules.end, ended), *made], others, is_there)


def meant(desk: Desk, typed: Sequence[str], effect: Effect | None = None) -> list[Known]:
    """Give the rules that are meant by numbers, or by a query. Raises UsageError that names the nearest."""
    everything = known(desk)
    if all(word.isdecimal() for word in typed):
        found = [_numbered(everything, word) for word in dict.fromkeys(typed)]
    else:
        found = _asked(desk, everything, typed)
    other = [each for each in found if effect not in (None, each.rule.effect)]
    if other and len(other) == len(found):
        ends = f"cool {ENDS[other[0].rule.effect]} {other[0].number}"
        raise UsageError(f"{other[0].shown} is {other[0].rule.effect}, not {effect}.", f"`{ends}` ends that rule.")
    if not found:
        raise _unknown(everything, typed, effect)
    return [each for each in found if each not in other]


def _numbered(everything: Sequence[Known], word: str) -> Known:
    for each in everything:
        if each.number == int(word):
            return each
    there = (
        f"there are {len(everything)}" if len(everything) > 1 else "there is one" if everything else "there are none"
    )
    raise UsageError(f"There is no rule {word}: {there}.", "`cool rules` lists them with their numbers.")


def _asked(desk: Desk, everything: Sequence[Known], typed: Sequence[str]) -> list[Known]:
    """Give the rules with such a query, be it typed as a phrase or as its words."""
    text = clean(" ".join(typed))
    keys = {text, *_keys(desk, [query_of(typed), clean(parsing.phrase([text])), text])}
    return [each for each in everything if each.key in keys or each.shown == text]


def _keys(desk: Desk, queries: Iterable[str]) -> list[str]:
    with desk.database.read() as connection:
        saved = rules.searches(connection)
    found = (ruling.read(desk, Rule("watched", query), saved) for query in queries)
    return [key(meaning) for meaning in found if not isinstance(meaning, BadQuery)]


def _unknown(everything: Sequence[Known], typed: Sequence[str], effect: Effect | None) -> UsageError:
    from difflib import get_close_matches

    some = [each for each in everything if effect in (None, each.rule.effect)]
    plain = {each.shown.casefold().replace('"', ""): each for each in some}
    near = get_close_matches(" ".join(typed).casefold().replace('"', ""), plain, n=2, cutoff=0.5)
    what = f"is {effect}" if effect else "is a rule"
    hint = f"Did you mean {or_list([plain[name].shown for name in near])}? " if near else ""
    return UsageError(f"Nothing like '{clean(' '.join(typed))}' {what}.", f"{hint}`cool rules` lists your rules.")
