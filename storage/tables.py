"""What all tables have in common: the names of constraints, and the labels of those that hold classified texts."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy
from sqlalchemy import JSON, MetaData
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


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


class Labelled(Table):
    """What a table of classified texts keeps of a text's labels.

    `classification` is the machine's word ({}: never asked), `correction` an officer's beside it (whole labels). The
    columns `intent`, `severity`, `negated`, and the table of the text's other labels, are what counts of the two;
    `labels_version` goes up with every change. `lexicon` and `classifier` made the classification.
    """

    classification: dict[str, Any] = Field(sa_type=JSON)
    correction: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    intent: str
    severity: str
    negated: bool
    labels_version: int
    lexicon: int
    classifier: str
    corrected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    corrected_by: int | None = Field(default=None, foreign_key="persons.id")
