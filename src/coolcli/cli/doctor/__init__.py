"""`cool doctor`: what is configured, where things are, whether arXiv is reached and the data is sound."""

import typer

from coolcli.cli import options
from coolcli.cli.desk import Desk
from coolcli.cli.doctor.checkup import checkup
from coolcli.cli.doctor.discretion import Discretion
from coolcli.render import report


def doctor(ctx: typer.Context, no_pager: options.NoPager = False) -> int:
    """Say what is configured, where things are, how fast arXiv answers, and what is wrong; change nothing.

    Each of arXiv's servers is asked once (`--offline`: none). No paper, category, name or password is in the report.
    """
    desk = Desk(ctx, pager=not no_pager)
    discretion = Discretion()
    sections = [discretion.section(section) for section in checkup(desk)]
    desk.progress.clear()
    if desk.flags.json:
        desk.write_json(report.document(sections))
    elif desk.on_terminal:
        with desk.paged() as out:
            out.print(report.coloured(sections, desk.screen.width))
    else:
        desk.write(report.plain(sections))
    return max((problem.code for section in sections for problem in section.problems), default=0)
