"""What people read about their last sheet while they fill a new one."""

from typing import Final

from handlers import words
from handlers.base import Tap
from handlers.sheet_past import Offer
from handlers.sheet_wording import Parts

MENTION: Final = "您{day}提交过这份表。想对照着填，就回复 "
MENTION_END: Final = "，每一题会显示上期的回答。\n\n"
COPYING: Final = "好的，下面每一题会显示您{day}那份的回答；没有变化的，点“沿用上期”就行。\n\n"
NO_LAST: Final = "没有找到您以前提交的这份表，没有可以参考的内容。\n\n"
NOTHING_THEN: Final = "上期这一题没有可以沿用的回答，请直接填写。\n\n"
TAKEN: Final = "已记：{text}（沿用上期）\n\n"
LAST_TIME: Final = "\n上期：{text}　"
GONE: Final = "（其中“{gone}”现在不在选项里了）"
ALL_GONE: Final = "\n上期：{text}（现在不在选项里了，请重新选）"
MAX_TAKEN: Final = 40
"""Characters of an old answer that are told back when it is taken."""
LONGEST: Final = 300
"""Characters of an old answer that stand beside the question."""


def mention(day: str) -> Parts:
    """At the beginning: there is an earlier sheet, of this local day."""
    return [MENTION.format(day=day), Tap(words.COPY), MENTION_END]


def taken(offer: Offer) -> str:
    """The old answer is the new one."""
    text = offer.text if len(offer.text) <= MAX_TAKEN else f"{offer.text[:MAX_TAKEN]}……"
    return TAKEN.format(text=text)


def beside(offer: Offer) -> Parts:
    """The old answer under the question, with the tap that takes it."""
    text = offer.text if len(offer.text) <= LONGEST else f"{offer.text[:LONGEST]}……"
    gone = "、".join(offer.gone)
    if not offer.value:
        return [ALL_GONE.format(text=gone or text)]
    told = LAST_TIME.format(text=text)
    return [f"{told[:-1]}{GONE.format(gone=gone)}　" if gone else told, Tap(words.SAME_AS_LAST)]
