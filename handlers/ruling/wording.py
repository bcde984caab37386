"""What officers read about reminder rules and nodes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Tap
from handlers.deliveries.days import due_day
from handlers.rounds.rule import OPEN, PeriodKind, Rule, RuleKind, StepAudience
from handlers.rounds.wording import WHOM, worded
from handlers.ruling.reading import Coming
from handlers.ruling.replaced import Replaced
from storage.duty_views import RoundLine, RuleLine
from storage.round_completing import Completion
from storage.round_spans import Span
from storage.vocabulary import RoundRefusal

Parts = list[str | Tap]

RULES: Final = "催报规则"
NEW: Final = "新建催报规则"
NONE: Final[tuple[str | Tap, ...]] = ("没有查到催报规则。\n\n", Tap(words.MENU))
"""For an officer without rules, an unknown number, and everybody without the right: the same to the byte."""
HEAD: Final = "催报规则，共 {count} 条："
OF_ABOVE: Final = "（{unit}设定，您这里也适用）"
NOT_HERE: Final = "（{unit}设定，您这里不适用：{whose}已用第 {id} 条）"
OWN_UNIT: Final = "本单位"
BELOW_HEAD: Final = "\n　其中{told}"
BELOW: Final = "{unit}已用第 {id} 条"
BELOW_MORE: Final = "等 {count} 个单位"
BELOW_SHOWN: Final = 3
STOPPED: Final = "已停用"
NEXT: Final = "下一期：{label}，{opens}开始提醒，{due}截止"
NEXT_HOLIDAY: Final = "下一次：{label}，{opens}发出"
NODES: Final = "由纪检人员或者项目观察员回复“开节点 …”开启"
NO_NEXT: Final = "近两年没有下一期"
UNREADABLE: Final = "这条规则读不出来，请联系运维人员。"
UNDER_WAY: Final = "进行中：{label}，{due}截止（按开始时的规则催办）"
LADDER: Final = "{label}的提醒："
OPENS: Final = "通知{whom}开始填写"
REMINDS: Final = "提醒{whom}"
TELLS: Final = "列入纪检人员的汇总"
NOTICE: Final = "发给{whom}"
DUE: Final = "截止"
HOW: Final = (
    "要改，这样说：\n"
    "· {rules} {id} 截止 {due}\n"
    "· {rules} {id} 提醒 提前10天 提前3天 当天 逾期1天 逾期3天上级 逾期5天汇总\n"
    "· {rules} {id} 顺延（或者 提前、不调整）：截止日遇上休息日怎么办"
)
DUE_EXAMPLES: Final[Mapping[PeriodKind, str]] = MappingProxyType(
    {
        PeriodKind.DAY: "每天18点",
        PeriodKind.WEEK: "每周五18点",
        PeriodKind.MONTH: "每月25日18点",
        PeriodKind.QUARTER: "每季度末18点",
        PeriodKind.HALF_YEAR: "每半年末18点",
        PeriodKind.YEAR: "每年12月20日18点",
    }
)
"""An example that keeps the period which the rule has."""
HOW_WITHOUT_CALENDAR: Final = "要改，这样说：\n· {rules} {id} 提醒 提前5天 提前1天 当天 逾期1天"
HOW_HOLIDAY: Final = "要改，这样说：\n· {rules} {id} 提醒 当天10点"
HOW_NEW: Final = "新建一条：{new} 综合观察表 每季度末"
STOP: Final = "停用"
START: Final = "启用"
NOT_YOURS: Final = "这条规则是{unit}设定的，您这里只能看。要用自己的规则，请回复“{new} …”另建一条，本单位就按它办。"
NOT_UNDERSTOOD: Final = "没看懂要改什么。可以写：截止 …、提醒 …、顺延、提前、不调整、交上期、交本期、停用、启用。"
UNCHANGED: Final = "这条规则本来就是这样，不用改。"
NO_CALENDAR: Final = "这类规则不按日历截止，这一项改不了。"
FAULTS: Final = "没有改：\n{faults}"
CHANGE: Final = "要把规则 {id} 改成：\n{rule}\n\n{effect}"
MAKE: Final = "要为 {unit} 新建规则：\n{rule}\n\n{effect}"
STILL_OLD: Final = "{labels}已经开始，仍按旧规则；新规则从 {label} 起：{opens}开始提醒，{due}截止。"
BY_OTHERS: Final = "{labels}已经按上级的规则发了，一期不交两次；新规则从 {label} 起：{opens}开始提醒，{due}截止。"
FROM: Final = "从 {label} 起：{opens}开始提醒，{due}截止。"
FROM_NODES: Final = "已经开启的节点仍按旧规则；新规则从下一个节点起。"
NODES_FROM_NOW: Final = "以后开启的项目节点都按这条规则提醒。"
NEVER_MORE: Final = "近两年没有下一期。"
STOP_ASK: Final = "要停用规则 {id}（{name}）？\n停用以后不再开新的一期{under_way}。随时可以启用。"
STOP_UNDER_WAY: Final = "；已经开始的{labels}也不再自动提醒，要催请用“催办”"
STOP_ABOVE: Final = "{label}本单位还没有发：停用后改按{unit}的规则，马上补发 {count} 份，{due}截止。"
COMPLETED: Final = "\n{label}已按{unit}的规则补发 {count} 份。"
WRITTEN: Final = "已改好：规则 {id}（{name}），现在是第 {version} 版。"
MADE: Final = "已新建：规则 {id}（{name}）。"
REFUSED: Final = {
    RoundRefusal.CHANGED: "没有改：刚刚有人改过这条规则，请先看一遍再改。",
    RoundRefusal.EXISTS: "没有新建：这个单位已经有这张表的规则，请直接改它。",
}
NO_FORM: Final = "没有找到这张表。可以催的表有：{titles}。"
NO_WHEN: Final = "还要写什么时候截止，例如“{new} {title} 每季度末”。"
WHICH_UNIT: Final = "为哪个单位？请在后面写明，例如“{new} {title} 每季度末 单位 {name}”。"
NO_UNIT: Final = "没有查到您管的单位“{said}”。"


def sentence(told: str) -> Parts:
    """One sentence and the way on."""
    return [f"{told}\n\n", Tap(RULES), "　", Tap(words.MENU)]


def listed(
    lines: Sequence[tuple[RuleLine, Rule | None, Coming | None]], instead: Mapping[int, Replaced], zone: ZoneInfo
) -> Parts:
    """All rules with their next round; None: nobody can read it, none comes. `instead`: see `replaced`."""
    parts: Parts = [HEAD.format(count=len(lines))]
    for line, rule, coming in lines:
        other = instead.get(line.id)
        name = rule.name if rule is not None else line.form_name
        told = "" if other is not None and other.own is not None else f"\n　{_next(rule, coming, zone)}"
        told += _below(other.below) if other is not None and other.below else ""
        parts += [f"\n\n{line.id}. {name}{_where(line, other)}{told}\n　", Tap("看", f"{RULES} {line.id}")]
    return [*parts, f"\n\n{HOW_NEW.format(new=NEW)}\n\n", Tap(words.MENU)]


def _where(line: RuleLine, other: Replaced | None) -> str:
    """Whose rule it is, and whether it holds for the officer's units."""
    if line.editable:
        return f"（{line.unit.name}）"
    if other is None or other.own is None:
        return OF_ABOVE.format(unit=line.unit.name)
    whose = OWN_UNIT if other.own.editable else other.own.unit.name
    return NOT_HERE.format(unit=line.unit.name, whose=whose, id=other.own.id)


def _below(others: Sequence[RuleLine]) -> str:
    """The units in which it does not hold."""
    told = "、".join(BELOW.format(unit=other.unit.name, id=other.id) for other in others[:BELOW_SHOWN])
    more = BELOW_MORE.format(count=len(others)) if len(others) > BELOW_SHOWN else ""
    return BELOW_HEAD.format(told=told + more)


def _next(rule: Rule | None, coming: Coming | None, zone: ZoneInfo) -> str:
    if rule is None:
        return UNREADABLE
    if not rule.active:
        return STOPPED
    if rule.kind is RuleKind.NODE:
        return NODES
    if coming is None:
        return NO_NEXT
    return _told(NEXT_HOLIDAY if rule.kind is RuleKind.HOLIDAY else NEXT, coming, zone)


def _told(shape: str, coming: Coming, zone: ZoneInfo, **facts: str) -> str:
    label = coming.due.period.label
    return shape.format(label=label, opens=day_and_time(coming.opens_at, zone), due=_due(coming, zone), **facts)


def _due(coming: Coming, zone: ZoneInfo) -> str:
    return due_day(coming.due.due_at, zone)


def day_and_time(at: datetime, zone: ZoneInfo) -> str:
    """12月17日 09:00, local."""
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def whole(line: RuleLine, rule: Rule, made: Sequence[RoundLine], coming: Coming | None, zone: ZoneInfo) -> Parts:
    """One rule with the dates of its next round, and how it is changed. `made` are the rounds under way."""
    parts: Parts = [f"{RULES} {line.id}\n{worded(rule)}"]
    parts += [f"\n\n{UNDER_WAY.format(label=each.label, due=due_day(each.due_at, zone))}" for each in made]
    if coming is not None and rule.active:
        parts.append(f"\n\n{_ladder(coming, rule, zone)}")
    if not line.editable:
        return [*parts, f"\n\n{NOT_YOURS.format(unit=line.unit.name, new=NEW)}\n\n", Tap(RULES), "　", Tap(words.MENU)]
    how = {RuleKind.FORM: HOW, RuleKind.HOLIDAY: HOW_HOLIDAY}.get(rule.kind, HOW_WITHOUT_CALENDAR)
    told = how.format(rules=RULES, id=line.id, due=DUE_EXAMPLES[rule.period])
    turn = STOP if rule.active else START
    ways: Parts = [Tap(turn, f"{RULES} {line.id} {turn}"), "　", Tap(RULES), "　", Tap(words.MENU)]
    return [*parts, f"\n\n{told}\n\n", *ways]


def _ladder(coming: Coming, rule: Rule, zone: ZoneInfo) -> str:
    lines = [(each.at, _step(each.step.name, each.step.audience, rule.kind)) for each in coming.steps]
    if rule.kind is RuleKind.FORM:
        lines.append((coming.due.due_at, DUE))
    shown = "\n".join(f"　{day_and_time(at, zone)}　{what}" for at, what in sorted(lines))
    return f"{LADDER.format(label=coming.due.period.label)}\n{shown}"


def _step(name: str, audience: StepAudience, kind: RuleKind) -> str:
    if kind is RuleKind.HOLIDAY:
        return NOTICE.format(whom=WHOM[audience])
    if name == OPEN:
        return OPENS.format(whom=WHOM[audience])
    return TELLS if audience is StepAudience.OFFICERS else REMINDS.format(whom=WHOM[audience])


def effect(rule: Rule, made: Sequence[RoundLine], before: Sequence[Span], coming: Coming | None, zone: ZoneInfo) -> str:
    """From which period on a changed rule counts; `made` are its rounds under way, `before` those of other rules for
    which it has to begin later.
    """
    if rule.kind is RuleKind.NODE:
        return FROM_NODES if rule.id else NODES_FROM_NOW
    if coming is None:
        return NEVER_MORE
    if rule.kind is RuleKind.HOLIDAY:
        return f"{_told(NEXT_HOLIDAY, coming, zone)}。"
    if before:
        return _told(BY_OTHERS, coming, zone, labels=labels(before))
    if made:
        return _told(STILL_OLD, coming, zone, labels=labels(made))
    return _told(FROM, coming, zone)


def labels(made: Sequence[RoundLine] | Sequence[Span]) -> str:
    """本期（2026年第四季度）."""
    return f"本期（{'、'.join(each.label for each in made)}）"


def change(rule: Rule, told: str) -> str:
    """The question before a rule is changed."""
    return CHANGE.format(id=rule.id, rule=worded(rule), effect=told)


def making(rule: Rule, unit: str, told: str) -> str:
    """The question before a rule is made."""
    return MAKE.format(unit=unit, rule=worded(rule), effect=told)


def stopping(rule: Rule, made: Sequence[RoundLine], above: Sequence[Completion], zone: ZoneInfo) -> str:
    """The question before a rule is stopped; `above` are rounds of rules above in which the unit will owe something."""
    more = STOP_UNDER_WAY.format(labels=labels(made)) if made else ""
    question = STOP_ASK.format(id=rule.id, name=rule.name, under_way=more)
    return "\n".join([question, *(_by_above(STOP_ABOVE, each, due=due_day(each.due_at, zone)) for each in above)])


def completed(found: Sequence[Completion]) -> str:
    """What was made of that."""
    return "".join(_by_above(COMPLETED, each) for each in found)


def _by_above(shape: str, found: Completion, **facts: str) -> str:
    return shape.format(label=found.label, unit=found.unit_name, count=found.duties, **facts)
