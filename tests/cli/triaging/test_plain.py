"""`cool triage --plain`: commands as lines, from a pipe and from a terminal."""

from __future__ import annotations

import re
import shlex
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coolcli.cli.triaging.commands import COMMANDS
from coolcli.cli.triaging.deeds import Deeds
from coolcli.cli.triaging.plain import Prompts
from coolcli.errors import CoolError
from coolcli.store import events, select
from coolcli.triage.actions import ACTIONS
from tests.builders import NOW, paper
from tests.cli import expected
from tests.cli.conftest import FRIDAY
from tests.cli.program import COMMAND
from tests.cli.terminal import Terminal
from tests.cli.triaging.sittings import sitting_over
from tests.disks import bearing

if TYPE_CHECKING:
    from tests.arxiv_simulator import World
    from tests.cli.program import Homes, Program, Result

_HEADING = re.compile(r"^(\d+) of (\d+)\. (\w+ \d+ \w+ \d+, [\w -]+)\. arXiv (\S+?)(?: version \d+)?\.$", re.MULTILINE)


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """A subscriber of cs.CL with Friday's listing in the cache."""
    homes.begin(cool, "subscribe cs.CL", "today")
    return cool


@pytest.fixture
def waiting(world: World) -> list[str]:
    """What is unread, in arXiv's order."""
    return [name for name, kind in expected.listed(world, FRIDAY, "cs.CL") if kind in ("new", "cross")]


def triage(cool: Program, *lines: str, code: int = 0, **variables: str) -> Result:
    return cool.run("triage", "--plain", stdin="".join(f"{line}\n" for line in lines), code=code, **variables)


def shown(result: Result) -> list[str]:
    """The papers that were shown, in their order."""
    return [match[4] for match in _HEADING.finditer(result.stdout)]


def marked(cool: Program, mark: str) -> list[str]:
    return [paper["id"] for paper in cool.run("today", "--json").document["papers"] if paper[mark]]


def test_a_sitting_from_a_pipe(reader: Program, waiting: list[str]) -> None:
    result = triage(reader, "s", "n", "", "r", "q", "s")
    assert shown(result) == waiting[:3]
    assert f"Starred {waiting[0]}.\n" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("3 papers marked as read, 1 starred; 3 of ")
    assert "Command" not in result.stdout + result.stderr
    assert marked(reader, "starred") == waiting[:1]
    assert marked(reader, "read") == waiting[:3]


def test_the_heading_counts_and_each_paper_says_where_it_stands(reader: Program, waiting: list[str]) -> None:
    lines = triage(reader, "q").stdout.splitlines()
    assert lines[0] == f"{len(waiting)} unread papers."
    place = _HEADING.fullmatch(lines[2])
    assert place and place.groups() == ("1", str(len(waiting)), "Friday 20 November 2026, new", waiting[0])
    assert [line.partition(":")[0] for line in lines[3:6]] == ["Title", "Authors", "Categories"]
    assert any(line.startswith("Abstract: ") for line in lines)


def test_the_end_of_the_input_keeps_all_and_the_next_sitting_begins_there(reader: Program, waiting: list[str]) -> None:
    triage(reader, "n", "s", "n")
    assert marked(reader, "read") == waiting[:2]
    assert shown(triage(reader, "k"))[0] == waiting[2]


def test_one_undo_takes_the_sitting_back(reader: Program, waiting: list[str]) -> None:
    triage(reader, "s", "n", "t survey", "a look", "l", "m zzz", "q")
    assert "a sitting of triage: " in reader.run("undo").stdout
    assert marked(reader, "read") == marked(reader, "starred") == marked(reader, "tags") == []
    assert reader.run("rules", "--json").document == {"rules": []}
    assert shown(triage(reader, "g"))[-1] == waiting[0]


def test_a_wrong_command_names_the_nearest_and_ends_a_script(reader: Program, waiting: list[str]) -> None:
    result = triage(reader, "n", "s; satr", "n", code=2)
    assert "There is no command 'satr'." in result.stderr and "Did you mean star" in result.stderr
    assert marked(reader, "starred") == []  # nothing of a line is done in which something is wrong
    assert marked(reader, "read") == waiting[:1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("star 3", "`star` takes nothing, and '3' stands behind it."),
        ("stra", "Did you mean star"),
        ("open papers.cold", "'papers.cold' is no place to open a paper in."),
        ("type newish", "'newish' is no type."),
        ("order mien", "'mien' is no order."),
        ("day someday", "someday"),
        ("day 2026-12-24", "No paper of Thursday 24 December 2026 is in sight"),
        ("tag 2611.00001", "cannot be a tag"),
        ("tag -survey", "There is no tag 'survey'."),
        ("search autor:doe", "There is no field 'autor'."),
        ('mute "open', "a quote is missing"),
        ("9999", "No paper 9999 is in sight."),
        ("2601.56789", "No paper 2601.56789 is in sight."),
        ("²", "There is no command"),
        ("note " + "x" * 100_001, "A note has 100,000 letters at the most"),
        ("\x1b[2J", "There is no command"),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_is_done(reader: Program, line: str, said: str) -> None:
    result = triage(reader, line, code=2)
    assert said in " ".join(result.stderr.split())
    assert "\x1b" not in result.stdout + result.stderr
    assert reader.run("undo", "--list", "--json").document["changes"][0]["verb"] == "subscribe"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"note \xff\xfe\n", "is no text (UTF-8)"), (b"s\0\n", "is no text"), (b"x" * 500_000, "400,000 bytes")],
)
def test_lines_that_are_no_text_are_refused(reader: Program, content: bytes, said: str) -> None:
    result = reader.execute([*COMMAND, "triage", "--plain"], content)
    assert result.code == 2
    assert said in result.stderr


def test_what_commands_say_and_do(reader: Program, waiting: list[str]) -> None:
    first, second = waiting[:2]
    result = triage(
        reader, "TAG survey to-read", "tag -survey", "t", "note some text; and more", "note", "u", "redo", "n; l", "k"
    )
    said = [line for line in result.stdout.splitlines() if first in line or second in line or "text" in line]
    assert [line for line in said if not _HEADING.match(line) and not line.startswith("Note: ")] == [
        f"Tagged {first} survey, to-read.",
        f"Took survey off {first}.",
        f"Noted on {first}: some text; and more.",
        "some text; and more.",
        f"Undone: noted on {first}.",
        f"Done again: noted on {first}.",
        f"Put {second} off, behind all others.",
    ]
    (paper,) = reader.run("show", first, "--json").document["papers"]
    assert (paper["tags"], paper["note"]) == (["to-read"], "some text; and more")


def test_marks_tags_and_notes_are_read_out_in_words(reader: Program) -> None:
    result = triage(reader, "s", "t a b", "a hello", ".")
    again = result.stdout.rpartition("arXiv ")[2]
    assert "\nTags: a, b\n" in again and "\nNote: hello\n" in again and "\nMarks: starred\n" in again


def test_looking_moves_to_what_fits(reader: Program, waiting: list[str]) -> None:
    result = triage(reader, "G", "/is:cross", "type new", "clear", "1", waiting[3], "day friday")
    places = [match.groups() for match in _HEADING.finditer(result.stdout)]
    assert [place[3] for place in places][1:] == [waiting[-1], waiting[0], waiting[3], waiting[0]]
    assert "0 papers in sight of type new; clear shows all again." in result.stdout
    assert marked(reader, "read") == []


def test_a_mute_says_how_many_papers_go(reader: Program, waiting: list[str]) -> None:
    author = reader.run("show", waiting[0], "--json").document["papers"][0]["authors"][0]
    result = triage(reader, "mute", f"mute author {author}", "M", "q")
    assert f'mute author:"{author}"\n' in result.stdout
    assert re.search(rf'Muted author:"{author}": \d+ of these papers (is|are) out of sight', result.stdout)
    assert waiting[0] in shown(result)[1:] or f'Muted: author:"{author}"' in result.stdout or len(shown(result)) == 2
    assert [rule["query"] for rule in reader.run("rules", "--json").document["rules"]] == [f'author:"{author}"']


def test_the_last_paper_says_so_and_when_there_will_be_more(reader: Program, waiting: list[str]) -> None:
    result = triage(reader, *["n"] * len(waiting))
    assert shown(result) == waiting
    end = result.stdout.splitlines()[-1]
    assert end.startswith(f"That was the last one. {len(waiting)} papers marked as read; ")
    assert "Next announcement: " in end
    assert set(marked(reader, "read")) == set(waiting)
    after = triage(reader, "n").stdout.splitlines()
    assert after[0] == "0 unread papers." and after[1].startswith("Next announcement: ") and len(after) == 2


def test_what_is_left_unread_is_told_at_the_end(reader: Program, waiting: list[str]) -> None:
    result = triage(reader, "G", "", "n")
    assert f"That was the last one. {len(waiting) - 1} of them are still unread" in result.stdout
    assert shown(result) == [waiting[0], waiting[-1], waiting[0]]


def test_nothing_is_marked_on_the_way_where_the_setting_says_so(reader: Program) -> None:
    reader.run("config", "set", "triage.mark_read", "false")
    triage(reader, "n", "n", "s", "q")
    assert marked(reader, "read") == []


def test_opening_marks_and_goes_on(reader: Program, waiting: list[str]) -> None:
    opened = reader.folder / "opened"
    browser = reader.folder / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {shlex.quote(str(opened))}\n')
    browser.chmod(0o755)
    result = triage(reader, "o", "open abs", BROWSER=str(browser))
    assert shown(result) == waiting[:3]
    assert [address.rpartition("/")[2] for address in opened.read_text().split()] == waiting[:2]
    assert marked(reader, "read") == waiting[:2]


def test_json_is_what_was_shown_as_it_is_marked_at_the_end(reader: Program, waiting: list[str]) -> None:
    result = reader.run("triage", "--plain", "--json", stdin="s\nn\nt x\n")
    papers = result.document["papers"]
    assert [(one["id"], one["starred"], one["read"], one["tags"]) for one in papers] == [
        (waiting[0], True, True, []),
        (waiting[1], False, False, ["x"]),
    ]
    assert "Starred" in result.stderr and "Title: " in result.stderr


def test_a_demonstration_works(cool: Program) -> None:
    result = cool.run("--demo", "triage", "--plain", stdin="s\no\ny\nY\nq\n")
    assert len(shown(result)) == 2
    assert "A demonstration opens nothing: https://" in result.stdout
    assert "@misc{" in result.stdout


def test_a_closed_pipe_ends_quietly(reader: Program) -> None:
    command = f"{shlex.join(COMMAND)} triage --plain | head -n 1"
    result = reader.execute(["sh", "-c", f"yes n | {command}"])
    assert (result.code, result.stderr) == (0, "")


def test_what_cannot_be_stored_is_told_and_not_marked(reader: Program) -> None:
    with bearing(reader.home) as disk:
        disk.protect()
        result = triage(reader, "s", "n", code=5)
        assert len(shown(result)) == 1
        assert "read-only" in result.stderr
        assert marked(reader, "starred") == []


def test_every_action_of_the_screen_that_makes_sense_in_lines_is_here() -> None:
    of_screens = {"page-down", "page-up", "scroll-down", "scroll-up", "stop-asking", "palette", "fetch"}
    assert set(COMMANDS) - {"go", "show"} == set(ACTIONS) - of_screens
    letters = [command.letter for command in COMMANDS.values() if command.letter]
    assert len(letters) == len(set(letters))
    for name, command in COMMANDS.items():
        assert name in ("go", "show", "clear") or command.letter in ACTIONS[name].keys


def test_the_help_names_every_command(reader: Program) -> None:
    told = triage(reader, "?").stdout
    for name, command in COMMANDS.items():
        if name != "go":
            assert re.search(rf"^({re.escape(command.letter)} or )?{name}[ :]", told, re.MULTILINE)
    assert "{" not in told


def test_at_a_terminal_each_line_is_asked_for_and_a_wrong_one_is_told(reader: Program, waiting: list[str]) -> None:
    with Terminal(reader, columns=60, TERM="dumb") as terminal:
        terminal.start("triage", "--plain")
        for line in ("satr", "s", "q"):
            terminal.until("Command (? for help): ")
            terminal.type(f"{line}\r")
        ended = terminal.ended()
    assert ended.code == 0
    assert "\x1b" not in ended.raw
    assert all(len(line) <= 60 for line in ended.raw.splitlines() if not line.startswith("Command"))
    assert "Did you mean star" in ended.text and f"Starred {waiting[0]}." in ended.text
    assert ended.raw.count("Title:") == 1
    assert marked(reader, "starred") == waiting[:1]


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 0)])
def test_leaving_a_terminal_keeps_all(reader: Program, waiting: list[str], key: str, code: int) -> None:
    with Terminal(reader) as terminal:
        terminal.start("triage", "--plain")
        terminal.until("Command (? for help): ")
        terminal.type("s; n\r")
        terminal.until("2 of ")
        terminal.until(f"Starred {waiting[0]}")
        terminal.type(key)
        ended = terminal.ended()
    assert ended.code == code
    assert marked(reader, "read") == marked(reader, "starred") == waiting[:1]


_WORDS = st.sampled_from(
    [
        *(command.letter for command in COMMANDS.values() if command.letter not in "oOdyY"),
        *(
            "n",
            "n",
            "s",
            "s",
            "u",
            "u",
            "U",
            "l",
            "k",
            "",
            "clear",
            "3",
            "17",
            "2611.00002",
            "2611.77777",
            "tag",
            "nosuch",
        ),
        *("t a", "t -a", "t A b", "a text", "note --remove", "m title:even", "m author Ann Other", "m", "day friday"),
        *("/odd", "/-odd", '/"', "f new", "f cross", "f", "S new-first", "S mine", "star 2", ";;", "s;n;l", "M", "r"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_WORDS.filter(lambda word: word != "q"), max_size=30), st.booleans())
def test_whatever_is_typed_the_store_says_what_the_pile_says_and_one_undo_takes_it_back(
    lines: list[str], marks_read: bool
) -> None:
    papers = [
        paper(
            f"2611.{number:05}", title="Odd" if number % 2 else "Even", authors=("Ann Other", "Jane Doe")[: number % 3]
        )
        for number in range(1, 9)
    ]
    with tempfile.TemporaryDirectory() as home, sitting_over(Path(home), *papers) as sitting:
        sitting.marks_read = marks_read
        prompts = Prompts(sitting.desk, sitting, Deeds(sitting.desk))
        assert prompts.begin()
        for line in lines:
            with suppress(CoolError):
                prompts.obey(line.encode())
            assert sitting.pile.current is not None or not sitting.pile.shown
        prompts.end()
        rows = sitting.desk.rows(list(sitting.pile.entries))
        assert len(rows) == len(papers)
        assert {row.id for row in rows if row.marks.read} == sitting.pile.read
        assert {row.id for row in rows if row.marks.starred} == sitting.pile.starred
        with sitting.desk.database.write() as connection:
            if (change := events.changes(connection, 1)[0]).verb == events.SITTING:
                events.undo(connection, change, NOW)
            rows = list(select.by_ids(connection, list(sitting.pile.entries)).values())
        assert not any(row.marks.read or row.marks.starred or row.marks.tags or row.marks.note for row in rows)
