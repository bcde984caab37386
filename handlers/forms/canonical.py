"""Canonical values: what may stand in a state for each kind of question, and what calculations become."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from handlers.forms.expressions.values import Value, day_text, number_text, to_number, to_text
from handlers.forms.form import Kind

MAX_ANSWER: Final = 5_000
"""Characters of one text answer; a WeChat message has at most 2048 bytes, a web form may send more."""
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSAFE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

TOO_LONG = f"内容太长了（最多 {MAX_ANSWER} 个字），请精简后再发一次。"
UNREADABLE = "内容里有无法保存的字符，请改用普通文字再发一次。"
NOT_A_NUMBER = "这一题请填写数字。"
NOT_WHOLE = "这一题请填写整数。"
NOT_A_DAY = "这一题请填写日期，例如 2026-11-13。"


def clean(text: str) -> str:
    """A text without the characters that XML or a database cannot hold (controls, lone surrogates)."""
    return text if text.isprintable() else _UNSAFE.sub("", text)


def check(kind: Kind, value: str) -> None:
    """Raise ValueError with the sentence to show unless `value` is canonical for the kind (choices apart)."""
    if not value.isprintable() and _UNSAFE.search(value):
        raise ValueError(UNREADABLE)
    demand = _DEMANDS.get(kind)
    if demand is not None and not demand[0](value):
        raise ValueError(demand[1])


def is_day(value: str) -> bool:
    """Whether a value is an ISO date that exists."""
    if not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_DEMANDS: Final[Mapping[Kind, tuple[Callable[[str], object], str]]] = MappingProxyType(
    {
        Kind.TEXT: (lambda value: len(value) <= MAX_ANSWER, TOO_LONG),
        Kind.INTEGER: (_INTEGER.fullmatch, NOT_WHOLE),
        Kind.DECIMAL: (_DECIMAL.fullmatch, NOT_A_NUMBER),
        Kind.DATE: (is_day, NOT_A_DAY),
    }
)
"""What a canonical value of a kind passes, and the sentence for one that does not."""


def computed(kind: Kind, value: Value) -> str:
    """What a calculation leaves in a question of this kind; NaN and what does not fit leave it empty (ODK)."""
    if kind in {Kind.INTEGER, Kind.DECIMAL}:
        number = to_number(value)
        if not math.isfinite(number):
            return ""
        return number_text(float(math.trunc(number)) if kind is Kind.INTEGER else number)
    if kind is Kind.DATE:
        text = value if isinstance(value, str) else day_text(to_number(value))
        return text[:10] if is_day(text[:10]) else ""
    if isinstance(value, float) and math.isnan(value):
        return ""
    return to_text(value)
