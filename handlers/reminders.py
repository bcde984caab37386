"""停止提醒, 恢复提醒: what a person need not be told, and what they are told all the same."""

from collections.abc import Sequence
from typing import Any, Final

from handlers import welcome_wording, words
from handlers.base import Context, Conversation, Inbound, Outcome, Said, Tap, say, text
from handlers.words import Word
from storage.commands import DeclineReminders

STOPPED: Final = (
    "好的。节前提醒、观察表通过、草稿快到期这几类消息不再推送给您；您发“菜单”时仍能看到。\n\n"
    "观察表到期未交、退回补正是您的职责所在，还会照常提醒，也会通知您的上级和纪检人员。\n\n想恢复推送，回复 "
)
RESUMED: Final = "好的，以后各类消息都会推送给您。\n\n"


async def decided(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """停止提醒 or 恢复提醒."""
    if (await context.records.principal()).person_id is None:
        return say(conversation, *welcome_wording.stranger())
    stops = words.hear(inbound.text).word is Word.STOP_REMINDING

    def worded(results: Sequence[Any]) -> Said:
        parts = (STOPPED, Tap(words.RESUME_REMINDING)) if stops else (RESUMED, Tap(words.MENU))
        return Said(conversation, text(*parts))

    return Outcome(commands=(DeclineReminders(declined=stops),), then=worded)
