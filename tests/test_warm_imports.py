"""What a command may import where nothing has to be fetched: start-up time is the imports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import pytest

from coolcli.ask.questions import SIX
from coolcli.store import answers, events
from tests import builders
from tests.builders import NOW, act, follow, keep, paper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coolcli.store.database import Database

COMMAND_LINE = {"typer", "annotated_doc", "shellingham"}
"""Typer, and what it imports itself."""

WARM: dict[str, set[str]] = {
    "--version": COMMAND_LINE,
    "": COMMAND_LINE,
    "--json": COMMAND_LINE,
    "count": COMMAND_LINE,
    "count --format {unread}{stale}": COMMAND_LINE,
    "list": COMMAND_LINE,
    "list --unread --type new --category cs.LG-stat.ML --since ~3": COMMAND_LINE,
    "stats": COMMAND_LINE,
    "prune --older 1y --dry-run": COMMAND_LINE,
    "done --before today": COMMAND_LINE,
    "today": COMMAND_LINE,
    "today --json": COMMAND_LINE,
    "today cs.LG --new": COMMAND_LINE,
    "stars": COMMAND_LINE,
    "stars --json": COMMAND_LINE,
    "star 2611.00001": COMMAND_LINE,
    "star 2": COMMAND_LINE,
    "unstar 2611.00003": COMMAND_LINE,
    "star 2 --tag survey": COMMAND_LINE,
    "tag 2 survey": COMMAND_LINE,
    "untag 2 --all": COMMAND_LINE,
    "tags": COMMAND_LINE,
    "note 2 text": COMMAND_LINE,
    "share 2": COMMAND_LINE,
    "list --noted": COMMAND_LINE,
    "done": COMMAND_LINE,
    "undone 2611.00001": COMMAND_LINE,
    "undo": COMMAND_LINE,
    "undo --list": COMMAND_LINE,
    "config": COMMAND_LINE,
    "config open.in": COMMAND_LINE,
    "config keys": COMMAND_LINE,
    "subscribe": COMMAND_LINE,
    "categories": COMMAND_LINE,
    "categories learning": COMMAND_LINE,
    "open --print 2611.00001": COMMAND_LINE,
    "show 2611.00001": COMMAND_LINE,
    "ask 2611.00001": COMMAND_LINE | {"markdown_it", "mdurl", "linkify_it", "uc_micro"},
    "next": COMMAND_LINE,
    "export": COMMAND_LINE,
    "export --format ris": COMMAND_LINE,
    "doctor --offline": COMMAND_LINE,
}
"""Commands over a listing that is cached, piped, and the only libraries that each may import."""


@pytest.fixture
def warm(home: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where the day's listing is cached, a paper is starred and a list was shown."""
    follow(database, "cs.LG")
    said = {"version": 1, "title": r"Cram\'er's $\ell_1$", "abstract": "R&D"}
    new = [paper(f"2611.0000{number}", **said) for number in range(1, 6)]
    keep(database, builders.listing(new=new, counts=(5, 0, 0), source="page"))
    act(database, "star", events.mark("starred", "2611.00003", NOW, version=1))
    with database.write() as connection:
        for name in SIX:
            of = (None, "2611.00001", 1, "demo", "English", name)
            answers.save(connection, answers.Answer(*of, "So.", "html", (), "whole", NOW, None))
    monkeypatch.setenv("COOL_ASK_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("COOL_ASK_MODEL", "demo")
    monkeypatch.setenv("COOL_NOW", NOW.isoformat())
    monkeypatch.setenv("COOL_SESSION", "warm")
    # Nobody listens there: a command that asks the network fails.
    monkeypatch.setenv("COOL_ARXIV_FEED_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("COOL_ARXIV_SITE_URL", "http://127.0.0.1:9")
    run(["today"])
    return home


def run(arguments: Sequence[str]) -> set[str]:
    """Run a command in a process of its own and give the libraries that it imported."""
    modules = imported(["-m", "coolcli", *arguments])
    assert "coolcli" in modules
    return modules & (set(packages_distributions()) - {"coolcli"}) - of_every_program()


@cache
def of_every_program() -> set[str]:
    """What this installation of Python imports before a program begins."""
    return imported(["-c", "pass"])


def imported(arguments: Sequence[str]) -> set[str]:
    """The top-level modules that Python imports for a program that must succeed."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    words = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert done.returncode == 0, words
    modules = re.findall(r"^import time:[^|]+\|[^|]+\|\s*([\w.]+)$", done.stderr, re.MULTILINE)
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("command", WARM)
def test_a_warm_command_imports_no_more_than_it_needs(warm: Path, command: str) -> None:
    assert warm.is_dir()
    assert run(command.split()) - WARM[command] == set()


COMPLETED: dict[str, set[str]] = {
    "cool ": set(),
    "cool star ": set(),
    "cool star 26": set(),
    "cool unsubscribe ": set(),
    "cool today cs.": set(),
    "cool config set open.in ": set(),
    "cool config set keys.star f": set(),
    "cool today --": COMMAND_LINE,
}
"""Command lines that a shell asks to complete, and the only libraries that each may import."""


@pytest.mark.parametrize("line", COMPLETED)
def test_completion_does_without_typer_but_for_options(warm: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    assert warm.is_dir()
    monkeypatch.setenv("_COOL_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    assert run([]) - COMPLETED[line] == set()


def test_the_table_would_show_an_import(warm: Path) -> None:
    """What a command does import is seen: a changed setting is written with tomlkit."""
    assert warm.is_dir()
    assert "tomlkit" in run(["config", "set", "open.in", "abs"])


def test_only_an_open_screen_imports_textual(warm: Path) -> None:
    assert warm.is_dir()
    every = "from importlib import import_module\nfrom coolcli.cli.verbs import VERBS\n"
    every += "for verb in VERBS.values(): import_module(f'coolcli.cli.{verb.module}')"
    assert "textual" not in imported(["-c", every])
    assert "textual" not in run(["triage", "--plain"])
