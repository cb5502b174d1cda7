"""`cool search` and `cool related`: what is found, what is said of it, and what follows by number."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from coolcli.config import paths
from coolcli.models import Paper
from coolcli.store import papers
from coolcli.store.database import Database
from tests.builders import follow, keep, listing, paper
from tests.disks import bearing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cli.program import Program

SPACES = paper(
    "2611.00001",
    title="Selective State Spaces",
    abstract="We scan long sequences with learned gates and selective kernels.",
    authors=("Ada Brook", "Ben Cole"),
    comments="Accepted at a workshop",
)
GATES = paper(
    "2611.00002", title="Gates That Learn", abstract="A kernel for selective scans of gates.", authors=("Dora Eck",)
)
CATS = paper("2611.00003", title="On Cats", abstract="They sleep.", authors=("Jane A. Doe",), categories=("cs.CL",))
CROWD = paper("2611.00004", title="A Crowd", authors=(*(f"Author Number{n}" for n in range(30)), "Jane Doe"))


@pytest.fixture
def reader(cool: Program) -> Program:
    """A reader with four papers of a day."""
    file = paths({"COOL_HOME": str(cool.home)}).database
    database = Database(file)
    follow(database, "cs.LG")
    keep(database, listing(new=[SPACES, GATES, CATS], cross=[CROWD]))
    database.close()
    return cool


def found(reader: Program, *words: str) -> list[str]:
    return reader.run("search", *words).ids


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["learn"], ["2611.00002", "2611.00001"]),
        (["selective", "scanning"], ["2611.00002", "2611.00001"]),
        (["title:selective"], ["2611.00001"]),
        (["state spaces"], ["2611.00001"]),
        (["author:Jane Doe"], ["2611.00004", "2611.00003"]),
        (["cats", "OR", "spaces"], ["2611.00003", "2611.00001"]),
        (["is:cross"], ["2611.00004"]),
        (["cat:cs.CL"], ["2611.00003"]),
        (["selective", "NOT", "spaces"], ["2611.00002"]),
        (["co:workshop"], ["2611.00001"]),
        (["sel*", "since:7d"], ["2611.00002", "2611.00001"]),
        (["--best", "gates"], ["2611.00002", "2611.00001"]),
        (["is:unread", "cats"], ["2611.00003"]),
        (["selective", "-title:state"], ["2611.00002"]),
        (["selective", "-spaces"], ["2611.00002"]),
        (["selective", "−spaces", "–novel"], ["2611.00002"]),
        (["-noodles", "selective", "-n1"], ["2611.00002"]),
        (["selective", "-state spaces"], ["2611.00002"]),
        (["-(cats OR crowd)", "gates", "-n", "1"], ["2611.00002"]),
        (["-author:Jane Doe", "-n", "1", "is:new"], ["2611.00002"]),
    ],
)
def test_a_query_finds(reader: Program, words: Sequence[str], expected: list[str]) -> None:
    assert found(reader, *words) == expected


def test_what_was_found_is_meant_by_number(reader: Program) -> None:
    found(reader, "learn")
    assert reader.run("star", "2").stdout == "Starred 2611.00001  Selective State Spaces\n"
    assert found(reader, "is:starred") == ["2611.00001"]


def test_notes_and_tags_are_found_at_once(reader: Program) -> None:
    reader.run("note", "2611.00003", "it slept, see Brook")
    reader.run("tag", "2611.00003", "pets")
    assert found(reader, "slept") == found(reader, "tag:pets") == ["2611.00003"]
    reader.run("undo", "2")
    assert found(reader, "slept") == []


def test_json_has_no_listing(reader: Program) -> None:
    document = reader.run("search", "cats", "--json").document
    assert document["listing"] is None
    assert [each["id"] for each in document["papers"]] == ["2611.00003"]
    assert reader.run("search", "zebra", "--json").document == {"listing": None, "papers": []}


def test_no_hit_says_what_was_searched_and_where_else_to_look(reader: Program) -> None:
    done = reader.run("search", "zebra", "author:Jane Doe")
    assert done.stdout == ""
    assert (
        'No paper fits: zebra AND author:"Jane Doe". 4 cached papers searched, announced Fri 20 Nov 2026.'
        in done.stderr
    )
    assert "cool search --arxiv 'zebra AND author:\"Jane Doe\"'" in done.stderr


@pytest.mark.parametrize("verb", ["save new", "watch", "mute", "rules test"])
def test_a_word_with_a_dash_is_not_wanted_wherever_a_query_is_taken(reader: Program, verb: str) -> None:
    told = reader.run(*verb.split(), "selective", "-spaces")
    assert ("it finds 1 paper" if verb == "save new" else "selective -spaces") in told.stdout + told.stderr


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["is:starred", "zebra", "-tag:pets"], "zebra"),
        (["zebra", "cat:cs.LG", "--unread"], "'zebra AND cat:cs.LG'"),
        (["note:zebra"], None),
        (["is:starred", "OR", "zebra"], None),
        (["-selective", "-cats", "-crowd"], None),
    ],
)
def test_no_hit_suggests_what_arxiv_can_be_asked(reader: Program, words: list[str], asked: str | None) -> None:
    if "-tag:pets" in words:
        reader.run("tag", "2611.00003", "pets")
    told = [line for line in reader.run("search", *words).complaints if "--arxiv" in line]
    assert told == ([f"At arXiv: cool search --arxiv {asked}"] if asked else [])


@pytest.mark.parametrize(
    "typed", ["2611.00001", "2611.00001v2", "https://arxiv.org/abs/2611.00001", "title:2611.00001 cats"]
)
def test_the_id_of_a_paper_says_how_it_is_shown(reader: Program, typed: str) -> None:
    done = reader.run("search", typed)
    assert done.stdout == ""
    assert done.complaints[-1] == "2611.00001 is a paper, and a search looks for texts: `cool show 2611.00001`."


def test_nothing_is_cached(cool: Program) -> None:
    done = cool.run("search", "zebra")
    assert done.stdout == ""
    assert "Nothing is cached yet" in done.stderr


def test_a_search_without_words_says_how(reader: Program) -> None:
    done = reader.run("search", code=2)
    assert "cool search state space" in done.stderr


def test_a_small_or_is_a_word(reader: Program) -> None:
    done = reader.run("search", "cats or spaces")
    assert "'or' is looked for as a word: the operator is OR." in done.stderr


def test_options_are_parts_of_the_query(reader: Program) -> None:
    reader.run("star", "2611.00002")
    assert found(reader, "selective", "--starred") == found(reader, "selective", "is:starred") == ["2611.00002"]
    assert found(reader, "selective", "--since", "7d", "--category", "cs.LG") == ["2611.00002", "2611.00001"]
    assert found(reader, "--type", "cross") == ["2611.00004"]


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
class TestOnATerminal:
    def test_what_was_looked_for_stands_out_there_and_in_show(self, reader: Program) -> None:
        from tests.cli.terminal import Terminal

        with Terminal(reader, columns=120) as terminal:
            shown = terminal.run("search", "author:Jane Doe")
            assert '2 papers: author:"Jane Doe"' in shown.text
            assert {"Number0,", "…", "Doe", "+29"} <= set(shown.words)
            assert marked(shown.raw) >= {"Jane", "Doe"}
            whole = terminal.run("show", "2")
            assert marked(whole.raw) >= {"Jane", "Doe"}


def marked(raw: str) -> set[str]:
    """What is bold and underlined."""
    pieces = re.findall(r"\x1b\[([0-9;]*)m([^\x1b]+)", raw)
    return {text for codes, text in pieces if {"1", "4"} <= set(codes.split(";"))}


class TestRelated:
    def test_the_nearest_come_first(self, reader: Program) -> None:
        done = reader.run("related", "2611.00001")
        assert done.stdout.startswith("2611.00002\t")
        assert "2611.00001\t" not in done.stdout

    def test_a_paper_like_no_other(self, reader: Program) -> None:
        done = reader.run("related", "2611.00003")
        assert done.stdout == ""
        assert "No cached paper has telling words in common with 2611.00003  On Cats." in done.stderr


def test_a_disk_that_cannot_be_written_says_what_searches_leave_out(reader: Program) -> None:
    assert found(reader, "cats") == ["2611.00003"]
    database = Database(paths({"COOL_HOME": str(reader.home)}).database)
    with database.write() as connection:
        papers.save(connection, [Paper("2611.00009", title="More Cats")])
    database.close()
    with bearing(reader.home) as disk:
        disk.protect()
        done = reader.run("search", "cats")
    assert done.ids == ["2611.00003"]
    assert "1 paper that is new or changed is not in the index, which cannot be written" in done.stderr
