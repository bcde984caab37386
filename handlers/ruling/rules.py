"""催报规则: the rules of an officer's units, one rule with its dates, and changes to it, each asked about first."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from handlers import numbered
from handlers.base import Context, Conversation, Json, Outcome, say
from handlers.keeping.asking import Act, ask
from handlers.rounds.checks import faults
from handlers.rounds.rule import SHIFT_WORDS, Rule, RuleKind, to_json
from handlers.rounds.typed_calendar import likely_period, read_calendar
from handlers.rounds.typed_ladder import read_ladder
from handlers.ruling import wording
from handlers.ruling.reading import Coming, asked_by, coming, had_of, rule_of, standing_in_the_way, under_way
from handlers.ruling.replaced import replaced
from storage.commands import DutyRefused, RuleWritten, WriteRule
from storage.duty_views import RoundLine, RuleLine
from storage.round_completing import Completion

ACT: Final = "write_rule"
"""The name under which the question before a rule is written is kept."""
_NUMBER: Final = re.compile(r"(?:第|规则)?\s*([0-9]{1,9})\s*(?:条|号)?[\s:,]*(.*)", re.DOTALL)
_CALENDAR: Final = re.compile(r"(?:截止日?|日程|时间)[\s:]*(.+)", re.DOTALL)
_LADDER: Final = re.compile(r"(?:提醒|阶梯)[\s:]*(.*)", re.DOTALL)
_SHIFT: Final = re.compile(r"(?:遇|逢|碰上)?(?:休息日|节假日|假日)?[\s:]*(顺延|提前|不调整)")
_SHIFTS: Final = {word: shift for shift, word in SHIFT_WORDS.items()}
_TURNS: Final[Mapping[str, bool]] = MappingProxyType({"停用": False, "停": False, "启用": True, "恢复": True})
_OF_PREVIOUS: Final[Mapping[str, bool]] = MappingProxyType({"交上期": True, "交本期": False})


async def rules(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """催报规则; 催报规则 <number>; 催报规则 <number> <change>."""
    lines = await context.records.rounds.rules()
    found = _NUMBER.fullmatch(argument)
    if not argument:
        return await _list(lines, conversation, context)
    line = next((each for each in lines if found is not None and str(each.id) == found[1]), None)
    if line is None or found is None:
        return say(conversation, *wording.NONE)
    try:
        rule = rule_of(line)
    except ValueError:
        return say(conversation, *wording.sentence(wording.UNREADABLE))
    if not found[2].strip():
        return await _one(line, rule, conversation, context)
    if not line.editable:
        return say(conversation, *wording.sentence(wording.NOT_YOURS.format(unit=line.unit.name, new=wording.NEW)))
    return await _change(rule, found[2].strip(), conversation, context)


async def _list(lines: tuple[RuleLine, ...], conversation: Conversation, context: Context) -> Outcome:
    if not lines:
        return say(conversation, *wording.NONE)
    told: list[tuple[RuleLine, Rule | None, Coming | None]] = []
    for line in lines:
        try:
            rule = rule_of(line)
            told.append((line, rule, coming(rule, await had_of(rule, context), context)))
        except ValueError:
            told.append((line, None, None))
    says = {line.id: f"{wording.RULES} {line.id}" for line in lines}
    instead = replaced(lines, await context.records.rounds.managed_units())
    return say(
        numbered.remembered(conversation, context, says, "条", wording.RULES),
        *wording.listed(told, instead, context.timezone),
    )


async def _one(line: RuleLine, rule: Rule, conversation: Conversation, context: Context) -> Outcome:
    made = await context.records.rounds.rounds_of(line.id)
    following = coming(rule, await had_of(rule, context), context)
    return say(conversation, *wording.whole(line, rule, under_way(made), following, context.timezone))


async def _change(rule: Rule, said: str, conversation: Conversation, context: Context) -> Outcome:
    try:
        changed = changed_rule(rule, said)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    if changed == rule:
        return say(conversation, *wording.sentence(wording.UNCHANGED))
    made = await context.records.rounds.rounds_of(rule.id)
    if not changed.active:
        told = wording.stopping(changed, under_way(made), await _left_to_above(rule, context), context.timezone)
        return ask(conversation, context, ACT, kept(changed, rule), told)
    if wrong := faults(changed, context.workdays()):
        return say(conversation, *wording.sentence(wording.FAULTS.format(faults="\n".join(wrong))))
    told = await effect(changed, under_way(made), context)
    return ask(conversation, context, ACT, kept(changed, rule), wording.change(changed, told))


async def _left_to_above(rule: Rule, context: Context) -> Sequence[Completion]:
    if rule.kind is not RuleKind.FORM:
        return ()
    return await context.records.rounds.lacking(asked_by(rule), context.now)


async def effect(rule: Rule, made: Sequence[RoundLine], context: Context) -> str:
    """From which period on a rule counts that is to be written; `made` are its rounds under way."""
    had = await had_of(rule, context)
    before = standing_in_the_way(rule, had, context)
    return wording.effect(rule, made, before, coming(rule, had, context), context.timezone)


def changed_rule(rule: Rule, said: str) -> Rule:
    """The rule with a change as an officer types it. Raises ValueError with the sentence to show."""
    word = "".join(said.split())
    if word in _TURNS:
        return replace(rule, active=_TURNS[word])
    if word in _OF_PREVIOUS:
        return _periodic(rule, lambda: replace(rule, of_previous=_OF_PREVIOUS[word]))
    if shift := _SHIFT.fullmatch(word):
        return _periodic(rule, lambda: replace(rule, shift=_SHIFTS[shift[1]]))
    if calendar := _CALENDAR.fullmatch(said):
        expression = read_calendar(calendar[1])
        return _periodic(rule, lambda: replace(rule, calendar=expression, period=likely_period(expression)))
    if ladder := _LADDER.fullmatch(said):
        return replace(rule, ladder=read_ladder(ladder[1], rule.ladder))
    raise ValueError(wording.NOT_UNDERSTOOD)


def _periodic(rule: Rule, change: Callable[[], Rule]) -> Rule:
    if rule.kind is not RuleKind.FORM:
        raise ValueError(wording.NO_CALENDAR)
    return change()


def kept(changed: Rule, standing: Rule | None) -> dict[str, Json]:
    """What the question keeps of a rule to be written; `standing` is the one that was read, None for a new one."""
    return {"rule": to_json(changed), "standing": standing.id if standing is not None else None}


def make_write(remembered: Json) -> Act:
    """What the answer yes does."""
    rule, standing = remembered["rule"], remembered["standing"]

    def worded(result: RuleWritten | DutyRefused) -> wording.Parts:
        if isinstance(result, DutyRefused):
            told = wording.REFUSED.get(result.reason)
            return wording.sentence(told) if told is not None else list(wording.NONE)
        shape = wording.MADE if standing is None else wording.WRITTEN
        told = shape.format(id=result.rule_id, name=rule["name"], version=result.version)
        return wording.sentence(told + wording.completed(result.completed))

    command = WriteRule(
        unit_id=int(rule["unit_id"]),
        kind=str(rule["kind"]),
        form_name=str(rule["form"]),
        rule=rule,
        active=bool(rule["active"]),
        rule_id=standing,
        expected_version=int(rule["version"]),
    )
    return Act(command, worded)
