"""“What do I do now”, said alone: one's own tasks, or for officers without any what waits for them."""

import re
from typing import Final

from handlers import tasks, words
from handlers.base import Context, Conversation, Inbound, Outcome, Said, Tap, Text, say
from handlers.chasing import owing
from handlers.staff import waiting
from storage.views import Principal
from storage.vocabulary import Permission

LONGEST: Final = 20
"""Characters; whoever writes more tells something."""
_NOW: Final = r"(?:现在|目前|今天|这会儿|接下来|下一步|下面|然后|那|那么|请问|你好|您好|呢|[\s,])*"
_I: Final = r"(?:我们?|咱们?)?"
_WHAT: Final = r"(?:什么|啥|些什么|哪些|点什么|点啥|什么表)"
_MUST: Final = r"(?:应该|该|还该|还要|还得|需要|还需要|要|得|能)?"
_END: Final = r"(?:事|事情|工作|任务)?(?:了|呢|啊|呀|吗)?"
HELPLESS: Final = re.compile(rf"{_NOW}{_I}{_NOW}(?:该)?(?:怎么办|咋办|怎么弄|怎么做|咋弄)(?:才好|好)?(?:呢|啊|呀|了)?")
"""May be said in need as well, after something that leaves no trace."""
_ASKED: Final = re.compile(
    rf"{_NOW}{_I}{_NOW}{_MUST}(?:做|干|办|填|弄|交|忙){_WHAT}{_END}|"
    rf"{_NOW}(?:该|轮到)我(?:做|干|办|填|弄|交){_WHAT}{_END}|"
    rf"{_NOW}{_I}(?:还|现在)?(?:有|剩){_WHAT}(?:表)?(?:没有?|要|该|得|需要)?(?:做|干|办|填|弄|交|完成)(?:完|好)?的?{_END}|"
    rf"{_NOW}{_I}(?:还|现在)?(?:有|剩){_WHAT}(?:事|事情|工作|任务)(?:没做|没办|没完成|要做|要办)?(?:了|呢|吗)?|"
    rf"(?:请问)?{_I}的?(?:观察)?表格?(?:呢|(?:在|去)?(?:哪|哪里|哪儿|什么地方)(?:找|填|看|呢|啊)?|怎么找|找不到了?)"
)
EMERGENCY: Final = "有人受伤、有危险的，先打 120、119、110。\n\n"
OFFICER: Final = "您自己没有要填的表。纪检这边的事，点一下就能看："
_OFFICERS: Final = (
    (owing.OWED, Permission.READ_SHEETS),
    (waiting.WORD, Permission.REVIEW_SHEETS),
    (words.BINDING_REQUESTS, Permission.MANAGE_PEOPLE),
)


def asks(said: str) -> bool:
    """Whether a whole text asks what there is to do: 我现在该干什么, 怎么办, 表在哪; never a part of a text."""
    plain = _plain(said)
    return len(plain) <= LONGEST and bool(HELPLESS.fullmatch(plain) or _ASKED.fullmatch(plain))


def _plain(said: str) -> str:
    return words.simple(said).rstrip("?")


async def answered(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome | None:
    """The answer to that, for somebody bound; None for everybody and everything else."""
    if not asks(inbound.text):
        return None
    principal = await context.records.principal()
    if principal.person_id is None:
        return None
    found = await _own(principal, inbound, conversation, context)
    if HELPLESS.fullmatch(_plain(inbound.text)) is None:
        return found
    return found.reworded(_safe)


async def _own(principal: Principal, inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    duties = await context.records.rounds.own()
    if not principal.offices or principal.appointments or any(duty.done_at is None for duty in duties):
        return await tasks.mine(inbound, conversation, context)
    taps = [part for word, right in _OFFICERS if principal.may(right) for part in (Tap(word), "　")]
    return say(conversation, f"{OFFICER}\n\n", *taps, Tap(words.TASKS), "　", Tap(words.MENU))


def _safe(said: Said) -> Said:
    if not isinstance(said.reply, Text):
        return said
    return said._replace(reply=said.reply._replace(parts=(EMERGENCY, *said.reply.parts)))
