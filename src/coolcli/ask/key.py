"""The reader's key: where it comes from, where it may go, and that nothing else shows it.

It is a value without a face: what prints, copies or pickles it gets words instead. `Key.header` is the one way out.
What raises an error here holds no text of it in a variable, since some programs print those with a traceback.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from typing import NoReturn
from urllib.parse import quote, urlsplit

from coolcli.errors import CoolError
from coolcli.settings import KEY_VARIABLE

MASK = "[key]"
"""What stands where a text held the key."""

UNSOUND = "holds a blank, or a letter that is not plain"
"""What is wrong with a key that no header can hold."""

_PATIENCE = 60.0
"""Seconds that a command without a terminal is waited for: there nobody can end it."""
_SHORTEST = 8
"""Characters of a key that is hidden: what is shorter (`none`, `ollama`) is no secret, and would garble every text."""
_PRIVATE_NAMES = (".local", ".localhost", ".internal", ".home.arpa")
"""Ends of names that are of no network but the reader's own."""


class Key:
    """A secret that nothing prints."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Take the key as its server gave it."""
        self._secret: Callable[[], str] = lambda: secret

    def __repr__(self) -> str:
        """Give a word in its place, and so for `str` and `format`."""
        return "<a key>"

    def __format__(self, spec: str) -> str:
        """Give the same word, as wide as asked for."""
        return format(repr(self), spec)

    def __copy__(self) -> Key:
        """Give itself: there is one of it."""
        return self

    def __deepcopy__(self, memo: object) -> Key:
        """Give itself: there is one of it."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be written anywhere."""
        raise TypeError("a key is not to be stored")

    def __bool__(self) -> bool:
        """Tell whether there is anything of it."""
        return bool(self._secret())

    @property
    def is_sound(self) -> bool:
        """Tell whether a header can hold it: visible ASCII, no blank."""
        return re.fullmatch("[!-~]+", self._secret()) is not None

    def header(self) -> str:
        """Give what the header `Authorization` holds: the one way out."""
        return f"Bearer {self._secret()}"

    def hide(self, text: str) -> str:
        """Give a text without the secret, as it is and as an address has it."""
        for form in sorted({self._secret(), quote(self._secret(), safe="")}, key=len, reverse=True):
            text = text.replace(form, MASK) if len(form) >= _SHORTEST else text
        return text

    def veil(self) -> Veil:
        """Give what hides it in a text that comes in pieces."""
        return Veil(self._secret)


class Veil:
    """Hides a key in a text that comes in pieces, wherever it is cut."""

    def __init__(self, secret: Callable[[], str]) -> None:
        """Take what gives the key."""
        self._secret = secret
        self._held = ""

    def feed(self, piece: str) -> str:
        """Take the next piece, and give what may be shown by now: all but what may be the key's beginning."""
        if len(self._secret()) < _SHORTEST:
            return piece
        *before, last = (self._held + piece).split(self._secret())
        held = begun(last, self._secret())
        self._held = last[len(last) - held :]
        return MASK.join([*before, last[: len(last) - held]])

    def rest(self) -> str:
        """Give what is left at the end, which was no key."""
        text, self._held = self._held, ""
        return text


def begun(text: str, word: str) -> int:
    """Give how many characters at the end of a text are the beginning of a word, but not all of it."""
    return next((count for count in range(min(len(text), len(word) - 1), 0, -1) if text.endswith(word[:count])), 0)


def of_reader(command: str, environment: Mapping[str, str] = os.environ, *, has_terminal: bool = True) -> Key | None:
    """Give the reader's key: COOL_ASK_API_KEY, else the first line of what a command prints; None where neither is set.

    The command is run by the shell. Where it has the terminal it may ask for a passphrase there; else it has no input,
    and what it says is not shown. Raises CoolError for one that fails, and for a key that no header can hold.
    """
    key, where = Key(environment.get(KEY_VARIABLE, "").strip()), KEY_VARIABLE
    del environment
    if not key and command:
        key, where = _printed(command, has_terminal=has_terminal), "what ask.key_command prints"
    elif not key:
        return None
    if not key.is_sound:
        raise CoolError(
            f"The key in {where} cannot be sent: it {UNSOUND}.",
            "Copy it anew from the server's page; it is one word.",
        )
    return key


def _printed(command: str, *, has_terminal: bool) -> Key:
    """Give the first line that a command prints. Raises CoolError where there is none, or the command fails."""
    code, key = _run(command, has_terminal=has_terminal)
    if code is None:
        raise CoolError(
            f"No key: the command `{command}` did not end within {_PATIENCE:.0f} s.",
            "Does it ask for a passphrase? `cool ask` lets it do so, where the triage screen does not.",
        )
    if code:
        ended = f"ended with code {code}" if code > 0 else f"was ended by signal {-code}"
        raise CoolError(
            f"No key: the command `{key.hide(command)}` {ended}.",
            "Try it by itself; `cool config set ask.key_command` names another.",
        )
    if not key:
        raise CoolError(f"No key: the command `{command}` printed nothing in its first line.", "Try it by itself.")
    return key


def _run(command: str, *, has_terminal: bool) -> tuple[int | None, Key]:
    """Give a command's exit code, None where it took too long, and the first line that it printed."""
    elsewhere = None if has_terminal else subprocess.DEVNULL
    try:
        ran = subprocess.run(  # noqa: S602 -- the reader's own command, to be read by the shell
            command,
            shell=True,
            check=False,
            stdin=elsewhere,
            stdout=subprocess.PIPE,
            stderr=elsewhere,
            timeout=None if has_terminal else _PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return None, Key("")
    return ran.returncode, Key(ran.stdout.partition(b"\n")[0].decode("utf-8", "replace").strip())


def may_travel(url: str) -> bool:
    """Tell whether a key may be sent to an address: encrypted, or no further than the reader's own network."""
    return urlsplit(url).scheme == "https" or is_near(url)


def is_near(url: str) -> bool:
    """Tell whether an address is of this machine, or of a network that is not the Internet."""
    import ipaddress

    host = (urlsplit(url).hostname or "").removesuffix(".")
    try:
        address = ipaddress.ip_address(_dotted(host))
    except ValueError:
        return host.isascii() and host != "" and ("." not in host or host.endswith(_PRIVATE_NAMES))
    return not (getattr(address, "ipv4_mapped", None) or address).is_global


def _dotted(host: str) -> str:
    """Give an address as it is usually written: `134744072` is 8.8.8.8 for those who connect, and no name."""
    import socket

    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return host
