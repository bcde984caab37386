"""The tables of the records, as SQLModel classes; the migrations make exactly these."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy
from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, MetaData, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime

SCHEMA = "0002"
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
    """A form of a unit (and the units below it); without a level it belongs to none of the four."""

    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    unit_id: int = Field(foreign_key="units.id")
    level: str | None = None
    audience: str
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
    """A form under way, from its beginning on; `answers` as of the last 暂存 or section end.

    `unit_id` is whom it is filled for; `sheet_id` the returned sheet that it corrects.
    """

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "person_id", "state"), Index(None, "state", "updated_at"))

    id: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="persons.id")
    appointment_id: int | None = Field(default=None, foreign_key="appointments.id")
    unit_id: int = Field(foreign_key="units.id")
    sheet_id: int | None = Field(
        default=None,
        # a sheet refers to its first draft too: use_alter says which of the two comes later
        sa_column=Column(ForeignKey("sheets.id", use_alter=True), nullable=True, index=True),
    )
    form_version_id: int = Field(foreign_key="form_versions.id", index=True)
    state: str
    version: int = 1
    position: str | None = None
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Sheet(Table, table=True):
    """A filled form that was handed in, by its first draft; what it says is in its versions.

    `version` is the newest hand-in, `submitted_at` its time; `project` what the answer with that purpose says, as
    `storage.submission.project_key` writes it.
    """

    __tablename__ = "sheets"
    __table_args__ = (Index(None, "state", "submitted_at"),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    draft_id: str = Field(foreign_key="drafts.id", unique=True)
    form_version_id: int = Field(foreign_key="form_versions.id")
    appointment_id: int | None = Field(default=None, foreign_key="appointments.id")
    person_id: int = Field(foreign_key="persons.id", index=True)
    unit_id: int = Field(foreign_key="units.id", index=True)
    state: str
    version: int = 1
    project: str = Field(default="", index=True)
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class SheetVersion(Table, table=True):
    """One hand-in of a sheet, never changed afterwards. `state` is the engine's, `quality` what was noticed ({}:
    nothing), `contact` who handed it in.
    """

    __tablename__ = "sheet_versions"
    __table_args__ = (UniqueConstraint("sheet_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="sheets.id")
    version: int
    draft_id: str = Field(foreign_key="drafts.id", unique=True)
    contact: str = Field(foreign_key="contacts.id")
    form_version_id: int = Field(foreign_key="form_versions.id")
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    readable: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    state: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    quality: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class SheetReview(Table, table=True):
    """What an officer answered to one version of a sheet; `refs` are the questions to correct."""

    __tablename__ = "sheet_reviews"
    __table_args__ = (UniqueConstraint("sheet_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="sheets.id")
    version: int
    person_id: int = Field(foreign_key="persons.id")
    verdict: str
    comment: str = Field(sa_type=Text)
    refs: list[str] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)


class SheetText(Table, table=True):
    """A free-text answer of a sheet's newest version, for comparison only; `length` is in characters."""

    __tablename__ = "sheet_texts"
    __table_args__ = (Index(None, "form_name", "ref", "length"),)

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="sheets.id", index=True)
    form_name: str
    ref: str
    text: str = Field(sa_type=Text)
    length: int
    unit_id: int = Field(foreign_key="units.id")
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class Finding(Table, table=True):
    """One problem or risk that a version of a sheet names; `amount_fen` is money in fen."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("sheet_id", "version", "place"),)

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="sheets.id")
    version: int
    place: int
    text: str = Field(sa_type=Text)
    level: str
    measure: str = Field(sa_type=Text)
    owner: str
    deadline: date | None = None
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    ref: str
    area: str


class Media(Table, table=True):
    """A picture, recording or file that somebody sent for a question; its file goes by its SHA-256 (hex).

    `next_attempt_at`: when it may be fetched from WeChat (again), while it is pending.
    """

    __tablename__ = "media"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)

    id: str = Field(primary_key=True)
    contact: str = Field(foreign_key="contacts.id")
    person_id: int = Field(foreign_key="persons.id")
    draft_id: str = Field(foreign_key="drafts.id", index=True)
    ref: str
    kind: str
    wechat_media_id: str
    state: str
    reason: str = ""
    attempts: int = 0
    sha256: str = Field(default="", index=True)
    bytes: int = Field(default=0, sa_type=BigInteger)
    mime: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Notice(Table, table=True):
    """Something that a person is to be told, once for each subject; `sent_at`: pushed, `seen_at`: shown."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("person_id", "kind", "subject"), Index(None, "sent_at", "created_at"))

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id")
    kind: str
    subject: str
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
