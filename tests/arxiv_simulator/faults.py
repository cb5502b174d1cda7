"""What can go wrong between arXiv and a reader, each seen there or on the way (proxies, captive portals)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LOGIN_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Network login</title></head><body><h1>Welcome to the harbour network</h1>"
    '<form method="post"><input name="user"><input name="password" type="password"></form></body></html>\n'
)
RATE_EXCEEDED = "Rate exceeded."


class Fault(Enum):
    """How an answer goes wrong. `retry_after` adds the header to any of the statuses."""

    STATUS_429 = auto()
    STATUS_500 = auto()
    STATUS_503 = auto()
    STATUS_404 = auto()
    RESET = auto()
    """The connection is reset before any answer."""
    SLOW_HEADERS = auto()
    """`seconds` pass before the status line."""
    SLOW_BODY = auto()
    """The body trickles over `seconds`."""
    CUT = auto()
    """The connection ends in the middle of the body."""
    WRONG_LENGTH = auto()
    """Content-Length says less than was sent."""
    GZIP_BOMB = auto()
    """A small body that unpacks to `megabytes`."""
    EMPTY_BODY = auto()
    STALE_FEED = auto()
    """The feed is built today, with the batch before the day's."""
    FULL_FEED = auto()
    """The feed has exactly 2000 items; pages say nothing of those that were invented to fill it."""
    BAD_REQUEST_AS_RSS = auto()
    """HTTP 400 with a feed without items."""
    LOGIN_PAGE = auto()
    """HTTP 200 with the HTML page of some network's login."""
    WRONG_TYPE = auto()
    """The right body under a content type that says nothing of it."""
    WRONG_CHARSET = auto()
    """UTF-8 that is declared as Latin-1."""
    CHANGED_LAYOUT = auto()
    """A page without a section or class that anyone knows."""
    FOREIGN_REDIRECT = auto()
    """A redirect to `location`, a host of somebody else."""
    ENDLESS_REDIRECT = auto()
    MISSING_IDS = auto()
    """The API does not know `ids`, or where none are named, every second id that was asked for."""
    EMPTY_PAGE = auto()
    """The API's page has a total and no entries."""
    STATUS_403 = auto()
    """With a page of arXiv's that says why."""
    PAGE_INSTEAD = auto()
    """HTTP 200 with a page of arXiv's in place of a file."""
    NO_RANGES = auto()
    """HTTP 200 with all of a file, whatever part was asked for, and nothing to know it by."""
    WRONG_RANGE = auto()
    """A part of a file that begins elsewhere than was asked for."""
    CHANGED_FILE = auto()
    """The file is another one than it was, of the same size."""
    PACKED = auto()
    """The right body, packed though nobody asked for it."""
    NO_LENGTH = auto()
    """A file cut in the middle, and no length that would tell."""
    NO_END = auto()
    """A PDF whose end is missing, though its length is as told."""
    ENDLESS = auto()
    """A file that goes on and on, without a length."""


OF_FILES = frozenset(
    {
        Fault.STATUS_403,
        Fault.PAGE_INSTEAD,
        Fault.NO_RANGES,
        Fault.WRONG_RANGE,
        Fault.CHANGED_FILE,
        Fault.PACKED,
        Fault.NO_LENGTH,
        Fault.NO_END,
        Fault.ENDLESS,
    }
)
"""Those that are done to PDFs alone."""
STATUS = {
    Fault.STATUS_429: 429,
    Fault.STATUS_500: 500,
    Fault.STATUS_503: 503,
    Fault.STATUS_404: 404,
    Fault.STATUS_403: 403,
}


@dataclass
class Rule:
    """A fault that waits for requests whose path starts with `prefix`; `times` None means for ever."""

    prefix: str
    fault: Fault
    times: int | None = 1
    retry_after: int | str | None = None
    seconds: float = 0.05
    megabytes: int = 200
    location: str = "https://login.example.invalid/"
    ids: Collection[str] = ()

    def applies(self, path: str) -> bool:
        return self.times != 0 and path.startswith(self.prefix)


@lru_cache(maxsize=2)
def gzip_bomb(megabytes: int) -> bytes:
    """One gzip stream: clients stop at the end of the first one."""
    packer = zlib.compressobj(level=6, wbits=zlib.MAX_WBITS | 16)
    block = bytes(1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])
