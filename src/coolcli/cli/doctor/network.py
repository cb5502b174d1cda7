"""The part of a check-up that asks arXiv: each of its servers once, and what its clock says of this machine's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from coolcli.arxiv import calendar
from coolcli.arxiv.pace import SERVERS, Record, Server, is_taken, records
from coolcli.arxiv.service import Probe
from coolcli.cli.desk import Desk
from coolcli.cli.doctor.discretion import PROXIES, impersonal
from coolcli.cli.doctor.findings import at, problem_of, stamped
from coolcli.errors import CoolError, FetchError, Unpaced
from coolcli.render.report import Line, Problem, Section
from coolcli.render.words import duration, short_day, upcoming
from coolcli.store.health import Newest
from coolcli.store.papers import stamp
from coolcli.transport import host_of

PATIENCE = 5.0
"""Seconds that each of arXiv's servers is given to answer, where the budget lasts for so long."""
WRONG_CLOCK = timedelta(minutes=5)
"""A clock that is further off than this makes other days of arXiv's, and certificates that are not valid."""

_ANY_CATEGORY = "stat.ML"
"""What arXiv's site is asked for where no category is subscribed."""
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


class Asked(NamedTuple):
    """What became of asking one server."""

    server: Server
    before: Record
    probe: Probe | None = None
    error: CoolError | None = None


def asked_of(desk: Desk, newest: Sequence[Newest]) -> Iterator[Asked]:
    """Ask each of arXiv's servers once; where the pace cannot be kept, no further one."""
    before = records(desk.paths.cache)
    known = [Asked(server, before.get(server, Record())) for server in SERVERS]
    if desk.offline:
        yield from known
        return
    interval = desk.settings.arxiv_interval * (0 if desk.flags.demo else 1)
    about = f", {interval:g} s apart: this takes about {3 * interval + 2:.0f} s" if interval else ""
    desk.say(f"Asking arXiv's four servers once each{about}.")
    category = newest[0].category if newest else _ANY_CATEGORY
    seconds = min(PATIENCE, desk.settings.network_budget)
    for place, one in enumerate(known):
        try:
            yield one._replace(probe=desk.arxiv.probe(one.server, category, seconds))
        except FetchError as error:
            yield one._replace(error=error)
            if isinstance(error, Unpaced) or is_taken(desk.paths.cache):
                yield from known[place + 1 :]
                return


def network(desk: Desk, asked: Sequence[Asked]) -> Section:
    """Say how each server answered, and what stands between it and this machine."""
    proxies = [name for name in (*PROXIES, *_CERTIFICATES) if os.environ.get(name)]
    facts = {
        "offline": desk.offline,
        "interval": desk.settings.arxiv_interval,
        "budget": desk.settings.network_budget,
        "variables": proxies,
        "servers": {one.server: _server(desk, one) for one in asked},
    }
    lines = [Line("offline", "nothing was asked of arXiv (--offline or COOL_OFFLINE)", "note")] if desk.offline else []
    for one in asked:
        lines += _server_lines(desk, one)
    lines.append(Line("pace", f"{desk.settings.arxiv_interval:g} s between two requests"))
    lines.append(Line("environment", f"{', '.join(proxies)} set" if proxies else "no proxy is set"))
    problems = [problem_of(one.error)._replace(message=impersonal(one.error.message)) for one in asked if one.error]
    return Section("network", facts, tuple(lines), tuple(problems))


def _server(desk: Desk, one: Asked) -> dict[str, object]:
    probe, before = one.probe, one.before
    return {
        "host": probe.host if probe else _host(desk, one.server),
        "asked": bool(probe or one.error),
        "reached": None if not (probe or one.error) else probe is not None,
        "seconds": round(probe.seconds, 3) if probe else None,
        "day": probe.day.isoformat() if probe and probe.day else None,
        "problem": impersonal(one.error.message) if one.error else None,
        "before": {
            "succeeded": stamped(before.succeeded),
            "failed": stamped(before.failed),
            "problem": impersonal(before.problem) if before.problem else None,
            "not_before": stamped(before.not_before),
        },
    }


def _server_lines(desk: Desk, one: Asked) -> Iterator[Line]:
    """Say how a server answered, and before that, when it did last and why it did not."""
    before = one.before
    if one.probe:
        day = f", has {short_day(one.probe.day)}" if one.probe.day else ""
        yield Line(one.server, f"{one.probe.host} answered in {one.probe.seconds:.2f} s{day}", "ok")
    elif one.error:
        yield Line(one.server, impersonal(one.error.message), "WRONG")
    else:
        yield Line(one.server, f"{_host(desk, one.server)} was not asked")
    if before.succeeded:
        yield Line("", f"last answer before: {at(before.succeeded)}")
    if before.failed:
        yield Line("", f"last error before: {at(before.failed)}: {impersonal(before.problem or 'it failed')}")


def _host(desk: Desk, server: Server) -> str:
    return host_of(str(getattr(desk.settings, f"arxiv_{server}_url")))


def clock(desk: Desk, probes: Sequence[Probe], wrong: tuple[Problem, ...]) -> Section:
    """Hold the machine's clock against arXiv's; of several answers the nearest counts, as one may be an old copy."""
    now, fixed = desk.now, bool(os.environ.get("COOL_NOW"))
    following = calendar.next_announcement(now)
    off = min((probe.off for probe in probes if probe.off is not None), key=abs, default=None)
    lines = [
        Line("now", f"{at(now)}{' (fixed by COOL_NOW)' if fixed and not wrong else ''}", "WRONG" if wrong else ""),
        Line("arXiv's day", f"{short_day(calendar.arxiv_day(now))}; announces again {upcoming(following, now)}"),
    ]
    if off is not None and abs(off) > WRONG_CLOCK:
        told = f"{duration(abs(off))} {'ahead of' if off > timedelta() else 'behind'} arXiv's"
        lines.append(Line("this clock", told, "WRONG"))
        hint = "Set it right: which listing is the latest, and which certificate is valid, depends on it."
        wrong += (Problem(f"The clock of this machine is {told}.", hint, 1),)
    elif off is not None:
        lines.append(Line("this clock", "agrees with arXiv's", "ok"))
    facts = {
        "now": stamp(now),
        "fixed": fixed,
        "arxiv_day": calendar.arxiv_day(now).isoformat(),
        "latest_listing": calendar.latest_listing_day(now).isoformat(),
        "next_announcement": stamp(following),
        "seconds_off": None if off is None else round(off.total_seconds()),
    }
    return Section("clock", facts, tuple(lines), wrong)
