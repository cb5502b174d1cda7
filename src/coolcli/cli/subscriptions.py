"""`subscribe`, `unsubscribe`, `categories`: the reader's categories, and arXiv's."""

from datetime import date
from typing import Annotated

import typer

from coolcli.announcements import Known, decide
from coolcli.arxiv import categories as taxonomy
from coolcli.cli import options
from coolcli.cli.catchup import first_day
from coolcli.cli.desk import Desk
from coolcli.errors import UsageError, or_list
from coolcli.models import Filter, Subscription
from coolcli.render import words
from coolcli.store import events, listings, select


def subscribe(
    ctx: typer.Context,
    categories: options.Categories = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Let the unread begin with this day, not the latest.")
    ] = None,
) -> int:
    """Follow categories: `today` and `next` show them. Alone, list those you follow."""
    desk = Desk(ctx)
    if not categories:
        return _list(desk)
    begins = first_day(desk, since)
    asked = taxonomy.parse(categories)
    with desk.database.read() as connection:
        followed = {subscription.category: subscription for subscription in events.subscriptions(connection)}
    fresh = [name for name in asked.wanted if name not in followed]
    changed = [name for name in asked.wanted if name in followed and _differs(followed[name], asked.unwanted, begins)]
    firsts = {name: begins or followed[name].since for name in changed}
    firsts |= {name: begins or _since(desk, name) for name in fresh}
    desk.record(
        "subscribe",
        [
            events.subscribe(name, firsts[name], desk.now, without=asked.unwanted)
            for name in asked.wanted
            if name in firsts
        ],
    )
    if desk.flags.json:
        return _list(desk)
    without = f", without what is in {or_list(asked.unwanted)}" if asked.unwanted else ""
    for name in asked.wanted:
        state = "Subscribed to" if name in fresh else "Changed:" if name in changed else "Already subscribed to"
        desk.echo(f"{state} {name} ({taxonomy.name_of(name)}){without}.\n")
    if asked.unwanted:
        desk.say("What is left out stays in the listings, and is counted: it only does not enter the unread.")
    if begins:
        desk.say(f"The unread begins with {words.long_day(begins)}: `cool catchup` fetches the days since then.")
    elif fresh:
        desk.say("The unread begins with the latest listing: `cool today` shows it, `cool next` goes through it.")
    return 0


def _differs(followed: Subscription, without: tuple[str, ...], begins: date | None) -> bool:
    return followed.without != without or (begins is not None and followed.since != begins)


def unsubscribe(ctx: typer.Context, categories: Annotated[list[str], typer.Argument(metavar="CATEGORY...")]) -> int:
    """Stop following categories. What was starred or read stays so."""
    desk = Desk(ctx)
    with desk.database.read() as connection:
        followed = [subscription.category for subscription in events.subscriptions(connection)]
    # A newer version on another machine may follow a category that this one does not know yet.
    others = [word for word in categories if word not in followed]
    named = [word for word in categories if word in followed]
    wanted = list(dict.fromkeys([*named, *(_plain(taxonomy.parse(others)) if others else ())]))
    for name in wanted:
        if name not in followed:
            yours = f"You follow {', '.join(followed)}." if followed else "You follow none."
            raise UsageError(f"You are not subscribed to {name}.", yours)
    before = _unread(desk)
    desk.record("unsubscribe", [events.unsubscribe(name) for name in wanted])
    if desk.flags.json:
        return _list(desk)
    gone = before - _unread(desk)
    leave = f" {words.number(gone, 'unread paper')} {'leaves' if gone == 1 else 'leave'} with it." if gone else ""
    desk.echo(f"Unsubscribed from {', '.join(wanted)}.{leave} `cool undo` takes it back.\n")
    return 0


def categories(
    ctx: typer.Context,
    word: Annotated[list[str] | None, typer.Argument(metavar="[WORD]...", help="Part of a name: learning, cs.")] = None,
    no_pager: options.NoPager = False,
) -> int:
    """List and search arXiv's categories by code or name."""
    desk = Desk(ctx, pager=not no_pager)
    typed = " ".join(word or [])
    found = taxonomy.search(typed)
    if not found:
        alias = taxonomy.canonical(typed)
        found = [alias] if alias else []
    if not found:
        near = taxonomy.nearest(typed)
        hint = f"The nearest: {or_list(near)}." if near else "`cool categories` lists them all."
        desk.say(f"No category of arXiv's has '{typed}' in its name. {hint}")
    _write(desk, [(name, taxonomy.name_of(name) or "") for name in found])
    return 0


def _plain(asked: taxonomy.Categories) -> tuple[str, ...]:
    if asked.unwanted:
        raise UsageError(
            f"'-{asked.unwanted[0]}' takes papers away, and nothing here is to be left out.",
            "`cool unsubscribe cs.AI cs.LG` ends two subscriptions.",
        )
    return asked.wanted


def _unread(desk: Desk) -> int:
    with desk.database.read() as connection:
        return select.count(connection, Filter(unread=True))


def _since(desk: Desk, category: str) -> date | None:
    """Begin with the listing that is here where it is the latest, else with the next one that comes."""
    with desk.database.read() as connection:
        known = Known(listings.latest(connection, category), listings.last_check(connection, category))
    return known.latest.day if known.latest and decide(known, desk.now) == "nothing" else None


def _list(desk: Desk) -> int:
    with desk.database.read() as connection:
        followed = events.subscriptions(connection)
    if desk.flags.json:
        content = [
            {
                "category": subscription.category,
                "name": taxonomy.name_of(subscription.category),
                "since": subscription.since.isoformat() if subscription.since else None,
                "without": list(subscription.without),
            }
            for subscription in followed
        ]
        desk.write_json({"subscriptions": content})
        return 0
    for subscription in followed:
        since = words.long_day(subscription.since) if subscription.since else "the next listing"
        name = taxonomy.name_of(subscription.category)
        if desk.on_terminal:
            without = f", without {or_list(subscription.without)}" if subscription.without else ""
            desk.write(f"{subscription.category:<20} {name}, unread since {since}{without}\n")
        else:
            desk.write(
                f"{subscription.category}\t{name}\t{subscription.since or ''}\t{' '.join(subscription.without)}\n"
            )
    if not followed:
        desk.say("You are not subscribed to any category yet.")
        desk.say("`cool subscribe cs.LG stat.ML` follows two; `cool categories learning` searches for more.")
    return 0


def _write(desk: Desk, found: list[tuple[str, str]]) -> None:
    if desk.flags.json:
        content = [{"category": name, "name": words_} for name, words_ in found]
        desk.write_json({"categories": content})
    elif not desk.on_terminal:
        desk.write("".join(f"{name}\t{words_}\n" for name, words_ in found))
    else:
        from rich.text import Text

        with desk.paged() as out:
            out.print(
                Text.assemble(
                    (f"{name:<20}", "cyan"), words_, ("  all of it", "dim") if name in taxonomy.ARCHIVES else ""
                )
                for name, words_ in found
            )
