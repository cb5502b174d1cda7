"""Terminals, streams, homes, locales and clocks as they are found, not as one would wish: words or results, always."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from tempfile import TemporaryDirectory
from typing import Any

import pytest

if os.name == "nt":
    pytest.skip("terminals, homes and streams are others there", allow_module_level=True)

import fcntl

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY
from tests.cli.program import COMMAND, LIMIT, Homes, Program, Result
from tests.cli.terminal import Terminal


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    homes.begin(cool, "subscribe cs.LG", "today")
    return cool


def in_shell(cool: Program, script: str, *arguments: str, stdin: bytes = b"", **variables: str | None) -> Result:
    """Run a shell script that runs `cool` as "$@"."""
    result = cool.execute(["sh", "-c", script, "sh", *COMMAND, *arguments], stdin, **variables)
    assert "Exception ignored" not in result.stderr, result.stderr
    return result


# Streams

UNWRITTEN = "cool: The output cannot be written"


@pytest.mark.parametrize(
    ("script", "code", "shown", "words"),
    [
        ('"$@" 2>&-', 0, True, ""),
        ('"$@" >&-', 0, False, ""),
        ('"$@" <&-', 0, True, ""),
        ('"$@" <&- >&- 2>&-', 0, False, ""),
        (
            '"$@" >/dev/full',
            1,
            False,
            f"{UNWRITTEN} (No space left on device)",
        ),
        ('"$@" 2>/dev/full', 0, True, ""),
        ('"$@" >/dev/full 2>/dev/full', 1, False, ""),
        (
            '"$@" 1</dev/null',
            1,
            False,
            f"{UNWRITTEN} (Bad file descriptor)",
        ),
    ],
)
def test_streams_that_are_closed_or_full(reader: Program, script: str, code: int, shown: bool, words: str) -> None:
    ended = in_shell(reader, script, "today", "--verbose", "--refresh")
    assert ended.code == code
    assert bool(ended.stdout) == shown
    assert words in ended.stderr


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-", "2>&1 >/dev/null | true"])
def test_words_that_nobody_can_read_change_no_exit_code(reader: Program, where: str) -> None:
    assert in_shell(reader, f'{{ "$@"; echo $? >&3; }} 3>code {where}; cat code', "star", "9999").stdout == "3\n"


def test_results_outlive_the_reader_of_the_notices(reader: Program, world: World) -> None:
    shown = in_shell(reader, '{ "$@" 2>&1 >&3 | true; } 3>&1', "today", "--verbose", "--refresh")
    assert set(shown.ids) == set(expected.ids(world, FRIDAY, "cs.LG"))


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="pipes cannot be made small here")
def test_an_output_that_was_left_nonblocking_loses_nothing(reader: Program) -> None:
    whole = reader.run("today", "--json").stdout
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(theirs, False)
    with subprocess.Popen([*COMMAND, "today", "--json"], env=reader.environment(), stdout=theirs) as process:
        os.close(theirs)
        with os.fdopen(ours, encoding="utf-8") as pipe:
            select.select([pipe], [], [], LIMIT)
            time.sleep(0.05)  # so that the pipe is full
            assert pipe.read() == whole
    assert process.returncode == 0


def test_bytes_that_are_no_utf8_on_stdin(reader: Program, world: World) -> None:
    paper = expected.ids(world, FRIDAY, "cs.LG")[0]
    assert in_shell(reader, '"$@"', "star", "-", stdin=b"\xff\xfe " + paper.encode() + b" \x80").code == 0
    assert reader.run("stars").ids == [paper]


# Terminals


@pytest.mark.parametrize("term", [None, "dumb"])
def test_a_terminal_that_knows_no_codes_gets_none(reader: Program, term: str | None) -> None:
    with Terminal(reader, rows=15, TERM=term, PAGER="sed s/^/PAGED/") as terminal:
        today, *others = [terminal.run(*arguments.split()) for arguments in ("today --refresh", "show 1", "--help")]
    assert not any("\x1b" in shown.raw or "PAGED" in shown.raw for shown in (today, *others))
    assert all(line.id in today.words for line in reader.run("today").lines)


@pytest.mark.parametrize(
    ("variables", "links", "colours"),
    [
        ({"TERM": "linux"}, False, True),
        ({"TERM": "something-else"}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
    ],
)
def test_what_a_terminal_gets(reader: Program, variables: dict[str, Any], links: bool, colours: bool) -> None:
    with Terminal(reader, **variables) as terminal:
        shown = terminal.run("today")
    assert ("\x1b]8;" in shown.raw) == links
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-7]m", shown.raw)) == colours


def test_what_is_piped_is_plain_whatever_is_forced(reader: Program) -> None:
    for arguments, code in ((["today"], 0), (["show", "1"], 0), (["star", "9999"], 3)):
        forced = reader.run(*arguments, code=code, FORCE_COLOR="1", CLICOLOR_FORCE="1")
        assert "\x1b" not in forced.stdout + forced.stderr


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (0, 0)], ids=str)
def test_screens_of_any_size(reader: Program, world: World, size: tuple[int, int]) -> None:
    last = len(expected.ids(world, FRIDAY, "cs.LG"))
    with Terminal(reader, columns=max(1, size[0]), rows=size[1]) as terminal:
        terminal.resize(*size)
        terminal.columns = 400
        shown = terminal.run("today", "--refresh")
        assert any(line.split()[:1] == [str(last)] for line in shown.lines), shown.text
        terminal.run("next")
        terminal.run("star", "9999", code=3)


@pytest.mark.parametrize("columns", ["abc", "0", "1", "100000"])
def test_columns_that_no_screen_has(reader: Program, columns: str) -> None:
    with Terminal(reader, columns=90, COLUMNS=columns) as terminal:
        for arguments in (["today"], ["--help"]):
            shown = terminal.run(*arguments)
            assert shown.text.strip()
            assert max(map(len, shown.written)) <= 90


def test_a_window_made_narrow_while_it_waits(cool: Program, sim: ArxivSimulator, world: World) -> None:
    sim.fault("/rss/", Fault.SLOW_HEADERS, seconds=0.6)
    with Terminal(cool, columns=120) as terminal:
        terminal.start("today", "cs.LG")
        terminal.until("asking")
        terminal.resize(30, 8)
        shown = terminal.ended()
    assert shown.code == 0
    table = shown.raw.partition("20 November 2026")[2]
    assert (
        max(
            len(re.sub(r"\x1b(\][^\x1b\x07]*(\x1b\\|\x07)|\[[^a-zA-Z]*[a-zA-Z])", "", line))
            for line in table.splitlines()
        )
        <= 30
    )
    assert any(line.split()[:1] == [str(len(expected.ids(world, FRIDAY, "cs.LG")))] for line in shown.lines)


def test_pages_of_next_fit_the_window_as_it_is_now(reader: Program) -> None:
    with Terminal(reader, columns=120, rows=40) as terminal:
        wide = terminal.run("next")
        terminal.resize(50, 20)
        narrow = terminal.run("next")
    assert len(narrow.lines) <= 20 < len(wide.lines)


# Homes


@pytest.mark.parametrize(
    "variables",
    [
        {"HOME": "/dev/null"},
        {"XDG_DATA_HOME": "/dev/null"},
        {"COOL_HOME": "/proc/self"},
        {"COOL_HOME": "~nobody-of-this-name/cool"},
        {"COOL_HOME": "/tmp/" + "x" * 300},
    ],
    ids=str,
)
def test_a_home_that_cannot_be_is_told_in_words(cool: Program, variables: dict[str, Any]) -> None:
    told = cool.run("stars", code=5, **{"COOL_HOME": None, **variables})
    assert told.complaints[0].startswith("cool: ") and len(told.complaints) <= 2


@pytest.mark.parametrize("name", ["with spaces  and ?#%41", "no utf-8 \udcff", "a\nline", "'\"$(x)`"])
def test_a_home_of_any_name(cool: Program, name: str) -> None:
    home = str(cool.folder / name)
    cool.run("star", "2611.00001", "--offline", COOL_HOME=home)
    assert cool.run("stars", COOL_HOME=home).ids == ["2611.00001"]


def test_odd_folders_of_the_platform_are_no_obstacle(cool: Program) -> None:
    odd: dict[str, Any] = {
        "COOL_HOME": None,
        "XDG_DATA_HOME": "relative",
        "XDG_CACHE_HOME": "~/cache",
        "XDG_CONFIG_HOME": "",
    }
    in_shell(cool, '"$@"', "star", "2611.00001", "--offline", **odd)
    assert in_shell(cool, '"$@"', "stars", **odd).ids == ["2611.00001"]


def test_a_working_folder_that_was_deleted(cool: Program) -> None:
    gone = 'mkdir gone; cd gone; rmdir ../gone; "$@"'
    assert in_shell(cool, gone, "star", "2611.00001", "--offline", COOL_HOME=str(cool.home)).code == 0
    told = in_shell(cool, gone, "stars", COOL_HOME="relative")
    assert told.code == 5 and "COOL_HOME is 'relative'" in told.stderr


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can be nobody"
)
def test_a_user_whom_the_system_does_not_know(cool: Program) -> None:
    # The capability lets them read an interpreter and packages that may lie in root's own folders.
    nobody = "--reuid 54321 --regid 54321 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search"
    script = f'exec setpriv {nobody} "$@"'
    told = in_shell(cool, script, "stars", HOME=None, COOL_HOME=None)
    assert told.code == 5
    assert told.complaints == ["cool: No home folder is known: HOME is not set.", "      Set COOL_HOME to a folder."]
    with TemporaryDirectory() as home:
        os.chown(home, 54321, 54321)
        for arguments in (["star", "2611.00001", "--offline"], ["config"], ["undo"]):
            assert in_shell(cool, script, *arguments, HOME=None, COOL_HOME=home).code == 0


@pytest.mark.parametrize("umask", ["022", "000"])
def test_what_is_starred_and_read_is_private(cool: Program, umask: str) -> None:
    assert in_shell(cool, f'umask {umask}; "$@"', "today", "cs.LG").code == 0
    for folder in (cool.home / "data", cool.home / "cache" / "sessions"):
        assert folder.stat().st_mode & 0o077 == 0, folder


# Locales, arguments


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "en_US.ISO-8859-1", "PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii:strict"},
    ],
    ids=str,
)
def test_output_is_utf8_in_every_locale(reader: Program, variables: dict[str, Any]) -> None:
    here = reader.run("today").stdout
    assert not here.isascii()
    assert reader.run("today", **variables).stdout == here


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["star", "\udcff\udcfe"], 3),
        (["star", *map(str, range(1, 20_000))], 3),
        (["today", "cs.\udcff"], 2),
        (["today", ""], 2),
        (["today", "--\udcff"], 2),
        (["\udcff"], 2),
        (["config", "set", "arxiv.contact", "\udcff"], 2),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_arguments_that_nobody_types(reader: Program, arguments: list[str], code: int) -> None:
    assert len(reader.run(*arguments, code=code).complaints) == 2


def test_a_session_whose_name_is_no_utf8(cool: Program) -> None:
    cool.run("today", "cs.LG", COOL_SESSION="\udcff\udce9")
    assert "Starred" in cool.run("star", "2", COOL_SESSION="\udcff\udce9").stdout
    cool.run("star", "2", code=3, COOL_SESSION="\udcff")


def test_cron_with_next_to_no_environment(reader: Program) -> None:
    kept = " ".join(f"{name}='{reader.environment()[name]}'" for name in ("PATH", "COOL_HOME", "COOL_NOW"))
    told = in_shell(reader, f'exec env -i {kept} "$@"', "--offline", "today", "cs.LG", "--json")
    assert len(told.document["papers"]) == len(reader.run("today").ids)


# Clocks, interpreters


@pytest.mark.parametrize("now", ["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "0002-06-01T00:00:00+14:00"])
def test_a_clock_that_is_far_off(reader: Program, now: str) -> None:
    for arguments in (["star", "2611.00001", "--offline"], ["next", "--offline"]):
        told = in_shell(reader, '"$@"', *arguments, COOL_NOW=now, TZ="Pacific/Auckland")
        assert told.code in (0, 4), told.stderr


@pytest.mark.parametrize(
    "now", ["2026-11-20T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\udcff"]
)
def test_a_fixed_clock_that_is_no_moment(reader: Program, now: str) -> None:
    told = reader.run("today", code=2, COOL_NOW=now)
    assert told.complaints[0].startswith("cool: COOL_NOW is '")


@pytest.mark.parametrize("options", ["-OO", "-X dev -bb -W error"])
def test_python_with_odd_options(reader: Program, options: str) -> None:
    for arguments in (["today"], ["star", "1"]):
        told = in_shell(reader, f'shift; exec {COMMAND[0]} {options} "$@"', *arguments)
        assert told.code == 0 and not told.stderr, told.stderr
