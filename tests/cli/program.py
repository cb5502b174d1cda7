"""Runs `cool` in a process of its own: a clean environment, a home of its own, no terminal.

`run` forks that process from a Python that has the imports (tests/cli/forking.py) where the command cannot see that;
`execute`, `measured` and `start` start Python anew.

cool = Program(tmp_path, simulator)
shown = cool.run("today", "cs.LG")              # fails unless the exit code is 0
assert cool.run("star", "99", code=3).stderr.startswith("cool: There is no row 99")
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.cli.forking import Forks, can_fork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.arxiv_simulator import ArxivSimulator

LIMIT = 60.0
"""Seconds after which something that should long have come is taken to hang."""
COMMAND = (sys.executable, "-m", "coolcli")
_NEEDED = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "COVERAGE_PROCESS_START")


WATCHED = """
import os, sys
from coolcli.__main__ import guarded
code = guarded(sys.argv[1:])
if sys.platform == "linux":
    (peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(peak, file=open(os.environ["PEAK"], "w"))
sys.exit(code)
"""
"""Notes the most kilobytes that it held itself; what its parent is told of it begins with the parent's own."""


forks = cache(Forks)
"""The one of this process."""


class Line(NamedTuple):
    """A paper as a line of piped output."""

    id: str
    type: str
    marks: str
    primary: str
    title: str
    authors: str


@dataclass(frozen=True)
class Result:
    """What one run did."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        return json.loads(self.stdout)

    @property
    def lines(self) -> list[Line]:
        return [Line(*line.split("\t")) for line in self.stdout.splitlines()]

    @property
    def ids(self) -> list[str]:
        return [line.id for line in self.lines]

    @property
    def complaints(self) -> list[str]:
        return self.stderr.splitlines()


@dataclass
class Program:
    """One reader: a home, the arXiv that is asked, and what else is set in the environment."""

    folder: Path
    simulator: ArxivSimulator | None = None
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def environment(self, **more: str | None) -> dict[str, str]:
        """All that the process sees; a variable that is None is not set."""
        values: dict[str, str | None] = {name: os.environ[name] for name in _NEEDED if name in os.environ}
        values |= {"HOME": str(self.folder), "COOL_HOME": str(self.home), "COOL_SESSION": "test", "TZ": "UTC"}
        values |= {"COOL_NETWORK_BUDGET": "10"}
        if self.simulator is not None:
            values |= self.simulator.environment()
        values |= self.variables | more
        return {name: value for name, value in values.items() if value is not None}

    def run(self, *arguments: str, code: int = 0, stdin: str = "", **variables: str | None) -> Result:
        """Run a command to its end; its exit code has to be the one expected."""
        environment = self.environment(**variables)
        if can_fork(environment):
            ended = forks().run(arguments, stdin.encode(), environment, self.folder, seconds=LIMIT)
            result = _result(*ended)
        else:
            result = self.execute([*COMMAND, *arguments], stdin.encode(), **variables)
        assert result.code == code, f"exit code {result.code}\n{result.stdout}\n{result.stderr}"
        return result

    def execute(self, command: Sequence[str], stdin: bytes = b"", **variables: str | None) -> Result:
        """Run something that runs `cool`, as this reader, to its end, whatever its exit code is."""
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            env=self.environment(**variables),
            cwd=self.folder,
            timeout=LIMIT,
            start_new_session=True,
            check=False,
        )
        return _result(done.returncode, done.stdout, done.stderr)

    def measured(self, *arguments: str) -> tuple[Result, float]:
        """Run a command to its end; give what it did, and (on Linux) the most megabytes that it held."""
        peak = self.folder / "peak"
        result = self.execute([sys.executable, "-c", WATCHED, *arguments], PEAK=str(peak))
        return result, int(peak.read_text()) / 1024 if peak.exists() else 0

    def start(self, *arguments: str, **variables: str | None) -> subprocess.Popen[bytes]:
        """Start a command that a test does something to while it runs."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(**variables),
            cwd=self.folder,
            start_new_session=True,
        )


def _result(code: int, stdout: bytes, stderr: bytes) -> Result:
    result = Result(code, stdout.decode("utf-8"), stderr.decode("utf-8"))
    assert "Traceback" not in result.stderr, result.stderr
    return result


class Homes:
    """Homes in which some commands were run already: made once, copied for each test that begins there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[object, Path] = {}

    def begin(self, cool: Program, *commands: str, session: str | None = "test") -> None:
        """Put a reader, who has nothing yet, behind these commands; the simulator forgets what was asked for them."""
        simulator = cool.simulator
        assert simulator is not None
        key = (id(simulator.world), simulator.now, commands, session)
        if key not in self._made:
            folder = self._folder / str(len(self._made))
            folder.mkdir()
            maker = Program(folder, simulator)
            for command in commands:
                maker.run(*command.split(), COOL_SESSION=session)
            self._made[key] = maker.home
        shutil.copytree(self._made[key], cool.home)
        simulator.requests.clear()


def lines_while_running(process: subprocess.Popen[bytes], count: int, *, within: float = 10.0) -> list[str]:
    """Read so many lines of a command that still runs; it is killed where they do not come."""
    assert process.stdout
    guard = threading.Timer(within, process.kill)
    guard.start()
    try:
        lines = [process.stdout.readline().decode("utf-8") for _ in range(count)]
    finally:
        guard.cancel()
    return [line for line in lines if line]
