"""What can be typed in a sitting without a screen: names and letters of the screen's actions, and what stands behind.

A command does something to the sitting and gives a sentence, or nothing where the paper that is come to says enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from coolcli import days
from coolcli.arxiv import calendar
from coolcli.arxiv.ids import parse as parse_id
from coolcli.arxiv.text import clean, clean_lines
from coolcli.cli import noting, rulebook, tagging
from coolcli.cli.triaging import looking, muting
from coolcli.cli.triaging.deeds import Deeds
from coolcli.cli.triaging.sitting import NoPaper, Sitting
from coolcli.errors import UsageError, or_list
from coolcli.models import AnnounceType, Row
from coolcli.render import words
from coolcli.settings import ORDERS
from coolcli.tags import known_tag
from coolcli.triage.actions import ACTIONS
from coolcli.triage.pile import Pile

TYPES: dict[str, tuple[AnnounceType, ...]] = {
    "new": ("new",),
    "cross": ("cross",),
    "replaced": ("replace", "replace-cross"),
    "all": (),
}
"""What `types` takes."""
_SUGGESTED = 5
"""Authors of a paper that are suggested for muting."""


class At(NamedTuple):
    """What commands are done with."""

    sitting: Sitting
    deeds: Deeds
    by_hand: bool
    """Somebody sits at a terminal, which a browser may take for a while."""
    say: Callable[[str], object]
    """Tells what does not come all at once."""

    @property
    def pile(self) -> Pile:
        """Give the pile."""
        return self.sitting.pile

    @property
    def row(self) -> Row:
        """Give the paper. Raises NoPaper."""
        if self.pile.current is None:
            raise NoPaper
        return self.sitting.row(self.pile.current.id)


class Command(NamedTuple):
    """Something that can be typed."""

    do: Callable[[At, str], str]
    """Does it with what was typed behind it. Raises CoolError, NoPaper."""
    letter: str = ""
    takes: str = ""
    """What can stand behind it; nothing where nothing can."""
    about: str = ""
    free: bool = False
    """All of the line behind it is one text."""


class Typed(NamedTuple):
    """A command as it was typed."""

    name: str
    rest: str = ""


def understood(line: str) -> list[Typed]:
    """Read the commands of a line, `;` between them; an empty one is `next`. Raises UsageError, with the nearest."""
    found: list[Typed] = []
    rest = line.strip()
    while match := _COMMAND.match(rest):
        word, name = match["word"], _named(match["word"])
        text, _, rest = (match["rest"], "", "") if COMMANDS[name].free else match["rest"].partition(";")
        if text.strip() and not COMMANDS[name].takes:
            raise UsageError(f"`{name}` takes nothing, and '{clean(text)}' stands behind it.", _HELP)
        found.append(Typed(name, word if name == "go" else text.strip()))
    return found or [Typed("next")]


def sentence(text: str) -> str:
    """End what was said with a full stop; not where it ends with an address, or lists something."""
    is_ended = not text or text.endswith((".", "?", "!")) or "\n" in text or "://" in text.rpartition(" ")[2]
    return text if is_ended else f"{text}."


def _named(word: str) -> str:
    lowered = word.lower()
    if word in _LETTERS or lowered in _NAMES:
        return _LETTERS.get(word) or _NAMES[lowered]
    if (word.isascii() and word.isdecimal()) or parse_id(word):
        return "go"
    near = _near(lowered, list(_NAMES))
    raise UsageError(
        f"There is no command '{clean(word)}'.", f"Did you mean {or_list(near)}? {_HELP}" if near else _HELP
    )


def _near(word: str, names: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, names, n=2, cutoff=0.6)


def _next(at: At, _: str) -> str:
    return _said_last(at) if at.sitting.go_on() else ""


def _next_unread(at: At, _: str) -> str:
    is_there = not at.sitting.go_on() and at.row.id not in at.pile.read
    return "" if is_there or at.pile.go_to_unread(1) else _said_last(at)


def _said_last(at: At) -> str:
    if at.pile.current is None:
        raise NoPaper
    if left := at.pile.left():
        are = "One of them is" if left == 1 else f"{left:,} of them are"
        return f"That was the last one. {are} still unread: n goes there, q leaves."
    return f"That was the last one. {at.sitting.summary()} {upcoming(at.sitting)}"


def upcoming(sitting: Sitting) -> str:
    """Say when there will be more."""
    now = sitting.desk.now
    return f"Next announcement: {words.upcoming(calendar.next_announcement(now), now)}."


def _previous(at: At, _: str) -> str:
    return "" if _gone(at, at.pile.place - 1) else "This is the first paper."


def _previous_unread(at: At, _: str) -> str:
    return "" if at.pile.go_to_unread(-1) else "No other paper is unread."


def _first(at: At, _: str) -> str:
    return "" if _gone(at, 0) else "This is the first paper."


def _last(at: At, _: str) -> str:
    return "" if _gone(at, len(at.pile.shown) - 1) else "This is the last paper."


def _gone(at: At, place: int) -> bool:
    """Go to a place, and tell whether that is another one."""
    before = at.row.id
    at.pile.go_to(place)
    return at.row.id != before


def _go(at: At, where: str) -> str:
    identifier = None if where.isdecimal() else parse_id(where)
    if identifier and at.pile.go_to_paper(identifier.id):
        return ""
    count = len(at.pile.shown)
    if not where.isdecimal() or not 1 <= int(where) <= count:
        raise UsageError(f"No paper {clean(where)} is in sight.", f"There are {count:,}; `clear` shows all.")
    at.pile.go_to(int(where) - 1)
    return ""


def _next_day(at: At, _: str) -> str:
    return "" if at.pile.go_to_day(1) else "No other day follows."


def _previous_day(at: At, _: str) -> str:
    return "" if at.pile.go_to_day(-1) else "There is no day before this one."


def _day(at: At, typed: str) -> str:
    if not typed:
        told = [
            f"{day}, {words.long_day(date.fromisoformat(day))}: {count:,} unread"
            for day, count in at.pile.days().items()
        ]
        return "\n".join(told) or "No paper is in sight."
    wanted = days.parse(typed, at.sitting.desk.now)
    paper = at.pile.first_of(wanted.isoformat())
    if paper is None:
        raise UsageError(
            f"No paper of {words.long_day(wanted)} is in sight, and none of a later day.", "day lists them."
        )
    at.pile.go_to_paper(paper)
    there_is = at.pile.entries[paper].day == wanted.isoformat()
    return "" if there_is else f"No paper of {words.long_day(wanted)} is in sight: this is the next day."


def _star(at: At, _: str) -> str:
    return at.sitting.star()


def _read(at: At, _: str) -> str:
    return at.sitting.toggle_read()


def _later(at: At, _: str) -> str:
    return at.sitting.put_off()


def _tag(at: At, typed: str) -> str:
    own = at.row.marks.tags
    if not typed:
        return f"Its tags are {clean(', '.join(own))}" if own else "It has no tags."
    minus = [word for word in typed.split() if word.startswith("-")]
    off = [known_tag(word[1:], own) for word in minus]
    on = tagging.names(at.sitting.desk, [word for word in typed.split() if word not in minus])
    return at.sitting.tag([name for name in dict.fromkeys([*own, *on]) if name not in off])


def _note(at: At, typed: str) -> str:
    if not typed:
        return clean_lines(at.row.marks.note) if at.row.marks.note else "It has no note."
    said = at.sitting.note("" if typed == _REMOVE else noting.fit(typed))
    return f"{said}: {clean(typed)}" if ";" in typed else said  # which may have been meant as another command


def _mute(at: At, typed: str) -> str:
    if not typed:
        authors = [f"mute {query}" for _, query in muting.suggestions(at.row)][:_SUGGESTED]
        return "\n".join(["A word, a phrase, author NAME, or any query. Such as:", *authors])
    name, _, rest = typed.partition(" ")
    return muting.mute(at.sitting, (rest and rulebook.field_first(name, rest)) or typed)


def _open(at: At, place: str) -> str:
    if place and place not in at.deeds.places:
        near = _near(place, at.deeds.places)
        hint = f"Did you mean {or_list(near)}?" if near else f"It is {or_list(at.deeds.places)}."
        raise UsageError(f"'{clean(place)}' is no place to open a paper in.", hint)
    address, remark = at.deeds.page(at.row, place or None)
    here = at.by_hand and at.deeds.needs_terminal()
    said = at.deeds.open_here(address) if here else at.deeds.open(address)
    at.sitting.opened()
    return "\n".join(filter(None, (sentence(said), remark, _next(at, ""))))


def _open_elsewhere(at: At, place: str) -> str:
    return _open(at, place) if place else f"open {or_list(at.deeds.places)}"


def _pdf(at: At, _: str) -> str:
    row = at.row
    at.sitting.desk.say(f"The PDF of {row.id} is downloaded, unless it is here.")
    is_open, said = at.deeds.view(at.deeds.pdf(row, lambda _: None))
    if is_open:
        at.sitting.opened("opened the PDF of")
    return said


def _copy_link(at: At, _: str) -> str:
    link = at.deeds.link(at.row)
    return f"{link}\n{sentence(at.deeds.copy(link))}"


def _copy_bibtex(at: At, _: str) -> str:
    entry = at.deeds.bibtex(at.row).strip()
    return f"{entry}\n{sentence(at.deeds.copy(entry))}"


def _ask(at: At, question: str) -> str:
    from coolcli.cli.questioning import showing
    from coolcli.cli.questioning.conversation import Conversation
    from coolcli.cli.triaging.questions import Told

    talk = Conversation(at.sitting.desk, at.row, has_terminal=at.by_hand)
    turns = [talk.own(question, follow=True)] if question else list(talk.six())
    leaves = "; Ctrl-C leaves, and keeps what came" if at.by_hand else ""
    at.sitting.desk.say(f"{words.number(len(turns), 'question')} about {talk.name}{leaves}.")
    showing.show(talk, turns, Told(at.say))
    return ""


def _ask_own(at: At, question: str) -> str:
    if not question:
        raise UsageError("What is to be asked?", "ask-own Which data does it need?")
    return _ask(at, question)


def _search(at: At, typed: str) -> str:
    if wrong := looking.look(at.sitting, f"{typed} "):
        raise UsageError(wrong)
    return _in_sight(at, f" that fit: {clean(typed)}" if typed else "")


def _clear(at: At, _: str) -> str:
    at.pile.kinds = ()
    looking.look(at.sitting, "")
    return _in_sight(at)


def _types(at: At, typed: str) -> str:
    names = list(TYPES)
    now = next((name for name in names if TYPES[name] == at.pile.kinds), "all")
    name = typed.lower() or names[(names.index(now) + 1) % len(names)]
    if name not in TYPES:
        raise UsageError(f"'{clean(typed)}' is no type.", f"It is {or_list(names)}.")
    at.pile.kinds = TYPES[name]
    at.pile.arrange()
    return _in_sight(at, "" if name == "all" else f" of type {name}")


def _muted(at: At, _: str) -> str:
    at.pile.shows_muted = not at.pile.shows_muted
    at.pile.arrange()
    return _in_sight(at, f", with {len(at.pile.muted):,} muted" if at.pile.shows_muted else "")


def _order(at: At, typed: str) -> str:
    from coolcli.cli import ordering

    sitting = at.sitting
    now = ORDERS.index(sitting.order.name) if sitting.order else 0
    sitting.order = ordering.chosen(sitting.desk, typed or ORDERS[(now + 1) % len(ORDERS)])
    sitting.reload()
    return f"The order is {sitting.order.name}"


def _undo(at: At, _: str) -> str:
    return at.sitting.undo() or "There is nothing to take back in this sitting."


def _redo(at: At, _: str) -> str:
    return at.sitting.redo() or "There is nothing to do again."


def _in_sight(at: At, what: str = "") -> str:
    count = len(at.pile.shown)
    hint = "" if count else "; clear shows all again"
    return f"{words.number(count, 'paper')} in sight{what}{hint}"


def _told(at: At, _: str) -> str:
    return "\n".join(help_lines())


def help_lines() -> list[str]:
    """Say what can be typed."""
    told = []
    for name, command in COMMANDS.items():
        if name == "go":
            continue  # its name is never typed
        begins = f"{command.letter} or {name}" if command.letter else name
        about = command.about or ACTIONS[name].about
        told.append(f"{begins}{f' {command.takes}' if command.takes else ''}: {about}.")
    return [*told, *_BESIDES]


def _nothing(at: At, _: str) -> str:
    return ""


_REMOVE = "--remove"
_HELP = "? lists the commands."
_COMMAND = re.compile(r"[\s;]*(?P<word>[/\[\]?]|[^\s;]+)\s*(?P<rest>.*)", re.DOTALL)
_BESIDES = (
    "A number or an id alone goes to that paper; an empty line is next.",
    "Several commands on a line have a semicolon in between: s; n",
    "What stands behind note, ask, search and mute is one text, up to the end of the line.",
    "Where the commands do not come from a terminal, one that is wrong ends the sitting: what was done is kept.",
)

COMMANDS: dict[str, Command] = {
    "next": Command(_next, "j"),
    "previous": Command(_previous, "k"),
    "next-unread": Command(_next_unread, "n", about="Go to the next unread paper; the one that you leave becomes read"),
    "previous-unread": Command(_previous_unread, "p"),
    "first": Command(_first, "g"),
    "last": Command(_last, "G"),
    "next-day": Command(_next_day, "]"),
    "previous-day": Command(_previous_day, "["),
    "day": Command(_day, "D", "[DAY]", "Go to a day, 2026-11-18 or monday; without one, list the days"),
    "go": Command(_go),
    "show": Command(_nothing, ".", "", "Show the paper once more"),
    "star": Command(_star, "s"),
    "read": Command(_read, "r"),
    "later": Command(_later, "l"),
    "tag": Command(_tag, "t", "[TAG]... [-TAG]...", "Tag the paper, or with a - take a tag off; alone, list its tags"),
    "note": Command(_note, "a", f"[TEXT or {_REMOVE}]", "Write a note on the paper; alone, show it", free=True),
    "mute": Command(
        _mute, "m", "[QUERY]", "Mute a word, a phrase or author NAME: out of sight, and counted", free=True
    ),
    "open": Command(_open, "o", "[PLACE]", "Open the paper, which becomes read, and go to the next"),
    "open-elsewhere": Command(_open_elsewhere, "O", "[PLACE]", "The same; without a place, list them"),
    "pdf": Command(_pdf, "d"),
    "copy-link": Command(_copy_link, "y"),
    "copy-bibtex": Command(_copy_bibtex, "Y"),
    "ask": Command(_ask, "A", "[QUESTION]", "Ask your model the six questions about the paper, or yours", free=True),
    "ask-own": Command(_ask_own, "Q", "QUESTION", free=True),
    "search": Command(_search, "/", "[QUERY]", "Leave only what fits: words, -without, OR, author:name", free=True),
    "clear": Command(_clear),
    "types": Command(_types, "f", "[TYPE]", f"Leave only one type in sight: {or_list([*TYPES])}"),
    "muted": Command(_muted, "M"),
    "order": Command(_order, "S", "[ORDER]", f"Choose the order: {or_list(ORDERS)}"),
    "undo": Command(_undo, "u"),
    "redo": Command(_redo, "U"),
    "help": Command(_told, "?", "", "List these commands"),
    "quit": Command(_nothing, "q"),
}
"""What can be typed, by its name. The letters are those of the screen's own keys, whatever the reader chose there."""

_LETTERS = {command.letter: name for name, command in COMMANDS.items() if command.letter}
_NAMES = {name: name for name in COMMANDS if name != "go"} | {
    "type": "types",
    "back": "previous",
    "link": "copy-link",
    "bibtex": "copy-bibtex",
    "all": "clear",
    "exit": "quit",
}
