"""`cool prune`: what may go, and that nothing else does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from coolcli.ask.document import Document, Section
from coolcli.cli.questioning import texts
from coolcli.config import paths
from coolcli.models import Event
from coolcli.store import events
from coolcli.store.database import Database
from tests.builders import NOW, act, follow, keep, listing, paper
from tests.cli.conftest import FRIDAY
from tests.cli.terminal import Terminal
from tests.disks import bearing

if TYPE_CHECKING:
    from tests.arxiv_simulator import ArxivSimulator, World
    from tests.cli.program import Homes, Program

OLD, YOUNG = date(2026, 5, 20), date(2026, 10, 26)
IDS = ["2605.00001", "2605.00002", "2605.00003", "2605.00004", "2605.00005"]
READ, UNREAD, STARRED, UNSTARRED, NOTED = IDS


@pytest.fixture
def reader(cool: Program) -> Program:
    """One old paper may go: the others are unread, starred, once starred, noted; and one is young."""
    store = Database(paths(cool.environment()).database)
    follow(store, "cs.LG", since=OLD)
    old = [paper(paper_id, abstract="word " * 300, comments="5 pages") for paper_id in IDS]
    keep(store, listing(day=OLD, new=old, counts=(5, 0, 0), source="page"))
    young = paper("2610.00001", abstract="word " * 300)
    keep(store, listing(day=YOUNG, new=[young], counts=(1, 0, 0), source="page"))
    for paper_id in (READ, STARRED, UNSTARRED, NOTED, "2610.00001"):
        act(store, "done", events.mark("read", paper_id, NOW))
    for paper_id in (STARRED, UNSTARRED):
        act(store, "star", events.mark("starred", paper_id, NOW, version=1))
    act(store, "unstar", events.clear("starred", UNSTARRED))
    act(store, "note", Event(NOTED, "note", '"why"'))
    store.close()
    return cool


def abstracts(cool: Program) -> dict[str, Any]:
    return {each["id"]: each["abstract"] for each in cool.run("list", "--json").document["papers"]}


def test_the_text_of_a_paper_goes_with_it(reader: Program) -> None:
    """In all versions; `cool ask` fetches it again."""
    places = paths(reader.environment())
    grounds = texts.Grounds(Document("html", "T", (Section("1 Introduction", "word " * 9000),)), None)
    for paper_id, version in ((READ, 1), (READ, 2), (STARRED, 1)):
        texts.keep(places, paper_id, version, grounds, NOW)
    size = sum(file.stat().st_size for file in texts.files(places, [READ]))
    told = reader.run("prune", "--older", "4m", "--dry-run", "--json").document
    assert told["bytes"] == 5 * 300 + len("5 pages") + size
    assert len(list(texts.files(places, IDS))) == 3, "nothing was changed yet"
    reader.run("prune", "--older", "4m", "--yes")
    assert [file.name for file in texts.files(places, IDS)] == [f"{STARRED}v1.json.gz"]


def test_only_what_was_read_and_not_kept_goes(reader: Program) -> None:
    before = reader.run("list").stdout
    told = reader.run("prune", "--older", "4m", "--yes")
    assert "details of 1 paper announced before" in told.stdout and "kB" in told.stdout
    assert "cannot be undone" in told.stderr
    assert {name for name, abstract in abstracts(reader).items() if abstract is None} == {READ}
    assert reader.run("list").stdout == before, "titles, authors and marks stay"
    assert "Nothing can go" in reader.run("prune", "--older", "4m", "--yes").stdout


def test_a_dry_run_changes_nothing(reader: Program) -> None:
    assert "would go: details of 1 paper" in reader.run("prune", "--older", "17w", "--dry-run").stdout
    assert None not in abstracts(reader).values()
    document = reader.run("prune", "--older", "120d", "--dry-run", "--json").document
    assert document == {"papers": 1, "bytes": 1507, "before": "2026-07-23", "pruned": False}


def test_without_a_terminal_it_wants_to_be_told(reader: Program) -> None:
    refused = reader.run("prune", "--older", "6m", code=2)
    assert "--yes" in refused.complaints[-1] and refused.stdout == ""
    assert None not in abstracts(reader).values()


@pytest.mark.parametrize(("answer", "goes"), [("y\r", True), ("n\r", False), ("\r", False)])
def test_on_a_terminal_it_asks(reader: Program, answer: str, goes: bool) -> None:
    with Terminal(reader) as terminal:
        terminal.start("prune", "--older", "6m")
        terminal.until("[y/N]")
        terminal.type(answer)
        assert ("Gone:" in terminal.ended().text) is goes
    assert (None in abstracts(reader).values()) is goes


@pytest.mark.parametrize("typed", ["29d", "4w", "0y", "1", "year", "", "-1y"])
def test_a_span_that_is_too_short_or_none_is_refused(reader: Program, typed: str) -> None:
    assert len(reader.run("prune", f"--older={typed}", "--yes", code=2).complaints) == 2
    assert "--older" in reader.run("prune", code=2).stderr


def test_show_fetches_what_went(cool: Program, homes: Homes, world: World, sim: ArxivSimulator) -> None:
    homes.begin(cool, "subscribe cs.CL", "today")
    name = cool.run("list", "--unread", "--limit", "1").ids[0]
    cool.run("done", name)
    sim.now = sim.now.replace(year=2027)
    cool.run("prune", "--older", "90d", "--yes")
    sim.now = sim.now.replace(year=2026)
    bare = cool.run("show", name, "--offline", code=4)
    assert f"arXiv:{name}" in bare.stdout and name in bare.stderr and len(bare.complaints) <= 2
    (shown,) = cool.run("show", name, "--json").document["papers"]
    assert shown["abstract"] and shown["read"] and shown["announced"] == FRIDAY.isoformat()
    sim.requests.clear()
    assert cool.run("show", name, "--offline").stderr == ""


def test_without_room_for_a_copy_the_file_keeps_its_size(cool: Program) -> None:
    """The details are gone; that the file is no smaller is told, and is no failure to let them go."""
    store = Database(paths(cool.environment()).database)
    follow(store, "cs.LG", since=OLD)
    some = [paper(f"2605.{number:05}", abstract="word " * 800) for number in range(700)]
    keep(store, listing(day=OLD, new=some, counts=(700, 0, 0), source="page"))
    act(store, "done", *(events.mark("read", f"2605.{number:05}", NOW) for number in range(60)))
    store.close()
    with bearing(cool.home):
        told = cool.run("prune", "--older", "4m", "--yes", code=5)
        assert told.stdout.startswith("Gone: details of 60 papers")
        assert "The file keeps its size for now" in told.stderr and "nothing was changed" not in told.stderr
        assert len([name for name, abstract in abstracts(cool).items() if abstract is None]) == 60
