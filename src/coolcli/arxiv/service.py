"""What can be asked of arXiv, each question one method: an address, one or more requests, a parser.

Parsers are imported when they are needed first: they cost more than the rest of the start-up together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlencode

from coolcli.arxiv import translation
from coolcli.arxiv.answers import Format
from coolcli.arxiv.categories import ARCHIVES
from coolcli.arxiv.client import Client
from coolcli.arxiv.pace import Server
from coolcli.errors import FetchError, Intercepted, Nonsense, Refused
from coolcli.models import Listing, Paper, Validator
from coolcli.settings import Settings
from coolcli.transport import host_of

if TYPE_CHECKING:
    from coolcli.arxiv.api import Found
    from coolcli.arxiv.download import Seen, Sink
    from coolcli.arxiv.oai import Records
    from coolcli.ask.document import Document

PAGE = 2000
"""Entries of a listing page at the most (arxiv-endpoints.md: `show` is one of 25 50 100 250 500 1000 2000)."""
HEAD = 25
"""The smallest page: enough to see the date and the counts."""
API_IDS = 100
"""Ids of one API request: short enough for an address, few enough for one answer."""
API_PAGE = 2000
"""Papers of one API request at the most, as arXiv's documentation of it says."""
API_SLICE = 500
"""Papers of one request of a search, for which a reader waits: an answer of seconds, of which a fault costs little."""
API_WINDOW = 10_000
"""How far into a search's results the API can be asked (arxiv-endpoints.md: beyond it, HTTP 500)."""
_A_MEGABYTE = 100
"""Papers that never take more than a megabyte of the API's; a thousand authors weigh 100 kB, a paper 2.4."""
_MINUTE = timedelta(minutes=1)

QUIET = "stat.OT"
"""A category whose feed is never large."""
FIRST_PAPER = "0704.0001"
"""The first paper with an id of the new style."""


class Probe(NamedTuple):
    """How a server answered a question that was only asked to see whether it does."""

    host: str
    seconds: float
    """What the request took, without the pace."""
    off: timedelta | None
    """How far this machine's clock is ahead of the server's, where that one told (HTTP: Date, Age)."""
    day: date | None
    """The announcement that it has, for those that say so."""


class Arxiv:
    """arXiv's feed, pages and API through one client."""

    def __init__(self, client: Client, settings: Settings, *, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Take what to do while the first answer is on its way, such as importing what will show it."""
        self._client = client
        self._settings = settings
        self._meanwhile = meanwhile

    def turn(self, patience: float | None = None) -> AbstractContextManager[None]:
        """Be the only process of the user that asks arXiv while the block runs. Raises Unreachable."""
        return self._client.turn(patience)

    def waiting(self, seconds: float | None) -> AbstractContextManager[None]:
        """Wait for what is asked inside the block no longer than so many seconds; None: as long as the budget lasts."""
        return self._client.waiting(seconds)

    def slowly(self) -> AbstractContextManager[None]:
        """Ask for many pages: inside the block those of the site are as far apart as its robots.txt wants it."""
        return self._client.slowly()

    def rest(self, server: Server) -> None:
        """Wait, without holding the turn, until a server may be asked again, and say so.

        In the pauses of long work another process can ask.
        """
        self._client.rest(server)

    def progressed(self) -> None:
        """Begin the budget anew: of long work it is the time without progress."""
        self._client.progressed()

    @property
    def left(self) -> float:
        """Give the seconds for which answers will be waited for still."""
        return self._client.left

    def trouble(self, server: Server) -> tuple[str, datetime] | None:
        """Say why a server failed a moment ago, and when; None where it did not."""
        return self._client.trouble(server)

    def feed(self, category: str, known: Validator | None = None) -> Listing | None:
        """Give the feed of a category: the listing of the day that it bears. Raises FetchError.

        None where the feed is the one that is known by its validator.
        """

        def read(body: bytes, validator: Validator | None) -> Listing:
            from coolcli.arxiv import feed

            return feed.parse(body, category)._replace(validator=validator)

        url = f"{self._settings.arxiv_feed_url}/rss/{category}"
        return self._client.get_if_changed("feed", url, "xml", read, known, meanwhile=self._ready(_import_feed))

    def head(self, category: str) -> Listing:
        """Give the first rows of a category's latest listing, with the counts of all of it. Raises FetchError."""
        _import_pages()
        return self._client.get("site", self._new(category, f"?show={HEAD}"), "html", _listing_of(category))

    def page(self, category: str, known: Validator | None = None, *, once: bool = False) -> Listing | None:
        """Give all of a category's latest listing from its pages, trying it once or as often as makes sense.

        None where it is one page, and the one that is known by its validator. Raises FetchError.
        """

        def read(body: bytes, validator: Validator | None) -> Listing:
            return _listing_of(category)(body)._replace(validator=validator)

        url, ready = self._pages(category, 0), self._ready(_import_pages)
        first = self._client.get_if_changed("site", url, "html", read, known, meanwhile=ready, once=once)
        if first is None or first.counts is None or len(first.entries) >= first.counts.total:
            return first
        entries = list(first.entries)
        while len(entries) < first.counts.total:
            more = self._client.get("site", self._pages(category, len(entries)), "html", _listing_of(category))
            if more.day != first.day or not more.entries:
                raise Nonsense(f"arXiv's listing of {category} changed while it was read.", "Try again.")
            entries += more.entries
        return first._replace(entries=tuple(entries), validator=None)

    def catchup(self, category: str, day: date, page: int = 1) -> Listing:
        """Give one page of a past day's listing, with the counts of all of it: 2000 entries a page.

        It shows each paper as it is now, and by the categories of now, without replacements from version 6 on; which
        day follows is said by the last page (arxiv-endpoints.md; arxiv-browse). Raises FetchError: Refused with status
        400 where the day is out of reach, about 90 days back, or has not come.
        """

        def read(body: bytes) -> Listing:
            listing = _listing_of(category)(body)
            if listing.day != day or listing.source != "catchup":
                raise Nonsense(
                    f"arXiv sent the listing of {listing.day} in place of that of {day}.", "Try again later."
                )
            return listing

        url = f"{self._settings.arxiv_site_url}/catchup/{category}/{day}?abs=True&page={page}"
        return self._client.get("site", url, "html", read, meanwhile=self._ready(_import_pages))

    def submitted(self, category: str, since: datetime, until: datetime) -> Iterator[Paper]:
        """Give the papers of a category whose first version was submitted in a window, its end not included.

        From the API's search by submittedDate, oldest first; which is asked for the minutes around the window, since
        whether it counts the last one is not documented (arxiv-endpoints.md, "The API"). Raises FetchError.
        """
        given: set[str] = set()
        for paper in self._window(category, since.astimezone(UTC), until.astimezone(UTC)):
            inside = paper.submitted is None or since <= paper.submitted < until
            if inside and paper.id not in given:
                given.add(paper.id)
                yield paper

    def _window(self, category: str, since: datetime, until: datetime) -> Iterator[Paper]:
        """Give what a search finds, page by page; a window with more than the API shows is asked for in two halves."""
        if since >= until:
            return
        first = self._search(category, since, until, 0)
        if first.total > API_WINDOW:
            if until - since <= _MINUTE:
                raise Nonsense(f"arXiv's API finds {first.total} papers of one minute.", "Try again later.")
            middle = (since + (until - since) / 2).replace(second=0, microsecond=0)
            middle = max(middle, since.replace(second=0, microsecond=0) + _MINUTE)
            yield from self._window(category, since, middle)
            yield from self._window(category, middle, until)
            return
        yield from first.papers
        read = len(first.papers)
        while read < first.total:
            page = self._search(category, since, until, read)
            if not page.papers:
                raise Nonsense(f"arXiv's API shows {read} of {first.total} papers.", "Try again later.")
            yield from page.papers
            read += len(page.papers)

    def _search(self, category: str, since: datetime, until: datetime, start: int) -> Found:
        name = f"{category}.*" if category in ARCHIVES else category
        window = f"submittedDate:[{since:%Y%m%d%H%M} TO {until:%Y%m%d%H%M}]"
        return self._slice(f"cat:{name} AND {window}", "ascending", start, API_PAGE)

    def search(self, query: str, most: int | None = None) -> Iterator[Found]:
        """Give what a question in the API's own language finds, the newest submission first, slice by slice.

        `most` papers at the most, None for all; a slice has those that were not given before, and the number of all.
        The next is asked for when it is wanted. Raises FetchError, also after some slices.
        """
        given: set[str] = set()
        total: int | None = None

        def size() -> int:
            return API_SLICE if most is None else min(API_SLICE, most - len(given))

        for page in self._newest(query, size):
            total = page.total if total is None else total
            fresh = [paper for paper in page.papers if paper.id not in given]
            given |= {paper.id for paper in fresh}
            yield page._replace(papers=fresh, total=total)
            if most is not None and len(given) >= most:
                return

    def _newest(self, query: str, size: Callable[[], int]) -> Iterator[Found]:
        """Give the pages of a search; beyond what the API shows of one list, those of the list of what is older.

        That holds the last minute of the list before and the one above it, so that none is lost: some come twice.
        """
        until: datetime | None = None
        while True:
            asked = translation.up_to(query, until) if until else query
            shown: list[Paper] = []
            page = self._slice(asked, "descending", 0, size())
            yield page
            shown += page.papers
            while len(shown) < min(page.total, API_WINDOW):
                self.rest("api")
                page = self._slice(asked, "descending", len(shown), size())
                yield page
                shown += page.papers
            if len(shown) >= page.total:
                return
            self.rest("api")
            until = _next_until(shown, until)

    def _slice(self, query: str, order: Literal["ascending", "descending"], start: int, size: int) -> Found:
        """Give one page of a search by the time of submission."""

        def read(body: bytes) -> Found:
            from coolcli.arxiv import api

            return api.parse_page(body)

        question = {
            "search_query": query,
            "start": start,
            "max_results": min(size, max(1, self._settings.network_max_mb) * _A_MEGABYTE, API_WINDOW - start),
            "sortBy": "submittedDate",
            "sortOrder": order,
        }
        url = f"{self._settings.arxiv_api_url}?{urlencode(question)}"
        found = self._client.get("api", url, "xml", read, meanwhile=self._ready(_import_feed))
        self._client.progressed()
        return found

    def changed(self, category: str, day: date) -> Iterator[Paper]:
        """Give the papers of a category that were changed last on a day, new ones among them.

        From OAI-PMH's ListRecords in the format arXiv, whose `created` and `updated` are days and which states no
        version (arxiv-endpoints.md, "OAI-PMH"). Raises FetchError.
        """

        def read(body: bytes) -> Records:
            from coolcli.arxiv import oai

            return oai.parse(body)

        from coolcli.arxiv import oai

        question = {"metadataPrefix": "arXiv", "from": str(day), "until": str(day), "set": oai.set_of(category)}
        given: set[str] = set()
        while True:
            records = self._client.get("oai", self._oai("ListRecords", question), "xml", read)
            self._client.progressed()
            fresh = [paper for paper in records.papers if paper.id not in given]
            yield from fresh
            if records.token is None:
                return
            if not fresh:
                raise Nonsense("arXiv's OAI-PMH sends the same papers over and over.", "Try again later.")
            given |= {paper.id for paper in fresh}
            question = {"resumptionToken": records.token}

    def raw(self, paper_id: str) -> Paper | None:
        """Give the newest version of a paper, and whether it is withdrawn; None where arXiv has no such paper.

        From OAI-PMH's GetRecord in the format arXivRaw, which lists the versions. Raises FetchError.
        """

        def read(body: bytes) -> Paper | None:
            from coolcli.arxiv import oai

            return oai.parse_raw(body, paper_id)

        question = {"metadataPrefix": "arXivRaw", "identifier": f"oai:arXiv.org:{paper_id}"}
        return self._client.get("oai", self._oai("GetRecord", question), "xml", read)

    def version(self, paper_id: str, version: int) -> Paper | None:
        """Give a paper as a version of it says, None where arXiv has no such version.

        From the API, which knows `IDvN`; where it fails or does not know it, from that version's abstract page. Raises
        FetchError.
        """

        def read(body: bytes) -> list[Paper]:
            from coolcli.arxiv import api

            return api.parse(body)

        address = f"{self._settings.arxiv_api_url}?id_list={paper_id}v{version}&max_results=1"
        try:
            found = self._client.get("api", address, "xml", read, meanwhile=self._ready(_import_feed))
        except Intercepted:
            raise
        except FetchError:
            found = []
        for paper in found:
            if (paper.id, paper.version) == (paper_id, version):
                return paper
        return self.abstract(paper_id, version)

    def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Give the papers of some ids; those that the API does not know are absent. Raises FetchError."""

        def read(body: bytes) -> list[Paper]:
            from coolcli.arxiv import api

            return api.parse(body)

        found: list[Paper] = []
        for start in range(0, len(ids), API_IDS):
            batch = ids[start : start + API_IDS]
            address = f"{self._settings.arxiv_api_url}?id_list={','.join(batch)}&max_results={API_IDS}"
            found += self._client.get("api", address, "xml", read, meanwhile=self._ready(_import_feed))
            self._client.progressed()
        return found

    def abstract(self, paper_id: str, version: int | None = None, *, once: bool = False) -> Paper | None:
        """Give a paper, in a version where one is named, from its abstract page; None where arXiv has no such page.

        Raises FetchError.
        """

        def read(body: bytes) -> Paper:
            from coolcli.arxiv import pages

            return pages.parse_abstract(body, paper_id, version)

        name = f"{paper_id}v{version}" if version else paper_id
        url, ready = f"{self._settings.arxiv_site_url}/abs/{name}", self._ready(_import_pages)
        try:
            return self._client.get("site", url, "html", read, meanwhile=ready, once=once)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def html(self, name: str, *, seconds: float, heed: Callable[[], object] = lambda: None) -> Document | None:
        """Give the text of a paper, named by its id with or without version, from arXiv's HTML version of it.

        None where arXiv has no such version, or none that is whole. It is read within so many seconds once it is here;
        `heed` is called now and then meanwhile, and what it raises ends that. Raises FetchError.
        """

        def read(body: bytes) -> Document | None:
            from coolcli.arxiv import fulltext

            return fulltext.text_of(body, name, seconds=seconds, heed=heed)

        self._client.progressed()
        url, ready = f"{self._settings.arxiv_site_url}/html/{name}", self._ready(_import_fulltext)
        try:
            return self._client.get("site", url, "html", read, meanwhile=ready)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def pdf(self, name: str, sink: Sink, seen: Seen, *, meanwhile: Callable[[], object] | None = None) -> None:
        """Fetch the PDF of a paper, named by its id with or without version, into a sink, going on with what is there.

        `seen` is told of each piece, `meanwhile` is called while the answer is awaited. Raises FetchError: Refused with
        status 404 where arXiv has none; DataError where it cannot be kept.
        """
        self._client.progressed()
        try:
            self._client.download("site", f"{self._settings.arxiv_site_url}/pdf/{name}", sink, seen, meanwhile)
        except Refused as error:
            if error.status == 404:
                error.message = f"arXiv has no PDF of {name}."
            raise

    def probe(self, server: Server, category: str, seconds: float) -> Probe:
        """Ask a server once for as little as it can be asked for; where that is of a category, of this one.

        It is given so many seconds. Raises FetchError, such as Unpaced where the pace cannot be kept.
        """
        settings = self._settings
        questions: dict[Server, tuple[str, Format, Callable[[bytes], date | None]]] = {
            "feed": (f"{settings.arxiv_feed_url}/rss/{QUIET}", "xml", _feed_day),
            "site": (self._new(category, f"?show={HEAD}"), "html", lambda body: _listing_of(category)(body).day),
            "api": (f"{settings.arxiv_api_url}?id_list={FIRST_PAPER}&max_results=1", "xml", _no_day_of_api),
            "oai": (f"{settings.arxiv_oai_url}?verb=Identify", "xml", _no_day_of_oai),
        }
        url, expect, read = questions[server]
        self._client.progressed()
        with self._client.waiting(seconds), self._client.turn(seconds):
            day = self._client.get(server, url, expect, read, once=True)
        answer = self._client.answer
        assert answer is not None  # noqa: S101 -- else it raised
        return Probe(host_of(answer.url), answer.seconds, datetime.now(UTC) - answer.said if answer.said else None, day)

    def _oai(self, verb: str, question: dict[str, str]) -> str:
        return f"{self._settings.arxiv_oai_url}?{urlencode({'verb': verb} | question)}"

    def _new(self, category: str, query: str) -> str:
        return f"{self._settings.arxiv_site_url}/list/{category}/new{query}"

    def _pages(self, category: str, skip: int) -> str:
        return self._new(category, f"?skip={skip}&show={PAGE}")

    def _ready(self, parser: Callable[[], object]) -> Callable[[], object]:
        """Import what will read the answer, and give what is to be done while it is on its way."""
        parser()
        return self._meanwhile


def _next_until(shown: Sequence[Paper], until: datetime | None) -> datetime:
    """Give up to which moment what was not shown of a list was submitted. Raises Nonsense where that cannot be said."""
    moments = [paper.submitted for paper in shown if paper.submitted]
    if len(moments) < len(shown) or moments != sorted(moments, reverse=True):
        raise Nonsense(f"arXiv's API shows {len(shown):,} papers, not the newest first.", "Try again later.")
    last = moments[-1].replace(second=0, microsecond=0)
    if last == until:
        raise Nonsense(f"arXiv's API finds more than {len(shown):,} papers of two minutes.", "Try again later.")
    return last


def _listing_of(category: str) -> Callable[[bytes], Listing]:
    def read(body: bytes) -> Listing:
        from coolcli.arxiv import pages

        return pages.parse_listing(body, category)

    return read


def _feed_day(body: bytes) -> date:
    from coolcli.arxiv import feed

    return feed.parse(body, QUIET).day


def _no_day_of_api(body: bytes) -> None:
    """Read what the API says, which bears no announcement's day."""
    from coolcli.arxiv import api

    api.parse(body)


def _no_day_of_oai(body: bytes) -> None:
    """See that OAI-PMH introduces itself."""
    if b"<Identify>" not in body:
        raise Nonsense("The answer of arXiv's OAI-PMH is not one.", "Try again later.")


def _import_feed() -> object:
    from coolcli.arxiv import api, feed

    return api, feed


def _import_pages() -> object:
    from coolcli.arxiv import pages

    return pages


def _import_fulltext() -> object:
    from coolcli.arxiv import fulltext

    return fulltext
