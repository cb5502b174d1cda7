"""Kills `cool` at random points and looks at what is left: the file, the changes that were told, the settings.

toll = killed(folder, kills=300, seed=1)
assert not toll.lost and not toll.damaged

A run waits at its beginning mostly: nine of ten kills fall after the database was opened (its side file is there), at
a random moment of the time that the command was measured to go on from then.
"""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import time
import tomllib
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING

from coolcli.errors import DataError
from coolcli.store.database import Database
from tests.arxiv_simulator import ArxivSimulator, World, clock
from tests.cli.program import LIMIT, Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READERS = 3
"""Homes in which kills go on at once: more would wait for the processors."""
CATEGORY = "cs.LG"
_LATE = 0.9
"""The share of kills that fall after the database was opened."""
_POLL = 0.0003
"""Seconds between two looks at whether it was."""
_MEASURED = 3
"""Runs of a command that nothing disturbs: a kill's moment is drawn from the time that the slowest took to tell."""
_BEYOND = 1.3
"""How far beyond that moments are drawn."""

Marks = frozenset[tuple[str, str]]
"""What a reader has marked: a paper or category, and a field of it."""


class Timings(defaultdict[str, list[tuple[float, float]]]):
    """For each command, seconds until it opens the database, and from then on until it tells what it did."""

    def __init__(self) -> None:
        super().__init__(list)


@dataclass
class Toll:
    """What kills did. Lost changes and damaged files are told in words; there should be none."""

    kills: int = 0
    told: int = 0
    """Kills after the change had been told on stdout."""
    done: int = 0
    """Kills before that which found the change done; after the others, nothing of it was there."""
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def add(self, other: Toll) -> None:
        self.kills += other.kills
        self.told += other.told
        self.done += other.done
        self.lost += other.lost
        self.damaged += other.damaged


def killed(folder: Path, *, kills: int, seed: int) -> Toll:
    """Kill so many commands of readers of a simulated arXiv, in several homes at once."""
    day = date(2026, 11, 20)
    world = World.sample([day], (CATEGORY,), per_day=48, seed=seed)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=clock.EASTERN)
    toll, timings = Toll(), Timings()
    with ArxivSimulator(world, noon) as simulator, ThreadPoolExecutor(READERS) as pool:

        def suffered(number: int) -> Toll:
            place = folder / f"reader{number}"
            place.mkdir(parents=True)
            victim = _Victim(place, simulator, Random(f"{seed}-{number}"), timings)
            return victim.suffer(len(range(number, kills, READERS)))

        for one in pool.map(suffered, range(READERS)):
            toll.add(one)
    return toll


@dataclass
class _Run:
    """A command that was killed, or had ended before."""

    name: str
    lines: list[str]
    was_killed: bool


class _Victim:
    """One reader, whose commands are killed one after the other."""

    def __init__(self, folder: Path, simulator: ArxivSimulator, random: Random, timings: Timings) -> None:
        self._folder = folder
        self._simulator = simulator
        self._random = random
        self._cool = Program(folder, simulator)
        self._toll = Toll()
        self._marks: Marks = frozenset()
        self._before: list[Marks] = []
        self._timings = timings
        self._starts = 0
        self._cool.run("subscribe", CATEGORY)
        self._papers = self._cool.run("today", CATEGORY).ids
        seen = simulator.world.seen(simulator.now.date(), [CATEGORY])
        self._in_feed = {one.paper.id for one in seen if one.paper.version < 6}
        self._marks = _marks(self._database)

    @property
    def _database(self) -> Path:
        return self._cool.home / "data" / "cool.db"

    def suffer(self, kills: int) -> Toll:
        """Have so many commands killed."""
        ways: list[Callable[[], None]] = [self._mark] * 12 + [self._undo] * 3 + [self._start] * 2 + [self._set] * 2
        while self._toll.kills < kills:
            self._random.choice(ways)()
        return self._toll

    def _mark(self) -> None:
        """`star`, `unstar`, `done` or `undone`, of one paper or several."""
        verb, name, sets, says = self._random.choice(
            [
                ("star", "starred", True, "Starred"),
                ("unstar", "starred", False, "Unstarred"),
                ("done", "read", True, "Marked as read"),
                ("undone", "read", False, "Marked as unread"),
            ]
        )
        free = [paper for paper in self._papers if ((paper, name) in self._marks) != sets]
        if not free:
            return
        papers = self._random.sample(free, min(len(free), self._random.choice((1, 1, 3, 10))))
        touched = {(paper, name) for paper in papers}
        self._change([verb, *papers], says, self._marks | touched if sets else self._marks - touched)

    def _undo(self) -> None:
        if self._before:
            self._change(["undo"], "Undone", self._before[-1])

    def _change(self, arguments: list[str], says: str, after: Marks) -> None:
        """Kill a command that changes marks: all of the change is there or nothing, and all where it was told."""
        run = self._kill(self._cool, arguments, self._database.with_name("cool.db-wal"))
        before, found = self._marks, self._opened(self._cool, run)
        told = any(line.startswith(says) for line in run.lines)
        if found not in (before, after) or (told and found != after):
            self._toll.lost.append(f"{run.name}: told {told}, found {sorted(found ^ after)} otherwise")
        self._count(run, told=told, done=found == after)
        if found != before:
            if arguments == ["undo"]:
                self._before.pop()
            else:
                self._before.append(before)
        self._marks = found

    def _start(self) -> None:
        """The first command of a new reader: the file is made, arXiv is asked, a listing stored."""
        self._starts += 1
        folder = self._folder / f"start{self._starts}"
        folder.mkdir()
        cool = Program(folder, self._simulator)
        run = self._kill(cool, ["today", CATEGORY], cool.home / "data" / "cool.db")
        self._opened(cool, run)
        stored = _listed(cool.home / "data" / "cool.db")
        printed = {line.partition("\t")[0] for line in run.lines}
        if stored not in (set(), self._in_feed, set(self._papers)) or not printed <= stored:
            self._toll.lost.append(f"{run.name}: {len(stored)} papers stored, {len(printed - stored)} only shown")
        self._count(run, told=bool(printed), done=bool(stored))
        shutil.rmtree(folder)

    def _set(self) -> None:
        """`config set`: the file is as it was or as it should be."""
        settings = self._cool.home / "config.toml"
        before, after = _confirm(settings), self._random.randrange(1000)
        run = self._kill(self._cool, ["config", "set", "open.confirm", str(after)], None)
        told = any(line.startswith("open.confirm is") for line in run.lines)
        try:
            found = _confirm(settings)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self._toll.damaged.append(f"{run.name}: {error}")
            settings.unlink()
            return
        if found not in (before, after) or (told and found != after):
            self._toll.lost.append(f"{run.name}: told {told}, found {found}")
        self._count(run, told=told, done=found == after)

    def _kill(self, cool: Program, arguments: list[str], opened: Path | None) -> _Run:
        """Run a command, and kill it at a moment drawn from the time that it takes; it may have ended by then."""
        timings = self._timings[arguments[0]]
        measuring = len(timings) < _MEASURED
        if opened is None:
            watched, earliest = False, 0.5
        else:
            watched, earliest = measuring or self._random.random() < _LATE, 0.0
        process = cool.start(*arguments)
        began = time.monotonic()
        while watched and opened is not None and process.poll() is None and not opened.exists():
            time.sleep(_POLL)
        seen = time.monotonic()
        assert process.stdout
        if measuring:
            out = process.stdout.readline()
            timings.append((seen - began, time.monotonic() - seen))
            out += process.stdout.read()
        else:
            before, after = map(max, zip(*timings, strict=True))
            span = after * _BEYOND if watched or opened is None else before
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._random.uniform(earliest, 1) * span)
            process.kill()
            out = process.stdout.read()
        process.communicate(timeout=LIMIT)
        whole = out.decode("utf-8", "replace").rpartition("\n")[0]
        return _Run(" ".join(arguments), whole.splitlines(), process.returncode == -signal.SIGKILL)

    def _count(self, run: _Run, *, told: bool, done: bool) -> None:
        if run.was_killed:
            self._toll.kills += 1
            self._toll.told += told
            self._toll.done += done and not told

    def _opened(self, cool: Program, run: _Run) -> Marks:
        """Open what a kill left behind, as the next command would, and give the marks in it."""
        file = cool.home / "data" / "cool.db"
        try:
            Database(file).close()
        except DataError as error:
            self._toll.damaged.append(f"{run.name}: {error.message}")
        with closing(sqlite3.connect(file)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            if found != ["ok"]:
                self._toll.damaged.append(f"{run.name}: {found[0]}")
        for session in (cool.home / "cache" / "sessions").glob("*.json"):
            try:
                json.loads(session.read_bytes())
            except ValueError as error:
                self._toll.damaged.append(f"{run.name}: {session.name}: {error}")
        return _marks(file)


def _marks(file: Path) -> Marks:
    with closing(sqlite3.connect(file)) as connection:
        return frozenset(connection.execute("SELECT subject, field FROM marks"))


def _listed(file: Path) -> set[str]:
    """The papers of the listing that is stored."""
    with closing(sqlite3.connect(file)) as connection:
        return {row[0] for row in connection.execute("SELECT paper_id FROM announcements")}


def _confirm(settings: Path) -> int | None:
    """The setting `open.confirm` as the file has it."""
    if not settings.exists():
        return None
    found: int | None = tomllib.loads(settings.read_text("utf-8")).get("open", {}).get("confirm")
    return found
