"""What claimed deliveries have to say, and to whom: read when they are claimed, so that it is what stands then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.delivery_heirs import still_stands_in
from storage.delivery_views import ClaimedDelivery, NoticeItem, OwedItem, Reachable
from storage.form_titles import FormTitles
from storage.models import (
    Appointment,
    Contact,
    Credit,
    Delivery,
    Due,
    Duty,
    Notice,
    Office,
    Person,
    Reach,
    Round,
    RoundStep,
    Unit,
)
from storage.round_filling import OFFICERS, SUPERIOR
from storage.statements import Executor
from storage.tree import below, running
from storage.vocabulary import DeliveryWay, NoticeKind, Role

_TODAY: BindParameter[date] = bindparam("today", type_=Date)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_DELIVERY = (
    *(col(Delivery.id), col(Delivery.token), col(Delivery.person_id), col(Delivery.created_at), col(Delivery.next_at)),
    *(col(Delivery.way), col(Delivery.attempts), col(Delivery.first_attempt_at), col(Delivery.ambiguous)),
)


def _is_still_officer() -> ColumnElement[bool]:
    seat, home = aliased(Unit), aliased(Unit)
    return exists(
        select(col(Office.id))
        .join(seat, col(seat.id) == col(Office.unit_id))
        .join(home, col(home.id) == col(Duty.unit_id))
        .where(
            col(Office.person_id) == col(Due.recipient_id),
            col(Office.ended_at).is_(None),
            col(Office.role) == Role.OFFICER,
            below(col(home.path), col(seat.path)),
        )
    ).correlate(Due, Duty)


def _telling(*columns: Any) -> Any:
    """What the deliveries `ids` still have to tell on `today`: of duties that somebody owes, an observer or superior
    only while the appointment runs (nobody can hand in after it, decisions 27), who stands in for the observer only
    while the leave lasts, and officers only while they hold an office over the unit.
    """
    audience = func.coalesce(col(RoundStep.audience), "")
    return (
        select(*columns)
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
            or_(
                and_(audience != OFFICERS, running(_TODAY), or_(audience == SUPERIOR, still_stands_in(_TODAY))),
                and_(col(RoundStep.audience) == OFFICERS, _is_still_officer()),
            ),
        )
    )


# building them takes as long as running them
_OWED_COUNTS = _telling(col(Due.delivery_id), func.count(col(Due.duty_id).distinct())).group_by(col(Due.delivery_id))
_OWED = (
    _telling(
        *(col(Due.delivery_id), col(Due.duty_id), col(RoundStep.audience)),
        *(col(Round.form_name), col(Round.label), col(Round.subject), col(Round.due_at)),
        *(col(Appointment.level), col(Duty.person_id), col(Person.name)),
        *(col(Unit.id).label("unit_id"), col(Unit.name).label("unit_name"), col(Unit.path)),
    )
    .join(Round, col(Round.id) == col(Duty.round_id))
    .join(Person, col(Person.id) == col(Duty.person_id))
    .join(Unit, col(Unit.id) == col(Duty.unit_id))
    .order_by(col(Round.due_at), col(Duty.id), col(Due.place))
)
_UNSEEN_COUNTS = (
    select(col(Notice.delivery_id), func.count())
    .where(col(Notice.delivery_id).in_(_IDS), col(Notice.seen_at).is_(None))
    .group_by(col(Notice.delivery_id))
)
_CLAIMED: Any = (
    select(*_DELIVERY, col(Person.name), col(Unit.timezone))
    .join(Person, col(Person.id) == col(Delivery.person_id))
    .join(Unit, col(Unit.id) == col(Person.unit_id))
    .where(col(Delivery.id).in_(_IDS))
    .order_by(col(Delivery.next_at), col(Delivery.id))
)
_CONTACTS = select(col(Contact.person_id), col(Contact.id), col(Contact.openid)).where(col(Contact.person_id).in_(_IDS))
_REACHES = _CONTACTS.add_columns(
    col(Reach.contact).label("known"),
    *(col(Reach.wrote_at), col(Reach.used), col(Reach.gone), col(Reach.declined)),
).outerjoin(Reach, col(Reach.contact) == col(Contact.id))
_TICKS = select(col(Credit.contact), col(Credit.template), col(Credit.left)).where(
    col(Credit.contact).in_(_IDS), col(Credit.left) > 0
)
_UNSEEN = (
    select(col(Notice.id), col(Notice.delivery_id), col(Notice.kind), col(Notice.body), col(Notice.created_at))
    .where(col(Notice.delivery_id).in_(_IDS), col(Notice.seen_at).is_(None))
    .order_by(col(Notice.created_at), col(Notice.id))
)


async def load(executor: Executor, ids: Sequence[int], titles: FormTitles, today: date) -> tuple[ClaimedDelivery, ...]:
    """These deliveries, in the order of their time, each with what there is to say on `today`, the enterprise's day."""
    rows = (await executor.execute(_CLAIMED, {"ids": ids})).all()
    reaches = await _reaches(executor, [row.person_id for row in rows])
    owed, notices = await _owed(executor, ids, titles, today), await _notices(executor, ids)
    return tuple(
        ClaimedDelivery(
            id=row.id,
            token=row.token or "",
            person_id=row.person_id,
            name=row.name,
            timezone=row.timezone,
            created_at=row.created_at,
            next_at=row.next_at,
            way=DeliveryWay(row.way) if row.way else None,
            attempts=row.attempts,
            first_attempt_at=row.first_attempt_at,
            ambiguous=row.ambiguous,
            reach=reaches.get(row.person_id),
            owed=tuple(owed.get(row.id, ())),
            notices=tuple(notices.get(row.id, ())),
        )
        for row in rows
    )


async def counts(executor: Executor, ids: Sequence[int], today: date) -> dict[int, tuple[int, int]]:
    """How many duties that are still to be told of on `today`, and how many notices that were not seen, these
    deliveries carry.
    """
    owed, unseen = {"ids": ids, "today": today}, {"ids": ids}
    duties = {number: count for number, count in (await executor.execute(_OWED_COUNTS, owed)).all()}
    notices = {number: count for number, count in (await executor.execute(_UNSEEN_COUNTS, unseen)).all()}
    return {number: (duties.get(number, 0), notices.get(number, 0)) for number in ids}


async def contacts(executor: Executor, people: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The contacts that these people are bound to now, with their openids."""
    rows = (await executor.execute(_CONTACTS, {"ids": people})).all()
    return {row.person_id: (row.id, row.openid) for row in rows if row.person_id is not None}


async def _reaches(executor: Executor, people: Sequence[int]) -> dict[int, Reachable]:
    rows = (await executor.execute(_REACHES, {"ids": people})).all()
    credits: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for contact, template, left in (await executor.execute(_TICKS, {"ids": [row.id for row in rows]})).all():
        credits[contact][template] = left
    return {row.person_id: _reachable(row, credits.get(row.id, {})) for row in rows}


def _reachable(row: Any, credits: Mapping[str, int]) -> Reachable:
    if row.known is None:
        return Reachable(row.id, row.openid, credits=credits)
    return Reachable(row.id, row.openid, row.wrote_at, row.used, row.gone, row.declined, credits)


async def _owed(
    executor: Executor, ids: Sequence[int], titles: FormTitles, today: date
) -> Mapping[int, list[OwedItem]]:
    found: defaultdict[int, dict[int, OwedItem]] = defaultdict(dict)
    for row in (await executor.execute(_OWED, {"ids": ids, "today": today})).all():
        found[row.delivery_id][row.duty_id] = _owed_item(row, titles)  # of several steps about one duty the last
    return {number: list(items.values()) for number, items in found.items()}


def _owed_item(row: Any, titles: FormTitles) -> OwedItem:
    return OwedItem(
        duty_id=row.duty_id,
        audience=row.audience or "",
        title=titles.title(row.form_name, row.level, row.path),
        period=row.label,
        subject=row.subject,
        due_at=row.due_at,
        person_id=row.person_id,
        person_name=row.name,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
    )


async def _notices(executor: Executor, ids: Sequence[int]) -> Mapping[int, list[NoticeItem]]:
    found: defaultdict[int, list[NoticeItem]] = defaultdict(list)
    for row in (await executor.execute(_UNSEEN, {"ids": ids})).all():
        item = NoticeItem(row.id, NoticeKind(row.kind), row.body, row.created_at)
        found[row.delivery_id].append(item)
    return found
