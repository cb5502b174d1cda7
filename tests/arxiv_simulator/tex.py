"""TeX accents as arXiv shows them: the feed keeps them raw, pages and API have Unicode."""

from __future__ import annotations

import re
import unicodedata

_COMBINING = {
    "'": "\u0301",
    "`": "\u0300",
    '"': "\u0308",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "H": "\u030b",
    "k": "\u0328",
    "r": "\u030a",
}
_LETTERS = {"o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "aa": "å", "AA": "Å", "i": "ı"}
_MATH = re.compile(r"(\$[^$]*\$)")
_ACCENT = re.compile(r"""\{?\\(?:([`'"^~=.])\s*|([cvuHkr])(?=\{|\s))\s*(?:\{(\\?[a-zA-Z])\}|(\\?[a-zA-Z]))\}?""")
_LETTER = re.compile(r"\{\\(ss|ae|AE|aa|AA|[oOlL])\}|\\(ss|ae|AE|aa|AA|[oOlL])(?:\{\}|\s+|(?![a-zA-Z]))")


def to_unicode(text: str) -> str:
    """TeX accents and letters outside mathematics as Unicode."""
    parts = _MATH.split(text)
    return "".join(part if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    text = _LETTER.sub(lambda found: _LETTERS[found[1] or found[2]], text)
    return _ACCENT.sub(_accented, text)


def _accented(found: re.Match[str]) -> str:
    letter = (found[3] or found[4]).removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _COMBINING[found[1] or found[2]])
