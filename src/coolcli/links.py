"""The addresses that are shown beside a paper. They are built from validated ids and DOIs only.

The forms are those of papers-cool.md ("Links") and arxiv-endpoints.md.
"""

from __future__ import annotations

import re

DOI_PREFIX = r"(?<!\d)(?<!\d\.)10\.[0-9]{4,9}(?:\.[0-9]+)*/"
"""What every DOI begins with: it begins where no number does, so that a search is linear in the length of a text."""
# DOIs as registrars give them out today. Older ones hold `<`, `>` and spaces: those are shown, and lead nowhere.
_DOI = re.compile(DOI_PREFIX + r"[A-Za-z0-9._;()/:+-]+")


def links(paper_id: str) -> dict[str, str]:
    """Give the addresses of a paper that every reader gets (cli.md, "A paper")."""
    return {
        "abs": f"https://arxiv.org/abs/{paper_id}",
        "pdf": f"https://arxiv.org/pdf/{paper_id}",
        "papers.cool": f"https://papers.cool/arxiv/{paper_id}",
    }


def doi_page(doi: str) -> str | None:
    """Give the address of a DOI, None for what does not look like one: arXiv hands on what authors typed."""
    return f"https://doi.org/{doi}" if _DOI.fullmatch(doi) else None
