"""`cool why`: what the reader's own order, and their rules, make of a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import typer

from coolcli import learning, ranking
from coolcli.cli import options, ordering, papers, ruling
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
    """Where a paper stands in the reader's own order: of the listing that was shown last, else of its day."""

    place: int
    of: int
    what: str
    """Of what, in words."""


def why(ctx: typer.Context, references: options.OptionalReferences = None, clipboard: options.Clipboard = False) -> int:
    """Say why papers stand where they do under --order mine: which authors and words of your stars they share.

    And which of your rules they fit.
    """
    desk = Desk(ctx)
    rows = papers.fetched(desk, [each.id for each in papers.resolved(desk, references, clipboard=clipboard)])
    model = learning.model(desk.database)
    ruled = ruling.ruled(desk, rows, muted=True)
    reasons = _reasons(desk, model, rows) if model else {}
    places = _places(desk, model, rows) if model else {}
    if desk.flags.json:
        desk.write_json(_document(model, ruled, reasons, places))
        return 0
    found = [line for row in rows for line in _lines(row, model, ruled, reasons.get(row.id, []), places.get(row.id))]
    if desk.on_terminal:
        desk.screen.show(*pieces.coloured(found))
    else:
        desk.write(pieces.plain(found))
    if model is None:
        desk.say(f"There is no order of your own yet: it is {ordering.lacking(desk)}")
    return 0


def _reasons(desk: Desk, model: Model, rows: Sequence[Row]) -> dict[str, list[Reason]]:
    with desk.database.read() as connection:
        known = likings.documents(connection, [row.id for row in rows])
    starred = {row.id for row in rows if row.marks.starred}
    found = {each.id: ranking.explain(model, each) for each in known}
    return {paper_id: _of_others(each) if paper_id in starred else each for paper_id, each in found.items()}


def _of_others(reasons: Sequence[Reason]) -> list[Reason]:
    """Take a paper's own star out of the reasons that its authors are."""
    less = [each._replace(starred=each.starred - 1) if each.kind == "author" else each for each in reasons]
    return [each for each in less if each.kind == "word" or each.strength < 0 or each.starred]


def _lines(
    row: Row, model: Model | None, ruled: Ruled, reasons: Sequence[Reason], place: Place | None
) -> Iterator[Line]:
    yield [(row.id, "cyan"), (f"  {words.titled(row)}", "bold")]
    if model is not None:
        if place:
            learned = f"in your own order, learned of {words.number(model.stars, 'star')}"
            yield [(f"  {place.place:,} of {place.of:,} {place.what} {learned}", "")]
        if row.marks.starred:
            yield [("  you starred it", "yellow")]
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


def _places(desk: Desk, model: Model, rows: Sequence[Row]) -> dict[str, Place]:
    """Find where papers stand: each among the rows of the listing that was shown last, or else of its day."""
    shown = desk.session.shown()
    found = {}
    if shown and shown.categories and {row.id for row in rows}.intersection(shown.ids):
        found = _ranked(desk, model, desk.rows(shown.ids), f"shown of {shown.what}")
    for day in {row.announced for row in rows if row.id not in found and row.announced}:
        with desk.database.read() as connection:
            of_day = select.chosen(connection, Filter(since=day, until=day))
        found = _ranked(desk, model, of_day, f"of {words.long_day(day)}") | found
    return found


def _ranked(desk: Desk, model: Model, rows: Sequence[Row], what: str) -> dict[str, Place]:
    ranked = learning.ranked(desk.database, model, rows)
    return {row.id: Place(place, len(rows), what) for place, row in enumerate(ranked, 1)}


def _document(
    model: Model | None, ruled: Ruled, reasons: dict[str, list[Reason]], places: dict[str, Place]
) -> dict[str, Any]:
    """Give it for a program."""
    found = []
    for row in ruled.rows:
        place = places.get(row.id)
        found.append(
            {
                "id": row.id,
                "title": row.paper.title,
                "announced": row.announced.isoformat() if row.announced else None,
                "place": place.place if place else None,
                "of": place.of if place else None,
                "starred": row.marks.starred,
                "reasons": [each._asdict() for each in reasons.get(row.id, [])],
                "watched": list(ruled.watched.get(row.id, ())),
                "muted": list(ruled.muted.get(row.id, ())),
            }
        )
    return {"stars": model.stars if model else None, "passed": model.passed if model else None, "papers": found}
