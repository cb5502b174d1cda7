"""arXiv identifiers: which spellings are one, which only look like one, and where they are found."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv import ids
from coolcli.arxiv.categories import ARCHIVES
from coolcli.arxiv.ids import ArxivId


@pytest.mark.parametrize(
    ("typed", "paper_id", "version"),
    [
        ("2312.11111", "2312.11111", None),
        ("2312.11111v2", "2312.11111", 2),
        ("2312.11111V12", "2312.11111", 12),
        ("arXiv:2312.11111v2", "2312.11111", 2),
        ("arxiv: 2312.11111", "2312.11111", None),
        ("  2312.11111\n", "2312.11111", None),
        ("0704.0001", "0704.0001", None),
        ("1412.9999", "1412.9999", None),
        ("1501.00001", "1501.00001", None),
        ("hep-th/9901001", "hep-th/9901001", None),
        ("hep-th/9901001v3", "hep-th/9901001", 3),
        ("HEP-TH/9901001", "hep-th/9901001", None),
        ("math.GT/0309136", "math/0309136", None),
        ("math.gt/0309136v1", "math/0309136", 1),
        ("arXiv:math.GT/0309136", "math/0309136", None),
        ("cs/0703001", "cs/0703001", None),
        ("cmp-lg/9407001", "cmp-lg/9407001", None),
        ("q-alg/9107001", "q-alg/9107001", None),
    ],
)
def test_spellings_of_an_id(typed: str, paper_id: str, version: int | None) -> None:
    assert ids.parse(typed) == (paper_id, version)


NO_IDS = [
    # months, lengths by year, number zero
    "2300.11111",
    "2313.11111",
    "0703.0001",
    "1412.00001",
    "1501.0001",
    "2312.00000",
    "2312.111",
    "2312.111111",
    "2312.11111v0",
    "2312.11111v1234",
    "hep-th/9913001",
    "hep-th/9106001",
    "hep-th/0704001",
    "hep-th/990100",
    "hep-th/99010011",
    "foo/9901001",
    "and/0309136",
    # what stands around one
    "2026.11.20",
    "2024.1201",
    "+2312.11111",
    "3.2312.11111",
    "2312.11111.4",
    "v2312.11111",
    "2312.11111-rc1",
    "10.1234/2312.11111",
    "https://arxiv.org/abs/2312.11111",
    "2312.11111 2401.00001",
]


@pytest.mark.parametrize("text", NO_IDS)
def test_what_only_looks_like_an_id(text: str) -> None:
    assert ids.parse(text) is None


@pytest.mark.parametrize("text", ["٢٣١٢.١١١١١", "２３１２.１１１１１", "hep-th/९९०१००१"])
def test_only_ascii_digits_make_an_id(text: str) -> None:
    assert ids.parse(text) is None


def _new_style(year: int, month: int, number: int) -> str:
    return f"{year:02}{month:02}.{number:0{4 if (year, month) < (15, 1) else 5}}"


NEW_STYLE = st.builds(_new_style, st.integers(8, 60), st.integers(1, 12), st.integers(1, 9999))
OLD_STYLE = st.builds(
    lambda archive, year, month, number: f"{archive}/{year % 100:02}{month:02}{number:03}",
    st.sampled_from([*ARCHIVES, "hep-th", "gr-qc", "cmp-lg"]),
    st.integers(1992, 2006),
    st.integers(1, 12),
    st.integers(0, 999),
)
VERSION = st.none() | st.integers(1, 999)


@given(NEW_STYLE | OLD_STYLE, VERSION)
def test_an_id_comes_back_as_it_was_written(paper_id: str, version: int | None) -> None:
    written = paper_id + (f"v{version}" if version else "")
    assert ids.parse(written) == (paper_id, version)
    assert ids.parse(f"arXiv:{written.upper()}") == (paper_id, version)
    assert re.fullmatch(ids.FORM, written, re.IGNORECASE | re.ASCII)


@pytest.mark.parametrize(
    ("paper_id", "can"),
    [
        ("2611.00001", True),
        ("2612.00001", True),
        ("2701.00001", False),
        ("9912.00001", False),
        ("hep-th/9901001", True),
    ],
)
def test_months_that_have_not_come_have_no_ids_but_the_next(paper_id: str, can: bool) -> None:
    assert ids.can_exist(ArxivId(paper_id), datetime(2026, 11, 20, tzinfo=UTC)) is can


def test_after_december_comes_january() -> None:
    assert ids.can_exist(ArxivId("2701.00001"), datetime(2026, 12, 1, tzinfo=UTC))


@given(st.text() | st.from_regex(r"\d{4}\.\d{4,5}(v\d{1,3})?", fullmatch=True))
def test_what_is_taken_for_an_id_is_one_in_arxivs_spelling(text: str) -> None:
    found = ids.parse(text)
    if found is not None:
        assert found.id.isascii()
        assert ids.parse(found.id) == (found.id, None)


@given(st.lists(st.tuples(st.integers(7, 60), st.integers(1, 12), st.integers(1, 9999)), min_size=2))
def test_new_ids_ascend_by_month_then_number(parts: list[tuple[int, int, int]]) -> None:
    papers = [_new_style(*each) for each in parts]
    by_key = sorted(papers, key=ids.sort_key)
    assert by_key == [_new_style(*each) for each in sorted(parts)]


def test_ids_ascend_as_arxiv_gave_them_out() -> None:
    ascending = [
        "hep-th/9108001",
        "hep-th/9901001",
        "hep-th/9901002",
        "math/0309136",
        "cs/0703999",
        "0704.0001",
        "1412.9999",
        "1501.00001",
        "2312.11111",
    ]
    shuffled = ascending[4:] + ascending[:4]
    assert sorted(shuffled, key=ids.sort_key) == ascending
