"""The days that rounds are about: which a rule has had, and which of another rule's are the same, so that nobody owes
a period twice.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Appointment, Duty, ReminderRule, Round, Unit
from storage.rule_precedence import PERIODIC, stands_for
from storage.tree import below

LONGEST: Final = timedelta(days=400)
"""A year, and a due day some weeks behind it."""
_MONTHS: Final = re.compile(r"(\d{4})(?:-H([12])|-Q([1-4])|-(\d{2}))?")
_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Days(NamedTuple):
    """A stretch of days, both inclusive."""

    first: date
    last: date


def days_of(period: str) -> Days | None:
    """The days of a Round.period: 2026, 2026-H2, 2026-Q4, 2026-11, 2026-W48, 2026-11-28. None: it is no stretch of the
    calendar (a node, a holiday).
    """
    if found := _MONTHS.fullmatch(period):
        year, half, quarter, month = (int(part or 0) for part in found.groups())
        last = half * 6 or quarter * 3 or month or 12
        if not 1 <= last <= 12:  # noqa: PLR2004  # months of a year
            return None
        first = last - 5 if half else last - 2 if quarter else month or 1
        return Days(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
    if found := _WEEK.fullmatch(period):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return Days(monday, monday + timedelta(days=6))
    return Days(date.fromisoformat(period), date.fromisoformat(period)) if _DAY.fullmatch(period) else None


@dataclass(frozen=True, slots=True)
class Span:
    """A round that was made: its period and when it was due (aware)."""

    period: str
    label: str
    due_at: datetime


class Had(NamedTuple):
    """What a unit was asked for already: in the rounds of the rule itself, and in those of other rules."""

    own: tuple[Span, ...]
    above: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a periodic rule asks for, and where; `rule_id` is 0 as long as it is not made."""

    rule_id: int
    unit_path: str
    form_name: str
    level: str


def follows(period: str, opens_at: datetime, had: Iterable[Span]) -> bool:
    """Whether a round of `period` that opens at `opens_at` (aware) comes after all of those: it is about later days, or
    goes on beyond theirs and opens only when they were due.
    """
    return all(_after(period, opens_at, each) for each in had)


def _after(period: str, opens_at: datetime, had: Span) -> bool:
    mine, theirs = days_of(period), days_of(had.period)
    if mine is None or theirs is None:
        return period != had.period
    return mine.first > theirs.last or (mine.last > theirs.last and opens_at >= had.due_at)


def same(this: Round, other: Span) -> bool:
    """Whether two rounds ask for the same days."""
    mine, theirs = days_of(this.period), days_of(other.period)
    if mine is None or theirs is None:
        return this.period == other.period
    apart = mine.last < theirs.first or theirs.last < mine.first
    return not apart and not _after(this.period, this.opens_at, other)


async def had(session: AsyncSession, rule_id: int) -> tuple[Span, ...]:
    """The rounds that a rule has made."""
    query = select(col(Round.period), col(Round.label), col(Round.due_at)).where(col(Round.rule_id) == rule_id)
    return tuple(Span(*row) for row in (await session.execute(query)).all())


async def had_above(session: AsyncSession, asked: Asked, since: datetime) -> tuple[Span, ...]:
    """The rounds due after `since` (aware), of rules of units above or of another rule of the unit, that asked somebody
    in the unit or below it for what this rule asks for. By the appointments there: a round may have 100,000 duties.
    """
    owed = (
        exists()
        .where(
            below(col(Unit.path), literal(asked.unit_path)),
            col(Appointment.unit_id) == col(Unit.id),
            col(Duty.appointment_id) == col(Appointment.id),
            col(Duty.round_id) + 0 == col(Round.id),
        )
        .correlate(Round)
    )
    query = (
        select(col(Round.period), col(Round.label), col(Round.due_at))
        .join(ReminderRule, col(ReminderRule.id) == col(Round.rule_id))
        .where(
            col(Round.level) == asked.level,
            col(Round.due_at) > since,
            col(ReminderRule.kind) == PERIODIC,
            col(ReminderRule.id) != asked.rule_id,
            col(ReminderRule.unit_id).in_(_at_or_above(asked.unit_path)),
            stands_for(literal(asked.form_name), literal(asked.unit_path), col(Round.form_name), literal(asked.level)),
            owed,
        )
    )
    return tuple(Span(*row) for row in (await session.execute(query)).all())


def _at_or_above(path: str) -> Any:
    return select(col(Unit.id)).where(below(literal(path), col(Unit.path)))


async def asking_the_same(session: AsyncSession, this: Round, path: str) -> tuple[int, ...]:
    """The rounds whose duties make one of `this` round (made at `path`) needless: of the rules of units above, beside
    it, and of those below that were stopped, for the same days and forms. Those below that are in use are known by
    their rules.
    """
    form, level, here = literal(this.form_name), literal(this.level), literal(path)
    stopped_below = and_(below(col(Unit.path), here), ~col(ReminderRule.active))
    query = (
        select(col(Round.id), col(Round.period), col(Round.label), col(Round.due_at))
        .join(ReminderRule, col(ReminderRule.id) == col(Round.rule_id))
        .join(Unit, col(Unit.id) == col(ReminderRule.unit_id))
        .where(
            col(Round.rule_id) != this.rule_id,
            col(Round.level) == this.level,
            col(Round.due_at) > this.counts_from - LONGEST,
            col(ReminderRule.kind) == PERIODIC,
            or_(below(here, col(Unit.path)), stopped_below),
            or_(
                stands_for(form, here, col(Round.form_name), level),
                stands_for(col(Round.form_name), col(Unit.path), form, level),
            ),
        )
    )
    rows = (await session.execute(query)).all()
    return tuple(row.id for row in rows if same(this, Span(row.period, row.label, row.due_at)))
