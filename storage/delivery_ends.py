"""Writes what became of claimed deliveries: their state and story, and what it says of the ways to their people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, bindparam, case, func, insert, or_, select, update
from sqlmodel import col

from storage.delivery_items import contacts
from storage.delivery_planning import IS_WAITING, lock_people, take_over
from storage.delivery_story import name_sendings, tell_end, tell_story
from storage.delivery_views import DeliveryResult
from storage.models import Credit, Delivery, Notice, Office, Person, Reach, Unit, core
from storage.notices import tell
from storage.statements import Executor
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


class _Row(NamedTuple):
    """What is written of one result; `facts` are what many have alike."""

    id: int
    state: DeliveryState
    way: DeliveryWay | None
    key: str | None
    facts: Mapping[str, Any]


async def write_results(executor: Executor, results: Sequence[DeliveryResult], now: datetime) -> None:
    """Write these results, in the transaction of `executor`. What is not this worker's any more keeps its state."""
    if not results:
        return
    results = await _for_whom_it_was(executor, results, now)
    waiting = [result.delivery.person_id for result in results if result.state in WAITING]
    if waiting:
        await lock_people(executor, waiting)
    mine = await _mine(executor, results)
    newer = await _waiting_for(executor, [result for result in mine if result.state in WAITING])
    rows = [_row(result, now, is_replaced=result.delivery.person_id in newer) for result in mine]
    await _write_ends(executor, rows)
    await _write_stories(executor, rows, now)
    replaced = [row for row in rows if row.state is DeliveryState.SUPERSEDED and row.facts["detail"] == "newer"]
    if replaced:
        people = [result.delivery.person_id for result in mine if result.delivery.person_id in newer]
        await take_over(executor, people, [row.id for row in replaced])
    await _charge(executor, results)
    await _see(executor, results, now)
    for result in mine:
        if result.state is DeliveryState.UNREACHABLE:
            await _tell_officers(executor, result, now)


async def _for_whom_it_was(
    executor: Executor, results: Sequence[DeliveryResult], now: datetime
) -> Sequence[DeliveryResult]:
    """The same results; whoever cannot be reached any more, but is bound to another WeChat by now, is tried there."""
    if not any(result.gone for result in results):
        return results
    bound = await contacts(executor, [result.delivery.person_id for result in results if result.gone])
    return [
        replace(result, state=DeliveryState.PLANNED, gone="", anew=True, next_at=now)
        if result.gone and result.delivery.reach and bound.get(result.delivery.person_id) != _sent_to(result)
        else result
        for result in results
    ]


def _sent_to(result: DeliveryResult) -> tuple[str, str] | None:
    reach = result.delivery.reach
    return None if reach is None else (reach.contact, reach.openid)


async def _mine(executor: Executor, results: Sequence[DeliveryResult]) -> list[DeliveryResult]:
    """Those whose delivery is still under this worker's claim; all are locked."""
    ids = [result.delivery.id for result in results]
    stands = {row.id: row for row in (await executor.execute(_STANDS, {"ids": ids})).all()}
    return [
        result
        for result in results
        if result.delivery.id in stands
        and stands[result.delivery.id].token == result.delivery.token
        and stands[result.delivery.id].state in _MINE
    ]


async def _waiting_for(executor: Executor, results: Sequence[DeliveryResult]) -> frozenset[int]:
    """The people for whom a newer delivery waits already, so that these may not."""
    if not results:
        return frozenset()
    query = select(col(Delivery.person_id)).where(
        IS_WAITING,
        col(Delivery.person_id).in_([result.delivery.person_id for result in results]),
        col(Delivery.id).not_in([result.delivery.id for result in results]),
    )
    return frozenset((await executor.execute(query)).scalars())


_DELIVERY = core(Delivery)
_IDS: Any = bindparam("ids", expanding=True)
_STANDS = (
    select(col(Delivery.id), col(Delivery.token), col(Delivery.state))
    .where(col(Delivery.id).in_(_IDS))
    .order_by(col(Delivery.id))
    .with_for_update()
)
_KEPT = or_(_DELIVERY.c.ambiguous, bindparam("unclear", type_=Boolean))
_ANEW = bindparam("anew", type_=Boolean)
_FACTS: Mapping[str, Any] = {
    "state": bindparam("ended"),
    "way": func.coalesce(bindparam("by"), _DELIVERY.c.way),
    "outcome": bindparam("detail"),
    "next_at": func.coalesce(bindparam("next", type_=_DELIVERY.c.next_at.type), _DELIVERY.c.next_at),
    "ambiguous": _KEPT,
    "attempts": case((_ANEW, 0), else_=_DELIVERY.c.attempts),
    "first_attempt_at": case((_ANEW, None), else_=_DELIVERY.c.first_attempt_at),
    "token": bindparam("token_kept"),
    "lease_until": None,
    "updated_at": bindparam("at"),
}
_END = update(_DELIVERY).where(_DELIVERY.c.id == bindparam("of")).values(_FACTS)
_END_MANY = update(_DELIVERY).where(_DELIVERY.c.id.in_(_IDS)).values(_FACTS)
_ALIKE = 4
"""Deliveries that ended in the same way from which on one statement for them is quicker than a row for each."""


async def _write_ends(executor: Executor, rows: Sequence[_Row]) -> None:
    """Most end alike: sent, by the same way."""
    by_end: defaultdict[tuple[Any, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        by_end[tuple(row.facts.values())].append(row)
    few = []
    for alike in by_end.values():
        if len(alike) < _ALIKE:
            few += [{"of": row.id, **row.facts} for row in alike]
        else:
            await executor.execute(_END_MANY, {"ids": [row.id for row in alike], **alike[0].facts})
    if few:
        await executor.execute(_END, few)
    await name_sendings(executor, {row.id: row.key for row in rows if row.key})


async def _write_stories(executor: Executor, rows: Sequence[_Row], now: datetime) -> None:
    by_line: defaultdict[tuple[DeliveryState, DeliveryWay | None, str], list[int]] = defaultdict(list)
    for row in rows:
        by_line[row.state, row.way, row.facts["detail"]].append(row.id)
    for (state, way, detail), ids in by_line.items():
        if state in _STEPS:
            await tell_story(executor, ids, now, _STEPS[state], way=way, detail=detail)
        else:
            await tell_end(executor, ids, now, state, detail, way=way)


def _row(result: DeliveryResult, now: datetime, *, is_replaced: bool) -> _Row:
    state, detail = result.state, result.detail
    unclear = result.ambiguous or result.delivery.ambiguous
    if state in WAITING and is_replaced:
        state, detail = (DeliveryState.MAYBE if unclear else DeliveryState.SUPERSEDED), "newer"
    facts = {
        "ended": state.value,
        "by": None if result.way is None else result.way.value,
        "detail": detail,
        "next": result.next_at,
        "unclear": unclear,
        "anew": result.anew and not unclear,
        # who is late with the truth about a sending may still tell it
        "token_kept": result.delivery.token if state is DeliveryState.MAYBE else None,
        "at": now,
    }
    return _Row(result.delivery.id, state, result.way, result.msg_key, facts)


_REACH, _CREDIT = core(Reach), core(Credit)
_OF_REACH = _REACH.c.contact == bindparam("of")
_OF_CREDIT = _CREDIT.c.contact == bindparam("of")
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


async def _charge(executor: Executor, results: Sequence[DeliveryResult]) -> None:
    """What these sendings used of the window and of the ticks of their people, and what was found to be closed."""
    window, credit = DeliveryWay.CUSTOMER_SERVICE, DeliveryWay.SUBSCRIBE_NOTICE
    results = [each for each in results if each.gone or each.way in {window, credit}]
    charged = await _contacts(executor, results)
    results = [each for each in results if each.delivery.id in charged]
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
            await _make_reaches(executor, [charged[each.delivery.id] for each in wanted])
        await executor.execute(statement, [_charged(statement, each, charged[each.delivery.id]) for each in wanted])


async def _contacts(executor: Executor, results: Sequence[DeliveryResult]) -> Mapping[int, str]:
    """The contacts that these deliveries went to; of what a crash left those that their people have now."""
    found = {each.delivery.id: each.delivery.reach.contact for each in results if each.delivery.reach is not None}
    rest = [each.delivery for each in results if each.delivery.reach is None]
    if rest:
        bound = await contacts(executor, [delivery.person_id for delivery in rest])
        found |= {each.id: bound[each.person_id][0] for each in rest if each.person_id in bound}
    return found


def _charged(statement: Any, result: DeliveryResult, contact: str) -> dict[str, Any]:
    of: dict[str, Any] = {"of": contact}
    if statement in (_USE_CREDIT, _CLOSE_CREDIT):
        return {**of, "tick": result.template}
    return {**of, "why": result.gone} if statement is _GONE else of


async def _make_reaches(executor: Executor, of: Sequence[str]) -> None:
    there = set((await executor.execute(select(_REACH.c.contact).where(_REACH.c.contact.in_(of)))).scalars())
    rows = [{"contact": contact, "used": 0, "gone": "", "declined": False} for contact in set(of) - there]
    if rows:
        await executor.execute(insert(_REACH), rows)


async def _see(executor: Executor, results: Sequence[DeliveryResult], now: datetime) -> None:
    seen = [number for result in results for number in result.seen]
    if seen:
        notice = core(Notice)
        await executor.execute(
            update(notice).where(notice.c.id.in_(seen), notice.c.seen_at.is_(None)).values(seen_at=now)
        )


async def _tell_officers(executor: Executor, result: DeliveryResult, now: datetime) -> None:
    """The officers nearest above the person are told once a month that nothing reaches them."""
    person = result.delivery.person_id
    home: Any = select(col(Person.name), col(Unit.name).label("unit"), col(Unit.path)).join(
        Unit, col(Unit.id) == col(Person.unit_id)
    )
    them = (await executor.execute(home.where(col(Person.id) == person))).one()
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
    found = (await executor.execute(officers)).all()
    nearest = max((len(row.path) for row in found), default=0)
    body = {"name": them.name, "unit": them.unit, "reason": result.gone or result.detail}
    for officer in sorted({row.person_id for row in found if len(row.path) == nearest}):
        await tell(executor, officer, NoticeKind.PERSON_UNREACHABLE, f"person:{person}@{now:%Y-%m}", body, now)
