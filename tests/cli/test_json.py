"""`--json`: the same form from each verb that writes an object of its own."""

from __future__ import annotations

import json

import pytest

from tests.cli.program import Homes, Program

VERBS = [
    "tags",
    "share 1",
    "pdf 1",
    "open 1 --print",
    "export 1 -o réfs.bib",
    "bib check réfs.bib",
    "subscribe",
    "unsubscribe cs.CL",
    "config",
    "done --before 2026-11-21 --tag étude",
    "undo --list",
    "state export étude",
]


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    homes.begin(cool, "subscribe cs.CL", "today cs.CL")
    return cool


def test_it_is_indented_and_in_letters_of_any_script(reader: Program) -> None:
    reader.run("tag", "1", "étude")
    reader.run("note", "1", "déjà vu")
    for words in VERBS:
        said = reader.run(*words.split(), "--json", COOL_PDF_FOLDER="Études").stdout
        assert said == json.dumps(json.loads(said), ensure_ascii=False, indent=1) + "\n", words
