"""One target under atheris: `python -m benchmarks.fuzz.guided TARGET [libFuzzer's options]`.

A process of its own, since libFuzzer ends the one it runs in.
"""

from __future__ import annotations

import sys
from importlib import import_module


def main() -> None:
    """Run libFuzzer until one of its options ends it, or a finding does."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["coolcli", "feedparser"]):
        from benchmarks.fuzz.targets import TARGETS
    program, name, *options = sys.argv
    atheris.Setup([program, *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
