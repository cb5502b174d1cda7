"""Rules and saved searches as the store has them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coolcli.store import rules
from coolcli.store.rules import Effect, Rule
from tests.builders import NOW, act

if TYPE_CHECKING:
    from coolcli.store.database import Database


@pytest.mark.parametrize(("first", "then"), [("watched", "muted"), ("muted", "watched")])
def test_of_watching_and_muting_the_same_the_newer_holds(database: Database, first: Effect, then: Effect) -> None:
    act(database, "one machine", rules.make(Rule(first, "survey"), NOW))
    act(database, "another", rules.make(Rule(then, "survey"), NOW), now=NOW + timedelta(hours=1))
    with database.read() as connection:
        assert rules.rules(connection) == [Rule(then, "survey")]


def test_a_rule_that_ended_is_none(database: Database) -> None:
    made = Rule("muted", "survey")
    act(database, "mute", rules.make(made, NOW))
    act(database, "unmute", rules.end(made))
    with database.read() as connection:
        assert rules.rules(connection) == []
