"""A small disk of one's own, to fill or to protect, where the superuser of a Linux machine runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Disk:
    """A file system in memory, mounted on a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave not a byte free."""
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def make_room(self) -> None:
        self._ballast.unlink()

    def protect(self) -> None:
        """Make it read-only, as a disk with an error or a snapshot is."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)


@contextmanager
def mounted(folder: Path, *, kilobytes: int) -> Iterator[Disk]:
    """Mount a disk for a test, which is skipped where that is not allowed."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only the superuser of a Linux machine mounts a disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def bearing(home: Path) -> Iterator[Disk]:
    """Put what is in a reader's home on a small disk of its own."""
    aside = home.with_name("aside")
    home.rename(aside)
    home.mkdir()
    with mounted(home, kilobytes=4096) as disk:
        shutil.copytree(aside, home, dirs_exist_ok=True)
        yield disk
