"""What people read when a node of a project is opened."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers import numbered, words
from handlers.base import Tap
from storage.vocabulary import RoundRefusal

Parts = list[str | Tap]

WORD: Final = "开节点"
NOBODY: Final[tuple[str | Tap, ...]] = ("没有查到可以开节点的项目观察员。\n\n", Tap(words.MENU))
"""For whoever neither observes projects nor looks after somebody who does: the same to the byte."""
HOW: Final = (
    "请写项目名称、是什么节点和截止日期，例如“开节点 东区管网改造 变更 截止 12月20日”。\n"
    "节点有：新建、变更、退出、突发风险；不写截止日期，就是 {days} 个工作日以后。"
)
NO_RULE: Final = "还没有项目节点的催报规则。纪检人员可以先建一条：“新建催报规则 项目观察表 节点”。"
FAR: Final = "截止日期 {day} 离今天超过一年了，请核对年份后再说一次。"
NOT_A_DAY: Final = "{refusal}\n要指明由谁填，在最后写“由 姓名”。"
PAST: Final = "截止日期 {day} 已经过了，请改一个以后的日子。"
NO_NAME: Final = "项目名称不能只写标点符号，请写上名称，例如“开节点 东区管网改造 变更”。"
LONG_NAME: Final = "项目名称请控制在 {longest} 个字以内。"
WHICH: Final = "项目“{project}”由谁填？点一下，或者回复序号。"
MORE: Final = "人多，只列出 {shown} 位。也可以直接写明，例如“{example}”。"
UNKNOWN_OWNER: Final = "没有查到项目观察员“{said}”。"
ALL_OF: Final = "{unit}的 {count} 位都填"
REST_DAY: Final = "※ {day}是休息日。"
INSTEAD: Final = "改到 {day}"
QUESTION: Final = "要为项目“{project}”开节点：{label}。\n填表人：{people}\n截止：{due}\n确认后就通知填写。"
QUESTION_OWN: Final = "要为项目“{project}”开节点：{label}。\n由您填写，截止：{due}"
OPENED: Final = "节点已开启：{project}（{label}），{due}截止。填表人会收到通知。开错了，请回复“撤销节点 {project}”。"
OPENED_OWN: Final = "节点已开启：{project}（{label}），{due}截止。现在就可以填。"
REFUSED: Final = {RoundRefusal.EXISTS: "这个项目今天已经开过同样的节点，不用再开。"}


def sentence(told: str) -> Parts:
    """One sentence and the way on."""
    return [f"{told}\n\n", Tap(words.MENU)]


def which(
    project: str, choices: Sequence[tuple[str, str]], example: str, shown: int
) -> tuple[Parts, Mapping[int, str]]:
    """Who of several is to fill the sheet; `choices` are labels with what a tap says. With the commands by number."""
    lines, says = numbered.lines([Tap(label, command) for label, command in choices[:shown]])
    more = [f"\n{MORE.format(shown=shown, example=example)}"] if len(choices) > shown else []
    return [WHICH.format(project=project), *lines, *more, "\n\n", Tap(words.MENU)], says


def opened_own(project: str, label: str, due: str) -> Parts:
    """The node was opened by who fills it."""
    told = OPENED_OWN.format(project=project, label=label, due=due)
    return [f"{told}\n\n", Tap(words.TASKS), "　", Tap(words.MENU)]
