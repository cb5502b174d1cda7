"""A thousand papers in each format, read back by a reader that others wrote."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rispy
from bibtexparser.entrypoint import parse_string as bibtexparser_parse
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import Entry, Person, parse_string
from pylatexenc.latex2text import LatexNodes2Text

from coolcli.export import formats, keys, names, reference
from coolcli.export.formats import Format
from coolcli.export.reference import Reference
from coolcli.models import Marks, Paper, Row
from coolcli.settings import Settings
from tests.export import corpus

CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type", "title", "issued"],
        "properties": {
            "id": {"type": ["string", "number"]},
            "type": {"enum": ["article", "article-journal"]},
            "title": {"type": "string"},
            "author": {"type": "array", "items": {"$ref": "#/$defs/name"}},
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
                    }
                },
                "additionalProperties": False,
            },
            **{
                name: {"type": "string"}
                for name in ("container-title", "publisher", "version", "DOI", "URL", "abstract", "keyword", "note")
            },
            "number": {"type": ["string", "number"]},
        },
        "additionalProperties": False,
    },
    "$defs": {
        "name": {
            "type": "object",
            "properties": {part: {"type": "string"} for part in ("family", "given", "suffix", "literal")},
            "anyOf": [{"required": ["family"]}, {"required": ["literal"]}],
            "additionalProperties": False,
        }
    },
}
"""What CSL-JSON says of the fields that are written here."""


@cache
def references() -> tuple[Reference, ...]:
    assigned = keys.assigned([row.paper for row in corpus.rows()], Settings().bib_key)
    return tuple(reference.of(row, assigned[row.id]) for row in corpus.rows())


@cache
def pybtex_read(kind: Format) -> Mapping[str, Entry]:
    return parse_string(formats.written(kind, references()), "bibtex").entries  # type: ignore[no-any-return]


def one(kind: Format, row: Row, **more: Any) -> str:
    return formats.written(kind, [reference.of(row, "key", **more)])


LACKING = {r"{\textless}": "<", r"{\textgreater}": ">", r"{\textbar}": "|"}
"""What LaTeX has and pylatexenc's table has not."""


def text_of(tex: str) -> str:
    if not re.search(r"[\\{}`'-]", tex):
        return " ".join(tex.split())
    for command, letter in LACKING.items():
        tex = tex.replace(command, letter)
    return " ".join(LatexNodes2Text(math_mode="verbatim", keep_comments=True).latex_to_text(tex).split())


def letters(text: str) -> str:
    """What of a title is left without TeX: its letters and digits."""
    return re.sub(r"\\[A-Za-z]+|\\.|[\W_]", "", text)


def same_title(written: str, title: str) -> bool:
    if re.search(r"[\\{}]", title):
        return letters(text_of(written)) == letters(title)
    return text_of(written) == typeset(title)


def typeset(title: str) -> str:
    """A title with the dashes and quotes that TeX prints for what stands there."""
    for typed, printed in (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”")):
        title = title.replace(typed, printed)
    return " ".join(title.split())


def person(read: Person) -> names.Name:
    parts = (read.prelast_names + read.last_names, read.first_names + read.middle_names, read.lineage_names)
    return names.Name(*(text_of(" ".join(part)) for part in parts))


def test_there_are_a_thousand() -> None:
    assert len(references()) == corpus.COUNT
    assert len({each.key.lower() for each in references()}) == corpus.COUNT


@pytest.mark.parametrize("kind", ["bibtex", "biblatex"])
def test_bibtex_as_bibtexparser_reads_it(kind: Format) -> None:
    library = bibtexparser_parse(formats.written(kind, references()))
    assert library.failed_blocks == []
    assert [entry.key for entry in library.entries] == [each.key for each in references()]
    journal = "journal" if kind == "bibtex" else "journaltitle"
    for entry, said in zip(library.entries, references(), strict=True):
        fields = {field.key.lower(): field.value for field in entry.fields}
        assert same_title(fields["title"], said.title), fields["title"]
        assert fields["eprint"] == said.id
        assert fields.get("doi") == said.doi
        assert text_of(fields.get(journal, "")) == (said.journal or "")
        assert text_of(fields.get("keywords", "")) == ", ".join(said.tags)
        assert entry.entry_type == ("article" if said.journal else "misc" if kind == "bibtex" else "online")


@pytest.mark.parametrize("kind", ["bibtex", "biblatex"])
def test_bibtex_as_pybtex_reads_it(kind: Format) -> None:
    read = pybtex_read(kind)
    assert list(read) == [each.key for each in references()]
    for said in references():
        entry: Entry = read[said.key]
        assert same_title(entry.fields["title"], said.title)
        people = entry.persons["author"] if said.names else []
        assert [person(each).plain for each in people] == [name.plain for name in said.names]
        for each, name in zip(people, said.names, strict=True):
            assert name.whole or person(each).family == name.family
        note = entry.fields.get("annote") or entry.fields.get("annotation") or ""
        assert text_of(note) == " ".join((said.note or "").split())


def test_bibtex_fields_are_arxivs_own() -> None:
    read = pybtex_read("bibtex")
    for said in references():
        fields = {name.lower(): value for name, value in read[said.key].fields.items()}
        assert fields["archiveprefix"] == "arXiv" and fields["primaryclass"] == said.category
        assert fields["year"] == str(said.year) and fields["url"] == said.url
    text = formats.written("biblatex", references())
    assert "eprinttype  = {arxiv}" in text and "archivePrefix" not in text


def test_ris_as_rispy_reads_it() -> None:
    text = formats.written("ris", references())
    assert text.count("\n") == text.count("\r\n")
    read = rispy.loads(text)
    assert [record["id"] for record in read] == [each.key for each in references()]
    for record, said in zip(read, references(), strict=True):
        assert record["title"] == " ".join(said.title.split())
        assert record.get("authors", []) == [name.inverted for name in said.names]
        assert record["year"] == str(said.year)
        assert record["doi"] == (said.doi or f"10.48550/arXiv.{said.id}")
        assert record["urls"] == [said.url]
        assert record.get("keywords", []) == list(said.tags)
        assert record.get("notes", []) == ([" ".join(said.note.split())] if said.note else [])
        assert record["type_of_reference"] == ("JOUR" if said.journal else "UNPB")
        assert record.get("secondary_title") == said.journal
        assert record.get("abstract", "") == " ".join((said.abstract or "").split())


def test_csl_by_its_schema_and_read_back() -> None:
    read = json.loads(formats.written("csl-json", references()))
    jsonschema.validate(read, CSL)
    for item, said in zip(read, references(), strict=True):
        assert (item["id"], item["title"], item["URL"]) == (said.key, said.title, said.url)
        people = [(each.get("literal") or each["family"], each.get("given", "")) for each in item.get("author", [])]
        assert people == [(name.family, name.given) for name in said.names]
        assert item.get("note") == said.note and item.get("abstract") == said.abstract


def test_csl_as_a_citation_processor_reads_it() -> None:
    items = json.loads(formats.written("csl-json", references()[:40]))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    printed = [str(entry) for entry in bibliography.bibliography()]
    assert len(printed) == 40
    families = [each.names[0].family for each in references()[:40] if each.names]
    assert all(any(family in line for line in printed) for family in families)


def test_csv_as_the_csv_reader_reads_it() -> None:
    text = formats.written("csv", references())
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in read] == [each.id for each in references()]
    for row, said in zip(read, references(), strict=True):
        assert row["title"].removeprefix("'") == said.title
        assert row["authors"].split("; ") == [name.plain for name in said.names]
        assert (row["tags"], row["note"]) == ("; ".join(said.tags), said.note or "")
        assert row["abstract"].removeprefix("'") == (said.abstract or "")


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-omics", "@home", "  =1+1", "\t=1"])
def test_no_title_is_a_formula_in_a_spreadsheet(title: str) -> None:
    text = one("csv", Row(Paper("2611.01234", title=title)))
    ((_, row),) = [list(csv.reader(io.StringIO(text, newline="")))]
    assert row[2] == f"'{title}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("refs.bib", "bibtex"),
        ("REFS.RIS", "ris"),
        ("refs.csl.json", "csl-json"),
        ("refs.csl", "csl-json"),
        ("refs.json", "json"),
        ("refs.csv", "csv"),
        ("a.b/refs.md", "markdown"),
        ("refs", "bibtex"),
        (".bib", "bibtex"),
        ("main.tex", None),
        ("refs.bib.bak", None),
    ],
)
def test_the_format_of_a_file(name: str, kind: Format | None) -> None:
    assert formats.of_file(Path(name)) == kind


def test_one_entry_as_it_is_written() -> None:
    paper = Paper(
        "1706.03762",
        5,
        "Attention Is All You Need: BERT & the $O(n)$ Transformer",
        authors=("Ashish Vaswani", "Aidan N. Gomez", "Łukasz Kaiser", "ATLAS Collaboration", "Robert J. Webster III"),
        categories=("cs.CL", "cs.LG"),
        primary_category="cs.CL",
        journal_ref="Adv. Neural Inf. Process. Syst. 30 (2018)",
        doi="10.1000/a_b",
    )
    row = Row(paper, marks=Marks(tags=("survey", "nlp"), note="50% of it"))
    assert one("bibtex", row, version=3).splitlines() == [
        "@article{key,",
        "  title         = {Attention Is All You Need: {BERT} \\& the {$O(n)$} Transformer},",
        "  author        = {Vaswani, Ashish and Gomez, Aidan N. and Kaiser, {\\L}ukasz and {ATLAS Collaboration}"
        " and Webster, III, Robert J.},",
        "  journal       = {Adv. Neural Inf. Process. Syst. 30 (2018)},",
        "  year          = {2018},",
        "  eprint        = {1706.03762},",
        "  archivePrefix = {arXiv},",
        "  primaryClass  = {cs.CL},",
        "  version       = {3},",
        "  doi           = {10.1000/a_b},",
        "  url           = {https://arxiv.org/abs/1706.03762v3},",
        "  keywords      = {survey, nlp},",
        "  annote        = {50\\% of it},",
        "}",
    ]


def test_markdown_as_a_reader_pastes_it() -> None:
    paper = Paper("2611.01234", title="On [x] and $a_b$ *now* a_b", authors=("A_B C",) * 12, primary_category="cs.LG")
    row = Row(paper, marks=Marks(tags=("survey",), note="# no heading\n1. no list\n\n- x <b>"))
    assert one("markdown", row).splitlines() == [
        "- [On \\[x\\] and $a_b$ \\*now\\* a\\_b](https://arxiv.org/abs/2611.01234)  ",
        "  " + ", ".join(["A\\_B C"] * 10) + " and 2 more  ",
        "  arXiv:2611.01234 · 2026-11 · tags: survey",
        "  > \\# no heading",
        "  > 1\\. no list",
        "  >",
        "  > \\- x \\<b\\>",
    ]


@pytest.mark.parametrize(
    ("journal_ref", "year", "journal"),
    [
        ("Phys. Rev. D 76, 013009 (2009)", 2009, True),
        ("J. Math. 12, 2010", 2010, True),
        ("Proc. of ICML 2008, pages 1998-2007", 2008, True),
        ("Lect. Notes 2099:12 (Springer, Berlin 1999)", 1999, True),
        ("Ann. 12:345", 2007, True),
        ("arXiv preprint, 2011", 2007, False),
    ],
)
def test_the_year_is_the_journals_where_it_says_one(journal_ref: str, year: int, journal: bool) -> None:
    said = reference.of(Row(Paper("0704.0001", title="x", journal_ref=journal_ref)), "key")
    assert (said.year, said.journal is not None) == (year, journal)


@pytest.mark.parametrize(
    ("typed", "doi"),
    [
        ("10.1103/PhysRevD.76.013009", "10.1103/PhysRevD.76.013009"),
        ("https://doi.org/10.1000/x_y", "10.1000/x_y"),
        ("10.1000/a 10.1000/b", "10.1000/a"),
        ("10.1000/x;10.1000/y", "10.1000/x"),
        ("10.1000/x,https://doi.org/10.1000/y", "10.1000/x"),
        ("https://doi.org/10.1000/x.", "10.1000/x"),
        ("(see doi:10.1000/x(1)).", "10.1000/x(1)"),
        ("10.1002/1097(1998)17:15<1661::AID-SIM968>3.0.CO;2-2", "10.1002/1097(1998)17:15<1661::AID-SIM968>3.0.CO;2-2"),
        ("10.48550/arXiv.2611.01234 10.1000/x", "10.1000/x"),
        ("10.1000/...", None),
        ("10.48550/arXiv.2611.01234", None),
        ("to appear", None),
        (None, None),
    ],
)
def test_the_doi_is_the_journals(typed: str | None, doi: str | None) -> None:
    assert reference.of(Row(Paper("2611.01234", title="x", doi=typed)), "key").doi == doi


@pytest.mark.parametrize("kind", ["bibtex", "biblatex"])
def test_no_doi_and_no_category_is_obeyed_by_tex(kind: Format) -> None:
    paper = Paper("2611.01234", title="x", doi=r"10.1000/\input{x}%#~^é", primary_category="cs.LG},\n x={y")
    (entry,) = parse_string(one(kind, Row(paper)), "bibtex").entries.values()
    assert entry.fields["doi"] == "10.1000/%5Cinput%7Bx%7D%25%23%7E%5E%C3%A9"
    assert not {"primaryClass", "eprintclass", "x"} & set(entry.fields)


def test_old_categories_are_categories() -> None:
    assert "{cond-mat.str-el}" in one("bibtex", Row(Paper("2611.01234", title="x", primary_category="cond-mat.str-el")))
    assert "{cmp-lg}" in one("bibtex", Row(Paper("2611.01234", title="x", primary_category="cmp-lg")))


def test_no_line_of_a_note_is_code_in_markdown() -> None:
    row = Row(Paper("2611.01234", title="x"), marks=Marks(note="    if x:\n\n\treturn\n    - y"))
    assert one("markdown", row).splitlines()[-4:] == ["  > if x:", "  >", "  > return", "  > \\- y"]


def test_many_authors() -> None:
    paper = Paper("2611.01234", title="x", authors=tuple(f"Author{number} Family" for number in range(3_303)))
    (entry,) = parse_string(one("bibtex", Row(paper)), "bibtex").entries.values()
    assert len(entry.persons["author"]) == 3_303
    assert len(rispy.loads(one("ris", Row(paper)))[0]["authors"]) == 3_303
