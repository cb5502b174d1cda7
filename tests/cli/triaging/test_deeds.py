"""What a sitting does outside the store, with scripts for browser, clipboard and viewer: whose noise nobody hears."""

from __future__ import annotations

import base64
import os
import re
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
import typer

if os.name == "nt":
    pytest.skip("browsers and viewers are shell scripts", allow_module_level=True)

from coolcli import clipboard, desktop
from coolcli.cli.app import load
from coolcli.cli.desk import Desk
from coolcli.cli.triaging.deeds import Deeds
from coolcli.errors import CoolError, Refused, Unreachable
from coolcli.models import Paper, Row
from coolcli.settings import PLACES
from tests.arxiv_simulator import ArxivSimulator, Fault
from tests.cli.program import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.program import Program

    Printed = Callable[[], tuple[str, str]]

PAGE = "https://papers.cool/arxiv/2611.00042"
OLD = Row(Paper("hep-th/9901001", title="Of Old"))
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="other systems have a browser and a clipboard whatever is in the environment"
)
MANAGED = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX", "COOL_OFFLINE")


class Programs:
    """Scripts in a folder of PATH, and what each was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "bin"
        self.folder.mkdir()

    def write(self, name: str, script: str = "") -> str:
        """Write one that notes what it is given, and then does something; give where it is."""
        program = self.folder / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{program}.given"\n{script}\n')
        program.chmod(0o755)
        return str(program)

    def given(self, name: str) -> list[str]:
        log = self.folder / f"{name}.given"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


@pytest.fixture
def desk(reader: Program, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A reader at a terminal without a screen, who was shown Friday's cs.CL; patience enough for a busy machine."""
    for name in MANAGED:
        monkeypatch.delenv(name, raising=False)
    for name, value in reader.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{programs.folder}:{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(desktop, "BROWSER_STARTS", LIMIT)
    monkeypatch.setattr(desktop, "VIEWER_STARTS", LIMIT)
    monkeypatch.setattr("webbrowser._tryorder", None)  # it reads BROWSER once
    monkeypatch.setattr("webbrowser._browsers", {})
    with typer.Context(load("count")) as context:
        yield Desk(context)


@pytest.fixture
def deeds(desk: Desk) -> Deeds:
    return Deeds(desk)


@pytest.fixture
def printed(capfd: pytest.CaptureFixture[str]) -> Printed:
    """What reached stdout and stderr, of ours and of all that was started."""

    def read() -> tuple[str, str]:
        heard = capfd.readouterr()
        return heard.out, heard.err

    return read


def row(desk: Desk, paper_id: str) -> Row:
    return desk.rows([paper_id])[0]


# The browser


def test_a_page_is_opened_and_the_browser_is_not_heard(
    deeds: Deeds, programs: Programs, monkeypatch: pytest.MonkeyPatch, printed: Printed
) -> None:
    monkeypatch.setenv("BROWSER", programs.write("browser", "echo noise; echo more >&2; cat"))
    assert deeds.open(PAGE) == "Opened in papers.cool"
    assert programs.given("browser") == [PAGE]
    assert printed() == ("", "")


def test_a_browser_that_stays_is_not_waited_for(
    deeds: Deeds, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktop, "BROWSER_STARTS", 0.1)
    lives, stops = programs.folder / "lives", programs.folder / "stops"
    os.mkfifo(stops)
    monkeypatch.setenv("BROWSER", programs.write("browser", f'touch "{lives}"; read line < "{stops}"'))
    began = time.monotonic()
    assert deeds.open(PAGE) == "Opened in papers.cool"
    assert time.monotonic() - began < LIMIT / 4
    while not lives.exists():
        assert time.monotonic() - began < LIMIT, "it was ended with what waited for it"
        threading.Event().wait(0.01)
    stops.write_text("now\n")


@on_linux
@pytest.mark.parametrize("chosen", ["browser", "missing", " ", "'browser %s"], ids=["fails", "missing", "blank", "odd"])
def test_a_browser_that_fails_is_named_and_nothing_else_is_started(
    deeds: Deeds, programs: Programs, monkeypatch: pytest.MonkeyPatch, chosen: str, printed: Printed
) -> None:
    programs.write("browser", "echo noise >&2; exit 3")
    programs.write("w3m")
    monkeypatch.setenv("BROWSER", chosen)
    named = f"The browser '{chosen}' (BROWSER) did not open" if chosen.strip() else "There is no browser here"
    assert deeds.open(PAGE) == f"{named}: {PAGE}"
    assert programs.given("w3m") == [], "it would draw on the screen"
    assert printed() == ("", "")


@on_linux
def test_without_a_browser_the_address_is_copied(deeds: Deeds, printed: Printed) -> None:
    codes: list[str] = []
    told = deeds.open(PAGE, codes.append)
    assert told == f"There is no browser here: {PAGE} is copied, if your terminal allows it (OSC 52)"
    assert copied(codes) == PAGE
    assert deeds.open(PAGE) == f"There is no browser here: {PAGE}"
    assert printed() == ("", "")


def copied(codes: list[str]) -> str:
    (code,) = re.findall("\x1b\\]52;c;([^\x07]*)\x07", "".join(codes))
    return base64.b64decode(code).decode()


@on_linux
def test_over_ssh_only_a_browser_that_was_chosen_is_used(
    deeds: Deeds, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    programs.write("xdg-open")
    assert "no browser here" in deeds.open(PAGE)
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setenv("BROWSER", programs.write("browser"))
    assert deeds.open(PAGE) == "Opened in papers.cool"
    assert programs.given("xdg-open") == []


@pytest.mark.parametrize(
    ("chosen", "needs"),
    [
        ("w3m", True),
        ("{bin}/lynx", True),
        ("w3m -B %s", True),
        ("missing:w3m", True),
        ("browser", False),
        ("browser:w3m", False),
        ("missing", False),
        (" ", False),
        ("'w3m %s", False),
    ],
)
def test_a_browser_of_terminals_is_known(
    deeds: Deeds, programs: Programs, monkeypatch: pytest.MonkeyPatch, chosen: str, needs: bool
) -> None:
    for name in ("w3m", "lynx", "browser"):
        programs.write(name)
    monkeypatch.setenv("BROWSER", chosen.format(bin=programs.folder))
    assert deeds.needs_terminal() is needs


@on_linux
def test_without_a_browser_no_terminal_is_needed(deeds: Deeds, programs: Programs) -> None:
    programs.write("w3m")
    assert not deeds.needs_terminal()


def test_a_browser_of_terminals_has_the_terminal(
    deeds: Deeds, programs: Programs, monkeypatch: pytest.MonkeyPatch, printed: Printed
) -> None:
    monkeypatch.setenv("BROWSER", "w3m")
    programs.write("w3m", "echo A page")
    assert deeds.open_here(PAGE) == "Opened in papers.cool"
    assert programs.given("w3m") == [PAGE] and printed() == ("A page\n", "")
    programs.write("w3m", "exit 1")
    assert deeds.open_here(PAGE) == f"The browser 'w3m' (BROWSER) did not open: {PAGE}"
    assert programs.given("w3m") == [PAGE] * 2, "it is not tried again"


def test_ctrl_c_is_for_the_browser_that_has_the_terminal(
    desk: Desk, reader: Program, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was open, even where it ends with an error then; and it has not learned from us to ignore it."""
    programs.write("w3m", "echo A page; kill -INT $PPID; kill -INT $$; echo It goes on")
    program = f"""
from coolcli import desktop
print(desktop.browse_in_terminal({PAGE!r}), flush=True)
import os, signal
try:
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    print("heard again")
"""
    ended = reader.execute([sys.executable, "-c", program], BROWSER=str(programs.folder / "w3m"))
    assert ended.stdout.splitlines() == ["A page", "True", "heard again"], ended.stderr


# Copying


@on_linux
def test_the_systems_clipboard_comes_first_and_over_ssh_the_terminals(
    deeds: Deeds, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, codes = programs.folder / "held", list[str]()
    programs.write("wl-copy", f'cat > "{held}"')
    programs.write("wl-paste")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-1")
    assert deeds.copy("Erdős\n", codes.append) == "copied"
    assert held.read_text("utf-8") == "Erdős\n" and codes == []
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    assert deeds.copy("other", codes.append) == "copied, if your terminal allows it (OSC 52)"
    assert copied(codes) == "other" and held.read_text("utf-8") == "Erdős\n"


@on_linux
@pytest.mark.parametrize("term", ["dumb", "linux"])
def test_where_nothing_can_be_copied_it_says_so(
    deeds: Deeds, monkeypatch: pytest.MonkeyPatch, term: str, printed: Printed
) -> None:
    nothing = "nothing was copied: there is no clipboard here. On Linux, wl-clipboard"
    assert deeds.copy("text").startswith(nothing)
    monkeypatch.setenv("TERM", term)
    assert deeds.copy("text", print).startswith(nothing)
    assert printed() == ("", "")


class OfAScreen:
    """What a full screen puts in the place of stderr: it says that it is a terminal, and keeps what it is given."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return -1


@on_linux
def test_what_only_says_that_it_is_a_terminal_is_given_no_codes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk
    monkeypatch.setattr(sys, "stderr", OfAScreen())
    with pytest.raises(CoolError, match="Nothing was copied"):
        clipboard.copy("text")


# Pages, links, entries


def test_the_page_in_each_place(deeds: Deeds, desk: Desk, papers: list[str]) -> None:
    paper = row(desk, papers[0])
    assert deeds.places == PLACES
    assert deeds.page(paper) == (f"https://papers.cool/arxiv/{paper.id}", "")
    pages = {place: deeds.page(paper, place)[0] for place in deeds.places}
    assert len(set(pages.values())) == len(PLACES)
    assert all(paper.id in page for page in pages.values())


def test_a_template_is_the_first_of_the_places(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOL_OPEN_IN", "https://example.org/{id}v{version}")
    deeds = Deeds(desk)
    assert deeds.places == ("https://example.org/{id}v{version}", *PLACES)
    assert deeds.page(Row(Paper("2611.00042", version=3))) == ("https://example.org/2611.00042v3", "")
    assert deeds.page(Row(Paper("2611.00042")), "abs")[0].endswith("/abs/2611.00042")


@pytest.mark.parametrize(
    ("place", "remark"),
    [
        ("papers.cool", "papers.cool may not have {id}, of before April 2007: the place abs opens arXiv's own page."),
        ("html", "html may not have {id}, of before April 2007: this is arXiv's abstract page."),
        ("abs", ""),
    ],
)
def test_what_a_place_cannot_show_is_told_without_options(deeds: Deeds, place: str, remark: str) -> None:
    assert deeds.page(OLD, place)[1] == remark.format(id=OLD.id)


def test_links_and_entries_are_those_of_the_verbs(
    deeds: Deeds, desk: Desk, reader: Program, papers: list[str], printed: Printed
) -> None:
    said: list[str] = []
    desk.divert(said.append, desk.progress)
    told = []
    for paper_id in papers[:3]:
        exported = reader.run("export", paper_id, "--format", "bibtex")
        assert deeds.bibtex(row(desk, paper_id)) == exported.stdout
        told += exported.complaints
    assert said == told
    (link,) = reader.run("share", papers[0], "--json").document["links"]
    assert deeds.link(row(desk, papers[0])) == link
    assert deeds.link(OLD).endswith(f"/abs/{OLD.id}") and "papers.cool" not in deeds.link(OLD)
    assert printed() == ("", "")


def test_an_entry_has_the_readers_key(desk: Desk, papers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOL_BIB_KEY", "cite-{id}")
    assert Deeds(desk).bibtex(row(desk, papers[0])).startswith(f"@misc{{cite-{papers[0]},")


# PDF


def in_a_thread(work: Callable[[], object]) -> object:
    """Do it in a thread, as a screen does; give what it gave, or the error that it raised."""
    ended: list[object] = []

    def run() -> None:
        try:
            ended.append(work())
        except CoolError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(LIMIT)
    assert ended, "it hangs"
    return ended[0]


def test_a_pdf_comes_into_the_folder_and_is_not_fetched_again(
    deeds: Deeds, desk: Desk, reader: Program, sim: ArxivSimulator, papers: list[str], printed: Printed
) -> None:
    sim.pdf_size = 300_000
    paper, told = row(desk, papers[0]), list[str]()
    path = in_a_thread(lambda: deeds.pdf(paper, told.append))
    assert reader.run("pdf", paper.id, "--offline").stdout == f"{path}\n", "where `cool pdf` has it"
    assert "300.2 kB of 300.2 kB" in told and told[-1] == ""
    sim.requests.clear()
    assert in_a_thread(lambda: deeds.pdf(paper, told.append)) == path
    assert sim.requests == []
    assert printed() == ("", "")


def test_a_file_that_is_there_stays_and_nothing_is_asked(
    desk: Desk, reader: Program, papers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = reader.folder / "Papers" / f"{papers[0]}.pdf"
    stranger.parent.mkdir()
    stranger.write_text("mine")
    monkeypatch.setenv("COOL_PDF_NAME", "{id}")
    paper, told = row(desk, papers[0]), list[str]()
    monkeypatch.setattr(sys, "stdin", OfAScreen())
    monkeypatch.setattr(sys, "stderr", OfAScreen())
    path = in_a_thread(lambda: Deeds(desk).pdf(paper, told.append))
    assert stranger.read_text() == "mine" and path != stranger
    assert any(words.startswith(f"{stranger.name} was there, and stays") for words in told)


def test_what_arxiv_has_no_pdf_of(
    deeds: Deeds, desk: Desk, sim: ArxivSimulator, papers: list[str], printed: Printed
) -> None:
    paper, told = row(desk, papers[0]), list[str]()
    sim.fault("/pdf/", Fault.STATUS_404, times=None)
    error = in_a_thread(lambda: deeds.pdf(paper, told.append))
    assert isinstance(error, Refused) and error.message == f"arXiv has no PDF of {paper.id}v1."
    assert printed() == ("", "")


def test_offline_only_what_is_here_is_had(
    deeds: Deeds, desk: Desk, sim: ArxivSimulator, papers: list[str], monkeypatch: pytest.MonkeyPatch, printed: Printed
) -> None:
    paper, told = row(desk, papers[0]), list[str]()
    path = in_a_thread(lambda: deeds.pdf(paper, told.append))
    monkeypatch.setenv("COOL_OFFLINE", "1")
    sim.requests.clear()
    assert in_a_thread(lambda: deeds.pdf(paper, told.append)) == path
    other = row(desk, papers[1])
    error = in_a_thread(lambda: deeds.pdf(other, told.append))
    assert isinstance(error, Unreachable) and error.message.startswith(f"{other.id}v1 is not here.")
    assert sim.requests == [] and printed() == ("", "")


def test_a_download_that_is_stopped_goes_on_another_time(
    deeds: Deeds, desk: Desk, sim: ArxivSimulator, papers: list[str], printed: Printed
) -> None:
    sim.pdf_size = 1_000_000
    sim.fault("/pdf/", Fault.SLOW_BODY, seconds=20)
    paper, told = row(desk, papers[0]), list[str]()

    def tell(words: str) -> None:
        told.append(words)
        if " of " in words:
            deeds.stop()

    began = time.monotonic()
    error = in_a_thread(lambda: deeds.pdf(paper, tell))
    assert isinstance(error, CoolError) and "was stopped" in error.message
    assert time.monotonic() - began < 15
    assert in_a_thread(lambda: deeds.pdf(paper, told.append))
    first, again = (request.headers.get("Range") for request in sim.requests if request.path.startswith("/pdf/"))
    assert first is None and again is not None, "what came is not asked for again"
    assert printed() == ("", "")


# The viewer


def test_a_file_is_shown(
    deeds: Deeds, programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: Printed
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    name = "open" if sys.platform == "darwin" else "xdg-open"
    programs.write(name, "echo noise; echo more >&2")
    path = tmp_path / "a paper.pdf"
    assert deeds.view(path) == (True, "Opened a paper.pdf")
    assert programs.given(name) == [str(path)]
    programs.write(name, "exit 4")
    assert deeds.view(path) == (False, f"There is no viewer here that would open {path}")
    assert printed() == ("", "")


@on_linux
def test_without_a_screen_it_is_said_where_a_file_is(deeds: Deeds, programs: Programs, tmp_path: Path) -> None:
    programs.write("xdg-open")
    assert deeds.view(tmp_path / "paper.pdf") == (
        False,
        f"There is no viewer here that would open {tmp_path / 'paper.pdf'}",
    )
    assert programs.given("xdg-open") == []


def test_a_demonstration_opens_nothing(
    desk: Desk, programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", programs.write("w3m"))
    monkeypatch.setenv("DISPLAY", ":7")
    programs.write("xdg-open")
    desk.flags.demo = True
    deeds = Deeds(desk)
    assert not deeds.needs_terminal()
    assert deeds.open(PAGE) == f"A demonstration opens nothing: {PAGE}"
    assert deeds.view(tmp_path / "paper.pdf") == (
        True,
        f"A demonstration opens nothing: {tmp_path / 'paper.pdf'}",
    )
    assert programs.given("w3m") == programs.given("xdg-open") == []
