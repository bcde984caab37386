"""The statements that plan deliveries: one message for everything that a person is to be told now.

They are built once: building one takes longer than running it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, literal, select, text, update
from sqlmodel import col

from storage.delivery_story import tell_end, tell_story
from storage.models import Delivery, Due, Notice, Person, core
from storage.statements import Executor, dialect_of
from storage.vocabulary import DeliveryState, DeliveryStep

IS_PLANNED = text("deliveries.state = 'planned'")
IS_WAITING = text("deliveries.state IN ('planned', 'parked')")
"""As literals: with a bound value SQLite would not use the partial indexes of the same conditions."""
PLAIN: dict[str, Any] = {"synchronize_session": False}
"""Execution options of updates behind which no objects are kept."""

_DELIVERY = core(Delivery)
_IDS: Any = bindparam("ids", expanding=True)
_DUE_UNPLANNED = col(Due.delivery_id).is_(None)
_NOTICE_UNPLANNED = and_(
    col(Notice.delivery_id).is_(None), col(Notice.seen_at).is_(None), col(Notice.sent_at).is_(None)
)
_NEWS = tuple(
    select(person).where(unplanned).distinct().order_by(person).limit(bindparam("most"))
    for person, unplanned in ((col(Due.recipient_id), _DUE_UNPLANNED), (col(Notice.person_id), _NOTICE_UNPLANNED))
)
_NEWS_AMONG = tuple(
    query.where(person.in_(_IDS))
    for query, person in zip(_NEWS, (col(Due.recipient_id), col(Notice.person_id)), strict=True)
)
_LOCKING = tuple(
    select(col(Person.id))
    .where(col(Person.id).in_(_IDS))
    .order_by(col(Person.id))
    .with_for_update(skip_locked=skip, key_share=True)
    for skip in (False, True)
)
_OLDER = (
    select(col(Delivery.id), col(Delivery.ambiguous))
    .where(IS_WAITING, col(Delivery.person_id).in_(_IDS))
    .order_by(col(Delivery.id))
    .with_for_update()
)
_END = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id.in_(_IDS))
    .values(
        state=bindparam("ended"), outcome=bindparam("why"), token=None, lease_until=None, updated_at=bindparam("at")
    )
)
_PLAN = insert(_DELIVERY).from_select(
    ["person_id", "state", "attempts", "next_at", "ambiguous", "outcome", "created_at", "updated_at"],
    select(
        core(Person).c.id,
        literal(DeliveryState.PLANNED.value),
        literal(0),
        bindparam("at", type_=_DELIVERY.c.next_at.type),
        literal(False),
        literal(""),
        *(bindparam("at", type_=_DELIVERY.c.next_at.type) for _ in range(2)),
    ).where(core(Person).c.id.in_(_IDS)),
)
_PLANNED = select(_DELIVERY.c.id).where(IS_PLANNED, _DELIVERY.c.person_id.in_(_IDS))


def _taking(item: Any, person: Any, *conditions: Any) -> Any:
    waiting = select(_DELIVERY.c.id).where(IS_WAITING, _DELIVERY.c.person_id == person).scalar_subquery()
    return update(item).where(*conditions, person.in_(_IDS)).values(delivery_id=waiting)


_DUE, _NOTICE = core(Due), core(Notice)
_TAKE_NEW = (
    _taking(_DUE, _DUE.c.recipient_id, _DUE_UNPLANNED),
    _taking(_NOTICE, _NOTICE.c.person_id, _NOTICE_UNPLANNED),
)
_TAKE_OLD = tuple(
    _taking(item, person, item.c.delivery_id.in_(bindparam("replaced", expanding=True)))
    for item, person in ((_DUE, _DUE.c.recipient_id), (_NOTICE, _NOTICE.c.person_id))
)


async def plan(executor: Executor, now: datetime, limit: int) -> int:
    """Plan the deliveries of up to `limit` people, who stay locked until the transaction ends; how many."""
    people = await _to_be_told(executor, limit)
    if not people:
        return 0
    replaced = await _end_older(executor, people, now)
    await _insert(executor, people, now)
    await take_over(executor, people, replaced)
    return len(people)


async def lock_people(executor: Executor, people: Sequence[int], *, skip: bool = False) -> list[int]:
    """Lock these people in the order of their ids; with `skip` only those whom nobody else has locked. Whoever makes a
    delivery wait holds this lock: nobody gets two.
    """
    locked = await executor.execute(_LOCKING[skip], {"ids": people})
    return [person for person in locked.scalars() if person is not None]


async def _to_be_told(executor: Executor, limit: int) -> list[int]:
    found = await _with_something_new(executor, limit)
    if not found:
        return []
    locked = await lock_people(executor, found, skip=True)
    if dialect_of(executor) != "postgresql":
        return locked
    # another worker may have planned them between the two statements, and committed
    return await _with_something_new(executor, limit, among=locked)


async def _with_something_new(executor: Executor, limit: int, among: Sequence[int] | None = None) -> list[int]:
    found: set[int] = set()
    for query in _NEWS if among is None else _NEWS_AMONG:
        wanted = {"most": limit} if among is None else {"most": limit, "ids": among}
        found.update((await executor.execute(query, wanted)).scalars())
    return sorted(found)[:limit]


async def _end_older(executor: Executor, people: Sequence[int], now: datetime) -> list[int]:
    """End what waits for these people; the ids of those whose dues and notices the new delivery takes over. One that
    may have arrived keeps them.
    """
    older = (await executor.execute(_OLDER, {"ids": people})).all()
    replaced = [int(row.id) for row in older if not row.ambiguous]
    for state, ids in (
        (DeliveryState.SUPERSEDED, replaced),
        (DeliveryState.MAYBE, [int(row.id) for row in older if row.ambiguous]),
    ):
        if ids:
            await executor.execute(_END, {"ids": ids, "ended": state.value, "why": "newer", "at": now})
            await tell_end(executor, ids, now, state, "newer")
    return replaced


async def _insert(executor: Executor, people: Sequence[int], now: datetime) -> None:
    # the ids come from the database; RETURNING would go row by row on SQLite (decisions 25)
    await executor.execute(_PLAN, {"ids": people, "at": now})
    planned = [row.id for row in await executor.execute(_PLANNED, {"ids": people})]
    await tell_story(executor, planned, now, DeliveryStep.PLANNED)


async def take_over(executor: Executor, people: Sequence[int], replaced: Sequence[int]) -> None:
    """Let the waiting deliveries of these people carry what nobody carries yet, and what the `replaced` ones did."""
    for statement in _TAKE_NEW:
        await executor.execute(statement, {"ids": people})
    for statement in _TAKE_OLD if replaced else ():
        await executor.execute(statement, {"ids": people, "replaced": replaced})
