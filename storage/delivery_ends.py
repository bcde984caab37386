"""Writes what became of claimed deliveries: their state and story, and what it says of the ways to their people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, bindparam, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.delivery_planning import IS_WAITING, PLAIN, lock_people, take_over
from storage.delivery_views import DeliveryResult
from storage.models import Contact, Credit, Delivery, DeliveryEvent, Notice, Office, Person, Reach, Unit, core
from storage.notices import tell
from storage.tree import below
from storage.vocabulary import DeliveryState, DeliveryStep, DeliveryWay, NoticeKind, Role

WAITING = frozenset({DeliveryState.PLANNED, DeliveryState.PARKED})
_MINE = frozenset({DeliveryState.PLANNED, DeliveryState.ATTEMPTING, DeliveryState.MAYBE})
"""In these states a claim still counts: also when the lease ran out and somebody else wrote MAYBE meanwhile."""
_USED = frozenset({DeliveryState.SENT, DeliveryState.MAYBE})
_STEPS: Mapping[DeliveryState, DeliveryStep] = {
    DeliveryState.SENT: DeliveryStep.SENT,
    DeliveryState.PLANNED: DeliveryStep.WAITS,
    DeliveryState.PARKED: DeliveryStep.PARKED,
}


async def write_results(session: AsyncSession, results: Sequence[DeliveryResult], now: datetime) -> None:
    """Write these results, in the transaction of `session`. What is not this worker's any more keeps its state."""
    if not results:
        return
    waiting = [result.delivery.person_id for result in results if result.state in WAITING]
    if waiting:
        await lock_people(session, waiting)
    mine = await _mine(session, results)
    newer = await _waiting_for(session, [result for result in mine if result.state in WAITING])
    rows = [_row(result, now, is_replaced=result.delivery.person_id in newer) for result in mine]
    if rows:
        await session.execute(_END, rows)
        await session.execute(insert(core(DeliveryEvent)), [_event(row) for row in rows])
    replaced = [row for row in rows if row["state"] == DeliveryState.SUPERSEDED and row["detail"] == "newer"]
    if replaced:
        people = [result.delivery.person_id for result in mine if result.delivery.person_id in newer]
        await take_over(session, people, [row["of"] for row in replaced])
    await _charge(session, results)
    await _see(session, results, now)
    for result in mine:
        if result.state is DeliveryState.UNREACHABLE:
            await _tell_officers(session, result, now)


async def _mine(session: AsyncSession, results: Sequence[DeliveryResult]) -> list[DeliveryResult]:
    """Those whose delivery is still under this worker's claim; all are locked."""
    query = (
        select(col(Delivery.id), col(Delivery.token), col(Delivery.state))
        .where(col(Delivery.id).in_([result.delivery.id for result in results]))
        .order_by(col(Delivery.id))
        .with_for_update()
    )
    stands = {row.id: row for row in (await session.execute(query)).all()}
    return [
        result
        for result in results
        if result.delivery.id in stands
        and stands[result.delivery.id].token == result.delivery.token
        and stands[result.delivery.id].state in _MINE
    ]


async def _waiting_for(session: AsyncSession, results: Sequence[DeliveryResult]) -> frozenset[int]:
    """The people for whom a newer delivery waits already, so that these may not."""
    if not results:
        return frozenset()
    query = select(col(Delivery.person_id)).where(
        IS_WAITING,
        col(Delivery.person_id).in_([result.delivery.person_id for result in results]),
        col(Delivery.id).not_in([result.delivery.id for result in results]),
    )
    return frozenset((await session.execute(query)).scalars())


_DELIVERY = core(Delivery)
_KEPT = or_(_DELIVERY.c.ambiguous, bindparam("unclear", type_=Boolean))
_ANEW = bindparam("anew", type_=Boolean)
_END = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("of"))
    .values(
        state=bindparam("state"),
        way=func.coalesce(bindparam("by"), _DELIVERY.c.way),
        outcome=bindparam("detail"),
        next_at=func.coalesce(bindparam("next", type_=_DELIVERY.c.next_at.type), _DELIVERY.c.next_at),
        msg_key=func.coalesce(bindparam("key"), _DELIVERY.c.msg_key),
        ambiguous=_KEPT,
        attempts=case((_ANEW, 0), else_=_DELIVERY.c.attempts),
        first_attempt_at=case((_ANEW, None), else_=_DELIVERY.c.first_attempt_at),
        token=bindparam("token_kept"),
        lease_until=None,
        updated_at=bindparam("at"),
    )
)


def _row(result: DeliveryResult, now: datetime, *, is_replaced: bool) -> dict[str, Any]:
    state, detail = result.state, result.detail
    unclear = result.ambiguous or result.delivery.ambiguous
    if state in WAITING and is_replaced:
        state, detail = (DeliveryState.MAYBE if unclear else DeliveryState.SUPERSEDED), "newer"
    return {
        "of": result.delivery.id,
        "state": state.value,
        "by": None if result.way is None else result.way.value,
        "detail": detail,
        "next": result.next_at,
        "key": result.msg_key,
        "unclear": unclear,
        "anew": result.anew and not unclear,
        # who is late with the truth about a sending may still tell it
        "token_kept": result.delivery.token if state is DeliveryState.MAYBE else None,
        "at": now,
    }


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    state = DeliveryState(row["state"])
    step = _STEPS.get(state, DeliveryStep.ENDED)
    detail = f"{state} {row['detail']}".strip() if step is DeliveryStep.ENDED else row["detail"]
    return {"delivery_id": row["of"], "at": row["at"], "what": step.value, "way": row["by"], "detail": detail}


_REACH, _CREDIT, _CONTACT = core(Reach), core(Credit), core(Contact)
_OF_REACH = _REACH.c.contact.in_(select(_CONTACT.c.id).where(_CONTACT.c.person_id == bindparam("person")))
_OF_CREDIT = _CREDIT.c.contact.in_(select(_CONTACT.c.id).where(_CONTACT.c.person_id == bindparam("person")))
_USE_WINDOW = update(_REACH).where(_OF_REACH).values(used=_REACH.c.used + 1)
_CLOSE_WINDOW = update(_REACH).where(_OF_REACH).values(wrote_at=None)
_LEFT = _CREDIT.c.left
_USE_CREDIT = (
    update(_CREDIT)
    .where(_OF_CREDIT, _CREDIT.c.template == bindparam("tick"))
    .values(left=case((_LEFT > 0, _LEFT - 1), else_=0))
)
_CLOSE_CREDIT = update(_CREDIT).where(_OF_CREDIT, _CREDIT.c.template == bindparam("tick")).values(left=0)
_GONE = update(_REACH).where(_OF_REACH).values(gone=bindparam("why"))


async def _charge(session: AsyncSession, results: Sequence[DeliveryResult]) -> None:
    """What these sendings used of the window and of the ticks of their people, and what was found to be closed."""
    window, credit = DeliveryWay.CUSTOMER_SERVICE, DeliveryWay.SUBSCRIBE_NOTICE
    for statement, wanted in (
        (_USE_WINDOW, [each for each in results if each.way is window and each.state in _USED]),
        (_CLOSE_WINDOW, [each for each in results if each.way is window and each.closed]),
        (_USE_CREDIT, [each for each in results if each.way is credit and each.state in _USED]),
        (_CLOSE_CREDIT, [each for each in results if each.way is credit and each.closed]),
        (_GONE, [each for each in results if each.gone]),
    ):
        if not wanted:
            continue
        if statement is _GONE:
            await _make_reaches(session, wanted)
        await session.execute(statement, [_charged(statement, each) for each in wanted])


def _charged(statement: Any, result: DeliveryResult) -> dict[str, Any]:
    person: dict[str, Any] = {"person": result.delivery.person_id}
    if statement in (_USE_CREDIT, _CLOSE_CREDIT):
        return {**person, "tick": result.template}
    return {**person, "why": result.gone} if statement is _GONE else person


async def _make_reaches(session: AsyncSession, results: Iterable[DeliveryResult]) -> None:
    known = [result.delivery.reach.contact for result in results if result.delivery.reach is not None]
    there = set((await session.execute(select(_REACH.c.contact).where(_REACH.c.contact.in_(known)))).scalars())
    rows = [{"contact": contact, "used": 0, "gone": "", "declined": False} for contact in set(known) - there]
    if rows:
        await session.execute(insert(_REACH), rows)


async def _see(session: AsyncSession, results: Sequence[DeliveryResult], now: datetime) -> None:
    seen = [number for result in results for number in result.seen]
    if seen:
        change = update(Notice).where(col(Notice.id).in_(seen), col(Notice.seen_at).is_(None)).values(seen_at=now)
        await session.execute(change.execution_options(**PLAIN))


async def _tell_officers(session: AsyncSession, result: DeliveryResult, now: datetime) -> None:
    """The officers nearest above the person are told once a month that nothing reaches them."""
    person = result.delivery.person_id
    home: Any = select(col(Person.name), col(Unit.name).label("unit"), col(Unit.path)).join(
        Unit, col(Unit.id) == col(Person.unit_id)
    )
    them = (await session.execute(home.where(col(Person.id) == person))).one()
    path = select(col(Unit.path)).join(Person, col(Person.unit_id) == col(Unit.id)).where(col(Person.id) == person)
    officers = (
        select(col(Office.person_id), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Office.unit_id))
        .where(
            col(Office.role) == Role.OFFICER,
            col(Office.ended_at).is_(None),
            col(Office.person_id) != person,
            below(path.scalar_subquery(), col(Unit.path)),
        )
    )
    found = (await session.execute(officers)).all()
    nearest = max((len(row.path) for row in found), default=0)
    body = {"name": them.name, "unit": them.unit, "reason": result.gone or result.detail}
    for officer in sorted({row.person_id for row in found if len(row.path) == nearest}):
        await tell(session, officer, NoticeKind.PERSON_UNREACHABLE, f"person:{person}@{now:%Y-%m}", body, now)
