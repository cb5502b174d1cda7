"""`watch`, `mute` and `rules`: what stands out and what is out of sight, in every list; and nothing else changes."""

from __future__ import annotations

import io
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coolcli.cli import app
from coolcli.errors import CoolError
from coolcli.store import rules
from coolcli.store.database import Database
from coolcli.store.rules import Rule
from tests.builders import DAY, NOW, act, follow, keep, listing, paper
from tests.cli.program import Program, Result
from tests.cli.terminal import Shown, Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from coolcli.models import Paper
    from tests.arxiv_simulator import ArxivSimulator

on_a_terminal = pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal, and editors that are scripts")

STATES = "2611.00001"
FRIDAYS: list[Paper] = [
    paper(STATES, title="State Space Models Learn", authors=("Ann Roe", "Bo Poe"), abstract="Words."),
    paper("2611.00002", title="A Survey of Harbour Bells", authors=("Cy Coe",), abstract="Bells of state."),
    paper("2611.00003", title="Spaces of a State", authors=("Jane Doe",), abstract="Words."),
    paper("2611.00004", title="Diffusion for Kettles", authors=("Jane Q. Doe", "Cy Coe"), abstract="Words."),
    paper("2611.00005", title="A Survey of Diffusion", authors=("Di Noe",), abstract="Words."),
    paper("2611.00006", title="Nothing of the Kind", authors=("Ed Moe",), abstract="Words."),
]
IDS = [each.id for each in FRIDAYS]
THURSDAYS = [
    paper("2611.00011", title="An Older Survey", authors=("Al Boe",)),
    paper("2611.00012", title="Older Bells", authors=("Al Boe",)),
]
ALL = len(FRIDAYS) + len(THURSDAYS)
SURVEYS = [IDS[1], IDS[4]]


def furnish(database: Database) -> None:
    """Two days of cs.LG, checked against arXiv's own count, followed since the first."""
    follow(database, "cs.LG", since=DAY - timedelta(days=1))
    keep(database, listing(day=DAY - timedelta(days=1), new=THURSDAYS, counts=(2, 0, 0), source="page"))
    keep(database, listing(new=FRIDAYS, counts=(6, 0, 0), source="page"))


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    cool = Program(folder, None, {"COOL_NOW": NOW.isoformat()})
    cool.run("config", "path")
    database = Database(cool.home / "data" / "cool.db")
    furnish(database)
    database.close()
    return cool.home


class Inside(Program):
    """A reader whose commands run in this process, which takes a tenth of the time; a Terminal is a process still."""

    def run(self, *arguments: str, code: int = 0, stdin: str = "", **variables: str | None) -> Result:
        del stdin
        out, err = io.StringIO(), io.StringIO()
        given = 0
        with pytest.MonkeyPatch.context() as surroundings, redirect_stdout(out), redirect_stderr(err):
            for name in [name for name in os.environ if name.startswith("COOL_")]:
                surroundings.delenv(name)
            for name, value in self.environment(**variables).items():
                surroundings.setenv(name, value)
            try:
                given = app.run(arguments)
            except CoolError as error:
                given = error.exit_code
                err.write(f"cool: {error.message}\n      {error.hint}\n")
        result = Result(given, out.getvalue(), err.getvalue())
        assert result.code == code, result
        return result


@pytest.fixture
def cool(tmp_path: Path, furnished: Path) -> Program:
    """A reader of that home, on Friday; nobody answers from the network."""
    shutil.copytree(furnished, tmp_path / "home")
    return Inside(tmp_path, None, {"COOL_NOW": NOW.isoformat(), "COOL_ARXIV_SITE_URL": "http://127.0.0.1:9"})


def made(cool: Program) -> list[tuple[str, str]]:
    """The rules, in their order."""
    return [(rule["effect"], rule["query"]) for rule in cool.run("rules", "--json").document["rules"]]


def papers(cool: Program, *arguments: str) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in cool.run(*arguments, "--json").document["papers"]}


# Rules are made


@pytest.mark.parametrize(
    ("typed", "query", "fit"),
    [
        (["author", "Jane Doe"], 'author:"Jane Doe"', 2),
        (["author", "Jane", "Doe"], 'author:"Jane Doe"', 2),
        (["author:Jane Doe"], 'author:"Jane Doe"', 2),
        (["author", "Cy Coe", "OR", "Ann Roe"], 'author:("Cy Coe" OR "Ann Roe")', 3),
        (["abs", "bells"], "abstract:bells", 1),
        (["state space"], '"state space"', 1),
        (["state", "space"], "state space", 2),
        (["title:diffusion NOT title:survey"], "title:diffusion NOT title:survey", 1),
        (["title", "diffus*"], "title:diffus*", 2),
        (["cat", "cs"], "cat:cs", ALL),
        (["nothing"], "nothing", 1),
        (["zebra"], "zebra", 0),
    ],
)
def test_what_is_typed_is_the_query_and_what_it_does_is_told_at_once(
    cool: Program, typed: list[str], query: str, fit: int
) -> None:
    told = cool.run("watch", *typed)
    assert made(cool) == [("watch", query)]
    many = {0: "none of the 8 papers", ALL: "all 8 papers"}.get(fit, f"{fit} of the 8 papers")
    assert told.stdout == f"Watching {query}: {many} of the last 2 listings.\n"
    broad = "That is more than half of what comes. " if fit > ALL / 2 else ""
    assert told.stderr == f"{broad}`cool undo` takes it back.\n"


def test_a_rule_that_is_there_already_changes_nothing(cool: Program) -> None:
    cool.run("watch", "State  Space")
    assert cool.run("watch", '"state space"').stdout.startswith('Already watching "state space": 1 of the 8')
    assert made(cool) == [("watch", '"State Space"')]
    cool.run("undo")
    assert made(cool) == []


def test_of_watching_and_muting_the_same_the_newer_holds(cool: Program) -> None:
    cool.run("watch", "title:survey")
    assert cool.run("mute", "title", "Survey").stdout.startswith("Muting title:Survey, no longer watching it: 3 of")
    assert made(cool) == [("mute", "title:Survey")]
    assert cool.run("undo").stdout == "Undone: muted title:survey, title:Survey\n"
    assert made(cool) == [("watch", "title:survey")]


def test_what_stays_in_sight_though_it_is_muted_is_told(cool: Program) -> None:
    cool.run("star", IDS[4])
    cool.run("watch", "bells")
    told = cool.run("mute", "title:survey").stdout
    assert told == (
        "Muting title:survey: 3 of the 8 papers of the last 2 listings,"
        " 1 of them starred and 1 of them watched, which stay in sight.\n"
    )


WRONG = [
    (["watch", "title:(bells"], "parenthesis is not closed"),
    (["mute", "is:famous"], "No paper is 'famous'"),
    (["mute", "tag", "nosuch"], "There is no tag 'nosuch'"),
    (["watch", "@nosuch"], "no saved search 'nosuch'"),
    (["watch", "x" * 2001], "at most 2,000 characters"),
    (["mute", ""], "The query is empty"),
    (["mute", "author", ""], "Behind author: comes a name"),
    (["watch", "\x1b[31m"], "The query is empty"),
    (["unwatch", "bell"], "Nothing like 'bell' is watched."),
    (["unmute", "1"], "bells is watched, not muted."),
    (["unwatch", "2"], "There is no rule 2: there is one."),
    (["rules", "test"], "What is to be tested?"),
    (["rules", "test", "7"], "There is no rule 7"),
    (["rules", "edit", "1"], "What is to be in its place?"),
    (["rules", "edit", "1", "title:("], "parenthesis is not closed"),
    (["rules", "delete"], "What is to be deleted?"),
    (["rules", "rename", "1"], "`cool rules` lists rules"),
    (["rules", "--days", "3"], "`--days` is for `cool rules test`."),
    (["rules", "edit"], "There is no terminal for an editor"),
]


def test_what_is_wrong_is_told_and_changes_nothing(cool: Program) -> None:
    cool.run("watch", "bells")
    for arguments, told in WRONG:
        refused = cool.run(*arguments, code=2)
        assert told in refused.stderr and refused.stdout == "" and len(refused.complaints) <= 4, arguments
    assert "Did you mean bells?" in cool.run("unwatch", "bell", code=2).stderr
    assert made(cool) == [("watch", "bells")]


# Rules are listed, ended, edited, tested


def test_rules_are_listed_with_what_they_do(cool: Program) -> None:
    nothing = cool.run("rules")
    assert nothing.stdout == "" and len(nothing.complaints) == 2 and "cool watch" in nothing.stderr
    cool.run("mute", "title:survey")
    cool.run("watch", "author", "Jane Doe")
    assert cool.run("rules").stdout.splitlines() == [
        '1\twatch\tauthor:"Jane Doe"\t2\t8\t2026-11-20',
        "2\tmute\ttitle:survey\t3\t8\t2026-11-20",
    ]
    assert cool.run("mute").stdout == "2\tmute\ttitle:survey\t3\t8\t2026-11-20\n"
    assert cool.run("rules", "--json").document["rules"][1] == {
        "number": 2,
        "effect": "mute",
        "query": "title:survey",
        "since": "2026-11-20",
        "fitting": 3,
        "papers": 8,
        "days": 2,
    }


@pytest.mark.parametrize(
    "ended", [["unmute", "1"], ["unmute", "State Space"], ["unmute", "state", "space"], ["rules", "delete", "1"]]
)
def test_a_rule_is_ended_by_its_number_or_its_query(cool: Program, ended: list[str]) -> None:
    cool.run("mute", "state space")
    assert cool.run(*ended).stdout == 'No longer muting "state space".\n'
    assert made(cool) == []
    assert cool.run("undo").stdout == 'Undone: no longer muted "state space"\n'
    assert made(cool) == [("mute", '"state space"')]


def test_an_edited_rule_keeps_its_effect_and_its_number(cool: Program) -> None:
    cool.run("mute", "bells")
    cool.run("mute", "kettles", COOL_NOW=(NOW + timedelta(minutes=1)).isoformat())
    assert cool.run("rules", "edit", "1", "title", "Older Bells").stdout.startswith('Muting title:"Older Bells": 1 of')
    assert made(cool) == [("mute", 'title:"Older Bells"'), ("mute", "kettles")]
    cool.run("undo")
    assert made(cool) == [("mute", "bells"), ("mute", "kettles")]


def test_a_rule_is_tested_on_past_days(cool: Program) -> None:
    cool.run("star", IDS[4])
    cool.run("mute", "title:survey")
    tested = cool.run("rules", "test", "1")
    assert tested.stdout == "2026-11-20\t6\t2\t1\n2026-11-19\t2\t1\t0\n"
    assert "would have muted 3 of 8, 1 of them starred, which stays in sight." in tested.stderr
    assert cool.run("rules", "test", "1", "--days", "1").stdout == "2026-11-20\t6\t2\t1\n"
    both = cool.run("rules", "test", "older", "bells").stderr
    assert "older bells: watching it would have marked 1 of 8; muting it would have muted 1 of 8." in both
    document = cool.run("rules", "test", "title", "survey", "--json").document
    assert document["effect"] is None and (document["fitting"], document["starred"]) == (3, 1)
    assert document["days"][1] == {"day": "2026-11-19", "papers": 2, "fitting": 1, "starred": 0}
    assert made(cool) == [("mute", "title:survey")], "a test makes no rule"


def test_the_list_that_a_test_names_shows_what_it_counted(cool: Program) -> None:
    cool.run("mute", "title:survey")
    named = cool.run("rules", "test", "1").stderr.partition("cool list ")[2].split()
    assert len(cool.run("list", *named).ids) == 3


# What is muted is out of sight, counted, and comes back


def test_a_muted_paper_is_out_of_sight_in_the_listing_and_numbers_are_of_what_is_shown(cool: Program) -> None:
    cool.run("mute", "title:survey")
    shown = cool.run("today")
    assert shown.ids == [each for each in IDS if each not in SURVEYS]
    assert "2 muted by 1 rule; --muted shows them." in shown.complaints
    assert IDS[2] in cool.run("star", "2").stdout
    assert cool.run("today", "--muted").ids == IDS
    assert cool.run("day", "2026-11-19").ids == [THURSDAYS[1].id]


@pytest.mark.parametrize("arguments", [["list"], ["search", "survey OR state"], ["list", "--unread"]])
def test_a_muted_paper_is_out_of_sight_in_other_lists(cool: Program, arguments: list[str]) -> None:
    everything = cool.run(*arguments).ids
    cool.run("mute", "title:survey")
    shown = cool.run(*arguments)
    gone = [each for each in everything if each not in shown.ids]
    assert sorted(gone) == sorted([*SURVEYS, THURSDAYS[0].id])
    assert "3 muted by 1 rule; --muted shows them." in shown.complaints
    assert cool.run(*arguments, "--muted").ids == everything


def test_of_a_list_that_ends_early_what_is_muted_in_it_is_counted(cool: Program) -> None:
    """Those behind the last row are not: nobody would know of what the number is."""
    cool.run("mute", "title:survey")
    assert cool.run("list", "-n", "1").complaints == []
    assert cool.run("list", "-n", "2").ids == [IDS[0], IDS[2]]
    assert cool.run("list", "-n", "2").complaints == ["1 muted among them by 1 rule; --muted shows them."]
    assert cool.run("list", "-n", "50").complaints == ["3 muted by 1 rule; --muted shows them."]


def test_where_all_of_a_list_is_muted_that_is_said_once(cool: Program) -> None:
    cool.run("mute", "NOT cat:hep-th")
    assert cool.run("list").complaints == ["All that there is: 8 muted by 1 rule; --muted shows them."]


def test_related_papers_are_as_many_as_were_asked_for(cool: Program) -> None:
    everything = cool.run("related", IDS[0], IDS[1]).ids
    cool.run("mute", "older OR diffusion")
    ruled = [each for each in everything if each not in {IDS[3], IDS[4], *(each.id for each in THURSDAYS)}]
    assert everything[:1] != ruled[:1] and ruled
    assert cool.run("related", IDS[0], IDS[1], "-n", "1").ids == ruled[:1]
    cool.run("mute", "NOT cat:hep-th")
    assert "All that was found: " in cool.run("related", IDS[0], IDS[1]).stderr


def test_the_unread_that_are_muted_are_told_and_are_unread_still(cool: Program) -> None:
    assert "muted" not in cool.run().stdout and cool.run("count", "--format", "{muted}").stdout == "0\n"
    cool.run("mute", "title:survey")
    cool.run("mute", "older")
    assert "of them 4 muted by 2 rules: cool next --muted" in cool.run().stdout
    assert cool.run("--json").document["muted"] == cool.run("count", "--json").document["muted"] == 4
    assert cool.run("count", "--format", "{unread} {muted}").stdout == f"{ALL} 4\n"


def test_rules_may_be_many_and_long(cool: Program) -> None:
    """SQLite takes no expression that is more than 1000 deep."""
    days = " OR ".join(f"date:{DAY - timedelta(days=days)}" for days in range(1, 20))
    let_be_the_rules(cool, [Rule("muted", f"zebra{number} OR {days}") for number in range(60)])
    assert "of them 2 muted by 60 rules" in cool.run().stdout
    assert cool.run("list").ids == cool.run("today").ids == cool.run("next").ids == IDS


def test_rules_add_up_and_only_those_that_mute_something_here_are_counted(cool: Program) -> None:
    for query in ("survey", "diffusion", "zebra", "older"):
        cool.run("mute", "title", query)
    assert "3 muted by 2 rules; --muted shows them." in cool.run("today").complaints


@pytest.mark.parametrize("kept_by", [["star", IDS[1]], ["watch", "author", "Cy Coe"]])
def test_what_is_starred_or_watched_is_never_muted(cool: Program, kept_by: list[str]) -> None:
    cool.run("mute", "survey")
    cool.run(*kept_by)
    assert IDS[1] in cool.run("today").ids and IDS[4] not in cool.run("today").ids
    assert IDS[1] in cool.run("next").ids


def test_a_program_is_told_of_all_papers_and_of_their_rules(cool: Program) -> None:
    cool.run("watch", "author", "Jane Doe")
    cool.run("mute", "title:survey")
    cool.run("mute", "diffusion")
    for arguments in (["today"], ["list"], ["search", "survey OR author:doe"], ["next"], ["show", *IDS]):
        found = papers(cool, *arguments)
        assert found[IDS[1]]["muted"] == ["title:survey"] and "watched" not in found[IDS[1]], arguments
        assert found[IDS[4]]["muted"] == ["title:survey", "diffusion"], arguments
        assert found[IDS[3]]["watched"] == ['author:"Jane Doe"'] and "muted" not in found[IDS[3]], arguments
    assert list(papers(cool, "today")) == IDS
    assert not {"muted", "watched"} & set(papers(cool, "today")[IDS[5]])


def test_an_unread_paper_that_is_muted_stays_unread_and_next_says_so_at_the_end(cool: Program) -> None:
    cool.run("mute", "title:survey")
    assert cool.run("count").stdout == f"{ALL}\n"
    page = cool.run("next", "--limit", "3")
    assert page.ids == [THURSDAYS[1].id, IDS[0], IDS[2]]
    assert "3 unread muted by 1 rule; --muted shows them." in page.complaints
    assert cool.run("next", "--limit", "3").ids == [IDS[3], IDS[5]]
    end = cool.run("next")
    assert end.stdout == "Done: 5 of 8, 0 starred. 3 unread muted by 1 rule.\n"
    assert "`cool next --muted`" in end.stderr and cool.run("count").stdout == "3\n"
    assert cool.run("next", "--muted").ids == [THURSDAYS[0].id, *SURVEYS]
    cool.run("next", "--back", code=0)


def test_what_is_muted_is_finished_as_the_end_of_a_sitting_says(cool: Program) -> None:
    cool.run("mute", "title:survey")
    cool.run("next")
    assert "`cool list --unread --muted`, then `cool done`" in cool.run("next").stderr
    cool.run("list", "--unread", "--muted")
    cool.run("done")
    assert cool.run("count").stdout == "0\n"
    assert "muted" not in cool.run("next").stdout


def test_where_all_is_muted_that_is_said(cool: Program) -> None:
    told = cool.run("mute", "NOT cat:hep-th").stdout
    assert told == "Muting NOT cat:hep-th: all 8 papers of the last 2 listings.\n"
    assert cool.run("today").ids == [] and "6 muted by 1 rule" in cool.run("today").stderr
    assert "All that there is: 8 muted by 1 rule" in _on_terminal(cool, "list").text
    assert "8 unread muted by 1 rule" in cool.run("next").stdout


def test_papers_that_come_after_a_rule_are_ruled_too(cool: Program) -> None:
    cool.run("mute", "title:survey")
    cool.run("today")
    with_another = listing(new=[*FRIDAYS, paper("2611.00007", title="Yet Another Survey")], counts=(7, 0, 0))
    database = Database(cool.home / "data" / "cool.db")
    keep(database, with_another)
    database.close()
    assert "3 muted by 1 rule" in cool.run("today", "--offline").stderr


def test_a_rule_that_cannot_be_read_does_nothing_and_is_told(cool: Program) -> None:
    """Another machine, of a newer version, can have made it."""
    database = Database(cool.home / "data" / "cool.db")
    act(database, "mute", rules.make(Rule("muted", "novelty:high"), NOW), rules.make(Rule("muted", "survey"), NOW))
    database.close()
    shown = cool.run("today")
    assert len(shown.ids) == 4 and "cannot be understood and does nothing" in shown.stderr
    listed = cool.run("rules")
    assert listed.stdout.splitlines()[0] == "1\tmute\tnovelty:high\t\t0\t2026-11-20"
    assert "Rule 1 cannot be understood" in listed.stderr
    cool.run("unmute", "novelty:high")
    assert made(cool) == [("mute", "survey")]


# What is watched stands out


def _on_terminal(cool: Program, *arguments: str, columns: int = 120, **variables: Any) -> Shown:
    with Terminal(cool, columns=columns, COOL_SESSION="test", **variables) as terminal:
        return terminal.run(*arguments)


@on_a_terminal
def test_a_wide_table_has_the_reason_in_a_column_of_its_own(cool: Program) -> None:
    plain = _on_terminal(cool, "today")
    assert "why" not in plain.text
    cool.run("watch", "author", "Jane Doe")
    cool.run("watch", "diffusion")
    cool.run("mute", "title:survey")
    shown = _on_terminal(cool, "today", "--muted")
    assert "type       why             arXiv" in shown.text
    rows = {each: next(line for line in shown.lines if each in line) for each in IDS}
    assert "new        Jane Doe        2611.00003" in rows[IDS[2]]
    assert "new        Jane Doe, diff… 2611.00004" in rows[IDS[3]]
    assert "✕ survey" in rows[IDS[1]] and "Jane" not in rows[IDS[5]]
    assert "diffusion" in rows[IDS[4]] and "✕" not in rows[IDS[4]], "what is watched is not muted"
    assert "\x1b[1;4mDiffusion\x1b[0m" in shown.raw and "\x1b[1;2;4m" not in shown.raw


@on_a_terminal
def test_the_reason_is_what_a_paper_fits_of_a_rule(cool: Program) -> None:
    cool.run("watch", 'kettles OR author:"Jane Doe" OR is:starred')
    cool.run("star", IDS[5])
    shown = _on_terminal(cool, "today")
    rows = {each: next(line for line in shown.lines if each in line) for each in IDS}
    assert "new        Jane Doe   2611.00003" in rows[IDS[2]]
    assert "new        kettles    2611.00004" in rows[IDS[3]]
    assert "is:starred 2611.00006" in rows[IDS[5]]


@on_a_terminal
def test_a_narrow_table_has_the_reason_below_the_authors(cool: Program) -> None:
    cool.run("watch", "author", "Jane Doe")
    cool.run("watch", "kettles AND (diffusion OR bells) NOT author:Nobody")
    cool.run("mute", "title:survey")
    shown = _on_terminal(cool, "today", columns=80, NO_COLOR="1")
    at = next(number for number, line in enumerate(shown.lines) if IDS[3] in line)
    assert [line.split()[0] for line in shown.lines[at + 1 : at + 3]] == ["Jane", "◆"]
    assert all(len(line) <= 80 for line in shown.lines)
    assert [line for line in shown.lines if line.split()[:1] == ["◆"]] and "✕" not in shown.text
    back = _on_terminal(cool, "today", "--muted", columns=80, NO_COLOR="1")
    assert [line.strip() for line in back.lines if "✕" in line] == ["✕ survey", "✕ survey"]
    assert shown.text.count("2 muted by 1 rule; --muted shows them") == 2, "above and below"
    assert "6 of 6 announced" in shown.text and "6 unread" in shown.text


@on_a_terminal
def test_a_page_of_next_fits_the_screen_with_its_reasons(cool: Program) -> None:
    cool.run("watch", "NOT cat:hep-th")
    with Terminal(cool, columns=80, rows=20) as terminal:
        shown = terminal.run("next")
    assert 0 < shown.text.count("◆") < ALL and len(shown.lines) < 20


@on_a_terminal
def test_show_names_the_rules_and_the_words_of_the_last_search_stand_out(cool: Program) -> None:
    cool.run("watch", "author", "Cy Coe")
    cool.run("mute", "diffusion")
    cool.run("search", "bells")
    shown = _on_terminal(cool, "show", "2")
    assert shown.text.count("Watched") == 1 and 'author:"Cy Coe"' in shown.text
    assert "\x1b[1;3;4mCy" in shown.raw and "\x1b[1;3;4mCoe" in shown.raw, "the author who is watched"
    assert "\x1b[1;4mBells" in shown.raw, "the word that was searched for"
    assert "Muted: diffusion\n" in cool.run("show", IDS[4]).stdout
    cool.run("today")
    assert "\x1b[1;4mBells" not in _on_terminal(cool, "show", IDS[1]).raw


def test_starred_papers_are_all_shown_with_what_is_watched(cool: Program) -> None:
    cool.run("star", *SURVEYS)
    cool.run("mute", "survey")
    cool.run("watch", "diffusion")
    assert sorted(cool.run("stars").ids) == SURVEYS
    assert papers(cool, "stars")[IDS[4]]["watched"] == ["diffusion"]
    assert "why" in _on_terminal(cool, "stars").text


# --query, wherever papers are chosen


@pytest.mark.parametrize("verb", [["today"], ["day", "2026-11-20"], ["list", "--since", "2026-11-20"]])
def test_a_query_is_one_more_filter(cool: Program, verb: list[str]) -> None:
    assert cool.run(*verb, "-q", "survey").ids == SURVEYS
    assert cool.run(*verb, "-q", "survey", "--query", "author:Coe OR bells").ids == [IDS[1]]
    assert cool.run(*verb, "-q", "title:", code=2).stdout == ""


def test_a_query_in_other_verbs(cool: Program) -> None:
    cool.run("star", *SURVEYS)
    assert cool.run("stars", "-q", "diffusion").ids == [IDS[4]]
    assert cool.run("count", "-q", "survey").stdout == "3\n"
    assert cool.run("export", "-q", "title:bells", "--format", "csv").stdout.count("2611.") >= 2


@on_a_terminal
def test_a_listing_counts_what_a_query_leaves_out(cool: Program) -> None:
    shown = _on_terminal(cool, "today", "-q", "survey")
    assert shown.text.count("6 papers: 6 new; 2 shown (that fit: survey)") == 2
    assert "\x1b[1;4mSurvey" in shown.raw


# In the editor


def _editor(cool: Program, script: str) -> str:
    file = cool.folder / "editor"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


@on_a_terminal
def test_all_rules_are_edited_as_text(cool: Program) -> None:
    cool.run("watch", "bells")
    cool.run("mute", "kettles")
    lines = 'sed -i \'s/^mute kettles$/mute title:"diffusion"\\nWATCH author Jane Doe/; /^watch bells/d\' "$1"'
    with Terminal(cool, EDITOR=_editor(cool, lines)) as terminal:
        shown = terminal.run("rules", "edit")
        assert "2 rules made, 2 rules ended." in shown.text
        assert made(cool) == [("watch", 'author:"Jane Doe"'), ("mute", 'title:"diffusion"')]
        terminal.run("undo")
    assert made(cool) == [("watch", "bells"), ("mute", "kettles")]
    assert not list((cool.home / "data" / "drafts").iterdir())


@on_a_terminal
def test_a_wrong_line_is_told_with_its_place_and_what_was_written_is_kept(cool: Program) -> None:
    cool.run("watch", "bells")
    with Terminal(
        cool, EDITOR=_editor(cool, "printf 'mute title:(x\\nhide this\\nwatch kettles\\n' > \"$1\"")
    ) as terminal:
        shown = terminal.run("rules", "edit", code=2)
    lines = shown.lines
    caret = next(number for number, line in enumerate(lines) if line.strip() == "^" and "title:(" in lines[number - 1])
    assert lines[caret].index("^") == lines[caret - 1].index("(")
    assert shown.text.index("Line 1: ") < shown.text.index("Line 2: A line begins with watch or mute.")
    assert made(cool) == [("watch", "bells")]
    (draft,) = (cool.home / "data" / "drafts").iterdir()
    assert draft.name in "".join(lines).replace(" ", "") and "watch kettles" in draft.read_text()
    with Terminal(cool, EDITOR=_editor(cool, "true")) as terminal:
        again = terminal.run("rules", "edit")
    assert draft.name in "".join(again.lines).replace(" ", "") and "Nothing was saved" in again.text
    assert draft.exists()
    with Terminal(cool, EDITOR=_editor(cool, "sed -i 's/(//; /^hide/d' \"$1\"")) as terminal:
        assert "2 rules made, 1 rule ended." in terminal.run("rules", "edit").text
    assert made(cool) == [("watch", "kettles"), ("mute", "title:x")]
    assert not draft.exists() and not list(draft.parent.iterdir()), "what was mended is kept no more"


@on_a_terminal
def test_what_was_written_comes_again_with_the_rules_as_they_are(cool: Program) -> None:
    cool.run("watch", "bells")
    with Terminal(cool, EDITOR=_editor(cool, "printf 'mute title:(x\\n' > \"$1\"")) as terminal:
        terminal.run("rules", "edit", code=2)
        terminal.run("rules", "edit", code=2)
    assert len(list((cool.home / "data" / "drafts").iterdir())) == 1, "of the same, one draft"
    with Terminal(cool, EDITOR=_editor(cool, 'cp "$1" page; false')) as terminal:
        terminal.run("rules", "edit", code=1)
    lines = (cool.folder / "page").read_text().splitlines()
    assert lines[0] == "mute title:(x" and lines[-1] == "#     watch bells"


# Two machines


def test_rules_of_two_machines_become_one(cool: Program, tmp_path: Path, furnished: Path) -> None:
    other = Inside(tmp_path / "other", None, cool.variables)
    other.folder.mkdir()
    shutil.copytree(furnished, other.home)
    cool.run("watch", "bells")
    other.run("mute", "kettles", COOL_NOW=(NOW + timedelta(minutes=1)).isoformat())
    for here, there in ((cool, other), (other, cool)):
        here.run("state", "export", str(tmp_path / "state"))
        there.run("state", "import", str(tmp_path / "state"))
    assert made(cool) == made(other) == [("watch", "bells"), ("mute", "kettles")]
    assert cool.run("undo").stdout == "Undone: watched bells\n", "each takes back its own"


def test_what_was_ended_does_not_bring_back_what_another_machine_said(cool: Program) -> None:
    let_be_the_rules(cool, [Rule("watched", "bells"), Rule("watched", "kettles")])
    later = NOW + timedelta(hours=1)
    database = Database(cool.home / "data" / "cool.db")
    act(database, "mute", *(rules.make(Rule("muted", query), later) for query in ("bells", "kettles")), now=later)
    database.close()
    assert made(cool) == [("mute", "bells"), ("mute", "kettles")]
    assert cool.run("unmute", "1", "1").stdout == "No longer muting bells.\n"
    assert made(cool) == [("mute", "kettles")]
    cool.run("undo")
    assert sorted(made(cool)) == [("mute", "bells"), ("mute", "kettles")]


# Nothing but the list changes


WORDS = (
    "survey",
    "bells",
    "state space",
    "author:doe",
    "title:diffusion",
    "kettles",
    "is:unread",
    "NOT survey",
    "zebra",
)
QUERIES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" OR ".join)
RULES = st.lists(st.builds(Rule, st.sampled_from(["watched", "muted"]), QUERIES), max_size=4, unique=True)


def let_be_the_rules(cool: Program, some: list[Rule]) -> None:
    """End what there is, and make these."""
    database = Database(cool.home / "data" / "cool.db")
    with database.read() as connection:
        before = rules.rules(connection)
    act(database, "rules", *map(rules.end, before), *(rules.make(rule, NOW) for rule in some))
    database.close()


def test_no_rule_changes_what_is_there(cool: Program) -> None:
    cool.run("star", IDS[4])
    cool.run("done", IDS[0])

    def unruled() -> list[str]:
        documents = [cool.run(*verb, "--json").document for verb in (["count"], ["stats"], [])]
        for each in documents:
            each.pop("muted", None)
        return [*map(str, documents), cool.run("export", "--unread").stdout]

    before, everything = unruled(), cool.run("today", "--json").document

    @settings(max_examples=25)
    @given(RULES)
    def always(some: list[Rule]) -> None:
        let_be_the_rules(cool, some)
        document = cool.run("today", "--json").document
        muted = [each["id"] for each in document["papers"] if each.pop("muted", None)]
        watched = [each["id"] for each in document["papers"] if each.pop("watched", None)]
        assert document == everything
        assert not set(muted) & {*watched, IDS[4]}, "the one that is starred, and what is watched, stays in sight"
        shown = cool.run("today")
        assert shown.ids == [each for each in IDS if each not in muted]
        assert (f"{len(muted)} muted by " in shown.stderr) == bool(muted)
        assert unruled() == before

    always()


def test_papers_that_the_check_adds_are_ruled_too(tmp_path: Path, sim: ArxivSimulator) -> None:
    """The feed has no replacement of version 6; the listing page, against which it is checked, has."""
    cool = Program(tmp_path, sim)
    told = cool.run("mute", "sixth thoughts").stdout
    assert told == 'Muting "sixth thoughts"; no listing is here yet.\n'
    shown = cool.run("today", "cs.LG")
    assert "1 muted by 1 rule; --muted shows them." in shown.complaints
    everything = cool.run("today", "cs.LG", "--json").document["papers"]
    assert len(everything) == len(shown.ids) + 1
    assert shown.ids == [each["id"] for each in everything if "muted" not in each]


def test_no_rule_changes_the_audit(tmp_path: Path, sim: ArxivSimulator) -> None:
    cool = Program(tmp_path, sim)
    cool.run("subscribe", "cs.CL")
    cool.run("today")
    proof = cool.run("audit").stdout
    cool.run("mute", "NOT cat:hep-th")
    assert cool.run("today").ids == []
    assert cool.run("audit").stdout == proof
