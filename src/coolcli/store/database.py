"""Opening the one SQLite file, waiting for other processes, and turning what can fail there into words.

    open      a new file gets its tables; an older one a copy beside it, then the migrations; one of another program, of
              a newer version or damaged is refused as it is
    wait      whoever else has the file is waited for here, not inside SQLite, where Ctrl-C is not heard
    commit    is on the disk before it returns, so that a change once told survives a kill and a power cut

WAL lets a reader and a writer work side by side; on a network file system, where WAL is unsafe, a rollback journal
is used. A file on a disk that is read-only or full is opened for reading: a cached listing can still be shown.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from coolcli.errors import Busy, DataError
from coolcli.store.file_systems import address, file_in_the_way, on_network, size
from coolcli.store.holding import holding
from coolcli.store.schema import MIGRATIONS

LOCK_TIMEOUT = 10.0
"""Seconds to wait for another process that has the file."""
TELL_AFTER = 1.0
"""Seconds after which the reader is told what is waited for."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.05
"""Seconds between two tries, doubled from the first to the longest."""
_INSTRUCTIONS_BETWEEN_SIGNALS = 50_000
"""SQLite's own instructions after which Ctrl-C is looked for: about a millisecond."""
_COPIED_AT_ONCE = 2_000
"""Pages that are copied between two looks for Ctrl-C."""
_ROOM_NEEDED = 64 * 1024
"""Bytes without which SQLite can make no side file, which it calls a disk error."""


class Database:
    """An open file. Every statement runs inside `read()` or `write()`, which raise DataError, never SQLite's own."""

    def __init__(self, path: Path, *, tell: Callable[[str], None] | None = None) -> None:
        """Open the file, made and brought to the newest schema where needed. Raises DataError.

        `tell` is given words while another process is waited for, and an empty text when that is over.
        """
        self.path = path
        self._tell = tell
        self.cannot_write: DataError | None = None
        """Why nothing can be stored, None where something can."""
        self._shorter: float | None = None
        with self._in_words():
            self._connection = self._open()
        self._opened = self._identity()

    def wait_no_longer_than(self, seconds: float) -> None:
        """Wait so long for another process, from now on: where somebody sits at a screen that stands still."""
        self._shorter = seconds

    @property
    def _patience(self) -> float:
        return LOCK_TIMEOUT if self._shorter is None else min(self._shorter, LOCK_TIMEOUT)

    def is_replaced(self) -> bool:
        """Tell whether another file, or none, is now where this one was opened."""
        return self._identity() != self._opened

    @property
    def read_only(self) -> bool:
        """Tell whether nothing can be stored."""
        return self.cannot_write is not None

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for reading; everything read inside is of one moment."""
        connection = self._connection
        with self._in_words(connection):
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                self._execute(connection, _FIRST_READ)  # the moment begins here
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction: all of it is stored, or nothing."""
        if self.cannot_write is not None:
            raise self.cannot_write
        connection = self._connection
        with self._in_words(connection), self._transaction(connection, "BEGIN IMMEDIATE"):
            yield connection

    @contextmanager
    def aside(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for temporary tables: kept in memory until it is closed, nothing of it in the file."""
        connection = self._connection
        with self._in_words(connection):
            connection.execute("PRAGMA temp_store = MEMORY")
            with self._transaction(connection, "BEGIN"):
                yield connection

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection, begin: str) -> Iterator[None]:
        self._execute(connection, begin)
        try:
            yield
            self._execute(connection, "COMMIT")
        except BaseException:
            connection.rollback()
            raise

    def keep_copy(self, what: str) -> Path:
        """Copy the file beside itself as it is before something, unless that was done already; give where it is."""
        if self.cannot_write is not None:
            raise self.cannot_write
        copy = self._before(what)
        with self._in_words(self._connection):
            return copy if copy.exists() else self._copied(copy)

    def keep(self, change: Callable[[sqlite3.Connection], object]) -> None:
        """Store what can be done without, where anything can be stored; on a full disk reading goes on."""
        if self.read_only:
            return
        try:
            with self.write() as connection:
                change(connection)
        except Busy:
            return
        except DataError as error:
            self.cannot_write = error

    def version(self) -> int:
        """Give a number that is another one when another connection, of whatever process, has changed the file.

        What this connection itself stores does not change it. It costs microseconds: SQLite looks at a counter.
        """
        with self._in_words(self._connection):
            return int(self._execute(self._connection, "PRAGMA data_version").fetchone()[0])

    def shrink(self) -> None:
        """Give the disk back what is free inside the file; the disk needs room for a copy of it meanwhile."""
        if self.cannot_write is not None:
            raise self.cannot_write
        with self._in_words(self._connection):
            self._execute(self._connection, "VACUUM")
            self._execute(self._connection, "PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _open(self) -> sqlite3.Connection:
        self._refuse_half()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is starred and read is private
            if not self.path.exists() or os.access(self.path, os.W_OK):
                return self._connected("mode=rwc", self._prepare)
            self.cannot_write = self._is_read_only()
        except (OSError, sqlite3.OperationalError) as error:
            if not self.path.exists() or not leaves_reading(error):
                raise
            self.cannot_write = self._words(error)
        try:
            return self._connected("mode=ro", self._check)
        except sqlite3.OperationalError as error:
            if not leaves_reading(error) or self._is_unfinished():
                raise self.cannot_write from error
        return self._connected("immutable=1", self._check)  # no side file of WAL can be made, and none is needed

    def _refuse_half(self) -> None:
        """Raise DataError where the file was taken away from the changes beside it."""
        if size(self._beside("-wal")) and not size(self.path):  # in this order: another process may be making it
            raise DataError(
                f"{self.path} is missing or empty, but changes of it are in {self._beside('-wal')}.",
                "Put the two together again, or move both away to start anew.",
            )

    def _connected(self, how: str, make_ready: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        """Connect in autocommit mode: transactions are begun by hand, so it is seen where each begins and ends."""
        connection = sqlite3.connect(f"{address(self.path)}?{how}", uri=True, timeout=0, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.create_function("holding", 1, holding, deterministic=True)
        try:
            make_ready(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Bring the schema up to date. One reader's file is small: this costs little where nothing is to do."""
        shared = on_network(self.path)
        if shared:  # what was in WAL elsewhere is read without the shared memory that WAL would need
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        version = self._version(connection)
        if shared:
            self._execute(connection, "PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA locking_mode = NORMAL")
            self._execute(connection, _FIRST_READ)  # lets go of the lock
        elif version == 0:
            self._execute(connection, "PRAGMA journal_mode = WAL")
        # Not all builds of SQLite do so on their own. EXTRA is FULL, with a rollback journal's end on the disk too.
        connection.execute("PRAGMA synchronous = EXTRA")
        if version < len(MIGRATIONS):
            self._migrate(connection)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Run the migrations that are missing, in one transaction, after a copy of what was before."""
        self._execute(connection, "BEGIN IMMEDIATE")
        version = self._version(connection)  # a second process may have been first
        if 0 < version < len(MIGRATIONS):
            self._copied(self._before(f"v{len(MIGRATIONS)}"))
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            for statement in _statements(script):
                connection.execute(statement)
            if number == 1:
                connection.execute("INSERT INTO meta VALUES ('device', ?)", (os.urandom(4).hex(),))
            connection.execute(f"PRAGMA user_version = {number}")
        self._execute(connection, "COMMIT")

    def _before(self, what: str) -> Path:
        return self.path.with_name(f"{self.path.stem}.before-{what}.db")

    def _copied(self, copy: Path) -> Path:
        """Copy the file; a copy has its name once it is whole."""
        draft = copy.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(draft)) as target:
                # As above: a signal is heard between two steps.
                source.backup(target, pages=_COPIED_AT_ONCE, progress=lambda *_: None)
                target.execute("PRAGMA journal_mode = DELETE")
            draft.replace(copy)
        finally:
            draft.unlink(missing_ok=True)
        return copy

    def _check(self, connection: sqlite3.Connection) -> None:
        version = self._version(connection)
        if version != len(MIGRATIONS):
            assert self.cannot_write is not None  # noqa: S101 -- only then is a file opened for reading
            if version == 0:
                raise self.cannot_write
            raise DataError(
                f"The data in {self.path} is of an older version and cannot be brought up to date."
                f" {self.cannot_write.message}",
                self.cannot_write.hint,
            )

    def _version(self, connection: sqlite3.Connection) -> int:
        """Give the schema's number, 0 for a new file. Raises DataError for a file that is not ours to use."""
        version, tables, ours = self._execute(connection, _WHOSE).fetchone()  # of one moment: others may be migrating
        if (tables and version == 0) or (version > 0 and ours < len(_OURS)):
            raise self._is_damaged("its tables are others")
        cut = size(self.path) % int(connection.execute("PRAGMA page_size").fetchone()[0])
        if cut and not size(self._beside("-wal")):  # SQLite would take the rest of the page for empty
            raise self._is_damaged("its end is missing")
        if version > len(MIGRATIONS):
            raise DataError(
                f"The data in {self.path} was written by a newer version of cool (schema {version}).",
                "Update cool, or point COOL_HOME at another folder.",
            )
        return int(version)

    def _execute(self, connection: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
        """Run a statement that another process may hold up: wait, where Ctrl-C is heard and the reader is told."""
        began, pause, told = time.monotonic(), _FIRST_PAUSE, False
        while True:
            try:
                cursor = connection.execute(statement)
                break
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                if _code(error) not in _BUSY or waited > self._patience:
                    raise
            if self._tell and waited > TELL_AFTER and not told:
                self._tell("another process is using the data: waiting for it")
                told = True
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        if self._tell and told:
            self._tell("")
        return cursor

    @contextmanager
    def _in_words(self, connection: sqlite3.Connection | None = None) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            if _code(error) == sqlite3.SQLITE_INTERRUPT:  # see hear_signals
                raise KeyboardInterrupt from None
            if isinstance(error, sqlite3.OperationalError) and not _code(error):  # Python's: text that is not UTF-8
                raise self._is_damaged(str(error).partition(" with text")[0]) from error
            raise self._words(error) from error
        except (sqlite3.DatabaseError, *_BUG_OR_DAMAGE) as error:
            if isinstance(error, _BUG_OR_DAMAGE) and (connection is None or _is_sound(connection)):
                raise
            raise self._is_damaged(error) from error
        except ValueError as error:
            if connection is None or not _is_sound(connection):
                raise self._is_damaged(error) from error
            raise DataError(
                f"{self.path} holds what cool did not write ({error}).",
                "`cool doctor` looks through it; its text is fit for a bug report.",
            ) from error

    def _is_damaged(self, what: object) -> DataError:
        return DataError(
            f"{self.path} is damaged or not cool's database ({what}).",
            "Move it away to start anew; `sqlite3 FILE .recover` may save what is in it.",
        )

    def _words(self, error: sqlite3.OperationalError | OSError) -> DataError:
        code = _code(error)
        if code in _BUSY:
            return Busy(
                f"The data is in use by another process for longer than {self._patience:g} s ({self.path}).",
                "Try again; `cool` never holds it for long.",
            )
        if _means_full(error) or (code in _NO_SIDE_FILE and self._has_no_room()):
            return DataError(f"The disk is full: nothing was changed in {self.path}.", "Make room, then try again.")
        if code == sqlite3.SQLITE_READONLY:
            return self._is_read_only()
        if code == sqlite3.SQLITE_IOERR:
            name = getattr(error, "sqlite_errorname", "")
            return DataError(
                f"The disk failed to read or write {self.path} ({error}, {name}): nothing was changed.",
                "See whether the disk is sound and no quota or limit is reached, then try again.",
            )
        if isinstance(error, (FileExistsError, NotADirectoryError)):
            return DataError(
                f"{file_in_the_way(self.path)} is a file, not a folder: nothing can be kept there.",
                "Move it away, or set COOL_HOME to a folder.",
            )
        if isinstance(error, OSError):
            return DataError(
                f"{error.filename or self.path} cannot be used: {error.strerror}.",
                "Set COOL_HOME to a folder that can be written.",
            )
        if str(error).startswith("no such module: fts"):
            return no_text_search()
        if code == sqlite3.SQLITE_ERROR:
            return DataError(f"{self.path} cannot be used: {error}.", "`cool doctor` looks for what is wrong.")
        return DataError(f"{self.path} cannot be used: {error}.", "Set COOL_HOME to a folder that can be written.")

    def _is_read_only(self) -> DataError:
        return DataError(f"{self.path} is read-only: nothing was changed.", "Make it writable, or set COOL_HOME.")

    def _has_no_room(self) -> bool:
        import shutil

        try:
            return shutil.disk_usage(self.path.parent).free < _ROOM_NEEDED
        except OSError:
            return False

    def _is_unfinished(self) -> bool:
        """Tell whether changes lie beside the file that reading it alone would leave out, or show half."""
        return any(size(self._beside(end)) for end in ("-wal", "-journal"))

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _beside(self, end: str) -> Path:
        path = Path(os.path.realpath(self.path))  # SQLite puts them beside the file itself, not beside a link to it
        return path.with_name(path.name + end)


_FIRST_READ = "SELECT 1 FROM sqlite_master LIMIT 1"
_OURS = ("papers", "events", "marks", "meta")
"""Tables of every version: what has them is this program's."""
_WHOSE = f"""
    SELECT (SELECT user_version FROM pragma_user_version), count(*), ifnull(sum(name IN {_OURS}), 0)
    FROM sqlite_master WHERE type = 'table'"""
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_SIDE_FILE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_CANNOT_WRITE = (*_NO_SIDE_FILE, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_PERM)
_BUG_OR_DAMAGE = (sqlite3.IntegrityError, sqlite3.ProgrammingError, AttributeError, LookupError, TypeError)
"""What a damaged page can lead to, unless it is a bug."""


def has_text_search() -> bool:
    """Tell whether Python's SQLite was built with its full-text search."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE searched USING fts5(text)")
        except sqlite3.DatabaseError:
            return False
    return True


def no_text_search() -> DataError:
    """Build the error for an SQLite that was built without full-text search."""
    return DataError(
        f"This Python's SQLite ({sqlite3.sqlite_version}) was built without full-text search (FTS5).",
        "Nothing was changed. Install cool with a Python whose SQLite has it: most have, python.org's and uv's too.",
    )


def hear_signals(connection: sqlite3.Connection) -> None:
    """Let Ctrl-C stop a statement that takes long: `read()` and `write()` then raise KeyboardInterrupt."""
    connection.set_progress_handler(lambda: 0, _INSTRUCTIONS_BETWEEN_SIGNALS)


def _code(error: Exception) -> int:
    """Give SQLite's own code without its extension, 0 where it is another's error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _means_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return _code(error) == sqlite3.SQLITE_FULL


def leaves_reading(error: Exception) -> bool:
    """Tell whether a file that could not be opened for writing may still be read."""
    return isinstance(error, OSError) or _code(error) in _CANNOT_WRITE


def _is_sound(connection: sqlite3.Connection) -> bool:
    """Look through the whole file for damage: only where something went wrong that should not."""
    try:
        return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements: `executescript` would commit, and a migration is one transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line.partition("--")[0] + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
