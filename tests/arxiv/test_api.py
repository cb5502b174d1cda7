"""Answers of arXiv's API: inputs and results stand side by side in tests/data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coolcli.arxiv import api
from coolcli.errors import Nonsense
from tests.builders import DATA, readable

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = (DATA / "api.xml").read_bytes()
NONE = (DATA / "api_none.xml").read_bytes()


@pytest.mark.parametrize("name", ["api", "api_none"])
def test_answers(name: str) -> None:
    expected = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    assert readable(api.parse((DATA / f"{name}.xml").read_bytes())) == expected


def test_an_error_of_arxivs_is_told_in_its_words() -> None:
    with pytest.raises(Nonsense, match="start must be an integer"):
        api.parse((DATA / "api_error.xml").read_bytes())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Rate exceeded.",
        b"<html><body>Log in</body></html>",
        NONE.replace(b"<opensearch:totalResults>0", b"<opensearch:totalResults>334"),  # an empty page of a full list
        ANSWER[: ANSWER.index(b"R&amp;D")],
        ANSWER[: ANSWER.index(b"</feed>")],
    ],
    ids=["nothing", "text", "a login page", "an empty page", "cut in an abstract", "cut at the end"],
)
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(Nonsense):
        api.parse(body)


def test_a_body_is_never_taken_for_a_file_name(tmp_path: Path) -> None:
    (tmp_path / "answer.xml").write_bytes(ANSWER)
    with pytest.raises(Nonsense):
        api.parse(str(tmp_path / "answer.xml").encode())


def _edited(start: int, length: int, piece: bytes) -> bytes:
    """The answer with one stretch of it replaced."""
    return ANSWER[:start] + piece + ANSWER[start + length :]


EDITED = st.builds(
    _edited,
    st.integers(0, len(ANSWER)),
    st.integers(0, 300),
    st.binary(max_size=8) | st.sampled_from([b"<category/>", b"<published/>", b"&lt;", b"<entry>", b"<author/>"]),
)


@given(st.binary(max_size=200) | EDITED)
@example(ANSWER.replace(b"UTF-8", b"\x80", 1))
@example(ANSWER.replace(b"UTF-8", b"U\0", 1))
@example(ANSWER.replace(b"UTF-8", b"undefined", 1))
@example(ANSWER.replace(b'"http://arxiv.org/schemas', b'"http\xa0://arxiv.org/schemas', 1))
@example(ANSWER.replace(b'term="stat.ML" ', b""))
@example(
    ANSWER.replace(b'<arxiv:primary_category term="cs.LG"/>', b"<arxiv:primary_category>cs.LG</arxiv:primary_category>")
)
@example(NONE.replace(b"<opensearch:totalResults>0", b"<opensearch:totalResults>many"))
@example(ANSWER.replace(b"2026-11-17T09:30:00Z", b"0000-00-00T99:99:99Z"))
def test_any_bytes_give_papers_or_nonsense(body: bytes) -> None:
    try:
        papers = api.parse(body)
    except Nonsense:
        return
    assert all(paper.id for paper in papers)
