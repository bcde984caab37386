"""本期无新情况 said of what one has to hand in: the form of the one task that may be answered so, or the list."""

import re
from dataclasses import replace
from typing import Final

from handlers import tasks, tasks_filling, words
from handlers.base import Context, Conversation, Inbound, Outcome

_SAID: Final = re.compile(
    r"(?:我们?|我这边|我单位|我们单位|本单位)?(?:[这本](?:一?期|个?季度|个?月|次|段时间)|这边|目前|现在)?(?:我们?|我这边)?"
    r"(?:还?是?)(?:没有?|无|暂无|没啥|没什么|没有什么)(?:任何|什么)?新的?(?:情况|变化)(?:发生|可报|要报)?(?:的|了|啊|呢)?"
)
LONGEST: Final = 24
"""Characters; whoever writes more tells something."""


def says(said: str) -> bool:
    """Whether a whole text says that there is nothing new (这期没有新情况)."""
    plain = words.simple(said)
    return len(plain) <= LONGEST and _SAID.fullmatch(plain) is not None


async def answered(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome | None:
    """The answer to that; None for anything else, and for whoever owes nothing."""
    if not says(inbound.text) or (await context.records.principal()).person_id is None:
        return None
    owing = [duty for duty in await tasks.own(context) if duty.done_at is None]
    if not owing:
        return None
    if len(owing) > 1 or not await tasks.may_be_nothing_new(owing[0], context):
        return await tasks.mine(inbound, conversation, context)
    said = replace(inbound, text=f"{words.NOTHING_NEW} {owing[0].id}")
    return await tasks_filling.begin(said, conversation, context)
