"""`cool share`: what is pasted into a chat, plain and as Markdown, and that it is copied."""

from __future__ import annotations

import base64
import os
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from coolcli.models import Marks, Row
from coolcli.render import shared
from tests.arxiv_simulator import ArxivSimulator, World
from tests.builders import paper
from tests.cli.conftest import FRIDAY, eastern
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


ONE, TWO, OLD = "2611.00042", "2611.00043", "hep-th/9901001"
NO_CLIPBOARD: dict[str, Any] = {"DISPLAY": None, "WAYLAND_DISPLAY": None}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Program]:
    world = World()
    world.add(
        FRIDAY,
        "cs.LG",
        id=ONE,
        title=r"On $\ell_1$ *and* [brackets](x) after Erd\H{o}s",
        authors=[r"Jos\'e Qu\'ero", "Ada van der Sluys"],
        abstract="A.",
    )
    world.add(FRIDAY, "cs.LG", id=TWO, title="Alone at Sea", authors=["Ada van der Sluys"], abstract="B.")
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        cool.run("today", "cs.LG")
        yield cool


def row(paper_id: str = ONE, note: str | None = None, **said: Any) -> Row:
    return Row(paper(paper_id, **said), marks=Marks(note=note))


# Plain


def test_one_paper(reader: Program) -> None:
    reader.run("note", ONE, "see section 3")
    assert reader.run("share", ONE).stdout == (
        "On ℓ₁ *and* [brackets](x) after Erdős (José Quéro et al., 2026)\n"
        "see section 3\n"
        f"https://papers.cool/arxiv/{ONE}\n"
    )


def test_several_papers_have_one_link(reader: Program) -> None:
    reader.run("note", TWO, "-", stdin="first\n\nsecond\n")
    assert reader.run("share", "1-2").stdout == (
        "1. On ℓ₁ *and* [brackets](x) after Erdős (José Quéro et al., 2026)\n"
        "2. Alone at Sea (Ada van der Sluys, 2026)\n"
        "   first\n"
        "\n"
        "   second\n"
        "\n"
        f"https://papers.cool/arxiv/{ONE},{TWO}\n"
    )


def test_a_note_stays_at_home_where_that_is_asked(reader: Program) -> None:
    reader.run("note", ONE, "private")
    for options in ([], ["--markdown"], ["--json"]):
        assert "private" in reader.run("share", ONE, *options).stdout
        assert "private" not in reader.run("share", ONE, "--no-note", *options).stdout


def test_more_papers_than_a_page_are_several_pages(cool: Program) -> None:
    ids = cool.run("today", "cs.LG", "cs.CL").ids
    assert cool.run("share", "1-31").stdout.splitlines()[-2:] == [
        f"https://papers.cool/arxiv/{','.join(ids[:30])}",
        f"https://papers.cool/arxiv/{ids[30]}",
    ]


def test_what_papers_cool_may_not_have_is_linked_at_arxiv(tmp_path: Path) -> None:
    world = World()
    world.add(FRIDAY, "hep-th", id=OLD, title="Long Ago", authors=["Ada van der Sluys"], abstract="C.")
    world.add(FRIDAY, "hep-th", id=ONE, title="Now", authors=["Ada van der Sluys"], abstract="D.")
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        told = Program(tmp_path, simulator).run("share", OLD, ONE)
        assert told.stdout.splitlines()[3:] == [
            f"https://papers.cool/arxiv/{ONE}",
            f"{simulator.site_url}/abs/{OLD}",
        ]
        assert told.stderr == f"Linked at arXiv, as papers.cool may not have it: {OLD}.\n"


def test_sharing_marks_nothing(reader: Program) -> None:
    before = reader.run("today", "cs.LG").stdout
    reader.run("share", "1-2")
    assert reader.run("today", "cs.LG").stdout == before
    with Terminal(reader, COOL_SESSION="test") as terminal:
        assert f"https://papers.cool/arxiv/{ONE},{TWO}" in terminal.run("share", "1-2").written
    assert reader.run("today", "cs.LG").stdout == before


def test_a_paper_that_does_not_exist(reader: Program) -> None:
    assert "2611.99999" in reader.run("share", "2611.99999", code=3).complaints[0]
    assert reader.run("share", "99", code=3).stdout == ""
    assert reader.run("share", code=2).stdout == ""


def test_as_json(reader: Program) -> None:
    document = reader.run("share", "1-2", "--json").document
    assert document["links"] == [f"https://papers.cool/arxiv/{ONE},{TWO}"]
    assert document["text"] == reader.run("share", "1-2").stdout
    assert document["papers"][1] == {
        "id": TWO,
        "title": "Alone at Sea",
        "first_author": "Ada van der Sluys",
        "authors": 1,
        "year": 2026,
        "note": None,
        "link": f"https://papers.cool/arxiv/{TWO}",
    }


@pytest.mark.parametrize(
    ("paper_id", "submitted", "year"),
    [
        ("2611.00042", None, 2026),
        ("0704.0001", None, 2007),
        ("hep-th/9901001", None, 1999),
        ("math/0309136", None, 2003),
        ("2601.00001", datetime(2025, 12, 31, 23, tzinfo=UTC), 2025),
    ],
)
def test_the_year_is_that_of_submission(paper_id: str, submitted: datetime | None, year: int) -> None:
    assert shared.content(row(paper_id, submitted=submitted), "LINK")["year"] == year


def test_what_is_not_known_is_left_out() -> None:
    assert shared.plain([row(authors=())], ["LINK"]) == f"On {ONE} (2026)\nLINK\n"
    assert shared.plain([row(title=None, authors=())], ["LINK"]) == f"arXiv:{ONE} (2026)\nLINK\n"


def test_a_note_from_elsewhere_brings_no_code_of_a_terminal() -> None:
    assert "\x1b" not in shared.plain([row(note="a\x1b[2Jb")], []) + shared.markdown(
        [row(note="a\x1b[2Jb")], [], {ONE: ""}
    )


# Markdown


def test_markdown_has_a_link_for_each_and_one_for_all(reader: Program) -> None:
    reader.run("note", TWO, "-", stdin="first\nsecond")
    assert reader.run("share", "1-2", "--markdown").stdout == (
        "1. [On ℓ₁ \\*and\\* \\[brackets\\](x) after Erdős]"
        f"(https://papers.cool/arxiv/{ONE}) (José Quéro et al., 2026)\n"
        f"2. [Alone at Sea](https://papers.cool/arxiv/{TWO}) (Ada van der Sluys, 2026)\n"
        "\n"
        "   > first\n"
        "   > second\n"
        "\n"
        f"[All on one page](https://papers.cool/arxiv/{ONE},{TWO})\n"
    )
    assert reader.run("share", TWO, "--markdown", "--no-note").stdout == (
        f"[Alone at Sea](https://papers.cool/arxiv/{TWO}) (Ada van der Sluys, 2026)\n"
    )


LINE = st.text(alphabet=st.one_of(st.sampled_from("*_[]()<>`~|&#!\\$:;1.-+ ab"), st.characters(categories=["L", "N"])))


@given(LINE.map(str.strip).filter(bool), LINE.map(str.strip).filter(bool))
def test_titles_and_names_survive_markdown(title: str, author: str) -> None:
    shown = row(title=title.replace("$", "").replace("\\", "") or "x", authors=(author,))
    tokens = MarkdownIt().parse(shared.markdown([shown], [], {ONE: "https://example.org/"}))
    (line,) = [token for token in tokens if token.type == "inline"]
    assert line.children
    assert [each.type for each in line.children if "link" in each.type] == ["link_open", "link_close"]
    text = "".join(each.content for each in line.children if each.type in ("text", "text_special"))
    assert text == f"{shown.paper.title} ({author}, 2026)"


# Copying


@pytest.mark.skipif(sys.platform != "linux", reason="the clipboard is a program on Linux only")
def test_copy_says_what_was_copied(reader: Program, tmp_path: Path) -> None:
    held = tmp_path / "held"
    for name, script in (("wl-copy", f'cat > "{held}"'), ("wl-paste", "exit 1")):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    told = reader.run("share", "1-2", "--copy", WAYLAND_DISPLAY="wayland-1", PATH=path)
    assert held.read_text("utf-8") == told.stdout.rstrip("\n")
    assert told.stderr == "Copied: 2 papers.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have a clipboard of their own")
def test_where_nothing_can_be_copied_it_is_printed_all_the_same(reader: Program) -> None:
    refused = reader.run("share", TWO, "--copy", code=1, **NO_CLIPBOARD)
    assert refused.stdout == reader.run("share", TWO).stdout
    assert refused.complaints[0] == "cool: Nothing was copied: there is no clipboard here."


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")
@pytest.mark.parametrize("tmux", [None, "/tmp/tmux-0/default,1,0"])
def test_over_ssh_the_terminal_copies(reader: Program, tmux: str | None) -> None:
    over_ssh: dict[str, Any] = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "TMUX": tmux}
    with Terminal(reader, COOL_SESSION="test") as terminal:
        shown = terminal.run("share", TWO, "--copy", **NO_CLIPBOARD, **over_ssh)
        dumb = terminal.run("share", TWO, "--copy", code=1, TERM="dumb", **NO_CLIPBOARD, **over_ssh)
    text = f"Alone at Sea (Ada van der Sluys, 2026)\nhttps://papers.cool/arxiv/{TWO}"
    codes = re.findall("\x1b\\]52;c;([^\x07]*)\x07", shown.raw)
    assert [base64.b64decode(code).decode() for code in codes] == [text] * (2 if tmux else 1)
    assert ("\x1bPtmux;" in shown.raw) is bool(tmux)
    assert "Copied, if your terminal allows it (OSC 52): 1 paper." in shown.raw
    assert "]52;" not in dumb.raw and "Nothing was copied" in dumb.text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have a clipboard of their own")
def test_a_text_too_long_for_a_terminal_is_not_cut(reader: Program) -> None:
    reader.run("note", TWO, "-", stdin="a" * 80_000)
    with Terminal(reader, COOL_SESSION="test") as terminal:
        shown = terminal.run("share", TWO, "--copy", code=1, SSH_TTY="/dev/pts/1", **NO_CLIPBOARD)
    assert "]52;" not in shown.raw and "more than the 74,994 bytes that a terminal takes" in shown.text


def test_without_a_network_what_is_not_here_is_named(reader: Program) -> None:
    for verb in ("share", "export", "show"):
        refused = reader.run(verb, "2312.11111", ONE, "hep-th/9901001", "--offline", code=4).stderr
        assert "2312.11111" in refused and "hep-th/9901001" in refused and ONE not in refused, verb
    for verb in ("share", "pdf"):
        (told, _) = reader.run(verb, "2312.11111", "--offline", code=4).complaints
        assert told == "cool: 2312.11111 is not here. Nothing is asked of arXiv (--offline).", verb
