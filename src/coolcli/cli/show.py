"""`cool show`: papers whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from coolcli import lookup, news
from coolcli.cli import options, papers, ruling
from coolcli.cli.desk import Desk
from coolcli.errors import BadQuery, FetchError
from coolcli.models import Row
from coolcli.store import answers, events

if TYPE_CHECKING:
    from coolcli.cli.ruling import Ruled
    from coolcli.query.tree import Node
    from coolcli.render.emphasis import Emphasis
    from coolcli.store.answers import Answer


def show(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    clipboard: options.Clipboard = False,
    no_pager: options.NoPager = False,
) -> int:
    """Show papers whole: title, all authors, abstract, categories by name, dates, links, marks.

    On a terminal they become read.
    """
    desk = Desk(ctx, pager=not no_pager)
    wanted = papers.resolved(desk, references, clipboard=clipboard)
    rows, failure = _with_abstracts(desk, papers.fetched(desk, [identifier.id for identifier in wanted]))
    for identifier, row in zip(wanted, rows, strict=True):
        if identifier.version and row.paper.version and identifier.version != row.paper.version:
            other = f"`cool open {row.id}v{identifier.version} --in abs` opens v{identifier.version}"
            desk.say(f"{row.id}: this is v{row.paper.version}; {other}.")
    ruled = ruling.ruled(desk, rows, muted=True)
    notes = ruled.notes()
    answered = _answers(desk, rows)
    if desk.flags.json:
        from coolcli.export.answers import of_papers
        from coolcli.render import plain

        told = of_papers([row.id for row in rows], answered)
        more = {paper_id: {**said, **notes.get(paper_id, {})} for paper_id, said in told.items()}
        desk.write(plain.document(None, rows, [None] * len(rows), notes=more))
    elif desk.on_terminal:
        from coolcli.render import paper

        with desk.paged() as out:
            out.print(
                paper.whole(rows, desk.screen, _emphasis(desk, rows, ruled), notes, _counted(desk, rows, answered))
            )
        if not desk.database.read_only:
            seen = news.seen(news.of(desk.database, [row.id for row in rows]), desk.now)
            desk.record("show", [*(events.mark("read", row.id, desk.now) for row in rows), *seen])
    else:
        from coolcli.render import paper

        counted = _counted(desk, rows, answered)
        desk.write("\n".join(paper.text(row, notes.get(row.id, {}), counted.get(row.id)) for row in rows))
    return failure.exit_code if failure else 0


def _answers(desk: Desk, rows: list[Row]) -> dict[str, list[Answer]]:
    with desk.database.read() as connection:
        return answers.of_papers(connection, [row.id for row in rows])


def _counted(desk: Desk, rows: list[Row], answered: Mapping[str, Sequence[Answer]]) -> dict[str, str]:
    """Say of papers that a model was asked about how many answers there are, and the command that shows them."""
    return {row.id: _count(desk, row, answered[row.id]) for row in rows if row.id in answered}


def _count(desk: Desk, row: Row, kept: Sequence[Answer]) -> str:
    version = kept[0].version
    about = f"{len(kept)} about v{version}" if version else str(len(kept))
    of = f"v{version}" if version and version != row.paper.version else ""
    shows = f"cool ask {row.id}{of}" if _are_the_six(desk, kept) else f"cool export {row.id} --format markdown"
    return f"{about}: `{shows}`"


def _are_the_six(desk: Desk, kept: Sequence[Answer]) -> bool:
    """Tell whether these are what `cool ask` shows without asking anybody: whole, of the model that is set up."""
    from coolcli.ask.questions import SIX

    settings = desk.settings
    now = {("demo" if desk.flags.demo else settings.ask_model, settings.ask_language)}
    whole = [answer.question for answer in kept if answer.ended != "broken"]
    return sorted(whole) == sorted(SIX) and {(answer.model, answer.language) for answer in kept} == now


def _emphasis(desk: Desk, rows: list[Row], ruled: Ruled) -> Emphasis:
    """Give what stands out: what rules watch, and what the list was searched for that the papers are of."""
    shown = desk.session.shown()
    query = _of_search(desk, shown.query) if shown and shown.query and {row.id for row in rows} & {*shown.ids} else None
    return ruling.emphasis(desk, ruled, query)


def _of_search(desk: Desk, text: str) -> Node | None:
    """Read what was searched for; what cannot be read, such as a search that was forgotten, does not stand out."""
    from coolcli.query import parsing

    try:
        return parsing.parse(text, desk.now)
    except BadQuery:
        return None


def _with_abstracts(desk: Desk, rows: list[Row]) -> tuple[list[Row], FetchError | None]:
    """Fetch what `prune` let go; where that fails, papers are shown as they are, and why is told and given."""
    bare = [row.id for row in rows if row.paper.abstract is None]
    if not bare or desk.database.read_only:
        return rows, None
    failure = lookup.ask_again(desk.database, None if desk.offline else lambda: desk.arxiv, bare)
    if failure:
        desk.say(f"Without the abstract of {', '.join(bare)}, which is not here. {failure.message}")
    return desk.rows([row.id for row in rows]), failure
