"""The simulated arXiv on loopback: a world, a clock that tests set, endpoints as arXiv's, and faults to order."""

from __future__ import annotations

import gzip
import re
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.arxiv_simulator import abstracts, api, catchup, feed, listings, markup, oai, taxonomy
from tests.arxiv_simulator.answers import Answer
from tests.arxiv_simulator.faults import LOGIN_PAGE, RATE_EXCEEDED, STATUS, Fault, Rule, gzip_bomb
from tests.arxiv_simulator.papers import split_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import TracebackType

    from tests.arxiv_simulator.papers import World

_PIECES = 5


class Request(NamedTuple):
    """A request as it came in; `at` is time.monotonic(), `path` has the query with it."""

    at: float
    method: str
    path: str
    headers: dict[str, str]


class ArxivSimulator:
    """A real HTTP server for the length of a `with` block.

        with ArxivSimulator(world, now) as sim:
            sim.fault("/rss/", Fault.STATUS_503, times=2, retry_after=1)
            monkeypatch.setenv(...)  # for each of sim.environment()
            ...
            sim.now += timedelta(hours=3)
        assert [request.path for request in sim.requests] == ["/rss/cs.LG"]

    `api_lag` is how long the API has not heard of what was announced, `feed_lag` how much later than at midnight the
    feed is built; `not_modified` lets the feed answer 304;
    `pdf_size` is how many bytes a PDF has at the least, `scanned` lets it have no text;
    `faults_done` counts the faults that met a request.
    """

    def __init__(self, world: World, now: datetime, *, port: int = 0) -> None:
        if now.tzinfo is None:
            raise ValueError("the simulator's clock needs an offset")
        self.world = world
        self.now = now
        self.api_lag = timedelta(0)
        self.feed_lag = timedelta(0)
        self.oai_page = oai.PAGE
        self.not_modified = False
        self.pdf_size = 0
        self.scanned = False
        self.requests: list[Request] = []
        self.errors: list[Exception] = []
        self.most_at_once = 0
        self.faults_done: Counter[str] = Counter()
        self._rules: list[Rule] = []
        self._under_way = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = self._listening(port)

    def __enter__(self) -> Self:
        self._serve()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if self.errors and error is None:
            raise self.errors[0]

    def close(self) -> None:
        self._closing.set()
        self.unplug()

    def unplug(self) -> None:
        """Let every connection be refused, until `plug`."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def plug(self) -> None:
        """Listen again, on the same port."""
        self._server = self._listening(self._server.server_port)
        self._serve()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def feed_url(self) -> str:
        return self.root

    @property
    def site_url(self) -> str:
        return self.root

    @property
    def api_url(self) -> str:
        return f"{self.root}/api/query"

    @property
    def oai_url(self) -> str:
        return f"{self.root}/oai"

    def environment(self) -> dict[str, str]:
        """The variables that point the program at this server and at its clock."""
        return {
            "COOL_ARXIV_FEED_URL": self.feed_url,
            "COOL_ARXIV_SITE_URL": self.site_url,
            "COOL_ARXIV_API_URL": self.api_url,
            "COOL_ARXIV_OAI_URL": self.oai_url,
            "COOL_ARXIV_INTERVAL": "0",
            "COOL_NOW": self.now.isoformat(),
        }

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def fault(
        self,
        prefix: str,
        fault: Fault,
        *,
        times: int | None = 1,
        retry_after: int | str | None = None,
        seconds: float = 0.05,
        megabytes: int = 200,
        location: str = "https://login.example.invalid/",
        ids: Collection[str] = (),
    ) -> None:
        """Let the next `times` requests under this path go wrong; faults of one path come in the order given."""
        self._rules.append(Rule(prefix, fault, times, retry_after, seconds, megabytes, location, frozenset(ids)))

    def clear_faults(self) -> None:
        self._rules.clear()

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], form: str = ""
    ) -> tuple[Answer, Rule | None]:
        """What a request is answered with, and the fault that is still to be done to it on the wire."""
        url = urlsplit(target)
        path = unquote(url.path)
        parameters = dict(parse_qsl(f"{url.query}&{form}", keep_blank_values=True))
        rule = self._rule(path)
        if rule and (spoilt := self._spoilt(rule, path)):
            return spoilt, rule
        answer = self._route(path, parameters, rule, headers)
        if rule and rule.fault is Fault.CHANGED_LAYOUT:
            answer = listings.changed_layout(answer)
        tag = answer.headers.get("ETag")
        if self.not_modified and tag and headers.get("If-None-Match", "").strip('"') == tag:
            answer = replace(answer, status=304, body="")
        return answer, rule

    def wait(self, seconds: float) -> None:
        """Sleep, unless the server is closed meanwhile."""
        self._closing.wait(seconds)

    @property
    def is_closing(self) -> bool:
        return self._closing.is_set()

    def begin(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)

    def end(self) -> None:
        with self._lock:
            self._under_way -= 1

    def _listening(self, port: int) -> _Server:
        server = _Server(("127.0.0.1", port), _Handler)
        server.simulator = self
        return server

    def _serve(self) -> None:
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="arxiv-simulator", daemon=True
        )
        self._thread.start()

    def _rule(self, path: str) -> Rule | None:
        with self._lock:
            rule = next((rule for rule in self._rules if rule.applies(path)), None)
            if rule and rule.times is not None:
                rule.times -= 1
            if rule:
                self.faults_done[rule.fault.name] += 1
            return rule

    def _spoilt(self, rule: Rule, path: str) -> Answer | None:
        """The answer that stands in for the real one, where a fault does not begin with it."""
        fault = rule.fault
        html = "text/html; charset=utf-8"
        if fault in STATUS:
            status = STATUS[fault]
            body = (
                RATE_EXCEEDED if status == 429 else f"<html><body><h1>{status} {responses[status]}</h1></body></html>"
            )
            headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
            return Answer(status, body, "text/plain" if status == 429 else html, headers)
        if fault is Fault.LOGIN_PAGE:
            return Answer(200, LOGIN_PAGE, html)
        if fault is Fault.PAGE_INSTEAD:
            return markup.page("PDF unavailable", "<h1>PDF is being made</h1>", {})
        if fault is Fault.FOREIGN_REDIRECT:
            return Answer(302, "", html, {"Location": rule.location})
        if fault is Fault.ENDLESS_REDIRECT:
            return Answer(302, "", html, {"Location": f"{path}?again={len(self.requests)}"})
        if fault is Fault.GZIP_BOMB:
            return Answer(200, gzip_bomb(rule.megabytes), html, {"Content-Encoding": "gzip"})
        if fault is Fault.BAD_REQUEST_AS_RSS:
            kind, _, query = path.strip("/").partition("/")
            reason = f"Bad archive '{query}'. Valid archive names are: {', '.join(sorted(taxonomy.ARCHIVES))}."
            return feed.refusal("atom" if kind == "atom" else "rss", query, reason, self.now, self.root)
        return None

    def _route(self, path: str, parameters: Mapping[str, str], rule: Rule | None, headers: Mapping[str, str]) -> Answer:
        fault = rule.fault if rule else None
        first, _, rest = path.strip("/").partition("/")
        if first in ("rss", "atom"):
            return self._feed(first, rest, parameters, fault)
        if path == "/api/query":
            return self._api(parameters, rule)
        if path == "/oai":
            return oai.answer(self.world, parameters, self.now, self.root, self.oai_page)
        if first == "abs":
            return abstracts.abstract(self.world, rest, self.now)
        if first == "html":
            return abstracts.html(self.world, rest, self.now)
        if first == "pdf":
            return self._pdf(rest, headers, fault)
        if first == "catchup" and "/" in rest:
            subject, _, day = rest.partition("/")
            return catchup.answer(self.world, subject, day, parameters, self.now)
        subject, _, period = rest.partition("/")
        if first == "list" and period in ("new", "recent", "pastweek"):
            make = listings.listing if period == "new" else listings.recent
            return make(self.world, subject, parameters, self.now)
        return markup.not_found(path)

    def _feed(self, kind: str, query: str, parameters: Mapping[str, str], fault: Fault | None) -> Answer:
        return feed.answer(
            self.world,
            kind,
            query,
            parameters,
            self.now,
            self.root,
            stale=fault is Fault.STALE_FEED,
            full=fault is Fault.FULL_FEED,
            lag=self.feed_lag,
        )

    def _pdf(self, reference: str, headers: Mapping[str, str], fault: Fault | None) -> Answer:
        asked = {} if fault in (Fault.NO_RANGES, Fault.CHANGED_FILE) else headers
        answer = abstracts.pdf(self.world, reference, self.now, asked, self.pdf_size, scanned=self.scanned)
        if fault is Fault.NO_RANGES:
            return replace(answer, headers={})
        if fault is Fault.CHANGED_FILE:
            changed = re.sub(b"harbour|arxiv:", lambda found: found[0].upper(), answer.content, flags=re.IGNORECASE)
            return replace(answer, body=changed, headers={"ETag": '"another"'})
        if fault is Fault.WRONG_RANGE and answer.status == 206:
            wrong = answer.headers["Content-Range"].replace("bytes ", "bytes 1")
            return replace(answer, headers=answer.headers | {"Content-Range": wrong})
        if fault is Fault.PACKED:
            headers = answer.headers | {"Content-Encoding": "gzip"}
            return replace(answer, body=gzip.compress(answer.content), headers=headers)
        if fault is Fault.NO_END:
            return replace(answer, body=answer.content.replace(b"%%EOF", b"     "))
        return answer

    def _api(self, parameters: Mapping[str, str], rule: Rule | None) -> Answer:
        missing: Collection[str] = ()
        if rule and rule.fault is Fault.MISSING_IDS:
            asked = [split_id(name.strip())[0] for name in parameters.get("id_list", "").split(",")]
            missing = rule.ids or asked[::2]
        return api.answer(
            self.world,
            parameters,
            self.now,
            known_until=self.now - self.api_lag,
            missing=missing,
            empty_page=rule is not None and rule.fault is Fault.EMPTY_PAGE,
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client that is held up by a fault does not hold up the end of the test.
    block_on_close = False
    simulator: ArxivSimulator

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no error of the server; the rest is kept for the end of the `with` block."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "arXiv-simulator"
    timeout = 60
    # Headers and body go out in two pieces: the second would wait for the first to be acknowledged, 40 ms.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())

    def log_message(self, *args: object) -> None:
        """Silent: tests read `requests`."""

    def _respond(self, form: str = "") -> None:
        server = self.server
        assert isinstance(server, _Server)
        simulator = server.simulator
        headers = dict(self.headers.items())
        simulator.begin(Request(time.monotonic(), self.command, self.path, headers))
        try:
            self._send(simulator, *simulator.answer(self.command, self.path, headers, form))
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception as error:
            simulator.errors.append(error)
            self.close_connection = True
            raise
        finally:
            simulator.end()

    def _send(self, simulator: ArxivSimulator, answer: Answer, rule: Rule | None) -> None:
        fault = rule.fault if rule else None
        seconds = rule.seconds if rule else 0
        if fault is Fault.RESET:
            self._reset()
            return
        if fault is Fault.SLOW_HEADERS:
            simulator.wait(seconds)
        content = b"" if fault is Fault.EMPTY_BODY else answer.content
        length = len(content) // 2 if fault is Fault.WRONG_LENGTH else len(content)
        kind = "application/octet-stream" if fault is Fault.WRONG_TYPE else answer.content_type
        self.send_response(answer.status)
        self.send_header(
            "Content-Type", f"{kind.partition(';')[0]}; charset=iso-8859-1" if fault is Fault.WRONG_CHARSET else kind
        )
        if fault in (Fault.NO_LENGTH, Fault.ENDLESS):
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault is Fault.SLOW_BODY:
            self._trickle(simulator, content, seconds)
        else:
            self.wfile.write(content[: len(content) // 2] if fault in (Fault.CUT, Fault.NO_LENGTH) else content)
        while fault is Fault.ENDLESS and not simulator.is_closing:
            self.wfile.write(bytes(1 << 16))
        # After a lie about the length the two sides no longer agree where the next answer begins.
        self.close_connection = self.close_connection or fault in (Fault.CUT, Fault.WRONG_LENGTH)

    def _trickle(self, simulator: ArxivSimulator, content: bytes, seconds: float) -> None:
        size = len(content) // _PIECES + 1
        for start in range(0, len(content), size):
            self.wfile.write(content[start : start + size])
            self.wfile.flush()
            simulator.wait(seconds / _PIECES)

    def _reset(self) -> None:
        """Close with a lingering time of zero: the other side sees a reset, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
