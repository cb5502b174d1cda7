"""Answers as Markdown, for a file, a pipe or the clipboard: what they rest on, the paper's title, question and answer.

Each answer is written anew (export.contained): no link or image of a stranger's stays one where the notes are read.
"""

from __future__ import annotations

from collections.abc import Sequence

from coolcli.arxiv.text import clean
from coolcli.cli.questioning.conversation import Conversation, Turn
from coolcli.export import contained


class Text:
    """Markdown that grows by an answer at a time."""

    def __init__(self) -> None:
        """Begin without any."""
        self._heads: list[str] = []
        self._parts: list[str] = []

    def head(self, talk: Conversation, line: str, *, is_first: bool) -> None:
        """Take what the next answers rest on, to stand above them; before the first of a paper its title too."""
        title = [f"# {contained.text(clean(talk.row.paper.title or talk.name))}"] if is_first else []
        self._heads = [contained.text(line), *title]

    def begins(self, title: str) -> None:
        """Take a question, to stand above its answer: without one it is not written."""
        self._heads.append(f"## {contained.text(title)}")

    def answer(self, markdown: str) -> None:
        """Write an answer."""
        self._parts += [*self._heads, "\n".join(contained.written(markdown))]
        self._heads = []

    def taken(self) -> str:
        """Give what came since this was last asked."""
        parts, self._parts = self._parts, []
        return "".join(f"{part}\n\n" for part in parts)


def written(talk: Conversation, turns: Sequence[Turn]) -> str:
    """Write the answers about a paper, as far as they are there."""
    text = Text()
    head = ""
    for turn in turns:
        if turn.answer is None:
            continue
        line = talk.rests_on(turn.answer)
        if line != head:
            text.head(talk, f"{line}; of {talk.model_name}.", is_first=not head)
            head = line
        text.begins(clean(turn.title))
        text.answer(turn.answer.text)
    return text.taken()
