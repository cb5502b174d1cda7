r"""Markdown of a stranger's, such as a model's answer, written anew so that it stays where it is put.

    Markdown -> its tree (markdown-it, with a rule of our own for formulas) -> the same, of known parts only

Paragraphs, lists, quotations, tables, code, emphasis and formulas stay. A heading is a line in bold; links, images and
addresses are text, which no program for notes makes a link of; HTML is text. A fence bears no language: there are
programs that run what is in some of them. Every line begins no other block than the one that it is of, so that whoever
puts the same characters before each (a list item's blanks, a quotation's `>`) has all of it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from coolcli.export import tex

_FORMULA = re.compile(
    r"""\$\$ (?: \\. | [^$\\] )+ \$\$
      | (?<![\\$A-Za-z0-9]) \$ (?=[^\s$]) (?: \\. | [^$\\\n] )+ (?<=\S) \$ (?![\d$])
      | \\\( (?: (?!\\[()]) . )+ \\\)
      | \\\[ (?: (?!\\[\[\]]) . )+ \\\]""",
    re.VERBOSE | re.DOTALL,
)
_CLOSES = {"$$": "$$", "\\[": "\\]"}
_MOST_LINES = 60
"""Of a formula that stands by itself: what has more is none."""
_LINKS = re.compile(r"[`$@]|://|%%|www\.|\\(?:href|url|html[A-Za-z]*|class|cssId|style|data|unicode)(?![A-Za-z])")
"""What no formula needs, and some programs make a link of, or more."""
_WOULD_BE_MORE = re.compile(r"<(?=\S)|\](?=[(\[])|\[(?=\[)")
"""What has to be kept apart from what follows where a program knows no formulas: a tag, a link."""
_MEANS = re.compile(r"[\\`*_\[\]<>#|~$&]|%(?=%)|(?<==)=")
_BEGINS = re.compile(r"^(?:(\d+)(?=[.)])|(?=[+=:-]))")
"""What would begin a list, a heading or a definition at the beginning of a line."""
_ADDRESS = re.compile(
    r"(?i)(?:[a-z][a-z0-9+.-]{0,20}://|www\.|(?:mailto|xmpp):)[^\s<>`，。；、（）「」]*[^\s<>`，。；、（）「」.,;:!?)]"
    r"|[a-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}"
)
_TICKS = re.compile(r"`+")
_OTHER_LINE_ENDS = re.compile("[\u2028\u2029]")


def written(markdown: str) -> list[str]:
    """Write a text anew, as lines; nothing of an empty one. It has to be free of control characters."""
    tokens = _parser().parse(_OTHER_LINE_ENDS.sub("\n", markdown))
    for token in tokens:  # running text stays as it is: emphasis may be nested more deeply than Python calls can be
        token.meta, token.children = {"running": token.children}, None
    return _blocks(SyntaxTreeNode(tokens).children)


def text(words: str) -> str:
    """Write words that are no Markdown, in one line; addresses among them as code, so that they are no links."""
    words, pieces, place = re.sub(r"\s+", " ", words), [], 0
    for found in _ADDRESS.finditer(words):
        pieces += [_escaped(words[place : found.start()]), _code(found[0])]
        place = found.end()
    return "".join([*pieces, _escaped(words[place:])])


def _escaped(words: str) -> str:
    return _MEANS.sub(lambda match: "\\" + match[0], words)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
    parser.inline.ruler.before("escape", "formula", _inline_formula)
    parser.block.ruler.before("fence", "formula", _display_formula, {"alt": ["paragraph", "blockquote", "list"]})
    return parser


def _inline_formula(state: StateInline, silent: bool) -> bool:
    """Find a formula in running text (a rule of markdown-it's)."""
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _display_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Find a formula of several lines, of which some may look like a list's (a rule of markdown-it's)."""
    begin = state.bMarks[start] + state.tShift[start]
    closes = _CLOSES.get(state.src[begin : begin + 2])
    if closes is None or closes in state.src[begin + 2 : state.eMarks[start]] or state.is_code_block(start):
        return False
    for line in range(start + 1, min(end, start + _MOST_LINES)):
        said = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if not said or state.sCount[line] < state.blkIndent:
            return False
        if closes in said:
            break
    else:
        return False
    if not said.endswith(closes) or said.count(closes) > 1:
        return False
    if not silent:
        token = state.push("display", "", 0)
        token.content, token.map = state.getLines(start, line + 1, state.blkIndent, False).strip(), [start, line + 1]
        state.line = line + 1
    return True


def _blocks(nodes: Iterable[SyntaxTreeNode], *, tight: bool = False) -> list[str]:
    lines: list[str] = []
    for node in nodes:
        block = _block(node)
        lines += ["", *block] if lines and block and not tight else block
    return lines


def _block(node: SyntaxTreeNode) -> list[str]:
    match node.type:
        case "paragraph":
            return _running(node)
        case "heading":
            return [f"**{heading}**"] if (heading := _bare(node)) else []
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "blockquote":
            return _after("> ", "> ", _blocks(node.children))
        case "fence" | "code_block":
            return _fence(node.content)
        case "table":
            return _table(node)
        case "display":
            return [_formula(node.content)]
        case _:  # a thematic break is all that is left
            return ["---"]


def _after(first: str, others: str, lines: Sequence[str]) -> list[str]:
    """Put something before each line."""
    put = ((others if number else first, line) for number, line in enumerate(lines or [""]))
    return [before + line if line else before.rstrip() for before, line in put]


def _list(node: SyntaxTreeNode) -> list[str]:
    number = int(node.attrs.get("start", 1))
    items = [item for item in node.children if item.children]
    tight = any(part.hidden for item in items for part in item.children)
    lines: list[str] = []
    for place, item in enumerate(items):
        marker = f"{number + place}{node.markup} " if node.type == "ordered_list" else f"{node.markup} "
        lines += [""] if lines and not tight else []
        lines += _after(marker, " " * len(marker), _blocks(item.children, tight=tight))
    return lines


def _fence(content: str) -> list[str]:
    longest = max((len(run) for run in _TICKS.findall(content)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *content.removesuffix("\n").split("\n"), fence]


def _table(node: SyntaxTreeNode) -> list[str]:
    rows = [row for part in node.children for row in part.children]
    marks = {"text-align:left": ":--", "text-align:right": "--:", "text-align:center": ":-:"}
    ruler = [marks.get(str(cell.attrs.get("style")), "---") for cell in rows[0].children]
    lines = [[_bare(cell, in_table=True) for cell in row.children] for row in rows]
    return [f"| {' | '.join(cells)} |" for cells in (lines[0], ruler, *lines[1:])]


def _running(node: SyntaxTreeNode) -> list[str]:
    """Write a paragraph line by line: each begins with what begins nothing else."""
    lines = _inline(node).split("\n")
    return [_BEGINS.sub(r"\g<1>\\", line.lstrip(" ")) for line in lines]


def _bare(node: SyntaxTreeNode, *, in_table: bool = False) -> str:
    """Write a heading or a cell in one line, a heading without emphasis of its own."""
    line = _inline(node, in_table=in_table, emphasis=in_table)
    return " ".join(line.split())


def _inline(node: SyntaxTreeNode, *, in_table: bool = False, emphasis: bool = True) -> str:
    pieces: list[str] = []
    links: list[tuple[int, str]] = []
    for token in (token for part in node.children for token in part.meta["running"] or ()):
        match token.type:
            case "text":
                pieces.append(text(token.content))
            case "softbreak" | "hardbreak":
                pieces.append("\n" if token.type == "softbreak" else "  \n")
            case "code_inline":
                pieces.append(_code(token.content, in_table=in_table))
            case "formula":
                pieces.append(_formula(token.content, in_table=in_table))
            case "image":
                pieces.append(_with_address(text(token.content), str(token.attrs["src"])))
            case "link_open":
                links.append((len(pieces), str(token.attrs["href"])))
            case "link_close":
                begin, address = links.pop()
                pieces[begin:] = [_with_address("".join(pieces[begin:]), address)]
            case _ if emphasis:
                pieces.append(token.markup)
    return "".join(pieces).strip(" \n")


def _with_address(words: str, address: str) -> str:
    """Write a link as text."""
    shown = _code(address)
    return shown if not address or words in (shown, "") else f"{words} ({shown})"


def _code(content: str, *, in_table: bool = False) -> str:
    content = re.sub(r"\s", " ", content)
    if in_table:
        content = content.replace("|", "\\|")
    ticks = "`" * (max((len(run) for run in _TICKS.findall(content)), default=0) + 1)
    edge = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{ticks}{edge}{content}{edge}{ticks}"


def _formula(raw: str, *, in_table: bool = False) -> str:
    """Write a formula that does nothing but show, as `$…$` or `$$…$$`; another one as text."""
    wide = raw.startswith(("$$", "\\["))
    edge = 1 if raw[0] == "$" and not wide else 2
    body = " ".join(raw[edge:-edge].split())
    ends_escaped = len(body) - len(body.rstrip("\\"))
    if not body or ends_escaped % 2 or _LINKS.search(body) or not tex.only_shows(body):
        return text(raw)
    body = _WOULD_BE_MORE.sub(lambda match: f"{match[0]} ", body)
    if in_table:
        body = body.replace("\\|", "\\Vert ").replace("|", "\\vert ")
    return f"$${body}$$" if wide else f"${body}$"
