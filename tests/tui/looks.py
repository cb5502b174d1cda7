"""What a screen looks like, in words: its lines, and below them the runs of text that are not like most of it."""

from __future__ import annotations

import colorsys
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.color import Color
    from rich.color_triplet import ColorTriplet
    from textual.strip import Strip

_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike", "blink")
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_HUES = ((20, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (200, "cyan"), (265, "blue"), (330, "magenta"))


def described(strips: Sequence[Strip]) -> list[str]:
    """Give each run with a style of its own: line, style, text; first the style that most of the screen has."""
    runs = [list(_runs(strip)) for strip in strips]
    most = Counter[str]()
    for name, text in (run for line in runs for run in line):
        most[name] += len(text)
    ((usual, _),) = most.most_common(1)
    found = [f"most: {usual}"]
    for number, line in enumerate(runs, 1):
        seen = [(name, text.strip() or "(blank)") for name, text in line if _is_seen(name, text, usual)]
        found += [f"{number:>3} {name}: {text}" for name, text in seen]
    return found


def _is_seen(name: str, text: str, usual: str) -> bool:
    """Tell whether a run is to be seen: a blank is where it has another ground."""
    has_ground = "reverse" in name or name.partition(" on ")[2] != usual.partition(" on ")[2]
    return name != usual and (bool(text.strip()) or has_ground)


def contrasts(strips: Iterable[Strip]) -> Iterator[tuple[str, float]]:
    """Give the contrast of each text to what is behind it, as the WCAG have it: 1 for none, 21 for the most."""
    for segment in (segment for strip in strips for segment in strip):
        style = segment.style or Style()
        if any(map(str.isalnum, segment.text)) and style.color and style.bgcolor:
            pair = sorted(map(_luminance, (style.color.get_truecolor(), style.bgcolor.get_truecolor(foreground=False))))
            yield segment.text.strip(), (pair[1] + 0.05) / (pair[0] + 0.05)


def _runs(strip: Strip) -> Iterator[tuple[str, str]]:
    named = ((_name(segment.style or Style()), segment.text) for segment in strip)
    for name, some in groupby(named, key=lambda pair: pair[0]):
        yield name, "".join(text for _, text in some)


def _name(style: Style) -> str:
    attributes = [name for name in _ATTRIBUTES if getattr(style, name)]
    colours = f"{_colour(style.color)} on {_colour(style.bgcolor)}"
    return " ".join([*attributes, *([colours] if colours != "default on default" else [])]) or "plain"


def _colour(colour: Color | None) -> str:
    if colour is None or colour.is_default:
        return "default"
    if colour.number is not None:
        return f"{'bright ' if colour.number >= 8 else ''}{_NAMES[colour.number % 8]}"
    return _looks(colour.get_truecolor())


def _looks(triplet: ColorTriplet) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*triplet.normalized)
    if saturation < 0.2 or not 0.1 < lightness < 0.93:
        return "white" if lightness > 0.8 else "black" if lightness < 0.2 else "grey"
    name = next((name for least, name in _HUES if hue * 360 < least), "red")
    return f"{'light ' if lightness > 0.65 else 'dark ' if lightness < 0.35 else ''}{name}"


def _luminance(triplet: ColorTriplet) -> float:
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in triplet.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
