"""How officers type it: name, level, unit and day told apart, in the order in which people say them."""

import re
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from handlers.deliveries.days import full_day
from nlp import dates
from storage.vocabulary import Level

LEVELS: Final = MappingProxyType(
    {"综合": Level.COMPREHENSIVE, "项目": Level.PROJECT, "职能": Level.FUNCTIONAL, "日常": Level.DAILY}
)
LONGEST_SPAN: Final = 366
"""Days of a leave; a longer one is a slip of the year."""
LONGEST_BACK, LONGEST_AHEAD = 366, 1830
"""Days from today that an appointment, a transfer or a leave may begin or end; further ones are slips of the year."""
FAR: Final = "{day} 离今天太远了，请核对年份后再说一次。"
NO_DAY: Final = "从哪天到哪天？例如“12月1日到12月5日”。"
WRONG_ORDER: Final = "最后一天（{ends}）早于第一天（{starts}），请核对后再说一次。"
TOO_LONG: Final = "{starts} 到 {ends} 超过一年了，请核对年份后再说一次。"
_ONE_DAY: Final = timedelta(days=1)
_SEPARATORS: Final = re.compile(r"[\s,，、/]+")
_FILLERS: Final = frozenset({"为", "任", "担任", "到", "去", "至", "调到", "往", "是", "当", "做"})
_OBSERVER: Final = re.compile(r"(.*?)(综合|项目|职能|日常)?(?:层级|级|层)?观察员")
_LEVEL_TAIL: Final = re.compile("(?:层级|级|层)$")
_DAY: Final = (
    r"(?:[0-9]{1,4}\s*[年月日号./-][0-9年月日号./\- ]*|[0-9]{8}|[〇零一二两三四五六七八九十]{1,3}[月日号][^\s]*"
    r"|(?:今|明|后|昨|大后)[天日]|(?:本|上|下|这|下个|上个)?(?:周|星期|礼拜|月)[^\s]{1,4}|(?:今|明|后)年[^\s]{1,8}|[0-9]{1,3}天[后前])"
)
_TAIL: Final = re.compile(rf"(?:^|[\s,，]*)(自|从|到|至|截至|截止到?)?\s*({_DAY})\s*(起|开始|为止|止)?$")
_FROM: Final = frozenset({"自", "从", "起", "开始"})
_BETWEEN: Final = re.compile(r"\s*(?:至|到|~|～|—+|–|--+|(?<=[日号天0-9])\s*-\s*(?=[0-9]+[月日号]))\s*")
_COUNTED: Final = re.compile(r"(.+?)\s*(?:起|开始)?[\s,，]*(?:共|请)?([0-9]{1,3})天")


class Tail(NamedTuple):
    """A day at the end of what was said; `begins`: from that day on (自 … 起), else up to it."""

    day: date
    begins: bool


class Parts(NamedTuple):
    """What was said: a name or staff number, a level, the rest (a unit, without blanks), a day."""

    name: str
    rest: str
    level: Level | None = None
    tail: Tail | None = None


def parts(said: str, today: date) -> Parts:
    """What stands behind 聘任, 解聘, 调动 (normalised), seen from `today` (enterprise's timezone). Raises
    ValueError with the sentence to show for a day that cannot be.
    """
    found = _TAIL.search(said)
    tail = None
    if found is not None and found.start() > 0:
        begins = found[1] in _FROM or found[3] in _FROM
        tail = Tail(_near(dates.day(found[2], today, dates.PLANNED), today), begins)
        said = said[: found.start()]
    name, *words = [word for word in _SEPARATORS.split(said) if word] or [""]
    level: Level | None = None
    rest: list[str] = []
    for word in words:
        observer = _OBSERVER.fullmatch(word)
        if observer is not None:
            level = LEVELS.get(observer[2] or "", level)
            word = observer[1]  # noqa: PLW2901 - what is left of it
        elif (plain := _LEVEL_TAIL.sub("", word)) in LEVELS:
            level = LEVELS[plain]
            continue
        rest.append(word)
    while rest and rest[0] in _FILLERS:
        rest.pop(0)
    return Parts(name, "".join(word for word in rest if word not in _FILLERS), level, tail)


def _near(day: date, today: date) -> date:
    if not -LONGEST_BACK <= (day - today).days <= LONGEST_AHEAD:
        raise ValueError(FAR.format(day=full_day(day)))
    return day


def looks_like_days(said: str) -> bool:
    """Whether a text begins with a day: then somebody speaks of their own leave."""
    return re.match(rf"(?:自|从)?\s*{_DAY}", said) is not None


def has_days(said: str) -> bool:
    """Whether a day stands in a text."""
    return re.search(_DAY, said) is not None


def span(said: str, today: date) -> tuple[date, date]:
    """The first and the last day that a text means, both inclusive: 12月1日到12月5日, 12月1日至5日, 明天到下周五,
    12月1日 3天, 12月1日. Raises ValueError with the sentence to show.
    """
    pieces = [piece for piece in _BETWEEN.split(said.strip()) if piece]
    counted = _COUNTED.fullmatch(said.strip())
    if len(pieces) == 2:  # noqa: PLR2004 - a first and a last day
        starts = dates.day(pieces[0], today, dates.PLANNED)
        ends = _last(pieces[1], starts, today)
    elif len(pieces) == 1 and counted is not None:
        starts = dates.day(counted[1], today, dates.PLANNED)
        ends = starts + _ONE_DAY * (int(counted[2]) - 1)
    elif len(pieces) == 1:
        starts = ends = dates.day(pieces[0], today, dates.PLANNED)
    else:
        raise ValueError(NO_DAY)
    for day in (starts, ends):
        _near(day, today)
    if ends < starts:
        raise ValueError(WRONG_ORDER.format(starts=full_day(starts), ends=full_day(ends)))
    if (ends - starts).days >= LONGEST_SPAN:
        raise ValueError(TOO_LONG.format(starts=full_day(starts), ends=full_day(ends)))
    return starts, ends


def _last(said: str, starts: date, today: date) -> date:
    """The last day: a number or 周五 alone is seen from the first one, 明天 and 下周五 are seen from today."""
    if re.match(r"(?:周|星期|礼拜)", said):
        return dates.day(said, starts, dates.PLANNED)
    if re.fullmatch(r"[0-9]{1,2}", said):
        said = f"{said}日"
    if re.match(r"[0-9一二三四五六七八九十]", said):
        return dates.day(said, starts, dates.PLANNED)
    return dates.day(said, today, dates.PLANNED)
