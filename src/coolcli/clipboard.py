"""The clipboard: the system's own, or the one of the terminal that the reader sits at.

pyperclip knows the systems; it runs in a process of its own, as here `python -m coolcli.clipboard copy`: a program that
it starts may never end, or stay behind and hold the pipe that our results go through. Over ssh the system's clipboard
is not the reader's: there the terminal is asked (OSC 52), which cannot say whether it obeys.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial

from coolcli.errors import CoolError

PATIENCE = 5.0
"""Seconds that the system's clipboard gets."""
_MOST_BYTES = 74_994
"""Bytes that terminals take with OSC 52 at the most: 100,000 as it is written."""


def paste() -> str:
    """Give the text on the system's clipboard, empty where nothing is copied.

    Raises CoolError where there is no clipboard: without a screen, over ssh, without the program for it.
    """
    if _over_ssh() and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise CoolError("The clipboard of your own machine cannot be read over ssh.", _PIPE)
    with tempfile.TemporaryFile() as answer:
        if problem := _asked("paste", b"", answer.fileno()):
            raise CoolError(f"The clipboard cannot be read: {problem}.", _PIPE)
        answer.seek(0)
        return answer.read().decode("utf-8", "replace")


def copy(text: str, write: Callable[[str], object] | None = None) -> str:
    """Copy a text and give the words for how: `copied`, `copied, if your terminal allows it (OSC 52)`.

    `write` writes to the terminal; without it that is stderr, where it is one. Raises CoolError where there is neither
    a clipboard nor a terminal that could be asked.
    """
    content = text.encode("utf-8", "replace")
    ways = [partial(_copied_by_system, content), partial(_copied_by_terminal, content, write or _on_stderr())]
    problem = ""
    for way in reversed(ways) if _over_ssh() else ways:
        done, why = way()
        if done:
            return done
        problem = problem or why
    raise CoolError(f"Nothing was copied: {problem}.", _PROGRAMS)


_PIPE = "Pipe it instead: … | cool open -"
_PROGRAMS = "On Linux, wl-clipboard (Wayland) or xclip (X11) makes a clipboard."


def _over_ssh() -> bool:
    return bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))


def _copied_by_system(content: bytes) -> tuple[str, str]:
    problem = _asked("copy", content, subprocess.DEVNULL)
    return ("", problem) if problem else ("copied", "")


def _on_stderr() -> Callable[[str], object] | None:
    """Give what writes to the terminal that stderr is: by its number, for what a screen puts there says it is one."""
    try:
        is_terminal = os.isatty(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):
        return None

    def write(codes: str) -> None:
        sys.stderr.write(codes)
        sys.stderr.flush()

    return write if is_terminal else None


def _copied_by_terminal(content: bytes, write: Callable[[str], object] | None) -> tuple[str, str]:
    """Copy with OSC 52, which reaches the reader's own machine through ssh, where there is a terminal to ask."""
    if write is None or os.environ.get("TERM", "") in ("", "dumb", "linux"):
        return "", "there is no terminal that could do it"
    if len(content) > _MOST_BYTES:
        return "", f"it is more than the {_MOST_BYTES:,} bytes that a terminal takes"
    import base64

    code = f"\x1b]52;c;{base64.b64encode(content).decode()}\x07"
    if os.environ.get("TMUX"):  # tmux hands it on only where `set-clipboard` is on, else through its passthrough
        code += "\x1bPtmux;" + code.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    write(code)
    return "copied, if your terminal allows it (OSC 52)", ""


def _asked(order: str, content: bytes, output: int) -> str:
    """Let pyperclip do it in another process, and give what went wrong: empty where nothing did.

    What it starts may live on with these files open, so they are no pipes, whose end would not come.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaints:
        given.write(content)
        given.seek(0)
        child = subprocess.Popen(  # noqa: S603 -- Python and this module
            [sys.executable, "-P", "-m", "coolcli.clipboard", order],
            stdin=given,
            stdout=output,
            stderr=complaints,
            start_new_session=True,
        )
        try:
            code = child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            _end(child)
            return f"its program did not answer within {PATIENCE:g} seconds"
        except BaseException:
            _end(child)
            raise
        complaints.seek(0)
        said = complaints.read(1000).decode("utf-8", "replace").strip()
    return (said or "its program failed").splitlines()[-1].rstrip(".") if code or said else ""


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started."""
    if sys.platform == "win32":
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _main(order: str) -> None:
    """Copy standard input, or write what is copied to standard output; what goes wrong is a line on stderr."""
    import pyperclip

    try:
        if order == "copy":
            pyperclip.copy(sys.stdin.buffer.read().decode("utf-8"))
        else:
            sys.stdout.buffer.write((pyperclip.paste() or "").encode("utf-8", "replace"))
    except pyperclip.PyperclipException:
        sys.exit("there is no clipboard here")
    except UnicodeDecodeError:
        sys.exit("what it holds is no text")
    except Exception as error:  # whatever a clipboard's program, or Qt, may raise
        sys.exit(str(error) or type(error).__name__)


if __name__ == "__main__":
    _main(sys.argv[1])
