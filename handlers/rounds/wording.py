"""A reminder rule as a Chinese sentence."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers.rounds.cron import read_cron
from handlers.rounds.rule import OPEN, PeriodKind, Rule, RuleKind, Shift, Step, StepAudience
from handlers.rounds.typed_calendar import EVERY_MONTHS, WEEKDAYS

SENTENCE: Final = "{name}：{when}。{ladder}。"
DUE: Final = "{calendar}截止{shift}{period}"
AT_NODES: Final = "项目节点开启后，在开启时定下的日子截止"
ON_EVES: Final = "元旦、春节、清明、五一、端午、中秋、国庆放假前最后一个工作日发送廉洁提醒"
BY_CRON: Final = "按日程“{calendar}”"
OF_PREVIOUS: Final = "，交{before}的表"
STOPPED: Final = "（已停用）"
SHIFTS: Final[Mapping[Shift, str]] = MappingProxyType(
    {Shift.EARLIER: "，遇休息日提前", Shift.LATER: "，遇休息日顺延", Shift.NONE: "，遇休息日不调整"}
)
BEFORE: Final[Mapping[PeriodKind, str]] = MappingProxyType(
    {
        PeriodKind.YEAR: "上一年",
        PeriodKind.HALF_YEAR: "上个半年",
        PeriodKind.QUARTER: "上季度",
        PeriodKind.MONTH: "上个月",
        PeriodKind.WEEK: "上周",
        PeriodKind.DAY: "前一天",
    }
)
WHOM: Final[Mapping[StepAudience, str]] = MappingProxyType(
    {StepAudience.OBSERVER: "本人", StepAudience.SUPERIOR: "上级", StepAudience.OFFICERS: "纪检人员"}
)
OPENS: Final = "{when}{at}通知{whom}开始填写"
REMINDS: Final = "{when}{at}提醒{whom}"
TELLS: Final = "{when}{at}列入纪检人员的汇总"
NOBODY: Final = "不发提醒"
NOTICE: Final = "{when}{at}发给{whom}"

_MONTHLY: Final = {",".join(map(str, months)): words for words, months in EVERY_MONTHS.items()}
_CHINESE_WEEKDAYS: Final = {
    **{english: chinese for chinese, english in WEEKDAYS.items()},
    **{str(number): chinese for number, chinese in enumerate("日一二三四五六日")},
}
_LIST: Final = re.compile(r"(?:[0-9]+|L)(?:,(?:[0-9]+|L))*", re.ASCII)


def worded(rule: Rule) -> str:
    """The rule in a sentence or two: when its sheets are due, and who is reminded when.

    Raises ValueError for a calendar that is no cron expression.
    """
    when = {RuleKind.NODE: AT_NODES, RuleKind.HOLIDAY: ON_EVES}.get(rule.kind) or _due(rule)
    ladder = "；".join(_step(step, rule.kind) for step in rule.ladder) or NOBODY
    stopped = "" if rule.active else STOPPED
    return SENTENCE.format(name=rule.name + stopped, when=when, ladder=ladder)


def _due(rule: Rule) -> str:
    period = OF_PREVIOUS.format(before=BEFORE[rule.period]) if rule.of_previous else ""
    return DUE.format(calendar=calendar_worded(rule.calendar), shift=SHIFTS[rule.shift], period=period)


def calendar_worded(calendar: str) -> str:
    """A cron expression as read_calendar reads it back: 每季度末月最后一天18:00; the expression itself where chat has
    no words for it. Raises ValueError as read_cron.
    """
    cron = read_cron(calendar)
    _, _, days, months, weekdays = cron.expression.split()
    at = f"{cron.at:%H:%M}"
    if weekdays in _CHINESE_WEEKDAYS and (days, months) == ("*", "*"):
        return f"每周{_CHINESE_WEEKDAYS[weekdays]}{at}"
    if weekdays != "*":
        return BY_CRON.format(calendar=cron.expression)
    if (days, months) == ("*", "*"):
        return f"每天{at}"
    every = _months_worded(months)
    if every is None or not _LIST.fullmatch(days):
        return BY_CRON.format(calendar=cron.expression)
    return every + "、".join("最后一天" if day == "L" else f"{int(day)}日" for day in days.split(",")) + at


def _months_worded(months: str) -> str | None:
    if months == "*":
        return "每月"
    if months in _MONTHLY:
        return _MONTHLY[months]
    return "每年" + "、".join(f"{int(month)}月" for month in months.split(",")) if _LIST.fullmatch(months) else None


def _step(step: Step, kind: RuleKind) -> str:
    at = f"{step.hour}:{step.minute:02}"
    if kind is RuleKind.HOLIDAY:
        return NOTICE.format(when=_eve(step.workdays), at=at, whom=WHOM[step.audience])
    when = _when(step.workdays)
    if step.name == OPEN:
        return OPENS.format(when=when, at=at, whom=WHOM[step.audience])
    shape = TELLS if step.audience is StepAudience.OFFICERS else REMINDS
    return shape.format(when=when, at=at, whom=WHOM[step.audience])


def _eve(workdays: int) -> str:
    """Counted from the last working day before the holiday."""
    if workdays == 0:
        return "当天"
    return f"再提前{-workdays}个工作日" if workdays < 0 else f"之后{workdays}个工作日"


def _when(workdays: int) -> str:
    if workdays == 0:
        return "截止当天"
    return f"截止前{-workdays}个工作日" if workdays < 0 else f"逾期{workdays}个工作日"
