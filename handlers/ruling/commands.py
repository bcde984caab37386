"""The part of the table of staff commands that is about reminder rules and nodes."""

import re
from collections.abc import Callable
from typing import Final

from handlers import words
from handlers.ruling import making, nodes, nodes_cancelling, nodes_typed, nodes_wording, rules, wording
from handlers.staff.command import StaffCommand
from storage.vocabulary import Permission

LONGEST: Final = 200


def _hearing(word: str) -> Callable[[str], str | None]:
    pattern = re.compile(rf"{word}(?:[\s:,]*([0-9].*)|[\s:,]+(.*))?", re.DOTALL)

    def behind(said: str) -> str | None:
        found = pattern.fullmatch(words.normal(said))
        return None if found is None else (found[1] or found[2] or "").strip()

    return behind


COMMANDS: tuple[StaffCommand, ...] = (
    StaffCommand(
        word=wording.RULES,
        usage=wording.RULES,
        help="什么表什么时候交、什么时候提醒；看一条、改一条都从这里进",
        permission=Permission.MANAGE_ROUNDS,
        longest=LONGEST,
        behind=_hearing(wording.RULES),
        unknown=wording.NONE,
        run=rules.rules,
    ),
    StaffCommand(
        word=wording.NEW,
        usage=f"{wording.NEW} 表名 截止时间",
        help="例如“新建催报规则 综合观察表 每季度末”",
        permission=Permission.MANAGE_ROUNDS,
        longest=LONGEST,
        behind=_hearing(wording.NEW),
        unknown=wording.NONE,
        run=making.make,
        listed=False,
    ),
    StaffCommand(
        word=nodes_wording.WORD,
        usage=f"{nodes_wording.WORD} 项目 节点 截止 日期",
        help="项目新建、变更、退出、突发风险时请人填表，例如“开节点 东区管网改造 变更 截止 12月20日”",
        permission=Permission.MANAGE_ROUNDS,
        longest=LONGEST,
        behind=nodes_typed.behind,
        unknown=nodes_wording.NOBODY,
        run=nodes.open_node,
        without=nodes.open_node,
        keeps=True,
    ),
    StaffCommand(
        word=nodes_cancelling.WORD,
        usage=f"{nodes_cancelling.WORD} 项目",
        help="开错了的节点，例如“撤销节点 东区管网改造”；没交的不用再交",
        permission=Permission.MANAGE_ROUNDS,
        longest=LONGEST,
        behind=nodes_cancelling.behind,
        unknown=nodes_cancelling.UNKNOWN,
        run=nodes_cancelling.cancel,
        listed=False,
        keeps=True,
        others="取",
    ),
)
"""A new one is a file beside this and an entry here."""
