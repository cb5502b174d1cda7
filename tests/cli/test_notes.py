"""Notes: from the command line, from standard input and from an editor, which is a script here."""

from __future__ import annotations

import os
import re
import shlex
import signal
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv.text import clean, clean_lines
from coolcli.store import events
from coolcli.store.database import Database
from tests.builders import act
from tests.cli.program import COMMAND
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from tests.cli.program import Program

on_a_terminal = pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal, and editors that are scripts")


def note(cool: Program, paper_id: str) -> str | None:
    (paper,) = cool.run("show", paper_id, "--json").document["papers"]
    text: str | None = paper["note"]
    return text


# From the command line, from standard input


def test_words_are_the_note(reader: Program, papers: list[str]) -> None:
    assert reader.run("note", "2", "read", "section 3", "again").stdout.startswith(f"Noted: {papers[1]}")
    assert note(reader, papers[1]) == "read section 3 again"


def test_a_note_replaces_the_one_before_which_undo_brings_back(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1", "first")
    assert "`cool undo` brings back" in reader.run("note", "1", "second").stderr
    assert note(reader, papers[0]) == "second"
    assert reader.run("undo").stdout.startswith(f"Undone: changed the note of {papers[0]}")
    assert note(reader, papers[0]) == "first"


def test_the_same_note_again_is_no_change(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1", "text")
    assert reader.run("note", "1", "text").stdout.startswith(f"Noted so before: {papers[0]}")


def test_append_adds_a_paragraph(reader: Program, papers: list[str]) -> None:
    for text in ("one", "two"):
        reader.run("note", "1", "--append", text)
    assert note(reader, papers[0]) == "one\n\ntwo"


def test_removing_a_note(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1", "text")
    assert reader.run("note", "1", "--remove").stdout.startswith(f"Note removed: {papers[0]}")
    assert note(reader, papers[0]) is None
    assert reader.run("note", "1", "--remove").stdout.startswith(f"Without a note: {papers[0]}")


@pytest.mark.parametrize("text", ["", "  ", "\n\t", "\x1b[31m"])
@pytest.mark.parametrize("append", [(), ("--append",)])
def test_a_variable_that_is_not_set_removes_nothing(
    reader: Program, papers: list[str], text: str, append: tuple[str, ...]
) -> None:
    reader.run("note", "1", "text")
    refused = reader.run("note", "1", *append, text, code=2)
    assert refused.complaints[0].endswith("The text is empty.") and "`cool note 3 --remove`" in refused.complaints[1]
    assert note(reader, papers[0]) == "text"


@pytest.mark.parametrize("words", [["6", "7"], ["2", "3-7"], ["1", "2312.11111"], ["1", "arXiv:2312.11111v2", "4"]])
def test_papers_in_place_of_a_text_are_refused(reader: Program, papers: list[str], words: list[str]) -> None:
    refused = reader.run("note", *words, code=2)
    assert f"cool note {','.join(words)} TEXT" in refused.complaints[1]
    assert reader.run("list", "--noted").ids == []
    reader.run("note", "1", "7", "reasons", "against")
    assert note(reader, papers[0]) == "7 reasons against"


def test_standard_input_keeps_its_lines(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1", "-", stdin="\n# A heading\r\n\r\n\t- item\n  中文  \n\n")
    assert note(reader, papers[0]) == "# A heading\n\n\t- item\n  中文"


def test_a_range_is_meant_to_share_a_note(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1-2", "for the reading group")
    assert {note(reader, paper_id) for paper_id in papers[:2]} == {"for the reading group"}


def test_without_a_network_a_note_is_kept(cool: Program, papers: list[str]) -> None:
    assert "title follows" in cool.run("note", papers[0], "text", "--offline").stderr
    cool.run("today", "cs.LG")
    assert note(cool, papers[0]) == "text"


REFUSED = [
    ("note 1", b"", 2, "There is no terminal for an editor, and no text was given."),
    ("note 1 -", b"", 2, "There was no text on standard input."),
    ("note 1 -", b" \n\x1b[31m\n", 2, "There was no text on standard input."),
    ("note 1 -", b"a" * 10_000_000, 2, "A note has 100,000 letters at the most"),
    ("note 1 -", b"a" * 100_001, 2, "A note has 100,000 letters at the most; this one has 100,001."),
    ("note 1 -", b"\x89PNG\r\n\x1a\n\x00\x00\xff", 2, "What was read from standard input is no text (UTF-8)."),
    ("note 1 -", b"text\x00text", 2, "What was read from standard input is no text (UTF-8)."),
    ("note 1 --remove text", b"", 2, "`--remove` takes the note away, and no text."),
    ("note 1 --remove --append", b"", 2, "`--remove` takes the note away, and `--append` adds to it: one of them."),
    ("note 99 text", b"", 3, "There is no row 99"),
    ("note 2611.99999 text", b"", 3, "2611.99999 is not at arXiv"),
    ("note 2312.1111 text", b"", 3, "'2312.1111' is no paper"),
]


def test_what_cannot_be_a_note_changes_nothing(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1", "kept")
    for words, stdin, code, told in REFUSED:
        refused = reader.execute([*COMMAND, *words.split()], stdin)
        assert refused.code == code and told in refused.complaints[0] and len(refused.complaints) <= 2, words
    assert note(reader, papers[0]) == "kept"


def test_appending_has_its_limit_too(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1", "-", stdin="a" * 60_000)
    reader.run("note", "1", "-", "--append", stdin="b" * 60_000, code=2)
    assert note(reader, papers[0]) == "a" * 60_000


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\n\t\r \x1b\x9b\x07[]m8;")), max_size=80))
def test_what_is_kept_is_fit_to_be_shown(text: str) -> None:
    kept = clean_lines(text)
    assert clean_lines(kept) == kept
    assert all(letter.isprintable() or letter in "\n\t" or clean(letter) in (letter, "") for letter in kept)
    assert not set(kept) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}


# Where it is shown


def test_lists_of_what_bears_a_note(reader: Program, papers: list[str]) -> None:
    reader.run("note", "2", "text")
    reader.run("note", "3", "text")
    reader.run("star", "3", "4")
    assert set(reader.run("list", "--noted").ids) == set(papers[1:3])
    assert reader.run("stars", "--noted").ids == [papers[2]]
    assert reader.run("count", "--noted").stdout == "2\n"
    assert "There are no papers with a note, up to" in reader.run("list", "--noted", "--until", "1ago").stderr


@on_a_terminal
def test_show_has_all_of_it_and_no_code_of_a_terminal(reader: Program, papers: list[str]) -> None:
    reader.run("note", "1", "-", stdin="first\n\n  \x1b]0;title\x07second \x1b[31mred\n")
    reader.run("tag", "1", "survey")
    text = reader.run("show", "1").stdout
    assert text.endswith("\n\nNote:\nfirst\n\n  second red\n") and "\nTags: #survey\n" in text
    with Terminal(reader, COOL_SESSION="test") as terminal:
        shown = terminal.run("show", papers[0])
    assert "\x1b[31m" not in shown.raw and "title" not in shown.raw.partition("✎")[2].partition("Subjects")[0]
    assert [line.strip() for line in shown.text.partition("✎")[2].splitlines()[:3]] == ["first", "", "second red"]


@on_a_terminal
@pytest.mark.parametrize("columns", [80, 200])
def test_tables_have_tags_and_the_first_line_of_a_note(reader: Program, papers: list[str], columns: int) -> None:
    reader.run("tag", papers[0], "survey", "to-read")
    reader.run("note", papers[0], "-", stdin="where the proof " + "goes wrong " * 20 + "\nsecond line")
    with Terminal(reader, columns=columns) as terminal:
        shown = terminal.run("list", "--tag", "survey")
        block = terminal.run("list", "--tag", "survey", "--abstracts")
    (line,) = [each for each in shown.written if "✎" in each]
    assert {"#survey", "#to-read"} <= set(shown.words)
    assert line.strip().startswith("✎ where the proof goes") and line.endswith("…")
    assert "✎ where the proof goes" in block.text and "second line" not in shown.text + block.text
    assert all(len(each) <= columns for each in block.written)


# From an editor


class Editor:
    """An editor that does with its file what a script says; it keeps what it was given."""

    def __init__(self, folder: Path, script: str) -> None:
        self.given = folder / "given"
        self.program = folder / "an editor"
        self.program.write_text(f'#!/bin/sh\nfor file; do :; done\ncp "$file" "{self.given}"\n{script}\n')
        self.program.chmod(0o755)

    @property
    def command(self) -> str:
        return f"'{self.program}' --wait"


def drafts(cool: Program) -> list[Path]:
    return sorted((cool.home / "data" / "drafts").glob("*"))


@pytest.fixture
def terminal(reader: Program) -> Terminal:
    return Terminal(reader, VISUAL=None, COOL_SESSION="test")


@on_a_terminal
def test_an_editor_begins_with_the_note_and_names_the_paper(
    reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path
) -> None:
    reader.run("note", "1", "# mine")
    editor = Editor(
        tmp_path, 'printf "# mine\\n\\nmore\\n" > "$file.new"; cat "$file" >> "$file.new"; mv "$file.new" "$file"'
    )
    with terminal:
        shown = terminal.run("note", "1", EDITOR=editor.command)
    given = editor.given.read_text("utf-8")
    assert given.startswith("# mine\n\n# ---") and papers[0] in given
    assert f"Noted: {papers[0]}" in shown.text
    assert note(reader, papers[0]) == "# mine\n\nmore\n# mine", "what is above the cut, and nothing below"
    assert drafts(reader) == []


@on_a_terminal
def test_the_lines_about_the_paper_are_never_the_note(
    reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path
) -> None:
    editor = Editor(
        tmp_path, 'grep -v ">8" "$file" > "$file.new"; echo mine | cat - "$file.new" > "$file"; rm "$file.new"'
    )
    with terminal:
        terminal.run("note", "1", EDITOR=editor.command)
    assert note(reader, papers[0]) == "mine"


@on_a_terminal
@pytest.mark.parametrize("end", ["\\n", "\\r\\n", "\\r"])
def test_what_is_written_below_the_cut_is_kept_too(
    reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path, end: str
) -> None:
    editor = Editor(tmp_path, f'printf "below\\n" >> "$file"; {_ends(end)}')
    with terminal:
        shown = terminal.run("note", "1", EDITOR=editor.command)
    assert f"Noted: {papers[0]}" in shown.text and note(reader, papers[0]) == "below"


def _ends(end: str) -> str:
    """The words of a shell that give the lines of a file another end."""
    return f'awk \'{{printf "%s{end}", $0}}\' "$file" > "$file.new"; mv "$file.new" "$file"'


@on_a_terminal
def test_append_begins_empty(reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path) -> None:
    reader.run("note", "1", "mine")
    editor = Editor(tmp_path, 'echo more > "$file"')
    with terminal:
        terminal.run("note", "1", "--append", EDITOR=editor.command)
    assert editor.given.read_text("utf-8").startswith("\n\n# ---")
    assert note(reader, papers[0]) == "mine\n\nmore"


@on_a_terminal
def test_emptied_it_is_removed(reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path) -> None:
    reader.run("note", "1", "mine")
    with terminal:
        shown = terminal.run("note", "1", EDITOR=Editor(tmp_path, ': > "$file"').command)
    assert f"Note removed: {papers[0]}" in shown.text and note(reader, papers[0]) is None


@on_a_terminal
def test_nothing_saved_is_told(reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path) -> None:
    with terminal:
        shown = terminal.run("note", "1", EDITOR=Editor(tmp_path, "").command)
    assert "Nothing was saved: the note is as it was." in shown.text and "--wait" in shown.text
    assert note(reader, papers[0]) is None and drafts(reader) == []


@on_a_terminal
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('echo precious > "$file"; exit 3', "ended with code 3: the note is as it was."),
        ('echo precious > "$file"; kill -9 $$', "was ended by signal 9: the note is as it was."),
        ('echo precious | tr "\\n" "\\377" > "$file"', "What the editor saved is no text (UTF-8)."),
        ('echo precious > "$file"; head -c 200000 /dev/zero | tr "\\0" a >> "$file"', "100,000 letters at the most"),
    ],
)
def test_what_was_written_is_never_lost(
    reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path, script: str, told: str
) -> None:
    reader.run("note", "1", "before")
    editor = Editor(tmp_path, script)
    with terminal:
        shown = terminal.run("note", "1", EDITOR=editor.command, code=2 if "no text" in told or "100" in told else 1)
    (draft,) = drafts(reader)
    assert stat.S_IMODE(draft.parent.stat().st_mode) == 0o700
    assert told in " ".join(shown.words)
    assert draft.name in re.sub(r"\s", "", shown.text), "where it is, is said"
    assert draft.read_bytes().startswith(b"precious")
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600, "nobody else reads it"
    assert note(reader, papers[0]) == "before"


@on_a_terminal
def test_data_that_cannot_be_written_by_then(reader: Program, terminal: Terminal, tmp_path: Path) -> None:
    (database,) = (reader.home / "data").glob("*.db")
    overwrite = f'for each in "{database}"*; do head -c 400000 /dev/zero | tr "\\0" x > "$each"; done'
    editor = Editor(tmp_path, f'echo precious > "$file"; {overwrite}')
    with terminal:
        shown = terminal.run("note", "1", EDITOR=editor.command, code=5)
    (draft,) = drafts(reader)
    assert draft.name in re.sub(r"\s", "", shown.text) and draft.read_text() == "precious\n"


@on_a_terminal
@pytest.mark.parametrize("command", ["no-such-editor --wait", "'unclosed", "/", " "])
def test_an_editor_that_is_not_there(reader: Program, terminal: Terminal, papers: list[str], command: str) -> None:
    with terminal:
        shown = terminal.run("note", "1", EDITOR=command, code=1)
    assert "cannot be run" in shown.text and "EDITOR" in shown.text
    assert note(reader, papers[0]) is None and drafts(reader) == []


@on_a_terminal
def test_no_editor_at_all(reader: Program, terminal: Terminal, tmp_path: Path) -> None:
    with terminal:
        shown = terminal.run("note", "1", EDITOR=None, PATH=str(tmp_path), code=1)
    assert "There is no editor here." in shown.text


@on_a_terminal
def test_an_editor_takes_one_paper(reader: Program, terminal: Terminal) -> None:
    with terminal:
        assert "2 papers, but an editor takes one note." in terminal.run("note", "1-2", EDITOR="true", code=2).text


@on_a_terminal
def test_ctrl_c_is_the_editors_own(reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path) -> None:
    editor = Editor(tmp_path, 'trap "echo after > \\"$file\\"; exit 0" INT; echo ready; while :; do read line; done')
    with terminal:
        terminal.start("note", "1", EDITOR=editor.command)
        terminal.until("ready")
        terminal.type("\x03")
        shown = terminal.ended()
    assert shown.code == 0, shown.text
    assert note(reader, papers[0]) == "after"


@on_a_terminal
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_editor_and_loses_nothing(
    reader: Program, terminal: Terminal, tmp_path: Path, number: signal.Signals
) -> None:
    editor = Editor(tmp_path, 'echo precious > "$file"; echo ready; while :; do read line; done')
    with terminal:
        terminal.start("note", "1", EDITOR=editor.command)
        terminal.until("ready")
        terminal.send(number)
        shown = terminal.ended()
    (draft,) = drafts(reader)
    assert shown.code == -number and draft.read_text() == "precious\n"
    assert draft.name in re.sub(r"\s", "", shown.text)


@on_a_terminal
def test_a_draft_that_was_left_is_named_until_it_is_gone(
    reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path
) -> None:
    """As when the whole terminal was killed: nobody could say where it is."""
    editor = Editor(tmp_path, 'echo precious > "$file"; echo ready; read line')
    with terminal:
        terminal.start("note", "1", EDITOR=editor.command)
        terminal.until("ready")
        terminal.send(signal.SIGKILL)
        terminal.ended()
        (draft,) = drafts(reader)
        assert draft.name not in terminal.run("note", "2", EDITOR="true").text, "it is another paper's"
        editor = Editor(tmp_path, 'echo other > "$file"')
        shown = terminal.run("note", "1", EDITOR=editor.command)
        assert draft.name in re.sub(r"\s", "", shown.text) and draft.name in editor.given.read_text("utf-8")
        assert note(reader, papers[0]) == "other" and drafts(reader) == [draft]
        draft.unlink()
        assert "draft" not in terminal.run("note", "1", EDITOR="true").text


@on_a_terminal
def test_a_note_of_elsewhere_that_is_written_over_is_told(
    reader: Program, terminal: Terminal, papers: list[str], tmp_path: Path
) -> None:
    reader.run("note", "1", "before")
    elsewhere = shlex.join([*COMMAND, "note", papers[0], "of elsewhere"])
    with terminal:
        shown = terminal.run("note", "1", EDITOR=Editor(tmp_path, f'{elsewhere}; echo mine > "$file"').command)
        assert "`cool undo` brings back what was there" in " ".join(shown.words) and note(reader, papers[0]) == "mine"
        reader.run("undo")
        assert note(reader, papers[0]) == "of elsewhere"
        again = terminal.run("note", "1", EDITOR=Editor(tmp_path, 'echo again > "$file"').command)
    assert "elsewhere while" not in " ".join(again.words)


@on_a_terminal
def test_a_note_of_another_machine_is_not_rewritten_by_looking_at_it(
    reader: Program, terminal: Terminal, papers: list[str]
) -> None:
    database = Database(reader.home / "data" / "cool.db")
    act(database, "note", events.note(papers[0], "of a Mac  \r\n\u2028second \x9b31m\u202eline\n\n"))
    database.close()
    with terminal:
        shown = terminal.run("note", "1", EDITOR="true")
    assert "Nothing was saved" in shown.text
    told = reader.run("list", "--noted", "--json").stdout + reader.run("share", papers[0], "--json").stdout
    assert "of a Mac" in told and not {"\x9b", "\u202e"} & {*told}
