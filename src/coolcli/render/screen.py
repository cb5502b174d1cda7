"""The screen: how wide it is, its colours, its pager, and the line that says what is waited for."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

from coolcli.render.words import columns

WIDE = 100
"""From so many columns on, type and authors have columns of their own (cli.md, "Output")."""


class Screen:
    """A terminal to print on. Made only where stdout is one: a pipe needs no rich."""

    def __init__(self, *, links: str = "auto", pager: bool = True) -> None:
        """Take the setting `list.links`, and whether long output may go through a pager."""
        size = shutil.get_terminal_size()
        self.width = max(20, size.columns)
        self.height = max(5, size.lines)
        self._plain = not obeys_codes()
        self._pager = _pager_command() if pager and not self._plain else None
        # Of the pagers, only less is known to let links through; others count their bytes as text.
        through = self._pager is None or _is_less(self._pager)
        able = not self._plain and os.environ.get("TERM") != "linux"
        self.links = links == "always" or (links == "auto" and able and through)

    @property
    def wide(self) -> bool:
        """Tell whether there is room for a column for each thing."""
        return self.width >= WIDE

    def console(self) -> Console:
        """Make rich's console for this screen."""
        from rich.console import Console

        return Console(
            width=self.width,
            height=self.height,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=False,
            force_terminal=True,
            color_system=None if self._plain else "auto",
        )

    def show(self, *renderables: RenderableType) -> None:
        """Print something short, past any pager."""
        console = self.console()
        for renderable in renderables:
            console.print(renderable)

    @contextmanager
    def paged(self) -> Iterator[Paged]:
        """Print what may be taller than the screen: then, and only then, it goes through the pager."""
        out = Paged(self, self.console(), self._pager)
        try:
            yield out
        except (Exception, KeyboardInterrupt):
            out.close()  # the reader may read on before the words come
            raise
        except BaseException:  # a signal ends the program
            out.abandon()
            raise
        out.close()


class Paged:
    """Output that is held back until it is taller than the screen, and then flows into the pager."""

    def __init__(self, screen: Screen, console: Console, command: str | None) -> None:
        """Take the pager's command line, None for none."""
        self._console = console
        self._command = command
        self._room = screen.height - 1
        self._held: list[str] = []
        self._lines = 0
        self._process: subprocess.Popen[str] | None = None
        self._fed: list[str] = []
        self.closed_early = False

    def print(self, renderables: Iterable[RenderableType]) -> None:
        """Print things one by one as they come; what is printed first is seen first."""
        for renderable in renderables:
            with self._console.capture() as capture:
                self._console.print(renderable)
            self._write(capture.get())
            if self.closed_early:
                return

    @property
    def in_pager(self) -> bool:
        """Tell whether a pager has the screen, so that nothing else may be written to it."""
        return self._process is not None

    def _write(self, text: str) -> None:
        if self._process is not None:
            self._feed(text)
            return
        if self._command is None:
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        self._held.append(text)
        self._lines += text.count("\n")
        if self._lines > self._room:
            self._start(self._command)

    def _start(self, command: str) -> None:
        text = "".join(self._held)
        self._held.clear()
        sys.stdout.flush()
        try:
            # Without a shell between where none is needed: a signal has to reach the pager itself.
            shell = any(character in command for character in _OF_SHELLS)
            self._process = subprocess.Popen(  # noqa: S603 -- PAGER is the reader's own command line
                command if shell else shlex.split(command),
                shell=shell,
                stdin=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={"LESS": "FRX"} | os.environ,  # a bare `less` would show colours as codes
            )
        except OSError:
            self._command = None
            self._write(text)
            return
        self._feed(text)

    def _feed(self, text: str) -> None:
        self._fed.append(text)
        pipe = self._pipe
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's own while it has the screen
        try:
            pipe.write(text)
            pipe.flush()
        except OSError:  # the reader left the pager
            self.closed_early = True
        finally:
            signal.signal(signal.SIGINT, before)

    @property
    def _pipe(self) -> IO[str]:
        assert self._process is not None and self._process.stdin is not None  # noqa: S101
        return self._process.stdin

    def close(self) -> None:
        """Print what was held back, or wait until the reader has left the pager."""
        if self._process is None:
            sys.stdout.write("".join(self._held))
            sys.stdout.flush()
            self._held.clear()
            return
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            try:
                self._pipe.close()
            except OSError:
                self.closed_early = True
            code = self._process.wait()
        except BaseException:  # a signal ends the program
            self.abandon()
            raise
        finally:
            signal.signal(signal.SIGINT, before)
        self._process = None
        if code in _FAILED:
            sys.stdout.write("".join(self._fed))
            sys.stdout.flush()

    def abandon(self) -> None:
        """End the pager, which gives the terminal back: a shell beside it could not be typed to."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_PAGER_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._process = None


_OF_SHELLS = "|&;<>()$`*?[#~=%\n\"'\\"
"""Characters of a command line that a shell makes something of."""
_PAGER_GRACE = 0.5
"""Seconds in which a pager that is asked to end is expected to have done so."""
_FAILED = (1, 126, 127)
"""What a pager ends with that failed, or a shell where there is none: then its text is printed past it."""


class Progress:
    """One line on stderr that says what is waited for, gone when something else is said. Nothing in a pipe."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        """Write to a terminal only."""
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty() and obeys_codes()
        self._shown = False
        self.silent: Callable[[], bool] = lambda: False

    def say(self, words: str) -> None:
        """Replace the line."""
        if self._live and not self.silent():
            room = max(0, columns(self._stream) - 2)
            self._shown = True  # first: Ctrl-C may come between any two lines
            self._stream.write(f"\r\x1b[2K{words[:room]}…")
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False


def obeys_codes() -> bool:
    """Tell whether the terminal is known to obey codes: colours, movements of the cursor."""
    return os.environ.get("TERM", "") not in ("", "dumb", "unknown")


def _is_less(command: str) -> bool:
    return command.split(maxsplit=1)[0].rpartition("/")[2] == "less"


def _pager_command() -> str | None:
    """Give the pager's command line: `PAGER`, else `less -FRX`; None where there is none."""
    command = os.environ.get("PAGER")
    if command is not None:
        return None if command.strip() in ("", "cat") else command
    return "less -FRX" if shutil.which("less") else None
