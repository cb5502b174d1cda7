"""Which paper an entry cites: the arXiv id and the DOI, in all the forms in which they are written.

    eprint = {1706.03762}, archivePrefix = {arXiv}              arXiv, INSPIRE, ADS
    eprint = {1706.03762}, eprinttype = {arxiv}                 biblatex, Zotero
    journal = {arXiv preprint arXiv:1706.03762}                 Google Scholar
    journal = {CoRR}, volume = {abs/1706.03762}                 DBLP
    url, doi = {10.48550/arXiv.1706.03762}, note, howpublished, eid, number, pages, arxivid

A title or an abstract may speak of other papers, and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from coolcli import addresses
from coolcli.arxiv import ids
from coolcli.arxiv.ids import ArxivId
from coolcli.export.bibfile import Entry, Field

OF_ARXIV = re.compile(r"(?i)arxiv|\bcorr\b|^\W*(?:pre|e-?)-?prints?\W*$")
"""What a journal is called that is none."""

_TYPES = ("archiveprefix", "eprinttype")
_CLASSES = ("primaryclass", "eprintclass")
_BEARERS = (
    "arxivid",
    "arxiv",
    "doi",
    "url",
    "ee",
    "journal",
    "journaltitle",
    "volume",
    "number",
    "eid",
    "pages",
    "howpublished",
    "note",
    "addendum",
    "archive",
    "booktitle",
    "series",
    "publisher",
    "institution",
)
"""Fields that may bear an id, the surest first."""
_ADDRESSES = ("url", "ee")
_BARE = re.compile(r"\babs/(?=[\w-]+[./]\d)")
_NUMBER = re.compile(r"\d{7}(?:v\d+)?")
_SAID_VERSION = re.compile(r"(?i)v?([1-9]\d{0,2})")
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")


def cited(entry: Entry) -> ArxivId | None:
    """Give the paper of arXiv that an entry cites, with the version that it names; None where there is none."""
    first: ArxivId | None = None
    for _, found in bearers(entry):
        first = first or found
        if found.id == first.id and found.version:
            return found
    if first is None:
        return None
    said = _SAID_VERSION.fullmatch(entry.says("version"))
    return first._replace(version=int(said[1])) if said else first


def bearers(entry: Entry) -> Iterator[tuple[Field, ArxivId]]:
    """Give the fields that bear an arXiv id, the surest first, each with it."""
    eprint = entry.field("eprint")
    if eprint and (found := _of_eprint(entry, eprint)):
        yield eprint, found
    for name in _BEARERS:
        field = entry.field(name)
        if field and (found := _of_field(field)):
            yield field, found


def doi_of(entry: Entry) -> str:
    """Give the DOI of an entry, bare and in small letters, as DOIs are compared; nothing where it has none."""
    said = re.sub(r"[{}]|\\(?=[_&%#])", "", entry.says("doi")).lower()
    found = _DOI.search(said)  # there may be an address before it
    return found[0] if found else said


def _of_eprint(entry: Entry, field: Field) -> ArxivId | None:
    """Read an eprint; of old ones the archive may stand in a field of its own."""
    kind = entry.says(*_TYPES).strip("{}").lower()
    if kind not in ("", "arxiv"):
        return None
    text = _plain(field.value)
    archive = entry.says(*_CLASSES).partition(".")[0]
    if _NUMBER.fullmatch(text) and archive:
        text = f"{archive}/{text}"
    return ids.parse(text) or _in_text(text)


def _of_field(field: Field) -> ArxivId | None:
    text = field.value
    if field.name in ("arxivid", "arxiv"):
        return ids.parse(_plain(text)) or _in_text(text)
    text = _BARE.sub("arXiv:", text) if field.name in ("volume", "number", "journal") else text
    if field.name not in _ADDRESSES and "arxiv" not in text.lower():
        return None
    return _in_text(text) or _in_text(_plain(text))


def _in_text(text: str) -> ArxivId | None:
    named = addresses.find(text, datetime.max)  # that a field is there says enough
    return next((each for each in named if isinstance(each, ArxivId)), None)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[{}]", "", text).split())
