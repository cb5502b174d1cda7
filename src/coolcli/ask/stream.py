"""An answer as it streams: bytes -> events (server-sent) -> what each says (JSON) -> pieces that may be shown.

Every step is checked and bounded. What is shown holds nothing that a terminal would obey, and not the reader's key.
"""

from __future__ import annotations

import codecs
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from coolcli.arxiv.text import FitStream
from coolcli.ask.key import begun
from coolcli.ask.refusals import Asked, error_in, told
from coolcli.errors import FetchError, Nonsense, TooSlow, Unreachable
from coolcli.transport import Stream

MOST_CHARACTERS = 500_000
"""Characters of the longest answer that is read, with its thoughts: more is an answer without an end."""
_MOST_BYTES = 64_000_000
"""The same on the wire, where each word is an object of some 200 bytes."""
_LARGEST_EVENT = 1_000_000
"""Bytes in which an event has to come to its end."""
_AFTERWARDS = 0.5
"""Seconds that the end of the stream is waited for when the answer is whole: then the connection is good for more."""

_LENGTH = ("length", "max_tokens", "model_length")
_FILTERS = ("content_filter", "sensitive")
_FAILURES = ("error", "insufficient_system_resource", "tool_calls", "function_call")

Kind = Literal["answer", "thought"]


class Piece(NamedTuple):
    """What comes of an answer at once; `end` comes last, and its text is why: `stop`, `length`, or a server's own."""

    kind: Literal["answer", "thought", "end"]
    text: str


class Reading:
    """Reads one answer."""

    def __init__(self, stream: Stream, asked: Asked, patience: float) -> None:
        """Take what comes, of whom it was asked, and the seconds that each next word is waited for."""
        self.tokens = 0
        """Pieces as the server packed them: with nearly all servers, tokens."""
        self.first: float | None = None
        """The moment of the first of them, on the monotonic clock."""
        self._stream = stream
        self._asked = asked
        self._patience = patience
        self._until = time.monotonic() + patience
        self._finish = ""
        self._unread = 0
        self._characters = 0
        self._fit: dict[Kind, FitStream] = {"answer": FitStream(), "thought": FitStream()}
        self._thinking = ThinkTag()
        self._veils = {kind: asked.key.veil() for kind in self._fit} if asked.key else {}
        self._has_answered = False

    def pieces(self) -> Iterator[Piece]:
        """Give the answer as it comes, and its end. Raises FetchError, after all that came."""
        try:
            for kind, text in self._texts():
                yield from self._shown(kind, self._fit[kind].feed(text))
        except FetchError:
            yield from self._rest()
            raise
        yield from self._rest()
        yield Piece("end", self._ended())

    def _texts(self) -> Iterator[tuple[Kind, str]]:
        """Give what the events say, and wait anew after each. What follows the end of an answer spoils it no more."""
        is_whole = False
        try:
            for data, name in self._events():
                if is_whole or not data:
                    continue
                for kind, text in self._said(data, name):
                    self._count(text)
                    yield kind, text
                    self._until = time.monotonic() + self._patience
                is_whole = bool(self._finish)
                if is_whole:
                    self._until = time.monotonic() + min(_AFTERWARDS, self._patience)
        except FetchError:
            if not is_whole:
                raise
        if not is_whole:
            raise self._broken()

    def _events(self) -> Iterator[tuple[str, str]]:
        from httpx_sse import EventSource

        for event in EventSource(self._stream.response(self._bytes())).iter_sse():
            self._unread = 0
            yield event.data.strip(), event.event

    def _bytes(self) -> Iterator[bytes]:
        """Give the body as it comes, as long as it is UTF-8 and makes progress."""
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        received = 0
        for piece in self._in_time():
            received += len(piece)
            self._unread += len(piece)
            if received > _MOST_BYTES or self._unread > _LARGEST_EVENT:
                raise self._endless()
            try:
                yield decoder.decode(piece).encode()
            except UnicodeDecodeError:
                raise self._nonsense("bytes that are no text") from None

    def _in_time(self) -> Iterator[bytes]:
        """Give the body as it comes; only words count as progress, so that no comment keeps a reader waiting."""
        try:
            for piece in self._stream.pieces(self._left):
                if not self._left():
                    raise self._silent()
                yield piece
        except TooSlow as error:
            raise self._silent() from error
        except Unreachable as error:
            raise self._broken() if self.tokens else error from error

    def _left(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def _said(self, data: str, name: str) -> list[tuple[Kind, str]]:
        """Read an event: thoughts and words, and why the answer ends. Raises FetchError."""
        if data == "[DONE]":
            self._finish = "stop"  # of a server that gave no reason
            return []
        try:
            said = json.loads(data)
        except (RecursionError, ValueError):
            raise self._nonsense("an event that is no JSON") from None
        error = error_in(said, certainly=name == "error")
        if error is not None:
            raise told(self._asked, error)
        match said:
            case {"choices": []}:  # how much was used, and such
                return []
            case {"choices": [dict() as choice, *_]} if _is_part(choice):
                return self._chosen(choice)
        raise self._nonsense("an event that is no part of an answer")

    def _chosen(self, choice: Mapping[str, Any]) -> list[tuple[Kind, str]]:
        fields = choice.get("delta") or {}
        content = fields.get("content")
        if not isinstance(content, str | None):
            raise self._nonsense("an event that is no part of an answer")
        thoughts = [fields.get(name) for name in ("reasoning_content", "reasoning")]  # some servers send both
        thought = next((each for each in thoughts if isinstance(each, str) and each), "")
        reason = choice.get("finish_reason")
        self._finish = reason if isinstance(reason, str) else ""
        both: tuple[tuple[Kind, str], ...] = (("thought", thought), ("answer", content or ""))
        return [(kind, text) for kind, text in both if text]

    def _count(self, text: str) -> None:
        self.tokens += 1
        self.first = self.first or time.monotonic()
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise self._endless()

    def _shown(self, kind: Kind, text: str) -> Iterator[Piece]:
        for each, part in self._thinking.feed(text) if kind == "answer" else [(kind, text)]:
            yield from self._piece(each, self._veils[each].feed(part) if self._veils else part)

    def _rest(self) -> Iterator[Piece]:
        """Give what was held back until more of it was there."""
        for kind, fit in self._fit.items():
            yield from self._shown(kind, fit.rest())
        for each, part in self._thinking.rest():
            yield from self._piece(each, self._veils[each].feed(part) if self._veils else part)
        for kind, veil in self._veils.items():
            yield from self._piece(kind, veil.rest())

    def _piece(self, kind: Kind, text: str) -> Iterator[Piece]:
        self._has_answered |= kind == "answer" and bool(text.strip())
        if text:
            yield Piece(kind, text)

    def _ended(self) -> str:
        """Give why the answer ended. Raises FetchError where that is no end of an answer."""
        host, why = self._asked.host, self._asked.shown(self._finish)
        if self._finish in _FILTERS:
            hint = "Another question, or another model, may pass."
            raise Nonsense(f"{host}'s filter ended the answer ({why}).", hint)
        if self._finish in _FAILURES:
            raise Nonsense(f"{host} ended the answer in the middle ({why}).", "Try again.", passing=True)
        is_full = self._finish in _LENGTH
        if not self._has_answered:
            what = "thought until its limit, and answered nothing" if is_full else "ended without a word"
            raise Nonsense(
                f"{self._asked.model} at {host} {what}.", "Ask again, or `cool config set ask.model` another."
            )
        return "length" if is_full else why

    def _silent(self) -> TooSlow:
        longer = f"`cool config set ask.patience {max(1, round(3 * self._patience))}` waits longer."
        return TooSlow(f"{self._asked.host} sent no word for {self._patience:g} s.", f"Try again; {longer}")

    def _broken(self) -> Nonsense:
        return Nonsense(f"{self._asked.host} broke off in the middle of its answer.", "Try again.", passing=True)

    def _endless(self) -> Nonsense:
        return Nonsense(f"{self._asked.host} sends an answer without an end.", "Try again, or another model.")

    def _nonsense(self, what: str) -> Nonsense:
        return Nonsense(f"{self._asked.host} sent {what}.", "Is that a server with the chat-completions protocol?")


def _is_part(choice: Mapping[str, Any]) -> bool:
    """Tell a part of an answer from a whole one, and from the parts of other protocols."""
    has_place = "delta" in choice or "finish_reason" in choice
    return has_place and isinstance(choice.get("delta"), dict | None) and {"message", "text"}.isdisjoint(choice)


class ThinkTag:
    """Parts what a model thinks from what it answers, where it begins its answer with `<think>…</think>`."""

    _OPENING, _CLOSING = "<think>", "</think>"

    def __init__(self) -> None:
        """Begin an answer."""
        self._held = ""
        self._at: Literal["start", "thought", "gap", "answer"] = "start"

    def feed(self, piece: str) -> list[tuple[Kind, str]]:
        """Take the next piece, and give what is known by now, in order."""
        text, self._held = self._held + piece, ""
        if self._at == "start":
            begin = text.lstrip()
            if begin.startswith(self._OPENING):
                self._at, text = "thought", begin.removeprefix(self._OPENING)
            elif self._OPENING.startswith(begin):
                self._held = text
                return []
            else:
                self._at = "answer"
        return self._thought(text) if self._at == "thought" else [("answer", self._answer(text))]

    def _thought(self, text: str) -> list[tuple[Kind, str]]:
        thought, tag, answer = text.partition(self._CLOSING)
        if tag:
            self._at = "gap"
            return [("thought", thought), ("answer", self._answer(answer))]
        held = begun(thought, self._CLOSING)
        self._held = thought[len(thought) - held :]
        return [("thought", thought[: len(thought) - held])]

    def _answer(self, text: str) -> str:
        """Give an answer's text without the blanks that part it from the thoughts."""
        if self._at == "gap" and (text := text.lstrip()):
            self._at = "answer"
        return text

    def rest(self) -> list[tuple[Kind, str]]:
        """Give what is left at the end."""
        text, self._held = self._held, ""
        return [("thought" if self._at == "thought" else "answer", text)]
