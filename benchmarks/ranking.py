"""`python -m benchmarks.ranking`: how early `--order mine` shows what a reader wants, over simulated readers.

A reader wants the papers with certain words in their titles. They go through days of 300 in arXiv's order until they
have so many stars, and let the rest pass; then later days are put in order: at which depth are 90 % of the wanted
found? The readers are of three bands of eight: what they want is in 3 to 5 papers a day, in 5 to 10, in 10 to 25.

The papers are the 20,000 of arXiv-samples where they are beside the repository, else invented ones.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import platform
import re
import sys
import time
from itertools import islice
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from coolcli import ranking
from coolcli.ranking import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SAMPLES = Path(__file__).parents[2] / "shared" / "arxiv-samples" / "papers.jsonl.gz"
A_DAY = 300
LATER_DAYS = 3
FOUND = 0.9
FEWEST_WANTED = 3
BOUND = 0.10
"""Of a day, after JUDGED stars."""
JUDGED = 20
STARS = (5, 10, JUDGED, 50)

READERS = (
    *("gaussian splatting", "speech", "distillation", "memory", "editing", "uncertainty", "multilingual", "motion"),
    *("reinforcement learning", "graph", "retrieval", "medical", "vision language", "recognition", "classification"),
    *("transformer", "diffusion", "video", "3d", "reasoning", "segmentation", "multimodal", "agent", "detection"),
)
"""What each wants to see in a title."""


class Reader(NamedTuple):
    """Which papers somebody wants, and those they went through: places among the papers, newest last."""

    wanted: Sequence[bool]
    starred: list[int]
    passed: list[int]
    days: list[range]
    """What they have not seen yet."""


class Depths(NamedTuple):
    """At which part of a day what was wanted was found, for each reader the mean of their days."""

    mine: list[float]
    arxiv: list[float]
    chance: list[float]


def main() -> int:
    """Simulate the readers, print the figures, and tell whether the bound was exceeded with what the model sees."""
    options = _options()
    papers = _samples(options.papers) if options.papers.exists() else _invented()
    origin = "real" if options.papers.exists() else "invented"
    print(
        f"Python {platform.python_version()}; {len(papers):,} {origin} papers, {len(READERS)} readers, days of {A_DAY}."
    )
    print(f"Depth at which {FOUND:.0%} of the wanted papers are found: mean over the readers, and quartiles.\n")
    print("| stars | the model sees | mine | quartiles | arXiv's order | random | bound | holds |")
    print("|--:|---|--:|---|--:|--:|--:|---|")
    exceeded = [_judged(papers, stars, titles=titles) for stars in STARS for titles in (False, True)]
    _print_times(papers)
    return 1 if any(exceeded) else 0


def _judged(papers: list[Document], stars: int, *, titles: bool) -> bool:
    """Print a row of the table, and tell whether it exceeds the bound."""
    found = _depths(papers, stars, titles=titles)
    lower, middle, upper = quantiles(found.mine, n=4, method="inclusive")
    exceeded = stars == JUDGED and mean(found.mine) > BOUND
    verdict = f"{BOUND:.0%} | {'NO' if exceeded else 'yes'}" if stars == JUDGED else "|"
    sees = "titles, abstracts, authors" if titles else "abstracts, authors"
    print(
        f"| {stars} | {sees} | {mean(found.mine):.1%} | {lower:.1%} {middle:.1%} {upper:.1%} "
        f"| {mean(found.arxiv):.0%} | {mean(found.chance):.0%} | {verdict} |",
        flush=True,
    )
    return exceeded


def _depths(papers: list[Document], stars: int, *, titles: bool) -> Depths:
    seen = papers if titles else [paper._replace(title="") for paper in papers]
    random = Random(stars)
    found = Depths([], [], [])
    for reader in _readers(papers, stars):
        model = ranking.learn(*_marked(seen, reader))
        for order, depths in zip((_mine(model, seen), list, _shuffled(random)), found, strict=True):
            depths.append(mean(_depth(order(day), reader.wanted) for day in reader.days))
    return found


def _readers(papers: list[Document], stars: int) -> Iterator[Reader]:
    titles = [" ".join(re.findall(r"[a-z0-9]+", paper.title.lower())) for paper in papers]
    for number, words in enumerate(READERS):
        named = re.compile(rf"\b{words}s?\b")
        wanted = [bool(named.search(title)) for title in titles]
        yield _reader(wanted, stars, first=number * 7 % 20 * A_DAY)


def _reader(wanted: Sequence[bool], stars: int, first: int) -> Reader:
    """Go through the papers from the first on, until there are stars enough, then to days with a few wanted ones."""
    starred = list(islice((place for place in range(first, len(wanted)) if wanted[place]), stars))
    passed = [place for place in range(first, starred[-1]) if not wanted[place]]
    begins = range((starred[-1] // A_DAY + 1) * A_DAY, len(wanted) - A_DAY + 1, A_DAY)
    days = (range(begin, begin + A_DAY) for begin in begins)
    enough = (day for day in days if sum(wanted[place] for place in day) >= FEWEST_WANTED)
    return Reader(wanted, starred, passed, list(islice(enough, LATER_DAYS)))


def _marked(papers: list[Document], reader: Reader) -> tuple[list[Document], list[Document]]:
    """Give what was starred and what was passed, newest first."""
    starred, passed = ([papers[place] for place in reversed(some)] for some in (reader.starred, reader.passed))
    return starred, passed


def _mine(model: ranking.Model, papers: list[Document]) -> Callable[[range], list[int]]:
    return lambda day: [day[place] for place in ranking.ranked(model, [papers[each] for each in day])]


def _shuffled(random: Random) -> Callable[[range], list[int]]:
    return lambda day: random.sample(day, len(day))


def _depth(order: Sequence[int], wanted: Sequence[bool]) -> float:
    places = [depth for depth, place in enumerate(order, 1) if wanted[place]]
    return places[math.ceil(FOUND * len(places)) - 1] / len(order)


def _print_times(papers: list[Document]) -> None:
    starred, passed, day = papers[:100], papers[100:5000], papers[5000 : 5000 + A_DAY]
    model = ranking.learn(starred, passed)
    kept = model.to_json()
    print("\n| what | CPU ms |\n|---|--:|")
    _print_time(f"learn from {len(starred)} starred and {len(passed):,} passed papers", starred, passed)
    _print_time("learn again after one more star and 20 more passed", papers[5000:5001] + starred, day[1:21] + passed)
    print(f"| read a model of {len(kept.encode()) // 1000} kB | {_milliseconds(lambda: ranking.from_json(kept)):.1f} |")
    print(f"| put a day of {A_DAY} in order | {_milliseconds(lambda: ranking.ranked(model, day)):.1f} |")
    print(f"| the nearest of {A_DAY} | {_milliseconds(lambda: ranking.nearest(papers[0], day)):.1f} |")


def _print_time(what: str, starred: list[Document], passed: list[Document]) -> None:
    print(f"| {what} | {_milliseconds(lambda: ranking.learn(starred, passed)):.1f} |")


def _milliseconds(act: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        began = time.process_time()
        act()
        times.append(time.process_time() - began)
    return median(times) * 1000


def _samples(path: Path) -> list[Document]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        said = sorted(map(json.loads, lines), key=lambda paper: str(paper["scraped_day"]))
    return [Document(each["id"], each["title"], each["summary"], tuple(each["authors"])) for each in said]


def _invented() -> list[Document]:
    """Invent papers: each is about what one reader wants, or about nothing; not all say so in title and abstract."""
    random = Random(1)
    common, names = _vocabulary(random, 800), _vocabulary(random, 6000)
    weights = [3 / (band + 3) ** 0.8 for band in range(len(READERS))][::-1]
    own = [_vocabulary(random, 40) for _ in READERS]
    papers = []
    for number in range(20_000):
        topic = random.choices(range(len(READERS)), weights)[0]
        is_named = random.random() < 0.7
        title = [*random.sample(common, 7), READERS[topic] if is_named else ""]
        says = READERS[topic] if random.random() < (0.9 if is_named else 0.3) else ""
        abstract = [*random.choices(common, k=120), *random.choices(own[topic], k=12), says, says]
        authors = tuple(random.sample(names, 5))
        papers.append(Document(str(number), _text(random, title), _text(random, abstract), authors))
    return papers


def _text(random: Random, words: list[str]) -> str:
    return " ".join(filter(None, random.sample(words, len(words))))


def _vocabulary(random: Random, size: int) -> list[str]:
    return ["".join(random.choices("abcdefghiklmnoprstuvw", k=random.randint(4, 9))) for _ in range(size)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ranking", description=__doc__)
    parser.add_argument(
        "--papers", type=Path, default=SAMPLES, metavar="FILE", help="real papers, if not there then invented"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
