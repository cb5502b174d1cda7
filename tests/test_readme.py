"""The README's examples run, against the demonstration; every verb has one."""

import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from coolcli.cli.verbs import VERBS
from tests.cli.forking import CAN_FORK
from tests.cli.program import LIMIT, forks

README = Path(__file__).parent.parent / "README.md"
SHELL = re.compile(r"[|&;<>()$`*?]")
"""What a shell would do something with."""
COOL = f"{shlex.quote(sys.executable)} -m coolcli --demo"


def examples() -> Iterator[str]:
    for block in re.findall(r"```console\n(.*?)```", README.read_text("utf-8"), re.DOTALL):
        for line in block.splitlines():
            yield line.removeprefix("$ ").partition("  #")[0].strip()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A reader who tries the README from top to bottom, in one home, one after the other."""
    home = tmp_path_factory.mktemp("home")
    browser = home / "browser"
    browser.write_text("#!/bin/sh\nexit 0\n")
    browser.chmod(0o755)
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {
        "COOL_HOME": str(home),
        "COOL_SESSION": "readme",
        "COOL_NOW": "2026-11-20T09:00:00+01:00",
        "HOME": str(home),
        "BROWSER": str(browser),
        "LANG": "C.UTF-8",
    }


def opens_a_screen(command: str) -> bool:
    return "triage" in shlex.split(command)[:2] and "--plain" not in command


def run(command: str, environment: dict[str, str]) -> tuple[int, str]:
    """Run an example to its end; where it takes a shell, in one."""
    program, *arguments = shlex.split(command, comments=True)
    if CAN_FORK and program == "cool" and not SHELL.search(command):
        arguments = ["--demo", *arguments]
        code, _, told = forks().run(arguments, b"", environment, Path.cwd(), seconds=LIMIT)
        return code, told.decode("utf-8")
    result = subprocess.run(
        ["/bin/sh", "-c", with_demo(command)],
        env=environment,
        cwd=environment["HOME"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        start_new_session=True,
        check=False,
    )
    return result.returncode, result.stderr


def with_demo(command: str) -> str:
    return re.sub(r"\bcool(?= |$)", COOL, command)


def looked_at(command: str, environment: dict[str, str]) -> tuple[int, str]:
    """Run what opens a screen on a terminal, and leave the screen once it shows its keys."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve("/bin/sh", ["/bin/sh", "-c", with_demo(command)], environment | {"TERM": "xterm-256color"})
    shown = b""
    has_left = False
    with suppress(OSError):  # the program has ended
        while chunk := os.read(terminal, 65536):
            shown += chunk
            if not has_left and b"quit" in shown:
                has_left = os.write(terminal, b"q") == 1
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return code, shown.decode("utf-8", "replace")


def test_every_example_runs(reader: dict[str, str]) -> None:
    commands = list(examples())
    assert len(commands) > 30
    failed = []
    for command in commands:
        code, told = looked_at(command, reader) if opens_a_screen(command) else run(command, reader)
        if code or "Traceback" in told:
            failed.append(f"{command}\n{code} {told}")
    assert not failed, "\n".join(failed)


def test_every_verb_has_an_example() -> None:
    shown = {word for command in examples() for word in shlex.split(command)[1:2]}
    assert shown >= set(VERBS)


def test_the_install_command_is_the_one_that_shows_the_demonstration() -> None:
    text = README.read_text("utf-8")
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/cool --demo today cs.LG" in text
    assert ".venv/bin/pip install '.[test]' && .venv/bin/pytest" in text
