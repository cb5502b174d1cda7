"""The text of a PDF: read in a process of its own, and put into sections."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.ask import pdf
from coolcli.ask.document import Section
from coolcli.errors import Nonsense

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PATIENCE = 60.0
LINES = [
    "Maps That Fold Themselves",
    "Abstract",
    *["A paper map never folds back the way it came, whatever its reader does."] * 3,
    "1 Introduction",
    "We show why this is so, for all maps but one, and fold it.",
]


def a_pdf(pages: Sequence[bytes], *, filtered: str = "") -> bytes:
    """A PDF whose pages draw these streams."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
    ]
    for place, stream in enumerate(pages):
        named = f"/Contents {5 + 2 * place} 0 R /Resources << /Font << /F 3 0 R >> >>"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {named} >>".encode(),
            b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), filtered.encode(), stream),
        ]
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(content)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end


def drawn(lines: Sequence[str]) -> bytes:
    return b"BT /F 10 Tf 12 TL 54 740 Td %s ET" % b" T* ".join(b"(%s) Tj" % line.encode("cp1252") for line in lines)


def encrypted(content: bytes, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


WHOLE = a_pdf([drawn(LINES), drawn(["2 Method", "Fold the map twice."])])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a paper.pdf"


def test_a_pdf_becomes_sections(path: Path) -> None:
    path.write_bytes(WHOLE)
    found = pdf.text_of(path, seconds=PATIENCE)
    assert found.source == "pdf"
    assert [section.title for section in found.sections] == ["", "Abstract", "1 Introduction", "2 Method"]
    assert found.sections[2:] == (Section("1 Introduction", LINES[-1]), Section("2 Method", "Fold the map twice."))


def test_one_that_anybody_may_read_is_read(path: Path) -> None:
    path.write_bytes(encrypted(WHOLE, ""))
    assert pdf.text_of(path, seconds=PATIENCE).sections[-1].text == "Fold the map twice."


BOMB = a_pdf([zlib.compress(bytes(300_000_000), 1)], filtered="/Filter /FlateDecode")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (encrypted(WHOLE, "secret"), "it is encrypted"),
        (a_pdf([drawn([]), drawn(["arXiv:hep-th/9901001v1 1 Jan 1999"])]), r"it has no text \(a scan, perhaps\)"),
        (a_pdf([]), r"it has no text \(a scan, perhaps\)"),
        (b"", "it is broken"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 40 + b"%%EOF\n", "it is broken"),
        (b"<html><body>Log in</body></html>", "it is broken"),
        (BOMB, "it is broken"),
        (WHOLE.replace(b"/Parent 2 0 R", b"/Parent 9 9 R").replace(b"/Kids [4", b"/Kids [2"), "it "),
    ],
    ids=["encrypted", "scan", "no pages", "empty", "noise", "a page", "bomb", "a circle"],
)
def test_what_has_no_text_is_told_why(path: Path, content: bytes, why: str) -> None:
    path.write_bytes(content)
    with pytest.raises(Nonsense, match=f"^Its PDF cannot be read: {why}") as raised:
        pdf.text_of(path, seconds=PATIENCE)
    assert not raised.value.passing


def test_a_page_that_cannot_be_read_is_named(path: Path) -> None:
    """The others are there all the same."""
    bad = zlib.compress(bytes(100_000_000), 1)
    content = a_pdf([drawn(LINES), bad]).replace(
        b"<< /Length %d  >>" % len(bad), b"<< /Length %d /Filter /FlateDecode >>" % len(bad)
    )
    path.write_bytes(content)
    assert pdf.text_of(path, seconds=PATIENCE).sections[-1].text.endswith("(Page 2 could not be read.)")


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(Nonsense, match="it is broken"):
        pdf.text_of(path, seconds=PATIENCE)


def test_patience_ends(path: Path) -> None:
    path.write_bytes(WHOLE)
    with pytest.raises(Nonsense, match=r"it takes more than 0\.001 seconds") as raised:
        pdf.text_of(path, seconds=0.001)
    assert raised.value.passing, "another time it may be quicker"


class _Enough(BaseException):
    """Stands for Ctrl-C."""


def test_it_can_be_stopped(path: Path) -> None:
    path.write_bytes(WHOLE)

    def heed() -> None:
        raise _Enough

    with pytest.raises(_Enough):
        pdf.text_of(path, seconds=PATIENCE, heed=heed)


# From pages to sections


def headings(*lines: str) -> list[tuple[str, int]]:
    return [(section.title, section.level) for section in pdf.sectioned(["\n".join(lines)]) if section.title]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ["1 Introduction", "a", "1.1 Folds", "b", "2 Related Work", "c", "3 Method", "3.1 Maps", "3.1.1 Old Maps"],
            [
                *[("1 Introduction", 1), ("1.1 Folds", 2), ("2 Related Work", 1), ("3 Method", 1)],
                *[("3.1 Maps", 2), ("3.1.1 Old Maps", 3)],
            ],
        ),
        (["1. Introduction", "2. Method"], [("1. Introduction", 1), ("2. Method", 1)]),
        (["1Introduction", "2Method"], [("1 Introduction", 1), ("2 Method", 1)]),
        (["1 Introduction", "3 Experiments"], [("1 Introduction", 1), ("3 Experiments", 1)]),
        (
            ["I. INTRODUCTION", "II. THE METHOD", "A. Folds", "B. Maps", "III. RESULTS", "A. Harbours"],
            [
                *[("I. INTRODUCTION", 1), ("II. THE METHOD", 1), ("A. Folds", 2), ("B. Maps", 2)],
                *[("III. RESULTS", 1), ("A. Harbours", 2)],
            ],
        ),
        (
            ["1 Method", "References", "[1] Maps.", "A Proofs", "A.1 Details", "B Maps"],
            [("1 Method", 1), ("References", 1), ("A Proofs", 1), ("A.1 Details", 2), ("B Maps", 1)],
        ),
        (["ABSTRACT", "Conclusions.", "Appendix"], [("Abstract", 1), ("Conclusions", 1), ("Appendix", 1)]),
        (["A B S T R A C T", "R E F E R E N C E S"], [("Abstract", 1), ("REFERENCES", 1)]),
        (["Abstract—We fold maps."], [("Abstract", 1)]),
        (
            ["1 Introduction", "2 Method", "References", "1 Introduction", "2 Method", "2.1 Maps"],
            [
                *[("1 Introduction", 1), ("2 Method", 1), ("References", 1)],
                *[("1 Introduction", 1), ("2 Method", 1), ("2.1 Maps", 2)],
            ],
        ),
        # what only looks like one
        (["1 Introduction", "2. We show that maps fold", "2 Method"], [("1 Introduction", 1), ("2 Method", 1)]),
        (["1 Introduction", "7 Harbours", "12 of them"], [("1 Introduction", 1)]),
        (["1 Introduction . . . . . 3", "2 Method ........ 4"], []),
        (["2 0.5 0.7", "3.5 Million", "in the introduction"], []),
        (["References", "A. Mapmaker, B. Foldwell. Maps.", "1 Maps"], [("References", 1)]),
        (["Introduction to maps is what we give here, and nothing else."], []),
    ],
)
def test_headings_are_found(lines: list[str], found: list[tuple[str, int]]) -> None:
    assert headings(*lines) == found


def test_what_runs_into_the_heading_is_its_text() -> None:
    (abstract,) = pdf.sectioned(["Abstract—We fold\nmaps."])
    assert abstract == Section("Abstract", "We fold maps.")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["We clas-", "sify maps."], "We classify maps."),
        (["A multi-", "map of a multi-map."], "A multi-map of a multi-map."),
        (["The state-of-the-", "art map."], "The state-of-the-art map."),
        (["The map of New-", "York."], "The map of New-York."),
        (["An e\ufb03cient \ufb01t."], "An efficient fit."),
        (["\x1b[31mred\x07 \u202emap"], "red map"),
    ],
)
def test_lines_are_mended(lines: list[str], text: str) -> None:
    assert [section.text for section in pdf.sectioned(["\n".join(lines)])] == [text]


def test_a_short_line_that_ends_a_sentence_ends_a_paragraph() -> None:
    long = "Maps are folded by their readers, who fold them wrongly, time and again."
    (section,) = pdf.sectioned(["\n".join([long, long, "And again.", long, "The end."])])
    assert section.text == f"{long} {long} And again.\n\n{long} The end."


def test_page_numbers_and_running_heads_are_left_out() -> None:
    pages = [f"Maps That Fold Themselves\nPage {'abcdef'[number]} says something.\n{number + 1}" for number in range(6)]
    (section,) = pdf.sectioned(pages)
    assert section.text.count("Maps That Fold Themselves") == 1, "the first time it may be the title"
    assert section.text.count("says something.") == 6
    assert not any(character.isdigit() for character in section.text)
    (table,) = pdf.sectioned(["A map\n0.5 0.7", "1.25\nAnother", "= 3\nThe end"])
    assert table.text == "A map 0.5 0.7 1.25 Another = 3 The end", "what else has no letters is text"


lines = st.lists(
    st.sampled_from(
        [
            "1 Introduction",
            "References",
            "A Proofs",
            "II. MAPS",
            "the map of the clas-",
            "sified harbour.",
            "Abstract: we",
            "12",
        ]
    )
    | st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="ﬀﬁﬂﬃﬄﬅﬆ"), max_size=40),
    max_size=12,
)


@given(st.lists(lines, max_size=2))
def test_no_letter_is_lost(pages: list[list[str]]) -> None:
    """Whatever is taken for a heading: of two pages no line is a running head."""
    sections = pdf.sectioned(["\n".join(page) for page in pages])
    given_letters = [
        letter for page in pages for line in page for letter in line.lower() if letter.isascii() and letter.isalpha()
    ]
    kept = [
        letter
        for each in sections
        for letter in (each.title + each.text).lower()
        if letter.isascii() and letter.isalpha()
    ]
    assert kept == given_letters
