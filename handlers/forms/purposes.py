"""The purposes (用途) that a workbook may give its questions: what an answer means to the system."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handlers.forms.authoring.aliases import TYPES_IN_CHINESE, in_chinese


class Purpose(StrEnum):
    """What an answer means, whatever its question is called."""

    FINDING = "finding"
    FINDING_LEVEL = "finding_level"
    MEASURE = "measure"
    PROJECT = "project"
    AMOUNT = "amount"
    """Money in yuan."""
    AMOUNT_WAN = "amount_wan"
    """Money in ten thousand yuan."""
    UNIT = "unit"
    OWNER = "owner"
    DEADLINE = "deadline"
    SUMMARY = "summary"
    NOTHING_NEW = "nothing_new"
    AREA = "area"
    NODE = "node"
    """Why the sheet of a project is filled: what the node of its duty is."""
    PERIOD = "period"
    """What the sheet counts for (2026年第四季度), written into it when it is begun; nobody is asked."""


_WORDS: Final = frozenset({"text", "select_one", "select_multiple", "calculate"})
_ONE: Final = frozenset({"text", "select_one", "calculate"})
_NUMBERS: Final = frozenset({"integer", "decimal", "range", "calculate"})


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """What Chinese authors write for a purpose, and the question types that can carry it."""

    names: tuple[str, ...]
    kinds: frozenset[str]
    """Values of Kind."""


PURPOSES: Final[dict[Purpose, PurposeRule]] = {
    Purpose.FINDING: PurposeRule(("问题", "风险点", "问题/风险点"), _WORDS),
    Purpose.FINDING_LEVEL: PurposeRule(("风险等级", "等级"), _ONE),
    Purpose.MEASURE: PurposeRule(("防控措施", "措施"), _WORDS),
    Purpose.PROJECT: PurposeRule(("项目", "项目名称"), _ONE),
    Purpose.AMOUNT: PurposeRule(("金额", "金额（元）"), _NUMBERS),
    Purpose.AMOUNT_WAN: PurposeRule(("金额（万元）",), _NUMBERS),
    Purpose.UNIT: PurposeRule(("单位", "涉及单位"), _ONE),
    Purpose.OWNER: PurposeRule(("责任人",), _WORDS),
    Purpose.DEADLINE: PurposeRule(("完成时限", "期限"), frozenset({"date", "dateTime", "calculate"})),
    Purpose.SUMMARY: PurposeRule(("总体情况", "小结"), _WORDS),
    Purpose.NOTHING_NEW: PurposeRule(("无新情况",), frozenset({"select_one"})),
    Purpose.AREA: PurposeRule(("领域", "业务领域"), _WORDS),
    Purpose.NODE: PurposeRule(("节点", "填报原因"), frozenset({"select_one"})),
    Purpose.PERIOD: PurposeRule(("期次",), frozenset({"calculate"})),
}

YES: Final = frozenset({"yes", "true", "1", "nothing", "nothing_new"})
"""Choice names that, chosen for a nothing_new question, say that there is nothing new."""

BY_NAME: Final[dict[str, Purpose]] = {
    name: purpose for purpose, rule in PURPOSES.items() for name in (purpose.value, *rule.names)
}

ALLOWED: Final[dict[str, str]] = {"same": "same", "同上": "same", "none": "none", "无": "none"}
"""What authors write in the column 允许, and what it means: such an answer may stand instead of one of its own."""

UNKNOWN_ALLOWED = "允许“{name}”不认识，可用的有：同上(same)、无(none)。"
UNKNOWN_PURPOSE = "用途“{name}”不认识，可用的有：{known}。"
WRONG_KIND = "用途“{name}”不能用在“{kind}”题上，请改用这些类型的题：{wanted}。"
NO_YES = "用途“无新情况”的题目应当问“是否没有新情况”，选项中要有名称为 yes 的一项。"


def purpose_of(written: str) -> Purpose:
    """The purpose that a cell names, in English or Chinese. Raises ValueError with the Chinese sentence to show."""
    purpose = BY_NAME.get(written.strip().replace("(", "（").replace(")", "）"))
    if purpose is None:
        known = "、".join(f"{rule.names[0]}({name})" for name, rule in PURPOSES.items())
        raise ValueError(UNKNOWN_PURPOSE.format(name=written.strip(), known=known))
    return purpose


def allowed(written: str) -> frozenset[str]:
    """What a cell of the column 允许 allows. Raises ValueError with the Chinese sentence to show."""
    names = written.replace("、", " ").replace("，", " ").replace(",", " ").split()
    for name in names:
        if name.lower() not in ALLOWED:
            raise ValueError(UNKNOWN_ALLOWED.format(name=name))
    return frozenset(ALLOWED[name.lower()] for name in names)


def check_kind(purpose: Purpose, kind: str, choices: frozenset[str]) -> None:
    """Raise ValueError with the sentence to show when a question of this kind cannot carry the purpose."""
    rule = PURPOSES[purpose]
    if kind not in rule.kinds:
        wanted = "、".join(in_chinese(TYPES_IN_CHINESE, known) for known in sorted(rule.kinds))
        kind = in_chinese(TYPES_IN_CHINESE, kind)
        raise ValueError(WRONG_KIND.format(name=rule.names[0], kind=kind, wanted=wanted))
    if purpose is Purpose.NOTHING_NEW and not choices & YES:
        raise ValueError(NO_YES)
