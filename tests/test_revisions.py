"""What changed between two versions, word by word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.revisions import Piece, compare, pieces, shortened, words
from tests.builders import paper

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = st.lists(st.sampled_from(["the", "tide", "of", "two", "$a + b$", "harbours", "is", "measured."]), max_size=40)


def marked(old: str, new: str) -> str:
    """The changes as wdiff writes them."""
    forms = {"same": "{}", "gone": "[-{}-]", "come": "{{+{}+}}"}
    return " ".join(forms[piece.kind].format(" ".join(piece.words)) for piece in pieces(words(old), words(new)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a tide of one", "a tide of one", "a tide of one"),
        ("a tide of one", "a tide of two", "a tide of [-one-] {+two+}"),
        ("one tide", "one high tide", "one {+high+} tide"),
        ("", "a tide", "{+a tide+}"),
        ("a tide", "", "[-a tide-]"),
        (
            "is $O(n \\log n)$, at best",
            "is $O(n \\log m)$, at best",
            "is [-$O(n \\log n)$,-] {+$O(n \\log m)$,+} at best",
        ),
        ("costs 5\\$ and more", "costs 6\\$ and more", "costs [-5\\$-] {+6\\$+} and more"),
        (
            "we measure with great care the height of tides",
            "they guess in some haste the length and breadth of tides",
            "[-we measure with great care the height-] {+they guess in some haste the length and breadth+} of tides",
        ),
    ],
)
def test_words_that_changed(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


@given(TEXTS, TEXTS)
def test_nothing_is_lost_and_nothing_made_up(old: list[str], new: list[str]) -> None:
    found = pieces(old, new)
    assert [word for piece in found if piece.kind != "come" for word in piece.words] == old
    assert [word for piece in found if piece.kind != "gone" for word in piece.words] == new
    kinds = [piece.kind for piece in found]
    assert not re.search(r"(\w+) \1\b|come gone", " ".join(kinds)), "neighbours are joined, what went comes first"
    assert all(piece.words for piece in found)


@given(TEXTS, TEXTS)
def test_what_is_left_out_is_never_a_change(old: list[str], new: list[str]) -> None:
    whole = pieces(old, new)

    def changed(some: Sequence[Piece]) -> list[Piece]:
        return [piece for piece in some if piece.kind != "same"]

    assert changed(shortened(whole)) == changed(whole)


def test_long_stretches_keep_the_words_beside_a_change() -> None:
    old = [f"w{number}" for number in range(60)]
    new = [*old[:30], "new", *old[30:]]
    before, come, after = (" ".join(piece.words) for piece in shortened(pieces(old, new)))
    assert before == "… w22 w23 w24 w25 w26 w27 w28 w29"
    assert (come, after) == ("new", "w30 w31 w32 w33 w34 w35 w36 w37 …")


def test_a_stretch_that_an_ellipsis_would_not_shorten_stays() -> None:
    old = [f"w{number}" for number in range(10)]
    assert shortened(pieces(old, [*old, "end"]))[0].words == tuple(old)


def test_two_huge_texts_are_not_compared_for_minutes() -> None:
    assert [piece.kind for piece in pieces(["a"] * 9000, ["b", *["a"] * 9000])] == ["gone", "come"]


def test_fields() -> None:
    before = paper(title="On Tides", abstract="One.", comments=None, authors=("Ada Sluys", "Jane Doe"))
    after = paper(title="On Tides", abstract="Two.", comments="9 pages", authors=("Ada Sluys", "Bo Quéro", "Jane Doe"))
    found = compare(before, after)
    assert [change.name for change in found.changes] == ["authors", "abstract"]
    assert found.changes[0].pieces == (
        Piece("same", ("Ada Sluys",)),
        Piece("come", ("Bo Quéro",)),
        Piece("same", ("Jane Doe",)),
    )
    assert (found.same, found.unknown) == (("title",), ("comments",)), "what nobody said is not called a change"


def test_comments_that_are_known_to_be_none_are_a_change() -> None:
    found = compare(paper(comments=""), paper(comments="9 pages"))
    assert [change.name for change in found.changes] == ["comments"]


def test_a_page_shows_a_hundred_authors_and_that_is_no_change() -> None:
    many = tuple(f"Author {number}" for number in range(250))
    assert "authors" in compare(paper(authors=many), paper(authors=many[:100])).same
