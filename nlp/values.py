"""Numbers and dates as people write them in Chinese chats, read as values; a ValueError is the sentence to show."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

NOT_A_NUMBER: Final = "没看懂这个数字。请填写数字，例如 12.5、三万五千 或 1.2万。"
NOT_WHOLE: Final = "这里要填整数。请填写整数，例如 12 或 三十五。"
NUMBER_TOO_LONG: Final = "这个数字太长了（整数和小数各最多 15 位），请核对后再填写。"
NOT_A_DAY: Final = "没看懂这个日期。请填写日期，例如 2026-11-13、11月13日、昨天 或 上周五。"
WHICH_DAY: Final = "请写到具体哪一天，例如 {example}。"
NO_SUCH_DAY: Final = "没有{year}年{month}月{day}日这一天，请核对后再填写。"
DAY_OUT_OF_RANGE: Final = "日期要在 1900 年到 2100 年之间，请核对后再填写。"

_MAX_CHARACTERS: Final = 60
"""A number or a date is shorter; longer texts are not looked at."""
_MAX_DIGITS: Final = 15
"""What a double, and so every calculation of a form, holds exactly."""
_YEARS: Final = range(1900, 2101)

_BLANKS: Final = re.compile(r"\s+")
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
"""Full-width forms, the ideographic space and the minus sign to ASCII. Not NFKC: it reads 5² as 52."""

_DIGITS: Final = {
    **{character: index for index, character in enumerate("零一二三四五六七八九")},
    **{character: index for index, character in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0,
    "两": 2,
    "俩": 2,
    "幺": 1,
}
_FORMAL: Final = str.maketrans("拾佰仟萬億兩圓", "十百千万亿两元")
_UNITS: Final = (("亿", 8), ("万", 4), ("千", 3), ("百", 2), ("十", 1))
"""Each with the number of zeros that it stands for."""
_ARABIC: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_PREFIX: Final = re.compile(r"^(?:人民币|共计|合计|总计|共|[¥￥$])")
_SUFFIX: Final = re.compile(
    "(?:元整|块钱|元|块|个|人次|人|名|位|次|项|件|份|处|起|条|家|台|辆|套|批|笔|户|天|小时|分钟|岁"
    "|公里|千米|米|吨|平方米|亩)$"
)


def decimal(text: str) -> Decimal:
    """The number that a text means: 12.5, １２, 1,234, 三万五千, 两万八, 1.2万, 负三, 三点五, 6万元.

    Raises ValueError with the Chinese sentence to show.
    """
    bare = _normalised(text).translate(_FORMAL)
    bare = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), bare)
    bare = _PREFIX.sub("", bare)
    negative = bare[:1] in {"-", "负"}
    bare = bare[1:] if negative or bare[:1] == "+" else bare
    number = _number(bare)
    if number is None:
        number = _number(_SUFFIX.sub("", bare))
    if number is None:
        raise ValueError(NOT_A_NUMBER)
    if number >= 10**_MAX_DIGITS or len(format(number, "f").partition(".")[2]) > _MAX_DIGITS:
        raise ValueError(NUMBER_TOO_LONG)
    return -number if negative and number else number


def integer(text: str) -> int:
    """The whole number that a text means; as `decimal`, but 12.5 is refused. Raises ValueError."""
    number = decimal(text)
    if number != number.to_integral_value():
        raise ValueError(NOT_WHOLE)
    return int(number)


def day(text: str, today: date) -> date:
    """The day that a text means, seen from `today` (both in the person's own timezone).

    2026-11-13, 2026年11月13日, 20261113, 11月3号, 十一月三日, 13号, 今天, 昨天, 大前天, 三天前,
    周五, 上周五下午, 本月底, 上月15号, 去年12月31日.
    A day without a year is in this year, unless that is more than 300 days away across New Year.
    Raises ValueError with the Chinese sentence to show; where only a month or a holiday is named it asks for the day.
    """
    bare = _TIME_OF_DAY.sub("", _WEEKDAY_BESIDE.sub("", _normalised(text).rstrip("。，,!！")))
    found = _relative(bare, today)
    if found is None:
        spelled = _SPELLED.sub(_in_digits, bare.translate(_FORMAL))
        found = next((read(match, today) for pattern, read in _DAYS if (match := pattern.fullmatch(spelled))), None)
    if found is None:
        raise ValueError(WHICH_DAY.format(example=_example(today)) if _VAGUE.search(bare) else NOT_A_DAY)
    if found.year not in _YEARS:
        raise ValueError(DAY_OUT_OF_RANGE)
    return found


def _normalised(text: str) -> str:
    """Half-width, without blanks; "" for what is too long to be a value."""
    if len(text) > _MAX_CHARACTERS:
        return ""
    return _BLANKS.sub("", text.translate(_HALF_WIDTH))


# Numbers


def _number(text: str) -> Decimal | None:
    if len(text) > 1 and all(character in _DIGITS for character in text):
        return Decimal("".join(str(_DIGITS[character]) for character in text))
    return _scaled(text, _UNITS)


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


# Dates

_TIME_OF_DAY: Final = re.compile(r"(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|晚)$")
_WEEKDAY_BESIDE: Final = re.compile(r"(?<=[0-9日号])\(?(?:周|星期|礼拜)[一二三四五六日天]\)?$")
_VAGUE: Final = re.compile(r"年|月|节|国庆|五一|元旦|中秋|端午|清明|春节|期间|假|周|星期|旬|季|最近|近期|前几天")
_NUMERALS: Final = "零〇○一二三四五六七八九十两廿卅"
_SPELLED: Final = re.compile(rf"[{_NUMERALS}]+(?=年|个?月|日|号|天|周|星期)")
_NAMED: Final = {
    **dict.fromkeys(("今天", "今日", "当天", "本日", "今儿", "今"), 0),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "昨"), -1),
    **dict.fromkeys(("前天", "前日"), -2),
    "大前天": -3,
    **dict.fromkeys(("明天", "明日", "明儿", "明"), 1),
    **dict.fromkeys(("后天", "后日"), 2),
    "大后天": 3,
}
_WEEKDAY: Final = re.compile(r"(上上个?|上个?|本|这个?|下下个?|下个?|)(?:周|星期|礼拜)([一二三四五六日天])")
_WEEKS: Final = {"上上": -2, "上": -1, "本": 0, "这": 0, "": 0, "下": 1, "下下": 2}
_MONTH_END: Final = re.compile(r"(上个?|本|这个?|当|下个?|)月(底|末|初)")
_MONTHS: Final = {"上": -1, "本": 0, "这": 0, "当": 0, "": 0, "下": 1}
_YEAR_END: Final = re.compile(r"(前年|去年|今年|本年|明年|)(?:年)?(底|末|初)")
_NAMED_YEARS: Final = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "": 0, "明年": 1}
_FAR: Final = 300
"""Days; a day of this year that is further away than this lies across New Year."""


def _relative(text: str, today: date) -> date | None:
    if text in _NAMED:
        return _moved(today, days=_NAMED[text])
    if match := _WEEKDAY.fullmatch(text):
        weeks = _WEEKS[match[1].removesuffix("个")]
        weekday = "一二三四五六日".index(match[2].replace("天", "日"))
        return _moved(today, days=weeks * 7 + weekday - today.weekday())
    if match := _MONTH_END.fullmatch(text):
        year, month = _month(today, _MONTHS[match[1].removesuffix("个")])
        return date(year, month, 1) if match[2] == "初" else _last_of(year, month)
    if match := _YEAR_END.fullmatch(text):
        year = today.year + _NAMED_YEARS[match[1]]
        return _exact(year, 1, 1) if match[2] == "初" else _exact(year, 12, 31)
    return None


def _in_digits(match: re.Match[str]) -> str:
    spelled = match.group().replace("廿", "二十").replace("卅", "三十")
    number = _number(spelled)
    return match.group() if number is None else str(number)


def _full(match: re.Match[str], today: date) -> date:
    year = int(match[1])
    return _exact(year + 2000 if len(match[1]) == 2 else year, int(match[2]), int(match[3]))  # noqa: PLR2004 - 26年


def _month_and_day(match: re.Match[str], today: date) -> date:
    month, number = int(match[1]), int(match[2])
    year = today.year
    found = _exact_or_none(year, month, number)
    if found is None or abs((found - today).days) > _FAR:
        across = -1 if month > today.month else 1
        found = _exact_or_none(year + across, month, number) if found is not None else None
    return found if found is not None else _exact(year, month, number)


def _day_of_month(match: re.Match[str], today: date) -> date:
    year, month = _month(today, _MONTHS[match[1].removesuffix("个") if match[1] else ""])
    return _exact(year, month, int(match[2]))


def _of_named_year(match: re.Match[str], today: date) -> date:
    return _exact(today.year + _NAMED_YEARS[match[1]], int(match[2]), int(match[3]))


def _ago(match: re.Match[str], today: date) -> date:
    days = int(match[1]) * (7 if match[2] != "天" else 1)
    return _moved(today, days=-days if match[3] == "前" else days)


_Read: TypeAlias = Callable[[re.Match[str], date], date]
_DAYS: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = (
    (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), _full),
    (re.compile(r"([0-9]{4}|[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})[日号]?"), _full),
    (re.compile(r"([0-9]{4}|[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})[日号]?"), _full),
    (re.compile(r"(前年|去年|今年|本年|明年)的?([0-9]{1,2})月([0-9]{1,2})[日号]?"), _of_named_year),
    (re.compile(r"([0-9]{1,2})月([0-9]{1,2})[日号]?"), _month_and_day),
    (re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})"), _month_and_day),
    (re.compile(r"(?:(上个?|本|这个?|当|下个?)月的?)?([0-9]{1,2})[日号]"), _day_of_month),
    (re.compile(r"([0-9]{1,3})个?(天|周|星期|礼拜)(?:以|之)?(前|后)"), _ago),
)


def _exact(year: int, month: int, number: int) -> date:
    found = _exact_or_none(year, month, number)
    if found is None:
        raise ValueError(NO_SUCH_DAY.format(year=year, month=month, day=number))
    return found


def _exact_or_none(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _moved(today: date, days: int) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError as error:
        raise ValueError(DAY_OUT_OF_RANGE) from error


def _month(today: date, months: int) -> tuple[int, int]:
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


def _last_of(year: int, month: int) -> date:
    following, first = _month(date(year, month, 1), 1)
    return date(following, first, 1) - timedelta(days=1)


def _example(today: date) -> str:
    return f"{today.year}年{today.month}月{today.day}日"
