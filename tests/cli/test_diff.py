"""New versions of starred papers: told by `today` and `next`, shown by `diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIDES, BELLS, CRANES, QUIET, OLD = "2611.00010", "2611.00020", "2611.00030", "2611.00040", "2503.00050"
NEW_TIDES = f"1 starred paper has a new version: {TIDES} v1 → v2. `cool diff` shows what changed."


@pytest.fixture(scope="module")
def harbour() -> World:
    """Thursday's papers, of which Friday replaces two and withdraws one."""
    world = World(seed=3)
    plain = {"authors": ["Jane Doe", "Ada van der Sluys"], "comments": "9 pages"}
    tides = world.add(
        THURSDAY,
        "cs.LG",
        id=TIDES,
        title="On the Tides",
        abstract="The tide is $2 h$ high. " + "It comes and goes and comes. " * 5 + "We measure it by ear.",
        **plain,  # type: ignore[arg-type]
    )
    bells = world.add(THURSDAY, "cs.LG", id=BELLS, title="On Bells", abstract="Bells ring.", **plain)  # type: ignore[arg-type]
    cranes = world.add(THURSDAY, "cs.LG", id=CRANES, title="On Cranes", abstract="Cranes lift.", **plain)  # type: ignore[arg-type]
    world.add(THURSDAY, "cs.LG", id=QUIET, title="On Quiet", abstract="Nothing stirs.", **plain)  # type: ignore[arg-type]
    world.replace(
        FRIDAY,
        tides,
        title="On the High Tides",
        abstract=tides.abstract.replace("2 h", "3 h").replace("ear", "eye"),
        authors=["Jane Doe", "Bo Quéro", "Ada van der Sluys"],
    )
    world.withdraw(FRIDAY, bells)
    world.replace(FRIDAY, cranes, abstract="Cranes fly.", has_html=False)
    old = world.known("cs.LG", before=THURSDAY, id=OLD, title="On Nets", abstract="Nets hold.", comments="1 page")
    world.replace(THURSDAY, old, version=3, abstract="Nets leak.")
    return world


@pytest.fixture
def sim(harbour: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(harbour, eastern(THURSDAY, 12)) as simulator:
        yield simulator


@pytest.fixture
def reader(tmp_path: Path, sim: ArxivSimulator) -> Program:
    """One who starred papers on Thursday; it is Friday now."""
    cool = Program(tmp_path, sim)
    cool.run("subscribe", "cs.LG")
    cool.run("today")
    cool.run("star", TIDES, QUIET)
    sim.now = eastern(FRIDAY, 12)
    return cool


def test_today_tells_it_until_it_was_seen(reader: Program) -> None:
    assert NEW_TIDES in reader.run("today").complaints
    assert NEW_TIDES in reader.run("today", "--json").complaints
    assert NEW_TIDES in reader.run("next").complaints
    reader.run("diff")
    assert "new version" not in reader.run("today").stderr
    assert TIDES in reader.run("undo").stdout
    assert NEW_TIDES in reader.run("today").complaints
    reader.run("diff")
    assert "new version" not in reader.run("next").stderr


def test_the_whole_of_it_in_a_pipe(reader: Program) -> None:
    reader.run("today")
    assert reader.run("diff").stdout.splitlines() == [
        f"arXiv:{TIDES}  v1 → v2",
        "Title: On the {+High+} Tides",
        "Authors: Jane Doe, {+Bo Quéro,+} Ada van der Sluys",
        "Abstract: The tide is [-$2 h$-]{+$3 h$+} high. It comes and goes and comes. It … and goes and comes."
        " We measure it by [-ear.-]{+eye.+}",
        "Unchanged: comments.",
    ]
    whole = reader.run("diff", "--all", TIDES).stdout
    assert "…" not in whole and whole.count("comes and goes") == 5


def test_as_json(reader: Program) -> None:
    reader.run("today")
    (found,) = reader.run("diff", "--json").document["papers"]
    assert (found["id"], found["changed"], found["withdrawn"]) == (TIDES, ["title", "authors", "abstract"], None)
    assert (found["from"]["version"], found["from"]["title"]) == (1, "On the Tides")
    assert (found["to"]["version"], found["to"]["title"], found["to"]["comments"]) == (
        2,
        "On the High Tides",
        "9 pages",
    )
    assert NEW_TIDES in reader.run("today").complaints, "a script has read it, not a person"


def test_on_a_terminal_it_stands_below_the_table_and_show_ends_it(reader: Program) -> None:
    with Terminal(reader, columns=200) as terminal:
        lines = terminal.run("today", "--no-pager").lines
        assert lines.index(NEW_TIDES) > max(
            number for number, line in enumerate(lines) if "On Quiet" in line or (TIDES in line and "★" in line)
        )
        assert NEW_TIDES in terminal.run("next").lines
        terminal.run("show", TIDES)
        assert "new version" not in terminal.run("today", "--no-pager").text


def test_open_ends_it_and_a_piped_show_does_not(reader: Program) -> None:
    reader.run("today")
    reader.run("show", TIDES)
    assert NEW_TIDES in reader.run("today").complaints
    reader.run("open", TIDES, BROWSER="true")
    assert "new version" not in reader.run("today").stderr


def test_colours_where_there_are_any_and_brackets_where_not(reader: Program) -> None:
    reader.run("today")
    with Terminal(reader, columns=80) as terminal:
        coloured = terminal.run("diff", TIDES)
        assert "[-" not in coloured.text and "{+" not in coloured.text
        assert "\x1b[9;31mear." in coloured.raw or "\x1b[9m" in coloured.raw
        assert "Tides" in coloured.text and max(map(len, coloured.lines)) <= 80
        for shown in (terminal.run("diff", TIDES, NO_COLOR="1"), terminal.run("diff", TIDES, TERM="dumb")):
            assert "[-ear.-]{+eye.+}" in " ".join(shown.words)
            assert "\x1b[9" not in shown.raw and "\x1b[31" not in shown.raw


def test_a_withdrawn_paper(reader: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(THURSDAY, 12)
    reader.run("star", BELLS)
    sim.now = eastern(FRIDAY, 12)
    assert f"{BELLS} v1 → v2" in reader.run("today").stderr, "the feed has no comments: they say it"
    shown = reader.run("diff", BELLS).stdout
    assert shown.startswith(f"arXiv:{BELLS}  v1 → v2  withdrawn\n")
    assert "Comments: [-9 pages-]{+This paper has been withdrawn" in shown
    reader.run("undo")
    assert f"1 starred paper was withdrawn: {BELLS} (On Bells)." in reader.run("today").complaints


def test_a_new_version_without_its_number(reader: Program, sim: ArxivSimulator) -> None:
    """A page has versions of papers with HTML only, and the feed may fail."""
    sim.now = eastern(THURSDAY, 12)
    reader.run("star", CRANES)
    sim.now = eastern(FRIDAY, 12)
    sim.fault("/rss/", Fault.STATUS_404, times=None)
    told = reader.run("today").stderr
    assert f"{CRANES} v1 → a newer version" in told
    sim.requests.clear()
    shown = reader.run("diff", CRANES).stdout.splitlines()
    assert shown[0] == f"arXiv:{CRANES}  v1 → a newer version"
    assert "Abstract: Cranes [-lift.-]{+fly.+}" in shown
    assert all(f"{CRANES}v1" in path for path in sim.paths), "nobody can say more of the newest one"
    assert "Cranes" not in reader.run("today").stderr


def test_what_is_not_starred_is_compared_with_its_first_version(reader: Program, sim: ArxivSimulator) -> None:
    shown = reader.run("diff", OLD).stdout
    assert shown.startswith(f"arXiv:{OLD}  v1 → v3\n")
    assert "Abstract: Nets [-hold.-]{+leak.+}" in shown
    assert reader.run("diff", f"{OLD}v2").stdout.startswith(f"arXiv:{OLD}  v2 → v3\n")
    sim.requests.clear()
    assert reader.run("diff", OLD).stdout == shown
    assert sim.paths == [], "versions are kept"


def test_a_newer_version_is_asked_for_once(reader: Program, sim: ArxivSimulator) -> None:
    assert reader.run("diff", TIDES, QUIET).stdout.startswith(f"arXiv:{TIDES}  v1 → v2\n")
    newest = [path for path in sim.paths if "id_list" in path and f"{TIDES}v1" not in path]
    assert len(newest) == 1 and TIDES in newest[0] and QUIET in newest[0]


def test_one_version_only(reader: Program) -> None:
    shown = reader.run("diff", QUIET)
    assert shown.stdout == ""
    assert f"{QUIET}: it has one version only. On Quiet" in shown.complaints
    assert "v3 is the newest version" in reader.run("diff", f"{OLD}v3").stderr


def test_nothing_is_new(reader: Program) -> None:
    shown = reader.run("diff")
    assert shown.stdout == "" and "No starred paper has a new version" in shown.stderr
    assert reader.run("diff", "--json").document == {"papers": []}


def test_what_does_not_exist(reader: Program) -> None:
    assert "2611.99999" in reader.run("diff", "2611.99999", code=3).stderr
    refused = reader.run("diff", f"{OLD}v7", code=3)
    assert refused.complaints == [f"cool: The newest version of {OLD} is v3: there is no v7."]


def test_an_old_version_that_cannot_be_had(reader: Program, sim: ArxivSimulator) -> None:
    reader.run("show", OLD)
    refused = reader.run("diff", OLD, "--offline", code=4)
    assert refused.stdout == "" and f"v1 of {OLD} is not here" in refused.stderr and len(refused.complaints) <= 2
    sim.fault("/api/", Fault.STATUS_503, times=None)
    sim.fault("/abs/", Fault.STATUS_503, times=None)
    refused = reader.run("diff", OLD, code=4, COOL_NETWORK_BUDGET="0.5")
    assert f"v1 of {OLD} is not here" in refused.stderr
    reader.run("today")
    both = reader.run("diff", TIDES, OLD, code=4, COOL_NETWORK_BUDGET="0.5")
    assert both.stdout.startswith(f"arXiv:{TIDES}") and f"v1 of {OLD} is not here" in both.stderr


def test_offline_what_was_kept_is_compared(reader: Program) -> None:
    reader.run("today")
    assert reader.run("diff", "--offline").stdout.startswith(f"arXiv:{TIDES}  v1 → v2\n")
