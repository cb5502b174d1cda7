"""arXiv's text: what may be stored, paragraphs, letters for TeX's accents, names out of one string."""

from __future__ import annotations

import gzip
import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv.text import FitStream, clean, fit, from_tex, is_withdrawn, paragraphs, split_creators
from coolcli.models import Paper
from tests.samples import SAMPLES, needs_samples

ANY_TEXT = st.text(st.characters(), max_size=60)  # surrogates too
TEX_LIKE = st.text(st.sampled_from("\\{}$()'\"^~`=.cHuvkr aeiouzL%&,"), max_size=40)
TERMINAL_LIKE = st.text(st.sampled_from("\x1b[]PX^_\\;0123mK \x07\x9b\x9c\x9d\x90\u202ea\n"), max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A plain title", "A plain title"),
        ("  two \t\r\n lines  ", "two lines"),
        ("no\u00a0break\u3000wide\u2028line\u2029paragraph\x85next", "no break wide line paragraph next"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1;31mred\x9bm", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d52;c;Zm9v\x9ctext", "text"),
        ("\x1bP1$r0m\x1b\\a\x1b_apc\x1b\\b\x1b^pm\x9cc\x90dcs\x9cd", "abcd"),
        ("\x1bcreset \x1b(Bcharset \x1b7saved", "reset charset saved"),
        ("\x1b]0;never ended", "0;never ended"),
        ("cut off\x1b[31", "cut off"),
        ("\x1b\x1b[31mtwice", "twice"),
        ("a\x00b\x08c\x7fd\x80e", "abcde"),
        ("evil\u202egnp.exe\u2066\u2069\u200f\u200e\u061c", "evilgnp.exe"),
        ("zero\u200bwidth\u2060\ufeff and trans\u00adformer", "zerowidth and transformer"),
        ("tag\U000e0001\U000e0041s", "tags"),
        ("half \ud83d smile", "half smile"),
        ("می\u200cخواهم 👩\u200d🔬 ❤\ufe0f", "می\u200cخواهم 👩\u200d🔬 ❤\ufe0f"),
        ("深度学习 Ψ-Sampler 20 % ~ R&D", "深度学习 Ψ-Sampler 20 % ~ R&D"),
        ("0", "0"),
        ("", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(ANY_TEXT | TERMINAL_LIKE)
def test_clean_twice_is_clean_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT | TERMINAL_LIKE)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    forbidden = {"Cc", "Cs", "Zl", "Zp"}
    hidden = set("\u200b\u2060\ufeff\u00ad\u200e\u200f\u061c") | set(map(chr, [*range(0x202A, 0x202F)]))
    hidden |= set(map(chr, [*range(0x2066, 0x206A), *range(0xE0000, 0xE0080)]))
    assert not [sign for sign in clean(text) if unicodedata.category(sign) in forbidden or sign in hidden]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One line\nwrapped hard\nthree times.", "One line wrapped hard three times."),
        ("  First, indented\nin the API.\n  Second\nparagraph.", "First, indented in the API.\nSecond paragraph."),
        ("First.\r\n  Second.\n\n\n  Third.\n  ", "First.\nSecond.\nThird."),
        ("\x1b[1mBold\x1b[0m\n  \u200b\n  End", "Bold\nEnd"),
        ("", ""),
    ],
)
def test_paragraphs(text: str, expected: str) -> None:
    assert paragraphs(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Cram\'er-Rao", "Cramér-Rao"),
        (r"S{\o}ren", "Søren"),
        (r"Schr\"{o}dinger and M\"obius", "Schrödinger and Möbius"),
        (r"{\L}ukasz, {\'E}douard, \'Edgar", "Łukasz, Édouard, Édgar"),
        (r"Erd\H{o}s, \v{C}ech, \v Cech", "Erdős, Čech, Čech"),
        (r"fa\c{c}ade, Fran\c cois", "façade, François"),
        (r"Mart{\'\i}nez, Mart\'{\i}nez, Mart\'\i nez", "Martínez, Martínez, Martínez"),
        (r"Stra\ss e, Stra{\ss}e, Stra\ss{}e", "Straße, Straße, Straße"),
        (r"\AA rhus, {\AA}rhus, 8 \AA resolution, 1\AA{}", "Århus, Århus, 8 Å resolution, 1Å"),
        (r"k\={a}k\={a}, G\u{a}l\u{a}\c{t}i", "kākā, Gălăţi"),
        (r"Nguy\~{\^e}n, Nguy\~ên, \d{\^e}, \'{\u{a}}", "Nguyễn, Nguyễn, ệ, ắ"),
        (r"\'{e} {\'{e}} {\'e} \`a \^a \~a \.Ibrahim \k{a} \r{u} \b{d}", "é é é à â ã İbrahim ą ů ḏ"),
        (r"\d{k}", "ḳ"),
        (r"{N}eural \'etude", "{N}eural étude"),
        # formulas stay as they are, also beside accents
        (r"$\hat{x}\'e$ and G\"odel", r"$\hat{x}\'e$ and Gödel"),
        (r"\(\'e\) \[\'e\] $$\'e$$ \'e", r"\(\'e\) \[\'e\] $$\'e$$ é"),
        (r"\$5, $6 and \'e", r"\$5, $6 and é"),
        # other commands stay as they are, letters inside them do not
        (r"\emph{\'etude} \emph{\'e} \textit{x} \cite{a}", r"\emph{étude} \emph{é} \textit{x} \cite{a}"),
        (r"\omega \alpha \oint \O(n) \over", r"\omega \alpha \oint \O(n) \over"),
        (r"\url{a.org/\~user} https://a.org/\~user \'e", r"\url{a.org/\~user} https://a.org/\~user é"),
        (r"50\% R\&D a~b -- 30% \_ \\'e", r"50\% R\&D a~b -- 30% \_ \\'e"),
        # what looks like an accent and is none
        (r"\b{eta} \k{appa} \r{ho} \~8B \b bold \"best\"", r"\b{eta} \k{appa} \r{ho} \~8B \b bold \"best\""),
        (r"MLLM\'s GPT-4o\'s don\'t we\'re", "MLLM's GPT-4o's don't we're"),
    ],
)
def test_from_tex(text: str, expected: str) -> None:
    assert from_tex(text) == expected


@given(st.text(st.characters(exclude_characters="\\")) | TEX_LIKE.map(lambda text: text.replace("\\", "")))
def test_without_a_backslash_nothing_changes(text: str) -> None:
    assert from_tex(text) == text


@given(TEX_LIKE)
def test_formulas_stay_as_they_are(text: str) -> None:
    formula = "$" + text.replace("$", "").replace("\\", r"\alpha ") + "$"
    assert from_tex(rf"\'e {formula} \'e") == f"é {formula} é"


@given(TEX_LIKE)
def test_from_tex_takes_anything(text: str) -> None:
    from_tex(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ("Jane Doe, Wei Li, Ana María Ruiz", ["Jane Doe", "Wei Li", "Ana María Ruiz"]),
        ("Jane Doe (Dept, City, Country), Wei Li (Lab)", ["Jane Doe", "Wei Li"]),
        ("Jane Doe (Dept (of X, Y), City), Wei Li", ["Jane Doe", "Wei Li"]),
        ("Jane Doe (1), Wei Li (1 and 2) ((1) Univ X, (2) Inst Y)", ["Jane Doe", "Wei Li"]),
        ("Jane Doe (1) and Wei Li (2), ((1) Univ X, (2) Inst Y)", ["Jane Doe", "Wei Li"]),
        ("Jane Doe, Wei Li and Ana Ruiz & Bo Ek", ["Jane Doe", "Wei Li", "Ana Ruiz", "Bo Ek"]),
        ("Jane Doe, and Wei Li", ["Jane Doe", "Wei Li"]),
        ("John Roe, Jr., Wei Li III, Bo Ek, Sr, Al Poe, II", ["John Roe Jr.", "Wei Li III", "Bo Ek Sr", "Al Poe II"]),
        (" ATLAS Collaboration, Jane Doe", ["ATLAS Collaboration", "Jane Doe"]),
        ("BELLE Collaboration: Jane Doe, Wei Li", ["BELLE Collaboration", "Jane Doe", "Wei Li"]),
        ("Some Team,  :, Jane Doe", ["Some Team", "Jane Doe"]),
        ("Jane Doe, for the A and B Collaborations", ["Jane Doe", "for the A and B Collaborations"]),
        ("Jane Doe (on behalf of X), Wei Li on behalf of Y", ["Jane Doe", "Wei Li on behalf of Y"]),
        (r"S{\o}ren \'Alvarez, Jan Ku\'s, Erd\H{o}s P\'al", ["Søren Álvarez", "Jan Kuś", "Erdős Pál"]),
        ("Jane\n Doe\x1b[31m,\u202e Wei  Li", ["Jane Doe", "Wei Li"]),
        ("Wei (Ann) Li, Jane Doe", ["Wei (Ann) Li", "Jane Doe"]),
        # odd text rather than a lost author
        ("Jane Doe (Dept, Wei Li, Bo Ek", ["Jane Doe (Dept", "Wei Li", "Bo Ek"]),
        ("Jane Doe (Dept, Wei Li (Lab), Bo Ek", ["Jane Doe (Dept", "Wei Li", "Bo Ek"]),
        ("Jane Doe Dept), Wei Li", ["Jane Doe Dept)", "Wei Li"]),
        ("(Jane Doe)", ["(Jane Doe)"]),
        (",, Jane Doe,", ["Jane Doe"]),
        (", Jane Doe", ["Jane Doe"]),
        (" :", []),
        ("", []),
    ],
)
def test_split_creators(text: str, expected: list[str]) -> None:
    assert split_creators(text) == tuple(expected)


WORD = st.text(st.sampled_from("abcdefgàéïőuzłßİ李明Ж"), min_size=1, max_size=8).map(lambda word: "X" + word)
NAME = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
AFFILIATION = st.sampled_from(["", " (Univ X)", " (A, B and C)", " (A (B, C), D: E)", " (1)"])


@given(st.lists(NAME, max_size=6))
def test_simple_names_come_back(names: list[str]) -> None:
    assert split_creators(", ".join(names)) == tuple(names)


@given(st.lists(st.tuples(NAME, AFFILIATION), max_size=6))
def test_affiliations_go(authors: list[tuple[str, str]]) -> None:
    assert split_creators(", ".join(map("".join, authors))) == tuple(name for name, _ in authors)


@given(st.lists(st.sampled_from([*"AB (),:&\\'{}", " and "]), max_size=40).map("".join))
def test_an_author_is_not_lost_to_odd_signs(text: str) -> None:
    assert bool(split_creators(text)) == any(map(str.isalnum, text))


@pytest.mark.parametrize(
    "text",
    [
        ", ".join(f"A. B. Author{number} (Dept {number} (X), City)" for number in range(3303)),
        "(" * 20_000,
        "(a, " * 8_000,
        ")(" * 10_000,
        "Jr., " * 8_000,
        "\x1b]" * 20_000,
        "\x9d" * 20_000,
        r"\(" * 10_000,
        r"\c " * 8_000,
        "$\\" * 10_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_long_strings_take_no_longer_than_their_length(text: str) -> None:
    begin = time.perf_counter()
    split_creators(text)
    from_tex(text)
    clean(text)
    assert time.perf_counter() - begin < 1  # some 20 ms; what grows with the square takes many seconds


@pytest.mark.parametrize(
    "comments",
    [
        "Withdrawn",
        "Paper withdrawn due to an error in Lemma 3",
        "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
        "THIS PAPER HAS NOW BEEN WITHDRAWN.",
        "12 pages; withdrawn by the first author",
        "The authors have withdrawn this paper",
        "I am withdrawing this manuscript, as the proof has a gap",
        "This article was withdrawn because Theorem 2 is wrong",
        "This paper has been withdrawn from arXiv by its authors",
        "This submission has been withdrawn by arXiv administrators because of fraudulently claimed authorship",
        "arXiv admin note: withdrawn by arXiv administration because of disputed authorship",
    ],
)
def test_a_withdrawal_in_words(comments: str) -> None:
    assert is_withdrawn(Paper("2611.01234", comments=comments))


@pytest.mark.parametrize(
    "words",
    [
        "12 pages",
        "A dataset of withdrawn drugs",
        "Withdrawn drugs: a survey",
        "We withdrew from the challenge",
        "A previous version of this paper has been withdrawn",
        "The first version was withdrawn; this is the second",
        "This paper was withdrawn from ICLR 2025",
        "Supersedes the withdrawn arXiv:2601.00007",
        "We analyse papers withdrawn by their authors",
        "This paper has not been withdrawn",
    ],
)
def test_what_is_no_withdrawal(words: str) -> None:
    assert not is_withdrawn(Paper("2611.01234", comments=words))
    assert not is_withdrawn(Paper("2611.01234", abstract=words))


def test_an_abstract_speaks_of_its_own_paper_at_its_beginning() -> None:
    assert is_withdrawn(Paper("2611.01234", abstract="This paper has been withdrawn by the author, as it is wrong."))
    assert not is_withdrawn(Paper("2611.01234", abstract="Of 100 authors, 3 said: this paper has been withdrawn."))


def test_a_withdrawal_that_a_source_states_needs_no_words() -> None:
    assert is_withdrawn(Paper("2611.01234", withdrawn=True))
    assert not is_withdrawn(Paper("2611.01234", withdrawn=False))
    assert is_withdrawn(Paper("2611.01234", comments="Withdrawn", withdrawn=False))


def test_a_fit_text_keeps_its_lines_tabs_and_blanks() -> None:
    text = "  # \x1b[1mIt\x1b[0m\r\n\r\n\t- floats\x07  \rwell \n"
    assert fit(text) == "  # It\n\n\t- floats  \nwell \n"


@given(st.lists(TERMINAL_LIKE | st.text(st.sampled_from("\x1b]\r\n\t\\[a"), max_size=4), max_size=6))
def test_a_text_in_pieces_is_as_fit_wherever_it_is_cut(pieces: list[str]) -> None:
    stream = FitStream()
    assert "".join([*map(stream.feed, pieces), stream.rest()]) == fit("".join(pieces))


def test_only_what_may_be_a_sequence_waits_for_its_end() -> None:
    stream = FitStream()
    assert [stream.feed(piece) for piece in ("plain ", "a\x1b[3", "1mred", "\r", "\n", "b\x1b")] == [
        "plain ", "a", "red", "", "\n", "b",
    ]  # fmt: skip


def test_a_sequence_that_never_ends_holds_nothing_back_for_ever() -> None:
    stream = FitStream()
    stream.feed("\x1b]0;")
    shown = "".join(stream.feed("so it goes ") for _ in range(1000))
    assert len(shown) > 6000 and shown.startswith("0;so it goes ")


@needs_samples
def test_no_paper_of_the_samples_is_taken_for_a_withdrawn_one() -> None:
    """Seven of them speak of withdrawing or retracting: keys, data, forces."""
    assert SAMPLES is not None
    with gzip.open(SAMPLES / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = map(json.loads, lines)
        found = [
            paper["id"]
            for paper in papers
            if is_withdrawn(Paper(paper["id"], comments=paper["comment"], abstract=paper["summary"]))
        ]
    assert found == []
