"""Templates that a reader writes: `{year}-{first_author}-{title}`, `https://example.org/{id}v{version}`.

A name in braces stands for a value; `{{` and `}}` are braces. Nothing else of Python's format strings is taken: no
attribute, no index, no width, so a template reaches nothing but the values it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def wrong(template: str, names: Sequence[str]) -> str | None:
    """Say in words what is wrong with a template that may hold these names, None where nothing is."""
    for match in _PIECE.finditer(template):
        if match[0] in ("{", "}"):
            return f"its '{match[0]}' has no other half"
        if match[1] is not None and match[1] not in names:
            return f"{match[0]} stands for nothing"
    return None


def names_in(template: str) -> set[str]:
    """Give the names that a template holds."""
    return {match[1] for match in _PIECE.finditer(template) if match[1] is not None}


def filled(template: str, values: Mapping[str, str]) -> str:
    """Put values in place of their names; the template has to be one that `wrong` finds nothing in."""
    return _PIECE.sub(lambda match: match[0][0] if match[1] is None else values[match[1]], template)
