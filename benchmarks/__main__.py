"""`python -m benchmarks`: measure, interleaved, and print a Markdown table of ratios."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version
from statistics import median, quantiles
from typing import NamedTuple

from benchmarks.children import BrokenRunError
from benchmarks.rows import Row, prepared

NAMES = (
    "version",
    "today-piped",
    "today-terminal",
    "own-order",
    "answers",
    "count",
    "search",
    "completion-bash",
    "completion-categories",
    "completion-options",
    "completion-zsh",
    "completion-fish",
    "first-row",
    "last-row",
    "catchup",
)
_PACKAGES = ("typer", "rich", "httpx", "feedparser")


class Result(NamedTuple):
    """The medians of both sides in seconds, and of their ratios run by run, with the quartiles of those."""

    measured: float
    reference: float
    ratio: float
    lower: float
    upper: float


def main() -> int:
    """Measure what the command line asks for."""
    options = _options()
    print(_machine(), f"{options.runs} interleaved runs of each pair, after one that is not counted.", sep="\n")
    print("\n| name | what | against | clock | ms | ms against | ratio | quartiles | bound | holds |")
    print("|---|---|---|---|--:|--:|--:|--:|--:|---|")
    exceeded = False
    try:
        with prepared(options.feed_seconds) as rows:
            for row in rows:
                if not options.only or row.name in options.only:
                    result = measure(row, options.runs)
                    exceeded |= result.ratio > row.bound
                    print(line(row, result), flush=True)
    except BrokenRunError as error:
        sys.exit(f"benchmarks: {error}")
    return 1 if exceeded and options.check else 0


def measure(row: Row, runs: int) -> Result:
    """Measure both sides in turn, so that a slow moment of the machine falls on both; the ratio is of neighbours."""
    row.measured(), row.reference()  # compiles what is new, and fills the disk's cache
    pairs = [(row.measured(), row.reference()) for _ in range(runs)]
    ratios = [measured / reference for measured, reference in pairs]
    lower, _, upper = quantiles(ratios, method="inclusive") if runs > 1 else ratios * 3
    return Result(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs), median(ratios), lower, upper)


def line(row: Row, result: Result) -> str:
    """Write a row of the table."""
    times = f"{result.measured * 1000:.0f} | {result.reference * 1000:.0f}"
    spread = f"{result.lower:.2f}-{result.upper:.2f}"
    holds = "yes" if result.ratio <= row.bound else "NO"
    return (
        f"| {row.name} | {row.about} | {row.against} | {row.clock} | {times} "
        f"| {result.ratio:.2f} | {spread} | {row.bound:.2f} | {holds} |"
    )


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} CPUs\n{packages}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=_positive, default=15, metavar="N", help="pairs of runs a row (15)")
    parser.add_argument("--only", action="append", choices=NAMES, help="measure this row only; may be repeated")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bound is exceeded")
    parser.add_argument(
        "--feed-seconds",
        type=float,
        default=0,
        metavar="S",
        help="how long the feed is on its way (0, the hardest: nothing can be got ready meanwhile)",
    )
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one run")
    return number


if __name__ == "__main__":
    sys.exit(main())
