"""Saved searches: `cool save`, `cool list @NAME`, and what is new in them."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, World
from tests.cli.conftest import FRIDAY, MONDAY, THURSDAY, eastern
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.program import Homes

ZEPPELINS = "zeppelins\t0\t0\tzeppelin"
COOL = f"{shlex.quote(sys.executable)} -m coolcli"


@pytest.fixture(scope="module")
def gliders() -> World:
    """A paper with gliders on Thursday, two on Friday and one on Monday, among others."""
    world = World.sample([THURSDAY, FRIDAY, MONDAY], ("cs.LG",), per_day=8, seed=8)
    world.add(THURSDAY, "cs.LG", title="Gliders in the Wind")
    world.add(FRIDAY, "cs.LG", title="Gliders at Sea")
    world.add(FRIDAY, "cs.LG", title="A Glider and a Zeppelin")
    world.add(MONDAY, "cs.LG", title="Gliders Again")
    return world


@pytest.fixture
def sim(gliders: World) -> Iterator[ArxivSimulator]:
    """Thursday noon."""
    with ArxivSimulator(gliders, eastern(THURSDAY, 12)) as simulator:
        yield simulator


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """A reader of Thursday's listing who saved two searches."""
    homes.begin(cool, "subscribe cs.LG", "sync", "save gliders gliders", "save zeppelins zeppelin")
    return cool


@pytest.fixture
def friday(reader: Program, sim: ArxivSimulator) -> Program:
    """The same, who has Friday's listing too."""
    sim.now = eastern(FRIDAY, 12)
    reader.run("sync")
    return reader


def new_of(cool: Program) -> dict[str, int]:
    """How much of each search is new."""
    return {each["name"]: each["new"] for each in cool.run("save", "--json").document["searches"]}


def titles(cool: Program, *arguments: str) -> set[str]:
    return {line.title for line in cool.run(*arguments).lines}


def test_a_name_stands_for_its_query(reader: Program) -> None:
    assert titles(reader, "list", "@gliders") == {"Gliders in the Wind"}
    assert titles(reader, "search", "@GLIDERS", "wind") == {"Gliders in the Wind"}
    assert titles(reader, "list", "@gliders", "@zeppelins") == set()
    assert reader.run("count", "@gliders").stdout == "1\n"


def test_saving_says_what_is_found_and_what_to_type(reader: Program) -> None:
    saved = reader.run("save", "Wind-1", "title:wind")
    assert saved.stdout == "Saved @Wind-1: it finds 1 paper now.\n"
    assert "`cool list @Wind-1`" in saved.stderr
    assert reader.run("save", "none", "xylophone").stdout == "Saved @none: it finds no paper yet.\n"


def test_another_query_takes_the_place_of_the_first_which_is_told(reader: Program) -> None:
    changed = reader.run("save", "GLIDERS", "zeppelin")
    assert changed.stdout == "Changed @gliders: it finds no paper yet. It was: gliders\n"
    assert "`cool undo`" in changed.stderr
    assert "saved the search @gliders" in reader.run("undo").stdout
    assert reader.run("save", "gliders").stdout == "gliders\t1\t0\tgliders\n"


def test_the_same_once_more_changes_nothing(reader: Program) -> None:
    assert "is that already" in reader.run("save", "gliders", "gliders").stdout
    assert "saved the search @zeppelins" in reader.run("undo", "--list").stdout.splitlines()[0]


def test_alone_it_lists_them(reader: Program) -> None:
    assert reader.run("save").stdout == "gliders\t1\t0\tgliders\nzeppelins\t0\t0\tzeppelin\n"
    shown = reader.run("save", "@gliders", "--json").document
    assert shown == {
        "searches": [
            {"name": "gliders", "query": "gliders", "hits": 1, "new": 0, "muted": 0, "ids": [], "problem": None}
        ]
    }


def test_a_query_is_kept_as_it_was_typed(reader: Program) -> None:
    reader.run("save", "week", "author:Jane Doe", "since:7d")
    (saved,) = reader.run("save", "week", "--json").document["searches"]
    assert saved["query"] == 'author:"Jane Doe" since:7d'


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["a b", "gliders"], "'a b' cannot be the name of a search."),
        (["a/b", "gliders"], "'a/b' cannot be the name of a search."),
        (["x" * 51, "gliders"], "cannot be the name of a search."),
        (["new", "gliders AND"], "Behind AND comes another part of the query."),
        (["new", "tag:none"], "tag"),
        (["new", "@new gliders"], "There is no saved search 'new'."),
        (["gliders", "@gliders zeppelin"], "@gliders is made of itself: @gliders → @gliders."),
        (["zeppelins", "@both"], "@zeppelins is made of itself: @zeppelins → @both → @zeppelins."),
        (["glidrs"], "There is no saved search 'glidrs'."),
        (["glidrs"], "Did you mean @gliders?"),
    ],
)
def test_what_cannot_be_saved_is_said(reader: Program, typed: list[str], told: str) -> None:
    reader.run("save", "both", "@gliders OR @zeppelins")
    refused = reader.run("save", *typed, code=2)
    assert told in refused.stderr and refused.stdout == ""
    assert "saved the search @both" in reader.run("undo", "--list").stdout.splitlines()[0]


def test_a_mistake_is_pointed_at(reader: Program) -> None:
    lines = reader.run("save", "new", "gliders since:never", code=2).complaints
    assert lines[1].index("never") == lines[2].index("^")


def test_a_search_that_is_not_there_names_the_nearest(reader: Program) -> None:
    for command in (["list", "@glidrs"], ["search", "@glidrs"], ["unsave", "glidrs"], ["count", "@glidrs"]):
        refused = reader.run(*command, code=2)
        assert "There is no saved search 'glidrs'." in refused.stderr and "@gliders" in refused.stderr
    assert "`cool save` lists them." in reader.run("list", "@zzz", code=2).stderr


@pytest.mark.parametrize("command", ["today @gliders", "subscribe @gliders", "stars @none", "day yesterday @gliders"])
def test_where_only_categories_stand_a_search_is_known_for_one(reader: Program, command: str) -> None:
    refused = reader.run(*command.split(), code=2)
    assert "saved search" in refused.stderr and "category '@" not in refused.stderr


def test_it_is_forgotten_and_brought_back(reader: Program) -> None:
    assert reader.run("unsave", "Gliders", "@zeppelins").stdout.startswith("Forgot @gliders, @zeppelins. `cool undo`")
    assert reader.run("save").stdout == ""
    reader.run("list", "@gliders", code=2)
    assert "forgot the saved search @gliders, @zeppelins" in reader.run("undo").stdout
    assert titles(reader, "list", "@gliders") == {"Gliders in the Wind"}


def test_who_names_a_forgotten_one_is_told_and_fails_politely(reader: Program) -> None:
    reader.run("save", "both", "@gliders OR @zeppelins")
    assert "@both still names it and finds nothing without it." in reader.run("unsave", "gliders").stderr
    listed = reader.run("save")
    assert "both\t\t\t@gliders OR @zeppelins" in listed.stdout
    assert "@both finds nothing: There is no saved search 'gliders'." in listed.stderr
    synced = reader.run("sync")
    assert "@both finds nothing" in synced.stderr
    assert "@both not understood" in reader.run().stdout
    assert "In @both: There is no saved search 'gliders'." in reader.run("list", "@both", code=2).stderr


def test_a_rule_that_names_a_forgotten_one_is_told(reader: Program) -> None:
    reader.run("mute", "@zeppelins")
    told = reader.run("unsave", "zeppelins").stderr
    assert told == "The rule '@zeppelins' still names it and finds nothing without it.\n"


def test_of_two_spellings_each_can_be_had(reader: Program, tmp_path: Path) -> None:
    """Two machines can have saved a search under one name in two ways."""
    folder = tmp_path / "state"
    reader.run("state", "export", str(folder))
    other = Program(tmp_path / "other", reader.simulator)
    other.folder.mkdir()
    other.run("save", "GLIDERS", "wind")
    other.run("state", "import", str(folder))
    assert other.run("save").stdout.splitlines() == ["GLIDERS\t0\t0\twind", "gliders\t0\t0\tgliders", ZEPPELINS]
    assert '"query": "gliders"' in other.run("save", "gliders", "--json").stdout
    assert "cool search --arxiv gliders" in other.run("search", "@gliders").stderr


def test_a_queue_that_is_empty_is_no_mistake(reader: Program) -> None:
    (paper, *_) = reader.run("list", "-n", "1").ids
    reader.run("tag", paper, "todo")
    reader.run("save", "queue", "tag:todo")
    assert reader.run("list", "@queue").ids == [paper]
    reader.run("untag", paper, "todo")
    assert reader.run("list", "@queue").ids == []
    assert "queue" not in reader.run("sync").stderr
    assert "There is no tag 'todo'" in reader.run("list", "--tag", "todo", code=2).stderr


def test_a_tab_gives_names_and_behind_a_name_fields(reader: Program) -> None:
    def completed(line: str) -> list[str]:
        asked = reader.run(_COOL_COMPLETE="complete_fish", _TYPER_COMPLETE_ARGS=line)
        return [word.partition("\t")[0] for word in asked.stdout.splitlines()]

    assert completed("cool unsave g") == ["gliders"]
    assert completed("cool list @") == ["@gliders", "@zeppelins"]
    assert completed("cool search @z") == ["@zeppelins"]
    assert completed("cool save ") == ["gliders", "zeppelins"]
    assert completed("cool save new ti") == ["title:"]


def test_sync_tells_what_is_new(reader: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(FRIDAY, 12)
    synced = reader.run("sync")
    assert synced.stdout.splitlines()[1:] == [
        "@gliders: 2 new (cool list @gliders)",
        "@zeppelins: 1 new (cool list @zeppelins)",
    ]
    found = {each["name"]: each for each in reader.run("sync", "--json").document["searches"]}
    assert found["gliders"]["new"] == 2
    shown = {paper["id"]: paper["title"] for paper in reader.run("list", "@gliders", "--json").document["papers"]}
    assert {shown[paper] for paper in found["gliders"]["ids"]} == {"Gliders at Sea", "A Glider and a Zeppelin"}


def test_sync_leaves_nothing_to_be_indexed(cool: Program, homes: Homes) -> None:
    homes.begin(cool, "subscribe cs.LG", "sync")
    assert numbered(cool, "SELECT count(*) FROM unindexed") == 0 < numbered(cool, "SELECT count(*) FROM indexed")


def test_quiet_is_quiet_of_searches_too(reader: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(FRIDAY, 12)
    synced = reader.run("sync", "--quiet")
    assert (synced.stdout, synced.stderr) == ("", "")


def test_new_hits_are_told_without_a_network_too(friday: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(MONDAY, 12)
    sim.unplug()
    try:
        failed = friday.run("sync", code=4)
    finally:
        sim.plug()
    assert "@gliders: 2 new (cool list @gliders)" in failed.stdout


def test_cool_alone_tells_them(friday: Program) -> None:
    assert "Searches @gliders 2 new · @zeppelins 1 new" in friday.run().stdout
    assert friday.run("--json").document["searches"] == {"zeppelins": 1, "gliders": 2}


def test_a_reader_without_searches_hears_nothing_of_them(cool: Program, homes: Homes) -> None:
    homes.begin(cool, "subscribe cs.LG", "sync")
    assert "Searches" not in cool.run().stdout
    assert cool.run("sync", "--json").document["searches"] == []


def test_a_list_on_a_terminal_marks_what_is_new_and_then_it_is_new_no_more(friday: Program) -> None:
    with Terminal(friday, columns=120) as terminal:
        shown = terminal.run("list", "@gliders")
        assert "3 papers that fit: gliders · 2 new; you looked last on Thu 19 Nov 2026" in shown.text
        marked = [line for line in shown.lines if "new hit" in line]
        assert len(marked) == 2 and "Gliders at Sea" in marked[0] and "A Glider and a Zeppelin" in marked[1]
        assert "looked last" not in terminal.run("list", "@gliders").text
    assert new_of(friday) == {"zeppelins": 1, "gliders": 0}


def test_what_was_not_shown_stays_new(friday: Program) -> None:
    with Terminal(friday) as terminal:
        assert "1 of 2 new; you looked last on Thu 19 Nov" in terminal.run("list", "@gliders", "--limit", "1").text
        assert "1 new; you looked last at 17:00" in terminal.run("search", "@gliders").text
    assert new_of(friday)["gliders"] == 0


def test_what_rules_mute_stays_new_until_it_was_shown(friday: Program) -> None:
    friday.run("mute", "zeppelin")
    told = friday.run("sync").stdout.splitlines()[1:]
    assert told == [
        "@gliders: 1 new, 1 more muted (cool list @gliders)",
        "@zeppelins: 1 new, muted (cool list @zeppelins --muted)",
    ]
    assert "Searches @gliders 1 new, 1 more muted · @zeppelins 1 new, muted" in friday.run().stdout
    with Terminal(friday) as terminal:
        assert "1 new, 1 more muted; you looked last on Thu" in terminal.run("list", "@gliders").text
        assert "All that there is: 1 muted" in terminal.run("list", "@zeppelins").text
        assert new_of(friday) == {"zeppelins": 1, "gliders": 1}
        assert "1 new; you looked last" in terminal.run("list", "@gliders", "--muted").text
    assert new_of(friday) == {"zeppelins": 1, "gliders": 0}


def test_the_reason_of_a_rule_stands_beside_it(friday: Program) -> None:
    friday.run("watch", "sea")
    with Terminal(friday, columns=120) as terminal:
        assert "new hit, sea" in terminal.run("list", "@gliders").text


@pytest.mark.parametrize(
    "command", ["list @gliders", "list @gliders --json", "search @gliders", "count @gliders", "save", ""]
)
def test_what_is_not_shown_to_a_person_marks_nothing(friday: Program, command: str) -> None:
    friday.run(*command.split())
    assert new_of(friday) == {"zeppelins": 1, "gliders": 2}


def test_what_a_query_of_other_words_shows_is_still_new(friday: Program) -> None:
    with Terminal(friday) as terminal:
        terminal.run("list", "-q", "gliders")
    assert new_of(friday)["gliders"] == 2


def test_another_query_begins_anew(friday: Program) -> None:
    friday.run("save", "gliders", "title:gliders")
    assert new_of(friday)["gliders"] == 0
    friday.run("undo")
    assert new_of(friday)["gliders"] == 0


def test_what_left_a_window_of_days_is_no_hit(reader: Program, sim: ArxivSimulator) -> None:
    reader.run("save", "late", "gliders since:2d")
    sim.now = eastern(MONDAY, 12)
    synced = reader.run("sync")
    assert "@late: 1 new (cool list @late)" in synced.stdout
    assert titles(reader, "list", "@late") == {"Gliders Again"}


def test_a_machine_that_gets_a_search_begins_with_what_is_there(friday: Program, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    friday.run("state", "export", str(folder))
    other = Program(tmp_path / "other", friday.simulator)
    other.folder.mkdir()
    other.run("subscribe", "cs.LG")
    other.run("sync")
    other.run("state", "import", str(folder))
    assert new_of(other) == {"zeppelins": 0, "gliders": 0}
    assert other.run("save").stdout == "gliders\t2\t0\tgliders\nzeppelins\t1\t0\tzeppelin\n"


def test_a_line_that_is_no_saved_search_is_refused(friday: Program, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    friday.run("state", "export", str(folder))
    (file,) = folder.glob("*.jsonl")
    made = file.read_text("utf-8").replace('"query": "gliders"', '"query": 7')
    file.write_text(made, "utf-8")
    other = Program(tmp_path / "other", friday.simulator)
    other.folder.mkdir()
    assert "its value is none of the field saved" in other.run("state", "import", str(folder), code=5).stderr
    assert other.run("save").stdout == ""


FZF = """
import shlex, subprocess, sys
lines = sys.stdin.readlines()
arguments = dict(zip(sys.argv[1:], [*sys.argv[2:], ""], strict=True))
if "--bind" in arguments:
    command = arguments["--bind"].removeprefix("change:reload:")
    for query in ("", "glid", "gliders AND", "gliders AND se", "author:", "-", "'quoted"):
        done = subprocess.run(command.replace("{q}", shlex.quote(query)), shell=True, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b""), (query, done)
        lines = done.stdout.decode().splitlines(keepends=True) or lines
if "--preview" in arguments:
    first = lines[0].split("\\t")[0]
    seen = subprocess.run(arguments["--preview"].replace("{1}", first), shell=True, check=True, capture_output=True)
    assert f"arXiv:{first}" in seen.stdout.decode()
sys.stdout.writelines(lines[:1])
"""
"""Stands for a person at fzf, who types some queries where it asks for each, looks at the first paper and picks it."""


def recipes() -> Iterator[str]:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    section = text.partition("### With fzf\n")[2].partition("\n### ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    functions = "".join(f"{line}\n" for line in lines if "()" in line)
    yield from (functions + line for line in lines if "()" not in line)


@pytest.fixture
def fzf(friday: Program) -> Program:
    """A reader with `cool` and what stands for fzf on the path."""
    folder = friday.folder / "bin"
    folder.mkdir()
    (folder / "fzf.py").write_text(FZF, "utf-8")
    for name, command in (("cool", f'{COOL} "$@"'), ("fzf", f'{sys.executable} {folder / "fzf.py"} "$@"')):
        (folder / name).write_text(f"#!/bin/sh\nexec {command}\n", "utf-8")
        (folder / name).chmod(0o755)
    friday.variables |= {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "BROWSER": "true"}
    return friday


@pytest.mark.parametrize("recipe", [*recipes()])
def test_the_recipes_for_fzf_do_what_they_say(fzf: Program, recipe: str) -> None:
    recipe = recipe.replace("state space", "sea").replace("@bandits", "@gliders")
    before = events(fzf)
    done = fzf.execute(["/bin/sh", "-c", recipe])
    assert done.code == 0, done.stderr
    assert events(fzf) > before
    verb = recipe.rpartition("cool ")[2].split()[0]
    done_last = {"star": "starred", "open": "opened", "tag": "tagged to-read"}[verb]
    assert done_last in fzf.run("undo", "--list").stdout.splitlines()[0]


def events(cool: Program) -> int:
    return numbered(cool, "SELECT count(*) FROM events")


def numbered(cool: Program, question: str) -> int:
    """Ask the file for a number."""
    with closing(sqlite3.connect(cool.home / "data" / "cool.db")) as connection:
        return int(connection.execute(question).fetchone()[0])


def test_a_preview_marks_nothing(friday: Program) -> None:
    before = events(friday)
    for paper in friday.run("list", "@gliders").ids:
        assert "Glider" in friday.run("show", paper).stdout
    assert events(friday) == before
