"""What tests of many modules share: a home of their own, and the store in it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from coolcli import config
from coolcli.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# An example may open a database: how long that takes is the disk's affair.
settings.register_profile("cool", deadline=None)
settings.load_profile("cool")

# A runner in the background may ignore Ctrl-C, and what it starts then ignores it too: tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new COOL_HOME, and nothing of the reader's own environment."""
    for name in [name for name in os.environ if name.startswith("COOL_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("COOL_HOME", str(folder))
    return folder


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    """An empty store in that home."""
    opened = Database(config.paths().database)
    yield opened
    opened.close()
