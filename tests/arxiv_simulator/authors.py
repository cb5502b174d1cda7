"""An author as the world writes one: a name in TeX, with affiliations in parentheses behind it."""

from __future__ import annotations

from tests.arxiv_simulator import tex


def bare_name(author: str) -> str:
    """The author's name in Unicode, without affiliations."""
    return tex.to_unicode(author.partition(" (")[0])


def affiliations(author: str) -> list[str]:
    _, _, inside = author.partition(" (")
    return [tex.to_unicode(inside.removesuffix(")"))] if inside else []


def split_name(name: str) -> tuple[str, str]:
    """Family name with its particles, and given names."""
    words = name.split()
    start = len(words) - 1
    while start > 1 and words[start - 1][0].islower():
        start -= 1
    return " ".join(words[start:]), " ".join(words[:start])
