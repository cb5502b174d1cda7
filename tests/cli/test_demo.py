"""`cool --demo`: the same program with an invented day, and nothing else of the machine touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.program import Program

if TYPE_CHECKING:
    from pathlib import Path

CLOSED = "http://127.0.0.1:9"
"""The discard port: nothing listens there."""
NOW = "2026-11-20T09:00:00-05:00"


@pytest.fixture
def cool(tmp_path: Path) -> Program:
    """A machine whose every way out is closed."""
    proxies = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return Program(tmp_path, variables=dict.fromkeys(proxies, CLOSED) | {"BROWSER": "true", "COOL_NOW": NOW})


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_main_job_without_a_network(cool: Program) -> None:
    shown = cool.run("--demo", "today", "cs.LG")
    assert "invented" in shown.stderr
    assert len(shown.lines) > 20
    assert {line.type for line in shown.lines} >= {"new", "cross", "replace"}
    assert len(set(shown.ids)) == len(shown.ids)
    document = cool.run("today", "cs.LG", "--json", "--demo").document
    assert document["listing"]["complete"] is True
    assert document["listing"]["expected"] == len(document["papers"])
    assert sorted(paper["id"] for paper in document["papers"]) == sorted(shown.ids)


@pytest.mark.parametrize(
    "moment",
    ["2026-11-20T17:00:00+00:00", "2026-11-21T17:00:00+00:00", "2026-11-23T02:00:00+00:00", "2027-03-01T12:00:00Z"],
)
def test_it_is_dated_relative_to_now(cool: Program, moment: str) -> None:
    listing = cool.run("--demo", "today", "cs.LG", "--json", COOL_NOW=moment).document["listing"]
    expected = {"2026-11-20": "2026-11-20", "2026-11-21": "2026-11-20", "2026-11-23": "2026-11-23"}
    assert listing["day"] == expected.get(moment[:10], "2027-03-01")


def test_a_star_and_the_stars_belong_together(cool: Program) -> None:
    third = cool.run("--demo", "today", "cs.LG").ids[2]
    assert third in cool.run("--demo", "star", "3").stdout
    assert cool.run("--demo", "stars").ids[0] == third
    assert third in cool.run("--demo", "undo").stdout
    assert third not in cool.run("--demo", "stars").ids


def test_every_verb_says_that_the_papers_are_invented(cool: Program) -> None:
    cool.run("--demo", "today", "cs.LG")
    for command in (["next"], ["show", "1"], ["star", "1"], ["stars"], ["done", "1"], ["undo"], ["open", "1"]):
        assert "invented" in cool.run("--demo", *command).stderr


def test_next_has_something_to_show(cool: Program) -> None:
    assert cool.run("--demo", "next", "--limit", "3").ids
    assert {line.split("\t")[0] for line in cool.run("--demo", "subscribe").stdout.splitlines()} == {"cs.LG", "stat.ML"}


def test_other_categories_have_papers_too(cool: Program) -> None:
    assert cool.run("--demo", "today", "stat.ML").lines
    assert cool.run("--demo", "today", "cs").lines
    refused = cool.run("--demo", "today", "cs.XX", code=2)
    assert "cs.XX" in refused.stderr


def test_the_readers_own_data_are_not_touched(cool: Program) -> None:
    cool.run("subscribe", "hep-th")
    cool.run("star", "2611.00001", "--offline")
    cool.run("config", "set", "open.in", "abs")
    before = {name: content for name, content in files(cool.home).items() if "cache" not in name}
    cool.run("--demo", "today", "cs.LG")
    cool.run("--demo", "star", "1-3")
    cool.run("--demo", "unsubscribe", "stat.ML")
    cool.run("--demo", "config", "set", "open.in", "pdf")
    assert {name: content for name, content in files(cool.home).items() if "cache" not in name} == before
    assert cool.run("stars").ids == ["2611.00001"]
    assert cool.run("subscribe").stdout.split("\t")[0] == "hep-th"


def test_numbers_of_the_demonstration_are_its_own(cool: Program) -> None:
    cool.run("--demo", "today", "cs.LG")
    cool.run("star", "1", code=3)


def test_a_demonstration_is_dropped_after_a_day(cool: Program) -> None:
    cool.run("--demo", "star", "1", code=3)
    cool.run("--demo", "today", "cs.LG", COOL_NOW="2026-11-18T12:00:00Z")
    cool.run("--demo", "star", "1", COOL_NOW="2026-11-18T12:00:00Z")
    homes = sorted(path.name for path in (cool.home / "cache" / "demo").iterdir())
    assert "2026-11-18" in homes
    cool.run("--demo", "today", "cs.LG", COOL_NOW="2030-11-20T12:00:00Z")
    homes = sorted(path.name for path in (cool.home / "cache" / "demo").iterdir())
    assert homes == ["2030-11-20"]


def test_without_demo_the_same_machine_says_that_it_has_no_network(cool: Program) -> None:
    refused = cool.run("today", "cs.LG", code=4, COOL_NETWORK_BUDGET="0.4")
    assert "--demo" in refused.stderr and len(refused.complaints) <= 2


def test_its_reader_has_a_past(cool: Program) -> None:
    cool.run("--demo", "next")
    stars = cool.run("--demo", "stars", "--json").document["papers"]
    assert len(stars) > 5 and all(paper["read"] for paper in stars)
    assert "nothing" not in cool.run("--demo", "undo", "--list").stdout.lower()
    assert {paper["announced"] for paper in cool.run("--demo", "next", "--json").document["papers"]} == {"2026-11-20"}


def test_days_that_its_reader_was_away_are_caught_up(cool: Program) -> None:
    away = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"]
    assert "Not here: 4 listings" in cool.run("--demo", "today", "cs.LG").stderr
    caught = cool.run("--demo", "catchup").stdout.splitlines()
    assert set(away) <= {line.split("\t")[0] for line in caught}
    assert "Not here" not in cool.run("--demo", "today", "cs.LG").stderr
    assert cool.run("--demo", "next", "--json").document["papers"][0]["announced"] == away[0]


def test_a_past_day(cool: Program) -> None:
    listing = cool.run("--demo", "day", "~3", "cs.LG", "--json").document["listing"]
    assert (listing["day"], listing["complete"], listing["expected"]) == ("2026-11-17", True, 14)


def test_starred_papers_have_news(cool: Program) -> None:
    told = cool.run("--demo", "today").stderr
    assert "1 starred paper has a new version" in told and "1 starred paper was withdrawn" in told
    shown = cool.run("--demo", "diff").stdout
    assert "v1 → v3" in shown and "{+" in shown and "withdrawn" in shown
    assert "starred paper" not in cool.run("--demo", "today").stderr


@pytest.mark.parametrize("command", ["audit", "sync", "stats", "list", "count"])
def test_other_verbs_have_something_to_show(cool: Program, command: str) -> None:
    cool.run("--demo", "catchup")
    assert cool.run("--demo", command).stdout.strip()


def test_what_its_reader_missed_is_found_by_the_audit(cool: Program) -> None:
    cool.run("--demo", "today")
    assert cool.run("--demo", "audit", "stat.ML", code=6).stdout
    cool.run("--demo", "catchup")
    cool.run("--demo", "audit", "stat.ML")
