"""Templates: what is wrong with one is said, and what is right in one is filled whatever the values are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import templates

NAMES = ("id", "title")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{id}", None),
        ("a{{b}}-{title}{id}", None),
        ("", None),
        ("{unknown}", "{unknown} stands for nothing"),
        ("{}", "{} stands for nothing"),
        ("{id", "its '{' has no other half"),
        ("id}", "its '}' has no other half"),
        ("{id.real}", "{id.real} stands for nothing"),
        ("{id!r:>9}", "{id!r:>9} stands for nothing"),
        ("{0}", "{0} stands for nothing"),
        ("{{id}", "its '}' has no other half"),
    ],
)
def test_a_template_is_checked(template: str, said: str | None) -> None:
    assert templates.wrong(template, NAMES) == said


def test_names_are_filled_and_double_braces_are_braces() -> None:
    assert templates.filled("{{{id}}}-{title}", {"id": "1", "title": "{id}"}) == "{1}-{id}"
    assert templates.names_in("{{x}}{id}") == {"id"}


@given(st.text(alphabet="{}abid"), st.text())
def test_what_is_not_wrong_can_be_filled(template: str, value: str) -> None:
    if templates.wrong(template, NAMES) is None:
        assert templates.filled(template, {"id": value, "title": value}).count(value) >= len(
            templates.names_in(template)
        )
