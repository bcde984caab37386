"""Taps on questions that are asked no more: a second tap on one link, or a link far up in the chat."""

from typing import Final
from zlib import crc32

from handlers import words
from handlers.base import Inbound, Tap
from handlers.forms import engine
from handlers.sheet_memory import Desk
from handlers.sheet_wording import Parts
from handlers.words import Word

LATE: Final = "刚才点的“{said}”是前面消息里的，没有记到这一题。"
TO_CHANGE: Final = "要改第 {number} 题，点 "
END: Final = "\n\n"
SHOWN: Final = 20
"""Characters of what was tapped within the sentence."""
ABOUT_ONE_QUESTION: Final = frozenset({Word.SKIP, Word.ADD, Word.SAME_AS_LAST})
"""The command words that do something to the question under which they stand."""
_MOST: Final = 999_999


def about(draft: str, ref: str) -> int:
    """What the taps under a question of a draft are about (Text.about)."""
    return crc32(f"{draft} {ref}".encode()) % _MOST + 1


def is_late(inbound: Inbound, desk: Desk) -> bool:
    """Whether this is a tap under another question than the one being asked, of this draft or another one."""
    filling = desk.filling
    return inbound.about != 0 and inbound.about != about(filling.draft, filling.state.at or "")


def late(inbound: Inbound, desk: Desk) -> Parts:
    """The sentence that nothing was done, with the way back to the question that was meant."""
    said = inbound.text if len(inbound.text) <= SHOWN else f"{inbound.text[:SHOWN]}…"
    lines = engine.preview(desk.form, desk.filling.state)
    meant = next((line.number for line in lines if about(desk.filling.draft, line.ref) == inbound.about), None)
    sentence = LATE.format(said=said)
    if meant is None:
        return [f"{sentence}{END}"]
    way = Tap(f"{words.MODIFY} {meant}")
    return [f"{sentence}{TO_CHANGE.format(number=meant)}", way, END]
