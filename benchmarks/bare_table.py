"""The measure of a screen: the rows of one cached day in rich tables, by a script of its own that needs no `cool`.

It is meant to be good, not crippled: plain SQL, column styles where a whole column looks the same, fixed widths, and
tables of 25 because rich writes nothing of a table before it has laid out all of it. It shows titles as they are
stored, where `cool` turns their formulas into characters.
"""

import json
import shutil
import sqlite3

import typer
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

QUERY = """
    SELECT p.id, p.title, p.authors, p.primary_category, a.type,
           EXISTS (SELECT 1 FROM marks WHERE subject = p.id AND field = 'starred'),
           EXISTS (SELECT 1 FROM marks WHERE subject = p.id AND field = 'read')
    FROM announcements AS a JOIN papers AS p ON p.id = a.paper_id
    WHERE a.category = ? AND a.day = ?
    ORDER BY a.type, a.position
"""
TYPES = (("new", "green"), ("cross", "cyan"), ("replaced", "magenta"), ("repl-cross", "magenta"))
AUTHORS = 21


def shortened(names: list[str]) -> str:
    """Give as many names as two lines of the column hold, and how many more there are."""
    room = 2 * AUTHORS - 8
    shown = names[0]
    for count, name in enumerate(names[1:], 1):
        if len(shown) + len(name) + 6 > room:
            return f"{shown} +{len(names) - count}"
        shown += f", {name}"
    return shown


def empty_table(title_width: int, primary_width: int, header: bool) -> Table:
    """Lay out the columns, every table of the day alike."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=header, header_style="dim")
    table.add_column("#", width=3, justify="right", style="dim", no_wrap=True)
    table.add_column("", width=1, style="yellow", no_wrap=True)
    table.add_column("", width=1, style="dim", no_wrap=True)
    table.add_column("type", width=10, no_wrap=True)
    table.add_column("arXiv", width=10, no_wrap=True)
    table.add_column("title", width=title_width, overflow="fold")
    table.add_column("authors", width=AUTHORS, style="dim", overflow="fold")
    table.add_column("primary", width=primary_width, style="dim", no_wrap=True)
    return table


def main(database: str, category: str, day: str) -> None:
    """Print the papers that were announced in a category on a day."""
    console = Console(markup=False, highlight=False, emoji=False)
    rows = sqlite3.connect(database).execute(QUERY, (category, day)).fetchall()
    primary_width = max(len(row[3]) for row in rows)
    title_width = shutil.get_terminal_size().columns - 3 - 1 - 1 - 10 - 10 - AUTHORS - primary_width - 7
    for first in range(0, len(rows), 25):
        table = empty_table(title_width, primary_width, header=first == 0)
        for number, (name, title, authors, primary, kind, starred, read) in enumerate(
            rows[first : first + 25], first + 1
        ):
            table.add_row(
                str(number),
                "★" if starred else "",
                "✓" if read else "",
                Text(*TYPES[kind]),
                Text(name, Style(color="cyan", link=f"https://arxiv.org/abs/{name}")),
                Text(title, "dim") if read else title,
                shortened(json.loads(authors)),
                primary,
            )
        console.print(table)


if __name__ == "__main__":
    typer.run(main)
