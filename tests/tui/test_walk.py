"""Whatever is pressed, nothing breaks, and the store says what the screen says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coolcli.config import paths
from coolcli.store import events, health
from coolcli.store.database import Database
from coolcli.triage.actions import ACTIONS
from tests.builders import NOW, act
from tests.tui.conftest import ORDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tui.stage import Reader, Stage

WALKS, STEPS, AT_ONCE = 10, 440, 15
"""5,000 keys: a step is one, or several, or another thing. Several come before what was pressed last is done."""
_NEVER = {"open", "open-elsewhere", "pdf", "copy-link", "copy-bibtex"}
"""What starts programs: opening and copying have tests of their own, and are in the day of 250 papers."""
KEYS = sorted(key for name, action in ACTIONS.items() if name not in _NEVER | {"quit"} for key in action.keys)
WITHIN = ["enter", "escape", "tab", "up", "down", "backspace", "ctrl+x", "ctrl+s", "left", "home", "delete"]
TEXTS = ["tidal", "-bells", '"', "author:", "new tag", "survey", "灯台", "👩‍👩‍👧", "(", "OR", "is:unread", "zebra"]

step = st.one_of(
    *[st.sampled_from(KEYS).map(lambda key: [key])] * 24,
    *[st.sampled_from(WITHIN).map(lambda key: [key])] * 4,
    *[st.just(["escape"])] * 8,
    *[st.sampled_from(TEXTS).map(list)] * 2,
    st.sampled_from([(80, 24), (60, 16), (100, 20)]),
    st.sampled_from(ORDER).map(lambda paper: ("other", paper)),
)
"""A key, a text, another size, or another process that stars a paper."""


async def walk(stage: Stage, steps: list[object]) -> None:
    before = stage.all_marks()
    mine: set[str] = set()
    async with stage.open((80, 24)) as reader:
        for number in range(0, len(steps), AT_ONCE):
            with reader.app.batch_update():  # painted once for all of these
                for each in steps[number : number + AT_ONCE]:
                    await take(reader, each, mine)
            await reader.pilot.pause(0)
        await come_home(reader)
        assert_shown_as_stored(reader, stage)
        reader.app.leave()
    assert health.examine(paths().database).damage == ()
    assert undone(stage, mine) == {mark for mark in before if mark[:2] not in {(paper, "starred") for paper in mine}}


async def take(reader: Reader, step: object, mine: set[str]) -> None:
    """Take a step; note in `mine` what another process starred."""
    match step:
        case ("other", str(paper)):
            mine.add(paper)
            star(paper)
        case (int(columns), int(rows)):
            await reader.resize(columns, rows)
        case list(keys):
            for key in keys:
                reader.strike(key)


async def come_home(reader: Reader) -> None:
    """Leave whatever is open, see what others did, and have all of it stored."""
    await reader.settle()
    for _ in range(20):
        if not reader.has_dialog:
            break
        await reader.press("ctrl+x", "escape")
    assert not reader.has_dialog
    await reader.press("escape", "escape")
    reader.app.sitting.flush()
    reader.app.sitting.reload()
    reader.app.show_again()
    await reader.settle()


def assert_shown_as_stored(reader: Reader, stage: Stage) -> None:
    pile, progress = reader.sitting.pile, reader.sitting.progress
    rows = stage.rows()
    listed = [row for row in rows.values() if row.backlog or row.id in pile.entries]
    assert pile.read == {paper for paper in pile.entries if rows[paper].marks.read}
    assert pile.starred == {paper for paper in pile.entries if rows[paper].marks.starred}
    assert progress.papers == len(listed) - (0 if pile.shows_muted else len(pile.muted - pile.read))
    assert progress.read == sum(row.marks.read for row in listed)
    assert progress.starred == sum(row.marks.starred for row in listed)
    assert (pile.current is None) == (not pile.shown)


def star(paper: str) -> None:
    database = Database(paths().database)
    act(database, "star", events.mark("starred", paper, NOW, version=1))
    database.close()


def undone(stage: Stage, others: set[str]) -> set[tuple[str, str, str]]:
    """Take back the sitting with one `cool undo`; give the marks then, but for the stars of other processes."""
    changes = stage.changes()
    database = Database(paths().database)
    with database.write() as connection:
        for change in changes:
            if change.verb == "triage":
                events.undo(connection, change, NOW)
    database.close()
    assert sum(change.verb == "triage" for change in changes) <= 1
    return {mark for mark in stage.all_marks() if mark[:2] not in {(paper, "starred") for paper in others}}


@pytest.fixture
def walks(stage: Stage) -> Callable[[list[object]], None]:
    def run(steps: list[object]) -> None:
        stage.begin_again()
        asyncio.run(walk(stage, steps))

    return run


@settings(
    max_examples=WALKS,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(steps=st.lists(step, min_size=STEPS, max_size=STEPS))
def test_a_random_walk_of_5000_keys(walks: Callable[[list[object]], None], steps: list[object]) -> None:
    walks(steps)
