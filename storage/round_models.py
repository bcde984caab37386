"""The tables of reminder rules and what they make: rounds, their steps, duties and dues."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlmodel import Field

from storage.columns import UtcDateTime
from storage.tables import Table

__all__ = ["ASKED", "Due", "Duty", "ReminderRule", "Round", "RoundStep"]


ASKED = 1000
"""Due.place of an officer's 催办: ASKED and the days since storage.chasing.FIRST_DAY, so that a duty is asked about
once a day; the places of a ladder are far below.
"""


class ReminderRule(Table, table=True):
    """A reminder rule (DOMAIN.md, Reminders). `rule` is the whole of it as handlers.rounds.rule writes it; `kind`,
    `form_name` and `unit_id` are what queries need of it. `version` goes up with every edit; a rule is never deleted.
    """

    __tablename__ = "reminder_rules"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    form_name: str
    unit_id: int = Field(foreign_key="units.id", index=True)
    rule: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    version: int = 1
    active: bool = True
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Round(Table, table=True):
    """One period of one rule. `rule` is the rule as it was when the round was made: later edits do not change what it
    asks. Sheets handed in from `counts_from` on count. `subject` is the project of a node round, or the holiday of a
    notice; else empty. `cursor` is the last appointment that was looked at, `lease_until` says how long a worker has
    it.
    """

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("rule_id", "period"), Index(None, "state", "due_at"))

    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = Field(foreign_key="reminder_rules.id")
    period: str
    label: str
    subject: str = ""
    form_name: str
    level: str
    unit_id: int = Field(foreign_key="units.id")
    rule: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    counts_from: datetime = Field(sa_type=UtcDateTime)
    opens_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    cursor: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    made_at: datetime = Field(sa_type=UtcDateTime)


class RoundStep(Table, table=True):
    """A step of a round's ladder: when it comes, and whether its dues were made. `place` is its number in the ladder
    of the round's rule, from 0; `cursor` the last duty that was looked at.
    """

    __tablename__ = "round_steps"
    __table_args__ = (
        Index(
            "ix_round_steps_waiting",
            "at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    round_id: int = Field(primary_key=True, foreign_key="rounds.id", sa_type=Integer)
    place: int = Field(primary_key=True, sa_type=Integer)
    name: str
    audience: str
    at: datetime = Field(sa_type=UtcDateTime)
    state: str
    cursor: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Duty(Table, table=True):
    """What one appointment owes in one round (应交任务), fixed when the round opens. `person_id` and `unit_id` are the
    appointment's then. `sheet_id` is what was handed in for it; `excused_at`: an officer says that it is not owed.
    A large round writes 100,000 rows, so there are few indexes (a person's duties are found by their appointments)
    and no foreign keys but the sheet's: what the rows name is never deleted, and was read by the same statement.
    """

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("appointment_id", "round_id"),
        Index(
            "ix_duties_sheet_id",
            "sheet_id",
            sqlite_where=text("sheet_id IS NOT NULL"),
            postgresql_where=text("sheet_id IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(index=True)
    appointment_id: int
    person_id: int
    unit_id: int
    sheet_id: int | None = Field(default=None, foreign_key="sheets.id")
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    excused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Due(Table, table=True):
    """One duty that one step tells one person about, once; `delivery_id` is the message that carries it. `place` is the
    RoundStep's; from ASKED on it is an officer's 催办. Narrow: a round of a large group makes 100,000 at once, hence no
    foreign keys to duty and person, see Duty.
    """

    __tablename__ = "dues"
    __table_args__ = (
        Index(
            "ix_dues_unplanned",
            "recipient_id",
            sqlite_where=text("delivery_id IS NULL"),
            postgresql_where=text("delivery_id IS NULL"),
        ),
        # partial, or SQLite would look for what is unplanned in it, row by row
        Index(
            "ix_dues_delivery_id",
            "delivery_id",
            sqlite_where=text("delivery_id IS NOT NULL"),
            postgresql_where=text("delivery_id IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    duty_id: int = Field(primary_key=True, sa_type=Integer)
    place: int = Field(primary_key=True, sa_type=SmallInteger)
    recipient_id: int = Field(primary_key=True, sa_type=Integer)
    delivery_id: int | None = Field(default=None, foreign_key="deliveries.id")
