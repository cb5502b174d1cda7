"""What settings there are to name, and what the value of each may be, as typed or as read from a file.

A value goes this way: what may be a key is refused before anything repeats it -> it is converted to the type of the
setting's default -> it is held against what this setting may be -> it is given in the form in which it is kept. What
only settings together can break, arXiv's pace, is checked when all are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from coolcli import templates
from coolcli.errors import BadSetting, or_list
from coolcli.settings import ABOUT, ARXIV_INTERVAL, KEY_VARIABLE, Settings, is_keys, shown


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


def check(key: str, value: object) -> Any:
    """Turn a value as typed or as read into the setting's type. Raises BadSetting for one it cannot have."""
    if is_keys(key):
        from coolcli.triage.keys import parsed

        return " ".join(parsed(key, value))
    if key.startswith("ask."):
        _refuse_keys(key, value)
    kind, refused = _kind(key, value)
    try:
        made = _convert(kind, value)
    except (KeyError, OverflowError, TypeError, ValueError):
        raise refused from None
    if key.startswith("ask."):
        return _checked_for_ask(key, made, refused)
    if kind is str:
        return _checked_text(key, made, refused)
    if not 0 <= made < 1e9:
        raise refused
    return made


def check_pace(settings: Settings) -> None:
    """Refuse a pace faster than arXiv asks for, wherever the host is arXiv's own. Raises BadSetting."""
    for url in (settings.arxiv_feed_url, settings.arxiv_site_url, settings.arxiv_api_url, settings.arxiv_oai_url):
        if settings.arxiv_interval < ARXIV_INTERVAL and is_arxivs(url):
            raise BadSetting(
                f"'arxiv.interval' is {settings.arxiv_interval:g} s, "
                f"but {urlsplit(url).hostname} asks for {ARXIV_INTERVAL:g} s or more.",
                f"Unset COOL_ARXIV_INTERVAL, or `cool config unset arxiv.interval`: it is {ARXIV_INTERVAL:g} then.",
            )


def is_arxivs(url: str) -> bool:
    """Tell whether an address is of arXiv's own hosts."""
    host = urlsplit(url).hostname or ""
    return host == "arxiv.org" or host.endswith(".arxiv.org")


def _nearest(typed: Iterable[str], names: Iterable[str], form: str = "{}") -> str:
    """Ask in a sentence whether the names nearest to what was typed were meant, empty where nothing is near."""
    from difflib import get_close_matches

    near = [name for each in typed for name in get_close_matches(each.lower(), names, n=3, cutoff=0.5)]
    return f"Did you mean {or_list([form.format(name) for name in dict.fromkeys(near)])}? " if near else ""


def _cannot_be(key: str, value: object, hint: str, why: str = "") -> BadSetting:
    return BadSetting(f"'{key}' cannot be {value!r}{why and f': {why}'}.", hint)


_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_WANTED = {bool: "true or false", int: "a whole number", float: "a number of seconds", str: "text"}


def _kind(key: str, value: object) -> tuple[type, BadSetting]:
    """Give a setting's type, which is its default's, and the error for a value that is none of it."""
    default = Settings._field_defaults[ABOUT[key].name]
    example = f", such as {shown(default)}" if default != "" else ""
    return type(default), _cannot_be(key, value, f"It is {_WANTED[type(default)]}{example}.")


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


def _checked_text(key: str, text: str, refused: BadSetting) -> str:
    """Give a text as it is kept. Raises BadSetting."""
    if not text.isprintable():  # what a terminal or a header of HTTP would obey
        raise refused
    if key == "pdf.folder" and not text.strip():
        raise refused
    if key == "arxiv.contact" and not text.isascii():  # a header of HTTP holds no more
        raise _cannot_be(key, text, "It is an address in plain letters: ada@example.org.")
    _check_choice(key, text)
    if key == "backlog.types":
        _check_types(text)
    if key.endswith("url"):
        _check_url(key, text)
        return text.rstrip("/")
    return text


def _check_choice(key: str, text: str) -> None:
    """Refuse what is none of a setting's choices, nor a template where it may be one."""
    about = ABOUT[key]
    if text in about.choices:
        return
    if about.names:
        _check_template(key, text)
    elif about.choices:
        raise _cannot_be(key, text, f"{_nearest([text], about.choices)}It is {or_list(about.choices)}.")


def _check_types(text: str) -> None:
    from coolcli.models import ANNOUNCE_TYPES

    for word in text.replace(",", " ").split():
        if word not in ANNOUNCE_TYPES:
            raise BadSetting(f"'backlog.types' cannot hold '{word}'.", f"It lists {or_list(ANNOUNCE_TYPES)}.")


def _check_url(key: str, url: str) -> None:
    if not _has_host(url) or urlsplit(url).query or urlsplit(url).fragment:
        raise _cannot_be(key, url, "It is an address such as https://arxiv.org.")


def _has_host(url: str) -> bool:
    """Tell whether an address is one of the web, with a host's name as DNS has them."""
    try:
        parts = urlsplit(url)
        labels = (parts.hostname or "").removesuffix(".").encode("idna" if not url.isascii() else "ascii").split(b".")
    except ValueError:  # such as `https://[`
        return False
    return parts.scheme in ("http", "https") and all(0 < len(label) < 64 for label in labels)


def _check_template(key: str, text: str) -> None:
    """Refuse a template that cannot be filled, names no paper, or makes what it is not for."""
    if key == "open.in" and "{" not in text:
        places = ABOUT[key].choices
        hint = f"{_nearest([text], places)}It is {or_list(places)}; or an address with {{id}} in it."
        raise _cannot_be(key, text, hint)
    _check_names(key, text)
    _CHECK_MADE[key](text)


def _check_names(key: str, text: str) -> None:
    """Refuse a template whose names cannot be filled, or fill in nothing that tells papers apart."""
    names = ABOUT[key].names
    why = templates.wrong(text, names)
    if why is None and not templates.names_in(text) - {"version"}:
        why = "no name in it tells one paper from another"
    if why is not None:
        near = _nearest(sorted(templates.names_in(text) - {*names}), names, "{{{}}}")
        named = or_list([f"{{{name}}}" for name in names])
        raise _cannot_be(key, text, f"{near}In braces can stand {named}.", why)


def _check_file_name(text: str) -> None:
    if any(part.strip() in ("", ".", "..") for part in re.split(r"[/\\]", text)):
        raise _cannot_be("pdf.name", text, "It is a name, or folder/name.", "it would lead out of the folder")


def _check_key_of_bibtex(text: str) -> None:
    blanks = dict.fromkeys(ABOUT["bib.key"].names, "")  # leaves what the reader wrote between the names
    if unfit := re.sub(r"[A-Za-z0-9:._+-]", "", templates.filled(text, blanks)):
        hint = "Besides names in braces it has letters, digits and : . _ + - only."
        raise _cannot_be("bib.key", text, hint, f"no key of BibTeX's holds '{unfit[0]}'")


def _check_page(text: str) -> None:
    address = templates.filled(text, {"id": "2312.11111", "version": "1"})
    if not _has_host(address) or {"{", "}"} & {*urlsplit(text).netloc} or " " in text:
        hint = "It begins with https:// and a host, which has no name in braces, and has no blanks."
        raise _cannot_be("open.in", text, hint)


_CHECK_MADE = {"pdf.name": _check_file_name, "bib.key": _check_key_of_bibtex, "open.in": _check_page}
"""What refuses a template for what would come of it, for each setting that is one."""


_LEAST = {"ask.window": 1_000, "ask.patience": 0.1}
_NAME_OF_A_KEY = re.compile(r"(?i)(?:ask[._-][\w-]*?|\w*api[_-]?)?(?:keys?|token|secret|password)")
_KEY = re.compile(r"(?<![\w-])(?:sk-|gsk_|xai-|AIza)(?=[\w-]*\d)[\w-]{16,}")
"""What the keys of most servers look like."""
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}")
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


def looks_like_a_key(text: str, *, is_name: bool = False) -> bool:
    """Tell whether a text that is typed may be a key; where a name is wanted, a long one is none."""
    if _KEY.search(text):
        return True
    is_long = not is_name and _HOST.fullmatch(text.strip()) is None and any(map(str.isalpha, text))
    return is_long and _is_no_command(text.strip())


def _is_no_command(text: str) -> bool:
    """Tell whether a text is one long word with digits in it that no program is called."""
    from shutil import which

    return bool(re.fullmatch(r"(?=.*\d)[\w.-]{20,}", text)) and which(text) is None


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


def _checked_base_url(url: str) -> str:
    """Give the address of a model's server without what is put behind it to ask. Raises BadSetting."""
    try:
        is_one = _has_host(url) and " " not in url and urlsplit(url).port != 0
    except ValueError:  # a port that is no number
        is_one = False
    if not is_one:
        raise _cannot_be("ask.base_url", url, "It is an address such as https://api.moonshot.ai/v1.")
    return re.sub(r"(?:/+chat/completions)*/*$", "", url)
