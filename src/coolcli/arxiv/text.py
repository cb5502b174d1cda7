r"""arXiv's text as people wrote it: fit to be stored and shown, whole paragraphs, letters for TeX's accents, names.

Titles, abstracts and names arrive as their authors typed them. From arxiv-endpoints.md: feed and listing keep raw TeX
(`Cram\'er`, `S{\o}ren`, `$\ell_1$`), and the feed puts all authors with their affiliations into one string.

The letters come from a table and `unicodedata`, not from pylatexenc: the work is to find the spans that are accents
(`\b{eta}` is a broken β, `MLLM\'s` an apostrophe, `\~8B` an approximation), and once they are found the table is short.
Both give the same letters for every accent in 20,000 papers and for every accent on every ASCII letter; pylatexenc
takes 20 ms to import and 125 µs a span, this takes 3 µs.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from coolcli.models import Paper

# Introducers of control strings (DCS, SOS, OSC, PM, APC) and of CSI, in their 8-bit forms. A control string that is
# never ended loses its introducer only, so that it cannot swallow a text; it is read up to the next introducer, which
# keeps the search linear.
_STRING_BODY: Final = r"[^\x1b\x90\x98\x9b-\x9f]*"
_STRING_END: Final = r"(?:\x1b\\|\x9c)"

_UNFIT: Final = rf"""
      (?:\x1b\]|\x9d) [^\x07\x1b\x90\x98\x9b-\x9f]* (?:\x07|{_STRING_END})   # OSC: titles, links, clipboard
    | (?:\x1b[PX^_]|[\x90\x98\x9e\x9f]) {_STRING_BODY} {_STRING_END}
    | (?:\x1b\[|\x9b) [0-?]* [\ -/]* [@-~]?                                  # CSI: colours, cursor
    | \x1b [\ -/]* [0-~]?                                                    # a single escape
    | [\x00-\x1f\x7f-\x9f]
    | [\xad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]        # invisible: words no search would find
    | [\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]                         # bidi controls reorder a whole row
    | [\ud800-\udfff\U000e0000-\U000e007f]                                   # half characters, invisible tags
"""

_UNENDED: Final = r"""
    (?: (?:\x1b\]|\x9d) [^\x07\t\n\r\x1b\x90\x98\x9b-\x9f]* \x1b?
      | (?:\x1b[PX^_]|[\x90\x98\x9e\x9f]) [^\t\n\r\x1b\x90\x98\x9b-\x9f]* \x1b?
      | (?:\x1b\[|\x9b) [0-?]* [\ -/]*
      | \x1b [\ -/]*
      | \r
    ) \Z
"""
"""What at the end of a piece of text may be the beginning of one of those sequences, or of a line's end."""
_LONGEST_HELD: Final = 4096
"""Characters that are held back for its end: a sequence that is longer loses its introducer only."""

_COMBINING: Final = MappingProxyType(
    {
        "'": "\u0301",
        "`": "\u0300",
        "^": "\u0302",
        "~": "\u0303",
        "=": "\u0304",
        "u": "\u0306",
        ".": "\u0307",
        '"': "\u0308",
        "r": "\u030a",
        "H": "\u030b",
        "v": "\u030c",
        "d": "\u0323",
        "c": "\u0327",
        "k": "\u0328",
        "b": "\u0331",
    }
)

_LETTERS: Final = MappingProxyType(
    {
        "aa": "å",
        "AA": "Å",
        "ae": "æ",
        "AE": "Æ",
        "dh": "ð",
        "DH": "Ð",
        "dj": "đ",
        "DJ": "Đ",
        "i": "ı",
        "j": "ȷ",
        "l": "ł",
        "L": "Ł",
        "ng": "ŋ",
        "NG": "Ŋ",
        "o": "ø",
        "O": "Ø",
        "oe": "œ",
        "OE": "Œ",
        "ss": "ß",
        "th": "þ",
        "TH": "Þ",
    }
)

_LETTER: Final = r"[^\W\d_]"
_DOTLESS: Final = r"\\[ij](?![A-Za-z])[ ]*"
_SIGN: Final = r"['`\"^~=.]"
_WORD: Final = r"[bcdHkruv]"
_SPACED: Final = r"[cdHkruv]"  # `\b bold` is somebody's command for bold
_INNER: Final = rf"\\(?:{_SIGN}|{_WORD}(?=\{{)|{_SPACED}(?=\s))\s*(?:\{{{_LETTER}\}}|{_LETTER})"
_BASE: Final = rf"(?:{_INNER}|{_DOTLESS}|{_LETTER})"

# What is left as it stands, though a span may look like an accent in it: formulas, addresses (`/\~name`), the opening
# of any other command (whose brace is no mere protection), escaped characters.
_VERBATIM: Final = r"""
      \$\$[^$]*\$\$ | \$(?:[^$\\]|\\.)*\$
    | \\\((?:[^\\]|\\[^()])*\\\) | \\\[(?:[^\\]|\\[^\[\]])*\\\]
    | https?://\S+ | \\(?:url|href|path)\s*\{[^{}]*\}\{?
"""

_SPAN: Final = rf"""
    (?P<open>\{{)?
    (?: \\(?P<sign>{_SIGN}) (?P<brace>\{{\s*)? (?P<base>{_BASE}) (?(brace)\s*\}})
      | \\(?P<word>{_WORD}(?=\s*[{{\\])|{_SPACED}(?=\s))
        (?:\s*(?P<word_brace>\{{\s*)|\s*) (?P<word_base>{_BASE}) (?(word_brace)\s*\}})
      | \\(?P<letter>{"|".join(_LETTERS)})(?![A-Za-z(]) (?P<gap>\{{\}}|\\(?=\s)|\s+(?={_LETTER}))?
    )
    (?(open)\s*\}})
"""

_CONTRACTION: Final = r"(?<=[^\W_])\\(?P<contraction>')(?=(?:s|t|d|m|re|ve|ll)\b)"

# What a string of nothing but names joined by `, ` does not hold.
_MORE_THAN_NAMES: Final = r"[():\\&]| and |,\s?(?:Jr|Sr|II|IV)|,(?! )|^,|, ,|,\s*$|^\W*$"
_SUFFIX: Final = r"(?:Jr|Sr)\.?|II|III|IV"
_SHARED_NAME: Final = r"(?i)\b(?:collaboration|consortium|group|team|behalf)"

# How authors and arXiv say that a paper is withdrawn. Not meant: an earlier version, a withdrawal from a conference, a
# paper about withdrawals.
_WORK: Final = r"(?:paper|article|manuscript|submission|preprint|e-?print|report|note|letter|work|draft|thesis)"
_WITHDRAWN: Final = r"withdrawn\b(?!\s+from\s+(?!the\s+arxiv|arxiv))"
_BY_WHOM: Final = r"by\s+(?:arxiv|(?:(?:the|its|all|both|one\s+of\s+the)\s+)*(?:\w+\s+)?(?:authors?|submitter)\b)"
_SAYS_WITHDRAWN: Final = rf"""
      (?<!of\s) \b (?: (?:this|the|our)\s+{_WORK} | this\s+version )\s+
          (?:(?:has|have|had|is|was|been|being|now|hereby)\s+)* {_WITHDRAWN}
    | \b (?:author|authors|submitter|i|we)\s+(?:has|have)\s+withdrawn\s+(?:this|the|our|their)\s+{_WORK}
    | \b (?:author|authors|submitter|i|we)\s+(?:am|is|are)\s+withdrawing\s+(?:this|the|our|their)\s+{_WORK}
"""
_COMMENTS_SAY: Final = rf"""{_SAYS_WITHDRAWN}
    | (?:^|[.;:,(]\s*|\b(?:{_WORK}|been|is|was)\s+) withdrawn\s+{_BY_WHOM}
    | (?:^|[.;(]\s*|\barxiv\s+admin\s+note:\s*) (?:{_WORK}\s+)? withdrawn \s*
          (?: $ | [.;:,!)] | \b(?:due|owing|because|as|since|for|pending|until|after|at)\b )
"""
_ABSTRACT_SAYS: Final = rf"""\A\W*
    (?: (?:the\s+)? (?:{_SAYS_WITHDRAWN}) | (?:{_WORK}\s+)? withdrawn (?: \s+{_BY_WHOM} | \s*(?:$|[.!]) ) )
"""


def clean(text: str) -> str:
    """Give what of a text may be stored and shown: one line, nothing invisible, nothing a terminal would obey.

    White space of any kind becomes one space, at the ends none. Escape sequences (ECMA-48) go as a whole, other control
    characters, bidi controls, soft hyphens and zero-width characters one by one; U+200C and U+200D stay, since scripts
    and emoji need them.
    """
    text = " ".join(text.split())
    if text.isprintable():  # no character of a class that is looked for below: nearly every text
        return text
    return " ".join(re.sub(_UNFIT, "", text, flags=re.VERBOSE).split())


def clean_lines(text: str) -> str:
    """Give what of a text may be stored and shown, as `clean` does, but keep its lines, tabs and blanks.

    Lines end without white space, and none is empty at the beginning or the end.
    """
    return "\n".join(line.rstrip() for line in fit(text).split("\n")).strip("\n")


def fit(text: str) -> str:
    """Give what of a text may be stored and shown, as `clean` does, but with all of its lines, tabs and blanks."""
    parts = re.split(r"([\n\t])", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(part if part in "\n\t" else re.sub(_UNFIT, "", part, flags=re.VERBOSE) for part in parts)


class FitStream:
    """Gives of a text that comes in pieces what `fit` gives of the whole, wherever it is cut."""

    def __init__(self) -> None:
        """Begin a text."""
        self._held = ""

    def feed(self, piece: str) -> str:
        """Take the next piece, and give what is fit by now: all but an escape sequence that is not at its end."""
        text = self._held + piece
        unended = re.search(_UNENDED, text, re.VERBOSE)
        end = unended.start() if unended and len(text) - unended.start() <= _LONGEST_HELD else len(text)
        self._held = text[end:]
        return fit(text[:end])

    def rest(self) -> str:
        """Give what is left at the end."""
        text, self._held = self._held, ""
        return fit(text)


def paragraphs(text: str) -> str:
    r"""Undo an abstract's hard wrapping: its paragraphs, each `clean` and on one line, joined by `\n`.

    arXiv wraps lines and begins a new paragraph by indenting its first line, in all of its outputs.
    """
    return "\n".join(filter(None, map(clean, re.split(r"\n\s+", text))))


def from_tex(text: str) -> str:
    r"""Replace TeX's accents and special letters outside formulas by the letters: `Erd\H{o}s` gives Erdős.

    Braces that only protect such a letter go with it. Everything else stays as it stands: `$…$`, other commands, `%`,
    `&`, `~`. An escaped apostrophe (`MLLM\'s`) is taken for one.
    """
    return _with_letters(text, prose=True)


def split_creators(text: str) -> tuple[str, ...]:
    r"""Split the feed's `dc:creator` into the authors' names, cleaned and with letters for TeX; affiliations go.

    arXiv's feed joins names by `, ` and appends `(affiliation, affiliation)` to each. As arXiv's own reading of
    authors does, ` and `, ` & ` and a collaboration's `: ` separate too (not inside a collaboration's name), and
    `, Jr.` belongs to the name before. A parenthesis without its partner is text, so that no author is lost.
    """
    text = clean(text)
    if not re.search(_MORE_THAN_NAMES, text):  # nearly every string
        return tuple(text.split(", ")) if text else ()
    names: list[str] = []
    for piece in re.split(r",|:(?=\s|$)", _without_affiliations(text)):
        if names and re.fullmatch(_SUFFIX, piece.strip()):
            names[-1] += " " + piece.strip()
        else:
            names.extend(_split_at_and(piece.strip()))
    if not names and any(map(str.isalnum, text)):
        names = [text]
    return tuple(_with_letters(name, prose=False) for name in names)


def is_withdrawn(paper: Paper) -> bool:
    """Tell whether a paper is withdrawn: a source says so of its newest version, or comments or abstract in words.

    In an abstract only its beginning counts: further on, it speaks of others' papers.
    """
    if paper.withdrawn:
        return True
    return any(
        text is not None and "withdraw" in text.lower() and re.search(pattern, text, re.IGNORECASE | re.VERBOSE)
        for text, pattern in ((paper.comments, _COMMENTS_SAY), (paper.abstract, _ABSTRACT_SAYS))
    )


def author(text: str) -> str:
    r"""Clean one author's name, with letters for TeX: in a name, `Ku\'s` is Kuś and no contraction."""
    return _with_letters(clean(text), prose=False)


def _with_letters(text: str, *, prose: bool) -> str:
    return _spans(prose).sub(_replacement, text) if "\\" in text else text


@cache
def _spans(prose: bool) -> re.Pattern[str]:
    """Compile the search at its first use: most commands meet no backslash. In a name, `Ku\\'s` is no contraction."""
    alternatives = [_VERBATIM, _SPAN, r"\\[A-Za-z]+\*?\s*\{?", r"\\."]
    return re.compile("|".join([_CONTRACTION, *alternatives] if prose else alternatives), re.VERBOSE | re.DOTALL)


def _replacement(match: re.Match[str]) -> str:
    if match.lastgroup == "contraction":
        return "'"
    if match["letter"]:
        return _letter(match)
    mark = match["sign"] or match["word"]
    return _accented(match, mark) if mark else match[0]


def _letter(match: re.Match[str]) -> str:
    # TeX swallows the space after a command (`Stra\ss e`), but `8 \AA wide` was never seen in print by its author.
    is_unit = match["letter"] == "AA" and match.string[max(0, match.start() - 2) : match.start()].strip().isdigit()
    return _LETTERS[match["letter"]] + (" " if is_unit and (match["gap"] or "").isspace() else "")


def _accented(match: re.Match[str], mark: str) -> str:
    from unicodedata import normalize

    base = match["base"] or match["word_base"]
    is_dotless = re.fullmatch(_DOTLESS, base)
    plain = base[1] if is_dotless else _with_letters(base, prose=False).strip("{}")
    accented = normalize("NFC", plain + _COMBINING[mark])
    # Without braces, only what is a letter of some alphabet: `\"best\"` and `\b bold` are no accents.
    is_certain = match["brace"] or match["word_brace"] or len(accented) == 1
    return accented if is_certain else match[0]


def _without_affiliations(text: str) -> str:
    """Cut the outermost groups in parentheses, except where the name goes on behind them: `Wei (Ann) Li`."""
    kept: list[str] = []
    end = 0
    for start, stop in _outermost_groups(text):
        if re.match(r"\s*(?!(?:and|&)\s)[^\W_]", text[stop : stop + 8]):
            continue
        kept.append(text[end:start])
        end = stop
    return "".join([*kept, text[end:]])


def _outermost_groups(text: str) -> list[tuple[int, int]]:
    """Find the pairs of parentheses that are inside no other pair, as (start, end), in order."""
    opened: list[int] = []
    groups: list[tuple[int, int]] = []
    for match in re.finditer(r"[()]", text):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            while groups and groups[-1][0] > start:
                groups.pop()
            groups.append((start, match.end()))
    return groups


def _split_at_and(piece: str) -> list[str]:
    names = [piece] if re.search(_SHARED_NAME, piece) else re.split(r"\s(?:and|&)\s", piece)
    # The feed has `:` for an author where a collaboration's name ended in one.
    return [name.removeprefix("and ").strip() for name in names if any(map(str.isalnum, name))]
