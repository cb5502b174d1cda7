"""Answers of arXiv's API, Atom as arxiv-endpoints.md ("The API") describes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from coolcli.arxiv import parsed
from coolcli.arxiv.ids import parse as parse_id
from coolcli.arxiv.parsed import items, string
from coolcli.arxiv.text import author, clean, from_tex, paragraphs
from coolcli.errors import Nonsense
from coolcli.models import Paper


class Found(NamedTuple):
    """A page of what a search found."""

    papers: list[Paper]
    total: int
    """How many there are on all pages."""


def parse(body: bytes) -> list[Paper]:
    """Read the papers of an answer; ids that arXiv does not know are silently absent. Raises Nonsense."""
    return parse_page(body).papers


def parse_page(body: bytes) -> Found:
    """Read a page of a search. Raises Nonsense, also for an empty page of a list that is not empty."""
    feed = parsed.parse(body, "The answer of arXiv's API")
    errors = [entry for entry in feed.entries if string(entry, "id").rpartition("/api/")[2].startswith("errors")]
    if errors:
        raise Nonsense(f"arXiv's API says: {clean(string(errors[0], 'summary'))}", "Try again later.")
    papers = [paper for entry in feed.entries if (paper := _paper(entry)) is not None]
    stated = string(feed.feed, "opensearch_totalresults").strip()
    if not papers and stated not in ("", "0"):
        raise Nonsense("arXiv's API sent an empty page of a list that is not empty.", "Try again later.", passing=True)
    return Found(papers, int(stated) if re.fullmatch(r"[0-9]{1,9}", stated) else len(papers))


def _paper(entry: Any) -> Paper | None:
    identifier = parse_id(string(entry, "id").rpartition("/abs/")[2])
    if identifier is None:
        return None
    categories = parsed.categories(entry)
    stated = dict.get(entry, "arxiv_primary_category")
    primary = string(stated, "term") if isinstance(stated, dict) else ""
    if primary in categories:
        categories = (primary, *(category for category in categories if category != primary))
    return Paper(
        id=identifier.id,
        version=identifier.version,
        title=from_tex(clean(string(entry, "title"))) or None,
        abstract=from_tex(paragraphs(string(entry, "summary"))) or None,
        authors=tuple(name for person in items(entry, "authors") if (name := author(string(person, "name")))),
        categories=categories,
        primary_category=categories[0] if categories else None,
        comments=clean(string(entry, "arxiv_comment")) or None,
        journal_ref=clean(string(entry, "arxiv_journal_ref")) or None,
        doi=clean(string(entry, "arxiv_doi")) or None,
        submitted=_moment(string(entry, "published")),
        updated=_moment(string(entry, "updated")),
    )


def _moment(text: str) -> datetime | None:
    """Read a moment such as `2006-01-02T14:57:58Z`; None for anything else."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
