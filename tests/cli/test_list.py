"""`cool list`: what is cached, through filters; and the filters of `stars` and `done --before`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from coolcli.config import paths
from coolcli.store import events
from coolcli.store.database import Database
from tests.arxiv_simulator import ArxivSimulator
from tests.builders import NOW, act, keep, listing, paper
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tests.arxiv_simulator import World

THURSDAYS_HEADING, FRIDAYS_HEADING = "Thursday 19 November 2026", "Friday 20 November 2026"


@pytest.fixture(scope="module")
def two_days(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a subscriber of cs.CL with both days in the cache."""
    with ArxivSimulator(world, eastern(THURSDAY, 12)) as simulator:
        cool = Program(tmp_path_factory.mktemp("reader"), simulator)
        cool.run("subscribe", "cs.CL")
        cool.run("today")
        simulator.now = eastern(FRIDAY, 12)
        cool.run("today")
    return cool.home


@pytest.fixture
def reader(cool: Program, two_days: Path) -> Program:
    """That reader, on Friday noon."""
    shutil.copytree(two_days, cool.home)
    return cool


def cached(world: World) -> list[tuple[str, str]]:
    """Both days of cs.CL, each paper once: as what it entered the unread, else as what it was first."""
    first: dict[str, tuple[int, str]] = {}
    for order, day in ((1, THURSDAY), (0, FRIDAY)):
        for paper_id, kind in expected.listed(world, day, "cs.CL"):
            before = first.get(paper_id)
            if before is None or (before[1] not in ("new", "cross") and kind in ("new", "cross")):
                first[paper_id] = (order, kind)
    types = ("new", "cross", "replace", "replace-cross")
    ordered = sorted(first.items(), key=lambda item: (item[1][0], types.index(item[1][1]), item[0]))
    return [(paper_id, kind) for paper_id, (_, kind) in ordered]


def unread(world: World, *days: date) -> list[str]:
    """What entered the unread on these days, the newest first; without days, on both."""
    found: dict[date, list[str]] = {}
    for day in (THURSDAY, FRIDAY):
        pairs = expected.without(expected.listed(world, day, "cs.CL"), ("replace", "replace-cross"))
        found[day] = [name for name, _ in pairs if name not in found.get(THURSDAY, [])]
    return [name for day in (FRIDAY, THURSDAY) if day in (days or found) for name in found[day]]


def tag(cool: Program, paper_id: str, *tags: str) -> None:
    store = Database(paths(cool.environment()).database)
    act(store, "tag", *(events.tag(name, paper_id, NOW) for name in tags), now=NOW)
    store.close()


def test_everything_that_is_cached_newest_day_first(reader: Program, world: World) -> None:
    assert [(line.id, line.type) for line in reader.run("list").lines] == cached(world)


def test_unread_is_the_backlog_and_shrinks(reader: Program, world: World) -> None:
    waiting = unread(world)
    assert reader.run("list", "--unread").ids == waiting
    reader.run("done", waiting[0], waiting[3])
    assert reader.run("list", "--unread").ids == [waiting[1], waiting[2], *waiting[4:]]


def test_days_are_both_included(reader: Program, world: World) -> None:
    assert reader.run("list", "--unread", "--since", "friday").ids == unread(world, FRIDAY)
    assert reader.run("list", "--unread", "--until", "~1").ids == unread(world, THURSDAY)
    both = reader.run("list", "--unread", "--since", "2026-11-19", "--until", "2026-11-20")
    assert both.ids == unread(world)


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        (["--type", "new"], {"new"}),
        (["--type", "new,cross"], {"new", "cross"}),
        (["--type", "cross", "--type", "replace"], {"cross", "replace"}),
        (["--type", "Replaced"], {"replace", "replace-cross"}),
    ],
)
def test_types_add_up(reader: Program, world: World, typed: list[str], kinds: set[str]) -> None:
    wanted = [(name, kind) for name, kind in cached(world) if kind in kinds]
    assert wanted
    assert [(line.id, line.type) for line in reader.run("list", *typed).lines] == wanted


def test_an_expression_of_categories(reader: Program) -> None:
    everything = {paper["id"]: paper["categories"] for paper in reader.run("list", "--json").document["papers"]}
    kept = [name for name, categories in everything.items() if "cs.LG" in categories and "stat.ML" not in categories]
    assert 0 < len(kept) < len(everything)
    assert reader.run("list", "--category", "cs.lg-stat.ML").ids == kept


@pytest.mark.parametrize("typed", ["cs.LG", "cs.lg-stat.ML", "cs"])
def test_categories_may_be_typed_without_their_option(reader: Program, typed: str) -> None:
    listed = reader.run("list", typed).ids
    assert listed == reader.run("list", "--category", typed).ids != []
    assert reader.run("list", "--unread", typed).ids == reader.run("list", "--unread", "--category", typed).ids
    count = len(reader.run("list", "--unread", typed).ids)
    assert reader.run("count", typed).stdout == f"{count}\n" == reader.run("count", "--category", typed).stdout


def test_starred_and_tagged(reader: Program, world: World) -> None:
    names = [name for name, _ in cached(world)]
    reader.run("star", names[4], names[2])
    assert reader.run("list", "--starred").ids == [names[2], names[4]]
    tag(reader, names[4], "to read", "proofs")
    assert reader.run("list", "--tag", "proofs").ids == [names[4]]
    assert reader.run("list", "--tag", "proofs", "--tag", "to read", "--starred").ids == [names[4]]


def test_row_numbers_are_those_of_the_list(reader: Program, world: World) -> None:
    names = reader.run("list", "--type", "cross", "--limit", "3").ids
    assert len(names) == 3
    assert names[1] in reader.run("star", "2").stdout
    assert "3 rows" in reader.run("star", "4", code=3).stderr


def test_json_is_no_listing(reader: Program, world: World) -> None:
    document = reader.run("list", "--unread", "--limit", "2", "--json").document
    assert document["listing"] is None
    assert [(paper["id"], paper["row"]) for paper in document["papers"]] == list(
        zip(unread(world)[:2], (1, 2), strict=True)
    )
    assert all(paper["abstract"] and paper["backlog"] for paper in document["papers"])


def test_json_of_thousands_of_papers_is_written_one_by_one(cool: Program) -> None:
    """It takes no more room than the papers themselves."""
    store = Database(paths(cool.environment()).database)
    some = [paper(f"2611.{number:05}", abstract="word " * 400) for number in range(4000)]
    keep(store, listing(new=some, counts=(4000, 0, 0), source="page"))
    store.close()
    _, room = cool.measured("list", "--abstracts")
    written, more = cool.measured("list", "--limit", "0", "--json")
    assert len(written.document["papers"]) == 4000 and len(written.stdout) > 10_000_000
    assert more < room + 6, "megabytes"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["--type", "crss"], "Did you mean cross"),
        (["--type", ","], "replace-cross"),
        (["--tag", "x"], "There are no tags yet."),
        (["--category", "cs.LGG"], "Did you mean cs.LG"),
        (["--since", "mondya"], "Did you mean monday"),
        (["--since", "friday", "--until", "thursday"], "--since"),
    ],
)
def test_what_is_typed_wrong_is_told(reader: Program, typed: list[str], words: str) -> None:
    complaints = reader.run("list", *typed, code=2).complaints
    assert words in complaints[1] and len(complaints) == 2


def test_an_unknown_tag_names_the_nearest(reader: Program) -> None:
    (name, *_) = reader.run("list", "--limit", "1").ids
    tag(reader, name, "proofs")
    assert "Did you mean proofs?" in reader.run("list", "--tag", "proof", code=2).stderr


def test_an_empty_list_says_why(cool: Program) -> None:
    assert "cool today" in cool.run("list").stderr
    cool.run("today", "cs.CL")
    assert "cool subscribe" in cool.run("list", "--unread").stderr


def test_an_empty_list_says_what_there_is(reader: Program, world: World) -> None:
    told = reader.run("list", "--unread", "--category", "math.AG")
    assert told.stdout == ""
    assert "no unread papers in math.AG" in told.stderr and f"all {len(unread(world))} unread" in told.stderr
    reader.run("done", "--before", "2026-11-21")
    assert "Nothing is unread. Next announcement" in reader.run("list", "--unread").stderr


def test_on_a_terminal_each_day_has_a_heading_and_the_list_an_end(reader: Program, world: World) -> None:
    reader.run("config", "set", "list.limit", str(len(unread(world, FRIDAY)) + 2))
    with Terminal(reader, columns=120) as terminal:
        shown = terminal.run("list", "--unread", "--no-pager")
        total, limit = len(unread(world)), len(unread(world, FRIDAY)) + 2
        counts = f"{total} unread papers, the newest {limit} shown (--limit 0 shows all)"
        assert [line for line in shown.lines if line == counts] == [counts] * 2
        headings = [line for line in shown.lines if " November 2026 (" in line]
        assert headings == [f"{FRIDAYS_HEADING} ({limit - 2})", f"{THURSDAYS_HEADING} (2)"]
        everything = terminal.run("list", "--unread", "--limit", "0", "--no-pager")
        assert everything.lines[0] == f"{total} unread papers"
        assert {name for name in unread(world) if name in everything.words} == set(unread(world))


def test_on_a_narrow_terminal_a_heading_says_day_and_type(reader: Program, world: World) -> None:
    with Terminal(reader, columns=80) as terminal:
        shown = terminal.run("list", "--no-pager", "--limit", "0")
        headings = [line for line in shown.lines if " November 2026: " in line]
        assert headings[0].startswith(f"{FRIDAYS_HEADING}: New submissions (")
        assert len(set(headings)) == len(headings) > 4
        assert sum(int(heading.rpartition("(")[2].rstrip(")")) for heading in headings) == len(cached(world))
        abstracts = terminal.run("list", "--abstracts", "--no-pager", "--limit", "1")
        assert f"{FRIDAYS_HEADING} (1)" in abstracts.lines


def test_stars_take_the_same_filters(reader: Program, world: World) -> None:
    crossed = next(name for name, kind in cached(world) if kind == "cross")
    new = next(name for name, kind in cached(world) if kind == "new")
    reader.run("star", crossed, new)
    assert reader.run("stars", "--type", "cross").ids == [crossed]
    reader.run("done", crossed)
    assert reader.run("stars", "--unread").ids == [new]
    assert reader.run("stars", "--category", "math.AG").ids == []
    tag(reader, new, "proofs")
    assert reader.run("stars", "--tag", "proofs", "--since", "today").ids == [new]


# done --before


def test_done_before_reads_the_days_before_and_undo_takes_it_back(reader: Program, world: World) -> None:
    told = reader.run("done", "--before", "friday")
    count = len(unread(world, THURSDAY))
    assert f"{count} unread papers" in told.stdout and "Thu 19 Nov 2026" in told.stdout
    assert "cool undo" in told.stderr
    assert reader.run("list", "--unread").ids == unread(world, FRIDAY)
    assert f"marked {count} papers as read" in reader.run("undo").stdout
    assert reader.run("list", "--unread").ids == unread(world)


def test_done_before_keeps_to_its_filters(reader: Program, world: World) -> None:
    reader.run("done", "--before", "2026-11-21", "--type", "cross")
    types = dict(cached(world))
    assert reader.run("list", "--unread").ids == [name for name in unread(world) if types[name] == "new"]
    left = reader.run("list", "--unread", "--category", "cs.LG").ids
    reader.run("done", "--before", "2026-11-21", "--category", "cs.LG")
    assert not set(left) & set(reader.run("list", "--unread").ids)


def test_done_before_as_json(reader: Program, world: World) -> None:
    document = reader.run("done", "--before", "2026-11-21", "--json").document
    days = {"2026-11-19": len(unread(world, THURSDAY)), "2026-11-20": len(unread(world, FRIDAY))}
    assert document == {"read": sum(days.values()), "days": days}


def test_done_before_with_nothing_to_do(reader: Program) -> None:
    told = reader.run("done", "--before", "thursday")
    assert told.stdout == "" and "no unread papers" in told.stderr


@pytest.mark.parametrize(
    "typed", [["3", "--before", "friday"], ["--category", "cs.LG"], ["--type", "new"], ["--before", "noday"]]
)
def test_done_before_is_for_itself(reader: Program, world: World, typed: list[str]) -> None:
    assert len(reader.run("done", *typed, code=2).complaints) == 2
    assert reader.run("list", "--unread").ids == unread(world)
