"""The text of a paper by sections, and what of it fits into a model's window.

    Document -> written -> read                  kept between runs
             -> fitted(room) -> Fitted           whole, or cut by sections, with a word about each that was left out

What goes first is what answers rest on least: references, acknowledgements, appendices from the last on. Then the
longest sections lose their ends, by paragraphs, of a long one by sentences, of a long sentence by words; the abstract,
the introduction and the conclusion stay until the others are gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from enum import IntEnum, auto
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple, get_args

Source = Literal["html", "pdf", "abstract"]
"""What a text was made of: arXiv's HTML version, the PDF, or no more than the abstract."""

ABSTRACT = "Abstract"
"""The title of the abstract among the sections."""


class Section(NamedTuple):
    """A part of a paper."""

    title: str
    """With its number as printed: `3.2 Training`; empty for what stands before the first heading."""
    text: str
    """Paragraphs, a blank line between them; formulas as $TeX$; no control characters but the ends of lines."""
    level: int = 1
    """1 for a section, 2 for a subsection, and so on."""


class Document(NamedTuple):
    """The text of a paper, the abstract as one of its sections."""

    source: Source
    title: str
    sections: tuple[Section, ...]


class Fitted(NamedTuple):
    """As much of a document as there was room for."""

    text: str
    """Sections under their headings: a section's has two hashes, a subsection's three."""
    left_out: tuple[str, ...]
    """What is not in it, in the document's order and in words: `References`, `the end of 4 Experiments`."""


def tokens(text: str) -> int:
    """Give a cautious estimate of how many tokens a model makes of a text.

    Three ASCII characters make one, where English prose has more than four to a token and TeX hardly three; any other
    character counts as one, as most Chinese ones do.
    """
    return -(-_thirds(text) // 3)


def _thirds(text: str) -> int:
    """Estimate the same in thirds of tokens: a text has as many as its parts have together."""
    return 3 * len(text) - 2 * len(text.encode("ascii", "ignore"))


def fitted(document: Document, room: int) -> Fitted:
    """Give what of a document fits into so many tokens, and say what does not."""
    parts = [_Part(section) for section in document.sections]
    left = 3 * room - sum(part.cost for part in parts)
    for group in _dispensable(document.sections):
        if left >= 0:
            break
        left += sum(parts[index].drop() for index in group)
    for rank in _Rank:
        left += _shortened([part for part in parts if part.is_here and part.rank == rank], -left)
    text = "\n\n".join(part.text for part in parts if part.is_here)
    return Fitted(text, _told(document.sections, parts))


def written(document: Document) -> str:
    """Write a document as JSON, to be kept."""
    return json.dumps({**document._asdict(), "sections": [list(section) for section in document.sections]})


def read(text: str) -> Document:
    """Read what was written. Raises ValueError for anything else."""
    try:
        content = json.loads(text)
        source, title = content["source"], content["title"]
        sections = tuple(Section(*each) for each in content["sections"])
        "".join([title, *(part for section in sections for part in section[:2])]).encode()  # texts, of characters
    except (KeyError, RecursionError, TypeError) as error:
        raise ValueError(str(error)) from None
    if source not in get_args(Source) or not all(map(_is_level, (section.level for section in sections))):
        raise ValueError("no document")
    return Document(source, title, sections)


def _is_level(level: object) -> bool:
    return isinstance(level, int) and 1 <= level < 10


# --- what a section is -----------------------------------------------------------------------------------------------

_NUMBER = r"(?:(?:appendix\s+)?[A-Z](?:\.\d+)*[.:]?|\d+(?:\.\d+)*\.?|[IVXL]+\.)\s+"
_REFERENCES = re.compile(r"references(?: and notes)?|bibliography|literature(?: cited)?|works cited|参考文献", re.I)
_THANKS = re.compile(
    r"acknowledge?ments?|(?:sources? of )?funding(?: statement)?|(?:author )?contributions?|"
    r"(?:competing|conflicts? of) interests?|致谢",
    re.I,
)
_APPENDIX = re.compile(r"appendi(?:x|ces)\b|supplement(?:ary|al)?\b|附录", re.I)
_LETTERED = re.compile(r"[A-Z](?:\.\d+)*[.:]?\s+\S")
_ABSTRACT = re.compile(rf"{ABSTRACT}|summary|摘要", re.I)
"""The abstract has no number: `5 Summary` is a conclusion."""
_FRAME = re.compile(
    r"introduction(?: and .*)?|(?:.*\band )?(?:conclusions?|concluding remarks|summary)(?: (?:and|&) .*)?|"
    r"引言|绪论|结论|总结",
    re.I,
)


class _Rank(IntEnum):
    """How long a section is spared."""

    ORDINARY = auto()
    FRAME = auto()
    ABSTRACT = auto()


def _bare(title: str) -> str:
    """Give a heading without its number: `Training` of `3.2 Training`."""
    return re.sub(rf"^{_NUMBER}", "", title).strip(" .:")


def is_references(title: str) -> bool:
    """Tell whether a heading is that of the references."""
    return _REFERENCES.fullmatch(_bare(title)) is not None


def _rank(section: Section) -> _Rank:
    if section.level == 1 and _ABSTRACT.fullmatch(section.title):
        return _Rank.ABSTRACT
    return _Rank.FRAME if section.level == 1 and _FRAME.fullmatch(_bare(section.title)) else _Rank.ORDINARY


def _dispensable(sections: Sequence[Section]) -> list[range]:
    """Give the parts that go first, each a section with what stands below it, in the order in which they go."""
    references, thanks, appendices = [], [], []
    behind = False
    for index, section in enumerate(sections):
        title, group = section.title, _below(sections, index)
        if is_references(title):
            references.append(group)
            behind = True
        elif _THANKS.fullmatch(_bare(title)):
            thanks.append(group)
        elif section.level == 1 and (_APPENDIX.match(title) or (behind and _LETTERED.match(title))):
            appendices.append(group)
    return [*references, *thanks, *reversed(appendices)]


def _below(sections: Sequence[Section], index: int) -> range:
    """Give a section and its subsections, as a range of numbers."""
    end = index + 1
    while end < len(sections) and sections[end].level > sections[index].level:
        end += 1
    return range(index, end)


# --- cutting ---------------------------------------------------------------------------------------------------------

_LONG = 400
"""Tokens of a paragraph, or of a sentence, from which on it can lose its end too."""
_SENTENCE = re.compile(r"\n|(?<=[.!?])\s|[。！？]+[”’」』）]*\s?")
_WORDS = re.compile(r".{1,150}(?:\s|\Z)|.{1,150}", re.DOTALL)
"""As many whole words as take about so many characters; of what has none, so many characters."""


class _Part:
    """A section while a document is cut: its heading, and as many of its paragraphs as there is room for."""

    def __init__(self, section: Section) -> None:
        self.rank = _rank(section)
        self.is_here = True
        self.is_whole = True
        self._heading = f"{'#' * (section.level + 1)} {section.title}" if section.title else ""
        self._text = section.text
        self._end = len(section.text)
        self._borders: list[tuple[int, int]] | None = None
        self.cost = _thirds(f"{self.text}\n\n")
        """Thirds of tokens."""

    @property
    def text(self) -> str:
        return "\n\n".join(filter(None, (self._heading, self._body)))

    @property
    def _body(self) -> str:
        return self._text if self._end == len(self._text) else self._text[: self._end].rstrip()

    def drop(self) -> int:
        """Leave it out, and give how much of the cost that frees."""
        freed = self.cost if self.is_here else 0
        self.is_here = self.is_whole = False
        self.cost = 0
        return freed

    def shorten(self) -> int:
        """Take the last piece off, or what is left where there is one only; give how much of the cost that frees."""
        if self._borders is None:
            self._borders = list(_borders(self._text))
        self.is_whole = False
        if len(self._borders) < 2:
            return self.drop()
        _, freed = self._borders.pop()
        self._end = self._borders[-1][0]
        self.cost -= freed
        return freed


def _borders(text: str) -> Iterator[tuple[int, int]]:
    """Give where a text can end, and what the piece before that border costs."""
    start = 0
    for paragraph in re.finditer(r"(?:[^\n]|\n(?!\n))+\n*", text):
        for end in _ends(text, paragraph.start(), paragraph.end(), (_SENTENCE, _WORDS)):
            if end > start:
                yield end, _thirds(text[start:end])
                start = end


def _ends(text: str, start: int, end: int, finer: Sequence[re.Pattern[str]]) -> Iterator[int]:
    """Give where a piece of a text can end: where it does, and one that is long behind each part of it too."""
    if finer and tokens(text[start:end]) > _LONG:
        for part in finer[0].finditer(text, start, end):
            yield from _ends(text, start, part.end(), finer[1:])
            start = part.end()
        yield from _ends(text, start, end, finer[1:])
    else:
        yield end


def _shortened(parts: Sequence[_Part], wanted: int) -> int:
    """Shorten always the longest of some sections, of two the later one, and give how much of their cost that freed."""
    queue = [(-part.cost, -place) for place, part in enumerate(parts)]
    heapify(queue)
    freed = 0
    while queue and freed < wanted:
        _, place = heappop(queue)
        part = parts[-place]
        freed += part.shorten()
        if part.is_here:
            heappush(queue, (-part.cost, place))
    return freed


def _told(sections: Sequence[Section], parts: Sequence[_Part]) -> tuple[str, ...]:
    """Say in words what is left out; of a section that is gone with all below it only the section itself."""
    said: list[str] = []
    named_until = 0
    for index, (section, part) in enumerate(zip(sections, parts, strict=True)):
        if part.is_whole or index < named_until:
            continue
        name = section.title or "what stands before the first heading"
        said.append(f"the end of {name}" if part.is_here else name)
        below = _below(sections, index)
        if not any(parts[each].is_here for each in below):
            named_until = below.stop
    return tuple(said)
