"""Completion: what a shell is given for a word, and what bash, zsh and fish make of it."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest
from typer.core import TyperArgument, TyperOption

from coolcli.cli import candidates
from coolcli.cli.app import load
from coolcli.cli.completion import PLACES, SCRIPTS
from coolcli.cli.verbs import VERBS
from coolcli.store import events, rules
from coolcli.store.database import Database
from coolcli.store.rules import Rule
from coolcli.triage.actions import ACTIONS
from tests.builders import DAY, NOW, act, follow, keep, listing, paper
from tests.cli.program import COMMAND, Program
from tests.cli.shells import INTERACTIVE, Shell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = [
    "$(touch canary)",
    "`touch canary`",
    "';touch canary;'",
    '";touch canary;"',
    "[/x] [bold]b",
    "a:b:c\\:d",
    "two\nlines\tand a tab",
    "--leading dashes",
    "深度学习的研究",
    "100% %F{red}x %s %(x)s %1(e.$(touch canary).)",
    "${(e):-$(touch canary)}",
    "\x1b[31mred\x1b]0;title\x07 \u202eevil \u200bnothing \x9b5n",
    "x" * 100_000,
    "(touch canary) {a,b} * ? ~ # !! |touch canary",
    "\\",
    "$'\\x24(touch canary)'",
    "=touch <(touch canary) >canary",
]
IDS = [f"2611.{number:05}" for number in range(1, len(HOSTILE) + 1)]


@pytest.fixture
def cool(tmp_path: Path) -> Program:
    """A reader without a network, who has nothing yet."""
    return Program(tmp_path, variables={"COOL_NOW": NOW.isoformat(), "COOL_OFFLINE": "1"})


@pytest.fixture
def store(cool: Program) -> Iterator[Database]:
    """The store of that reader, with two subscriptions and nothing listed."""
    database = Database(cool.home / "data" / "cool.db")
    follow(database, "cs.LG", "stat.ML")
    yield database
    database.close()


@pytest.fixture
def hostile(store: Database) -> None:
    """A cached day of papers that would like to be run, all of it here."""
    papers = [paper(paper_id, title=title) for paper_id, title in zip(IDS, HOSTILE, strict=True)]
    keep(store, listing(new=papers, counts=(len(papers), 0, 0), source="page"))
    keep(store, listing("stat.ML", counts=(0, 0, 0), source="page"))


def asked(cool: Program, line: str, shell: str = "zsh") -> list[str]:
    """The lines that a shell is given for a command line up to the cursor."""
    words = line.split(" ")
    answer = cool.run(
        _COOL_COMPLETE=f"complete_{shell}",
        _TYPER_COMPLETE_ARGS=line,
        COMP_WORDS="\n".join(words),
        COMP_CWORD=str(len(words) - 1),
    )
    assert answer.stderr == ""
    return answer.stdout.splitlines()


def values(cool: Program, line: str, shell: str = "zsh") -> list[str]:
    return [answer.partition("\t")[0] for answer in asked(cool, line, shell)]


KEYS = [f"keys.{name}" for name in ACTIONS]

WORDS = {
    "cool to": ["today"],
    "cool --offline sub": ["subscribe"],
    "cool today cs.lg": ["cs.LG"],
    "cool today cs.AI+cs.l": ["cs.AI+cs.LG", "cs.AI+cs.LO"],
    "cool stars cs.LG,cond-mat.st": ["cs.LG,cond-mat.stat-mech", "cs.LG,cond-mat.str-el"],
    "cool today cs.LG-cond-mat.str": ["cs.LG-cond-mat.str-el"],
    "cool today --unread cs.LG q-b": ["q-bio", "q-bio.BM", "q-bio.CB", "q-bio.GN", "q-bio.MN", "q-bio.NC", "q-bio.OT"],
    "cool subscribe stat.m": ["stat.ME", "stat.ML"],
    "cool unsubscribe ": ["cs.LG", "stat.ML"],
    "cool unsubscribe cs.LG ": ["stat.ML"],
    "cool open --in a": ["abs", "alphaxiv"],
    "cool open --in=a": ["--in=abs", "--in=alphaxiv"],
    "cool stars --since t": ["today", "tuesday", "thursday"],
    "cool stars --limit ": [],
    "cool list --category cs.AI+cs.l": ["cs.AI+cs.LG", "cs.AI+cs.LO"],
    "cool list --type new,cr": ["new,cross"],
    "cool count --type repl": ["replace", "replace-cross", "replaced"],
    "cool done --before y": ["yesterday"],
    "cool prune --older 1": ["1y"],
    "cool stars --until today --limit 5 stat.M": ["stat.ME", "stat.ML"],
    "cool today --re": ["--replaced", "--refresh"],
    "cool today --refresh --re": ["--replaced"],
    "cool --ver": ["--verbose", "--version"],
    "cool star -- --": [],
    "cool config p": ["path", "pdf.folder", "pdf.name", "papers_cool.url"],
    "cool config set open.": ["open.in", "open.confirm"],
    "cool config set open.in p": ["papers.cool", "pdf"],
    "cool config set list.abstracts ": ["true", "false"],
    "cool config set arxiv.contact ": [],
    "cool config unset open.i": ["open.in"],
    "cool config ": ["set", "unset", "path", "ask", "keys", "open.in", "open.confirm"],
    "cool config a": [
        "ask",
        "arxiv.contact",
        "arxiv.interval",
        "arxiv.feed_url",
        "arxiv.site_url",
        "arxiv.api_url",
        "arxiv.oai_url",
    ],
    "cool config set ask.l": ["ask.language"],
    "cool config keys.n": ["keys.next", "keys.next-unread", "keys.next-day", "keys.note"],
    "cool config set triage.t": ["triage.theme"],
    "cool config set triage.theme ": ["auto", "light", "dark"],
    "cool config set KEYS.Sta": ["keys.star"],
    "cool config set keys.star ctrl+r": [],
    "cool config set keys.star x f": ["f2", "f3", "f4", "f5", "f6", "f7", "f8"],
    "cool config unset k": ["keys", *KEYS[:6]],
    "cool undo ": [],
    "cool nonsense ": [],
    "cool nonsense --": [],
    "cool star ./": [],
    "cool star 'unfinished": [],
}


def test_words_become_what_fits(cool: Program, store: Database) -> None:
    assert store.path.exists()
    assert {line: values(cool, line)[:7] for line in WORDS} == WORDS


def test_tags_are_completed_where_one_is_taken(cool: Program, store: Database) -> None:
    keep(store, listing(new=["2611.00001"], counts=(1, 0, 0), source="page"))
    for name in ("Survey", "self-play", "中文", *HOSTILE):
        act(store, "tag", events.tag(name, "2611.00001", NOW))
    act(store, "tag", events.tag("Survey", "2611.00002", NOW))
    assert asked(cool, "cool list --tag s", "fish") == ["self-play\t1 paper", "Survey\t2 papers"]
    for line in (
        "cool star 2611.00001 --tag s",
        "cool tag 2611.00001 s",
        "cool untag 2611.00001 s",
        "cool tags rename S",
    ):
        assert values(cool, line) == ["self-play", "Survey"], line
    assert values(cool, "cool count --tag=")[:3] == ["--tag=self-play", "--tag=Survey", "--tag=中文"]
    assert values(cool, "cool tag ") == ["2611.00001"] == values(cool, "cool note ") == values(cool, "cool share ")
    assert values(cool, "cool tag 2611.00001 ")[:3] == ["self-play", "Survey", "中文"]
    assert values(cool, "cool tags ") == ["rename", "delete"]
    assert values(cool, "cool tags delete S") == ["self-play", "Survey"]
    assert values(cool, "cool tags delete Survey ") == values(cool, "cool tags rename Survey rl ") == []


def test_rules_are_completed_with_what_they_are(cool: Program, store: Database) -> None:
    for rule in (Rule("muted", "title:survey"), Rule("watched", 'author:"Jane Doe"'), Rule("watched", "bells")):
        act(store, rule.effect, rules.make(rule, NOW))
    assert asked(cool, "cool unwatch ") == ['1\tauthor:"Jane Doe"', "2\tbells"]
    assert values(cool, "cool unmute ", "bash") == ["title:survey"], "bash shows no more than the word itself"
    assert values(cool, "cool rules ") == ["test", "edit", "delete"]
    assert values(cool, "cool rules edit ") == values(cool, "cool rules delete ") == ["1", "2", "3"]
    assert values(cool, "cool rules edit 1 ti") == values(cool, "cool rules test ti") == ["title:"]
    assert values(cool, "cool watch ti") == values(cool, "cool mute ti") == ["title:"]


def test_folders_and_files_are_completed_where_one_is_taken(cool: Program) -> None:
    for name in ("reading/deep", "reading/.hidden", "refs.d", "re ading", "=re"):
        (cool.folder / name).mkdir(parents=True)
    (cool.folder / "refs.bib").touch()
    for line in ("cool pdf 1 --to re", "cool state export re", "cool state import re"):
        assert values(cool, line) == ["reading/", "refs.d/"], line
    assert values(cool, "cool pdf 1 --to=~/reading/") == ["--to=~/reading/deep/"]
    assert values(cool, "cool state export reading/.") == ["reading/.hidden/"]
    assert values(cool, "cool state export reading ") == values(cool, "cool pdf 1 --to =") == []
    for line in ("cool export -o re", "cool bib check re"):
        assert values(cool, line) == ["reading/", "refs.bib", "refs.d/"], line


def test_verbs_come_with_what_they_are_for(cool: Program) -> None:
    assert asked(cool, "cool ", "fish") == [f"{name}\t{verb.about}" for name, verb in VERBS.items()]
    assert asked(cool, "cool ", "bash") == list(VERBS)


def test_papers_are_the_last_list_then_the_newest(cool: Program, store: Database) -> None:
    old = listing(day=DAY.replace(day=18), new=["2611.00001"], counts=(1, 0, 0), source="page")
    keep(store, old, listing(new=["2611.00007", "2611.00005"], cross=["2611.00002"], counts=(2, 1, 0), source="page"))
    keep(store, listing("stat.ML", new=["2611.00009"], counts=(1, 0, 0), source="page"))
    cool.run("today", "stat.ML")
    assert asked(cool, "cool star ") == [
        f"{paper_id}\tOn {paper_id}"
        for paper_id in ("2611.00009", "2611.00007", "2611.00005", "2611.00002", "2611.00001")
    ]
    # Of ids that begin somehow, old ones count too.
    assert values(cool, "cool star 26") == ["2611.00009", "2611.00007", "2611.00005", "2611.00002", "2611.00001"]
    assert values(cool, "cool show arXiv:2611.00001") == ["arXiv:2611.00001"]
    assert values(cool, "cool open 2611.00009 2611.00007 ") == ["2611.00005", "2611.00002", "2611.00001"]


def test_a_row_number_shows_which_paper_it_is(cool: Program, hostile: None) -> None:
    cool.run("today", "cs.LG")
    rows = dict(answer.partition("\t")[::2] for answer in asked(cool, "cool star 1"))
    assert list(rows) == ["1", *map(str, range(10, len(IDS) + 1))]
    assert rows["1"] == HOSTILE[0]
    assert values(cool, "cool star 3,1") == [f"3,{row}" for row in rows]
    assert values(cool, "cool star 3-17") == ["3-17"]
    # bash would show bare numbers, and would no longer go on to the ids' common beginning.
    assert asked(cool, "cool star 1", "bash") == []


def test_marks_are_taken_from_papers_that_bear_them(cool: Program, hostile: None, store: Database) -> None:
    for number, paper_id in enumerate(IDS[1:3]):
        act(store, "star", events.mark("starred", paper_id, NOW.replace(minute=number), version=1))
    act(store, "done", events.mark("read", IDS[8], NOW))
    cool.run("today", "cs.LG")
    assert values(cool, "cool unstar ") == [IDS[2], IDS[1]]
    assert values(cool, "cool unstar 3") == ["3"]
    assert values(cool, "cool unstar 4") == []
    assert asked(cool, "cool undone ") == [f"{IDS[8]}\t{HOSTILE[8]}"]


def test_of_too_many_papers_the_newest_with_the_common_beginning_of_all(cool: Program, store: Database) -> None:
    ids = [f"2611.{number:05}" for number in range(1, 1301)]
    keep(store, listing(new=ids))
    act(store, "done", *(events.mark("read", paper_id, NOW) for paper_id in ids))
    assert values(cool, "cool star ") == ids[: candidates.MOST]
    # A shell writes what all have in common: `2611.0`, not the `2611.01` of the newest.
    for line in ("cool star 26", "cool undone 26"):
        given = values(cool, line)
        assert candidates.MOST - 2 < len(given) <= candidates.MOST
        assert {"2611.01300", "2611.00001"} <= set(given)
    assert values(cool, "cool star 2611.00700") == ["2611.00700"]


def test_bash_hands_over_words_broken_at_its_breaks(cool: Program, hostile: None) -> None:
    assert asked(cool, "cool open --in = a", "bash") == ["abs", "alphaxiv"]
    assert asked(cool, "cool open --in =", "bash")[:3] == ["papers.cool", "abs", "pdf"]
    assert asked(cool, "cool star arXiv : 2611.00001", "bash") == ["2611.00001"]
    assert asked(cool, "cool star arXiv :", "bash") == IDS


def test_a_demonstration_has_papers_of_its_own(cool: Program, hostile: None) -> None:
    cool.run("--demo", "today", "cs.LG", COOL_OFFLINE=None)
    demo, own = values(cool, "cool --demo star "), values(cool, "cool star ")
    assert len(demo) > 30
    assert own == IDS
    assert not set(demo) & set(own)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_title_is_one_line_of_plain_letters(cool: Program, hostile: None, shell: str) -> None:
    answers = dict(answer.partition("\t")[::2] for answer in asked(cool, "cool star 2611", shell))
    assert sorted(answers) == IDS
    assert all(title.isprintable() and len(title) < 200 for title in answers.values())
    assert answers[IDS[4]] == "[/x] [bold]b"
    assert answers[IDS[6]] == "two lines and a tab"


def test_where_there_is_nothing_nothing_is_made(cool: Program) -> None:
    assert values(cool, "cool star ") == []
    assert values(cool, "cool unsubscribe ") == []
    assert values(cool, "cool --demo star ") == []
    assert not cool.home.exists()


def damage(file: Path) -> None:
    with file.open("r+b") as content:
        content.seek(100)
        content.write(b"\xff" * 8000)


def make_foreign(file: Path) -> None:
    file.write_text("no database at all\n" * 100)


def empty(file: Path) -> None:
    """Empty the file, with changes left beside it that belong to it."""
    file.write_bytes(b"")
    file.with_name("cool.db-wal").write_bytes(b"changes" * 1000)


def make_newer(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()


@pytest.mark.parametrize("harm", [damage, make_foreign, make_newer, empty])
def test_a_store_that_cannot_be_read_gives_nothing_quietly(cool: Program, store: Database, harm: object) -> None:
    keep(store, listing(new=["2611.00001"], counts=(1, 0, 0), source="page"))
    cool.run("today", "cs.LG")
    store.close()
    assert values(cool, "cool star ") == ["2611.00001"]
    assert callable(harm)
    harm(store.path)
    before = {file.name: file.read_bytes() for file in store.path.parent.iterdir()}
    for line in ("cool star ", "cool star 1", "cool unstar ", "cool unsubscribe "):
        assert values(cool, line) == []
    assert {file.name: file.read_bytes() for file in store.path.parent.iterdir()} == before


def test_a_store_that_is_locked_is_not_waited_for(cool: Program, store: Database) -> None:
    keep(store, listing(new=["2611.00001"]))
    store.close()
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    assert values(cool, "cool star ") == []
    holder.close()
    assert values(cool, "cool star ") == ["2611.00001"]


def test_surroundings_that_are_wrong_are_not_told_in_the_middle_of_a_line(cool: Program) -> None:
    cool.home.write_text("a file")
    assert values(cool, "cool star ") == []
    for wrong in ({"COOL_NOW": "noon"}, {"COOL_HOME": "~nobody-of-that-name/x"}):
        cool.variables |= wrong
        assert values(cool, "cool star ") == []


def test_no_shell_is_given_more_than_it_asks_for(cool: Program) -> None:
    assert cool.run(_COOL_COMPLETE="source_zsh").stdout == SCRIPTS["zsh"]
    assert cool.run(code=1, _COOL_COMPLETE="complete_csh").stdout == ""


def test_every_argument_and_every_value_of_an_option_has_somebody_to_complete_it() -> None:
    for name, verb in VERBS.items():
        parameters = load(name).params
        takes_words = any(isinstance(each, TyperArgument) and each.nargs == -1 for each in parameters)
        assert (verb.takes is not None) == takes_words, name
        assert verb.takes is None or callable(getattr(candidates, verb.takes))
        valued = [each for each in parameters if isinstance(each, TyperOption) and not each.is_flag]
        assert {word for each in valued for word in each.opts} <= set(candidates.OPTION_VALUES), name


@pytest.fixture(params=list(INTERACTIVE))
def name(request: pytest.FixtureRequest) -> str:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


def test_a_shell_shows_hostile_titles_and_runs_none(cool: Program, hostile: None, name: str) -> None:
    (cool.folder / "2611.file-of-the-folder").touch()
    with Shell(name, cool) as shell:
        assert f"Completion for {name} is installed in {cool.folder}" in shell.installed
        shell.type("cool star 26\t\t\t")
        shell.until(*IDS)
        if name != "bash":
            shell.until("[/x] [bold]b", "two lines and a tab", "$(touch canary)", "--leading dashes")
        assert "file-of-the-folder" not in shell.text
    assert not list(cool.folder.glob("**/canary"))


def test_a_shell_completes_a_command_that_runs(cool: Program, hostile: None, store: Database, name: str) -> None:
    act(store, "star", events.mark("starred", IDS[2], NOW, version=1))
    with Shell(name, cool) as shell:
        shell.type("cool unst\t")
        shell.until("ready> cool unstar")
        shell.type("\t")
        shell.until(f"ready> cool unstar {IDS[2]}")
        shell.type("\r")
        shell.until(f"Unstarred {IDS[2]}")
        shell.type("cool today cs.ai+cs.lg\t")
        shell.until("cool today cs.ai+cs.LG")


def test_a_shell_goes_down_folders(cool: Program, name: str) -> None:
    (cool.folder / "reading" / "deep").mkdir(parents=True)
    (cool.folder / "reading" / "deep" / "refs.bib").touch()
    with Shell(name, cool) as shell:
        shell.type("cool export -o ~/rea\t")
        shell.until("~/reading/")
        shell.type("de\t")
        shell.until("~/reading/deep/")
        shell.type("refs\t")
        shell.until("cool export -o ~/reading/deep/refs.bib")


@pytest.mark.parametrize("typed", ["$(touch canary),cs", "`id`,cs", "a;cs.LG,cs", "cs.LG,*,cs"])
def test_nothing_that_means_something_to_a_shell_is_sent(cool: Program, typed: str) -> None:
    line = f"cool today {typed.replace(' ', '')}"
    assert asked(cool, line, "zsh") == asked(cool, line, "bash") == []


def test_in_bash_an_empty_word_may_stand_before_others(cool: Program) -> None:
    answer = cool.run(_COOL_COMPLETE="complete_bash", COMP_WORDS="cool\n\ntoday", COMP_CWORD="1").stdout.split()
    assert "star" in answer and "today" in answer


def test_fish_keeps_its_files_where_its_settings_are(cool: Program) -> None:
    if not shutil.which("fish"):
        pytest.skip("fish is not installed")
    folder = cool.folder / "settings"
    told(cool, "fish", "--install-completion", XDG_CONFIG_HOME=str(folder))
    assert (folder / "fish" / "completions" / "cool.fish").read_text("utf-8") == SCRIPTS["fish"]


def told(cool: Program, shell: str, option: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What the program says when a shell runs it; behind the `;` stands something, so that the shell stays."""
    command = f"{shlex.join(COMMAND)} {option}; exit $?" if shell != "fish" else f"{shlex.join(COMMAND)} {option}; true"
    return subprocess.run(
        [shell, "-c", command],
        env=cool.environment(**variables),
        cwd=cool.folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_shown_is_what_is_installed(cool: Program, name: str) -> None:
    told(cool, name, "--install-completion")
    assert (cool.folder / PLACES[name]).read_text("utf-8") == told(cool, name, "--show-completion").stdout
    assert told(cool, name, "--show-completion").stdout == SCRIPTS[name]


def test_installing_twice_adds_one_line_to_what_the_reader_wrote(cool: Program) -> None:
    own = b"# caf\xe9, without an end of line"
    (cool.folder / ".bashrc").write_bytes(own)
    for _ in range(2):
        told(cool, "bash", "--install-completion")
        line = f"source {shlex.quote(str(cool.folder / PLACES['bash']))}".encode()
        assert (cool.folder / ".bashrc").read_bytes() == own + b"\n" + line + b"\n"


def test_what_stands_in_the_way_of_installing_is_told(cool: Program) -> None:
    (cool.folder / ".bash_completions").write_text("a file")
    answer = told(cool, "bash", "--install-completion")
    assert answer.returncode == 5
    assert len(answer.stderr.splitlines()) == 2
    assert "--show-completion" in answer.stderr


def test_a_shell_without_completion_is_named(cool: Program) -> None:
    answer = told(cool, "sh", "--install-completion")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("cool: There is no completion for ")
