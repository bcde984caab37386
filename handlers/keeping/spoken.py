"""请假 as people say it of themselves: 我明天要请假, 下周一请两天假, 怎么请假."""

import re
from datetime import date
from typing import Final

from handlers import words
from handlers.keeping import leave_days
from nlp import values
from nlp.normalising import simplified

_START: Final = re.compile(r"\s*(?:起|开始)$")
_VAGUE: Final = re.compile(
    "(?:(?:这|本|下|下个|下下)?(?:周|星期|礼拜|月)(?:初|中|末|底)?|过几天|这几天|这两天|最近|几天|过两天|年底|年前|年后|春节|国庆|元旦)?"
)
"""Some days, and which ones is to be asked; or nothing."""
LONGEST: Final = 40
"""Characters; whoever writes more tells something."""
# no word of the repeated group may be put together from others of it, or a text of them takes for ever
_SAID: Final = re.compile(
    r"(?:你好|您好)?[\s,]*(?:怎么|如何|怎样|可以|能不能|能)?(?:我|本人)?(?P<before>.{0,24}?)[\s,]*(?:我|本人)?"
    r"(?:要|想|需要|得|打算|准备|申请|可能|能不能|可以)*"
    r"请(?:(?P<count>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})天(?:的)?)?(?:病|事|年|产|婚|丧|公|探亲|陪产)?假(?P<behind>.{0,24}?)"
    r"[\s,]*(?:了|吧|啊|呢|哦|吗|可以吗|行吗|行不行|怎么办|怎么请|怎么弄|怎么登记|怎么说)?"
)


def leave(said: str, today: date) -> str | None:
    """What stands behind 请假 in the command that a whole text means (empty: no days are named); None for any other
    text. `today` is the enterprise's.
    """
    if "假" not in said or len(said) > LONGEST:
        return None
    whole = words.normal(said)
    typed, who = leave_days.split(whole)
    found = _SAID.fullmatch(simplified(typed))
    if found is None:
        return None
    before, behind = (found[name].strip(" ,从自是在") for name in ("before", "behind"))
    if (before and behind) or not all(_is_days(each, today) or _VAGUE.fullmatch(each) for each in (before, behind)):
        return None
    days = "" if _VAGUE.fullmatch(before or behind) else before or behind
    first = _START.sub("", days)
    if found["count"] is not None and days:
        days = f"{first} {values.integer(found['count'])}天"
    elif first != days:  # from a day on, and nobody said until when
        return ""
    return f"{days} 代填 {who}" if days and who else days


def _is_days(said: str, today: date) -> bool:
    try:
        leave_days.read(_START.sub("", said), today)
    except ValueError:
        return False
    return True
