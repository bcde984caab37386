"""The unit tree in queries: what lies below an office, and how a unit is called with its ancestors."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Contact, Leave, Office, Unit
from storage.views import UnitView
from storage.vocabulary import GROUP_PERMISSIONS, Permission, Role, roles_like, roles_with

Whom: TypeAlias = BindParameter[int] | ScalarSelect[int | None]
"""A person, as a part of a query."""
Keeper: TypeAlias = ScalarSelect[int | None] | SQLColumnExpression[int]
"""Who keeps people, as a part of a query."""

_SEPARATOR = " / "
_UNITS = select(col(Unit.id), col(Unit.name), col(Unit.timezone)).where(
    col(Unit.id).in_(bindparam("wanted", expanding=True))
)


def person_of(contact: str | BindParameter[str]) -> ScalarSelect[int | None]:
    """The person bound to a contact, as a part of a query; NULL, equal to nothing, when there is none."""
    return select(col(Contact.person_id)).where(col(Contact.id) == contact).scalar_subquery()


def below(path: SQLColumnExpression[str], ancestor: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether `path` is `ancestor` or below it; paths end in a slash: /1/1/ is above no /1/11/."""
    return path.startswith(ancestor)


def running(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether an appointment runs on this day, first and last day included."""
    ends = col(Appointment.ends_on)
    return and_(col(Appointment.starts_on) <= today, or_(ends.is_(None), ends >= today))


def away(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether a leave covers this day, first and last day included."""
    return and_(col(Leave.starts_on) <= today, col(Leave.ends_on) >= today)


def stands_in(person: Whom, today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether the person of an appointment is on leave this day and `person` stands in (代填)."""
    return exists(
        select(col(Leave.id)).where(
            col(Leave.person_id) == col(Appointment.person_id), col(Leave.substitute_id) == person, away(today)
        )
    ).correlate(Appointment)


def may(permission: Permission, contact: str, path: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether the contact's person has an office that carries `permission` over the unit at `path`."""
    seat = aliased(Unit)
    return exists(_offices(permission, contact, seat).where(below(path, col(seat.path))))


def holds(permission: Permission, contact: str) -> ColumnElement[bool]:
    """Whether the contact's person has an office that carries `permission`, over whatever unit."""
    return exists(_offices(permission, contact, aliased(Unit)))


def _offices(permission: Permission, contact: str, seat: type[Unit]) -> Select[int | None]:
    running_offices = (
        select(col(Office.id))
        .join(seat, col(seat.id) == col(Office.unit_id))
        .where(
            col(Office.person_id) == person_of(contact),
            col(Office.ended_at).is_(None),
            col(Office.role).in_(roles_with(permission)),
        )
    )
    if permission in GROUP_PERMISSIONS:
        return running_offices.where(col(seat.parent_id).is_(None))
    return running_offices


def covers_offices(keeper: Keeper, person: SQLColumnExpression[int | None]) -> ColumnElement[bool]:
    """Whether every office that `person` holds lies below one of `keeper` that carries as much: only then may the
    keeper give the person's WeChat into other hands, for whoever holds it acts with those offices.
    """
    theirs, own = aliased(Office), aliased(Office)
    seat, top = aliased(Unit), aliased(Unit)
    as_much = or_(*(and_(col(theirs.role) == role, col(own.role).in_(roles_like(role))) for role in Role))
    covered = exists(
        select(col(own.id))
        .join(top, col(top.id) == col(own.unit_id))
        .where(col(own.person_id) == keeper, col(own.ended_at).is_(None), below(col(seat.path), col(top.path)), as_much)
        .correlate_except(own, top)
    )
    uncovered = exists(
        select(col(theirs.id))
        .join(seat, col(seat.id) == col(theirs.unit_id))
        .where(col(theirs.person_id) == person, col(theirs.ended_at).is_(None), ~covered)
        .correlate_except(theirs, seat)
    )
    return ~uncovered


async def unit_views(session: AsyncSession, paths: Iterable[str]) -> dict[str, UnitView]:
    """The units at these materialised paths, by path, each with its full name (集团 / 二公司)."""
    lineages = {path: [int(step) for step in path.split("/") if step] for path in paths}
    wanted = sorted({unit for lineage in lineages.values() for unit in lineage})
    rows = (await session.execute(_UNITS, {"wanted": wanted})).all() if wanted else []
    units = {row.id: row for row in rows}
    return {
        path: UnitView(
            id=lineage[-1],
            name=units[lineage[-1]].name,
            full_name=_SEPARATOR.join(units[unit].name for unit in lineage),
            path=path,
            timezone=units[lineage[-1]].timezone,
        )
        for path, lineage in lineages.items()
    }
