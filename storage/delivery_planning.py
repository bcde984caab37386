"""The statements that plan deliveries: one message for everything that a person is to be told now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Delivery, DeliveryEvent, Due, Notice, Person, core
from storage.vocabulary import DeliveryState, DeliveryStep

IS_PLANNED = text("deliveries.state = 'planned'")
IS_WAITING = text("deliveries.state IN ('planned', 'parked')")
"""As literals: with a bound value SQLite would not use the partial indexes of the same conditions."""
_DUE_UNPLANNED = col(Due.delivery_id).is_(None)
_NOTICE_UNPLANNED = and_(
    col(Notice.delivery_id).is_(None), col(Notice.seen_at).is_(None), col(Notice.sent_at).is_(None)
)
PLAIN: dict[str, Any] = {"synchronize_session": False}
"""Execution options of updates behind which no objects are kept."""


async def plan(session: AsyncSession, now: datetime, limit: int) -> int:
    """Plan the deliveries of up to `limit` people, who stay locked until the transaction ends; how many."""
    people = await _to_be_told(session, limit)
    if not people:
        return 0
    replaced = await _end_older(session, people, now)
    await _insert(session, people, now)
    await take_over(session, people, replaced)
    return len(people)


async def lock_people(session: AsyncSession, people: Sequence[int], *, skip: bool = False) -> list[int]:
    """Lock these people in the order of their ids; with `skip` only those whom nobody else has locked. Whoever makes a
    delivery wait holds this lock: nobody gets two.
    """
    query = select(col(Person.id)).where(col(Person.id).in_(people)).order_by(col(Person.id))
    locked = query.with_for_update(skip_locked=skip, key_share=True)
    return [person for person in (await session.execute(locked)).scalars() if person is not None]


async def _to_be_told(session: AsyncSession, limit: int) -> list[int]:
    found = await _with_something_new(session, limit)
    if not found:
        return []
    locked = await lock_people(session, found, skip=True)
    if session.get_bind().dialect.name != "postgresql":
        return locked
    # another worker may have planned them between the two statements, and committed
    return await _with_something_new(session, limit, among=locked)


async def _with_something_new(session: AsyncSession, limit: int, among: Sequence[int] | None = None) -> list[int]:
    found: set[int] = set()
    for person, unplanned in ((col(Due.recipient_id), _DUE_UNPLANNED), (col(Notice.person_id), _NOTICE_UNPLANNED)):
        query = select(person).where(unplanned).distinct().order_by(person).limit(limit)
        if among is not None:
            query = query.where(person.in_(among))
        found.update((await session.execute(query)).scalars())
    return sorted(found)[:limit]


async def _end_older(session: AsyncSession, people: Sequence[int], now: datetime) -> list[int]:
    """End what waits for these people; the ids of those whose dues and notices the new delivery takes over. One that
    may have arrived keeps them.
    """
    waiting = (
        select(col(Delivery.id), col(Delivery.ambiguous))
        .where(IS_WAITING, col(Delivery.person_id).in_(people))
        .order_by(col(Delivery.id))
        .with_for_update()
    )
    older = (await session.execute(waiting)).all()
    replaced = [int(row.id) for row in older if not row.ambiguous]
    for state, ids in (
        (DeliveryState.SUPERSEDED, replaced),
        (DeliveryState.MAYBE, [int(row.id) for row in older if row.ambiguous]),
    ):
        if ids:
            await end(session, ids, state, "newer", now)
    return replaced


async def end(session: AsyncSession, ids: Sequence[int], state: DeliveryState, detail: str, now: datetime) -> None:
    """Bring these deliveries to this end, and write it into their stories."""
    change = update(Delivery).where(col(Delivery.id).in_(ids))
    change = change.values(state=state, outcome=detail, token=None, lease_until=None, updated_at=now)
    await session.execute(change.execution_options(**PLAIN))
    await session.execute(
        insert(core(DeliveryEvent)),
        [
            {"delivery_id": number, "at": now, "what": DeliveryStep.ENDED, "detail": f"{state} {detail}".strip()}
            for number in ids
        ],
    )


async def _insert(session: AsyncSession, people: Sequence[int], now: datetime) -> None:
    delivery, event = core(Delivery), core(DeliveryEvent)
    facts = {
        "state": DeliveryState.PLANNED.value,
        "attempts": 0,
        "next_at": now,
        "ambiguous": False,
        "outcome": "",
        "created_at": now,
        "updated_at": now,
    }
    # the ids come from the database; RETURNING would go row by row on SQLite (decisions 25)
    await session.execute(insert(delivery), [{"person_id": person, **facts} for person in people])
    planned = select(
        delivery.c.id, literal(now, event.c.at.type), literal(DeliveryStep.PLANNED.value), literal("")
    ).where(IS_PLANNED, delivery.c.person_id.in_(people))
    await session.execute(insert(event).from_select(["delivery_id", "at", "what", "detail"], planned))


async def take_over(session: AsyncSession, people: Sequence[int], replaced: Sequence[int]) -> None:
    """Let the waiting deliveries of these people carry what nobody carries yet, and what the `replaced` ones did."""
    delivery = core(Delivery)
    for item, person, unplanned in (
        (core(Due), core(Due).c.recipient_id, _DUE_UNPLANNED),
        (core(Notice), core(Notice).c.person_id, _NOTICE_UNPLANNED),
    ):
        waiting = select(delivery.c.id).where(IS_WAITING, delivery.c.person_id == person).scalar_subquery()
        for condition in (unplanned, item.c.delivery_id.in_(replaced)) if replaced else (unplanned,):
            await session.execute(update(item).where(condition, person.in_(people)).values(delivery_id=waiting))
