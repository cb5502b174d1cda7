"""Undo what mails and PDFs do to ids and addresses at the ends of lines.

A mail in quoted-printable (RFC 2045) writes `=` as `=3D`, other letters as their bytes, and ends a line that goes on
with `=`; the text of a PDF has `arXiv:2312.` on one line and `11111` on the next.
"""

from __future__ import annotations

import re
from binascii import a2b_qp

# A paragraph, or a part of a mail, is quoted-printable as a whole or not at all.
_BETWEEN_PARTS = re.compile(r"(\n[ \t\r]*\n|\n(?=--))")
# An attribute's or an address's `=`, two bytes of a letter, the end of a full line or of half a number. A name of
# OpenReview's may begin with 3D, and is then as long as they all are.
_SIGN = re.compile(
    r"=3D[\"']|[?&][\w.-]{1,20}=3D(?![\w-]{7,8}(?![\w-]))|=[C-F][0-9A-F]=[89AB][0-9A-F]"
    r"|=(?<=[^\n]{50}[^\s=]=)\r?$|=(?<=\d=)\r?\n\.\d|=(?<=\d\.=)\r?\n\d",
    re.ASCII | re.MULTILINE,
)
_NO_QUOTED_PRINTABLE = re.compile(r"=(?![0-9A-F]{2}|[ \t]*\r?(?:\n|\Z))|=\d{4}\.\d{4}")

_DOT_AT_END = re.compile(r"\.[ \t]*\r?\n[ \t]*\d{4}")  # quick to look for
_BROKEN_AT_DOT = re.compile(
    r"((?:arxiv(?:\.org/[a-z-]{2,10}/|(?:[ _-]?id)?\s?[:=.]\s?)|(?<![\w/.:-])abs/)\d{4}\.)"
    r"[ \t]*\r?\n[ \t]*(?=\d{4,5}(?:v[1-9]\d{0,2})?(?![\w-]|\.\d))",
    re.ASCII | re.IGNORECASE,
)


def undone(text: str) -> str:
    """Give a text with its ids and addresses whole again; what stands between them may come out in other words."""
    if "=" in text and _SIGN.search(text):
        text = "".join(map(_unquoted, _BETWEEN_PARTS.split(text)))
    return _BROKEN_AT_DOT.sub(r"\1", text) if _DOT_AT_END.search(text) else text


def _unquoted(part: str) -> str:
    if not _SIGN.search(part) or _NO_QUOTED_PRINTABLE.search(part):
        return part
    return a2b_qp(part.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
