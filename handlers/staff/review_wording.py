"""What an officer reads when answering a sheet."""

from collections.abc import Sequence

from handlers import words
from handlers.base import Tap
from storage.commands import Reviewed, ReviewRefused
from storage.views import SheetView
from storage.vocabulary import ReviewRefusal, SheetState, Verdict

Parts = list[str | Tap]

NO_QUESTION_NAMED = "意见里没有指明题号，填报人可以改任何一题。下次写明题号（如“第4、7题”），就只请他改这几题。"
ACCEPTED_ALREADY = "《{title}》{number} 之前已经通过，不用再办。"
RETURNED_ALREADY = "《{title}》{number} 已经退回，填报人正在补正；重新提交后会再出现在“待阅”里。"
HANDED_IN_AGAIN = "您看过之后，填报人又提交了新的一版（第 {version} 版）。请先看新的一版，再决定通过还是退回。"
ASK_COMMENT = (
    "要退回《{title}》{number}（{author}）。\n\n"
    "请直接回复退回的意见，原样发给填报人。写明题号，就只请他改这几题，例如：“第4、7题请写清时间和经办人。”\n\n"
    "不退回了，回复“取消”。"
)
NOT_RETURNED = "好的，没有退回。"
TOO_LONG = "意见太长了，请控制在 {longest} 个字以内，再发一次“退回 编号 意见”。"


def reviewed(sheet: SheetView, done: Reviewed, comment: str, numbers: Sequence[int], unknown: Sequence[int]) -> Parts:
    """The sheet was answered; what the observer is told stands in it."""
    who = f"《{sheet.title}》{done.number}（{sheet.author_name}，{sheet.unit_name}）"
    if done.verdict is Verdict.ACCEPTED:
        told = f"发给填报人的评语：{comment}" if comment else "没有写评语，填报人会收到已通过的通知。"
        lead = f"已通过{who}。\n{told}"
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


def not_returned() -> Parts:
    """取消 instead of a comment."""
    return [f"{NOT_RETURNED}\n\n", *_ways()]


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(str(number) for number in numbers)


def _ways() -> Parts:
    return [Tap("待阅"), "　", Tap(words.MENU)]
