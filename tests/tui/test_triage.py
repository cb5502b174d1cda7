"""The screen beyond its single keys: dialogs, mouse, keys of one's own, searches, ends, others who write, faults."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.command import CommandList
from textual.widgets import TextArea

from coolcli import config
from coolcli.store import events
from coolcli.store.database import Database
from coolcli.triage.actions import with_keys
from coolcli.triage.keys import parsed
from tests.builders import DAY, NOW, act, keep, listing, paper
from tests.disks import Disk, bearing
from tests.tui.conftest import (
    CHINESE,
    CROSS,
    CROSS_2,
    EMOJI,
    LATEX,
    LONG,
    ORDER,
    READ,
    REPLACED_2,
    STARRED,
    TAGGED,
    WATCHED,
)
from tests.tui.stage import Reader, Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path


@pytest.fixture
def other(stage: Stage) -> Iterator[Database]:
    """The store as another process has it."""
    database = Database(config.paths().database)
    yield database
    database.close()


def star(database: Database, paper_id: str) -> None:
    act(database, "star", events.mark("starred", paper_id, NOW))


# Dialogs


@pytest.mark.parametrize("opens", ["?", ":", "t", "m", "D", "O", "a", "/"])
async def test_keys_in_a_dialog_are_letters(stage: Stage, opens: str) -> None:
    async with stage.open() as reader:
        await reader.press(opens, "s", "j", "G", "r", "u", "q")
        assert reader.app.is_running
        assert reader.current == LONG or opens == "/"
        await reader.press("ctrl+x" if opens == "a" else "escape")
        await reader.until(lambda: not reader.has_dialog)
        assert reader.current == LONG
    assert stage.marks("starred") == {STARRED}
    assert stage.marks("read") == {READ}
    assert stage.changes()[0].verb == "done", "nothing was stored"


@pytest.mark.parametrize("opens", ["?", "t", "m", "D", "O"])
async def test_nothing_that_fits_is_chosen_by_enter(stage: Stage, opens: str) -> None:
    async with stage.open() as reader:
        before = stage.all_marks()
        await reader.press(opens)
        await reader.write("zzz" if opens not in "tm" else " ")
        await reader.press("up", "down", "enter", "escape")
        assert not reader.has_dialog or opens in "t"
        assert reader.app.is_running
    if opens != "m":
        assert stage.all_marks() >= before


async def test_words_are_muted(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("m", *"crossing the", "up", "enter")
        assert "2 of these papers are out of sight" in reader.status
        assert len(reader.sitting.pile.shown) == len(ORDER) - 2


async def test_a_query_that_cannot_be_read_mutes_nothing(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("m", *"autor:x", "up", "enter")
        assert "There is no field 'autor'. Did you mean author?" in reader.status
        assert reader.sitting.pile.shown == ORDER


async def test_a_tag_that_cannot_be_one_is_refused(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("t", *"-x", "enter")
        assert "tag" in reader.status
        assert not reader.has_dialog
    assert not {field for _, field, _ in stage.all_marks() if field.startswith("tag:")} - {"tag:rigging"}


async def test_ctrl_c_leaves_and_keeps_the_note_that_is_being_written(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("a", *"half a thought", "ctrl+c")
        await reader.until(lambda: not reader.app.is_running)
    assert stage.rows()[LONG].marks.note == "half a thought"


@pytest.mark.parametrize("first", [[], ["/", "x"], ["?"], [":"]])
async def test_ctrl_c_leaves_from_anywhere(stage: Stage, first: list[str]) -> None:
    async with stage.open() as reader:
        await reader.press("j", *first, "ctrl+c")
        await reader.until(lambda: not reader.app.is_running)
    assert stage.marks("read") == {READ, LONG}


@pytest.mark.parametrize("opens", ["?", ":", "t", "m", "D", "O", "a"])
@pytest.mark.parametrize("keys", [("enter", "enter"), ("enter", "escape"), ("escape", "escape")], ids="-".join)
async def test_keys_that_come_before_a_dialog_is_gone(
    stage: Stage, opened: Callable[[], list[str]], opens: str, keys: tuple[str, str]
) -> None:
    async with stage.open() as reader:
        await reader.press(opens)
        for key in keys:
            reader.strike(key)
        await reader.settle()
        assert reader.app.is_running


async def test_pages_of_a_palette_that_is_not_drawn_yet(stage: Stage) -> None:
    async with stage.open() as reader:
        with reader.app.batch_update():  # nothing is drawn meanwhile
            await reader.press(":")
            await reader.until(lambda: reader.app.screen.query_one(CommandList).option_count > 0)
            await reader.press("pagedown", "pageup", "down")
        await reader.says("star")
        await reader.press("escape")
        assert reader.app.is_running


async def test_a_search_that_is_begun_again_at_once(stage: Stage) -> None:
    async with stage.open() as reader:
        for key in ("/", "x", "escape", "/", *"tidal"):
            reader.strike(key)
        await reader.until(lambda: reader.sitting.pile.shown == [WATCHED])


async def test_leaving_while_a_browser_is_being_opened(stage: Stage, opened: Callable[[], list[str]]) -> None:
    async with stage.open() as reader:
        reader.strike("o")
        reader.strike("q")
        await reader.until(lambda: not reader.app.is_running)
    assert stage.marks("opened") == {LONG}


async def test_a_note_that_is_too_long_is_refused_in_words(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("a")
        reader.app.screen.query_one(TextArea).text = "long " * 100_000
        await reader.press("escape")
        assert "note" in reader.status.lower()
    assert stage.rows()[LONG].marks.note is None


# The mouse


async def test_a_click_goes_to_a_paper(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.click("Ropes and Knots")
        assert reader.current == TAGGED
        await reader.click("Fri 20 Nov 2026  ")
        assert reader.current == TAGGED, "a heading is no paper"
    assert stage.marks("read") == {READ}


async def test_a_click_on_a_key_does_what_it_does(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.click("s star")
        assert stage.marks("starred") == {STARRED, LONG}
        await reader.click("j next")
        assert reader.current == LATEX
        await reader.click("? help")
        assert reader.has_dialog
        await reader.press("escape")
        await reader.click("q quit")
        await reader.until(lambda: not reader.app.is_running)


async def test_a_click_chooses_in_a_dialog(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("D")
        await reader.click("Fri 20 Nov 2026  7 unread")
        assert reader.current == EMOJI


async def test_the_wheel_scrolls_and_goes_nowhere(stage: Stage) -> None:
    from textual import events as textual_events

    async with stage.open((80, 24)) as reader:
        x, y = reader.place_of("Sentence 1 ")
        for _ in range(3):
            reader.app.screen._forward_event(
                textual_events.MouseScrollDown(None, x, y, 0, 1, 0, False, False, False, x, y)
            )
        await reader.until(lambda: reader.paper_offset > 0)
        assert reader.current == LONG
        reader.app.screen._forward_event(textual_events.MouseScrollDown(None, 5, 3, 0, 1, 0, False, False, False, 5, 3))
        await reader.until(lambda: "Lanterns of the Harbour" not in "\n".join(reader.listed))
        await reader.press("s")
        assert "›★" in reader.line_of("Lanterns"), "a key brings the paper into sight again"


# Keys of one's own


async def test_keys_of_ones_own(stage: Stage) -> None:
    own = with_keys({"star": parsed("keys.star", "x ctrl+l"), "next": parsed("keys.next", "right"), "later": ()})
    async with stage.open(keys=own) as reader:
        assert "x star" in reader.footer
        assert "later" not in reader.footer
        await reader.press("s", "j", "l")
        assert reader.current == LONG
        assert stage.marks("starred") == {STARRED}
        await reader.press("x", "right", "ctrl+l")
        assert stage.marks("starred") == {STARRED, LONG, LATEX}
        await reader.press(":", *"put the paper off")
        await reader.says("behind all others")
        await reader.press("enter")
        await reader.until(lambda: stage.marks("later") == {LATEX})


async def test_keys_of_the_settings(stage: Stage) -> None:
    settings = config.paths().settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[keys]\nstar = "x"\n')
    async with stage.open() as reader:
        await reader.press("x")
    assert stage.marks("starred") == {STARRED, LONG}


# Searches


async def test_a_word_that_is_not_to_be_there(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("/", *"crossing -gulf", "enter")
        assert len(reader.sitting.pile.shown) == 1
        assert "Crossing the Bay" in reader.line_of("Crossing")


async def test_tab_leaves_all_papers_in_sight_and_the_words_stand_out(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("/", *"knots", "tab")
        assert reader.sitting.pile.shown == ORDER
        y = next(number for number, line in enumerate(reader.lines) if "Ropes and Knots" in line)
        styles = {segment.text.strip(): segment.style for segment in reader.strips[y] if segment.style}
        assert styles["Knots"].underline
        assert not styles["Ropes and"].underline
        await reader.press("enter")
        assert "highlighted: knots" in reader.status
        await reader.press("/", "tab", "enter")
        assert reader.sitting.pile.shown == [TAGGED]


async def test_escape_lets_a_search_go_and_returns_unless_another_paper_was_gone_to(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("/", *"tidal")
        await reader.until(lambda: reader.current == WATCHED)
        await reader.press("escape")
        assert reader.sitting.pile.shown == ORDER
        assert reader.current == LONG
        await reader.press("/", *"crossing")
        await reader.until(lambda: reader.sitting.pile.shown == [CROSS, CROSS_2])
        await reader.press("down", "escape")
        assert reader.current == CROSS_2
        await reader.press("s")
    assert stage.marks("starred") == {STARRED, CROSS_2}, "keys are keys again"


@pytest.mark.parametrize("half", ['"tid', "(", "author:", "tidal AND", "autor:x", "day:nonsense"])
async def test_a_query_that_is_half_typed_changes_nothing(stage: Stage, half: str) -> None:
    async with stage.open() as reader:
        await reader.press("/", *half, "enter")
        assert reader.app.is_running
        assert reader.sitting.pile.shown
        await reader.press("escape", "escape")
        assert reader.sitting.pile.shown == ORDER


async def test_a_search_without_hits(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("/", *"zebra", "enter")
        assert reader.current is None
        assert "None of 12 papers is in sight." in reader.text
        assert "0/0" in reader.bar
        for key in ("j", "k", "n", "s", "r", "l", "o", "d", "y", "Y", "t", "a", "m", "O", "D", "]", "G", "space"):
            await reader.press(key)
            if reader.has_dialog:
                await reader.press("escape")
        await reader.press("s")
        assert "There is no paper in sight." in reader.status
        await reader.press("escape")
        assert reader.current == LONG
    assert stage.marks("starred") == {STARRED}


# The ends


async def test_the_last_paper_becomes_read_and_stays(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press("G", "j")
        assert reader.current == REPLACED_2
        assert "This is the last one; 11 unread before it." in reader.status
        await reader.press("j")
        assert reader.sitting.pile.read == {REPLACED_2}
    assert stage.marks("read") == {READ, REPLACED_2}


async def test_all_are_read(stage: Stage) -> None:
    async with stage.open() as reader:
        await reader.press(*["j"] * len(ORDER))
        assert "All read. q leaves." in reader.status
        assert "min left" in reader.bar
    async with stage.open() as reader:
        assert "Your rules mute" in "\n".join(reader.listed), "there is one that is muted"
        await reader.press("j", "s", "o", "G", "n", "/", "x", "escape", "u")
        assert reader.app.is_running


async def test_an_empty_pile_offline(stage: Stage) -> None:
    async with stage.open(categories=["math.AG"]) as reader:
        assert reader.current is None
        assert "offline" in "\n".join(reader.listed)
        await reader.press("j", "s", "?", "escape", "q")


async def test_going_past_marks_nothing_where_that_is_set(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOL_TRIAGE_MARK_READ", "false")
    async with stage.open() as reader:
        await reader.press("j", "j", "s")
        assert reader.current == CHINESE
    assert stage.marks("read") == {READ}
    assert stage.marks("starred") == {STARRED, CHINESE}
    async with stage.open() as reader:
        assert reader.current == CHINESE


# Others who write


async def test_papers_come_while_it_is_open(stage: Stage, other: Database) -> None:
    async with stage.open() as reader:
        await reader.go_to(WATCHED)
        early = paper("2611.00001", title="Before All Others")
        keep(other, listing("cs.LG", DAY, new=[early, "2611.02099"], source="catchup"))
        await reader.says("2 papers more came")
        assert reader.current == WATCHED
        assert {"2611.00001", "2611.02099"} <= set(reader.sitting.pile.shown)


async def test_what_another_process_marks_is_shown(stage: Stage, other: Database) -> None:
    async with stage.open() as reader:
        star(other, CHINESE)
        act(other, "done", events.mark("read", LATEX, NOW))
        await reader.until(lambda: "2 starred" in reader.bar)
        assert "★" in reader.line_of("灯台")
        assert reader.current == LONG
        await reader.press("n")
        assert reader.current == CHINESE
        await reader.press("s")
    assert stage.marks("starred") == {STARRED}


async def test_undo_leaves_what_another_process_changed_since(stage: Stage, other: Database) -> None:
    async with stage.open() as reader:
        await reader.press("s")
        act(other, "unstar", events.clear("starred", LONG))
        star(other, LONG)
        await reader.press("u")
        assert "changed elsewhere since" in reader.status
    assert stage.marks("starred") == {STARRED, LONG}


# Faults


@pytest.fixture
def disk(stage: Stage, home: Path) -> Iterator[Disk]:
    """A small disk that bears the home."""
    with bearing(home) as disk:
        yield disk


@asynccontextmanager
async def opened_where_the_disk_is_full(stage: Stage, disk: Disk) -> AsyncIterator[Reader]:
    """A star is stored; the reader goes on, and there is no room for what is read with that."""
    async with stage.open() as reader:
        await reader.press("s")
        disk.fill()
        await reader.press("j")
        yield reader


async def test_a_full_disk_is_told_and_nothing_is_pretended(stage: Stage, disk: Disk) -> None:
    async with opened_where_the_disk_is_full(stage, disk) as reader:
        await reader.press("s")
        await reader.says("full")
        assert "★" not in reader.line_of("Bells")
        disk.make_room()
        await reader.press("s")
        assert "★" in reader.line_of("Bells")
    assert stage.marks("starred") == {STARRED, LONG, LATEX}


async def test_papers_gone_by_are_unread_again_where_that_cannot_be_stored(stage: Stage, disk: Disk) -> None:
    async with opened_where_the_disk_is_full(stage, disk) as reader:
        await reader.says("full")
        assert "1 of 13 read" in reader.bar
        await reader.press("q")
        await reader.until(lambda: not reader.app.is_running)
        disk.make_room()
    assert stage.marks("read") == {READ}


async def test_a_store_that_cannot_be_written_is_shown(stage: Stage, disk: Disk) -> None:
    disk.protect()
    async with stage.open() as reader:
        await reader.press("j", "j")
        assert reader.current == CHINESE
        assert "1 of 14 read" in reader.bar
        await reader.press("s")
        assert "★" not in reader.line_of("灯台")
        assert reader.status.strip()
        await reader.press("q")


# A day


async def test_a_day_of_250_papers(stage: Stage, other: Database) -> None:
    ids = [f"2611.{number:05}" for number in range(10_000, 10_238)]
    keep(other, listing("cs.LG", DAY, new=ids, source="catchup"))
    async with stage.open() as reader:
        assert len(reader.sitting.pile.shown) == 250
        order = list(reader.sitting.pile.shown)
        await _go_through(reader)
        assert "250/250" in reader.bar
        assert "All read. q leaves." in reader.status
        await reader.press("u", "q")
    assert stage.marks("read") == {READ, *order[:-1]}, "the undo took back the last key"
    assert stage.marks("starred") == {STARRED, *order[10:110:10]}
    assert stage.marks("opened") == set(order[120:150:10])
    (sitting, *_) = stage.changes()
    assert sitting.verb == "triage"
    assert set(sitting.subjects) == set(order)
    async with stage.open() as reader:
        assert reader.current == order[-1]
        assert len(reader.sitting.pile.shown) == 1


async def _go_through(reader: Reader) -> None:
    """250 keys to go on, 3 of them by opening the paper, and 10 stars."""
    for number in range(250):
        if number in range(10, 110, 10):
            await reader.press("s")
        await reader.press("o" if number in range(120, 150, 10) else "j")


@pytest.mark.parametrize(
    ("typed", "starred", "tagged", "noted"),
    [
        (["t", *"zebra", "enter", "s"], True, ("zebra",), None),
        (["a", *"two words", "enter", "s"], True, (), "two words"),
        (["D", "escape", "s"], True, (), None),
        (["?", *"star", "escape", "t", *"s", "enter"], False, ("s",), None),
        (["/", *"lanterns", "escape", "s"], True, (), None),
    ],
)
async def test_what_is_typed_at_once_is_for_the_dialog_and_then_for_the_list(
    stage: Stage, typed: list[str], starred: bool, tagged: tuple[str, ...], noted: str | None
) -> None:
    async with stage.open() as reader:
        paper = reader.sitting.current_row().id
        for key in typed:
            reader.strike(key)
        for _ in range(20):
            await reader.settle()
        row = reader.sitting.row(paper)
        assert (row.marks.starred, row.marks.tags, row.marks.note) == (starred, tagged, noted)
        assert not reader.has_dialog and reader.sitting.current_row().id == paper
        await reader.press("j")
        assert reader.sitting.current_row().id != paper
