"""Puts a reader into random weather: faults of arXiv's in any number, order and duration, day after day.

toll = storm(folder, runs=100, seed=1)
assert not toll.broken

Whatever the weather, a command ends in time with a code that says what became of it; nothing the reader did is lost;
what is stored was announced; and a listing that claims to be complete is.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from sqlite3 import connect
from typing import TYPE_CHECKING

from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock
from tests.arxiv_simulator.faults import OF_FILES
from tests.cli.program import LIMIT, Program

if TYPE_CHECKING:
    from pathlib import Path

READERS = 3
"""Readers who are in the storm at once, each with an arXiv of their own."""
CATEGORIES = ("cs.LG", "stat.ML")
OTHERS = ("cs.CL", "math.AT", "cs")
DAYS = clock.weekdays(date(2026, 11, 20), 5)
PATHS = ("/", "/rss/", "/list/", "/api/", "/abs/")
BUDGET = 1.0
SLACK = 20.0
"""Seconds that a command may take beside its waiting, on a machine that does much else."""
EXPECTED = {0, 3, 4}
"""Done; a paper that arXiv says it does not have; not to be had."""


@dataclass
class Toll:
    """What was ordered and what became of it; `broken` are promises that were not kept, in words."""

    runs: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    """Faults that were done to an answer, by name."""
    codes: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def add(self, other: Toll) -> None:
        self.runs += other.runs
        self.faults += other.faults
        self.codes += other.codes
        self.broken += other.broken


def storm(folder: Path, *, runs: int, seed: int) -> Toll:
    """Run so many commands in random weather."""
    toll = Toll()
    with ThreadPoolExecutor(READERS) as pool:

        def weathered(number: int) -> Toll:
            place = folder / f"reader{number}"
            place.mkdir(parents=True)
            world = World.sample(DAYS, (*CATEGORIES, "cs.CL"), per_day=30, seed=seed + number)
            for day in DAYS[1:]:  # versions that no feed has: only a page tells that they are missing
                old = world.known(CATEGORIES[0], before=day, title=f"Sixth thoughts of {day}")
                world.replace(day, old, version=6)
            with ArxivSimulator(world, _noon(DAYS[0])) as simulator:
                reader = _Reader(Program(place, simulator), simulator, Random(f"{seed}-{number}"))
                return reader.endure(len(range(number, runs, READERS)))

        for one in pool.map(weathered, range(READERS)):
            toll.add(one)
    return toll


class _Reader:
    """One reader, who goes on whatever happens."""

    def __init__(self, cool: Program, simulator: ArxivSimulator, random: Random) -> None:
        self._cool = cool
        self._simulator = simulator
        self._random = random
        self._toll = Toll()
        self._starred: set[str] = set()
        cool.run("subscribe", *CATEGORIES)

    def endure(self, runs: int) -> Toll:
        for number in range(runs):
            self._simulator.now = _noon(DAYS[0]) + (_noon(DAYS[-1]) - _noon(DAYS[0])) * number / runs
            self._simulator.clear_faults()
            self._order()
            self._run(self._command())
            self._look()
        return self._toll

    def _order(self) -> None:
        """Order some faults, or a network that is gone."""
        random = self._random
        for _ in range(random.choice((0, 1, 1, 2, 3))):
            self._simulator.fault(
                random.choice(PATHS),
                random.choice([fault for fault in Fault if fault not in OF_FILES]),
                times=random.choice((1, 2, 3, None)),
                retry_after=random.choice((None, 0, 1, 300)),
                seconds=random.choice((0.2, 5)),
                megabytes=5,
            )

    def _command(self) -> list[str]:
        random, world = self._random, self._simulator.world
        paper = random.choice(sorted(world.papers))
        return random.choice(
            [
                ["today"],
                ["today", "--refresh"],
                ["today", random.choice(OTHERS), "--json"],
                ["today", *CATEGORIES, "--json"],
                ["today", random.choice(CATEGORIES), "--refresh"],
                ["next"],
                ["show", paper],
                ["star", paper],
                ["stars"],
            ]
        )

    def _run(self, arguments: list[str]) -> None:
        toll, before = self._toll, self._simulator.faults_done.copy()
        unplugged = self._random.random() < 0.1
        if unplugged:
            self._simulator.unplug()
        began = time.monotonic()
        process = self._cool.start(*arguments, COOL_NETWORK_BUDGET=str(BUDGET), COOL_NETWORK_MAX_MB="3")
        try:
            out, err = (text.decode() for text in process.communicate(timeout=LIMIT))
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = "", f"it did not end within {LIMIT:.0f} s"
        took = time.monotonic() - began
        if unplugged:
            self._simulator.plug()
            toll.faults["REFUSED"] += 1
        toll.runs += 1
        toll.faults += self._simulator.faults_done - before
        toll.codes[process.returncode] += 1
        if process.returncode not in EXPECTED or "Traceback" in err or took > 2 * BUDGET + SLACK:
            toll.broken.append(f"{' '.join(arguments)}: code {process.returncode} after {took:.0f} s: {err[-300:]}")
        if process.returncode == 4 and not err.strip():
            toll.broken.append(f"{' '.join(arguments)}: failed without a word")
        if arguments[0] == "star" and process.returncode == 0:
            self._starred.add(arguments[1])
        if "--json" in arguments and out:
            self._compare(json.loads(out))

    def _compare(self, document: dict[str, dict[str, object]]) -> None:
        """Hold the JSON to the calendar: what claims to be announced is of arXiv's day."""
        today = clock.arxiv_day(self._simulator.now)
        for part in document["listing"]["parts"]:  # type: ignore[attr-defined]
            if part["status"] == "announced" and part["day"] != today.isoformat():
                self._toll.broken.append(f"{part} claims to be announced on {self._simulator.now}")

    def _look(self) -> None:
        """Look at what is stored."""
        broken, world = self._toll.broken, self._simulator.world
        (file,) = (self._cool.home / "data").glob("*.db")
        with closing(connect(file)) as connection:
            if (sound := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
                broken.append(f"the file is damaged: {sound}")
            marks = connection.execute("SELECT subject FROM marks WHERE field = 'starred'")
            if lost := self._starred - {row[0] for row in marks}:
                broken.append(f"stars were lost: {lost}")
            for category, day, complete in connection.execute("SELECT category, day, complete FROM listings"):
                rows = connection.execute(
                    "SELECT paper_id FROM announcements WHERE category = ? AND day = ?", (category, day)
                )
                here = {row[0] for row in rows}
                announced = {item.paper.id for item in world.seen(date.fromisoformat(day), [category])}
                if complete and not announced <= here:
                    broken.append(f"{category} of {day} claims to be complete without {announced - here}")
                if strange := {name for name in here - announced if name in world.papers}:
                    broken.append(f"{category} of {day} has {strange}, which was not announced there")


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.EASTERN)
