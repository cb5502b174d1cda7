"""Text in a BibTeX file: whatever it was, the file stays one that BibTeX accepts, and prints it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalker

from coolcli.export import bibfile, names, reference, tex
from coolcli.export.bibtex import authors, entry
from coolcli.models import Marks, Paper, Row

NASTY = [
    *"{}$\\%&#_~^\"'<>|@,= ",
    "\\{",
    "\\}",
    "\\%",
    "\\emph{",
    "\\alpha",
    "$x$",
    "$$",
    "\\(",
    "é",
    "ß",
    "中",
    "α",
    "a",
    "B",
    "-",
]
nasty = st.lists(st.sampled_from(NASTY), max_size=25).map("".join) | st.text(max_size=25)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("R&D at 100% of C# for $5", r"R\&D at 100\% of C\# for \$5"),
        ("a_b x^2 ~80", r"a\_b x{\textasciicircum}2 {\textasciitilde}80"),
        (r"already \& done \% of \$5", r"already \& done \% of \$5"),
        ("a { b", r"a {\textbraceleft} b"),
        ("a } b", r"a {\textbraceright} b"),
        ("{group} stays", "{group} stays"),
        (r"\{not one\}", r"{\textbraceleft}not one{\textbraceright}"),
        (r"$\ell_1$ and $x_{i}$", r"$\ell_1$ and $x_{i}$"),
        (r"$50\%$ and $50%$", r"$50\%$ and $50\%$"),
        (r"$\left\{x\right.$", r"$\left\lbrace{}x\right.$"),
        ("$a{b$ end", r"\$a{\textbraceleft}b\$ end"),
        ("$$x$$", "$x$"),
        (r"\(x\)", "$x$"),
        ("one $ only", r"one \$ only"),
        (r"\emph{so} and \texttt{C#}", r"\emph{so} and \texttt{C\#}"),
        (r"\ours{} and \textbf", r"{\textbackslash}ours{} and {\textbackslash}textbf"),
        (r"a\\b\,c", "a b c"),
        ("a < b > c | d", r"a {\textless} b {\textgreater} c {\textbar} d"),
        ("Cramér Łoś İş", r"Cram{\'e}r {\L}o{\'s} {\.I}{\c{s}}"),
        ("Martín ĵ į", r"Mart{\'\i}n {\^\j} {\k{i}}"),
        ("Nguyễn ǎ", r"Nguy{\~{\^e}}n {\v{a}}"),
        ("α–β ∞", r"{\ensuremath{\alpha}}{\textendash}{\ensuremath{\beta}} {\ensuremath{\infty}}"),
        ("$α$", r"${\alpha}$"),
        ("中文 ✓", "中文 ✓"),
        (r"$\begin{cases}1&5%\end{cases}$", r"$\begin{cases}1&5\%\end{cases}$"),
        ("two\n  lines", "two lines"),
        ("", ""),
    ],
)
def test_text_as_tex_has_it(text: str, written: str) -> None:
    assert tex.written(text) == written


@pytest.mark.parametrize(
    "formula",
    [
        r"\input{/etc/passwd}",
        r"\immediate\openout15=main.tex",
        r"\def\x{\x}\x",
        r"a^{\write18{ls}}",
        r"\text{\newcommand{\x}{}}",
        r"\csname input\endcsname",
        r"\ifx\a\b",
        r"\loop x\repeat",
        r"\catcode37=11",
        r"\begin{filecontents}{main.tex}x\end{filecontents}",
        r"\begin{array}{c}x\end{document}",
    ],
)
def test_a_formula_that_does_more_than_show_is_text(formula: str) -> None:
    for written in (tex.written(f"${formula}$"), tex.title(f"${formula}$"), tex.written(f"\\({formula}\\)")):
        assert re.findall(r"\\[A-Za-z]+", written) == re.findall(r"\\text[a-z]+(?=\})", written)


@pytest.mark.parametrize(
    "formula", [r"x \iff y", r"\left(a\right)", r"\partial_x", r"\longrightarrow", r"\inf \text{ or }"]
)
def test_a_formula_with_commands_of_such_beginnings_stays(formula: str) -> None:
    assert tex.written(f"${formula}$") == f"${formula}$"


def test_what_is_no_tex_is_written_by_runs_and_not_by_letters() -> None:
    begun = time.monotonic()
    assert tex.written("We bound R&D at 100% of Erdős — then on. " * 200_000, unicode=True).count(r"R\&D") == 200_000
    assert time.monotonic() - begun < 4


def test_letters_as_they_are_for_biber() -> None:
    assert tex.written("Cramér & α 100%", unicode=True) == r"Cramér \& α 100\%"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("BERT: Pre-training of GPT-4 in PyTorch", "{BERT}: Pre-training of {GPT}-4 in {PyTorch}"),
        ("A Study of Gaussian Processes", "A Study of {Gaussian} Processes"),
        ("Learning about the harbour of Hamburg by ear", "Learning about the harbour of {Hamburg} by ear"),
        ("Learning About the Harbour of Hamburg", "Learning About the Harbour of Hamburg"),
        ("Q-learning, I and A* in 3D", "{Q}-learning, {I} and {A}* in {3D}"),
        ("The $L_2$ norm of $x$", "The {$L_2$} norm of {$x$}"),
        ("The {IOU} of it", "The {IOU} of it"),
        ("Étude of ΔFosB", r"{\'E}tude of {{\ensuremath{\Delta}}FosB}"),
        ("What is this? Nothing much. But then: Something", "What is this? Nothing much. But then: Something"),
        (r"The \LaTeX companion", r"The {{\LaTeX}} companion"),
        ("S$^2$Edit and Ca$^{2+}$", "{S}{$^2$}{Edit} and {Ca}{$^{2+}$}"),
        ("Rényi and Kronecker Things", r"{R{\'e}nyi} and {Kronecker} Things"),
        ("GPT's can't and a\\-B", "{GPT's} can't and {aB}"),
    ],
)
def test_capitals_that_a_style_may_not_change(title: str, written: str) -> None:
    assert tex.title(title) == written


@given(nasty, st.booleans())
def test_whatever_it_is_the_field_is_balanced_and_read_back(text: str, unicode: bool) -> None:
    for written in (tex.written(text, unicode=unicode), tex.title(text, unicode=unicode)):
        assert tex.is_balanced(written)
        (found,) = bibfile.parse(f"@misc{{key, title = {{{written}}}}}")
        assert found.says("title") == " ".join(written.split())
        LatexWalker(written, tolerant_parsing=False).get_latex_nodes()


@given(
    st.text(
        alphabet=st.characters(categories=["L", "Nd"], max_codepoint=0x17F) | st.sampled_from("&%#_ .,:;()[]"),
        max_size=40,
    )
)
def test_what_is_no_tex_is_printed_as_it_was(text: str) -> None:
    printed = LatexNodes2Text(keep_comments=True).latex_to_text(tex.written(text))
    assert printed.split() == text.split()


@given(st.lists(nasty, max_size=4), nasty, nasty)
def test_an_entry_of_nasty_words_is_one_that_pybtex_reads(people: list[str], title: str, note: str) -> None:
    paper = Paper("2611.01234", title=title, authors=tuple(people), journal_ref=note or None)
    said = reference.of(Row(paper, marks=Marks(tags=(title,) if title.strip() else (), note=note or None)), "key")
    read = parse_string(entry(said), "bibtex").entries["key"]
    assert read.fields["eprint"] == "2611.01234"
    assert len(read.persons.get("author", [])) == len(said.names)


@pytest.mark.parametrize(
    ("people", "written"),
    [
        (["Jane Doe", "Ada van der Sluys"], "Doe, Jane and van der Sluys, Ada"),
        (["Marcelo H. Ang Jr."], "Ang, Jr., Marcelo H."),
        (["ATLAS Collaboration", "NVIDIA"], "{ATLAS Collaboration} and {NVIDIA}"),
        (["Jane Doe", "others"], "Doe, Jane and others"),
        (["others", "Jane Doe"], "{others} and Doe, Jane"),
        (["Doe, Jane, of the Harbour"], "{Doe, Jane, of the Harbour}"),
        (["Wei And Li"], "{Wei And Li}"),
        ([], ""),
    ],
)
def test_authors_as_bibtex_takes_them_apart(people: list[str], written: str) -> None:
    assert authors(filter(None, map(names.parse, people))) == written


@pytest.mark.parametrize(
    "text", ["Aa bb " * 17_000, "$" * 100_000, "\\(" * 50_000, "{" * 100_000, "\\emph{" * 20_000, "Ä" * 100_000]
)
def test_a_hostile_title_takes_no_longer_than_its_length(text: str) -> None:
    begun = time.monotonic()
    assert tex.is_balanced(tex.title(text))
    assert time.monotonic() - begun < 10
