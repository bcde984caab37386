"""Times of the day as people say them: 下午三点半, 15:30, 晚上九点一刻; a ValueError is the sentence to show."""

import re
from datetime import datetime, time
from typing import Final, NamedTuple

from nlp.numerals import spelled
from nlp.plain import joined

NOT_A_TIME: Final = "没看懂这个时间。请填写时间，例如 15:30、下午三点半 或 早上8点。"
WHICH_TIME: Final = "请写到几点：{said}是几点？例如 {example}。"
WHICH_HALF: Final = "“{said}”是上午还是下午？请写清楚，例如 {early} 或 {late}。"
NO_SUCH_TIME: Final = "没有{said}这个时间，请核对后再填写，例如 15:30。"


class ClockTime(NamedTuple):
    """A time of the day. `next_day`: it belongs to the day after the one that is named with it (昨天晚上12点)."""

    time: time
    next_day: bool = False
    said: str = ""
    """What was said where the time alone loses something (三点左右)."""


_EARLY: Final = "凌晨|清晨|清早|早晨|早上|一早|上午|早间"
_NOON: Final = "中午|正午|午间"
_LATE: Final = "下午|午后|傍晚"
_NIGHT: Final = "晚上|晚间|夜里|夜间|半夜|深夜|午夜|夜晚|当晚"
_SHORT: Final = "(?<=[今昨明前天日号])[早晚晨夜]"
_PERIOD: Final = f"{_EARLY}|{_NOON}|{_LATE}|{_NIGHT}|{_SHORT}"
_NUM: Final = "[0-9]{1,2}|[零〇一二三四五六七八九十两]{1,3}"
_CLOCK_TEXT: Final = (
    rf"(?P<period>{_PERIOD}|[早晚晨夜](?=[0-9零〇一二三四五六七八九十两]))? ?"
    rf"(?:差(?P<before>{_NUM})分(?:钟)?(?:到)?(?P<hour_before>{_NUM})点(?:钟)?"
    rf"|(?P<hour>{_NUM}) ?(?P<mark>[点时:]) ?"
    rf"(?:(?P<word>整|钟|半|[一1三3]刻)|差(?P<short>{_NUM})分"
    rf"|过?(?P<minute>{_NUM}) ?分?(?:[:]?(?P<second>[0-9]{{1,2}})秒?)?)?)"
    r" ?(?P<half>[ap]\.?m\.?)?|(?P<bare>[0-9]{1,2}) ?(?P<half_of_bare>[ap]\.?m\.?)"
)
_CLOCK: Final = re.compile(_CLOCK_TEXT)
AT_END: Final = re.compile(rf"(?:[ t,]+|(?<![0-9:]))(?:{_CLOCK_TEXT})(?:左右|前后|许)?$", re.IGNORECASE)
"""A time behind a day; searched in a `plain` text."""
TIME_OF_DAY: Final = re.compile(rf" ?(?:{_PERIOD}|早|上班时|下班后|上班后|下班时|饭后)$")
"""A part of the day behind a day, without an hour."""
_DIGITS: Final = re.compile(r"([0-9]{2})([0-9]{2})")
_LEADING: Final = re.compile("^(?:就是|大概是?|大约|约|是|在|于)")
_TRAILING: Final = re.compile("(?:左右|前后|许|吧|的时候|开始|的|[。,.!])$")
_ABOUT: Final = re.compile("大概|大约|约|左右|前后|许")
_NOW: Final = frozenset({"现在", "刚才", "刚刚", "此刻", "当前"})
_VAGUE: Final = re.compile(f"{_PERIOD}|上班|下班|点多|几点|早|晚|午|夜|饭")
_MINUTES: Final = {"整": 0, "钟": 0, "半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}
_NOON_HOUR: Final = 12
_SHOWN: Final = 12


def clock(text: str, now: datetime) -> ClockTime:
    """The time that a text means; `now` (local) is what 现在 means. Seconds are 0 where they were not said.

    15:30, 1530, 下午三点半, 早上8点, 晚上九点一刻, 差五分九点, 3pm. Hours from 1 to 6 without a part of the day are
    asked about, for 3点 is said of the afternoon as often as of the night.
    Raises ValueError with the Chinese sentence to show.
    """
    shown = joined(text)
    bare = _bare(shown.casefold())
    if bare in _NOW:
        return ClockTime(now.time().replace(second=0, microsecond=0))
    match = _CLOCK.fullmatch(bare)
    if match is not None:
        found = _read(match, shown)
    elif digits := _DIGITS.fullmatch(bare):
        found = _made(int(digits[1]), int(digits[2]), 0, shown)
    elif _VAGUE.search(bare) and len(bare) <= _SHOWN:
        example = "晚上8点" if "晚" in bare or "夜" in bare else "早上8点" if "早" in bare else "下午3点"
        raise ValueError(WHICH_TIME.format(said=bare, example=example))
    else:
        raise ValueError(NOT_A_TIME)
    return found._replace(said=shown) if _ABOUT.search(shown) else found


def _bare(text: str) -> str:
    before = None
    while text != before:
        before = text
        text = _TRAILING.sub("", _LEADING.sub("", text))
    return text


def _read(match: re.Match[str], shown: str) -> ClockTime:
    groups = match.groupdict()
    hour_text = groups["hour"] or groups["hour_before"] or groups["bare"]
    hour, minute = _whole(hour_text), _minute(groups)
    second = int(groups["second"] or 0)
    short = _whole(groups["before"] or groups["short"] or "0")
    half = (groups["half"] or groups["half_of_bare"] or "").replace(".", "")
    period = {"am": "上午", "pm": "下午"}.get(half, groups["period"] or "")
    if not period and 1 <= hour <= 6 and len(hour_text.lstrip("0")) == len(hour_text):  # noqa: PLR2004 - 1 to 6
        raise ValueError(_which_half(hour, minute, shown))
    hour, next_day = _of_period(hour, period, half, shown)
    if short:
        hour, minute = (hour - 1) % 24, 60 - short
    return _made(hour, minute, second, shown)._replace(next_day=next_day or hour == 24)  # noqa: PLR2004 - 24:00


def _minute(groups: dict[str, str | None]) -> int:
    word = groups["word"]
    return _MINUTES[word] if word else _whole(groups["minute"] or "0")


def _whole(text: str) -> int:
    number = spelled(text)
    return -1 if number is None else int(number)


def _which_half(hour: int, minute: int, shown: str) -> str:
    minutes = f"{max(minute, 0):02}"
    early = f"{'凌晨' if hour < 5 else '早上'}{hour}:{minutes}"  # noqa: PLR2004 - the end of the night
    return WHICH_HALF.format(said=shown[:_SHOWN], early=early, late=f"{hour + 12}:{minutes}")


def _of_period(hour: int, period: str, half: str, shown: str) -> tuple[int, bool]:
    """The hour of 24 that an hour in a part of the day is, and whether it lies behind midnight."""
    if not period or hour > _NOON_HOUR:
        if re.fullmatch(_EARLY, period) or period in {"早", "晨"}:
            raise ValueError(NO_SUCH_TIME.format(said=shown[:_SHOWN]))
        return hour, False
    if re.fullmatch(_LATE, period):
        return (hour + 12 if hour < _NOON_HOUR else hour), False
    if re.fullmatch(_NOON, period):
        return (hour + 12 if hour <= 3 else hour), False  # noqa: PLR2004 - 中午1点 to 3点
    if re.fullmatch(_EARLY, period) or period in {"早", "晨"}:
        midnight = hour == _NOON_HOUR and (period == "凌晨" or half == "am")
        return (0 if midnight else hour), False
    if hour == _NOON_HOUR or hour < 5:  # noqa: PLR2004 - 夜里2点 is before dawn
        return hour % _NOON_HOUR, True
    return hour + 12, False


def _made(hour: int, minute: int, second: int, shown: str) -> ClockTime:
    if hour == 24 and minute == second == 0:  # noqa: PLR2004 - 24:00
        return ClockTime(time(0), next_day=True)
    try:
        return ClockTime(time(hour, minute, second))
    except ValueError:
        raise ValueError(NO_SUCH_TIME.format(said=shown[:_SHOWN])) from None
