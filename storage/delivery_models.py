"""The tables of what is sent to people: deliveries, their stories, and by which ways a person can be reached."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from storage.columns import UtcDateTime
from storage.tables import Table

__all__ = ["Credit", "Delivery", "DeliveryEvent", "DeliveryStatus", "Reach"]

_PLANNED = text("state = 'planned'")
_WAITING = text("state IN ('planned', 'parked')")
_LEASED = text("lease_until IS NOT NULL")
_KEYED = text("msg_key IS NOT NULL")


class Delivery(Table, table=True):
    """One message to one person (推送): the outbox row and its fate. What it says is rendered when it is sent, from
    the dues and notices that name it.

    `token` is the claim of the worker that has it until `lease_until`; `next_at`: when it may be tried (again).
    `first_attempt_at` begins the nine minutes within which a template may be repeated, `attempts` counts since then;
    `ambiguous`: one of them may have arrived. `msg_key` is how status events name it (a template's msgid, or template
    and contact of a notification). `outcome` is the last errcode or reason, for people at 推送.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_planned", "next_at", sqlite_where=_PLANNED, postgresql_where=_PLANNED),
        # nobody has two messages waiting: a newer one takes over what an older one was to say
        Index("ix_deliveries_waiting", "person_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_deliveries_leased", "lease_until", sqlite_where=_LEASED, postgresql_where=_LEASED),
        Index("ix_deliveries_msg_key", "msg_key", sqlite_where=_KEYED, postgresql_where=_KEYED),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id", index=True)
    state: str
    way: str | None = None
    attempts: int = 0
    token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_at: datetime = Field(sa_type=UtcDateTime)
    first_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ambiguous: bool = False
    msg_key: str | None = None
    outcome: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class DeliveryEvent(Table, table=True):
    """One line of the story of a delivery; never changed. `what` is a DeliveryStep; `detail` an errcode or a reason."""

    __tablename__ = "delivery_events"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="deliveries.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    what: str
    way: str | None = None
    detail: str = ""


class DeliveryStatus(Table, table=True):
    """What a status event said of a sending whose answer was not stored yet; gone as soon as it was (msg_key)."""

    __tablename__ = "delivery_statuses"

    key: str = Field(primary_key=True)
    state: str
    detail: str = ""
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Reach(Table, table=True):
    """By which ways a contact can be reached, as events told us.

    `wrote_at` is when they last wrote, kept to the hour (DESIGN.md, One turn: window times), `used` the
    customer-service messages since. `gone` says why nothing reaches them (unfollowed, or WeChat's errcode), `declined`
    that they want only what their duty asks (停止提醒).
    """

    __tablename__ = "reaches"

    contact: str = Field(primary_key=True, foreign_key="contacts.id")
    wrote_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used: int = 0
    gone: str = ""
    declined: bool = False


class Credit(Table, table=True):
    """Ticks of a contact for a subscription template that were not used yet: each allows one notification."""

    __tablename__ = "credits"

    contact: str = Field(primary_key=True, foreign_key="contacts.id")
    template: str = Field(primary_key=True)
    left: int = 0
