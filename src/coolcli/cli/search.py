"""`cool search`: over all that is cached, or at arXiv."""

import shlex
from typing import Annotated

import typer

from coolcli.cli import asking, filters, lists, options, ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.errors import UsageError
from coolcli.models import Row
from coolcli.query import parsing
from coolcli.query.fields import every
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
    arxiv: Annotated[bool, typer.Option("--arxiv", help="Ask arXiv, not what is cached.")] = False,
    unread: options.Unread = False,
    since: options.Since = None,
    until: options.Until = None,
    categories: options.InCategory = None,
    types: options.Types = None,
    starred: options.Starred = False,
    tags: options.Tags = None,
    noted: options.Noted = False,
    muted: options.Muted = False,
    abstracts: options.Abstracts = None,
    limit: options.Limit = None,
    no_pager: options.NoPager = False,
) -> int:
    """Search all that is cached, announced or not: titles, abstracts, authors, comments, your notes and tags.

    Words are found in any of their forms (learn finds learning). Side by side they are AND, as options are.
    """
    desk = Desk(ctx, pager=not no_pager)
    wanted = filters.made(
        desk,
        unread=unread,
        since=since,
        until=until,
        categories=categories,
        types=types,
        starred=starred,
        tags=tags,
        noted=noted,
    )
    typed = parsing.joined(query or ())
    asked = [*([asking.read(desk, typed)] if typed else []), *filters.parts(wanted)]
    if not asked:
        raise UsageError("No query is named.", "`cool search state space`, `cool search author:Doe since:7d`.")
    node = every(asked)
    with_abstracts = desk.settings.list_abstracts if abstracts is None else abstracts
    if arxiv:
        from coolcli.cli import searching_arxiv

        if best:
            desk.say("--best is for what is here: of arXiv's the newest come first.")
        return searching_arxiv.search(desk, node, limit=limit, muted=muted, abstracts=with_abstracts)
    asking.catch_up(desk)
    if best and not texts(node):
        desk.say("--best weighs words, and this query looks for none: the newest come first.")
    if best:
        with desk.database.read() as connection:
            if searching.is_too_much(connection, node):
                many = f"More than {searching.WEIGHED:,} papers fit"
                desk.say(
                    f"{many}: those that have the words in their titles are weighed, the newest of the others follow."
                )
    limited = lists.most(desk, limit)

    def found(count: int | None) -> list[Row]:
        with desk.database.read() as connection:
            return searching.found(
                connection, node, limit=count, best=best, abstracts=with_abstracts or desk.flags.json
            )

    ruled = ruling.filled(desk, found, limited, muted=muted)
    text = asking.told(node)
    told = _counts(desk, ruled, node, limited, best)
    fresh = lists.fresh_in(desk, query or ())
    lists.put(
        desk,
        ruled,
        f"{told}: {text}",
        f"the search {text}",
        abstracts=with_abstracts,
        query=node,
        words_=text,
        fresh=fresh,
    )
    if not ruled.rows:
        _explain_none(desk, ruled, node)
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


def _explain_none(desk: Desk, ruled: Ruled, node: Node) -> None:
    """Say what was searched, and where else to look."""
    text = asking.told(node)
    with desk.database.read() as connection:
        papers, first, last = searching.searched(connection)
    if ruled.told:
        desk.say(f"All that was found: {ruled.told}.")
    elif not papers:
        desk.say("Nothing is cached yet, so nothing was searched. `cool today cs.LG` fetches the day's announcement.")
    else:
        days = f", announced {words.span((first, last))}" if first and last else ""
        desk.say(f"No paper fits: {text}. {words.number(papers, 'cached paper')} searched{days}.")
    if asking.tell_papers(desk, text):
        return
    if question := _for_arxiv(node):
        desk.say(f"At arXiv: cool search --arxiv {shlex.quote(question)}")


def _for_arxiv(node: Node) -> str | None:
    """Give the part of a query that arXiv can be asked, not what only the reader knows; None where there is none."""
    from coolcli.arxiv import translation

    try:
        return asking.told(every(translation.translated(node).asked))
    except UsageError:
        return None
