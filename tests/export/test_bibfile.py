"""A .bib file read with every span of it: as others read it, and changed nowhere but where it is edited."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string as bibtexparser_parse
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from coolcli.export import bibfile
from coolcli.export.bibfile import BadBib, Bibliography, Edit, Entry
from tests.builders import DATA

ODD = (DATA / "odd.bib").read_bytes()
PIECES = [
    "@",
    "article",
    "{",
    "}",
    "(",
    ")",
    '"',
    ",",
    "=",
    "#",
    "%",
    "\n",
    " ",
    "key",
    "title",
    "12",
    "\\",
    "string",
    "é",
]
soup = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def entries(text: str) -> list[Entry]:
    return list(bibfile.parse(text))


def one_line(text: str) -> str:
    return " ".join(text.split())


def said(entry: Entry) -> dict[str, str]:
    """The fields of an entry; of one that stands there twice, the first."""
    return {field.name: one_line(field.value) for field in reversed(entry.fields)}


def test_what_stands_in_an_odd_file() -> None:
    found = bibfile.read(ODD)
    assert [(entry.kind, entry.key, entry.line) for entry in found.entries] == [
        ("article", "quoted", 11),
        ("article", "parenthesised", 19),
        ("misc", "one-line", 25),
        ("misc", "spaced", 27),
        ("misc", "bare", 34),
        ("book", "no-last-comma", 36),
        ("misc", "doubled", 41),
        ("online", "de:key+with.odd_signs/1", 42),
    ]
    quoted, parenthesised, *_ = found.entries
    assert said(quoted) == {
        "title": 'A title in {"}quotes{"}, with {Nested {Braces}}',
        "author": "Jane Doe and Ada {van der Sluys}",
        "journal": "Phys. Rev. D 76",
        "year": "2009",
        "month": "November",
    }
    assert parenthesised.says("journal") == "J. Mach. Learn."


def test_it_reads_as_pybtex_does() -> None:
    text = ODD.decode()
    # pybtex refuses a field that stands there twice, and knows no comment lines.
    text = text.replace("title = {The second}, ", "").replace("@article{not_an_entry", "").replace("@example", "")
    theirs = parse_string(text, "bibtex")
    ours = entries(text)
    assert [(entry.kind, entry.key) for entry in ours] == [(each.type, each.key) for each in theirs.entries.values()]
    for entry, other in zip(ours, theirs.entries.values(), strict=True):
        fields = {name.lower(): one_line(value) for name, value in other.fields.items()}
        assert {name: value for name, value in said(entry).items() if name != "author"} == fields


def test_it_reads_as_bibtexparser_does() -> None:
    text = ODD.decode().replace("title = {The second}, ", "")
    stack = [ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()]
    library = bibtexparser_parse(text, parse_stack=stack)
    theirs = {entry.key: {field.key.lower(): field.value for field in entry.fields} for entry in library.entries}
    ours = {entry.key: said(entry) for entry in entries(text)}
    # It reads neither parentheses nor several parts of a value.
    common = [key for key in ours if key in theirs and key != "quoted"]
    assert len(common) >= 4
    for key in common:
        assert {name: one_line(str(value)) for name, value in theirs[key].items()} == ours[key]


PLAIN = "@article{a, journal = {J}, year = 2020}"


@pytest.mark.parametrize(
    ("text", "is_biblatex"),
    [
        ("@article{dblp, journal = {CoRR}, year = 2017, eprinttype = {arXiv}, eprint = {1706.03762}}", False),
        ("@misc{a, eprinttype = {arXiv}, eprint = {1706.03762}}", False),
        ("@inproceedings{acm, booktitle = {B}, year = 2019, location = {Anchorage}}", False),
        ("@online{a, url = {https://example.org}}" + PLAIN * 2, False),
        ("@online{a, year = 2020}", True),
        ("@thesis{a, date = {2020}} @book{b, location = {Bern}, title = {B}}" + PLAIN, True),
        ("@article{a, journaltitle = {J}, year = 2020} @book{b, title = {B}}", True),
        ("", False),
    ],
)
def test_a_file_is_in_the_dialect_of_most_entries(text: str, is_biblatex: bool) -> None:
    assert bibfile.read(text.encode()).is_biblatex is is_biblatex


def test_a_stray_byte_makes_no_file_latin_1() -> None:
    text = "@misc{a, title = {Müller, Łukasz é}}\n"
    mixed, latin = text.encode() + b"% \xe9\n", b"@misc{a, title = {\xe9 \xfc}}\n"
    assert [bibfile.read(content).adds for content in (text.encode(), mixed, latin)] == ["utf-8", "ascii", "latin-1"]
    found = bibfile.read(mixed)
    assert found.bytes_of(found.text) == mixed


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("@misc{a,\n title = {b\n}", 1, "never closed"),
        ("\n@misc{a,\n title = {b", 3, "never closed"),
        ("\n\n@misc{a, title = {b}", 3, "never closed"),
        ('@misc{a, title = "b', 1, "never closed"),
        ('@misc{a,\n title = "b } c"}', 2, "closes nothing"),
        ("@misc{a,\n title {b}}", 2, "no ="),
        ("@misc{a,\n title = {b}\n year = 2}", 3, "comma"),
        ("@misc{title = {b}}", 1, "no key"),
        ("@misc{a, title = }", 1, "a value is missing"),
        ("x\n@comment{ never {closed}", 2, "never closed"),
        ("@string{a = {b}", 1, "never closed"),
        ("@misc{a, title = {b})", 1, "missing before ')'"),
    ],
)
def test_where_a_file_is_wrong(text: str, line: int, words: str) -> None:
    with pytest.raises(BadBib, match=re.escape(words)) as raised:
        entries(text)
    assert raised.value.line == line and raised.value.message.startswith(f"line {line}: ")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(BadBib, match="line 2: this is no text"):
        bibfile.read(b"@misc{a}\n\0\1\2")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"\xef\xbb\xbf@misc{a, title = {\xc3\xa9}}", "utf-8"),
        (b"@misc{a, title = {\xe9}}\r\n", "latin-1"),
        ("@misc{a, title = {é}}".encode(), "utf-8"),
        (b"", "utf-8"),
    ],
)
def test_a_file_is_written_as_it_was_read(content: bytes, encoding: str) -> None:
    found = bibfile.read(content)
    assert found.bytes_of(found.text) == content and found.encoding == encoding
    assert all(entry.says("title") == "é" for entry in found.entries)


@given(st.text(max_size=60) | soup)
def test_any_text_is_read_or_refused_with_its_line(text: str) -> None:
    try:
        found = entries(text)
    except BadBib as error:
        assert 1 <= error.line <= text.count("\n") + 1
    else:
        assert all(text[entry.start] == "@" and text[entry.end - 1] in "})" for entry in found)


@given(st.binary(max_size=60))
def test_any_bytes_are_kept(content: bytes) -> None:
    try:
        found = bibfile.read(content)
    except BadBib:
        return
    assert found.bytes_of(found.edited([])) == content


values = st.text(alphabet="ab1 é\\%#,=@'\"", max_size=12)


@given(st.data())
def test_an_edit_changes_nothing_but_its_span(data: st.DataObject) -> None:
    text = ODD.decode()
    before = entries(text)
    entry = data.draw(st.sampled_from(before))
    value = data.draw(values)
    field = data.draw(st.sampled_from((None, *entry.fields)))
    if field:
        name, edit = field.name, bibfile.replacing(field, value, text)
    else:
        name, edit = "doi", bibfile.adding(entry, {"doi": value}, text)
    edited = Bibliography(text, tuple(before)).edited([edit])
    assert edited[: edit.start] == text[: edit.start]
    assert edited[edit.start + len(edit.text) :] == text[edit.end :]
    after = entries(edited)
    assert [each.key for each in after] == [each.key for each in before]
    for one, other in zip(before, after, strict=True):
        if one.key != entry.key:
            assert [(f.name, f.value) for f in one.fields] == [(f.name, f.value) for f in other.fields]
        else:
            assert value in [field.value for field in other.fields if field.name == name]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@misc{a,\n  title = {b}\n}", "@misc{a,\n  title = {b},\n  doi = {D}\n}"),
        ("@misc{a,\n  title = {b},\n}", "@misc{a,\n  title = {b},\n  doi = {D},\n}"),
        ("@misc{a,\n\ttitle={b}}", "@misc{a,\n\ttitle={b},\n\tdoi={D}}"),
        ("@misc{a, title={b}, x=1}", "@misc{a, title={b}, x=1, doi={D}}"),
        (
            "@misc{a,\n  title   = {b},\n  x       = 1\n}",
            "@misc{a,\n  title   = {b},\n  x       = 1,\n  doi     = {D}\n}",
        ),
        ("@misc{a,\r\n  title = {b}\r\n}", "@misc{a,\r\n  title = {b},\r\n  doi = {D}\r\n}"),
        ("@misc{a}", "@misc{a,\n  doi = {D}}"),
        ("@misc{a, }", "@misc{a,\n  doi = {D}, }"),
        ("@misc(a, title={b})", "@misc(a, title={b}, doi={D})"),
    ],
)
def test_a_field_is_added_as_the_others_stand(before: str, after: str) -> None:
    (entry,) = entries(before)
    found = Bibliography(before, (entry,))
    assert found.edited([bibfile.adding(entry, {"doi": "D"}, before)]) == after
    assert entries(after)[0].says("doi") == "D"


def test_quotes_stay_where_they_can_hold_the_value() -> None:
    text = '@misc{a, title = "b", note = {c}, x = 12}'
    (entry,) = entries(text)

    def replaced(name: str, value: str) -> str:
        field = entry.field(name)
        assert field
        edit: Edit = bibfile.replacing(field, value, text)
        return edit.text

    assert replaced("title", "é") == '"é"'
    assert replaced("title", 'a "b"') == '{a "b"}'
    assert (replaced("note", "d"), replaced("x", "13")) == ("{d}", "{13}")


HOSTILE: dict[str, Any] = {
    "nested": "@misc{a, title = " + "{" * 300_000 + "}" * 300_000 + "}",
    "unclosed": "@comment" + "{" * 600_000,
    "at signs": "@" * 600_000,
    "at signs in comments": "@%" * 300_000,
    "at signs behind comments": "@a %" * 150_000,
    "joined": "@misc{a, title = " + "x # " * 150_000 + "x}",
    "percent": ("%" * 50 + "\n") * 12_000,
    "entries": "@misc{a, title = {b}}\n" * 25_000,
    "spaces": "@misc{a," + " " * 600_000 + "}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_takes_no_longer_than_its_length(name: str) -> None:
    begun = time.monotonic()
    try:
        entries(HOSTILE[name])
    except BadBib as error:
        assert error.line == 1
    assert time.monotonic() - begun < 10


def test_a_field_is_added_in_no_longer_than_its_entry() -> None:
    text = " " * 20_000_000 + "@misc{a, title = {b}}"
    (entry,) = entries(text)
    begun = time.monotonic()
    for _ in range(4_000):
        bibfile.adding(entry, {"doi": "D"}, text)
    assert time.monotonic() - begun < 10


def test_macros_do_not_unfold_without_bounds() -> None:
    macros = "@string{m0 = {0123456789}}\n" + "".join(
        f"@string{{m{level} = {' # '.join([f'm{level - 1}'] * 10)}}}\n" for level in range(1, 12)
    )
    with pytest.raises(BadBib, match="macros unfold to millions of characters") as raised:
        entries(macros + "@misc{a, title = m11}")
    assert raised.value.line < 10
    with pytest.raises(BadBib, match="macros unfold"):
        entries(f"@string{{m = {{{'x' * 10_000}}}}} @misc{{a, {'x = m # m, ' * 1_000}}}")


def test_macros_as_many_as_a_bibliography_has_are_unfolded() -> None:
    journal = "Journal of Machine Learning Research"
    found = entries(f"@string{{jmlr = {{{journal}}}}}" + "@misc{a, journal = jmlr # nov}" * 20_000)
    assert {entry.says("journal") for entry in found} == {f"{journal}November"}
