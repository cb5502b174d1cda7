"""What the simulated world says, as the program should say it; written without the program's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.arxiv_simulator import authors, tex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from tests.arxiv_simulator import SimPaper, World


def listed(world: World, day: date, *subjects: str) -> list[tuple[str, str]]:
    """Id and type of each paper that a reader of these subjects sees, in arXiv's order."""
    return [(seen.paper.id, seen.type) for seen in world.seen(day, subjects)]


def ids(world: World, day: date, *subjects: str) -> list[str]:
    return [paper_id for paper_id, _ in listed(world, day, *subjects)]


def names(paper: SimPaper) -> list[str]:
    return [authors.bare_name(author) for author in paper.authors]


def one_line(text: str) -> str:
    """A text in Unicode, its line breaks forgotten."""
    return " ".join(tex.to_unicode(text).split())


def without(pairs: Iterable[tuple[str, str]], types: Collection[str]) -> list[tuple[str, str]]:
    return [(paper_id, kind) for paper_id, kind in pairs if kind not in types]
