"""The client of a language model: any server with OpenAI's chat-completions protocol.

    ask -> retry (tenacity, until the first word) -> one request (transport) -> is it a stream? (refusals)
        -> events, words, pieces (stream)

Two addresses are asked, `chat/completions` and `models` below the one that was given, and nothing else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from coolcli import __version__
from coolcli.arxiv.text import clean
from coolcli.ask.key import UNSOUND, Key, is_near, may_travel
from coolcli.ask.questions import Message
from coolcli.ask.refusals import Asked, error_in, refusal, told
from coolcli.ask.stream import Piece, Reading
from coolcli.errors import FetchError, Nonsense, Refused, TooSlow
from coolcli.transport import Answer, Hints, Stream, Transport

if TYPE_CHECKING:
    from tenacity import RetryCallState

__all__ = ["MAX_TRIES", "Model", "Piece"]

T = TypeVar("T")

MAX_TRIES = 4
_LARGEST_LIST = 8_000_000
"""Bytes of the longest list of models that is read."""
_LIST_PATIENCE = 20.0
"""Seconds that it is waited for, where the reader's patience lasts for so long."""
_REASON = 64_000
"""Bytes of an answer that are read to learn why it is no stream."""
_REASON_PATIENCE = 5.0
"""Seconds that they are waited for."""
_STREAM = {
    "Accept": "text/event-stream",
    "Accept-Encoding": "identity",  # a word is to be here when it is sent, and nothing is unpacked
    "Cache-Control": "no-store",
    "Content-Type": "application/json",
}


class Model:
    """Asks one model, of the server that was named and of no other."""

    def __init__(
        self,
        base_url: str,
        model: str,
        key: Key | None,
        *,
        patience: float,
        tell: Callable[[str], None],
        trace: Callable[[str], None] | None = None,
        heed: Callable[[], object] = lambda: None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Wait no longer than `patience` seconds for each next word; say what is waited for to `tell`.

        `trace` is told each request, in a line without any header or text. `heed` is called now and then while
        something is awaited, and `pause` waits so many seconds before another try: what they raise ends the work.
        """
        self._base = base_url.rstrip("/")
        self._model = model
        self._key = key
        self._patience = patience
        self._tell = tell
        self._trace = trace
        self._sleep = pause
        hints, direct = _hints(self._base), _is_open(self._base)
        self._transport = Transport(f"cool/{__version__}", _LARGEST_LIST, hints, heed, direct=direct)

    def close(self) -> None:
        """End the connection that is kept for the next question; another one can be asked all the same."""
        self._transport.close()

    def ask(self, messages: Sequence[Message]) -> Iterator[Piece]:
        """Give the answer as it comes. Raises FetchError, also in the middle of an answer: that one has no end."""
        document = {
            "model": self._model,
            "messages": [message._asdict() for message in messages],
            "stream": True,
        }
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        first, answer = self._insistently(lambda: self._begun(body))
        with closing(answer):
            yield first
            yield from answer

    def models(self) -> list[str]:
        """Ask the server for the names of its models, as it orders them. Raises FetchError."""
        return self._insistently(self._listed)

    def _insistently(self, attempt: Callable[[], T]) -> T:
        """Make an attempt, and where it fails in a way that may pass, others. Raises FetchError."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

        self._require_safety()
        backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)
        retrying = Retrying(
            retry=retry_if_exception(_may_pass),
            wait=lambda state: _prescribed(state) or backoff(state),
            stop=stop_after_attempt(MAX_TRIES),
            before_sleep=self._announce,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(attempt)

    def _require_safety(self) -> None:
        """Refuse to send a key where others could read it, or one that would not arrive as it is."""
        if self._key is None:
            return
        if not self._key.is_sound:
            raise FetchError(f"The key cannot be sent: it {UNSOUND}.", "Copy it anew from the server's page.")
        if not may_travel(self._base):
            raise FetchError(
                f"The key is not sent to {self._asked('').host}: {self._base} is not encrypted.",
                "Take its https:// address: `cool config set ask.base_url`. Plain http is for your own network.",
            )

    def _announce(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        why = error.message.partition(": ")[0].rstrip(".") if isinstance(error, FetchError) else ""
        self._tell(f"{why}; trying again in {state.upcoming_sleep:.0f} s")

    def _asked(self, path: str) -> Asked:
        return Asked(self._base + path, self._model, self._key)

    @property
    def _authorization(self) -> Callable[[], str] | None:
        return self._key.header if self._key else None

    def _begun(self, body: bytes) -> tuple[Piece, Generator[Piece]]:
        """Ask once, and give the first piece and what brings the others."""
        answer = self._answer(body)
        return next(answer), answer

    def _answer(self, body: bytes) -> Generator[Piece]:
        """Make one request and give its answer as it comes, traced when it ends."""
        asked = self._asked("/chat/completions")
        self._tell(f"asking {self._model} at {asked.host}")
        course = _Course()
        try:
            with self._transport.stream(
                asked.url, _STREAM, self._patience, method="POST", body=body, authorization=self._authorization
            ) as stream:
                course.said = f"{stream.head.status} {asked.shown(stream.head.kind)}"
                course.reading = Reading(_streaming(stream, asked), asked, self._patience)
                yield from course.reading.pieces()
        except FetchError as error:
            course.failure = error.message
            raise
        finally:
            self._note(f"POST {asked.url} -> {course}")

    def _listed(self) -> list[str]:
        asked = self._asked("/models")
        self._tell(f"asking {asked.host} for its models")
        course = _Course()
        patience = min(self._patience, _LIST_PATIENCE)
        try:
            answer = self._transport.ask(asked.url, {}, patience, authorization=self._authorization)
            course.said = f"{answer.status} {asked.shown(answer.kind)}, {len(answer.body):,} bytes"
            return _names_in(answer, asked)
        except FetchError as error:
            course.failure = error.message
            raise
        finally:
            self._note(f"GET {asked.url} -> {course}")

    def _note(self, line: str) -> None:
        if self._trace is not None:
            self._trace(line)


class _Course:
    """What is noted of a request while it is made."""

    def __init__(self) -> None:
        self.said = ""
        self.failure = ""
        self.reading: Reading | None = None
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def __str__(self) -> str:
        if not self.said:
            return f"{self.failure} ({self.seconds:.1f} s)"
        told = self.said
        if self.reading and self.reading.first:
            wait = self.reading.first - self._began
            told += f", first token after {wait:.1f} s, {self.reading.tokens:,} tokens"
        told += f" in {self.seconds:.1f} s"
        return f"{told}; {self.failure}" if self.failure else told


def _is_open(base_url: str) -> bool:
    """Tell whether what is sent can be read on its way: then it goes to the server itself, and through no proxy."""
    return urlsplit(base_url).scheme == "http"


def _hints(base_url: str) -> Hints:
    its = "Is the server running" if is_near(base_url) else "Is there a network"
    return Hints(
        late="Try again; `cool config set ask.patience 300` waits longer.",
        large=f"Is {base_url} the address of the API?",
        lost=f"{its}, and is {base_url} the address of its API?",
        unmade="Check ALL_PROXY, HTTPS_PROXY and SSL_CERT_FILE.",
    )


def _streaming(stream: Stream, asked: Asked) -> Stream:
    """Give a stream back where it is one of events, and raise what it is instead."""
    head = stream.head
    is_packed = head.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")
    if 200 <= head.status < 300 and head.kind == "text/event-stream" and not is_packed:
        return stream
    raise refusal(head._replace(body=_reason(stream)), asked, "text/event-stream")


def _reason(stream: Stream) -> bytes:
    """Give the beginning of what came in place of a stream, and no more than there is in a moment."""
    until = time.monotonic() + _REASON_PATIENCE
    body = b""
    with suppress(FetchError):
        for piece in stream.pieces(lambda: max(0.0, until - time.monotonic())):
            body += piece
            if len(body) > _REASON or time.monotonic() > until:
                break
    return body[:_REASON]


def _names_in(answer: Answer, asked: Asked) -> list[str]:
    """Read a list of models. Raises FetchError for what is none."""
    if not 200 <= answer.status < 300 or answer.kind != "application/json":
        raise refusal(answer, asked, "application/json")
    try:
        document = json.loads(answer.body)
    except (RecursionError, ValueError):
        document = None
    error = error_in(document)
    if error is not None:
        raise told(asked, error)
    match document:
        case {"data": list() | None as models}:
            names = [each.get("id") for each in models or () if isinstance(each, Mapping)]
            return list(dict.fromkeys(asked.shown(name) for name in names if isinstance(name, str) and clean(name)))
    raise Nonsense(f"{asked.host} sent no list of models.", "Type the model's name: `cool config set ask.model`.")


def _may_pass(error: BaseException) -> bool:
    """Tell whether another try may help: whoever waited in vain for so long does not wait again."""
    return isinstance(error, FetchError) and error.passing and not isinstance(error, TooSlow)


def _prescribed(state: RetryCallState) -> float | None:
    """Give the pause that the server asked for."""
    error = state.outcome.exception() if state.outcome else None
    return (error.pause or None) if isinstance(error, Refused) else None
