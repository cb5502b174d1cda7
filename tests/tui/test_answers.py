"""The answers in the triage screen: they come while the reader goes on, and are kept however that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from coolcli import config
from coolcli.ask.document import Document, Section
from coolcli.ask.questions import SIX
from coolcli.cli.questioning import texts
from coolcli.cli.questioning.texts import Grounds
from coolcli.store import answers
from coolcli.store.database import Database
from coolcli.tui.answers import end_of_block
from tests.builders import NOW
from tests.model_server import Fault, ModelServer
from tests.tui import looks
from tests.tui.conftest import LATEX, LONG, MODEL, REPLACED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coolcli.store.answers import Answer
    from tests.tui.stage import Reader, Stage

OTHER = REPLACED
"""A paper that nothing was asked about; of this one and of LONG the version is known."""
VERSIONS = {LONG: 1, OTHER: 3}
TEXT = Document(
    "html",
    "Lanterns",
    (
        Section("Abstract", "We show that lanterns are bright."),
        Section("1 Introduction", "The problem is that harbours are dark at night. Lamps cost much."),
    ),
)
FAINT = 2.8


@pytest.fixture
def server(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A model that answers, the texts of two papers, and no arXiv."""
    monkeypatch.delenv("COOL_OFFLINE")
    for name in ("FEED", "SITE", "API", "OAI"):
        monkeypatch.setenv(f"COOL_ARXIV_{name}_URL", "http://127.0.0.1:1")
    for paper, version in VERSIONS.items():
        texts.keep(config.paths(), paper, version, Grounds(TEXT, None), NOW)
    with ModelServer() as model:
        for name, value in (model.environment() | {"COOL_ASK_LANGUAGE": "Plain English"}).items():
            monkeypatch.setenv(name, value)  # in English, LONG was asked about before
        yield model


def stored(paper: str, language: str = "Plain English") -> list[Answer]:
    database = Database(config.paths().database)
    try:
        with database.read() as connection:
            return answers.of_paper(connection, paper, VERSIONS[paper], "demo", language)
    finally:
        database.close()


def flat(reader: Reader) -> str:
    """The answers in sight as one line."""
    return " ".join(reader.answers.replace("▐", "").split())


async def held(reader: Reader, server: ModelServer, paper: str = LONG) -> None:
    """Ask about a paper, and be where a few words of the first answer are here and no more come."""
    server.fault(Fault.HOLD, after=6)
    await reader.go_to(paper)
    await reader.press("A")
    await reader.until(server.holding.is_set)
    await reader.says("What is missing")


async def test_six_answers_come_while_the_reader_goes_on(stage: Stage, server: ModelServer) -> None:
    async with stage.open() as reader:
        await held(reader, server)
        assert "From arXiv's HTML version of 2611.01001v1" in reader.answers
        assert "1 of 6" in reader.answers and "1 of 6" in reader.status
        await reader.press("j", "s")
        assert reader.current == LATEX
        assert reader.answers == "", "they are of the paper before"
        assert "2611.01001v1: 1 of 6" in reader.status or "Starred" in reader.status
        server.go.set()
        await reader.until(lambda: len(stored(LONG)) == len(SIX))
        await reader.press("k")
        assert "What problem does this paper address?" in reader.answers
        await reader.until(lambda: "esc stops" not in reader.answers)
        for _ in range(9):
            await reader.press("space")
        assert "A summary of its main content" in reader.answers
        assert stage.marks("starred") >= {LATEX}
    assert {answer.question for answer in stored(LONG)} == set(SIX)
    assert all(answer.ended == "whole" for answer in stored(LONG))


async def test_what_is_kept_is_there_at_once_and_costs_nothing(
    stage: Stage, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOL_ASK_LANGUAGE", "English")
    async with stage.open() as reader:
        await reader.press("A")
        assert "What is missing is light" in reader.answers
        assert "of demo, Fri 20 Nov 2026" in flat(reader)
        await reader.press("A")
        assert reader.answers == ""
        assert "arXiv:2611.01001v1" in reader.paper
    assert server.requests == []


async def test_the_pane_goes_with_its_paper_and_keeps_its_place(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in MODEL.items():
        monkeypatch.setenv(name, value)
    async with stage.open((80, 24)) as reader:
        await reader.press("A", "space", "space")
        before = reader.answers
        assert "What problem" not in before, "the keys for the paper scroll its answers"
        await reader.press("j")
        assert reader.answers == ""
        assert "arXiv:2611.01002" in reader.paper
        await reader.press("k")
        assert reader.answers == before
        await reader.press("b", "b", "A", "space")
        assert reader.answers == ""
        assert reader.paper_offset > 0, "and the paper where there are none"


async def test_esc_stops_and_what_came_is_kept_as_partial(stage: Stage, server: ModelServer) -> None:
    async with stage.open() as reader:
        await held(reader, server)
        await reader.press("escape")
        assert "what came is kept" in reader.status
        await reader.says("kept as partial")
        assert [answer.ended for answer in stored(LONG)] == ["broken"]
        assert stored(LONG)[0].text.replace("*", "") in reader.answers
        await reader.until(lambda: "esc stops" not in reader.answers)
        await reader.press("A", "A")
        await reader.until(lambda: len(stored(LONG)) == len(SIX) and not reader.app.answers.words)
        assert "partial" not in reader.answers
    assert all(answer.ended == "whole" for answer in stored(LONG)), "opened again, it asks for the rest"


async def test_where_nothing_came_the_room_is_given_back(stage: Stage, server: ModelServer) -> None:
    server.fault(Fault.MUTE)
    async with stage.open((80, 24)) as reader:
        await reader.press("A")
        await reader.until(lambda: bool(server.requests))
        await reader.press("X")
        await reader.until(lambda: reader.answers == "")
        assert "arXiv:2611.01001v1" in reader.paper
    assert stored(LONG) == []


async def test_a_second_paper_waits_for_the_first(stage: Stage, server: ModelServer) -> None:
    async with stage.open() as reader:
        await held(reader, server)
        await reader.go_to(OTHER)
        await reader.press("A")
        assert "waits until 2611.01001v1 is done" in reader.answers
        assert "1 more to ask" in reader.app.answers.words
        await reader.go_to(LONG)
        await reader.press("X")
        await reader.until(lambda: len(stored(OTHER)) == len(SIX))
    assert len(stored(LONG)) == 1
    assert len(server.requests) == 1 + len(SIX)


async def test_what_waits_can_be_stopped_before_it_was_asked(stage: Stage, server: ModelServer) -> None:
    async with stage.open() as reader:
        await held(reader, server)
        await reader.go_to(OTHER)
        await reader.press("A", "X")
        server.go.set()
        await reader.until(lambda: not reader.app.answers.words)
    assert stored(OTHER) == []
    assert len(stored(LONG)) == len(SIX)


async def test_a_question_of_ones_own_goes_on_after_what_was_asked(stage: Stage, server: ModelServer) -> None:
    async with stage.open() as reader:
        await reader.go_to(OTHER)
        for question in ("Is it dark?", "And at night?"):
            await reader.press("Q", *question, "enter")
            await reader.until(lambda: bool(reader.app.answers.words) is False)
            assert question in reader.answers
    first, second = stored(OTHER)
    assert second.follows == first.number
    said = [message["content"] for message in server.requests[-1].json["messages"]]
    assert said[1].endswith("Is it dark?") and said[2] == first.text and said[3] == "And at night?"


async def test_keys_in_the_dialog_come_before_it_is_drawn(stage: Stage) -> None:
    async with stage.open() as reader:
        for key in ("Q", "w", "pagedown", "pageup", "h", "y"):
            reader.strike(key)
        await reader.says("ask: why")
        assert reader.app.is_running


async def test_leaving_keeps_what_came_as_partial(stage: Stage, server: ModelServer) -> None:
    async with stage.open() as reader:
        await held(reader, server)
        await reader.press("q")
        assert not reader.app.is_running
    (answer,) = stored(LONG)
    assert answer.ended == "broken"
    assert answer.text


async def test_what_goes_wrong_is_in_the_pane_and_the_screen_goes_on(stage: Stage, server: ModelServer) -> None:
    server.fault(Fault.STATUS_401)
    async with stage.open() as reader:
        await reader.press("A")
        await reader.says("401")
        assert "Incorrect API key" in reader.answers
        await reader.press("j")
        assert reader.current == LATEX
        await reader.press("k")
        assert "Incorrect API key" in reader.answers
        await reader.press("A", "A")
        await reader.until(lambda: len(stored(LONG)) == len(SIX))
        await reader.until(lambda: "Incorrect API key" not in reader.answers)


async def test_no_answer_reaches_the_terminal(stage: Stage, server: ModelServer) -> None:
    server.fault(Fault.ESCAPES, times=None)
    async with stage.open() as reader:
        await reader.press("A")
        await reader.until(lambda: len(stored(LONG)) == len(SIX) and not reader.app.answers.words)
        assert "a link (https://evil.example/?q=secret)" in flat(reader)
        for strip in reader.strips:
            assert all(each.isprintable() for each in strip.text)
            assert all(not (part.style and part.style.link and "evil" in part.style.link) for part in strip)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_all_of_it_can_be_read(stage: Stage, monkeypatch: pytest.MonkeyPatch, colours: str) -> None:
    for name, value in MODEL.items():
        monkeypatch.setenv(name, value)
    async with stage.open((80, 60), colours=colours) as reader:
        await reader.press("A")
        await reader.settle()
        pale = {(text, round(found, 1)) for text, found in looks.contrasts(reader.strips) if found < FAINT}
    assert pale == set()


async def test_it_fits_every_size(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in MODEL.items():
        monkeypatch.setenv(name, value)
    async with stage.open() as reader:
        await reader.press("A")
        for size in [(40, 11), (59, 24), (80, 70), (109, 24), (110, 33), (133, 24), (220, 70)]:
            await reader.resize(*size)
            assert [wcswidth(line) for line in reader.lines] == [size[0]] * size[1], (size, reader.text)
            assert "Answers about 2611.01001v1" in reader.text
        assert "arXiv:2611.01001v1" in reader.paper, "there is room for both"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("one\ntwo\n\nthree", ["one\ntwo\n\n", "three"]),
        ("- a\n\n- b\n\nend of it", ["- a\n\n- b\n\n", "end of it"]),
        ("1. a\n\n   more of it\n\n2. b", ["1. a\n\n   more of it\n\n2. b"]),
        ("list:\n\n- a\n- b", ["list:\n\n", "- a\n- b"]),
        ("```\na\n\nb = 1\n```\n\nrest", ["```\na\n\nb = 1\n```\n\n", "rest"]),
        ("````\n```\n\nb = 1\n````\n\nrest", ["````\n```\n\nb = 1\n````\n\n", "rest"]),
        ("a\n\n-", ["a\n\n-"]),
        ("a\n\n**b** c", ["a\n\n", "**b** c"]),
    ],
)
def test_blocks(text: str, blocks: list[str]) -> None:
    assert list(cut(text)) == blocks


def cut(text: str) -> Iterator[str]:
    begin = 0
    while (end := end_of_block(text, begin)) is not None:
        yield text[begin:end]
        begin = end
    yield text[begin:]


_LINES = st.sampled_from(
    ["", "", "text", "- item", "1. item", "  more", "```", "~~~~", "> said", "| a |", "\t", "x" * 9]
)


@given(st.lists(_LINES).map("\n".join), st.integers(0, 200))
def test_blocks_are_the_same_while_a_text_grows(text: str, so_far: int) -> None:
    whole, part = list(cut(text)), list(cut(text[:so_far]))
    assert "".join(whole) == text
    assert part[:-1] == whole[: len(part) - 1]
