"""Which days are working days in China, swapped ones included, and when the public holidays are.

The built-in days are those of chinesecalendar, which follows the yearly notices of the State Council
(国务院办公厅关于部分节假日安排的通知); a year that it does not know comes from the operator's override file.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

import chinese_calendar

from handlers.deliveries.days import full_day
from handlers.rounds.overrides import FILE_NAME, Override

NEW_YEAR: Final = "元旦"
MID_AUTUMN: Final = "中秋"
NATIONAL: Final = "国庆"
HOLIDAY_NAMES: Final = (NEW_YEAR, "春节", "清明", "五一", "端午", MID_AUTUMN, NATIONAL)
"""The seven of 全国年节及纪念日放假办法, in the order of the year; holidays that fall together keep it."""

_WORDS: Final = (
    ("元旦", NEW_YEAR),
    ("春节", "春节"),
    ("除夕", "春节"),
    ("清明", "清明"),
    ("五一", "五一"),
    ("劳动", "五一"),
    ("端午", "端午"),
    ("中秋", MID_AUTUMN),
    ("国庆", NATIONAL),
)
"""What the name of a day contains, and the holiday that it then belongs to: 国庆节、中秋节 belongs to two."""
_ENGLISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "New Year's Day": "元旦",
        "Spring Festival": "春节",
        "Tomb-sweeping Day": "清明",
        "Labour Day": "五一",
        "Dragon Boat Festival": "端午",
        "Mid-autumn Festival": "中秋",
        "National Day": "国庆",
    }
)
"""The names of chinesecalendar; its single days of remembrance are days off without a notice."""
_BY_LAW: Final[Mapping[tuple[int, int], str]] = MappingProxyType(
    {
        (1, 1): NEW_YEAR,
        (5, 1): "五一",
        (5, 2): "五一",
        (10, 1): NATIONAL,
        (10, 2): NATIONAL,
        (10, 3): NATIONAL,
    }
)
"""(month, day) of the days off that the rules (全国年节及纪念日放假办法, as of 2025) fix by the solar calendar: off
also in years of which nothing else is known."""
_SEVEN_SINCE: Final = 2008
"""The year from which 清明, 端午 and 中秋 are days off."""

WARN_DAYS: Final = 90
"""Days before the known days run out: the notice for the next year comes in October or November."""
RUNS_OUT: Final = "放假调休安排只到 {until}（还有 {left} 天）"
RAN_OUT: Final = "放假调休安排只到 {until}，已经用完"
WHAT_TO_DO: Final = (
    "请把国务院办公厅公布的 {year} 年放假安排写进数据目录的 {file}，一行一天，"
    "例如“{year}-10-01,休,国庆”或“{year}-10-09,班,国庆”，调休上班的周末也要写。"
)
UNTIL_THEN: Final = (
    "在此之前，{year} 年的截止日和催报按周一至周五推算，只有元旦、五一、国庆的法定日子算放假；其他节日不发节前提醒。"
)
INCOMPLETE: Final = "{file} 里 {year} 年还缺：{names}。"
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


class Holiday(NamedTuple):
    """A public holiday, or several that fall together, with the weekend that belongs to it."""

    year: int
    """The year that it is counted to: 元旦 may begin in the December before."""
    names: tuple[str, ...]
    """Of HOLIDAY_NAMES."""
    first: date
    """First day off."""
    last: date
    """Last day off."""
    eve: date
    """The last working day before."""


class WorkCalendar:
    """The working days. `overrides` (see overrides.read_overrides) go before what is built in; a year of theirs counts
    as known when it names all seven holidays. Beyond the known years Monday to Friday are working days, but for the
    days off that are fixed by law.
    """

    def __init__(self, overrides: Mapping[date, Override] = MappingProxyType({})) -> None:
        self._overrides = dict(overrides)
        self._missing = _missing_names(self._overrides)
        complete = {year for year, missing in self._missing.items() if not missing}
        self._known_years = frozenset(_built_in_years() | complete)
        last = max(_built_in_years())
        while last + 1 in self._known_years:
            last += 1
        self.known_until = date(last, 12, 31)
        """The last day up to which, without a gap, the days off are known."""

    def is_known(self, day: date) -> bool:
        """Whether the days off of that year are known."""
        return day.year in self._known_years

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day: swapped weekends yes, days off no."""
        override = self._overrides.get(day)
        if override is not None:
            return override.works
        if day in chinese_calendar.workdays:
            return True
        if self._is_off_by_law(day):
            return False
        return day.weekday() < _SATURDAY and day not in chinese_calendar.holidays

    def _is_off_by_law(self, day: date) -> bool:
        return day.year > self.known_until.year and (day.month, day.day) in _BY_LAW

    def add_workdays(self, day: date, number: int) -> date:
        """The `number`-th working day after the day (before it, when negative); 0 is the day itself, at work or not."""
        step = _ONE_DAY if number > 0 else -_ONE_DAY
        left = abs(number)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def at_or_before(self, day: date) -> date:
        """The day itself when it is a working day, or else the last one before it."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def at_or_after(self, day: date) -> date:
        """The day itself when it is a working day, or else the first one after it."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def holidays(self, year: int) -> tuple[Holiday, ...]:
        """The public holidays of a year in their order; only those whose days are known."""
        found: list[Holiday] = []
        for holiday in sorted(self._stretches(year), key=lambda each: each.first):
            together = found.pop() if found and holiday.first <= found[-1].last else holiday
            names = tuple(name for name in HOLIDAY_NAMES if name in together.names + holiday.names)
            last = max(together.last, holiday.last)
            found.append(holiday._replace(names=names, first=together.first, last=last, eve=together.eve))
        return tuple(found)

    def _stretches(self, year: int) -> Iterator[Holiday]:
        """Each holiday with its days off and the weekends beside them; they may overlap."""
        named = self._named_days(year)
        for name, days in named.items():
            first, last = min(days), max(days)
            while not self.is_workday(first - _ONE_DAY):
                first -= _ONE_DAY
            while not self.is_workday(last + _ONE_DAY):
                last += _ONE_DAY
            lacks = name == NATIONAL and MID_AUTUMN not in named and year in _built_in_years() and year >= _SEVEN_SINCE
            # 2020: 中秋 was 1 October, and a day has one name in chinesecalendar.
            names = (MID_AUTUMN, name) if lacks else (name,)
            yield Holiday(year, names, first, last, self.add_workdays(first, -1))

    def _named_days(self, year: int) -> dict[str, list[date]]:
        """The days off that carry a holiday's name; those of 元旦 from December on."""
        found: dict[str, list[date]] = {}
        day = date(year - 1, 12, 1)
        while day < date(year, 12, 1):
            if not self.is_workday(day):
                for name in self._names(day):
                    if day < date(year, 2, 1) if name == NEW_YEAR else day.year == year:
                        found.setdefault(name, []).append(day)
            day += _ONE_DAY
        return found

    def _names(self, day: date) -> Iterable[str]:
        override = self._overrides.get(day)
        if override is not None and override.name:
            return _named_in(override.name)
        if self._is_off_by_law(day):
            return (_BY_LAW[day.month, day.day],)
        name = _ENGLISH.get(chinese_calendar.holidays.get(day, ""))
        return () if name is None else (name,)

    def warning(self, today: date) -> str | None:
        """What operators must do about the year after the known ones, or None before the last WARN_DAYS."""
        left, until = (self.known_until - today).days, full_day(self.known_until)
        if left > WARN_DAYS:
            return None
        year = self.known_until.year + 1
        state = RUNS_OUT.format(until=until, left=left) if left >= 0 else RAN_OUT.format(until=until)
        missing = self._missing.get(year, ())
        more = INCOMPLETE.format(file=FILE_NAME, year=year, names="、".join(missing)) if missing else ""
        what = WHAT_TO_DO.format(year=year, file=FILE_NAME)
        return f"{state}。{more}{what}{UNTIL_THEN.format(year=year)}"


@cache
def _built_in_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.holidays)


def _named_in(name: str) -> tuple[str, ...]:
    """The holidays that the name of a day speaks of."""
    return tuple(dict.fromkeys(holiday for word, holiday in _WORDS if word in name))


def _missing_names(overrides: Mapping[date, Override]) -> dict[int, tuple[str, ...]]:
    """The holidays that are not named, by the years that overrides name anything of."""
    named: dict[int, set[str]] = {}
    for day, override in overrides.items():
        if not override.works:
            named.setdefault(day.year, set()).update(_named_in(override.name))
    return {year: tuple(name for name in HOLIDAY_NAMES if name not in names) for year, names in named.items()}
