"""The cached papers nearest to some: asked of the full-text index by telling words, then compared word by word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coolcli import ranking
from coolcli.ranking import Document
from coolcli.store import likings, searching
from coolcli.store.database import Database

_CANDIDATES = 150
"""Papers that have words in common, of which the nearest are looked for."""
_WORDS = 12
_COMMON = 100
"""A word that more than one paper in so many has tells nothing, and would bring up too many to be weighed at once."""
_FEWEST, _MOST = 500, 5_000
"""The least and the most papers that a word may be in, whatever share of all that is."""


class Related(NamedTuple):
    """Papers near to some."""

    ids: list[str]
    """The nearest first."""
    words: list[str]
    """By which they were found, the most telling first."""


def related(database: Database, ids: Sequence[str]) -> Related:
    """Give the cached papers nearest to some, which have to be here themselves. The index has to be up to date."""
    with database.read() as connection:
        document = _together(likings.documents(connection, ids))
        papers = searching.searched(connection).papers
        most = min(_MOST, max(_FEWEST, papers // _COMMON))

        def papers_with(word: str) -> int:
            count = searching.papers_with(connection, word, most)
            return count if count <= most else 0

        words = ranking.keywords(document, papers_with, papers, _WORDS)
        found = searching.alike(connection, words, _CANDIDATES + len(ids)) if words else []
        candidates = likings.documents(connection, [each for each in found if each not in ids])
    return Related([candidates[place].id for place in ranking.nearest(document, candidates)], words)


def _together(some: Sequence[Document]) -> Document:
    """Make one document of several."""
    titles, abstracts = " ".join(each.title for each in some), " ".join(each.abstract for each in some)
    authors = dict.fromkeys(author for each in some for author in each.authors)
    return Document("", titles, abstracts, tuple(authors))
