"""The notices before a holiday: for everybody who observes or has an office below a unit, some people at a time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Contact, Notice, Office, Person, Round, RoundStep, Unit, core
from storage.round_filling import end_steps
from storage.tree import below, running
from storage.vocabulary import NoticeKind, StepState

NoticeBody: TypeAlias = Callable[[str, str], Mapping[str, Any]]
"""(name of a person's unit, their post or nothing) -> the body of their notice, see NoticeKind.HOLIDAY."""


async def tell_some(
    session: AsyncSession,
    round_id: int,
    place: int,
    body: NoticeBody,
    day: date,
    size: int,
    now: datetime,
    lease: timedelta,
) -> int | None:
    """Notices for those of the next `size` people who are to be told; how many. None: there are none left, and the step
    is done.
    """
    step = await session.get_one(RoundStep, (round_id, place))
    if step.state != StepState.WAITING:
        return None
    last = (await session.execute(select(func.max(col(Person.id))))).scalar_one() or 0
    if step.cursor >= last:
        await end_steps(session, round_id, (place,), StepState.DONE)
        return None
    upto = min(step.cursor + size, last)
    people = (await session.execute(_people(round_id, step.cursor, upto, day))).all()
    rows = [
        {
            "person_id": person.id,
            "kind": NoticeKind.HOLIDAY,
            "subject": f"holiday:{round_id}",
            "body": dict(body(person.unit_name, person.post or "")),
            "created_at": now,
        }
        for person in people
    ]
    if rows:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        await session.execute(insert(core(Notice)).on_conflict_do_nothing(), rows)
    step.cursor, step.lease_until = upto, now + lease
    await session.flush()
    return len(rows)


async def told(session: AsyncSession, round_id: int, day: date) -> Sequence[Any]:
    """Whom the notice of this round would be for on `day`: id, name, unit_name and contact (None: not bound)."""
    last = (await session.execute(select(func.max(col(Person.id))))).scalar_one() or 0
    query = _people(round_id, 0, last, day).outerjoin(Contact, col(Contact.person_id) == col(Person.id))
    query = query.add_columns(col(Person.name), col(Contact.id).label("contact")).order_by(col(Person.id))
    return (await session.execute(query)).all()


def _people(round_id: int, after: int, upto: int, day: date) -> Any:
    """Those among the people with these ids who observe on `day`, or have an office, below the round's unit."""
    top, seat = aliased(Unit), aliased(Unit)
    path = (
        select(col(top.path))
        .join(Round, col(Round.unit_id) == col(top.id))
        .where(col(Round.id) == round_id)
        .scalar_subquery()
    )
    observes = exists().where(
        col(Appointment.person_id) == col(Person.id),
        running(day),
        col(seat.id) == col(Appointment.unit_id),
        below(col(seat.path), path),
    )
    serves = exists().where(
        col(Office.person_id) == col(Person.id),
        col(Office.ended_at).is_(None),
        col(seat.id) == col(Office.unit_id),
        below(col(seat.path), path),
    )
    return (
        select(col(Person.id), col(Person.post), col(Unit.name).label("unit_name"))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(col(Person.id) > after, col(Person.id) <= upto, or_(observes, serves))
    )
