"""The day's feed as rss.arxiv.org makes it: RSS 2.0 and Atom, one type for each paper, at most 2000 items."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.arxiv_simulator import clock, taxonomy
from tests.arxiv_simulator.answers import Answer
from tests.arxiv_simulator.papers import LAST_VERSION, Seen, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LIMIT = 2000
_RSS = (
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">'
)
_ATOM = (
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">'
)
_XML = "<?xml version='1.0' encoding='UTF-8'?>\n"


@dataclass(frozen=True)
class Channel:
    """What stands above the items; `day` is the announcement day, which a stale feed's build is later than."""

    title: str
    link: str
    description: str
    editor: str
    day: date
    built: datetime


class BadSubjectError(ValueError):
    """A name that is neither category nor archive; the message is arXiv's."""


def answer(
    world: World,
    kind: str,
    query: str,
    parameters: Mapping[str, str],
    now: datetime,
    root: str,
    *,
    stale: bool = False,
    full: bool = False,
    lag: timedelta = timedelta(0),
) -> Answer:
    """`/rss/QUERY` or `/atom/QUERY`.

    `stale` serves the batch before the day's, built today all the same; `full` fills it to exactly 2000 items; with a
    `lag`, it is built so much later than at midnight. A day that is late has no feed before it comes.
    """
    today = clock.eastern(now - lag).date()
    while today in world.announcements and not world.is_announced(today, now):
        today -= timedelta(days=1)
    if not query:
        return Answer(200, _no_subject(), "text/html; charset=utf-8")
    if parameters.get("version") == "1.0":
        reason = "Unsupported feed version 'RSS 1.0' requested. Valid options are: RSS 2.0, Atom 1.0."
        return refusal(kind, query, reason, now, root)
    try:
        subjects = _subjects(query)
    except BadSubjectError as error:
        return refusal(kind, query, str(error), now, root)
    day = max((other for other in world.days if other < today), default=today) if stale else today
    channel = Channel(
        title=f"{', '.join(subjects)} updates on arXiv.org",
        link=f"{root}/{kind}/{query}",
        description=f"{', '.join(subjects)} updates on the arXiv.org e-print archive.",
        editor="rss-help@arxiv.org",
        day=day,
        built=_built(world, today, lag),
    )
    items = _kept(world.seen(day, subjects))
    return _answer(200, kind, channel, _filled(items, subjects[0], day) if full else items, now)


def refusal(kind: str, query: str, reason: str, now: datetime, root: str) -> Answer:
    """HTTP 400 with a body that a feed parser takes for an empty feed."""
    link = f"{root}/{kind}/{query}"
    today = clock.eastern(now).date()
    channel = Channel(f"Feed error for query: {link}", link, reason, "rss-help.arxiv.org", today, now.astimezone(UTC))
    return _answer(400, kind, channel, None, now)


def _kept(seen: Sequence[Seen]) -> list[Seen]:
    """Without high replacements; what is over the limit is cut from the front, where the oldest new papers are."""
    short = [item for item in seen if not item.type.startswith("replace") or item.paper.version <= LAST_VERSION]
    return short[max(0, len(short) - LIMIT) :]


def _filled(items: Sequence[Seen], subject: str, day: date) -> list[Seen]:
    """The items with invented new papers before them, so many that the limit is met and the first is no longer told."""
    category = (
        subject
        if subject in taxonomy.CATEGORIES
        else next(name for name in taxonomy.CATEGORIES if taxonomy.archive_of(name) == subject)
    )
    filler = World(seed=LIMIT)
    for number in range(LIMIT - len(items)):
        filler.add(day, category, id=f"{day:%y%m}.{90_000 + number}")
    return [*filler.seen(day, [category]), *items]


def _subjects(query: str) -> list[str]:
    names = [taxonomy.recased(part) for part in query.split("+")]
    for name in names:
        _check(name)
    return taxonomy.folded(names)


def _check(name: str) -> None:
    archive, _, subject = name.partition(".")
    if archive not in taxonomy.ARCHIVES:
        valid = ", ".join(sorted([*taxonomy.ARCHIVES, "test"]))
        raise BadSubjectError(f"Bad archive '{archive}'. Valid archive names are: {valid}.")
    if not taxonomy.is_subject(name):
        valid = ", ".join(sorted(other for other in taxonomy.CATEGORIES if taxonomy.archive_of(other) == archive))
        raise BadSubjectError(
            f"Bad subject class '{subject}'. Valid subject classes for the archive '{archive}' are: {valid}."
        )


def _no_subject() -> str:
    return (
        f"No archive specified. Archives are: {', '.join(sorted(taxonomy.ARCHIVES))}. "
        "See <a href='https://arxiv.org/category_taxonomy'>here</a> to learn about ArXiv category taxonomy."
    )


def _built(world: World, today: date, lag: timedelta) -> datetime:
    """Built once, soon after midnight, and not with each request: the ETag stays the same for the day."""
    begun = max(clock.eastern_midnight(today) + lag, world.announced_at(today))
    return (begun + timedelta(seconds=19)).astimezone(UTC)


def _answer(status: int, kind: str, channel: Channel, items: Sequence[Seen] | None, now: datetime) -> Answer:
    body = _XML + (_rss(channel, items) if kind == "rss" else _atom(channel, items or []))
    headers = {
        "ETag": hashlib.sha256(body.encode()).hexdigest(),
        "Cache-Control": f"max-age={clock.seconds_to_midnight(now)}",
        "Surrogate-Key": f"announce feed feed-{kind}",
    }
    return Answer(status, body, f"application/{kind}+xml", headers)


def _rss(channel: Channel, items: Sequence[Seen] | None) -> str:
    midnight = format_datetime(clock.eastern_midnight(channel.day))
    link = escape(channel.link)
    skip = "    <skipDays>\n      <day>Saturday</day>\n      <day>Sunday</day>\n    </skipDays>\n"
    return (
        f"{_RSS}\n  <channel>\n"
        f"    <title>{escape(channel.title)}</title>\n"
        f"    <link>{link}</link>\n"
        f"    <description>{escape(channel.description)}</description>\n"
        f'    <atom:link href="{link}" rel="self" type="application/rss+xml"/>\n'
        "    <docs>http://www.rssboard.org/rss-specification</docs>\n"
        "    <language>en-us</language>\n"
        f"    <lastBuildDate>{format_datetime(channel.built)}</lastBuildDate>\n"
        f"    <managingEditor>{channel.editor}</managingEditor>\n"
        f"    <pubDate>{midnight}</pubDate>\n"
        f"{'' if items is None else skip}"
        f"{''.join(_rss_item(seen, midnight) for seen in items or [])}"
        "  </channel>\n</rss>\n"
    )


def _rss_item(seen: Seen, midnight: str) -> str:
    paper = seen.paper
    return (
        "    <item>\n"
        f"      <title>{escape(paper.title)}</title>\n"
        f"      <link>https://arxiv.org/abs/{paper.id}</link>\n"
        f"      <description>{_description(seen)}</description>\n"
        f'      <guid isPermaLink="false">oai:arXiv.org:{paper.id_with_version}</guid>\n'
        f"{_lines(f'      <category>{name}</category>' for name in paper.categories)}"
        f"      <pubDate>{midnight}</pubDate>\n"
        f"{_extensions(seen, '      ')}"
        "    </item>\n"
    )


def _atom(channel: Channel, items: Sequence[Seen]) -> str:
    built = channel.built.isoformat(timespec="microseconds")
    link = escape(channel.link)
    return (
        f"{_ATOM}\n"
        f"  <id>{link}</id>\n"
        f"  <title>{escape(channel.title)}</title>\n"
        f"  <updated>{built}</updated>\n"
        f'  <link href="{link}" rel="self" type="application/atom+xml"/>\n'
        f"  <subtitle>{escape(channel.description)}</subtitle>\n"
        f"{''.join(_atom_entry(seen, channel.day, built) for seen in items)}"
        "</feed>\n"
    )


def _atom_entry(seen: Seen, day: date, built: str) -> str:
    paper = seen.paper
    return (
        "  <entry>\n"
        f"    <id>oai:arXiv.org:{paper.id_with_version}</id>\n"
        f"    <title>{escape(paper.title)}</title>\n"
        f"    <updated>{built}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{paper.id}" rel="alternate" type="text/html"/>\n'
        f"    <summary>{_description(seen)}</summary>\n"
        f"{_lines(_atom_category(name) for name in paper.categories)}"
        f"    <published>{clock.eastern_midnight(day).isoformat()}</published>\n"
        f"{_extensions(seen, '    ')}"
        "  </entry>\n"
    )


def _atom_category(name: str) -> str:
    return f'    <category term="{name}"/>'


def _description(seen: Seen) -> str:
    return escape(f"arXiv:{seen.paper.id_with_version} Announce Type: {seen.type} \nAbstract: {seen.paper.abstract}")


def _extensions(seen: Seen, indent: str) -> str:
    paper = seen.paper
    elements = {
        "arxiv:announce_type": seen.type,
        "dc:rights": paper.license,
        "arxiv:DOI": paper.doi,
        "arxiv:journal_reference": paper.journal_ref,
        "dc:creator": ", ".join(paper.authors),
    }
    return _lines(f"{indent}<{name}>{escape(value)}</{name}>" for name, value in elements.items() if value)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
