"""What is asked of the reader's model while a sitting goes on: about one paper at a time, the others wait.

    six, own   -> a queue -> a thread, a Conversation on a desk of its own -> Asked, which grows -> changed
    about      what there is about a paper: what was asked in this sitting, else what is kept

Whoever shows the sitting reads an Asked at any time. What came is kept however it ends, also where the screen is left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coolcli.arxiv.text import clean
from coolcli.ask.questions import SIX
from coolcli.cli.desk import Desk
from coolcli.cli.questioning import showing
from coolcli.cli.questioning.conversation import Conversation, Turn
from coolcli.cli.triaging.aside import Aside, Stopped
from coolcli.errors import CoolError, NotSetUp
from coolcli.models import Row
from coolcli.store.answers import Answer

if TYPE_CHECKING:
    from coolcli.cli.questioning.showing import Growth

_GRACE = 2.0
"""Seconds in which a thread that is to end is expected to have stored what came."""
_ENDED = {
    "length": "The server ended this answer at its own limit.",
    "broken": "This answer broke off, and is kept as partial.",
}


class Reply:
    """A question and as much of its answer as is here; written in the thread that asks, read in any."""

    def __init__(self, question: str, title: str) -> None:
        """Begin without a word."""
        self.question = question
        """The name of one of the six, or the reader's own words."""
        self.title = title
        self.rests_on = ""
        """What the answer rests on, where that is not said of the one before."""
        self.remark = ""
        """What is to be known of how it ended."""
        self.is_whole = False
        self._pieces: list[str] = []

    def add(self, text: str) -> None:
        """Take what comes next."""
        self._pieces.append(text)

    @property
    def text(self) -> str:
        """Give what is here, as Markdown."""
        return "".join(self._pieces)


class Asked:
    """The answers about a version of a paper, and how it stands with those that are asked for."""

    def __init__(self, row: Row, changed: Callable[[], object] = lambda: None) -> None:
        """Begin without any; `changed` is called, in the thread that asks, when there is more of them."""
        self._changed = changed
        self.paper, self.version = row.id, row.paper.version
        self.is_wanted = False
        """Whether something is asked, or waits for that."""
        self.waits = ""
        """What is waited for, or how far that is."""
        self.problem: CoolError | None = None
        """Why the last of what was asked for is not here."""
        self._replies: dict[str, Reply] = {}
        self._turns: Iterator[Turn] = iter(())
        self._turn: Turn | None = None
        self._line = self._said = self._place = ""
        self._begun = self._count = 0

    @property
    def status(self) -> str:
        """Say what is waited for, and which of the questions that is for."""
        place = "" if self._place in self.waits else self._place
        return ", ".join(filter(None, (self.waits, place)))

    @property
    def name(self) -> str:
        """Give the paper's id with the version, where that is known."""
        return f"{self.paper}v{self.version}" if self.version else self.paper

    @property
    def replies(self) -> list[Reply]:
        """Give the six in their order, and behind them the reader's own."""
        found = dict(self._replies)
        six = [found.pop(name) for name in SIX if name in found]
        return [*six, *found.values()]

    @property
    def has_anything(self) -> bool:
        """Tell whether there is an answer, or why there is none, or something asked."""
        return self.is_wanted or bool(self._replies) or self.problem is not None

    @property
    def has_six(self) -> bool:
        """Tell whether none of the six has to be asked."""
        return all(name in self._replies and self._replies[name].is_whole for name in SIX)

    # What `showing` writes, in the thread that asks.

    def opens(self, turns: Sequence[Turn]) -> None:
        """Begin with the questions that will follow."""
        self._turns, self._line = iter(turns), ""
        self._begun, self._count = 0, len(turns)

    def head(self, talk: Conversation, line: str, *, is_first: bool) -> None:
        """Take what the next answers rest on."""
        self.version, self._line = talk.version, line if line != self._said else ""
        self._said = line
        self._changed()

    def begins(self, title: str) -> None:
        """Begin an answer, in the place of one to the same question."""
        self._turn = next(self._turns)
        self._begun += 1
        self._place = f"{self._begun} of {self._count}" if self._count > 1 else ""
        reply = Reply(self._turn.question, title)
        reply.rests_on, self._line = self._line, ""
        self._replies.pop(reply.question, None)
        self._replies[reply.question] = reply

    def comes(self, growing: Iterable[Growth]) -> None:
        """Let it grow."""
        reply = self._reply
        for text, self.waits in growing:
            if text:
                reply.add(text)
            self._changed()
        answer = self._turn.answer if self._turn else None
        reply.is_whole = answer is not None
        if answer is not None and answer.number is None:
            reply.remark = "This answer could not be stored: it is gone when you leave."
        self._place = ""

    def is_here(self, answer: Answer) -> None:
        """Take one that is here already."""
        self._reply.add(answer.text)
        self._reply.is_whole = answer.ended != "broken"
        self._place = ""

    def remark(self, text: str) -> None:
        """Say of an answer how it ended, as far as the reader of a screen has to know it."""
        answer = self._turn.answer if self._turn else None
        self._reply.remark = _ENDED.get(answer.ended, "") if answer else text

    def ends(self, talk: Conversation, turns: Sequence[Turn], error: CoolError | None) -> None:
        """Take what went wrong."""
        self.problem = error

    def stopped(self, talk: Conversation) -> None:
        """Say that an answer is not whole; where nothing of it came, show what came before."""
        if self._turn is None or (reply := self._reply).is_whole:
            return
        if not reply.text and (before := talk.broken(reply.question)):
            reply.add(before.text)
        reply.remark = _ENDED["broken"]
        if not reply.text:
            self._replies.pop(reply.question)

    @property
    def _reply(self) -> Reply:
        assert self._turn is not None  # noqa: S101 -- an answer follows its question
        return self._replies[self._turn.question]


class Told:
    """Answers as they are read aloud: each when it is whole, in lines of words."""

    def __init__(self, say: Callable[[str], object]) -> None:
        """Take who tells them."""
        self._say = say

    def opens(self, turns: Sequence[Turn]) -> None:
        """Say nothing: the paper was told before."""

    def head(self, talk: Conversation, line: str, *, is_first: bool) -> None:
        """Say what the answers rest on."""
        self._say(line)

    def begins(self, title: str) -> None:
        """Say the question."""
        self._say(f"\n{title}")

    def comes(self, growing: Iterable[Growth]) -> None:
        """Wait for an answer; what came of one that breaks off is said too."""
        pieces: list[str] = []
        try:
            pieces.extend(text for text, _ in growing)
        finally:
            self._answer("".join(pieces))

    def is_here(self, answer: Answer) -> None:
        """Say an answer."""
        self._answer(answer.text)

    def remark(self, text: str) -> None:
        """Say how it ended."""
        self._say(text.strip("()"))

    def ends(self, talk: Conversation, turns: Sequence[Turn], error: CoolError | None) -> None:
        """Say nothing: what went wrong is told as of any command."""

    def _answer(self, text: str) -> None:
        from coolcli.render import linear

        for line in linear.answer(text):
            self._say(line)


class _Wanted(NamedTuple):
    asked: Asked
    row: Row
    question: str | None
    """None for the six."""


class Asking:
    """Asks in the background. All of it is for the one thread that shows the sitting."""

    def __init__(self, desk: Desk, changed: Callable[[], object]) -> None:
        """Take the desk of the sitting, and what is called, in the thread that asks, when there is more to show.

        It must not wait, and has to see to it that `go_on` is called.
        """
        self._desk = desk
        self._changed = changed
        self._asked: dict[str, Asked] = {}
        self._kept: dict[str, tuple[tuple[int | None, ...], Asked]] = {}
        """What was read from the store, by paper, with the numbers of the answers."""
        self._queue: list[_Wanted] = []
        self._run: _Run | None = None

    @property
    def words(self) -> str:
        """Say in a line what is asked and waited for; nothing where nothing is."""
        if self._run is None:
            return ""
        asked = self._run.wanted.asked
        more = f", {len(self._queue)} more to ask" if self._queue else ""
        return f"{asked.name}: {asked.status}{more}"

    def about(self, row: Row) -> Asked | None:
        """Give what there is about a paper; None where there is nothing. Asks nobody. Raises DataError."""
        asked = self._asked.get(row.id)
        if asked and asked.has_anything and (asked.version is None or row.paper.version in (None, asked.version)):
            return asked
        if not (row.paper.version and row.paper.abstract):
            return None  # arXiv would have to be asked first
        try:
            talk = Conversation(self._desk, row)
        except NotSetUp:
            return None
        turns = talk.answered()
        numbers = tuple(turn.kept.number for turn in turns if turn.kept)
        if self._kept.get(row.id, ((), None))[0] != numbers:
            kept = Asked(row, self._changed)
            showing.show(talk, turns, kept)
            self._kept[row.id] = numbers, kept
        return self._kept[row.id][1] if numbers else None

    def six(self, row: Row) -> Asked:
        """Have the six questions answered, as far as they are not, and give what there is meanwhile."""
        asked = self._begun(row)
        if not asked.has_six and not any(each.asked is asked and each.question is None for each in self._all):
            self._want(_Wanted(asked, row, None))
        return asked

    def own(self, row: Row, question: str) -> Asked:
        """Ask a question of the reader's own, after what was asked before, and give what there is meanwhile."""
        asked = self._begun(row)
        self._want(_Wanted(asked, row, question))
        return asked

    def stop(self, asked: Asked) -> bool:
        """Ask no more about a paper, and tell whether something was asked, or waited for that."""
        if not asked.is_wanted:
            return False
        self._queue = [each for each in self._queue if each.asked is not asked]
        if self._run is not None and self._run.wanted.asked is asked:
            self._run.stop()
        else:
            asked.is_wanted, asked.waits = False, ""
        return True

    def end(self) -> None:
        """Ask nothing more, and wait for what came to be stored, two seconds at the most."""
        self._queue.clear()
        if self._run is not None:
            self._run.stop()
            self._run.thread.join(_GRACE)

    def go_on(self) -> None:
        """Begin with the next one where the one before is over. Raises what ended that and should not have: a bug."""
        if self._run is not None and self._run.is_over:
            failed, wanted, self._run = self._run.failed, self._run.wanted, None
            wanted.asked.is_wanted = any(each.asked is wanted.asked for each in self._queue)
            wanted.asked.waits = ""
            if failed is not None:
                raise failed
        if self._run is None and self._queue:
            self._run = _Run(self._desk, self._queue.pop(0), self._changed)
            self._run.thread.start()
        now = self._run.wanted.asked if self._run else None
        for each in self._queue:
            if now is not None and each.asked is not now:
                each.asked.waits = f"waits until {now.name} is done"

    @property
    def _all(self) -> list[_Wanted]:
        return [*([self._run.wanted] if self._run else []), *self._queue]

    def _begun(self, row: Row) -> Asked:
        asked = self.about(row) or Asked(row, self._changed)
        self._asked[row.id] = asked
        return asked

    def _want(self, wanted: _Wanted) -> None:
        wanted.asked.is_wanted, wanted.asked.problem = True, None
        self._queue.append(wanted)
        self.go_on()


class _Run:
    """What is asked about one paper, in a thread."""

    def __init__(self, desk: Desk, wanted: _Wanted, changed: Callable[[], object]) -> None:
        self.wanted = wanted
        self.is_over = False
        self.failed: Exception | None = None
        self._changed = changed
        self._aside = Aside(desk, self._tell)
        self.thread = threading.Thread(target=self._go, daemon=True, name="cool-asking")
        wanted.asked.waits = "beginning"

    def stop(self) -> None:
        """Ask it to end."""
        self._aside.stop()

    def _tell(self, told: str) -> None:
        if told:
            self.wanted.asked.waits = clean(told)
            self._changed()

    def _go(self) -> None:
        try:
            with self._aside as desk:
                self._ask(desk)
        except Stopped:
            pass
        except CoolError as error:
            self.wanted.asked.problem = error
        except Exception as error:
            self.failed = error
        finally:
            self.is_over = True
            self._changed()

    def _ask(self, desk: Desk) -> None:
        asked, row, question = self.wanted
        talk = Conversation(desk, row, has_terminal=False)
        turns = list(talk.six()) if question is None else [talk.own(question, follow=True)]
        try:
            showing.show(talk, turns, asked)
        except Stopped:
            asked.stopped(talk)
            raise
