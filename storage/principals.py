"""Who is asking: the principal behind a contact, and whom an invite code is for."""

from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.errors import ContactMoved
from storage.invites import mask_name
from storage.models import Appointment, Contact, InviteCode, Office, Person, Unit
from storage.tree import running, unit_views
from storage.views import AppointmentView, InviteView, OfficeView, Principal
from storage.vocabulary import Level, Role

_PERSON = (
    select(col(Person.id), col(Person.name), col(Person.generation), col(Unit.path))
    .join(Contact, col(Contact.person_id) == col(Person.id))
    .join(Unit, col(Unit.id) == col(Person.unit_id))
    .where(col(Contact.id) == bindparam("contact"))
)
_MOVED = select(col(Contact.moved_to)).where(col(Contact.id) == bindparam("contact"))
_APPOINTMENTS = (
    select(
        col(Appointment.id),
        col(Appointment.level),
        col(Appointment.starts_on),
        col(Appointment.ends_on),
        col(Unit.path),
    )
    .join(Unit, col(Unit.id) == col(Appointment.unit_id))
    .where(col(Appointment.person_id) == bindparam("person"), running(bindparam("today")))
    .order_by(col(Appointment.id))
)
_OFFICES = (
    select(col(Office.id), col(Office.role), col(Unit.path))
    .join(Unit, col(Unit.id) == col(Office.unit_id))
    .where(col(Office.person_id) == bindparam("person"), col(Office.ended_at).is_(None))
    .order_by(col(Office.id))
)


async def principal(session: AsyncSession, contact: str, today: date) -> Principal:
    """Who the contact is, with what runs on `today` (enterprise's timezone).

    The generation is read first: rights that change between the statements make the turn's commit fail, not lie.
    Raises ContactMoved.
    """
    person = (await session.execute(_PERSON, {"contact": contact})).one_or_none()
    if person is None:
        if (await session.execute(_MOVED, {"contact": contact})).scalar_one_or_none() is not None:
            raise ContactMoved
        return Principal(contact)
    asked = {"person": person.id, "today": today}
    appointments = (await session.execute(_APPOINTMENTS, asked)).all()
    offices = (await session.execute(_OFFICES, asked)).all()
    units = await unit_views(session, {person.path, *(row.path for row in (*appointments, *offices))})
    return Principal(
        contact=contact,
        person_id=person.id,
        name=person.name,
        unit=units[person.path],
        appointments=tuple(
            AppointmentView(row.id, Level(row.level), units[row.path], row.starts_on, row.ends_on)
            for row in appointments
        ),
        offices=tuple(OfficeView(row.id, Role(row.role), units[row.path]) for row in offices),
        generation=person.generation,
    )


async def invite(session: AsyncSession, digest: str, now: datetime) -> InviteView | None:
    """Whom the code with this digest would bind at `now`."""
    query = (
        select(col(Person.id), col(Person.name), col(Unit.path))
        .join(InviteCode, col(InviteCode.person_id) == col(Person.id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .outerjoin(Contact, col(Contact.person_id) == col(Person.id))
        .where(
            col(InviteCode.digest) == digest,
            col(InviteCode.used_at).is_(None),
            col(InviteCode.expires_at) > now,
            col(Contact.id).is_(None),
        )
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    units = await unit_views(session, [row.path])
    return InviteView(row.id, mask_name(row.name), units[row.path].name)
