"""`cool catchup` and `cool day`: the days that a reader was away, each listing whole, each paper once."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock
from tests.cli.conftest import eastern
from tests.cli.expected import ids
from tests.cli.program import LIMIT, Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.arxiv_simulator.answers import Answer
    from tests.arxiv_simulator.faults import Rule

CATEGORIES = ("cs.LG", "stat.ML")
DAYS = clock.weekdays(date(2026, 11, 20), 15)
FIRST, LAST = DAYS[0], DAYS[-1]
HOLIDAY = date(2026, 11, 11)
"""A Wednesday without an announcement, which the calendar does not know of."""
EXTRA = date(2026, 11, 14)
"""A Saturday with one."""


@pytest.fixture(scope="module")
def world() -> World:
    """Three weeks; a paper that is cross-listed a week after it was announced."""
    days = sorted({*DAYS, EXTRA} - {HOLIDAY})
    world = World.sample(days, (*CATEGORIES, "cs.CL"), per_day=18, seed=5)
    early = world.add(DAYS[4], "cs.CL", title="A Paper of the Second Week")
    world.cross(DAYS[12], early, "cs.LG")
    return world


@pytest.fixture
def sim(world: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(world, eastern(FIRST, 12)) as simulator:
        yield simulator


@pytest.fixture
def away(tmp_path: Path, sim: ArxivSimulator) -> Program:
    """A reader who subscribed on the first day, and comes back on the last."""
    cool = Program(tmp_path, sim)
    cool.run("subscribe", *CATEGORIES)
    cool.run("sync")
    sim.now = eastern(LAST, 12)
    sim.requests.clear()
    return cool


def shown(world: World, day: date, *subjects: str) -> set[str]:
    """What a catch-up page lists now: by the categories of today."""
    return {seen.paper.id for seen in world.looked_back_at(day, subjects, eastern(LAST, 12))}


def entered(world: World) -> dict[str, date]:
    """What enters the unread of this reader, each paper on its first day."""
    first: dict[str, date] = {}
    for day in world.days:
        for category in CATEGORIES:
            then = world.seen(day, [category])
            listing = then if day in (FIRST, LAST) else world.looked_back_at(day, [category], eastern(LAST, 12))
            for seen in listing:
                if seen.type in ("new", "cross"):
                    first.setdefault(seen.paper.id, day)
    return first


def by_hand(cool: Program, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(cool.home / "data" / "cool.db")) as connection, connection:
        connection.execute(statement, values)


def unread(cool: Program) -> dict[str, date]:
    papers = cool.run("list", "--unread", "--limit", "0", "--json").document["papers"]
    return {paper["id"]: date.fromisoformat(paper["announced"]) for paper in papers}


def test_every_missed_day_comes_and_each_paper_is_unread_once_on_its_day(
    away: Program, sim: ArxivSimulator, world: World
) -> None:
    caught = away.run("catchup", "--json")
    days = {day["day"]: day for day in caught.document["days"]}
    assert [date.fromisoformat(day) for day in days] == [day for day in world.days if day != FIRST]
    for day in days:
        if day != LAST.isoformat():
            of_both = set.union(*(shown(world, date.fromisoformat(day), category) for category in CATEGORIES))
            assert days[day]["announced"] == days[day]["here"] == len(of_both)
    assert unread(away) == entered(world)
    assert "13 days of cs.LG" in caught.stderr and "Ctrl-C" in caught.stderr
    assert sim.paths.count(f"/catchup/cs.LG/{HOLIDAY}?abs=True&page=1") <= 1


def test_an_extra_announcement_and_an_unknown_holiday_are_found_out(
    away: Program, sim: ArxivSimulator, world: World
) -> None:
    away.run("catchup")
    assert {name for name, day in unread(away).items() if day == EXTRA} <= shown(world, EXTRA, *CATEGORIES)
    assert EXTRA in unread(away).values()
    sim.requests.clear()
    again = away.run("catchup")
    assert "No listing is missing that can be had" in again.stderr
    assert not [path for path in sim.paths if path.startswith("/catchup/")]


def test_as_few_requests_as_there_are_days(away: Program, sim: ArxivSimulator, world: World) -> None:
    away.run("catchup")
    asked = [path for path in sim.paths if path.startswith("/catchup/")]
    between = [day for day in world.days if FIRST < day < LAST]
    assert asked and len(asked) == len(set(asked)) <= len(CATEGORIES) * len(between)


def test_what_is_interrupted_goes_on_where_it_was(away: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/catchup/cs.LG/2026-11-10", Fault.SLOW_BODY, seconds=LIMIT)
    process = away.start("catchup")
    while not any("2026-11-10" in path for path in sim.paths):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = [path for path in sim.paths if path.startswith("/catchup/")]
    sim.clear_faults()
    sim.requests.clear()
    away.run("catchup")
    assert not set(before[:-1]) & set(sim.paths)
    assert unread(away) == entered(world)


def test_a_day_that_cannot_be_had_is_told_and_the_others_come(away: Program, sim: ArxivSimulator, world: World) -> None:
    day = DAYS[5]
    sim.fault(f"/catchup/stat.ML/{day}", Fault.STATUS_503, times=None)
    failed = away.run("catchup", code=4)
    assert f"{day:%a} {day.day} Nov 2026 of stat.ML could not be had" in failed.stderr
    (line,) = (line for line in failed.stdout.splitlines() if line.startswith(str(day)))
    assert line.endswith("stat.ML: not here")
    sim.clear_faults()
    away.run("catchup")
    assert unread(away) == entered(world)


def test_a_changed_layout_is_an_error_and_nothing_is_stored_as_whole(away: Program, sim: ArxivSimulator) -> None:
    sim.fault("/catchup/", Fault.CHANGED_LAYOUT, times=None)
    failed = away.run("catchup", code=4)
    assert "cannot be read" in failed.stderr and "for a bug report" in failed.stderr
    kept = list((away.home / "cache").glob("not-understood*"))
    assert len(kept) == 1
    with closing(sqlite3.connect(away.home / "data" / "cool.db")) as connection:
        days = connection.execute("SELECT DISTINCT day FROM listings ORDER BY 1").fetchall()
    assert [row[0] for row in days] == [str(FIRST), str(LAST)]


def test_without_a_network_it_is_said_and_ends_with_4(away: Program, sim: ArxivSimulator) -> None:
    away.run("today")
    sim.unplug()
    try:
        failed = away.run("catchup", code=4)
        assert "cannot be reached" in failed.stderr
    finally:
        sim.plug()


def test_without_a_network_the_days_that_are_not_here_are_named(away: Program, sim: ArxivSimulator) -> None:
    sim.unplug()
    try:
        failed = away.run("catchup", code=4)
    finally:
        sim.plug()
    lines = {line.split("\t")[0]: line.split("\t")[5] for line in failed.stdout.splitlines()}
    assert lines[str(LAST)] == "cs.LG, stat.ML: not here" == lines[str(DAYS[1])]
    assert "No listing is missing" not in failed.stderr


def test_the_oldest_day_comes_first_of_all_categories(away: Program, sim: ArxivSimulator) -> None:
    away.run("catchup")
    asked = [path.split("/")[2:4] for path in sim.paths if path.startswith("/catchup/")]
    days = [day[:10] for _, day in asked if date.fromisoformat(day[:10]).weekday() < 5]
    assert days == sorted(days) and [category for category, _ in asked[:2]] == list(CATEGORIES)


def test_days_that_fail_do_not_keep_the_later_ones_away(away: Program, sim: ArxivSimulator, world: World) -> None:
    for day in (DAYS[2], DAYS[3]):
        sim.fault(f"/catchup/cs.LG/{day}", Fault.CHANGED_LAYOUT, times=None)
    failed = away.run("catchup", code=4)
    assert "Not here: 2 listings of cs.LG" in failed.stderr
    assert {day for day in unread(away).values() if day > DAYS[3]} == set(world.days) - set(world.days[:4])


def test_days_before_the_subscription_are_told(away: Program) -> None:
    told = away.run("catchup", "--since", "2026-10-29").stderr
    assert "Your subscription of cs.LG begins Mon 2 Nov 2026" in told
    away.run("subscribe", *CATEGORIES, "--since", "2026-10-29")
    assert min(unread(away).values()) >= FIRST


def test_a_day_to_come_is_no_beginning(away: Program) -> None:
    assert "is not announced yet" in away.run("catchup", "--since", "2026-12-24", code=2).stderr


def test_three_at_once_ask_for_each_day_once(away: Program, sim: ArxivSimulator) -> None:
    away.run("today")
    together = [away.start("catchup") for _ in range(3)]
    for process in together:
        process.communicate(timeout=LIMIT)
    asked = [path for path in sim.paths if path.startswith("/catchup/")]
    assert len(asked) == len(set(asked))


def test_an_empty_page_that_may_be_old_is_not_believed(tmp_path: Path) -> None:
    """Thursday's page says that it is empty and names no next day, though Friday's listing is here."""
    friday = DAYS[-1]
    world = World.sample([DAYS[-3], friday], ("cs.LG",), per_day=5, seed=2)
    with ArxivSimulator(world, eastern(DAYS[-3], 12)) as simulator:
        cool = Program(tmp_path, simulator)
        cool.run("subscribe", "cs.LG")
        cool.run("sync")
        simulator.now = eastern(friday, 12)
        cool.run("today")
        del world.announcements[friday]  # what the servers before arXiv's keep is of before
        failed = cool.run("catchup", code=4)
        assert "it may be old" in failed.stderr
        world.announce(friday)
        cool.run("catchup")
        assert "No listing is missing that can be had" in cool.run("catchup").stderr


def test_papers_that_came_since_a_page_was_read_are_asked_for(away: Program, sim: ArxivSimulator, world: World) -> None:
    """A page that was read whole in the evening does not settle a day of which papers are known to be missing."""
    away.run("catchup")
    day = str(DAYS[5])
    gone = world.seen(DAYS[5], ["cs.LG"])[0].paper.id
    by_hand(away, "DELETE FROM announcements WHERE day = ? AND paper_id = ?", day, gone)
    by_hand(away, "UPDATE listings SET complete = 0, following = NULL WHERE day = ?", day)
    away.run("catchup")
    assert unread(away) == entered(world)


def test_after_a_clock_that_was_ahead_every_day_is_exact(away: Program, sim: ArxivSimulator, world: World) -> None:
    """200 days ahead no catch-up page reaches, so that days are made of what was submitted."""
    away.run("catchup", COOL_NOW=(sim.now + timedelta(days=200)).isoformat())
    made = away.run("day", str(DAYS[6]), "cs.LG", "--offline", "--json", code=4).document["listing"]
    assert made["parts"][0]["basis"] == "submission" and made["complete"] is None
    away.run("catchup")
    assert unread(away) == entered(world)
    told = away.run("day", str(DAYS[6]), "cs.LG", "--offline", "--json").document["listing"]
    assert told["complete"] is True and "basis" not in told["parts"][0]


def test_a_page_that_states_entries_without_end_is_given_up(away: Program, sim: ArxivSimulator) -> None:
    """Each further page is the first one again."""
    truth = sim.answer

    def answer(method: str, target: str, headers: Mapping[str, str], form: str = "") -> tuple[Answer, Rule | None]:
        found, rule = truth(method, re.sub(r"page=\d+", "page=1", target), headers, form)
        body = re.sub(r"of \d+ entries\)", "of 300000 entries)", found.content.decode())
        total = 300_000 * body.count("of 300000 entries)")
        return replace(found, body=re.sub(r"Total of \d+ entries", f"Total of {total} entries", body)), rule

    sim.answer = answer  # type: ignore[method-assign]
    failed = away.run("day", str(DAYS[5]), "cs.LG", code=4)
    assert re.search(r"states \d00,000 entries and shows", failed.stderr)
    assert len(sim.requests) <= 10
    sim.answer = truth  # type: ignore[method-assign]
    assert away.run("day", str(DAYS[5]), "cs.LG", "--json").document["listing"]["complete"] is True


def test_a_beginning_long_ago_is_answered_at_once(away: Program) -> None:
    began = time.monotonic()
    away.run("catchup", "--since", "1991-08-14", "--offline", code=4)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "typed", ["catchup cs.CL", "catchup cs.LGG", "catchup --since 2026-12-24", "catchup --since mondai", "day ~9999"]
)
def test_what_is_typed_wrong_is_told_before_anything_is_asked(away: Program, sim: ArxivSimulator, typed: str) -> None:
    assert away.run(*typed.split(), code=2).stderr
    assert sim.requests == []


def test_two_weeks_are_missing_until_they_are_fetched(away: Program) -> None:
    """The latest listing is here; what is between is neither read nor forgotten."""
    away.run("today")
    assert away.run("count", "--format", "{stale}", code=4).stdout == " ⚠17d\n"
    told = away.run().stdout
    assert "Missing  13 days of cs.LG, stat.ML, Tue 3 Nov 2026 to Thu 19 Nov 2026: cool catchup" in told
    away.run("catchup")
    assert away.run("count", "--format", "{stale}").stdout == "\n"
    assert "Missing" not in away.run().stdout


def test_a_reader_is_not_kept_waiting_by_an_evenings_sync(tmp_path: Path, world: World) -> None:
    """Pages that are some seconds apart: a cached category is shown meanwhile, and one that is not cached is asked."""
    with ArxivSimulator(world, eastern(DAYS[-2], 12)) as sim:
        cool = Program(tmp_path, sim)
        cool.run("subscribe", "cs.LG", "stat.ML", "math.ST", "hep-th")
        cool.run("sync")
        sim.now = eastern(DAYS[-2], 20, 30)
        sim.requests.clear()
        process = cool.start("sync", COOL_ARXIV_INTERVAL="4")
        while not sim.requests:
            assert process.poll() is None
        cached, uncached = (cool.run("today", category, "--json").document for category in ("stat.ML", "cs.CL"))
        assert process.poll() is None, "the sync was over before"
        process.kill()
        process.communicate()
    for category, found in (("stat.ML", cached), ("cs.CL", uncached)):
        assert {paper["id"] for paper in found["papers"]} == set(ids(world, LAST, category))


def test_a_reader_is_not_kept_waiting_by_a_catch_up(away: Program, sim: ArxivSimulator, world: World) -> None:
    """Between two pages of a catch-up, another terminal asks arXiv and is answered."""
    away.run("today")
    process = away.start("catchup", COOL_ARXIV_INTERVAL="0.7")
    while not any(path.startswith("/catchup/") for path in sim.paths):
        assert process.poll() is None
    found = away.run("today", "cs.CL", "--json")
    assert process.poll() is None, "the catch-up was over before"
    assert {paper["id"] for paper in found.document["papers"]} == set(ids(world, LAST, "cs.CL"))
    process.kill()
    process.communicate()


def test_a_category_that_is_not_subscribed_wants_a_day(away: Program) -> None:
    refused = away.run("catchup", "cs.CL", code=2)
    assert "You are not subscribed to cs.CL" in refused.stderr and "--since" in refused.stderr
    away.run("catchup", "cs.CL", "--since", str(DAYS[10]))


def test_catching_up_looks_at_no_day_before_the_subscription(away: Program, sim: ArxivSimulator) -> None:
    away.run("catchup")
    asked = {path.split("/")[3][:10] for path in sim.paths if path.startswith("/catchup/")}
    assert min(asked) > str(FIRST)


class TestDay:
    def test_a_past_day_is_shown_as_it_was(self, away: Program, sim: ArxivSimulator, world: World) -> None:
        day = DAYS[6]
        document = away.run("day", str(day), "cs.LG", "--json").document
        listing = document["listing"]
        assert (listing["day"], listing["status"], listing["complete"]) == (str(day), "announced", True)
        assert listing["expected"] == len(document["papers"])
        wanted = {(seen.paper.id, seen.type) for seen in world.looked_back_at(day, ["cs.LG"], eastern(LAST, 12))}
        assert {(paper["id"], paper["announce_type"]) for paper in document["papers"]} == wanted
        sim.requests.clear()
        assert away.run("day", str(day), "cs.LG").ids == [paper["id"] for paper in document["papers"]]
        assert sim.requests == []

    @pytest.mark.parametrize(
        ("word", "day"),
        [("~0", LAST), ("today", LAST), ("~2", DAYS[-3]), ("yesterday", DAYS[-2]), ("monday", DAYS[-5])],
    )
    def test_words_for_days(self, away: Program, word: str, day: date) -> None:
        assert away.run("day", word, "stat.ML", "--json").document["listing"]["day"] == str(day)

    def test_a_day_without_an_announcement(self, away: Program) -> None:
        quiet = away.run("day", "2026-11-07", "cs.LG")
        assert quiet.stdout == ""
        assert "arXiv announced nothing on Saturday 7 November 2026" in quiet.stderr
        holiday = away.run("day", str(HOLIDAY), "cs.LG", "--json")
        assert holiday.document["listing"]["status"] == "no_announcement"

    @pytest.mark.parametrize("word", ["friday", "latest", "0ago"])
    def test_at_a_weekend_the_latest_listing_is_announced(self, away: Program, sim: ArxivSimulator, word: str) -> None:
        sim.now = eastern(LAST + timedelta(days=1), 12)
        away.run("today")
        shown = away.run("day", word, "--json")
        assert shown.document["listing"]["status"] == "announced" and shown.document["papers"]
        assert "announced nothing" not in shown.stderr and "no listing" not in shown.stderr

    def test_a_category_in_place_of_the_day(self, away: Program, sim: ArxivSimulator) -> None:
        told = away.run("day", "cs.LG", "~1", code=2).stderr
        assert "'cs.LG' is a category" in told and "The day comes first: `cool day 2ago cs.LG`" in told
        assert sim.requests == []

    @pytest.mark.parametrize("word", ["1991-01-01", "9999ago", "9999-12-31"])
    def test_a_day_that_arxiv_never_had(self, away: Program, sim: ArxivSimulator, word: str) -> None:
        assert "no day of arXiv's" in away.run("day", word, "cs.LG", code=2).stderr
        assert sim.requests == []

    def test_a_day_to_come(self, away: Program) -> None:
        assert "is not announced yet" in away.run("day", "2026-11-24", code=2).stderr

    def test_no_day(self, away: Program) -> None:
        assert "'mondai' is no day. Did you mean monday" in " ".join(away.run("day", "mondai", code=2).stderr.split())

    def test_looking_at_a_day_enters_nothing(self, away: Program) -> None:
        before = unread(away)
        away.run("day", str(DAYS[6]), "cs.CL")
        away.run("day", "2026-10-29", "cs.LG", code=0)
        assert unread(away) == before

    def test_a_subscription_does_not_begin_with_a_day_that_was_looked_at(
        self, tmp_path: Path, sim: ArxivSimulator
    ) -> None:
        sim.now = eastern(LAST, 12)
        cool = Program(tmp_path, sim)
        cool.run("subscribe", "cs.LG")
        cool.run("day", str(DAYS[6]))
        assert unread(cool) == {}
        cool.run("today")
        assert set(unread(cool).values()) == {LAST}

    def test_without_a_network(self, away: Program, sim: ArxivSimulator) -> None:
        away.run("day", str(DAYS[6]), "cs.LG")
        sim.unplug()
        try:
            assert away.run("day", str(DAYS[6]), "cs.LG").ids
            failed = away.run("day", str(DAYS[9]), "cs.LG", code=4)
        finally:
            sim.plug()
        assert failed.stdout == "" and "cannot be reached" in failed.stderr
        asked_nobody = away.run("day", str(DAYS[9]), "cs.LG", "--offline", code=4)
        for told in (failed, asked_nobody):
            assert f"{DAYS[9]:%A} {DAYS[9].day} November 2026 of cs.LG is not cached" in told.stderr
            assert "nothing is cached" not in told.stderr


@pytest.fixture(scope="module")
def year() -> World:
    """90 announcement days of one category: the first 25 are beyond the reach of catch-up pages in the end."""
    return World.sample(clock.weekdays(date(2026, 11, 20), 90), ("cs.LG",), per_day=8, seed=9)


@pytest.fixture
def long_away(tmp_path: Path, year: World) -> Iterator[Program]:
    """A reader who subscribed on the first of them, and comes back on the last."""
    with ArxivSimulator(year, eastern(year.days[0], 12)) as simulator:
        program = Program(tmp_path, simulator)
        program.run("subscribe", "cs.LG")
        program.run("sync")
        simulator.now = eastern(LAST, 12)
        yield program


class TestBeyondReach:
    def test_120_days_away_nothing_is_lost(self, long_away: Program, year: World) -> None:
        caught = long_away.run("catchup")
        notes = [line for line in caught.stdout.splitlines() if line.endswith("not exact: by submission")]
        assert len(notes) > 15
        wanted = {
            seen.paper.id for day in year.days for seen in year.seen(day, ["cs.LG"]) if seen.type in ("new", "cross")
        }
        assert set(unread(long_away)) == wanted
        assert "No listing is missing that can be had" in long_away.run("catchup").stderr

    def test_a_day_made_of_submissions_says_so_and_is_never_complete(self, long_away: Program, year: World) -> None:
        day = year.days[3]
        document = long_away.run("day", str(day), "cs.LG", "--json").document
        assert document["listing"]["complete"] is None and document["listing"]["expected"] is None
        assert document["listing"]["parts"][0]["basis"] == "submission"
        new = {seen.paper.id for seen in year.seen(day, ["cs.LG"]) if seen.type == "new"}
        assert {paper["id"] for paper in document["papers"]} == new
        assert "not exactly what arXiv announced" in long_away.run("day", str(day), "cs.LG").stderr

    def test_where_the_api_fails_what_was_changed_on_the_day_stands_in(self, long_away: Program, year: World) -> None:
        assert long_away.simulator is not None
        long_away.simulator.fault("/api/", Fault.STATUS_503, times=None)
        day = year.days[3]
        document = long_away.run("day", str(day), "cs.LG", "--json").document
        assert document["listing"]["parts"][0]["basis"] == "change"
        long_away.simulator.clear_faults()
        long_away.run("catchup")
        assert (
            long_away.run("day", str(day), "cs.LG", "--json").document["listing"]["parts"][0]["basis"] == "submission"
        )


def test_a_page_of_2000_and_one_more(tmp_path: Path) -> None:
    """Three pages of an archive's day are one listing."""
    busy, last = date(2026, 11, 19), date(2026, 11, 20)
    world = World(seed=2)
    for number in range(2001):
        world.add(busy, "cs.LG", id=f"2611.{number + 1:05}", title=f"Paper {number}", abstract="Short.")
    world.add(last, "cs.LG", id="2611.03000")
    with ArxivSimulator(world, eastern(last, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        document = cool.run("day", str(busy), "cs.LG", "--json").document
        assert len(document["papers"]) == 2001 and document["listing"]["complete"] is True
        assert sum("/catchup/" in path for path in simulator.paths) == 2


def test_the_clock_of_the_plan(away: Program) -> None:
    """With arXiv's own pace the plan tells minutes, before the first day is asked for."""
    away.run("today")
    process = away.start("catchup", COOL_ARXIV_INTERVAL="15")
    assert process.stderr is not None
    told = b""
    while b"Ctrl-C" not in told:
        told += process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=LIMIT)
    assert b"15 s apart" in told and b"about 6 min" in told
    assert process.returncode == 130
