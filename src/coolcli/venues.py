"""Papers of venues, as papers.cool names them: `ID@SOURCE` (papers-cool.md, "Links"), found in addresses and DOIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class VenuePaper(NamedTuple):
    """A paper of a venue by its name on papers.cool: `NGB6YNnO5o@OpenReview`, `slug@v202@PMLR`."""

    id: str


_ACL = r"(?P<id>\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+|[a-z]\d\d-\d{4})(?:[ve]\d+)*(?![\w-]|\.\d)"
_SLUG = r"(?P<id>[a-z][\w-]*\d\d[a-z]{0,2})"

_ADDRESSES = {
    "openreview.net": (
        r"/(?:forum|pdf|attachment)/?\?(?:[^#]*&)?id=(?P<id>[\w-]+)(?![\w/=%@~-]|\.\w)",
        "{id}@OpenReview",
    ),
    "aclanthology.org": (rf"/(?:papers/\w/\w+/)?{_ACL}", "{id}@ACL"),
    "aclweb.org": (rf"/anthology/(?:papers/\w/\w+/)?{_ACL}", "{id}@ACL"),
    "proceedings.mlr.press": (rf"/v(?P<volume>\d+)/{_SLUG}(?![\w-])", "{id}@v{volume}@PMLR"),
    "raw.githubusercontent.com": (
        rf"/mlresearch/v(?P<volume>\d+)/main/assets/{_SLUG}/",
        "{id}@v{volume}@PMLR",
    ),
    "ijcai.org": (r"/proceedings/(?P<year>\d{4})/0*(?P<id>[1-9]\d{0,4})(?![\w-]|\.\d)", "{id}@{year}@IJCAI"),
    "ojs.aaai.org": (
        r"/index\.php/aaai/article/(?:view|viewFile|download)/(?P<id>\d+)(?![\w-]|\.\d)",
        "{id}@AAAI",
    ),
}
"""For each host what its address of a paper holds, and what papers.cool calls that paper."""

HOSTS = frozenset({*_ADDRESSES, "doi.org"})
"""The hosts whose addresses may be of a venue's paper."""

_DOIS = (
    (rf"10\.18653/v1/{_ACL}", "{id}@ACL"),
    (r"10\.24963/ijcai\.(?P<year>\d{4})/(?P<id>[1-9]\d{0,4})(?![\w-]|\.\d)", "{id}@{year}@IJCAI"),
    (r"10\.1609/aaai\.v\d+i\d+\.(?P<id>\d+)(?![\w-]|\.\d)", "{id}@AAAI"),
)

_PAPERS_COOL = r"(?<=[/,])[\w.-]+(?:@v?\d+)?@[a-z]+(?![\w@-])"


def in_address(host: str, path: str) -> Iterator[VenuePaper]:
    """Find the papers that an address of a host (in small letters) is of; `path` is all of it behind the host."""
    if host == "papers.cool" and path.startswith("/venue/"):
        for name in re.findall(_PAPERS_COOL, path.partition("?")[0], re.IGNORECASE | re.ASCII):
            yield VenuePaper(name.lstrip("0") if name.upper().endswith("@IJCAI") else name)
    elif host in _ADDRESSES and (paper := _read(*_ADDRESSES[host], path)):
        yield paper


def of_doi(doi: str) -> VenuePaper | None:
    """Give the paper that a DOI is of, None where papers.cool does not name its papers by it."""
    return next((paper for pattern, form in _DOIS if (paper := _read(pattern, form, doi))), None)


def _read(pattern: str, form: str, text: str) -> VenuePaper | None:
    match = re.match(pattern, text, re.IGNORECASE | re.ASCII)
    if match is None:
        return None
    parts = match.groupdict()
    if form.endswith("@ACL"):  # `P19-1001`, but `2024.naacl-long.431`
        parts["id"] = parts["id"].lower() if "." in parts["id"] else parts["id"].upper()
    return VenuePaper(form.format(**parts))
