"""The programs that show a page or a file where the reader sits: the browser, the viewer.

They are started with nothing of our terminal, on which they would write, and in a session of their own, so that they
outlive us and no Ctrl-C of ours ends them. `webbrowser` knows the browsers; it waits for most of them, so it runs in a
process of its own, as here `python -m coolcli.desktop ADDRESS`. What ends soon says by its exit code whether it could;
what still runs after a moment is taken to be open.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

BROWSER_STARTS = 3.0
"""Seconds after which a browser that has not failed is taken to be open."""
VIEWER_STARTS = 2.0
"""Seconds after which a viewer that has not failed is taken to be open."""

_OF_TERMINALS = frozenset(
    ("browsh", "carbonyl", "cha", "edbrowse", "elinks", "links", "links2", "lynx", "retawq", "w3m", "www-browser")
)
"""Browsers that draw in the terminal that they are started in."""


def has_screen() -> bool:
    """Tell whether a program with a window can be expected to open where the reader sits."""
    if sys.platform in ("win32", "darwin"):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_browser() -> bool:
    """Tell whether a browser can be expected to open: not over ssh or on a machine without a screen, unless chosen."""
    return (bool(os.environ.get("BROWSER")) or has_screen()) and _first() is not None


def has_browser_of_terminals() -> bool:
    """Tell whether the browser is one that needs the terminal for itself, such as w3m or lynx.

    At once: webbrowser, which may ask other programs first, is asked only where nothing else tells.
    """
    program: str | None = None
    if os.environ.get("BROWSER"):
        program = _program(_chosen() or "")
    elif has_screen() and not shutil.which("xdg-open"):
        program = _first()
    return Path(program or "").name.lower() in _OF_TERMINALS


def browse(address: str) -> bool:
    """Open a page in the browser, and tell whether that did not fail. Takes BROWSER_STARTS at the most."""
    return _started([sys.executable, "-P", "-m", "coolcli.desktop", address], BROWSER_STARTS)


def browse_in_terminal(address: str) -> bool:
    """Open a page in a browser that has the terminal until it ends, and tell whether it did not fail.

    To be called from the main thread, while nothing else has the terminal.
    """
    with _unheard_ctrl_c() as pressed, suppress(webbrowser.Error):
        # One that fails after it was open is not tried again, as `webbrowser.open` does.
        return webbrowser.get(_chosen()).open(address, new=2) or bool(pressed)
    return False


def has_viewer() -> bool:
    """Tell whether a viewer of files can be expected to open where the reader sits."""
    return has_screen() and (sys.platform in ("win32", "darwin") or shutil.which("xdg-open") is not None)


def view(path: Path) -> bool:
    """Open a file in the system's viewer, and tell whether that did not fail. Takes VIEWER_STARTS at the most.

    Not by `typer.launch`: it says that all is well before xdg-open has begun, lets it write to the terminal, and on
    Windows starts a program called `start`.
    """
    if sys.platform == "win32":
        with suppress(OSError):
            os.startfile(path)  # noqa: S606
            return True
        return False
    return _started(["open" if sys.platform == "darwin" else "xdg-open", str(path)], VIEWER_STARTS)


def _first() -> str | None:
    """Give the program that webbrowser takes first, None where there is none, or BROWSER is no command line."""
    try:
        return webbrowser.get().basename
    except (webbrowser.Error, ValueError, IndexError):  # of quotes without an end; of blanks
        return None


def _chosen() -> str | None:
    """Give the first of BROWSER's choices that is here; None where there is none."""
    choices = os.environ.get("BROWSER", "").split(os.pathsep)
    return next((choice for choice in choices if choice and shutil.which(_program(choice))), None)


def _program(choice: str) -> str:
    """Give the program of one of BROWSER's choices, as webbrowser reads them."""
    with suppress(ValueError):  # of quotes without an end
        return shlex.split(choice)[0] if "%s" in choice else choice
    return choice


def _started(command: Sequence[str], seconds: float) -> bool:
    """Start a program that has no part in our terminal, and tell whether it did not fail in this time."""
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 -- Python and this module, or the system's opener
            command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
        )
    except OSError:
        return False
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        Thread(target=process.wait, daemon=True).start()  # else it would stay a zombie for as long as we run
        return True


@contextmanager
def _unheard_ctrl_c() -> Iterator[list[int]]:
    """Leave Ctrl-C to the program that has the terminal, and give a list that grows where it is pressed.

    It is not ignored: what we start would then ignore it too.
    """
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _main(address: str) -> bool:
    """Open a page, without any browser of terminals that nobody chose: webbrowser takes those where there is a TERM."""
    term = os.environ.pop("TERM", None)
    webbrowser.get()
    if term is not None:
        os.environ["TERM"] = term
    return webbrowser.open(address, new=2)


if __name__ == "__main__":
    sys.exit(0 if _main(sys.argv[1]) else 1)
