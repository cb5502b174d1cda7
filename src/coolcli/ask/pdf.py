"""The text of a PDF, read by pypdf in a process of its own (apart).

    file -> pages (pypdf) -> lines, without page numbers and running heads -> headings found -> paragraphs mended

All of it happens in that process. A PDF knows no headings: they are guessed from numbers that count up and from names
that papers use. A wrong guess puts text under another heading, and loses none.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from coolcli.arxiv.text import clean
from coolcli.ask import apart
from coolcli.ask.apart import BROKEN, HUGE, MOST, Unread
from coolcli.ask.document import ABSTRACT, Document, Section, is_references
from coolcli.errors import Nonsense

if TYPE_CHECKING:
    from pypdf import PageObject

LEAST: Final = 200
"""Characters that a paper has at the least: a scan has none, or those that arXiv stamps on it."""

_ENCRYPTED = "it is encrypted"
_BARE = "it has no text (a scan, perhaps)"


def text_of(path: Path, *, seconds: float, heed: Callable[[], object] = lambda: None) -> Document:
    """Give the text of a PDF within so many seconds.

    Raises Nonsense where it has none that can be read, a passing one where it took too much time or memory.
    `heed` is called now and then meanwhile: what it raises ends the work, and the process with it.
    """
    try:
        found = apart.read("coolcli.ask.pdf", str(path), seconds=seconds, heed=heed)
        if found is None:
            raise Unread(BROKEN)
    except Unread as error:
        raise Nonsense(f"Its PDF cannot be read: {error.why}.", passing=error.passing) from None
    return found


# --- in the process --------------------------------------------------------------------------------------------------


def _read(path: Path) -> Document:
    """Read a PDF. Raises Unread where it has no text, or whatever pypdf raises."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unread(_ENCRYPTED)
        pages = list(_pages(reader.pages))
        title = clean(reader.metadata.title or "") if reader.metadata else ""
    except (DependencyError, FileNotDecryptedError):
        raise Unread(_ENCRYPTED) from None
    read = [page for page in pages if not _is_missing(page)]
    if sum(map(len, read)) < LEAST:
        raise Unread(_BARE if len(read) == len(pages) else BROKEN)
    return Document("pdf", title, sectioned(pages))


def _pages(pages: Iterable[PageObject]) -> Iterator[str]:
    """Give the text of each page; of one that cannot be read, a word about it."""
    left = MOST
    for number, page in enumerate(pages, 1):
        try:
            text = page.extract_text()
        except MemoryError:
            raise
        except Exception:  # as with the whole file: the others may well be readable
            text = f"(Page {number} could not be read.)"
        left -= len(text)
        if left < 0:
            raise Unread(HUGE)
        yield text


def _is_missing(page: str) -> bool:
    return re.fullmatch(r"\(Page \d+ could not be read\.\)", page) is not None


# --- from pages to sections ------------------------------------------------------------------------------------------

_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": "-"}
)


def sectioned(pages: Sequence[str]) -> tuple[Section, ...]:
    """Make sections of the texts of pages."""
    lines = list(_lines([[clean(line.translate(_LIGATURES)) for line in page.splitlines()] for page in pages]))
    words = _Words(lines)
    outline = _Outline()
    found: list[tuple[str, int, list[str]]] = [("", 1, [])]
    for line in lines:
        if _BEGINNING.fullmatch(line):  # what came before was a table of contents
            outline = _Outline()
        if heading := outline.heading(line):
            found.append((heading.title, heading.level, [heading.rest]))
        else:
            found[-1][2].append(line)
    sections = [Section(title, "\n\n".join(_paragraphs(text, words)), level) for title, level, text in found]
    return tuple(section for section in sections if section.title or section.text)


def _lines(pages: Sequence[list[str]]) -> Iterator[str]:
    """Give the lines of all pages, without page numbers, and running heads but for the first time."""
    pages = [[line for line in page if line] for page in pages]
    edges = Counter(key for page in pages for key in {_without_digits(line) for line in (*page[:1], *page[-1:])})
    often = {key for key, count in edges.items() if key and count >= max(3, len(pages) / 4)}
    seen: set[str] = set()
    for page in pages:
        for place, line in enumerate(page):
            key = _without_digits(line)
            if place in (0, len(page) - 1) and (_PAGE_NUMBER.fullmatch(line) or (key in often and key in seen)):
                continue
            if key in often:
                seen.add(key)
            yield line


def _without_digits(line: str) -> str:
    return re.sub(r"[\d\W]+", " ", line).strip()


class _Heading(NamedTuple):
    title: str
    level: int
    rest: str = ""
    """Text that stands on the line behind it."""


_ARABIC: Final = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?(?:\s+|(?=[A-Z][a-z]))(?P<name>[A-Z].{2,})")
_ROMAN: Final = re.compile(r"(?P<number>[IVX]{1,5})\.\s+(?P<name>[A-Z].{2,})")
_LETTER: Final = re.compile(
    r"(?:A(?:ppendix|PPENDIX)\s+)?(?P<number>[A-Z](?:\.\d{1,2}){0,3})[.:]?\s+(?P<name>[A-Z].{2,})"
)
_NAMED: Final = re.compile(
    r"abstract|introduction|(?:related|previous) works?|background|preliminaries|methodology|"
    r"(?:materials and )?methods?|results|(?:results and )?discussion|conclusions?|concluding remarks|"
    r"references|bibliography|acknowledge?ments?|append(?:ix|ices)|"
    r"supplementary (?:material|information)|limitations|(?:ethics|reproducibility|impact) statement|"
    r"(?:broader|societal) impacts?|author contributions|funding|data availability",
    re.IGNORECASE,
)
_BEGINNING: Final = re.compile(r"(?:1\.?|I\.)\s*introduction", re.IGNORECASE)
_PAGE_NUMBER: Final = re.compile(r"[-–—\s]{0,2}\d{1,4}[-–—\s]{0,2}")
_ABSTRACT_RUNS_IN: Final = re.compile(r"(?:Abstract|ABSTRACT)\s*[—–:.-]+\s*(?=\S)")
_ROMANS: Final = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_LONGEST: Final = 90
"""Characters of a heading at the most."""


class _Outline:
    """Tells headings from other lines: by names that papers use, and by numbers that go on from the heading before."""

    def __init__(self) -> None:
        self._numbers: tuple[int, ...] = ()
        self._letters: tuple[int, ...] = ()
        self._is_roman = False
        self._is_dotted: bool | None = None
        self._is_behind = False
        """Behind the references, where appendices have letters."""

    def heading(self, line: str) -> _Heading | None:
        """Give the heading that a line is, None for any other line."""
        if match := _ABSTRACT_RUNS_IN.match(line):
            return _Heading(ABSTRACT, 1, line[match.end() :])
        if len(line) > _LONGEST or not line:
            return None
        line = line.replace(" ", "") if re.fullmatch(r"(?:[A-Z] ){3,}[A-Z]", line) else line
        name = line.rstrip(".:")
        if line[0].isupper() and _NAMED.fullmatch(name):
            self._is_behind = self._is_behind or is_references(name)
            return _Heading(ABSTRACT if name.lower() == "abstract" else name, 1)
        return self._numbered(line) or self._roman(line) or self._lettered(line)

    def _numbered(self, line: str) -> _Heading | None:
        match = _ARABIC.fullmatch(line)
        if match is None or self._is_roman or self._is_behind or not _is_title(match["name"]):
            return None
        numbers = tuple(map(int, match["number"].split(".")))
        is_dotted = line[match.end("number")] == "."
        if not _follows(numbers, self._numbers) or (len(numbers) == 1 and self._is_dotted not in (None, is_dotted)):
            return None
        if len(numbers) == 1:
            self._is_dotted = is_dotted
        self._numbers = numbers
        return self._found(match, len(numbers))

    def _roman(self, line: str) -> _Heading | None:
        match = _ROMAN.fullmatch(line)
        if match is None or match["number"] not in _ROMANS or (self._numbers and not self._is_roman):
            return None
        numbers = (_ROMANS.index(match["number"]),)
        if not _follows(numbers, self._numbers) or not _is_title(match["name"]):
            return None
        self._is_roman, self._numbers, self._letters = True, numbers, ()
        return self._found(match, 1)

    def _lettered(self, line: str) -> _Heading | None:
        match = _LETTER.fullmatch(line)
        if match is None or not (self._is_roman or self._is_behind) or not _is_title(match["name"]):
            return None
        letter, *rest = match["number"].split(".")
        letters = (ord(letter) - ord("A") + 1, *map(int, rest))
        if not _follows(letters, self._letters):
            return None
        self._letters = letters
        return self._found(match, len(letters) if self._is_behind else len(letters) + 1)

    def _found(self, match: re.Match[str], level: int) -> _Heading:
        name = match["name"].rstrip(".:")
        if level == 1 and is_references(name):
            self._is_behind, self._letters = True, ()
        return _Heading(f"{match[0][: match.start('name')].strip()} {name}", level)


def _follows(numbers: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Tell whether a number can be that of the next heading, or of the one behind it, whose own was not recognised."""
    above = numbers[:-1]
    if above != last[: len(above)]:
        return False
    before = last[len(above)] if len(last) > len(above) else 0
    return 1 <= numbers[-1] - before <= 2


def _is_title(name: str) -> bool:
    """Tell whether words can be a heading: no sentence, no row of a table, no author of a reference."""
    words = name.split()
    if name.endswith((",", ";", "-")) or re.search(r"\.{3}|(?:\. ){3}|[,;] [A-Z]\.|\. [A-Z]", name) or len(words) > 14:
        return False
    letters = sum(map(str.isalpha, name))
    return letters > 0.6 * len(name) and words[0] not in ("We", "Our") and (len(words) <= 6 or _has_capitals(words))


def _has_capitals(words: Sequence[str]) -> bool:
    long = [word for word in words if len(word) > 4]
    return sum(word[0].isupper() for word in long) * 2 >= len(long)


# --- from lines to paragraphs ----------------------------------------------------------------------------------------


class _Words:
    """The words that a text has within its lines, by which to tell whether a hyphen at the end of one belongs there."""

    def __init__(self, lines: Sequence[str]) -> None:
        inside = (
            re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.lower())[: -1 if line.endswith("-") else None]
            for line in lines
        )
        self._known = {word for words in inside for word in words}

    def joined(self, first: str, second: str) -> str:
        """Join two lines, the first of which ends with a hyphen."""
        before = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*(?=-$)", first)
        after = re.match(r"[^\W\d_]+", second)
        if before is None or after is None or not after[0].islower():
            return first + second
        whole, parted = f"{before[0]}{after[0]}".lower(), f"{before[0]}-{after[0]}".lower()
        keeps = whole not in self._known and (parted in self._known or "-" in before[0])
        return first + second if keeps else first[:-1] + second


def _paragraphs(lines: Sequence[str], words: _Words) -> Iterator[str]:
    """Join lines: a short one that ends a sentence ends a paragraph."""
    lines = [line for line in lines if line]
    lengths = sorted(map(len, lines))
    full = lengths[len(lengths) * 3 // 4] if lengths else 0
    joined = ""
    for line in lines:
        joined = words.joined(joined, line) if joined.endswith("-") else f"{joined} {line}".lstrip()
        if len(line) < 0.75 * full and line.endswith((".", "!", "?", ".”", '."')):
            yield joined
            joined = ""
    if joined:
        yield joined


if __name__ == "__main__":
    apart.answer(lambda: _read(Path(sys.argv[2])))
