"""A page that the reader changes in their own editor: waited for, read again, and never lost."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.text import clean
from coolcli.errors import CoolError, UsageError

if TYPE_CHECKING:
    from coolcli.cli.desk import Desk

LEFT = "# A draft of yours is in "
"""What a line of a page begins with that names an earlier draft."""
_WINDOWS = sys.platform == "win32"
_AT_ONCE = 1.0
"""Seconds in which nobody writes anything."""


class Errand(NamedTuple):
    """What is to be written, in words and as files are called."""

    name: str
    """What its drafts are called; a hyphen follows."""
    suffix: str
    give: str
    """What to do without an editor."""
    is_as_it_was: str
    """What to say where nothing came of it: `the note is as it was`."""


class Saved(NamedTuple):
    """What the editor left."""

    content: bytes
    is_changed: bool
    hint: str
    """What may be the reason where nothing was changed, after a blank."""


def require_terminal(message: str, hint: str) -> None:
    """Raise UsageError where there is no terminal that an editor could have."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(message, hint)


def drafts(desk: Desk, errand: Errand) -> list[Path]:
    """Give the drafts of an errand that were left."""
    return sorted(_folder(desk).glob(f"{errand.name}-*{errand.suffix}"))


@contextmanager
def edited(desk: Desk, errand: Errand, page: str, left: Sequence[str] = ()) -> Iterator[Saved]:
    """Let the reader change a page, and give what they saved, for something to be made of it.

    Where that fails, the file stays and is named; `left` are earlier drafts, named too. Raises CoolError where
    there is no editor, or it failed.
    """
    editor = _editor(errand)
    draft = _draft(desk, errand, page)
    for each in left:
        desk.say(f"A draft of yours is in {each}; delete it when you need it no more.")
    try:
        started = time.monotonic()
        _run(desk, editor, draft, errand)
        content = _saved(draft, errand)
        at_once = time.monotonic() - started < _AT_ONCE
        hint = " An editor with a window of its own has to be waited for, as with EDITOR='code --wait'."
        yield Saved(content, content != page.encode(), hint if at_once else "")
    except BaseException as error:
        if _is_as_it_was(draft, page):
            draft.unlink(missing_ok=True)
        elif isinstance(error, CoolError):
            error.hint = f"What you wrote is in {draft}. {error.hint or ''}".rstrip()
        else:
            desk.say(f"What you wrote is in {draft}.")
        raise
    draft.unlink(missing_ok=True)


def decoded(content: bytes, what: str) -> str:
    """Give a text as it was saved or piped. Raises UsageError where it is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{what} is no text (UTF-8).")
    return text


def _folder(desk: Desk) -> Path:
    return desk.paths.data / "drafts"


def _editor(errand: Errand) -> list[str]:
    """Give the command of the reader's editor. Raises CoolError where there is none that can be run."""
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not chosen:
        usual = ("notepad",) if _WINDOWS else ("vi", "nano")
        chosen = next(filter(shutil.which, usual), None)
    if not chosen:
        raise CoolError("There is no editor here.", errand.give)
    try:
        # With POSIX's rules, a path of Windows would lose its backslashes; without, its quotes stay.
        command = [word.strip('"') for word in shlex.split(chosen, posix=False)] if _WINDOWS else shlex.split(chosen)
    except ValueError:
        command = []
    if not command or not shutil.which(command[0]):
        raise CoolError(f"The editor '{clean(chosen)}' cannot be run.", errand.give)
    return command


def _draft(desk: Desk, errand: Errand, page: str) -> Path:
    """Make the file for the editor."""
    folder = _folder(desk)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix=f"{errand.name}-", suffix=errand.suffix, dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(page)
    except OSError as error:
        raise CoolError(f"No file for the editor can be made ({error.strerror}).", errand.give) from error
    return Path(path)


def _saved(draft: Path, errand: Errand) -> bytes:
    try:
        return draft.read_bytes()
    except OSError as error:
        raise CoolError(f"What the editor saved cannot be read ({error.strerror}): {errand.is_as_it_was}.") from error


def _is_as_it_was(draft: Path, page: str) -> bool:
    try:
        return draft.read_bytes() == page.encode()
    except OSError:
        return not draft.exists()


def _run(desk: Desk, editor: Sequence[str], draft: Path, errand: Errand) -> None:
    """Wait for the editor to end. Raises CoolError where it failed or was killed."""
    desk.progress.clear()
    try:
        process = subprocess.Popen([*editor, str(draft)])  # noqa: S603 -- EDITOR is the reader's own command line
    except OSError as error:
        raise CoolError(f"The editor '{clean(editor[0])}' cannot be run ({error.strerror}).", errand.give) from error
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the editor's own while it has the terminal
    try:
        code = process.wait()
    except BaseException:  # a signal ends the program: the editor gives the terminal back
        process.terminate()
        process.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        raise CoolError(f"The editor '{clean(editor[0])}' {how}: {errand.is_as_it_was}.")
