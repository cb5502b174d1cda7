"""What a paper's file is called: a template filled with what is known of it, fit for every file system.

Made here, not by pathvalidate: of what a name needs it knows the characters and the device names, a line each; it
composes nothing (NFC), cuts in the middle of a character that is made of several, and lets `..`, leading dots, blanks
and hyphens and empty names through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, normalize

from coolcli import templates
from coolcli.arxiv import ids
from coolcli.arxiv.text import clean
from coolcli.export import names
from coolcli.models import Paper
from coolcli.render.math import readable

SUFFIX = ".pdf"
MOST_BYTES = 140
"""Bytes of a name in UTF-8 at the most, with its suffix: eCryptfs, which encrypts home folders, takes 143."""
_MOST_NAMED = 3
"""Authors that a name has at the most."""
_NUMBERED = 100
"""Names that are tried for one file."""

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\..*)?", re.IGNORECASE)
_INSTEAD = str.maketrans({**dict.fromkeys("/\\|:*", "-"), **dict.fromkeys('?"<>', None)})
_JOINED = "\u200d\ufe0e\ufe0f"
_TONES = range(0x1F3FB, 0x1F400)


def named(template: str, paper: Paper, version: int | None) -> tuple[str, ...]:
    """Give the parts of a path that a template makes for a version of a paper: folders, and a name without suffix.

    Only the template's own `/` separates; what it is filled with never does. No part is empty or climbs.
    """
    known = _values(paper, version)
    parts = [part for piece in template.split("/") if (part := safe(templates.filled(piece, known)))]
    return tuple(parts or [safe(paper.id)])


def safe(text: str) -> str:
    """Give a text as a name that every file system takes, at most MOST_BYTES long; empty where nothing is left.

    No `/ \\ : * ? " < > |`, nothing invisible, no dot, blank or hyphen at the ends, no device of Windows, all in NFC.
    """
    text = re.sub(r"\s*[:|?]\s+", " - ", normalize("NFC", clean(text)))
    text = re.sub(r"-{2,}", "-", text.translate(_INSTEAD))
    text = cut(_trimmed(text), MOST_BYTES - len(SUFFIX))
    return f"_{text}" if _DEVICES.fullmatch(text) else text


def cut(text: str, most: int) -> str:
    """Cut a text to so many bytes of UTF-8: between words where one is near, never within a character."""
    if len(text.encode()) <= most:
        return text
    end = len(text.encode()[:most].decode(errors="ignore"))
    space = text.rfind(" ", end // 2, end + 1)
    end = space if space > 0 else end
    while end and _goes_on(text, end):
        end -= 1
    return _trimmed(text[:end])


def candidates(name: str, paper_id: str, version: int | None, *, as_version: bool) -> Iterator[str]:
    """Give the names of files, with suffix, that a paper can have, the wished one first.

    Then one with its version, where a file of another version has that name, one with its id, and numbered ones.
    """
    of_version = f"v{version}" if version else ""
    identity = f" {safe(paper_id)}{of_version}"
    yield _ending(name, "")
    if as_version and version:
        yield _ending(name, f" {of_version}")
    yield _ending(name, identity)
    yield from (_ending(name, f"{identity} ({number})") for number in range(2, _NUMBERED))


def key(name: str) -> str:
    """Give what a file system that knows no case, or composes names, takes for the same name."""
    return normalize("NFC", normalize("NFC", name).casefold())


def _values(paper: Paper, version: int | None) -> dict[str, str]:
    families = [name.family for author in paper.authors if (name := names.parse(author))]
    several = families if len(families) <= _MOST_NAMED else [f"{families[0]} et al"]
    year = ids.year_of(paper.id, paper.submitted)
    return {
        "id": paper.id,
        "version": str(version or ""),
        "year": str(year),
        "first_author": families[0] if families else "",
        "authors": ", ".join(several),
        "title": readable(paper.title) if paper.title else paper.id,
        "category": paper.primary_category or "",
    }


def _ending(name: str, ending: str) -> str:
    return cut(name, MOST_BYTES - len(f"{ending}{SUFFIX}".encode())) + ending + SUFFIX


def _trimmed(text: str) -> str:
    return text.lstrip(" .-").rstrip(" .-")


def _goes_on(text: str, end: int) -> bool:
    """Tell whether a cut there would part what is seen as one character: accents, emoji that are joined or toned."""
    following = text[end : end + 1]
    joined = text[end - 1] == "\u200d" or following in _JOINED
    return bool(following) and (joined or category(following)[0] == "M" or ord(following) in _TONES)
