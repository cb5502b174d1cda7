"""arXiv identifiers: which spellings are one, which only look like one, and where they are found."""

from __future__ import annotations

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
    # dates and times
    "2026-11-20",
    "20.11.2026",
    "2026.11.20",
    "2024.1201",
    "20261120",
    "2026.1120.12",
    # phone numbers
    "555-2312.1111",
    "+49 30 2312.111.111",
    "(0711) 123-4567",
    "+2312.11111",
    # versions of programs
    "3.2312.11111",
    "2312.11111.4",
    "v2312.11111",
    "lib-2312.11111",
    "2312.11111-rc1",
    # other papers' DOIs, and paths of other sites
    "10.1234/2312.11111",
    "https://doi.org/10.1101/2020.12.11111",
    "10.1101/2012.11111",
    "https://example.org/2312.11111",
    "https://example.org/hep-th/9901001",
    "price=2312.11111",
]


@pytest.mark.parametrize("text", NO_IDS)
def test_what_only_looks_like_an_id(text: str) -> None:
    assert ids.parse(text) is None
    assert list(ids.find(text)) == []
    assert list(ids.find(f"See {text}, please.")) == []


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/2312.11111",
        "http://arxiv.org/abs/2312.11111v2",
        "https://www.arxiv.org/abs/2312.11111?context=cs.LG",
        "https://export.arxiv.org/abs/2312.11111#content",
        "arxiv.org/pdf/2312.11111",
        "https://arxiv.org/pdf/2312.11111v2.pdf",
        "https://arxiv.org/html/2312.11111v1",
        "https://arxiv.org/ps/2312.11111",
        "https://papers.cool/arxiv/2312.11111",
        "https://papers.cool/arxiv/2312.11111?kw=x",
        "https://www.alphaxiv.org/abs/2312.11111",
        "https://alphaxiv.org/pdf/2312.11111v3",
        "https://huggingface.co/papers/2312.11111",
        "https://doi.org/10.48550/arXiv.2312.11111",
        "doi:10.48550/ARXIV.2312.11111",
        "10.48550/arXiv.2312.11111",
        "<a href='https://arxiv.org/abs/2312.11111'>paper</a>",
        "[paper](https://arxiv.org/abs/2312.11111)",
    ],
)
def test_addresses_that_bear_an_id(text: str) -> None:
    assert [found.id for found in ids.find(text)] == ["2312.11111"]


@pytest.mark.parametrize(
    ("address", "paper_id"),
    [
        ("https://arxiv.org/abs/hep-th/9901001", "hep-th/9901001"),
        ("https://arxiv.org/pdf/hep-th/9901001v1.pdf", "hep-th/9901001"),
        ("https://arxiv.org/abs/math.GT/0309136", "math/0309136"),
        ("https://doi.org/10.48550/arXiv.hep-th/9901001", "hep-th/9901001"),
    ],
)
def test_addresses_of_old_papers(address: str, paper_id: str) -> None:
    assert [found.id for found in ids.find(address)] == [paper_id]


def test_a_page_of_several_papers_bears_all_of_them() -> None:
    text = "https://papers.cool/arxiv/2312.11111,2401.00001,hep-th/9901001?x=1"
    assert [found.id for found in ids.find(text)] == ["2312.11111", "2401.00001", "hep-th/9901001"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("As in arXiv:2312.11111v2 [cs.LG] and hep-th/9901001.", ["2312.11111", "hep-th/9901001"]),
        ("(2312.11111), [2401.00001]; “2402.00002”", ["2312.11111", "2401.00001", "2402.00002"]),
        ("2312.11111,2401.00001", ["2312.11111", "2401.00001"]),
        ("2401.00001 then 2312.11111 then 2401.00001", ["2401.00001", "2312.11111", "2401.00001"]),
        ("Released 2026-11-20, call 555-1234, version 1.2.3; see 2312.11111.", ["2312.11111"]),
        ("参见2312.11111。", ["2312.11111"]),
        ("no ids here", []),
        ("", []),
    ],
)
def test_ids_in_a_text(text: str, found: list[str]) -> None:
    assert [identifier.id for identifier in ids.find(text)] == found


@pytest.mark.parametrize("text", ["٢٣١٢.١١١١١", "２３１２.１１１１１", "hep-th/९९०१००१"])
def test_only_ascii_digits_make_an_id(text: str) -> None:
    assert ids.parse(text) is None
    assert list(ids.find(text)) == []


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
def test_an_id_comes_back_from_every_place_it_is_written_in(paper_id: str, version: int | None) -> None:
    written = paper_id + (f"v{version}" if version else "")
    assert ids.parse(written) == (paper_id, version)
    for place in (
        "{}",
        "arXiv:{}",
        "see {}.",
        "https://arxiv.org/abs/{}",
        "https://arxiv.org/pdf/{}.pdf",
        "https://papers.cool/arxiv/{}",
        "https://www.alphaxiv.org/abs/{}",
        "https://huggingface.co/papers/{}",
        "https://doi.org/10.48550/arXiv.{}",
    ):
        assert list(ids.find(place.format(written))) == [ArxivId(paper_id, version)], place


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
