"""How errors and moments stand in a check-up."""

from __future__ import annotations

from datetime import UTC, datetime

from coolcli.errors import CoolError
from coolcli.render.report import Problem
from coolcli.store.papers import stamp


def problem_of(error: CoolError) -> Problem:
    """Make a finding of an error that is not raised further."""
    return Problem(error.message, error.hint, error.exit_code)


def at(moment: datetime | None) -> str:
    """Write a moment for people, in UTC: a report is read somewhere else."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "never"


def stamped(moment: datetime | None) -> str | None:
    """Write a moment for programs."""
    return stamp(moment) if moment else None
