"""Words of the calendar that name more than a day: holidays, parts of months, lunar dates, and an example of each."""

import re
from datetime import date, timedelta
from typing import Final

LUNAR: Final = re.compile(
    "农历|阴历|旧历|腊月|正月|冬月|初[一二三四五六七八九十]|年三十|除夕|廿[一二三四五六七八九]$|小年夜?|元宵"
)
"""What is counted by the lunar calendar; people convert it more safely than we."""

_HOLIDAYS: Final = (
    (re.compile("国庆|十一(?!月)|黄金周"), (10, 3)),
    (re.compile("五一|劳动节"), (5, 2)),
    (re.compile("元旦|新年"), (1, 1)),
    (re.compile("春节|过年|大年|除夕|腊月|正月|年三十|小年|元宵"), (2, 10)),
    (re.compile("清明"), (4, 5)),
    (re.compile("端午"), (6, 19)),
    (re.compile("中秋"), (9, 25)),
    (re.compile("七一|建党"), (7, 1)),
    (re.compile("暑"), (7, 20)),
    (re.compile("寒假|冬"), (1, 20)),
    (re.compile("上半年|二季度|2季度"), (5, 20)),
    (re.compile("一季度|1季度|年初|春"), (3, 5)),
    (re.compile("三季度|3季度|夏"), (8, 15)),
    (re.compile("下半年|四季度|4季度|秋"), (11, 5)),
)
"""Month and day of an example; moving feasts have a day near which they often fall."""
_MONTH: Final = re.compile("(?<![0-9])(1[0-2]|[1-9])月|(十[一二]?|[一二三四五六七八九])月")
_MONTHS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_YEAR: Final = re.compile("([0-9]{4})年")
_OTHER_YEARS: Final = ("前年", "去年", "上年", "明年")
_PARTS: Final = ((re.compile("上旬|初"), 5), (re.compile("中旬|月中|中$"), 15), (re.compile("下旬|底|末"), 25))
_WEEK: Final = re.compile("周|星期|礼拜")
_LATELY: Final = re.compile("个月前|前几天|前阵|前段|前不久|最近|近期|近日|不久|以前")
_SOME_DAYS: Final = 10
_EARLY_IN_MONTH: Final = 5


def example_of(text: str, today: date) -> str:
    """A day, as one would type it, that what was said may mean: 10月3日 for 国庆期间, 去年6月5日 for 去年."""
    for words, (month, number) in _HOLIDAYS:
        if words.search(text):
            return f"{_year_before(text)}{month}月{number}日"
    if _WEEK.search(text) or _LATELY.search(text):
        back = today.weekday() + 3 if _WEEK.search(text) else _SOME_DAYS
        near = today - timedelta(days=min(back, today.toordinal() - 1))
        return f"{near.month}月{near.day}日"
    month = _month_of(text, today)
    usual = today.day if month == today.month and not _MONTH.search(text) else _EARLY_IN_MONTH
    part = next((number for words, number in _PARTS if words.search(text)), usual)
    return f"{_year_before(text)}{month}月{part}日"


def _year_before(text: str) -> str:
    """The year where one was said that is not this one, as one would type it."""
    if match := _YEAR.search(text):
        return match.group()
    return next((word for word in _OTHER_YEARS if word in text), "")


def _month_of(text: str, today: date) -> int:
    if match := _MONTH.search(text):
        return int(match[1]) if match[1] else _MONTHS.index(match[2]) + 1
    if "上" in text and "月" in text:
        return today.month - 1 or 12
    if "下" in text and "月" in text:
        return today.month % 12 + 1
    return today.month
