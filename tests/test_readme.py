"""The README's examples run, against the demonstration; every verb has one."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coolcli.cli.verbs import VERBS

README = Path(__file__).parent.parent / "README.md"
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


def test_every_example_runs(reader: dict[str, str]) -> None:
    commands = list(examples())
    assert len(commands) > 30
    failed = []
    for command in commands:
        line = re.sub(r"\bcool(?= |$)", COOL, command)
        result = subprocess.run(
            ["/bin/sh", "-c", line],
            env=reader,
            capture_output=True,
            text=True,
            timeout=60,
            start_new_session=True,
            check=False,
        )
        if result.returncode or "Traceback" in result.stderr:
            failed.append(f"{command}\n{result.returncode} {result.stderr}")
    assert not failed, "\n".join(failed)


def test_every_verb_has_an_example() -> None:
    shown = {word for command in examples() for word in shlex.split(command)[1:2]}
    assert shown >= set(VERBS)


def test_the_install_command_is_the_one_that_shows_the_demonstration() -> None:
    text = README.read_text("utf-8")
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/cool --demo today cs.LG" in text
    assert ".venv/bin/pip install '.[test]' && .venv/bin/pytest" in text
