"""What was to be told to a substitute (代填) who does not stand in any more goes to who owes it now."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Delivery, Due, Duty, Leave, RoundStep, core
from storage.round_filling import OFFICERS, SUPERIOR, substitute
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
    tell somebody who stands in no more; unless they were told of the duty by this step or a later one, or will be
    by a message that waits.
    """
    await executor.execute(_hand_over(dialect_of(executor)), {"ids": ids, "today": today})


@cache
def _hand_over(dialect: str) -> Any:
    heir = func.coalesce(substitute(col(Duty.person_id), _TODAY), col(Duty.person_id))
    audience = func.coalesce(col(RoundStep.audience), "")
    rows = (
        select(col(Due.duty_id), col(Due.place), heir)
        .select_from(Due)
        .join(Duty, col(Duty.id) == col(Due.duty_id))
        .join(Appointment, col(Appointment.id) == col(Duty.appointment_id))
        .outerjoin(
            RoundStep, and_(col(RoundStep.round_id) == col(Duty.round_id), col(RoundStep.place) == col(Due.place))
        )
        .where(
            col(Due.delivery_id).in_(_IDS),
            col(Duty.done_at).is_(None),
            col(Duty.excused_at).is_(None),
            running(_TODAY),
            audience.not_in((OFFICERS, SUPERIOR)),
            ~still_stands_in(_TODAY),
            ~_hears_of_it(heir),
        )
        .order_by(col(Due.duty_id), col(Due.place))
    )
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    columns = ["duty_id", "place", "recipient_id"]
    return insert(core(Due)).from_select(columns, rows).on_conflict_do_nothing()


def _hears_of_it(heir: Any) -> ColumnElement[bool]:
    """Whether `heir` was told of the duty by this step of a ladder (or 催办 of a day) or a later one, or will be."""
    other, message = aliased(Due), aliased(Delivery)
    later = and_(
        col(other.place) >= col(Due.place), or_(col(Due.place) >= ASKED, col(other.place) < ASKED)
    )  # a 催办 says nothing of the steps before it
    coming = or_(col(other.delivery_id).is_(None), col(message.state).in_(_COMING))
    return exists(
        select(col(other.duty_id))
        .outerjoin(message, col(message.id) == col(other.delivery_id))
        .where(col(other.duty_id) == col(Due.duty_id), col(other.recipient_id) == heir, or_(later, coming))
    ).correlate(Due, Duty)
