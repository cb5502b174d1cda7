"""A simulated model server on loopback: the demonstration's answers, faults to order, and a record of what came in.

By hand, to look at an answer as it comes: python -m tests.model_server --port 8200 --pause 0.05
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from coolcli.ask.questions import Message
from coolcli.demo import model
from tests.arxiv_simulator.faults import LOGIN_PAGE, gzip_bomb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType


class Fault(Enum):
    """How an answer goes wrong. Where it is said so, the first `after` words of the answer come before the fault."""

    STATUS_400 = auto()
    STATUS_401 = auto()
    """Its message repeats the key that came, as some servers' do."""
    STATUS_403 = auto()
    STATUS_404 = auto()
    """The model is unknown."""
    STATUS_413 = auto()
    STATUS_429 = auto()
    """With `retry_after`, if any; so have all statuses."""
    STATUS_500 = auto()
    STATUS_503 = auto()
    CONTEXT_TOO_LONG = auto()
    """HTTP 400: the messages are longer than the model's window."""
    RESET = auto()
    """The connection is reset before any answer."""
    MUTE = auto()
    """Not even a status line, until the test ends."""
    REDIRECT = auto()
    """HTTP `status` to the same path of another host, which notes in `strayed` what comes, and answers it."""
    WRONG_TYPE = auto()
    """HTTP 200 with the HTML page of some network's login."""
    ERROR_OBJECT = auto()
    """HTTP 200, application/json, an error."""
    NOT_STREAMED = auto()
    """HTTP 200, application/json, the whole answer at once."""
    GZIP_BOMB = auto()
    """A small stream that unpacks to 50 MB."""
    UNKNOWN_ENCODING = auto()
    NONSENSE_JSON = auto()
    """An event after `after` words, or a list of models, that is no JSON."""
    OTHER_SHAPE = auto()
    """An event after `after` words, or a list of models, that is JSON, but `shape`."""
    INVALID_UTF8 = auto()
    """In an event after `after` words, or in a list of models."""
    ERROR_IN_STREAM = auto()
    """An error as an event after `after` words, and no more."""
    CLOSE_MID_TOKEN = auto()
    """After `after` words the body ends in a letter of two bytes; the HTTP says nothing of it."""
    CUT = auto()
    """The same, and the HTTP does say that more was to come."""
    NO_END = auto()
    """After `after` words the body ends, without a reason and without [DONE]."""
    NO_DONE = auto()
    """All of the answer and its reason to end, but no [DONE]."""
    ENDLESS = auto()
    """Words, or bytes of a list of models, for ever."""
    ENDLESS_LINE = auto()
    """After `after` words, one event without an end."""
    KEEPALIVE_ONLY = auto()
    """After `after` words, comments for ever."""
    SILENCE = auto()
    """After `after` words nothing, until the test ends."""
    HOLD = auto()
    """After `after` words `holding` is set, and the rest waits until the test sets `go`."""
    EMPTY_ANSWER = auto()
    """A stream without a word, or no models."""
    LENGTH = auto()
    """After `after` words the model may say no more."""
    CONTENT_FILTER = auto()
    """After `after` words the server's filter ends the answer."""
    THOUGHTS = auto()
    """THOUGHT in the field reasoning_content, and then the answer."""
    THINK_TAG = auto()
    """THOUGHT in a tag before the answer, both ends of it cut into two pieces."""
    ESCAPES = auto()
    """HOSTILE before the answer, a character a piece."""
    ECHO_KEY = auto()
    """An answer that holds the key that came, in pieces of three characters."""


STATUS = {
    Fault.STATUS_400: (400, "Invalid value for 'messages'.", None),
    Fault.STATUS_401: (401, "Incorrect API key provided: {key}.", "invalid_api_key"),
    Fault.STATUS_403: (403, "Your project may not use this model.", "forbidden"),
    Fault.STATUS_404: (404, "The model `demo` does not exist.", "model_not_found"),
    Fault.STATUS_413: (413, "Request too large.", "request_too_large"),
    Fault.STATUS_429: (429, "Rate limit reached for requests.", "rate_limit_exceeded"),
    Fault.STATUS_500: (500, "The server had an error while processing your request.", None),
    Fault.STATUS_503: (503, "The engine is overloaded.", None),
    Fault.CONTEXT_TOO_LONG: (
        400,
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 20480 tokens.",
        "context_length_exceeded",
    ),
}
"""The statuses, each with the message and the code of its error."""

THOUGHT = "The reader asks what is in the text. Let me look for it."
HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07"  # writes to the clipboard
    "\x1b[2J\x1b[H\x1b]0;owned\x07"  # clears the screen and names the window
    "\x1b]8;;https://evil.example/\x1b\\click\x1b]8;;\x1b\\ "
    "\x9b31mred\x9b0m \u202etxt.exe\u202c back\b\b\b\b\rover\x00 "
    "[a link](https://evil.example/?q=secret) ![an image](https://evil.example/pixel.png)\n\n"
)
"""What a terminal would obey, and links that are not to be followed unseen."""


class Request(NamedTuple):
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    """By their names in title case, however they were sent."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def key(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


@dataclass
class _Rule:
    fault: Fault
    times: int | None
    retry_after: int | str | None
    after: int
    shape: object
    status: int


@dataclass
class _Wire:
    """What goes out: `close` lets the end of the connection be the end of the body."""

    status: int
    kind: str
    pieces: Iterable[bytes]
    framing: Literal["length", "chunked", "close"] = "chunked"
    is_cut: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class ModelServer:
    """A real HTTP server for the length of a `with` block.

        with ModelServer(key="sk-test") as server:
            server.fault(Fault.STATUS_429, times=2, retry_after=0)
            ask(server.url, ...)
        assert [request.path for request in server.requests] == ["/v1/chat/completions"] * 3

    `key` is the only one that opens it, None: all do, and none is needed. `text` is what it answers; None: what the
    demonstration does. `pause` is how many seconds lie between two words.
    """

    def __init__(self, *, key: str | None = None, text: str | None = None, pause: float = 0.0, port: int = 0) -> None:
        self.key = key
        self.text = text
        self.pause = pause
        self.requests: list[Request] = []
        self.strayed: list[Request] = []
        """What arrived at the other host that REDIRECT names."""
        self.errors: list[Exception] = []
        self.holding = threading.Event()
        self.go = threading.Event()
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._servers = [_Server(self, port, self.requests), _Server(self, 0, self.strayed)]

    def __enter__(self) -> Self:
        for server in self._servers:
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self.go.set()
        for server in self._servers:
            server.stop()
        if self.errors and error is None:
            raise self.errors[0]

    @property
    def url(self) -> str:
        """What `ask.base_url` is set to."""
        return f"http://127.0.0.1:{self._servers[0].server_port}/v1"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def environment(self) -> dict[str, str]:
        """The variables that point the program at this server."""
        return {"COOL_ASK_BASE_URL": self.url, "COOL_ASK_MODEL": model.NAME}

    def fault(
        self,
        fault: Fault,
        *,
        times: int | None = 1,
        retry_after: int | str | None = None,
        after: int = 3,
        shape: object = None,
        status: int = 307,
    ) -> None:
        """Let the next `times` requests go wrong (None: all); faults come in the order given."""
        self._rules.append(_Rule(fault, times, retry_after, after, shape, status))

    def wait(self, seconds: float | None = None) -> None:
        """Sleep, unless the server is closed meanwhile."""
        self._closing.wait(seconds)

    def note(self, record: list[Request], request: Request) -> _Rule | None:
        """Keep a request, and give the fault that is to be done to it; another host does none."""
        with self._lock:
            record.append(request)
            rule = next((rule for rule in self._rules if rule.times != 0), None)
            if rule is None or record is self.strayed:
                return None
            if rule.times is not None:
                rule.times -= 1
            return rule

    def wire(self, request: Request, rule: _Rule | None) -> _Wire:
        """What a request is answered with."""
        reply = model.respond(
            request.method,
            request.path,
            request.body,
            authorization=request.headers.get("Authorization", ""),
            key=self.key,
        )
        if rule and (spoilt := self._spoilt(rule, request)):
            return spoilt
        if reply.status == 200 and request.method == "POST":
            return self._answered(rule, request)
        return _whole(reply)

    def _answered(self, rule: _Rule | None, request: Request) -> _Wire:
        text = self._text(request)
        if (rule and rule.fault is Fault.NOT_STREAMED) or not request.json.get("stream"):
            return _whole(model.completion(text, "stop", {}))
        cut = rule.fault if rule else None
        return _Wire(
            200,
            "text/event-stream; charset=utf-8",
            self._events(rule, model.pieces(text), request),
            "close" if cut is Fault.CLOSE_MID_TOKEN else "chunked",
            is_cut=cut is Fault.CUT,
        )

    def _text(self, request: Request) -> str:
        if self.text is not None:
            return self.text
        return model.answer([Message(each["role"], each["content"]) for each in request.json["messages"]])

    def _spoilt(self, rule: _Rule, request: Request) -> _Wire | None:
        """The answer that stands in for the real one, where a fault does not begin with it."""
        if rule.fault in STATUS:
            status, message, code = STATUS[rule.fault]
            headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
            return _whole(model.refusal(status, message.format(key=request.key), code), headers=headers)
        match rule.fault:
            case Fault.REDIRECT:
                elsewhere = f"http://localhost:{self._servers[1].server_port}{request.path}"
                return _Wire(rule.status, "text/plain", [b""], "length", headers={"Location": elsewhere})
            case Fault.WRONG_TYPE:
                return _Wire(200, "text/html; charset=utf-8", [LOGIN_PAGE.encode()], "length")
            case Fault.ERROR_OBJECT:
                return _whole(_ERROR)
            case Fault.GZIP_BOMB:
                return _Wire(200, "text/event-stream", [gzip_bomb(50)], headers={"Content-Encoding": "gzip"})
            case Fault.UNKNOWN_ENCODING:
                return _Wire(200, "text/event-stream", [b"\x00\x01\x02"], headers={"Content-Encoding": "zork"})
        return self._spoilt_list(rule) if request.method == "GET" else None

    def _spoilt_list(self, rule: _Rule) -> _Wire | None:
        match rule.fault:
            case Fault.NONSENSE_JSON:
                body: Iterable[bytes] = [b'{"object": "list", "data": [{"id"']
            case Fault.OTHER_SHAPE:
                body = [json.dumps(rule.shape).encode()]
            case Fault.INVALID_UTF8:
                body = [b'{"object": "list", "data": [{"id": "caf\xe9 \xff"}]}']
            case Fault.EMPTY_ANSWER:
                body = [b'{"object": "list", "data": []}']
            case Fault.ENDLESS:
                body = self._forever(b'{"object": "list", "data": [', b" " * 65536)
            case _:
                return None
        return _Wire(200, "application/json", body)

    def _events(self, rule: _Rule | None, words: Sequence[str], request: Request) -> Iterator[bytes]:
        """An answer as events, spoilt as a rule says."""
        whole = list(_stream(words))
        if rule is None:
            yield from self._paused(whole)
            return
        before, rest = whole[: rule.after + 1], whole[rule.after + 1 :]
        match rule.fault:
            case Fault.NONSENSE_JSON:
                yield from [*before, b'data: {"choices": [{"delta": {"content": \n\n', *rest]
            case Fault.OTHER_SHAPE:
                yield from [*before, model.event(rule.shape), *rest]
            case Fault.INVALID_UTF8:
                yield from [*before, model.chunk({"content": "café"}).replace("é".encode(), b"\xe9\xff"), *rest]
            case Fault.ERROR_IN_STREAM:
                yield from [*before, model.event(_ERROR)]
            case Fault.CLOSE_MID_TOKEN | Fault.CUT:
                yield from [*before, model.chunk({"content": "café"}).partition("é".encode())[0] + b"\xc3"]
            case Fault.NO_END:
                yield from before
            case Fault.NO_DONE:
                yield from whole[:-1]
            case Fault.ENDLESS:
                yield from self._forever(whole[0], model.chunk({"content": "and so on, "}) * 500)
            case Fault.ENDLESS_LINE:
                yield from before
                yield from self._forever(b'data: {"choices": [{"index": 0, "delta": {"content": "', b"a" * 65536)
            case Fault.KEEPALIVE_ONLY:
                yield from before
                yield from self._forever(b"", b": keep-alive\n\n", pause=0.02)
            case Fault.SILENCE:
                yield from before
                self.wait()
            case Fault.HOLD:
                yield from before
                self.holding.set()
                self.go.wait()
                yield from rest
            case Fault.EMPTY_ANSWER:
                yield from _stream([])
            case Fault.LENGTH:
                yield from _stream(words[: rule.after], "length")
            case Fault.CONTENT_FILTER:
                yield from _stream(words[: rule.after], "content_filter")
            case Fault.THOUGHTS:
                yield whole[0]
                yield from (model.chunk({"reasoning_content": word}) for word in model.pieces(THOUGHT))
                yield from whole[1:]
            case Fault.THINK_TAG:
                yield from _stream(["<th", "ink>", *model.pieces(THOUGHT), "</thi", "nk>\n\n", *words])
            case Fault.ESCAPES:
                yield from _stream([*HOSTILE, *words])
            case Fault.ECHO_KEY:
                said = f"Your key is {request.key}, is it not?"
                yield from _stream([said[at : at + 3] for at in range(0, len(said), 3)])
            case fault:
                raise ValueError(f"{fault} is no fault of an answer")

    def _paused(self, events: Iterable[bytes]) -> Iterator[bytes]:
        for event in events:
            yield event
            if self.pause:
                self.wait(self.pause)

    def _forever(self, beginning: bytes, piece: bytes, pause: float = 0.0) -> Iterator[bytes]:
        if beginning:
            yield beginning
        while not self._closing.is_set():
            yield piece
            self.wait(pause)


_ERROR = {"error": {"message": "The engine is overloaded.", "type": "server_error", "param": None, "code": None}}


def _stream(words: Iterable[str], finish: str = "stop") -> Iterator[bytes]:
    yield model.chunk({"role": "assistant", "content": ""})
    yield from (model.chunk({"content": word}) for word in words)
    yield from (model.chunk({}, finish), model.DONE)


def _whole(data: model.Reply | object, headers: dict[str, str] | None = None) -> _Wire:
    if isinstance(data, model.Reply):
        return _Wire(data.status, data.content_type, data.pieces, "length", headers=headers or {})
    return _Wire(200, "application/json", [json.dumps(data, ensure_ascii=False).encode()], "length")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client that is held up by a fault does not hold up the end of the test.
    block_on_close = False

    def __init__(self, owner: ModelServer, port: int, record: list[Request]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.owner, self.record = owner, record
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no error of the server; the rest is kept for the end of the `with` block."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait for an acknowledgement
    server: _Server

    def do_GET(self) -> None:
        self._respond(b"")

    def do_POST(self) -> None:
        self._respond(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def log_message(self, *args: object) -> None:
        """Silent: tests read `requests`."""

    def _respond(self, body: bytes) -> None:
        owner = self.server.owner
        request = Request(self.command, self.path, {name.title(): said for name, said in self.headers.items()}, body)
        rule = owner.note(self.server.record, request)
        try:
            if rule and rule.fault in (Fault.RESET, Fault.MUTE):
                self._hang_up(rule.fault)
            else:
                self._send(owner.wire(request, rule))
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception as error:
            owner.errors.append(error)
            self.close_connection = True
            raise

    def _send(self, wire: _Wire) -> None:
        pieces = [b"".join(wire.pieces)] if wire.framing == "length" else wire.pieces
        self.send_response(wire.status)
        headers = wire.headers | {"Content-Type": wire.kind} | _framed(wire.framing, pieces)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if wire.framing == "chunked" else piece)
        if wire.framing == "chunked" and not wire.is_cut:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = self.close_connection or wire.is_cut or wire.framing == "close"

    def _hang_up(self, fault: Fault) -> None:
        self.close_connection = True
        if fault is Fault.MUTE:
            self.server.owner.wait()
            return
        # A lingering time of zero: the other side sees a reset, not an end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _framed(framing: str, pieces: Iterable[bytes]) -> dict[str, str]:
    if framing == "length":
        return {"Content-Length": str(sum(len(piece) for piece in pieces))}
    return {"Transfer-Encoding": "chunked"} if framing == "chunked" else {"Connection": "close"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.model_server", description=__doc__)
    parser.add_argument("--port", type=int, default=8200)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two words")
    parser.add_argument("--key", help="the only key that opens")
    parser.add_argument("--fault", action="append", default=[], help="such as STATUS_503: at every request")
    options = parser.parse_args()
    with ModelServer(key=options.key, pause=options.pause, port=options.port) as server:
        for name in options.fault:
            server.fault(Fault[name], times=None)
        for name, value in server.environment().items():
            print(f"export {name}={value}", flush=True)
        with suppress(KeyboardInterrupt):
            server.wait()


if __name__ == "__main__":
    main()
