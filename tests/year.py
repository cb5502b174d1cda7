"""Takes a reader through a simulated year, and holds what is unread at its end against what arXiv announced.

toll = year(folder, seed=1)
assert not toll.broken

The promise: each paper enters the unread once, at its first announcement as new or cross in a subscribed category, on
the day of that, whatever happened in between; a listing that claims to be complete is. What has to be there is made
from the simulated world alone. Commands run in this process; in one of their own where they are killed, or where two
run at once.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
import traceback
from collections import Counter
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from io import StringIO
from random import Random
from sqlite3 import Connection, connect
from typing import TYPE_CHECKING, Literal, NamedTuple

from coolcli.__main__ import guarded
from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock
from tests.arxiv_simulator.faults import OF_FILES
from tests.cli.program import LIMIT, Program, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.arxiv_simulator import SimPaper

ANNOUNCEMENTS = 260
FIRST = date(2026, 1, 5)
NO_LISTING = frozenset(
    date(2026, month, day)
    for month, day in ((1, 20), (6, 22), (9, 8), (11, 27), (12, 28), (12, 30), (2, 17), (5, 26), (9, 15), (10, 13))
)
"""Weekdays without an announcement: the last four are holidays that no calendar has."""
EXTRA = frozenset(date(2026, month, day) for month, day in ((3, 14), (6, 13), (7, 6), (10, 24)))
"""Saturdays with an announcement, and a day that the calendar takes for a holiday."""
ABSENCES = ((date(2026, 2, 9), 7), (date(2026, 4, 1), 60), (date(2026, 8, 20), 120))
CATEGORIES = ("cs.LG", "stat.ML", "q-bio", "math.KT")
"""A busy one, one that shares papers with it, an archive, and one that is silent on most days."""
BEGINNING = ("subscribe", "cs.LG", "math.KT")
PATHS = ("/", "/", "/", "/rss/", "/list/", "/catchup/", "/api/", "/oai")
ZONES = ("UTC", "America/New_York", "Asia/Tokyo", "Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles")
REACH = timedelta(days=91)
NOT_EXACT = timedelta(days=5)
"""By how much a day may be wrong beyond the reach of catch-up pages, where it follows from the date of submission."""
KILLED_AFTER = 5
"""Requests of a command before it is killed, where it makes so many."""
STALE = timedelta(days=7)
"""By how much the first day of a subscription may be too early: the feed may be stale, the clock wrong."""
FILLER = re.compile(r"\d{4}\.9\d{4}")
"""Ids of papers that the simulator makes up to fill a feed."""
CODES = {0, 3, 4, 6}
"""Done; no such row or paper; not to be had; papers are known to be missing."""
ASKING = ("today", "next", "sync", "catchup")

Kinds = dict[str, str]
"""For each id of a listing, as what it was announced."""


class Weather(NamedTuple):
    """A fault that meets requests below a path."""

    path: str
    fault: Fault
    times: int | None = 1


class Step(NamedTuple):
    """What the reader does, when, and in which weather."""

    at: datetime
    command: tuple[str, ...]
    zone: str = "UTC"
    wrong_by: timedelta = timedelta(0)
    """How far the reader's clock is ahead."""
    weather: tuple[Weather, ...] = ()
    unplugged: bool = False
    feed_late: timedelta = timedelta(0)
    manner: Literal["alone", "killed", "together"] = "alone"


@dataclass(frozen=True)
class _Result(Result):
    """What a command did, and which it was."""

    command: tuple[str, ...]


@dataclass
class Toll:
    """What the reader went through, and which promises were not kept, in words."""

    days: int = 0
    commands: int = 0
    kills: int = 0
    entered: int = 0
    """Papers that entered the unread."""
    complete: int = 0
    """Listings that claimed to be complete, and were."""
    not_exact: int = 0
    """Days of a category that were beyond the reach of arXiv's catch-up pages."""
    faults: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def year(folder: Path, *, seed: int, announcements: int = ANNOUNCEMENTS) -> Toll:
    """Take a reader through so many announcement days."""
    random = Random(seed)
    days = _days(announcements)
    world = _world(days, random)
    toll = Toll(len(days))
    with ArxivSimulator(world, eastern(days[0], 12)) as simulator:
        reader = Reader(folder, simulator, toll)
        for step in _steps(days, random):
            reader.do(step)
        reader.finish(eastern(days[-1] + timedelta(days=1), 12))
    return toll


def eastern(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment at this hour of arXiv's."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.EASTERN)


class Reader:
    """One reader of a simulated arXiv, and what they have been told so far."""

    def __init__(self, folder: Path, simulator: ArxivSimulator, toll: Toll) -> None:
        self._simulator = simulator
        self._toll = toll
        self._program = Program(folder, simulator)
        self._file = self._program.home / "data" / "cool.db"
        self._starred: set[str] = set()
        self._page: list[str] = []
        """The papers of the last page of `next`."""
        self._turned: set[str] = set()
        """Papers of earlier pages, which are read: they must not come again."""
        self._followed: dict[str, date | None] = {}
        """For each subscription its first day, once there is one."""
        self._looked = simulator.now
        self._first = simulator.world.first_announced()
        # The world does not change any more, and is asked for the same days again and again.
        self._seen = cache(lambda category, day: simulator.world.seen(day, [category]))
        self._later = cache(lambda category, day, now: simulator.world.looked_back_at(day, [category], now))

    def do(self, step: Step) -> None:
        """Run a command in its weather, and look at what it led to."""
        simulator, toll = self._simulator, self._toll
        simulator.now, simulator.feed_lag = step.at, step.feed_late
        simulator.clear_faults()
        simulator.faults_done.clear()
        for path, fault, times in step.weather:
            simulator.fault(path, fault, times=times, retry_after=1, seconds=0.02, megabytes=5)
        needs_network = self._is_behind()
        if step.unplugged:
            simulator.unplug()
        try:
            results = self._results(step)
            if step.unplugged and needs_network and not step.wrong_by and step.command[0] in ASKING:
                self._check_dead_network(step, results)
        finally:
            if step.unplugged:
                toll.faults["REFUSED"] += 1
                simulator.plug()
        toll.faults += simulator.faults_done
        for result in results:
            self._check(step._replace(command=result.command), result)
        self._check_subscriptions(step, results)
        if simulator.now - self._looked > timedelta(days=20) or step.manner != "alone":
            self._looked = simulator.now
            self._check_listings()
        if not self._followed:  # `undo` took the last subscription back
            self.do(Step(step.at, BEGINNING))

    def finish(self, moment: datetime) -> None:
        """Catch up with all faults gone, and hold what is unread against what was announced."""
        self._simulator.now, self._simulator.feed_lag = moment, timedelta(0)
        self._simulator.clear_faults()
        for _ in range(5):
            caught = self._called(Step(moment, ("catchup",)))
            if caught.code == 0:
                break
        else:
            if caught.code != 6 or not self._lacks_high_replacements():
                self._break(f"the last catchup ends with {caught.code}: {caught.stderr[-400:]}")
        self._check_listings()
        self._check_entered()
        self._check_unread(moment)

    # What is run.

    def _results(self, step: Step) -> list[_Result]:
        if step.manner == "alone":
            return [self._called(step)]
        others = {"killed": (step.command,), "together": (step.command, ("sync",))}[step.manner]
        variables = self._variables(step)
        before = len(self._simulator.requests)
        running = [self._program.start(*command, **variables) for command in others]
        if step.manner == "killed":
            limit = time.monotonic() + LIMIT
            asked = before + KILLED_AFTER
            while running[0].poll() is None and len(self._simulator.requests) < asked and time.monotonic() < limit:
                time.sleep(0.002)
            running[0].kill()
            self._toll.kills += 1
        results = []
        for command, process in zip(others, running, strict=True):
            out, err = (text.decode() for text in process.communicate(timeout=LIMIT))
            if process.returncode != -signal.SIGKILL:
                results.append(_Result(process.returncode, out, err, command))
        return results

    def _called(self, step: Step) -> _Result:
        """Run a command in this process, in an environment of the reader's."""
        out, err = StringIO(), StringIO()
        environment = self._program.environment(**self._variables(step))
        with _surroundings(environment), redirect_stdout(out), redirect_stderr(err):
            try:
                code = guarded(step.command)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            except Exception:
                code = 1
                err.write(traceback.format_exc())
        return _Result(code, out.getvalue(), err.getvalue(), step.command)

    def _variables(self, step: Step) -> dict[str, str | None]:
        budget = "0.5" if step.weather or step.unplugged else "10"
        now = (step.at + step.wrong_by).isoformat()
        return {"COOL_NOW": now, "TZ": step.zone, "COOL_NETWORK_BUDGET": budget, "COOL_NETWORK_MAX_MB": "3"}

    # What is looked at after each command.

    def _check(self, step: Step, result: _Result) -> None:
        toll, name = self._toll, f"{' '.join(step.command)} at {step.at:%Y-%m-%d %H:%M}"
        toll.commands += 1
        toll.codes[result.code] += 1
        is_expected = result.code in CODES or (result.code == 2 and step.command[0] == "unsubscribe")
        if not is_expected or "Traceback" in result.stderr:
            self._break(f"{name}: code {result.code}: {result.stderr[-1500:]}")
        if result.code and not (result.stderr + result.stdout).strip():
            self._break(f"{name}: failed without a word ({result.code})")
        verb = step.command[0]
        if verb == "star" and result.code == 0:
            self._starred.update(re.findall(r"\d{4}\.\d{5}", result.stdout))
        if verb == "undo":
            self._starred &= self._marked("starred")
            self._turned &= self._marked("read")
        if verb == "next":
            self._turn(name, result)
        if "--json" in step.command and verb in ("today", "day") and result.stdout and not step.wrong_by:
            self._check_shown(name, result.document)

    def _turn(self, name: str, result: _Result) -> None:
        shown = [line.partition("\t")[0] for line in result.stdout.splitlines() if "\t" in line]
        if again := self._turned & set(shown):
            self._break(f"{name}: shows {sorted(again)} again, which are read")
        self._turned |= set(self._page) & self._marked("read")
        self._page = shown or self._page

    def _check_shown(self, name: str, document: Mapping[str, object]) -> None:
        """What is shown as announced is of arXiv's day; what is shown as complete has all of it."""
        world, now = self._simulator.world, self._simulator.now
        papers: list[dict[str, str]] = document["papers"]  # type: ignore[assignment]
        shown = {paper["id"] for paper in papers}
        for part in document["listing"]["parts"]:  # type: ignore[index]
            day = date.fromisoformat(part["day"]) if part["day"] else None
            if day is None:
                continue
            if name.startswith("today") and part["status"] == "announced" and day != clock.arxiv_day(now):
                self._break(f"{name}: {part} claims to be announced")
            if part["complete"] and (lacks := self._needed(part["category"], day) - shown):
                self._break(f"{name}: {part} claims to be complete without {sorted(lacks)}")
            if part["status"] == "announced" and not part.get("basis") and not world.is_announced(day, now):
                self._break(f"{name}: {part} was not announced")

    def _is_behind(self) -> bool:
        """Whether the latest announcement, which any calendar expects, is not here of some subscribed category."""
        world, now = self._simulator.world, self._simulator.now
        latest = world.latest_day(now)
        if not self._followed or latest is None or latest in EXTRA or latest != clock.arxiv_day(now):
            return False
        if world.announced_at(latest) != clock.announced_at(latest):
            return False
        with self._stored() as connection:
            rows = connection.execute("SELECT category FROM listings WHERE day >= ?", (str(latest),)).fetchall()
        return not self._followed.keys() <= {category for (category,) in rows}

    def _check_dead_network(self, step: Step, results: Sequence[_Result]) -> None:
        """A dead network looks like one, and not like a quiet day."""
        if any(result.code != 4 for result in results):
            self._break(f"{step.command} at {step.at} without a network: code {results[0].code}: {results[0].stderr}")
        counted = self._called(step._replace(command=("count",)))
        if counted.code != 4:
            self._break(f"count at {step.at} without a network: code {counted.code}, {counted.stdout!r}")

    def _check_subscriptions(self, step: Step, results: Sequence[_Result]) -> None:
        """A subscription begins with the listing that is the latest when it is made, or when arXiv is reached next."""
        latest = self._simulator.world.latest_day(step.at) or FIRST
        reached = step.command[0] in ASKING and len(step.command) == 1 and [one.code for one in results] == [0]
        since = self._subscriptions()
        for category, day in since.items():
            if reached and day is None and not step.wrong_by:
                self._break(f"{category} is asked for at {step.at}, and its subscription does not begin")
            begins = day is not None and self._followed.get(category) is None and step.command[0] != "undo"
            if begins and day is not None and not latest - STALE <= day <= latest:
                self._break(f"{category} is followed from {day} on, and {latest} is the latest at {step.at}")
        self._followed = since

    # What is looked at in the file.

    def _check_listings(self) -> None:
        """Hold each stored listing against what was announced: complete ones, and what they must not hold."""
        self._toll.complete = self._toll.not_exact = 0
        with self._stored() as connection:
            if (sound := connection.execute("PRAGMA quick_check").fetchall()) != [("ok",)]:
                self._break(f"the file is damaged: {sound}")
            here: dict[tuple[str, str], Kinds] = {}
            rows = connection.execute("SELECT category, day, paper_id, type FROM announcements")
            for category, text, paper, kind in rows:
                here.setdefault((category, text), {})[paper] = _TYPES[kind]
            rows = connection.execute("SELECT category, day, complete, basis, expected_replaced FROM listings")
            listings = rows.fetchall()
        for category, text, complete, basis, replaced in listings:
            day, kinds = date.fromisoformat(text), here.get((category, text), {})
            if basis is not None:
                self._toll.not_exact += 1
                if complete:
                    self._break(f"{category} of {day} claims to be complete by date of {basis}")
                continue
            announced = self._announced(category, day)
            if complete:
                self._toll.complete += 1
                if lacks := self._stated(category, day, replaced) - kinds.keys():
                    self._break(f"{category} of {day} claims to be complete without {sorted(lacks)}")
            if others := {paper for paper, kind in kinds.items() if announced.get(paper) != kind}:
                later = self._looked_back(category, day)
                for paper in sorted(others):
                    if later.get(paper) != kinds[paper] and not FILLER.fullmatch(paper):
                        self._break(f"{category} of {day} has {paper} as {kinds[paper]}, not {announced.get(paper)}")
        if lost := self._starred - self._marked("starred"):
            self._break(f"stars were lost: {sorted(lost)}")

    def _check_entered(self) -> None:
        """Hold what entered the unread, and its days, against the promise."""
        with self._stored() as connection:
            lines = connection.execute("SELECT paper_id, day FROM listed WHERE backlog").fetchall()
            listings = connection.execute("SELECT category, day, basis FROM listings").fetchall()
        entered = {paper: date.fromisoformat(day) for paper, day in lines}
        stored = {(category, date.fromisoformat(day)): basis for category, day, basis in listings}
        self._toll.entered = sum(not FILLER.fullmatch(paper) for paper in entered)
        due, possible = self._due(stored), self._possible(stored)
        for paper, last in due.items():
            day = entered.get(paper)
            if day is None:
                self._break(f"{paper} is lost: due on {last}, {self._simulator.world.papers[paper][-1].categories}")
            elif day > last or day not in possible[paper]:
                self._break(f"{paper} is on {day}, and was first announced on {last}: {sorted(possible[paper])}")
        for paper, day in entered.items():
            if paper not in due and day not in possible.get(paper, ()) and not FILLER.fullmatch(paper):
                self._break(f"{paper} is unread of {day}, and was not announced: {sorted(possible.get(paper, ()))}")

    def _due(self, stored: Mapping[tuple[str, date], str | None]) -> dict[str, date]:
        """The last day on which each paper has to have entered.

        Beyond the reach of the pages, the API knows what was submitted, and not what was cross-listed.
        """
        due: dict[str, date] = {}
        for category, day in self._followed_days():
            late, needed = self._late_by(category, day, stored), self._needed(category, day)
            for paper, kind in self._announced(category, day).items():
                is_had = paper in needed and (not late or self._first_day(paper) == day)
                if late is not None and is_had and self._enters(paper, kind):
                    due[paper] = min(due.get(paper, date.max), day + late)
        return due

    def _late_by(self, category: str, day: date, stored: Mapping[tuple[str, date], str | None]) -> timedelta | None:
        """By how much the day of what was announced may be wrong; None where nobody could know that anything was."""
        if stored.get((category, day), "nothing") is None:
            return timedelta(0)
        if (category, day) not in stored and clock.arxiv_day(self._simulator.now) - day < REACH:
            return timedelta(0)
        is_expected = day.weekday() < 5 and day not in EXTRA
        return NOT_EXACT if is_expected or (category, day) in stored else None

    def _possible(self, stored: Mapping[tuple[str, date], str | None]) -> dict[str, set[date]]:
        """The days on which papers may have entered.

        A catch-up page lists a paper by its categories of today: on its first day too, where it was cross-listed later.
        """
        found: dict[str, set[date]] = {}
        for category, day in self._followed_days():
            for paper, kind in (self._looked_back(category, day) | self._announced(category, day)).items():
                if self._enters(paper, kind):
                    found.setdefault(paper, set()).add(day)
        for day in {day for (_, day), basis in stored.items() if basis is not None}:
            for paper in self._simulator.world.papers:
                first = self._first_day(paper)
                if first is not None and abs(first - day) <= NOT_EXACT:
                    found.setdefault(paper, set()).add(day)
        return found

    def _followed_days(self) -> list[tuple[str, date]]:
        """Each subscribed category with each announcement day since, until now."""
        world, now = self._simulator.world, self._simulator.now
        days = [day for day in world.days if world.is_announced(day, now)]
        followed = self._subscriptions().items()
        return [(name, day) for name, since in followed if since is not None for day in days if day >= since]

    def _check_unread(self, moment: datetime) -> None:
        """What entered and is not read is what every command says is unread."""
        with self._stored() as connection:
            entered = {row[0] for row in connection.execute("SELECT paper_id FROM listed WHERE backlog")}
        unread = entered - self._marked("read")
        counted = self._called(Step(moment, ("count",)))
        listed = self._called(Step(moment, ("list", "--unread", "--limit", "0", "--json"))).document["papers"]
        if counted.stdout.strip() != str(len(unread)):
            self._break(f"count says {counted.stdout.strip()}, and {len(unread)} are unread")
        if sorted(paper["id"] for paper in listed) != sorted(unread):
            self._break(f"list --unread shows {len(listed)}, and {len(unread)} are unread")
        seen: Counter[str] = Counter()
        for _ in range(len(unread) // 500 + 3):
            shown = self._called(Step(moment, ("next", "--limit", "500")))
            seen.update(line.partition("\t")[0] for line in shown.stdout.splitlines() if "\t" in line)
            if "Done" in shown.stdout:
                break
        if seen.keys() - set(self._page) != unread - set(self._page) or max(seen.values(), default=1) > 1:
            self._break(f"next shows {len(seen)} to its end, and {len(unread)} are unread")
        left = self._called(Step(moment, ("count",))).stdout.strip()
        if left != "0":
            self._break(f"after the last page {left} are unread")

    # What the world says.

    def _announced(self, category: str, day: date) -> Kinds:
        return {seen.paper.id: seen.type for seen in self._seen(category, day)}

    def _needed(self, category: str, day: date) -> set[str]:
        """What a page of that day tells at any time: catch-up pages leave out replacements at version 6 and above."""
        return {
            one.paper.id
            for one in self._seen(category, day)
            if not (one.type.startswith("replace") and one.paper.version > 5)
        }

    def _stated(self, category: str, day: date, replaced: int) -> set[str]:
        """What has to be here for a listing to be complete, of which that many replacements were stated.

        More than the catch-up page of the day has were stated by its listing page, with the high ones among them.
        """
        announced, low = set(self._announced(category, day)), self._needed(category, day)
        if announced == low:
            return low
        later = self._looked_back(category, day).values()
        return announced if replaced > sum(kind.startswith("replace") for kind in later) else low

    def _looked_back(self, category: str, day: date) -> Kinds:
        """What the catch-up page of a day shows by now."""
        return {seen.paper.id: seen.type for seen in self._later(category, day, self._simulator.now)}

    def _first_day(self, paper: str) -> date | None:
        """The day on which the paper was new."""
        return self._first.get(paper)

    def _enters(self, paper: str, kind: str) -> bool:
        return kind in ("new", "cross") or paper in self._starred

    # What the file says.

    def _marked(self, name: str) -> set[str]:
        with self._stored() as connection:
            return {row[0] for row in connection.execute("SELECT subject FROM marks WHERE field = ?", (name,))}

    def _subscriptions(self) -> dict[str, date | None]:
        with self._stored() as connection:
            rows = connection.execute("SELECT subject, value FROM marks WHERE field = 'subscribed'").fetchall()
        found = {subject.partition(":")[2]: json.loads(value).get("since") for subject, value in rows}
        return {category: since and date.fromisoformat(since) for category, since in found.items()}

    def _lacks_high_replacements(self) -> bool:
        """Whether all that is known to be missing are replacements that no catch-up page has."""
        with self._stored() as connection:
            rows = connection.execute("SELECT category, day FROM listings WHERE complete = 0").fetchall()
        days = [(category, date.fromisoformat(day)) for category, day in rows]
        return bool(days) and all(
            self._announced(category, day).keys() > self._needed(category, day) for category, day in days
        )

    @contextmanager
    def _stored(self) -> Iterator[Connection]:
        with closing(connect(self._file)) as connection:
            yield connection

    def _break(self, words: str) -> None:
        self._toll.broken.append(words)


_TYPES = ("new", "cross", "replace", "replace-cross")


@contextmanager
def _surroundings(environment: Mapping[str, str]) -> Iterator[None]:
    """Give this process the environment of another, its time zone too, and leave all as it was."""
    before, handler = dict(os.environ), signal.getsignal(signal.SIGINT)
    _set_environment(environment)
    try:
        yield
    finally:
        _set_environment(before)
        signal.signal(signal.SIGINT, handler)


def _set_environment(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()


# The year: its days, its papers, and what its reader does.


def _days(count: int) -> list[date]:
    days: list[date] = []
    day = FIRST
    while len(days) < count:
        if day in EXTRA or (day.weekday() < 5 and day not in NO_LISTING):
            days.append(day)
        day += timedelta(days=1)
    return days


def _world(days: Sequence[date], random: Random) -> World:
    """Papers for the year: new ones, crosses days later, replacements, also of papers that nobody saw announced."""
    world = World(random.randrange(1 << 30))
    recent: list[SimPaper] = []
    for number, day in enumerate(days):
        world.announce(day)
        fresh = [world.add(day, *_categories("cs.LG", random)) for _ in range(random.randint(4, 7))]
        fresh += [world.add(day, *_categories("stat.ML", random)) for _ in range(random.randint(2, 4))]
        fresh += [world.add(day, random.choice(("q-bio.NC", "q-bio.QM"))) for _ in range(random.randint(1, 3))]
        fresh += [world.add(day, "math.KT") for _ in range(random.random() < 0.15)]
        for old in random.sample(recent, min(len(recent), 6)):
            recent.remove(old)
            _change(world, day, old, random)
        high = random.random() < 0.2
        world.replace(day, world.known("cs.LG", before=FIRST), version=6 if high else None)
        recent = [*recent, *fresh][-100:]
        if number % 17 == 11:
            world.delay(day, random.choice((2, 5, 11)))
    return world


def _categories(primary: str, random: Random) -> list[str]:
    others = [name for name in ("cs.LG", "stat.ML", "q-bio.NC", "math.KT", "hep-th") if name != primary]
    return [primary, *random.sample(others, random.choice((0, 0, 0, 1, 1, 2)))]


def _change(world: World, day: date, paper: SimPaper, random: Random) -> None:
    """Cross-list, replace or withdraw a paper; a few reach version 6 at once."""
    current = world.papers[paper.id][-1]
    free = [name for name in ("cs.LG", "stat.ML", "q-bio.NC", "math.KT") if name not in current.categories]
    chance = random.random()
    if chance < 0.5 and free:
        world.cross(day, current, random.choice(free))
    elif chance < 0.9:
        world.replace(day, current, version=6 if chance > 0.83 else None)
    else:
        world.withdraw(day, current)


_COMMANDS: tuple[tuple[int, str], ...] = (
    (5, "today"),
    (3, "today --json"),
    (1, "today cs.LG --refresh"),
    (6, "next"),
    (4, "sync"),
    (3, "catchup"),
    (2, "day ~2 --json"),
    (1, "day ~7 --json"),
    (1, "day ~80 --json"),
    (1, "day yesterday --json"),
    (1, "list --unread"),
    (3, "star 1"),
    (1, "star 2"),
    (1, "done"),
    (1, "open 1 --print"),
    (2, "undo"),
    (1, "count"),
    (1, "stats --json"),
    (1, "done --before ~20"),
    (1, "prune --older 60d --yes"),
    (1, "today hep-th"),
    (1, "catchup stat.ML --since ~5"),
    (1, "audit --since ~4 --fix"),
    (1, "subscribe stat.ML"),
    (1, "subscribe q-bio"),
    (1, "unsubscribe q-bio"),
)
COMMANDS = tuple(tuple(command.split()) for weight, command in _COMMANDS for _ in range(weight))


def _steps(days: Sequence[date], random: Random) -> Iterator[Step]:
    """A reader's year: on most days some commands, on one in five amid faults, and times away."""
    yield Step(eastern(days[0], 9), BEGINNING)
    day, away = days[0], {first + timedelta(days=number) for first, count in ABSENCES for number in range(count)}
    while day <= days[-1]:
        if day not in away and random.random() < 0.8:
            yield from _day(day, random)
        day += timedelta(days=1)


def _day(day: date, random: Random) -> Iterator[Step]:
    at = eastern(day, random.choice((0, 3, 7, 9, 12, 15, 19, 20, 20, 21, 23)), random.randrange(60))
    zone = random.choice(ZONES)
    wrong_by = timedelta(hours=random.choice((-30, -24, -5, 5, 24, 30)) if random.random() < 0.06 else 0)
    feed_late = timedelta(hours=random.choice((3, 9))) if random.random() < 0.1 else timedelta(0)
    is_bad = random.random() < 0.2
    whole_day = is_bad and random.random() < 0.5
    weather = _weather(random) if is_bad else ()
    unplugged = is_bad and random.random() < 0.3
    for number in range(random.choice((1, 2, 3, 4))):
        fair = not is_bad or (number and not whole_day)
        manner: Literal["alone", "killed", "together"] = "alone"
        command = random.choice(COMMANDS)
        if fair and random.random() < 0.02:
            manner, command = "together", random.choice((("today",), ("catchup",)))
        elif fair and random.random() < 0.03:
            manner, command = "killed", random.choice((("catchup",), ("sync",)))
        yield Step(at, command, zone, wrong_by, () if fair else weather, unplugged and not fair, feed_late, manner)
        at += timedelta(minutes=random.choice((1, 20, 90, 180)))


def _weather(random: Random) -> tuple[Weather, ...]:
    known = [fault for fault in Fault if fault not in OF_FILES]
    faults = [fault for fault in known if fault is not Fault.FULL_FEED or random.random() < 0.3]
    return tuple(
        Weather(random.choice(PATHS), random.choice(faults), random.choice((1, 2, None)))
        for _ in range(random.choice((1, 2, 3)))
    )
