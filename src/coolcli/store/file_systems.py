"""What is to be known of the disk under a file: whether other machines may write to it, and how large the file is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

_NETWORK_FILE_SYSTEMS = (
    "nfs",
    "cifs",
    "smb",
    "ncp",
    "lustre",
    "gpfs",
    "beegfs",
    "ceph",
    "afs",
    "coda",
    "glusterfs",
    "orangefs",
    "pvfs",
    "panfs",
    "wekafs",
    "gfs",
    "ocfs",
    "9p",
    "virtiofs",
    "vboxsf",
    "vmhgfs",
    "prl_fs",
    "drvfs",
    "davfs",
    "fuse.",  # sshfs, rclone and what else: a rollback journal is right on a local one too
)
"""How the names of file systems begin that other machines, real or virtual, may write to as well."""


def size(path: Path) -> int:
    """Give a file's size in bytes, 0 where there is none or it cannot be told."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def is_empty(path: Path) -> bool:
    """Tell whether there is a file with nothing in it, as a crash or a full disk may leave one."""
    return size(path) == 0 and path.is_file()


def address(path: Path) -> str:
    """Write a file as the address that SQLite takes; of a share on Windows, whose server it would refuse, too."""
    name = path.absolute().as_posix()
    return f"file://{quote(os.fsencode(name if name.startswith('/') else f'/{name}'))}"


def file_in_the_way(path: Path) -> Path:
    """Give what stands where a folder of a path should be; the path's own folder where nothing does."""
    return next((folder for folder in path.parents if folder.exists() and not folder.is_dir()), path.parent)


def on_network(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Tell whether a file lies on a network file system (Linux and Windows; elsewhere it is taken as local)."""
    here = Path(os.path.realpath(path))
    if here.drive:
        return here.drive.startswith("\\\\")  # a share; a letter that stands for one was resolved
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    longest, found = 0, ""
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        folder = _unescaped(point).rstrip("/") + "/"
        if len(folder) >= longest and f"{here}/".startswith(folder):  # of two on one point, the later covers the other
            longest, found = len(folder), kind
    return found.startswith(_NETWORK_FILE_SYSTEMS)


def _unescaped(point: str) -> str:
    """Write a mount point as a path: blanks and backslashes in it are given as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point) if "\\" in point else point
