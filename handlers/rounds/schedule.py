"""When the rounds of a rule are due, when the steps of its ladder come, and which of them are to be done now."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from handlers.rounds.cron import due_days, read_cron
from handlers.rounds.periods import due_period
from handlers.rounds.rule import DueMoment, Period, Rule, RuleKind, Shift, Step, StepAt, StepAudience
from handlers.rounds.workdays import Holiday, WorkCalendar

HOLIDAY_LABEL: Final = "{year}年{names}"
HOLIDAY_DUE: Final = time(18)
"""Local time of the eve by which a holiday's notice must be out: nobody reads it at work later."""
_FURTHEST_SHIFT: Final = timedelta(days=31)
"""More than any run of days off is long; the longest was ten days, and a timezone adds one."""


class Timed(Protocol):
    """A step of a round, as whoever keeps it has it."""

    @property
    def place(self) -> int:
        """Its number in the ladder."""
        ...

    @property
    def audience(self) -> str:
        """Whom it tells."""
        ...

    @property
    def at(self) -> datetime:
        """When it comes: aware UTC."""
        ...


Some = TypeVar("Some", bound=Timed)


def due_moments(
    rule: Rule, after: datetime, until: datetime, calendar: WorkCalendar, timezone: ZoneInfo
) -> Iterator[DueMoment]:
    """The due moments of a rule with after < due_at <= until (both aware), in their order. Nodes have none here: who
    opens one says when it is due. `timezone` is the enterprise's. Raises ValueError for a calendar that is no cron
    expression (checks.faults tells that before a rule is kept).
    """
    first, last = after.astimezone(timezone).date(), until.astimezone(timezone).date()
    nominal = _holiday_days if rule.kind is RuleKind.HOLIDAY else _calendar_days
    if rule.kind is RuleKind.NODE:
        return
    for period, day, at in nominal(rule, first - _FURTHEST_SHIFT, last + _FURTHEST_SHIFT, calendar):
        due_at = moment(shifted(day, rule.shift, calendar), at, timezone)
        if after < due_at <= until:
            yield DueMoment(period, day, due_at)


def _calendar_days(rule: Rule, first: date, last: date, _: WorkCalendar) -> Iterator[tuple[Period, date, time]]:
    cron = read_cron(rule.calendar)
    for day in due_days(cron, first, last):
        yield due_period(day, rule.period, rule.of_previous), day, cron.at


def _holiday_days(_: Rule, first: date, last: date, calendar: WorkCalendar) -> Iterator[tuple[Period, date, time]]:
    for year in range(first.year, last.year + 2):
        for holiday in calendar.holidays(year):
            if first <= holiday.eve <= last:
                yield holiday_period(holiday), holiday.eve, HOLIDAY_DUE


def holiday_period(holiday: Holiday) -> Period:
    """The days off as a period: key 2026-春节, and 2025-中秋国庆 for two that fall together."""
    label = HOLIDAY_LABEL.format(year=holiday.year, names="、".join(holiday.names))
    return Period(f"{holiday.year}-{''.join(holiday.names)}", label, holiday.first, holiday.last)


def shifted(day: date, shift: Shift, calendar: WorkCalendar) -> date:
    """The due day, moved to a working day as the rule says."""
    if shift is Shift.EARLIER:
        return calendar.at_or_before(day)
    return calendar.at_or_after(day) if shift is Shift.LATER else day


def moment(day: date, at: time, timezone: ZoneInfo) -> datetime:
    """A local day and time as aware UTC. Where the clocks skip that time it moves along with them (2:30 becomes 3:30);
    where they show it twice, the first time counts.
    """
    return datetime.combine(day, at, tzinfo=timezone).astimezone(UTC)


def steps(rule: Rule, due_at: datetime, calendar: WorkCalendar, timezone: ZoneInfo) -> tuple[StepAt, ...]:
    """The steps of the rule's ladder for a round that is due at `due_at` (aware), in the order of their moments.

    T is the local day of `due_at`, whether it is a working day or not; offsets count working days from there. Of the
    steps that one audience would get on one day only the last of the ladder is left.
    """
    due_day = due_at.astimezone(timezone).date()
    by_day: dict[tuple[StepAudience, date], StepAt] = {}
    for step in rule.ladder:
        day = calendar.add_workdays(due_day, step.workdays)
        by_day[step.audience, day] = StepAt(step, moment(day, _time_of(step), timezone))
    return tuple(sorted(by_day.values(), key=lambda each: each.at))


def _time_of(step: Step) -> time:
    return time(step.hour, step.minute)


def newest_of_each(come: Iterable[Some]) -> tuple[Some, ...]:
    """Of the waiting steps of one round that have come, those to do: the newest of each audience. The older ones that a
    standstill left undone are to be skipped, so that nobody gets three reminders at once.
    """
    newest: dict[str, Some] = {}
    for step in sorted(come, key=lambda step: (step.at, step.place)):
        newest[step.audience] = step
    return tuple(newest.values())
