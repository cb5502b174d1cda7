"""`cool count`: a number for a prompt or a status bar, which also tells where arXiv was not heard."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

import typer

from coolcli import freshness
from coolcli.arxiv import calendar
from coolcli.cli import filters, options, ruling
from coolcli.cli.desk import Desk
from coolcli.errors import UsageError, or_list
from coolcli.models import Filter
from coolcli.render import words
from coolcli.store import events, listings, select
from coolcli.store.papers import stamp

TOKENS = ("count", "unread", "muted", "stale", "starred", "unopened")
"""What `--format` fills in."""


def count(
    ctx: typer.Context,
    named: options.Categories = None,
    unread: options.Unread = False,
    since: options.Since = None,
    until: options.Until = None,
    categories: options.InCategory = None,
    types: options.Types = None,
    starred: options.Starred = False,
    tags: options.Tags = None,
    noted: options.Noted = False,
    query: options.Query = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="TEXT", help="With {count}, {unread}, {muted}, {stale}, {starred}, {unopened}."
        ),
    ] = None,
) -> int:
    """Print how many papers are unread, for a prompt or a status bar; with --starred, --tag or --noted, of those.

    {muted} are those of the unread that your rules mute.
    {stale} is empty, or says since when a listing is announced and not here, as in ⚠2d; the exit code is then 4.
    """
    desk = Desk(ctx)
    tokens = _tokens("{count}" if template is None else template)
    wanted = filters.made(
        desk,
        unread=unread or not (starred or tags or noted),
        since=since,
        until=until,
        categories=[*(named or []), *(categories or [])],
        types=types,
        starred=starred,
        tags=tags,
        noted=noted,
        query=query,
    )
    if wanted.unread:
        _require_subscription(desk)
    missing = _stale_since(desk)
    if desk.flags.json:
        import json

        numbers = {name: _number(desk, name, wanted) for name in TOKENS if name != "stale"}
        desk.write(json.dumps(numbers | {"stale_since": stamp(missing) if missing else None}) + "\n")
    else:
        desk.write("".join(_filled(desk, token, wanted, missing) for token in tokens) + "\n")
    if missing and desk.flags.verbose:
        desk.say(f"A listing announced {words.duration(desk.now - missing)} ago is not here: `cool sync` fetches it.")
    return 4 if missing else 0


def lacking(desk: Desk) -> dict[str, datetime]:
    """Give the subscribed categories whose latest listing is announced and not here, and since when one is not."""
    found = {}
    with desk.database.read() as connection:
        for subscription in events.subscriptions(connection):
            latest = listings.latest(connection, subscription.category)
            check = listings.last_check(connection, subscription.category)
            asked = check.at if check and check.day is not None and not check.stale else None
            if since := freshness.missing_since(latest.day if latest else None, asked, desk.now):
                found[subscription.category] = since
    return found


def muted(desk: Desk) -> tuple[int, int]:
    """Count the unread papers that rules mute, and those rules."""
    hidden = ruling.out_of_sight(desk)
    return hidden.counted(desk) if hidden else (0, 0)


def _stale_since(desk: Desk) -> datetime | None:
    """Give since when a listing of a subscribed category, the latest or one before, is not here; None where all are."""
    with desk.database.read() as connection:
        followed = [subscription.category for subscription in events.subscriptions(connection)]
    earlier = [calendar.announced_at(gap[0]) for gap in desk.gaps(followed).values()]
    return min([*lacking(desk).values(), *earlier], default=None)


def _require_subscription(desk: Desk) -> None:
    with desk.database.read() as connection:
        if not events.subscriptions(connection):
            raise UsageError(
                "You are not subscribed to any category, so there is no unread to count.",
                "`cool subscribe cs.LG` follows one; `cool count --starred` counts what is starred.",
            )


def _tokens(template: str) -> list[str]:
    """Cut a template into texts and tokens, which keep their braces. Raises UsageError for an unknown token."""
    found = re.split(r"(\{[^{}]*\})", template)
    for token in found[1::2]:
        if token[1:-1] not in TOKENS:
            known = [f"{{{name}}}" for name in TOKENS]
            raise UsageError(f"`--format` knows no {token}.", f"It fills in {or_list(known)}.")
    return found


def _filled(desk: Desk, token: str, wanted: Filter, missing: datetime | None) -> str:
    name = token[1:-1]
    if token != f"{{{name}}}":
        return token
    if name == "stale":
        return f" ⚠{_short(desk.now - missing)}" if missing else ""
    return str(_number(desk, name, wanted))


def _number(desk: Desk, name: str, wanted: Filter) -> int:
    if name == "muted":
        return muted(desk)[0]
    with desk.database.read() as connection:
        counts: dict[str, Callable[[], int]] = {
            "count": lambda: select.count(connection, wanted),
            "unread": lambda: select.count(connection, Filter(unread=True)),
            "starred": lambda: select.stars(connection),
            "unopened": lambda: select.unopened(connection),
        }
        return counts[name]()


def _short(span: timedelta) -> str:
    """Write a span in three or four characters: `5m`, `5h`, `2d`."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}m"
    return f"{minutes // 60}h" if minutes < 48 * 60 else f"{minutes // (24 * 60)}d"
