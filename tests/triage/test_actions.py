"""What the triage screen can do, and the keys for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.triage import actions
from coolcli.triage.actions import ACTIONS, FOOTER, NAMED_KEYS, RESERVED

KEYS = [key for action in ACTIONS.values() for key in action.keys]


def test_no_two_actions_have_the_same_key() -> None:
    assert actions.conflicts(actions.with_keys({})) == []
    assert len(KEYS) == len(set(KEYS))
    assert not set(KEYS) & set(RESERVED)


def test_a_conflict_names_the_key_and_both_actions() -> None:
    assert actions.conflicts(actions.with_keys({"star": ["j", "x"]})) == [("j", "next", "star")]
    assert actions.conflicts({"one": ["a"], "two": ["b", "a"], "three": ["a"]}) == [
        ("a", "one", "two"),
        ("a", "one", "three"),
    ]
    assert actions.conflicts({"one": ["a", "a"]}) == []


def test_chosen_keys_take_the_place_of_an_actions_own() -> None:
    keys = actions.with_keys({"star": ["x"], "next": []})
    assert (keys["star"], keys["next"], keys["quit"]) == (("x",), (), ("q",))
    assert list(keys) == list(ACTIONS)


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_has_a_key_and_words(name: str) -> None:
    action = ACTIONS[name]
    assert action.keys and action.label and action.about
    assert action.about[0].isupper() and not action.about.endswith(".")


def test_the_footer_shows_actions_that_there_are_each_once() -> None:
    assert set(FOOTER) <= set(ACTIONS) and len(FOOTER) == len(set(FOOTER))
    assert {"help", "quit"} <= set(FOOTER)


@pytest.mark.parametrize("key", sorted({*KEYS, *RESERVED, *NAMED_KEYS}))
def test_every_key_of_the_table_is_spelled_as_it_is_read(key: str) -> None:
    assert actions.key_of(key) == key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("J", "J"),
        (" ", "space"),
        ("Esc", "escape"),
        ("Ctrl+F", "ctrl+f"),
        ("ctrl+i", "tab"),
        ("CTRL+M", "enter"),
        ("PgDn", "pagedown"),
        ("shift+Tab", "shift+tab"),
        ("alt+x", "alt+x"),
        ("F12", "f12"),
        ("é", "é"),
    ],
)
def test_a_key_is_understood_as_people_write_it(typed: str, key: str) -> None:
    assert actions.key_of(typed) == key


@pytest.mark.parametrize("typed", ["", "jj", "ctrl+", "shift+a", "super+a", "f13", "\x1b", "\n", "ctrl+alt", "hyper"])
def test_what_is_no_key_is_none(typed: str) -> None:
    assert actions.key_of(typed) is None


@given(st.text(max_size=8))
def test_reading_a_key_again_changes_nothing(typed: str) -> None:
    key = actions.key_of(typed)
    assert key is None or actions.key_of(key) == key
