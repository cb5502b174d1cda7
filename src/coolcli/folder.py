"""The reader's folder of papers: what is there, what is coming, and a name for what is new. Nothing is overwritten.

    here(id, version)   the file that has a paper, also under the name that the reader gave it since
    part(id, version)   what came of one so far: `.ID.part` beside, which a later run goes on with
    keep(part, …)       the whole file put in its place, under the first of its names that is free

Which file has which paper stands in `.cool-papers.jsonl`, a line a file: name within the folder, id, version, size and
digest. So the folder can be moved and synced with what is known of it. Lines are only appended, and copies that a sync
made of the index in a conflict are read with it. A file that was renamed is found by its digest.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from coolcli import file_names
from coolcli.arxiv.download import BEGINNING, Held
from coolcli.config import replace
from coolcli.errors import DataError
from coolcli.models import Validator

INDEX = ".cool-papers"
_SYNC_EVERY = 1_000_000
"""Bytes after which a part is brought to the disk: no more is lost where the machine stops."""
_LOOKED_AT = 20_000
"""Files at the most among which one that was renamed is looked for."""


class Kept(NamedTuple):
    """A file of the folder, and the paper that it has."""

    name: str
    """Its path within the folder, with `/` between its parts."""
    id: str
    version: int | None
    size: int
    digest: str
    """SHA-256, in hexadecimal digits."""


class Part:
    """What came of a file so far, and what its server knows it by: the sink of a download."""

    def __init__(self, path: Path) -> None:
        """Take the hidden file that holds it; what is known of it stands beside."""
        self.path = path
        self._about = path.with_name(f"{path.name}.json")
        self._file: IO[bytes] | None = None
        self._now = Held()
        self._synced = 0

    @property
    def held(self) -> Held:
        """Give what is here, as far as it is known to be on the disk."""
        return self._read() if self._file is None else self._now

    def begin(self, validator: Validator | None, total: int | None) -> None:
        """Drop what is here, and begin with a file that has so many bytes. Raises DataError."""
        self.forget()
        if validator or total is not None:
            with _told(self.path):
                self._open(Held(0, total, validator))

    def write(self, piece: bytes) -> None:
        """Keep what comes next. Raises DataError."""
        with _told(self.path):
            file = self._file or self._open(self._read())
            left = memoryview(piece)
            while left:
                left = left[file.write(left) :]
            self._now = self._now._replace(size=self._now.size + len(piece))
            if self._now.size - self._synced >= _SYNC_EVERY:
                self._sync(file)

    def close(self) -> None:
        """Bring what came to the disk. What the disk does not take is not counted as here. Raises DataError."""
        if self._file is not None:
            with _told(self.path), self._file as file:
                self._file = None
                self._sync(file)

    def ends(self) -> tuple[bytes, bytes]:
        """Give the first and the last bytes. Raises DataError."""
        with _told(self.path), self.path.open("rb") as file:
            first = file.read(BEGINNING)
            file.seek(max(0, self.held.size - BEGINNING))
            return first, file.read(BEGINNING)

    def forget(self) -> None:
        """Drop what is here. Raises DataError."""
        with _told(self.path):
            if self._file is not None:
                self._file.close()
                self._file = None
            self._about.unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)

    def _open(self, held: Held) -> IO[bytes]:
        self._now, self._synced = held, held.size
        self.path.touch()
        os.truncate(self.path, held.size)
        self._note()
        self._file = self.path.open("ab", buffering=0)
        return self._file

    def _sync(self, file: IO[bytes]) -> None:
        os.fsync(file.fileno())
        self._note()
        self._synced = self._now.size

    def _note(self) -> None:
        size, total, validator = self._now
        etag, modified = validator or ("", "")
        content = {"size": size, "total": total, "etag": etag, "modified": modified}
        replace(self._about, json.dumps(content), durable=True)

    def _read(self) -> Held:
        try:
            found = json.loads(self._about.read_bytes())
            validator = Validator(str(found["etag"]), str(found["modified"]))
            total = None if found["total"] is None else int(found["total"])
            size = min(int(found["size"]), self.path.stat().st_size)
        except (KeyError, OSError, RecursionError, TypeError, ValueError):  # nothing that could be gone on with
            return Held()
        return Held(size, total, validator if any(validator) else None)


class Folder:
    """A folder of papers. It is made when the first paper comes."""

    def __init__(self, root: Path) -> None:
        """Take the folder, which need not exist. Raises DataError where its index cannot be read."""
        self.root = root
        self._kept = list(self._read())
        self._owners = {file_names.key(kept.name): kept for kept in self._kept}

    def here(self, paper_id: str, version: int | None) -> Path | None:
        """Give the file that has this version of a paper, None where it is not here. Raises DataError."""
        found = [kept for kept in reversed(self._kept) if (kept.id, kept.version) == (paper_id, version)]
        for kept in found:
            if self._owner(kept.name) == kept and (self.root / kept.name).is_file():
                return self.root / kept.name
        return self._renamed(found)

    def stranger(self, wished: Sequence[str]) -> Path | None:
        """Give the file that has the name a paper would get and is not known to be any paper's, None where none is."""
        taken = _taken(self.root.joinpath(*wished[:-1]), f"{wished[-1]}{file_names.SUFFIX}")
        return taken if taken and taken.is_file() and self._owner(self._name(taken)) is None else None

    def part(self, paper_id: str, version: int | None) -> Part:
        """Give what came of a paper's file so far; the folder is there from now on. Raises DataError."""
        with _told(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        name = file_names.safe(f"{paper_id}v{version}" if version else paper_id)
        return Part(self.root / f".{name}.part")

    def keep(
        self, part: Part, wished: Sequence[str], paper_id: str, version: int | None, *, overwrite: bool = False
    ) -> Path:
        """Put a whole file in its place and give its path.

        With `overwrite` it takes the place of a file that has its name, unless that is another paper's. Where a file
        with the same content has the name already, that is the one. Raises DataError.
        """
        size = part.held.size
        with _told(part.path):
            if part.path.stat().st_size != size:
                part.forget()
                raise DataError("Another program wrote to the same file while it came.", "Try again.")
            digest = _digest(part.path)
            path = self._placed(part, digest, wished, paper_id, version, overwrite=overwrite)
        self._note(Kept(self._name(path), paper_id, version, size, digest))
        return path

    def _placed(
        self, part: Part, digest: str, wished: Sequence[str], paper_id: str, version: int | None, *, overwrite: bool
    ) -> Path:
        folder = self._folder(wished[:-1])
        first = _taken(folder, f"{wished[-1]}{file_names.SUFFIX}")
        owner = self._owner(self._name(first)) if first else None
        as_version = owner is not None and owner.id == paper_id
        if first and overwrite and (owner is None or as_version) and not first.is_dir():
            part.path.replace(first)
            return _finished(part, first)
        for name in file_names.candidates(wished[-1], paper_id, version, as_version=as_version):
            taken = _taken(folder, name)
            if taken is None:
                with suppress(FileExistsError):
                    _move(part.path, folder / name)
                    return _finished(part, folder / name)
            elif taken.is_file() and taken.stat().st_size == part.held.size and _digest(taken) == digest:
                part.forget()
                return taken
        raise DataError(f"Every name that {paper_id} could have in {folder} is taken.", "`--to DIR` names another.")

    def _folder(self, parts: Sequence[str]) -> Path:
        """Give the folder for a file, made where it is missing; one that is there may be spelled in another case."""
        folder = self.root
        for part in parts:
            folder = _taken(folder, part) or folder / part
            folder.mkdir(exist_ok=True)
        return folder

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _owner(self, name: str) -> Kept | None:
        """Give the paper that was put under a name last."""
        return self._owners.get(file_names.key(name))

    def _renamed(self, found: Sequence[Kept]) -> Path | None:
        """Look for a paper's file by size and digest, and note the name that it has now."""
        digests = {kept.size: kept.digest for kept in found}
        for path in islice(self._files(), _LOOKED_AT) if digests else ():
            with suppress(OSError):
                if (digest := digests.get(path.stat().st_size)) and _digest(path) == digest:
                    self._note(found[0]._replace(name=self._name(path), size=path.stat().st_size, digest=digest))
                    return path
        return None

    def _files(self) -> Iterator[Path]:
        for folder, _, names in os.walk(self.root):
            yield from (Path(folder, name) for name in names if name.lower().endswith(file_names.SUFFIX))

    def _read(self) -> Iterator[Kept]:
        """Read the index, and copies of it; a line that is none is left out."""
        with _told(self.root):
            for file in sorted(self.root.glob(f"{INDEX}*.jsonl")):
                for line in file.read_bytes().splitlines():
                    with suppress(KeyError, RecursionError, TypeError, ValueError):
                        yield _kept(json.loads(line))

    def _note(self, kept: Kept) -> None:
        """Append to the index. Where it cannot be written, the file is there all the same and will be recognised."""
        self._kept.append(kept)
        self._owners[file_names.key(kept.name)] = kept
        with suppress(OSError), (self.root / f"{INDEX}.jsonl").open("ab") as index:
            # A line that was cut off before it is ended first.
            index.write(b"\n" + json.dumps(kept._asdict()).encode() + b"\n")


def _kept(content: dict[str, object]) -> Kept:
    """Read a line of the index. Raises ValueError for a name that leads out of the folder."""
    name, version, size = str(content["name"]), content["version"], content["size"]
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not isinstance(size, int):
        raise ValueError(name)
    return Kept(name, str(content["id"]), version if isinstance(version, int) else None, size, str(content["digest"]))


def _taken(folder: Path, name: str) -> Path | None:
    """Give what has a name in a folder, be it in another case or composed otherwise; None where nothing has."""
    wanted = file_names.key(name)
    try:
        return next((entry for entry in folder.iterdir() if file_names.key(entry.name) == wanted), None)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move(source: Path, target: Path) -> None:
    """Give a file another name that nothing has, in one step. Raises FileExistsError where something has it."""
    if os.name == "nt":
        source.rename(target)  # refuses what is there
        return
    try:
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: the name is reserved first
        target.touch(exist_ok=False)
        try:
            source.replace(target)
        except OSError:
            target.unlink()
            raise


def _finished(part: Part, path: Path) -> Path:
    """Take away what is left of a part, and let the new name outlast a power cut."""
    part.forget()
    with suppress(OSError):  # Windows opens no folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return path


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Put what a disk refuses in words."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "What came is kept: make room, and the same command goes on." if full else _ELSEWHERE
        raise DataError(f"{error.filename or path} cannot be used: {error.strerror or error}.", hint) from None


_ELSEWHERE = "`--to DIR` names another folder, `cool config set pdf.folder DIR` for good."
