"""Transfers as officers keep them by chat: at once or on a day to come, with what ends with the old unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import audit
from storage.briefing import ask_for_briefing
from storage.keeping import (
    ONE_DAY,
    KeepingRefused,
    end_each,
    kept_appointments,
    kept_person,
    kept_unit,
    lasting,
    leaving,
    raise_generation,
    set_end,
)
from storage.keeping_views import PlannedEnd, planned_ends
from storage.models import Appointment, Office, Person, Transfer, Unit
from storage.standing_in import end_stand_ins
from storage.statements import insert_unless_there
from storage.tree import below, may
from storage.turns import TurnFacts
from storage.vocabulary import KeepingRefusal, Permission, TransferState, roles_with


@dataclass(frozen=True, slots=True)
class Transferred:
    """The transfer was done, or (`planned`) waits for its day; `ended` appointments end the day before it, and
    `offices_ended` offices have ended now. `called_off`: a plan was given up and nobody moves; `given_back`
    appointments have the ends again that they had before the plan. `stand_ins_ended` leaves have nobody to stand in.
    """

    planned: bool
    ended: int
    offices_ended: int = 0
    called_off: bool = False
    given_back: int = 0
    stand_ins_ended: int = 0


@dataclass(frozen=True, slots=True)
class TransferPerson:
    """Move a person to another unit from a day on (enterprise's timezone): at once when it has come, else when it
    comes (TransferWork). Returns Transferred or KeepingRefused.

    A 代填 that the person is part of ends where the substitute would be of another company (standing_in.after_move).
    What the person observes of units that the new one is not part of ends the day before, and their offices over such
    units end with the transfer, as far as the officer keeps those units; later appointments, and those for other
    officers' units, stay. An earlier plan is given up, and what it ended is given back; to the unit where they are
    nothing else is done. Nobody moves themselves, for what they owe would end with it.
    """

    person_id: int
    from_unit_id: int
    to_unit_id: int
    starts_on: date

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Transferred | KeepingRefused:
        """See Command."""
        person, unit = await kept_person(session, turn, self.person_id), await kept_unit(session, turn, self.to_unit_id)
        if person is None or unit is None:
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        if self.person_id == turn.person_id:
            return KeepingRefused(KeepingRefusal.OWN)
        if person.unit_id != self.from_unit_id:
            return KeepingRefused(KeepingRefusal.CHANGED)
        plans, given_back = await give_up_plans(session, self.person_id)
        if self.to_unit_id == self.from_unit_id:
            return await self._called_off(session, given_back) if plans else KeepingRefused(KeepingRefusal.CHANGED)
        reach = await kept_appointments(session, turn, self.person_id, lasting(self.starts_on))
        ended = await end_each(session, leaving(reach, unit.path), self.starts_on - ONE_DAY)
        planned = self.starts_on > _today(turn)
        made = await self._make(session, turn, planned, ended)
        offices = stand_ins = 0
        if planned:
            detail = {"unit": self.to_unit_id, "from": self.starts_on.isoformat()}
            audit.note(session, "transfer.planned", f"person:{self.person_id}", detail)
        else:
            stand_ins = await end_stand_ins(session, self.person_id, unit.path, _today(turn))
            await move(session, self.person_id, self.to_unit_id)
            mine = may(Permission.MANAGE_PEOPLE, turn.contact, col(Unit.path))
            offices = await end_offices(session, self.person_id, unit.path, mine, turn.now)
            subject = f"transfer:{made}"
            await ask_for_briefing(session, self.person_id, self.to_unit_id, subject, self.starts_on, "", turn.now)
        await raise_generation(session, [self.person_id])
        return Transferred(planned, len(ended), offices, stand_ins_ended=stand_ins)

    async def _called_off(self, session: AsyncSession, given_back: int) -> Transferred:
        audit.note(session, "transfer.called_off", f"person:{self.person_id}")
        await raise_generation(session, [self.person_id])
        return Transferred(planned=False, ended=0, called_off=True, given_back=given_back)

    async def _make(self, session: AsyncSession, turn: TurnFacts, planned: bool, ended: Sequence[PlannedEnd]) -> Any:
        return await insert_unless_there(
            session,
            Transfer,
            person_id=self.person_id,
            from_unit_id=self.from_unit_id,
            to_unit_id=self.to_unit_id,
            starts_on=self.starts_on,
            state=TransferState.PLANNED if planned else TransferState.DONE,
            made_by=turn.person_id,
            made_at=turn.now,
            done_at=None if planned else turn.now,
            ended=[each.written() for each in ended] if planned else None,
        )


def _today(turn: TurnFacts) -> date:
    return turn.now.astimezone(turn.timezone).date()


async def give_up_plans(session: AsyncSession, person_id: int) -> tuple[int, int]:
    """Transfers of the person that wait are not done any more; how many, and how many appointments have the ends again
    that they had before.
    """
    waiting = select(col(Transfer.id), col(Transfer.ended)).where(
        col(Transfer.person_id) == person_id, col(Transfer.state) == TransferState.PLANNED
    )
    plans = (await session.execute(waiting)).all()
    if not plans:
        return 0, 0
    change = update(Transfer).where(col(Transfer.id).in_([plan.id for plan in plans]))
    change = change.values(state=TransferState.REPLACED)
    await session.execute(change.execution_options(synchronize_session=False))
    ends = [each for plan in plans for each in planned_ends(plan.ended)]
    return len(plans), await give_back(session, ends)


async def give_back(session: AsyncSession, ends: Iterable[PlannedEnd], path: str | None = None) -> int:
    """Take back the ends that a plan set, where they are still what it set and no later appointment of the kind stands
    in the way; how many. With a `path` only for units that the one there is part of.
    """
    count = 0
    for each in ends:
        later = aliased(Appointment)
        in_the_way = exists().where(
            *(
                col(getattr(later, name)) == col(getattr(Appointment, name))
                for name in ("person_id", "unit_id", "level")
            ),
            col(later.starts_on) > col(Appointment.starts_on),
            or_(col(later.ends_on).is_(None), col(later.ends_on) >= col(later.starts_on)),
            *([] if each.before is None else [col(later.starts_on) <= each.before]),
        )
        still = (
            select(col(Appointment.id), col(Unit.path))
            .join(Unit, col(Unit.id) == col(Appointment.unit_id))
            .where(col(Appointment.id) == each.appointment_id, col(Appointment.ends_on) == each.last_day, ~in_the_way)
        )
        found = (await session.execute(still)).one_or_none()
        if found is not None and (path is None or path.startswith(found.path)):
            await set_end(session, each.appointment_id, each.before)
            count += 1
    return count


async def move(session: AsyncSession, person_id: int, unit_id: int) -> None:
    """Put a person, whose row is locked, into a unit."""
    change = update(Person).where(col(Person.id) == person_id).values(unit_id=unit_id)
    await session.execute(change.execution_options(synchronize_session=False))
    audit.note(session, "person.moved", f"person:{person_id}", {"unit": unit_id})


async def carry_out(session: AsyncSession, transfer: Any, now: datetime) -> None:
    """Do a transfer whose day has come, of a person whose row is locked: offices that were named when it was planned
    end; those that were given since stay.
    """
    path = (await session.execute(select(col(Unit.path)).where(col(Unit.id) == transfer.to_unit_id))).scalar_one()
    await end_stand_ins(session, transfer.person_id, path, transfer.starts_on)
    await move(session, transfer.person_id, transfer.to_unit_id)
    named = (col(Office.given_at) <= transfer.made_at) & _kept_then(transfer)
    await end_offices(session, transfer.person_id, path, named, now)
    await raise_generation(session, [transfer.person_id])
    subject = f"transfer:{transfer.id}"
    await ask_for_briefing(session, transfer.person_id, transfer.to_unit_id, subject, transfer.starts_on, "", now)


def _kept_then(transfer: Any) -> ColumnElement[bool]:
    """Whether who planned the transfer kept the people of Unit when they did: what they were asked then counts."""
    held, seat = aliased(Office), aliased(Unit)
    return exists(
        select(col(held.id))
        .join(seat, col(seat.id) == col(held.unit_id))
        .where(
            col(held.person_id) == transfer.made_by,
            col(held.given_at) <= transfer.made_at,
            or_(col(held.ended_at).is_(None), col(held.ended_at) > transfer.made_at),
            col(held.role).in_(roles_with(Permission.MANAGE_PEOPLE)),
            below(col(Unit.path), col(seat.path)),
        )
    ).correlate(Unit)


async def end_offices(
    session: AsyncSession, person_id: int, path: str, wanted: ColumnElement[bool], now: datetime
) -> int:
    """End a person's offices (`wanted`: about Office and Unit) over units that the one at `path` is not part of; how
    many those were.
    """
    running = (
        select(col(Office.id), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Office.unit_id))
        .where(col(Office.person_id) == person_id, col(Office.ended_at).is_(None), wanted)
        .order_by(col(Office.id))
    )
    ending: Iterable[Any] = leaving((await session.execute(running)).all(), path)
    ids = [each.id for each in ending]
    if ids:
        change = update(Office).where(col(Office.id).in_(ids)).values(ended_at=now)
        await session.execute(change.execution_options(synchronize_session=False))
    for office in ids:
        audit.note(session, "office.ended", f"office:{office}")
    return len(ids)
