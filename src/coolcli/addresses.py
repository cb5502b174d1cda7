"""What a text names: papers of arXiv, papers of venues, arXiv's listings. Bare, in addresses, in DOIs.

    a text -> its lines, whole again -> escapes of URLs undone -> what looks like an id, a DOI or an address, in order
           -> each read by the site that it is of, or passed over whole

A number counts where nothing around it makes it part of something longer: a date, a version, a DOI, a path. In an
address it counts where the site is one that names papers so; an address of another site is passed over, unless it says
`arXiv:` itself or holds a whole address of a site that is known. Every pattern is bounded or begins where the text
before it cannot go on, so that reading is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from coolcli import line_breaks, venues
from coolcli.arxiv import ids
from coolcli.arxiv.categories import Categories, parse
from coolcli.arxiv.ids import FORM, ArxivId
from coolcli.errors import BadCategory
from coolcli.venues import VenuePaper


class ListPage(NamedTuple):
    """A listing of arXiv's: its latest (no day), that of a day, or another page of arXiv's (`own`, a path there)."""

    categories: Categories
    day: date | None = None
    own: str = ""

    @property
    def id(self) -> str:
        """Name it, for telling listings from each other."""
        return f"list:{self.categories}:{self.day}:{self.own}"


Named = ArxivId | VenuePaper | ListPage
"""What a text can name."""

_BEARERS: dict[str, tuple[str, ...]] = {
    "arxiv.org": ("/",),
    "xxx.lanl.gov": ("/",),
    "papers.cool": ("/arxiv/",),
    "alphaxiv.org": ("/",),
    "huggingface.co": ("/papers/",),
    "hf.co": ("/papers/",),
    "scirate.com": ("/",),
    "semanticscholar.org": ("/arxiv/",),
    "ar5iv.org": ("/",),
    "arxiv-vanity.com": ("/papers/",),
    "emergentmind.com": ("/papers/",),
    "inspirehep.net": ("/arxiv/", "/api/arxiv/"),
}
"""Sites whose addresses bear arXiv ids, and how the paths that do begin."""

_END = r"(?![\w-]|\.\d)"
_LETTER = r"[!#$%&*+,./0-9:=?@A-GI-Z_a-gi-z~-]"  # of an address, but for `h`
# An address within another one is read by itself. Parentheses belong to one where they are closed in it. The bound
# keeps memory small. (Possessive repetitions would too, but Python 3.11 before 3.11.5 matches them wrongly.)
_REST = rf"(?:{_LETTER}+|h(?!ttps?://)|\((?:{_LETTER}|h){{0,200}}\)){{0,5000}}"
_CALLED = (
    r"(?:10\.48550/arxiv\.|arxiv(?:[ _-]?id)?\s?[:=.]\s?|(?<![\w/.:-])(?:abs/|eprint\s?=\s?))"
    rf"(?P<id>{FORM})(?!_*[^\W_]|\.\d)"  # a hyphen behind it begins a word: `arXiv:2312.11111-style`
    r"|journals/corr/abs-(?P<dblp>\d{4}-\d{4,5})(?!\d)"
)
"""An id that says of itself that it is arXiv's."""
_THINGS = (
    _CALLED,
    rf"(?<![\w.+/=$€£¥-])(?P<emphasis>__?)?(?P<bare>{FORM})(?(emphasis)(?P=emphasis))(?![\w-]|\.\d|/\d|\s?[%°€])",
    rf"(?<![\w.@-])(?P<doi>10\.\d{{4,9}}/{_REST})",
    rf"(?<![\w.@-])(?P<host>(?:[a-z0-9-]{{1,63}}\.){{1,5}}[a-z]{{2,24}})(?::\d{{1,5}})?(?P<path>/{_REST})",
    rf"(?<=[\"'])/(?:abs|pdf|html|papers|arxiv)/(?P<relative>{FORM}){_END}",  # of a page's source
)

_PIECE = rf"(?<=[/=,]){FORM}{_END}"
_LIST = (
    r"/(?:list|rss|atom)/(?P<names>[a-z.+-]{2,200})(?:/(?:new|recent|current|pastweek|(?P<month>[\d-]{4,7})))?/?(?![\w/+-])"
    r"|/catchup/(?P<caught>[a-z.-]{2,20})/(?P<day>\d{4}-\d\d-\d\d)(?![\w-])"
)
_COOL_LIST = r"/arxiv/(?P<names>[a-z.,+-]{2,200})/?(?![\w/,+-])(?:\?(?:[^#]*&)?date=(?P<day>\d{4}-\d\d-\d\d)(?!\d))?"

_WORTH_READING = r"\d{4}[.-]\d{4}|/"
_ESCAPE = r"%(?:25)*(2[cdef]|26|3[adf]|40|5f)"
_ESCAPED_BLANK = r"(?<!\\)\\[nrt]"  # of JSON

# What makes a number that stands alone something else: a telephone, a version of a program.
_OTHERWISE = (
    r"(?:\+\d{1,3}[\s(]{0,2}|(?<!arxiv )(?<![a-z])(?:tel|phone|fax|mobile|isbn|issn|version|build|release)\W{0,2})\Z"
)


def find(text: str, now: datetime) -> Iterator[Named]:
    """Find all that a text names, in order of appearance, what is named twice twice.

    An id that stands alone counts only where arXiv can have given it out by now.
    """
    for line in lines(text):
        yield from in_line(line, now)


def lines(text: str) -> list[str]:
    """Give the lines of a text, without the breaks that a mail or a PDF put into what it names."""
    return line_breaks.undone(text).splitlines()


def in_line(line: str, now: datetime) -> Iterator[Named]:
    """Find all that one of the `lines` of a text names, as `find` does."""
    if _compiled(_WORTH_READING).search(line):
        yield from _named(_unescaped(line), now)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def _unescaped(line: str) -> str:
    """Undo what addresses are escaped with where they stand in others, as often as it was done, or in JSON."""
    if "\\" in line:
        line = _compiled(_ESCAPED_BLANK).sub(" ", line).replace("\\/", "/")
    if "%" in line:
        line = _compiled(_ESCAPE).sub(lambda match: chr(int(match[1], 16)), line)
    return line.replace("&amp;", "&")


def _named(line: str, now: datetime) -> Iterator[Named]:
    for match in _compiled(f"(?<![a-z0-9])(?:{'|'.join(_THINGS)})").finditer(line):
        if match["path"]:
            yield from _in_address(match["host"].lower(), match["path"])
        elif match["doi"]:
            yield from filter(None, [venues.of_doi(match["doi"])])
        elif match["bare"]:
            yield from _bare(match, now)
        else:
            yield from _called(match, match["relative"])


def _bare(match: re.Match[str], now: datetime) -> Iterator[ArxivId]:
    identifier = ids.parse(match["bare"])
    before = match.string[max(0, match.start("bare") - 24) : match.start("bare")]
    if identifier and ids.can_exist(identifier, now) and not _compiled(_OTHERWISE).search(before):
        yield identifier


def _called(match: re.Match[str], other: str | None = None) -> Iterator[ArxivId]:
    written = other or match["id"] or match["dblp"].replace("-", ".")
    if identifier := ids.parse(written):
        yield identifier


def _in_address(host: str, path: str) -> Iterator[Named]:
    """Read an address by the site that it is of; `path` is all that stands behind the host."""
    site = _site(host)
    if site == "doi.org" and (paper := venues.of_doi(path[1:])):
        yield paper
        return
    found: list[Named] = []
    if path.lower().startswith(_BEARERS.get(site, ())):
        found += filter(None, map(ids.parse, _compiled(_PIECE).findall(path)))
    found += venues.in_address(site, path)
    for match in _compiled(f"(?<![a-z0-9])(?:{_CALLED})").finditer(path):
        found += _called(match)
    yield from found or _listing(site, path)


def _site(host: str) -> str:
    """Give the site that a host is of: `export.arxiv.org` is arxiv.org's, `arxiv.org.example` is nobody's."""
    while host and host not in _BEARERS and host not in venues.HOSTS:
        host = host.partition(".")[2]
    return host


def _listing(site: str, path: str) -> Iterator[ListPage]:
    """Read the address of a listing, of arXiv's or of papers.cool's."""
    pattern = {"arxiv.org": _LIST, "papers.cool": _COOL_LIST}.get(site)
    match = _compiled(pattern).match(path) if pattern else None
    if match is None:
        return
    parts = match.groupdict()
    try:
        categories = parse([(parts.get("caught") or parts["names"]).rstrip(".")])
        day = date.fromisoformat(parts["day"]) if parts["day"] else None
    except (BadCategory, ValueError):
        return
    month = parts.get("month")
    yield ListPage(categories, day, f"/list/{categories.wanted[0]}/{month}" if month else "")
