"""Leaves, and who stands in (代填): by the person who is away, or by an officer who keeps them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.keeping import KeepingRefused, kept_person, raise_generation
from storage.keeping_queries import may_stand_in
from storage.models import Leave, Person, Unit
from storage.statements import insert_unless_there
from storage.tree import may
from storage.turns import TurnFacts
from storage.vocabulary import KeepingRefusal, Permission

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LeaveKept:
    """The leave stands as wanted; `already`: it did before."""

    leave_id: int
    already: bool = False


@dataclass(frozen=True, slots=True)
class TakeLeave:
    """A person is away, both days inclusive (enterprise's timezone); `substitute_id` stands in. Returns LeaveKept or
    KeepingRefused. For oneself, or by an officer who keeps the person and the substitute.
    """

    person_id: int
    starts_on: date
    ends_on: date
    substitute_id: int | None = None

    async def run(self, session: AsyncSession, turn: TurnFacts) -> LeaveKept | KeepingRefused:
        """See Command."""
        if not await _may_keep(session, turn, self.person_id):
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        days = (self.starts_on, self.ends_on)
        standing = await _leave_within(session, col(Leave.person_id) == self.person_id, *days)
        if standing is not None:
            same = (standing.starts_on, standing.ends_on, standing.substitute_id) == (*days, self.substitute_id)
            return LeaveKept(standing.id, already=True) if same else KeepingRefused(KeepingRefusal.OVERLAP)
        if await _leave_within(session, col(Leave.substitute_id) == self.person_id, *days) is not None:
            return KeepingRefused(KeepingRefusal.STANDS_IN)
        refusal = await _substitute_refused(session, turn, self.person_id, self.substitute_id, *days)
        if refusal is not None:
            return KeepingRefused(refusal)
        return LeaveKept(await self._make(session))

    async def _make(self, session: AsyncSession) -> int:
        key = {"person_id": self.person_id, "starts_on": self.starts_on}
        kept = {"ends_on": self.ends_on, "substitute_id": self.substitute_id}
        made = await insert_unless_there(session, Leave, **key, **kept)
        if made is None:  # one of the same day that was called off
            again = (
                update(Leave)
                .where(*(col(getattr(Leave, name)) == value for name, value in key.items()))
                .values(**kept)
                .returning(col(Leave.id))
            )
            made = (await session.execute(again.execution_options(synchronize_session=False))).scalar_one()
        audit.note(session, "leave.made", f"leave:{made}", {"person": self.person_id, **_told(kept)})
        if self.substitute_id is not None:
            await raise_generation(session, [self.substitute_id])
        return int(made)


@dataclass(frozen=True, slots=True)
class EndLeave:
    """End a leave the day before `back_on` (enterprise's timezone), or call it off when it has not begun by then.
    Returns LeaveKept or KeepingRefused.
    """

    leave_id: int
    person_id: int
    back_on: date

    async def run(self, session: AsyncSession, turn: TurnFacts) -> LeaveKept | KeepingRefused:
        """See Command."""
        leave = await _leave(session, turn, self.leave_id, self.person_id)
        if leave is None:
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        last = max(self.back_on, leave.starts_on) - _ONE_DAY
        if leave.ends_on <= last:
            return LeaveKept(self.leave_id, already=True)
        await _change(session, leave, ends_on=last)
        return LeaveKept(self.leave_id)


@dataclass(frozen=True, slots=True)
class NameSubstitute:
    """Say who stands in during a leave. Returns LeaveKept or KeepingRefused."""

    leave_id: int
    person_id: int
    substitute_id: int

    async def run(self, session: AsyncSession, turn: TurnFacts) -> LeaveKept | KeepingRefused:
        """See Command."""
        leave = await _leave(session, turn, self.leave_id, self.person_id)
        if leave is None:
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        today = turn.now.astimezone(turn.timezone).date()
        if leave.ends_on < max(leave.starts_on, today):
            return KeepingRefused(KeepingRefusal.LEAVE_OVER)
        if leave.substitute_id == self.substitute_id:
            return LeaveKept(self.leave_id, already=True)
        days = (leave.starts_on, leave.ends_on)
        refusal = await _substitute_refused(session, turn, self.person_id, self.substitute_id, *days)
        if refusal is not None:
            return KeepingRefused(refusal)
        await _change(session, leave, substitute_id=self.substitute_id)
        await raise_generation(session, [self.substitute_id])
        return LeaveKept(self.leave_id)


async def _may_keep(session: AsyncSession, turn: TurnFacts, person_id: int) -> bool:
    """Whether the leave is the turn's person's own, or that of somebody they keep; the person's row is locked."""
    if turn.person_id == person_id:
        own = select(col(Person.id)).where(col(Person.id) == person_id).with_for_update(key_share=True)
        return (await session.execute(own)).scalar_one_or_none() is not None
    return await kept_person(session, turn, person_id) is not None


async def _leave(session: AsyncSession, turn: TurnFacts, leave_id: int, person_id: int) -> Any:
    if not await _may_keep(session, turn, person_id):
        return None
    columns = (col(Leave.id), col(Leave.starts_on), col(Leave.ends_on), col(Leave.substitute_id))
    query = select(*columns).where(col(Leave.id) == leave_id, col(Leave.person_id) == person_id)
    return (await session.execute(query)).one_or_none()


async def _leave_within(session: AsyncSession, whose: ColumnElement[bool], starts_on: date, ends_on: date) -> Any:
    """A leave that has a day between these two, and was not called off."""
    query = select(col(Leave.id), col(Leave.starts_on), col(Leave.ends_on), col(Leave.substitute_id)).where(
        whose,
        col(Leave.starts_on) <= ends_on,
        col(Leave.ends_on) >= starts_on,
        col(Leave.ends_on) >= col(Leave.starts_on),
    )
    return (await session.execute(query.order_by(col(Leave.starts_on)).limit(1))).one_or_none()


async def _substitute_refused(
    session: AsyncSession, turn: TurnFacts, absent: int, substitute: int | None, starts_on: date, ends_on: date
) -> KeepingRefusal | None:
    if substitute is None:
        return None
    today = turn.now.astimezone(turn.timezone).date()
    allowed = may(Permission.MANAGE_PEOPLE, turn.contact, col(Unit.path))
    if turn.person_id == absent:
        allowed = allowed | may_stand_in(absent, today)
    query = (
        select(col(Person.id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(and_(col(Person.id) == substitute, col(Person.id) != absent, allowed))
    )
    if (await session.execute(query)).scalar_one_or_none() is None:
        return KeepingRefusal.SUBSTITUTE
    if await _leave_within(session, col(Leave.person_id) == substitute, starts_on, ends_on) is not None:
        return KeepingRefusal.SUBSTITUTE_AWAY
    return None


async def _change(session: AsyncSession, leave: Any, **values: Any) -> None:
    change = update(Leave).where(col(Leave.id) == leave.id).values(**values)
    await session.execute(change.execution_options(synchronize_session=False))
    audit.note(session, "leave.changed", f"leave:{leave.id}", _told(values))
    if leave.substitute_id is not None:  # their right changes with it
        await raise_generation(session, [leave.substitute_id])


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
