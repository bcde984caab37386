"""The values of expressions and how one kind becomes another, as ODK does it."""

import math
import re
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

Value: TypeAlias = str | float | bool
"""Dates are ISO strings (`2026-11-13`); an empty answer is ""."""

NAN: Final = math.nan
MAX_TEXT: Final = 32_767
"""Characters of a computed text, as many as an Excel cell holds; the rest is cut: nothing can explode."""

_NUMBER = re.compile(r"\s*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")
_DAY = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?.*)?\s*")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_EXACT: Final = 2.0**53


def day_number(text: str) -> float:
    """Days since 1970-01-01 of an ISO date or date-time (the time as a fraction); NaN for anything else."""
    match = _DAY.fullmatch(text)
    if match is None:
        return NAN
    try:
        days = date.fromisoformat(match[1]).toordinal() - _EPOCH
    except ValueError:
        return NAN
    if match[2] is None:
        return float(days)
    seconds = int(match[2]) * 3600 + int(match[3]) * 60 + float(match[4] or 0)
    return days + seconds / 86_400


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
