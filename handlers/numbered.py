"""Lists answered by a number: what was shown last, and which command stands behind each number of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers import words
from handlers.base import Context, Conversation, Json, Tap
from nlp import values

MEMORY: Final = "listed"
"""The memory of the last list: the commands by their numbers, when it was shown (seconds since 1970 UTC), in which
turn.
"""
PATIENCE: Final = 1800
"""Seconds for which a number typed means that list."""
NOT_LISTED: Final = "刚才列出的是第 {first} 到 {last} {counter}，没有第 {place} {counter}。\n\n"
NOT_AMONG: Final = "刚才列出的序号是 {numbers}，没有 {place}。\n\n"
_PLACE: Final = re.compile(r"第?\s*([0-9]{1,8})\s*[份个条位项]?|第\s*([一二两三四五六七八九十]{1,3})\s*[份个条位项]?")
"""Nine digits may be the number of a sheet; 两个 and 三份 may be an answer to something else."""


def remembered(
    conversation: Conversation, context: Context, says: Mapping[int, str], counter: str, again: str = ""
) -> Conversation:
    """The conversation after a list was shown in which each of these numbers stands for a command. `counter` counts its
    lines (份, 位); `again` is the command that shows the list, empty where it is not to be asked for again.
    """
    kept: dict[str, Json] = {"says": {str(number): command for number, command in says.items()}, "counter": counter}
    shown = {"at": int(context.now.timestamp()), "turn": conversation.seq + 1}
    return conversation.with_memory(MEMORY, {**kept, "again": again, **shown})


def lines(taps: Sequence[Tap]) -> tuple[list[str | Tap], dict[int, str]]:
    """Taps as lines with numbers from 1 on, each after a line break; and the commands by these numbers."""
    parts: list[str | Tap] = []
    for number, tap in enumerate(taps, start=1):
        parts += [f"\n{number}. ", tap]
    return parts, {number: tap.content for number, tap in enumerate(taps, start=1)}


def sole(conversation: Conversation, at: datetime) -> str:
    """The command of the list that was the last thing said here, if it has but one line; empty: none."""
    kept = conversation.recall(MEMORY)
    if not isinstance(kept, dict) or kept.get("turn") != conversation.seq or len(kept["says"]) != 1:
        return ""
    shown = 0 <= at.timestamp() - kept["at"] <= PATIENCE
    return next(iter(kept["says"].values())) if shown else ""


def of_list(conversation: Conversation, again: str, number: int, now: int) -> str:
    """What stands behind a number of the list last shown, if that is the one of the command `again` and was shown a
    while ago at most (`now`: seconds since 1970 UTC); else empty.
    """
    kept = conversation.recall(MEMORY)
    if not isinstance(kept, dict) or kept.get("again") != again or not 0 <= now - kept.get("at", 0) <= PATIENCE:
        return ""
    said: str = kept["says"].get(str(number), "")
    return said


def is_place(conversation: Conversation, said: str, at: datetime) -> bool:
    """Whether a text is a number, said a while after a list was shown, at that moment (aware)."""
    kept = conversation.recall(MEMORY)
    shown = isinstance(kept, dict) and "says" in kept and 0 <= at.timestamp() - kept.get("at", 0) <= PATIENCE
    return shown and _place(said) >= 0


def _place(said: str) -> int:
    """The number that a text is; -1: none."""
    found = _PLACE.fullmatch(words.simple(said))
    try:
        return values.integer(found[1] or found[2]) if found is not None else -1
    except ValueError:
        return -1


def command(conversation: Conversation, said: str) -> str:
    """What stands behind the number that a text is (see `is_place`); empty when the list had no such line."""
    says: Mapping[str, str] = (conversation.recall(MEMORY) or {}).get("says", {})
    return says.get(str(_place(said)), "")


def not_listed(conversation: Conversation, said: str) -> tuple[str | Tap, ...]:
    """That the last list had no such line, and the way back to it."""
    kept = conversation.recall(MEMORY)
    numbers, place = [int(number) for number in kept["says"]], _place(said)
    told = {"first": numbers[0], "last": numbers[-1], "counter": kept["counter"], "place": place}
    following = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    sentence = (
        NOT_LISTED.format(**told) if following else NOT_AMONG.format(numbers="、".join(map(str, numbers)), **told)
    )
    back = (Tap(kept["again"]), "　") if kept["again"] else ()
    return (sentence, *back, Tap(words.MENU))
