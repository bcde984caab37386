"""Numbers of sheets (GC26-0000179) and messages (YJ26-0000179): written and read back as people type them."""

import re
import unicodedata
from enum import StrEnum


class NumberPrefix(StrEnum):
    """What a number is of: 观察表 or 意见建议."""

    SHEET = "GC"
    MESSAGE = "YJ"


_SERIAL_DIGITS = 6
_TYPED = re.compile(r"(GC|YJ)?([0-9]{2})([0-9]{6,12})([0-9])")
_IGNORED = re.compile(r"[\s\-_\u2010-\u2015\u2212\u30fc]+")
_ENDS = " \t\r\n。.,，;；:：#、!！\"'“”‘’《》()[]【】「」"


def make_number(year: int, serial: int, prefix: NumberPrefix = NumberPrefix.SHEET) -> str:
    """The number of the `serial`-th sheet or message (from 1) of a calendar year: two digits of the year, a serial of
    at least six digits and a Luhn check digit (ISO/IEC 7812-1) over both.
    """
    digits = f"{year % 100:02d}{serial:0{_SERIAL_DIGITS}d}"
    return f"{prefix}{digits[:2]}-{digits[2:]}{_check_digit(digits)}"


def parse_number(text: str) -> str | None:
    """The canonical number that somebody typed, or None when it cannot be one.

    Takes full-width characters, spaces, any dash or none, lower case, and punctuation around it. Without a prefix it
    is a sheet's.
    """
    plain = unicodedata.normalize("NFKC", text).upper().strip(_ENDS)
    typed = _TYPED.fullmatch(_IGNORED.sub("", plain))
    if typed is None:
        return None
    prefix, year, serial, check = typed.groups()
    if _check_digit(year + serial) != check:
        return None
    return f"{prefix or NumberPrefix.SHEET}{year}-{serial}{check}"


def prefix_of(number: str) -> NumberPrefix:
    """What a canonical number is of."""
    return NumberPrefix(number[:2])


def _check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        tens, ones = divmod(int(digit) * (2 - place % 2), 10)
        total += tens + ones
    return str(-total % 10)
