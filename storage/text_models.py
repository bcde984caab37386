"""The tables of messages, of the labels of texts and their corrections, and of the lexicon that staff edit."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import UtcDateTime
from storage.tables import Labelled, Table


class Message(Labelled, table=True):
    """What somebody told outside of a form and confirmed. `unit_id` was the writer's unit then; `turn_key` is the
    message key of the turn that kept it.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("contact", "turn_key"), Index(None, "submitted_at"))

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    contact: str = Field(foreign_key="contacts.id")
    person_id: int | None = Field(default=None, foreign_key="persons.id", index=True)
    unit_id: int = Field(foreign_key="units.id", index=True)
    turn_key: str
    kind: str
    text: str = Field(sa_type=Text)
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class MessageLabel(Table, table=True):
    """A label that counts of a message; `kind` is the key of its list: disciplines, fields, eight_rules."""

    __tablename__ = "message_labels"
    __table_args__ = (Index(None, "kind", "label"),)

    message_id: int = Field(foreign_key="messages.id", primary_key=True)
    kind: str = Field(primary_key=True)
    label: str = Field(primary_key=True)


class FindingLabel(Table, table=True):
    """A label that counts of a finding; see MessageLabel."""

    __tablename__ = "finding_labels"
    __table_args__ = (Index(None, "kind", "label"),)

    finding_id: int = Field(foreign_key="findings.id", primary_key=True)
    kind: str = Field(primary_key=True)
    label: str = Field(primary_key=True)


class LabelCorrection(Table, table=True):
    """What an officer said of a message or a finding: an example to learn from, never changed. `before` and `after` are
    whole labels.
    """

    __tablename__ = "label_corrections"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int | None = Field(default=None, foreign_key="messages.id", index=True)
    finding_id: int | None = Field(default=None, foreign_key="findings.id", index=True)
    text: str = Field(sa_type=Text)
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    person_id: int = Field(foreign_key="persons.id")
    at: datetime = Field(sa_type=UtcDateTime)


class LexiconEdit(Table, table=True):
    """One edit of the lexicon, or (`undoes`) the undoing of one; the id is the version, without gaps."""

    __tablename__ = "lexicon_edits"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    word: str = Field(index=True)
    labels: list[str] = Field(sa_column=Column(JSON, nullable=False))
    weight: int
    note: str = Field(sa_type=Text)
    person_id: int = Field(foreign_key="persons.id")
    at: datetime = Field(sa_type=UtcDateTime)
    undoes: int | None = Field(default=None, foreign_key="lexicon_edits.id", unique=True)
