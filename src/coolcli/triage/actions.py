"""What can be done in the triage screen, by name: the keys that do it unless the reader chose others, and words for it.

Keys are named as a terminal sends them: a character, or `enter`, `down`, `pageup`, `ctrl+r`, `f1` and the like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

Group = Literal["Going through", "Marking", "Opening and copying", "Asking", "Looking", "The sitting"]


class Action(NamedTuple):
    """One thing that a key does."""

    keys: tuple[str, ...]
    """Those that do it unless the reader chose others; the first is shown in the footer."""
    label: str
    """What it is called in the footer, in one word or two."""
    about: str
    """What it does, for the help and the command palette."""
    group: Group


ACTIONS: Mapping[str, Action] = {
    "next": Action(("j", "down"), "next", "Go to the next paper; the one that you leave becomes read", "Going through"),
    "previous": Action(("k", "up"), "back", "Go to the paper before", "Going through"),
    "next-unread": Action(("n",), "unread", "Go to the next unread paper, around the end", "Going through"),
    "previous-unread": Action(("p",), "unread before", "Go to the unread paper before", "Going through"),
    "page-down": Action(("pagedown", "ctrl+f"), "page", "Go down a page of the list; marks nothing", "Going through"),
    "page-up": Action(("pageup", "ctrl+b"), "page up", "Go up by a page of the list", "Going through"),
    "first": Action(("g", "home"), "first", "Go to the first paper", "Going through"),
    "last": Action(("G", "end"), "last", "Go to the last paper; marks nothing", "Going through"),
    "next-day": Action(("]",), "next day", "Go to the first paper of the next day", "Going through"),
    "previous-day": Action(("[",), "day before", "Go to the first paper of the day before", "Going through"),
    "day": Action(("D",), "day", "Choose a day to go to", "Going through"),
    "scroll-down": Action(("space", "J", "ctrl+d"), "scroll", "Scroll the paper down", "Going through"),
    "scroll-up": Action(("b", "K", "ctrl+u"), "scroll up", "Scroll the paper up", "Going through"),
    "star": Action(("s",), "star", "Star the paper, or take its star away", "Marking"),
    "read": Action(("r",), "read", "Mark the paper as read, or as unread again", "Marking"),
    "later": Action(("l",), "later", "Put the paper off, unread, behind all others; or take it back", "Marking"),
    "tag": Action(("t",), "tag", "Tag the paper, or take tags off", "Marking"),
    "note": Action(("a",), "note", "Write a note on the paper", "Marking"),
    "mute": Action(("m",), "mute", "Mute an author or a word: out of sight from now on, and counted", "Marking"),
    "open": Action(("o", "enter"), "open", "Open in {place}: the paper becomes read, and the next one is shown",
                   "Opening and copying"),
    "open-elsewhere": Action(("O",), "open in", "Open in another place: arXiv, PDF, HTML, alphaXiv …",
                             "Opening and copying"),
    "pdf": Action(("d",), "pdf", "Download the PDF into your papers folder, and open it", "Opening and copying"),
    "copy-link": Action(("y",), "link", "Copy the paper's link", "Opening and copying"),
    "copy-bibtex": Action(("Y",), "BibTeX", "Copy the paper's BibTeX entry", "Opening and copying"),
    "ask": Action(("A",), "ask", "Six questions about the paper to your own model, or close its answers", "Asking"),
    "ask-own": Action(("Q",), "question", "Ask your model a question of your own about the paper", "Asking"),
    "stop-asking": Action(("X",), "stop asking", "Ask no more about the paper (Esc too); what came is kept", "Asking"),
    "search": Action(("/",), "search", "Search the list as you type: words, -without, OR, author:name", "Looking"),
    "clear": Action(("escape",), "all", "Let search and type go: all papers again", "Looking"),
    "types": Action(("f",), "type", "Only new submissions, only cross-lists, only replacements, all", "Looking"),
    "muted": Action(("M",), "muted", "Show what your rules mute, or hide it again", "Looking"),
    "order": Action(("S",), "order", "The next order: arXiv's, your own, the newest submissions first", "Looking"),
    "undo": Action(("u",), "undo", "Take back the last thing done in this sitting", "The sitting"),
    "redo": Action(("U", "ctrl+r"), "redo", "Do again what was taken back", "The sitting"),
    "fetch": Action(("R",), "fetch", "Ask arXiv again for what is new and missing", "The sitting"),
    "palette": Action((":", "ctrl+p"), "all commands", "Find anything by its name", "The sitting"),
    "help": Action(("?", "f1"), "help", "Show all keys", "The sitting"),
    "quit": Action(("q",), "quit", "Leave; the next sitting begins at this paper", "The sitting"),
}  # fmt: skip
"""Every action by its name, in the order of the help."""

FOOTER = (
    *("next", "star", "open", "read", "later", "search", "undo", "help", "quit"),
    *("ask", "note", "tag", "mute", "day", "pdf", "copy-link", "types", "order", "muted", "open-elsewhere", "palette"),
)
"""What is shown at the bottom of the screen, as far as there is room, the first ones first."""

RESERVED = ("ctrl+c", "ctrl+z")
"""Keys that mean the same in every terminal, and cannot be chosen: to leave, and to put aside."""

_NAMED = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "escape", "tab", "space"),
    *("backspace", "delete", "insert", *(f"f{number}" for number in range(1, 13))),
)
NAMED_KEYS = (*_NAMED, *(f"ctrl+{letter}" for letter in "abdefgjklnopqrstuvwxy"))
"""Keys that are written as a name, as far as they are often chosen."""
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "escape", "ctrl+h": "backspace", " ": "space"}
_SAME |= {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "ins": "insert"}
"""What a terminal sends the same for, or is often called otherwise."""
_MODIFIERS = ("ctrl+", "alt+", "shift+")
_LETTERED = {(modifier, letter) for modifier in ("ctrl+", "alt+") for letter in "abcdefghijklmnopqrstuvwxyz"}
"""With a sign or a digit a terminal sends one of these, or what another one does not: such are no keys."""


def key_of(typed: str) -> str | None:
    """Give the key that is meant, spelled as the table above has it; None for what is no key of a terminal."""
    if len(typed) == 1:
        return _SAME.get(typed) or (typed if typed.isprintable() else None)
    lowered = typed.lower()
    if lowered in _SAME or lowered in _NAMED:
        return _SAME.get(lowered, lowered)
    for modifier in _MODIFIERS:
        rest = lowered.removeprefix(modifier)
        if rest != lowered and (rest in _NAMED or (modifier, rest) in _LETTERED):
            return _SAME.get(lowered, lowered)
    return None


def with_keys(chosen: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Give the keys of every action: those that were chosen, else its own."""
    return {name: tuple(chosen.get(name, action.keys)) for name, action in ACTIONS.items()}


def conflicts(keys: Mapping[str, Iterable[str]]) -> list[tuple[str, str, str]]:
    """Give each key that two actions have, with the names of both."""
    pairs = [(key, name) for name, of in keys.items() for key in of]
    first = dict(reversed(pairs))
    return [(key, first[key], name) for key, name in pairs if first[key] != name]
