"""What answers about a paper rest on: arXiv's HTML version, a PDF, the abstract; and what is kept of it."""

from __future__ import annotations

import gzip
import json
import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import typer

from coolcli.ask import document
from coolcli.cli.app import Flags, load
from coolcli.cli.desk import Desk
from coolcli.cli.questioning import grounding, texts
from coolcli.errors import Unreachable
from coolcli.models import Paper, Row
from coolcli.papers_folder import PapersFolder
from tests.arxiv.test_fulltext import BOMBS
from tests.arxiv_simulator import ArxivSimulator, Fault, World, markup
from tests.arxiv_simulator import fulltext as simulated
from tests.arxiv_simulator.answers import Answer
from tests.ask.test_pdf import a_pdf, drawn
from tests.cli.conftest import FRIDAY, THURSDAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coolcli.cli.questioning.texts import Grounds
    from tests.cli.program import Homes, Program

HTML, PDF, GONE, OLD = "2611.00001", "2611.00002", "2611.00003", "2611.00004"
ABSTRACT = "A paper map never folds back the way it came. We show why, and fold all of them but one."
UNNAMED = a_pdf(
    [drawn(["Maps That Fold Themselves", ABSTRACT, "1 Introduction", *["Maps are folded by their readers."] * 4])]
)


@pytest.fixture(scope="module")
def world() -> World:
    """One paper with an HTML version, one without, one that was withdrawn, and one in its second version."""
    world = World()
    for name, has_html in ((HTML, True), (PDF, False)):
        world.add(FRIDAY, "cs.LG", id=name, title=f"Map {name[-1]}", abstract=ABSTRACT, has_html=has_html)
    gone = world.add(THURSDAY, "cs.LG", id=GONE, title="A Wrong Map", abstract=ABSTRACT)
    world.withdraw(FRIDAY, gone)
    old = world.add(THURSDAY, "cs.LG", id=OLD, title="Second Thoughts", abstract=ABSTRACT, has_html=True)
    world.replace(FRIDAY, old)
    return world


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    homes.begin(cool, "today cs.LG")
    return cool


@pytest.fixture
def desk(reader: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_of(reader, monkeypatch) as context:
        yield Desk(context)


def desk_of(reader: Program, monkeypatch: pytest.MonkeyPatch, **flags: bool) -> typer.Context:
    for name, value in reader.environment().items():
        monkeypatch.setenv(name, value)
    context = typer.Context(load("count"))
    context.obj = Flags()
    for flag, is_set in flags.items():
        setattr(context.obj, flag, is_set)
    return context


def grounds(desk: Desk, paper_id: str, version: int | None = 1, *, fresh: bool = False) -> Grounds:
    return grounding.of(desk, desk.rows([paper_id])[0], version, fresh=fresh)


def kept(desk: Desk) -> list[str]:
    """All files that are below the folder of texts."""
    return sorted(path.name for path in texts.folder(desk.paths).rglob("*"))


def test_the_html_version_comes_first_and_is_kept(desk: Desk, sim: ArxivSimulator) -> None:
    found = grounds(desk, HTML)
    assert (found.document.source, found.document.title, found.why) == ("html", "Map 1", None)
    assert [section.title for section in found.document.sections][:3] == ["", "Abstract", "1 Introduction"]
    assert sim.paths == [f"/html/{HTML}v1"]
    assert grounds(desk, HTML) == found
    assert len(sim.paths) == 1, "the second time nobody is asked"
    assert kept(desk) == [f"{HTML}v1.json.gz"]


def test_each_version_has_its_own_text(desk: Desk, sim: ArxivSimulator) -> None:
    texts_of = {version: grounds(desk, OLD, version).document for version in (1, 2)}
    assert sim.paths == [f"/html/{OLD}v1", f"/html/{OLD}v2"]
    assert f"{OLD}v2" in document.written(texts_of[2]) and f"{OLD}v2" not in document.written(texts_of[1])


def test_of_a_version_that_nobody_stated_nothing_is_kept(desk: Desk, sim: ArxivSimulator) -> None:
    grounds(desk, HTML, None)
    grounds(desk, HTML, None)
    assert sim.paths == [f"/html/{HTML}"] * 2 and kept(desk) == []


def test_where_there_is_no_html_the_pdf_is_fetched_for_once(reader: Program, desk: Desk, sim: ArxivSimulator) -> None:
    found = grounds(desk, PDF)
    assert found.document.source == "pdf"
    assert found.why == f"arXiv has no HTML of {PDF}v1."
    assert "2 Method" in [section.title for section in found.document.sections]
    assert sim.paths == [f"/html/{PDF}v1", f"/pdf/{PDF}v1"]
    assert not (reader.folder / "Papers").exists(), "the reader's folder is the reader's"
    assert kept(desk) == [f"{PDF}v1.json.gz"], "and no PDF is left"
    assert grounds(desk, PDF) == found and len(sim.paths) == 2


def test_the_readers_own_pdf_is_read(reader: Program, desk: Desk, sim: ArxivSimulator) -> None:
    reader.run("pdf", PDF)
    sim.requests.clear()
    assert grounds(desk, PDF).document.source == "pdf"
    assert sim.paths == [f"/html/{PDF}v1"]


def test_a_scan_leaves_the_abstract(desk: Desk, sim: ArxivSimulator) -> None:
    sim.scanned = True
    found = grounds(desk, PDF)
    assert found.document.sections == (document.Section("Abstract", ABSTRACT),)
    assert found.why == (f"arXiv has no HTML of {PDF}v1. Its PDF cannot be read: it has no text (a scan, perhaps).")
    assert grounds(desk, PDF) == found and len(sim.paths) == 2, "that will not change"


def test_of_a_withdrawn_paper_nobody_is_asked(desk: Desk, sim: ArxivSimulator) -> None:
    (row,) = desk.rows([GONE])
    found = grounding.of(desk, row._replace(paper=row.paper._replace(withdrawn=True)), 2)
    assert found.document.source == "abstract"
    assert found.why == f"{GONE}v2 is withdrawn."
    assert sim.paths == [] and found.lasts


def test_where_nobody_said_that_it_is_withdrawn_it_shows(desk: Desk, sim: ArxivSimulator) -> None:
    """A feed does not say so."""
    found = grounds(desk, GONE, 2)
    assert found.why == (f"arXiv has no HTML of {GONE}v2. arXiv has no PDF of {GONE}v2.")
    assert grounds(desk, GONE, 2) == found and len(sim.paths) == 2


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.STATUS_503, "127.0.0.1 has trouble (HTTP 503)"),
        (Fault.LOGIN_PAGE, "Does this network ask for a login?"),
        (Fault.PAGE_INSTEAD, f"arXiv's HTML of {HTML}v1 cannot be read"),
        (Fault.STATUS_403, "127.0.0.1 refused (HTTP 403)"),
    ],
)
def test_a_server_that_fails_is_asked_again_next_time(desk: Desk, sim: ArxivSimulator, fault: Fault, why: str) -> None:
    desk.pause = lambda seconds: None  # type: ignore[method-assign]
    sim.fault("/html/", fault, times=None)
    found = grounds(desk, HTML)
    assert found.document.source == "pdf"
    assert found.why is not None and found.why.startswith(why)
    assert kept(desk) == []
    sim.clear_faults()
    assert grounds(desk, HTML).document.source == "html"


def test_a_pdf_that_does_not_come_is_asked_for_again(desk: Desk, sim: ArxivSimulator) -> None:
    desk.pause = lambda seconds: None  # type: ignore[method-assign]
    sim.fault("/pdf/", Fault.PAGE_INSTEAD, times=None)
    found = grounds(desk, PDF)
    assert found.document.source == "abstract" and "127.0.0.1 sent a page in place of the PDF" in (found.why or "")
    assert kept(desk) == []
    sim.clear_faults()
    assert grounds(desk, PDF).document.source == "pdf"


def test_a_dead_network_leaves_the_abstract(desk: Desk, sim: ArxivSimulator) -> None:
    desk.pause = lambda seconds: None  # type: ignore[method-assign]
    sim.unplug()
    found = grounds(desk, HTML)
    assert found.document.source == "abstract"
    assert (found.why or "").startswith("127.0.0.1 cannot be reached (connection refused)")
    assert (found.why or "").count("127.0.0.1") == 1, "who does not answer is not asked for the PDF too"
    assert kept(desk) == []
    sim.plug()


def test_without_a_network_what_is_here_is_read(
    reader: Program, desk: Desk, sim: ArxivSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.run("pdf", PDF)
    grounds(desk, HTML)
    sim.requests.clear()
    with desk_of(reader, monkeypatch, offline=True) as context:
        offline = Desk(context)
        assert grounds(offline, HTML).document.source == "html"
        assert grounds(offline, PDF).why == "Nothing is asked of arXiv."
        assert grounds(offline, OLD, 2).why == "Nothing is asked of arXiv."
        with pytest.raises(Unreachable):
            grounding.of(offline, Row(Paper(OLD, 2)), 2)
    assert sim.paths == [] and kept(desk) == [f"{HTML}v1.json.gz"]


def test_what_is_kept_of_less_than_html_can_be_looked_past(desk: Desk, sim: ArxivSimulator) -> None:
    grounds(desk, HTML)
    grounds(desk, HTML, fresh=True)
    assert sim.paths == [f"/html/{HTML}v1"]
    grounds(desk, PDF)
    grounds(desk, PDF, fresh=True)
    assert sim.paths.count(f"/html/{PDF}v1") == 2


def test_a_week_later_there_may_be_more(
    desk: Desk, sim: ArxivSimulator, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """arXiv makes its HTML versions when it has announced the papers."""
    found = grounds(desk, PDF)
    desk.now += timedelta(days=6)
    assert grounds(desk, PDF) == found
    assert sim.paths == [f"/html/{PDF}v1", f"/pdf/{PDF}v1"]
    desk.now += timedelta(days=2)
    assert grounds(desk, PDF) == found
    assert sim.paths[2:] == [f"/html/{PDF}v1"], "the PDF's text is here"
    assert grounds(desk, PDF) == found and len(sim.paths) == 3, "it is looked for once a week"
    desk.now += timedelta(days=8)
    monkeypatch.setattr(simulated, "absent", lambda _: simulated.page(world.papers[PDF][0]))
    better = grounds(desk, PDF)
    assert (better.document.source, better.why) == ("html", None)
    assert grounds(desk, PDF) == better and len(sim.paths) == 4, "HTML stays"


def test_a_week_later_what_is_kept_serves_where_arxiv_does_not(
    reader: Program, desk: Desk, sim: ArxivSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = grounds(desk, PDF)
    (file,) = texts.files(desk.paths, [PDF])
    before = file.read_bytes()
    with desk_of(reader, monkeypatch, offline=True) as context:
        offline = Desk(context)
        offline.now = desk.now + timedelta(days=8)
        assert grounds(offline, PDF) == grounds(offline, PDF, fresh=True) == found
    desk.now += timedelta(days=8)
    desk.pause = lambda seconds: None  # type: ignore[method-assign]
    sim.fault("/html/", Fault.STATUS_503, times=None)
    meanwhile = grounds(desk, PDF)
    assert (meanwhile.document, meanwhile.lasts) == (found.document, False)
    assert file.read_bytes() == before, "so that it is looked for again"


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("source", ["pdf", "abstract"])
def test_a_page_that_cannot_be_read_in_time_leaves_the_rest(
    desk: Desk, sim: ArxivSimulator, monkeypatch: pytest.MonkeyPatch, body: bytes, source: str
) -> None:
    named = body.decode().replace("<body>", "<body>" + "<!-- arXiv -->" * 9)
    monkeypatch.setattr(simulated, "page", lambda _: Answer(200, named, markup.HTML))
    monkeypatch.setattr(grounding, "HTML_PATIENCE", 0.3)
    sim.scanned = source == "abstract"
    found = grounds(desk, HTML)
    assert found.document.source == source
    assert (found.why or "").startswith(f"arXiv's HTML of {HTML}v1 cannot be read: it takes more than 0.3 seconds.")
    assert sim.paths == [f"/html/{HTML}v1", f"/pdf/{HTML}v1"], "it is fetched once"
    assert kept(desk) == []


HEAD = {"format": texts.FORMAT, "at": "2026-11-20T12:00:00+00:00", "why": None}
TEXT = {"source": "html", "title": "Damaged", "sections": [["1 Maps", "Folded.", 1]]}


def a_file(head: object = HEAD, **text: object) -> bytes:
    """What is kept, with some of it changed."""
    return gzip.compress(f"{json.dumps(head)}\n{json.dumps(TEXT | text)}".encode())


def test_a_file_is_what_these_tests_take_it_for(desk: Desk) -> None:
    grounds(desk, HTML)
    (file,) = texts.files(desk.paths, [HTML])
    file.write_bytes(a_file())
    assert grounds(desk, HTML).document.title == "Damaged"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no text",
        gzip.compress(b"\nno JSON"),
        gzip.compress(b"{}"),
        gzip.compress(b"why\n" + json.dumps(TEXT).encode()),
        a_file()[:-9],
        a_file(HEAD | {"format": texts.FORMAT - 1}),
        a_file(HEAD | {"format": texts.FORMAT + 1}),
        a_file(HEAD | {"at": "2026-11-20T12:00:00"}),
        a_file(HEAD | {"at": "Friday"}),
        a_file(HEAD | {"at": 12}),
        a_file(HEAD | {"why": 12}),
        a_file([1]),
        a_file(sections=[["1 Maps", "Folded.", 100_000_000_000]]),
        a_file(sections=[["1 Maps", {"Folded": 1}, 1]]),
        a_file(sections=7),
        a_file(title=None),
        gzip.compress(b"[" * 100_000 + b"\n"),
    ],
)
def test_a_damaged_file_counts_as_none(desk: Desk, sim: ArxivSimulator, content: bytes) -> None:
    """As one of another format does, whose text other readers made."""
    found = grounds(desk, HTML)
    (file,) = texts.files(desk.paths, [HTML])
    file.write_bytes(content)
    assert grounds(desk, HTML) == found and len(sim.paths) == 2
    assert grounds(desk, HTML) == found and len(sim.paths) == 2, "it was mended"


def test_a_cache_that_takes_nothing_does_no_harm(desk: Desk) -> None:
    folder = texts.folder(desk.paths)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    assert grounds(desk, HTML).document.source == "html"
    found = grounds(desk, PDF)
    assert found.document.source == "abstract" and f"{folder} cannot be used" in (found.why or "")


def test_ctrl_c_leaves_nothing_behind(desk: Desk, sim: ArxivSimulator) -> None:
    """While the PDF is read, after it came."""

    def stop(seconds: float) -> None:
        if f"/pdf/{PDF}v1" in sim.paths and any(name.endswith("paper.pdf") for name in kept(desk)):
            raise KeyboardInterrupt

    desk.pause = stop  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        grounds(desk, PDF)
    assert kept(desk) == []


def test_what_killed_processes_left_is_removed(desk: Desk) -> None:
    """But nothing of one that may still be at work."""
    place = texts.folder(desk.paths)
    for name, hours in ((".pdf-left", 2), (".pdf-begun", 2), (".pdf-at-work", 0)):
        (place / name).mkdir(parents=True)
        (place / name / "paper.pdf.part").write_bytes(b"%PDF")
        then = time.time() - hours * 3600
        os.utime(place / name / "paper.pdf.part", (then, then) if name == ".pdf-left" else None)
        os.utime(place / name, (then, then))
    grounds(desk, HTML)
    assert ".pdf-left" in kept(desk), "it is a matter of PDFs"
    grounds(desk, PDF)
    assert [name for name in kept(desk) if name.startswith(".pdf")] == [".pdf-at-work", ".pdf-begun"]


def test_the_abstract_is_there_where_a_text_does_not_name_it(reader: Program, desk: Desk) -> None:
    folder = PapersFolder(reader.folder / "Papers")
    part = folder.part(PDF, 1)
    part.begin(None, len(UNNAMED))
    part.write(UNNAMED)
    part.close()
    folder.keep(part, ["mine"], PDF, 1)
    found = grounds(desk, PDF).document
    assert [section.title for section in found.sections] == ["Abstract", "", "1 Introduction"]
    assert found.sections[0].text == ABSTRACT


def test_old_ids_are_names_of_files(desk: Desk) -> None:
    found = texts.Grounds(document.Document("html", "T", ()), None)
    texts.keep(desk.paths, "hep-th/9901001", 2, found, desk.now)
    assert texts.kept(desk.paths, "hep-th/9901001", 2) == (found, desk.now)
    assert [file.name for file in texts.files(desk.paths, ["hep-th/9901001", HTML])] == ["hep-th-9901001v2.json.gz"]
