"""Commands without the time that Python and its imports take: a Python that has them forks for each.

forks = Forks()
code, stdout, stderr = forks.run(["today", "cs.LG"], b"", environment, folder, seconds=60)

A command has a process, a session, streams and an environment of its own, as if it had been started anew. Orders go
to that Python as JSON, each with four file descriptors: the command's stdin, stdout and stderr, and where its process
id is told and then how it ended.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import coolcli
from coolcli import __main__ as cool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CAN_FORK = hasattr(os, "pidfd_open")
_READ_AT_START = ("PYTHON", "COVERAGE", "LC_", "LANG", "FORCE_COLOR", "TERMINAL_WIDTH", "TYPER_", "_TYPER_")
"""How variables begin that Python or a library reads before the command has begun."""
_IMPORTED_LATE = ("encodings.idna", "filelock", "httpcore", "httpx", "pylatexenc.latexencode", "socksio", "tenacity")
"""What commands import themselves where they need it, and most do."""
_LONGEST = 200_000
"""Bytes of an order at the most: Linux takes some more of them as one message."""


def can_fork(environment: Mapping[str, str]) -> bool:
    """Tell whether a command in this environment would not see that it was forked."""
    return CAN_FORK and not any(name.startswith(_READ_AT_START) for name in environment)


class Forks:
    """The side that orders commands; several threads may."""

    def __init__(self) -> None:
        """Start that Python."""
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._forker = subprocess.Popen(
            [sys.executable, "-P", __file__, str(theirs.fileno())],
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,  # Python makes its streams for pipes, as the commands' are
            stdout=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        atexit.register(self.close)

    def close(self) -> None:
        self._orders.close()
        self._forker.communicate()

    def run(
        self, arguments: Sequence[str], stdin: bytes, environment: Mapping[str, str], folder: Path, *, seconds: float
    ) -> tuple[int, bytes, bytes]:
        """Run `cool` to its end, or kill it after so many seconds; give its exit code and what it wrote."""
        order = {"arguments": arguments, "environment": environment, "folder": str(folder)}
        theirs, typed = os.pipe()
        (out, to_out), (err, to_err), (told, to_told) = (os.pipe() for _ in range(3))
        socket.send_fds(self._orders, [json.dumps(order).encode()], [theirs, to_out, to_err, to_told])
        for descriptor in (theirs, to_out, to_err, to_told):
            os.close(descriptor)
        with os.fdopen(told, encoding="utf-8") as tells, ThreadPoolExecutor(2) as pool:
            guard = threading.Timer(seconds, os.kill, [int(tells.readline()), signal.SIGKILL])
            guard.start()
            pool.submit(_write, typed, stdin)
            complaints = pool.submit(_read, err)
            shown = _read(out)
            code = int(tells.readline())
            guard.cancel()
            return code, shown, complaints.result()


def _write(descriptor: int, content: bytes) -> None:
    with suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as pipe:
        pipe.write(content)


def _read(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as pipe:
        return pipe.read()


class _Order(NamedTuple):
    """A command as it was ordered."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    streams: list[int]
    told: int


def _serve(orders: socket.socket) -> _Order | None:
    """Fork for each order until no more can come, which gives None; in the new process, give the order."""
    with orders, selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        while True:
            for ready, _ in selector.select():
                if ready.fileobj is not orders:
                    selector.unregister(ready.fileobj)
                    _tell_the_end(ready.fd, *ready.data)
                elif (order := _next(orders)) is None:
                    return None
                elif pid := os.fork():
                    _tell_the_beginning(order, pid)
                    selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, order.told))
                else:
                    return order


def _next(orders: socket.socket) -> _Order | None:
    message, descriptors, _, _ = socket.recv_fds(orders, _LONGEST, 4)
    if not message:
        return None
    *streams, told = descriptors
    return _Order(**json.loads(message), streams=streams, told=told)


def _tell_the_beginning(order: _Order, pid: int) -> None:
    os.write(order.told, b"%d\n" % pid)
    for stream in order.streams:
        os.close(stream)


def _tell_the_end(ended: int, pid: int, told: int) -> None:
    _, status = os.waitpid(pid, 0)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os.close(told)
    os.close(ended)


def _become(order: _Order) -> None:
    """Be the command, to its end."""
    os.setsid()
    for number, stream in enumerate(order.streams):
        os.dup2(stream, number)
    os.closerange(3, 1024)  # what is of other commands
    os.chdir(order.folder)
    # Where no locale is set Python itself sets one for those whom it starts.
    locale = {name: value for name, value in os.environ.items() if name == "LC_CTYPE"}
    os.environ.clear()
    os.environ.update(locale | order.environment)
    time.tzset()
    sys.argv = [cool.__file__, *order.arguments]
    try:
        cool.main()
    except SystemExit as end:
        _leave(int(end.code or 0))


def _leave(code: int) -> NoReturn:
    """End as Python does, but for the tidying of its modules: that takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)


def _import_all() -> None:
    """Import all that commands may but the screen, whose library reads the environment as it is imported."""
    own = [module.name for module in walk_packages(coolcli.__path__, "coolcli.")]
    for name in [*own, *_IMPORTED_LATE]:
        if not name.startswith("coolcli.tui"):
            with suppress(Exception):  # the command that needs it fails, and says why
                import_module(name)
    gc.freeze()


if __name__ == "__main__":
    _import_all()
    if order := _serve(socket.socket(fileno=int(sys.argv[1]))):
        _become(order)
