"""The day's feed of a category, RSS 2.0 as arxiv-endpoints.md ("The day's feed") describes it."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser

from coolcli.arxiv.calendar import EASTERN
from coolcli.arxiv.categories import is_category
from coolcli.arxiv.ids import parse as parse_id
from coolcli.arxiv.text import clean, from_tex, paragraphs, split_creators
from coolcli.errors import Nonsense
from coolcli.models import ANNOUNCE_TYPES, AnnounceType, Entry, Listing, Paper

MOST_ITEMS = 2000
"""A feed of exactly so many items was cut: `new` papers are missing, the lowest ids first."""


def parse(body: bytes, category: str) -> Listing:
    """Read a feed as the listing of its own day, which may be empty and need not be the latest.

    Takes the body of an answer with status 200: a refusal has a body that reads as an empty feed. Raises Nonsense
    where it is no feed of arXiv's.
    """
    # Sanitising would alter abstracts and delete what looks like a tag, such as `<think>`.
    feed: Any = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    day = _day(feed.feed.get("published"))
    if not feed.version or day is None or (feed.bozo and _is_cut(feed.bozo_exception)):
        raise Nonsense(f"The feed of {category} is not one: {_complaint(feed)}.", "Try again later.")
    entries = tuple(entry for item in feed.entries if (entry := _entry(item)) is not None)
    if len(entries) < len(feed.entries):
        left = len(feed.entries) - len(entries)
        raise Nonsense(f"The feed of {category} has {left} items that cannot be read.", "Try again later.")
    return Listing(category, day, "feed", entries, truncated=len(entries) >= MOST_ITEMS)


def _day(published: str | None) -> date | None:
    """Read the channel's pubDate, midnight US Eastern of the announcement day."""
    try:
        return parsedate_to_datetime(published or "").astimezone(EASTERN).date()
    except ValueError:
        return None


def _is_cut(error: Exception) -> bool:
    """Tell XML that ends or breaks in the middle from what feedparser merely remarks on, such as a charset."""
    return hasattr(error, "getLineNumber")


def _complaint(feed: Any) -> str:
    return clean(str(feed.bozo_exception)) if feed.bozo else "it bears no date"


def _entry(item: Any) -> Entry | None:
    identifier = parse_id(item.get("id", "").removeprefix("oai:arXiv.org:"))
    kind: AnnounceType = item.get("arxiv_announce_type", "")
    if identifier is None or kind not in ANNOUNCE_TYPES:
        return None
    categories = tuple(tag.term for tag in item.get("tags", ()) if is_category(tag.term))
    return Entry(
        Paper(
            id=identifier.id,
            version=identifier.version,
            title=from_tex(clean(item.get("title", ""))) or None,
            abstract=_abstract(item.get("summary", "")),
            authors=split_creators(item.get("author", "")),
            categories=categories,
            primary_category=categories[0] if categories else None,
            journal_ref=clean(item.get("arxiv_journal_reference", "")) or None,
            doi=clean(item.get("arxiv_doi", "")) or None,
            license=clean(item.get("rights", "")) or None,
        ),
        kind,
    )


def _abstract(description: str) -> str | None:
    """Take the abstract out of `arXiv:IDvN Announce Type: TYPE \\nAbstract: …`."""
    _, found, text = description.partition("Abstract:")
    return (
        from_tex(paragraphs(text.lstrip() if found else re.sub(r"^arXiv:\S+ Announce Type: \S+", "", description)))
        or None
    )
