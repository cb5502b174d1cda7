"""What the screen looks like at three sizes and in all colours: pictures in words, in tests/data/screens.

`SCREENS=write pytest tests/tui/test_screens.py` draws them anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
import tomllib
from itertools import cycle, product
from typing import TYPE_CHECKING, Any

import pytest
from wcwidth import wcswidth

from tests.builders import DATA
from tests.tui import looks
from tests.tui.conftest import MODEL, ORDER

if TYPE_CHECKING:
    from tests.tui.stage import Reader, Stage

SCREENS = DATA / "screens"
SCENES: dict[str, Any] = tomllib.loads((SCREENS / "scenes.toml").read_text("utf-8"))
PICTURES = [(name, size) for name, scene in SCENES.items() for size in scene["sizes"]]
WIDTHS = (40, 41, 59, 79, 80, 99, 100, 101, 133, 220)
HEIGHTS = (10, 11, 24, 70)
FAINT = 2.8
"""Contrasts: of what is to be read, and of what is less important."""


def size_of(text: str) -> tuple[int, int]:
    columns, rows = map(int, text.split("x"))
    return columns, rows


async def act(reader: Reader, scene: dict[str, Any]) -> None:
    await reader.press(*scene["keys"])
    if scene is SCENES["palette"]:
        await reader.says("copy link")
    for _ in range(3):
        await reader.settle()


@pytest.mark.parametrize(("name", "size"), PICTURES)
async def test_it_looks_as_it_did(stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str, size: str) -> None:
    scene, file = SCENES[name], SCREENS / f"{name}-{size}.txt"
    for variable, value in (MODEL if name == "answers" else {}).items():
        monkeypatch.setenv(variable, value)
    drawn: list[str] = []
    for colours in scene["colours"]:
        stage.begin_again()
        if colours == "none":
            monkeypatch.setenv("NO_COLOR", "1")
        async with stage.open(size_of(size), colours="auto" if colours == "none" else colours) as reader:
            await act(reader, scene)
            drawn = drawn or [line.rstrip() for line in reader.lines]
            drawn += ["", f"== {colours}", *looks.described(reader.strips)]
    text = "\n".join(drawn) + "\n"
    if os.environ.get("SCREENS") == "write":
        file.write_text(text, "utf-8")
    assert text.splitlines() == file.read_text("utf-8").splitlines()


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_all_of_it_can_be_read(stage: Stage, colours: str) -> None:
    pale: set[tuple[str, float]] = set()
    async with stage.open((80, 24), colours=colours) as reader:
        for scene in (scene for name, scene in SCENES.items() if name != "palette"):  # it dims what it covers
            await act(reader, scene)
            pale |= {(text, round(found, 1)) for text, found in looks.contrasts(reader.strips) if found < FAINT}
            await reader.press("ctrl+x" if scene is SCENES["note"] else "escape", "escape")
    assert pale == set()


async def test_without_colours_there_are_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.open() as reader:
        await reader.press("s", "j", "/", *"tidal", "enter", "?")
        for strip in reader.strips:
            for segment in strip:
                for colour in filter(None, (segment.style.color, segment.style.bgcolor) if segment.style else ()):
                    assert colour.is_default or len(set(colour.get_truecolor())) == 1, segment


@pytest.mark.parametrize("keys", [[], ["?"], [":"], ["a"], ["t"], ["/", *"the"], ["f"], ["M"]], ids="".join)
async def test_every_line_is_as_wide_as_the_screen(stage: Stage, keys: list[str]) -> None:
    async with stage.open() as reader:
        sizes = list(zip(WIDTHS, cycle(HEIGHTS), strict=False)) if keys else list(product(WIDTHS, HEIGHTS))
        for number, size in enumerate(sizes):
            if not keys:
                await reader.go_to(ORDER[number % len(ORDER)])
            await reader.resize(*size)
            if number == 0:
                await reader.press(*keys)
            assert [wcswidth(line) for line in reader.lines] == [size[0]] * size[1], (size, reader.text)
