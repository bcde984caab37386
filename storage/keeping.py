"""Appointments as officers keep them by chat: made, ended, never deleted; the rights are checked here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.briefing import ask_for_briefing, call_off
from storage.keeping_views import PlannedEnd
from storage.models import Appointment, Person, Unit
from storage.statements import insert_unless_there
from storage.tree import covers_offices, may, person_of
from storage.turns import TurnFacts
from storage.vocabulary import KeepingRefusal, Level, Permission

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeepingRefused:
    """Nothing was changed."""

    reason: KeepingRefusal


@dataclass(frozen=True, slots=True)
class Appointed:
    """The appointment stands. `already`: it did before; `extended`: it stood, and its end was taken away."""

    appointment_id: int
    already: bool = False
    extended: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentsEnded:
    """How many appointments got this end; 0: all had ended by then before."""

    count: int


@dataclass(frozen=True, slots=True)
class Appoint:
    """Make a person observer of a level for a unit from a day on (enterprise's timezone), without an end. Returns
    Appointed or KeepingRefused.

    Where an appointment stands that covers the day, its end goes. A new one asks the person for the risk briefing.
    """

    person_id: int
    level: Level
    unit_id: int
    starts_on: date

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Appointed | KeepingRefused:
        """See Command."""
        person, unit = await kept_person(session, turn, self.person_id), await kept_unit(session, turn, self.unit_id)
        if person is None or unit is None:
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        standing = [
            each for each in await self._standing(session) if each.ends_on is None or each.ends_on >= each.starts_on
        ]
        if any(each.starts_on > self.starts_on for each in standing):
            return KeepingRefused(KeepingRefusal.OVERLAP)
        covering = next((each for each in standing if each.ends_on is None or each.ends_on >= self.starts_on), None)
        if covering is None:
            return Appointed(await self._make(session, turn))
        if covering.ends_on is None:
            return Appointed(covering.id, already=True)
        await set_end(session, int(covering.id), None)
        await raise_generation(session, [self.person_id])
        return Appointed(covering.id, extended=True)

    async def _standing(self, session: AsyncSession) -> Any:
        alike = select(col(Appointment.id), col(Appointment.starts_on), col(Appointment.ends_on)).where(
            col(Appointment.person_id) == self.person_id,
            col(Appointment.unit_id) == self.unit_id,
            col(Appointment.level) == self.level,
        )
        return (await session.execute(alike.order_by(col(Appointment.starts_on)))).all()

    async def _make(self, session: AsyncSession, turn: TurnFacts) -> int:
        facts = {"person_id": self.person_id, "unit_id": self.unit_id, "level": self.level, "starts_on": self.starts_on}
        made = await insert_unless_there(session, Appointment, **facts, ends_on=None)
        if made is None:  # one of the same day that was called off before it began
            again = select(col(Appointment.id)).where(*(col(getattr(Appointment, key)) == facts[key] for key in facts))
            made = int((await session.execute(again)).scalar_one() or 0)
            await set_end(session, made, None)
        await raise_generation(session, [self.person_id])
        detail = {"person": self.person_id, "unit": self.unit_id, "level": self.level}
        audit.note(session, "appointment.made", f"appointment:{made}", detail)
        subject = f"appointment:{made}"
        await ask_for_briefing(session, self.person_id, self.unit_id, subject, self.starts_on, self.level, turn.now)
        return int(made)


@dataclass(frozen=True, slots=True)
class EndAppointments:
    """Give appointments of a person their last day (enterprise's timezone); one that has not begun by then is called
    off. Returns AppointmentsEnded or KeepingRefused; one that ends earlier stays as it is. Nobody ends their own, for
    what they owe would end with it, as with ExcuseDuty.
    """

    person_id: int
    appointment_ids: tuple[int, ...]
    last_day: date

    async def run(self, session: AsyncSession, turn: TurnFacts) -> AppointmentsEnded | KeepingRefused:
        """See Command."""
        if await kept_person(session, turn, self.person_id) is None:
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        if self.person_id == turn.person_id:
            return KeepingRefused(KeepingRefusal.OWN)
        named = col(Appointment.id).in_(self.appointment_ids)
        found = await kept_appointments(session, turn, self.person_id, named)
        if len(found) != len(set(self.appointment_ids)):
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        ended = await end_each(session, found, self.last_day)
        await call_off(session, [each.id for each in found if each.starts_on > self.last_day], turn.now)
        if ended:
            await raise_generation(session, [self.person_id])
        return AppointmentsEnded(len(ended))


async def kept_person(session: AsyncSession, turn: TurnFacts, person_id: int) -> Any:
    """The person (id, unit_id, path), locked, when the turn's person keeps people there; else None."""
    # locked by a statement of its own: one that waited for a transfer would look for them in the unit they had before
    await session.execute(select(col(Person.id)).where(col(Person.id) == person_id).with_for_update(key_share=True))
    query = (
        select(col(Person.id), col(Person.unit_id), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(col(Person.id) == person_id, may(Permission.MANAGE_PEOPLE, turn.contact, col(Unit.path)))
    )
    return (await session.execute(query)).one_or_none()


async def hand_over_refused(session: AsyncSession, turn: TurnFacts, person_id: int) -> KeepingRefusal | None:
    """Why the turn's person may not decide which WeChat is this person, whose row is locked; None: they may."""
    if await kept_person(session, turn, person_id) is None:
        return KeepingRefusal.UNKNOWN
    if person_id == turn.person_id:
        return KeepingRefusal.OWN
    covered = select(covers_offices(person_of(turn.contact), col(Person.id))).where(col(Person.id) == person_id)
    return None if (await session.execute(covered)).scalar_one() else KeepingRefusal.BEYOND


async def kept_unit(session: AsyncSession, turn: TurnFacts, unit_id: int) -> Any:
    """The unit (id, path) when the turn's person keeps people there; else None."""
    query = select(col(Unit.id), col(Unit.path)).where(
        col(Unit.id) == unit_id, may(Permission.MANAGE_PEOPLE, turn.contact, col(Unit.path))
    )
    return (await session.execute(query)).one_or_none()


async def kept_appointments(
    session: AsyncSession, turn: TurnFacts, person_id: int, wanted: ColumnElement[bool]
) -> list[Any]:
    """A person's appointments for units that the turn's person keeps."""
    mine = may(Permission.MANAGE_PEOPLE, turn.contact, col(Unit.path))
    return list((await session.execute(of_person(person_id).where(wanted, mine))).all())


def of_person(person_id: int) -> Any:
    """All appointments of a person: id, starts_on, ends_on and the path of the unit."""
    return (
        select(col(Appointment.id), col(Appointment.starts_on), col(Appointment.ends_on), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(col(Appointment.person_id) == person_id)
    )


def lasting(day: date) -> ColumnElement[bool]:
    """Whether an appointment runs on this day."""
    ends = col(Appointment.ends_on)
    return (col(Appointment.starts_on) <= day) & or_(ends.is_(None), ends >= day)


def leaving(appointments: Iterable[Any], path: str) -> list[Any]:
    """Those for units that the one at `path` is not part of: what a transfer there ends."""
    return [each for each in appointments if not path.startswith(each.path)]


async def end_each(session: AsyncSession, appointments: Iterable[Any], last_day: date) -> list[PlannedEnd]:
    """End appointments on this day, or before their beginning where that comes later; those that changed."""
    changed = []
    for each in appointments:
        last = max(last_day, each.starts_on - ONE_DAY)
        if each.ends_on is None or each.ends_on > last:
            await set_end(session, each.id, last)
            changed.append(PlannedEnd(each.id, last, each.ends_on))
    return changed


async def set_end(session: AsyncSession, appointment: int, last_day: date | None) -> None:
    """As imports audit it."""
    change = update(Appointment).where(col(Appointment.id) == appointment).values(ends_on=last_day)
    await session.execute(change.execution_options(synchronize_session=False))
    last = None if last_day is None else last_day.isoformat()
    audit.note(session, "appointment.ended", f"appointment:{appointment}", {"last_day": last})


async def raise_generation(session: AsyncSession, people: Iterable[int]) -> None:
    """The rights of these people changed."""
    change = update(Person).where(col(Person.id).in_(tuple(people))).values(generation=col(Person.generation) + 1)
    await session.execute(change.execution_options(synchronize_session=False))
