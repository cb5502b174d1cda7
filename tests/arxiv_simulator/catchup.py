"""arxiv.org's catch-up pages: the exact listing of a past day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.arxiv_simulator import clock, listings, markup, taxonomy
from tests.arxiv_simulator.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tests.arxiv_simulator.papers import World

DAYS_BACK = 90
"""As arXiv says it; it grants one more."""


def answer(world: World, subject: str, day_text: str, parameters: Mapping[str, str], now: datetime) -> Answer:
    """`/catchup/SUBJECT/DAY`: the announcements of one day, the papers and their categories as they are today."""
    try:
        day, page, with_abstracts = _request(subject, day_text, parameters, now)
    except ValueError as error:
        return markup.bad_request(str(error))
    if taxonomy.canonical(subject) != subject:
        target = f"/catchup/{taxonomy.canonical(subject)}/{day}?page={page}&abs={with_abstracts}"
        return Answer(301, markup.redirect_text(target), markup.HTML, {"Location": target})
    skip = (page - 1) * listings.PAGE
    rows = listings.rows_of(world.looked_back_at(day, _subjects(subject), now))
    spelled = f"{day:%a, %d %b %Y}"
    address = f"/catchup/{subject}/{{day}}?abs={with_abstracts}&amp;page={{page}}"
    onward = _next_day(world, day, now, address) if skip + listings.PAGE >= len(rows) else ""
    total = f"Total of {len(rows)} entries for {spelled}\n{_page_links(address, day, len(rows), page)}"
    nothing = (
        f"      <br>\n        <div>\n          <p>No updates for {spelled}. There was either no announcement for this "
        "day, or no updates within the requested subject.</p>\n        </div>\n      <br>\n"
    )
    body = (
        f"  <h1>Catchup results for {markup.escaped(_group_name(subject))} on {spelled}</h1>\n\n"
        f"    <ul>\n{_index(address, day, rows, page)}    </ul>\n    \n\n"
        f"    <div>\n{onward and f'        {onward}'}{onward and '        <br><br>'}\n      \n"
        f"      {total}\n    </div>\n\n\n"
        f"{listings.sections(rows, skip, listings.PAGE, with_abstracts=with_abstracts) if rows else nothing}\n\n"
        f"    <div></div>\n    {total}      \n      \n"
        f"{onward and f'        <br> <br>{chr(10)}        {onward}'}    </div>\n\n</div>\n</div>"
    )
    headers = {
        "Surrogate-Key": f"catchup list-{day:%Y-%m}-{subject}",
        "Surrogate-Control": "max-age=604800",
    }
    return markup.page("", markup.INNER + body, headers)


def _request(subject: str, day_text: str, parameters: Mapping[str, str], now: datetime) -> tuple[date, int, bool]:
    if parameters.keys() - {"abs", "page"}:
        raise ValueError("Unexpected parameters. Only accepted parameters are: 'page', and 'abs'")
    if not taxonomy.is_subject(subject) and subject != "grp_physics":
        raise ValueError("Invalid subject. Subject must be an archive, category or 'grp_physics'")
    day = _exact_date(day_text)
    today = clock.arxiv_day(now)
    if day < today - timedelta(days=DAYS_BACK + 1):
        raise ValueError(f"Invalid date: {day}. Catchup only allowed for past {DAYS_BACK} days")
    if day > today:
        raise ValueError(f"Invalid date: {day}. Can't request date later than today")
    with_abstracts, page = parameters.get("abs", "False"), parameters.get("page", "1")
    if with_abstracts not in ("True", "False"):
        raise ValueError("Invalid abs value. Use ?abs=True to include abstracts or ?abs=False to not")
    if not page.isdecimal() or int(page) < 1:
        raise ValueError("Invalid page value. Page value should be a positive integer like ?page=3")
    return day, int(page), with_abstracts == "True"


def _exact_date(text: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("Invalid date format. Use format: YYYY-MM-DD")


def _subjects(subject: str) -> list[str]:
    return sorted(taxonomy.PHYSICS) if subject == "grp_physics" else [subject]


def _group_name(subject: str) -> str:
    return "Physics" if subject == "grp_physics" else taxonomy.name_of(subject)


def _index(address: str, day: date, rows: Sequence[listings.Row], page: int) -> str:
    links = ""
    for section, number in listings.first_of(rows).items():
        on_page = (number - 1) // listings.PAGE + 1
        target = "" if on_page == page else address.format(day=day, page=on_page)
        anchor = f"#item{number - (on_page - 1) * listings.PAGE}"
        links += f'      <li><a href="{target}{anchor}">{listings.INDEX[section]}</a></li>\n'
    return links


def _page_links(address: str, day: date, total: int, page: int) -> str:
    if total <= listings.PAGE:
        return "      \n"
    links = "".join(
        f"        <span>{number}</span>\n\n"
        if number == page
        else f"        <a href={address.format(day=day, page=number)}>{number}</a>\n\n"
        for number in range(1, (total - 1) // listings.PAGE + 2)
    )
    return f"        View page:{links}\n"


def _next_day(world: World, day: date, now: datetime, address: str) -> str:
    following = next((other for other in world.days if day < other and world.is_announced(other, now)), None)
    return f'<a href="{address.format(day=following, page=1)}">Continue to the next day</a>\n' if following else ""
