"""The places that papers and listings are opened in: their pages, and what a place cannot show.

The forms are those of papers-cool.md ("Links") and of arXiv's own abstract pages, which link to the other places. What
papers.cool is not known to show goes to the next best page, and that is said: `pages` gives the words beside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from coolcli import templates
from coolcli.addresses import ListPage, Named
from coolcli.arxiv.categories import ARCHIVES
from coolcli.arxiv.ids import ArxivId, is_old_style
from coolcli.settings import Settings
from coolcli.venues import VenuePaper

PAGE_OF_PAPERS = 30
"""Papers on one page of papers.cool: more make an address and a page that are too long to use."""
FIRST_YEAR = 2024
"""The first of papers.cool's listings are of January of this year."""

_COOL = "papers.cool"
_FORMS = {
    "abs": "https://arxiv.org/abs/{id}",
    "pdf": "https://arxiv.org/pdf/{id}",
    "html": "https://arxiv.org/html/{id}",
    "alphaxiv": "https://www.alphaxiv.org/abs/{id}",
    "scirate": "https://scirate.com/arxiv/{id}",
    "huggingface": "https://huggingface.co/papers/{id}",
    "semanticscholar": "https://api.semanticscholar.org/arXiv:{id}",
}
_WITHOUT_OLD = ("html", "alphaxiv", "huggingface")
"""Places that are not known to have papers of before April 2007."""
_WITH_VERSIONS = ("abs", "pdf", "html", "alphaxiv")
_VERSION = re.compile(r"v?(?<!\{)\{version\}(?!\})")


class Pages(NamedTuple):
    """Pages to open, in order, and what a reader has to know of them."""

    addresses: list[str]
    remarks: list[str]


def pages(
    named: Sequence[Named], place: str, settings: Settings, known: Mapping[str, int | None] = MappingProxyType({})
) -> Pages:
    """Give the pages that show what was named, in the order in which the first paper of each was.

    `place` is a name of PLACES or a template (setting open.in). papers.cool takes several papers a page, venues'
    apart from arXiv's; the others take one each. `known` has for papers the version that a template may name where none
    was asked for.
    """
    made: list[tuple[str, list[str]]] = []
    shared: dict[str, list[str]] = {}
    for each in named:
        if shared_form := _shared_form(each, place):
            ids = shared.get(shared_form)
            if ids is None or len(ids) == PAGE_OF_PAPERS:
                ids = shared[shared_form] = []
                made.append((settings.papers_cool_url + shared_form, ids))
            ids.append(each.id)
        else:
            made += [(address, []) for address in _own_pages(each, place, settings, known)]
    return Pages([form + ",".join(ids) for form, ids in made], list(_remarks(named, place)))


def search(query: str, settings: Settings) -> str:
    """Give papers.cool's page of a search for words in titles and summaries."""
    return f"{settings.papers_cool_url}/arxiv/search?query={quote(query, safe='')}&highlight=1"


def _shared_form(each: Named, place: str) -> str | None:
    """Give how a page that holds other papers too begins, None for what has a page to itself."""
    if isinstance(each, VenuePaper):
        return "/venue/"
    return "/arxiv/" if place == _COOL and isinstance(each, ArxivId) and not is_old_style(each.id) else None


def _own_pages(each: Named, place: str, settings: Settings, known: Mapping[str, int | None]) -> list[str]:
    if isinstance(each, ListPage):
        return _of_listing(each, settings)
    if place == _COOL:
        return [f"{settings.papers_cool_url}/arxiv/{each.id}"]
    version = each.version if isinstance(each, ArxivId) else None
    place = _place_of(each.id, place)
    if place not in _FORMS:
        return [_from_template(place, each.id, version or known.get(each.id))]
    form = _FORMS[place].replace("https://arxiv.org", settings.arxiv_site_url)
    return [form.format(id=f"{each.id}v{version}" if version and place in _WITH_VERSIONS else each.id)]


def _place_of(paper_id: str, place: str) -> str:
    """Give the place that shows a paper: arXiv's abstract page for an old one where the place may not have it."""
    return "abs" if place in _WITHOUT_OLD and is_old_style(paper_id) else place


def _from_template(template: str, paper_id: str, version: int | None) -> str:
    """Fill the reader's own address; where no version is known, what names it is left out, with a `v` before it."""
    if version is None:
        template = _VERSION.sub("", template)
    path, mark, query = template.partition("?")
    values = {"id": paper_id, "version": str(version or "")}
    in_query = {name: quote(value, safe="") for name, value in values.items()}
    return templates.filled(path, values) + mark + templates.filled(query, in_query)


def _of_listing(page: ListPage, settings: Settings) -> list[str]:
    """Give papers.cool's page of a listing, or where it has none arXiv's own, one for each category."""
    if page.own:
        return [settings.arxiv_site_url + page.own]
    wanted, day = page.categories.wanted, page.day
    if day and day.year < FIRST_YEAR:
        return [f"{settings.arxiv_site_url}/list/{name}/{day:%Y-%m}" for name in wanted]
    if _has_archive(page):
        return [
            f"{settings.arxiv_site_url}/{f'catchup/{name}/{day}' if day else f'list/{name}/new'}" for name in wanted
        ]
    shown = str(page.categories) if page.categories.unwanted else ",".join(wanted)
    return [f"{settings.papers_cool_url}/arxiv/{shown}" + (f"?date={day}&show=1000" if day else "")]


def _has_archive(page: ListPage) -> bool:
    return any(name in ARCHIVES for name in page.categories.wanted)


def _remarks(named: Sequence[Named], place: str) -> list[str]:
    papers = [each for each in named if isinstance(each, ArxivId)]
    old = [paper.id for paper in papers if is_old_style(paper.id)]
    one_version = [paper for paper in papers if _place_of(paper.id, place) not in _WITH_VERSIONS]
    versions = [f"{paper.id}v{paper.version}" for paper in one_version if paper.version]
    remarks = []
    if old and place == _COOL:
        remarks.append(
            f"papers.cool may not have {_some(old)}, of before April 2007: `--in abs` opens arXiv's own page."
        )
    if old and place in _WITHOUT_OLD:
        remarks.append(f"{place} may not have {_some(old)}, of before April 2007: this is arXiv's abstract page.")
    if versions and place in (_COOL, *_FORMS):
        remarks.append(f"{place} shows one version of a paper: `--in abs` opens {_some(versions)}.")
    if place != _COOL and (venues := [each.id for each in named if isinstance(each, VenuePaper)]):
        remarks.append(f"{_some(venues)}: papers of venues are opened in papers.cool.")
    remarks += [why for each in named if isinstance(each, ListPage) for why in _of_list(each, place)]
    return list(dict.fromkeys(remarks))


def _of_list(page: ListPage, place: str) -> list[str]:
    if page.own:
        return ["papers.cool has no listing of a month: this is arXiv's own."]
    if page.day and page.day.year < FIRST_YEAR:
        return [f"papers.cool's listings begin in January {FIRST_YEAR}: this is arXiv's own, of the whole month."]
    if _has_archive(page):
        return [f"papers.cool may have no page of a whole archive ({page.categories}): this is arXiv's own."]
    return [] if place == _COOL else ["Listings are opened in papers.cool."]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
