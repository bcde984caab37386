"""Short questions about this very chat: whether a name stands beside a message, who reads it, when an answer comes.

They are answered at once and not offered to be handed in.
"""

import re
from typing import Final

from handlers import words
from handlers.base import Context, Conversation, Outcome, say
from handlers.messages import own, report_wording, wording

LONGEST: Final = 16
"""Characters of such a question; whoever writes more tells something."""
_NAMED: Final = re.compile(
    "(?:能|可以|可不可以|能不能|是不是|会|会不会|要|用|需要|算|是)?.{0,6}(?:匿名|实名|署名|保密(?!协议|法|柜|文件|工作|室|规定|员|检查)|留名|写名字|看到我(?:的)?名字|知道是我|知道是谁).{0,6}"
)
_ANSWERED: Final = re.compile(
    "(?:多久|多长时间|几天|什么时候|啥时候|哪天).{0,6}(?:回复|答复|回信|回音|处理|有结果|解决).{0,4}|"
    "(?:.{0,4}(?:提|说|发|反映|我的|这个|意见|建议).{0,6})?(?:谁(?:来)?(?:管|看|处理|回复)|给谁看|谁能看到|有人(?:看|管)[吗么不]).{0,3}|"
    "(?:怎么|咋|咋样|怎样)?(?:才)?(?:给|能)?.{0,3}(?:回复|答复)(?:我|吗|么|不|呢).{0,3}"
)
_REACHED: Final = re.compile(
    ".{0,6}(?:电话(?:是)?(?:多少|号码|几号)|号码(?:是)?多少|怎么联系|咋联系|联系方式|联系电话|能打电话|打电话(?:行|可以)|(?:纪委|纪检|办公室|你们).{0,4}在(?:哪|几楼|什么地方)).{0,4}"
)
_STATE: Final = re.compile(
    "(?:处理|办|查|弄|解决|研究)(?:得|的)?(?:怎么样|咋样|如何)了?.{0,2}|有(?:没有)?(?:结果|进展|消息|回音|下文)了?(?:没有?|吗|么|呢)?|进度|查进度|处理进度|"
    "(?:怎么|咋)?(?:还)?没人(?:理|回|搭理)我?了?|(?:查|看)(?:一?下)?我?(?:上次|之前|以前)?(?:提|说|反映|登记)的(?:.{0,3})?"
)


async def answered(said: str, conversation: Conversation, context: Context) -> Outcome | None:
    """The answer to such a question; None for anything else."""
    plain = words.simple(said).rstrip("?")
    if len(plain) > LONGEST:
        return None
    if _STATE.fullmatch(plain):
        return await own.asked_after(conversation, context)
    contact = context.office_contact
    if _REACHED.fullmatch(plain):
        return say(conversation, *report_wording.how_reached(contact))
    if _NAMED.fullmatch(plain) or _ANSWERED.fullmatch(plain):
        bound = (await context.records.principal()).person_id is not None
        return say(conversation, *wording.who_reads(contact, named=bound))
    return None
