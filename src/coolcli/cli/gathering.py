"""What `star`, `tag` and `note` share: papers that need not be here, and telling what was done to which."""

from collections.abc import Sequence

from coolcli import lookup
from coolcli.cli import papers
from coolcli.cli.desk import Desk
from coolcli.errors import FetchError
from coolcli.models import Event, Row


def fetched_or_pending(desk: Desk, ids: list[str]) -> FetchError | None:
    """Fetch what is not here; where arXiv cannot be asked, keep it as pending and give the reason."""
    unknown = lookup.unknown(desk.database, ids)
    try:
        lookup.fetch(desk.database, None if desk.offline else lambda: desk.arxiv, unknown)
    except FetchError as error:
        lookup.keep_pending(desk.database, unknown)
        return error
    return None


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
