"""The tables by which a contact comes to a person: invite codes, requests to be bound, and what contacts are told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import UtcDateTime
from storage.tables import Table

__all__ = ["BindingRequest", "ContactNotice", "InviteCode"]


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


class BindingRequest(Table, table=True):
    """A contact says that it is this person; an officer answers. `state` is a RequestState, `decided_by` who."""

    __tablename__ = "binding_requests"
    __table_args__ = (Index(None, "contact", "state"), Index(None, "state", "person_id"))

    id: int | None = Field(default=None, primary_key=True)
    contact: str = Field(foreign_key="contacts.id")
    person_id: int = Field(foreign_key="persons.id")
    state: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="persons.id")


class ContactNotice(Table, table=True):
    """As Notice, for a contact that no person is bound to (any more): once for each subject."""

    __tablename__ = "contact_notices"
    __table_args__ = (UniqueConstraint("contact", "kind", "subject"), Index(None, "sent_at", "created_at"))

    id: int | None = Field(default=None, primary_key=True)
    contact: str = Field(foreign_key="contacts.id")
    kind: str
    subject: str
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
