"""Text to tree and back: what a reader types, what it means, and how it is written so that it means the same.

    query   := some { OR some }
    some    := one { [AND] one }
    one     := { NOT | - } ( value | @NAME | ( query ) )
    value   := [field:] ( word | word* | "phrase" | ( query ) )

The text is cut into tokens, the tokens are read from left to right into a tree, and the first thing that cannot be
meant ends it with a BadQuery that points there. Nothing of a query is left out or mended silently.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from coolcli.arxiv.text import clean
from coolcli.errors import BadQuery, UsageError, or_list
from coolcli.query import fields, tree
from coolcli.query.fields import either, every, negated
from coolcli.query.tokens import DASHES, Kind, Token, tokens
from coolcli.query.tree import Announced, Category, Either, Every, Is, Node, Not, Text
from coolcli.tags import parse as parse_tag

LONGEST = 2_000
"""Characters of a query at the most, with those of the saved searches that it names."""
DEEPEST = 20
"""Parentheses in each other at the most, those of saved searches too."""


def parse(
    text: str, now: datetime, *, saved: Mapping[str, str] | None = None, tags: Collection[str] | None = None
) -> Node:
    """Read a query as a tree, seen from a moment.

    `saved` are the queries that `@NAME` stands for, `tags` those that `tag:` may name; None: not checked. Raises
    BadQuery, which points into the query, or into the saved one that is wrong.
    """
    if len(text) > LONGEST:
        shown = clean(text[: LONGEST + 200])
        said = f"A query is at most {LONGEST:,} characters long, and this has {len(text):,}."
        raise BadQuery(said, text=shown, at=min(LONGEST, len(shown)))
    return _Parser(text, _Reader(fields.Known(now, tags), saved or {}, LONGEST - len(text))).whole()


def lone_operators(text: str) -> list[str]:
    """Give each `and`, `or` and `not` of a query that stands where an operator would, but is looked for as a word.

    The query has to be one that can be parsed.
    """
    found = tokens(_clean(text))
    before, behind = [None, *found], [*found[1:], None]
    return list(
        dict.fromkeys(
            token.text
            for last, token, coming in zip(before, found, behind, strict=False)
            if token.kind == "word" and token.text in ("and", "or", "not")
            if coming and coming.kind in _BEGINNINGS
            if (last.kind in _ENDS if last else token.text == "not")
        )
    )


def joined(words: Sequence[str]) -> str:
    """Make a query of the words that a shell gives.

    `author:Jane Doe` in one of them is a phrase. So is a text with blanks, but where it is the only word: then it is
    the query as it stands.
    """
    given = [word for word in words if word.strip()]
    return _together(_worded(word, bare=len(given) > 1) for word in given)


def phrase(words: Sequence[str]) -> str:
    """Make a query as `joined` does, but let a text with blanks be a phrase though it is the only word."""
    return _together(_worded(word, bare=True) for word in words if word.strip())


def written(node: Node) -> str:
    """Write a tree as a query that is read as the same tree, with each operator said and days as dates.

    It may be longer than what was typed, where a group behind a field was: `title:(a b)`.
    """
    if isinstance(node, Not):
        return f"NOT {_enclosed(node.node)}"
    if isinstance(node, Every):
        return " AND ".join(map(_enclosed, node.nodes))
    if isinstance(node, Either):
        return " OR ".join(map(_enclosed, node.nodes))
    if isinstance(node, Text):
        return _written_text(node)
    if isinstance(node, Announced):
        return _written_days(node.since, node.until)
    if isinstance(node, Is):
        return f"is:{node.mark}"
    if isinstance(node, Category):
        return f"cat:{node.name}"
    return f"tag:{node.tag}" if parse_tag(node.tag) else f'tag:"{node.tag}"'


_BEGINNINGS: tuple[Kind, ...] = ("word", "phrase", "field", "saved", "open", "not")
"""What a part of a query begins with."""
_ENDS: tuple[Kind, ...] = ("word", "phrase", "saved", "close")
_SIGNS = {"|": "OR", "||": "OR", "&": "AND", "&&": "AND", "+": "AND", "!": "NOT", "-": "NOT"}
"""What stands alone for an operator elsewhere."""


class _Reader:
    """What a query is read with, and the saved ones that it names."""

    def __init__(self, known: fields.Known, saved: Mapping[str, str], left: int) -> None:
        self.known = known
        self.saved = saved
        self.left = left
        """Characters that are left for saved searches."""


class _Parser:
    """Reads one text: the typed one, or a saved one inside others."""

    def __init__(self, text: str, reader: _Reader, within: tuple[str, ...] = (), depth: int = 0) -> None:
        self._text = _clean(text)
        self._reader = reader
        self._within = within
        self._depth = depth
        self._tokens = [*tokens(self._text), Token("end", "", len(self._text))]
        self._next = 0

    def whole(self) -> Node:
        """Read the text to its end."""
        node = self._query(None)
        if self._here.kind != "end":
            raise self._stray(self._here)
        return node

    @property
    def _here(self) -> Token:
        return self._tokens[self._next]

    def _take(self, kind: Kind) -> bool:
        """Go beyond a token where it is of this kind."""
        if self._here.kind != kind:
            return False
        self._next += 1
        return True

    def _wrong(self, said: str, hint: str | None, token: Token) -> BadQuery:
        return BadQuery(said, hint, text=self._text, at=token.at)

    def _query(self, field: str | None) -> Node:
        parts = [self._some(field)]
        while self._take("or"):
            parts.append(self._some(field))
        return either(parts)

    def _some(self, field: str | None) -> Node:
        days = Announced()
        parts: list[Node] = []
        while not parts or self._take("and") or self._here.kind in _BEGINNINGS:
            begin = self._here
            parts.append(self._one(field))
            days = self._narrowed(days, parts[-1], begin)
        return every(parts)

    def _one(self, field: str | None) -> Node:
        is_negated = False
        while self._take("not"):
            is_negated = not is_negated
        node = self._value(field)
        return negated(node) if is_negated else node

    def _value(self, field: str | None) -> Node:
        token = self._here
        self._next += 1
        if token.kind in ("word", "phrase"):
            return self._read(field or "any", token)
        if token.kind == "open":
            return self._group(field, token)
        if token.kind in ("field", "saved") and field:
            raise self._wrong(f"In the parentheses behind {field}: stands only what is looked for there.", None, token)
        if token.kind == "field":
            return self._behind(token)
        if token.kind == "saved":
            return self._saved(token)
        raise self._missing(self._tokens[self._next - 2] if self._next > 1 else None, token)

    def _behind(self, field: Token) -> Node:
        """Read what stands behind a field."""
        word = self._here
        if word.kind == "word" and word.text.startswith(tuple(DASHES)):
            raise self._wrong(f"The - stands before the field: -{field.text}:{word.text[1:]}", None, word)
        if word.kind == "word" and ":" in word.text and fields.named(word.text.partition(":")[0]):
            raise self._wrong(f"Behind {field.text}: no other field can stand.", "As text it goes in quotes.", word)
        return self._value(field.text)

    def _group(self, field: str | None, opened: Token) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(f"Parentheses stand in each other {DEEPEST} deep at the most.", None, opened)
        node = self._query(field)
        if not self._take("close"):
            raise self._wrong("This parenthesis is not closed: a ) is missing.", None, opened)
        self._depth -= 1
        return node

    def _read(self, field: str, token: Token) -> Node:
        where = fields.of_texts(field)
        if where:
            return self._looked_for(where, token)
        try:
            return fields.read(field, token.text, self._reader.known)
        except UsageError as error:
            wrong = error.message.partition("'")[2].partition("'")[0]
            at = max(token.at, self._text.find(wrong, token.at))
            raise self._wrong(error.message, error.hint, token._replace(at=at)) from None

    def _looked_for(self, where: tree.Field, token: Token) -> Text:
        self._refuse_signs(where, token)
        if not any(map(str.isalnum, token.text)):
            said = f"Nothing can be looked for in '{token.text.strip()}': it has no letter and no digit."
            operator = _SIGNS.get(token.text)
            raise self._wrong(said, f"The operator is {operator}." if operator else None, token)
        if token.kind == "phrase":
            return Text(" ".join(token.text.split()), where, "phrase")
        stem = token.text.rstrip("*")
        return Text(stem, where, "word" if stem == token.text else "prefix")

    def _refuse_signs(self, where: tree.Field, token: Token) -> None:
        """Refuse what looks like a sign of the language where it would be none. Raises BadQuery."""
        if token.kind == "phrase":
            if begun := (_BEGUN_NAME if where == "author" else _BEGUN).search(token.text):
                said = "In a phrase no * stands for any end of a word."
                raise self._wrong(said, _unquoted(where, token), _beyond(token, 1 + begun.start("star")))
        elif token.text.startswith("*") and self._text[token.at - 1 : token.at] == '"':
            said = "A * stands at the end of a word, not of a phrase."
            raise self._wrong(said, "Without the quotes it can: state spac*.", token)
        elif glued := _GLUED.search(token.text):
            said = _SAYS_GLUED[glued[0][0]]
            raise self._wrong(said, "As text it goes in quotes.", _beyond(token, glued.start()))

    def _narrowed(self, days: Announced, node: Node, begin: Token) -> Announced:
        """Add what a part says on days to what those before it say. Raises BadQuery where no day is left."""
        for each in node.nodes if isinstance(node, Every) else (node,):
            if isinstance(each, Announced):
                since = max(filter(None, (days.since, each.since)), default=None)
                until = min(filter(None, (days.until, each.until)), default=None)
                days = Announced(since, until)
        if days.since and days.until and days.since > days.until:
            said = f"No day is from {days.since} on and up to {days.until}."
            raise self._wrong(said, "`since:` takes the earlier of two days, `until:` the later.", begin)
        return days

    def _saved(self, token: Token) -> Node:
        name = self._name_of_saved(token)
        if name in self._within:
            way = " → ".join(f"@{each}" for each in (*self._within, name))
            raise self._wrong(f"@{name} is made of itself: {way}.", None, token)
        query = self._reader.saved[name]
        self._reader.left -= len(query)
        if self._reader.left < 0:
            said = f"With the saved searches that it names, a query is at most {LONGEST:,} characters long."
            raise self._wrong(said, None, token)
        if self._depth == DEEPEST:
            raise self._wrong(f"Saved searches name each other {DEEPEST} deep at the most.", None, token)
        try:
            # Its tags were known when it was saved; one that no paper bears any more finds nothing, and is no mistake.
            reader = _Reader(self._reader.known._replace(tags=None), self._reader.saved, self._reader.left)
            found = _Parser(query, reader, (*self._within, name), self._depth + 1).whole()
            self._reader.left = reader.left
            return found
        except BadQuery as error:
            said = error.said if error.said.startswith("In @") else f"In @{name}: {error.said}"
            raise BadQuery(said, error.hint, text=error.text, at=error.at) from None

    def _name_of_saved(self, token: Token) -> str:
        saved = self._reader.saved
        if not token.text:
            raise self._wrong("Behind @ comes the name of a saved search, without a blank.", None, token)
        for name in (token.text, *saved):  # two machines can have spelled it in two ways
            if name in saved and name.casefold() == token.text.casefold():
                return name
        from difflib import get_close_matches

        near = [f"@{name}" for name in get_close_matches(token.text, saved, n=3, cutoff=0.4)]
        hint = (
            f"Did you mean {or_list(near)}?" if near else "`cool save` lists them." if saved else "None is saved yet."
        )
        raise self._wrong(f"There is no saved search '{token.text}'.", hint, token)

    def _missing(self, before: Token | None, token: Token) -> BadQuery:
        """Say what is missing between two tokens."""
        if before and before.kind in ("and", "or", "not"):
            what = "what is not wanted" if before.kind == "not" else "another part of the query"
            return self._wrong(f"Behind {before.text} comes {what}.", _as_word(before), before)
        if token.kind in ("and", "or"):
            return self._wrong(f"Before {token.text} comes a part of the query.", _as_word(token), token)
        if before and token.kind == "close":
            return self._wrong("In these parentheses stands nothing.", None, before)
        if before:
            return self._wrong("This parenthesis is not closed: a ) is missing.", None, before)
        return self._stray(token) if token.kind == "close" else self._wrong("The query is empty.", _SUCH_AS, token)

    def _stray(self, token: Token) -> BadQuery:
        return self._wrong("No parenthesis was opened that this one closes.", "As text it goes in quotes.", token)


_GLUED = re.compile(r"^\*(?=.*\w)|(?<=\w)(\*|\|+|&&)(?=\w)")
"""What stands in a word and means something elsewhere; `C*-algebra` and `R&D` are text."""
_SAYS_GLUED = {
    "*": "A * stands at the end of a word, for any end of it.",
    "|": "A | is no operator: that is OR.",
    "&": "&& is no operator: side by side is AND.",
}
_BEGUN = re.compile(r"\w\w(?P<star>\*+)(?!\w|-)")
"""A `*` in a phrase that would stand for the end of a word outside; `A* search` and `C*-algebra` are text."""
_BEGUN_NAME = re.compile(r"\w(?P<star>\*+)")
_PLAIN_QUOTES = str.maketrans("“”„", '"""')
_SUCH_AS = "Such as: state space author:doe since:7d."


def _as_word(operator: Token) -> str | None:
    """Say how what is an operator is looked for."""
    if operator.text == "-":
        return None
    return f"The word itself goes in quotes or in small letters: {operator.text.lower()}."


def _unquoted(where: tree.Field, phrase: Token) -> str:
    """Say how the words of a phrase are looked for by their beginnings."""
    words = " ".join(phrase.text.split())
    if where == "author":
        return f'Without quotes it does: author:({words}). An initial needs none: author:"Doe J".'
    typed = words if where == "any" else f"{where}:({words})"
    return f"Without quotes it does: {typed}. As text it is left out: no sign is looked for."


def _beyond(token: Token, letters: int) -> Token:
    return token._replace(at=token.at + letters)


def _clean(text: str) -> str:
    """Give what may be shown of a query, with plain quotes; blanks stay, so that most places are those as typed."""
    return (text if text.isprintable() else clean(text)).translate(_PLAIN_QUOTES)


def _enclosed(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, (Every, Either)) else written(node)


def _written_text(text: Text) -> str:
    value = {"word": text.text, "prefix": f"{text.text}*", "phrase": f'"{text.text}"'}[text.kind]
    is_clear = text.field == "any" and (text.kind == "phrase" or _kinds(value) == ["word"])
    if is_clear:
        return value
    # A word with colons may be read as another field right behind one, or all of it as text, as `std::vector` is.
    is_plain = not value.startswith("//") and ":" not in value
    plain = f"{text.field}:{value}"
    return plain if is_plain or _is_read_as(plain, text) else f"{text.field}:({value})"


def _is_read_as(written_: str, text: Text) -> bool:
    try:
        return repr(parse(written_, datetime.max)) == repr(text)  # at whatever moment: there are no days in it
    except BadQuery:
        return False


def _written_days(since: date | None, until: date | None) -> str:
    if since and until:
        return f"date:{since}" if since == until else f"date:{since}..{until}"
    return f"until:{until}" if until else f"since:{since}"


_SHELL_WORD = re.compile(rf"([{DASHES}]*)(?=\S)(?:([^\W\d_][\w-]*):\s*)?(.*)", re.DOTALL)


def _worded(word: str, *, bare: bool) -> str:
    """Make of a shell word what it stands for: a phrase where it is a text with blanks, `bare` or behind a field."""
    typed = " ".join(word.split())
    match = _SHELL_WORD.match(typed)
    minus, name, text = match.groups() if match else ("", None, typed)
    if not (name and fields.of_texts(fields.named(name) or "")):
        name, text = None, typed.removeprefix(minus)
    if " " not in text or not (name or bare) or not _is_prose(text):
        return typed
    return f'{minus}{name}:"{text}"' if name else f'{minus}"{text}"'


def _together(parts: Iterable[str]) -> str:
    """Join parts of a query side by side; OR in one of them stays within it."""
    parts = list(parts)
    return parts[0] if len(parts) == 1 else " ".join(map(_grouped, parts))


def _grouped(part: str) -> str:
    kinds = _kinds(part)
    is_whole = kinds.count("open") == kinds.count("close") and kinds[:1] != ["or"] and kinds[-1:] != ["or"]
    return f"({part})" if "or" in kinds and is_whole else part


def _is_prose(text: str) -> bool:
    """Tell a text that is nothing but words: no operator, quote, parenthesis, field or `*`."""
    return {*_kinds(text)} == {"word"} and not any("*" in (word[0], word[-1]) for word in text.split())


def _kinds(text: str) -> list[Kind]:
    """Give the kinds of a text's tokens, none where it cannot be cut into tokens."""
    try:
        return [token.kind for token in tokens(_clean(text))]
    except BadQuery:
        return []
