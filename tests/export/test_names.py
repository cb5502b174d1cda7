"""Names taken apart as their bearers would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.export import names
from coolcli.export.names import Name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jane Doe", Name("Doe", "Jane")),
        ("J. R. Doe", Name("Doe", "J. R.")),
        ("Ada van der Sluys", Name("van der Sluys", "Ada")),
        ("Wil M. P. van der Aalst", Name("van der Aalst", "Wil M. P.")),
        ("Luc Van Gool", Name("Van Gool", "Luc")),
        ("Fernando De la Torre", Name("De la Torre", "Fernando")),
        ("Hans Op de Beeck", Name("Op de Beeck", "Hans")),
        ("Carlos Sousa de Oliveira", Name("de Oliveira", "Carlos Sousa")),
        ("De Wen Soh", Name("Soh", "De Wen")),
        ("Thi Van Nguyen", Name("Nguyen", "Thi Van")),
        ("Robert J. Webster III", Name("Webster", "Robert J.", "III")),
        ("Sammy Davis, Jr.", Name("Davis", "Sammy", "Jr.")),
        ("Doe, Jane", Name("Doe", "Jane")),
        ("NVIDIA", Name("NVIDIA")),
        ("ATLAS Collaboration", Name("ATLAS Collaboration")),
        ("The Harbour Team", Name("The Harbour Team")),
        ("The Harbour", Name("The Harbour")),
        ("The Dark Energy Survey", Name("The Dark Energy Survey")),
        ("The Anh Han", Name("Han", "The Anh")),
        ("Nguyen Van Tu", Name("Nguyen", "Van Tu")),
        ("Võ Van Nam", Name("Võ", "Van Nam")),
        ("Hien Van Nguyen", Name("Nguyen", "Hien Van")),
        ("Jane Doe for the ATLAS Collaboration", Name("Jane Doe for the ATLAS Collaboration")),
        ("Doe and Roe", Name("Doe and Roe")),
        ("王小明", Name("王小明")),
        ("王 小明", Name("王", "小明")),
        ("김 민준", Name("김", "민준")),
        ("Eric~Granger", Name("Granger", "Eric")),
        ("Mario Ocampo--Pineda", Name("Ocampo-Pineda", "Mario")),
        (r"Jane Doe\\", Name("Doe", "Jane")),
        ("and Bowen Wang", Name("Wang", "Bowen")),
        ("III", Name("III")),
        (":", None),
        ("", None),
        (", ,", None),
    ],
)
def test_a_name_in_parts(text: str, name: Name | None) -> None:
    assert names.parse(text) == name


@given(st.text(max_size=30).filter(lambda text: "and" not in text))
def test_no_letter_of_a_name_is_lost(text: str) -> None:
    name = names.parse(text)
    found = [letter for letter in (name.plain if name else "") if letter.isalnum()]
    assert sorted(found) == sorted(letter for letter in text if letter.isalnum()) or name is None
