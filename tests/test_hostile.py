"""Texts and answers that want more than to be read: what reaches a terminal, a pipe, a program, a browser."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

if os.name == "nt":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

from benchmarks.fuzz.checks import foreign, unfit

from tests.arxiv_simulator import ArxivSimulator, World
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.arxiv_simulator.answers import Answer
    from tests.arxiv_simulator.faults import Rule

IN_XML = {
    "8-bit controls": "\x9b2J\x9b31mred \x9d0;owned\x9c \x90q\x9c \x85next \x9b",
    "bidi controls": "\u202eback\u202c \u2066alone\u2069 \u200e\u200f\u061c",
    "invisible": "zero\u200bwidth\ufeff soft\xadhyphen \u2060\u2063 \U000e0041\U000e007f \ufff9note\ufffb",
    "rich markup": "[bold red]rich[/] [/nothing] [link=https://evil.example]link[/link] :warning: [[",
    "lines": "one\n\n  two\r\nthree\tfour\u2028five\u2029six\x0bseven".replace("\x0b", ""),
    "shell": "$(touch owned) `touch owned`; touch owned | ../../owned \\ ' \" %s %n {0} \0".replace("\0", ""),
    "XML": "]]> &amp;lt;b> <!-- <script>alert(1)</script> &#27;[2J &#x9b;",
    "TeX": r"\unicode{x1b} \unicode{x202e}[2J $\unicode{x9b}2J$ \href{javascript:x}{y} \ding{27} $^{\x1b}$",
    "half a character": "\ufffd \U0010ffff \ufffe".replace("\ufffe", ""),
}
"""What XML can hold, by what it is."""
IN_HTML = IN_XML | {
    "7-bit escapes": "\x1b[2J\x1b[31mred\x1b[0m \x1b]0;owned\x07 \x1b]52;c;b3duZWQ=\x07 \x1bPq\x1b\\ \x1bc \x1b",
    "links of the terminal": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "other controls": "bell\x07 back\x08\x08\x08 feed\x0c shift\x0e\x0f cancel\x18 delete\x7f",
}
DOIS = ["javascript:alert(1)", "https://evil.example/", "10.1234/../../evil", "10.1234/a b", "10.1234/\x9b2J", "%00"]
ADDRESS = "https://evil.example/owned"


def hostile_world(texts: Mapping[str, str]) -> World:
    """A paper for each text, which stands in all that an author can write."""
    world = World()
    for number, text in enumerate(texts.values(), 1):
        world.add(
            FRIDAY,
            "cs.LG",
            id=f"2611.{number:05}",
            title=f"Begin {text} end",
            authors=[f"Mal {text.replace(',', '')} Lory", "Bo Li"],
            abstract=f"Begin {text} end\n  Again {text}",
            comments=f"{text} {ADDRESS}",
            journal_ref=text,
            doi=DOIS[number % len(DOIS)],
            license=ADDRESS,
        )
    return world


@pytest.fixture(scope="module")
def feed() -> Iterator[ArxivSimulator]:
    with ArxivSimulator(hostile_world(IN_XML), eastern(FRIDAY, 12)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def page() -> Iterator[ArxivSimulator]:
    """The evening before, when a page is the source: it can hold even more than a feed."""
    with ArxivSimulator(hostile_world(IN_HTML), eastern(THURSDAY, 21)) as simulator:
        yield simulator


@pytest.fixture(params=["feed", "page"])
def source(request: pytest.FixtureRequest) -> ArxivSimulator:
    simulator: ArxivSimulator = request.getfixturevalue(request.param)
    return simulator


@pytest.fixture
def count(source: ArxivSimulator) -> int:
    return len(source.world.papers)


def commands(count: int) -> list[list[str]]:
    """Everything that shows papers, in an order in which each has some to show."""
    everything = f"1-{count}"
    return [
        ["subscribe", "cs.LG"],
        ["today", "cs.LG"],
        ["today", "cs.LG", "--abstracts"],
        ["show", everything],
        ["star", everything],
        ["stars", "--abstracts"],
        ["open", everything, "--print"],
        ["undo", "--list"],
        ["undone", everything],
        ["next"],
        ["next", "--abstracts"],
        ["undo", "9"],
        ["config"],
    ]


def on_screen(raw: str) -> list[str]:
    """What a terminal was given besides text, the program's own styling and its line about progress."""
    return foreign(re.sub(r"\r|\x1b\[2K", "", raw))


def test_a_terminal_gets_nothing_that_it_would_obey(tmp_path: Path, source: ArxivSimulator, count: int) -> None:
    with Terminal(Program(tmp_path, source), COOL_LIST_LINKS="always") as terminal:
        shown = {" ".join(command): terminal.run(*command) for command in commands(count)}
    assert {command: on_screen(one.raw) for command, one in shown.items() if on_screen(one.raw)} == {}
    assert all("owned\x07" not in one.raw for one in shown.values())
    table = " ".join(shown["today cs.LG"].text.split())
    assert table.count("Begin") == count, "no text swallowed its own table"
    assert "[bold red]rich[/]" in table


def test_a_pipe_gets_a_line_a_paper_and_six_fields(tmp_path: Path, source: ArxivSimulator, count: int) -> None:
    cool = Program(tmp_path, source)
    for command in commands(count):
        told = cool.run(*command)
        assert unfit(told.stdout.replace("\t", "")) == [], command
        assert unfit(told.stderr) == [], command
        if command[0] in ("today", "stars"):
            assert len(told.lines) == count, command
            assert all(line.id.startswith("2611.") and line.title.startswith("Begin") for line in told.lines)


def test_json_has_clean_texts_and_known_addresses(tmp_path: Path, source: ArxivSimulator, count: int) -> None:
    cool = Program(tmp_path, source)
    for command in commands(count):
        document = cool.run(*command, "--json").document
        assert [text for text in texts(document) if unfit(text.replace("\n", ""))] == [], command
        for paper in document.get("papers", []):
            assert set(paper["links"].values()) == {
                f"https://arxiv.org/abs/{paper['id']}",
                f"https://arxiv.org/pdf/{paper['id']}",
                f"https://papers.cool/arxiv/{paper['id']}",
            }


def texts(value: Any) -> Iterator[str]:
    """Every text of a JSON document, names of fields too."""
    if isinstance(value, str):
        yield value
    for part in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(part)


LINK = re.compile(r"\x1b\]8;[^;]*;([^\x07\x1b]+)")


def test_only_addresses_made_of_ids_are_links_or_opened(tmp_path: Path, page: ArxivSimulator) -> None:
    """Neither a browser nor a pager is told anything else, and no text names a file."""
    cool = Program(tmp_path, page)
    for name, reading in {"browser": "", "pager": "cat > /dev/null\n"}.items():
        script = tmp_path / name
        script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{tmp_path}/{name}.told"\n{reading}')
        script.chmod(0o755)
    with Terminal(cool, COOL_LIST_LINKS="always") as terminal:
        terminal.run("today", "cs.LG")
        linked = {target for command in ("today cs.LG", "show 1-9") for target in links(terminal, command)}
        terminal.run("today", "cs.LG", "--abstracts", PAGER=str(tmp_path / "pager"))
        terminal.run("open", f"1-{len(page.world.papers)}", "--in", "abs", "--yes", BROWSER=str(tmp_path / "browser"))
    ids = sorted(page.world.papers)
    assert {f"https://arxiv.org/abs/{paper_id}" for paper_id in ids} <= linked
    forms = r"https://(?:arxiv\.org/(?:abs|pdf)|papers\.cool/arxiv)/2611\.\d{5}|https://doi\.org/10\.1234/[\w./]+"
    assert [target for target in linked if not re.fullmatch(forms, target)] == []
    assert (tmp_path / "browser.told").read_text().split() == [f"{page.root}/abs/{paper_id}" for paper_id in ids]
    assert (tmp_path / "pager.told").read_text().split() == []
    names = [file.name for file in tmp_path.rglob("*")]
    assert [name for name in names if "owned" in name or "evil" in name or not name.isascii()] == []


def links(terminal: Terminal, command: str) -> list[str]:
    return LINK.findall(terminal.run(*command.split()).raw)


def test_a_session_named_by_anyone_keeps_to_its_folder(tmp_path: Path, page: ArxivSimulator) -> None:
    cool = Program(tmp_path, page)
    cool.run("today", "cs.LG", COOL_SESSION="../../owned/\x1b[2J \udcff")
    assert [file.parent.name for file in tmp_path.rglob("*owned*")] == ["sessions"]


# What the reader typed

TYPED = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eback\u200b\udc9b\udcff[bold]\n"
WRONG: dict[str, tuple[list[str], int]] = {
    "a paper": (["star", TYPED], 3),
    "several papers": (["show", "1", TYPED], 3),
    "a category": (["today", "cs.LG" + TYPED], 2),
    "a category less another": (["today", "cs.LG-" + TYPED], 2),
    "a verb": (["to" + TYPED], 2),
    "an option": (["today", "--" + TYPED], 2),
    "an option's value": (["stars", "--limit", TYPED], 2),
    "a day": (["stars", "--since", TYPED], 2),
    "a place": (["open", "1", "--in", TYPED], 2),
    "a setting": (["config", TYPED], 2),
    "a setting to change": (["config", "set", TYPED, "1"], 2),
    "a choice": (["config", "set", "open.in", TYPED], 2),
    "a number": (["config", "set", "list.limit", TYPED], 2),
    "a text": (["config", "set", "arxiv.contact", "me\x1b[2J"], 2),
    "a header": (["config", "set", "arxiv.contact", "me\r\nHost: evil.example"], 2),
    "an address": (["config", "set", "arxiv.site_url", "https://evil.example/\x1b[2J"], 2),
    "a setting to take out": (["config", "unset", TYPED], 2),
    "too many words": (["config", TYPED, TYPED, TYPED], 2),
    "a number of changes": (["undo", TYPED], 2),
}


@pytest.mark.parametrize(("command", "code"), WRONG.values(), ids=WRONG)
def test_what_was_typed_is_clean_in_errors(tmp_path: Path, command: list[str], code: int) -> None:
    told = Program(tmp_path).run(*command, code=code)
    assert unfit(told.stderr) == []
    assert 1 <= len(told.complaints) <= 2
    assert told.stdout == ""


def test_a_terminal_is_not_told_what_was_typed_either(tmp_path: Path) -> None:
    with Terminal(Program(tmp_path), columns=60) as terminal:
        for command, code in (WRONG[what] for what in ("a paper", "a category", "an option", "a text")):
            assert on_screen(terminal.run(*command, code=code).raw) == [], command


@pytest.mark.parametrize("variable", ["COOL_NOW", "COOL_OPEN_IN", "COOL_ARXIV_CONTACT", "COOL_ARXIV_SITE_URL"])
def test_the_environment_is_clean_in_errors(tmp_path: Path, variable: str) -> None:
    told = Program(tmp_path).run("stars", "--since", "monday", "--json", code=2, **{variable: TYPED})
    assert unfit(told.stderr) == []


def test_a_settings_file_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    cool = Program(tmp_path)
    cool.home.mkdir()
    for content in ('arxiv.contact = "\\u001b]0;owned\\u0007"', '"\\u001b[2J" = 1', 'open.in = "\\u202e"', "x = \x1b"):
        (cool.home / "config.toml").write_text(content)
        with Terminal(cool) as terminal:
            assert on_screen(terminal.run("config", code=2).raw) == [], content


def test_a_folder_or_a_browser_cannot_speak_to_the_terminal(tmp_path: Path, page: ArxivSimulator) -> None:
    with Terminal(Program(tmp_path, page)) as terminal:
        shown = [
            terminal.run(*words, COOL_HOME=f"{tmp_path}/{TYPED[:-1]}") for words in (["config"], ["config", "path"])
        ]
        shown += [terminal.run("today", "cs.LG"), terminal.run("open", "1", BROWSER=TYPED)]
    assert [on_screen(re.sub(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07", "", one.raw)) for one in shown] == [[]] * 4


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["undo", "9" * 19], 2),
        (["undo", "9" * 5000], 2),
        (["star", "9" * 5000], 3),
        (["stars", "--since", "0001-01-01"], 2),
        (["stars", "--until", "9999-12-31"], 2),
        (["stars", "--limit", "9" * 30], 0),
        (["config", "set", "list.limit", "9" * 5000], 2),
        (["config", "set", "arxiv.site_url", f"https://{'a' * 64}"], 2),
        (["config", "set", "arxiv.site_url", "https://a..b"], 2),
        (["config", "set", "arxiv.site_url", f"https://{'é' * 64}"], 2),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else str(value),
)
def test_numbers_days_and_names_beyond_all_bounds(tmp_path: Path, command: list[str], code: int) -> None:
    Program(tmp_path).run(*command, code=code)


def test_hostile_standard_input(tmp_path: Path, page: ArxivSimulator) -> None:
    cool = Program(tmp_path, page)
    told = cool.run("star", "-", stdin=f"{TYPED.encode(errors='replace').decode()} 2611.00001 \x1b[2J 2611.00002\x07")
    assert unfit(told.stdout + told.stderr) == []
    assert cool.run("stars").ids == ["2611.00001", "2611.00002"]


# Size

CROWD = [f"Author{number} Of{number}" for number in range(3303)]
LONG = " ".join(f"word{number}" for number in range(12_000))


def test_a_crowd_of_authors_and_a_title_without_end(tmp_path: Path) -> None:
    assert len(LONG) > 100_000
    world = World()
    world.add(FRIDAY, "cs.LG", id="2611.00001", title="A Crowd", authors=CROWD)
    world.add(FRIDAY, "cs.LG", id="2611.00002", title=LONG, authors=["Bo Li"])
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as simulator, Terminal(Program(tmp_path, simulator)) as terminal:
        begin = time.monotonic()
        table, crowd, endless = (words(terminal, *command.split()) for command in ("today cs.LG", "show 1", "show 2"))
        assert time.monotonic() - begin < 15  # about one
    assert "Author0" in table and [word for word in table if re.fullmatch(r"\+33\d\d", word)]
    assert set(LONG.split()) <= set(table)
    assert set(LONG.split()) <= set(endless)
    assert [word for word in crowd if word.startswith(("Author", "Of"))] == " ".join(f"{name}," for name in CROWD)[
        :-1
    ].split()


def words(terminal: Terminal, *command: str) -> list[str]:
    """What a command wrote, word by word: a screen takes long to draw so much."""
    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", terminal.run(*command).raw).split()


# Answers that are more than their text


class Crooked(ArxivSimulator):
    """An arXiv whose answers somebody changes on their way."""

    def __init__(self, change: Callable[[bytes], bytes], paths: tuple[str, ...] = ("/rss/", "/api/")) -> None:
        world = World()
        for number in (1, 2):
            world.add(FRIDAY, "cs.LG", id=f"2611.0000{number}", title="Plain Café", abstract="Plain")
        super().__init__(world, eastern(FRIDAY, 12))
        self.change = change
        self.paths_changed = paths

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], form: str = ""
    ) -> tuple[Answer, Rule | None]:
        answer, rule = super().answer(method, target, headers, form)
        if target.startswith(self.paths_changed):
            answer = replace(answer, body=self.change(answer.content))
        return answer, rule


def declared(declarations: str, reference: str, before: str = "") -> Callable[[bytes], bytes]:
    """Declare entities, and let a title refer to one."""

    def change(body: bytes) -> bytes:
        declaration, end, rest = body.partition(b"?>")
        document_type = f"{before}<!DOCTYPE rss [{declarations}]>".encode()
        return declaration + end + document_type + rest.replace(b"Plain Caf", f"{reference} Plain Caf".encode())

    return change


LAUGHS = '<!ENTITY a0 "ha ">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
QUADRATIC = f'<!ENTITY q "{"q" * 200_000}">'
BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "a billion laughs": declared(LAUGHS, "&a11;"),
    "laughs behind a comment": declared(LAUGHS, "&a11;", before="<!-- <rss> -->"),
    "one large entity": declared(QUADRATIC, "&q;" * 20_000),
    "a file": declared('<!ENTITY x SYSTEM "file://SECRET">', "&x;"),
    "an address": declared('<!ENTITY x SYSTEM "ROOT/secret">', "&x;"),
    "a parameter entity": declared('<!ENTITY % x SYSTEM "ROOT/secret"> %x;', ""),
    "an external document type": lambda body: body.replace(b"?>", b'?><!DOCTYPE rss SYSTEM "ROOT/secret">', 1),
    "a stylesheet and an inclusion": lambda body: body.replace(
        b"?>", b'?><?xml-stylesheet href="ROOT/secret"?>', 1
    ).replace(b"Plain", b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://SECRET"/>Plain', 1),
    "UTF-7": lambda body: body.replace(b"UTF-8", b"utf-7").replace(b"Plain", b"+ADwAIQ-ENTITY+AD4-", 1),
    "UTF-16": lambda body: b"\xff\xfe" + declared(LAUGHS, "&a11;")(body).decode().encode("utf-16-le"),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_no_entity_is_expanded_and_nothing_is_fetched(tmp_path: Path, bomb: Callable[[bytes], bytes]) -> None:
    """Feed and API are refused or read without it: in words, in little time and memory, and nobody else is asked."""
    secret = tmp_path / "secret"
    secret.write_text("SEALED")
    with Crooked(bomb) as simulator:
        places = {b"SECRET": str(secret).encode(), b"ROOT": simulator.root.encode()}
        simulator.change = lambda body: filled(bomb(body), places)
        cool = Program(tmp_path, simulator, {"COOL_NETWORK_BUDGET": "1"})
        for command in (["show", "2611.00001"], ["today", "cs.LG"]):
            begin = time.monotonic()
            result, megabytes = cool.measured(*command)
            code, told = result.code, result.stdout + result.stderr
            assert code in (0, 4), told
            assert time.monotonic() - begin < 15
            assert megabytes < 200
            assert "Traceback" not in told
            assert "SEALED" not in told and "ha ha" not in told and "qqq" not in told
            assert code == 0 or 1 <= told.count("\n") <= 2, told
        assert not [path for path in simulator.paths if "secret" in path]


def filled(body: bytes, places: Mapping[bytes, bytes]) -> bytes:
    for name, place in places.items():
        body = body.replace(name, place)
    return body


def test_one_bad_byte_costs_one_character(tmp_path: Path) -> None:
    """A body that is not all UTF-8 is not taken for another charset, which would garble every name in it."""
    with Crooked(lambda body: body.replace(b"Plain", b"Pl\xff\x9bin", 1), ("/rss/", "/list/")) as simulator:
        titles = [line.title for line in Program(tmp_path, simulator).run("today", "cs.LG").lines]
    assert titles == ["Pl\ufffd\ufffdin Café", "Plain Café"]
