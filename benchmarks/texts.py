"""Papers by the hundred thousand whose words are as frequent as real ones are.

Where arXiv's samples are, they are what those say, and beyond their number new ones of halves of their sentences.
Elsewhere words are invented, and drawn by Zipf's law as words of abstracts are: the commonest is a twentieth of a text,
and half of the vocabulary is rare.
"""

from __future__ import annotations

import gzip
import json
import re
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.samples import SAMPLES

from coolcli.models import Paper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

A_DAY = 400
_VOCABULARY = 60_000
_SENTENCE_END = re.compile(r"(?<=\.)\s+")
_SYLLABLES = ("ba", "den", "fi", "gor", "la", "mi", "nu", "pra", "ro", "sta", "ti", "vel", "xo", "zan", "er", "on")
_CATEGORIES = ("cs.LG", "cs.CL", "cs.CV", "stat.ML", "cs.AI", "cs.RO")


class Source(NamedTuple):
    """Papers that others are made of."""

    name: str
    papers: list[dict[str, Any]]


def source() -> Source:
    """Give the samples' papers, or invented ones where there are none."""
    if SAMPLES and (file := SAMPLES / "papers.jsonl.gz").is_file():
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            return Source("words of real papers", [json.loads(line) for line in lines])
    return Source("invented words", list(_invented(5_000)))


def papers(of: Source, count: int) -> Iterator[Paper]:
    """Give so many papers with ids in the order in which arXiv would give them out, 400 to a day; always the same."""
    random = Random(1)
    sentences = [_SENTENCE_END.split(each["summary"]) for each in of.papers]
    for number in range(count):
        month = 2401 + number // 9_000 % 12 + number // 108_000 * 100
        name = f"{month}.{number % 9_000 + 1:05}"
        yield _paper(name, _said(of.papers, sentences, number, random))


def _said(
    known: Sequence[dict[str, Any]], sentences: Sequence[list[str]], number: int, random: Random
) -> dict[str, Any]:
    if number < len(known):
        return known[number]
    one, other = random.choice(known), random.choice(known)
    begins, ends = random.choice(sentences), random.choice(sentences)
    head, tail = one["title"].split(), other["title"].split()
    return one | {
        "title": " ".join(head[: len(head) // 2] + tail[len(tail) // 2 :]) or one["title"],
        "summary": " ".join(begins[: len(begins) // 2] + ends[len(ends) // 2 :]),
    }


def _paper(name: str, said: dict[str, Any]) -> Paper:
    categories = tuple(said["categories"])
    authors, comment = tuple(said["authors"]), said["comment"]
    return Paper(name, 1, said["title"], said["summary"], authors, categories, categories[0], comments=comment)


def _invented(count: int) -> Iterator[dict[str, Any]]:
    random = Random(2)
    words = list({"".join(random.choices(_SYLLABLES, k=random.randint(1, 4))) for _ in range(_VOCABULARY)})
    words.sort()
    random.shuffle(words)
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))

    def text(length: int) -> str:
        return " ".join(random.choices(words, cum_weights=weights, k=length))

    for _ in range(count):
        yield {
            "title": text(random.randint(6, 14)).capitalize(),
            "summary": " ".join(f"{text(random.randint(12, 28)).capitalize()}." for _ in range(8)),
            "authors": [text(2).title() for _ in range(random.randint(1, 8))],
            "categories": random.sample(_CATEGORIES, 2),
            "comment": None,
        }
