"""The period that an officer types: 本期, 三季度, 2026Q3, 去年12月; a ValueError is the sentence to show."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from handlers.rounds.periods import period_after, period_before, period_of
from handlers.rounds.rule import Period, PeriodKind
from nlp.dates import day
from nlp.numerals import spelled
from nlp.plain import joined

NOT_A_PERIOD: Final = "没看懂是哪一期。可以写：本期、上期、{examples}。"
NO_SUCH_PERIOD: Final = "{year}年没有第{number}{unit}，请核对后再写。"
YEAR_OUT_OF_RANGE: Final = "年份要在 2000 年到 2100 年之间，请核对后再写。"
EXAMPLES: Final[Mapping[PeriodKind, str]] = MappingProxyType(
    {
        PeriodKind.YEAR: "今年、去年、2026年",
        PeriodKind.HALF_YEAR: "上半年、2026年下半年、2026H2",
        PeriodKind.QUARTER: "三季度、2026年第三季度、2026Q3",
        PeriodKind.MONTH: "上个月、11月、2026年11月",
        PeriodKind.WEEK: "上周、第48周、2026W48",
        PeriodKind.DAY: "今天、昨天、11月28日",
    }
)

_UNITS: Final[Mapping[PeriodKind, str]] = MappingProxyType(
    {
        PeriodKind.YEAR: "年度?",
        PeriodKind.HALF_YEAR: "(?<=[本这个])半年",
        PeriodKind.QUARTER: "季度?",
        PeriodKind.MONTH: "月份?",
        PeriodKind.WEEK: "(?:周|星期|礼拜)",
        PeriodKind.DAY: "[日天]",
    }
)
"""What follows 本, 上, 下. 上半年 is the first half of a year; the half before is 上个半年."""
_RELATIVE: Final = "(?P<which>上上|上|本|这|当|下)一?个?(?:期|(?P<unit>{unit}))的?"
_STEPS: Final = {"上上": -2, "上": -1, "本": 0, "这": 0, "当": 0, "下": 1}
_OF_NO_KIND: Final = re.compile("(?P<which>上上|上|本|这|当)一?个?期")
_CURRENT: Final = frozenset({"当前", "最近一期", "最新", "最新一期", "这一期", "目前"})
_YEARS: Final = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}
_YEAR: Final = (
    "(?:(?P<year>20[0-9]{2}|21[0-9]{2}|19[0-9]{2}|[0-9]{2}(?=年))(?:年度?)?|(?P<named>" + "|".join(_YEARS) + ")度?)"
)
_NUMBERED: Final[Mapping[PeriodKind, str]] = MappingProxyType(
    {
        PeriodKind.HALF_YEAR: "[-/]?(?:第?(?P<number>[12]|[上下])(?:个?半年)度?|H(?P<letter>[12]))",
        PeriodKind.QUARTER: "[-/]?(?:第?(?P<number>[0-9])季度?|Q(?P<letter>[0-9])|(?P<before>[0-9])Q)",
        PeriodKind.MONTH: "(?:[-/.]?(?P<number>[0-9]{1,2})月份?|(?<=[0-9]{4})[-/.]?(?P<letter>[0-9]{1,2}))",
        PeriodKind.WEEK: "[-/]?(?:第?(?P<number>[0-9]{1,2})个?(?:周|星期|礼拜)|W(?P<letter>[0-9]{1,2}))",
    }
)
"""Digits stand in the place of numerals."""
_SPELLED: Final = re.compile("[零〇○一二三四五六七八九十]+(?=年|个?半年|季|月|个?周|个?星期|个?礼拜)")
_COUNT: Final = {PeriodKind.HALF_YEAR: 2, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}
_WHAT: Final = {
    PeriodKind.HALF_YEAR: "个半年",
    PeriodKind.QUARTER: "季度",
    PeriodKind.MONTH: "个月",
    PeriodKind.WEEK: "周",
}
_RANGE: Final = range(2000, 2101)
_CENTURY: Final = 2000
_TWO_DIGITS: Final = 100


def read_period(text: str, kind: PeriodKind, today: date) -> Period:
    """The period of that kind that a text means, seen from `today` in the enterprise's timezone.

    Without a year it is this year's, unless that begins later than the next period from now: then last year's. A day
    stands for the period that it lies in. Raises ValueError with the Chinese sentence to show.
    """
    bare = joined(text).upper().removesuffix("的")
    found = _relative(bare, kind, today) or _named(_SPELLED.sub(_in_digits, bare), kind, today)
    if found is not None:
        return found
    try:
        return period_of(day(text, today), kind)
    except ValueError:
        raise ValueError(NOT_A_PERIOD.format(examples=EXAMPLES[kind])) from None


def periods_back(text: str) -> int | None:
    """How many periods before the one in progress a text means that names no kind of period: 本期 is 0, 上期 1; None
    for everything else.
    """
    bare = joined(text).removesuffix("的")
    if bare in _CURRENT:
        return 0
    found = _OF_NO_KIND.fullmatch(bare)
    return None if found is None else -_STEPS[found["which"]]


def _in_digits(match: re.Match[str]) -> str:
    number = spelled(match.group())
    return match.group() if number is None else format(number, "f")


def _relative(text: str, kind: PeriodKind, today: date) -> Period | None:
    current = period_of(today, kind)
    if text in _CURRENT:
        return current
    match = re.fullmatch(_RELATIVE.format(unit=_UNITS[kind]), text)
    if match is None:
        return None
    steps = _STEPS[match["which"]]
    move = period_before if steps < 0 else period_after
    for _ in range(abs(steps)):
        current = move(current, kind)
    return current


def _named(text: str, kind: PeriodKind, today: date) -> Period | None:
    if kind is PeriodKind.YEAR:
        match = re.fullmatch(_YEAR, text)
        return None if match is None else period_of(date(_year(match, today) or today.year, 1, 1), kind)
    if kind is PeriodKind.DAY:
        return None
    match = re.fullmatch(f"{_YEAR}?的?{_NUMBERED[kind]}", text)
    if match is None:
        return None
    said = match.groupdict()
    number = said["number"] or said["letter"] or said.get("before") or ""
    of_year = _numbered(int({"上": "1", "下": "2"}.get(number, number)), kind)
    year = _year(match, today)
    return of_year(year) if year is not None else _nearest(of_year, kind, today)


def _year(match: re.Match[str], today: date) -> int | None:
    """The year that was said. Raises ValueError when nobody can mean it."""
    if match["named"]:
        return today.year + _YEARS[match["named"]]
    if not match["year"]:
        return None
    year = int(match["year"])
    year += _CENTURY if year < _TWO_DIGITS else 0
    if year not in _RANGE:
        raise ValueError(YEAR_OUT_OF_RANGE)
    return year


def _numbered(number: int, kind: PeriodKind) -> Callable[[int], Period]:
    """The period with that number, by its year; it raises ValueError where there is none."""

    def of_year(year: int) -> Period:
        try:
            if kind is PeriodKind.WEEK:
                return period_of(date.fromisocalendar(year, number, 1), kind)
            return period_of(date(year, (number - 1) * (12 // _COUNT[kind]) + 1, 1), kind)
        except ValueError:
            raise ValueError(NO_SUCH_PERIOD.format(year=year, number=number, unit=_WHAT[kind])) from None

    return of_year


def _nearest(of_year: Callable[[int], Period], kind: PeriodKind, today: date) -> Period:
    """This year's, or last year's when this year's is further away than the next period; a 53rd week of whichever of
    them has one. Raises ValueError when none has.
    """
    year = today.isocalendar().year if kind is PeriodKind.WEEK else today.year
    next_first = period_after(period_of(today, kind), kind).first
    try:
        this_year = of_year(year)
    except ValueError as error:
        return _or(of_year, year - 1, error)
    return this_year if this_year.first <= next_first else _or(of_year, year - 1, this_year)


def _or(of_year: Callable[[int], Period], year: int, otherwise: Period | ValueError) -> Period:
    """The period of that year, or what is left where it has none."""
    try:
        return of_year(year)
    except ValueError:
        if isinstance(otherwise, ValueError):
            raise otherwise from None
        return otherwise
