"""What can be asked of arXiv, each question one method: an address, one or more requests, a parser.

Parsers are imported while the first answer is on its way: they cost more than the rest of the start-up together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from coolcli.arxiv.client import Client
from coolcli.config import Settings
from coolcli.errors import Nonsense, Refused
from coolcli.models import Listing, Paper

PAGE = 2000
"""Entries of a listing page at the most (arxiv-endpoints.md: `show` is one of 25 50 100 250 500 1000 2000)."""
HEAD = 25
"""The smallest page: enough to see the date and the counts."""
API_IDS = 100
"""Ids of one API request: short enough for an address, few enough for one answer."""


class Arxiv:
    """arXiv's feed, pages and API through one client."""

    def __init__(self, client: Client, settings: Settings, *, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Take what to do while the first answer is on its way, such as importing what will show it."""
        self._client = client
        self._settings = settings
        self._meanwhile = meanwhile

    def feed(self, category: str, *, patience: float | None = None) -> Listing:
        """Give the feed of a category: the listing of the day that it bears. Raises FetchError.

        `patience` is how many seconds the answer may be waited for, None for as long as the budget lasts.
        """
        body = self._get(f"{self._settings.arxiv_feed_url}/rss/{category}", "xml", self._import_feed, patience)
        from coolcli.arxiv import feed

        return feed.parse(body, category)

    def head(self, category: str, *, patience: float | None = None) -> Listing:
        """Give the first rows of a category's latest listing, with the counts of all of it. Raises FetchError."""
        return self._new(category, f"?show={HEAD}", patience)

    def page(self, category: str, *, patience: float | None = None) -> Listing:
        """Give all of a category's latest listing from its pages; `patience` is for the first. Raises FetchError."""
        listing = self._new(category, f"?skip=0&show={PAGE}", patience)
        entries, counts = list(listing.entries), listing.counts
        while counts and len(entries) < counts.total:
            more = self._new(category, f"?skip={len(entries)}&show={PAGE}")
            if more.day != listing.day or not more.entries:
                raise Nonsense(f"arXiv's listing of {category} changed while it was read.", "Try again.")
            entries += more.entries
        return Listing(category, listing.day, "page", tuple(entries), counts)

    def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Give the papers of some ids; those that the API does not know are absent. Raises FetchError."""
        found: list[Paper] = []
        for start in range(0, len(ids), API_IDS):
            batch = ids[start : start + API_IDS]
            address = f"{self._settings.arxiv_api_url}?id_list={','.join(batch)}&max_results={API_IDS}"
            body = self._get(address, "xml", self._import_feed)
            from coolcli.arxiv import api

            found += api.parse(body)
        return found

    def abstract(self, paper_id: str) -> Paper | None:
        """Give a paper from its abstract page, None where arXiv has no such page. Raises FetchError."""
        try:
            body = self._get(f"{self._settings.arxiv_site_url}/abs/{paper_id}", "html", self._import_pages)
        except Refused as error:
            if error.status == 404:
                return None
            raise
        from coolcli.arxiv import pages

        return pages.parse_abstract(body, paper_id)

    def _new(self, category: str, query: str, patience: float | None = None) -> Listing:
        address = f"{self._settings.arxiv_site_url}/list/{category}/new{query}"
        body = self._get(address, "html", self._import_pages, patience)
        from coolcli.arxiv import pages

        return pages.parse_listing(body, category)

    def _get(
        self, url: str, expect: Literal["xml", "html"], parser: Callable[[], object], patience: float | None = None
    ) -> bytes:
        def meanwhile() -> None:
            parser()
            self._meanwhile()

        return self._client.get(url, expect, meanwhile=meanwhile, patience=patience)

    @staticmethod
    def _import_feed() -> object:
        from coolcli.arxiv import api, feed

        return api, feed

    @staticmethod
    def _import_pages() -> object:
        from coolcli.arxiv import pages

        return pages
