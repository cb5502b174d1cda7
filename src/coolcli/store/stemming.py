"""Words as the index has them: in small letters, without accents, and cut to what their inflected forms share.

Of Porter's algorithm (1980) only the steps for plurals, -ed, -ing, y and final e and l: `learn` finds *learning* and
*learned*, `theory` *theories*, `cache` *caching*. The rest of it, which FTS5 would do by itself, makes one of
*generative* and *general*, of *university* and *universal*: too much for a search, and for a rule that takes papers out
of sight. Names of authors are not cut at all: Peters is not Peter.

Letters of scripts without blanks between words (Chinese, Japanese, Korean) are words alone, so that any piece of a text
is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple


class Word(NamedTuple):
    """A word of a text, as it is compared, and where it stands there."""

    text: str
    begin: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Give the words of a text from left to right, uncut; what is one there can be several for the index."""
    if text.isascii():
        for match in _ASCII.finditer(text.lower()):
            yield Word(match[0], match.start(), match.end())
        return
    for match in _WORD.finditer(text):
        for part in _ASCII.findall(folded) if (folded := _folded(match[0])).isascii() else _ANY.findall(folded):
            yield Word(part, match.start(), match.end())


def names(text: str) -> str:
    """Write names for the index: their words, uncut."""
    return " ".join(word.text for word in words(text))


def stems(text: str) -> str:
    """Write a text for the index: its words, cut."""
    if text.isascii():
        return " ".join(map(_STEMS.__getitem__, _ASCII.findall(text.lower())))
    return " ".join(_STEMS[word.text] for word in words(text))


def stem(word: str) -> str:
    """Cut a word, which is one as `words` gives them."""
    return _STEMS[word]


def besides(beginning: str) -> tuple[str, ...]:
    """Give the stems of words that begin so, which themselves do not: `learni` begins *learning*, which is `learn`."""
    found = dict.fromkeys(_STEMS[beginning + ending] for ending in _ENDINGS)
    return tuple(each for each in found if not each.startswith(beginning))


_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_ASCII = re.compile("[a-z0-9]+")
_ANY = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}][^\W_{_ALONE}\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_{_ALONE}]*)*")
"""Accents that follow their letters are of the word."""

_ENDINGS = ("", *(form[at:] for form in ("s", "es", "ies", "ed", "eed", "ings", "ing") for at in range(len(form))))
"""What a beginning can go on with where it ends within one of the endings that are cut."""


def _folded(word: str) -> str:
    from unicodedata import combining, normalize

    return "".join(letter for letter in normalize("NFKD", word).casefold() if not combining(letter))


class _Stems(dict[str, str]):
    """Stems of words, each found once."""

    def __missing__(self, word: str) -> str:
        self[word] = cut = _cut(word) if len(word) > 2 and word.isascii() and word.isalpha() else word
        return cut


_STEMS = _Stems()

_PLURALS = (("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", ""))
_RESTORED = ("at", "bl", "iz")
_KEPT_DOUBLE = "lsz"


def _cut(word: str) -> str:
    """Take steps 1a, 1b, 1c, 5a and 5b."""
    for end, left in _PLURALS:
        if word.endswith(end):
            word = word.removesuffix(end) + left
            break
    word = _without_ed_and_ing(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    before = word.removesuffix("e")
    if before != word and (_measure(before) > 1 or (_measure(before) == 1 and not _is_short(before))):
        return before
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


def _without_ed_and_ing(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for end in ("ed", "ing"):
        before = word.removesuffix(end)
        if before != word and _has_vowel(before):
            return _restored(before)
    return word


def _restored(word: str) -> str:
    """Give back what -ed and -ing took: `tun(ing)` is of tune, `runn(ing)` of run."""
    if word.endswith(_RESTORED):
        return word + "e"
    if len(word) > 1 and word[-1] == word[-2] and not _is_vowel(word, len(word) - 1) and word[-1] not in _KEPT_DOUBLE:
        return word[:-1]
    return word + "e" if _measure(word) == 1 and _is_short(word) else word


def _is_vowel(word: str, at: int) -> bool:
    return word[at] in "aeiou" or (word[at] == "y" and at > 0 and not _is_vowel(word, at - 1))


def _has_vowel(word: str) -> bool:
    return any(_is_vowel(word, at) for at in range(len(word)))


def _measure(word: str) -> int:
    """Count how often a vowel is followed by a consonant."""
    kinds = [_is_vowel(word, at) for at in range(len(word))]
    return sum(one and not other for one, other in pairwise(kinds))


def _is_short(word: str) -> bool:
    """Tell whether a word ends in consonant, vowel, consonant, the last of which is not w, x or y."""
    at = len(word) - 1
    return (
        at >= 2
        and not _is_vowel(word, at)
        and _is_vowel(word, at - 1)
        and not _is_vowel(word, at - 2)
        and word[at] not in "wxy"
    )
