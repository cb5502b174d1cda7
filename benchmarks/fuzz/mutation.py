"""Mutations of real-looking input: the same for the same random numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

LONGEST = 20_000
"""Bytes of a mutated input at the most."""


def mutated(seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    """Give a seed with some things done to it: bytes, stretches, words of its format, numbers, nesting."""
    data = random.choice(seeds)
    for _ in range(random.choice((1, 1, 2, 3, 5, 8))):
        data = random.choice(_KINDS)(data, seeds, words, random)[:LONGEST]
    return data


def _span(data: bytes, random: Random, most: int = 400) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(1, most))


def _changed(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    start, _ = _span(data, random)
    return data[:start] + random.randbytes(random.randint(1, 4)) + data[start + random.randint(0, 4) :]


def _cut(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    start, end = _span(data, random)
    return data[:start] + data[end:]


def _ended(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


def _doubled(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    start, end = _span(data, random)
    return data[:end] + data[start:end] + data[end:]


def _spliced(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(seeds)
    start, end = _span(other, random)
    place, _ = _span(data, random)
    return data[:place] + other[start:end] + data[place + random.choice((0, end - start)) :]


def _inserted(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    place, end = _span(data, random, 30)
    return data[:place] + random.choice(words) + data[random.choice((place, end)) :]


def _nested(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    place, _ = _span(data, random)
    return data[:place] + random.choice(words) * random.choice((2, 30, 300, 3000)) + data[place:]


def _tag(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    """Take out, double or break a tag, or give one its neighbour's place."""
    tags = [match.span() for match in re.finditer(rb"<[^<>]{0,200}>", data)]
    if not tags:
        return _cut(data, seeds, words, random)
    (start, end), (other, other_end) = random.choice(tags), random.choice(tags)
    return (
        data[:start]
        + random.choice((b"", data[start:end] * 2, data[start : end - 1], data[other:other_end]))
        + data[end:]
    )


def _numbered(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], random: Random) -> bytes:
    numbers = [match.span() for match in re.finditer(rb"[0-9]+", data)]
    if not numbers:
        return _inserted(data, seeds, words, random)
    start, end = random.choice(numbers)
    return data[:start] + random.choice(_NUMBERS) + data[end:]


_NUMBERS = (b"0", b"-1", b"00", b"13", b"99", b"2147483648", b"18446744073709551616", b"9" * 400, b"1e9", b"\xd9\xa3")
_KINDS: tuple[Callable[[bytes, Sequence[bytes], Sequence[bytes], Random], bytes], ...] = (
    _changed, _cut, _ended, _doubled, _spliced, _inserted, _inserted, _nested, _tag, _numbered,
)  # fmt: skip
