"""Every parser with real-looking answers that were tampered with: only the program's own errors come out.

What is tried is the table of `benchmarks.fuzz.targets`, which says for each what has to hold of the result: texts
without anything a terminal would obey, valid ids, known categories, and that it can be stored, shown and written.
`python -m benchmarks.fuzz` does the same for as long as one likes.
"""

from __future__ import annotations

import time
from functools import cache
from random import Random

import pytest
from benchmarks.fuzz.mutation import mutated
from benchmarks.fuzz.targets import HERE, TARGETS, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.arxiv_simulator import ArxivSimulator, World
from tests.cli.conftest import FRIDAY, eastern

EXAMPLES = 100
ID = "2611.01234"


@cache
def served() -> dict[str, tuple[bytes, ...]]:
    """What the simulated arXiv answers, for each target that reads such answers."""
    world = World.sample([FRIDAY], ("cs.LG", "stat.ML"), per_day=8, seed=3)
    world.add(FRIDAY, "cs.LG", id=ID, title=r"Erd\H{o}s on $\ell_1$ & <b>", comments="See https://kites.example/x")
    world.replace(FRIDAY, world.known("math.GT", "cs.LG", before=FRIDAY, id="math/0309136"))
    asked = {
        "feed": ["/rss/cs.LG", "/atom/cs.LG", "/rss/nowhere"],
        "page": [
            "/list/cs.LG/new",
            "/list/cs.LG/new?skip=0&show=25",
            f"/catchup/cs.LG/{FRIDAY}?abs=True",
            "/list/q-bio/new",
        ],
        "abstract": [f"/abs/{ID}"],
        "api": [f"/api/query?id_list={ID},math/0309136", "/api/query?search_query=cat:cs.LG", "/api/query?id_list=x"],
    }
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as arxiv:
        return {
            name: tuple(arxiv.answer("GET", path, {})[0].content for path in paths) for name, paths in asked.items()
        }


def begun(name: str) -> list[bytes]:
    return [*seeds(name), *served().get(name, ())]


@pytest.mark.parametrize("name", TARGETS)
def test_what_mutations_begin_with_is_understood(name: str) -> None:
    for data in begun(name):
        TARGETS[name](data)
    assert TARGETS[name].read(max(seeds(name), key=len)) is not None, "an error would say nothing of its mutations"


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_tampered_input_gives_the_programs_own_errors(name: str, random: Random) -> None:
    TARGETS[name](mutated(begun(name), TARGETS[name].words, random))


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_random_bytes_give_the_programs_own_errors(name: str, data: bytes) -> None:
    TARGETS[name](data)


def test_every_corpus_belongs_to_a_target() -> None:
    assert {folder.name for folder in (HERE / "corpus").iterdir()} == set(TARGETS)


# What each repeats so often that anything but linear time would be felt.
REPEATED = [
    "<",
    "&",
    "&a;",
    "<b>",
    "</b>",
    "<!--",
    "<title>",
    "<category term='cs.LG'/>",
    "<dd>",
    "<h3>",
    "(",
    "a(",
    ") (",
    "$",
]
REPEATED += [
    "\\(",
    "{\\'",
    "\\frac{",
    "$\\",
    "x^{",
    "\x1b]",
    "\x9b0;",
    "\n ",
    ", ",
    " and ",
    "arxiv:",
    "2611.0",
    "a-",
    "cs.LG+",
    "cond-mat-",
]
REPEATED += ["alphaxiv.org/a/", "https://", "1-2,", "~", '{"', "[", '"', "'''", "x=", "9"]


@pytest.mark.parametrize("name", TARGETS)
def test_time_grows_with_the_length_only(name: str) -> None:
    """40 kB of anything take milliseconds of the processor; what grows with the square takes seconds."""
    data = begun(name)[-1]
    for unit in (each.encode("utf-8", "surrogateescape") for each in REPEATED):
        for middle in (0, len(data) // 2):
            longer = data[:middle] + unit * (40_000 // len(unit)) + data[middle:]
            begin = time.process_time()
            TARGETS[name](longer)
            assert time.process_time() - begin < 1.5, unit
