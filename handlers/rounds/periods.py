"""The periods that rounds are about: the one of a due day, its neighbours, and the one that an officer names."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from handlers.deliveries.days import full_day
from handlers.rounds.rule import Period, PeriodKind

_QUARTERS: Final = ("第一季度", "第二季度", "第三季度", "第四季度")
_HALVES: Final = ("上半年", "下半年")
_MONTHS_OF: Final = {PeriodKind.YEAR: 12, PeriodKind.HALF_YEAR: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
_ONE_DAY: Final = timedelta(days=1)
_DAYS_OF_WEEK: Final = 7
_THURSDAY: Final = 3
"""An ISO week belongs to the year of its Thursday."""


def period_of(day: date, kind: PeriodKind) -> Period:
    """The period of that kind that the day lies in; weeks begin on Monday and are counted as in ISO 8601."""
    if kind is PeriodKind.DAY:
        return Period(day.isoformat(), full_day(day), day, day)
    if kind is PeriodKind.WEEK:
        return _week(day)
    months = _MONTHS_OF[kind]
    index = (day.month - 1) // months
    first = date(day.year, index * months + 1, 1)
    key, label = _names(kind, day.year, index)
    return Period(key, label, first, _last(first, months))


def period_before(period: Period, kind: PeriodKind) -> Period:
    """The period of the same kind that ends on the day before."""
    return period_of(period.first - _ONE_DAY, kind)


def period_after(period: Period, kind: PeriodKind) -> Period:
    """The period of the same kind that begins on the day after."""
    return period_of(period.last + _ONE_DAY, kind)


def due_period(nominal: date, kind: PeriodKind, of_previous: bool) -> Period:
    """The period that a due day closes: the one it lies in, or the one before. `nominal` is the day as the calendar
    names it, before it is shifted to a working day: a quarter that ends on a holiday stays that quarter.
    """
    period = period_of(nominal, kind)
    return period_before(period, kind) if of_previous else period


def _week(day: date) -> Period:
    first = day - timedelta(days=day.weekday())
    year, week, _ = day.isocalendar()
    last = first + timedelta(days=_DAYS_OF_WEEK - 1)
    return Period(f"{year:04}-W{week:02}", f"{year}年第{week}周", first, last)


def _names(kind: PeriodKind, year: int, index: int) -> tuple[str, str]:
    """Key and label of the period `index` (from 0) of a year."""
    if kind is PeriodKind.YEAR:
        return f"{year:04}", f"{year}年"
    if kind is PeriodKind.HALF_YEAR:
        return f"{year:04}-H{index + 1}", f"{year}年{_HALVES[index]}"
    if kind is PeriodKind.QUARTER:
        return f"{year:04}-Q{index + 1}", f"{year}年{_QUARTERS[index]}"
    return f"{year:04}-{index + 1:02}", f"{year}年{index + 1}月"


def _last(first: date, months: int) -> date:
    """The last day of a stretch of whole months within a year."""
    month = first.month + months - 1
    return date(first.year, month, monthrange(first.year, month)[1])
