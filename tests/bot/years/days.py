"""The days that the play knows: off and worked as the State Council said for 2026, and as the test says for later."""

import calendar
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
SATURDAY: Final = 5


class Festival(NamedTuple):
    """Days off, both inclusive, and the weekends that are worked for them."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...] = ()


NOTICE_2026: Final = (
    Festival("元旦", date(2026, 1, 1), date(2026, 1, 3), (date(2026, 1, 4),)),
    Festival("春节", date(2026, 2, 15), date(2026, 2, 23), (date(2026, 2, 14), date(2026, 2, 28))),
    Festival("清明", date(2026, 4, 4), date(2026, 4, 6)),
    Festival("五一", date(2026, 5, 1), date(2026, 5, 5), (date(2026, 5, 9),)),
    Festival("端午", date(2026, 6, 19), date(2026, 6, 21)),
    Festival("中秋", date(2026, 9, 25), date(2026, 9, 27)),
    Festival("国庆", date(2026, 10, 1), date(2026, 10, 7), (date(2026, 9, 20), date(2026, 10, 10))),
)
"""国务院办公厅关于2026年部分节假日安排的通知 (国办发明电〔2025〕7号, 4 November 2025)."""
INVENTED_2027: Final = (
    Festival("元旦", date(2027, 1, 1), date(2027, 1, 3)),
    Festival("春节", date(2027, 2, 5), date(2027, 2, 11), (date(2027, 1, 31), date(2027, 2, 14))),
    Festival("清明", date(2027, 4, 3), date(2027, 4, 5)),
    Festival("五一", date(2027, 5, 1), date(2027, 5, 5), (date(2027, 4, 25), date(2027, 5, 8))),
    Festival("端午", date(2027, 6, 9), date(2027, 6, 9)),
    Festival("中秋", date(2027, 9, 15), date(2027, 9, 15)),
    Festival("国庆", date(2027, 10, 1), date(2027, 10, 7), (date(2027, 9, 26), date(2027, 10, 9))),
)
INVENTED_2028: Final = (
    Festival("元旦", date(2028, 1, 1), date(2028, 1, 3)),
    Festival("春节", date(2028, 1, 25), date(2028, 1, 31), (date(2028, 1, 22), date(2028, 2, 5))),
    Festival("清明", date(2028, 4, 2), date(2028, 4, 4)),
    Festival("五一", date(2028, 4, 29), date(2028, 5, 3), (date(2028, 5, 6),)),
    Festival("端午", date(2028, 5, 27), date(2028, 5, 29)),
    Festival("中秋、国庆", date(2028, 10, 1), date(2028, 10, 8), (date(2028, 9, 24),)),
)
"""Nobody has announced these: they are what `workdays.csv` says in the play."""
FESTIVALS: Final = (*NOTICE_2026, *INVENTED_2027, *INVENTED_2028)
PUBLISHED: Final[Mapping[date, tuple[Festival, ...]]] = {
    date(2026, 11, 20): INVENTED_2027,
    date(2027, 11, 18): (*INVENTED_2027, *INVENTED_2028),
}
"""On which day of the play the operator writes which years into `workdays.csv`."""

_OFF: Final = frozenset(
    each.first + timedelta(days=number) for each in FESTIVALS for number in range((each.last - each.first).days + 1)
)
_WORKED: Final = frozenset(day for each in FESTIVALS for day in each.worked)


def is_workday(day: date) -> bool:
    """Whether people work on that day."""
    return day in _WORKED or (day.weekday() < SATURDAY and day not in _OFF)


def workday_from(day: date, count: int) -> date:
    """The `count`-th working day after a day (negative: before); 0 is the day itself."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_workday(day):
            day += step
    return day


def due_day(year: int, month: int) -> date:
    """The last day of the month, or the last working day before it."""
    day = date(year, month, calendar.monthrange(year, month)[1])
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def eve(festival: Festival) -> date:
    """The last working day before it."""
    return workday_from(festival.first, -1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That time of day in Shanghai, aware UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    """All days, both inclusive."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def workdays_csv(festivals: tuple[Festival, ...]) -> str:
    """The operator's file that says these days."""
    lines = ["日期,类型,名称"]
    for each in festivals:
        lines += [f"{day},休,{each.name}" for day in days(each.first, each.last)]
        lines += [f"{day},班,{each.name}" for day in each.worked]
    return "\n".join(lines) + "\n"
