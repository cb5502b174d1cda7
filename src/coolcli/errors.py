"""What can go wrong, as a reader sees it: each error is a message, a hint what to do, and an exit code.

    CoolError                        1
    ├── UsageError                   2   the command line is wrong
    │   ├── BadCategory
    │   ├── BadDay
    │   ├── BadQuery                     shown with a caret under the place
    │   └── BadSetting
    ├── NoSuchPaper                  3   a reference matches no paper that exists
    ├── FetchError                   4   a server did not give what was asked of it
    │   ├── Unreachable                  no answer: no network, refused, too slow
    │   │   ├── TooSlow                  it did not come in time
    │   │   └── Unpaced              5   the pace cannot be kept with other processes, so nothing is asked
    │   ├── Refused                      an answer that says no (HTTP status)
    │   └── Nonsense                     an answer that is not what was asked for
    │       └── Intercepted              somebody else answered: a network's login page, a foreign redirect
    ├── DataError                    5   the local data cannot be read or written
    │   └── Busy                         held by another process for too long
    └── NotSetUp                     1   what is asked for needs settings that only the reader can choose

`coolcli.__main__` is the one place that turns them into words on stderr; a bug is left to raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

WIDEST = 106
"""Columns of a line of a query in an error: 100, and the margin."""
_MARGIN = " " * 6  # as wide as `cool: `, behind which the message stands


class CoolError(Exception):
    """An error a reader can understand: what happened, and what to do about it."""

    exit_code = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        """Take one sentence on what happened and, where there is something to do, one on that."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CoolError):
    """The command line is wrong."""

    exit_code = 2


class BadCategory(UsageError):
    """What was typed is no category of arXiv's."""

    @classmethod
    def unknown(cls, word: str, near: Sequence[str]) -> BadCategory:
        """Build the error for a name that arXiv does not have, with the nearest that it has."""
        hint = f"Did you mean {or_list(near)}? " if near else ""
        return cls(f"arXiv has no category '{word}'.", f"{hint}`cool categories` lists them all.")


class BadDay(UsageError):
    """What was typed is no day."""


class BadQuery(UsageError):
    """A query cannot be understood: what was expected, then the query, and a caret under the place that is meant."""

    def __init__(self, said: str, hint: str | None = None, *, text: str, at: int) -> None:
        """Take the query as it may be shown (cleaned), and the index in it of what is wrong."""
        self.said, self.text, self.at = said, text, at
        picture = self.picture(WIDEST)
        super().__init__(f"{said}\n{picture}" if picture else said, hint)

    def picture(self, width: int) -> str:
        """Draw the query and the caret, two lines of so many columns at the most; nothing of an empty query."""
        return _pointed(self.text, self.at, min(width, WIDEST) - len(_MARGIN)) if self.text.strip() else ""


class BadSetting(UsageError):
    """A setting does not exist, or cannot have this value."""


class NoSuchPaper(CoolError):
    """A reference matches no paper that exists."""

    exit_code = 3

    @classmethod
    def beyond(cls, paper_id: str, version: int, newest: int) -> NoSuchPaper:
        """Build the error for a version that a paper does not have, or not yet."""
        return cls(f"arXiv has no v{version} of {paper_id}: the newest that is known is v{newest}.")


class FetchError(CoolError):
    """A server did not give what was asked of it; `passing` where another try may mend it."""

    exit_code = 4

    def __init__(self, message: str, hint: str | None = None, *, passing: bool = False) -> None:
        """Take whether it may pass by itself beside the words."""
        super().__init__(message, hint)
        self.passing = passing


class Unreachable(FetchError):
    """No answer came: no network, a refused connection, too long a wait."""

    @classmethod
    def offline(cls) -> Unreachable:
        """Build the error for what nobody is asked for, as the reader said."""
        return cls("Nothing is asked of arXiv (--offline).", "Run it again without `--offline` and COOL_OFFLINE.")


class TooSlow(Unreachable):
    """An answer did not come in time, or not all of it."""


class Unpaced(Unreachable):
    """Nothing was asked: the files by which processes keep the pace together cannot be written."""

    exit_code = 5


class Refused(FetchError):
    """An answer came that says no; `status` is its HTTP status."""

    def __init__(
        self, message: str, hint: str | None = None, *, status: int, passing: bool = False, pause: float | None = None
    ) -> None:
        """Take the HTTP status, and the seconds that the server asks to wait where it names some."""
        super().__init__(message, hint, passing=passing)
        self.status = status
        self.pause = pause


class Nonsense(FetchError):
    """An answer came that is not what was asked for: a changed layout, a cut body."""


class Intercepted(Nonsense):
    """Somebody else answered: a network's login page, a redirect to another host."""


class DataError(CoolError):
    """The local data cannot be read or written."""

    exit_code = 5


class Busy(DataError):
    """Another process holds the local data for too long; a moment later all may be well."""


class NotSetUp(CoolError):
    """Settings that only the reader can choose are missing; `instead` is a third line: what there is without them."""

    def __init__(self, message: str, hint: str, instead: str) -> None:
        """Take what is missing, how to set it up, and what there is instead."""
        super().__init__(message, hint)
        self.instead = instead


def or_list(words: Sequence[str]) -> str:
    """Join words for a sentence: `a`, `a or b`, `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _pointed(text: str, at: int, room: int) -> str:
    """Draw a text and a caret under one of its characters; of a long one what is around it."""
    before, behind = text[:at], text[at:]
    if sum(map(_columns, before)) + max(1, sum(map(_columns, behind))) > room:
        behind = _cut(behind, room - min(room // 2, sum(map(_columns, before))))
        before = _cut(before[::-1], room - max(1, sum(map(_columns, behind))))[::-1]
    caret = " " * sum(map(_columns, before)) + "^"
    return f"{_MARGIN}{before}{behind}\n{_MARGIN}{caret}"


def _cut(text: str, room: int) -> str:
    """Give the beginning of a text in so many columns, with `…` where something is left out."""
    used = list(accumulate(map(_columns, text)))
    if not used or used[-1] <= room:
        return text
    return text[: sum(each < room for each in used)] + "…"


def _columns(character: str) -> int:
    """Give how many columns of a terminal a character takes."""
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
