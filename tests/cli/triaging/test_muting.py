"""Muting within a sitting: rules as `cool mute` makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coolcli.cli.triaging import muting
from coolcli.errors import BadQuery
from coolcli.models import Paper, Row
from coolcli.store import events, rules
from coolcli.store.rules import Rule
from tests.builders import NOW, act, paper
from tests.cli.triaging.sittings import sitting_over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coolcli.cli.triaging.sitting import Sitting


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    papers = [
        paper("2611.00001", title="A Survey of Everything", authors=("Jane Doe", "Ann Other")),
        paper("2611.00002", title="State Space Models", authors=("Jane Doe",)),
        paper("2611.00003", title="The State of Space", authors=("Ann Other",)),
        paper("2611.00004", title="Nothing New", authors=("Bo Li",)),
    ]
    with sitting_over(tmp_path, *papers) as made:
        yield made


def made(sitting: Sitting) -> list[Rule]:
    with sitting.desk.database.read() as connection:
        return rules.rules(connection)


def test_a_muted_author_goes_out_of_sight_at_once_and_is_counted(sitting: Sitting) -> None:
    said = muting.mute(sitting, 'author:"Jane Doe"')
    assert said == 'Muted author:"Jane Doe": 2 of these papers are out of sight'
    assert made(sitting) == [Rule("muted", 'author:"Jane Doe"')]
    assert sitting.pile.shown == ["2611.00003", "2611.00004"]
    assert sitting.progress.muted == 2
    assert sitting.pile.current and sitting.pile.current.id == "2611.00003"


def test_a_text_of_several_words_is_a_phrase(sitting: Sitting) -> None:
    assert muting.mute(sitting, "state space") == 'Muted "state space": 1 of these papers is out of sight'
    assert sitting.pile.place_of("2611.00002") is None
    assert sitting.pile.place_of("2611.00003") is not None


def test_what_would_empty_the_list_is_told(sitting: Sitting) -> None:
    assert muting.mute(sitting, "cat:cs.LG").endswith("4 of these papers are out of sight, more than half")
    assert sitting.pile.current is None


def test_what_is_shown_though_muted_is_told_so(sitting: Sitting) -> None:
    sitting.pile.shows_muted = True
    assert muting.mute(sitting, "survey").endswith("1 of these papers is muted, and still shown")
    assert len(sitting.pile.shown) == 4


def test_a_starred_paper_stays(sitting: Sitting) -> None:
    sitting.star()
    assert muting.mute(sitting, "survey").endswith("none of these papers goes out of sight")


def test_what_was_watched_is_muted_instead(sitting: Sitting) -> None:
    act(sitting.desk.database, "watch", rules.make(Rule("watched", "title:survey"), NOW))
    assert muting.mute(sitting, "ti:survey").startswith("Muted ti:survey, no longer watching it: 1 of")
    assert made(sitting) == [Rule("muted", "ti:survey")]


def test_what_is_muted_already_is_no_second_rule(sitting: Sitting) -> None:
    muting.mute(sitting, "survey")
    assert muting.mute(sitting, "any:survey") == "any:survey is muted already"
    assert made(sitting) == [Rule("muted", "survey")]


@pytest.mark.parametrize("typed", ["", "  ", "foo:bar", '"open', "-", "@none", "tag:none", "\x1b[31m"])
def test_a_query_that_makes_no_sense_is_refused(sitting: Sitting, typed: str) -> None:
    with pytest.raises(BadQuery):
        muting.mute(sitting, typed)
    assert made(sitting) == []
    assert len(sitting.pile.shown) == 4


def test_it_is_a_deed_of_the_sitting(sitting: Sitting) -> None:
    muting.mute(sitting, "survey")
    assert sitting.undo() == "Undone: muted survey"
    assert made(sitting) == [] and len(sitting.pile.shown) == 4
    assert sitting.redo() == "Done again: muted survey"
    assert sitting.pile.place_of("2611.00001") is None
    with sitting.desk.database.write() as connection:
        events.undo(connection, events.changes(connection, 1)[0], NOW)
    assert made(sitting) == []


def test_each_author_is_suggested_as_they_are_found(sitting: Sitting) -> None:
    assert muting.suggestions(sitting.row("2611.00001")) == [
        ("by Jane Doe", 'author:"Jane Doe"'),
        ("by Ann Other", 'author:"Ann Other"'),
    ]
    hostile = Row(Paper("2611.00009", authors=('Jo "The\x1b[31m Knife" Doe', "(...)", "O'Neil-Ünlü, Jr.")))
    for _, query in muting.suggestions(hostile):
        muting.mute(sitting, query)
    assert [rule.query for rule in made(sitting)] == ['author:"Jo The Knife Doe"', 'author:"O\'Neil-Ünlü, Jr."']
