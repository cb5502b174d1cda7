"""The addresses that are shown beside a paper."""

from __future__ import annotations

import pytest

from coolcli import links


@pytest.mark.parametrize("paper_id", ["2611.01234", "hep-th/9901001"])
def test_the_links_of_a_paper(paper_id: str) -> None:
    assert links.links(paper_id) == {
        "abs": f"https://arxiv.org/abs/{paper_id}",
        "pdf": f"https://arxiv.org/pdf/{paper_id}",
        "papers.cool": f"https://papers.cool/arxiv/{paper_id}",
    }


@pytest.mark.parametrize("doi", ["10.5555/harbour.3", "10.1103/PhysRevD.9.1", "10.1016/S0370-2693(99)00001-2"])
def test_a_doi_has_a_page(doi: str) -> None:
    assert links.doi_page(doi) == f"https://doi.org/{doi}"


@pytest.mark.parametrize(
    "typed",
    ["", "10.1/x", "javascript:x", "https://evil.example/10.5555/x", "10.5555/a b", "10.5555/\x1b[2J", "10.5555/x\n"],
)
def test_what_an_author_typed_instead_of_a_doi_leads_nowhere(typed: str) -> None:
    assert links.doi_page(typed) is None
