"""The values of expressions and how one kind becomes another, as ODK does it."""

import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

Value: TypeAlias = str | float | bool
"""Dates are ISO strings (`2026-11-13`); an empty answer is ""."""

NAN: Final = math.nan
MAX_TEXT: Final = 32_767
"""Characters of a computed text, as many as an Excel cell holds; the rest is cut: nothing can explode."""

_NUMBER = re.compile(r"\s*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")
_MOMENT = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?(Z|[+-][0-9]{2}:?[0-9]{2})?)?\s*"
)
_TIME = re.compile(r"\s*([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\s*")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DATE_LENGTH: Final = len("2026-11-21")
_EXACT: Final = 2.0**53
_DAY_SECONDS: Final = 86_400


def moment_text(moment: datetime) -> str:
    """An aware date-time as ODK writes it: `2026-11-21T09:30:00.000+08:00`."""
    return moment.isoformat(timespec="milliseconds")


def day_number(text: str) -> float:
    """Days since 1970-01-01 of an ISO date or date-time (the time as a fraction); NaN for anything else.

    A date-time counts by the clock of its own offset, so that it can be compared with dates: half past nine on a day
    is after that day began and before the next one, wherever it was written.
    """
    if len(text) == _DATE_LENGTH and text[4] == text[7] == "-" and text.isascii():
        try:
            return float(date.fromisoformat(text).toordinal() - _EPOCH)
        except ValueError:
            return NAN
    match = _MOMENT.fullmatch(text)
    if match is None:
        return NAN
    try:
        days = date.fromisoformat(match[1]).toordinal() - _EPOCH
    except ValueError:
        return NAN
    return float(days) if match[2] is None else days + _seconds(match[2], match[3], match[4]) / _DAY_SECONDS


def utc_number(text: str) -> float:
    """Days since 1970-01-01T00:00Z of an ISO date-time with an offset; day_number() for anything else."""
    match = _MOMENT.fullmatch(text)
    if match is None or match[5] in {None, "Z"}:
        return day_number(text)
    sign = -1 if match[5][0] == "-" else 1
    minutes = int(match[5][1:3]) * 60 + int(match[5][-2:])
    return day_number(text) - sign * minutes / 1_440


def time_number(text: str) -> float:
    """The part of the day that has passed at an ISO time or date-time, by its own clock; NaN for anything else."""
    match = _TIME.fullmatch(text.rpartition("T")[2])
    if match is None or ("T" in text and math.isnan(day_number(text))):
        return NAN
    return _seconds(match[1], match[2], match[3]) / _DAY_SECONDS


def _seconds(hours: str, minutes: str, seconds: str | None) -> float:
    """Seconds since midnight; NaN when there is no such time."""
    found = (int(hours), int(minutes), float(seconds or 0))
    if found[0] > 23 or found[1] > 59 or found[2] >= 60:  # noqa: PLR2004 - hours, minutes, seconds
        return NAN
    return found[0] * 3_600 + found[1] * 60 + found[2]


def day_text(days: float) -> str:
    """The ISO date of a number of days since 1970-01-01; "" when there is no such date."""
    if math.isnan(days) or math.isinf(days):
        return ""
    ordinal = math.floor(days) + _EPOCH
    return date.fromordinal(ordinal).isoformat() if 1 <= ordinal <= date.max.toordinal() else ""


def text_number(text: str) -> float:
    """A text as a number: digits as XPath has them (no exponent), or a date as its day number; else NaN."""
    if _NUMBER.fullmatch(text):
        return float(text)
    return day_number(text)


def number_text(number: float) -> str:
    """A number as text: `1`, not `1.0`; never an exponent; NaN, Infinity, -Infinity."""
    if number == math.trunc(number) if math.isfinite(number) else False:
        if abs(number) < _EXACT:
            return str(int(number))
        return format(Decimal(repr(number)), "f").removesuffix(".0")
    if math.isfinite(number):
        text = repr(number)
        return format(Decimal(text), "f") if "e" in text else text
    if math.isnan(number):
        return "NaN"
    return "Infinity" if number > 0 else "-Infinity"


def to_number(value: Value) -> float:
    """number(value)."""
    if isinstance(value, str):
        return text_number(value)
    return float(value)


def to_text(value: Value) -> str:
    """string(value)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value)


def to_truth(value: Value) -> bool:
    """boolean(value): a text is true unless empty, a number unless zero or NaN."""
    if isinstance(value, float):
        return number_truth(value)
    return bool(value)


def number_truth(number: float) -> bool:
    """Zero and NaN are false."""
    return number == number and number != 0  # noqa: PLR0124 - the quick test for NaN


def equal(left: Value, right: Value) -> bool:
    """left = right, for values whose kinds are known only at run time (XPath 1.0, section 3.4)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_truth(left) == to_truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return to_number(left) == to_number(right)
    return left == right
