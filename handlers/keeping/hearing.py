"""Which texts are commands about people: their words are ordinary ones, so that the whole text must fit."""

import re
from collections.abc import Callable
from typing import Final

from handlers import words
from handlers.keeping import appointing, bindings, leaves, looking, moving, typed

LONGEST: Final = 100
"""Characters of a command."""
_SENTENCE: Final = re.compile(r"[。!?;…]|[^\s,/]{25}")
"""Nothing that stands in a name, a unit or a day."""
_MOST_TOKENS: Final = 9


def _behind(word: str, fits: Callable[[str], bool]) -> Callable[[str], str | None]:
    pattern = re.compile(rf"{word}(?:[\s:,]+(.*))?")

    def behind(said: str) -> str | None:
        found = pattern.fullmatch(words.normal(said))
        argument = None if found is None else (found.group(1) or "").strip()
        if argument is None or _SENTENCE.search(argument) or len(argument.split()) > _MOST_TOKENS:
            return None
        return argument if fits(argument) else None

    return behind


def _has(fewest: int, most: int = _MOST_TOKENS) -> Callable[[str], bool]:
    return lambda argument: fewest <= len(re.split(r"[\s,]+", argument) if argument else ()) <= most


def _appoints(argument: str) -> bool:
    return _has(2)(argument) and any(level in argument for level in typed.LEVELS)


def _is_leave(argument: str) -> bool:
    return not argument or typed.has_days(argument)


def _is_number(argument: str) -> bool:
    return re.fullmatch(r"#?[0-9]{1,9}", argument) is not None


appoint = _behind(appointing.APPOINT, _appoints)
dismiss = _behind(appointing.DISMISS, _has(1, 5))
move = _behind(moving.MOVE, _has(2, 6))
take_leave = _behind(leaves.TAKE, _is_leave)
end_leave = _behind(leaves.END, _has(0, 1))
stand_in = _behind(leaves.STAND_IN, lambda argument: re.search(r"由|:|请", argument) is not None)
requests = _behind(bindings.LIST, _has(0, 0))
confirm_binding = _behind(bindings.CONFIRM, _is_number)
refuse_binding = _behind(bindings.REFUSE, _is_number)
unbind = _behind(bindings.UNBIND, _has(0, 1))
change_phone = _behind("(?:改|换|更换|修改)(?:手机|电话)(?:号码?)?", _has(1, 7))
look = _behind(looking.WORD, _has(0, 5))
