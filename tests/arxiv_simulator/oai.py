"""oaipmh.arxiv.org/oai: records by the day of their last change, in pages that a resumption token joins, or by id."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

from tests.arxiv_simulator import authors, markup, taxonomy, tex
from tests.arxiv_simulator.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.arxiv_simulator.papers import SimPaper, World

PAGE = 1300
EARLIEST = "2005-09-16"
_LISTS = ("ListRecords", "ListIdentifiers")
_ARGUMENTS = ("verb", "metadataPrefix", "from", "until", "set", "identifier", "resumptionToken")
_FORMATS = ("arXiv", "arXivRaw")
_SCHEMA = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_EMPTY = "The combination of the values of the from, until, set and metadataPrefix arguments results in an empty list."
_BAD_VERB = (
    "Value of the verb argument is not a legal OAI-PMH verb, the verb argument is missing, or the verb argument is "
    "repeated. Reason: Invalid verb provided"
)
_BAD_ARGUMENT = (
    "The request includes illegal arguments, is missing required arguments, includes a repeated argument, or values "
    "for arguments have an illegal syntax. Reason: {reason}"
)
_BAD_TOKEN = (
    "The value of the resumptionToken argument is invalid or expired. "
    "Reason: Token decoding failed or format is invalid."
)
_NO_ID = "The value of the identifier argument is unknown or illegal in this repository."
_BAD_PREFIX = "The metadata format identified by the value given for the metadataPrefix argument is not supported."


class ProtocolError(ValueError):
    """An error of the protocol: HTTP 200 with a code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Record(NamedTuple):
    """A paper as it is now, and all of its versions by now."""

    paper: SimPaper
    versions: list[SimPaper]
    changed: date

    @property
    def created(self) -> date:
        return self.versions[0].submitted.astimezone(UTC).date()


def answer(world: World, parameters: Mapping[str, str], now: datetime, root: str, page_size: int = PAGE) -> Answer:
    request = dict(parameters)
    try:
        content = _content(world, request, now, page_size)
        age, key = ("345600", "announce oai") if "List" in request["verb"] else ("31536000", "oai")
    except ProtocolError as error:
        content = f"    <error code='{error.code}'>{escape(str(error))}</error>\n"
        # Only a request that was understood is repeated in the answer.
        request = request if error.code == "noRecordsMatch" else {}
        age, key = "81378", "oai"
    shown = "".join(f' {name}="{escape(request[name])}"' for name in _ARGUMENTS if name in request)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \n'
        f"         {_SCHEMA}\n"
        '         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
        'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
        f"    <responseDate>{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</responseDate>\n"
        f"                <request{shown}>{root}/oai</request>\n\n\n{content}</OAI-PMH>"
    )
    return Answer(200, body, "application/xml", {"Surrogate-Control": f"max-age={age}", "Surrogate-Key": key})


def _content(world: World, request: dict[str, str], now: datetime, page_size: int) -> str:
    verb = request.get("verb")
    if verb == "Identify":
        return _IDENTIFY
    if verb == "GetRecord":
        return f"    <GetRecord>\n{_record(_named(world, request, now), _format_of(request))}    </GetRecord>\n"
    if verb not in _LISTS:
        raise ProtocolError("badVerb", _BAD_VERB)
    skip = 0
    if token := request.pop("resumptionToken", None):
        request.update(_resumed(token, verb))
        skip = int(request.pop("skip"))
    form = _format_of(request)
    records = _chosen(world, request, now)
    if not records:
        raise ProtocolError("noRecordsMatch", _EMPTY)
    parts = (
        _record(record, form) if verb == "ListRecords" else _header(record) for record in records[skip:][:page_size]
    )
    following = skip + page_size
    token_element = _token(request, following, now) if following < len(records) else ""
    return f"    <{verb}>\n{''.join(parts)}{token_element}    </{verb}>\n"


def _format_of(request: Mapping[str, str]) -> str:
    if request.get("metadataPrefix") is None:
        raise ProtocolError("badArgument", _BAD_ARGUMENT.format(reason="metadataPrefix is required"))
    if request["metadataPrefix"] not in _FORMATS:
        raise ProtocolError("cannotDisseminateFormat", _BAD_PREFIX)
    return request["metadataPrefix"]


def _named(world: World, request: Mapping[str, str], now: datetime) -> Record:
    if "identifier" not in request:
        raise ProtocolError("badArgument", _BAD_ARGUMENT.format(reason="identifier is required"))
    name = request["identifier"].removeprefix("oai:arXiv.org:")
    found = next((record for record in _records(world, now) if record.paper.id == name), None)
    if found is None:
        raise ProtocolError("idDoesNotExist", _NO_ID)
    return found


def _chosen(world: World, request: Mapping[str, str], now: datetime) -> list[Record]:
    begin, end = (_day(request.get(name, default)) for name, default in (("from", EARLIEST), ("until", "9999-12-31")))
    wanted = request.get("set")
    if wanted and not _known_set(wanted):
        raise ProtocolError("badArgument", _BAD_ARGUMENT.format(reason="Set does not exist"))
    return [
        record
        for record in _records(world, now)
        if begin <= record.changed <= end and (not wanted or any(_in_set(name, wanted) for name in _sets(record.paper)))
    ]


def _records(world: World, now: datetime) -> list[Record]:
    changed: dict[str, date] = {}
    for day in world.days:
        if world.is_announced(day, now):
            changed.update((item.paper_id, day) for item in world.announcements[day])
    hidden = world.hidden(now)
    return [
        Record(
            paper,
            [version for version in world.papers[paper.id] if version.id_with_version not in hidden],
            changed.get(paper.id, paper.submitted.astimezone(UTC).date()),
        )
        for paper in world.visible(now)
    ]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ProtocolError("badArgument", _BAD_ARGUMENT.format(reason="date format must be YYYY-MM-DD")) from None


def _sets(paper: SimPaper) -> list[str]:
    return [_set_of(category) for category in paper.categories]


def _set_of(category: str) -> str:
    archive, _, subject = category.partition(".")
    group = "physics" if archive in taxonomy.PHYSICS else archive
    return ":".join([group, archive, *([subject] if subject else [])])


def _known_set(name: str) -> bool:
    return any(_in_set(_set_of(category), name) for category in taxonomy.CATEGORIES)


def _in_set(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}:")


def _resumed(token: str, verb: str) -> dict[str, str]:
    found = dict(parse_qsl(unquote(token)))
    if found.get("verb") != verb or not found.get("skip", "").isdecimal():
        raise ProtocolError("badResumptionToken", _BAD_TOKEN)
    return found


def _token(request: Mapping[str, str], skip: int, now: datetime) -> str:
    text = "&".join(f"{name}={request[name]}" for name in _ARGUMENTS if name in request)
    expires = now.astimezone(UTC).date() + timedelta(days=1)
    return (
        f"            <resumptionToken expirationDate='{expires}T00:00:00Z'>"
        f"{quote(f'{text}&skip={skip}', safe='')}</resumptionToken>\n\n"
    )


def _header(record: Record) -> str:
    sets = "".join(f"            <setSpec>{name}</setSpec>\n" for name in _sets(record.paper))
    return (
        f"                <header>\n        <identifier>oai:arXiv.org:{record.paper.id}</identifier>\n"
        f"        <datestamp>{record.changed}</datestamp>\n{sets}    </header>\n\n"
    )


def _record(record: Record, form: str) -> str:
    return (
        f"                    <record>\n{_header(record)}            <metadata>\n"
        f'                        <{form} xmlns="http://arxiv.org/OAI/{form}/" {_SCHEMA} '
        f'xsi:schemaLocation="http://arxiv.org/OAI/{form}/ http://arxiv.org/OAI/{form}.xsd">\n'
        f"        <id>{record.paper.id}</id>\n{_own(record) if form == 'arXiv' else _raw(record)}"
        f"{_common(record.paper, form)}"
        f"    </{form}>\n\n            </metadata>\n        </record>\n\n"
    )


def _own(record: Record) -> str:
    """What the format arXiv has: the days of the first version and of the last change, authors one by one."""
    return (
        f"        <created>{record.created}</created>\n            <updated>{record.changed}</updated>\n"
        f"        <authors>\n{''.join(map(_author, record.paper.authors))}        </authors>\n"
    )


def _raw(record: Record) -> str:
    """What the format arXivRaw has: every version, of which a withdrawn one has no files."""
    submitter = escape(authors.bare_name(record.paper.authors[0]))
    return f"        <submitter>{submitter}</submitter>\n{''.join(map(_version, record.versions))}"


def _version(paper: SimPaper) -> str:
    size, kind = ("0kb", "I") if paper.withdrawn else (f"{11 + len(paper.abstract) % 700}kb", "D")
    return (
        f'            <version version="v{paper.version}">\n'
        f"                <date>{markup.spelled(paper.submitted.astimezone(UTC), '%a', '%b %Y %H:%M:%S')} GMT</date>\n"
        f"                <size>{size}</size>\n                <source_type>{kind}</source_type>\n"
        "            </version>\n"
    )


def _common(paper: SimPaper, form: str) -> str:
    elements = {
        "title": paper.title,
        "authors": ", ".join(paper.authors) if form == "arXivRaw" else None,
        "categories": " ".join(paper.categories),
        "comments": paper.comments,
        "msc-class": paper.msc_class,
        "acm-class": paper.acm_class,
        "journal-ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.license,
        "abstract": paper.abstract,
    }
    raw = form == "arXivRaw"
    return "".join(_element(name, value, raw=raw) for name, value in elements.items() if value)


def _element(name: str, value: str, *, raw: bool) -> str:
    return f"        <{name}>{escape(value if raw else tex.to_unicode(value))}</{name}>\n"


def _author(author: str) -> str:
    family, given = authors.split_name(authors.bare_name(author))
    forenames = f"                        <forenames>{escape(given)}</forenames>\n" if given else ""
    places = "".join(
        f"                        <affiliation>{escape(place)}</affiliation>\n"
        for place in authors.affiliations(author)
    )
    return (
        f"                <author>\n                    <keyname>{escape(family)}</keyname>\n"
        f"{forenames}{places}                </author>\n"
    )


_IDENTIFY = f"""    <Identify>
        <repositoryName>arXiv</repositoryName>
        <baseURL>https://oaipmh.arxiv.org/oai</baseURL>
        <protocolVersion>2.0</protocolVersion>
        <adminEmail>help@arxiv.org</adminEmail>
        <earliestDatestamp>{EARLIEST}</earliestDatestamp>
        <deletedRecord>persistent</deletedRecord>
        <granularity>YYYY-MM-DD</granularity>
    </Identify>
"""
