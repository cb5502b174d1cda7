"""Markdown for a reader's notes: a list of papers, each title a link, notes and a model's answers quoted below.

Formulas stay as they are, which most programs for notes show; all else that means something in Markdown is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from coolcli.ask import questions
from coolcli.export.reference import Reference
from coolcli.store.answers import Answer

MOST_NAMED = 10
"""Authors of a paper that are named."""
_MEANS = re.compile(r"[\\`*_\[\]<>#|~$&]")
_FORMULA = re.compile(r"(\$(?:[^$\\\[\]<>`\s]|\\[A-Za-z,;:!{}|])(?:[^$\\\[\]<>`]|\\[A-Za-z,;:!{}|])*\$)")
_BLOCK = re.compile(r"^(?:(\d+)(?=[.)])|(?=[+=-]))")
_SOURCES = {"html": "arXiv's HTML version", "pdf": "the PDF", "abstract": "the abstract alone"}
_ENDS = {"length": "cut off at the server's limit", "broken": "broke off: this is a part"}


def written(references: Iterable[Reference]) -> str:
    """Write a list, an item a paper."""
    return "".join(map(_item, references))


def escaped(text: str) -> str:
    """Give a text of which Markdown makes nothing but that text, formulas apart."""
    pieces = _FORMULA.split(text)
    return "".join(
        piece if place % 2 else _MEANS.sub(lambda match: "\\" + match[0], piece) for place, piece in enumerate(pieces)
    )


def _item(reference: Reference) -> str:
    version = f"v{reference.version}" if reference.version else ""
    about = [f"arXiv:{reference.id}{version}", reference.date]
    about += [escaped(reference.journal)] if reference.journal else []
    about += [escaped("tags: " + ", ".join(reference.tags))] if reference.tags else []
    authors = f"  \n  {_authors(reference)}" if reference.names else ""
    title = f"- [{escaped(reference.title)}]({reference.url}){authors}  \n  {' · '.join(about)}\n"
    note = "".join(f"  > {line}".rstrip() + "\n" for line in _note(reference))
    return title + note + "".join(map(_answer, reference.answers))


def _authors(reference: Reference) -> str:
    names = [name.plain for name in reference.names]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return escaped(", ".join(names[:MOST_NAMED])) + more


def _note(reference: Reference) -> list[str]:
    if not reference.note:
        return []
    lines = [escaped(line.strip()) for line in reference.note.splitlines()]
    # A line of a paragraph ends where it ended in the note; what would begin a list, a heading or (by its indentation)
    # a block of code begins nothing.
    return [_BLOCK.sub(r"\g<1>\\", line) + "  " if line else "" for line in lines]


def _answer(answer: Answer) -> str:
    """Write an answer below its question, as a list item of the paper's: all of it within a quotation."""
    from coolcli.export import contained

    asked = contained.text(questions.title(answer.question, answer.language))
    of = f" of v{answer.version}" if answer.version else ""
    about = [contained.text(answer.model), answer.at.astimezone().date().isoformat()]
    about += [f"from {_SOURCES[answer.source]}{of}"]
    about += [contained.text(f"left out: {', '.join(answer.left_out)}")] if answer.left_out else []
    about += [_ENDS[answer.ended]] if answer.ended in _ENDS else []
    quoted = (f"    > {line}" if line else "    >" for line in contained.written(answer.text))
    return "".join(f"{line}\n" for line in (f"  - **{asked}**  ", f"    {' · '.join(about)}", *quoted))
