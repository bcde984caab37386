"""Writers outside turns, for the CLI, the demo and imports: units, people, appointments, offices, codes,
forms.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Executable, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.database import Database
from storage.invites import code_digest, new_code
from storage.models import Appointment, Contact, Form, FormVersion, InviteCode, Office, Person, Table, Unit
from storage.statements import insert_unless_there
from storage.vocabulary import Level, Role, UnitKind

INVITE_VALID = timedelta(days=14)
"""How long an invite code may be used unless it is said otherwise."""

_CORE = {"synchronize_session": False}
"""The session holds no rows that such an update would have to change."""

R = TypeVar("R", bound=Table)


class Numbered(Protocol):
    """A row whose id the database gives."""

    id: int | None


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """A form's current version; `new` is False when it had been published with the same content before."""

    form_id: int
    version_id: int
    number: int
    new: bool


@asynccontextmanager
async def administer(database: Database, *, actor: str, now: datetime) -> AsyncIterator["Admin"]:
    """One transaction of administration: all of it or nothing. `actor` goes into the audit log: `cli:root`.

    `now` is aware. Raises RecordsUnavailable like Database; on SQLite turns that write wait meanwhile (≤ 2 s,
    then they answer "busy"), so keep it short or split it.
    """
    async with database.administration(actor, now) as session:
        yield Admin(session, now.astimezone(UTC), database.code_key)


class Admin:
    """The writers; ids are the database's. What stands is not made twice, so that imports may be repeated.

    Every change leaves an audit entry and raises the generation of the person whose rights it touches.
    Unknown ids raise LookupError, which rolls everything back.
    """

    def __init__(self, session: AsyncSession, now: datetime, code_key: bytes) -> None:
        self._session = session
        self._now = now
        self._code_key = code_key

    async def add_unit(
        self, name: str, kind: UnitKind, *, parent: int | None = None, timezone: str = "Asia/Shanghai"
    ) -> int:
        """A unit below `parent`, or a root; one that stands there with this name already is returned."""
        above = "/" if parent is None else (await self._known(Unit, parent)).path
        same_parent = col(Unit.parent_id).is_(None) if parent is None else col(Unit.parent_id) == parent
        standing = await self._one(select(col(Unit.id)).where(same_parent, col(Unit.name) == name))
        if standing is not None:
            return int(standing)
        provisional = f"new:{secrets.token_hex(8)}"
        unit = Unit(parent_id=parent, path=provisional, name=name, kind=kind, timezone=timezone)
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

    async def invite(self, person: int, *, valid: timedelta = INVITE_VALID) -> str:
        """A new invite code (XXXXX-XXXXX), good once and shown only here; earlier unused ones end."""
        await self._lock(person)
        earlier = update(InviteCode).where(
            col(InviteCode.person_id) == person,
            col(InviteCode.used_at).is_(None),
            col(InviteCode.expires_at) > self._now,
        )
        await self._session.execute(earlier.values(expires_at=self._now).execution_options(**_CORE))
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

    async def unbind(self, person: int) -> bool:
        """Loosen a person from the contact (a lost phone, a new account); False when there was none."""
        await self._lock(person)
        bound = update(Contact).where(col(Contact.person_id) == person).values(person_id=None, bound_at=None)
        loosened = await self._one(bound.returning(col(Contact.id)).execution_options(**_CORE))
        if loosened is None:
            return False
        await self._rights_changed(person)
        self._note("person.unbound", f"person:{person}", contact=loosened)
        return True

    async def publish_form(
        self, *, name: str, title: str, level: Level, unit: int, xml: str, sha256: str
    ) -> PublishedForm:
        """Make this the current version of the unit's form `name`; the same content again changes nothing.

        A withdrawn form is offered again. Raises ValueError when the form stands with another level.
        """
        form_id, form = await self._form(name, level, unit)
        versions = select(FormVersion).where(col(FormVersion.form_id) == form_id)
        current = await self._one(versions.order_by(col(FormVersion.number).desc()).limit(1))
        if current is not None and current.sha256 == sha256 and form.withdrawn_at is None:
            return PublishedForm(form_id, current.id, current.number, new=False)
        form.withdrawn_at = None
        number = 1 if current is None else current.number + 1
        version = FormVersion(
            form_id=form_id, number=number, title=title, sha256=sha256, xml=xml, published_at=self._now
        )
        version_id = await self._add(version)
        self._note("form.published", f"form:{form_id}", number=number, sha256=sha256)
        return PublishedForm(form_id, version_id, number, new=True)

    async def withdraw_form(self, form: int) -> None:
        """Offer a form no more; drafts under way may still be finished."""
        (await self._known(Form, form)).withdrawn_at = self._now
        self._note("form.withdrawn", f"form:{form}")

    async def _form(self, name: str, level: Level, unit: int) -> tuple[int, Form]:
        await self._known(Unit, unit)
        await insert_unless_there(self._session, Form, name=name, unit_id=unit, level=level)
        query = select(Form).where(col(Form.unit_id) == unit, col(Form.name) == name).with_for_update()
        form = (await self._session.execute(query)).scalar_one()
        if form.level != level:
            raise ValueError(f"form {name} of unit {unit} is of level {form.level}, not {level}")
        return form.id or 0, form

    async def _known(self, table: type[R], row_id: int) -> R:
        row = await self._session.get(table, row_id)
        if row is None:
            raise LookupError(f"there is no {table.__name__.lower()} {row_id}")
        return row

    async def _lock(self, person: int) -> None:
        """Lock the person's row before anything that hangs on it, as turns do."""
        query = select(col(Person.id)).where(col(Person.id) == person).with_for_update(key_share=True)
        if await self._one(query) is None:
            raise LookupError(f"there is no person {person}")

    async def _rights_changed(self, person: int) -> None:
        raised = update(Person).where(col(Person.id) == person).values(generation=col(Person.generation) + 1)
        await self._session.execute(raised.execution_options(**_CORE))

    async def _one(self, statement: Executable) -> Any:
        await self._session.flush()
        return (await self._session.execute(statement)).scalar_one_or_none()

    async def _add(self, row: Numbered) -> int:
        self._session.add(row)
        await self._session.flush()
        if row.id is None:
            raise RuntimeError("the database gave the new row no id")
        return row.id

    def _note(self, action: str, subject: str, **detail: Any) -> None:
        audit.note(self._session, action, subject, detail)
