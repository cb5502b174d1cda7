"""The one client for all of arXiv: one request at a time, the interval kept, a budget, retries, bounded answers.

    get -> retry (tenacity) -> pace (a lock over all processes of the user, the interval) -> one request (httpx)

The request runs in a thread of its own, so that Ctrl-C and the budget end a wait at once, whatever the name
resolution or a stalled connection is doing, and so that what parses the answer is imported meanwhile.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from coolcli import __version__
from coolcli.arxiv.text import clean
from coolcli.errors import DataError, FetchError, Nonsense, Refused, Unreachable

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

Format = Literal["xml", "html"]

MAX_TRIES = 4
LONGEST_TURN = 30.0
"""Seconds to wait for the request of another process: longer than a request may take by default."""
MAX_REDIRECTS = 5
_MEGABYTE = 1_000_000
_RETRIED = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Manners:
    """How arXiv is treated, and how long a reader waits."""

    interval: float
    """Seconds from the end of one request to the start of the next, over all processes of the user."""
    budget: float
    """Seconds a command waits for answers in all, pauses between tries included; the interval does not count."""
    max_bytes: int
    """The largest answer that is read, decompressed."""
    contact: str = ""

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
        tell: Callable[[str], None],
        trace: Callable[[str], None] | None = None,
    ) -> None:
        """Keep the pace in files below `state`; say what is waited for to `tell`, and each request to `trace`."""
        self._manners = manners
        self._state = state
        self._tell = tell
        self._trace = trace
        self._spent = 0.0
        self._limit = manners.budget
        self._http: httpx.Client | None = None

    def get(
        self,
        url: str,
        expect: Format,
        *,
        meanwhile: Callable[[], object] | None = None,
        patience: float | None = None,
    ) -> bytes:
        """Fetch an address and give the body; `meanwhile` is called once while the first answer is on its way.

        `patience` is how many seconds this answer may be waited for, all tries together, where that is less than
        what is left of the budget. Raises Unreachable, Refused (with the HTTP status) or Nonsense, after as many tries
        as make sense.
        """
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

        self._limit = self._manners.budget
        if patience is not None:
            self._limit = min(self._limit, self._spent + patience)
        backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)

        def wait(state: RetryCallState) -> float:
            return _asked_to_wait(state) or backoff(state)

        def out_of_budget(state: RetryCallState) -> bool:
            return wait(state) > self._limit - self._spent

        tries = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, _TryAgain)),
            wait=wait,
            stop=lambda state: stop_after_attempt(MAX_TRIES)(state) or out_of_budget(state),
            sleep=self._pause,
            reraise=True,
        )
        try:
            return tries(self._once, url, expect, meanwhile)
        except _TryAgain as error:
            raise error.reason from error

    def _pause(self, seconds: float) -> None:
        """Wait before another try; this counts as waiting for an answer."""
        self._spent += seconds
        self._tell(f"arXiv did not answer; trying again in {seconds:.0f} s")
        time.sleep(seconds)

    def _once(self, url: str, expect: Format, meanwhile: Callable[[], object] | None) -> bytes:
        """Make one paced request and its same-host redirects."""
        for _ in range(MAX_REDIRECTS + 1):
            with self._paced(url):
                answer = self._answer(url, meanwhile)
            meanwhile = None
            if answer.location is None:
                return self._checked(answer, expect)
            url = _followed(url, answer.location)
        raise Nonsense(f"{_host(url)} redirects without an end.", "Try again later.")

    def _paced(self, url: str) -> _Pace:
        return _Pace(self._state, self._manners.interval, lambda words: self._tell(f"{words} ({_host(url)})"))

    def _answer(self, url: str, meanwhile: Callable[[], object] | None) -> _Answer:
        """Ask in a thread and wait for it no longer than the budget allows."""
        self._tell(f"asking {_host(url)}")
        outcome = _Outcome()
        started = time.monotonic()
        threading.Thread(target=self._ask, args=(url, outcome), daemon=True, name="cool-request").start()
        if meanwhile is not None:
            meanwhile()
        came = outcome.done.wait(max(0.1, self._limit - self._spent))
        took = time.monotonic() - started
        self._spent += took
        if not came:
            self._note(f"GET {url} -> no answer in {took:.1f} s")
            raise Unreachable(
                f"{_host(url)} did not answer within {took:.0f} s.",
                "Try again later, or `cool config set network.budget 60` to wait longer.",
            )
        if outcome.error is not None:
            self._note(f"GET {url} -> {type(outcome.error).__name__}: {outcome.error} in {took:.1f} s")
            raise outcome.error
        answer = outcome.answer
        assert answer is not None  # noqa: S101 -- either it or the error is set
        self._note(f"GET {url} -> {answer.status} {answer.kind}, {len(answer.body):,} bytes in {took:.2f} s")
        return answer

    def _ask(self, url: str, outcome: _Outcome) -> None:
        """Run in the thread: one request, its body read up to the bound."""
        try:
            outcome.answer = self._read(url)
        except BaseException as error:
            outcome.error = _translated(error, url)
        finally:
            outcome.done.set()

    def _read(self, url: str) -> _Answer:
        import httpx

        if self._http is None:
            headers = {"User-Agent": self._manners.user_agent, "Accept-Encoding": "gzip, deflate"}
            proxies = _host(url) not in ("127.0.0.1", "localhost")  # none leads to this machine
            try:
                self._http = httpx.Client(headers=headers, timeout=self._manners.budget, trust_env=proxies)
            except (ImportError, OSError, ValueError) as error:
                raise Unreachable(
                    f"No request can be made: {clean(str(error))}.",
                    "Check ALL_PROXY, HTTPS_PROXY, SSL_CERT_FILE and the setting arxiv.contact.",
                ) from error
        with self._http.stream("GET", url) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > self._manners.max_bytes:
                    raise Nonsense(
                        f"{_host(url)} sent more than {self._manners.max_bytes // _MEGABYTE} MB.",
                        "If that is right, raise it: `cool config set network.max_mb`.",
                    )
            return _Answer(
                response.status_code,
                clean(response.headers.get("Content-Type", "").partition(";")[0]).lower(),
                bytes(body),
                response.headers.get("Location") if response.is_redirect else None,
                response.headers.get("Retry-After"),
                url,
            )

    def _checked(self, answer: _Answer, expect: Format) -> bytes:
        """Give the body of an answer that is what was asked for, or raise what it is instead."""
        host, said = _host(answer.url), _reason(answer)
        if answer.status in _RETRIED:
            words = "asks to slow down" if answer.status == 429 else "has trouble"
            pause = _seconds(answer.retry_after)
            wait = f" and asks to wait {pause:.0f} s" if pause else ""
            raise _TryAgain(
                Refused(f"{host} {words} (HTTP {answer.status}){wait}.", "Try again later.", status=answer.status),
                pause,
            )
        if answer.status >= 300:
            raise Refused(f"{host} refused (HTTP {answer.status}){': ' + said if said else ''}.", status=answer.status)
        if not answer.body.strip():
            raise _TryAgain(Nonsense(f"{host} sent an empty answer.", "Try again later."))
        looks_like = "html" if _is_html(answer.body[:2000]) else "xml"
        if (expect == "xml" and looks_like == "html") or (expect == "html" and "html" not in answer.kind):
            title = f" ('{said}')" if said else ""
            raise Nonsense(
                f"{host} did not send what was asked for but {answer.kind or 'something else'}{title}.",
                "Does this network ask for a login? Open a page in a browser once.",
            )
        return answer.body

    def _note(self, line: str) -> None:
        if self._trace is not None:
            self._trace(line)


@dataclass(frozen=True)
class _Answer:
    """What a server sent."""

    status: int
    kind: str
    body: bytes
    location: str | None
    retry_after: str | None
    url: str


class _Outcome:
    """What a request's thread hands over."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer: _Answer | None = None
        self.error: BaseException | None = None


class _TryAgain(Exception):
    """A failure that another try may mend; `reason` is raised in the end where none does."""

    def __init__(self, reason: FetchError, pause: float | None = None) -> None:
        super().__init__(reason.message)
        self.reason = reason
        self.pause = pause


class _Pace:
    """The turn of one request: a lock over all processes, and the interval since the last request of any."""

    def __init__(self, state: Path, interval: float, tell: Callable[[str], None]) -> None:
        from filelock import FileLock

        self._lock = FileLock(state / "arxiv.lock")
        self._last = state / "arxiv.last"
        self._interval = interval
        self._tell = tell

    def __enter__(self) -> None:
        from filelock import Timeout

        try:
            Path(self._lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            self._tell("waiting for another cool that is asking arXiv")
            self._wait_for_turn()
        except OSError as error:
            raise DataError(
                f"{error.filename or self._lock.lock_file} cannot be written ({error.strerror}): arXiv is not asked.",
                "Make the cache folder writable, or set COOL_HOME.",
            ) from error
        left = self._due() - time.time()
        if 0 < left <= self._interval:
            self._tell(f"waiting {left:.0f} s, as arXiv asks for between two requests")
            time.sleep(left)

    def _wait_for_turn(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=LONGEST_TURN)
        except Timeout:
            raise Unreachable(
                f"Another cool has been asking arXiv for longer than {LONGEST_TURN:.0f} s.",
                "Is one stopped (Ctrl-Z) in another terminal? End it, then try again.",
            ) from None

    def __exit__(self, *_: object) -> None:
        self._last.touch()
        self._lock.release()

    def _due(self) -> float:
        try:
            return self._last.stat().st_mtime + self._interval
        except FileNotFoundError:
            return 0.0


def _is_html(beginning: bytes) -> bool:
    """Tell a page from a feed by how it begins, past comments."""
    text = beginning.lstrip()
    while text.startswith(b"<!--"):
        text = text.partition(b"-->")[2].lstrip()
    return text.lower().startswith((b"<html", b"<!doctype html"))


def _asked_to_wait(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.pause if isinstance(error, _TryAgain) else None


def _translated(error: BaseException, url: str) -> BaseException:
    """Turn httpx's errors into ours; anything else is a bug and stays what it is."""
    import httpx

    host = _host(url)
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(f"{host} did not answer in time.", "Try again later.")
    if isinstance(error, httpx.DecodingError):
        return Nonsense(f"{host} sent an answer that cannot be decompressed.", "Try again later.")
    if isinstance(error, httpx.TransportError):
        words = f"{host} cannot be reached ({_cause(error)})."
        return _TryAgain(Unreachable(words, "Is there a network? `--offline` shows what is cached."))
    if isinstance(error, httpx.InvalidURL):
        return Refused(f"{url!r} is no address that can be asked: {error}.", status=0)
    return error


def _cause(error: BaseException) -> str:
    """Name a transport error as a reader would."""
    text = str(error)
    if "Name or service" in text or "nodename" in text or "getaddrinfo" in text or "name resolution" in text:
        return "its name is not found"
    if "refused" in text:
        return "connection refused"
    if "CERTIFICATE" in text.upper():
        return "its certificate is not valid"
    return re.sub(r"^\[[^]]*\]\s*", "", text) or "connection lost"


def _followed(url: str, location: str) -> str:
    """Give where a redirect leads, on the same host and no less safe; raises Nonsense for any other."""
    from urllib.parse import urljoin

    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:  # such as a port of 99999
        target, same = location, False
    if not same:
        raise Nonsense(
            f"{_host(url)} sends us on to {clean(target)[:60]}, which was not asked for.",
            "Does this network ask for a login? Open a page in a browser once.",
        )
    return target


def _seconds(retry_after: str | None) -> float | None:
    """Read a Retry-After: seconds or an HTTP date; None where it is neither."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.strip().isdecimal():
        return float(retry_after)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _reason(answer: _Answer) -> str:
    """Find the words in which a body says what is wrong: a feed's description, an API error, a page's title."""
    text = answer.body[:20_000].decode("utf-8", "replace")
    for tag in ("description", "summary", "h1", "title"):
        if match := re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", text, re.DOTALL | re.IGNORECASE):
            said = clean(unescape(re.sub(r"<[^>]*>", "", match[1])))
            return said if len(said) <= 120 else said[:119].rsplit(" ", 1)[0] + "…"
    return ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
