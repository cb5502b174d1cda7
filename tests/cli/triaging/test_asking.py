"""Asking about papers in `cool triage --plain`: answers in words, and on with the next paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.model_server import Fault, ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.program import Homes, Program, Result


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def reader(cool: Program, homes: Homes, model: ModelServer) -> Program:
    """A subscriber of cs.CL with Friday's listing in the cache, and a model."""
    homes.begin(cool, "subscribe cs.CL", "today")
    cool.variables |= model.environment()
    return cool


def triage(cool: Program, *lines: str, code: int = 0, **variables: str) -> Result:
    return cool.run("triage", "--plain", stdin="".join(f"{line}\n" for line in lines), code=code, **variables)


def test_six_answers_are_read_out_and_the_next_paper_follows(reader: Program, model: ModelServer) -> None:
    done = triage(reader, "ask", "n")
    said = done.stdout.splitlines()
    assert "6 questions about" in done.stderr
    assert any(line.startswith("From ") and "asked of demo at 127.0.0.1" in line for line in said)
    place = said.index("What problem does this paper address?")
    assert said.index("A summary of its main content") > place
    assert said[place + 1 :][0].startswith("What is missing or wrong today")
    assert said[place + 2].startswith('- "')
    assert "**" not in done.stdout and "###" not in done.stdout
    assert done.stdout.count("Title: ") == 2
    assert len(model.requests) == 6


def test_the_second_time_costs_nothing(reader: Program, model: ModelServer) -> None:
    done = triage(reader, "A", "A")
    assert done.stdout.splitlines().count("A summary of its main content") == 2
    assert len(model.requests) == 6


def test_a_question_of_ones_own_goes_on_after_the_one_before(reader: Program, model: ModelServer) -> None:
    done = triage(reader, "ask Which data; and why?", "Q And then?")
    assert "Which data; and why?" in done.stdout.splitlines()
    assert [message["role"] for message in model.requests[-1].json["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]


def test_a_question_without_words_is_none(reader: Program) -> None:
    assert "Line 1: What is to be asked?" in triage(reader, "Q", code=2).stderr


def test_without_a_model_it_says_how_to_have_one(reader: Program) -> None:
    said = triage(reader, "ask", "n", code=1, COOL_ASK_MODEL="", COOL_ASK_BASE_URL="").stderr
    assert "cool config ask" in said and "https://papers.cool/arxiv/" in said


def test_what_breaks_off_is_read_out_and_why_is_told(reader: Program, model: ModelServer) -> None:
    model.fault(Fault.NO_END, after=9)
    done = triage(reader, "ask", code=4)
    assert "What is missing or wrong today" in done.stdout
    assert "kept as partial" in done.stdout
    assert "Line 1: " in done.stderr
