"""改手机: an officer keeps another number of somebody, shown masked, asked about first."""

import re
from typing import Final

from handlers.base import Context, Conversation, Json, Outcome, say
from handlers.keeping import choosing, wording
from handlers.keeping.asking import Act, ask
from handlers.people.cells import phone_number
from handlers.people.wording import UNCHANGED_ENDS, shown_phone
from storage.commands import ChangePhone, KeepingRefused, PhoneChanged
from storage.vocabulary import KeepingRefusal

CHANGE: Final = "改手机"
ACT: Final = "change_phone"
HOW: Final = "改手机 李四 13900001234（不再登记手机，就写“无”）"
NO_NUMBER: Final = "新的手机号是多少？"
NONE: Final = "无"
QUESTION: Final = "{who} 的手机改登记：{before} → {after}，{right}\n以后本人申请绑定，要说新号码的后四位。"
"""Where no number is kept any more, the second line would be wrong: see TO_NONE."""
TO_NONE: Final = "{who} 不再登记手机（现在是 {before}），{right}\n以后本人不能用手机后四位申请绑定。"
SAME: Final = "{name} 登记的手机就是这个，不用改。"
DONE: Final = "已改好：{name} 的手机登记为 {after}。"
DONE_NONE: Final = "已改好：{name} 不再登记手机。"
WITHDRAWN: Final = "凭原来的号码交的绑定申请已作废，会告诉申请的人重新申请。"
NOT_KEPT: Final = "没有登记"
_LEAD: Final = re.compile(r"^(?:的?(?:手机|电话)号?码?)?\s*(?:改为|改成|为|成|是|:|：)?\s*")


async def change(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """改手机 <name> <number>: asks, unless it stands already."""
    name, _, rest = argument.partition(" ")
    said = _LEAD.sub("", rest)
    try:
        card = await choosing.covered(name, context, lambda reference: f"{CHANGE} {reference} {said}")
        if not said:
            return say(conversation, *wording.usage(HOW, NO_NUMBER))
        phone = None if said == NONE else phone_number(said)
    except choosing.NotOne as several:
        return choosing.asked(several, conversation, context)
    except ValueError as refusal:
        return say(conversation, *wording.usage(HOW, f"{refusal}。"))
    if card.id == (await context.records.principal()).person_id:
        return say(conversation, *wording.refused(KeepingRefusal.OWN))
    if phone == card.phone:
        return say(conversation, *wording.sentence(SAME.format(name=card.name)))
    before, after = _shown(card.phone), _shown(phone)
    if before == after:
        after += UNCHANGED_ENDS
    question = QUESTION if phone is not None else TO_NONE
    asked = question.format(who=wording.who(card), before=before, after=after, right=wording.RIGHT)
    kept = {"person": card.id, "before": card.phone, "phone": phone, "name": card.name}
    return ask(conversation, context, ACT, kept, asked)


def _shown(phone: str | None) -> str:
    return shown_phone(phone) if phone else NOT_KEPT


def make_change(kept: Json) -> Act:
    """What the answer yes does."""
    name, phone = str(kept["name"]), kept["phone"]

    def worded(result: PhoneChanged | KeepingRefused) -> wording.Parts:
        if isinstance(result, KeepingRefused):
            return wording.refused(result.reason)
        if result.already:
            return wording.sentence(SAME.format(name=name))
        told = (DONE if phone else DONE_NONE).format(name=name, after=_shown(phone))
        return wording.sentence(told + (WITHDRAWN if result.withdrawn else ""))

    return Act(ChangePhone(int(kept["person"]), kept["before"], phone), worded)
