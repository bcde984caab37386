"""Canonical values: what may stand in a state for each kind of question, and what calculations become."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from handlers.forms.expressions.values import Value, day_text, number_text, to_number, to_text
from handlers.forms.form import MEDIA, Kind

MAX_ANSWER: Final = 5_000
"""Characters of one text answer; a WeChat message has at most 2048 bytes, a web form may send more."""
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_OF_DAY: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,3})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_TIME: Final = re.compile(_TIME_OF_DAY)
_MOMENT: Final = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T{_TIME_OF_DAY}")
_MEDIUM: Final = re.compile(r"[A-Za-z0-9_.\-]{1,100}")
MAX_MEDIA: Final = 30
"""Media of one answer; WeChat lets people send nine at a time."""
_UNSAFE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

TOO_LONG = f"内容太长了（最多 {MAX_ANSWER} 个字），请精简后再发一次。"
UNREADABLE = "内容里有无法保存的字符，请改用普通文字再发一次。"
NOT_A_NUMBER = "这一题请填写数字。"
NOT_WHOLE = "这一题请填写整数。"
NOT_A_DAY = "这一题请填写日期，例如 2026-11-13。"
NOT_A_TIME = "这一题请填写时间，例如 14:30。"
NOT_A_MOMENT = "这一题请填写日期和时间，例如 2026-11-13 14:30。"
NOT_CONFIRMED = "请回复“确认”。"
NOT_MEDIA = f"这一题请直接发送文件，最多 {MAX_MEDIA} 个。"
NOT_A_PLACE = "这一题请发送位置。"
CONFIRMED: Final = "OK"
"""The canonical value of an acknowledge question (ODK)."""


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


def _is_moment(value: str) -> bool:
    match = _MOMENT.fullmatch(value)
    return match is not None and is_day(match[1])


def _are_media(value: str) -> bool:
    names = value.split(" ")
    return len(names) <= MAX_MEDIA and all(_MEDIUM.fullmatch(name) for name in names)


def _is_place(value: str) -> bool:
    """`latitude longitude [altitude [accuracy]]`, degrees and metres (ODK XForms specification, geopoint)."""
    numbers = value.split(" ")
    if not 2 <= len(numbers) <= 4 or not all(_DECIMAL.fullmatch(number) for number in numbers):  # noqa: PLR2004
        return False
    return abs(float(numbers[0])) <= 90 and abs(float(numbers[1])) <= 180  # noqa: PLR2004 - degrees


_DEMANDS: Final[Mapping[Kind, tuple[Callable[[str], object], str]]] = MappingProxyType(
    {
        Kind.TEXT: (lambda value: len(value) <= MAX_ANSWER, TOO_LONG),
        Kind.INTEGER: (_INTEGER.fullmatch, NOT_WHOLE),
        Kind.DECIMAL: (_DECIMAL.fullmatch, NOT_A_NUMBER),
        Kind.RANGE: (_DECIMAL.fullmatch, NOT_A_NUMBER),
        Kind.DATE: (is_day, NOT_A_DAY),
        Kind.TIME: (_TIME.fullmatch, NOT_A_TIME),
        Kind.DATETIME: (_is_moment, NOT_A_MOMENT),
        Kind.ACKNOWLEDGE: (lambda value: value == CONFIRMED, NOT_CONFIRMED),
        Kind.IMAGE: (_are_media, NOT_MEDIA),
        Kind.AUDIO: (_are_media, NOT_MEDIA),
        Kind.VIDEO: (_are_media, NOT_MEDIA),
        Kind.FILE: (_are_media, NOT_MEDIA),
        Kind.GEOPOINT: (_is_place, NOT_A_PLACE),
        Kind.BARCODE: (lambda value: len(value) <= MAX_ANSWER, TOO_LONG),
    }
)
"""What a canonical value of a kind passes, and the sentence for one that does not."""


def computed(kind: Kind, value: Value) -> str:
    """What a calculation leaves in a question of this kind; NaN and what does not fit leave it empty (ODK)."""
    if kind in _NUMBERS:
        number = to_number(value)
        if not math.isfinite(number):
            return ""
        return number_text(float(math.trunc(number)) if kind is Kind.INTEGER else number)
    if kind is Kind.DATE:
        text = value if isinstance(value, str) else day_text(to_number(value))
        return text[:10] if is_day(text[:10]) else ""
    if isinstance(value, float) and math.isnan(value):
        return ""
    text = to_text(value)
    if kind is Kind.TIME:
        text = text.rpartition("T")[2]
    return text if kind not in _STRICT or _fits(kind, text) else ""


_NUMBERS: Final = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE})
_STRICT: Final = frozenset({Kind.TIME, Kind.DATETIME, Kind.ACKNOWLEDGE, Kind.GEOPOINT, *MEDIA})


def _fits(kind: Kind, text: str) -> bool:
    return bool(_DEMANDS[kind][0](text))
