"""The one client for all of arXiv: one request at a time, the interval kept, patience, retries, checked answers.

    get -> retry (tenacity) -> turn and interval over all processes (pace) -> one request (transport) -> check -> read

`read` is the parser: what it cannot make sense of is tried again where that may help.

    download -> the same way, but the answer goes into a sink as it comes, and another try goes on where it broke off
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast
from urllib.parse import urljoin, urlsplit

from coolcli import __version__, whole_files
from coolcli.arxiv.answers import Format, checked, fits_header, login_page, names_arxiv, validator
from coolcli.arxiv.pace import Intervals, Pace, Server
from coolcli.arxiv.text import clean
from coolcli.errors import FetchError, Intercepted, Nonsense, Refused
from coolcli.models import Validator
from coolcli.settings import SITE_INTERVAL
from coolcli.transport import Answer, Hints, Stream, Transport, host_of

if TYPE_CHECKING:
    from tenacity import RetryCallState

    from coolcli.arxiv.download import Seen, Sink

T = TypeVar("T")

MAX_TRIES = 3
MAX_REDIRECTS = 5
PROGRESS = 16_000
"""Bytes of a file that count as progress: a server that trickles sends less in a budget's time."""
WORTH_ANOTHER = 64_000
"""Bytes that a file has to have grown by for its download to be gone on with after the last try."""
_HINTS = Hints(
    late="Try again later, or `cool config set network.budget 60` to wait longer.",
    large="If that is right, raise it: `cool config set network.max_mb`.",
    lost="Is there a network?",
    unmade="Check ALL_PROXY, HTTPS_PROXY, SSL_CERT_FILE and the setting arxiv.contact.",
)


@dataclass(frozen=True)
class Manners:
    """How arXiv is treated, and how long a reader waits."""

    interval: float
    """Seconds from the end of one request to the start of the next, over all processes of the user."""
    budget: float
    """Seconds a command waits for answers in all, and as many again for the pauses that arXiv prescribes.

    The interval does not count.
    """
    max_bytes: int
    """The largest answer that is read, decompressed."""
    contact: str = ""
    site_interval: float = SITE_INTERVAL
    """Seconds between two pages of the site in work that asks for many (its robots.txt)."""

    @property
    def user_agent(self) -> str:
        """Name the program, its version and, where given, the reader's contact."""
        return f"cool/{__version__} (terminal arXiv reader{'; ' + self.contact if self.contact else ''})"


class Client:
    """Asks arXiv, and nobody else but the hosts of the addresses it is given."""

    def __init__(
        self,
        manners: Manners,
        state: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tell: Callable[[str], None],
        trace: Callable[[str], None] | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep the pace in files below `state`; say what is waited for to `tell`, and each request to `trace`.

        `pause` waits so many seconds; while an answer is awaited it is called with 0. What it raises ends the work: in
        a thread of its own Ctrl-C is not heard.
        """
        self._now = now
        self._tell = tell
        self._trace = trace
        self._sleep = pause
        self._transport = Transport(manners.user_agent, manners.max_bytes, _HINTS, lambda: pause(0))
        self._unread = state / "not-understood.html"
        longest = 2 * manners.budget + manners.interval + 5
        intervals = Intervals(manners.interval, max(manners.interval, manners.site_interval))
        self._pace = Pace(state, intervals, longest, now=now, tell=tell, pause=pause)
        self._answers = _Purse(manners.budget)
        self._pauses = _Purse(manners.budget)
        self.answer: Answer | None = None
        """What was sent last, whatever it was worth; None where the last request failed."""

    def close(self) -> None:
        """End the connections that are kept for the next request; another one can be made all the same."""
        self._transport.close()

    def turn(self, patience: float | None = None) -> AbstractContextManager[None]:
        """Be the only process that asks arXiv while the block runs (see Pace.turn)."""
        return self._pace.turn(patience)

    def slowly(self) -> AbstractContextManager[None]:
        """Keep the longer interval between two pages of the site inside the block (see Manners.site_interval)."""
        return self._pace.slowly()

    def rest(self, server: Server) -> None:
        """Wait, outside of the turn, until a server may be asked again."""
        self._pace.keep_interval(server)

    @contextmanager
    def waiting(self, seconds: float | None) -> Iterator[None]:
        """Wait for answers, tries and pauses inside the block no longer than this, where the budget lasts longer."""
        outer = self._answers, self._pauses
        self._answers, self._pauses = (purse.lend(seconds) for purse in outer)
        try:
            yield
        finally:
            for purse, lent in zip(outer, (self._answers, self._pauses), strict=True):
                purse.spent += lent.spent
            self._answers, self._pauses = outer

    @property
    def left(self) -> float:
        """Give the seconds for which answers will be waited for still."""
        return self._answers.left

    def progressed(self) -> None:
        """Begin the budget anew: of long work it is the time without progress."""
        self._answers.refill()
        self._pauses.refill()

    def trouble(self, server: Server) -> tuple[str, datetime] | None:
        """Say why a server failed a moment ago, and when; None where it did not."""
        return self._pace.record(server).trouble(self._now())

    def get(
        self,
        server: Server,
        url: str,
        expect: Format,
        read: Callable[[bytes], T],
        *,
        meanwhile: Callable[[], object] | None = None,
        once: bool = False,
    ) -> T:
        """Fetch an address and give what `read` makes of the body; `meanwhile` is called while the answer is awaited.

        Raises Unreachable, Refused (with the HTTP status) or Nonsense, after one try or as many as make sense.
        """
        return cast(
            "T",  # where nothing is known, there is nothing that could be unchanged
            self.get_if_changed(server, url, expect, lambda body, _: read(body), None, meanwhile=meanwhile, once=once),
        )

    def get_if_changed(
        self,
        server: Server,
        url: str,
        expect: Format,
        read: Callable[[bytes, Validator | None], T],
        known: Validator | None,
        *,
        meanwhile: Callable[[], object] | None = None,
        once: bool = False,
    ) -> T | None:
        """Fetch an address as `get` does; None where what was read under a known validator has not changed.

        `read` takes the body and the validator to know it by next time, where the server gave one.
        """
        ask = _Question(server, url, expect, known)
        return self._insistently(server, url, lambda: self._once(ask, read, meanwhile), once=once)

    def download(
        self,
        server: Server,
        url: str,
        sink: Sink,
        seen: Seen,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """Fetch a PDF into a sink, going on with what is there; `seen` is told how many bytes of how many are here.

        It is gone on with for as long as it grows: the budget is the time without progress. Raises FetchError, Refused
        with the HTTP status, or DataError where it cannot be kept.
        """
        with self.turn():
            while True:
                before = sink.held.size
                try:
                    self._insistently(server, url, lambda: self._received(server, url, sink, seen, meanwhile))
                except FetchError as error:
                    if not error.passing or sink.held.size - before < WORTH_ANOTHER:
                        raise
                    self.progressed()
                else:
                    return

    def _insistently(self, server: Server, url: str, attempt: Callable[[], T], *, once: bool = False) -> T:
        """Make an attempt, and where it fails in a way that may pass, others; and note how the server fared."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

        backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)
        retrying = Retrying(
            retry=retry_if_exception(_may_pass),
            wait=lambda state: _prescribed(state) or backoff(state),
            stop=lambda state: stop_after_attempt(1 if once else MAX_TRIES)(state) or not self._affords(state),
            before_sleep=self._pause,
            sleep=self._sleep,
            reraise=True,
        )
        with self.turn():
            self._rest(server, url)
            try:
                found = retrying(attempt)
            except FetchError as error:
                if error.passing or not isinstance(error, Refused):  # what one address is refused is no failure
                    self._pace.failed(server, error)
                raise
            self._pace.succeeded(server)
            return found

    def _rest(self, server: Server, url: str) -> None:
        """Leave a server alone for as long as it asked an earlier request to."""
        left = self._pace.record(server).rest(self._now())
        if left > self._pauses.left:
            until = (self._now() + timedelta(seconds=left)).astimezone()
            raise Refused(
                f"{host_of(url)} asked to be left alone until {until:%H:%M}.",
                "Try again then.",
                status=429,
                passing=True,
            )
        if left:
            self._tell(f"{host_of(url)} asked to be left alone for {left:.0f} s")
            self._pauses.spent += left
            self._sleep(left)

    def _affords(self, state: RetryCallState) -> bool:
        """Tell whether another try is within the reader's patience."""
        return state.upcoming_sleep <= self._purse_for(state).left

    def _pause(self, state: RetryCallState) -> None:
        """Count and tell the pause before another try."""
        self._purse_for(state).spent += state.upcoming_sleep
        self._tell(f"arXiv did not answer; trying again in {state.upcoming_sleep:.0f} s")

    def _purse_for(self, state: RetryCallState) -> _Purse:
        """Give what the pause before another try is paid from."""
        return self._answers if _prescribed(state) is None else self._pauses

    def _once(
        self, ask: _Question, read: Callable[[bytes, Validator | None], T], meanwhile: Callable[[], object] | None
    ) -> T | None:
        """Make one paced request and its same-host redirects, and read the answer."""
        url = ask.url
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._asked(ask.server, url, ask.conditions, meanwhile)
            meanwhile = None
            if answer.status == 304 and ask.known is not None:
                return None
            if answer.status not in _REDIRECTS:
                return self._read(answer, ask.expect, read)
            url = _followed(url, answer.headers.get("location", ""))
        raise _endless(url)

    def _asked(
        self, server: Server, url: str, headers: dict[str, str], meanwhile: Callable[[], object] | None
    ) -> Answer:
        self._pace.keep_interval(server)
        self._pace.touch(server)
        self._tell(f"asking {host_of(url)}")
        started = time.monotonic()
        self.answer = None
        try:
            answer = self._transport.ask(url, headers, self._answers.left, meanwhile)
        except FetchError as error:
            self._note(f"GET {url} -> {error.message} ({time.monotonic() - started:.1f} s)")
            raise
        finally:
            self._answers.spent += time.monotonic() - started
            self._pace.touch(server)
        self.answer = answer
        self._note(f"GET {url} -> {answer.status} {answer.kind}, {len(answer.body):,} bytes in {answer.seconds:.2f} s")
        return answer

    def _received(
        self, server: Server, url: str, sink: Sink, seen: Seen, meanwhile: Callable[[], object] | None
    ) -> None:
        """Make one paced request and its same-host redirects for what is missing of a file, and keep what comes."""
        from coolcli.arxiv import download

        for _ in range(MAX_REDIRECTS + 1):
            self._pace.keep_interval(server)
            held = sink.held  # now that it is our turn: another process may have gone on with it
            if held.is_complete:
                return download.check(sink, url)
            with self._streamed(server, url, download.question(held), meanwhile) as stream:
                if stream.head.status not in _REDIRECTS:
                    return download.keep(stream.head, self._in_time(server, stream), sink, seen)
                url = _followed(url, stream.head.headers.get("location", ""))
        raise _endless(url)

    @contextmanager
    def _streamed(
        self, server: Server, url: str, headers: dict[str, str], meanwhile: Callable[[], object] | None
    ) -> Iterator[Stream]:
        """Make one request and give the answer when it begins; all of it is paid from the budget, as time passes."""
        self._pace.touch(server)
        self._tell(f"asking {host_of(url)}")
        asked = f"GET {url} {headers.get('Range', '')}".rstrip()
        started = time.monotonic()
        self.answer = None
        try:
            with self._answers.running(), self._transport.stream(url, headers, self._answers.left, meanwhile) as stream:
                self._note(f"{asked} -> {stream.head.status} {stream.head.kind} after {stream.head.seconds:.2f} s")
                yield stream
        except FetchError as error:
            self._note(f"{asked} -> {error.message} ({time.monotonic() - started:.1f} s)")
            raise
        finally:
            self._pace.touch(server)

    def _in_time(self, server: Server, stream: Stream) -> Iterator[bytes]:
        """Give an answer's body for as long as it makes progress, and let other processes see that it does."""
        fresh = 0
        for piece in stream.pieces(lambda: self._answers.left):
            fresh += len(piece)
            if fresh >= PROGRESS:
                fresh = 0
                self.progressed()
                self._pace.touch(server)
            yield piece

    def _read(self, answer: Answer, expect: Format, read: Callable[[bytes, Validator | None], T]) -> T:
        """Have an answer read. A page that cannot be is kept; one that hardly names arXiv is somebody else's."""
        body = checked(answer, expect)
        try:
            return read(body, validator(answer.headers))
        except Nonsense as error:
            if expect == "html" and not error.passing:
                if not names_arxiv(body):
                    raise login_page(answer) from error
                self._keep(body, error)
            raise

    def _keep(self, page: bytes, error: Nonsense) -> None:
        """Keep a page that was not understood, and say where. What a full disk loses is a comfort."""
        with suppress(OSError):
            whole_files.write(self._unread, page.decode("utf-8", "replace"))
            error.hint = f"{error.hint or ''} It is kept in {self._unread} for a bug report.".lstrip()

    def _note(self, line: str) -> None:
        if self._trace is not None:
            self._trace(line)


class _Question(NamedTuple):
    """What is asked for, and of which server: an address, what kind of answer, and what is known of it already."""

    server: Server
    url: str
    expect: Format
    known: Validator | None

    @property
    def conditions(self) -> dict[str, str]:
        """Give the headers that ask for an answer only where it changed."""
        if self.known is None:
            return {}
        given = {"If-None-Match": self.known.etag, "If-Modified-Since": self.known.modified}
        return {name: value for name, value in given.items() if fits_header(value)}


class _Purse:
    """Seconds that may be spent."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.spent = 0.0
        self._since: float | None = None

    @property
    def left(self) -> float:
        running = 0.0 if self._since is None else time.monotonic() - self._since
        return max(0.0, self.limit - self.spent - running)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Spend the seconds of the block as they pass."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self.spent += time.monotonic() - self._since
            self._since = None

    def refill(self) -> None:
        """Begin anew."""
        self.spent = 0.0
        if self._since is not None:
            self._since = time.monotonic()

    def lend(self, seconds: float | None) -> _Purse:
        """Give a purse of what is left, but no more than so many seconds."""
        return _Purse(self.left if seconds is None else min(self.left, seconds))


_REDIRECTS = (301, 302, 303, 307, 308)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, FetchError) and error.passing


def _prescribed(state: RetryCallState) -> float | None:
    """Give the pause that the server asked for."""
    error = state.outcome.exception() if state.outcome else None
    return (error.pause or None) if isinstance(error, Refused) else None


def _endless(url: str) -> Nonsense:
    return Nonsense(f"{host_of(url)} redirects without an end.", "Try again later.")


def _followed(url: str, location: str) -> str:
    """Give where a redirect leads, on the same host and no less safe; raises Intercepted for any other."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        safer = (here.scheme, here.port, there.scheme, there.port) == ("http", None, "https", None)
        same = here.hostname == there.hostname and (safer or (here.scheme, here.port) == (there.scheme, there.port))
    except ValueError:  # such as a port of 99999
        target, same = location, False
    if not same or not location:
        raise Intercepted(
            f"Does this network ask for a login? {host_of(url)} sends us on to {clean(target)[:60]}.",
            "Open a page in a browser once, then try again.",
        )
    return target
