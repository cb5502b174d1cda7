"""`cool search`: over all that is cached, or at arXiv."""

import shlex
from typing import Annotated

import typer

from coolcli.cli import asking, lists, options, ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.errors import UsageError
from coolcli.models import Row
from coolcli.query import parsing
from coolcli.query.tree import Node, texts
from coolcli.render import words
from coolcli.store import searching


def search(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY...", help='Words, "phrases", prefix*, AND OR NOT, author:, title:, cat:, is:, …'),
    ] = None,
    best: Annotated[bool, typer.Option("--best", help="The best first, not the newest.")] = False,
    muted: options.Muted = False,
    abstracts: options.Abstracts = None,
    limit: options.Limit = None,
    no_pager: options.NoPager = False,
) -> int:
    """Search all that is cached, announced or not: titles, abstracts, authors, comments, your notes and tags.

    Words are found in any of their forms (learn finds learning). Side by side they are AND.
    """
    desk = Desk(ctx, pager=not no_pager)
    if not query or not any(map(str.strip, query)):
        raise UsageError("No query is named.", "`cool search state space`, `cool search author:Doe since:7d`.")
    node = asking.read(desk, parsing.joined(query))
    asking.catch_up(desk)
    if best and not texts(node):
        desk.say("--best weighs words, and this query looks for none: the newest come first.")
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    limited = lists.most(desk, limit)

    def found(count: int | None) -> list[Row]:
        with desk.database.read() as connection:
            return searching.found(
                connection, node, limit=count, best=best, abstracts=with_abstracts or desk.flags.json
            )

    ruled = ruling.filled(desk, found, limited, muted=muted)
    text = asking.told(node)
    told = _counts(desk, ruled, node, limited, best)
    lists.put(desk, ruled, f"{told}: {text}", f"the search {text}", abstracts=with_abstracts, query=node, words_=text)
    if not ruled.rows:
        _explain_none(desk, ruled, text)
    return 0


def _counts(desk: Desk, ruled: Ruled, node: Node, limit: int | None, best: bool) -> str:
    """Say how many papers were found, and how many of them are shown."""
    shown = len(ruled.rows)
    if limit is None or shown < limit:
        return words.number(shown + len(ruled.out_of_sight), "paper")
    with desk.database.read() as connection:
        count = searching.count(connection, node)
    if count == shown:
        return words.number(count, "paper")
    many = f"more than {searching.COUNTED:,}" if count > searching.COUNTED else f"{count:,}"
    return f"{many} papers, the {'best' if best else 'newest'} {shown:,} shown (--limit 0 shows all)"


def _explain_none(desk: Desk, ruled: Ruled, text: str) -> None:
    """Say what was searched, and where else to look."""
    with desk.database.read() as connection:
        papers, first, last = searching.searched(connection)
    if ruled.told:
        desk.say(f"All that was found: {ruled.told}.")
    elif not papers:
        desk.say("Nothing is cached yet, so nothing was searched. `cool today cs.LG` fetches the day's announcement.")
    else:
        days = f", announced {words.span((first, last))}" if first and last else ""
        desk.say(f"No paper fits: {text}. {words.number(papers, 'cached paper')} searched{days}.")
    desk.say(f"At arXiv: cool search --arxiv {shlex.quote(text)}")
