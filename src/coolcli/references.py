"""References as typed: row numbers of the last list, ids, addresses, any text that names papers (cli.md)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv import ids
from coolcli.arxiv.ids import ArxivId
from coolcli.errors import BadCategory, NoSuchPaper
from coolcli.session import Shown

if TYPE_CHECKING:
    from coolcli.addresses import ListPage, Named

_ROWS = re.compile(r"\d{1,6}(?:-\d{1,6})?(?:,\d{1,6}(?:-\d{1,6})?)*,?")
_FILE = re.compile(rf"[/\\](?P<id>{ids.FORM})(?:\s?\(\d{{1,3}}\))?\.(?:pdf|html|ps|ps\.gz)\Z", re.IGNORECASE | re.ASCII)
"""How the path of a file ends that is called by an id; a browser puts `(1)` behind the second of a name."""
_ADDRESS = re.compile(r"(?<![\w.@/\\-])(?:(?!file:)[a-z]{2,10}:/|[\w-]+(?:\.[\w-]+)+[:/])", re.IGNORECASE)
"""How an address begins that is none of a file."""
_CATEGORIES = re.compile(r"[a-z][a-z.,+-]{1,200}", re.IGNORECASE)
_LONGEST = 60
"""Letters of what was typed that an error repeats."""

STANDARD_INPUT = "-"
"""The reference that stands for standard input."""
CLIPBOARD = "--clipboard"
"""What stands for the clipboard, where a reference would be."""


class Sources(NamedTuple):
    """What references are resolved against. Nothing of it is asked for before a reference needs it."""

    now: datetime
    shown: Callable[[], Shown | None]
    """Gives the list that row numbers mean."""
    read: dict[str, Callable[[], str]]
    """Give the texts that STANDARD_INPUT and CLIPBOARD stand for."""


def resolve(
    words: Iterable[str],
    sources: Sources,
    *,
    only_arxiv: bool = False,
    versions: bool = False,
    hint: str | None = None,
) -> list[Named]:
    """Turn references into what they name, each once, in the order given; of a paper's versions the first named.

    With `versions` each of them is one of its own. Categories name their listing. Raises NoSuchPaper that names the
    first reference that fits nothing, with `hint` if there is one; or, where only arXiv's papers are of use, the first
    that names none of them.
    """
    words = list(words)
    if not only_arxiv and (listing := _listing(words)):
        return [listing]
    found: dict[str, Named] = {}
    for word in words:
        named = _one(word, sources, hint, words)
        if only_arxiv and not any(isinstance(each, ArxivId) for each in named):
            raise _elsewhere(word)
        for each in named:
            first = found.setdefault(repr(each) if versions else each.id, each)
            if not versions and isinstance(first, ArxivId) and first.version is None:
                found[each.id] = each
    return list(found.values())


def in_text(text: str, now: datetime) -> Iterator[Named]:
    """Find what a text names. Of a line that this program itself wrote, only the first field counts."""
    from coolcli import addresses

    for line in addresses.lines(text):
        first, tab, _ = line.partition("\t")
        own = ids.parse(first) if tab else None
        yield from [own] if own else list(addresses.in_line(line, now)) or _in_path(line, now)


def is_reference(word: str) -> bool:
    """Tell whether a word alone can only be a reference: row numbers, or an id."""
    return bool(_ROWS.fullmatch(word)) or ids.parse(word) is not None


def decoded(content: bytes) -> str:
    """Read what was piped in as text: UTF-8, UTF-16 or 32 with a mark; of other encodings, the letters of ASCII.

    Raises NoSuchPaper for a PDF, whose text has to be taken out first.
    """
    if content[:1024].lstrip().startswith(b"%PDF-"):
        raise NoSuchPaper(
            "That is a PDF: its text has to be taken out first.", "`pdftotext FILE - | cool open -` does it."
        )
    for mark, encoding in _MARKS.items():
        if content.startswith(mark) and (b"\0" in content or encoding == "utf-8-sig"):
            return content.decode(encoding, "replace")
    return content.decode("utf-8", "replace")


_MARKS = {  # the longer ones first: that of UTF-32 begins with that of UTF-16; ids in these have zero bytes in them
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
_PLACES = {STANDARD_INPUT: "what was read from standard input", CLIPBOARD: "the clipboard"}


def _in_path(line: str, now: datetime) -> list[ArxivId]:
    """Give the paper that a line names as the path of a file called by its id."""
    line = line.strip(" \t\"'")
    match = _FILE.search(line[-_LONGEST:])
    if match is None or _ADDRESS.search(line):
        return []
    identifier = ids.parse(match["id"])
    return [identifier] if identifier and ids.can_exist(identifier, now) else []


def _listing(words: Sequence[str]) -> ListPage | None:
    """Give the latest listing of the categories that all the words are, None where one is none."""
    if not words or not all(map(_CATEGORIES.fullmatch, words)):
        return None
    from coolcli.addresses import ListPage
    from coolcli.arxiv.categories import parse

    with suppress(BadCategory):
        return ListPage(parse(words))
    return None


def _one(word: str, sources: Sources, hint: str | None, beside: Sequence[str]) -> Sequence[Named]:
    if word in _PLACES:
        return _in_place(word, sources, hint)
    if _ROWS.fullmatch(word):
        return _rows(word, sources.shown())
    identifier = ids.parse(word)
    found = [identifier] if identifier else list(in_text(word, sources.now)) or list(filter(None, [_listing([word])]))
    if not found:
        raise NoSuchPaper(
            f"'{_short(word)}' is no paper: neither a row number, nor an arXiv id, nor an address with one.",
            _of_file(word)
            or _of_text(word, beside, sources.now)
            or hint
            or "Such as 3, 3-7, 2312.11111, hep-th/9901001 or https://arxiv.org/abs/2312.11111.",
        )
    return found


def _in_place(place: str, sources: Sources, hint: str | None) -> Sequence[Named]:
    text = sources.read[place]()
    found = list(in_text(text, sources.now))
    if found:
        return found
    what = _PLACES[place]
    if not text.strip():
        raise NoSuchPaper(f"There is no arXiv id in {what}: it is empty.")
    if "\0" in text:
        raise NoSuchPaper(f"There is no arXiv id in {what}: it is no text.", "Take the text out of it first.")
    raise NoSuchPaper(f"There is no arXiv id in {what}.", hint)


def _elsewhere(word: str) -> NoSuchPaper:
    """Build the error for what only `open` can do something with."""
    if word in _PLACES:
        hint = "`cool open` opens papers of venues, and listings."
        return NoSuchPaper(f"No paper of arXiv's is named by {_PLACES[word]}.", hint)
    if _listing([word]):
        return NoSuchPaper(f"'{word}' is no paper, but a category.", f"`cool today {word}` lists its papers.")
    import shlex

    return NoSuchPaper(f"'{_short(word)}' is no paper of arXiv's.", f"`cool open {shlex.quote(word)}` opens it.")


def _short(word: str) -> str:
    return word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…"


def _of_file(word: str) -> str | None:
    """Say how a file is read, where one is called what was typed."""
    with suppress(OSError, ValueError):
        if Path(word).is_file():
            import shlex

            name = shlex.quote(word)
            command = f"pdftotext {name} - | cool open -" if word.lower().endswith(".pdf") else f"cool open - < {name}"
            return f"It is a file: `{command}` opens the papers that it names."
    return None


def _of_text(word: str, beside: Sequence[str], now: datetime) -> str | None:
    """Say how a text is given, where what was typed is a word of one: another word names something."""
    if any(letter.isdigit() for letter in word) or not any(any(in_text(other, now)) for other in beside):
        return None
    return "If it is a text: put it in quotes, or paste it after `-`, as in `cool open -`."


def _rows(word: str, shown: Shown | None) -> list[ArxivId]:
    if shown is None:
        raise NoSuchPaper(
            f"Row {word} of which list? None was shown here in the last 12 hours.",
            "`cool today` shows one; or give arXiv ids.",
        )
    found = []
    for piece in filter(None, word.split(",")):
        first, _, last = piece.partition("-")
        lowest, highest = sorted((int(first), int(last or first)))
        if lowest < 1 or highest > len(shown.ids):
            rows = "1 row" if len(shown.ids) == 1 else f"{len(shown.ids)} rows"
            raise NoSuchPaper(
                f"There is no row {lowest if lowest < 1 else highest}: the last list has {rows} ({shown.what}).",
                "`cool today` shows the day's list again.",
            )
        found += [_of_row(paper_id) for paper_id in shown.ids[lowest - 1 : highest]]
    return found


def _of_row(paper_id: str) -> ArxivId:
    """Check an id that was read from a file: addresses are made of it."""
    identifier = ids.parse(paper_id)
    if identifier is None:
        raise NoSuchPaper(
            "The row numbers of the last list cannot be read.", "`cool today` shows the day's list again."
        )
    return identifier
