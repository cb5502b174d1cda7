"""What an answer is worth: what was asked for, a refusal in words, a page that breaks off, somebody else's page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Literal

from coolcli.arxiv.text import clean
from coolcli.errors import Intercepted, Nonsense, Refused
from coolcli.models import Validator
from coolcli.transport import Answer, host_of

Format = Literal["xml", "html"]

_NAMED = 8
"""Times that a page of arXiv's names it at the least: the recorded ones do 31 times, a portal that quotes it twice."""


def checked(answer: Answer, expect: Format) -> bytes:
    """Give the body of an answer that is of the kind asked for, or raise what it is instead."""
    host = host_of(answer.url)
    if answer.status == 511:  # Network Authentication Required
        raise login_page(answer)
    if answer.status == 429 or answer.status >= 500:
        words = "asks to slow down" if answer.status == 429 else "has trouble"
        pause = answer.pause
        wait = f" and asks to wait {_spelled(pause)}" if pause else ""
        message = f"{host} {words} (HTTP {answer.status}){wait}."
        raise Refused(message, "Try again later.", status=answer.status, passing=True, pause=pause)
    if not 200 <= answer.status < 300:
        said = reason(answer)
        why = "" if said.startswith(str(answer.status)) or not said else f": {said}"
        hint = "Try again later; `cool doctor` says which servers are asked, and what they answer."
        raise Refused(f"{host} refused (HTTP {answer.status}){why}.", hint, status=answer.status)
    if not answer.body.strip():
        raise Nonsense(f"{host} sent an empty answer.", "Try again later.", passing=True)
    is_page = is_html(answer.body[:2000])
    if is_page if expect == "xml" else not is_page and "html" not in answer.kind:
        raise login_page(answer)
    if is_page and b"</html" not in answer.body[-200:].lower():
        raise Nonsense(f"{host} sent a page that breaks off, so it cannot be read.", "Try again later.", passing=True)
    return answer.body


def login_page(answer: Answer) -> Intercepted:
    """Build the error for a page that somebody else sent."""
    said = reason(answer)
    what = f"the page '{said}'" if said else f"something else ({answer.kind or 'of no kind'}, HTTP {answer.status})"
    return Intercepted(
        f"Does this network ask for a login? In place of {host_of(answer.url)}'s answer came {what}.",
        "Open a page in a browser once, then try again.",
    )


def names_arxiv(body: bytes) -> bool:
    """Tell whether a page can be arXiv's own."""
    return body.lower().count(b"arxiv") >= _NAMED


def is_html(beginning: bytes) -> bool:
    """Tell a page from a feed by how it begins, past comments and an XML declaration."""
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    while text.startswith((b"<!--", b"<?")):
        text = text.partition(b"-->" if text.startswith(b"<!--") else b"?>")[2].lstrip()
    return text.lower().startswith((b"<html", b"<!doctype html", b"<head", b"<body"))


def validator(headers: Mapping[str, str]) -> Validator | None:
    """Give what the server knows an answer by."""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return Validator(etag, modified) if etag or modified else None


def fits_header(text: str) -> bool:
    """Tell whether a request's header can hold a text: what servers send it need not, and disks spoil what is kept."""
    return _HEADER.fullmatch(text) is not None


_HEADER = re.compile("[!-~]([ -~]*[!-~])?")


def _spelled(seconds: float) -> str:
    """Write a pause for people."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def reason(answer: Answer) -> str:
    """Find the words in which a body says what is wrong: a feed's description, an API error, a page's title."""
    text = answer.body[:8_000].decode("utf-8", "replace")
    for tag in ("description", "summary", "h1", "title"):
        if match := re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", text, re.DOTALL | re.IGNORECASE):
            said = clean(unescape(re.sub(r"<[^>]*>", "", match[1])))
            return said if len(said) <= 120 else said[:119].rsplit(" ", 1)[0] + "…"
    return ""
