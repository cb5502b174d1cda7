"""A catch-up of twenty busy days against the parsing of its pages alone; more than 150 MB of memory is an error.

The simulated arXiv answers; its own time is another process's and does not count.
"""

from __future__ import annotations

import itertools
import shutil
import sys
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.request import urlopen

from tests.arxiv_simulator import ArxivSimulator, World, clock
from tests.cli.program import WATCHED

from benchmarks import children
from benchmarks.children import BrokenRunError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CATEGORY = "cs.LG"
AWAY, PER_DAY = 20, 400
MOST_MEGABYTES = 150
_DAYS = clock.weekdays(date(2026, 11, 20), AWAY + 2)


class CatchUp:
    """A reader who subscribed on the first day, and comes back on the last."""

    def __init__(self, scratch: Path, simulator: ArxivSimulator) -> None:
        """Let the days pass, and keep their pages for the other side of the comparison."""
        self._scratch = scratch
        self._simulator = simulator
        self._numbers = itertools.count()
        self._pages = scratch / "pages"
        self._pages.mkdir()
        self._begun = self._begin()
        for day in _DAYS[1:-1]:
            with urlopen(f"{simulator.root}/catchup/{CATEGORY}/{day}?abs=True&page=1") as answer:
                (self._pages / f"{day}.html").write_bytes(answer.read())

    def caught_up(self) -> float:
        """Run `cool catchup` on a copy of that reader's home, and give its CPU time."""
        home = self._scratch / f"away-{next(self._numbers)}"
        shutil.copytree(self._begun, home)
        env = self._environment(home) | {"PEAK": str(home / "peak")}
        run = children.run([sys.executable, "-c", WATCHED, "catchup"], env, terminal=False)
        if run.output.count(f"\t{PER_DAY}\t{PER_DAY}\t".encode()) < AWAY:
            raise BrokenRunError(f"The days did not come:\n{run.output.decode()}")
        megabytes = int((home / "peak").read_text()) / 1024
        if megabytes > MOST_MEGABYTES:
            raise BrokenRunError(f"It took {megabytes:.0f} MB of memory.")
        return run.cpu

    def parsed(self) -> float:
        """Parse the same pages, and give the CPU time of that."""
        env = self._environment(self._begun)
        run = children.run([*children.script("pages_alone"), CATEGORY, str(self._pages)], env, terminal=False)
        seconds, found = run.output.split()
        if int(found) != AWAY * PER_DAY:
            raise BrokenRunError(f"The pages list {int(found)} papers.")
        return float(seconds)

    def _begin(self) -> Path:
        home = self._scratch / "begun"
        home.mkdir()
        for arguments in (["subscribe", CATEGORY], ["sync"]):
            children.run([*children.cool(), *arguments], self._environment(home), terminal=False)
        self._simulator.now = _noon(_DAYS[-1])
        children.run([*children.cool(), "today"], self._environment(home), terminal=False)
        return home

    def _environment(self, home: Path) -> dict[str, str]:
        return children.environment(home, self._simulator.root) | self._simulator.environment()


@contextmanager
def away(scratch: Path) -> Iterator[CatchUp]:
    """Give a reader who was away, and the arXiv that they missed, until the block ends."""
    world = World.sample(_DAYS, (CATEGORY,), per_day=PER_DAY, seed=3)
    with ArxivSimulator(world, _noon(_DAYS[0])) as simulator:
        yield CatchUp(scratch, simulator)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.EASTERN)
