"""Which texts are commands about what is owed: their words are ordinary ones, so that the whole text must fit."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from handlers import words
from handlers.chasing import typed
from handlers.staff.typed import behind_plain

LONGEST: Final = 120
"""Characters of a command."""
_SENTENCE: Final = re.compile(r"[。!?;…]|[^\s,/]{25}")
"""Nothing that stands in a name, a unit or a period."""
_MOST: Final = 8
"""Words behind a command."""
_ANY_DAY: Final = date(2026, 6, 15)
"""Whether a word names a period does not depend on the day."""


def _behind(word: str, fits: Callable[[str], bool], *, attached: bool = False) -> Callable[[str], str | None]:
    """`attached`: a period or a level may follow without a blank."""
    pattern = re.compile(rf"(?:{word})(?:[\s:,]+(.*)|({'.+' if attached else '(?!)'}))?")

    def behind(said: str) -> str | None:
        found = pattern.fullmatch(words.normal(said))
        if found is None:
            return None
        argument = (found[1] or found[2] or "").strip()
        if _SENTENCE.search(argument) or len(argument.split()) > _MOST:
            return None
        if found[2] and not typed.only_says_which(argument, _ANY_DAY):
            return None
        return argument if fits(argument) else None

    return behind


def _has(fewest: int, most: int = _MOST) -> Callable[[str], bool]:
    return lambda argument: fewest <= len(argument.split()) <= most


owed = _behind("未交|没交|未提交|还没交|谁没交|谁还没交|还有谁没交|未交名单|未交情况", _has(0), attached=True)
ask = _behind("催办|催交|催一下|催报", _has(0), attached=True)
rates = _behind("提交率|上交率|提交情况", _has(0), attached=True)
sent = _behind("推送|推送情况", _has(0, 4))
story = _behind("看推送", lambda argument: re.fullmatch(r"[0-9]{1,12}", argument) is not None)
phones = _behind("电话名单", _has(0))


def excuse(said: str) -> str | None:
    """What stands behind 免交, reason included: that may be a sentence."""
    return behind_plain(said, "免交")
