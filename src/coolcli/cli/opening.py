"""`cool open`: papers in papers.cool, or in another place, in the reader's browser."""

import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from coolcli import allowed, desktop, news, places
from coolcli.addresses import ListPage, Named
from coolcli.arxiv.categories import Categories, parse
from coolcli.arxiv.ids import ArxivId
from coolcli.arxiv.text import clean
from coolcli.cli import options, papers
from coolcli.cli.desk import Desk
from coolcli.errors import BadSetting, CoolError, NoSuchPaper, UsageError
from coolcli.models import Row
from coolcli.render import words
from coolcli.settings import PLACES
from coolcli.store import events, listings, select

_PLAIN_WORDS = re.compile(r"\w[\w .,:+-]{0,79}")
"""What a hint can repeat as it was typed: short, and nothing in it means something to a shell."""


def open_papers(
    ctx: typer.Context,
    references: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...",
            help="Row numbers (3, 3-7), ids, addresses, categories, any text with some, or - for standard input.",
        ),
    ] = None,
    clipboard: options.Clipboard = False,
    place: Annotated[
        str | None,
        typer.Option("--in", metavar="PLACE", help=f"{', '.join(PLACES)}, or https://example.org/{{id}}."),
    ] = None,
    search: Annotated[bool, typer.Option("--search", help="Search papers.cool for the words instead.")] = False,
    print_only: Annotated[bool, typer.Option("--print", help="Print the addresses; mark nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Open many pages without asking.")] = False,
) -> int:
    """Open papers in papers.cool, several as one page; they become read and opened.

    Takes ids and addresses of papers from any text, also of venues (OpenReview, ACL, PMLR, IJCAI, AAAI).
    Alone: all starred papers not opened yet, or where there are none, papers.cool's page of the last listing.
    """
    desk = Desk(ctx)
    if search:
        _show(desk, [places.search(_query(references, clipboard, place), desk.settings)], print_only, yes)
        return 0
    where = _place(place) if place is not None else desk.settings.open_in
    named = _named(desk, references or [], clipboard) if references or clipboard else _left(desk)
    rows = desk.rows([each.id for each in named if isinstance(each, ArxivId)])
    pages = places.pages(named, where, desk.settings, {row.id: row.paper.version for row in rows})
    for remark in pages.remarks:
        desk.say(remark)
    if _show(desk, pages.addresses, print_only, yes, _announced(rows, named)) and rows:
        mark_opened(desk, "open", [row.id for row in rows])
    return 0


def mark_opened(desk: Desk, verb: str, ids: Sequence[str]) -> None:
    """Mark papers as read and opened, and what is new of them as seen."""
    marks = [events.mark(field, paper_id, desk.now) for paper_id in ids for field in ("read", "opened")]
    desk.record(verb, marks + news.seen(news.of(desk.database, ids), desk.now))


def _place(typed: str) -> str:
    """Read `--in`: what the setting open.in can be. Raises BadSetting that says what that is."""
    try:
        return str(allowed.check("open.in", typed.lower() if typed.lower() in PLACES else typed))
    except BadSetting as error:
        raise BadSetting(error.message.replace("'open.in'", "'--in'"), error.hint) from None


def _named(desk: Desk, typed: Sequence[str], clipboard: bool) -> list[Named]:
    """Find what was typed, piped in or copied. Raises NoSuchPaper that names the search for what is no paper."""
    query = " ".join(typed)
    typed_again = query if _PLAIN_WORDS.fullmatch(query) else "WORDS"
    hint = f"`cool open --search {typed_again}` searches papers.cool."
    return papers.meant(desk, typed, clipboard=clipboard, hint=hint)


def _query(typed: Sequence[str] | None, clipboard: bool, place: str | None) -> str:
    """Give the words to search for. Raises UsageError where there are none, or a place that has no search."""
    if place is not None and place.lower() != "papers.cool":
        raise UsageError("`--search` is papers.cool's: it goes with no other `--in`.", "cool open --search WORDS")
    asked = list(typed or ())
    if clipboard:
        from coolcli.clipboard import paste

        asked.append(paste())
    query = " ".join(clean(" ".join(asked)).split())
    if not query:
        raise UsageError("`--search` needs words to search for.", "cool open --search state space models")
    return query


def _left(desk: Desk) -> list[Named]:
    """Give what is opened where nothing is named: the stars that are left, else the listing shown last."""
    with desk.database.read() as connection:
        unopened = select.starred(connection, unopened=True)
    if unopened:
        return [ArxivId(row.id) for row in unopened]
    listing = _last_listing(desk)
    desk.say("No starred paper is left to open: this is the page of the last listing.")
    return [listing]


def _announced(rows: Sequence[Row], named: Sequence[Named]) -> str:
    """Write what is opened, as lines: papers by title, where it is not here by id, others as papers.cool calls them."""
    known = [row for row in rows if row.paper.title is not None]
    titled = {row.id for row in known}
    others = [each.id for each in named if not isinstance(each, ListPage) and each.id not in titled]
    lists = [f"the listing of {each.categories}" for each in named if isinstance(each, ListPage)]
    told = [papers.named("Opening", known)] if known else []
    told += [f"Opening {', '.join(part)}.\n" for part in (others, lists) if part]
    return "".join(told).rstrip()


def _last_listing(desk: Desk) -> ListPage:
    """Give the listing shown last, else the newest one of the reader's categories."""
    shown = desk.session.shown()
    if shown is not None and shown.day and shown.categories:
        return ListPage(parse([shown.categories]), date.fromisoformat(shown.day))
    with desk.database.read() as connection:
        subscribed = [subscription.category for subscription in events.subscriptions(connection)]
        found = [stored for category in subscribed if (stored := listings.latest(connection, category))]
    if not found:
        raise NoSuchPaper(
            "There is nothing to open: no starred paper is left, and no listing was shown.",
            "`cool today` shows a listing; `cool open 3` opens row 3, `cool open 2312.11111` any paper.",
        )
    return ListPage(Categories(tuple(subscribed)), max(stored.day for stored in found))


def _show(desk: Desk, pages: Sequence[str], print_only: bool, yes: bool, announced: str = "") -> bool:
    """Print pages, or open them once the reader agrees; tell whether that was done. As JSON, say both."""
    agreed = not print_only and _confirmed(desk, pages, yes)
    if not agreed and not print_only:
        desk.say("Nothing was opened.")
    if agreed and announced:
        desk.say(announced)
    left = _open(desk, pages) if agreed else pages
    if desk.flags.json:
        desk.write_json({"pages": list(pages), "opened": not left})
    elif agreed or print_only:
        desk.write("".join(f"{page}\n" for page in left))
    return agreed


def _confirmed(desk: Desk, pages: Sequence[str], yes: bool) -> bool:
    if yes or len(pages) <= desk.settings.open_confirm:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            f"That would open {len(pages)} pages.", "`--yes` opens them; `--print` prints their addresses."
        )
    return typer.confirm(f"Open {len(pages)} pages?", err=True)


def _open(desk: Desk, pages: Sequence[str]) -> Sequence[str]:
    """Open pages in the browser; where there is none or no screen, copy the addresses. Gives those not opened."""
    import webbrowser

    left = list(pages)
    if desk.flags.demo:
        desk.say("A demonstration opens nothing; with real papers this would be opened:")
        return left
    if desktop.has_browser():
        while left and webbrowser.open(left[0], new=2):
            left.pop(0)
    if left:
        copied = _copied("\n".join(left))
        desk.say(f"{why_not()}: {words.number(len(left), 'address', 'addresses')} printed{copied}.")
    return left


def why_not() -> str:
    """Say why a page was not opened."""
    chosen = clean(os.environ.get("BROWSER", ""))
    return f"The browser '{chosen}' (BROWSER) did not open" if chosen else "There is no browser here"


def _copied(text: str) -> str:
    """Copy for a reader at a terminal, and give the words for it, empty where it cannot be done."""
    if not sys.stderr.isatty():
        return ""
    from coolcli.clipboard import copy

    try:
        return f" and {copy(text)}"
    except CoolError:
        return ""
