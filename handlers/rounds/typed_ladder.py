"""The reminders that an officer types: 提前10天 提前3天 当天 逾期1天; a ValueError is the sentence to show."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from handlers.rounds.rule import OPEN, Step, StepAudience
from nlp import values
from nlp.plain import joined

NOT_A_STEP: Final = (
    "没看懂“{said}”。可以写：提前10天、提前3天9点、当天、逾期1天、逾期3天上级、逾期5天汇总（天数按工作日算）。"
)
NO_STEPS: Final = "还要写哪几天提醒，例如“提醒 提前10天 提前3天 当天 逾期1天”。"
NO_FIRST: Final = "提醒里至少要有一次是发给填表人本人的。"
HOUR: Final = 9
"""The start of a working day, outside quiet hours."""
_STEP: Final = re.compile(
    "(?:(?P<day>(?:截止)?当天|截止日|到期日?)"
    "|(?P<which>提前|截止前|逾期|截止后|超期|晚)(?P<count>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})个?(?:工作)?[天日])"
    "(?:(?P<hour>[0-9]{1,2})(?:[点时](?P<half>半)?|:(?P<minute>[0-9]{2})))?"
    "(?:提醒|通知|发给|报|给|告诉|列入)*(?P<whom>本人|填表人|观察员|上级|领导|直接上级|汇总|纪检人员|纪检|纪委)?(?:提醒|汇总)?"
)
_BEFORE: Final = frozenset({"提前", "截止前"})
_WHOM: Final = {
    **dict.fromkeys(("上级", "领导", "直接上级"), StepAudience.SUPERIOR),
    **dict.fromkeys(("汇总", "纪检人员", "纪检", "纪委"), StepAudience.OFFICERS),
}
_WHOM_SAID: Final = {StepAudience.SUPERIOR: "上级", StepAudience.OFFICERS: "汇总"}
_SEPARATORS: Final = re.compile(r"[\s,，、;；/和]+")


def read_ladder(text: str, standing: Sequence[Step]) -> tuple[Step, ...]:
    """The ladder that a text means, in the order of its steps; days are working days.

    Steps for superiors and officers that `standing` has stay where the text names none for them. The first step for
    the observer is the opening notice. Raises ValueError with the Chinese sentence to show.
    """
    typed = [_step(word) for word in _SEPARATORS.split(text.strip()) if word]
    if not typed:
        raise ValueError(NO_STEPS)
    named = {step.audience for step in typed}
    if StepAudience.OBSERVER not in named:
        raise ValueError(NO_FIRST)
    kept = [step for step in standing if step.audience not in named]
    return _named(sorted([*typed, *kept], key=lambda step: (step.workdays, step.hour, step.minute)))


def said(step: Step) -> str:
    """A step in the words that an officer types, without its hour: 提前3天, 当天, 逾期3天上级."""
    days = step.workdays
    when = f"提前{-days}天" if days < 0 else f"逾期{days}天" if days else "当天"
    return when + _WHOM_SAID.get(step.audience, "")


def _step(word: str) -> Step:
    found = _STEP.fullmatch(joined(word))
    if found is None:
        raise ValueError(NOT_A_STEP.format(said=word))
    workdays = 0 if found["day"] else values.integer(found["count"])
    workdays = -workdays if found["which"] in _BEFORE else workdays
    minute = 30 if found["half"] else int(found["minute"] or 0)
    audience = _WHOM.get(found["whom"] or "", StepAudience.OBSERVER)
    return Step("", workdays, audience, int(found["hour"] or HOUR), minute)


def _named(steps: Iterable[Step]) -> tuple[Step, ...]:
    """With the names of DEFAULT_LADDER: T-3, T+1; one that a day has twice is told apart by its audience."""
    named: list[Step] = []
    for step in steps:
        is_opening = step.audience is StepAudience.OBSERVER and all(each.name != OPEN for each in named)
        name = OPEN if is_opening else f"T{step.workdays:+d}" if step.workdays else "T-0"
        if any(each.name == name for each in named):
            name = f"{name} {step.audience}"
        named.append(step._replace(name=name))
    return tuple(named)
