"""What stands in the records about units and people, read whole: what an imported workbook is compared with."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.connections import Connections, translating
from storage.models import Appointment, AuditEntry, Contact, Leave, Office, Person, Unit

_AT_ONCE = 20_000
"""Rows of one read: no statement comes near the limit of 3 s."""


class StandingUnit(NamedTuple):
    """A unit of the records."""

    id: int
    parent_id: int | None
    name: str
    kind: str
    timezone: str


class StandingPerson(NamedTuple):
    """A person of the records. `phone` is personal data: 11 digits, shown masked only."""

    id: int
    staff_number: str | None
    name: str
    unit_id: int
    phone: str | None
    post: str | None
    superior_id: int | None


class StandingAppointment(NamedTuple):
    """An appointment of the records, ended ones included; both days inclusive."""

    id: int
    person_id: int
    unit_id: int
    level: str
    starts_on: date
    ends_on: date | None


class StandingLeave(NamedTuple):
    """A leave of the records, past ones included; both days inclusive."""

    id: int
    person_id: int
    starts_on: date
    ends_on: date
    substitute_id: int | None


class StandingOffice(NamedTuple):
    """An office that is not ended."""

    id: int
    person_id: int
    unit_id: int
    role: str


class Standing(NamedTuple):
    """All of it; `position` is the last line of the audit log before it was read."""

    position: int
    units: tuple[StandingUnit, ...] = ()
    persons: tuple[StandingPerson, ...] = ()
    appointments: tuple[StandingAppointment, ...] = ()
    leaves: tuple[StandingLeave, ...] = ()
    offices: tuple[StandingOffice, ...] = ()
    bound: frozenset[int] = frozenset()
    """The people who are bound to a WeChat."""


class PeopleWork:
    """Reads units and people for those who compare them with a list; about 0.3 KB of memory for each row."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def standing(self) -> Standing:
        """Units, people, appointments, leaves and offices. What is changed while it is read has an audit entry after
        `position`, whether it was seen or not. Raises RecordsUnavailable.
        """
        async with translating(), self._connections.reading() as session:
            newest = select(col(AuditEntry.position)).order_by(col(AuditEntry.position).desc()).limit(1)
            position = (await session.execute(newest)).scalar_one_or_none() or 0
            return Standing(
                position,
                await _all(session, StandingUnit, Unit),
                await _all(session, StandingPerson, Person),
                await _all(session, StandingAppointment, Appointment),
                await _all(session, StandingLeave, Leave),
                await _all(session, StandingOffice, Office, col(Office.ended_at).is_(None)),
                await _bound(session),
            )


async def _bound(session: AsyncSession) -> frozenset[int]:
    query = select(col(Contact.person_id)).where(col(Contact.person_id).is_not(None))
    return frozenset(person for person in (await session.execute(query)).scalars() if person is not None)


async def _all(session: AsyncSession, row: Any, table: Any, *wanted: ColumnElement[bool]) -> tuple[Any, ...]:
    """Every row of a table in the order of the ids, some at a time."""
    query: Select[Any] = select(*(col(getattr(table, name)) for name in row._fields)).where(*wanted)
    found: list[Any] = []
    last = 0
    while some := (await session.execute(query.where(col(table.id) > last).order_by(table.id).limit(_AT_ONCE))).all():
        found.extend(row._make(each) for each in some)
        last = some[-1].id
    return tuple(found)
