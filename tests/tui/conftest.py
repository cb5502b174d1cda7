"""A home with two days of cs.LG, and the screen in it. Tests may be coroutines."""

from __future__ import annotations

import asyncio
import inspect
import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from coolcli import desktop
from coolcli.ask.questions import SIX
from coolcli.store import answers, events, rules
from coolcli.store.answers import Answer
from coolcli.store.database import Database
from coolcli.store.rules import Rule
from tests.builders import DAY, NOW, act, follow, keep, listing, paper
from tests.tui.stage import LIMIT, Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

THURSDAY = date(2026, 11, 19)

LONG, LATEX, CHINESE, CROSS, REPLACED = "2611.01001", "2611.01002", "2611.01003", "2611.01004", "2510.00005"
EMOJI, MUTED, WATCHED, TAGGED, NOTED = "2611.02001", "2611.02002", "2611.02003", "2611.02004", "2611.02005"
STARRED, CROSS_2, REPLACED_2, READ = "2611.02006", "2611.02007", "2509.00006", "2611.02008"

ORDER = [LONG, LATEX, CHINESE, CROSS, REPLACED, EMOJI, WATCHED, TAGGED, NOTED, STARRED, CROSS_2, REPLACED_2]
"""The papers in sight: what is muted and what was read before are not among them."""

ALL = {"COOL_BACKLOG_TYPES": "new,cross,replace,replace-cross"}
"""Replacements are gone through too."""

_ABSTRACT = " ".join(f"Sentence {number} tells of lanterns along the harbour." for number in range(1, 61))
_THURSDAY = [
    paper(LONG, title="Lanterns of the Harbour", authors=("Ada Light", "Bo Keeper"), abstract=_ABSTRACT, version=1),
    paper(LATEX, title=r"On $\alpha$-Bells and $L^2$ Norms", abstract=r"We show $\|x\|_2 \le \beta$ for all bells."),
    paper(CHINESE, title="灯台の光と港の鐘：夜の航海における長い長い題名の日本語による研究", abstract="港の鐘の話。"),
]
_FRIDAY = [
    paper(EMOJI, title="Families 👩‍👩‍👧 and Flags 🇩🇪🇫🇷 with Thumbs 👍🏽", abstract="Signs 🚢 of the sea."),
    paper(MUTED, title="A Survey of Surveys", authors=("Loud Speaker",)),
    paper(WATCHED, title="Tidal Charts by Learning", abstract="The tidal charts of old, learnt anew."),
    paper(TAGGED, title="Ropes and Knots", comments="12 pages, 3 figures"),
    paper(NOTED, title="Anchors Revisited"),
    paper(STARRED, title="Sails in the Wind"),
    paper(READ, title="Read Long Ago"),
]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


MODEL = {"COOL_ASK_BASE_URL": "http://127.0.0.1:1/v1", "COOL_ASK_MODEL": "demo"}
"""Settings of a model that nobody listens for; it has answered the six questions about LONG before."""

_ANSWER = r"""**What is missing** is light (1 Introduction), of order $O(n^2)$, as `lamp()` has it. 🚢

- The harbour is *dark*: "港の鐘" is all that is heard (2 Background)
- See [the charts](https://evil.example/) <b>now</b>

### In numbers

| lamp | range |
|---|---|
| old | 3 |

```python
light = 1
```
"""


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the papers, what was done to some of them, and two rules."""
    file = tmp_path_factory.mktemp("tui") / "cool.db"
    database = Database(file)
    follow(database, "cs.LG", since=THURSDAY)
    other = paper(CROSS, title="Crossing the Bay", categories=("cs.CL", "cs.LG"), primary_category="cs.CL")
    other_2 = paper(CROSS_2, title="Crossing the Gulf", categories=("cs.CL", "cs.LG"), primary_category="cs.CL")
    again = paper(REPLACED, title="Charts, Third Edition", abstract="More charts.", version=3)
    again_2 = paper(REPLACED_2, title="Buoys, Second Edition", version=2, categories=("cs.CL", "cs.LG"))
    keep(
        database,
        listing("cs.LG", THURSDAY, new=_THURSDAY, cross=[other], replace=[again]),
        listing("cs.LG", DAY, new=_FRIDAY, cross=[other_2], replace_cross=[again_2]),
    )
    act(database, "watch", rules.make(Rule("watched", "tidal"), NOW))
    act(database, "mute", rules.make(Rule("muted", "author:speaker"), NOW))
    act(database, "tag", events.tag("rigging", TAGGED, NOW))
    act(database, "note", events.note(NOTED, "Compare with the ropes."))
    act(database, "star", events.mark("starred", STARRED, NOW, version=1))
    act(database, "done", events.mark("read", READ, NOW))
    with database.write() as connection:
        for question in SIX:
            answer = Answer(
                None, LONG, 1, "demo", "English", question, _ANSWER, "html", ("References",), "whole", NOW, None
            )
            answers.save(connection, answer)
    database.close()
    return file


@pytest.fixture
def stage(furnished: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """That database in a home of its own, Friday morning, offline; no browser, no colours asked for or against."""
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (ALL | {"COOL_NOW": NOW.isoformat(), "COOL_OFFLINE": "1", "TZ": "UTC"}).items():
        monkeypatch.setenv(name, value)
    return Stage(furnished)


@pytest.fixture
def opened(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A browser that only notes what it is given; gives that."""
    if os.name == "nt":
        pytest.skip("the browser is a shell script")
    program, log = tmp_path / "browser", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{log}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(program))
    monkeypatch.setattr(desktop, "BROWSER_STARTS", LIMIT)
    monkeypatch.setattr("webbrowser._tryorder", None)  # it reads BROWSER once
    monkeypatch.setattr("webbrowser._browsers", {})
    return lambda: log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A clipboard: a script that keeps what it is given; gives that."""
    if os.name == "nt":
        pytest.skip("the clipboard is a shell script")
    folder, kept = tmp_path / "bin", tmp_path / "copied"
    folder.mkdir()
    program = folder / "xclip"
    program.write_text(f'#!/bin/sh\ncat > "{kept}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    return lambda: kept.read_text() if kept.exists() else ""
