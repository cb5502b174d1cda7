"""`cool note`: a text of the reader's own on a paper, from the command line, standard input or their editor."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from coolcli import references
from coolcli.arxiv.text import clean, clean_lines
from coolcli.cli import gathering, papers
from coolcli.cli.desk import Desk
from coolcli.errors import CoolError, FetchError, UsageError
from coolcli.models import Row
from coolcli.render import words
from coolcli.store import events

LONGEST = 100_000
"""Letters of a note at the most."""
_CUT = "# ------------------------ >8 ------------------------"
"""What stands between the note and what is said of it."""
_LEFT = "# A draft of yours is in "
"""What a line begins with that names an earlier draft."""
_GIVE = "Set EDITOR to one that is here, or give the text: cool note 3 TEXT"
_WINDOWS = sys.platform == "win32"
_AT_ONCE = 1.0
"""Seconds in which nobody writes anything."""


def note(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="A paper, or several for one text: 3, 3-7, an id.")],
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="The note; - reads standard input. Without: in your editor."),
    ] = None,
    append: Annotated[bool, typer.Option("--append", help="Add a paragraph to what is there.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the note away.")] = False,
) -> int:
    """Write a note on a paper; without TEXT in $VISUAL or $EDITOR, with the note that is there.

    A paper that is not here yet is fetched; without a network it is kept as pending.
    """
    desk = Desk(ctx)
    if remove and (text or append):
        what = "no text" if text else "`--append` adds to it: one of them"
        raise UsageError(f"`--remove` takes the note away, and {what}.", f"cool note {reference} --remove")
    _refuse_references(reference, text or ())
    given = "" if remove else _given(text)
    if given is None:
        _require_terminal()
    ids = [identifier.id for identifier in papers.resolved(desk, [reference])]
    if given is None and len(ids) > 1:
        raise UsageError(f"{len(ids)} papers, but an editor takes one note.", f"cool note {reference} TEXT")
    if desk.database.cannot_write:
        raise desk.database.cannot_write  # before anything is written in vain
    pending = gathering.fetched_or_pending(desk, ids)
    keep = partial(_keep, desk, ids, append, pending)
    if given is None:
        (row,) = desk.rows(ids)
        _edited(desk, row, keep, append=append)
    elif keep(given) and not append:
        desk.say("`cool undo` brings back the note that was there.")
    return 0


def _keep(desk: Desk, ids: Sequence[str], append: bool, pending: FetchError | None, written: str) -> bool:
    """Store a note, say so, and tell whether another one was there."""
    rows = desk.rows(ids)
    notes = ["\n\n".join(filter(None, (row.marks.note if append else None, written))) for row in rows]
    for text in notes:
        _require_length(text)
    changed = desk.record("note", map(events.note, ids, notes))
    did, already = ("Noted:", "noted so before") if any(notes) else ("Note removed:", "without a note")
    gathering.report(desk, rows, changed, did, already, pending)
    return bool({event.subject for event in changed} & {row.id for row in rows if row.marks.note})


def _refuse_references(reference: str, text: Sequence[str]) -> None:
    """Refuse what looks like more papers in place of a text: elsewhere `6 7` are two."""
    if text and list(text) != ["-"] and all(references.is_reference(word) for word in text):
        raise UsageError(
            f"`cool note` takes one REF and then the text, and '{clean(' '.join(text))}' looks like another REF.",
            f"Several papers are one word: cool note {','.join([clean(reference), *map(clean, text)])} TEXT",
        )


def _given(text: Sequence[str] | None) -> str | None:
    """Give the note as typed or read, fit to be kept; None where it is to be written in an editor."""
    if not text:
        return None
    typed = list(text) != ["-"]
    given = _fit(" ".join(text) if typed else _read())
    if not given:
        why = "The text is empty." if typed else "There was no text on standard input."
        raise UsageError(why, "`cool note 3 --remove` takes a note away.")
    return given


def _read() -> str:
    # One letter takes four bytes at the most: what is longer is refused before all of it is held.
    content = b"" if sys.stdin is None else sys.stdin.buffer.read(4 * LONGEST + 1)
    if len(content) > 4 * LONGEST:
        raise UsageError(f"A note has {LONGEST:,} letters at the most, and standard input has more.")
    return _decoded(content, "What was read from standard input")


def _decoded(content: bytes, what: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{what} is no text (UTF-8).")
    return text


def _fit(text: str) -> str:
    fit = clean_lines(text.encode("utf-8", "replace").decode())
    _require_length(fit)
    return fit


def _require_length(text: str) -> None:
    if len(text) > LONGEST:
        raise UsageError(f"A note has {LONGEST:,} letters at the most; this one has {len(text):,}.")


def _require_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "There is no terminal for an editor, and no text was given.",
            "cool note 3 TEXT, or … | cool note 3 -",
        )


def _edited(desk: Desk, row: Row, keep: Callable[[str], object], *, append: bool) -> None:
    """Let the reader write a note, and keep it; where that fails, what they wrote stays in its file, which is named."""
    before = "" if append else row.marks.note or ""
    editor = _editor()
    draft, page = _draft(desk, row, before)
    try:
        started = time.monotonic()
        _run(desk, editor, draft)
        saved = _saved(draft)
        written = before if saved == page.encode() else _fit(_own(_decoded(saved, "What the editor saved"), row))
        if written == before:
            at_once = time.monotonic() - started < _AT_ONCE
            hint = " An editor with a window of its own has to be waited for, as with EDITOR='code --wait'."
            desk.say(f"Nothing was saved: the note is as it was.{hint if at_once else ''}")
        else:
            (now,) = desk.rows([row.id])
            keep(written)
            if not append and now.marks.note not in (row.marks.note, written or None):
                desk.say("It was changed elsewhere while you wrote; `cool undo` brings back what was there.")
    except BaseException as error:
        if _is_as_it_was(draft, page):
            draft.unlink(missing_ok=True)
        elif isinstance(error, CoolError):
            error.hint = f"What you wrote is in {draft}. {error.hint or ''}".rstrip()
        else:
            desk.say(f"What you wrote is in {draft}.")
        raise
    draft.unlink(missing_ok=True)


def _editor() -> list[str]:
    """Give the command of the reader's editor. Raises CoolError where there is none that can be run."""
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not chosen:
        usual = ("notepad",) if _WINDOWS else ("vi", "nano")
        chosen = next(filter(shutil.which, usual), None)
    if not chosen:
        raise CoolError("There is no editor here.", _GIVE)
    try:
        # With POSIX's rules, a path of Windows would lose its backslashes; without, its quotes stay.
        command = [word.strip('"') for word in shlex.split(chosen, posix=False)] if _WINDOWS else shlex.split(chosen)
    except ValueError:
        command = []
    if not command or not shutil.which(command[0]):
        raise CoolError(f"The editor '{clean(chosen)}' cannot be run.", _GIVE)
    return command


def _draft(desk: Desk, row: Row, before: str) -> tuple[Path, str]:
    """Make the file for the editor, and give it with what is in it; name drafts of the same note that were left."""
    folder = desk.paths.data / "drafts"
    name = f"{row.id.replace('/', '-')}-"
    left = [clean(str(file)) for file in sorted(folder.glob(f"{name}*.md")) if _holds_more(file, row)]
    page = _page(row, before, left)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix=name, suffix=".md", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(page)
    except OSError as error:
        raise CoolError(f"No file for the editor can be made ({error.strerror}).", _GIVE) from error
    for each in left:
        desk.say(f"A draft of yours is in {each}; delete it when you need it no more.")
    return Path(path), page


def _holds_more(draft: Path, row: Row) -> bool:
    """Tell whether something was written into a draft that is not in the note."""
    try:
        written = clean_lines(_own(draft.read_text("utf-8"), row))
    except (OSError, UnicodeDecodeError):
        return True
    return written not in (row.marks.note or "")


def _saved(draft: Path) -> bytes:
    try:
        return draft.read_bytes()
    except OSError as error:
        raise CoolError(f"What the editor saved cannot be read ({error.strerror}): the note is as it was.") from error


def _page(row: Row, before: str, left: Sequence[str]) -> str:
    return "\n".join([before, "", _CUT, *_about(row), *(f"{_LEFT}{draft}" for draft in left), ""])


def _about(row: Row) -> list[str]:
    about = "# Above this line is your note; leave nothing there, and the note is gone."
    return [about, f"# {row.id}  {words.titled(row)}"]


def _own(text: str, row: Row) -> str:
    """Give all that the reader wrote, be it below the line that says to write above it."""
    given = (_CUT, *_about(row))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line for line in lines if line not in given and not line.startswith(_LEFT))


def _is_as_it_was(draft: Path, page: str) -> bool:
    try:
        return draft.read_bytes() == page.encode()
    except OSError:
        return not draft.exists()


def _run(desk: Desk, editor: Sequence[str], draft: Path) -> None:
    """Wait for the editor to end. Raises CoolError where it failed or was killed."""
    desk.progress.clear()
    try:
        process = subprocess.Popen([*editor, str(draft)])  # noqa: S603 -- EDITOR is the reader's own command line
    except OSError as error:
        raise CoolError(f"The editor '{clean(editor[0])}' cannot be run ({error.strerror}).", _GIVE) from error
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
        raise CoolError(f"The editor '{clean(editor[0])}' {how}: the note is as it was.")
