"""The file itself: made, migrated, shared, read-only, damaged, of another program or of a newer version."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from coolcli.errors import DataError
from coolcli.models import Paper
from coolcli.store import database as module
from coolcli.store import health, papers, select
from coolcli.store.database import Database
from coolcli.store.file_systems import on_network
from coolcli.store.schema import MIGRATIONS
from tests.disks import mounted

if TYPE_CHECKING:
    from collections.abc import Iterator

PAPERS = [Paper(f"2611.{number:05}", title=f"Paper {number}", abstract="Words. " * 200) for number in range(1, 200)]
NOBODY = 65534
LONG = 5.0
"""Seconds: half of what a lock is waited for."""


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


@pytest.mark.parametrize("version", [0, 1, len(MIGRATIONS), 99])
@pytest.mark.parametrize("network", [False, True])
def test_a_database_of_another_program_is_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch, version: int, network: bool
) -> None:
    monkeypatch.setattr(module, "on_network", lambda _: network)
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("CREATE TABLE papers (whatever)")
        connection.commit()
    content = path.read_bytes()
    fails(path)
    assert path.read_bytes() == content
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    """So it is where the very first run was killed at its beginning."""
    path.parent.mkdir()
    path.touch()
    database = Database(path)
    save(database)
    database.close()


@pytest.mark.parametrize("at", ["page", "random"])
def test_a_file_whose_end_is_missing(path: Path, at: str) -> None:
    whole = filled(path).read_bytes()
    random = Random(5)
    lengths = range(4096, len(whole), 4096) if at == "page" else [random.randrange(1, len(whole)) for _ in range(60)]
    for length in (*lengths, 1, 15, 99, 100, 511, 512, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert str(path) in fails(path).message
        assert path.read_bytes() == whole[:length]
        assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("change", ["empty", "missing"])
def test_a_file_that_is_gone_while_changes_of_it_are_here(path: Path, change: str) -> None:
    """SQLite would take it for a new one and drop them."""
    beside = path.with_name("cool.db-wal")
    with left_open(filled(path)):
        changes = beside.read_bytes()
    beside.write_bytes(changes)
    if change == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
    assert str(beside) in fails(path).message
    assert beside.read_bytes() == changes


@contextmanager
def left_open(path: Path) -> Iterator[Database]:
    """A database with a change that is in its WAL only."""
    database = Database(path)
    save(database)
    yield database
    database.close()


def test_a_damaged_file(path: Path) -> None:
    content = bytearray(filled(path).read_bytes())
    for page in range(4, len(content) // 4096):
        content[page * 4096 : page * 4096 + 2000] = b"\xa5" * 2000
    path.write_bytes(content)
    with pytest.raises(DataError, match="damaged") as caught, closing(Database(path)) as database:
        count(database)
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE papers SET authors = '[broken' WHERE id = '2611.00003'",
        "UPDATE papers SET title = CAST(x'ff' AS TEXT) WHERE id = '2611.00003'",
    ],
)
def test_text_that_cannot_have_been_written(path: Path, harm: str) -> None:
    with closing(sqlite3.connect(filled(path))) as connection:
        connection.execute(harm)
        connection.commit()
    database = Database(path)
    with pytest.raises(DataError, match=r"damaged|did not write"), database.read() as connection:
        select.by_ids(connection, ["2611.00003"])
    database.close()


def test_a_bug_is_not_taken_for_damage(path: Path) -> None:
    database = Database(filled(path))
    with pytest.raises(TypeError), database.read():
        raise TypeError
    with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
        connection.execute("INSERT INTO papers (id) VALUES ('2611.00001')")
    database.close()


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    assert str(path) in fails(path).message


def test_a_file_in_place_of_its_folder(path: Path) -> None:
    path.parent.write_text("not a folder")
    assert str(path.parent) in fails(path).message


HOLDS = {
    "writing": "BEGIN IMMEDIATE",
    "alone": "BEGIN EXCLUSIVE",
    "reading": "BEGIN; SELECT count(*) FROM papers",
}


@contextmanager
def held(path: Path, how: str = "writing") -> Iterator[None]:
    """Another process that is in the middle of something."""
    script = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "[connection.execute(each).fetchone() for each in sys.argv[2].split(';')];"
        "print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(path), HOLDS[how]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
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


WAITS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a writer for a writer": ("writing", lambda path: opened(path, save)),
    "a writer for a long reader": ("reading", lambda path: opened(path, save)),
    "a reader": ("alone", lambda path: opened(path, count)),
    "an older file": ("writing", lambda path: opened(path, count)),
}
"""Who waits, where there is no WAL, for what."""


def opened(path: Path, act: Callable[[Database], object]) -> list[str]:
    told: list[str] = []
    database = Database(path, tell=told.append)
    try:
        act(database)
    finally:
        database.close()
    return told


@pytest.fixture
def rolled_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a rollback journal, in which everybody may stand in everybody's way."""
    monkeypatch.setattr(module, "on_network", lambda _: True)
    return filled(path)


@pytest.mark.parametrize("who", WAITS)
def test_waiting_goes_on_until_it_is_over(rolled_back: Path, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    how, act = WAITS[who]
    monkeypatch.setattr(module, "TELL_AFTER", 0.1)
    if who == "an older file":
        monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, MORE))
    with held(rolled_back, how):
        monkeypatch.setattr(module, "LOCK_TIMEOUT", 0.2)
        with pytest.raises(DataError, match="in use by another process"):
            act(rolled_back)
    monkeypatch.setattr(module, "LOCK_TIMEOUT", 20)
    with ThreadPoolExecutor(1) as pool, held(rolled_back, how):
        waiting = pool.submit(act, rolled_back)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
    told = waiting.result()
    assert told == ["another process is using the data: waiting for it", ""]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("who", WAITS)
def test_a_signal_is_heard_while_waiting(rolled_back: Path, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    how, act = WAITS[who]
    if who == "an older file":
        monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, MORE))
    before = rolled_back.read_bytes()
    with held(rolled_back, how), pressed_ctrl_c() as took:
        act(rolled_back)
    assert took() < LONG
    assert rolled_back.read_bytes() == before


@contextmanager
def pressed_ctrl_c() -> Iterator[Callable[[], float]]:
    """Press Ctrl-C in a moment: the block has to end by it. What is given tells how long that took."""
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.monotonic())
        signal.raise_signal(signal.SIGINT)

    took: list[float] = []
    timer = threading.Timer(0.2, press)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield lambda: took[0]
        took.append(time.monotonic() - pressed[0])
    finally:
        timer.join()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_is_heard_while_an_open_file_is_waited_for(rolled_back: Path) -> None:
    database = Database(rolled_back)
    for act in (count, save):
        with held(rolled_back, "alone"), pressed_ctrl_c() as took:
            act(database)
        assert took() < LONG
    assert count(database) == len(PAPERS)
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_is_heard_while_sqlite_works(path: Path) -> None:
    database = Database(filled(path))
    long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000000) SELECT max(i) FROM n"
    with pressed_ctrl_c() as took, database.write() as connection:
        papers.save(connection, [Paper("2612.00001", title="Half")])
        module.hear_signals(connection)
        connection.execute(long).fetchone()
    assert took() < LONG
    with database.read() as connection:
        assert papers.known(connection, ["2612.00001"]) == set()
    database.close()


@pytest.mark.parametrize("network", [False, True])
def test_what_is_stored_survives_a_power_cut(path: Path, monkeypatch: pytest.MonkeyPatch, network: bool) -> None:
    """SQLite syncs at each commit from FULL (2) on, and with EXTRA (3) also what ends a rollback journal."""
    monkeypatch.setattr(module, "on_network", lambda _: network)
    database = Database(path)
    with database.write() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 3
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == ("delete" if network else "wal")
    database.close()


def test_data_that_moved_to_a_network_file_system_leaves_wal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with left_open(filled(path)):
        for file in [path, path.with_name("cool.db-wal")]:
            shutil.copy(file, file.with_name(f"moved{file.name}"))
    moved = path.with_name("movedcool.db")
    monkeypatch.setattr(module, "on_network", lambda _: True)
    one, other = Database(moved), Database(moved)
    for database in (one, other):
        save(database)
        assert count(database) == len(PAPERS)
        with database.read() as connection:
            assert papers.known(connection, ["2612.00001"]) == {"2612.00001"}
            assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    assert not list(moved.parent.glob("moved*-wal"))
    for database in (one, other):
        database.close()


MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local xfs rw 0 0
auto /net/lab autofs rw 0 0
server:/lab /net/lab nfs rw 0 0
me@host: /mnt/my\040server fuse.sshfs rw 0 0
/dev/sdc1 /mnt/ntfs fuseblk rw 0 0
//server/share /mnt/share smb3 rw 0 0
host /mnt/host virtiofs rw 0 0
home /Users 9p rw 0 0
"""


@pytest.mark.skipif(sys.platform == "win32", reason="mount points of POSIX")
@pytest.mark.parametrize(
    ("place", "network"),
    [
        ("/var/cool.db", False),
        ("/home/me/cool.db", True),
        ("/home/local/cool.db", False),
        ("/homes/cool.db", False),
        ("/net/lab/cool.db", True),
        ("/mnt/my server/cool.db", True),
        ("/mnt/ntfs/cool.db", False),
        ("/mnt/share/cool.db", True),
        ("/mnt/host/cool.db", True),
        ("/Users/me/cool.db", True),
    ],
)
def test_what_is_on_a_network_file_system(tmp_path: Path, place: str, network: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.lstrip())
    assert on_network(Path(place), mounts) == network
    link = tmp_path / "link.db"
    link.symlink_to(place)
    assert on_network(link, mounts) == network


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


def unsearchable(path: Path) -> Path:
    """Let the index of texts be one that this SQLite cannot read, as one without FTS5 could not read any."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'USING fts5', 'USING fts0')")
    return path


def test_without_full_text_search_no_file_is_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MIGRATIONS", tuple(each.replace("USING fts5", "USING fts0") for each in MIGRATIONS))
    error = fails(path)
    assert "without full-text search (FTS5)" in error.message
    assert "Install cool with a Python" in (error.hint or "")


def test_without_full_text_search_what_is_here_can_be_read_and_changed(path: Path) -> None:
    with closing(Database(unsearchable(filled(path)))) as database:
        assert count(database) == len(PAPERS)
        with database.write() as connection:
            papers.save(connection, [Paper("2611.99999", title="One More", abstract="Words.")])
        assert count(database) == len(PAPERS) + 1
        with pytest.raises(DataError, match="without full-text search"), database.read() as connection:
            connection.execute("SELECT rowid FROM searched WHERE searched MATCH 'paper'").fetchall()


def test_whether_full_text_search_is_there_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.has_text_search()
    connect = sqlite3.connect

    def refusing(*arguments: object) -> sqlite3.Connection:
        connection = connect(*arguments)  # type: ignore[call-overload]
        connection.set_authorizer(lambda action, *_: action == sqlite3.SQLITE_CREATE_VTABLE)  # 1 denies it
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", refusing)
    assert not module.has_text_search()


def test_what_sqlite_cannot_do_is_no_matter_of_the_folder(path: Path) -> None:
    deep = " OR ".join(["1"] * 2000)
    with closing(Database(path)) as database, pytest.raises(DataError) as caught, database.read() as connection:
        connection.execute(f"SELECT {deep}")
    assert "cool doctor" in (caught.value.hint or "")


EVENT = "device, sequence, clock, at, grp, verb, subject, field, value, undoes"


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_what_the_reader_did_outlives_every_migration(path: Path, version: int) -> None:
    said = ("one", 1, "001a-one", "2026-11-20T14:00:00Z", "one-1", "star", "2611.00001", "starred", '{"at": "x"}', None)
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        for script in MIGRATIONS[:version]:
            connection.executescript(script)
        connection.execute(f"INSERT INTO events (id, {EVENT}) VALUES (7{', ?' * len(said)})", said)
        connection.execute("INSERT INTO marks VALUES ('2611.00001', 'starred', '{\"at\": \"x\"}', '001a-one')")
        connection.execute("INSERT INTO meta VALUES ('device', 'one')")
        connection.execute(f"PRAGMA user_version = {version}")
    with closing(Database(path)) as database, database.read() as connection:
        (event,) = connection.execute("SELECT * FROM events")
        assert tuple(event)[: len(said) + 1] == (7, *said)
        assert connection.execute("SELECT count(*) FROM marks").fetchone()[0] == 1
    assert health.examine(path).damage == ()


def test_two_may_migrate_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, MORE))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: _made(path), range(8))) == [1] * 8
    (copy,) = path.parent.glob("*before*")
    with closing(sqlite3.connect(copy)) as connection:  # of what was before, not of what the first of them made
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


def test_a_copy_that_a_kill_left_half_done_is_made_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, MORE))
    path.with_name(f"cool.before-v{len(MIGRATIONS) + 1}.draft").write_bytes(b"half")
    Database(path).close()
    (copy,) = path.parent.glob("*before*")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM papers").fetchone()[0] == len(PAPERS)


def test_a_migration_on_a_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    with mounted(path.parent, kilobytes=2048) as disk:
        filled(path)
        disk.fill()
        with monkeypatch.context() as patch:
            patch.setattr(module, "MIGRATIONS", (*MIGRATIONS, MORE))
            error = fails(path)
            assert "The disk is full" in error.message
            assert not list(path.parent.glob("*before*"))
            disk.make_room()
            Database(path).close()
        (copy,) = path.parent.glob("*before*")
        old = Database(copy)
        assert count(old) == len(PAPERS)
        old.close()


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_full_disk_leaves_reading(path: Path, journal: str) -> None:
    path.parent.mkdir()
    with mounted(path.parent, kilobytes=2048) as disk:
        with closing(sqlite3.connect(filled(path))) as connection:
            connection.execute(f"PRAGMA journal_mode = {journal}")
        disk.fill()
        database = Database(path)
        assert count(database) == len(PAPERS)
        with pytest.raises(DataError, match="The disk is full") as caught:
            save(database)
        assert caught.value.exit_code == 5
        database.close()
        disk.make_room()
        database = Database(path)
        save(database)
        assert count(database) == len(PAPERS)
        database.close()


def test_what_reading_alone_would_leave_out_is_not_left_out(path: Path) -> None:
    """A change that is in the WAL only, and a disk on which nothing can be made to read it."""
    path.parent.mkdir()
    with mounted(path.parent, kilobytes=2048) as disk:
        with left_open(filled(path)):
            kept = {file: file.read_bytes() for file in path.parent.iterdir() if file.suffix != ".db-shm"}
        for file, content in kept.items():
            file.write_bytes(content)
        disk.protect()
        assert "read-only" in fails(path).message


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


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_the_version_changes_with_what_others_store_and_not_with_what_is_stored_here(path: Path, journal: str) -> None:
    filled(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    database = Database(path)
    before = database.version()
    save(database)
    assert database.version() == before
    other = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('DELETE FROM papers'); c.commit()"
    subprocess.run([sys.executable, "-c", other], check=True)
    after = database.version()
    assert after != before
    assert database.version() == after
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_the_version_of_what_may_only_be_read(open_folder: Path) -> None:
    path = filled(open_folder / "data" / "cool.db")
    writer = Database(path)
    write_protected(path, folder=False)
    with without_privileges():
        reader = Database(path)
        assert reader.read_only
        before = reader.version()
        save(writer)
        assert reader.version() != before
        reader.close()
    writer.close()
