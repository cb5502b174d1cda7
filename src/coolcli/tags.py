"""What a tag is, and which of the reader's tags a word means: in either case, as it was first spelled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from coolcli.errors import UsageError, or_list

LONGEST = 50
"""Letters of a tag at the most."""
FORM = f"A tag has letters, digits and -_.+@#, at least one letter, and {LONGEST} of them at the most."

_SIGNS = frozenset("-_.+@#")
_LIKE_AN_ID = re.compile(r"\d{4}\.\d{3,}|/\d{3,}", re.ASCII)


def parse(word: str) -> str | None:
    """Give the tag that a word is, None where it can be none; the `#` that tags are shown with does not count.

    What looks like an arXiv id is none, so that no mistyped id becomes a tag.
    """
    from unicodedata import category, normalize

    tag = normalize("NFC", word).lstrip("#")
    kinds = ["sign" if letter in _SIGNS else category(letter)[0] for letter in tag]
    fits = not tag.startswith("-") and len(tag) <= LONGEST and {*kinds} <= {"sign", "L", "M", "N"}
    return tag if fits and "L" in kinds and not like_an_id(tag) else None


def like_an_id(word: str) -> bool:
    """Tell whether a word is an arXiv id, or what is left of one that was mistyped."""
    return bool(_LIKE_AN_ID.search(word))


def spelled(tag: str, known: Iterable[str]) -> str | None:
    """Give the known tag that is meant, the same in either case; None where there is none."""
    known = list(known)
    return tag if tag in known else next((each for each in known if each.casefold() == tag.casefold()), None)


def tag_of(word: str, known: Iterable[str]) -> str:
    """Give the tag that a word makes, as it is spelled where it is known. Raises UsageError for what can be none."""
    tag = parse(word)
    if tag is None:
        raise UsageError(f"'{word}' cannot be a tag.", FORM)
    return spelled(tag, known) or tag


def known_tag(word: str, known: Sequence[str]) -> str:
    """Give the known tag that a word means. Raises UsageError that names the nearest."""
    found = spelled(parse(word) or word, known)
    if found is None:
        raise UsageError(f"There is no tag '{word}'.", _others(word, known))
    return found


def _others(word: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    if not known:
        return "There are no tags yet."
    near = get_close_matches(word, known, n=3, cutoff=0.4)
    return f"Did you mean {or_list(near)}?" if near else "`cool tags` lists them all."
