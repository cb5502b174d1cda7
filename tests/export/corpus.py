"""Papers to export: a thousand real ones where recorded answers are at hand, else as many invented ones."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from coolcli.arxiv.text import author, clean, from_tex, paragraphs
from coolcli.models import Marks, Paper, Row
from tests.samples import SAMPLES

COUNT = 1_000
_GIVEN = ("Ada", "Jürgen", "Ngân", "Łukasz", "Mei-Ling", "J. R.", "Océane", "Þóra", "İpek", "Ana Sofía")
_FAMILY = ("Müller", "van der Sluys", "Nguyễn", "O'Brien", "Čapek", "De la Torre", "Doe Jr.", "Ångström", "Wu", "Şahin")
_SHARED = ("NVIDIA", "ATLAS Collaboration", "The Harbour Team", "王小明", "Centre for R&D Group")
_WORDS = (
    "learning",
    "GPT-4",
    "Bayesian",
    "R&D",
    "100%",
    "$\\ell_1$-norm",
    "with",
    "naïve",
    "C#",
    "the",
    "a_b",
    "Δ-nets",
)
_JOURNALS = ("Phys. Rev. D 76, 013009 (2027)", "J. Mach. Learn. Res. 28(4):1-40, 2027", "Ann. Phys. & Chem. 12")


@cache
def rows() -> tuple[Row, ...]:
    """Papers as the store gives them, some with tags, notes, journals and DOIs."""
    papers = list(islice(_real() if SAMPLES else _invented(), COUNT))
    return tuple(_marked(number, paper) for number, paper in enumerate(papers))


def _real() -> list[Paper]:
    """Each thirteenth of the recorded papers, and all whose titles or names are odd."""
    assert SAMPLES is not None
    with gzip.open(Path(SAMPLES) / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    odd = [
        each for each in records if not f"{each['title']}{''.join(each['authors'])}".isascii() or "$" in each["title"]
    ]
    chosen = {each["id"]: each for each in [*odd[:300], *records[::13]]}
    return [
        Paper(
            each["id"],
            1,
            from_tex(clean(each["title"])),
            from_tex(paragraphs(each["summary"])),
            tuple(map(author, each["authors"])),
            tuple(each["categories"]),
            each["categories"][0],
        )
        for each in chosen.values()
    ]


def _invented() -> list[Paper]:
    chance = random.Random(5)
    begin = datetime(2025, 1, 6, 12, tzinfo=UTC)
    return [
        Paper(
            f"{begin + timedelta(hours=6 * number):%y%m}.{number + 1:05}",
            1,
            " ".join(chance.sample(_WORDS, chance.randrange(2, 8))).capitalize(),
            "We count to $n$.\nAnd & on.",
            tuple(_name(chance) for _ in range(chance.randrange(1, 6))),
            ("cs.LG", "stat.ML"),
            "cs.LG",
            submitted=begin + timedelta(hours=6 * number),
        )
        for number in range(COUNT)
    ]


def _name(chance: random.Random) -> str:
    return chance.choice(_SHARED) if chance.random() < 0.1 else f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"


def _marked(number: int, paper: Paper) -> Row:
    if number % 4 == 0:
        paper = paper._replace(journal_ref=_JOURNALS[number // 4 % 3], doi=f"10.1103/PhysRevD.{number}_{number}")
    tags = ("survey", "R&D") if number % 5 == 0 else ()
    note = f"Read {number}: 50% & more_of_it\nand = again" if number % 7 == 0 else None
    return Row(paper, marks=Marks(tags=tags, note=note))
