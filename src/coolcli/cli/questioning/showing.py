"""Answers shown: set for a terminal while they come, as Markdown in a pipe, as one JSON object.

show(conversation, turns, out)      head (what the answers rest on) -> of each turn: kept, or begins, comes, ends
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol

from coolcli.arxiv.text import clean
from coolcli.cli.desk import Desk
from coolcli.cli.questioning.conversation import Conversation, Turn
from coolcli.cli.questioning.writing import Text
from coolcli.errors import CoolError
from coolcli.export.answers import content
from coolcli.render import words
from coolcli.store.answers import Answer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from coolcli.ask.model import Piece

_TOLD_EVERY = 0.1
"""Seconds between two words on how much of an answer is here."""
_CUT = "(The server ended this answer at its own limit. `--refresh` asks again.)"
_BROKEN = "(It broke off here and is kept as partial. The same command asks again.)"


class Growth(NamedTuple):
    """What comes next of an answer, and how far that is in words."""

    text: str
    status: str


class Out(Protocol):
    """Where answers go."""

    def opens(self, turns: Sequence[Turn]) -> None:
        """Begin with a paper, of which these turns will follow."""

    def head(self, talk: Conversation, line: str, *, is_first: bool) -> None:
        """Say what the answers that follow rest on, and before the first of them which paper they are about."""

    def begins(self, title: str) -> None:
        """Write a question."""

    def comes(self, growing: Iterable[Growth]) -> None:
        """Write an answer as it comes."""

    def is_here(self, answer: Answer) -> None:
        """Write an answer that is here already."""

    def remark(self, text: str) -> None:
        """Say something of the answer before, in a line."""

    def ends(self, talk: Conversation, turns: Sequence[Turn], error: CoolError | None) -> None:
        """End with a paper."""


def show(talk: Conversation, turns: Sequence[Turn], out: Out) -> None:
    """Show the answers about a paper one after the other, asking for what is not kept. Raises CoolError."""
    out.opens(turns)
    head = ""
    try:
        for number, turn in enumerate(turns, 1):
            place = f"{number} of {len(turns)}" if len(turns) > 1 else ""
            failure = _prepared(talk, turn, place)
            line = _line(talk, turn)
            if line != head:
                out.head(talk, line, is_first=not head)
                head = line
            out.begins(clean(turn.title))
            _answer(talk, turn, out, place)
            if failure is not None:
                raise failure
    except CoolError as error:
        out.ends(talk, turns, error)
        raise
    out.ends(talk, turns, None)


def _prepared(talk: Conversation, turn: Turn, place: str) -> CoolError | None:
    """Have the model ready for a question that is not answered yet: who has no key need not wait for the paper's text.

    Where that fails, what is kept of an answer that broke off stands for it, and why is given; else that is raised.
    """
    if turn.kept:
        return None
    talk.desk.progress.say(f"{place or 'asking'}: {clean(turn.title)}")
    try:
        _ = talk.model
    except CoolError as error:
        turn.answer = talk.broken(turn.question)
        if turn.answer is None:
            raise
        return error
    return None


def _answer(talk: Conversation, turn: Turn, out: Out, place: str) -> None:
    if turn.answer is not None:
        out.is_here(turn.answer)
    else:
        try:
            with closing(turn.pieces()) as pieces:
                out.comes(_growing(pieces, place))
        except (CoolError, KeyboardInterrupt):
            talk.desk.progress.clear()
            _tell_of_partial(talk, turn, out)
            raise
    if turn.answer is not None and turn.answer.ended != "whole":
        out.remark(_CUT if turn.answer.ended == "length" else _BROKEN)


def _tell_of_partial(talk: Conversation, turn: Turn, out: Out) -> None:
    """Say that what came is kept; where nothing came, show what came of it before."""
    if turn.answer is None:
        turn.answer = talk.broken(turn.question)
        if turn.answer is None:
            return
        out.is_here(turn.answer)
    out.remark(_BROKEN)


def _line(talk: Conversation, turn: Turn) -> str:
    """Say what an answer rests on, of which model it is, and when it was given where that was not now."""
    if turn.answer is None:
        said = f"{talk.rests_on()}; asked of {talk.model_name} at {talk.host}."
        return clean(f"{said} {talk.why or ''}")
    when = words.short_day(turn.answer.at.astimezone())
    more = " A server did not give more of its text then." if turn.answer.stopgap else ""
    return clean(f"{talk.rests_on(turn.answer)}; kept of {talk.model_name}, {when}.{more}")


def _growing(pieces: Iterator[Piece], place: str) -> Iterator[Growth]:
    """Give the pieces of an answer with how far it is; what a model thinks is only counted."""
    began, answered, thought = monotonic(), 0, 0
    for piece in pieces:
        answered += len(piece.text) if piece.kind == "answer" else 0
        thought += len(piece.text) if piece.kind == "thought" else 0
        what = f"thinking, {thought:,} characters" if thought and not answered else f"{answered:,} characters"
        status = " · ".join(filter(None, (place, what, f"{monotonic() - began:.0f} s")))
        yield Growth(piece.text if piece.kind == "answer" else "", status)


@contextmanager
def made(desk: Desk) -> Iterator[Out]:
    """Give where the answers of this run go, and end what was begun there, however it ends."""
    if desk.flags.json:
        document = _Document(desk)
        try:
            yield document
        except CoolError:
            document.write()
            raise
        document.write()
    elif desk.on_terminal:
        with ExitStack() as stack:
            yield _Terminal(desk, stack)
    else:
        yield _Pipe(desk)


class _Terminal:
    """Answers set for a terminal: one that comes is seen to grow; what is kept goes through the pager if it is tall."""

    def __init__(self, desk: Desk, stack: ExitStack) -> None:
        self._desk = desk
        self._stack = stack

    def opens(self, turns: Sequence[Turn]) -> None:
        self._stack.close()
        self._paged = self._stack.enter_context(self._desk.paged()) if all(turn.kept for turn in turns) else None

    def head(self, talk: Conversation, line: str, *, is_first: bool) -> None:
        from rich.text import Text as Styled

        self._talk = talk
        title = [Styled(words.titled(talk.row), "bold"), Styled()] if is_first else []
        self._print(Styled(line, "dim"), *title)

    def begins(self, title: str) -> None:
        from coolcli.render import answers

        self._print(answers.heading(title))

    def comes(self, growing: Iterable[Growth]) -> None:
        from coolcli.render import answers

        pieces = iter(growing)
        first = next(pieces, None)
        self._desk.progress.clear()
        with answers.Streamed(self._desk.screen) as out, self._talk.idle(out.catch_up):
            if first is not None:
                out.add(*first)
            for piece in pieces:
                out.add(*piece)

    def is_here(self, answer: Answer) -> None:
        from coolcli.render import answers

        self._print(answers.whole(answer.text))

    def remark(self, text: str) -> None:
        from rich.text import Text as Styled

        self._print(Styled(text, "dim"), Styled())

    def ends(self, talk: Conversation, turns: Sequence[Turn], error: CoolError | None) -> None:
        self._stack.close()

    def _print(self, *things: RenderableType) -> None:
        if self._paged is not None:
            self._paged.print(things)
        else:
            self._desk.progress.clear()
            self._desk.screen.show(*things)


class _Pipe:
    """Answers as Markdown, each when it is there.

    Where another program reads them, what is waited for is told in lines of their own: what that one writes on the same
    terminal would stand behind a line that is still to be taken away.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._text = Text()
        self._is_read = stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode) and sys.stderr.isatty()

    def opens(self, turns: Sequence[Turn]) -> None:
        """Nothing stands before the first head."""

    def head(self, talk: Conversation, line: str, *, is_first: bool) -> None:
        self._text.head(talk, line, is_first=is_first)
        if self._is_read:
            self._desk.progress.clear()
            self._desk.progress.silent = lambda: True

    def begins(self, title: str) -> None:
        self._text.begins(title)
        if self._is_read:
            self._desk.say(f"{title} …")

    def comes(self, growing: Iterable[Growth]) -> None:
        came = ""
        try:
            for each in _told(self._desk, growing):
                came += each.text
        finally:
            self._write(came)

    def is_here(self, answer: Answer) -> None:
        self._write(answer.text)

    def remark(self, text: str) -> None:
        self._desk.say(text)

    def ends(self, talk: Conversation, turns: Sequence[Turn], error: CoolError | None) -> None:
        """Nothing stands behind the last answer."""

    def _write(self, markdown: str) -> None:
        if markdown.strip():
            self._text.answer(markdown)
            self._desk.write(self._text.taken())


class _Document:
    """Answers as one JSON object, written when all are there, or when something went wrong."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._papers: list[dict[str, object]] = []

    def opens(self, turns: Sequence[Turn]) -> None:
        """Nothing is written before the end."""

    def head(self, talk: Conversation, line: str, *, is_first: bool) -> None:
        """What answers rest on is in each of them."""

    def begins(self, title: str) -> None:
        """A question is with its answer."""

    def comes(self, growing: Iterable[Growth]) -> None:
        for _ in _told(self._desk, growing):
            pass

    def is_here(self, answer: Answer) -> None:
        """It is with its turn."""

    def remark(self, text: str) -> None:
        """How an answer ended is in it."""

    def ends(self, talk: Conversation, turns: Sequence[Turn], error: CoolError | None) -> None:
        told = [content(turn.answer) | {"kept": turn.kept is not None} for turn in turns if turn.answer]
        wrong = {"message": error.message, "hint": error.hint, "code": error.exit_code} if error else None
        self._papers.append(
            {
                "id": talk.row.id,
                "version": talk.version,
                "title": talk.row.paper.title,
                "answers": told,
                "error": wrong,
            }
        )

    def write(self) -> None:
        """Write what there is."""
        self._desk.progress.clear()
        self._desk.write_json({"papers": self._papers})


def _told(desk: Desk, growing: Iterable[Growth]) -> Iterator[Growth]:
    """Give what comes, and say on the line for that how far it is."""
    told = 0.0
    for each in growing:
        yield each
        if monotonic() - told >= _TOLD_EVERY:
            told = monotonic()
            desk.progress.say(each.status)
    desk.progress.clear()
