"""`cool export`: papers out to other programs, and into the reader's own .bib file."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from typing import TYPE_CHECKING

import pytest
import rispy
from pybtex.database import parse_string

from coolcli import bibliography
from coolcli.export.formats import FORMATS
from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.cli.conftest import FRIDAY, THURSDAY, eastern
from tests.cli.program import LIMIT, Homes, Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIDES, BELLS, CRANES, OLD = "2611.00010", "2611.00020", "2611.00030", "2503.00050"
WANG = "2503.00060"


@pytest.fixture(scope="module")
def harbour() -> World:
    world = World(seed=3)
    world.add(
        FRIDAY,
        "cs.LG",
        id=TIDES,
        title="On the Tides & Bells",
        authors=["Ada van der Sluys", "Jane Doe"],
        journal_ref="J. Harb. 7 (2026) 55",
        doi="10.5555/tides_7",
    )
    world.add(FRIDAY, "stat.ML", id=BELLS, title="On Bells", authors=["Jane Doe"], journal_ref=None, doi=None)
    world.add(FRIDAY, "cs.LG", id=CRANES, title="On Bells", authors=["Jane Doe"], journal_ref=None, doi=None)
    world.known("cs.LG", before=THURSDAY, id=OLD, title="On Nets", authors=["Bo Roe"], journal_ref=None, doi=None)
    world.known("cs.LG", before=THURSDAY, id=WANG, title="On Rain", authors=["王林"], journal_ref=None, doi=None)
    return world


@pytest.fixture
def sim(harbour: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(harbour, eastern(FRIDAY, 12)) as simulator:
        yield simulator


@pytest.fixture
def reader(tmp_path: Path, sim: ArxivSimulator, homes: Homes) -> Program:
    """One who starred, tagged and noted papers of Friday."""
    cool = Program(tmp_path, sim)
    homes.begin(cool, "today cs.LG,stat.ML", f"star {TIDES} {BELLS}", f"tag {TIDES} survey", f"note {BELLS} 50%")
    return cool


def keys_in(text: str) -> list[str]:
    return list(parse_string(text, "bibtex").entries)


def test_alone_the_starred_papers_as_bibtex(reader: Program, sim: ArxivSimulator) -> None:
    done = reader.run("export")
    entries = parse_string(done.stdout, "bibtex").entries
    assert set(entries) == {"vandersluys2026tides", "doe2026bells"}
    tides = entries["vandersluys2026tides"]
    assert tides.type == "article"
    assert dict(tides.fields.items()) == {
        "title": r"On the Tides \& Bells",
        "journal": "J. Harb. 7 (2026) 55",
        "year": "2026",
        "eprint": TIDES,
        "archivePrefix": "arXiv",
        "primaryClass": "cs.LG",
        "doi": "10.5555/tides_7",
        "url": f"https://arxiv.org/abs/{TIDES}",
        "keywords": "survey",
    }
    assert entries["doe2026bells"].fields["annote"] == r"50\%"
    assert done.complaints == ["Exporting the starred papers; papers or filters choose others."]
    assert sim.paths == [], "what is here is not asked for"


def test_by_references_in_their_order_and_nothing_is_marked(reader: Program) -> None:
    before = reader.run("today", "cs.LG,stat.ML", "--json").document["papers"]
    done = reader.run("export", CRANES, f"{TIDES}v1")
    assert keys_in(done.stdout) == ["doe2026bells", "vandersluys2026tides"] and done.stderr == ""
    assert f"abs/{TIDES}v1" in done.stdout and "version       = {1}" in done.stdout
    assert keys_in(reader.run("export", "-", stdin=f"see arXiv:{TIDES}").stdout) == ["vandersluys2026tides"]
    assert reader.run("today", "cs.LG,stat.ML", "--json").document["papers"] == before


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--starred", "--tag", "survey"], {TIDES}),
        (["--noted"], {BELLS}),
        (["--category", "cs.LG", "--since", "today", "--type", "new"], {TIDES, CRANES}),
    ],
)
def test_by_the_filters_of_lists(reader: Program, filters: list[str], ids: set[str]) -> None:
    found = reader.run("export", *filters, "--format", "json").document
    assert found["listing"] is None and {paper["id"] for paper in found["papers"]} == ids


def test_json_is_that_of_every_list(reader: Program) -> None:
    found = reader.run("export", "--json", TIDES).document
    assert found == reader.run("show", TIDES, "--json").document
    assert reader.run("export", TIDES, "--format", "json").document == found
    assert "Say one of them" in reader.run("export", TIDES, "--json", "--format", "ris", code=2).stderr


def test_the_format_is_that_of_the_suffix(reader: Program) -> None:
    done = reader.run("export", TIDES, "-o", "REFS.RIS")
    assert (reader.folder / "REFS.RIS").read_bytes().startswith(b"TY  - JOUR\r\n")
    assert done.stdout == "" and done.complaints == ["Exported 1 paper to REFS.RIS (ris)."]
    assert "(bibtex)" in reader.run("export", TIDES, "-o", "refs").stderr


@pytest.mark.parametrize(
    ("typed", "name", "told"),
    [
        ("md", "x.md", "markdown"),
        ("BIB", "x.bib", "bibtex"),
        ("csl", "x.json", "csl-json"),
        ("biblatex", "x.bib", "biblatex"),
        ("ris", "refs", "ris"),
    ],
)
def test_formats_by_their_short_names(reader: Program, typed: str, name: str, told: str) -> None:
    assert f"({told})" in reader.run("export", TIDES, "--format", typed, "-o", name).stderr


def test_every_format_on_stdout(reader: Program) -> None:
    def exported(kind: str) -> str:
        return reader.run("export", TIDES, BELLS, "--format", kind, "-o", "-").stdout

    assert "eprinttype  = {arxiv}" in exported("biblatex")
    assert [record["id"] for record in rispy.loads(exported("ris"))] == ["vandersluys2026tides", "doe2026bells"]
    assert [item["type"] for item in json.loads(exported("csl-json"))] == ["article-journal", "article"]
    (_, _, note) = [row[12] for row in csv.reader(io.StringIO(exported("csv")))]
    assert note == "50%"
    assert "> 50%" in exported("markdown")


def test_keys_are_the_readers(reader: Program) -> None:
    reader.run("config", "set", "bib.key", "{author}:{yy}{category}")
    assert keys_in(reader.run("export", TIDES).stdout) == ["vandersluys:26cs.lg"]
    refused = reader.run("config", "set", "bib.key", "{unknown}", code=2)
    assert "{unknown} stands for nothing" in refused.stderr and "{word}" in refused.stderr


def test_of_two_papers_with_a_key_the_older_keeps_it(reader: Program) -> None:
    expected = {f"doe2026bells-{CRANES}", "doe2026bells"}
    assert set(keys_in(reader.run("export", BELLS, CRANES).stdout)) == expected
    assert set(keys_in(reader.run("export", CRANES, BELLS).stdout)) == expected


def test_a_paper_that_is_not_here_is_fetched(reader: Program, sim: ArxivSimulator) -> None:
    assert keys_in(reader.run("export", OLD).stdout) == ["roe2025nets"]
    assert len(sim.requests) == 1
    sim.requests.clear()
    reader.run("export", OLD)
    assert sim.paths == []


def test_a_paper_that_cannot_be_fetched(reader: Program) -> None:
    refused = reader.run("export", OLD, "-o", "refs.bib", "--offline", code=4)
    assert len(refused.complaints) <= 2 and not (reader.folder / "refs.bib").exists()


def test_what_is_pending_is_completed_or_left_out_and_named(reader: Program, sim: ArxivSimulator) -> None:
    reader.run("star", OLD, "--offline")
    left = reader.run("export", "--offline", code=4)
    assert f"Left out, for their titles are not known: {OLD}." in left.complaints
    assert set(keys_in(left.stdout)) == {"vandersluys2026tides", "doe2026bells"}
    assert "roe2025nets" in keys_in(reader.run("export").stdout)


def test_only_pending_papers_that_cannot_be_had(tmp_path: Path, sim: ArxivSimulator) -> None:
    cool = Program(tmp_path, sim)
    cool.run("star", OLD, "--offline")
    assert cool.run("export", "-o", "refs.bib", "--offline", code=4).stdout == ""
    assert not (tmp_path / "refs.bib").exists()


@pytest.mark.parametrize("arguments", [["--tag", "survey", "--noted"], ["--until", "2026-11-01"], ["2611.99999"]])
def test_no_match_makes_no_file(reader: Program, arguments: list[str]) -> None:
    refused = reader.run("export", *arguments, "-o", "refs.bib", code=3)
    assert len(refused.complaints) <= 2 and refused.stdout == ""
    assert not (reader.folder / "refs.bib").exists()
    (reader.folder / "refs.bib").write_text("mine")
    reader.run("export", *arguments, "-o", "refs.bib", "--force", code=3)
    assert (reader.folder / "refs.bib").read_text() == "mine"


def test_a_file_is_not_written_over_unasked(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    file.write_text("mine")
    refused = reader.run("export", "-o", "refs.bib", code=2)
    assert (
        "refs.bib is there already" in refused.stderr and "--append" in refused.stderr and "--force" in refused.stderr
    )
    assert file.read_text() == "mine"
    reader.run("export", "-o", "refs.bib", "--force")
    assert len(keys_in(file.read_text())) == 2
    assert [each.name for each in reader.folder.iterdir() if "refs" in each.name] == ["refs.bib"]


def test_a_key_in_a_file_that_is_written_anew_stays_that_papers(reader: Program) -> None:
    reader.run("export", CRANES, "-o", "refs.bib")
    reader.run("export", BELLS, CRANES, "-o", "refs.bib", "--force")
    text = (reader.folder / "refs.bib").read_text()
    assert keys_in(text) == [f"doe2026bells-{BELLS}", "doe2026bells"]
    assert parse_string(text, "bibtex").entries["doe2026bells"].fields["eprint"] == CRANES
    reader.run("export", CRANES, "-o", "refs.bib", "--force")
    reader.run("export", BELLS, "-o", "refs.bib", "--force")
    assert keys_in((reader.folder / "refs.bib").read_text()) == [f"doe2026bells-{BELLS}"], "a cited key is no other's"
    (reader.folder / "refs.bib").write_text("@misc{doe2026bells, title = {")
    reader.run("export", BELLS, "-o", "refs.bib", "--force")
    assert keys_in((reader.folder / "refs.bib").read_text()) == ["doe2026bells"]


def test_on_a_terminal_it_asks(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    file.write_text("mine")
    with Terminal(reader, columns=80) as terminal:
        for answer, text in (("n\n", "mine"), ("y\n", "@")):
            terminal.start("export", TIDES, "-o", "refs.bib")
            terminal.until("Write it anew?")
            terminal.type(answer)
            assert terminal.ended().code == 0
            assert file.read_text().startswith(text)
        assert "@article{vandersluys2026tides," in terminal.run("export", TIDES).text


def test_places_that_cannot_be_written(reader: Program) -> None:
    refused = reader.run("export", "-o", "nowhere/refs.bib", code=5)
    assert refused.complaints[-2:] == ["cool: There is no folder nowhere.", "      Make it, or name another file."]
    (reader.folder / "folder.bib").mkdir()
    assert "folder" in reader.run("export", "-o", "folder.bib", "--force", code=5).stderr


def test_a_name_that_no_file_can_have(reader: Program) -> None:
    assert f"'{'x' * 20}…' is too long" in reader.run("export", "-o", "x" * 5_000, code=5).stderr


@pytest.mark.parametrize("target", ["nowhere/refs.bib", "refs.bib"])
@pytest.mark.parametrize("how", ["--force", "--append"])
def test_a_link_that_leads_nowhere(reader: Program, target: str, how: str) -> None:
    (reader.folder / "refs.bib").symlink_to(target)
    refused = reader.run("export", TIDES, "-o", "refs.bib", how, code=5)
    assert refused.complaints[0] == f"cool: refs.bib is a link that leads nowhere: to {target}."


@pytest.mark.parametrize("how", ["--force", "--append"])
def test_a_file_that_is_read_only_stays(reader: Program, how: str) -> None:
    file = reader.folder / "refs.bib"
    file.write_text(MINE)
    file.chmod(0o444)
    refused = reader.run("export", CRANES, "-o", "refs.bib", how, code=5)
    assert "refs.bib cannot be written: it is read-only. Nothing was changed." in refused.stderr
    assert file.read_text() == MINE


def test_a_suffix_of_no_format_is_not_taken_for_bib(reader: Program) -> None:
    file = reader.folder / "main.tex"
    file.write_text("\\end{document}")
    refused = reader.run("export", TIDES, "-o", "main.tex", "--append", code=2)
    assert ".bib" in refused.stderr and "`--format`" in refused.stderr and len(refused.complaints) == 2
    assert file.read_text() == "\\end{document}"
    assert "(bibtex)" in reader.run("export", TIDES, "-o", "refs.txt", "--format", "bibtex").stderr


def test_a_link_stays_a_link_and_keeps_its_mode(reader: Program) -> None:
    real, link = reader.folder / "real.bib", reader.folder / "refs.bib"
    real.write_text("")
    real.chmod(0o600)
    link.symlink_to(real)
    reader.run("export", TIDES, "-o", "refs.bib", "--append")
    assert link.is_symlink() and "@article" in real.read_text() and real.stat().st_mode & 0o777 == 0o600


MINE = f"""% my references
@misc{{Doe2026Bells,
    title = "My own words",
    url = {{https://arxiv.org/abs/{BELLS}}}}}

@article{{other, title={{An other paper}}, year=2001}}"""


def test_append_keeps_what_is_there(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    file.write_text(MINE)
    done = reader.run("export", TIDES, BELLS, CRANES, "-o", "refs.bib", "--append")
    text = file.read_text()
    assert text.startswith(MINE + "\n\n@article{vandersluys2026tides,")
    assert "Exported 2 papers to refs.bib (bibtex); 1 was in it already." in done.complaints
    entries = parse_string(text.replace("% my", "my"), "bibtex").entries
    assert [key.lower() for key in entries] == [
        "doe2026bells",
        "other",
        "vandersluys2026tides",
        f"doe2026bells-{CRANES}",
    ]
    again = reader.run("export", TIDES, BELLS, CRANES, "-o", "refs.bib", "--append")
    assert file.read_text() == text
    assert "Exported 0 papers to refs.bib (bibtex); 3 were in it already." in again.complaints


def test_append_knows_the_journals_doi(reader: Program) -> None:
    (reader.folder / "refs.bib").write_text("@article{mine, doi = {https://doi.org/10.5555/TIDES\\_7}}\n")
    told = reader.run("export", TIDES, "-o", "refs.bib", "--append", "--json").document
    assert told == {"file": "refs.bib", "format": "bibtex", "exported": 0, "already": 1}


def test_append_in_the_files_own_line_ends_encoding_and_dialect(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    before = b"\xef\xbb\xbf@online{mine, eprinttype = {arxiv}, eprint = {2001.00001}}\r\n"
    file.write_bytes(before)
    reader.run("export", TIDES, "-o", "refs.bib", "--append")
    content = file.read_bytes()
    assert content.startswith(before + b"\r\n@article{vandersluys2026tides,\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") and b"eprinttype" in content[len(before) :]
    file.write_bytes(b"@misc{mine, title = {\xe9}}")
    reader.run("export", TIDES, "-o", "refs.bib", "--append")
    assert file.read_bytes().startswith(b"@misc{mine, title = {\xe9}}\n\n@article{")


def test_append_stays_with_bibtex_for_an_entry_of_dblp(reader: Program) -> None:
    file = reader.folder / "refs.bib"
    file.write_text("@article{dblp, journal = {CoRR}, year = 2017, eprinttype = {arXiv}, eprint = {1706.03762}}\n")
    assert "(bibtex)" in reader.run("export", BELLS, "-o", "refs.bib", "--append").stderr
    assert "archivePrefix" in file.read_text()


def test_letters_that_tex_does_not_name(reader: Program) -> None:
    shown = reader.run("export", CRANES, WANG)
    told = f"Letters that only XeLaTeX and LuaLaTeX set, best with biber, are in {WANG}."
    assert "王林" in shown.stdout and shown.complaints == [told]
    assert reader.run("export", WANG, "--format", "biblatex").stderr == ""
    file = reader.folder / "refs.bib"
    file.write_bytes(b"@misc{mine, title = {\xe9}}\n")
    done = reader.run("export", CRANES, WANG, "-o", "refs.bib", "--append", code=5)
    assert "Exported 1 paper to refs.bib (bibtex)." in done.complaints
    assert f"refs.bib is not in UTF-8 and has no letters for {WANG}: left out." in done.stderr
    assert keys_in(file.read_text("latin-1")) == ["mine", "doe2026bells"]


@pytest.mark.parametrize("kind", FORMATS)
def test_notes_and_abstracts_may_stay_at_home(reader: Program, kind: str) -> None:
    whole = reader.run("export", BELLS, "--format", kind).stdout
    abstract = reader.run("export", BELLS, "--json").document["papers"][0]["abstract"]
    without = reader.run("export", BELLS, "--format", kind, "--no-note", "--no-abstract").stdout
    assert re.search(r"50\\?%", whole) and not re.search(r"50\\?%", without)
    assert abstract[:20] not in without
    if kind not in ("bibtex", "markdown"):
        assert abstract[:20] in whole


def test_append_makes_a_file_that_is_not_there(reader: Program) -> None:
    reader.run("export", TIDES, "-o", "refs.bib", "--append")
    assert keys_in((reader.folder / "refs.bib").read_text()) == ["vandersluys2026tides"]


def together(reader: Program, runs: list[list[str]]) -> list[int]:
    """Run commands at the same time and give their exit codes."""
    started = [reader.start(*run) for run in runs]
    for process in started:
        process.communicate(timeout=LIMIT)
    return [process.returncode for process in started]


def test_what_several_append_at_once_is_all_there(reader: Program) -> None:
    runs = [["export", paper, "-o", "refs.bib", "--append"] for paper in (TIDES, BELLS, CRANES) * 2]
    assert together(reader, runs) == [0] * 6
    entries = parse_string((reader.folder / "refs.bib").read_text(), "bibtex").entries.values()
    assert sorted(entry.fields["eprint"] for entry in entries) == [TIDES, BELLS, CRANES]


def test_of_several_new_files_of_a_name_one_is_written(reader: Program) -> None:
    codes = together(reader, [["export", paper, "-o", "refs.bib"] for paper in (TIDES, BELLS, CRANES) * 2])
    assert sorted(codes) == [0, 2, 2, 2, 2, 2]
    (entry,) = parse_string((reader.folder / "refs.bib").read_text(), "bibtex").entries.values()
    assert entry.fields["eprint"] == ((TIDES, BELLS, CRANES) * 2)[codes.index(0)]


def test_a_new_file_takes_no_others_place(tmp_path: Path) -> None:
    file = tmp_path / "refs.bib"
    bibliography.write(file, b"one", new=True)
    with pytest.raises(bibliography.ChangedMeanwhile):
        bibliography.write(file, b"other", new=True)
    assert [each.name for each in tmp_path.iterdir()] == ["refs.bib"] and file.read_bytes() == b"one"


def test_a_version_that_there_is_not(reader: Program, sim: ArxivSimulator) -> None:
    refused = reader.run("export", f"{TIDES}v7", "-o", "refs.bib", code=3)
    assert refused.complaints == [f"cool: arXiv has no v7 of {TIDES}: the newest that is known is v1."]
    assert len(sim.requests) == 1 and not (reader.folder / "refs.bib").exists()
    told = reader.run("export", f"{TIDES}v7", "--offline")
    assert "newest version that is known here is v1; v7 is cited as you say" in told.stderr
    assert f"abs/{TIDES}v7" in told.stdout


@pytest.mark.parametrize("kind", FORMATS)
def test_a_note_of_another_machine_sends_a_terminal_nothing(reader: Program, kind: str) -> None:
    (reader.folder / "state").mkdir()
    note = "X\x1b]52;c;ZXZpbA==\x07\x1b[31m\u202e\x9b2JY\r\nZ"
    event = {"clock": "001a0ed093a00001-2f78dfc2", "at": "2026-11-20T12:00:00Z", "verb": "note", "subject": CRANES}
    more = {"field": "note", "value": note, "group": "2f78dfc2-1", "device": "2f78dfc2", "sequence": 1}
    (reader.folder / "state" / "2f78dfc2.jsonl").write_text(json.dumps(event | more) + "\n")
    reader.run("state", "import", "state")
    shown = reader.run("export", CRANES, "--format", kind).stdout
    assert "XY" in shown and all(letter.isprintable() or letter in "\r\n" for letter in shown)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n@misc{a,\n title = {b", "refs.bib, line 3: what is opened here by { is never closed."),
        (b"@misc{a}\n\0\xff", "refs.bib, line 2: this is no text in UTF-8 or Latin-1."),
    ],
)
def test_a_file_that_cannot_be_understood_is_left_alone(reader: Program, content: bytes, words: str) -> None:
    (reader.folder / "refs.bib").write_bytes(content)
    refused = reader.run("export", TIDES, "-o", "refs.bib", "--append", code=5)
    assert refused.complaints == [f"cool: {words}", "      Mend it there; nothing was changed."]
    assert (reader.folder / "refs.bib").read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "bibtext"], "Did you mean bibtex"),
        (["--append"], "`--append` adds to a file"),
        (["-o", "q.bib", "--format", "ris"], "`--format` says ris, and the name q.bib says bibtex."),
        (["-o", "q.csl.json", "--format", "json", "--force"], "the name q.csl.json says csl-json"),
        (["-o", "page.html"], "No format has the suffix .html"),
        (["-o", "~nobody-here/refs.bib"], "There is no home of '~nobody-here'"),
        (["-o", "refs.ris", "--append"], "not to ris"),
        ([TIDES, "--starred"], "papers or filters, not both"),
        (["--tag", "surwey"], "survey"),
    ],
)
def test_what_the_command_line_may_not_say(reader: Program, arguments: list[str], words: str) -> None:
    refused = reader.run("export", *arguments, code=2)
    assert words in refused.stderr and len(refused.complaints) <= 2 and refused.stdout == ""


def test_a_pipe_that_is_closed_early(reader: Program) -> None:
    shown = reader.execute(["sh", "-c", '"$0" -m coolcli export | head -1', sys.executable])
    assert shown.code == 0 and shown.stdout.startswith("@")


def test_a_server_that_fails_costs_no_file(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/api/", Fault.STATUS_503, times=None)
    sim.fault("/abs/", Fault.STATUS_503, times=None)
    refused = reader.run("export", OLD, "-o", "refs.bib", code=4, COOL_NETWORK_BUDGET="0.5")
    assert len(refused.complaints) <= 2 and not (reader.folder / "refs.bib").exists()


def test_to_append_and_to_write_anew_are_two_things(reader: Program) -> None:
    refused = reader.run("export", "1", "-o", "refs.bib", "--append", "--force", code=2)
    assert "Say one of them" in refused.stderr and not (reader.folder / "refs.bib").exists()
