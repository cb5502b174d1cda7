"""The paper that an entry cites, in all forms in which it is written, and what became of it."""

from __future__ import annotations

import time

import pytest

from coolcli.arxiv.ids import ArxivId
from coolcli.export import appending, bibfile, checking, citations
from coolcli.export.bibfile import Bibliography
from coolcli.export.checking import Finding
from coolcli.export.reference import doi_of, of
from coolcli.models import Paper, Row
from tests.builders import DATA

ATTENTION = "1706.03762"
CITED = {
    "plain": (ATTENTION, None),
    "versioned": (ATTENTION, 3),
    "biblatex": (ATTENTION, 2),
    "scholar": (ATTENTION, None),
    "braced": (ATTENTION, 1),
    "dblp": (ATTENTION, None),
    "ads": (ATTENTION, None),
    "corr": (ATTENTION, None),
    "address": (ATTENTION, 4),
    "typeset": (ATTENTION, None),
    "linked": (ATTENTION, None),
    "registered": (ATTENTION, None),
    "registered-address": (ATTENTION, None),
    "mendeley": (ATTENTION, None),
    "other-site": (ATTENTION, None),
    "old": ("hep-th/9901001", None),
    "old-in-two": ("hep-th/9901001", None),
    "old-of-a-class": ("math/0309136", None),
    "unsaid": (ATTENTION, None),
}
"""Of the entries of preprints.bib; the others cite nothing of arXiv's."""


def bibliography(text: str) -> Bibliography:
    return bibfile.read(text.encode())


def test_the_paper_of_each_entry() -> None:
    entries = bibfile.read((DATA / "preprints.bib").read_bytes()).entries
    assert len(entries) == len(CITED) + 5
    found = {entry.key: tuple(cited) for entry in entries if (cited := citations.cited(entry))}
    assert found == CITED


PUBLISHED = Paper(
    ATTENTION, 5, "Attention", authors=("A B",), journal_ref="Adv. Inf. & Co. 30 (2017)", doi="10.5555/3295222"
)
JOURNAL = r"Adv. Inf. \& Co. 30 (2017)"


def look(text: str, paper: Paper | None = PUBLISHED) -> Finding:
    (entry,) = bibliography(text).entries
    cited = citations.cited(entry)
    assert cited
    return checking.look(entry, cited, paper)


def fixed(text: str, paper: Paper = PUBLISHED) -> str:
    found = bibliography(text)
    finding = look(text, paper)
    edited = found.edited(checking.edits(finding, found))
    again = bibliography(edited)
    (entry,) = again.entries
    if cited := citations.cited(entry):
        rest = checking.edits(checking.look(entry, cited, paper), again)
        assert again.edited(rest) == edited, "twice is no change"
    return edited


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "@misc{a,\n  eprint = {1706.03762},\n  archivePrefix = {arXiv}\n}",
            "@misc{a,\n  eprint = {1706.03762},\n  archivePrefix = {arXiv},\n  doi = {10.5555/3295222}\n}",
        ),
        (
            "@article{a, journal = {arXiv preprint arXiv:1706.03762}, year=2017}",
            f"@article{{a, journal = {{{JOURNAL}}}, year=2017, doi={{10.5555/3295222}}, eprint={{1706.03762}},"
            " archivePrefix={arXiv}}",
        ),
        (
            '@article{a, journal = "CoRR", volume = {abs/1706.03762}}',
            '@article{a, journal = "CoRR", volume = {abs/1706.03762}, doi = {10.5555/3295222}}',
        ),
        (
            "@online{a, eprint = {1706.03762v2}, eprinttype = {arxiv}}",
            "@online{a, eprint = {1706.03762v5}, eprinttype = {arxiv}, doi = {10.5555/3295222}}",
        ),
        (
            "@article{a, eprint = {1706.03762v2}, eprinttype = {arxiv}}",
            "@article{a, eprint = {1706.03762v5}, eprinttype = {arxiv}, doi = {10.5555/3295222},"
            f" journaltitle = {{{JOURNAL}}}}}",
        ),
        (
            "@article{a, journal = {}, eprint = {1706.03762}}",
            f"@article{{a, journal = {{{JOURNAL}}}, eprint = {{1706.03762}}, doi = {{10.5555/3295222}}}}",
        ),
        (
            "@article{a, url = {https://arxiv.org/abs/1706.03762}}",
            "@article{a, url = {https://arxiv.org/abs/1706.03762}, doi = {10.5555/3295222},"
            f" journal = {{{JOURNAL}}}, eprint = {{1706.03762}}, archivePrefix = {{arXiv}}}}",
        ),
        (
            "@article{a, journal = {Nature}, eprint = {1706.03762}}",
            "@article{a, journal = {Nature}, eprint = {1706.03762}, doi = {10.5555/3295222}}",
        ),
        (
            "@article{a, journal = {arXiv preprint}, doi = {10.1000/other}, eprint = {1706.03762}}",
            "@article{a, journal = {arXiv preprint}, doi = {10.1000/other}, eprint = {1706.03762}}",
        ),
        (
            "@misc{a, doi = {10.48550/arXiv.1706.03762}, journal = {J}}",
            "@misc{a, doi = {10.5555/3295222}, journal = {J}, eprint = {1706.03762}, archivePrefix = {arXiv}}",
        ),
        (
            "@inproceedings{a, booktitle = {NIPS}, url = {https://arxiv.org/abs/1706.03762v1}}",
            "@inproceedings{a, booktitle = {NIPS}, url = {https://arxiv.org/abs/1706.03762v5},"
            " doi = {10.5555/3295222}}",
        ),
        (
            "@article{a, journal = {My J.}, doi = {10.1000/other}, eprint = {1706.03762}}",
            "@article{a, journal = {My J.}, doi = {10.1000/other}, eprint = {1706.03762}}",
        ),
        (
            "@article{a, doi = {https://doi.org/10.5555/3295222}, journal={X}, eprint={1706.03762}, version = {v3}}",
            "@article{a, doi = {https://doi.org/10.5555/3295222}, journal={X}, eprint={1706.03762}, version = {v5}}",
        ),
    ],
)
def test_an_entry_is_brought_up_to_what_is_known(before: str, after: str) -> None:
    assert fixed(before) == after


def test_what_is_told_of_an_entry() -> None:
    assert look("@misc{a, eprint = {1706.03762v5}}").states == ["published"]
    assert look("@misc{a, eprint = {1706.03762v2}}").states == ["published", "revised"]
    known = "@article{a, journal = {J}, doi = {10.5555/3295222}, eprint = {1706.03762}}"
    assert look(known).states == []
    other = look("@article{a, journal = {J}, doi = {10.1000/other}, eprint = {1706.03762}}")
    assert (other.states, other.other_doi) == (["other-doi"], "10.5555/3295222")
    preprint = PUBLISHED._replace(journal_ref=None, doi=None)
    assert look("@misc{a, eprint = {1706.03762}}", preprint).states == []
    assert look("@misc{a, eprint = {1706.03762}}", None).paper is None
    assert look("@misc{a, eprint = {1706.03762}}", Paper(ATTENTION)).paper is None


OF_OTHERS = [
    "@article{a, journal = {Nature}, note = {Comment on arXiv:1706.03762}}",
    "@article{a, journal = {Nature}, note = {arXiv:1706.03762}}",
    "@article{a, journal = {Nature}, url = {https://arxiv.org/abs/1706.03762}}",
    "@article{a, journal = {Nature (arXiv:1706.03762)}, volume = 5}",
    r"@article{a, journal = {Phys.\ Rev.\ D {\bf 76} (2007) 013009 [arXiv:1706.03762]}}",
    "@article{a, journal = {arXiv preprint}, note = {Comment on arXiv:1706.03762}}",
    "@misc{a, note = {Extended version: arXiv:1706.03762}}",
    "@misc{a, note = {arXiv:1706.03762 and arXiv:1810.04805}}",
    "@misc{a, note = {arXiv:1706.03762, arXiv:1810.04805}}",
    "@inproceedings{a, booktitle = {NIPS}, note = {arXiv:1706.03762}}",
    "@incollection{a, booktitle = {B}, note = {Extended version: arXiv:1706.03762}}",
    "@phdthesis{a, school = {S}, url = {https://arxiv.org/abs/1706.03762}}",
    "@dataset{a, url = {https://arxiv.org/abs/1706.03762}}",
    "@software{a, note = {arXiv:1706.03762}}",
    "@misc{a, publisher = {Zenodo}, note = {arXiv:1706.03762}}",
]


@pytest.mark.parametrize("text", OF_OTHERS)
def test_an_entry_that_speaks_of_a_preprint_is_another_work(text: str) -> None:
    (entry,) = bibliography(text).entries
    assert citations.cited(entry) is None
    assert appending.keys_of(bibliography(text), [ROW]) == {}


@pytest.mark.parametrize(
    "fields",
    [
        "note = {arXiv:1706.03762 [cs.CL], 2017}",
        "note = {arXiv: 1706.03762 [cs, stat]}, publisher = {arXiv}",
        r"howpublished = {Preprint at \url{https://arxiv.org/abs/1706.03762}}",
        "howpublished = {arXiv preprint, arXiv:1706.03762v2, June 2017}",
        "note = {arXiv:1706.03762 [cs] version: 1}",
        "number = {arXiv:1706.03762}, publisher = {arXiv}, doi = {10.5555/other}",
        "journal = {ArXiv}, volume = {abs/1706.03762}",
        "journal = {arXiv: Computation and Language}, volume = {abs/1706.03762}",
        "journal = {Computing Research Repository}, volume = {abs/1706.03762}",
        "journal = {}, note = {arXiv:1706.03762}",
        "eprint = {1706.03762}, journal = {Nature}, note = {Comment on arXiv:1810.04805}",
    ],
)
def test_an_entry_that_says_nothing_besides_is_the_preprint(fields: str) -> None:
    (entry,) = bibliography(f"@article{{a, {fields}}}").entries
    assert (found := citations.cited(entry)) and found.id == ATTENTION


@pytest.mark.parametrize(
    ("venue", "is_preprints"),
    [
        ("arXiv e-prints", True),
        ("{arXiv} preprint {arXiv}:1706.03762v1 [cs.CL]", True),
        ("CoRR abs/1706.03762", True),
        ("arXiv (Cornell University)", True),
        ("Preprint", True),
        ("", False),
        ("2017", False),
        ("Nature", False),
        ("Cryptology ePrint Archive", False),
        ("bioRxiv preprint", False),
        ("J. Corr. 5", False),
        ("Preprint, to appear in Nature", False),
    ],
)
def test_what_a_journal_is_called_that_is_none(venue: str, is_preprints: bool) -> None:
    assert citations.is_preprints(venue) is is_preprints


@pytest.mark.parametrize("version", ["1.0", "1.2.3", "1.1", "10", "2017-1", "first"])
def test_a_field_that_says_another_version_stays(version: str) -> None:
    text = f"@misc{{a, version = {{{version}}}, eprint = {{1706.03762v1}}, doi = {{10.5555/3295222}}}}"
    assert fixed(text) == text.replace("62v1", "62v5")


@pytest.mark.parametrize(
    ("text", "by_hand"),
    [
        ("@article{a, journal = {CoRR}, volume = {abs/1706.03762}}", True),
        ("@article{a, journal = {CoRR}, volume = {abs/1706.03762}, doi = {10.5555/3295222}}", True),
        ("@article{a, journal = {arXiv e-prints}, eid = {arXiv:1706.03762}}", True),
        ("@misc{a, eprint = {1706.03762}}", True),
        ("@misc{a, eprint = {1706.03762}, doi = {10.5555/3295222}}", False),
        ("@article{a, eprint = {1706.03762}}", False),
        ("@inproceedings{a, eprint = {1706.03762}, booktitle = {B}}", False),
    ],
)
def test_a_journal_that_would_be_printed_wrongly_is_the_readers_to_write(text: str, by_hand: bool) -> None:
    found = look(text)
    assert found.by_hand is by_hand and "journal" not in {name for name, _ in found.values if by_hand}
    assert found.published or not by_hand, "it is told as published until it is written"


def test_a_hostile_doi_takes_no_longer_than_its_length() -> None:
    hostile = "10.1234." * 40_000
    (entry,) = bibliography(f"@misc{{a, doi = {{{hostile}}}}}").entries
    begun = time.monotonic()
    assert citations.doi_of(entry) == hostile
    assert doi_of(PUBLISHED._replace(doi=hostile)) is None
    assert doi_of(PUBLISHED._replace(doi=f"doi:10.1234.5/a, {hostile}")) == "10.1234.5/a"
    assert time.monotonic() - begun < 10


def test_nothing_is_made_up() -> None:
    """No version is cited, or none is known: nothing is revised. What authors write for lack of a journal is none."""
    assert not look("@misc{a, eprint = {1706.03762}}").revised
    assert not look("@misc{a, eprint = {1706.03762v2}}", PUBLISHED._replace(version=None)).revised
    unpublished = PUBLISHED._replace(journal_ref="arXiv:1706.03762", doi="10.48550/arXiv.1706.03762")
    assert look("@misc{a, eprint = {1706.03762}}", unpublished).states == []


def test_the_version_of_a_withdrawn_paper_stays() -> None:
    withdrawn = PUBLISHED._replace(journal_ref=None, doi=None, comments="This paper has been withdrawn by the authors")
    text = "@misc{a, eprint = {1706.03762v1}}"
    assert look(text, withdrawn).states == ["revised", "withdrawn"]
    assert fixed(text, withdrawn) == text


def test_the_id_is_not_lost_to_the_eprint_of_another_archive() -> None:
    text = "@article{a, eprint = {123}, eprinttype = {jstor}, journal = {arXiv preprint arXiv:1706.03762}}"
    assert fixed(text) == text.replace("}}", "}, doi = {10.5555/3295222}}")


def test_a_doi_that_bibtex_would_choke_on() -> None:
    assert "doi = {10.1000/a%7Bb}" in fixed("@misc{a, eprint = {1706.03762}}", PUBLISHED._replace(doi="10.1000/a{b"))


ROW = Row(PUBLISHED)
OTHER = Row(Paper("2611.01234", title="On Tides", authors=("Jane Doe",)))


@pytest.mark.parametrize(
    "entry",
    [
        "@misc{mine, eprint = {1706.03762}}",
        "@misc{mine, url = {https://arxiv.org/abs/1706.03762v2}}",
        "@article{mine, journal = {arXiv preprint arXiv:1706.03762}}",
        "@misc{mine, doi = {10.48550/arXiv.1706.03762}}",
        "@article{mine, doi = {https://doi.org/10.5555/3295222}}",
    ],
)
def test_a_paper_that_a_file_has_is_known(entry: str) -> None:
    assert appending.keys_of(bibliography(entry), [ROW, OTHER]) == {ATTENTION: "mine"}


def test_a_paper_without_a_doi_is_not_taken_for_an_entry_without_one() -> None:
    assert appending.keys_of(bibliography("@misc{mine, doi = {}, title = {x}}"), [OTHER]) == {}


@pytest.mark.parametrize(
    ("before", "between"),
    [
        ("", ""),
        ("@misc{a}", "\n\n"),
        ("@misc{a}\n", "\n"),
        ("@misc{a}\n\n", ""),
        ("@misc{a}\r\n", "\r\n"),
        ("@misc{a}\r\n\r\n", ""),
        ("@misc{a,\r\n x = 1}", "\r\n\r\n"),
    ],
)
def test_what_is_appended_begins_behind_one_blank_line(before: str, between: str) -> None:
    reference = of(OTHER, "key")
    text = appending.appended(bibliography(before), [reference, reference], "bibtex")
    added = text.removeprefix(before + between)
    assert text == before + between + added and added.startswith("@misc{key,")
    newline = "\r\n" if "\r\n" in before else "\n"
    assert added.count(newline) == added.count("\n") and f"}}{newline}{newline}@misc" in added
    assert added.endswith(f"}}{newline}")


def test_letters_that_a_file_cannot_hold_are_as_tex_has_them() -> None:
    found = bibfile.read("@misc{é}\n".encode("latin-1"))
    name = of(Row(Paper("2611.01234", title="é and ą", authors=("Jane Doe",))), "key")
    text = appending.appended(found, [name], "biblatex")
    assert r"{\'e} and {\k{a}}" in text
    assert found.bytes_of(text).startswith(b"@misc{\xe9}\n")


def test_what_is_added_to_a_file_of_two_encodings_is_ascii() -> None:
    found = bibfile.read("@online{a, title = {Müller é ü}}\n".encode() + b"% \xe9\n")
    name = of(Row(Paper("2611.01234", title="é and ü", authors=("Jane Doe",))), "key")
    added = appending.appended(found, [name], "biblatex").removeprefix(found.text)
    assert added.isascii() and r"{\'e} and {\"u}" in added


def test_a_file_fits_what_its_letters_or_tex_can_say() -> None:
    latin = bibfile.read("@misc{é}\n".encode("latin-1"))
    harbour, wang = (of(Row(Paper("2611.01234", title="é ą", authors=(name,))), "key") for name in ("Łu Doe", "王林"))
    assert [appending.fits(latin, each, "bibtex") for each in (harbour, wang)] == [True, False]
    assert appending.fits(bibliography("@misc{é}"), wang, "bibtex")


def test_a_doi_is_the_same_however_it_is_escaped() -> None:
    paper = PUBLISHED._replace(doi=r"10.1000/a\b%3C{c}")
    reference = of(Row(paper._replace(id="2611.01234")), "key")
    (entry,) = bibliography(appending.appended(bibliography(""), [reference], "bibtex")).entries
    assert entry.says("doi") == "10.1000/a%5Cb%3C%7Bc%7D"
    assert checking.look(entry, ArxivId("2611.01234"), paper).other_doi is None
    unnamed = bibliography(f"@article{{mine, doi = {{{entry.says('doi')}}}}}")
    assert appending.keys_of(unnamed, [Row(paper)]) == {paper.id: "mine"}


def test_an_arxiv_id_is_what_it_is() -> None:
    (entry,) = bibliography("@misc{a, eprint = {1706.03762}, url = {https://arxiv.org/abs/1706.03762v7}}").entries
    assert citations.cited(entry) == ArxivId(ATTENTION, 7)
