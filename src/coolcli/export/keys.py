"""Keys of entries: `vaswani2017attention`, from the template `bib.key`.

A key is made of what never changes: names, title, and the year that the id bears, not the one in which a journal
printed it. Where two papers would have the same, the older id keeps it, and the others get their own ids behind it;
a key that a paper has in the reader's file stays its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from coolcli import templates
from coolcli.arxiv import ids
from coolcli.export import names
from coolcli.export.tex import folded
from coolcli.models import Paper

_UNFIT = re.compile(r"[^A-Za-z0-9:._+-]")
"""What BibTeX, biber, LaTeX and other tools do not all take in a key."""
_CAN_BE = re.compile(r"[^\s,{}()\"#%=~\\]+")
"""What may be cited at all: a reader's own key stays, odd as it may be."""
_SAYS_NOTHING = ("year", "yy", "category")
"""What is in many keys: it tells no paper from another."""
_AUTHORS = 3
"""Authors that `{authors}` names."""

_FORMULA = re.compile(r"\$([A-Za-z]+)\$|\$+(?!\$)(?:[^$\\]|\\.)+\$+|\\\((?:[^\\]|\\[^()])*\\\)", re.DOTALL)
"""A formula; one of letters is said as it is written: `$k$-means`."""
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


def assigned(
    papers: Iterable[Paper], template: str, taken: Collection[str] = (), had: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Give each paper (by id) a key that no other has, in either case of letters, as BibTeX has it.

    None of `taken`, but for the keys that papers `had`: these they keep.
    """
    papers = {paper.id: paper for paper in papers}.values()
    found = _kept([paper.id for paper in papers], had or {})
    used = {key.lower() for key in (*taken, *found.values())}
    fresh = [paper for paper in papers if paper.id not in found]
    for paper in sorted(fresh, key=lambda paper: ids.sort_key(paper.id)):
        key = made(paper, template)
        if key.lower() in used:
            key = f"{key}-{_fit(paper.id)}"
        while key.lower() in used:
            key += "x"
        used.add(key.lower())
        found[paper.id] = key
    return found


def _kept(ids_: Iterable[str], had: Mapping[str, str]) -> dict[str, str]:
    """Give the keys that papers had and can keep: of two that had the same, the first."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for paper_id in ids_:
        key = had.get(paper_id, "")
        if _CAN_BE.fullmatch(key) and key.lower() not in used:
            used.add(key.lower())
            found[paper_id] = key
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
    """Give the words that carry meaning, in plain small letters; numbers alone where there are no others.

    TeX and formulas of more than letters are left out. A word with a hyphen is one: `gpt4`, `unet`, `pretraining`.
    """
    said = _WORD.findall(_TEX.sub("", _FORMULA.sub(r"\1", title)))
    found = [_letters(word) for word in said if word.lower() not in _STOP]
    found = list(filter(None, found)) or [letters for word in said if (letters := _letters(word))]
    return [word for word in found if not word.isdigit()] or found


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", folded(text).lower())


def _fit(text: str) -> str:
    return _UNFIT.sub("", folded(text).replace("/", "-"))
