"""The clipboard, with programs in the place of those that Wayland's and X11's clipboards have."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from coolcli import clipboard
from coolcli.errors import CoolError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the clipboard is a program on Linux only")
SURROUNDINGS = ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX")


class Programs:
    """Programs for a clipboard that is a file, in a folder of PATH that has nothing else of the kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "bin"
        self.folder.mkdir()
        self.held = folder / "held"
        for name in ("sh", "cat", "sleep"):
            (self.folder / name).symlink_to(shutil.which(name) or "")

    def write(self, name: str, script: str) -> None:
        program = self.folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    made = Programs(tmp_path)
    monkeypatch.setenv("PATH", str(made.folder))
    for name in SURROUNDINGS:
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.fixture
def wayland(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-1")
    programs.write("wl-copy", f'cat > "{programs.held}"')
    programs.write("wl-paste", f'cat "{programs.held}"')
    return programs


@pytest.fixture
def x11(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("DISPLAY", ":7")
    programs.write("xclip", f'case "$*" in *-o*) cat "{programs.held}";; *) cat > "{programs.held}";; esac')
    return programs


@pytest.mark.parametrize("screen", ["wayland", "x11"])
@pytest.mark.parametrize(
    "text",
    ["2611.00001 and\n\tmore", "Kähler–Einstein 中文 ℓ₁", "-n", "x" * 300_000],
    ids=["lines", "letters", "option", "long"],
)
def test_what_was_copied_is_pasted(screen: str, text: str, request: pytest.FixtureRequest) -> None:
    held = request.getfixturevalue(screen).held
    assert clipboard.copy(text) == "copied"
    assert held.read_text("utf-8") == text
    assert clipboard.paste() == text


def test_nothing_copied_is_an_empty_text(wayland: Programs) -> None:
    wayland.write("wl-paste", "echo Nothing is copied >&2; exit 1")
    assert clipboard.paste() == ""


def test_without_a_screen_there_is_none(programs: Programs) -> None:
    with pytest.raises(CoolError, match="there is no clipboard here") as pasting:
        clipboard.paste()
    assert pasting.value.hint == "Pipe it instead: … | cool open -" and pasting.value.exit_code == 1
    with pytest.raises(CoolError, match="Nothing was copied: there is no clipboard here") as copying:
        clipboard.copy("text")
    assert "xclip" in (copying.value.hint or "")


def test_without_a_program_for_it_there_is_none(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-1")
    with pytest.raises(CoolError, match="there is no clipboard here"):
        clipboard.paste()


def test_over_ssh_the_clipboard_there_is_not_read(wayland: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    monkeypatch.delenv("WAYLAND_DISPLAY")
    with pytest.raises(CoolError, match="over ssh") as refused:
        clipboard.paste()
    assert refused.value.hint == "Pipe it instead: … | cool open -"


def test_over_ssh_a_screen_that_is_handed_on_is_the_readers(x11: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    x11.held.write_text("2611.00001")
    assert clipboard.paste() == "2611.00001"


def test_over_ssh_without_a_terminal_it_is_copied_there(x11: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    assert clipboard.copy("text") == "copied"
    assert x11.held.read_text() == "text"


def test_a_screen_that_is_gone_copies_nothing(x11: Programs) -> None:
    x11.write("xclip", 'echo "Error: Can\'t open display: :7" >&2; exit 1')
    with pytest.raises(CoolError, match="Can't open display"):
        clipboard.copy("text")


def test_what_is_no_text_is_told(wayland: Programs) -> None:
    wayland.held.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(CoolError, match="no text"):
        clipboard.paste()


def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    wayland: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "PATIENCE", 2.0)
    lives = wayland.folder / "lives"
    os.mkfifo(lives)
    open_while_they_live = os.open(lives, os.O_RDONLY | os.O_NONBLOCK)
    wayland.write("wl-paste", f'exec 9> "{lives}"; sleep 600')
    with pytest.raises(CoolError, match="did not answer within 2 seconds"):
        clipboard.paste()
    assert select.select([open_while_they_live], [], [], 20)[0], "it still runs"
    assert os.read(open_while_they_live, 1) == b""
    os.close(open_while_they_live)


def test_a_program_that_stays_holds_no_pipe_of_ours(x11: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Xclip goes on in the background for as long as it has the text: who reads our output must not wait for it."""
    number = x11.folder / "number"
    x11.write("xclip", f'cat > "{x11.held}"; sleep 600 & echo $! > "{number}"')
    done = subprocess.run(
        [sys.executable, "-c", "from coolcli import clipboard; print(clipboard.copy('text'))"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    os.kill(int(number.read_text()), 15)
    assert done.stdout == b"copied\n"
