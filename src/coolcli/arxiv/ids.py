"""arXiv identifiers: what is one, and finding them in text and addresses.

From arxiv-endpoints.md: `0704.0001` to `1412.9999` have four digits, from `1501.00001` on five; before April 2007
`hep-th/9901001` and `math.GT/0309136`, which is `math/0309136`; a suffix `vN` names a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from coolcli.arxiv.categories import is_category

_NEW = r"(?P<yymm>\d{4})\.(?P<number>\d{4,5})"
_OLD = r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[A-Za-z-]{2,8})?/(?P<old>\d{7})"
_ID = rf"(?:{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d{{0,2}}))?"

# In running text, nothing may stand around an id that would make it part of something longer: a date, a version
# string, another DOI, a phone number.
_IN_TEXT = rf"(?<![\w.+/=-])(?:arxiv:\s?)?({_ID})(?![\w-]|\.\d|/\d)"

# Sites whose addresses bear arXiv ids, each with the path before the id. The id must end the path segment.
_IN_ADDRESS = rf"""(?:
      arxiv\.org/(?:abs|pdf|html|ps|format|src|e-print|list/[^/\s]+)/
    | papers\.cool/arxiv/
    | alphaxiv\.org/(?:[a-z]\w*/)*
    | huggingface\.co/papers/ | hf\.co/papers/
    | scirate\.com/(?:arxiv/)?
    | semanticscholar\.org/arxiv/ | api\.semanticscholar\.org/arxiv:
    | 10\.48550/arxiv\.
    | arxiv:\s?
    )({_ID})(?![\w-]|\.\d)"""

_FIRST_OLD, _FIRST_NEW, _FIRST_FIVE = 9107, 704, 1501


class ArxivId(NamedTuple):
    """An identifier in arXiv's canonical spelling, without and with its version."""

    id: str
    version: int | None = None


def parse(text: str) -> ArxivId | None:
    """Read one identifier and nothing else, with or without `arXiv:` and version; None for what cannot be one."""
    match = re.fullmatch(rf"(?:arxiv:\s*)?{_ID}", text.strip(), re.IGNORECASE | re.ASCII)
    return None if match is None else _valid(match)


def find(text: str) -> Iterator[ArxivId]:
    """Find every identifier in a text, in order of appearance, repeated ones too: bare, in addresses, in DOIs."""
    in_addresses = re.finditer(_IN_ADDRESS, text, re.IGNORECASE | re.ASCII | re.VERBOSE)
    found = {match.start(1): match for match in in_addresses}
    for match in re.finditer(_IN_TEXT, text, re.IGNORECASE | re.ASCII):
        found.setdefault(match.start(1), match)
    for _, match in sorted(found.items()):
        identifier = parse(match[1])
        if identifier is not None:
            yield identifier


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
