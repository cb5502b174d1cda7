"""A reader goes through a simulated year: each announced paper is unread once, on its day, whatever happened."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coolcli import announcements
from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.arxiv_simulator.faults import OF_FILES
from tests.year import (
    ANNOUNCEMENTS,
    COMMANDS,
    EXTRA,
    NO_LISTING,
    PATHS,
    ZONES,
    Reader,
    Step,
    Toll,
    Weather,
    eastern,
    year,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.arxiv_simulator import SimPaper

if os.name == "nt":
    pytest.skip("SIGKILL and time.tzset are of POSIX", allow_module_level=True)

MONDAY = date(2026, 3, 2)
"""The week before the clocks change."""
WEEKDAYS = [day for number in range(150) if (day := MONDAY + timedelta(days=number)).weekday() < 5]
CATEGORIES = (("cs.LG",), ("stat.ML",), ("cs.LG", "stat.ML"), ("stat.ML", "cs.LG"), ("math.KT",))


def test_the_promise_of_a_year(tmp_path: Path) -> None:
    toll = year(tmp_path, seed=2026)
    assert toll.broken == []
    assert toll.days == ANNOUNCEMENTS
    # Else little was promised, or nothing stood in the way of it.
    assert toll.entered > 1000
    assert toll.complete > 400
    assert toll.not_exact > 10
    assert toll.faults.total() > 20
    assert toll.kills > 0


class Event(NamedTuple):
    """Something that arXiv announces: what, on which of the days, of which of the papers or categories."""

    day: int
    what: str
    which: int


events = st.lists(
    st.builds(
        Event,
        st.integers(0, 12),
        st.sampled_from(["new", "new", "cross", "replace", "withdraw", "old", "old v6"]),
        st.integers(0, 20),
    ),
    max_size=25,
)
steps = st.lists(
    st.tuples(
        st.sampled_from([2, 5, 11, 24, 24, 30, 48, 24 * 7, 24 * 60, 24 * 120]),  # hours since the one before
        st.builds(
            Step,
            at=st.just(eastern(MONDAY, 12)),
            command=st.sampled_from(COMMANDS),
            zone=st.sampled_from(ZONES),
            wrong_by=st.sampled_from([0, 0, 0, 0, -30, -5, 5, 30]).map(lambda hours: timedelta(hours=hours)),
            weather=st.lists(
                st.builds(
                    Weather,
                    st.sampled_from(sorted(set(PATHS))),
                    st.sampled_from(
                        sorted(set(Fault) - OF_FILES - {Fault.FULL_FEED, Fault.GZIP_BOMB}, key=lambda one: one.value)
                    ),
                    st.sampled_from([1, 2, None]),
                ),
                max_size=2,
            ).map(tuple),
            unplugged=st.sampled_from([False] * 5 + [True]),
            feed_late=st.sampled_from([0, 0, 0, 3, 9]).map(lambda hours: timedelta(hours=hours)),
            manner=st.just("alone"),
        ),
    ),
    max_size=12,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    events=events,
    steps=steps,
    holidays=st.sets(st.integers(1, 12), max_size=2),
    saturdays=st.sets(st.integers(0, 2), max_size=1),
    late=st.dictionaries(st.integers(0, 12), st.sampled_from([2, 5, 11]), max_size=2),
)
def test_the_promise_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[Event],
    steps: list[tuple[int, Step]],
    holidays: set[int],
    saturdays: set[int],
    late: dict[int, int],
) -> None:
    days = {day for day in WEEKDAYS if day not in NO_LISTING} - {WEEKDAYS[number] for number in holidays}
    days |= {MONDAY + timedelta(days=5 + 7 * number) for number in saturdays}
    world = announced(sorted(days), events)
    for number, hours in late.items():
        if WEEKDAYS[number] in days:
            world.delay(WEEKDAYS[number], hours)
    toll, at = Toll(), eastern(MONDAY, 12)
    with ArxivSimulator(world, at) as simulator:
        reader = Reader(tmp_path_factory.mktemp("reader"), simulator, toll)
        reader.do(Step(at, ("subscribe", "cs.LG", "stat.ML")))
        for hours, step in steps:
            if at + timedelta(hours=hours) > eastern(WEEKDAYS[-9], 12):
                break
            at += timedelta(hours=hours)
            reader.do(step._replace(at=at))
        # An announcement that no calendar expects is found out with the next one. What a clock that was ahead noted as
        # arXiv's answer of this noon holds for a quarter of an hour, as any answer does.
        last = eastern(next(day for day in WEEKDAYS if day > at.date() and day in days - EXTRA), 12)
        reader.finish(last + announcements.ASK_AGAIN)
    assert toll.broken == []


def announced(days: list[date], events: list[Event]) -> World:
    """A world with a paper a day, and these events."""
    world = World(seed=len(events))
    papers: list[SimPaper] = []
    for number, day in enumerate(days):
        papers.append(world.add(day, "cs.LG"))
        touched = {papers[-1].id}
        for event in (one for one in events if one.day == number):
            if event.what == "new":
                papers.append(world.add(day, *CATEGORIES[event.which % len(CATEGORIES)]))
                touched.add(papers[-1].id)
            elif event.what.startswith("old"):
                old = world.known("cs.LG", "stat.ML", before=MONDAY)
                world.replace(day, old, version=6 if "v6" in event.what else None)
            elif (paper := papers[event.which % len(papers)]).id not in touched:
                change(world, day, world.papers[paper.id][-1], event.what)
                touched.add(paper.id)
    return world


def change(world: World, day: date, paper: SimPaper, what: str) -> None:
    free = [name for name in ("stat.ML", "cs.LG", "math.KT") if name not in paper.categories]
    if what == "cross" and free:
        world.cross(day, paper, free[0])
    elif what == "withdraw":
        world.withdraw(day, paper)
    else:
        world.replace(day, paper)
