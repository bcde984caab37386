"""The days of a leave as people type them: 12.1-12.5, 1日到5日, 到周五; a leave without a month lies ahead."""

import calendar
import re
from datetime import date, timedelta
from typing import Final

from handlers.keeping import typed
from nlp import dates

_TO: Final = r"\s*(?:-+|–|—+|~|～|至|到)\s*"
_DOTTED: Final = r"(?:(?:[0-9]{4})[./])?[0-9]{1,2}[./][0-9]{1,2}[日号]?"
_DOTS: Final = re.compile(rf"({_DOTTED}){_TO}({_DOTTED}|[0-9]{{1,2}}[日号]?)")
_BARE: Final = re.compile(rf"([0-9]{{1,2}})[日号]?{_TO}([0-9]{{1,2}})[日号]|([0-9]{{1,2}})[日号]")
"""Days of the month without a month."""
_UNTIL: Final = re.compile(r"(?:一直)?[到至]\s*(?=\S)")
_WEEKDAY: Final = re.compile(
    rf"(?P<first>(?:周|星期|礼拜)[一二三四五六日天])(?:{_TO}(?:周|星期|礼拜)[一二三四五六日天])?"
)
_SUBSTITUTE: Final = re.compile(r"[\s,，]*(?:由\s*(\S{2,20}?)\s*代填|代填(?:人)?\s*[:：]?\s*(?:由\s*)?(\S{1,20}))$")
_WEEK: Final = timedelta(days=7)


def split(said: str) -> tuple[str, str]:
    """The days, and who stands in (empty: nobody)."""
    found = _SUBSTITUTE.search(said)
    return (said, "") if found is None else (said[: found.start()].strip(" ,，"), found[1] or found[2])


def begin(said: str) -> bool:
    """Whether a text begins with days: then somebody speaks of their own leave."""
    return typed.looks_like_days(_UNTIL.sub("", said, count=1) if _UNTIL.match(said) else said)


def read(said: str, today: date) -> tuple[date, date]:
    """The first and the last day that a text means, both inclusive, seen from `today` (enterprise's timezone). Days
    without a month, and days of the week, are the next ones that are not over. Raises ValueError with the sentence to
    show.
    """
    said = said.strip()
    if _UNTIL.match(said):
        return _until(_UNTIL.sub("", said, count=1), today)
    if found := _DOTS.fullmatch(said):
        return typed.span(f"{_dotted(found[1])}到{_dotted(found[2])}", today)
    if found := _BARE.fullmatch(said):
        first = int(found[1] or found[3])
        return _of_month(first, int(found[2] or first), today)
    starts, ends = typed.span(said, today)
    if ends < today and _WEEKDAY.fullmatch(said):
        return starts + _WEEK, ends + _WEEK
    return starts, ends


def _until(said: str, today: date) -> tuple[date, date]:
    """From today on."""
    ends = read(said, today)[1]
    return typed.span(f"{today}到{ends}", today)


def _dotted(day: str) -> str:
    """12.1 as 12月1日: 12.1-12.5 would be read as one day by its signs."""
    numbers = [int(number) for number in re.findall("[0-9]+", day)]
    return "".join(f"{number}{sign}" for number, sign in zip(numbers, "年月日"[-len(numbers) :], strict=True))


def _of_month(first: int, last: int, today: date) -> tuple[date, date]:
    """The next days of these numbers that are not over; the last one may be in the month after."""
    year, month = today.year, today.month
    for _ in range(4):  # no two months in a row lack a day
        length = calendar.monthrange(year, month)[1]
        following = (year + month // 12, month % 12 + 1)
        if 0 < first <= length:
            at = (year, month) if last >= first else following
            if 0 < last <= calendar.monthrange(*at)[1] and date(*at, last) >= today:
                return date(year, month, first), date(*at, last)
        year, month = following
    raise ValueError(dates.NOT_A_DAY)
