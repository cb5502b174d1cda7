"""The pace that all processes of the user keep with arXiv together, and what became of each of its servers.

Four small files in the cache folder:

    arxiv.lock     held from the look at the store to the answer stored: who waits for it may find the answer there
    arxiv.last     touched when a request begins and ends: the interval is counted from here
    arxiv.site     touched with it where the request is for a page of the site
    arxiv.json     for each server when it last answered, when and why it failed, and how long it asks to be left alone
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from coolcli import whole_files
from coolcli.errors import FetchError, Refused, Unpaced, Unreachable

if TYPE_CHECKING:
    from filelock import BaseFileLock

Server = Literal["feed", "site", "api", "oai"]
SERVERS: tuple[Server, ...] = ("feed", "site", "api", "oai")
"""arXiv's servers, each a setting `arxiv.…_url`."""

PATIENCE = 3.0
"""Seconds that arXiv is waited for where there is something else to show, or nothing was asked of it."""
FAILURE_REMEMBERED = timedelta(minutes=5)
"""A server that failed is not asked again for so long where there is another, or something cached to show."""
_BETWEEN_LOOKS = 0.05
"""Seconds after which it is looked again whether another process has ended its turn."""
LONGEST_REST = timedelta(hours=1)
"""A server is left alone for no longer, whatever it asks."""


class Record(NamedTuple):
    """What became of the requests to one server. Moments are UTC."""

    succeeded: datetime | None = None
    failed: datetime | None = None
    problem: str | None = None
    """Why it failed last."""
    not_before: datetime | None = None
    """Until when it asks to be left alone (Retry-After)."""
    passing: bool = True
    """Whether it failed in a way that passes by itself: then it is not asked again at once."""

    def trouble(self, now: datetime) -> tuple[str, datetime] | None:
        """Say why and since when the server counts as failing at a moment, None where it does not."""
        if self.failed is None or not self.passing or (self.succeeded is not None and self.succeeded > self.failed):
            return None
        recent = abs(now - self.failed) < FAILURE_REMEMBERED
        return (self.problem or "It failed.", self.failed) if recent else None

    def rest(self, now: datetime) -> float:
        """Give the seconds for which the server asks to be left alone still."""
        left = self.not_before - now if self.not_before else timedelta(0)
        # A little longer than the longest: clocks of two processes differ.
        return left.total_seconds() if timedelta(0) < left <= 1.1 * LONGEST_REST else 0.0


class Intervals(NamedTuple):
    """Seconds from the end of one request to the start of the next, over all processes of the user."""

    request: float
    page: float
    """Between two pages of the site, in work that asks for many."""


class _Wait(NamedTuple):
    seconds: float
    between: str


class Pace:
    """The turn of one process among all of the user's."""

    def __init__(
        self,
        folder: Path,
        intervals: Intervals,
        longest: float,
        *,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
        pause: Callable[[float], None] | None = None,
    ) -> None:
        """Keep these intervals; say what is waited for to `tell`.

        `longest` is how many seconds another process is waited for that makes no request meanwhile; `pause` stands for
        `time.sleep`.
        """
        self._folder = folder
        self._intervals = intervals
        self._slow = False
        self._longest = longest
        self._now = now
        self._tell = tell
        self._pause = pause or time.sleep
        self._holding = False
        self._lock: BaseFileLock | None = None

    @contextmanager
    def turn(self, patience: float | None = None) -> Iterator[None]:
        """Be the only one who asks arXiv, for as long as the block runs; blocks may be nested.

        `patience` is how many seconds another process is waited for; None: for as long as it goes on asking. Raises
        Unreachable where the turn does not come, Unpaced where the cache folder cannot be written.
        """
        if self._holding:
            yield
            return
        from filelock import FileLock

        self._lock = FileLock(self._folder / "arxiv.lock")
        self._acquire(patience)
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
            self._lock.release()

    @contextmanager
    def slowly(self) -> Iterator[None]:
        """Keep the longer interval between two pages of the site for as long as the block runs."""
        before, self._slow = self._slow, True
        try:
            yield
        finally:
            self._slow = before

    def keep_interval(self, server: Server) -> None:
        """Wait until a server of arXiv's may be asked again."""
        while (wait := self._wait(server)) is not None:
            self._tell(f"waiting {ceil(wait.seconds)} s, as arXiv asks for between {wait.between}")
            if wait.seconds <= PATIENCE:
                self._pause(min(1.0, wait.seconds))
            else:
                self._stand_aside(wait.seconds)

    def _stand_aside(self, seconds: float) -> None:
        """Wait for long, and let others ask meanwhile."""
        if not self._holding or self._lock is None:
            self._pause(min(1.0, seconds))
            return
        self._lock.release()
        self._pause(min(1.0, seconds))
        self._acquire(None)

    def _wait(self, server: Server) -> _Wait | None:
        """Say what is to be waited for still, the longest of it."""
        since = {"two requests": (self._last("arxiv.last"), self._intervals.request)}
        if self._slow and server == "site":
            since["two pages"] = self._last("arxiv.site"), self._intervals.page
        now = time.time()
        waits = [_Wait(last + interval - now, between) for between, (last, interval) in since.items() if last <= now]
        longest = max(waits, default=None)  # none where the clock was set back
        return longest if longest and longest.seconds > 0 else None

    def touch(self, server: Server) -> None:
        """Note that a request begins, or ends: a process that is killed in the middle of one may not tell."""
        with self._in_words():
            (self._folder / "arxiv.last").touch()
            if server == "site":
                (self._folder / "arxiv.site").touch()

    def succeeded(self, server: Server) -> None:
        """Note that a server answered."""
        self._write(server, self.record(server)._replace(succeeded=self._now(), not_before=None))

    def failed(self, server: Server, error: FetchError) -> None:
        """Note how a server failed, and for how long it asks to be left alone."""
        now, before = self._now(), self.record(server)
        rest = error.pause if isinstance(error, Refused) else None
        until = now + min(timedelta(seconds=rest), LONGEST_REST) if rest else before.not_before
        self._write(server, Record(before.succeeded, now, error.message, until, error.passing))

    def record(self, server: Server) -> Record:
        """Give what became of the requests to a server, as far as is known."""
        return records(self._folder).get(server, Record())

    def _write(self, server: Server, record: Record) -> None:
        """Keep a record. A disk that is full loses it: it is a comfort, and the answer is more."""
        found = records(self._folder) | {server: record}
        content = {name: each._asdict() for name, each in found.items()}
        with suppress(OSError):
            whole_files.write(self._folder / "arxiv.json", json.dumps(content, default=datetime.isoformat, indent=1))

    def _acquire(self, patience: float | None) -> None:
        from filelock import Timeout

        assert self._lock is not None  # noqa: S101 -- whoever wants a turn has one
        told = False
        while True:
            last = self._last("arxiv.last")
            try:
                with self._in_words():
                    self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    self._lock_within((self._longest if patience is None else patience) if told else 0)
            except Timeout:
                if told and (patience is not None or self._last("arxiv.last") == last):
                    raise Unreachable(
                        "Another cool is asking arXiv, and its turn does not end.",
                        "Try again in a moment. Is one stopped (Ctrl-Z) in another terminal?",
                    ) from None
                self._tell("waiting for another cool that is asking arXiv")
                told = True
            except NotImplementedError:  # a file system without locks, such as some clusters': the interval is all
                return
            else:
                return

    def _lock_within(self, seconds: float) -> None:
        """Take the lock as soon as it is free. Raises filelock's Timeout."""
        from filelock import Timeout

        assert self._lock is not None  # noqa: S101 -- as above
        while True:
            try:
                self._lock.acquire(timeout=0)
                return
            except Timeout:
                if seconds <= 0:
                    raise
            self._pause(_BETWEEN_LOOKS)
            seconds -= _BETWEEN_LOOKS

    def _last(self, file: str) -> float:
        try:
            return (self._folder / file).stat().st_mtime
        except OSError:
            return 0.0

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:  # what filelock raises where the turn does not come
            raise
        except OSError as error:
            raise Unpaced(
                f"{error.filename or self._folder} cannot be written ({error.strerror}): arXiv is not asked.",
                "Make the cache folder writable, or set COOL_HOME.",
            ) from error


def records(folder: Path) -> dict[Server, Record]:
    """Read what became of each server. A file that is missing or broken holds nothing: it is of no worth."""
    try:
        content = json.loads((folder / "arxiv.json").read_bytes())
        return {server: _record(content[server]) for server in SERVERS if server in content}
    except (AttributeError, OSError, RecursionError, TypeError, ValueError):
        return {}


def is_taken(folder: Path) -> bool:
    """Tell whether a process has the turn at this moment."""
    from filelock import FileLock, Timeout

    file = folder / "arxiv.lock"
    try:
        if file.exists():
            with FileLock(file).acquire(timeout=0):
                return False
    except Timeout:
        return True
    except (OSError, NotImplementedError):  # where the folder cannot be written, nobody has
        return False
    return False


def _record(content: dict[str, Any]) -> Record:
    def moment(name: str) -> datetime | None:
        text = content.get(name)
        return datetime.fromisoformat(text).astimezone(UTC) if text else None

    problem = content.get("problem")
    return Record(
        moment("succeeded"),
        moment("failed"),
        None if problem is None else str(problem),
        moment("not_before"),
        bool(content.get("passing", True)),
    )
