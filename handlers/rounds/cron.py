"""Cron expressions of due moments: one minute and hour, and the days that croniter finds for the rest."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from croniter import croniter
from croniter.croniter import CroniterBadDateError, CroniterError

FIVE_FIELDS: Final = "日程要写五项“分 时 日 月 周”，用空格隔开，例如 0 18 25 * *；这里有{count}项。"
ONE_TIME: Final = "日程“{said}”的前两项是截止的分和时，要各写一个数，例如 0 18；一天最多截止一次。"
BAD_TIME: Final = "日程“{said}”里的时间不对：分是 0 到 59，时是 0 到 23。"
BAD_DAYS: Final = (
    "日程“{said}”没看懂。日写 1 到 31 或 L（最后一天），月写 1 到 12，周写 MON 到 SUN，没有限制的写 *，"
    "例如 0 18 L 3,6,9,12 *。"
)
BAD_RANGE: Final = "日程“{said}”里的“{range}”不对，范围要从小到大，例如 1-5。"

_FIELDS: Final = 5
_NUMBER: Final = re.compile(r"[0-9]{1,2}", re.ASCII)
_MINUTES: Final = 60
_HOURS: Final = 24
_WEEKDAY: Final = "SUN|MON|TUE|WED|THU|FRI|SAT"
_MONTH: Final = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DAYS: Final = re.compile(r"[0-9*,/L-]+", re.ASCII)
_MONTHS: Final = re.compile(rf"(?:[0-9*,/-]|{_MONTH})+", re.ASCII)
_WEEKDAYS: Final = re.compile(rf"(?:[0-9*,/#L-]|{_WEEKDAY})+", re.ASCII)
"""What the fields may be made of. Not croniter's H and R (random days) and W (its weekdays know no holidays)."""
_RANGE: Final = re.compile(r"([0-9]+|[A-Z]+)-([0-9]+|[A-Z]+)", re.ASCII)
LONGEST_GAP: Final = 8
"""Years without a due moment after which none is looked for: 29 February is eight years apart about 2100."""


class Cron(NamedTuple):
    """An expression that was checked, as it is stored: upper case, single spaces. `at` is its local time of day."""

    expression: str
    at: time


def read_cron(text: str) -> Cron:
    """The expression that a text is: minute hour day month weekday (0 and 7 are Sunday; a day or a weekday may match
    when both are given). Raises ValueError with the Chinese sentence to show.
    """
    fields = text.upper().split()
    shown = " ".join(fields)
    if len(fields) != _FIELDS:
        raise ValueError(FIVE_FIELDS.format(count=len(fields)))
    minute, hour, days, months, weekdays = fields
    if not (_NUMBER.fullmatch(minute) and _NUMBER.fullmatch(hour)):
        raise ValueError(ONE_TIME.format(said=shown))
    if int(minute) >= _MINUTES or int(hour) >= _HOURS:
        raise ValueError(BAD_TIME.format(said=shown))
    if (wrong := next(filter(_is_no_range, _RANGE.finditer(f"{days} {months} {weekdays}")), None)) is not None:
        raise ValueError(BAD_RANGE.format(said=shown, range=wrong.group()))
    known = _DAYS.fullmatch(days) and _MONTHS.fullmatch(months) and _WEEKDAYS.fullmatch(weekdays)
    try:
        if not known:
            raise ValueError(shown)
        croniter.expand(shown)
    except (CroniterError, ValueError, KeyError, IndexError):
        raise ValueError(BAD_DAYS.format(said=shown)) from None
    return Cron(shown, time(int(hour), int(minute)))


def _is_no_range(match: re.Match[str]) -> bool:
    """Of croniter 1-1 and FRI-FRI are everything, and 5-1 goes over the end; of names (FRI-MON) people mean that."""
    one, two = match.groups()
    return int(one) >= int(two) if one.isdigit() and two.isdigit() else one == two


def due_days(cron: Cron, first: date, last: date) -> Iterator[date]:
    """The days of the expression from `first` to `last`, both inclusive, in their order; by the calendar alone, without
    any timezone, so that a change of clocks neither drops nor doubles one.
    """
    start = datetime.combine(first, time()) - timedelta(minutes=1)
    try:
        moments = croniter(cron.expression, start, ret_type=datetime, max_years_between_matches=LONGEST_GAP)
        while (day := moments.get_next().date()) <= last:
            yield day
    except CroniterBadDateError:
        return
