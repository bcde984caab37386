"""What a person reads about a returned sheet: what the office wants, what was changed, what became of the others."""

from collections.abc import Sequence

from handlers import words
from handlers.base import Tap
from handlers.sheet_wording import Parts, row
from storage.commands import Submitted
from storage.views import OwnSheet, ReturnedSheet, SheetView
from storage.vocabulary import SheetState

NOTHING_RETURNED = "现在没有退回给您补正的观察表。"
NOT_YOURS = "没有找到这个编号的观察表，请核对编号。"
ACCEPTED = "这份观察表已经通过，不用补正。"
WAITING = "这份观察表正在等纪委审阅，现在不用补正。"
WHICH = "有几份观察表要补正，先改哪一份？"
CANNOT_CORRECT = "这份观察表现在不能补正：它可能刚刚有了变化。请回复“我的观察表”看看。"
WRITTEN_OUT = "（未写）"
KEPT = "其余内容都保留，不用重填。"
ASK_TO_CANCEL = "确定不补正了吗？只删除这次补正里的改动；已经提交的那一份（{number}）还在，不会取消，纪委仍等着您补正。"
CANCELLED = "已放弃这次补正，改动没有保留。已经提交的那一份（{number}）还在，仍是“待补正”；要补正，回复 "
NO_SHEETS = "您还没有提交过观察表。"
CORRECT = "去补正"
FULL = "看全文"
MINE = "您提交过的观察表（最近的在前）："
MORE = "更早的没有列出，需要时请联系本单位纪检人员。"
STATES = {
    (SheetState.SUBMITTED, False): "待阅",
    (SheetState.SUBMITTED, True): "已补正，待阅",
    (SheetState.RETURNED, False): "已退回，待补正",
    (SheetState.RETURNED, True): "已再次退回，待补正",
    (SheetState.ACCEPTED, False): "已通过",
    (SheetState.ACCEPTED, True): "补正后通过",
}
"""By state, and whether it was handed in more than once."""
COMMENT = 80
"""Characters of the office's answer in the list; all of it stands in the notice and in the correction."""


def numbers_of(numbers: Sequence[int]) -> str:
    """第 4、7 题."""
    return f"第 {'、'.join(str(number) for number in numbers)} 题"


def opening(sheet: ReturnedSheet, numbers: Sequence[int]) -> str:
    """What stands before the first question, or the preview, of a correction: the office's comment, what to do."""
    comment = sheet.comment or WRITTEN_OUT
    what = f"请补正{numbers_of(numbers)}，{KEPT}" if numbers else f"要改哪题就点它的题号，{KEPT}"
    return f"补正《{sheet.title}》（编号 {sheet.number}）\n纪委的意见：{comment}\n\n{what}\n\n"


def about(sheet: ReturnedSheet, changed: Sequence[int]) -> Parts:
    """What stands before the preview of a correction under way."""
    comment = f"纪委的意见：{sheet.comment or WRITTEN_OUT}\n"
    changes = f"本次修改：{numbers_of(changed)}。" if changed else "本次还没有修改任何一题。"
    return [f"{comment}{changes}\n\n"]


def handed_in_again(title: str, submitted: Submitted, changed: Sequence[int]) -> Parts:
    """The correction was handed in."""
    what = f"本次修改：{numbers_of(changed)}。" if changed else "本次没有修改内容。"
    return [
        f"《{title}》补正后已重新提交，辛苦了！\n编号不变：{submitted.number}（第 {submitted.version} 版）\n{what}\n\n"
        "纪委看过以后，会在这里告诉您结果。\n\n",
        *row([words.MENU]),
    ]


def cancelling(sheet: ReturnedSheet) -> Parts:
    """The question before a correction is given up."""
    return [f"{ASK_TO_CANCEL.format(number=sheet.number)}\n\n", *row([words.GIVE_UP, words.KEEP_ON, words.SAVE])]


def cancelled(sheet: ReturnedSheet) -> Parts:
    """The correction was given up."""
    way = Tap(f"{words.CORRECT} {sheet.number}")
    return [CANCELLED.format(number=sheet.number), way, "。\n\n", *row([words.MINE, words.MENU])]


def which(sheets: Sequence[ReturnedSheet]) -> Parts:
    """Several sheets wait to be corrected."""
    parts: Parts = [WHICH]
    for sheet in sheets:
        parts += ["\n· ", Tap(f"{sheet.title} {sheet.number}", f"{words.CORRECT} {sheet.number}")]
    return parts


def nothing_to_correct(state: SheetState | None, *, named: bool) -> Parts:
    """Nothing was returned, or not the sheet that was `named`, which is the person's own and in `state`."""
    if not named:
        sentence = NOTHING_RETURNED
    else:
        sentence = {SheetState.ACCEPTED: ACCEPTED, SheetState.SUBMITTED: WAITING}.get(
            state or SheetState.RETURNED, NOT_YOURS
        )
    return [f"{sentence}\n\n", *row([words.MINE, words.MENU])]


def cannot_correct() -> Parts:
    """The records did not let the correction begin."""
    return [f"{CANNOT_CORRECT}\n\n", *row([words.MINE, words.MENU])]


def mine(sheets: Sequence[OwnSheet], dates: Sequence[str], *, more: bool) -> Parts:
    """What a person handed in, with the state of each; `dates` are local days of their last hand-in."""
    if not sheets:
        return [f"{NO_SHEETS}\n\n", *row([words.BEGIN, words.MENU])]
    parts: Parts = [MINE]
    for sheet, day in zip(sheets, dates, strict=True):
        by = f"，代 {sheet.absent_name} 填写" if sheet.absent_name else ""
        by = f"，{sheet.filled_by} 代填" if sheet.filled_by else by
        parts.append(f"\n\n《{sheet.title}》{sheet.number}\n{day} 提交{by}，{STATES[sheet.state, sheet.version > 1]}")
        if sheet.comment and sheet.state is not SheetState.SUBMITTED:
            parts.append(f"\n纪委的意见：{_short(sheet.comment)}")
        parts += ["\n", Tap(FULL, f"{words.MINE} {sheet.number}")]
        if sheet.state is SheetState.RETURNED and not sheet.filled_by:
            parts += ["　", Tap(CORRECT, f"{words.CORRECT} {sheet.number}")]
    if more:
        parts.append(f"\n\n{MORE}")
    return [*parts, "\n\n", *row([words.MENU])]


def not_yours() -> Parts:
    """A number that is none of this person's sheets."""
    return [f"{NOT_YOURS}\n\n", *row([words.MINE, words.MENU])]


def ways(sheet: SheetView, *, correctable: bool) -> Parts:
    """What its author can do with a sheet; `correctable`: it waits to be corrected by whoever reads it."""
    correct = [Tap(CORRECT, f"{words.CORRECT} {sheet.number}")] if correctable else []
    return row([*correct, words.MINE, words.MENU])


def _short(comment: str) -> str:
    return comment if len(comment) <= COMMENT else f"{comment[:COMMENT]}……"
