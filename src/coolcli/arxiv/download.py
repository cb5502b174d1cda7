"""A PDF that is fetched in one go or in several: what to ask for, what an answer means, what is kept of it.

A part that is here is gone on with (`Range`) only where the server can say that the file is still the same (`If-Range`
with what it knows it by). All else begins anew, so that two files are never joined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from os import SEEK_END
from typing import BinaryIO, Literal, NamedTuple, Protocol

from coolcli.arxiv.answers import checked, fits_header, is_html, login_page, names_arxiv, reason, validator
from coolcli.errors import FetchError, Nonsense
from coolcli.models import Validator
from coolcli.transport import Answer, host_of

Seen = Callable[[int, int | None], object]
"""Is told how many bytes are here, and of how many, where that is known."""

MOST_BYTES = 1_000_000_000
"""The largest file that is fetched. The largest papers have some hundred megabytes."""
_PAGE = 64_000
"""Bytes of an answer that are read to learn why it is not the file that was asked for."""
_BEGINNING = 1024
"""Bytes in which a PDF says that it is one, as readers of PDF look for it."""
_END = 64_000
"""Bytes at the end in which it says that it is whole: some programs write more behind that."""

Move = Literal["append", "anew", "complete", "forget"]
"""What is to be done with an answer: its body goes on where the part ends; it is the file from its beginning; nothing
is missing; the part is of no use, and is to be asked for without it."""


class Held(NamedTuple):
    """What is here of a file."""

    size: int = 0
    total: int | None = None
    """The size of all of it, where that is known."""
    validator: Validator | None = None

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is missing."""
        return self.total is not None and 0 < self.size == self.total


class Sink(Protocol):
    """Where a file is kept while it comes, over several runs."""

    @property
    def held(self) -> Held:
        """Give what is here."""

    def begin(self, validator: Validator | None, total: int | None) -> None:
        """Drop what is here, and begin with a file that a server knows by this and that has so many bytes."""

    def write(self, piece: bytes) -> None:
        """Keep what comes next. Raises DataError."""

    def close(self) -> None:
        """Let what came outlast a power cut; more may be written after it."""

    def doubt(self) -> None:
        """Keep what is here, but not as all there is: its size is not known any more."""

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """Give what is here, to be read. Raises DataError."""


def question(held: Held) -> dict[str, str]:
    """Give the headers that ask for what is missing: unpacked, since a part of what is packed is of no use."""
    asked = {"Accept-Encoding": "identity"}
    known = _strong(held.validator)
    if held.size and known:
        asked |= {"Range": f"bytes={held.size}-", "If-Range": known}
    return asked


def move(held: Held, status: int, headers: Mapping[str, str]) -> Move | None:
    """Say what is to be done with an answer; None where it is no part of any file."""
    if status == 200:
        return "anew"
    if status == 206:
        start, total = _range(headers)
        agree = None in (total, held.total) or total == held.total
        fits = 0 < held.size == start and agree and not _is_another(held, headers)
        return "append" if fits else "forget"
    if status == 416 and held.size:
        return "complete" if _range(headers)[1] == held.size and not _is_another(held, headers) else "forget"
    return None


def total_of(held: Held, status: int, headers: Mapping[str, str]) -> int | None:
    """Give the size of the whole file as an answer states it, None where it does not."""
    if status in (206, 416):
        return _range(headers)[1] or held.total
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdecimal() else None


def _range(headers: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Read where a part begins, and the size of all: `bytes 500-999/1000`, `bytes */1000`."""
    match = re.fullmatch(r"bytes\s+(?:(\d{1,15})-\d{1,15}|\*)/(?:(\d{1,15})|\*)", headers.get("content-range", ""))
    if match is None:
        return None, None
    return tuple(int(number) if number else None for number in match.groups())  # type: ignore[return-value]


def _is_another(held: Held, headers: Mapping[str, str]) -> bool:
    """Tell whether an answer is of another file than the part is of."""
    pairs = zip(held.validator or (), validator(headers) or (), strict=False)
    return any(before and now and before != now for before, now in pairs)


def _strong(validator: Validator | None) -> str | None:
    """Give what stands for exactly these bytes: a weak ETag does not, and If-Range takes none (RFC 9110, 13.1.5).

    What a header cannot hold stands for nothing.
    """
    usable = (known for known in validator or () if fits_header(known) and not known.startswith("W/"))
    return next(usable, None)


def keep(head: Answer, pieces: Iterator[bytes], sink: Sink, seen: Seen) -> None:
    """Keep the body of an answer as far as it is of the file. Raises what it is instead (FetchError), or DataError."""
    if head.status in (200, 206) and _is_packed(head.headers):
        raise Nonsense(f"{host_of(head.url)} sent a file that is packed, which nobody asked for.", _LATER)
    held = sink.held
    total = total_of(held, head.status, head.headers)
    try:
        match move(held, head.status, head.headers):
            case None:
                checked(_page(head, pieces), "html")
                raise Nonsense(f"{host_of(head.url)} sent no file (HTTP {head.status}).", _LATER)
            case "forget":
                sink.begin(None, None)
                raise Nonsense(f"{host_of(head.url)} sent another part than was asked for.", _LATER, passing=True)
            case "anew":
                first = _taken(pieces, _BEGINNING)
                if not _is_beginning(first):
                    raise _instead(_page(head, pieces, first))
                sink.begin(validator(head.headers), total)
                pieces = _after(first, pieces)
            case "append" | "complete":
                pass
        for piece in pieces:
            sink.write(piece)
            if max(sink.held.size, total or 0) > MOST_BYTES:
                sink.begin(None, None)
                raise Nonsense(f"{host_of(head.url)} sends more than {MOST_BYTES // 1_000_000} MB: that is no paper.")
            seen(sink.held.size, total)
    finally:
        sink.close()
    check(sink, head.url, total)


def check(sink: Sink, url: str, total: int | None = None) -> None:
    """See that a file is all there, and a PDF. Raises Nonsense.

    One that has no end though all that the server has of it came is kept in doubt: the next time the server is asked
    whether there is more or another, and the same is not fetched again.
    """
    held = sink.held
    total = held.total if total is None else total
    if total is not None and held.size < total:
        raise Nonsense(f"{host_of(url)} sent a file that breaks off.", "The same again goes on with it.", passing=True)
    with sink.opened() as file:
        begins, ends = begins_as_pdf(file), ends_as_pdf(file)
    if not begins or (total is not None and held.size > total):
        sink.begin(None, None)
        raise Nonsense(f"{host_of(url)} sent parts that make no PDF.", _LATER, passing=True)
    if not ends:
        sink.doubt()
        raise Nonsense(
            f"{host_of(url)} sent a PDF without its end.",
            f"`--overwrite` fetches it anew. A browser may show it as it is: {url}",
            passing=total is None,
        )


def begins_as_pdf(file: BinaryIO) -> bool:
    """Tell whether a file is a PDF by its beginning."""
    file.seek(0)
    return _is_beginning(file.read(_BEGINNING))


def ends_as_pdf(file: BinaryIO) -> bool:
    """Tell whether a PDF is whole by its end."""
    file.seek(max(0, file.seek(0, SEEK_END) - _END))
    return b"%%EOF" in file.read()


def _is_beginning(first: bytes) -> bool:
    return b"%PDF-" in first[:_BEGINNING]


_LATER = "Try again later."


def _is_packed(headers: Mapping[str, str]) -> bool:
    return headers.get("content-encoding", "").strip().lower() not in ("", "identity")


def _after(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def _taken(pieces: Iterator[bytes], most: int, first: bytes = b"") -> bytes:
    """Take pieces until there are so many bytes, or until the end."""
    taken = bytearray(first)
    while len(taken) < most and (piece := next(pieces, None)) is not None:
        taken += piece
    return bytes(taken)


def _page(head: Answer, pieces: Iterator[bytes], first: bytes = b"") -> Answer:
    """Read what came in place of a file and says why, as far as it can be read."""
    body = b"" if _is_packed(head.headers) else _taken(pieces, _PAGE, first)[:_PAGE]
    return head._replace(body=body)


def _instead(answer: Answer) -> FetchError:
    """Say what came in place of a PDF: nothing, a page of somebody else's, or one of arXiv's that says why."""
    host = host_of(answer.url)
    if not answer.body.strip():
        return Nonsense(f"{host} sent an empty answer.", _LATER, passing=True)
    if not is_html(answer.body[:2000]):
        return Nonsense(f"{host} sent something that is no PDF ({answer.kind or 'of no kind'}).", _LATER)
    if not names_arxiv(answer.body):
        return login_page(answer)
    said = reason(answer)
    return Nonsense(f"{host} sent a page in place of the PDF{': ' + said if said else ''}.", _LATER)
