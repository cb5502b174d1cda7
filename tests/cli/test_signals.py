"""SIGTERM, SIGHUP, SIGPIPE, and Ctrl-C pressed where it is awkward: in order, at once, with nothing lost."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

if os.name == "nt":
    pytest.skip("signals are others there", allow_module_level=True)

import fcntl

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY
from tests.cli.program import COMMAND, LIMIT, Homes, Program
from tests.cli.terminal import Terminal
from tests.cli.test_interrupt import SOON, is_whole, until_asked

ENDING = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    homes.begin(cool, "subscribe cs.LG", "today")
    return cool


def in_foreground(*arguments: str) -> list[str]:
    """A command whose Ctrl-C is not ignored, whatever the tests were started by."""
    undo = "import os, signal, sys; signal.signal(2, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    return [COMMAND[0], "-c", undo, *COMMAND, *arguments]


@ENDING
def test_while_waiting_it_ends_of_the_signal_without_a_word(
    cool: Program, sim: ArxivSimulator, world: World, number: signal.Signals
) -> None:
    sim.fault("/rss/", Fault.SLOW_BODY, seconds=600)
    with cool.start("today", "cs.LG") as process:
        until_asked(sim, "/rss/")
        sent = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=LIMIT)
    assert time.monotonic() - sent < SOON
    assert (process.returncode, out, err) == (-number, b"", b"")
    assert is_whole(cool)
    assert set(cool.run("today", "cs.LG").ids) == set(expected.ids(world, FRIDAY, "cs.LG"))


@ENDING
def test_the_progress_line_is_cleared(cool: Program, number: signal.Signals) -> None:
    with Terminal(cool, COOL_ARXIV_INTERVAL="600") as terminal:
        terminal.start("today", "cs.CL")
        terminal.until("as arXiv asks for between two requests")
        terminal.send(number)
        shown = terminal.ended()
    assert shown.code == -number
    assert "waiting" not in shown.text and shown.raw.endswith("\r\x1b[2K")


@ENDING
def test_the_pager_is_ended_and_the_terminal_given_back(reader: Program, number: signal.Signals) -> None:
    with Terminal(reader, rows=20, PAGER=None) as terminal:
        terminal.start("today", "--offline")
        terminal.until("2611.")
        terminal.until("\x1b[K")  # the prompt of less, which has turned the echo off
        terminal.send(number)
        assert terminal.ended().code == -number
        terminal.type("echo is on again")
        terminal.until("echo is on again")


def test_a_pager_that_will_not_end_is_killed(reader: Program) -> None:
    with Terminal(reader, rows=20, PAGER="trap '' TERM; echo stubborn; while :; do sleep 0.1; done") as terminal:
        terminal.start("today", "--offline")
        terminal.until("stubborn")
        terminal.send(signal.SIGTERM)
        assert terminal.ended().code == -signal.SIGTERM


def test_under_nohup_a_hangup_is_ignored(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/rss/", Fault.SLOW_HEADERS, seconds=0.5)
    command = ["nohup", *COMMAND, "today", "cs.LG"]
    with subprocess.Popen(
        command, env=cool.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        until_asked(sim, "/rss/")
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == 0
    assert len(out.splitlines()) == len(expected.ids(world, FRIDAY, "cs.LG"))


def test_ctrl_c_twice_says_no_more_than_once(cool: Program, sim: ArxivSimulator) -> None:
    for pause in (0, 0.003):
        before = len(sim.requests)
        sim.fault("/rss/", Fault.SLOW_HEADERS, seconds=600)
        with cool.start("today", "cs.LG") as process:
            until_asked(sim, "/rss/", before)
            process.send_signal(signal.SIGINT)
            time.sleep(pause)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=LIMIT)
        assert process.returncode in (130, -signal.SIGINT)
        assert err in (b"", b"Interrupted: what was done before is kept.\n")


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="pipes cannot be made small here")
def test_ctrl_c_while_nobody_reads_the_pipe(reader: Program) -> None:
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen(
        in_foreground("today", "--json"),
        env=reader.environment(),
        stdout=theirs,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        select.select([ours], [], [], LIMIT)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LIMIT)
    os.close(ours)
    assert process.returncode == 130
    assert time.monotonic() - sent < SOON
    assert err == b"Interrupted: what was done before is kept.\n"


def test_ctrl_c_at_a_question(reader: Program) -> None:
    with Terminal(reader, BROWSER="true") as terminal:
        terminal.run("today", "cs.LG")
        terminal.start("open", "1-11", "--in", "abs")
        terminal.until("Open 11 pages?")
        terminal.type("\x03")
        shown = terminal.ended()
    assert shown.code == 130
    assert shown.lines[-1] == "Interrupted: what was done before is kept."
    assert not any("r" in line.marks for line in reader.run("today", "cs.LG").lines)


def test_ctrl_c_while_references_are_read(cool: Program) -> None:
    with Terminal(cool) as terminal:
        terminal.start("star", "-")
        terminal.until("Ctrl-D")
        terminal.type("2611.00001\n\x03")
        assert terminal.ended().code == 130
    assert cool.run("stars").ids == []


@pytest.mark.parametrize(
    "arguments",
    [["today"], ["today", "--json"], ["today", "--help"], ["--help"], ["--version"], ["categories"], ["config"]],
    ids=" ".join,
)
def test_a_reader_of_the_pipe_who_leaves_is_no_failure(reader: Program, arguments: list[str]) -> None:
    with reader.start(*arguments) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_what_a_reader_left_early_is_done_and_numbered(reader: Program, world: World) -> None:
    new = [name for name, kind in expected.listed(world, FRIDAY, "cs.LG") if kind == "new"]
    for arguments in (["today", "--new"], ["star", "2"]):
        with reader.start(*arguments) as process:
            assert process.stdout
            process.stdout.close()
        assert process.returncode == 0
    assert reader.run("stars").ids == [new[1]]


def test_at_any_moment_of_a_start(cool: Program, sim: ArxivSimulator, world: World) -> None:
    """Python imports for most of it, where what a handler raises may be lost or leave a lock behind."""
    sim.fault("/api/", Fault.SLOW_HEADERS, times=None, seconds=600)
    random = Random(1)

    def press(number: int) -> tuple[int, str]:
        reader = Program(cool.folder / f"reader-{number}", sim)
        reader.folder.mkdir()
        process = subprocess.Popen(
            in_foreground("star", "2311.00001"),
            stderr=subprocess.PIPE,
            env=reader.environment(COOL_NETWORK_BUDGET="600"),
            start_new_session=True,
        )
        time.sleep(random.uniform(0.06, 0.4))
        process.send_signal(random.choice((signal.SIGINT, signal.SIGTERM)))
        try:
            return process.wait(LIMIT), process.communicate()[1].decode()
        finally:
            process.kill()

    with ThreadPoolExecutor(4) as pool:
        for code, told in pool.map(press, range(48)):
            if code == 1 and "KeyboardInterrupt" in told and "coolcli" not in told:
                continue  # on a loaded machine: Python itself was not ready yet, and nothing of the program was there
            assert code in (130, -signal.SIGINT, -signal.SIGTERM), told
            assert "Traceback" not in told or "coolcli" not in told, told
