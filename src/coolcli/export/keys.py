"""Keys of entries: `vaswani2017attention`, from the template `bib.key`.

A key is made of what never changes: names, title, and the year that the id bears, not the one in which a journal
printed it. Where two papers would have the same, the older id keeps it, and the others get their own ids behind it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from coolcli import templates
from coolcli.arxiv import ids
from coolcli.export import names
from coolcli.export.tex import folded
from coolcli.models import Paper

_UNFIT = re.compile(r"[^A-Za-z0-9:._+-]")
"""What BibTeX, biber, LaTeX and other tools do not all take in a key."""
_SAYS_NOTHING = ("year", "yy", "category")
"""What is in many keys: it tells no paper from another."""
_AUTHORS = 3
"""Authors that `{authors}` names."""

_TEX = re.compile(r"\\[A-Za-z]+|[\\${}^_]")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SMALL = """
    a an the and or but nor of on in to for with from by at as is are was be been being can do does did how what why
    when where which who whose it its this that these those there their our your we you i into onto over under via per
    not no than then so if vs versus about between through towards toward using use some any all
    un une le la les des du de der die das ein eine und el los las y d l et sur pour dans
"""
_STOP = frozenset(_SMALL.split())
"""Words of titles that carry no meaning."""


def assigned(papers: Iterable[Paper], template: str, taken: Collection[str] = ()) -> dict[str, str]:
    """Give each paper (by id) a key that no other has, none of `taken`: in either case of letters, as BibTeX has it."""
    used = {key.lower() for key in taken}
    found: dict[str, str] = {}
    for paper in sorted({paper.id: paper for paper in papers}.values(), key=lambda paper: ids.sort_key(paper.id)):
        key = made(paper, template)
        if key.lower() in used:
            key = f"{key}-{_fit(paper.id)}"
        while key.lower() in used:
            key += "x"
        used.add(key.lower())
        found[paper.id] = key
    return found


def made(paper: Paper, template: str) -> str:
    """Fill the template for a paper; where nothing in it says which paper it is, the key is the id."""
    values = _values(paper)
    named = templates.names_in(template) - set(_SAYS_NOTHING)
    if not any(values[name] for name in named):
        return _fit(paper.id)
    return _fit(templates.filled(template, values)) or _fit(paper.id)


def _values(paper: Paper) -> dict[str, str]:
    year = str(ids.month_of(paper.id)[0])
    families = [_letters(name.family) for author in paper.authors[:_AUTHORS] if (name := names.parse(author))]
    words = _words(paper.title or "")
    return {
        "author": next(filter(None, families), ""),
        "authors": "".join(families) + ("etal" if len(paper.authors) > _AUTHORS else ""),
        "year": year,
        "yy": year[2:],
        "word": words[0] if words else "",
        "title": "".join(words),
        "id": _fit(paper.id),
        "category": (paper.primary_category or "").lower(),
    }


def _words(title: str) -> list[str]:
    """Give the words that carry meaning, without TeX, in plain small letters; numbers alone where there are no others.

    A word with a hyphen is one: `gpt4`, `unet`, `pretraining`.
    """
    found = [_letters(word) for word in _WORD.findall(_TEX.sub("", title)) if word.lower() not in _STOP]
    found = list(filter(None, found)) or [
        letters for word in _WORD.findall(_TEX.sub("", title)) if (letters := _letters(word))
    ]
    return [word for word in found if not word.isdigit()] or found


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", folded(text).lower())


def _fit(text: str) -> str:
    return _UNFIT.sub("", folded(text).replace("/", "-"))
