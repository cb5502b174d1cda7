"""`python -m benchmarks.endurance`: harm the program in large numbers and print what it withstood, as Markdown."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.killing import killed
from tests.storm import storm
from tests.year import Toll, year

from benchmarks import arguments
from benchmarks.fuzz.__main__ import atheris, fuzzed
from benchmarks.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable


class Row(NamedTuple):
    """A kind of harm, what was done, and what it led to; the program held where nothing is broken."""

    harm: str
    done: str
    held: str
    broken: list[str]


def main() -> int:
    """Do the harm that the command line asks for."""
    options = _options()
    print("| harm | done | what held | what broke |\n|---|---|---|---|")
    broken = []
    for name, harm in HARMS.items():
        if not options.only or name in options.only:
            row = harm(options)
            broken += row.broken
            print(f"| {row.harm} | {row.done} | {row.held} | {len(row.broken) or 'nothing'} |", flush=True)
    for words in broken:
        print(words, file=sys.stderr)
    return 1 if broken else 0


def kills(options: Namespace) -> Row:
    """Kill commands at random points."""
    with tempfile.TemporaryDirectory() as folder:
        toll = killed(Path(folder), kills=options.kills, seed=options.seed)
    before = toll.kills - toll.told
    return Row(
        "killed (SIGKILL) while changing, fetching, setting",
        f"{toll.kills:,} kills: {before:,} before the change was told ({toll.done:,} of them with it done), "
        f"{toll.told:,} after",
        f"{len(toll.lost):,} changes lost, {len(toll.damaged):,} files damaged",
        toll.lost + toll.damaged,
    )


def faults(options: Namespace) -> Row:
    """Put readers into random weather."""
    with tempfile.TemporaryDirectory() as folder:
        toll = storm(Path(folder), runs=options.runs, seed=options.seed)
    ended = ", ".join(f"{count:,} with {code}" for code, count in sorted(toll.codes.items()))
    return Row(
        "faults of arXiv's, in any number and order",
        f"{toll.runs:,} commands, {toll.faults.total():,} faults of {len(toll.faults)} kinds",
        f"ended {ended}; {len(toll.broken):,} promises broken",
        toll.broken,
    )


def years(options: Namespace) -> Row:
    """Take readers through simulated years, one after the other."""
    tolls: list[Toll] = []
    for number in range(options.years):
        with tempfile.TemporaryDirectory() as folder:
            tolls.append(year(Path(folder), seed=options.seed + number))
    days, commands = sum(toll.days for toll in tolls), sum(toll.commands for toll in tolls)
    faults, killed = sum(toll.faults.total() for toll in tolls), sum(toll.kills for toll in tolls)
    entered, complete = sum(toll.entered for toll in tolls), sum(toll.complete for toll in tolls)
    broken = [f"year {options.seed + number}: {words}" for number, toll in enumerate(tolls) for words in toll.broken]
    return Row(
        "years of a reader: faults, absences, kills, wrong clocks",
        f"{days:,} announcement days, {commands:,} commands, {faults:,} faults, {killed:,} kills",
        f"{entered:,} papers unread once and on their day, {complete:,} listings complete as they claim; "
        f"{len(broken):,} promises broken",
        broken,
    )


def inputs(options: Namespace) -> Row:
    """Fuzz every parser."""
    guide = atheris()
    results = [one for _, one in fuzzed(TARGETS, options.fuzz_seconds, options.seed, guided=bool(guide))]
    findings = [str(file) for result in results for file in result.findings]
    return Row(
        f"hostile input ({guide or 'mutations without a guide'})",
        f"{sum(result.inputs for result in results):,} inputs of {len(results)} parsers",
        f"{len(findings):,} findings",
        findings,
    )


HARMS: dict[str, Callable[[Namespace], Row]] = {
    "kills": kills,
    "faults": faults,
    "years": years,
    "inputs": inputs,
}
"""Each kind of harm by its name."""


def _options() -> Namespace:
    parser = arguments.parser(
        "endurance",
        __doc__,
        kills=(2000, "commands to kill"),
        runs=(1000, "commands to run among faults"),
        years=(5, "years of a reader to go through"),
        fuzz_seconds=(30, "seconds to fuzz each parser for"),
        seed=(1, "where the random points begin"),
    )
    parser.add_argument("--only", action="append", choices=tuple(HARMS), help="this harm only; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
