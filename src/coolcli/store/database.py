"""Opening the one SQLite file, and turning what can fail there into words.

WAL lets a reader and a writer work side by side; on a network file system, where WAL is unsafe, a rollback journal
is used. A file on a read-only disk is opened for reading: a cached listing can still be shown.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coolcli.errors import DataError
from coolcli.store.schema import MIGRATIONS

LOCK_TIMEOUT = 10.0
"""Seconds to wait for another process that writes."""

_NETWORK_FILE_SYSTEMS = (
    "nfs",
    "cifs",
    "smb",
    "lustre",
    "gpfs",
    "beegfs",
    "ceph",
    "afs",
    "glusterfs",
    "fuse.sshfs",
    "9p",
)


class Database:
    """An open file. Every statement runs inside `read()` or `write()`, which raise DataError, never SQLite's own."""

    def __init__(self, path: Path) -> None:
        """Open the file, made and brought to the newest schema where needed. Raises DataError."""
        self.path = path
        self.read_only = False
        with self._in_words():
            self._connection = self._open()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for reading; everything read inside is of one moment."""
        with self._in_words():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.rollback()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction: all of it is stored, or nothing."""
        with self._in_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists() or os.access(self.path, os.W_OK):
                return _kept_or_closed(_connect(f"{self.path.as_uri()}?mode=rwc"), self._prepared)
        except (OSError, sqlite3.OperationalError) as error:
            if not self.path.exists() or not _means_read_only(error):
                raise
        self.read_only = True
        try:
            return _kept_or_closed(_connect(f"{self.path.as_uri()}?mode=ro"), self._checked)
        except sqlite3.OperationalError:  # no side files of WAL can be made beside it
            return _kept_or_closed(_connect(f"{self.path.as_uri()}?immutable=1"), self._checked)

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Bring the schema up to date. One reader's file is small: this costs one pragma where nothing is to do."""
        version = self._version(connection)
        if version == len(MIGRATIONS):
            return connection
        if version == 0:
            journal = "DELETE" if _on_network(self.path) else "WAL"
            connection.execute(f"PRAGMA journal_mode = {journal}")
        else:
            copy = self.path.with_name(f"{self.path.stem}.before-v{len(MIGRATIONS)}.db")
            with sqlite3.connect(copy) as target:
                connection.backup(target)
            target.close()
        connection.execute("BEGIN IMMEDIATE")  # a second process may have been first: look again
        version = self._version(connection)
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            for statement in _statements(script):
                connection.execute(statement)
            if number == 1:
                connection.execute("INSERT INTO meta VALUES ('device', ?)", (os.urandom(4).hex(),))
            connection.execute(f"PRAGMA user_version = {number}")
        connection.commit()
        return connection

    def _checked(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        if self._version(connection) != len(MIGRATIONS):
            raise DataError(
                f"The data in {self.path} is of an older version and cannot be brought up to date: it is read-only.",
                "Make the file and its folder writable, or point COOL_HOME elsewhere.",
            )
        return connection

    def _version(self, connection: sqlite3.Connection) -> int:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise DataError(
                f"The data in {self.path} was written by a newer version of cool (schema {version}).",
                "Update cool, or point COOL_HOME at another folder.",
            )
        return version

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._words(str(error)) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
                raise  # a bug, not the disk
            raise DataError(
                f"{self.path} is damaged or not cool's database ({error}).",
                "Move it away to start anew; `sqlite3 FILE .recover` may save what is in it.",
            ) from error
        except OSError as error:
            raise DataError(
                f"{error.filename or self.path} cannot be used: {error.strerror}.",
                "Set COOL_HOME to a folder that can be written.",
            ) from error

    def _words(self, reason: str) -> DataError:
        if "locked" in reason or "busy" in reason:
            return DataError(
                f"The data is in use by another process for longer than {LOCK_TIMEOUT:.0f} s ({self.path}).",
                "Try again; `cool` never holds it for long.",
            )
        if "full" in reason:
            return DataError(f"The disk is full: nothing was changed in {self.path}.", "Make room, then try again.")
        if _READ_ONLY in reason:
            return DataError(f"{self.path} is read-only: nothing was changed.", "Make it writable, or set COOL_HOME.")
        return DataError(f"{self.path} cannot be used: {reason}.", "Set COOL_HOME to a folder that can be written.")


_READ_ONLY = "readonly"


def _connect(uri: str) -> sqlite3.Connection:
    """Connect in autocommit mode: transactions are begun by hand, so it is seen where each begins and ends."""
    connection = sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _kept_or_closed(
    connection: sqlite3.Connection, prepare: Callable[[sqlite3.Connection], sqlite3.Connection]
) -> sqlite3.Connection:
    """Make a connection ready, or close it where that fails."""
    try:
        return prepare(connection)
    except BaseException:
        connection.close()
        raise


def _means_read_only(error: Exception) -> bool:
    return isinstance(error, OSError) or _READ_ONLY in str(error) or "unable to open" in str(error)


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements: `executescript` would commit, and a migration is one transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line.partition("--")[0] + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _on_network(path: Path) -> bool:
    """Tell whether the file lies on a network file system (Linux; elsewhere it is taken as local)."""
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    points = [(fields[1], fields[2]) for line in mounts if len(fields := line.split()) > 2]
    here = path.resolve()
    inside = [(point, kind) for point, kind in points if here.is_relative_to(point.replace("\\040", " "))]
    return max(inside, key=lambda mount: len(mount[0]), default=("", ""))[1].startswith(_NETWORK_FILE_SYSTEMS)
