"""Keys: stable, unique, and such that every program takes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.export import keys
from coolcli.models import Paper
from coolcli.settings import Settings

DEFAULT = Settings().bib_key


def paper(paper_id: str, title: str | None = "On Tides", *people: str, category: str = "cs.LG") -> Paper:
    return Paper(paper_id, title=title, authors=people, primary_category=category)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (paper("1706.03762", "Attention Is All You Need", "Ashish Vaswani"), "vaswani2017attention"),
        (paper("2611.00001", "On the Müller problem", "Jürgen Müller"), "muller2026muller"),
        (paper("2611.00001", "The β-VAE", "Søren Łukasz Weiß"), "weiss2026vae"),
        (paper("2611.00001", "Tides", "Ada van der Sluys"), "vandersluys2026tides"),
        (paper("2611.00001", "$k$-means and $\\ell_1$", "Jane O'Brien"), "obrien2026kmeans"),
        (paper("2611.00001", "$\\ell_1$-Regularised Nets", "Jane Doe"), "doe2026regularised"),
        (paper("2611.00001", "\\(O(n^2)\\) Sorting of $x_1,\\dots$ Tides", "Jane Doe"), "doe2026sorting"),
        (paper("2611.00001", "$E=mc^2$", "Jane Doe"), "doe2026"),
        (paper("2611.00001", "\\texttt{U-Net}: Nets", "Jane Doe"), "doe2026unet"),
        (paper("2611.00001", "GPT-4 Is Here", "ATLAS Collaboration"), "atlascollaboration2026gpt4"),
        (paper("2611.00001", "2048 and the Game", "Jane Doe"), "doe2026game"),
        (paper("2611.00001", "1984", "Jane Doe"), "doe20261984"),
        (paper("2611.00001", "On the", "Jane Doe"), "doe2026on"),
        (paper("2611.00001", "海の音", "Jane Doe"), "doe2026"),
        (paper("2611.00001", "Tides"), "2026tides"),
        (paper("2611.00001", "海の音", "王小明"), "2611.00001"),
        (paper("2611.00001", "0"), "20260"),
        (paper("2611.00001", None), "2611.00001"),
        (paper("hep-th/9901001", "海の音"), "hep-th-9901001"),
        (paper("hep-th/9901001", "Strings", "Jane Doe"), "doe1999strings"),
    ],
)
def test_the_key_of_a_paper(said: Paper, key: str) -> None:
    assert keys.made(said, DEFAULT) == key


@pytest.mark.parametrize(
    ("template", "key"),
    [
        ("{author}:{yy}{word}", "doe:26deep"),
        ("{authors}_{year}", "doeroewuetal_2026"),
        ("{id}", "2611.00001"),
        ("{title}", "deepnetsharbour"),
        ("{category}-{id}", "cs.lg-2611.00001"),
        ("Ref {author} {{x}}", "Refdoex"),
        ("{year}", "2611.00001"),
    ],
)
def test_a_template_of_the_readers(template: str, key: str) -> None:
    said = paper("2611.00001", "Deep nets for the harbour", "Jane Doe", "Bo Roe", "Li Wu", "Al Ng")
    assert keys.made(said, template) == key


def test_of_two_the_older_keeps_the_key_whatever_the_order() -> None:
    some = [paper(f"2611.0000{number}", "On Tides", "Jane Doe") for number in (3, 1, 2)]
    expected = {
        "2611.00001": "doe2026tides",
        "2611.00002": "doe2026tides-2611.00002",
        "2611.00003": "doe2026tides-2611.00003",
    }
    assert keys.assigned(some, DEFAULT) == keys.assigned(reversed(some), DEFAULT) == expected
    assert keys.assigned([*some, *some], DEFAULT) == expected
    assert keys.assigned(some[:2], DEFAULT)["2611.00003"] == "doe2026tides-2611.00003"


def test_keys_of_a_file_are_taken_in_either_case() -> None:
    found = keys.assigned([paper("2611.00001", "On Tides", "Jane Doe")], DEFAULT, ["Doe2026Tides"])
    assert found == {"2611.00001": "doe2026tides-2611.00001"}
    taken = ["doe2026tides", "DOE2026TIDES-2611.00001"]
    assert keys.assigned([paper("2611.00001", "On Tides", "Jane Doe")], DEFAULT, taken) == {
        "2611.00001": "doe2026tides-2611.00001x"
    }


def test_a_key_that_a_paper_had_stays_its_own() -> None:
    older, newer = paper("2611.00001", "On Tides", "Jane Doe"), paper("2611.00002", "On Tides", "Jane Doe")
    found = keys.assigned([older, newer], DEFAULT, ["doe2026tides"], {newer.id: "doe2026tides"})
    assert found == {newer.id: "doe2026tides", older.id: "doe2026tides-2611.00001"}
    assert keys.assigned([older], DEFAULT, (), {older.id: "Müller+mine"}) == {older.id: "Müller+mine"}
    assert keys.assigned([older], DEFAULT, (), {older.id: "a}b"}) == {older.id: "doe2026tides"}
    had = {older.id: "Mine", newer.id: "mine"}
    assert keys.assigned([older, newer], DEFAULT, (), had) == {older.id: "Mine", newer.id: "doe2026tides"}


papers = st.builds(
    Paper,
    st.integers(1, 99999).map(lambda number: f"2611.{number:05}"),
    title=st.text(max_size=20),
    authors=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    primary_category=st.just("cs.LG"),
)


@given(st.lists(papers, max_size=8), st.sampled_from([DEFAULT, "{author}", "{word} {title}", "ü{authors}"]))
def test_keys_are_never_empty_never_twice_and_plain(some: list[Paper], template: str) -> None:
    unique = list({each.id: each for each in some}.values())
    found = keys.assigned(unique, template)
    assert set(found) == {each.id for each in unique}
    assert len({key.lower() for key in found.values()}) == len(unique)
    assert all(re.fullmatch(r"[A-Za-z0-9:._+-]+", key) for key in found.values())
    assert keys.assigned(unique[::-1], template) == found
