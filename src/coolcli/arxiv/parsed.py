"""Reading what feedparser made of a feed or an API answer: strings where strings are, categories that are arXiv's.

Anything may stand in an answer, so a field of another kind than expected counts as absent.
"""

from __future__ import annotations

from typing import Any

import feedparser

from coolcli.arxiv.categories import is_category


def parse(body: bytes) -> Any:
    """Parse a feed without altering its texts, as an object with `feed`, `entries`, `bozo` and, of a feed, `version`.

    Sanitising would alter abstracts and delete what looks like a tag, such as `<think>`.
    """
    return feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)


def string(item: Any, key: str) -> str:
    """Give a field's text, an empty one where there is none.

    feedparser's own look-up tries its old names at each key: over a feed that costs more than all the rest here.
    """
    found = dict.get(item, key)
    return found if isinstance(found, str) else ""


def items(item: Any, key: str) -> list[Any]:
    """Give a field's list of dictionaries, such as authors or tags."""
    found = dict.get(item, key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def categories(item: Any) -> tuple[str, ...]:
    """Give the categories of an entry in their order; MSC and ACM classes, which the API has among them, are none."""
    return tuple(term for tag in items(item, "tags") if is_category(term := string(tag, "term")))
