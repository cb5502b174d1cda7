"""Files that a reader names: read, and written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coolcli import bibliography
from coolcli.errors import DataError


def test_a_file_that_somebody_else_changed_meanwhile_stays_theirs(tmp_path: Path) -> None:
    file = tmp_path / "refs.bib"
    file.write_text("@misc{a}")
    before = bibliography.read(file)
    file.write_text("@misc{a} mine")
    with pytest.raises(DataError, match="changed by somebody else"):
        bibliography.change(file, before, "@misc{b}")
    assert file.read_text() == "@misc{a} mine"


def test_letters_that_the_files_encoding_has_not_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "refs.bib"
    file.write_bytes(b"@misc{a, title = {\xe9}}")
    with pytest.raises(DataError, match="Latin-1, which has no '中'"):
        bibliography.change(file, bibliography.read(file), "中")
    assert file.read_bytes() == b"@misc{a, title = {\xe9}}"


def test_what_is_no_file_is_not_written_over(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place, words in ((pipe, "it is no file"), (tmp_path, "it is a folder")):
        with pytest.raises(DataError, match=words):
            bibliography.write(place, b"x")
    assert pipe.is_fifo()


def test_a_disk_that_refuses_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "refs.bib"
    file.write_text("mine")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"no space left on device\. Nothing was changed"):
        bibliography.write(file, b"x")
    assert file.read_text() == "mine" and [each.name for each in tmp_path.iterdir()] == ["refs.bib"]


def test_what_is_too_large_for_a_bibliography(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bibliography, "LARGEST", 1 << 20)
    file = tmp_path / "refs.bib"
    file.write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(DataError, match="larger than 1 MB"):
        bibliography.read(file)
