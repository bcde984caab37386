"""Days as people name them, seen from the day on which they speak; a ValueError is the sentence to show."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeAlias

from nlp.calendar_words import LUNAR, example_of
from nlp.clock import AT_END, TIME_OF_DAY
from nlp.numerals import FORMAL, spelled
from nlp.plain import plain

NOT_A_DAY: Final = "没看懂这个日期。请填写日期，例如 2026-11-13、11月13日、昨天 或 上周五。"
WHICH_DAY: Final = "请写到具体哪一天：{said}是哪一天？例如 {example}。"
ONE_DAY: Final = "这里只填一天，“{said}”像是一段时间。请填写其中一天，例如 {example}。"
SOLAR: Final = "请换算成公历日期再填写，例如 {example}。"
NO_SUCH_DAY: Final = "没有{year}年{month}月{day}日这一天，请核对后再填写。"
DAY_OUT_OF_RANGE: Final = "日期要在 1900 年到 2100 年之间，请核对后再填写。"

AHEAD: Final = 60
"""Days; a day without a year lies no further in the future than this, for people mostly tell what has been."""
PLANNED: Final = 300
"""The same where a question asks for what is planned."""

_YEARS: Final = range(1900, 2101)
_SHOWN: Final = 12
"""Characters of what was said that a sentence repeats."""


class SaidDay(NamedTuple):
    """A day, and what was said where the day alone loses something (12月20日前, 11月3号左右)."""

    day: date
    said: str = ""


def day(text: str, today: date, ahead: int = AHEAD) -> date:
    """The day that a text means, seen from `today` (both in the person's own timezone).

    2026-11-13, 2026年11月13日, 20261113, 11月3号, 十一月三日, 13号, 今天, 昨晚, 大前天, 三天前,
    周五, 上周五下午, 本月底, 上月15号, 去年12月31日, 12月20日前.
    A day without a year is the nearest one that is at most `ahead` days in the future.
    Raises ValueError with the Chinese sentence to show; where only a month or a holiday is named it asks for the day.
    """
    return said_day(text, today, ahead).day


def said_day(text: str, today: date, ahead: int = AHEAD) -> SaidDay:
    """As `day`, with what was said where the day alone loses something. Raises ValueError."""
    shown = plain(text)
    bare = _DIGITS_APART.sub("-", AT_END.sub("", shown)).replace(" ", "")
    whole = core = _trimmed(bare)
    found, about = _found(core, today, ahead), False
    while found is None and (cut := _ABOUT_BEHIND.sub("", _ABOUT.sub("", core))) not in {core, ""}:
        core, about = _trimmed(cut), True
        found = _found(core, today, ahead)
    if found is None:
        raise ValueError(_why_not(whole, today))
    if found.year not in _YEARS:
        raise ValueError(DAY_OUT_OF_RANGE)
    return SaidDay(found, shown if about else "")


_DIGITS_APART: Final = re.compile(r"(?<=[0-9]) (?=[0-9])")
_LEADING: Final = re.compile("^(?:就是|应该是|好像是|可能是|是|在|于|定于|发生在)")
_TRAILING: Final = re.compile("(?:吧|呢|啊|的|那天|当天|当日|[。,，!！.;；])$")
_ABOUT: Final = re.compile(
    "^(?:大概是?|大约|约|估计|预计|计划|拟于|拟|争取|不晚于|不迟于|最迟|最晚|截至|截止到?|到|自|从|早于|晚于|近)"
)
_ABOUT_BEHIND: Final = re.compile("(?:左右|前后|之前|以前|前|之后|以后|后|起|止|为止|上下)$")
_WEEKDAY_BESIDE: Final = re.compile(r"(?<=[0-9日号天])\(?(?:周|星期|礼拜)[一二三四五六日天]\)?$")
_SPAN: Final = re.compile(
    "[0-9日号天月一二三四五六日末底初][到至~]|[0-9日号]-+[0-9]{1,2}[月日号]|[日号]-|[-.][0-9]+-[0-9]+[.月]|—"
)
_VAGUE: Final = re.compile(
    "(?:[今去前明后本当上下每同近半几0-9零〇一二三四五六七八九十]|整)年|年(?:初|底|中|末|内|前|后|度|关)|过年"
    "|(?:[上下本当这每半几0-9一二三四五六七八九十]|个)月|月(?:初|底|中|末|内|份|度)|国庆|五一|十一|七一|元旦|中秋|端午|清明|春节"
    "|(?:元宵|劳动|重阳|妇女|儿童|教师|双|两|过)节|节(?:前|后|日|假|间)|期间|[放暑寒长请休]假|假期|(?:[上下本这每前后几]|[0-9])周"
    "|周(?:末|初|内|中)|星期|礼拜|[上中下]旬|季度|[上下本]季|[春夏秋冬](?:天|季|初|末)|暑期|最近|近期|近日|前几天|前阵|前段|前不久"
    "|刚才|不久|早就|以前"
)


def _trimmed(text: str) -> str:
    before = None
    while text != before:
        before = text
        text = TIME_OF_DAY.sub("", _WEEKDAY_BESIDE.sub("", _TRAILING.sub("", _LEADING.sub("", text))))
    return text


def _found(text: str, today: date, ahead: int) -> date | None:
    """The day that exactly this text names, or None. Raises ValueError for a day that does not exist."""
    found = _relative(text, today)
    if found is not None:
        return found
    numbered = _SPELLED.sub(_in_digits, text.translate(FORMAL))
    seen = _Seen(today, ahead)
    return next((read(match, seen) for pattern, read in _DAYS if (match := pattern.fullmatch(numbered))), None)


def _why_not(text: str, today: date) -> str:
    """The sentence for what names no day."""
    example = example_of(text, today)
    if LUNAR.search(text):
        return SOLAR.format(example=example)
    if any(character.isdigit() for character in text) and _SPAN.search(text):
        return ONE_DAY.format(said=text[:_SHOWN], example=example)
    if _VAGUE.search(text) and len(text) <= _SHOWN:
        return WHICH_DAY.format(said=text, example=example)
    return NOT_A_DAY


_NUMERALS: Final = "零〇○一二三四五六七八九十两"
_SPELLED: Final = re.compile(rf"[{_NUMERALS}]+(?=年|个?月|日|号|天|周|个?星期|个?礼拜|$)")
_NAMED: Final = {
    **dict.fromkeys(("今天", "今日", "当天", "本日", "今儿", "今儿个", "今", "刚才", "刚刚", "现在", "此刻"), 0),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "昨儿个", "昨"), -1),
    **dict.fromkeys(("前天", "前日", "前儿"), -2),
    "大前天": -3,
    **dict.fromkeys(("明天", "明日", "明儿", "明"), 1),
    **dict.fromkeys(("后天", "后日"), 2),
    "大后天": 3,
}
_WEEKDAY: Final = re.compile(r"(上上个?|上个?|本|这个?|下下个?|下个?|)(?:周|星期|礼拜)([一二三四五六日天])")
_WEEKS: Final = {"上上": -2, "上": -1, "本": 0, "这": 0, "": 0, "下": 1, "下下": 2}
_MONTH_END: Final = re.compile(r"(上上个?|上个?|本|这个?|当|下个?|下下个?|)月(?:的)?(底|末|初|最后一天|第一天)")
_MONTHS: Final = {"上上": -2, "上": -1, "本": 0, "这": 0, "当": 0, "": 0, "下": 1, "下下": 2}
_YEAR_END: Final = re.compile(r"(大前年|前年|去年|上年|今年|本年|明年|大后年|后年|)(?:年)?(底|末|初)")
_NAMED_YEARS: Final = {
    **{"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "": 0},
    **{"明年": 1, "后年": 2, "大后年": 3},
}
_FIRST: Final = frozenset({"初", "第一天"})


def _relative(text: str, today: date) -> date | None:
    if text in _NAMED:
        return _moved(today, days=_NAMED[text])
    if match := _WEEKDAY.fullmatch(text):
        weeks = _WEEKS[match[1].removesuffix("个")]
        weekday = "一二三四五六日".index(match[2].replace("天", "日"))
        return _moved(today, days=weeks * 7 + weekday - today.weekday())
    if match := _MONTH_END.fullmatch(text):
        year, month = _month(today, _MONTHS[match[1].removesuffix("个")])
        return _end_of(year, month, match[2])
    if match := _YEAR_END.fullmatch(text):
        year = today.year + _NAMED_YEARS[match[1]]
        return _exact(year, 1, 1) if match[2] == "初" else _exact(year, 12, 31)
    return None


def _in_digits(match: re.Match[str]) -> str:
    number = spelled(match.group())
    return match.group() if number is None else format(number, "f")


class _Seen(NamedTuple):
    """From which day, and how far ahead, a day is looked for."""

    today: date
    ahead: int


def _full(match: re.Match[str], seen: _Seen) -> date:
    return _exact(_year(match[1], seen.today), int(match[2]), int(match[3]))


def _end_of_year(match: re.Match[str], seen: _Seen) -> date:
    return _end_of(_year(match[1], seen.today), 1 if match[2] in _FIRST else 12, match[2])


def _end_of_month(match: re.Match[str], seen: _Seen) -> date:
    month = int(match[2])
    if not 1 <= month <= 12:  # noqa: PLR2004 - the months of a year
        raise ValueError(NOT_A_DAY)
    if match[1]:
        return _end_of(_year(match[1], seen.today), month, match[3])
    return _nearest(lambda year: _end_of(year, month, match[3]), seen) or _end_of(seen.today.year, month, match[3])


def _year(text: str, today: date) -> int:
    text = text.removesuffix("年")
    if f"{text}年" in _NAMED_YEARS:
        return today.year + _NAMED_YEARS[f"{text}年"]
    return int(text) + 2000 if len(text) == 2 else int(text)  # noqa: PLR2004 - 26年


def _month_and_day(match: re.Match[str], seen: _Seen) -> date:
    month, number = int(match[1]), int(match[2])
    return _nearest(lambda year: _exact_or_none(year, month, number), seen) or _exact(seen.today.year, month, number)


def _nearest(of_year: Callable[[int], date | None], seen: _Seen) -> date | None:
    """Of last, this and next year's day the nearest that is not too far ahead; None when this year has no such day."""
    today = seen.today
    if of_year(today.year) is None:
        return None
    around = [found for year in (today.year - 1, today.year, today.year + 1) if (found := of_year(year)) is not None]
    near = [found for found in around if (found - today).days <= seen.ahead]
    return min(near, key=lambda found: abs((found - today).days), default=None)


def _day_of_month(match: re.Match[str], seen: _Seen) -> date:
    year, month = _month(seen.today, _MONTHS[match[1].removesuffix("个") if match[1] else ""])
    return _exact(year, month, int(match[2]))


def _ago(match: re.Match[str], seen: _Seen) -> date:
    days = int(match[1]) * (7 if match[2] != "天" else 1)
    return _moved(seen.today, days=-days if match[3] == "前" else days)


_Read: TypeAlias = Callable[[re.Match[str], _Seen], date]
_DAYS: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = (
    (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), _full),
    (re.compile(r"([0-9]{4}|[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})[日号]?"), _full),
    (re.compile(r"([0-9]{4}|[0-9]{2})[-/.、]([0-9]{1,2})[-/.、]([0-9]{1,2})[日号]?"), _full),
    (re.compile(r"([0-9]{4}年|[0-9]{2}年)年?(底|末|初)"), _end_of_year),
    (
        re.compile(r"(大前年|前年|去年|上年|今年|本年|明年|大后年|后年)的?([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})[日号]?"),
        _full,
    ),
    (re.compile(r"([0-9]{1,2})月([0-9]{1,2})[日号]?"), _month_and_day),
    (re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})"), _month_and_day),
    (
        re.compile(
            r"((?:[0-9]{4}|[0-9]{2})年|大前年|前年|去年|上年|今年|本年|明年|大后年|后年)?的?([0-9]{1,2})月份?(底|末|初)"
        ),
        _end_of_month,
    ),
    (re.compile(r"(?:(上上个?|上个?|本|这个?|当|下个?|下下个?)月的?)?([0-9]{1,2})[日号]"), _day_of_month),
    (re.compile(r"([0-9]{1,3})个?(天|周|星期|礼拜)(?:以|之)?(前|后)"), _ago),
)


def _end_of(year: int, month: int, which: str) -> date:
    if year not in _YEARS:
        raise ValueError(DAY_OUT_OF_RANGE)
    return date(year, month, 1) if which in _FIRST else _last_of(year, month)


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
