"""The tables of the records, as SQLModel classes; the migrations make exactly these."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy
from sqlalchemy import JSON, BigInteger, Column, Index, MetaData, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime

SCHEMA = "0001"
"""The newest revision under migrations/versions; `Database.ping` compares it with the database's."""


class Table(SQLModel):
    """The base of all tables: constraint names are the same on every back end, so that migrations can name
    them.
    """

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def core(model: type[Table]) -> sqlalchemy.Table:
    """The table itself, for inserts that need no ORM object."""
    return Table.metadata.tables[str(model.__tablename__)]


class Unit(Table, table=True):
    """A node of the organisation tree. `path` is materialised: ids from the root, like /1/4/9/."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="units.id")
    path: str = Field(unique=True)
    name: str
    kind: str
    timezone: str


class Person(Table, table=True):
    """Somebody who may be bound to a contact. `generation` goes up with every change of their rights."""

    __tablename__ = "persons"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    staff_number: str | None = Field(default=None, unique=True)
    unit_id: int = Field(foreign_key="units.id", index=True)
    generation: int = 1


class Contact(Table, table=True):
    """Our opaque id for an openid, and the person bound to it."""

    __tablename__ = "contacts"

    id: str = Field(primary_key=True)
    openid: str = Field(unique=True)
    person_id: int | None = Field(default=None, foreign_key="persons.id", unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    bound_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Appointment(Table, table=True):
    """A person is observer of a level for a unit, both days inclusive, in the enterprise's timezone."""

    __tablename__ = "appointments"
    __table_args__ = (UniqueConstraint("person_id", "unit_id", "level", "starts_on"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id")
    unit_id: int = Field(foreign_key="units.id", index=True)
    level: str
    starts_on: date
    ends_on: date | None = None


class Office(Table, table=True):
    """A role of a person over a unit and everything below it, until it is ended."""

    __tablename__ = "offices"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id", index=True)
    unit_id: int = Field(foreign_key="units.id")
    role: str
    given_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InviteCode(Table, table=True):
    """A code that binds a contact to a person once; only its digest is known here."""

    __tablename__ = "invite_codes"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    person_id: int = Field(foreign_key="persons.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_by: str | None = Field(default=None, foreign_key="contacts.id")


class Form(Table, table=True):
    """A form of a unit (and the units below it) for one level."""

    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    unit_id: int = Field(foreign_key="units.id")
    level: str
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FormVersion(Table, table=True):
    """One published state of a form: the XForm XML and its SHA-256 (hex). The greatest number is the current
    one.
    """

    __tablename__ = "form_versions"
    __table_args__ = (UniqueConstraint("form_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    form_id: int = Field(foreign_key="forms.id")
    number: int
    title: str
    sha256: str
    xml: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_type=UtcDateTime)


class Draft(Table, table=True):
    """A form under way, from its beginning on; `answers` as of the last 暂存 or section end."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "person_id", "state"),)

    id: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="persons.id")
    appointment_id: int = Field(foreign_key="appointments.id")
    form_version_id: int = Field(foreign_key="form_versions.id")
    state: str
    version: int = 1
    position: str | None = None
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Sheet(Table, table=True):
    """A filled form that was handed in; one draft becomes one sheet, once."""

    __tablename__ = "sheets"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    draft_id: str = Field(foreign_key="drafts.id", unique=True)
    form_version_id: int = Field(foreign_key="form_versions.id")
    appointment_id: int = Field(foreign_key="appointments.id")
    person_id: int = Field(foreign_key="persons.id", index=True)
    contact: str = Field(foreign_key="contacts.id")
    unit_id: int = Field(foreign_key="units.id", index=True)
    state: str
    version: int = 1
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    readable: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class Finding(Table, table=True):
    """One problem or risk that a sheet names; `amount_fen` is money in fen."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("sheet_id", "place"),)

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="sheets.id")
    place: int
    text: str = Field(sa_type=Text)
    level: str
    measure: str = Field(sa_type=Text)
    owner: str
    deadline: date | None = None
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    ref: str


class Turn(Table, table=True):
    """A turn whose commands are in the records, with the conversation and the reply that it left behind
    (JSON).
    """

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("contact", "seq"),)

    key: str = Field(primary_key=True)
    contact: str = Field(foreign_key="contacts.id")
    seq: int = Field(sa_type=BigInteger)
    conversation: str = Field(sa_type=Text)
    reply: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Counter(Table, table=True):
    """A number that only goes up, taken inside the transaction that uses it; its row is the lock."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class AuditEntry(Table, table=True):
    """One line of the audit log. `hash` covers the line and the hash before it; `detail` is canonical JSON
    text.
    """

    __tablename__ = "audit_entries"

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    action: str
    subject: str
    detail: str = Field(sa_type=Text)
    previous: str
    hash: str
