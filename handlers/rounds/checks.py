"""What is wrong with a reminder rule, in Chinese, before it is kept."""

from collections.abc import Iterable, Iterator
from datetime import date, time
from itertools import islice, pairwise
from typing import Final

from handlers.rounds.cron import due_days, read_cron
from handlers.rounds.periods import due_period
from handlers.rounds.quiet import QUIET_FROM, QUIET_TO
from handlers.rounds.rule import OPEN, PeriodKind, Rule, RuleKind, Shift, Step
from handlers.rounds.schedule import HOLIDAY_DUE, shifted
from handlers.rounds.typed_ladder import said
from handlers.rounds.workdays import WorkCalendar

NO_NAME: Final = "规则要有名称。"
NO_FORM: Final = "规则要写明催的是哪张表。"
NEVER: Final = "日程“{calendar}”五年里一次也不会到，请核对日期，例如 2 月没有 30 日。"
TWO_IN_ONE: Final = "{period}里不止一个截止日：{one}和{two}。一期只能截止一次，请改日程，或把周期改短。"
SAME_DAY: Final = "{one}和{two}调整后都在{day}截止。每天都交的表请选“不调整”。"
NO_CALENDAR: Final = "这类规则的截止日不按日程定，日程请留空。"
NO_LADDER: Final = "还没有写提醒，至少要有一次。"
NO_OPEN: Final = "提醒里要有且只有一次开启通知，并且排在第一。"
NAME_TWICE: Final = "提醒“{name}”写了两次。"
STEP_NAME: Final = "提醒的名称要有 1 到 {most} 个字符。"
STEP_TIME: Final = (
    "提醒“{name}”的时间 {hour}:{minute:02} 不对，请写 {start:%H:%M} 到 {end:%H:%M} 之间的时间（夜间不打扰）。"
)
STEP_TOO_FAR: Final = "提醒“{name}”离截止日 {days} 个工作日，太远了，最多 {most} 个。"
OUT_OF_ORDER: Final = "提醒“{two}”排在“{one}”后面，时间却更早，请按先后排列。"
SAME_STEP: Final = "“{one}”有两次提醒，在同一天发给同一些人，请去掉一次。"
AFTER_DUE: Final = "提醒“{name}”在截止日 {at:%H:%M} 才发，那时已经截止（{due:%H:%M}），请提早，或把截止时间推后。"
OPENS_TOO_EARLY: Final = (
    "开启通知提前 {days} 个工作日，比上一期的截止日还早（两期之间有时只有 {between} 个工作日），请改近一些。"
)
ENDS_TOO_LATE: Final = (
    "提醒“{name}”在截止后 {days} 个工作日，那时下一期也截止了（两期之间有时只有 {between} 个工作日），请改近一些。"
)

CHECKED_YEARS: Final = 5
FURTHEST_WORKDAYS: Final = 120
"""About half a year."""
LONGEST_STEP_NAME: Final = 20
"""Characters; a step's name is part of a key in the records."""
_INTERVALS: Final = 60
"""Due moments that are looked at for their distances."""
_SATURDAY: Final = 5


def faults(rule: Rule, calendar: WorkCalendar) -> tuple[str, ...]:
    """Everything that is wrong with a rule: its name, calendar and ladder; empty when it is good. The due days of five
    years are looked at, from the last one that `calendar` knows.
    """
    found = [] if rule.name.strip() else [NO_NAME]
    if rule.kind is not RuleKind.HOLIDAY and not rule.form:
        found.append(NO_FORM)
    if rule.kind is not RuleKind.FORM:
        found += [NO_CALENDAR] if rule.calendar else []
        due = HOLIDAY_DUE if rule.kind is RuleKind.HOLIDAY else None
        return (*found, *_ladder_faults(rule.ladder, due))
    try:
        cron = read_cron(rule.calendar)
    except ValueError as error:
        return (*found, str(error), *_ladder_faults(rule.ladder, None))
    year = calendar.known_until.year
    days = list(due_days(cron, date(year, 1, 1), date(year + CHECKED_YEARS - 1, 12, 31)))
    if not days:
        found.append(NEVER.format(calendar=cron.expression))
    found += islice(_doubled(rule, days), 1)
    found += islice(_piled_up(rule, days, calendar), 1)
    return (*found, *_ladder_faults(rule.ladder, cron.at), *_too_far(rule, days))


def _doubled(rule: Rule, days: Iterable[date]) -> Iterator[str]:
    """Periods with two due days: a round is unique by rule and period, so the second would never be made."""
    for one, two in pairwise(days):
        period = due_period(one, rule.period, rule.of_previous)
        if period == due_period(two, rule.period, rule.of_previous):
            yield TWO_IN_ONE.format(period=period.label, one=_told(one), two=_told(two))


def _told(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _piled_up(rule: Rule, days: Iterable[date], calendar: WorkCalendar) -> Iterator[str]:
    """Daily rules of which a weekend makes three on one day; with weeks it happens once in years, at 春节."""
    if rule.period is not PeriodKind.DAY or rule.shift is Shift.NONE:
        return
    for one, two in pairwise(days):
        day = shifted(one, rule.shift, calendar)
        if day == shifted(two, rule.shift, calendar):
            yield SAME_DAY.format(one=_told(one), two=_told(two), day=_told(day))


def _ladder_faults(ladder: tuple[Step, ...], due: time | None) -> Iterator[str]:
    """`due` is the local time of the due moment, where it is known."""
    if not ladder:
        yield NO_LADDER
        return
    if [step.name for step in ladder].count(OPEN) != 1 or ladder[0].name != OPEN:
        yield NO_OPEN
    for step in ladder:
        yield from _step_faults(step, due)
    seen: dict[object, Step] = {}
    for step in ladder:
        if step.name in seen and step.name != OPEN:
            yield NAME_TWICE.format(name=step.name)
        elif (step.audience, step.workdays) in seen:
            yield SAME_STEP.format(one=said(step))
        seen[step.name] = seen[step.audience, step.workdays] = step
    for one, two in pairwise(ladder):
        if (two.workdays, two.hour, two.minute) < (one.workdays, one.hour, one.minute):
            yield OUT_OF_ORDER.format(one=said(one), two=said(two))


def _step_faults(step: Step, due: time | None) -> Iterator[str]:
    if not 1 <= len(step.name.strip()) <= LONGEST_STEP_NAME:
        yield STEP_NAME.format(most=LONGEST_STEP_NAME)
    if abs(step.workdays) > FURTHEST_WORKDAYS:
        yield STEP_TOO_FAR.format(name=said(step), days=abs(step.workdays), most=FURTHEST_WORKDAYS)
    try:
        at = time(step.hour, step.minute)
    except ValueError:
        at = QUIET_FROM
    if not QUIET_TO <= at < QUIET_FROM:
        yield STEP_TIME.format(name=said(step), hour=step.hour, minute=step.minute, start=QUIET_TO, end=QUIET_FROM)
    elif due is not None and step.workdays == 0 and at >= due:
        yield AFTER_DUE.format(name=said(step), at=at, due=due)


def _too_far(rule: Rule, days: Iterable[date]) -> Iterator[str]:
    """Steps that reach into the neighbouring round. Distances are counted on plain weeks: that 春节 shortens one now
    and then is no fault of the rule.
    """
    between = min((_weekdays_between(one, two) for one, two in islice(pairwise(days), _INTERVALS)), default=None)
    if between is None or not rule.ladder:
        return
    first, last = rule.ladder[0], max(rule.ladder, key=lambda step: step.workdays)
    if -first.workdays > between:
        yield OPENS_TOO_EARLY.format(days=-first.workdays, between=between)
    if last.workdays > between:
        yield ENDS_TOO_LATE.format(name=said(last), days=last.workdays, between=between)


def _weekdays_between(one: date, two: date) -> int:
    """The Mondays to Fridays after the one up to the other."""
    weeks, rest = divmod((two - one).days, 7)
    return weeks * 5 + sum((one.weekday() + day) % 7 < _SATURDAY for day in range(1, rest + 1))
