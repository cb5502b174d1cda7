"""How errors and moments stand in a check-up."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from coolcli.errors import BadSetting, CoolError
from coolcli.render.report import Problem
from coolcli.store.papers import stamp


def problem_of(error: CoolError) -> Problem:
    """Make a finding of an error that is not raised further; the value of a setting may be private."""
    message = error.message
    if isinstance(error, BadSetting):
        message = re.sub(r" cannot (be|hold) .*", r" cannot \1 what it is set to.", message, flags=re.DOTALL)
    return Problem(message, error.hint, error.exit_code)


def at(moment: datetime | None) -> str:
    """Write a moment for people, in UTC: a report is read somewhere else."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "never"


def stamped(moment: datetime | None) -> str | None:
    """Write a moment for programs."""
    return stamp(moment) if moment else None
