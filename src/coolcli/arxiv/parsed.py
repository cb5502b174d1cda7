"""Reading what feedparser made of a feed or an API answer: strings where strings are, categories that are arXiv's.

Anything may stand in an answer, so a field of another kind than expected counts as absent.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import feedparser

from coolcli.arxiv.categories import is_category
from coolcli.arxiv.text import clean
from coolcli.errors import Nonsense

_UTF8 = {"content-type": "application/xml; charset=utf-8"}
# What may stand before a feed's first element, but for a document type.
_PROLOGUE = re.compile(r"\A\ufeff?(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def parse(body: bytes, what: str) -> Any:
    """Parse a feed without altering its texts, as an object with `feed` and `entries`.

    Raises Nonsense, naming `what` it should have been, where it is no feed or ends in the middle. A document type is
    refused: arXiv's answers have none, and only there can entities be declared, which could grow or name files.
    """
    # arXiv writes UTF-8. feedparser would believe a declaration that says otherwise, and for one bad byte it takes
    # another charset for all of the text.
    text = _PROLOGUE.sub("", body.decode("utf-8", "replace"), count=1)
    if not re.match("<[A-Za-z]", text):
        why = " (it has a document type)" if text.startswith("<!") else ""
        raise Nonsense(f"{what} is not one{why}.", "Try again later.")
    # Sanitising would alter abstracts and delete what looks like a tag, such as `<think>`. As a file, since bytes that
    # happen to be a file's name would be taken for it.
    try:
        found: Any = feedparser.parse(
            BytesIO(text.encode()), response_headers=_UTF8, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # feedparser trips over elements of other formats that are not as it expects them
        raise Nonsense(f"{what} cannot be read ({type(error).__name__}).", "Try again later.") from error
    # Broken XML is told by where it breaks; of other things, such as a charset, feedparser merely remarks.
    broken = found.bozo and hasattr(found.bozo_exception, "getLineNumber")
    why = f" ({_place_of(found.bozo_exception)})" if found.bozo else ""
    if not found.get("version"):
        raise Nonsense(f"{what} is not one{why}.", "Try again later.", passing=True)
    if broken:
        raise Nonsense(f"{what} is damaged or breaks off{why}.", "Try again later.", passing=True)
    return found


def _place_of(error: Exception) -> str:
    """Say what is wrong with some XML, and where: `<unknown>:7:42: no element found` is line 7."""
    return re.sub(r"^<unknown>:([0-9]+):[0-9]+", r"line \1", clean(str(error)))


def string(item: Any, key: str) -> str:
    """Give a field's text, an empty one where there is none.

    feedparser's own look-up tries its old names at each key: over a feed that costs more than all the rest here.
    """
    found = dict.get(item, key)
    return found if isinstance(found, str) else ""


def items(item: Any, key: str) -> list[Any]:
    """Give a field's list of dictionaries, such as authors or tags."""
    found = dict.get(item, key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def categories(item: Any) -> tuple[str, ...]:
    """Give the categories of an entry in their order; MSC and ACM classes, which the API has among them, are none."""
    return tuple(term for tag in items(item, "tags") if is_category(term := string(tag, "term")))
