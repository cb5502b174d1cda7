"""`cool share`: papers as a text to paste into a chat, with one link for all of them."""

from collections.abc import Sequence
from typing import Annotated

import typer

from coolcli import clipboard, places
from coolcli.arxiv.ids import ArxivId, is_old_style
from coolcli.cli import options, papers
from coolcli.cli.desk import Desk
from coolcli.render import shared, words


def share(
    ctx: typer.Context,
    references: options.References,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, with a link for each paper too.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Copy it too: the system's clipboard, or OSC 52.")] = False,
    no_note: options.NoNote = False,
) -> int:
    """Print papers, ready to paste into a chat: title, first author, year, your note, and one link to papers.cool.

    Marks nothing as read.
    """
    desk = Desk(ctx)
    rows = papers.fetched(desk, [identifier.id for identifier in papers.resolved(desk, references)])
    if no_note:
        rows = [row._replace(marks=row.marks._replace(note=None)) for row in rows]
    link_of = {row.id: page_of(desk, row.id) for row in rows}
    pages = _pages(desk, [row.id for row in rows])
    text = shared.markdown(rows, pages, link_of) if markdown else shared.plain(rows, pages)
    if desk.flags.json:
        content = {"text": text, "links": pages, "papers": [shared.content(row, link_of[row.id]) for row in rows]}
        desk.write_json(content)
    else:
        desk.write(text)
    if copy:
        how = clipboard.copy(text.rstrip("\n"))
        desk.say(f"{how[0].upper()}{how[1:]}: {words.number(len(rows), 'paper')}.")
    return 0


def _pages(desk: Desk, ids: Sequence[str]) -> list[str]:
    """Give the addresses that show some papers: one of papers.cool's for all, or as few as can be."""
    at_arxiv = [paper_id for paper_id in ids if is_old_style(paper_id)]
    if at_arxiv:
        desk.say(f"Linked at arXiv, as papers.cool may not have it: {', '.join(at_arxiv)}.")
    together = [ArxivId(paper_id) for paper_id in ids if not is_old_style(paper_id)]
    pages = places.pages(together, "papers.cool", desk.settings).addresses
    return [*pages, *(page_of(desk, paper_id) for paper_id in at_arxiv)]


def page_of(desk: Desk, paper_id: str) -> str:
    """Give the address that a paper is shared by."""
    place = "abs" if is_old_style(paper_id) else "papers.cool"
    (page,) = places.pages([ArxivId(paper_id)], place, desk.settings).addresses
    return page
