"""An invented day of arXiv in the feed's own format: made-up words in the lengths of real ones, always the same.

Papers have titles of about 80 characters, abstracts of 1200, four to six authors, two categories. Formulas and TeX's
accents are as frequent as they have to be for their cost to show: `$…$` in 12 % of titles and of abstracts, a
backslash in 3 % of the strings of authors.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

CATEGORY = "cs.LG"
DAY = "2026-11-20"
NOON = f"{DAY}T12:00:00-05:00"
"""A moment at which the day is arXiv's latest listing, and its feed bears it."""
_PUBLISHED = "Fri, 20 Nov 2026 00:00:00 -0500"
_SPELLED = "Friday, 20 November 2026"

_SHARES = {"new": 45, "cross": 25, "replace": 20, "replace-cross": 10}
"""How many of a hundred items are of each type, in the feed's order."""
_NEIGHBOURS = ("cs.AI", "cs.CL", "cs.CV", "stat.ML", "math.OC", "eess.SP", "q-bio.QM", "physics.comp-ph")
_ONSETS = ("b", "br", "c", "d", "f", "g", "gl", "h", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io")
_CODAS = ("", "", "", "l", "n", "nt", "r", "s", "st")
_FORMULAS = (
    r"$\ell_1$",
    r"$O(n \log n)$",
    r"$k$",
    r"$\mathcal{L}(\theta)$",
    r"$\epsilon$",
    r"$10^{-3}$",
    r"$\mathbb{R}^{d \times d}$",
    r"$x_{t+1} = x_t - \eta \nabla f(x_t)$",
)
_ACCENTED = (r"Mor\'en", r"S{\o}rel", r"M\"uler", r"Kova\v{c}ir", r"Erd\H{o}n", r"Garc\'{\i}n", r"\c{S}enor")
_RSS = (
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">'
)


@dataclass(frozen=True)
class Item:
    """A paper as the feed announces it."""

    id: str
    version: int
    type: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, str]


def day(count: int) -> list[Item]:
    """Invent a day of so many papers, in the feed's order: by type, ids ascending within each."""
    random = Random(count)
    words = [_word(random) for _ in range(600)]
    ends = [count * sum(list(_SHARES.values())[: place + 1]) // 100 for place in range(len(_SHARES))]
    kinds = [kind for kind, begin, end in zip(_SHARES, [0, *ends], ends, strict=False) for _ in range(begin, end)]
    return [_item(random, words, kind, number) for number, kind in enumerate(kinds)]


def weekdays(count: int) -> list[date]:
    """Give so many days without a weekend's among them, of which DAY is the last."""
    last = date.fromisoformat(DAY)
    back = (last - timedelta(days=number) for number in range(2 * count + 2))
    return list(islice((each for each in back if each.weekday() < 5), count))[::-1]


def feed(items: Sequence[Item]) -> bytes:
    """Write the day as arXiv's feed."""
    head = (
        f"<?xml version='1.0' encoding='UTF-8'?>\n{_RSS}\n  <channel>\n"
        f"    <title>{CATEGORY} updates on arXiv.org</title>\n    <link>http://rss.arxiv.org/rss/{CATEGORY}</link>\n"
        f"    <description>{CATEGORY} updates on the arXiv.org e-print archive.</description>\n"
        "    <language>en-us</language>\n    <lastBuildDate>Fri, 20 Nov 2026 05:00:02 +0000</lastBuildDate>\n"
        f"    <pubDate>{_PUBLISHED}</pubDate>\n"
        "    <skipDays>\n      <day>Saturday</day>\n      <day>Sunday</day>\n    </skipDays>\n"
    )
    return (head + "".join(map(_feed_item, items)) + "  </channel>\n</rss>\n").encode()


def head_of_page(items: Sequence[Item]) -> bytes:
    """Write the first 25 rows of the day's listing page, which states the counts of all of it."""
    shown = items[:25]
    sections = [[item for item in items if item.type.startswith(kind)] for kind in ("new", "cross", "replace")]
    starts = [0, len(sections[0]) + 1, len(sections[0]) + len(sections[1]) + 1]
    index = "".join(
        f'<li><a href="/list/{CATEGORY}/new?skip={start // 25 * 25}&amp;show=25#item{start}">{name}</a></li>\n'
        for start, name in zip(starts, ("New submissions", "Cross-lists", "Replacements"), strict=True)
    )
    entries = "".join(_page_entry(number, item) for number, item in enumerate(shown, 1))
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><title>Machine Learning</title></head><body>\n"
        f"<h1>Machine Learning</h1>\n<ul>\n{index}</ul>\n<h3>Showing new listings for {_SPELLED}</h3>\n"
        f"<div class='paging'>Total of {len(items)} entries</div>\n<dl id='articles'>\n"
        f"<h3>New submissions (showing first {len(shown)} of {len(sections[0])} entries)</h3>\n"
        f"{entries}</dl>\n</body></html>\n"
    ).encode()


def _word(random: Random) -> str:
    syllables = random.choice((1, 2, 2, 3, 3))
    return "".join(random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(syllables)) + random.choice(_CODAS)


def _item(random: Random, words: Sequence[str], kind: str, number: int) -> Item:
    replaced = kind.startswith("replace")
    categories = (CATEGORY, random.choice(_NEIGHBOURS))
    return Item(
        id=f"{2610 if replaced else 2611}.{10_000 + number:05}",
        version=random.randint(2, 5) if replaced else 1,
        type=kind,
        title=_with_formula(random, _text(random, words, random.randint(60, 100)).title()),
        abstract=_with_formula(random, ". ".join(_sentences(random, words, random.randint(900, 1500)))) + ".",
        authors=_authors(random, words),
        categories=categories[::-1] if kind.endswith("cross") else categories,
    )


def _text(random: Random, words: Sequence[str], length: int) -> str:
    text = random.choice(words)
    while len(text) < length - 4:
        text += " " + random.choice(words)
    return text


def _sentences(random: Random, words: Sequence[str], length: int) -> list[str]:
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        sentences.append(_text(random, words, random.randint(80, 180)).capitalize())
    return sentences


def _with_formula(random: Random, text: str) -> str:
    """Put a formula between two words of every eighth text."""
    if random.random() >= 0.12:
        return text
    words = text.split(" ")
    words.insert(random.randrange(1, len(words)), random.choice(_FORMULAS))
    return " ".join(words)


def _authors(random: Random, words: Sequence[str]) -> tuple[str, ...]:
    names = [_name(random, words) for _ in range(random.randint(4, 6))]
    if random.random() < 0.03:
        names[0] = f"{names[0].partition(' ')[0]} {random.choice(_ACCENTED)}"
    return tuple(names)


def _name(random: Random, words: Sequence[str]) -> str:
    initial = f" {random.choice('ABCDEGJKLMRST')}." if random.random() < 0.2 else ""
    return f"{random.choice(words).capitalize()}{initial} {random.choice(words).capitalize()}"


def _feed_item(item: Item) -> str:
    categories = "".join(f"      <category>{name}</category>\n" for name in item.categories)
    abstract = textwrap.fill(item.abstract, 79, break_long_words=False, break_on_hyphens=False)
    return (
        f"    <item>\n      <title>{escape(item.title)}</title>\n      <link>https://arxiv.org/abs/{item.id}</link>\n"
        f"      <description>arXiv:{item.id}v{item.version} Announce Type: {item.type} \n"
        f"Abstract: {escape(abstract)}</description>\n"
        f'      <guid isPermaLink="false">oai:arXiv.org:{item.id}v{item.version}</guid>\n{categories}'
        f"      <pubDate>{_PUBLISHED}</pubDate>\n      <arxiv:announce_type>{item.type}</arxiv:announce_type>\n"
        "      <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>\n"
        f"      <dc:creator>{escape(', '.join(item.authors))}</dc:creator>\n    </item>\n"
    )


def _page_entry(number: int, item: Item) -> str:
    authors = ", ".join(f"<a href='/search/?query={place}'>{name}</a>" for place, name in enumerate(item.authors))
    subjects = "; ".join(f"Subject ({name})" for name in item.categories)
    return (
        f"<dt><a name='item{number}'>[{number}]</a>\n"
        f'<a href ="/abs/{item.id}" title="Abstract" id="{item.id}">arXiv:{item.id}</a></dt>\n'
        "<dd><div class='meta'>\n"
        f"<div class='list-title mathjax'><span class='descriptor'>Title:</span> {escape(item.title)}</div>\n"
        f"<div class='list-authors'>{authors}</div>\n"
        f"<div class='list-subjects'><span class='descriptor'>Subjects:</span> {subjects}</div>\n"
        f"<p class='mathjax'>{escape(item.abstract)}</p>\n</div></dd>\n"
    )
