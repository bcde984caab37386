"""The tables of the records, as SQLModel classes; the migrations make exactly these."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field

from storage.binding_models import BindingRequest, ContactNotice, InviteCode
from storage.columns import UtcDateTime
from storage.delivery_models import Credit, Delivery, DeliveryEvent, DeliveryStatus, Reach
from storage.people_models import Leave, Office, Transfer
from storage.round_models import Due, Duty, ReminderRule, Round, RoundStep
from storage.tables import Labelled, Table, core
from storage.text_models import FindingLabel, LabelCorrection, LexiconEdit, Message, MessageLabel

__all__ = [
    "SCHEMA",
    "Appointment",
    "AuditEntry",
    "BindingRequest",
    "Contact",
    "ContactNotice",
    "Counter",
    "Credit",
    "Delivery",
    "DeliveryEvent",
    "DeliveryStatus",
    "Draft",
    "Due",
    "Duty",
    "Finding",
    "FindingLabel",
    "Form",
    "FormVersion",
    "InviteCode",
    "LabelCorrection",
    "Leave",
    "LexiconEdit",
    "Media",
    "Message",
    "MessageLabel",
    "Notice",
    "Office",
    "Person",
    "Reach",
    "ReminderRule",
    "Round",
    "RoundStep",
    "Sheet",
    "SheetReview",
    "SheetText",
    "SheetTextMark",
    "SheetVersion",
    "Table",
    "Transfer",
    "Turn",
    "Unit",
    "core",
]

SCHEMA = "0010"
"""The newest revision under migrations/versions; `Database.ping` compares it with the database's."""

_CARRIED = text("delivery_id IS NOT NULL")
_UNPLANNED = text("delivery_id IS NULL AND seen_at IS NULL AND sent_at IS NULL")


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
    """Somebody who may be bound to a contact. `generation` goes up with every change of their rights; `phone` has 11
    digits and is shown masked, but for 电话名单 (storage.delivery_queries.phones).
    """

    __tablename__ = "persons"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    staff_number: str | None = Field(default=None, unique=True)
    unit_id: int = Field(foreign_key="units.id", index=True)
    generation: int = 1
    phone: str | None = Field(default=None, repr=False)
    post: str | None = None
    superior_id: int | None = Field(default=None, foreign_key="persons.id", index=True)


class Contact(Table, table=True):
    """Our opaque id for an openid, and the person bound to it. When the account was migrated, `former_openid` is the
    one before; `moved_to`: this contact was set aside for the one that its openid belongs to from then on.
    """

    __tablename__ = "contacts"

    id: str = Field(primary_key=True)
    openid: str = Field(unique=True)
    person_id: int | None = Field(default=None, foreign_key="persons.id", unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    bound_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    former_openid: str | None = None
    moved_to: str | None = Field(default=None, foreign_key="contacts.id")


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
    one. `built_in`: it has the content of a form that comes with the product.
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
    built_in: bool = False


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
    `storage.project_names.project_key` writes it.
    """

    __tablename__ = "sheets"
    __table_args__ = (Index(None, "state", "submitted_at"), Index(None, "submitted_at"))

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
    """What an officer answered to one version of a sheet; `refs` are the questions to correct, `levels` the reviewed
    risk levels by the number of the finding, counted from 1 in the order of Finding.place.
    """

    __tablename__ = "sheet_reviews"
    __table_args__ = (UniqueConstraint("sheet_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="sheets.id")
    version: int
    person_id: int = Field(foreign_key="persons.id")
    verdict: str
    comment: str = Field(sa_type=Text)
    refs: list[str] = Field(sa_column=Column(JSON, nullable=False))
    levels: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)


class SheetText(Table, table=True):
    """A free-text answer of a sheet's newest version, for comparison only; `length` is in characters, `sketch` what
    nlp.sketches makes of the text. `unit_id`, `person_id` and `submitted_at` are the sheet's.
    """

    __tablename__ = "sheet_texts"

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="sheets.id", index=True)
    form_name: str
    ref: str
    text: str = Field(sa_type=Text)
    length: int
    sketch: bytes
    unit_id: int = Field(foreign_key="units.id")
    person_id: int = Field(foreign_key="persons.id")
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class SheetTextMark(Table, table=True):
    """One of the few marks (nlp.sketches) by which a text is looked up. `question` is a checksum of form name and ref,
    `day` the day it was handed in (UTC, as date.toordinal() counts): what the look-up begins with, in 24 bytes a row.
    """

    __tablename__ = "sheet_text_marks"
    __table_args__ = ({"sqlite_with_rowid": False},)

    mark: int = Field(primary_key=True, sa_type=Integer)
    question: int = Field(primary_key=True, sa_type=Integer)
    day: int = Field(primary_key=True, sa_type=Integer)
    text_id: int = Field(primary_key=True, foreign_key="sheet_texts.id", index=True)


class Finding(Labelled, table=True):
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
    """Something that a person is to be told, once for each subject; `seen_at`: shown. `delivery_id` is the message that
    carries it; `sent_at`: pushed, before there were deliveries.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject"),
        Index("ix_notices_delivery_id", "delivery_id", sqlite_where=_CARRIED, postgresql_where=_CARRIED),
        Index("ix_notices_unplanned", "person_id", sqlite_where=_UNPLANNED, postgresql_where=_UNPLANNED),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id")
    kind: str
    subject: str
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id")


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
