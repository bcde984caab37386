"""The calendar that an officer types: 每月25日18点, 每季度末, 每周五; a ValueError is the sentence to show."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Final

from handlers.rounds.cron import due_days, read_cron
from handlers.rounds.periods import period_of
from handlers.rounds.rule import PeriodKind
from nlp.numerals import spelled
from nlp.plain import joined, plain

NOT_A_CALENDAR: Final = (
    "没看懂什么时候截止。可以写：每月25日18点、每月最后一天、每季度末、每季度末月25日、每半年末、每年12月20日、每周五。"
)
NOT_A_TIME: Final = "没有“{said}”这个时间，请写 0 点到 24 点，例如 每月25日18点。"
NO_SUCH_DAY: Final = "{month}月没有{day}日，请核对后再写。"
NOT_EVERY: Final = "不是每次都有{day}日（{month}月没有）。想在月底截止，请写“{instead}”。"
NO_SUCH_MONTH: Final = "没有{month}月，请核对后再写。"

DUE_TIME: Final = time(18)
"""The end of the working day, when no time is said."""
LAST_MINUTE: Final = time(23, 59)
"""What 24点 means."""

WEEKDAYS: Final = dict(zip("一二三四五六日", ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), strict=True))
EVERY_MONTHS: Final = {
    "每季度末月": (3, 6, 9, 12),
    "每季度首月": (1, 4, 7, 10),
    "每季度第二个月": (2, 5, 8, 11),
    "每半年末月": (6, 12),
    "每半年首月": (1, 7),
}
_SAME_MONTHS: Final = (
    ("每季度?(?:末月|(?:的)?最后一个?月|第三个?月)的?", "每季度末月"),
    ("每季度?(?:首月|第一个?月)的?", "每季度首月"),
    ("每季度?第二个?月的?", "每季度第二个月"),
    ("每半年(?:末月|的?最后一个?月)的?", "每半年末月"),
    ("每半年(?:首月|第一个?月)的?", "每半年首月"),
    ("每季度?的?(?:末|底|最后一天)", "每季度末月末"),
    ("每季度?的?(?:初|第一天)", "每季度首月1日"),
    ("每半年度?的?(?:末|底|最后一天)", "每半年末月末"),
    ("每年度?的?年?(?:末|底|最后一天)", "每年12月末"),
    ("每个?月的?月?(?:末|底|最后一天)", "每月末"),
    ("每个?月的?月?(?:初|第一天)", "每月1日"),
    ("每个?(?:星期|礼拜|周)天", "每周日"),
    ("每个?(?:星期|礼拜|周)", "每周"),
    ("每个?(?:日|天)", "每天"),
    ("每个?月的?", "每月"),
    ("每年度?的?", "每年"),
)
"""Other words for the same, brought into one form before it is read; the first pattern that matches counts."""
_TIME: Final = re.compile(
    "(?P<part>早上|上午|中午|下午|傍晚|晚上|晚|)(?P<hour>[0-9]{1,2})(?:[点时](?:(?P<half>半)|(?P<minute>[0-9]{1,2})分?|整)?"
    "|:(?P<digits>[0-9]{2}))$"
)
_AFTERNOON: Final = frozenset({"下午", "傍晚", "晚上", "晚"})
_NOON: Final = 12
_HOURS: Final = 24
_TAIL: Final = re.compile("(?:之?前|以前|为止|截止|到期|交|提交|上交|[。.])+$")
_SPELLED: Final = re.compile("[零〇一二三四五六七八九十]+(?=[日号点时分月])")
_END: Final = "(?:末|底|最后一天|月末|月底)"
_DAY: Final = rf"(?:(?P<day>[0-9]{{1,2}})[日号]|(?P<end>{_END}))"
_EVERY: Final = re.compile(rf"(?P<every>每月|{'|'.join(EVERY_MONTHS)}){_DAY}")
_YEARLY: Final = re.compile(rf"每年(?P<months>[0-9]{{1,2}}月?(?:[、,和][0-9]{{1,2}}月?)*)的?{_DAY}")
_WEEKLY: Final = re.compile(r"每周(?P<weekday>[一二三四五六日])")
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_DAY: Final = (2, 29)
_FEBRUARY: Final = 2
_CRON: Final = re.compile(r"[0-9*].* .* .*", re.DOTALL)
_LOOKED_AT: Final = (date(2027, 1, 1), date(2028, 12, 31))
"""Any years would do; the second is a leap year."""


def read_calendar(text: str) -> str:
    """The cron expression (minute hour day month weekday, local) that a text means; a cron expression means itself.
    Without a time it is DUE_TIME. Raises ValueError with the Chinese sentence to show.
    """
    bare = plain(text)
    if _CRON.fullmatch(bare):
        return read_cron(bare).expression
    said, at = _split(_TAIL.sub("", joined(text)))
    return f"{at.minute} {at.hour} {_days(_in_one_form(said))}"


def likely_period(calendar: str) -> PeriodKind:
    """The longest kind of period with at most one due day of a cron expression, to be proposed for it.

    Raises ValueError as read_cron.
    """
    days = list(due_days(read_cron(calendar), *_LOOKED_AT))
    return next(kind for kind in PeriodKind if len({period_of(day, kind) for day in days}) == len(days))


def _in_one_form(said: str) -> str:
    for pattern, form in _SAME_MONTHS:
        if match := re.match(pattern, said):
            return form + said[match.end() :]
    return said


def _split(text: str) -> tuple[str, time]:
    """What is said before the time, and the time. Raises ValueError."""
    weekday = _digits_of_weekday(text)
    head, tail = text[:weekday], text[weekday:]
    tail = _SPELLED.sub(_in_digits, tail)
    match = _TIME.search(tail)
    if match is None:
        return head + tail, DUE_TIME
    hour = int(match["hour"])
    hour += _NOON if match["part"] in _AFTERNOON and hour < _NOON else 0
    minute = 30 if match["half"] else int(match["minute"] or match["digits"] or 0)
    head += tail[: match.start()]
    if (hour, minute) == (_HOURS, 0):
        return head, LAST_MINUTE
    try:
        return head, time(hour, minute)
    except ValueError:
        raise ValueError(NOT_A_TIME.format(said=match.group())) from None


def _digits_of_weekday(text: str) -> int:
    """How many characters belong to 每周五: its numeral is no part of a number behind it."""
    match = re.match("每个?(?:周|星期|礼拜)[一二三四五六日天]", text)
    return match.end() if match else 0


def _in_digits(match: re.Match[str]) -> str:
    number = spelled(match.group())
    return match.group() if number is None else format(number, "f")


def _days(said: str) -> str:
    """Day, month and weekday of the expression."""
    if said == "每天":
        return "* * *"
    if match := _WEEKLY.fullmatch(said):
        return f"* * {WEEKDAYS[match['weekday']]}"
    if match := _EVERY.fullmatch(said):
        months: Sequence[int] = EVERY_MONTHS.get(match["every"], range(1, 13))
        listed = "*" if match["every"] == "每月" else ",".join(map(str, months))
        return f"{_day(match, months, match['every'])} {listed} *"
    if match := _YEARLY.fullmatch(said):
        months = sorted({int(number) for number in re.findall("[0-9]+", match["months"])})
        listed = ",".join(map(str, months))
        return f"{_day(match, months, '每年' + '、'.join(f'{month}月' for month in months))} {listed} *"
    raise ValueError(NOT_A_CALENDAR)


def _day(match: re.Match[str], months: Iterable[int], every: str) -> str:
    """The day of the month; it must be there in all of the months. Raises ValueError."""
    if (wrong := next((month for month in months if not 1 <= month <= len(_MONTH_DAYS)), None)) is not None:
        raise ValueError(NO_SUCH_MONTH.format(month=wrong))
    if match["end"]:
        return "L"
    day = int(match["day"])
    short = [month for month in months if not 1 <= day <= _MONTH_DAYS[month - 1]]
    longest = max(_MONTH_DAYS[month - 1] for month in months)
    if short and not 1 <= day <= longest and (short[0], day) != _LEAP_DAY:
        raise ValueError(NO_SUCH_DAY.format(month=short[0], day=day))
    if short:
        raise ValueError(NOT_EVERY.format(day=day, month=short[0], instead=f"{every}最后一天"))
    return str(day)
