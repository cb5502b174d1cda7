"""The day's feed of a category, RSS 2.0 as arxiv-endpoints.md ("The day's feed") describes it."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from coolcli.arxiv import parsed
from coolcli.arxiv.calendar import EASTERN
from coolcli.arxiv.ids import parse as parse_id
from coolcli.arxiv.parsed import string
from coolcli.arxiv.text import clean, from_tex, paragraphs, split_creators
from coolcli.errors import Nonsense
from coolcli.models import ANNOUNCE_TYPES, AnnounceType, Entry, Listing, Paper

MOST_ITEMS = 2000
"""A feed of exactly so many items was cut: `new` papers are missing, the lowest ids first."""


def parse(body: bytes, category: str) -> Listing:
    """Read a feed as the listing of its own day, which may be empty and need not be the latest.

    Takes the body of an answer with status 200: a refusal has a body that reads as an empty feed. Raises Nonsense
    where it is no feed of arXiv's, or where an item of it cannot be read: a paper is never left out silently.
    """
    feed = parsed.parse(body, f"The feed of {category}")
    day = _day(string(feed.feed, "published"))
    if day is None:
        raise Nonsense(f"The feed of {category} bears no date.", "Try again later.")
    entries = tuple(entry for item in feed.entries if (entry := _entry(item)) is not None)
    if len(entries) < len(feed.entries):
        left = len(feed.entries) - len(entries)
        raise Nonsense(f"The feed of {category} has {left} items that cannot be read.", "Try again later.")
    return Listing(category, day, "feed", entries, truncated=len(entries) >= MOST_ITEMS)


def _day(published: str) -> date | None:
    """Read the channel's pubDate, midnight US Eastern of the announcement day."""
    try:
        return parsedate_to_datetime(published).astimezone(EASTERN).date()
    except (OverflowError, ValueError):
        return None


def _entry(item: Any) -> Entry | None:
    identifier = parse_id(string(item, "id").removeprefix("oai:arXiv.org:"))
    stated = string(item, "arxiv_announce_type")
    kind: AnnounceType | None = next((name for name in ANNOUNCE_TYPES if name == stated), None)
    if identifier is None or kind is None:
        return None
    categories = parsed.categories(item)
    return Entry(
        Paper(
            id=identifier.id,
            version=identifier.version,
            title=from_tex(clean(string(item, "title"))) or None,
            abstract=_abstract(string(item, "summary")),
            authors=split_creators(string(item, "author")),
            categories=categories,
            primary_category=categories[0] if categories else None,
            journal_ref=clean(string(item, "arxiv_journal_reference")) or None,
            doi=clean(string(item, "arxiv_doi")) or None,
            license=clean(string(item, "rights")) or None,
        ),
        kind,
    )


def _abstract(description: str) -> str | None:
    """Take the abstract out of `arXiv:IDvN Announce Type: TYPE \\nAbstract: …`."""
    _, found, text = description.partition("Abstract:")
    if not found:
        text = re.sub(r"^arXiv:\S+ Announce Type: \S+", "", description)
    return from_tex(paragraphs(text.lstrip())) or None
