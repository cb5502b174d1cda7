"""What a paper's file is called: for people, and for any file system whatever a title holds."""

from __future__ import annotations

from datetime import UTC, datetime
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import allowed, file_names
from coolcli.errors import BadSetting
from coolcli.file_names import candidates, cut, key, named, safe
from coolcli.settings import Settings
from tests.builders import paper

TEMPLATE = Settings().pdf_name
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³")}

READABLE: dict[str, str] = {
    "Attention Is All You Need": "Attention Is All You Need",
    r"On $\ell_1$ and $O(n^2)$": "On ℓ₁ and O(n²)",
    "Attention: All You Need?": "Attention - All You Need",
    "Does It Help? A Study": "Does It Help - A Study",
    "GPU/CPU: 1:2 | a\\b": "GPU-CPU - 1-2 - a-b",
    'The "Best" <of> All*': "The Best of All",
    "../../etc/passwd": "etc-passwd",
    "..": "",
    ".hidden": "hidden",
    "ends in a dot.": "ends in a dot",
    "-rf": "rf",
    "two\nlines\tand\x1b[31m red\u202e": "two lines and red",
    "注意力机制 就是一切": "注意力机制 就是一切",
    "cafe\u0301": "café",
    "CON": "_CON",
    "aux.old": "_aux.old",
    "COM¹": "_COM¹",
    "CONTEXT": "CONTEXT",
}


@pytest.mark.parametrize("title", READABLE)
def test_a_title_becomes_a_name_that_can_be_read(title: str) -> None:
    made = named("{title}", paper(title=title), 1)
    assert made == ((READABLE[title] or "2611.01234"),)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (TEMPLATE, ("2017-Vaswani-Attention",)),
        ("{category}/{year}/{title}", ("cs.CL", "2017", "Attention")),
        ("{id}v{version}", ("1706.03762v5",)),
        ("{authors} ({year})", ("Vaswani, van der Sluys (2017)",)),
        ("{{{title}}}", ("{Attention}",)),
        ("papers of {year}/{title} ", ("papers of 2017", "Attention")),
    ],
)
def test_templates(template: str, expected: tuple[str, ...]) -> None:
    found = paper(
        "1706.03762",
        title="Attention",
        authors=("Ashish Vaswani", "Ada van der Sluys"),
        primary_category="cs.CL",
        submitted=datetime(2017, 6, 12, tzinfo=UTC),
    )
    assert named(template, found, 5) == expected


def test_what_is_not_known_leaves_no_gap() -> None:
    bare = paper("hep-th/9901001", title=None, authors=())
    assert named(TEMPLATE, bare, None) == ("1999-hep-th-9901001",), "the year is the id's"
    assert named("{category}/{id}", bare._replace(primary_category=None), None) == ("hep-th-9901001",)
    crowd = paper(authors=tuple(f"Jane Doe{number}" for number in range(3000)))
    assert named("{authors}", crowd, 1) == ("Doe0 et al",)


def test_only_the_template_makes_folders() -> None:
    climbing = paper(title="../up", authors=("A/B",), primary_category="..")
    assert named("{category}/{first_author}/{title}", climbing, 1) == ("A-B", "up")
    assert named("../{title}/../..", climbing, 1) == ("up",), "though such a template is refused as a setting"


@pytest.mark.parametrize("template", ["../{title}", "/{title}", "{title}/", "a/./{title}", "{title}/..\\x", "//{id}"])
def test_a_template_that_climbs_is_refused(template: str) -> None:
    with pytest.raises(BadSetting, match="out of the folder"):
        allowed.check("pdf.name", template)


def test_a_long_name_is_cut_between_words() -> None:
    made = safe("word " * 60)
    assert len(made) > 120
    assert set(made.split()) == {"word"}


@pytest.mark.parametrize(
    ("seen", "most"), [("e\u0323\u0302", 50), ("👩‍👩‍👧", 50), ("👍🏽", 50), ("日本", 50), ("❤️", 50), ("é", 51)]
)
def test_no_character_is_cut_in_two(seen: str, most: int) -> None:
    made = cut(seen * 40, most)
    assert 0 < len(made.encode()) <= most
    assert made == seen * (len(made) // len(seen))


def test_one_paper_has_a_few_names() -> None:
    first, second, third, *_ = candidates("Bells", "hep-th/9901001", 2, as_version=True)
    assert (first, second, third) == ("Bells.pdf", "Bells v2.pdf", "Bells hep-th-9901001v2.pdf")
    assert list(candidates("Bells", "2611.01234", None, as_version=True))[1] == "Bells 2611.01234.pdf"


@given(st.text(max_size=300))
def test_every_file_system_takes_it(text: str) -> None:
    made = safe(text)
    assert len(f"{made}.pdf".encode()) <= file_names.MOST_BYTES
    assert not set('/\\:*?"<>|') & set(made)
    assert made.isprintable() or not text.isprintable()
    assert is_normalized("NFC", made)
    assert made == made.strip(" .-")
    assert made.partition(".")[0].strip().upper() not in DEVICES
    assert safe(made) == made


@given(st.text(min_size=1, max_size=200), st.integers(1, 99))
def test_all_names_of_a_paper_differ_and_fit(text: str, version: int) -> None:
    made = list(candidates(safe(text) or "x", "cond-mat/9901001", version, as_version=True))
    assert len({key(name) for name in made}) == len(made)
    assert max(len(name.encode()) for name in made) <= file_names.MOST_BYTES


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=5).map(tuple))
def test_no_paper_climbs(title: str, authors: tuple[str, ...]) -> None:
    parts = named("{category}/{first_author}/{title}", paper(title=title, authors=authors), 1)
    assert parts
    assert all(part and part not in (".", "..") and "/" not in part for part in parts)
