"""Answers of arXiv's OAI-PMH in its formats arXiv and arXivRaw, as arxiv-endpoints.md ("OAI-PMH") describes them.

Errors of the protocol come with HTTP 200; that nothing matched is an empty answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from coolcli.arxiv.categories import ARCHIVES, is_category
from coolcli.arxiv.ids import parse as parse_id
from coolcli.arxiv.text import author, clean, from_tex, paragraphs, split_creators
from coolcli.errors import Nonsense
from coolcli.models import Paper

_PHYSICS = frozenset(
    [
        *("astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nlin", "nucl-ex"),
        *("nucl-th", "physics", "quant-ph"),
    ]
)
"""The archives that the sets count as physics."""
MOST_ELEMENTS = 500_000
"""Elements of an answer at the most, some ten times those of a full page: a tree takes far more room than its text."""
_NOTHING = ("noRecordsMatch", "idDoesNotExist")


class Records(NamedTuple):
    """A page of records."""

    papers: list[Paper]
    token: str | None
    """By what the next page is asked for; None after the last."""


def set_of(category: str) -> str:
    """Give the set of a category or archive: `cs:cs:LG`, `physics:hep-th`, `cs`."""
    archive, _, subject = category.partition(".")
    if category in ARCHIVES and archive not in _PHYSICS:
        return archive
    group = "physics" if archive in _PHYSICS else archive
    return ":".join((group, archive, subject) if subject else (group, archive))


def parse(body: bytes) -> Records:
    """Read a page of ListRecords in the format arXiv; none where nothing matched. Raises Nonsense.

    `submitted` and `updated` are days, at midnight UTC; the format states no version.
    """
    answered = _answered(body, "ListRecords")
    if answered is None:
        return Records([], None)
    papers = [_paper(record, paper_id) for record, paper_id in _records(answered, "arXiv")]
    return Records(papers, clean(_text(answered, "resumptionToken")) or None)


def parse_raw(body: bytes, paper_id: str) -> Paper | None:
    """Read the record of one paper in the format arXivRaw, None where there is no such paper. Raises Nonsense.

    It has the newest version, and whether that is a withdrawal: a version without files.
    """
    answered = _answered(body, "GetRecord")
    if answered is None:
        return None
    found = [_raw(record, one) for record, one in _records(answered, "arXivRaw") if one == paper_id]
    if not found:
        raise Nonsense(f"arXiv's OAI-PMH sent no record of {paper_id}.", "Try again later.")
    return found[0]


class _Builder(ElementTree.TreeBuilder):
    """Builds the tree, but of no document type: only there can entities be declared, which grow or name files."""

    def doctype(self, *_: object) -> None:
        raise Nonsense("The answer of arXiv's OAI-PMH is not one (it has a document type).", "Try again later.")


def _answered(body: bytes, verb: str) -> Element | None:
    """Give the element that answers a verb, None where nothing is; raise what the protocol says instead of it."""
    if body.count(b"<") - body.count(b"</") > MOST_ELEMENTS:
        raise Nonsense("The answer of arXiv's OAI-PMH has more elements than any.", "Try again later.")
    try:
        root = ElementTree.fromstring(body.decode("utf-8", "replace"), ElementTree.XMLParser(target=_Builder()))  # noqa: S314
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        why = clean(str(error))
        raise Nonsense(
            f"The answer of arXiv's OAI-PMH is damaged or breaks off ({why}).", "Try again later.", passing=True
        ) from error
    for child in root:
        if _name(child) == verb:
            return child
        if _name(child) == "error":
            if child.get("code") in _NOTHING:
                return None
            said = clean(child.text or child.get("code") or "it failed")
            raise Nonsense(f"arXiv's OAI-PMH says: {said[:200]}", "Try again later.")
    raise Nonsense("The answer of arXiv's OAI-PMH is not one.", "Try again later.", passing=True)


def _name(element: Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _records(answered: Element, form: str) -> Iterator[tuple[Element, str]]:
    """Give what each record says in a format, with its id. A record that was deleted says nothing."""
    for record in answered.iter():
        if _name(record) != form:
            continue
        identifier = parse_id(_text(record, "id"))
        if identifier is None:
            raise Nonsense(
                f"arXiv's OAI-PMH sent a record of no paper: '{_text(record, 'id')[:40]}'.", "Try again later."
            )
        yield record, identifier.id


def _text(element: Element, name: str) -> str:
    return next((child.text or "" for child in element if _name(child) == name), "")


def _paper(record: Element, paper_id: str) -> Paper:
    names = next((child for child in record if _name(child) == "authors"), None)
    return _common(record, paper_id)._replace(
        authors=tuple(name for one in names if (name := _author(one))) if names is not None else (),
        submitted=_midnight(_text(record, "created")),
        updated=_midnight(_text(record, "updated") or _text(record, "created")),
    )


def _raw(record: Element, paper_id: str) -> Paper:
    versions = [child for child in record if _name(child) == "version"]
    numbers = {number: one for one in versions if (number := _number(one.get("version") or ""))}
    newest = max(numbers, default=None)
    return _common(record, paper_id)._replace(
        version=newest,
        authors=split_creators(_text(record, "authors")),
        submitted=_moment(_text(numbers[1], "date")) if 1 in numbers else None,
        updated=_moment(_text(numbers[newest], "date")) if newest else None,
        withdrawn=_has_no_files(numbers[newest]) if newest else None,
    )


def _common(record: Element, paper_id: str) -> Paper:
    categories = tuple(name for name in _text(record, "categories").split() if is_category(name))
    return Paper(
        id=paper_id,
        title=from_tex(clean(_text(record, "title"))) or None,
        abstract=from_tex(paragraphs(_text(record, "abstract").strip())) or None,
        categories=categories,
        primary_category=categories[0] if categories else None,
        comments=clean(_text(record, "comments")) or None,
        journal_ref=clean(_text(record, "journal-ref")) or None,
        doi=clean(_text(record, "doi")) or None,
        license=clean(_text(record, "license")) or None,
    )


def _author(element: Element) -> str:
    parts = (_text(element, "forenames"), _text(element, "keyname"), _text(element, "suffix"))
    return author(" ".join(part for part in map(clean, parts) if part))


def _has_no_files(version: Element) -> bool:
    """Tell a withdrawal: it has the size 0, or the source type I (to be ignored)."""
    return bool(re.fullmatch(r"0+ *kb", clean(_text(version, "size")).lower())) or "I" in _text(version, "source_type")


def _number(version: str) -> int | None:
    match = re.fullmatch(r"v([1-9][0-9]{0,2})", version)
    return int(match[1]) if match else None


def _midnight(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(), UTC)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """Read a moment such as `Mon, 22 Oct 2018 22:41:50 GMT`; None for anything else."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (OverflowError, TypeError, ValueError, IndexError):
        return None
