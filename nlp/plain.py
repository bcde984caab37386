"""The plain form in which numbers, dates and times are read: half-width, without signs that nobody sees."""

import re
from typing import Final

MAX_CHARACTERS: Final = 60
"""A number, a date or a time is shorter; longer texts are not looked at."""

_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
"""Full-width forms, the ideographic space and the minus sign to ASCII. Not NFKC: it reads 5² as 52."""
_INVISIBLE: Final = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f]"
)
_BLANKS: Final = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text without zero-width signs, direction marks and controls (line ends and tabs stay)."""
    return _INVISIBLE.sub("", text)


def plain(text: str) -> str:
    """Half-width, visible, trimmed, every run of blanks one space; "" for what is too long to be a value."""
    if len(text) > MAX_CHARACTERS:
        return ""
    return _BLANKS.sub(" ", visible(text).translate(_HALF_WIDTH)).strip()


def joined(text: str) -> str:
    """`plain` without any blanks."""
    return plain(text).replace(" ", "")
