"""Searching within a sitting, as it is typed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from coolcli.cli.triaging import looking
from tests.builders import keep, listing, paper
from tests.cli.triaging.sittings import sitting_over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coolcli.cli.triaging.sitting import Sitting

TITLES = {
    "2611.00001": "Diffusion of Heat",
    "2611.00002": "Diffusing Vision",
    "2611.00003": "Studies of Sparse Attention",
    "2611.00004": "A Survey of State Space Models",
    "2611.00005": "Space in the State of Vision",
}


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    papers = [
        paper(paper_id, title=title, authors=("Jane Doe" if paper_id.endswith("1") else "Ann Other",))
        for paper_id, title in TITLES.items()
    ]
    with sitting_over(tmp_path, *papers) as made:
        yield made


def in_sight(sitting: Sitting) -> str:
    """The last digits of what is in sight."""
    return "".join(paper_id[-1] for paper_id in sitting.pile.shown)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("d", "12"),
        ("diffusi", "12"),
        ("diffusion", "1"),
        ("diffu ", ""),
        ("study", "3"),
        ("studies", "3"),
        ("vision -diffusing", "5"),
        ("vis -diffusing", ""),
        ("vision OR spar", "235"),
        ("state sp", "45"),
        ('"state space"', "4"),
        ('"state spa"', ""),
        ("title:surv", "4"),
        ("author:do", "1"),
        ("is:new -vision", "134"),
        ("is:starred", ""),
        ("xyzzy", ""),
        ("", "12345"),
        ("   ", "12345"),
    ],
)
def test_what_is_typed_leaves_what_fits(sitting: Sitting, typed: str, expected: str) -> None:
    assert looking.look(sitting, typed) is None
    assert in_sight(sitting) == expected


def test_a_word_that_is_not_wanted_counts_when_it_is_whole(sitting: Sitting) -> None:
    looking.look(sitting, "-v")
    assert in_sight(sitting) == "12345"
    looking.look(sitting, "-vision")
    assert in_sight(sitting) == "134"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("author:", "Behind author: comes a name"),
        ('"state', "a quote is missing"),
        ("vision OR", "OR"),
        ("-", "-"),
        ("(vision", "a ) is missing"),
        ("autor:doe", "author"),
        ("tag:nothing", "nothing"),
        ("@nothing", "@nothing"),
        ("x" * 3000, "2,000 characters"),
    ],
)
def test_what_cannot_be_read_changes_nothing_and_is_told_in_a_line(sitting: Sitting, typed: str, said: str) -> None:
    looking.look(sitting, "vision")
    told = looking.look(sitting, typed)
    assert told and said in told.replace("'nothing'", "@nothing nothing") and "\n" not in told
    assert in_sight(sitting) == "25"
    assert sitting.search is not None


def test_a_search_can_stand_out_without_filtering(sitting: Sitting) -> None:
    looking.look(sitting, "vision")
    looking.look(sitting, "visi", filters=False)
    assert in_sight(sitting) == "12345"
    assert sitting.emphasis.spans("title", ["Diffusing Vision"]) == [[(10, 16)]]
    looking.look(sitting, "")
    assert sitting.emphasis.spans("title", ["Diffusing Vision"]) == [[]]


def test_the_reader_is_at_the_next_that_fits_and_back_at_their_paper_when_all_fit_again(sitting: Sitting) -> None:
    sitting.pile.go_to_paper("2611.00003")
    looking.look(sitting, "vision")
    assert sitting.pile.current and sitting.pile.current.id == "2611.00005"
    looking.look(sitting, "")
    assert sitting.pile.current.id == "2611.00003"


def test_who_goes_on_among_what_fits_stays_there(sitting: Sitting) -> None:
    looking.look(sitting, "vision")
    sitting.pile.go_to(1)
    looking.look(sitting, "")
    assert sitting.pile.current and sitting.pile.current.id == "2611.00005"


def test_papers_that_come_during_a_search_are_searched_too(sitting: Sitting) -> None:
    looking.look(sitting, "vision")
    keep(sitting.desk.database, listing(new=[paper("2611.00006", title="More Vision"), paper("2611.00007")]))
    sitting.reload()
    looking.again(sitting)
    assert sorted(in_sight(sitting)) == ["2", "5", "6"]


def test_notes_and_tags_of_the_sitting_are_found(sitting: Sitting) -> None:
    sitting.note("read with Bob")
    sitting.tag(["later-on"])
    looking.look(sitting, "note:bob tag:later-on")
    assert in_sight(sitting) == "1"


def test_a_key_in_a_long_list_is_answered_at_once(tmp_path: Path) -> None:
    papers = [paper(f"2611.{number:05}", title=f"On Vision {number}") for number in range(1, 3001)]
    with sitting_over(tmp_path, *papers) as sitting:
        looking.look(sitting, "o")
        began = time.perf_counter()
        for typed in ("vi", "vis", "visi", "visio", "vision"):
            looking.look(sitting, typed)
        assert time.perf_counter() - began < 5 * 0.3
        assert len(sitting.pile.shown) == 3000
