"""绑定 <name> <last digits of the phone>: a stranger applies, is asked "is this you?", and waits for an officer."""

import hashlib
import re
from typing import Final, NamedTuple

from handlers import words
from handlers.base import Context, Conversation, Inbound, Json, Outcome, Tap, say
from handlers.binding import ALREADY
from handlers.keeping import wording
from handlers.keeping.asking import Act, ask
from handlers.messages import memory
from nlp.normalising import simplified, spelled
from storage.commands import Applied, ApplyForBinding, KeepingRefused
from storage.views import InviteView
from storage.vocabulary import KeepingRefusal

MOST_WRONG: Final = 5
"""Wrong tries of a contact in a day."""
MOST_OF_NAME: Final = 20
"""Wrong tries of one name in a day, by whomever; after that it is not looked for."""
MOST_ASKED: Final = 10
"""Questions "is this you?" to a contact in a day: each yes is told to officers."""
DAY: Final = 86_400
"""Seconds."""
HOW: Final = "请说“绑定 姓名 手机后四位”，例如“绑定 王建国 0412”：手机是登记在单位的那一个。"
WRONG: Final = "没有对上。请核对姓名和登记的手机后四位；拿不准的，请联系本单位纪检人员。"
TOO_MANY: Final = "今天已经有 {most} 次没有对上。为了保护大家的身份，请明天再试，或者联系本单位纪检人员。"
ASKED_ENOUGH: Final = "今天已经申请过很多次了。请等纪检人员确认，着急的话，请直接联系本单位纪检人员。"
IS_IT_YOU: Final = (
    "登记里有这位同志：\n\n{name}（{unit}）\n\n是您本人吗？点“确认”，申请就交给纪检人员；"
    "他们确认以后，这个微信才代表您。"
)
APPLIED: Final = "申请已经交给纪检人员。他们确认以后，会在这里告诉您；着急的话，请直接联系本单位纪检人员。"
INSTEAD: Final = "您之前替别的姓名交的申请不再算数。"
WAITS: Final = "您的申请之前已经交了，正在等纪检人员确认。着急的话，请直接联系本单位纪检人员。"
CHANGED: Final = "没有办理：登记的手机号刚刚改过。请用现在登记的手机再申请一次。"
BOUND: Final = "这个微信已经绑定了，不用再申请。"
_TYPED: Final = re.compile(
    r"(?:我要|申请)?绑定[\s:,]*(?!码|申请)(?P<name>[\u4e00-\u9fff·•]{2,20}|[a-z][a-z .]{1,30}[a-z])"
    r"(?:[\s:,]*(?:手机)?(?:号码?|尾号|后四位|后4位)?[\s:,]*(?P<digits>[0-9]{4,11}))?"
)


_BEGINNINGS: Final = frozenset("绑我申")


class _Said(NamedTuple):
    name: str
    digits: str


def _heard(said: str) -> _Said | None:
    if len(said) > 60 or not words.may_begin(said, spelled(_BEGINNINGS)):  # noqa: PLR2004 - no name and number are longer
        return None
    plain = words.normal(said)
    if words.hear(said).word is not None:
        return None
    found = _TYPED.fullmatch(simplified(plain))
    if found is None or (found["digits"] is None and " " not in plain):
        return None
    name = re.sub(r"(?:手机|尾号|后四位)+$", "", found["name"])
    start = found.start("name")
    return _Said(plain[start : start + len(name)], found["digits"] or "")


def is_application(said: str) -> bool:
    """Whether the whole text applies for a binding: with a number behind the name, or 绑定, a blank and a name."""
    return _heard(said) is not None


async def offer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """Looks for the person, and asks; what is wrong is answered alike, whether the name exists or not."""
    heard = _heard(inbound.text)
    principal = await context.records.principal()
    if principal.person_id is not None:
        return say(conversation, ALREADY.format(name=principal.name), "\n\n", Tap(words.MENU))
    if heard is None or not heard.digits:
        return say(conversation, HOW, "\n\n", Tap(words.HELP))
    contact, name = f"bind:contact:{conversation.contact}", f"bind:name:{_mark(simplified(heard.name))}"
    asked = f"bind:asked:{conversation.contact}"
    if int(await context.tries.get(asked) or 0) >= MOST_ASKED:
        return say(conversation, ASKED_ENOUGH, "\n\n", Tap(words.HELP))
    if int(await context.tries.get(contact) or 0) >= MOST_WRONG:
        return say(conversation, TOO_MANY.format(most=MOST_WRONG), "\n\n", Tap(words.HELP))
    of_name = int(await context.tries.get(name) or 0)
    found = await _bindable(heard, context)
    if found is None or of_name >= MOST_OF_NAME:
        await context.tries.count(name, DAY)
        wrong = await context.tries.count(contact, DAY)
        told = WRONG if wrong < MOST_WRONG else TOO_MANY.format(most=MOST_WRONG)
        return say(conversation, told, "\n\n", Tap(words.HELP))
    await context.tries.count(asked, DAY)
    question = IS_IT_YOU.format(name=found.masked_name, unit=found.unit_name)
    kept = {"person": found.expected_person_id, "tail": heard.digits[-4:]}
    return ask(conversation, context, "apply", kept, question)


async def _bindable(heard: _Said, context: Context) -> InviteView | None:
    """Whoever is called so as typed, or else in simplified characters."""
    for each in words.spellings(heard.name):
        if (found := await context.records.people.bindable(each, heard.digits)) is not None:
            return found
    return None


def _mark(name: str) -> str:
    """A name as it is counted, in simplified characters so that it counts once: none stands in the store."""
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def make_apply(kept: Json) -> Act:
    """What the answer yes does. Whoever used this WeChat before may have left answers in it: they are forgotten now,
    before it is anybody's.
    """

    def worded(result: Applied | KeepingRefused) -> wording.Parts:
        if isinstance(result, KeepingRefused):
            return wording.sentence(CHANGED if result.reason is KeepingRefusal.CHANGED else BOUND)
        if result.already:
            return wording.sentence(WAITS)
        return wording.sentence(f"{APPLIED}{INSTEAD if result.replaced else ''}")

    return Act(
        ApplyForBinding(kept["person"], kept.get("tail", "")),
        worded,
        left=lambda conversation, result: (
            memory.of_the_unbound(conversation) if isinstance(result, Applied) else conversation
        ),
    )
