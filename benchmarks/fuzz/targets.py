"""Everything that is fuzzed, a line each: what reads bytes, what has to hold of the result, what to mutate with."""

from __future__ import annotations

import tempfile
from ast import literal_eval
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.fuzz import checks
from benchmarks.fuzz.checks import NOW
from coolcli import addresses, allowed, config, days, references
from coolcli.arxiv import api, categories, feed, ids, oai, pages, text
from coolcli.errors import CoolError
from coolcli.export import bibfile
from coolcli.query import parsing
from coolcli.render.math import readable
from coolcli.session import Session, Shown
from coolcli.settings import shown
from coolcli.state import folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from coolcli.addresses import Named
    from coolcli.models import Paper

HERE = Path(__file__).parent
_ROWS = ("2611.01234", "hep-th/9901001", "2611.01235")


class Target(NamedTuple):
    """Something that reads what others wrote."""

    read: Callable[[bytes], Any]
    """Gives what it understood, or raises one of the program's own errors; any other is a finding."""
    holds: Callable[[Any], None]
    """Raises where the result is unfit."""
    dictionary: str
    """The file of `words` that holds what means something in this format."""

    @property
    def words(self) -> tuple[bytes, ...]:
        """Give the words of the dictionary, whose format is libFuzzer's."""
        return _words(self.dictionary_file)

    @property
    def dictionary_file(self) -> Path:
        """Give the place of the dictionary."""
        return HERE / "words" / f"{self.dictionary}.dict"

    def __call__(self, data: bytes) -> None:
        """Try one input; whatever is raised is a finding."""
        try:
            found = self.read(data)
        except CoolError as error:
            assert error.message, "an error without words"
            return
        self.holds(found)


def seeds(name: str) -> list[bytes]:
    """Give the corpus of a target, written by hand."""
    return [file.read_bytes() for file in sorted((HERE / "corpus" / name).iterdir())]


@cache
def _words(file: Path) -> tuple[bytes, ...]:
    return tuple(literal_eval(f"b{line}") for line in file.read_text("ascii").splitlines())


def _text(data: bytes) -> str:
    """Decode as Python does a command line: what is no UTF-8 becomes half characters."""
    return data.decode("utf-8", "surrogateescape")


def _texts(data: bytes) -> list[str]:
    given = _text(data)
    return [
        text.clean(given),
        text.from_tex(text.clean(given)),
        text.author(given),
        *text.split_creators(given),
        *text.paragraphs(given).split("\n"),
        readable(text.from_tex(text.clean(given))),
    ]


def _identifiers(data: bytes) -> list[Named]:
    given = _text(data)
    one = ids.parse(given)
    return [*([one] if one else []), *addresses.find(given, NOW)]


def _sources(shown: Shown, given: str) -> references.Sources:
    return references.Sources(NOW, lambda: shown, {references.STANDARD_INPUT: lambda: given})


def _references(data: bytes) -> list[Named]:
    shown = Shown("a list", "2026-11-20T14:00:00Z", _ROWS)
    given = references.decoded(data)
    return references.resolve(given.split("\n"), _sources(shown, given))


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def _settings(data: bytes) -> list[str]:
    file = Path(_folder().name) / "config.toml"
    file.write_bytes(data)
    given, _ = config.load(file, {})
    return [shown(value) for value in given]


def _setting(data: bytes) -> list[str]:
    key, _, value = _text(data).partition("=")
    return [shown(allowed.check(allowed.known(key), value))]


def _session(data: bytes) -> list[Named]:
    """Read the file of a session, and do with it what commands do."""
    folder = Path(_folder().name) / "sessions"
    session = Session(folder, "fuzzed", NOW)
    session.keep(Shown("a list", "2026-11-20T14:00:00Z", _ROWS))
    next(folder.iterdir()).write_bytes(data)
    shown, sitting = session.shown(), session.sitting()
    if sitting is not None:
        "".join((*sitting.ids, *sitting.page)).encode()
    if shown is None:
        return []
    "".join((shown.what, *shown.last_rows)).encode()
    if shown.day:
        checks.day(date.fromisoformat(shown.day))
    return references.resolve([f"1-{len(shown.ids) or 1}"], _sources(shown, ""))


def _record(data: bytes) -> list[Paper]:
    paper = oai.parse_raw(data, "2611.01234")
    return [] if paper is None else [paper]


TARGETS: dict[str, Target] = {
    "feed": Target(lambda body: feed.parse(body, "cs.LG"), checks.listing, "xml"),
    "page": Target(lambda body: pages.parse_listing(body, "cs.LG"), checks.listing, "html"),
    "catchup": Target(lambda body: pages.parse_listing(body, "cs.LG"), checks.listing, "html"),
    "abstract": Target(lambda body: [pages.parse_abstract(body, "2611.01234")], checks.answer, "html"),
    "api": Target(api.parse, checks.answer, "xml"),
    "oai": Target(lambda body: oai.parse(body).papers, checks.answer, "xml"),
    "oai_raw": Target(_record, checks.answer, "xml"),
    "text": Target(_texts, checks.lines, "typed"),
    "ids": Target(_identifiers, checks.named, "typed"),
    "references": Target(_references, checks.named, "typed"),
    "categories": Target(lambda data: categories.parse([_text(data)]), checks.names, "typed"),
    "query": Target(lambda data: parsing.parse(_text(data), NOW), checks.query, "query"),
    "days": Target(lambda data: days.parse(_text(data), NOW), checks.day, "typed"),
    "settings": Target(_settings, checks.lines, "toml"),
    "setting": Target(_setting, checks.lines, "toml"),
    "session": Target(_session, checks.named, "json"),
    "state": Target(lambda data: folder.parsed(data, "one.jsonl"), checks.state, "json"),
    "bib": Target(bibfile.read, checks.bibliography, "bib"),
}
"""All that is fuzzed, by the name of its folder in the corpus."""
