"""撤销节点: a node that was opened by mistake; says who is affected, and asks once."""

import re
from collections.abc import Sequence
from typing import Final

from handlers import numbered, words
from handlers.base import Context, Conversation, Json, Outcome, Tap, say
from handlers.deliveries.days import due_day
from handlers.keeping.asking import Act, ask
from handlers.ruling import nodes_typed
from handlers.ruling.nodes_wording import Parts, sentence
from storage.commands import CancelNode, DutyRefused, NodeCancelled
from storage.duty_views import OpenNodeLine
from storage.project_names import project_key
from storage.vocabulary import RoundRefusal

WORD: Final = "撤销节点"
ACT: Final = "cancel_node"
SHOWN: Final = 10
NAMED: Final = 8
"""People named in the question; the others are counted."""
UNKNOWN: Final[tuple[str | Tap, ...]] = (
    "没有查到可以撤销的项目节点。纪检人员请写项目名称，例如“撤销节点 东区管网改造”；"
    "项目观察员开错了节点，请联系本单位纪检人员撤销。\n\n",
    Tap(words.MENU),
)
"""For no such node, one of other units, and everybody without the right: the same to the byte."""
WHICH: Final = "撤销哪一个节点？点一下，或者回复序号。"
MORE: Final = "\n只列出 {shown} 个，其余请写上项目名称。"
LINE: Final = "{project}（{label}），{due}截止"
QUESTION: Final = (
    "要撤销节点：{line}。\n还没有交的：{people}。撤销后不用再交，也不再提醒，不计入应交；收到过提醒的人会收到通知。"
)
KEPT: Final = "\n已经交的 {count} 份照样有效。"
ALSO: Final = "{names}等 {count} 人"
DONE: Final = "节点已撤销：{project}（{label}），{duties} 份不用再交。"
TOLD: Final = "{told} 人收到过提醒，会收到撤销的通知。"
REFUSED: Final = {
    RoundRefusal.OWN: "这个节点有您自己的、或者您正在代填的任务，不能自己撤销，请上级纪检人员办理。",
    RoundRefusal.UNKNOWN: "没有撤销：这个节点刚刚都交了，或者已经撤销。",
}
_HEARD: Final = re.compile(r"(?:撤销|取消)(?:项目)?节点(?:[\s:,]+(.*))?", re.DOTALL)
_NUMBER: Final = re.compile(r"节点([0-9]{1,9})")


def behind(said: str) -> str | None:
    """What stands behind 撤销节点 in a text that is this command, else None."""
    found = _HEARD.fullmatch(words.normal(said))
    return None if found is None else (found[1] or "").strip()


async def cancel(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """撤销节点 <project> [kind]: asks which, when there are several, and before it is done."""
    meant = _meant(argument, await context.records.rounds.open_nodes())
    if not meant:
        return say(conversation, *UNKNOWN)
    if len(meant) > 1:
        taps = [Tap(_line(node, context), f"{WORD} 节点{node.round_id}") for node in meant[:SHOWN]]
        lines, says = numbered.lines(taps)
        more = [MORE.format(shown=SHOWN)] if len(meant) > SHOWN else []
        asked = numbered.remembered(conversation, context, says, "个")
        return say(asked, WHICH, *lines, *more, "\n\n", Tap(words.MENU))
    (node,) = meant
    question = QUESTION.format(line=_line(node, context), people=_people(node))
    question += KEPT.format(count=node.done) if node.done else ""
    kept = {"node": node.round_id, "project": node.project, "label": node.label}
    return ask(conversation, context, ACT, kept, question)


def _meant(argument: str, nodes: Sequence[OpenNodeLine]) -> list[OpenNodeLine]:
    """All of them for nothing said; else those of the project, or of the project and the kind, that is said."""
    if not argument:
        return list(nodes)
    if found := [node for node in nodes if project_key(node.project) == project_key(argument)]:
        return found
    if (number := _NUMBER.fullmatch(argument)) is not None:
        return [node for node in nodes if str(node.round_id) == number[1]]
    if (said := nodes_typed.read(argument)) is None:
        return []
    label, key = nodes_typed.KINDS[said.kind], project_key(said.project)
    return [node for node in nodes if project_key(node.project) == key and node.label == label]


def _line(node: OpenNodeLine, context: Context) -> str:
    return LINE.format(project=node.project, label=node.label, due=due_day(node.due_at, context.timezone))


def _people(node: OpenNodeLine) -> str:
    names = "、".join(node.people[:NAMED])
    return names if len(node.people) <= NAMED else ALSO.format(names=names, count=len(node.people))


def make_cancel(kept: Json) -> Act:
    """What the answer yes does."""

    def worded(result: NodeCancelled | DutyRefused) -> Parts:
        if isinstance(result, DutyRefused):
            return sentence(REFUSED[result.reason])
        done = DONE.format(project=kept["project"], label=kept["label"], duties=result.duties)
        return sentence(done + (TOLD.format(told=result.told) if result.told else ""))

    return Act(CancelNode(int(kept["node"])), worded)
