"""What officers do about duties that are owed: 催办 asks once a day, 免交 excuses."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import audit
from storage.duty_queries import ARRIVED, owed
from storage.duty_scope import in_scope
from storage.duty_views import Askable, DutyScope
from storage.handing_over import may_fill
from storage.models import Appointment, Contact, Delivery, Due, Duty, Reach, Round, RoundStep, Unit
from storage.round_filling import OBSERVER, insert_from, recipients
from storage.round_models import ASKED
from storage.tree import may, person_of, running
from storage.turns import TurnFacts
from storage.vocabulary import DeliveryState, Permission, RoundRefusal

FIRST_DAY: Final = date(2020, 1, 1)
"""The day of the place ASKED; a SMALLINT lasts until 2106."""


UNDER_WAY: Final = (DeliveryState.PLANNED, DeliveryState.ATTEMPTING)
"""The states of a message that goes out soon."""


def place_of(today: date) -> int:
    """The Due.place of what officers ask for on this day."""
    return ASKED + (today - FIRST_DAY).days


def _asking(contact: str, scope: DutyScope, today: date, *wanted: ColumnElement[bool]) -> Any:
    """(duty, place, person) for whom a 催办 of the contact's person tells today: never about themselves, nor about a
    duty of which somebody was told by a 催办 today. `wanted` are more conditions on the duty.
    """
    place = place_of(today)
    told = exists(select(col(Due.duty_id)).where(col(Due.duty_id) == col(Duty.id), col(Due.place) == place))
    asked = _meant(contact, scope, today).where(~told.correlate(Duty), *wanted)
    return recipients(asked, OBSERVER, place, today)


def _reminded(since: datetime) -> ColumnElement[bool]:
    """Whether the ladder of its round has reminded the observer of a duty since then, or is about to."""
    arrived = and_(col(Delivery.state).in_(ARRIVED), col(Delivery.updated_at) >= since)
    query = (
        select(col(Due.duty_id))
        .join(RoundStep, and_(col(RoundStep.round_id) == col(Duty.round_id), col(RoundStep.place) == col(Due.place)))
        .outerjoin(Delivery, col(Delivery.id) == col(Due.delivery_id))
        .where(
            col(Due.duty_id) == col(Duty.id),
            col(RoundStep.audience) == OBSERVER,
            or_(col(Due.delivery_id).is_(None), col(Delivery.state).in_(UNDER_WAY), arrived),
        )
    )
    return exists(query.correlate(Duty))


def _unless_reminded(since: datetime, *, again: bool) -> tuple[ColumnElement[bool], ...]:
    return () if again else (~_reminded(since),)


def _meant(contact: str, scope: DutyScope, today: date) -> Select[Any]:
    query: Select[Any] = (
        select(col(Duty.id))
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Appointment, col(Appointment.id) == col(Duty.appointment_id))
        .where(
            *owed(),
            running(today),
            col(Duty.person_id) != person_of(contact),
            *in_scope(scope, Permission.MANAGE_ROUNDS, contact),
        )
    )
    return query


async def persons_to_ask(session: AsyncSession, contact: str, scope: DutyScope, since: datetime, today: date) -> int:
    """How many people a 催办 would tell now; see `askable`."""
    person = _asking(contact, scope, today, *_unless_reminded(since, again=False)).subquery("asking").c[2]
    return int((await session.execute(select(func.count(person.distinct())))).scalar_one())


async def askable(
    session: AsyncSession, contact: str, scope: DutyScope, since: datetime, today: date, *, again: bool = False
) -> Askable:
    """What a 催办 would tell now. Those whom their round has reminded since `since` (aware; the beginning of today) are
    left out, unless it asks `again`.
    """
    rows = _asking(contact, scope, today, *_unless_reminded(since, again=again)).subquery("asking")
    duty, person = rows.c[0], rows.c[2]
    reached = (
        exists(select(col(Contact.id)).where(col(Contact.person_id) == person, ~_gone())).correlate(rows)
    )  # fmt: skip
    counts = select(
        func.count(person.distinct()).label("persons"),
        func.count(duty.distinct()).label("duties"),
    )
    found = (await session.execute(counts)).one()
    lost = select(func.count(person.distinct())).where(~reached)
    meant = _meant(contact, scope, today).with_only_columns(func.count())
    every = (await session.execute(meant)).scalar_one()
    unreachable = (await session.execute(lost)).scalar_one()
    left = (0, 0) if again else await _left_out(session, _asking(contact, scope, today, _reminded(since)))
    return Askable(found.persons, found.duties, unreachable, every - found.duties - left[1], left[0])


async def _left_out(session: AsyncSession, asking: Any) -> tuple[int, int]:
    """The people, and the duties, of this query."""
    rows = asking.subquery("left_out")
    counts = select(func.count(rows.c[2].distinct()), func.count(rows.c[0].distinct()))
    persons, duties = (await session.execute(counts)).one()
    return persons, duties


def _gone() -> Any:
    reach = aliased(Reach)
    return exists(select(col(reach.contact)).where(col(reach.contact) == col(Contact.id), col(reach.gone) != ""))


@dataclass(frozen=True, slots=True)
class AskDuties:
    """催办: tell the people who owe what is meant, or who stand in for them, once more. Returns Askable: what was told.

    A duty is asked about once a day, whoever asks. The deliveries send it like a step of the ladder. `again`: also of
    those whom their round reminded today.
    """

    scope: DutyScope
    again: bool = False

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Askable:
        """See Command."""
        today = turn.now.astimezone(turn.timezone).date()
        since = datetime.combine(today, time(), turn.timezone)
        found = await askable(session, turn.contact, self.scope, since, today, again=self.again)
        if found.duties:
            rows = _asking(turn.contact, self.scope, today, *_unless_reminded(since, again=self.again))
            await insert_from(session, Due, ("duty_id", "place", "recipient_id"), rows)
            scope = asdict(self.scope)
            detail = {
                "persons": found.persons,
                "duties": found.duties,
                "level": scope["level"],
                "unit": scope["unit_id"],
                "person": scope["person_id"],
            }
            periods = {"periods": sorted(self.scope.periods), "back": sorted(self.scope.back), "again": self.again}
            audit.note(session, "duties.asked", "duties", {**detail, **periods})
        return found


@dataclass(frozen=True, slots=True)
class Excused:
    """The duty is not owed any more."""

    duty_id: int


@dataclass(frozen=True, slots=True)
class DutyRefused:
    """Nothing was changed."""

    reason: RoundRefusal


@dataclass(frozen=True, slots=True)
class ExcuseDuty:
    """免交: an officer says that this duty is not owed. `reason` is put on the audit log (100 characters at most).
    Returns Excused or DutyRefused: nobody excuses what they owe, or stand in for, themselves.
    """

    duty_id: int
    reason: str = field(repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Excused | DutyRefused:
        """The duty's row is locked first: a sheet that is handed in at this moment counts."""
        query = (
            select(Duty)
            .join(Unit, col(Unit.id) == col(Duty.unit_id))
            .where(col(Duty.id) == self.duty_id, may(Permission.MANAGE_ROUNDS, turn.contact, col(Unit.path)))
            .with_for_update(of=Duty)
        )
        duty = (await session.execute(query)).scalar_one_or_none()
        if duty is None:
            return DutyRefused(RoundRefusal.UNKNOWN)
        if duty.person_id == turn.person_id:
            return DutyRefused(RoundRefusal.OWN)
        if await may_fill(session, turn, duty.person_id):
            return DutyRefused(RoundRefusal.STANDS_IN)
        if duty.done_at is not None or duty.excused_at is not None:
            return DutyRefused(RoundRefusal.DONE)
        change = update(Duty).where(col(Duty.id) == self.duty_id).values(excused_at=turn.now)
        await session.execute(change.execution_options(synchronize_session=False))
        audit.note(session, "duty.excused", f"duty:{self.duty_id}", {"reason": self.reason})
        return Excused(self.duty_id)
