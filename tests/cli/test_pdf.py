"""`cool pdf`: papers as files in the reader's folder, whatever the network and the disk do meanwhile."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if os.name == "nt":
    pytest.skip("terminals, signals and viewers are started in another way", allow_module_level=True)

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import LIMIT, Program
from tests.cli.terminal import Terminal
from tests.cli.test_interrupt import until_asked
from tests.disks import mounted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.cli.program import Homes

SIZE = 100_000
"""Bytes of a PDF that comes in several pieces, and too few for a server that breaks off to be asked for ever."""


@pytest.fixture
def reader(cool: Program, sim: ArxivSimulator, homes: Homes) -> Program:
    homes.begin(cool, "today cs.LG")
    sim.pdf_size = SIZE
    return cool


@pytest.fixture
def papers(world: World) -> list[str]:
    return expected.ids(world, FRIDAY, "cs.LG")


def folder(cool: Program) -> Path:
    return cool.folder / "Papers"


def files(cool: Program) -> dict[str, bytes]:
    """What the reader sees in the folder."""
    found = {path.name: path.read_bytes() for path in folder(cool).rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if not name.startswith(".cool-papers")}


def asked(sim: ArxivSimulator) -> list[str]:
    return [path for path in sim.paths if path.startswith("/pdf/")]


def ranges(sim: ArxivSimulator) -> list[str | None]:
    """From where on files were asked for."""
    return [request.headers.get("Range") for request in sim.requests if request.path.startswith("/pdf/")]


def is_whole(content: bytes) -> bool:
    return content.startswith(b"%PDF-1.4\n") and content.endswith(b"%%EOF\n") and len(content) > SIZE


def test_papers_come_into_the_folder(reader: Program, sim: ArxivSimulator, world: World, papers: list[str]) -> None:
    done = reader.run("pdf", "1", papers[1])
    assert asked(sim) == [f"/pdf/{papers[0]}v1", f"/pdf/{papers[1]}v1"]
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert [path.parent for path in paths] == [folder(reader)] * 2
    assert all(path.name.startswith("2026-") and path.suffix == ".pdf" for path in paths)
    assert world.papers[papers[1]][0].title.split()[-1] in paths[1].stem
    for path, name in zip(paths, papers, strict=False):
        content = path.read_bytes()
        assert is_whole(content) and f"arXiv:{name}v1".encode() in content
    assert len(files(reader)) == 2
    assert done.complaints == [
        f"Downloaded {papers[0]}v1, 100.2 kB",
        f"Downloaded {papers[1]}v1, 100.2 kB",
        "2 downloaded.",
    ]
    assert not any(set(line.marks) & set("r*") for line in reader.run("today", "cs.LG").lines), "nothing is marked"


def test_what_is_here_is_not_asked_for_again(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    first = reader.run("pdf", "1")
    again = reader.run("pdf", papers[0], "2", "--json").document["papers"]
    assert len(asked(sim)) == 2
    assert [(paper["status"], paper["id"], paper["version"]) for paper in again] == [
        ("here", papers[0], 1),
        ("downloaded", papers[1], 1),
    ]
    assert again[0]["path"] == first.stdout.rstrip("\n")
    assert again[0]["bytes"] > SIZE and again[0]["error"] is None
    assert reader.run("pdf", "1", "--offline").stdout == first.stdout
    sim.requests.clear()
    assert "Downloaded" in reader.run("pdf", "1", "--overwrite").stderr
    assert len(asked(sim)) == 1 and len(files(reader)) == 2


def test_of_many_that_are_here_a_terminal_shows_how_many(reader: Program, papers: list[str]) -> None:
    paths = reader.run("pdf", "1-4").stdout
    with Terminal(reader, columns=80) as terminal:
        shown = terminal.run("pdf", *papers[:5])
        few = terminal.run("pdf", "--offline", *papers[:3])
    assert shown.text.count("Downloaded") == 1 and papers[4] in shown.text
    assert "Here already" not in shown.text and not any(paper_id in shown.text for paper_id in papers[:4])
    assert shown.lines[-1] == "1 downloaded, 4 here already."
    assert few.text.count("Here already: ") == 3
    assert reader.run("pdf", "1-4").stdout == paths, "piped, each has its line"


def test_another_folder_and_another_name(reader: Program, papers: list[str]) -> None:
    done = reader.run("pdf", "1", "--to", "sub/dir", COOL_PDF_NAME="{category}/{id}v{version}")
    assert done.stdout == f"{reader.folder}/sub/dir/cs.LG/{papers[0]}v1.pdf\n"
    done = reader.run("pdf", "1", COOL_PDF_FOLDER="~/elsewhere", COOL_PDF_NAME="{id}")
    assert done.stdout == f"{reader.folder}/elsewhere/{papers[0]}.pdf\n"
    assert not folder(reader).exists()


def test_stars_and_tags(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    assert reader.run("pdf", "--starred").complaints == ["There are no starred papers."]
    reader.run("star", "1-3")
    reader.run("tag", "2", "4", "survey")
    tagged = reader.run("pdf", "--starred", "--tag", "survey", "--json").document["papers"]
    assert [paper["id"] for paper in tagged] == [papers[1]]
    done = reader.run("pdf", "--starred")
    assert len(done.stdout.splitlines()) == 3
    assert done.complaints[-1] == "2 downloaded, 1 here already."
    assert len(asked(sim)) == 3
    assert len(reader.run("pdf", "--tag", "survey").stdout.splitlines()) == 2
    assert len(asked(sim)) == 4


def test_more_than_a_few_take_their_time_and_it_is_said(reader: Program) -> None:
    assert "That takes 6 requests" in reader.run("pdf", "1-6").stderr
    assert "That takes" not in reader.run("pdf", "1-6").stderr
    told = reader.run("pdf", "1-2", "--verbose")
    assert "requests" not in told.stderr


def test_a_paper_that_is_not_here_is_fetched_first(cool: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    assert cool.run("pdf", papers[0]).stdout.count(".pdf\n") == 1
    assert [path.partition("?")[0] for path in sim.paths] == ["/api/query", f"/pdf/{papers[0]}v1"]


# Versions


@pytest.fixture
def revised() -> Iterator[tuple[ArxivSimulator, dict[str, str]]]:
    """A paper with two versions, one whose second is withdrawn, and one with a title that would climb."""
    world = World()
    named = {
        "revised": world.add(THURSDAY, "cs.LG", title="Bells", authors=["Jane Doe"]),
        "withdrawn": world.add(THURSDAY, "cs.LG", title="Chimes", authors=["Jane Doe"]),
        "climbing": world.add(FRIDAY, "cs.LG", title="../../etc/passwd: CON|", authors=["/bin/sh .."]),
    }
    world.replace(FRIDAY, named["revised"], version=2)
    world.withdraw(FRIDAY, named["withdrawn"])
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        yield simulator, {name: paper.id for name, paper in named.items()}


def test_versions_lie_side_by_side(tmp_path: Path, revised: tuple[ArxivSimulator, dict[str, str]]) -> None:
    sim, ids = revised
    cool = Program(tmp_path, sim)
    for name in (f"{ids['revised']}v1", ids["revised"]):
        cool.run("pdf", name)
    assert asked(sim) == [f"/pdf/{ids['revised']}v1", f"/pdf/{ids['revised']}v2"]
    assert sorted(files(cool)) == ["2026-Doe-Bells v2.pdf", "2026-Doe-Bells.pdf"]
    assert b"v1" in files(cool)["2026-Doe-Bells.pdf"]
    refused = cool.run("pdf", f"{ids['revised']}v9", code=3)
    assert refused.complaints == [f"cool: arXiv has no v9 of {ids['revised']}: the newest that is known is v2."]


def test_a_withdrawn_paper_has_no_pdf(tmp_path: Path, revised: tuple[ArxivSimulator, dict[str, str]]) -> None:
    sim, ids = revised
    cool = Program(tmp_path, sim)
    refused = cool.run("pdf", ids["withdrawn"], code=4)
    assert refused.complaints == [
        f"cool: arXiv has no PDF of {ids['withdrawn']}v2. It is withdrawn.",
        f"      The version before: `cool pdf {ids['withdrawn']}v1`.",
    ]
    assert files(cool) == {}
    cool.run("pdf", f"{ids['withdrawn']}v1")


def test_a_title_does_not_climb(tmp_path: Path, revised: tuple[ArxivSimulator, dict[str, str]]) -> None:
    sim, ids = revised
    cool = Program(tmp_path, sim)
    path = cool.run("pdf", ids["climbing"]).stdout.rstrip("\n")
    assert Path(path).parent == folder(cool)
    refused = cool.run("pdf", ids["climbing"], COOL_PDF_NAME="../{title}", code=2)
    assert "out of the folder" in refused.stderr


def test_what_does_not_exist(reader: Program, sim: ArxivSimulator) -> None:
    sim.requests.clear()
    assert "2611.99999 is not at arXiv" in reader.run("pdf", "1", "2611.99999", code=3).stderr
    assert "no row 999" in reader.run("pdf", "999", code=3).stderr
    assert asked(sim) == [], "nothing is done for the others either"


# Faults


FAULTS: list[tuple[Fault, dict[str, Any], str]] = [
    (Fault.STATUS_403, {}, "refused (HTTP 403)"),
    (Fault.STATUS_404, {}, "has no PDF of"),
    (Fault.STATUS_503, {}, "has trouble (HTTP 503)"),
    (Fault.STATUS_429, {"retry_after": 300}, "asks to wait 5 min"),
    (Fault.PAGE_INSTEAD, {}, "a page in place of the PDF: PDF is being made"),
    (Fault.LOGIN_PAGE, {}, "Does this network ask for a login?"),
    (Fault.EMPTY_BODY, {}, "sent an empty answer"),
    (Fault.RESET, {}, "cannot be reached"),
    (Fault.FOREIGN_REDIRECT, {}, "sends us on to"),
    (Fault.ENDLESS_REDIRECT, {}, "redirects without an end"),
    (Fault.PACKED, {}, "packed"),
    (Fault.NO_END, {}, "without its end"),
    (Fault.WRONG_LENGTH, {}, "without its end"),
    (Fault.SLOW_HEADERS, {"seconds": 30}, "did not answer in time"),
    (Fault.SLOW_BODY, {"seconds": 600}, "did not answer in time"),
]


@pytest.mark.parametrize(("fault", "how", "says"), FAULTS, ids=[fault.name for fault, _, _ in FAULTS])
def test_what_goes_wrong_is_told(
    reader: Program, sim: ArxivSimulator, fault: Fault, how: dict[str, Any], says: str
) -> None:
    sim.fault("/pdf/", fault, times=None, **how)
    failed = reader.run("pdf", "1", code=4, COOL_NETWORK_BUDGET="0.4")
    assert says in failed.stderr and len(failed.complaints) <= 2
    assert failed.stdout == ""
    assert all(name.startswith(".") for name in files(reader)), "nothing that looks like a paper"
    sim.clear_faults()
    if fault is not Fault.STATUS_429:
        reader.run("pdf", "1", *["--overwrite"] * (fault is Fault.NO_END))  # the server knows it by the same name
        assert [is_whole(content) for content in files(reader).values()] == [True], "and the next time it comes"


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.NO_LENGTH])
def test_what_breaks_off_goes_on_at_once(reader: Program, sim: ArxivSimulator, fault: Fault) -> None:
    sim.fault("/pdf/", fault)
    reader.run("pdf", "1")
    begin, later = ranges(sim)
    assert begin is None and later is not None and later.startswith("bytes=5")
    assert [is_whole(content) for content in files(reader).values()] == [True]


def cut(reader: Program, sim: ArxivSimulator) -> int:
    """Let a download break off, and give how many bytes are here."""
    sim.fault("/pdf/", Fault.CUT)
    sim.fault("/pdf/", Fault.RESET, times=None)
    failed = reader.run("pdf", "1", code=4, COOL_NETWORK_BUDGET="1")
    assert "cannot be reached" in failed.stderr
    sim.clear_faults()
    sim.requests.clear()
    about = next(folder(reader).glob(".*.part.json"))
    here: int = json.loads(about.read_bytes())["size"]
    assert 0 < here < SIZE
    return here


def test_what_broke_off_goes_on_in_a_later_run(reader: Program, sim: ArxivSimulator) -> None:
    here = cut(reader, sim)
    reader.run("pdf", "1")
    assert ranges(sim) == [f"bytes={here}-"]
    assert [is_whole(content) for content in files(reader).values()] == [True]


def test_a_part_that_is_all_there_is_not_asked_for(reader: Program, sim: ArxivSimulator) -> None:
    """As where the program was killed after the last byte."""
    cut(reader, sim)
    about = next(folder(reader).glob(".*.part.json"))
    part = about.with_suffix("")
    known = json.loads(about.read_bytes())
    whole = reader.run("pdf", "1", "--to", "aside").stdout.rstrip("\n")
    part.write_bytes((folder(reader) / whole).read_bytes())
    about.write_text(json.dumps(known | {"size": known["total"]}))
    sim.requests.clear()
    reader.run("pdf", "1")
    assert asked(sim) == []
    assert [is_whole(content) for content in files(reader).values()] == [True]


@pytest.mark.parametrize("fault", [Fault.NO_RANGES, Fault.CHANGED_FILE, Fault.WRONG_RANGE])
def test_what_does_not_fit_to_the_part_begins_anew(reader: Program, sim: ArxivSimulator, fault: Fault) -> None:
    cut(reader, sim)
    sim.fault("/pdf/", fault)
    reader.run("pdf", "1")
    (content,) = files(reader).values()
    assert is_whole(content)
    assert content.count(b"HARBOUR") == (0 if fault is not Fault.CHANGED_FILE else content.lower().count(b"harbour"))


def test_a_file_that_changed_at_the_server_begins_anew(reader: Program, sim: ArxivSimulator) -> None:
    cut(reader, sim)
    sim.pdf_size = SIZE + 5000
    reader.run("pdf", "1")
    (content,) = files(reader).values()
    assert is_whole(content) and len(content) > SIZE + 5000


def test_one_fails_and_the_others_go_on(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    sim.fault(f"/pdf/{papers[1]}", Fault.STATUS_404)
    failed = reader.run("pdf", "1-3", code=4)
    assert len(failed.stdout.splitlines()) == 2
    assert f"{papers[1]}v1: arXiv has no PDF of {papers[1]}v1." in failed.stderr
    assert failed.complaints[-1] == "2 downloaded, 1 failed."
    sim.fault(f"/pdf/{papers[1]}", Fault.STATUS_404)
    document = reader.run("pdf", "1-3", "--json", code=4).document["papers"]
    assert [paper["status"] for paper in document] == ["here", "failed", "here"]
    assert document[1]["error"]["code"] == 4 and document[1]["path"] is None


def test_without_an_answer_not_all_are_asked_for(reader: Program, sim: ArxivSimulator) -> None:
    sim.unplug()
    failed = reader.run("pdf", "1-9", code=4, COOL_NETWORK_BUDGET="0.5")
    sim.plug()
    assert failed.complaints[-1] == "2 failed, 7 not asked for."


@pytest.mark.parametrize("fault", [Fault.STATUS_429, Fault.STATUS_503, Fault.STATUS_403])
def test_a_server_that_refuses_is_not_asked_for_all(
    reader: Program, sim: ArxivSimulator, papers: list[str], fault: Fault
) -> None:
    reader.run("pdf", "2")
    sim.requests.clear()
    sim.fault("/pdf/", fault, times=None)
    failed = reader.run("pdf", "1-9", code=4, COOL_NETWORK_BUDGET="0.4")
    assert failed.complaints[-1] == "1 here already, 2 failed, 6 not asked for."
    assert {path.partition("?")[0] for path in asked(sim)} == {f"/pdf/{papers[0]}v1", f"/pdf/{papers[2]}v1"}


def test_a_server_that_asks_to_wait_is_left_alone(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/pdf/", Fault.STATUS_503, times=None, retry_after=300)
    assert reader.run("pdf", "1-9", code=4).complaints[-1] == "1 failed, 8 not asked for."
    assert len(asked(sim)) == 1


def test_a_file_without_an_end_is_not_fetched_twice(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    sim.fault("/pdf/", Fault.NO_END, times=None)
    first = reader.run("pdf", "1", code=4)
    assert f"/pdf/{papers[0]}v1" in first.stderr and "--overwrite" in first.stderr
    assert reader.run("pdf", "1", code=4).stderr == first.stderr
    whole, later = ranges(sim)
    assert whole is None and later is not None, "the second time only whether there is more"
    reader.run("pdf", "1", "--overwrite", code=4)
    assert ranges(sim)[2] is None


@pytest.mark.parametrize("spoilt", [{"size": 1e400}, {"etag": '"é"'}, {"etag": '"a"\r\nX: y', "modified": "\n"}])
def test_a_note_beside_a_part_that_was_spoilt(reader: Program, sim: ArxivSimulator, spoilt: dict[str, Any]) -> None:
    cut(reader, sim)
    about = next(folder(reader).glob(".*.part.json"))
    about.write_text(json.dumps(json.loads(about.read_bytes()) | spoilt).replace("Infinity", "1e400"))
    reader.run("pdf", "1")
    assert [is_whole(content) for content in files(reader).values()] == [True]


def test_offline(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    reader.run("pdf", "1")
    sim.requests.clear()
    failed = reader.run("pdf", "1-4", "--offline", code=4)
    assert failed.complaints[-1] == "1 here already, 3 failed."
    assert f"{papers[1]}v1 is not here. Nothing is asked of arXiv" in failed.stderr
    assert sim.paths == []


def test_ctrl_c_keeps_what_came(reader: Program, sim: ArxivSimulator, papers: list[str]) -> None:
    sim.fault("/pdf/", Fault.SLOW_BODY, seconds=600)
    with reader.start("pdf", "1", COOL_NETWORK_BUDGET="600") as process:
        try:
            until_asked(sim, "/pdf/")
            part = folder(reader) / f".{papers[0]}v1.part"
            wait_for(lambda: part.exists() and part.stat().st_size > 0)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=LIMIT)
        except BaseException:
            process.kill()
            raise
    assert process.returncode == 130
    assert f"kB of {papers[0]}v1 are kept" in err.decode() and "Traceback" not in err.decode()
    sim.requests.clear()
    reader.run("pdf", "1")
    assert ranges(sim)[0] is not None
    assert [is_whole(content) for content in files(reader).values()] == [True]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_at_once_fetch_a_paper_once(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/pdf/", Fault.SLOW_BODY, seconds=1)
    with reader.start("pdf", "1") as first, reader.start("pdf", "1") as second:
        told = [process.communicate(timeout=LIMIT) for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), told
    assert told[0][0] == told[1][0]
    assert len(asked(sim)) == sim.most_at_once == 1
    assert [is_whole(content) for content in files(reader).values()] == [True]


def test_the_budget_is_the_time_without_progress(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/pdf/", Fault.SLOW_BODY, seconds=2)
    reader.run("pdf", "1", COOL_NETWORK_BUDGET="1")


def test_the_pace_is_kept(reader: Program, sim: ArxivSimulator) -> None:
    reader.run("pdf", "1", "2", COOL_ARXIV_INTERVAL="0.5")
    first, second = (request.at for request in sim.requests if request.path.startswith("/pdf/"))
    assert second - first >= 0.5


# The disk


def test_a_full_disk(reader: Program, sim: ArxivSimulator) -> None:
    small = reader.folder / "small"
    small.mkdir()
    sim.pdf_size = 3_000_000
    with mounted(small, kilobytes=1024) as disk:
        failed = reader.run("pdf", "1", "2", "--to", "small", code=5)
        assert "cannot be used: No space left" in failed.stderr and "Make room" in failed.stderr
        assert failed.complaints[-1] == "1 failed, 1 not asked for.", "nor is there room for the other"
        disk.protect()
        assert "Read-only" in reader.run("pdf", "1", "--to", "small", code=5).stderr


@pytest.mark.parametrize("to", [(), ("--to", "Papers/sub/dir")])
def test_a_file_in_place_of_the_folder(
    cool: Program, sim: ArxivSimulator, papers: list[str], to: Sequence[str]
) -> None:
    folder(cool).write_text("a file")
    failed = cool.run("pdf", papers[0], *to, code=5)
    assert f"{folder(cool)} is a file, not a folder" in failed.stderr and "--to DIR" in failed.stderr
    assert sim.paths == []


def stranger(reader: Program) -> Path:
    """Put a file of the reader's where row 1 would go."""
    path = reader.run("pdf", "1").stdout.rstrip("\n")
    folder(reader).rename(reader.folder / "gone")
    folder(reader).mkdir()
    mine = folder(reader) / Path(path).name
    mine.write_bytes(b"mine")
    return mine


def test_a_stranger_stays(reader: Program, papers: list[str]) -> None:
    mine = stranger(reader)
    done = reader.run("pdf", "1")
    assert done.stdout == f"{mine.with_suffix('')} {papers[0]}v1.pdf\n"
    assert mine.read_bytes() == b"mine"
    assert "--overwrite" in done.stderr


# On a terminal


@pytest.mark.parametrize(("answer", "stays"), [("y", False), ("n", True), ("", True)])
def test_on_a_terminal_it_is_asked(reader: Program, answer: str, stays: bool) -> None:
    mine = stranger(reader)
    with Terminal(reader, columns=200, COOL_SESSION="test") as terminal:
        terminal.start("pdf", "1")
        terminal.until("Replace it?")
        terminal.type(f"{answer}\n")
        assert terminal.ended().code == 0
    assert (mine.read_bytes() == b"mine") is stays
    assert len(files(reader)) == 1 + stays


def test_a_bar_is_drawn_while_it_comes(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/pdf/", Fault.SLOW_BODY, seconds=1)
    with Terminal(reader, columns=80, COOL_SESSION="test") as terminal:
        shown = terminal.run("pdf", "1", "2")
    assert "/100.2 kB" in shown.raw
    assert "1 of 2" in shown.raw
    assert "1 of 2" not in shown.text, "it goes"
    assert shown.text.count("Downloaded") == 2 and str(folder(reader)) in "".join(shown.lines)


def test_ctrl_c_takes_the_bar_away(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/pdf/", Fault.SLOW_BODY, seconds=600)
    with Terminal(reader, columns=80, COOL_SESSION="test", COOL_NETWORK_BUDGET="600") as terminal:
        terminal.start("pdf", "1")
        terminal.until("/100.2 kB")
        terminal.type("\x03")
        stopped = terminal.ended()
    assert stopped.code == 130
    assert "are kept" in stopped.text and "1 of 1" not in stopped.text


# Opening


@pytest.fixture
def viewer(reader: Program, tmp_path: Path) -> Path:
    """A viewer that notes what it is given."""
    programs = tmp_path / "bin"
    programs.mkdir()
    script, log = programs / "xdg-open", tmp_path / "viewed"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{log}"\n')
    script.chmod(0o755)
    reader.variables |= {"PATH": f"{programs}:{os.environ['PATH']}", "DISPLAY": ":1"}
    return log


def marks(cool: Program, place: int) -> str:
    return cool.run("today", "cs.LG").lines[place].marks


def test_open(reader: Program, viewer: Path, papers: list[str]) -> None:
    done = reader.run("pdf", "1", "2", "--open")
    assert viewer.read_text() == done.stdout
    assert marks(reader, 0) == marks(reader, 1) == "r"
    assert "opened the PDF of 2 papers" in reader.run("undo").stdout
    assert marks(reader, 0) == ""
    assert reader.run("pdf", papers[0], "--open").stdout in viewer.read_text()


@pytest.mark.parametrize("variables", [{"DISPLAY": None}, {"PATH": "/nowhere"}], ids=["no-screen", "no-viewer"])
def test_open_where_nothing_can_be(reader: Program, viewer: Path, variables: dict[str, Any]) -> None:
    done = reader.run("pdf", "1", "--open", **variables)
    assert "no viewer" in done.stderr and done.stdout.endswith(".pdf\n")
    assert not viewer.exists()
    assert marks(reader, 0) == "", "what did not open is not opened"


def test_a_viewer_that_fails(reader: Program, viewer: Path) -> None:
    script = viewer.parent / "bin" / "xdg-open"
    script.write_text("#!/bin/sh\necho noise >&2\nexit 3\n")
    done = reader.run("pdf", "1", "--open")
    assert "no viewer" in done.stderr and "noise" not in done.stderr
    assert marks(reader, 0) == ""


def test_a_viewer_that_fails_for_one(reader: Program, viewer: Path, papers: list[str]) -> None:
    paths = reader.run("pdf", "1-3").stdout.splitlines()
    script = viewer.parent / "bin" / "xdg-open"
    script.write_text(f'#!/bin/sh\n[ "$1" = "{paths[0]}" ] && exit 4\necho "$1" >> "{viewer}"\n')
    done = reader.run("pdf", "1-3", "--open")
    assert viewer.read_text().splitlines() == paths[1:]
    assert [marks(reader, place) for place in range(3)] == ["", "r", "r"]
    assert f"would open {papers[0]}v1: see" in done.stderr


def test_many_are_opened_after_a_question(reader: Program, viewer: Path, sim: ArxivSimulator) -> None:
    refused = reader.run("pdf", "1-3", "--open", code=2, COOL_OPEN_CONFIRM="2")
    assert "would open 3 PDFs" in refused.stderr and "--yes" in refused.stderr
    assert asked(sim) == []
    reader.run("pdf", "1-3", "--open", "--yes", COOL_OPEN_CONFIRM="2")
    assert len(viewer.read_text().splitlines()) == 3


# The command line


@pytest.mark.parametrize("arguments", [(), ("1", "--starred"), ("1", "--tag", "survey"), ("1", "--to", "")])
def test_what_it_does_not_take(reader: Program, arguments: tuple[str, ...]) -> None:
    assert len(reader.run("pdf", *arguments, code=2).complaints) == 2
    assert not folder(reader).exists()


def test_a_demonstration_has_a_folder_of_its_own(cool: Program) -> None:
    cool.run("--demo", "today", "cs.LG")
    path = cool.run("--demo", "pdf", "1", COOL_PDF_FOLDER=str(folder(cool))).stdout.rstrip("\n")
    assert path.startswith(str(cool.home / "cache" / "demo"))
    cool.run("--demo", "pdf", "1", "--to", "", code=2)
    assert not folder(cool).exists()
    assert "opens nothing" in cool.run("--demo", "pdf", "1", "--open").stderr
