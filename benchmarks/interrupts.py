"""`python -m benchmarks.interrupts`: how long Ctrl-C takes, from the signal to the end of the process, as a table.

Each situation is a real `cool` that is brought into it and waits there; what it waits for would take minutes.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread, Timer
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import arguments, children, material
from benchmarks.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SETTLED = 0.8
"""Seconds after which a started `cool` is taken to wait for what it cannot have."""
_HANGS = 30.0
"""Seconds after which a process is killed, which its row then tells."""
_PAPERS = 250
_MANY = 8000
_PIECE = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000000\r\n\r\n<?xml"
_LATER = b"HTTP/1.1 503 Busy\r\nRetry-After: 300\r\nContent-Length: 2\r\n\r\n.."


class Situation(NamedTuple):
    """What Ctrl-C is pressed in: a command line, what is different in its environment, when it is pressed."""

    about: str
    arguments: Sequence[str]
    variables: Mapping[str, str] = {}
    settled: Callable[[], float] = lambda: SETTLED
    command: Sequence[str] = ()
    """What runs `cool`, where that is not the shell alone."""
    number: int = signal.SIGINT


def main() -> int:
    """Measure every situation and print the table."""
    runs = arguments.parser("interrupts", __doc__, runs=(15, "runs of each situation")).parse_args().runs
    print("| pressed | median ms | max ms | runs | ended as |\n|---|--:|--:|--:|---|")
    with prepared() as (env, situations):
        for situation in situations:
            ended = [measure(situation, env) for _ in range(runs)]
            times = [seconds * 1000 for seconds, _ in ended]
            codes = ", ".join(sorted({code for _, code in ended}))
            print(f"| {situation.about} | {median(times):.0f} | {max(times):.0f} | {runs} | {codes} |", flush=True)
    return 0


@contextmanager
def prepared() -> Iterator[tuple[dict[str, str], list[Situation]]]:
    """Make a home with a cached day, servers that keep one waiting, and the situations."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="cool-interrupts-")))
        arxiv = stack.enter_context(serve(material.day(_PAPERS)))
        large = stack.enter_context(serve(material.day(_MANY)))
        env = children.environment(scratch, arxiv.address) | {"COOL_NETWORK_BUDGET": "600"}
        children.run([*children.cool(), "today", material.CATEGORY], env, terminal=False)
        database = stack.enter_context(_locked(Path(env["COOL_HOME"]) / "data" / "cool.db", scratch))
        silent, cut, later = (_at(stack.enter_context(_saying(words))) for words in (b"", _PIECE, _LATER))
        full = _at(stack.enter_context(_full()))
        asking = ["today", "stat.ML"]
        yield (
            env,
            [
                Situation("anywhere from the start to the end of `cool stars`", ["stars"], settled=_within(0.02, 0.1)),
                Situation("waiting for a connection", asking, full),
                *_unresolved(stack, scratch, asking),
                Situation("waiting for the head of an answer", asking, silent),
                Situation("in the middle of an answer", asking, cut),
                Situation("in the pause before another try", asking, later),
                Situation("keeping arXiv's interval", asking, {"COOL_ARXIV_INTERVAL": "600"}),
                Situation(
                    "waiting for another cool that asks arXiv",
                    asking,
                    silent,
                    command=["sh", "-c", '"$@" & sleep 0.5; exec "$@"', "sh"],
                ),
                Situation(
                    f"parsing a feed of {_MANY:,} papers",
                    ["today", material.CATEGORY],
                    _at(large.address) | {"COOL_HOME": str(scratch / "other")},
                    settled=_within(0.5, 1.0),
                ),
                Situation("waiting for a database that another holds", ["star", "2611.00001"], database),
                Situation("writing to a pipe that nobody reads", ["today", material.CATEGORY, "--json"]),
                Situation("reading references from standard input", ["star", "-"]),
                Situation("SIGTERM instead, in the middle of an answer", asking, cut, number=signal.SIGTERM),
            ],
        )


def measure(situation: Situation, env: Mapping[str, str]) -> tuple[float, str]:
    """Press Ctrl-C once; give the seconds until the process is gone, and how it ended."""
    with subprocess.Popen(
        [*situation.command, *children.cool(), *situation.arguments],
        env={**env, **situation.variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as child:
        time.sleep(situation.settled())
        guard = Timer(_HANGS, child.kill)
        guard.start()
        pressed = time.monotonic()
        child.send_signal(situation.number)
        code = child.wait()  # without a limit, for with one it looks only now and then
        took = time.monotonic() - pressed
        guard.cancel()
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # the other cool of the situation
        assert child.stderr is not None
        traceback = " with a traceback" if b"Traceback" in child.stderr.read() else ""
    return took, f"{code}{traceback}"


def _at(address: str) -> dict[str, str]:
    return dict.fromkeys(("COOL_ARXIV_FEED_URL", "COOL_ARXIV_SITE_URL", "COOL_ARXIV_API_URL"), address)


def _within(first: float, last: float) -> Callable[[], float]:
    random = Random(first)
    return lambda: random.uniform(first, last)


@contextmanager
def _saying(words: bytes) -> Iterator[str]:
    """Serve some bytes to whoever connects, and nothing more."""
    kept: list[socket.socket] = []

    def answer() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                kept.append(connection)
                connection.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@contextmanager
def _full() -> Iterator[str]:
    """Listen without ever accepting, the queue already full: the next connection is not answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as stack:
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def _locked(database: Path, scratch: Path) -> Iterator[dict[str, str]]:
    """Copy the home and hold the copy's database for writing."""
    copy = scratch / "locked"
    shutil.copytree(database.parent.parent, copy)
    holder = sqlite3.connect(copy / "data" / database.name, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield {"COOL_HOME": str(copy)}
    finally:
        holder.close()


def _unresolved(stack: ExitStack, scratch: Path, asking: Sequence[str]) -> Iterator[Situation]:
    """Ask for a name while the name server keeps silent; only root can change what it is for one process."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare"):
        return
    silent = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    try:
        silent.bind(("127.0.0.99", 53))
    except OSError:
        return
    resolver = scratch / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.99\noptions timeout:30\n")
    mount = f'mount --bind {resolver} /etc/resolv.conf && exec "$@"'
    yield Situation(
        "waiting for the address of a name",
        asking,
        _at("http://arxiv.example.org"),
        command=["unshare", "--mount", "sh", "-c", mount, "sh"],
    )


if __name__ == "__main__":
    sys.exit(main())
