"""Settings and places: one TOML file, an environment variable of the same name for each, one immutable object.

A setting's value is the environment's, else the file's, else the default. Comments in the file survive a change
(tomlkit). Where things are: `COOL_HOME` as one folder, else the platform's own folders (platformdirs).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from coolcli import templates
from coolcli.errors import BadSetting, CoolError, DataError, UsageError, or_list

if TYPE_CHECKING:
    from coolcli.triage.keys import Chosen

Origin = Literal["default", "file", "environment"]

ARXIV_INTERVAL = 3.0
"""Seconds between two requests that arXiv asks for (arxiv-endpoints.md, "Manners")."""
SITE_INTERVAL = 15.0
"""Seconds between two pages of arXiv's site for what runs through many of them, as its robots.txt asks."""


KEY_VARIABLE = "COOL_ASK_API_KEY"
"""The environment variable that may hold the key of the reader's model. It is no setting: no file ever holds it."""


class Settings(NamedTuple):
    """Every setting with its value; what each is for is in ABOUT."""

    open_in: str = "papers.cool"
    open_confirm: int = 10
    pdf_folder: str = "~/Papers"
    pdf_name: str = "{year}-{first_author}-{title}"
    bib_key: str = "{author}{year}{word}"
    list_limit: int = 50
    list_order: str = "arxiv"
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
    triage_mark_read: bool = True
    triage_theme: str = "auto"
    ask_base_url: str = ""
    ask_model: str = ""
    ask_key_command: str = ""
    ask_language: str = "English"
    ask_window: int = 32_000
    ask_patience: float = 120.0

    @property
    def backlog(self) -> tuple[str, ...]:
        """Give the announcement types that enter the unread."""
        return tuple(self.backlog_types.replace(",", " ").split())


class About(NamedTuple):
    """What a setting is called as a field, what it is for, and what it may be where that is a choice."""

    name: str
    words: str
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """What may stand in braces where it is a template (or, with choices, may be one besides)."""


PLACES = ("papers.cool", "abs", "pdf", "html", "alphaxiv", "scirate", "huggingface", "semanticscholar")
"""Where a paper can be opened, by name."""

ORDERS = ("arxiv", "mine", "new-first")
"""In which order a day can come."""

ABOUT: dict[str, About] = {
    "open.in": About(
        "open_in",
        "where `cool open` opens a paper: a name, or an address such as https://example.org/{id}v{version}",
        PLACES,
        ("id", "version"),
    ),
    "open.confirm": About("open_confirm", "ask before opening more pages than this at once"),
    "pdf.folder": About("pdf_folder", "where `cool pdf` keeps papers"),
    "pdf.name": About(
        "pdf_name",
        "what it calls a file, without .pdf",
        names=("id", "version", "year", "first_author", "authors", "title", "category"),
    ),
    "bib.key": About(
        "bib_key",
        "the keys of `cool export`",
        names=("author", "authors", "year", "yy", "word", "title", "id", "category"),
    ),
    "list.limit": About("list_limit", "rows of a list that is not a day; 0 for all"),
    "list.order": About("list_order", "the order of listings and lists, each day by itself", ORDERS),
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
    "triage.mark_read": About("triage_mark_read", "going past a paper in the triage screen marks it as read"),
    "triage.theme": About(
        "triage_theme", "colours of the triage screen; auto takes the terminal's own", ("auto", "light", "dark")
    ),
    "ask.base_url": About(
        "ask_base_url", "where the model of `cool ask` is, such as https://api.moonshot.ai/v1; see `cool config ask`"
    ),
    "ask.model": About("ask_model", "what the server calls that model"),
    "ask.key_command": About(
        "ask_key_command", f"a command that prints the key, such as pass show kimi; {KEY_VARIABLE} counts before it"
    ),
    "ask.language": About("ask_language", "the language of answers"),
    "ask.window": About("ask_window", "tokens that the model takes at once: the paper, the questions and the answers"),
    "ask.patience": About("ask_patience", "seconds that the next piece of an answer is waited for"),
}
"""Every setting by its key, but for the keys of the triage screen."""

KEYS = "keys"
"""The table of the settings `keys.ACTION`: only what asks for keys reads them, and fails where they are wrong."""


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
    home = environment.get("COOL_HOME")
    try:
        if home:
            root = Path(home).expanduser().absolute()
            return Paths(root / "config.toml", root / "data", root / "cache")
        from platformdirs import PlatformDirs

        own = PlatformDirs("coolcli", appauthor=False)
        folders = (own.user_config_path, own.user_data_path, own.user_cache_path)
        settings, data, cache = (folder.expanduser().absolute() for folder in folders)
    except (OSError, RuntimeError) as error:  # no working folder, no HOME and no user of this number
        why = getattr(error, "strerror", None) or str(error).rstrip(".")
        where = f"COOL_HOME is '{home}': {why}." if home else "No home folder is known: HOME is not set."
        raise DataError(where, "Set COOL_HOME to a folder.") from None
    return Paths(settings / "config.toml", data, cache)


def path_of(typed: str) -> Path:
    """Give the file or folder that a reader named, with the home that `~` stands for. Raises UsageError."""
    try:
        return Path(typed).expanduser()
    except RuntimeError:
        raise UsageError(f"There is no home of '{typed.partition('/')[0]}'.", "Write the folder in full.") from None


def now(environment: Mapping[str, str] = os.environ) -> datetime:
    """Give the moment of this run in UTC, fixed by `COOL_NOW` where that is set. Raises UsageError."""
    fixed = environment.get("COOL_NOW")
    if not fixed:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(fixed)
        if moment.tzinfo is None or not 1 < moment.year < 9999:  # days around it have to exist too
            raise ValueError
    except ValueError:
        hint = "It is a moment with offset: 2026-11-20T09:00:00+01:00."
        raise UsageError(f"COOL_NOW is '{fixed}'.", hint) from None
    return moment.astimezone(UTC)


def variable(key: str) -> str:
    """Give the environment variable of a setting: `open.in` is COOL_OPEN_IN, `keys.next-day` COOL_KEYS_NEXT_DAY."""
    return "COOL_" + re.sub(r"[.-]", "_", key.upper())


def is_keys(key: str) -> bool:
    """Tell whether a setting is about the keys of the triage screen."""
    return key.partition(".")[0] == KEYS


def load(file: Path, environment: Mapping[str, str] = os.environ) -> tuple[Settings, dict[str, Origin]]:
    """Read the settings, and where each came from. Raises BadSetting, or DataError for a file that cannot be read."""
    return _settings(_read(file), file, environment)


def load_what_can_be(
    file: Path, environment: Mapping[str, str] = os.environ
) -> tuple[Settings, dict[str, Origin], list[CoolError]]:
    """Read the settings as `load` does, and give what is wrong besides: that is left out, and is at its default."""
    content, wrong = _read_if_can_be(file)
    settings, origins = _settings(content, file, environment, wrong.append)
    return settings, origins, wrong


def _settings(
    content: Mapping[str, object],
    file: Path,
    environment: Mapping[str, str],
    refuse: Callable[[BadSetting], None] | None = None,
) -> tuple[Settings, dict[str, Origin]]:
    """Make the settings; one that cannot be is handed to `refuse` and left out, or raised where there is none."""
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = dict.fromkeys(ABOUT, "default")
    refuse = refuse or _raised
    for key, value in content.items():
        if is_keys(key):
            continue
        try:
            name = ABOUT[known(key)].name
            values[name], origins[key] = check(key, value), "file"
        except BadSetting as error:
            refuse(BadSetting(f"{file}: {error.message}", f"{error.hint} `cool config unset {key}` takes it out."))
    for key, about in ABOUT.items():
        if text := environment.get(variable(key)):
            try:
                values[about.name], origins[key] = check(key, text), "environment"
            except BadSetting as error:
                refuse(BadSetting(f"{variable(key)}: {error.message}", error.hint))
    settings = Settings(**values)
    try:
        _check_pace(settings)
    except BadSetting as error:
        refuse(error)
        settings, origins["arxiv.interval"] = settings._replace(arxiv_interval=ARXIV_INTERVAL), "default"
    return settings, origins


def site_interval(settings: Settings, origins: Mapping[str, Origin]) -> float:
    """Give the seconds between two pages of the site in work that asks for many.

    An interval that was set holds there too, on arXiv's own site as long as it is no shorter than robots.txt asks.
    """
    if origins["arxiv.interval"] != "default" and not _is_arxivs(urlsplit(settings.arxiv_site_url).hostname or ""):
        return settings.arxiv_interval
    return max(SITE_INTERVAL, settings.arxiv_interval)


def keys(file: Path, environment: Mapping[str, str] = os.environ) -> dict[str, tuple[str, ...]]:
    """Give the keys of every action of the triage screen. Raises BadSetting, or DataError as `load` does."""
    from coolcli.triage.keys import assigned

    return assigned(_chosen(_read(file), file, environment), _raised)[0]


def keys_as_can_be(
    file: Path, environment: Mapping[str, str] = os.environ
) -> tuple[dict[str, tuple[str, ...]], dict[str, Origin], list[CoolError]]:
    """Give the keys of every action, where each action's come from, and what is wrong.

    What cannot be is left out; a key that two actions have stays with both. A file that cannot be read chooses none.
    """
    from coolcli.triage.keys import assigned

    content, wrong = _read_if_can_be(file)
    return *assigned(_chosen(content, file, environment), wrong.append), wrong


def _chosen(content: Mapping[str, object], file: Path, environment: Mapping[str, str]) -> Iterator[Chosen]:
    """Give what the file and then the environment say about keys."""
    from coolcli.triage import keys as triage

    for key, value in content.items():
        if is_keys(key):
            yield triage.Chosen(key, value, "file", str(file), f"`cool config unset {key}`")
    for key in triage.SETTINGS:
        if text := environment.get(variable(key)):
            yield triage.Chosen(key, text, "environment", variable(key), f"`unset {variable(key)}`")


def _raised(error: BadSetting) -> None:
    raise error from None


def check(key: str, value: object) -> Any:
    """Turn a value as typed or as read into the setting's type. Raises BadSetting for one it cannot have."""
    if is_keys(key):
        from coolcli.triage.keys import parsed

        return " ".join(parsed(key, value))
    if key.startswith("ask."):
        _refuse_keys(key, value)
    about = ABOUT[key]
    default = Settings._field_defaults[about.name]
    kind = type(default)
    wanted = {bool: "true or false", int: "a whole number", float: "a number of seconds", str: "text"}[kind]
    example = f", such as {shown(default)}" if default != "" else ""
    refused = BadSetting(f"'{key}' cannot be {value!r}.", f"It is {wanted}{example}.")
    try:
        made = _convert(kind, value)
    except (KeyError, OverflowError, TypeError, ValueError):
        raise refused from None
    if key.startswith("ask."):
        return _checked_for_ask(key, made, refused)
    if kind in (int, float) and not 0 <= made < 1e9:
        raise refused
    if kind is str and not made.isprintable():  # what a terminal or a header of HTTP would obey
        raise refused
    if key == "pdf.folder" and not made.strip():
        raise refused
    if key == "arxiv.contact" and not made.isascii():  # a header of HTTP holds no more
        raise BadSetting(f"'{key}' cannot be {value!r}.", "It is an address in plain letters: ada@example.org.")
    if about.names and made not in about.choices:
        _check_template(key, made)
    elif about.choices and made not in about.choices:
        raise BadSetting(
            f"'{key}' cannot be {value!r}.", f"{_nearest([made], about.choices)}It is {or_list(about.choices)}."
        )
    if key.endswith("url"):
        _check_url(key, made)
        made = made.rstrip("/")
    if key == "backlog.types":
        _check_types(made)
    return made


def put(file: Path, key: str, text: str | None) -> None:
    """Write one setting to the file, or take it out (None); everything else in it stays as it was written.

    `keys` taken out takes all of that table out, but for its comments. Raises BadSetting for a value that a setting
    cannot have, and DataError where the file cannot be read or written.
    """
    put_all(file, {key: text})


def put_all(file: Path, changes: Mapping[str, str | None]) -> None:
    """Do to several settings what `put` does to one: all of them, or where anything is wrong none."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    inside = _read(file)  # a broken file is told by tomllib, whose words are clearer
    values = {key: _to_put(key, text, inside) for key, text in changes.items()}
    try:
        document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
        if not [key for key, value in values.items() if _change(document, key, value, file)]:
            return
        for key, value in values.items():
            if value is not None:
                _refuse_new(_wrong(key, inside, file), _wrong(key, _flat(document.unwrap()), file))
        file.parent.mkdir(parents=True, exist_ok=True)
        replace(file, tomlkit.dumps(document), durable=True)
    except TOMLKitError as error:
        raise _broken(file, error) from None
    except OSError as error:
        raise DataError(
            f"The settings file {file} cannot be written: {error.strerror}. It is as it was.",
            "Make room for it, or make it writable; COOL_HOME can name another folder.",
        ) from None


def _to_put(key: str, text: str | None, inside: Mapping[str, object]) -> Any:
    """Give the value that is to be written for a text. Raises BadSetting; what is in a file can always go."""
    if key not in inside and (key, text) != (KEYS, None):
        known(key)
    return None if text is None else check(known(key), text)


def _change(document: Any, key: str, value: Any, file: Path) -> bool:
    """Set a value in a document, or take it out (None), and tell whether that changes anything. Raises BadSetting."""
    import tomlkit

    table, _, name = key.rpartition(".")
    if value is None and table and table not in document:
        return False
    holder: Any = document.setdefault(table, tomlkit.table()) if table else document
    if not hasattr(holder, "keys"):
        raise BadSetting(f"'{table}' in {file} is a value, not a table.", f"`cool config unset {table}` takes it out.")
    if value is not None:
        holder[name] = value
    elif key == KEYS and hasattr(holder.get(name), "keys"):
        for each in list(holder[name]):
            del holder[name][each]
    elif name in holder:
        del holder[name]
    else:
        return False
    return True


def _wrong(changed: str, content: Mapping[str, object], file: Path) -> list[BadSetting]:
    """Find what is wrong in a file's settings, those for keys or the others, whichever is changed."""
    found: list[BadSetting] = []
    if is_keys(changed):
        from coolcli.triage.keys import assigned

        given = (
            one._replace(where="", undo="") if one.setting == changed else one for one in _chosen(content, file, {})
        )
        assigned(given, found.append)
    else:
        _settings(content, file, {}, found.append)
    return found


def _refuse_new(before: list[BadSetting], after: list[BadSetting]) -> None:
    """Raise what a change would make wrong: the settings of a file have to fit together. What was wrong may stay."""
    known = {error.message for error in before}
    for error in after:
        if error.message not in known:
            raise error


def replace(file: Path, content: str | bytes, *, durable: bool = False, mode: int = 0o666, new: bool = False) -> None:
    """Write a file whole or not at all: beside it first, then in its place. Raises OSError.

    A `new` one takes no other's place: FileExistsError where there is one by then.

    A durable one is on the disk before it takes the place of the old one: no power cut leaves an empty file. A new one
    gets the permissions of `mode`, as far as the umask lets it; one that was there keeps its own.
    """
    file = file.resolve()  # a link stays one
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened:
            opened.write(content.encode() if isinstance(content, str) else content)
            if durable:
                opened.flush()
                os.fsync(opened.fileno())
        if new:
            _take_free_place(draft, file)
            return
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o777)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _take_free_place(draft: Path, file: Path) -> None:
    """Give a draft its name, unless there is a file of that name. Raises FileExistsError, OSError."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        file.touch(exist_ok=False)
        draft.replace(file)


def shown(value: object) -> str:
    """Write a value as `config set` takes it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def known(key: str) -> str:
    """Check that a setting exists and give its key. Raises BadSetting with the nearest names."""
    if is_keys(key):
        from coolcli.triage.keys import action_of

        action_of(key)
        return key
    if key in ABOUT:
        return key
    if _NAME_OF_A_KEY.fullmatch(key):
        raise BadSetting(f"There is no setting '{key}': a key is never kept in a file.", _WHERE_KEYS_ARE)
    raise BadSetting(f"There is no setting '{key}'.", f"{_nearest([key], ABOUT)}`cool config` shows them all.")


def _nearest(typed: Iterable[str], known: Iterable[str], form: str = "{}") -> str:
    """Ask in a sentence whether the names nearest to what was typed were meant, empty where nothing is near."""
    from difflib import get_close_matches

    near = [name for each in typed for name in get_close_matches(each.lower(), known, n=3, cutoff=0.5)]
    return f"Did you mean {or_list([form.format(name) for name in dict.fromkeys(near)])}? " if near else ""


def _read_if_can_be(file: Path) -> tuple[dict[str, object], list[CoolError]]:
    """Read the file as `_read` does; one that cannot be read sets nothing, and why is given besides."""
    try:
        return _read(file), []
    except CoolError as error:
        return {}, [error]


def _read(file: Path) -> dict[str, object]:
    """Read the file as `table.name` keys."""
    try:
        text = file.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):  # a home that is a file is told where data is to be stored
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"The settings file {file} cannot be read: {getattr(error, 'strerror', error)}.",
            "It is a text file in UTF-8: mend it, or move it away.",
        ) from None
    import tomllib

    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:  # the latter by what is nested too deep
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
    if not _has_host(url) or urlsplit(url).query or urlsplit(url).fragment:
        raise BadSetting(f"'{key}' cannot be {url!r}.", "It is an address such as https://arxiv.org.")


_NAME_OF_A_KEY = re.compile(r"(?i)(?:ask[._-][\w-]*?|\w*api[_-]?)?(?:keys?|token|secret|password)")
_LEAST = {"ask.window": 1_000, "ask.patience": 0.1}
_KEY = re.compile(r"(?<![\w-])sk-(?=[\w-]*\d)[\w-]{16,}")
"""What the keys of most servers look like."""
_WHERE_KEYS_ARE = (
    f"It comes from the variable {KEY_VARIABLE}, or from what ask.key_command runs: "
    "`cool config set ask.key_command 'pass show kimi'`."
)


def _refuse_keys(key: str, value: object) -> None:
    """Raise BadSetting, without the value, where that is no value of a setting of `cool ask` but a key."""
    if not isinstance(value, str):
        return
    if _KEY.search(value) or (key == "ask.key_command" and _is_no_command(value.strip())):
        raise BadSetting(f"'{key}' cannot be a key: a key is never kept in a file.", _WHERE_KEYS_ARE)
    if key == "ask.base_url" and re.search("[@?#]", value):
        raise BadSetting(
            "'ask.base_url' cannot have a user, a password, '?' or '#' in it: that may be a key, which no file keeps.",
            f"Write the address alone, such as https://api.moonshot.ai/v1; the key comes from {KEY_VARIABLE}.",
        )


def _checked_for_ask(key: str, made: Any, refused: BadSetting) -> Any:
    """Give a setting of `cool ask` as it is kept. Raises BadSetting."""
    if key in _LEAST:
        if not _LEAST[key] <= made < 1e9:
            raise BadSetting(refused.message, f"{(refused.hint or '').rstrip('.')}; {_LEAST[key]:g} is the least.")
        return made
    made = made.strip()
    if not made.isprintable() or (key == "ask.language" and not made):
        raise refused
    if key == "ask.model" and " " in made:
        raise BadSetting(refused.message, "It is a name as the server has it, without blanks.")
    return _checked_base_url(made) if key == "ask.base_url" and made else made


def _is_no_command(text: str) -> bool:
    """Tell whether a text is one long word with digits in it that no program is called."""
    from shutil import which

    return bool(re.fullmatch(r"(?=.*\d)[\w.-]{20,}", text)) and which(text) is None


def _checked_base_url(url: str) -> str:
    """Give the address of a model's server without what is put behind it to ask. Raises BadSetting."""
    try:
        is_one = _has_host(url) and " " not in url and urlsplit(url).port != 0
    except ValueError:  # a port that is no number
        is_one = False
    if not is_one:
        hint = "It is an address such as https://api.moonshot.ai/v1."
        raise BadSetting(f"'ask.base_url' cannot be {url!r}.", hint)
    return re.sub(r"(?:/+chat/completions)*/*$", "", url)


def _has_host(url: str) -> bool:
    """Tell whether an address is one of the web, with a host's name as DNS has them."""
    try:
        parts = urlsplit(url)
        labels = (parts.hostname or "").removesuffix(".").encode("idna" if not url.isascii() else "ascii").split(b".")
    except ValueError:  # such as `https://[`
        return False
    return parts.scheme in ("http", "https") and all(0 < len(label) < 64 for label in labels)


def _check_template(key: str, text: str) -> None:
    """Refuse a template that cannot be filled, or where an address is wanted, one that is none or names no paper."""
    about = ABOUT[key]
    named = or_list([f"{{{name}}}" for name in about.names])
    if key == "open.in" and "{" not in text:
        raise BadSetting(
            f"'{key}' cannot be {text!r}.",
            f"{_nearest([text], about.choices)}It is {or_list(about.choices)}; or an address with {{id}} in it.",
        )
    why = templates.wrong(text, about.names)
    if why is None and not templates.names_in(text) - {"version"}:
        why = "no name in it tells one paper from another"
    if why is not None:
        near = _nearest(sorted(templates.names_in(text) - {*about.names}), about.names, "{{{}}}")
        raise BadSetting(f"'{key}' cannot be {text!r}: {why}.", f"{near}In braces can stand {named}.")
    if key == "pdf.name" and any(part.strip() in ("", ".", "..") for part in re.split(r"[/\\]", text)):
        why = "it would lead out of the folder"
        raise BadSetting(f"'{key}' cannot be {text!r}: {why}.", "It is a name, or folder/name.")
    if key == "bib.key" and (unfit := re.sub(r"[A-Za-z0-9:._+-]", "", templates.filled(text, _BLANKS))):
        hint = "Besides names in braces it has letters, digits and : . _ + - only."
        raise BadSetting(f"'{key}' cannot be {text!r}: no key of BibTeX's holds '{unfit[0]}'.", hint)
    if key == "open.in":
        address = templates.filled(text, {"id": "2312.11111", "version": "1"})
        if not _has_host(address) or {"{", "}"} & {*urlsplit(text).netloc} or " " in text:
            raise BadSetting(
                f"'{key}' cannot be {text!r}.",
                "It begins with https:// and a host, which has no name in braces, and has no blanks.",
            )


_BLANKS = dict.fromkeys(ABOUT["bib.key"].names, "")
"""What leaves of a template for keys only what the reader wrote between the names."""


def _check_pace(settings: Settings) -> None:
    """Refuse a pace faster than arXiv asks for, wherever the host is arXiv's own."""
    for url in (settings.arxiv_feed_url, settings.arxiv_site_url, settings.arxiv_api_url, settings.arxiv_oai_url):
        host = urlsplit(url).hostname or ""
        if settings.arxiv_interval < ARXIV_INTERVAL and _is_arxivs(host):
            raise BadSetting(
                f"'arxiv.interval' is {settings.arxiv_interval:g} s, but {host} asks for {ARXIV_INTERVAL:g} s or more.",
                f"Unset COOL_ARXIV_INTERVAL, or `cool config unset arxiv.interval`: it is {ARXIV_INTERVAL:g} then.",
            )


def _is_arxivs(host: str) -> bool:
    return host == "arxiv.org" or host.endswith(".arxiv.org")


def _check_types(text: str) -> None:
    from coolcli.models import ANNOUNCE_TYPES

    for word in text.replace(",", " ").split():
        if word not in ANNOUNCE_TYPES:
            raise BadSetting(f"'backlog.types' cannot hold '{word}'.", f"It lists {or_list(ANNOUNCE_TYPES)}.")
