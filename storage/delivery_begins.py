"""Writes that claimed deliveries are being sent now, each unless something has changed since it was claimed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, select, update
from sqlmodel import col

from storage import delivery_items
from storage.delivery_planning import IS_PLANNED
from storage.delivery_story import name_sendings, tell_story
from storage.delivery_views import Attempt, ClaimedDelivery
from storage.models import Delivery, core
from storage.statements import Executor
from storage.vocabulary import DeliveryState, DeliveryStep, DeliveryWay

_DELIVERY = core(Delivery)
_IDS: Any = bindparam("ids", expanding=True)
_PLANNED = (
    select(col(Delivery.id), col(Delivery.token))
    .where(IS_PLANNED, col(Delivery.id).in_(_IDS))
    .order_by(col(Delivery.id))
    .with_for_update()
)
_GIVE_BACK = update(_DELIVERY).where(_DELIVERY.c.id.in_(_IDS)).values(token=None, lease_until=None)
_SAME_WAY = and_(_DELIVERY.c.way == bindparam("by"), _DELIVERY.c.first_attempt_at.is_not(None))
_BEGIN = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id.in_(_IDS))
    .values(
        state=DeliveryState.ATTEMPTING.value,
        way=bindparam("by"),
        attempts=case((_SAME_WAY, _DELIVERY.c.attempts + 1), else_=1),
        first_attempt_at=case((_SAME_WAY, _DELIVERY.c.first_attempt_at), else_=bindparam("at")),
        lease_until=bindparam("until"),
        msg_key=None,
        updated_at=bindparam("at"),
    )
)


async def begin(
    executor: Executor, attempts: Sequence[Attempt], now: datetime, until: datetime, today: date
) -> frozenset[int]:
    """See DeliveryWork.begin; in the transaction of `executor`."""
    mine = await _still_mine(executor, [attempt.delivery for attempt in attempts])
    said = await delivery_items.counts(executor, sorted(mine), today)
    bound = await delivery_items.contacts(executor, sorted(each.person_id for each in mine.values()))
    stale = [
        number
        for number, delivery in mine.items()
        if said[number] != _counted(delivery) or bound.get(delivery.person_id) != _contact(delivery)
    ]
    if stale:
        await executor.execute(_GIVE_BACK, {"ids": stale})
    begun = [attempt for attempt in attempts if attempt.delivery.id in mine.keys() - set(stale)]
    by_way: defaultdict[DeliveryWay, list[int]] = defaultdict(list)
    for attempt in begun:
        by_way[attempt.way].append(attempt.delivery.id)
    for way, ids in by_way.items():
        await executor.execute(_BEGIN, {"ids": ids, "by": way.value, "at": now, "until": until})
        await tell_story(executor, ids, now, DeliveryStep.ATTEMPT, way=way)
    await name_sendings(executor, {each.delivery.id: each.msg_key for each in begun if each.msg_key})
    return frozenset(attempt.delivery.id for attempt in begun)


async def _still_mine(executor: Executor, claimed: Sequence[ClaimedDelivery]) -> Mapping[int, ClaimedDelivery]:
    """Those that are still planned under this worker's claim, locked."""
    by_id = {delivery.id: delivery for delivery in claimed}
    rows = (await executor.execute(_PLANNED, {"ids": list(by_id)})).all()
    return {row.id: by_id[row.id] for row in rows if row.token == by_id[row.id].token}


def _counted(delivery: ClaimedDelivery) -> tuple[int, int]:
    return len(delivery.owed), len(delivery.notices)


def _contact(delivery: ClaimedDelivery) -> tuple[str, str] | None:
    """An account's migration renames openids while claims stand."""
    return None if delivery.reach is None else (delivery.reach.contact, delivery.reach.openid)
