"""Reading in a process of its own: what comes of it, whatever happens in there, and that it can be stopped."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from coolcli.ask import apart
from coolcli.ask.apart import Unread
from coolcli.ask.document import Document, Section

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 60.0
HEAD = """
import os, signal, sys, time
from coolcli.ask import apart
from coolcli.ask.document import Document, Section

def paper(text): return Document("pdf", "Maps", (Section("1 Folds", text),))
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the source of a module `harbour` goes, which a process of its own then finds."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return tmp_path / "harbour.py"


def read(module: Path, source: str, *arguments: str, content: bytes = b"", seconds: float = PATIENCE) -> str | None:
    """The text of the paper that a reader finds, which is an expression."""
    module.write_text(f"{HEAD}\napart.answer(lambda: {source})")
    found = apart.read("harbour", *arguments, content=content, seconds=seconds)
    return found.sections[0].text if found else None


def test_a_paper_comes_whole(module: Path) -> None:
    module.write_text(f"{HEAD}\napart.answer(lambda: paper('One.\\n\\nTwo: 图 \\u2028 é'))")
    found = apart.read("harbour", seconds=PATIENCE)
    assert found == Document("pdf", "Maps", (Section("1 Folds", "One.\n\nTwo: 图 \u2028 é"),))


def test_it_reads_what_it_is_given(module: Path) -> None:
    """More of it than a pipe holds, both ways."""
    long = b"harbour " * 100_000
    assert read(module, "paper(sys.stdin.read())", content=long) == long.decode()
    assert read(module, "time.sleep(0.2) or paper(sys.stdin.read())", content=long) == long.decode(), "late"
    assert read(module, "paper(' '.join(sys.argv[2:]))", "a b", "c") == "a b c"
    assert read(module, "paper('unheard')", content=long) == "unheard", "who does not listen is no trouble"


def test_there_may_be_no_text(module: Path) -> None:
    assert read(module, "None") is None
    assert read(module, "print('a library says something')") is None


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("(_ for _ in ()).throw(apart.Unread('it is a scan'))", "it is a scan"),
        ("{}['no such']", "it is broken"),
        ("os._exit(3)", "it is broken"),
        ("os.kill(os.getpid(), 9)", "it is broken"),
        ("os.write(1, b'{}') and os._exit(0)", "it is broken"),
        ("paper('x' * 11_000_000)", "it has more text than any paper"),
        ("(_ for _ in ()).throw(MemoryError)", "it takes too much memory"),
    ],
)
def test_why_there_is_none_is_told(module: Path, source: str, why: str) -> None:
    with pytest.raises(Unread) as raised:
        read(module, source)
    assert raised.value.why == why
    assert raised.value.passing is (why == "it takes too much memory")


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms do not hold a process to its memory")
def test_its_memory_is_bounded(module: Path) -> None:
    with pytest.raises(Unread, match="it takes too much memory"):
        read(module, "bytes(2_000_000_000) and None")


def test_its_time_is_bounded(module: Path) -> None:
    with pytest.raises(Unread, match=r"it takes more than 0\.2 seconds") as raised:
        read(module, "time.sleep(600)", seconds=0.2)
    assert raised.value.passing, "another time it may be quicker"


def test_nobodys_key_is_in_its_environment(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOL_ASK_API_KEY", "sk-harbour")
    monkeypatch.setenv("COOL_HOME", "/harbour")
    said = read(module, "paper(repr(dict(os.environ)))")
    assert said and "'COOL_HOME': '/harbour'" in said and "sk-harbour" not in said


class _Enough(BaseException):
    """Stands for Ctrl-C."""


@pytest.mark.skipif(sys.platform != "linux", reason="reads of processes what Linux says")
def test_who_stops_it_stops_the_process_too(module: Path, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    module.write_text(f"{HEAD}\nopen({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)")

    def heed() -> None:
        if note.exists() and note.read_text():
            raise _Enough

    with pytest.raises(_Enough):
        apart.read("harbour", seconds=PATIENCE, heed=heed)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
