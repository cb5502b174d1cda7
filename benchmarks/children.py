"""Running a program as a reader would, on a terminal or into a pipe, and noting what it cost and when it wrote what."""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import sys
import sysconfig
import tempfile
import termios
import time
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING

from benchmarks import material

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COLUMNS, LINES = 120, 50
HERE = Path(__file__).parent


class BrokenRunError(Exception):
    """A program did not do what was to be measured: its time would mean nothing."""


@dataclass(frozen=True)
class Run:
    """What one run of a program wrote, when, and the CPU time that it took."""

    cpu: float
    """Seconds, user and system."""
    output: bytes
    ends: tuple[int, ...]
    """How many bytes had been read after each read."""
    moments: tuple[float, ...]
    """When each read returned, on the monotonic clock."""

    def arrival(self, words: str) -> float:
        """Tell when words had been read whole for the first time."""
        wanted = words.encode()
        place = self.output.find(wanted)
        if place < 0:
            raise BrokenRunError(f"{words!r} was not written.")
        return self.moments[bisect_left(self.ends, place + len(wanted))]


def cool() -> list[str]:
    """Give the command line of `cool` as it is installed, on this interpreter."""
    script = Path(sysconfig.get_path("scripts")) / "cool"
    if not script.exists():
        raise BrokenRunError(f"{script} is missing: install the package for this interpreter first.")
    return [sys.executable, str(script)]


def script(name: str) -> list[str]:
    """Give the command line of a script of this folder."""
    return [sys.executable, str(HERE / f"{name}.py")]


def environment(home: Path, address: str) -> dict[str, str]:
    """Give a clean environment: nothing of the caller's but where programs are. Bytecode is cached, as for a reader."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "COOL_HOME": str(home / "cool"),
        "COOL_NOW": material.NOON,
        "COOL_SESSION": "benchmarks",
        "COOL_ARXIV_INTERVAL": "0",
        "COOL_ARXIV_FEED_URL": address,
        "COOL_ARXIV_SITE_URL": address,
        "COOL_ARXIV_API_URL": f"{address}/api/query",
        "COOL_ARXIV_OAI_URL": f"{address}/oai",
        "COOL_PAPERS_COOL_URL": address,
    }


def run(command: Sequence[str], env: Mapping[str, str], *, terminal: bool) -> Run:
    """Run a program to its end. Raises BrokenRunError where it fails."""
    return _read_from_terminal(command, env) if terminal else _into_pipe(command, env)


def _into_pipe(command: Sequence[str], env: Mapping[str, str]) -> Run:
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        )
        assert child.stdout is not None
        with child.stdout as pipe:
            reads = list(_reads(pipe.fileno()))
        return _finished(child, reads, errors)


def on_terminal(
    command: Sequence[str], env: Mapping[str, str], size: tuple[int, int]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a program on a terminal of its own of so many lines and columns; give it with our end of the terminal."""
    ours, theirs = pty.openpty()
    try:
        termios.tcsetwinsize(theirs, size)
        child = subprocess.Popen(
            command,
            env=env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            # The row numbers that `cool` keeps belong to the terminal that controls it.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 -- takes no lock
        )
    finally:
        os.close(theirs)
    return child, ours


def _read_from_terminal(command: Sequence[str], env: Mapping[str, str]) -> Run:
    child, ours = on_terminal(command, env, (LINES, COLUMNS))
    try:
        return _finished(child, list(_reads(ours)))
    finally:
        os.close(ours)


def _reads(descriptor: int) -> Iterator[tuple[float, bytes]]:
    """Read until the writer is gone, which a terminal tells by an error."""
    while True:
        try:
            piece = os.read(descriptor, 1 << 16)
        except OSError:
            return
        if not piece:
            return
        yield time.monotonic(), piece


def _finished(
    child: subprocess.Popen[bytes], reads: Sequence[tuple[float, bytes]], errors: IO[bytes] | None = None
) -> Run:
    # wait4 rather than wait: it tells the CPU time of this child alone.
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    output = b"".join(piece for _, piece in reads)
    if child.returncode != 0:
        said = _said(errors) or output[-1000:].decode(errors="replace")
        raise BrokenRunError(f"{child.args!r} ended with {child.returncode}:\n{said}")
    ends = tuple(accumulate(len(piece) for _, piece in reads))
    return Run(usage.ru_utime + usage.ru_stime, output, ends, tuple(moment for moment, _ in reads))


def _said(errors: IO[bytes] | None) -> str:
    if errors is None:
        return ""
    errors.seek(0)
    return errors.read().decode(errors="replace").strip()
