"""A model's answers, kept: by paper, version, model, language and question, on this machine alone."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coolcli.store import answers, events, health, merging, papers, pruning
from coolcli.store.answers import Answer
from coolcli.store.database import Database
from tests import builders
from tests.builders import DAY, NOW, act, follow, keep, paper

if TYPE_CHECKING:
    from collections.abc import Sequence

PAPER, OTHER = "2611.00001", "2611.00002"


def answer(question: str = "problem", **said: Any) -> Answer:
    plain: dict[str, Any] = {
        "number": None,
        "paper_id": PAPER,
        "version": 1,
        "model": "kimi",
        "language": "English",
        "text": "It is *about* $x$.",
        "source": "html",
        "left_out": (),
        "ended": "whole",
        "at": NOW,
        "follows": None,
    }
    return Answer(question=question, **plain | said)


def save(database: Database, *given: Answer) -> list[Answer]:
    with database.write() as connection:
        return [answers.save(connection, each) for each in given]


def of_paper(database: Database, **key: Any) -> list[Answer]:
    wanted: dict[str, Any] = {"paper_id": PAPER, "version": 1, "model": "kimi", "language": "English"} | key
    with database.read() as connection:
        return answers.of_paper(connection, **wanted)


def of_papers(database: Database, *ids: str) -> dict[str, list[Answer]]:
    with database.read() as connection:
        return answers.of_papers(connection, ids)


def texts(found: Sequence[Answer]) -> list[str]:
    return [each.text for each in found]


def test_what_is_kept_comes_back(database: Database) -> None:
    text = "## 方法\n\n- a\n\n```\n\tx\n```"
    given = answer("为什么？", text=text, left_out=("References", "the end of 4 Tides"), ended="length", follows=7)
    (kept,) = save(database, given)
    assert kept == given._replace(number=kept.number) and kept.number
    assert of_paper(database) == [kept]


@pytest.mark.parametrize(
    "key", [{"paper_id": OTHER}, {"version": 2}, {"version": None}, {"model": "gpt"}, {"language": "Chinese"}]
)
def test_another_text_model_or_language_has_answers_of_its_own(database: Database, key: dict[str, Any]) -> None:
    ours, theirs = save(database, answer(), answer(**key))
    assert of_paper(database) == [ours]
    assert of_paper(database, **key) == [theirs]


def test_what_is_asked_anew_is_another_one(database: Database) -> None:
    kept = save(database, answer(text="one"), answer("method"), answer(text="two"))
    assert of_paper(database) == kept
    assert [each.number for each in kept] == sorted({each.number or 0 for each in kept})


def test_what_broke_off_goes_when_the_same_is_asked_again(database: Database) -> None:
    save(database, answer(text="half", ended="broken"), answer(text="more", ended="broken"))
    assert texts(of_paper(database)) == ["more"]
    save(database, answer(text="all"))
    assert texts(of_paper(database)) == ["all"]
    save(database, answer(text="anew", ended="broken"))
    assert texts(of_paper(database)) == ["all", "anew"], "what is whole stays"


@pytest.mark.parametrize(
    "other", [{"question": "method"}, {"version": None}, {"model": "gpt"}, {"language": "x"}, {"follows": 9}]
)
def test_what_broke_off_elsewhere_stays(database: Database, other: dict[str, Any]) -> None:
    save(database, answer(**{"ended": "broken", **other}), answer())
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone()[0] == 2


def test_what_broke_off_stays_where_something_was_asked_after_it(database: Database) -> None:
    (half,) = save(database, answer(text="half", ended="broken"))
    save(database, answer("Why?", follows=half.number), answer(text="all"))
    assert texts(of_paper(database))[0] == "half"


def test_of_each_question_the_newest_answer_counts_and_stands_where_it_was_asked_first(database: Database) -> None:
    save(
        database,
        answer("problem", text="old"),
        answer("method", text="method"),
        answer("problem", text="new", model="gpt", language="Chinese"),
        answer("problem", text="half", ended="broken"),
        answer("future", text="only half", ended="broken"),
        answer(paper_id=OTHER, text="other"),
    )
    found = of_papers(database, PAPER, OTHER, "2611.00003")
    assert {paper_id: texts(kept) for paper_id, kept in found.items()} == {
        PAPER: ["new", "method", "only half"],
        OTHER: ["other"],
    }


def test_only_the_newest_version_that_was_asked_about_counts(database: Database) -> None:
    save(database, answer(version=2, text="two"), answer(version=1, text="one"), answer(version=None, text="none"))
    assert texts(of_papers(database, PAPER)[PAPER]) == ["two"]
    save(database, answer(paper_id=OTHER, version=None, text="of whatever version"))
    assert texts(of_papers(database, OTHER)[OTHER]) == ["of whatever version"]


def test_the_same_words_after_other_words_are_another_question(database: Database) -> None:
    one, two = save(database, answer("Which data?"), answer("Which loss?"))
    save(
        database,
        answer("Why?", text="as to data", follows=one.number),
        answer("Why?", text="as to loss", follows=two.number),
        answer("Why?", text="as to loss, anew", follows=two.number),
    )
    assert texts(of_papers(database, PAPER)[PAPER])[2:] == ["as to data", "as to loss, anew"]


def test_the_versions_that_were_asked_about(database: Database) -> None:
    save(database, answer(version=3), answer("method", version=3), answer(version=None), answer(version=4, model="gpt"))
    with database.read() as connection:
        assert answers.versions(connection, PAPER, "kimi", "English") == {3}
        assert answers.versions(connection, OTHER, "kimi", "English") == set()


def test_what_a_hand_put_into_the_file_sends_a_terminal_nothing(database: Database) -> None:
    evil = "a\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e\r\nb\tc"
    save(database, answer(evil, text=evil, left_out=(evil,)))
    (kept,) = of_papers(database, PAPER)[PAPER]
    assert (kept.text, kept.question, kept.left_out) == ("a\nb\tc", "a b c", ("a b c",))


def test_they_are_no_events_and_outlive_pruning(database: Database) -> None:
    follow(database, "cs.LG", since=DAY)
    keep(database, builders.listing(new=[paper(PAPER, abstract="Words.")]))
    act(database, "done", events.mark("read", PAPER, NOW))
    with database.read() as connection:
        before = list(merging.recorded(connection))
    kept = save(database, answer())
    pruning.prune(database, DAY + timedelta(days=1))
    with database.read() as connection:
        assert list(merging.recorded(connection)) == before
        assert papers.whole(connection, [PAPER]) == set()
    assert of_paper(database) == kept


def test_a_copy_of_the_data_has_them_and_the_doctor_counts_them(database: Database) -> None:
    kept = save(database, answer(), answer("method"))
    with closing(Database(database.keep_copy("import"))) as copy:
        assert of_paper(copy) == kept
    found = health.examine(database.path)
    assert (found.damage, found.counts["answers"]) == ((), 2)
