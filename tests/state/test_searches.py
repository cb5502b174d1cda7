"""Saved searches of two machines become one, as all events do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coolcli.store import rules
from tests.builders import NOW
from tests.state.homes import Home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    """A machine and another one, which is a minute ahead."""
    one, other = Home(tmp_path / "one"), Home(tmp_path / "other", now=NOW + timedelta(minutes=1))
    yield one, other
    one.close()
    other.close()


def exchange(one: Home, other: Home) -> dict[str, str]:
    """Bring both to the same, which they have to be then."""
    one.take(other.records())
    other.take(one.records())
    assert searches(one) == searches(other)
    return searches(one)


def searches(home: Home) -> dict[str, str]:
    with home.database.read() as connection:
        return rules.searches(connection)


def test_both_stay_and_of_one_name_the_later_holds(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("save", rules.save("ssm", "state space", NOW), rules.save("rl", "reinforcement", NOW))
    other.do("save", rules.save("ssm", "mamba", NOW))
    assert exchange(one, other) == {"rl": "reinforcement", "ssm": "mamba"}


def test_what_was_forgotten_later_stays_forgotten(two: tuple[Home, Home]) -> None:
    one, other = two
    one.do("save", rules.save("ssm", "state space", NOW))
    exchange(one, other)
    other.do("unsave", rules.forget("ssm"))
    assert exchange(one, other) == {}
    assert other.undo() == ["unsave"]
    assert exchange(one, other) == {"ssm": "state space"}
