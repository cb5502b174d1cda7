"""Where this run finds its things, and what is set: of the environment, else of one TOML file, else the default.

The settings (`coolcli.settings`) go this way: the file's text -> `table.name` keys with values -> each key known and
each value allowed (`coolcli.allowed`), then those of the environment over them -> one immutable object, and where each
came from. A change goes back into the file as it was written: its comments survive (tomlkit), and it is written whole
or not at all. Where things are: `COOL_HOME` as one folder, else the platform's own folders (platformdirs).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from coolcli import allowed, whole_files
from coolcli.errors import BadSetting, CoolError, DataError, UsageError
from coolcli.settings import ABOUT, ARXIV_INTERVAL, KEYS, SITE_INTERVAL, Settings, is_keys, variable

if TYPE_CHECKING:
    from coolcli.triage.keys import Chosen

Origin = Literal["default", "file", "environment"]
"""Where a setting's value is from."""


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


class _Given(NamedTuple):
    """A value as it was found somewhere."""

    key: str
    value: object
    origin: Origin
    where: str
    undo: str = ""
    """What takes it out, in a sentence behind a blank."""


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
    for one in _given(content, file, environment):
        try:
            name = ABOUT[allowed.known(one.key)].name
            values[name], origins[one.key] = allowed.check(one.key, one.value), one.origin
        except BadSetting as error:
            refuse(BadSetting(f"{one.where}: {error.message}", f"{error.hint}{one.undo}"))
    settings = Settings(**values)
    try:
        allowed.check_pace(settings)
    except BadSetting as error:
        refuse(error)
        settings, origins["arxiv.interval"] = settings._replace(arxiv_interval=ARXIV_INTERVAL), "default"
    return settings, origins


def _given(content: Mapping[str, object], file: Path, environment: Mapping[str, str]) -> Iterator[_Given]:
    """Give what the file and then the environment say, but for the keys of the triage screen."""
    for key, value in content.items():
        if not is_keys(key):
            yield _Given(key, value, "file", str(file), f" `cool config unset {key}` takes it out.")
    for key in ABOUT:
        if text := environment.get(variable(key)):
            yield _Given(key, text, "environment", variable(key))


def site_interval(settings: Settings, origins: Mapping[str, Origin]) -> float:
    """Give the seconds between two pages of the site in work that asks for many.

    An interval that was set holds there too, on arXiv's own site as long as it is no shorter than robots.txt asks.
    """
    if origins["arxiv.interval"] != "default" and not allowed.is_arxivs(settings.arxiv_site_url):
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
        whole_files.write(file, tomlkit.dumps(document), durable=True)
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
        allowed.known(key)
    return None if text is None else allowed.check(allowed.known(key), text)


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
