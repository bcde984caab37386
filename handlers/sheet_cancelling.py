"""取消: whether the person really gives the form up, or the correction of a sheet that was handed in."""

from collections.abc import Sequence
from typing import Any, Final

from handlers import sheet_check, sheet_corrections_wording, sheet_repeats_wording, words
from handlers import sheet_wording as wording
from handlers.base import Context, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.likeness import bare
from handlers.forms.yes_no import meaning
from handlers.sheet_memory import Desk
from handlers.sheet_moves import ask
from storage.commands import DraftDropped, DropDraft

_NOT_NOW: Final = frozenset({"不取消", "不取消了", "不删", "先不删", "点错了", "按错了", "算了", "接着填", "继续填"})
"""Besides 否, 不是 and the like: the form goes on."""


async def cancel(desk: Desk, context: Context) -> Outcome:
    """取消: ask first; in answer to whether to remove an item it means that item."""
    if desk.filling.removing:
        return keep_on(desk)
    kept = desk.leave(desk.filling._replace(cancelling=True))
    correction = await sheet_check.corrected(desk.filling.draft, context)
    if correction is not None:
        return say(kept, *sheet_corrections_wording.cancelling(correction))
    lines = engine.preview(desk.form, desk.filling.state)
    return say(kept, *wording.cancelling(sum(bool(line.text) for line in lines)))


async def give_up(desk: Desk, context: Context) -> Outcome:
    """确认取消: the draft is gone; of a correction the sheet that was handed in stays."""
    if not desk.filling.cancelling:
        return await cancel(desk, context)
    correction = await sheet_check.corrected(desk.filling.draft, context)

    def worded(results: Sequence[Any]) -> Said:
        dropped: DraftDropped = results[0]
        left = desk.leave(None)
        if dropped.dropped and correction is not None:
            return Said(left, text(*sheet_corrections_wording.cancelled(correction)))
        sentence = wording.CANCELLED if dropped.dropped else wording.DRAFT_GONE
        return Said(left, text(f"{sentence}\n\n", *wording.row([words.MENU])))

    return Outcome(commands=(DropDraft(desk.filling.draft),), then=worded)


def to_decide(desk: Desk, said: str) -> Outcome:
    """Something else was said where the person was asked whether to give up or remove something: a no goes on."""
    plain = bare(said)
    if meaning(plain) is False or plain in _NOT_NOW:
        return keep_on(desk._replace(filling=desk.filling._replace(cancelling=False, removing="")))
    if desk.filling.cancelling:
        return say(desk.leave(desk.filling), *wording.choose_to_cancel())
    kept = desk.leave(desk.filling, removing=desk.filling.removing)
    return say(kept, *sheet_repeats_wording.choose_sure())


def keep_on(desk: Desk) -> Outcome:
    """The question being asked, with a word that the form goes on."""
    return ask(desk, f"{wording.KEPT_ON}\n\n")
