"""What a 催办 was to tell a substitute (代填) who does not stand in any more goes to who owes it now."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Delivery, Due, Duty, Leave, core
from storage.round_filling import substitute
from storage.round_models import ASKED
from storage.statements import Executor, dialect_of
from storage.tree import away, running
from storage.vocabulary import DeliveryState

_TODAY: BindParameter[date] = bindparam("today", type_=Date)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_COMING = (DeliveryState.PLANNED, DeliveryState.PARKED, DeliveryState.ATTEMPTING)


def still_stands_in(today: BindParameter[date]) -> ColumnElement[bool]:
    """Whether the recipient of Due is who owes the Duty, or stands in for them that day."""
    leave = exists(
        select(col(Leave.id)).where(
            col(Leave.person_id) == col(Duty.person_id), col(Leave.substitute_id) == col(Due.recipient_id), away(today)
        )
    ).correlate(Due, Duty)
    return or_(col(Due.recipient_id) == col(Duty.person_id), leave)


async def hand_over(executor: Executor, ids: Sequence[int], today: date) -> None:
    """Make dues for whoever stands in on `today` (the enterprise's), or else owes it, of what these deliveries were to
    tell somebody who stands in no more, because an officer asked: behind a 催办 comes no step that would tell who owes
    it then. Unless they were told by a later 催办, or will be by a message that waits.
    """
    await executor.execute(_hand_over(dialect_of(executor)), {"ids": ids, "today": today})


@cache
def _hand_over(dialect: str) -> Any:
    heir = func.coalesce(substitute(col(Duty.person_id), _TODAY), col(Duty.person_id))
    rows = (
        select(col(Due.duty_id), col(Due.place), heir)
        .select_from(Due)
        .join(Duty, col(Duty.id) == col(Due.duty_id))
        .join(Appointment, col(Appointment.id) == col(Duty.appointment_id))
        .where(
            col(Due.delivery_id).in_(_IDS),
            col(Duty.done_at).is_(None),
            col(Duty.excused_at).is_(None),
            running(_TODAY),
            col(Due.place) >= ASKED,
            ~still_stands_in(_TODAY),
            ~_hears_of_it(heir),
        )
        .order_by(col(Due.duty_id), col(Due.place))
    )
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    columns = ["duty_id", "place", "recipient_id"]
    return insert(core(Due)).from_select(columns, rows).on_conflict_do_nothing()


def _hears_of_it(heir: Any) -> ColumnElement[bool]:
    """Whether `heir` was told of the duty by the 催办 of this day or a later one, or will be by a message."""
    other, message = aliased(Due), aliased(Delivery)
    later = col(other.place) >= col(Due.place)
    coming = or_(col(other.delivery_id).is_(None), col(message.state).in_(_COMING))
    return exists(
        select(col(other.duty_id))
        .outerjoin(message, col(message.id) == col(other.delivery_id))
        .where(col(other.duty_id) == col(Due.duty_id), col(other.recipient_id) == heir, or_(later, coming))
    ).correlate(Due, Duty)
