"""A query cut into its tokens, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from coolcli.arxiv import ids
from coolcli.errors import BadQuery, or_list
from coolcli.query import fields

Kind = Literal["word", "phrase", "field", "saved", "open", "close", "and", "or", "not", "end"]


class Token(NamedTuple):
    """A piece of a query; `text` is a phrase without its quotes, a field's own name, the name of a saved search."""

    kind: Kind
    text: str
    at: int


DASHES = "-−–‐‑﹣－"
"""What stands for NOT before a word: a hyphen, and what mails, PDFs and word processors make of one."""
_WORD = r'[^\s()"]+(?:\([^\s()"]*\)[^\s()"]*)*'  # `SU(2)` is one word
_VALUE = re.compile(rf'"(?P<phrase>[^"]*)"|(?P<unclosed>")|(?P<open>\()|(?P<word>{_WORD})')
_SYNTAX = re.compile(
    rf"""(?P<close>\))
      | (?P<operator>ANDNOT|AND|OR|NOT)(?![^\s()"])
      | (?P<minus>[{DASHES}])(?=[^\s)])
      | (?P<long>[—―])(?=[^\s)])
      | @(?P<saved>[^\s()"]*)
      | (?P<field>[^\W\d_][\w-]*):(?!:|//)  # `std::vector` and addresses are text""",
    re.VERBOSE,
)


def tokens(text: str) -> list[Token]:
    """Cut a query, cleaned and with plain quotes, into tokens; whether they make sense together is for others to say.

    Raises BadQuery for a quote without its partner, an unknown field, and a field without a word behind it.
    """
    found: list[Token] = []
    at = _beyond_blanks(text, 0)
    while at < len(text) or _awaits_value(found):
        match = (None if _awaits_value(found) else _SYNTAX.match(text, at)) or _VALUE.match(text, at)
        if match is None or match.lastgroup is None:
            raise _nothing_behind(found[-1], text, at)
        found += _READERS.get(match.lastgroup, _plain)(match)
        at = match.end() if _awaits_value(found) else _beyond_blanks(text, match.end())
    return found


def _nothing_behind(field: Token, text: str, at: int) -> BadQuery:
    said = f"Behind {text[field.at : at]} comes {fields.FIELDS[field.text].takes}, without a blank."
    return BadQuery(said, "As text it goes in quotes.", text=text, at=at)


def _awaits_value(found: list[Token]) -> bool:
    return bool(found) and found[-1].kind == "field"


def _beyond_blanks(text: str, at: int) -> int:
    return len(text) - len(text[at:].lstrip())


def _plain(match: re.Match[str]) -> list[Token]:
    kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups without a reader are called by their kind
    return [Token(kind, match[kind], match.start())]


def _unclosed(match: re.Match[str]) -> list[Token]:
    raise BadQuery("The phrase that begins here has no end: a quote is missing.", text=match.string, at=match.start())


def _operator(match: re.Match[str]) -> list[Token]:
    kinds: tuple[Kind, ...] = ("and", "not") if match[0] == "ANDNOT" else (_KINDS[match[0]],)
    return [Token(kind, match[0], match.start()) for kind in kinds]


def _minus(match: re.Match[str]) -> list[Token]:
    if match.start() and match.string[match.start() - 1] in ')"':
        raise BadQuery(
            f"This {match[0]} is neither NOT nor a hyphen in a word.",
            "For NOT, put a blank before it; for a hyphen, put all of it in quotes.",
            text=match.string,
            at=match.start(),
        )
    return [Token("not", "-", match.start())]


def _long(match: re.Match[str]) -> list[Token]:
    raise BadQuery(
        f"This {match[0]} is neither NOT nor a part of a word.",
        "NOT is a -; between two parts of a query stands a blank.",
        text=match.string,
        at=match.start(),
    )


def _field(match: re.Match[str]) -> list[Token]:
    """Read a field; a word with a colon behind it, as titles have them, is none: `Mamba: Linear-Time`."""
    if name := fields.named(match["field"]):
        return [Token("field", name, match.start())]
    text, end = match.string, match.end()
    near = fields.nearest(match["field"])
    if not near and (end == len(text) or text[end] in " )"):
        return [Token("word", match[0], match.start())]
    raise BadQuery(f"There is no field '{match['field']}'.", _instead(match, near), text=text, at=match.start())


def _instead(match: re.Match[str], near: list[str]) -> str:
    """Say what to type for what is no field."""
    if near:
        return f"Did you mean {or_list(near)}? Text that holds a colon goes in quotes."
    rest = match.string[match.end() :].partition(" ")[0].rstrip(")")
    if match["field"].lower() == "arxiv" and (identifier := ids.parse(rest)):
        return f"A paper is shown by its id: `cool show {identifier.id}`."
    return f"Text that holds a colon goes in quotes. Fields are {', '.join(fields.FIELDS)}."


_KINDS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}
_READERS: dict[str, Callable[[re.Match[str]], list[Token]]] = {
    "unclosed": _unclosed,
    "operator": _operator,
    "minus": _minus,
    "long": _long,
    "field": _field,
}
