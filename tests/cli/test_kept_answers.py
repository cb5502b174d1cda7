"""Answers that are kept: in exports, in `show`, and nowhere that they should not be."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from coolcli.ask.questions import SIX
from coolcli.export.formats import FORMATS
from coolcli.store import answers
from coolcli.store.answers import Answer
from coolcli.store.database import Database
from tests.builders import NOW
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from tests.cli.program import Program

SAID = "It is *about* $x_1$ (3 Method)."
OWN = "Why [this]?"
QUESTION = SIX["problem"].english


def answer(paper: str, question: str = "problem", version: int = 1) -> Answer:
    return Answer(None, paper, version, "kimi", "English", question, SAID, "html", ("References",), "whole", NOW, None)


def keep(cool: Program, *given: Answer) -> None:
    with closing(Database(cool.home / "data" / "cool.db")) as database, database.write() as connection:
        for each in given:
            answers.save(connection, each)


@pytest.fixture
def asked(reader: Program, papers: list[str]) -> Program:
    """A reader whose model answered two questions about the first paper of the list."""
    keep(reader, answer(papers[0]), answer(papers[0], OWN))
    return reader


def test_they_are_in_the_json_of_what_is_exported_and_shown(asked: Program) -> None:
    for command in ("export 1-2 --json", "export 1-2 --format json", "show 1-2 --json"):
        one, two = asked.run(*command.split()).document["papers"]
        assert [each["asked"] for each in one["answers"]] == [QUESTION, OWN]
        assert one["answers"][0] == {
            "question": "problem",
            "asked": QUESTION,
            "answer": SAID,
            "model": "kimi",
            "language": "English",
            "version": 1,
            "source": "html",
            "left_out": ["References"],
            "stopgap": False,
            "ended": "whole",
            "at": "2026-11-20T14:00:00Z",
        }
        assert two["answers"] == []
    assert all("answers" not in paper for paper in asked.run("today", "cs.CL", "--json").document["papers"])


def test_they_are_below_their_questions_in_markdown(asked: Program) -> None:
    asked.run("note", "1", "mine")
    asked.run("export", "1-2", "-o", "notes.md")
    shown = (asked.folder / "notes.md").read_text("utf-8").splitlines()
    place = shown.index("  > mine")
    assert shown[place + 1] == f"  - **{QUESTION}**  "
    assert "kimi · 2026-11-20 · from arXiv's HTML version of v1 · left out: References" in shown[place + 2]
    assert shown[place + 3] == f"    > {SAID}"
    assert shown[place + 4] == "  - **Why \\[this\\]?**  "
    assert shown[place + 7].startswith("- [")


@pytest.mark.parametrize("kind", FORMATS)
def test_they_may_stay_at_home(asked: Program, kind: str) -> None:
    shown = asked.run("export", "1", "--format", kind).stdout
    assert ("kimi" in shown) == (kind in ("json", "markdown"))
    assert "kimi" not in asked.run("export", "1", "--format", kind, "--no-answers").stdout


def test_a_paper_that_is_shown_says_how_many_there_are(asked: Program, papers: list[str]) -> None:
    told = f"2 about v1: `cool export {papers[0]} --format markdown`"
    assert f"Answers: {told}" in asked.run("show", "1").stdout.splitlines()
    assert "Answers" not in asked.run("show", "2").stdout
    with Terminal(asked, columns=80) as terminal:
        shown = terminal.run("show", papers[0])
    assert told in " ".join(shown.words)


def test_the_six_of_the_model_that_is_set_up_are_shown_by_asking(reader: Program, papers: list[str]) -> None:
    keep(reader, *(answer(papers[0], name, version=9) for name in SIX))
    set_up: dict[str, Any] = {"COOL_ASK_MODEL": "kimi", "COOL_ASK_BASE_URL": "http://127.0.0.1:9/v1"}
    asks = f"Answers: 6 about v9: `cool ask {papers[0]}v9`"
    assert asks in reader.run("show", "1", **set_up).stdout.splitlines()
    assert asks not in reader.run("show", "1", **set_up | {"COOL_ASK_MODEL": "gpt"}).stdout.splitlines()


def test_they_stay_on_this_machine_and_undo_leaves_them(asked: Program) -> None:
    asked.run("star", "2")
    asked.run("state", "export", "state")
    assert "kimi" not in "".join(file.read_text("utf-8") for file in (asked.folder / "state").iterdir())
    asked.run("undo")
    assert len(asked.run("show", "1", "--json").document["papers"][0]["answers"]) == 2


def test_the_doctor_counts_them_and_tells_nothing_of_them(asked: Program) -> None:
    report = asked.run("doctor", "--offline", "--json").document
    assert report["database"]["counts"]["answers"] == 2
    assert "2 answers" in " ".join(asked.run("doctor", "--offline").stdout.split())
    assert SAID not in json.dumps(report) and OWN not in json.dumps(report)
