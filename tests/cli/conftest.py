"""A simulated arXiv of two announcement days, and a reader of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, World, clock
from tests.cli import expected
from tests.cli.program import Homes, Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in (18, 19, 20))
MONDAY = date(2026, 11, 23)


def eastern(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.EASTERN)


@pytest.fixture(scope="session")
def world() -> World:
    """Two days of three categories, with a replacement of version 6 on the second, which no feed has."""
    world = World.sample([THURSDAY, FRIDAY], ("cs.LG", "cs.CL", "stat.ML"), per_day=48, seed=11)
    old = world.known("cs.LG", before=FRIDAY, title="Sixth Thoughts on Harbour Bells")
    world.replace(FRIDAY, old, version=6)
    return world


@pytest.fixture
def sim(world: World) -> Iterator[ArxivSimulator]:
    """Friday noon."""
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        yield simulator


@pytest.fixture
def cool(tmp_path: Path, sim: ArxivSimulator) -> Program:
    return Program(tmp_path, sim)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return Homes(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """A reader who was just shown Friday's cs.CL; files whose reader did something else have one of their own."""
    homes.begin(cool, "today cs.CL")
    return cool


@pytest.fixture
def papers(world: World) -> list[str]:
    """What that reader was shown."""
    return expected.ids(world, FRIDAY, "cs.CL")
