"""A conversation with the reader's model about one version of a paper: what is kept is given, what is not is asked.

    six(), own(question) -> Turns -> of each: `kept`, or `pieces()` as they come -> stored however they end

The paper's text is not fetched before something has to be asked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from coolcli import lookup
from coolcli.arxiv.text import clean
from coolcli.ask import questions
from coolcli.cli.desk import Desk
from coolcli.errors import DataError, FetchError, NoSuchPaper, Unreachable
from coolcli.models import Row
from coolcli.store import answers
from coolcli.store.answers import Answer, Ended

if TYPE_CHECKING:
    from coolcli.ask.model import Model, Piece
    from coolcli.cli.questioning.texts import Grounds

_SOURCES: dict[str, str] = {"html": "arXiv's HTML version", "pdf": "the PDF", "abstract": "the abstract alone"}


def model_of(desk: Desk, heed: Callable[[], object], *, has_terminal: bool = True) -> Model:
    """Give the reader's model, with their key; `heed` is called now and then while it is waited for.

    Raises CoolError: NotSetUp where there is none, or for the key.
    """
    from coolcli.ask import key
    from coolcli.ask.model import Model

    settings = desk.served
    has_terminal = has_terminal and any(stream and stream.isatty() for stream in (sys.stdin, sys.stderr))
    its_key = None if desk.flags.demo else key.of_reader(settings.ask_key_command, has_terminal=has_terminal)
    model = Model(
        settings.ask_base_url,
        settings.ask_model,
        its_key,
        patience=settings.ask_patience,
        tell=desk.progress.say,
        trace=desk.say if desk.flags.verbose else None,
        heed=heed,
        pause=desk.pause,
    )
    desk.on_close(model.close)
    return model


def require_model(desk: Desk, ids: Sequence[str]) -> None:
    """Raise NotSetUp, for papers that are to be asked about, where no model is set up."""
    if not (desk.served.ask_base_url and desk.served.ask_model):
        from coolcli.cli.questioning.setup import not_set_up

        raise not_set_up(desk, ids)


class Conversation:
    """What is asked about one version of a paper, in the reader's language, of the reader's model."""

    def __init__(self, desk: Desk, row: Row, version: int | None = None, *, has_terminal: bool = True) -> None:
        """Take a paper, and the version of it that was named, else the newest that is known.

        Raises NotSetUp where no model is, NoSuchPaper for a version that arXiv does not have, or FetchError. Without a
        terminal the command that gives the key can ask for nothing.
        """
        self.desk = desk
        self._has_terminal = has_terminal
        require_model(desk, [row.id])
        settings = desk.served
        self.row, self.version = _of_version(desk, row, version)
        self.model_name = settings.ask_model
        self.language = settings.ask_language
        self._window = settings.ask_window
        self._kept = self._read()
        self._is_refreshed = False
        self._idle: Callable[[], object] | None = None
        self.exit_code = 0
        """What a program ends with that had no other trouble: answers that could not be kept are one."""

    @property
    def name(self) -> str:
        """Give the paper's id with the version."""
        return f"{self.row.id}v{self.version}" if self.version else self.row.id

    @property
    def host(self) -> str:
        """Give the host of the model's server, with the port where one is named."""
        return urlsplit(self.desk.served.ask_base_url).netloc

    @property
    def has_kept(self) -> bool:
        """Tell whether there is any answer about this version."""
        return bool(self._kept)

    def six(self, *, refresh: bool = False) -> Iterator[Turn]:
        """Give the six questions, each when the one before is answered; with `refresh`, all are asked anew."""
        self._is_refreshed = refresh
        before: list[Turn] = []
        for name in questions.SIX:
            turn = Turn(self, name, None if refresh else self._good(self._newest(name)), before)
            yield turn
            before.append(turn)

    def own(self, question: str, *, follow: bool = False, refresh: bool = False) -> Turn:
        """Give a question of the reader's own, or one of the six by its name.

        One that follows goes on after the newest answer about the paper.
        The same again is the kept answer: where it follows, as long as nothing was asked since.
        """
        self._is_refreshed = refresh
        question = clean(question)
        whole = [answer for answer in self._kept if answer.ended != "broken"]
        last = whole[-1] if whole else None
        if not follow or last is None:
            kept = None if refresh else self._good(self._newest(question, begins=question not in questions.SIX))
            return Turn(self, question, kept, [])
        if last.question == question and last.follows is not None:
            before = [Turn(self, each.question, each) for each in self._up_to(last.follows)]
            return Turn(self, question, None if refresh else self._good(last), before)
        return Turn(self, question, None, [Turn(self, each.question, each) for each in self._up_to(last.number)])

    def answered(self) -> list[Turn]:
        """Give what is answered already, be it in part: the six in their order, behind them the reader's own."""
        own = [answer.question for answer in self._kept if answer.question not in questions.SIX]
        found = {name: self._newest(name) or self.broken(name) for name in dict.fromkeys([*questions.SIX, *own])}
        return [Turn(self, name, answer) for name, answer in found.items() if answer]

    def broken(self, question: str) -> Answer | None:
        """Give what there is of an answer that broke off, None where there is none."""
        found = [answer for answer in self._kept if answer.question == question and answer.ended == "broken"]
        return found[-1] if found else None

    def older(self) -> int | None:
        """Give the newest earlier version that there are answers about, None where there are none."""
        with self.desk.database.read() as connection:
            found = answers.versions(connection, self.row.id, self.model_name, self.language)
        return max((each for each in found if self.version and each < self.version), default=None)

    @cached_property
    def model(self) -> Model:
        """Give the model. Raises CoolError where there is no key, or where nothing may be asked."""
        if self.desk.offline:
            raise Unreachable(
                "The question is not asked: nothing is, of any server (--offline).",
                "Run it again without `--offline` and COOL_OFFLINE.",
            )
        return model_of(self.desk, self._heed, has_terminal=self._has_terminal)

    @contextmanager
    def idle(self, do: Callable[[], object]) -> Iterator[None]:
        """Have something done inside the block now and then while the next piece of an answer is waited for."""
        self._idle = do
        try:
            yield
        finally:
            self._idle = None

    def _heed(self) -> None:
        self.desk.pause(0)
        if self._idle is not None:
            self._idle()

    @cached_property
    def _grounds(self) -> Grounds:
        from coolcli.cli.questioning import grounding

        if self.row.paper.abstract is None:  # `prune` let it go
            lookup.ask_again(self.desk.database, None if self.desk.offline else lambda: self.desk.arxiv, [self.row.id])
            (self.row,) = self.desk.rows([self.row.id])
        return grounding.of(self.desk, self.row, self.version, fresh=self._is_refreshed)

    @cached_property
    def paper(self) -> questions.Paper:
        """Give the paper as it fits into the model's window, fetching its text where it is not here."""
        return questions.Paper.of(self._grounds.document, self._window)

    @property
    def why(self) -> str | None:
        """Say why the text that is asked about is less than it could be; None where it is not, or is not here yet."""
        return self._grounds.why if "_grounds" in self.__dict__ else None

    def rests_on(self, answer: Answer | None = None) -> str:
        """Say in a line what an answer rests on: which text of which version, and what of it was left out.

        Without one it is the text that is asked about, which is fetched where it is not here.
        """
        source = answer.source if answer else self.paper.source
        left_out = answer.left_out if answer else self.paper.fitted.left_out
        cut = f"; left out, as it is longer than the model's window: {', '.join(left_out)}" if left_out else ""
        return f"From {_SOURCES[source]} of {self.name}{cut}"

    def _good(self, answer: Answer | None) -> Answer | None:
        """Give a kept answer, unless it rests on a stopgap and more of the text can be had by now."""
        if answer and answer.stopgap and not self.desk.offline:
            with suppress(FetchError):  # then there is still no more of it
                return answer if self.paper.source == answer.source else None
        return answer

    def ask(self, turn: Turn) -> Generator[Piece, None, None]:
        """Ask a turn's question, and keep what comes, however it ends."""
        model, paper = self.model, self.paper  # the key first: who has none need not wait for the text
        before = [(each.question, each.answer.text) for each in turn.before if each.answer]
        asked = questions.messages(paper, self.language, self._window, before, turn.question)
        text = ""
        ended: Ended = "broken"
        try:
            for piece in model.ask(asked):
                if piece.kind == "answer":
                    text += piece.text
                elif piece.kind == "end":
                    ended = "length" if piece.text == "length" else "whole"
                yield piece
        finally:
            if text.strip():
                turn.answer = self._keep(turn, text, ended)

    def _keep(self, turn: Turn, text: str, ended: Ended) -> Answer:
        """Store an answer; where that fails it is said, and what came is on the screen all the same."""
        follows = next((each.answer.number for each in reversed(turn.before) if each.answer), None)
        answer = Answer(
            None,
            self.row.id,
            self.version,
            self.model_name,
            self.language,
            turn.question,
            text.strip(),
            self.paper.source,
            self.paper.fitted.left_out,
            ended,
            self.desk.clock(),
            follows,
            not self._grounds.lasts,
        )
        try:
            with self.desk.database.write() as connection:
                answer = answers.save(connection, answer)
        except DataError as error:
            self.desk.say(f"The answer is not kept: {error.message}")
            self.exit_code = error.exit_code
        self._kept.append(answer)
        return answer

    def _read(self) -> list[Answer]:
        with self.desk.database.read() as connection:
            return answers.of_paper(connection, self.row.id, self.version, self.model_name, self.language)

    def _newest(self, question: str, *, begins: bool = False) -> Answer | None:
        """Give the newest whole answer to a question; one that `begins` a conversation where that is asked for."""
        fitting = (each for each in reversed(self._kept) if each.question == question and each.ended != "broken")
        return next((each for each in fitting if not begins or each.follows is None), None)

    def _up_to(self, number: int | None) -> list[Answer]:
        """Give a conversation from its beginning to an answer."""
        by_number = {each.number: each for each in self._kept}
        found: list[Answer] = []
        while number is not None and (each := by_number.get(number)) is not None and each not in found:
            found.insert(0, each)
            number = each.follows
        return found


class Turn:
    """One question of a conversation, and its answer: kept from before, or as it comes."""

    def __init__(
        self, conversation: Conversation, question: str, kept: Answer | None, before: list[Turn] | None = None
    ) -> None:
        """Take what was answered before already, and the turns before it in the conversation."""
        self.question = question
        self.kept = kept
        self.answer = kept
        """None until it is there; what came of one that broke off has ended as `broken`."""
        self.before = list(before or ())
        self._conversation = conversation

    @property
    def title(self) -> str:
        """Give what stands over the answer."""
        return questions.title(self.question, self._conversation.language)

    @property
    def after(self) -> str | None:
        """Give the question that this one goes on after, None for the first of a conversation."""
        return self.before[-1].title if self.before else None

    def pieces(self) -> Generator[Piece, None, None]:
        """Ask, and give what comes as it comes; it is kept when it ends, also where that is early. Raises CoolError."""
        return self._conversation.ask(self)


def _of_version(desk: Desk, row: Row, version: int | None) -> tuple[Row, int | None]:
    """Give a paper as its newest version says, or as the one that was named says; asks arXiv for what is not here."""
    arxiv = None if desk.offline else lambda: desk.arxiv
    if row.paper.version is None and version is None:
        lookup.ask_again(desk.database, arxiv, [row.id])  # where it fails, what is here is asked about
        (row,) = desk.rows([row.id])
    newest = row.paper.version
    if version is None or version == newest:
        return row, newest
    if newest and version > newest:
        raise NoSuchPaper.beyond(row.id, version, newest)
    return row._replace(paper=lookup.version(desk.database, arxiv, row.id, version)), version
