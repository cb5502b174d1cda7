"""Files are written whole or not at all, wherever writing stops."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coolcli import whole_files


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_made_and_takes_the_place_of_the_old_one(tmp_path: Path, durable: bool) -> None:
    file = tmp_path / "file"
    whole_files.write(file, "größer\n", durable=durable)
    assert file.read_bytes() == "größer\n".encode()
    whole_files.write(file, b"\xff", durable=durable)
    assert file.read_bytes() == b"\xff"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("of", "name"), [(os, "fsync"), (Path, "replace")], ids=["filling", "placing"])
def test_the_old_file_stays_where_writing_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: object, name: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "file"
    file.write_text("old")
    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space"):
        patched.setattr(of, name, full)
        whole_files.write(file, "new", durable=True)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, file = tmp_path / "link", tmp_path / "elsewhere" / "file"
    link.symlink_to(file)
    whole_files.write(link, "text")
    assert link.is_symlink()
    assert file.read_text() == "text"


def test_a_new_file_gets_the_permissions_that_are_asked_for_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    file = tmp_path / "file"
    whole_files.write(file, "text", mode=0o600)
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    whole_files.write(file, "text", mode=0o600)
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("has_links", [True, False], ids=["hard links", "none"])
def test_a_new_file_takes_no_others_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", refused)
    file = tmp_path / "file"
    whole_files.write(file, "first", new=True)
    with pytest.raises(FileExistsError):
        whole_files.write(file, "second", new=True)
    assert file.read_text() == "first"
    assert list(tmp_path.iterdir()) == [file]
