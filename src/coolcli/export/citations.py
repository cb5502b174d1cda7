"""Which paper an entry cites: the arXiv id and the DOI, in all the forms in which they are written.

    eprint = {1706.03762}, archivePrefix = {arXiv}              arXiv, INSPIRE, ADS
    eprint = {1706.03762}, eprinttype = {arxiv}                 biblatex, Zotero
    journal = {arXiv preprint arXiv:1706.03762}                 Google Scholar
    journal = {CoRR}, volume = {abs/1706.03762}                 DBLP
    url, doi = {10.48550/arXiv.1706.03762}, note, howpublished, eid, number, pages, arxivid

A title or an abstract may speak of other papers, and is not looked at. So may a note (`Comment on arXiv:…`): what is no
field for an id counts only where it says nothing else, and the entry is of no other journal, book or publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from coolcli import addresses
from coolcli.arxiv import ids
from coolcli.arxiv.categories import is_category
from coolcli.arxiv.ids import ArxivId
from coolcli.export.bibfile import MONTHS, Entry, Field
from coolcli.export.reference import comparable, is_arxivs
from coolcli.links import DOI_PREFIX

_TYPES = ("archiveprefix", "eprinttype")
_CLASSES = ("primaryclass", "eprintclass")
_OWN = ("arxivid", "arxiv", "doi")
"""Fields that say which paper an entry is, besides `eprint`."""
_ADDRESSES = ("url", "ee")
_WORDS = (
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
"""Fields that may hold an id for lack of a better one, the surest first."""
_JOURNALS = ("journal", "journaltitle")
_VENUES = (*_JOURNALS, "booktitle", "publisher")
_OTHERS = """
    book mvbook inbook bookinbook suppbook booklet collection mvcollection incollection suppcollection reference
    inreference manual patent proceedings mvproceedings phdthesis mastersthesis thesis dataset data software
"""
_OTHER_WORKS = frozenset(_OTHERS.split())
"""Kinds of entries of which a preprint is rather a part, or a longer version."""
_BARE = re.compile(r"\babs/(?=[\w-]+[./]\d)")
_NUMBER = re.compile(r"\d{7}(?:v\d+)?")
_SAID_VERSION = re.compile(r"(?i)v?([1-9]\d{0,2})")
_DOI = re.compile(DOI_PREFIX + r"\S+")
_COMMAND = re.compile(r"\\(?:[a-zA-Z]+|.)")
_NAMING = re.compile(r"(?:export\.)?arxiv(?:\.org)?|corr|(?:pre|e)-?prints?")
_BESIDE = re.compile(r"10\.48550|abs|archive|at|available|cornell|doi|from|html|https?|id|online|pdf|university|www")
_MONTHS = {*MONTHS, *map(str.lower, MONTHS.values())}
_NOTHING_MORE = re.compile(rf"(?i:{ids.FORM})|(?i:\bversion:?\s?\d{{1,3}}\b|\bv\d{{1,3}}\b)|\b(?:19|20)\d\d\b")
_REPOSITORY = re.compile(r"(?i)computing research repository")
_OF_A_CLASS = re.compile(r"(?i:arxiv):\s+[A-Z][A-Za-z ]*")  # `arXiv: Quantum Physics`, as Microsoft Academic had it


def cited(entry: Entry) -> ArxivId | None:
    """Give the paper of arXiv that an entry cites, with the version that it names; None where there is none."""
    first: ArxivId | None = None
    for _, found in bearers(entry):
        first = first or found
        if found.id == first.id and found.version:
            return found
    if first is None:
        return None
    return first._replace(version=version_in(entry))


def bearers(entry: Entry) -> Iterator[tuple[Field, ArxivId]]:
    """Give the fields that bear the arXiv id of the entry itself, the surest first, each with it."""
    own = list(_own(entry))
    yield from own
    for field, found in _beside(entry):
        if found.id == own[0][1].id if own else _is_of(entry, field):
            yield field, found


def version_in(entry: Entry) -> int | None:
    """Give the version that the field of that name says, None where it says something else, such as `1.2.3`."""
    said = _SAID_VERSION.fullmatch(entry.says("version"))
    return int(said[1]) if said else None


def is_preprints(venue: str) -> bool:
    """Tell whether what stands for a journal is none: `CoRR`, `arXiv preprint arXiv:1706.03762 [cs.CL]`, `Preprint`."""
    plain = _REPOSITORY.sub("CoRR", _plain(_COMMAND.sub(" ", venue.replace("}{", " "))))
    if _OF_A_CLASS.fullmatch(plain):
        return True
    words = re.findall(r"\w+(?:[.-]\w+)*", _NOTHING_MORE.sub(" ", plain).lower())
    others = [word for word in words if not _NAMING.fullmatch(word)]
    return len(others) < len(words) and all(_BESIDE.fullmatch(word) or _is_of_arxiv(word) for word in others)


def _is_of_arxiv(word: str) -> bool:
    return word in _MONTHS or is_category(word)


def has_journal(entry: Entry) -> bool:
    """Tell whether an entry names a journal that is one."""
    return _has_other(entry, _JOURNALS)


def doi_of(entry: Entry) -> str:
    """Give the DOI of an entry, bare and as DOIs are compared; nothing where it has none."""
    said = comparable(re.sub(r"[{}]|\\(?=[_&%#])", "", entry.says("doi")))
    found = _DOI.search(said)  # there may be an address before it
    return found[0] if found else said


def _own(entry: Entry) -> Iterator[tuple[Field, ArxivId]]:
    """Give the fields that can only name the paper that the entry is."""
    eprint = entry.field("eprint")
    if eprint and (found := _of_eprint(entry, eprint)):
        yield eprint, found
    for name in _OWN:
        field = entry.field(name)
        if field and (name != "doi" or is_arxivs(doi_of(entry))) and (found := _of_id(field)):
            yield field, found


def _beside(entry: Entry) -> Iterator[tuple[Field, ArxivId]]:
    """Give the fields that hold an arXiv id and nothing else."""
    for name in (*_ADDRESSES, *_WORDS):
        field = entry.field(name)
        if field and (found := _of_address(field.value) if name in _ADDRESSES else _of_words(field)):
            yield field, found


def _is_of(entry: Entry, field: Field) -> bool:
    """Tell whether a field that bears an id beside what else an entry says speaks of the entry itself."""
    venues = _JOURNALS if field.name in _ADDRESSES else _VENUES
    return entry.kind not in _OTHER_WORKS and not _has_other(entry, venues)


def _has_other(entry: Entry, venues: Iterable[str]) -> bool:
    return any(said and not is_preprints(said) for said in map(entry.says, venues))


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


def _of_id(field: Field) -> ArxivId | None:
    return ids.parse(_plain(field.value)) or _in_text(field.value)


def _of_address(text: str) -> ArxivId | None:
    plain = _plain(text.replace("\\url", ""))
    return None if " " in plain else _in_text(plain)


def _of_words(field: Field) -> ArxivId | None:
    text = _BARE.sub("arXiv:", field.value) if field.name in ("volume", "number", "journal") else field.value
    if "arxiv" not in text.lower() or not is_preprints(text):
        return None
    named = _named(text) or _named(_plain(text))
    return named[0] if len({each.id for each in named}) == 1 else None


def _in_text(text: str) -> ArxivId | None:
    return next(iter(_named(text)), None)


def _named(text: str) -> list[ArxivId]:
    named = addresses.find(text, datetime.max)  # that a field is there says enough
    return [each for each in named if isinstance(each, ArxivId)]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[{}]", "", text).split())
