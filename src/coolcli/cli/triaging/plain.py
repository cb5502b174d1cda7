"""`cool triage --plain`: one paper after the other in words, and a line of commands for each: for screen readers, dumb
terminals and scripts.

    a line -> its commands, one after the other, each stored at once -> a sentence for each -> the paper that is come to

On a terminal a command that is wrong is told, and nothing else happens. Elsewhere it ends the sitting: the lines that
follow were meant for another paper.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import suppress

from coolcli.arxiv.text import clean
from coolcli.cli import editing
from coolcli.cli.desk import Desk
from coolcli.cli.noting import LONGEST
from coolcli.cli.triaging import commands
from coolcli.cli.triaging.commands import At, Typed
from coolcli.cli.triaging.deeds import Deeds
from coolcli.cli.triaging.sitting import NoPaper, Sitting
from coolcli.errors import BadQuery, CoolError, DataError, NotSetUp, UsageError
from coolcli.render import linear, words
from coolcli.render.emphasis import MUTED

PROMPT = "Command (? for help): "
_MOST = 4 * LONGEST
"""Bytes of a line at the most: a note's letters take four each."""


def run(desk: Desk, sitting: Sitting, deeds: Deeds) -> int:
    """Go through the papers by commands from standard input, up to `quit` or its end; give the exit code.

    With `--json` words go to stderr, and at the end the papers that were shown to stdout, marked as they are by then.
    Raises CoolError for a command that is wrong or fails, where nobody sits at a terminal.
    """
    prompts = Prompts(desk, sitting, deeds)
    try:
        if prompts.begin():
            for line in prompts.lines():
                prompts.obey(line)
                if prompts.is_over:
                    break
    except CoolError as error:
        error.message = f"Line {prompts.read}: {error.message}"
        with suppress(DataError):
            sitting.flush()
        desk.say(sitting.summary())
        raise
    prompts.end()
    return 0


class Prompts:
    """Shows the papers, reads the commands and tells what they did."""

    def __init__(self, desk: Desk, sitting: Sitting, deeds: Deeds) -> None:
        """Take what commands are done with."""
        self.is_over = False
        self.read = 0
        """Lines that were read so far."""
        self._desk = desk
        self._sitting = sitting
        self._at = At(sitting, deeds, by_hand=sys.stdin is not None and sys.stdin.isatty(), say=self._say)
        self._shown: dict[str, None] = {}
        """The papers that were shown, in their order."""
        self._paper: str | None = None
        """The one that was shown last."""
        self._said = ""
        """What was said last."""
        desk.progress.silent = lambda: True  # a line that is written over is heard again and again

    def begin(self) -> bool:
        """Say how much there is, and show the first paper; tell whether there is one."""
        pile = self._sitting.pile
        muted = f" {pile.hidden_by_rules:,} more muted by your rules." if pile.hidden_by_rules else ""
        over = f" over {len(pile.days()):,} days" if len(pile.days()) > 1 else ""
        self._say(f"{words.number(pile.left(), 'unread paper')}{over}.{muted}")
        if pile.current:
            self._show()
        return pile.current is not None

    def lines(self) -> Iterator[bytes]:
        """Give the lines of standard input; at a terminal, each is asked for. Raises UsageError for one without end."""
        source = sys.stdin.buffer if sys.stdin else io.BytesIO()
        while True:
            if self._at.by_hand:
                sys.stderr.write(PROMPT)
                sys.stderr.flush()
            line = source.readline(_MOST + 1)
            self.read += 1
            if not line and self._at.by_hand:
                sys.stderr.write("\n")  # Ctrl-D ends no line
            if not line:
                return
            if len(line) > _MOST:
                raise UsageError(f"A line of commands has {_MOST:,} bytes at the most.", "What was done is kept.")
            yield line

    def obey(self, line: bytes) -> None:
        """Do what a line says, and show the paper that is come to. Raises CoolError where nobody sits at a terminal."""
        try:
            for typed in commands.understood(editing.decoded(line, "What was typed")):
                self._do(typed)
                if self.is_over:
                    return
        except CoolError as error:
            if not self._at.by_hand:
                raise
            said = error.said if isinstance(error, BadQuery) else error.message
            instead = error.instead if isinstance(error, NotSetUp) else None
            self._desk.say(clean(" ".join(filter(None, (said, error.hint, instead)))))
        current = self._sitting.pile.current
        if current and current.id != self._paper:
            self._show()

    def end(self) -> None:
        """Store what is left, and say what became of the sitting."""
        self._sitting.flush()
        summary = self._sitting.summary()
        if self._shown and summary not in self._said:
            self._say(summary)
        if not self._sitting.pile.left() and summary not in self._said:
            self._say(commands.upcoming(self._sitting))
        if self._desk.flags.json:
            from coolcli.render import plain

            rows = self._desk.rows(list(self._shown))
            self._desk.write(plain.document(None, rows, [None] * len(rows)))

    def _do(self, typed: Typed) -> None:
        try:
            said = commands.COMMANDS[typed.name].do(self._at, typed.rest)
        except NoPaper:
            raise UsageError("No paper is in sight.", "clear shows all again, q leaves.") from None
        self._sitting.flush()
        if said:
            self._say(commands.sentence(said))
        if typed.name == "show":
            self._paper = None
        self.is_over = typed.name == "quit"

    def _show(self) -> None:
        """Show the paper that the reader is at."""
        row, pile = self._at.row, self._sitting.pile
        self._paper = row.id
        self._shown[row.id] = None
        place = f"{pile.place + 1:,} of {len(pile.shown):,}"
        self._say("\n".join(["", *linear.paper(row, place, self._told(row.id))]))

    def _told(self, paper: str) -> list[str]:
        """Say what rules make of a paper, and how it is marked."""
        why, pile = clean(self._sitting.emphasis.reasons.get(paper, "")), self._sitting.pile
        by_rule = f"Muted: {why.removeprefix(MUTED).strip()}" if why.startswith(MUTED) else f"Watched: {why}"
        marks = {"starred": pile.starred, "read": pile.read, "put off": pile.later}
        told = [name for name, of in marks.items() if paper in of]
        return [by_rule] * bool(why) + [f"Marks: {', '.join(told)}"] * bool(told)

    def _say(self, text: str) -> None:
        """Tell something: in lines that fit a terminal, elsewhere in whole ones."""
        self._said = text
        out = sys.stderr if self._desk.flags.json else sys.stdout
        width = words.columns(out) if out.isatty() else None
        told = "".join(f"{linear.wrapped(line, width)}\n" for line in text.split("\n"))
        out.write(told)
        out.flush()
