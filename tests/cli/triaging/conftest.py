"""A reader of cs.LG who has two days to go through, and a category that they do not follow."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import typer

from coolcli.cli.app import load
from coolcli.cli.desk import Desk
from coolcli.store.database import Database
from tests.builders import DAY, NOW, follow, keep, listing, paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

THURSDAY = DAY - timedelta(days=1)
A, B, C, D, E, F = (f"2611.0000{number}" for number in range(1, 7))
X, Y = "2611.00011", "2611.00012"


def furnish(database: Database) -> None:
    """Thursday A, B and the cross-list C, Friday D, E, F; of cs.CO X and Y, and E as a cross-list."""
    follow(database, "cs.LG", since=THURSDAY)
    crossed = paper(C, categories=("cs.CL", "cs.LG"), primary_category="cs.CL")
    known = paper(D, title="A Survey of Bells", authors=("Cy Coe",), version=1)
    keep(database, listing(day=THURSDAY, new=[A, B], cross=[crossed]))
    keep(database, listing(new=[known, paper(E, categories=("cs.LG", "math.CO")), F]))
    others = [paper(each, categories=("math.CO",), primary_category="math.CO") for each in (X, Y)]
    keep(database, listing("math.CO", new=others, cross=[paper(E, categories=("cs.LG", "math.CO"))]))


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """That reader, without a network, Friday at nine in New York."""
    monkeypatch.setenv("COOL_NOW", NOW.isoformat())
    monkeypatch.setenv("COOL_OFFLINE", "1")
    with typer.Context(load("count")) as context:
        made = Desk(context)
        furnish(made.database)
        yield made


@pytest.fixture
def elsewhere(desk: Desk) -> Iterator[Database]:
    """The same store, open in another terminal."""
    opened = Database(desk.database.path)
    yield opened
    opened.close()
