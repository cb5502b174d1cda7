"""Categories as typed: every spelling that means one, and the nearest names of what means none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv import categories
from coolcli.arxiv.categories import ALIASES, ARCHIVES, CATEGORIES, Categories, parse
from coolcli.errors import BadCategory
from tests.samples import SAMPLES, needs_samples


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        (["cs.LG"], ["cs.LG"], []),
        (["cs.lg"], ["cs.LG"], []),
        (["CS.LG", "STAT.ml"], ["cs.LG", "stat.ML"], []),
        (["cs.LG,stat.ML"], ["cs.LG", "stat.ML"], []),
        (["cs.LG, stat.ML"], ["cs.LG", "stat.ML"], []),
        (["cs.LG,", "stat.ML"], ["cs.LG", "stat.ML"], []),
        (["cs.LG", "stat.ML"], ["cs.LG", "stat.ML"], []),
        (["stat.ML", "cs.LG", "stat.ml"], ["stat.ML", "cs.LG"], []),
        (["cs.AI+cs.LG"], ["cs.AI", "cs.LG"], []),
        (["cs.AI+cs.LG-cs.CY"], ["cs.AI", "cs.LG"], ["cs.CY"]),
        (["cs.ai+cs.lg-cs.cy"], ["cs.AI", "cs.LG"], ["cs.CY"]),
        (["cs.AI-cs.CY+cs.LG"], ["cs.AI", "cs.LG"], ["cs.CY"]),
        (["cs.AI", "cs.LG-cs.CY"], ["cs.AI", "cs.LG"], ["cs.CY"]),
        # an archive is asked for like a category
        (["cs"], ["cs"], []),
        (["math-math.GM"], ["math"], ["math.GM"]),
        # names with hyphens of their own
        (["hep-th"], ["hep-th"], []),
        (["hep-th-hep-ph"], ["hep-th"], ["hep-ph"]),
        (["q-bio-q-bio.NC"], ["q-bio"], ["q-bio.NC"]),
        (["cond-mat-cond-mat.str-el"], ["cond-mat"], ["cond-mat.str-el"]),
        (["cond-mat.str-el+physics.bio-ph-quant-ph"], ["cond-mat.str-el", "physics.bio-ph"], ["quant-ph"]),
        (["math-ph"], ["math-ph"], []),
        (["math-math-ph"], ["math"], ["math-ph"]),
        (["math-physics"], ["math"], ["physics"]),
        # aliases
        (["cs.SY"], ["eess.SY"], []),
        (["math.MP", "stat.TH", "math.IT"], ["math-ph", "math.ST", "cs.IT"], []),
        (["q-fin.EC", "cs.NA"], ["econ.GN", "math.NA"], []),
        (["cs.SY", "eess.SY"], ["eess.SY"], []),
        (["eess-cs.sy"], ["eess"], ["eess.SY"]),
    ],
)
def test_word_forms(words: list[str], wanted: list[str], unwanted: list[str]) -> None:
    assert parse(words) == Categories(tuple(wanted), tuple(unwanted))


NAMES = st.sampled_from([*CATEGORIES, *ARCHIVES])


@pytest.mark.parametrize("typed", [[""], [","], [" ", ", ,"]])
def test_nothing_named_is_no_category(typed: list[str]) -> None:
    with pytest.raises(BadCategory, match="No category"):
        parse(typed)


@given(st.lists(NAMES, min_size=1, max_size=5, unique=True), st.lists(NAMES, max_size=3, unique=True))
def test_what_is_written_is_read_again(wanted: list[str], unwanted: list[str]) -> None:
    asked = Categories(tuple(wanted), tuple(unwanted))
    assert parse([str(asked)]) == asked
    assert parse([str(asked).upper()]) == asked


@given(st.sampled_from(sorted(ALIASES)))
def test_an_alias_means_its_category(alias: str) -> None:
    assert parse([alias]).wanted == (ALIASES[alias],)
    assert ALIASES[alias] in CATEGORIES


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("cs.LGG", "cs.LG"),
        ("cs.L", "cs.LG"),
        ("stat.MLL", "stat.ML"),
        ("hepth", "hep-th"),
        ("quantph", "quant-ph"),
        ("cond-mat.strel", "cond-mat.str-el"),
        ("topology", "math.AT"),
        ("robotics", "cs.RO"),
        ("cs,LG", "cs.LG"),
    ],
)
def test_an_unknown_category_names_the_nearest(typed: str, near: str) -> None:
    with pytest.raises(BadCategory) as caught:
        parse([typed])
    assert near in (caught.value.hint or "")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("typed", ["cs.XX", "cs.LG+cs.XX", "cs.LG-cs.XX"])
def test_the_error_names_what_is_wrong(typed: str) -> None:
    with pytest.raises(BadCategory, match=r"cs\.XX"):
        parse([typed])


@pytest.mark.parametrize(
    ("typed", "query"), [("is:unread", "is:unread"), ("cat:cs.LG", "cat:cs.LG"), ("cs.LG author:doe", "author:doe")]
)
def test_a_query_is_told_from_a_category(typed: str, query: str) -> None:
    with pytest.raises(BadCategory, match="is a query") as caught:
        parse([typed])
    assert f"`cool search {query}`" in (caught.value.hint or "") and f"-q {query}" in (caught.value.hint or "")


@pytest.mark.parametrize("typed", ["cs.LG+", "cs.LG-", "+", "-", "cs.LG++stat.ML", "cs.LG.", "68T05", "I.2.7"])
def test_broken_expressions(typed: str) -> None:
    with pytest.raises(BadCategory):
        parse([typed])


def test_taking_away_from_nothing_is_told() -> None:
    with pytest.raises(BadCategory, match=r"cs\.CY") as caught:
        parse(["-cs.CY"])
    assert "cs.LG-cs.CY" in (caught.value.hint or "")


@given(st.text(max_size=30))
def test_anything_typed_gives_categories_or_the_error(typed: str) -> None:
    try:
        asked = parse([typed])
    except BadCategory:
        return
    assert set(asked.wanted + asked.unwanted) <= {*CATEGORIES, *ARCHIVES}


@pytest.mark.parametrize(
    ("asked", "category", "inside"),
    [
        ("cs.LG", "cs.LG", True),
        ("cs.LG", "cs.CL", False),
        ("cs", "cs.LG", True),
        ("cs", "cs.SY", True),
        ("eess", "cs.SY", True),
        ("math", "math-ph", True),
        ("math-ph", "math.MP", True),
        ("cond-mat", "cond-mat.str-el", True),
        ("hep-th", "hep-th", True),
    ],
)
def test_contains(asked: str, category: str, inside: bool) -> None:
    assert categories.contains(asked, category) is inside


@pytest.mark.parametrize("name", ["cs.LG", "cs.sy", "hep-th", "cmp-lg", "math"])
def test_is_category(name: str) -> None:
    assert categories.is_category(name)


@pytest.mark.parametrize("name", ["68T05", "I.2.7", "F.2.2; I.2.7", "Primary", "57M50 (Primary) 57M25", ""])
def test_classes_of_other_schemes_are_no_categories(name: str) -> None:
    assert not categories.is_category(name)


def test_search_by_name_and_by_words() -> None:
    assert categories.search("machine learning") == ["cs.LG", "stat.ML"]
    assert categories.search("HEP-") == ["hep-ex", "hep-lat", "hep-ph", "hep-th"]
    assert categories.search("nothing of the kind") == []


def test_names_in_words() -> None:
    assert categories.name_of("cs.lg") == "Machine Learning"
    assert categories.name_of("cs.SY") == "Systems and Control"
    assert categories.name_of("cs") == "Computer Science"
    assert categories.name_of("I.2.7") is None


@needs_samples
def test_the_taxonomy_is_arxivs() -> None:
    assert SAMPLES is not None
    rows = json.loads((SAMPLES / "taxonomy.json").read_text("utf-8"))
    assert {row["id"] for row in rows if row["active"]} == {*CATEGORIES, *_active_aliases()}
    pairs = [(row["id"], row["alt"]) for row in rows if row["alt"]]
    assert [pair for pair in pairs if categories.canonical(pair[0]) != categories.canonical(pair[1])] == []


def _active_aliases() -> set[str]:
    """The second names that arXiv still gives to papers."""
    return {"cs.NA", "cs.SY", "math.IT", "math.MP", "q-fin.EC", "stat.TH"}
