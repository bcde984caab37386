"""Writers outside turns, for the CLI, the demo and imports: units, people, appointments, offices, codes; and, through
`storage.publishing`, forms.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.database import Database
from storage.invites import code_digest, new_code
from storage.models import Appointment, Contact, InviteCode, Office, Person, Unit
from storage.publishing import FormLine, FormVersionLine, OpenDraft, PublishedForm, Publishing
from storage.ruling import WriteRule, add_rule
from storage.vocabulary import Level, Role, UnitKind

__all__ = [
    "INVITE_VALID",
    "Admin",
    "FormLine",
    "FormVersionLine",
    "OpenDraft",
    "PublishedForm",
    "administer",
]

INVITE_VALID = timedelta(days=14)
"""How long an invite code may be used unless it is said otherwise."""


@asynccontextmanager
async def administer(database: Database, *, actor: str, now: datetime) -> AsyncIterator["Admin"]:
    """One transaction of administration: all of it or nothing. `actor` goes into the audit log: `cli:root`.

    `now` is aware. Raises RecordsUnavailable like Database; on SQLite turns that write wait meanwhile (≤ 2 s,
    then they answer "busy"), so keep it short or split it.
    """
    async with database.administration(actor, now) as session:
        yield Admin(session, now.astimezone(UTC), database.code_key)


class Admin(Publishing):
    """The writers; ids are the database's. What stands is not made twice, so that imports may be repeated.

    Every change leaves an audit entry and raises the generation of the person whose rights it touches.
    Unknown ids raise LookupError, which rolls everything back.
    """

    def __init__(self, session: AsyncSession, now: datetime, code_key: bytes) -> None:
        super().__init__(session, now)
        self._code_key = code_key

    async def add_unit(
        self, name: str, kind: UnitKind, *, parent: int | None = None, timezone: str | None = None
    ) -> int:
        """A unit below `parent`, or a root; one that stands there with this name already is returned. Without a
        timezone it has that of `parent`, a root that of Beijing.
        """
        superior = None if parent is None else await self._known(Unit, parent)
        above, home = (superior.path, superior.timezone) if superior else ("/", "Asia/Shanghai")
        same_parent = col(Unit.parent_id).is_(None) if parent is None else col(Unit.parent_id) == parent
        standing = await self._one(select(col(Unit.id)).where(same_parent, col(Unit.name) == name))
        if standing is not None:
            return int(standing)
        provisional = f"new:{secrets.token_hex(8)}"
        unit = Unit(parent_id=parent, path=provisional, name=name, kind=kind, timezone=timezone or home)
        unit_id = await self._add(unit)
        unit.path = f"{above}{unit_id}/"
        self._note("unit.added", f"unit:{unit_id}", kind=kind)
        return unit_id

    async def add_person(self, name: str, unit: int, *, staff_number: str | None = None) -> int:
        """A person of a unit; a known staff number (工号) returns that person, none makes a new one."""
        await self._known(Unit, unit)
        if staff_number is not None:
            same = select(col(Person.id)).where(col(Person.staff_number) == staff_number)
            standing = await self._one(same)
            if standing is not None:
                return int(standing)
        person = await self._add(Person(name=name, unit_id=unit, staff_number=staff_number))
        self._note("person.added", f"person:{person}", unit=unit)
        return person

    async def appoint(
        self, person: int, level: Level, unit: int, *, starts_on: date, ends_on: date | None = None
    ) -> int:
        """Make a person observer of a level for a unit; both days inclusive, in the enterprise's timezone."""
        await self._known(Unit, unit)
        await self._lock(person)
        same = select(col(Appointment.id)).where(
            col(Appointment.person_id) == person,
            col(Appointment.unit_id) == unit,
            col(Appointment.level) == level,
            col(Appointment.starts_on) == starts_on,
        )
        standing = await self._one(same)
        if standing is not None:
            return int(standing)
        made = await self._add(
            Appointment(person_id=person, unit_id=unit, level=level, starts_on=starts_on, ends_on=ends_on)
        )
        await self._rights_changed(person)
        self._note("appointment.made", f"appointment:{made}", person=person, unit=unit, level=level)
        return made

    async def end_appointment(self, appointment: int, *, last_day: date) -> None:
        """Set the last day of an appointment (a transfer)."""
        held = await self._known(Appointment, appointment)
        await self._lock(held.person_id)
        held.ends_on = last_day
        await self._rights_changed(held.person_id)
        self._note("appointment.ended", f"appointment:{appointment}", last_day=last_day.isoformat())

    async def give_office(self, person: int, role: Role, unit: int) -> int:
        """Give a role over a unit and everything below it."""
        await self._known(Unit, unit)
        await self._lock(person)
        same = select(col(Office.id)).where(
            col(Office.person_id) == person,
            col(Office.unit_id) == unit,
            col(Office.role) == role,
            col(Office.ended_at).is_(None),
        )
        standing = await self._one(same)
        if standing is not None:
            return int(standing)
        office = await self._add(Office(person_id=person, unit_id=unit, role=role, given_at=self._now))
        await self._rights_changed(person)
        self._note("office.given", f"office:{office}", person=person, unit=unit, role=role)
        return office

    async def end_office(self, office: int) -> None:
        """End an office now."""
        held = await self._known(Office, office)
        await self._lock(held.person_id)
        held.ended_at = self._now
        await self._rights_changed(held.person_id)
        self._note("office.ended", f"office:{office}")

    async def add_rule(self, rule: WriteRule) -> int | None:
        """A reminder rule; None when its unit has one of this kind for this form."""
        await self._known(Unit, rule.unit_id)
        return await add_rule(self._session, rule, self._now)

    async def invite(self, person: int, *, valid: timedelta = INVITE_VALID) -> str:
        """A new invite code (XXXXX-XXXXX), good once and shown only here; earlier unused ones end."""
        await self._lock(person)
        earlier = update(InviteCode).where(
            col(InviteCode.person_id) == person,
            col(InviteCode.used_at).is_(None),
            col(InviteCode.expires_at) > self._now,
        )
        await self._session.execute(earlier.values(expires_at=self._now).execution_options(synchronize_session=False))
        shown = new_code()
        until = self._now + valid
        code = InviteCode(
            digest=code_digest(shown.replace("-", ""), self._code_key),
            person_id=person,
            created_at=self._now,
            expires_at=until,
        )
        await self._add(code)
        self._note("invite.made", f"person:{person}", until=until.isoformat())
        return shown

    async def person_of_number(self, staff_number: str) -> int:
        """The person with this staff number (工号); LookupError when there is none."""
        found = await self._one(select(col(Person.id)).where(col(Person.staff_number) == staff_number))
        if found is None:
            raise LookupError(f"no person has the staff number {staff_number}")
        return int(found)

    async def name_of(self, person: int) -> str:
        """The name of a person; LookupError when there is none."""
        found = await self._one(select(col(Person.name)).where(col(Person.id) == person))
        if found is None:
            raise LookupError(f"no person {person}")
        return str(found)

    async def unbind(self, person: int) -> bool:
        """Loosen a person from the contact (a lost phone, a new account); False when there was none."""
        await self._lock(person)
        bound = update(Contact).where(col(Contact.person_id) == person).values(person_id=None, bound_at=None)
        loosened = await self._one(bound.returning(col(Contact.id)).execution_options(synchronize_session=False))
        if loosened is None:
            return False
        await self._rights_changed(person)
        self._note("person.unbound", f"person:{person}", contact=loosened)
        return True

    async def _lock(self, person: int) -> None:
        """Lock the person's row before anything that hangs on it, as turns do."""
        query = select(col(Person.id)).where(col(Person.id) == person).with_for_update(key_share=True)
        if await self._one(query) is None:
            raise LookupError(f"there is no person {person}")

    async def _rights_changed(self, person: int) -> None:
        raised = update(Person).where(col(Person.id) == person).values(generation=col(Person.generation) + 1)
        await self._session.execute(raised.execution_options(synchronize_session=False))
