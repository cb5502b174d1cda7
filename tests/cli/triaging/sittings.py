"""Sittings in this process, over papers that a test names."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import typer

from coolcli.arxiv.categories import Categories
from coolcli.cli.app import load
from coolcli.cli.desk import Desk
from coolcli.cli.triaging.scope import Scope, Source
from coolcli.cli.triaging.sitting import Sitting
from tests.builders import DAY, NOW, follow, keep, listing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coolcli.models import Paper


@contextmanager
def sitting_over(home: Path, *papers: Paper) -> Iterator[Sitting]:
    """Let a subscriber of cs.LG sit before these papers of a Friday, all new, in a home of their own."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COOL_")}
    outside |= {"COOL_HOME": str(home), "COOL_NOW": NOW.isoformat(), "COOL_OFFLINE": "1"}
    with patch.dict(os.environ, outside, clear=True), typer.Context(load("count")) as context:
        desk = Desk(context)
        follow(desk.database, "cs.LG", since=DAY)
        keep(desk.database, listing(new=papers))
        yield Sitting(desk, Source(desk, Scope(Categories(("cs.LG",)))))
