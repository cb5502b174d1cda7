"""What is learned from stars: which papers come first, why, and what no paper suffers for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coolcli import ranking
from coolcli.ranking import Document, Feature, Model

ANYTHING = st.text(max_size=60) | st.sampled_from(
    [
        "0",
        "",
        "$\\mathcal{L}_{\\theta}$ of $x",
        "潮汐的测量。以及其他",
        "<b>tides</b> &amp; moons",
        "İstanbul'un ﬁﬁth ß",
        "\ud800",
    ]
)
LATIN = ["lorem", "ipsum", "dolor", "amet", "elit", "magna", "aliqua", "veniam", "nostrud", "tempor", "ullamco"]
DOCUMENTS = st.builds(Document, st.text(max_size=5), ANYTHING, ANYTHING, st.lists(ANYTHING, max_size=4).map(tuple))


def about(*words: str, by: tuple[str, ...] = (), title: str = "", number: int = 0) -> Document:
    """A paper about something, in an abstract of words that every paper has."""
    return Document(f"2611.{number:05}", title, " ".join([*LATIN, *words]), by or (f"Author {number}",))


TIDES = [about("tides", "harbours", title="Measuring tides", number=number) for number in range(6)]
GALAXIES = [about("galaxies", "dust", title="Counting galaxies", number=number) for number in range(10, 30)]
SPINS = [about("spins", "magnets", title="Turning spins", number=number) for number in range(30, 40)]
PASSED = [*GALAXIES, *SPINS]
READER = ranking.learn(TIDES, PASSED)


def first(model: Model, *papers: Document) -> Document:
    return papers[ranking.ranked(model, papers)[0]]


def reasons(model: Model, paper: Document, kind: str) -> dict[str, tuple[int, int]]:
    """What speaks for a paper, with the numbers of starred and of passed papers that have it."""
    said = ranking.explain(model, paper)
    return {each.text: (each.starred, each.passed) for each in said if each.kind == kind and each.strength > 0}


def test_what_was_starred_comes_before_what_was_passed() -> None:
    galaxy, tide = about("galaxies", number=50), about("tides", number=51)
    assert first(READER, galaxy, tide) == tide


def test_the_next_paper_of_a_starred_author_comes_first() -> None:
    starred = [*TIDES, *(about("waves", by=("Jane Doe", "John Roe"), number=number) for number in (7, 8))]
    day = [*GALAXIES[:3], about("basalt", number=60), about("comets", by=("Ann Onymous", "JANE DOE"), number=61)]
    assert first(ranking.learn(starred, PASSED), *day) == day[-1]


def test_a_plural_is_the_same_word() -> None:
    galaxy, tide = about("galaxy", number=50), about("tide", number=51)
    assert first(READER, galaxy, tide) == tide
    assert "tide" in reasons(READER, tide, "word")


def test_papers_of_which_nothing_is_known_keep_arxivs_order_and_stand_above_what_was_passed() -> None:
    unknown = [about("basalt", number=70)._replace(abstract=text) for text in ("basalt", "", "gneiss " * 300)]
    day = [GALAXIES[0], *unknown, GALAXIES[1]]
    assert ranking.ranked(READER, day)[:3] == [1, 2, 3]
    assert ranking.scores(READER, unknown) == [0, 0, 0]


def test_a_paper_without_an_abstract_is_judged_by_its_title() -> None:
    bare = Document("2611.00001", "Tides", "", ())
    assert first(READER, GALAXIES[0], about("basalt", number=70), bare) == bare


def test_a_paper_of_hardly_a_word_is_not_more_about_it_than_one_that_says_more() -> None:
    bare = Document("2611.00001", "Tides", "", ())
    whole = about("tides", *(f"other{number}" for number in range(12)), title="Tides", number=51)
    assert first(READER, bare, whole) == whole


def test_what_one_starred_paper_happens_to_say_is_outweighed_by_what_all_of_them_do() -> None:
    chance = [f"chance{number}" for number in range(12)]
    model = ranking.learn([about("tides", *chance), *(about("tides", number=number) for number in range(1, 6))], PASSED)
    said, meant = about(*chance, number=50), about("tides", number=51)
    assert first(model, said, meant) == meant


def test_a_star_taken_back_leaves_no_trace() -> None:
    ranking.learn([*TIDES, about("comets", number=80)], PASSED)
    assert ranking.learn(TIDES, PASSED) == READER


def test_whether_a_paper_shows_its_code_changes_nothing() -> None:
    paper = about("tides", number=51)
    told = "Code: https://github.com/galaxies/dust and www.galaxies.org, also HTTP://GALAXIES.ORG"
    linked = paper._replace(abstract=f"{paper.abstract} {told.removeprefix('Code: ')}")
    assert {each.text for each in ranking.explain(READER, linked)} == {
        each.text for each in ranking.explain(READER, paper)
    }


def test_nothing_learned_is_arxivs_order() -> None:
    assert ranking.ranked(ranking.learn([], []), PASSED) == list(range(len(PASSED)))


@settings(max_examples=60, deadline=None)
@given(st.lists(DOCUMENTS, max_size=5), st.lists(DOCUMENTS, max_size=5), st.lists(DOCUMENTS, max_size=8))
def test_whatever_they_hold_the_same_papers_come_out(
    starred: list[Document], passed: list[Document], day: list[Document]
) -> None:
    model = ranking.learn(starred, passed)
    assert sorted(ranking.ranked(model, day)) == list(range(len(day)))
    assert ranking.from_json(model.to_json()) == model
    for paper, score in zip(day, ranking.scores(model, day), strict=True):
        assert sum(each.strength for each in ranking.explain(model, paper)) == pytest.approx(score, abs=1e-6)
    for paper in day:
        assert sorted(ranking.nearest(paper, day)) == list(range(len(day)))
        ranking.keywords(paper, lambda _: 3, 10)


def test_another_process_learns_the_same() -> None:
    """The order of sets and the hashes of strings differ from process to process."""
    program = "from tests.test_ranking import READER; print(READER.to_json())"
    told = [
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert ranking.from_json(told[0].decode()) == READER


def test_authors_and_words_are_named_as_the_paper_has_them_with_their_numbers() -> None:
    starred = [*TIDES, *(about("waves", by=("Jane Doe",), number=number) for number in (7, 8))]
    paper = about("Galaxies", by=("Ann Onymous", "Jane Doe"), title="On HARBOUR waves", number=61)
    model = ranking.learn(starred, PASSED)
    assert reasons(model, paper, "author") == {"Jane Doe": (2, 0)}
    assert {"HARBOUR": (6, 0), "waves": (2, 0)}.items() <= reasons(model, paper, "word").items()
    against = [each for each in ranking.explain(model, paper) if each.strength < 0]
    assert ("Galaxies", 0, 20) in {(each.text, each.starred, each.passed) for each in against}


def test_the_strongest_reason_is_given_first() -> None:
    strengths = [abs(each.strength) for each in ranking.explain(READER, about("tides", "galaxies", title="Tides"))]
    assert len(strengths) > 2
    assert strengths == sorted(strengths, reverse=True)


def test_words_that_no_paper_is_about_are_no_reason() -> None:
    paper = about("we", "propose", "a", "novel", "7", "$\\mathcal{O}(n)$", "tides", number=51)
    learned = ranking.learn([paper] * 6, PASSED)
    assert not {"we", "propose", "novel", "7", "a", "mathcal", "O"} & reasons(learned, paper, "word").keys()


def test_a_collaboration_counts_as_much_as_any_other_authors_and_is_kept_in_bounds() -> None:
    many = [tuple(f"Member {year} {number}" for number in range(3303)) for year in range(4)]
    starred = [*TIDES, *(about("muons", by=names, number=90 + year) for year, names in enumerate(many))]
    model = ranking.learn(starred, PASSED)
    tide, other = about("tides", "harbours", title="Tides", number=51), about("basalt", by=many[0], number=60)
    assert first(model, other, tide) == tide
    assert first(model, about("basalt", number=61), other) == other
    assert len(model.to_json().encode()) < 300_000
    assert ranking.from_json(model.to_json()) == model


def test_a_name_that_stands_twice_counts_once() -> None:
    once, twice = (about("waves", by=("Jane Doe",) * times, number=7) for times in (1, 2))
    assert ranking.learn([once], PASSED) == ranking.learn([twice], PASSED)


def test_newer_stars_weigh_more() -> None:
    comets = [about("comets", title="Chasing comets", number=number) for number in range(100, 106)]
    comet, tide = about("comets", number=50), about("tides", number=51)
    assert first(ranking.learn([*TIDES, *comets], PASSED), comet, tide) == tide
    assert first(ranking.learn([*comets, *TIDES], PASSED), tide, comet) == comet


def test_the_newest_count_where_there_are_many() -> None:
    newest = [about("comets", number=number) for number in range(100, 100 + ranking.MOST_STARS)]
    assert ranking.learn([*newest, *TIDES], PASSED) == ranking.learn(newest, PASSED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        "{}",
        '"model"',
        "[" * 100_000,
        *(READER.to_json()[:end] for end in range(0, len(READER.to_json()), 97)),
    ],
)
def test_what_is_no_model_gives_none(text: str) -> None:
    assert ranking.from_json(text) is None


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"stars": -1},
        {"stars": True},
        {"passed": "30"},
        {"passed": 10**400},
        {"words": {}},
        {"words": [["tide"], [1], [1]]},
        {"words": [["tide"], [1], [1], [1, 2]]},
        {"words": [["tide"], [0.5], [1], [1]]},
        {"words": [["tide"], [10**400], [1], [1]]},
        {"words": [["tide"], [1], [7], [1]]},
        {"words": [["tide"], [1], [1], [31]]},
        {"authors": [[7], [1], [1], [1]]},
        {"authors": None},
    ],
)
def test_a_damaged_model_gives_none(change: dict[str, object]) -> None:
    assert ranking.from_json(json.dumps(json.loads(READER.to_json()) | change)) is None


def test_a_model_says_from_how_many_papers_it_comes() -> None:
    assert (READER.stars, READER.passed) == (6, 30)
    assert READER.words["tide"][1:] == (6, 0)
    assert isinstance(READER.words["tide"], Feature)


def test_the_nearest_share_words_and_authors() -> None:
    paper = about("tides", "harbours", by=("Jane Doe",), title="Tides", number=51)
    author, topic = about("basalt", by=("Jane Doe",), number=60), about("tides", "comets", number=61)
    order = ranking.nearest(paper, [*GALAXIES[:5], author, topic, paper])
    assert order[0] == 7
    assert set(order[1:3]) == {5, 6}


def test_keywords_are_those_that_few_papers_have_and_this_one_repeats() -> None:
    asked: Counter[str] = Counter()

    def papers_with(word: str) -> int:
        asked[word] += 1
        return {"models": 900, "tides": 9, "harbours": 40, "quizzaciously": 1}.get(word, 500)

    paper = Document("2611.00001", "Models of Tides", "The models of quizzaciously tides in harbours show " * 2, ())
    assert ranking.keywords(paper, papers_with, 1000, most=2) == ["tides", "harbours"]
    assert max(asked.values()) == 1
    assert len(asked) <= 6
