"""Every action of the screen by each of its keys: what is shown then, and what the store says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coolcli.triage.actions import ACTIONS
from tests.tui.conftest import (
    CHINESE,
    CROSS,
    CROSS_2,
    EMOJI,
    LATEX,
    LONG,
    MUTED,
    NOTED,
    ORDER,
    READ,
    REPLACED,
    REPLACED_2,
    STARRED,
    TAGGED,
    WATCHED,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tui.stage import Stage

DRIVEN: set[str] = set()


def drives(name: str) -> pytest.MarkDecorator:
    """Let a test be of an action, and run it with each of its keys."""
    DRIVEN.add(name)
    return pytest.mark.parametrize("key", ACTIONS[name].keys)


def test_no_action_is_left_out() -> None:
    assert set(ACTIONS) == DRIVEN


# Going through


@drives("next")
async def test_next_leaves_a_paper_read(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        assert reader.current == LONG
        await reader.press(key)
        assert reader.current == LATEX
        assert "2/12 · 2 of 13 read, 1 starred" in reader.bar
        await reader.until(lambda: stage.marks("read") == {READ, LONG})


@drives("previous")
async def test_previous_marks_nothing(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.go_to(CHINESE)
        await reader.press(key)
        assert reader.current == LATEX
        await reader.press(key, key, key)
        assert reader.current == LONG, "nothing is before the first"
    assert stage.marks("read") == {READ}


@drives("next-unread")
async def test_next_unread_passes_over_what_is_read(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press("j", "k")
        assert reader.current == LONG
        await reader.press("down", "r", "k")
        assert reader.sitting.pile.read == {LONG, LATEX}
        await reader.press(key)
        assert reader.current == CHINESE
        await reader.go_to(REPLACED_2)
        await reader.press(key)
        assert reader.current == CHINESE, "around the end"


@drives("previous-unread")
async def test_previous_unread_goes_around_the_beginning(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert reader.current == REPLACED_2
        await reader.go_to(EMOJI)
        await reader.press(key)
        assert reader.current == REPLACED


@drives("page-down")
async def test_a_page_down(stage: Stage, key: str) -> None:
    async with stage.open((80, 20)) as reader:
        await reader.press(key)
        assert reader.current == ORDER[len(reader.listed) - 2]
        await reader.press(key, key, key)
        assert reader.current == ORDER[-1]
    assert stage.marks("read") == {READ}


@drives("page-up")
async def test_a_page_up(stage: Stage, key: str) -> None:
    async with stage.open((80, 20)) as reader:
        await reader.go_to(ORDER[-1])
        await reader.press(key)
        assert reader.current == ORDER[-1 - (len(reader.listed) - 2)]
        await reader.press(key, key, key)
        assert reader.current == LONG


@drives("first")
async def test_first(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.go_to(CROSS_2)
        await reader.press(key)
        assert reader.current == LONG


@drives("last")
async def test_last_marks_nothing(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert reader.current == REPLACED_2
    assert stage.marks("read") == {READ}


@drives("next-day")
async def test_next_day(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert reader.current == EMOJI
        assert "Fri 20 Nov 2026  6/12" in reader.bar
        await reader.press(key)
        assert reader.current == EMOJI
        assert "This is the last day." in reader.status


@drives("previous-day")
async def test_previous_day(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.go_to(TAGGED)
        await reader.press(key)
        assert reader.current == LONG
        await reader.press(key)
        assert "This is the first day." in reader.status


@drives("day")
async def test_a_day_is_chosen(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert "Thu 19 Nov 2026  5 unread" in reader.text
        assert "Fri 20 Nov 2026  7 unread" in reader.text
        await reader.press("down", "enter")
        assert reader.current == EMOJI
        await reader.press(key)
        await reader.write("thu")
        await reader.press("enter")
        assert reader.current == LONG


@drives("scroll-down")
async def test_a_long_abstract_scrolls(stage: Stage, key: str) -> None:
    async with stage.open((80, 24)) as reader:
        assert "Sentence 1 " in reader.paper
        await reader.press(key)
        assert "Sentence 1 " not in reader.paper
        assert reader.current == LONG
        for _ in range(9):
            await reader.press(key)
        assert "papers.cool" in reader.paper, "the last line is reached"


@drives("scroll-up")
async def test_a_long_abstract_scrolls_back(stage: Stage, key: str) -> None:
    async with stage.open((80, 24)) as reader:
        await reader.press("space", "space")
        assert "arXiv:" not in reader.paper
        await reader.press(key, key, key)
        assert "arXiv:2611.01001v1" in reader.paper


# Marking


@drives("star")
async def test_a_star_is_on_disk_at_once_and_goes_again(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert stage.marks("starred") == {STARRED, LONG}
        assert "›★" in reader.line_of("Lanterns of the Harbour")
        assert "★ starred" in reader.paper
        assert "2 starred" in reader.bar
        assert "Starred 2611.01001" in reader.status
        await reader.press(key)
        assert stage.marks("starred") == {STARRED}
        assert "★" not in reader.line_of("Lanterns of the Harbour")
        assert "Unstarred 2611.01001" in reader.status


@drives("read")
async def test_read_and_unread_again(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert stage.marks("read") == {READ, LONG}
        assert reader.current == LONG
        assert "Marked 2611.01001 as read" in reader.status
        await reader.press(key)
        assert stage.marks("read") == {READ}
        assert "as unread" in reader.status


@drives("later")
async def test_what_is_put_off_stands_behind_all_others(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert reader.current == LATEX
        assert stage.marks("later") == {LONG}
        assert stage.marks("read") == {READ}
        assert [line.strip() for line in reader.listed if line.strip()][-2:] == ["Put off", "Lanterns of the Harbour"]
        await reader.press("G", key)
        assert reader.sitting.pile.shown == ORDER
        assert stage.marks("later") == set()


@drives("tag")
async def test_a_tag_is_put_on_and_taken_off(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert "[ ] rigging" in reader.text
        await reader.write("lamps")
        assert "new: lamps" in reader.text
        await reader.press("enter")
        assert stage.marks("tag:lamps") == {LONG}
        assert "Tagged 2611.01001 lamps" in reader.status
        assert "lamps" in reader.paper
        assert "#" in reader.line_of("Lanterns of the Harbour")
        await reader.press(key, "up", "enter")
        assert stage.marks("tag:rigging") == {TAGGED, LONG}, "a tag of hers is chosen from the list"
        await reader.press(key)
        assert "[x] lamps" in reader.text
        await reader.write("lamps")
        await reader.press("enter")
        assert stage.marks("tag:lamps") == set()


@drives("note")
async def test_a_note_is_written(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.go_to(LATEX)
        await reader.press(key)
        await reader.write("Read with care")
        await reader.press("ctrl+j")
        await reader.write("twice")
        await reader.press("enter")
        assert stage.rows()[LATEX].marks.note == "Read with care\ntwice"
        assert "Read with care" in reader.paper
        assert "✎" in reader.line_of("Bells")
        await reader.press(key)
        await reader.write(" ... or not")
        await reader.press("ctrl+x")
        assert stage.rows()[LATEX].marks.note == "Read with care\ntwice"
        assert "The note is as it was." in reader.status


@drives("mute")
async def test_an_author_is_muted(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert "by Ada Light" in reader.text
        await reader.press("down", "enter")
        assert LONG not in reader.sitting.pile.shown
        assert reader.current == LATEX
        assert "1 of these papers is out of sight" in reader.status
        assert "2 muted" in reader.bar
        await reader.press("u")
        assert reader.current == LONG


# Opening and copying


@drives("open")
async def test_open_gives_the_address_to_the_browser_and_goes_on(
    stage: Stage, opened: Callable[[], list[str]], key: str
) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert reader.current == LATEX
        assert stage.marks("read") == {READ, LONG}
        assert stage.marks("opened") == {LONG}
        await reader.until(lambda: opened() == ["https://papers.cool/arxiv/2611.01001"])
        await reader.says("Opened in papers.cool")


@drives("open-elsewhere")
async def test_open_elsewhere(stage: Stage, opened: Callable[[], list[str]], key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        await reader.write("abs")
        await reader.press("enter")
        await reader.until(lambda: opened() == ["https://arxiv.org/abs/2611.01001"])
        assert reader.current == LATEX


@drives("pdf")
async def test_a_pdf_offline_is_a_message_and_the_paper_stays_unread(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        await reader.says("offline")
        assert "2611.01001" in reader.status
        assert reader.current == LONG
    assert stage.marks("read") == {READ}


@drives("copy-link")
async def test_the_link_is_copied(stage: Stage, copied: Callable[[], str], key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        await reader.says("ink of 2611.01001: copied.")
    assert copied() == "https://papers.cool/arxiv/2611.01001"


@drives("copy-bibtex")
async def test_bibtex_is_copied(stage: Stage, copied: Callable[[], str], key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        await reader.says("BibTeX of 2611.01001: copied.")
    assert copied().startswith("@")
    assert "Lanterns" in copied()


# Asking


@drives("ask")
async def test_answers_without_a_model_say_how_to_have_one_and_close_again(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        await reader.says("cool config ask")
        assert "https://papers.cool/arxiv/2611.01001" in reader.answers
        assert reader.current == LONG
        await reader.press(key)
        assert reader.answers == ""


@drives("ask-own")
async def test_a_question_of_ones_own_is_typed(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key, *"why", "enter")
        await reader.says("cool config ask")
        await reader.press("j", key)
        assert "Ask about 2611.01002" in reader.text
        assert "why" not in reader.text, "Enter alone asks nothing"
        await reader.write("w")
        assert "why" in reader.text, "it is often asked of many"
        await reader.press("escape")
        assert not reader.has_dialog


@drives("stop-asking")
async def test_where_nothing_is_asked_nothing_can_be_stopped(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert "Nothing is asked about this paper." in reader.status


# Looking


@drives("search")
async def test_a_search_filters_as_it_is_typed(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        await reader.write("cross")
        await reader.until(lambda: reader.sitting.pile.shown == [CROSS, CROSS_2])
        assert reader.current == CROSS
        await reader.press("enter", "j")
        assert reader.current == CROSS_2
        assert "search: cross · 2 papers" in reader.status


@drives("clear")
async def test_all_papers_again(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press("/", *"bells", "enter", "f")
        assert reader.sitting.pile.shown == [LATEX]
        await reader.press(key)
        assert reader.sitting.pile.shown == ORDER
        assert reader.current == LONG, "where she was before"
        assert "search" not in reader.status


@drives("types")
async def test_types_one_after_the_other(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert reader.sitting.pile.shown == [LONG, LATEX, CHINESE, EMOJI, WATCHED, TAGGED, NOTED, STARRED]
        assert "Only new submissions." in reader.status
        await reader.press(key)
        assert reader.sitting.pile.shown == [CROSS, CROSS_2]
        await reader.press(key)
        assert reader.sitting.pile.shown == [REPLACED, REPLACED_2]
        assert "v3" in reader.line_of("Charts, Third Edition")
        await reader.press(key)
        assert reader.sitting.pile.shown == ORDER


@drives("muted")
async def test_what_is_muted_is_shown_and_hidden_again(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        assert "1 muted" in reader.bar
        await reader.press(key)
        assert "✕" in reader.line_of("A Survey of Surveys")
        assert reader.current == LONG
        await reader.press(key)
        assert MUTED not in reader.sitting.pile.shown


@drives("order")
async def test_orders_one_after_the_other(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        said, shown = [], []
        for _ in range(3):
            await reader.press(key)
            said.append(reader.status)
            shown.append(list(reader.sitting.pile.shown))
            assert reader.current == LONG, "the cursor stays on its paper"
        assert all(sorted(each) == sorted(ORDER) for each in shown)
        assert any("newest submissions" in each for each in said)
        assert shown[-1] == ORDER, "arXiv's again"


# The sitting


@drives("undo")
async def test_undo_goes_back_to_where_it_was(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press("s", "j", "j", key)
        assert reader.current == LATEX
        assert "Undone: went past 2611.01002" in reader.status
        await reader.press(key, key)
        assert reader.current == LONG
        assert "Undone: starred 2611.01001" in reader.status
        assert stage.marks("starred") == {STARRED}
        assert stage.marks("read") == {READ}
        await reader.press(key)
        assert "Nothing was done in this sitting" in reader.status


@drives("redo")
async def test_redo_does_it_again(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press("s", "u", key)
        assert "Done again: starred 2611.01001" in reader.status
        assert stage.marks("starred") == {STARRED, LONG}
        await reader.press(key)
        assert "Nothing was taken back" in reader.status


@drives("fetch")
async def test_fetching_offline_says_so(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert "offline: what is cached" in reader.status


@drives("palette")
async def test_the_palette_finds_and_does_anything(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert reader.has_dialog
        await reader.write("next day")
        await reader.says("Go to the first paper of the next day")
        await reader.press("enter")
        await reader.until(lambda: reader.current == EMOJI)


@drives("help")
async def test_the_help_can_be_searched_and_does_what_is_chosen(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press(key)
        assert "j ↓          Go to the next paper" in reader.text
        await reader.press("up")
        assert "q            Leave; the next sitting begins at this paper" in reader.text, "from the end"
        await reader.write("star away")
        assert "Go to the next paper" not in reader.text
        await reader.press("enter")
        assert not reader.has_dialog
        assert stage.marks("starred") == {STARRED, LONG}


@drives("quit")
async def test_quit_and_the_next_sitting_begins_at_the_same_paper(stage: Stage, key: str) -> None:
    async with stage.open() as reader:
        await reader.press("j", "j", key)
        assert not reader.app.is_running
    assert stage.marks("read") == {READ, LONG, LATEX}
    async with stage.open() as reader:
        assert reader.current == CHINESE
        assert WATCHED in reader.sitting.pile.shown
        assert NOTED in reader.sitting.pile.shown
