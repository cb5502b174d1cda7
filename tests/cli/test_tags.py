"""Tags: what is one, putting them on and taking them off, lists of them, filters by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import tags
from coolcli.arxiv import ids
from coolcli.store import events
from coolcli.store.database import Database
from tests.builders import NOW, act
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from tests.cli.program import Program


def counts(cool: Program) -> dict[str, int]:
    return {each["tag"]: each["papers"] for each in cool.run("tags", "--json").document["tags"]}


def tagged(cool: Program, tag: str) -> set[str]:
    return set(cool.run("list", "--tag", tag).ids)


# What a tag is


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("survey", "survey"),
        ("#survey", "survey"),
        ("to-read", "to-read"),
        ("c++", "c++"),
        ("C#", "C#"),
        ("@tom", "@tom"),
        ("3d", "3d"),
        ("2026.reading", "2026.reading"),
        ("注意力", "注意力"),
        ("Überblick", "Überblick"),
        ("U\u0308berblick", "Überblick"),
        ("हिन्दी", "हिन्दी"),
        ("x" * 50, "x" * 50),
        ("x" * 51, None),
        ("", None),
        ("#", None),
        ("3", None),
        ("3-7", None),
        ("-", None),
        ("-x", None),
        ("2312.11111", None),
        ("2312.11111v2", None),
        ("2312.1111v2", None),
        ("arXiv2312.11111", None),
        ("hep-th/9901001", None),
        ("arXiv:2312.11111", None),
        ("deep learning", None),
        ("a,b", None),
        ("a\tb", None),
        ("\x1b[31mred", None),
        ("a\u200bb", None),
        ("\u202egnol", None),
        ("🔥", None),
    ],
)
def test_what_is_a_tag(word: str, tag: str | None) -> None:
    assert tags.parse(word) == tag


@given(st.text(max_size=60))
def test_a_tag_is_itself_and_shows_as_itself(word: str) -> None:
    tag = tags.parse(word)
    if tag is not None:
        assert tags.parse(tag) == tag == tags.parse(f"#{tag}")
        assert ids.parse(tag) is None and not any(map(str.isspace, tag)) and 0 < len(tag) <= 50


# On and off


def test_papers_come_with_tags_in_any_order(reader: Program, papers: list[str]) -> None:
    told = reader.run("tag", "3", "survey", papers[6], "rl").stdout
    assert told.splitlines()[0] == "Tagged survey, rl: 2 papers:"
    assert papers[2] in told and papers[6] in told
    assert tagged(reader, "survey") == tagged(reader, "rl") == {papers[2], papers[6]}
    assert tagged(reader, "rl") == {papers[2], papers[6]}


def test_a_tag_again_changes_nothing(reader: Program, papers: list[str]) -> None:
    reader.run("tag", "1", "survey")
    told = reader.run("tag", "1-2", "survey").stdout.splitlines()
    assert told[0].startswith(f"Tagged survey: {papers[1]}")
    assert told[1].startswith(f"Already tagged survey: {papers[0]}")


def test_a_tag_keeps_the_spelling_it_had_first(reader: Program, papers: list[str]) -> None:
    reader.run("tag", "1", "Survey")
    told = reader.run("tag", "2", "sURVEY", "SurveY")
    assert "'sURVEY' is spelled Survey here." in told.stderr
    assert counts(reader) == {"Survey": 2}
    assert tagged(reader, "SURVEY") == tagged(reader, "#survey") == set(papers[:2])
    reader.run("untag", "1", "survey")
    assert tagged(reader, "Survey") == {papers[1]}


def spelled(reader: Program, names: dict[str, list[str]]) -> None:
    """Tag papers as another machine did, whatever spellings are here."""
    database = Database(reader.home / "data" / "cool.db")
    act(database, "tag", *(events.tag(name, paper_id, NOW) for name, ids in names.items() for paper_id in ids))
    database.close()


def test_two_machines_spellings_are_one_tag(reader: Program, papers: list[str]) -> None:
    spelled(reader, {"rl": papers[:1], "RL": papers[:3], "Überblick": papers[3:5], "überblick": papers[3:4]})
    assert counts(reader) == {"RL": 3, "Überblick": 2}
    for typed in ("rl", "RL", "Rl"):
        assert tagged(reader, typed) == set(papers[:3])
        assert reader.run("count", "--tag", typed).stdout == "3\n"
    assert "Already tagged RL" in reader.run("tag", "1", "rl").stdout
    (paper,) = reader.run("untag", "1", "Rl", "--json").document["papers"]
    assert paper["tags"] == [] and counts(reader)["RL"] == 2
    reader.run("untag", papers[3], "--all")
    assert counts(reader)["Überblick"] == 1


def test_the_spelling_of_most_papers_is_shown(reader: Program, papers: list[str]) -> None:
    spelled(reader, {"RL": papers[:1], "rl": papers[1:3]})
    assert counts(reader) == {"rl": 3}
    reader.run("star", "1")
    assert reader.run("show", papers[0], "--json").document["papers"][0]["tags"] == ["rl"]
    assert reader.run("stars", "--tag", "RL").ids == [papers[0]]


@pytest.mark.parametrize("name", ["RL", "bandits"])
def test_renaming_takes_all_spellings_along(reader: Program, papers: list[str], name: str) -> None:
    spelled(reader, {"RL": papers[:1], "rl": papers[:3]})
    assert "on 3 papers" in reader.run("tags", "rename", "RL", name).stdout
    assert counts(reader) == {name: 3}


def test_untag(reader: Program, papers: list[str]) -> None:
    reader.run("tag", "1-3", "a", "b", "c")
    assert "Untagged a: " + papers[0] in reader.run("untag", "1", "a").stdout
    assert "Not tagged a: " + papers[0] in reader.run("untag", "1", "a").stdout
    reader.run("untag", "1-2", "--all")
    assert counts(reader) == {"a": 1, "b": 1, "c": 1}
    assert "Not tagged: " + papers[0] in reader.run("untag", "1", "--all").stdout


REFUSED = [
    ("tag 3", 2, "Which tag"),
    ("tag survey", 2, "Which papers are to be tagged survey?"),
    ("tag", 2, "Missing argument"),
    ("tag 1 2312.1111", 3, "'2312.1111' is no paper"),
    ("tag 1 2312.1111v2 survey", 3, "'2312.1111v2' is no paper"),
    ("tag 1 2312.1111v2", 3, "'2312.1111v2' is no paper"),
    ("tag 1 4711 survey", 3, "There is no row 4711"),
    ("tag 1 a/b survey", 2, "'a/b' is neither a paper nor a tag."),
    ("tag 1 survey,rl", 2, "'survey,rl' is neither a paper nor a tag."),
    ("untag 1", 2, "tags or `--all`"),
    ("untag 1 known --all", 2, "tags or `--all`"),
    ("untag known", 2, "Off which papers"),
    ("untag 1 knwon", 2, "There is no tag 'knwon'."),
    ("star 1 --tag a/b", 2, "'a/b' cannot be a tag."),
    ("list --tag knwon", 2, "There is no tag 'knwon'."),
    ("tags renam known other", 2, "`cool tags rename OLD NEW`"),
    ("tags delete", 2, "`cool tags delete TAG`"),
    ("tags delete knwon", 2, "There is no tag 'knwon'."),
    ("tags nonsense", 2, "`cool tags rename OLD NEW`"),
    ("tags rename known", 2, "`cool tags rename OLD NEW`"),
    ("tags rename knwon other", 2, "There is no tag 'knwon'."),
    ("tags rename known a/b", 2, "'a/b' cannot be a tag."),
]


def test_what_cannot_be_is_named_and_nothing_is_done(reader: Program) -> None:
    reader.run("tag", "5", "known")
    for words, code, told in REFUSED:
        refused = reader.run(*words.split(), code=code)
        assert told in refused.complaints[0] and len(refused.complaints) <= 2, words
        assert refused.stdout == ""
    assert counts(reader) == {"known": 1} and reader.run("stars").ids == []


def test_an_unknown_tag_names_the_nearest(reader: Program) -> None:
    reader.run("tag", "5", "Survey")
    for words in ("untag 5 surevy", "list --tag surevy", "stars --tag surevy", "count --tag surevy"):
        assert "Survey" in reader.run(*words.split(), code=2).complaints[1]


def test_papers_from_a_pipe(reader: Program, papers: list[str]) -> None:
    listed = reader.run("today", "cs.CL").stdout
    reader.run("tag", "-", "all", stdin=listed)
    assert tagged(reader, "all") == set(papers)


def test_as_json(reader: Program, papers: list[str]) -> None:
    document = reader.run("tag", "1", "rl", "survey", "--json").document
    assert [(paper["id"], paper["tags"]) for paper in document["papers"]] == [(papers[0], ["rl", "survey"])]
    document = reader.run("untag", "1", "rl", "--json").document
    assert [paper["tags"] for paper in document["papers"]] == [["survey"]]


# Papers that are not here


def test_a_paper_that_is_not_here_is_fetched(cool: Program, papers: list[str]) -> None:
    assert papers[0] in cool.run("tag", papers[0], "later").stdout
    (line,) = cool.run("list", "--tag", "later").lines
    assert line.id == papers[0] and line.title


def test_without_a_network_it_is_kept_and_completed_later(cool: Program, papers: list[str]) -> None:
    told = cool.run("tag", papers[0], "later", "--offline")
    assert "title follows" in told.stderr
    assert tagged(cool, "later") == {papers[0]}
    cool.run("today", "cs.LG")
    (line,) = cool.run("list", "--tag", "later").lines
    assert line.title


# Lists of them


def test_tags_are_listed_with_their_counts(reader: Program) -> None:
    assert "no tags yet" not in reader.run("tags").stdout
    reader.run("tag", "1-3", "survey")
    reader.run("tag", "2", "Reading", "中文")
    assert reader.run("tags").stdout == "Reading\t1\nsurvey\t3\n中文\t1\n"
    assert counts(reader) == {"Reading": 1, "survey": 3, "中文": 1}


def test_renaming_is_one_change(reader: Program, papers: list[str]) -> None:
    reader.run("tag", "1-3", "rl")
    assert "on 3 papers" in reader.run("tags", "rename", "RL", "bandits").stdout
    assert counts(reader) == {"bandits": 3}
    assert "renamed the tag rl to bandits on 3 papers" in reader.run("undo", "--list").stdout
    reader.run("undo")
    assert counts(reader) == {"rl": 3}


def test_a_tag_renamed_onto_another_joins_it(reader: Program, papers: list[str]) -> None:
    reader.run("tag", "1-2", "rl")
    reader.run("tag", "2-3", "Bandits")
    reader.run("tags", "rename", "rl", "bandits")
    assert counts(reader) == {"Bandits": 3}
    reader.run("tags", "rename", "Bandits", "bandits")
    assert counts(reader) == {"bandits": 3}


def test_undo_tells_of_a_tag_renamed_onto_another(reader: Program) -> None:
    reader.run("tag", "1-2", "rl", "Bandits")
    reader.run("tags", "rename", "rl", "bandits")
    assert "renamed the tag rl to one that was there on 2 papers" in reader.run("undo", "--list").stdout


def test_deleting_is_one_change(reader: Program, papers: list[str]) -> None:
    spelled(reader, {"RL": papers[:2], "rl": papers[1:3], "survey": papers[:1]})
    assert reader.run("tags", "delete", "Rl").stdout == "Took RL off 3 papers.\n"
    assert counts(reader) == {"survey": 1}
    assert "took RL, rl off 3 papers" in reader.run("undo").stdout
    assert counts(reader) == {"RL": 3, "survey": 1}
    assert reader.run("tags", "delete", "survey", "--json").document == {"tags": [{"tag": "RL", "papers": 3}]}


def test_what_tags_does_not_do_names_what_does(reader: Program) -> None:
    reader.run("tag", "1", "Survey")
    for words in ("tags survey", "tags remove survey", "tags rename survey"):
        refused = reader.run(*words.split(), code=2).complaints
        assert "`cool tags delete TAG`" in refused[0] and "`cool list --tag Survey`" in refused[1], words


def test_each_verb_has_its_own_example(cool: Program) -> None:
    assert "cool untag 3 7" in " ".join(cool.run("untag", "--help", COLUMNS="200").stdout.split())


# Together with other verbs


def test_starring_and_tagging_are_one_change(reader: Program, papers: list[str]) -> None:
    told = reader.run("star", "1", "2", "--tag", "survey", "--tag", "rl").stdout
    assert told.startswith("Starred and tagged survey, rl: 2 papers:")
    assert set(reader.run("stars", "--tag", "rl").ids) == set(papers[:2])
    assert "starred and tagged rl, survey: 2 papers" in reader.run("undo").stdout
    assert counts(reader) == {} and reader.run("stars").ids == []


def test_undo_says_what_it_was(reader: Program, papers: list[str]) -> None:
    reader.run("tag", "1-2", "survey")
    reader.run("untag", "1", "survey")
    assert reader.run("undo").stdout.startswith(f"Undone: took survey off {papers[0]}")
    assert tagged(reader, "survey") == set(papers[:2])
    assert reader.run("undo").stdout.startswith("Undone: tagged survey: 2 papers")
    assert counts(reader) == {}


def test_several_tags_filter_together(reader: Program, papers: list[str]) -> None:
    reader.run("tag", "1-3", "a")
    reader.run("tag", "2-4", "b")
    reader.run("star", "2")
    assert set(reader.run("list", "--tag", "a", "--tag", "B").ids) == set(papers[1:3])
    assert reader.run("stars", "--tag", "a").ids == [papers[1]]
    assert reader.run("count", "--tag", "a").stdout == "3\n"


def test_piped_lines_are_as_they_were(reader: Program) -> None:
    before = reader.run("today", "cs.CL").stdout
    reader.run("tag", "1-5", "survey")
    reader.run("note", "1", "text")
    assert reader.run("today", "cs.CL").stdout == before


def test_a_tag_on_five_hundred_papers(cool: Program) -> None:
    names = [f"2611.{number:05}" for number in range(1, 501)]
    cool.run("tag", "-", "many", "--offline", stdin="\n".join(names))
    assert counts(cool) == {"many": 500}
    cool.run("untag", "-", "many", stdin="\n".join(names))
    cool.run("undo")
    assert counts(cool) == {"many": 500}
    cool.run("undo")
    assert counts(cool) == {}, "tagging them was one change"


def test_what_came_from_another_machine_is_cleaned(reader: Program, papers: list[str]) -> None:
    database = Database(reader.home / "data" / "cool.db")
    act(database, "tag", events.tag("a\x1b[2Jb\nc", papers[0], NOW))
    act(database, "note", events.note(papers[0], "d\x1b]0;title\x07e\u202ef"))
    database.close()
    with Terminal(reader, columns=80) as terminal:
        shown = [
            terminal.run(*words.split()).raw
            for words in ("list --noted", "list --noted --abstracts", f"show {papers[0]}", "tags", "undo --list")
        ]
    shown += [reader.run(*words.split()).stdout for words in (f"show {papers[0]}", "tags", f"share {papers[0]}")]
    assert not [each for each in shown if "\x1b[2J" in each or "\x1b]0;" in each or "\u202e" in each]
    assert reader.run("tags").stdout == "ab c\t1\n"
