"""The order of listings: arXiv's, new submissions first, or learned of the reader's stars; and `cool why`."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coolcli.config import paths
from coolcli.store import events
from coolcli.store.database import Database
from tests.builders import DAY, NOW, act, follow, keep, listing, paper

if TYPE_CHECKING:
    from coolcli.models import Paper
    from tests.cli.program import Program

BEFORE = DAY - timedelta(days=1)
BIRDS = "gulls, terns and puffins nest along the harbour wall"
STONES = "granite, basalt and slate erode under the quarry frost"
FRIDAYS = ["2611.00101", "2611.00102", "2611.00103", "2611.00104", "2611.00105"]
LIKED = {"2611.00103", "2611.00105"}


def about(paper_id: str, subject: str, *authors: str) -> Paper:
    return paper(paper_id, title=f"Notes {paper_id[-3:]}", abstract=subject, authors=authors or (f"A{paper_id}",))


def given(cool: Program, *, stars: int) -> Program:
    """A reader who starred papers on birds on Thursday and let those on stones pass; of Friday's two are on birds."""
    database = Database(paths({"COOL_HOME": str(cool.home)}).database)
    follow(database, "cs.LG", since=BEFORE)
    birds = [about(f"2611.000{number}", BIRDS, "Jane Doe", f"B{number}") for number in range(10, 20)]
    stones = [about(f"2611.000{number}", STONES) for number in range(20, 60)]
    keep(database, listing(day=BEFORE, new=[*birds, *stones]))
    friday = [about(each, BIRDS if each in LIKED else STONES) for each in FRIDAYS]
    keep(database, listing(new=friday[1:4], cross=[friday[0], friday[4]], counts=(3, 2, 0), source="page"))
    act(database, "star", *(events.mark("starred", each.id, NOW, version=1) for each in birds[:stars]))
    act(database, "done", *(events.mark("read", each.id, NOW) for each in stones))
    database.close()
    return cool


@pytest.fixture
def reader(cool: Program) -> Program:
    return given(cool, stars=8)


ARXIVS = ["2611.00102", "2611.00103", "2611.00104", "2611.00101", "2611.00105"]
"""By type, as the listing had them."""
MINE = ["2611.00103", "2611.00105", "2611.00102", "2611.00104", "2611.00101"]
NEW_FIRST = ["2611.00104", "2611.00103", "2611.00102", "2611.00105", "2611.00101"]


@pytest.mark.parametrize(("order", "ids"), [("arxiv", ARXIVS), ("mine", MINE), ("new-first", NEW_FIRST)])
def test_a_day_in_each_order_holds_the_same(reader: Program, order: str, ids: list[str]) -> None:
    for words in (["today", "cs.LG"], ["day", "2026-11-20", "cs.LG"]):
        shown = reader.run(*words, "--offline", "--order", order)
        assert shown.ids == ids
    document = reader.run("day", "2026-11-20", "cs.LG", "--offline", "--order", order, "--json").document
    assert [each["id"] for each in document["papers"]] == ids
    assert document["listing"]["expected"] == 5
    assert reader.run("star", "1").stdout.startswith(f"Starred {ids[0]}  ")


def test_a_list_has_its_days_one_after_the_other(reader: Program) -> None:
    shown = reader.run("list", "--order", "mine").ids
    assert shown[:5] == MINE
    assert {each[:8] for each in shown[5:15]} == {"2611.000"}
    assert reader.run("list", "--order", "mine", "-n", "2").ids == MINE[:2]
    assert sorted(shown) == sorted(reader.run("list").ids)


def test_a_page_of_next_begins_with_what_is_likely(reader: Program) -> None:
    reader.run("done", "--before", "2026-11-20")
    assert reader.run("next", "--offline", "--order", "mine", "-n", "2").ids == MINE[:2]


def test_the_order_is_a_setting(reader: Program) -> None:
    reader.run("config", "set", "list.order", "mine")
    assert reader.run("list", "-n", "2").ids == MINE[:2]
    assert reader.run("list", "-n", "2", "--order", "arxiv").ids == ARXIVS[:2]
    complaint = reader.run("config", "set", "list.order", "best", code=2).stderr
    assert "arxiv, mine or new-first" in complaint


def test_an_order_that_is_none_names_the_nearest(reader: Program) -> None:
    complaint = reader.run("list", "--order", "min", code=2).stderr
    assert "'min' is no order." in complaint
    assert "Did you mean mine?" in complaint


def test_few_stars_leave_arxivs_order_and_that_is_said(cool: Program) -> None:
    shown = given(cool, stars=4).run("list", "-n", "5", "--order", "mine")
    assert shown.ids == ARXIVS
    assert "In arXiv's order: your own is learned of 5 stars or more (you have 4), and of 20 papers" in shown.stderr


def test_a_star_that_is_taken_back_is_forgotten(reader: Program) -> None:
    before = reader.run("why", "2611.00103").stdout
    reader.run("star", "2611.00101", "2611.00102")
    assert reader.run("why", "2611.00103").stdout != before
    reader.run("undo")
    assert reader.run("why", "2611.00103").stdout == before


class TestWhy:
    def test_authors_and_words_are_named(self, reader: Program) -> None:
        database = Database(paths({"COOL_HOME": str(reader.home)}).database)
        keep(database, listing("cs.CL", new=[about("2611.00200", BIRDS, "Jane Doe")]))
        database.close()
        told = reader.run("why", "2611.00200").stdout
        assert "author Jane Doe starred 8 times; words: " in told
        assert "puffins" in told
        assert "1 of 6 of Friday 20 November 2026 in your own order, learned of 8 stars" in told

    def test_what_speaks_against_a_paper(self, reader: Program) -> None:
        (line,) = [each for each in reader.run("why", "2611.00102").stdout.splitlines() if "against it" in each]
        assert "granite" in line

    def test_a_program_is_told_the_same(self, reader: Program) -> None:
        (told,) = reader.run("why", "2611.00103", "--json").document["papers"]
        assert (told["id"], told["place"], told["of"], told["starred"]) == ("2611.00103", 1, 5, False)
        assert {"kind", "text", "strength", "starred", "passed"} == set(told["reasons"][0])

    def test_few_stars(self, cool: Program) -> None:
        done = given(cool, stars=1).run("why", "2611.00103")
        assert done.stdout.startswith("2611.00103  Notes 103\n")
        assert "There is no order of your own yet: it is learned of 5 stars or more (you have 1), and" in done.stderr

    def test_the_place_is_that_of_the_listing_that_was_shown(self, reader: Program) -> None:
        reader.run("today", "cs.LG", "--offline", "--order", "mine")
        for row, paper_id in enumerate(MINE, 1):
            told = reader.run("why", str(row)).stdout
            assert told.startswith(paper_id)
            assert f"{row} of 5 shown of cs.LG of Friday 20 November 2026 in your own order" in told
        reader.run("mute", "granite")
        reader.run("today", "cs.LG", "--offline", "--order", "mine")
        assert "2 of 2 shown of cs.LG" in reader.run("why", "2").stdout, "what is out of sight has no row"
        assert "3 of 5 of Friday" in reader.run("why", MINE[2]).stdout

    def test_a_papers_own_star_is_no_reason(self, reader: Program) -> None:
        told = reader.run("why", "2611.00010").stdout
        assert "you starred it" in told and "author Jane Doe starred 7 times; words" in told
        assert "B10" not in told, "nobody else's paper was starred"
        assert "you starred it" not in reader.run("why", "2611.00103").stdout
        assert reader.run("why", "2611.00010", "--json").document["papers"][0]["starred"]


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_shows_the_types_of_a_day_that_does_not_come_by_type(reader: Program, columns: int) -> None:
    from tests.cli.terminal import Terminal

    with Terminal(reader, columns=columns) as terminal:
        shown = terminal.run("day", "2026-11-20", "cs.LG", "--offline", "--order", "mine", "--no-pager")
        assert "in your own order, learned of 8 stars" in " ".join(shown.words)
        assert "New submissions" not in shown.text
        assert shown.words.count("cross") == 2


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_a_page_of_next_says_in_which_order_it_is(reader: Program) -> None:
    from tests.cli.terminal import Terminal

    with Terminal(reader, columns=120) as terminal:
        heading = terminal.run("next", "--offline", "--order", "mine").lines[0]
        assert "unread over 2 days · in your own order, learned of 8 stars: cool why 1" in heading
        assert "order" not in terminal.run("next", "--offline").lines[0]
