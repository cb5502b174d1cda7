"""The text of a paper: how it is kept, how large it is, and what of it fits."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.ask.document import Document, Section, fitted, read, tokens, written

WORDS = "creases fold harbour maps the tide and of a wind"
PARAGRAPH = " ".join([WORDS] * 4) + "."


def paragraphs(count: int, topic: str = "Maps") -> str:
    return "\n\n".join(f"{topic}, {number}: {PARAGRAPH}" for number in range(1, count + 1))


PAPER = Document(
    "html",
    "Maps That Fold Themselves",
    (
        Section("", "Ines Valdoro"),
        Section("Abstract", paragraphs(1, "Abstract")),
        Section("1 Introduction", paragraphs(3, "Introduction")),
        Section("2 Method", ""),
        Section("2.1 Creases", paragraphs(4, "Creases"), 2),
        Section("2.2 Folds", paragraphs(12, "Folds"), 2),
        Section("3 Experiments", paragraphs(8, "Experiments")),
        Section("4 Conclusion", paragraphs(2, "Conclusion")),
        Section("Acknowledgements", paragraphs(1, "Acknowledgements")),
        Section("References", paragraphs(6, "References")),
        Section("Appendix A Proofs", paragraphs(5, "Proofs")),
        Section("A.1 More proofs", paragraphs(5, "proofs"), 2),
        Section("Appendix B Maps", paragraphs(5, "Maps")),
    ),
)


def room_without(*titles: str) -> int:
    """What a paper takes without some of its sections."""
    left = tuple(section for section in PAPER.sections if section.title not in titles)
    return tokens(fitted(PAPER._replace(sections=left), 10**6).text)


def test_a_paper_that_fits_is_all_there() -> None:
    whole = fitted(PAPER, 10**6)
    assert whole.left_out == ()
    assert whole.text.startswith("Ines Valdoro\n\n## Abstract\n\nAbstract, 1: creases fold")
    assert "\n\n## 2 Method\n\n### 2.1 Creases\n\nCreases, 1: " in whole.text
    assert all(section.text in whole.text for section in PAPER.sections)


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (["References"], ["References"]),
        (["Acknowledgements", "References"], ["Acknowledgements", "References"]),
        (
            ["Acknowledgements", "References", "Appendix B Maps"],
            ["Acknowledgements", "References", "Appendix B Maps"],
        ),
        (
            ["Acknowledgements", "References", "Appendix A Proofs", "A.1 More proofs", "Appendix B Maps"],
            ["Acknowledgements", "References", "Appendix A Proofs", "Appendix B Maps"],
        ),
    ],
)
def test_what_answers_rest_on_least_goes_first(gone: list[str], told: list[str]) -> None:
    """References, then thanks, then appendices from the last on, each with what stands below it."""
    cut = fitted(PAPER, room_without(*gone) + 50)
    assert list(cut.left_out) == told
    assert all((section.title in gone) != (section.text in cut.text) for section in PAPER.sections if section.text)


def test_then_the_longest_sections_lose_their_ends() -> None:
    least = room_without("Acknowledgements", "References", "Appendix A Proofs", "A.1 More proofs", "Appendix B Maps")
    cut = fitted(PAPER, least - 200)
    assert cut.left_out[0] == "the end of 2.2 Folds"
    assert "the end of 3 Experiments" not in cut.left_out, "it is not the longest yet"
    folds = cut.text.partition("### 2.2 Folds\n\n")[2].partition("\n\n## ")[0]
    assert paragraphs(12, "Folds").startswith(folds + "\n\n") and folds.endswith(".")
    shorter = fitted(PAPER, least - 600)
    assert shorter.left_out[:2] == ("the end of 2.2 Folds", "the end of 3 Experiments")


def test_the_abstract_the_introduction_and_the_conclusion_stay_longest() -> None:
    frame = [PAPER.sections[place] for place in (1, 2, 7)]
    cut = fitted(PAPER, sum(tokens(f"## {section.title}\n\n{section.text}\n\n") for section in frame))
    assert {"2 Method", "3 Experiments"} <= set(cut.left_out)
    assert all(section.text in cut.text for section in frame)
    abstract = fitted(PAPER._replace(sections=(PAPER.sections[1],)), 10**6).text
    tiny = fitted(PAPER, tokens(f"{abstract}\n\n"))
    assert tiny.text == abstract
    assert tiny.left_out[:2] == ("what stands before the first heading", "1 Introduction")


def test_nothing_fits_into_nothing() -> None:
    cut = fitted(PAPER, 0)
    assert cut.text == "" and "Abstract" in cut.left_out


@pytest.mark.parametrize(
    ("title", "goes"),
    [
        ("References", True),
        ("7 References and Notes", True),
        ("VII. BIBLIOGRAPHY", True),
        ("8. Acknowledgments", True),
        ("Author contributions", True),
        ("Appendix", True),
        ("Supplementary Material", True),
        ("参考文献", True),
        ("2 Reference Frames", False),
        ("A Survey of Maps", False),
        ("Thanks to Harbours", False),
    ],
)
def test_headings_are_known_by_their_names(title: str, goes: bool) -> None:
    sections = (Section("1 Beginnings", paragraphs(3)), Section(title, paragraphs(2)), Section("3 Ends", paragraphs(3)))
    paper = Document("pdf", "", sections)
    cut = fitted(paper, tokens(fitted(paper, 10**6).text) - 5)
    assert (cut.left_out == (title,)) is goes


def test_letters_are_appendices_behind_the_references() -> None:
    sections = (
        Section("1 Method", paragraphs(8)),
        Section("References", ""),
        Section("A Proofs", paragraphs(2)),
        Section("Methods", paragraphs(8)),
    )
    paper = Document("pdf", "", sections)
    assert fitted(paper, tokens(fitted(paper, 10**6).text) - 20).left_out == ("References", "A Proofs")


def test_a_paragraph_without_an_end_loses_sentences() -> None:
    sentences = " ".join(f"Sentence {number} folds a map of the harbour." for number in range(200))
    cut = fitted(Document("pdf", "", (Section("1 Method", sentences),)), 1000)
    assert cut.left_out == ("the end of 1 Method",)
    assert tokens(cut.text) > 900 and cut.text.endswith("harbour.")


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("我们研究港口在无人注视时的行为。" * 600, "。"),
        ("他问：“地图怎么折？”" * 600, "？”"),
        ("word " * 9000, "word"),
        ("港" * 9000, "港"),
        ("Maps fold. " + "word " * 9000, "word"),
    ],
    ids=["Chinese", "quoted", "words", "characters", "a long sentence"],
)
def test_a_section_in_one_piece_is_shortened(text: str, last: str) -> None:
    """By sentences as they end in its script, else by words, else by characters."""
    cut = fitted(Document("pdf", "", (Section("1 Method", text),)), 3000)
    assert cut.left_out == ("the end of 1 Method",)
    assert tokens(cut.text) > 2800 and cut.text.endswith(last)
    assert text.startswith(cut.text.removeprefix("## 1 Method\n\n"))


def test_a_book_without_headings_takes_no_time() -> None:
    text = "A map folds. " * 300_000
    started = time.monotonic()
    assert tokens(fitted(Document("pdf", "", (Section("", text),)), 30_000).text) > 29_000
    assert time.monotonic() - started < 30


def test_tokens_are_rather_too_many() -> None:
    assert tokens("") == 0
    assert tokens("The quick brown fox jumps over the lazy dog.") == 15
    assert tokens("语言模型") == 4
    assert tokens("naïve") == 3


texts = st.text(st.characters(categories=("L", "N", "P", "Zs"), include_characters="\n", exclude_characters="#"))
titles = st.sampled_from(
    ["", "Abstract", "1 Introduction", "2 Method", "Conclusion", "References", "Appendix A Maps", "B Folds", "致谢"]
)
documents = st.builds(
    Document,
    st.sampled_from(["html", "pdf", "abstract"]),
    st.text(max_size=30),
    st.lists(
        st.builds(
            Section,
            titles,
            texts | st.sampled_from([paragraphs(6), "word " * 900, "港口的地图。" * 150]),
            st.integers(1, 3),
        ),
        max_size=9,
    ).map(tuple),
)


@given(texts, texts)
def test_tokens_of_a_whole_are_no_more_than_of_its_parts(first: str, second: str) -> None:
    assert max(tokens(first), tokens(second)) <= tokens(first + second) <= tokens(first) + tokens(second)


@given(documents, st.integers(-5, 1200))
def test_never_more_than_there_is_room_for(document: Document, room: int) -> None:
    assert tokens(fitted(document, room).text) <= max(0, room)


@given(documents, st.integers(0, 1200))
def test_nothing_is_lost_silently_and_the_order_stays(document: Document, room: int) -> None:
    """Each section is there, or its beginning is and that is said, or it is named, or what it stands below."""
    numbered = [
        section._replace(title=f"{section.title} {'x' * place}".strip() if section.title else "")
        for place, section in enumerate(document.sections)
    ]
    cut = fitted(document._replace(sections=tuple(numbered)), room)
    names = [section.title or "what stands before the first heading" for section in numbered]
    told = [name.removeprefix("the end of ") for name in cut.left_out]
    assert _is_in_order(told, names)
    at = 0
    for place, section in enumerate(numbered):
        above = [names[each] for each in range(place) if numbered[each].level < section.level]
        if names[place] in told and f"the end of {names[place]}" not in cut.left_out:
            continue
        if section.title:
            heading = f"{'#' * (section.level + 1)} {section.title}"
            found = re.compile(rf"^{re.escape(heading)}$", re.MULTILINE).search(cut.text, at)
            assert found or set(above) & set(told), section
            at = found.end() if found else at
            if found and names[place] not in told:
                assert cut.text[at:].lstrip("\n").startswith(section.text.strip("\n"))


def _is_in_order(some: list[str], of: list[str]) -> bool:
    left = iter(of)
    return all(name in left for name in some)


@given(documents)
def test_what_is_written_is_read(document: Document) -> None:
    assert read(written(document)) == document


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[1, 2]",
        "[" * 100_000,
        '{"source": "html"}',
        '{"source": "web", "title": "", "sections": []}',
        '{"source": "pdf", "title": 1, "sections": []}',
        '{"source": "pdf", "title": "", "sections": [["a", "b", 1, 2]]}',
        '{"source": "pdf", "title": "", "sections": [["a", null, 1]]}',
        '{"source": "pdf", "title": "", "sections": [["a", "b", "1"]]}',
        '{"source": "pdf", "title": "", "sections": [["a", "b", 100000000000]]}',
        '{"source": "pdf", "title": "", "sections": [["a", "b", 0]]}',
        '{"source": "pdf", "title": "", "sections": [["a", "b", 1.0]]}',
        '{"source": "pdf", "title": "", "sections": [["a", ["b"], 1]]}',
        '{"source": "pdf", "title": "", "sections": [["a", "\\ud800", 1]]}',
        '{"source": ["pdf"], "title": "", "sections": []}',
        written(PAPER)[:-7],
    ],
)
def test_anything_else_is_no_document(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)
