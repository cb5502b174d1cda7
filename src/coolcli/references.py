"""References to papers as typed: row numbers of the last list, ids, addresses, any text with ids (cli.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from coolcli.arxiv import ids
from coolcli.arxiv.ids import ArxivId
from coolcli.errors import NoSuchPaper
from coolcli.session import Shown

_ROWS = re.compile(r"\d{1,6}(?:-\d{1,6})?(?:,\d{1,6}(?:-\d{1,6})?)*,?")


def resolve(words: Iterable[str], shown: Callable[[], Shown | None], read_input: Callable[[], str]) -> list[ArxivId]:
    """Turn references into papers, each once, in the order given.

    `shown` gives the list that row numbers mean, `read_input` what `-` stands for. Raises NoSuchPaper that names the
    first reference that fits nothing.
    """
    found: dict[str, ArxivId] = {}
    for word in words:
        for identifier in _one(word, shown, read_input):
            found.setdefault(identifier.id, identifier)
    return list(found.values())


def in_text(text: str) -> list[ArxivId]:
    """Find the ids in a text, each once. Of a line that this program itself wrote, only the first field counts."""
    found: dict[str, ArxivId] = {}
    for line in text.splitlines():
        first, tab, _ = line.partition("\t")
        own = ids.parse(first) if tab else None
        for identifier in [own] if own else ids.find(line):
            found.setdefault(identifier.id, identifier)
    return list(found.values())


def _one(word: str, shown: Callable[[], Shown | None], read_input: Callable[[], str]) -> list[ArxivId]:
    if word == "-":
        found = in_text(read_input())
        if not found:
            raise NoSuchPaper("There is no arXiv id in what was read from standard input.")
        return found
    if _ROWS.fullmatch(word):
        return _rows(word, shown())
    identifier = ids.parse(word)
    found = [identifier] if identifier else in_text(word)
    if not found:
        raise NoSuchPaper(
            f"'{word}' is no paper: neither a row number, nor an arXiv id, nor an address with one.",
            "Such as 3, 3-7, 2312.11111, hep-th/9901001 or https://arxiv.org/abs/2312.11111.",
        )
    return found


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
