"""The reader's categories, and arXiv's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import Fault
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator, World
    from tests.cli.program import Program


def followed(cool: Program) -> list[str]:
    return [line.split("\t")[0] for line in cool.run("subscribe").stdout.splitlines()]


def test_subscribing_asks_nothing_and_is_kept(cool: Program, sim: ArxivSimulator) -> None:
    told = cool.run("subscribe", "cs.lg", "stat.ML")
    assert "cs.LG" in told.stdout and "stat.ML" in told.stdout and "Machine Learning" in told.stdout
    assert followed(cool) == ["cs.LG", "stat.ML"]
    assert sim.requests == []


def test_subscribing_twice_changes_nothing(cool: Program) -> None:
    cool.run("subscribe", "cs.LG")
    assert "Already" in cool.run("subscribe", "cs.LG").stdout
    assert followed(cool) == ["cs.LG"]


def test_today_without_categories_shows_those_subscribed(cool: Program, world: World) -> None:
    cool.run("subscribe", "cs.LG,cs.CL")
    cool.run("today")
    assert cool.run("today").ids == expected.ids(world, FRIDAY, "cs.LG", "cs.CL")


def test_unsubscribing_and_taking_it_back(cool: Program) -> None:
    cool.run("subscribe", "cs.LG", "cs.CL")
    assert "cs.LG" in cool.run("unsubscribe", "cs.LG").stdout
    assert followed(cool) == ["cs.CL"]
    cool.run("undo")
    assert sorted(followed(cool)) == ["cs.CL", "cs.LG"]


def test_unsubscribing_from_what_is_not_followed_is_an_error(cool: Program) -> None:
    cool.run("subscribe", "cs.LG")
    refused = cool.run("unsubscribe", "cs.CL", code=2)
    assert "cs.CL" in refused.complaints[0] and "cs.LG" in refused.complaints[1]


def test_a_mistyped_category_subscribes_to_none_of_them(cool: Program, sim: ArxivSimulator) -> None:
    refused = cool.run("subscribe", "cs.LG", "cs.LLG", code=2)
    assert "cs.LG" in refused.complaints[1]
    assert followed(cool) == [] and sim.requests == []


def test_ending_subscriptions_leaves_nothing_out(cool: Program) -> None:
    assert "cs.CY" in cool.run("unsubscribe", "cs.LG-cs.CY", code=2).stderr


def test_the_list_says_none_where_there_are_none(cool: Program) -> None:
    told = cool.run("subscribe")
    assert told.stdout == "" and "cool subscribe" in told.stderr


def test_subscriptions_as_json(cool: Program) -> None:
    cool.run("subscribe", "cs.LG")
    cool.run("today")
    assert cool.run("subscribe", "--json").document == {
        "subscriptions": [{"category": "cs.LG", "name": "Machine Learning", "since": "2026-11-20", "without": []}]
    }


def test_a_subscription_begins_with_the_latest_listing(cool: Program, sim: ArxivSimulator, world: World) -> None:
    """Thursday's listing is here from looking at it; what was announced before subscribing stays out of the unread."""
    sim.now = eastern(THURSDAY, 12)
    cool.run("today", "cs.LG")
    sim.now += timedelta(days=1)
    cool.run("subscribe", "cs.LG")
    backlog = {paper["id"] for paper in cool.run("today", "--json").document["papers"] if paper["backlog"]}
    entered = {name for name, kind in expected.listed(world, FRIDAY, "cs.LG") if kind in ("new", "cross")}
    assert backlog == entered
    assert set(cool.run("next", "--limit", "500").ids) == entered


def test_looking_at_other_categories_never_enters_the_unread(cool: Program, world: World) -> None:
    cool.run("subscribe", "cs.CL")
    cool.run("today")
    document = cool.run("today", "stat.ML", "--json").document
    subscribed = {name for name, kind in expected.listed(world, FRIDAY, "cs.CL") if kind in ("new", "cross")}
    assert {paper["id"] for paper in document["papers"] if paper["backlog"]} <= subscribed
    assert set(cool.run("next", "--limit", "500").ids) == subscribed


def test_categories_are_found_by_code_and_by_name(cool: Program, sim: ArxivSimulator) -> None:
    lines = cool.run("categories", "learning").stdout.splitlines()
    assert {"cs.LG\tMachine Learning", "stat.ML\tMachine Learning"} <= set(lines)
    assert "quant-ph\tQuantum Physics" in cool.run("categories", "QUANTUM").stdout.splitlines()
    everything = [line.split("\t")[0] for line in cool.run("categories").stdout.splitlines()]
    assert {"cs", "cs.LG", "hep-th", "math-ph", "econ.GN"} <= set(everything)
    assert len(everything) >= 155
    assert sim.requests == []


def test_categories_as_json(cool: Program) -> None:
    found = cool.run("categories", "topology", "--json").document["categories"]
    assert {"category": "math.AT", "name": "Algebraic Topology"} in found


@pytest.mark.parametrize(("typed", "nearest"), [("machne", "cs.LG"), ("cs.LGG", "cs.LG")])
def test_a_word_that_no_category_has_gets_the_nearest(cool: Program, typed: str, nearest: str) -> None:
    found = cool.run("categories", typed)
    assert found.stdout == "" and len(found.complaints) == 1
    assert typed in found.complaints[0]
    assert nearest in found.complaints[0]


def test_subscribing_again_another_day_keeps_the_first(cool: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(THURSDAY, 12)
    cool.run("subscribe", "cs.LG", COOL_NOW=sim.now.isoformat())
    cool.run("today", COOL_NOW=sim.now.isoformat())
    sim.now = eastern(FRIDAY, 12)
    cool.run("today")
    assert "Already" in cool.run("subscribe", "cs.LG", "stat.ML").stdout
    followed = {one["category"]: one["since"] for one in cool.run("subscribe", "--json").document["subscriptions"]}
    assert followed["cs.LG"] == str(THURSDAY)


def test_a_stale_feed_does_not_begin_a_subscription_a_day_early(cool: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.STALE_FEED)
    cool.run("subscribe", "cs.LG")
    cool.run("today")
    (followed,) = cool.run("subscribe", "--json").document["subscriptions"]
    assert followed["since"] == str(FRIDAY)


def test_an_expression_leaves_papers_out_of_the_unread_and_counts_them(
    cool: Program, sim: ArxivSimulator, world: World
) -> None:
    cool.run("subscribe", "cs.LG+cs.CL-stat.ML")
    shown = cool.run("today", "--json").document["papers"]
    assert shown and not [paper["id"] for paper in shown if "stat.ML" in paper["categories"]]
    entered = {paper["id"] for paper in cool.run("list", "--unread", "--limit", "0", "--json").document["papers"]}
    both = [seen for seen in world.seen(FRIDAY, ["cs.LG", "cs.CL"]) if seen.type in ("new", "cross")]
    left_out = {seen.paper.id for seen in both if "stat.ML" in seen.paper.categories}
    assert left_out and entered == {seen.paper.id for seen in both} - left_out
    assert cool.run("--json").document["left_out"] == len(left_out)
    assert f"{len(left_out)} papers, as you subscribed without them" in cool.run().stdout
    assert cool.run("list", "--limit", "0", "--category", "cs.LG,cs.CL").ids, "a listing still has them"


def test_what_is_left_out_can_be_changed_and_taken_back(cool: Program, sim: ArxivSimulator) -> None:
    cool.run("subscribe", "cs.LG")
    cool.run("today")
    everything = int(cool.run("count").stdout)
    assert "Changed: cs.LG (Machine Learning), without what is in cs.CL" in cool.run("subscribe", "cs.LG-cs.CL").stdout
    (one,) = cool.run("subscribe", "--json").document["subscriptions"]
    assert (one["since"], one["without"]) == (str(FRIDAY), ["cs.CL"])
    assert int(cool.run("count").stdout) < everything
    cool.run("undo")
    assert int(cool.run("count").stdout) == everything


def test_unsubscribing_says_how_many_unread_leave_with_it(cool: Program) -> None:
    cool.run("subscribe", "cs.LG")
    cool.run("today")
    waiting = cool.run("count").stdout.strip()
    assert f"{waiting} unread papers leave with it. `cool undo`" in cool.run("unsubscribe", "cs.LG").stdout


def test_a_subscription_may_begin_with_an_earlier_day(cool: Program) -> None:
    cool.run("subscribe", "cs.LG")
    cool.run("today")
    before = int(cool.run("count").stdout)
    told = cool.run("subscribe", "cs.LG", "--since", str(THURSDAY))
    assert "begins with Thursday 19 November 2026" in told.stderr
    assert cool.run("count", code=4).stdout == f"{before}\n", "a listing is not here yet"
    cool.run("catchup")
    assert int(cool.run("count").stdout) > before
    assert "is not announced yet" in cool.run("subscribe", "cs.CL", "--since", "2027-01-01", code=2).stderr
