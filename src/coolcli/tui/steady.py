"""Text whose width every terminal agrees on: else a line breaks, and with it all that stands beside it.

Terminals differ where several characters make one sign: some draw a family as one of two columns, some as four people
of eight. What joins and colours such signs is left out, so that each stands by itself.
"""

_JOINERS = {0x200D: None, 0xFE0E: None, 0xFE0F: None, 0x20E3: None, **dict.fromkeys(range(0x1F3FB, 0x1F400))}
"""The joiner of emoji, what chooses their look, the frame around a key, tones of skin."""
_FLAGS = {code: chr(code - 0x1F1E6 + ord("A")) for code in range(0x1F1E6, 0x1F200)}
"""Letters of which two make a flag."""
_TABLE = {**_JOINERS, **_FLAGS}


def steady(text: str) -> str:
    """Give a text without what terminals measure differently."""
    return text if text.isascii() else text.translate(_TABLE)
