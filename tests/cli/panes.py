"""Tmux servers for tests: nothing is left of one whatever becomes of the test, even where its process is killed."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.cli.program import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Server:
    """A tmux server of its own with one window, in which a shell runs."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._command = ["tmux", "-L", f"cool-test-{uuid4().hex[:12]}"]
        self._environment = environment | {"TMUX_TMPDIR": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}

    def call(self, *arguments: str) -> str:
        """Give tmux a command, and give what it writes."""
        command = [*self._command, *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, timeout=LIMIT, check=True)
        return done.stdout.decode()

    @contextmanager
    def running(self, shell: str, *, columns: int, rows: int) -> Iterator[None]:
        """Start it, and end it with the block, or with this process: then the pipe of the one who waits is closed."""
        waits = ["sh", "-c", 'cat; "$@" kill-server', "sh", *self._command]
        quiet = subprocess.DEVNULL
        end = subprocess.Popen(
            waits, env=self._environment, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )
        try:
            self.call("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows), shell)
            yield
        finally:
            end.communicate(timeout=LIMIT)
