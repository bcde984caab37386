"""Degrees as people name them where a choice says the same in other words: 中等 for 中, 最低 for 低, 有风险."""

import re
from collections.abc import Sequence
from typing import Final

from handlers.forms.form import Choice

_END: Final = "(?:风险|等级|级别|程度|档|等|级|度)*"
_DEGREE: Final = re.compile(f"(?:风险|等级)?(?:是|为|最|偏|比?较|很)?([高中低大小好差])(?:的)?{_END}(?:的)?")
_LABEL: Final = re.compile(f"(?:风险|等级)?([高中低大小好差]){_END}(?:[(（,，、:：].*)?")
_HAVING: Final = re.compile(
    "(?:确实|的确|目前|还)*(?:有|存在|发现了?|是|属于)(?:一些|一点|点|个别|少量)?(.{2,12}?)[的了吧]*"
)
_DENIED: Final = re.compile("^(?:无|没|未|不|暂无|否|非)|没有|未发现|不存在")


def by_degree(choices: Sequence[Choice], said: str) -> Choice | None:
    """The one choice of this degree; None where there is none, or several. `said` is bare (likeness.bare)."""
    degree = _DEGREE.fullmatch(said)
    if degree is None:
        return None
    found = [choice for choice in choices if (label := _LABEL.fullmatch(choice.bare)) and label[1] == degree[1]]
    return found[0] if len(found) == 1 else None


def by_thing(choices: Sequence[Choice], said: str) -> Choice | None:
    """有风险 for the one choice that names a risk and denies none; None where several do."""
    having = _HAVING.fullmatch(said)
    if having is None or _DENIED.search(said):
        return None
    named = [choice for choice in choices if having[1] in choice.bare]
    found = [choice for choice in named if not _DENIED.search(choice.bare)]
    return found[0] if len(found) == 1 else None
