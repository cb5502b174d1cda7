"""An event as a line of JSON, and back.

{"clock": "019d…-3fa2b1c0", "at": "2026-11-20T14:00:00Z", "verb": "star", "subject": "2611.01234", "field": "starred",
 "value": {"at": "2026-11-20T14:00:00Z", "version": 1}, "group": "3fa2b1c0-17-a1b2", "device": "3fa2b1c0",
 "sequence": 17}

(on one line.) Keys that are not known, and fields that are not, are kept as they came: a newer version wrote them. Of
the fields that are known, a value that is not of their kind is a mistake, and told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from coolcli.arxiv import ids
from coolcli.store.backlog import CATEGORY, SUBSCRIBED
from coolcli.store.events import TAG
from coolcli.store.merging import Record
from coolcli.store.rules import EFFECTS, RULE, SAVED, SEARCH

_CLOCK = re.compile(r"00[0-9a-f]{14}-([0-9a-z]{4,64})")
"""Hybrid logical time up to the year 2527; and the device, whose name is that of a file too."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CATEGORY = re.compile(r"[a-z]+(-[a-z]+)?(\.[A-Za-z]+(-[A-Za-z]+)?)?")
_VERSIONS = 10_000
"""More versions no paper has."""
_KEYS = ("clock", "at", "verb", "subject", "field", "value", "group", "undoes", "device", "sequence")


def written(record: Record) -> str:
    """Write an event as a line, without its end."""
    content: dict[str, Any] = {
        "clock": record.clock,
        "at": record.at,
        "verb": record.verb,
        "subject": record.subject,
        "field": record.field,
        "value": None if record.value is None else json.loads(record.value),
        "group": record.group,
    }
    if record.undoes is not None:
        content["undoes"] = record.undoes
    content |= {"device": record.device, "sequence": record.sequence}
    if record.more is not None:
        content |= json.loads(record.more)
    text = json.dumps(content, ensure_ascii=False)
    return text if _is_writable(text) else json.dumps(content)


def read(line: str) -> Record:
    """Read a line. Raises ValueError that says what is wrong with it."""
    try:
        content = json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(content, dict):
        raise ValueError("it is no JSON object")
    clock = _text(content, "clock")
    match = _CLOCK.fullmatch(clock)
    if match is None or match[1] != _text(content, "device"):
        raise ValueError(f"its clock '{clock}' is not 16 hexadecimal digits, a hyphen and the device")
    sequence, value = content.get("sequence"), content.get("value")
    if type(sequence) is not int or not 0 < sequence < 2**53:
        raise ValueError("its sequence is no number from 1 on")
    undoes = _text(content, "undoes") if content.get("undoes") is not None else None
    more = {key: said for key, said in content.items() if key not in _KEYS}
    record = Record(
        device=match[1],
        sequence=sequence,
        clock=clock,
        at=_text(content, "at"),
        group=_text(content, "group"),
        verb=_text(content, "verb"),
        subject=_text(content, "subject"),
        field=_text(content, "field"),
        value=None if value is None else _kept(value),
        undoes=undoes,
        more=_kept(more) if more else None,
    )
    _moment(record.at)
    _check(record, value)
    return record


def _kept(value: object) -> str:
    """Write a value as it is stored. Raises ValueError for a number that is too large to be one."""
    return json.dumps(value, sort_keys=True, allow_nan=False)


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_JOINING = {0x200C: None, 0x200D: None}
"""What joins letters or keeps them apart, which scripts and emoji need: all else that is not seen is no text."""


def _text(content: dict[str, Any], key: str) -> str:
    said = content.get(key)
    if not isinstance(said, str) or not said or not said.translate(_JOINING).isprintable():
        raise ValueError(f"its {key} is no text")
    return said


def _is_writable(text: str) -> bool:
    """Tell whether a text can be UTF-8: JSON can name halves of characters, which cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check(record: Record, value: object) -> None:
    """See that what the program itself reads is of the kind it expects. Raises ValueError."""
    field = record.field
    if field == TAG:
        raise ValueError("it is a tag without a name")
    check = _VALUES.get(TAG if field.startswith(TAG) else field)
    if check is None:
        return
    if field == SUBSCRIBED:
        category = record.subject.removeprefix(CATEGORY)
        if category == record.subject or not _CATEGORY.fullmatch(category):
            raise ValueError(f"'{record.subject}' is no category")
    elif field in _BEGINNINGS:
        beginning = _BEGINNINGS[field]
        said = record.subject.removeprefix(beginning)
        if not record.subject.startswith(beginning) or not 0 < len(said) <= _LONGEST[beginning]:
            raise ValueError(f"'{record.subject[:80]}' is no {beginning.rstrip(':')}")
    elif (paper := ids.parse(record.subject)) is None or paper != (record.subject, None):
        raise ValueError(f"'{record.subject}' is no paper's id")
    if value is None:
        return
    try:
        check(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError(f"its value is none of the field {field}") from None


def _moment(said: object) -> None:
    if not isinstance(said, str) or not _MOMENT.fullmatch(said):
        raise ValueError(f"its time '{said}' is not one such as 2026-11-20T14:00:00Z")
    datetime.fromisoformat(said)


def _mark(value: Any) -> None:
    _moment(value["at"])
    version = value.get("version")
    if version is not None and not (type(version) is int and 0 < version < _VERSIONS):
        raise TypeError


def _note(value: Any) -> None:
    if not value.strip():
        raise ValueError
    value.encode()


def _subscription(value: Any) -> None:
    _moment(value["at"])
    if value["since"] is not None:
        if not _DAY.fullmatch(value["since"]):
            raise ValueError
        date.fromisoformat(value["since"])
    if not all(isinstance(name, str) and _CATEGORY.fullmatch(name) for name in value.get("without", ())):
        raise TypeError


def _search(value: Any) -> None:
    _moment(value["at"])
    value["query"].encode()
    if len(value["query"]) > _LONGEST[RULE]:
        raise ValueError


_BEGINNINGS: dict[str, str] = {**dict.fromkeys(EFFECTS, RULE), SAVED: SEARCH}
"""What the subjects of rules and saved searches begin with."""

_LONGEST = {RULE: 2_000, SEARCH: 50}
"""Characters of a query, and of the name of a search, at the most."""

_VALUES: dict[str, Callable[[Any], None]] = {
    "starred": _mark,
    "read": _mark,
    "opened": _mark,
    "seen": _mark,
    "later": _mark,
    TAG: _mark,
    "note": _note,
    SUBSCRIBED: _subscription,
    **dict.fromkeys(EFFECTS, _mark),
    SAVED: _search,
}
"""For each kind of field that is known, what raises where a value is none of it."""
