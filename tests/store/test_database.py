"""The file itself: made, migrated, shared, read-only, damaged, of another program or of a newer version."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coolcli.errors import DataError
from coolcli.models import Paper
from coolcli.store import database as module
from coolcli.store import papers
from coolcli.store.database import Database
from coolcli.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

PAPERS = [Paper(f"2611.{number:05}", title=f"Paper {number}", abstract="Words. " * 200) for number in range(1, 200)]
NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cool.db"


def filled(path: Path) -> Path:
    """Make a database with papers and close it."""
    database = Database(path)
    with database.write() as connection:
        papers.save(connection, PAPERS)
    database.close()
    return path


def count(database: Database) -> int:
    with database.read() as connection:
        found: int = connection.execute("SELECT count(*) FROM papers WHERE abstract LIKE 'Words%'").fetchone()[0]
        return found


def save(database: Database) -> None:
    with database.write() as connection:
        papers.save(connection, [Paper("2612.00001", title="One more")])


def fails(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        Database(path)
    assert caught.value.exit_code == 5
    assert caught.value.hint
    return caught.value


def test_the_file_and_its_folder_are_made(path: Path) -> None:
    database = Database(path)
    assert path.exists()
    assert not database.read_only
    assert count(database) == 0
    database.close()


def test_what_was_written_is_there_after_opening_again(path: Path) -> None:
    again = Database(filled(path))
    assert count(again) == len(PAPERS)
    again.close()


def test_a_write_is_whole_or_not_at_all(path: Path) -> None:
    database = Database(filled(path))
    with pytest.raises(RuntimeError, match="in the middle"), database.write() as connection:
        papers.save(connection, [Paper("2612.00001", title="Half")])
        raise RuntimeError("in the middle")
    with database.read() as connection:
        assert papers.known(connection, ["2612.00001"]) == set()
    save(database)
    database.close()


def test_a_reader_sees_one_moment(path: Path) -> None:
    one, other = Database(filled(path)), Database(path)
    with one.read() as connection:
        before = connection.execute("SELECT count(*) FROM papers").fetchone()[0]
        save(other)
        assert connection.execute("SELECT count(*) FROM papers").fetchone()[0] == before
    with one.read() as connection:
        assert connection.execute("SELECT count(*) FROM papers").fetchone()[0] == before + 1
    one.close()
    other.close()


def test_several_may_make_it_at_once(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: _made(path), range(8)))
    assert found == [1] * 8


def _made(path: Path) -> int:
    database = Database(path)
    with database.read() as connection:
        devices: int = connection.execute("SELECT count(*) FROM meta WHERE key = 'device'").fetchone()[0]
    database.close()
    return devices


def test_data_of_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(filled(path))) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    error = fails(path)
    assert "newer version" in error.message
    assert str(path) in error.message


@pytest.mark.parametrize("content", [b"This is my shopping list.\n" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_what_is_no_database(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert str(path) in fails(path).message
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE papers (whatever)")
        connection.commit()
    fails(path)
    with closing(sqlite3.connect(path)) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_schema")] == ["papers"]


def test_a_damaged_file(path: Path) -> None:
    content = bytearray(filled(path).read_bytes())
    for page in range(4, len(content) // 4096):
        content[page * 4096 : page * 4096 + 2000] = b"\xa5" * 2000
    path.write_bytes(content)
    database = Database(path)
    with pytest.raises(DataError, match="damaged") as caught:
        count(database)
    database.close()
    assert str(path) in caught.value.message


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    assert str(path) in fails(path).message


def test_a_file_in_place_of_its_folder(path: Path) -> None:
    path.parent.write_text("not a folder")
    assert str(path.parent) in fails(path).message


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process that is in the middle of writing."""
    script = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "connection.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.stdin.close()


def test_another_process_that_holds_the_lock_for_too_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    monkeypatch.setattr(module, "LOCK_TIMEOUT", 0.05)
    database = Database(path)
    with held(path):
        with pytest.raises(DataError, match="in use by another process") as caught:
            save(database)
        assert caught.value.exit_code == 5
        assert count(database) == len(PAPERS)  # reading goes on
    save(database)
    database.close()


@contextmanager
def without_privileges() -> Iterator[None]:
    """Be a user to whom permissions apply: the superuser may write anything."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder whose every parent may be entered by any user."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755)
    shutil.rmtree(folder)


def write_protected(path: Path, *, folder: bool) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o555 if folder else 0o777)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
@pytest.mark.parametrize("folder", [True, False], ids=["folder too", "file only"])
def test_a_listing_can_be_read_where_nothing_can_be_written(open_folder: Path, journal: str, folder: bool) -> None:
    path = filled(open_folder / "data" / "cool.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    write_protected(path, folder=folder)
    with without_privileges():
        database = Database(path)
        assert count(database) == len(PAPERS)
        assert database.read_only
        with pytest.raises(DataError, match="read-only") as caught:
            save(database)
        database.close()
    assert caught.value.exit_code == 5


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_nothing_can_be_made_in_a_folder_that_is_read_only(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with without_privileges():
        error = fails(open_folder / "data" / "cool.db")
    assert str(open_folder) in error.message
    assert "COOL_HOME" in (error.hint or "")


MORE = "ALTER TABLE papers ADD COLUMN pages INTEGER; -- how long it is\nCREATE INDEX by_pages ON papers (pages);\n"


def test_a_migration_keeps_the_data_and_a_copy_of_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, MORE))
    migrated = Database(path)
    assert count(migrated) == len(PAPERS)
    with migrated.read() as connection:
        assert connection.execute("SELECT pages FROM papers LIMIT 1").fetchone()[0] is None
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1
    migrated.close()
    (copy,) = path.parent.glob("*before*")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert connection.execute("SELECT count(*) FROM papers").fetchone()[0] == len(PAPERS)


def test_a_migration_that_fails_leaves_everything_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    broken = MORE + "INSERT INTO no_such_table VALUES (1);\n"
    with monkeypatch.context() as patch:
        patch.setattr(module, "MIGRATIONS", (*MIGRATIONS, broken))
        fails(path)
    database = Database(path)
    assert count(database) == len(PAPERS)
    with database.read() as connection:
        assert "pages" not in [row[1] for row in connection.execute("PRAGMA table_info(papers)")]
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_older_data_that_cannot_be_brought_up_to_date(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(open_folder / "data" / "cool.db")
    write_protected(path, folder=True)
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, MORE))
    with without_privileges():
        error = fails(path)
    assert "older version" in error.message
