"""Binding this WeChat to a person with an invite code: the code, the question whether it is you, the answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from handlers import words
from handlers.base import Context, Conversation, Inbound, Json, Outcome, Said, Tap, say, text
from handlers.messages import memory
from handlers.words import Word
from storage.commands import BindContact, BindRefused, Bound
from storage.invites import ALPHABET, LENGTH
from storage.vocabulary import BindRefusal

MEMORY = "binding"
MOST_WRONG = 5
"""Wrong codes that a contact may try within WINDOW."""
WINDOW = 3600
"""Seconds."""
OFFER_LIVES = 900
"""Seconds in which the question "is this you?" may be answered."""

HOW = (
    "请把绑定码发给我，10 位字母和数字，样子像 ABCDE-FGHJK，直接发就行。没有绑定码的，请向本单位纪检人员索取；"
    "也可以说“绑定 姓名 手机后四位”申请，由纪检人员确认。"
)
NOT_A_CODE = "绑定码是 10 位字母和数字，样子像 ABCDE-FGHJK。请核对后再发一次。"
WRONG = "这个绑定码没有对上：可能有输错的字，也可能已经用过或者过期了。请核对后再发，或请纪检人员重新发一个。"
TOO_MANY = (
    "一小时里已经有 {most} 次没有对上。为了保护大家的身份，先停一停，请约 {minutes} 分钟后再试，或联系本单位纪检人员。"
)
IS_IT_YOU = "这个绑定码是发给这位同志的：\n\n{name}（{unit}）\n\n是您本人吗？绑定后，这个微信就代表您本人填表。\n\n"
DECLINED = "好的，没有绑定。如果绑定码发错了人，请告诉给您绑定码的纪检人员。"
ASK_AGAIN = "隔得有点久了，请把绑定码再发一次。"
BOUND = "绑定好了，{name}，欢迎您！以后在这里填表、办事都记在您名下。"
ALREADY = "{name}，您已经绑定过了，直接用就行。不再用这个微信的，回复“解绑”。"
REFUSALS: Mapping[BindRefusal, str] = MappingProxyType(
    {
        BindRefusal.UNKNOWN: WRONG,
        BindRefusal.USED: "这个绑定码刚刚被用过了，一个码只能用一次。请向本单位纪检人员要一个新的。",
        BindRefusal.EXPIRED: "这个绑定码已经过期了。请向本单位纪检人员要一个新的。",
        BindRefusal.PERSON_BOUND: "这位同志已经绑定了另一个微信。如果是您换了微信，请说“绑定 姓名 手机后四位”申请。",
        BindRefusal.CONTACT_BOUND: "这个微信已经绑定了另一位同志，不能再绑。需要更换的，请联系本单位纪检人员。",
    }
)
"""A kind sentence for every reason of refusal."""

_BETWEEN = r"[\s\-_.·~\u2010-\u2015\u2212\u30fc一]*"
"""What people put between the halves: any dash, the 一 that is typed for one, a dot, spaces."""
_HALVES = re.compile(f"[0-9a-z]{{5}}{_BETWEEN}[0-9a-z]{{5}}")
_SPACED = re.compile(r"[0-9a-z](?:[ -]?[0-9a-z]){9}")
_LEAD = re.compile(r"(?:我的)?(?:绑定|邀请)码?(?:是|为)?\s*[:：,，]?\s*")
_IN_ONE = re.compile(f"[{ALPHABET.lower()}]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the conversation keeps of binding: times of wrong codes (seconds since 1970 UTC) and the open offer."""

    wrong: tuple[int, ...] = ()
    code: str = ""
    person_id: int = 0
    offered_at: int = 0

    def to_json(self) -> Json:
        """Small JSON; None when there is nothing to remember."""
        kept: dict[str, Json] = {}
        if self.wrong:
            kept["wrong"] = list(self.wrong)
        if self.code:
            kept |= {"code": self.code, "person": self.person_id, "at": self.offered_at}
        return kept or None


def _remembered(conversation: Conversation, now: int) -> Remembered:
    kept = conversation.recall(MEMORY) or {}
    wrong = tuple(at for at in kept.get("wrong", ()) if abs(now - at) < WINDOW)  # clocks are put back, too
    return Remembered(wrong, kept.get("code", ""), kept.get("person", 0), kept.get("at", 0))


def _remember(conversation: Conversation, wrong: tuple[int, ...]) -> Conversation:
    return conversation.with_memory(MEMORY, Remembered(wrong).to_json())


def looks_like_code(said: str) -> bool:
    """Whether a text is meant as an invite code: one after 绑定码, two halves, or ten characters of codes' alphabet."""
    plain = words.normal(said)
    bare = _bare(plain)
    if bare != plain:
        return _is_code(bare)
    if _HALVES.fullmatch(plain) is not None and len(plain) > LENGTH:
        return True
    return _is_code(plain) and _IN_ONE.fullmatch(re.sub("[ -]", "", plain)) is not None


def _is_code(plain: str) -> bool:
    """Whether it has the shape of a code, slips included."""
    return _HALVES.fullmatch(plain) is not None or _SPACED.fullmatch(plain) is not None


def _bare(plain: str) -> str:
    """What stands behind 绑定码 and the like in a normalised text; all of it when there is nothing like that."""
    return _LEAD.sub("", plain, count=1) if _LEAD.match(plain) else plain


def is_asked(conversation: Conversation) -> bool:
    """Whether the person was asked "is this you?" and has not answered."""
    return bool((conversation.recall(MEMORY) or {}).get("code"))


async def offer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """绑定, 绑定 <code>, or a code alone: shows for whom it is, masked, and asks."""
    heard = words.hear(inbound.text)
    code = heard.rest if heard.word is Word.BIND else _bare(words.normal(inbound.text))
    principal = await context.records.principal()
    if principal.person_id is not None:
        return say(conversation, ALREADY.format(name=principal.name), "\n\n", Tap(words.MENU))
    if not code:
        return say(conversation, HOW, "\n\n", Tap(words.HELP))
    if not _is_code(code):
        return say(conversation, NOT_A_CODE, "\n\n", Tap(words.HELP))
    now = int(context.now.timestamp())
    wrong = _remembered(conversation, now).wrong
    if len(wrong) >= MOST_WRONG:
        return say(_remember(conversation, wrong), _too_many(wrong, now), "\n\n", Tap(words.HELP))
    invite = await context.records.invite(code)
    if invite is None:
        wrong = (*wrong, now)
        sentence = WRONG if len(wrong) < MOST_WRONG else _too_many(wrong, now)
        return say(_remember(conversation, wrong), sentence, "\n\n", Tap(words.HELP))
    asked = Remembered(wrong, code, invite.expected_person_id, now)
    question = IS_IT_YOU.format(name=invite.masked_name, unit=invite.unit_name)
    return say(
        conversation.with_memory(MEMORY, asked.to_json()),
        question,
        Tap(words.CONFIRM),
        "　",
        Tap(words.CANCEL),
    )


def _too_many(wrong: Sequence[int], now: int) -> str:
    minutes = max(1, -(-(wrong[0] + WINDOW - now) // 60))
    return TOO_MANY.format(most=MOST_WRONG, minutes=minutes)


async def confirm(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """确认: binds, when the question is still fresh."""
    now = int(context.now.timestamp())
    asked = _remembered(conversation, now)
    left = _remember(conversation, asked.wrong)
    if abs(now - asked.offered_at) > OFFER_LIVES:
        return say(left, ASK_AGAIN, "\n\n", Tap(words.HELP))

    def worded(results: Sequence[Any]) -> Said:
        result: Bound | BindRefused = results[0]
        if isinstance(result, Bound):
            if result.already:
                sentence, kept = ALREADY, conversation.with_memory(MEMORY, None)
            else:  # whoever used this WeChat before may have left answers in it that are not the new person's to read
                sentence, kept = BOUND, memory.of_the_unbound(conversation)
            return Said(kept, text(sentence.format(name=result.name), "\n\n", Tap(words.MENU)))
        return Said(left, text(REFUSALS[result.reason], "\n\n", Tap(words.HELP)))

    return Outcome(commands=(BindContact(asked.code, asked.person_id),), then=worded)


async def decline(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """取消: nothing is bound."""
    asked = _remembered(conversation, int(context.now.timestamp()))
    return say(_remember(conversation, asked.wrong), DECLINED, "\n\n", Tap(words.HELP))
