"""People and units as those may read them who keep people (MANAGE_PEOPLE): the rights are inside each query."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.keeping_views import (
    LeaveView,
    OfficerView,
    PeoplePage,
    PersonCard,
    StandsInView,
    TransferView,
    planned_ends,
)
from storage.models import Appointment, Contact, Leave, Office, Person, Transfer, Unit
from storage.ordering import by_pinyin
from storage.reached import gone_of
from storage.tree import below, covers_offices, may, person_of, running, unit_views
from storage.views import AppointmentView, OfficeView, UnitView
from storage.vocabulary import Level, Permission, Role, TransferState

_MOST_UNITS = 50
"""Units of one name that are looked at."""
KEEPS = Permission.MANAGE_PEOPLE


async def named(session: AsyncSession, contact: str, said: str, today: date, limit: int) -> tuple[PersonCard, ...]:
    """The people with this name or staff number (in either case), or this id (#17), whom the contact's person keeps."""
    return await _cards(session, contact, and_(_called(said), may(KEEPS, contact, col(Unit.path))), today, limit)


async def myself(session: AsyncSession, contact: str, today: date) -> PersonCard | None:
    """The contact's own person."""
    found = await _cards(session, contact, col(Person.id) == person_of(contact), today, 1)
    return found[0] if found else None


async def officers(session: AsyncSession, contact: str, limit: int) -> tuple[OfficerView, ...]:
    """The officers nearest above the contact's person, without themselves, by name."""
    me, home = aliased(Person), aliased(Unit)
    query: Any = (
        select(col(Person.id), col(Person.name), col(Unit.name).label("unit"), col(Unit.path))
        .select_from(Office)
        .join(Person, col(Person.id) == col(Office.person_id))
        .join(Unit, col(Unit.id) == col(Office.unit_id))
        .join(me, col(me.id) == person_of(contact))
        .join(home, col(home.id) == col(me.unit_id))
        .where(
            col(Office.role) == Role.OFFICER,
            col(Office.ended_at).is_(None),
            col(Office.person_id) != col(me.id),
            below(col(home.path), col(Unit.path)),
        )
        .order_by(func.length(col(Unit.path)).desc(), col(Person.name), col(Person.id))
    )
    rows = (await session.execute(query)).all()
    return tuple(OfficerView(row.name, row.unit) for row in rows if row.path == rows[0].path)[:limit]


async def offices_of(session: AsyncSession, contact: str, person_id: int) -> tuple[OfficeView, ...]:
    """The running offices of somebody whom the contact's person keeps, over whatever units, by their units."""
    held, seat = aliased(Office), aliased(Unit)
    query: Any = (
        select(col(held.id), col(held.role), col(seat.path))
        .join(seat, col(seat.id) == col(held.unit_id))
        .join(Person, col(Person.id) == col(held.person_id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(col(held.person_id) == person_id, col(held.ended_at).is_(None), may(KEEPS, contact, col(Unit.path)))
        .order_by(col(seat.path), col(held.id))
    )
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(OfficeView(row.id, Role(row.role), units[row.path]) for row in rows)


async def colleagues(session: AsyncSession, contact: str, said: str, today: date, limit: int) -> tuple[PersonCard, ...]:
    """The people so called who may stand in for the contact's person: see `may_stand_in`."""
    wanted = and_(_called(said), may_stand_in(person_of(contact), today))
    return await _cards(session, contact, wanted, today, limit)


def may_stand_in(person: Any, today: date) -> ColumnElement[bool]:
    """Whether somebody (Person with Unit) belongs to the unit of `person` or to a unit that `person` observes, or below
    one of these, and is somebody else: only among them may people name a substitute themselves.
    """
    own, seat = aliased(Person), aliased(Unit)
    at_home = exists(
        select(col(own.id))
        .join(seat, col(seat.id) == col(own.unit_id))
        .where(col(own.id) == person, below(col(Unit.path), col(seat.path)))
    ).correlate(Unit)
    observed = exists(
        select(col(Appointment.id))
        .join(seat, col(seat.id) == col(Appointment.unit_id))
        .where(col(Appointment.person_id) == person, running(today), below(col(Unit.path), col(seat.path)))
    ).correlate(Unit)
    return and_(col(Person.id) != person, or_(at_home, observed))


async def of_unit(
    session: AsyncSession, contact: str, unit_id: int, today: date, limit: int, offset: int
) -> PeoplePage:
    """The people of a unit and of the units below it, by unit and name."""
    top = aliased(Unit)
    inside = exists(select(col(top.id)).where(col(top.id) == unit_id, below(col(Unit.path), col(top.path)))).correlate(
        Unit
    )
    wanted = and_(inside, may(KEEPS, contact, col(Unit.path)))
    counted = select(func.count()).select_from(Person).join(Unit, col(Unit.id) == col(Person.unit_id)).where(wanted)
    total = (await session.execute(counted)).scalar_one()
    return PeoplePage(total, await _cards(session, contact, wanted, today, limit, offset) if total else ())


async def units(session: AsyncSession, contact: str, said: str) -> tuple[UnitView, ...]:
    """The units that a text means and that the contact's person keeps: by the name, or by the names of units above it
    before its own, without anything between (二公司城东场站, 清源集团二公司城东场站).
    """
    query = (
        select(col(Unit.path))
        .where(literal(said.lower()).endswith(func.lower(col(Unit.name))), may(KEEPS, contact, col(Unit.path)))
        .order_by(func.length(col(Unit.path)), col(Unit.id))
        .limit(_MOST_UNITS)
    )
    paths = (await session.execute(query)).scalars().all()
    found = await unit_views(session, paths)
    meant = [found[path] for path in paths if _means(said.lower(), found[path].full_name.lower().split(" / "))]
    whole = [unit for unit in meant if unit.full_name.lower().replace(" / ", "") == said.lower()]
    return tuple(whole or meant)


def _means(said: str, lineage: Sequence[str]) -> bool:
    """Whether the text is the last name, with any of those above it before it, in their order."""
    if not said.endswith(lineage[-1]):
        return False
    rest = said.removesuffix(lineage[-1])
    for name in reversed(lineage[:-1]):
        rest = rest.removesuffix(name)
    return not rest


_LONGEST_ID = 10
"""Digits that no id has: PostgreSQL would refuse a number that does not fit an integer."""


def _called(said: str) -> ColumnElement[bool]:
    if said.startswith("#"):
        digits = said.removeprefix("#")
        return col(Person.id) == (int(digits) if digits.isdecimal() and len(digits) < _LONGEST_ID else 0)
    return or_(func.lower(col(Person.name)) == said.lower(), func.lower(col(Person.staff_number)) == said.lower())


async def _cards(
    session: AsyncSession, contact: str, wanted: ColumnElement[bool], today: date, limit: int, offset: int = 0
) -> tuple[PersonCard, ...]:
    """The people where `wanted` (about Person and Unit) holds, as the contact's person sees them."""
    bound = exists(select(col(Contact.id)).where(col(Contact.person_id) == col(Person.id))).correlate(Person)
    query = (
        select(
            col(Person.id),
            col(Person.name),
            col(Person.staff_number),
            col(Person.post),
            col(Person.phone),
            col(Unit.path),
            bound.label("is_bound"),
            covers_offices(person_of(contact), col(Person.id)).label("covered"),
            gone_of(col(Person.id)).label("gone"),
        )
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(wanted)
        .order_by(col(Unit.path), by_pinyin(col(Person.name)), col(Person.id))
        .limit(limit)
        .offset(offset)
    )
    rows = (await session.execute(query)).all()
    if not rows:
        return ()
    ids = [row.id for row in rows]
    appointments = (await session.execute(_appointments(ids, today))).all()
    transfers = (await session.execute(_transfers(ids))).all()
    leaves = (await session.execute(_leaves(today).where(col(Leave.person_id).in_(ids)))).all()
    stands_in = (await session.execute(_leaves(today).where(col(Leave.substitute_id).in_(ids)))).all()
    places = await unit_views(session, {row.path for row in (*rows, *appointments, *transfers)})
    return tuple(
        PersonCard(
            id=row.id,
            name=row.name,
            staff_number=row.staff_number,
            unit=places[row.path],
            post=row.post,
            phone=row.phone,
            is_bound=row.is_bound,
            is_beyond=not row.covered,
            appointments=tuple(
                AppointmentView(each.id, Level(each.level), places[each.path], each.starts_on, each.ends_on)
                for each in appointments
                if each.person_id == row.id
            ),
            leaves=tuple(
                LeaveView(each.id, each.starts_on, each.ends_on, each.substitute_id, each.substitute_name or "")
                for each in leaves
                if each.person_id == row.id
            ),
            stands_in=tuple(
                StandsInView(each.absent_name, each.starts_on, each.ends_on)
                for each in stands_in
                if each.substitute_id == row.id
            ),
            transfer=next(
                (
                    TransferView(places[each.path], each.starts_on, planned_ends(each.ended))
                    for each in transfers
                    if each.person_id == row.id
                ),
                None,
            ),
            gone=row.gone or "",
        )
        for row in rows
    )


def _appointments(ids: Sequence[int], today: date) -> Select[*tuple[Any, ...]]:
    ends = col(Appointment.ends_on)
    return (
        select(
            col(Appointment.id),
            col(Appointment.person_id),
            col(Appointment.level),
            col(Appointment.starts_on),
            ends,
            col(Unit.path),
        )
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(
            col(Appointment.person_id).in_(ids),
            or_(ends.is_(None), and_(ends >= today, ends >= col(Appointment.starts_on))),
        )
        .order_by(col(Appointment.starts_on), col(Appointment.id))
    )


def _transfers(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(col(Transfer.person_id), col(Transfer.starts_on), col(Transfer.ended), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Transfer.to_unit_id))
        .where(col(Transfer.person_id).in_(ids), col(Transfer.state) == TransferState.PLANNED)
    )


def _leaves(today: date) -> Select[*tuple[Any, ...]]:
    """Leaves that are neither over nor called off, with the names of both people."""
    absent, substitute = aliased(Person), aliased(Person)
    return (
        select(
            col(Leave.id),
            col(Leave.person_id),
            col(Leave.starts_on),
            col(Leave.ends_on),
            col(Leave.substitute_id),
            col(absent.name).label("absent_name"),
            col(substitute.name).label("substitute_name"),
        )
        .join(absent, col(absent.id) == col(Leave.person_id))
        .outerjoin(substitute, col(substitute.id) == col(Leave.substitute_id))
        .where(col(Leave.ends_on) >= today, col(Leave.ends_on) >= col(Leave.starts_on))
        .order_by(col(Leave.starts_on), col(Leave.id))
    )
