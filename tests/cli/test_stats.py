"""`cool stats`: a calendar, bars, a curve, numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coolcli.config import paths
from coolcli.store import events
from coolcli.store.database import Database
from tests.builders import NOW, act, follow, keep, listing
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = date(2026, 11, 9)
DAYS = [MONDAY + timedelta(days=offset) for offset in (0, 1, 3, 4, 7, 8, 9, 10, 11)]
"""Two weeks, of which the first Wednesday, the 11th, is not here."""


@pytest.fixture
def reader(tmp_path: Path) -> Program:
    """A subscriber of two categories who read all of the first day, half of the second, one of the third."""
    cool = Program(tmp_path, variables={"COOL_NOW": NOW.isoformat(), "COOL_OFFLINE": "1"})
    store = Database(paths(cool.environment()).database)
    follow(store, "cs.LG", "stat.ML", since=MONDAY)
    for order, day in enumerate(DAYS):
        ids = [f"2611.{order:02}{number:03}" for number in range(2 * order + 4)]
        keep(store, listing(day=day, new=ids, counts=(len(ids), 0, 0), source="page"))
        keep(store, listing("stat.ML", day, new=ids[:1], counts=(1, 0, 0), source="page"))
        if order < 3:
            read = ids[: (4, 3, 1)[order]]
            at = NOW.replace(day=day.day)
            act(store, "done", *(events.mark("read", paper_id, at) for paper_id in read), now=at)
    act(store, "star", events.mark("starred", "2611.08000", NOW, version=1))
    store.close()
    return cool


def test_the_numbers(reader: Program) -> None:
    document: Any = reader.run("stats", "--json").document
    assert document["since"] == "2026-11-09" and document["until"] == "2026-11-20"
    assert [day["announced"] for day in document["days"]] == [4, 6, 8, 10, 12, 14, 16, 18, 20]
    assert [day["read"] for day in document["days"]] == [4, 3, 1, 0, 0, 0, 0, 0, 0]
    assert document["days"][-1] == {"day": "2026-11-20", "announced": 20, "read": 0, "starred": 1}
    assert document["categories"] == {
        "cs.LG": {"announced": 108, "read": 8, "starred": 1},
        "stat.ML": {"announced": 9, "read": 3, "starred": 1},
    }
    assert document["missing"] == ["2026-11-11"]
    assert document["read_on"] == {"2026-11-09": 4, "2026-11-10": 3, "2026-11-12": 1}
    unread = document["unread"]
    assert (unread["2026-11-09"], unread["2026-11-10"], unread["2026-11-12"]) == (0, 3, 10)
    assert unread["2026-11-15"] == unread["2026-11-13"] == 20, "a weekend changes nothing"
    assert unread["2026-11-20"] == 100


def test_since_a_day(reader: Program) -> None:
    document: Any = reader.run("stats", "--since", "thursday", "--json").document
    assert [day["day"] for day in document["days"]] == ["2026-11-19", "2026-11-20"]
    assert document["unread"] == {"2026-11-19": 80, "2026-11-20": 100}


def test_the_calendar_has_weeks_as_columns_and_marks_that_differ(reader: Program) -> None:
    told = reader.run("stats")
    lines = told.stdout.splitlines()
    rows = {line[:3]: line[4:].split() for line in lines[3:8]}
    assert list(rows) == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert {name: cells[0] for name, cells in rows.items()} == {
        "Mon": "░░░░░✓",
        "Tue": "░░░░░+",
        "Wed": "?",
        "Thu": "░░░░░·",
        "Fri": "▒▒▒▒▒",
    }
    assert rows["Fri"][1] == "█████"
    assert "░ 4-8" in told.stdout and "█ 18-20" in told.stdout
    assert "\x1b" not in told.stdout and told.stderr == ""


def test_bars_and_numbers_in_words(reader: Program) -> None:
    told = reader.run("stats").stdout
    long, short = (next(line for line in told.splitlines() if line.startswith(name)) for name in ("cs.LG ", "stat.ML "))
    assert long.count("█") + long.count("░") > 5 * (short.count("█") + short.count("░"))
    assert long.endswith("108  8 read · 1 starred")
    assert "108 papers on 9 days" in told and "8 (7 %)" in told and "Fri 20 Nov 2026: 20 papers" in told


def test_the_curve_ends_where_the_unread_is(reader: Program) -> None:
    lines = reader.run("stats").stdout.splitlines()
    top = lines.index("Unread over time") + 1
    assert lines[top].startswith("100 ") and lines[top].endswith("█")
    assert lines[top + 5].lstrip().startswith("0 ")
    heights = [
        sum(column < len(line) and line[column] != " " for line in lines[top : top + 6]) for column in (10, 40, 70)
    ]
    assert heights == sorted(heights) and heights[0] < heights[2]
    assert lines[top + 6].split() == ["Mon", "9", "Nov", "2026", "Fri", "20", "Nov", "2026"]


@pytest.mark.parametrize("columns", [80, 200])
def test_it_fits_the_terminal_and_says_the_same_without_colour(reader: Program, columns: int) -> None:
    with Terminal(reader, columns=columns) as terminal:
        coloured = terminal.run("stats", "--no-pager")
        assert "\x1b[36m" in coloured.raw
        assert max(map(len, coloured.written)) <= columns
        without: list[dict[str, Any]] = [{"NO_COLOR": "1"}, {"TERM": "dumb"}]
        for plain in without:
            shown = terminal.run("stats", "--no-pager", **plain)
            assert shown.lines == coloured.lines
            assert "\x1b[3" not in shown.raw


def test_more_weeks_than_fit_stand_below_each_other(reader: Program) -> None:
    store = Database(paths(reader.environment()).database)
    follow(store, "cs.CL", since=date(2025, 11, 10))
    keep(store, listing("cs.CL", date(2025, 11, 10), new=["2511.00001"], counts=(1, 0, 0), source="page"))
    store.close()
    lines = reader.run("stats", "--since", "2025-11-01").stdout.splitlines()
    assert sum(line.startswith("Mon ") and line[4] in "░▒▓█-? " for line in lines) > 1
    assert max(map(len, lines)) <= 80


def test_without_a_subscription_or_data_it_says_what_to_do(tmp_path: Path) -> None:
    cool = Program(tmp_path, variables={"COOL_NOW": NOW.isoformat(), "COOL_OFFLINE": "1"})
    assert "cool subscribe" in cool.run("stats", code=2).stderr
    cool.run("subscribe", "cs.LG")
    told = cool.run("stats")
    assert told.stdout == "" and "cool today" in told.stderr
