"""The command line that the benchmarks share."""

from __future__ import annotations

from argparse import ArgumentParser


def parser(name: str, about: str | None, *, checks: bool = False, **numbers: tuple[int, str]) -> ArgumentParser:
    """Give what reads the command line of `python -m benchmarks.NAME`.

    Each of `numbers` is an option with its default and what it means; with `checks` there is `--check`.
    """
    made = ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    for number, (default, means) in numbers.items():
        option = f"--{number.replace('_', '-')}"
        made.add_argument(option, type=int, default=default, metavar="N", help=f"{means} ({default:,})")
    if checks:
        made.add_argument("--check", action="store_true", help="exit with 1 where a bound is exceeded")
    return made
