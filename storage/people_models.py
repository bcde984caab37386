"""The tables that hang on a person: offices, leaves and transfers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import UtcDateTime
from storage.tables import Table

__all__ = ["Leave", "Office", "Transfer"]


class Office(Table, table=True):
    """A role of a person over a unit and everything below it, until it is ended."""

    __tablename__ = "offices"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id", index=True)
    unit_id: int = Field(foreign_key="units.id")
    role: str
    given_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Leave(Table, table=True):
    """An observer is away, both days inclusive, in the enterprise's timezone; who stands in (代填) may be nobody. One
    that ends before it begins was called off.
    """

    __tablename__ = "leaves"
    __table_args__ = (UniqueConstraint("person_id", "starts_on"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id")
    starts_on: date
    ends_on: date
    substitute_id: int | None = Field(default=None, foreign_key="persons.id", index=True)


class Transfer(Table, table=True):
    """A person goes from one unit to another, from this day on (enterprise's timezone); `state` is a TransferState.
    `made_by` is the officer, `done_at` when the person was moved. `ended` is what a planned one ended, as
    storage.keeping_views.PlannedEnd writes it.
    """

    __tablename__ = "transfers"
    __table_args__ = (Index(None, "state", "starts_on"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id", index=True)
    from_unit_id: int = Field(foreign_key="units.id")
    to_unit_id: int = Field(foreign_key="units.id")
    starts_on: date
    state: str
    made_by: int = Field(foreign_key="persons.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended: list[Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
