"""`cool open`: papers in papers.cool, or in another place, in the reader's browser."""

import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from coolcli import links, news
from coolcli.arxiv.categories import Categories, parse
from coolcli.arxiv.text import clean
from coolcli.cli import options, papers
from coolcli.cli.desk import Desk
from coolcli.config import ABOUT
from coolcli.errors import NoSuchPaper, UsageError, or_list
from coolcli.models import Row
from coolcli.render import words
from coolcli.store import events, listings, select


def open_papers(
    ctx: typer.Context,
    references: options.OptionalReferences = None,
    place: Annotated[
        str | None, typer.Option("--in", metavar="PLACE", help="papers.cool, abs, pdf, html or alphaxiv.")
    ] = None,
    print_only: Annotated[bool, typer.Option("--print", help="Print the addresses; mark nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Open many pages without asking.")] = False,
) -> int:
    """Open papers in papers.cool, several as one page; they become read and opened.

    Alone: all starred papers not opened yet, or where there are none, papers.cool's page of the last listing.
    """
    desk = Desk(ctx)
    where = _place(place) if place is not None else desk.settings.open_in
    wanted = papers.resolved(desk, references) if references else []
    rows = desk.rows([identifier.id for identifier in wanted]) if references else _unopened(desk)
    versions = {identifier.id: identifier.version for identifier in wanted}
    pages = links.pages([(row.id, versions.get(row.id)) for row in rows], where, desk.settings)
    if not rows:
        pages = [_page_of_last_listing(desk)]
        desk.say("No starred paper is left to open: this is papers.cool's page of the last listing.")
    if print_only:
        _print(desk, pages)
        return 0
    if not _confirmed(desk, pages, yes):
        desk.say("Nothing was opened.")
        return 0
    if rows:
        desk.say(papers.named("Opening", rows).rstrip())
    _open(desk, pages)
    if rows:
        marks = [events.mark(field, row.id, desk.now) for row in rows for field in ("read", "opened")]
        desk.record("open", marks + news.seen(news.of(desk.database, [row.id for row in rows]), desk.now))
    return 0


def _place(typed: str) -> str:
    """Read `--in`. Raises UsageError that names the places."""
    places = ABOUT["open.in"].choices
    if typed.lower() not in places:
        raise UsageError(f"'--in' cannot be '{typed}'.", f"It is {or_list(places)}.")
    return typed.lower()


def _unopened(desk: Desk) -> list[Row]:
    with desk.database.read() as connection:
        return select.starred(connection, unopened=True)


def _page_of_last_listing(desk: Desk) -> str:
    """Give papers.cool's page of the listing shown last, else of the newest one of the reader's categories."""
    shown = desk.session.shown()
    if shown is not None and shown.day and shown.categories:
        return links.day_page(parse([shown.categories]), date.fromisoformat(shown.day), desk.settings)
    with desk.database.read() as connection:
        subscribed = [subscription.category for subscription in events.subscriptions(connection)]
        found = [stored for category in subscribed if (stored := listings.latest(connection, category))]
    if not found:
        raise NoSuchPaper(
            "There is nothing to open: no starred paper is left, and no listing was shown.",
            "`cool today` shows a listing; `cool open 3` opens row 3, `cool open 2312.11111` any paper.",
        )
    day = max(stored.day for stored in found)
    return links.day_page(Categories(tuple(subscribed)), day, desk.settings)


def _confirmed(desk: Desk, pages: Sequence[str], yes: bool) -> bool:
    if yes or len(pages) <= desk.settings.open_confirm:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            f"That would open {len(pages)} pages.", "`--yes` opens them; `--print` prints their addresses."
        )
    return typer.confirm(f"Open {len(pages)} pages?", err=True)


def _print(desk: Desk, pages: Sequence[str]) -> None:
    if desk.flags.json:
        import json

        desk.write(json.dumps({"pages": list(pages)}) + "\n")
    else:
        desk.write("".join(f"{page}\n" for page in pages))


def _open(desk: Desk, pages: Sequence[str]) -> None:
    """Open pages in the browser; where there is none or no screen, print and copy the addresses instead."""
    import webbrowser

    left = list(pages)
    if desk.flags.demo:
        desk.say("A demonstration opens nothing; with real papers this would be opened:")
        _print(desk, left)
        return
    if has_browser():
        while left and webbrowser.open(left[0], new=2):
            left.pop(0)
    if left:
        copied = _copy("\n".join(left))
        chosen = clean(os.environ.get("BROWSER", ""))
        why = f"The browser '{chosen}' (BROWSER) did not open" if chosen else "There is no browser here"
        desk.say(f"{why}: {words.number(len(left), 'address', 'addresses')} printed{copied}.")
        _print(desk, left)


def has_browser() -> bool:
    """Tell whether a browser can be expected to open: not over ssh or on a machine without a screen."""
    import webbrowser

    if not os.environ.get("BROWSER") and sys.platform not in ("win32", "darwin"):
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return False
    elif not os.environ.get("BROWSER") and os.environ.get("SSH_CONNECTION"):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _copy(text: str) -> str:
    """Copy with OSC 52, which reaches the reader's own machine through ssh, where there is a terminal to ask.

    Whether a terminal obeys cannot be asked: the words say so.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM", "") in ("", "dumb", "linux"):
        return ""
    import base64

    code = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if os.environ.get("TMUX"):  # tmux hands it on only where `set-clipboard` is on, else through its passthrough
        code += "\x1bPtmux;" + code.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    sys.stderr.write(code)
    sys.stderr.flush()
    return " and copied, if your terminal allows it (OSC 52)"
