"""What a server sends in place of an answer, in a reader's words: what is wrong, and which setting mends it."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urljoin

from coolcli.arxiv.text import clean
from coolcli.ask.key import Key
from coolcli.errors import FetchError, Intercepted, Nonsense, Refused
from coolcli.transport import Answer, host_of

LONGEST_PAUSE = 60.0
"""Seconds that are waited where a server asks for it; for a longer pause it is said when to try again."""

_LONGEST = 240
"""Characters that are shown of what a server says."""
_PATHS = ("/chat/completions", "/models")
_TOO_LONG_CODES = ("context_length_exceeded", "exceed_context_size_error")
_TOO_LONG_WORDS = re.compile(
    r"context (?:length|size|window)|(?:token|input) limit|prompt is too long|too many (?:input )?tokens", re.IGNORECASE
)
_WINDOW = re.compile(r"(?:context (?:length|size|window)|token limit)\D{0,20}?\b(\d{4,7})\b", re.IGNORECASE)
_NO_CREDIT = ("insufficient_quota", "exceeded_current_quota_error")


class Asked(NamedTuple):
    """What was asked, and with which key."""

    url: str
    model: str
    key: Key | None

    @property
    def host(self) -> str:
        """Name the server."""
        return host_of(self.url)

    def shown(self, text: str) -> str:
        """Give what of a server's words may be shown: one line, not too long, without the key."""
        text = clean(text)
        text = self.key.hide(text) if self.key else text
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


class Error(NamedTuple):
    """An error as the protocol has them, or as near to it as servers come."""

    message: str
    codes: tuple[str, ...] = ()
    """Its code and its type, those that are words."""
    status: int | None = None
    window: int | None = None
    """How many tokens the server says that its model takes."""

    @property
    def is_too_long(self) -> bool:
        """Tell whether the text is longer than the model's window."""
        return not {*self.codes}.isdisjoint(_TOO_LONG_CODES) or _TOO_LONG_WORDS.search(self.message) is not None

    @property
    def is_unpaid(self) -> bool:
        """Tell whether the account behind the key has nothing left to pay with: that does not pass by itself."""
        return not {*self.codes}.isdisjoint(_NO_CREDIT)


def error_in(document: object, *, certainly: bool = False) -> Error | None:
    """Find the error in what a server sent as JSON; None where it is none, unless it is known to be one."""
    match document:
        case [dict() as first, *_]:
            return error_in(first, certainly=certainly)
        case {"error": dict() as error}:
            return _error(error)
        case {"error": str() as message} if message:
            return Error(message)
        case {"detail": str() as message} | {"detail": [{"msg": str() as message}, *_]} if certainly:
            return Error(message)
        case dict() if certainly:
            return _error(document)
        case _:
            return Error("") if certainly else None


def _error(fields: dict[object, object]) -> Error:
    message, window = fields.get("message"), fields.get("n_ctx")
    codes = [str(code) for code in (fields.get("code"), fields.get("type")) if isinstance(code, str | int)]
    status = next((int(code) for code in codes if re.fullmatch("[45][0-9]{2}", code)), None)
    return Error(
        message if isinstance(message, str) else "",
        tuple(codes),
        status,
        window if isinstance(window, int) else None,
    )


def refusal(answer: Answer, asked: Asked, expect: str) -> FetchError:
    """Say what an answer is that is not of the content type that was expected, or says no. `answer.body` may be cut."""
    if 300 <= answer.status < 400:
        return _redirected(answer, asked)
    try:
        document = json.loads(answer.body)
    except (RecursionError, ValueError):
        document = None
    if answer.status >= 400:
        words = answer.body.decode("utf-8", "replace") if answer.kind == "text/plain" else ""
        error = error_in(document, certainly=True) or Error("")
        error = error._replace(message=error.message or words, status=answer.status)
        return told(asked, error, answer.pause)
    error_object = error_in(document)
    if error_object is not None:
        return told(asked, error_object, answer.pause)
    if answer.kind == expect == "text/event-stream":
        return Nonsense(
            f"{asked.host} sent its answer packed, as it was asked not to.", "Try again, or another server."
        )
    if isinstance(document, dict) and "choices" in document:
        return Nonsense(f"{asked.host} sent the answer in one piece: it does not stream.", _ANOTHER_SERVER)
    if "html" in answer.kind:
        why = f"{asked.host} sent a web page where the answer of a model was to come."
        return Intercepted(why, f"Does this network ask for a login? {_ask_address()}")
    kind = f"'{asked.shown(answer.kind)}'" if answer.kind else "something without a content type"
    return Nonsense(f"{asked.host} sent {kind} where '{expect}' was to come.", _ask_address())


_ANOTHER_SERVER = "Ask a server that does; `cool config ask` goes through them."


def told(asked: Asked, error: Error, pause: float | None = None) -> FetchError:
    """Say what an error means, whether it may pass, and which setting mends it; `pause`: seconds it asks to wait."""
    status = error.status or 0
    is_too_long = status == 413 or (error.is_too_long and status not in (401, 403, 429))
    if is_too_long:
        words, hint = f"says that the text is too long for {asked.model}", _smaller_window(error)
    else:
        words, hint = _meaning(asked, error, status)
    said = asked.shown(error.message).rstrip(".")
    code = f" (HTTP {status})" if status else ""
    message = f"{asked.host} {words}{code}{': ' if said else ''}{said}."
    is_passing = (status == 429 or status >= 500) and not is_too_long and not error.is_unpaid
    if is_passing and pause is not None and pause > LONGEST_PAUSE:
        return Refused(message, f"It asks to be left alone until {_when(pause)}.", status=status)
    return Refused(message, hint, status=status, passing=is_passing, pause=pause)


def _meaning(asked: Asked, error: Error, status: int) -> tuple[str, str]:
    """Give the words for a status, and what to do about it."""
    if error.is_unpaid or status == 402:
        return "wants to be paid first", "See the account that the key belongs to."
    if status == 401 and asked.key is None:
        return "wants a key", "Set COOL_ASK_API_KEY, or `cool config set ask.key_command 'pass show kimi'`."
    if status == 401:
        return "does not accept the key", "Check COOL_ASK_API_KEY, or what ask.key_command prints."
    if status == 403:
        return "does not allow this", "Check COOL_ASK_API_KEY, or what ask.key_command prints, and ask.model."
    if status in (404, 405):
        is_list = asked.url.endswith("/models")  # which some servers repeat: "Invalid URL (GET /models)"
        if not is_list and "model" in f"{error.message} {error.codes}".lower():
            return f"has no model '{asked.model}'", "`cool config ask` lists those that there are."
        return f"has nothing at {asked.url}", _ask_address()
    if status == 429:
        return "asks to slow down", "Try again later."
    if status >= 500:
        return "has trouble", "Try again later."
    if not status:
        return "gave an error", "Try again later."
    return "refuses", "Check ask.model and ask.base_url: `cool config ask` goes through them."


def _smaller_window(error: Error) -> str:
    found = _WINDOW.search(error.message)
    window = error.window or (int(found[1]) if found else None)
    if window is None or window < 1000:
        return "Make ask.window smaller, such as `cool config set ask.window 8000`."
    return f"`cool config set ask.window {window}`, or less."


def _ask_address() -> str:
    return "Is ask.base_url the address of the API? It often ends with /v1."


def _when(pause: float) -> str:
    """Name the moment so many seconds from now: the time of day, and the day where that is another."""
    now = datetime.now().astimezone()
    until = now + timedelta(seconds=pause)
    return f"{until:%H:%M}" if until.date() == now.date() else f"{until:%Y-%m-%d %H:%M}"


def _redirected(answer: Answer, asked: Asked) -> Refused:
    """Say where a redirect leads. It is not followed: what was asked, and the key, is for the server that was named."""
    location = answer.headers.get("location", "")
    try:
        target = asked.shown(urljoin(answer.url, location) if location else "")
    except ValueError:  # such as a port of 99999
        target = asked.shown(location)
    base = next((target.removesuffix(path) for path in _PATHS if target.endswith(path)), "")
    is_plain = re.fullmatch(r"https?://[A-Za-z0-9.:/_-]+", base)
    hint = f"If that is its address: `cool config set ask.base_url {base}`." if is_plain else _ask_address()
    return Refused(
        f"{asked.host} sends us on to {target or 'nowhere'} (HTTP {answer.status}); redirects are not followed.",
        hint,
        status=answer.status,
    )
