"""A model's Markdown on a terminal: nothing hidden, nothing obeyed, whole blocks for good."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from coolcli.render import answers

BLOCKS = ["A paragraph.", "- one\n- two", "### Head", "```\ncode\n\ncode\n```", "> said"]
MEANT = re.compile(r"\$.*?\$|&\S*|`[^\n]*|~~~[^\n]*|^ *\[.*|\|.*", re.DOTALL | re.MULTILINE)
"""What Markdown may take for something else than words."""
WORDS = st.text("abc de\n#*_`$[]()<>!|-~1.\\&\"'", max_size=120)


def drawn(markup: str, width: int = 60) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system="truecolor", legacy_windows=False)
    console.print(answers.whole(markup))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def plain(markup: str, width: int = 60) -> str:
    return "\n".join(line.plain.rstrip() for line in answers.lines(markup, width)).strip()


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("The loss is $x_i * y_j$ here.", "The loss is xᵢ * yⱼ here."),
        ("$$\\sum_{i=1}^n x_i$$", "∑ᵢ₌₁ⁿ xᵢ"),
        ("设$x_1$为", "设x₁为"),
        ("\\(x_1\\) and \\[y_2\\]", "x₁ and y₂"),
        ("It costs $5, then $6.", "It costs $5, then $6."),
        ("In code `$x_i$` stays.", "In code $x_i$ stays."),
        ("[a link](https://example.org/b)", "a link (https://example.org/b)"),
        ("![a picture](https://example.org/b.png)", "!a picture (https://example.org/b.png)"),
        ("Not <b>bold</b> <script>x</script>", "Not <b>bold</b> <script>x</script>"),
        ("<div>\nhidden?\n</div>", "<div> hidden? </div>"),
        ("- one\n- two", "• one\n • two"),
        ("1. one\n2. two", "1 one\n 2 two"),
    ],
)
def test_markdown_as_it_is_seen(markup: str, shown: str) -> None:
    assert plain(markup) == shown


def test_nothing_is_a_link_for_the_terminal() -> None:
    written = drawn("[a](https://example.org) <https://example.org/c> ![p](https://example.org/d)")
    assert "\x1b]8" not in written
    assert re.findall(r"example\.org/\w", written) == ["example.org/c", "example.org/d"], "each address once"


def test_a_block_that_is_printed_alone_begins_at_once() -> None:
    assert [drawn(text)[:3].strip() != "" for text in ("- a", "1. a", "| a |\n|---|\n| b |", "# a", "> a")] == [
        True
    ] * 5


@pytest.mark.parametrize("piece", ["\\(", "`a ``b ", "$x", "\\[x", "[", "**a", "```\n", "`", "~"])
def test_a_text_made_to_be_slow_is_drawn_all_the_same(piece: str) -> None:
    assert drawn(piece * 20_000, 200)


@given(WORDS)
def test_any_text_can_be_drawn_and_no_word_of_it_is_lost(markup: str) -> None:
    shown = plain(markup, 200)
    for word in re.findall(
        r"[a-e]{2,}", re.sub(r"\$.*?\$|&\S*|`[^\n]*|~~~[^\n]*|^ *\[.*|\|.*", " ", markup, flags=re.S | re.M)
    ):
        assert word in shown


@given(WORDS, st.integers(20, 80))
def test_no_line_is_wider_than_asked_for(markup: str, width: int) -> None:
    assert all(line.cell_len <= width for line in answers.lines(markup, width))


@given(st.lists(st.sampled_from(BLOCKS), min_size=1))
def test_blocks_that_are_whole_stay_as_they_are(blocks: list[str]) -> None:
    """What is printed for good while an answer grows is what its whole would have shown."""
    markup, printed, kept = "\n\n".join(blocks), "", ""
    for letter in markup:
        kept += letter
        done = answers.end_of_whole_blocks(kept)
        printed, kept = printed + kept[:done], kept[done:]
    assert printed + kept == markup
    pieces = [text for text in (plain(printed), plain(kept)) if text]
    assert re.sub(r"\s+", " ", " ".join(pieces)) == re.sub(r"\s+", " ", plain(markup))
