"""What people say where they mean a staff command, and use another word for it: 增加词, 看看意见, 把 YJ… 改成投诉."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers.staff import lexicon_wording, message_reading, relabelling

_MESSAGES: Final = r"(?:意见建议|意见|建议|投诉|咨询|求助|留言)"
_LOOK: Final = r"(?:看看|看一下|看下|看一看|看|查看|查一下|查查|查|打开|列出)"
_RECORDS: Final = r"的?(?:记录|历史|改动|列表|情况|版本)"
_WORD: Final = r"(?:一?个|一下|一?条|这个|那个)?(?:新|关键)?词(?:语|条)?(?![典汇组库类性]).*"
_NUMBER: Final = r"(?:gc|yj)[\s\-_\u2010-\u2015\u2212\u30fc]*[0-9][0-9\s\-_\u2010-\u2015\u2212\u30fc]{7,24}"

MEANT: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        message_reading.LIST: re.compile(
            rf"{_LOOK}(?:最近|最新|收到|所有|全部|大家|群众|职工)?的?{_MESSAGES}(?:列表|汇总|情况)?(?:吧|了)?|"
            rf"(?:最近|最新|收到|所有|全部|大家)?的?{_MESSAGES}(?:列表|汇总|清单|一览)|"
            rf"(?:最近)?(?:有|收到)(?:了)?(?:哪些|什么|多少|几条)新?的?{_MESSAGES}(?:了|吗)?"
        ),
        relabelling.WORD: re.compile(
            rf"(?:请|麻烦)?[把将给]?\s*{_NUMBER}.{{0,12}}?(?:改|归[到为入类]|属于|应该?[是为]|算[是作]|是).*|"
            rf"(?:修改|更改|更正|调整|改)(?:一下)?(?:分类|类别|类型)?[\s:,]*{_NUMBER}.*"
        ),
        lexicon_wording.HISTORY: re.compile(
            rf"{_LOOK}(?:词库|改词|加词|删词)(?:{_RECORDS})?|(?:词库|改词|加词|删词){_RECORDS}"
        ),
        lexicon_wording.UNDO: re.compile(
            r"(?:撤回|撤销|撤消|取消|恢复|还原)(?:上次|刚才)?的?(?:改词|加词|删词|词库改动|词库|改动)(?:[\s:,0-9].*)?"
        ),
        lexicon_wording.ADD: re.compile(rf"(?:增加|添加|新增|加上|加入|补充|再加|加){_WORD}"),
        lexicon_wording.REMOVE: re.compile(rf"(?:删除|删掉|删去|去掉|去除|移除|删){_WORD}"),
    }
)
"""By the word of the command, in the order in which they are tried: the whole text, in its normal form."""


def word(plain: str) -> str:
    """The word of the command that a text (words.normal) means; empty: none."""
    return next((each for each, pattern in MEANT.items() if pattern.fullmatch(plain)), "")
