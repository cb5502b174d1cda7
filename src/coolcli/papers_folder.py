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
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from coolcli import file_names, whole_files
from coolcli.arxiv.download import MOST_BYTES, Held, begins_as_pdf, ends_as_pdf
from coolcli.errors import DataError
from coolcli.models import Validator

INDEX = ".cool-papers"
_SYNC_EVERY = 1_000_000
"""Bytes after which a part is brought to the disk: no more is lost where the machine stops."""
_LOOKED_AT = 20_000
"""Files at the most among which one that was renamed is looked for."""
_LONGEST = 255, 1000
"""Bytes that each part of a file's name has at the most, and all of them: no disk takes longer ones."""


class Kept(NamedTuple):
    """A file of the folder, and the paper that it has."""

    name: str
    """Its path within the folder, with `/` between its parts."""
    id: str
    version: int | None
    size: int
    digest: str
    """SHA-256, in hexadecimal digits."""

    def is_of(self, paper_id: str, version: int | None) -> bool:
        """Tell whether it is this version of this paper."""
        return (self.id, self.version) == (paper_id, version)


class Part:
    """What came of a file so far, and what its server knows it by: the sink of a download."""

    def __init__(self, path: Path) -> None:
        """Take the hidden file that holds it; what is known of it stands beside."""
        self.path = path
        self._about = path.with_name(f"{path.name}.json")
        self._file: BinaryIO | None = None
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

    def doubt(self) -> None:
        """Keep what is here, but not as all there is. Raises DataError."""
        with _told(self.path):
            self._now = self.held._replace(total=None)
            self._note()

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Give what is here, to be read. Raises DataError."""
        with _told(self.path), self.path.open("rb") as file:
            yield file

    def forget(self) -> None:
        """Drop what is here. Raises DataError."""
        with _told(self.path):
            if self._file is not None:
                self._file.close()
                self._file = None
            self._about.unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)

    def _open(self, held: Held) -> BinaryIO:
        self._now, self._synced = held, held.size
        self.path.touch()
        os.truncate(self.path, held.size)
        self._note()
        self._file = self.path.open("ab", buffering=0)
        return self._file

    def _sync(self, file: BinaryIO) -> None:
        os.fsync(file.fileno())
        self._note()
        self._synced = self._now.size

    def _note(self) -> None:
        size, total, validator = self._now
        etag, modified = validator or ("", "")
        content = {"size": size, "total": total, "etag": etag, "modified": modified}
        whole_files.write(self._about, json.dumps(content), durable=True)

    def _read(self) -> Held:
        try:
            found = json.loads(self._about.read_bytes())
            validator = Validator(str(found["etag"]), str(found["modified"]))
            total = None if found["total"] is None else _bytes(found["total"])
            size = min(_bytes(found["size"]), self.path.stat().st_size)
        except (KeyError, OSError, RecursionError, TypeError, ValueError):  # nothing that could be gone on with
            return Held()
        return Held(size, total, validator if any(validator) else None)


class PapersFolder:
    """A folder of papers. It is made when the first paper comes.

    Files that were renamed are looked for once, however many papers are asked for.
    """

    def __init__(self, root: Path) -> None:
        """Take the folder, which need not exist. Raises DataError where its index cannot be read."""
        self.root = root
        self.reread()

    def reread(self) -> None:
        """Read the index anew, to which another process may have written. Raises DataError."""
        self._kept: dict[tuple[str, int | None], list[Kept]] = defaultdict(list)
        self._owners: dict[str, Kept] = {}
        for kept in self._read():
            self._know(kept)

    def here(self, paper_id: str, version: int | None) -> Path | None:
        """Give the file that has this version of a paper, None where it is not here. Raises DataError."""
        found = self._kept.get((paper_id, version), [])
        for kept in reversed(found):
            if self._owner(kept.name) == kept and _is_still(kept, self.root / kept.name):
                return self.root / kept.name
        return self._renamed(found)

    def stranger(self, wished: Sequence[str], paper_id: str, version: int | None) -> Path | None:
        """Give the file that has the name a paper would get and is not known to be any paper, None where none is.

        So is one that was this very paper and is no PDF any more, unless it is empty.
        """
        with _told(self.root):
            taken = _taken(self.root.joinpath(*wished[:-1]), f"{wished[-1]}{file_names.SUFFIX}")
            if taken is None or not taken.is_file():
                return None
            owner = self._owner(self._name(taken))
            is_spoilt = owner and owner.is_of(paper_id, version) and not _is_still(owner, taken)
            return taken if owner is None or (is_spoilt and taken.stat().st_size) else None

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

        With `overwrite` it takes the place of the file that has its name, or else of the one that has this version,
        never of one that has another paper or another version. Where a file with the same content has the name already,
        that is the one. Raises DataError.
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
        if old := self._giving_way(first, paper_id, version, overwrite=overwrite):
            part.path.replace(old)
            return _finished(part, old)
        owner = self._owner(self._name(first)) if first else None
        as_version = owner is not None and owner.id == paper_id
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

    def _giving_way(self, first: Path | None, paper_id: str, version: int | None, *, overwrite: bool) -> Path | None:
        """Give the file that is replaced, None where none is: an empty one of this version is without being asked."""
        if first and not first.is_dir():
            owner = self._owner(self._name(first))
            own = owner is not None and owner.is_of(paper_id, version)
            if (overwrite and (own or owner is None)) or (own and first.is_file() and not first.stat().st_size):
                return first
        return self.here(paper_id, version) if overwrite else None

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
        for kept in reversed(found):
            for path in self._by_size.get(kept.size, ()):
                with suppress(OSError):
                    if _digest(path) == kept.digest:
                        self._note(kept._replace(name=self._name(path)))
                        return path
        return None

    @cached_property
    def _by_size(self) -> Mapping[int, Sequence[Path]]:
        found = defaultdict(list)
        for path in islice(self._files(), _LOOKED_AT):
            with suppress(OSError):
                found[path.stat().st_size].append(path)
        return found

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
        self._know(kept)
        with suppress(OSError), (self.root / f"{INDEX}.jsonl").open("ab") as index:
            # A line that was cut off before it is ended first.
            index.write(b"\n" + json.dumps(kept._asdict()).encode() + b"\n")

    def _know(self, kept: Kept) -> None:
        self._kept[kept.id, kept.version].append(kept)
        self._owners[file_names.key(kept.name)] = kept


def _kept(content: dict[str, object]) -> Kept:
    """Read a line of the index. Raises ValueError for a name that is no PDF's, or leads out of the folder."""
    name, version, size = str(content["name"]), content["version"], _bytes(content["size"])
    path = PurePath(name)
    if path.anchor or ".." in path.parts or path.suffix.lower() != file_names.SUFFIX:
        raise ValueError(name)
    if max(len(part.encode()) for part in path.parts) > _LONGEST[0] or len(name.encode()) > _LONGEST[1]:
        raise ValueError(name)
    return Kept(name, str(content["id"]), version if isinstance(version, int) else None, size, str(content["digest"]))


def _bytes(number: object) -> int:
    """Read how many bytes a file has. Raises ValueError for what no file of ours has."""
    if not isinstance(number, int) or not 0 <= number <= MOST_BYTES:
        raise ValueError(number)
    return number


def _is_still(kept: Kept, path: Path) -> bool:
    """Tell whether a file is the paper still: as it came, or with notes in it. A sync or a full disk cuts files."""
    with suppress(OSError):  # such as a name that another disk took and this one does not
        return path.is_file() and (path.stat().st_size == kept.size or _is_pdf(path))
    return False


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return begins_as_pdf(file) and ends_as_pdf(file)


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
        hint = "Make room, and say it again: what could be kept of it is gone on with." if full else ELSEWHERE
        raise DataError(f"{error.filename or path} cannot be used: {error.strerror or error}.", hint) from None


ELSEWHERE = "`--to DIR` names another folder, `cool config set pdf.folder DIR` for good."
"""What to do where a folder cannot be used."""
