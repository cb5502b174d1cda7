"""Authors' names in parts: arXiv has `First Last`, bibliographies sort by the family name."""

from __future__ import annotations

import re
from typing import NamedTuple

_SHARED = re.compile(
    r"(?i)\b(?:collaborations?|consortium|group|teams?|network|project|initiative|institute|university|laborator(?:y|ies)"
    r"|committee|society|behalf)\b|\bfor the\b|^the\b(?-i:(?!(?: [A-Z][^\W\d_A-Z]{1,4}){2,3}$))|\s(?:and|&)\s"
    r"|[()\[\]/:]"
)
"""What is not the name of one person, or not only. `The Anh Han` is: short words behind a Vietnamese given name."""

_SMALL = """
    van von der den de del della dela degli dei di da do dos das du la le los las el al ibn bin ben ter ten te zu zum
    zur vom af av op 't y
"""
_PARTICLES = frozenset(_SMALL.split())
"""What a family name begins with, in small letters."""
_GREAT_PARTICLES = frozenset({"Van", "Von", "De", "Del", "Della", "Den", "Der", "Di", "Dos", "Op", "Ter", "El", "Al"})
"""Those that are no given names elsewhere, or seldom."""
_FAMILIES = """
    nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly luong truong dinh doan trinh mai cao lam luu
    ta thai dao to tang
"""
_VIETNAMESE = frozenset(_FAMILIES.split())
"""Family names before which `Van` is a given name."""

_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV")
_NO_LETTER = re.compile(r"[\W\d_]*")
_OF_ONE_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\s]+")
"""Kana, Han and Hangul: the family name comes first."""


class Name(NamedTuple):
    """A name in parts; one that has no parts, as a collaboration's, is all family name."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether it is not to be taken apart."""
        return not self.given

    @property
    def plain(self) -> str:
        """Write it as `Ada van der Sluys Jr.`."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))

    @property
    def inverted(self) -> str:
        """Write it as `van der Sluys, Ada, Jr.`."""
        return ", ".join(filter(None, self))


def parse(text: str) -> Name | None:
    """Take a name apart; None for what has no letter in it, which is a slip of arXiv's lists of authors."""
    text = " ".join(re.sub(r"[\\{}$]", "", text.replace("~", " ").replace("--", "-")).split())
    text = re.sub(r"^and\s+|\s+and$", "", text)  # what is left of a list that was cut wrongly
    if _NO_LETTER.fullmatch(text):
        return None
    if _SHARED.search(text):
        return Name(text)
    words, suffix = text.split(), ""
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    if "," in text:
        return _inverted(" ".join(words).rstrip(","), suffix) or Name(text)
    if len(words) == 1:
        return Name(text)
    if _OF_ONE_SCRIPT.fullmatch(text) or _begins_with_family(words):
        return Name(words[0], " ".join(words[1:]))
    start = _family(words)
    return Name(" ".join(words[start:]), " ".join(words[:start]), suffix)


def _inverted(text: str, suffix: str) -> Name | None:
    """Read `Doe, Jane` and `Jane Doe, Jr.`; None where there is more than one comma."""
    if suffix and "," not in text:
        return parse(f"{text} {suffix}")
    family, _, given = (part.strip() for part in text.partition(","))
    return Name(family, given, suffix) if family and given and "," not in given else None


def _begins_with_family(words: list[str]) -> bool:
    """Tell whether a name is in Vietnamese order: `Nguyen Van Tu`, where `Van` is no particle."""
    first, middle, last = words[0], words[1], words[-1]
    return len(words) > 2 and middle == "Van" and _folded(first) in _VIETNAMESE and _folded(last) not in _VIETNAMESE


def _family(words: list[str]) -> int:
    """Give where the family name begins: at a particle, else it is the last word."""
    for place, word in enumerate(words[1:-1], 1):
        if word in _PARTICLES:
            # `Hans Op de Beeck`
            return place - 1 if place > 1 and words[place - 1] in _GREAT_PARTICLES else place
        if word in _GREAT_PARTICLES and not (word == "Van" and _folded(words[-1]) in _VIETNAMESE):
            return place
    return len(words) - 1


def _folded(word: str) -> str:
    from coolcli.export.tex import folded

    return folded(word).lower()
