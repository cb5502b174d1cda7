"""Answers of arXiv's API, Atom as arxiv-endpoints.md ("The API") describes it."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser

from coolcli.arxiv.categories import is_category
from coolcli.arxiv.ids import parse as parse_id
from coolcli.arxiv.text import author, clean, from_tex, paragraphs
from coolcli.errors import Nonsense
from coolcli.models import Paper


def parse(body: bytes) -> list[Paper]:
    """Read the papers of an answer; ids that arXiv does not know are silently absent. Raises Nonsense."""
    feed: Any = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise Nonsense("arXiv's API did not send a feed.", "Try again later.")
    errors = [entry for entry in feed.entries if entry.get("id", "").rpartition("/api/")[2].startswith("errors")]
    if errors:
        raise Nonsense(f"arXiv's API says: {clean(errors[0].get('summary', ''))}", "Try again later.")
    papers = [paper for entry in feed.entries if (paper := _paper(entry)) is not None]
    if not papers and int(feed.feed.get("opensearch_totalresults", 0) or 0):
        raise Nonsense("arXiv's API sent an empty page of a list that is not empty.", "Try again later.")
    return papers


def _paper(entry: Any) -> Paper | None:
    identifier = parse_id(entry.get("id", "").rpartition("/abs/")[2])
    if identifier is None:
        return None
    # MSC and ACM classes stand among the categories.
    categories = tuple(tag.term for tag in entry.get("tags", ()) if is_category(tag.term))
    primary = entry.get("arxiv_primary_category", {}).get("term")
    if primary in categories:
        categories = (primary, *(category for category in categories if category != primary))
    return Paper(
        id=identifier.id,
        version=identifier.version,
        title=from_tex(clean(entry.get("title", ""))) or None,
        abstract=from_tex(paragraphs(entry.get("summary", ""))) or None,
        authors=tuple(author(person.get("name", "")) for person in entry.get("authors", ())),
        categories=categories,
        primary_category=primary or (categories[0] if categories else None),
        comments=clean(entry.get("arxiv_comment", "")) or None,
        journal_ref=clean(entry.get("arxiv_journal_ref", "")) or None,
        doi=clean(entry.get("arxiv_doi", "")) or None,
        submitted=_moment(entry.get("published_parsed")),
        updated=_moment(entry.get("updated_parsed")),
    )


def _moment(parsed: Any) -> datetime | None:
    return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
