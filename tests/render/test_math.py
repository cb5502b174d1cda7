"""What the screen shows for formulas and TeX commands."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.render.math import readable
from tests.samples import SAMPLES, needs_samples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\ell_1$", "ℓ₁"),
        (r"$O(n^2)$", "O(n²)"),
        (r"$\mathcal{O}(\sqrt{T})$", "O(√T)"),
        (r"$\alpha$-divergence", "α-divergence"),
        (r"$\mathbb{R}^d$ $\mathbb E[X]$", "ℝᵈ 𝔼[X]"),
        (r"$10^{-3}$ $x^{(k)}$ 20$^{th}$ $A^\top$", "10⁻³ x⁽ᵏ⁾ 20ᵗʰ Aᵀ"),
        (r"$x_{max}$ $x_{max}y$ $L_\infty$ $x_{i,j}$ $x_{ij}$", "x_max x_max y L_∞ x_(i,j) xᵢⱼ"),
        (r"$n^{1/2}$ $2^{\omega(n)}$ $x^{new}$ $C^{(3/2)}$", "n^(1/2) 2^(ω(n)) x^new C^(3/2)"),
        (r"$\epsilon$ $\varepsilon$ $\Delta t$", "ε ε Δt"),
        (r"$\frac{1}{n}$ $\frac12$ $\frac{a+b}{f(x)}$", "1/n 1/2 (a+b)/f(x)"),
        (r"$\sqrt{n+1}$ $\sqrt[3]{x}$ $\binom{n}{2}$", "√(n+1) ³√x (n choose 2)"),
        (r"$\rightarrow$ $\geq$ $a \leq b$ $a\leq b$ $\ge 3$", "→ ≥ a ≤ b a≤b ≥3"),
        (r"$O(n\log n)$ $\log\log n$ $\log^2 n$ $2\min_x f(x)$", "O(n log n) log log n log² n 2 minₓ f(x)"),
        (r"$\hat{\theta}$ $\tilde{\mathcal{O}}(T)$ $\bar x$", "θ\u0302 Õ(T) x\u0304"),
        (r"$\left(\frac{1}{T}\right)$ $\left. x \right|$", "(1/T) x |"),
        (r"$\{x \mid x\in X\}$ $\|x\|_2^2$ $f'(x)$", "{x | x∈X} ‖x‖₂² f′(x)"),
        (r"$\not\in$ $\not=$ $a \equiv b \pmod{3}$", "∉ ≠ a ≡ b (mod 3)"),
        (r"360$^\circ$ UpSafe$^\circ$C $45\deg$ FaSTA$^*$", "360° UpSafe°C 45° FaSTA*"),
        (r"${C}^{3}$-GS, SGG-R$^{\rm 3}$, Trans${^2}$-CBCT", "C³-GS, SGG-R³, Trans²-CBCT"),
        (r"$\text{if } x > 0$ $\textbf{two words}$ $\mathbf{\texttt{D}}$ual", "if x > 0 two words Dual"),
        (r"\(\alpha\) \[x^2\] $$x^3$$", "α x² x³"),
        (r"$4.98\ \mu\text{g}/\text{m}^3$ 5\,cm $\unicode{x2013}$", "4.98 μg/m³ 5 cm –"),
        (r"2$\times$2 $7 \times 6$ 2$\times2$", "2×2 7 × 6 2×2"),
        (r"$\POL$ $\operatorname{rank}(A)$ $\argmin x$", "POL rank(A) argmin x"),
    ],
)
def test_formulas(text: str, expected: str) -> None:
    assert readable(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$80\%$ 80\% R\&D a\_b \#1", "80% 80% R&D a_b #1"),
        (r"\emph{x} \textit{x} \textbf{x} \texttt{x} {\em x}", "x x x x x"),
        (r"\textbf{a {b} \emph{c}} {\bf d $x^2$} {N}eural", "a {b} c d x² {N}eural"),
        (r"R\textsuperscript{2} R\textsuperscript{\textregistered} AP\textsubscript{50}", "R² R® AP₅₀"),
        (r"\alpha \times 3 \AA{} {\S} 112 45\deg", "α × 3 Å § 112 45°"),
        (r"\href{https://a.org/x\_y}{here} \url{https://a.org}", "here (https://a.org/x_y) https://a.org"),
        (r"\href{https://a.org}{\texttt{https://a.org}}", "https://a.org"),
        (r"\textcolor{red}{Warning} {\color{red} x} \ding{182} \ding{51}", "Warning x ❶ ✓"),
        (r"code\footnote{At https://a.org} of \cite{key}", "code (At https://a.org) of [key]"),
        (r"\b{eta}-chain, \k{appa}, \r{ho}", "β-chain, κ, ρ"),
        (r"\~8B mAP\@0.5 etc.\@ pre\-train", "~8B mAP@0.5 etc. pretrain"),
        # a macro of the author's keeps its name
        (r"\ours{} beats \method~by \foo{x} and \d+", r"\ours beats \method by \foo{x} and \d+"),
        ("one paragraph\nanother with $x$", "one paragraph\nanother with x"),
    ],
)
def test_commands_in_text(text: str, expected: str) -> None:
    assert readable(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $10",
        "costs $5M, $10 and $20",
        "from $1.49 million, then Qwen 2.5 ($10)",
        "$48-$74 each",
        "a lone $ sign",
        "90$ data and words $ and $ more words",
        "x_{max} and {braces}^2 without a sign of TeX",
        "$ $",
        r"$\mathrm{}$",
        "\\",
    ],
)
def test_stays_as_it_stands(text: str) -> None:
    assert readable(text) == text


def test_amounts_beside_formulas() -> None:
    assert readable("$5 and $10 on $x^2$") == "$5 and $10 on x²"


@given(st.text(st.characters(exclude_characters="$\\{")))
def test_without_a_sign_of_tex_nothing_changes(text: str) -> None:
    assert readable(text) == text


def test_braces_that_an_accent_left_go() -> None:
    assert readable("Mus{é}e of {GPT} and {α}") == "Musée of {GPT} and {α}"


TEX = st.lists(
    st.sampled_from(
        [*r"\${}^_()[]a1 '~%.&", r"\frac", r"\sqrt", r"\hat", r"\text", r"\left", r"\not", r"\em ", r"\foo"]
    )
    | st.sampled_from(
        [r"\href", r"\unicode", r"\ding", r"\(", r"\)", r"\mathbb", r"\log", r"\color", "\n", "{x110000}"]
    )
).map("".join)


@given(TEX | st.text())
def test_anything_is_shown_as_something(text: str) -> None:
    shown = readable(text)
    assert shown.strip() or not text.strip()


@pytest.mark.parametrize(
    "piece", ["{", r"\hat", "x^{", r"\emph{", r"\(", r"{\em ", "$", "\\", "$ 1", r"\frac ", "$1\\"]
)
def test_deep_and_long_texts_are_read_in_time(piece: str) -> None:
    begin = time.perf_counter()
    readable(piece * 5_000)
    readable(f"${piece * 5_000}$")
    assert time.perf_counter() - begin < 1  # some 20 ms


@needs_samples
def test_real_texts_are_shown() -> None:
    assert SAMPLES is not None
    with gzip.open(SAMPLES / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    shown = [readable(paper["title"]) for paper in papers]
    assert all(title.strip() for title in shown)
    assert not [title for title in shown if "\\" in title or "$" in title]
    assert all(readable(paper["summary"]).strip() for paper in papers)
