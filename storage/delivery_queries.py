"""What was sent to people and what became of it, as officers may see it; and whom WeChat does not reach."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.duty_queries import owed
from storage.duty_scope import in_scope, within
from storage.duty_views import DeliveryLine, DutyScope, PersonLine, PhoneLine, StoryLine
from storage.form_titles import form_titles
from storage.models import (
    Appointment,
    Contact,
    Delivery,
    DeliveryEvent,
    Due,
    Duty,
    Notice,
    Person,
    Reach,
    Round,
    Unit,
)
from storage.ordering import by_pinyin
from storage.tree import may, running, unit_views
from storage.vocabulary import DeliveryState, DeliveryStep, NoticeKind, Permission

NOT_REACHED = (DeliveryState.PARKED, DeliveryState.UNREACHABLE, DeliveryState.REFUSED, DeliveryState.FAILED)
"""The states of a person's newest message with which they stand in the phone list."""


def _visible(permission: Permission, contact: str) -> ColumnElement[bool]:
    """Whether a person belongs to the subtree of an office of the contact's person, or observes something there."""
    units = select(col(Unit.id)).where(may(permission, contact, col(Unit.path)))
    observes = exists(
        select(col(Appointment.id)).where(
            col(Appointment.person_id) == col(Person.id), col(Appointment.unit_id).in_(units)
        )
    ).correlate(Person)
    return or_(col(Person.unit_id).in_(units), observes)


async def persons_named(
    session: AsyncSession, contact: str, permission: Permission, said: str, limit: int = 10
) -> tuple[PersonLine, ...]:
    """The people within sight with exactly this name or staff number."""
    query = (
        select(col(Person.id), col(Person.name), col(Person.staff_number), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(
            or_(col(Person.name) == said, func.lower(col(Person.staff_number)) == said.lower()),
            _visible(permission, contact),
        )
        .order_by(col(Person.id))
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(PersonLine(row.id, row.name, row.staff_number or "", units[row.path].full_name) for row in rows)


async def deliveries(
    session: AsyncSession, contact: str, person_id: int, since: datetime, limit: int, offset: int = 0
) -> tuple[DeliveryLine, ...]:
    """The messages to a person within sight that were planned since then, the newest first."""
    query = (
        select(Delivery, col(Person.name), col(Unit.timezone))
        .add_columns(col(Contact.id).label("contact"))
        .join(Person, col(Person.id) == col(Delivery.person_id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .outerjoin(Contact, col(Contact.person_id) == col(Person.id))
        .where(col(Person.id) == person_id, col(Delivery.created_at) >= since)
        .where(_visible(Permission.READ_SHEETS, contact))
        .order_by(col(Delivery.id).desc())
    )
    return await _delivery_lines(session, (await session.execute(query.limit(limit).offset(offset))).all())


async def delivery(session: AsyncSession, contact: str, delivery_id: int) -> DeliveryLine | None:
    """One message to a person within sight."""
    query = (
        select(Delivery, col(Person.name), col(Unit.timezone))
        .add_columns(col(Contact.id).label("contact"))
        .join(Person, col(Person.id) == col(Delivery.person_id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .outerjoin(Contact, col(Contact.person_id) == col(Person.id))
        .where(col(Delivery.id) == delivery_id, _visible(Permission.READ_SHEETS, contact))
    )
    found = await _delivery_lines(session, (await session.execute(query)).all())
    return found[0] if found else None


async def story(session: AsyncSession, contact: str, delivery_id: int) -> tuple[StoryLine, ...]:
    """What became of such a message, in the order in which it happened."""
    query = (
        select(DeliveryEvent)
        .join(Delivery, col(Delivery.id) == col(DeliveryEvent.delivery_id))
        .join(Person, col(Person.id) == col(Delivery.person_id))
        .where(col(Delivery.id) == delivery_id, _visible(Permission.READ_SHEETS, contact))
        .order_by(col(DeliveryEvent.id))
    )
    return tuple(
        StoryLine(line.at, DeliveryStep(line.what), line.way or "", line.detail)
        for line in (await session.execute(query)).scalars()
    )


async def _delivery_lines(session: AsyncSession, rows: Sequence[Any]) -> tuple[DeliveryLine, ...]:
    ids = [row.Delivery.id for row in rows]
    duties, notices = await _duties_told(session, ids), await _notices_told(session, ids)
    return tuple(
        DeliveryLine(
            id=row.Delivery.id,
            person_name=row.name,
            state=DeliveryState(row.Delivery.state),
            way=row.Delivery.way or "",
            outcome=row.Delivery.outcome,
            next_at=row.Delivery.next_at,
            timezone=row.timezone,
            bound=row.contact is not None,
            created_at=row.Delivery.created_at,
            updated_at=row.Delivery.updated_at,
            duties=tuple(duties.get(row.Delivery.id, ())),
            notices=tuple(notices.get(row.Delivery.id, ())),
        )
        for row in rows
    )


async def _duties_told(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[tuple[str, str, str]]]:
    query = (
        select(
            col(Due.delivery_id), col(Duty.id), col(Round.form_name), col(Round.level), col(Round.label),
            col(Round.subject), col(Unit.path),
        )
        .join(Duty, col(Duty.id) == col(Due.duty_id))
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .where(col(Due.delivery_id).in_(ids))
        .distinct()
        .order_by(col(Due.delivery_id), col(Duty.id))
    )  # fmt: skip
    rows = (await session.execute(query)).all() if ids else []
    titles = await form_titles(session) if rows else None
    found: defaultdict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        title = titles.title(row.form_name, row.level, row.path) if titles else ""
        found[row.delivery_id].append((title, row.label, row.subject))
    return {number: list(dict.fromkeys(told)) for number, told in found.items()}


async def _notices_told(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[NoticeKind]]:
    query = select(col(Notice.delivery_id), col(Notice.kind)).where(col(Notice.delivery_id).in_(ids))
    found: defaultdict[int, list[NoticeKind]] = defaultdict(list)
    for number, kind in (await session.execute(query.order_by(col(Notice.id)))).all() if ids else []:
        found[number or 0].append(NoticeKind(kind))
    return found


async def phones(
    session: AsyncSession, contact: str, scope: DutyScope, today: date, limit: int, offset: int
) -> tuple[int, tuple[PhoneLine, ...]]:
    """How many people within sight observe something today (of the level, unit and person that are meant) and are not
    reached by WeChat: not bound, gone, or their newest message did not arrive. And some of them, by unit and name.
    """
    conditions = _not_reached(contact, scope, today)
    base = (
        select(col(Person.id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .outerjoin(Contact, col(Contact.person_id) == col(Person.id))
        .outerjoin(Reach, col(Reach.contact) == col(Contact.id))
        .outerjoin(Delivery, _newest())
        .where(*conditions)
    )
    total = (await session.execute(select(func.count()).select_from(base.subquery()))).scalar_one()
    query = (
        base.add_columns(
            col(Person.name),
            col(Person.phone),
            col(Unit.path),
            col(Contact.id).label("contact"),
            col(Reach.gone),
            col(Delivery.state),
        )
        .order_by(col(Unit.path), by_pinyin(col(Person.name)), col(Person.id))
        .limit(limit)
        .offset(offset)
    )
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    owing = await _owing(session, contact, [row.id for row in rows])
    return total, tuple(
        PhoneLine(
            person_id=row.id,
            name=row.name,
            unit=units[row.path],
            phone=row.phone or "",
            bound=row.contact is not None,
            gone=row.gone or "",
            state=DeliveryState(row.state) if row.state else None,
            owed=owing.get(row.id, 0),
        )
        for row in rows
    )


def _newest() -> ColumnElement[bool]:
    last = select(func.max(col(Delivery.id))).where(col(Delivery.person_id) == col(Person.id))
    return col(Delivery.id) == last.correlate(Person).scalar_subquery()


def _not_reached(contact: str, scope: DutyScope, today: date) -> tuple[ColumnElement[bool], ...]:
    observing = select(col(Appointment.id)).where(col(Appointment.person_id) == col(Person.id), running(today))
    if scope.level is not None:
        observing = observing.where(col(Appointment.level) == scope.level)
    if scope.unit_id is not None:
        units = select(col(Unit.id)).where(within(scope.unit_id))
        observing = observing.where(or_(col(Appointment.unit_id).in_(units), col(Person.unit_id).in_(units)))
    if scope.person_id is not None:
        observing = observing.where(col(Appointment.person_id) == scope.person_id)
    return (
        _visible(Permission.READ_SHEETS, contact),
        exists(observing).correlate(Person),
        or_(col(Contact.id).is_(None), func.coalesce(col(Reach.gone), "") != "", col(Delivery.state).in_(NOT_REACHED)),
    )


async def _owing(session: AsyncSession, contact: str, people: Sequence[int]) -> dict[int, int]:
    query = (
        select(col(Duty.person_id), func.count())
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Appointment, col(Appointment.id) == col(Duty.appointment_id))
        .where(col(Appointment.person_id).in_(people), *owed())
        .where(*in_scope(DutyScope(), Permission.READ_SHEETS, contact))
        .group_by(col(Duty.person_id))
    )
    return {person: count for person, count in (await session.execute(query)).all()} if people else {}
