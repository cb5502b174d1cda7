"""Where in shown texts the words of queries stand: compared as the index compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from coolcli.query.tree import Field, Text
from coolcli.store import stemming
from coolcli.store.stemming import Word

Spans = list[tuple[int, int]]
"""From where up to where, in characters, ascending, none within another."""


class _Sought(NamedTuple):
    """A text that is looked for, as it is compared."""

    words: tuple[str, ...]
    begins: bool
    """The last of the words is the beginning of one."""


class Highlighter:
    """Finds some texts in what is shown; nothing where there are none."""

    def __init__(self, texts: Iterable[Text]) -> None:
        """Take what is looked for."""
        self._texts = tuple(dict.fromkeys(texts))

    def spans(self, field: Field, shown: Sequence[str]) -> list[Spans]:
        """Give for each of some shown texts, which are of one field, where what is looked for stands in it.

        Authors are shown with a comma between two.
        """
        of_names = field == "author"
        sought = [_sought(text, cut=not of_names) for text in self._texts if text.field in (field, "any")]
        if not any(each.words for each in sought):
            return [[] for _ in shown]
        found = _in_names if of_names else _in_text
        return [_united(found(text, sought)) for text in shown]


def _sought(text: Text, *, cut: bool) -> _Sought:
    words = [word.text for word in stemming.words(text.text)]
    begins = text.kind == "prefix"
    if cut:
        words = [*map(stemming.stem, words[:-1]), *words[-1:]] if begins else [*map(stemming.stem, words)]
    return _Sought(tuple(words), begins)


def _in_text(text: str, sought: Sequence[_Sought]) -> Iterator[tuple[int, int]]:
    """Give where words stand one after the other."""
    words = list(stemming.words(text))
    stems = [stemming.stem(word.text) for word in words]
    for each in sought:
        count = len(each.words)
        for at in range(len(words) - count + 1) if count else ():
            if tuple(stems[at : at + count - 1]) == each.words[:-1] and _is_last(words, stems, at + count - 1, each):
                yield words[at].begin, words[at + count - 1].end


def _is_last(words: Sequence[Word], stems: Sequence[str], at: int, sought: _Sought) -> bool:
    return words[at].text.startswith(sought.words[-1]) if sought.begins else stems[at] == sought.words[-1]


def _in_names(text: str, sought: Sequence[_Sought]) -> Iterator[tuple[int, int]]:
    """Give the words of names, author by author: in either order, with one more in between."""
    begin = 0
    for name in text.split(", "):
        words = [word._replace(begin=word.begin + begin, end=word.end + begin) for word in stemming.words(name)]
        begin += len(name) + 2
        for each in sought:
            found = [_fitting(words, part) for part in _parts(each)]
            if found and all(found) and _are_near([place for places in found for place in places], len(found)):
                yield from ((words[at].begin, words[at].end) for places in found for at in places)


def _parts(sought: _Sought) -> Iterator[Callable[[str], bool]]:
    """Give what each word of a name has to be: an initial stands for any that begins so."""
    for number, word in enumerate(sought.words, 1):
        is_beginning = len(word) == 1 and len(sought.words) > 1 and word.isascii()
        begins = is_beginning or (sought.begins and number == len(sought.words))
        yield partial(_begins, word) if begins else word.__eq__


def _begins(beginning: str, text: str) -> bool:
    return text.startswith(beginning)


def _fitting(words: Sequence[Word], fits: Callable[[str], bool]) -> list[int]:
    return [at for at, word in enumerate(words) if fits(word.text)]


def _are_near(places: Sequence[int], count: int) -> bool:
    return max(places) - min(places) <= count


def _united(spans: Iterable[tuple[int, int]]) -> Spans:
    """Make one of those that meet."""
    united: Spans = []
    for begin, end in sorted(spans):
        if united and begin <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((begin, end))
    return united
