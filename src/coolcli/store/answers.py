"""Answers of the reader's language model, kept: the same question about the same text costs nothing the second time.

They are no events: they can be had again, and stay on the machine that asked. `undo` and `cool state` know nothing of
them, and pruning leaves them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from coolcli.store.papers import stamp

Ended = Literal["whole", "length", "broken"]
"""How an answer ended: by itself, at the server's limit, or not at all."""


class Answer(NamedTuple):
    """What a model answered about a version of a paper."""

    number: int | None
    """Of the row; None: not stored yet."""
    paper_id: str
    version: int | None
    model: str
    language: str
    question: str
    """The name of one of the six, or the reader's own words."""
    text: str
    """Markdown."""
    source: str
    """What of the paper the model was given: html, pdf or abstract."""
    left_out: tuple[str, ...]
    """What of that did not fit into its window, in words."""
    ended: Ended
    at: datetime
    """UTC."""
    follows: int | None
    """The number of the answer that this one goes on after; None: it begins a conversation."""
    stopgap: bool = False
    """Whether the model was given less of the text than there may be, since a server failed."""


def save(connection: sqlite3.Connection, answer: Answer) -> Answer:
    """Store an answer and give it with its number.

    What broke off before at the same place of a conversation goes, unless something was asked after it.
    """
    values = {name: getattr(answer, name) for name in Answer._fields[1:]}
    values |= {"left_out": json.dumps(answer.left_out, ensure_ascii=False), "at": stamp(answer.at)}
    number = connection.execute(
        f"INSERT INTO answers ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})", values
    ).lastrowid
    connection.execute(_DROP_BROKEN, values | {"number": number})
    return answer._replace(number=number)


def of_paper(
    connection: sqlite3.Connection, paper_id: str, version: int | None, model: str, language: str
) -> list[Answer]:
    """Give all answers of a model, in a language, about a version of a paper, in the order in which they came."""
    found = connection.execute(
        f"""SELECT {_COLUMNS} FROM answers
            WHERE paper_id = ? AND version IS ? AND model = ? AND language = ? ORDER BY number""",
        (paper_id, version, model, language),
    )
    return [_answer(row) for row in found]


def of_papers(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, list[Answer]]:
    """Give for those of some papers that were asked about the newest answer to each question, whoever gave it.

    Of each paper they are about its newest version that has any which is whole, or else any. A question counts as the
    same where the same was asked before it in its conversation, and stands where it was first asked; one that broke off
    gives way to a whole one.
    """
    found = connection.execute(
        f"""SELECT {_COLUMNS} FROM answers AS a
            WHERE paper_id IN (SELECT value FROM json_each(?))
              AND version IS (
                SELECT version FROM answers AS b WHERE b.paper_id = a.paper_id
                ORDER BY ended = 'broken', version DESC LIMIT 1
              )
            ORDER BY number""",
        (json.dumps(list(ids)),),
    )
    of: dict[str, list[Answer]] = {}
    for row in found:
        of.setdefault(row["paper_id"], []).append(_answer(row))
    return {paper_id: _newest(answers) for paper_id, answers in of.items()}


def versions(connection: sqlite3.Connection, paper_id: str, model: str, language: str) -> set[int]:
    """Give the versions of a paper about which a model answered in a language, as far as they are known."""
    found = connection.execute(
        "SELECT DISTINCT version FROM answers WHERE paper_id = ? AND model = ? AND language = ? AND version NOT NULL",
        (paper_id, model, language),
    )
    return {row[0] for row in found}


_COLUMNS = ", ".join(Answer._fields)
_DROP_BROKEN = """
    DELETE FROM answers
    WHERE ended = 'broken' AND number < :number AND paper_id = :paper_id AND version IS :version AND model = :model
      AND language = :language AND question = :question AND follows IS :follows
      AND number NOT IN (SELECT follows FROM answers WHERE follows NOT NULL)"""


def _newest(answers: Sequence[Answer]) -> list[Answer]:
    asked: dict[int | None, tuple[str, ...]] = {None: ()}
    found: dict[tuple[str, ...], Answer] = {}
    for answer in answers:
        way = asked[answer.number] = (*asked.get(answer.follows, ()), answer.question)
        if answer.ended != "broken" or way not in found or found[way].ended == "broken":
            found[way] = answer
    return list(found.values())


def _answer(row: sqlite3.Row) -> Answer:
    from coolcli.arxiv.text import clean, clean_lines

    # Cleaned when it came; but a hand in the file can have put anything in.
    return Answer(*row)._replace(
        model=clean(row["model"]),
        language=clean(row["language"]),
        question=clean(row["question"]),
        text=clean_lines(row["text"]),
        left_out=tuple(clean(part) for part in json.loads(row["left_out"])),
        at=datetime.fromisoformat(row["at"]),
        stopgap=bool(row["stopgap"]),
    )
