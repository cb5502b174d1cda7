"""What a reader sees on a terminal: a real one, at three widths, with a pager, with hostile text."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

if os.name == "nt":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

import pyte
from wcwidth import wcswidth

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli import expected
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import Homes, Program
from tests.cli.terminal import Shown, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WIDTHS = (80, 120, 200)
COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")
LINKED = re.compile(r"\x1b\]8;[^;]*;([^\x07\x1b]+)(?:\x07|\x1b\\)")
LONG = (
    "A Title of Such Extraordinary Length That No Table of Ordinary Width Could Ever Hold It on One Line, Being a "
    "Study of Harbour Bells, Tidal Charts, Lanterns and Pneumonoultramicroscopicsilicovolcanoconiosis in "
    "Supercalifragilisticexpialidociously-Named-Municipalities-Without-Any-Space-to-Break-At-All, Part Seventeen"
)
TITLES = [
    LONG,
    "0",
    "[bold]Brackets[/bold] [link=https://example.org]as[/link] Text [/]",
    "<think> Before You <b>Fold</b> & a < b",
    "灯台の光と港の鐘：夜の航海における長い長い題名の日本語による研究について、そして船の帰りを待つ人々の話",
    "Emoji 🚢 :ship: and Combining ééé Letters",
    "Backslash \\[ and `ticks` and %d %s {braces}",
]


@pytest.fixture(scope="module")
def odd_world() -> World:
    world = World.sample([FRIDAY], ("cs.LG",), per_day=12, seed=5)
    for number, title in enumerate(TITLES):
        world.add(FRIDAY, "cs.LG", "cs.CL", id=f"2611.9000{number}", title=title)
    world.add(FRIDAY, "cs.LG", title="A Crowd", authors=[f"Author Number{number}" for number in range(60)])
    world.replace(FRIDAY, world.known("cs.LG", before=FRIDAY, title="A Replacement"))
    world.cross(FRIDAY, world.known("cs.CL", before=FRIDAY, title="A Cross-List"), "cs.LG")
    world.replace(FRIDAY, world.known("stat.ML", "cs.LG", before=FRIDAY, title="A Replaced Cross-List"))
    return world


@pytest.fixture
def reader(tmp_path: Path, homes: Homes, odd_world: World) -> Iterator[Program]:
    """A reader with the day in the cache, to whose session no list was shown."""
    with ArxivSimulator(odd_world, eastern(FRIDAY, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        homes.begin(cool, "today cs.LG", session=None)
        yield cool


def holds_in_order(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words come one after the other, whatever stands between (other columns)."""
    rest = iter(words)
    return all(word in rest for word in wanted)


def unspaced(lines: Sequence[str]) -> str:
    return "".join("".join(line.split()) for line in lines)


def plain_titles(world: World) -> list[str]:
    """Titles that are shown as they are written: without formulas and in words that fit any column."""
    titles = [expected.one_line(item.paper.title) for item in world.seen(FRIDAY, ["cs.LG"])]
    return [title for title in titles if "$" not in title and "\\" not in title and title.isascii() and title != LONG]


def left_edge(shown: Shown, word: str) -> int:
    return next(line.index(word) for line in shown.lines if word in line)


# Widths


@pytest.mark.parametrize("columns", WIDTHS)
def test_titles_are_never_cut_and_no_line_is_too_long(reader: Program, odd_world: World, columns: int) -> None:
    with Terminal(reader, columns=columns) as terminal:
        shown = terminal.run("today", "cs.LG")
    titles = plain_titles(odd_world)
    assert len(titles) > 10
    for title in titles:
        assert holds_in_order(shown.words, title.split()), title
    assert max(wcswidth(line) for line in shown.written) <= columns
    assert "…" not in shown.text and "..." not in shown.text


@pytest.mark.parametrize("columns", [40, *WIDTHS])
def test_words_longer_than_a_column_are_folded_not_cut(reader: Program, columns: int) -> None:
    """Read down the title's column: there every letter of the longest title, and of one without spaces."""
    with Terminal(reader, columns=columns) as terminal:
        shown = terminal.run("today", "cs.LG", "--new")
    assert max(wcswidth(line) for line in shown.written) <= columns
    for title in (LONG, TITLES[4]):
        first = next(number for number, line in enumerate(shown.lines) if title[:7] in line)
        edge = wcswidth(shown.lines[first][: shown.lines[first].index(title[:7])])
        column = "".join(cells(line, edge, columns) for line in shown.lines[first : first + 40])
        assert is_threaded(column, "".join(title.split())), title


def cells(line: str, start: int, end: int) -> str:
    """The part of a line between two columns of the screen, without spaces."""
    at, kept = 0, ""
    for character in line:
        if start <= at < end and not character.isspace():
            kept += character
        at += max(0, wcswidth(character))
    return kept


def is_threaded(text: str, wanted: str) -> bool:
    rest = iter(text)
    return all(character in rest for character in wanted)


def test_under_100_columns_types_are_headings_and_authors_below(reader: Program) -> None:
    with Terminal(reader, columns=99) as narrow, Terminal(reader, columns=100) as wide:
        below, beside = narrow.run("today", "cs.LG"), wide.run("today", "cs.LG")
    for heading in ("New submissions", "Cross-lists", "Replacements"):
        assert any(line.startswith(heading) for line in below.lines)
        assert not any(line.startswith(heading) for line in beside.lines)
    number = next(at for at, line in enumerate(below.lines) if "A Crowd" in line)
    assert "Author Number0" in below.lines[number + 1]
    assert re.search(r"A Crowd\s+Author Number0", next(line for line in beside.lines if "A Crowd" in line))


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_counts_stand_above_and_below(reader: Program, odd_world: World, columns: int) -> None:
    with Terminal(reader, columns=columns) as terminal:
        shown = terminal.run("today", "cs.LG")
    count = len(expected.ids(odd_world, FRIDAY, "cs.LG"))
    rows = [number for number, line in enumerate(shown.lines) if re.match(r"\s+\d+ ", line)]
    above, below = " ".join(shown.lines[: rows[0]]), " ".join(shown.lines[rows[-1] :])
    assert "Friday 20 November 2026" in above and "cs.LG" in above
    assert f"{count} papers" in above and f"{count} papers" in below
    assert f"{count} of {count} announced" in below and f"{count} unread" in below
    assert "Next announcement: Monday 01:00" in below
    assert "cool star" in below


def test_next_announcement_in_the_readers_own_time(reader: Program) -> None:
    with Terminal(reader, TZ="Asia/Tokyo") as terminal:
        assert "Monday 10:00" in terminal.run("today", "cs.LG").text


def test_every_row_has_number_type_id_title_and_category(reader: Program, odd_world: World) -> None:
    with Terminal(reader, columns=160) as terminal:
        shown = terminal.run("today", "cs.LG")
    names = {"new": "new", "cross": "cross", "replace": "replaced", "replace-cross": "repl-cross"}
    for number, (kind, paper) in enumerate(odd_world.seen(FRIDAY, ["cs.LG"]), 1):
        pattern = rf"^\s*{number}\s+{names[kind]}\s+{re.escape(paper.id)}\s.*\s{re.escape(paper.primary)}$"
        assert re.search(pattern, shown.text, re.MULTILINE), paper


def test_who_follows_a_category_is_not_told_to(reader: Program) -> None:
    with Terminal(reader) as terminal:
        assert terminal.run("today", "cs.LG").lines[-1].endswith("cool subscribe cs.LG")
        terminal.run("subscribe", "cs.LG")
        hint = terminal.run("today", "cs.LG", "--replaced").lines[-1]
    assert hint.startswith("Try: ") and "subscribe" not in hint


def test_stars_and_read_marks_are_seen(reader: Program) -> None:
    with Terminal(reader) as terminal:
        terminal.run("today", "cs.LG")
        terminal.run("star", "2")
        terminal.run("done", "3")
        lines = terminal.run("today", "cs.LG").lines
    assert re.search(r"^\s*2 ★", "\n".join(lines), re.MULTILINE)
    assert re.search(r"^\s*3 +✓", "\n".join(lines), re.MULTILINE)


def test_a_narrow_screen_with_abstracts(reader: Program, odd_world: World) -> None:
    with Terminal(reader, columns=80) as terminal:
        shown = terminal.run("today", "cs.LG", "--abstracts")
    assert max(wcswidth(line) for line in shown.written) <= 80
    for _, paper in odd_world.seen(FRIDAY, ["cs.LG"]):
        abstract = expected.one_line(paper.abstract)
        if "$" not in abstract and "http" not in abstract and abstract.isascii():
            assert abstract.split()[-1] in shown.words


def test_a_crowd_of_authors_is_shortened_with_its_number(reader: Program) -> None:
    with Terminal(reader, columns=120) as terminal:
        shown = terminal.run("today", "cs.LG")
    assert "Author Number0" in shown.text and "Number59" not in shown.text
    assert re.search(r"\+5\d", shown.text)


# Colour and links


def test_colours_and_links_are_there(reader: Program) -> None:
    with Terminal(reader) as terminal:
        shown = terminal.run("today", "cs.LG")
    assert COLOUR.search(shown.raw)
    assert "https://arxiv.org/abs/2611.90001" in LINKED.findall(shown.raw)


@pytest.mark.parametrize("command", [["today", "cs.LG"], ["show", "1"], ["stars"], ["config"], ["today", "--help"]])
def test_no_color_gives_no_colour(reader: Program, command: list[str]) -> None:
    with Terminal(reader, NO_COLOR="1") as terminal:
        terminal.run("today", "cs.LG")
        terminal.run("star", "1")
        raw = terminal.run(*command).raw
    codes = {code for group in re.findall(r"\x1b\[([0-9;]*)m", raw) for code in group.split(";")}
    assert not {code for code in codes if code and 30 <= int(code) <= 107}


def test_json_is_never_coloured_nor_paged(reader: Program, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ntouch {tmp_path}/called\ncat\n")
    pager.chmod(0o755)
    with Terminal(reader, PAGER=str(pager), rows=10) as terminal:
        shown = terminal.run("today", "cs.LG", "--json")
    assert not (tmp_path / "called").exists()
    assert "\x1b" not in shown.raw
    assert shown.raw.replace("\r\n", "\n") == reader.run("today", "cs.LG", "--json").stdout


# The pager


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """A pager that keeps what it is given; `tmp_path/paged` is where."""
    script = tmp_path / "pager"
    script.write_text(f'#!/bin/sh\ncat > "{tmp_path}/paged"\necho "(the pager was here)"\n')
    script.chmod(0o755)
    return script


def test_what_is_taller_than_the_screen_goes_through_the_pager(reader: Program, pager: Path, odd_world: World) -> None:
    with Terminal(reader, rows=20, PAGER=str(pager)) as terminal:
        shown = terminal.run("today", "cs.LG")
    paged = (pager.parent / "paged").read_text()
    count = len(expected.ids(odd_world, FRIDAY, "cs.LG"))
    screen = pyte.Screen(120, 500)
    pyte.Stream(screen).feed(paged.replace("\n", "\r\n"))
    inside = "\n".join(screen.display)
    assert all(name in inside for name in expected.ids(odd_world, FRIDAY, "cs.LG"))
    assert f"{count} papers" in inside
    after = shown.text.partition("(the pager was here)")[2]
    assert f"{count} papers" in after and "Next announcement" in after
    assert "2611.90001" not in after


def test_what_fits_the_screen_does_not(reader: Program, pager: Path) -> None:
    with Terminal(reader, rows=60, PAGER=str(pager)) as terminal:
        shown = terminal.run("today", "cs.LG", "--cross")
    assert not (pager.parent / "paged").exists()
    assert "A Cross-List" in shown.text


def test_no_pager_prints_all_at_once(reader: Program, pager: Path) -> None:
    with Terminal(reader, rows=10, PAGER=str(pager)) as terminal:
        shown = terminal.run("today", "cs.LG", "--no-pager")
    assert not (pager.parent / "paged").exists()
    assert "2611.90001" in shown.text


def test_a_pager_left_early_is_no_error(reader: Program, tmp_path: Path) -> None:
    script = tmp_path / "pager"
    script.write_text("#!/bin/sh\nhead -1\n")
    script.chmod(0o755)
    with Terminal(reader, rows=10, PAGER=str(script)) as terminal:
        shown = terminal.run("today", "cs.LG")
        assert "Next announcement" in shown.text
        assert "2611." in terminal.run("star", "15").text


def test_a_pager_that_is_not_there_is_no_loss(reader: Program) -> None:
    with Terminal(reader, rows=10, PAGER="no-such-pager-anywhere") as terminal:
        shown = terminal.run("today", "cs.LG")
    assert "2611.90001" in shown.text


# Show, next, stars, open, config on a terminal


def test_show_is_whole_and_marks_as_read(reader: Program, odd_world: World) -> None:
    with Terminal(reader, columns=80) as terminal:
        terminal.run("today", "cs.LG")
        crowd = next(item.paper for item in odd_world.seen(FRIDAY, ["cs.LG"]) if item.paper.title == "A Crowd")
        shown = terminal.run("show", crowd.id)
    assert all(f"Number{number}" in shown.text for number in range(60))
    assert max(wcswidth(line) for line in shown.written) <= 80
    assert "Machine Learning" in shown.text
    marks = {line.id: line.marks for line in reader.run("today", "cs.LG").lines}
    assert {name for name, mark in marks.items() if mark} == {crowd.id}


@pytest.mark.parametrize("columns", [80, 120])
def test_a_page_of_next_fits_the_screen(reader: Program, odd_world: World, columns: int) -> None:
    reader.run("subscribe", "cs.LG")
    waiting = [name for name, kind in expected.listed(odd_world, FRIDAY, "cs.LG") if kind in ("new", "cross")]
    seen: list[str] = []
    with Terminal(reader, columns=columns, rows=20) as terminal:
        terminal.run("today")
        while "Done:" not in (shown := terminal.run("next")).text:
            assert len(shown.lines) <= 20, shown.text
            page = [name for name in waiting if name in shown.text]
            assert page and not set(page) & set(seen)
            assert re.search(rf"^\s*{len(seen) + 1} ", shown.text, re.MULTILINE)
            seen += page
            assert len(seen) <= len(waiting)
    assert seen == waiting
    assert f"Done: {len(waiting)} of {len(waiting)}, 0 starred." in shown.text


def test_next_with_abstracts_fits_too_or_shows_one(reader: Program) -> None:
    reader.run("subscribe", "cs.LG")
    with Terminal(reader, columns=100, rows=30) as terminal:
        terminal.run("today")
        shown = terminal.run("next", "--abstracts")
        again = terminal.run("next", "--abstracts")
    for page in (shown, again):
        assert len(page.lines) <= 30 or page.text.count("2611.") == 1


def test_stars_stop_at_fifty_rows_and_say_so(tmp_path: Path) -> None:
    world = World()
    for number in range(60):
        world.add(FRIDAY, "cs.LG", title=f"Paper {number}")
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        cool = Program(tmp_path, simulator)
        cool.run("today", "cs.LG")
        cool.run("star", "1-60")
        with Terminal(cool) as terminal:
            shown = terminal.run("stars")
            assert len(re.findall(r"Paper \d+", shown.text)) == 50
            assert "60" in shown.text and "--limit" in shown.text
            assert len(re.findall(r"Paper \d+", terminal.run("stars", "--limit", "0").text)) == 60
        assert len(cool.run("stars").ids) == 60


def test_many_pages_are_asked_about(reader: Program) -> None:
    with Terminal(reader, BROWSER="true") as terminal:
        terminal.run("today", "cs.LG")
        terminal.start("open", "1-11", "--in", "abs")
        terminal.until("?")
        terminal.type("n\n")
        declined = terminal.ended()
        assert declined.code == 0
        assert "Nothing was opened" in declined.raw
        assert not any("r" in line.marks for line in reader.run("today", "cs.LG").lines)
        terminal.start("open", "1-11", "--in", "abs")
        terminal.until("?")
        terminal.type("y\n")
        assert terminal.ended().code == 0
        assert sum("r" in line.marks for line in reader.run("today", "cs.LG").lines) == 11


def test_without_a_browser_the_address_is_copied_where_the_terminal_allows(reader: Program) -> None:
    import base64

    with Terminal(reader) as terminal:
        terminal.run("today", "cs.LG")
        shown = terminal.run("open", "1")
    copied = re.search(r"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", shown.raw)
    assert copied
    address = base64.b64decode(copied[1]).decode()
    assert address.startswith("https://papers.cool/arxiv/2611.")
    assert address in shown.text and "copied" in shown.text


def test_references_pasted_on_a_terminal(reader: Program) -> None:
    with Terminal(reader) as terminal:
        terminal.run("today", "cs.LG")
        terminal.start("star", "-")
        terminal.until("Ctrl-D")
        terminal.type("see 2611.90001 and others\n\x04")
        assert terminal.ended().code == 0
    assert reader.run("stars").ids == ["2611.90001"]


def test_config_shows_what_changes_a_setting(reader: Program) -> None:
    with Terminal(reader, columns=80) as terminal:
        shown = terminal.run("config")
    assert "open.in" in shown.text and "papers.cool" in shown.text and "cool config set" in shown.text
    assert "COOL_ARXIV_INTERVAL" in shown.text
    assert max(wcswidth(line) for line in shown.written) <= 80


# Waiting


def test_while_waiting_it_says_for_what_and_clears_the_line(reader: Program) -> None:
    assert reader.simulator
    reader.simulator.fault("/rss/", Fault.SLOW_HEADERS, seconds=0.3)
    with Terminal(reader) as terminal:
        shown = terminal.run("today", "cs.LG", "--refresh")
    assert "asking 127.0.0.1" in shown.raw
    assert "asking" not in shown.text
    assert "asking" not in reader.run("today", "cs.LG", "--refresh").stderr, "in a pipe there is no progress"


def test_what_the_check_found_missing_follows_with_its_number(cool: Program, world: World) -> None:
    with Terminal(cool) as terminal:
        shown = terminal.run("today", "cs.LG")
    count = len(expected.ids(world, FRIDAY, "cs.LG"))
    assert re.search(rf"^\s*{count} .*Sixth Thoughts on Harbour Bells", shown.text, re.MULTILINE)
    assert f"{count} of {count} announced" in shown.text


def test_offline_is_told_in_a_line_and_the_rows_are_shown(reader: Program) -> None:
    with Terminal(reader) as terminal:
        shown = terminal.run("today", "cs.LG", "--refresh", "--offline", code=4)
    assert sum(line.startswith("offline: ") for line in shown.lines) == 1
    assert sum("cs.LG  offline" in line for line in shown.lines) == 1, "beside the day"
    assert "2611.90001" in shown.text


# Hostile text

ESCAPES = "\x1b]0;owned\x07\x1b[31mred\x1b[2J\x1b[H\x9b31m\x07\x08\x1bPq\x1b\\"
BIDI = "\u202eevil\u2066 \u200fmarks\u061c"


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Program]:
    """Texts that would command a terminal, in every field; through the API and pages, whose markup can hold them."""
    world = World()
    fields = "Harmless [bold]words[/bold] <think> " + BIDI
    escaped = fields + ESCAPES.replace("\x1b", "\u009b").replace("\x07", "").replace("\x08", "")
    for number in range(1, 6):
        world.add(
            FRIDAY,
            "cs.LG",
            id=f"2611.0000{number}",
            title=f"{escaped} {number}",
            authors=[f"Mal{BIDI}lory\u009b31m [red]Crimson[/red]", "Eve \u009d0;x\u009c Adams"],
            abstract=escaped + "\n  " + escaped,
            comments=escaped,
            journal_ref=escaped,
        )
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator:
        yield Program(tmp_path, simulator)


FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
OWN = re.compile(r"\x1b\[[0-9;]*m|\x1b\[2K|\x1b\]8;[^;]*;[^\x07\x1b]*\x1b\\|\r")


@pytest.mark.parametrize("source", ["feed", "page", "api"])
@pytest.mark.parametrize("command", [["today", "cs.LG"], ["today", "cs.LG", "--abstracts"], ["show", "2611.00001"]])
def test_hostile_text_never_reaches_the_terminal_raw(hostile: Program, source: str, command: list[str]) -> None:
    assert hostile.simulator
    if source == "page":
        hostile.simulator.fault("/rss/", Fault.STALE_FEED, times=None)
    if source == "api":
        hostile.run("star", "2611.00001", "2611.00002")
    with Terminal(hostile) as terminal:
        terminal.run("today", "cs.LG")
        shown = terminal.run(*command)
    rest = OWN.sub("", shown.raw)
    assert "\x1b" not in rest
    assert not FORBIDDEN.search(rest)
    for part in ("[bold]words[/bold]", "<think>", "[red]Crimson[/red]"):
        assert part in shown.text or part in " ".join(shown.text.split())


def test_hostile_text_never_reaches_a_pipe_raw(hostile: Program) -> None:
    hostile.run("today", "cs.LG")
    for command in (["today", "cs.LG"], ["show", "1"], ["star", "1"], ["undo"], ["today", "cs.LG", "--json"]):
        told = hostile.run(*command)
        assert not FORBIDDEN.search(told.stdout + told.stderr)
        assert "\x1b" not in told.stdout + told.stderr


def test_escape_sequences_of_a_page_never_reach_the_terminal(tmp_path: Path) -> None:
    """A feed cannot hold them, a page can; in the evening the page is the source."""
    world = World()
    text = f"Before {ESCAPES}after {BIDI}"
    world.add(FRIDAY, "cs.LG", title=text, authors=[text], abstract=text, comments=text, journal_ref=text)
    with ArxivSimulator(world, eastern(THURSDAY, 21)) as simulator:
        cool = Program(tmp_path, simulator)
        with Terminal(cool) as terminal:
            everything = [terminal.run(*command) for command in (["today", "cs.LG", "--abstracts"], ["show", "1"])]
        everything.append(Shown(cool.run("today", "cs.LG", "--json").stdout.replace("\n", "\r\n"), 0, 120))
    for shown in everything:
        rest = OWN.sub("", shown.raw)
        assert not FORBIDDEN.search(rest) and "\x1b" not in rest
        assert "owned" not in rest and "31m" not in rest
        assert "Before" in rest and "after" in rest


def test_what_was_typed_is_cleaned_in_errors(hostile: Program) -> None:
    for typed in (["today", "cs.LG\x1b]0;owned\x07"], ["star", "\x1b[2Jx"], ["to\x1b[2Jday"], ["config", "\x1b[2J"]):
        assert "\x1b" not in hostile.run(*typed, code=3 if typed[0] == "star" else 2).stderr


# Sessions


def test_each_terminal_has_numbers_of_its_own(reader: Program, odd_world: World) -> None:
    with Terminal(reader) as one, Terminal(reader) as two:
        one.run("today", "cs.LG")
        two.run("today", "cs.LG", "--cross")
        cross = [name for name, kind in expected.listed(odd_world, FRIDAY, "cs.LG") if kind == "cross"]
        assert expected.ids(odd_world, FRIDAY, "cs.LG")[0] in one.run("star", "1").text
        assert cross[0] in two.run("star", "1").text
        assert expected.ids(odd_world, FRIDAY, "cs.LG")[1] in one.run("star", "2").text


def test_a_terminal_without_a_list_borrows_the_newest(reader: Program, odd_world: World) -> None:
    with Terminal(reader) as one:
        one.run("today", "cs.LG")
    with Terminal(reader) as two:
        assert expected.ids(odd_world, FRIDAY, "cs.LG")[2] in two.run("star", "3").text


def test_a_script_does_not_see_a_terminals_numbers(reader: Program) -> None:
    with Terminal(reader) as terminal:
        terminal.run("today", "cs.LG")
    reader.run("star", "1", code=3)
