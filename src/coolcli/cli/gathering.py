"""What `star`, `tag` and `note` share: papers that need not be here, and telling what was done to which."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from coolcli import lookup
from coolcli.cli import papers
from coolcli.cli.desk import Desk
from coolcli.errors import FetchError
from coolcli.models import Event, Row
from coolcli.store import events


def fetched_or_pending(desk: Desk, ids: list[str]) -> FetchError | None:
    """Fetch what is not here; where arXiv cannot be asked, keep it as pending and give the reason."""
    unknown = lookup.unknown(desk.database, ids)
    try:
        lookup.fetch(desk.database, None if desk.offline else lambda: desk.arxiv, unknown)
    except FetchError as error:
        lookup.keep_pending(desk.database, unknown)
        return error
    return None


def stars(rows: Sequence[Row], versions: Mapping[str, int | None], now: datetime) -> list[Event]:
    """Make the events that star papers, in the versions that were named, else in those that are known.

    The last first, so that the newest star first shows them in the order in which they were named.
    """
    return [
        events.mark("starred", row.id, now, version=versions[row.id] or row.paper.version) for row in reversed(rows)
    ]


def report(
    desk: Desk,
    rows: Sequence[Row],
    changed: Sequence[Event],
    did: str,
    already: str,
    pending: FetchError | None = None,
) -> None:
    """Tell which papers were changed and which were so before; as JSON, give them as they are now."""
    subjects = {event.subject for event in changed}
    touched = [row for row in rows if row.id in subjects]
    same = [row for row in rows if row.id not in subjects]
    if desk.flags.json:
        from coolcli.render import plain

        desk.write(plain.document(None, desk.rows([row.id for row in rows]), [None] * len(rows)))
    else:
        desk.echo(papers.named(did, touched) if touched else "")
        desk.echo(papers.named(f"{already[:1].upper()}{already[1:]}:", same) if same else "")
    if pending is not None:
        desk.say(f"({pending.message} Its title follows when arXiv is reached.)")
