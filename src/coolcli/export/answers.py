"""A model's answers as a program reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coolcli.ask import questions
from coolcli.store.answers import Answer
from coolcli.store.papers import stamp


def content(answer: Answer) -> dict[str, Any]:
    """Give an answer for JSON: its question by name or in the reader's own words, and as it is shown."""
    return {
        "question": answer.question,
        "asked": questions.title(answer.question, answer.language),
        "answer": answer.text,
        "model": answer.model,
        "language": answer.language,
        "version": answer.version,
        "source": answer.source,
        "left_out": list(answer.left_out),
        "stopgap": answer.stopgap,
        "ended": answer.ended,
        "at": stamp(answer.at),
    }


def of_papers(
    ids: Iterable[str], answers: Mapping[str, Sequence[Answer]]
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Give what is said of each of some papers besides in JSON: its answers, of which there may be none."""
    return {paper_id: {"answers": [content(each) for each in answers.get(paper_id, ())]} for paper_id in ids}
