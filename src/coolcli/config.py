"""Settings and places: one TOML file, an environment variable of the same name for each, one immutable object.

A setting's value is the environment's, else the file's, else the default. Comments in the file survive a change
(tomlkit). Where things are: `COOL_HOME` as one folder, else the platform's own folders (platformdirs).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from coolcli.errors import BadSetting, DataError, or_list

Origin = Literal["default", "file", "environment"]

ARXIV_INTERVAL = 3.0
"""Seconds between two requests that arXiv asks for (arxiv-endpoints.md, "Manners")."""


class Settings(NamedTuple):
    """Every setting with its value; what each is for is in ABOUT."""

    open_in: str = "papers.cool"
    open_confirm: int = 10
    list_limit: int = 50
    list_abstracts: bool = False
    list_links: str = "auto"
    backlog_types: str = "new,cross"
    arxiv_contact: str = ""
    arxiv_interval: float = ARXIV_INTERVAL
    arxiv_feed_url: str = "https://rss.arxiv.org"
    arxiv_site_url: str = "https://arxiv.org"
    arxiv_api_url: str = "https://export.arxiv.org/api/query"
    arxiv_oai_url: str = "https://oaipmh.arxiv.org/oai"
    papers_cool_url: str = "https://papers.cool"
    network_budget: float = 20.0
    network_max_mb: int = 64

    @property
    def backlog(self) -> tuple[str, ...]:
        """Give the announcement types that enter the unread."""
        return tuple(self.backlog_types.replace(",", " ").split())


class About(NamedTuple):
    """What a setting is called as a field, what it is for, and what it may be where that is a choice."""

    name: str
    words: str
    choices: tuple[str, ...] = ()


ABOUT: dict[str, About] = {
    "open.in": About("open_in", "where `cool open` opens a paper", ("papers.cool", "abs", "pdf", "html", "alphaxiv")),
    "open.confirm": About("open_confirm", "ask before opening more pages than this at once"),
    "list.limit": About("list_limit", "rows of a list that is not a day; 0 for all"),
    "list.abstracts": About("list_abstracts", "show abstracts in every listing"),
    "list.links": About("list_links", "ids as links in the terminal", ("auto", "always", "never")),
    "backlog.types": About(
        "backlog_types", "announcement types that enter the unread: new, cross, replace, replace-cross"
    ),
    "arxiv.contact": About("arxiv_contact", "an e-mail address for arXiv, sent in the User-Agent"),
    "arxiv.interval": About("arxiv_interval", "seconds between two requests"),
    "arxiv.feed_url": About("arxiv_feed_url", "where arXiv's feeds are"),
    "arxiv.site_url": About("arxiv_site_url", "where arXiv's pages are"),
    "arxiv.api_url": About("arxiv_api_url", "where arXiv's API is"),
    "arxiv.oai_url": About("arxiv_oai_url", "where arXiv's OAI-PMH is"),
    "papers_cool.url": About("papers_cool_url", "where papers.cool is"),
    "network.budget": About("network_budget", "seconds a command waits for answers in all"),
    "network.max_mb": About("network_max_mb", "the largest answer that is read, in megabytes"),
}
"""Every setting by its key."""


class Paths(NamedTuple):
    """Where the program keeps things."""

    settings: Path
    data: Path
    cache: Path

    @property
    def database(self) -> Path:
        """Give the one SQLite file."""
        return self.data / "cool.db"

    @property
    def sessions(self) -> Path:
        """Give the folder of the row numbers, a small file for each terminal session."""
        return self.cache / "sessions"


def paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """Give the places: below `COOL_HOME` where it is set, else the platform's own."""
    if home := environment.get("COOL_HOME"):
        try:
            root = Path(home).expanduser().absolute()
        except RuntimeError as error:
            raise DataError(f"COOL_HOME is '{home}': {error}", "Set it to a folder.") from None
        return Paths(root / "config.toml", root / "data", root / "cache")
    from platformdirs import PlatformDirs

    own = PlatformDirs("coolcli", appauthor=False)
    return Paths(own.user_config_path / "config.toml", own.user_data_path, own.user_cache_path)


def variable(key: str) -> str:
    """Give the environment variable of a setting: `open.in` is COOL_OPEN_IN."""
    return "COOL_" + key.upper().replace(".", "_")


def load(file: Path, environment: Mapping[str, str] = os.environ) -> tuple[Settings, dict[str, Origin]]:
    """Read the settings, and where each came from. Raises BadSetting, or DataError for a file that cannot be read."""
    return _settings(_read(file), file, environment)


def _settings(
    content: Mapping[str, object], file: Path, environment: Mapping[str, str]
) -> tuple[Settings, dict[str, Origin]]:
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = dict.fromkeys(ABOUT, "default")
    for key, value in content.items():
        name = ABOUT[_known(key, file)].name
        try:
            values[name], origins[key] = check(key, value), "file"
        except BadSetting as error:
            raise BadSetting(
                f"{file}: {error.message}", f"{error.hint} `cool config unset {key}` takes it out."
            ) from None
    for key, about in ABOUT.items():
        if text := environment.get(variable(key)):
            try:
                values[about.name], origins[key] = check(key, text), "environment"
            except BadSetting as error:
                raise BadSetting(f"{variable(key)}: {error.message}", error.hint) from None
    settings = Settings(**values)
    _check_pace(settings)
    return settings, origins


def check(key: str, value: object) -> Any:
    """Turn a value as typed or as read into the setting's type. Raises BadSetting for one it cannot have."""
    about = ABOUT[key]
    default = Settings._field_defaults[about.name]
    kind = type(default)
    wanted = {bool: "true or false", int: "a whole number", float: "a number of seconds", str: "text"}[kind]
    refused = BadSetting(f"'{key}' cannot be {value!r}.", f"It is {wanted}, such as {shown(default)}.")
    try:
        made = _convert(kind, value)
    except (KeyError, OverflowError, TypeError, ValueError):
        raise refused from None
    if kind in (int, float) and not 0 <= made < 1e9:
        raise refused
    if about.choices and made not in about.choices:
        raise BadSetting(f"'{key}' cannot be {value!r}.", f"It is {or_list(about.choices)}.")
    if key.endswith("url"):
        _check_url(key, made)
        made = made.rstrip("/")
    if key == "backlog.types":
        _check_types(made)
    return made


def put(file: Path, key: str, text: str | None) -> None:
    """Write one setting to the file, or take it out (None); everything else in it stays as it was written.

    Raises BadSetting for a value it cannot have and DataError where the file cannot be read or written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    inside = _read(file)  # a broken file is told by tomllib, whose words are clearer
    if key not in inside:
        known(key)
    value = None if text is None else check(known(key), text)
    table, _, name = key.rpartition(".")
    try:
        document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
        holder: Any = document.setdefault(table, tomlkit.table()) if table else document
        if not hasattr(holder, "keys"):
            raise BadSetting(
                f"'{table}' in {file} is a value, not a table.", f"`cool config unset {table}` takes it out."
            )
        if value is not None:
            holder[name] = value
        elif name in holder:
            del holder[name]
        else:
            return
        if value is not None:
            _settings(_flat(document.unwrap()), file, {})  # the settings of the file have to fit together
        file.parent.mkdir(parents=True, exist_ok=True)
        replace(file, tomlkit.dumps(document))
    except TOMLKitError as error:
        raise _broken(file, error) from None
    except OSError as error:
        raise DataError(f"The settings file {file} cannot be written: {error.strerror}.") from None


def replace(file: Path, text: str) -> None:
    """Write a file whole or not at all: beside it first, then in its place. Raises OSError."""
    file = file.resolve()  # a link stays one
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o777)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def shown(value: object) -> str:
    """Write a value as `config set` takes it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def known(key: str) -> str:
    """Check that a setting exists and give its key. Raises BadSetting with the nearest names."""
    if key in ABOUT:
        return key
    from difflib import get_close_matches

    near = get_close_matches(key, ABOUT, n=3, cutoff=0.5)
    hint = f"Did you mean {or_list(near)}? " if near else ""
    raise BadSetting(f"There is no setting '{key}'.", f"{hint}`cool config` shows them all.")


def _known(key: str, file: Path) -> str:
    try:
        return known(key)
    except BadSetting as error:
        raise BadSetting(f"{file}: {error.message}", f"{error.hint} `cool config unset {key}` takes it out.") from None


def _read(file: Path) -> dict[str, object]:
    """Read the file as `table.name` keys."""
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The settings file {file} cannot be read: {getattr(error, 'strerror', error)}.") from None
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(file, error) from None
    return _flat(document)


def _flat(document: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for table, content in document.items():
        if isinstance(content, dict):
            flat |= {f"{table}.{name}": value for name, value in content.items()}
        else:
            flat[table] = content
    return flat


def _broken(file: Path, error: Exception) -> BadSetting:
    return BadSetting(f"The settings file {file} is no valid TOML: {error}.", "Mend it in an editor, or move it away.")


_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def _convert(kind: type, value: object) -> Any:
    """Convert to a setting's type; a KeyError, TypeError or ValueError says that the value is of another kind."""
    if kind is bool:
        return value if isinstance(value, bool) else _WORDS[str(value).lower()]
    if isinstance(value, bool) or (kind is str and not isinstance(value, str)):
        raise TypeError
    if kind is int and isinstance(value, float):
        raise TypeError
    if isinstance(value, str):
        value.encode()  # what no file can hold is refused
    return kind(value)


def _check_url(key: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:  # such as `https://[`
        right = False
    if not right:
        raise BadSetting(f"'{key}' cannot be {url!r}.", "It is an address such as https://arxiv.org.")


def _check_pace(settings: Settings) -> None:
    """Refuse a pace faster than arXiv asks for, wherever the host is arXiv's own."""
    for url in (settings.arxiv_feed_url, settings.arxiv_site_url, settings.arxiv_api_url, settings.arxiv_oai_url):
        host = urlsplit(url).hostname or ""
        if settings.arxiv_interval < ARXIV_INTERVAL and (host == "arxiv.org" or host.endswith(".arxiv.org")):
            raise BadSetting(
                f"'arxiv.interval' is {settings.arxiv_interval:g} s, but {host} asks for {ARXIV_INTERVAL:g} s or more.",
                f"Unset COOL_ARXIV_INTERVAL, or `cool config unset arxiv.interval`: it is {ARXIV_INTERVAL:g} then.",
            )


def _check_types(text: str) -> None:
    from coolcli.models import ANNOUNCE_TYPES

    for word in text.replace(",", " ").split():
        if word not in ANNOUNCE_TYPES:
            raise BadSetting(f"'backlog.types' cannot hold '{word}'.", f"It lists {or_list(ANNOUNCE_TYPES)}.")
