"""What people read about the items of a repeat: looking at one, removing one, adding one more."""

from collections.abc import Sequence
from typing import Final

from handlers import words
from handlers.base import Tap
from handlers.forms.views import Instance, PreviewLine
from handlers.sheet_wording import LEFT_EMPTY, Parts, row

ITEM: Final = "第 {number} 项"
ITEM_OF: Final = "“{label}”第 {number} 项"
SURE: Final = "确定删除{item}吗？{summary}删除后不能恢复。\n\n"
SUMMARY: Final = "内容是：{summary}。\n"
KEEP: Final = "不删了"
REMOVED: Final = "已删除{item}。\n\n"
TAKEN_BACK: Final = "{item}还没有填，已经去掉。\n\n"
NOT_IN_AN_ITEM: Final = "第 {number} 题不在可以增减的项目里，不能删除；要改它，请回复“修改 {number}”。\n\n"
NO_SUCH_ITEM: Final = "没有第 {number} 项，现在一共有 {total} 项。\n\n"
FIXED: Final = "这一组的项数由前面的回答决定，不能单独删除；请修改前面的那一题。\n\n"
NO_ITEMS: Final = "这份表没有可以增减的项目。\n\n"
WHICH: Final = "要给哪一部分再加一项？"
ANSWER_SURE: Final = "请先点一下：这一项删不删？\n\n"
LOOK_AT: Final = "{item}\n要改哪题，点它的题号。\n"
_GAP: Final = "　"


def item(instance: Instance) -> str:
    """Which one it is: 第 2 项, with the label of its repeat where it has one."""
    return (ITEM_OF if instance.label else ITEM).format(label=instance.label, number=instance.number)


def sure(instance: Instance) -> Parts:
    """Before an item is removed."""
    summary = SUMMARY.format(summary=instance.summary) if instance.summary else ""
    return [SURE.format(item=item(instance), summary=summary), *row([words.REMOVE_IT, Tap(KEEP, words.KEEP_ON)])]


def choose_sure() -> Parts:
    """Something else was said where the person was asked whether to remove an item."""
    return [ANSWER_SURE, *row([words.REMOVE_IT, Tap(KEEP, words.KEEP_ON)])]


def removed(instance: Instance) -> str:
    """An item was removed."""
    return REMOVED.format(item=item(instance))


def taken_back(instance: Instance) -> str:
    """An item was added and not wanted."""
    return TAKEN_BACK.format(item=item(instance))


def one(instance: Instance, lines: Sequence[PreviewLine]) -> Parts:
    """The answers of one item, each with the way back to its question."""
    parts: Parts = [LOOK_AT.format(item=item(instance))]
    for line in lines:
        parts += ["\n", Tap(f"{line.number}.", f"{words.MODIFY} {line.number}"), f" {line.label}\n{_GAP}"]
        parts.append(line.text or LEFT_EMPTY)
    ways: list[str | Tap] = [Tap("返回", words.KEEP_ON)]
    if instance.open and lines:
        ways.insert(0, Tap("删除这一项", f"{words.REMOVE} {lines[0].number}"))
    return [*parts, "\n\n", *row(ways)]


def add_to(label: str, number: int) -> str:
    """The tap that adds one more item to a repeat, where there are several."""
    return f"“{label}”再加一项" if label else f"第 {number} 部分再加一项"


def which(labels: Sequence[str]) -> Parts:
    """Several repeats may get one more item."""
    parts: Parts = [WHICH]
    for number, label in enumerate(labels, start=1):
        parts += ["\n· ", Tap(add_to(label, number), f"{words.ADD} {number}")]
    return parts
