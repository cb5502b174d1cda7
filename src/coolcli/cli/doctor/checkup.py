"""What `cool doctor` looks at, one thing a section; nothing is made or changed but the pace that is kept with arXiv.

    program -> settings -> model -> places -> database -> network -> clock -> terminal

What is wrong never ends the check-up: it is a problem of its section, and what follows does without.
"""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from coolcli import __version__, config
from coolcli.ask.key import is_near, may_travel
from coolcli.cli.completion import PLACES, place_of
from coolcli.cli.desk import Desk
from coolcli.cli.doctor import data, network
from coolcli.cli.doctor.findings import problem_of
from coolcli.desktop import has_browser
from coolcli.errors import BadSetting, CoolError
from coolcli.render.report import Line, Problem, Section
from coolcli.render.words import columns, number
from coolcli.settings import ABOUT, KEY_VARIABLE, shown
from coolcli.store import health
from coolcli.store.database import has_text_search, no_text_search

_LIBRARIES = ("typer", "rich", "httpx", "feedparser", "selectolax")
_SURROUNDINGS = ("COOL_HOME", "COOL_NOW", "COOL_OFFLINE", "COOL_SESSION")


def checkup(desk: Desk) -> Iterator[Section]:
    """Look at everything, and give each section as soon as it is known."""
    yield _program()
    moment = _fixed(desk)
    try:
        paths = desk.paths
    except CoolError as error:
        yield Section("places", {"known": False}, (Line("folders", error.message, "WRONG"),), (problem_of(error),))
        yield network.clock(desk, [], moment)
        yield _terminal()
        return
    yield _settings(desk)
    yield _model(desk)
    yield data.places(paths)
    found, section = data.database(desk)
    yield section
    asked = list(network.asked_of(desk, found.newest if found else ()))
    yield network.network(desk, asked)
    yield network.clock(desk, [one.probe for one in asked if one.probe], moment)
    yield _terminal()


def _fixed(desk: Desk) -> tuple[Problem, ...]:
    """Find the moment of this run; where COOL_NOW names none, it is now, and that is a problem."""
    try:
        desk.now = config.now()
    except CoolError as error:
        desk.now = datetime.now(UTC)
        return (problem_of(error),)
    return ()


def _program() -> Section:
    libraries = {name: _version(name) for name in _LIBRARIES}
    facts = {
        "cool": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "sqlite": health.SQLITE_VERSION,
        "full_text_search": has_text_search(),
        **libraries,
    }
    told = ", ".join(f"{name} {found or '(not found)'}" for name, found in libraries.items())
    lines = (
        Line("cool", __version__),
        Line("Python", f"{platform.python_version()} on {platform.platform()}"),
        Line("libraries", f"{told}, SQLite {health.SQLITE_VERSION}"),
    )
    missing = () if facts["full_text_search"] else (problem_of(no_text_search()),)
    return Section("program", facts, lines, missing)


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _settings(desk: Desk) -> Section:
    """Read the settings; the rest of the check-up uses those that can be."""
    file = desk.paths.settings
    desk.settings, desk.origins, wrong = config.load_what_can_be(file)
    keys, keys_origins, wrong_keys = config.keys_as_can_be(file)
    wrong = list({error.message: error for error in (*wrong, *wrong_keys)}.values())
    origins = desk.origins
    chosen = {name: " ".join(keys[name]) for name, origin in keys_origins.items() if origin != "default"}
    given = {key: getattr(desk.settings, about.name) for key, about in ABOUT.items()}
    given["arxiv.contact"] = "set" if desk.settings.arxiv_contact else "not set"  # somebody's address
    given["ask.key_command"] = "set" if desk.settings.ask_key_command else "not set"  # it may name what is theirs
    variables = [name for name in _SURROUNDINGS if os.environ.get(name)]
    state = "broken" if wrong else "read" if file.exists() else "not there yet"
    lines = [Line("file", f"{file} ({state})", "WRONG" if wrong else "ok")]
    lines += [Line(key, f"{shown(given[key])} ({origin})") for key, origin in origins.items() if origin != "default"]
    lines += [Line(f"keys.{name}", f"{of or '(none)'} ({keys_origins[name]})") for name, of in chosen.items()]
    at_default = [key for key, origin in origins.items() if origin == "default"]
    lines.append(Line("the rest", f"{number(len(at_default), 'setting')} at the default"))
    if variables:
        lines.append(Line("environment", f"{', '.join(variables)} set"))
    facts = {
        "file": str(file),
        "state": state,
        "values": {key: {"value": given[key], "origin": origins[key]} for key in ABOUT},
        "keys": {name: {"value": of, "origin": keys_origins[name]} for name, of in chosen.items()},
        "variables": variables,
    }
    return Section("settings", facts, tuple(lines), tuple(map(problem_of, wrong)))


def _model(desk: Desk) -> Section:
    """Say whether `cool ask` is set up; the key is not looked at, and the command that gives it is not run."""
    settings = desk.settings
    url = settings.ask_base_url
    server = urlsplit(url).netloc
    is_set_up = bool(server and settings.ask_model)
    key = "environment" if os.environ.get(KEY_VARIABLE) else "command" if settings.ask_key_command else "none"
    is_exposed = bool(server) and key != "none" and not may_travel(url)
    told = f"{settings.ask_model} at {server}" if is_set_up else "not set up (`cool config ask` does)"
    lines = [Line("cool ask", told, "ok" if is_set_up and not is_exposed else "")]
    if is_set_up or key != "none":
        lines.append(_about_key(key, url, is_exposed=is_exposed))
    facts = {
        "set_up": is_set_up,
        "server": server or None,
        "model": settings.ask_model or None,
        "key": key,
        "near": is_near(url) if server else None,
    }
    return Section("model", facts, tuple(lines), (_exposed(url),) if is_exposed else ())


def _about_key(key: str, url: str, *, is_exposed: bool) -> Line:
    if is_exposed:
        return Line("key", f"{_KEYS[key]}; it is not sent there", "WRONG")
    if key == "none" and not is_near(url):
        return Line("key", f"none: {urlsplit(url).hostname} may want one (`cool config ask`)", "note")
    return Line("key", _KEYS[key])


def _exposed(url: str) -> Problem:
    """Build the finding for a key that `cool ask` does not send."""
    return Problem(
        f"The key is not sent to {urlsplit(url).hostname}: ask.base_url is not encrypted.",
        "Take its https:// address: `cool config set ask.base_url`. Plain http is for your own network.",
        BadSetting.exit_code,
    )


_KEYS = {
    "environment": f"{KEY_VARIABLE} is set",
    "command": "a command gives it (ask.key_command), which was not run",
    "none": "none: a server on your own machine or network seldom wants one",
}


def _terminal() -> Section:
    on_screen, term = sys.stdout.isatty(), os.environ.get("TERM")
    wide = columns(sys.stdout) if on_screen else None
    encoding = locale.getencoding().upper()
    pager = os.environ.get("PAGER", "less").split()
    able = {
        "colours": on_screen and not os.environ.get("NO_COLOR"),
        "pager": bool(pager and shutil.which(pager[0])),
        "browser": has_browser(),
    }
    completion = _completion()
    lines = (
        Line("output", f"{f'a terminal of {wide} columns' if on_screen else 'piped'}, TERM {term or 'not set'}"),
        Line("encoding", encoding, "" if encoding in _UNICODE else "note"),
        *(Line(name, "yes" if there else "no") for name, there in able.items()),
        Line("completion", ", ".join(completion) or "not installed (`cool --install-completion`)"),
    )
    facts = {
        "is_terminal": on_screen,
        "term": term,
        "columns": wide,
        "encoding": encoding,
        **able,
        "completion": completion,
    }
    return Section("terminal", facts, lines)


def _completion() -> list[str]:
    """Give the shells for which completion is installed."""
    with suppress(RuntimeError):  # no home is known
        return [shell for shell in PLACES if os.access(place_of(shell), os.F_OK)]
    return []


_UNICODE = ("UTF-8", "UTF8", "CP65001")
