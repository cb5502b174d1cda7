r"""Text for a BibTeX file: balanced braces, TeX's special characters escaped, `$…$` and known commands untouched.

Letters with accents become TeX's accents, from Unicode's own decomposition, which has all of them (`ế` is two);
other symbols are pylatexenc's. What has no name in TeX, such as Chinese, stays as it is: the file is UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

_SPECIAL = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
}
"""Characters that mean something to TeX, or print as another. Braces by name: BibTeX counts an escaped one too."""
_IS_SPECIAL = re.compile(f"[{re.escape(''.join(_SPECIAL))}]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_PARTS = re.compile(r"[^\W_]+|[\W_]+")

_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_PLAIN = {"ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
          "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH", "ı": "i", "ħ": "h", "Ħ": "H"}  # fmt: skip

_TAKES_TEXT = """
    emph textit textbf texttt textsc textsf textrm textsl textup textmd underline textsuperscript textsubscript
"""
_IS_SIGN = "LaTeX TeX BibTeX ldots dots textregistered texttrademark textcopyright textdegree copyright"
_WITH_TEXT, _ALONE = frozenset(_TAKES_TEXT.split()), frozenset(_IS_SIGN.split())
"""Commands that LaTeX has: any other would stop the reader's document, and stands there as text."""

_TOKEN = re.compile(
    r"""(?P<math> \$\$(?:[^$\\]|\\.)*\$\$ | \$(?:[^$\\]|\\.)+\$ | \\\((?:[^\\]|\\[^()])*\\\) )
      | \\(?P<command>[A-Za-z]+)
      | \\(?P<escaped>.)
      | (?P<run>[^\\${}]+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SPACES = frozenset(" ,;:\\")
_NOTHING = frozenset("!-/")
_MATH_SPECIAL = re.compile(r"\\.|[%#&]", re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_BRACES = {r"\{": r"\lbrace{}", r"\}": r"\rbrace{}"}
_NO_FORMULA = re.compile(r"\$|\\[()\[\]]|[_^]\s*(?:$|[_^}])")
"""What TeX stops at within a formula."""
_COMMAND = re.compile(r"\\(?:([A-Za-z]+)|.)", re.DOTALL)
_NO_SIGNS = r"""
    input\w* include\w* import subfile\w* verbatiminput lstinputlisting verb\w* use\w+ Require\w+ document\w+
    InputIf\w+ IfFile\w+ jobname openin openout closein closeout read readline immediate write\w* special shipout
    message errmessage typein typeout show\w* tracing\w+ dump \w+stopmode batchmode scrollmode ShellEscape
    def edef gdef xdef (?:char|mathchar|count|dimen|skip|muskip|toks)def let futurelet (?:re)?new\w+ provide\w+
    Declare\w+ global long outer protected csname endcsname expandafter noexpand unexpanded detokenize scantokens
    after\w+ uppercase lowercase string meaning the number romannumeral (?:cat|lc|uc|sf|math|del)code font fontdimen
    advance multiply divide setbox setcounter addtocounter setlength
    loop repeat (?!iff$)if\w* else or fi begingroup endgroup bgroup egroup par endgraf insert vadjust mark
    halign valign every\w+ output AtBegin\w* AtEnd\w* makeat\w+ Expl\w+ (?:pdf|lua|direct|XeTeX)\w*
"""
_ACTS = re.compile("|".join(_NO_SIGNS.split()))
"""Commands that read, write, define, decide or loop: no formula of a title needs one, and TeX obeys them there too."""
_ENVIRONMENT = re.compile(r"\\(begin|end)(?![A-Za-z])(?:\s*\{([^{}]*)\})?")
_IS_FORMULAS = "array matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix subarray cases aligned gathered split"
_OF_FORMULAS = frozenset(_IS_FORMULAS.split())
_OF_LETTERS = re.compile(r"\{\\(?:ensuremath\b|(?:AE|ae|OE|oe|O|o|L|l|ss|DH|dh|DJ|dj|TH|th|NG|ng|i|j)\})")
_NO_COMMANDS = """
    allequal approxnotequal arrowwaveleft arrowwaveright clockoint clwintegral dblarrowupdown DownArrowUpArrow estimates
    forcesextra hermitconjmatrix homothetic image lazysinv mathchar notgreaterless notlessgreater original
    precedesnotsimilar quarternote recorder rightanglearc sqrint starequal surfintegral textfrac tildetrpl truestate
    udots varperspcorrespond verymuchgreater verymuchless volintegral
"""
_STRANGE = re.compile(rf"\\(?:{'|'.join(_NO_COMMANDS.split())})\b")
"""What pylatexenc names and LaTeX, also with its usual packages, does not know. Of letters it knows more than their
usual commands (Cyrillic is `\\CYRA`), which ask for fonts that few documents have."""
_OPENS = {"{": 1, "}": -1}


class _Piece(NamedTuple):
    """Some of the text as it goes into the file, and the characters that it was; none where it is TeX."""

    text: str
    plain: str = ""


def written(text: str, *, unicode: bool = False) -> str:
    """Write a text for a field: with letters and symbols as TeX has them, or (`unicode`) as they are."""
    return "".join(piece.text for piece in _pieces(text, unicode))


def title(text: str, *, unicode: bool = False) -> str:
    """Write a title, with braces around formulas and words whose capitals have to stay whatever a style does to it."""
    from coolcli.export import capitals

    pieces = [part for piece in _pieces(text, unicode) for part in _parts(piece, unicode)]
    kept = capitals.kept("".join(piece.plain or capitals.TEX for piece in pieces))
    found: list[str] = []
    depth = place = end = 0
    for piece in pieces:
        if place >= end and place in kept and depth == 0:
            end = kept[place]
            found.append("{")
        if piece.plain:
            found.append(piece.text)
        else:
            depth += _OPENS.get(piece.text, 0)
            found.append(f"{{{piece.text}}}" if depth == 0 and _is_changed(piece.text) else piece.text)
        place += len(piece.plain) or 1
        if place == end:
            found.append("}")
    return "".join(found)


def folded(text: str) -> str:
    """Give a text in ASCII, accents and what has no letter in it left out: `Müller` is Muller."""
    if text.isascii():
        return text
    from unicodedata import normalize

    plain = "".join(_PLAIN.get(letter, letter) for letter in text)
    return normalize("NFKD", plain).encode("ascii", "ignore").decode()


def is_balanced(text: str) -> bool:
    """Tell whether every brace has its partner, as BibTeX counts them: escaped ones too."""
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += _OPENS[brace]
        if depth < 0:
            return False
    return depth == 0


def _pieces(text: str, unicode: bool) -> Iterator[_Piece]:
    """Give a text piece by piece: formulas, commands, and what is between them."""
    if not unicode and not text.isascii():
        from unicodedata import normalize

        text = normalize("NFC", text)
    tokens = list(_TOKEN.finditer(" ".join(text.split())))
    groups = _groups(tokens)
    for place, token in enumerate(tokens):
        kind = token.lastgroup
        if kind == "math":
            yield from _formula(token[0], unicode)
        elif kind == "command":
            yield from _command(token["command"], takes=place + 1 in groups)
        elif kind == "escaped":
            yield from _escaped(token["escaped"], unicode)
        elif place in groups:
            yield _Piece(token[0])
        else:
            yield _Piece(_characters(token[0], unicode), token[0])


def _parts(piece: _Piece, unicode: bool) -> Iterator[_Piece]:
    """Take what is no TeX apart into words and what is between them, so that a word begins and ends with a piece."""
    if len(piece.plain) < 2:
        yield piece
        return
    for part in _PARTS.findall(piece.plain):
        yield _Piece(_characters(part, unicode), part)


def _groups(tokens: Sequence[re.Match[str]]) -> set[int]:
    """Find the braces that have a partner."""
    opened: list[int] = []
    found: set[int] = set()
    for place, token in enumerate(tokens):
        if token["other"] == "{":
            opened.append(place)
        elif token["other"] == "}" and opened:
            found |= {opened.pop(), place}
    return found


def _formula(text: str, unicode: bool) -> Iterator[_Piece]:
    """Give a formula whole; one that TeX could not read is text."""
    sign = text[:2] if text[:2] in ("$$", "\\(") else "$"
    inside = text[len(sign) : -len(sign)]
    if (formula := _mended(inside)) is not None:
        yield _Piece(f"${formula}$")
        return
    yield _Piece(r"\$", "$")
    yield from _pieces(inside, unicode)
    yield _Piece(r"\$", "$")


def _mended(inside: str) -> str | None:
    """Make a formula fit for a field: what TeX takes for a comment or an argument escaped, symbols by their names."""
    inside = re.sub(r"\\(?=[^\x00-\x7f])", "", inside)
    if not inside.strip() or _NO_FORMULA.search(inside) or not only_shows(inside):
        return None
    kept = "&" if r"\begin" in inside else ""
    inside = _MATH_SPECIAL.sub(
        lambda match: match[0] if len(match[0]) > 1 or match[0] == kept else "\\" + match[0], inside
    )
    inside = "".join(letter if letter.isascii() else _in_formula(symbol(letter)) for letter in inside)
    if not is_balanced(inside) or not is_balanced(_ESCAPED.sub("", inside)):
        inside = _ESCAPED.sub(lambda match: _BRACES.get(match[0], match[0]), inside)
    return inside if is_balanced(inside) else None


def only_shows(inside: str) -> bool:
    """Tell whether a formula does nothing but show: no command of it acts, and its environments are formulas' own."""
    if any(_ACTS.fullmatch(name) for name in _COMMAND.findall(inside)):
        return False
    begun, ended = ([name for verb, name in _ENVIRONMENT.findall(inside) if verb == each] for each in ("begin", "end"))
    return sorted(begun) == sorted(ended) and _OF_FORMULAS.issuperset(begun)


def _in_formula(symbol: str) -> str:
    named = re.fullmatch(r"\{\\ensuremath(\{.*\})\}", symbol)
    return named[1] if named else rf"\mbox{{{symbol}}}"


def _command(name: str, *, takes: bool) -> Iterator[_Piece]:
    if name in _ALONE:
        yield _Piece(rf"{{\{name}}}")
    elif name in _WITH_TEXT and takes:
        yield _Piece(rf"\{name}")
    else:
        yield _Piece(_SPECIAL["\\"], "\\")
        yield _Piece(name, name)


def _escaped(letter: str, unicode: bool) -> Iterator[_Piece]:
    """Give what stood behind a backslash: itself, a space for TeX's spaces, nothing for its hyphenation."""
    if letter in _SPACES:
        yield _Piece(" ", " ")
    elif letter not in _NOTHING:
        yield _Piece(_characters(letter, unicode), letter)


def _characters(text: str, unicode: bool) -> str:
    """Write characters that are no TeX."""
    text = _IS_SPECIAL.sub(lambda match: _SPECIAL[match[0]], text)
    return text if unicode or text.isascii() else _NOT_ASCII.sub(lambda match: symbol(match[0]), text)


def _is_changed(text: str) -> bool:
    """Tell whether a style that writes small letters would change a formula or a command."""
    return text not in _OPENS and (text.startswith("$") or text != text.lower())


@cache
def symbol(letter: str) -> str:
    """Write a character that is not ASCII with what TeX has, or as it is."""
    accented = _accented(letter)
    if accented is not None:
        return accented
    named = _encoder()(letter)
    is_known = not _STRANGE.search(named) and (not letter.isalpha() or _OF_LETTERS.match(named))
    return named if is_known else letter


def _accented(letter: str) -> str | None:
    from unicodedata import normalize

    base, *marks = list(normalize("NFD", letter))
    if not marks or not base.isascii() or any(mark not in _ACCENTS for mark in marks):
        return None
    above = any(_ACCENTS[mark] not in "cdkb" for mark in marks)
    text = f"\\{base}" if base in "ij" and above else base
    for mark in marks:
        accent = _ACCENTS[mark]
        bare = text in (base, f"\\{base}")
        text = f"\\{accent}{text}" if bare and not accent.isalpha() else f"\\{accent}{{{text}}}"
    return f"{{{text}}}"


@cache
def _encoder() -> Callable[[str], str]:
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    encoder = UnicodeToLatexEncoder(
        non_ascii_only=True,
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )
    return encoder.unicode_to_latex  # type: ignore[no-any-return]
