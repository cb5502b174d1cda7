"""The places a paper can be opened in. Addresses are built from validated ids, DOIs and days only.

The forms are those of papers-cool.md ("Links") and arxiv-endpoints.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from coolcli.arxiv.categories import Categories
from coolcli.config import Settings

PAGE_OF_PAPERS = 30
"""Papers on one page of papers.cool: more make an address and a page that are too long to use."""

_ONE_PAPER = {
    "abs": "https://arxiv.org/abs/{id}",
    "pdf": "https://arxiv.org/pdf/{id}",
    "html": "https://arxiv.org/html/{id}",
    "alphaxiv": "https://www.alphaxiv.org/abs/{id}",
}

# DOIs as registrars give them out today. Older ones hold `<`, `>` and spaces: those are shown, and lead nowhere.
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[A-Za-z0-9._;()/:+-]+")


def links(paper_id: str) -> dict[str, str]:
    """Give the addresses of a paper that every reader gets (cli.md, "A paper")."""
    return {
        "abs": _ONE_PAPER["abs"].format(id=paper_id),
        "pdf": _ONE_PAPER["pdf"].format(id=paper_id),
        "papers.cool": f"https://papers.cool/arxiv/{paper_id}",
    }


def doi_page(doi: str) -> str | None:
    """Give the address of a DOI, None for what does not look like one: arXiv hands on what authors typed."""
    return f"https://doi.org/{doi}" if _DOI.fullmatch(doi) else None


def pages(papers: Sequence[tuple[str, int | None]], place: str, settings: Settings) -> list[str]:
    """Give the addresses that show some papers: papers.cool takes several a page, the others one each.

    Papers are ids, each with the version that was asked for or None; papers.cool shows one version only.
    """
    if place == "papers.cool":
        ids = [paper_id for paper_id, _ in papers]
        batches = [ids[start : start + PAGE_OF_PAPERS] for start in range(0, len(ids), PAGE_OF_PAPERS)]
        return [f"{settings.papers_cool_url}/arxiv/{','.join(batch)}" for batch in batches]
    form = _ONE_PAPER[place]
    if place != "alphaxiv":
        form = form.replace("https://arxiv.org", settings.arxiv_site_url)
    return [form.format(id=f"{paper_id}v{version}" if version else paper_id) for paper_id, version in papers]


def day_page(categories: Categories, day: date, settings: Settings) -> str:
    """Give papers.cool's page of a listing: `/arxiv/cs.LG,stat.ML?date=…`, or `/arxiv/cs.AI+cs.LG-cs.CY?date=…`."""
    shown = str(categories) if categories.unwanted else ",".join(categories.wanted)
    return f"{settings.papers_cool_url}/arxiv/{shown}?date={day.isoformat()}&show=1000"
