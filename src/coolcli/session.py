"""Row numbers of the last list, and the sitting of `next`: a small file for each terminal session.

Who a session is and when its numbers count is said in cli.md, "References".
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from zlib import crc32

from coolcli import whole_files

COUNTS_FOR = timedelta(hours=12)
"""A list of another session counts for so long where this one showed none."""
_KEPT_FOR = timedelta(days=7)


class Shown(NamedTuple):
    """A list as it was shown: its ids are the rows 1, 2, 3 and so on."""

    what: str
    """What the list was, for an error: `cs.LG, Fri 20 November 2026`."""
    at: str
    """When, UTC, ISO 8601."""
    ids: tuple[str, ...] = ()
    first: int = 0
    """Where in `ids` the rows shown last begin: earlier ones were on pages before."""
    end: int | None = None
    """Where they end, None for the end of the list: later ones are on pages that were returned from."""
    day: str | None = None
    """The listing's day, where the list was a day."""
    categories: str = ""
    query: str = ""
    """What was searched for: it stands out in what is shown by number."""

    @property
    def last_rows(self) -> tuple[str, ...]:
        """Give the ids of the rows that were shown last."""
        return self.ids[self.first : self.end]


class Sitting(NamedTuple):
    """A run of `next` pages: every page shown, in order, and which of them is on the screen."""

    at: str
    pages: tuple[tuple[str, ...], ...] = ()
    current: int = -1

    @property
    def ids(self) -> tuple[str, ...]:
        """Give all ids in the order of their numbers."""
        return tuple(paper_id for page in self.pages for paper_id in page)

    @property
    def page(self) -> tuple[str, ...]:
        """Give the page on the screen, an empty one before the first and after the last."""
        return self.pages[self.current] if 0 <= self.current < len(self.pages) else ()

    @property
    def finished(self) -> bool:
        """Tell whether the end was reached: nothing was unread behind the last page."""
        return 0 < len(self.pages) == self.current


class Memory(NamedTuple):
    """What one session's file holds."""

    shown: Shown | None = None
    sitting: Sitting | None = None


class Session(NamedTuple):
    """One reader's terminal, or a name given instead; without either (`key` is None) nothing is kept."""

    folder: Path
    key: str | None
    now: datetime
    borrows: bool = False
    """Where this session showed no list, the newest one of any session counts: so for terminals."""

    def shown(self) -> Shown | None:
        """Give the list that row numbers mean now: the session's own, else, for terminals, the newest of any."""
        return self.own() or (self._newest() if self.borrows else None)

    def own(self) -> Shown | None:
        """Give the list that this session showed last, however long ago."""
        return self._load(self._file).shown

    def sitting(self) -> Sitting | None:
        """Give the sitting of this session."""
        return self._load(self._file).sitting

    def keep(self, shown: Shown | None = None, sitting: Sitting | None = None) -> bool:
        """Remember the list just shown, the sitting, or both; False where the disk does not let it."""
        file = self._file
        if file is None:
            return True
        before = self._load(file)
        memory = Memory(shown or before.shown, sitting or before.sitting)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not file.exists():
                self._forget_old()
            content = {name: part._asdict() for name, part in memory._asdict().items() if part}
            whole_files.write(file, json.dumps(content))
        except OSError:
            if shown and not (before.shown and before.shown.ids == shown.ids):
                with suppress(OSError):  # else numbers would mean the list before, and with it other papers
                    file.unlink(missing_ok=True)
            return False
        return True

    @property
    def _file(self) -> Path | None:
        if self.key is None:
            return None
        key = os.fsencode(self.key)  # from the environment, which need not be UTF-8
        return self.folder / f"{quote(key, safe='')[:60]}.{crc32(key):08x}.json"

    def _counts(self, at: str) -> bool:
        return abs(self.now - datetime.fromisoformat(at)) <= COUNTS_FOR

    def _newest(self) -> Shown | None:
        found = [shown for file in self._files() if (shown := self._load(file).shown) and self._counts(shown.at)]
        return max(found, key=lambda shown: shown.at, default=None)

    def _files(self) -> list[Path]:
        return list(self.folder.glob("*.json"))

    def _forget_old(self) -> None:
        horizon = self.now.timestamp() - _KEPT_FOR.total_seconds()
        for file in self.folder.iterdir():  # with what a process that was killed was about to put in place
            with suppress(FileNotFoundError):  # another process was first
                if file.stat().st_mtime < horizon:
                    file.unlink()

    @staticmethod
    def _load(file: Path | None) -> Memory:
        """Read a session's file; one that is missing or broken is an empty memory: it holds nothing of worth."""
        if file is None:
            return Memory()
        try:
            content = json.loads(file.read_bytes())
            shown, sitting = content.get("shown"), content.get("sitting")
            return Memory(_shown(shown) if shown else None, _sitting(sitting) if sitting else None)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Memory()


def _shown(said: dict[str, Any]) -> Shown:
    """Read a list; one that could not be used raises here."""
    shown = Shown(**said | {"ids": tuple(said["ids"])})
    _check(shown.at, (shown.what, shown.categories, shown.query, *shown.ids, *shown.last_rows))
    if shown.day is not None:
        date.fromisoformat(shown.day)
    return shown


def _sitting(said: dict[str, Any]) -> Sitting:
    """Read a sitting; one that could not be used raises here."""
    sitting = Sitting(said["at"], tuple(map(tuple, said["pages"])), said["current"])
    _check(sitting.at, (*sitting.ids, *sitting.page))
    return sitting


def _check(at: str, texts: Iterable[str]) -> None:
    """Raise ValueError or TypeError for a moment without offset, or a text that is none."""
    if datetime.fromisoformat(at).tzinfo is None:
        raise ValueError(at)
    "".join(texts).encode()


def here(folder: Path, now: datetime, environment: Mapping[str, str] = os.environ) -> Session:
    """Find out which session this process is in."""
    terminal = _terminal(environment)
    if terminal is not None:
        return Session(folder, terminal, now, borrows=True)
    name = environment.get("COOL_SESSION")
    return Session(folder, f"name:{name}" if name else None, now)


def _terminal(environment: Mapping[str, str]) -> str | None:
    """Name the terminal session of a process with a controlling terminal, None where it has none."""
    if sys.platform == "win32":
        if not any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            return None
        return f"windows:{environment.get('WT_SESSION', '')}:{os.getppid()}"
    try:
        tty = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return None
    os.close(tty)
    if pane := environment.get("TMUX_PANE"):  # unique within a server, whose socket and process TMUX names
        return f"tmux:{environment.get('TMUX', '')}:{pane}"
    leader = os.getsid(0)
    return f"tty:{leader}:{_started(leader)}"


def _started(process: int) -> str:
    """Tell when a process began, so that a session that reuses a number is another one."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
        return stat.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    import subprocess

    try:
        command = ["ps", "-o", "lstart=", "-p", str(process)]
        return subprocess.run(command, capture_output=True, text=True, timeout=2, check=False).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
