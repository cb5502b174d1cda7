"""The reader's folder: what is there is found again, what comes never takes another file's place."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coolcli import papers_folder
from coolcli.arxiv.download import Held
from coolcli.errors import DataError
from coolcli.models import Validator
from coolcli.papers_folder import INDEX, PapersFolder, Part
from tests.disks import mounted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ID, OTHER = "2611.01234", "2611.09999"
KNOWN = Validator('"a"', "Fri, 20 Nov 2026 14:00:00 GMT")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "Papers"


def put(
    root: Path,
    content: bytes = b"%PDF-1",
    name: Sequence[str] = ("Bells",),
    paper_id: str = ID,
    version: int | None = 1,
    *,
    overwrite: bool = False,
) -> str:
    """Have a paper come, and give the name that it got."""
    folder = PapersFolder(root)
    part = folder.part(paper_id, version)
    part.begin(KNOWN, len(content))
    part.write(content)
    part.close()
    return folder.keep(part, name, paper_id, version, overwrite=overwrite).relative_to(root).as_posix()


def files(root: Path) -> dict[str, bytes]:
    """What a reader sees, hidden files but the index with it."""
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if not name.startswith(INDEX)}


def test_a_paper_is_kept_and_found(root: Path) -> None:
    assert PapersFolder(root).here(ID, 1) is None
    assert not root.exists(), "looking makes no folder"
    assert put(root) == "Bells.pdf"
    assert files(root) == {"Bells.pdf": b"%PDF-1"}, "nothing is left of what came"
    assert PapersFolder(root).here(ID, 1) == root / "Bells.pdf"
    assert PapersFolder(root).here(ID, 2) is None
    assert PapersFolder(root).here(OTHER, 1) is None


def test_a_folder_that_moved_knows_what_it_has(root: Path, tmp_path: Path) -> None:
    put(root, name=("cs.LG", "Bells"))
    root.rename(tmp_path / "elsewhere")
    assert PapersFolder(tmp_path / "elsewhere").here(ID, 1) == tmp_path / "elsewhere/cs.LG/Bells.pdf"


def test_a_file_that_was_renamed_is_found_by_its_content(root: Path) -> None:
    put(root, b"%PDF-one")
    put(root, b"%PDF-two", paper_id=OTHER)
    (root / "read").mkdir()
    (root / "Bells.pdf").rename(root / "read/my bells.PDF")
    assert PapersFolder(root).here(ID, 1) == root / "read/my bells.PDF"
    (root / "Bells.pdf").write_bytes(b"something else")
    assert PapersFolder(root).here(ID, 1) == root / "read/my bells.PDF", "the new name is known from then on"


def test_a_file_that_was_deleted_is_not_here(root: Path) -> None:
    put(root)
    (root / "Bells.pdf").unlink()
    assert PapersFolder(root).here(ID, 1) is None


def test_notes_in_a_file_leave_it_the_papers(root: Path) -> None:
    put(root)
    (root / "Bells.pdf").write_bytes(b"%PDF-1 with my notes %%EOF" + bytes(5000))
    assert PapersFolder(root).here(ID, 1) == root / "Bells.pdf"


@pytest.mark.parametrize(("left", "place"), [(b"", "Bells.pdf"), (b"%PDF", "Bells v1.pdf"), (b"mine", "Bells v1.pdf")])
def test_a_file_that_is_no_pdf_any_more_is_not_here(root: Path, left: bytes, place: str) -> None:
    """As where a sync or a full disk cut it. What is in it stays, but nothing is lost with an empty one."""
    put(root)
    (root / "Bells.pdf").write_bytes(left)
    assert PapersFolder(root).here(ID, 1) is None
    assert PapersFolder(root).stranger(("Bells",), ID, 1) == (root / "Bells.pdf" if left else None)
    assert put(root, b"%PDF-1 again") == place
    assert PapersFolder(root).here(ID, 1) == root / place
    assert put(root, b"%PDF-1 anew", overwrite=True) == "Bells.pdf", "where that was said"


def test_what_was_renamed_is_looked_for_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleted papers do not cost a look at each file of the folder, each."""
    for number in range(3):
        put(root, f"%PDF-{number}".encode(), (f"Bells {number}",), f"2611.0000{number}")
        (root / f"Bells {number}.pdf").unlink()
    looks: list[Path] = []
    walk = os.walk

    def watched(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        looks.append(top)
        return walk(str(top))

    monkeypatch.setattr(os, "walk", watched)
    folder = PapersFolder(root)
    for number in range(3):
        assert folder.here(f"2611.0000{number}", 1) is None
        folder.reread()
    assert looks == [root]


def test_what_another_process_fetched_meanwhile_is_here(root: Path) -> None:
    folder = PapersFolder(root)
    put(root)
    folder.reread()
    assert folder.here(ID, 1) == root / "Bells.pdf"


def test_another_file_of_the_name_stays(root: Path) -> None:
    root.mkdir()
    (root / "Bells.pdf").write_bytes(b"mine")
    assert PapersFolder(root).stranger(("Bells",), ID, 1) == root / "Bells.pdf"
    assert put(root) == f"Bells {ID}v1.pdf"
    assert put(root, b"%PDF-2", paper_id=OTHER) == f"Bells {OTHER}v1.pdf"
    assert (root / "Bells.pdf").read_bytes() == b"mine"


def test_it_goes_only_where_that_was_said(root: Path) -> None:
    root.mkdir()
    (root / "BELLS.pdf").write_bytes(b"mine")
    assert put(root, b"%PDF-new", overwrite=True) == "BELLS.pdf"
    assert put(root, b"%PDF-newer", overwrite=True) == "BELLS.pdf"
    assert files(root) == {"BELLS.pdf": b"%PDF-newer"}
    assert PapersFolder(root).here(ID, 1) == root / "BELLS.pdf"


def test_two_papers_of_one_title_lie_side_by_side_whatever_was_said(root: Path) -> None:
    put(root, paper_id=OTHER)
    assert PapersFolder(root).stranger(("Bells",), ID, 1) is None, "nobody has to be asked"
    assert put(root, b"%PDF-new", overwrite=True) == f"Bells {ID}v1.pdf"
    assert PapersFolder(root).here(OTHER, 1) == root / "Bells.pdf"


def test_a_newer_version_has_a_name_of_its_own(root: Path) -> None:
    put(root)
    assert PapersFolder(root).stranger(("Bells",), ID, 2) is None, "nobody has to be asked"
    assert put(root, b"%PDF-2", version=2) == "Bells v2.pdf"
    assert put(root, b"%PDF-3", version=3, name=("Bells, Revised",)) == "Bells, Revised.pdf"
    assert [PapersFolder(root).here(ID, version) is not None for version in (1, 2, 3, 4)] == [True, True, True, False]


def test_what_is_the_same_is_not_kept_twice(root: Path) -> None:
    """As where the index was lost, or another program fetched it."""
    root.mkdir()
    (root / "Bells.pdf").write_bytes(b"%PDF-1")
    assert put(root) == "Bells.pdf"
    assert files(root) == {"Bells.pdf": b"%PDF-1"}
    assert PapersFolder(root).here(ID, 1) == root / "Bells.pdf"


def test_a_version_takes_the_place_of_itself_alone(root: Path) -> None:
    put(root)
    assert put(root, b"%PDF-2", version=2, overwrite=True) == "Bells v2.pdf"
    assert put(root, b"%PDF-2 anew", version=2, overwrite=True) == "Bells v2.pdf"
    assert files(root) == {"Bells.pdf": b"%PDF-1", "Bells v2.pdf": b"%PDF-2 anew"}
    (root / "Bells v2.pdf").rename(root / "my bells.pdf")
    assert put(root, b"%PDF-2 again", version=2, overwrite=True) == "my bells.pdf", "also where it was renamed"
    assert files(root) == {"Bells.pdf": b"%PDF-1", "my bells.pdf": b"%PDF-2 again"}


@pytest.mark.parametrize("there", ["BELLS.PDF", "bells.pdf", "Be\u0301lls.pdf"])
def test_names_that_some_file_systems_take_for_one_are_one(root: Path, there: str) -> None:
    root.mkdir()
    (root / there).write_bytes(b"mine")
    wished = "Bélls" if "\u0301" in there else "Bells"
    assert put(root, name=(wished,)) == f"{wished} {ID}v1.pdf"


def test_a_folder_of_the_template_may_be_spelled_otherwise(root: Path) -> None:
    (root / "CS.lg").mkdir(parents=True)
    assert put(root, name=("cs.LG", "Bells")) == "CS.lg/Bells.pdf"


def test_folders_and_links_of_the_name_stay(root: Path) -> None:
    (root / "Bells.pdf").mkdir(parents=True)
    (root / f"Bells {ID}v1.pdf").symlink_to("nowhere")
    assert put(root, overwrite=True) == f"Bells {ID}v1 (2).pdf"


def test_without_hard_links(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on FAT, and on some network drives."""

    def refused(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted", str(self), None, str(target))

    monkeypatch.setattr(Path, "hardlink_to", refused)
    root.mkdir()
    (root / "Bells.pdf").write_bytes(b"mine")
    assert put(root) == f"Bells {ID}v1.pdf"
    assert files(root) == {"Bells.pdf": b"mine", f"Bells {ID}v1.pdf": b"%PDF-1"}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 5000,
        b'{"name": "../x.pdf", "id": "2611.01234", "version": 1, "size": 6, "digest": "0"}',
        b'{"name": "/etc/passwd", "id": "2611.01234", "version": 1, "size": 6, "digest": "0"}',
        b'{"name": "x.pdf", "id": "2611.01234", "version": 1, "size": "6", "digest": "0"}',
        b'{"name": "x.desktop", "id": "2611.01234", "version": 1, "size": 6, "digest": "0"}',
        b'{"name": "' + b"x" * 5000 + b'.pdf", "id": "2611.01234", "version": 1, "size": 6, "digest": "0"}',
        b'{"name": "' + b"x/" * 3000 + b'.pdf", "id": "2611.01234", "version": 1, "size": 6, "digest": "0"}',
        b'{"name": "\\ud800.pdf", "id": "2611.01234", "version": 1, "size": 6, "digest": "0"}',
        b'{"name": "x.pdf", "id": "2611.01234", "version": 1, "size": 1e400, "digest": "0"}',
        b'{"name": "Bells.pdf", "id": "2611.0',
    ],
)
def test_a_line_of_the_index_that_is_none_is_left_out(root: Path, tmp_path: Path, line: bytes) -> None:
    put(root, paper_id=OTHER)
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1")
    (root / "x.desktop").write_bytes(b"%PDF-1")
    with (root / f"{INDEX}.jsonl").open("ab") as index:
        index.write(line)
    assert PapersFolder(root).here(ID, 1) is None
    assert put(root, b"%PDF-2", name=("Chimes",)) == "Chimes.pdf"
    assert PapersFolder(root).here(ID, 1) == root / "Chimes.pdf", "what follows a line that was cut off is read"
    assert PapersFolder(root).here(OTHER, 1) == root / "Bells.pdf"


def test_copies_of_the_index_are_read(root: Path) -> None:
    """What a sync makes of two machines' indexes."""
    put(root)
    (root / f"{INDEX}.jsonl").rename(root / f"{INDEX} (conflicted copy 2026-11-20).jsonl")
    put(root, b"%PDF-2", paper_id=OTHER, name=("Chimes",))
    assert PapersFolder(root).here(ID, 1) and PapersFolder(root).here(OTHER, 1)


def test_a_file_in_the_way_of_the_folder_is_told(root: Path) -> None:
    root.write_bytes(b"")
    with pytest.raises(DataError) as told:
        put(root)
    assert str(root) in told.value.message and "pdf.folder" in (told.value.hint or "")
    root.unlink()
    root.mkdir()
    (root / "cs.LG").write_bytes(b"")
    with pytest.raises(DataError):
        put(root, name=("cs.LG", "Bells"))


# What comes


def held(root: Path) -> Held:
    return PapersFolder(root).part(ID, 1).held


def begun(root: Path, content: bytes, total: int | None = 100) -> Part:
    part = PapersFolder(root).part(ID, 1)
    part.begin(KNOWN, total)
    part.write(content)
    return part


def test_a_part_is_gone_on_with_in_a_later_run(root: Path) -> None:
    begun(root, b"12345").close()
    assert held(root) == Held(5, 100, KNOWN)
    later = PapersFolder(root).part(ID, 1)
    later.write(b"67")
    assert later.held.size == 7
    later.close()
    assert later.path.read_bytes() == b"1234567"
    assert PapersFolder(root).part(ID, 2).held == Held(), "of another version is nothing here"
    assert all(path.name.startswith(".") for path in root.iterdir())


def test_what_may_not_be_on_the_disk_is_not_counted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed, or a machine that stops, leaves no more than was brought to the disk."""
    monkeypatch.setattr(papers_folder, "_SYNC_EVERY", 10)
    part = begun(root, b"0123456789ab")
    part.write(b"cd")
    assert held(root).size == 12
    later = PapersFolder(root).part(ID, 1)
    later.write(b"CD")
    later.close()
    assert later.path.read_bytes() == b"0123456789abCD"
    part.forget()


@pytest.mark.parametrize("about", [b"", b"{}", b"nonsense", b'{"size": "x"}', b"[]", None])
def test_a_part_of_which_nothing_is_known_is_not_gone_on_with(root: Path, about: bytes | None) -> None:
    part = begun(root, b"12345")
    part.close()
    beside = part.path.with_name(f"{part.path.name}.json")
    beside.unlink() if about is None else beside.write_bytes(about)
    assert held(root) == Held()


@pytest.mark.parametrize(
    "sizes",
    [("1e400", "9"), ("5", "1e400"), ("-5", "9"), ("5", "-9"), ("5", '"9"'), ("5", "999999999999"), ("5.0", "9")],
)
def test_a_part_of_a_size_that_no_file_has_is_not_gone_on_with(root: Path, sizes: tuple[str, str]) -> None:
    part = begun(root, b"12345")
    part.close()
    said = f'{{"size": {sizes[0]}, "total": {sizes[1]}, "etag": "", "modified": ""}}'
    part.path.with_name(f"{part.path.name}.json").write_text(said)
    assert held(root) == Held()


def test_a_part_that_lost_bytes_is_gone_on_with_from_there(root: Path) -> None:
    part = begun(root, b"12345")
    part.close()
    os.truncate(part.path, 3)
    assert held(root).size == 3


def test_two_that_write_to_one_part_are_found_out(root: Path) -> None:
    part = begun(root, b"%PDF-1", 6)
    part.close()
    with part.path.open("ab") as other:
        other.write(b"more")
    with pytest.raises(DataError, match="Another program"):
        PapersFolder(root).keep(part, ("Bells",), ID, 1)
    assert files(root) == {}


def test_the_index_says_what_is_there_in_words_of_its_own(root: Path) -> None:
    put(root, name=("Bélls",))
    (line,) = filter(None, (root / f"{INDEX}.jsonl").read_text("ascii").splitlines())
    said = json.loads(line)
    assert (said["name"], said["id"], said["version"], said["size"]) == ("Bélls.pdf", ID, 1, 6)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    with mounted(tmp_path, kilobytes=512) as disk:
        root = tmp_path / "Papers"
        part = begun(root, bytes(100_000), 10_000_000)
        part.close()
        with pytest.raises(DataError) as told:
            for _ in range(100):
                part.write(bytes(10_000))
        assert "Make room" in (told.value.hint or "")
        with pytest.raises(DataError):
            part.close()
        assert held(root).size >= 100_000
        disk.fill()
        assert PapersFolder(root).here(ID, 1) is None, "it can be read still"


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from([ID, OTHER]), st.integers(1, 3), st.sampled_from("aAbß")), max_size=8))
def test_nothing_that_came_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, came: list[tuple[str, int, str]]
) -> None:
    """Whatever papers come in whatever order under whatever names: each is found, with its own content."""
    root = tmp_path_factory.mktemp("folder")
    for paper_id, version, name in came:
        if not PapersFolder(root).here(paper_id, version):
            put(root, f"%PDF {paper_id}v{version}".encode(), (name,), paper_id, version)
    for paper_id, version, _ in came:
        found = PapersFolder(root).here(paper_id, version)
        assert found and found.read_bytes() == f"%PDF {paper_id}v{version}".encode()
