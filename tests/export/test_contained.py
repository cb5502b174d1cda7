"""A stranger's Markdown written anew: what it may say, and that it stays where it is put."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from coolcli.arxiv.text import clean_lines
from coolcli.export import contained, formats, reference
from coolcli.models import Paper, Row
from coolcli.store.answers import Answer
from tests.builders import NOW

if TYPE_CHECKING:
    from markdown_it.token import Token

NEXT = "The Next Paper"


def answer(text: str, question: str = "problem", model: str = "kimi") -> Answer:
    return Answer(1, "2611.00001", 2, model, "English", question, text, "html", (), "whole", NOW, None)


def exported(*given: Answer) -> str:
    papers = [Row(Paper("2611.00001", title="On Tides")), Row(Paper("2611.00002", title=NEXT))]
    answers = {"2611.00001": given}
    return formats.written("markdown", [reference.of(row, "key", None, answers.get(row.id, ())) for row in papers])


KEPT = {
    "paragraphs": "One *line*,\n**two**.\n\nAnother ~~one~~.",
    "lists": "- a\n- b\n  1. c\n  2. d",
    "loose lists": "3. a\n\n   more\n\n4. b",
    "quotations": "> a\n>\n> > b",
    "code": "`a_b` and\n\n```\nif x:\n\n\ty = 1\n```",
    "tables": "| a | b |\n| --- | --: |\n| $x$ | `c` |",
    "formulas": "So $a_1*b_2*c$ costs $5 and $$\\frac{1}{2}$$.",
    "a line's end": "a  \nb",
    "no formula": "It costs 5 to 6.",
}


@pytest.mark.parametrize("what", KEPT)
def test_what_stays_as_it_is(what: str) -> None:
    expected = KEPT[what].replace("costs $5", "costs \\$5")
    assert "\n".join(contained.written(KEPT[what])) == expected


CHANGED = [
    ("# Head *a*\n\ntext", "**Head a**\n\ntext"),
    ("Head\n===", "**Head**"),
    ("[a](https://e.org) and <https://e.org/>", "a (`https://e.org`) and `https://e.org/`"),
    ("see [a][1].\n\n[1]: https://e.org", "see a (`https://e.org`)."),
    ("![a *b*](https://e.org/x.png)", "a \\*b\\* (`https://e.org/x.png`)"),
    ("见https://e.org/a。再见 www.e.org, me@e.org.", "见`https://e.org/a`。再见 `www.e.org`, `me@e.org`."),
    ("[a](javascript:alert)", "\\[a\\](javascript:alert)"),
    ("<b onclick=x>a</b> &lt;i&gt;", "\\<b onclick=x\\>a\\</b\\> \\<i\\>"),
    ("```dataviewjs\nrun()", "```\nrun()\n```"),
    ("    ```\n    x", "````\n```\nx\n````"),
    ("&#10;&#10;- a\n&#45; b", "\\- a\n\\- b"),
    ("%%hidden%% ==lit==", "\\%%hidden\\%% =\\=lit=\\="),
    ("\\(x\\) and \\[y\\]", "$x$ and $$y$$"),
    ("设$x$为", "设$x$为"),
    ("$$\na\n- b \\\\\n= c\n$$\nso", "$$a - b \\\\ = c$$\n\nso"),
    ("$a<b$, $[x](y)$, $[[z]]$", "$a< b$, $[x] (y)$, $[ [z]]$"),
    ("$\\href{x}{y}$ $\\input{x}$", "\\$\\\\href{x}{y}\\$ \\$\\\\input{x}\\$"),
    ("| a |\n| - |\n| $\\|x\\| y$ |", "| a |\n| --- |\n| $\\vert x\\vert y$ |"),
    ("- \n- a", "- a"),
    ("", ""),
]


@pytest.mark.parametrize(("markdown", "expected"), CHANGED)
def test_what_becomes_of_the_rest(markdown: str, expected: str) -> None:
    assert "\n".join(contained.written(markdown)) == expected


@pytest.mark.parametrize(
    "deep", ["*" * 8000 + "a" + "*" * 8000, "*a _b " * 5000 + "_ *" * 5000, "> " * 3000 + "a", "- " * 3000 + "a"]
)
def test_no_depth_is_too_much(deep: str) -> None:
    assert contained.written(deep)


def test_an_answer_as_a_reader_pastes_it() -> None:
    given = answer("# Claim\n\n- *first*\n\n```\ncode", model="kimi_k2")._replace(
        left_out=("References", "the end of 4"), ended="broken", source="pdf"
    )
    own = answer("So.", "Why [this]?")._replace(version=None, source="abstract", ended="length")
    day = NOW.astimezone().date().isoformat()
    assert exported(given, own).splitlines() == [
        "- [On Tides](https://arxiv.org/abs/2611.00001)  ",
        "  arXiv:2611.00001 · 2026-11",
        "  - **What problem does this paper address?**  ",
        f"    kimi\\_k2 · {day} · from the PDF of v2 · left out: References, the end of 4 · broke off: this is a part",
        "    > **Claim**",
        "    >",
        "    > - *first*",
        "    >",
        "    > ```",
        "    > code",
        "    > ```",
        "  - **Why \\[this\\]?**  ",
        f"    kimi · {day} · from the abstract alone · cut off at the server's limit",
        "    > So.",
        f"- [{NEXT}](https://arxiv.org/abs/2611.00002)  ",
        "  arXiv:2611.00002 · 2026-11",
    ]


SIGNS = re.findall(
    r"\S+",
    r"""# ## === --- *** ``` ~~~ ```js $$ $ \( \) \[ \] > - * + 1. 2) | |-|-| <div> </div> <!-- --> <script> ![ [ ] ](
    ) ]: [^1] [x]: http://e.org www.e.org a@e.org <http://e.org> & &#10; &#32; &lt; &colon; // http: \ \\ ` `` * **
    _ __ ~~ %% == : ::: a b word 中文 \href{ } { \input x_1 a*b ? !""",
)
HOSTILE = st.lists(
    st.sampled_from(SIGNS)
    | st.sampled_from(["\n", "\n\n", "\n", " ", "    ", "\n    ", "\n> ", "\n- ", "\t", "\u2028"])
    | st.text(max_size=4),
    max_size=40,
).map("".join)


@cache
def reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def running(token: Token) -> list[Token]:
    return [token, *(token.children or [])]


@given(HOSTILE.map(clean_lines), HOSTILE.map(lambda text: " ".join(clean_lines(text).split())))
@example("```\n\n- [x](y)\n</details>", "-")
@example("$`$ `<img src=http://e.org>`", "](x)")
@example("$$\n<!--\n$$\n\n-->", "`")
def test_nothing_of_an_answer_breaks_out(text: str, question: str) -> None:
    written = exported(answer(text, question or "problem", model=question), answer("Fine."))
    tokens = reader().parse(written)
    assert [token.type for token in tokens if token.level == 0] == ["bullet_list_open", "bullet_list_close"]
    assert [token.level for token in tokens if token.type == "list_item_open"].count(1) == 2
    everything = [each for token in tokens for each in running(token)]
    assert [each.attrs["href"] for each in everything if each.type == "link_open"] == [
        "https://arxiv.org/abs/2611.00001",
        "https://arxiv.org/abs/2611.00002",
    ]
    types = {each.type for each in everything}
    assert not types & {"image", "html_block", "html_inline", "heading_open"}
    assert not any(re.search(r"[a-z]://\w|www\.\w", each.content) for each in everything if each.type == "text")
    last = max(place for place, token in enumerate(tokens) if token.type == "list_item_open" and token.level == 1)
    assert tokens[last + 2].content.startswith(f"[{NEXT}]")


@given(HOSTILE.map(clean_lines))
def test_what_was_written_anew_is_the_same_the_second_time(text: str) -> None:
    once = contained.written(text)
    letters = re.sub(r"[^a-z中文]", "", "".join(once))
    assert re.sub(r"[^a-z中文]", "", "".join(contained.written("\n".join(once)))) == letters
