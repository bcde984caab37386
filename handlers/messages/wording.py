"""The words around a suggestion, an inquiry or a complaint: offered back, recorded, listed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Link, Tap
from handlers.taps import GAP, row
from storage.text_views import OwnMessage
from storage.vocabulary import MessageKind

Parts = list[str | Tap | Link]

SUBMIT_IT: Final = "对，提交"
NOT_THAT: Final = "不是"
DROP: Final = "不提了"
NONE_OF_THEM: Final = "都不是"
ADD: Final = "加到刚才那条"
BOTH: Final = "两条分开提"
ONLY_THIS: Final = "只要这一条"
EACH: Final = "一条一条提"
LATER: Final = "只要后来的"
"""What the taps show where several came since."""
ONLY_FIRST: Final = "只要前面那条"
LOOK: Final = "看刚才那条"
LOOK_SHORT: Final = "看那条"
APART: Final = "另外提的"
"""What was said beside a form is a message of its own."""
KIND_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {MessageKind.SUGGESTION: "建议", MessageKind.INQUIRY: "咨询", MessageKind.COMPLAINT: "投诉求助"}
)
AS_KIND: Final[Mapping[str, str]] = MappingProxyType({kind: f"按{name}提交" for kind, name in KIND_NAMES.items()})
"""What the tap of a kind says."""
ANNOUNCE: Final[Mapping[str, str]] = MappingProxyType(
    {kind: f"我要{'提' if kind == MessageKind.SUGGESTION else ''}{name}" for kind, name in KIND_NAMES.items()}
)
"""How a message is announced before its text."""
_DOING: Final[Mapping[str, str]] = MappingProxyType(
    {MessageKind.SUGGESTION: "提建议", MessageKind.INQUIRY: "咨询", MessageKind.COMPLAINT: "求助"}
)
_NEXT: Final[Mapping[str, str]] = MappingProxyType(
    {
        MessageKind.SUGGESTION: "纪检人员会看到这条建议，合适的会请管这件事的部门研究。",
        MessageKind.INQUIRY: "纪检人员会看到您的问题，并请了解情况的人处理。",
        MessageKind.COMPLAINT: "纪检人员会看到您的情况，并请有关部门处理。",
    }
)
VOICE: Final = "有建议、要咨询，或者自己遇到了难处，直接把话发给我就行。"
"""What everybody can do, bound or not."""
HOW_ANSWERED: Final = "这里暂时还不能把答复发给您：需要当面说或者等着回音的，请直接联系{office}，报{number}编号。"
OFFICE: Final = "本单位纪检人员"
WITH_NAME: Final = "提交后，纪检人员能看到这段话和您的姓名、单位。"
WITHOUT_NAME: Final = "您还没有绑定身份，提交的内容里不带姓名。愿意让纪检人员联系您的，可以接着发联系方式，加到这条里。"
FOR_A_FORM: Final = f"如果这是观察表里的回答，请先回复“{words.RESUME}”回到表里，再发一次。"
NO_REPORTS: Final = "（反映别人违纪的请别点，这里暂时还不受理举报，可以说“怎么举报”。）"
LONGEST: Final = 2000
"""Characters of one message with what was added to it."""
_WHOLE: Final = 400
"""Characters of a message that is read back: with what stands around it one page of WeChat's 2,048 bytes."""
_SHOWN: Final = 20
"""Characters of a message within a sentence."""
_LISTED: Final = 40
"""The same in a list."""
_LATEST: Final = 3
"""Lines of what was said since that are shown."""


def offer(kind: str, fields: Sequence[str], *, named: bool, quoted: str = "") -> Parts:
    """The message back in one sentence, under its words where it is read back (`quoted`)."""
    about = f"：{'、'.join(fields)}" if fields else ""
    sentence = (
        f"{_read_back(quoted)}我理解您在{_DOING[kind]}{about}，对吗？\n{WITH_NAME if named else WITHOUT_NAME}\n\n"
    )
    return [sentence, *row((Tap(SUBMIT_IT), Tap(NOT_THAT), Tap(words.CANCEL, DROP)))]


def which(*, named: bool, quoted: str = "") -> Parts:
    """What the message is, is asked; a tap hands it in."""
    sentence = f"{_read_back(quoted)}您这段话属于哪一种？点一下就按这一种提交。{NO_REPORTS}"
    return [f"{sentence}\n{WITH_NAME if named else WITHOUT_NAME}\n\n", *kinds(AS_KIND), GAP, Tap(NONE_OF_THEM)]


def for_a_form() -> Parts:
    """A form waits in the records, which this conversation does not know of."""
    return [f"{FOR_A_FORM}\n\n"]


def _read_back(quoted: str) -> str:
    if not quoted:
        return ""
    rest = f"…（后面还有，一共 {len(quoted)} 个字）" if len(quoted) > _WHOLE else ""
    return f"念给您听：\n“{quoted[:_WHOLE]}”{rest}\n\n"


def kinds(says: Mapping[str, str]) -> Parts:
    """A tap for each kind, saying what stands in `says`."""
    return [*row(Tap(name, says[kind]) for kind, name in KIND_NAMES.items())]


def two(first: str, more: str, *, apart: bool) -> Parts:
    """Something was said while a message waits for its writer's word. `apart`: the first may be handed in as it is."""
    lines = [line for line in more.splitlines() if line.strip()]
    one = len(lines) == 1
    since = [f"“{shown(line)}”" for line in lines[-_LATEST:]]
    before = [f"（前面还有 {len(lines) - _LATEST} 行）"] if len(lines) > _LATEST else []
    later = f"又收到一条：{since[0]}" if one else "\n".join(["后来又收到：", *before, *since])
    sentence = (
        f"刚才那条还没有提交：“{shown(first)}”\n{later}\n{'两条' if one else ''}都先留着，还没有登记。要怎么办？\n\n"
    )
    taps = [
        Tap(ADD),
        *([Tap(BOTH if one else EACH, BOTH)] if apart else []),
        Tap(ONLY_THIS if one else LATER, ONLY_THIS),
    ]
    taps += [Tap(ONLY_FIRST), Tap(words.CANCEL, DROP)]
    return [sentence, *row(taps)]


def waits() -> Parts:
    """Under an answer to something else, while a message waits."""
    return ["\n\n您之前发的那条还没有提交，等着您确认。", Tap(LOOK_SHORT, LOOK)]


def first_the_other(question: Parts) -> Parts:
    """A kind was tapped while an earlier message waits: that one, read back, before anything else."""
    lead = "之前还有一条等着您确认，先把它处理好，再发新的。"
    return [f"{lead}\n", *question]


def not_added() -> Parts:
    """Together they may be a report."""
    return [
        "后来的这条没有加进去，也没有保存：合在一起，我拿不准是不是在反映别人的问题，这里暂时还不受理举报。\n"
        "之前那条没有动，还等着您确认。\n\n",
        Tap(LOOK),
        GAP,
        Tap("怎么举报"),
    ]


def not_registered() -> Parts:
    """What waited may be a report after all."""
    return [
        "这段话我拿不准是不是在反映别人的问题，所以没有登记，也不再保存；换一个类别也不能登记。这里暂时还不受理举报。\n\n",
        Tap("怎么举报"),
        GAP,
        Tap(words.MENU),
    ]


def one_not_registered() -> Parts:
    """One of several may be a report after all."""
    return ["有一条我拿不准是不是在反映别人的问题，没有登记，也不再保存。\n"]


def too_long() -> Parts:
    """The message with what was added would be too long."""
    return [
        f"两条合起来超过了 {LONGEST} 个字，一次放不下，后来的这条没有留下。请先提交刚才那条。\n\n",
        *row((Tap(SUBMIT_IT), Tap(words.CANCEL, DROP))),
    ]


def recorded(number: str, kind: str, contact: str) -> str:
    """The message was kept, and what happens next."""
    lead = f"已登记，编号 {number}（{KIND_NAMES[kind]}）。谢谢您。"
    return f"{lead}\n{_NEXT[kind]}\n{how_answered(contact, '这个')}"


def how_answered(contact: str, number: str = "") -> str:
    """How an answer is to be had."""
    return HOW_ANSWERED.format(office=contact or OFFICE, number=number)


def who_reads(contact: str, *, named: bool) -> Parts:
    """Who sees a message, with whose name, and how an answer is to be had."""
    name = (
        "您绑定过身份，提交的建议、咨询、求助，纪检人员能看到您的姓名、单位。不想留名的，可以打电话或当面说。"
        if named
        else "您还没有绑定身份，提交的内容里不带姓名。"
    )
    return [
        f"{name}\n提交的内容由本单位和上级的纪检人员看。{how_answered(contact)}\n\n",
        Tap("怎么举报"),
        GAP,
        Tap(words.MENU),
    ]


def cannot_withdraw(number: str, contact: str) -> Parts:
    """A message was kept, and its writer wants it back."""
    office = contact or OFFICE
    return [f"{number} 已经登记，在这里撤不回来。不想提了或者要改，请联系{office}，报这个编号。\n\n", *ways()]


def recorded_before(number: str) -> str:
    """The taps of a message that was kept, tapped again."""
    return f"这条已经登记过了，编号 {number}，不用再提交。"


def ways() -> Parts:
    """What can be done after a message."""
    return [*row((Tap(words.MESSAGES), Tap(words.MENU)))]


def announced(kind: str) -> Parts:
    """A message was announced."""
    name = KIND_NAMES[kind]
    return [
        f"好的。请把要说的话直接发给我，写清是什么地方、什么事；我先念给您听，您点了“{SUBMIT_IT}”才登记。\n"
        f"（这里收{name}，暂时还不受理举报。）\n\n",
        Tap(words.CANCEL, DROP),
    ]


def dropped(*, several: bool) -> Parts:
    """The message was given up, with what was said since."""
    return [f"好的，{'都' if several else ''}没有登记，也没有保留。\n\n", Tap(words.MENU)]


def gone() -> Parts:
    """Too late."""
    lead = "隔得有点久了（超过半小时，或者系统刚重启过），刚才那段话没有登记，也没有保留。需要的话，请再发一次。"
    return [f"{lead}\n\n", Tap(words.MENU)]


def late() -> Parts:
    """A tap that belongs to no message that waits."""
    return ["刚才点的是前面消息里的，没有登记什么。\n\n", *ways()]


def not_kept() -> str:
    """The records refused."""
    return "抱歉，这段话没有登记成功。请稍后再发一次，或直接联系本单位纪检人员。"


def one(found: OwnMessage, zone: ZoneInfo) -> Parts:
    """我的意见 with a number."""
    day = found.submitted_at.astimezone(zone)
    head = f"{found.number}　{day:%Y-%m-%d}　{KIND_NAMES[found.kind]}"
    return [f"{head}\n\n{found.text}\n\n", *ways()]


def not_yours() -> Parts:
    """我的意见 with a number that is none of theirs."""
    return ["您提交过的意见里没有这个编号。点“我的意见”，看看都有哪些。\n\n", *ways()]


def own(found: Sequence[OwnMessage], zone: ZoneInfo, most: int) -> Parts:
    """我的意见."""
    if not found:
        return [f"您还没有在这里提过意见。{VOICE}\n\n", Tap(words.MENU)]
    parts: Parts = [f"您最近提交的意见（最多列 {most} 条），点编号看全文："]
    for each in found:
        day = each.submitted_at.astimezone(zone)
        line = f"　{day:%Y-%m-%d}　{KIND_NAMES[each.kind]}\n{shown(each.text, _LISTED)}"
        parts += ["\n\n", Tap(each.number, f"{words.MESSAGES} {each.number}"), line]
    return [*parts, "\n\n", Tap(words.MENU)]


def shown(text: str, most: int = _SHOWN) -> str:
    """The beginning of a text, in one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[:most]}…"
