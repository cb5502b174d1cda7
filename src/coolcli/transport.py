"""One request over httpx: in a thread of its own, bounded in time and size, its failures in our words.

An answer is read whole (`ask`), or piece by piece as it comes (`stream`): then its reader says how much is enough.
Redirects are never followed, and a secret is of one request: it is put on it last, and no variable here holds it.

The thread is there so that Ctrl-C and the end of patience end a wait at once, whatever the name resolution or a
stalled connection is doing, and so that what will show the answer is imported meanwhile. It imports nothing itself: two
threads that import at once can meet half a module, and a signal in the middle of that can leave a lock behind.
"""

from __future__ import annotations

import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from coolcli.arxiv.text import clean
from coolcli.errors import FetchError, Intercepted, Nonsense, Refused, TooSlow, Unreachable

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import httpx

    _Begin = Callable[[float], AbstractContextManager[httpx.Response]]

_MEGABYTE = 1_000_000
_UNHEARD = 0.05
"""Seconds of one wait: on Windows, Ctrl-C is not heard inside it."""
_SHORTEST = 0.1
"""Seconds that a request is given at the least."""
_PIECES_AHEAD = 32
"""Pieces of a body that wait for their reader: at 64 kB each, all that a slow disk holds back in memory."""


class Hints(NamedTuple):
    """What a reader can do about a request that fails, in the words of who makes it."""

    late: str
    """No answer came in time."""
    large: str
    """The answer is larger than what is read."""
    lost: str
    """There is no connection."""
    unmade: str
    """What would make the request cannot be set up."""


class Answer(NamedTuple):
    """What a server sent."""

    url: str
    status: int
    kind: str
    """The content type without parameters, in small letters."""
    body: bytes
    headers: Mapping[str, str]
    seconds: float
    """From the connection's beginning to the last byte."""

    @property
    def said(self) -> datetime | None:
        """Give the moment that it is on the server's clock, in UTC; None where it tells no time."""
        from email.utils import parsedate_to_datetime

        try:
            sent = parsedate_to_datetime(self.headers.get("date", "")).astimezone(UTC)
            return sent + timedelta(seconds=int(self.headers.get("age", "0")))  # it may have lain in a cache
        except (OverflowError, TypeError, ValueError):
            return None

    @property
    def pause(self) -> float | None:
        """Give the seconds that it asks to wait (Retry-After: seconds or an HTTP date); None where it does not."""
        asked = self.headers.get("retry-after")
        if not asked:
            return None
        if asked.isascii() and asked.strip().isdecimal():
            return min(float(asked), 1e9)
        from email.utils import parsedate_to_datetime

        try:
            return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
        except (OverflowError, TypeError, ValueError):
            return None


class Stream:
    """An answer whose body comes piece by piece, as the server packed it."""

    def __init__(self, head: Answer, flow: _Flow) -> None:
        """Take the answer without its body, and what the request's thread hands on."""
        self.head = head
        self._flow = flow

    def response(self, pieces: Iterator[bytes]) -> httpx.Response:
        """Give the answer as httpx has it, for those who read httpx's, with these pieces as its body, unpacked."""
        import httpx

        return httpx.Response(self.head.status, headers={"Content-Type": self.head.kind}, content=pieces)

    def pieces(self, left: Callable[[], float]) -> Iterator[bytes]:
        """Give the body; each piece is waited for as many seconds as `left` says then. Raises FetchError."""
        while (piece := self._flow.take(left(), self.head.url)) is not None:
            assert isinstance(piece, bytes)  # noqa: S101 -- the head came first, and errors are raised
            yield piece


class Transport:
    """Makes single requests; redirects, retries and the pace are its caller's."""

    def __init__(
        self,
        user_agent: str,
        max_bytes: int,
        hints: Hints,
        heed: Callable[[], object] = lambda: None,
        *,
        direct: bool = False,
    ) -> None:
        """Take the name to give, the largest answer that is read, decompressed, and what to say in errors.

        `heed` is called now and then while an answer is awaited: what it raises ends the wait. What goes `direct`
        takes no proxy of the environment's.
        """
        self._heed = heed
        self._direct = direct
        self._hints = hints
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._max_bytes = max_bytes
        self._http: httpx.Client | None = None

    def ask(
        self,
        url: str,
        headers: Mapping[str, str],
        seconds: float,
        meanwhile: Callable[[], object] | None = None,
        *,
        authorization: Callable[[], str] | None = None,
    ) -> Answer:
        """Make one request and wait no longer than so many seconds; `meanwhile` is called while it is on its way.

        `authorization` gives what that header holds. Raises Unreachable where no answer came, Nonsense for one that is
        too large or cannot be decompressed.
        """
        http = self._client(url)
        request = _Request(time.monotonic() + max(_SHORTEST, seconds))
        begin = _begin(http, "GET", url, headers, None, authorization)
        arguments = (begin, request, url)
        threading.Thread(target=self._run, args=arguments, daemon=True, name="cool-request").start()
        if meanwhile is not None:
            meanwhile()
        while not request.done.wait(min(_UNHEARD, request.left)) and request.left:
            self._heed()
        if not request.done.is_set():
            request.give_up()
            raise _too_late(url, self._hints)
        if request.error is not None:
            raise request.error
        assert request.answer is not None  # noqa: S101 -- either it or the error is set
        return request.answer

    @contextmanager
    def stream(
        self,
        url: str,
        headers: Mapping[str, str],
        seconds: float,
        meanwhile: Callable[[], object] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        authorization: Callable[[], str] | None = None,
    ) -> Iterator[Stream]:
        """Make one request and give its answer when the head is there, which is waited for so many seconds.

        The connection ends with the block, however much was read. `authorization` gives what that header holds. Raises
        Unreachable where no answer came.
        """
        http = self._client(url)
        seconds = max(_SHORTEST, seconds)
        flow = _Flow(self._heed, self._hints)
        arguments = (_begin(http, method, url, headers, body, authorization), flow, url, seconds)
        threading.Thread(target=self._pour, args=arguments, daemon=True, name="cool-download").start()
        if meanwhile is not None:
            meanwhile()
        try:
            head = flow.take(seconds, url)
            assert isinstance(head, Answer)  # noqa: S101 -- it is the first to come
            yield Stream(head, flow)
        finally:
            flow.give_up()

    def _pour(self, begin: _Begin, flow: _Flow, url: str, seconds: float) -> None:
        """Run in the thread, which ends when all was handed on or nobody waits for it any more."""
        started = time.monotonic()
        try:
            with begin(seconds) as response:
                flow.socket = response.extensions["network_stream"].get_extra_info("socket")
                sent = dict(response.headers)
                took = time.monotonic() - started
                flow.put(Answer(url, response.status_code, _kind(sent), b"", sent, took))
                for piece in response.iter_raw():
                    flow.put(piece)
            flow.put(None)
        except BaseException as error:
            flow.put(_in_words(error, url, self._hints))

    def close(self) -> None:
        """End the connections that are kept for the next request."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def _run(self, begin: _Begin, request: _Request, url: str) -> None:
        """Run in the thread, which ends soon after the deadline: then nobody waits for it any more."""
        try:
            request.answer = self._read(begin, request, url)
        except BaseException as error:
            request.error = _in_words(error, url, self._hints)
        finally:
            request.done.set()

    def _read(self, begin: _Begin, request: _Request, url: str) -> Answer:
        with begin(request.left) as response:
            if response.headers.get("Content-Encoding", "").strip().lower() not in _ENCODINGS:
                raise Nonsense(f"{host_of(url)} sent an answer that is packed in an unknown way.", "Try again later.")
            request.socket = response.extensions["network_stream"].get_extra_info("socket")
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > self._max_bytes:
                    limit = f"{self._max_bytes // _MEGABYTE} MB"
                    raise Nonsense(f"{host_of(url)} sent more than {limit}.", self._hints.large)
                if not request.left:
                    raise TimeoutError
            took = time.monotonic() - request.started
            headers = dict(response.headers)
            return Answer(url, response.status_code, _kind(headers), bytes(body), headers, took)

    def _client(self, url: str) -> httpx.Client:
        import encodings.idna  # noqa: F401 -- for the name resolution, which would import it in the thread

        import httpx

        if self._http is None:
            direct = self._direct or host_of(url) in ("127.0.0.1", "::1", "localhost")  # no proxy leads to this machine
            try:
                self._http = httpx.Client(headers=self._headers, trust_env=not direct)
            except (httpx.InvalidURL, ImportError, OSError, ValueError) as error:
                raise Unreachable(f"No request can be made: {clean(str(error))}.", self._hints.unmade) from error
        return self._http


_ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")
"""One of these, and no more than one: two on top of each other unpack a million times."""


def _begin(
    http: httpx.Client,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    authorization: Callable[[], str] | None,
) -> _Begin:
    """Give what makes the request, once it is told how many seconds each step of it may take."""

    def signed(request: httpx.Request) -> httpx.Request:
        assert authorization is not None  # noqa: S101 -- it is only called where it is there
        request.headers["Authorization"] = authorization()
        return request

    auth = signed if authorization else None  # None: what the address itself holds
    return lambda seconds: http.stream(method, url, headers=headers, content=body, timeout=seconds, auth=auth)


class _Request:
    """What a request's thread and the one who waits for it share."""

    def __init__(self, deadline: float) -> None:
        self.started = time.monotonic()
        self.deadline = deadline
        self.done = threading.Event()
        self.answer: Answer | None = None
        self.error: BaseException | None = None
        self.socket: socket.socket | None = None

    def give_up(self) -> None:
        """End an answer that trickles: arXiv asks for one connection at a time, and another may begin now."""
        _hang_up(self.socket)

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return max(0.0, self.deadline - time.monotonic())


class _Flow:
    """What a request's thread hands on as it comes: the head, pieces of the body, and its end (None) or an error."""

    def __init__(self, heed: Callable[[], object], hints: Hints) -> None:
        self._heed = heed
        self._hints = hints
        self._queue: queue.Queue[Answer | bytes | BaseException | None] = queue.Queue(_PIECES_AHEAD)
        self._wanted = True
        self.socket: socket.socket | None = None

    def put(self, thing: Answer | bytes | BaseException | None) -> None:
        """Hand on, as soon as there is room; nothing where nobody waits any more."""
        while self._wanted:
            with suppress(queue.Full):
                self._queue.put(thing, timeout=_UNHEARD)
                return

    def take(self, seconds: float, url: str) -> Answer | bytes | None:
        """Give what comes next within so many seconds. Raises FetchError."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                thing = self._queue.get(timeout=max(0.0, min(_UNHEARD, deadline - time.monotonic())))
            except queue.Empty:
                if time.monotonic() >= deadline:
                    raise _too_late(url, self._hints) from None
                self._heed()
                continue
            if isinstance(thing, BaseException):
                raise thing
            if thing is None:
                self.socket = None  # all is read: the connection is good for the next request
            return thing

    def give_up(self) -> None:
        """Let the thread end, and its connection."""
        self._wanted = False
        _hang_up(self.socket)


def _hang_up(connection: socket.socket | None) -> None:
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _kind(headers: Mapping[str, str]) -> str:
    return clean(headers.get("content-type", "").partition(";")[0]).lower()


def host_of(url: str) -> str:
    """Name the server of an address."""
    return urlsplit(url).hostname or url


def _too_late(url: str, hints: Hints) -> TooSlow:
    return TooSlow(f"{host_of(url)} did not answer in time.", hints.late, passing=True)


def _in_words(error: BaseException, url: str, hints: Hints) -> BaseException:
    """Turn httpx's errors into ours; anything else is a bug and stays what it is."""
    import httpx

    host = host_of(url)
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return _too_late(url, hints)
    if isinstance(error, httpx.DecodingError):
        return Nonsense(f"{host} sent an answer that cannot be decompressed.", "Try again later.", passing=True)
    if isinstance(error, httpx.TransportError):
        return _unreachable(host, str(error), hints)
    if type(error).__module__.startswith("socksio"):  # httpx lets it through
        return Unreachable(
            f"{host} cannot be reached: the SOCKS proxy does not answer as one.", "Check ALL_PROXY.", passing=True
        )
    if isinstance(error, httpx.InvalidURL):
        return Refused(f"{url!r} is no address that can be asked: {error}.", status=0)
    return error


def _unreachable(host: str, reason: str, hints: Hints) -> FetchError:
    """Name a transport error as a reader would."""
    if "CERTIFICATE" in reason.upper():
        return Intercepted(
            f"{host} cannot be trusted: its certificate is not valid.",
            "Does this network ask for a login, or is the clock wrong? Open a page in a browser once.",
        )
    if re.search("Name or service|nodename|getaddrinfo|name resolution|No address associated", reason):
        why = "its name is not found"
    elif "refused" in reason:
        why = "connection refused"
    elif "reset" in reason:
        why = "connection reset"
    elif "peer closed" in reason or "incomplete" in reason:
        why = "its answer was cut off"
    else:
        why = clean(re.sub(r"^\[[^]]*\]\s*", "", reason)).rstrip(".") or "connection lost"
    return Unreachable(f"{host} cannot be reached ({why}).", hints.lost, passing=True)
