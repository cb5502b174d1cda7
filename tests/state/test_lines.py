"""An event as a line: what was written is read back, and a line that is none is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.query import parsing
from coolcli.state import lines
from coolcli.store.merging import Record
from coolcli.store.rules import RULE

LINE: dict[str, Any] = {
    "clock": "001a20307d960001-8b39964e",
    "at": "2026-11-20T14:00:00Z",
    "verb": "star",
    "subject": "2611.01234",
    "field": "starred",
    "value": {"at": "2026-11-20T14:00:00Z", "version": 2},
    "group": "8b39964e-1-8b5d",
    "device": "8b39964e",
    "sequence": 1,
}


def test_an_event_is_one_line_that_a_person_can_read() -> None:
    record = lines.read(json.dumps(LINE))
    assert lines.written(record) == json.dumps(LINE)
    assert record.value == '{"at": "2026-11-20T14:00:00Z", "version": 2}'
    note = lines.read(json.dumps(LINE | {"field": "note", "value": "см. § 3\nи 中文"}))
    assert '"value": "см. § 3\\nи 中文"' in lines.written(note)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"clock": "x"}, "its clock 'x'"),
        ({"clock": "0100000000000000-8b39964e"}, "its clock"),
        ({"field": "tag:"}, "a tag without a name"),
        ({"field": "note", "value": ""}, "its value"),
        ({"device": "another1"}, "its clock"),
        ({"device": "../../etc"}, "its clock"),
        ({"sequence": "1"}, "its sequence"),
        ({"sequence": True}, "its sequence"),
        ({"at": "yesterday"}, "its time"),
        ({"at": "2026-02-30T00:00:00Z"}, "day"),
        ({"subject": ""}, "its subject"),
        ({"subject": "2611.01234v2"}, "no paper's id"),
        ({"subject": "../x"}, "no paper's id"),
        ({"verb": "a\x1b[31m"}, "its verb"),
        ({"value": 5}, "its value is none of the field starred"),
        ({"value": {"at": 3}}, "its value"),
        ({"value": {"at": "2026-11-20T14:00:00Z", "version": "2"}}, "its value"),
        ({"field": "note"}, "its value is none of the field note"),
        ({"field": "tag:x", "value": []}, "its value is none of the field tag:x"),
        ({"field": "subscribed"}, "no category"),
        ({"field": "subscribed", "subject": "category:../x"}, "no category"),
        ({"field": "subscribed", "subject": "category:cs.LG", "value": {"at": "2026-11-20T14:00:00Z"}}, "its value"),
        (
            {
                "field": "subscribed",
                "subject": "category:cs.LG",
                "value": {"at": "2026-11-20T14:00:00Z", "since": "20261120"},
            },
            "its value",
        ),
        ({"field": "saved"}, "'2611.01234' is no search"),
        ({"field": "saved", "subject": "search:"}, "'search:' is no search"),
        ({"field": "saved", "subject": "search:ssm"}, "its value is none of the field saved"),
        ({"field": "muted", "subject": "search:ssm"}, "'search:ssm' is no rule"),
        ({"field": "watched", "subject": "rule:kites", "value": "red"}, "its value is none of the field watched"),
        ({"undoes": 7}, "its undoes"),
    ],
)
def test_what_is_no_event_is_told(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        lines.read(json.dumps(LINE | change))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "NaN", '{"clock": NaN}', "[" * 100_000, "9" * 5000])
def test_what_is_no_json_object_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|clock"):
        lines.read(text)


@given(st.text())
def test_no_text_does_worse_than_to_be_refused(text: str) -> None:
    with pytest.raises(ValueError):
        lines.read(text)


def test_a_number_that_is_too_large_is_told() -> None:
    for key in ("value", "more"):
        line = json.dumps(LINE | {"field": "mood", key: [1]}).replace("[1]", "[1e999]")
        with pytest.raises(ValueError, match="not JSON compliant"):
            lines.read(line)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)
WORD = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20)


@given(
    st.builds(
        Record,
        device=st.just("8b39964e"),
        sequence=st.integers(1, 10**9),
        clock=st.integers(0, 2**56 - 1).map(lambda tick: f"{tick:016x}-8b39964e"),
        at=st.just("2026-11-20T14:00:00Z"),
        group=WORD,
        verb=WORD,
        subject=WORD,
        field=WORD.map(lambda name: f"new-{name}"),
        value=JSON.map(lambda value: None if value is None else json.dumps(value, sort_keys=True)),
        undoes=st.none() | WORD,
        more=st.none()
        | st.dictionaries(WORD.map(lambda key: f"x-{key}"), JSON, min_size=1).map(
            lambda content: json.dumps(content, sort_keys=True)
        ),
    )
)
def test_what_is_written_is_read_back(record: Record) -> None:
    line = lines.written(record)
    assert "\n" not in line and line.encode()
    assert lines.read(line) == record


def test_queries_of_other_machines_are_as_long_as_typed_ones_may_be() -> None:
    assert lines._LONGEST[RULE] == parsing.LONGEST
