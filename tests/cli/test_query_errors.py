"""A mistake in a query, on a screen and in a pipe: the caret stands under its place, and nothing is wrapped."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from tests.cli.program import Program

LONG = f"{'state space ' * 12}athor:doe {'mamba kites ' * 12}"


def test_in_a_pipe_it_is_told_in_whole_lines(cool: Program) -> None:
    result = cool.run("search", "state space athor:doe", code=2)
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "cool: There is no field 'athor'.",
        "      state space athor:doe",
        "                  ^",
        "      Did you mean author? Text that holds a colon goes in quotes.",
    ]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_of_a_long_query_the_place_is_shown_on_one_line(cool: Program, columns: int) -> None:
    with Terminal(cool, columns=columns) as terminal:
        shown = terminal.run("search", LONG, code=2)
    lines = [line.rstrip() for line in shown.lines]
    caret = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1][lines[caret].index("^") :].startswith("athor:doe")
    assert lines[caret - 2] == "cool: There is no field 'athor'."
