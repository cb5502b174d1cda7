"""`cool why`: what the reader's own order, and their rules, make of a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import typer

from coolcli import learning, ranking
from coolcli.cli import options, papers, ruling
from coolcli.cli.desk import Desk
from coolcli.cli.ruling import Ruled
from coolcli.models import Filter, Row
from coolcli.ranking import Model, Reason
from coolcli.render import pieces, words
from coolcli.render.pieces import Line
from coolcli.store import likings, select

_AUTHORS, _WORDS = 5, 8
"""So many are named, the strongest."""


class Place(NamedTuple):
    """Where a paper stands in the reader's own order of its day."""

    place: int
    of: int


def why(ctx: typer.Context, references: options.OptionalReferences = None, clipboard: options.Clipboard = False) -> int:
    """Say why papers stand where they do under --order mine: which authors and words of your stars they share.

    And which of your rules they fit.
    """
    desk = Desk(ctx)
    rows = papers.fetched(desk, [each.id for each in papers.resolved(desk, references, clipboard=clipboard)])
    model = learning.model(desk.database)
    ruled = ruling.ruled(desk, rows, muted=True)
    reasons = _reasons(desk, model, rows) if model else {}
    if desk.flags.json:
        desk.write_json(_document(desk, model, ruled, reasons))
        return 0
    found = [line for row in rows for line in _lines(desk, row, model, ruled, reasons.get(row.id, []))]
    if desk.on_terminal:
        desk.screen.show(*pieces.coloured(found))
    else:
        desk.write(pieces.plain(found))
    if model is None:
        desk.say(
            f"There is no order of your own yet: it is learned of {ranking.FEWEST_STARS} stars or more, and of"
            f" {ranking.FEWEST_PASSED} papers that you let pass."
        )
    return 0


def _reasons(desk: Desk, model: Model, rows: Sequence[Row]) -> dict[str, list[Reason]]:
    with desk.database.read() as connection:
        known = likings.documents(connection, [row.id for row in rows])
    return {document.id: ranking.explain(model, document) for document in known}


def _lines(desk: Desk, row: Row, model: Model | None, ruled: Ruled, reasons: Sequence[Reason]) -> Iterator[Line]:
    yield [(row.id, "cyan"), (f"  {words.titled(row)}", "bold")]
    if model is not None:
        if place := _place(desk, model, row):
            day = words.long_day(row.announced) if row.announced else ""
            stars = words.number(model.stars, "star")
            yield [(f"  {place.place:,} of {place.of:,} of {day} in your own order, learned of {stars}", "")]
        yield [("  for it: ", "green"), (_told([each for each in reasons if each.strength > 0]), "")]
        yield [("  against it: ", "magenta"), (_told([each for each in reasons if each.strength < 0]), "")]
    for name, of in (("watched", ruled.watched), ("muted", ruled.muted)):
        if queries := of.get(row.id):
            yield [(f"  {name}: ", "yellow"), ("; ".join(queries), "")]


def _told(reasons: Sequence[Reason]) -> str:
    """Write reasons: `author Jane Doe starred twice; words: mamba, state`."""
    authors = [each for each in reasons if each.kind == "author"][:_AUTHORS]
    told = [f"author {each.text} {_how_often(each)}" for each in authors]
    if some := [each.text for each in reasons if each.kind == "word"][:_WORDS]:
        told.append(f"words: {', '.join(some)}")
    return "; ".join(told) or "nothing"


def _how_often(author: Reason) -> str:
    verb, times = ("starred", author.starred) if author.strength > 0 else ("let pass", author.passed)
    return f"{verb} {_TIMES.get(times, f'{times} times')}"


_TIMES = {1: "once", 2: "twice"}


def _place(desk: Desk, model: Model, row: Row) -> Place | None:
    """Find where a paper stands among those of its day; None where it has none."""
    if row.announced is None:
        return None
    with desk.database.read() as connection:
        day = select.chosen(connection, Filter(since=row.announced, until=row.announced))
    ids = [each.id for each in learning.ranked(desk.database, model, day)]
    return Place(ids.index(row.id) + 1, len(ids)) if row.id in ids else None


def _document(desk: Desk, model: Model | None, ruled: Ruled, reasons: dict[str, list[Reason]]) -> dict[str, Any]:
    """Give it for a program."""
    found = []
    for row in ruled.rows:
        place = _place(desk, model, row) if model else None
        found.append(
            {
                "id": row.id,
                "title": row.paper.title,
                "announced": row.announced.isoformat() if row.announced else None,
                "place": place.place if place else None,
                "of": place.of if place else None,
                "reasons": [each._asdict() for each in reasons.get(row.id, [])],
                "watched": list(ruled.watched.get(row.id, ())),
                "muted": list(ruled.muted.get(row.id, ())),
            }
        )
    return {"stars": model.stars if model else None, "passed": model.passed if model else None, "papers": found}
