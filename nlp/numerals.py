"""Numbers in digits and in Chinese numerals, read exactly; a ValueError is the sentence to show."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from nlp.plain import joined

NOT_A_NUMBER: Final = "没看懂这个数字。请填写数字，例如 12.5、三万五千 或 1.2万。"
NOT_WHOLE: Final = "这里要填整数。请填写整数，例如 12 或 三十五。"
NUMBER_TOO_LONG: Final = "这个数字太长了（整数和小数各最多 15 位），请核对后再填写。"

MAX_DIGITS: Final = 15
"""What a double, and so every calculation of a form, holds exactly."""

FORMAL: Final = str.maketrans(
    {**dict(zip("拾佰仟萬億兩圓", "十百千万亿两元", strict=True)), "廿": "二十", "卅": "三十"}
)
"""The numerals of cheques, and 廿 and 卅, as everyday ones."""

_DIGITS: Final = {
    **{character: index for index, character in enumerate("零一二三四五六七八九")},
    **{character: index for index, character in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0,
    "两": 2,
    "俩": 2,
    "幺": 1,
}
NUMERALS: Final = "".join(_DIGITS) + "十百千万亿点"
"""Every sign of a number spelled in Chinese."""
_UNITS: Final = (("亿", 8), ("万", 4), ("千", 3), ("百", 2), ("十", 1))
"""Each with the number of zeros that it stands for."""
_ARABIC: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_BIG_UNIT: Final = re.compile("[百千][万亿]")
_PREFIX: Final = re.compile(r"^(?:人民币|共计|合计|总计|共|[¥￥$])")
SUFFIX: Final = re.compile(
    "(?:元整|元人民币|块钱|元钱|元|块|个百分点|人次|人|名|位|次|项|件|份|处|起|条|家|台|辆|套|批|笔|户|天|日|年|周"
    "|个小时|小时|分钟|个月|岁|公里|千米|米|吨|平方米|平米|亩|公斤|千克|度|级|页|册|本|张|章|座|栋|间|层|根|棵|颗|头"
    "|只|瓶|箱|桶|车次|场次|场|期|节|组|队|班次|班|轮|遍|趟|封|篇|部|顿|桌|盒|包|袋|支|把|瓶|条次|个人|个)$"
)
"""What is counted, behind the number."""


def decimal(text: str) -> Decimal:
    """The number that a text means: 12.5, １２, 1,234, 三万五千, 两万八, 1.2万, 负三, 三点五, 6万元.

    Raises ValueError with the Chinese sentence to show.
    """
    bare = ungrouped(joined(text).translate(FORMAL))
    bare = _PREFIX.sub("", bare)
    negative = bare[:1] in {"-", "负"}
    bare = bare[1:] if negative or bare[:1] == "+" else bare
    number = spelled(bare)
    if number is None:
        number = spelled(SUFFIX.sub("", bare))
    if number is None:
        raise ValueError(NOT_A_NUMBER)
    return fitting(-number if negative and number else number)


def integer(text: str) -> int:
    """The whole number that a text means; as `decimal`, but 12.5 is refused. Raises ValueError."""
    number = decimal(text)
    if number != number.to_integral_value():
        raise ValueError(NOT_WHOLE)
    return int(number)


def fitting(number: Decimal) -> Decimal:
    """The same number. Raises ValueError with the sentence to show when it is longer than MAX_DIGITS."""
    if abs(number) >= 10**MAX_DIGITS or len(format(number, "f").partition(".")[2]) > MAX_DIGITS:
        raise ValueError(NUMBER_TOO_LONG)
    return number


def ungrouped(text: str) -> str:
    """A text without the commas of 1,234,567; commas that stand elsewhere stay."""
    return _THOUSANDS.sub(lambda match: match.group().replace(",", ""), text) if "," in text else text


def spelled(text: str) -> Decimal | None:
    """A bare number without sign, in digits or numerals or both (3万5千), or None; FORMAL signs are translated."""
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    if len(text) > 1 and all(character in _DIGITS for character in text):
        return Decimal("".join(str(_DIGITS[character]) for character in text))
    return _scaled(f"一{text}" if _BIG_UNIT.match(text) else text, _UNITS)


def _scaled(text: str, units: Sequence[tuple[str, int]]) -> Decimal | None:
    """A number written with units: what stands before the unit, times it, plus the rest, which must be smaller."""
    for place, (unit, zeros) in enumerate(units):
        if unit not in text:
            continue
        before, _, after = text.rpartition(unit) if unit == "亿" else text.partition(unit)
        smaller = units[place + 1 :]
        factor = Decimal(1) if before == "" and unit == "十" else _before(before, unit, smaller)
        rest = _rest(after, zeros, smaller)
        return None if factor is None or rest is None else factor.scaleb(zeros) + rest
    return _plain(text)


def _before(text: str, unit: str, smaller: Sequence[tuple[str, int]]) -> Decimal | None:
    """Before 万 and 亿 any number may stand, before 十百千 only digits."""
    return _scaled(text, smaller) if unit in {"万", "亿"} else _plain(text)


def _rest(text: str, zeros: int, smaller: Sequence[tuple[str, int]]) -> Decimal | None:
    """What stands after a unit: nothing, 零五, 三千五, a colloquial last digit (两万八), or all digits (3万5000)."""
    if text == "":
        return Decimal(0)
    after_zero = text.lstrip("零〇○")
    spoken = after_zero == text
    if len(after_zero) == 1 and spoken:
        digit = _plain(after_zero)
        return None if digit is None else digit.scaleb(zeros - 1)
    if after_zero.isascii() and after_zero.isdigit() and len(after_zero) != zeros and spoken:
        return None
    rest = _scaled(after_zero, smaller)
    return rest if rest is not None and rest < Decimal(1).scaleb(zeros) else None


def _plain(text: str) -> Decimal | None:
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    whole, point, fraction = text.partition("点")
    parts = [whole, fraction] if point else [whole]
    if not all(part and all(character in _DIGITS for character in part) for part in parts):
        return None
    return Decimal(".".join("".join(str(_DIGITS[character]) for character in part) for part in parts))
