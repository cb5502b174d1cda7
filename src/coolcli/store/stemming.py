"""What to look for where a reader types how words begin: the index knows their stems alone.

`optimization` lies in the index as `optim`, which does not begin with `optimiz`. So a beginning is looked for in three
ways: as stems that begin so; as the words that it becomes with the endings of English, which are stemmed as it was; and
where stemming makes another word of it (`theory` lies there as `theori`), with each letter more.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from string import ascii_lowercase, digits

TOKENIZER = "porter unicode61 remove_diacritics 2"

_SHORTEST = 3
"""Letters of a beginning from which on stemming can take something away of it."""

_ENDINGS = """
    ability abilities ables ably alism alisms alities ally als ances ancies ancy ational ationally ations atively
    ative ators ates ated ating cies edly eds ements encies ency ences ently entally ers es fully fulness ibilities
    ibility ible ibly icated icates icating icative ically icities icity ied ier iest ies ily ingly ings ional
    ionally ions isations ised iser ises ising isms istic istically ists ities ity iveness ively ives ivities ivity
    izational izations ized izers izes izing less lessness logical logies logy mentally ments nesses ness ologies
    ology ors ously ousness ries ry ships ties tion tions ty s y
"""
"""What words end in, as far as Porter's stemming takes it off."""


@cache
def besides(beginning: str) -> tuple[str, ...]:
    """Give words that begin so, in small letters, one for each stem that does not."""
    if not _can_be_stemmed(beginning):
        return ()
    stem, *stems = _stems([beginning, *(beginning + ending for ending in _endings())])
    words: dict[str, str] = {}
    for ending, found in zip(_endings(), stems, strict=True):
        if not found.startswith(stem):
            words.setdefault(found, beginning + ending)
    return tuple(words.values())


@cache
def longer(beginning: str) -> tuple[str, ...]:
    """Give a beginning with each letter more where it would be taken for another one; else nothing."""
    if not _can_be_stemmed(beginning) or beginning.startswith(_stems([beginning])[0]):
        return ()
    return tuple(beginning + letter for letter in ascii_lowercase + digits)


def _can_be_stemmed(beginning: str) -> bool:
    return len(beginning) >= _SHORTEST and beginning.isascii() and beginning.isalpha()


@cache
def _endings() -> tuple[str, ...]:
    """Give all that can follow where a reader stops to type: every end of every ending."""
    ends = {ending[at:] for ending in _ENDINGS.split() for at in range(len(ending))}
    return tuple(sorted(ends))


def _stems(words: list[str]) -> list[str]:
    """Stem words as the index does: by FTS5 itself, in memory."""
    connection = _memory()
    connection.execute("DELETE FROM texts")
    connection.execute("INSERT INTO texts VALUES (?)", (" ".join(words),))
    return [row[0] for row in connection.execute("SELECT term FROM stems ORDER BY offset")]


@cache
def _memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = '{TOKENIZER}')")
    connection.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(texts, instance)")
    return connection
