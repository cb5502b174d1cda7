"""arXiv identifiers: what is one, how it is spelled, which came first.

From arxiv-endpoints.md: `0704.0001` to `1412.9999` have four digits, from `1501.00001` on five; before April 2007
`hep-th/9901001` and `math.GT/0309136`, which is `math/0309136`; a suffix `vN` names a version.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from coolcli.arxiv.categories import is_category

FORM = r"(?:\d{4}\.\d{4,5}|[a-z]{1,8}(?:-[a-z]{1,4})?(?:\.[a-z-]{2,8})?/\d{7})(?:v[1-9]\d{0,2})?"
"""What an identifier looks like, in either case, as a regular expression: `parse` tells whether it is one."""

_NEW = r"(?P<yymm>\d{4})\.(?P<number>\d{4,5})"
_OLD = r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[a-z-]{2,8})?/(?P<old>\d{7})"
_ID = rf"(?:{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d{{0,2}}))?"

_FIRST_OLD, _FIRST_NEW, _FIRST_FIVE = 9107, 704, 1501


class ArxivId(NamedTuple):
    """An identifier in arXiv's canonical spelling, without and with its version."""

    id: str
    version: int | None = None


def parse(text: str) -> ArxivId | None:
    """Read one identifier and nothing else, with or without `arXiv:` and version; None for what cannot be one."""
    match = _pattern().fullmatch(text.strip())
    return None if match is None else _valid(match)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:arxiv:\s*)?{_ID}", re.IGNORECASE | re.ASCII)


def is_old_style(identifier: str) -> bool:
    """Tell an identifier of before April 2007, which names its archive."""
    return "/" in identifier


def can_exist(identifier: ArxivId, now: datetime) -> bool:
    """Tell whether arXiv can have given the identifier out: those of the month after the present one may be near."""
    if is_old_style(identifier.id):
        return True
    months = now.year * 12 + now.month
    yymm = int(identifier.id[:4])
    return (2000 + yymm // 100) * 12 + yymm % 100 <= months + 1


def month_of(identifier: str) -> tuple[int, int]:
    """Give the year and the month that an id bears, which never change: 2017 and 6 of `1706.03762`."""
    return divmod(sort_key(identifier)[0], 100)


def year_of(identifier: str, submitted: date | None) -> int:
    """Give the year in which a paper was submitted; its id bears it where nothing else says so."""
    return submitted.year if submitted else month_of(identifier)[0]


def sort_key(identifier: str) -> tuple[int, int]:
    """Give the key under which identifiers (without version) ascend as arXiv gave them out, old style first."""
    head, _, tail = identifier.rpartition("/")
    if head:
        return _century(int(tail[:4])), int(tail[4:])
    yymm, _, number = identifier.partition(".")
    return _century(int(yymm)), int(number)


def _century(yymm: int) -> int:
    """Make `9107` (1991) come before `0704` (2007): the year in full, then the month."""
    return yymm + (190000 if yymm >= _FIRST_OLD else 200000)


def _valid(match: re.Match[str]) -> ArxivId | None:
    """Check month, length by year and archive, and spell the id as arXiv does."""
    version = int(match["version"]) if match["version"] else None
    if match["old"]:
        archive, month = match["archive"].lower(), int(match["old"][2:4])
        when = _century(int(match["old"][:4]))
        known = is_category(archive)
        if not (known and 1 <= month <= 12 and _century(_FIRST_OLD) <= when < _century(_FIRST_NEW)):
            return None
        return ArxivId(f"{archive}/{match['old']}", version)
    yymm, number = int(match["yymm"]), match["number"]
    digits = 4 if yymm < _FIRST_FIVE else 5
    if not (1 <= yymm % 100 <= 12 and yymm >= _FIRST_NEW and len(number) == digits and int(number)):
        return None
    return ArxivId(f"{match['yymm']}.{number}", version)
