r"""A .bib file as it is: each entry and field with its place, so that an edit touches nothing else.

    bytes -> text (encoding, mark and line ends kept) -> entries with their spans -> edits -> bytes

The grammar is BibTeX's own: what stands between entries is nothing, a backslash does not escape a brace, values are
joined by `#`. As biber and others do, a line that begins with `%` is left out, and `@comment` its braces with it.
Reading is linear in the length of the file, and without recursion; macros that unfold to a multiple of it are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from coolcli.errors import DataError

_BOM = b"\xef\xbb\xbf"
_NEXT = re.compile(r"^[ \t]*%[^\r\n]*|@", re.MULTILINE)
_SPACE = re.compile(r"(?:\s|%[^\r\n]*)*")
_BLANK = re.compile(r"\s*")
_NAME = re.compile(r"[^\s\"#%'(),={}@]+")
_KEY = {"{": re.compile(r"[^,}\r\n]*"), "(": re.compile(r"[^,)\r\n]*")}
_BRACE = re.compile(r"[{}]")
_BRACE_OR_QUOTE = re.compile(r"[{}\"]")
_CLOSES = {"{": "}", "(": ")"}
_STRAY = re.compile(r"[\udc80-\udcff]")
"""What a byte that is not UTF-8 is decoded to."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_KINDS = "online thesis report collection mvcollection mvbook mvproceedings mvreference bookinbook suppbook reference"
_BIBLATEX_KINDS = frozenset(_KINDS.split())
_YEAR = "January February March April May June July August September October November December"
MONTHS = {name[:3].lower(): name for name in _YEAR.split()}
"""The macros that every style of BibTeX has."""
_UNFOLDED = 4 << 20
"""Characters that macros may stand for, besides as many as the file has: names of journals take some thousands."""


class BadBib(DataError):
    """A file that is no bibliography; `line` says where, from 1."""

    def __init__(self, message: str, line: int) -> None:
        """Take what is wrong and the line in which it begins."""
        super().__init__(f"line {line}: {message}", "Mend it there; nothing was changed.")
        self.line = line


class Field(NamedTuple):
    """A field of an entry, and where it stands in the text."""

    name: str
    """In small letters."""
    value: str
    """What it says, without braces or quotes around it, and with macros resolved."""
    begin: int
    """Where the name begins."""
    start: int
    """Where the value begins, its braces or quotes included."""
    end: int


class Entry(NamedTuple):
    """An entry, and where it stands in the text."""

    kind: str
    """In small letters: article, misc."""
    key: str
    fields: tuple[Field, ...]
    start: int
    end: int
    after: int
    """Where a field can be added: behind the last one, before whatever comma follows."""
    line: int

    def field(self, *names: str) -> Field | None:
        """Give the first of these fields that there is; of one that stands there twice, the first, as BibTeX does."""
        return next((field for name in names for field in self.fields if field.name == name), None)

    @property
    def is_biblatex(self) -> bool | None:
        """Tell whether it has what only biblatex knows, rather than BibTeX's own; None where it has neither.

        ACM gives BibTeX a `location` and DBLP an `eprinttype`, beside the `year`.
        """
        if self.kind in _BIBLATEX_KINDS or self.field("date", "journaltitle"):
            return True
        if self.field("year", "journal", "archiveprefix"):
            return False
        return True if self.field("location") else None

    def says(self, *names: str) -> str:
        """Give what the first of these fields says, on one line; nothing where there is none."""
        field = self.field(*names)
        return " ".join(field.value.split()) if field else ""


class Edit(NamedTuple):
    """A span of the text, and what takes its place."""

    start: int
    end: int
    text: str


class Bibliography(NamedTuple):
    """A file's text and its entries."""

    text: str
    entries: tuple[Entry, ...]
    encoding: str = "utf-8"
    adds: str = "utf-8"
    """The encoding in which entries are added: ASCII where some bytes are not of the encoding that most are of."""
    mark: bytes = b""
    """The byte order mark, where the file has one."""

    @property
    def newline(self) -> str:
        """Give how its lines end."""
        return "\r\n" if "\r\n" in self.text else "\n"

    @property
    def is_biblatex(self) -> bool:
        """Tell whether most of its entries are biblatex's, of those that are of one dialect."""
        dialects = [entry.is_biblatex for entry in self.entries]
        return dialects.count(True) > dialects.count(False)

    def edited(self, edits: Iterable[Edit]) -> str:
        """Give the text with some spans replaced, which must not overlap."""
        pieces, place = [], 0
        for edit in sorted(edits):
            pieces += [self.text[place : edit.start], edit.text]
            place = edit.end
        return "".join([*pieces, self.text[place:]])

    def bytes_of(self, text: str) -> bytes:
        """Give a text as this file holds it. Raises UnicodeEncodeError for what its encoding does not have."""
        return self.mark + text.encode(self.encoding)


def read(content: bytes) -> Bibliography:
    """Read a file in UTF-8, or else in Latin-1, which has a character for every byte. Raises BadBib."""
    mark = _BOM if content.startswith(_BOM) else b""
    body = content.removeprefix(_BOM)
    if b"\0" in body:
        line = body.count(b"\n", 0, body.index(b"\0")) + 1
        raise BadBib("this is no text in UTF-8 or Latin-1.", line)
    try:
        text, encoding, adds = body.decode("utf-8"), "utf-8", "utf-8"
    except UnicodeDecodeError:
        text, encoding, adds = body.decode("latin-1"), "latin-1", "ascii" if _is_mostly_utf8(body) else "latin-1"
    return Bibliography(text, tuple(parse(text)), encoding, adds, mark)


def _is_mostly_utf8(body: bytes) -> bool:
    """Tell whether it has more letters of UTF-8 than bytes that are none: in Latin-1 hardly any is one by chance."""
    letters = body.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(letters))
    return len(_NOT_ASCII.findall(letters)) > 2 * strays


def parse(text: str) -> Iterator[Entry]:
    """Give the entries of a text in their order. Raises BadBib."""
    return _Reader(text).entries()


def replacing(field: Field, value: str, text: str) -> Edit:
    """Make the edit that gives a field another value, in the quotes that it has if they can hold it."""
    quoted = text[field.start : field.end]
    is_quoted = quoted.startswith('"') and quoted.endswith('"') and '"' not in value
    return Edit(field.start, field.end, f'"{value}"' if is_quoted else f"{{{value}}}")


def adding(entry: Entry, values: Mapping[str, str], text: str) -> Edit:
    """Make the edit that adds fields to an entry, laid out as its other fields are."""
    between, width, equals = _layout(entry, text)
    names = [f"{name} " if 0 < width <= len(name) else f"{name:<{width}}" for name in values]
    added = "".join(f",{between}{name}{equals}{{{value}}}" for name, value in zip(names, values.values(), strict=True))
    return Edit(entry.after, entry.after, added)


def _layout(entry: Entry, text: str) -> tuple[str, int, str]:
    """Give what stands before an entry's fields, how wide their names are, and their equals sign with its spaces."""
    newline = "\r\n" if "\r\n" in text[entry.start : entry.end] else "\n"
    if not entry.fields:
        return f"{newline}  ", 0, " = "
    last = entry.fields[-1]
    begin = text.rfind("\n", entry.start, last.begin) + 1  # no farther back: a file may be one line
    lead = text[begin : last.begin] if begin else "-"
    between = newline + lead if lead.strip(" \t") == "" else " "
    signs = [text[field.begin : field.start] for field in entry.fields]
    columns = {sign.find("=") for sign in signs}
    tail = signs[-1][signs[-1].find("=") :]
    equals = tail if tail.isascii() and len(tail) < 4 and "\n" not in tail else "= "
    if len(columns) == 1 and len({len(field.name) for field in entry.fields}) > 1:
        return between, max(columns), equals  # aligned
    return between, 0, f" {equals}" if signs[-1][signs[-1].find("=") - 1].isspace() else equals


class _Reader:
    """Reads one text from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._macros = dict(MONTHS)
        self._room = _UNFOLDED + len(text)
        self._lines = (0, 1)

    def entries(self) -> Iterator[Entry]:
        place = 0
        while found := _NEXT.search(self._text, place):
            place = found.end()
            if not found[0].endswith("@") or found[0].lstrip().startswith("%"):
                continue
            head = self._head(place)
            if head is None:
                continue
            kind, opening, place = head
            if kind == "comment":
                place = self._skipped(opening, place, found.start())
            elif kind == "preamble":
                place = self._closed(self._value(place, found.start())[1], opening, found.start())
            elif kind == "string":
                fields, place = self._fields(place, opening, found.start())
                self._macros |= {field.name: field.value for field in fields}
            else:
                entry = self._entry(kind, opening, place, found.start())
                place = entry.end
                yield entry

    def _head(self, place: int) -> tuple[str, str, int] | None:
        """Read what follows an `@`; None where it is no entry, such as in an address."""
        # No `%` up to the brace: what it hides would be read again at each `@` in it.
        name = _NAME.match(self._text, self._behind(_BLANK, place))
        if name is None:
            return None
        opening = self._behind(_BLANK, name.end())
        if self._text[opening : opening + 1] not in _CLOSES:
            return None
        return name[0].lower(), self._text[opening], opening + 1

    def _skipped(self, opening: str, place: int, start: int) -> int:
        """Give the end of a comment: its braces go with it."""
        end = self._matching(place) if opening == "{" else place
        if end is None:
            raise self._bad("the comment that begins here is never closed.", start)
        return end

    def _entry(self, kind: str, opening: str, place: int, start: int) -> Entry:
        place = self._behind_space(place)
        key = _KEY[opening].match(self._text, place)
        assert key is not None  # noqa: S101 -- it matches nothing too
        if "=" in key[0] and ("{" in key[0] or '"' in key[0]):
            raise self._bad(f"this @{kind} has no key, or no comma behind it.", start)
        after = place + len(key[0].rstrip())
        place = self._behind_space(key.end())
        sign = self._text[place : place + 1]
        fields: list[Field] = []
        if sign == ",":
            fields, end = self._fields(place + 1, opening, start)
            after = fields[-1].end if fields else after
        else:
            end = self._closed(place, opening, start)
        return Entry(kind, key[0].strip(), tuple(fields), start, end, after, self._line(start))

    def _fields(self, place: int, opening: str, start: int) -> tuple[list[Field], int]:
        """Read fields up to the end of their entry. Commas more than needed are let pass, missing ones are not."""
        fields: list[Field] = []
        while True:
            place = self._behind_space(place)
            while self._text[place : place + 1] == ",":
                place = self._behind_space(place + 1)
            name = _NAME.match(self._text, place)
            if name is None:
                return fields, self._closed(place, opening, start)
            sign = self._behind_space(name.end())
            if self._text[sign : sign + 1] != "=":
                raise self._bad(f"there is no = behind '{name[0][:40]}'.", place)
            value = self._behind_space(sign + 1)
            said, end = self._value(value, place)
            fields.append(Field(name[0].lower(), said, place, value, end))
            place = self._behind_space(end)
            if self._text[place : place + 1] != ",":
                return fields, self._closed(place, opening, start)

    def _value(self, place: int, begin: int) -> tuple[str, int]:
        """Read a value, of one or more parts joined by `#`, and give what it says and where it ends."""
        parts: list[str] = []
        while True:
            place = self._behind_space(place)
            said, end = self._part(place, begin)
            parts.append(said)
            place = self._behind_space(end)
            if self._text[place : place + 1] != "#":
                return "".join(parts), end
            place += 1

    def _part(self, place: int, begin: int) -> tuple[str, int]:
        sign = self._text[place : place + 1]
        if sign in ("{", '"'):
            end = self._matching(place + 1) if sign == "{" else self._quoted(place + 1)
            if end is None:
                raise self._bad(f"what is opened here by {sign} is never closed.", place)
            return self._text[place + 1 : end - 1], end
        name = _NAME.match(self._text, place)
        if name is None:
            raise self._bad("a value is missing here.", min(place, max(begin, len(self._text) - 1)))
        return self._unfolded(name), name.end()

    def _unfolded(self, name: re.Match[str]) -> str:
        """Give what a macro stands for; a number, or a name that is none, for itself."""
        said = self._macros.get(name[0].lower(), name[0])
        self._room -= len(said)
        if self._room < 0:
            raise self._bad("the @string macros unfold to millions of characters here.", name.start())
        return said

    def _matching(self, place: int) -> int | None:
        """Give where the group that began before a place ends, None where it never does."""
        depth = 1
        for brace in _BRACE.finditer(self._text, place):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                return brace.end()
        return None

    def _quoted(self, place: int) -> int | None:
        """Give where a quote ends; inside braces a quotation mark is none."""
        depth = 0
        for sign in _BRACE_OR_QUOTE.finditer(self._text, place):
            if sign[0] == '"' and depth == 0:
                return sign.end()
            depth += {"{": 1, "}": -1, '"': 0}[sign[0]]
            if depth < 0:
                raise self._bad("this brace closes nothing.", sign.start())
        return None

    def _closed(self, place: int, opening: str, start: int) -> int:
        """Give the end of what was opened. Raises BadBib where something else stands there."""
        place = self._behind_space(place)
        if self._text[place : place + 1] == _CLOSES[opening]:
            return place + 1
        if place >= len(self._text):
            raise self._bad("the entry that begins here is never closed.", start)
        raise self._bad(f"a comma or a closing {_CLOSES[opening]} is missing before '{self._text[place]}'.", place)

    def _behind_space(self, place: int) -> int:
        return self._behind(_SPACE, place)

    def _behind(self, pattern: re.Pattern[str], place: int) -> int:
        found = pattern.match(self._text, place)
        return found.end() if found else place

    def _line(self, place: int) -> int:
        """Count lines from where they were counted last: entries come in their order."""
        begin, line = self._lines if self._lines[0] <= place else (0, 1)
        self._lines = place, line + self._text.count("\n", begin, place)
        return self._lines[1]

    def _bad(self, message: str, place: int) -> BadBib:
        return BadBib(message, self._line(place))
