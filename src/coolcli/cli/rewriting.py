"""`cool rules edit`: all rules at once in the reader's editor, one a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from coolcli.arxiv.text import clean, clean_lines
from coolcli.cli import asking, editing, rulebook
from coolcli.cli.desk import Desk
from coolcli.cli.rulebook import VERBS, Known
from coolcli.errors import BadQuery
from coolcli.render import words
from coolcli.store.rules import EFFECTS, Effect, Rule, end, make

_GIVE = "Set EDITOR to one that is here, or say it: cool watch QUERY, cool rules edit 1 QUERY"
_ERRAND = editing.Errand("rules", ".txt", _GIVE, "the rules are as they were")
_ABOUT = (
    "# A rule a line: watch or mute, then a query as `cool search` takes it. A text of several words goes in quotes.",
    '#     watch author:"Jane Doe"',
    '#     watch "state space" OR title:mamba',
    "#     mute title:survey NOT cat:cs.LG",
    "# A rule whose line you take out is ended. Lines that begin with # are nothing.",
)
_AGAIN = ("# Above is what you wrote before, which is not in force. The rules are:",)


class Line(NamedTuple):
    """A line that the reader left, with its number."""

    number: int
    text: str


def rewrite(desk: Desk) -> None:
    """Let the reader change all rules as text. Raises BadQuery for a line that is none; then nothing is changed.

    What was written then is on the page when they come again.
    """
    editing.require_terminal(
        "There is no terminal for an editor, and no rule was given.", 'cool rules edit 1 "state space"'
    )
    if desk.database.cannot_write:
        raise desk.database.cannot_write  # before anything is written in vain
    before = rulebook.known(desk)
    left = {file: lines for file in editing.drafts(desk, _ERRAND) if (lines := _more(file, before)) is not None}
    again = max((file for file in left if left[file]), key=lambda file: file.stat().st_mtime, default=None)
    if again:
        desk.say(f"What you wrote before comes again, from {clean(str(again))}.")
    page = _page_again(left[again], before) if again else _page(before)
    others = [clean(str(file)) for file in left if file != again]
    is_changed = False
    try:
        with editing.edited(desk, _ERRAND, page, others) as saved:
            is_changed = saved.is_changed
            if is_changed:
                text = editing.decoded(saved.content, "What the editor saved")
                _take(desk, before, _read(desk, list(_lines(text)), before))
            else:
                desk.say(f"Nothing was saved: the rules are as they were.{saved.hint}")
    finally:
        if again and is_changed:  # what was made of it is stored, or in a draft of its own
            again.unlink(missing_ok=True)


def _page(known: Sequence[Known]) -> str:
    return "\n".join([*map(_written, known), "", *_ABOUT]) + "\n"


def _page_again(written: Sequence[str], known: Sequence[Known]) -> str:
    """Make a page of what was written and not taken, with the rules as they are below it."""
    return "\n".join([*written, "", *_ABOUT, *_AGAIN, *(f"#     {_written(each)}" for each in known)]) + "\n"


def _written(known: Known) -> str:
    return f"{VERBS[known.rule.effect]} {known.shown}"


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(clean_lines(f"#\n{text}").split("\n")):
        if line.strip() and not line.lstrip().startswith("#"):
            yield Line(number, line.strip())


def _more(draft: Path, known: Sequence[Known]) -> list[str] | None:
    """Give the lines of a draft of which one at least is none of the rules, none where it is no text; else None."""
    try:
        lines = [line.text for line in _lines(draft.read_text("utf-8"))]
    except (OSError, UnicodeDecodeError):
        return []
    return None if set(lines) <= set(map(_written, known)) else lines


def _read(desk: Desk, lines: Sequence[Line], before: Sequence[Known]) -> dict[str, Rule]:
    """Read the lines: each rule by what it means. Raises BadQuery for the last that is wrong, once all are told."""
    as_before = {_written(each): each for each in before}
    found: dict[str, Rule] = {}
    wrong: list[tuple[Line, BadQuery]] = []
    for line in lines:
        known = as_before.get(line.text)
        try:
            key, rule = (known.key, known.rule) if known else _understood(desk, line)
            if found.setdefault(key, rule).effect != rule.effect:
                raise BadQuery("This is watched and muted too.", text=line.text, at=0)
        except BadQuery as error:
            wrong.append((line, error))
    for line, mistake in wrong[:-1]:
        desk.say(f"Line {line.number}: {mistake.message}")
    for line, mistake in wrong[-1:]:
        hint = f"{mistake.hint or ''} Nothing was changed.".strip()
        raise BadQuery(f"Line {line.number}: {mistake.said}", hint, text=mistake.text, at=mistake.at)
    return found


def _understood(desk: Desk, line: Line) -> tuple[str, Rule]:
    verb, _, query = line.text.partition(" ")
    effect = _effect(verb)
    if effect is None:
        raise BadQuery("A line begins with watch or mute.", text=line.text, at=0)
    first, _, rest = query.strip().partition(" ")
    query = rulebook.field_first(first, rest) or query.strip()
    return rulebook.key(asking.read(desk, query)), Rule(effect, query)


def _effect(verb: str) -> Effect | None:
    return next((effect for effect in EFFECTS if VERBS[effect] == verb.lower()), None)


def _take(desk: Desk, before: Sequence[Known], now: dict[str, Rule]) -> None:
    """Store as one change what was taken out and what came."""
    kept = {each.key for each in before if each.key in now and now[each.key].effect == each.rule.effect}
    ended = [each.rule for each in before if each.key not in kept]
    made = [rule for key, rule in now.items() if key not in kept]
    gone = [rule for rule in ended if rule.query not in {each.query for each in made}]
    desk.record("rules", [*rulebook.without(gone), *map(end, ended), *(make(rule, desk.now) for rule in made)])
    if not ended and not made:
        desk.say("The rules are as they were.")
        return
    told = [f"{words.number(len(some), 'rule')} {what}" for some, what in ((made, "made"), (ended, "ended")) if some]
    desk.echo(f"{', '.join(told).capitalize()}.\n")
    desk.say("`cool rules` lists them; `cool undo` takes it back.")
