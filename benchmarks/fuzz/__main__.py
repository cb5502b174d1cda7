"""`python -m benchmarks.fuzz`: fuzz every parser, and print a Markdown table of inputs and findings."""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.fuzz.mutation import LONGEST, mutated
from benchmarks.fuzz.targets import HERE, TARGETS, seeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SLOW = 10
"""Seconds that one input may take."""
_FINDINGS = Path(tempfile.gettempdir()) / "cool-fuzz"
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s+(\d+)|^#(\d+)\s", re.MULTILINE)


class Result(NamedTuple):
    """What fuzzing one target came to."""

    inputs: int
    seconds: float
    findings: tuple[Path, ...]


def main() -> int:
    """Fuzz what the command line asks for; 1 where anything was found."""
    options = _options()
    if options.replay:
        TARGETS[options.only[0]](options.replay.read_bytes())
        return 0
    guide = None if options.plain else atheris()
    print(f"Python {platform.python_version()}, {guide or 'mutations without a guide'}, seed {options.seed}.\n")
    print("| target | inputs | seconds | findings |\n|---|--:|--:|--:|")
    results = []
    for name, result in fuzzed(options.only or TARGETS, options.seconds, options.seed, guided=bool(guide)):
        results.append(result)
        print(f"| {name} | {result.inputs:,} | {result.seconds:.0f} | {len(result.findings)} |", flush=True)
        for file in result.findings:
            print(f"{name}: python -m benchmarks.fuzz --only {name} --replay {file}", file=sys.stderr)
    found = sum(len(result.findings) for result in results)
    print(f"| all | {sum(result.inputs for result in results):,} | {sum(r.seconds for r in results):.0f} | {found} |")
    return 1 if found else 0


def fuzzed(targets: Iterable[str], seconds: int, seed: int, *, guided: bool) -> Iterator[tuple[str, Result]]:
    """Fuzz some targets for so many seconds each, and give what each came to."""
    _FINDINGS.mkdir(exist_ok=True)
    for name in targets:
        yield name, (_guided if guided else _plain)(name, seconds, seed)


def atheris() -> str | None:
    """Name the guide with its version, None where it is not installed."""
    try:
        return f"atheris {version('atheris')}"
    except PackageNotFoundError:
        return None


def _guided(name: str, seconds: int, seed: int) -> Result:
    """Let libFuzzer look for inputs that reach new code; the first finding ends it."""
    before = set(_FINDINGS.iterdir())
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as corpus:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "benchmarks.fuzz.guided", name),
                *(f"-max_total_time={seconds}", f"-seed={seed + 1}", f"-max_len={LONGEST}", f"-timeout={SLOW}"),
                *("-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={_FINDINGS}/{name}-"),
                *(f"-dict={TARGETS[name].dictionary_file}", corpus, str(HERE / "corpus" / name)),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    counts = [int(match[1] or match[2]) for match in _EXECUTED.finditer(done.stderr)]
    found = tuple(sorted(set(_FINDINGS.iterdir()) - before))
    if not counts or (done.returncode and not found):
        sys.exit(f"benchmarks.fuzz: {name} did not run:\n{done.stderr[-2000:]}")
    return Result(max(counts), time.monotonic() - begin, found)


def _plain(name: str, seconds: int, seed: int) -> Result:
    """Mutate the corpus; one finding of each kind is kept."""
    target, corpus, random = TARGETS[name], seeds(name), Random(f"{seed} {name}")
    found: dict[tuple[str, int], Path] = {}
    begin = time.monotonic()
    inputs = 0
    while time.monotonic() - begin < seconds:
        data = mutated(corpus, target.words, random)
        inputs += 1
        started = time.monotonic()
        try:
            target(data)
            if time.monotonic() - started > SLOW:
                found.setdefault(("slow", 0), _kept(name, data))
        except Exception as error:
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            kind = (type(error).__name__, place.tb_lineno if place else 0)
            if kind not in found:
                found[kind] = _kept(name, data)
    return Result(inputs, time.monotonic() - begin, tuple(found.values()))


def _kept(name: str, data: bytes) -> Path:
    file = _FINDINGS / f"{name}-{sha256(data).hexdigest()[:16]}"
    file.write_bytes(data)
    return file


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=30, metavar="N", help="for each target (30)")
    parser.add_argument("--only", action="append", choices=TARGETS, metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="begin with other random numbers")
    parser.add_argument("--plain", action="store_true", help="without atheris, even where it is installed")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="try one finding of the target named by --only")
    options = parser.parse_args()
    if options.replay and len(options.only or ()) != 1:
        parser.error("--replay needs one --only")
    return options


if __name__ == "__main__":
    sys.exit(main())
