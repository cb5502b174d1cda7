"""`cool note`: a text of the reader's own on a paper, from the command line, standard input or their editor."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from coolcli import references
from coolcli.arxiv.text import clean, clean_lines
from coolcli.cli import editing, gathering, papers
from coolcli.cli.desk import Desk
from coolcli.errors import FetchError, UsageError
from coolcli.models import Row
from coolcli.render import words
from coolcli.store import events

LONGEST = 100_000
"""Letters of a note at the most."""
_CUT = "# ------------------------ >8 ------------------------"
"""What stands between the note and what is said of it."""
_GIVE = "Set EDITOR to one that is here, or give the text: cool note 3 TEXT"


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
        editing.require_terminal(
            "There is no terminal for an editor, and no text was given.", "cool note 3 TEXT, or … | cool note 3 -"
        )
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
    given = fit(" ".join(text) if typed else _read())
    if not given:
        why = "The text is empty." if typed else "There was no text on standard input."
        raise UsageError(why, "`cool note 3 --remove` takes a note away.")
    return given


def _read() -> str:
    # One letter takes four bytes at the most: what is longer is refused before all of it is held.
    content = b"" if sys.stdin is None else sys.stdin.buffer.read(4 * LONGEST + 1)
    if len(content) > 4 * LONGEST:
        raise UsageError(f"A note has {LONGEST:,} letters at the most, and standard input has more.")
    return editing.decoded(content, "What was read from standard input")


def fit(text: str) -> str:
    """Give a note as typed, fit to be kept. Raises UsageError where it is too long."""
    fitting = clean_lines(text.encode("utf-8", "replace").decode())
    _require_length(fitting)
    return fitting


def _require_length(text: str) -> None:
    if len(text) > LONGEST:
        raise UsageError(f"A note has {LONGEST:,} letters at the most; this one has {len(text):,}.")


def _edited(desk: Desk, row: Row, keep: Callable[[str], object], *, append: bool) -> None:
    """Let the reader write a note, and keep it."""
    before = "" if append else row.marks.note or ""
    errand = editing.Errand(row.id.replace("/", "-"), ".md", _GIVE, "the note is as it was")
    left = [clean(str(file)) for file in editing.drafts(desk, errand) if _holds_more(file, row)]
    with editing.edited(desk, errand, _page(row, before, left), left) as saved:
        written = before
        if saved.is_changed:
            written = fit(_own(editing.decoded(saved.content, "What the editor saved"), row))
        if written == before:
            desk.say(f"Nothing was saved: the note is as it was.{saved.hint}")
            return
        (now,) = desk.rows([row.id])
        keep(written)
        if not append and now.marks.note not in (row.marks.note, written or None):
            desk.say("It was changed elsewhere while you wrote; `cool undo` brings back what was there.")


def _holds_more(draft: Path, row: Row) -> bool:
    """Tell whether something was written into a draft that is not in the note."""
    try:
        written = clean_lines(_own(draft.read_text("utf-8"), row))
    except (OSError, UnicodeDecodeError):
        return True
    return written not in (row.marks.note or "")


def _page(row: Row, before: str, left: Sequence[str]) -> str:
    return "\n".join([before, "", _CUT, *_about(row), *(f"{editing.LEFT}{draft}" for draft in left), ""])


def _about(row: Row) -> list[str]:
    about = "# Above this line is your note; leave nothing there, and the note is gone."
    return [about, f"# {row.id}  {words.titled(row)}"]


def _own(text: str, row: Row) -> str:
    """Give all that the reader wrote, be it below the line that says to write above it."""
    given = (_CUT, *_about(row))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line for line in lines if line not in given and not line.startswith(editing.LEFT))
