"""`cool` alone: where the reader stands, from the cache, at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from coolcli.arxiv import calendar
from coolcli.cli.count import lacking, muted
from coolcli.cli.desk import Desk
from coolcli.models import Filter
from coolcli.render.status import NewHits, Standing, lines
from coolcli.store import backlog, events, listings, rules, select
from coolcli.store.file_systems import size
from coolcli.store.papers import stamp


def status(ctx: Any) -> int | None:
    """Show where the reader stands; None where there is nothing to tell: nobody subscribed, nothing is here."""
    desk = Desk(ctx)
    if not desk.flags.demo and not desk.flags.json and not size(desk.paths.database):
        return None
    standing = _standing(desk)
    if desk.flags.json:
        document = standing.document(stamp(desk.now), stamp(standing.following))
        desk.write_json(document)
    elif not (standing.categories or standing.cached or standing.starred):
        return None
    elif desk.on_terminal:
        from coolcli.render import pieces

        desk.screen.show(*pieces.coloured(lines(standing, desk.now)))
    else:
        from coolcli.render import pieces

        desk.write(pieces.plain(lines(standing, desk.now)))
    return 0


def _standing(desk: Desk) -> Standing:
    absent = lacking(desk)
    gone = muted(desk)
    with desk.database.read() as connection:
        categories = [subscription.category for subscription in events.subscriptions(connection)]
        found = [stored for category in categories if (stored := listings.latest(connection, category))]
        rows = select.listing(connection, [(stored.category, stored.day) for stored in found])
        unread = {date.fromisoformat(day): count for day, count in select.unread_by_day(connection).items()}
        left_out = backlog.left_out(connection)
        checks = [check for category in absent if (check := listings.last_check(connection, category))]
        problem = next((check.problem for check in checks if check.problem), None)
        cached = None if categories else select.count(connection, Filter())
        starred = select.stars(connection)
        unopened = select.unopened(connection)
        are_searches = bool(rules.searches(connection))
    return Standing(
        categories,
        max((stored.day for stored in found), default=None),
        rows,
        calendar.latest_listing_day(desk.now) if absent else None,
        list(absent),
        problem,
        unread,
        gone,
        left_out,
        cached,
        starred,
        unopened,
        desk.gaps(categories, until=calendar.listing_before(calendar.latest_listing_day(desk.now))),
        calendar.next_announcement(desk.now),
        _new_hits(desk) if are_searches else {},
    )


def _new_hits(desk: Desk) -> dict[str, NewHits | None]:
    """Count what each saved search finds that is new; None for one that cannot be understood any more."""
    from coolcli.cli import hits

    return {each.name: None if each.problem else NewHits(len(each.new), len(each.muted)) for each in hits.of(desk)}
