"""Invented text with what is awkward in real records: TeX, brackets, tags, ampersands, other scripts, long lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

_GIVEN = [
    *("Ada", "Bo", "Chidi", "Dara", "Emre", "Fenna", "Goro", "Hanne", "Ilse", "Juno", "Kofi", "Lumi", "Mirela"),
    *("Nandi", "Oswin", "Petra", "Quirin", "Rosa", "Sefa", "Tamsin", "Uzo", "Vesna", "Wen", "Xander", "Yara", "Zeno"),
    *(r"Jos\'e", r"S{\o}ren", r"Andr\'{e}", r"Ji\v{r}\'i", "J.-P.", "Çağla", "小雨"),
]
_FAMILY = [
    *("Abernol", "Brackwater", "Castellune", "Drosterholm", "Eikemann", "Farrowgate", "Gossamer", "Hollenkamp"),
    *("Ironwood", "Juniperius", "Kestrelin", "Lanternby", "Marrowick", "Nightingall", "Ockerman", "Pellworth"),
    *(r"Qu\'ero", r"R\"ohmer", r"{\L}azar", r"Tr\'evi\~no", "van der Sluys", "O'Quill", "Ødegaard", "王林"),
]
_AFFILIATIONS = [
    "Institute of Cartography, Port Vell, Nowhereland",
    "Dept. of Tides and Clocks, North Quay",
    "Lighthouse Laboratory",
    "University of Sandhaven, Sandhaven, Elsewhere",
]
_QUALITIES = ["Sparse", "Robust", "Patient", "Scalable", "Honest", "Low-Rank", "Certified", "Lazy", "Gentle", "Causal"]
_THINGS = ["Lanterns", "Ferries", "Tidal Charts", "Orchards", "Clockworks", "Harbours", "Kites", "Looms", "Beehives"]
_MEANS = [
    "Map Folding",
    "Bell Ringing",
    "Knot Counting",
    "Sand Sorting",
    "Echo Tracing",
    "Rope Splicing",
    "Dead Reckoning",
]
_ODDITIES = [
    r"$\ell_1$-Regularised {q} {t} via {m}",
    r"[Re] {m} for {q} {t}",
    r"<think> Before You Fold: {m} & {q} {t}",
    r"{m}: {q} {t} at 95% of the Cost of R&D",
    r"On a Conjecture of Erd\H{{o}}s about {q} {t}",
    r"{m} über {t}: 100$\times$ Faster 灯台",
    '{q} {t} with `Quotes\', "More Quotes" and a < b',
]
_SENTENCES = [
    "We study how {t} behave when nobody is looking at them.",
    "Earlier work on {m} took for granted that the sea is flat.",
    r"Our estimator attains the rate $O(\sqrt{{n}}\log n)$ with $n<10^6$ and $\|x\|_2 \le 1$.",
    "On four invented harbours it is 12% better than the strongest baseline, at half of the cost.",
    "The proof rests on a pigeonhole argument & on a patient reading of the tide tables.",
    "A tag such as <think> in the prompt deletes the harbour master's hat.",
    r"We thank M. Cram\'er-Lind for the counterexample.",
    "Code and charts are at https://example.org/harbour/charts.",
    "All boats drift towards the pier.We then count them on harbour.com again.",
    "An ablation shows that the bell, not the clapper, carries the signal.",
]
_COMMENTS = [
    "12 pages, 4 figures",
    "Accepted at the Harbour Workshop (HW) 2026; code: https://example.org/harbour",
    "v1: 8 pages & 2 tables",
    "Preprint. Comments welcome!",
    "Continues arXiv:2601.00007; see also http://harbour.example.org",
]
_LICENSES = [
    "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "http://creativecommons.org/licenses/by/4.0/",
    "http://creativecommons.org/licenses/by-nc-sa/4.0/",
]


class Text(NamedTuple):
    title: str
    authors: tuple[str, ...]
    abstract: str
    comments: str | None
    journal_ref: str | None
    doi: str | None
    license: str
    has_html: bool


def invent(chance: random.Random, category: str) -> Text:
    words = {"q": chance.choice(_QUALITIES), "t": chance.choice(_THINGS), "m": chance.choice(_MEANS)}
    form = chance.choice(_ODDITIES) if chance.random() < 0.25 else "{q} {t} by {m}"
    number = chance.randrange(10_000)
    published = chance.random() < 0.1
    return Text(
        title=f"{form.format(**words)} ({category} {number})",
        authors=_authors(chance),
        abstract=_abstract(chance, words),
        comments=chance.choice(_COMMENTS) if chance.random() < 0.5 else None,
        journal_ref=f"Journal of Harbours {number % 90 + 1} (2026) {number}" if published else None,
        doi=f"10.5555/harbour.{number}" if published else None,
        license=chance.choice(_LICENSES),
        has_html=chance.random() < 0.8,
    )


def other_categories(chance: random.Random, primary: str, categories: Sequence[str]) -> list[str]:
    """None, one or two further categories, some of them outside those that the world is about."""
    pool = [name for name in dict.fromkeys([*categories, "cs.AI", "stat.ML", "quant-ph"]) if name != primary]
    return chance.sample(pool, min(len(pool), chance.choice([0, 0, 1, 1, 2])))


def _authors(chance: random.Random) -> tuple[str, ...]:
    count = 120 if chance.random() < 0.01 else chance.choice([1, 2, 3, 3, 4, 5, 7, 12])
    with_affiliations = chance.random() < 0.15
    names = (f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}" for _ in range(count))
    return tuple(f"{name} ({chance.choice(_AFFILIATIONS)})" if with_affiliations else name for name in names)


def _abstract(chance: random.Random, words: dict[str, str]) -> str:
    lowered = {name: word.lower() for name, word in words.items()}
    sentences = [sentence.format(**lowered) for sentence in chance.sample(_SENTENCES, chance.randrange(3, 7))]
    # Old records are wrapped, and begin a paragraph with two blanks.
    return chance.choice([" ", " ", "\n", "\n  "]).join(sentences)
