"""A question in the language of arXiv's API, as a test that an invented paper passes or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import NamedTuple


class Looked(NamedTuple):
    """What of a paper is looked at."""

    texts: Mapping[str, Sequence[str]]
    """By the API's names of fields: ti, au, abs, co."""
    categories: Sequence[str]
    submitted: datetime
    """Of the first version, in UTC."""


Fits = Callable[[Looked], bool]


def read(question: str) -> Fits:
    """Read a question whose operators are all said. Raises ValueError."""
    if _TOKEN.sub("", question).strip():
        raise ValueError(question)
    tokens = _TOKEN.findall(question)[::-1]
    fits = _joined(tokens)
    if tokens:
        raise ValueError(question)
    return fits


def _joined(tokens: list[str]) -> Fits:
    """Read from the end of a list what stands before the next closing parenthesis, from left to right."""
    fits = _term(tokens)
    while tokens and tokens[-1] in _OPERATORS:
        fits = _OPERATORS[tokens.pop()](fits, _term(tokens))
    return fits


def _term(tokens: list[str]) -> Fits:
    piece = tokens.pop() if tokens else ""
    if piece != "(":
        return _leaf(piece)
    fits = _joined(tokens)
    if not tokens or tokens.pop() != ")":
        raise ValueError("a parenthesis is not closed")
    return fits


def _leaf(piece: str) -> Fits:
    field, _, value = piece.partition(":")
    if field == "submittedDate":
        return _submitted(value)
    if field == "cat":
        return lambda paper: any(fnmatchcase(name.lower(), value.lower()) for name in paper.categories)
    if field not in _TEXTS or not (wanted := _words(value)):
        raise ValueError(piece)
    wanted = wanted.rstrip() if value.endswith("*") else wanted
    return lambda paper: any(wanted in _words(text) for name in _TEXTS[field] for text in paper.texts[name])


def _submitted(window: str) -> Fits:
    begin, _, end = window.strip("[]").partition(" TO ")
    return lambda paper: begin <= f"{paper.submitted:%Y%m%d%H%M}" <= end


def _words(text: str) -> str:
    """Give the words of a text, each between two blanks, so that whole words are found in it."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} " if words else ""


_TOKEN = re.compile(r'\(|\)|AND(?:NOT)?(?=\s)|OR(?=\s)|submittedDate:\[\d+ TO \d+\]|\w+:(?:"[^"]*"|[^\s()"]+)')
_FIELDS = ("ti", "au", "abs", "co")
_TEXTS: dict[str, tuple[str, ...]] = {"all": _FIELDS} | {name: (name,) for name in _FIELDS}
_OPERATORS: dict[str, Callable[[Fits, Fits], Fits]] = {
    "AND": lambda one, other: lambda paper: one(paper) and other(paper),
    "OR": lambda one, other: lambda paper: one(paper) or other(paper),
    "ANDNOT": lambda one, other: lambda paper: one(paper) and not other(paper),
}
