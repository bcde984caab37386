"""A place in degrees as people copy it from a map: 39.9,116.4 or 北纬39.9 东经116.4."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from nlp.plain import plain

NOT_A_PLACE: Final = "请直接发送位置（聊天窗口“＋”里的“位置”），或写经纬度，例如 39.9,116.4。"
NO_SUCH_PLACE: Final = "经纬度不对：纬度在 -90 到 90 之间，经度在 -180 到 180 之间，例如 39.9,116.4。"
_DECIMALS: Final = 8
"""About a millimetre; more is noise."""


class Place(NamedTuple):
    """Degrees: `latitude` north, `longitude` east; south and west are negative."""

    latitude: Decimal
    longitude: Decimal


_NUMBER: Final = r"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)"
_DEGREES: Final = (
    rf"(北纬|南纬|东经|西经|纬度|经度|n|s|e|w|lat|lon|lng)?[ :]*{_NUMBER}[°度]?"
    r"(?:([0-9]{1,2}(?:\.[0-9]{1,6})?)['′分](?:([0-9]{1,2}(?:\.[0-9]{1,6})?)[\"″秒])?)? ?([nsew])?"
)
_PLACE: Final = re.compile(rf"\(?{_DEGREES}[ ,;、/]+{_DEGREES}\)?", re.IGNORECASE)
_TOUCHING: Final = re.compile(rf"\(?{_DEGREES}{_DEGREES}\)?", re.IGNORECASE)
_NORTH: Final = frozenset({"北纬", "南纬", "纬度", "n", "s", "lat"})
_EAST: Final = frozenset({"东经", "西经", "经度", "e", "w", "lon", "lng"})
_NEGATIVE: Final = frozenset({"南纬", "西经", "s", "w"})
_MOST_NORTH: Final = 90
_MOST_EAST: Final = 180


def coordinates(text: str) -> Place:
    """The place that a text means; latitude first unless the words or the sizes say otherwise (116.4,39.9).

    Raises ValueError with the Chinese sentence to show.
    """
    shown = plain(text)
    match = _PLACE.fullmatch(shown) or (_TOUCHING.fullmatch(shown) if re.search("[经纬]", shown) else None)
    if match is None:
        raise ValueError(NOT_A_PLACE)
    first_word, first = _degrees(match.groups()[:5])
    second_word, second = _degrees(match.groups()[5:])
    turned = first_word in _EAST or second_word in _NORTH
    unsaid = not first_word and not second_word
    if turned or (unsaid and abs(first) > _MOST_NORTH >= abs(second)):
        first, second = second, first
    if abs(first) > _MOST_NORTH or abs(second) > _MOST_EAST:
        raise ValueError(NO_SUCH_PLACE)
    return Place(first, second)


def _degrees(parts: tuple[str | None, ...]) -> tuple[str, Decimal]:
    before, whole, minutes, seconds, behind = parts
    word = (before or behind or "").casefold()
    number = abs(Decimal(whole or "0")) + Decimal(minutes or "0") / 60 + Decimal(seconds or "0") / 3600
    negative = (whole or "").startswith("-") or word in _NEGATIVE
    return word, round(-number if negative else number, _DECIMALS)
