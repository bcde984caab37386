"""Dates, times and moments as answers: canonical as ODK keeps them, and how they are told back."""

import re
from datetime import date, datetime, time
from typing import Final, NamedTuple

from handlers.forms.form import Kind
from handlers.forms.views import Asked
from nlp import dates
from nlp.clock import clock
from nlp.moments import moment

RECORDED: Final = "记为 {shown}"
_WEEKDAYS: Final = "一二三四五六日"
_PLANNED: Final = re.compile(
    "期限|时限|截止|到位|计划|预计|打算|准备|下次|下一次|届满|到期|完成时间|完成日期|之前完成|将|拟"
)
"""A question with such a word is about what is to come."""


class Moment(NamedTuple):
    """A canonical date, time or date-time, what was said where it loses something, and how it is told back."""

    value: str
    said: str
    echo: str


def when(asked: Asked, said: str, now: datetime) -> Moment:
    """What an answer to a date, time or dateTime question means; `now` is aware, local.

    Raises ValueError with the Chinese sentence to show.
    """
    if asked.kind is Kind.TIME:
        at = clock(said, now)
        shown = f"{time_shown(at.time)}（{at.said}）" if at.said else time_shown(at.time)
        return Moment(f"{_clock_text(at.time)}{_offset(now)}", at.said, RECORDED.format(shown=shown))
    ahead = dates.PLANNED if _PLANNED.search(asked.label) else dates.AHEAD
    if asked.kind is Kind.DATE:
        found = dates.said_day(said, now.date(), ahead)
        return Moment(found.day.isoformat(), found.said, RECORDED.format(shown=day_shown(found.day, found.said)))
    named = moment(said, now, ahead)
    of_day = named.at.time()
    shown = f"{day_shown(named.at.date(), named.said)} {time_shown(of_day)}"
    value = f"{named.at.date().isoformat()}T{_clock_text(of_day)}{_offset(now)}"
    return Moment(value, named.said, RECORDED.format(shown=shown))


def day_shown(day: date, said: str = "") -> str:
    """A day with its weekday, and with what was said where that says more: 2026-12-20（周日，12月20日前）."""
    more = f"，{said}" if said else ""
    return f"{day.isoformat()}（周{_WEEKDAYS[day.weekday()]}{more}）"


def time_shown(at: time) -> str:
    """A time as people read it, with seconds only where there are some."""
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _clock_text(at: time) -> str:
    return f"{at:%H:%M:%S}.000"


def _offset(now: datetime) -> str:
    """The offset from UTC as ODK writes it: +08:00."""
    offset = f"{now:%z}"
    return f"{offset[:3]}:{offset[3:5]}" if offset else ""
