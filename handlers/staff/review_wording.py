"""What an officer reads when answering a sheet."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from handlers import risk_levels, words
from handlers.base import Tap
from handlers.staff.levels import Typed
from storage.commands import Reviewed, ReviewRefused
from storage.views import SheetView
from storage.vocabulary import ReviewRefusal, SheetState, Verdict

Parts = list[str | Tap]
NOTHING_SET: Mapping[int, str] = MappingProxyType({})

NO_QUESTION_NAMED = "意见里没有指明题号，填报人可以改任何一题。下次写明题号（如“第4、7题”），就只请他改这几题。"
ACCEPTED_ALREADY = "《{title}》{number} 之前已经通过，不用再办。"
RETURNED_ALREADY = "《{title}》{number} 已经退回，填报人正在补正；重新提交后会再出现在“待阅”里。"
HANDED_IN_AGAIN = "您看过之后，填报人又提交了新的一版（第 {version} 版）。请先看新的一版，再决定通过还是退回。"
ASK_COMMENT = (
    "要退回《{title}》{number}（{author}）。\n\n"
    "请直接回复退回的意见，原样发给填报人。写明题号，就只请他改这几题，例如：“第4、7题请写清时间和经办人。”\n\n"
    "不退回了，回复“取消”。"
)
NO_COMMENT = (
    "“{said}”没有当作退回的意见，{number} 还没有退回。\n"
    "请直接回复要填报人改什么，例如：“第4、7题请写清时间和经办人。”不退回了，回复“取消”。"
)
PUT_ASIDE = "刚才要退回的 {number} 先放下了，没有退回。还要退回，请回复 "
NOT_RETURNED = "好的，没有退回。"
NOT_A_LEVEL = "没有办理：“{word}”不是风险等级，只能写高、中、低，例如“通过 {number} 第2项高”。"
TWO_LEVELS = "没有办理：第 {item} 项写了两个等级，请只写一个再发一次。"
NO_SUCH_ITEM = "没有办理：这份表没有第 {item} 项，问题和风险点只有 {count} 项，请按“查”里的项号再发一次。"
NO_ITEMS = "没有办理：这份表没有问题和风险点，不用写等级，请去掉“第 {item} 项”的等级再发一次。"
UNREAD_LEVEL = (
    "没有办理：没看懂“{words}”里的等级，请把等级写在评语前面再发一次，例如“通过 {number} 第2项高 写得实”；"
    "如果不是定等级，请换个说法。"
)
LONG_OPINION = "意见太长了，请控制在 {longest} 个字以内，再发一次“退回 编号 意见”。"
LONG_COMMENT = "评语太长了，请控制在 {longest} 个字以内，再发一次“通过 编号 评语”。"


def reviewed(
    sheet: SheetView,
    done: Reviewed,
    comment: str,
    numbers: Sequence[int] = (),
    unknown: Sequence[int] = (),
    levels: Mapping[int, str] = NOTHING_SET,
) -> Parts:
    """The sheet was answered; what the observer is told stands in it."""
    who = f"《{sheet.title}》{done.number}（{sheet.author_name}，{sheet.unit_name}）"
    if done.verdict is Verdict.ACCEPTED:
        told = f"发给填报人的评语：{comment}" if comment else "没有写评语，填报人会收到已通过的通知。"
        lead = f"已通过{who}。\n{_levels(sheet, levels)}{told}"
    else:
        what = f"请填报人补正：第 {_listed(numbers)} 题。" if numbers else NO_QUESTION_NAMED
        slip = f"\n这份表没有第 {_listed(unknown)} 题，没有计入。" if unknown else ""
        lead = f"已退回{who}。\n发给填报人的意见：{comment}\n\n{what}{slip}"
    return [f"{lead}\n\n", *_ways()]


def refused(sheet: SheetView, refusal: ReviewRefused, unknown: Sequence[str | Tap]) -> Parts:
    """Nothing was changed, and why; `unknown` is the answer for sheets that this officer may not answer."""
    facts = {"title": sheet.title, "number": sheet.number, "version": refusal.version}
    if refusal.reason is ReviewRefusal.CHANGED:
        return [f"{HANDED_IN_AGAIN.format(**facts)}\n\n", Tap(f"查 {sheet.number}"), "　", *_ways()]
    if refusal.reason is ReviewRefusal.STATE:
        sentence = ACCEPTED_ALREADY if refusal.state is SheetState.ACCEPTED else RETURNED_ALREADY
        return [f"{sentence.format(**facts)}\n\n", *_ways()]
    return list(unknown)


def ask_comment(sheet: SheetView) -> Parts:
    """退回 without a comment."""
    sentence = ASK_COMMENT.format(title=sheet.title, number=sheet.number, author=sheet.author_name)
    return [f"{sentence}\n\n", Tap(words.CANCEL)]


def no_comment(said: str, number: str) -> Parts:
    """What was said instead of a comment is none."""
    return [f"{NO_COMMENT.format(said=said, number=number)}\n\n", Tap(words.CANCEL)]


def put_aside(number: str) -> Parts:
    """The line that a 退回 waits for its comment no more, since something else was asked for."""
    return ["\n\n——\n", PUT_ASIDE.format(number=number), Tap(f"退回 {number}"), "。"]


def not_returned() -> Parts:
    """取消 instead of a comment."""
    return [f"{NOT_RETURNED}\n\n", *_ways()]


def level_fault(sheet: SheetView, typed: Typed) -> str:
    """Why the levels that were typed cannot be recorded, in one sentence; empty when they can."""
    if typed.strange:
        return NOT_A_LEVEL.format(word=typed.strange, number=sheet.number)
    count, seen = len(sheet.findings), dict[int, str]()
    if typed.unknown:
        return (NO_SUCH_ITEM if count else NO_ITEMS).format(item=typed.unknown, count=count)
    for item, level in typed.levels:
        if not 1 <= item <= count:
            return (NO_SUCH_ITEM if count else NO_ITEMS).format(item=item, count=count)
        if seen.setdefault(item, level) != level:
            return TWO_LEVELS.format(item=item)
    if typed.unread and count:  # where there are no items, none can lose a level
        return UNREAD_LEVEL.format(words=typed.unread, number=sheet.number)
    return ""


def not_reviewed(sheet: SheetView, fault: str) -> Parts:
    """Nothing was changed because of the levels."""
    return [f"{fault}\n\n", Tap(f"查 {sheet.number}"), "　", *_ways()]


def _levels(sheet: SheetView, levels: Mapping[int, str]) -> str:
    lines = (
        f"第 {item} 项，{risk_levels.both(sheet.findings[item - 1].level, level)}\n"
        for item, level in sorted(levels.items())
    )
    return "".join(lines)


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(str(number) for number in numbers)


def _ways() -> Parts:
    return [Tap("待阅"), "　", Tap(words.MENU)]
