"""Answers of arXiv's OAI-PMH: the format arXiv of a day, the format arXivRaw of a paper, and what is neither."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv import oai
from coolcli.errors import Nonsense
from tests.builders import DATA, readable
from tests.samples import SAMPLES, needs_samples

DAY = (DATA / "oai_day.xml").read_bytes()
RAW = (DATA / "oai_raw.xml").read_bytes()


def error(code: str, words: str = "") -> bytes:
    return DAY[: DAY.index(b"<ListRecords>")] + f"<error code='{code}'>{words}</error></OAI-PMH>".encode()


def test_a_day() -> None:
    records = oai.parse(DAY)
    assert readable(records.papers) == json.loads((DATA / "oai_day.json").read_text("utf-8"))
    assert records.token == "verb%3DListRecords%26metadataPrefix%3DarXiv%26skip%3D3"


def test_the_last_page_of_a_day() -> None:
    start, end = DAY.index(b"<resumptionToken"), DAY.index(b"</ListRecords>")
    assert oai.parse(DAY[:start] + DAY[end:]).token is None
    assert oai.parse(DAY.replace(b"verb%3DListRecords%26metadataPrefix%3DarXiv%26skip%3D3", b"")).token is None


def test_the_newest_version_of_a_paper() -> None:
    paper = oai.parse_raw(RAW, "2611.01234")
    assert readable(paper) == json.loads((DATA / "oai_raw.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("size", "kind", "withdrawn"),
    [("0kb", "D", True), ("12kb", "I", True), ("0kb", "", True), ("10kb", "D", False), ("110kb", "", False)],
)
def test_a_version_without_files_is_a_withdrawal(size: str, kind: str, withdrawn: bool) -> None:
    body = RAW.replace(b"<size>14kb</size>", f"<size>{size}</size>".encode())
    paper = oai.parse_raw(
        body.replace(b"<source_type>D</source_type>", f"<source_type>{kind}</source_type>".encode()), "2611.01234"
    )
    assert paper is not None
    assert paper.withdrawn is withdrawn


def test_nothing_that_matches_is_an_empty_day() -> None:
    assert oai.parse(error("noRecordsMatch")) == oai.Records([], None)


def test_a_paper_that_does_not_exist() -> None:
    assert oai.parse_raw(error("idDoesNotExist"), "2611.01234") is None


def test_other_errors_are_told_in_arxivs_words() -> None:
    with pytest.raises(Nonsense, match="arXiv's OAI-PMH says: The token has expired"):
        oai.parse(error("badResumptionToken", "The token has expired"))


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.LG", "cs:cs:LG"),
        ("math.NA", "math:math:NA"),
        ("hep-th", "physics:hep-th"),
        ("math-ph", "physics:math-ph"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("physics.optics", "physics:physics:optics"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("cs", "cs"),
        ("math", "math"),
        ("physics", "physics:physics"),
        ("cond-mat", "physics:cond-mat"),
    ],
)
def test_sets(category: str, name: str) -> None:
    assert oai.set_of(category) == name


DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Rate exceeded.",
        b"<html><body>Log in</body></html>",
        b"<OAI-PMH/>",
        DAY[: DAY.index(b"</ListRecords>")],
        DAY.replace(DECLARATION, DECLARATION + BOMB),
        DAY.replace(DECLARATION, DECLARATION + b"<!-- <OAI-PMH -->" + BOMB),
        DAY.replace(b"<id>2611.01234</id>", b"<id>next one</id>"),
        DAY.replace(b"<ListRecords>", b"<ListRecords>\x00"),
        DAY.replace(b"<ListRecords>", b"<GetRecord>").replace(b"</ListRecords>", b"</GetRecord>"),
    ],
)
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(Nonsense, match="OAI-PMH"):
        oai.parse(body)


def test_a_record_of_another_paper() -> None:
    with pytest.raises(Nonsense, match=r"no record of 2611\.09999"):
        oai.parse_raw(RAW, "2611.09999")


@pytest.mark.parametrize("count", [200_000, 1_000_000])
def test_elements_without_end(count: int) -> None:
    begin = time.monotonic()
    for body in (b"<a>" * count, DAY.replace(b"<ListRecords>", b"<ListRecords>" + b"<a>" * count + b"</a>" * count)):
        try:
            oai.parse(body)
        except Nonsense as told:
            assert told.message
    assert time.monotonic() - begin < 10  # a second at the most


@given(st.binary(max_size=60), st.integers(0, len(DAY)), st.integers(0, 300))
def test_any_bytes_give_records_or_nonsense(piece: bytes, start: int, length: int) -> None:
    for body in (DAY[:start] + piece + DAY[start + length :], piece):
        try:
            records = oai.parse(body)
        except Nonsense:
            continue
        assert all(paper.id for paper in records.papers)


@given(st.binary(max_size=60), st.integers(0, len(RAW)), st.integers(0, 300))
def test_any_bytes_give_a_paper_or_nonsense(piece: bytes, start: int, length: int) -> None:
    try:
        paper = oai.parse_raw(RAW[:start] + piece + RAW[start + length :], "2611.01234")
    except Nonsense:
        return
    assert paper is None or paper.id == "2611.01234"


@needs_samples
def test_recorded_answers() -> None:
    assert SAMPLES is not None
    records = oai.parse((SAMPLES / "service-made/oai_ListRecords_arXiv_p1.xml").read_bytes())
    assert len(records.papers) == 1300
    assert records.token
    assert all(paper.title and paper.abstract and paper.authors and paper.submitted for paper in records.papers)
    assert oai.parse((SAMPLES / "service-made/oai_noRecordsMatch.xml").read_bytes()).papers == []
    paper = oai.parse_raw((SAMPLES / "captured/oai_arxivraw.xml").read_bytes(), "1810.09584")
    assert paper is not None
    assert (paper.version, paper.withdrawn, len(paper.authors)) == (2, False, 4)
