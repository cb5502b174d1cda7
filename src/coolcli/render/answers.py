r"""A model's answers, which are Markdown, on a terminal: whole, or as they stream.

What came is Markdown of a stranger's: links and images are text with the address behind it, HTML is text, formulas are
shown as in titles. While an answer streams, each of its blocks (a paragraph, a list, a table) is printed for good when
the next one has begun; the one that grows is drawn anew below, and under it a line says how far it is.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import dropwhile
from time import monotonic
from types import TracebackType
from typing import Self

from markdown_it import MarkdownIt
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.constrain import Constrain
from rich.markdown import CodeBlock, Heading, Markdown
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.text import Text

from coolcli.render.math import readable
from coolcli.render.screen import Screen

_WIDTH = 92
"""Running text wider than this is hard to read."""
_DRAWN_EVERY = 0.08
"""Seconds between two drawings of the block that grows; drawing takes no more than a fifth of the time."""
_CODE_OR_FORMULA = re.compile(
    r"""
    (?P<code>
        ^[ ]{0,3} (?P<fence> `{3,}+ | ~{3,}+ ) [^\n]* \n (?: .*? ^[ ]{0,3} (?P=fence) | .* )
      | (?<!`) (?P<ticks> `++ ) .{1,1000}? (?<!`) (?P=ticks) (?!`)
    )
  | (?P<formula>
        \$\$ (?: \\. | [^$\\] )+ \$\$
      | (?<![\\$A-Za-z0-9]) \$ (?=[^\s$]) (?: \\. | [^$\\\n] )+ (?<=\S) \$ (?![\d$])
      | \\\( (?: (?!\\[()]) . )+ \\\)
      | \\\[ (?: (?!\\[\[\]]) . )+ \\\]
    )""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
"""Code, in which nothing is a formula, and formulas, in which nothing is Markdown. A price of `$5` is neither."""
_MEANS = re.compile(r"([\\`*_\[\]<>#|~!])")


class _Heading(Heading):
    """A heading at the left margin, in bold: that of the answer's question stands above it."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.style_name = "bold"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.text


class _Code(CodeBlock):
    """A block of code, indented and in no colours of its own: they would be a dark or a light theme's."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Padding(Text(str(self.text).rstrip(), "cyan", no_wrap=False), (0, 0, 0, 4))


class _Answer(Markdown):
    """Markdown of which no part is hidden and nothing is a link."""

    elements = Markdown.elements | {"heading_open": _Heading, "fence": _Code, "code_block": _Code}

    def __init__(self, markup: str) -> None:
        super().__init__(markup, hyperlinks=False)
        self.parsed = _PARSER.parse(_readable(markup))
        for token in self.parsed:
            token.children = [each for each in token.children or () if each.markup != "autolink"] or None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it without the empty lines that rich draws above a list or a table which nothing stands before."""
        pieces = super().__rich_console__(console, options)
        drawn = Segment.split_lines(piece for piece in pieces if isinstance(piece, Segment))
        for line in dropwhile(lambda line: not any(piece.text.strip() for piece in line), drawn):
            yield from (*line, Segment.line())


_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"]).disable("image")


def _readable(markup: str) -> str:
    """Show formulas as titles show them, and keep what they hold from meaning something in Markdown."""
    return _CODE_OR_FORMULA.sub(
        lambda found: found[0] if found["code"] else _MEANS.sub(r"\\\1", readable(found["formula"])), markup
    )


def lines(markup: str, width: int) -> list[Text]:
    """Give an answer as lines of so many columns at the most."""
    console = Console(width=width, force_terminal=True, color_system="truecolor", highlight=False, emoji=False)
    drawn = console.render_lines(_Answer(markup), console.options.update(width=width), pad=False)
    return [Text.assemble(*((piece.text, piece.style or "") for piece in line)) for line in drawn]


def whole(markup: str) -> Constrain:
    """Give an answer that is all there, and an empty line behind it."""
    return Constrain(Padding(_Answer(markup), (0, 0, 1, 0)), _WIDTH)


def heading(title: str) -> Group:
    """Give a question as it stands over its answer."""
    return Group(Text(title, "bold cyan"), Text())


class Streamed:
    """An answer on the terminal as it comes.

    with Streamed(screen) as out:
        for piece in pieces:
            out.add(piece, "2 of 6")

    Meanwhile what is typed is not seen: it would be written into what grows. The shell reads it afterwards.
    """

    def __init__(self, screen: Screen) -> None:
        """Take the terminal."""
        self._console = screen.console()
        self._moves = self._console.color_system is not None
        self._text = self._status = ""
        self._is_behind = False
        self._next = 0.0
        self._drawn: list[int] = []
        """How many columns each line has that is to be drawn over."""
        self._quiet = ExitStack()

    def __enter__(self) -> Self:
        """Begin: the terminal is its own until the end."""
        if self._moves:
            self._quiet.enter_context(silent_keyboard())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Print what is left, also of an answer that broke off."""
        with self._quiet:
            self._take_away()
            if self._text.strip():
                self._print(self._text)

    def add(self, text: str, status: str) -> None:
        """Take what comes next, and what is said below it."""
        self._text += text
        self._status = status
        self._is_behind = True
        if monotonic() >= self._next:
            self.catch_up()

    def catch_up(self) -> None:
        """Show what came and is not shown yet: nothing more may come for a while."""
        if not self._is_behind:
            return
        self._is_behind = False
        began = monotonic()
        done = end_of_whole_blocks(self._text)
        if self._text[:done].strip():
            self._take_away()
            self._print(self._text[:done])
        self._text = self._text[done:]
        if self._moves:
            self._draw(self._status)
        self._next = monotonic() + max(_DRAWN_EVERY, 4 * (monotonic() - began))

    def _print(self, markup: str) -> None:
        self._console.print(_Answer(markup.rstrip()), width=min(_WIDTH, shutil.get_terminal_size().columns))
        self._console.print()

    def _draw(self, status: str) -> None:
        """Draw the end of the block that grows, as much as the screen has room for now, and the line below it."""
        size = shutil.get_terminal_size()
        width = max(10, min(_WIDTH, size.columns))
        options = self._console.options.update(width=width)
        lines = self._console.render_lines(_Answer(self._text), options, pad=False)[-max(1, size.lines - 3) :]
        told = Text(status, "dim", no_wrap=True, overflow="ellipsis")
        lines += self._console.render_lines(told, options.update(width=width - 1), pad=False)
        with self._console.capture() as drawn:
            self._console.print(Segments([piece for line in lines for piece in (*line, Segment.line())]), end="")
        self._take_away()
        sys.stdout.write(drawn.get())
        sys.stdout.flush()
        self._drawn = [Segment.get_line_length(line) for line in lines]

    def _take_away(self) -> None:
        """Take away what is drawn. Where the window has become narrower, its lines take several rows each by now."""
        if self._drawn:
            columns = max(1, shutil.get_terminal_size().columns)
            rows = sum(max(1, -(-length // columns)) for length in self._drawn)
            sys.stdout.write(f"\x1b[{rows}A\r\x1b[J")
            sys.stdout.flush()
            self._drawn = []


@contextmanager
def silent_keyboard() -> Iterator[None]:
    """Show nothing of what is typed for as long as the block runs, where the terminal can be told so."""
    try:
        import termios

        keyboard = sys.stdin.fileno()
        before = termios.tcgetattr(keyboard)
    except (AttributeError, ImportError, OSError, ValueError, termios.error):  # Windows, or no terminal
        yield
        return
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(keyboard, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)


def end_of_whole_blocks(markup: str) -> int:
    """Give how many characters of a growing text are of blocks that grow no more: all but the last one's."""
    begins = [token.map[0] for token in _PARSER.parse(markup) if token.level == 0 and token.map and token.nesting >= 0]
    if len(begins) < 2:
        return 0
    return sum(len(line) + 1 for line in markup.split("\n")[: begins[-1]])
