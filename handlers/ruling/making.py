"""新建催报规则: a rule for a form and a unit, with the ladder that fits its periods; asked about first."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from handlers import words
from handlers.base import Context, Conversation, Outcome, say
from handlers.keeping.asking import ask
from handlers.rounds.checks import faults
from handlers.rounds.rule import DEFAULT_LADDER, OPEN, PeriodKind, Rule, RuleKind, Step, StepAudience
from handlers.rounds.typed_calendar import likely_period, read_calendar
from handlers.ruling import wording
from handlers.ruling.rules import ACT, effect, kept
from storage.duty_views import FormLine
from storage.views import UnitView
from storage.vocabulary import Level

NODES: Final = frozenset({"节点", "项目节点", "按节点"})
_UNIT: Final = re.compile(r"\s*单位[\s:]*(\S+)\s*$")
_SHORT_LADDERS: Final[Mapping[PeriodKind, tuple[Step, ...]]] = MappingProxyType(
    {
        PeriodKind.WEEK: (
            Step(OPEN, -2, StepAudience.OBSERVER, 9, 0),
            Step("T-0", 0, StepAudience.OBSERVER, 9, 0),
            Step("T+1", 1, StepAudience.OBSERVER, 9, 0),
        ),
        PeriodKind.DAY: (Step(OPEN, 0, StepAudience.OBSERVER, 9, 0),),
    }
)
"""For periods too short for DEFAULT_LADDER."""


async def make(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """新建催报规则 <form> <calendar, or 节点> [单位 <unit>]."""
    try:
        rule, unit = await _read(argument, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    if wrong := faults(rule, context.workdays()):
        return say(conversation, *wording.sentence(wording.FAULTS.format(faults="\n".join(wrong))))
    told = await effect(rule, (), context)
    return ask(conversation, context, ACT, kept(rule, None), wording.making(rule, unit.full_name, told))


async def _read(argument: str, context: Context) -> tuple[Rule, UnitView]:
    said = _UNIT.search(argument)
    rest = argument[: said.start()] if said is not None else argument
    if not rest.strip():
        raise ValueError(wording.HOW_NEW.format(new=wording.NEW))
    units = await context.records.rounds.managed_units()
    top = await _unit(said[1], context) if said is not None else units[0]
    form, when = _form(rest, await context.records.rounds.forms_for_rules(top.path))
    if not when:
        raise ValueError(wording.NO_WHEN.format(new=wording.NEW, title=form.title))
    if said is None and len(units) > 1:
        raise ValueError(wording.WHICH_UNIT.format(new=wording.NEW, title=form.title, name=units[0].name))
    if form.level is Level.PROJECT and when in NODES:
        return _rule(form, top, RuleKind.NODE, "", PeriodKind.QUARTER), top
    calendar = read_calendar(when)
    return _rule(form, top, RuleKind.FORM, calendar, likely_period(calendar)), top


async def _unit(said: str, context: Context) -> UnitView:
    found = await context.records.rounds.units_named(said)
    if len(found) != 1:
        raise ValueError(wording.NO_UNIT.format(said=said))
    return found[0]


def _form(said: str, forms: Sequence[FormLine]) -> tuple[FormLine, str]:
    """The form whose title, or title without 观察表, the text begins with, and what stands behind it."""
    plain = said.strip()
    for form in sorted(forms, key=lambda form: -len(form.title)):
        for name in (words.normal(form.title), words.normal(form.title).removesuffix("观察表")):
            if name and plain.startswith(name):
                return form, plain[len(name) :].removeprefix("观察表").strip(" :，,")
    raise ValueError(wording.NO_FORM.format(titles="、".join(form.title for form in forms)))


def _rule(form: FormLine, unit: UnitView, kind: RuleKind, calendar: str, period: PeriodKind) -> Rule:
    return Rule(
        id=0,
        name=form.title,
        kind=kind,
        form=form.name,
        level=form.level,
        unit_id=unit.id,
        unit_path=unit.path,
        calendar=calendar,
        period=period,
        ladder=_SHORT_LADDERS.get(period, DEFAULT_LADDER) if kind is RuleKind.FORM else DEFAULT_LADDER,
    )
