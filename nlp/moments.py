"""A day and a time together, as people say them: 昨天下午3点; a ValueError is the sentence to show."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from nlp import clock, dates
from nlp.plain import plain

TIME_TOO: Final = "还要写到几点，例如 {day}下午3点。"
_NOW: Final = frozenset({"现在", "刚才", "刚刚", "此刻", "当前"})
_SHOWN: Final = 12


class Moment(NamedTuple):
    """A moment (aware, to the second), and what was said where it alone loses something."""

    at: datetime
    said: str = ""


def moment(text: str, now: datetime, ahead: int = dates.AHEAD) -> Moment:
    """The moment that a text means, seen from `now` (aware, local): 昨天下午3点, 11月3日 15:30, 2026-11-13T15:30.

    A time without a day is of today. `ahead` as `dates.day` takes it.
    Raises ValueError with the Chinese sentence to show.
    """
    shown = plain(text)
    if shown.rstrip("。.") in _NOW:
        return Moment(now.replace(second=0, microsecond=0))
    found = clock.AT_END.search(shown)
    if found is None:
        dates.day(shown, now.date(), ahead)
        raise ValueError(TIME_TOO.format(day=clock.TIME_OF_DAY.sub("", shown)[:_SHOWN]))
    at = clock.clock(found.group().lstrip("tT, "), now)
    before = shown[: found.start()].strip(" ,，")
    named = dates.said_day(before, now.date(), ahead) if before else dates.SaidDay(now.date())
    day = named.day + timedelta(days=1) if at.next_day else named.day
    return Moment(datetime.combine(day, at.time, now.tzinfo), shown if at.said or named.said else "")
