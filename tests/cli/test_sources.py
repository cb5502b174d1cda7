"""Where today's listing comes from, hour by hour and when something is wrong, and what the reader is told of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, MONDAY, THURSDAY, eastern
from tests.cli.program import LIMIT, Homes, Program, Result

if TYPE_CHECKING:
    from pathlib import Path

SATURDAY = FRIDAY + timedelta(days=1)
QUICK = {"COOL_NETWORK_BUDGET": "0.4"}
"""Too little for a second try."""
PAGE = "/list/cs.LG/new?skip=0&show=2000"


def listed(result: Result) -> list[tuple[str, str]]:
    return [(line.id, line.type) for line in result.lines]


def in_feed(world: World) -> list[str]:
    """The ids of Friday's feed of cs.LG."""
    return [item.paper.id for item in world.seen(FRIDAY, ["cs.LG"]) if item.paper.version < 6]


def state(result: Result) -> tuple[str, str]:
    listing = result.document["listing"]
    return listing["day"], listing["status"]


@pytest.fixture
def thursday_cached(cool: Program, homes: Homes, sim: ArxivSimulator) -> Program:
    """A reader with Thursday's listing of cs.LG in the cache, on Friday noon."""
    sim.now = eastern(THURSDAY, 12)
    homes.begin(cool, "today cs.LG")
    sim.now = eastern(FRIDAY, 12)
    return cool


# The clock


@pytest.mark.parametrize("hour", [20, 21, 23])
def test_in_the_evening_the_page_is_the_source(cool: Program, sim: ArxivSimulator, world: World, hour: int) -> None:
    """From 20:00 Eastern until midnight the feed is the batch before."""
    sim.now = eastern(THURSDAY, hour)
    shown = cool.run("today", "cs.LG")
    assert listed(shown) == expected.listed(world, FRIDAY, "cs.LG")
    assert sim.paths == [PAGE]
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-20", "announced")


def test_just_before_the_announcement_it_is_still_the_days_own(
    cool: Program, sim: ArxivSimulator, world: World
) -> None:
    sim.now = eastern(THURSDAY, 19, 59)
    assert set(listed(cool.run("today", "cs.LG"))) == set(expected.listed(world, THURSDAY, "cs.LG"))
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-19", "announced")


def test_the_answers_own_date_decides_not_the_machines_clock(cool: Program, sim: ArxivSimulator, world: World) -> None:
    """The clock says 20:05; arXiv has not announced yet."""
    sim.now = eastern(THURSDAY, 19, 59)
    early = eastern(THURSDAY, 20, 5).isoformat()
    shown = cool.run("today", "cs.LG", "--json", COOL_NOW=early)
    assert state(shown) == ("2026-11-19", "no_announcement")
    assert {paper["id"] for paper in shown.document["papers"]} == set(expected.ids(world, THURSDAY, "cs.LG"))
    assert "not yet" in shown.stderr


def test_on_friday_evening_there_is_nothing_newer(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.now = eastern(FRIDAY, 21)
    assert set(listed(cool.run("today", "cs.LG"))) == set(expected.listed(world, FRIDAY, "cs.LG"))
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-20", "no_announcement")


@pytest.mark.parametrize("moment", [eastern(SATURDAY, 12), eastern(SATURDAY, 22)])
def test_at_the_weekend_fridays_listing_is_shown(
    cool: Program, sim: ArxivSimulator, world: World, moment: datetime
) -> None:
    sim.now = moment
    shown = cool.run("today", "cs.LG")
    assert listed(shown) == expected.listed(world, FRIDAY, "cs.LG")
    assert "Friday 20 November 2026" in shown.stderr
    assert sim.paths == [PAGE]
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-20", "no_announcement")
    assert sim.paths == [PAGE], "what is whole is not asked for again"


def test_a_holiday_that_the_calendar_does_not_know(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.now = eastern(MONDAY, 12)
    shown = cool.run("today", "cs.LG")
    assert listed(shown) == expected.listed(world, FRIDAY, "cs.LG")
    assert "Monday 23 November 2026" in shown.stderr and "Friday 20 November 2026" in shown.stderr
    asked = len(sim.requests)
    sim.now += timedelta(minutes=14)
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-20", "no_announcement")
    assert len(sim.requests) == asked, "arXiv said so a quarter of an hour ago"
    sim.now += timedelta(minutes=2)
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-20", "no_announcement")
    assert len(sim.requests) > asked


def test_after_midnight_the_feed_is_the_source_again(cool: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(FRIDAY, 0, 1)
    cool.run("today", "cs.CL")
    assert sim.paths[0] == "/rss/cs.CL"


# A feed that is not what it should be


def test_a_stale_feed_is_told_and_completed_from_the_page(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/rss/", Fault.STALE_FEED)
    shown = cool.run("today", "cs.LG")
    assert listed(shown) == expected.listed(world, FRIDAY, "cs.LG")
    assert "stale" in shown.stderr
    assert sim.paths == ["/rss/cs.LG", PAGE]
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-20", "announced")


def test_a_stale_feed_that_no_page_completes(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/rss/", Fault.STALE_FEED, times=None)
    sim.fault("/list/", Fault.STATUS_404, times=None)
    shown = cool.run("today", "cs.LG", "--json")
    assert state(shown) == ("2026-11-19", "stale")
    assert shown.document["listing"]["complete"] is None
    assert {paper["id"] for paper in shown.document["papers"]} == set(expected.ids(world, THURSDAY, "cs.LG"))
    assert "stale" in shown.stderr


def test_a_page_ahead_of_the_feed_is_noticed_in_the_check(cool: Program, sim: ArxivSimulator, world: World) -> None:
    """The feed bears Thursday, as it should at 19:59; the page that is asked a minute later bears Friday."""
    with ArxivSimulator(world, eastern(THURSDAY, 19, 59)) as feed:
        sim.now = eastern(THURSDAY, 20, 1)
        now = feed.now.isoformat()
        shown = cool.run("today", "cs.LG", COOL_ARXIV_FEED_URL=feed.feed_url, COOL_NOW=now)
    assert set(expected.ids(world, FRIDAY, "cs.LG")) <= set(shown.ids)
    assert "newer listing" in shown.stderr


def test_an_empty_feed_is_completed_from_the_page(cool: Program, sim: ArxivSimulator, world: World) -> None:
    nothing = World()
    nothing.announce(FRIDAY)
    with ArxivSimulator(nothing, sim.now) as feed:
        shown = cool.run("today", "cs.LG", COOL_ARXIV_FEED_URL=feed.feed_url)
    assert listed(shown) == expected.listed(world, FRIDAY, "cs.LG")
    assert "empty" in shown.stderr


def test_a_day_without_a_paper_in_the_category(cool: Program) -> None:
    shown = cool.run("today", "math.AT", "--json")
    listing = shown.document["listing"]
    assert (listing["day"], listing["status"]) == ("2026-11-20", "announced")
    assert (listing["complete"], listing["expected"], shown.document["papers"]) == (True, 0, [])
    assert cool.run("today", "math.AT").stdout == ""


@pytest.fixture(scope="module")
def crowd() -> World:
    world = World()
    for number in range(2003):
        world.add(FRIDAY, "cs.LG" if number % 2 else "cs.CL", title=f"Paper {number}", has_html=False)
    return world


def test_a_feed_cut_at_2000_is_completed_before_anything_is_shown(tmp_path: Path, crowd: World) -> None:
    with ArxivSimulator(crowd, eastern(FRIDAY, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        shown = cool.run("today", "cs")
        assert listed(shown) == expected.listed(crowd, FRIDAY, "cs")
        assert "2000" in shown.stderr
        assert simulator.paths == ["/rss/cs", "/list/cs/new?skip=0&show=2000", "/list/cs/new?skip=2000&show=2000"]
        listing = cool.run("today", "cs", "--json").document["listing"]
        assert (listing["complete"], listing["expected"]) == (True, 2003)


def test_a_cut_feed_that_no_page_completes_is_known_to_be_incomplete(tmp_path: Path, crowd: World) -> None:
    with ArxivSimulator(crowd, eastern(FRIDAY, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        simulator.fault("/list/", Fault.STATUS_404, times=None)
        shown = cool.run("today", "cs", "--json")
        assert (shown.document["listing"]["complete"], len(shown.document["papers"])) == (False, 2000)
        simulator.clear_faults()
        simulator.now += timedelta(minutes=16)
        whole = cool.run("today", "cs", "--json").document
        assert (whole["listing"]["complete"], len(whole["papers"])) == (True, 2003)


def test_a_wrong_charset_does_not_garble_names(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/rss/", Fault.WRONG_CHARSET, times=None)
    authors = {line.id: line.authors for line in cool.run("today", "cs.CL").lines}
    for _, paper in world.seen(FRIDAY, ["cs.CL"]):
        assert authors[paper.id] == "; ".join(expected.names(paper))


# No answer


def test_nothing_cached_and_no_network_is_one_clear_error(cool: Program, sim: ArxivSimulator) -> None:
    sim.close()
    refused = cool.run("today", "cs.LG", code=4, **QUICK)
    assert refused.stdout == ""
    assert 1 <= len(refused.complaints) <= 2
    assert "cannot be reached" in refused.complaints[0]
    assert "--demo" in refused.stderr
    assert cool.run("today", "cs.LG", "--json", code=4, **QUICK).stdout == ""


UNUSABLE = [
    Fault.RESET,
    Fault.STATUS_503,
    Fault.STATUS_429,
    Fault.STATUS_404,
    Fault.LOGIN_PAGE,
    Fault.EMPTY_BODY,
    Fault.CUT,
    Fault.WRONG_LENGTH,
    Fault.FOREIGN_REDIRECT,
    Fault.ENDLESS_REDIRECT,
    Fault.BAD_REQUEST_AS_RSS,
    Fault.CHANGED_LAYOUT,
    Fault.SLOW_HEADERS,
    Fault.GZIP_BOMB,
]


@pytest.mark.parametrize("fault", UNUSABLE, ids=lambda fault: fault.name.lower())
def test_without_a_usable_answer_the_cached_listing_is_shown(
    thursday_cached: Program, sim: ArxivSimulator, world: World, fault: Fault
) -> None:
    sim.fault("/", fault, times=None, seconds=30, megabytes=3)
    limits = QUICK | {"COOL_NETWORK_MAX_MB": "1"}
    shown = thursday_cached.run("today", "cs.LG", code=4, **limits)
    assert listed(shown) == expected.listed(world, THURSDAY, "cs.LG")
    assert len(shown.complaints) == 1
    assert "offline" in shown.complaints[0] and "19 Nov 2026" in shown.complaints[0]
    told = thursday_cached.run("today", "cs.LG", "--json", code=4, **limits)
    assert state(told) == ("2026-11-19", "offline")
    assert "offline" in told.stderr


def test_without_a_network_the_cached_listing_is_shown(
    thursday_cached: Program, sim: ArxivSimulator, world: World
) -> None:
    sim.close()
    shown = thursday_cached.run("today", "cs.LG", code=4, **QUICK)
    assert listed(shown) == expected.listed(world, THURSDAY, "cs.LG")
    assert len(shown.complaints) == 1 and "offline" in shown.complaints[0]


@pytest.mark.parametrize("fault", [Fault.STATUS_503, Fault.RESET], ids=lambda fault: fault.name)
def test_two_categories_offline_for_one_reason_are_one_line(
    cool: Program, sim: ArxivSimulator, world: World, fault: Fault
) -> None:
    sim.now = eastern(THURSDAY, 12)
    cool.run("today", "cs.LG", "cs.CL")
    sim.now = eastern(FRIDAY, 12)
    sim.fault("/", fault, times=None)
    shown = cool.run("today", "cs.LG", "cs.CL", code=4, **QUICK)
    assert listed(shown) == expected.listed(world, THURSDAY, "cs.LG", "cs.CL")
    assert len(shown.complaints) == 1 and "offline" in shown.complaints[0]


def test_one_category_missing_offline_is_told_and_the_other_shown(
    cool: Program, sim: ArxivSimulator, world: World
) -> None:
    cool.run("today", "cs.LG")
    sim.close()
    shown = cool.run("today", "cs.LG", "cs.CL", "--json", code=4, **QUICK)
    listing = shown.document["listing"]
    assert listing["status"] == "offline"
    assert [(part["category"], part["day"], part["status"]) for part in listing["parts"]] == [
        ("cs.LG", "2026-11-20", "announced"),
        ("cs.CL", None, "offline"),
    ]
    assert {paper["id"] for paper in shown.document["papers"]} == set(expected.ids(world, FRIDAY, "cs.LG"))


def test_a_refusal_in_the_form_of_a_feed_is_no_empty_day(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.BAD_REQUEST_AS_RSS, times=None)
    sim.fault("/list/", Fault.STATUS_404, times=None)
    refused = cool.run("today", "cs.LG", code=4)
    assert "400" in refused.complaints[0] and "Bad archive" in refused.complaints[0]
    assert refused.stdout == "" and len(refused.complaints) <= 2
    sim.clear_faults()
    assert cool.run("today", "cs.LG").lines


def test_a_login_page_is_named_as_what_it_may_be(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.LOGIN_PAGE, times=None)
    assert "Welcome to the harbour network" in cool.run("today", "cs.LG", code=4).stderr


def test_no_request_goes_where_a_redirect_leads(cool: Program, sim: ArxivSimulator, world: World) -> None:
    with ArxivSimulator(world, sim.now) as elsewhere:
        sim.fault("/", Fault.FOREIGN_REDIRECT, times=None, location=f"{elsewhere.root}/rss/cs.LG")
        cool.run("today", "cs.LG", code=4)
        assert elsewhere.requests == []


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.STATUS_429, Fault.CUT])
def test_a_passing_fault_is_tried_again(cool: Program, sim: ArxivSimulator, world: World, fault: Fault) -> None:
    sim.fault("/rss/", fault)
    shown = cool.run("today", "cs.CL")
    assert set(listed(shown)) == set(expected.listed(world, FRIDAY, "cs.CL"))
    assert sim.paths[:2] == ["/rss/cs.CL", "/rss/cs.CL"]


def test_retry_after_is_kept(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.STATUS_503, retry_after=1)
    cool.run("today", "cs.CL")
    first, second = sim.requests[:2]
    assert second.at - first.at >= 1


def test_a_longer_wait_than_there_is_time_for_is_told(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.STATUS_503, retry_after=300, times=None)
    refused = cool.run("today", "cs.LG", code=4)
    assert "5 min" in refused.complaints[0]
    assert sim.paths == ["/rss/cs.LG", PAGE]


def test_who_asks_to_be_left_alone_is_left_alone_by_later_runs_too(
    cool: Program, sim: ArxivSimulator, world: World
) -> None:
    sim.fault("/", Fault.STATUS_429, retry_after=300, times=None)
    cool.run("today", "cs.LG", code=4)
    sim.clear_faults()
    before = len(sim.requests)
    assert "until" in cool.run("today", "cs.CL", "--refresh", code=4).complaints[0]
    assert len(sim.requests) == before
    sim.now += timedelta(minutes=5, seconds=1)
    assert set(cool.run("today", "cs.CL").ids) == set(expected.ids(world, FRIDAY, "cs.CL"))


def test_a_refusal_is_not_repeated(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.STATUS_404, times=None)
    cool.run("today", "cs.LG", code=4)
    assert sim.paths == ["/rss/cs.LG", PAGE]


@pytest.mark.parametrize(
    "fault",
    [Fault.STATUS_404, Fault.STATUS_503, Fault.RESET, Fault.EMPTY_BODY, Fault.CUT, Fault.SLOW_HEADERS],
    ids=lambda fault: fault.name.lower(),
)
def test_where_the_feed_fails_the_page_stands_in(
    cool: Program, sim: ArxivSimulator, world: World, fault: Fault
) -> None:
    sim.fault("/rss/", fault, times=None, seconds=30)
    shown = cool.run("today", "cs.LG", COOL_NETWORK_BUDGET="2")
    assert listed(shown) == expected.listed(world, FRIDAY, "cs.LG")
    assert len(shown.complaints) == 1 and "The listing page of cs.LG was read instead" in shown.stderr
    assert state(cool.run("today", "cs.LG", "--json")) == ("2026-11-20", "announced")


def test_a_feed_that_failed_is_not_asked_again_for_five_minutes(
    cool: Program, sim: ArxivSimulator, world: World
) -> None:
    sim.now = eastern(THURSDAY, 12)
    cool.run("today", "cs.LG", "cs.CL", "stat.ML")
    sim.now = eastern(FRIDAY, 12)
    sim.fault("/rss/", Fault.STATUS_503, times=None)
    cool.run("today", "cs.LG")
    sim.requests.clear()
    assert set(cool.run("today", "cs.CL").ids) == set(expected.ids(world, FRIDAY, "cs.CL"))
    assert sim.paths == ["/list/cs.CL/new?skip=0&show=2000"]
    sim.clear_faults()
    sim.now += timedelta(minutes=6)
    cool.run("today", "stat.ML")
    assert "/rss/stat.ML" in sim.paths


def test_a_feed_that_failed_is_not_asked_for_the_next_category(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.STATUS_404, times=None)
    cool.run("today", "cs.LG", "cs.CL")
    assert "/rss/cs.CL" in sim.paths, "a refusal is of one address"
    sim.requests.clear()
    sim.clear_faults()
    sim.fault("/rss/", Fault.STATUS_503, times=None)
    cool.run("today", "stat.ML", "math.AT", COOL_NETWORK_BUDGET="3")
    assert "/rss/stat.ML" in sim.paths and "/rss/math.AT" not in sim.paths


def test_behind_a_login_page_no_category_is_asked_for_after_the_first(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/", Fault.LOGIN_PAGE, times=None)
    cool.run("today", "cs.LG", "cs.CL", "stat.ML", code=4)
    assert sim.paths == ["/rss/cs.LG", PAGE]
    sim.clear_faults()
    assert cool.run("today", "cs.LG", "cs.CL", "stat.ML").lines, "once logged in, nothing is remembered of it"


def test_a_stopped_process_is_waited_for_once(cool: Program, sim: ArxivSimulator, world: World) -> None:
    """Ctrl-Z in the middle of a request keeps the turn."""
    sim.now = eastern(THURSDAY, 12)
    cool.run("today", "cs.LG", "cs.CL", "stat.ML")
    sim.now = eastern(FRIDAY, 12)
    before = len(sim.requests)
    with FileLock(cool.home / "cache" / "arxiv.lock"):
        began = monotonic()
        shown = cool.run("today", "cs.LG", "cs.CL", "stat.ML", code=4)
    assert monotonic() - began < 8, "three seconds, not nine"
    assert listed(shown) == expected.listed(world, THURSDAY, "cs.LG", "cs.CL", "stat.ML")
    assert len(shown.complaints) == 1 and "Another cool" in shown.complaints[0]
    assert len(sim.requests) == before


def test_where_the_pace_cannot_be_kept_nothing_is_asked_and_what_is_cached_is_shown(
    thursday_cached: Program, sim: ArxivSimulator, world: World
) -> None:
    (thursday_cached.home / "cache" / "arxiv.lock").unlink(missing_ok=True)
    (thursday_cached.home / "cache" / "arxiv.lock").mkdir()
    before = len(sim.requests)
    shown = thursday_cached.run("today", "cs.LG", code=4)
    assert listed(shown) == expected.listed(world, THURSDAY, "cs.LG")
    assert "cannot be written" in shown.complaints[0]
    assert "2311.00001" in thursday_cached.run("star", "2311.00001").stdout, "kept as pending"
    thursday_cached.run("show", "2311.00002", code=5)
    assert len(sim.requests) == before


def test_what_has_not_changed_is_not_sent_again(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.not_modified = True
    first = cool.run("today", "cs.LG")
    again = cool.run("--verbose", "today", "cs.LG", "--refresh")
    assert sorted(again.lines) == sorted(first.lines)
    assert "/rss/cs.LG -> 304" in again.stderr
    assert cool.run("today", "cs.LG", "--json").document["listing"]["complete"] is True


def test_a_stale_feed_that_has_not_changed_is_stale_still(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.not_modified = True
    sim.now = eastern(THURSDAY, 12)
    cool.run("today", "cs.LG")
    sim.now = eastern(FRIDAY, 12)
    sim.fault("/rss/", Fault.STALE_FEED, times=None)
    assert listed(cool.run("today", "cs.LG")) == expected.listed(world, FRIDAY, "cs.LG")


def test_two_that_wait_for_each_other_do_not_fetch_the_same_twice(
    cool: Program, sim: ArxivSimulator, world: World
) -> None:
    sim.fault("/rss/", Fault.SLOW_BODY, seconds=0.5)
    started = [cool.start("today", "cs.LG", "--refresh") for _ in range(3)]
    shown = [process.communicate(timeout=LIMIT)[0].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert all({line.partition("\t")[0] for line in each.splitlines()} >= set(in_feed(world)) for each in shown)
    assert sim.paths.count("/rss/cs.LG") == 1


def test_the_pace_is_kept_between_processes(cool: Program, sim: ArxivSimulator) -> None:
    cool.run("today", "stat.ML", COOL_ARXIV_INTERVAL="0.4")
    cool.run("today", "cs.CL", COOL_ARXIV_INTERVAL="0.4")
    times = [request.at for request in sim.requests]
    assert all(after - before >= 0.39 for before, after in pairwise(times))


def test_arxivs_own_hosts_are_not_asked_faster_than_it_asks_for(cool: Program) -> None:
    refused = cool.run("today", "cs.LG", code=2, COOL_ARXIV_API_URL="https://export.arxiv.org/api/query")
    assert "arxiv.interval" in refused.complaints[0]


def test_back_online_the_days_listing_comes(thursday_cached: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/", Fault.STATUS_404, times=None)
    thursday_cached.run("today", "cs.LG", code=4)
    sim.clear_faults()
    shown = thursday_cached.run("today", "cs.LG", "--refresh")
    assert set(listed(shown)) == set(expected.listed(world, FRIDAY, "cs.LG"))
