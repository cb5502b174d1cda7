"""`cool bib check`: what became of the preprints in a bibliography."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIDES, BELLS, CRANES, QUIET = "2611.00010", "2611.00020", "2611.00030", "2611.00040"

REFS = rf"""% References of mine, in an order of mine
@string{{me = "Jane Doe"}}
@article{{tides,
  author  = me # " and Bo Roe",
  title   = "On the {{Tides}}",
  journal = {{arXiv preprint arXiv:{TIDES}}},
  year    = 2026
}}
@misc{{bells, eprint={{{BELLS}v1}}, archivePrefix={{arXiv}}, url = {{https://arxiv.org/abs/{BELLS}v1}}}}
Not an entry.
@online{{cranes, eprint = {{{CRANES}}}, eprinttype = {{arxiv}}, version = {{1}} }}
@misc{{quiet, note = {{arXiv:{QUIET}}} }}
@book{{knuth, title = {{The {{\TeX}}book}}}}
@article{{bells-again, doi = {{10.1000/mine}}, journal = {{J. Mine}}, eprint = {{{BELLS}}}}}"""


@pytest.fixture(scope="module")
def harbour() -> World:
    world = World(seed=3)
    plain = {"authors": ["Jane Doe"], "journal_ref": None, "doi": None, "comments": None}
    tides = world.add(THURSDAY, "cs.LG", id=TIDES, title="On the Tides", **plain)  # type: ignore[arg-type]
    bells = world.add(THURSDAY, "cs.LG", id=BELLS, title="On Bells", **plain)  # type: ignore[arg-type]
    cranes = world.add(THURSDAY, "cs.LG", id=CRANES, title="On Cranes", **plain)  # type: ignore[arg-type]
    world.add(THURSDAY, "cs.LG", id=QUIET, title="On Quiet", **plain)  # type: ignore[arg-type]
    world.replace(FRIDAY, tides, journal_ref="J. Harb. & Co. 7 (2026)", doi="10.5555/tides_7")
    world.replace(FRIDAY, bells, version=3, doi="10.5555/bells")
    world.withdraw(FRIDAY, cranes)
    return world


@pytest.fixture
def sim(harbour: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(harbour, eastern(FRIDAY, 12)) as simulator:
        yield simulator


@pytest.fixture
def reader(tmp_path: Path, sim: ArxivSimulator) -> Program:
    (tmp_path / "refs.bib").write_text(REFS)
    return Program(tmp_path, sim)


def fields(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def test_what_became_of_them(reader: Program, sim: ArxivSimulator) -> None:
    done = reader.run("bib", "check", "refs.bib")
    assert fields(done.stdout) == [
        ["tides", TIDES, "published", "", "v2", "J. Harb. & Co. 7 (2026)", "10.5555/tides_7", "On the Tides"],
        ["bells", BELLS, "published,revised", "v1", "v3", "", "10.5555/bells", "On Bells"],
        ["cranes", CRANES, "revised,withdrawn", "v1", "v2", "", "", "On Cranes"],
        ["bells-again", BELLS, "other-doi", "", "v3", "", "10.5555/bells", "On Bells"],
    ]
    assert done.complaints == [
        "5 preprints in refs.bib: 2 published, 2 revised, 1 withdrawn.",
        "Another DOI than at arXiv, left as it is: bells-again (at arXiv 10.5555/bells).",
        "`--fix` writes DOI, journal and version into the file.",
    ]
    assert (reader.folder / "refs.bib").read_text() == REFS
    assert len(sim.requests) == 1, "all of them in one request"


def test_arxiv_is_asked_each_time(reader: Program, sim: ArxivSimulator) -> None:
    sim.now = eastern(THURSDAY, 12)
    assert fields(reader.run("bib", "check", "refs.bib").stdout) == []
    sim.now = eastern(FRIDAY, 12)
    assert len(fields(reader.run("bib", "check", "refs.bib").stdout)) == 4


def test_as_json(reader: Program) -> None:
    found = reader.run("bib", "check", "refs.bib", "--json").document
    assert (found["file"], found["fixed"], len(found["entries"])) == ("refs.bib", None, 5)
    assert found["entries"][1] == {
        "key": "bells",
        "line": 9,
        "id": BELLS,
        "cited_version": 1,
        "version": 3,
        "published": True,
        "revised": True,
        "withdrawn": False,
        "journal_by_hand": False,
        "journal_ref": None,
        "doi": "10.5555/bells",
        "other_doi": None,
        "title": "On Bells",
    }
    quiet = found["entries"][3]
    assert (quiet["key"], quiet["published"], quiet["revised"]) == ("quiet", False, None), "no version is cited"


def test_fix_changes_those_fields_and_no_other_byte(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    done = reader.run("bib", "check", "refs.bib", "--fix")
    assert "Changed 2 entries." in done.complaints
    expected = (
        REFS.replace(f"{{arXiv preprint arXiv:{TIDES}}}", r"{J. Harb. \& Co. 7 (2026)}")
        .replace(
            "= 2026\n",
            f"= 2026,\n  doi     = {{10.5555/tides_7}},\n  eprint  = {{{TIDES}}},\n  archivePrefix = {{arXiv}}\n",
        )
        .replace(f"{BELLS}v1", f"{BELLS}v3")
        .replace(f"abs/{BELLS}v3}}", f"abs/{BELLS}v3}}, doi = {{10.5555/bells}}")
    )
    assert file.read_text() == expected
    again = reader.run("bib", "check", "refs.bib", "--fix")
    assert file.read_text() == expected and "Nothing had to be changed." in again.complaints
    assert [line[0] for line in fields(again.stdout)] == ["cranes", "bells-again"]


def test_fix_keeps_encoding_mark_and_line_ends(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    for before in (
        b"\xef\xbb\xbf% \xc3\xa9\r\n@misc{b,\r\n\teprint={2611.00020}\r\n}\r\n",
        b"% \xe9\r\n@misc{b,\r\n\teprint={2611.00020}\r\n}",
    ):
        file.write_bytes(before)
        reader.run("bib", "check", "refs.bib", "--fix")
        assert file.read_bytes() == before.replace(b"}\r\n}", b"},\r\n\tdoi={10.5555/bells}\r\n}")


def test_star_is_one_change(reader: Program) -> None:
    done = reader.run("bib", "check", "refs.bib", "--star")
    assert "Starred 4 papers; `cool undo` takes it back." in done.complaints
    stars = reader.run("stars", "--json").document["papers"]
    assert [paper["id"] for paper in stars][:2] == [TIDES, BELLS]
    assert "Undone: starred 4 papers" in reader.run("undo").stdout
    assert reader.run("stars").stdout == ""
    reader.run("star", TIDES)
    assert "Starred 3 papers (1 was starred already)" in reader.run("bib", "check", "refs.bib", "--star").stderr


def test_without_a_network_by_what_is_here(reader: Program) -> None:
    reader.run("show", TIDES)
    done = reader.run("bib", "check", "refs.bib", "--offline", code=4)
    assert [line[:3] for line in fields(done.stdout)] == [
        ["tides", TIDES, "published"],
        ["bells", BELLS, "unknown"],
        ["cranes", CRANES, "unknown"],
        ["quiet", QUIET, "unknown"],
        ["bells-again", BELLS, "unknown"],
    ]
    assert "Not known here: bells, cranes, quiet, bells-again." in done.complaints
    assert "What is here was looked at. Nothing is asked of arXiv (--offline)." in done.complaints
    reader.run("bib", "check", "refs.bib", "--star", "--offline", code=4)
    assert len(reader.run("stars").lines) == 4, "those of which nothing is known are starred too"


def test_a_server_that_fails(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/api/", Fault.STATUS_503, times=None)
    sim.fault("/abs/", Fault.STATUS_503, times=None)
    done = reader.run("bib", "check", "refs.bib", "--fix", code=4, COOL_NETWORK_BUDGET="0.5")
    assert (reader.folder / "refs.bib").read_text() == REFS
    assert all(line[2] == "unknown" for line in fields(done.stdout))


def test_a_paper_that_does_not_exist(reader: Program) -> None:
    (reader.folder / "refs.bib").write_text(f"@misc{{a, eprint = {{2611.99999}}}} @misc{{b, eprint = {{{QUIET}}}}}")
    done = reader.run("bib", "check", "refs.bib")
    assert [line[:3] for line in fields(done.stdout)] == [["a", "2611.99999", "unknown"]]
    assert "Not known to arXiv: a." in done.complaints
    assert "Starred 1 paper; `cool undo` takes it back." in reader.run("bib", "check", "refs.bib", "--star").complaints
    assert [paper["id"] for paper in reader.run("stars", "--json").document["papers"]] == [QUIET]


def test_a_journal_that_has_to_be_written_by_hand(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    file.write_text(f"@article{{tides, journal = {{CoRR}}, volume = {{abs/{TIDES}}}, year = 2026}}")
    for _ in range(2):
        done = reader.run("bib", "check", "refs.bib", "--fix")
        assert "The journal is for you to write, as type, volume or pages are a preprint's: tides." in done.complaints
        assert file.read_text().endswith("year = 2026, doi = {10.5555/tides_7}}")
    assert "Nothing had to be changed." in done.complaints
    again = reader.run("bib", "check", "refs.bib")
    assert "--fix" not in again.stderr and again.stdout.startswith("tides\t")


def test_a_file_whose_macros_unfold_without_bounds(reader: Program) -> None:
    macros = "".join(f"@string{{m{n + 1} = {' # '.join([f'm{n}'] * 10)}}}" for n in range(11))
    (reader.folder / "refs.bib").write_text(f"@string{{m0 = {{0123456789}}}}{macros}@misc{{a, note = m11}}")
    refused = reader.run("bib", "check", "refs.bib", code=5)
    assert "refs.bib, line 1: the @string macros unfold" in refused.stderr and len(refused.complaints) == 2


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"@book{knuth, title = {x}}", 3, "refs.bib cites no preprint of arXiv's: it has 1 entry."),
        (b"", 3, "0 entries"),
        (b"@misc{a,\n title = {b", 5, "refs.bib, line 2: what is opened here by { is never closed."),
        (b"\x89PNG\0", 5, "refs.bib, line 1: this is no text"),
        (b"\xff\xfe@\0m\0", 5, "line 1"),
        (b"@misc{a, \x1b[31m = }", 5, "line 1"),
        (None, 5, "refs.bib cannot be read: no such file or directory."),
    ],
)
def test_files_that_are_of_no_use(reader: Program, content: bytes | None, code: int, words: str) -> None:
    file = reader.folder / "refs.bib"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    refused = reader.run("bib", "check", "refs.bib", "--fix", code=code)
    assert words in refused.stderr and len(refused.complaints) <= 2 and "\x1b" not in refused.stderr
    assert not file.exists() or file.read_bytes() == content


def test_names_that_no_file_has(reader: Program) -> None:
    refused = reader.run("bib", "check", "~nobody-of-that-name/refs.bib", code=2)
    assert "There is no home of '~nobody-of-that-name'." in refused.stderr
    assert "file name too long" in reader.run("bib", "check", "x" * 300, code=5).stderr


def test_a_folder_is_no_bibliography(reader: Program) -> None:
    assert "cannot be read" in reader.run("bib", "check", "home", code=5).stderr


@pytest.mark.parametrize("arguments", [[], ["refs.bib"], ["check"], ["check", "refs.bib", "more.bib"], ["chekc", "x"]])
def test_what_the_command_line_may_not_say(reader: Program, arguments: list[str]) -> None:
    refused = reader.run("bib", *arguments, code=2)
    assert len(refused.complaints) == 2 and refused.complaints[1] == "      cool bib check refs.bib"


@pytest.mark.parametrize("columns", [80, 200])
def test_on_a_terminal(reader: Program, columns: int) -> None:
    with Terminal(reader, columns=columns) as terminal:
        shown = terminal.run("bib", "check", "refs.bib")
        lines = [line.rstrip() for line in shown.lines]
        assert lines[lines.index(f"bells  {BELLS}  published  revised v1 → v3") + 1] == "  On Bells"
        assert "  J. Harb. & Co. 7 (2026)  10.5555/tides_7" in lines
        assert f"cranes  {CRANES}  revised v1 → v2  withdrawn" in lines
        assert max(map(len, lines)) <= columns
        assert "asking" not in shown.text, "what was waited for is told no more"


def test_what_a_file_says_is_cleaned_before_a_terminal_sees_it(reader: Program) -> None:
    (reader.folder / "refs.bib").write_text(f"@misc{{a\x1b[31mb, eprint = {{{TIDES}}}}}")
    assert reader.run("bib", "check", "refs.bib").stdout.startswith("ab\t")


def test_completion_knows_files_formats_and_words(reader: Program) -> None:
    (reader.folder / "more.txt").write_text("")

    def completed(line: str) -> list[str]:
        answer = reader.run(_COOL_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS=line).stdout
        return [each.partition("\t")[0] for each in answer.splitlines()]

    assert completed("cool bib ") == ["check"]
    assert completed("cool bib check re") == ["refs.bib"]
    assert completed("cool bib check more") == []
    assert completed("cool export -o mo") == ["more.txt"]
    assert completed("cool export --format bib") == ["bibtex", "biblatex"]
    assert completed("cool count --format ") == []
