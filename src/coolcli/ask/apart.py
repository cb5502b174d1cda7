"""Reading what a stranger wrote in a process of its own, bounded in time and memory, which can be stopped.

    read(module, content) -> python -m module -> answer(its reader) -> Document

So no paper can hold up or bring down the program, whatever is in it: neither libraries nor their C heed Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import IO, Final

from coolcli.ask import document
from coolcli.ask.document import Document
from coolcli.settings import KEY_VARIABLE

MOST: Final = 10_000_000
"""Characters that a paper has at the most, ten times those of a long thesis."""
_MEMORY: Final = 1_500_000_000
"""Bytes that the process may ask for, where the platform can hold it to that."""
_UNHEARD: Final = 0.05
"""Seconds of one wait."""

BROKEN: Final = "it is broken"
HUGE: Final = "it has more text than any paper"
_GREEDY: Final = "it takes too much memory"
_NOTHING: Final = "null"
"""What the process writes where there is no text, and nothing wrong."""


class Unread(Exception):
    """What was given cannot be read: `why`, in words; `passing` where it may be another time."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        """Take the reason, as it stands behind a colon: `it is broken`."""
        super().__init__(why)
        self.why = why
        self.passing = passing


def read(
    module: str, *arguments: str, content: bytes = b"", seconds: float, heed: Callable[[], object] = lambda: None
) -> Document | None:
    """Have a module that ends in `answer` read something within so many seconds; None where its reader found nothing.

    It gets the content at standard input, and the arguments from `sys.argv[2]` on. Raises Unread. `heed` is called now
    and then meanwhile: what it raises ends the work, and the process with it.
    """
    code, said = _said([sys.executable, "-P", "-m", module, str(seconds), *arguments], content, seconds, heed)
    if code or not said:
        raise Unread(BROKEN)
    if said == _NOTHING:
        return None
    if not said.startswith("{"):
        raise Unread(said, passing=said == _GREEDY)
    try:
        return document.read(said)
    except ValueError:
        raise Unread(BROKEN) from None


def _said(command: list[str], content: bytes, seconds: float, heed: Callable[[], object]) -> tuple[int, str]:
    """Run a process, and give its exit code and the last line that it wrote."""
    from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
    from threading import Thread

    deadline = monotonic() + seconds
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment()) as process:  # noqa: S603 -- Python
        assert process.stdin is not None  # noqa: S101 -- it is a pipe
        # `communicate` gives up what it has not written when it times out, so a thread writes.
        feeder = Thread(target=_feed, args=(process.stdin, content), daemon=True)
        process.stdin = None
        feeder.start()
        try:
            while monotonic() < deadline:
                with suppress(TimeoutExpired):
                    written, _ = process.communicate(timeout=_UNHEARD)
                    return process.returncode, written.decode("utf-8", "replace").strip().rpartition("\n")[2]
                heed()
        finally:
            process.kill()
            feeder.join()
    raise Unread(f"it takes more than {seconds:g} seconds", passing=True)


def _feed(pipe: IO[bytes], content: bytes) -> None:
    with suppress(OSError), pipe:  # who ends before it has read all is no trouble
        pipe.write(content)


def _environment() -> Mapping[str, str]:
    """Give what the process may know: it reads a stranger's file, so nobody's key."""
    return {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}


# --- in the process --------------------------------------------------------------------------------------------------


def answer(reader: Callable[[], Document | None]) -> None:
    """Write what a reader finds to standard output, or a line that says why there is nothing."""
    _limit(float(sys.argv[1]))
    try:
        found = reader()
        said = _bounded(found) if found else _NOTHING
    except Unread as error:
        said = error.why
    except MemoryError:
        said = _GREEDY
    except Exception:  # whatever a file makes a library raise: they name their own errors, and let many others through
        said = BROKEN
    print(said)  # noqa: T201


def _bounded(found: Document) -> str:
    if sum(len(section.title) + len(section.text) for section in found.sections) > MOST:
        raise Unread(HUGE)
    return document.written(found)


def _limit(seconds: float) -> None:
    """Be bounded by the platform too, so that nothing goes on where the program was killed."""
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_CPU: int(seconds) + 1,
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with suppress(OSError, ValueError):  # a limit that the platform does not know, or has lower already
            resource.setrlimit(kind, (most, most))
